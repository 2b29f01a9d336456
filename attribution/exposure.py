"""What the incremental model needs of the data, as Ibis expressions: the same on every engine that `attribution.journeys` runs on.

Only aggregates leave the engine: the mass of each channel and kernel, the time at risk, and for each converter, under a number of no
meaning, the sum of each kernel by channel at the conversion.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from attribution.engine import check_names, duckdb_engine
from attribution.hazard_fit import fit
from attribution.incremental import Exposures, Incremental, Kernels, credit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa
    from ibis.expr.types import FloatingColumn, NumericColumn, Table

DAY = 86_400.0
EVERYONE = 0
"""The segment of people whose segment is not known."""


@dataclasses.dataclass(frozen=True)
class Span:
    """The time that is looked at, in seconds since 1970: conversions at `start` or later and before `end`."""

    start: int
    end: int


@dataclasses.dataclass(frozen=True)
class Aggregates:
    """Five tables of aggregates.

    Parameters
    ----------
    mass : Table
        `code, k0, k1, ...`: one column for each kernel, in days.
    risk : Table
        `segment, days`.
    converted : Table
        `number, segment, known, remaining, value`: one row for each first conversion at risk; times in days, value null where unknown.
    claims : Table
        `number, code, k0, k1, ...`.
    totals : Table
        One row: `conversions, value, valued, firsts, firsts_value` of those in the span.
    """

    mass: Table
    risk: Table
    converted: Table
    claims: Table
    totals: Table


def aggregates(
    touches: Table,
    conversions: Table,
    span: Span,
    kernels: Kernels,
    people: Table | None = None,
    keep: Callable[[Table], Table] = lambda table: table,
) -> Aggregates:
    """Define the aggregates.

    Parameters
    ----------
    touches : Table
        `key, at, code`, all int64.
    conversions : Table
        `key` (may be null), `at`, `value` (null where it is not known), of one goal. A person's first one counts, before the span too:
        who has converted before it is not at risk.
    span : Span
    kernels : Kernels
    people : Table or None
        `key, segment` (int64, from 0) of people who are known without a touch; they are at risk from the span's start. Everybody else is
        from the guard after the first touch: somebody who converts sooner is known to us only for having come to convert.
    keep : callable
        What is joined twice goes through here; an engine may put it into a temporary table.

    Notes
    -----
    A touch counts for what comes after it: one in the second of the conversion does not. Cost: a grouping of the touches by key and one
    hash join of them, then a few exponentials a touch.
    """
    firsts = _firsts(conversions)
    known = keep(_people(touches, firsts, span, kernels, people))
    at_risk = known.filter(known.enters < known.leaves)
    seen = touches.join(at_risk, "key").filter(lambda t: t["at"] < t["leaves"])
    begin, until = _days(seen.enters.cast("float64") - seen["at"]), _days(seen.leaves - seen["at"])
    begin = ibis.greatest(begin, ibis.literal(0.0))
    before = _days(seen["at"] - seen.origin)
    masses = {f"k{k}": kernel.integral(begin, until, before).sum() for k, kernel in enumerate(_kernels(kernels))}
    converts = keep(
        at_risk.filter(at_risk.converts).select(
            "key",
            "segment",
            number=ibis.row_number().over(order_by=at_risk.key),
            leaves="leaves",
            origin="origin",
            known=_days(at_risk.leaves - at_risk.origin),
            remaining=_days(span.end - at_risk.leaves),
            value="value",
        )
    )
    theirs = touches.join(converts, "key").filter(lambda t: t["at"] < t["leaves"])
    age, before_it = _days(theirs.leaves - theirs["at"]), _days(theirs["at"] - theirs.origin)
    claims = {f"k{k}": kernel.at(age, before_it).sum() for k, kernel in enumerate(_kernels(kernels))}
    return Aggregates(
        mass=seen.group_by("code").aggregate(**masses),
        risk=at_risk.group_by("segment").aggregate(days=_days(at_risk.leaves - at_risk.enters).sum()),
        converted=converts.select("number", "segment", "known", "remaining", "value"),
        claims=theirs.group_by("number", "code").aggregate(**claims),
        totals=_totals(conversions, firsts, span),
    )


@dataclasses.dataclass(frozen=True)
class _Step:
    """The guard: 1 for so many days, then 0."""

    days: float

    def at(self, age: FloatingColumn, before: FloatingColumn) -> NumericColumn:
        return (age < self.days).cast("float64")

    def integral(self, begin: FloatingColumn, until: FloatingColumn, before: FloatingColumn) -> NumericColumn:
        days = ibis.literal(self.days)
        return ibis.least(until, days) - ibis.least(begin, days)


@dataclasses.dataclass(frozen=True)
class _Fading:
    """Exp(-age / days)."""

    days: float

    def at(self, age: FloatingColumn, before: FloatingColumn) -> NumericColumn:
        return (age / -self.days).exp()

    def integral(self, begin: FloatingColumn, until: FloatingColumn, before: FloatingColumn) -> NumericColumn:
        return ((begin / -self.days).exp() - (until / -self.days).exp()) * self.days


@dataclasses.dataclass(frozen=True)
class _Lasting:
    """Days / (time known + days), the time known being that before the touch and the touch's age."""

    days: float

    def at(self, age: FloatingColumn, before: FloatingColumn) -> NumericColumn:
        return self.days / (before + age + self.days)

    def integral(self, begin: FloatingColumn, until: FloatingColumn, before: FloatingColumn) -> NumericColumn:
        return ((before + until + self.days).ln() - (before + begin + self.days).ln()) * self.days


def _kernels(kernels: Kernels) -> list[_Step | _Fading | _Lasting]:
    """List the kernels in the order of `Kernels.roles`."""
    return [
        *([_Step(kernels.guard_days)] if kernels.guard_days else []),
        *([_Fading(kernels.arrival_days)] if kernels.arrival_days is not None else []),
        *(_Fading(days) for days in kernels.effect_days),
        *([_Lasting(kernels.intent_days)] if kernels.intent_days is not None else []),
    ]


def _days(seconds: Any) -> Any:
    return seconds / DAY


def _firsts(conversions: Table) -> Table:
    """Find each key's first conversion; several in its second are one, worth their sum."""
    named = conversions.filter(conversions.key.notnull())
    first = named.group_by(first_key=named.key).aggregate(converted_at=named["at"].min())
    both = named.join(first, [named.key == first.first_key, named["at"] == first.converted_at])
    return both.group_by("first_key", "converted_at").aggregate(value=both.value.sum())


def _people(touches: Table, firsts: Table, span: Span, kernels: Kernels, people: Table | None) -> Table:
    """One row a person: `key, segment, origin, enters, leaves, converts, value`."""
    seen = touches.group_by("key").aggregate(first=touches["at"].min())
    seen = seen.filter(seen["first"] < span.end).mutate(segment=ibis.null("int64"), told=ibis.literal(0, "int64"))
    if people is not None:
        listed = people.select("key", first=ibis.null("int64"), segment="segment", told=ibis.literal(1, "int64"))
        both = seen.union(listed)
        seen = both.group_by("key").aggregate(first=both["first"].min(), segment=both.segment.max(), told=both.told.max())
    start = ibis.literal(span.start, "int64")
    told = seen.told == 1
    known = seen.select(
        "key",
        segment=seen.segment.fill_null(EVERYONE),
        origin=ibis.ifelse(told, ibis.least(seen["first"].fill_null(span.start), start), seen["first"]),
        enters=ibis.ifelse(told, start, ibis.greatest(seen["first"] + round(kernels.guard_days * DAY), start)),
    )
    joined = known.left_join(firsts, [("key", "first_key")])
    converts = joined.converted_at.notnull() & (joined.converted_at < span.end)
    return joined.select(
        "key",
        "segment",
        "origin",
        "enters",
        leaves=ibis.ifelse(converts, joined.converted_at, span.end).cast("int64"),
        converts=converts,
        value="value",
    )


def _totals(conversions: Table, firsts: Table, span: Span) -> Table:
    told = conversions.filter((conversions["at"] >= span.start) & (conversions["at"] < span.end))
    first = firsts.filter((firsts.converted_at >= span.start) & (firsts.converted_at < span.end))
    nobody = told.filter(told.key.isnull())
    every = told.aggregate(conversions=told.count(), value=told.value.sum(), valued=told.value.count())
    ours = first.aggregate(firsts=first.count(), firsts_value=first.value.sum())
    unnamed = nobody.aggregate(unnamed=nobody.count(), unnamed_value=nobody.value.sum())
    return every.cross_join(ours).cross_join(unnamed)


def exposures(
    touches: pa.Table,
    conversions: pa.Table,
    labels: Mapping[int, str],
    kernels: Kernels | None = None,
    *,
    span: Span | None = None,
    people: pa.Table | None = None,
) -> Exposures:
    """Compute the aggregates of a workspace's touches on DuckDB.

    Parameters
    ----------
    touches : pyarrow.Table
        `key, at, origin_id`, all int64 (`workspace.reading.touch_columns`).
    conversions : pyarrow.Table
        `key, at, value` (`workspace.reading.conversion_columns`), before the span too.
    labels : mapping of int to str
        Origin to the name of its channel (or its campaign, ...); channels stand in the order in which `attribution.engine.run` has them.
    kernels : Kernels or None
        None for the usual ones.
    span : Span or None
        None for that of the data (`span_of`).
    people : pyarrow.Table or None
        `key, segment`; see `aggregates`.
    """
    import pyarrow as pa

    kernels = kernels or Kernels()
    names = tuple(sorted(set(labels.values())))
    check_names(len(names))
    place = {name: code for code, name in enumerate(names)}
    codes = pa.table(
        {"origin_id": pa.array(list(labels), pa.int64()), "code": pa.array([place[name] for name in labels.values()], pa.int64())}
    )
    span = span or span_of(touches, conversions)
    engine = duckdb_engine()
    try:
        given = {"touches": touches.select(["key", "at", "origin_id"]), "conversions": conversions.select(["key", "at", "value"])}
        for name, table in {**given, "codes": codes, **({} if people is None else {"people": people})}.items():
            engine.con.register(name, table)
        coded = engine.table("touches").join(engine.table("codes"), "origin_id").select("key", "at", "code")
        known = None if people is None else engine.table("people")

        numbers = itertools.count()

        def keep(table: Table) -> Table:
            return engine.create_table(f"kept_{next(numbers)}", table, temp=True)

        found = aggregates(coded, engine.table("conversions"), span, kernels, known, keep)
        tables = (found.mass, found.risk, found.converted, found.claims, found.totals)
        return assemble(names, kernels, *(table.to_pyarrow() for table in tables))
    finally:
        engine.disconnect()


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

    A channel whose credit falls away as the guard grows catches people who had decided already. The parameters are those of `exposures`.
    """
    results = {}
    for guard in guards:
        found = exposures(touches, conversions, labels, Kernels(guard, arrival_days=None), span=span, people=people)
        results[guard] = credit(found, fit(found))
    return results


def span_of(touches: pa.Table, conversions: pa.Table, since: int | None = None, until: int | None = None) -> Span:
    """Find the span of the data, from the first touch or conversion to the last, or the part of it that is asked for.

    After the last touch or conversion nobody is at risk: that nobody converted then is not known.
    """
    import pyarrow.compute as pc

    ends = [pc.min_max(table["at"]).as_py() for table in (touches, conversions) if table.num_rows]
    start, end = min((each["min"] for each in ends), default=0), max((each["max"] for each in ends), default=0) + 1
    return Span(start if since is None else max(since, start), end if until is None else min(until, end))


def assemble(
    names: tuple[str, ...],
    kernels: Kernels,
    mass: pa.Table,
    risk: pa.Table,
    converted: pa.Table,
    claims: pa.Table,
    totals: pa.Table,
) -> Exposures:
    """Put together what the engine gave back; the tables are those of `Aggregates`."""
    columns = [f"k{k}" for k in range(len(kernels.roles))]
    masses = np.zeros((len(names), len(columns)))
    masses[_column(mass, "code", np.int64)] = np.stack([_column(mass, name) for name in columns], axis=1)
    segments = _column(risk, "segment", np.int64)
    days = np.zeros(int(segments.max(initial=EVERYONE)) + 1)
    days[segments] = _column(risk, "days")
    converted = converted.sort_by("number")
    claims = claims.sort_by([("number", "ascending"), ("code", "ascending")])
    total = totals.to_pylist()[0]
    value = _column(converted, "value")
    return Exposures(
        channels=names,
        kernels=kernels,
        mass=masses,
        days_at_risk=days,
        segment=_column(converted, "segment", np.int64),
        known=_column(converted, "known"),
        remaining=_column(converted, "remaining"),
        value=value,
        conversion=_column(claims, "number", np.int64),
        code=_column(claims, "code", np.int64),
        claim=np.stack([_column(claims, name) for name in columns], axis=1),
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
