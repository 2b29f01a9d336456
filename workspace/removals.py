"""What a source no longer has is taken out of what it once brought: a deal that moved back, a contact that was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workspace.gathering import ACCOUNTS, PERSONS, id_word, made_id, table_name
from workspace.records import fields_of
from workspace.tables import TABLES

if TYPE_CHECKING:
    from workspace.staging import Staging

KIND = "removals"
DAY = 86_400
NAMING_PEOPLE = (
    *((table, column) for table, made in TABLES.items() for column in made.select if column in PERSONS.values()),
    ("people", "id"),
)
"""Tables and columns in which a person is named, apart from who is who, which is made anew after."""


NAMED = "SELECT id FROM import_files WHERE name IN (SELECT value FROM removing)"
"""Everything that a place of the source brought, for one that was read whole, or whole from a day on."""


def _found_by(kind: str, field: str) -> tuple[str, str]:
    """Say which column of a kind's table finds the records to remove, and write in DuckDB's SQL what it holds."""
    if field == "file":
        return "file_id", "value"
    if kind in ("people", "accounts"):
        return "id", made_id("value")
    if kind == "touches" and field == "id":
        return "id", made_id(f"'{id_word(kind)}'", "value")
    if field in PERSONS | ACCOUNTS:
        return (PERSONS | ACCOUNTS)[field], made_id("value")
    return "key" if field == "id" else field, "value"


def _from_when(kind: str, since: int | None) -> tuple[str, tuple[int, ...]]:
    """Write in SQL that a record is of a day or a moment from `since` on (seconds since 1970), with the value that it names."""
    if since is None:
        return "", ()
    if "day" in fields_of(kind):
        return " AND day >= ?", (since // DAY,)
    return " AND at >= ?", (since,)


def remove(connection: Any, staging: Staging, source: str) -> dict[str, int]:
    """Remove what a source says is gone, apart from what the same import has brought.

    Parameters
    ----------
    connection : ADBC connection
        Within the import's transaction, after its records were stored.
    staging : Staging
        Holds the removals that were read.
    source : str
        Only what this source brought is removed.

    Returns
    -------
    dict of str to int
        Records removed, by kind.
    """
    removed: dict[str, int] = {}
    for kind, field, since in staging.removals():
        column, value = _found_by(kind, field)
        removing = NAMED if field == "file" else "SELECT value FROM removing"
        table = table_name(kind)
        recent, begun = _from_when(kind, since)
        with connection.cursor() as cursor:
            for name, rows in (("removing", staging.removed(kind, field, since, value)), ("brought", staging.brought(table))):
                cursor.execute(f"DROP TABLE IF EXISTS {name}")
                cursor.adbc_ingest(name, rows, mode="create", temporary=True)
            gone = f"""{table} WHERE {column} IN ({removing}) AND id NOT IN (SELECT id FROM brought)
                AND file_id IN (SELECT f.id FROM import_files f JOIN imports i ON i.id = f.import_id WHERE i.source = ?){recent}"""
            if kind == "posts":
                # Without the post nobody could tell whose figures they are, nor take them out.
                figures = f"post_metrics WHERE (network, post) IN (SELECT network, post FROM {gone})"
                _delete(cursor, "post_metrics", figures, source, begun, removed)
            _delete(cursor, kind, gone, source, begun, removed)
            if field == "person":
                _forget_unnamed(cursor)
    return removed


def _delete(cursor: Any, kind: str, gone: str, source: str, begun: tuple[int, ...], removed: dict[str, int]) -> None:
    """Delete some rows and count them."""
    cursor.execute(f"DELETE FROM {gone}", (source, *begun))
    cursor.execute("SELECT changes()")
    removed[kind] = removed.get(kind, 0) + cursor.fetchone()[0]


def _forget_unnamed(cursor: Any) -> None:
    """Take out the names of those of whom nothing is left."""
    unnamed = " AND ".join(f"id NOT IN (SELECT {column} FROM {table} WHERE {column} IS NOT NULL)" for table, column in NAMING_PEOPLE)
    cursor.execute(f"DELETE FROM persons WHERE id IN (SELECT value FROM removing) AND {unnamed}")
