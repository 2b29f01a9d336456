"""Journeys on an engine: touches and conversions in, aggregated paths out.

By default the engine is DuckDB in this process, over Arrow columns read from the workspace.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from attribution.journeys import BREAK, CODES, INSIDE, Window, journeys
from attribution.paths import Floats, Ints, Paths, Recency
from workspace.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends import BaseBackend

MEMORY = "1200MB"
SHORT = 5
"""So many codes fit one 64-bit integer, beside their number."""


@dataclasses.dataclass(frozen=True, eq=False)
class Result:
    """Aggregated paths with the counts a report states.

    Parameters
    ----------
    paths : Paths
    lags : pyarrow.Table
        `days, length, conversions` of the converting journeys (`attribution.journeys.Journeys`).
    conversions : int
        All in the window, with a touch or without.
    valued : int
        Those whose value is known.
    value : float
        The sum of the known values; NaN where none is known.
    touches : int
        Read by the engine.
    fingerprint : str
        Twelve hexadecimal digits that change when the touches or the conversions do, whatever they are broken down by.
    """

    paths: Paths
    lags: pa.Table
    conversions: int
    valued: int
    value: float
    touches: int
    fingerprint: str


def duckdb_engine() -> BaseBackend:
    """Start DuckDB in this process, with a memory limit; what exceeds it goes to the system's temporary folder."""
    import ibis

    # By itself DuckDB would spill into the folder that the user is in, all its processes into the same one.
    spill = str(Path(tempfile.gettempdir()) / f"smarketing-{uuid.uuid4().hex}").replace("'", "''")
    engine = ibis.duckdb.connect(temp_directory=spill)
    engine.raw_sql(f"SET lambda_syntax = 'ENABLE_SINGLE_ARROW'; SET preserve_insertion_order = false; SET memory_limit = '{MEMORY}'")
    return engine


def run(touches: pa.Table, conversions: pa.Table, labels: Mapping[int, str], direct: frozenset[str], window: Window) -> Result:
    """Build the journeys of a workspace's touches.

    Parameters
    ----------
    touches : pyarrow.Table
        `key, at, origin_id, tie`, all int64 (`workspace.reading.touch_columns`).
    conversions : pyarrow.Table
        `key, at, value` (`workspace.reading.conversion_columns`) and maybe `counted` (1, or 0 for those that are not told).
    labels : mapping of int to str
        Origin to the name of its channel (or its campaign, …).
    direct : frozenset of str
        The names that are direct traffic.
    window : Window

    Raises
    ------
    DataError
        There are more names than the engine packs.
    """
    import pyarrow as pa

    names = tuple(sorted(set(labels.values())))
    check_names(len(names))
    place = {name: code for code, name in enumerate(names)}
    codes = pa.table(
        {"origin_id": pa.array(list(labels), pa.int64()), "code": pa.array([place[name] for name in labels.values()], pa.int64())}
    )
    if "counted" not in conversions.column_names:
        conversions = conversions.append_column("counted", pa.repeat(pa.scalar(1, pa.int64()), conversions.num_rows))
    engine = duckdb_engine()
    try:
        for name, table in (("touches", touches), ("conversions", conversions.select(["key", "at", "value", "counted"])), ("codes", codes)):
            engine.con.register(name, table)
        coded = engine.table("touches").join(engine.table("codes"), "origin_id").select("key", "at", "code", "tie")
        found = journeys(coded, engine.table("conversions"), window, lambda claimed: engine.create_table("claimed", claimed, temp=True))
        totals = found.totals.to_pyarrow().to_pylist()[0]
        paths = assemble(
            names,
            np.array([name in direct for name in names], dtype=bool),
            found.nulls.to_pyarrow(),
            found.converting.to_pyarrow(),
            found.steps.to_pyarrow(),
            totals,
            window.half_life / 86400,
        )
        lags = found.lags.to_pyarrow()
    finally:
        engine.disconnect()
    return Result(
        paths,
        lags,
        totals["conversions"],
        totals["valued"],
        totals["value"] if totals["valued"] else float("nan"),
        touches.num_rows,
        _fingerprint(touches, conversions),
    )


def check_names(count: int) -> None:
    """Refuse more names than fit, and say the way out."""
    if count > CODES:
        raise DataError(
            "There are {count} different names, and at most {most} can be credited side by side; choose a coarser cut, such as "
            "--by source or --by channel, or a shorter period with --since",
            count=count,
            most=CODES,
        )


def assemble(
    names: tuple[str, ...],
    direct: NDArray[np.bool_],
    nulls: pa.Table,
    converting: pa.Table,
    steps: pa.Table,
    totals: Mapping[str, Any],
    half_life_days: float,
) -> Paths:
    """Put together what the engine gave back; the tables are those of `attribution.journeys.Journeys`."""
    null_codes, null_lengths, null_counts = _null_journeys(nulls)
    converting = converting.sort_by("number")
    codes, lengths = _codes(converting["path"])
    conversions = _floats(converting["conversions"])
    value = _floats(converting["value"])
    unknown = not totals["valued"]
    steps = steps.sort_by([("number", "ascending"), ("step", "ascending")])
    padding = np.zeros(len(null_codes))
    empty = np.zeros(len(null_counts))
    missing = np.nan if unknown else 1.0
    return Paths(
        channels=names,
        codes=np.concatenate([codes, null_codes]),
        offsets=np.concatenate([[0], np.cumsum(np.concatenate([lengths, null_lengths]))]).astype(np.int64),
        conversions=np.concatenate([conversions, empty]),
        value=np.concatenate([value, empty]) * missing,
        nulls=np.concatenate([np.zeros(len(conversions)), null_counts]),
        direct=direct,
        unattributed_conversions=float(totals["conversions"] - conversions.sum()),
        unattributed_value=float((totals["value"] or 0.0) - value.sum()) * missing,
        recency=Recency(
            half_life_days,
            np.concatenate([_floats(steps["weight"]), padding]),
            np.concatenate([_floats(steps["value_weight"]), padding]) * missing,
        ),
    )


def _floats(column: pa.ChunkedArray) -> Floats:
    import pyarrow as pa

    return np.asarray(column.cast(pa.float64()).fill_null(0.0).to_numpy(), dtype=np.float64)


def _codes(column: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """Read codes joined by ","."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = pc.split_pattern(column.combine_chunks().cast(pa.string()), ",")
    lengths = np.asarray(pc.list_value_length(parts).to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.asarray(pc.list_flatten(parts).cast(pa.int64()).to_numpy(), dtype=np.int64), lengths


def _null_journeys(nulls: pa.Table) -> tuple[Ints, Ints, Floats]:
    """Cut the unclaimed touches at their breaks and keep the journeys that end in the window.

    Returns
    -------
    codes, lengths, counts
        Of each null journey; long journeys that ran alike may stand in several.
    """
    import pyarrow.compute as pc

    lists = nulls["path"].combine_chunks()
    steps = np.asarray(pc.list_flatten(lists).to_numpy(zero_copy_only=False), dtype=np.int64)
    lengths = np.asarray(pc.list_value_length(lists).to_numpy(zero_copy_only=False), dtype=np.int64)
    begins = (steps & BREAK) != 0
    begins[np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)[: len(lengths)]] = True
    starts = np.flatnonzero(begins)
    pieces = np.diff(np.append(starts, len(steps)))
    counts = np.repeat(_floats(nulls["journeys"]), lengths)[starts]
    told = (steps[starts + pieces - 1] & INSIDE) != 0
    return _counted_together((steps & (CODES - 1))[np.repeat(told, pieces)], pieces[told], counts[told])


def _counted_together(codes: Ints, lengths: Ints, counts: Floats) -> tuple[Ints, Ints, Floats]:
    """Count the short journeys that ran alike once, so that the models have a fraction of the steps to go through."""
    import pyarrow as pa

    short = lengths <= SHORT
    starts, length = (np.cumsum(lengths) - lengths)[short], lengths[short]
    packed = length.copy()
    for step in range(SHORT):
        packed *= CODES
        there = np.flatnonzero(length > step)
        packed[there] += codes[starts[there] + step]
    # Hashing takes a third of the time that sorting them (numpy.unique) does.
    coded: Any = pa.array(packed).dictionary_encode()
    alike, place = coded.dictionary.to_numpy(), coded.indices.to_numpy()
    steps = alike[:, None] // CODES ** np.arange(SHORT)[::-1]
    length = steps[:, 0] // CODES
    return (
        np.concatenate([(steps % CODES)[np.arange(SHORT) < length[:, None]], codes[np.repeat(~short, lengths)]]),
        np.concatenate([length, lengths[~short]]),
        np.concatenate([np.bincount(place, weights=counts[short], minlength=len(alike)), counts[~short]]),
    )


def _fingerprint(touches: pa.Table, conversions: pa.Table) -> str:
    """Sum up the data so that any change of it shows, in whatever order it was imported."""
    import pyarrow.compute as pc

    sums = [touches.num_rows, *(pc.sum(touches[name]).as_py() for name in ("at", "tie"))]
    sums += [conversions.num_rows, pc.sum(conversions["at"]).as_py(), f"{pc.sum(conversions['value']).as_py() or 0:.2f}"]
    return hashlib.md5(repr(sums).encode(), usedforsecurity=False).hexdigest()[:12]
