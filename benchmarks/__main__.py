"""`python -m benchmarks`: list the benchmarks, run one, write down what was found."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

import click

from benchmarks.figures import Findings, load, save
from benchmarks.measuring import Bench
from benchmarks.writing import page, section

BENCHMARKS: tuple[tuple[str, int, str], ...] = (
    ("attribution", 10_000_000, "A workspace to a finished report, against reading its touches and ordering them."),
    ("imports", 10_000_000, "A CSV file into a workspace, against a bare ADBC ingest."),
    ("weblog", 1_000_000, "A web server's log read into visits and goals, against counting its lines."),
    ("ga4", 1_000_000, "Events of a GA4 export through its connector, against pyarrow parsing the same file; the size is events."),
    ("peers", 1_000_000, "ChannelAttribution and marketing-attribution-models on the same touches."),
    ("orders", 10_000_000, "Markov chains of order 1 to 4, against building the paths they are solved on."),
    ("intervals", 1_000_000, "A thousand samples by key and their intervals, against crediting once."),
    ("sizes", 10_000_000, "A report at a hundredth, a tenth and all of the size: how its cost grows."),
    ("truth", 600_000, "Each model's credit against simulated companies whose truth is known; the pairs are seeds."),
    ("coverage", 12_000, "How often intervals hold, in 200 simulated companies of so many touches."),
    ("social_activate", 2_000, "Fifty advocates to activate, against computing every gain at every step; the size is advocates."),
    ("social_reach", 2_000, "Unique and incremental audiences of all advocates, against reading their edges; the size is advocates."),
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
@click.option("--patience", type=float, default=0, help="For how many minutes to repeat what other programs disturbed.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="A file for what is printed else.")
def main(
    name: str | None, size: float | None, pairs: int, peers: tuple[str, ...], cache: Path, patience: float, output: Path | None
) -> None:
    """Run the benchmark NAME and print what it found; without a name, list them."""
    names = [known for known, _, _ in BENCHMARKS]
    if name is None:
        for known, usual, summary in BENCHMARKS:
            click.echo(f"{known:15} {usual:>10,}  {summary}")
        click.echo(f"{'all':15} {'':>10}  One after the other, each at its usual size, then the page.")
        click.echo(f"{'page':15} {'':>10}  All that was found last, as docs/benchmarks.md has it.")
        return
    if name not in (*names, "all", "page"):
        raise click.UsageError(f"there is no benchmark '{name}'; there are: {', '.join([*names, 'all', 'page'])}")
    cache.mkdir(parents=True, exist_ok=True)
    for known, usual, _ in BENCHMARKS:
        if name in (known, "all"):
            chosen = round(size if size and name == known else usual)
            save(run(known, Bench(chosen, pairs, cache, peers or (sys.executable,), patience)), cache / "findings")
    told = [found for known in names if (found := load(known, cache / "findings"))]
    text = page(told) if name in ("all", "page") else section(next(found for found in told if found.name == name))
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


def run(name: str, bench: Bench) -> Findings:
    """Run one benchmark."""
    busy = os.getloadavg()[0]
    click.echo(
        f"{name}, size {bench.size:,}" + (f"; other programs keep this machine busy, load {busy:.2f}" if busy > 0.5 else ""), err=True
    )
    found: Findings = importlib.import_module(f"benchmarks.{name}").run(bench)
    return found


if __name__ == "__main__":
    main()
