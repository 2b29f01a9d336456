"""Which opportunities are still open, and what they were last known to be worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attribution.deals import LOST, OPPORTUNITY, WON, deals

GOALS = (OPPORTUNITY, WON, LOST)
"""The goals that tell of opportunities."""


def open_opportunities(rows: Iterable[Mapping[str, Any]], end: int | None = None) -> dict[int, float | None]:
    """Find the opportunities that were neither won nor lost before a time.

    Parameters
    ----------
    rows : iterable of mapping
        As `attribution.deals.deals` takes them.
    end : int or None
        Seconds since 1970; what happened at this time or later is not known yet. None is the end of the data.

    Returns
    -------
    dict of int to (float or None)
        The conversion that created each, and what it was last known to be worth.

    Examples
    --------
    >>> row = {"id": 1, "key": 7, "account": 3, "at": 100, "goal": "opportunity", "opportunity": "A", "value": 50.0}
    >>> rows = [row, row | {"id": 2, "at": 150, "value": 80.0}, row | {"id": 3, "at": 200, "goal": "won"}]
    >>> open_opportunities(rows, end=200), open_opportunities(rows)
    ({1: 80.0}, {})
    """
    known = (row for row in rows if end is None or row["at"] < end)
    return {deal.openings[0]: deal.value for deal in deals(known) if deal.closed is None and deal.openings}
