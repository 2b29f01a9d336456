"""What the incremental model needs of the data, as Ibis expressions: the same on every engine that `attribution.journeys` runs on.

Only aggregates leave the engine: the mass of each channel and kernel, the time at risk, and for each converter, under a number of no
meaning, the sum of each kernel by channel at the conversion.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import ibis

from attribution.hazard_kernels import Kernels, by_age
from attribution.spells import Span

if TYPE_CHECKING:
    from ibis.expr.types import NumericColumn, Table


@dataclasses.dataclass(frozen=True)
class Aggregates:
    """Five tables of aggregates; times in days of the buyers' clock.

    Parameters
    ----------
    mass : Table
        `code, k0, k1, ...`: one column for each kernel, in days.
    risk : Table
        `segment, days` and, where the kernels have intent, `known`: the intent kernel's integral as if of one touch at the beginning.
    converted : Table
        `number, segment, age, remaining, value`: one row for each first conversion at risk; the value null where it is unknown. With intent
        also `present, presence, ahead` (`attribution.spells.with_presence`).
    claims : Table
        `number, code, touches, k0, k1, ...`: one column for each kernel but intent.
    totals : Table
        One row: `conversions, value, valued, firsts, firsts_value, unnamed, unnamed_value` of those in the span.
    """

    mass: Table
    risk: Table
    converted: Table
    claims: Table
    totals: Table


def first_conversions(conversions: Table) -> Table:
    """Find each key's first conversion, `first_key, converted_at, converted, value`; several in its second are one, worth their sum."""
    named = conversions.filter(conversions.key.notnull())
    first = named.group_by(first_key=named.key).aggregate(converted_at=named["at"].min())
    both = named.join(first, [named.key == first.first_key, named["at"] == first.converted_at])
    return both.group_by("first_key", "converted_at").aggregate(converted=both.day.min(), value=both.value.sum())


def aggregates(spells: Table, conversions: Table, firsts: Table, span: Span, end: float, kernels: Kernels) -> Aggregates:
    """Define the aggregates.

    Parameters
    ----------
    spells : Table
        `attribution.spells.spells`, with presence where the kernels have intent.
    conversions : Table
        `key` (may be null), `at`, `value` (null where it is not known), of one goal.
    firsts : Table
        `first_conversions` of these.
    span : Span
    end : float
        The span's end on the clock.
    kernels : Kernels

    Notes
    -----
    A touch counts for what comes after it: one in the second of the conversion does not. Cost: three orderings of the touches by key for
    the spells, then a few exponentials a touch.
    """
    touched = spells.filter(spells.code >= 0)
    begin = ibis.greatest(touched.enters - touched.day, ibis.literal(0.0))
    until = touched.leaves - touched.day
    masses = {f"k{k}": kernel.integral(begin, until).sum() for k, kernel in enumerate(by_age(kernels))}
    if kernels.intent_days is not None:
        masses[f"k{len(masses)}"] = gathered(touched.present_before, touched.present, kernels.intent_days).sum()
    ends = spells.filter(spells["last"])
    risks = {"days": (ends.leaves - ends.enters).sum()}
    if kernels.intent_days is not None:
        risks["known"] = gathered(ibis.literal(0.0), ends.present, kernels.intent_days).sum()
    converts = ends.filter(ends.converts)
    numbered = converts.mutate(number=ibis.row_number().over(order_by=converts.key), age=converts.leaves - converts.origin)
    numbered = numbered.mutate(remaining=end - numbered.leaves)
    told = ("number", "segment", "age", "remaining", "value")
    present = ("present", "presence", "ahead") if kernels.intent_days is not None else ()
    theirs = touched.filter(touched.converts).join(numbered.select("key", "number"), "key")
    age = theirs.leaves - theirs.day
    claims = {f"k{k}": kernel.at(age).sum() for k, kernel in enumerate(by_age(kernels))}
    return Aggregates(
        mass=touched.group_by("code").aggregate(**masses),
        risk=ends.group_by("segment").aggregate(**risks),
        converted=numbered.select(*told, *present),
        claims=theirs.group_by("number", "code").aggregate(touches=theirs.count(), **claims),
        totals=_totals(conversions, firsts, span),
    )


def gathered(begin: NumericColumn, until: NumericColumn, days: float) -> NumericColumn:
    """Integrate the intent kernel of one touch, between two numbers of days present."""
    return ((until + days).ln() - (begin + days).ln()) * days


def _totals(conversions: Table, firsts: Table, span: Span) -> Table:
    told = conversions.filter((conversions["at"] >= span.start) & (conversions["at"] < span.end))
    first = firsts.filter((firsts.converted_at >= span.start) & (firsts.converted_at < span.end))
    nobody = told.filter(told.key.isnull())
    every = told.aggregate(conversions=told.count(), value=told.value.sum(), valued=told.value.count())
    ours = first.aggregate(firsts=first.count(), firsts_value=first.value.sum())
    unnamed = nobody.aggregate(unnamed=nobody.count(), unnamed_value=nobody.value.sum())
    return every.cross_join(ours).cross_join(unnamed)
