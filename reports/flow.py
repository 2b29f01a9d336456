"""A Sankey diagram: how much goes from where to where, as bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.charts import Palette, Picture

STRENGTH = 0.35
"""Of a band's colour, which is that of where it comes from."""


def flow_figure(drawn: Picture, palette: Palette, pool: str, currency: str | None = None) -> dict[str, Any]:
    """Give the figure of a "flow" as Plotly reads it: `{"data", "layout"}`, plain values only.

    Parameters
    ----------
    drawn : Picture
        Its categories are where bands begin, its series where they end; what stands on both sides is one place between.
    palette : Palette
    pool : str
        Whose colours the places have: all from one, so that no two are alike.
    currency : str or None

    Notes
    -----
    A band of nothing, or of an unknown figure, is not drawn, nor is a place that no band touches.
    """
    bands = [
        (source, series.key, value)
        for series in drawn.series
        for source, value in zip(drawn.categories, series.values, strict=True)
        if value is not None and value > 0
    ]
    names = {str(key): str(name) for key, name in zip(drawn.categories, drawn.names, strict=True)}
    names |= {series.key: series.name for series in drawn.series}
    touched = {str(end) for source, target, _ in bands for end in (source, target)}
    places = [key for key in names if key in touched]
    number = {key: place for place, key in enumerate(places)}
    colors = {key: palette.color(pool, key) for key in places}
    node = {
        "label": [names[key] for key in places],
        "color": [colors[key] for key in places],
        "pad": 18,
        "thickness": 16,
        "line": {"width": 0},
    }
    link = {
        "source": [number[str(source)] for source, _, _ in bands],
        "target": [number[target] for _, target, _ in bands],
        "value": [value for _, _, value in bands],
        "color": [_pale(colors[str(source)]) for source, _, _ in bands],
    }
    form = {"valueformat": {"percent": ",.1%", "count": ",.0f"}.get(drawn.unit, ",.1f")}
    if drawn.unit == "money" and currency:
        form["valuesuffix"] = f" {currency}"
    layout = {
        "height": max(320, 90 + 34 * max(len(drawn.categories), len(drawn.series))),
        "margin": {"l": 8, "r": 8, "t": 16, "b": 16},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    return {"data": [{"type": "sankey", "node": node, "link": link, **form}], "layout": layout}


def _pale(color: str) -> str:
    """Make a colour see-through.

    Examples
    --------
    >>> _pale("#0072B2")
    'rgba(0,114,178,0.35)'
    """
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{STRENGTH})"
