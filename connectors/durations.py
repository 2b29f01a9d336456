"""Reading how long something took, and how many people a company has, as people and programs write it."""

from __future__ import annotations

import functools
import math
import re
from typing import TYPE_CHECKING

from connectors import numerals
from connectors.cells import Read, Reading, Trouble
from reports.report import N_

if TYPE_CHECKING:
    import pyarrow as pa

NO_TIME = (
    N_("{field} is not a length of time that can be meant here: '{value}'."),
    N_("Write whole minutes, such as 75, or hours and minutes, such as 1 h 15; or leave the cell empty."),
)
ABOUT = (
    N_("{field} is not one number but an estimate or a range: '{value}'."),
    N_("Write one whole number, such as 120, if it is known; or leave the cell empty."),
)

LONGEST_HOURS = 23
_NUMBER = r"\d+(?:[.,]\d+)?"
_HOURS, _MINUTES, _SECONDS = r"(?:h|hrs?|hours?|heures?)\.?", r"(?:min|mins|mn|m|minutes?|')\.?", r"(?:s|secs?|seconds?|secondes?|'')\.?"
_WORDS = re.compile(
    rf"(?:(?P<h>\d+(?:[.,]\d)?) ?{_HOURS})?(?: ?(?:et|and|,)? ?(?P<m>{_NUMBER})(?: ?{_MINUTES}|(?<=\d)(?!.)))?"
    rf"(?: ?(?:et|and|,)? ?(?P<s>{_NUMBER}) ?{_SECONDS})?"
)
_CLOCK = re.compile(r"(?P<h>\d{1,3}):(?P<m>[0-5]\d):(?P<s>[0-5]\d)(?:\.0+)?")
_PAIR = re.compile(r"\s*(\d{1,3}):([0-5]\d)\s*")
_ISO = re.compile(rf"pt(?:(?P<h>{_NUMBER})h)?(?:(?P<m>{_NUMBER})m)?(?:(?P<s>{_NUMBER})s)?")
_PEOPLE = re.compile(r"^(.*\d) ?(?:employees|employés|employes|salariés|salaries|personnes|people|pers\.?|collaborateurs|etp|fte)$")
_ABOUT = re.compile(
    r"(?:[~≈±<>≤≥]|env\.?|environ|approx\.?|approximately|about|around|circa|ca\.?|c\."
    r"|plus de|moins de|more than|less than|over|under) ?\d.*"
    r"|.*\d ?(?:\+|env\.?|environ|ou plus|et plus|or more)"
    r"|(?:de |from |entre |between )?\d[\d ]*(?:-|–|—|to|à|a|et|and)[ ]?\d[\d ]*"
)


@functools.lru_cache(1 << 12)
def minutes_of(text: str) -> int | None:
    """Read a length of time that names its units, in whole minutes; None where it names none.

    Notes
    -----
    Half a minute and more counts as one. `1,30 h` is left alone: it can be 1.3 hours or an hour and a half.

    Examples
    --------
    >>> [minutes_of(text) for text in ("1h", "1 h 30", "1h30min", "15 min", "1,5 heure", "90 s", "01:15:00", "PT1H15M")]
    [60, 90, 90, 15, 90, 2, 75, 75]
    >>> minutes_of("75"), minutes_of("long"), minutes_of("h"), minutes_of("1,30 h")
    (None, None, None, None)
    """
    bare = re.sub(r"\s+", " ", text.strip().casefold()).replace("’", "'")
    found = _CLOCK.fullmatch(bare) or _ISO.fullmatch(bare) or _WORDS.fullmatch(bare)
    if found is None or not any(found.groupdict().values()) or re.fullmatch(_NUMBER, bare):
        return None
    return _whole(*(float((found[part] or "0").replace(",", ".")) for part in "hms"))


def _whole(hours: float, minutes: float, seconds: float) -> int:
    return math.floor(60 * hours + minutes + seconds / 60 + 0.5)


def minutes(column: pa.Array, reading: Reading) -> Read:
    """Read lengths of time as whole minutes: 75, 1:15, 1 h 15, 75 min.

    Notes
    -----
    `1:15` is an hour and a quarter, as spreadsheets read it, unless the column holds one such as `45:30`, which no hour of a day begins:
    then all of them are minutes and seconds.
    """
    import pyarrow as pa

    if numerals.plain(column) is None:
        if not reading.clock and (pairs := _firsts(column)):
            shown = reading.shown(column, lambda part: {first > LONGEST_HOURS for first in _firsts(part)}) | {max(pairs) > LONGEST_HOURS}
            reading.clock = "minutes:seconds" if True in shown else "hours:minutes"
        column = pa.array([_as_digits(text, reading.clock) for text in column.to_pylist()], pa.string())
    values, (unreadable, unclear) = numerals.counts(column, reading)
    return values, (Trouble(unreadable.bad, *NO_TIME), unclear)


def _firsts(column: pa.Array) -> list[int]:
    """List what stands before the colon where there is but one."""
    return [int(found[1]) for text in column.unique().to_pylist() if text is not None and (found := _PAIR.fullmatch(text))]


def _as_digits(text: str | None, clock: str) -> str | None:
    if text is None:
        return None
    if pair := _PAIR.fullmatch(text):
        one, other = int(pair[1]), int(pair[2])
        return str(_whole(one, other, 0) if clock == "hours:minutes" else _whole(0, one, other))
    read = minutes_of(text)
    return text if read is None else str(read)


def headcounts(column: pa.Array, reading: Reading) -> Read:
    """Read numbers of employees. What is said to be about right, or between two numbers, is no number of its own: it would look exact."""
    import numpy as np
    import pyarrow as pa

    if numerals.plain(column) is not None:
        return numerals.counts(column, reading)
    folded = [text and re.sub(r"\s+", " ", text.strip().casefold()) for text in column.to_pylist()]
    bare = [text and _PEOPLE.sub(r"\1", text) for text in folded]
    about = np.array([bool(text and _ABOUT.fullmatch(text)) for text in bare], dtype=bool)
    exact = pa.array([None if estimated else text for text, estimated in zip(bare, about, strict=True)], pa.string())
    values, troubles = numerals.counts(exact, reading)
    return values, (Trouble(about, *ABOUT), *troubles)
