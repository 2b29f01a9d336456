"""A thousand samples by key and the intervals of them, against crediting once."""

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
RULES = "rules and shapley"


def run(bench: Bench) -> Findings:
    """Measure as often as there are pairs; the goals are those for a million touches."""
    database = str(workspace_of(bench.size, bench.cache))
    runs = [Task("benchmarks.intervals:drawn", {"database": database}).run() for _ in range(bench.pairs)]

    def figure(what: str, ours: str, against: str, theirs: str | None, goal: float | None) -> Figure:
        seconds = [run.facts[ours] for run in runs]
        others = [run.facts[theirs] if theirs else 1.0 for run in runs]
        ratios = tuple(mine / other for mine, other in zip(seconds, others, strict=True))
        return Figure(
            what, bench.size, statistics.median(seconds), against, statistics.median(others), "s", ratios, goal, peak=highest_peak(runs)
        )  # fmt: skip

    judged = bench.size == 1_000_000
    figures = [
        figure("intervals of all rule models and Shapley", RULES, "crediting by them", f"credit, {RULES}", 3 if judged else None),
        *(
            figure(
                f"intervals of a Markov chain of order {order}", f"markov {order}", "one second", None, 1 if judged and order == 1 else None
            )
            for order in ORDERS
        ),
        figure("journeys told by key", "by key", "journeys not told by key", "not by key", None),
    ]
    return findings("intervals", tuple(figures))


def drawn(database: str) -> Work:
    """Build the paths of a workspace, credit them, and draw intervals."""
    from attribution.drawing import draw
    from attribution.influence import converting
    from attribution.intervals import converting_journeys, interval_columns
    from attribution.markov import Markov
    from attribution.models import MODELS, make_model
    from attribution.question import Question, find_journeys
    from workspace.store import open_workspace

    load(*ENGINE, "attribution.naming", "attribution.channels", "scipy.sparse", "scipy.sparse.linalg")
    custom = {"first": 50.0, "middle": 20.0, "last": 30.0}
    asked = [kind for kind in MODELS if kind.name != "markov" and not getattr(kind, "milestones", False)]
    rules = [make_model(kind.name, **(custom if kind.name == "custom" else {})) for kind in asked]

    def work() -> dict[str, Any]:
        seconds: dict[str, float] = {}

        def timed(name: str, began: float) -> None:
            seconds[name] = time.perf_counter() - began

        with open_workspace(Path(database)) as opened:
            for name, by_key in (("not by key", False), ("by key", True)):
                began = time.perf_counter()
                paths = find_journeys(opened, Question(by_key=by_key)).result.paths
                timed(name, began)
        began = time.perf_counter()
        credits = {model.name: model.credit(paths) for model in rules}
        timed(f"credit, {RULES}", began)
        began = time.perf_counter()
        sold, journeys = converting(paths), converting_journeys(paths)
        for model in rules:
            interval_columns(credits[model.name], draw(paths, model, credits[model.name], sold=sold), journeys)
        timed(RULES, began)
        for order in ORDERS:
            chain = Markov(order)
            credited = chain.credit(paths)
            began = time.perf_counter()
            interval_columns(credited, draw(paths, chain, credited), journeys)
            timed(f"markov {order}", began)
        return seconds

    return work
