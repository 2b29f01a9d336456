"""Which stages a deal has reached, from the changes that its CRM remembers: one that moved back has not reached the later ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from workspace.errors import UsageError


def reached(changes: Iterable[tuple[str, dt.datetime]], order: Mapping[str, int]) -> dict[str, dt.datetime]:
    """Say when each stage was reached that a deal has not moved back from.

    Parameters
    ----------
    changes : iterable of (stage, moment)
        In any order.
    order : mapping of str to int
        The place of each stage; changes to others are passed over.

    Returns
    -------
    dict of str to datetime
        In the order of the stages.

    Examples
    --------
    >>> day = lambda n: dt.datetime(2026, 1, n)
    >>> order = {"lead": 0, "offer": 1, "won": 2}
    >>> reached([("lead", day(1)), ("won", day(5)), ("offer", day(7))], order) == {"lead": day(1), "offer": day(7)}
    True
    """
    there: dict[str, dt.datetime] = {}
    for stage, at in sorted((change for change in changes if change[0] in order), key=lambda change: change[1]):
        there = {known: when for known, when in there.items() if order[known] < order[stage]} | {stage: there.get(stage, at)}
    return there


def goals_named(entries: Sequence[str]) -> dict[str, str]:
    """Read options that say which goal a stage is: "closedwon=won".

    Raises
    ------
    UsageError
        One is written otherwise.
    """
    found = {}
    for entry in entries:
        stage, equals, goal = (part.strip() for part in entry.rpartition("="))
        if not equals or not stage or not goal:
            raise UsageError("--stage {entry}: write the stage and its goal, as closedwon=won", entry=entry)
        found[stage.casefold()] = goal
    return found
