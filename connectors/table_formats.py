"""Readers of the table formats: each yields `Rows` of texts, a few megabytes at a time, so that memory stays flat."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from connectors.table_files import Broken, Opened, Rows, text_of
from reports.report import N_
from workspace.errors import SourceError, UsageError

BLOCK = 16 << 20
"""Bytes of a text table taken at once; a row may be as long."""
ROWS = 50_000
DELIMITERS = ",;\t|"
MISSING = ("", "NULL", "null", "None", "NaN", "nan", "N/A", "n/a", "#N/A", "\\N")
"""What exports write where they know nothing."""
UNEVEN = (N_("The row has more or fewer columns than the header."), N_("Put a text that holds the delimiter into double quotes."))
NOT_AN_OBJECT = (N_("The line is not one JSON object."), N_("Write one object a line, its names and texts in double quotes."))


@dataclasses.dataclass(frozen=True, slots=True)
class Header:
    """The column names of a text table, its delimiter, and the blank lines before it."""

    names: list[str]
    delimiter: str
    blank: int


def csv_header(file: Opened, encoding: str, delimiter: str | None) -> Header:
    """Read the column names of a text table and find its delimiter."""
    with text_of(file.path, encoding) as lines:
        try:
            blank, first = next((place, line) for place, line in enumerate(lines) if line.strip())
            if delimiter is None:
                bare = "".join(part for place, part in enumerate(first.split('"')) if place % 2 == 0)
                delimiter = max(DELIMITERS, key=bare.count)
            names = next(csv.reader(itertools.chain([first], lines), delimiter=delimiter))
        except (csv.Error, StopIteration) as error:
            raise SourceError("{name}: the first row is no list of column names; put them there", name=file.name) from error
    return Header(checked_names([name.strip() for name in names], file.name), delimiter, blank)


def checked_names(names: list[str], file: str) -> list[str]:
    """Refuse doubled column names; a column without a name gets one from its place."""
    named = [name or f"(column {place})" for place, name in enumerate(names, 1)]
    for name, count in Counter(named).items():
        if count > 1:
            places = [place for place, other in enumerate(named, 1) if other == name]
            raise SourceError(
                "{file}: two columns are called '{name}' (the {first}. and the {second}.); rename one of them",
                file=file,
                name=name,
                first=places[0],
                second=places[1],
            )
    return named


def csv_rows(file: Opened, encoding: str, header: Header) -> Iterator[Rows]:
    """Read a text table."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv

    names, broken = header.names, list[Broken]()

    def refuse(row: Any) -> str:
        broken.append(Broken(row.number + header.blank, row.text[:200], *UNEVEN))
        return "skip"

    try:
        reader = pyarrow.csv.open_csv(
            pa.OSFile(str(file.path)),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK,
                encoding=encoding,
                column_names=names,
                skip_rows=header.blank,
                skip_rows_after_names=1,
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=header.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=refuse
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=list(MISSING)
            ),
        )
        seen, done = 0, 0
        for batch in reader:
            # Numbers of the refused rows are known; the others take the numbers between them.
            bad = np.array([row.row for row in broken], dtype=np.int64)
            places = np.arange(seen, seen + batch.num_rows, dtype=np.int64) + 2 + header.blank
            places += np.searchsorted(bad - np.arange(len(bad)), places, side="right")
            seen, done = seen + batch.num_rows, done + batch.nbytes
            yield Rows(dict(zip(names, batch.columns, strict=True)), places, (), done)
    except pa.ArrowInvalid as error:
        raise SourceError(
            "{name}: {why}; a row or a cell is longer than 16 MB, or a quotation mark is never closed", name=file.name, why=_said(error)
        ) from error
    yield Rows({name: pa.array([], pa.string()) for name in names}, np.array([], dtype=np.int64), tuple(broken))


def _said(error: Exception) -> str:
    return str(error).splitlines()[0][:200]


def jsonl_rows(file: Opened, encoding: str) -> Iterator[Rows]:
    """Read JSON lines: one object a line; a nested value is a column named with dots."""
    done = 0
    with text_of(file.path, encoding) as lines:
        for chunk in _batched(enumerate(lines, 1), ROWS):
            records, numbers, broken = [], [], []
            for number, line in chunk:
                done += len(line)
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError):
                    record = None
                if isinstance(record, dict):
                    records.append(_flat(record))
                    numbers.append(number)
                else:
                    broken.append(
                        Broken(
                            number,
                            line.strip()[:200],
                            "The line is not one JSON object.",
                            'Write one object a line, such as {{"person": "…"}}.',
                        )
                    )
            yield _rows(records, numbers, tuple(broken), done)


def _batched(entries: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    iterator = iter(entries)
    while chunk := tuple(itertools.islice(iterator, size)):
        yield chunk


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = cell_text(value)
    return flat


def _rows(records: list[dict[str, str | None]], numbers: list[int], broken: tuple[Broken, ...] = (), done: int = 0) -> Rows:
    import numpy as np
    import pyarrow as pa

    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: pa.array([record.get(name) for record in records], pa.string()) for name in names}
    return Rows(columns, np.array(numbers, dtype=np.int64), broken, done)


def cell_text(value: Any) -> str | None:
    """Write a typed cell as a text table would hold it; None where it says nothing.

    Examples
    --------
    >>> cell_text(3.0), cell_text(dt.datetime(2026, 1, 31, 9, 30)), cell_text("N/A")
    ('3', '2026-01-31T09:30:00', None)
    """
    if value is None or (isinstance(value, str) and value.strip() in MISSING):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def excel_rows(file: Opened, sheet: str | None) -> Iterator[Rows]:
    """Read one sheet of an Excel workbook: the one named, or the only one."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(file.path))
        names = list(workbook.sheet_names)
        if sheet is None and len(names) > 1:
            raise UsageError("{file} has several sheets: {sheets}; name one with --sheet", file=file.name, sheets=", ".join(names))
        if sheet is not None and sheet not in names:
            raise UsageError("{file} has no sheet '{sheet}'; it has {sheets}", file=file.name, sheet=sheet, sheets=", ".join(names))
        cells = workbook.get_sheet_by_name(sheet or names[0])
        rows = cells.iter_rows()
    except (python_calamine.CalamineError, OSError) as error:
        raise SourceError("{file}: this workbook is damaged ({why}); save it again", file=file.name, why=_said(error)) from error
    # The sheet's used area may begin below the first row.
    numbered = enumerate(rows, (cells.start or (0, 0))[0] + 1)
    header: list[str] | None = None
    for chunk in _batched(numbered, ROWS):
        records, numbers = [], []
        for number, row in chunk:
            texts = [cell_text(cell) for cell in row]
            if header is None:
                if any(texts):
                    header = checked_names([text or "" for text in texts], file.name)
            elif any(texts):
                records.append(dict(zip(header, texts, strict=False)))
                numbers.append(number)
        yield _rows(records, numbers)
    if header is None:
        raise SourceError("{file}: the sheet is empty; name another with --sheet", file=file.name)


def parquet_rows(file: Opened) -> Iterator[Rows]:
    """Read a Parquet file; its rows are counted from 1."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet

    try:
        source = pyarrow.parquet.ParquetFile(file.path)
        seen = 0
        for batch in source.iter_batches(batch_size=ROWS):
            columns = {}
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if pa.types.is_timestamp(column.type) and column.type.tz:
                    columns[name] = pc.strftime(pc.cast(column, pa.timestamp("s", "UTC"), safe=False), format="%Y-%m-%dT%H:%M:%SZ")
                elif pa.types.is_nested(column.type):
                    columns[name] = pa.array([cell_text(value) for value in column.to_pylist()], pa.string())
                else:
                    columns[name] = pc.cast(column, pa.string())
            yield Rows(columns, np.arange(seen, seen + batch.num_rows, dtype=np.int64) + 1)
            seen += batch.num_rows
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise SourceError("{file}: this Parquet file is damaged ({why}); write it again", file=file.name, why=_said(error)) from error
