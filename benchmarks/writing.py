"""Findings as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.figures import Agreement, Coverage, Figure, Findings

READING = """\
# Benchmarks

Every figure below was measured and written by `python -m benchmarks`; run it to get those of your own machine. Seconds differ from machine
to machine, ratios hardly do, so each goal is a ratio to something measured in the same run: to a *floor*, the least that any program would
have to do with the same rows, or to another package that does the same job. The two sides take turns, each in a fresh process; a ratio is
taken for every pair, and the table shows the median with the lowest and the highest in brackets. Libraries are loaded before the clock
starts, on both sides. Peak memory is the most that the operating system saw our process hold, libraries and all. The touches are made up:
four a person on average, twelve channels, some 1,800 distinct origins, drawn independently, which makes for more distinct paths than
real journeys have.
"""

TITLES = {
    "attribution": (
        "Attribution",
        "From opening the workspace to the finished report: all rule models, Markov and Shapley. The floor reads the same columns by ADBC "
        "and lets DuckDB order the rows by person and time; it credits nothing.",
    ),
    "imports": (
        "Import",
        "A CSV file of touches through the CSV connector: cells checked, channels' origins found, ids given, every row upserted, all in "
        "one transaction. The floor writes the same rows, already parsed, into one bare table by ADBC.",
    ),
    "weblog": (
        "Web server's log",
        "Lines parsed, robots and files of pages sieved out, visits told apart and their sources read, up to the batches that an import "
        "stores. The floor counts the lines.",
    ),
    "ga4": (
        "GA4 export",
        "Events in JSON lines, as BigQuery exports them, through the connector: visits with their origins, key events, log-ins. The goal "
        "is 100,000 events a second. The floor parses the same fields of the same file with pyarrow and keeps nothing. What grows in "
        "memory is a row for each visit.",
    ),
    "peers": (
        "Other packages",
        "The same touches, or the same aggregated paths, from the same file. The ratio is their time divided by ours.",
    ),
    "orders": (
        "Markov chains of higher order",
        "Fit and removal of every channel, in the process that built the paths; the ratio is to the building of the paths.",
    ),
    "intervals": (
        "Intervals",
        "1,000 samples by key, credited, and their percentiles, beyond crediting once. Rule models are held against crediting by them, the "
        "chains against one second.",
    ),
    "sizes": ("Cost against size", "The whole report, as above, at three sizes; the ratio is to the smallest."),
    "truth": (
        "Truth",
        "Companies simulated in several regimes, whose causal effects are known. The error is half the sum of the absolute differences "
        "between the shares a model credits and the true shares of what the channels caused.",
    ),
    "coverage": (
        "Do 95 % intervals hold?",
        "200 simulated companies, each with people of its own, each attributed with intervals. What a model credits in all of them "
        "together, divided by their number, is what each interval is to hold: the table says how often it does, first where the report "
        "says that there is data enough, then in all rows. It says nothing of whether the model is right.",
    ),
    "social_activate": (
        "Whom to activate",
        "A thousand connections for each advocate, half of them out of a circle that a team shares, all at key accounts. From opening the "
        "workspace to the finished report, against a goal in seconds; and the choice alone, against computing every gain at every step: "
        "there the ratio is their time divided by ours.",
    ),
    "social_reach": (
        "Reach",
        "A thousand connections for each advocate. From opening the workspace to the unique audience and what each advocate adds to it, "
        "against a goal in seconds, and against reading the same edges and no more.",
    ),
    "startup": ("Start", "How long the command line takes to answer `--help`, against Python importing click alone."),
}
"""Title and introduction of each benchmark's section."""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out as a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"


def page(found: Iterable[Findings]) -> str:
    """Write the whole page."""
    return "\n".join([READING, *(section(each) for each in found)])


def section(found: Findings) -> str:
    """Write what one benchmark found."""
    title, about = TITLES[found.name]
    header = ("what", "size", "ours", "floor or peer", "theirs", "ratio", "goal", "met", "peak memory")
    parts = [f"## {title}\n", f"{about}\n"]
    if found.figures:
        parts.append(table(header, map(_row, found.figures)))
    if found.coverages:
        parts.append(table(COVERAGE, map(_coverage, found.coverages)))
    if found.agreements:
        parts += [
            "Do the figures agree?\n",
            table(("figure", "compared with", "largest difference", ""), map(_agreement, found.agreements)),
        ]
    versions = ", ".join(f"{name} {version}" for name, version in found.versions.items())
    parts.append(f"{found.date}. {found.machine}. {versions}.\n")
    return "\n".join(parts)


COVERAGE = (
    "model",
    "conversions",
    "value",
    "share of conversions",
    "share of value",
    "intervals",
    "all rows: conversions",
    "value",
    "shares",
)


def _coverage(coverage: Coverage) -> tuple[str, ...]:
    conversions, value, share, share_of_value = coverage.all
    return (
        coverage.model,
        *(f"{held:.1%}" for held in coverage.sure),
        f"{coverage.sure_count:,}",
        f"{conversions:.1%}",
        f"{value:.1%}",
        f"{share:.1%}, {share_of_value:.1%}",
    )


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        f"{figure.size:,}" if figure.size else "",
        _amount(figure.ours, figure.unit),
        figure.against,
        _amount(figure.theirs, figure.unit),
        f"{figure.ratio:.2f} ({min(figure.ratios):.2f} to {max(figure.ratios):.2f})",
        _goal(figure),
        {True: "yes", False: "**no**", None: ""}[figure.met],
        f"{figure.peak / 1e9:.2f} GB" if figure.peak is not None else "",
    )


def _amount(amount: float, unit: str) -> str:
    return f"{amount:,.0f} {unit}" if unit in ("rows/s", "ms") else f"{amount:.2f} {unit}"


def _goal(figure: Figure) -> str:
    goals = []
    if figure.goal is not None:
        goals.append(f"{'≥' if figure.at_least else '≤'} {figure.goal:g}")
    if figure.peak_goal is not None:
        goals.append(f"< {figure.peak_goal / 1e9:g} GB")
    return ", ".join(goals)


def _agreement(agreement: Agreement) -> tuple[str, ...]:
    return (
        agreement.what,
        agreement.against,
        f"{agreement.difference:.2%}" if agreement.difference >= 5e-5 else f"{agreement.difference:.0e}",
        agreement.remark,
    )
