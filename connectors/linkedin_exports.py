"""Taking apart the workbooks that LinkedIn's analytics export: which tables stand on which sheet, and how their days are written."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.export_days import Days, order
from connectors.linkedin_columns import DEMOGRAPHICS, KNOWN, fields_in, in_english, not_needed
from connectors.sheets import Sheet
from connectors.tables import cell_text
from workspace.column_names import fold

LOOKED_AT = 12
"""Rows among which a table's column names are looked for."""
PAGES_ALONE = frozenset(
    ("sponsored_impressions", "page_views", "visitors", "sponsored_followers", "organic_followers", "text", "competitor")
)
"""Fields that only the exports of a page have."""
_FOLLOWERS_ON = ("total_followers_on", "total_des_abonnes", "nombre_total_d_abonnes", "total_d_abonnes", "abonnes_au")

Row = tuple[int, dict[str, Any]]
"""A row's number as a spreadsheet shows it, and its cells by field."""


@dataclasses.dataclass(slots=True)
class Export:
    """What stands in one export.

    Parameters
    ----------
    daily : list of lists of Row
        Figures of a page or a member by day, one list a table.
    posts : list of Row
        Figures of posts.
    competitors : list of Row
    period : Row or None
        Figures of the whole period, whose text is `performance`.
    followers : (int, str, cell) or None
        Row, label (which names a day) and number of the followers in total.
    unused : list of str
        Columns that are not known.
    unknown : list of str
        Sheets that are not known.
    fields : set of str
    preamble : list of str
        What stands before the tables.
    days : Days
    """

    daily: list[list[Row]] = dataclasses.field(default_factory=list)
    posts: list[Row] = dataclasses.field(default_factory=list)
    competitors: list[Row] = dataclasses.field(default_factory=list)
    period: Row | None = None
    followers: tuple[int, str, Any] | None = None
    unused: list[str] = dataclasses.field(default_factory=list)
    unknown: list[str] = dataclasses.field(default_factory=list)
    fields: set[str] = dataclasses.field(default_factory=set)
    preamble: list[str] = dataclasses.field(default_factory=list)
    names: list[Any] = dataclasses.field(default_factory=list)
    demographics: bool = False
    days: Days = dataclasses.field(default_factory=lambda: Days(None))

    @property
    def recognised(self) -> bool:
        """Whether anything that can be kept was found."""
        return bool(self.fields)

    def dated(self) -> list[Any]:
        """List all cells that hold days."""
        cells = [row.get("day") for table in self.daily for _, row in table] + [row.get("at") for _, row in self.posts]
        return [*cells, *([self.period[1]["performance"]] if self.period else []), *([self.followers[1]] if self.followers else [])]

    def twofold(self) -> str | None:
        """Give a day that has two readings; None where there is none, or their order is known."""
        if self.days.day_first is not None:
            return None
        fine, other = Days(True), Days(False)
        texts = (cell for cell in self.dated() if isinstance(cell, str))
        return next((text for text in texts if fine.days_in(text) and fine.days_in(text) != other.days_in(text)), None)


def taken_apart(sheets: Sequence[Sheet], chosen: Mapping[str, str], day_first: bool | None) -> Export:
    """Find the tables of an export.

    Parameters
    ----------
    sheets : sequence of Sheet
    chosen : mapping of str to str
        Field to column, as the user said.
    day_first : bool or None
        The order of days, as the user said.
    """
    export = Export()
    for sheet in sheets:
        rows = [[_cell(cell) for cell in row] for row in sheet.rows]
        if any(cell is not None for row in rows for cell in row) and not _add(export, rows, chosen):
            export.unknown.append(sheet.name)
    if day_first is None:
        day_first = order(export.dated(), [[row.get("day") for _, row in table] for table in export.daily])
    if day_first is None and in_english(export.names):
        day_first = False  # exports in English were seen with the month first alone
    export.days = Days(day_first)
    return export


def _cell(cell: Any) -> Any:
    """Take what says nothing for nothing: blanks, a dash, what exports write for what they do not know."""
    if isinstance(cell, str):
        return None if cell.strip(" \t\r\n\xa0\ufeff-–—") == "" else cell_text(cell.strip(" \t\r\n\xa0\ufeff"))
    return cell


def _add(export: Export, rows: list[list[Any]], chosen: Mapping[str, str]) -> bool:
    """Add what stands on one sheet; tell whether it is known."""
    header = next(((place, found) for place, row in enumerate(rows[:LOOKED_AT]) if (found := _header(row, chosen))), None)
    labels = _labels(export, rows[: header[0]] if header else rows, chosen)
    if header is None:
        return labels or any(_demographic(row) for row in rows[:LOOKED_AT])
    place, groups = header
    names = rows[place]
    export.names += names
    export.unused += [
        name for name in names if isinstance(name, str) and not (fold(name) in KNOWN or not_needed(name) or name in chosen.values())
    ]
    for fields in groups:
        table = [(number, _row(row, fields)) for number, row in enumerate(rows[place + 1 :], place + 2)]
        table = [(number, row) for number, row in table if any(cell is not None for cell in row.values())]
        export.fields |= fields.keys()
        if "url" in fields:
            export.posts += table
        elif "day" in fields:
            export.daily.append(table)
        else:
            export.competitors += table
    return True


def _row(row: Sequence[Any], fields: Mapping[str, int]) -> dict[str, Any]:
    return {field: row[place] if place < len(row) else None for field, place in fields.items()}


def _header(row: Sequence[Any], chosen: Mapping[str, str]) -> list[dict[str, int]]:
    """Find the tables of which a row holds the column names, by field the place of its column; none where it holds none.

    Tables of posts can stand side by side, each with the posts' addresses as its first column.
    """
    if sum(isinstance(cell, str) for cell in row) < 2:
        return []
    fields = fields_in(row, chosen)
    if "url" in fields and len(fields) > 1:
        starts = [place for place, name in enumerate(row) if "url" in fields_in([name], chosen)]
        edges = [0, *starts[1:], len(row)]
        groups = []
        for start, end in itertools.pairwise(edges):
            part = fields_in([name if start <= place < end else None for place, name in enumerate(row)], chosen)
            if len(part) > 1:
                groups.append(part)
        return groups
    figures = fields.keys() - {"day", "competitor", "performance", "at", "text"}
    return [fields] if figures and ("day" in fields or {"competitor", "followers"} <= fields.keys()) else []


def _demographic(row: Sequence[Any]) -> bool:
    first = next((cell for cell in row if cell is not None), None)
    return isinstance(first, str) and fold(first) in DEMOGRAPHICS


def _labels(export: Export, rows: list[list[Any]], chosen: Mapping[str, str]) -> bool:
    """Read rows that hold a label and its figure; tell whether they are known."""
    found: dict[str, Any] = {}
    first = known = 0
    for number, row in enumerate(rows, 1):
        cells = [cell for cell in row if cell is not None]
        if not cells or not isinstance(cells[0], str):
            continue
        value = cells[1] if len(cells) > 1 else None
        if value is not None and fold(cells[0]).startswith(_FOLLOWERS_ON):
            export.followers, known = (number, cells[0], value), 1
            export.fields.add("new_followers")
        elif value is not None and (fields := fields_in([cells[0]], chosen)):
            found |= dict.fromkeys(fields, value)
            first = first or number
            export.names.append(cells[0])
        else:
            export.preamble.append(cells[0])
    if "performance" in found and len(found) > 1:
        export.period = first, found
    elif "url" in found and len(found) > 1:
        export.posts.append((first, found))
    else:
        return bool(known)
    export.fields |= found.keys()
    return True


def last_day(texts: Sequence[str], days: Days) -> dt.date | None:
    """Give the last day that stands in some texts."""
    return max((day for text in texts for day in days.days_in(text)), default=None)
