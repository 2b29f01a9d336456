"""The attribution report: which channels are credited with the conversions, by several models side by side."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attribution.models import DEFAULT_MODELS, Model, make_model, parameter_names
from reports.report import Chart, Pivot, Report, Text
from workspace import reading
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from attribution.engine import Result
    from attribution.paths import Credits, Paths

DAY = 86_400


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the attribution.

    Parameters
    ----------
    models : tuple of str
        Names of models; none means the default ones.
    goal : str or None
        None means the settings', or the last stage that the data holds.
    by : str
        A cut of `attribution.naming.CUTS`.
    lookback_days : float or None
        None means the settings'.
    since, until : date or None
        The first and the last day, in the settings' time zone.
    half_life_days : float
        For time decay.
    weights : tuple of float or None
        First, middle and last weight of the model "custom".
    currency : str or None
        Count only the conversions whose value is in this currency.
    """

    models: tuple[str, ...] = ()
    goal: str | None = None
    by: str = "channel"
    lookback_days: float | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    half_life_days: float = 7.0
    weights: tuple[float, float, float] | None = None
    currency: str | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Answer:
    """Journeys found for a question, before any model.

    Parameters
    ----------
    result : attribution.engine.Result
    goal : str
    currency : str
        Of every value.
    lookback_days : float
    left_out : dict of str to int
        Conversions of other currencies that were not counted, by currency.
    """

    result: Result
    goal: str
    currency: str
    lookback_days: float
    left_out: dict[str, int]


def make_models(question: Question) -> list[Model]:
    """Make the models that are asked for, each once, with the question's parameters."""
    from attribution.models import find_model

    made: dict[str, Model] = {}
    names = list(question.models) or [*DEFAULT_MODELS, *(["custom"] if question.weights else [])]
    given: dict[str, float] = {"half_life_days": question.half_life_days}
    if question.weights:
        given |= dict(zip(("first", "middle", "last"), question.weights, strict=True))
    for name in names:
        model = find_model(name)
        if model.name == "custom" and not question.weights:
            raise UsageError("The model 'custom' needs its weights; add --weights FIRST,MIDDLE,LAST, for example --weights 50,20,30")
        wanted = {parameter: given[parameter] for parameter in parameter_names(model) if parameter in given and _is_asked(model, parameter)}
        made.setdefault(model.name, make_model(model.name, **wanted))
    return list(made.values())


def _is_asked(model: type[Model], parameter: str) -> bool:
    """Weights are those of `custom` alone: u_shaped has fields of the same names."""
    return parameter == "half_life_days" or model.name == "custom"


def find_journeys(workspace: Workspace, question: Question) -> Answer:
    """Build the journeys that a question asks about.

    Raises
    ------
    DataError
        There are no conversions, none of that goal, or values in several currencies.
    """
    from attribution import engine, naming
    from attribution.journeys import Window

    goal = choose_goal(workspace, question.goal)
    lookback = question.lookback_days or workspace.settings.attribution.lookback_days
    since, until = bounds(question, workspace.settings.time_zone)
    window = Window(round(lookback * DAY), since, until, round(question.half_life_days * DAY))
    conversions, currency, left_out = in_one_currency(reading.conversion_columns(workspace, goal), workspace, question.currency)
    touches = reading.touch_columns(workspace, until)
    if not touches.num_rows:
        raise DataError("There are no touches yet; import some with 'smarketing import csv FILE --as touches'")
    naming.name_origins(workspace)
    labels, direct = naming.labels(workspace, question.by)
    return Answer(engine.run(touches, conversions, labels, direct, window), goal, currency, lookback, left_out)


def choose_goal(workspace: Workspace, asked: str | None) -> str:
    """Choose the goal: the one asked for, else the settings', else the last stage that the data holds, else the only one.

    Raises
    ------
    DataError
        There is none, or several without a hint which is meant.
    """
    there = reading.goals(workspace)
    if not there:
        raise DataError("There are no conversions yet; import some with 'smarketing import csv FILE --as conversions'")
    listed = ", ".join(there)
    wanted = asked or workspace.settings.attribution.goal
    if wanted is not None:
        fits = [goal for goal in there if goal.casefold() == wanted.casefold()]
        if not fits:
            near = difflib.get_close_matches(wanted, there, n=1, cutoff=0.0)[0]
            raise DataError(
                "There are no conversions of the goal '{goal}'; did you mean '{near}'? There are: {goals}",
                goal=wanted,
                near=near,
                goals=listed,
            )
        return fits[0]
    stages = [stage for stage in workspace.settings.attribution.stages if stage in there]
    if stages:
        return stages[-1]
    if len(there) > 1:
        raise DataError("There are several goals: {goals}; choose one with --goal", goals=listed)
    return next(iter(there))


def bounds(question: Question, zone: str) -> tuple[int | None, int | None]:
    """Turn the first and the last day into seconds: from midnight on, and before the midnight that ends the last day."""

    def midnight(day: dt.date) -> int:
        return int(dt.datetime.combine(day, dt.time(), zoneinfo.ZoneInfo(zone)).timestamp())

    if question.since and question.until and question.since > question.until:
        raise UsageError(
            "--since {since} is after --until {until}; swap the two", since=question.since.isoformat(), until=question.until.isoformat()
        )
    return (
        midnight(question.since) if question.since else None,
        midnight(question.until + dt.timedelta(days=1)) if question.until else None,
    )


def in_one_currency(conversions: pa.Table, workspace: Workspace, only: str | None) -> tuple[pa.Table, str, dict[str, int]]:
    """Bring every value into one currency.

    Parameters
    ----------
    conversions : pyarrow.Table
        With `value` and `currency`.
    workspace : Workspace
    only : str or None
        Keep only the conversions valued in this currency, and those without a value.

    Returns
    -------
    conversions : pyarrow.Table
    currency : str
    left_out : dict of str to int
        Conversions of other currencies that `only` left out.

    Raises
    ------
    DataError
        There are several currencies, and neither a rate nor `only` decides.
    """
    import pyarrow.compute as pc

    ours = only or workspace.settings.currency
    valued = conversions.filter(conversions["value"].is_valid())
    found = {entry["values"]: entry["counts"] for entry in pc.value_counts(valued["currency"]).to_pylist() if entry["values"]}
    if only is not None:
        if found and only not in found:
            raise DataError("No value is in {currency}; there are: {found}", currency=only, found=", ".join(sorted(found)))
        kept = pc.or_kleene(conversions["value"].is_null(), pc.fill_null(pc.equal(conversions["currency"], only), True))
        return conversions.filter(kept), only, {code: count for code, count in found.items() if code != only}
    if len(found) == 1 and ours not in found and not workspace.settings.rates:
        return conversions, next(iter(found)), {}
    rates = workspace.settings.rates
    unknown = sorted(set(found) - {ours} - set(rates))
    if unknown:
        raise DataError(
            "Values are in several currencies: {found}. Put what one {first} is worth in {ours} into smarketing.toml, under [rates], or "
            "count one currency alone with --currency {ours}",
            found=", ".join(sorted(found)),
            first=unknown[0],
            ours=ours,
        )
    return _converted(conversions, rates), ours, {}


def _converted(conversions: pa.Table, rates: Mapping[str, float]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    factor: Any = pa.scalar(1.0)
    for code, rate in rates.items():
        factor = pc.if_else(pc.fill_null(pc.equal(conversions["currency"], code), False), rate, factor)
    place = conversions.schema.get_field_index("value")
    return conversions.set_column(place, "value", pc.multiply(conversions["value"], factor))


def attribute(workspace: Workspace, question: Question) -> Report:
    """Credit a workspace's conversions to its channels.

    Parameters
    ----------
    workspace : Workspace
    question : Question

    Returns
    -------
    Report
        One row for each model and channel: `model, channel, conversions, value, share_of_conversions, share_of_value` and, for markov,
        `removal_effect`. With `by`, the column "channel" bears that name.
    """
    models = make_models(question)
    answer = find_journeys(workspace, question)
    meta = {
        "goal": answer.goal,
        "since": question.since,
        "until": question.until,
        "lookback_days": answer.lookback_days,
        "by": question.by,
        "level": "person",
        "rules": workspace.settings.channels.rules,
        "currency": answer.currency,
        "touches": answer.result.touches,
        "fingerprint": answer.result.fingerprint,
    }
    notes = list(_notes_of_answer(workspace, answer))
    return report_of_paths(answer.result.paths, models, question.by, meta, notes)


def report_of_paths(paths: Paths, models: Sequence[Model], by: str, meta: Mapping[str, Any], notes: Sequence[Text]) -> Report:
    """Credit aggregated paths and lay the credits out as a report."""
    from attribution.credit_report import credits_frame

    credits = {model.name: model.credit(paths) for model in models}
    frame = credits_frame(credits).rename(columns={"channel": by})
    total = float(paths.conversions.sum() + paths.unattributed_conversions)
    stated = {
        **meta,
        "conversions": _whole(total),
        "conversions_without_touch": _whole(paths.unattributed_conversions),
        "null_journeys": _whole(float(paths.nulls.sum())),
        **_parameters(models, credits),
        "version": _version(),
    }
    titles = {
        "channel": Text("Conversions credited to each channel"),
        "family": Text("Conversions credited to each family of channels"),
        "source": Text("Conversions credited to each source"),
        "medium": Text("Conversions credited to each medium"),
        "campaign": Text("Conversions credited to each campaign"),
        "content": Text("Conversions credited to each content"),
    }
    pivot = Pivot(by, "model", "conversions")
    chart = Chart("bar", by, ("conversions",), titles[by], series="model")
    return Report("attribution", titles[by], frame, (*notes, *_notes_of_models(paths, models, total)), stated, pivot, (chart,))


def _whole(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("smarketing")
    except PackageNotFoundError:
        return "?"


def _parameters(models: Sequence[Model], credits: Mapping[str, Credits]) -> dict[str, Any]:
    """State each model's parameters, and the chain's probability of a conversion."""
    stated: dict[str, Any] = {}
    for model in models:
        for parameter in parameter_names(model):
            stated[f"{model.name}_{parameter}"] = getattr(model, parameter)
        if "conversion_probability" in credits[model.name].diagnostics:
            stated["conversion_probability"] = credits[model.name].diagnostics["conversion_probability"]
    return stated


def _notes_of_answer(workspace: Workspace, answer: Answer) -> list[Text]:
    result, notes = answer.result, []
    others = [goal for goal in reading.goals(workspace) if goal != answer.goal]
    if others:
        notes.append(
            Text(
                "The goal is '{goal}'; the data holds these too: {others} (choose with --goal).", goal=answer.goal, others=", ".join(others)
            )
        )
    unvalued = result.conversions - result.valued
    if result.valued and unvalued:
        notes.append(
            Text(
                "The value of {count} of {total} conversions is not known; they add nothing to the value.",
                count=unvalued,
                total=result.conversions,
            )
        )
    for currency, count in answer.left_out.items():
        notes.append(Text("{count} conversions valued in {currency} were left out.", count=count, currency=currency))
    hidden = reading.counts(workspace)["without_consent"]
    if hidden:
        notes.append(Text("{count} touches without consent are in no journey.", count=hidden))
    return notes


def _notes_of_models(paths: Paths, models: Sequence[Model], total: float) -> list[Text]:
    notes = []
    if paths.unattributed_conversions:
        notes.append(
            Text(
                "{count} of {total} conversions had no touch in the lookback before them; they stand in a row of their own and are not spread.",
                count=_whole(paths.unattributed_conversions),
                total=_whole(total),
            )
        )
    notes.append(Text("Credit splits the conversions that were observed. It shows what went along with them, not what caused them."))
    if any(not model.conserves for model in models):
        notes.append(
            Text("Participation counts a conversion once for every channel of its journey, so its figures add up to more than there were.")
        )
    if not paths.nulls.any() and any(model.name == "markov" for model in models):
        notes.append(
            Text("No journey without a conversion is known, so markov can only tell channels apart by the paths they stand on together.")
        )
    return notes
