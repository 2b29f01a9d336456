"""Rule models: the vendors' tables of weights, a worked example, and the same journey by journey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, note

from attribution.models import MODELS, Model, make_model, needs_milestones, touch_weights
from attribution.position_models import Custom, InverseJ, JShaped, Linear, UShaped
from attribution.rule_models import LastNonDirect, Participation, TimeDecay
from tests.attribution import oracles
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, directs, journeys
from workspace.errors import DataError, UsageError

CUSTOM = (30, 50, 20)
OTHERS = ("custom", "markov", "shapley")
RULES = [make_model(model.name) for model in MODELS if model.name not in OTHERS and not needs_milestones(model)] + [Custom(*CUSTOM)]

# Weights in percent of journeys of one to five touches. Adobe: models.md of the Analytics documentation.
TABLE = {
    "first": [[100], [100, 0], [100, 0, 0], [100, 0, 0, 0], [100, 0, 0, 0, 0]],
    "last": [[100], [0, 100], [0, 0, 100], [0, 0, 0, 100], [0, 0, 0, 0, 100]],
    "linear": [[100], [50, 50], [100 / 3] * 3, [25] * 4, [20] * 5],
    "u_shaped": [[100], [50, 50], [40, 20, 40], [40, 10, 10, 40], [40, 20 / 3, 20 / 3, 20 / 3, 40]],
    "j_shaped": [[100], [25, 75], [20, 20, 60], [20, 10, 10, 60], [20, 20 / 3, 20 / 3, 20 / 3, 60]],
    "inverse_j": [[100], [75, 25], [60, 20, 20], [60, 10, 10, 20], [60, 20 / 3, 20 / 3, 20 / 3, 20]],
    "custom": [[100], [60, 40], [30, 50, 20], [30, 25, 25, 20], [30, 50 / 3, 50 / 3, 50 / 3, 20]],
}


@pytest.mark.parametrize(("name", "weights"), [(name, row) for name, table in TABLE.items() for row in table])
def test_weights_by_number_of_touches(name: str, weights: list[float]) -> None:
    model = next(rule for rule in RULES if rule.name == name)
    seen = touch_weights(model, paths_of([Row((0,) * len(weights), 1)], 1))
    assert seen == pytest.approx([weight / 100 for weight in weights], rel=1e-14)


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        (Linear(), [12.5, 12.5, 12.5, 12.5]),
        (JShaped(), [10, 5, 5, 30]),
        (TimeDecay(), [6.92, 9.32, 16.88, 16.88]),
        (Participation(), [50, 50, 50, 50]),
    ],
)
def test_fifty_dollars_in_four_touches(model: Model, dollars: list[float]) -> None:
    """Adobe's worked example: an order of $50 after four touches, 9, 6, 0 and 0 days before it."""
    credits = model.credit(paths_of([Row((0, 1, 2, 3), 1, 50, ages=(9, 6, 0, 0))], 4))
    assert credits.value == pytest.approx(dollars, abs=0.005)


@given(rows=journeys(signed=True), direct=directs)
def test_equals_journey_by_journey(rows: list[Row], direct: tuple[int, ...]) -> None:
    paths = paths_of(rows, N_CHANNELS, direct=direct)
    worth = [Row(row.path, row.value, ages=row.ages) for row in rows]
    for model in RULES:
        note(f"model: {model.name}")
        credits = model.credit(paths)
        expected = oracles.rule_credit(model.name, rows, N_CHANNELS, direct, CUSTOM)
        assert credits.conversions == pytest.approx(expected, rel=1e-12, abs=1e-12)
        expected = oracles.rule_credit(model.name, worth, N_CHANNELS, direct, CUSTOM)
        assert credits.value == pytest.approx(expected, rel=1e-12, abs=1e-10)


@pytest.mark.parametrize(
    ("path", "credited"),
    [((1, 2, 0), 2), ((1, 0, 0), 1), ((0, 1, 2), 2), ((0, 0), 0), ((0,), 0), ((1, 3, 0), 1), ((0, 3), 3), ((3, 0), 0)],
)
def test_last_non_direct_skips_trailing_direct(path: tuple[int, ...], credited: int) -> None:
    """Channels 0 and 3 are direct; where all are, the last one is credited. (A UDF of Snowplow's leaves 'A > D > D' at D.)"""
    credits = LastNonDirect().credit(paths_of([Row(path, 1)], 4, direct=(0, 3)))
    assert np.flatnonzero(credits.conversions).tolist() == [credited]


def test_participation_knows_the_true_totals() -> None:
    credits = Participation().credit(paths_of([Row((0, 1, 0), 3, 30), Row((1,), 1, 5)], 2, rest=2))
    assert credits.conversions.tolist() == [3, 4]
    assert credits.value.tolist() == [30, 35]
    assert credits.diagnostics == {"total_conversions": 6.0, "total_value": 55.0}


def test_custom_takes_proportions() -> None:
    paths = paths_of([Row((0, 1, 2), 1), Row((1, 2), 1)], 3)
    assert Custom(2, 1, 2).credit(paths).conversions.tolist() == UShaped().credit(paths).conversions.tolist()


def test_custom_without_weight_at_the_ends_halves_two_touches() -> None:
    credits = Custom(0, 1, 0).credit(paths_of([Row((0, 1), 4), Row((2, 3, 2), 1)], 4))
    assert credits.conversions.tolist() == [2, 2, 0, 1]


@pytest.mark.parametrize("weights", [(0, 0, 0), (-1, 1, 1), (1, float("nan"), 1), (1, 1, float("inf")), (1e308, 1e308, 0)])
def test_custom_refuses_weights(weights: tuple[float, float, float]) -> None:
    with pytest.raises(UsageError) as error:
        Custom(*weights)
    assert str(error.value) == (
        f"custom: weights of {weights[0]}, {weights[1]} and {weights[2]} cannot be used; give three numbers of 0 or more, at least one "
        "above 0, for the first touch, those between and the last, for example 40, 20 and 40"
    )


@pytest.mark.parametrize(
    ("model", "pair"),
    [
        (JShaped(0.3), [0.3, 0.7]),
        (InverseJ(0.7), [0.7, 0.3]),
        (Custom(30, 50, 20, halved=True), [0.55, 0.45]),
        (Custom(0, 1, 0, halved=True), [0.5, 0.5]),
    ],
)
def test_two_touches_as_amplitude_has_them(model: Model, pair: list[float]) -> None:
    """Amplitude: J 30/70, inverse J 70/30, custom's middle half and half; one touch, and three, are as everywhere."""
    assert touch_weights(model, paths_of([Row((0, 1), 1)], 2)) == pytest.approx(pair)
    assert touch_weights(model, paths_of([Row((0,), 1)], 1)) == pytest.approx([1])
    three = Custom(model.first, model.middle, model.last) if isinstance(model, Custom) else type(model)()
    assert touch_weights(model, paths_of([Row((0, 1, 0), 1)], 2)) == pytest.approx(touch_weights(three, paths_of([Row((0, 1, 0), 1)], 2)))


@pytest.mark.parametrize("pair", [-0.1, 1.1, float("nan")])
@pytest.mark.parametrize("model", [JShaped, InverseJ])
def test_shares_of_two_touches_that_cannot_be_are_refused(model: type[JShaped | InverseJ], pair: float) -> None:
    with pytest.raises(UsageError) as error:
        model(pair)
    assert str(error.value) == (
        f"{model.name}: a share of {pair} for the first of two touches cannot be used; give one from 0 to 1, for example 0.25"
    )


@pytest.mark.parametrize("shares", [(0.7, 0.4), (-0.1, 0.4), (float("nan"), 0.4)])
def test_u_shaped_refuses_shares(shares: tuple[float, float]) -> None:
    with pytest.raises(UsageError) as error:
        UShaped(*shares)
    assert str(error.value) == (
        f"u_shaped: shares of {shares[0]} and {shares[1]} for the first and last touch cannot be used; give two shares from 0 to 1 "
        "whose sum is at most 1, for example 0.4 and 0.4"
    )


def test_u_shaped_takes_shares_that_leave_nothing_between() -> None:
    assert touch_weights(UShaped(0.7, 0.3), paths_of([Row((0, 1, 2), 1)], 3)) == pytest.approx([0.7, 0, 0.3])


@pytest.mark.parametrize("days", [0, -7, float("nan"), float("inf")])
def test_time_decay_refuses_half_lives(days: float) -> None:
    with pytest.raises(UsageError) as error:
        TimeDecay(days)
    assert str(error.value) == f"time_decay: a half-life of {days} days cannot be used; give a number of days above 0, for example 7"


def test_time_decay_needs_times() -> None:
    paths = paths_of([Row((0,), 1)], 1)
    object.__setattr__(paths, "recency", None)
    with pytest.raises(DataError) as error:
        TimeDecay().credit(paths)
    assert str(error.value) == (
        "time_decay needs to know when each touch happened, and a file of aggregated paths carries no times; "
        "leave time_decay out, or import the touches into a workspace"
    )


def test_time_decay_refuses_weights_of_another_half_life() -> None:
    with pytest.raises(ValueError, match=r"paths weighted with half-life 7\.0, model has 14"):
        TimeDecay(14).credit(paths_of([Row((0,), 1)], 1))
