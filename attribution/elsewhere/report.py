"""The attribution report of touches that lie in an engine elsewhere."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

from attribution.attribute import Prepared, make_models, notes_of_data, report_of_paths, with_order
from attribution.channels import Classifier
from attribution.elsewhere import deals as conversions_of
from attribution.elsewhere import records, tables
from attribution.elsewhere.backends import connected, engine_of, explained
from attribution.elsewhere.origins import MOST, code_table
from attribution.engine import keeper, paths_on
from attribution.journeys import Window
from attribution.models import needs_milestones
from attribution.question import DAY, Answer, Question, bounds
from reports.report import Report, Text
from workspace.errors import DataError, UsageError

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from attribution.elsewhere.deals import Deals
    from attribution.elsewhere.place import Place
    from attribution.elsewhere.records import Touches
    from workspace.settings import Settings


def attribute_elsewhere(place: Place, question: Question, settings: Settings) -> Report:
    """Credit the conversions of an engine's tables to channels, on that engine; see `prepare_elsewhere`."""
    return report_of_paths(*prepare_elsewhere(place, question, settings))


def prepare_elsewhere(place: Place, question: Question, settings: Settings) -> Prepared:
    """Find what a question asks about in an engine's tables, ready to be credited.

    Parameters
    ----------
    place : Place
    question : Question
    settings : Settings
        Channel rules, own domains, time zone, currency and rates, goal and lookback where the question leaves them open.

    Returns
    -------
    tuple
        As `attribution.attribute.prepare` gives it of a workspace.

    Raises
    ------
    UsageError, MissingPartError, SourceError, DataError
        The engine or its driver is not there, lacks a feature, or the tables cannot be used; as the modules of this package say.

    Notes
    -----
    What leaves the engine: its tables' column names, counts, sums and the first and last time, the distinct origins of touches (`MOST` at
    most), and what `attribution.journeys.Journeys` lists. Nothing is written there but temporary tables, which end with the connection.
    """
    models = make_models(question)
    if lacking := [model.name for model in models if needs_milestones(model)]:
        raise UsageError(
            "Milestones are looked for in a workspace, and not where the data lie (--on); leave out {models}", models=", ".join(lacking)
        )
    chosen = tables.parse_map(place.map)
    classifier = Classifier(settings.channels, settings.own_domains)
    title = engine_of(place.url).title
    with connected(place.url) as backend, explained(title):
        answer, touches, deals, remarks = find_journeys(backend, title, place, chosen, question, settings, classifier)
    stated = answer.stated(question)
    meta = {
        **stated,
        "rules": settings.channels.rules,
        "engine": title,
        "touches_table": place.touches,
        "conversions_table": place.conversions,
    }
    notes = [
        *remarks,
        *_notes_of_rows(touches, deals, question),
        *notes_of_data(answer, question, deals.goals, touches.counts["without_consent"]),
    ]
    paths = answer.result.paths
    return paths, with_order(models, question, paths), question, meta, notes, None, None


def find_journeys(
    backend: BaseBackend,
    title: str,
    place: Place,
    chosen: dict[str, dict[str, str]],
    question: Question,
    settings: Settings,
    classifier: Classifier,
) -> tuple[Answer, Touches, Deals, list[Text]]:
    """Build the journeys that a question asks about, on the engine where the touches lie."""
    found = tables.find(backend, title, place.touches, tables.TOUCH_FIELDS, (question.level, "at"), chosen["touches"])
    sold = tables.find(backend, title, place.conversions, tables.CONVERSION_FIELDS, (question.level, "at"), chosen["conversions"])
    touch_key, deal_key = records.keys(found, sold, question.level)
    since, until = bounds(question, settings.time_zone)
    deals = conversions_of.choose(
        records.read_conversions(sold, deal_key, settings.time_zone), question, settings, since, until, place.conversions
    )
    touches = records.read_touches(found, touch_key, settings.time_zone, until, question.by == "content")
    if not touches.counts["used"]:
        raise DataError("{place} holds no touches that can be used ({rows} rows)", place=place.touches, rows=touches.counts["rows"])
    coded, names, direct = _coded(backend, touches, classifier, question.by)
    lookback = question.lookback_days or settings.attribution.lookback_days
    last = max(touches.counts["last"], deals.counts["last"])
    open_since = None if question.maturity_days is None else last - round(question.maturity_days * DAY)
    window = Window(round(lookback * DAY), since, until, round(question.half_life_days * DAY), open_since)
    result = paths_on(backend, coded, deals.table, names, direct, window, transform=question.transform, by_key=question.by_key)
    if not result.conversions:
        raise DataError(
            "There are no conversions of the goal '{goal}' in this period; choose another with --since and --until", goal=deals.goal
        )
    answer = Answer(
        dataclasses.replace(result, touches=touches.counts["used"], fingerprint=_fingerprint(touches, deals)),
        deals.goal,
        deals.money.currency,
        lookback,
        deals.money.left_out,
        deals.largest,
        deals.counts["zeros"],
        deals.counts["refunds"],
        accounts_alone=0,
    )
    remarks = [
        Text("{place}: by names that are close, {columns}.", place=each.place, columns=_pairs(each.guessed))
        for each in (found, sold)
        if each.guessed
    ]
    return answer, touches, deals, remarks


def _pairs(guessed: dict[str, str]) -> str:
    return ", ".join(f"{field} = {column}" for field, column in guessed.items())


def _coded(backend: BaseBackend, touches: Touches, classifier: Classifier, by: str) -> tuple[Table, tuple[str, ...], frozenset[str]]:
    """Give `key, at, code, tie` of the touches.

    Touches of one second stand in the order of their thousandths where the times have any, else of their rows' numbers where they have
    such, else in one that depends on their origins alone and favours none: the same on every engine.
    """
    import ibis

    distinct = touches.table.select(*touches.origin).distinct().limit(MOST + 1).to_pyarrow()
    codes, names, direct = code_table(distinct, classifier, by)
    known = ibis.memtable(codes)
    joined = touches.table.join(known, list(touches.origin)) if touches.origin else touches.table.cross_join(known)
    if touches.counts["latest_milli"]:
        tie = joined.millis * 1024 + (joined["shuffle"] & 1023)
    else:
        tie = joined.serial if "serial" in touches.table.columns else joined["shuffle"]
    # Put aside, for it is read several times, and its origins may cost more to tell than its journeys.
    return keeper(backend)(joined.select("key", "at", "code", tie=tie)), names, direct


def _fingerprint(touches: Touches, deals: Deals) -> str:
    """Sum up the data so that a change of it shows, alike on every engine."""
    counted: list[Any] = [touches.counts[name] for name in ("used", "first", "last", "seconds", "serials")]
    counted += [deals.counts[name] for name in ("rows", "seconds", "cents")]
    return hashlib.md5(repr(counted).encode(), usedforsecurity=False).hexdigest()[:12]


def _notes_of_rows(touches: Touches, deals: Deals, question: Question) -> list[Text]:
    notes = []
    if touches.counts["without_key"]:
        notes.append(Text("{count} {count:touch|touches} of nobody known {count:was|were} left out.", count=touches.counts["without_key"]))
    late = touches.counts["without_time"] + deals.counts["without_time"]
    if late:
        notes.append(Text("{count} {count:row|rows} without a time between 2001 and 2069 {count:was|were} left out.", count=late))
    if deals.counts["keyless"]:
        notes.append(
            Text(
                "{count} {count:conversion names|conversions name} nobody, so no touch can be {count:its own|theirs}.",
                count=deals.counts["keyless"],
            )
        )
    return notes
