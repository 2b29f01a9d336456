"""The registry: models by name, with their parameters."""

from __future__ import annotations

import pytest

from attribution.markov import Markov
from attribution.milestone_models import WShaped
from attribution.models import DEFAULT_MODELS, MODELS, find_model, make_model, parameter_names, touch_weights
from attribution.paths import CLOSE, ENGAGED, FIRST_TOUCH, LEAD, OPPORTUNITY
from attribution.position_models import Custom, UShaped
from attribution.rule_models import LastNonDirect, TimeDecay
from attribution.shapley import Shapley
from tests.attribution.oracles import Row, paths_of
from workspace.errors import UsageError

NAMES = (
    "first, last, last_non_direct, linear, time_decay, u_shaped, j_shaped, inverse_j, participation, custom, u_shaped_milestones, "
    "w_shaped, full_path, markov, shapley"
)


def test_names_are_unique_and_the_default_ones_exist() -> None:
    assert ", ".join(model.name for model in MODELS) == NAMES
    assert set(DEFAULT_MODELS) <= {model.name for model in MODELS}


@pytest.mark.parametrize("name", ["last_non_direct", "Last non-direct", " LAST-NON-DIRECT "])
def test_names_are_read_as_people_write_them(name: str) -> None:
    assert find_model(name) is LastNonDirect


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("markow", f"there is no model 'markow'; did you mean 'markov'? The models are: {NAMES}"),
        ("u-shape", f"there is no model 'u-shape'; did you mean 'u_shaped'? The models are: {NAMES}"),
        ("", f"there is no model ''; the models are: {NAMES}"),
        ("42", f"there is no model '42'; the models are: {NAMES}"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        find_model(name)
    assert str(error.value) == message


def test_models_are_made_with_their_parameters() -> None:
    assert make_model("time_decay") == TimeDecay(7.0)
    assert make_model("Time decay", half_life_days=14) == TimeDecay(14)
    assert make_model("u_shaped", first=0.3) == UShaped(0.3, 0.4)
    assert make_model("custom", first=1, middle=2, last=3) == Custom(1, 2, 3)
    assert make_model("w_shaped", convention="HubSpot") == WShaped("HubSpot")
    assert make_model("markov") == Markov(1)
    assert make_model("markov", order=3) == Markov(3)
    assert make_model("shapley", game="rate", shrinkage=2.0) == Shapley("rate", shrinkage=2.0)


def test_parameters_are_the_fields() -> None:
    assert {model.name: parameter_names(model) for model in MODELS if parameter_names(model)} == {
        "time_decay": ("half_life_days",),
        "u_shaped": ("first", "last"),
        "j_shaped": ("pair",),
        "inverse_j": ("pair",),
        "custom": ("first", "middle", "last", "halved"),
        "u_shaped_milestones": ("convention",),
        "w_shaped": ("convention",),
        "full_path": ("convention",),
        "markov": ("order",),
        "shapley": ("game", "ordered", "shrinkage"),
    }


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("first", {"half_life_days": 7.0}, "first takes no parameters; 'half_life_days' was given: leave it out"),
        ("u_shaped", {"middle": 0.2}, "u_shaped takes no parameter 'middle'; it takes: first, last"),
        ("custom", {"first": 1.0}, "custom needs a value for: middle, last"),
    ],
)
def test_parameters_a_model_cannot_use_are_refused(name: str, parameters: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError) as error:
        make_model(name, **parameters)
    assert str(error.value) == message


def test_models_are_frozen_and_only_participation_does_not_conserve() -> None:
    for model in MODELS:
        assert model.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert [model.name for model in MODELS if not model.conserves] == ["participation"]


def test_touches_have_weights_where_the_model_credits_touches() -> None:
    held = (FIRST_TOUCH, LEAD | ENGAGED, OPPORTUNITY | CLOSE)
    journey = paths_of([Row((0, 1, 0), 1, ages=(14, 7, 0), positions=held)], 2, direct=(0,))
    weights = {}
    for model in MODELS:
        made = Custom(1, 2, 1) if model is Custom else make_model(model.name)
        seen = touch_weights(made, journey)
        weights[model.name] = None if seen is None else seen.round(4).tolist()
    assert weights == {
        "first": [1, 0, 0],
        "last": [0, 0, 1],
        "last_non_direct": [0, 1, 0],
        "linear": [0.3333, 0.3333, 0.3333],
        "time_decay": [0.1429, 0.2857, 0.5714],
        "u_shaped": [0.4, 0.2, 0.4],
        "j_shaped": [0.2, 0.2, 0.6],
        "inverse_j": [0.6, 0.2, 0.2],
        "participation": None,
        "custom": [0.25, 0.5, 0.25],
        "u_shaped_milestones": [0.5, 0.5, 0],
        "w_shaped": [0.3333, 0.3333, 0.3333],
        "full_path": [0.25, 0.25, 0.5],
        "markov": None,
        "shapley": None,
    }
