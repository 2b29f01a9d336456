"""Experiments beside the models: what each found, what a model credits in the same period, and the factor between the two."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from attribution import naming
from attribution.calibration import Factor
from attribution.experiment_fit import Names, goal_of, is_on, wrong_days, wrong_goal, wrong_name
from attribution.experiment_periods import Credited, Periods
from attribution.question import Question
from reports.report import Text
from workspace import reading
from workspace.errors import DataError
from workspace.records import Experiment
from workspace.store import Workspace

if TYPE_CHECKING:
    from attribution.models import Model

CUTS = ("channel", "campaign")
"""What experiments are run on."""


@dataclasses.dataclass(frozen=True, slots=True)
class Estimate:
    """How many conversions an experiment says its channel brought in its period, with the standard error (None where not known)."""

    incremental: float
    deviation: float | None = None
    low: float | None = None
    high: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """An experiment held against the models.

    Parameters
    ----------
    experiment : Experiment
    name : str
        The channel or campaign as reports have it; as the experiment has it where there is none.
    goal : str or None
        The goal it counted.
    estimate : Estimate or None
    credited : dict of str to float
        By model: what it credits to `name` in the experiment's period.
    problem : Text or None
        Why it cannot be used; then there is no estimate.
    """

    experiment: Experiment
    name: str
    goal: str | None = None
    estimate: Estimate | None = None
    credited: Mapping[str, float] = dataclasses.field(default_factory=dict)
    problem: Text | None = None

    def factor(self, model: str) -> Factor | None:
        """Give the factor of a model's credit; None where the model credits nothing that could be scaled."""
        credited = self.credited.get(model, 0.0)
        if self.estimate is None or credited <= 0:
            return None
        deviation = self.estimate.deviation
        return Factor(self.estimate.incremental / credited, None if deviation is None else deviation / credited)


def estimate(experiment: Experiment, conversions: float) -> Estimate:
    """Say how many conversions an experiment found its channel to have brought.

    Parameters
    ----------
    experiment : Experiment
    conversions : float
        All of its goal in its period, with a touch or without.

    Notes
    -----
    Incremental conversions count as they are, divided by the part of the market that was seen. A lift l is what came on top of the rest,
    so of N conversions N l / (1 + l) came through the channel; bounds are turned in the same way. The standard error is the width of
    the interval over twice the normal quantile of its level.

    Examples
    --------
    >>> day = dt.date(2026, 3, 1)
    >>> estimate(Experiment(day, day, "Ads", lift=0.25, lift_low=0.0, lift_high=0.6), 1000)
    Estimate(incremental=200.0, deviation=95.66..., low=0.0, high=375.0)
    """
    if experiment.incremental is not None:
        counts = (experiment.incremental, experiment.incremental_low, experiment.incremental_high)
        point, low, high = (None if count is None else count / experiment.coverage for count in counts)
    else:
        lifts = (experiment.lift, experiment.lift_low, experiment.lift_high)
        point, low, high = (None if lift is None else conversions * lift / (1 + lift) for lift in lifts)
    assert point is not None, "the import refuses experiments that found nothing"
    if low is None or high is None:
        return Estimate(point)
    return Estimate(point, (high - low) / (2 * quantile(experiment.confidence)), low, high)


def quantile(level: float) -> float:
    """Give the normal quantile of a two-sided interval.

    Examples
    --------
    >>> round(quantile(0.95), 4)
    1.96
    """
    return NormalDist().inv_cdf((1 + level) / 2)


def read_experiments(workspace: Workspace) -> list[Experiment]:
    """Read the experiments that were imported.

    One that names no goal gives way to the same one imported again with its goal.

    Raises
    ------
    DataError
        There are none.
    """
    fields = {field.name for field in dataclasses.fields(Experiment)} - {"id"}
    rows = reading.experiments(workspace)
    if not rows:
        raise DataError("There are no experiments yet; import some with 'smarketing import csv FILE --as experiments'")
    known = [Experiment(**{name: row[name] for name in fields}, id=row["key"]) for row in rows]
    with_goal = {dataclasses.replace(one, **UNTOLD) for one in known if one.goal is not None}
    return [one for one in known if one.goal is not None or dataclasses.replace(one, **UNTOLD) not in with_goal]


UNTOLD: dict[str, Any] = dict.fromkeys(
    ("goal", "incremental", "incremental_low", "incremental_high", "lift", "lift_low", "lift_high", "note")
) | {"confidence": 0.0, "coverage": 0.0}
"""What does not tell one experiment from another, the goal apart: emptied, two records are equal where they are of the same one."""


def examine(
    workspace: Workspace, question: Question, models: Sequence[Model], experiments: Iterable[Experiment], by: str, goal: str | None = None
) -> list[Finding]:
    """Hold experiments against the models.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        What journeys are; its goal and period give way to each experiment's own.
    models : sequence of Model
    experiments : iterable of Experiment
    by : {"channel", "campaign"}
        What they are to be experiments on.
    goal : str or None
        Use only those of this goal.

    Returns
    -------
    list of Finding
        In the order of the experiments.

    Notes
    -----
    Journeys are built once for each distinct period and goal.
    """
    naming.name_origins(workspace)
    names = Names(naming.labels(workspace, by)[0].values(), translated=by == "channel")
    goals = reading.goals(workspace)
    span = _span(workspace)
    periods = Periods(workspace, dataclasses.replace(question, by=by), models)
    findings = []
    for experiment in experiments:
        target = experiment.campaign or experiment.channel or ""
        name = (names.find(target) if is_on(experiment) == by else None) or target
        found = Finding(experiment, name, goal_of(experiment, goals))
        period: Credited | Text = (
            wrong_name(experiment, name, by, names)
            or wrong_goal(experiment, found.goal, goals, goal)
            or wrong_days(experiment, span)
            or periods.credited(experiment.since, experiment.until, str(found.goal))
        )
        if isinstance(period, Text):
            findings.append(dataclasses.replace(found, problem=period))
            continue
        credited = {model: amounts.get(name, 0.0) for model, amounts in period.by_model.items()}
        findings.append(dataclasses.replace(found, estimate=estimate(experiment, period.conversions), credited=credited))
    return findings


def _span(workspace: Workspace) -> tuple[dt.date, dt.date] | None:
    found = reading.span(workspace)
    zone = zoneinfo.ZoneInfo(workspace.settings.time_zone)
    return found and (dt.datetime.fromtimestamp(found[0], zone).date(), dt.datetime.fromtimestamp(found[1], zone).date())
