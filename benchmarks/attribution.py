"""Attribution from a workspace, against reading the touches and putting them in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import made_touches
from benchmarks.figures import Figure, Findings, findings
from benchmarks.made_once import imported, workspace_once
from benchmarks.measuring import Bench, Run, Task, highest_peak, median_seconds, ratios, taking_turns
from benchmarks.task import ENGINE, Work, load

if TYPE_CHECKING:
    from workspace.batches import Batch

PEAK_GOAL = 2 * 10**9
FLOOR = "ADBC read + DuckDB ORDER BY"
WEIGHTS = (50.0, 20.0, 30.0)
MODELS = (
    *("first", "last", "last_non_direct", "linear", "time_decay", "u_shaped", "j_shaped", "inverse_j", "participation", "custom"),
    *("markov", "shapley"),
)


def run(bench: Bench) -> Findings:
    """Measure at the size given and at a tenth of it."""
    small, large = max(bench.size // 10, 1), bench.size
    figures: list[Figure] = []
    seconds: dict[int, list[Run]] = {}
    for size in (small, large):
        database = str(workspace_of(size, bench.cache))
        floor, again, first = taking_turns(
            [
                Task("benchmarks.attribution:floor", {"database": database}),
                Task("benchmarks.attribution:ours", {"database": database, "unnamed": False}),
                Task("benchmarks.attribution:ours", {"database": database, "unnamed": True}),
            ],
            bench,
        )
        seconds[size] = again
        told = (("report", again), ("report, the origins named for the first time", first))
        figures += [_figure(what, size, ours, floor, size == large) for what, ours in told]
    figures.append(
        Figure(
            "report, growth with the touches",
            large,
            median_seconds(seconds[large]),
            f"the same with {small:,}",
            median_seconds(seconds[small]),
            "s",
            ratios(seconds[large], seconds[small]),
            11,
        )
    )
    return findings("attribution", tuple(figures))


def _figure(what: str, size: int, ours: list[Run], floor: list[Run], judged: bool) -> Figure:
    """Set one report beside its floor; only the full size has goals, as at less the work of a fixed length weighs more."""
    return Figure(
        what,
        size,
        median_seconds(ours),
        FLOOR,
        median_seconds(floor),
        "s",
        ratios(ours, floor),
        2 if judged else None,
        False,
        highest_peak(ours),
        PEAK_GOAL if judged else None,
    )


def floor(database: str) -> Work:
    """Read the columns that attribution reads, and order the rows by person and time."""
    import adbc_driver_sqlite.dbapi
    import duckdb
    import pyarrow as pa

    def work() -> dict[str, Any]:
        with adbc_driver_sqlite.dbapi.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT person_id, at, origin_id, id FROM touches")
            touches: pa.Table = cursor.fetch_arrow_table()
        with duckdb.connect() as engine:
            engine.register("touches", touches)
            ordered = engine.sql('SELECT * FROM touches ORDER BY person_id, "at"').to_arrow_table()
        return {"rows": ordered.num_rows}

    return work


def ours(database: str, unnamed: bool) -> Work:
    """Open a workspace and report on it by all rule models, Markov and Shapley.

    Parameters
    ----------
    database : str
    unnamed : bool
        Forget the channels of the origins first, as if none had been named yet.
    """
    from attribution.attribute import attribute
    from attribution.question import Question
    from workspace.store import open_workspace

    load(*ENGINE, "attribution.naming", "attribution.channels", "attribution.credit_report")
    if unnamed:
        with open_workspace(Path(database)) as opened, opened.db.atomic():
            opened.db.execute("UPDATE origins SET channel = NULL, rule_version = NULL")
    question = Question(models=MODELS, weights=WEIGHTS)

    def work() -> dict[str, Any]:
        with open_workspace(Path(database)) as opened:
            report = attribute(opened, question)
        return {name: report.meta[name] for name in ("touches", "conversions", "conversions_without_touch", "null_journeys")} | {
            "channels": report.frame["channel"].nunique()
        }

    return work


def workspace_of(size: int, cache: Path) -> Path:
    """Find the workspace of so many touches, made through the import if it is not there yet."""
    return workspace_once(cache, "touches", made_touches.VERSION, size, "benchmarks.attribution:made")


def made(database: str, size: int) -> Work:
    """Make a workspace of so many touches."""
    return imported(database, batches(size))


def batches(size: int) -> Iterator[Batch]:
    """Hand the made-up touches and conversions over as a connector does."""
    import numpy as np
    import pyarrow as pa

    from workspace.batches import Batch
    from workspace.records import schema

    known = made_touches.origins()
    for block in made_touches.blocks(size):
        columns = made_touches.names_of_origins(block, known) | {
            "person": made_touches.people_names(block.person),
            "at": made_touches.times(block.at),
            "kind": pa.repeat("visit", len(block.at)),
            "row": pa.array(np.arange(len(block.at)) + block.begin + 2),
        }
        columns["referrer"] = _hosts(columns["referrer"])
        yield Batch("touches", "touches.csv", _records(schema("touches"), columns))
    person, at, value = made_touches.conversions(size)
    columns = {
        "person": made_touches.people_names(person),
        "at": made_touches.times(at),
        "goal": pa.repeat("won", len(at)),
        "value": pa.array(value),
        "currency": pa.repeat("EUR", len(at)),
        "row": pa.array(np.arange(len(at)) + 2),
    }
    yield Batch("conversions", "conversions.csv", _records(schema("conversions"), columns))


def _hosts(referrers: Any) -> Any:
    import pyarrow.compute as pc

    return pc.struct_field(pc.extract_regex(referrers, r"//(?P<host>[^/]+)"), "host")


def _records(wanted: Any, columns: dict[str, Any]) -> Any:
    import pyarrow as pa

    length = len(columns["row"])
    return pa.table([columns.get(field.name, pa.nulls(length, field.type)) for field in wanted], schema=wanted)
