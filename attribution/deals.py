"""Opportunities put together from the conversions that tell of them: created, closed, won, worth what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

OPPORTUNITY, WON, LOST = "opportunity", "won", "lost"
"""The goals that tell of an opportunity."""


@dataclasses.dataclass(slots=True)
class Deal:
    """One opportunity.

    Parameters
    ----------
    account : int or None
        The account that its conversions name.
    people : list of int
        Those that its conversions name, in the order of time, each once.
    created, closed : int or None
        Seconds since 1970; None where no conversion says when, or where it is still open.
    won : bool
        Whether its last closing was a win.
    value : float or None
        What it was last known to be worth as an opportunity.
    won_value : float or None
        What the win was worth.
    name : str or None
        What the CRM calls it.
    openings : list of int
        The conversions that created it and told its worth anew, in the order of time.
    """

    account: int | None = None
    people: list[int] = dataclasses.field(default_factory=list)
    created: int | None = None
    closed: int | None = None
    won: bool = False
    value: float | None = None
    won_value: float | None = None
    name: str | None = dataclasses.field(default=None, compare=False)
    openings: list[int] = dataclasses.field(default_factory=list, compare=False)

    @property
    def born(self) -> int:
        """When it was created; where that is not known, when it closed."""
        moment = self.created if self.created is not None else self.closed
        assert moment is not None
        return moment


def deals(rows: Iterable[Mapping[str, Any]]) -> list[Deal]:
    """Put opportunities together.

    Parameters
    ----------
    rows : iterable of mapping
        Conversions of the goals `OPPORTUNITY`, `WON` and `LOST`, each with `id, key` (person), `account, at, goal, opportunity, value`;
        what is not known is None.

    Returns
    -------
    list of Deal
        In the order in which they are first told of.

    Notes
    -----
    Conversions that bear the same `opportunity` tell of the same one. Of those that bear none, each creation is an opportunity of its own,
    and a closing belongs to the latest open one of its person (not of another account), else to the latest open one of its account, else to
    one of its own whose creation nobody recorded. O(n log n), unless one account has very many open at a time.

    Examples
    --------
    >>> row = {"id": 1, "key": 7, "account": 3, "at": 100, "goal": "opportunity", "opportunity": None, "value": 50.0}
    >>> [deal] = deals([row, row | {"id": 2, "at": 200, "goal": "won", "value": 45.0}])
    >>> deal.created, deal.closed, deal.won, deal.value, deal.won_value
    (100, 200, True, 50.0, 45.0)
    """
    found: list[Deal] = []
    named: dict[str, Deal] = {}
    waiting: dict[tuple[str, int], list[Deal]] = {}
    # Of one second, what creates comes before what closes.
    for row in sorted(rows, key=lambda row: (row["at"], row["goal"] != OPPORTUNITY, row["id"])):
        deal = named.get(row["opportunity"]) if row["opportunity"] is not None else _open_one(row, waiting)
        if deal is None:
            deal = Deal(name=row["opportunity"])
            found.append(deal)
            if row["opportunity"] is not None:
                named[row["opportunity"]] = deal
        _tell(deal, row)
        if row["opportunity"] is None and row["goal"] == OPPORTUNITY:
            for kind in ("key", "account"):
                if row[kind] is not None:
                    waiting.setdefault((kind, row[kind]), []).append(deal)
    return found


def _open_one(row: Mapping[str, Any], waiting: dict[tuple[str, int], list[Deal]]) -> Deal | None:
    """Find the opportunity without a name that a closing without one belongs to."""
    if row["goal"] == OPPORTUNITY:
        return None
    for kind in ("key", "account"):
        still = [deal for deal in waiting.get((kind, row[kind]), []) if deal.closed is None]
        waiting[kind, row[kind]] = still
        for deal in reversed(still):
            if deal.account is None or row["account"] in (None, deal.account):
                return deal
    return None


def _tell(deal: Deal, row: Mapping[str, Any]) -> None:
    """Add what a conversion says of an opportunity."""
    if deal.account is None:
        deal.account = row["account"]
    if row["key"] is not None and row["key"] not in deal.people:
        deal.people.append(row["key"])
    if row["goal"] == OPPORTUNITY:
        deal.openings.append(row["id"])
        deal.created = row["at"] if deal.created is None else deal.created
        deal.value = deal.value if row["value"] is None else row["value"]
        return
    deal.closed, deal.won = row["at"], row["goal"] == WON
    if deal.won:
        deal.won_value = deal.won_value if row["value"] is None else row["value"]
