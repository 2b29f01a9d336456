"""Milestones of a journey, worked by hand and against their definition."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.touch_milestones import milestones_of, positions_of
from tests.attribution.test_milestone_journeys import START
from tests.attribution.test_milestone_journeys import journeys as engine_journeys
from tests.attribution.test_milestone_journeys import told as engine_told

Times = list[int]


def held(at: int, goal: str, touches: Times, *stages: tuple[int, str, str | None], opportunity: str | None = None) -> list[tuple[str, ...]]:
    return milestones_of(
        {"at": at, "goal": goal, "opportunity": opportunity},
        [{"at": time} for time in touches],
        [{"at": time, "goal": name, "opportunity": deal} for time, name, deal in stages],
    )


def test_each_milestone_goes_to_the_latest_touch_at_or_before_it() -> None:
    assert held(20, "won", [1, 5, 9, 14], (5, "lead", None), (13, "opportunity", None)) == [
        ("first_contact",),
        ("lead_creation",),
        ("opportunity_creation",),
        ("close",),
    ]


def test_one_touch_may_hold_them_all() -> None:
    assert held(9, "won", [3], (4, "lead", None), (7, "opportunity", None)) == [
        ("first_contact", "lead_creation", "opportunity_creation", "close")
    ]
    assert positions_of([("first_contact", "lead_creation", "opportunity_creation", "close")]) == [15]


def test_a_milestone_that_no_touch_came_before_is_held_by_none() -> None:
    assert held(20, "won", [6, 9], (5, "lead", None)) == [("first_contact",), ("close",)]


def test_what_comes_after_the_conversion_does_not_count() -> None:
    assert held(10, "mql", [6, 9], (7, "lead", None), (11, "opportunity", None), (30, "won", None)) == [
        ("first_contact", "lead_creation"),
        ("close",),
    ]


def test_the_lead_is_the_earliest_and_the_opportunity_ones_own_or_the_latest() -> None:
    stages = [(3, "lead", None), (7, "lead", None), (8, "opportunity", "O1"), (12, "opportunity", "O2"), (13, "opportunity", "O1")]
    journey = [1, 6, 10, 14]
    opened, closed = ("opportunity_creation",), ("close",)
    first = ("first_contact", "lead_creation")
    assert held(20, "won", journey, *stages) == [first, (), opened, closed]
    assert held(20, "won", journey, *stages, opportunity="O1") == [first, opened, (), closed]
    assert held(20, "won", journey, *stages, opportunity="O9") == [first, (), (), closed]
    assert held(20, "lost", journey, *stages, opportunity="O2") == [first, (), opened, closed]


def test_a_lead_and_an_opportunity_are_their_own_milestone_and_close_nothing() -> None:
    stages = ((2, "lead", None), (3, "opportunity", None))
    assert held(10, "lead", [6, 9, 10], *stages) == [("first_contact",), (), ("lead_creation",)]
    assert held(10, "opportunity", [1, 2, 9], *stages) == [("first_contact",), ("lead_creation",), ("opportunity_creation",)]


def test_other_names_of_the_stages() -> None:
    conversion = {"at": 9, "goal": "vente", "opportunity": None}
    stages = [{"at": 3, "goal": "contact", "opportunity": None}, {"at": 6, "goal": "affaire", "opportunity": None}]
    seen = milestones_of(conversion, [{"at": 1}, {"at": 5}, {"at": 8}], stages, lead="contact", opportunity="affaire")
    assert seen == [("first_contact", "lead_creation"), ("opportunity_creation",), ("close",)]


def test_no_journey_holds_nothing() -> None:
    assert held(10, "won", [], (2, "lead", None)) == []


a_stage = st.tuples(
    st.integers(1, 2), st.integers(0, 40), st.sampled_from(["lead", "mql", "opportunity", "won"]), st.sampled_from([None, "O1", "O2"])
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 2), st.integers(0, 40)), min_size=1, max_size=10, unique=True),
    st.lists(a_stage, min_size=1, max_size=8),
    st.sampled_from(["lead", "opportunity", "mql", "won"]),
)
def test_equals_what_the_engine_tells_of_all_deals_at_once(
    touches: list[tuple[int, int]], stages: list[tuple[int, int, str, str | None]], goal: str
) -> None:
    """Two people; the bits of `attribution.milestone_journeys`, deal by deal."""
    at_once = engine_journeys(
        engine_told(
            [(key, START + at, "Email", False) for key, at in touches],
            [(key, None, START + at, name, deal) for key, at, name, deal in stages],
            goal,
        )
    )
    one_by_one: Counter[tuple[tuple[str, int], ...]] = Counter()
    for key, at, name, deal in stages:
        if name == goal:
            own = [{"at": time} for of, time in sorted(touches, key=lambda touch: touch[1]) if of == key and time <= at]
            known = [
                {"at": time, "goal": stage, "opportunity": other}
                for of, time, stage, other in stages
                if of == key or (deal is not None and (stage, other) == ("opportunity", deal))
            ]
            bits = positions_of(milestones_of({"at": at, "goal": goal, "opportunity": deal}, own, known))
            if own:
                one_by_one[tuple(("Email", bit) for bit in bits)] += 1
    assert one_by_one == at_once
