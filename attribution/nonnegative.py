"""The least of a convex quadratic under lower bounds, for many right-hand sides at once."""

from __future__ import annotations

import numpy as np

from attribution.paths import Floats

RIDGE = 1e-6
"""What is added to the diagonal, as a share of its mean: of directions in which the quadratic is flat, it takes the shortest."""
AGAIN = 8
"""Sweeps over the coordinates that move, before all are looked at again."""


def least(curvature: Floats, slope: Floats, lower: Floats, accuracy: float = 1e-4, sweeps: int = 400) -> Floats:
    """Find the x that make x' A x / 2 - b' x least, given x >= lower.

    Parameters
    ----------
    curvature : array of float, shape (n, n)
        A, symmetric and not negative.
    slope : array of float, shape (n,) or (n_sides, n)
        b.
    lower : array of float, shape (n_sides, n)
        At most 0.
    accuracy : float
        Stop when no coordinate moves by more.
    sweeps : int
        Sweeps after which to stop in any case.

    Returns
    -------
    array of float, shape (n_sides, n)

    Notes
    -----
    Coordinate descent from 0: each coordinate in turn is set to its best, which never raises the function, and it ends at the least there
    is. A sweep costs O(n_sides * n ** 2); most of the time goes into the coordinates that are not at their bounds.

    Examples
    --------
    >>> least(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([0.0, 3.0]), np.array([[-9.0, -9.0], [0.0, -9.0]])).round(3).tolist()
    [[-1.0, 2.0], [0.0, 1.5]]
    """
    n = len(curvature)
    bent = curvature + np.eye(n) * (RIDGE * np.trace(curvature) / max(n, 1) + 1e-12)
    x, downhill = np.zeros(lower.shape), np.broadcast_to(slope, lower.shape).copy()
    diagonal = np.diag(bent)

    def sweep(coordinates: list[int]) -> float:
        moved = 0.0
        for j in coordinates:
            step = np.maximum(downhill[:, j] / diagonal[j], lower[:, j] - x[:, j])
            largest = float(np.abs(step).max(initial=0.0))
            if largest > accuracy / 100:
                x[:, j] += step
                downhill[:, :] -= step[:, None] * bent[j]
                moved = max(moved, largest)
        return moved

    for _ in range(max(sweeps // (AGAIN + 1), 1)):
        if sweep(list(range(n))) <= accuracy:
            break
        free = [j for j in range(n) if np.any(x[:, j] > lower[:, j])]
        for _ in range(AGAIN):
            if sweep(free) <= accuracy:
                break
    return np.asarray(np.maximum(x, lower))
