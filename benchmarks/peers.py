"""The packages ChannelAttribution and marketing-attribution-models, and smarketing, on the same touches and the same paths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks import made_touches
from benchmarks.figures import Agreement, Figure, Findings, findings
from benchmarks.made_once import made_once
from benchmarks.measuring import Bench, Run, Task, highest_peak, median_seconds, ratios, taking_turns
from benchmarks.task import ENGINE, Work, load

SEEDS = range(5)
ORDERS = {1: 3, 2: 5, 3: 5}
"""Orders of the chain, with how many times as fast as ChannelAttribution ours should be."""
ALIKE = "the same definition: to be equal"
REMARKS: dict[str, str] = {
    "first": ALIKE,
    "last": ALIKE,
    "linear": ALIKE,
    "u_shaped": ALIKE,
    "time_decay": ALIKE,
    "markov": "it spreads each conversion over its own journey's channels by their removal effects; ours shares all conversions by them",
    "shapley": "its coalitions are worth a conversion rate, and of a journey with more than four channels it takes four by the alphabet",
    "removal effects": ALIKE,
}
"""How the models of marketing-attribution-models are defined, beside ours."""
REMARKS_OF_1 = REMARKS | {"time_decay": "it halves the weight in steps, at each full half-life", "markov": ALIKE}
"""The same of its versions 1."""


def run(bench: Bench) -> Findings:
    """Measure the packages that the given interpreters have."""
    touches, paths = files_of(bench.size, bench.cache)
    versions: dict[str, str] = {}
    figures: list[Figure] = []
    agreements: list[Agreement] = []
    for python in bench.peers:
        there = Task("benchmarks.peer_tasks:installed", python=python).run().facts
        if not there:
            raise click.ClickException(f"{python} has none of the packages; install them there with: pip install '.[bench]' matplotlib")
        versions |= {name: version for name, version in there.items() if name not in versions}
        for name, version in there.items():
            measure = against_mam if name == "marketing-attribution-models" else against_channel_attribution
            measured, alike = measure(bench, f"{name} {version}", python, touches, paths)
            figures += measured
            agreements += alike
    return findings("peers", tuple(figures), tuple(agreements), **versions)


def against_mam(bench: Bench, name: str, python: str, touches: Path, paths: Path) -> tuple[list[Figure], list[Agreement]]:
    """Credit raw touches by the seven models that both have."""
    task = {"file": str(touches)}
    ours, theirs = taking_turns([Task("benchmarks.peers:ours_of_touches", task), Task("benchmarks.peer_tasks:mam", task, python)], bench)
    mine, other = ours[0].facts["credits"], theirs[0].facts["credits"]
    remarks = REMARKS_OF_1 if " 1." in name else REMARKS
    agreements = [Agreement(model, name, _apart(other[model], mine[model]), remark) for model, remark in remarks.items()]
    return [_figure("raw touches to credits, seven models", bench.size, name, ours, theirs, 5)], agreements


def against_channel_attribution(bench: Bench, name: str, python: str, touches: Path, paths: Path) -> tuple[list[Figure], list[Agreement]]:
    """Credit aggregated paths by Markov chains of order 1 to 3."""
    task = {"file": str(paths)}
    figures = []
    for order, goal in ORDERS.items():
        mine, other = taking_turns(
            [
                Task("benchmarks.peers:ours_of_paths", task | {"order": order}),
                Task("benchmarks.peer_tasks:channel_attribution", task | {"seed": 0, "order": order}, python),
            ],
            bench,
        )
        what = f"aggregated paths to Markov credits, order {order}"
        figures.append(_figure(what, mine[0].facts["paths"], name, mine, other, goal))
    ours = [Task("benchmarks.peers:ours_of_paths", task).run()]
    exact = Task("benchmarks.peers:exact", task).run().facts["credit"]
    simulated = [Task("benchmarks.peer_tasks:channel_attribution", task | {"seed": seed}, python).run().facts["credit"] for seed in SEEDS]
    mean = {channel: float(np.mean([credit[channel] for credit in simulated])) for channel in exact}
    agreements = [
        Agreement("markov, ours", "each removal solved by itself", _apart(ours[0].facts["credit"], exact), ALIKE),
        Agreement(
            f"markov, {name} at its defaults, worst of {len(SEEDS)} seeds",
            "each removal solved by itself",
            max(_apart(credit, exact) for credit in simulated),
            "it simulates; walks longer than the longest path are cut",
        ),
        Agreement(
            f"markov, {name}, mean of the seeds",
            "each removal solved by itself",
            _apart(mean, exact),
            "what is left when chance is averaged out",
        ),
    ]
    return figures, agreements


def _figure(what: str, size: int, name: str, ours: Sequence[Run], theirs: Sequence[Run], goal: float) -> Figure:
    return Figure(what, size, median_seconds(ours), name, median_seconds(theirs), "s", ratios(theirs, ours), goal, True, highest_peak(ours))


def _apart(one: Mapping[str, float], exact: Mapping[str, float]) -> float:
    """Say how far two credits lie apart at most, as a share of the exact one."""
    return max(abs(one.get(channel, 0.0) - credit) / abs(credit) for channel, credit in exact.items() if credit)


def files_of(size: int, cache: Path) -> tuple[Path, Path]:
    """Find the raw touches and the aggregated paths, made if they are not there yet."""

    def make(folder: Path) -> None:
        touches, paths = folder / "touches.parquet", folder / "paths.csv"
        Task("benchmarks.peers:touches_written", {"file": str(touches), "size": size}).run()
        Task("benchmarks.peers:paths_written", {"touches": str(touches), "file": str(paths)}).run()

    folder = made_once(cache / f"peers-{size}-{made_touches.VERSION}", f"{size:,} touches and their paths", make)
    return folder / "touches.parquet", folder / "paths.csv"


def touches_written(file: str, size: int) -> Work:
    """Write touches as a table of person, time, channel, and whether the person converts with this touch."""
    import pyarrow as pa
    from pyarrow import parquet

    channels = [f"{way.source or way.referrer or 'direct'} {way.medium or ''}".strip() for way in made_touches.WAYS]

    def work() -> dict[str, Any]:
        parts = []
        for block in made_touches.blocks(size):
            rng = np.random.default_rng((made_touches.VERSION, size, block.begin, 1))
            converts = rng.random(len(block.at)) < made_touches.CONVERTING / made_touches.TOUCHES_A_PERSON
            channel = pa.array(channels).take(pa.array(block.way))
            at = made_touches.times(block.at).cast(pa.timestamp("us"))
            parts.append(pa.table({"person": block.person, "at": at, "channel": channel, "converts": converts}))
        whole = pa.concat_tables(parts)
        # Two touches of a person in one second have no order that the packages agree on.
        kept = whole.append_column("nth", pa.array(np.arange(len(whole)))).group_by(["person", "at"]).aggregate([("nth", "min")])["nth_min"]
        parquet.write_table(whole.take(kept.combine_chunks().sort()), file)
        return {"rows": len(kept)}

    return work


def _journeys(file: str) -> Any:
    """Build the journeys of a table of touches, without a lookback."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    from attribution import engine
    from attribution.journeys import Window

    touches = parquet.read_table(file)
    channel = touches["channel"].combine_chunks().dictionary_encode()
    names = dict(enumerate(channel.dictionary.to_pylist()))
    numbers = pa.table(
        {
            "key": touches["person"],
            "at": pc.divide(touches["at"].cast(pa.int64()), 1_000_000),
            "origin_id": channel.indices.cast(pa.int64()),
            "tie": pa.repeat(pa.scalar(0, pa.int64()), len(touches)),
        }
    )
    converting = numbers.filter(touches["converts"])
    conversions = pa.table({"key": converting["key"], "at": converting["at"], "value": pa.nulls(len(converting), pa.float64())})
    return engine.run(numbers, conversions, names, frozenset(), Window(100 * made_touches.YEAR)).paths


def ours_of_touches(file: str) -> Work:
    """Read touches, build journeys, credit by seven models."""
    from attribution.models import find_model

    load(*ENGINE, "pyarrow.dataset", "pyarrow.parquet")
    models = [find_model(name)() for name in ("first", "last", "linear", "u_shaped", "time_decay", "markov", "shapley")]

    def work() -> dict[str, Any]:
        paths = _journeys(file)
        found = {model.name: model.credit(paths) for model in models}
        credits = {name: dict(zip(paths.channels, map(float, credit.conversions), strict=True)) for name, credit in found.items()}
        effects = map(float, found["markov"].extra["removal_effect"])
        return {"credits": credits | {"removal effects": dict(zip(paths.channels, effects, strict=True))}}

    return work


def paths_written(touches: str, file: str) -> Work:
    """Write the aggregated paths of a table of touches, as `smarketing attribution --paths` and ChannelAttribution read them."""
    import csv

    def work() -> dict[str, Any]:
        paths = _journeys(touches)
        rows: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        steps = [paths.channels[code] for code in paths.codes]
        for place, (begin, end) in enumerate(zip(paths.offsets[:-1], paths.offsets[1:], strict=True)):
            row = rows[" > ".join(steps[begin:end])]
            row[0] += paths.conversions[place]
            row[1] += paths.nulls[place]
        with Path(file).open("w", newline="") as written:
            writer = csv.writer(written)
            writer.writerow(["path", "conversions", "nulls"])
            writer.writerows((path, int(conversions), int(nulls)) for path, (conversions, nulls) in rows.items())
        return {"paths": len(rows)}

    return work


def ours_of_paths(file: str, order: int = 1) -> Work:
    """Read aggregated paths and credit by a Markov chain."""
    from attribution.markov import Markov
    from attribution.paths_file import read_paths

    load("pandas", "pyarrow.csv", "pyarrow.compute", "pyarrow.pandas_compat", "scipy.sparse", "scipy.sparse.linalg")

    def work() -> dict[str, Any]:
        paths = read_paths(file).paths
        credit = Markov(order).credit(paths).conversions
        return {"credit": dict(zip(paths.channels, map(float, credit), strict=True)), "paths": len(paths.conversions)}

    return work


def exact(file: str) -> Work:
    """Credit aggregated paths by a Markov chain as its definition says: count, remove a channel, solve, one channel after the other."""
    import csv

    def work() -> dict[str, Any]:
        counted: dict[tuple[str, str], float] = defaultdict(float)
        total = 0.0
        with Path(file).open(newline="") as opened:
            for row in csv.DictReader(opened):
                steps = row["path"].split(" > ")
                for end, weight in (("(conversion)", float(row["conversions"])), ("(null)", float(row["nulls"]))):
                    for pair in zip(["(start)", *steps], [*steps, end], strict=True):
                        counted[pair] += weight
                total += float(row["conversions"])
        states = sorted({state for pair in counted for state in pair} - {"(conversion)", "(null)"})
        weights = np.array([[counted[a, b] if a != b else 0.0 for b in [*states, "(conversion)", "(null)"]] for a in states])
        shares = weights / weights.sum(axis=1, keepdims=True)
        whole = _probability(shares, states)
        effects = {
            state: 1 - _probability(np.where([each == state for each in states] + [False, False], 0, shares), states) / whole
            for state in states
            if state != "(start)"
        }
        return {"credit": {state: effect / sum(effects.values()) * total for state, effect in effects.items()}}

    return work


def _probability(shares: Any, states: list[str]) -> float:
    """Solve for the probability of a conversion from the start; what does not go on to a state or a conversion is lost."""
    n = len(states)
    return float(np.linalg.solve(np.eye(n) - shares[:, :n], shares[:, n])[states.index("(start)")])
