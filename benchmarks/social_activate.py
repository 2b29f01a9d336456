"""Whom to activate, with a thousand connections for each advocate, against choosing plainly and against five seconds."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Agreement, Figure, Findings, findings
from benchmarks.made_once import imported, workspace_once
from benchmarks.measuring import Bench, Run, Task, highest_peak, median_seconds, ratios, taking_turns
from benchmarks.task import Work, load

if TYPE_CHECKING:
    from workspace.batches import Batch

VERSION = 1
"""Of the made-up programme; raise it with every change, so that old workspaces are not taken for it."""
K = 50
CONNECTIONS = 1_000
PEOPLE = 500
"""For each advocate, of whom some two fifths are drawn by several and some by nobody."""
ACCOUNTS = 500
TEAMS = 40
TITLES = (
    "PDG",
    "DSI",
    "VP Sales",
    "Acheteur",
    "Directrice commerciale",
    "Chef de projet",
    "Assistante du PDG",
    "ex-CEO",
    "Comptable",
    None,
)
SECONDS = 5
TIMES = 20


def run(bench: Bench) -> Findings:
    """Measure the report end to end, and the choice alone against the plain one; the size is the number of advocates."""
    database = str(workspace_of(bench.size, bench.cache))
    report, lazily, plainly = taking_turns(
        [
            Task("benchmarks.social_activate:reported", {"database": database}),
            Task("benchmarks.social_activate:chosen", {"database": database, "plainly": False}),
            Task("benchmarks.social_activate:chosen", {"database": database, "plainly": True}),
        ],
        bench,
    )
    judged = bench.size == 2_000
    seconds = tuple(run.seconds for run in report)
    figures = (
        Figure(
            f"report of {K} advocates, everybody at a key account", bench.size, median_seconds(report), "one second", 1.0, "s", seconds,
            SECONDS if judged else None, peak=highest_peak(report),
        ),
        Figure(
            f"choice of {K} alone", bench.size, median_seconds(lazily), "every gain at every step", median_seconds(plainly), "s",
            ratios(plainly, lazily), TIMES if judged else None, at_least=True, peak=highest_peak(lazily),
        ),
    )  # fmt: skip
    return findings("social_activate", figures, (_same(lazily, plainly),))


def _same(lazily: list[Run], plainly: list[Run]) -> Agreement:
    """Say how many of the advocates chosen differ."""
    one, two = lazily[0].facts, plainly[0].facts
    different = statistics.fmean(a != b for a, b in zip(one["choices"], two["choices"], strict=True))
    remark = f"the same advocates in the same order; {one['evaluations']:,} gains computed of {two['evaluations']:,}"
    return Agreement(f"choice of {K}", "every gain at every step", different, remark)


def reported(database: str) -> Work:
    """Open a workspace and report whom to activate."""
    from social.activate_report import report
    from social.scope import Scope
    from workspace.store import open_workspace

    load("pandas", "pyarrow.compute", "adbc_driver_sqlite.dbapi")

    def work() -> dict[str, Any]:
        with open_workspace(Path(database)) as opened:
            made = report(opened, Scope(), K, None)
        return {"advocates": made.frame["advocate"].tolist(), "target_people": made.meta["target_people"]}

    return work


def chosen(database: str, plainly: bool) -> Work:
    """Choose advocates, lazily or computing every gain at every step."""
    from social.activate_report import targets
    from social.activation import plain_greedy, select_advocates
    from social.scope import Scope
    from workspace.store import open_workspace

    with open_workspace(Path(database)) as opened:
        found = targets(opened, Scope(), None)

    def work() -> dict[str, Any]:
        if plainly:
            choices = plain_greedy(found.people, K, weights=found.weights)
            n = len(found.people.advocates)
            evaluations = sum(n - step for step in range(len(choices)))
        else:
            selection = select_advocates(found.people, K, weights=found.weights)
            choices, evaluations = selection.choices, selection.evaluations
        return {"choices": [[choice.advocate, choice.gain] for choice in choices], "evaluations": evaluations}

    return work


def workspace_of(size: int, cache: Path) -> Path:
    """Find the workspace of so many advocates, made through the import if it is not there yet."""
    return workspace_once(cache, "advocates", VERSION, size, "benchmarks.social_activate:made")


def made(database: str, size: int) -> Work:
    """Make a workspace of so many advocates."""
    return imported(database, batches(size))


def batches(size: int) -> Iterator[Batch]:
    """Invent a programme: a thousand connections each, half of them out of a circle that a team shares, half out of everybody.

    Everybody works at a key account, which is the most that there can be to choose from.
    """
    import datetime as dt

    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(11)
    day, population = dt.date(2026, 1, 5), size * PEOPLE
    codes = pa.array([f"A{number:05d}" for number in range(size)])
    keys = pa.array([f"account-{number:03d}.example" for number in range(ACCOUNTS)])
    tiers = pa.array(["ABC"[number % 3] for number in range(ACCOUNTS)])
    agreed = [("audience", codes), ("company_and_title", codes)]
    yield from (_batch("consents", datum=pa.repeat(datum, size), advocate=who, day=pa.repeat(day, size), granted=pa.repeat(True, size))
                for datum, who in agreed)  # fmt: skip
    yield _batch("advocates", advocate=codes, team=pa.array([f"team {number % TEAMS}" for number in range(size)]))
    yield _batch("accounts", account=keys, tier=tiers)
    circle = max(population // TEAMS, 1)
    for first in range(0, size, 200):
        advocates = np.arange(first, min(first + 200, size))
        of_team = (advocates % TEAMS * circle)[:, None] + rng.integers(0, circle, (len(advocates), CONNECTIONS // 2))
        of_all = rng.integers(0, population, (len(advocates), CONNECTIONS - CONNECTIONS // 2))
        edge = np.unique(advocates[:, None] * population + np.hstack([of_team, of_all]) % population)
        advocate, person = edge // population, edge % population
        yield _batch(
            "audience",
            advocate=codes.take(pa.array(advocate)),
            network=pa.repeat("linkedin", len(edge)),
            member=pa.array([f"{number * 2654435761 % 2**32:032x}" for number in person.tolist()]),
            as_of=pa.repeat(day, len(edge)),
            account=keys.take(pa.array(person % ACCOUNTS)),
            title=pa.array(TITLES, pa.string()).take(pa.array(person // ACCOUNTS % len(TITLES))),
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
