"""Importing a CSV file of touches, against a bare ADBC ingest of the same rows."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import made_touches
from benchmarks.figures import Figure, Findings, findings
from benchmarks.made_once import made_once
from benchmarks.made_touches import Block, Origins
from benchmarks.measuring import Bench, Run, Task, highest_peak, taking_turns
from benchmarks.task import Work, load

PEAK_GOAL = 10**9
SITE = "https://www.acme.example/"


def run(bench: Bench) -> Findings:
    """Measure the import of a new file and of a known one; then, at a tenth of the size, URLs that carry click ids of their own."""
    return findings("imports", (*measured(bench, bench.size, False), *measured(bench, max(bench.size // 10, 1), True)))


def measured(bench: Bench, size: int, click_ids: bool) -> list[Figure]:
    """Measure one file."""
    csv, arrow = files_of(size, click_ids, bench.cache)
    floor, ours = taking_turns(
        [Task("benchmarks.imports:floor", {"arrow": str(arrow)}), Task("benchmarks.imports:ours", {"csv": str(csv)})], bench
    )
    bare = _rate(floor, size, lambda run: run.facts["seconds"])
    what = "import into an empty workspace" + (", each paid click with an id of its own" if click_ids else "")
    again = "the same file once more" + (", each paid click with an id of its own" if click_ids else "")

    def figure(label: str, rates: list[float], goal: float | None) -> Figure:
        return Figure(
            label,
            size,
            statistics.median(rates),
            "bare ADBC ingest",
            statistics.median(bare),
            "rows/s",
            tuple(rate / base for rate, base in zip(rates, bare, strict=True)),
            goal,
            True,
            highest_peak(ours),
            PEAK_GOAL,
        )

    return [
        figure(what, _rate(ours, size, lambda run: run.facts["seconds_first"]), None if click_ids else 0.2),
        figure(again, _rate(ours, size, lambda run: run.facts["seconds_again"]), None),
    ]


def _rate(runs: list[Run], size: int, seconds: Callable[[Run], float]) -> list[float]:
    return [size / seconds(run) for run in runs]


def floor(arrow: str) -> Work:
    """Write the rows into one bare table of a new database."""
    import adbc_driver_sqlite.dbapi
    import pyarrow as pa

    def work() -> dict[str, Any]:
        with tempfile.TemporaryDirectory(dir=Path(arrow).parent) as folder, pa.memory_map(arrow) as source:
            started = time.perf_counter()
            with adbc_driver_sqlite.dbapi.connect(f"{folder}/bare.db") as connection:
                with connection.cursor() as cursor:
                    rows = cursor.adbc_ingest("touches", pa.ipc.open_stream(source), mode="create")
                connection.commit()
            return {"rows": rows, "seconds": time.perf_counter() - started}

    return work


def ours(csv: str) -> Work:
    """Import the file into a new workspace, and once more."""
    from connectors import importing
    from connectors.base import ImportContext
    from connectors.csv_files import CsvFiles
    from workspace.store import create, open_workspace

    load("duckdb", "pyarrow.csv", "pyarrow.compute", "adbc_driver_sqlite.dbapi", "connectors.table_formats")

    def work() -> dict[str, Any]:
        facts: dict[str, Any] = {}
        with tempfile.TemporaryDirectory(dir=Path(csv).parent) as folder:
            path = Path(folder) / "smarketing.db"
            create(path)
            with open_workspace(path) as opened:
                for name in ("first", "again"):
                    started = time.perf_counter()
                    connector = CsvFiles(ImportContext(opened.settings, b""), (csv,), "touches")
                    summary, _ = importing.run(opened, connector, strict=False)
                    facts[f"seconds_{name}"] = time.perf_counter() - started
                    facts[f"added_{name}"] = summary.counts[0].rows_added
            facts["bytes"] = sum(file.stat().st_size for file in Path(folder).iterdir())
        return facts

    return work


def files_of(size: int, click_ids: bool, cache: Path) -> tuple[Path, Path]:
    """Find the CSV file of so many touches and the same rows as an Arrow stream, made if they are not there yet."""

    def make(folder: Path) -> None:
        Task("benchmarks.imports:written", {"folder": str(folder), "size": size, "click_ids": click_ids}).run()

    folder = made_once(cache / f"touches-{size}{'-clicks' if click_ids else ''}-{made_touches.VERSION}", f"{size:,} touches", make)
    return folder / "touches.csv", folder / "touches.arrows"


def written(folder: str, size: int, click_ids: bool) -> Work:
    """Write the touches as CSV, and as the stream of Arrow batches that the floor reads."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    def work() -> dict[str, Any]:
        tables = rows(size, click_ids)
        first = next(tables)
        with (
            arrow_csv.CSVWriter(f"{folder}/touches.csv", first.schema) as csv,
            pa.ipc.new_stream(f"{folder}/touches.arrows", first.schema) as stream,
        ):
            for part in (first, *tables):
                csv.write_table(part)
                stream.write_table(part)
        return {"bytes": Path(folder, "touches.csv").stat().st_size}

    return work


def rows(size: int, click_ids: bool) -> Iterator[Any]:
    """Draw the rows of the file, as an analytics tool would export them."""
    import pyarrow as pa

    known = made_touches.origins()
    for block in made_touches.blocks(size):
        names = made_touches.names_of_origins(block, known)
        referrer = names.pop("referrer")
        columns = {"person": made_touches.people_names(block.person), "at": made_touches.times(block.at)} | names
        columns |= {"referrer": referrer, "url": _urls(block, known, click_ids), "kind": pa.repeat("visit", len(block.at))}
        yield pa.table(columns)


def _urls(block: Block, known: Origins, click_ids: bool) -> Any:
    """Write the pages the visits began on: a campaign's own with its tags, else any of the site."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = zip(*(known.columns[name] for name in ("source", "medium", "campaign", "content")), strict=True)
    tagged = [
        campaign and f"{SITE}offer/{campaign}?utm_source={source}&utm_medium={medium}&utm_campaign={campaign}&utm_content={content}"
        for source, medium, campaign, content in columns
    ]
    urls = pa.array(tagged, pa.string()).take(pa.array(block.origin))
    if click_ids:
        paid = pa.array([way.medium == "cpc" for way in made_touches.WAYS]).take(pa.array(block.way))
        number = pa.array(range(block.begin, block.begin + len(block.at))).cast(pa.string())
        urls = pc.if_else(paid, pc.binary_join_element_wise(urls, "&gclid=EAIaIQobChMI", number, ""), urls)
    return pc.coalesce(urls, pc.binary_join_element_wise(f"{SITE}page-", pa.array(block.page).cast(pa.string()), ""))
