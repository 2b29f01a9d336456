"""Whom to activate: against the plain greedy choice, against the best of all, and by the laws of coverage."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from social.activation import GUARANTEE, coverage, coverages, largest, plain_greedy, select_advocates
from social.audiences import Audiences

SETS = st.dictionaries(st.sampled_from("abcdefg"), st.sets(st.integers(0, 11)), min_size=1, max_size=7)
WEIGHTS = st.lists(st.integers(0, 5).map(float), min_size=12, max_size=12).map(np.array)


def programme(sets):
    names = sorted(sets)
    people = np.array([person for name in names for person in sorted(sets[name])], dtype=np.int64)
    offsets = np.concatenate(([0], np.cumsum([len(sets[name]) for name in names]))).astype(np.int64)
    return Audiences(tuple(names), people, offsets, 12)


@given(SETS, WEIGHTS, st.integers(1, 7), st.sets(st.sampled_from("abcdefg"), max_size=2))
def test_lazily_the_same_advocates_are_chosen_as_plainly(sets, weights, k, barred):
    people = programme(sets)

    found = select_advocates(people, k, weights=weights, barred=barred)

    assert found.choices == plain_greedy(people, k, weights=weights, barred=barred)
    assert not barred & {choice.advocate for choice in found.choices}


@given(SETS, WEIGHTS, st.integers(1, 7))
def test_at_least_the_guaranteed_part_of_the_best_is_covered_and_the_bound_holds(sets, weights, k):
    people = programme(sets)

    found = select_advocates(people, k, weights=weights)
    best = max(
        (coverage(people, some, weights) for some in itertools.combinations(people.advocates, min(k, len(people.advocates)))), default=0.0
    )

    assert GUARANTEE * best - 1e-9 <= found.covered <= best + 1e-9
    assert found.bound >= best - 1e-9
    assert found.covered == pytest.approx(coverage(people, [choice.advocate for choice in found.choices], weights))
    gains = [choice.gain for choice in found.choices]
    assert gains == sorted(gains, reverse=True)


@given(SETS, WEIGHTS, st.integers(1, 7), st.permutations(range(12)))
def test_how_people_are_numbered_changes_nothing(sets, weights, k, order):
    renamed = {name: {order[person] for person in members} for name, members in sets.items()}
    moved = np.empty(12)
    moved[list(order)] = weights

    assert select_advocates(programme(renamed), k, weights=moved).choices == select_advocates(programme(sets), k, weights=weights).choices


def test_few_gains_are_computed_again():
    rng = np.random.default_rng(2)
    sets = {f"a{number:03d}": set(rng.choice(5000, 200, replace=False).tolist()) for number in range(200)}
    names = sorted(sets)
    people = np.concatenate([np.array(sorted(sets[name])) for name in names])
    found = select_advocates(Audiences(tuple(names), people, np.arange(201) * 200, 5000), 20, weights=np.ones(5000))

    assert found.evaluations < 0.5 * 20 * 200


def test_the_largest_network_is_not_the_best_choice():
    people = programme({"a": {0, 1, 2, 3}, "b": {0, 1, 2}, "c": {4, 5}})

    assert largest(dict(zip(people.advocates, people.gross.tolist(), strict=True)), 2) == ["a", "b"]
    assert [choice.advocate for choice in select_advocates(people, 2, weights=np.ones(12)).choices] == ["a", "c"]


def test_nobody_and_nothing():
    nobody = Audiences((), np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64), 0)

    assert select_advocates(nobody, 3, weights=np.zeros(0)).choices == ()
    assert select_advocates(programme({"a": {1}}), 3, weights=np.zeros(12)).choices == ()


@given(SETS, st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.7, 1.1]), min_size=12, max_size=12).map(np.array), st.permutations(range(12)))
def test_weights_that_no_float_holds_exactly_tie_where_they_are_equal(sets, weights, order):
    """0.1 + 0.2 + 0.3 is more than 0.3 + 0.2 + 0.1 in floats: whole millionths are added up instead."""
    renamed = {name: {order[person] for person in members} for name, members in sets.items()}
    moved = np.empty(12)
    moved[list(order)] = weights

    found = select_advocates(programme(sets), 7, weights=weights).choices
    assert found == select_advocates(programme(renamed), 7, weights=moved).choices
    assert found == plain_greedy(programme(sets), 7, weights=weights)


@given(SETS, WEIGHTS)
def test_coverages_one_after_the_other_are_those_of_the_first_ones_together(sets, weights):
    people = programme(sets)
    names = [*sorted(sets, reverse=True), "not among them"]

    assert coverages(people, names, weights) == [coverage(people, names[: step + 1], weights) for step in range(len(names))]


@pytest.mark.parametrize(
    ("sets", "covered", "bound"),
    [
        ({"a": {0, 1}, "b": {0, 1}}, 2.0, 2.0),  # the two largest alone would be 4: but there are only two people
        ({"a": {0, 1, 2, 3}, "b": {0, 1, 2, 3}, "c": {4}, "d": {5}, "e": {6}, "f": {7}}, 5.0, 7.0),  # by a and c, two more could add 1 each
        ({"a": {0, 1}, "b": {2}}, 3.0, 3.0),
    ],
)
def test_the_bound_is_the_closest_that_the_gains_tell(sets, covered, bound):
    found = select_advocates(programme(sets), 2, weights=np.ones(12))

    assert (found.covered, found.bound) == (covered, bound)
