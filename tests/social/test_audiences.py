"""Audiences counted exactly: against sets, and by the laws of coverage."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from social.audiences import audiences

SETS = st.dictionaries(st.sampled_from("abcdef"), st.sets(st.integers(0, 15), min_size=1), min_size=1, max_size=6)


def edges(sets, network="x"):
    rows = [(advocate, network, f"m{person}") for advocate, people in sets.items() for person in people]
    return pa.table({name: list(column) for name, column in zip(("advocate", "network", "member"), zip(*rows, strict=True), strict=True)})


def union(sets):
    return set().union(*sets)


@given(SETS, st.randoms())
def test_counts_are_those_of_sets_in_whatever_order_the_edges_come(sets, random):
    table = edges(sets)
    places = list(range(table.num_rows)) * 2  # every edge twice
    random.shuffle(places)
    found, _ = audiences(table.take(places))

    names = sorted(sets)
    others = {name: union(people for other, people in sets.items() if other != name) for name in names}
    assert found.advocates == tuple(names)
    assert found.gross.tolist() == [len(sets[name]) for name in names]
    assert found.unique == len(union(sets.values()))
    assert found.incremental.tolist() == [len(sets[name] - others[name]) for name in names]
    assert found.overlap().tolist() == [[len(sets[one] & sets[two]) for two in names] for one in names]
    assert sorted(found.known_by.tolist()) == sorted(sum(person in people for people in sets.values()) for person in union(sets.values()))


@given(SETS, st.sets(st.integers(0, 15)))
def test_who_knows_none_of_some_people_adds_nobody(sets, kept):
    table = edges(sets)
    found, person = audiences(table)
    numbers = {int(member[1:]): int(number) for member, number in zip(table["member"].to_pylist(), person, strict=True)}
    some = found.within(np.array(sorted(numbers[one] for one in kept & numbers.keys()), dtype=np.int64))

    within = {name: sets[name] & kept for name in sorted(sets)}
    others = {name: union(people for other, people in within.items() if other != name) for name in within}
    assert some.advocates == tuple(within)
    assert some.gross.tolist() == [len(people) for people in within.values()]
    assert some.incremental.tolist() == [len(people - others[name]) for name, people in within.items()]


@given(SETS)
def test_coverage_grows_by_ever_less(sets):
    found, _ = audiences(edges(sets))

    for size in range(len(sets)):
        for some in itertools.combinations(sorted(sets), size):
            for more in sorted(set(sets) - set(some)):
                gain = found.of([*some, more]).unique - found.of(some).unique
                assert gain >= 0
                for larger in itertools.combinations(sorted(set(sets) - {more}), size + 1):
                    if set(some) <= set(larger):
                        assert found.of([*larger, more]).unique - found.of(larger).unique <= gain
    assert found.incremental.sum() <= found.unique <= found.gross.sum()


@given(SETS, st.lists(st.integers(0, 4), min_size=6, max_size=6), st.lists(st.floats(0.01, 0.9), min_size=6, max_size=6))
def test_expected_reach_is_the_formula_person_by_person(sets, shares, chances):
    found, _ = audiences(edges(sets))
    n = len(sets)

    literal = 0.0
    for person in union(sets.values()):
        unseen = 1.0
        for place, name in enumerate(sorted(sets)):
            if person in sets[name]:
                unseen *= (1 - chances[place]) ** shares[place]
        literal += 1 - unseen
    unseen = np.log1p(-np.array(chances[:n]))
    reach = found.expected(np.array(shares[:n]) * unseen)
    assert reach == pytest.approx(literal)
    assert reach <= found.unique + 1e-9
    assert reach <= found.expected((np.array(shares[:n]) + 1) * unseen) + 1e-9


def test_people_of_two_networks_are_not_taken_for_each_other():
    table = pa.concat_tables([edges({"a": {1, 2}}, "linkedin"), edges({"b": {2, 3}}, "bluesky")])

    found, _ = audiences(table)

    assert found.unique == 4


def test_some_people_alone():
    table = edges({"a": {1, 2}, "b": {2, 3}})
    found, person = audiences(table)
    wanted = person[np.array(table["member"].to_pylist()) == "m2"]

    assert found.within(wanted).gross.tolist() == [1, 1]
    assert found.within(wanted).unique == 1


def test_nobody():
    found, person = audiences(pa.table({name: pa.array([], pa.string()) for name in ("advocate", "network", "member")}))

    assert (found.advocates, found.unique, found.gross.tolist(), found.incremental.tolist(), person.tolist()) == ((), 0, [], [], [])
