"""Chains of any order against hand-worked ones and against removal of each channel in turn, without rounding."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import chains, removal
from attribution.chains import build_chain, final_states, number_distinct
from attribution.markov import Markov
from attribution.removal import lost_without
from tests.attribution import chain_oracles, oracles
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, journeys
from workspace.errors import DataError, UsageError

orders = st.integers(1, 5)
A, B = 0, 1

# A > B > A converts; A > B converts once and once not; B > A does not; B converts.
FIVE = [Row((A, B, A), 1, 30), Row((A, B), 1, 10, 1), Row((B, A), nulls=1), Row((B,), 1, 20)]


def test_states_of_order_2_worked_by_hand() -> None:
    chain = build_chain(paths_of(FIVE, 2), 2)
    assert chain.steps.tolist() == [[-1, B], [A, B], [B, A]]
    assert chain.starts.tolist() == [1, 3, 1]
    assert (chain.here.tolist(), chain.there.tolist(), chain.weight.tolist()) == ([1], [2], [1])
    assert chain.ends.tolist() == [[1, 20, 0, 0], [1, 10, 0, 1], [1, 30, 0, 1]]
    assert chain.visits.tolist() == chain.leaving.tolist() == [1, 3, 2]


def test_order_2_worked_by_hand() -> None:
    """Five journeys, three convert: P = .6.

    From START: B alone 1/5, AB 3/5, BA 1/5. From AB: a conversion 1/3, null 1/3, BA 1/3. From BA: a conversion 1/2, null 1/2.
    B alone always converts. P = 1/5 + 3/5 (1/3 + 1/3 x 1/2) + 1/5 x 1/2 = .2 + .3 + .1 = .6.
    Without A only B alone is left: P = .2, RE = 2/3. Without B nothing is left: RE = 1. Credit 3 x (2/3, 1) / (5/3) = (1.2, 1.8).
    By value: B alone brings 20, AB 10, BA 30. E = .2 x 20 + .6 (10/3 + 1/3 x 15) + .2 x 15 = 4 + 5 + 3 = 12 = 60/5.
    Without A 4, RE = 2/3; credit 60 x (2/5, 3/5). Order 1 says otherwise: there B > A > conversion is a way from B alone.
    """
    credits = Markov(2).credit(paths_of(FIVE, 2))
    assert credits.diagnostics == {"conversion_probability": 0.6}
    assert credits.extra["removal_effect"] == pytest.approx([2 / 3, 1], rel=1e-14)
    assert credits.extra["removal_effect_value"] == pytest.approx([2 / 3, 1], rel=1e-14)
    assert credits.conversions == pytest.approx([1.2, 1.8], rel=1e-14)
    assert credits.value == pytest.approx([24, 36], rel=1e-14)
    assert Markov(1).credit(paths_of(FIVE, 2)).conversions != pytest.approx([1.2, 1.8], rel=1e-3)


def test_consecutive_equal_states_are_one() -> None:
    """A A A A B, order 2: AA, then AB. Two A alone are AA too; one is a state of its own."""
    chain = build_chain(paths_of([Row((A, A, A, A, B), 1), Row((A, A), 1), Row((A,), nulls=1)], 2), 2)
    assert chain.steps.tolist() == [[-1, A], [A, A], [A, B]]
    assert chain.starts.tolist() == [1, 2, 0]
    assert (chain.here.tolist(), chain.there.tolist(), chain.weight.tolist()) == ([1], [2], [1])
    assert chain.ends[:, [0, 3]].tolist() == [[0, 1], [1, 0], [1, 0]]


def worked(rows: list[Row], order: int, *, value: bool) -> tuple[object, object]:
    credit, effects = chain_oracles.markov(rows, N_CHANNELS, order, value=value)
    return (
        pytest.approx([float(c) for c in credit], rel=1e-11, abs=1e-9 if value else 0),
        pytest.approx([float(e) for e in effects], rel=1e-11, abs=1e-9 if value else 0),
    )


@settings(deadline=None)
@given(journeys(signed=True), orders)
def test_equals_removal_of_each_channel_in_turn(rows: list[Row], order: int) -> None:
    credits = Markov(order).credit(paths_of(rows, N_CHANNELS))
    credit, effects = worked(rows, order, value=False)
    assert credits.conversions == credit
    if any(row.conversions for row in rows):
        assert credits.extra["removal_effect"] == effects
    credit, effects = worked(rows, order, value=True)
    assert credits.value == credit
    if sum(row.value for row in rows):
        assert credits.extra["removal_effect_value"] == effects


@settings(deadline=None)
@given(journeys(min_size=1), orders)
def test_the_chain_brings_what_the_journeys_brought(rows: list[Row], order: int) -> None:
    total = sum(row.conversions + row.nulls for row in rows)
    if total:
        chain = chain_oracles.chain_of(rows, order)
        for value in (False, True):
            for worth, whole in chain_oracles.worths(rows, order, value=value):
                assert chain_oracles.expected(chain, worth) == whole / total


@settings(deadline=None)
@given(journeys(signed=True))
def test_order_1_equals_the_closed_form(rows: list[Row]) -> None:
    paths = paths_of(rows, N_CHANNELS)
    lost, closed = lost_without(build_chain(paths, 1)), Markov().credit(paths)
    if any(row.conversions for row in rows):
        assert lost[:, 0] / paths.conversions.sum() == pytest.approx(closed.extra["removal_effect"], rel=1e-12, abs=0)
    if paths.value.sum():
        assert lost[:, 1:].sum(axis=1) / paths.value.sum() == pytest.approx(closed.extra["removal_effect_value"], rel=1e-11, abs=1e-11)


@settings(deadline=None)
@given(journeys(), orders)
def test_staying_in_a_state_changes_nothing(rows: list[Row], order: int) -> None:
    """The chain that counts A A A A as AA > AA > AA has the same removal effects, exactly."""
    (worth, _), *_ = chain_oracles.worths(rows, order, value=False)
    staying, moving = (chain_oracles.chain_of(rows, order, collapse=collapse) for collapse in (False, True))
    if moving:
        for code in range(N_CHANNELS):
            assert chain_oracles.expected(staying, worth, code) == chain_oracles.expected(moving, worth, code)


@settings(deadline=None)
@given(journeys(), st.integers(2, 5))
def test_a_chain_as_long_as_the_journeys_knows_each_by_itself(rows: list[Row], order: int) -> None:
    """Then a removal effect is the share of the conversions whose journeys met the channel."""
    rows = [dataclasses.replace(row, path=row.path[:order]) for row in rows]
    total = sum(row.conversions for row in rows)
    if total:
        met = [sum(row.conversions for row in rows if code in row.path) / total for code in range(N_CHANNELS)]
        assert Markov(order).credit(paths_of(rows, N_CHANNELS)).extra["removal_effect"] == pytest.approx(met, rel=1e-12)


@settings(deadline=None)
@given(journeys(), orders)
def test_final_states_are_those_of_the_chain(rows: list[Row], order: int) -> None:
    number = final_states(paths_of(rows, N_CHANNELS), order)
    ends = [chain_oracles.states_of(row.path, order)[-1] for row in rows]
    assert [[a == b for b in number] for a in number] == [[a == b for b in ends] for a in ends]


def to_and_fro(touches: int) -> list[Row]:
    """A visitor who goes to and fro between two channels, ordinary journeys, and a way from one into the other."""
    return [Row((0, 1) * (touches // 2), nulls=1), Row((2, 0, 1), 1, 5, 3), Row((0, 1, 2), 1, 7), Row((1, 0, 3), 2, 9, 2), Row((2,), 1, 1)]


@pytest.mark.parametrize("order", [1, 3])
@pytest.mark.parametrize("dense", [0, 1_000])
def test_a_visitor_with_ten_thousand_touches(order: int, dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow to settle step by step: solved exactly where the chain is small, by GMRES where it is large."""
    monkeypatch.setattr(removal, "DENSE", dense)
    rows = to_and_fro(10_000)
    chain = build_chain(paths_of(rows, 4), order)
    lost = lost_without(chain)
    _, effects = chain_oracles.markov(rows, 4, order)
    _, of_value = chain_oracles.markov(rows, 4, order, value=True)
    assert lost[:, 0] / 5 == pytest.approx([float(e) for e in effects], rel=1e-12 if dense else 1e-9)
    assert lost[:, 1] / 22 == pytest.approx([float(e) for e in of_value], rel=1e-12 if dense else 1e-9)


def test_a_chain_that_does_not_settle_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "DENSE", 0)
    monkeypatch.setattr(removal, "_exceeds", lambda under_way, *_: np.ones(len(under_way), bool))
    with pytest.raises(DataError, match="does not settle, for some journeys go to and fro too often; ask for a lower order"):
        Markov(2).credit(paths_of(FIVE, 2))


def test_channels_are_solved_for_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = to_and_fro(10)
    whole = lost_without(build_chain(paths_of(rows, 4), 3))
    monkeypatch.setattr(removal, "BLOCK", 1)
    assert lost_without(build_chain(paths_of(rows, 4), 3)).tolist() == whole.tolist()


@pytest.mark.parametrize("order", range(1, 6))
def test_tiny_probabilities_keep_their_digits(order: int) -> None:
    rows = [
        Row((0, 1, 2, 3), 1, 1e-9),
        Row((0, 1, 2), nulls=1e15),
        Row((3, 1, 0), 1, 3.0, 1e3),
        Row((1, 2) * 30, 1e-9, 1e-12, 1e3),
        Row((2, 4, 2, 4, 1), 0, 0, 1e-6),
        Row((4, 0, 1), 1e-7, 5.0),
    ]
    credits = Markov(order).credit(paths_of(rows, 5))
    credit, effects = chain_oracles.markov(rows, 5, order)
    assert credits.conversions == pytest.approx([float(c) for c in credit], rel=1e-11, abs=0)
    assert credits.extra["removal_effect"] == pytest.approx([float(e) for e in effects], rel=1e-11, abs=0)


@pytest.mark.parametrize("order", range(2, 6))
def test_without_journeys_or_conversions(order: int) -> None:
    nothing = Markov(order).credit(paths_of([Row((0, 1))], 2, rest=5))
    assert (nothing.conversions.tolist(), nothing.unattributed_conversions, nothing.diagnostics) == ([0, 0], 5, {})
    nulls = Markov(order).credit(paths_of([Row((0, 1, 0), nulls=3)], 2))
    assert nulls.conversions.tolist() == nulls.value.tolist() == [0, 0]
    assert np.isnan(nulls.extra["removal_effect"]).all()
    assert nulls.diagnostics == {"conversion_probability": 0.0}


@pytest.mark.parametrize("name", ["START", "(start)", "(conversion)", "NULL", "ads > email", ""])
def test_a_channel_named_like_a_state_is_a_channel(name: str) -> None:
    paths = paths_of(FIVE, 2)
    named = dataclasses.replace(paths, channels=(name, "ads"))
    assert Markov(2).credit(named).conversions.tolist() == Markov(2).credit(paths).conversions.tolist()


@pytest.mark.parametrize("order", [0, 6, -1, 1.5, True, "auto"])
def test_other_orders_are_refused(order: int) -> None:
    with pytest.raises(UsageError, match=f"a chain of order {order} cannot be made; give a whole number from 1 to 5"):
        Markov(order)


def test_too_many_channels_are_refused() -> None:
    many = dataclasses.replace(paths_of(FIVE, 7_000), direct=np.zeros(7_000, bool))
    assert Markov(4).credit(many).conversions[:2].sum() == pytest.approx(3)
    with pytest.raises(
        DataError, match="7000 channels are too many for a chain of order 5; ask for a lower order, or for the credit of fam"
    ):
        Markov(5).credit(many)


def test_too_many_states_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "MOST", 5)
    with pytest.raises(DataError, match="2 channels make 3 states of order 2, too many to solve; ask for a lower order"):
        Markov(2).credit(paths_of(FIVE, 2))


def test_a_chain_that_strays_from_the_journeys_is_a_bug() -> None:
    chain = build_chain(paths_of(FIVE, 2), 2)
    with pytest.raises(AssertionError, match="journeys get lost in the states"):
        lost_without(dataclasses.replace(chain, weight=chain.weight * (1 + 1e-8)))


def test_a_channel_that_no_journey_met_loses_nothing() -> None:
    lost = lost_without(build_chain(paths_of([Row((3, 1), 2, 8), Row((0, 2))], 5), 2))
    assert lost.tolist() == [[0, 0, 0], [2, 8, 0], [0, 0, 0], [2, 8, 0], [0, 0, 0]]


@settings(deadline=None)
@given(st.lists(st.integers(0, 200), max_size=40), st.sampled_from([201, 10**15]))
def test_numbering_is_that_of_a_sort(keys: list[int], size: int) -> None:
    distinct, number = number_distinct(np.array(keys, dtype=np.int64), size)
    assert distinct.tolist() == sorted(set(keys))
    assert distinct[number].tolist() == keys


def test_states_beyond_the_table_are_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    """200 channels, order 3: 8 million conceivable states, some hundred met."""
    rng = np.random.default_rng(3)
    rows = [Row(tuple(rng.integers(0, 200, rng.integers(1, 7)).tolist()), 1, 2, 1) for _ in range(60)]
    credits = Markov(3).credit(paths_of(rows, 200))
    short = number_distinct
    monkeypatch.setattr(chains, "number_distinct", lambda keys, size: short(keys, 2**62))
    assert Markov(3).credit(paths_of(rows, 200)).conversions.tolist() == credits.conversions.tolist()
    assert credits.conversions.sum() == pytest.approx(60)


def test_the_oracles_agree_on_order_1() -> None:
    rows = to_and_fro(6)
    assert chain_oracles.markov(rows, 4, 1) == oracles.markov(rows, 4)
