"""Aggregated journeys, the one thing a model reads, and credits, the one thing it returns."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, eq=False)
class Recency:
    """Time-decay weights, summed over the journeys of each path.

    A touch `age` days before its conversion weighs 2^(-age / half_life_days), divided by the sum over its journey.

    Parameters
    ----------
    half_life_days : float
    conversions, value : array of float, shape (n_steps,)
        For each step of each path, the sum of its weights over the path's converting journeys (times each journey's value).
    """

    half_life_days: float
    conversions: Floats
    value: Floats


FIRST_TOUCH, LEAD, OPPORTUNITY, CLOSE, ENGAGED = 1, 2, 4, 8, 16
"""Bits of `Paths.positions`: the touch is the journey's first, the latest at or before the lead, the opportunity, the close; more than
a mere visit."""


@dataclasses.dataclass(frozen=True, eq=False)
class Keys:
    """Which journeys belong to one key (person or account), so that samples can be drawn by key.

    Parameters
    ----------
    key, path : array of int, shape (n_journeys,)
        The journeys of the keys that have several, ordered by key (a number of no meaning, from 0); each with its path. Journeys of a path
        that stand nowhere here are of keys that have no other.
    conversions, value, nulls : array of float, shape (n_journeys,)
        Of each journey; value is 0 where it is not known.
    squares : array of float, shape (n_paths, 3)
        Sums over all converting journeys of the path, these here included: conversions squared, conversions x value, value squared.
    unattributed : array of float, shape (3,)
        The same sums over conversions without a touch.
    """

    key: Ints
    path: Ints
    conversions: Floats
    value: Floats
    nulls: Floats
    squares: Floats
    unattributed: Floats


@dataclasses.dataclass(frozen=True, eq=False)
class Paths:
    """Journeys that went through the same channels in the same order, counted together.

    Path p went through `codes[offsets[p]:offsets[p + 1]]`, at least one step, repeats kept.

    Parameters
    ----------
    channels : tuple of str
        Names of the channels; a code is a place in it. (With `--by campaign` these are campaigns, and so on.)
    codes : array of int, shape (n_steps,)
    offsets : array of int, shape (n_paths + 1,)
    conversions : array of float, shape (n_paths,)
        How many journeys along the path converted.
    value : array of float, shape (n_paths,)
        The sum of what they were worth; a conversion of unknown value adds nothing, and a path without conversions has 0. All NaN when
        no value is known at all.
    nulls : array of float, shape (n_paths,)
        How many journeys along the path did not convert.
    direct : array of bool, shape (n_channels,)
        Which channels are direct traffic.
    unattributed_conversions, unattributed_value : float
        Conversions without a touch: shown, never spread.
    recency : Recency or None
        Time-decay weights; None where the times of the touches are not known (a file of aggregated paths).
    positions : array of int, shape (n_steps,), or None
        Which milestones of its journey each step holds, as bits (`FIRST_TOUCH`, ...); one step may hold several, a milestone that was not
        reached or that no touch came before is held by none. None where milestones were not asked for.
    keys : Keys or None
        None where samples by key were not asked for.
    """

    channels: tuple[str, ...]
    codes: Ints
    offsets: Ints
    conversions: Floats
    value: Floats
    nulls: Floats
    direct: NDArray[np.bool_]
    unattributed_conversions: float = 0.0
    unattributed_value: float = 0.0
    recency: Recency | None = None
    positions: Ints | None = None
    keys: Keys | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Credits:
    """What a model credits to each channel.

    Parameters
    ----------
    channels : tuple of str
    conversions : array of float, shape (n_channels,)
    value : array of float, shape (n_channels,)
    unattributed_conversions, unattributed_value : float
        `conversions.sum() + unattributed_conversions` equals the conversions of the paths and those without a touch.
    extra : mapping of str to array of float, shape (n_channels,)
        Further columns of the model, by their name in the column catalogue ("removal_effect").
    diagnostics : mapping of str to number or str
        Figures about the fit, for the report's meta ("conversion_probability").
    """

    channels: tuple[str, ...]
    conversions: Floats
    value: Floats
    unattributed_conversions: float = 0.0
    unattributed_value: float = 0.0
    extra: dict[str, Floats] = dataclasses.field(default_factory=dict)
    diagnostics: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, eq=False)
class Draws:
    """Credits in data that might have been: one row for each replicate.

    Parameters
    ----------
    conversions, value : array of float, shape (n_draws, n_channels)
        Value is NaN throughout where no value is known.
    unattributed_conversions, unattributed_value : array of float, shape (n_draws,)
    total_conversions, total_value : array of float, shape (n_draws,), or None
        All conversions, for a model whose credit does not add up to them; None where it does.
    """

    conversions: Floats
    value: Floats
    unattributed_conversions: Floats
    unattributed_value: Floats
    total_conversions: Floats | None = None
    total_value: Floats | None = None
