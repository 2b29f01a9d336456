"""Models by milestone: the parts go to the touches that led to the lead, the opportunity and the close, as a vendor's convention has it.

Notes
-----
They keep the laws of the rule models, as `attribution.rule_models` lists them. They need paths that carry milestones (`Paths.positions`).
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from attribution.conventions import DEFAULT, LAST_TOUCH, Convention, check_told, find_convention
from attribution.crediting import by_channel, credit_with
from attribution.paths import CLOSE, ENGAGED, FIRST_TOUCH, LEAD, OPPORTUNITY, Credits, Floats, Ints, Paths
from workspace.errors import DataError

Mask = NDArray[np.bool_]

MILESTONES = {"first_touch": FIRST_TOUCH, "lead": LEAD, "opportunity": OPPORTUNITY, "close": CLOSE}
"""Milestones by the names that reports have for them, with their bits."""


def converting(paths: Paths) -> tuple[Ints, Ints, Ints]:
    """Pick the converting paths' steps.

    Returns
    -------
    path : array of int, shape (n_converting,)
        The paths on which anything converted.
    steps : array of int, shape (n_told,)
        Their steps, one path after the other.
    starts : array of int, shape (n_converting,)
        Where in `steps` each path begins.
    """
    lengths = np.diff(paths.offsets)
    path = np.flatnonzero(paths.conversions != 0)
    lengths = lengths[path]
    starts = np.cumsum(lengths) - lengths
    steps = np.repeat(paths.offsets[path] - starts, lengths) + np.arange(int(lengths.sum()))
    return path, steps, starts


def step_weights(positions: Ints, starts: Ints, convention: Convention, model: str) -> Floats:
    """Share one conversion of each path out over its steps.

    Parameters
    ----------
    positions : array of int, shape (n_steps,)
        Bits of `Paths.positions`.
    starts : array of int, shape (n_paths,)
        Where each path begins; every path has at least one step.
    convention : Convention
    model : str
        A milestone model that the convention tells of.

    Returns
    -------
    array of float, shape (n_steps,)
        Adds up to 1 over each path. Where no position is held and no touch can be a middle one, all steps get the same.

    Notes
    -----
    O(n_steps) for each position.

    Examples
    --------
    Marketo Measure's W over a first touch, a form, a visit, the touch of both lead and opportunity, and one that came after:

    >>> positions = np.array([FIRST_TOUCH, ENGAGED, 0, LEAD | OPPORTUNITY, ENGAGED])
    >>> step_weights(positions, np.array([0]), find_convention("marketo"), "w_shaped").round(2).tolist()
    [0.3, 0.1, 0.0, 0.6, 0.0]
    """
    if not len(starts):
        return np.zeros(0)
    weights = convention.milestones[model]
    lengths = np.diff(np.append(starts, len(positions)))
    held = positions & ~LAST_TOUCH
    held[starts + lengths - 1] |= LAST_TOUCH
    shares, some = np.zeros(len(held)), np.zeros(len(held), dtype=np.bool_)
    for bits, part in weights.positions:
        there = (held & bits) != 0
        shares += _in_equal_parts(there, part, starts, lengths)
        some |= there
    if weights.middle:
        shares += _in_equal_parts(_middle(positions, some, convention, starts, lengths), weights.middle, starts, lengths)
    total = np.add.reduceat(shares, starts)
    return np.asarray(np.where(np.repeat(total > 0, lengths), shares, 1.0) / np.repeat(np.where(total > 0, total, lengths), lengths))


def _in_equal_parts(there: Mask, part: float, starts: Ints, lengths: Ints) -> Floats:
    """Give a part in equal parts to those of each path's steps that are `there`."""
    count = np.add.reduceat(there.astype(np.int64), starts)
    return np.asarray(there * np.repeat(part / np.maximum(count, 1), lengths))


def _middle(positions: Ints, some: Mask, convention: Convention, starts: Ints, lengths: Ints) -> Mask:
    """Say which steps may be middle touches; `some` are those in a position."""
    middle = ~some
    if convention.engaged:
        middle &= (positions & ENGAGED) != 0
    if convention.between:
        place = np.arange(len(positions))
        first = np.minimum.reduceat(np.where(some, place, len(place)), starts)
        last = np.maximum.reduceat(np.where(some, place, -1), starts)
        middle &= (place > np.repeat(first, lengths)) & (place < np.repeat(last, lengths))
    return middle


def credit_milestones(paths: Paths, convention: Convention, model: str) -> Credits:
    """Credit the converting paths' steps by a convention.

    Raises
    ------
    DataError
        The milestones are not known.
    """
    if paths.positions is None:
        raise DataError(
            "{model} needs to know which touch led to which stage, and a file of aggregated paths carries no milestones; leave {model} "
            "out, or import the touches and the stages into a workspace",
            model=model,
        )
    path, steps, starts = converting(paths)
    weights = step_weights(paths.positions[steps], starts, convention, model)
    lengths, codes = np.diff(paths.offsets)[path], paths.codes[steps]
    return credit_with(paths, lambda amounts: by_channel(paths, codes, np.repeat(amounts[path], lengths) * weights))


def without_milestone(paths: Paths) -> dict[str, float]:
    """Count the conversions with a touch of which no touch holds a milestone.

    Returns
    -------
    dict of str to float
        By the names of `MILESTONES`.

    Examples
    --------
    >>> paths = Paths(("ads",), np.array([0, 0]), np.array([0, 2]), np.array([3.0]), np.array([9.0]), np.zeros(1), np.zeros(1, bool),
    ...     positions=np.array([FIRST_TOUCH, LEAD | CLOSE]))
    >>> without_milestone(paths)
    {'first_touch': 0.0, 'lead': 0.0, 'opportunity': 3.0, 'close': 0.0}
    """
    if paths.positions is None:
        return dict.fromkeys(MILESTONES, 0.0)
    path, steps, starts = converting(paths)
    if not len(path):
        return dict.fromkeys(MILESTONES, 0.0)
    held = np.bitwise_or.reduceat(paths.positions[steps], starts)
    return {name: float(paths.conversions[path][(held & bit) == 0].sum()) for name, bit in MILESTONES.items()}


@dataclasses.dataclass(frozen=True)
class _MilestoneModel:
    """What the milestone models share: a convention, and crediting by it."""

    convention: str = DEFAULT

    name: ClassVar[str]
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True
    milestones: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_told(find_convention(self.convention), self.name)

    def credit(self, paths: Paths) -> Credits:
        """Credit each touch by the milestones it holds."""
        return credit_milestones(paths, find_convention(self.convention), self.name)


@dataclasses.dataclass(frozen=True)
class UShapedMilestones(_MilestoneModel):
    """Credit the first touch and the touch that led to the lead.

    Parameters
    ----------
    convention : {"marketo", "hubspot"}

    Notes
    -----
    Marketo Measure: 50 % each, nothing for the middle. HubSpot: 40 % each, 20 % shared by all other touches. Keeps every law of the rule
    models. Breaks reversal. For journeys that stop at the lead it is near `u_shaped`, whose last touch is then the lead's.
    """

    name: ClassVar[str] = "u_shaped_milestones"
    summary: ClassVar[str] = "The first touch and the touch before the lead get the same, the middle the rest, as the convention says."


@dataclasses.dataclass(frozen=True)
class WShaped(_MilestoneModel):
    """Credit the first touch, the touch that led to the lead and the one that led to the opportunity.

    Parameters
    ----------
    convention : {"marketo", "hubspot", "dreamdata"}

    Notes
    -----
    30 % each, 10 % shared by the middle: in Marketo Measure by the touches between those positions that are more than a visit, in HubSpot
    by all others. Dreamdata has the first and the last touch, and 30 % for the touches that led to a stage. Keeps every law of the rule
    models. Breaks reversal.

    Examples
    --------
    A webinar brought an opportunity's person, an advertisement the form, a mail the opportunity; search was there between:

    >>> paths = Paths(("ads", "email", "search", "webinar"), np.array([3, 0, 2, 1]), np.array([0, 4]), np.ones(1), np.array([1000.0]),
    ...     np.zeros(1), np.zeros(4, bool), positions=np.array([FIRST_TOUCH, LEAD, 0, OPPORTUNITY | CLOSE]))
    >>> WShaped().credit(paths).value.round(2).tolist()
    [333.33, 333.33, 0.0, 333.33]
    >>> WShaped("hubspot").credit(paths).value.round(2).tolist()
    [300.0, 300.0, 100.0, 300.0]
    """

    name: ClassVar[str] = "w_shaped"
    summary: ClassVar[str] = "The first touch and the touches before the lead and the opportunity get 30 % each, those between share 10 %."


@dataclasses.dataclass(frozen=True)
class FullPath(_MilestoneModel):
    """Credit the first touch and the touches that led to the lead, to the opportunity and to the close.

    Parameters
    ----------
    convention : {"marketo", "hubspot"}

    Notes
    -----
    22.5 % each, 10 % shared by the middle. Keeps every law of the rule models. Breaks reversal. For conversions that are no close it is
    `w_shaped` but for the part of the middle: 10 of 77.5 instead of 10 of 100.
    """

    name: ClassVar[str] = "full_path"
    summary: ClassVar[str] = (
        "The first touch and the touches before the lead, the opportunity and the close get 22.5 % each, those between share 10 %."
    )
