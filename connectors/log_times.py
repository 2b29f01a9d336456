"""Read the times in log lines: a server's own stamps, ISO 8601, and counts since 1970."""

from __future__ import annotations

import datetime as dt
import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

_MONTHS = [name.encode() for name in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")]
_STAMP = "00/Aaa/0000:00:00:00 +0000"
_LATEST = 253_402_300_799  # the last second of the year 9999


def read_stamps(stamps: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read times as servers stamp them ("17/May/2015:10:05:03 +0000").

    Parameters
    ----------
    stamps : pyarrow.BinaryArray of length n

    Returns
    -------
    at : array of shape (n,)
        Seconds since 1970 UTC, 0 where the stamp is not a time.
    dated : array of bool of shape (n,)
        Whether it is one. A leap second (60) is the second after it; a year before 1970 is not a time a web server lived in.

    Examples
    --------
    >>> import pyarrow as pa
    >>> read_stamps(pa.array([b"17/May/2015:10:05:03 +0000", b"29/Feb/2015:10:05:03 +0000"]))
    (array([1431857103,          0]), array([ True, False]))
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    width = len(_STAMP)
    right_length = pc.equal(pc.binary_length(stamps), width)
    fixed = pc.if_else(right_length, stamps, _STAMP.encode()).cast(pa.binary(width))
    letters = np.frombuffer(fixed.buffers()[1], np.uint8)[fixed.offset * width :][: len(fixed) * width].reshape(-1, width)
    figures = letters.astype(np.int64) - ord("0")

    def number(*places: int) -> NDArray[np.int64]:
        return sum((figures[:, place] * 10**power for power, place in enumerate(reversed(places))), np.zeros(len(figures), np.int64))

    month = np.full(len(figures), -1)
    for index, name in enumerate(_MONTHS):
        month[(letters[:, 3:6] == np.frombuffer(name, np.uint8)).all(axis=1)] = index
    day, year, hour, minute, second = number(0, 1), number(7, 8, 9, 10), number(12, 13), number(15, 16), number(18, 19)
    digits = [place for place, sign in enumerate(_STAMP) if sign == "0"]
    signs = [place for place, sign in enumerate(_STAMP) if sign in "/: "]
    dated: NDArray[np.bool_] = (
        right_length.to_numpy(zero_copy_only=False)
        & ((figures[:, digits] >= 0) & (figures[:, digits] <= 9)).all(axis=1)
        & (letters[:, signs] == np.frombuffer(_STAMP.encode(), np.uint8)[signs]).all(axis=1)
        & ((letters[:, 21] == ord("+")) | (letters[:, 21] == ord("-")))
        & (month >= 0) & (year >= 1970) & (hour < 24) & (minute < 60) & (second <= 60) & (number(24, 25) < 60)
    )  # fmt: skip
    months = np.where(dated, (year - 1970) * 12 + month, 0).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    dated &= (day >= 1) & (day <= (months + 1).astype("datetime64[D]").astype(np.int64) - first)
    east = np.where(letters[:, 21] == ord("-"), -1, 1) * (number(22, 23) * 3600 + number(24, 25) * 60)
    at = (first + day - 1) * 86400 + hour * 3600 + minute * 60 + second - east
    return np.where(dated, at, 0), dated


def read_time(value: Any, zone: dt.tzinfo) -> int | None:
    """Read a time as JSON logs hold it.

    Parameters
    ----------
    value : str, int or float
        A server's stamp, ISO 8601, or a count since 1970 in seconds, or in milli-, micro- or nanoseconds: which is told from its size.
    zone : datetime.tzinfo
        The zone of an ISO time that carries none. Of the two hours that a clock shows twice in autumn, the first is taken.

    Returns
    -------
    int or None
        Whole seconds since 1970 UTC, rounded down; None where the value is no such time.

    Examples
    --------
    >>> [read_time(value, dt.UTC) for value in ("2015-05-17T10:05:03.9Z", "2015-05-17 10:05:03", 1431857103.9, "1431857103900", "soon")]
    [1431857103, 1431857103, 1431857103, 1431857103, None]
    """
    if isinstance(value, str):
        return _read_text(value, zone)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        for above, unit in ((10**17, 10**9), (10**14, 10**6), (10**11, 10**3)):
            if value >= above:
                value //= unit
                break
        return int(value) if 0 <= value <= _LATEST else None
    return None


@functools.lru_cache(maxsize=256)
def _read_text(text: str, zone: dt.tzinfo) -> int | None:
    """Read a time in text; the cache serves the many requests of one second."""
    text = text.strip()
    try:
        return read_time(float(text), zone)
    except (ValueError, OverflowError):
        pass
    if "/" in text:
        import pyarrow as pa

        at, dated = read_stamps(pa.array([text.strip("[]").encode(errors="replace")]))
        return int(at[0]) if dated[0] else None
    try:
        moment = dt.datetime.fromisoformat(text)
        seconds = math.floor((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 and len(text) > len("2015-05-17") else None
