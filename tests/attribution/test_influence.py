"""What a journey more would change, held against the models themselves, person by person."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.chain_influence import ChainInfluence
from attribution.influence import AdditiveInfluence, WithTotal, changes, converting, covariance
from attribution.markov import Markov
from attribution.models import MODELS, Model, make_model, needs_milestones
from attribution.paths import Floats, Paths
from attribution.shapley import Shapley
from tests.attribution.oracles import Row, paths_of, rule_weights
from tests.attribution.people import Person, company, paths_of_people
from tests.attribution.strategies import N_CHANNELS, directs, journeys
from workspace.errors import DataError

CUSTOM = {"first": 3.0, "middle": 5.0, "last": 2.0}
ADDITIVE: list[Model] = [make_model(kind.name, **(CUSTOM if kind.name == "custom" else {})) for kind in MODELS if kind.name != "markov"]


def both(model: Model, paths: Paths) -> Floats:
    """Credits of conversions, then of value."""
    credits = model.credit(paths)
    return np.concatenate([credits.conversions, credits.value])


def weighed(influence: object, paths: Paths) -> Floats:
    """What all journeys change together."""
    passing, conversion, value = influence.of(np.arange(len(paths.conversions)))  # type: ignore[attr-defined]
    return np.asarray(paths.nulls @ passing + paths.conversions @ conversion + paths.value @ value)


@given(rows=journeys(signed=True), direct=directs)
def test_each_additive_model_gives_a_path_what_it_gives_a_journey_along_it(rows: list[Row], direct: tuple[int, ...]) -> None:
    paths = converting(paths_of(rows, N_CHANNELS, direct=direct))
    kept = [row for row in rows if row.conversions]
    for model in ADDITIVE:
        influence = AdditiveInfluence(paths, model)
        _, conversion, value = influence.of(np.arange(len(kept)))
        assert weighed(influence, paths) == pytest.approx(both(model, paths), abs=1e-6)
        assert influence.adds_up_to(model.credit(paths))
        if model.name == "shapley" or needs_milestones(model):
            continue  # their weights have tests of their own
        for place, row in enumerate(kept):
            weights = rule_weights(model.name, row, direct, tuple(CUSTOM.values()))
            wanted = np.bincount(row.path, weights, N_CHANNELS)
            assert conversion[place] == pytest.approx([*wanted, *[0] * N_CHANNELS])
            assert value[place] == pytest.approx([*[0] * N_CHANNELS, *wanted])


def test_paths_may_be_asked_for_in_any_order_and_again() -> None:
    paths = paths_of([Row((0, 1, 0), 2), Row((1,), 1), Row((2, 1), 4)], 3)
    influence = AdditiveInfluence(paths, make_model("linear"))
    everything = influence.of(np.arange(3))
    for part, whole in zip(influence.of(np.array([2, 0, 0, 1])), everything, strict=True):
        assert part.tolist() == whole[[2, 0, 0, 1]].tolist()
    chain = ChainInfluence(paths, 2)
    for part, whole in zip(chain.of(np.array([2, 0, 0, 1])), chain.of(np.arange(3)), strict=True):
        assert part.tolist() == whole[[2, 0, 0, 1]].tolist()


def test_a_model_that_is_not_additive_is_found_out() -> None:
    paths = paths_of([Row((0, 1), 8), Row((1,), 1)], 2)
    assert not AdditiveInfluence(paths, Shapley("rate")).adds_up_to(Shapley("rate").credit(paths))


def difference(paths: Paths, model: Model, field: str, place: int, step: float = 1e-4) -> Floats:
    """How fast the credits change with one of the paths' figures."""
    amounts = getattr(paths, field)
    sides = []
    for sign in (1, -1):
        moved = amounts.copy()
        moved[place] += sign * step
        sides.append(both(model, dataclasses.replace(paths, **{field: moved})))
    return (sides[0] - sides[1]) / (2 * step)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@given(rows=journeys(signed=True, min_size=1))
def test_the_chain_s_influence_is_the_derivative_of_its_credit(order: int, rows: list[Row]) -> None:
    # A state that loses or gains nothing at all is at a corner: the value's sides are kept off it.
    rows = [dataclasses.replace(row, value=row.value + 0.37 if row.conversions else 0, nulls=row.nulls + 1) for row in rows]
    paths = paths_of(rows, N_CHANNELS)
    influence = ChainInfluence(paths, order)
    assert weighed(influence, paths) == pytest.approx(both(Markov(order), paths), abs=1e-7)
    passing, conversion, value = influence.of(np.arange(len(rows)))
    for place, row in enumerate(rows):
        assert passing[place] == pytest.approx(difference(paths, Markov(order), "nulls", place), rel=1e-4, abs=1e-3)
        if row.conversions:
            assert conversion[place] == pytest.approx(difference(paths, Markov(order), "conversions", place), rel=1e-4, abs=1e-3)
            assert value[place] == pytest.approx(difference(paths, Markov(order), "value", place), rel=1e-4, abs=1e-3)


def test_the_chain_s_influence_by_hand() -> None:
    """One channel c, 3 journeys convert along (c), 1 does not: all credit is c's, and each conversion more is one more.

    Two channels, (a) 2 conversions and 2 nulls, (b) 6 conversions: lost without a is 2, without b is 6, and they share 8. One conversion
    more along (a) brings a 3 of 9: one more for a, nothing for b. A null along (a) changes nothing, as the chain loses 2 without a still.
    """
    alone = ChainInfluence(paths_of([Row((0,), 3, 0, 1)], 1), 1)
    assert [part.tolist() for part in alone.of(np.array([0]))] == [[[0, 0]], [[1, 0]], [[0, 0]]]
    two = ChainInfluence(paths_of([Row((0,), 2, 20, 2), Row((1,), 6, 60)], 2), 1)
    passing, conversion, value = two.of(np.array([0, 1]))
    assert passing == pytest.approx(np.zeros((2, 4)))
    assert conversion == pytest.approx(np.array([[1, 0, 0, 0], [0, 1, 0, 0]]))
    assert value == pytest.approx(np.array([[0, 0, 1, 0], [0, 0, 0, 1]]))


@pytest.mark.parametrize("dense", [1_000, 0], ids=["at once", "by GMRES"])
@pytest.mark.parametrize("length", [40, 1_200])
def test_a_chain_that_goes_to_and_fro_is_solved_all_the_same(length: int, dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor handed to and fro between two channels needs more steps than are taken."""
    monkeypatch.setattr("attribution.chain_influence.DENSE", dense)
    long = tuple(code for _ in range(length) for code in (0, 1))
    rows = [Row((*long, 2), 5, 50, 1), Row((2, 0), 3, 20, 4), Row((3, 1, 0), 2, 10, 2)]
    rows += [Row((4 + code % 3, code % 2, 0, 1, 4 + (code * 7) % 5), 1, 3, 1) for code in range(30)]
    paths = paths_of(rows, 9)
    for order in (1, 2):
        influence = ChainInfluence(paths, order)
        assert weighed(influence, paths) == pytest.approx(both(Markov(order), paths), rel=1e-6)
        passing, conversion, _ = influence.of(np.array([0, 1]))
        assert passing[1] == pytest.approx(difference(paths, Markov(order), "nulls", 1), rel=1e-3, abs=1e-4)
        assert conversion[0] == pytest.approx(difference(paths, Markov(order), "conversions", 0), rel=1e-3, abs=1e-3)


def test_channels_that_no_journey_took_change_nothing_and_empty_data_neither() -> None:
    paths = paths_of([Row((0,), 0, 0, 0), Row((1, 2), 3, 9, 1)], 4)
    passing, conversion, value = ChainInfluence(paths, 1).of(np.array([1]))
    assert not passing[:, [0, 3, 4, 7]].any()
    assert conversion[0] == pytest.approx([0, 0.5, 0.5, 0, 0, 0, 0, 0])
    assert value[0] == pytest.approx([0, 0, 0, 0, 0, 0.5, 0.5, 0])
    assert covariance(paths_of([], 2), ChainInfluence(paths_of([], 2), 3)).tolist() == np.zeros((4, 4)).tolist()


def test_too_many_channels_are_refused_with_the_way_out() -> None:
    rng = np.random.default_rng(0)
    n = 6_000
    paths = Paths(
        tuple(f"c{code}" for code in range(n)),
        rng.integers(0, n, 12_000),
        np.array([0, 12_000]),
        np.ones(1),
        np.zeros(1),
        np.zeros(1),
        np.zeros(n, dtype=bool),
    )
    with pytest.raises(DataError) as caught:
        ChainInfluence(paths, 2)
    assert str(caught.value) == (
        "markov: 6000 channels make 11998 transitions of order 2, too many for intervals; ask for a coarser cut, such as --by family"
    )


# The covariance, person by person


def literal_covariance(people: list[Person], changes_of: Callable[[Person], Floats]) -> Floats:
    total = 0.0
    for person in people:
        change = changes_of(person)
        total = total + np.outer(change, change)
    return np.asarray(total)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return company(150, seed=8, converting=0.4, several=0.8)


@pytest.mark.parametrize("model", [model for model in ADDITIVE if model.name != "time_decay"], ids=lambda model: model.name)
def test_credits_vary_as_the_credits_of_each_person_say(people: list[Person], model: Model) -> None:
    """In an additive model a person's share of the credit is the credit of the person alone."""
    paths = converting(paths_of_people(people, 5))
    wanted = literal_covariance(people, lambda person: both(model, paths_of_people([person], 5)))
    assert covariance(paths, AdditiveInfluence(paths, model)) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_chain_s_credits_vary_as_each_person_s_changes_say(people: list[Person], order: int) -> None:
    """A person who counts a little more changes the credits by a little: the derivative, one person after the other."""
    paths = paths_of_people(people, 5)
    step = 1e-4

    def changes_of(person: Person) -> Floats:
        sides = []
        for sign in (1, -1):
            times = [1 + sign * step if other is person else 1 for other in people]
            sides.append(both(Markov(order), paths_of_people(people, 5, times=times)))
        return (sides[0] - sides[1]) / (2 * step)

    wanted = literal_covariance(people[:40], changes_of)
    some = paths_of_people(people[:40], 5)
    influence = ChainInfluence(paths, order)
    found = sum(rows.T @ rows for rows in changes(some, _Renumbered(influence, some, paths)))
    assert found == pytest.approx(wanted, rel=1e-4, abs=1e-4)


class _Renumbered:
    """The influence of paths that are numbered otherwise."""

    reads_failures = True

    def __init__(self, influence: ChainInfluence, some: Paths, paths: Paths) -> None:
        def places(of: Paths) -> dict[tuple[int, ...], int]:
            return {
                tuple(of.codes[begin:end].tolist()): place
                for place, (begin, end) in enumerate(zip(of.offsets, of.offsets[1:], strict=False))
            }

        known = places(paths)
        self.number = np.array([known[path] for path in places(some)])
        self.influence, self.size = influence, influence.size

    def of(self, paths: np.ndarray) -> tuple[Floats, Floats, Floats]:
        return self.influence.of(self.number[paths])


def test_blocks_do_not_change_the_covariance(people: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    paths = paths_of_people(people, 5)
    influence = ChainInfluence(paths, 2)
    at_once = covariance(paths, influence)
    monkeypatch.setattr("attribution.influence.BLOCK", 70)
    assert covariance(paths, influence) == pytest.approx(at_once)


def test_the_total_varies_with_all_credits(people: list[Person]) -> None:
    paths = converting(paths_of_people(people, 5))
    whole = covariance(paths, WithTotal(AdditiveInfluence(paths, make_model("linear"))))
    assert whole.shape == (12, 12)
    assert whole[5, 5] == pytest.approx(whole[:5, :5].sum())
    assert whole[11, 11] == pytest.approx(whole[6:11, 6:11].sum())
    assert whole[5, 6:11].sum() == pytest.approx(whole[5, 11])


@given(st.integers(0, 1000))
def test_keys_of_several_journeys_vary_more_than_the_same_journeys_apart(seed: int) -> None:
    people = company(15, seed, several=1.0, converting=0.6)
    together = converting(paths_of_people(people, 5))
    apart = converting(paths_of_people([[journey] for person in people for journey in person], 5))
    spread = [np.trace(covariance(paths, AdditiveInfluence(paths, make_model("last")))) for paths in (together, apart)]
    assert spread[0] >= spread[1] - 1e-6
