"""One goal under one spelling, whatever its capitals, accents and blanks."""

from __future__ import annotations

import pytest

from tests.workspace.samples import batch, day, tables
from workspace import imports, reading, store
from workspace.goals import goal_key, same_goal
from workspace.ids import stable_id


@pytest.fixture
def path(tmp_path):
    store.create(tmp_path / "smarketing.db")
    return tmp_path / "smarketing.db"


def brought(path, *goals, kind="conversions", **fields):
    """Import records of these goals, one a row; what was joined, and the goals that are stored."""
    of = {"conversions": {"at": day(5)}, "experiments": {"since": day(1).date(), "until": day(2).date(), "channel": "Email", "lift": 0.1}}
    rows = [{"person": f"p{place}", "goal": goal} | of[kind] | fields for place, goal in enumerate(goals)]
    with store.open_workspace(path) as workspace:
        summary = imports.run(workspace, "csv", [batch(kind, *rows)])
        return summary.goals_joined, reading.goals(workspace)


@pytest.mark.parametrize("spelled", ["démo", "DEMO", "DÉMO", "De\u0301mo", " Démo ", "d\u00e9mo\u00a0", "\uff24\u00e9mo"], ids=ascii)
def test_spellings_of_one_goal(spelled):
    assert goal_key(spelled) == goal_key("Démo") == "demo"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Démo", "Démos"), ("demo a", "demo-a"), ("мой", "мои"), ("が", "か"), ("演示", "試用"), ("ß", "b")],
)
def test_goals_that_are_two(one, other):
    """In other scripts than Latin, a mark over a letter makes another word."""
    assert goal_key(one) != goal_key(other)


def test_the_spelling_that_comes_first_is_shown(path):
    assert brought(path, "Démo", "démo", "DEMO", "won") == ({"démo": "Démo", "DEMO": "Démo"}, {"Démo": 3, "won": 1})
    assert brought(path, "demo", "De\u0301mo", person="late") == ({"demo": "Démo", "De\u0301mo": "Démo"}, {"Démo": 4, "won": 1})


def test_stages_keep_the_names_under_which_reports_know_them(path):
    assert brought(path, "Lead", "WON", "Conversion") == (
        {"Lead": "lead", "WON": "won", "Conversion": "conversion"},
        {"conversion": 1, "lead": 1, "won": 1},
    )


def test_the_settings_spelling_counts_before_all(path):
    path.with_name("smarketing.toml").write_text('[attribution]\nstages = ["Démo", "won"]\n', encoding="utf-8")
    assert brought(path, "demo") == ({"demo": "Démo"}, {"Démo": 1})


def test_the_same_deal_under_another_spelling_is_no_second_conversion(path):
    brought(path, "Démo", id="D1")
    assert brought(path, "DEMO", id="D1") == ({"DEMO": "Démo"}, {"Démo": 1})


def test_an_experiment_counts_the_goal_of_the_conversions(path):
    brought(path, "Démo")
    brought(path, "demo", None, kind="experiments")
    assert [row["goal"] for row in tables(path)["experiments"]] in (["Démo", None], [None, "Démo"])


def test_two_spellings_that_are_stored_already_stay_so_that_no_conversion_comes_twice(path):
    """A workspace from before: the ids of its conversions are made of the goals as they stood there."""
    brought(path, "Démo")
    old = stable_id("conversion", "x", "démo")
    with store.open_workspace(path) as workspace, workspace.db.atomic():
        workspace.db.execute(
            "INSERT INTO conversions (id, person_id, at, goal, key, file_id, row) SELECT ?, id, 1, 'démo', 'x', 1, 9 FROM persons", [old]
        )
    assert brought(path, "démo", "DEMO", id="x") == ({"DEMO": "Démo"}, {"Démo": 2, "démo": 1})
    assert old in {row["id"] for row in tables(path)["conversions"]}


def test_a_goal_is_found_by_any_spelling_and_by_its_own_first():
    assert same_goal("DEMO", ["won", "Démo"]) == "Démo"
    assert same_goal("démo", ["Démo", "démo"]) == "démo"
    assert same_goal("demos", ["Démo"]) is None
