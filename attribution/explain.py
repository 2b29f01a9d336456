"""One conversion, touch by touch: which channel and why, how old, what each model gives it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import Any

import numpy as np

from attribution import naming
from attribution.attribute import make_models
from attribution.models import Model, needs_milestones, touch_weights
from attribution.paths import Paths, Recency
from attribution.question import DAY, Question
from reports.report import Report, Text
from workspace import reading
from workspace.errors import DataError
from workspace.store import Workspace

MODELS = ("first", "last", "linear", "time_decay", "u_shaped")
"""The models whose weights are shown where none is asked for."""


def explain(workspace: Workspace, name: str, question: Question) -> list[Report]:
    """Explain the conversions that bear a name.

    Parameters
    ----------
    workspace : Workspace
    name : str
        A conversion's own id, or its person or account.
    question : Question
        `goal` keeps the conversions of that goal alone; its models and lookback are those of the weights.

    Returns
    -------
    list of Report
        One for each conversion, in order of time.

    Raises
    ------
    DataError
        There is no such conversion.
    """
    found = [row for row in reading.conversions_named(workspace, name) if question.goal in (None, row["goal"])]
    if not found:
        raise DataError(
            "There is no conversion '{name}'; give its id, or the person or account that converted, as they were imported", name=name
        )
    naming.name_origins(workspace)
    chosen = question if question.models else dataclasses.replace(question, models=MODELS)
    return [_explained(workspace, conversion, make_models(chosen), question) for conversion in found]


def journey(touches: Sequence[dict[str, Any]], conversion_times: Sequence[int], at: int, lookback: int) -> list[dict[str, Any]]:
    """Pick a person's touches that belong to the conversion at a time: after the one before it, up to it, within the lookback.

    Parameters
    ----------
    touches : sequence of dict
        In order, each with `at` in seconds.
    conversion_times : sequence of int
        When the person converted, in order.
    at : int
    lookback : int
        Seconds.
    """
    before = max((time for time in conversion_times if time < at), default=None)
    return [touch for touch in touches if touch["at"] <= at and touch["at"] >= at - lookback and (before is None or touch["at"] > before)]


def _explained(workspace: Workspace, conversion: dict[str, Any], models: list[Model], question: Question) -> Report:
    import pandas as pd

    lookback = question.lookback_days or workspace.settings.attribution.lookback_days
    person = conversion["person_id"]
    times = reading.conversion_times(workspace, person, conversion["goal"]) if person is not None else []
    own = journey(reading.touches_of(workspace, person), times, conversion["at"], round(lookback * DAY)) if person is not None else []
    zone = zoneinfo.ZoneInfo(workspace.settings.time_zone)
    rows = [
        {
            "step": step,
            "at": dt.datetime.fromtimestamp(touch["at"], zone),
            "age_days": (conversion["at"] - touch["at"]) / DAY,
            "kind": touch["kind"],
            "channel": touch["channel"],
            "rule": touch["rule"],
            "source": touch["source_label"],
            "medium": touch["medium_label"],
            "campaign": touch["campaign"],
            "place": f"{touch['file']}:{touch['row']}",
        }
        for step, touch in enumerate(own, 1)
    ]
    frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["step", "at", "age_days", "kind", "channel", "rule", "source", "medium"])
    notes = (
        [Text("Rules are those of the set '{rules}', version {version}.", rules=own[0]["rule_set"], version=own[0]["rule_version"])]
        if own
        else []
    )
    if not own:
        notes.append(Text("No touch within {days} days before it: this conversion is unattributed.", days=lookback))
    for model in models:
        if needs_milestones(model):
            notes.append(Text("{model} credits the touches of a deal by its stages; 'smarketing attribution' shows it.", model=model.name))
            continue
        weights = touch_weights(model, _path(own, conversion["at"], question.half_life_days)) if own else None
        if weights is not None:
            frame[model.name] = weights
        elif own:
            notes.append(Text("{model} credits channels over all journeys; a single touch has no weight of its own.", model=model.name))
    title = Text("How {who} reached '{goal}'", goal=conversion["goal"], who=conversion["person"] or conversion["account"])
    meta = {
        "conversion": conversion["key"] or str(conversion["id"]),
        "goal": conversion["goal"],
        "at": dt.datetime.fromtimestamp(conversion["at"], zone),
        "value": conversion["value"],
        "currency": conversion["currency"],
        "lookback_days": lookback,
        "place": f"{conversion['file']}:{conversion['row']}",
        "import_id": conversion["import_id"],
    }
    return Report("explain", title, frame, tuple(notes), meta)


def _path(touches: Sequence[dict[str, Any]], at: int, half_life_days: float) -> Paths:
    """Make the one path of one conversion."""
    names = tuple(sorted({touch["channel"] for touch in touches}))
    ages = np.array([(at - touch["at"]) / DAY for touch in touches])
    weights = np.exp2(-ages / half_life_days)
    weights /= weights.sum()
    return Paths(
        names,
        np.array([names.index(touch["channel"]) for touch in touches], dtype=np.int64),
        np.array([0, len(touches)], dtype=np.int64),
        np.ones(1),
        np.ones(1),
        np.zeros(1),
        np.array([name == naming.DIRECT for name in names]),
        recency=Recency(half_life_days, weights, weights),
    )
