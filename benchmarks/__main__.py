"""`python -m benchmarks`: list the benchmarks, run one, write down what was found."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

import click

from benchmarks.figures import load, save
from benchmarks.measuring import Bench
from benchmarks.writing import page, section

BENCHMARKS: tuple[tuple[str, int, str], ...] = (
    ("attribution", 10_000_000, "A workspace to a finished report, against reading its touches and ordering them."),
    ("imports", 10_000_000, "A CSV file into a workspace, against a bare ADBC ingest."),
    ("peers", 1_000_000, "ChannelAttribution and marketing-attribution-models on the same touches."),
    ("startup", 20, "smarketing --help, against importing click; the size is the number of pairs."),
)
"""Every benchmark with its usual size, in the order in which it is told."""


@click.command()
@click.argument("name", required=False)
@click.option("--size", type=float, help="How many touches (1e6 is fine); each benchmark has a size of its own otherwise.")
@click.option("--pairs", type=int, default=3, show_default=True, help="How often the two sides take turns.")
@click.option("--peer", "peers", multiple=True, metavar="PYTHON", help="An interpreter that has the other packages; this one by default.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(tempfile.gettempdir()) / "smarketing-benchmarks",
    show_default=True,
    help="Where workspaces, files and findings are kept.",
)
def main(name: str | None, size: float | None, pairs: int, peers: tuple[str, ...], cache: Path) -> None:
    """Run the benchmark NAME and print what it found; without a name, list them; `page` prints the last findings of all."""
    names = [known for known, _, _ in BENCHMARKS]
    if name is None:
        for known, usual, summary in BENCHMARKS:
            click.echo(f"{known:12} {usual:>10,}  {summary}")
        click.echo(f"{'page':12} {'':>10}  All that was found last, as docs/benchmarks.md has it.")
    elif name == "page":
        click.echo(page(found for known in names if (found := load(known, cache / "findings"))), nl=False)
    elif name in names:
        cache.mkdir(parents=True, exist_ok=True)
        usual = next(usual for known, usual, _ in BENCHMARKS if known == name)
        busy = os.getloadavg()[0]
        if busy > 0.5:
            click.echo(f"  other programs keep this machine busy (load {busy:.2f}); figures may be off", err=True)
        found = importlib.import_module(f"benchmarks.{name}").run(Bench(round(size or usual), pairs, cache, peers or (sys.executable,)))
        save(found, cache / "findings")
        click.echo(section(found), nl=False)
    else:
        raise click.UsageError(f"there is no benchmark '{name}'; there are: {', '.join([*names, 'page'])}")


if __name__ == "__main__":
    main()
