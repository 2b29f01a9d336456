"""Markov chains of order 1 to 4 on a workspace's paths, against building these paths."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.attribution import workspace_of
from benchmarks.figures import Figure, Findings, findings
from benchmarks.measuring import Bench, Task, highest_peak
from benchmarks.task import ENGINE, Work, load

ORDERS = (1, 2, 3, 4)


def run(bench: Bench) -> Findings:
    """Solve each order as often as there are pairs."""
    database = str(workspace_of(bench.size, bench.cache))
    runs = [Task("benchmarks.orders:solved", {"database": database}).run() for _ in range(bench.pairs)]
    building = [run.facts["building"] for run in runs]
    figures = [
        Figure(
            f"Markov chain of order {order}, {runs[0].facts['states'][str(order)]:,} states",
            bench.size,
            statistics.median(run.facts["seconds"][str(order)] for run in runs),
            "building the paths",
            statistics.median(building),
            "s",
            tuple(run.facts["seconds"][str(order)] / run.facts["building"] for run in runs),
            1,
            peak=highest_peak(runs),
        )
        for order in ORDERS
    ]
    return findings("orders", tuple(figures))


def solved(database: str) -> Work:
    """Build the paths of a workspace, then credit them by chains of each order."""
    from attribution.chains import build_chain
    from attribution.markov import Markov
    from attribution.question import Question, find_journeys
    from workspace.store import open_workspace

    load(*ENGINE, "attribution.naming", "attribution.channels", "scipy.sparse", "scipy.sparse.linalg")

    def work() -> dict[str, Any]:
        began = time.perf_counter()
        with open_workspace(Path(database)) as opened:
            paths = find_journeys(opened, Question()).result.paths
        facts: dict[str, Any] = {"building": time.perf_counter() - began, "seconds": {}, "states": {}}
        for order in ORDERS:
            began = time.perf_counter()
            Markov(order).credit(paths)
            facts["seconds"][str(order)] = time.perf_counter() - began
            facts["states"][str(order)] = len(build_chain(paths, order).starts)
        return facts

    return work
