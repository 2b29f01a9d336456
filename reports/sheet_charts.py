"""Native charts of a workbook, drawn from figures on a sheet of their own."""

from __future__ import annotations

import datetime as dt
import textwrap
from typing import TYPE_CHECKING, Any

from reports.charts import Palette, Picture, colors

if TYPE_CHECKING:
    from reports.sheets import Sheet

WIDTH = 860
"""Pixels."""


def draw(sheet: Sheet, place: tuple[int, int], drawn: Picture, data: Sheet, first: int, palette: Palette) -> tuple[int, int]:
    """Draw a chart on a sheet from figures written to another.

    Parameters
    ----------
    sheet : Sheet
    place : tuple of (int, int)
        Row and column of the chart's corner.
    drawn : Picture
    data : Sheet
        Takes the chart's figures from row `first` on: a title, a heading, a row for each category.
    first : int
    palette : Palette

    Returns
    -------
    tuple of (int, int)
        The first free row below the chart, and below its figures.
    """
    _write_figures(data, first, drawn)
    horizontal = drawn.kind == "bar"
    options = {"type": {"bar": "bar", "line": "line"}.get(drawn.kind, "column")}
    if drawn.kind in ("stacked", "flow"):  # a workbook has no bands: what comes from each is stacked by where it goes
        options["subtype"] = "stacked"
    chart = sheet.book.workbook.add_chart(options)
    head, last = first + 1, first + 1 + len(drawn.categories)
    for number, color in enumerate(colors(drawn, palette), start=1):
        look: dict[str, Any] = {"fill": {"color": color}, "gap": 60}
        if isinstance(color, list):
            look = {"points": [{"fill": {"color": one}} for one in color], "gap": 60}
        elif drawn.kind == "line":
            look = {"line": {"color": color, "width": 2.25}, "marker": {"type": "circle", "size": 4, "fill": {"color": color}}}
        chart.add_series({
            "name": [data.name, head, number],
            "categories": [data.name, head + 1, 0, last, 0],
            "values": [data.name, head + 1, number, last, number],
            **_error_bars(data, drawn, number, head + 1, last),
            **look,
        })  # fmt: skip
    chart.set_title({"name": drawn.title, "overlay": False, "name_font": {"size": 13, "bold": True}})
    names: dict[str, Any] = {"date_axis": False, "num_format": _days(drawn)} if drawn.times else {}
    figures = {
        "num_format": _axis_format(drawn),
        "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}},
    }
    if horizontal:  # XlsxWriter calls the upright axis of bars y; reversed, the first category is on top as in the table
        chart.set_y_axis({"reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
        chart.set_x_axis(figures)
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(figures)
    chart.set_legend({"none": True} if len(drawn.series) == 1 else {"position": "bottom"})
    height = max(320, 110 + len(drawn.categories) * (14 + 10 * len(drawn.series))) if horizontal else 400
    chart.set_size({"width": WIDTH, "height": height})
    sheet.sheet.insert_chart(*place, chart, {"description": drawn.title, "object_position": 3})
    return place[0] + height // 20 + 2, last + 2


def _error_bars(data: Sheet, drawn: Picture, number: int, first: int, last: int) -> dict[str, Any]:
    """Draw a series' intervals from the columns behind all series: how far they reach below, and above."""
    if not drawn.series[number - 1].errors:
        return {}
    below = len(drawn.series) + 2 * number - 1
    sheet = data.name.replace("'", "''")

    def cells(column: int) -> str:
        from xlsxwriter.utility import xl_range_abs

        return f"='{sheet}'!{xl_range_abs(first, column, last, column)}"

    line = {"color": "#7F7F7F", "width": 1}
    return {"y_error_bars": {"type": "custom", "minus_values": cells(below), "plus_values": cells(below + 1), "line": line}}


def _write_figures(data: Sheet, first: int, drawn: Picture) -> None:
    data.text(first, 0, drawn.title, "faint")
    data.heading(first + 1, 0, data.book.language.label(drawn.column), flush_right=False)
    data.sheet.set_row(first + 1, 15 * max(len(textwrap.wrap(series.name, 14)) for series in drawn.series) + 4)
    number = data.book.format(num_format="0.0%" if drawn.unit == "percent" else "#,##0.0##" if drawn.unit != "count" else "#,##0")
    day = data.book.format(num_format=_days(drawn), align="left")
    for column, series in enumerate(drawn.series, start=1):
        data.heading(first + 1, column, series.name, flush_right=True)
        for row, value in enumerate(series.values, start=first + 2):
            if value is not None:
                data.sheet.write_number(row, column, value, number)
        for side, sign in enumerate("−+" if series.errors else ""):
            behind = len(drawn.series) + 2 * column - 1 + side
            data.heading(first + 1, behind, f"{series.name} {sign}", flush_right=True)
            for row, reach in enumerate(series.errors, start=first + 2):
                data.sheet.write_number(row, behind, reach[side], number)
    for row, name in enumerate(drawn.names, start=first + 2):
        if isinstance(name, dt.date):
            data.sheet.write_datetime(row, 0, name.replace(tzinfo=None) if isinstance(name, dt.datetime) else name, day)
        else:
            data.text(row, 0, str(name), "plain")


def _days(drawn: Picture) -> str:
    return "mmm yyyy" if drawn.column.unit == "month" else "yyyy-mm-dd"


def _axis_format(drawn: Picture) -> str:
    largest = max((abs(value) for series in drawn.series for value in series.values if value is not None), default=0)
    if drawn.unit == "percent":
        return "0%" if largest >= 0.05 else "0.0%"
    return "#,##0" if largest >= 5 else "#,##0.0#"
