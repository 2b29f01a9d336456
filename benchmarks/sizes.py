"""How the cost of a report grows with the touches, from a hundredth of the size to all of it."""

from __future__ import annotations

import itertools
import math

from benchmarks.attribution import workspace_of
from benchmarks.figures import Agreement, Figure, Findings, findings
from benchmarks.measuring import Bench, Run, Task, highest_peak, median_seconds, ratios

STEPS = 3
"""Sizes, each ten times the one before."""


def run(bench: Bench) -> Findings:
    """Measure the report at each size, each as often as there are pairs."""
    sizes = [max(bench.size // 10**step, 1) for step in reversed(range(STEPS))]
    runs: dict[int, list[Run]] = {}
    for size in sizes:
        task = Task("benchmarks.attribution:ours", {"database": str(workspace_of(size, bench.cache)), "unnamed": False})
        task.run()
        runs[size] = [task.run() for _ in range(bench.pairs)]
    smallest = sizes[0]
    figures = [
        Figure(
            "report", size, median_seconds(runs[size]), f"the same with {smallest:,}", median_seconds(runs[smallest]), "s",
            ratios(runs[size], runs[smallest]), peak=highest_peak(runs[size]),
        )
        for size in sizes
    ]  # fmt: skip
    slopes = [
        Agreement(
            f"report, {before:,} to {after:,} touches",
            "proportion",
            _slope(runs, before, after) - 1,
            f"seconds grow as touches to the power of {_slope(runs, before, after):.2f}",
        )
        for before, after in itertools.pairwise(sizes)
    ]
    return findings("sizes", tuple(figures), tuple(slopes))


def _slope(runs: dict[int, list[Run]], before: int, after: int) -> float:
    if before == after:
        return 1.0
    return math.log(median_seconds(runs[after]) / median_seconds(runs[before])) / math.log(after / before)
