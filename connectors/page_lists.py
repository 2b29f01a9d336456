"""The addresses of pages to look at: as the user gives them, one a line in a file, or in a column of a table."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from connectors.named_files import expand
from connectors.table_files import Opened, opened
from connectors.table_formats import table_of
from connectors.text_encodings import encoding_of, text_of
from reports.report import N_
from workspace.errors import SourceError

GIVEN = "command line"
"""The place of addresses that stand in no file."""
COLUMNS = (
    "linking page",  # Google Search Console, "Export external links"
    "referring page url",  # Ahrefs
    "source url",  # Semrush, Majestic
    "page_referrer",  # Google Analytics 4
    "http_referer",
    "referer",
    "referrer",
    "page",
    "url",
)
"""Columns that hold the address, in the order in which they are tried."""
ADDRESS = re.compile(r"https?://", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """An address and where it stands."""

    url: str
    file: str
    row: int


def listed(sources: Iterable[str], column: str | None = None) -> Iterator[Listed]:
    """Give the addresses that sources name.

    Parameters
    ----------
    sources : iterable of str
        Addresses of pages ("https://…"), or files that list them.
    column : str or None
        The column of a table; found by its name otherwise.

    Raises
    ------
    SourceError
        A file cannot be read, or has no column with addresses.
    """
    for place, source in enumerate(sources, 1):
        if ADDRESS.match(source):
            yield Listed(source, GIVEN, place)
            continue
        for name in expand((source,)):
            with opened(name) as file:
                yield from _lines(file) if column is None and _is_plain(file) else _cells(file, column)


def _is_plain(file: Opened) -> bool:
    """Tell a list of addresses from a table, whose first line names its columns."""
    if file.kind != "csv":
        return False
    with text_of(file.path, encoding_of(file.path, file.name, None)[0]) as lines:
        first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return bool(ADDRESS.match(first.strip().lstrip("\ufeff")))


def _lines(file: Opened) -> Iterator[Listed]:
    with text_of(file.path, encoding_of(file.path, file.name, None)[0]) as lines:
        for row, line in enumerate(lines, 1):
            text = line.strip().lstrip("\ufeff")
            if text and not text.startswith("#"):
                yield Listed(text, file.name, row)


def _cells(file: Opened, column: str | None) -> Iterator[Listed]:
    table = table_of(file, None, None, None)
    names = {name.strip().lower(): name for name in reversed(table.columns)}
    found = names.get(column.lower()) if column is not None else next((names[name] for name in COLUMNS if name in names), None)
    if found is None:
        raise SourceError(
            N_("{file}: no column holds addresses of pages; there is {columns}. Name one with --column"),
            file=file.name,
            columns=", ".join(table.columns),
        )
    for rows in table.rows():
        for row, cell in zip(rows.numbers.tolist(), rows.columns[found].to_pylist(), strict=True):
            if cell is not None:
                yield Listed(cell.strip(), file.name, row)
