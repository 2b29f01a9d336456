"""Reading columns of text as moments and as days; what can be meant in two ways is settled by the whole column, or refused."""

from __future__ import annotations

import datetime as dt
import functools
import re
import zoneinfo
from typing import TYPE_CHECKING

from connectors.cells import Read, Reading, Trouble, cast_all, filled, mask
from connectors.zones import DAY, to_utc, to_walls
from reports.report import N_, Text

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

EARLIEST, LATEST = 631_152_000, 3_092_601_600  # 1990 and 2068: outside, a date is a slip of the pen (or of an export).
NEVER = -(2**62)
"""Stands where there is no moment."""
UNREADABLE = (
    N_("{field} is not a time that can be meant here: '{value}'."),
    N_("Write a day of the calendar between 1990 and 2067 as 2026-01-31, or a time as 2026-01-31 14:05."),
)
OPEN = (
    N_("{field} can be read as two days, and the column does not show which: '{value}'."),
    N_("Pass --dayfirst if days are written 31/01/2026, --monthfirst if they are written 01/31/2026."),
)
TURNED = (
    N_("{field} is no day of the calendar in the order that was asked for: '{value}'."),
    N_("Pass the other one of --dayfirst and --monthfirst, or neither where the column shows the order."),
)

_PARTS = r"^(?P<day>[0-9][0-9/.-]*)(?:(?:[Tt]|,?\s+)(?:à )?(?P<clock>[0-9].*))?$"
_FRACTION = r"(:\d\d:\d\d)[.,]\d+"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d\d)(\d\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_EPOCH = re.compile(r"([01]\d{9})(?:\.\d*|\d{3}(?:\.\d*)?|\d{6})?", re.ASCII)  # until 2033: 2026013114 is an hour that Analytics writes
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[AaPp])?(?(half)\.?[Mm]\.?)\s*(?P<zone>[Zz]|UTC|GMT|(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>\d\d))?)?",
    re.ASCII,
)


def times(column: pa.Array, reading: Reading) -> Read:
    """Read moments as whole UTC seconds, rounded down.

    ISO 8601 with or without a zone, days with slashes, dots or dashes in either order, a clock of 24 or 12 hours, and seconds,
    milliseconds or microseconds since 1970. A day alone is its first second in `reading.zone`.
    """
    import pyarrow as pa

    seconds, troubles = _moments(column, reading)
    return pa.array(seconds, pa.int64(), mask=seconds == NEVER).cast(pa.timestamp("s", tz="UTC")), troubles


def days(column: pa.Array, reading: Reading) -> Read:
    """Read calendar days; of a moment that carries a zone, the day it was in `reading.zone`."""
    import numpy as np
    import pyarrow as pa

    seconds, troubles = _moments(column, reading)
    walls = to_walls(np.where(seconds == NEVER, EARLIEST, seconds), reading.zone)
    return pa.array(walls // DAY, pa.int64(), mask=seconds == NEVER).cast(pa.int32()).cast(pa.date32()), troubles


def _moments(column: pa.Array, reading: Reading) -> tuple[NDArray[np.int64], tuple[Trouble, ...]]:
    import numpy as np
    import pyarrow.compute as pc

    unclear = turned = np.zeros(len(column), dtype=bool)
    seconds = _plain(column, reading.zone)
    if seconds is None:
        column = filled(column)
        seconds, unclear, turned = _by_parts(column, reading)
    there = mask(pc.is_valid(column))
    bad = there & ~unclear & ~turned & ~((seconds >= EARLIEST) & (seconds < LATEST))
    seconds[bad | unclear | turned | ~there] = NEVER
    return seconds, (Trouble(unclear, *OPEN), Trouble(turned, *TURNED), Trouble(bad, *UNREADABLE))


def _plain(column: pa.Array, zone: str) -> NDArray[np.int64] | None:
    """Read `2026-01-31 14:05:00`, all with a zone or all without, an order of magnitude faster than part by part."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    for kind in (pa.timestamp("us"), pa.timestamp("us", tz="UTC")):
        found = cast_all(column, kind)
        if found is None:
            continue
        seconds = np.asarray(pc.fill_null(found.cast(pa.int64()), 0).to_numpy(zero_copy_only=False), dtype=np.int64) // 1_000_000
        return seconds if kind.tz else _utc_of(seconds, zone)
    return None


def _utc_of(walls: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    import numpy as np

    sane = (walls > EARLIEST - DAY) & (walls < LATEST + DAY)
    return np.where(sane, to_utc(np.where(sane, walls, EARLIEST), zone), NEVER)


def _by_parts(column: pa.Array, reading: Reading) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Read day and clock apart: a column has few distinct days, and few distinct clocks.

    Returns
    -------
    seconds : array of int64, shape (n,)
    unclear, turned : array of bool, shape (n,)
        Cells with two readings of which none is chosen, and cells that can only be read in the order that was not chosen.
    """
    import numpy as np

    day_texts, days_at, clock_texts, clocks_at = _parts(column)
    read = [_day(text) for text in day_texts]
    first, second, known = (np.array(values)[days_at] for values in zip(*read, strict=True))
    twofold = (first != second) & (first != NEVER) & (second != NEVER)
    order = reading.day_first
    if order is None and twofold.any():
        order = _order(column, reading)
    # A day that can be read in one way only is no guess, unless the user has said that it is the other.
    either = np.where(first == NEVER, second, first)
    day = first if order else second if order is not None else either
    clocks, offsets = (np.array(values)[clocks_at] for values in zip(*(_clock(text) for text in clock_texts), strict=True))
    fine = (day != NEVER) & (clocks != NEVER) & ~(known & (clocks_at > 0))
    walls = np.where(fine, day + clocks, NEVER)
    seconds = np.where(known, walls, np.where(offsets == NEVER, _utc_of(walls, reading.zone), np.where(fine, walls - offsets, NEVER)))
    timed = clocks != NEVER
    return seconds, twofold & timed & (order is None), (day == NEVER) & (either != NEVER) & timed


def _parts(column: pa.Array) -> tuple[list[str | None], NDArray[np.int64], list[str | None], NDArray[np.int64]]:
    """Part a column's texts into day and clock: the distinct ones of each, "" or None first, and which of them a cell has."""
    import numpy as np
    import pyarrow.compute as pc

    # Fractions of a second count for nothing and would make every clock another.
    found = pc.extract_regex(pc.utf8_trim_whitespace(pc.replace_substring_regex(column, _FRACTION, r"\1")), _PARTS)
    texts: list[list[str | None]] = []
    places = []
    for part, absent in enumerate((None, "")):
        coded = pc.fill_null(pc.struct_field(found, [part]), "").dictionary_encode()
        texts.append([absent, *coded.dictionary.to_pylist()])
        at = np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64) + 1
        empty = mask(pc.equal(coded.dictionary, "")) if len(coded.dictionary) else np.zeros(0, dtype=bool)
        places.append(np.where(empty[at - 1], 0, at) if len(at) else at)
    return texts[0], places[0], texts[1], places[1]


@functools.lru_cache(1 << 16)
def _day(text: str | None) -> tuple[int, int, bool]:
    """Read the first second of a day, with the day before the month and after it; whether it is a moment in UTC rather than a day."""
    if not text:
        return NEVER, NEVER, False
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in (found.group(1, 3, 4) if found[1] else found.group(5, 6, 7)))
        second = _first_second(year, month, day)
        return second, second, False
    if found := _YEAR_LAST.fullmatch(text):
        one, other, year = (int(found[place]) for place in (1, 3, 4))
        return _first_second(year, other, one), _first_second(year, one, other), False
    if found := _EPOCH.fullmatch(text):
        return int(found[1]), int(found[1]), True
    return NEVER, NEVER, False


def _first_second(year: int, month: int, day: int) -> int:
    try:
        return (dt.date(year, month, day).toordinal() - dt.date(1970, 1, 1).toordinal()) * DAY
    except ValueError:
        return NEVER


@functools.lru_cache(1 << 16)
def _clock(text: str | None) -> tuple[int, int]:
    """Read a time of day as seconds since midnight, and its offset from UTC; `NEVER` where it carries none."""
    if not text:
        return 0, NEVER
    found = _CLOCK.fullmatch(text.replace("\u202f", " "))  # the narrow space is what browsers write before PM
    if not found:
        return NEVER, NEVER
    hour, minute, second, hours, minutes = (int(found[name] or 0) for name in ("hour", "minute", "second", "hours", "minutes"))
    if found["half"]:
        if not 1 <= hour <= 12:
            return NEVER, NEVER
        hour = hour % 12 + (12 if found["half"] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59 or hours > 23 or minutes > 59:
        return NEVER, NEVER
    east = (hours * 60 + minutes) * (-60 if found["sign"] == "-" else 60)
    return hour * 3600 + minute * 60 + second, east if found["zone"] else NEVER


def _order(column: pa.Array, reading: Reading) -> bool | None:
    """Tell from the whole column, or from the others of its file, whether the day stands first; None where nothing or both are shown."""
    if not reading.looked:
        shown = reading.shown(column, _shown)
        if not shown and reading.beside is not None:
            shown = set().union(*(_shown(other) for other in reading.beside()))
            reading.from_beside = len(shown) == 1
        reading.assumed = not shown and reading.usual is not None
        reading.day_first = reading.usual if not shown else shown.pop() if len(shown) == 1 else None
    return reading.day_first


def _shown(column: pa.Array) -> set[bool]:
    read = [_day(text) for text in _parts(column)[0]]
    return {second == NEVER for first, second, _ in read if (first == NEVER) != (second == NEVER)}


def order_remark(file: str, field: str, reading: Reading) -> Text | None:
    """Say in which order a column's days were read, where that was found out and is not plain from their field alone."""
    told = reading.from_beside or field in ("at", "day", "since", "until")
    if not (reading.looked and told) or reading.day_first is None:
        return None
    written = Text("day/month/year") if reading.day_first else Text("month/day/year")
    if reading.from_beside:
        sentence = N_(
            "{file}: {field} was read as {order}, as the file's other days are; if that is wrong, pass --dayfirst or --monthfirst."
        )
    elif reading.assumed:
        sentence = N_("{file}: {field} was read as {order}, as in other such files; if that is wrong, pass --dayfirst or --monthfirst.")
    else:
        sentence = N_("{file}: {field} is written {order}, as numbers above 12 show.")
    return Text(sentence, file=file, field=field, order=written)


def day_of(second: int, zone: str) -> dt.date:
    """Give the day of a moment in a zone."""
    return dt.datetime.fromtimestamp(second, zoneinfo.ZoneInfo(zone)).date()


def at_the_days_end(texts: pa.Array, read: pa.Array) -> tuple[pa.Array, int]:
    """Move moments that were written as a day alone to its last second; say how many there were.

    What a system records by the day happened some time on it: the touches of that day came before, not after.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    bare = pc.fill_null(pc.match_substring_regex(texts.cast(pa.string()), r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\s*$"), False)
    bare = pc.and_(bare, pc.is_valid(read))
    seconds = pc.cast(read, pa.int64())
    moved = pc.if_else(bare, pc.add(seconds, DAY - 1), seconds)
    return pc.cast(moved, pa.timestamp("s", tz="UTC")), pc.sum(pc.cast(bare, pa.int64())).as_py() or 0
