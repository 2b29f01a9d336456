"""From replicates of credits to what is said of them: intervals, ranks, and in words whether there is data enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from attribution.crediting import distinct_channels
from attribution.paths import Credits, Draws, Floats, Ints, Paths

LEVEL = 0.95
FEW = 30
"""With fewer converting journeys than this a channel's figures are mostly chance."""

ENOUGH = "enough data"
FEW_JOURNEYS = "fewer than 30 converting journeys"
WIDE = "interval wider than the estimate"
"""What is said of a figure; the catalogue of words has them in both languages."""

COLUMNS = {
    "conversions": ("conversions_low", "conversions_high"),
    "value": ("value_low", "value_high"),
    "share_of_conversions": ("share_low", "share_high"),
    "share_of_value": ("share_of_value_low", "share_of_value_high"),
}
"""The ends of the interval of each column of credit."""


def ends(drawn: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Take the percentiles that hold the middle `level` of the draws.

    Parameters
    ----------
    drawn : array of float, shape (n_draws, n)
    level : float

    Returns
    -------
    low, high : array of float, shape (n,)
        NaN where nothing is known, and where every draw is 0: what was never seen cannot be drawn, and that is no certainty.

    Examples
    --------
    >>> low, high = ends(np.stack([np.arange(101.0), np.zeros(101)], axis=1))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([2.5, nan], [97.5, nan])
    """
    if not len(drawn):
        return np.full(drawn.shape[1], np.nan), np.full(drawn.shape[1], np.nan)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    seen = drawn.any(axis=0)
    return np.where(seen, low, np.nan), np.where(seen, high, np.nan)


def with_unattributed(draws: Draws) -> tuple[Floats, Floats]:
    """Put what has no touch beside the channels, in the last column: conversions and value, shape (n_draws, n_channels + 1)."""
    return (
        np.column_stack([draws.conversions, draws.unattributed_conversions]),
        np.column_stack([draws.value, draws.unattributed_value]),
    )


def shares(amounts: Floats, total: Floats | None = None) -> Floats:
    """Divide draws by their total; draws of nothing at all are left out.

    Parameters
    ----------
    amounts : array of float, shape (n_draws, n)
    total : array of float, shape (n_draws,), or None
        The sum of the amounts by default.
    """
    whole = amounts.sum(axis=1) if total is None else total
    some = whole != 0
    return np.asarray(amounts[some] / whole[some, None])


def ranks(amounts: Floats) -> Ints:
    """Rank the columns of each row from 1, the highest first; equal ones share the better rank.

    Parameters
    ----------
    amounts : array of float, shape (n_draws, n)

    Notes
    -----
    O(n_draws n log n).

    Examples
    --------
    >>> ranks(np.array([[5.0, 7, 5, 1]])).tolist()
    [[2, 1, 2, 4]]
    """
    order = np.argsort(-amounts, axis=1, kind="stable")
    ordered = np.take_along_axis(amounts, order, axis=1)
    place = np.broadcast_to(np.arange(1, amounts.shape[1] + 1), amounts.shape).copy()
    place[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0  # as the one before it
    ranked = np.empty_like(place)
    np.put_along_axis(ranked, order, np.maximum.accumulate(place, axis=1), axis=1)
    return ranked


def probability_of_ranks(draws: Draws) -> Floats:
    """Say how probable each rank is for each channel by conversions, shape (n_channels, n_channels); ranks stand in the columns."""
    n_draws, n = draws.conversions.shape
    cells = np.arange(n) * n + ranks(draws.conversions) - 1
    return np.asarray(np.bincount(cells.ravel(), minlength=n * n).reshape(n, n) / n_draws)


def converting_journeys(paths: Paths) -> Floats:
    """Count the conversions whose journey met each channel, shape (n_channels,)."""
    path, channel = distinct_channels(paths)
    return np.bincount(channel, weights=paths.conversions[path], minlength=len(paths.channels)).astype(np.float64)


def reliability(estimate: Floats, low: Floats, high: Floats, journeys: Floats) -> list[str]:
    """Say in words whether there is data enough for each figure.

    Parameters
    ----------
    estimate, low, high : array of float, shape (n,)
        Credited conversions with their interval.
    journeys : array of float, shape (n,)
        Conversions whose journeys met the channel; NaN where it is none.

    Examples
    --------
    >>> reliability(np.array([90.0, 5, 40]), np.array([70.0, 1, 10]), np.array([110.0, 10, 90]), np.array([95.0, 12, 41]))
    ['enough data', 'fewer than 30 converting journeys', 'interval wider than the estimate']
    """
    with np.errstate(invalid="ignore"):
        wide = high - low > np.abs(estimate)
    return [FEW_JOURNEYS if few else WIDE if too_wide else ENOUGH for few, too_wide in zip(journeys < FEW, wide, strict=True)]


def interval_columns(credits: Credits, draws: Draws, journeys: Floats) -> dict[str, tuple[Any, Any]]:
    """Make the columns that stand beside a model's credits.

    Parameters
    ----------
    credits : Credits
    draws : Draws
    journeys : array of float, shape (n_channels,)
        Of `converting_journeys`; what follows the channels in the credits (what experiments do not explain) is in no journey.

    Returns
    -------
    dict of str to pair
        For each column its figures by channel, shape (n_channels,), and that of the conversions without a touch: the names of `COLUMNS`,
        `probability_first`, `reliability`.
    """
    conversions, value = with_unattributed(draws)
    drawn = {
        "conversions": conversions,
        "value": value,
        "share_of_conversions": shares(conversions, draws.total_conversions),
        "share_of_value": shares(value, draws.total_value),
    }
    columns: dict[str, tuple[Any, Any]] = {}
    for name, amounts in drawn.items():
        for column, end in zip(COLUMNS[name], ends(amounts), strict=True):
            columns[column] = (end[:-1], end[-1])
    columns["probability_first"] = ((ranks(draws.conversions) == 1).mean(axis=0), np.nan)
    low, high = (np.append(*columns[column]) for column in COLUMNS["conversions"])
    estimate = np.append(credits.conversions, credits.unattributed_conversions)
    met = np.full(len(credits.channels), np.nan)
    met[: len(journeys)] = journeys
    words = reliability(estimate, low, high, np.append(met, credits.unattributed_conversions))
    columns["reliability"] = (np.array(words[:-1], dtype=object), words[-1])
    return columns
