"""The leaderboard: off until it is turned on, points of the day of the action, means of active advocates, names by consent."""

import datetime as dt

import pytest
from click.testing import CliRunner

from cli import main
from social.leaderboard import report
from social.scope import Scope
from tests.social.workspaces import agreed, at, click, day, make
from workspace.errors import DataError, UsageError

POINTS = """
[[social.points]]
since = 2026-02-01
original = 4
repost = 1
[[social.points]]
since = 2026-01-01
original = 10
repost = 3
comment = 2
click = 0.5
"""
ON = "[social]\nsmallest_group = 2\nleaderboard = true\n"
CARDS = [
    "Points for each from 2026-01-01 on: Originals 10, Reposts 3, Comments 2, Clicks 0.5.",
    "Points for each from 2026-02-01 on: Originals 4, Reposts 1.",
]
TEAMS = {"A1": "Sales", "A2": "Sales", "A3": "Sales", "A4": "Product", "A5": "Product", "A6": "Legal"}
DATED = "Points are those of the card that held on the day of the action; a new card changes nothing of the past."
NAMES = "Names stand here of those alone who agreed to it; the others are codes."
MEANS = "Teams are compared by the mean of their active advocates, so that size does not win."
WITHHELD = "2 teams are withheld: those of fewer than 2 advocates, and those whose figures would give these away."


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def post(name, when, advocate, kind="original"):
    return {"post": name, "network": "linkedin", "at": when, "advocate": advocate, "kind": kind}


def programme(tmp_path, settings=ON + POINTS, **more):
    records = {
        "consents": [*agreed("A1", "A2"), *agreed("A3", "A4", "A5", "A6", "A9", data=("own_posts",))],
        "advocates": [
            {"advocate": advocate, "team": team, "name": f"Name of {advocate}", "since": day(-30)} for advocate, team in TEAMS.items()
        ],
        "posts": [
            post("p1", moment("2025-12-31T23:59:59"), "A1"),  # before the first card
            post("p2", moment("2026-01-01T00:00:00"), "A1"),  # 10
            post("p3", moment("2026-01-31T23:59:59"), "A1", "repost"),  # 3
            post("p4", moment("2026-02-01T00:00:00"), "A1", "repost"),  # 1
            post("p5", at(0), "A2", "comment"),  # 2
            post("p6", at(0), "A3", "reaction"),  # earns nothing
            post("p7", at(0), "A4"),  # 10
            post("p8", at(0), "A6"),  # 10
            post("p9", at(0), "A9"),  # nobody on the list
        ],
        "post_metrics": [
            {"post": "p2", "network": "linkedin", "day": day(1), "clicks": 4},
            {"post": "p2", "network": "linkedin", "day": day(9), "clicks": 7},  # 3.5, once
            {"post": "p4", "network": "linkedin", "day": day(60), "clicks": 100},  # that card gives nothing for clicks
            {"post": "p5", "network": "linkedin", "day": day(9), "clicks": 9},  # of a comment
        ],
    }
    return make(tmp_path, settings, **records | more)


def test_points_are_those_of_the_day_and_names_those_who_agreed(tmp_path):
    with programme(tmp_path) as workspace:
        found = report(workspace, Scope(), "advocate")

    assert list(found.frame.columns) == ["rank", "advocate", "team", "points"]
    # Neither the team that is too small is named, nor the one that would give it away.
    assert found.frame.fillna({"team": ""}).values.tolist() == [
        [1, "Name of A1", "Sales", 10 + 3.5 + 3 + 1],
        [2, "A4", "", 10],
        [2, "A6", "", 10],
        [4, "Name of A2", "Sales", 2],
    ]
    assert [str(note) for note in found.notes] == [DATED, NAMES, *CARDS]
    assert found.meta == {"team": None, "network": None, "since": None, "until": None, "by": "advocate"}


def test_a_name_that_is_no_longer_agreed_to_is_a_code_again(tmp_path):
    taken_back = {"advocate": "A1", "datum": "name", "day": dt.date(2026, 1, 2), "granted": False}
    with programme(tmp_path, consents=[*agreed(*TEAMS), taken_back]) as workspace:
        found = report(workspace, Scope(), "advocate")

    assert found.frame["advocate"].tolist() == ["A1", "Name of A4", "Name of A6", "Name of A2"]


def test_a_period_takes_its_actions_alone(tmp_path):
    with programme(tmp_path) as workspace:
        found = report(workspace, Scope(since=dt.date(2026, 1, 31), until=dt.date(2026, 2, 1)), "advocate")
        early = report(workspace, Scope(until=day(3)), "advocate")

    assert found.frame[["advocate", "points"]].values.tolist() == [["Name of A1", 3 + 1]]
    # Of clicks what was known until its end.
    assert early.frame[["advocate", "points"]].values.tolist()[0] == ["Name of A1", 10 + 4 * 0.5]


def test_the_day_of_an_action_is_that_of_the_time_zone(tmp_path):
    late = [post("p1", moment("2026-01-31T23:30:00"), "A1")]
    with programme(tmp_path, 'time_zone = "Europe/Paris"\n' + ON + POINTS, posts=late) as workspace:
        found = report(workspace, Scope(), "advocate")

    assert found.frame["points"].tolist() == [4]


def test_teams_go_by_the_mean_of_active_advocates_and_small_ones_are_withheld(tmp_path):
    with programme(tmp_path) as workspace:
        found = report(workspace, Scope(), "team")

    # Sales: A1 17.5 and A2 2 of three; Legal is one advocate, and Product would give Legal away.
    assert list(found.frame.columns) == ["team", "enrolled", "active_advocates", "mean_points"]
    assert found.frame.values.tolist() == [["Sales", 3, 2, (17.5 + 2) / 2]]
    assert [str(note) for note in found.notes] == [DATED, MEANS, *CARDS, WITHHELD]


def test_who_earned_nothing_is_not_active(tmp_path):
    """A post without a click, where clicks alone earn points: a mean over such advocates would fall with each of them."""
    card = "[[social.points]]\nsince = 2026-01-01\nclick = 1\n"
    clicks = [{"post": post, "network": "linkedin", "day": day(9), "clicks": count} for post, count in (("p2", 6), ("p6", 4), ("p7", 0))]
    with programme(
        tmp_path, ON + card, posts=[post("p6", at(0), "A3"), post("p2", at(0), "A1"), post("p7", at(0), "A2")], post_metrics=clicks
    ) as workspace:
        found = report(workspace, Scope(), "advocate")
        teams = report(workspace, Scope(), "team")

    assert found.frame[["advocate", "points"]].values.tolist() == [["Name of A1", 6.0], ["A3", 4.0]]
    assert teams.frame.set_index("team").loc["Sales", ["active_advocates", "mean_points"]].tolist() == [2, 5.0]


def test_a_mean_of_too_few_active_advocates_is_unknown(tmp_path):
    people = [{"advocate": advocate, "team": team, "since": day(-30)} for advocate, team in TEAMS.items() if team != "Legal"]
    with programme(tmp_path, advocates=people) as workspace:
        found = report(workspace, Scope(), "team")
        nobody = report(workspace, Scope(since=day(300)), "team")

    # Of Product one is active; the points of all less those of Sales would be theirs.
    assert found.frame[["team", "enrolled"]].values.tolist() == [["Sales", 3], ["Product", 2]]
    assert found.frame[["active_advocates", "mean_points"]].isna().all(axis=None)
    assert [str(note) for note in found.notes][-1:] == [
        "2 figures are withheld (a dash stands for it, as for what is not known): fewer than 2 advocates of the team contribute to it, or "
        "it would give such a figure away."
    ]
    assert nobody.frame[["team", "enrolled", "active_advocates"]].values.tolist() == [["Sales", 3, 0], ["Product", 2, 0]]
    assert nobody.frame["mean_points"].isna().all()


LEADS = "[[social.points]]\nsince = 2026-01-01\nlead = 50\n[[social.points]]\nsince = 2026-02-01\nlead = 20\n"


def leads(tmp_path, settings="", **more):
    return programme(
        tmp_path,
        settings + ON + LEADS,
        link_codes=[{"code": "k1", "advocate": "A1", "network": "linkedin"}, {"code": "k2", "advocate": "A2", "network": "linkedin"}],
        touches=[click("anna@x.example", at(20), "k1"), click("ben@x.example", at(20), "k2")],
        conversions=[
            {"person": "anna@x.example", "at": at(22), "goal": "lead", "id": "1"},
            {"person": "ben@x.example", "at": moment("2026-01-31T23:30:00"), "goal": "lead", "id": "2"},
        ],
        **more,
    )


@pytest.mark.parametrize(
    ("zone", "expected"), [("UTC", [["Name of A1", 50], ["Name of A2", 50]]), ("Europe/Paris", [["Name of A1", 50], ["Name of A2", 20]])]
)
def test_a_sourced_lead_earns_the_points_of_its_day(tmp_path, zone, expected):
    with leads(tmp_path, f'time_zone = "{zone}"\n') as workspace:
        found = report(workspace, Scope(), "advocate")
        january = report(workspace, Scope(since=day(21), until=dt.date(2026, 1, 31)), "advocate")

    assert found.frame[["advocate", "points"]].values.tolist() == expected
    assert january.frame["points"].tolist() == ([50, 50] if zone == "UTC" else [50])


def test_a_workspace_without_leads_has_none_that_earn(tmp_path):
    with programme(tmp_path, ON + LEADS) as workspace:
        assert report(workspace, Scope(), "advocate").frame.empty


def test_what_hinders_the_count_of_leads_is_told_and_not_taken_for_none(tmp_path):
    with leads(tmp_path) as workspace:
        workspace.close()
    deals = [
        {"person": "anna@x.example", "at": at(30), "goal": "opportunity", "opportunity": name, "value": 10.0, "currency": name, "id": name}
        for name in ("USD", "GBP")
    ]
    with make(tmp_path, conversions=deals) as workspace, pytest.raises(DataError, match="GBP"):
        report(workspace, Scope(), "advocate")


def test_it_is_off_until_it_is_turned_on(tmp_path):
    with programme(tmp_path, "[social]\nsmallest_group = 2\n" + POINTS) as workspace, pytest.raises(UsageError) as refused:
        report(workspace, Scope(), "team")

    assert str(refused.value) == (
        "The leaderboard is off: it evaluates employees one by one. Where a works council (CSE in France) has been informed and consulted "
        "and the staff told beforehand (articles L.2312-38 and L.1222-4 of the French labour code), write leaderboard = true under "
        "[social] in smarketing.toml"
    )


def test_without_points_there_is_nothing_to_compare(tmp_path):
    with programme(tmp_path, ON) as workspace, pytest.raises(UsageError) as refused:
        report(workspace, Scope(), "team")

    assert str(refused.value) == "No points are set; write [[social.points]] into smarketing.toml, as its comments show"


def test_the_command_refuses_a_team_of_too_few_and_shows_the_others(tmp_path):
    programme(tmp_path).close()
    base = ["--workspace", str(tmp_path / "smarketing.db"), "social", "leaderboard"]
    refused = CliRunner().invoke(main, [*base, "--team", "Legal"])
    shown = CliRunner().invoke(main, [*base, "--team", "Sales", "--by", "advocate", "--format", "csv"])

    assert refused.exit_code == 2
    assert "--team Legal: it has 1 advocate, and figures of fewer than 2 are withheld" in refused.stderr
    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == ["rank,advocate,team,points", "1,Name of A1,Sales,17.5", "2,Name of A2,Sales,2.0"]
