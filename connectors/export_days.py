"""The days in one export, which are all written in one order, as the export itself shows."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from typing import Any

_WRITTEN = re.compile(r"(?<!\d)(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})([-/.])(\d{1,2})\5(\d{4}))(?!\d)")
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Days since 1899-12-30, as spreadsheets count them: 1954 to 2119."""


class Days:
    """Reads the days of one export.

    Parameters
    ----------
    day_first : bool or None
        Whether the day stands before the month; None where neither the export nor the user says it.
    """

    def __init__(self, day_first: bool | None) -> None:
        self.day_first = day_first

    def day(self, cell: Any) -> dt.date | None:
        """Read a cell as a day; None where it is none, or has two readings."""
        if isinstance(cell, dt.datetime):
            return cell.date()
        if isinstance(cell, dt.date):
            return cell
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return dt.date(1899, 12, 30) + dt.timedelta(days=int(cell)) if FIRST_SERIAL < cell < LAST_SERIAL else None
        found = self.days_in(cell)
        return found[0] if len(found) == 1 and len(str(cell).strip()) <= 24 else None

    def days_in(self, text: Any) -> list[dt.date]:
        """Read all days in a text, such as the two of a period."""
        if not isinstance(text, str):
            return []
        return [day for match in _WRITTEN.finditer(text) if (day := _read(match, self.day_first)) is not None]


def _read(match: re.Match[str], day_first: bool | None) -> dt.date | None:
    year_first = match[1] is not None
    if not year_first and match[5] == ".":
        day_first = True  # nobody writes the month first between points
    if not year_first and day_first is None and match[4] != match[6]:
        return None
    year, one, other = (match[1], match[3], match[2]) if year_first else (match[7], match[4], match[6])
    day, month = (one, other) if year_first or day_first else (other, one)
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def order(texts: Sequence[Any], columns: Sequence[Sequence[Any]]) -> bool | None:
    """Tell whether days are written before months: by a number above 12, else by days that follow each other; None if nothing shows it.

    Parameters
    ----------
    texts : sequence of cells
        All that may hold days.
    columns : sequence of sequences of cells
        Those of daily figures, one day a row.

    Examples
    --------
    >>> order(["9/13/2026"], []), order(["13/9/2026"], []), order(["1/2/2026"], []), order([], [["1/9/2026", "2/9/2026", "3/9/2026"]])
    (False, True, None, True)
    """
    pairs = [(int(m[4]), int(m[6])) for text in texts if isinstance(text, str) for m in _WRITTEN.finditer(text) if m[5] in ("/", "-")]
    shown = {first > 12 for first, second in pairs if (first > 12) != (second > 12)}
    if shown:
        return shown.pop() if len(shown) == 1 else None
    steps = [sum(_steps(column, day_first) for column in columns) for day_first in (False, True)]
    return steps[1] > steps[0] if steps[0] != steps[1] else None


def _steps(column: Sequence[Any], day_first: bool) -> int:
    """Count how often a day follows the day before, or stands before the next."""
    reader = Days(day_first)
    days = [day for cell in column if isinstance(cell, str) and (day := reader.day(cell)) is not None]
    return sum(abs((later - earlier).days) == 1 for earlier, later in itertools.pairwise(days))
