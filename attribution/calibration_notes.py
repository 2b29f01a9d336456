"""What a reader of a calibrated report must know: what was scaled, by which experiments, which were left out, and what stays open."""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from attribution.calibration import NOT_EXPLAINED
from attribution.experiment_fit import is_on, said
from attribution.experiments import Finding
from attribution.paths import Credits
from attribution.question import Question
from reports.report import Text

if TYPE_CHECKING:
    from attribution.calibrating import Calibration

TWICE = 2.0
"""Where the other channels get so many times their credit, that is worth a word."""
MOST = 5
"""So many experiments that are left out are named, each with its reason."""
CLEARLY = 1.96
"""Experiments whose interval has to be widened so many times disagree beyond chance."""


def reason(finding: Finding) -> Text:
    """Say which experiment is left out, and why."""
    return Text(
        "The experiment on {name} from {since} to {until} is left out. {why}",
        name=said(finding.name, is_on(finding.experiment)),
        since=finding.experiment.since,
        until=finding.experiment.until,
        why=finding.problem,
    )


def nothing_credited(found: Mapping[str, Calibration], by: str) -> list[Text]:
    """Name the channels that models credit with nothing while they were tested."""
    models = _by_channel(found, lambda calibration: calibration.nothing)
    return [
        Text(
            "{name} is not calibrated for {models}: credited with nothing in the period of its experiment, it has nothing to be scaled.",
            name=said(name, by),
            models=", ".join(which),
        )
        for name, which in models.items()
    ]


def notes_of(
    question: Question,
    findings: Sequence[Finding],
    chosen: Mapping[str, Sequence[Finding]],
    found: Mapping[str, Calibration],
    before: Mapping[str, Credits],
    after: Mapping[str, Credits],
    intervals: str,
) -> list[Text]:
    """Put the notes of a calibrated report together.

    Parameters
    ----------
    question : Question
        With the goal that it asks about.
    findings : sequence of Finding
        All experiments.
    chosen : mapping of str to sequence of Finding
        Those that count, by channel.
    found : mapping of str to Calibration
        By model.
    before, after : mapping of str to Credits
        By model.
    intervals : {"both", "experiments", "none"}
        What the report's intervals are of: the journeys and the experiments, the experiments alone, or there are none.
    """
    names = _by_channel(found, lambda calibration: tuple(calibration.factors))
    notes = [
        Text(
            "Credit of {names} is scaled by what experiments found: incremental conversions over those credited in the experiment's own "
            "period. What that takes away or adds is shared by the other channels in proportion to their credit, so that the total "
            "stays; no experiment says that it is theirs.",
            names=[said(name, question.by) for name in names],
        ),
        Text("An experiment holds for its period, its place and its level of spend."),
    ]
    notes += {"both": [BOTH], "experiments": [ALONE]}.get(intervals, [])
    notes += _notes_of_experiments(findings, chosen, found, question.by)
    notes += _notes_of_credit(found, before, after, question.by)
    if untouched := [name for name in before if name not in found]:
        notes.append(
            Text("{models} is not calibrated: its figures do not add up to the conversions there were.", models=", ".join(untouched))
        )
    if question.currency is not None:
        notes.append(
            Text(
                "Only conversions valued in {currency} are counted, in the experiments' periods too; the experiments have to count "
                "the same.",
                currency=question.currency,
            )
        )
    notes += nothing_credited(found, question.by)
    left = [finding for finding in findings if finding.problem is not None]
    notes += [reason(finding) for finding in left[:MOST]]
    if len(left) > MOST:
        more = "{count} more experiments are left out; 'smarketing experiments' shows them."
        notes.append(Text(more, count=len(left) - MOST))
    return notes + _notes_of_periods(question, chosen, found)


def _notes_of_periods(question: Question, chosen: Mapping[str, Sequence[Finding]], found: Mapping[str, Calibration]) -> list[Text]:
    """Name the channels of which no experiment that counts saw a day of the report's period."""
    scaled = {name for calibration in found.values() for name in calibration.factors}
    strange = [name for name, findings in chosen.items() if name in scaled and not any(_saw(question, finding) for finding in findings)]
    return [
        Text(
            "The experiments on {name} ({since} to {until}) lie outside the report's period: that the channel did as well then as now is "
            "taken for granted.",
            name=said(name, question.by),
            since=min(finding.experiment.since for finding in chosen[name]),
            until=max(finding.experiment.until for finding in chosen[name]),
        )
        for name in strange
    ]


def _saw(question: Question, finding: Finding) -> bool:
    begun = question.until is None or finding.experiment.since <= question.until
    return begun and (question.since is None or finding.experiment.until >= question.since)


BOTH = Text("The intervals hold the chance in the journeys and in the experiments, taken as independent.")
ALONE = Text("The intervals hold the chance in the experiments alone, not that in the journeys.")


def _by_channel(found: Mapping[str, Calibration], names: Callable[[Calibration], Sequence[str]]) -> dict[str, list[str]]:
    """List the models for which a calibration names a channel, by channel."""
    models: dict[str, list[str]] = collections.defaultdict(list)
    for model, calibration in found.items():
        for name in names(calibration):
            models[name].append(model)
    return dict(sorted(models.items()))


def _notes_of_experiments(
    findings: Sequence[Finding], chosen: Mapping[str, Sequence[Finding]], found: Mapping[str, Calibration], by: str
) -> list[Text]:
    notes = []
    usable = collections.Counter(finding.name for finding in findings if finding.problem is None)
    for own, counted in chosen.items():
        name = said(own, by)
        count, left = len(counted), usable[own] - len(counted)
        with_interval = all(finding.estimate and finding.estimate.deviation for finding in counted)
        if count > 1:
            notes.append(Text("{count} experiments on {name} count together, the surer the more.", count=count, name=name))
        if left and with_interval:
            notes.append(Text("{left} experiments on {name} have no interval; those that have one count instead.", left=left, name=name))
        elif left:
            notes.append(
                Text(
                    "The experiments on {name} have no intervals; the latest counts, that until {until}.",
                    name=name,
                    until=counted[0].experiment.until,
                )
            )
        if not with_interval:
            notes.append(Text("No interval is known for the experiment on {name}; its factor is taken as exact.", name=name))
        times = max((calibration.widened.get(own, 1.0) for calibration in found.values()), default=1.0)
        if times > CLEARLY:
            notes.append(
                Text(
                    "The experiments on {name} disagree by more than their intervals allow; the interval of their factor was made up to "
                    "{times:.1f} times as wide.",
                    name=name,
                    times=times,
                )
            )
    if any(finding.experiment.incremental is None for counted in chosen.values() for finding in counted):
        notes.append(
            Text("A lift is taken as that of all conversions of its goal in its period, whichever part of the market the test saw.")
        )
    return notes


def _notes_of_credit(found: Mapping[str, Calibration], before: Mapping[str, Credits], after: Mapping[str, Credits], by: str) -> list[Text]:
    """Say what is odd about the result: credit below 0, others that swell, a rest that nobody takes."""
    notes = []
    for own, models in _by_channel(found, _harmful).items():
        name, factors = said(own, by), [found[model].factors[own] for model in models]
        if all(factor.deviation is not None and factor.interval()[1] >= 0 for factor in factors):
            notes.append(
                Text(
                    "The experiment on {name} found fewer conversions with it than without, so its credit is below 0; the interval reaches "
                    "above 0, so it may well have had no effect.",
                    name=name,
                )
            )
        else:
            notes.append(
                Text("The experiment on {name} found fewer conversions with it than without, so its credit is below 0.", name=name)
            )
    for model, calibration in found.items():
        times = _times(before[model], after[model], calibration)
        if times >= TWICE:
            notes.append(
                Text(
                    "With {model} the channels without an experiment get {times:.1f} times their credit: there is little of them to carry "
                    "what was moved. Test the largest of them.",
                    model=model,
                    times=times,
                )
            )
        credits = after[model]
        if credits.channels[-1:] != (NOT_EXPLAINED,):
            continue
        rest = float(credits.conversions[-1])
        if rest > 0:
            notes.append(
                Text(
                    "With {model} no channel without an experiment has any credit, so {count:.1f} conversions that the experiments do not "
                    "confirm are left as not explained.",
                    model=model,
                    count=rest,
                )
            )
        elif rest < 0:
            notes.append(
                Text(
                    "With {model} the experiments claim {count:.1f} conversions more than there are to give; the row of what is not "
                    "explained takes them off again.",
                    model=model,
                    count=-rest,
                )
            )
    return notes


def _harmful(calibration: Calibration) -> list[str]:
    return [name for name, factor in calibration.factors.items() if factor.value < 0]


def _times(before: Credits, after: Credits, calibration: Calibration) -> float:
    """Give by what the channels without an experiment were multiplied; 1 where they have no credit."""
    others = np.array([channel not in calibration.factors for channel in before.channels], dtype=bool)
    own = float(before.conversions[others].sum())
    return float(after.conversions[: len(others)][others].sum()) / own if own > 0 else 1.0
