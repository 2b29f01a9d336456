"""Make touches and conversions from the hits of a log: a touch for each visit, a conversion for each goal a visit reached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from connectors.base import Batch
from connectors.visits import cut_visits
from connectors.weblog_hits import Hits
from connectors.weblog_sieve import Goal, PathGlobs
from workspace.records import schema
from workspace.urls import UTM_FIELDS, Tags, host, tags, under

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 100_000
_TAG_FIELDS = (*UTM_FIELDS, "click_id", "click_id_kind")


class VisitRecords:
    """The visits among some hits.

    Parameters
    ----------
    hits : Hits
        All hits, in order.
    urls, referrers : sequence of str
        The dictionaries of the hits.
    name_person : callable
        Gives the name under which a person (a number of `hits.person`) is stored.
    own, ignored : sequence of str
        Domains that are ours: as referrers they are none. Domains that bring nobody new: as referrers they begin no visit.
    gap : float
        Seconds without a page view that end a visit.
    goals : sequence of Goal

    Attributes
    ----------
    visits : array of int64
        The place in `hits` of each visit's first hit.
    reached : list of arrays of int64
        For each goal, the place in `hits` of each visit's first hit of it.
    people : list of str
        The people's names.
    from_own_pages : int
        How many visits begin with an own page as referrer: people back after a pause, and robots that fake one.
    """

    def __init__(
        self,
        hits: Hits,
        urls: Sequence[str],
        referrers: Sequence[str],
        name_person: Callable[[int], str],
        own: Sequence[str],
        ignored: Sequence[str],
        gap: float,
        goals: Sequence[Goal] = (),
    ) -> None:
        self._hits, self._urls, self._goals = hits, urls, goals
        self._tags = [tags(url) for url in urls]
        self._referrer_hosts = [host(referrer) for referrer in referrers]
        self._external = [name if name and not _is_under(name, own) else None for name in self._referrer_hosts]
        referrer_origins = _numbers(None if name and _is_under(name, ignored) else name for name in self._external)
        tag_origins = _numbers(_campaign(found) for found in self._tags)
        tagged, referred = tag_origins[hits.url], referrer_origins[hits.referrer]
        origin = np.where(tagged > 0, tagged, np.where(referred > 0, referred + len(tag_origins), 0))
        self._starts = cut_visits(hits.person, hits.at, origin, gap)
        self.visits = np.flatnonzero(self._starts)
        is_own = np.array([bool(name) and _is_under(str(name), own) for name in self._referrer_hosts], np.bool_)
        self.from_own_pages = int(is_own[hits.referrer[self.visits]].sum()) if len(hits.at) else 0
        self.reached = [self._first_hits(goal) for goal in goals]
        numbers, self._person = np.unique(hits.person, return_inverse=True)
        self.people = [name_person(number) for number in numbers.tolist()]

    def _first_hits(self, goal: Goal) -> NDArray[np.int64]:
        globs = PathGlobs((goal.glob,))
        matches = np.array([globs.match(url) for url in self._urls], np.bool_)
        places = np.flatnonzero(matches[self._hits.url])
        _, first = np.unique(np.cumsum(self._starts)[places], return_index=True)
        return places[first]

    def batches(self, files: Sequence[str]) -> Iterator[Batch]:
        """Yield the touches, then the conversions of each file, in the order of the file's lines."""
        goal_hits = np.concatenate([np.zeros(0, np.int64), *self.reached])
        goal_numbers = np.repeat(np.arange(len(self._goals)), [len(places) for places in self.reached])
        for number, file in enumerate(files):
            for places in _chunks(self._in_file(self.visits, number)):
                yield Batch("touches", file, self._touches(self.visits[places]))
            for places in _chunks(self._in_file(goal_hits, number)):
                names = [self._goals[goal].name for goal in goal_numbers[places]]
                yield Batch("conversions", file, self._conversions(goal_hits[places], names))

    def _in_file(self, places: NDArray[np.int64], number: int) -> NDArray[np.int64]:
        mine = np.flatnonzero(self._hits.file[places] == number)
        return mine[np.argsort(self._hits.line[places[mine]], kind="stable")]

    def _touches(self, places: NDArray[np.int64]) -> pa.Table:
        urls, referrers = self._hits.url[places].tolist(), self._hits.referrer[places].tolist()
        people, seconds = self._people_at(places), self._hits.at[places].tolist()
        found = [self._tags[url] for url in urls]
        columns = {
            "person": people,
            "at": seconds,
            **{field: [getattr(tag, field) for tag in found] for field in _TAG_FIELDS},
            "referrer": [self._external[referrer] for referrer in referrers],
            "url": [self._urls[url] for url in urls],
            "kind": ["visit"] * len(places),
            # The referrer as logged, not as judged: so that the id is the same whatever is known of our own domains.
            "id": [
                _key("visit", person, at, self._urls[url], self._referrer_hosts[referrer])
                for person, at, url, referrer in zip(people, seconds, urls, referrers, strict=True)
            ],
            "row": self._hits.line[places],
        }
        return _table("touches", columns)

    def _conversions(self, places: NDArray[np.int64], goals: list[str]) -> pa.Table:
        people, seconds = self._people_at(places), self._hits.at[places].tolist()
        columns = {
            "at": seconds,
            "person": people,
            "goal": goals,
            "id": [_key("goal", person, at, goal) for person, at, goal in zip(people, seconds, goals, strict=True)],
            "row": self._hits.line[places],
        }
        return _table("conversions", columns)

    def _people_at(self, places: NDArray[np.int64]) -> list[str]:
        return [self.people[number] for number in self._person[places].tolist()]


def _campaign(found: Tags) -> tuple[str | None, ...] | None:
    """Say what a URL's tags name as the campaign; a click on an ad is one of its own."""
    campaign = (found.source, found.medium, found.campaign, found.click_id_kind, found.click_id)
    return campaign if any(campaign) else None


def _numbers(values: Iterable[object | None]) -> NDArray[np.int64]:
    """Number distinct values from 1; None is 0."""
    seen: dict[object, int] = {}
    return np.array([0 if value is None else seen.setdefault(value, len(seen) + 1) for value in values], np.int64)


def _is_under(name: str, domains: Sequence[str]) -> bool:
    return any(under(name, domain) for domain in domains)


def _key(*parts: str | int | None) -> str:
    """Make a record's id from what it is: the same in every import, on every machine that holds the workspace's secret."""
    return hashlib.sha256("\n".join("" if part is None else str(part) for part in parts).encode()).hexdigest()[:32]


def _chunks(places: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(places), _ROWS):
        yield places[start : start + _ROWS]


def _table(kind: str, columns: dict[str, object]) -> pa.Table:
    """Lay columns out by the schema of their kind; what a log does not tell is null."""
    import pyarrow as pa

    shape = schema(kind)
    length = len(columns["row"])  # type: ignore[arg-type]
    arrays = [pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(length, field.type) for field in shape]
    return pa.Table.from_arrays(arrays, schema=shape)
