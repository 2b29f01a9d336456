"""From what a clock on a wall shows to UTC and back, whole columns at a time."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAY = 86_400


@functools.lru_cache(1 << 10)
def _changes(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """List when in a year (UTC seconds) a zone's offset changes, from which, to which."""
    place = zoneinfo.ZoneInfo(zone)

    def offset(second: int) -> int:
        shift = dt.datetime.fromtimestamp(second, place).utcoffset()
        return int(shift.total_seconds()) if shift is not None else 0

    found = []
    first, end = (int(dt.datetime(edge, 1, 1, tzinfo=dt.UTC).timestamp()) for edge in (year, year + 1))
    for day in range(first, end, DAY):
        low, high = day - 1, day + DAY - 1
        before, after = offset(low), offset(high)
        if before == after:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == before else (low, middle)
        found.append((high, before, after))
    return (*found, (end, offset(end - 1), offset(end - 1)))


def _offsets(seconds: NDArray[np.int64], zone: str, walls: bool) -> NDArray[np.int64]:
    import numpy as np

    if zone == "UTC" or not len(seconds):
        return np.zeros(len(seconds), np.int64)
    years = (seconds[[seconds.argmin(), seconds.argmax()]].astype("datetime64[s]").astype("datetime64[Y]").astype(int) + 1970).tolist()
    changes = [change for year in range(years[0] - 1, years[1] + 2) for change in _changes(zone, year)]
    # On the wall a change comes when the later of both clocks has reached it: until then the old offset holds, as `fold=0` says.
    edges = np.array([at + (max(before, after) if walls else 0) for at, before, after in changes])
    return np.array([before for _, before, _ in changes] + [changes[-1][2]])[np.searchsorted(edges, seconds, side="right")]


def to_utc(walls: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Turn wall-clock times, in seconds since 1970 as if they were UTC, into UTC seconds.

    Of an hour that a clock shows twice in autumn the first is taken; an hour that is skipped in spring is read by the old clock, so
    half past two is half past three. Both are what `datetime` with `fold=0` says.

    Examples
    --------
    >>> import numpy as np
    >>> gap = np.array([dt.datetime(2025, 3, 30, 2, 30, tzinfo=dt.UTC).timestamp()], np.int64)
    >>> dt.datetime.fromtimestamp(int(to_utc(gap, "Europe/Paris")[0]), dt.UTC).isoformat()
    '2025-03-30T01:30:00+00:00'
    """
    return walls - _offsets(walls, zone, walls=True)


def to_walls(seconds: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Turn UTC seconds into what a clock on a wall shows, in seconds since 1970 as if it were UTC."""
    return seconds + _offsets(seconds, zone, walls=False)
