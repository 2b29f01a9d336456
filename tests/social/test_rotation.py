"""The draw and what it allows to say: balance, every draw that was as likely, intervals that hold what they say, a literal oracle."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from social.rotation import draw, draws, effect, in_pairs

RNG = np.random.default_rng


@given(st.integers(1, 7), st.integers(2, 9), st.integers(0, 2**32))
def test_a_draw_is_balanced(contents, teams, seed):
    offered = draw(contents, teams, RNG(seed))

    assert offered.shape == (contents, teams)
    assert set(offered.sum(axis=1)) <= {teams // 2, (teams + 1) // 2}
    # Each team is offered one content of each pair, and perhaps the one left over.
    assert set(offered.sum(axis=0)) <= {contents // 2, (contents + 1) // 2}
    assert in_pairs(offered)
    assert np.array_equal(offered, draw(contents, teams, RNG(seed)))


def test_every_draw_is_as_likely():
    """Of four teams and one content there are six draws: 3,000 of them fall on each about 500 times (chi-squared, 5 degrees, p = 0.001)."""
    rng = RNG(7)
    met = [tuple(np.flatnonzero(draw(1, 4, rng)[0])) for _ in range(3000)]
    counts = [met.count(pair) for pair in itertools.combinations(range(4), 2)]

    assert sum(counts) == 3000
    assert sum((count - 500) ** 2 / 500 for count in counts) < 20.5


@pytest.mark.parametrize(("contents", "teams", "number"), [(1, 4, 6), (2, 4, 6), (3, 4, 36), (4, 6, 400), (1, 2, 2)])
def test_the_draws_are_all_that_there_are_each_once(contents, teams, number):
    made = draw(contents, teams, RNG(3))
    every, exact = draws(made, RNG(0))

    assert exact
    assert len(every) == number
    assert len({one.tobytes() for one in every}) == number
    assert made.tobytes() in {one.tobytes() for one in every}
    for one in every:
        assert in_pairs(one)
        assert np.array_equal(one.sum(axis=1), made.sum(axis=1))


def test_a_table_that_is_in_no_pairs_changes_its_teams_places():
    table = np.array([[True, False, False], [True, True, False]])
    every, exact = draws(table, RNG(0))

    assert exact
    assert not in_pairs(table)
    assert {one.tobytes() for one in every} == {table[:, list(order)].tobytes() for order in itertools.permutations(range(3))}


@pytest.mark.parametrize("table", [draw(5, 12, RNG(1)), np.tril(np.ones((4, 12), dtype=bool), 3)], ids=["in pairs", "in none"])
def test_of_too_many_draws_some_are_drawn_the_one_that_was_made_first(table):
    every, exact = draws(table, RNG(0), drawn=500)

    assert not exact
    assert len(every) == 501
    assert np.array_equal(every[0], table)
    assert all(np.array_equal(one.sum(axis=1), table.sum(axis=1)) for one in every)
    assert all(in_pairs(one) == in_pairs(table) for one in every[:20])
    again, _ = draws(table, RNG(0), drawn=500)
    assert np.array_equal(every, again)


def statistic(outcomes, advocates, arm):
    """The difference for each advocate, written out."""
    found = []
    for content in range(len(arm)):
        sides = []
        for side in (True, False):
            teams = [team for team in range(len(arm[content])) if bool(arm[content][team]) is side]
            sides.append(sum(outcomes[content][team] for team in teams) / sum(advocates[content][team] for team in teams))
        found.append(sides[0] - sides[1])
    return sum(found) / len(found)


def p_values(outcomes, advocates, offered, every, shift):
    """How many draws lie as high, and as low, as the one that was made, if each advocate brought `shift` more with the offer."""
    without = outcomes - shift * advocates * offered
    made = statistic(without, advocates, offered)
    all_of_them = [statistic(without, advocates, one) for one in every]
    return sum(one >= made - 1e-9 for one in all_of_them), sum(one <= made + 1e-9 for one in all_of_them)


@st.composite
def experiments(draw_from):
    contents, teams = draw_from(st.sampled_from([(1, 4), (1, 6), (2, 5), (2, 7), (3, 4), (4, 4)]))
    outcomes = draw_from(arrays(np.float64, (contents, teams), elements=st.integers(0, 30).map(float)))
    advocates = draw_from(arrays(np.float64, (contents, teams), elements=st.integers(1, 12).map(float)))
    return outcomes, advocates, draw(contents, teams, RNG(draw_from(st.integers(0, 2**32))))


@settings(max_examples=40)
@given(experiments())
def test_as_tested_one_by_one(experiment):
    """The p-value, and the ends of the interval, are those of testing each shift over all draws."""
    outcomes, advocates, offered = experiment
    every, _ = draws(offered, RNG(0))
    found = effect(outcomes, advocates, offered, every)
    number = len(every)

    assert found.difference == pytest.approx(statistic(outcomes, advocates, offered))
    assert found.p_value == pytest.approx(min(1.0, 2 * min(p_values(outcomes, advocates, offered, every, 0.0)) / number))
    if found.low is None:
        assert number < 10 or not outcomes.any()
        return
    beyond = number // 40 if found.level == 0.95 else 1
    step = 1e-5
    above_inside, _ = p_values(outcomes, advocates, offered, every, found.low + step)
    above_outside, _ = p_values(outcomes, advocates, offered, every, found.low - step)
    assert above_outside <= beyond < above_inside
    _, below_inside = p_values(outcomes, advocates, offered, every, found.high - step)
    _, below_outside = p_values(outcomes, advocates, offered, every, found.high + step)
    assert below_outside <= beyond < below_inside
    assert found.low - 1e-9 <= found.difference <= found.high + 1e-9


@settings(max_examples=15)
@given(experiments(), st.integers(-3, 3))
def test_over_all_draws_the_interval_holds_the_truth_as_often_as_it_says(experiment, truth):
    """Whatever the outcomes without the offer: not by a normal approximation but draw by draw."""
    without, advocates, made = experiment
    every, _ = draws(made, RNG(0))
    held, level = 0, None
    for one in every:
        found = effect(without + truth * advocates * one, advocates, one, every)
        level = found.level or level
        held += found.low is None or found.low - 1e-9 <= truth <= found.high + 1e-9
    assert held >= len(every) * (level or 1.0) - 1e-9


def test_worked_by_hand():
    """Fisher's lady tasting tea, as a rotation: eight teams, four of them offered, and only these bring anything: 1 of 70 draws.

    R. A. Fisher, The Design of Experiments, 1935, chapter 2: one in seventy on one side.
    """
    offered = np.array([[True, False, True, False, True, False, True, False]])
    every, exact = draws(offered, RNG(0))
    found = effect(offered.astype(float), np.ones((1, 8)), offered, every)

    assert (len(every), exact) == (70, True)
    assert (found.offered, found.not_offered, found.difference, found.lift) == (1.0, 0.0, 1.0, None)
    assert found.p_value == pytest.approx(2 / 70)
    # 70 // 40 = 1: one draw may lie beyond each end, that is the one that was made; the others all turn at 1.
    assert (found.low, found.high, found.level) == (1.0, 1.0, 0.95)


def test_the_rates_are_those_of_advocates_not_of_teams():
    offered = np.array([[True, True, False, False]])
    every, _ = draws(offered, RNG(0))
    found = effect(np.array([[1.0, 8.0, 3.0, 0.0]]), np.array([[1.0, 5.0, 2.0, 4.0]]), offered, every)

    assert (found.offered, found.not_offered, found.lift) == (1.5, 0.5, 2.0)
    assert (found.low, found.high, found.level) == (None, None, None)


def test_no_outcome_at_all_has_no_interval():
    offered = draw(2, 8, RNG(1))
    every, _ = draws(offered, RNG(0))
    found = effect(np.zeros((2, 8)), np.ones((2, 8)), offered, every)

    assert (found.difference, found.low, found.high, found.level, found.p_value, found.lift) == (0.0, None, None, None, 1.0, None)


def test_more_teams_make_a_narrower_interval():
    """With the same spread of the teams, the width falls about as the root of their number."""
    widths = []
    for teams in (8, 32):
        offered = np.tile([[True, False]], (1, teams // 2))
        outcomes = np.tile([[6.0, 3.0, 4.0, 1.0]], (1, teams // 4))
        every, exact = draws(offered, RNG(0))
        found = effect(outcomes, np.ones((1, teams)), offered, every)
        assert exact == (teams == 8)
        assert found.difference == pytest.approx(3.0)
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 1.6
    assert math.comb(32, 16) > 20_000


def test_of_an_odd_number_of_teams_either_content_of_a_pair_gets_the_one_more():
    drawn = [draw(2, 3, np.random.default_rng(seed)).sum(axis=1).tolist() for seed in range(400)]

    assert {tuple(sizes) for sizes in drawn} == {(1, 2), (2, 1)}
    assert abs(sum(sizes == [1, 2] for sizes in drawn) - 200) < 50  # five standard deviations
