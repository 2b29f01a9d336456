"""No cut by team says anything of fewer advocates than is allowed, whoever is on the list."""

import datetime as dt

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from social.groups import NO_TEAM, NOT_SET, cut
from social.scope import Advocate

PEOPLE = st.lists(st.tuples(st.sampled_from(["Sales", "Product", "Legal", None, "stranger"]), st.booleans()), min_size=1, max_size=25)


@given(PEOPLE, st.integers(2, 5))
def test_every_team_that_is_shown_and_all_that_are_not_are_enough(people, smallest):
    """`people`: the team of each, or "stranger" for one who is not on the list; and whether they posted."""
    named = [(f"A{number}", team, posted) for number, (team, posted) in enumerate(people)]
    advocates = [Advocate(code, team=team) for code, team, _ in named if team != "stranger"]
    posts = pd.DataFrame([(code, 1.0) for code, _, posted in named if posted], columns=["advocate", "posts"])
    of = {code: NO_TEAM if team in (None, "stranger") else team for code, team, _ in named}
    counted = {code for code, team, posted in named if team != "stranger" or posted}

    rows, withheld = cut(posts, "team", advocates, smallest)

    teams = {of[code] for code in counted}
    members = {team: {code for code in counted if of[code] == team} for team in teams}
    shown = set(rows["team"])
    assert all(len(members[team]) >= smallest for team in shown)
    gone = {of[code] for code in posts["advocate"]} - shown
    behind = {code for team in teams if team not in shown for code in members[team]}
    # What is missing from the total is about enough people too, unless the whole programme is too small.
    assert not gone or len(behind) >= smallest or not shown
    assert withheld >= len(gone)
    assert set(rows["advocate"]) == {code for code in posts["advocate"] if of[code] in shown}


def test_who_posted_before_they_enrolled_counts_and_is_not_shown_alone():
    late = [Advocate("A1", team="Sales", since=dt.date(2026, 6, 1)), *(Advocate(f"B{n}", team="Product") for n in range(5))]
    posts = pd.DataFrame({"advocate": ["A1", *(f"B{n}" for n in range(5))]})
    rows, withheld = cut(posts, "team", late, 2, (None, dt.date(2026, 5, 31)))

    assert rows.empty
    assert withheld == 2


def test_what_stands_in_parentheses_is_no_advocate():
    advocates = [Advocate(f"A{number}", team="Sales") for number in range(3)]
    posts = pd.DataFrame({"advocate": ["A0", "(unassigned)", None]})
    rows, withheld = cut(posts, "team", advocates, 2)

    assert rows["team"].tolist()[:2] == ["Sales", "(unassigned)"]
    assert withheld == 0


def test_what_is_not_known_is_named_so():
    rows, _ = cut(pd.DataFrame({"advocate": ["A1", "A1"], "content": ["paper", None]}), "content", [Advocate("A1")], 5)

    assert rows["content"].tolist() == ["paper", NOT_SET]
