"""Journeys with milestones: for each deal, all touches of its account up to its close, and which of them hold which milestone.

The first touch and the lead are the earliest of the account, so that all its deals share them; the opportunity is the deal's own, where it
bears an id, else the latest before the close. The touch that holds a milestone is the latest at or before it. No conversion before ends a
journey, as it does elsewhere: what opened the account for one deal opened it for the next.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import ibis
import numpy as np

from attribution.engine import SQUARES, check_names, codes_of, duckdb_engine, floats, ints, keeper, lent, number_from_zero
from attribution.journeys import CODES, Window, in_window, pack, squares
from attribution.levels import conversions_of_accounts
from attribution.paths import CLOSE, ENGAGED, LEAD, OPPORTUNITY, Keys, Paths

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from ibis.expr.types import Table

MARKS = 16
"""Positions are bits below this: `attribution.paths.FIRST_TOUCH` to `CLOSE`."""


@dataclasses.dataclass(frozen=True)
class Stages:
    """Which goals are milestones: the names of the lead and of the opportunity."""

    lead: str = "lead"
    opportunity: str = "opportunity"


@dataclasses.dataclass(frozen=True)
class Deals:
    """Tables of aggregates.

    Parameters
    ----------
    paths : Table
        `number`, `path` (codes with their marks, joined by ","), `conversions`, `value` and the sums of `attribution.journeys.squares`.
    owned : Table
        `owner` (a number of no meaning), `number`, `conversions`, `value`: one row for each deal of a key.
    totals : Table
        One row: `conversions, value, valued` and the sums of squares of every deal in the window, with a touch or without.
    """

    paths: Table
    owned: Table
    totals: Table


def milestones(
    touches: Table, conversions: Table, stages: Table, goal: str, names: Stages, window: Window, keep: Callable[[Table], Table]
) -> Deals:
    """Define the journeys of deals.

    Parameters
    ----------
    touches : Table
        `key, at, code, tie`, as `attribution.journeys.journeys` takes them.
    conversions : Table
        Those of the goal: `id, key, at, value, counted`.
    stages : Table
        Conversions of every goal: `id, key, at, goal, opportunity`.
    goal : str
    names : Stages
    window : Window
        Its lookback is from the close; `half_life` and `open_since` say nothing here.
    keep : callable
        Tables read several times go through here.
    """
    deals = keep(_with_stages(conversions, stages, goal, names))
    told = deals.filter(in_window(deals["at"], window) & (deals.counted > 0))
    told = told.select("id", "key", "value", "lead_at", "opportunity_at", "close_at", closed="at", conversions="counted")
    theirs = told.filter(told.key.notnull()).rename(deal_key="key")
    joined = touches.mutate(packed=pack(touches)).join(
        theirs,
        [touches.key == theirs.deal_key, touches["at"] <= theirs.closed, touches["at"] >= theirs.closed - window.lookback],
    )
    marked = keep(_marked(joined))
    paths = marked.group_by("id").aggregate(
        key=marked.key.max(),
        path=marked.step_and_code.collect().sort().map(lambda x: (x % (MARKS * CODES)).cast("string")).join(","),
        conversions=marked.conversions.max(),
        value=marked.value.max(),
    )
    alike = paths.group_by("path").aggregate(conversions=paths.conversions.sum(), value=paths.value.sum(), **squares(paths))
    alike = alike.mutate(number=ibis.row_number().over(order_by="path"))
    numbered = paths.join(alike.select("path", "number"), "path")
    owners = numbered.select("key").distinct()
    owners = owners.mutate(owner=ibis.row_number().over(order_by="key"))
    return Deals(
        alike,
        numbered.join(owners, "key").select("owner", "number", "conversions", "value"),
        told.aggregate(conversions=told.conversions.sum(), value=told.value.sum(), valued=told.value.count(), **squares(told)),
    )


def _with_stages(conversions: Table, stages: Table, goal: str, names: Stages) -> Table:
    """Put beside each conversion when its account became a lead, when its deal became an opportunity, and whether it closes the deal."""
    deals = conversions.left_join(stages.select(stage_id="id", opportunity="opportunity"), [("id", "stage_id")]).drop("stage_id")
    leads = stages.filter(stages.goal == names.lead)
    leads = leads.group_by(lead_key=leads.key).aggregate(first_lead=leads["at"].min())
    opened = stages.filter(stages.goal == names.opportunity)
    own = opened.filter(opened.opportunity.notnull())
    own = own.group_by(own_opportunity=own.opportunity).aggregate(own_at=own["at"].min())
    closing, opening = deals.select("id", deal_key="key", closed="at"), opened.select("key", opened_at="at")
    before = closing.join(opening, [closing.deal_key == opening.key, opening.opened_at <= closing.closed])
    before = before.group_by(before_id=before.id).aggregate(latest_at=before.opened_at.max())
    deals = deals.left_join(leads, [("key", "lead_key")]).left_join(own, [("opportunity", "own_opportunity")])
    deals = deals.left_join(before, [("id", "before_id")])
    never, itself = ibis.null("int64"), deals["at"]
    lead = ibis.ifelse(deals.first_lead <= itself, deals.first_lead, never)
    own_opportunity = ibis.ifelse(deals.own_at <= itself, deals.own_at, never)
    opportunity = ibis.ifelse(deals.opportunity.notnull(), own_opportunity, deals.latest_at)
    return deals.select(
        "id",
        "key",
        "at",
        "value",
        "counted",
        lead_at=itself if goal == names.lead else lead,
        opportunity_at=itself if goal == names.opportunity else never if goal == names.lead else opportunity,
        close_at=never if goal in (names.lead, names.opportunity) else itself,
    )


def _marked(joined: Table) -> Table:
    """Mark the touches that hold milestones, and pack step, marks and code so that sorting them is the order of the journey."""
    stepped = joined.mutate(step=ibis.row_number().over(group_by="id", order_by="packed").cast("int64"))

    def latest(moment: str) -> ibis.expr.types.IntegerColumn:
        before = ibis.ifelse(stepped["at"] <= stepped[moment], stepped.step, ibis.null("int64"))
        return before.max().over(group_by="id")

    holders = stepped.mutate(lead=latest("lead_at"), opportunity=latest("opportunity_at"), close=latest("close_at"))
    marks = ibis.ifelse(holders.step == 0, 1, 0)
    for column, bit in (("lead", LEAD), ("opportunity", OPPORTUNITY), ("close", CLOSE)):
        marks = marks + ibis.ifelse((holders.step == holders[column]).fill_null(False), bit, 0)
    packed = holders.step * (MARKS * CODES) + marks.cast("int64") * CODES + holders.packed % CODES
    return holders.select("id", "key", "conversions", "value", step_and_code=packed)


def milestone_paths(
    touches: pa.Table,
    conversions: pa.Table,
    stages: pa.Table,
    labels: dict[int, str],
    engaged: frozenset[int],
    goal: str,
    names: Stages,
    window: Window,
    members: pa.Table | None = None,
) -> Paths:
    """Build the journeys of a workspace's deals on DuckDB.

    Parameters
    ----------
    touches, conversions, labels, window, members
        As `attribution.engine.run` takes them; `conversions` has `id` too.
    stages : pyarrow.Table
        `workspace.reading.stage_columns`.
    engaged : frozenset of int
        Origins whose touches are more than visits.
    goal : str
    names : Stages

    Returns
    -------
    Paths
        With `positions` and `keys`; no null journeys, no recency.
    """
    channels = tuple(sorted(set(labels.values())))
    check_names(2 * len(channels))
    # A name and whether the touch is more than a visit are one code.
    pairs = {origin: f"{int(origin in engaged)}{name}" for origin, name in labels.items()}
    codes = tuple(f"{more}{name}" for name in channels for more in "01")
    engine = duckdb_engine()
    try:
        coded, converted = lent(engine, touches, conversions, pairs, codes, members, ("id",))
        engine.con.register("stages", stages)
        staged = engine.table("stages")
        staged = staged.drop("account") if members is None else conversions_of_accounts(staged, engine.table("members"))
        found = milestones(coded, converted, staged, goal, names, window, keeper(engine))
        paths, owned, totals = (table.to_pyarrow() for table in (found.paths.order_by("number"), found.owned, found.totals))
    finally:
        engine.disconnect()
    steps, lengths = codes_of(paths["path"])
    total, code = totals.to_pylist()[0], steps % CODES
    missing = 1.0 if total["valued"] else np.nan
    count, value = floats(paths["conversions"]), floats(paths["value"])
    square = np.column_stack([floats(paths[name]) for name in SQUARES])
    owned = owned.sort_by("owner")
    return Paths(
        channels=channels,
        codes=code // 2,
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        conversions=count,
        value=value * missing,
        nulls=np.zeros(len(count)),
        direct=np.zeros(len(channels), dtype=bool),
        unattributed_conversions=float((total["conversions"] or 0) - count.sum()),
        unattributed_value=float((total["value"] or 0.0) - value.sum()) * missing,
        positions=steps // CODES + ENGAGED * (code % 2),
        keys=Keys(
            key=number_from_zero(ints(owned["owner"])),
            path=ints(owned["number"]),
            conversions=floats(owned["conversions"]),
            value=floats(owned["value"]),
            nulls=np.zeros(owned.num_rows),
            squares=square,
            unattributed=np.array([float(total[name] or 0.0) for name in SQUARES]) - square.sum(axis=0),
        ),
    )
