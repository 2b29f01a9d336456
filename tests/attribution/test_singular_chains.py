"""A chain counted from journeys is never singular, whole or with a channel removed, and its figures stay numbers at any weights.

Why: a state is in the chain because a journey of positive weight went through it. Every further step of that journey is a transition of
the chain with a positive probability, and the journey ends in CONVERSION or NULL. So from every state the walk ends with a positive
probability, hence surely, I - Q has the inverse 1 + Q + Q^2 + ..., and to send the visits to some states to NULL only makes it end sooner.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.chains import Chain, build_chain
from attribution.markov import Markov
from tests.attribution.oracles import Row, paths_of, solve
from tests.attribution.strategies import N_CHANNELS, journeys


def equations(chain: Chain, without: int | None = None) -> list[list[Fraction]]:
    """I - Q without rounding, over the states that do not hold a channel, and a right side of ones: the steps until the walk ends."""
    held = chain.holds(np.array([without]))[:, 0] if without is not None else np.zeros(len(chain.starts), dtype=bool)
    place = {int(state): i for i, state in enumerate(np.flatnonzero(~held))}
    matrix = [[Fraction(int(row == column)) for column in range(len(place))] + [Fraction(1)] for row in range(len(place))]
    for here, there, weight in zip(chain.here.tolist(), chain.there.tolist(), chain.weight.tolist(), strict=True):
        if here in place and there in place:
            matrix[place[here]][place[there]] -= Fraction(weight) / Fraction(chain.leaving[here])
    return matrix


@given(journeys(), st.integers(1, 5))
def test_every_walk_ends(rows: list[Row], order: int) -> None:
    """`solve` finds no pivot where a matrix is singular, and the steps until the walk ends would not be one number or more."""
    chain = build_chain(paths_of(rows, N_CHANNELS), order)
    for without in (None, *range(N_CHANNELS)):
        assert all(steps >= 1 for steps in solve(equations(chain, without)))


def test_a_chain_without_a_way_out_would_be_found() -> None:
    with pytest.raises(StopIteration):
        solve([[Fraction(1), Fraction(-1), Fraction(1)], [Fraction(-1), Fraction(1), Fraction(1)]])


weights = st.sampled_from([0, 1e-9, 1e-3, 1, 7, 1e6, 1e15])
extremes = st.builds(
    lambda path, conversions, nulls, worth: Row(tuple(path), conversions, conversions and worth, nulls),
    st.lists(st.integers(0, N_CHANNELS - 1), min_size=1, max_size=8),
    weights,
    weights,
    st.sampled_from([0, 1e-9, -1e-9, 1, -1, 1e15, -1e15]),
)


@given(st.lists(extremes, max_size=8), st.integers(1, 5))
def test_figures_stay_numbers_at_any_weights(rows: list[Row], order: int) -> None:
    """From the smallest count that a paths file may hold to the largest, side by side."""
    credits = Markov(order).credit(paths_of(rows, N_CHANNELS))
    total, size = sum(row.conversions for row in rows), sum(abs(row.value) for row in rows)
    assert np.isfinite(credits.conversions).all()
    assert np.isfinite(credits.value).all()
    assert (credits.conversions >= 0).all()
    assert credits.conversions.sum() == pytest.approx(total, rel=1e-9)
    assert credits.value.sum() == pytest.approx(sum(row.value for row in rows), rel=1e-9, abs=1e-9 * size)
    effects = credits.extra["removal_effect"]
    assert np.isnan(effects).all() if not total else ((effects >= 0) & (effects <= 1 + 1e-9)).all()
