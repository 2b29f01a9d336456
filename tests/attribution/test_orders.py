"""The choice of the order: the AUC against its definition over pairs of journeys, the choice on journeys of a known order."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.orders import area_under_curve, choose_order, order_report, order_table, penalised_auc
from attribution.paths import Keys, Paths
from tests.attribution import chain_oracles
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, journeys
from workspace.errors import DataError, UsageError


def auc_by_pairs(rows: list[Row], order: int) -> float:
    """Every journey that converted against every one that did not."""
    ends = [chain_oracles.states_of(row.path, order)[-1] for row in rows]
    rates = {}
    for end in ends:
        alike = [row for row, other in zip(rows, ends, strict=True) if other == end]
        total = sum(row.conversions + row.nulls for row in alike)
        rates[end] = sum(row.conversions for row in alike) / total if total else 0
    won = pairs = 0.0
    for up, row in zip(ends, rows, strict=True):
        for down, other in zip(ends, rows, strict=True):
            pairs += row.conversions * other.nulls
            won += row.conversions * other.nulls * ((rates[up] > rates[down]) + (rates[up] == rates[down]) / 2)
    return won / pairs


@settings(deadline=None)
@given(journeys(min_size=1), st.integers(0, 9))
def test_auc_is_that_of_all_pairs(rows: list[Row], seed: int) -> None:
    paths = paths_of(rows, N_CHANNELS)
    if not (paths.conversions.any() and paths.nulls.any()):
        with pytest.raises(DataError, match="the order cannot be chosen, for it takes journeys that converted and journeys that did not"):
            order_table(paths)
        return
    table = order_table(paths, seed=seed)
    assert table["auc"].tolist() == pytest.approx([auc_by_pairs(rows, order) for order in range(1, 6)], rel=1e-12)
    met = [row for row in rows if row.conversions + row.nulls]
    states = [{state for row in met for state in chain_oracles.states_of(row.path, order)} for order in range(1, 6)]
    assert table["states"].tolist() == [len(found) for found in states]
    assert table["chosen"].sum() == 1


def test_penalised_auc_is_that_of_channel_attribution() -> None:
    """Figures printed by ChannelAttribution 2.2.5 `choose_order` on 1,000 journeys over 3 channels, and on 3,000 over 5."""
    printed = [(0.590991, 0.589759), (0.726439, 0.724786), (0.808714, 0.806780), (0.881278, 0.879468)]
    assert [penalised_auc(auc, 1000, 3, order + 1) for order, (auc, _) in enumerate(printed)] == pytest.approx(
        [seen for _, seen in printed], abs=1e-6
    )
    printed = [(0.558943, 0.558206), (0.645931, 0.644151), (0.744675, 0.741660), (0.870780, 0.867692)]
    assert [penalised_auc(auc, 3000, 5, order + 1) for order, (auc, _) in enumerate(printed)] == pytest.approx(
        [seen for _, seen in printed], abs=1e-6
    )


def made(order: int, *, n: int = 20_000, seed: int = 4) -> Paths:
    """Journeys over 3 channels that convert by their last `order` touches alone."""
    rng = np.random.default_rng(seed)
    rates = rng.uniform(0.05, 0.9, size=(3,) * order)
    counts: dict[tuple[int, ...], list[int]] = {}
    for _ in range(n):
        path = tuple(rng.integers(0, 3, rng.integers(order, 7)).tolist())
        counts.setdefault(path, [0, 0])[int(rng.random() >= rates[path[-order:]])] += 1
    return paths_of([Row(path, won, 0, lost) for path, (won, lost) in counts.items()], 3)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_order_that_made_the_journeys_is_chosen(order: int) -> None:
    table = order_table(made(order))
    assert table.loc[table["chosen"], "order"].tolist() == [order] == [choose_order(made(order))]
    assert (np.diff(table["auc"]) > 0).all()  # in sample, the longest memory always looks best


def test_where_nothing_can_be_told_only_the_auc_in_sample_promises() -> None:
    rng = np.random.default_rng(9)
    rows = [Row(tuple(rng.integers(0, 3, rng.integers(1, 6)).tolist()), int(won), 0, int(not won)) for won in rng.random(4_000) < 0.3]
    table = order_table(paths_of(rows, 3))
    assert table["auc"].iloc[-1] > 0.6
    assert table["auc_out_of_sample"].tolist() == pytest.approx([0.5] * 5, abs=0.05)


def test_a_seed_splits_alike_and_leaves_the_global_generator_alone() -> None:
    paths = made(2, n=500)
    before = np.random.get_state()[1].tolist()  # type: ignore[index, union-attr]
    one, same, other = (order_table(paths, (1, 2), seed=seed) for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one["auc_out_of_sample"].equals(other["auc_out_of_sample"])
    assert one["auc"].equals(other["auc"])
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index, union-attr]


def test_nobody_is_foretold_from_journeys_of_their_own() -> None:
    """81 people, each twice along a path of their own, some converting both times: who they are says all, and nothing of anyone else."""
    every = list(itertools.product(range(3), repeat=4))
    won = np.random.default_rng(3).random(len(every)) < 0.5
    paths = paths_of([Row(path, 2.0 * good, 0, 2.0 * (not good)) for path, good in zip(every, won, strict=True)], 3)
    place = np.repeat(np.arange(len(every)), 2)
    good = (paths.conversions > 0)[place].astype(float)
    squares = np.stack([paths.conversions, np.zeros(len(every)), np.zeros(len(every))], axis=1)
    keys = Keys(place, place, good, np.zeros(len(place)), 1 - good, squares, np.zeros(3))
    apart = order_table(paths, (4,))
    together, again = (order_table(dataclasses.replace(paths, keys=keys), (4,)) for _ in range(2))
    assert apart["auc_out_of_sample"].item() > 0.75
    assert together["auc_out_of_sample"].item() == 0.5
    assert together.equals(again)
    assert together["auc"].item() == apart["auc"].item() == 1


def test_too_few_journeys_to_split_give_order_1() -> None:
    table = order_table(paths_of([Row((0, 1), 1), Row((1, 1), nulls=1)], 2))
    assert table[["order", "states", "auc"]].values.tolist() == [[1, 2, 0.5], [2, 2, 1], [3, 2, 1], [4, 2, 1], [5, 2, 1]]
    assert table["auc_out_of_sample"].isna().all()
    assert table["penalised_auc"].isna().all()
    assert table["chosen"].tolist() == [True, False, False, False, False]


def test_parts_of_journeys_are_kept() -> None:
    table = order_table(paths_of([Row((0,), 30.5, 0, 9.25), Row((1,), 9.25, 0, 30.5)], 2), (1,))
    rate = 30.5 / 39.75
    assert table["auc"].tolist() == pytest.approx([rate])


def test_area_without_one_side_is_not_known() -> None:
    assert math.isnan(area_under_curve(np.array([0.5]), np.array([3.0]), np.zeros(1)))


def test_orders_are_checked_and_sorted() -> None:
    assert order_table(made(1, n=200), (3, 1, 3))["order"].tolist() == [1, 3]
    with pytest.raises(UsageError, match="a chain of order 9 cannot be made"):
        order_table(made(1, n=200), (9,))


def test_report_of_the_orders() -> None:
    table = order_table(made(1, n=200), (1, 2), seed=3)
    report = order_report(table, 3)
    assert report.frame is table
    assert list(table.columns) == ["order", "states", "auc", "penalised_auc", "auc_out_of_sample", "auc_standard_error", "chosen"]
    assert report.meta == {"seed": 3}
