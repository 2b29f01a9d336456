"""The Shapley value of each channel, in closed form."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from attribution.crediting import by_channel, credit_with, distinct_channels
from attribution.paths import Credits, Paths


@dataclasses.dataclass(frozen=True)
class Shapley:
    """Share each journey's conversions equally among its distinct channels.

    Notes
    -----
    The players are the channels; a coalition is worth the conversions of the journeys that needed no other channel:
    v(S) = sum of the conversions of the journeys whose channels all lie in S. That game is a sum of unanimity games, one for each
    journey, and the Shapley value of a unanimity game is an equal split among its players. So the value, a sum over 2^n coalitions
    by definition, costs one sort of n_steps integers.

    Keeps efficiency (credit adds up to the conversions and to the value), symmetry (channels that take part in the same journeys
    are credited alike), the null player (a channel in no converting journey gets nothing), additivity. Order and repetition of
    touches change nothing, nor do journeys that did not convert: a channel that is met often without converting is not credited
    less for it (`markov` does so).

    References
    ----------
    L. S. Shapley, A value for n-person games, 1953. K. Zhao, S. H. Mahboobi, S. R. Bagheri, Shapley value methods for attribution
    modeling in online advertising, 2018, arXiv:1804.05327.

    Examples
    --------
    >>> paths = Paths(("ads", "email"), np.array([0, 1, 0, 1]), np.array([0, 3, 4]), np.array([8.0, 1.0]), np.zeros(2), np.zeros(2),
    ...     np.zeros(2, bool))
    >>> Shapley().credit(paths).conversions.tolist()
    [4.0, 5.0]
    """

    name: ClassVar[str] = "shapley"
    summary: ClassVar[str] = "Each channel gets its Shapley value: a journey's channels share its conversion equally."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = False

    def credit(self, paths: Paths) -> Credits:
        """Credit the distinct channels of each path with equal shares."""
        path, channel = distinct_channels(paths)
        share = 1.0 / np.bincount(path, minlength=len(paths.offsets) - 1)
        return credit_with(paths, lambda amounts: by_channel(paths, channel, (amounts * share)[path]))
