"""What the journeys of keys add up to along each path, and what these sums may be in a sample by key."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.random import PCG64, Generator

from attribution.crediting import value_is_known
from attribution.paths import Floats, Ints, Paths


@dataclasses.dataclass(frozen=True, eq=False)
class Alone:
    """The journeys whose key has no other, summed along each path, and what their sums may be in a sample.

    Parameters
    ----------
    conversions, value, nulls : array of float, shape (n_paths,)
        Value is 0 where none is known.
    squares : array of float, shape (n_paths, 3)
        Sums of conversions squared, conversions x value, value squared.
    """

    conversions: Floats
    value: Floats
    nulls: Floats
    squares: Floats


def alone(paths: Paths) -> Alone:
    """Sum the journeys of each path up whose key has no other.

    Notes
    -----
    Where no keys are known, every journey is a key of its own, has one conversion at most, and is worth the mean of its path.
    """
    value = paths.value if value_is_known(paths) else np.zeros(len(paths.value))
    keys = paths.keys
    if keys is None:
        return Alone(paths.conversions, value, paths.nulls, _mean_squares(paths.conversions, value))
    n = len(paths.conversions)

    def rest(whole: Floats, part: Floats) -> Floats:
        """Take away what keys with several journeys hold; what is left of equal sums is rounding."""
        left = whole - np.bincount(keys.path, weights=part, minlength=n)
        return np.where(left > 1e-9 * whole, left, 0.0)

    conversions, nulls = rest(paths.conversions, keys.conversions), rest(paths.nulls, keys.nulls)
    there = conversions > 0
    valued = np.where(there, value - np.bincount(keys.path, weights=keys.value, minlength=n), 0.0)
    parts = (keys.conversions**2, keys.conversions * keys.value, keys.value**2)
    squares = np.stack(
        [keys.squares[:, kind] - np.bincount(keys.path, weights=part, minlength=n) for kind, part in enumerate(parts)], axis=1
    )
    squares[:, [0, 2]] = np.maximum(squares[:, [0, 2]], 0.0)
    return Alone(conversions, valued, nulls, np.where(there[:, None], squares, 0.0))


def _mean_squares(conversions: Floats, value: Floats) -> Floats:
    """Give the sums of squares of journeys with one conversion each and all of the same value, shape (n, 3)."""
    mean = np.divide(value, conversions, out=np.zeros(len(value)), where=conversions > 0)
    return np.stack([conversions, value, value * mean], axis=1)


@dataclasses.dataclass(frozen=True, eq=False)
class Sums:
    """What a sum over journeys may be when each counts a Poisson(1) number of times.

    Parameters
    ----------
    rate, times : array of float, shape (n,)
        Conversions are `times` x Poisson(`rate`), Poisson itself where every journey has one.
    mean, spread : array of float, shape (n,)
        Of the value, by conversion: its mean, and its variance about that.
    skewed : array of bool, shape (n,)
        The value is drawn from a gamma distribution, else from a normal one.
    """

    rate: Floats
    times: Floats
    mean: Floats
    spread: Floats
    skewed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    @classmethod
    def of(cls, conversions: Floats, value: Floats, squares: Floats) -> Sums:
        """Match the sums' means and variances.

        Notes
        -----
        With n journeys of one conversion each, K ~ Poisson(n) of them are drawn, and their value is K x the mean plus a deviation of
        variance K x spread. The journeys' own values are not known here; worth more than nothing together, they are taken to lie as a
        gamma distribution has it, skewed as deals are, and never below zero. Values whose sum squared is less than the sum of their
        squares are of both signs, and the deviation is normal.
        """
        there = conversions > 0
        divisor = np.where(there, conversions, 1.0)
        times = np.where(squares[:, 0] > 0, squares[:, 0] / divisor, 1.0)
        mean = np.where(there, value / divisor, 0.0)
        spread = np.where(there, np.maximum(squares[:, 2] - mean**2 * squares[:, 0], 0.0) / divisor, 0.0)
        spread = np.where(spread > 1e-9 * mean**2, spread, 0.0)
        return cls(np.where(there, conversions / times, 0.0), times, mean, spread, value**2 >= squares[:, 2] * (1 - 1e-9))

    def draw(self, rng: Generator, count: int) -> tuple[Floats, Floats]:
        """Draw conversions and value, shape (count, n) each."""
        conversions = rng.poisson(self.rate, (count, len(self.rate))) * self.times
        value = conversions * self.mean
        spreading = self.spread > 0
        some = np.flatnonzero(spreading & self.skewed)
        if len(some):
            # A gamma variable is (mean^2 / spread) x conversions in shape, and spread / mean in scale.
            shape = conversions[:, some] * (self.mean[some] ** 2 / self.spread[some])
            value[:, some] = rng.standard_gamma(shape) * (self.spread[some] / self.mean[some])
        some = np.flatnonzero(spreading & ~self.skewed)
        if len(some):
            value[:, some] += rng.standard_normal((count, len(some))) * np.sqrt(conversions[:, some] * self.spread[some])
        return conversions, value


def draw_rest(paths: Paths, count: int, seed: int) -> tuple[Floats, Floats]:
    """Draw conversions without a touch and their value, shape (count,) each, alike for every model; NaN where no value is known."""
    conversions = np.array([paths.unattributed_conversions])
    value = np.array([paths.unattributed_value if value_is_known(paths) else 0.0])
    squares = _mean_squares(conversions, value) if paths.keys is None else paths.keys.unattributed[None, :]
    drawn, worth = Sums.of(conversions, value, squares).draw(Generator(PCG64([seed, 1])), count)
    return drawn[:, 0], worth[:, 0] if value_is_known(paths) else np.full(count, np.nan)


def number_keys(key: Ints) -> Ints:
    """Number keys that stand in order from 0, without gaps.

    Examples
    --------
    >>> number_keys(np.array([3, 3, 8, 9, 9])).tolist()
    [0, 0, 1, 2, 2]
    """
    return np.cumsum(np.diff(key, prepend=key[:1]) != 0)
