"""Which share of its conversion each touch of one journey gets, by every model for which one journey has an answer."""

from __future__ import annotations

import numpy as np

from attribution.markov import Markov
from attribution.models import Model, touch_weights
from attribution.ordered_shapley import touch_shares
from attribution.paths import Floats, Paths
from attribution.rule_models import Participation
from attribution.shapley import Shapley


def is_additive(model: Model) -> bool:
    """Tell whether a model's credit is a sum over journeys; markov and the Shapley game of rates look at all of them together."""
    return not (isinstance(model, Markov) or (isinstance(model, Shapley) and model.game == "rate"))


def journey_shares(model: Model, journey: Paths) -> Floats | None:
    """Say which share of its conversion each touch of one journey gets, so that the shares of all journeys add up to the model's credit.

    Parameters
    ----------
    model : Model
    journey : Paths
        One path with one conversion; `recency` too where the model needs it.

    Returns
    -------
    array of float, shape (n_steps,), or None
        None where the credit is no sum over journeys (`is_additive`): what the model gives to one of them is not defined.

    Notes
    -----
    Shapley and participation credit the channels of a journey; here a channel's touches share what it gets in the journey equally.
    Shares add up to 1, those of participation to the number of channels.

    Examples
    --------
    >>> journey = Paths(("ads", "email"), np.array([0, 1, 0]), np.array([0, 3]), np.ones(1), np.ones(1), np.zeros(1), np.zeros(2, bool))
    >>> for model in (Shapley(), Participation(), Shapley("rate")):
    ...     print(journey_shares(model, journey))
    [0.25 0.5  0.25]
    [0.5 1.  0.5]
    None
    """
    if not is_additive(model):
        return None
    if isinstance(model, Shapley):
        return touch_shares(journey)
    if isinstance(model, Participation):
        return touch_shares(journey) * len(np.unique(journey.codes))
    return touch_weights(model, journey)
