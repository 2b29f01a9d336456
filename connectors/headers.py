"""Finding the row of column names where other rows stand above it: a title, a period, notes."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Sequence

from reports.report import Text
from workspace.errors import SourceError

DEPTH = 40
"""Rows among which the column names are looked for."""
SAMPLE = 20
"""Rows that are looked at to find the delimiter."""
DELIMITERS = ",;\t|"


@dataclasses.dataclass(frozen=True, slots=True)
class Header:
    """What tells the row of column names from the rows above it.

    Parameters
    ----------
    fits : callable or None
        Tells whether a row is the column names; None where the first row that is not empty is taken.
    missing : callable or None
        Makes the error, from the file's name, where no row fits; None where the first row is taken then.
    doubled : bool
        May two columns have one name? The later one then gets its place added to it.
    """

    fits: Callable[[Sequence[str]], bool] | None = None
    missing: Callable[[str], SourceError] | None = None
    doubled: bool = False

    def checked(self, names: Sequence[str], file: str) -> None:
        """Refuse the names of a table whose first row is all there is to choose from."""
        if self.missing is not None and self.fits is not None and not self.fits(names):
            raise self.missing(file)


FIRST_ROW = Header()


def header_among(rows: Sequence[Sequence[str]], header: Header, file: str) -> int:
    """Find the column names among a sheet's first rows.

    Parameters
    ----------
    rows : sequence of sequences of str
        At least one of them is not empty.
    header : Header
    file : str

    Returns
    -------
    int
        The row's place in `rows`.

    Raises
    ------
    SourceError
        Where no row fits and the header is one that has to.

    Notes
    -----
    A row of the table above the column names would be lost; where there seems to be one, the first row is taken, which is then refused.
    """
    filled = [place for place, row in enumerate(rows) if any(row)]
    if header.fits is not None:
        for place in filled:
            if header.fits(rows[place]):
                return filled[0] if header.missing is None and _like_rows(rows[:place], rows[place]) else place
        if header.missing is not None:
            raise header.missing(file)
    return filled[0]


def _like_rows(above: Sequence[Sequence[str]], names: Sequence[str]) -> bool:
    """Tell whether something above the column names is a row of the table: as wide, and full."""
    return len(names) > 2 and any(len(row) == len(names) and all(cell.strip() for cell in row) for row in above)


def header_line(lines: Sequence[str], delimiter: str | None, header: Header, file: str) -> tuple[int, str]:
    """Find the line on which a text table's column names begin, and what stands between its columns.

    Parameters
    ----------
    lines : sequence of str
        The file's first lines, from the first that is not empty on.
    delimiter : str or None
        What the user said.
    header : Header
    file : str

    Returns
    -------
    place : int
        Among `lines`.
    delimiter : str

    Raises
    ------
    SourceError
        Where no line fits and the header is one that has to.

    Examples
    --------
    >>> header_line(["Report 7, final\\n", "day;cost\\n", "2026-01-31;1,50\\n"], None, Header(lambda names: "cost" in names), "a.csv")
    (1, ';')
    """
    candidates = [delimiter] if delimiter else list(DELIMITERS)
    if header.fits is not None:
        for place in range(min(DEPTH, len(lines))):
            fitting = [sign for sign in candidates if header.fits(_first_row(lines, place, sign))]
            if fitting:
                delimiter = _delimiter(lines[place:], fitting)
                if header.missing is None and _like_rows(_rows(lines[:place], delimiter), _first_row(lines, place, delimiter)):
                    break
                return place, delimiter
        if header.missing is not None:
            raise header.missing(file)
    return 0, _delimiter(lines, candidates)


def _first_row(lines: Sequence[str], place: int, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader(lines[place:], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _delimiter(lines: Sequence[str], candidates: Sequence[str]) -> str:
    """Choose the delimiter by which most of the first rows have as many columns as the header, and more than one."""

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines[:SAMPLE], delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        return (widths.count(widths[0]), widths[0]) if widths and widths[0] > 1 else (0, 0)

    return candidates[0] if len(candidates) == 1 else max(candidates, key=fit)


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return [[line] for line in lines]


def rows_in(lines: Sequence[str], delimiter: str) -> int:
    """Count the rows in some lines, as a spreadsheet does: a quoted text may run over several lines, an empty line is a row."""
    return len(_rows(lines, delimiter))


def found_below(file: str, row: int) -> Text:
    """Say that rows stand above the column names."""
    return Text("{file}: the column names stand in row {row}; what is above them was passed over.", file=file, row=row)
