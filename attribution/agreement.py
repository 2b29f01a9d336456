"""How much the answer depends on the model: how alike models rank the channels, and how far their shares lie apart."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from attribution.calibration import NOT_EXPLAINED
from attribution.models import find_model
from attribution.paths import Credits, Floats, Ints
from workspace.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

FACTOR, POINT, APART = 2.0, 0.01, 0.10
"""A channel depends on the model where its highest share is `FACTOR` times its lowest and a `POINT` above it, or `APART` above it."""
DIGITS = 12
"""Shares that are equal to so many decimals are equal: beyond, there is but rounding."""
MOST_PAIRS = 50
"""Of channels that change places, so many pairs are listed."""
BLOCK = 256
"""So many channels are compared with all others at a time."""


def shares_by_model(credits: Mapping[str, Credits]) -> pd.DataFrame:
    """Say which share of all conversions each model credits each channel with.

    Parameters
    ----------
    credits : mapping of str to Credits
        By the model's name, of the same channels.

    Returns
    -------
    pandas.DataFrame
        One row for each channel that any of the models credits, one column for each model that splits conversions: `participation`,
        which counts them several times, is left out, and so is what experiments leave unexplained.

    Raises
    ------
    UsageError
        There are fewer than two such models.

    Examples
    --------
    >>> one, other = (Credits(("ads", "email", "fax"), np.array(c), np.zeros(3), 1.0) for c in ([2.0, 1.0, 0.0], [1.0, 2.0, 0.0]))
    >>> shares_by_model({"first": one, "last": other}).to_dict("list")
    {'first': [0.5, 0.25], 'last': [0.25, 0.5]}
    """
    import pandas as pd

    split = {model: each for model, each in credits.items() if find_model(model).conserves}
    if len(split) < 2:
        raise UsageError("--agreement compares models that split conversions, and needs two of them; add --model first --model last")
    columns = {}
    for model, each in split.items():
        total = float(each.conversions.sum()) + each.unattributed_conversions
        columns[model] = np.round(each.conversions / total, DIGITS) if total else np.zeros(len(each.conversions))
    table = pd.DataFrame(columns, index=pd.Index(next(iter(split.values())).channels, name="channel"))
    return table[(table != 0).any(axis=1) & (table.index != NOT_EXPLAINED)]


def pairs_of_models(shares: pd.DataFrame) -> pd.DataFrame:
    """Compare the ranks that two models give to the channels, every pair of models.

    Parameters
    ----------
    shares : pandas.DataFrame
        Of `shares_by_model`.

    Returns
    -------
    pandas.DataFrame
        `model, compared_with, kendall_tau, spearman_rho`, the least alike first. 1 is the same order, -1 the reverse. Not known where a
        model gives all channels the same, or there are fewer than two.

    Notes
    -----
    Tau-b and rho with mean ranks, both of which know ties. (1 - tau) / 2 is, without ties, the share of pairs of channels that stand the
    other way round.

    References
    ----------
    M. G. Kendall, The treatment of ties in ranking problems, Biometrika 33 (1945).
    """
    import pandas as pd
    from scipy.stats import kendalltau, spearmanr

    rows: list[tuple[str, str, float, float]] = []
    for one, other in itertools.combinations(shares.columns, 2):
        x, y = shares[one].to_numpy(), shares[other].to_numpy()
        told = len(x) > 1 and np.ptp(x) > 0 and np.ptp(y) > 0
        both = (kendalltau(x, y).statistic, spearmanr(x, y).statistic) if told else (np.nan, np.nan)
        rows.append((one, other, *both))
    table = pd.DataFrame(rows, columns=["model", "compared_with", "kendall_tau", "spearman_rho"])
    return table.sort_values("kendall_tau", kind="stable", ignore_index=True)


def ranges(shares: pd.DataFrame) -> pd.DataFrame:
    """Say between which shares and ranks the models put each channel.

    Returns
    -------
    pandas.DataFrame
        `channel, lowest_share, lowest_by, highest_share, highest_by, best_rank, worst_rank, depends_on_model`: the models are lists, for
        several may give the same; equal shares have the better rank. The channel with the highest share stands first.
    """
    import pandas as pd

    table = shares.to_numpy()
    if not len(table):
        return pd.DataFrame(columns=[*RANGES])
    low, high = table.min(axis=1), table.max(axis=1)
    ranks = shares.rank(ascending=False, method="min").astype(int).to_numpy()
    frame = pd.DataFrame(
        {
            "channel": shares.index,
            "lowest_share": low,
            "lowest_by": _models_at(shares, low),
            "highest_share": high,
            "highest_by": _models_at(shares, high),
            "best_rank": ranks.min(axis=1),
            "worst_rank": ranks.max(axis=1),
            "depends_on_model": (high - low >= POINT) & ((high >= FACTOR * low) | (high - low >= APART)),
        }
    )
    return frame.iloc[np.lexsort((frame["channel"], -high))].reset_index(drop=True)


RANGES = (
    "channel", "lowest_share", "lowest_by", "highest_share", "highest_by", "best_rank", "worst_rank", "depends_on_model",
)  # fmt: skip
"""Columns of `ranges`."""


def changed_places(shares: pd.DataFrame, most: int | None = MOST_PAIRS) -> tuple[pd.DataFrame, int, int]:
    """List the pairs of channels of which it depends on the model which one stands before the other.

    Parameters
    ----------
    shares : pandas.DataFrame
    most : int or None
        How many pairs are listed; None for all.

    Returns
    -------
    frame : pandas.DataFrame
        `channel, compared_with, ahead_by, ahead_most, behind_by, behind_most`: the models that put the channel before the other and by how
        much at most, and those that put it behind. `channel` is the one that stands before on the mean. The pair of which both leads are
        largest stands first.
    changed, pairs : int
        How many pairs change places, and how many there are.

    Notes
    -----
    O(n_channels^2 n_models).
    """
    import pandas as pd

    order = np.lexsort((shares.index, -shares.mean(axis=1).round(DIGITS)))
    names, table = [shares.index[place] for place in order], shares.to_numpy()[order]
    found, changed = _changed(table, most)
    rows = []
    for one, other in found.tolist():
        lead = table[one] - table[other]
        rows.append(
            {
                "channel": names[one],
                "compared_with": names[other],
                "ahead_by": [model for model, by in zip(shares.columns, lead, strict=True) if by > 0],
                "ahead_most": lead.max(),
                "behind_by": [model for model, by in zip(shares.columns, lead, strict=True) if by < 0],
                "behind_most": -lead.min(),
            }
        )
    columns = ["channel", "compared_with", "ahead_by", "ahead_most", "behind_by", "behind_most"]
    return pd.DataFrame(rows, columns=columns), changed, len(table) * (len(table) - 1) // 2


def _changed(table: Floats, most: int | None) -> tuple[Ints, int]:
    """Find the pairs of rows that change places, a few rows at a time.

    Returns
    -------
    pairs : array of int, shape (n_listed, 2)
        Those of which the smaller of both leads is largest, that first.
    changed : int
        How many there are in all.
    """
    changed, pairs, swaps = 0, np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    for begin in range(0, len(table), BLOCK):
        rows = table[begin : begin + BLOCK]
        ahead, behind = (np.full((len(rows), len(table)), -np.inf) for _ in range(2))
        for some, every in zip(rows.T, table.T, strict=True):
            lead = some[:, None] - every
            np.maximum(ahead, lead, out=ahead)
            np.maximum(behind, -lead, out=behind)
        swap = np.minimum(ahead, behind).round(DIGITS)
        one, other = np.nonzero(np.triu(swap > 0, begin + 1))
        changed += len(one)
        pairs = np.concatenate([pairs, np.column_stack([one + begin, other])])
        swaps = np.concatenate([swaps, swap[one, other]])
        best = np.lexsort((pairs[:, 1], pairs[:, 0], -swaps))[:most]
        pairs, swaps = pairs[best], swaps[best]
    return pairs, changed


def _models_at(shares: pd.DataFrame, amounts: Floats) -> list[list[str]]:
    """List for each channel the models that give it just so much."""
    return [[shares.columns[int(place)] for place in np.flatnonzero(row)] for row in shares.to_numpy() == amounts[:, None]]
