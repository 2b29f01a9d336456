"""Intervals of incremental credit: the conversions resampled by person, the rates fitted anew."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.random import PCG64, Generator

from attribution.hazard_fit import Fit
from attribution.incremental import Exposures, credit
from attribution.paths import Floats

STEPS = 10
"""Steps of the EM after the Newton step, which ends so near the top that 120 changed the width of intervals by 5 % at most; only that of
a channel without any credit comes out too narrow."""
AT_ONCE = 50


@dataclasses.dataclass(frozen=True, eq=False)
class Replicates:
    """Credit in data that might have been.

    Parameters
    ----------
    conversions : array of float, shape (n_replicates, n_channels)
    share : array of float, shape (n_replicates, n_channels)
        Of the credit of all channels; 0 where there is none.
    baseline : array of float, shape (n_replicates,)
    """

    conversions: Floats
    share: Floats
    baseline: Floats

    def interval(self, amounts: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
        """Take the percentiles of some of these replicates (`conversions`, `share`, `baseline`) that hold the middle `level`."""
        low, high = np.quantile(amounts, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return np.asarray(low), np.asarray(high)


def replicates(exposures: Exposures, fitted: Fit, count: int = 200, seed: int = 0, shrinkage: float = 1e-4) -> Replicates:
    """Resample the conversions by person and credit each sample.

    Parameters
    ----------
    exposures : Exposures
    fitted : Fit
        The fit of the exposures.
    count, seed, shrinkage : int, int, float

    Notes
    -----
    Each converter counts a Poisson(1) number of times. The exposure is kept: given the touches, conversions are a Poisson process, and the
    chance in who converts when is all that the credit of these touches is uncertain by; people are many times the converters. What the
    intervals do not hold: that the model itself may be wrong (see `attribution.incremental`).

    A sample's rates are found from the fit by one Newton step, cut at 0, and a few steps of the EM. Cost per sample: O(steps *
    n_conversions * n_channels * n_kernels), as products of matrices.
    """
    n, n_channels = len(exposures.segment), len(exposures.channels)
    rng = Generator(PCG64(seed))
    conversions, baseline = np.zeros((count, n_channels)), np.zeros(count)
    design, mass = _design(exposures, shrinkage)
    begin = np.concatenate([fitted.baseline, fitted.beta.ravel()])
    for first in range(0, count, AT_ONCE):
        weights = rng.poisson(1.0, (min(AT_ONCE, count - first), n)).astype(np.float64)
        rates = _refit(design, mass, begin, weights) if n else np.zeros((len(weights), len(begin)))
        for place, (theta, weight) in enumerate(zip(rates, weights, strict=True), start=first):
            segments = len(fitted.baseline)
            sample = Fit(theta[:segments], theta[segments:].reshape(fitted.beta.shape), STEPS, np.nan)
            credited = credit(exposures, sample, weight)
            conversions[place] = credited.conversions
            baseline[place] = credited.baseline - exposures.outside + rng.poisson(exposures.outside)
    total = conversions.sum(axis=1, keepdims=True)
    share = np.divide(conversions, total, out=np.zeros_like(conversions), where=total > 0)
    return Replicates(conversions, share, baseline)


def _design(e: Exposures, shrinkage: float) -> tuple[Floats, Floats]:
    """Lay the rates' parts out, shape (n_conversions, n_parts), with the mass of each part."""
    n, segments, kernels = len(e.segment), len(e.days_at_risk), e.mass.shape[1]
    design = np.zeros((n, segments + e.mass.size))
    design[np.arange(n), e.segment] = 1.0
    columns = segments + e.code[:, None] * kernels + np.arange(kernels)
    design[e.conversion[:, None], columns] = e.claim
    return design, np.concatenate([e.days_at_risk, (e.mass + shrinkage * e.mass.sum(axis=0)).ravel()])


def _refit(design: Floats, mass: Floats, begin: Floats, weights: Floats) -> Floats:
    """Fit the rates of each sample, shape (n_samples, n_parts)."""
    possible = mass > 0
    divisor = np.where(possible, mass, 1.0)
    # Parts that were fitted to 0 may be more in a sample: they begin with a hundredth of a conversion.
    begin = np.where(possible, np.maximum(begin, 0.01 / divisor), 0.0)
    inverse = 1.0 / (design @ begin)
    free = np.flatnonzero(begin * mass > 0.05)
    scaled = design[:, free] * inverse[:, None] * begin[free]
    information = scaled.T @ scaled
    information[np.diag_indices_from(information)] += 1.0
    slope = weights @ scaled - mass[free] * begin[free]
    moved = begin[free] * (1.0 + np.linalg.solve(information, slope.T).T)
    theta = np.tile(begin, (len(weights), 1))
    theta[:, free] = np.maximum(moved, begin[free] * 1e-2)
    for _ in range(STEPS):
        theta *= ((weights / np.maximum(theta @ design.T, 1e-300)) @ design) / divisor
    return theta
