"""Whether what was read of an advertising platform's export adds up to its own totals, and whether rows stand in it twice."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from connectors import numerals
from connectors.ad_rows import AdRows, Total
from connectors.ad_spend import CampaignDays
from connectors.table_records import TableRecords
from connectors.tables import Rows
from reports.report import N_, Text
from workspace.column_names import fold

if TYPE_CHECKING:
    import pyarrow as pa

_OF_ALL = ("account", "compte", "konto", "cuenta")
_OF_A_NETWORK = (
    *("search", "display", "video", "shopping", "performance_max", "demand_gen", "discovery", "app", "apps", "smart", "local", "hotel"),
    *("recherche", "reseau_de_recherche", "reseau_display", "applications", "local_services", "suche"),
)
"""Of what a total is that is not of the table's rows, as `fold` gives it."""


class Alike:
    """Counts the rows that cost something and are like an earlier one in every column.

    They may be two ads, where no column names the ad, or a file that holds its rows twice.
    """

    def __init__(self, amount: str) -> None:
        self.amount, self.count = amount, 0
        self._seen: set[int] = set()

    def add(self, rows: Rows) -> None:
        """Look at some rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        options = pc.JoinOptions(null_handling="replace", null_replacement="")
        whole = pc.binary_join_element_wise(*rows.columns.values(), pa.scalar("\0"), options=options)
        for text in whole.filter(pc.match_substring_regex(rows.columns[self.amount], "[1-9]")).to_pylist():
            mark = hash(text)
            self.count += mark in self._seen
            self._seen.add(mark)


def totals_compared(rows: AdRows, records: TableRecords, days: CampaignDays, rejected: int) -> list[Text]:
    """Compare what was read with the rows that the platform says are its sums.

    Parameters
    ----------
    rows : AdRows
    records : TableRecords
        How the amounts were read; the sums are read likewise.
    days : CampaignDays
    rejected : int

    Returns
    -------
    list of Text
        Empty where there are no such rows.

    Notes
    -----
    The platform adds up unrounded figures: n rows rounded to cents differ from their sum by some 0.003 √n; five times that is put down
    to rounding.
    """
    totals = sorted(rows.totals.values(), key=lambda total: total.row)
    if not totals:
        return []
    said = [Text("{file}: rows of totals, passed over: {count}.", file=rows.file, count=len(totals))]
    sums = days.sums()
    amounts = _amounts(totals, records)
    known = [(total, amount) for total, amount in zip(totals, amounts, strict=True) if amount is not None]
    if len(sums) > 1 or not known:
        why = Text("there are several currencies") if len(sums) > 1 else Text("no amount can be read in them")
        return [*said, Text("{file}: they could not be compared with the other rows: {why}.", file=rows.file, why=why)]
    summed, currency = next(iter(sums.values()), 0.0), next(iter(sums), records.currency)
    total, amount = _nearest_meaning(known, summed)
    fields: dict[str, Any] = {
        "file": rows.file,
        "label": f"'{total.label}'" if total.label else Text("the row without a campaign"),
        "currency": currency,
    }
    fields |= {"sum": summed, "total": amount, "difference": abs(amount - summed)}
    if abs(amount - summed) < 0.005:
        template = N_("{file}: the rows add up to {label}: {total:,.2f} {currency}.")
    elif abs(amount - summed) <= 0.015 * math.sqrt(days.rows + 1):
        template = N_(
            "{file}: the rows add up to {sum:,.2f} {currency}, {label} is {total:,.2f}; the difference of {difference:,.2f} is "
            "no more than rounding."
        )
    elif amount > summed:
        template = N_(
            "{file}: the rows add up to {sum:,.2f} {currency}, but {label} is {total:,.2f}: {difference:,.2f} is missing in the rows."
        )
    else:
        template = N_(
            "{file}: the rows add up to {sum:,.2f} {currency}, but {label} is {total:,.2f}: the rows have {difference:,.2f} more."
        )
    said.append(Text(template, **fields))
    if rejected and abs(amount - summed) >= 0.005:
        said.append(Text("{file}: rows that were rejected and are not in the sum: {count}.", file=rows.file, count=rejected))
    return said


def _amounts(totals: Sequence[Total], records: TableRecords) -> list[float | None]:
    import pyarrow as pa

    texts: pa.Array = pa.array([total.amount for total in totals], pa.string())
    values, _ = numerals.amounts(texts, records.readings["amount"])
    found: list[float | None] = values.to_pylist()
    return found


def _nearest_meaning(known: Sequence[tuple[Total, float]], summed: float) -> tuple[Total, float]:
    """Choose the sum that means the rows of the table: not the one of the account, which has more, nor that of a network, which has fewer.

    Where it does not fit but the account's does, that is it: the table shows everything.
    """

    def rank(total: Total) -> int:
        of = fold(re.split(r"[:–—-]", total.label, maxsplit=1)[-1])
        return 2 if of in _OF_A_NETWORK else 1 if any(word in _OF_ALL for word in of.split("_")) else 0

    ranked = sorted(known, key=lambda pair: (rank(pair[0]), pair[0].row))
    of_the_account = [pair for pair in ranked if rank(pair[0]) == 1]
    fitting = next((pair for pair in [ranked[0], *of_the_account] if abs(pair[1] - summed) < 0.005), None)
    return fitting or ranked[0]
