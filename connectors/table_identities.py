"""Tables whose rows name a person twice: by an e-mail address and by a cookie, say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from connectors import cells
from connectors.base import Batch
from connectors.tables import Rows
from workspace.column_names import nearest
from workspace.errors import UsageError
from workspace.records import schema

if TYPE_CHECKING:
    import pyarrow as pa


class Ties:
    """What ties the persons of a table to another identifier in a column of it.

    Parameters
    ----------
    file : str
    columns : sequence of str
        Of the table.
    column : str
        That with the other identifier.
    mapping : mapping of str to str
        Field to column.

    Raises
    ------
    UsageError
        There is no such column, or the records name no person.
    """

    def __init__(self, file: str, columns: Sequence[str], column: str, mapping: Mapping[str, str]) -> None:
        if column not in columns:
            near = nearest(column, columns)
            raise UsageError("{file} has no column '{column}'; did you mean '{near}'?", file=file, column=column, near=near)
        if "person" not in mapping:
            raise UsageError(
                "--same-as {column}: no column of {file} is the person; name it with --map person=COLUMN", column=column, file=file
            )
        self.file, self.column = file, column

    def batch(self, records: Batch, rows: Rows) -> Batch:
        """Tie the persons of some rows that were accepted to what the column has beside them, where it has anything."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        others, troubles = cells.person(rows.columns[self.column])
        bad = np.logical_or.reduce([trouble.bad for trouble in troubles])
        places = np.searchsorted(rows.numbers, records.rows["row"].to_numpy())
        table = pa.table(
            [records.rows["person"], others.take(pa.array(places)), self._basis(len(places)), records.rows["row"]], schema=_nullable()
        )
        kept = pc.and_(pc.and_(table["person"].is_valid(), table["same_as"].is_valid()), pa.chunked_array([pa.array(~bad[places])]))
        return Batch("identities", self.file, table.filter(kept).cast(schema("identities")))

    def _basis(self, count: int) -> pa.Array:
        import pyarrow as pa

        return pa.repeat(pa.scalar("given"), count)


def _nullable() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([field.with_nullable(True) for field in schema("identities")])
