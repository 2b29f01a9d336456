"""Which team may be asked for, and reports on single employees that are switched off."""

import pytest
from click.testing import CliRunner

from cli import main
from social.groups import check_team, teams_shown
from social.scope import Scope
from tests.social.workspaces import agreed, at, day, make
from workspace.errors import UsageError


def listed(tmp_path):
    teams = {"A1": "Sales", "A2": "Sales", "A3": "Sales", "B1": "Care", "B2": "Care", "C1": "Legal", "C2": "Legal"}
    people = [{"advocate": code, "team": team, "since": day(-30)} for code, team in teams.items()]
    return make(tmp_path, "[social]\nsmallest_group = 2\n", advocates=people)


@pytest.mark.parametrize(
    ("contributing", "team", "said"),
    [
        ({"A1", "A2", "B1", "B2"}, "sales", None),
        (set(), "sales", None),
        (
            {"A1", "B1", "B2"},
            "Sales",
            "--team Sales: 1 of its advocates contributes to these figures, and those of fewer than 2 are withheld",
        ),
        (
            {"A1", "B1", "B2"},
            "Care",
            "--team Care: its figures are withheld, since those of all teams less these would be those of fewer than 2",
        ),
        ({"A1", "B1", "B2", "C1"}, "Care", None),
    ],
)
def test_a_team_is_refused_for_how_many_of_it_contribute(tmp_path, contributing, team, said):
    with listed(tmp_path) as workspace:
        if said is None:
            check_team(workspace, Scope(team=team), contributing)
        else:
            with pytest.raises(UsageError, match=said):
                check_team(workspace, Scope(team=team), contributing)


def test_a_team_stands_beside_a_code_where_of_each_figure_enough_of_it_contribute(tmp_path):
    with listed(tmp_path) as workspace:
        whole = teams_shown(workspace, {"A1", "A2", "B1", "B2"}, {"A1", "A2", "A3"})
        fewer = teams_shown(workspace, {"A1", "A2", "B1", "B2"}, {"A1", "C1"})

    assert whole == {"A1": "Sales", "A2": "Sales", "A3": "Sales", "B1": "Care", "B2": "Care", "C1": "Legal", "C2": "Legal"}
    assert fewer == {"A1": None, "A2": None, "A3": None, "B1": "Care", "B2": "Care", "C1": None, "C2": None}


SINGLE = [
    "reach --show advocates",
    "reach --show overlap",
    "reach --show matrix",
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
