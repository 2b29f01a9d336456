"""What a fitted hazard expected of whom, beside who converted, as Ibis expressions; only sums by class leave the engine."""

from __future__ import annotations

import dataclasses
import functools
import operator
from typing import TYPE_CHECKING, Any

import ibis

from attribution.exposure import gathered
from attribution.hazard_kernels import Kernels, by_age
from attribution.presence import COUNTS
from attribution.spells import level, spent

if TYPE_CHECKING:
    from ibis.expr.types import Table

STEPS = 40
"""Classes of the rate, and of the hazard lived through, for each unit of their natural logarithm."""
TINY = 1e-6
"""Added to the hazard lived through before its logarithm is taken."""
LONGEST = 300
"""Touches of a person beyond which the person is left out: each stretch of time is held against each touch before it."""


@dataclasses.dataclass(frozen=True)
class Rates:
    """A fit, lying on the engine.

    Parameters
    ----------
    kernels : Kernels
    touches : Table
        `code, b0, b1, ...`: what a touch adds, for each kernel.
    bases : Table
        `segment, base0` and, with intent, `base1`.
    presence : Table or None
        `code, counted, g0, g1, ...` (`attribution.spells.with_presence`); None without intent.
    """

    kernels: Kernels
    touches: Table
    bases: Table
    presence: Table | None


def residuals(table: Table) -> Table:
    """Sum people up by the hazard that they lived through in some stretches: `class, people, converted, hazard`.

    Under the model these residuals are exponential of mean 1, cut off where people did not convert (Cox and Snell, 1968).
    """
    people = table.group_by("key").aggregate(hazard=table.expected.sum(), converted=table.observed.sum())
    classed = people.mutate({"class": ((people.hazard + TINY).ln() * STEPS).floor().cast("int64")})
    return classed.group_by("class").aggregate(people=classed.count(), converted=classed.converted.sum(), hazard=classed.hazard.sum())


def sample(spells: Table, one_in: int) -> Table:
    """Take every so-manieth person, without those of more than `LONGEST` touches."""
    chosen = spells.filter(spells.key % one_in == 0) if one_in > 1 else spells
    chosen = chosen.mutate(spells=chosen.count().over(ibis.window(group_by="key")))
    return chosen.filter(chosen.spells <= LONGEST).drop("spells")


def stretches(spells: Table, splits: Table, rates: Rates, *, by_age_of_touch: bool) -> Table:
    """Cut people's time up, and say what was expected in each stretch and whether it ended with a conversion.

    Parameters
    ----------
    spells : Table
    splits : Table
        `split, low, high`: days since the last touch, or days of the clock; they do not overlap.
    rates : Rates
    by_age_of_touch : bool
        Whether the splits are days since the last touch.

    Returns
    -------
    Table
        `key, split, counted, steep` (class of the rate at the stretch's beginning), `expected, observed`, one row a stretch.
    """
    kernels = rates.kernels
    cut = spells.cross_join(splits)
    low = cut.low + cut.day if by_age_of_touch else cut.low
    high = cut.high + cut.day if by_age_of_touch else cut.high
    cut = cut.mutate(starts=ibis.greatest(cut.begin, low), ends=ibis.least(cut.until, high))
    cut = cut.filter(cut.starts < cut.ends).join(rates.bases, "segment")
    expected, steep = cut.base0 * (cut.ends - cut.starts), cut.base0
    columns: dict[str, Any] = {}
    if rates.presence is not None and kernels.intent_days is not None:
        cut = cut.drop("presence", "ahead").join(rates.presence, ["code", "counted"])
        begun = cut.present_before + spent(cut, cut.begin - cut.day, cut.starts - cut.day)
        until = begun + spent(cut, cut.starts - cut.day, cut.ends - cut.day)
        unit = gathered(begun, until, kernels.intent_days)
        now = level(cut, cut.starts - cut.day) * kernels.intent_days / (begun + kernels.intent_days)
        expected, steep = cut.base0 * (cut.ends - cut.starts) + cut.base1 * unit, cut.base0 + cut.base1 * now
        columns = {"unit": unit, "now": now}
    cut = cut.mutate(
        expected=expected,
        steep=steep,
        observed=(cut["last"] & cut.converts & (cut.ends == cut.leaves)).cast("int64"),
        **columns,
    ).select("key", "split", "counted", "day", "starts", "ends", "expected", "steep", "observed", *columns)
    return _with_touches(cut, spells, rates)


def _with_touches(cut: Table, spells: Table, rates: Rates) -> Table:
    """Add what the person's touches so far add to each stretch."""
    kernels = rates.kernels
    touches = spells.select(touched="key", touched_day="day", code="code").join(rates.touches, "code")
    pairs = cut.join(touches, [cut.key == touches.touched, cut.day >= touches.touched_day])
    begin, until = pairs.starts - pairs.touched_day, pairs.ends - pairs.touched_day
    adds = [pairs[f"b{k}"] * kernel.integral(begin, until) for k, kernel in enumerate(by_age(kernels))]
    rises = [pairs[f"b{k}"] * kernel.at(begin) for k, kernel in enumerate(by_age(kernels))]
    if kernels.intent_days is not None:
        weight = pairs[f"b{len(adds)}"]
        adds, rises = [*adds, weight * pairs.unit], [*rises, weight * pairs.now]
    pairs = pairs.mutate(adds=functools.reduce(operator.add, adds), rises=functools.reduce(operator.add, rises))
    summed = pairs.group_by(whose="key", since="starts").aggregate(adds=pairs.adds.sum(), rises=pairs.rises.sum())
    told = cut.left_join(summed, [cut.key == summed.whose, cut.starts == summed.since])
    rate = told.steep + told.rises.fill_null(0.0)
    return told.select(
        "key",
        "split",
        "counted",
        "observed",
        steep=(ibis.greatest(rate, ibis.literal(1e-300)).ln() * STEPS).floor().cast("int64"),
        expected=told.expected + told.adds.fill_null(0.0),
    )


def by_class(table: Table, name: str) -> Table:
    """Sum stretches up by a class: `class, expected, observed`."""
    return table.group_by(table[name].name("class")).aggregate(expected=table.expected.sum(), observed=table.observed.sum())


def touches_so_far(counted: int) -> tuple[int, int | None]:
    """Say which numbers of touches a class of `attribution.presence.COUNTS` holds; the last has no upper bound.

    Examples
    --------
    >>> touches_so_far(0), touches_so_far(3), touches_so_far(5)
    ((0, 0), (3, 4), (9, None))
    """
    edges = (0, *COUNTS)
    return edges[counted], edges[counted + 1] - 1 if counted + 1 < len(edges) else None
