"""The most likely rates of an additive hazard, by EM and Newton steps on aggregates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attribution.incremental import Exposures, Fit
from attribution.nonnegative import least
from attribution.paths import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOW_PULL, INTENT_PULL = 0.5, 0.25
"""By how many standard errors the slowest effect and the intent of each channel are pulled towards 0. Both last so long that they
can hardly be told from the baseline, and as rates cannot be negative, chance alone makes the sum of many too high."""
NEWTON = 600
"""With more parts than this the climb takes EM steps alone: a Newton step costs their number to the power 3."""
NOTHING = 1e-6
"""A part that is expected to bring less of a conversion is 0: EM steps come near 0 but never there."""
EM_FIRST = 60
"""Steps of the EM before the first Newton step."""


class Likelihood:
    """The concave log-likelihood of all rates, the baseline's first."""

    def __init__(self, exposures: Exposures, shrinkage: float) -> None:
        e = self.data = exposures
        self.n, self.split = len(e.segment), e.risk.size
        # A channel with next to no exposure could else be given any rate; the pull is a share of all exposure, so it grows with the data.
        self.own = np.concatenate([e.risk.ravel(), e.mass.ravel()])
        self.pull = np.concatenate([np.zeros(self.split), np.tile(shrinkage * e.mass.sum(axis=0), len(e.mass))])
        self.starts = np.searchsorted(e.conversion, np.arange(self.n))
        self.touched = np.diff(np.append(self.starts, len(e.conversion))) > 0

    @property
    def mass(self) -> Floats:
        """What each rate is multiplied by in the integral, with its pull."""
        return np.asarray(self.own + self.pull)

    @property
    def possible(self) -> NDArray[np.bool_]:
        """Mark the parts that anybody was exposed to."""
        return self.mass > 0

    def start(self) -> Floats:
        """Begin with every part bringing as much."""
        share = self.n / max(int(self.possible.sum()), 1)
        return np.where(self.possible, share, 0.0) / np.where(self.possible, self.mass, 1.0)

    def rates(self, theta: Floats) -> Floats:
        """Compute each conversion's rate, shape (n_conversions,)."""
        e = self.data
        added = np.einsum("ik,ik->i", e.claim, theta[self.split :].reshape(e.mass.shape)[e.code])
        rates = np.einsum("ib,ib->i", e.base, theta[: self.split].reshape(e.risk.shape)[e.segment])
        # Claims stand by conversion, so a running sum adds them up.
        rates[self.touched] += np.add.reduceat(added, self.starts[self.touched]) if len(added) else 0.0
        return np.asarray(rates)

    def height(self, theta: Floats) -> float:
        """Compute the log-likelihood, less the pull."""
        with np.errstate(divide="ignore"):
            return float(np.log(self.rates(theta)).sum() - self.mass @ theta)

    def slopes(self, theta: Floats) -> Floats:
        """Sum each part over the conversions, divided by their rates: what its mass is at the top."""
        e = self.data
        inverse = 1.0 / np.maximum(self.rates(theta), 1e-300)
        bases = [np.bincount(e.segment, inverse * e.base[:, b], len(e.risk)) for b in range(e.risk.shape[1])]
        weighted = e.claim * inverse[e.conversion][:, None]
        kernels = [np.bincount(e.code, weighted[:, k], len(e.channels)) for k in range(e.mass.shape[1])]
        return np.concatenate([np.stack(bases, axis=1).ravel(), np.stack(kernels, axis=1).ravel()])

    def factors(self, theta: Floats) -> Floats:
        """Compute what a step of the EM multiplies each part by: at the top 1, and at most 1 for parts that are 0."""
        return np.where(self.possible, self.slopes(theta) / np.where(self.possible, self.mass, 1.0), 0.0)

    def scaled(self, theta: Floats) -> Floats:
        """Multiply the rates by what makes as many conversions expected as there were: of all multiples it is the most likely."""
        return np.asarray(theta * (self.n / max(float(self.mass @ theta), 1e-300)))

    def gap(self, factors: Floats) -> float:
        """Bound how far the height is below the top, per conversion, for rates that are `scaled`: by concavity, by the largest factor."""
        return max(float(factors[self.possible].max(initial=1.0)) - 1.0, 0.0)

    def standard_scores(self, theta: Floats) -> Floats:
        """Compute the standard error of each part's slope, shape (n_parts,)."""
        e = self.data
        inverse = 1.0 / np.maximum(self.rates(theta), 1e-300)
        bases = [np.bincount(e.segment, (inverse * e.base[:, b]) ** 2, len(e.risk)) for b in range(e.risk.shape[1])]
        weighted = (e.claim * inverse[e.conversion][:, None]) ** 2
        kernels = [np.bincount(e.code, weighted[:, k], len(e.channels)) for k in range(e.mass.shape[1])]
        return np.asarray(np.sqrt(np.concatenate([np.stack(bases, axis=1).ravel(), np.stack(kernels, axis=1).ravel()])))


def design(e: Exposures) -> Floats:
    """Lay the parts of each conversion's rate out, shape (n_conversions, n_parts), the baseline's first."""
    n, split, kernels = len(e.segment), e.risk.size, e.mass.shape[1]
    laid = np.zeros((n, split + e.mass.size))
    laid[np.arange(n)[:, None], e.segment[:, None] * e.risk.shape[1] + np.arange(e.risk.shape[1])] = e.base
    laid[e.conversion[:, None], split + e.code[:, None] * kernels + np.arange(kernels)] = e.claim
    return laid


def fit(exposures: Exposures, shrinkage: float = 1e-4, tolerance: float = 1e-5, most: int = 3000, *, pulled: bool = True) -> Fit:
    """Fit the rates.

    Parameters
    ----------
    exposures : Exposures
    shrinkage : float
        Rates are pulled towards 0 as if each channel had had this share of all channels' exposure more, without a conversion.
    tolerance : float
        Stop when the log-likelihood per conversion is at most so much below the highest there is.
    most : int
        Steps after which to stop in any case; `Fit.gap` says what was left.
    pulled : bool
        Whether to pull what can hardly be told from the baseline towards 0 (`SLOW_PULL`, `INTENT_PULL`).

    Notes
    -----
    Rates are never negative. Without the pull twice the data give the same rates; with it, as the standard errors grow with the root of the
    data, nearly. After the climb the expected conversions equal the observed ones at risk (with the pull counted in). A cycle costs
    O(n_claims * n_kernels); a Newton step O(n_conversions * n_parts ** 2).
    """
    target = Likelihood(exposures, shrinkage)
    theta, steps = climb(target, None, tolerance, most)
    if pulled and target.n:
        _pull(target, theta)
        theta, more = climb(target, theta, tolerance, most)
        steps += more
    theta = np.where(theta * target.mass < NOTHING, 0.0, theta)
    baseline, beta = theta[: target.split].reshape(exposures.risk.shape), theta[target.split :].reshape(exposures.mass.shape)
    gap, height = (target.gap(target.factors(theta)) * target.n, target.height(theta)) if target.n else (0.0, 0.0)
    return Fit(exposures, baseline, beta, target.pull, steps, gap, height)


def _pull(target: Likelihood, theta: Floats) -> None:
    e, share = target.data, np.zeros(target.data.mass.shape)
    slowest = np.flatnonzero(e.kernels.where("effect"))[-1]
    share[:, slowest] = SLOW_PULL if len(e.kernels.effect_days) > 1 else 0.0
    share[:, e.kernels.where("intent")] = INTENT_PULL
    amounts = np.concatenate([np.zeros(target.split), share.ravel()]) * target.standard_scores(theta)
    target.pull = target.pull + np.where(target.possible, amounts, 0.0)


def climb(target: Likelihood, begin: Floats | None, tolerance: float, most: int) -> tuple[Floats, int]:
    """Climb to the top.

    Returns
    -------
    theta : array of float, shape (n_parts,)
    steps : int

    Notes
    -----
    First by EM: two steps and an extrapolation from them, kept where it is higher than both (SQUAREM, scheme S3), then a third step. Then,
    where the parts are few, by Newton: each step finds the best non-negative rates of the quadratic that touches the likelihood, and goes
    half the way, a quarter, ... until it is higher.

    References
    ----------
    R. Varadhan, C. Roland, Simple and globally convergent methods for accelerating the convergence of any EM algorithm, 2008.
    """
    if not target.n:
        return np.zeros(len(target.mass)), 0
    few = int(target.possible.sum()) <= NEWTON
    if begin is not None and few:
        theta, steps = _newton(target, np.maximum(begin, 1e-9 * target.start()), tolerance, most)
        return theta, steps
    theta, steps = _em(target, target.start() if begin is None else np.maximum(begin, 1e-3 * target.start()), tolerance, most, few)
    if not few:
        return theta, steps
    theta, more = _newton(target, theta, tolerance, most - steps)
    return theta, steps + more


def _em(target: Likelihood, theta: Floats, tolerance: float, most: int, few: bool) -> tuple[Floats, int]:
    def step(at: Floats) -> Floats:
        return np.asarray(at * target.factors(at))

    mass = target.mass
    theta, steps = step(theta), 1
    while steps < (min(EM_FIRST, most) if few else most):
        factors = target.factors(theta)
        if target.gap(factors) <= tolerance:
            break
        one = theta * factors
        two = step(one)
        change, bend = one - theta, two - 2 * one + theta
        length = np.linalg.norm(bend * mass)
        reach = max(1.0, float(np.linalg.norm(change * mass) / length)) if length > 0 else 1.0
        far = np.maximum(theta + 2 * reach * change + reach**2 * bend, two * 1e-3)
        theta = step(far if target.height(far) >= target.height(two) else two)
        steps += 3
    return theta, steps


def _newton(target: Likelihood, theta: Floats, tolerance: float, most: int) -> tuple[Floats, int]:
    laid, mass, steps = design(target.data)[:, target.possible], target.mass[target.possible], 0
    theta = target.scaled(np.where(target.possible, theta, 0.0))
    height = target.height(theta)
    while steps < most and target.gap(target.factors(theta)) > tolerance:
        scaled = laid / np.maximum(laid @ theta[target.possible], 1e-300)[:, None] / mass
        expected = theta[target.possible] * mass
        found = np.zeros_like(theta)
        found[target.possible] = least(scaled.T @ scaled, scaled.sum(axis=0) - 1.0, -expected[None, :])[0] / mass
        share = 1.0
        while target.height(theta + share * found) < height and share > 1e-3:
            share /= 2
        higher = target.scaled(np.maximum(theta + share * found, 0.0))
        steps += 1
        if target.height(higher) <= height:
            break
        theta, height = higher, target.height(higher)
    return theta, steps
