"""Samples by key: their sums against journeys resampled one by one, and intervals against the exact distribution."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.key_sums import Sums, alone
from attribution.markov import Markov
from attribution.paths import Paths
from attribution.position_models import First, Linear
from attribution.resampling import Sampler, resample
from attribution.rule_models import Participation, TimeDecay
from attribution.shapley import Shapley
from tests.attribution.oracles import Row, paths_of
from tests.attribution.people import Journey, by_path, company, counted, literal_times, paths_of_people


def poisson_quantile(rate: float, level: float) -> int:
    """The least number whose probability not to be exceeded is `level` at least."""
    number, term = 0, math.exp(-rate)
    below = term
    while below < level:
        number += 1
        term *= rate / number
        below += term
    return number


def all_samples(paths: Paths, count: int, seed: int = 0) -> list[np.ndarray]:
    """Conversions, value, nulls of the paths, and conversions and value without a touch, in every sample."""
    parts = [
        (sample.conversions, sample.value, sample.nulls, sample.unattributed_conversions, sample.unattributed_value)
        for sample in Sampler(paths).samples(count, seed)
    ]
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def test_two_channels_have_the_quantiles_of_poisson_numbers() -> None:
    """First touch over 90 and 10 people with one conversion each: the credits are Poisson numbers with means 90 and 10."""
    paths = paths_of([Row((0,), 90), Row((1,), 10)], 2)
    drawn = resample(paths, First(), 20_000).conversions
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    exact = [[poisson_quantile(rate, level) for rate in (90, 10)] for level in (0.025, 0.975)]
    assert exact == [[72, 4], [109, 17]]
    assert low.tolist() == pytest.approx(exact[0], abs=1)
    assert high.tolist() == pytest.approx(exact[1], abs=1)


def test_a_share_has_the_quantiles_of_a_binomial_one() -> None:
    """Given 100 conversions, those of a channel with 30 % are binomial: standard deviation sqrt(0.3 x 0.7 / 100) = 4.6 points."""
    drawn = resample(paths_of([Row((0,), 30), Row((1,), 70)], 2), First(), 20_000).conversions
    share = drawn[:, 0] / drawn.sum(axis=1)
    assert (share.mean(), share.std()) == (pytest.approx(0.3, abs=0.001), pytest.approx(math.sqrt(0.3 * 0.7 / 100), rel=0.03))


def test_what_is_left_of_keys_with_several_journeys() -> None:
    """Anna and Bob go through channel 0 and buy for 10 and 30; Carla does so twice, for 5 and 7, and leaves once through channel 1."""
    people = [
        [Journey((0,), value=10)],
        [Journey((0,), value=30)],
        [Journey((0,), value=5), Journey((0,), value=7), Journey((1,), 0, 0, 1)],
        [Journey((1,), 0, 0, 1)],
    ]
    paths = paths_of_people(people, 2)
    assert paths.conversions.tolist() == [4, 0]
    left = alone(paths)
    assert (left.conversions.tolist(), left.value.tolist(), left.nulls.tolist()) == ([2, 0], [40, 0], [0, 1])
    assert left.squares.tolist() == [[2, 40, 1000], [0, 0, 0]]
    conversions, value, nulls, *_ = all_samples(paths, 20_000)
    # Carla counts as a whole: her two conversions and her journey through channel 1 come together.
    assert conversions[:, 0].var() == pytest.approx(2 * 1 + 2**2, rel=0.05)
    assert value[:, 0].var() == pytest.approx(10**2 + 30**2 + 12**2, rel=0.05)
    assert np.cov(conversions[:, 0], nulls[:, 1])[0, 1] == pytest.approx(2 * 1, rel=0.1)
    assert np.cov(conversions[:, 0], value[:, 0])[0, 1] == pytest.approx(10 + 30 + 2 * 12, rel=0.05)


def test_without_keys_a_journey_is_its_person_s_only_one_and_worth_its_path_s_mean() -> None:
    left = alone(paths_of([Row((0,), 4, 100, 3), Row((1,), 0, 0, 2)], 2))
    assert left.squares.tolist() == [[4, 100, 2500], [0, 0, 0]]
    assert left.nulls.tolist() == [3, 2]


@pytest.fixture(scope="module")
def people() -> list:
    people = company(120, seed=4, converting=0.4, several=0.8)
    assert all(count > 10 for count in counted(people).values())
    return people


def test_sums_of_samples_are_those_of_people_resampled_one_by_one(people: list) -> None:
    """Means, variances and covariances over samples; the literal ones come from every person drawn and every journey added up anew."""
    paths = paths_of_people(people, 5, rest=[5.0, 7.0, 90.0])
    drawn = all_samples(paths, 40_000)
    places = list(by_path(paths))
    literal = np.zeros((1_500, len(places), 3))
    for place in range(len(literal)):
        sums = by_path(paths_of_people(people, 5, times=literal_times(people, place)))
        literal[place] = [sums[path] for path in places]
    for kind in range(3):
        assert drawn[kind].mean(axis=0) == pytest.approx(
            literal[:, :, kind].mean(axis=0), rel=0.2, abs=0.15 * literal[:, :, kind].std(axis=0).max()
        )
    totals, wanted = np.stack([part.sum(axis=1) for part in drawn[:3]]), literal.sum(axis=1).T
    assert totals.mean(axis=1) == pytest.approx([paths.conversions.sum(), paths.value.sum(), paths.nulls.sum()], rel=0.01)
    assert np.cov(totals) == pytest.approx(np.cov(wanted), rel=0.15)
    # By first channel, which mixes paths of people with one journey and with several.
    first = np.array([path[0] for path in places])
    by_first = [np.stack([part[:, first == code].sum(axis=1) for code in range(5)]) for part in (drawn[0], literal[:, :, 0])]
    assert np.cov(by_first[0]) == pytest.approx(np.cov(by_first[1]), rel=0.2, abs=0.06 * np.cov(by_first[1]).max())


def test_conversions_without_a_touch_are_drawn_too() -> None:
    paths = paths_of_people([[Journey((0,), value=1)]], 1, rest=[5.0, 7.0, 90.0])
    *_, rest, rest_value = all_samples(paths, 40_000)
    assert (rest.mean(), rest.var()) == (pytest.approx(3, rel=0.02), pytest.approx(3, rel=0.03))
    assert (rest_value.mean(), rest_value.var()) == (pytest.approx(102, rel=0.02), pytest.approx(25 + 49 + 8100, rel=0.05))


@given(st.lists(st.tuples(st.floats(1, 50), st.lists(st.floats(-100, 500, allow_subnormal=False), min_size=1, max_size=8)), max_size=5))
def test_sums_match_means_and_variances(paths: list) -> None:
    """By formula, whatever the values: of Poisson sums the mean is the sum and the variance the sum of squares."""
    values = [np.array(each) for _, each in paths]
    conversions = np.array([float(len(each)) for each in values])
    value = np.array([each.sum() for each in values])
    squares = np.array([[len(each), each.sum(), (each**2).sum()] for each in values]).reshape(-1, 3)
    sums = Sums.of(conversions, value, squares)
    assert sums.rate * sums.times == pytest.approx(conversions)
    assert sums.rate * sums.mean * sums.times == pytest.approx(value, abs=1e-6)
    assert conversions * (sums.mean**2 + sums.spread) == pytest.approx(squares[:, 2], rel=1e-6, abs=1e-3)


def test_positive_values_stay_positive_and_refunds_may_not() -> None:
    deals = [[Journey((0,), value=value)] for value in (1, 1, 1, 400)]
    assert (all_samples(paths_of_people(deals, 1), 5_000)[1] >= 0).all()
    refunds = [[Journey((0,), value=value)] for value in (-90, 10, 20, 50)]
    drawn = all_samples(paths_of_people(refunds, 1), 40_000)[1]
    assert (drawn.mean(), drawn.var()) == (pytest.approx(-10, abs=2), pytest.approx(8100 + 100 + 400 + 2500, rel=0.05))


def test_equal_seeds_draw_alike(people: list) -> None:
    paths = paths_of_people(people, 5)
    first, again, other = (resample(paths, Linear(), 50, seed).conversions for seed in (3, 3, 4))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_unknown_value_stays_unknown() -> None:
    drawn = resample(paths_of([Row((0, 1), 9), Row((1,), 4, 0, 3)], 2, known=False, rest=2), Markov(), 20)
    assert np.isnan(drawn.value).all()
    assert np.isnan(drawn.unattributed_value).all()
    assert (drawn.conversions.sum(axis=1) > 0).any()


def test_time_decay_weights_are_those_of_the_path() -> None:
    """One path only: whatever is drawn, its touches weigh 1/3 and 2/3."""
    paths = paths_of([Row((0, 1), 20, 100, 0, (7, 0))], 2)
    drawn = resample(paths, TimeDecay(), 30)
    assert drawn.conversions[:, 0] * 2 == pytest.approx(drawn.conversions[:, 1])
    assert drawn.value[:, 0] * 2 == pytest.approx(drawn.value[:, 1])


def test_samples_know_the_total_where_credit_does_not_add_up_to_it() -> None:
    paths = paths_of([Row((0, 1), 20), Row((1,), 5)], 2, rest=3)
    drawn = resample(paths, Participation(), 30)
    assert drawn.total_conversions is not None
    assert drawn.total_conversions.tolist() == (drawn.conversions[:, 1] + drawn.unattributed_conversions).tolist()
    assert resample(paths, Shapley(), 30).total_conversions is None


def test_journeys_with_several_conversions_at_once_are_drawn_with_all_of_them() -> None:
    people = [[Journey((0,), 3, 30)], [Journey((0,), 1, 10)]]
    conversions, value, *_ = all_samples(paths_of_people(people, 1), 40_000)
    assert (conversions.mean(), conversions.var()) == (pytest.approx(4, rel=0.02), pytest.approx(10, rel=0.03))
    assert (value.mean(), value.var()) == (pytest.approx(40, rel=0.02), pytest.approx(1000, rel=0.05))


def test_nothing_to_draw_from() -> None:
    for channels in (0, 2):
        drawn = resample(paths_of([], channels, rest=0), Markov(), 7)
        assert drawn.conversions.tolist() == [[0.0] * channels] * 7
        assert drawn.unattributed_conversions.tolist() == [0.0] * 7


def test_a_model_sees_paths_that_are_whole() -> None:
    """What a model gets has all that it had before, but the keys."""
    paths = dataclasses.replace(paths_of_people([[Journey((0, 1), value=4)]] * 3, 2), positions=np.array([1, 2]))
    sampler = Sampler(paths)
    (sample,) = sampler.samples(2, 0)
    one = sampler.paths_of(sample, 1)
    assert (one.channels, one.codes.tolist(), one.positions.tolist(), one.keys) == (paths.channels, [0, 1], [1, 2], None)
    assert one.conversions.tolist() == sample.conversions[1].tolist()
    assert one.recency.conversions.tolist() == pytest.approx([sample.conversions[1, 0] / 2] * 2)
