"""Tables of any kind of record: CSV, TSV, Excel, JSON lines, Parquet."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from connectors import cells
from connectors.base import Batch, ImportContext, Option, Reject
from connectors.matching import match, parse_map
from connectors.table_files import Opened, Rows, encoding_of, expand, opened
from reports.report import N_, Text
from workspace.errors import UsageError
from workspace.records import schema
from workspace.urls import host, tags

if TYPE_CHECKING:
    import pyarrow as pa

REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "touches": (("person",), ("at",)),
    "conversions": (("person", "account"), ("at",)),
    "spend": (("day",), ("amount",)),
}
MISSING_PROBLEM, MISSING_REMEDY = N_("{field} is empty."), N_("Fill the cell in; a row without it cannot be used.")
TAGGED = ("source", "medium", "campaign", "content", "term", "click_id", "click_id_kind")


@dataclasses.dataclass
class CsvFiles:
    """A connector for tables whose columns are the fields of a record, under their own or close names.

    Parameters
    ----------
    context : ImportContext
    sources : tuple of str
        File names, globs, "-".
    kind : str
        What the rows are: a key of `workspace.records.KINDS`.
    """

    name: ClassVar[str] = "csv"
    summary: ClassVar[str] = N_("Touches, conversions or spend from CSV, TSV, Excel, JSON lines or Parquet files.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import csv visits.csv --as touches",
        "smarketing import csv deals.xlsx --as conversions --sheet 2026 --map person=Email --map value=Montant",
        "gunzip -c spend.csv.gz | smarketing import csv - --as spend --currency USD",
    )
    kinds: ClassVar[tuple[str, ...]] = tuple(REQUIRED)
    options: ClassVar[tuple[Option, ...]] = (
        Option("kind", N_("What the rows are."), choices=tuple(REQUIRED), required=True, flag_name="--as"),
        Option("map", N_("Which column fills a field, where its name does not say so."), multiple=True, metavar="FIELD=COLUMN"),
        Option("sheet", N_("The sheet of an Excel workbook."), metavar="NAME"),
        Option("encoding", N_("The encoding of a text file, where it is not found by itself."), metavar="NAME"),
        Option("delimiter", N_("What stands between the columns of a text file, where it is not found by itself."), metavar="CHARACTER"),
        Option("day_first", N_("Is 03/04/2026 in April or in March?"), type=bool, flag_name="--dayfirst/--monthfirst"),
        Option("timezone", N_("The time zone of times that carry none; the settings' by default."), metavar="ZONE"),
        Option("currency", N_("The currency of amounts that carry none; the settings' by default."), metavar="CODE"),
    )

    context: ImportContext
    sources: tuple[str, ...]
    kind: str
    map: tuple[str, ...] = ()
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    day_first: bool | None = None
    timezone: str | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        self._remarks: dict[str, Text] = {}
        self._fields = [field.name for field in dataclasses.fields(_record(self.kind)) if field.name not in ("click_id", "click_id_kind")]
        self._chosen = parse_map(self.map, self._fields)
        _check_zone(self.timezone)
        _check_currency(self.currency)
        if self.delimiter is not None:
            self.delimiter = {"\\t": "\t", "tab": "\t"}.get(self.delimiter, self.delimiter)
            if len(self.delimiter) != 1:
                raise UsageError("--delimiter {delimiter}: give one character, or 'tab'", delimiter=self.delimiter)

    @property
    def remarks(self) -> list[Text]:
        """Columns recognised, columns not used, encodings guessed."""
        return list(self._remarks.values())

    def read(self) -> Iterator[Batch]:
        """Yield the rows of each file in turn."""
        for source in expand(self.sources):
            with opened(source) as file:
                self._say(*file.remarks)
                yield from self._read(file)

    def _say(self, *remarks: Text) -> None:
        for remark in remarks:
            self._remarks.setdefault(str(remark), remark)

    def _read(self, file: Opened) -> Iterator[Batch]:
        from connectors import table_formats

        reading = cells.Reading(self.timezone or self.context.settings.time_zone, self.day_first)
        if file.kind == "csv":
            encoding, guessed = encoding_of(file.path, file.name, self.encoding)
            self._say(*guessed)
            header = table_formats.csv_header(file, encoding, self.delimiter)
            reading.comma = header.delimiter == ";"
            parts = table_formats.csv_rows(file, encoding, header)
        elif file.kind == "jsonl":
            parts = table_formats.jsonl_rows(file, encoding_of(file.path, file.name, self.encoding)[0])
        elif file.kind == "parquet":
            parts = table_formats.parquet_rows(file)
        else:
            parts = table_formats.excel_rows(file, self.sheet)
        mapping: dict[str, str] = {}
        total = file.path.stat().st_size
        for rows in parts:
            # Lines of JSON may bring a column late, so the columns are looked at as long as new ones appear.
            if not set(rows.columns) <= set(mapping.values()) or not mapping:
                mapping, remarks = match(list(rows.columns), self._fields, REQUIRED[self.kind], self._chosen, file.name)
                self._say(*remarks)
            yield self._batch(file.name, rows, mapping, reading)
            self.context.progress(min(rows.done, total), total)

    def _batch(self, file: str, rows: Rows, mapping: Mapping[str, str], reading: cells.Reading) -> Batch:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        given = {field: rows.columns[column] for field, column in mapping.items() if column in rows.columns}
        blank = _all_null(list(rows.columns.values()), len(rows.numbers))
        columns: dict[str, pa.Array] = {}
        refused = np.zeros(len(rows.numbers), dtype=bool)
        rejects = [Reject(file, broken.row, "", broken.value, broken.problem, broken.remedy) for broken in rows.broken]
        for field, column in given.items():
            columns[field], trouble = _reader(self.kind, field)(column, reading)
            bad = np.asarray(trouble.bad.to_numpy(zero_copy_only=False), dtype=bool) & ~refused
            rejects += [_reject(file, rows, place, field, column, trouble) for place in np.flatnonzero(bad)]
            refused |= bad
        for group in REQUIRED[self.kind]:
            empty = _all_null([columns[field] for field in group if field in columns], len(rows.numbers)) & ~refused & ~blank
            rejects += [
                Reject(file, int(rows.numbers[place]), group[0], "", MISSING_PROBLEM, MISSING_REMEDY) for place in np.flatnonzero(empty)
            ]
            refused |= empty
        if self.kind == "touches":
            columns = _with_origin(columns)
        table = _table(self.kind, columns, rows.numbers, {"currency": self.currency or self.context.settings.currency})
        return Batch(
            self.kind, file, table.filter(pc.invert(pa.array(refused | blank))), tuple(sorted(rejects, key=lambda reject: reject.row))
        )


def _record(kind: str) -> type[Any]:
    from workspace.records import KINDS

    return KINDS[kind]


def _check_zone(zone: str | None) -> None:
    import difflib
    import zoneinfo

    if zone is not None and zone not in zoneinfo.available_timezones():
        near = difflib.get_close_matches(zone, zoneinfo.available_timezones(), n=1, cutoff=0.0)[0]
        raise UsageError("--timezone {zone}: there is no such time zone; did you mean '{near}'?", zone=zone, near=near)


def _check_currency(currency: str | None) -> None:
    import re

    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        raise UsageError("--currency {currency}: write a three-letter code, such as EUR", currency=currency)


def _all_null(columns: list[pa.Array], length: int) -> Any:
    import numpy as np

    empty = np.ones(length, dtype=bool)
    for column in columns:
        empty &= np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=bool)
    return empty


def _reader(kind: str, field: str) -> Callable[[pa.Array, cells.Reading], tuple[pa.Array, cells.Trouble]]:
    """Choose how the cells of a field are read."""
    special: dict[str, Callable[[pa.Array, cells.Reading], tuple[pa.Array, cells.Trouble]]] = {
        "person": lambda column, reading: cells.person(column),
        "at": cells.times,
        "day": cells.days,
        "value": cells.numbers,
        "amount": cells.numbers,
        "impressions": cells.counts,
        "clicks": cells.counts,
        "consent": lambda column, reading: cells.flags(column),
        "currency": lambda column, reading: cells.currencies(column),
        "url": lambda column, reading: cells.words(column, cells.LONG),
        "referrer": lambda column, reading: cells.words(column, cells.LONG),
    }
    return special.get(field, lambda column, reading: cells.words(column))


def _reject(file: str, rows: Rows, place: Any, field: str, column: pa.Array, trouble: cells.Trouble) -> Reject:
    return Reject(file, int(rows.numbers[place]), field, str(column[int(place)].as_py())[:200], trouble.problem, trouble.remedy)


def _with_origin(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Let the tags of the URL fill what the columns lack, and keep the referrer's host alone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if "referrer" in columns:
        hosts = cells.on_distinct(
            columns["referrer"], lambda distinct: pa.array([text and host(text) for text in distinct.to_pylist()], pa.string())
        )
        columns = columns | {"referrer": hosts}
    if "url" not in columns:
        return columns
    coded = columns["url"].dictionary_encode()
    found = [tags(url) if url else None for url in coded.dictionary.to_pylist()]
    for field in TAGGED:
        values = pa.array([tag and getattr(tag, field) for tag in found], pa.string())
        if values.null_count < len(values):
            tagged, _ = cells.words(values.take(coded.indices))
            columns = columns | {field: pc.coalesce(columns[field], tagged) if field in columns else tagged}
    return columns


def _table(kind: str, columns: Mapping[str, pa.Array], numbers: Any, defaults: Mapping[str, str]) -> pa.Table:
    """Lay the columns out as the record's schema has them; a field with a default takes it where a cell is empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = schema(kind)
    plain = {field.name: field.default for field in dataclasses.fields(_record(kind)) if isinstance(field.default, str)}
    filled = []
    for field in wanted:
        if field.name == "row":
            column = pa.array(numbers, pa.int64())
        else:
            column = columns.get(field.name, pa.nulls(len(numbers), field.type))
            default = plain.get(field.name) or defaults.get(field.name)
            column = pc.fill_null(column, default) if default else column
        filled.append(column)
    # Rows with an empty required cell are still among them; the schema's promise is kept once they are taken out.
    return pa.table(filled, schema=pa.schema([pa.field(field.name, field.type) for field in wanted]))
