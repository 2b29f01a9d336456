"""The most likely rates of an additive hazard, by EM on aggregates."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from attribution.paths import Floats

if TYPE_CHECKING:
    from attribution.incremental import Exposures, Kernels


@dataclasses.dataclass(frozen=True, eq=False)
class Fit:
    """Rates that make the conversions most likely.

    Parameters
    ----------
    baseline : array of float, shape (n_segments,)
        Conversions per day and person, without touches.
    beta : array of float, shape (n_channels, n_kernels)
        What a touch adds to the rate, per unit of the kernel.
    iterations : int
        Steps of the EM.
    gap : float
        The log-likelihood is at most so much below the highest there is.
    """

    baseline: Floats
    beta: Floats
    iterations: int
    gap: float

    def decay(self, kernels: Kernels, ages: Floats) -> Floats:
        """Say what a touch adds to the daily rate at some ages, in days.

        Returns
        -------
        array of float, shape (n_channels, n_ages)
        """
        curves = np.exp(-ages[None, :] / np.array(kernels.effect_days)[:, None])
        return np.asarray(self.beta[:, kernels.where("effect")] @ curves)


class _Likelihood:
    """The concave log-likelihood in the share of the conversions that each part is expected to bring."""

    def __init__(self, exposures: Exposures, shrinkage: float) -> None:
        e = self.data = exposures
        self.n, self.n_segments = len(e.segment), len(e.days_at_risk)
        # A channel with next to no exposure could else be given any rate; the pull is a share of all exposure, so it grows with the data.
        self.mass = np.concatenate([e.days_at_risk, (e.mass + shrinkage * e.mass.sum(axis=0)).ravel()])
        self.possible = self.mass > 0
        self.divisor = np.where(self.possible, self.mass, 1.0)
        self.starts = np.searchsorted(e.conversion, np.arange(self.n))
        self.touched = np.diff(np.append(self.starts, len(e.conversion))) > 0

    def start(self) -> Floats:
        """Begin with every part bringing as much."""
        return np.where(self.possible, self.n / max(int(self.possible.sum()), 1), 0.0) / self.divisor

    def rates(self, theta: Floats) -> Floats:
        """Compute each conversion's rate, shape (n_conversions,)."""
        e = self.data
        added = np.einsum("ik,ik->i", e.claim, theta[self.n_segments :].reshape(e.mass.shape)[e.code])
        rates = theta[: self.n_segments][e.segment]
        # Claims stand by conversion, so a running sum adds them up.
        rates[self.touched] += np.add.reduceat(added, self.starts[self.touched]) if len(added) else 0.0
        return np.asarray(rates)

    def height(self, theta: Floats) -> float:
        """Compute the log-likelihood, with the pull."""
        with np.errstate(divide="ignore"):
            return float(np.log(self.rates(theta)).sum() - self.mass @ theta)

    def factors(self, theta: Floats) -> Floats:
        """Compute what a step of the EM multiplies each part by: at the top 1, and at most 1 for parts that are 0."""
        e = self.data
        inverse = 1.0 / self.rates(theta)
        per_segment = np.bincount(e.segment, inverse, self.n_segments)
        weighted = e.claim * inverse[e.conversion][:, None]
        per_kernel = [np.bincount(e.code, weighted[:, k], len(e.channels)) for k in range(e.mass.shape[1])]
        return np.concatenate([per_segment, np.stack(per_kernel, axis=1).ravel()]) / self.divisor

    def step(self, theta: Floats) -> Floats:
        """Take one step of the EM."""
        return np.where(self.possible, theta * self.factors(theta), 0.0)

    def gap(self, factors: Floats) -> float:
        """Bound how far the height is below the top, per conversion: by concavity, by the largest factor above 1."""
        return max(float(factors[self.possible].max(initial=1.0)) - 1.0, 0.0)


def fit(exposures: Exposures, shrinkage: float = 1e-4, tolerance: float = 1e-4, most: int = 3000) -> Fit:
    """Fit the rates by EM, accelerated.

    Parameters
    ----------
    exposures : Exposures
    shrinkage : float
        Rates are pulled towards 0 as if each channel had had this share of all channels' exposure more, without a conversion.
    tolerance : float
        Stop when the log-likelihood per conversion is at most so much below the highest there is.
    most : int
        Steps of the EM after which to stop in any case; `Fit.gap` says what was left.

    Notes
    -----
    Rates stay non-negative by themselves. A cycle is two steps of the EM and an extrapolation from them, kept where it is higher than
    both (SQUAREM, scheme S3), then a third step. A cycle costs O(n_claims * n_kernels). After a step the expected conversions equal the
    observed ones at risk (with the pull counted in). Twice the data give the same rates, step for step.

    References
    ----------
    R. Varadhan, C. Roland, Simple and globally convergent methods for accelerating the convergence of any EM algorithm, 2008.
    """
    target = _Likelihood(exposures, shrinkage)
    if not target.n:
        return Fit(np.zeros(target.n_segments), np.zeros(exposures.mass.shape), 0, 0.0)
    theta, steps, left = target.step(target.start()), 1, np.inf
    while steps < most:
        factors = target.factors(theta)
        left = target.gap(factors)
        if left <= tolerance:
            break
        one = np.where(target.possible, theta * factors, 0.0)
        two = target.step(one)
        change, bend = one - theta, two - 2 * one + theta
        length = np.linalg.norm(bend * target.mass)
        reach = max(1.0, float(np.linalg.norm(change * target.mass) / length)) if length > 0 else 1.0
        far = np.maximum(theta + 2 * reach * change + reach**2 * bend, two * 1e-3)
        theta = target.step(far if target.height(far) >= target.height(two) else two)
        steps += 3
    beta = theta[target.n_segments :].reshape(exposures.mass.shape)
    return Fit(theta[: target.n_segments], beta, steps, left * target.n)
