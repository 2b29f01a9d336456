"""Reading landed tables through Ibis: the one place of connectors that speaks to it (docs/decisions/010)."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attribution.elsewhere.backends import connected, engine_of, explained
from connectors.landed.mapping import PLACEHOLDER, Col, Family, Join, Landed, squeezed
from reports.report import Text
from workspace.errors import SourceError, UsageError

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Column, Table

ROWS = 20_000
"""Rows that leave the engine at once."""
EXACT = "decimal(38, 6)"
"""What sums are made in: they come out alike in every engine, whatever the order."""
NULL_LAST = {"nulls_first": False}


@dataclasses.dataclass(frozen=True, slots=True)
class Usable:
    """A table that a family knows, with its columns and those of the tables it is joined with.

    Parameters
    ----------
    place : str
        As users know it: "hubspot.deal".
    landed : Landed
    table : Table
    columns : dict of str to str or None
        Our names to the table's own.
    joins : tuple
        Each join with its table, or None where that is not there.
    joined : tuple of str
        The places of those tables.
    """

    place: str
    landed: Landed
    table: Table
    columns: Mapping[str, str | None]
    joins: tuple[tuple[Join, Table | None], ...]
    joined: tuple[str, ...]

    @property
    def has_currency(self) -> bool:
        """Tell whether a column says in which currency its amounts are, or there are none."""
        if "currency" not in self.landed.fields or "{" not in self.landed.fields["currency"]:
            return True
        joined = (_found(table, join.take["currency"]) for join, table in self.joins if table is not None and "currency" in join.take)
        return self.columns.get("currency") is not None or any(joined)


@dataclasses.dataclass(frozen=True, slots=True)
class Lacking:
    """A table with a known name that lacks columns."""

    place: str
    family: str
    columns: tuple[str, ...]


class Warehouse:
    """The tables of one or more schemas in an engine.

    Parameters
    ----------
    backend : ibis backend
    title : str
        The engine, for messages.
    schemas : tuple of str
        None for the schema that one is in; for DuckDB without a file, folders of Parquet files.
    """

    def __init__(self, backend: BaseBackend, title: str, url: str, schemas: tuple[str, ...]) -> None:
        self.backend, self.title, self.url = backend, title, url
        self.names: dict[str, dict[str, str]] = {schema: self._listed(schema) for schema in schemas or ("",)}
        self._tables: dict[tuple[str, str], Table] = {}

    def _listed(self, schema: str) -> dict[str, str]:
        """List a schema's tables: name to what opens it."""
        if schema and self.backend.name == "duckdb" and Path(schema).is_dir():
            files = sorted(path for path in Path(schema).iterdir() if path.suffix in (".parquet", ".parq", ".pq"))
            found = {path.stem: str(path) for path in files}
        else:
            with explained(self.title):
                found = {name: name for name in sorted(self._in_schema(schema))}
        if not found:
            raise SourceError(
                "--on {url}: there are no tables in {schema}; name the schema into which they were landed with --schema",
                url=self.url,
                schema=f"'{schema}'" if schema else Text("the schema one is in by default"),
            )
        return found

    def _in_schema(self, schema: str) -> list[str]:
        if self.backend.name != "duckdb":
            return list(self.backend.list_tables(database=schema or None))
        # Ibis 12 asks DuckDB 2 for these by a method that is no longer there.
        tables = self.backend.table("tables", database="information_schema")
        chosen = tables.filter(tables.table_schema == (schema or "main"))
        return [str(name) for name in chosen.table_name.to_pyarrow().to_pylist()]

    def place(self, schema: str, name: str) -> str:
        """Write a table as users know it."""
        return f"{Path(schema).name}.{name}" if schema else name

    def table(self, schema: str, name: str) -> Table:
        """Open a table."""
        if (schema, name) not in self._tables:
            opens = self.names[schema][name]
            with explained(self.title):
                opened = self.backend.read_parquet(opens) if opens != name else self.backend.table(name, database=schema or None)
            self._tables[schema, name] = opened
        return self._tables[schema, name]

    def usable(self, family: Family) -> Iterator[Usable | Lacking]:
        """Find the tables of a family, schema by schema."""
        for schema in self.names:
            for landed in family.tables:
                lacking: list[Lacking] = []
                for name in self._named(schema, family, landed.tables):
                    table = self.table(schema, name)
                    columns = {ours: _found(table, column) for ours, column in landed.columns.items()}
                    missing = tuple(landed.columns[ours].names[0] for ours in landed.needs if columns[ours] is None)
                    if not missing:
                        joined = list(self._joined(schema, family, landed))
                        places = tuple(self.place(schema, other) for _, other in joined if other is not None)
                        joins = tuple((join, self.table(schema, other) if other is not None else None) for join, other in joined)
                        yield Usable(self.place(schema, name), landed, table, columns, joins, places)
                        lacking = []
                        break
                    lacking.append(Lacking(self.place(schema, name), family.name, missing))
                yield from lacking

    def _joined(self, schema: str, family: Family, landed: Landed) -> Iterator[tuple[Join, str | None]]:
        for join in landed.joins:
            names = self._named(schema, family, join.tables)
            yield join, next((name for name in names if _found(self.table(schema, name), join.key) is not None), None)

    def _named(self, schema: str, family: Family, usual: tuple[str, ...]) -> list[str]:
        """Name the tables that may be meant, the shortest first: the others have something added to their names."""
        return sorted((name for name in self.names[schema] if family.called(name, usual)), key=lambda name: (len(name), name))

    def rows(self, usable: Usable) -> Iterator[list[dict[str, Any]]]:
        """Read a table with what is joined to it, some rows at a time."""
        with explained(self.title):
            query = _query(usable)
            if self.backend.name == "duckdb":
                # Ibis 12 reads batches of DuckDB 2 by a method that is no longer there.
                batches = self.backend.con.sql(self.backend.compile(query)).to_arrow_reader(ROWS)
            else:
                batches = query.to_pyarrow_batches(chunk_size=ROWS)
            for batch in batches:
                yield batch.to_pylist()


@contextlib.contextmanager
def warehouse(url: str, schemas: tuple[str, ...]) -> Iterator[Warehouse]:
    """Connect to an engine and list its tables.

    Raises
    ------
    UsageError, MissingPartError, SourceError, DataError
        As `attribution.elsewhere.backends.connected` has it; or there are no tables.
    """
    title = engine_of(url).title
    if title == "Spark":
        raise UsageError("--on {url}: landed tables are not read from Spark; write them as Parquet and use --on duckdb://", url=url)
    with connected(url) as backend:
        yield Warehouse(backend, title, url, schemas)


def _found(table: Table, column: Col) -> str | None:
    there = {squeezed(name): name for name in reversed(table.columns)}
    return next((there[squeezed(name)] for name in column.names if squeezed(name) in there), None)


def _cell(table: Table, name: str | None, column: Col) -> Column:
    import ibis

    if name is None:
        return ibis.null("string")
    cell: Any = table[name]
    if column.day:
        return (cell.cast("timestamp") if cell.type().is_string() else cell).cast("date")
    if column.divided != 1 and cell.type().is_string():
        return cell.cast(EXACT)
    return cell


def _query(usable: Usable) -> Table:
    """Write one table with its joins as one query of our own column names."""
    landed = usable.landed
    rows = usable.table.select(**{ours: _cell(usable.table, name, landed.columns[ours]) for ours, name in usable.columns.items()})
    for join, other in usable.joins:
        rows = _with(rows, join, other)
    if landed.once:
        rows = _first(rows, landed.once, landed.first_by, landed.last_by)
    used = _used(landed, rows)
    rows = rows.select(*used)
    if landed.in_order:
        rows = rows.order_by(*(rows[name] for name in landed.in_order))
    return _summed(rows, landed.sums) if landed.sums else rows


def _with(rows: Table, join: Join, other: Table | None) -> Table:
    import ibis

    if other is None or join.on not in rows.columns:
        return rows.mutate(**{ours: ibis.null("string") for ours in join.take if ours not in rows.columns})
    key = _found(other, join.key)
    latest = _found(other, join.latest) if join.latest is not None else None
    said = {ours: _cell(other, _found(other, column), column) for ours, column in join.take.items()}
    right = other.select(
        joined_key=other[key], **{f"joined_{ours}": cell for ours, cell in said.items()}, **({"latest": other[latest]} if latest else {})
    )
    right = _first(right.filter(right.joined_key.notnull()), ("joined_key",), None, "latest" if latest else None).drop(
        *(["latest"] if latest else [])
    )
    left_key, right_key = rows[join.on], right.joined_key
    if left_key.type() != right_key.type():
        left_key, right_key = left_key.cast("string"), right_key.cast("string")
    both = rows.left_join(right, left_key == right_key)
    taken = {}
    for ours in join.take:
        new: Any = both[f"joined_{ours}"]
        known = ours in rows.columns
        taken[ours] = ibis.coalesce(both[ours].cast("string"), new.cast("string")) if known else new
    return both.mutate(**taken).drop("joined_key", *(f"joined_{ours}" for ours in join.take))


def _first(rows: Table, once: tuple[str, ...], first_by: str | None, last_by: str | None) -> Table:
    """Keep one row of each combination, the same one in every engine."""
    import ibis

    order: list[Any] = [ibis.asc(rows[first_by], **NULL_LAST)] if first_by else []
    order += [ibis.desc(rows[last_by], **NULL_LAST)] if last_by else []
    order += [ibis.asc(rows[name], **NULL_LAST) for name in rows.columns if name not in (*once, first_by, last_by)]
    order = order or [ibis.asc(rows[once[0]])]
    placed = rows.mutate(place_among=ibis.row_number().over(group_by=[rows[name] for name in once], order_by=order))
    return placed.filter(placed.place_among == 0).drop("place_among")


def _used(landed: Landed, rows: Table) -> list[str]:
    """Name the columns that the record is made of; what else there is would keep rows apart that are to be added up."""
    names = {name for template in landed.fields.values() for name in PLACEHOLDER.findall(template)}
    names |= {*landed.only, *landed.never, *landed.skip_without, *landed.sums, *landed.in_order, "deleted"}
    names |= set(dataclasses.astuple(landed.goal)) if landed.goal else set()
    names |= {part for parts in landed.totals.values() for part in parts}
    return [name for name in rows.columns if name in names]


def _summed(rows: Table, sums: tuple[str, ...]) -> Table:
    """Add up; a sum of which a part is unknown is unknown."""
    import ibis

    exact = rows.mutate(**{name: rows[name].cast(EXACT) for name in sums})
    totals = {name: ibis.cases((exact[name].count() == exact.count(), exact[name].sum()), else_=ibis.null(EXACT)) for name in sums}
    return exact.group_by(*(name for name in rows.columns if name not in sums)).aggregate(**totals)
