"""Measuring: each task in a fresh process, so that its memory is its own; the two sides of a ratio take turns, so that noise hits both.

On Linux a run also says how much of the processors other programs took meanwhile, and a round that they disturbed is run again.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

CHECKOUT = Path(__file__).resolve().parents[1]
DISTURBED = 0.05
"""The share of the processors that other programs may take before a round is run again."""
PAUSE = 3
"""Seconds in which the machine is watched before each round."""


@dataclasses.dataclass(frozen=True)
class Bench:
    """How a benchmark is to be run.

    Parameters
    ----------
    size : int
        Touches, or whatever the benchmark counts.
    pairs : int
        How often the two sides take turns.
    cache : Path
        A folder for what is made once: workspaces, files.
    peers : tuple of str
        Python interpreters that have the packages to compare with.
    patience : float
        Minutes in which disturbed rounds are run again; then they are taken as they are.
    """

    size: int
    pairs: int
    cache: Path
    peers: tuple[str, ...] = (sys.executable,)
    patience: float = 0.0


@dataclasses.dataclass(frozen=True)
class Run:
    """What was measured of a task.

    Parameters
    ----------
    seconds : float
        Of its work.
    peak : int
        The most memory its process held, in bytes.
    facts : dict
        Of the task's own.
    disturbed : float
        The share of the processors that other programs took.
    """

    seconds: float
    peak: int
    facts: dict[str, Any]
    disturbed: float = 0.0


@dataclasses.dataclass(frozen=True)
class Task:
    """Something to measure: a function as `module:function`, its arguments, and the interpreter that runs it."""

    place: str
    arguments: dict[str, Any] = dataclasses.field(default_factory=dict)
    python: str = sys.executable

    def run(self) -> Run:
        """Run the task in a process of its own."""
        command = [self.python, "-m", "benchmarks.task", self.place, json.dumps(self.arguments, default=str)]
        before = _processors()
        ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        after = _processors()
        if ended.returncode:
            raise click.ClickException(f"{self.place} failed in {self.python}:\n{ended.stderr}")
        passed, busy, own = (end - begin for begin, end in zip(before, after, strict=True))
        return Run(**json.loads(ended.stdout.splitlines()[-1]), disturbed=max(0.0, (busy - own) / passed) if passed else 0.0)


def _processors() -> tuple[float, float, float]:
    """Read the processors' seconds so far: those that passed, those in use, those that processes of ours used; 0 where it is not told."""
    if not Path("/proc/stat").exists():
        return 0.0, 0.0, 0.0
    spent = [int(part) / os.sysconf("SC_CLK_TCK") for part in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    ours = resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(spent), sum(spent) - spent[3] - spent[4], ours.ru_utime + ours.ru_stime


def _in_use() -> float:
    """Watch the machine for a moment and say what share of its processors was in use."""
    before = _processors()
    time.sleep(PAUSE)
    passed, busy, _ = (end - begin for begin, end in zip(before, _processors(), strict=True))
    return busy / passed if passed else 0.0


def taking_turns(tasks: Sequence[Task], bench: Bench) -> list[list[Run]]:
    """Run the tasks one after the other, round after round.

    Returns
    -------
    list of list of Run
        For each task, its run in each round.
    """
    tasks[0].run()  # brings the files into the system's cache, and is not counted
    deadline = time.monotonic() + 60 * bench.patience
    rounds: list[list[Run]] = []
    while len(rounds) < bench.pairs:
        while time.monotonic() < deadline and _in_use() > DISTURBED:
            pass
        runs = [task.run() for task in tasks]
        for task, run in zip(tasks, runs, strict=True):
            noise = f"  others {run.disturbed:.0%}" if run.disturbed > DISTURBED else ""
            click.echo(f"  {len(rounds) + 1}/{bench.pairs} {run.seconds:8.2f} s {run.peak / 1e9:6.2f} GB  {task.place}{noise}", err=True)
        if max(run.disturbed for run in runs) <= DISTURBED or time.monotonic() > deadline:
            rounds.append(runs)
    return [list(runs) for runs in zip(*rounds, strict=True)]


def median_seconds(runs: Sequence[Run]) -> float:
    """Take the median of the seconds."""
    return statistics.median(run.seconds for run in runs)


def ratios(above: Sequence[Run], below: Sequence[Run]) -> tuple[float, ...]:
    """Divide the seconds of two tasks, round by round."""
    return tuple(a.seconds / b.seconds for a, b in zip(above, below, strict=True))


def highest_peak(runs: Sequence[Run]) -> int:
    """Take the highest peak of memory."""
    return max(run.peak for run in runs)
