"""Products of long, narrow matrices, on one thread.

The linear algebra behind numpy shares even a small product out over all processors, and where these are busy with other programs each
thread waits for the others: ten times as long as one thread takes. It keeps to one thread below some size, so long products are cut up.
"""

from __future__ import annotations

import numpy as np

from attribution.paths import Floats

SMALL = 200_000
"""Multiplications that OpenBLAS does on one thread (65,536 x 4 at most; interface/gemm.c)."""
FEWEST = 16
"""Pieces of fewer rows are not worth it: such matrices are wide, and threads pay."""


def squared(rows: Floats) -> Floats:
    """Work out `rows.T @ rows`.

    Parameters
    ----------
    rows : array of float, shape (n, size)

    Examples
    --------
    >>> squared(np.array([[1.0, 2], [3, 4]]))
    array([[10., 14.],
           [14., 20.]])
    """
    n, size = rows.shape
    piece = SMALL // max(size * size, 1)
    if piece < FEWEST:
        return np.asarray(rows.T @ rows)
    whole = n // piece * piece
    pieces = rows[:whole].reshape(n // piece, piece, size)
    return np.asarray(np.matmul(pieces.transpose(0, 2, 1), pieces).sum(axis=0) + rows[whole:].T @ rows[whole:])


def times(left: Floats, right: Floats) -> Floats:
    """Work out `left @ right`.

    Parameters
    ----------
    left : array of float, shape (n, m)
    right : array of float, shape (m, size)

    Examples
    --------
    >>> times(np.array([[1.0, 2], [3, 4]]), np.array([[1.0], [1]]))
    array([[3.],
           [7.]])
    """
    piece = SMALL // max(right.size, 1)
    if piece < FEWEST:
        return np.asarray(left @ right)
    whole = len(left) // piece * piece
    first = np.matmul(left[:whole].reshape(len(left) // piece, piece, left.shape[1]), right).reshape(whole, right.shape[1])
    return np.concatenate([first, left[whole:] @ right])
