"""The tables of touches and conversions that lie in an engine: found by name or as Parquet, their columns matched to fields."""

from __future__ import annotations

import dataclasses
import difflib
import glob
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.column_names import fill, listed
from workspace.errors import SourceError, UsageError

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

TOUCH_FIELDS = (
    *("person", "account", "at", "source", "medium", "campaign", "content", "referrer", "url"),
    *("click_id_kind", "channel", "kind", "consent", "id"),
)
CONVERSION_FIELDS = ("person", "account", "at", "goal", "value", "currency")
PARQUET = (".parquet", ".parq", ".pq")


@dataclasses.dataclass(frozen=True)
class Found:
    """A table with the columns that fill the fields.

    Parameters
    ----------
    table : Table
    columns : dict of str to str
        Field to column.
    place : str
        The table as the user named it.
    guessed : dict of str to str
        Of `columns`, those whose name is only close to their field's.
    moments : frozenset of str
        Columns of timestamps that mean the same moment in every time zone.
    """

    table: Table
    columns: dict[str, str]
    place: str
    guessed: dict[str, str]
    moments: frozenset[str]


def find(backend: BaseBackend, title: str, name: str, fields: Sequence[str], required: Sequence[str], chosen: Mapping[str, str]) -> Found:
    """Find a table and the columns that fill its fields.

    Parameters
    ----------
    backend : ibis backend
    title : str
        The engine.
    name : str
        "table", "schema.table", "catalog.schema.table", or Parquet files: a path, a pattern or an address.
    fields : sequence of str
    required : sequence of str
        Fields that have to be there.
    chosen : mapping of str to str
        Field to column, as the user said; "" where it is to have none.

    Raises
    ------
    SourceError
        There is no such table or file, or no column for a required field, or two for one.
    UsageError
        A column that the user named is not there.
    """
    table = _parquet(backend, title, name) if _is_parquet(name) else _table(backend, title, name)
    wanted = [field for field in fields if chosen.get(field) != ""]
    columns, guessed = fill(table.columns, wanted, {field: column for field, column in chosen.items() if column}, name)
    for field in required:
        if field not in columns:
            raise SourceError(
                "{place} has no column for {field}; it has {columns}. Say which one it is with --map {field}=COLUMN",
                place=name,
                field=field,
                columns=listed(table.columns),
            )
    return Found(table, columns, name, {field: columns[field] for field in guessed}, _moments(backend, table))


def parse_map(entries: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read `--map FIELD=COLUMN` options, each for both tables or for one.

    Parameters
    ----------
    entries : sequence of str
        "FIELD=COLUMN", "touches.FIELD=COLUMN", "conversions.FIELD=COLUMN"; "FIELD=" leaves the field without a column.

    Returns
    -------
    dict of str to dict of str to str
        "touches" and "conversions", each field to column.

    Raises
    ------
    UsageError
        An entry cannot be read, names no field, or one twice.

    Examples
    --------
    >>> parse_map(["person=email", "conversions.at=closed"])
    {'touches': {'person': 'email'}, 'conversions': {'person': 'email', 'at': 'closed'}}
    """
    tables = {"touches": TOUCH_FIELDS, "conversions": CONVERSION_FIELDS}
    chosen: dict[str, dict[str, str]] = {table: {} for table in tables}
    for entry in entries:
        name, equals, column = entry.partition("=")
        table, dot, field = name.rpartition(".")
        if not equals or (dot and table not in tables):
            raise UsageError(
                "--map {entry}: write it as FIELD=COLUMN, touches.FIELD=COLUMN or conversions.FIELD=COLUMN, for example --map person=email",
                entry=entry,
            )
        meant = [each for each in ([table] if dot else tables) if field in tables[each]]
        if not meant:
            fields = tables[table] if dot else dict.fromkeys([*TOUCH_FIELDS, *CONVERSION_FIELDS])
            near = difflib.get_close_matches(field, fields, n=1)
            if not near:
                raise UsageError(
                    "--map {entry}: there is no field '{field}'; the fields are: {fields}",
                    entry=entry,
                    field=field,
                    fields=", ".join(fields),
                )
            raise UsageError("--map {entry}: there is no field '{field}'; did you mean '{near}'?", entry=entry, field=field, near=near[0])
        for each in meant:
            if field in chosen[each]:
                raise UsageError("--map names the field '{field}' of {table} twice; keep one", field=field, table=each)
            chosen[each][field] = column
    return chosen


def _is_parquet(name: str) -> bool:
    return name.lower().endswith(PARQUET) or any(mark in name for mark in ("/", "\\", "*"))


def _parquet(backend: BaseBackend, title: str, name: str) -> Table:
    pattern = name
    if "://" not in name:
        if Path(name).is_dir() and backend.name == "duckdb":
            pattern = str(Path(name, "**", "*.parquet"))
        if not glob.glob(pattern, recursive=True):  # noqa: PTH207 (a pattern, as the engine will read it)
            raise SourceError("{place}: there is no such Parquet file; check the spelling", place=name)
    try:
        return backend.read_parquet(pattern)
    except NotImplementedError as error:
        raise SourceError(
            "{engine} reads no Parquet files; load {place} into a table and name that, or use --on duckdb://", engine=title, place=name
        ) from error


def _table(backend: BaseBackend, title: str, name: str) -> Table:
    import ibis

    *schema, last = name.split(".")
    if len(schema) > 2 or not all((*schema, last)):
        raise UsageError("{place}: name a table as TABLE, SCHEMA.TABLE or CATALOG.SCHEMA.TABLE, or Parquet files by their path", place=name)
    database = None if not schema else schema[0] if len(schema) == 1 else tuple(schema)
    try:
        return backend.table(last, database=database)
    except ibis.common.exceptions.TableNotFound as error:
        there = _names(backend, database)
        near = difflib.get_close_matches(last, there, n=1)
        if there and not near:
            raise SourceError(
                "{engine} has no table '{place}'; there are: {tables}", engine=title, place=name, tables=listed(there)
            ) from error
        if not near:
            raise SourceError("{engine} has no table '{place}', and none else there; check the schema", engine=title, place=name) from error
        raise SourceError(
            "{engine} has no table '{place}'; did you mean '{near}'? There are: {tables}",
            engine=title,
            place=name,
            near=".".join([*schema, near[0]]),
            tables=listed(there),
        ) from error


def _names(backend: BaseBackend, database: tuple[str, ...] | str | None) -> list[str]:
    """List the tables of a schema, but for those that Ibis made."""
    if backend.name == "duckdb":  # whose list_tables, in Ibis 12.0, calls what DuckDB 2.0 no longer has
        known = backend.table("tables", database="information_schema")
        schema = "main" if database is None else database if isinstance(database, str) else database[-1]
        names = known.filter(known.table_schema == schema).select("table_name").to_pyarrow()["table_name"].to_pylist()
    else:
        names = backend.list_tables(database=database)
    return sorted(name for name in names if not name.startswith("ibis_"))


def _moments(backend: BaseBackend, table: Table) -> frozenset[str]:
    """Tell which columns of timestamps are moments, and not what a clock somewhere showed."""
    stamps = {name for name, kind in table.schema().items() if kind.is_timestamp()}
    if backend.name in ("clickhouse", "databricks"):  # ClickHouse's DateTime and Databricks' TIMESTAMP are
        return frozenset(stamps)
    if backend.name == "pyspark":
        kinds = backend._session.table(table.get_name()).schema  # Ibis calls both kinds of Spark's by one name
        return frozenset(field.name for field in kinds if field.dataType.typeName() == "timestamp")
    return frozenset(name for name in stamps if table.schema()[name].timezone is not None)
