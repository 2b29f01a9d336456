"""What would change in proportion: worked out by hand, with its intervals, and what cannot be asked."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, poisson

from attribution.chance import interval_of_sum, poisson_interval
from attribution.question import Question
from attribution.what_if import Change, read_change, what_if
from tests.attribution.made_workspaces import conversion, cost, touch, workspace_with
from workspace.errors import DataError, UsageError

SEARCH = {"source": "google", "medium": "cpc", "campaign": "brand"}
SOCIAL = {"source": "linkedin", "medium": "paid-social", "campaign": "demo"}
MAIL = {"source": "brevo", "medium": "email", "campaign": "spring"}
SEO = {"source": "google", "medium": "organic", "campaign": "guide"}
TOUCHES = [
    *(touch(f"s{n}", 2, **SEARCH) for n in range(4)),
    *(touch(f"l{n}", 2, **SOCIAL) for n in range(2)),
    *(touch(f"m{n}", 2, **MAIL) for n in range(2)),
    touch("d", 2),
]
PEOPLE = [*(f"s{n}" for n in range(4)), "l0", "l1", "m0", "m1", "d", "nobody"]
WON = [conversion(person, 5, "won", 100.0) for person in PEOPLE]
SPEND = [cost(2, 200, **SEARCH), cost(2, 100, **SOCIAL), cost(2, 40, channel="Email", campaign="spring"), cost(2, 60, **SEO)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    with workspace_with(tmp_path_factory.mktemp("what-if"), TOUCHES, WON, SPEND) as opened:
        yield opened


def exact(count):
    return (chi2.ppf(0.025, 2 * count) / 2 if count else 0.0), chi2.ppf(0.975, 2 * count + 2) / 2


COLUMNS = ["channel", "spend", "spend_change", "spend_after", "credit_conversions", "credit_change", "credit_change_low"]
COLUMNS += ["credit_change_high", "value_change"]


def test_every_figure(workspace):
    """Ads -20 %: search 4 of 200 EUR, social 2 of 100 EUR; social +30 % beside it, so +10 %; e-mail +50 %: 2 of 40 EUR."""
    report = what_if(workspace, Question(), "close_date", ["ads-20%", "Paid Social + 30 %", "email+50%"])
    (low4, high4), (low2, high2) = exact(4), exact(2)
    parts = [(-0.8, -0.2 * high4, -0.2 * low4), (0.2, 0.1 * low2, 0.1 * high2), (1.0, 0.5 * low2, 0.5 * high2)]
    total = sum(change for change, _, _ in parts)
    down = math.sqrt(sum((change - low) ** 2 for change, low, _ in parts))
    up = math.sqrt(sum((high - change) ** 2 for change, _, high in parts))
    rows = [
        ("Paid Search", 200, -40, 160, 4, *parts[0], -80),
        ("Paid Social", 100, 10, 110, 2, *parts[1], 20),
        ("Email", 40, 20, 60, 2, *parts[2], 100),
        ("(total)", 400, -10, 390, 10, total, total - down, total + up, 40),
    ]
    pd.testing.assert_frame_equal(report.frame, pd.DataFrame(rows, columns=COLUMNS), check_dtype=False, rtol=1e-12)
    assert report.meta["what_if"] == ["ads-20%", "Paid Social + 30 %", "email+50%"]
    assert [str(note) for note in report.notes] == [
        "This is linear arithmetic, not a forecast: each unit of spend is taken to bring what the average one brought. Returns diminish, "
        "so more spend brings less than this, and less spend may cost less than this.",
        "The interval is what chance alone would explain (95 %, Poisson, on the credited conversions); that of the total adds up the "
        "squares of the rows' distances. Nothing else is in it, not whether spend caused what is credited.",
        "Deals differ in size, so the change of value is less sure than that of conversions.",
    ]


@pytest.mark.parametrize(
    ("by", "change", "changed"),
    [
        ("channel", "PAID SEARCH-10%", {"Paid Search": -20}),
        ("channel", "ads-10%", {"Paid Search": -20, "Paid Social": -10}),
        ("family", "ads-10%", {"ads": -30}),
        ("family", "Paid Social-10%", {"ads": -10}),
        ("source", "google+100%", {"google": 260}),
        ("source", "Paid Search-10%", {"google": -20}),
        ("source", "organic-50%", {"google": -30}),
        ("campaign", "brand-100%", {"brand": -200}),
        ("campaign", "ads−5%", {"brand": -10, "demo": -5}),
    ],
)
def test_a_name_is_a_row_else_a_channel_else_a_family(workspace, by, change, changed):
    frame = what_if(workspace, Question(by=by), "close_date", [change]).frame.set_index(by)
    assert frame["spend_change"].drop(index="(total)").to_dict() == pytest.approx(changed)
    share = frame["spend_change"] / frame["spend"]
    rows = frame.index != "(total)"
    np.testing.assert_allclose(frame["credit_change"][rows], (frame["credit_conversions"] * share)[rows])


def test_what_the_reader_sees_may_be_typed(workspace):
    word = {"Paid Search": "Recherche payante"}
    report = what_if(workspace, Question(), "close_date", ["recherche payante-10%"], lambda name: word.get(name, name))
    assert report.frame["channel"].tolist() == ["Paid Search", "(total)"]


def test_several_models(workspace):
    frame = what_if(workspace, Question(models=("first", "linear")), "touch_date", ["Email-10%"]).frame
    assert frame[["model", "channel", "credit_change"]].values.tolist() == [
        ["first", "Email", pytest.approx(-0.2)],
        ["first", "(total)", pytest.approx(-0.2)],
        ["linear", "Email", pytest.approx(-0.2)],
        ["linear", "(total)", pytest.approx(-0.2)],
    ]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ("ads", UsageError, "--what-if ads: write a name and a change in percent, such as 'ads-20%' or 'Paid Search+10%'"),
        ("-20%", UsageError, "--what-if -20%: write a name and a change in percent, such as 'ads-20%' or 'Paid Search+10%'"),
        ("ads 20%", UsageError, "--what-if ads 20%: write a name and a change in percent, such as 'ads-20%' or 'Paid Search+10%'"),
        (
            "Payd Search-20%",
            UsageError,
            "--what-if Payd Search-20%: there is no spend on 'Payd Search'; did you mean 'Paid Search'? Spend is on: Paid Search, "
            "Paid Social, Email, Organic Search, ads, email, organic",
        ),
        ("ads-70%,ads-40%", UsageError, "--what-if: the changes of Paid Search add up to -110%; spend cannot fall by more than 100 %"),
        (
            "Direct+10%",
            DataError,
            "--what-if Direct+10%: nothing was spent on it in this period, so nothing can change in proportion",
        ),
    ],
)
def test_what_cannot_be_asked(workspace, change, error, message):
    with pytest.raises(error) as raised:
        what_if(workspace, Question(), "close_date", change.split(","))
    assert str(raised.value) == message


def test_spend_without_a_name_in_the_cut_cannot_change_in_proportion(workspace):
    with pytest.raises(DataError) as raised:
        what_if(workspace, Question(by="source"), "close_date", ["email-10%"])
    assert str(raised.value) == (
        "--what-if email-10%: part of this spend bears no name by source, so no credit goes with it; take another --by, such as channel"
    )


def test_of_a_row_that_cost_nothing_in_all_no_change_is_known(tmp_path):
    """By source, google cost 50 EUR of ads and got 60 EUR back for the agency."""
    spend = [cost(2, 50, **SEARCH), cost(3, -60, **SEO), cost(2, 10, **SOCIAL)]
    with workspace_with(tmp_path, TOUCHES, WON, spend) as opened:
        frame = what_if(opened, Question(by="source"), "close_date", ["ads-10%"]).frame
    rows = [
        ("linkedin", 10, -1, 9, 2, -0.2),
        ("google", -10, -5, -15, 4, math.nan),
        ("(total)", 0, -6, -6, 10, math.nan),
    ]
    kept = ["source", *COLUMNS[1:6]]
    pd.testing.assert_frame_equal(frame[kept], pd.DataFrame(rows, columns=kept), check_dtype=False)
    assert frame.loc[1:, ["credit_change_low", "credit_change_high", "value_change"]].isna().all().all()


@pytest.mark.parametrize(
    ("text", "name", "share"),
    [
        ("ads-20%", "ads", -0.2),
        ("2025q1-sea-generique-20%", "2025q1-sea-generique", -0.2),
        ("promo-20-30%", "promo-20", -0.3),
        ("Paid Search +2,5 %", "Paid Search", 0.025),
        ("a+b+10%", "a+b", 0.1),
        ("x – 0.5%", "x", -0.005),
    ],
)
def test_reading_a_change(text, name, share):
    assert read_change(text) == Change(name, pytest.approx(share), text)


@given(st.floats(0.01, 1e6))
def test_the_interval_holds_the_count_and_is_that_of_chi_squared(count):
    (low,), (high,) = poisson_interval(np.array([count]))
    assert low <= count <= high
    assert (low, high) == pytest.approx(exact(count), rel=1e-6)


@pytest.mark.parametrize("count", [0.0, 5e-324, 1e-12, 1e-4])
def test_next_to_nothing_has_the_interval_of_nothing(count):
    (low,), (high,) = poisson_interval(np.array([count]))
    assert low == 0
    assert high == pytest.approx(-math.log(0.025), rel=1e-3)


@pytest.mark.parametrize("count", [0, 1, 3, 10, 200])
def test_the_interval_is_exact_for_whole_counts(count):
    """At the upper limit so few are seen with 2.5 %, at the lower limit so many."""
    (low,), (high,) = poisson_interval(np.array([float(count)]))
    assert poisson.cdf(count, high) == pytest.approx(0.025)
    if count:
        assert poisson.sf(count - 1, low) == pytest.approx(0.025)


def test_the_sum_of_one_figure_has_its_interval():
    assert interval_of_sum(np.array([3.0]), np.array([1.0]), np.array([9.0])) == (1.0, 9.0)
    assert interval_of_sum(np.zeros(0), np.zeros(0), np.zeros(0)) == (0.0, 0.0)
