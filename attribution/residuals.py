"""Whether a fitted hazard describes the conversions: expected against observed, and how far they part."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from attribution.hazard_check import STEPS, TINY
from attribution.paths import Floats, Ints


@dataclasses.dataclass(frozen=True, eq=False)
class Classes:
    """Expected and observed conversions by class, in order.

    Parameters
    ----------
    labels : tuple
        What the classes are.
    expected, observed : array of float, shape (n_classes,)
    """

    labels: tuple[object, ...]
    expected: Floats
    observed: Floats

    @property
    def deviation(self) -> Floats:
        """Give observed less expected in standard deviations of a count; NaN where nothing was expected."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.expected > 0, (self.observed - self.expected) / np.sqrt(self.expected), np.nan)


@dataclasses.dataclass(frozen=True, eq=False)
class Residuals:
    """How the cumulative hazards of people are distributed.

    Parameters
    ----------
    at : array of float, shape (n_classes,)
        Cumulative hazards, ascending.
    expected, observed : array of float, shape (n_classes,)
        Conversions up to there: of each person the hazard up to there is expected.
    """

    at: Floats
    expected: Floats
    observed: Floats

    @property
    def distance(self) -> float:
        """Give the largest difference between observed and expected, as a share of all conversions; 0 where there are none."""
        n = float(self.observed[-1]) if len(self.observed) else 0.0
        return float(np.abs(self.observed - self.expected).max() / n) if n else 0.0

    @property
    def probability(self) -> float:
        """Give the probability that chance alone brings such a distance (Kolmogorov's; its reference is a Brownian bridge)."""
        n = float(self.observed[-1]) if len(self.observed) else 0.0
        return kolmogorov(math.sqrt(n) * self.distance)


@dataclasses.dataclass(frozen=True, eq=False)
class Goodness:
    """All that is told of a fit: conversions that were expected and observed, in all time and in parts of it.

    Parameters
    ----------
    all_time, later : Residuals
        In all time at risk, and in what of it is later than `attribution.goodness.LATER` days after the last touch.
    rate_later, rate_soon : Classes
        Tenths of the conversions expected later, and sooner, by the rate that was predicted before; labelled from 1.
    touches_later : Classes
        Labels are classes of `attribution.presence.COUNTS`.
    days : Classes
        In all time; labels are places in `attribution.goodness.DAYS`.
    weeks : Classes
        In all time; labels are the days on which weeks begin.
    people, looked_at : int
        At risk, and those of them who were looked at.
    """

    all_time: Residuals
    later: Residuals
    rate_later: Classes
    rate_soon: Classes
    touches_later: Classes
    days: Classes
    weeks: Classes
    people: int
    looked_at: int


def kolmogorov(distance: float) -> float:
    """Compute the probability that a Brownian bridge goes further from 0.

    References
    ----------
    A. Kolmogorov, Sulla determinazione empirica di una legge di distribuzione, 1933; 1.36 is exceeded with probability 0.05.

    Examples
    --------
    >>> [round(kolmogorov(distance), 3) for distance in (0.5, 1.0, 1.358, 2.0)]
    [0.964, 0.27, 0.05, 0.001]
    """
    if distance < 0.2:
        return 1.0
    terms = ((-1.0) ** (k - 1) * math.exp(-2.0 * (k * distance) ** 2) for k in range(1, 60))
    return min(max(2.0 * sum(terms), 0.0), 1.0)


def residuals_of(classes: Ints, people: Ints, converted: Ints, hazard: Floats) -> Residuals:
    """Read the sums of `attribution.hazard_check.residuals`.

    Parameters
    ----------
    classes, people, converted : array of int, shape (n_classes,)
    hazard : array of float, shape (n_classes,)
        Summed over the people of each class.

    Notes
    -----
    Up to the hazard r, a person who lived through h has lived through min(h, r) of it. What was expected is scaled to as many conversions
    as were observed.

    Examples
    --------
    Two people of hazard 0.5, one of whom converted, and one of hazard 2 who converted: up to 0.5, 3 halves were expected and 1 observed.

    >>> found = residuals_of(np.array([-28, 27]), np.array([2, 1]), np.array([1, 1]), np.array([1.0, 2.0]))
    >>> found.observed.tolist(), (found.expected * 1.5).round(2).tolist()
    ([1.0, 2.0], [1.51, 3.0])
    """
    order = np.argsort(classes)
    classes, people, converted, hazard = classes[order], people[order], converted[order], hazard[order]
    at = np.maximum(np.exp((classes + 1) / STEPS) - TINY, 0.0)
    longer = people.sum() - np.cumsum(people)
    expected = np.cumsum(hazard) + longer * at
    observed = np.cumsum(converted).astype(np.float64)
    total = float(hazard.sum())
    return Residuals(at, expected * (observed[-1] / total if total > 0 else 1.0) if len(observed) else expected, observed)


def tenths(classes: Ints, expected: Floats, observed: Floats, parts: int = 10) -> Classes:
    """Put fine classes together, in order, until each part has a tenth of the conversions expected.

    Examples
    --------
    >>> told = tenths(np.array([3, 1, 2, 0]), np.array([40.0, 20.0, 20.0, 20.0]), np.array([38.0, 21.0, 19.0, 22.0]), 2)
    >>> told.labels, told.expected.tolist(), told.observed.tolist()
    ((1, 2), [40.0, 60.0], [43.0, 57.0])
    """
    order = np.argsort(classes)
    expected, observed = expected[order], observed[order]
    middle = np.cumsum(expected) - expected / 2
    part = np.minimum((middle / max(float(expected.sum()), 1e-300) * parts).astype(np.int64), parts - 1)
    return Classes(
        tuple(range(1, parts + 1)),
        np.bincount(part, expected, parts).astype(np.float64),
        np.bincount(part, observed, parts).astype(np.float64),
    )
