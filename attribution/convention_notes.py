"""What a report says of the convention that its models follow, and of milestones that no touch stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attribution.conventions import LAST_TOUCH, Convention, find_convention
from attribution.milestone_models import MILESTONES, without_milestone
from attribution.models import Model, needs_milestones
from attribution.paths import Paths
from reports.report import Text

NAMES = {
    "first_touch": Text("the first touch"),
    "lead": Text("the lead"),
    "opportunity": Text("the opportunity"),
    "close": Text("the close"),
}
"""Milestones as a sentence names them."""


def followed(asked: str | None, models: Sequence[Any]) -> Convention | None:
    """Say which convention models follow: the one asked for, else that of the milestone models, if any is there."""
    if asked is not None:
        return find_convention(asked)
    return next((find_convention(model.convention) for model in models if needs_milestones(model)), None)


def notes_of_convention(
    convention: Convention | None, models: Sequence[Model], deals: Paths | None, lookback_days: float | None
) -> list[Text]:
    """State a convention's rules, and in how many of the journeys with milestones no touch stands for one that its models weigh.

    Parameters
    ----------
    convention : Convention or None
        The one that is followed.
    models : sequence of Model
    deals : Paths or None
        The journeys with milestones.
    lookback_days : float or None
        The lookback where it was asked for; else these journeys have none.

    Examples
    --------
    >>> notes_of_convention(None, [], None, None)
    []
    """
    if convention is None:
        return []
    notes = [Text(convention.rules, date=convention.date)]
    weighed = 0
    for model in models:
        if model.name in convention.milestones:
            for bits, _ in convention.milestones[model.name].positions:
                weighed |= bits & ~LAST_TOUCH
    if deals is None:
        return notes
    if lookback_days is None:
        notes.append(
            Text("Models by milestone look at all touches until the deal, however long ago: they have a lookback only with --lookback.")
        )
    total = float(deals.conversions.sum())
    for name, count in without_milestone(deals).items():
        if count and MILESTONES[name] & weighed:
            notes.append(
                Text(
                    "In {count} of {total} journeys that converted no touch stands for {milestone}; its part goes to the others.",
                    count=_whole(count),
                    total=_whole(total),
                    milestone=NAMES[name],
                )
            )
    return notes


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number
