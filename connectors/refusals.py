"""Which rows of a table are refused, and which are kept without a cell that cannot be read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.base import Reject
from workspace.records import KINDS

if TYPE_CHECKING:
    import pyarrow as pa

    from connectors.tables import Rows

FIGURES = ("touches", "conversions", "spend", "experiments", "post_metrics", "profile_metrics", "queries", "volumes")
"""Kinds whose rows are refused whole: their figures are added up and divided by each other, and a row that lacks one shifts a rate."""
TELLING = frozenset(
    [
        *("id", "currency", "since", "until", "eligible_since", "retired_on", "answer", "answered_on"),
        *("approval", "start", "account", "advocate", "page", "network", "kind"),
    ]
)
"""Fields that say something by being empty (still active, not answered, of nobody in particular), or how the rest is to be read."""


def dispensable(kind: str, required: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """Name the fields without which a row of a kind still says the truth.

    Parameters
    ----------
    kind : str
    required : tuple of tuples of str
        Of each tuple, one field at least has to be filled.

    Returns
    -------
    frozenset of str
        Fields that may be unknown, that do not tell the record from others, and whose absence says nothing else.

    Examples
    --------
    >>> sorted(dispensable("activities", (("at",), ("person", "account", "opportunity"))))
    ['direction', 'minutes', 'outcome']
    """
    if kind in FIGURES:
        return frozenset()
    unknown = {field.name for field in dataclasses.fields(KINDS[kind]) if field.default is None}
    needed = {field for group in required for field in group}
    return frozenset(unknown - needed - {*getattr(KINDS[kind], "OWN", ())} - TELLING)


class Refusals:
    """What is refused of some rows.

    Parameters
    ----------
    file : str
    rows : Rows
    names : mapping of str to str
        Field to the name under which it is told.
    columns : mapping of str to str
        Field to the file's own column; empty for what is no file.

    Attributes
    ----------
    refused : array of bool, shape (n,)
        Rows that are refused.
    """

    def __init__(self, file: str, rows: Rows, names: Mapping[str, str], columns: Mapping[str, str]) -> None:
        import numpy as np

        self._file, self._numbers, self._names, self._columns = file, rows.numbers, names, columns
        self.refused = np.zeros(len(rows.numbers), dtype=bool)
        self._rejects = [
            Reject(file, broken.row, broken.field, broken.value, broken.problem, broken.remedy, columns.get(broken.field, ""))
            for broken in rows.broken
        ]
        self._left_out: list[tuple[int, Reject]] = []

    def refuse(self, bad: Any, field: str, seen: pa.Array | None, problem: str, remedy: str) -> None:
        """Refuse rows whole; one that was refused before is told once."""
        import numpy as np

        for place in np.flatnonzero(bad & ~self.refused).tolist():
            self._rejects.append(self._reject(place, field, seen, problem, remedy))
        np.logical_or(self.refused, bad, out=self.refused)

    def leave_out(self, bad: Any, field: str, seen: pa.Array, problem: str, remedy: str) -> None:
        """Keep rows without this cell."""
        import numpy as np

        for place in np.flatnonzero(bad).tolist():
            self._left_out.append((place, dataclasses.replace(self._reject(place, field, seen, problem, remedy), kept=True)))

    def _reject(self, place: int, field: str, seen: pa.Array | None, problem: str, remedy: str) -> Reject:
        value = str(seen[place].as_py() or "")[:200] if seen is not None else ""
        named, column = self._names.get(field, field), self._columns.get(field, "")
        return Reject(self._file, int(self._numbers[place]), named, value, problem, remedy, column)

    @property
    def left_out(self) -> Any:
        """Tell in which rows a cell was left out: array of bool, shape (n,)."""
        import numpy as np

        left = np.zeros(len(self.refused), dtype=bool)
        left[[place for place, _ in self._left_out]] = True
        return left

    @property
    def rows_refused(self) -> int:
        """Count the rows that were refused."""
        return len(self._rejects)

    def rejects(self) -> tuple[Reject, ...]:
        """List what was refused in the order of the rows; of a row that was refused whole, no single cell."""
        left_out = [reject for place, reject in self._left_out if not self.refused[place]]
        return tuple(sorted((*self._rejects, *left_out), key=lambda reject: reject.row))
