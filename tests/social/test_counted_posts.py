"""What counts as a post, and as a copy of one, whatever the cut: reactions are none, and a text of another month may be what was copied."""

import datetime as dt

import pytest

from social.engagement import report as engagement
from social.media_value import reports as value
from social.participation import report as participation
from social.reach_report import reports as reach
from social.scope import Scope
from tests.social.workspaces import agreed, at, day, make

PAPER = "Our white paper on predictive maintenance is out, read it here"
TEAMS = {"A1": "Sales", "A2": "Sales", "B1": "Product", "B2": "Product"}
OWN = "What three years on site have taught me about pumps that fail"


def post(name, advocate, days, text=None, kind="original", network="linkedin"):
    return {"post": name, "network": network, "advocate": advocate, "kind": kind, "at": at(days), "text": text}


def member(name, advocate):
    return {"advocate": advocate, "network": "linkedin", "member": name, "as_of": day(40)}


def programme(folder):
    """Four advocates of two teams; A2 copies in February, on another network, what A1 wrote in January on LinkedIn, and so does B1."""
    return make(
        folder,
        "[social]\nsmallest_group = 2\n",
        advocates=[{"advocate": code, "team": team, "since": day(-30)} for code, team in TEAMS.items()],
        consents=agreed(*TEAMS),
        audience=[member("m1", "A1"), member("m2", "A1"), member("m2", "A2")],
        posts=[
            post("p1", "A1", 1, PAPER),
            post("p2", "A2", 40, PAPER + "!", network="bluesky"),
            post("p3", "A2", 41, OWN),
            post("p4", "B1", 42, PAPER),
            post("p5", "B1", 43, kind="repost"),
            post("p6", "B2", 43, "Nine questions that buyers asked us this winter"),
            post("c1", "A1", 44, kind="comment"),
            *[post(f"r{place}", "A2", 44 + place, kind="reaction") for place in range(5)],
        ],
    )


@pytest.mark.parametrize(
    ("scope", "by", "expected"),
    [
        (Scope(), "programme", [["(all)", 6, 0.4]]),
        # p1 is nobody's copy; p2 and p4 are copies of it, though p1 is of another month.
        (Scope(), "month", [[dt.date(2026, 1, 1), 1, 0.0], [dt.date(2026, 2, 1), 5, 0.5]]),
        (Scope(since=dt.date(2026, 2, 1)), "programme", [["(all)", 5, 0.5]]),
        # p4 is a copy of what the other team wrote.
        (Scope(), "team", [["Product", 3, 0.5], ["Sales", 3, pytest.approx(1 / 3)]]),
        # p2 stands on a network on which nothing came before it.
        (Scope(), "network", [["bluesky", 1, 1.0], ["linkedin", 5, 0.25]]),
        (Scope(network="bluesky"), "programme", [["(all)", 1, 1.0]]),
    ],
)
def test_a_text_is_a_copy_in_whatever_cut_it_stands(tmp_path, scope, by, expected):
    with programme(tmp_path) as workspace:
        found = participation(workspace, scope, by).frame
    assert found[[by, "posts", "near_copies"]].values.tolist() == expected


def test_reach_counts_originals_and_reposts_alone(tmp_path):
    with programme(tmp_path) as workspace:
        (total,) = reach(workspace, Scope(), "total")
    assert total.meta["posts"] == 6
    potential = total.frame[total.frame["figure"] == "potential_impressions"]
    # A1 has one post before two people, A2 one before one on LinkedIn; what A2 posted on Bluesky, and B1, is before nobody who is known.
    assert potential[["value_of_figure", "n"]].values.tolist() == [[3.0, 2]]


def figures(name, days, impressions, **others):
    return {"post": name, "network": "linkedin", "day": day(days), "impressions": impressions, **others}


def weekly(folder):
    """Two posts of the first week: p1 is asked for within it and later, p2 on the Monday after it for the first time."""
    return make(
        folder,
        "[social]\nsmallest_group = 2\n[[social.rate]]\nnetwork = 'linkedin'\nsince = 2026-01-01\ncpm = 1000.0\ncpc = 1.0\n",
        advocates=[{"advocate": code, "team": team, "since": day(-30)} for code, team in TEAMS.items()],
        consents=agreed(*TEAMS),
        audience=[member(f"m{place}", "A1") for place in range(400)],
        posts=[post("p1", "A1", 1, PAPER), post("p2", "A2", 2, OWN), post("p3", "B1", 9, OWN)],
        post_metrics=[
            figures("p1", 4, 40, reach=30),
            figures("p1", 7, 90),
            figures("p2", 7, 10),
            figures("p2", 14, 50, clicks=5),
            figures("p3", 14, 7),
        ],
    )


LATER = "Of {} no figures are known by the period's end; those of the first day after it are taken."


@pytest.mark.parametrize(
    ("until", "impressions", "said"),
    [
        # Within the week p1 had 40; p2 was asked for on the Monday after it, and what came the week after that changes nothing.
        (day(6), 50, [LATER.format("1 post"), f"Figures are as of {day(4)} to {day(7)}."]),
        (day(2), 50, [LATER.format("2 posts"), f"Figures are as of {day(4)} to {day(7)}."]),
        (day(7), 100, [f"Figures are as of {day(7)}."]),
        (day(8), 100, [f"Figures are as of {day(7)}."]),
        (None, 147, [f"Figures are as of {day(7)} to {day(14)}."]),
    ],
)
def test_a_week_has_the_figures_that_are_asked_for_after_it(tmp_path, until, impressions, said):
    with weekly(tmp_path) as workspace:
        found = engagement(workspace, Scope(until=until), "programme")
        (worth,) = value(workspace, Scope(until=until), "programme", "cpm", "value")
        (reached,) = reach(workspace, Scope(until=until), "total")
    assert found.frame["impressions"].tolist() == [impressions]
    assert [str(note) for note in found.notes if "figures are known by" in str(note) or "as of" in str(note)] == said
    assert worth.frame["earned_media_value"].tolist() == [impressions]
    measured = reached.frame.set_index("figure")["value_of_figure"]["measured_impressions"]
    assert measured == impressions
    for told in (worth, reached):
        assert [str(note) for note in told.notes if "figures are known by" in str(note)] == [text for text in said if "known by" in text]
