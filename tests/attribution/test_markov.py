"""The exact Markov model against hand-worked chains and against removal of each channel in turn, without rounding."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution import markov as module
from attribution.markov import Markov, absorbing_inverse
from tests.attribution import oracles
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, journeys


def test_classic_example_of_three_channels() -> None:
    """c1 > c2 > c3 converts; c1 does not; c2 > c3 does not. Anderl et al. 2016, as every tutorial retells it."""
    credits = Markov().credit(paths_of([Row((0, 1, 2), 1), Row((0,), nulls=1), Row((1, 2), nulls=1)], 3))
    assert credits.diagnostics == {"conversion_probability": pytest.approx(1 / 3, rel=1e-15)}
    assert credits.extra["removal_effect"] == pytest.approx([0.5, 1, 1], rel=1e-14)
    assert credits.conversions == pytest.approx([0.2, 0.4, 0.4], rel=1e-14)


# G converts twice, M once, G > M once; G once does not.
TWO_CHANNELS = [Row((0,), 2, 20, 1), Row((1,), 1, 30), Row((0, 1), 1, 50)]


def test_two_channels_by_conversions() -> None:
    """P = .8; without G only M converts, .2; without M, G alone, .4."""
    credits = Markov().credit(paths_of(TWO_CHANNELS, 2))
    assert credits.diagnostics == {"conversion_probability": 0.8}
    assert credits.extra["removal_effect"] == pytest.approx([0.75, 0.5], rel=1e-14)
    assert credits.conversions == pytest.approx([2.4, 1.6], rel=1e-14)


def test_two_channels_by_value() -> None:
    """A conversion from G is worth 20/2 = 10, from M 80/2 = 40.

    M brings 40, G .5 x 10 + .25 x 40 = 15, a journey .8 x 15 + .2 x 40 = 20; without G 8, without M .8 x 5 = 4.
    """
    credits = Markov().credit(paths_of(TWO_CHANNELS, 2))
    assert credits.extra["removal_effect_value"] == pytest.approx([0.6, 0.8], rel=1e-14)
    assert credits.value == pytest.approx([100 * 0.6 / 1.4, 100 * 0.8 / 1.4], rel=1e-14)


@given(journeys())
def test_equals_removal_of_each_channel_in_turn(rows: list[Row]) -> None:
    credits = Markov().credit(paths_of(rows, N_CHANNELS))
    credit, effects = oracles.markov(rows, N_CHANNELS)
    assert credits.conversions == pytest.approx([float(c) for c in credit], rel=1e-12)
    if any(row.conversions for row in rows):
        assert credits.extra["removal_effect"] == pytest.approx([float(e) for e in effects], rel=1e-12)
    else:
        assert np.isnan(credits.extra["removal_effect"]).all()


@given(journeys(signed=True))
def test_value_equals_removal_of_each_channel_in_turn(rows: list[Row]) -> None:
    credits = Markov().credit(paths_of(rows, N_CHANNELS))
    credit, effects = oracles.markov(rows, N_CHANNELS, value=True)
    assert credits.value == pytest.approx([float(c) for c in credit], rel=1e-11, abs=1e-9)
    if sum(row.value for row in rows):
        assert credits.extra["removal_effect_value"] == pytest.approx([float(e) for e in effects], rel=1e-11, abs=1e-9)
    else:
        assert np.isnan(credits.extra["removal_effect_value"]).all()


@given(journeys())
def test_consecutive_repeats_change_nothing(rows: list[Row]) -> None:
    """The chain with self-loops and the chain without have the same removal effects, exactly."""
    assert oracles.markov(rows, N_CHANNELS, collapse=False) == oracles.markov(rows, N_CHANNELS, collapse=True)
    stuttering = [Row(tuple(code for code in row.path for _ in range(3)), row.conversions, row.value, row.nulls) for row in rows]
    once, thrice = Markov().credit(paths_of(rows, N_CHANNELS)), Markov().credit(paths_of(stuttering, N_CHANNELS))
    assert once.conversions.tolist() == thrice.conversions.tolist()
    assert once.value.tolist() == thrice.value.tolist()


@given(journeys(min_size=1))
def test_the_chain_converts_as_often_as_the_journeys_did(rows: list[Row]) -> None:
    chain = oracles.chain_of(rows, collapse=True)
    total = sum(row.conversions + row.nulls for row in rows)
    if total:
        worth, conversions = oracles.conversion_worth(rows)
        assert oracles.expected(chain, worth) == conversions / total


def test_tiny_probabilities_keep_their_digits() -> None:
    """A conversion in 10^15 journeys, a channel met once in 10^12, two channels that hand a visitor to and fro 1,000 times."""
    rows = [
        Row((0, 1, 2), 1, 1e-9),
        Row((0,), nulls=1e15),
        Row((3, 1), 1, 3.0, 1e3),
        Row((1, 2) * 1000, 1e-9, 1e-12, 1e3),
        Row((2, 4), 0, 0, 1e-6),
        Row((4, 0), 1e-7, 5.0),
    ]
    credits = Markov().credit(paths_of(rows, 5))
    for value, seen, effects in (
        (False, credits.conversions, credits.extra["removal_effect"]),
        (True, credits.value, credits.extra["removal_effect_value"]),
    ):
        credit, effect = oracles.markov(rows, 5, value=value)
        assert seen == pytest.approx([float(c) for c in credit], rel=1e-12, abs=0)
        assert effects == pytest.approx([float(e) for e in effect], rel=1e-12, abs=0)


def test_without_conversions_there_is_nothing_to_credit() -> None:
    credits = Markov().credit(paths_of([Row((0, 1), nulls=3)], 2))
    assert credits.conversions.tolist() == [0, 0]
    assert credits.value.tolist() == [0, 0]
    assert np.isnan(credits.extra["removal_effect"]).all()
    assert credits.diagnostics == {"conversion_probability": 0.0}


def test_without_journeys_the_probability_is_not_known() -> None:
    credits = Markov().credit(paths_of([], 2, rest=5))
    assert credits.conversions.tolist() == [0, 0]
    assert (credits.unattributed_conversions, credits.unattributed_value) == (5, 50)
    assert credits.diagnostics == {}


def test_one_channel_gets_everything() -> None:
    credits = Markov().credit(paths_of([Row((0,), 3, 12, 7), Row((0, 0), 1, 5)], 1))
    assert credits.conversions == pytest.approx([4], rel=1e-15)
    assert credits.value == pytest.approx([17], rel=1e-15)
    assert credits.extra["removal_effect"] == pytest.approx([1], rel=1e-15)


def test_a_channel_that_never_converts_and_one_that_is_never_met() -> None:
    """Channel 1 lies in null journeys alone, channel 2 in none, channel 3 on a path that no journey took."""
    credits = Markov().credit(paths_of([Row((0,), 2, 8, 1), Row((0, 1), nulls=4), Row((3, 0))], 4))
    assert credits.conversions == pytest.approx([2, 0, 0, 0], rel=1e-15)
    assert credits.value == pytest.approx([8, 0, 0, 0], rel=1e-15)
    assert credits.extra["removal_effect"] == pytest.approx([1, 0, 0, 0], rel=1e-15)


def test_a_channel_in_no_converting_journey_can_be_credited() -> None:
    """Met only before 1, whose journeys convert: the chain joins 2 > 1 to 1 > conversion."""
    credits = Markov().credit(paths_of([Row((1,), 1), Row((2, 1), nulls=1)], 3))
    credit, _ = oracles.markov([Row((1,), 1), Row((2, 1), nulls=1)], 3)
    assert credit[2] > 0
    assert credits.conversions == pytest.approx([float(c) for c in credit], rel=1e-14)


def test_where_all_convert_a_removal_effect_is_the_share_of_journeys_met() -> None:
    credits = Markov().credit(paths_of([Row((0,), 3), Row((0, 1), 1)], 2))
    assert credits.diagnostics == {"conversion_probability": 1.0}
    assert credits.extra["removal_effect"] == pytest.approx([1, 0.25], rel=1e-14)


def test_refunds_are_credited_apart() -> None:
    """Removal effects of 0 brings 100, of 1 loses 60, cancel nowhere: each channel keeps its own."""
    credits = Markov().credit(paths_of([Row((0,), 1, 100), Row((1,), 1, -60)], 2))
    assert credits.value == pytest.approx([100, -60], rel=1e-14)
    assert credits.extra["removal_effect_value"] == pytest.approx([2.5, -1.5], rel=1e-14)


def test_unknown_value_is_not_zero() -> None:
    credits = Markov().credit(paths_of(TWO_CHANNELS, 2, known=False, rest=1))
    assert np.isnan(credits.value).all()
    assert np.isnan(credits.unattributed_value)
    assert list(credits.extra) == ["removal_effect"]
    assert credits.conversions == pytest.approx([2.4, 1.6], rel=1e-14)


def test_a_chain_that_strays_from_the_journeys_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "absorbing_inverse", lambda between, out: absorbing_inverse(between, out) * (1 + 1e-8))
    with pytest.raises(AssertionError, match="the Markov chain expects"):
        Markov().credit(paths_of(TWO_CHANNELS, 2))


def test_equals_the_closed_form_over_many_channels() -> None:
    """RE of c is N[START, c] / N[c, c] x h[c] / h[START], N the inverse of I - Q with START its first state."""
    n, rng = 60, np.random.default_rng(7)
    rows = [Row(tuple(rng.integers(0, n, rng.integers(1, 9)).tolist()), int(c), int(c) * 10, 3) for c in rng.integers(0, 4, 400)]
    weights = np.zeros((n + 1, n + 1))
    conversions, leaving = np.zeros(n + 1), np.zeros(n + 1)
    for row in rows:
        states = [0, *(code + 1 for code in row.path)]
        for here, there in itertools.pairwise(states):
            weights[here, there] += row.conversions + row.nulls
        conversions[states[-1]] += row.conversions
        for state in states:
            leaving[state] += row.conversions + row.nulls
    visits = np.linalg.inv(np.eye(n + 1) - weights / leaving[:, None])
    converts = visits @ (conversions / leaving)
    effects = (visits[0] / np.diagonal(visits) * converts / converts[0])[1:]
    credits = Markov().credit(paths_of(rows, n))
    assert credits.extra["removal_effect"] == pytest.approx(effects, rel=1e-12)
    assert credits.conversions == pytest.approx(effects / effects.sum() * conversions.sum(), rel=1e-12)


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_absorbing_inverse_inverts(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    between = rng.integers(0, 3, (n, n)) * rng.random((n, n))
    out = rng.random(n) + 0.1
    off_diagonal = between - np.diag(np.diagonal(between))
    inverse = absorbing_inverse(between, out)
    assert (inverse >= 0).all()
    np.testing.assert_allclose(inverse @ (np.diag(off_diagonal.sum(axis=1) + out) - off_diagonal), np.eye(n), atol=1e-9)
