"""The attribution models there are, and how one is asked for by name."""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any, ClassVar, Protocol, cast

import numpy as np

from attribution.markov import Markov
from attribution.milestone_models import FullPath, UShapedMilestones, WShaped
from attribution.paths import Credits, Floats, Paths
from attribution.position_models import Custom, First, InverseJ, JShaped, Last, Linear, UShaped
from attribution.rule_models import LastNonDirect, Participation, TimeDecay
from attribution.shapley import Shapley
from workspace.errors import UsageError


class Model(Protocol):
    """A way to credit conversions to channels: a frozen dataclass whose fields are its parameters.

    Attributes
    ----------
    name : str
        What the user calls it.
    summary : str
        One sentence in English, the key of its translation.
    conserves : bool
        Whether credit adds up to the conversions and to the value. All but one model do.
    credits_touches : bool
        Whether each touch of a journey has a weight of its own; else the model credits channels, and a touch has none.

    Notes
    -----
    Every model keeps these laws: credit + unattributed = conversions, and value (where it `conserves`); the order of the journeys
    changes nothing, nor does counting equal ones together; renaming channels renames their credit; twice the data, twice the
    credit; credit is never negative where no amount is.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    conserves: ClassVar[bool]
    credits_touches: ClassVar[bool]

    def credit(self, paths: Paths) -> Credits:
        """Credit the conversions and the value of the paths to their channels."""


MODELS: tuple[type[Model], ...] = (
    First,
    Last,
    LastNonDirect,
    Linear,
    TimeDecay,
    UShaped,
    JShaped,
    InverseJ,
    Participation,
    Custom,
    UShapedMilestones,
    WShaped,
    FullPath,
    Markov,
    Shapley,
)
"""Every model, in the order in which they are listed."""

DEFAULT_MODELS: tuple[str, ...] = ("first", "last", "linear", "markov", "shapley")
"""The models shown side by side where none is asked for."""


def find_model(name: str) -> type[Model]:
    """Look a model up by its name; capitals, and `-` or a blank for `_`, do not matter.

    Raises
    ------
    UsageError
        There is no such model; the message suggests the nearest.

    Examples
    --------
    >>> find_model("U-shaped").__name__
    'UShaped'
    >>> find_model("sharpley")
    Traceback (most recent call last):
    workspace.errors.UsageError: there is no model 'sharpley'; did you mean 'shapley'? The models are: first, last, last_non_direct, \
linear, time_decay, u_shaped, j_shaped, inverse_j, participation, custom, u_shaped_milestones, w_shaped, full_path, markov, shapley
    """
    names = [model.name for model in MODELS]
    wanted = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    for model in MODELS:
        if model.name == wanted:
            return model
    listed = ", ".join(names)
    if near := difflib.get_close_matches(wanted, names, n=1):
        raise UsageError(
            "there is no model '{name}'; did you mean '{nearest}'? The models are: {names}", name=name, nearest=near[0], names=listed
        )
    raise UsageError("there is no model '{name}'; the models are: {names}", name=name, names=listed)


def needs_milestones(model: type[Model] | Model) -> bool:
    """Say whether a model reads the milestones of paths (`Paths.positions`).

    Examples
    --------
    >>> needs_milestones(WShaped), needs_milestones(Markov)
    (True, False)
    """
    return bool(getattr(model, "milestones", False))


def parameter_names(model: type[Model] | Model) -> tuple[str, ...]:
    """Name the parameters a model takes.

    Examples
    --------
    >>> parameter_names(TimeDecay), parameter_names(First)
    (('half_life_days',), ())
    """
    return tuple(field.name for field in dataclasses.fields(cast(Any, model)))


def make_model(name: str, **parameters: float | str) -> Model:
    """Make a model from its name and parameters.

    Raises
    ------
    UsageError
        There is no such model, it takes no such parameter, it needs one that is not given, or it cannot work with a value.

    Examples
    --------
    >>> make_model("time_decay", half_life_days=14)
    TimeDecay(half_life_days=14)
    """
    model = find_model(name)
    taken = parameter_names(model)
    for parameter in parameters:
        if parameter not in taken:
            if not taken:
                raise UsageError(
                    "{model} takes no parameters; '{parameter}' was given: leave it out", model=model.name, parameter=parameter
                )
            raise UsageError(
                "{model} takes no parameter '{parameter}'; it takes: {taken}", model=model.name, parameter=parameter, taken=", ".join(taken)
            )
    needed = [field.name for field in dataclasses.fields(cast(Any, model)) if field.default is dataclasses.MISSING]
    missing = [parameter for parameter in needed if parameter not in parameters]
    if missing:
        raise UsageError("{model} needs a value for: {missing}", model=model.name, missing=", ".join(missing))
    return model(**parameters)


def touch_weights(model: Model, journey: Paths) -> Floats | None:
    """Say which share of its conversion each touch of one journey gets.

    Parameters
    ----------
    model : Model
    journey : Paths
        One path with one conversion; `recency` too where the model needs it.

    Returns
    -------
    array of float, shape (n_steps,), or None
        None where the model credits channels and no touch has a weight of its own (`credits_touches`).

    Examples
    --------
    >>> journey = Paths(("ads", "email"), np.array([0, 1, 0]), np.array([0, 3]), np.ones(1), np.ones(1), np.zeros(1), np.zeros(2, bool))
    >>> touch_weights(UShaped(), journey).round(2).tolist()
    [0.4, 0.2, 0.4]
    """
    if not model.credits_touches:
        return None
    # Each touch is made a channel of its own, so the model itself says what it gets.
    steps = np.arange(len(journey.codes))
    names = tuple(str(step) for step in steps)
    return model.credit(dataclasses.replace(journey, channels=names, codes=steps, direct=journey.direct[journey.codes])).conversions
