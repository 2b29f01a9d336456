"""Calibration: the published examples, what it keeps, where it ends, and a literal version beside it."""

from __future__ import annotations

import dataclasses
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attribution.calibration import NOT_EXPLAINED, Factor, calibrate, calibrated_draws, combined, constant, with_rest
from attribution.paths import Credits, Draws

NAMES = ("a", "b", "c", "d", "e")


def credits(conversions, value=None, **fields):
    amounts = np.array(conversions, dtype=float)
    return Credits(NAMES[: len(amounts)], amounts, np.array(amounts * 100 if value is None else value, dtype=float), **fields)


def literal(amounts, factors):
    """Channel by channel in exact fractions; `factors` is by place, None for channels not tested. The rest comes last."""
    total = sum(amounts)
    tested = [amount * factor if factor is not None else None for amount, factor in zip(amounts, factors, strict=True)]
    left = total - sum(amount for amount in tested if amount is not None)
    others = sum(amount for amount, factor in zip(amounts, factors, strict=True) if factor is None)
    found = []
    for amount, own in zip(amounts, tested, strict=True):
        if own is not None:
            found.append(own)
        elif others <= 0:
            found.append(amount)
        elif left <= 0:
            found.append(Fraction(0))
        else:
            found.append(amount / others * left)
    return [*found, total - sum(found)]


def shown(found):
    """Amounts by channel, the row of what is not explained among them where it is there."""
    return dict(zip(found.channels, found.conversions.tolist(), strict=True))


# Published examples


def test_dema_scales_one_channel_and_keeps_the_total():
    """Dema, "Causal factor attribution: interpreting results" (docs.dema.ai), the example walkthrough.

    There Google keeps its credit, and the 3,000 taken from Meta go to what they call source channels, Direct and Other. Here a channel that
    is to keep its credit is one whose experiment confirms it.
    """
    before = Credits(
        ("Meta", "Google", "Direct", "Other"),
        np.array([10_000.0, 8_000.0, 5_000.0, 2_000.0]),
        np.array([10_000.0, 8_000.0, 5_000.0, 2_000.0]),
    )
    after = calibrate(before, {"Meta": Factor(0.7), "Google": Factor(1.0)})
    assert after.channels == before.channels
    assert after.conversions.round().tolist() == after.value.round().tolist() == [7_000, 8_000, 7_143, 2_857]
    assert after.conversions.sum() == pytest.approx(25_000, rel=1e-15)
    assert (after.value / after.value.sum()).round(3).tolist() == [0.28, 0.32, 0.286, 0.114]
    np.testing.assert_array_equal(after.extra["factor"], [0.7, 1.0, np.nan, np.nan])


def test_lifesight_scales_credited_conversions_by_the_factor():
    """5,000 conversions with an incrementality factor of 0.60 are 3,000 (lifesight.io, on calibrated attribution)."""
    assert shown(calibrate(credits([5_000, 1_000]), {"a": Factor(0.6)})) == {"a": 3_000, "b": 3_000}


# What it keeps, and where it ends


def test_what_is_unattributed_and_further_columns_stay():
    before = credits(
        [6, 4],
        unattributed_conversions=5.0,
        unattributed_value=7.0,
        extra={"removal_effect": np.array([0.5, 0.4])},
        diagnostics={"conversion_probability": 0.1},
    )
    after = calibrate(before, {"a": Factor(0.5)})
    assert (after.unattributed_conversions, after.unattributed_value, after.diagnostics) == (5.0, 7.0, {"conversion_probability": 0.1})
    assert after.extra["removal_effect"].tolist() == [0.5, 0.4]
    assert before.extra.keys() == {"removal_effect"}


def test_value_is_scaled_by_the_same_factor_and_moved_by_its_own_sum():
    after = calibrate(credits([10, 5, 5], [400, 100, 300]), {"a": Factor(0.5)})
    assert after.conversions.tolist() == [5, 7.5, 7.5]
    assert after.value.tolist() == [200, 150, 450]


def test_unknown_value_stays_unknown():
    after = calibrate(credits([10, 5], [np.nan] * 2), {"a": Factor(0.5)})
    assert after.conversions.tolist() == [5, 10]
    assert np.isnan(after.value).all()
    alone = calibrate(credits([10], [np.nan]), {"a": Factor(0.5)})
    assert shown(alone) == {"a": 5, NOT_EXPLAINED: 5}
    assert np.isnan(alone.value).all()


@pytest.mark.parametrize(
    ("amounts", "factors", "expected"),
    [
        pytest.param([6, 4], {"a": 0.5, "b": 0.5}, {"a": 3, "b": 2, NOT_EXPLAINED: 5}, id="every channel tested"),
        pytest.param([6, 4], {"a": 1.5, "b": 1.0}, {"a": 9, "b": 4, NOT_EXPLAINED: -3}, id="every channel tested, more claimed"),
        pytest.param([6, 0], {"a": 0.5}, {"a": 3, "b": 0, NOT_EXPLAINED: 3}, id="the others have no credit"),
        pytest.param([6, 4], {"a": 2.0}, {"a": 12, "b": 0, NOT_EXPLAINED: -2}, id="more claimed than there is"),
        pytest.param([6, 4], {"a": 10 / 6}, {"a": 10, "b": 0}, id="all that there is claimed"),
        pytest.param([6, 4, 2], {"a": -0.5}, {"a": -3, "b": 10, "c": 5}, id="a channel that did harm"),
        pytest.param([0, 4], {"a": 0.5}, {"a": 0, "b": 4}, id="nothing to be scaled"),
        pytest.param([6, 4], {"a": 0.0}, {"a": 0, "b": 10}, id="no effect at all"),
        pytest.param([6, 4], {}, {"a": 6, "b": 4}, id="no experiment"),
        pytest.param([], {}, {}, id="no channel"),
    ],
)
def test_the_edges(amounts, factors, expected):
    after = calibrate(credits(amounts), {name: Factor(value) for name, value in factors.items()})
    assert shown(after) == pytest.approx(expected)
    assert list(after.channels) == list(expected)
    np.testing.assert_allclose(after.value, after.conversions * 100)


def test_refunds_among_the_others_are_not_blown_up():
    """Values that add up to less than nothing cannot be shared in proportion."""
    after = calibrate(credits([5, 2, 3], [100, 40, -60]), {"a": Factor(0.5)})
    assert after.value.tolist() == [50, 40, -60, 50]
    assert after.conversions.tolist() == [2.5, 3, 4.5, 0]
    assert after.channels[-1] == NOT_EXPLAINED


def test_the_row_of_what_is_not_explained_comes_once():
    once = with_rest(credits([1, 2]), 3.0, 4.0)
    assert with_rest(once) is once
    assert (once.channels, once.conversions.tolist(), once.value.tolist()) == (("a", "b", NOT_EXPLAINED), [1, 2, 3], [100, 200, 4])


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({"z": Factor(1.0), "y": Factor(1.0)}, "a factor is of no channel: y, z"),
        ({"a": Factor(math.nan)}, "a factor is not a finite number"),
        ({"a": Factor(math.inf)}, "a factor is not a finite number"),
    ],
)
def test_factors_that_are_none(factors, message):
    with pytest.raises(ValueError, match=message):
        calibrate(credits([1, 2]), factors)


# Properties

amounts = st.lists(st.integers(0, 1000), min_size=1, max_size=5)
values = st.integers(-50, 300).map(lambda hundredths: hundredths / 100)


@st.composite
def cases(draw):
    """Credits, and factors of some of their channels."""
    numbers = draw(amounts)
    tested = draw(st.lists(st.sampled_from(range(len(numbers))), unique=True))
    return numbers, {NAMES[place]: Factor(draw(values)) for place in tested}


@given(cases())
def test_it_is_the_literal_one(case):
    numbers, factors = case
    exact = [Fraction(factors[name].value) if name in factors else None for name in NAMES[: len(numbers)]]
    *expected, rest = literal([Fraction(number) for number in numbers], exact)
    after = calibrate(credits(numbers), factors)
    np.testing.assert_allclose(after.conversions[: len(numbers)], [float(amount) for amount in expected], rtol=1e-9, atol=1e-9)
    left = after.conversions[len(numbers) :].tolist()
    assert sum(left) == pytest.approx(float(rest), abs=1e-9 * (1 + sum(numbers)))


@given(cases())
def test_the_total_is_kept(case):
    numbers, factors = case
    after = calibrate(credits(numbers), factors)
    assert after.conversions.sum() == pytest.approx(sum(numbers), abs=1e-9)
    assert after.value.sum() == pytest.approx(100 * sum(numbers), abs=1e-7)


@given(cases(), st.sampled_from([1e-6, 0.5, 7.0, 1e9]))
def test_twice_the_credit_is_twice_the_result(case, times):
    numbers, factors = case
    once, more = (calibrate(credits([scale * number for number in numbers]), factors) for scale in (1.0, times))
    assert once.channels == more.channels
    np.testing.assert_allclose(more.conversions, once.conversions * times, rtol=1e-9, atol=1e-9 * times)


@given(cases(), st.randoms(use_true_random=False))
def test_neither_the_order_of_channels_nor_that_of_experiments_matters(case, random):
    numbers, factors = case
    places = list(range(len(numbers)))
    random.shuffle(places)
    before = credits(numbers)
    turned = Credits(tuple(before.channels[place] for place in places), before.conversions[places], before.value[places])
    mixed = list(factors.items())
    random.shuffle(mixed)
    assert shown(calibrate(turned, dict(mixed))) == pytest.approx(shown(calibrate(before, factors)))


@given(cases())
def test_the_proportions_of_the_others_stay(case):
    numbers, factors = case
    after = shown(calibrate(credits(numbers), factors))
    others = [(number, after[name]) for name, number in zip(NAMES, numbers, strict=False) if name not in factors]
    for (one, new), (other, new_other) in itertools.combinations(others, 2):
        assert one * new_other == pytest.approx(other * new, abs=1e-6)


@given(amounts, st.sets(st.sampled_from(NAMES)))
def test_factors_of_one_change_nothing(numbers, tested):
    before = credits(numbers)
    after = calibrate(before, {name: Factor(1.0) for name in tested & set(before.channels)})
    assert after.channels == before.channels
    np.testing.assert_allclose(after.conversions, before.conversions, rtol=1e-12)


@given(cases())
def test_a_tested_channel_gets_what_its_experiment_says(case):
    numbers, factors = case
    after = shown(calibrate(credits(numbers), factors))
    for name, number in zip(NAMES, numbers, strict=False):
        if name in factors:
            assert after[name] == number * factors[name].value


# Several experiments


def test_two_experiments_weigh_by_how_sure_they_are():
    """By hand: weights 1/0.1² = 100 and 1/0.2² = 25; (100 x 0.6 + 25 x 0.8) / 125 = 0.64; deviation 125^(-1/2) = 0.0894.

    Q = 100 x 0.04² + 25 x 0.16² = 0.8, below its one degree of freedom: nothing is widened.
    """
    factor, times = combined([Factor(0.6, 0.1), Factor(0.8, 0.2)])
    assert (factor.value, factor.deviation, times) == (pytest.approx(0.64), pytest.approx(0.0894427191), 1.0)


def test_experiments_that_disagree_widen_the_interval():
    """Weights of 100 each, mean 0.6, Q = 2 x 100 x 0.4² = 32, times √32."""
    factor, times = combined([Factor(0.2, 0.1), Factor(1.0, 0.1)])
    assert (factor.value, times) == (pytest.approx(0.6), pytest.approx(math.sqrt(32)))
    assert factor.deviation == pytest.approx(math.sqrt(32 / 200))


def test_one_experiment_is_itself():
    assert combined([Factor(0.6)]) == (Factor(0.6), 1.0)


def test_a_factor_without_deviation_has_no_weight():
    with pytest.raises(ValueError, match="a factor without deviation has no weight"):
        combined([Factor(0.6, 0.1), Factor(0.8)])


@given(st.lists(st.tuples(values, st.sampled_from([0.01, 0.1, 0.3])), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_experiments_does_not_matter_and_more_make_surer(pairs, random):
    factors = [Factor(value, deviation) for value, deviation in pairs]
    one, times = combined(factors)
    random.shuffle(factors)
    assert combined(factors) == (one, times) or combined(factors)[0].value == pytest.approx(one.value, rel=1e-12, abs=1e-12)
    low, high = min(value for value, _ in pairs), max(value for value, _ in pairs)
    assert low - 1e-12 <= one.value <= high + 1e-12
    assert one.deviation <= times * min(deviation for _, deviation in pairs) + 1e-12


# Replicates


def draws_of(matrix):
    matrix = np.array(matrix, dtype=float)
    return Draws(matrix, matrix * 10, np.ones(len(matrix)), np.full(len(matrix), 2.0))


@given(st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=1, max_size=6), st.lists(values, min_size=2, max_size=2))
def test_replicates_are_calibrated_one_by_one(matrix, pair):
    """Without a deviation each replicate is what `calibrate` makes of it."""
    factors = dict(zip("ab", map(Factor, pair), strict=True))
    found = calibrated_draws(draws_of(matrix), "abc", factors)
    for row, own, value in zip(matrix, found.conversions, found.value, strict=True):
        after = with_rest(calibrate(credits(row, [10 * amount for amount in row]), factors))
        np.testing.assert_allclose(own, after.conversions, atol=1e-9)
        np.testing.assert_allclose(value, after.value, atol=1e-9)
    assert found.unattributed_conversions.tolist() == [1.0] * len(matrix)


def test_replicates_draw_the_factor_from_its_interval():
    found = calibrated_draws(constant(credits([100, 50, 50]), 20_000), "abc", {"a": Factor(0.6, 0.1)})
    own, others, rest = found.conversions[:, 0], found.conversions[:, 1], found.conversions[:, 3]
    assert own.mean() == pytest.approx(60, abs=0.3)
    assert own.std() == pytest.approx(10, abs=0.2)
    low, high = np.percentile(own, [2.5, 97.5])
    assert (low, high) == pytest.approx((60 - 19.6, 60 + 19.6), abs=1)
    np.testing.assert_allclose(own + 2 * others + rest, 200)
    np.testing.assert_allclose(found.value[:, 0], own * 100)


def test_chance_in_the_journeys_and_in_the_experiment_multiply():
    """Independent factors: the variance of f x c is m_f² s_c² + m_c² s_f² + s_f² s_c²."""
    own = np.random.default_rng(5).normal(100, 10, (40_000, 1))
    found = calibrated_draws(draws_of(np.hstack([own, 50 + 0 * own])), "ab", {"a": Factor(0.6, 0.1)})
    expected = math.sqrt(0.6**2 * 10**2 + 100**2 * 0.1**2 + 0.1**2 * 10**2)
    assert found.conversions[:, 0].std() == pytest.approx(expected, rel=0.02)


def test_models_meet_the_same_luck_and_channels_their_own():
    factors = {"a": Factor(0.6, 0.1), "b": Factor(0.6, 0.1)}
    one = calibrated_draws(constant(credits([100, 100, 50]), 500), "abc", factors).conversions
    other = calibrated_draws(constant(credits([10, 30, 50]), 500), "abc", factors).conversions
    np.testing.assert_allclose(one[:, 0] / 100, other[:, 0] / 10)
    np.testing.assert_allclose(one[:, 1] / 100, other[:, 1] / 30)
    assert abs(np.corrcoef(one[:, 0], one[:, 1])[0, 1]) < 0.15
    turned = calibrated_draws(
        constant(dataclasses.replace(credits([100, 100, 50]), channels=("b", "a", "c")), 500), "bac", factors
    ).conversions
    np.testing.assert_allclose(turned[:, 0], one[:, 1])


@given(cases(), st.sampled_from([0.0, 0.05, 0.5]))
def test_every_replicate_keeps_the_total(case, deviation):
    numbers, factors = case
    assume(numbers)
    drawn = {name: dataclasses.replace(factor, deviation=deviation) for name, factor in factors.items()}
    found = calibrated_draws(constant(credits(numbers), 50), NAMES[: len(numbers)], drawn)
    np.testing.assert_allclose(found.conversions.sum(axis=1), sum(numbers), atol=1e-9)


def test_the_interval_of_a_factor():
    assert Factor(0.7, 0.1).interval() == (pytest.approx(0.504, abs=1e-4), pytest.approx(0.896, abs=1e-4))
    assert all(math.isnan(bound) for bound in Factor(0.7).interval())
