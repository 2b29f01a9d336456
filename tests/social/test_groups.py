"""No cut by team says anything of fewer advocates than is allowed, whoever is on the list."""

import datetime as dt

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from social.groups import NO_TEAM, NOT_SET, WITHHELD, cut
from social.scope import Advocate
from tests.social.workspaces import agreed, at, day, make

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


@given(PEOPLE, st.integers(2, 5))
def test_taken_together_what_is_withheld_makes_the_rows_add_up_and_shows_no_team_more(people, smallest):
    advocates = [Advocate(f"A{number}", team=team) for number, (team, _) in enumerate(people)]
    posts = pd.DataFrame([(f"A{number}", 1.0) for number, (_, posted) in enumerate(people) if posted], columns=["advocate", "posts"])
    parted, count = cut(posts, "team", advocates, smallest)

    rows, withheld = cut(posts, "team", advocates, smallest, together=True)

    sums = rows.groupby("team")["posts"].sum().to_dict()
    assert (sum(sums.values()), withheld) == (posts["posts"].sum(), count)
    assert {team: value for team, value in sums.items() if team != WITHHELD} == parted.groupby("team")["posts"].sum().to_dict()


def test_a_number_that_two_networks_gave_to_two_posts_bears_its_network():
    rows = [("7", "linkedin"), ("7", "x"), ("7", "x"), ("8", "linkedin"), (None, "linkedin"), (None, "x"), ("9", None)]
    posts = pd.DataFrame([(post, network, "A1") for post, network in rows], columns=["post", "network", "advocate"])

    found, _ = cut(posts, "post", [Advocate("A1")], 2)

    assert found["post"].tolist() == ["7 (linkedin)", "7 (x)", "7 (x)", "8", NOT_SET, NOT_SET, "9"]


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


SINGLE = [
    "reach --show advocates",
    "reach --show overlap",
    "engagement --by advocate",
    "engagement --by post",
    "value --by advocate",
    "value --by post",
    "opportunities --by advocate",
    "opportunities --by post",
    "opportunities --show links",
    "ssi --by advocate",
    "leaderboard --by advocate",
    "activity",
]
"""The commands whose rows are about one employee each, as they are typed."""


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """Run a command on a programme whose settings keep reports on single employees off; all of it is there to be reported."""
    folder = tmp_path_factory.mktemp("quiet")
    codes = [f"A{number}" for number in range(6)]
    make(
        folder,
        "[social]\nindividual_reporting = false\nleaderboard = true\n[[social.points]]\nsince = 2025-01-01\noriginal = 1\n",
        advocates=[{"advocate": code, "team": "Sales"} for code in codes],
        consents=agreed(*codes),
        posts=[{"post": f"p{code}", "network": "linkedin", "at": at(0), "advocate": code} for code in codes],
        audience=[{"advocate": code, "network": "linkedin", "member": f"{code:0>32}", "as_of": day(0)} for code in codes],
        ssi=[{"advocate": code, "day": day(0), "brand": 1.0, "find": 2.0, "insights": 3.0, "relationships": 4.0} for code in codes],
        conversions=[{"person": "anna@x.example", "at": at(6), "goal": "lead", "id": "l1"}],
    ).close()
    return lambda words: CliRunner().invoke(main, ["--workspace", str(folder / "smarketing.db"), "social", *words.split()])


@pytest.mark.parametrize("words", SINGLE)
def test_reports_on_single_employees_can_be_switched_off(quiet, words):
    result = quiet(words)

    asked = words.partition(" ")[2] or f"smarketing social {words}"
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        f"Error: {asked}: reports on single employees are off (individual_reporting = false under [social] in smarketing.toml); ask for "
        "teams or for the whole programme, or write true there once the staff has been told and the works council (CSE in France) consulted"
    )


@pytest.mark.parametrize("words", sorted({f"{words.split()[0]} --format json" for words in SINGLE if words != "activity"}))
def test_what_is_left_names_nobody(quiet, words):
    result = quiet(
        words if not words.startswith(("value", "opportunities")) else words + " --show " + ("value" if "value" in words else "ledgers")
    )

    assert result.exit_code == 0, result.stderr
    assert '"A0"' not in result.stdout
    assert ("individual_reporting is false" in result.stdout) == words.startswith("reach")
