"""Reading people by who they are: identifiers that are one person's count as that person wherever journeys are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workspace.ids import stable_id
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

WHO = "coalesce((SELECT m.person_id FROM merged m WHERE m.id = {column}), {column})"
"""The person that an identifier's id stands for, in SQL; to be formatted with the column, which has to be named with its table."""
ALL_OF = "(SELECT :person UNION SELECT id FROM merged WHERE person_id = :person)"
"""The ids of all identifiers of a person, in SQL."""


def who(column: str) -> str:
    """Write the person whom a column's identifier stands for."""
    return WHO.format(column=column)


def as_people(workspace: Workspace, table: pa.Table, *columns: str) -> pa.Table:
    """Put the person in the place of each identifier, in whole columns of ids; unknown ones (null) stay so."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    merged = workspace.arrow("SELECT id, person_id FROM merged ORDER BY id")
    if not merged.num_rows:
        return table
    ids, people = (np.asarray(merged[name].to_numpy(), dtype=np.int64) for name in ("id", "person_id"))
    for name in columns:
        column = table[name]
        known = np.asarray(pc.fill_null(column, 0).to_numpy(), dtype=np.int64)
        place = np.minimum(np.searchsorted(ids, known), len(ids) - 1)
        found = np.where(ids[place] == known, people[place], known)
        missing = np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=bool) if column.null_count else None
        table = table.set_column(table.column_names.index(name), name, pa.array(found, pa.int64(), mask=missing))
    return table


def person_of(workspace: Workspace, name: str) -> int:
    """Say which person an identifier stands for; an unknown one stands for itself."""
    (row,) = workspace.rows(f"SELECT {who(':id')} AS person", {"id": stable_id(name)})
    return int(row["person"])


def ties(workspace: Workspace) -> list[dict[str, Any]]:
    """Read every tie between two identifiers, with where it is known from."""
    return workspace.rows(
        """SELECT p.key AS person, s.key AS same_as, i.basis, f.name AS file, i.row, f.import_id, c.source AS connector
        FROM identities i JOIN persons p ON p.id = i.person_id JOIN persons s ON s.id = i.same_as_id
        JOIN import_files f ON f.id = i.file_id JOIN imports c ON c.id = f.import_id ORDER BY i.id"""
    )


def is_known(workspace: Workspace, name: str) -> bool:
    """Tell whether any record names this identifier."""
    return bool(workspace.rows("SELECT 1 FROM persons WHERE id = ?", (stable_id(name),)))


def touches_by_identifier(workspace: Workspace, names: list[str]) -> dict[str, int]:
    """Count the touches of each of a few identifiers."""
    marks = ", ".join("?" * len(names))
    rows = workspace.rows(
        f"SELECT p.key, count(*) AS n FROM touches t JOIN persons p ON p.id = t.person_id WHERE t.person_id IN ({marks}) GROUP BY p.key",
        tuple(stable_id(name) for name in names),
    )
    return {row["key"]: row["n"] for row in rows}
