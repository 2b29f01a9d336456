"""Intervals of incremental credit: the conversions resampled by person, the rates fitted anew."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.random import PCG64, Generator

from attribution.hazard_fit import design
from attribution.incremental import Fit, credit
from attribution.nonnegative import least
from attribution.paths import Floats
from workspace.errors import DataError

AT_ONCE = 50
NOTHING = 0.5
"""A lower bound of less than half a conversion is 0: what is not there at all cannot be told from so little."""
STRAY = 4.0
"""A part fitted to 0 whose slope is more than so many standard errors below 0 stays 0 in every sample."""
MOST_PARTS = 3000


@dataclasses.dataclass(frozen=True, eq=False)
class Replicates:
    """Credit in data that might have been.

    Parameters
    ----------
    conversions : array of float, shape (n_replicates, n_channels)
    share : array of float, shape (n_replicates, n_channels)
        Of the credit of all channels; 0 where there is none.
    baseline, total : array of float, shape (n_replicates,)
        The baseline, and the credit of all channels.
    effects : array of float, shape (n_replicates, n_channels, n_effects)
        What a touch adds to the daily rate for each time constant of effects.
    """

    conversions: Floats
    share: Floats
    baseline: Floats
    total: Floats
    effects: Floats

    def interval(self, amounts: Floats, level: float = 0.95, nothing: float = 0.0) -> tuple[Floats, Floats]:
        """Take the percentiles of some of these replicates that hold the middle `level`; lower bounds below `nothing` are 0."""
        low, high = np.nanquantile(amounts, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return np.where(low < nothing, 0.0, low), np.asarray(high)

    def credited(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Give the intervals of the channels' conversions."""
        return self.interval(self.conversions, level, NOTHING)


def replicates(fitted: Fit, count: int = 200, seed: int = 0) -> Replicates:
    """Resample the conversions by person and credit each sample.

    Parameters
    ----------
    fitted : Fit
    count, seed : int

    Raises
    ------
    DataError
        There are more channels than samples can be fitted for.

    Notes
    -----
    Each converter counts a Poisson(1) number of times. The exposure is kept: given the touches, conversions are a Poisson process, and the
    chance in who converts when is all that the credit of these touches is uncertain by; people are many times the converters. What the
    intervals do not hold: that the model itself may be wrong (see `attribution.incremental`).

    A sample's rates are the best non-negative ones of the quadratic that touches the log-likelihood at the fit. So rates that the data
    hardly tell apart (a slow effect, and that the channel finds people with intent) change places from sample to sample, and a channel
    whose credit is not sure to be there at all is without any in some samples. Cost: once O(n_conversions * n_parts ** 2), and for each
    sample O(n_conversions * n_parts).

    References
    ----------
    C. J. Geyer, On the asymptotics of constrained M-estimation, 1994: near a bound the estimate is the projection of a normal variable.
    """
    e = fitted.exposures
    n, n_channels, rng = len(e.segment), len(e.channels), Generator(PCG64(seed))
    free = _free(fitted)
    if int(free.sum()) > MOST_PARTS:
        raise DataError(
            "Intervals for {count} names are too many to compute; choose a coarser cut, such as --by source or --by channel",
            count=n_channels,
        )
    conversions, effects = np.zeros((count, n_channels)), np.zeros((count, n_channels, len(e.kernels.effect_days)))
    baseline, theta = np.zeros(count), fitted.theta
    mass = np.concatenate([e.risk.ravel(), e.mass.ravel()]) + fitted.pull
    scaled = design(e)[:, free]
    scaled /= np.maximum(scaled @ theta[free], 1e-300)[:, None] * mass[free]
    curvature, expected = scaled.T @ scaled, theta[free] * mass[free]
    for first in range(0, count, AT_ONCE):
        weights = rng.poisson(1.0, (min(AT_ONCE, count - first), n)).astype(np.float64)
        moved = least(curvature, weights @ scaled - 1.0, np.tile(-expected, (len(weights), 1)), accuracy=0.02, sweeps=200)
        for place, (move, weight) in enumerate(zip(moved, weights, strict=True), start=first):
            sample = np.zeros_like(theta)
            # What moved to its bound is 0, without a rest of rounding.
            sample[free] = np.where(move <= -expected, 0.0, (expected + move) / mass[free])
            refitted = fitted.at(sample)
            credited = credit(refitted, weight)
            conversions[place], effects[place] = credited.conversions, refitted.effects()
            baseline[place] = credited.baseline - e.outside + rng.poisson(e.outside)
    total = conversions.sum(axis=1)
    share = np.divide(conversions, total[:, None], out=np.zeros_like(conversions), where=total[:, None] > 0)
    return Replicates(conversions, share, baseline, total, effects)


def _free(fitted: Fit) -> np.typing.NDArray[np.bool_]:
    """Mark the parts that may be above 0 in a sample."""
    from attribution.hazard_fit import Likelihood

    target = Likelihood(fitted.exposures, 0.0)
    target.pull = fitted.pull
    if not target.n:
        return np.zeros(len(fitted.theta), dtype=bool)
    theta = fitted.theta
    below = target.slopes(theta) - target.mass < -STRAY * target.standard_scores(theta)
    return np.asarray(target.possible & ((theta * target.mass > 1e-6) | ~below))
