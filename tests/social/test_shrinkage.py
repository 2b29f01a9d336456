"""Advocates drawn towards teams and teams towards all: by hand, against the textbook's matrices, on programmes whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from social.shrinkage import factors
from social.views import calibrated


def test_a_worked_example():
    """Two of a team at 0.5 and 0.7, one of another at 1.8, eight posts each, variance of a post 0.08, so 0.01 of each mean.

    The means are 0.6 and 1.8, of all 1. About the means: 0.1^2 + 0.1^2 = 0.02, of which chance explains 0.08 (1 - 1/2) (2/8) = 0.01, so
    `between` = 0.01 / (3 - 2) = 0.01. Of the means: 2 0.4^2 + 0.8^2 = 0.96, of which (2 - 1) 0.01 + 0.08 (1/8 + 1/8 - 3/8 / 3) = 0.02, so
    `between_teams` = 0.94 / (3 - 5/3) = 0.705. Each advocate has the precision 1 / (0.01 + 0.01) = 50, the teams 100 and 50; a half of what
    an advocate differs by is kept.
    """
    found = factors(4, ["a", "a", "b", "b"], np.arange(3), np.array([0.5, 0.7, 1.8]), np.full(3, 1 / 3), np.full(3, 8.0), 0.08)

    assert (found.between_teams, found.between) == pytest.approx((0.705, 0.01))
    first, second = 1 - 0.4 * 0.705 / (0.705 + 0.01), 1 + 0.8 * 0.705 / (0.705 + 0.02)
    assert found.factor == pytest.approx([first + (0.5 - first) / 2, first + (0.7 - first) / 2, second + (1.8 - second) / 2, second])
    assert found.kept.tolist() == pytest.approx([0.5, 0.5, 0.5, 0])
    # The average: 3/2 of the squares a third each of -0.5, -0.3 and 0.8, and 0.705 times (2/3)^2 + (1/3)^2 less 3 (1/3)^2.
    assert found.average_error == pytest.approx(np.sqrt(1.5 * (0.5**2 + 0.3**2 + 0.8**2) / 9 + 0.705 * (5 / 9 - 3 / 9)))


def test_where_the_teams_do_not_differ_they_are_as_one():
    ratio, share, posts = np.array([0.8, 1.2, 1.2, 0.8]), np.full(4, 0.25), np.full(4, 4.0)
    apart = factors(5, ["a", "a", "b", "b", "b"], np.arange(4), ratio, share, posts, 0.04)
    together = factors(5, ["a"] * 5, np.arange(4), ratio, share, posts, 0.04)

    # var = 4 0.2^2 / 3 = 0.0533, less 0.04 / 4 = 0.01 of chance.
    assert (apart.between_teams, apart.between) == (0.0, pytest.approx(0.16 / 3 - 0.01))
    assert apart.factor.tolist() == together.factor.tolist()
    assert apart.factor[4] == 1
    assert apart.error(np.ones(5)) == together.error(np.ones(5))


def test_of_too_few_nothing_is_told_apart():
    nobody = factors(2, ["a", "b"], np.arange(1), np.array([1.0]), np.ones(1), np.ones(1), 0.1)
    single = factors(3, ["a", "b", "b"], np.arange(2), np.array([0.5, 1.5]), np.full(2, 0.5), np.ones(2), float("nan"))

    assert nobody.factor.tolist() == [1, 1]
    assert np.isnan(nobody.error(np.ones(2)))
    assert single.factor.tolist() == [1, 1, 1]
    # All that they differ by may be theirs: the variance 0.5 of each, and the average's error 0.5.
    assert single.error(np.ones(3)) == pytest.approx(np.sqrt(0.5 / 3 + 0.5**2))
    assert np.isnan(single.error(np.zeros(3)))


MEASURED = st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0.2, 2.5), st.integers(1, 9), st.booleans()), min_size=4, max_size=12)


@given(MEASURED, st.floats(0.01, 0.5), st.lists(st.floats(0.1, 5.0), min_size=12, max_size=12))
def test_prediction_and_error_are_those_of_the_matrices(people, within, weights):
    """The literal best linear unbiased prediction: u = G V^-1 (y - 1), and its mean squared error."""
    teams = [team for team, *_ in people]
    measured = np.flatnonzero([there for *_, there in people])
    if len(measured) < 3:
        return
    ratio = np.array([people[place][1] for place in measured])
    posts = np.array([float(people[place][2]) for place in measured])
    share = posts / posts.sum()
    ratio = ratio / np.sum(share * ratio)
    found = factors(len(people), teams, measured, ratio, share, posts, within)

    same = np.equal.outer(teams, teams) * found.between_teams
    effects = same + np.eye(len(people)) * found.between
    seen = effects[np.ix_(measured, measured)] + np.diag(within / posts)
    across = effects[:, measured] @ np.linalg.inv(seen)
    assert found.factor == pytest.approx(1 + across @ (ratio - 1), abs=1e-8)
    w = np.array(weights[: len(people)])
    w = w / w.sum()
    left = w @ (effects - across @ effects[measured]) @ w
    hangs = w @ (1 - across @ np.ones(len(measured)))
    literal = np.sqrt(max(left, 0) + (hangs * found.average_error) ** 2)
    assert found.error(w) * (w @ found.factor) == pytest.approx(literal, abs=1e-6)


def test_the_variances_are_found_again_on_average():
    """True variances: of teams 0.09, of advocates 0.04, of a post 0.25."""
    rng = np.random.default_rng(5)
    sizes = [1, 3, 4, 6, 8, 10]
    teams = [name for name, size in zip("abcdef", sizes, strict=True) for _ in range(size)]
    number = np.repeat(np.arange(6), sizes)
    found = []
    for _ in range(400):
        posts = rng.integers(2, 9, len(teams)).astype(float)
        ratio = 1 + rng.normal(0, 0.3, 6)[number] + rng.normal(0, 0.2, len(teams)) + rng.normal(0, 0.5 / np.sqrt(posts))
        made = factors(len(teams), teams, np.arange(len(teams)), ratio, np.full(len(teams), 1 / len(teams)), posts, 0.25)
        found.append((made.between_teams, made.between))
    teams_found, advocates_found = np.mean(found, axis=0)
    assert teams_found == pytest.approx(0.09, rel=0.15)
    assert advocates_found == pytest.approx(0.04, rel=0.25)  # rather high: not below 0, and with the teams' where those come out at 0


def programme(rng, n_teams, each, differ):
    """Make advocates whose chances are known; four of five are measured on about six posts, the first team not at all."""
    team = np.repeat(np.arange(n_teams), each)
    of_team = rng.gamma(1 / differ**2, differ**2, n_teams) if differ else np.ones(n_teams)
    chance = np.minimum(0.08 * of_team[team] * rng.gamma(1 / 0.16, 0.16, n_teams * each), 0.6)
    size = rng.lognormal(6.2, 0.7, n_teams * each).round() + 20
    measured = rng.random(n_teams * each) < 0.5
    rows = [
        (f"a{place}", "original", float(rng.binomial(int(size[place]), min(chance[place] * rng.gamma(4, 0.25), 0.95))))
        for place in np.flatnonzero(measured)
        for _ in range(rng.poisson(5) + 1)
    ]
    names = tuple(f"a{place}" for place in range(len(team)))
    return names, [f"team {place}" for place in team], chance, size, measured, pd.DataFrame(rows, columns=["advocate", "kind", "reach"])


@pytest.mark.parametrize(("differ", "most_of_unmeasured", "most_of_measured"), [(0.0, 1.05, 1.02), (0.4, 0.9, 1.0), (0.7, 0.75, 0.98)])
def test_where_teams_differ_the_held_out_chances_are_nearer_and_where_not_hardly_further(differ, most_of_unmeasured, most_of_measured):
    """Root mean squared error of the chances drawn towards the team, over that of those drawn towards all."""
    rng = np.random.default_rng(11)
    squares = np.zeros((2, 2))
    for _ in range(40):
        names, teams, chance, size, measured, rows = programme(rng, 8, 10, differ)
        for place, of in enumerate((teams, None)):
            off = (calibrated(names, size, rows, None, of).original - chance) ** 2
            squares[place] += off[~measured].mean(), off[measured].mean()
    unmeasured, seen = np.sqrt(squares[0] / squares[1])
    assert unmeasured < most_of_unmeasured
    assert seen < most_of_measured


@pytest.mark.parametrize("differ", [0.0, 0.4, 0.7])
def test_the_interval_holds_the_true_reach_about_as_often_as_it_says(differ):
    rng = np.random.default_rng(12)
    within = 0
    for _ in range(100):
        names, teams, chance, size, _, rows = programme(rng, 8, 10, differ)
        found = calibrated(names, size, rows, None, teams)
        posts = rng.poisson(5, len(names)).astype(float)
        low, high = (np.sum(size * -np.expm1(found.unseen(posts, 0 * posts, end))) for end in found.range(posts, 0 * posts, size))
        within += low <= np.sum(size * (1 - (1 - chance) ** posts)) <= high
    assert 88 <= within <= 100
