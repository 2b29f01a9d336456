"""The rows of the files in a LinkedIn member's archive, whose texts of several lines are quoted oddly."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator

from connectors.csv_tables import NEVER_CLOSED, NO_TABLE
from workspace.errors import SourceError

WRITTEN = ("shares", "comments")
"""Files with texts of several lines, which LinkedIn quotes oddly."""
_STARTS = re.compile(r'"?\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?"?[,;\t]"?https?:')
LONGEST = 200_000
"""Letters of a record that is worth mending; a post has 3,000 at most."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A file that may be read.

    Parameters
    ----------
    kind : str
        A key of `linkedin_archive.HEADERS`.
    file : str
        As the user knows it.
    columns : tuple of str
        In lower case.
    rows : list of (int, list of str)
        Each with its number as a spreadsheet shows it; rows without anything are left out.
    broken : list of int
        Numbers of rows that have other columns than the header.
    as_of : datetime.date
        When LinkedIn made it.
    """

    kind: str
    file: str
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    broken: list[int]
    as_of: dt.date


def records(lines: Iterable[str]) -> Iterator[list[str]]:
    """Part a file where its records begin: with a moment and an address. A broken quotation ends with its record."""
    record: list[str] = []
    for line in lines:
        if record and _STARTS.match(line):
            yield record
            record = []
        record.append(line)
    if record:
        yield record


def read_into(part: Part, chunk: list[str], delimiter: str, row: int) -> int:
    """Read some lines into a part; return the number of the last row."""
    width, text = len(part.columns), part.kind in WRITTEN
    try:
        cells = list(csv.reader(chunk, delimiter=delimiter))
    except csv.Error as error:  # a field without end
        if not text:
            raise SourceError(NO_TABLE, file=part.file, row=row + 1, why=error) from error
        part.broken.append(row + 1)
        return row + 1
    if text and any(len(found) not in (0, width) for found in cells) and (mended := _mended(chunk, cells[0], part, delimiter)):
        part.rows.append((row + 1, mended))
        return row + len(cells)
    if not text and cells and (chunk[-1:] and "".join(chunk).count('"') % 2) and any("\n" in cell for cell in cells[-1]):
        raise SourceError(NEVER_CLOSED, file=part.file, row=row + len(cells))
    for found in cells:
        row += 1
        if not any(cell.strip() for cell in found):
            continue
        runs_on = not text and any("\n" in cell for cell in found)
        if len(found) > width or runs_on or (text and len(found) < width):
            part.broken.append(row)
        else:
            part.rows.append((row, [cell.strip() for cell in found] + [""] * (width - len(found))))
    return row


def _mended(record: list[str], first: list[str], part: Part, delimiter: str) -> list[str] | None:
    """Take a record apart from both ends where the text in its middle is quoted line by line; None where that does not work."""
    column = next(place for place, name in enumerate(part.columns) if name in ("sharecommentary", "message"))
    last = column == len(part.columns) - 1
    if (len(first) == len(part.columns) and not last) or sum(map(len, record)) > LONGEST:
        return None
    cell = rf'("(?:[^"]|"")*"|[^"{delimiter}\r\n]*)'
    before, after = (cell + delimiter) * column, (delimiter + cell) * (len(part.columns) - column - 1)
    found = re.fullmatch(rf"{before}(.*){after}\s*", "".join(record), re.DOTALL)
    return [_unquoted(text) for text in found.groups()] if found else None


def _unquoted(cell: str) -> str:
    return cell.strip().removeprefix('"').removesuffix('"').replace('""', '"')


def whole_text(text: str) -> str:
    r"""Take out of a text the quotation marks that LinkedIn puts around each of its lines; others stay.

    Examples
    --------
    >>> whole_text('New"\n"\n"He said "yes" to it'), whole_text('He said "yes"\nand went')
    ('New\n\nHe said "yes" to it', 'He said "yes"\nand went')
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > 1 and all(line.startswith('"') for line in lines[1:]) and all(line.rstrip().endswith('"') for line in lines[:-1]):
        last = len(lines) - 1
        opened_lines = [line[1:] if place else line for place, line in enumerate(lines)]
        lines = [line.rstrip().removesuffix('"') if place < last else line for place, line in enumerate(opened_lines)]
    return "\n".join(lines).strip()
