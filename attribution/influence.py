"""What one journey more would change in a model's credits, and how they vary because of it from sample to sample."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from attribution.chains import number_distinct
from attribution.crediting import distinct_channels
from attribution.key_sums import alone, number_keys
from attribution.paths import Credits, Floats, Ints, Keys, Paths, Recency
from attribution.products import squared

if TYPE_CHECKING:
    from attribution.models import Model

BLOCK = 4_000_000
"""Journeys times credits worked on at once, in a few arrays of 32 MB."""


class Influence(Protocol):
    """What one journey more would change in a model's credits: of conversions in the first `size` columns, of value in the others.

    Attributes
    ----------
    size : int
        Credits of each kind, one for each channel.
    reads_failures : bool
        Whether a journey that did not convert changes anything.
    """

    size: int
    reads_failures: bool

    def of(self, paths: Ints) -> tuple[Floats, Floats, Floats]:
        """Say what a journey along some paths changes, shape (len(paths), 2 size) each: by itself, as a conversion, as a value."""


def converting(paths: Paths) -> Paths:
    """Keep the paths along which a journey converted, and of keys with several journeys those that did; nulls are left out."""
    kept = paths.conversions > 0
    length, recency = np.diff(paths.offsets), paths.recency
    step = np.repeat(kept, length)
    return dataclasses.replace(
        paths,
        codes=paths.codes[step],
        offsets=np.concatenate([[0], np.cumsum(length[kept])]),
        conversions=paths.conversions[kept],
        value=paths.value[kept],
        nulls=np.zeros(np.count_nonzero(kept)),
        recency=recency and Recency(recency.half_life_days, recency.conversions[step], recency.value[step]),
        positions=None if paths.positions is None else paths.positions[step],
        keys=paths.keys and _converting_keys(paths.keys, kept),
    )


def _converting_keys(keys: Keys, kept: NDArray[np.bool_]) -> Keys:
    there = keys.conversions > 0
    place = np.cumsum(kept) - 1
    journeys = (keys.conversions[there], keys.value[there], np.zeros(np.count_nonzero(there)))
    return Keys(keys.key[there], place[keys.path[there]], *journeys, keys.squares[kept], keys.unattributed)


class AdditiveInfluence:
    """The influence in a model that credits journeys one by one: what the model gives for that journey.

    Parameters
    ----------
    paths : Paths
        Converting ones (`converting`).
    model : Model
        One whose credit of two sets of journeys is the sum of their credits, and that passes over journeys that did not convert.

    Notes
    -----
    The model itself says what a conversion along each path earns each channel: every channel of every path is made a channel of its own,
    and each path has one conversion, worth 1. So it holds for any such model. O(n_steps).
    """

    def __init__(self, paths: Paths, model: Model) -> None:
        self.size, self.reads_failures = len(paths.channels), False
        self._paths = paths
        path, self._channel = distinct_channels(paths)
        self._offsets = np.concatenate([[0], np.cumsum(np.bincount(path, minlength=len(paths.conversions)))])
        weights = model.credit(_apart(paths, path, self._channel))
        self._conversions, self._value = weights.conversions, np.nan_to_num(weights.value)

    def of(self, paths: Ints) -> tuple[Floats, Floats, Floats]:
        """Say what a journey along some paths changes; see `Influence`."""
        passing, conversion, value = (np.zeros((len(paths), 2 * self.size)) for _ in range(3))
        count = self._offsets[paths + 1] - self._offsets[paths]
        pair = np.repeat(self._offsets[paths] - np.cumsum(count) + count, count) + np.arange(count.sum())
        row = np.repeat(np.arange(len(paths)), count)
        conversion[row, self._channel[pair]] = self._conversions[pair]
        value[row, self._channel[pair] + self.size] = self._value[pair]
        return passing, conversion, value

    def adds_up_to(self, credits: Credits) -> bool:
        """Tell whether the model's credit of all paths is the sum over journeys that an additive model's is."""
        conversions = np.repeat(self._paths.conversions, np.diff(self._offsets)) * self._conversions
        sums = np.bincount(self._channel, conversions, self.size)
        return bool(np.allclose(sums, credits.conversions, rtol=1e-6, atol=1e-9))


def _apart(paths: Paths, path: Ints, channel: Ints) -> Paths:
    """Make each channel of each path one of its own, with one conversion along each path, worth 1."""
    n, length = max(len(paths.channels), 1), np.diff(paths.offsets)
    ones = np.ones(len(length))
    recency = paths.recency
    if recency is not None:
        conversions = recency.conversions / np.repeat(np.where(paths.conversions > 0, paths.conversions, 1.0), length)
        # Where values cancel out, a touch's weight is that in the conversions.
        sums = np.nan_to_num(paths.value)
        by_value = recency.value / np.repeat(np.where(sums != 0, sums, 1.0), length)
        recency = Recency(recency.half_life_days, conversions, np.where(np.repeat(sums != 0, length), by_value, conversions))
    return dataclasses.replace(
        paths,
        channels=("",) * len(path),
        codes=np.searchsorted(path * n + channel, np.repeat(np.arange(len(length)) * n, length) + paths.codes),
        direct=paths.direct[channel],
        conversions=ones,
        value=ones,
        nulls=np.zeros(len(length)),
        unattributed_conversions=0.0,
        unattributed_value=0.0,
        recency=recency,
        keys=None,
    )


class WithTotal:
    """An influence with one more credit, the total: all conversions, and all value."""

    def __init__(self, influence: Influence) -> None:
        self._influence = influence
        self.size, self.reads_failures = influence.size + 1, influence.reads_failures

    def of(self, paths: Ints) -> tuple[Floats, Floats, Floats]:
        """Say what a journey along some paths changes; see `Influence`."""
        n, none, one = self._influence.size, np.zeros((len(paths), 1)), np.ones((len(paths), 1))
        totals = ((none, none), (one, none), (none, one))
        parts = zip(self._influence.of(paths), totals, strict=True)
        passing, conversion, value = (np.hstack([part[:, :n], first, part[:, n:], second]) for part, (first, second) in parts)
        return passing, conversion, value


def covariance(paths: Paths, influence: Influence) -> Floats:
    """Work out how the credits vary over samples by key, shape (2 size, 2 size).

    Notes
    -----
    A key counts a Poisson(1) number of times, so the covariance is the sum over keys of the square of what all their journeys change
    together. O(n x size^2), n the paths and the journeys of keys with several.

    References
    ----------
    B. Efron, The jackknife, the bootstrap and other resampling plans, 1982 (the infinitesimal jackknife).
    """
    total = np.zeros((2 * influence.size, 2 * influence.size))
    for rows in changes(paths, influence):
        total += squared(rows)
    return total


def changes(paths: Paths, influence: Influence) -> Iterator[Floats]:
    """Give vectors the squares of which sum up to the covariance, in blocks of shape (n, 2 size)."""
    at_once = max(BLOCK // max(2 * influence.size, 1), 1)
    single = alone(paths)
    some = np.flatnonzero((single.conversions > 0) | (influence.reads_failures & (single.nulls > 0)))
    for begin in range(0, len(some), at_once):
        block = some[begin : begin + at_once]
        passing, conversion, value = influence.of(block)
        # The journeys' conversions and values vary together: a square root of their sums of squares, by Cholesky.
        first = np.sqrt(single.squares[block, 0])
        both = np.divide(single.squares[block, 1], first, out=np.zeros(len(block)), where=first > 0)
        yield first[:, None] * conversion + both[:, None] * value
        yield np.sqrt(np.maximum(single.squares[block, 2] - both**2, 0.0))[:, None] * value
        if influence.reads_failures:
            yield np.sqrt(single.nulls[block])[:, None] * passing
    yield from _changes_of_keys(paths, influence, at_once)


def _changes_of_keys(paths: Paths, influence: Influence, at_once: int) -> Iterator[Floats]:
    """Give what all journeys together change of each key that has several."""
    keys = paths.keys
    if keys is None or not len(keys.key):
        return
    from scipy.sparse import csr_array

    number = number_keys(keys.key)
    ends = np.flatnonzero(np.diff(number, append=number[-1] + 1)) + 1  # of each key's journeys
    for begin in range(0, len(ends), at_once):
        last = ends[min(begin + at_once, len(ends)) - 1]
        block = slice(ends[begin - 1] if begin else 0, last)
        path, place = number_distinct(keys.path[block], len(paths.conversions))
        shape = (min(at_once, len(ends) - begin), len(path))

        def times(amounts: Floats, number: Ints = number[block] - begin, place: Ints = place, shape: tuple[int, int] = shape) -> csr_array:
            """How often each key of the block went along each path, or with what; keys by paths."""
            some = np.flatnonzero(amounts)
            return csr_array((amounts[some], (number[some], place[some])), shape=shape)

        passing, conversion, value = influence.of(path)
        rows = times(keys.conversions[block]) @ conversion + times(keys.value[block]) @ value
        yield rows + times(keys.nulls[block]) @ passing if influence.reads_failures else rows
