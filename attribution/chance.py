"""How far a count may be off by chance alone: Poisson intervals, and those of sums of counts."""

from __future__ import annotations

from attribution.paths import Floats

LEVEL = 0.95
TINY = 1e-3
"""The lower limit of a count below this is 0 to a thousand digits."""


def poisson_interval(counts: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Give the exact (gamma) interval of the rate behind each count.

    Parameters
    ----------
    counts : array of float, shape (n,)
        Not negative; credited conversions need not be whole.
    level : float

    Returns
    -------
    low, high : array of float, shape (n,)

    Notes
    -----
    low is the (1 - level)/2 quantile of a gamma distribution of shape n, high the other of shape n + 1 (Garwood 1936). A credited
    conversion is seldom whole: a sum of shares w has the variance sum(w^2) <= sum(w), so taking it for a count makes the interval, if
    anything, too wide.

    References
    ----------
    F. Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28(3/4), 437-442.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = poisson_interval(np.array([0.0, 10.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 4.795], [3.689, 18.39])
    """
    import numpy as np
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    known = np.maximum(counts, 0.0)
    some = known > TINY
    low = np.where(some, gammaincinv(np.where(some, known, 1.0), tail), 0.0)
    return np.asarray(low, np.float64), np.asarray(gammaincinv(known + 1, 1 - tail), np.float64)


def interval_of_sum(values: Floats, low: Floats, high: Floats) -> tuple[float, float]:
    """Give the interval of a sum of independent figures, from theirs.

    Parameters
    ----------
    values, low, high : array of float, shape (n,)

    Returns
    -------
    low, high : float

    Notes
    -----
    The distances of each figure to its limits add up as squares (MOVER, Zou and Donner 2008); figures may have either sign.

    References
    ----------
    G. Y. Zou, A. Donner (2008), Construction of confidence limits about effect measures, Statistics in Medicine 27(10), 1693-1702.

    Examples
    --------
    >>> import numpy as np
    >>> interval_of_sum(np.array([10.0, -4.0]), np.array([7.0, -8.0]), np.array([14.0, -1.0]))
    (1.0, 11.0)
    """
    import numpy as np

    total = float(values.sum())
    return total - float(np.sqrt(((values - low) ** 2).sum())), total + float(np.sqrt(((high - values) ** 2).sum()))
