"""Journeys as Ibis expressions: the same on DuckDB in process, on Spark, on PostgreSQL, wherever the touches lie.

A journey belongs to a key (a person or an account). For each conversion of the key it is the touches after the conversion before it, up to
it, and no older than the lookback. Touches that no conversion claims form null journeys, a new one wherever the gap between two touches
exceeds the lookback. Touches of one second are put in the order of `tie` (the low bits of the touch's id).

Only aggregates leave the engine: paths with their counts.

What is written here runs alike on every engine that was tried (docs/decisions/005): no boolean is cast to a number, no integer divided by a
literal with a point (Spark would take both for decimals), no array is mapped with its index.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import ibis

from attribution.transforms import WHOLE, Transform, shortened, without_sessions
from workspace.reading import TIES

if TYPE_CHECKING:
    from ibis.expr.types import Column, IntegerColumn, IntegerScalar, IntegerValue, Table

EPOCH = 1_000_000_000
"""Times are counted from here (September 2001), so that time, tie and code fit one 64-bit integer until 2069."""
CODES = 4096
"""How many channels (or campaigns, …) fit; a power of two."""
BREAK = CODES
"""Added to the code of a step that begins a new null journey."""
INSIDE = 2 * CODES
"""Added to the code of a step that lies in the reported window."""
OPEN = 4 * CODES
"""Added to the code of a step so late that a null journey that ends with it may still convert."""


@dataclasses.dataclass(frozen=True)
class Window:
    """Which journeys are told.

    Parameters
    ----------
    lookback : int
        Seconds before a conversion in which a touch counts.
    since, until : int or None
        Conversions at `since` or later and before `until`; null journeys by their last touch.
    half_life : float
        Seconds in which the weight of a touch halves, for time decay.
    open_since : int or None
        Null journeys whose last touch is at this time or later are too young to judge: they are counted apart.
    """

    lookback: int
    since: int | None = None
    until: int | None = None
    half_life: float = 7 * 86400
    open_since: int | None = None


@dataclasses.dataclass(frozen=True)
class Journeys:
    """Tables of aggregates.

    Parameters
    ----------
    nulls : Table
        `path` (a list of codes, `BREAK`, `INSIDE` and `OPEN` added where they hold), `journeys`: one row each for keys' unclaimed touches
        that ran alike; a row is split at its breaks into null journeys.
    converting : Table
        `number` (from 0), `path` (codes joined by ","), `conversions`, `value`, `valued` (conversions whose value is known), and sums over
        the journeys of `conversions_squared`, `cross` (conversions x value) and `value_squared`.
    steps : Table
        `number` (of the path), `step` (from 0), `weight`, `value_weight`: time-decay weights summed over the journeys of the path.
    lags : Table
        `days` (whole days from the first touch to the conversion), `length` (touches), `conversions`.
    totals : Table
        One row: `conversions`, `value`, `valued` of every conversion in the window, with a touch or without.
    touches_left : dict of str to pair of integer expressions
        How many touches there were before each step of the transform and after it; of null journeys only where sessions are found.
    by_key : ByKey or None
    """

    nulls: Table
    converting: Table
    steps: Table
    lags: Table
    totals: Table
    touches_left: dict[str, tuple[IntegerScalar, IntegerScalar]]
    by_key: ByKey | None = None


@dataclasses.dataclass(frozen=True)
class ByKey:
    """The journeys of keys that may have several, under numbers of no meaning.

    Parameters
    ----------
    converting : Table
        `owner` (from 0), `number` (of the path), `conversions`, `value`.
    nulls : Table
        `owner`, `path` as in `Journeys.nulls`.
    totals : Table
        One row: `conversions_squared, cross, value_squared` over all seconds in the window in which a key converts.
    """

    converting: Table
    nulls: Table
    totals: Table


def journeys(
    touches: Table,
    conversions: Table,
    window: Window,
    keep: Callable[[Table], Table] = lambda table: table,
    *,
    transform: Transform = WHOLE,
    direct: tuple[int, ...] = (),
    by_key: bool = False,
) -> Journeys:
    """Define the journeys of touches and conversions.

    Parameters
    ----------
    touches : Table
        `key`, `at` (seconds since 1970, int64), `code` (int64, from 0, below `CODES`), `tie` (int64, from 0, below `TIES`).
    conversions : Table
        `key` (may be null), `at`, `value` (float64, null where it is not known), `counted` (int64: 1, or 0 for a conversion that claims
        its touches but is not told, one of another currency).
    window : Window
    keep : callable
        Several tables are made of the few touches that conversions claim; an engine may put these into a temporary table, so that
        they are looked for once.
    transform : Transform
        Which touches count. Null journeys are left as they are, but for sessions: who reads them cuts and shortens them.
    direct : tuple of int
        Codes of direct traffic, for the transform.
    by_key : bool
        Whether to tell which journeys belong to one key.

    Returns
    -------
    Journeys
        Expressions; nothing is computed yet, but for what `keep` does.

    Notes
    -----
    Cost: one hash join with the (few) conversions and one grouping of the touches, about that of sorting them by key and time. `min_gap`
    sorts all touches once more.
    """
    apart = without_sessions(touches, transform)
    sessions = {} if transform.min_gap is None else {"min_gap": (touches.count(), apart.count())}
    claims = _claims(conversions)
    joined = _joined(apart, claims, window)
    claimed = keep(joined.filter(_told(joined, window)).drop("claimed"))
    claimed, shorter = shortened(claimed, transform, direct, CODES - 1, keep)
    lists = _null_lists(joined, window)
    lists = keep(lists) if by_key else lists
    paths, converting = _converting(claimed)
    return Journeys(
        lists.group_by("path").aggregate(journeys=lists.count()),
        converting,
        *_steps_and_lags(claimed, paths, converting, window),
        _totals(conversions, window),
        sessions | shorter,
        _by_key(paths, converting, lists, claims, window, keep) if by_key else None,
    )


def claimed_touches(touches: Table, conversions: Table, window: Window, *further: str) -> Table:
    """List the touches of every converting journey that is told: `key, at, packed, claim_at` (the conversion's time) and `further`.

    Parameters
    ----------
    touches, conversions, window
        As `journeys` takes them.
    *further : str
        Other columns of the touches.

    Notes
    -----
    Here touches leave the engine, not aggregates: for those who credit single touches of conversions, which are few.
    """
    joined = _joined(touches, _claims(conversions), window, *further)
    return joined.filter(_told(joined, window)).select("key", "at", "packed", "claim_at", *further)


def _joined(touches: Table, claims: Table, window: Window, *further: str) -> Table:
    """Put each touch beside the conversion that comes next, where there is one; `claimed` tells whether it lies in its lookback."""
    joined = touches.mutate(packed=pack(touches)).left_join(
        claims,
        [touches.key == claims.claim_key, touches["at"] <= claims.claim_at, claims.before.isnull() | (touches["at"] > claims.before)],
    )
    inside = joined.claim_at.notnull() & (joined["at"] >= joined.claim_at - window.lookback)
    columns = ("key", "at", "packed", "claim_at", "conversions", "value", "valued", *further)
    return joined.select(*columns, claimed=inside.fill_null(False))


def _told(joined: Table, window: Window) -> ibis.expr.types.BooleanValue:
    return joined.claimed & in_window(joined.claim_at, window) & (joined.conversions > 0)


def _claims(conversions: Table) -> Table:
    """One row for each second in which a key converts, with the conversion before it."""
    known = conversions.filter(conversions.key.notnull())
    seconds = known.group_by(claim_key=known.key, claim_at=known.at).aggregate(
        conversions=known.counted.sum(), value=known.value.sum(), valued=known.value.count()
    )
    return seconds.mutate(before=seconds.claim_at.lag().over(group_by="claim_key", order_by="claim_at"))


def pack(touches: Table) -> IntegerColumn:
    """Pack time, tie and code of touches into one integer, whose order is theirs."""
    return (touches["at"] - EPOCH) * (TIES * CODES) + touches.tie * CODES + touches.code


def in_window(at: Column, window: Window) -> ibis.expr.types.BooleanValue:
    """Tell whether times are told."""
    inside = ibis.literal(True)
    if window.since is not None:
        inside = inside & (at >= window.since)
    if window.until is not None:
        inside = inside & (at < window.until)
    return inside


def _time(packed: IntegerValue) -> IntegerValue:
    return (packed >> 32) + EPOCH


def _null_lists(joined: Table, window: Window) -> Table:
    """One row for each key's unclaimed touches between two of its conversions: `key`, `path`, and whether it may be `parted`."""
    free = joined.filter(~joined.claimed)
    kept = free.group_by("key", "claim_at").aggregate(
        packed=free.packed.collect().sort(), parted=free["at"].max() - free["at"].min() > window.lookback
    )
    bounded = window.since is not None or window.until is not None
    steps = kept.packed

    def marked(place: IntegerValue) -> IntegerValue:
        step = steps[place]
        gap = (step >> 32) - (steps[ibis.greatest(place - 1, 0)] >> 32)
        code = (step & (CODES - 1)) + ibis.ifelse(gap > window.lookback, BREAK, 0)
        code = code + (ibis.ifelse(in_window(_time(step), window), INSIDE, 0) if bounded else INSIDE)
        if window.open_since is not None:
            code = code + ibis.ifelse(_time(step) >= window.open_since, OPEN, 0)
        return code.cast("int16")

    return kept.select("key", "parted", path=ibis.range(steps.length()).map(marked))


def _converting(claimed: Table) -> tuple[Table, Table]:
    """One row for each converting journey, and one for each path."""
    journey = ["key", "claim_at"]
    paths = claimed.group_by(journey).aggregate(
        path=claimed.packed.collect().sort().map(lambda x: (x & (CODES - 1)).cast("string")).join(","),
        conversions=claimed.conversions.max(),
        value=claimed.value.max(),
        valued=claimed.valued.max(),
        days=(claimed.claim_at.max() - claimed["at"].min()) // 86400,
        length=claimed.count(),
    )
    alike = paths.group_by("path").aggregate(
        conversions=paths.conversions.sum(), value=paths.value.sum(), valued=paths.valued.sum(), **squares(paths)
    )
    # Steps bear the number of their path: to repeat a path at each of its steps would take the square of its length.
    return paths, alike.mutate(number=ibis.row_number().over(order_by="path"))


def squares(seconds: Table) -> dict[str, Column]:
    """Sum squares and products over journeys, or over the seconds in which a key converts."""
    conversions, value = seconds.conversions.cast("float64"), seconds.value.fill_null(0.0)
    return {
        "conversions_squared": (conversions * conversions).sum(),
        "cross": (conversions * value).sum(),
        "value_squared": (value * value).sum(),
    }


def _steps_and_lags(claimed: Table, paths: Table, converting: Table, window: Window) -> tuple[Table, Table]:
    journey = ["key", "claim_at"]
    # Ages count from the journey's last touch: the weights are the same in proportion, and no half-life is too short for them all.
    age = (claimed["at"] - claimed["at"].max().over(group_by=journey)).cast("float64")
    claimed = claimed.mutate(raw=(age * (math.log(2.0) / window.half_life)).exp())
    claimed = claimed.mutate(
        weight=claimed.raw / claimed.raw.sum().over(group_by=journey), step=ibis.row_number().over(group_by=journey, order_by="packed")
    )
    numbered = paths.join(converting.select("path", "number"), "path").select("key", "claim_at", "number")
    told = claimed.select("key", "claim_at", "step", "weight", "conversions", "value").join(numbered, journey)
    steps = told.group_by("number", "step").aggregate(
        weight=(told.weight * told.conversions).sum(), value_weight=(told.weight * told.value.fill_null(0.0)).sum()
    )
    return steps, paths.group_by("days", "length").aggregate(conversions=paths.conversions.sum())


def _by_key(paths: Table, converting: Table, lists: Table, claims: Table, window: Window, keep: Callable[[Table], Table]) -> ByKey:
    """Tell the journeys of the keys that may have several."""
    rows = paths.select("key", journeys=ibis.literal(1)).union(lists.select("key", journeys=ibis.ifelse(lists.parted, 2, 1)))
    several = rows.group_by("key").aggregate(journeys=rows.journeys.sum())
    several = several.filter(several.journeys > 1).select("key")
    owners = keep(several.mutate(owner=ibis.row_number().over(order_by="key")))
    numbered = paths.join(converting.select("path", "number"), "path").select("key", "number", "conversions", "value")
    seconds = claims.filter(in_window(claims.claim_at, window) & (claims.conversions > 0))
    return ByKey(
        numbered.join(owners, "key").select("owner", "number", "conversions", "value"),
        lists.join(owners, "key").select("owner", "path"),
        seconds.aggregate(**squares(seconds)),
    )


def _totals(conversions: Table, window: Window) -> Table:
    told = conversions.filter(in_window(conversions.at, window))
    return told.aggregate(conversions=told.counted.sum().fill_null(0), value=told.value.sum(), valued=told.value.count())
