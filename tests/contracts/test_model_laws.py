"""The laws every model keeps."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from attribution.markov import Markov
from attribution.milestone_models import FullPath, UShapedMilestones, WShaped
from attribution.models import MODELS, Model, make_model
from attribution.paths import Credits
from attribution.position_models import Custom, InverseJ, JShaped
from attribution.shapley import Shapley
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, directs, journeys

NEEDED = {"custom": {"first": 3.0, "middle": 5.0, "last": 2.0}}
"""Parameters of the models that cannot be made without."""

VARIANTS: list[Model] = [
    Markov(2),
    Markov(5),
    Shapley("conversions"),
    Shapley("rate"),
    Shapley(ordered=True),
    JShaped(0.3),
    InverseJ(0.7),
    Custom(3, 5, 2, halved=True),
    UShapedMilestones("hubspot"),
    WShaped("hubspot"),
    WShaped("dreamdata"),
    FullPath("hubspot"),
]
"""Models whose parameters change how they are computed."""

ALL: list[Model] = [*(make_model(model.name, **NEEDED.get(model.name, {})) for model in MODELS), *VARIANTS]
BY_CONVERSIONS = [model for model in ALL if model.name != "markov" and getattr(model, "game", "") != "rate"]
"""Models that read converting journeys alone."""

every_model = pytest.mark.parametrize("model", ALL, ids=repr)


def each(models: Sequence[Model]) -> Iterator[Model]:
    """Go through models over the same journeys, so that these are drawn once; a failure tells the model."""
    for model in models:
        note(f"model: {model}")
        yield model


def near(amounts: object, *, total: float = 1.0) -> object:
    return pytest.approx(amounts, rel=1e-9, abs=1e-9 * max(abs(total), 1.0))


def assert_same(seen: Credits, wanted: Credits, *, times: float = 1.0) -> None:
    assert seen.channels == wanted.channels
    assert seen.conversions == near(wanted.conversions * times)
    assert seen.value == near(wanted.value * times, total=1000.0)
    assert seen.unattributed_conversions == wanted.unattributed_conversions * times
    assert seen.unattributed_value == wanted.unattributed_value * times
    assert seen.extra.keys() == wanted.extra.keys()
    for name, column in wanted.extra.items():
        np.testing.assert_allclose(seen.extra[name], column, rtol=1e-9, atol=1e-9)


@settings(deadline=None)
@given(rows=journeys(signed=True), direct=directs, rest=st.integers(0, 9))
def test_credit_and_what_is_unattributed_add_up(rows: list[Row], direct: tuple[int, ...], rest: int) -> None:
    for model in each(ALL):
        credits = model.credit(paths_of(rows, N_CHANNELS, direct=direct, rest=rest))
        assert (credits.unattributed_conversions, credits.unattributed_value) == (rest, 10 * rest)
        conversions, value = sum(row.conversions for row in rows), sum(row.value for row in rows)
        if model.conserves:
            assert credits.conversions.sum() == near(conversions)
            assert credits.value.sum() == near(value, total=1000.0)
        else:
            assert credits.conversions.sum() >= conversions


@settings(deadline=None)
@given(rows=journeys(), direct=directs)
def test_credit_is_not_negative(rows: list[Row], direct: tuple[int, ...]) -> None:
    for model in each(ALL):
        credits = model.credit(paths_of(rows, N_CHANNELS, direct=direct))
        assert (credits.conversions >= 0).all()
        assert (credits.value >= 0).all()


@settings(deadline=None)
@given(rows=journeys(signed=True), direct=directs, seed=st.integers())
def test_order_of_journeys_does_not_matter(rows: list[Row], direct: tuple[int, ...], seed: int) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))
    for model in each(ALL):
        assert_same(model.credit(paths_of(shuffled, N_CHANNELS, direct=direct)), model.credit(paths_of(rows, N_CHANNELS, direct=direct)))


@settings(deadline=None)
@given(rows=journeys(signed=True), direct=directs)
def test_counting_equal_journeys_apart_does_not_matter(rows: list[Row], direct: tuple[int, ...]) -> None:
    apart = []
    for row in rows:
        # Value stays where a conversion is: without one there is none (`Paths.value`; the engine gives none, the reader of files refuses
        # it), so the models may leave out a path that nobody took, and the coalition games a set of channels that never converted.
        one = min(row.conversions, 1)
        value = row.value if row.conversions == one else 0
        apart.append(dataclasses.replace(row, conversions=one, value=value, nulls=0))
        apart.append(dataclasses.replace(row, conversions=row.conversions - one, value=row.value - value))
    for model in each(ALL):
        assert_same(model.credit(paths_of(apart, N_CHANNELS, direct=direct)), model.credit(paths_of(rows, N_CHANNELS, direct=direct)))


@settings(deadline=None)
@given(rows=journeys(signed=True), direct=directs, new=st.permutations(range(N_CHANNELS)))
def test_renaming_channels_renames_credit(rows: list[Row], direct: tuple[int, ...], new: list[int]) -> None:
    for model in each(ALL):
        before = model.credit(paths_of(rows, N_CHANNELS, direct=direct))
        moved = [dataclasses.replace(row, path=tuple(new[code] for code in row.path)) for row in rows]
        after = model.credit(paths_of(moved, N_CHANNELS, direct=[new[code] for code in direct]))
        back = dataclasses.replace(
            after,
            conversions=after.conversions[new],
            value=after.value[new],
            extra={name: column[new] for name, column in after.extra.items()},
        )
        assert_same(back, before)


@settings(deadline=None)
@given(rows=journeys(signed=True), direct=directs, rest=st.integers(0, 9))
def test_twice_the_journeys_twice_the_credit(rows: list[Row], direct: tuple[int, ...], rest: int) -> None:
    for model in each(ALL):
        once = model.credit(paths_of(rows, N_CHANNELS, direct=direct, rest=rest))
        twice = model.credit(paths_of([*rows, *rows], N_CHANNELS, direct=direct, rest=2 * rest))
        assert_same(dataclasses.replace(twice, extra={}), dataclasses.replace(once, extra={}), times=2)
        for name, column in once.extra.items():
            np.testing.assert_allclose(twice.extra[name], column, rtol=1e-9, atol=1e-9)


@settings(deadline=None)
@given(rows=journeys(signed=True), direct=directs)
def test_a_channel_in_no_converting_journey_gets_nothing(rows: list[Row], direct: tuple[int, ...]) -> None:
    for model in each(ALL):
        credits = model.credit(paths_of(rows, N_CHANNELS, direct=direct))
        met = {code for row in rows for code in row.path if row.conversions or (model.name == "markov" and row.nulls)}
        idle = [code for code in range(N_CHANNELS) if code not in met]
        assert credits.conversions[idle].tolist() == [0.0] * len(idle)
        assert credits.value[idle].tolist() == [0.0] * len(idle)


@settings(deadline=None)
@given(rows=journeys(signed=True), direct=directs)
def test_journeys_that_did_not_convert_change_nothing_unless_rates_are_read(rows: list[Row], direct: tuple[int, ...]) -> None:
    converting = [dataclasses.replace(row, nulls=0) for row in rows if row.conversions]
    for model in each(BY_CONVERSIONS):
        assert_same(model.credit(paths_of(converting, N_CHANNELS, direct=direct)), model.credit(paths_of(rows, N_CHANNELS, direct=direct)))


@settings(deadline=None)
@given(rows=journeys(min_size=1), direct=directs)
def test_unknown_value_stays_unknown(rows: list[Row], direct: tuple[int, ...]) -> None:
    for model in each(ALL):
        credits = model.credit(paths_of(rows, N_CHANNELS, direct=direct, known=False, rest=1))
        assert np.isnan(credits.value).all()
        assert np.isnan(credits.unattributed_value)
        known = model.credit(paths_of(rows, N_CHANNELS, direct=direct)).conversions
        if isinstance(model, Markov) and model.order > 1:
            # A chain of a higher order is solved until what is left out of every total, the value too, is below its precision
            # (`attribution.removal.PRECISION`, 1e-13): where a value is known, it may take more steps.
            assert credits.conversions == near(known)
        else:
            assert credits.conversions.tolist() == known.tolist()


@every_model
@pytest.mark.parametrize("n_channels", [0, 3])
def test_no_journeys_at_all(model: Model, n_channels: int) -> None:
    credits = model.credit(paths_of([], n_channels, rest=4))
    assert credits.conversions.tolist() == [0.0] * n_channels
    assert credits.value.tolist() == [0.0] * n_channels
    assert (credits.unattributed_conversions, credits.unattributed_value) == (4, 40)


@every_model
def test_a_model_says_what_it_is(model: Model) -> None:
    assert model.name == model.name.lower()
    assert model.summary.endswith(".")
    assert "Notes" in (type(model).__doc__ or "")
