"""Credit in data that might have been: journeys resampled by key, and every sample credited by the model itself.

This is the literal way, which holds for any model. `attribution.influence` is the fast one; the tests hold it to this.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import PCG64, Generator

from attribution.crediting import value_is_known
from attribution.key_sums import Sums, alone, draw_rest, number_keys
from attribution.paths import Draws, Floats, Paths, Recency

if TYPE_CHECKING:
    from attribution.models import Model

DRAWS = 1_000
"""Samples of an interval: its ends then stray by some 2 % of its width."""
BLOCK = 2_000_000
"""Samples times paths drawn at once, in a few arrays of 16 MB."""


@dataclasses.dataclass(frozen=True, eq=False)
class Sample:
    """Several samples of the journeys: what the paths hold in each, shape (n_samples, n_paths), and what has no touch, (n_samples,)."""

    conversions: Floats
    value: Floats
    nulls: Floats
    unattributed_conversions: Floats
    unattributed_value: Floats


class Sampler:
    """Draws samples of the journeys by key.

    Parameters
    ----------
    paths : Paths

    Notes
    -----
    Every key counts a Poisson(1) number of times, which is the bootstrap for a number of keys that is a matter of chance itself. For
    keys with one journey the sum of these numbers along a path is a Poisson number, so a path is drawn at once; keys with several
    journeys are drawn one by one, as their journeys come together or not at all. Conversions without a touch are drawn too.

    O(n_paths + n_journeys of keys with several) a sample.

    References
    ----------
    B. Efron, R. J. Tibshirani, An introduction to the bootstrap, 1993. N. Chamandy, O. Muralidharan, A. Najmi, S. Naidu, Estimating
    uncertainty for massive data streams, 2012 (Poisson counts for keys).
    """

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self._alone = alone(paths)
        self._converting = np.flatnonzero(self._alone.conversions > 0)
        some = self._converting
        self._sums = Sums.of(self._alone.conversions[some], self._alone.value[some], self._alone.squares[some])
        self._failing = np.flatnonzero(self._alone.nulls > 0)
        keys = paths.keys
        self._key = np.zeros(0, dtype=np.int64) if keys is None else number_keys(keys.key)

    def samples(self, count: int, seed: int) -> Iterator[Sample]:
        """Draw `count` samples, some at a time; equal seeds draw alike."""
        rng = Generator(PCG64(seed))
        rest, rest_value = draw_rest(self.paths, count, seed)
        at_once = max(BLOCK // max(len(self.paths.conversions), 1), 1)
        for first in range(0, count, at_once):
            some = slice(first, first + at_once)
            yield Sample(*self._sums_of_paths(rng, len(rest[some])), rest[some], rest_value[some])

    def _sums_of_paths(self, rng: Generator, count: int) -> tuple[Floats, Floats, Floats]:
        n = len(self.paths.conversions)
        conversions, value, nulls = (np.zeros((count, n)) for _ in range(3))
        conversions[:, self._converting], value[:, self._converting] = self._sums.draw(rng, count)
        nulls[:, self._failing] = rng.poisson(self._alone.nulls[self._failing], (count, len(self._failing)))
        keys = self.paths.keys
        if keys is not None and len(self._key):
            for place in range(count):
                times = rng.poisson(1.0, int(self._key[-1]) + 1)[self._key]
                for amounts, each in ((conversions, keys.conversions), (value, keys.value), (nulls, keys.nulls)):
                    amounts[place] += np.bincount(keys.path, weights=times * each, minlength=n)
        return conversions, value if value_is_known(self.paths) else np.full((count, n), np.nan), nulls

    def paths_of(self, sample: Sample, place: int) -> Paths:
        """Make the paths of one of the samples.

        Notes
        -----
        Time-decay weights of a path are those of its journeys on average, however many are drawn.
        """
        paths = self.paths
        recency = paths.recency
        if recency is not None:
            length = np.diff(paths.offsets)
            recency = Recency(
                recency.half_life_days,
                recency.conversions * np.repeat(_ratio(sample.conversions[place], paths.conversions), length),
                recency.value * np.repeat(_ratio(sample.value[place], paths.value), length),
            )
        return dataclasses.replace(
            paths,
            conversions=sample.conversions[place],
            value=sample.value[place],
            nulls=sample.nulls[place],
            unattributed_conversions=float(sample.unattributed_conversions[place]),
            unattributed_value=float(sample.unattributed_value[place]),
            recency=recency,
            keys=None,
        )


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(len(below)), where=below != 0)


def resample(paths: Paths, model: Model, count: int = DRAWS, seed: int = 0) -> Draws:
    """Credit samples of the journeys, one after the other, by the model itself.

    Parameters
    ----------
    paths : Paths
    model : Model
        Any.
    count, seed : int

    Notes
    -----
    `count` times the cost of the model, and of drawing a number for each path.

    Examples
    --------
    >>> from attribution.position_models import First
    >>> paths = Paths(("ads", "email"), np.array([0, 1]), np.array([0, 1, 2]), np.array([90.0, 10]), np.zeros(2), np.zeros(2),
    ...     np.zeros(2, bool))
    >>> drawn = resample(paths, First(), 4_000).conversions
    >>> drawn.mean(axis=0).round().tolist(), (drawn.var(axis=0) / 10).round().tolist()
    ([90.0, 10.0], [9.0, 1.0])
    """
    sampler = Sampler(paths)
    conversions, value = np.zeros((count, len(paths.channels))), np.zeros((count, len(paths.channels)))
    rest, rest_value, total, total_value = (np.zeros(count) for _ in range(4))
    row = 0
    for sample in sampler.samples(count, seed):
        for place in range(len(sample.conversions)):
            credits = model.credit(sampler.paths_of(sample, place))
            conversions[row], value[row] = credits.conversions, credits.value
            row += 1
        rows = slice(row - len(sample.conversions), row)
        rest[rows], rest_value[rows] = sample.unattributed_conversions, sample.unattributed_value
        total[rows] = sample.conversions.sum(axis=1) + sample.unattributed_conversions
        total_value[rows] = sample.value.sum(axis=1) + sample.unattributed_value
    return Draws(conversions, value, rest, rest_value, *((None, None) if model.conserves else (total, total_value)))
