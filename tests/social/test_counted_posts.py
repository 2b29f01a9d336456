"""What counts as a post, and as a copy of one, whatever the cut: reactions are none, and a text of another month may be what was copied."""

import datetime as dt

import pytest

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
    # A1 has one post before two people, A2 two before one; what B1 posted is before nobody who is known.
    assert potential[["value_of_figure", "n"]].values.tolist() == [[4.0, 3]]
