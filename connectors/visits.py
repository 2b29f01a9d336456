"""Cut the page views of people into visits."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def cut_visits(person: NDArray[np.int64], at: NDArray[np.int64], origin: NDArray[np.int64], gap: float) -> NDArray[np.bool_]:
    """Find where visits begin.

    A visit ends after more than `gap` seconds without a page view, and where its campaign changes: where a page view names an origin
    (UTM tags, an ad's click id, an external referrer) other than the last one named in the visit. A page view that names none goes on
    with the visit it falls in. Midnight does not end a visit.

    Parameters
    ----------
    person, at : arrays of shape (n,)
        A number for each person and the second of each page view, sorted by person, then by time.
    origin : array of shape (n,)
        A number for each origin, 0 where a page view names none.
    gap : float
        Seconds.

    Returns
    -------
    array of bool of shape (n,)
        True at the first page view of each visit.

    Notes
    -----
    O(n). The rules are those of Universal Analytics but for midnight, which there ended a visit and in GA4 no longer does.

    References
    ----------
    "How a web session is defined in Universal Analytics", support.google.com/analytics/answer/2731565: 30 minutes of inactivity,
    midnight, and "each time a user's campaign source changes"; "About Analytics sessions", support.google.com/analytics/answer/9191807.

    Examples
    --------
    >>> import numpy as np
    >>> person, at = np.array([1, 1, 1, 1, 2]), np.array([0, 60, 120, 4000, 4000])
    >>> cut_visits(person, at, origin=np.array([0, 5, 5, 5, 0]), gap=1800)
    array([ True,  True, False,  True,  True])
    """
    if not len(at):
        return np.zeros(0, np.bool_)
    place = np.arange(len(at))
    fresh = np.ones(len(at), np.bool_)
    fresh[1:] = (person[1:] != person[:-1]) | (at[1:] - at[:-1] > gap)
    stretch = np.maximum.accumulate(np.where(fresh, place, 0))
    named = np.maximum.accumulate(np.where(origin != 0, place, -1))
    before = np.concatenate(([-1], named[:-1]))
    last_named = np.where(before >= stretch, origin[before], 0)
    starts: NDArray[np.bool_] = fresh | ((origin != 0) & (origin != last_named))
    return starts


class Dictionary:
    """Number distinct values as they come, from 0."""

    def __init__(self) -> None:
        self.values: list[bytes | None] = []
        self._codes: dict[bytes | None, int] = {}

    def encode(self, values: Iterable[bytes | None]) -> NDArray[np.int64]:
        """Give the numbers of some values."""
        codes = []
        for value in values:
            code = self._codes.get(value)
            if code is None:
                code = self._codes[value] = len(self.values)
                self.values.append(value)
            codes.append(code)
        return np.array(codes, np.int64)


@dataclasses.dataclass(frozen=True, slots=True)
class Hits:
    """The requests that count, n of them, sorted by person, then by time, then as they stood in the files.

    Parameters
    ----------
    person : array of int64
        The number of the value that names the person (upper 32 bits) and that of the user agent (lower 32 bits).
    at, line : arrays of int64
        Second and line number.
    url, referrer, file : arrays of int32
        Numbers in dictionaries.
    """

    person: NDArray[np.int64]
    at: NDArray[np.int64]
    line: NDArray[np.int64]
    url: NDArray[np.int32]
    referrer: NDArray[np.int32]
    file: NDArray[np.int32]


class HitStore:
    """Gather hits block by block in compact arrays: 36 bytes a hit, and each distinct value once."""

    def __init__(self) -> None:
        self.who, self.agents, self.urls, self.referrers = Dictionary(), Dictionary(), Dictionary(), Dictionary()
        self._parts: list[Hits] = []

    def add(self, hits: Hits) -> None:
        """Keep some hits."""
        self._parts.append(hits)

    def sorted(self) -> Hits:
        """Give all hits in order, and let go of the parts."""
        names = [field.name for field in dataclasses.fields(Hits)]
        empty = {"url": np.int32, "referrer": np.int32, "file": np.int32}
        whole = {
            name: np.concatenate([np.zeros(0, empty.get(name, np.int64)), *(getattr(part, name) for part in self._parts)]) for name in names
        }
        self._parts.clear()
        order = np.lexsort((whole["line"], whole["file"], whole["at"], whole["person"]))
        return Hits(**{name: column[order] for name, column in whole.items()})
