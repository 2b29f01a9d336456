"""The closed form of the Shapley value against its definition over all coalitions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from attribution.shapley import Shapley
from tests.attribution import oracles
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, journeys

O, F, D = 0, 1, 2  # noqa: E741 (Online, Facebook, Direct)
WORTH = {(): 0, (O,): 7, (F,): 6, (D,): 4, (O, F): 15, (O, D): 7, (F, D): 9, (O, F, D): 19}
"""Worth of every coalition in the README of DP6/Marketing-Attribution-Models."""


def test_definition_on_the_readme_example() -> None:
    worth = {frozenset(coalition): Fraction(v) for coalition, v in WORTH.items()}
    assert oracles.shapley(worth, 3) == [Fraction(23, 3), Fraction(49, 6), Fraction(19, 6)]


def test_closed_form_on_the_readme_example() -> None:
    """Each set of channels brings its worth less what its subsets bring: 7, 6, 4, 15-13, 7-11, 9-10, 19-13."""
    brought = {(O,): 7, (F,): 6, (D,): 4, (O, F): 2, (O, D): -4, (F, D): -1, (O, F, D): 5}
    assert sum(brought.values()) == WORTH[O, F, D]
    credits = Shapley().credit(paths_of([Row(path, 1, value) for path, value in brought.items()], 3))
    assert credits.value == pytest.approx([7.6667, 8.1667, 3.1667], abs=5e-5)
    assert credits.value == pytest.approx([23 / 3, 49 / 6, 19 / 6], rel=1e-14)


@given(journeys())
def test_closed_form_equals_the_definition(rows: list[Row]) -> None:
    defined = oracles.shapley(oracles.subset_worth(rows, N_CHANNELS), N_CHANNELS)
    credits = Shapley().credit(paths_of(rows, N_CHANNELS))
    assert credits.conversions == pytest.approx([float(v) for v in defined], rel=1e-12)


def test_order_and_repeats_change_nothing() -> None:
    once = Shapley().credit(paths_of([Row((0, 1, 2), 6, 30)], 3))
    often = Shapley().credit(paths_of([Row((2, 0, 0, 1, 2, 0), 6, 30)], 3))
    assert once.conversions.tolist() == often.conversions.tolist() == [2, 2, 2]
    assert once.value.tolist() == often.value.tolist() == [10, 10, 10]
