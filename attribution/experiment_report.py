"""The experiments that were imported, each beside what the models credit in its period."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from attribution.attribute import make_models
from attribution.experiment_fit import is_on
from attribution.experiments import CUTS, Estimate, Finding, examine, read_experiments
from attribution.goals import choose_goal
from attribution.question import Question
from reports.report import Report, Text
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    from attribution.models import Model


def experiments(workspace: Workspace, question: Question) -> Report:
    """List the experiments with their factor against each model.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        Its models, and its goal where only the experiments on one are wanted; each experiment has its own period.

    Returns
    -------
    Report
        One row for each experiment and model: `channel`, `campaign`, `name`, `kind`, `goal`, `since`, `until`, `incremental`,
        `incremental_low`, `incremental_high`, `model`, `credit_conversions`, `factor`, `factor_low`, `factor_high`, `problem`. The bounds
        are at the experiment's own level. One that cannot be used has a single row, with its problem. A column of `MAY_LACK` is there
        where some experiment fills it.

    Raises
    ------
    DataError
        There are none, none of the goal, or no conversions of it.
    UsageError
        No model can be compared.
    """
    import pandas as pd

    made = make_models(question)
    models = [model for model in made if model.conserves]
    if not models:
        raise UsageError(
            "experiments are held against models whose figures add up to the conversions; those of {models} do not",
            models=", ".join(model.name for model in made),
        )
    known = read_experiments(workspace)
    goal = choose_goal(workspace, question.goal) if question.goal is not None else None
    findings = [finding for by in CUTS for finding in _on(workspace, dataclasses.replace(question, by=by), models, known, goal)]
    if goal is not None:
        # One that does not say its goal may have counted this one.
        findings = [finding for finding in findings if finding.goal == goal or finding.experiment.goal is None]
    if not findings:
        raise DataError("There are no experiments that counted the goal '{goal}'; leave out --goal to see all", goal=goal)
    findings.sort(key=lambda finding: (finding.name, finding.experiment.since, finding.experiment.until))
    frame = pd.DataFrame([row for finding in findings for row in _rows(finding, models)], columns=COLUMNS)
    frame = frame.drop(columns=[name for name in MAY_LACK if frame[name].isna().all()])
    notes = [
        Text(
            "The factor is what the experiment found over what the model credits in the same period: at 100 % it credits what the channel "
            "brought, below 100 % it credits too much."
        ),
        Text("The intervals are at each experiment's own level and hold the chance in the experiment alone."),
        Text("smarketing attribution --calibrate scales credit by these factors."),
    ]
    if dropped := [model.name for model in made if not model.conserves]:
        notes.append(Text("{models} is not compared: its figures do not add up to the conversions there were.", models=", ".join(dropped)))
    lookback = question.lookback_days or workspace.settings.attribution.lookback_days
    meta = {"goal": goal, "level": question.level, "lookback_days": lookback, "rules": workspace.settings.channels.rules}
    return Report("experiments", Text("What experiments found, and what the models credit"), frame, tuple(notes), meta)


COLUMNS = [
    *("channel", "campaign", "name", "kind", "goal", "since", "until", "incremental", "incremental_low", "incremental_high"),
    *("model", "credit_conversions", "factor", "factor_low", "factor_high", "problem"),
]
MAY_LACK = ("campaign", "name", "incremental_low", "incremental_high", "factor_low", "factor_high", "problem")
"""Columns that are left out where no experiment fills them."""


def _on(workspace: Workspace, question: Question, models: list[Model], known: list[Any], goal: str | None) -> list[Finding]:
    """Examine the experiments on one cut."""
    chosen = [experiment for experiment in known if is_on(experiment) == question.by]
    return examine(workspace, question, models, chosen, question.by, goal) if chosen else []


def _rows(finding: Finding, models: list[Model]) -> list[dict[str, Any]]:
    experiment = finding.experiment
    own = {name: getattr(experiment, name) for name in ("channel", "campaign", "name", "kind", "since", "until")}
    own |= {"campaign" if experiment.campaign is not None else "channel": finding.name, "goal": finding.goal or experiment.goal}
    estimate = finding.estimate
    if estimate is None:
        return [own | {"incremental": experiment.incremental, "problem": finding.problem}]
    own |= {"incremental": estimate.incremental, "incremental_low": estimate.low, "incremental_high": estimate.high}
    return [own | _factor(finding, estimate, model.name) for model in models]


def _factor(finding: Finding, estimate: Estimate, model: str) -> dict[str, Any]:
    row: dict[str, Any] = {"model": model, "credit_conversions": finding.credited[model]}
    factor = finding.factor(model)
    if factor is None:
        return row | {"problem": Text("The model credits it with nothing in that period.")}
    bounds = {"factor_low": estimate.low, "factor_high": estimate.high}
    shares = {name: bound / finding.credited[model] for name, bound in bounds.items() if bound is not None}
    return row | {"factor": factor.value} | shares
