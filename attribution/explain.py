"""One conversion, touch by touch: what led to it, and what each model gives to whom, also under the other rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from attribution import naming
from attribution.attribute import make_models
from attribution.convention_notes import followed
from attribution.explain_reports import Explained, rules_report, touches_report, weights_report
from attribution.journey_shares import journey_shares
from attribution.models import MODELS, Model, needs_milestones
from attribution.one_journey import Journey, Journeys, Named
from attribution.paths import ENGAGED, Floats, Ints, Paths, Recency
from attribution.question import DAY, Question, check_milestones
from attribution.touch_milestones import positions_of
from attribution.transforms import WHOLE
from reports.report import Report
from workspace import reading
from workspace.errors import DataError
from workspace.goals import goal_key
from workspace.store import Workspace

SHOWN = {"touches": touches_report, "weights": weights_report, "rules": rules_report}
"""The reports of one conversion by the name that `--show` takes."""


def explain(workspace: Workspace, name: str, question: Question, shown: str = "all") -> list[Report]:
    """Explain the conversions that bear a name.

    Parameters
    ----------
    workspace : Workspace
    name : str
        A conversion's own id, or its person or account.
    question : Question
        `goal` keeps the conversions of that goal alone; its models (every one where it names none), lookback, level and transform are
        those of the journeys and weights.
    shown : {"all", "touches", "weights", "rules"}
        Which reports.

    Returns
    -------
    list of Report
        For each conversion, in order of time: its touches, what each model gives to each of them, and to each channel under the rules in
        force and the other ones; of one without a touch, only that it has none.

    Raises
    ------
    DataError
        There is no such conversion.
    UsageError
        A model that needs milestones was named, and touches are left out.

    Notes
    -----
    The weights of all conversions of a goal add up to what `attribution.attribute.attribute` credits.
    """
    found = _named(workspace, name, question.goal)
    naming.name_origins(workspace)
    models = _models(question)
    journeys = Journeys(workspace, question)
    reports = []
    for conversion in found:
        told = _explained(journeys, conversion, models)
        wanted = [shown] if shown != "all" else [*SHOWN] if told.attributed else ["touches"]
        reports += [SHOWN[name](told) for name in wanted]
    return reports


def _models(question: Question) -> list[Model]:
    """Make the models that are asked for; where none is, all that can be."""
    if question.models or question.convention:
        models = make_models(question)
        if any(needs_milestones(model) for model in models):
            check_milestones(question)
        return models
    every = tuple(model.name for model in MODELS if model.name != "custom" or question.weights)
    models = make_models(dataclasses.replace(question, models=every))
    return [model for model in models if question.transform == WHOLE or not needs_milestones(model)]


def _named(workspace: Workspace, name: str, goal: str | None) -> list[dict[str, Any]]:
    """Find the conversions of that name and goal."""
    found = reading.conversions_named(workspace, name)
    if not found:
        raise DataError(
            "There is no conversion '{name}'; give its id, or the person or account that converted, as they were imported", name=name
        )
    kept = [row for row in found if goal is None or goal_key(row["goal"]) == goal_key(goal)]
    if not kept:
        goals = ", ".join(dict.fromkeys(row["goal"] for row in found))
        raise DataError("'{name}' has no conversion of the goal '{goal}'; there are: {goals}", name=name, goal=goal, goals=goals)
    return kept


def _explained(journeys: Journeys, conversion: dict[str, Any], models: Sequence[Model]) -> Explained:
    """Gather all that the reports of a conversion say."""
    journey = journeys.find(conversion)
    touches, deal = journey.touches, journey.deal
    asked = any(needs_milestones(model) for model in models)
    # Beside the journey those before it that hold a milestone; all of them where a model credits them.
    holders = [deal + place for place, names in enumerate(journey.milestones) if names or asked]
    places = np.union1d(np.arange(journey.begin, journey.end), np.array(holders, dtype=np.int64))
    inside = np.isin(places, journey.inside)

    def shares(named: Named, counted: Ints) -> dict[str, Floats]:
        alone = _path(journey, named, counted, conversion["at"], journeys.question.half_life_days)
        whole = _path(journey, named, np.arange(deal, journey.end), conversion["at"], journeys.question.half_life_days)
        return _shares(models, places, alone, counted, whole, np.arange(deal, journey.end))

    return Explained(
        conversion=conversion,
        level=journeys.question.level,
        touches=[touches.rows[place] for place in places],
        steps=[int(step) if there else None for step, there in zip(np.cumsum(inside), inside, strict=True)],
        channels=[touches.named.channels[place] for place in places],
        other_channels=[touches.otherwise.channels[place] for place in places],
        milestones=[journey.milestones[place - deal] if place >= deal else () for place in places],
        rules=journeys.rules,
        other_rules=journeys.others,
        models=tuple(models),
        convention=followed(journeys.question.convention, models),
        shares=shares(touches.named, journey.inside),
        other_shares=shares(touches.otherwise, journey.otherwise_inside),
        lookback_days=journeys.lookback_days,
        zone=journeys.workspace.settings.time_zone,
    )


def _shares(models: Sequence[Model], places: Ints, alone: Paths, counted: Ints, whole: Paths, deal: Ints) -> dict[str, Floats]:
    """Say what each model gives to each touch that is shown.

    Parameters
    ----------
    models : sequence of Model
    places : array of int, shape (n_shown,)
    alone, whole : Paths
        The journey, and all touches that may hold milestones.
    counted, deal : array of int
        The places of their steps.

    Returns
    -------
    dict of str to array of float, shape (n_shown,)
        NaN for a touch that does not count. Models whose credit is no sum over journeys, or which find no touch, are left out.
    """
    found = {}
    for model in models:
        path, steps = (whole, deal) if needs_milestones(model) else (alone, counted)
        given = journey_shares(model, path) if len(steps) else None
        if given is not None:
            spread = np.full(len(places), np.nan)
            spread[np.searchsorted(places, steps)] = given
            found[model.name] = spread
    return found


def _path(journey: Journey, named: Named, places: Ints, at: int, half_life_days: float) -> Paths:
    """Make one path of one conversion."""
    channels = [named.channels[place] for place in places]
    names = tuple(sorted(set(channels)))
    code = {name: number for number, name in enumerate(names)}
    ages = (at - journey.touches.at[places]) / DAY
    # As in `attribution.journeys`: from the last touch on, for at a short half-life every touch might weigh nothing.
    weights = np.exp2((ages.min(initial=np.inf) - ages) / half_life_days)
    weights = weights / weights.sum()
    marks = [journey.milestones[place - journey.deal] if place >= journey.deal else () for place in places]
    engaged = np.array([ENGAGED * (journey.touches.rows[place]["kind"] in naming.ENGAGED) for place in places], dtype=np.int64)
    one = np.ones(min(len(places), 1))
    return Paths(
        names,
        np.array([code[channel] for channel in channels], dtype=np.int64),
        np.array([0, len(places)][: len(one) + 1], dtype=np.int64),
        one,
        one,
        np.zeros(len(one)),
        np.array([name == naming.DIRECT for name in names], dtype=np.bool_),
        recency=Recency(half_life_days, weights, weights),
        positions=np.array(positions_of(marks), dtype=np.int64) | engaged,
    )
