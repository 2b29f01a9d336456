"""Which order of the Markov chain tells best, from the last touches of a journey, whether it converts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.chains import HIGHEST_ORDER, build_chain, check_order, final_states
from attribution.key_sums import alone, number_keys
from attribution.paths import Floats, Ints, Paths
from reports.report import Report, Text
from workspace.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

ORDERS = tuple(range(1, HIGHEST_ORDER + 1))


def order_table(paths: Paths, orders: Sequence[int] = ORDERS, *, folds: int = 5, seed: int = 0) -> pd.DataFrame:
    """Compare orders of the Markov chain by how well they tell journeys that convert from those that do not.

    Parameters
    ----------
    paths : Paths
    orders : sequence of int
    folds : int
        Parts into which the journeys are split, at least 2; each part is foretold from all the others. All journeys of one key go into
        the same part where the paths tell them (`Paths.keys`).
    seed : int
        Equal seeds split alike.

    Returns
    -------
    pandas.DataFrame
        One row for each order, ascending: `order`, `states`, `auc`, `penalised_auc`, `auc_out_of_sample`, `auc_standard_error` (of the
        mean over the parts), `chosen` (True in one row).

    Raises
    ------
    DataError
        All journeys convert, or none.

    Notes
    -----
    A journey that ended in state s converts, says the chain, with probability conversions(s) / (conversions(s) + nulls(s)). The AUC
    is the probability that of a journey that converted and one that did not the former has the higher one, ties counting half. `auc`
    foretells the very journeys the chain was counted from, so it grows with the order, whether there is more to know or not;
    `penalised_auc` takes a little off for that; `auc_out_of_sample` splits the journeys at random and foretells each part from the
    others, and more memory than the data can fill does not raise it.

    Chosen is the lowest order whose AUC out of sample is within one standard error of the best (the rule of Breiman et al.): an order
    more must earn its keep. Where the journeys are too few to split, order 1.

    The journeys are split, not the people, whom aggregated paths do not know; several journeys of one person may fall on both sides.

    O(n_steps) for each order, and O(folds * n_paths) random numbers.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees, 1984, section 3.4.3.

    Examples
    --------
    >>> paths = Paths(("ads", "email"), np.array([0, 1, 1, 1]), np.array([0, 2, 4]), np.array([60.0, 10]), np.zeros(2),
    ...     np.array([40.0, 90]), np.zeros(2, bool))
    >>> order_table(paths, (1, 2))[["order", "auc", "chosen"]].round(3).to_dict("list")
    {'order': [1, 2], 'auc': [0.5, 0.775], 'chosen': [False, True]}
    """
    import pandas as pd

    if not (paths.conversions.any() and paths.nulls.any()):
        raise DataError(
            "markov: the order cannot be chosen, for it takes journeys that converted and journeys that did not; give the order, for "
            "example --order 1"
        )
    # Journeys of each path and part, those that converted and those that did not.
    parts = _parts(paths, folds, seed)
    table = pd.DataFrame([_row(paths, order, *parts) for order in sorted({check_order(order) for order in orders})])
    table["chosen"] = table["order"] == _choose(table)
    return table


def _parts(paths: Paths, folds: int, seed: int) -> tuple[Floats, Floats]:
    """Deal the journeys out, all of one key into the same part, so that nobody is foretold from journeys of their own.

    Returns
    -------
    converted, failed : array of float, shape (n_paths, folds)
    """
    keys, single = paths.keys, alone(paths)
    converted, failed = _split(single.conversions, folds, seed, 0), _split(single.nulls, folds, seed, 1)
    if keys is not None and len(keys.key):
        number = number_keys(keys.key)
        part = np.random.default_rng([seed, 2]).integers(folds, size=int(number[-1]) + 1)[number]
        np.add.at(converted, (keys.path, part), keys.conversions)
        np.add.at(failed, (keys.path, part), keys.nulls)
    return converted, failed


def _row(paths: Paths, order: int, converted: Floats, failed: Floats) -> dict[str, float]:
    """Judge one order by the parts of the journeys, each of shape (n_paths, folds)."""
    state = final_states(paths, order)
    converted, failed = _by_state(state, converted), _by_state(state, failed)
    won, lost = converted.sum(axis=1), failed.sum(axis=1)
    auc = area_under_curve(_rates(won, lost), won, lost)
    mean, error = _out_of_sample(converted, failed)
    return {
        "order": order,
        "states": len(build_chain(paths, order).starts),
        "auc": auc,
        "penalised_auc": penalised_auc(auc, float(paths.conversions.sum() + paths.nulls.sum()), len(paths.channels), order),
        "auc_out_of_sample": mean,
        "auc_standard_error": error,
    }


def choose_order(paths: Paths, *, seed: int = 0) -> int:
    """Choose the order of the Markov chain; see `order_table`."""
    table = order_table(paths, seed=seed)
    return int(table.loc[table["chosen"], "order"].iloc[0])


def order_report(table: pd.DataFrame, seed: int = 0, meta: Mapping[str, Any] | None = None) -> Report:
    """Show the table of the orders to people.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `order_table`.
    seed : int
        With which it was made.
    meta : mapping or None
        What the report is to state besides.
    """
    notes = (
        Text(
            "An AUC says how often a journey that converted scores higher than one that did not, by their last touches: 50 % is chance, "
            "100 % is certainty."
        ),
        Text(
            "Out of sample, the journeys of each person or account are foretold from those of others. The lowest order within one standard "
            "error of the best is chosen: longer memory must earn its keep."
        ),
    )
    return Report("orders", Text("Order of the Markov chain"), table, notes, {**(meta or {}), "seed": seed})


def area_under_curve(score: Floats, positives: Floats, negatives: Floats) -> float:
    """Say how probable it is that a positive scores higher than a negative, ties counting half; NaN where either is missing.

    Parameters
    ----------
    score, positives, negatives : array of float, shape (n,)

    Examples
    --------
    >>> area_under_curve(np.array([0.6, 0.1]), np.array([60.0, 10.0]), np.array([40.0, 90.0]))
    0.7747252747252747
    """
    _, tie = np.unique(score, return_inverse=True)
    up, down = np.bincount(tie, weights=positives), np.bincount(tie, weights=negatives)
    whole = float(up.sum() * down.sum())
    below = np.cumsum(down) - down / 2
    return float(up @ below) / whole if whole else math.nan


def penalised_auc(auc: float, journeys: float, n_channels: int, order: int) -> float:
    """Penalise an AUC for the memory it took; NaN where there are too few journeys to say.

    Parameters
    ----------
    auc, journeys : float
    n_channels, order : int

    Notes
    -----
    1 - (1 - auc) (n - 1) / (n - p - 1), n the journeys, p the combinations of `order` channels with repetition, (n_channels + order - 1
    choose order). So ChannelAttribution 2.2.5 computes its penalised AUC, as its figures show (its manual gives no formula). p falls far
    short of the states that a chain of a high order has, so the penalty is mild. Not known where n <= p + 1.

    References
    ----------
    CRAN, ChannelAttribution, `choose_order`.

    Examples
    --------
    >>> penalised_auc(0.590991, 1000, 3, 1), penalised_auc(0.5, 4, 3, 1)
    (0.589759045180723, nan)
    """
    memory = math.comb(n_channels + order - 1, order)
    left = journeys - memory - 1
    return 1 - (1 - auc) * (journeys - 1) / left if left > 0 else math.nan


def _split(journeys: Floats, folds: int, seed: int, stream: int) -> Floats:
    """Deal the journeys of each path out at random, shape (n_paths, folds); a fraction of a journey goes to the first part."""
    chance = np.random.default_rng([seed, stream])
    whole = np.floor(journeys)
    parts = chance.multinomial(whole.astype(np.int64), np.full(folds, 1 / folds)).astype(np.float64)
    parts[:, 0] += journeys - whole
    return parts


def _by_state(state: Ints, parts: Floats) -> Floats:
    """Sum the parts of the paths that end in the same state, shape (n_states, folds)."""
    return np.stack([np.bincount(state, weights=part) for part in parts.T], axis=1)


def _rates(converted: Floats, failed: Floats) -> Floats:
    """Conversion rate of each state; of one that no journey ended in, the rate of all."""
    total = converted + failed
    overall = converted.sum() / total.sum() if total.sum() else 0.0
    rates: Floats = np.divide(converted, total, out=np.full(len(total), overall), where=total > 0)
    return rates


def _out_of_sample(converted: Floats, failed: Floats) -> tuple[float, float]:
    """Mean AUC of the parts, each foretold from the others, and its standard error; NaN where fewer than two parts hold both.

    A state that none of the other parts ended in says what they say together.
    """
    aucs = []
    for part in range(converted.shape[1]):
        others = np.arange(converted.shape[1]) != part
        score = _rates(converted[:, others].sum(axis=1), failed[:, others].sum(axis=1))
        aucs.append(area_under_curve(score, converted[:, part], failed[:, part]))
    known = np.array([auc for auc in aucs if not math.isnan(auc)])
    if len(known) < 2:
        return math.nan, math.nan
    return float(known.mean()), float(known.std(ddof=1) / math.sqrt(len(known)))


def _choose(table: pd.DataFrame) -> int:
    orders, aucs, errors = (table[name].to_numpy() for name in ("order", "auc_out_of_sample", "auc_standard_error"))
    if np.isnan(aucs).all():
        return int(orders[0])
    best = int(np.nanargmax(aucs))
    return int(orders[aucs >= aucs[best] - errors[best]][0])
