"""Unique and incremental audiences of all advocates, a thousand connections each, against reading the edges."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmarks.figures import Figure, Findings, findings
from benchmarks.measuring import Bench, Task, highest_peak, median_seconds, ratios, taking_turns
from benchmarks.task import Work, load

if TYPE_CHECKING:
    from workspace.batches import Batch

VERSION = 1
"""Of the made-up programme; raise it with every change, so that old workspaces are not taken for it."""
CONNECTIONS = 1_000
PEOPLE = 400
"""For each advocate: 2,000 of them know 8e5 people."""
SECONDS = 3
PEAK_GOAL = 10**9


def run(bench: Bench) -> Findings:
    """Measure the counts from the file, and the reading of the edges alone; the size is the number of advocates."""
    database = str(workspace_of(bench.size, bench.cache))
    counted, floor = taking_turns([Task(f"benchmarks.social_reach:{side}", {"database": database}) for side in ("counted", "floor")], bench)
    judged = bench.size == 2_000
    seconds = tuple(run.seconds for run in counted)
    what, peak = "unique and incremental audiences", highest_peak(counted)
    figures = (
        Figure(
            what, bench.size, median_seconds(counted), "one second", 1.0, "s", seconds, SECONDS if judged else None,
            peak=peak, peak_goal=PEAK_GOAL if judged else None,
        ),
        Figure(what, bench.size, median_seconds(counted), "reading the edges", median_seconds(floor), "s", ratios(counted, floor)),
    )  # fmt: skip
    return findings("social_reach", figures)


def counted(database: str) -> Work:
    """Open a workspace and count everybody once, and whom only one advocate knows."""
    from social.audiences import audiences
    from workspace import social_reading
    from workspace.store import open_workspace

    load("pyarrow.compute", "adbc_driver_sqlite.dbapi")

    def work() -> dict[str, Any]:
        with open_workspace(Path(database)) as opened:
            found, _ = audiences(social_reading.audience_columns(opened, "advocate", "network", "member"))
        return {"edges": len(found.people), "unique": found.unique, "incremental": int(found.incremental.sum())}

    return work


def floor(database: str) -> Work:
    """Read the edges."""
    from workspace import social_reading
    from workspace.store import open_workspace

    load("pyarrow.compute", "adbc_driver_sqlite.dbapi")

    def work() -> dict[str, Any]:
        with open_workspace(Path(database)) as opened:
            return {"edges": social_reading.audience_columns(opened, "advocate", "network", "member").num_rows}

    return work


def workspace_of(size: int, cache: Path) -> Path:
    """Find the workspace of so many advocates, made through the import if it is not there yet."""
    from workspace.schema import MIGRATIONS

    state = hashlib.md5(repr((MIGRATIONS, VERSION)).encode(), usedforsecurity=False).hexdigest()[:8]
    folder = cache / f"audiences-{size}-{state}"
    if not folder.exists():
        click.echo(f"  making a workspace of {size:,} advocates in {folder}", err=True)
        unfinished = cache / "unfinished-audiences"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        Task("benchmarks.social_reach:made", {"database": str(unfinished / "smarketing.db"), "size": size}).run()
        unfinished.rename(folder)
    return folder / "smarketing.db"


def made(database: str, size: int) -> Work:
    """Make a workspace of so many advocates."""
    from workspace import imports
    from workspace.store import create, open_workspace

    def work() -> dict[str, Any]:
        create(Path(database))
        with open_workspace(Path(database)) as opened:
            summary = imports.run(opened, "csv", batches(size))
        return {count.kind: count.rows_added for count in summary.counts}

    return work


def batches(size: int) -> Iterator[Batch]:
    """Invent a programme in which everybody knows a thousand people out of all alike."""
    import datetime as dt

    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(7)
    day, population = dt.date(2026, 1, 5), size * PEOPLE
    codes = pa.array([f"A{number:05d}" for number in range(size)])
    yield _batch("consents", advocate=codes, datum=pa.repeat("audience", size), day=pa.repeat(day, size), granted=pa.repeat(True, size))
    yield _batch("advocates", advocate=codes)
    for first in range(0, size, 200):
        advocates = np.arange(first, min(first + 200, size))
        drawn = rng.integers(0, population, (len(advocates), CONNECTIONS))
        edge = np.unique(advocates[:, None] * population + drawn)
        yield _batch(
            "audience",
            advocate=codes.take(pa.array(edge // population)),
            network=pa.repeat("linkedin", len(edge)),
            member=pa.array([hashlib.blake2b(b"%d" % number, digest_size=16).hexdigest() for number in (edge % population).tolist()]),
            as_of=pa.repeat(day, len(edge)),
        )


def _batch(kind: str, **columns: Any) -> Batch:
    """Make a batch; what is left out is unknown."""
    import pyarrow as pa

    from workspace.batches import Batch
    from workspace.records import schema

    wanted = schema(kind)
    rows = len(next(iter(columns.values())))
    columns["row"] = pa.array(range(2, rows + 2))
    whole = [columns.get(field.name, pa.nulls(rows, field.type)) for field in wanted]
    arrays = [column.cast(field.type) for column, field in zip(whole, wanted, strict=True)]
    return Batch(kind, f"{kind}.csv", pa.table(arrays, schema=wanted))
