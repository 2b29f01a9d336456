"""Keep the requests that count, in little room, until the whole log is read."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from connectors.weblog_requests import Column, Requests, decode
from connectors.weblog_sieve import plain_host
from workspace.keys import keyed_hash

_USER, _COOKIE, _FIRST_AGENT = 0, 1, 2  # what the lower half of a person's number says: what names the person, or which user agent
_LOWER = 0xFFFFFFFF


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
        The number of the value that names the person (upper 32 bits) and of the user agent, or what
        kind of name it is (lower 32 bits).
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
    """Gather hits block by block in compact arrays: 36 bytes a hit, and each distinct value once.

    Attributes
    ----------
    urls, referrers : Dictionary
        What `Hits.url` and `Hits.referrer` number.
    hosts : Counter
        Hits by virtual host, "" where the log tells none.
    """

    def __init__(self) -> None:
        self.urls, self.referrers = Dictionary(), Dictionary()
        self.hosts: Counter[str] = Counter()
        self._who, self._agents = Dictionary(), Dictionary()
        self._parts: list[Hits] = []

    def add(self, file: int, requests: Requests, kept: NDArray[np.bool_]) -> None:
        """Keep some of the requests of a file."""
        if not kept.any():
            return
        who = _numbered(self._who, requests.address, kept)
        with_what = _numbered(self._agents, requests.agent, kept) + _FIRST_AGENT
        for column, mark in ((requests.user, _USER), (requests.cookie, _COOKIE)):
            named = kept & _filled(column)
            who[named[kept]] = _numbered(self._who, column, named)
            with_what[named[kept]] = mark
        hosts, counts = np.unique(requests.host.codes[kept], return_counts=True)
        for host, count in zip(hosts.tolist(), counts.tolist(), strict=True):
            self.hosts[plain_host(requests.host.values[host].as_py())] += count
        self._parts.append(
            Hits(
                person=who << 32 | with_what,
                at=requests.at[kept],
                line=requests.line[kept],
                url=_numbered(self.urls, requests.url, kept).astype(np.int32),
                referrer=_numbered(self.referrers, requests.referrer, kept).astype(np.int32),
                file=np.full(int(kept.sum()), file, np.int32),
            )
        )

    def sorted(self) -> Hits:
        """Give all hits in order, and let go of the parts."""
        empty = {"url": np.int32, "referrer": np.int32, "file": np.int32}
        whole = {
            field.name: np.concatenate([np.zeros(0, empty.get(field.name, np.int64)), *(getattr(part, field.name) for part in self._parts)])
            for field in dataclasses.fields(Hits)
        }
        self._parts.clear()
        order = np.lexsort((whole["line"], whole["file"], whole["at"], whole["person"]))
        return Hits(**{name: column[order] for name, column in whole.items()})

    def name_person(self, number: int, secret: bytes) -> str:
        """Name a person: a user field as it is; a keyed hash of the cookie, or of the address (of the client, where there are proxies)
        and the user agent.
        """
        name, with_what = decode(self._who.values[number >> 32]), number & _LOWER
        if with_what == _USER:
            return name
        if with_what == _COOKIE:
            return keyed_hash(secret, name)
        address = name.partition(",")[0].strip().lower()
        return keyed_hash(secret, f"{address} {decode(self._agents.values[with_what - _FIRST_AGENT])}")

    def named(self, hits: Hits) -> int:
        """Count the hits whose person a user field or a cookie names."""
        return int(((hits.person & _LOWER) < _FIRST_AGENT).sum())

    def without_agent(self, hits: Hits) -> int:
        """Count the hits of a format that has no user agent."""
        unknown = [code + _FIRST_AGENT for code, agent in enumerate(self._agents.values) if agent is None]
        return int(np.isin(hits.person & _LOWER, unknown).sum())


def _filled(column: Column) -> NDArray[np.bool_]:
    return np.array([value not in {b"", b"-", None} for value in column.values.to_pylist()], np.bool_)[column.codes]


def _numbered(dictionary: Dictionary, column: Column, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give a column's kept rows their numbers in a dictionary, which takes in no value that is not kept."""
    import pyarrow as pa

    used, places = np.unique(column.codes[kept], return_inverse=True)
    return dictionary.encode(column.values.take(pa.array(used)).to_pylist())[places]
