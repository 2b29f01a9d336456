"""Exposures on an engine: touches and conversions in, what the incremental model needs out.

By default the engine is DuckDB in this process, over Arrow columns read from the workspace.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.engine import check_names, duckdb_engine
from attribution.exposure import EVERYONE, Span, aggregates
from attribution.hazard_fit import fit
from attribution.incremental import Exposures, Incremental, Kernels, credit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from ibis.expr.types import Table


def exposures(
    touches: pa.Table,
    conversions: pa.Table,
    labels: Mapping[int, str],
    kernels: Kernels | None = None,
    *,
    span: Span | None = None,
    people: pa.Table | None = None,
) -> Exposures:
    """Compute the aggregates of a workspace's touches on DuckDB.

    Parameters
    ----------
    touches : pyarrow.Table
        `key, at, origin_id`, all int64 (`workspace.reading.touch_columns`).
    conversions : pyarrow.Table
        `key, at, value` (`workspace.reading.conversion_columns`), before the span too.
    labels : mapping of int to str
        Origin to the name of its channel (or its campaign, ...); channels stand in the order in which `attribution.engine.run` has them.
    kernels : Kernels or None
        None for the usual ones.
    span : Span or None
        None for that of the data (`span_of`).
    people : pyarrow.Table or None
        `key, segment`; see `aggregates`.
    """
    import pyarrow as pa

    kernels = kernels or Kernels()
    names = tuple(sorted(set(labels.values())))
    check_names(len(names))
    place = {name: code for code, name in enumerate(names)}
    codes = pa.table(
        {"origin_id": pa.array(list(labels), pa.int64()), "code": pa.array([place[name] for name in labels.values()], pa.int64())}
    )
    span = span or span_of(touches, conversions)
    engine = duckdb_engine()
    try:
        given = {"touches": touches.select(["key", "at", "origin_id"]), "conversions": conversions.select(["key", "at", "value"])}
        for name, table in {**given, "codes": codes, **({} if people is None else {"people": people})}.items():
            engine.con.register(name, table)
        coded = engine.table("touches").join(engine.table("codes"), "origin_id").select("key", "at", "code")
        known = None if people is None else engine.table("people")

        numbers = itertools.count()

        def keep(table: Table) -> Table:
            return engine.create_table(f"kept_{next(numbers)}", table, temp=True)

        found = aggregates(coded, engine.table("conversions"), span, kernels, known, keep)
        tables = (found.mass, found.risk, found.converted, found.claims, found.totals)
        return assemble(names, kernels, *(table.to_pyarrow() for table in tables))
    finally:
        engine.disconnect()


def by_guard(
    touches: pa.Table,
    conversions: pa.Table,
    labels: Mapping[int, str],
    guards: Sequence[float] = (0.0, 0.5, 1.0, 2.0, 3.0),
    *,
    span: Span | None = None,
    people: pa.Table | None = None,
) -> dict[float, Incremental]:
    """Credit with short effects credited like others, for several guards in days.

    A channel whose credit falls away as the guard grows catches people who had decided already. The parameters are those of `exposures`.
    """
    results = {}
    for guard in guards:
        found = exposures(touches, conversions, labels, Kernels(guard, arrival_days=None), span=span, people=people)
        results[guard] = credit(found, fit(found))
    return results


def span_of(touches: pa.Table, conversions: pa.Table, since: int | None = None, until: int | None = None) -> Span:
    """Find the span of the data, from the first touch or conversion to the last, or the part of it that is asked for.

    After the last touch or conversion nobody is at risk: that nobody converted then is not known.
    """
    import pyarrow.compute as pc

    ends = [pc.min_max(table["at"]).as_py() for table in (touches, conversions) if table.num_rows]
    start, end = min((each["min"] for each in ends), default=0), max((each["max"] for each in ends), default=0) + 1
    return Span(start if since is None else max(since, start), end if until is None else min(until, end))


def assemble(
    names: tuple[str, ...],
    kernels: Kernels,
    mass: pa.Table,
    risk: pa.Table,
    converted: pa.Table,
    claims: pa.Table,
    totals: pa.Table,
) -> Exposures:
    """Put together what the engine gave back; the tables are those of `Aggregates`."""
    columns = [f"k{k}" for k in range(len(kernels.roles))]
    masses = np.zeros((len(names), len(columns)))
    masses[_column(mass, "code", np.int64)] = np.stack([_column(mass, name) for name in columns], axis=1)
    segments = _column(risk, "segment", np.int64)
    days = np.zeros(int(segments.max(initial=EVERYONE)) + 1)
    days[segments] = _column(risk, "days")
    converted = converted.sort_by("number")
    claims = claims.sort_by([("number", "ascending"), ("code", "ascending")])
    total = totals.to_pylist()[0]
    value = _column(converted, "value")
    return Exposures(
        channels=names,
        kernels=kernels,
        mass=masses,
        days_at_risk=days,
        segment=_column(converted, "segment", np.int64),
        known=_column(converted, "known"),
        remaining=_column(converted, "remaining"),
        value=value,
        conversion=_column(claims, "number", np.int64),
        code=_column(claims, "code", np.int64),
        claim=np.stack([_column(claims, name) for name in columns], axis=1),
        outside=float(total["firsts"] + total["unnamed"] - len(value)),
        outside_value=(total["firsts_value"] or 0.0) + (total["unnamed_value"] or 0.0) - float(value.sum()),
        repeats=total["conversions"] - total["firsts"] - total["unnamed"],
        valued=bool(total["valued"]),
    )


def _column(table: pa.Table, name: str, kind: Any = np.float64) -> Any:
    import pyarrow as pa

    column = table[name]
    if kind is np.float64:
        column = column.cast(pa.float64()).fill_null(0.0)
    return np.asarray(column.to_numpy(), dtype=kind)
