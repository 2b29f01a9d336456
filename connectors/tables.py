"""A table as every reader of a file gives it: its columns, and its rows as texts, as often as they are asked for."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from reports.report import Text
from workspace.errors import SourceError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROWS = 50_000
"""Rows taken at once."""
MISSING = ("", "NULL", "null", "None", "NaN", "nan", "N/A", "n/a", "#N/A", "\\N", "--", " --")
"""What exports write where they know nothing (the dashes are Google Ads')."""
_MISSING = frozenset(MISSING)


@dataclasses.dataclass(frozen=True, slots=True)
class Broken:
    """A row that has no columns to read: its number, what was seen, what would be right, and the field where it is one alone."""

    row: int
    value: str
    problem: str
    remedy: str
    field: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a file, as texts.

    Parameters
    ----------
    columns : dict of str to pyarrow.StringArray of length n
        Every column of the table; an empty cell is null.
    numbers : array of int64, shape (n,)
        Each row's number as a spreadsheet shows it (the header is row 1).
    broken : tuple of Broken
        Rows among them that could not be taken apart.
    done : int
        Bytes read so far.
    """

    columns: dict[str, pa.Array]
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
    broken: tuple[Broken, ...] = ()
    done: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A table in a file.

    Parameters
    ----------
    columns : tuple of str
        All of its column names, each once.
    rows : callable
        Reads the rows from the first one on, each time it is called.
    comma : bool or None
        Whether the comma is the decimal sign in such a file, for numbers that could be read both ways; None where that is open.
    remarks : tuple of Text
    preamble : tuple of str
        What stands above the column names, a line each.
    day_first : bool or None
        Whether the day stands before the month in such a file, for days that could be read both ways; None where that is open.
    """

    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Rows]]
    comma: bool | None = False
    remarks: tuple[Text, ...] = ()
    preamble: tuple[str, ...] = ()
    day_first: bool | None = None


def checked_names(names: Sequence[str], file: str, doubled: bool = False) -> tuple[str, ...]:
    """Refuse doubled column names, or tell them apart by their places; a column without a name gets one from its place."""
    named = tuple(name.strip("\ufeff \t\r\n") or f"(column {place})" for place, name in enumerate(names, 1))
    if doubled:
        return tuple(f"{name} (column {place})" if name in named[: place - 1] else name for place, name in enumerate(named, 1))
    for name, count in Counter(named).items():
        if count > 1:
            places = [place for place, other in enumerate(named, 1) if other == name]
            raise SourceError(
                "{file}: two columns are called '{name}' (number {first} and number {second}); rename one of them",
                file=file,
                name=name,
                first=places[0],
                second=places[1],
            )
    return named


def whole_letters(text: str) -> str:
    """Replace halves of a letter, which JSON can hold and no encoding knows."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def cell_text(value: Any) -> str | None:
    """Write a typed cell as a text table would hold it; None where it says nothing.

    Examples
    --------
    >>> cell_text(3.0), cell_text(dt.datetime(2026, 1, 31, 9, 30)), cell_text("N/A")
    ('3', '2026-01-31T09:30:00', None)
    """
    if isinstance(value, str):
        return None if value.strip() in _MISSING else whole_letters(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, default=str)
    return value.decode(errors="replace") if isinstance(value, bytes) else None if value is None else str(value)


def rows_of(
    columns: Sequence[str], records: Sequence[dict[str, str | None]], numbers: Sequence[int], broken: tuple[Broken, ...] = (), done: int = 0
) -> Rows:
    """Turn records into columns."""
    import numpy as np
    import pyarrow as pa

    texts = {name: pa.array([record.get(name) for record in records], pa.string()) for name in columns}
    return Rows(texts, np.array(numbers, dtype=np.int64), broken, done)
