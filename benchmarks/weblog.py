"""Reading a web server's log, against counting its lines."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Findings, findings
from benchmarks.made_once import made_once
from benchmarks.measuring import Bench, Task, highest_peak, taking_turns
from benchmarks.task import Work, load

VERSION = 1
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
)
REFERRERS = ("-", "-", "https://www.google.com/", "https://www.linkedin.com/", "https://www.acme.example/", "https://press.example/article")
PEAK_GOAL = 10**9


def run(bench: Bench) -> Findings:
    """Measure a log of which half the lines are files of pages, as in real ones, and one line in five is a robot's."""
    log = log_of(bench.size, bench.cache)
    tasks = [Task(f"benchmarks.weblog:{side}", {"log": str(log)}) for side in ("floor", "ours")]
    floor, ours = taking_turns(tasks, bench)
    rates, bare = ([bench.size / each.seconds for each in runs] for runs in (ours, floor))
    figure = Figure(
        "visits and goals from an access log",
        bench.size,
        statistics.median(rates),
        "counting its lines",
        statistics.median(bare),
        "rows/s",
        tuple(rate / base for rate, base in zip(rates, bare, strict=True)),
        None,
        True,
        highest_peak(ours),
        PEAK_GOAL,
    )
    return findings("weblog", (figure,))


def floor(log: str) -> Work:
    """Count the lines."""

    def work() -> dict[str, Any]:
        with Path(log).open("rb") as file:
            return {"lines": sum(1 for _ in file)}

    return work


def ours(log: str) -> Work:
    """Read the log as an import does, up to the batches that it stores."""
    from connectors.base import ImportContext
    from connectors.weblog import WebLog
    from workspace.settings import Settings

    load("pyarrow.compute", "crawleruseragents")

    def work() -> dict[str, Any]:
        made = WebLog(ImportContext(Settings(own_domains=("acme.example",)), b"secret"), (log,), goal=("lead=/thanks*",))
        counted: dict[str, int] = {}
        for batch in made.read():
            counted[batch.kind] = counted.get(batch.kind, 0) + batch.rows.num_rows
        return counted

    return work


def log_of(size: int, cache: Path) -> Path:
    """Find a log of so many lines, written if it is not there yet."""

    def write(folder: Path) -> None:
        with (folder / "access.log").open("w", encoding="ascii") as file:
            file.writelines(lines(size))

    return made_once(cache / f"log-{size}-{VERSION}", f"{size:,} lines", write) / "access.log"


def lines(size: int) -> Iterator[str]:
    """Draw lines, a person coming back every now and then; the same each time."""
    import random

    draw = random.Random(20260101)
    people = max(size // 20, 1)
    for number in range(size):
        who = draw.randrange(people)
        second = number * 86_400 * 20 // size
        day, rest = divmod(second, 86_400)
        clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
        if draw.random() < 0.5:
            path = f"/assets/{draw.randrange(40)}.js"
        elif draw.random() < 0.01:
            path = "/thanks"
        else:
            tags = "?utm_source=linkedin&utm_medium=social&utm_campaign=spring" if draw.random() < 0.1 else ""
            path = f"/page-{draw.randrange(300)}{tags}"
        yield (
            f"10.{who >> 16 & 255}.{who >> 8 & 255}.{who & 255} - - [{1 + day:02}/May/2026:{clock} +0000] "
            f'"GET {path} HTTP/1.1" 200 512 "{draw.choice(REFERRERS)}" "{AGENTS[who % len(AGENTS)]}"\n'
        )
