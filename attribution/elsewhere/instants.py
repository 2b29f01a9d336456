"""Times in any column as whole seconds since 1970 and thousandths within the second, which every engine counts alike."""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from collections.abc import Iterable
from typing import TYPE_CHECKING

from attribution.journeys import EPOCH
from workspace.errors import SourceError

if TYPE_CHECKING:
    from ibis.expr.types import Column, IntegerValue, Table

LAST = EPOCH + (1 << 31)
"""Times from here on (2069) do not fit; a table that holds them means "never" by them."""

UNITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (10**20, 10**9))
"""A number below the first is a time in so many parts of a second: each ends in the year 5138."""
FINE = 0.0005
"""Thousandths of a second: a floating number of seconds since 1970 is no finer, so a whole thousandth may stand a little below itself."""
SENSIBLE = 315_532_800
"""1980: a column whose numbers all lie below counts something else, days or YYYYMMDD."""


def seconds_and_millis(table: Table, column: str, zone: str | None, place: str) -> tuple[IntegerValue, IntegerValue]:
    """Read a column's times.

    Parameters
    ----------
    table : Table
    column : str
        Timestamps, days, or numbers since 1970: seconds, or thousandths, millionths or billionths of them, which their size tells.
    zone : str or None
        IANA name of the zone in which the column's times are meant; None where they are moments already. Numbers are.
    place : str
        What to call the column in an error.

    Returns
    -------
    seconds, millis : integer columns
        Since 1970 in UTC, rounded down; from 0 to 999.

    Raises
    ------
    SourceError
        The column holds no times.
    """
    import ibis

    times, kind = table[column], table[column].type()
    if kind.is_numeric() and not kind.is_boolean():
        return _of_numbers(table, column, place)
    if kind.is_date():
        wall, millis = times.cast("timestamp").epoch_seconds().cast("int64"), ibis.literal(0, "int64")
    elif kind.is_timestamp():
        # Engines round a fraction of a second differently, so it is taken off before.
        wall, millis = times.truncate("s").epoch_seconds().cast("int64"), times.millisecond().cast("int64")
    else:
        raise SourceError(
            "{place} holds {kind}, which are no times; make it a timestamp, or a number of seconds since 1970, in a view of the table",
            place=place,
            kind=str(kind.copy(nullable=True)),
        )
    if zone is None or zone == "UTC":
        return wall, millis
    ends = table.aggregate(first=wall.min(), last=wall.max()).to_pyarrow().to_pylist()[0]
    if ends["first"] is None:
        return wall, millis
    return from_wall_clock(wall, changes(zone, max(int(ends["first"]), 0), min(int(ends["last"]), LAST))), millis


def _of_numbers(table: Table, column: str, place: str) -> tuple[IntegerValue, IntegerValue]:
    import ibis

    numbers = table[column] if table[column].type().is_integer() else table[column].cast("float64")
    most = table.aggregate(most=numbers.max()).to_pyarrow()["most"][0].as_py()
    parts = next((parts for bound, parts in UNITS if most is None or most < bound), None)
    if parts is None or (most is not None and most < SENSIBLE * parts):
        raise SourceError(
            "{place} holds numbers up to {most}, which are no seconds since 1970, nor thousandths, millionths or billionths of them; make "
            "it a timestamp in a view of the table",
            place=place,
            most=most,
        )
    if numbers.type().is_integer():
        whole = numbers.cast("int64")
        if parts == 1:
            return whole, ibis.literal(0, "int64")
        rest = whole % parts
        # Spark divides whole numbers as floating ones, which a billionth of a second is too fine for; what is left is near a whole number.
        return ((whole - rest).cast("float64") / float(parts)).round().cast("int64"), rest * 1000 // parts
    seconds = numbers / float(parts)
    down = seconds.floor()
    millis = ((seconds - down) * 1000.0 + FINE).floor().cast("int64")
    return down.cast("int64"), ibis.ifelse(millis > 999, 999, millis)


def changes(zone: str, first: int, last: int) -> list[tuple[int, int]]:
    """List how far a zone's clocks were ahead of UTC.

    Parameters
    ----------
    zone : str
        IANA name.
    first, last : int
        The span, in seconds since 1970 as the zone's own clocks show them.

    Returns
    -------
    list of (int, int)
        From which second on its clocks, how many seconds ahead; the first holds from the start of the span.

    Notes
    -----
    An hour that the clocks show twice is taken the first time, one that they leave out as if they had not been put forward yet, as Python
    does (PEP 495, fold=0).

    Examples
    --------
    >>> changes("Europe/Paris", 1_774_000_000, 1_776_000_000)
    [(1774000000, 3600), (1774753200, 7200)]
    """
    place = zoneinfo.ZoneInfo(zone)

    def ahead(wall: int) -> int:
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=wall)
        return round((moment.replace(tzinfo=place).utcoffset() or dt.timedelta()).total_seconds())

    found = [(first, ahead(first))]
    steps: Iterable[int] = itertools.chain(range(first, last, 86400), [last])
    for begin, end in itertools.pairwise(steps):
        if ahead(end) != ahead(begin):
            low, high = begin, end
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if ahead(middle) == ahead(begin) else (low, middle)
            found.append((high, ahead(high)))
    return found


def from_wall_clock(wall: IntegerValue, ahead: list[tuple[int, int]]) -> IntegerValue:
    """Turn what clocks showed into seconds since 1970 in UTC."""
    import ibis

    moment = wall - ahead[0][1]
    for (_, before), (since, after) in itertools.pairwise(ahead):
        moment = moment - ibis.ifelse(wall >= since, after - before, 0)
    return moment


def outside(at: Column) -> Column:
    """Mark the times that do not fit: none, before 2001, or from 2069 on.

    Earlier ones would make the packed integers negative, which engines shift differently.
    """
    return (at.isnull() | (at < EPOCH) | (at >= LAST)).fill_null(True)
