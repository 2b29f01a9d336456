"""The rows of an advertising platform's export: which are sums of others, which say nothing, and that each is of one day."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from connectors import cells
from connectors.ad_columns import AdColumns, Platform
from connectors.tables import Broken, Rows, Table
from connectors.worded_days import in_digits
from workspace.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "(campaign)"
"""The column that is added: what tells campaigns apart."""
_TOTAL = "(?:(?:grand|overall|report|sub)[ -]?)?(?:totals?|totaux|sous-total|gesamt(?:summe)?|summe|totale|totaal)"
TOTAL = rf"(?i)^\s*{_TOTAL}(?:\W|$)"
TOTAL_SURELY = rf"(?i)^\s*{_TOTAL}[\s\x{{A0}}\x{{202F}}]*(?::.*)?$"
"""A campaign may be called "Total Energies", but hardly "Total" or "Total: Search"."""
FOOTER = r"(?i)^\W*(?:©|@|\(c\))\s*\d{4}\s+microsoft\b"
UNKNOWN = r"^[\s\x{A0}]*(?:[<>≤≥].*|[-–—]+)[\s\x{A0}]*$"
"""What stands for a figure that is not shown: "< 10", "--"."""
TWO_YEARS = r"\b(?:19|20)\d\d\b.*\b(?:19|20)\d\d\b"
ROUNDED_ID = r"(?i)^\s*\d+(?:[.,]\d+)?e\+?\d+\s*$"
"""What a spreadsheet makes of a long number; the ids of several campaigns may look alike then."""
NONE_AT_ALL = r"^[\s0.,]*$"


@dataclasses.dataclass(frozen=True, slots=True)
class Total:
    """A row that is the sum of others: its number, what it calls itself, its amount as it is written."""

    row: int
    label: str
    amount: str | None


class AdRows:
    """The rows of one export that are of one campaign (or ad) on one day.

    Parameters
    ----------
    table : Table
    columns : AdColumns
    platform : Platform
    file, account : str
        `account` tells accounts apart where no column does.

    Notes
    -----
    `totals`, `idle` and `hidden` tell what was passed over, by row, once the rows have been read; reading them again changes nothing.
    """

    def __init__(self, table: Table, columns: AdColumns, platform: Platform, file: str, account: str) -> None:
        self.source, self.columns, self.platform, self.file, self.account = table, columns, platform, file, account
        self.totals: dict[int, Total] = {}
        self.idle: dict[int, int] = {}
        self.hidden: dict[int, int] = {}
        self.figures = [columns.fields[field] for field in ("amount", "impressions", "clicks", "conversions") if field in columns.fields]

    def table(self) -> Table:
        """Give the rows as a table, with a column more: `KEY`."""
        return dataclasses.replace(self.source, columns=(*self.source.columns, KEY), rows=self._rows)

    def _rows(self) -> Iterator[Rows]:
        import pyarrow as pa

        for rows in self.source.rows():
            found = dict(rows.columns)
            fields = self.columns.fields
            found[fields["day"]] = cells.on_distinct(found[fields["day"]], _in_digits)
            if self.columns.millionths:
                found[fields["amount"]] = _from_millionths(found[fields["amount"]])
            passed = self._totals(found, rows)
            self._check_days(found, rows, passed)
            first = int(rows.numbers[0]) if len(rows.numbers) else 0
            self.hidden[first] = 0
            for column in self.figures:
                found[column], hidden = _known(found[column], ~passed)
                self.hidden[first] += hidden
            blank = _blank(found, len(rows.numbers))
            idle = self._idle(found) & ~passed & ~blank
            self.idle[first] = int(idle.sum())
            found[KEY] = self._key(found, rows)
            kept = ~(passed | idle | blank)
            if not kept.all():
                found = {name: column.filter(pa.array(kept)) for name, column in found.items()}
            broken = tuple(row for row in rows.broken if not self._passed_broken(row))
            yield Rows(found, rows.numbers[kept], broken, rows.done)

    def _totals(self, found: dict[str, pa.Array], rows: Rows) -> Any:
        """Find the rows that are sums of others, and a notice of rights below the table."""
        import numpy as np
        import pyarrow.compute as pc

        fields, names = self.columns.fields, self.source.columns
        day = found[fields["day"]]
        no_day = cells.mask(pc.is_null(cells.filled(day))) | _like(day, TOTAL)
        labels = dict.fromkeys([*names[:3], *(fields[field] for field in ("day", "campaign", "account") if field in fields)])
        labelled = np.zeros(len(day), dtype=bool)
        for column in labels:
            labelled |= _like(found[column], TOTAL)
        totals = no_day & labelled
        nameless = no_day
        if "campaign" in fields:
            campaign = found[fields["campaign"]]
            totals |= _like(campaign, TOTAL_SURELY)
            nameless = cells.mask(pc.is_null(cells.filled(campaign))) & (no_day | self._long(found))
        if self.platform.nameless_totals:
            totals |= nameless & cells.mask(pc.is_valid(found[fields["amount"]]))
        for place in np.flatnonzero(totals).tolist():
            row = int(rows.numbers[place])
            texts = (found[column][place].as_py() for column in labels)
            label = next((text.strip()[:80] for text in texts if text and re.match(TOTAL, text)), "")
            self.totals[row] = Total(row, label, found[fields["amount"]][place].as_py())
        return totals | _like(found[names[0]], FOOTER)

    def _passed_broken(self, row: Broken) -> bool:
        """Pass over what has other columns than the table: a notice of rights, or a sum, which cannot be compared then."""
        import pyarrow as pa

        text = pa.array([row.value.strip('"\ufeff ')])
        if _like(text, TOTAL)[0]:
            self.totals[row.row] = Total(row.row, row.value[:80], None)
            return True
        return bool(_like(text, FOOTER)[0])

    def _long(self, found: dict[str, pa.Array]) -> Any:
        """Find the rows that end on another day than they begin on."""
        import numpy as np
        import pyarrow.compute as pc

        day = found[self.columns.fields["day"]]
        long = _like(day, TWO_YEARS)
        if (until := self.columns.fields.get("until")) is None:
            return long
        end = cells.on_distinct(found[until], _in_digits)
        return np.asarray(long | cells.mask(pc.not_equal(pc.utf8_trim_whitespace(day), pc.utf8_trim_whitespace(end))))

    def _check_days(self, found: dict[str, pa.Array], rows: Rows, passed: Any) -> None:
        import numpy as np

        long = np.flatnonzero(self._long(found) & ~passed)
        if len(long):
            place = int(long[0])
            until = self.columns.fields.get("until")
            texts = [found[column][place].as_py() for column in (self.columns.fields["day"], until) if column is not None]
            raise SourceError(
                "{file}, row {row}: the row is the sum of several days ({period}), and days are not made up from it. {remedy}",
                file=self.file,
                row=int(rows.numbers[place]),
                period=" – ".join(text for text in texts if text),
                remedy=self.platform.by_day,
            )

    def _idle(self, found: dict[str, pa.Array]) -> Any:
        """Find the rows of which no cost is known and in which nothing was shown or clicked."""
        import numpy as np
        import pyarrow.compute as pc

        amount, *others = (found[column] for column in self.figures)
        if not others:
            return np.zeros(len(amount), dtype=bool)
        idle = cells.mask(pc.is_null(cells.filled(amount)))
        for column in others:
            idle &= cells.mask(pc.is_null(column)) | _like(column, NONE_AT_ALL)
        return idle

    def _key(self, found: dict[str, pa.Array], rows: Rows) -> pa.Array:
        """Tell campaigns apart: by their id, or by their account and their name."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        def column(field: str, otherwise: str) -> pa.Array:
            name = self.columns.fields.get(field)
            texts = pc.utf8_trim_whitespace(found[name]) if name is not None else pa.nulls(len(rows.numbers), pa.string())
            return pc.fill_null(texts, otherwise)

        if "campaign_id" not in self.columns.fields:
            return pc.binary_join_element_wise(column("account", self.account), column("campaign", ""), "/")
        ids = column("campaign_id", "-")
        if (rounded := _like(ids, ROUNDED_ID)).any():
            place = int(np.flatnonzero(rounded)[0])
            raise SourceError(
                "{file}, row {row}: the campaign's id '{id}' was rounded by a spreadsheet, and campaigns cannot be told apart by it; "
                "import the file as it was downloaded, or take the column out",
                file=self.file,
                row=int(rows.numbers[place]),
                id=ids[place].as_py(),
            )
        return pc.utf8_trim(ids, "[]")  # Microsoft brackets ids, so that a spreadsheet leaves them as they are


def _in_digits(distinct: pa.Array) -> pa.Array:
    import pyarrow as pa

    return pa.array([text and in_digits(text) for text in distinct.to_pylist()], pa.string())


def _like(column: pa.Array, pattern: str) -> Any:
    import pyarrow.compute as pc

    return cells.mask(pc.match_substring_regex(column, pattern))


def _blank(found: dict[str, pa.Array], length: int) -> Any:
    """Find the rows in which no cell is filled."""
    import numpy as np
    import pyarrow.compute as pc

    blank = np.ones(length, dtype=bool)
    for column in found.values():
        blank &= cells.mask(pc.is_null(column))
    return blank


def _known(column: pa.Array, counted: Any) -> tuple[pa.Array, int]:
    """Take what stands for a figure that is not shown for an empty cell; count those that say how low it is."""
    import pyarrow.compute as pc

    unknown = _like(column, UNKNOWN)
    if not unknown.any():
        return column, 0
    hidden = unknown & _like(column, r"[<>≤≥]") & counted
    return pc.if_else(unknown, None, column), int(hidden.sum())


def _from_millionths(column: pa.Array) -> pa.Array:
    import pyarrow as pa

    def shifted(text: str | None) -> str | None:
        whole = re.fullmatch(r"\s*(-?)(\d+)(?:\.0*)?\s*", text or "")
        if not whole:
            return text
        digits = whole[2].rjust(7, "0")
        return f"{whole[1]}{digits[:-6]}.{digits[-6:]}"

    return cells.on_distinct(column, lambda distinct: pa.array([shifted(text) for text in distinct.to_pylist()], pa.string()))
