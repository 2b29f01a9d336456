"""The attribution report: which channels are credited with the conversions, by several models side by side."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attribution.convention_notes import followed, notes_of_convention
from attribution.conventions import find_convention, under
from attribution.crediting import ROUNDING
from attribution.markov import Markov
from attribution.models import DEFAULT_MODELS, Model, find_model, make_model, needs_milestones, parameter_names
from attribution.position_models import Custom
from attribution.question import Answer, Question, find_journeys, find_milestones, read_data
from attribution.rule_models import TimeDecay
from attribution.shapley import Shapley
from attribution.transforms import Transform
from reports.report import N_, Chart, Pivot, Report, Text
from workspace import reading
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    from attribution.interval_reports import Drawn
    from attribution.paths import Credits, Paths

Calibrate = Callable[..., "tuple[dict[str, Credits], Any, list[Text]]"]
FEW, HUGE = 20, 0.25
"""From so many valued conversions on, one that makes more than this share of the value is worth a second look."""


def make_models(question: Question) -> list[Model]:
    """Make the models that are asked for, each once, with the question's parameters or its convention's."""
    names = [find_model(name).name for name in question.models]
    given: dict[str, float | str] = {
        "half_life_days": question.half_life_days,
        "order": question.order or 1,
        "game": question.game,
        "ordered": question.ordered,
    }
    if question.weights:
        given |= dict(zip(("first", "middle", "last"), question.weights, strict=True))
    if question.convention:
        chosen = under(find_convention(question.convention), names, question.half_life_days, own_weights=question.weights is not None)
    else:
        chosen = {name: {} for name in names or [*DEFAULT_MODELS, *(["custom"] if question.weights else [])]}
    if "custom" in chosen and not question.weights:
        raise UsageError("The model 'custom' needs its weights; add --weights FIRST,MIDDLE,LAST, for example --weights 50,20,30")
    _check_used(question, chosen)
    return [make_model(name, **(_asked(name, given) | parameters)) for name, parameters in chosen.items()]


def _check_used(question: Question, chosen: Collection[str]) -> None:
    """Refuse an option that acts upon none of the models: its user believes that it did something."""
    unasked = Question()
    for option, given, model in (
        ("--ordered", question.ordered, "shapley"),
        ("--game", question.game != "closed", "shapley"),
        ("--half-life", question.half_life_days != unasked.half_life_days, "time_decay"),
        ("--weights", question.weights is not None, "custom"),
        ("--order", question.order != unasked.order, "markov"),
    ):
        if given and model not in chosen:
            raise UsageError(
                "{option} is for the model {model}, which is not among the models; add --model {model}, or leave {option} out",
                option=option,
                model=model,
            )
    rate = "shapley" in chosen and question.game == "rate"
    if question.maturity_days is not None and "markov" not in chosen and not rate:
        raise UsageError(
            "--maturity leaves out journeys without conversion, which none of the models looks at; add --model markov, or leave it out"
        )


def _asked(name: str, given: Mapping[str, float | str]) -> dict[str, float | str]:
    """Pick what a model takes of what was asked; weights are those of `custom` alone: u_shaped has fields of the same names."""
    taken = parameter_names(find_model(name))
    return {key: value for key, value in given.items() if key in taken and (key not in ("first", "middle", "last") or name == "custom")}


def with_order(models: Sequence[Model], question: Question, paths: Paths) -> list[Model]:
    """Give markov the order that the journeys choose, where the question leaves it to them."""
    if question.order is not None:
        return list(models)
    from attribution.orders import choose_order

    return [dataclasses.replace(model, order=choose_order(paths)) if isinstance(model, Markov) else model for model in models]


def attribute(workspace: Workspace, question: Question, calibrate: bool = False) -> Report:
    """Credit a workspace's conversions to its channels.

    Parameters
    ----------
    workspace : Workspace
    question : Question
    calibrate : bool
        Scale the credit to the experiments in the workspace (`attribution.calibrating`).

    Returns
    -------
    Report
        One row for each model and channel: `model, channel, conversions, value, share_of_conversions, share_of_value` and, for markov,
        `removal_effect`. With `by`, the column "channel" bears that name.
    """
    return report_of_paths(*prepare(workspace, question, calibrate))


Prepared = tuple["Paths", list[Model], Question, dict[str, Any], list[Text], "Paths | None", "Calibrate | None"]
"""What `report_of_paths` takes."""


def prepare(workspace: Workspace, question: Question, calibrate: bool = False) -> Prepared:
    """Find what a question asks about, ready to be credited; see `attribute`."""
    from attribution.calibrating import calibrated

    models = make_models(question)
    data = read_data(workspace, question)
    answer = find_journeys(workspace, question, data)
    deals = find_milestones(workspace, question, data) if any(needs_milestones(model) for model in models) else None
    meta = {**answer.stated(question), "rules": workspace.settings.channels.rules}
    notes = notes_of_answer(workspace, answer, question)
    paths = answer.result.paths
    adjust = functools.partial(calibrated, workspace, question) if calibrate else None
    return paths, with_order(models, question, paths), question, meta, notes, deals, adjust


def credits_of(paths: Paths, models: Sequence[Model], deals: Paths | None = None) -> dict[str, Credits]:
    """Credit aggregated paths, and `deals` (journeys with milestones) by the models that need them; by the model's name."""
    return {model.name: model.credit(deals if deals is not None and needs_milestones(model) else paths) for model in models}


def report_of_paths(
    paths: Paths,
    models: Sequence[Model],
    question: Question,
    meta: Mapping[str, Any],
    notes: Sequence[Text],
    deals: Paths | None = None,
    adjust: Calibrate | None = None,
    drawn: Drawn | None = None,
) -> Report:
    """Credit aggregated paths (`credits_of`) and lay the credits out; those that were drawn are laid out with their intervals."""
    from attribution.credit_report import credits_frame
    from attribution.intervals import COLUMNS, ENOUGH, converting_journeys

    by, convention = question.by, followed(question.convention, models)
    by_milestone = deals is not None and all(needs_milestones(model) for model in models)
    # Where deals' own journeys are all that is credited, what is said of journeys is said of them.
    paths = deals if deals is not None and by_milestone else paths
    credits: Mapping[str, Credits] = drawn.credits if drawn else credits_of(paths, models, deals)
    more: Sequence[Text] = drawn.notes if drawn else ()
    if adjust is not None and drawn is None:
        credits, _, more = adjust(credits, models=models)
    frame = credits_frame(credits, drawn.draws if drawn else None, converting_journeys(paths)).rename(columns={"channel": by})
    total = float(paths.conversions.sum() + paths.unattributed_conversions)
    stated = {
        **meta,
        **({"calibrated": True} if adjust else {}),
        "conversions": _whole(total),
        "conversions_without_touch": _whole(paths.unattributed_conversions),
        **({} if by_milestone else {"null_journeys": _whole(float(paths.nulls.sum()))}),
        **_parameters(models, credits),
        **({"convention": convention.stated} if convention else {}),
        **({"samples_by_key": drawn.count} if drawn else {}),
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
    low, high = COLUMNS["conversions"] if "conversions_low" in frame else (None, None)
    pivot = Pivot(by, "model", "conversions", low, high, *(("reliability", ENOUGH) if drawn else ()))
    chart = Chart("bar", by, ("conversions",), titles[by], series="model", low=low, high=high)
    said = (*notes, *more, *notes_of_convention(convention, models, deals, question.lookback_days), *_notes_of_models(paths, models, total))
    return Report("attribution", titles[by], frame, said, stated, pivot, (chart,))


def _whole(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("smarketing")
    except PackageNotFoundError:
        return "?"


def _parameters(models: Sequence[Model], credits: Mapping[str, Credits]) -> dict[str, Any]:
    """State the parameters that were chosen, and the chain's probability of a conversion."""
    stated: dict[str, Any] = {}
    for model in models:
        if isinstance(model, TimeDecay):
            stated["half_life_days"] = model.half_life_days
        if isinstance(model, Markov):
            stated["order"] = model.order
        if isinstance(model, Shapley) and model.game != "closed":
            stated["game"] = model.game
        if isinstance(model, Custom):
            stated["custom_weights"] = f"{model.first:g}, {model.middle:g}, {model.last:g}"
        if "conversion_probability" in credits[model.name].diagnostics:
            stated["conversion_probability"] = credits[model.name].diagnostics["conversion_probability"]
    return stated


def notes_of_answer(workspace: Workspace, answer: Answer, question: Question) -> list[Text]:
    """Say what a reader must know of the data that a question found."""
    return notes_of_data(answer, question, list(reading.goals(workspace)), reading.touches_without_consent(workspace))


def notes_of_data(answer: Answer, question: Question, goals: Sequence[str], hidden: int) -> list[Text]:
    """Say it of data that lie anywhere: the goals there are, and how many touches consent forbids to follow."""
    return [*_notes_of_values(answer, goals), *_notes_of_journeys(answer, question, hidden)]


REMOVED = {
    "min_gap": N_(
        "{count} {count:touch|touches} followed one of the same channel within {given:g} minutes and "
        "{count:counts|count} as one contact with it (--min-gap)."
    ),
    "direct": N_("{count} direct {count:touch was|touches were} left out of journeys that held others (--direct {given})."),
    "collapse": N_("{count} repeated {count:touch|touches} of a channel {count:was|were} left out (--collapse {given})."),
    "max_touches": N_(
        "{count} {count:touch|touches} before the last {given} of {count:its|their} journey {count:was|were} left out (--max-touches)."
    ),
}
"""What is said of the touches that each step of a transform took out."""


def notes_of_transform(removed: Mapping[str, int], transform: Transform) -> list[Text]:
    """Say how many touches were taken out, and why."""
    given = {
        "min_gap": (transform.min_gap or 0) / 60,
        "direct": transform.direct,
        "collapse": transform.collapse,
        "max_touches": transform.max_touches,
    }
    return [Text(REMOVED[name], count=count, given=given[name]) for name, count in removed.items()]


def _notes_of_journeys(answer: Answer, question: Question, hidden: int) -> list[Text]:
    result, notes = answer.result, []
    if answer.accounts_alone and question.level == "person":
        notes.append(
            Text(
                "{count} {count:conversion names|conversions name} an account and no person; journeys are those of "
                "persons, so no touch can be {count:its own|theirs}. With --level account {count:it has|they have} the "
                "touches of all its people.",
                count=answer.accounts_alone,
            )
        )
    elif answer.accounts_alone:
        notes.append(
            Text(
                "{count} {count:conversion is|conversions are} of people whose account is not known; each such person "
                "stands for an account of one. 'smarketing import csv FILE --as people' says who belongs where.",
                count=answer.accounts_alone,
            )
        )
    notes += notes_of_transform(result.removed, question.transform)
    if question.maturity_days is not None:
        notes.append(
            Text(
                "{count} {count:journey without conversion is still open, its|journeys without conversion are still open, "
                "their} last touch less than {days:g} days before the data's end; {count:it is|they are} left out.",
                count=result.still_open,
                days=question.maturity_days,
            )
        )
    for currency, count in answer.left_out.items():
        notes.append(
            Text("{count} {count:conversion|conversions} valued in {currency} {count:was|were} left out.", count=count, currency=currency)
        )
    if hidden:
        notes.append(Text("{count} {count:touch without consent is|touches without consent are} in no journey.", count=hidden))
    return notes


def _notes_of_values(answer: Answer, goals: Sequence[str]) -> list[Text]:
    result, notes = answer.result, []
    others = [goal for goal in goals if goal != answer.goal]
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
                "The value of {count} of {total} conversions is not known; {count:it adds|they add} nothing to the value.",
                count=unvalued,
                total=result.conversions,
            )
        )
    if result.valued >= FEW and answer.largest > HUGE * result.value > ROUNDING * answer.largest:
        notes.append(
            Text("One conversion alone makes {share:.0%} of the whole value; check that it is meant.", share=answer.largest / result.value)
        )
    if result.valued >= FEW and 2 * answer.zeros > result.valued:
        notes.append(
            Text(
                "The value of {count} of {total} conversions is 0; where it is not known, leave the cell empty instead.",
                count=answer.zeros,
                total=result.valued,
            )
        )
    if answer.refunds:
        notes.append(
            Text(
                "{count} {count:conversion has a negative value (refund)|conversions have a negative value (refunds)}; "
                "each is credited to its own journey, so shares of the value may lie outside 0 and 100 %.",
                count=answer.refunds,
            )
        )
    return notes


def _notes_of_models(paths: Paths, models: Sequence[Model], total: float) -> list[Text]:
    notes = [note for model in models if isinstance(model, Custom) and (note := model.note())]
    if paths.unattributed_conversions:
        in_lookback = N_(
            "{count} of {total} conversions had no touch in the lookback before {count:it; it has a row of its own and "
            "is|them; they have a row of their own and are} not spread."
        )
        ever = N_(
            "{count} of {total} conversions had no touch before {count:it; it has a row of its own and is|them; they "
            "have a row of their own and are} not spread."
        )
        template = ever if all(needs_milestones(model) for model in models) else in_lookback
        notes.append(Text(template, count=_whole(paths.unattributed_conversions), total=_whole(total)))
    notes.append(Text("Credit splits the conversions that were observed. It shows what went along with them, not what caused them."))
    if any(not model.conserves for model in models):
        notes.append(
            Text("Participation counts a conversion once for every channel of its journey, so its figures add up to more than there were.")
        )
    if any(isinstance(model, Shapley) and model.game == "rate" for model in models):
        notes.append(
            Text(
                "shapley credits by the game of rates: a channel counts for how well the journeys through it convert, not for how many are."
            )
        )
    if not paths.nulls.any() and any(model.name == "markov" for model in models):
        notes.append(Text("No journey without a conversion is known, so markov can only go by which channels appear together."))
    return notes
