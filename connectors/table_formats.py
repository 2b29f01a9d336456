"""Readers of the table formats: each gives a `Table` whose rows come some ten thousand at a time, so that memory stays flat."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from connectors.csv_tables import csv_table
from connectors.headers import DEPTH, FIRST_ROW, Header, found_below, header_among
from connectors.table_files import Opened
from connectors.tables import MISSING, ROWS, Broken, Rows, Table, cell_text, checked_names, rows_of, whole_letters
from connectors.text_encodings import encoding_of, text_of
from reports.report import N_, Text
from workspace.errors import SourceError, UsageError

NOT_AN_OBJECT = (N_("The line is not one JSON object."), N_("Write one object a line, its names and texts in double quotes."))


def table_of(file: Opened, encoding: str | None, delimiter: str | None, sheet: str | None, header: Header = FIRST_ROW) -> Table:
    """Open the table in a file of any kind; an option that has no meaning for the kind is said to be without use."""
    if file.kind == "csv":
        return _told(csv_table(file, encoding, delimiter, header), file, sheet=sheet)
    if file.kind == "excel":
        return _told(excel_table(file, sheet, header), file, delimiter=delimiter, encoding=encoding)
    if file.kind == "jsonl":
        table = _told(jsonl_table(file, encoding), file, sheet=sheet, delimiter=delimiter)
    else:
        table = _told(parquet_table(file), file, sheet=sheet, delimiter=delimiter, encoding=encoding)
    header.checked(table.columns, file.name)
    return table


def _told(table: Table, file: Opened, **useless: str | None) -> Table:
    remarks = (
        Text("{file}: --{option} has no meaning for such a file and was not used.", file=file.name, option=option)
        for option, value in useless.items()
        if value is not None
    )
    return dataclasses.replace(table, remarks=(*table.remarks, *remarks))


def _batched(entries: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    iterator = iter(entries)
    while chunk := tuple(itertools.islice(iterator, size)):
        yield chunk


def _said(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def jsonl_table(file: Opened, encoding: str | None) -> Table:
    """Open JSON lines: one object a line; a nested value is a column named with dots.

    Lines may bring a column late, so the file is read once for its columns alone.
    """
    found, remarks = encoding_of(file.path, file.name, encoding)
    names: dict[str, None] = {}
    with text_of(file.path, found) as lines:
        for line in lines:
            _add_names(_record(line) or {}, "", names)
    if not names:
        raise SourceError("{file}: no line is a JSON object; write one object a line", file=file.name)
    return Table(tuple(names), lambda: _jsonl_rows(file, found, tuple(names)), False, remarks)


def _jsonl_rows(file: Opened, encoding: str, names: tuple[str, ...]) -> Iterator[Rows]:
    done = 0
    with text_of(file.path, encoding) as lines:
        for chunk in _batched(enumerate(lines, 1), ROWS):
            records, numbers, broken = [], [], []
            for number, line in chunk:
                done += len(line)
                record = _record(line)
                if record is not None:
                    records.append(_flat(record, ""))
                    numbers.append(number)
                elif line.strip("\ufeff \t\r\n"):
                    broken.append(Broken(number, line.strip()[:200], *NOT_AN_OBJECT))
            yield rows_of(names, records, numbers, tuple(broken), done)


def _record(line: str) -> dict[str, Any] | None:
    """Read one line as an object; None where it is none."""
    try:
        record = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _add_names(record: dict[str, Any], prefix: str, names: dict[str, None]) -> None:
    for name, value in record.items():
        if isinstance(value, dict):
            _add_names(value, f"{prefix}{whole_letters(name)}.", names)
        else:
            names[prefix + whole_letters(name)] = None


def _flat(record: dict[str, Any], prefix: str) -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{whole_letters(name)}.")
        else:
            flat[prefix + whole_letters(name)] = cell_text(value)
    return flat


def excel_table(file: Opened, sheet: str | None, header: Header = FIRST_ROW) -> Table:
    """Open one sheet of a workbook: the one named, the only one that shows, or the only one with column names that have to be there."""
    import python_calamine

    with damage_told(file):
        workbook = python_calamine.CalamineWorkbook.from_path(str(file.path))
        name, remarks = _sheet_name(workbook, file.name, sheet, header)
        cells = workbook.get_sheet_by_name(name)
        above, top = _top(cells)
    if not top:
        raise SourceError("{file}: the sheet is empty; name another with --sheet", file=file.name)
    place = header_among(top, header, file.name)
    names = checked_names(top[place], file.name, header.doubled)
    row = above + place + 1
    preamble = tuple(text for cell_texts in top[:place] if (text := " ".join(filter(None, cell_texts))))
    remarks += (found_below(file.name, row),) if preamble else ()
    return Table(names, lambda: _excel_rows(file, cells, names, row), False, remarks, preamble)


@contextlib.contextmanager
def damage_told(file: Opened) -> Iterator[None]:
    """Turn what the reader of workbooks raises over a damaged one into our error."""
    import python_calamine

    try:
        yield
    except (python_calamine.CalamineError, OSError) as error:
        raise _damaged_workbook(file, error) from error
    except BaseException as error:
        # A panic of the reader's Rust code is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged_workbook(file, error) from error


def _damaged_workbook(file: Opened, error: BaseException) -> SourceError:
    return SourceError("{file}: this workbook is damaged or locked ({why}); save it again", file=file.name, why=_said(error))


def _top(cells: Any) -> tuple[int, list[tuple[str, ...]]]:
    """Give the first rows of a sheet from the first one on that is not empty, and how many are above it."""
    texts = (tuple((cell_text(cell) or "").strip() for cell in row) for row in cells.iter_rows())
    first = next(((place, row) for place, row in enumerate(texts) if any(row)), None)
    return (0, []) if first is None else (first[0], [first[1], *itertools.islice(texts, DEPTH - 1)])


def _sheet_name(workbook: Any, file: str, sheet: str | None, header: Header) -> tuple[str, tuple[Text, ...]]:
    import python_calamine

    sheets = [known for known in workbook.sheets_metadata if known.typ == python_calamine.SheetTypeEnum.WorkSheet]
    showing = [known.name for known in sheets if known.visible == python_calamine.SheetVisibleEnum.Visible]
    names = [known.name for known in sheets]
    remarks: tuple[Text, ...] = ()
    if sheet is not None and sheet not in names:
        raise UsageError("{file} has no sheet '{sheet}'; it has {sheets}", file=file, sheet=sheet, sheets=", ".join(names))
    if sheet is None and len(showing) > 1 and header.missing is not None and header.fits is not None:
        fitting = [name for name in showing if any(map(header.fits, _top(workbook.get_sheet_by_name(name))[1]))]
        if not fitting:
            raise header.missing(file)
        showing = fitting
        remarks = (Text("{file}: the sheet '{sheet}' was read, the only one with such column names.", file=file, sheet=fitting[0]),)
    if sheet is None and len(showing) > 1:
        raise UsageError("{file} has several sheets: {sheets}; name one with --sheet", file=file, sheets=", ".join(showing))
    chosen = [sheet] if sheet is not None else showing or names
    if not chosen:
        raise SourceError("{file}: this workbook has no sheet with cells", file=file)
    return chosen[0], remarks


def _excel_rows(file: Opened, cells: Any, names: tuple[str, ...], header: int) -> Iterator[Rows]:
    below = itertools.islice(enumerate(cells.iter_rows(), 1), header, None)
    size = file.path.stat().st_size
    for chunk in _batched(below, ROWS):
        records = [dict(zip(names, map(cell_text, row), strict=False)) for _, row in chunk]
        yield rows_of(names, records, [number for number, _ in chunk], (), size)


def parquet_table(file: Opened) -> Table:
    """Open a Parquet file; its rows are counted from 1, a nested value is a column named with dots."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(file.path) as source:
            empty = _flattened(pa.RecordBatch.from_pylist([], source.schema_arrow))
    except (pa.ArrowException, OSError) as error:
        raise _damaged(file, error) from error
    names = checked_names(empty.schema.names, file.name)
    return Table(names, lambda: _parquet_rows(file, names))


def _damaged(file: Opened, error: BaseException) -> SourceError:
    return SourceError("{file}: this Parquet file is damaged ({why}); write it again", file=file.name, why=_said(error))


def _flattened(batch: Any) -> Any:
    import pyarrow as pa

    table = pa.Table.from_batches([batch])
    while any(pa.types.is_struct(column.type) for column in table.columns):
        table = table.flatten()
    return table


def _parquet_rows(file: Opened, names: tuple[str, ...]) -> Iterator[Rows]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet

    seen = 0
    try:
        with pyarrow.parquet.ParquetFile(file.path) as source:
            size, total = file.path.stat().st_size, max(source.metadata.num_rows, 1)
            for batch in source.iter_batches(batch_size=ROWS):
                batch.validate(full=True)  # a text that is no UTF-8 would only be found out later, cell by cell
                columns = dict(zip(names, map(_texts, _flattened(batch).columns), strict=True))
                numbers = np.arange(seen, seen + batch.num_rows, dtype=np.int64) + 1
                seen += batch.num_rows
                yield Rows(columns, numbers, (), size * seen // total)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(file, error) from error


def _texts(column: Any) -> Any:
    """Write a typed column as texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz:
        texts = pc.strftime(pc.cast(column, pa.timestamp("s", "UTC"), safe=False), format="%Y-%m-%dT%H:%M:%SZ")
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_date(kind) or pa.types.is_integer(kind):
        texts = pc.cast(column, pa.string())
    elif pa.types.is_timestamp(kind):
        texts = pc.cast(pc.floor_temporal(column, unit="second"), pa.string())
    else:
        texts = pa.array([cell_text(value) for value in column.to_pylist()], pa.string())
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return pc.if_else(pc.is_in(texts, pa.array(MISSING)), None, texts)
