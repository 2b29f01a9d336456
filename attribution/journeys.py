"""Journeys as Ibis expressions: the same on DuckDB in process, on Spark, on PostgreSQL, wherever the touches lie.

A journey belongs to a key (a person or an account). For each conversion of the key it is the touches after the conversion before it, up to
it, and no older than the lookback. Touches that no conversion claims form null journeys, a new one wherever the gap between two touches
exceeds the lookback. Touches of one second are put in the order of `tie` (the low bits of the touch's id).

Only aggregates leave the engine: paths with their counts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import ibis

from workspace.reading import TIES

if TYPE_CHECKING:
    from ibis.expr.types import Column, IntegerValue, Table

EPOCH = 1_000_000_000
"""Times are counted from here (September 2001), so that time, tie and code fit one 64-bit integer until 2069."""
CODES = 4096
"""How many channels (or campaigns, …) fit; a power of two."""
BREAK = CODES
"""Added to the code of a step that begins a new null journey."""
INSIDE = 2 * CODES
"""Added to the code of a step that lies in the reported window."""


@dataclasses.dataclass(frozen=True)
class Window:
    """Which journeys are told.

    Parameters
    ----------
    lookback : int
        Seconds before a conversion in which a touch counts.
    since, until : int or None
        Conversions at `since` or later and before `until`; null journeys by their last touch.
    half_life : int
        Seconds in which the weight of a touch halves, for time decay.
    """

    lookback: int
    since: int | None = None
    until: int | None = None
    half_life: int = 7 * 86400


@dataclasses.dataclass(frozen=True)
class Journeys:
    """Five tables of aggregates.

    Parameters
    ----------
    nulls : Table
        `path` (a list of codes, `BREAK` and `INSIDE` added where they hold), `journeys`: one row each for keys' unclaimed touches that
        ran alike; a row is split at its breaks into null journeys.
    converting : Table
        `number` (from 0), `path` (codes joined by ","), `conversions`, `value`, `valued` (conversions whose value is known).
    steps : Table
        `number` (of the path), `step` (from 0), `weight`, `value_weight`: time-decay weights summed over the journeys of the path.
    lags : Table
        `days` (whole days from the first touch to the conversion), `length` (touches), `conversions`.
    totals : Table
        One row: `conversions`, `value`, `valued` of every conversion in the window, with a touch or without.
    """

    nulls: Table
    converting: Table
    steps: Table
    lags: Table
    totals: Table


def journeys(touches: Table, conversions: Table, window: Window, keep: Callable[[Table], Table] = lambda claimed: claimed) -> Journeys:
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
        Three of the tables are made of the few touches that conversions claim; an engine may put these into a temporary table, so that
        they are looked for once.

    Returns
    -------
    Journeys
        Expressions; nothing is computed yet, but for what `keep` does.

    Notes
    -----
    Cost: one hash join with the (few) conversions and one grouping of the touches, about that of sorting them by key and time.
    """
    packed = (touches.at - EPOCH) * (TIES * CODES) + touches.tie * CODES + touches.code
    claims = _claims(conversions)
    joined = touches.mutate(packed=packed).left_join(
        claims,
        [touches.key == claims.claim_key, touches.at <= claims.claim_at, claims.before.isnull() | (touches.at > claims.before)],
    )
    inside = joined.claim_at.notnull() & (joined.at >= joined.claim_at - window.lookback)
    joined = joined.select("key", "at", "packed", "claim_at", "conversions", "value", "valued", claimed=inside.fill_null(False))
    told = joined.claimed & _in_window(joined.claim_at, window) & (joined.conversions > 0)
    claimed = keep(joined.filter(told).drop("claimed"))
    return Journeys(_nulls(joined, window), *_converting(claimed, window), _totals(conversions, window))


def _claims(conversions: Table) -> Table:
    """One row for each second in which a key converts, with the conversion before it."""
    known = conversions.filter(conversions.key.notnull())
    seconds = known.group_by(claim_key=known.key, claim_at=known.at).aggregate(
        conversions=known.counted.sum(), value=known.value.sum(), valued=known.value.count()
    )
    return seconds.mutate(before=seconds.claim_at.lag().over(group_by="claim_key", order_by="claim_at"))


def _in_window(at: Column, window: Window) -> ibis.expr.types.BooleanValue:
    inside = ibis.literal(True)
    if window.since is not None:
        inside = inside & (at >= window.since)
    if window.until is not None:
        inside = inside & (at < window.until)
    return inside


def _time(packed: IntegerValue) -> IntegerValue:
    return (packed >> 32) + EPOCH


def _nulls(joined: Table, window: Window) -> Table:
    free = joined.filter(~joined.claimed)
    kept = free.group_by("key", "claim_at").aggregate(packed=free.packed.collect().sort())
    bounded = window.since is not None or window.until is not None
    paths = kept.select(
        path=kept.packed.map(
            lambda x, i: (
                (x & (CODES - 1))
                + (_in_window(_time(x), window).cast("int64") * INSIDE if bounded else INSIDE)
                + ibis.ifelse((i > 0) & ((x >> 32) - (kept.packed[i - 1] >> 32) > window.lookback), BREAK, 0)
            ).cast("int16")
        )
    )
    return paths.group_by("path").aggregate(journeys=paths.count())


def _converting(claimed: Table, window: Window) -> tuple[Table, Table, Table]:
    journey = ["key", "claim_at"]
    raw = ((claimed.at - claimed.claim_at) / float(window.half_life) * ibis.literal(2.0).ln()).exp()
    claimed = claimed.mutate(raw=raw)
    claimed = claimed.mutate(
        weight=claimed.raw / claimed.raw.sum().over(group_by=journey), step=ibis.row_number().over(group_by=journey, order_by="packed")
    )
    paths = claimed.group_by(journey).aggregate(
        path=claimed.packed.collect().sort().map(lambda x: (x & (CODES - 1)).cast("string")).join(","),
        conversions=claimed.conversions.max(),
        value=claimed.value.max(),
        valued=claimed.valued.max(),
        days=(claimed.claim_at.max() - claimed.at.min()) // 86400,
        length=claimed.count(),
    )
    alike = paths.group_by("path").aggregate(conversions=paths.conversions.sum(), value=paths.value.sum(), valued=paths.valued.sum())
    # Steps bear the number of their path: to repeat a path at each of its steps would take the square of its length.
    converting = alike.mutate(number=ibis.row_number().over(order_by="path"))
    numbered = paths.join(converting.select("path", "number"), "path").select("key", "claim_at", "number")
    told = claimed.select("key", "claim_at", "step", "weight", "conversions", "value").join(numbered, journey)
    steps = told.group_by("number", "step").aggregate(
        weight=(told.weight * told.conversions).sum(), value_weight=(told.weight * told.value.fill_null(0.0)).sum()
    )
    lags = paths.group_by("days", "length").aggregate(conversions=paths.conversions.sum())
    return converting, steps, lags


def _totals(conversions: Table, window: Window) -> Table:
    told = conversions.filter(_in_window(conversions.at, window))
    return told.aggregate(conversions=told.counted.sum().fill_null(0), value=told.value.sum(), valued=told.value.count())
