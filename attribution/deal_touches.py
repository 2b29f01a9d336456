"""The touches around each opportunity, on an engine: the first, the first of marketing, the first of sales, all of marketing.

Only one row for each opportunity, and its distinct origins, leave the engine.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from attribution.paths import Ints
from workspace.reading import TIES

if TYPE_CHECKING:
    import pyarrow as pa

NONE = -1
"""Stands where there is no such touch."""


@dataclasses.dataclass(frozen=True, eq=False)
class DealTouches:
    """What touched each opportunity.

    Parameters
    ----------
    first : array of int, shape (n_deals,)
        Code of the earliest touch of its people, at or before its creation.
    marketing : array of int, shape (n_deals,)
        Code of the earliest of marketing among these.
    before_sales : array of bool, shape (n_deals,)
        Whether that came before the earliest touch of sales among these, or there is none of sales.
    touched : array of bool, shape (n_deals,)
        Whether its people have any touch until it closed.
    deal, code : array of int, shape (n_pairs,)
        The distinct pairs of an opportunity and a code of marketing that touched it from its lookback on until it closed; ordered.
    """

    first: Ints
    marketing: Ints
    before_sales: NDArray[np.bool_]
    touched: NDArray[np.bool_]
    deal: Ints
    code: Ints


def find(touches: pa.Table, codes: pa.Table, members: pa.Table, n_deals: int, sales: int) -> DealTouches:
    """Find the touches that the definitions of sourced and influenced ask for.

    Parameters
    ----------
    touches : pyarrow.Table
        `key` (person), `at, origin_id, tie`, all int64 (`workspace.reading.touch_columns`).
    codes : pyarrow.Table
        `origin_id, code`, int64; codes below `sales` are marketing's, `sales` is that of sales, those above are neither.
    members : pyarrow.Table
        `deal` (from 0), `person`, `born, begins, ends` (seconds since 1970), int64: one row for each opportunity and person.
    n_deals, sales : int

    Notes
    -----
    One hash join of the touches with the (few) members.
    """
    from attribution.engine import duckdb_engine
    from attribution.journeys import CODES, EPOCH

    engine = duckdb_engine()
    try:
        for name, table in (("touches", touches), ("codes", codes), ("members", members)):
            engine.con.register(name, table)
        told = engine.table("touches").join(engine.table("codes"), "origin_id")
        joined = engine.table("members").join(told, [("person", "key")])
        # As in the journeys: time, tie and code in one integer, so that the smallest is the earliest.
        joined = joined.mutate(packed=(joined.at - EPOCH) * (TIES * CODES) + joined.tie * CODES + joined.code)
        around = engine.create_table("around", joined.select("deal", "code", "packed", "at", "born", "begins", "ends"), temp=True)
        before = around.filter(around.at <= around.born)
        earliest = before.group_by("deal").aggregate(
            first=before.packed.min(),
            marketing=before.packed.min(where=before.code < sales),
            sales=before.packed.min(where=before.code == sales),
        )
        influencing = around.filter((around.code < sales) & (around.at >= around.begins) & (around.at <= around.ends))
        pairs = influencing.select("deal", "code").distinct().order_by("deal", "code").to_pyarrow()
        rows = earliest.to_pyarrow()
        there = around.filter(around.at <= around.ends).select("deal").distinct().to_pyarrow()["deal"].to_numpy()
    finally:
        engine.disconnect()
    place = rows["deal"].to_numpy()
    first, marketing, of_sales = (_spread(rows[name], place, n_deals) for name in ("first", "marketing", "sales"))
    return DealTouches(
        np.where(first == NONE, NONE, first & (CODES - 1)),
        np.where(marketing == NONE, NONE, marketing & (CODES - 1)),
        (marketing != NONE) & ((of_sales == NONE) | (marketing < of_sales)),
        np.isin(np.arange(n_deals), there),
        pairs["deal"].to_numpy(),
        pairs["code"].to_numpy(),
    )


def _spread(column: pa.ChunkedArray, place: Ints, n_deals: int) -> Ints:
    """Put the values of the opportunities that have any into an array for all."""
    all_deals = np.full(n_deals, NONE, dtype=np.int64)
    all_deals[place] = column.fill_null(NONE).to_numpy()
    return all_deals
