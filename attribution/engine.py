"""Journeys on an engine: touches and conversions in, aggregated paths out.

By default the engine is DuckDB in this process, over Arrow columns read from the workspace.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from attribution.journeys import CODES, Journeys, Window, journeys
from attribution.levels import conversions_of_accounts, touches_of_accounts
from attribution.null_journeys import Pieces, counted_together, cut
from attribution.paths import Floats, Ints, Keys, Paths, Recency
from attribution.transforms import WHOLE, Transform, together
from workspace.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

MEMORY = "1200MB"
SQUARES = ("conversions_squared", "cross", "value_squared")
"""Columns of `attribution.journeys.squares`."""


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
    removed : dict of str to int
        Touches that each step of the transform took out.
    still_open : int
        Null journeys too young to judge, left out.
    touches : int
        Read by the engine.
    fingerprint : str
        Twelve hexadecimal digits that change when the touches or the conversions do, whatever they are broken down by; "" where they do
        not lie here.
    """

    paths: Paths
    lags: pa.Table
    conversions: int
    valued: int
    value: float
    removed: dict[str, int] = dataclasses.field(default_factory=dict)
    still_open: int = 0
    touches: int = 0
    fingerprint: str = ""


def duckdb_engine() -> BaseBackend:
    """Start DuckDB in this process, with a memory limit; what exceeds it goes to the system's temporary folder."""
    import ibis

    # By itself DuckDB would spill into the folder that the user is in, all its processes into the same one.
    spill = str(Path(tempfile.gettempdir()) / f"smarketing-{uuid.uuid4().hex}").replace("'", "''")
    engine = ibis.duckdb.connect(temp_directory=spill)
    engine.raw_sql(f"SET lambda_syntax = 'ENABLE_SINGLE_ARROW'; SET preserve_insertion_order = false; SET memory_limit = '{MEMORY}'")
    return engine


def run(
    touches: pa.Table,
    conversions: pa.Table,
    labels: Mapping[int, str],
    direct: frozenset[str],
    window: Window,
    *,
    transform: Transform = WHOLE,
    members: pa.Table | None = None,
    by_key: bool = False,
) -> Result:
    """Build the journeys of a workspace's touches.

    Parameters
    ----------
    touches : pyarrow.Table
        `key, at, origin_id, tie`, all int64 (`workspace.reading.touch_columns`).
    conversions : pyarrow.Table
        `key, at, value` (`workspace.reading.conversion_columns`) and maybe `counted` (1, or 0 for those that are not told); with
        `members`, `account` too.
    labels : mapping of int to str
        Origin to the name of its channel (or its campaign, …).
    direct : frozenset of str
        The names that are direct traffic.
    window : Window
    transform : Transform
    members : pyarrow.Table or None
        `person, account, main` (`workspace.reading.memberships`): journeys are those of accounts; None for those of persons.
    by_key : bool
        Whether the paths say which journeys belong to one key.

    Raises
    ------
    DataError
        There are more names than the engine packs.
    """
    names = tuple(sorted(set(labels.values())))
    check_names(len(names))
    engine = duckdb_engine()
    try:
        coded, converted = lent(engine, touches, conversions, labels, names, members)
        result = paths_on(engine, coded, converted, names, direct, window, transform=transform, by_key=by_key)
    finally:
        engine.disconnect()
    return dataclasses.replace(result, touches=touches.num_rows, fingerprint=_fingerprint(touches, conversions))


def lent(
    engine: BaseBackend,
    touches: pa.Table,
    conversions: pa.Table,
    labels: Mapping[int, str],
    names: tuple[str, ...],
    members: pa.Table | None,
    further: tuple[str, ...] = (),
) -> tuple[Table, Table]:
    """Lend Arrow tables to DuckDB.

    Returns
    -------
    touches, conversions : Table
        `key, at, code, tie, origin_id`; and `key, at, value, counted` with the columns `further`.
    """
    import pyarrow as pa

    place = {name: code for code, name in enumerate(names)}
    codes = pa.table(
        {"origin_id": pa.array(list(labels), pa.int64()), "code": pa.array([place[name] for name in labels.values()], pa.int64())}
    )
    if "counted" not in conversions.column_names:
        conversions = conversions.append_column("counted", pa.repeat(pa.scalar(1, pa.int64()), conversions.num_rows))
    wanted = ["key", *(["account"] if members is not None else []), "at", "value", "counted", *further]
    tables = {"touches": touches, "conversions": conversions.select(wanted), "codes": codes}
    if members is not None:
        tables["members"] = members
    for name, table in tables.items():
        engine.con.register(name, table)
    coded = engine.table("touches").join(engine.table("codes"), "origin_id").select("key", "at", "code", "tie", "origin_id")
    converted = engine.table("conversions")
    if members is not None:
        coded = touches_of_accounts(coded, engine.table("members"))
        converted = conversions_of_accounts(converted, engine.table("members"))
    return coded, converted


def keeper(engine: BaseBackend) -> Callable[[Table], Table]:
    """Make what puts a table that is read several times aside: into a temporary table, or what the engine has in its place."""
    import ibis

    def keep(table: Table) -> Table:
        if engine.name == "pyspark":
            table.limit(0).to_pyarrow()  # Ibis 12.0 hands Spark the small tables in an expression where it fetches, not where it caches
            return table.cache()
        try:
            return engine.create_table(f"smarketing_{uuid.uuid4().hex}", table, temp=True)
        except (NotImplementedError, ibis.common.exceptions.UnsupportedOperationError):
            return table  # Trino has nothing of the kind: there it is computed anew each time

    return keep


def paths_on(
    engine: BaseBackend,
    touches: Table,
    conversions: Table,
    names: tuple[str, ...],
    direct: frozenset[str],
    window: Window,
    *,
    transform: Transform = WHOLE,
    by_key: bool = False,
) -> Result:
    """Build the journeys of touches and conversions that lie in any engine; aggregates alone leave it.

    Parameters
    ----------
    engine : ibis backend
    touches, conversions : Table
        As `attribution.journeys.journeys` takes them.
    names : tuple of str
        Of the codes.
    direct, window, transform, by_key
        As `run` takes them.
    """
    marks = np.array([name in direct for name in names], dtype=bool)
    codes = tuple(np.flatnonzero(marks).tolist())
    found = journeys(touches, conversions, window, keeper(engine), transform=transform, direct=codes, by_key=by_key)
    totals = found.totals.to_pyarrow().to_pylist()[0]
    removed = {name: before.to_pyarrow().as_py() - after.to_pyarrow().as_py() for name, (before, after) in found.touches_left.items()}
    paths, still_open, shorter = assemble(names, marks, found, totals, window.half_life / 86400, transform)
    return Result(
        paths,
        found.lags.to_pyarrow(),
        int(totals["conversions"]),
        int(totals["valued"]),
        float(totals["value"]) if totals["valued"] else float("nan"),
        together(removed, shorter),
        round(still_open),
    )


def check_names(count: int) -> None:
    """Refuse more names than fit, and say the way out."""
    if count > CODES:
        raise DataError(
            "There are {count} different names, and at most {most} can be credited side by side; choose a coarser cut, such as --by family "
            "or --by channel, or give several channels one name by rules of your own in smarketing.toml, under [[channels.rule]]",
            count=count,
            most=CODES,
        )


def assemble(
    names: tuple[str, ...],
    direct: NDArray[np.bool_],
    found: Journeys,
    totals: Mapping[str, Any],
    half_life_days: float,
    transform: Transform,
) -> tuple[Paths, float, dict[str, float]]:
    """Fetch what an engine found and put it together.

    Returns
    -------
    paths : Paths
    still_open : float
    removed : dict of str to float
        Of null journeys, as `attribution.null_journeys.cut` gives them.
    """
    nulls, converting = found.nulls.to_pyarrow(), found.converting.to_pyarrow().sort_by("number")
    steps = found.steps.to_pyarrow().sort_by([("number", "ascending"), ("step", "ascending")])
    weights = floats(nulls["journeys"])
    pieces, still_open, removed = cut(nulls["path"], weights, direct, transform)
    codes, lengths = codes_of(converting["path"])
    conversions, value = floats(converting["conversions"]), floats(converting["value"])
    missing = 1.0 if totals["valued"] else np.nan
    owned: tuple[Ints, Pieces] | None = None
    if found.by_key is not None:
        listed = found.by_key.nulls.to_pyarrow()
        theirs = cut(listed["path"], np.ones(listed.num_rows), direct, transform)[0]
        owned = ints(listed["owner"])[theirs.row], theirs
    null_codes, null_lengths, path = counted_together(pieces if owned is None else pieces + owned[1], owned is not None)
    of_pieces = path[: len(pieces.lengths)]
    null_counts = np.bincount(of_pieces, weights=weights[pieces.row], minlength=len(null_lengths))
    padding, empty = np.zeros(len(null_codes)), np.zeros(len(null_counts))
    paths = Paths(
        channels=names,
        codes=np.concatenate([codes, null_codes]),
        offsets=np.concatenate([[0], np.cumsum(np.concatenate([lengths, null_lengths]))]).astype(np.int64),
        conversions=np.concatenate([conversions, empty]),
        value=np.concatenate([value, empty]) * missing,
        nulls=np.concatenate([np.zeros(len(conversions)), null_counts]),
        direct=direct,
        unattributed_conversions=float(totals["conversions"] - conversions.sum()),
        unattributed_value=float(float(totals["value"] or 0.0) - value.sum()) * missing,
        recency=Recency(
            half_life_days,
            np.concatenate([floats(steps["weight"]), padding]),
            np.concatenate([floats(steps["value_weight"]), padding]) * missing,
        ),
        keys=None if owned is None else _keys(found, converting, len(null_counts), owned[0], path[len(pieces.lengths) :]),
    )
    return paths, still_open, removed


def _keys(found: Journeys, converting: pa.Table, n_nulls: int, owner_of_null: Ints, path_of_null: Ints) -> Keys:
    """Tell the journeys that belong to one key; null paths stand after the converting ones."""
    assert found.by_key is not None
    theirs, totals = found.by_key.converting.to_pyarrow(), found.by_key.totals.to_pyarrow().to_pylist()[0]
    squares = np.column_stack([floats(converting[name]) for name in SQUARES])
    owner = np.concatenate([ints(theirs["owner"]), owner_of_null])
    none = np.zeros(len(path_of_null))
    order = np.argsort(owner, kind="stable")
    return Keys(
        key=number_from_zero(owner[order]),
        path=np.concatenate([ints(theirs["number"]), path_of_null + converting.num_rows])[order],
        conversions=np.concatenate([floats(theirs["conversions"]), none])[order],
        value=np.concatenate([floats(theirs["value"]), none])[order],
        nulls=np.concatenate([np.zeros(theirs.num_rows), none + 1])[order],
        squares=np.concatenate([squares, np.zeros((n_nulls, 3))]),
        unattributed=np.array([float(totals[name] or 0.0) for name in SQUARES]) - squares.sum(axis=0),
    )


def number_from_zero(ordered: Ints) -> Ints:
    """Number the distinct values of an ordered array, from 0."""
    return np.cumsum(np.diff(ordered, prepend=ordered[:1]) != 0)


def floats(column: pa.ChunkedArray) -> Floats:
    """Read a column as floats; what is not known adds nothing."""
    import pyarrow as pa

    return np.asarray(column.cast(pa.float64()).fill_null(0.0).to_numpy(), dtype=np.float64)


def ints(column: pa.ChunkedArray) -> Ints:
    """Read a column of integers."""
    return np.asarray(column.to_numpy(), dtype=np.int64)


def codes_of(column: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """Read codes joined by ","."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = pc.split_pattern(column.combine_chunks().cast(pa.string()), ",")
    lengths = np.asarray(pc.list_value_length(parts).to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.asarray(pc.list_flatten(parts).cast(pa.int64()).to_numpy(), dtype=np.int64), lengths


def _fingerprint(touches: pa.Table, conversions: pa.Table) -> str:
    """Sum up the data so that any change of it shows, in whatever order it was imported."""
    import pyarrow.compute as pc

    sums = [touches.num_rows, *(pc.sum(touches[name]).as_py() for name in ("at", "tie"))]
    sums += [conversions.num_rows, pc.sum(conversions["at"]).as_py(), f"{pc.sum(conversions['value']).as_py() or 0:.2f}"]
    return hashlib.md5(repr(sums).encode(), usedforsecurity=False).hexdigest()[:12]
