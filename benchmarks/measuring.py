"""Measuring: each task in a fresh process, so that its memory is its own; the two sides of a ratio take turns, so that noise hits both."""

from __future__ import annotations

import dataclasses
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

CHECKOUT = Path(__file__).resolve().parents[1]


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
    """

    size: int
    pairs: int
    cache: Path
    peers: tuple[str, ...] = (sys.executable,)


@dataclasses.dataclass(frozen=True)
class Run:
    """What was measured of a task: `seconds` of its work, the `peak` of its process's memory in bytes, and facts of its own."""

    seconds: float
    peak: int
    facts: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Task:
    """Something to measure: a function as `module:function`, its arguments, and the interpreter that runs it."""

    place: str
    arguments: dict[str, Any] = dataclasses.field(default_factory=dict)
    python: str = sys.executable

    def run(self) -> Run:
        """Run the task in a process of its own."""
        command = [self.python, "-m", "benchmarks.task", self.place, json.dumps(self.arguments, default=str)]
        ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise click.ClickException(f"{self.place} failed in {self.python}:\n{ended.stderr}")
        return Run(**json.loads(ended.stdout.splitlines()[-1]))


def taking_turns(tasks: Sequence[Task], rounds: int) -> list[list[Run]]:
    """Run the tasks one after the other, round after round.

    Returns
    -------
    list of list of Run
        For each task, its run in each round.
    """
    tasks[0].run()  # brings the files into the system's cache, and is not counted
    runs: list[list[Run]] = [[] for _ in tasks]
    for nth in range(rounds):
        for task, measured in zip(tasks, runs, strict=True):
            measured.append(task.run())
            click.echo(f"  {nth + 1}/{rounds} {measured[-1].seconds:8.2f} s {measured[-1].peak / 1e9:6.2f} GB  {task.place}", err=True)
    return runs


def median_seconds(runs: Sequence[Run]) -> float:
    """Take the median of the seconds."""
    return statistics.median(run.seconds for run in runs)


def ratios(above: Sequence[Run], below: Sequence[Run]) -> tuple[float, ...]:
    """Divide the seconds of two tasks, round by round."""
    return tuple(a.seconds / b.seconds for a, b in zip(above, below, strict=True))


def highest_peak(runs: Sequence[Run]) -> int:
    """Take the highest peak of memory."""
    return max(run.peak for run in runs)
