"""How often the 95 % intervals hold what they are to hold: the model's credit in all companies alike, of which each is one sample.

Companies are simulated, each with people of its own, and attributed one by one, with intervals. What a model credits in all of them taken
together, divided by their number, is what each interval is to hold; so the benchmark tells whether chance is measured rightly, and nothing
of whether a model is right (`benchmarks.truth`).
"""

from __future__ import annotations

import dataclasses

import click
import numpy as np
import pyarrow as pa
from numpy.random import PCG64, Generator

from attribution import engine
from attribution.drawing import draw
from attribution.intervals import ENOUGH, converting_journeys, ends, reliability, shares, with_unattributed
from attribution.journeys import Window
from attribution.markov import Markov
from attribution.models import MODELS, Model, make_model
from attribution.paths import Floats, Paths
from benchmarks.figures import Coverage, Findings, findings
from benchmarks.measuring import Bench
from benchmarks.truth import DAY, LOOKBACK_DAYS, TOUCHES_A_PERSON, Company, company

COMPANIES = 200
SCENARIO = "demo"
CUSTOM = {"first": 50.0, "middle": 20.0, "last": 30.0}
ORDERS = (2, 3, 4)
FIGURES = ("conversions", "value", "share of conversions", "share of value")


def models() -> dict[str, Model]:
    """Give every model by its name, markov in several orders; those that need milestones are rules like the others."""
    asked = [kind for kind in MODELS if not getattr(kind, "milestones", False)]
    made = {kind.name: make_model(kind.name, **(CUSTOM if kind.name == "custom" else {})) for kind in asked}
    return made | {f"markov, order {order}": Markov(order) for order in ORDERS}


def valued(made: Company, seed: int) -> Company:
    """Give each conversion a value, skewed as deals are."""
    value = Generator(PCG64(seed)).lognormal(9, 0.8, len(made.conversions))
    return dataclasses.replace(made, conversions=made.conversions.drop(["value"]).append_column("value", pa.array(value)))


def together(companies: list[Company], people: int) -> Company:
    """Make one company of several, everybody apart."""
    parts: dict[str, list[pa.Table]] = {"touches": [], "conversions": []}
    for place, made in enumerate(companies):
        for name, tables in parts.items():
            table: pa.Table = getattr(made, name)
            tables.append(table.set_column(0, "key", pa.array(table["key"].to_numpy() + place * (people + 1))))
    touches, conversions = (pa.concat_tables(tables) for tables in parts.values())
    return dataclasses.replace(companies[0], touches=touches, conversions=conversions)


def paths_of(made: Company) -> Paths:
    """Build the journeys, told by person."""
    window = Window(LOOKBACK_DAYS * DAY)
    return engine.run(made.touches, made.conversions, made.labels, frozenset({"Direct"}), window, by_key=True).paths


def credited(paths: Paths, model: Model) -> list[Floats]:
    """Give the four figures of a model, shape (n_channels,) each: conversions, value, and their shares."""
    credits = model.credit(paths)
    totals = (paths.conversions.sum() + paths.unattributed_conversions, paths.value.sum() + paths.unattributed_value)
    amounts = [credits.conversions, credits.value]
    return [*amounts, *(amount / total for amount, total in zip(amounts, totals, strict=True))]


def held(paths: Paths, model: Model, truth: list[Floats], seed: int) -> tuple[Floats, Floats]:
    """Tell which intervals hold the truth, shape (4, n_channels), NaN where there is none, and which rows have data enough."""
    credits = model.credit(paths)
    draws = draw(paths, model, credits, seed=seed)
    conversions, value = with_unattributed(draws)
    drawn = (conversions, value, shares(conversions, draws.total_conversions), shares(value, draws.total_value))
    intervals = [tuple(end[:-1] for end in ends(amounts)) for amounts in drawn]
    words = reliability(credits.conversions, *intervals[0], converting_journeys(paths))
    found = [np.where(np.isnan(low), np.nan, (low <= true) & (true <= high)) for (low, high), true in zip(intervals, truth, strict=True)]
    return np.array(found), np.array([word == ENOUGH for word in words])


def run(bench: Bench, count: int = COMPANIES) -> Findings:
    """Simulate companies of so many touches and count the intervals that hold."""
    people = max(bench.size // TOUCHES_A_PERSON, 1)
    companies = [valued(company(SCENARIO, people, seed), seed) for seed in range(1, count + 1)]
    population = paths_of(together(companies, people))
    truth = {
        name: [*(part / count for part in found[:2]), *found[2:]]
        for name, model in models().items()
        for found in [credited(population, model)]
    }
    tallies: dict[str, list[tuple[Floats, Floats]]] = {name: [] for name in truth}
    for place, made in enumerate(companies, start=1):
        paths = paths_of(made)
        for name, model in models().items():
            tallies[name].append(held(paths, model, truth[name], seed=place))
        if place % 20 == 0:
            click.echo(f"  {place}/{count}", err=True)
    rows = [_coverage(name, tally) for name, tally in tallies.items()]
    return findings("coverage", (), (), coverages=tuple(rows))


def _coverage(name: str, tally: list[tuple[Floats, Floats]]) -> Coverage:
    found, enough = np.stack([hits for hits, _ in tally]), np.stack([rows for _, rows in tally])
    sure = np.where(enough[:, None, :], found, np.nan)
    return Coverage(name, _shares(sure), _shares(found), *(int(np.count_nonzero(~np.isnan(part[:, 0]))) for part in (sure, found)))


def _shares(hits: Floats) -> tuple[float, ...]:
    """Take the share of the intervals that hold of each figure, 0 where there is none; hits have shape (n_companies, 4, n_channels)."""
    return tuple(float(np.nansum(part) / max(np.count_nonzero(~np.isnan(part)), 1)) for part in hits.swapaxes(0, 1))
