"""Calibrating a report: which experiments fit it, the factor of each channel and model, and what a reader must know of it."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from attribution.attribute import make_models
from attribution.calibration import NOT_EXPLAINED, Factor, calibrate, calibrated_draws, combined, constant, with_rest
from attribution.calibration_notes import notes_of, nothing_credited, reason
from attribution.experiments import CUTS, Finding, examine, read_experiments
from attribution.goals import choose_goal
from attribution.paths import Credits, Draws, Floats
from attribution.question import Question
from reports.report import Text
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    from attribution.models import Model

SAID = 3
"""So many reasons are given where nothing fits."""

REPLICATES = 1000
"""Drawn from the experiments' intervals where the model has none of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Calibration:
    """The factors of one model, and how they came about.

    Parameters
    ----------
    factors : dict of str to Factor
        By channel.
    widened : dict of str to float
        By what the deviation of channels whose experiments disagree was widened.
    nothing : tuple of str
        Tested channels that the model credits with nothing in their experiments' periods.
    """

    factors: dict[str, Factor]
    widened: dict[str, float]
    nothing: tuple[str, ...]


def calibrated(
    workspace: Workspace,
    question: Question,
    results: Mapping[str, Credits],
    draws: Mapping[str, Draws] | None = None,
    models: Sequence[Model] | None = None,
) -> tuple[dict[str, Credits], dict[str, Draws] | None, list[Text]]:
    """Scale credits to the experiments in the workspace.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        What the results answer.
    results : mapping of str to Credits
        By model, all of the same channels.
    draws : mapping of str to Draws, or None
        The models' own replicates, where they were asked for.
    models : sequence of Model, or None
        Those of the results; None makes them from the question.

    Returns
    -------
    results : dict of str to Credits
        With `factor` among the further columns and, without `draws`, `conversions_low`, `conversions_high`, `value_low`, `value_high`
        from the experiments' intervals alone. All with the channel `NOT_EXPLAINED` where one of them needs it.
    draws : dict of str to Draws, or None
        Of the same channels as the results.
    notes : list of Text

    Raises
    ------
    UsageError
        The report is broken down by what no experiment is run on.
    DataError
        There are no experiments, or none that fits this report.
    """
    if question.by not in CUTS:
        raise UsageError("--calibrate works by channel or by campaign, which experiments are run on; leave out --by {by}", by=question.by)
    conserving = [model for model in models or make_models(question) if model.name in results and model.conserves]
    if not conserving:
        raise UsageError(
            "--calibrate needs a model whose figures add up to the conversions; those of {models} do not",
            models=", ".join(results),
        )
    goal = choose_goal(workspace, question.goal)
    findings = examine(workspace, question, conserving, read_experiments(workspace), question.by, goal)
    chosen = {name: counted(several) for name, several in _by_name(findings).items()}
    found = {model.name: calibration_of(model.name, chosen) for model in conserving}
    if not any(calibration.factors for calibration in found.values()):
        raise _nothing_fits(findings, found, question.by)
    credits = {name: calibrate(result, found[name].factors) if name in found else result for name, result in results.items()}
    drawn = _replicates(results, draws, found)
    if any(NOT_EXPLAINED in credit.channels for credit in credits.values()) or any(map(_has_rest, drawn.values())):
        credits = {name: with_rest(credit) for name, credit in credits.items()}
    else:
        drawn = {name: _without_rest(replicates) for name, replicates in drawn.items()}
    intervals = "none" if not drawn else "experiments" if draws is None else "both"
    notes = notes_of(dataclasses.replace(question, goal=goal), findings, chosen, found, results, credits, intervals)
    if draws is None:
        return {name: _with_bounds(credit, drawn.get(name)) for name, credit in credits.items()}, None, notes
    return credits, drawn, notes


def _replicates(results: Mapping[str, Credits], draws: Mapping[str, Draws] | None, found: Mapping[str, Calibration]) -> dict[str, Draws]:
    """Calibrate replicates: the models' own, or equal ones where there are none and an experiment has an interval.

    Returns
    -------
    dict of str to Draws
        By model, with the channel `NOT_EXPLAINED`; those of models that are not calibrated have it too.
    """
    if draws is None:
        uncertain = {name: any(factor.deviation for factor in calibration.factors.values()) for name, calibration in found.items()}
        draws = {name: constant(results[name], REPLICATES) for name in results if uncertain.get(name)}
    return {
        name: calibrated_draws(own, results[name].channels, found[name].factors if name in found else {}) for name, own in draws.items()
    }


def _by_name(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Sort the experiments that can be used by channel."""
    usable: dict[str, list[Finding]] = collections.defaultdict(list)
    for finding in findings:
        if finding.problem is None:
            usable[finding.name].append(finding)
    return dict(sorted(usable.items()))


def counted(findings: Sequence[Finding]) -> list[Finding]:
    """Choose which experiments of one channel count: those with an interval, together; else the latest.

    Returns
    -------
    list of Finding
        In the order of their periods, whatever order they came in.
    """
    ordered = sorted(findings, key=_when)
    return [finding for finding in ordered if finding.estimate and finding.estimate.deviation] or ordered[-1:]


def _when(finding: Finding) -> tuple[str, ...]:
    experiment = finding.experiment
    days = (experiment.until.isoformat(), experiment.since.isoformat())
    return (*days, experiment.kind, experiment.name or "", experiment.id or "", str(finding.estimate))


def calibration_of(model: str, chosen: Mapping[str, Sequence[Finding]]) -> Calibration:
    """Make a model's factors from the experiments that count for each channel."""
    factors, widened, nothing = {}, {}, []
    for name, findings in chosen.items():
        known = [factor for finding in findings if (factor := finding.factor(model)) is not None]
        if not known:
            nothing.append(name)
            continue
        factors[name], times = combined(known)
        if times > 1:
            widened[name] = times
    return Calibration(factors, widened, tuple(nothing))


def _nothing_fits(findings: Sequence[Finding], found: Mapping[str, Calibration], by: str) -> DataError:
    why = [reason(finding) for finding in findings if finding.problem is not None]
    why += nothing_credited(found, by)
    text = why[0]
    for more in why[1:SAID]:
        text = Text("{first} {second}", first=text, second=more)
    return DataError("--calibrate: no experiment fits this report. {why}", why=text)


def _has_rest(draws: Draws) -> bool:
    return bool(np.nan_to_num(draws.conversions[:, -1]).any() or np.nan_to_num(draws.value[:, -1]).any())


def _without_rest(draws: Draws) -> Draws:
    return dataclasses.replace(draws, conversions=draws.conversions[:, :-1], value=draws.value[:, :-1])


def _with_bounds(credits: Credits, draws: Draws | None) -> Credits:
    if draws is None:
        return credits
    bounds: dict[str, Floats] = {}
    for name, amounts in (("conversions", draws.conversions), ("value", draws.value)):
        if np.isnan(amounts).all():
            continue
        bounds[f"{name}_low"], bounds[f"{name}_high"] = np.percentile(amounts, [2.5, 97.5], axis=0)
    return dataclasses.replace(credits, extra=credits.extra | bounds)
