"""How one table of the workspace is filled from the records of an import: its ids, its columns, what becomes of a row that is known.

Ids are `workspace.ids.stable_id`, written in DuckDB's SQL so that millions are made at once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from workspace.ids import SEPARATOR
from workspace.records import KINDS, fields_of


def made_id(*parts: str) -> str:
    """Write `workspace.ids.stable_id` in DuckDB's SQL."""
    joined = f" || chr({ord(SEPARATOR)}) || ".join(f"coalesce({part}, '')" for part in parts)
    return f"(md5_number_lower({joined}) >> 1)::BIGINT"


def seconds(field: str) -> str:
    """Write a moment's seconds since 1970."""
    return f'epoch_us("{field}") // 1000000'


def days(field: str) -> str:
    """Write a day's number since 1970."""
    return f"epoch_us({field}::TIMESTAMP) // 86400000000"


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """How one table of the workspace is gathered.

    Parameters
    ----------
    select : dict of str to str
        Columns of the workspace's table and what fills them from a batch; `file` is the number of its file.
    on_conflict : str
        What SQLite does with a row whose id it knows.
    beside : dict of str to str
        Further columns, which only tell rows apart.
    pieces : tuple of str
        Columns that rows of one id fill together: each keeps the latest thing said.
    """

    select: dict[str, str]
    on_conflict: str = "NOTHING"
    beside: dict[str, str] = dataclasses.field(default_factory=dict)
    pieces: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns in the workspace."""
        return tuple("file_id" if name == "file" else name for name in self.select)


def change(table: str, *columns: str, pieces: Collection[str] = ()) -> str:
    """Update a known row, but only where it says something else, so that the same import twice changes nothing.

    Of the columns `pieces`, what is not said anew stays.
    """
    said = {column: f"coalesce(excluded.{column}, {table}.{column})" if column in pieces else f"excluded.{column}" for column in columns}
    assignments = [f"{column} = {value}" for column, value in said.items()] + ["file_id = excluded.file_id", "row = excluded.row"]
    known = ", ".join(f"{table}.{column}" for column in columns)
    return f"UPDATE SET {', '.join(assignments)} WHERE ({known}) IS NOT ({', '.join(said.values())})"


PERSONS = {"person": "person_id", "same_as": "same_as_id"}
"""Fields that name a person, and the columns that hold their ids."""
ACCOUNTS = {"account": "account_id"}
NAMES = {"accounts": "companies"}
"""Kinds of record whose table bears another name: `accounts` holds the keys of all that are mentioned."""


def id_word(kind: str) -> str:
    """Name the part that keeps the ids of one kind apart from those of another."""
    return "touch" if kind == "touches" else kind.removesuffix("s")


def table_name(kind: str) -> str:
    """Name the table that holds a kind of record."""
    return NAMES.get(kind, kind)


def kind_of(table: str) -> str | None:
    """Name the kind of record that a table holds; None where it holds none of its own."""
    kinds = {table_name(kind): kind for kind in KINDS}
    return kinds.get(table)


def _column(field: str, of: type) -> tuple[str, str]:
    """Name the column of a field, and write what fills it."""
    if field in PERSONS or field in ACCOUNTS:
        return (PERSONS | ACCOUNTS)[field], f"CASE WHEN {field} IS NOT NULL THEN {made_id(field)} END"
    if of is dt.datetime:
        return field, seconds(field)
    if of is dt.date:
        return field, days(field)
    if field == "id":
        return "key", "id"
    return field, f'"{field}"::BIGINT' if of is bool else f'"{field}"'


def _part(field: str, of: type) -> str:
    """Write a field as a part of an id."""
    if of is dt.datetime:
        return f"({seconds(field)})::VARCHAR"
    return f'"{field}"' if of is str else f'"{field}"::VARCHAR'


def plain_table(kind: str) -> Table:
    """Derive the table of a kind of record from its fields: people and accounts by their ids, moments in seconds, days in days.

    Notes
    -----
    A row with a key of its own is that key's row; one without is told by the fields `OWN`. Imported again with other values, it changes.
    """
    record, fields = KINDS[kind], fields_of(kind)
    name = table_name(kind)
    word = f"'{id_word(kind)}'"
    own = made_id(word, *(_part(field, fields[field]) for field in record.OWN))
    if kind == "accounts":
        own = made_id("account")
    key = f"CASE WHEN id IS NOT NULL THEN {made_id(word, 'id')} ELSE {own} END" if "id" in fields else own
    filled = dict(_column(field, of) for field, of in fields.items() if not (kind == "accounts" and field == "account"))
    changing = tuple(column for column in filled if column != "key")
    told: bool | tuple[str, ...] = getattr(record, "PIECES", False)
    pieces = told if isinstance(told, tuple) else changing if told else ()
    return Table({"id": key} | filled | {"file": "file", "row": "row"}, change(name, *changing, pieces=pieces), pieces=pieces)


def plain_fills(kind: str) -> tuple[tuple[str, str], ...]:
    """Say which tables a kind of record fills besides its own, people and accounts that it mentions, and with what."""
    fields = fields_of(kind)
    fills = []
    for table, named in (("persons", PERSONS), ("accounts", ACCOUNTS)):
        if mentioned := [field for field in fields if field in named]:
            every = " UNION ".join(f"SELECT {field} AS named FROM arriving WHERE {field} IS NOT NULL" for field in mentioned)
            fills.append((table, f"SELECT {made_id('named')} AS id, named AS key FROM ({every})"))
    return tuple(fills)
