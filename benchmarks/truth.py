"""Each model's credit against the truth of simulated companies, in regimes that are hard in different ways.

`python -m benchmarks.truth` prints the table alone, without keeping findings. ChannelAttribution and marketing-attribution-models stand
beside ours where the interpreter, or one named with --peer, has them (`pip install '.[bench]'`); else a line says that they are missing.
"""

from __future__ import annotations

import dataclasses
import statistics
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np
import pyarrow as pa

from attribution import engine
from attribution.exposure_engine import exposures
from attribution.hazard_fit import fit
from attribution.incremental import Incremental, credit
from attribution.incremental_intervals import replicates
from attribution.journeys import Window
from attribution.models import find_model
from attribution.paths import Floats, Ints, Paths
from attribution.simulation.funnel import LEAD
from attribution.simulation.simulate import Simulation, simulate
from benchmarks.figures import Agreement, Figure, Findings, findings
from benchmarks.measuring import Bench, Task
from benchmarks.task import Work

SCENARIOS = ("independent", "harvest", "intent", "baseline", "demo")
MODELS = ("first", "last", "last_non_direct", "linear", "time_decay", "u_shaped", "markov", "shapley")
PACKAGES = ("ChannelAttribution", "marketing-attribution-models")
TOUCHES_A_PERSON = 3
LOOKBACK_DAYS = 90
DAY = 86_400
WORST, MEAN = 0.10, 0.05
"""What the error of `incremental` should keep to in the worst regime of the first four, and in their mean."""


@dataclasses.dataclass(frozen=True, eq=False)
class Company:
    """A simulated company as the models see it, and its truth by channel, shape (n_channels,)."""

    channels: tuple[str, ...]
    touches: pa.Table
    conversions: pa.Table
    truth: Floats
    baseline: float

    @property
    def labels(self) -> dict[int, str]:
        """Name the codes."""
        return dict(enumerate(self.channels))


@dataclasses.dataclass(frozen=True)
class Score:
    """How far one model's credit is from the truth in one company.

    Parameters
    ----------
    error : float
        Half the sum over channels of |share of credit - share of caused conversions|: the share that stands with a wrong channel.
    total : float
        The credit of all channels, divided by the conversions that they truly caused.
    held : float
        Share of the channels whose true conversions lie in their 95 % interval; NaN where there are no intervals.
    """

    scenario: str
    model: str
    seed: int
    error: float
    total: float
    held: float = float("nan")


def company(scenario: str, people: int, seed: int) -> Company:
    """Simulate a company and lay out what the models read."""
    made: Simulation = simulate(people, seed, scenario)
    rows = made.truth.iloc[:-1].sort_values("channel")
    channels = tuple(rows["channel"])
    of_process = np.array([channels.index(process.channel) for process in made.processes])
    code: Ints = of_process[np.array([origin.process for origin in made.origins])][made.origin]
    lead = made.stages.goal == LEAD
    tie = np.arange(len(code)) % (1 << 20)
    touches = pa.table({"key": made.person, "at": made.at, "origin_id": code, "tie": tie})
    conversions = pa.table({"key": made.stages.person[lead], "at": made.stages.at[lead], "value": np.ones(int(lead.sum()))})
    truth = rows["true_incremental_conversions"].to_numpy(dtype=float)
    return Company(channels, touches, conversions, truth, made.baseline_leads)


def incremental_of(made: Company) -> Incremental:
    """Credit by the hazard."""
    found = exposures(made.touches, made.conversions, made.labels)
    return credit(fit(found))


def paths_of(made: Company) -> Paths:
    """Build the journeys that the other models read."""
    direct = frozenset({"Direct"})
    return engine.run(made.touches, made.conversions, made.labels, direct, Window(LOOKBACK_DAYS * DAY)).paths


def half_l1(estimate: Floats, truth: Floats) -> float:
    """Take half the L1 distance of the shares.

    Examples
    --------
    >>> half_l1(np.array([3.0, 1.0]), np.array([100.0, 100.0]))
    0.25
    """
    return float(np.abs(estimate / estimate.sum() - truth / truth.sum()).sum() / 2)


def scores(scenario: str, people: int, seed: int, peers: tuple[str, ...] = (), samples: int = 0) -> list[Score]:
    """Hold every model against the truth of one company."""
    made = company(scenario, people, seed)

    def score(model: str, credited: Floats, held: float = float("nan")) -> Score:
        return Score(scenario, model, seed, half_l1(credited, made.truth), float(credited.sum() / made.truth.sum()), held)

    exposed = exposures(made.touches, made.conversions, made.labels)
    fitted = fit(exposed)
    held = float("nan")
    if samples:
        drawn = replicates(fitted, samples, seed)
        low, high = drawn.interval(drawn.conversions)
        held = float(np.mean((low <= made.truth) & (made.truth <= high)))
    paths = paths_of(made)
    found = [score("incremental", credit(fitted).conversions, held)]
    found += [score(model, find_model(model)().credit(paths).conversions) for model in MODELS]
    with tempfile.TemporaryDirectory() as folder:
        for python in peers:
            credits = _peers(made, paths, python, Path(folder))
            found += [score(model, np.array([by.get(name, 0.0) for name in made.channels])) for model, by in credits.items()]
    return found


def _peers(made: Company, paths: Paths, python: str, folder: Path) -> dict[str, dict[str, float]]:
    """Credit by the packages that an interpreter has, by the name of the model."""
    there = Task("benchmarks.peer_tasks:installed", python=python).run().facts
    credits: dict[str, dict[str, float]] = {}
    if "ChannelAttribution" in there:
        file = folder / "paths.csv"
        _write_paths(paths, file)
        ran = Task("benchmarks.peer_tasks:channel_attribution", {"file": str(file), "seed": 0}, python).run()
        credits["markov, ChannelAttribution"] = ran.facts["credit"]
    if "marketing-attribution-models" in there:
        file = folder / "touches.parquet"
        _write_touches(made, file)
        ran = Task("benchmarks.peer_tasks:mam", {"file": str(file)}, python).run()
        wanted = ("last", "linear", "markov", "shapley")
        credits |= {f"{model}, marketing-attribution-models": ran.facts["credits"][model] for model in wanted}
    return credits


def missing(peers: tuple[str, ...]) -> tuple[str, ...]:
    """Say of each package of others' that none of these interpreters has that it is not compared."""
    there = {name for python in peers for name in Task("benchmarks.peer_tasks:installed", python=python).run().facts}
    return tuple(f"{name} is not installed and not compared; pip install '.[bench]' brings it" for name in PACKAGES if name not in there)


def _write_paths(paths: Paths, file: Path) -> None:
    steps = np.array(paths.channels)[paths.codes]
    joined = [" > ".join(steps[begin:end]) for begin, end in zip(paths.offsets[:-1], paths.offsets[1:], strict=True)]
    table = pa.table({"path": joined, "conversions": paths.conversions.astype(np.int64), "nulls": paths.nulls.astype(np.int64)})
    summed = table.group_by("path").aggregate([("conversions", "sum"), ("nulls", "sum")])
    from pyarrow import csv

    csv.write_csv(summed.rename_columns({"conversions_sum": "conversions", "nulls_sum": "nulls"}), file)


def _write_touches(made: Company, file: Path) -> None:
    """Write person, time, channel, and whether the touch is the person's last before converting; what came after it is left out."""
    from pyarrow import parquet

    key, at = made.touches["key"].to_numpy(), made.touches["at"].to_numpy()
    converted = np.full(int(max(key.max(), made.conversions["key"].to_numpy().max())) + 1, np.iinfo(np.int64).max)
    converted[made.conversions["key"].to_numpy()] = made.conversions["at"].to_numpy()
    order = np.lexsort((at, key))
    order = order[at[order] <= converted[key[order]]]
    order = order[np.append(True, (np.diff(key[order]) != 0) | (np.diff(at[order]) != 0))]
    key, at = key[order], at[order]
    last = np.append(np.diff(key) != 0, True)
    converts = last & (converted[key] < np.iinfo(np.int64).max)
    channel = pa.array(made.channels).take(pa.array(made.touches["origin_id"].to_numpy()[order]))
    moment = pa.array(at).cast(pa.timestamp("s")).cast(pa.timestamp("us"))
    parquet.write_table(pa.table({"person": key, "at": moment, "channel": channel, "converts": converts}), file)


def incremental_timed(people: int) -> Work:
    """Turn touches into incremental credit."""
    made = company("demo", people, 1)
    return lambda: {"touches": len(made.touches), "credit": float(incremental_of(made).conversions.sum())}


def journeys_timed(people: int) -> Work:
    """Turn the same touches into paths."""
    made = company("demo", people, 1)
    return lambda: {"paths": len(paths_of(made).conversions)}


def run(bench: Bench) -> Findings:
    """Score the models on as many companies of each scenario as there are pairs, and time `incremental`."""
    people = max(bench.size // TOUCHES_A_PERSON, 1)
    found: list[Score] = []
    for line in missing(bench.peers):
        click.echo(f"  {line}", err=True)
    for scenario in SCENARIOS:
        for seed in range(1, bench.pairs + 1):
            began = time.perf_counter()
            found += scores(scenario, people, seed, bench.peers, samples=100)
            click.echo(f"  {scenario} {seed}/{bench.pairs} {time.perf_counter() - began:8.2f} s", err=True)
    ours = Task("benchmarks.truth:incremental_timed", {"people": people}).run()
    theirs = Task("benchmarks.truth:journeys_timed", {"people": people}).run()
    figure = Figure(
        "touches to incremental credit", ours.facts["touches"], ours.seconds, "building the journeys of the same touches", theirs.seconds,
        "s", (ours.seconds / theirs.seconds,), peak=ours.peak,
    )  # fmt: skip
    return findings("truth", (figure,), tuple(_agreements(found)))


def _agreements(found: list[Score]) -> list[Agreement]:
    """Sum the scores up, one row for each scenario and model."""
    rows = []
    for scenario in SCENARIOS:
        for model in dict.fromkeys(score.model for score in found):
            mine = [score for score in found if (score.scenario, score.model) == (scenario, model)]
            if not mine:
                continue
            errors, totals = [score.error for score in mine], [score.total for score in mine]
            spread = statistics.stdev(errors) if len(errors) > 1 else 0.0
            remark = f"half the L1 distance of shares, ± {spread:.1%} over {len(mine)} companies; total {statistics.mean(totals):.2f} times"
            held = [score.held for score in mine if not np.isnan(score.held)]
            if held:
                remark += f"; {statistics.mean(held):.0%} of the intervals hold the truth"
            rows.append(Agreement(f"{model}, {scenario}", "the truth", statistics.mean(errors), remark))
    return rows


@click.command()
@click.option("--people", default=200_000, show_default=True)
@click.option("--seeds", default=3, show_default=True)
@click.option("--samples", default=100, show_default=True, help="Replicates for intervals; 0 for none.")
@click.option("--peer", "peers", multiple=True, metavar="PYTHON", help="An interpreter that has other packages; this one by default.")
def main(people: int, seeds: int, samples: int, peers: tuple[str, ...]) -> None:
    """Print each model's mean error, its spread over companies, its total against the true one, and how many intervals hold the truth."""
    peers = peers or (sys.executable,)
    for line in missing(peers):
        click.echo(line)
    found = [score for name in SCENARIOS for seed in range(1, seeds + 1) for score in scores(name, people, seed, peers, samples)]
    for row in _agreements(found):
        click.echo(f"{row.what:50} {row.difference:6.3f}  {row.remark}")
    means = [statistics.mean(s.error for s in found if (s.model, s.scenario) == ("incremental", name)) for name in SCENARIOS[:4]]
    met = statistics.mean(means) <= MEAN and max(means) <= WORST
    click.echo(f"incremental, four regimes: mean {statistics.mean(means):.3f} (goal {MEAN}), worst {max(means):.3f} (goal {WORST})")
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
