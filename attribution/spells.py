"""What people lived through, as Ibis expressions: from touch to touch on the buyers' clock, and how present they were meanwhile.

The same expressions run on every engine that `attribution.journeys` runs on. Nothing here leaves the engine but counts by hour of the week
and by class of recurrence.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ibis

from attribution.buyers_clock import HOUR, WEEK
from attribution.presence import COUNTS, EDGES

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, Table

    from attribution.hazard_kernels import Kernels

Keep = Callable[["Table"], "Table"]
"""What is used twice goes through such a function; an engine may put it into a temporary table."""
EVERYONE = 0
"""The segment of people whose segment is not known."""
NO_TOUCH = -1
"""Stands for the channel in the spell before the first touch of people who were known without one."""


@dataclasses.dataclass(frozen=True)
class Span:
    """The time that is looked at, in seconds since 1970: conversions at `start` or later and before `end`."""

    start: int
    end: int


def events_by_hour(touches: Table, conversions: Table) -> Table:
    """Count touches and conversions by hour of the week: `hour, events`."""
    every = touches.select("at").union(conversions.select("at"))
    return every.group_by(hour=_hour(every["at"])).aggregate(events=every.count())


def on_clock(table: Table, hours: Table) -> Table:
    """Read the clock at each row's `at`: a column `day`; `hours` has `hour, starts, width` (`attribution.buyers_clock.Clock`)."""
    timed = table.mutate(hour=_hour(table["at"]))
    joined = timed.join(hours, "hour")
    day = 7.0 * (joined["at"] // WEEK) + joined.starts + joined.width * ((joined["at"] % HOUR) / float(HOUR))
    return joined.mutate(day=day).drop("hour", "starts", "width")


def _hour(at: Any) -> Any:
    return ((at % WEEK) // HOUR).cast("int64")


def at_risk(touches: Table, firsts: Table, span: tuple[float, float], kernels: Kernels, people: Table | None) -> Table:
    """List who was at risk of converting.

    Parameters
    ----------
    touches : Table
        `key, day, code`.
    firsts : Table
        `first_key, converted, value`: each person's first conversion.
    span : tuple of float
        Its start and end on the clock.
    people : Table or None
        `key, segment` of people who are known without a touch.

    Returns
    -------
    Table
        One row a person: `key, segment, told, origin, enters, leaves, converts, value`.
    """
    seen = touches.group_by("key").aggregate(first=touches.day.min())
    seen = seen.filter(seen["first"] < span[1]).mutate(segment=ibis.null("int64"), told=ibis.literal(0, "int64"))
    if people is not None:
        listed = people.select("key", first=ibis.null("float64"), segment="segment", told=ibis.literal(1, "int64"))
        both = seen.union(listed)
        seen = both.group_by("key").aggregate(first=both["first"].min(), segment=both.segment.max(), told=both.told.max())
    start = ibis.literal(span[0], "float64")
    told = seen.told == 1
    known = seen.select(
        "key",
        "told",
        segment=seen.segment.fill_null(EVERYONE),
        origin=ibis.ifelse(told, ibis.least(seen["first"].fill_null(span[0]), start), seen["first"]),
        enters=ibis.ifelse(told, start, ibis.greatest(seen["first"] + kernels.guard_days, start)),
    )
    joined = known.left_join(firsts, [("key", "first_key")])
    converts = joined.converted.notnull() & (joined.converted < span[1])
    everyone = joined.select(
        "key",
        "segment",
        "told",
        "origin",
        "enters",
        "value",
        leaves=ibis.ifelse(converts, joined.converted, span[1]),
        converts=converts,
    )
    return everyone.filter(everyone.enters < everyone.leaves)


def spells(touches: Table, risk: Table) -> Table:
    """Lay out what follows each touch of a person at risk, until the next one or until the person leaves.

    Returns
    -------
    Table
        One row for each touch before its person leaves, and one, of the code `NO_TOUCH`, for each person who was known without any: the
        columns of `at_risk` and `code, day`, `nth` (its place among the person's), `counted` (class of `attribution.presence.COUNTS`),
        `begin` and `until` (what of the spell the person was at risk in), `last`.
    """
    touched = touches.join(risk, "key")
    touched = touched.filter(touched.day < touched.leaves)
    columns = ("key", "code", "day", "segment", "told", "origin", "enters", "leaves", "converts", "value")
    before = risk.filter(risk.told == 1).mutate(code=ibis.literal(NO_TOUCH, "int64"), day=risk.origin)
    rows = touched.select(*columns).union(before.select(*columns))
    ordered = ibis.window(group_by="key", order_by=["day", "code"])
    follows = rows.mutate(nth=ibis.row_number().over(ordered), next=rows.day.lead().over(ordered))
    count = follows.nth + 1 - follows.told
    begin = ibis.greatest(follows.day, follows.enters)
    laid = follows.mutate(
        counted=sum(((count >= least).cast("int64") for least in COUNTS[1:]), (count >= COUNTS[0]).cast("int64")),
        begin=begin,
        until=ibis.greatest(follows.next.fill_null(follows.leaves), begin),
        last=follows.next.isnull(),
    )
    return laid.drop("next", "told")


def recurrence(table: Table) -> Table:
    """Count how touches follow one another: `code, counted, d0, t0, d1, t1, ...` as `attribution.presence.presence` reads them."""
    age = table.until - table.day
    follows = ~table["last"] & (table.until > table.begin)
    sums: dict[str, Any] = {}
    for place, days in enumerate(_overlaps(table.begin - table.day, age)):
        sums[f"d{place}"] = days.sum()
        sums[f"t{place}"] = (follows & _within(age, place)).cast("int64").sum()
    return table.group_by("code", "counted").aggregate(**sums)


def with_presence(table: Table, told: Table, end: float) -> Table:
    """Add how present people were.

    Parameters
    ----------
    table : Table
        Spells.
    told : Table
        `code, counted, g0, g1, ...`: presence by days since the touch.
    end : float
        The span's end on the clock.

    Returns
    -------
    Table
        With `present_before` and `present` (days present from entering until the spell begins, and until the person leaves), `presence`
        (when the spell ends) and `ahead` (days present from then to the span's end if no touch comes).
    """
    joined = table.join(told, ["code", "counted"])
    begin, age = joined.begin - joined.day, joined.until - joined.day
    measured = joined.mutate(
        spent=spent(joined, begin, age), presence=level(joined, age), ahead=spent(joined, age, age + (end - joined.leaves))
    ).drop(*(f"g{place}" for place in range(len(EDGES))))
    so_far = measured.spent.sum().over(ibis.cumulative_window(group_by="key", order_by="nth"))
    return measured.mutate(present_before=so_far - measured.spent, present=measured.spent.sum().over(ibis.window(group_by="key"))).drop(
        "spent"
    )


def spent(table: Table, begin: Any, until: Any) -> Any:
    """Say for how many days people are present from one age of their last touch to a later one; the table has `g0, g1, ...`."""
    parts = (table[f"g{place}"] * days for place, days in enumerate(_overlaps(begin, until)))
    return functools.reduce(operator.add, parts)


def level(table: Table, age: Any) -> Any:
    """Say how present people are at an age of their last touch; the table has `g0, g1, ...`."""
    presence = table[f"g{len(EDGES) - 1}"]
    for place in reversed(range(len(EDGES) - 1)):
        presence = ibis.ifelse(age < EDGES[place + 1], table[f"g{place}"], presence)
    return presence


def _overlaps(begin: Any, until: Any) -> list[Any]:
    """Say how long it is from one age to a later one in each class of days."""
    parts = []
    for place, edge in enumerate(EDGES):
        if place + 1 < len(EDGES):
            low, high = ibis.literal(edge, "float64"), ibis.literal(EDGES[place + 1], "float64")
            parts.append(ibis.least(ibis.greatest(until, low), high) - ibis.least(ibis.greatest(begin, low), high))
        else:
            low = ibis.literal(edge, "float64")
            parts.append(ibis.greatest(until, low) - ibis.greatest(begin, low))
    return parts


def _within(age: Any, place: int) -> BooleanColumn:
    """Say whether an age is of a class of days."""
    above = age >= EDGES[place]
    return above & (age < EDGES[place + 1]) if place + 1 < len(EDGES) else above
