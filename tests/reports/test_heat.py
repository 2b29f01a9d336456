"""The picture of a matrix: depth of colour on a page, coloured cells in a workbook, and no figure of a row with itself among them."""

import io
import re

import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest

from reports.charts import MOST_HEAT, Palette, picture, plotly_figure
from reports.heat import CELLS, COLORS, most
from reports.report import Chart, Pivot, Report, Text
from tests.parts import needs
from tests.reports.samples import ENGLISH, written
from tests.reports.test_seen import browse, page_of

TITLE = Text("Overlap")
CHART = Chart("heat", "other_team", ("share_of_own_audience",), TITLE, series="team")
ROWS = [
    ("Sales", "Sales", 200, 1.0),
    ("Sales", "Care", 200, 0.05),
    ("Sales", "Legal", 200, float("nan")),
    ("Care", "Sales", 40, 0.25),
    ("Care", "Care", 40, 1.0),
    ("Care", "Legal", 40, 0.0),
]


def overlap(rows=ROWS, unit="share_of_own_audience"):
    frame = pd.DataFrame(rows, columns=["team", "other_team", "unique_audience", unit])
    pivot = Pivot(("team", "unique_audience"), "other_team", unit)
    chart = Chart("heat", "other_team", (unit,), TITLE, series="team")
    return Report("overlap", TITLE, frame, pivot=pivot, charts=(chart,))


def test_rows_and_columns_stand_as_in_the_table():
    drawn = picture(CHART, overlap(), ENGLISH)
    figure = plotly_figure(drawn, Palette([drawn]))
    (trace,) = figure["data"]

    assert (trace["type"], trace["x"], trace["y"]) == ("heatmap", ["Sales", "Care", "Legal"], ["Sales", "Care"])
    assert trace["z"] == [[None, 0.05, None], [0.25, None, 0.0]]
    assert (trace["zmin"], trace["zmax"], trace["texttemplate"]) == (0, 0.25, "%{z:.0%}")
    assert [color for _, color in trace["colorscale"]] == list(COLORS)
    assert figure["layout"]["yaxis"]["autorange"] == "reversed"
    go.Figure(figure)  # refuses what Plotly does not know


@pytest.mark.parametrize(
    ("unit", "value", "form"),
    [
        ("share_of_own_audience", 0.004, "%{z:.1%}"),
        ("share_of_own_audience", 0.3, "%{z:.0%}"),
        ("touches", 1200, "%{z:,.0f}"),
        ("value", 2.5, "%{z:,.1f} EUR"),
    ],
)
def test_figures_are_written_as_what_they_are(unit, value, form):
    drawn = picture(overlap([("a", "b", 1, value)], unit).charts[0], overlap([("a", "b", 1, value)], unit), ENGLISH)
    (trace,) = plotly_figure(drawn, Palette([drawn]), "EUR")["data"]

    assert trace["texttemplate"] == form
    assert most(drawn) == value


def test_of_many_rows_the_largest_are_drawn_and_it_is_said():
    rows = [(f"team {one:02}", f"team {two:02}", 1, (one + 1) / 100) for one in range(42) for two in range(42)]
    drawn = picture(CHART, overlap(rows), ENGLISH)

    assert (len(drawn.series), len(drawn.categories), drawn.left_out) == (MOST_HEAT, MOST_HEAT, 4)


def test_nothing_shared_is_pale_all_over():
    drawn = picture(CHART, overlap([("a", "a", 1, 1.0), ("a", "b", 1, 0.0)]), ENGLISH)
    (trace,) = plotly_figure(drawn, Palette([drawn]))["data"]

    assert (trace["z"], trace["zmax"]) == ([[None, 0.0]], 1)


def test_a_workbook_colours_the_cells_of_the_table():
    book = openpyxl.load_workbook(io.BytesIO(written(overlap(), "xlsx", ENGLISH)))
    sheet = book["Overlap"]
    ((where, (rule,)),) = ((ranges.sqref, rules) for ranges, rules in sheet.conditional_formatting._cf_rules.items())

    assert book.sheetnames == ["Contents", "Overlap", "Overlap, rows"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Team", "Unique audience", "Sales – Also known to", "Care – Also known to", "Legal – Also known to"],
        ["Sales", 200, 1, 0.05, None],
        ["Care", 40, 0.25, 1, 0],
    ]
    assert str(where) == "C2:E3"
    assert [float(stop.val) for stop in rule.colorScale.cfvo] == [0, 0.125, 0.25]
    assert [color.rgb[-6:] for color in rule.colorScale.color] == [color[1:] for color in CELLS]


@needs("chromium", package="chromium")
def test_a_browser_draws_the_cells_with_their_figures(tmp_path):
    page, console = browse(tmp_path, page_of([overlap()]), "--dump-dom")

    assert console == []
    drawn = page[page.index('class="main-svg"') :].split("<script", maxsplit=1)[0]
    labels = [re.sub("<[^>]*>", "", label) for label in re.findall(r'class="heatmap-label"[^>]*>(.*?)</text>', drawn)]
    assert sorted(label for label in labels if label.endswith("%")) == ["0%", "25%", "5%"]
    assert 'class="hm"' in drawn
