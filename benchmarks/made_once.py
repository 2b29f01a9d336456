"""What benchmarks make up once and keep: files, and workspaces that went through the import."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmarks.measuring import Task
from benchmarks.task import Work

if TYPE_CHECKING:
    from workspace.batches import Batch


def made_once(folder: Path, what: str, make: Callable[[Path], object]) -> Path:
    """Find a folder of the cache; where it is not there, have it made: whole, or not at all.

    Parameters
    ----------
    folder : Path
    what : str
        What is made, for whoever waits.
    make : callable
        Fills the empty folder it is given.
    """
    if not folder.exists():
        click.echo(f"  making {what} in {folder}", err=True)
        unfinished = folder.with_name(f"unfinished-{folder.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        make(unfinished)
        unfinished.rename(folder)
    return folder


def workspace_once(cache: Path, name: str, version: int, size: int, task: str) -> Path:
    """Find a workspace of the cache, made by a task in a process of its own where it is not there.

    Parameters
    ----------
    cache : Path
    name : str
        What it holds, such as "touches".
    version : int
        Of what is made up.
    size : int
        How many.
    task : str
        "module:function", which takes `database` and `size`.
    """
    from workspace.schema import MIGRATIONS

    state = hashlib.md5(repr((MIGRATIONS, version)).encode(), usedforsecurity=False).hexdigest()[:8]

    def make(folder: Path) -> None:
        Task(task, {"database": str(folder / "smarketing.db"), "size": size}).run()

    return made_once(cache / f"{name}-{size}-{state}", f"a workspace of {size:,} {name}", make) / "smarketing.db"


def imported(database: str, batches: Iterable[Batch]) -> Work:
    """Make a workspace of batches, as a connector hands them over."""
    from workspace import imports
    from workspace.store import create, open_workspace

    def work() -> dict[str, Any]:
        create(Path(database))
        with open_workspace(Path(database)) as opened:
            summary = imports.run(opened, "csv", batches)
        return {count.kind: count.rows_added for count in summary.counts}

    return work
