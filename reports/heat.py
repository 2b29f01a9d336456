"""A heat map: what each has to do with each, as the depth of a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.charts import Picture

COLORS = ("#EEF4F9", "#6BAED6", "#08519C")
"""From nothing over the middle to the most: one hue, told apart by its depth alone."""
CELLS = ("#F7FBFF", "#BDD7E7", "#6BAED6")
"""The same behind the black figures of a workbook."""


def cells(drawn: Picture) -> list[list[float | None]]:
    """Give the figures row by row, without those of a row with itself, beside which all others would be pale.

    Parameters
    ----------
    drawn : Picture
        Its series are the rows from the top, its categories the columns.
    """
    return [
        [None if str(category) == series.key else value for category, value in zip(drawn.categories, series.values, strict=True)]
        for series in drawn.series
    ]


def most(drawn: Picture) -> float:
    """Give the largest of the figures that are shown; 0 where there are none."""
    return max((value for row in cells(drawn) for value in row if value is not None), default=0.0)


def heat_figure(drawn: Picture, currency: str | None = None) -> dict[str, Any]:
    """Give the figure of a "heat" as Plotly reads it: `{"data", "layout"}`, plain values only."""
    largest = most(drawn)
    form = {"percent": ".0%" if largest >= 0.1 else ".1%", "count": ",.0f"}.get(drawn.unit, ",.1f")
    after = f" {currency}" if drawn.unit == "money" and currency else ""
    names = [str(name) for name in drawn.names]
    data = {
        "type": "heatmap",
        "x": names,
        "y": [series.name for series in drawn.series],
        "z": cells(drawn),
        "zmin": 0,
        "zmax": largest or 1,
        "colorscale": [[place / (len(COLORS) - 1), color] for place, color in enumerate(COLORS)],
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "texttemplate": f"%{{z:{form}}}{after}",
        "hovertemplate": f"%{{y}} → %{{x}}: %{{z:{form}}}{after}<extra></extra>",
        "colorbar": {"thickness": 12, "outlinewidth": 0, "tickformat": form},
    }
    axis = {"type": "category", "automargin": True, "showgrid": False, "ticks": ""}
    layout = {
        "height": 140 + 34 * max(len(drawn.series), 3),
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": {**axis, "side": "top"},
        "yaxis": {**axis, "autorange": "reversed"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    return {"data": [data], "layout": layout}
