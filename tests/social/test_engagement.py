"""Engagement with posts and its rates, worked out by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from social.engagement import report
from social.scope import Scope
from tests.social.workspaces import agreed, at, day, make
from workspace.errors import UsageError

SETTINGS = "[social]\nsmallest_group = 2\n"
TEAMS = {"A1": "Sales", "A2": "Sales", "A3": "Sales", "A4": "Product", "A5": "Product", "A6": "Legal"}
RATES = [
    "rate_per_impression", "click_through_rate", "rate_per_reach", "rate_per_audience", "amplification_per_100_audience",
    "applause_per_post", "conversation_per_post", "amplification_per_post",
]  # fmt: skip
SUMS = ["posts", "posts_measured", "impressions", "clicks", "reactions", "comments", "reposts", "engaged"]
UNKNOWN = np.nan


def post(name, days, advocate, network="linkedin", **other):
    return {"post": name, "network": network, "at": at(days), "advocate": advocate, **other}


def metrics(name, days, network="linkedin", **figures):
    return {"post": name, "network": network, "day": day(days), **figures}


def programme(tmp_path, **more):
    records = {
        "consents": agreed(*TEAMS, "A9"),
        "advocates": [{"advocate": advocate, "team": team, "since": day(-30)} for advocate, team in TEAMS.items()],
        "audience": [{"advocate": "A1", "network": "linkedin", "member": letter * 32, "as_of": day(0)} for letter in "abcd"],
        "posts": [
            post("p1", 0, "A1", content="paper"),
            post("p2", 1, "A2", kind="repost"),
            post("p3", 2, "A2", content="paper"),
            post("p4", 40, "A4"),
            post("p5", 3, "A1", kind="comment"),
            post("p6", 3, None, page="acme"),
            post("p7", 3, "A6", network="bluesky"),
        ],
        "post_metrics": [
            metrics("p1", 1, impressions=100, reach=50, clicks=4, reactions=6, comments=2, reposts=0),
            metrics("p1", 5, impressions=200, reach=80, clicks=3, reactions=10, comments=2, reposts=1),
            metrics("p2", 6, impressions=50, reactions=5),
            metrics("p3", 7, impressions=300, clicks=10, engagements=30),
            metrics("p5", 7, impressions=999, reactions=99),
            metrics("p6", 7, impressions=999, reactions=99),
            metrics("p7", 8, network="bluesky", reactions=3, reposts=2),
        ],
    }
    return make(tmp_path, SETTINGS, **records | more)


def table(found, by):
    """Take the rows of a report as lists by what they are cut by."""
    assert list(found.frame.columns) == [by, *SUMS, *RATES]
    return {row[0]: list(row[1:]) for row in found.frame.itertuples(index=False)}


def test_each_rate_is_over_the_posts_that_have_both_of_its_parts(tmp_path):
    with programme(tmp_path) as workspace:
        found = report(workspace, Scope(), "programme")

    # p1: 3 clicks + 10 reactions + 2 comments + 1 repost = 16, of 200 impressions, 80 members reached, an audience of 4; p3: 30 by the
    # network's own sum, of 300 impressions. p2's clicks are unknown and so is its engagement; p7 has no impressions; p4 has nothing.
    # Rates as of LinkedIn (impressions), Oktopost (audience), Kaushik (a post) and HSMAI (100 of the audience).
    (row,) = table(found, "programme").values()
    assert row == pytest.approx(
        [5, 3, 550, 13, 18, 2, 3, 46, 46 / 500, 13 / 500, 16 / 80, 16 / 4, 100 * 1 / 4, (10 + 5 + 3) / 3, 2 / 1, (1 + 2) / 2]
    )
    assert [str(note) for note in found.notes] == [
        "Each figure is over the posts that have it; 3 of 5 posts have impressions. A post without figures is not one without engagement.",
        "An engagement is a click, a reaction, a comment or a repost, or what the network adds up itself.",
        "Rates: engagements for each impression (LinkedIn's), for each member reached, for each member of the audience (Oktopost's). "
        "Amplification is reposts for each post (Kaushik's), or for each 100 of the audience (HSMAI's).",
        "1 post has figures that fell since an earlier day (Clicks): the latest count, and the network may have corrected them.",
        "Figures are as of 2026-01-10 to 2026-01-13.",
    ]
    assert found.meta == {
        "team": None, "network": None, "since": None, "until": None, "by": "programme", "posts": 5,
        "cohort_rule": "published in the period",
    }  # fmt: skip


def test_what_no_post_has_is_unknown_and_not_none(tmp_path):
    with programme(tmp_path) as workspace:
        kinds = table(report(workspace, Scope(), "kind"), "kind")
        advocates = table(report(workspace, Scope(), "advocate"), "advocate")

    assert kinds["repost"] == pytest.approx([1, 1, 50, UNKNOWN, 5, *[UNKNOWN] * 8, 5, UNKNOWN, UNKNOWN], nan_ok=True)
    assert advocates["A4"] == pytest.approx([1, 0, *[UNKNOWN] * 14], nan_ok=True)
    assert advocates["A6"] == pytest.approx([1, 0, UNKNOWN, UNKNOWN, 3, UNKNOWN, 2, *[UNKNOWN] * 6, 3, UNKNOWN, 2], nan_ok=True)
    assert list(advocates) == ["A1", "A2", "A4", "A6"]


def test_no_impressions_make_no_rate(tmp_path):
    seen_by_nobody = [metrics("p1", 1, impressions=0, reach=0, clicks=0, reactions=0, comments=0, reposts=0)]
    with programme(tmp_path, post_metrics=seen_by_nobody) as workspace:
        (row,) = table(report(workspace, Scope(network="linkedin", until=day(0 + 2)), "programme"), "programme").values()

    assert row == pytest.approx([3, 1, 0, 0, 0, 0, 0, 0, UNKNOWN, UNKNOWN, UNKNOWN, 0, 0, 0, 0, 0], nan_ok=True)


def test_a_period_takes_posts_by_the_day_of_the_time_zone_and_figures_until_its_end(tmp_path):
    late = dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.UTC)
    with make(
        tmp_path,
        'time_zone = "Europe/Paris"\n',
        consents=agreed("A1"),
        advocates=[{"advocate": "A1", "since": day(-30)}],
        posts=[{"post": "p1", "network": "linkedin", "at": late, "advocate": "A1"}],
        post_metrics=[metrics("p1", 28, impressions=10), metrics("p1", 40, impressions=90)],
    ) as workspace:
        months = report(workspace, Scope(), "month").frame
        january = report(workspace, Scope(until=dt.date(2026, 1, 31)), "month").frame
        early = report(workspace, Scope(since=dt.date(2026, 2, 1), until=day(30)), "month").frame

    assert months[["month", "posts", "impressions"]].values.tolist() == [[dt.date(2026, 2, 1), 1, 90]]
    assert january.empty
    assert early[["month", "posts", "impressions"]].values.tolist() == [[dt.date(2026, 2, 1), 1, 10]]


@pytest.mark.parametrize("by", ["programme", "team", "advocate", "network", "month", "kind", "content", "post"])
def test_every_cut_counts_each_post_once_and_none_of_an_empty_period(tmp_path, by):
    with programme(tmp_path) as workspace:
        whole = report(workspace, Scope(), by)
        nothing = report(workspace, Scope(since=day(400)), by)

    # Of Product and Legal one advocate each posted.
    assert whole.frame["posts"].sum() == (3 if by == "team" else 5)
    assert whole.frame["engaged"].sum() == 46
    assert nothing.frame.empty
    assert list(nothing.frame.columns) == [by, *SUMS, *RATES]
    assert [chart.x for chart in whole.charts] == [by]


def test_posts_of_no_content_are_told_apart(tmp_path):
    with programme(tmp_path) as workspace:
        found = table(report(workspace, Scope(), "content"), "content")

    assert {content: row[0] for content, row in found.items()} == {"(not set)": 3, "paper": 2}


def test_teams_that_are_too_small_are_withheld_and_the_one_that_would_give_them_away(tmp_path):
    with programme(tmp_path) as workspace:
        found = report(workspace, Scope(), "team")

    # Of Legal one posted, and of Product, which has two, one as well.
    assert table(found, "team").keys() == {"Sales"}
    assert "2 rows are withheld: those to which fewer than 2 advocates of a team contribute, and those that would give these away." in map(
        str, found.notes
    )


def test_figures_of_fewer_than_are_allowed_are_withheld_though_the_team_is_shown(tmp_path):
    with programme(tmp_path) as workspace:
        found = report(workspace, Scope(), "team")

    # Comments of Sales are known of A1's post alone, members reached too, and so is the audience; of Legal A6's reactions are known, which
    # would be all reactions less those of Sales.
    sales = found.frame.set_index("team").loc["Sales"]
    hidden = ["comments", "reposts", "rate_per_reach", "rate_per_audience", "amplification_per_100_audience", "conversation_per_post"]
    hidden += ["amplification_per_post", "reactions", "applause_per_post"]
    assert sales[hidden].isna().all()
    assert sales.drop(hidden).tolist() == [3, 3, 550, 13, 46, 46 / 500, 13 / 500]
    assert (
        "9 figures are withheld (a dash stands for it, as for what is not known): fewer than 2 advocates of the team contribute to it, or "
        "it would give such a figure away."
    ) in map(str, found.notes)


def test_parts_of_a_team_by_itself_are_withheld_where_too_few_posted(tmp_path):
    more = [
        *(post(f"p{place}", days, who, network=network) for place, (days, who, network) in enumerate([
            (0, "A1", "linkedin"), (1, "A2", "linkedin"), (2, "A3", "bluesky"), (3, "A1", "x"), (4, "A2", "x"),
            (5, "A4", "linkedin"), (6, "A5", "linkedin"), (7, "A4", "bluesky"), (8, "A5", "bluesky"),
        ])),
    ]  # fmt: skip
    people = [{"advocate": advocate, "team": team, "since": day(-30)} for advocate, team in TEAMS.items() if team != "Legal"]
    with programme(tmp_path, advocates=people, posts=more, post_metrics=[]) as workspace:
        networks = report(workspace, Scope(team="sales"), "network")
        posts = report(workspace, Scope(team="sales"), "post")
        others = report(workspace, Scope(team="product"), "network")

    # On bluesky of Sales only A3 posted: withheld, and linkedin with it, as the sum of the team's is known.
    assert networks.frame["network"].tolist() == ["x"]
    assert "2 rows are withheld: those to which fewer than 2 advocates of a team contribute, and those that would give these away." in map(
        str, networks.notes
    )
    # Posts stand one by one under codes that are not told.
    assert posts.frame["post"].tolist() == ["p0", "p1", "p2", "p3", "p4"]
    # Of Product two posted on both; but all of bluesky less theirs would be A3's, and with all of linkedin less theirs Sales' could be had.
    assert others.frame["network"].tolist() == []


def test_an_advocate_who_is_not_on_the_list_is_no_team_to_show(tmp_path):
    more = [post("p1", 0, "A1"), post("p4", 1, "A4"), post("p9", 2, "A9")]
    people = [{"advocate": advocate, "team": team} for advocate, team in TEAMS.items() if team != "Legal"]
    with programme(tmp_path, posts=more, advocates=people) as workspace:
        found = report(workspace, Scope(), "team")

    # One post of one stranger, one of Product and one of Sales: each is one's alone.
    assert table(found, "team").keys() == set()
    assert "3 rows are withheld: those to which fewer than 2 advocates of a team contribute, and those that would give these away." in map(
        str, found.notes
    )


def test_a_team_of_too_few_is_refused(tmp_path):
    with programme(tmp_path) as workspace, pytest.raises(UsageError) as refused:
        report(workspace, Scope(team="legal"), "programme")

    assert str(refused.value) == (
        "--team legal: 1 of its advocates contributes to these figures, and those of fewer than 2 are withheld, as they would be those of "
        "single people; ask for all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff allows it"
    )


def test_a_team_counts_those_who_took_part_in_the_period(tmp_path):
    people = [{"advocate": advocate, "team": team, "since": day(-30)} for advocate, team in TEAMS.items() if team != "Legal"]
    left = [one | {"until": day(20)} if one["advocate"] == "A5" else one for one in people]
    with programme(tmp_path, advocates=left) as workspace:
        early = report(workspace, Scope(until=day(20)), "team")
        late = report(workspace, Scope(since=day(21)), "team")
        with pytest.raises(UsageError, match="--team Product: 1 of its advocates contributes to these figures"):
            report(workspace, Scope(team="Product", since=day(21)), "programme")

    # A4 alone posted then.
    assert early.meta["posts"] == 4
    assert late.meta["posts"] == 1
    assert late.frame.empty
    assert "1 row is withheld: those to which fewer than 2 advocates of a team contribute, and those that would give these away." in map(
        str, late.notes
    )


def test_posts_that_are_held_back_count_for_nothing(tmp_path):
    with programme(tmp_path, posts=[post("p1", 0, "A1", approval="pending"), post("p3", 2, "A2", approval="approved")]) as workspace:
        found = report(workspace, Scope(), "post")

    assert found.frame["post"].tolist() == ["p3"]
    assert pd.isna(found.frame["comments"][0])
