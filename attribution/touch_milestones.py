"""Which touches of one journey hold its milestones: `attribution.milestone_journeys`, row by row."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from typing import Any

from attribution.paths import CLOSE, FIRST_TOUCH, LEAD, OPPORTUNITY

MILESTONES: tuple[tuple[str, int], ...] = (
    ("first_contact", FIRST_TOUCH),
    ("lead_creation", LEAD),
    ("opportunity_creation", OPPORTUNITY),
    ("close", CLOSE),
)
"""Each milestone with its bit in `Paths.positions`, in the order in which they come."""


def milestones_of(
    conversion: Mapping[str, Any],
    touches: Sequence[Mapping[str, Any]],
    stages: Sequence[Mapping[str, Any]],
    lead: str = "lead",
    opportunity: str = "opportunity",
) -> list[tuple[str, ...]]:
    """Say which milestones each touch of a deal holds.

    Parameters
    ----------
    conversion : mapping
        `at` (seconds), `goal`, `opportunity` (None where it is of none).
    touches : sequence of mapping
        All touches of its person or account up to it: each with `at`, in order of time.
    stages : sequence of mapping
        Conversions of every goal of its person or account, and when its opportunity was created, by whomever: each with `at`, `goal` and
        `opportunity`, in any order. Those after the conversion do not count.
    lead, opportunity : str
        The goals that are the creation of the lead and of the opportunity.

    Returns
    -------
    list of tuple of str
        For each touch the names of `MILESTONES` that it holds.

    Notes
    -----
    A milestone is held by the latest touch at or before it, the first touch by the earliest; so a touch may hold several. One that was
    not reached, or that no touch came before, is held by none.

    - The lead is the earliest: all deals of an account share it. A conversion that is a lead is its own, and has no further milestone.
    - The opportunity is that of the conversion's own name, the earliest; of a conversion without one, the latest before it.
    - The close is the conversion itself, unless it is an opportunity.

    Examples
    --------
    >>> journey = [{"at": 1}, {"at": 5}, {"at": 9}]
    >>> stages = [{"at": 4, "goal": "lead", "opportunity": None}, {"at": 9, "goal": "opportunity", "opportunity": "D1"}]
    >>> milestones_of({"at": 12, "goal": "won", "opportunity": "D1"}, journey, stages)
    [('first_contact', 'lead_creation'), (), ('opportunity_creation', 'close')]
    """
    held: list[list[str]] = [[] for _ in touches]
    if held:
        held[0].append("first_contact")
    for name, at in (
        ("lead_creation", _lead(conversion, stages, lead)),
        ("opportunity_creation", None if conversion["goal"] == lead else _opportunity(conversion, stages, opportunity)),
        ("close", None if conversion["goal"] in (lead, opportunity) else conversion["at"]),
    ):
        place = bisect.bisect_right(touches, at, key=lambda touch: touch["at"]) if at is not None else 0
        if place:
            held[place - 1].append(name)
    return [tuple(names) for names in held]


def positions_of(milestones: Sequence[Sequence[str]]) -> list[int]:
    """Give the milestones of each touch as bits of `Paths.positions`.

    Examples
    --------
    >>> positions_of([("first_contact", "lead_creation"), (), ("close",)])
    [3, 0, 8]
    """
    bits = dict(MILESTONES)
    return [sum(bits[name] for name in names) for names in milestones]


def _lead(conversion: Mapping[str, Any], stages: Sequence[Mapping[str, Any]], goal: str) -> int | None:
    if conversion["goal"] == goal:
        return int(conversion["at"])
    return min((stage["at"] for stage in stages if stage["goal"] == goal and stage["at"] <= conversion["at"]), default=None)


def _opportunity(conversion: Mapping[str, Any], stages: Sequence[Mapping[str, Any]], goal: str) -> int | None:
    if conversion["goal"] == goal:
        return int(conversion["at"])
    wanted = conversion["opportunity"]
    before = [stage for stage in stages if stage["goal"] == goal and stage["at"] <= conversion["at"]]
    if wanted is not None:
        return min((stage["at"] for stage in before if stage["opportunity"] == wanted), default=None)
    return max((stage["at"] for stage in before), default=None)
