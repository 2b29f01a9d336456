"""Which touches of a journey count: sessions, direct traffic, repeats, a longest journey; by Ibis on an engine and by numpy on paths."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from attribution.paths import Floats, Ints, Paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ibis.expr.types import IntegerScalar, Table

COLLAPSES = ("none", "consecutive", "unique", "first")
DIRECTS = ("keep", "ignore_unless_only", "ignore_if_last")
STEPS = ("min_gap", "direct", "collapse", "max_touches")
"""What may take touches out, in the order in which it is done; also the names under which they are counted."""


@dataclasses.dataclass(frozen=True)
class Transform:
    """Which touches of a journey count.

    Parameters
    ----------
    collapse : {"none", "consecutive", "unique", "first"}
        Repeats of a channel: all count; of several in a row the first; each channel once, where it was last met, or where it was first met.
    direct : {"keep", "ignore_unless_only", "ignore_if_last"}
        Direct traffic: counts as any other; counts only where a journey holds nothing else; does not count after the last other touch.
    max_touches : int or None
        At most so many touches count, the latest.
    min_gap : int or None
        A touch within so many seconds after one of the same channel belongs to the same contact and does not count.

    Notes
    -----
    They are applied in the order of `STEPS`. None of them empties a journey. Null journeys are shortened as converting ones are.

    Snowplow calls `consecutive` exposure_path, `first` first_path, `ignore_unless_only` remove_if_not_all (of direct) and `ignore_if_last`
    remove_if_last_and_not_all; its unique_path is `none` (attribution package 0.5, path transforms). GA4's last click is
    `ignore_unless_only` with the model last.
    """

    collapse: str = "none"
    direct: str = "keep"
    max_touches: int | None = None
    min_gap: int | None = None

    @property
    def shortens(self) -> bool:
        """Whether journeys are shortened at all, beside sessions, which are found before there are journeys."""
        return (self.collapse, self.direct, self.max_touches) != ("none", "keep", None)


WHOLE = Transform()
"""Every touch counts."""


def without_sessions(touches: Table, transform: Transform) -> Table:
    """Leave out the touches that follow one of the same person and channel within the gap.

    `key, at, code, tie`; where keys are accounts, `person` too, for two colleagues are no one contact.
    """
    if transform.min_gap is None:
        return touches
    whose = [name for name in ("key", "person", "code") if name in touches.columns]
    before = touches["at"].lag().over(group_by=whose, order_by=["at", "tie"])
    marked = touches.mutate(before=before)
    return marked.filter(marked.before.isnull() | (marked["at"] - marked.before >= transform.min_gap)).drop("before")


def shortened(
    claimed: Table, transform: Transform, direct: tuple[int, ...], mask: int, keep: Callable[[Table], Table]
) -> tuple[Table, dict[str, tuple[IntegerScalar, IntegerScalar]]]:
    """Leave out the touches of converting journeys that do not count.

    Parameters
    ----------
    claimed : Table
        `key, claim_at` (together the journey), `packed` (which orders the touches), and others.
    transform : Transform
    direct : tuple of int
        Codes of direct traffic.
    mask : int
        The bits of `packed` that are the code.
    keep : callable
        Each table that is read several times goes through here.

    Returns
    -------
    claimed : Table
    counts : dict of str to pair of integer expressions
        How many touches there were before each step and after it.
    """
    import ibis

    journey = ["key", "claim_at"]
    removed: dict[str, tuple[IntegerScalar, IntegerScalar]] = {}
    columns = claimed.columns

    def leave(name: str, marked: Table) -> Table:
        nonlocal claimed
        after = keep(marked.filter(marked.stays).select(*columns))
        removed[name] = claimed.count(), after.count()
        return after

    if transform.direct != "keep" and direct:
        marked = claimed.mutate(other=(claimed.packed & mask).notin(direct))
        if transform.direct == "ignore_unless_only":
            marked = marked.mutate(stays=marked.other | (ibis.ifelse(marked.other, 1, 0).sum().over(group_by=journey) == 0))
        else:
            other = ibis.ifelse(marked.other, marked.packed, ibis.null("int64"))
            last = other.max().over(group_by=journey)
            marked = marked.mutate(stays=last.isnull() | (marked.packed <= last))
        claimed = leave("direct", marked)
    if transform.collapse != "none":
        marked = claimed.mutate(code=claimed.packed & mask)
        if transform.collapse == "consecutive":
            marked = marked.mutate(before=marked.code.lag().over(group_by=journey, order_by="packed"))
            marked = marked.mutate(stays=marked.before.isnull() | (marked.before != marked.code))
        else:
            order = marked.packed if transform.collapse == "first" else marked.packed.desc()
            marked = marked.mutate(stays=ibis.row_number().over(group_by=[*journey, "code"], order_by=order) == 0)
        claimed = leave("collapse", marked)
    if transform.max_touches is not None:
        late = ibis.row_number().over(group_by=journey, order_by=claimed.packed.desc())
        claimed = leave("max_touches", claimed.mutate(stays=late < transform.max_touches))
    return claimed, removed


def kept_steps(
    codes: Ints, lengths: Ints, weights: Floats, direct: NDArray[np.bool_], transform: Transform
) -> tuple[NDArray[np.bool_], dict[str, float]]:
    """Mark the steps of paths that count.

    Parameters
    ----------
    codes : array of int, shape (n_steps,)
    lengths : array of int, shape (n_paths,)
        At least 1.
    weights : array of float, shape (n_paths,)
        Journeys along each path, for the counts alone.
    direct : array of bool, shape (n_channels,)
    transform : Transform
        `min_gap` is passed over: paths know no times.

    Returns
    -------
    kept : array of bool, shape (n_steps,)
    removed : dict of str to float
        How many touches each step took out.

    Examples
    --------
    >>> codes, lengths = np.array([0, 0, 1, 0, 2, 2]), np.array([6])
    >>> direct = np.array([False, False, True])
    >>> kept_steps(codes, lengths, np.ones(1), direct, Transform("consecutive", "ignore_if_last", 2))[0].tolist()
    [False, False, True, True, False, False]
    """
    path = np.repeat(np.arange(len(lengths)), lengths)
    kept = np.ones(len(codes), dtype=np.bool_)
    removed: dict[str, float] = {}

    def leave(name: str, stays: NDArray[np.bool_]) -> None:
        removed[name] = float(weights[path[kept & ~stays]].sum())
        kept[:] &= stays

    if transform.direct != "keep" and direct.any():
        other = ~direct[codes]
        if transform.direct == "ignore_unless_only":
            leave("direct", other | ~_any(other, lengths)[path])
        else:
            place = np.arange(len(codes))
            last = np.maximum.reduceat(np.where(other, place, -1), _starts(lengths)) if len(codes) else place
            leave("direct", (last[path] < 0) | (place <= last[path]))
    if transform.collapse != "none":
        there = np.flatnonzero(kept)
        stays = np.ones(len(codes), dtype=np.bool_)
        if transform.collapse == "consecutive":
            alike = (codes[there][1:] == codes[there][:-1]) & (path[there][1:] == path[there][:-1])
            stays[there[1:][alike]] = False
        else:
            stays[:] = False
            pair = path[there] * (int(codes.max(initial=0)) + 1) + codes[there]
            order = there if transform.collapse == "first" else there[::-1]
            stays[order[np.unique(pair if transform.collapse == "first" else pair[::-1], return_index=True)[1]]] = True
        leave("collapse", stays)
    if transform.max_touches is not None:
        after = np.cumsum(kept[::-1])[::-1]  # kept steps from here to the end of all
        beyond = np.append(after, 0)[np.cumsum(lengths)]
        leave("max_touches", after - beyond[path] <= transform.max_touches)
    return kept, removed


def transformed(paths: Paths, transform: Transform) -> tuple[Paths, dict[str, float]]:
    """Shorten aggregated paths; time-decay weights are dropped where a touch is, since they would no longer add up to 1.

    Returns
    -------
    paths : Paths
    removed : dict of str to float
    """
    if not transform.shortens:
        return paths, {}
    lengths = np.diff(paths.offsets)
    kept, removed = kept_steps(paths.codes, lengths, paths.conversions + paths.nulls, paths.direct, transform)
    left = np.add.reduceat(kept.astype(np.int64), paths.offsets[:-1]) if len(lengths) else lengths
    return (
        dataclasses.replace(
            paths,
            codes=paths.codes[kept],
            offsets=np.concatenate([[0], np.cumsum(left)]).astype(np.int64),
            recency=paths.recency if kept.all() else None,
            positions=None,
        ),
        removed,
    )


def together(*removed: Mapping[str, float]) -> dict[str, int]:
    """Add counts of touches taken out up, in the order of `STEPS`."""
    return {name: round(sum(each.get(name, 0) for each in removed)) for name in STEPS if any(name in each for each in removed)}


def _starts(lengths: Ints) -> Ints:
    return np.cumsum(lengths) - lengths


def _any(marks: NDArray[np.bool_], lengths: Ints) -> NDArray[np.bool_]:
    return np.asarray(np.logical_or.reduceat(marks, _starts(lengths))) if len(marks) else np.zeros(len(lengths), dtype=np.bool_)
