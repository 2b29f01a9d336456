"""The picture of a flow: bands on a page, stacked columns in a workbook, one place for what stands on both sides."""

import io
import re
import zipfile

import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest

from reports.charts import OKABE_ITO, Palette, picture, plotly_figure
from reports.report import Chart, Report, Text
from tests.parts import needs
from tests.reports.samples import ENGLISH, FRENCH, written
from tests.reports.test_seen import browse, page_of

CHART = Chart("flow", "from_state", ("conversions",), Text("Conversions"), series="to_state")


def flow(rows=None, unit="conversions"):
    rows = rows or [
        ("Sales", "lead", 6.0),
        ("Support", "lead", 3.0),
        ("Finance", "lead", 0.0),
        ("lead", "opportunity", 4.0),
        ("lead", "lost", 5.0),
        ("opportunity", "won", 1.0),
        ("opportunity", "lost", float("nan")),
    ]
    return Report("flow", Text("Flow"), pd.DataFrame(rows, columns=["from_state", "to_state", unit]), charts=(CHART,))


def test_bands_lead_from_place_to_place():
    drawn = picture(CHART, flow(), ENGLISH)
    figure = plotly_figure(drawn, Palette([drawn]))
    (trace,) = figure["data"]
    label = trace["node"]["label"]
    bands = [(label[a], label[b], v) for a, b, v in zip(*(trace["link"][key] for key in ("source", "target", "value")), strict=True)]

    # Finance brought nothing, and of the last band nothing is known: neither is drawn.
    assert label == ["Sales", "Support", "lead", "opportunity", "lost", "won"]
    assert bands == [
        ("Sales", "lead", 6.0),
        ("Support", "lead", 3.0),
        ("lead", "opportunity", 4.0),
        ("lead", "lost", 5.0),
        ("opportunity", "won", 1.0),
    ]
    assert len(set(trace["node"]["color"])) == 6
    assert set(trace["node"]["color"]) <= set(OKABE_ITO)
    assert trace["node"]["color"][0] == "#0072B2"
    assert trace["link"]["color"][0] == "rgba(0,114,178,0.35)"
    assert figure["layout"]["height"] == 320
    assert set(figure["layout"]) == {"height", "margin", "paper_bgcolor", "plot_bgcolor"}
    assert trace["valueformat"] == ",.1f"
    assert go.Figure(figure).data[0].type == "sankey"


@pytest.mark.parametrize(("unit", "form", "suffix"), [("value", ",.1f", " EUR"), ("touches", ",.0f", None), ("share", ",.1%", None)])
def test_amounts_are_written_as_what_they_are(unit, form, suffix):
    chart = Chart("flow", "from_state", (unit,), Text("T"), series="to_state")
    drawn = picture(chart, flow([("a", "b", 2.0)], unit), ENGLISH)
    (trace,) = plotly_figure(drawn, Palette([drawn]), "EUR")["data"]

    assert (trace["valueformat"], trace.get("valuesuffix")) == (form, suffix)


def test_two_rows_for_one_band_are_refused():
    with pytest.raises(ValueError, match="flow: two rows for 'a' on the chart of conversions"):
        picture(CHART, flow([("a", "b", 1.0), ("a", "b", 2.0)]), ENGLISH)


def test_of_many_places_the_largest_are_drawn_and_it_is_said():
    rows = [(f"team {number}", "lead", float(number + 1)) for number in range(20)]
    drawn = picture(CHART, flow(rows), ENGLISH)
    (trace,) = plotly_figure(drawn, Palette([drawn]))["data"]

    assert drawn.left_out == 5
    assert len(trace["node"]["label"]) == 16
    assert min(trace["link"]["value"]) == 6.0


def test_a_workbook_stacks_them():
    content = written(flow(), "xlsx", ENGLISH)
    figures = openpyxl.load_workbook(io.BytesIO(content))["Figures of the charts"]
    assert [[cell.value for cell in row] for row in figures.iter_rows()] == [
        ["Conversions", None, None, None, None],
        ["From", "lead", "opportunity", "lost", "won"],
        ["Sales", 6, None, None, None],
        ["Support", 3, None, None, None],
        ["Finance", 0, None, None, None],
        ["lead", None, 4, 5, None],
        ["opportunity", None, None, None, 1],
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    assert '<c:barDir val="col"/><c:grouping val="stacked"/>' in chart


@needs("chromium", package="chromium")
def test_a_browser_draws_the_bands_and_no_axes(tmp_path):
    page, console = browse(tmp_path, page_of([flow()]), "--dump-dom")

    assert console == []
    assert len(re.findall('class="sankey-link"', page)) == 5
    labels = [re.sub("<[^>]*>", "", label) for label in re.findall(r'<text[^>]*class="node-label"[^>]*>(.*?)</text>', page)]
    words = [FRENCH.cell(key, "from_state") for key in ("lead", "opportunity", "lost", "won")]
    assert sorted(labels) == sorted(["Sales", "Support", *words])
    drawn = page[page.index('class="main-svg"') :].split("<script", maxsplit=1)[0]
    assert ("sankey-node" in drawn, '<g class="xtick"' in drawn, 'class="xgrid' in drawn) == (True, False, False)
