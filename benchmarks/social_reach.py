"""Unique and incremental audiences of all advocates, a thousand connections each, against reading the edges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Findings, findings
from benchmarks.measuring import Bench, Task, highest_peak, median_seconds, ratios, taking_turns
from benchmarks.social_activate import workspace_of
from benchmarks.task import Work, load

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
