"""The inverse of an absorbing chain of a few thousand states, to nearly all digits."""

from __future__ import annotations

import numpy as np

from attribution.paths import Floats


def absorbing_inverse(between: Floats, out: Floats) -> Floats:
    """Invert `diag(leaving) - between`, where `leaving` is all weight that leaves a state, without one subtraction.

    Parameters
    ----------
    between : array of float, shape (n, n)
        Weight of the transitions from state i to state j, not negative. The diagonal is not read.
    out : array of float, shape (n,)
        Weight of the transitions that leave the n states for good. From every state such a transition must be reachable.

    Returns
    -------
    array of float, shape (n, n)
        Not negative. Entry (i, j) times the weight leaving j is how often a walk from i is expected to be in j.

    Notes
    -----
    The states are halved: the first half is censored out of the chain, what is left is inverted, the halves are put together. Only
    sums, products and quotients of numbers that are not negative occur, so every entry, however small, keeps nearly all its
    digits; an ordinary inverse of 1 - Q loses them where absorption is rare. 2 n^3 multiplications, nearly all in matrix products.

    References
    ----------
    W. K. Grassmann, M. I. Taksar, D. P. Heyman, Regenerative analysis and steady state distributions for Markov chains, 1985.

    Examples
    --------
    >>> absorbing_inverse(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([1.0, 1.0])) * 3
    array([[2., 1.],
           [1., 2.]])
    """
    n = len(out)
    if n <= 1:
        return 1.0 / out.reshape(n, n)
    half = n // 2
    right, left = between[:half, half:], between[half:, :half]
    upper = absorbing_inverse(between[:half, :half], out[:half] + right.sum(axis=1))
    down = left @ upper
    lower = absorbing_inverse(between[half:, half:] + down @ right, out[half:] + down @ out[:half])
    inverse = np.empty((n, n))
    inverse[half:, half:] = lower
    inverse[half:, :half] = lower @ down
    inverse[:half, half:] = (upper @ right) @ lower
    inverse[:half, :half] = upper + inverse[:half, half:] @ down
    return inverse
