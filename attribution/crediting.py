"""What several models share: amounts spread over channels, the distinct channels of each path, credits put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from attribution.paths import Credits, Floats, Ints, Paths


def value_is_known(paths: Paths) -> bool:
    """Tell whether any conversion of the paths has a value; without paths there is nothing to be unknown."""
    return not (len(paths.value) and bool(np.isnan(paths.value).all()))


ROUNDING = 1e-9
"""What is so small beside the amounts that it is the sum of is nothing: 0.1 + 0.2 - 0.3 is 5.6e-17 to a computer."""


def shares_of(amounts: Floats, total: float, size: float) -> Floats:
    """Say which share of a total each amount is.

    Parameters
    ----------
    amounts : array of float
    total : float
        Their sum, or what they are to be compared with.
    size : float
        The sum of what the total is made of, losses counted as gains.

    Returns
    -------
    array of float
        NaN throughout where the total is nothing, or not known.

    Examples
    --------
    >>> shares_of(np.array([1.0, 3.0]), 4.0, 4.0).tolist(), shares_of(np.array([0.3, -0.3]), 0.3 - 0.2 - 0.1, 0.6).tolist()
    ([0.25, 0.75], [nan, nan])
    """
    return amounts / total if abs(total) > ROUNDING * size else np.full(len(amounts), np.nan)


def by_channel(paths: Paths, codes: Ints, amounts: Floats) -> Floats:
    """Sum amounts by channel code.

    Parameters
    ----------
    paths : Paths
    codes : array of int, shape (n,)
    amounts : array of float, shape (n,)

    Returns
    -------
    array of float, shape (n_channels,)
    """
    return np.bincount(codes, weights=amounts, minlength=len(paths.channels)).astype(np.float64, copy=False)


def distinct_channels(paths: Paths) -> tuple[Ints, Ints]:
    """List the distinct channels of each path.

    Returns
    -------
    path, channel : array of int, shape (n_pairs,)
        One pair for each path and each channel it went through, ordered by path.

    Notes
    -----
    One sort of n_steps integers.
    """
    n_channels = max(len(paths.channels), 1)
    keys = np.repeat(np.arange(len(paths.offsets) - 1) * n_channels, np.diff(paths.offsets))
    keys += paths.codes
    keys.sort(kind="stable")  # a merge sort, twice as fast here: the keys come ordered by path
    fresh = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    keys = keys[fresh]
    path = keys // n_channels
    return path, keys - path * n_channels


def credits_from(
    paths: Paths,
    conversions: Floats,
    value: Floats,
    extra: dict[str, Floats] | None = None,
    diagnostics: dict[str, Any] | None = None,
) -> Credits:
    """Put credits together with what the paths leave unattributed; value is NaN throughout where none is known.

    Parameters
    ----------
    paths : Paths
    conversions, value : array of float, shape (n_channels,)
        What the channels are credited with.
    extra, diagnostics : dict or None
        See `Credits`.
    """
    known = value_is_known(paths)
    return Credits(
        channels=paths.channels,
        conversions=conversions,
        value=value if known else np.full(len(paths.channels), np.nan),
        unattributed_conversions=paths.unattributed_conversions,
        unattributed_value=paths.unattributed_value if known else float("nan"),
        extra=extra or {},
        diagnostics=diagnostics or {},
    )


def credit_with(paths: Paths, spread: Callable[[Floats], Floats], diagnostics: dict[str, Any] | None = None) -> Credits:
    """Credit conversions and value by the same rule.

    Parameters
    ----------
    paths : Paths
    spread : callable
        Turns an amount for each path, shape (n_paths,), into an amount for each channel, shape (n_channels,).
    diagnostics : dict or None
        See `Credits`.
    """
    value = spread(paths.value) if value_is_known(paths) else paths.value
    return credits_from(paths, spread(paths.conversions), value, diagnostics=diagnostics)
