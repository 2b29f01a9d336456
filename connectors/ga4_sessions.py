"""Sessions out of GA4's events: one row for each session of each file's day, then a touch for each session that began there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from connectors import cells
from connectors.ga4_events import COLLECTED, LAST_CLICK
from connectors.origin_tags import with_origin
from workspace.records import schema
from workspace.urls import host, under

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

MICROSECONDS = 1_000_000
BEFORE, AFTER = 7 * 86_400, 300
"""Seconds by which a session's number may lie before and after its first event to be its start."""
ROOM = 200_000
"""Rows that may wait before they are reduced."""
FIRST_OF = {
    "first_at": ("row", "file"),
    "page_at": ("page", "referrer"),
    "origin_at": tuple(COLLECTED),
    "click_at": tuple(f"click_{field}" for field in LAST_CLICK),
}
"""Columns that go together, under the moment that tells which of a session's come first."""
MOST = ("start", "consent")
KEY = ("user", "session", "date")
UNNAMED = ("(not set)", "(none)", "(direct)", "(not provided)")
NO_CAMPAIGN = (*UNNAMED, "(organic)", "(referral)")


def of_events(events: pa.Table, file: int) -> pa.Table:
    """Take what makes up sessions out of a table of events (`ga4_events.Events`)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    events = events.filter(pc.and_(pc.is_valid(events["user"]), pc.is_valid(events["session"])))
    at = events["at"]
    columns = {name: events[name] for name in ("user", "session", "consent", "row")}
    columns["date"] = events["date"]
    columns["file"] = pa.repeat(pa.scalar(file, pa.int32()), events.num_rows)
    columns["start"] = pc.equal(events["name"], "session_start").cast("int8")
    columns["first_at"] = at
    for moment, fields in list(FIRST_OF.items())[1:]:
        told = fields[:1] if moment == "page_at" else fields
        there = pc.is_valid(events[told[0]])
        for field in told[1:]:
            there = pc.or_(there, pc.is_valid(events[field]))
        columns[moment] = pc.if_else(there, at, None)
        columns |= {field: events[field] for field in fields}
    return pa.table(columns)


def reduced(rows: pa.Table) -> pa.Table:
    """Bring rows down to one for each session and day; reducing what was reduced changes nothing.

    Notes
    -----
    Of each group of columns (`FIRST_OF`) the earliest that says anything stays, of those at one moment the one that was read first. Linear
    in the rows but for one ordering of the moments.
    """
    import numpy as np
    import pyarrow as pa

    if not rows.num_rows:
        return rows
    group, firsts = _grouped([rows[name] for name in KEY])
    columns: dict[str, Any] = {name: rows[name].take(pa.array(firsts)) for name in KEY}
    for name in MOST:
        most = np.zeros(len(firsts), np.int8)
        np.maximum.at(most, group, rows[name].to_numpy())
        columns[name] = pa.array(most)
    for moment, fields in FIRST_OF.items():
        told = cells.mask(rows[moment].combine_chunks().is_valid())
        places = np.flatnonzero(told)
        at = rows[moment].combine_chunks().fill_null(0).to_numpy()[places]
        places = places[np.argsort(at, kind="stable")][::-1]
        found = np.full(len(firsts), -1)
        found[group[places]] = places
        indices = pa.array(found, mask=found < 0)
        columns |= {name: rows[name].take(indices) for name in (moment, *fields)}
    return pa.table(columns).select(rows.column_names).combine_chunks()


def _grouped(keys: list[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the distinct rows of keys in order of appearance; give each row's number and each number's first row."""
    import numpy as np
    import pyarrow as pa

    codes = None
    for key in keys:
        coded = key.combine_chunks().dictionary_encode(null_encoding="encode")
        numbers = coded.indices.to_numpy().astype(np.int64)
        codes = numbers if codes is None else codes * len(coded.dictionary) + numbers
        codes = pa.array(codes).dictionary_encode().indices.to_numpy().astype(np.int64)
    assert codes is not None
    firsts = np.full(int(codes.max()) + 1, -1)
    firsts[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, firsts


class Sessions:
    """The sessions met so far: their memory grows with them, not with their events.

    Attributes
    ----------
    run_on : int
        After `touches`: sessions that began before the files do, and make no touch.
    by_last_click : int
        Touches whose origin GA4's last click says, since no event carries any.
    """

    def __init__(self) -> None:
        self._waiting: list[pa.Table] = []
        self._rows, self._limit = 0, ROOM
        self._days: dict[str | None, int] = {}
        self.run_on = self.by_last_click = 0

    def add(self, events: pa.Table, file: int) -> None:
        """Take some events of a file."""
        self._note_days(events)
        part = reduced(of_events(events, file))
        self._waiting.append(part)
        self._rows += part.num_rows
        if self._rows > self._limit:
            self._whole()
            self._limit = 2 * self._rows + ROOM

    def _note_days(self, events: pa.Table) -> None:
        """Keep the first moment of each day, by the days of the property's own time zone."""
        import pyarrow.compute as pc

        if not events.num_rows:
            return
        day = events["date"][0]
        if day.is_valid and pc.all(pc.equal(events["date"], day)).as_py() and not events["date"].null_count:
            self._days[day.as_py()] = min(at := pc.min(events["at"]).as_py(), self._days.get(day.as_py(), at))
            return
        earliest = events.select(["date", "at"]).group_by("date").aggregate([("at", "min")])
        for day, at in zip(earliest["date"].to_pylist(), earliest["at_min"].to_pylist(), strict=True):
            self._days[day] = min(at, self._days.get(day, at))

    def _whole(self) -> pa.Table | None:
        import pyarrow as pa

        if not self._waiting:
            return None
        whole = reduced(pa.concat_tables(self._waiting))
        self._waiting, self._rows = [whole], whole.num_rows
        return whole

    def touches(self, own: tuple[str, ...], most: int = 100_000) -> Iterator[tuple[int, pa.Table, list[tuple[int, str]]]]:
        """Give the touches of each file, in the order of its rows; then nothing is left.

        Parameters
        ----------
        own : tuple of str
            Domains that are ours: as referrers they are none.
        most : int
            Rows at once.

        Yields
        ------
        file : int
        touches : pyarrow.Table
        refused : list of (int, str)
            Row and identifier of those whose identifier cannot be one.
        """
        import numpy as np
        import pyarrow as pa

        whole = self._whole()
        self._waiting, self._rows = [], 0
        if whole is None or not whole.num_rows:
            return
        begun = self._begun(whole)
        self.run_on = _distinct(whole) - begun.num_rows
        files = begun["file"].to_numpy()
        order = np.lexsort((begun["row"].to_numpy(), files))
        for start in range(0, len(order), most):
            places = order[start : start + most]
            for file in np.unique(files[places]).tolist():
                yield file, *self._touches(begun.take(pa.array(places[files[places] == file])), own)

    def _begun(self, whole: pa.Table) -> pa.Table:
        """Keep the sessions that began in these files, and of each only the day on which it did.

        The file of the day after holds the rest of a session that runs past midnight: it must change nothing, whether the two are imported
        together or one after the other.
        """
        import numpy as np
        import pyarrow as pa

        session, first = whole["session"].to_numpy(), whole["first_at"].to_numpy() // MICROSECONDS
        days = whole["date"].combine_chunks().dictionary_encode(null_encoding="encode")
        began = np.array([self._days[day] // MICROSECONDS for day in days.dictionary.to_pylist()], np.int64)[days.indices.to_numpy()]
        start = whole["start"].to_numpy() > 0
        is_time = _is_time(session, first)
        told = cells.mask(whole["origin_at"].combine_chunks().is_valid())
        kept = whole.filter(pa.array(start | np.where(is_time, session >= began, told)))
        return reduced(kept.set_column(kept.column_names.index("date"), "date", pa.repeat("", kept.num_rows)))

    def _touches(self, begun: pa.Table, own: tuple[str, ...]) -> tuple[pa.Table, list[tuple[int, str]]]:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        begun = begun.combine_chunks()
        column = {name: begun[name].chunk(0) for name in begun.column_names} if begun.num_rows else {}
        session, first = column["session"].to_numpy(), column["first_at"].to_numpy() // MICROSECONDS
        collected = pc.is_valid(column["origin_at"])
        self.by_last_click += int(cells.mask(pc.and_(pc.invert(collected), pc.is_valid(column["click_at"]))).sum())
        fields: dict[str, pa.Array] = {}
        for field in LAST_CLICK:
            said = cells.words(pc.if_else(collected, column[field], column[f"click_{field}"]))[0]
            unnamed = pa.array(NO_CAMPAIGN if field == "campaign" else UNNAMED)
            fields[field] = pc.if_else(pc.is_in(said, unnamed), None, said)
        fields["click_id"] = cells.words(pc.coalesce(column["gclid"], column["dclid"]))[0]
        kind = pc.if_else(pc.is_valid(column["gclid"]), "gclid", pc.if_else(pc.is_valid(column["dclid"]), "dclid", None))
        fields["click_id_kind"] = kind.cast(pa.string())
        fields["url"] = cells.words(column["page"], cells.LONG)[0]
        fields["referrer"] = cells.words(column["referrer"], cells.LONG)[0]
        fields, _ = with_origin(fields)
        fields["referrer"] = _foreign(fields["referrer"], fields["url"], own)
        fields["person"], _ = cells.person(column["user"])
        seconds = np.where(_is_time(session, first), session, first)
        fields["at"] = pa.array(seconds, pa.int64()).cast(pa.timestamp("s", "UTC"))
        fields["kind"] = pa.repeat("visit", len(seconds))
        fields["consent"] = pc.if_else(pc.equal(column["consent"], 0), None, pc.equal(column["consent"], 1))
        fields["id"] = pc.binary_join_element_wise(fields["person"], column["session"].cast(pa.string()), ".")
        fields["row"] = column["row"]
        shaped = [fields[field.name] if field.name in fields else pa.nulls(len(seconds), field.type) for field in schema("touches")]
        fine = pc.is_valid(fields["person"])
        refused = begun.filter(pc.invert(fine))
        bad = [(row, user[:200]) for row, user in zip(refused["row"].to_pylist(), refused["user"].to_pylist(), strict=True)]
        names = [field.name for field in schema("touches")]
        return pa.table(dict(zip(names, shaped, strict=True))).filter(fine).cast(schema("touches")), bad


def _is_time(session: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which numbers of sessions are the second in which they began."""
    found: NDArray[np.bool_] = (session >= first - BEFORE) & (session <= first + AFTER)
    return found


def _distinct(whole: pa.Table) -> int:
    return len(_grouped([whole[name] for name in KEY[:2]])[1])


def _foreign(referrers: pa.Array, pages: pa.Array, own: tuple[str, ...]) -> pa.Array:
    """Leave out referrers that are our own pages: those below our domains, or of the page's own site."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def outside_of(names: pa.Array) -> pa.Array:
        return pa.array([None if name and any(under(name, domain) for domain in own) else name for name in names.to_pylist()], pa.string())

    outside = cells.on_distinct(referrers, outside_of)
    sites = cells.on_distinct(pages, lambda urls: pa.array([url and host(url) for url in urls.to_pylist()], pa.string()))
    return pc.if_else(pc.fill_null(pc.equal(outside, sites), False), None, outside)
