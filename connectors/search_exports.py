"""What Search Console's performance report exports: a ZIP of CSV files, one of those, or a workbook with the same tables as sheets."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from connectors.export_days import Days, order
from connectors.sheets import Sheet, sheets_of
from connectors.table_files import Opened, opened
from connectors.worded_days import in_digits
from reports.report import N_
from workspace.column_names import fold
from workspace.errors import SourceError

TABLES = ("dates", "queries", "pages", "countries", "devices")
"""The report's tables, as `--table` names them."""
FIELDS = {"dates": "day", "queries": "query", "pages": "page", "countries": "country", "devices": "device"}
COLUMNS = {
    "dates": "date day jour",
    "queries": "top_queries query requetes_les_plus_frequentes requete",
    "pages": "top_pages page pages_les_plus_populaires",
    "countries": "country pays",
    "devices": "device appareil",
    "clicks": "clicks clics",
    "impressions": "impressions",
    "position": "position average_position position_moyenne",
}
"""What a table's columns are called in English and French, folded; its first column tells which table it is."""
FILTERS = ("filter", "filtre")
OF_ALL = {"search_type": ("web",), "type_de_recherche": ("web",)}
PERIODS = ("date", "dates")
LARGEST = 64 << 20
"""Bytes of a table; the report exports 1,000 rows of each at most."""
NOT_KNOWN = N_(
    "{file}: no table has the columns of Search Console's performance report, such as Date or Top queries, then Clicks and Impressions; "
    "export it without comparison, in English or French"
)
FILTERED = N_(
    "{file}: this export was filtered ({filter}: {value}), and its figures are not those of the whole site; take the filter away and "
    "export it again"
)
BY_HOUR = N_("{file}: the day {day} stands in two rows, as in an export by hour; export it by day")
TOO_LARGE = N_("{file}: larger than {most} MB unpacked, which no table of Search Console is")
DAMAGED = N_("{file}: this archive is damaged or locked ({why}); export it again")


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A table of the report.

    Parameters
    ----------
    name : str
        One of `TABLES`.
    file : str
        As the user knows it.
    rows : list of (int, dict)
        Each with its number as a spreadsheet shows it; its cells by field.
    """

    name: str
    file: str
    rows: list[tuple[int, dict[str, Any]]]

    def days(self) -> list[dt.date]:
        """List the days, where it is by day."""
        return [row["day"] for _, row in self.rows if isinstance(row.get("day"), dt.date)]


@dataclasses.dataclass(slots=True)
class Export:
    """The tables of one export by name, and its period where it tells it: the first and the last day."""

    file: str
    parts: dict[str, Part] = dataclasses.field(default_factory=dict)
    period: tuple[dt.date, dt.date] | None = None


def export_of(source: str) -> Export:
    """Read an export.

    Raises
    ------
    SourceError
        It is damaged, filtered, or none of Search Console's.
    """
    export = Export("stdin" if source == "-" else source)
    asked = None
    for file in _files(source):
        ways = [_tables(file, sheets) for sheets in sheets_of(file)]
        parts, filters = max(ways, key=lambda way: len(way[0]) + len(way[1]))
        for part in parts:
            export.parts.setdefault(part.name, part)
        for name, value in filters.items():
            if fold(name) in PERIODS:
                asked = value
            elif fold(value) not in OF_ALL.get(fold(name), ()):
                raise SourceError(FILTERED, file=file.name, filter=name, value=value)
    if not export.parts:
        raise SourceError(NOT_KNOWN, file=export.file)
    days = export.parts["dates"].days() if "dates" in export.parts else []
    if (twice := next((day for day in days if days.count(day) > 1), None)) is not None:
        raise SourceError(BY_HOUR, file=export.parts["dates"].file, day=twice)
    export.period = _period(asked) or ((min(days), max(days)) if days else None)
    return export


def _files(source: str) -> Iterator[Opened]:
    """Open the tables that a source holds: those of an archive one after the other, or the one that it is."""
    if source == "-" or not zipfile.is_zipfile(source) or _is_workbook(source):
        with opened(source) as file:
            yield file
        return
    with _told(source), zipfile.ZipFile(source) as archive, tempfile.TemporaryDirectory(prefix="smarketing-") as folder:
        for place, entry in enumerate(archive.infolist()):
            name = PurePosixPath(entry.filename)
            if name.suffix.lower() != ".csv" or name.name.startswith("._"):
                continue
            shown = f"{source}/{name.name}"
            if entry.file_size > LARGEST:
                raise SourceError(TOO_LARGE, file=shown, most=LARGEST >> 20)
            path = Path(folder) / str(place)
            with archive.open(entry) as packed, path.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)
            if path.stat().st_size:
                yield Opened(shown, path, "csv")
            path.unlink()


def _is_workbook(source: str) -> bool:
    with _told(source), zipfile.ZipFile(source) as archive:
        return any(name.startswith("xl/") or name == "content.xml" for name in archive.namelist())


@contextlib.contextmanager
def _told(source: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise SourceError(DAMAGED, file=source, why=error) from error


def _tables(file: Opened, sheets: list[Sheet]) -> tuple[list[Part], dict[str, str]]:
    """Find the report's tables among sheets, and what the export was filtered by."""
    parts: list[Part] = []
    filters: dict[str, str] = {}
    for sheet in sheets:
        rows = [row for row in enumerate(sheet.rows, 1) if any(str(cell).strip() for cell in row[1])]
        if not rows or len(rows[0][1]) < 2:
            continue
        names = [fold(str(cell)) for cell in rows[0][1]]
        if names[0] in FILTERS:
            filters |= {str(row[0]).strip(): str(row[1]).strip() for _, row in rows[1:] if len(row) > 1}
            continue
        table = next((table for table in TABLES if names[0] in COLUMNS[table].split()), None)
        places = {field: place for field in ("clicks", "impressions", "position") if (place := _place(names, field)) is not None}
        if table is None or not {"clicks", "impressions"} <= places.keys():
            continue
        shown = f"{file.name}/{sheet.name}" if len(sheets) > 1 else file.name
        parts.append(Part(table, shown, _rows(rows[1:], FIELDS[table], places)))
    return parts, filters


def _place(names: list[str], field: str) -> int | None:
    return next((place for place, name in enumerate(names) if name in COLUMNS[field].split()), None)


def _rows(rows: list[tuple[int, list[Any]]], own: str, places: dict[str, int]) -> list[tuple[int, dict[str, Any]]]:
    days = Days(order([row[0] for _, row in rows], [[row[0] for _, row in rows]])) if own == "day" else None
    found = []
    for number, row in rows:
        cells = {field: row[place] if place < len(row) else None for field, place in places.items()}
        if str(cells["impressions"]).strip() in ("0", "0.0"):
            cells["position"] = None  # written as 0, but what was never shown stood nowhere
        first = row[0]
        if days is not None:
            first = days.day(in_digits(first) if isinstance(first, str) else first) or first
        found.append((number, {own: first, **cells}))
    return found


def _period(text: str | None) -> tuple[dt.date, dt.date] | None:
    """Read the days of a period, such as "Aug 28, 2026-Sep 3, 2026"; None where they are not told, as by "Last 3 months".

    Examples
    --------
    >>> _period("Aug 28, 2026-Sep 3, 2026"), _period("Last 3 months")
    ((datetime.date(2026, 8, 28), datetime.date(2026, 9, 3)), None)
    """
    reader = Days(None)
    days = reader.days_in(text)
    for mark in ("-", "–"):
        if not days and text:
            read = [reader.day(in_digits(half)) for half in text.split(mark)]
            days = [day for day in read if day is not None] if all(read) else []
    return (days[0], days[-1]) if days and days[0] <= days[-1] else None
