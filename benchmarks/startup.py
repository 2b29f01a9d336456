"""The time until the command line says what it can do, against Python importing click."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure, Findings, findings
from benchmarks.measuring import CHECKOUT, Bench


def command() -> tuple[list[str], str]:
    """Find the installed command beside this interpreter, else the module that it starts, and say which."""
    installed = shutil.which("smarketing", path=str(Path(sys.executable).parent))
    if installed:
        return [installed, "--help"], "smarketing --help"
    return [sys.executable, str(CHECKOUT / "cli.py"), "--help"], "python cli.py --help"


def run(bench: Bench) -> Findings:
    """Let the two take turns; the size is the number of pairs."""
    ours, what = command()
    theirs = [sys.executable, "-c", "import click"]
    for line in (ours, theirs):
        seconds_of(line)
    pairs = [(seconds_of(ours), seconds_of(theirs)) for _ in range(bench.size)]
    figure = Figure(
        what,
        0,
        statistics.median(ours for ours, _ in pairs) * 1000,
        'python -c "import click"',
        statistics.median(theirs for _, theirs in pairs) * 1000,
        "ms",
        tuple(ours / theirs for ours, theirs in pairs),
        2,
    )
    return findings("startup", (figure,))


def seconds_of(line: list[str]) -> float:
    """Run a command line and say how long it took."""
    started = time.perf_counter()
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
