"""Pictures of a report's table: the figures behind them, their colours, and the Plotly form of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from reports.columns import Column, column
from reports.flow import flow_figure
from reports.heat import heat_figure
from reports.language import Language
from reports.report import Chart, Report
from reports.values import rows

MOST = 15
"""More categories or series than this are not told apart on a picture."""

MOST_HEAT = 40
"""More rows or columns than this are not read on a heat map."""

OKABE_ITO = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#B8A800",
    "#7A5BA6",
    "#8C564B",
    "#7F7F7F",
    "#17A398",
    "#A6761D",
)
"""Told apart by colour-blind readers (Okabe and Ito, 2008: https://jfly.uni-koeln.de/color/); yellow darkened to show on white, and five
more hues between them for long legends."""

_INFINITE = (float("inf"), float("-inf"))

_USUAL = {
    "Organic Search": 2,
    "Paid Search": 0,
    "Organic Social": 3,
    "Paid Social": 7,
    "Direct": 9,
    "Email": 1,
    "Referral": 5,
    "Display": 4,
    "Employee Advocacy": 10,
    "AI Assistant": 6,
    "Affiliates": 8,
    "organic": 2,
    "ads": 0,
    "social": 3,
    "direct": 9,
    "email": 1,
    "referral": 5,
    "offline": 8,
    "other": 6,
}


class Palette:
    """One colour for each name, the same on every figure it is used for; usual channels have theirs for good.

    Parameters
    ----------
    pictures : sequence of Picture
        All the figures of the page or workbook; other names take the colours that its usual channels leave free.

    Examples
    --------
    >>> palette = Palette(())
    >>> palette.color("channel", "Direct"), palette.color("channel", "Spring fair") == palette.color("channel", "Spring fair")
    ('#7F7F7F', True)
    """

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self._colors: dict[tuple[str, Any], str] = {}
        for drawn in pictures:
            for name in (*drawn.categories, *(series.key for series in drawn.series)):
                if name in _USUAL:
                    self._colors["channel", name] = OKABE_ITO[_USUAL[name]]

    def color(self, pool: str, name: Any) -> str:
        """Give the colour of a name; `pool` is the column it stands in, for models and channels do not share one list of colours."""
        if (pool, name) not in self._colors:
            taken = [color for (other, _), color in self._colors.items() if other == pool]
            free = [color for color in OKABE_ITO if color not in taken]
            usual = pool == "channel" and name in _USUAL
            self._colors[pool, name] = OKABE_ITO[_USUAL[name]] if usual else free[0] if free else OKABE_ITO[len(taken) % len(OKABE_ITO)]
        return self._colors[pool, name]


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of bars.

    Parameters
    ----------
    key : str
        The value or column it stands for; decides its colour.
    name : str
        In the reader's language.
    values : tuple of (float or None)
        One for each category.
    errors : tuple of pairs of float
        How far below and above each value its interval reaches, (0, 0) where there is none; empty where the chart has no intervals.
    """

    key: str
    name: str
    values: tuple[float | None, ...]
    errors: tuple[tuple[float, float], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """The figures of a chart.

    Parameters
    ----------
    kind : {"bar", "line", "stacked", "flow", "heat"}
    title : str
    column : Column
        What the categories are.
    unit : str
        Of the values.
    categories : tuple
        Keys, or days.
    names : tuple
        The categories in the reader's language; days as they are.
    series : tuple of Series
    pool : str
        The column the series are values of; "" where they are columns.
    left_out : int
        Categories and series beyond `MOST`, or `MOST_HEAT`.
    """

    kind: str
    title: str
    column: Column
    unit: str
    categories: tuple[Any, ...]
    names: tuple[Any, ...]
    series: tuple[Series, ...]
    pool: str = ""
    left_out: int = 0

    @property
    def times(self) -> bool:
        """Its categories are days."""
        return bool(self.categories) and all(isinstance(category, dt.date) for category in self.categories)


def pictures(report: Report, language: Language) -> list[Picture]:
    """Gather the figures of the report's charts; a chart without any is left out."""
    drawn = [picture(chart, report, language) for chart in report.charts]
    return [one for one in drawn if any(value is not None for series in one.series for value in series.values)]


def picture(chart: Chart, report: Report, language: Language) -> Picture:
    """Gather the figures of a chart from the report's long table.

    Of more than `MOST` categories or series the largest are kept (of days, all); a bar without a figure has no place. A chart that names
    several `y` has one series for each of them; one that names `series` has one for each of its values.
    """
    names = [str(name) for name in report.frame.columns]
    kinds = {name: column(name, report.frame.dtypes.iloc[place]) for place, name in enumerate(names)}
    facts = [dict(zip(names, row, strict=True)) for row in rows(report.frame)]
    figures: dict[Any, dict[Any, float | None]] = {}
    errors: dict[tuple[Any, Any], tuple[float, float]] = {}
    for fact in facts:
        for y in chart.y:
            key = fact[chart.series] if chart.series else y
            line = figures.setdefault(key, {})
            if fact[chart.x] in line:
                raise ValueError(f"{report.name}: two rows for {fact[chart.x]!r} on the chart of {y}")
            line[fact[chart.x]] = None if fact[y] in _INFINITE else fact[y]
            if chart.low and chart.high and None not in (fact[y], fact[chart.low], fact[chart.high]):
                errors[key, fact[chart.x]] = (max(fact[y] - fact[chart.low], 0.0), max(fact[chart.high] - fact[y], 0.0))
    drawn = [fact for fact in facts if chart.kind == "line" or any(fact[y] is not None for y in chart.y)]
    categories = list(dict.fromkeys(fact[chart.x] for fact in drawn if fact[chart.x] is not None))
    keys, all_categories = list(figures), len(categories)
    most = MOST_HEAT if chart.kind == "heat" else MOST
    if categories and all(isinstance(category, dt.date) for category in categories):
        categories.sort()
    else:
        categories = _largest(categories, {c: [figures[k].get(c) for k in keys] for c in categories}, most)
    kept = _largest(keys, {key: [figures[key].get(c) for c in categories] for key in keys}, most)
    label = kinds[chart.series] if chart.series else None
    series = (
        Series(
            str(key),
            language.cell(key, label) if label else language.label(key),
            tuple(figures[key].get(c) for c in categories),
            tuple(errors.get((key, c), (0.0, 0.0)) for c in categories) if errors else (),
        )
        for key in kept
    )
    shown = tuple(c if isinstance(c, dt.date) else language.cell(c, kinds[chart.x]) for c in categories)
    left_out = all_categories - len(categories) + len(keys) - len(kept)
    title = language.text(chart.title)
    return Picture(
        chart.kind,
        title,
        kinds[chart.x],
        kinds[chart.y[0]].unit,
        tuple(categories),
        shown,
        tuple(series),
        _pool(chart.series or ""),
        left_out,
    )


def _largest(names: Sequence[Any], figures: dict[Any, list[float | None]], most: int) -> list[Any]:
    """Keep the names with the largest figures, in the order they came in."""
    if len(names) <= most:
        return list(names)
    totals = {name: sum(abs(figure) for figure in figures[name] if figure is not None) for name in names}
    kept = set(sorted(names, key=lambda name: -totals[name])[:most])
    return [name for name in names if name in kept]


def _pool(name: str) -> str:
    return "channel" if name in ("channel", "family") else name


def colors(drawn: Picture, palette: Palette) -> list[str] | list[list[str]]:
    """Give each series its colour; bars of channels without series have one colour each."""
    if len(drawn.series) == 1 and drawn.kind == "bar" and _pool(drawn.column.name) == "channel":
        return [[palette.color("channel", category) for category in drawn.categories]]
    return [palette.color(drawn.pool, series.key) for series in drawn.series]


def _error_bars(series: Series, *, horizontal: bool) -> dict[str, Any]:
    if not series.errors:
        return {}
    below, above = (list(part) for part in zip(*series.errors, strict=True))
    look = {"color": "#7F7F7F", "thickness": 1.2, "width": 2}
    return {"error_x" if horizontal else "error_y": {"type": "data", "symmetric": False, "array": above, "arrayminus": below, **look}}


def plotly_figure(drawn: Picture, palette: Palette, currency: str | None = None) -> dict[str, Any]:
    """Give the figure as Plotly reads it: `{"data", "layout"}`, plain values only.

    Colours of text and grid are left to the page, which knows whether it is light or dark.
    """
    if drawn.kind == "heat":
        return heat_figure(drawn, currency)
    if drawn.kind == "flow":
        return flow_figure(drawn, palette, _pool(drawn.column.name), currency)
    horizontal = drawn.kind == "bar"
    names = [name.isoformat() if isinstance(name, dt.date) else name for name in drawn.names]
    data = []
    for series, color in zip(drawn.series, colors(drawn, palette), strict=True):
        along = {"x": list(series.values), "y": names, "orientation": "h"} if horizontal else {"x": names, "y": list(series.values)}
        line = {"type": "scatter", "mode": "lines+markers", "line": {"color": color, "width": 2.5}, "marker": {"size": 6}}
        shape = line if drawn.kind == "line" else {"type": "bar", "marker": {"color": color}}
        data.append({"name": series.name, **along, **shape, **_error_bars(series, horizontal=horizontal)})
    form = {"percent": ",.1%", "count": ",.0f"}.get(drawn.unit, ",.1f")
    value_axis = {
        "tickformat": ",.0%" if drawn.unit == "percent" else ",~r",
        "hoverformat": form,
        "rangemode": "tozero",
        "automargin": True,
    }
    if drawn.unit == "money" and currency:
        value_axis["ticksuffix"] = f" {currency}"
    name_axis = {"type": "date" if drawn.times else "category", "automargin": True, "showgrid": False}
    if horizontal:
        name_axis["autorange"] = "reversed"
    layout = {
        "barmode": "stack" if drawn.kind == "stacked" else "group",
        "xaxis": value_axis if horizontal else name_axis,
        "yaxis": name_axis if horizontal else value_axis,
        "height": max(300, 90 + len(names) * (14 + 11 * len(drawn.series))) if horizontal else 400,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "showlegend": len(drawn.series) > 1,
        "bargap": 0.25,
        "hovermode": "x unified" if drawn.times else "closest",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    return {"data": data, "layout": layout}
