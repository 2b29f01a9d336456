"""Which opportunities are still open: neither won nor lost, as far as the records tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

OPPORTUNITY = "opportunity"
"""The goal that opens a deal."""
CLOSINGS = ("won", "lost")
"""The goals that close one."""

Deal = Mapping[str, Any]


def open_opportunities(deals: Iterable[Deal], end: int | None = None) -> set[int]:
    """Find the opportunities that nothing closed before a time.

    Parameters
    ----------
    deals : iterable of mapping
        Conversions of the goals `OPPORTUNITY` and `CLOSINGS`: `id, goal, at, opportunity, account, person`, the last three None where
        they are not known (`workspace.spending.deals`).
    end : int or None
        Seconds since 1970; what closed at this time or later was still open. None is the end of the data.

    Returns
    -------
    set of int
        Their ids.

    Notes
    -----
    A closing at the time of the opportunity or later closes it where both name the same opportunity. Where one of the two names none,
    the account decides, and where one of the two has none, the person. So two opportunities of one account without names are both
    closed by one closing: what is left open is what surely is. Linear in the number of deals.

    Examples
    --------
    >>> deal = dict(opportunity=None, account=7, person=1)
    >>> rows = [{"id": 1, "goal": "opportunity", "at": 10, **deal}, {"id": 2, "goal": "won", "at": 20, **deal}]
    >>> open_opportunities(rows), open_opportunities(rows, end=20)
    (set(), {1})
    """
    opened, latest = [], _Latest()
    for deal in deals:
        if deal["goal"] == OPPORTUNITY:
            opened.append(deal)
        elif end is None or deal["at"] < end:
            latest.see(deal)
    return {deal["id"] for deal in opened if latest.closing(deal) < deal["at"]}


class _Latest:
    """The time of the latest closing of each opportunity, account and person: whether one came after an opening depends on no other."""

    def __init__(self) -> None:
        self._times: dict[tuple[Any, ...], int] = {}

    def see(self, closing: Deal) -> None:
        named = closing["opportunity"] is not None
        if named:
            self._note(("opportunity", closing["opportunity"]), closing["at"])
        for of in ("account", "person"):
            if closing[of] is not None:
                # Apart by what else the closing has, which decides whether it can be told from an opportunity by that.
                self._note((of, closing[of], named, closing["account"] is not None), closing["at"])

    def _note(self, key: tuple[Any, ...], at: int) -> None:
        self._times[key] = max(at, self._times.get(key, at))

    def closing(self, deal: Deal) -> float:
        """Give the time of the latest closing that is the deal's; minus infinity where there is none."""
        keys: list[tuple[Any, ...]] = []
        if deal["opportunity"] is not None:
            keys.append(("opportunity", deal["opportunity"]))
        # A closing that names an opportunity is told by it where the deal does too.
        for named in (False,) if deal["opportunity"] is not None else (False, True):
            if deal["account"] is not None:
                keys += [("account", deal["account"], named, True), ("person", deal["person"], named, False)]
            else:
                keys += [("person", deal["person"], named, True), ("person", deal["person"], named, False)]
        return max((self._times[key] for key in keys if key in self._times), default=float("-inf"))
