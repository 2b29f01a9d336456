"""The terminal: a table with its notes and parameters below; plain and whole where nobody watches."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from reports.language import Language
from reports.layout import Table, parameter_lines, read_table
from reports.report import N_, Report, Text
from reports.safety import line_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Grid

MAX_ROWS = 60
"""More than this is not read on a screen."""


def write(
    reports: Sequence[Report], language: Language, out: BinaryIO, *, width: int | None = None, color: bool = False, encoding: str = "utf-8"
) -> list[Text]:
    """Write the reports one below the other.

    Parameters
    ----------
    reports : sequence of Report
    language : Language
    out : binary file
    width : int or None
        Columns of the screen; None writes every row and every word, as files and pipes want it.
    color : bool
    encoding : str
        What the screen reads; what it cannot show is replaced.
    """
    from rich.console import Console

    text = io.StringIO()
    console = Console(
        file=text, width=width or 1_000_000, force_terminal=color, no_color=not color, color_system="standard" if color else None,
        highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    for place, report in enumerate(reports):
        if place:
            console.print()
        _show(report, language, console, width)
    lines = "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())
    if not encoding.lower().replace("-", "").startswith("utf"):
        lines = lines.translate({ord("─"): "-", ord("–"): "-", ord("•"): "*", 0x202F: " ", 0xA0: " "})
    out.write(lines.encode(encoding, "replace"))
    return []


def _show(report: Report, language: Language, console: Console, width: int | None) -> None:
    from rich.text import Text as Words

    table = read_table(report, language)
    limit = MAX_ROWS if width is not None and len(table.rows) > MAX_ROWS else None
    table, grid, remarks = _fitting(table, language, limit, width)
    console.print(Words(line_text(language.text(report.title)), style="bold"))
    if table.subject:
        console.print(Words(line_text(table.subject), style="italic"))
    if table.rows:
        window = console.width
        console.width = max(window, _least_width(grid))  # figures are never cut; the terminal breaks what is wider than it
        console.print(grid)
        console.width = window
    else:
        console.print(Words(language.translate(N_("No rows."))))
    if limit:
        remarks.append(Text("{shown} of {n} rows are shown; --format csv gives them all.", shown=limit, n=len(table.rows)))
    for note in (*remarks, *report.notes):
        console.print(Words(f"• {line_text(language.text(note))}"))
    facts = parameter_lines(report, language)
    if facts:
        console.print(Words(line_text(" · ".join(facts)), style="dim"))


def _fitting(table: Table, language: Language, limit: int | None, width: int | None) -> tuple[Table, Grid, list[Text]]:
    """Lay the table out for the window: as it is, with headings on several lines, then without the shares."""
    grid = _grid(table, language, limit, tight=False)
    if width is None or _natural_width(grid) <= width:
        return table, grid, []
    grid = _grid(table, language, limit, tight=True)
    if _least_width(grid) <= width or table.without_shares() is table:
        return table, grid, []
    table = table.without_shares()
    return table, _grid(table, language, limit, tight=True), [Text("The shares are left out: the window is too narrow.")]


def _natural_width(grid: Grid) -> int:
    from rich.console import Console

    return Console(width=1_000_000).measure(grid).maximum


def _least_width(grid: Grid) -> int:
    """Give the width under which figures would be cut; text folds down to a dozen characters."""
    from rich.console import Console

    console = Console(width=1_000_000)
    widths = [
        max(console.measure(cell).maximum for cell in (column.header, *column.cells)) if column.no_wrap else 12 for column in grid.columns
    ]
    return sum(widths) + 3 * len(widths) - 2


def _grid(table: Table, language: Language, limit: int | None, *, tight: bool) -> Grid:
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text as Words

    cells = [[line_text(cell) for cell in row] for row in table.texts(language, limit)]
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    for place, heading in enumerate(table.headings):
        name = line_text("%" if heading.group and heading.column.unit == "percent" else heading.group or heading.label)
        if tight and heading.numeric:
            name = textwrap.fill(name, max(len(part) for part in [*name.split(), *(row[place] for row in cells)]), break_long_words=False)
        grid.add_column(Words(name), justify="right" if heading.numeric else "left", no_wrap=heading.numeric, overflow="fold")
    for row in cells:
        grid.add_row(*(Words(cell) for cell in row))
    return grid
