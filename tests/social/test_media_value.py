"""Earned media value: rate cards and own prices, worked out by hand."""

import datetime as dt
import json

import numpy as np
import pytest
from click.testing import CliRunner

from cli import main
from social.media_value import Price, price_on, prices, reports
from social.scope import Scope
from tests.social.workspaces import agreed, at, day, make

CARD = """
[social]
smallest_group = 2
[[social.rate]]
network = "LinkedIn"
since = 2026-02-01
cpm = 10.0
cpc = 6.0
[[social.rate]]
network = "LinkedIn"
since = 2026-01-01
cpm = 8.0
cpc = 5.0
"""
OWN = '[rates]\nUSD = 0.5\n[social]\nsmallest_group = 2\n[[social.rate]]\nnetwork = "x"\nsince = 2025-01-01\ncpm = 4.0\n'
COLUMNS = ["posts", "posts_valued", "impressions", "clicks", "value_of_impressions", "value_of_clicks", "earned_media_value"]
UNKNOWN = np.nan
NO_REVENUE = "What the posts' impressions or clicks would have cost as advertising. It is no revenue and is never added to any."
CLICKS_ALONE = "Clicks alone are the conservative figure: people who came. Only posts with the figure are valued; the others are unknown."
CARD_NOTES = [
    "A price holds for posts from its day on, until the next. Own prices are what Paid Social cost here, year by year; years before the "
    "first take the first.",
    "Prices of your own choice stand in smarketing.toml, [[social.rate]], and come before own prices of the same network.",
]


def unpriced(network, count=1):
    have = "post on {} has figures and no price, and is" if count == 1 else "posts on {} have figures and no price, and are"
    return (
        f"{count} {have.format(network)} not valued: import what you spend on ads there, or let a [[social.rate]] in smarketing.toml begin "
        "by the day of the first."
    )


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def posted(settings, folder, days, network="linkedin", figures=None, **more):
    """Make a workspace with a post of A1 on each of some moments, each with the same figures unless told."""
    figures = figures or [{"impressions": 10_000, "clicks": 20}] * len(days)
    records = {
        "consents": agreed("A1", "A2", "A3"),
        "advocates": [{"advocate": name, "team": team} for name, team in (("A1", "Sales"), ("A2", "Sales"), ("A3", "Product"))],
        "posts": [{"post": f"p{n}", "network": network, "at": at_, "advocate": "A1"} for n, at_ in enumerate(days)],
        "post_metrics": [
            {"post": f"p{n}", "network": network, "day": dt.date(2026, 3, 1), **known} for n, known in enumerate(figures) if known
        ],
    }
    return make(folder, settings, **records | more)


def cost(when, amount, currency="EUR", source="linkedin", medium="paid-social", **figures):
    return {"day": dt.date.fromisoformat(when), "amount": amount, "currency": currency, "source": source, "medium": medium, **figures}


def rows(report):
    assert list(report.frame.columns[1:]) == COLUMNS
    return {row[0]: list(row[1:]) for row in report.frame.itertuples(index=False)}


def test_a_post_is_valued_at_the_price_of_its_day(tmp_path):
    days = [moment(text) for text in ("2025-12-31T23:59:59", "2026-01-01T00:00:00", "2026-01-31T23:59:59", "2026-02-01T00:00:00")]
    with posted(CARD, tmp_path, days) as workspace:
        value, rates = reports(workspace, Scope(), "post", "cpm", "all")

    # 10,000 impressions at 10 for a thousand are 100 (Vista Social's example); clicks times the price of one (Haiilo, MarketBeam).
    assert rows(value) == {
        "p0": pytest.approx([1, 0, 10_000, 20, UNKNOWN, UNKNOWN, UNKNOWN], nan_ok=True),
        "p1": [1, 1, 10_000, 20, 80, 100, 80],
        "p2": [1, 1, 10_000, 20, 80, 100, 80],
        "p3": [1, 1, 10_000, 20, 100, 120, 100],
    }
    assert [str(note) for note in value.notes] == [
        NO_REVENUE,
        "Valued by impressions: the price of a thousand impressions times the posts' impressions / 1,000.",
        CLICKS_ALONE,
        unpriced("linkedin"),
    ]
    assert value.meta == {
        "team": None, "network": None, "since": None, "until": None, "by": "post", "value_basis": "cpm", "currency": "EUR", "posts": 4,
        "cohort_rule": "published in the period",
    }  # fmt: skip
    assert rates.frame[["network", "since", "cpm", "cpc", "known_from"]].values.tolist() == [
        ["linkedin", dt.date(2026, 1, 1), 8.0, 5.0, "settings"],
        ["linkedin", dt.date(2026, 2, 1), 10.0, 6.0, "settings"],
    ]
    assert [str(note) for note in rates.notes] == CARD_NOTES


def test_the_day_of_a_post_is_that_of_the_time_zone(tmp_path):
    with posted('time_zone = "Europe/Paris"\n' + CARD, tmp_path, [moment("2026-01-31T23:30:00")]) as workspace:
        (value,) = reports(workspace, Scope(), "network", "cpc", "value")

    assert rows(value) == {"linkedin": [1, 1, 10_000, 20, 100, 120, 120]}
    assert [str(note) for note in value.notes] == [
        NO_REVENUE, "Valued by clicks: the price of a click times the posts' clicks.", CLICKS_ALONE,
    ]  # fmt: skip


def test_both_warns_and_is_known_only_where_both_are(tmp_path):
    figures = [{"impressions": 10_000, "clicks": 20}, {"impressions": 10_000}, {"clicks": 20}, None]
    with posted(CARD, tmp_path, [at(0), at(1), at(2), at(3)], figures=figures) as workspace:
        (value,) = reports(workspace, Scope(), "post", "both", "value")
        (clicks,) = reports(workspace, Scope(), "network", "cpc", "value")

    assert rows(value) == {
        "p0": [1, 1, 10_000, 20, 80, 100, 180],
        "p1": pytest.approx([1, 0, 10_000, UNKNOWN, 80, UNKNOWN, UNKNOWN], nan_ok=True),
        "p2": pytest.approx([1, 0, UNKNOWN, 20, UNKNOWN, 100, UNKNOWN], nan_ok=True),
        "p3": pytest.approx([1, 0, *[UNKNOWN] * 5], nan_ok=True),
    }
    assert [str(note) for note in value.notes] == [
        NO_REVENUE,
        "Warning: impressions and clicks are both paid for here. An advertiser pays for one or the other, so this counts the same post "
        "twice; take --basis cpm or --basis cpc for a figure that you can defend.",
        CLICKS_ALONE,
    ]
    assert rows(clicks) == {"linkedin": [4, 2, 20_000, 40, 160, 200, 200]}


def test_own_prices_are_what_ads_cost_year_by_year_in_the_settings_currency(tmp_path):
    spend = [
        cost("2025-03-01", 100.0, impressions=10_000, clicks=50),
        cost("2025-04-01", 60.0, clicks=30),  # impressions unknown: this amount bought none that are counted
        cost("2025-05-01", 80.0, "USD", impressions=10_000, clicks=20),  # 40 EUR
        cost("2025-06-01", 999.0, "GBP", impressions=1, clicks=1),  # no rate
        cost("2026-01-01", 30.0, impressions=1000, clicks=10),
        cost("2026-01-02", 500.0, medium="email", impressions=1, clicks=1),  # no Paid Social
        cost("2026-01-02", 500.0, source="facebook", impressions=1000),
        cost("2026-01-03", 7.0, source="twitter"),
        cost("2026-01-03", 8.0, source="x", clicks=2),  # the settings name this network
    ]
    days = [moment("2024-07-01T12:00:00"), moment("2025-12-31T12:00:00"), moment("2026-01-01T12:00:00"), moment("2027-01-01T12:00:00")]
    with posted(OWN, tmp_path, days, spend=spend) as workspace:
        value, rates = reports(workspace, Scope(), "post", "cpc", "all")
        card = prices(workspace)

    # 2025: 100 + 60 + 40 for 50 + 30 + 20 clicks; 100 + 40 for 20,000 impressions.
    linkedin = [price for price in card if price.network == "linkedin"]
    assert linkedin == [
        Price("linkedin", dt.date(2025, 1, 1), 7.0, 2.0, "own_prices", 100.0, 20_000.0),
        Price("linkedin", dt.date(2026, 1, 1), 30.0, 3.0, "own_prices", 10.0, 1000.0),
    ]
    assert [price for price in card if price.network == "facebook"] == [
        Price("facebook", dt.date(2026, 1, 1), 500.0, None, "own_prices", None, 1000.0)
    ]
    assert [price for price in card if price.network == "x"] == [Price("x", dt.date(2025, 1, 1), 4.0, None, "settings")]
    # The year before any ads is valued at the first prices, the year after at the last.
    assert {name: row[-1] for name, row in rows(value).items()} == {"p0": 40, "p1": 40, "p2": 60, "p3": 60}
    left_out = (
        "Ad spend in GBP is left out of your own prices, since no rate is set; write what one unit is worth under [rates] in "
        "smarketing.toml."
    )
    assert str(value.notes[-1]) == left_out
    assert [str(note) for note in rates.notes] == [*CARD_NOTES, left_out]


def test_a_price_that_lacks_what_is_valued_leaves_it_unknown_and_says_so(tmp_path):
    with posted(OWN, tmp_path, [at(0)], network="x") as workspace:
        (clicks,) = reports(workspace, Scope(), "network", "cpc", "value")
        (impressions,) = reports(workspace, Scope(), "network", "cpm", "value")

    assert rows(clicks) == {"x": pytest.approx([1, 0, 10_000, 20, 40, UNKNOWN, UNKNOWN], nan_ok=True)}
    assert unpriced("x") in map(str, clicks.notes)
    assert rows(impressions) == {"x": pytest.approx([1, 1, 10_000, 20, 40, UNKNOWN, 40], nan_ok=True)}
    assert unpriced("x") not in map(str, impressions.notes)


def test_without_any_price_nothing_is_worth_anything_known(tmp_path):
    with posted("", tmp_path, [at(0)]) as workspace:
        value, rates = reports(workspace, Scope(), "programme", "cpc", "all")

    assert rows(value) == {"(all)": pytest.approx([1, 0, 10_000, 20, UNKNOWN, UNKNOWN, UNKNOWN], nan_ok=True)}
    assert unpriced("linkedin") in map(str, value.notes)
    assert rates.frame.empty


def test_a_chosen_price_holds_from_its_day_on_and_an_own_one_before_it_too():
    chosen = [Price("x", dt.date(2026, 1, 1), 1.0, 1.0, "settings")]
    own = [Price("x", dt.date(2026, 1, 1), 1.0, 1.0, "own_prices")]
    before = dt.date(2025, 12, 31)
    assert price_on(chosen, "x", before) is None
    assert price_on(chosen, "X", dt.date(2026, 1, 1)) == chosen[0]
    assert price_on(own, "x", before) == own[0]
    assert price_on(own, "y", before) is None


@pytest.mark.parametrize("basis", ["cpm", "cpc", "both"])
@pytest.mark.parametrize("by", ["programme", "team", "advocate", "network", "month", "kind", "content", "post"])
def test_every_cut_has_the_same_sum(tmp_path, by, basis):
    with posted(CARD, tmp_path, [at(0), at(1), at(30)]) as workspace:
        (value,) = reports(workspace, Scope(), by, basis, "value")
        (nothing,) = reports(workspace, Scope(since=day(400)), by, basis, "value")

    # By clicks alone the two would be the same bar twice.
    assert value.charts[0].y == (("earned_media_value",) if basis == "cpc" else ("earned_media_value", "value_of_clicks"))
    expected = {"cpm": 2 * 80 + 100, "cpc": 2 * 100 + 120, "both": 2 * 180 + 220}[basis]
    # Of two teams, one of a single advocate, neither is shown: the one would give away the other.
    assert value.frame["earned_media_value"].sum() == (0 if by == "team" else expected)
    assert nothing.frame.empty
    assert list(nothing.frame.columns) == [by, *COLUMNS]


def test_the_command(tmp_path):
    with posted(CARD, tmp_path, [at(0)]):
        pass
    base = ["--workspace", str(tmp_path / "smarketing.db"), "social", "value"]
    shown = CliRunner().invoke(main, [*base, "--show", "value", "--by", "month", "--basis", "cpm", "--format", "json"])
    both = CliRunner().invoke(main, [*base, "--format", "csv"])
    small = CliRunner().invoke(main, [*base, "--team", "Sales"])
    turned = CliRunner().invoke(main, [*base, "--since", "2026-02-01", "--until", "2026-01-01"])

    assert shown.exit_code == 0
    assert json.loads(shown.output)["rows"] == [
        {
            "month": "2026-01-01", "posts": 1, "posts_valued": 1, "impressions": 10_000, "clicks": 20, "value_of_impressions": 80,
            "value_of_clicks": 100, "earned_media_value": 80,
        }
    ]  # fmt: skip
    assert both.exit_code == 2
    assert small.exit_code == 2
    assert "--team Sales: 1 of its advocates contributes to these figures, and those of fewer than 2 are withheld" in small.stderr
    assert turned.exit_code == 2
    assert "--until Jan 1, 2026 lies before --since Feb 1, 2026; swap them" in turned.stderr
