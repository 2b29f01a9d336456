"""LinkedIn's index over time, and our own activity index part by part, worked out by hand."""

import datetime as dt

import numpy as np
import pytest
from click.testing import CliRunner

from cli import main
from social.activity import MONTH, activity_report, ssi_report
from social.scope import Scope
from tests.social.workspaces import agreed, at, day, make
from workspace.errors import DataError, UsageError

SETTINGS = "[social]\nsmallest_group = 2\n"
TEAMS = {"A1": "Sales", "A2": "Sales", "A3": "Product", "A4": "Product", "A5": "Product", "A6": "Legal"}
PILLARS = ["brand", "find", "insights", "relationships"]
UNKNOWN = np.nan
LINKEDIN_S = "LinkedIn's own index, 0 to 100, of four pillars of 25 each, as employees read it off its page; its formula is not published."
WITHHELD = "2 teams are withheld: those of fewer than 2 advocates, and those whose figures would give these away."


def few(count):
    months = "1 month of teams is" if count == 1 else f"{count} months of teams are"
    return (
        f"{months} withheld: fewer than 2 of the team told theirs, or the mean would give away that of so few elsewhere; "
        "--by advocate shows each by code."
    )


def index(advocate, when, *pillars):
    return {"advocate": advocate, "day": dt.date.fromisoformat(when), **dict(zip(PILLARS, pillars, strict=True))}


def programme(tmp_path, teams=TEAMS, **more):
    records = {
        "consents": agreed(*TEAMS, "A9"),
        "advocates": [{"advocate": advocate, "team": team, "since": dt.date(2025, 12, 1)} for advocate, team in teams.items()],
    }
    return make(tmp_path, SETTINGS, **records | more)


SSI = [
    index("A1", "2026-01-05", 10, 10, 10, 10),
    index("A1", "2026-01-31", 24.5, 15.83, 17.62, 25),
    index("A2", "2026-01-10", 20, 10, 10, 5),
    index("A3", "2026-01-10", 1, 2, 3, 4),
    index("A4", "2026-01-10", 3, 4, 5, 6),
    index("A1", "2026-02-01", 25, 25, 25, 25),
    index("A6", "2026-01-10", 25, 25, 25, 0),
    index("A9", "2026-01-10", 25, 25, 25, 0),
]


def test_the_index_of_each_advocate_and_how_it_changed(tmp_path):
    with programme(tmp_path, ssi=SSI) as workspace:
        found = ssi_report(workspace, Scope(), "advocate")
        january = ssi_report(workspace, Scope(until=dt.date(2026, 1, 31)), "advocate")

    assert list(found.frame.columns) == ["advocate", "team", "day", "ssi", *PILLARS, "ssi_change", "ssi_since"]
    assert found.frame[["advocate", "day", "ssi", "ssi_change", "ssi_since"]].values.tolist() == [
        ["A1", dt.date(2026, 2, 1), 100, 60, dt.date(2026, 1, 5)],
        # One day says nothing of a change.
        *[[name, dt.date(2026, 1, 10), total, pytest.approx(UNKNOWN, nan_ok=True), pytest.approx(UNKNOWN, nan_ok=True)]
          for name, total in (("A6", 75), ("A2", 45), ("A4", 18), ("A3", 10))],
    ]  # fmt: skip
    assert january.frame.iloc[0][["advocate", *PILLARS, "ssi_change"]].tolist() == ["A1", 24.5, 15.83, 17.62, 25, pytest.approx(42.95)]
    assert [str(note) for note in found.notes] == [LINKEDIN_S]
    assert found.meta == {"team": None, "network": None, "since": None, "until": None, "by": "advocate", "advocates": 5}


def test_the_mean_of_a_team_is_of_the_last_that_each_told_in_the_month(tmp_path):
    five = {name: team for name, team in TEAMS.items() if name != "A6"}
    with programme(tmp_path, five, ssi=SSI) as workspace:
        found = ssi_report(workspace, Scope(), "team")

    assert list(found.frame.columns) == ["team", "month", "advocates", "ssi", *PILLARS]
    january = dt.date(2026, 1, 1)
    assert found.frame.values.tolist() == [
        ["Product", january, 2, 14, 2, 3, 4, 5],
        ["Sales", january, 2, pytest.approx((82.95 + 45) / 2), 22.25, pytest.approx(12.915), pytest.approx(13.81), 15],
    ]
    # In February one of Sales told theirs.
    assert [str(note) for note in found.notes] == [LINKEDIN_S, few(1)]


def test_small_teams_are_withheld_and_months_in_which_the_total_would_give_one_away(tmp_path):
    with programme(tmp_path, ssi=SSI) as workspace:
        teams = ssi_report(workspace, Scope(), "team")
    more = [*SSI, index("A5", "2026-03-01", 1, 1, 1, 1), index("A3", "2026-03-01", 1, 1, 1, 1), index("A1", "2026-03-01", 1, 1, 1, 1)]
    (tmp_path / "five").mkdir()
    five = {name: team for name, team in TEAMS.items() if name != "A6"}
    with programme(tmp_path / "five", five, ssi=more) as workspace:
        months = ssi_report(workspace, Scope(since=dt.date(2026, 3, 1)), "team")

    # Legal has one advocate; Sales, the smallest other, would give away Legal.
    assert teams.frame[["team", "month"]].values.tolist() == [["Product", dt.date(2026, 1, 1)]]
    assert [str(note) for note in teams.notes] == [LINKEDIN_S, WITHHELD]
    # In March one of Sales told theirs, and two of Product, which would give it away.
    assert months.frame.empty
    assert [str(note) for note in months.notes] == [LINKEDIN_S, few(2)]


def test_without_an_index_the_error_says_where_it_comes_from(tmp_path):
    with programme(tmp_path, ssi=SSI) as workspace, pytest.raises(DataError) as refused:
        ssi_report(workspace, Scope(since=dt.date(2026, 6, 1)), "team")

    assert str(refused.value) == (
        "There is no Social Selling Index in this period; employees read theirs at linkedin.com/sales/ssi, and it is imported with "
        "'smarketing import csv FILE --as ssi' (advocate, day, brand, find, insights, relationships)"
    )


def test_no_other_network_has_such_an_index(tmp_path):
    with programme(tmp_path, ssi=SSI) as workspace:
        assert len(ssi_report(workspace, Scope(network="linkedin"), "advocate").frame) == 5
        with pytest.raises(UsageError) as refused:
            ssi_report(workspace, Scope(network="bluesky"), "advocate")

    assert str(refused.value) == "--network bluesky: the Social Selling Index is LinkedIn's, no other network has one; leave --network out"


def test_what_cannot_be_an_index_is_refused_at_import(tmp_path):
    programme(tmp_path).close()
    file = tmp_path / "ssi.csv"
    file.write_text("advocate,day,brand,find,insights,relationships\nA1,2026-01-31,82,20,20,20\nA1,2026-01-30,0,25,12.5,25\n")
    base = ["--workspace", str(tmp_path / "smarketing.db")]
    brought = CliRunner().invoke(main, [*base, "import", "csv", str(file), "--as", "ssi"])
    shown = CliRunner().invoke(main, [*base, "social", "ssi", "--by", "advocate", "--format", "csv"])

    assert brought.exit_code == 3
    assert "brand is not between 0 and 25: '82'." in brought.output
    assert shown.stdout.splitlines() == [
        "advocate,team,day,ssi,brand,find,insights,relationships,ssi_change,ssi_since",
        "A1,,2026-01-30,62.5,0.0,25.0,12.5,25.0,,",
    ]


def post(name, when, advocate, kind="original", network="linkedin"):
    return {"post": name, "network": network, "at": when, "advocate": advocate, "kind": kind}


def tie(advocate, member, connected, account="acme.example", network="linkedin", **other):
    return {
        "advocate": advocate, "network": network, "member": member * 32, "as_of": day(90), "connected_on": connected, "account": account,
        **other,
    }  # fmt: skip


FULL = "Posts a month 4, Reposts a month 4, Comments a month 12, Reactions a month 20, New connections at key accounts a month 5"
NOTES = [
    f"The index is the mean of its parts, each 100 at so many a month: {FULL}. A part that is not known is left out of the mean, so "
    "compare those alone of whom the same parts are known. It says how much was done, not how well, and is not LinkedIn's "
    "Social Selling Index.",
    "Nothing is known of advocates of whom no post was imported; comments and reactions are known of those alone whose archives hold them.",
    "A month is counted over the days on which the advocate took part.",
    "Share of directors and above is over the connections whose title is known, at key accounts.",
]
PARTS = ["posts_a_month", "reposts_a_month", "comments_a_month", "reactions_a_month", "new_at_targets_a_month"]


def active(tmp_path, **more):
    return programme(
        tmp_path,
        accounts=[{"account": "acme.example", "tier": "A"}],
        audience=[
            tie("A1", "a", day(1), seniority="vp"),
            tie("A1", "b", day(-400), seniority="manager"),
            tie("A1", "c", None, seniority="c_level"),
            tie("A1", "d", day(2), account=None),
            tie("A2", "e", day(1), account=None),
            tie("A1", "f", day(3), network="bluesky"),
        ],
        posts=[
            *[post(f"o{n}", at(n), "A1") for n in range(6)],
            post("r1", at(2), "A1", "repost"),
            *[post(f"c{n}", at(n), "A1", "comment") for n in range(30)],
            post("old", at(-30), "A1", "reaction"),
            post("b1", at(2), "A1", network="bluesky"),
            post("s1", at(4), "A2"),
            post("late", at(100), "A2"),
        ],
        **more,
    )


def test_the_index_is_the_mean_of_the_parts_that_are_known(tmp_path):
    scope = Scope(network="linkedin", since=day(0), until=day(30))  # 31 days
    with active(tmp_path) as workspace:
        found = activity_report(workspace, scope)

    months = 31 / MONTH
    assert list(found.frame.columns) == ["advocate", "team", "activity_index", "parts_known", *PARTS, "share_senior"]
    # Sales is not named: its figures would give away those of Legal, which is too small.
    rows = {row[0]: row[1:] for row in found.frame.fillna({"team": ""}).itertuples(index=False, name=None)}
    assert list(rows) == ["A1", "A2", "A3", "A4", "A5", "A6"]
    # Six posts and 30 comments are more than full; the archive holds reactions, though none of this month; one tie is new.
    parts = [100, 100 * 1 / 4 / months, 100, 0, 100 * 1 / 5 / months]
    assert rows["A1"] == (
        "", pytest.approx(sum(parts) / 5), 5, *(pytest.approx(count / months) for count in (6, 1, 30, 0, 1)), pytest.approx(2 / 3),
    )  # fmt: skip
    # No comment of A2 was ever imported, and no company of a connection: neither is known, and neither is none.
    assert rows["A2"] == pytest.approx(("", 100 * 1 / 4 / months / 2, 2, 1 / months, 0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN), nan_ok=True)
    # Nothing at all was handed in by A3.
    assert rows["A3"] == pytest.approx(("Product", UNKNOWN, 0, *[UNKNOWN] * 6), nan_ok=True)
    assert [str(note) for note in found.notes] == [*NOTES, "From 2026-01-05 to 2026-02-04."]
    assert found.meta == {"team": None, "network": "linkedin", "since": day(0), "until": day(30), "advocates": 6}


def test_all_networks_count_without_one(tmp_path):
    with active(tmp_path) as workspace:
        found = activity_report(workspace, Scope(since=day(0), until=day(30)))

    row = found.frame.set_index("advocate").loc["A1"]
    months = 31 / MONTH
    assert row[["posts_a_month", "new_at_targets_a_month"]].tolist() == pytest.approx([7 / months, 2 / months])


def test_a_period_that_is_not_named_ends_with_the_latest_post(tmp_path):
    with active(tmp_path) as workspace:
        found = activity_report(workspace, Scope())

    assert found.meta["until"] == day(100)
    assert found.meta["since"] == day(10)  # 91 days
    row = found.frame.set_index("advocate").loc["A2"]
    assert row["posts_a_month"] == pytest.approx(1 / (91 / MONTH))


@pytest.mark.parametrize(("today", "until"), [(dt.date(2026, 1, 31), dt.date(2026, 1, 31)), (day(0), day(1))])
def test_a_period_that_begins_after_the_latest_post_is_one_without_any(tmp_path, today, until):
    posts = [{"post": "p1", "network": "linkedin", "at": at(0), "advocate": "A1"}]
    with programme(tmp_path, posts=posts) as workspace:
        found = activity_report(workspace, Scope(since=day(1)), today)

    assert (found.meta["since"], found.meta["until"]) == (day(1), until)
    assert found.frame.set_index("advocate").loc["A1", ["activity_index", "posts_a_month"]].tolist() == [0.0, 0.0]


def test_months_are_those_in_which_somebody_took_part(tmp_path):
    people = [
        {"advocate": "A1", "team": "Sales", "since": day(3)},
        {"advocate": "A2", "team": "Sales", "since": day(-9), "until": day(9)},
        {"advocate": "A3", "team": "Sales", "since": day(31)},
        {"advocate": "A4", "team": "Sales", "invited_on": day(0)},
    ]
    with active(tmp_path, advocates=people) as workspace:
        found = activity_report(workspace, Scope(network="linkedin", since=day(0), until=day(30))).frame.set_index("advocate")

    # A1 from the fourth day on: 28 days, three of the six posts and no new tie; A2 until the tenth; the others not at all.
    assert sorted(found.index) == ["A1", "A2"]
    assert found.loc["A1", ["posts_a_month", "new_at_targets_a_month"]].tolist() == pytest.approx([3 / (28 / MONTH), 0])
    assert found.loc["A2", "posts_a_month"] == pytest.approx(1 / (10 / MONTH))


def test_without_posts_there_is_nothing_to_show(tmp_path):
    with programme(tmp_path) as workspace, pytest.raises(DataError) as refused:
        activity_report(workspace, Scope())

    assert str(refused.value) == (
        "There are no posts yet; import what employees hand in (smarketing import linkedin-member, bluesky, mastodon)"
    )


@pytest.mark.parametrize("making", [activity_report, lambda workspace, scope: ssi_report(workspace, scope, "team")])
def test_a_team_of_too_few_is_refused(tmp_path, making):
    with active(tmp_path, ssi=SSI) as workspace, pytest.raises(UsageError, match="--team Legal: it has 1 advocate, and figures of fewer"):
        making(workspace, Scope(team="Legal"))


def test_the_command(tmp_path):
    active(tmp_path).close()
    words = ["social", "activity", "--since", "2026-01-05", "--until", "2026-02-04", "--format", "csv"]
    shown = CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), *words])

    assert shown.exit_code == 0
    assert [line.split(",")[0] for line in shown.stdout.splitlines()] == ["advocate", *TEAMS]
