"""Deals that two sources tell of: they count twice in every figure of the pipeline and of revenue."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attribution.tagging import Case
from reports.report import N_, Text
from workspace.company_names import bare_name, folded

NEAR = 7
"""Days within which two systems close one deal: somebody enters it in the other by hand, or a nightly job does."""
DOUBLE = N_(
    "Decide which system keeps the deals, and read the other without them: 'smarketing import hubspot --skip deals' takes out what HubSpot "
    "brought of them; of a warehouse name the schemas of the other tables alone. What files brought is only left out in a new workspace. "
    "They are alike, which is no proof: look at each with --show."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A deal as one source tells of it, a row of `workspace.reading.deals_told`."""

    deal: str
    source: str
    account: int | None
    company: str | None
    name: str | None
    amount: float
    currency: str | None
    closes: int


SIGNS = (
    lambda told: told.account,
    lambda told: bare_name(told.company) if told.company else None,
    lambda told: folded(told.name) if told.name else None,
)
"""By what two systems name the same: the account, the company's name (where each has a key of its own for it), the deal's name."""


def doubles(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Told, ...]]:
    """Find deals that several sources tell of: the same account or name, the same amount, closed within `NEAR` days.

    Parameters
    ----------
    rows : iterable of mapping
        With the fields of `Told`.

    Returns
    -------
    list of tuple of Told
        Each deal as its sources tell of it, no source twice; the greatest amount first.

    Notes
    -----
    Two deals of one source are two deals, however alike. Each sign is tried on what those before it have not paired; the pairs are made in
    the order of the days, each with the first that waits. n log n in the deals.

    Examples
    --------
    >>> rows = [
    ...     {"deal": deal, "source": source, "account": 1, "company": None, "name": None, "amount": 900.0, "currency": "EUR", "closes": day}
    ...     for deal, source, day in (("h1", "hubspot", 10), ("s1", "salesforce", 12), ("h2", "hubspot", 40))
    ... ]
    >>> [[told.deal for told in deal] for deal in doubles(rows)]
    [['h1', 's1']]
    """
    left = sorted((Told(**row) for row in rows), key=lambda told: (told.closes, told.source, told.deal))
    found: list[tuple[Told, ...]] = []
    for sign in SIGNS:
        alike: dict[Any, list[Told]] = defaultdict(list)
        for told in left:
            if (called := sign(told)) is not None:
                alike[called, round(told.amount, 2), told.currency].append(told)
        found += [deal for group in alike.values() for deal in _paired(group) if len(deal) > 1]
        paired = {told for deal in found for told in deal}
        left = [told for told in left if told not in paired]
    return sorted(found, key=lambda deal: (-deal[0].amount, deal[0].deal))


def _paired(group: Sequence[Told]) -> list[tuple[Told, ...]]:
    """Put deals that are alike together, each with the earliest that waits for its source; they come in the order of their days."""
    done: list[list[Told]] = []
    waiting: list[list[Told]] = []
    for told in group:
        # Those that are too long ago wait for nobody any more.
        waiting = [deal for deal in waiting if told.closes - deal[0].closes <= NEAR]
        deal = next((deal for deal in waiting if all(other.source != told.source for other in deal)), None)
        if deal is None:
            deal = []
            done.append(deal)
            waiting.append(deal)
        deal.append(told)
    return [tuple(deal) for deal in done]


def cases(deals: Iterable[Sequence[Told]]) -> tuple[Case, ...]:
    """Show each deal with what its sources call it."""
    return tuple(
        Case(
            Text(
                "{name} ({amount:,.2f} {currency}): {deals}",
                name=next((called for told in deal for called in (told.name, told.company) if called), deal[0].deal),
                amount=deal[0].amount,
                currency=deal[0].currency or "-",
                deals=" = ".join(f"{told.deal} ({told.source})" for told in deal),
            ),
            frozenset(),
        )
        for deal in deals
    )
