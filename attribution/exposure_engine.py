"""Exposures on an engine: touches and conversions in, what the incremental model needs out.

By default the engine is DuckDB in this process, over Arrow columns read from the workspace.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.buyers_clock import Clock, clock_of
from attribution.engine import check_names, duckdb_engine
from attribution.exposure import Aggregates, aggregates, first_conversions
from attribution.hazard_fit import fit
from attribution.hazard_kernels import Kernels
from attribution.incremental import Exposures, Incremental, credit
from attribution.paths import Floats
from attribution.presence import COUNTS, EDGES, presence
from attribution.spells import EVERYONE, NO_TOUCH, Keep, Span, at_risk, events_by_hour, on_clock, recurrence, spells, with_presence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table


@dataclasses.dataclass(frozen=True)
class Prepared:
    """People's spells, lying on an engine as long as it runs.

    Parameters
    ----------
    engine : BaseBackend
    names : tuple of str
    kernels : Kernels
    span : Span
    clock : Clock
    spells : Table
        With presence, where the kernels have intent.
    conversions, firsts : Table
    presence : Table or None
        `code, counted, g0, g1, ...` (`attribution.spells.with_presence`); None without intent.
    keep : callable
        Puts a table that is used twice into a temporary one.
    """

    engine: BaseBackend
    names: tuple[str, ...]
    kernels: Kernels
    span: Span
    clock: Clock
    spells: Table
    conversions: Table
    firsts: Table
    presence: Table | None
    keep: Keep

    @property
    def end(self) -> float:
        """The span's end on the clock."""
        return _days(self.clock, self.span)[1]

    def exposures(self) -> Exposures:
        """Compute the aggregates."""
        found = aggregates(self.spells, self.conversions, self.firsts, self.span, self.end, self.kernels)
        return assemble(self.names, self.kernels, found)


@contextlib.contextmanager
def prepared(
    touches: pa.Table,
    conversions: pa.Table,
    labels: Mapping[int, str],
    kernels: Kernels | None = None,
    *,
    span: Span | None = None,
    people: pa.Table | None = None,
    clock: Clock | None = None,
) -> Iterator[Prepared]:
    """Lay out the spells of a workspace's people on DuckDB, which runs until the end of the block.

    Parameters
    ----------
    touches : pyarrow.Table
        `key, at, origin_id`, all int64 (`workspace.reading.touch_columns`).
    conversions : pyarrow.Table
        `key, at, value` (`workspace.reading.conversion_columns`), of one goal. A person's first one counts, before the span too: who has
        converted before it is not at risk.
    labels : mapping of int to str
        Origin to the name of its channel (or its campaign, ...); channels stand in the order in which `attribution.engine.run` has them.
    kernels : Kernels or None
        None for the usual ones.
    span : Span or None
        None for that of the data (`span_of`).
    people : pyarrow.Table or None
        `key, segment` (int64, from 0) of people who are known without a touch; they are at risk from the span's start. Everybody else is
        from the guard after the first touch: somebody who converts sooner is known to us only for having come to convert.
    clock : Clock or None
        None for that of these touches and conversions.
    """
    import pyarrow as pa

    kernels, span = kernels or Kernels(), span or span_of(touches, conversions)
    names = tuple(sorted(set(labels.values())))
    check_names(len(names))
    place = {name: code for code, name in enumerate(names)}
    codes = pa.table(
        {"origin_id": pa.array(list(labels), pa.int64()), "code": pa.array([place[name] for name in labels.values()], pa.int64())}
    )
    engine, numbers = duckdb_engine(), itertools.count()

    def keep(table: Table) -> Table:
        return engine.create_table(f"kept_{next(numbers)}", table, temp=True)

    try:
        given = {"touches": touches.select(["key", "at", "origin_id"]), "conversions": conversions.select(["key", "at", "value"])}
        for name, table in {**given, "codes": codes, **({} if people is None else {"people": people})}.items():
            engine.con.register(name, table)
        listed = engine.table("touches").join(engine.table("codes"), "origin_id").select("key", "at", "code")
        if clock is None:
            counted = events_by_hour(listed, engine.table("conversions")).to_pyarrow()
            clock = clock_of(_column(counted, "hour", np.int64), _column(counted, "events", np.int64))
        engine.con.register("hours", pa.table({"hour": np.arange(168), "starts": clock.starts[:-1], "width": clock.widths}))
        timed = keep(on_clock(listed, engine.table("hours")).select("key", "code", "day"))
        converted = keep(on_clock(engine.table("conversions"), engine.table("hours")))
        firsts = first_conversions(converted)
        days = _days(clock, span)
        known = None if people is None else engine.table("people")
        laid = keep(spells(timed, keep(at_risk(timed, firsts, days, kernels, known))))
        if kernels.intent_days is not None:
            told = presence(*_recurrences(recurrence(laid).to_pyarrow(), len(names)))
            engine.con.register("presence", _long(told))
            laid = keep(with_presence(laid, engine.table("presence"), days[1]))
        present = engine.table("presence") if kernels.intent_days is not None else None
        yield Prepared(engine, names, kernels, span, clock, laid, converted, firsts, present, keep)
    finally:
        engine.disconnect()


def exposures(
    touches: pa.Table,
    conversions: pa.Table,
    labels: Mapping[int, str],
    kernels: Kernels | None = None,
    *,
    span: Span | None = None,
    people: pa.Table | None = None,
    clock: Clock | None = None,
) -> Exposures:
    """Compute the aggregates of a workspace's touches on DuckDB; the parameters are those of `prepared`."""
    with prepared(touches, conversions, labels, kernels, span=span, people=people, clock=clock) as ready:
        return ready.exposures()


def by_guard(
    touches: pa.Table,
    conversions: pa.Table,
    labels: Mapping[int, str],
    guards: Sequence[float] = (0.0, 0.5, 1.0, 2.0, 3.0),
    *,
    span: Span | None = None,
    people: pa.Table | None = None,
) -> dict[float, Incremental]:
    """Credit with short effects credited like others, for several guards in days.

    A channel whose credit falls away as the guard grows catches people who had decided already. The parameters are those of `prepared`.
    """
    results = {}
    for guard in guards:
        found = exposures(touches, conversions, labels, Kernels(guard, arrival_days=()), span=span, people=people)
        results[guard] = credit(fit(found))
    return results


def span_of(touches: pa.Table, conversions: pa.Table, since: int | None = None, until: int | None = None) -> Span:
    """Find the span of the data, from the first touch or conversion to the last, or the part of it that is asked for.

    After the last touch or conversion nobody is at risk: that nobody converted then is not known.
    """
    import pyarrow.compute as pc

    ends = [pc.min_max(table["at"]).as_py() for table in (touches, conversions) if table.num_rows]
    start, end = min((each["min"] for each in ends), default=0), max((each["max"] for each in ends), default=0) + 1
    return Span(start if since is None else max(since, start), end if until is None else min(until, end))


def _days(clock: Clock, span: Span) -> tuple[float, float]:
    start, end = clock.read(np.array([span.start, span.end])).tolist()
    return start, end


def _recurrences(counted: pa.Table, channels: int) -> tuple[Floats, Floats]:
    """Lay the table of `recurrence` out as two arrays; the spells before any touch come last."""
    shape = (channels + 1, len(COUNTS) + 1, len(EDGES))
    code = _column(counted, "code", np.int64)
    place = np.where(code == NO_TOUCH, channels, code), _column(counted, "counted", np.int64)
    both = []
    for letter in "dt":
        laid = np.zeros(shape)
        laid[place] = np.stack([_column(counted, f"{letter}{edge}") for edge in range(len(EDGES))], axis=1)
        both.append(laid)
    return both[0], both[1]


def _long(told: Floats) -> pa.Table:
    """Lay presence out as `code, counted, g0, g1, ...`."""
    import pyarrow as pa

    channels, counts, _ = told.shape
    code = np.append(np.arange(channels - 1), NO_TOUCH)
    levels = {f"g{place}": told[:, :, place].ravel() for place in range(len(EDGES))}
    return pa.table({"code": np.repeat(code, counts), "counted": np.tile(np.arange(counts), channels), **levels})


def assemble(names: tuple[str, ...], kernels: Kernels, found: Aggregates) -> Exposures:
    """Put together what the engine gives back."""
    mass, risk, converted, claims, totals = (
        table.to_pyarrow() for table in (found.mass, found.risk, found.converted, found.claims, found.totals)
    )
    columns = [f"k{k}" for k in range(len(kernels.roles))]
    masses = np.zeros((len(names), len(columns)))
    masses[_column(mass, "code", np.int64)] = np.stack([_column(mass, name) for name in columns], axis=1)
    segments = _column(risk, "segment", np.int64)
    times = np.zeros((int(segments.max(initial=EVERYONE)) + 1, kernels.bases))
    for part, name in enumerate(("days", "known")[: kernels.bases]):
        times[segments, part] = _column(risk, name)
    converted = converted.sort_by("number")
    claims = claims.sort_by([("number", "ascending"), ("code", "ascending")])
    total = totals.to_pylist()[0]
    value, remaining = _column(converted, "value"), _column(converted, "remaining")
    base, later = np.ones((len(value), kernels.bases)), np.repeat(remaining[:, None], kernels.bases, axis=1)
    conversion = _column(claims, "number", np.int64)
    claim = np.stack([_column(claims, name) for name in columns if name in claims.column_names], axis=1)
    if kernels.intent_days is not None:
        known = kernels.intent_days + _column(converted, "present")
        base[:, 1] = _column(converted, "presence") * kernels.intent_days / known
        later[:, 1] = kernels.intent_days * np.log1p(_column(converted, "ahead") / known)
        claim = np.column_stack([claim, _column(claims, "touches") * base[conversion, 1]])
    return Exposures(
        channels=names,
        kernels=kernels,
        mass=masses,
        risk=times,
        segment=_column(converted, "segment", np.int64),
        base=base,
        base_later=later,
        age=_column(converted, "age"),
        remaining=remaining,
        value=value,
        conversion=conversion,
        code=_column(claims, "code", np.int64),
        claim=claim,
        outside=float(total["firsts"] + total["unnamed"] - len(value)),
        outside_value=(total["firsts_value"] or 0.0) + (total["unnamed_value"] or 0.0) - float(value.sum()),
        repeats=total["conversions"] - total["firsts"] - total["unnamed"],
        valued=bool(total["valued"]),
    )


def _column(table: pa.Table, name: str, kind: Any = np.float64) -> Any:
    import pyarrow as pa

    column = table[name]
    if kind is np.float64:
        column = column.cast(pa.float64()).fill_null(0.0)
    return np.asarray(column.to_numpy(), dtype=kind)
