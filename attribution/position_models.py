"""Models by place: a share for the first touch, one for each touch between, one for the last, all from the number of touches alone.

Notes
-----
They keep the laws of the rule models, as `attribution.rule_models` lists them.
"""

from __future__ import annotations

import dataclasses
import math
from typing import ClassVar

import numpy as np

from attribution.crediting import by_channel, credit_with
from attribution.paths import Credits, Floats, Ints, Paths
from reports.report import Text
from workspace.errors import UsageError

Shares = tuple[Floats, Floats, Floats]
"""Shares of the first touch, of each touch between, and of the last, each of shape (n_paths,)."""


def end_shares(length: Ints, first: float, middle: float, last: float, pair: float | None = None) -> Shares:
    """Share a conversion among the first touch, all touches between together, and the last.

    Parameters
    ----------
    length : array of int, shape (n_paths,)
        Number of touches of each path, at least 1.
    first, middle, last : float
        Weights, not negative, not all zero; only their proportions count.
    pair : float or None
        What the first of two touches gets, the second getting the rest; None leaves `middle` out of two touches and brings `first` and
        `last` to a sum of 1, or gives each touch half where both are zero.

    Returns
    -------
    Shares
        A single touch gets all.

    Examples
    --------
    >>> first, between, last = end_shares(np.array([1, 2, 4]), 20, 20, 60)
    >>> first.tolist(), between.tolist(), last.tolist()
    ([1.0, 0.25, 0.2], [0.0, 0.0, 0.1], [0.0, 0.75, 0.6])
    """
    total, ends = first + middle + last, first + last
    if pair is None:
        pair = first / ends if ends > 0 else 0.5
    long = length > 2
    of_first = np.where(long, first / total, np.where(length == 2, pair, 1.0))
    of_last = np.where(long, last / total, np.where(length == 2, 1.0 - pair, 0.0))
    return of_first, np.where(long, middle / total / np.maximum(length - 2, 1), 0.0), of_last


def credit_places(paths: Paths, shares: Shares) -> Credits:
    """Credit the first touch, the touches between and the last touch of every path with their shares.

    Notes
    -----
    O(n_paths) where the touches between get nothing, else O(n_steps).
    """
    first, between, last = shares
    starts, ends = paths.offsets[:-1], paths.offsets[1:] - 1
    has_between = bool(between.any())
    inner = np.full(len(paths.codes), has_between)
    if has_between:
        inner[starts] = False
        inner[ends] = False
    inner_codes = paths.codes[inner]
    inner_length = np.maximum(np.diff(paths.offsets) - 2, 0) * has_between

    def spread(amounts: Floats) -> Floats:
        at_ends = by_channel(paths, paths.codes[starts], first * amounts) + by_channel(paths, paths.codes[ends], last * amounts)
        return at_ends + by_channel(paths, inner_codes, np.repeat(between * amounts, inner_length))

    return credit_with(paths, spread)


@dataclasses.dataclass(frozen=True)
class First:
    """Credit the first touch.

    Notes
    -----
    Keeps every law of the rule models. Breaks reversal: the same journey backwards is credited otherwise.

    Examples
    --------
    >>> paths = Paths(("ads", "email"), np.array([0, 1, 1]), np.array([0, 3]), np.array([8.0]), np.array([40.0]), np.zeros(1),
    ...     np.zeros(2, bool))
    >>> First().credit(paths).conversions.tolist()
    [8.0, 0.0]
    """

    name: ClassVar[str] = "first"
    summary: ClassVar[str] = "The first touch gets the whole conversion."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def credit(self, paths: Paths) -> Credits:
        """Credit the first touch of each path."""
        return credit_places(paths, end_shares(np.diff(paths.offsets), 1, 0, 0))


@dataclasses.dataclass(frozen=True)
class Last:
    """Credit the last touch.

    Notes
    -----
    Keeps every law of the rule models. Breaks reversal: the same journey backwards is credited otherwise.
    """

    name: ClassVar[str] = "last"
    summary: ClassVar[str] = "The last touch gets the whole conversion."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def credit(self, paths: Paths) -> Credits:
        """Credit the last touch of each path."""
        return credit_places(paths, end_shares(np.diff(paths.offsets), 0, 0, 1))


@dataclasses.dataclass(frozen=True)
class Linear:
    """Credit every touch of a journey alike.

    Notes
    -----
    Keeps every law of the rule models, and reversal: the order of the touches changes nothing. A channel met twice gets twice the
    share.
    """

    name: ClassVar[str] = "linear"
    summary: ClassVar[str] = "Every touch of the journey gets the same share."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def credit(self, paths: Paths) -> Credits:
        """Credit every touch of each path with the same share."""
        length = np.diff(paths.offsets)
        share = 1.0 / length
        return credit_places(paths, (share, share, np.where(length > 1, share, 0.0)))


@dataclasses.dataclass(frozen=True)
class UShaped:
    """Credit the first and the last touch most, those between share the rest (position-based).

    Parameters
    ----------
    first, last : float
        Shares of the ends in journeys of three touches or more; 0.4 each by default.

    Notes
    -----
    One touch 100 %; two 50/50; more 40 %, 20 % shared by those between, 40 %. Adobe, Amplitude, Matomo and Snowplow agree.
    HubSpot and Marketo Measure give the shares to milestones (first touch, lead creation) instead of places. Keeps every law of
    the rule models; keeps reversal while `first` equals `last`.
    """

    first: float = 0.4
    last: float = 0.4

    name: ClassVar[str] = "u_shaped"
    summary: ClassVar[str] = "The first and the last touch get 40 % each unless set otherwise, those between share the rest."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def __post_init__(self) -> None:
        # 1e-9: shares such as 0.7 and 0.3 may add up to a hair over 1.
        if not (self.first >= 0 and self.last >= 0 and self.first + self.last <= 1 + 1e-9):
            raise UsageError(
                "u_shaped: shares of {first} and {last} for the first and last touch cannot be used; give two shares from 0 to 1 "
                "whose sum is at most 1, for example 0.4 and 0.4",
                first=self.first,
                last=self.last,
            )

    def credit(self, paths: Paths) -> Credits:
        """Credit both ends of each path most."""
        between = max(1 - self.first - self.last, 0.0)
        return credit_places(paths, end_shares(np.diff(paths.offsets), self.first, between, self.last))


def _check_pair(model: str, pair: float) -> None:
    if not 0 <= pair <= 1:
        raise UsageError(
            "{model}: a share of {pair} for the first of two touches cannot be used; give one from 0 to 1, for example 0.25",
            model=model,
            pair=pair,
        )


@dataclasses.dataclass(frozen=True)
class JShaped:
    """Credit the last touch most, the first and those between share the rest.

    Parameters
    ----------
    pair : float
        What the first of two touches gets.

    Notes
    -----
    One touch 100 %; two 25/75, as Adobe has it (Amplitude: 30/70); more 20 %, 20 % shared by those between, 60 %. Keeps every law
    of the rule models. Breaks reversal: the journey backwards is credited as by `inverse_j`.
    """

    pair: float = 0.25

    name: ClassVar[str] = "j_shaped"
    summary: ClassVar[str] = "The last touch gets 60 %, the first 20 %, those between share 20 %."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def __post_init__(self) -> None:
        _check_pair(self.name, self.pair)

    def credit(self, paths: Paths) -> Credits:
        """Credit the last touch of each path most."""
        return credit_places(paths, end_shares(np.diff(paths.offsets), 0.2, 0.2, 0.6, self.pair))


@dataclasses.dataclass(frozen=True)
class InverseJ:
    """Credit the first touch most, the last and those between share the rest.

    Parameters
    ----------
    pair : float
        What the first of two touches gets.

    Notes
    -----
    One touch 100 %; two 75/25, as Adobe has it (Amplitude: 70/30); more 60 %, 20 % shared by those between, 20 %. Keeps every law
    of the rule models. Breaks reversal: the journey backwards is credited as by `j_shaped`.
    """

    pair: float = 0.75

    name: ClassVar[str] = "inverse_j"
    summary: ClassVar[str] = "The first touch gets 60 %, the last 20 %, those between share 20 %."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def __post_init__(self) -> None:
        _check_pair(self.name, self.pair)

    def credit(self, paths: Paths) -> Credits:
        """Credit the first touch of each path most."""
        return credit_places(paths, end_shares(np.diff(paths.offsets), 0.6, 0.2, 0.2, self.pair))


@dataclasses.dataclass(frozen=True)
class Custom:
    """Credit the first touch, all touches between together, and the last by weights of one's own.

    Parameters
    ----------
    first, middle, last : float
        Weights; only their proportions count, so 40, 20, 40 and 2, 1, 2 are the same.
    halved : bool
        Whether each of two touches gets half of `middle`, as Amplitude has it (which also lets weights add up to other than 100 %).

    Notes
    -----
    One touch gets all; of two, `middle` is left out and the others keep their proportion, as Adobe has it; with nothing for either end,
    two touches get half each. Keeps every law of the rule models; keeps reversal while `first` equals `last`.
    """

    first: float
    middle: float
    last: float
    halved: bool = False

    name: ClassVar[str] = "custom"
    summary: ClassVar[str] = "The first touch, those between and the last share by weights of your own."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def __post_init__(self) -> None:
        weights = (self.first, self.middle, self.last)
        if not (all(weight >= 0 for weight in weights) and 0 < sum(weights) < math.inf):
            raise UsageError(
                "custom: weights of {first}, {middle} and {last} cannot be used; give three numbers of 0 or more, at least one "
                "above 0, for the first touch, those between and the last, for example 40, 20 and 40",
                first=f"{self.first:g}",
                middle=f"{self.middle:g}",
                last=f"{self.last:g}",
            )

    def note(self) -> Text | None:
        """Say what the weights come to where they add up neither to 1 nor to 100."""
        total = self.first + self.middle + self.last
        if any(math.isclose(total, whole, rel_tol=1e-9) for whole in (1, 100)):
            return None
        return Text(
            "The weights of custom add up to {total}, and only their proportions count: {first:.1%}, {middle:.1%} and {last:.1%}.",
            total=f"{total:g}",
            first=self.first / total,
            middle=self.middle / total,
            last=self.last / total,
        )

    def credit(self, paths: Paths) -> Credits:
        """Credit each path's touches by the weights given."""
        pair = (self.first + self.middle / 2) / (self.first + self.middle + self.last) if self.halved else None
        return credit_places(paths, end_shares(np.diff(paths.offsets), self.first, self.middle, self.last, pair))
