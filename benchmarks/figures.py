"""What a benchmark found: figures beside their goals, and the machine they hold for."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.metadata
import json
import os
import platform
import statistics
from pathlib import Path
from typing import Any

LIBRARIES = ("adbc-driver-sqlite", "click", "duckdb", "ibis-framework", "numpy", "pandas", "pyarrow", "sqlite-utils")


@dataclasses.dataclass(frozen=True)
class Figure:
    """One row of the table.

    Parameters
    ----------
    what : str
    size : int
        Touches, rows, or paths.
    ours, theirs : float
        Medians, in `unit`.
    against : str
        What `theirs` was measured of.
    unit : {"s", "ms", "rows/s"}
    ratios : tuple of float
        One for each pair; what they divide, `goal` says.
    goal : float or None
        None where none was set: the figure is told for its own sake.
    at_least : bool
        The ratio is to be at least the goal, else at most.
    peak, peak_goal : int or None
        The highest memory of our process, and what it should stay under, in bytes.
    """

    what: str
    size: int
    ours: float
    against: str
    theirs: float
    unit: str
    ratios: tuple[float, ...]
    goal: float | None = None
    at_least: bool = False
    peak: int | None = None
    peak_goal: int | None = None

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)

    @property
    def met(self) -> bool | None:
        """Whether ratio and memory keep to their goals; None where there is no goal."""
        kept = []
        if self.goal is not None:
            kept.append(self.ratio >= self.goal if self.at_least else self.ratio <= self.goal)
        if self.peak_goal is not None and self.peak is not None:
            kept.append(self.peak < self.peak_goal)
        return all(kept) if kept else None


@dataclasses.dataclass(frozen=True)
class Agreement:
    """How far two computations of the same thing lie apart.

    Parameters
    ----------
    what : str
    against : str
    difference : float
        The largest over the channels, as a share of the exact figure.
    remark : str
        Why they differ, or that they are to be equal.
    """

    what: str
    against: str
    difference: float
    remark: str


@dataclasses.dataclass(frozen=True)
class Coverage:
    """How often a model's 95 % intervals hold what they are to hold.

    Parameters
    ----------
    model : str
    sure, all : tuple of float
        Share of the intervals that hold, of those with data enough and of all: of conversions, value, and the shares of both.
    sure_count, all_count : int
        Intervals of conversions.
    """

    model: str
    sure: tuple[float, ...]
    all: tuple[float, ...]
    sure_count: int
    all_count: int


@dataclasses.dataclass(frozen=True)
class Findings:
    """All that a benchmark found in one run."""

    name: str
    date: str
    machine: str
    versions: dict[str, str]
    figures: tuple[Figure, ...]
    agreements: tuple[Agreement, ...] = ()
    coverages: tuple[Coverage, ...] = ()


def findings(
    name: str,
    figures: tuple[Figure, ...],
    agreements: tuple[Agreement, ...] = (),
    coverages: tuple[Coverage, ...] = (),
    **versions: str,
) -> Findings:
    """Put figures together with day, machine and versions."""
    known = {library: importlib.metadata.version(library) for library in LIBRARIES}
    return Findings(
        name,
        dt.datetime.now(dt.UTC).date().isoformat(),
        machine(),
        {"Python": platform.python_version()} | known | versions,
        figures,
        agreements,
        coverages,
    )


def machine() -> str:
    """Describe this machine: processor, cores, memory, system."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{_processor()}, {cores} cores, {memory:.0f} GiB of memory, {platform.system()} {platform.release()}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def save(found: Findings, folder: Path) -> None:
    """Keep the findings, in place of those of an earlier run."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{found.name}.json").write_text(json.dumps(dataclasses.asdict(found), indent=2))


def load(name: str, folder: Path) -> Findings | None:
    """Read the findings of the last run; None where there was none."""
    path = folder / f"{name}.json"
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text())
    told["figures"] = tuple(Figure(**(figure | {"ratios": tuple(figure["ratios"])})) for figure in told["figures"])
    told["agreements"] = tuple(Agreement(**agreement) for agreement in told["agreements"])
    told["coverages"] = tuple(
        Coverage(**(coverage | {name: tuple(coverage[name]) for name in ("sure", "all")})) for coverage in told.get("coverages", ())
    )
    return Findings(**told)
