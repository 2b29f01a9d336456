"""Reading a text table: columns between commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

from connectors.headers import DEPTH, FIRST_ROW, SAMPLE, Header, found_below, header_line, rows_in
from connectors.table_files import Opened
from connectors.tables import MISSING, ROWS, Broken, Rows, Table, checked_names
from connectors.text_encodings import encoding_of, text_of
from reports.report import N_
from workspace.errors import SourceError

BLOCKS = (4 << 20, 16 << 20)
"""Bytes taken at once, at first and where a row is longer than that. Arrow reads 32 blocks ahead, so small ones keep memory flat."""
UNEVEN = (N_("The row has more or fewer columns than the header."), N_("Put a text that holds the delimiter into double quotes."))
RUNS_ON = (
    N_("The row runs over several lines and has more or fewer columns than the header."),
    N_("Close the quotation mark that opens in it, and double those inside a text."),
)
NEVER_CLOSED = N_("{file}, row {row}: a quotation mark opens there and is never closed; close it, or double those inside a text")


NO_TABLE = N_("{file}, row {row} or below: this is no text table ({why}); export it again")
TOO_LONG = N_(
    "{file}, row {row}: the row is longer than 16 MB, as where a quotation mark opens and is never closed; close it, or double those "
    "inside a text"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """How a text table is laid out.

    Parameters
    ----------
    encoding, delimiter : str
    names : tuple of str
        The columns.
    skipped : int
        Lines above the column names.
    row : int
        The number of their row. A quoted text above them may run over several lines, which a spreadsheet counts once.
    preamble : tuple of str
        What stands above them.
    bare : bool
        Does nothing stand below them?
    """

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    skipped: int
    row: int
    preamble: tuple[str, ...]
    bare: bool


def csv_table(file: Opened, encoding: str | None, delimiter: str | None, header: Header = FIRST_ROW) -> Table:
    """Open a text table.

    Parameters
    ----------
    file : Opened
    encoding, delimiter : str or None
        What the user said; None to find it out.
    header : Header
        Which row is the column names.

    Notes
    -----
    Between semicolons, tabs or bars, `1,234` and `1.234` are left open; a table between commas comes from where the point is the
    decimal sign.
    """
    found, remarks = encoding_of(file.path, file.name, encoding)
    layout = _layout(file, found, delimiter, header)
    if layout.preamble:
        remarks += (found_below(file.name, layout.row),)
    return Table(layout.names, lambda: _rows(file, layout), False if layout.delimiter == "," else None, remarks, layout.preamble)


def _layout(file: Opened, encoding: str, delimiter: str | None, header: Header) -> Layout:
    with text_of(file.path, encoding) as lines:
        blank = 0
        for line in lines:
            if line.strip("\ufeff \t\r\n"):
                break
            blank += 1
        else:
            raise SourceError("{name}: this file is empty; export it again", name=file.name)
        sample = [line.lstrip("\ufeff"), *itertools.islice(lines, DEPTH + SAMPLE)]
        place, delimiter = header_line(sample, delimiter, header, file.name)
        rest = itertools.chain(sample[place:], lines)
        try:
            names = next(csv.reader(rest, delimiter=delimiter))
        except csv.Error as error:
            raise SourceError(
                "{name}: the first row is no list of column names ({why}); put them there", name=file.name, why=error
            ) from error
        return Layout(
            encoding,
            delimiter,
            checked_names(names, file.name, header.doubled),
            blank + place,
            blank + rows_in(sample[:place], delimiter) + 1,
            tuple(text for above in sample[:place] if (text := above.strip())),
            next(rest, None) is None,
        )


def _rows(file: Opened, layout: Layout) -> Iterator[Rows]:
    """Read the rows; where one is too long for the block, go on from there with larger blocks."""
    first = layout.row + 1
    for size in BLOCKS if not layout.bare else ():
        try:
            for rows in _in_blocks(file, layout, size, first):
                yield rows
                first = 1 + max(*rows.numbers[-1:].tolist(), *(broken.row for broken in rows.broken[-1:]), first - 1)
            return
        except _RowTooLongError as error:
            if size == BLOCKS[-1]:
                raise SourceError(TOO_LONG, file=file.name, row=error.row) from error


class _RowTooLongError(Exception):
    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def _in_blocks(file: Opened, layout: Layout, size: int, wanted: int) -> Iterator[Rows]:
    """Read the rows from the number `wanted` on; `pending` holds refused rows until the numbers before theirs are given out."""
    import pyarrow as pa

    pending: list[Broken] = []
    first, last_cell = layout.row + 1, None
    with pa.OSFile(str(file.path)) as source:
        try:
            for batch in _reader(source, layout, size, pending):
                numbers, passed = _numbered(first, batch.num_rows, pending)
                broken, pending[:] = pending[:passed], pending[passed:]
                if batch.num_rows:
                    first, last_cell = int(numbers[-1]) + 1, batch.columns[-1][-1].as_py()
                if first > wanted:
                    yield from _in_parts(layout, batch, numbers, broken, wanted, source.tell())
        except (pa.ArrowInvalid, UnicodeError) as error:
            row = 1 + (pending[-1].row if pending else first - 1)
            if "straddl" in str(error):
                raise _RowTooLongError(row) from error
            why = str(error).splitlines()[0][:200]
            raise SourceError(NO_TABLE, file=file.name, row=row, why=why) from error
    runs_on = pending[-1].problem == RUNS_ON[0] if pending else _runs_on(last_cell)
    if runs_on and _open_quote(file, layout.encoding):
        raise SourceError(NEVER_CLOSED, file=file.name, row=pending[-1].row if pending else first - 1)
    if pending:
        empty = pa.array([], pa.string())
        numbers, _ = _numbered(first, 0, [])
        left = tuple(row for row in pending if row.row >= wanted)
        yield Rows(dict.fromkeys(layout.names, empty), numbers, left, file.path.stat().st_size)


def _in_parts(layout: Layout, batch: Any, numbers: Any, broken: list[Broken], wanted: int, done: int) -> Iterator[Rows]:
    import numpy as np

    start = int(np.searchsorted(numbers, wanted))
    left = tuple(row for row in broken if row.row >= wanted)
    for place in range(start, batch.num_rows, ROWS):
        columns = (column.slice(place, ROWS) for column in batch.columns)
        part = numbers[place : place + ROWS]
        here = tuple(row for row in left if row.row < part[-1])
        left = left[len(here) :]
        yield Rows(dict(zip(layout.names, columns, strict=True)), part, here, done)


def _reader(source: Any, layout: Layout, size: int, refused: list[Broken]) -> Iterator[Any]:
    """Read record batches; what has another width than the header goes to `refused`."""
    import pyarrow as pa
    import pyarrow.csv

    def refuse(row: Any) -> str:
        refused.append(Broken(row.number - layout.skipped - 1 + layout.row, row.text[:200], *(RUNS_ON if _runs_on(row.text) else UNEVEN)))
        return "skip"

    read = pyarrow.csv.ReadOptions(
        use_threads=False,  # with threads, rows have no numbers
        block_size=size,
        encoding=layout.encoding,
        column_names=layout.names,
        skip_rows=layout.skipped,
        skip_rows_after_names=1,
    )
    parse = pyarrow.csv.ParseOptions(
        delimiter=layout.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=refuse
    )
    convert = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(layout.names, pa.string()), strings_can_be_null=True, null_values=list(MISSING)
    )
    return iter(pyarrow.csv.open_csv(source, read, parse, convert))


def _numbered(first: int, count: int, refused: list[Broken]) -> tuple[Any, int]:
    """Number rows from `first` on, leaving out the numbers of refused rows; tell how many of those were passed."""
    import numpy as np

    bad = np.array([row.row for row in refused], dtype=np.int64)
    numbers = np.arange(first, first + count, dtype=np.int64)
    numbers += np.searchsorted(bad - np.arange(len(bad)), numbers, side="right")
    return numbers, int(np.searchsorted(bad, numbers[-1])) if count else 0


def _runs_on(text: str | None) -> bool:
    return text is not None and ("\n" in text or "\r" in text)


def _open_quote(file: Opened, encoding: str) -> bool:
    """Tell whether a file, whose last cell has several lines, ends inside that cell: without an odd number of quotation marks."""
    with file.path.open("rb") as raw:
        raw.seek(max(0, file.path.stat().st_size - 256))
        tail = raw.read().decode(encoding, errors="ignore").rstrip("\r\n")
    return (len(tail) - len(tail.rstrip('"'))) % 2 == 0
