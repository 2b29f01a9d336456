"""What the incremental model needs of the data, as Ibis expressions: the same on every engine that `attribution.journeys` runs on.

Only aggregates leave the engine: the mass of each channel and kernel, the time at risk, and for each converter, under a number of no
meaning, the sum of each kernel by channel at the conversion.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import ibis

from attribution.incremental import Kernels

if TYPE_CHECKING:
    from collections.abc import Callable

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
