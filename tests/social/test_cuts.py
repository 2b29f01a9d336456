"""No cut by team says anything to which fewer advocates contribute than is allowed, whoever is on the list."""

import itertools

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from social.cuts import NOT_SET, WITHHELD, cut
from social.groups import NO_TEAM
from social.scope import Advocate

TEAMS = ["Sales", "Product", "Legal", None, "stranger"]
PEOPLE = st.lists(st.tuples(st.sampled_from(TEAMS), st.booleans(), st.booleans(), st.sampled_from("xyz")), min_size=1, max_size=25)
"""Of each the team, or "stranger" for one who is on no list; whether they posted; whether the figure of it is known; on which network."""


def programme(people):
    """Make the advocates, and a row for each who posted."""
    advocates = [Advocate(f"A{number}", team=team) for number, (team, *_) in enumerate(people) if team != "stranger"]
    rows = [
        (f"A{number}", network, 1.0 if known else np.nan)
        for number, (_, posted, known, network) in enumerate(people)
        if posted
        for _ in range(2)
    ]
    return advocates, pd.DataFrame(rows, columns=["advocate", "network", "clicks"])


def enough(count, smallest):
    return count == 0 or count >= smallest


@given(PEOPLE, st.integers(2, 5))
def test_every_team_that_is_shown_and_all_that_are_not_are_of_enough_contributors(people, smallest):
    advocates, posts = programme(people)
    found = cut(posts, "team", advocates, smallest)

    team = {one.advocate: one.team or NO_TEAM for one in advocates}
    of = {code: team.get(code, NO_TEAM) for code in posts["advocate"]}
    shown, gone = set(found.shown["advocate"]), set(posts["advocate"]) - set(found.shown["advocate"])
    assert all(enough(sum(of[code] == name for code in of), smallest) for name in set(found.shown["team"]))
    # What is missing from the total is of enough people too, unless the whole programme is of too few.
    assert enough(len(gone), smallest) or not shown
    assert {of[code] for code in shown}.isdisjoint(of[code] for code in gone)
    assert found.withheld == len({of[code] for code in gone})


@given(PEOPLE, st.integers(2, 5))
def test_taken_together_what_is_withheld_makes_the_rows_add_up_and_shows_no_team_more(people, smallest):
    advocates, posts = programme(people)
    posts = posts.assign(posts=1.0)
    parted = cut(posts, "team", advocates, smallest)

    found = cut(posts, "team", advocates, smallest, together=True)

    sums = found.shown.groupby("team")["posts"].sum().to_dict()
    assert (sum(sums.values()), found.withheld) == (posts["posts"].sum(), parted.withheld)
    assert {team: value for team, value in sums.items() if team != WITHHELD} == parted.shown.groupby("team")["posts"].sum().to_dict()


def test_a_number_that_two_networks_gave_to_two_posts_bears_its_network():
    rows = [("7", "linkedin"), ("7", "x"), ("7", "x"), ("8", "linkedin"), (None, "linkedin"), (None, "x"), ("9", None)]
    posts = pd.DataFrame([(post, network, "A1") for post, network in rows], columns=["post", "network", "advocate"])

    found = cut(posts, "post", [Advocate("A1")], 2).shown

    assert found["post"].tolist() == ["7 (linkedin)", "7 (x)", "7 (x)", "8", NOT_SET, NOT_SET, "9"]


@given(PEOPLE, st.integers(2, 5))
def test_every_figure_that_is_shown_and_all_that_are_not_are_of_enough_contributors(people, smallest):
    advocates, posts = programme(people)
    found = cut(posts, "team", advocates, smallest)
    frame = found.shown.groupby("team")[["clicks"]].sum(min_count=1).reset_index()
    before = int(frame["clicks"].notna().sum())
    gone = found.mask(frame, {"clicks": ("clicks",)})

    known = posts[posts["clicks"].notna()]
    team = {one.advocate: one.team or NO_TEAM for one in advocates}
    of = {code: team.get(code, NO_TEAM) for code in known["advocate"]}
    told = set(frame["team"][frame["clicks"].notna()])
    assert all(sum(name == one for name in of.values()) >= smallest for one in told)
    assert enough(sum(name not in told for name in of.values()), smallest) or not told
    assert gone == before - len(told)


@given(PEOPLE, st.integers(2, 4))
def test_no_cell_of_a_team_by_itself_is_the_difference_of_what_is_shown(people, smallest):
    """All that is shown of every team and network, with all totals, by subtraction in a line: of enough contributors each."""
    advocates, posts = programme(people)
    names = sorted({one.team for one in advocates if one.team})
    team = {one.advocate: one.team or NO_TEAM for one in advocates}
    of = {(team.get(code, NO_TEAM), network): set() for code, network in zip(posts["advocate"], posts["network"], strict=True)}
    for code, network in zip(posts["advocate"], posts["network"], strict=True):
        of[team.get(code, NO_TEAM), network].add(code)
    hidden = {name: cut(posts, "network", advocates, smallest, name) for name in names}
    shown = {(name, network) for name, found in hidden.items() for network in found.shown["network"]}

    assert all(len(of[cell]) >= smallest for cell in shown)
    for side in (0, 1):
        for line in {cell[side] for cell in of}:
            cells = [cell for cell in of if cell[side] == line]
            missing = [cell for cell in cells if cell not in shown and cell[0] in names]
            others = [cell for cell in cells if cell[0] not in names]
            if missing and not others and len(cells) > 1:
                assert len(missing) > 1
                assert sum(len(of[cell]) for cell in missing) >= smallest or len(missing) == len(cells)


def test_rates_are_withheld_where_one_of_their_parts_is_and_where_too_few_have_both():
    posts = pd.DataFrame(
        [(f"{team}{n}", n, 1.0 if n < hits else np.nan, 1.0 if n >= 6 - seen else np.nan)
         for team, hits, seen in (("A", 6, 6), ("B", 6, 2), ("C", 4, 5)) for n in range(6)],
        columns=["advocate", "n", "hits", "seen"],
    )  # fmt: skip
    found = cut(posts, "team", [Advocate(code, team=code[0]) for code in posts["advocate"]], 3)
    frame = found.shown.groupby("team")[["hits", "seen"]].sum().assign(rate=0.5, part=0.5).reset_index()
    count = found.mask(frame, {"hits": ("hits",), "seen": ("seen",), "rate": ("hits", "seen"), "part": ("hits",)})

    # "seen" is known of two of B, and C, of five, would give these away; both are known of three of C, and would be told but for that.
    assert found.withheld == 0
    assert frame.set_index("team").notna().to_dict("index") == {
        "A": {"hits": True, "seen": True, "rate": True, "part": True},
        "B": {"hits": True, "seen": False, "rate": False, "part": True},
        "C": {"hits": True, "seen": False, "rate": False, "part": True},
    }
    assert count == 4


def test_a_worked_example():
    """Five of Sales posted, five of Product, one of Legal, and the clicks are known of six of them."""
    codes = [*(f"S{n}" for n in range(5)), *(f"P{n}" for n in range(5)), "L0"]
    team = {"S": "Sales", "P": "Product", "L": "Legal"}
    advocates = [Advocate(code, team=team[code[0]]) for code in [*codes, "L1", "L2", "L3", "L4", "L5"]]
    posts = pd.DataFrame({"advocate": codes, "clicks": [1.0] * 5 + [2.0] + [np.nan] * 5})
    found = cut(posts, "team", advocates, 5)
    frame = found.shown.groupby("team")[["clicks"]].sum().reset_index()

    # Legal has six advocates, of whom one posted: its row is that one's; Product's would give it away.
    assert found.hidden == {("Legal", ""), ("Product", "")}
    # Of Product one's clicks are known: those of all less Sales' would be that one's, though Sales is shown.
    assert found.mask(frame, {"clicks": ("clicks",)}) == 1
    assert frame["clicks"].isna().all()


def test_what_stands_in_parentheses_is_no_advocate():
    advocates = [Advocate(f"A{number}", team="Sales") for number in range(3)]
    posts = pd.DataFrame({"advocate": ["A0", "A1", "(unassigned)", None]})
    found = cut(posts, "team", advocates, 2)

    assert found.shown["team"].tolist()[:3] == ["Sales", "Sales", "(unassigned)"]
    assert found.withheld == 0


def test_what_is_not_known_is_named_so():
    found = cut(pd.DataFrame({"advocate": ["A1", "A1"], "content": ["paper", None]}), "content", [Advocate("A1")], 5)

    assert found.shown["content"].tolist() == ["paper", NOT_SET]


def test_nothing_to_cut():
    for by, team in itertools.product(("team", "network"), (None, "Sales")):
        found = cut(pd.DataFrame({"advocate": [], "network": []}), by, [Advocate("A1", team="Sales")], 5, team)
        assert (len(found.shown), found.withheld) == (0, 0)
        assert {"advocate", "team", "network"} <= set(found.shown.columns)
