"""The terminal of somebody who watches: colours, as wide as the window, and no more rows than are read."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.as_table import NO_ROWS, below, heading_name
from reports.language import Language
from reports.layout import Table, read_table
from reports.report import Report, Text
from reports.safety import line_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Grid

MAX_ROWS = 60
"""More than this is not read on a screen."""


def render(reports: Sequence[Report], language: Language, width: int, *, color: bool) -> str:
    """Lay the reports out one below the other.

    Parameters
    ----------
    reports : sequence of Report
    language : Language
    width : int
        Columns of the window. Text folds to it; figures are never cut.
    color : bool
    """
    from rich.console import Console

    text = io.StringIO()
    console = Console(
        file=text, width=width, force_terminal=color, no_color=not color, color_system="standard" if color else None,
        highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    for place, report in enumerate(reports):
        if place:
            console.print()
        _show(report, language, console, width)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().split("\n")[:-1])


def _show(report: Report, language: Language, console: Console, width: int) -> None:
    from rich.text import Text as Words

    table = read_table(report, language)
    limit = MAX_ROWS if len(table.rows) > MAX_ROWS else None
    table, grids, remarks = _fitting(table, language, limit, width)
    console.print(Words(line_text(language.text(report.title)), style="bold"))
    if table.subject:
        console.print(Words(line_text(table.subject), style="italic"))
    if table.rows:
        window = console.width
        for place, grid in enumerate(grids):
            if place:
                console.print()
            console.width = max(window, _least_width(grid))  # figures are never cut; the terminal breaks what is wider than it
            console.print(grid)
        console.width = window
    else:
        console.print(Words(language.translate(NO_ROWS)))
    if limit:
        remarks.append(Text("{shown} of {n} rows are shown; --format csv gives them all.", shown=limit, n=len(table.rows)))
    notes, facts = below(report, language, remarks)
    for note in notes:
        console.print(Words(note))
    if facts:
        console.print(Words(facts, style="dim"))


def _fitting(table: Table, language: Language, limit: int | None, width: int) -> tuple[Table, list[Grid], list[Text]]:
    """Lay the table out for the window: as it is, with headings on several lines, then without the shares, then in parts."""
    grid = _grid(table, language, limit, tight=False)
    if _natural_width(grid) <= width:
        return table, [grid], []
    grid = _grid(table, language, limit, tight=True)
    if _least_width(grid) <= width:
        return table, [grid], []
    remarks = [Text("The shares are left out: the window is too narrow.")] if table.without_shares() is not table else []
    table = table.without_shares()
    return table, _parts(table, language, limit, width), remarks


def _parts(table: Table, language: Language, limit: int | None, width: int) -> list[Grid]:
    """Lay the columns out in as few parts as fit the window, one below the other, each with the names of its rows."""
    numeric = [heading.numeric for heading in table.headings]
    names = list(range(numeric.index(True) if True in numeric else len(numeric)))
    parts: list[list[int]] = [[]]
    for place in range(len(names), len(numeric)):
        wider = [*names, *parts[-1], place]
        if parts[-1] and _least_width(_grid(table.with_columns(wider), language, limit, tight=True)) > width:
            parts.append([])
        parts[-1].append(place)
    return [_grid(table.with_columns([*names, *part]), language, limit, tight=True) for part in parts]


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
        name = heading_name(heading)
        if tight and heading.numeric:
            name = textwrap.fill(name, max(len(part) for part in [*name.split(), *(row[place] for row in cells)]), break_long_words=False)
        grid.add_column(Words(name), justify="right" if heading.numeric else "left", no_wrap=heading.numeric, overflow="fold")
    for row in cells:
        grid.add_row(*(Words(cell) for cell in row))
    return grid
