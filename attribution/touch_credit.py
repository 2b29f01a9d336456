"""The credit of single touches: for each conversion, which share each touch of its journey gets by one model."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from attribution.models import MODELS, Model, needs_milestones
from attribution.paths import Floats, Ints, Paths, Recency
from attribution.question import DAY, Data, Question, read_data
from attribution.transforms import WHOLE
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd


@dataclasses.dataclass(frozen=True, eq=False)
class TouchCredit:
    """What one model gives to single touches.

    Parameters
    ----------
    data : Data
        What was asked about.
    conversions : pandas.DataFrame
        Every conversion that is told: `id, key, at` (int64), `value` (NaN where not known).
    touches : pandas.DataFrame
        One row for each conversion and each touch that counts for it: `id` (of the conversion), `key, at, origin_id`, `share` of the
        conversion; `person` too where journeys are those of accounts. Only of conversions with a touch of the origins asked for.
    lookback_days : float
    """

    data: Data
    conversions: pd.DataFrame
    touches: pd.DataFrame
    lookback_days: float


def check_model(model: Model) -> None:
    """Refuse a model that gives single touches nothing.

    Raises
    ------
    UsageError
        It credits channels over whole journeys, or deals by their milestones.
    """
    if not model.credits_touches or needs_milestones(model):
        known = ", ".join(
            other.name for other in MODELS if other.credits_touches and not needs_milestones(other) and other.name != "custom"
        )
        raise UsageError(
            "--model {model} gives no touch a share of its own, so nothing of it can be told of single touches; take one of {known}",
            model=model.name,
            known=known,
        )


def touch_credit(workspace: Workspace, question: Question, model: Model, origins: Ints) -> TouchCredit:
    """Credit the touches of all conversions whose journeys hold a touch of some origins.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        Its goal, period, lookback, level, currency and half-life; its transform has to be the whole journey.
    model : Model
        One that gives each touch a share (`check_model`).
    origins : array of int, shape (n_origins,)

    Returns
    -------
    TouchCredit

    Raises
    ------
    UsageError
        The model gives single touches nothing, or the journeys are shortened.

    Notes
    -----
    Law: the shares of a conversion add up to 1, and summed by channel over all conversions they are what `attribution` credits these
    channels. The journeys are those of `attribution.journeys`. One pass of the engine; time and memory grow with the touches of the
    journeys that hold one of the origins.
    """
    check_model(model)
    if question.transform != WHOLE:
        raise UsageError("The credit of single touches is told of whole journeys; leave --direct, --collapse and --max-touches out")
    data = read_data(workspace, question)
    lookback = question.lookback_days or workspace.settings.attribution.lookback_days
    told, claimed = _claimed(data, round(lookback * DAY), question.half_life_days)
    if not len(claimed):
        return TouchCredit(data, told, claimed.assign(id=np.zeros(0, np.int64), share=np.zeros(0)), lookback)
    journey = ["key", "claim_at"]
    ours = claimed["origin_id"].isin(origins).groupby([claimed[name] for name in journey]).transform("any")
    claimed = claimed[ours].sort_values([*journey, "packed"], ignore_index=True)
    claimed["share"] = _shares(claimed, model, data, question.half_life_days) if len(claimed) else np.zeros(0)
    # Conversions of one key in one second share a journey: each touch gets its share of every one.
    by_conversion = told[["id", "key", "at"]].rename(columns={"at": "claim_at"}).merge(claimed, on=journey)
    return TouchCredit(data, told, by_conversion.drop(columns=["claim_at", "packed"]), lookback)


def _claimed(data: Data, lookback: int, half_life_days: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the conversions that are told, and the touches of their journeys, from the engine."""
    from attribution.engine import check_names, duckdb_engine, lent
    from attribution.journeys import Window, claimed_touches, in_window

    window = Window(lookback, data.since, data.until, half_life_days * DAY)
    names = tuple(sorted(set(data.labels.values())))
    check_names(len(names))
    engine = duckdb_engine()
    try:
        touches, conversions = lent(engine, data.touches, data.conversions, data.labels, names, data.members, ("id",))
        further = ("origin_id", *(["person"] if data.members is not None else []))
        claimed = claimed_touches(touches, conversions, window, *further).to_pyarrow()
        told = conversions.filter(in_window(conversions["at"], window) & (conversions.counted > 0))
        rows = told.select("id", "key", "at", "value").to_pyarrow()
    finally:
        engine.disconnect()
    return rows.to_pandas().sort_values(["at", "id"], ignore_index=True), claimed.to_pandas()


def _shares(claimed: pd.DataFrame, model: Model, data: Data, half_life_days: float) -> Floats:
    """Credit journeys of one conversion each, every touch a channel of its own, so that the model itself says what it gets."""
    key, claim = claimed["key"].to_numpy(), claimed["claim_at"].to_numpy()
    fresh = np.ones(len(key), dtype=np.bool_)
    fresh[1:] = (np.diff(key) != 0) | (np.diff(claim) != 0)
    begins = np.flatnonzero(fresh)
    offsets = np.append(begins, len(key))
    one = np.ones(len(begins))
    straight = np.array([name in data.direct for name in claimed["origin_id"].map(data.labels)], dtype=np.bool_)
    at = claimed["at"].to_numpy()
    last = np.repeat(np.maximum.reduceat(at, begins), np.diff(offsets))
    weight = np.exp2((at - last) / (half_life_days * DAY))
    weight /= np.repeat(np.add.reduceat(weight, begins), np.diff(offsets))
    paths = Paths(
        channels=tuple(map(str, range(len(key)))),
        codes=np.arange(len(key)),
        offsets=offsets,
        conversions=one,
        value=one,
        nulls=np.zeros(len(begins)),
        direct=straight,
        recency=Recency(half_life_days, weight, weight),
    )
    return model.credit(paths).conversions
