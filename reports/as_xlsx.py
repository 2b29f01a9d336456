"""Excel: a cover, one sheet a report as it is read, its long rows on a second sheet where it is pivoted, native charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from reports.charts import Palette, Picture, pictures
from reports.heat import CELLS, most
from reports.language import Language
from reports.layout import Table, long_table, parameters, read_table
from reports.report import N_, Report, Text
from reports.sheet_charts import draw
from reports.sheets import ROWS, Book, Sheet, sheet_name

SHORT = 30
"""Tables of so many rows have their charts below."""


def write(reports: Sequence[Report], language: Language, out: BinaryIO, *, made_on: dt.datetime | None = None) -> list[Text]:
    """Write a workbook.

    Parameters
    ----------
    reports : sequence of Report
    language : Language
        Of headings, sheet names and notes; Excel itself shows numbers and dates as the reader's own settings want them.
    out : binary file
    made_on : datetime, optional
        The date on the cover; now, where it is not given.

    Returns
    -------
    list of Text
        What was cut or replaced, also said on the cover.
    """
    made_on = made_on or dt.datetime.now(dt.UTC).replace(microsecond=0)
    book = Book(out, language, made_on)
    taken: set[str] = set()
    cover = book.sheet(sheet_name(language.translate(N_("Contents")), taken))
    contents: list[tuple[Report, list[tuple[str, str]]]] = []
    charts: list[tuple[Sheet, tuple[int, int], list[Picture]]] = []
    for report in reports:
        title = language.text(report.title)
        table = read_table(report, language, apart=True)
        sheet = book.sheet(sheet_name(title, taken))
        _write_table(sheet, table)
        free = (len(table.rows) + 2, 0) if len(table.rows) <= SHORT else (1, len(table.headings) + 1)
        drawn = pictures(report, language)
        names = [chart.y[0] for chart in report.charts if chart.kind == "heat"]
        for name, heat in zip(names, (one for one in drawn if one.kind == "heat"), strict=False):
            _shade(sheet, table, name, most(heat))
        charts.append((sheet, free, [one for one in drawn if one.kind != "heat"]))
        links = [(title, sheet.name)]
        if report.pivot is not None:
            rows = book.sheet(sheet_name(language.text(Text("{title}, rows", title=title)), taken))
            _write_table(rows, long_table(report, language))
            links.append((language.translate(N_("The same figures, one row each, for filters and pivot tables")), rows.name))
        contents.append((report, links))
    if any(several for _, _, several in charts):
        _draw(charts, book.sheet(sheet_name(language.translate(N_("Figures of the charts")), taken)))
    remarks = book.remarks()
    _write_cover(cover, contents, remarks, language, made_on)
    book.close()
    return remarks


def _write_table(sheet: Sheet, table: Table) -> None:
    """Write headings and rows, with the filter, the frozen heading and the widths an analyst expects."""
    zones = [_zone(row[place] for row in table.rows) for place in range(len(table.headings))]
    names = [f"{heading.name} ({zone})" if zone else heading.name for heading, zone in zip(table.headings, zones, strict=True)]
    for place, (heading, name) in enumerate(zip(table.headings, names, strict=True)):
        sheet.heading(0, place, name, flush_right=heading.numeric)
    for number, (row, currency) in enumerate(zip(table.rows[: ROWS - 1], table.currencies, strict=False), start=1):
        for place, (value, heading) in enumerate(zip(row, table.units(row), strict=True)):
            sheet.cell(number, place, value, heading, currency)
    sheet.finish(len(table.rows), len(names))


def _shade(sheet: Sheet, table: Table, name: str, largest: float) -> None:
    """Colour the cells of a figure by its size: the picture of a heat map is its table."""
    places = [place for place, heading in enumerate(table.headings) if heading.column.name == name]
    sheet.shade((1, min(places)), (len(table.rows), max(places)), CELLS, largest)


def _zone(values: Iterable[Any]) -> str | None:
    """Name the time zone of a column: Excel's times have none."""
    zones = (value.tzinfo for value in values if isinstance(value, dt.datetime) and value.tzinfo)
    return next((getattr(zone, "key", None) or str(zone) for zone in zones), None)


def _draw(charts: list[tuple[Sheet, tuple[int, int], list[Picture]]], data: Sheet) -> None:
    """Draw each sheet's charts below a short table, beside a long one; their figures one below the other on a sheet of their own."""
    palette = Palette([drawn for _, _, several in charts for drawn in several])
    first = 0
    for sheet, (row, column), several in charts:
        below = row
        for drawn in several:
            below, first = draw(sheet, (below, column), drawn, data, first, palette)
    data.fit()
    data.page()


def _write_cover(
    cover: Sheet, contents: list[tuple[Report, list[tuple[str, str]]]], remarks: list[Text], language: Language, made_on: dt.datetime
) -> None:
    """Write what the workbook holds: for each report its links, its parameters and its notes."""
    cover.width(0, 34)
    cover.width(1, 110)
    cover.page()
    first = contents[0][0].title if len(contents) == 1 else Text("Marketing report")
    cover.title(0, language.text(first))
    cover.text(1, 0, language.text(Text("Made with smarketing on {date}", date=made_on)), "faint")
    line = 3
    for remark in remarks:
        cover.text(line, 0, language.text(remark), "plain")
        line += 1
    for report, links in contents:
        line += 1
        for place, (name, target) in enumerate(links):
            cover.link(line, 0, target, name, main=place == 0)
            line += 1
        for label, value in parameters(report, language):
            cover.text(line, 0, label, "faint")
            cover.text(line, 1, value, "plain")
            line += 1
        for place, note in enumerate(report.notes):
            cover.text(line, 0, language.translate(N_("Notes")) if place == 0 else "", "faint")
            cover.text(line, 1, language.text(note), "plain")
            line += 1
