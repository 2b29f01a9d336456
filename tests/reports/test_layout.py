"""Long tables laid side by side, their decimals and currencies; and the figures behind charts."""

import dataclasses
import datetime as dt
import io
import re
import zipfile

import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import MOST, OKABE_ITO, Palette, picture, pictures, plotly_figure
from reports.formats import FORMATS
from reports.layout import long_table, read_table
from reports.report import Chart, Pivot, Report, Text
from tests.reports.samples import ENGLISH, FRENCH, attribution, imports, written


def shown(report, language=ENGLISH):
    table = read_table(report, language)
    return [[heading.name for heading in table.headings], *table.texts(language)]


def test_a_pivot_sets_shares_beside_counts():
    assert shown(attribution()) == [
        ["Channel", "First touch – Conversions", "First touch – Share", "Markov chain – Conversions", "Markov chain – Share"],
        ["Paid Search", "3.00", "37.5%", "2.25", "28.1%"],
        ["Organic Search", "4.00", "50.0%", "4.75", "59.4%"],
        ["No touch", "1.00", "12.5%", "1.00", "12.5%"],
    ]


def test_a_place_the_long_table_lacks_stays_unknown():
    report = attribution()
    report = dataclasses.replace(report, frame=report.frame.iloc[[0, 4]].drop(columns="share_of_conversions"))
    assert shown(report) == [
        ["Channel", "First touch – Conversions", "Markov chain – Conversions"],
        ["Paid Search", "3.00", "–"],
        ["Organic Search", "–", "4.75"],
    ]


def test_two_rows_for_one_place_are_refused():
    report = dataclasses.replace(attribution(), frame=pd.concat([attribution().frame] * 2))
    with pytest.raises(ValueError, match="attribution: two rows for 'Paid Search' and 'first'"):
        read_table(report, ENGLISH)
    with pytest.raises(ValueError, match="attribution: two rows for 'Paid Search' on the chart of conversions"):
        picture(report.charts[0], report, ENGLISH)


def test_the_empty_table_has_its_headings():
    report = Report("r", Text("T"), pd.DataFrame(columns=["channel", "touches"]))
    assert shown(report) == [["Channel", "Touches"]]
    assert shown(dataclasses.replace(report, pivot=Pivot("channel", "channel", "touches"))) == [["Channel"]]


@pytest.mark.parametrize(
    ("name", "values", "cells"),
    [
        ("conversions", [1.0, 250.0], ["1", "250"]),
        ("conversions", [1.25, 250.0], ["1.2", "250.0"]),
        ("conversions", [0.125, 0.5], ["0.125", "0.500"]),
        ("conversions", [0.125, None], ["0.125", "–"]),
        ("value", [0.5, 999.99], ["$0.50", "$999.99"]),
        ("value", [0.5, 1000.0], ["$0", "$1,000"]),
        ("days_to_convert", [float("inf"), 2.0], ["∞", "2"]),
    ],
)
def test_a_column_has_as_many_decimals_as_its_largest_figure_needs(name, values, cells):
    report = Report("r", Text("T"), pd.DataFrame({name: values}), meta={"currency": "USD"})
    assert [row[0] for row in long_table(report, ENGLISH).texts(ENGLISH)] == cells


def test_a_row_s_own_currency_counts_before_the_report_s():
    frame = pd.DataFrame({"value": [5.0, 6.0], "currency": ["USD", None]})
    report = Report("r", Text("T"), frame, meta={"currency": "EUR"})
    assert [row[0] for row in long_table(report, ENGLISH).texts(ENGLISH)] == ["$5.00", "€6.00"]


@given(st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), st.integers(0, 99), min_size=1))
def test_a_pivot_keeps_every_figure_once(figures):
    frame = pd.DataFrame([(a, b, n) for (a, b), n in figures.items()], columns=["source", "medium", "touches"])
    table = read_table(Report("r", Text("T"), frame, pivot=Pivot("source", "medium", "touches")), ENGLISH)
    found = {
        (row[0], heading.group): row[place]
        for row in table.rows
        for place, heading in enumerate(table.headings)
        if place and row[place] is not None
    }
    assert found == figures


FRAMES = {
    "no rows": pd.DataFrame(columns=["channel", "model", "touches"]),
    "unknown": pd.DataFrame({"channel": [None, "x"], "model": ["a", None], "touches": [float("nan"), 2.0]}),
    "infinite": pd.DataFrame({"channel": ["x"], "model": ["a"], "touches": [float("inf")]}),
    "huge": pd.DataFrame({"channel": ["x"], "model": ["a"], "touches": [10**18]}),
    "nullable": pd.DataFrame({"channel": pd.Categorical(["x"]), "model": ["a"], "touches": pd.array([None], dtype="Int64")}),
}


@pytest.mark.parametrize("form", [form.name for form in FORMATS])
@pytest.mark.parametrize(
    ("frame", "row"),
    [
        ("no rows", None),
        ("unknown", ["–", "a", "–"]),
        ("infinite", ["x", "a", "∞"]),
        ("huge", ["x", "a", "1,000,000,000,000,000,000"]),
        ("nullable", ["x", "a", "–"]),
    ],
)
def test_odd_tables_are_shown_in_every_format(form, frame, row):
    report = Report("r", Text("T"), FRAMES[frame], charts=(Chart("bar", "channel", ("touches",), Text("T"), series="model"),))
    assert next(iter(long_table(report, ENGLISH).texts(ENGLISH)), None) == row
    assert len(written(report, form, ENGLISH)) > 0
    assert len(written(dataclasses.replace(report, pivot=Pivot("channel", "model", "touches")), form, ENGLISH)) > 0


def test_a_chart_without_figures_is_left_out():
    report = Report("r", Text("T"), FRAMES["infinite"], charts=(Chart("bar", "channel", ("touches",), Text("T")),))
    assert pictures(report, ENGLISH) == []
    assert [len(pictures(one, ENGLISH)) for one in (attribution(), imports())] == [1, 2]


def test_a_bar_without_a_figure_has_no_place():
    frame = pd.DataFrame({"source": ["a", "b", "c"], "spend": [1.0, None, 0.0], "value": [None, None, 2.0]})
    report = Report("r", Text("T"), frame)
    assert picture(Chart("bar", "source", ("spend",), Text("T")), report, ENGLISH).categories == ("a", "c")
    both = picture(Chart("bar", "source", ("spend", "value"), Text("T")), report, ENGLISH)
    assert [series.values for series in both.series] == [(1.0, 0.0), (None, 2.0)]
    assert picture(Chart("bar", "source", ("spend",), Text("T")), report, ENGLISH).left_out == 0


def test_a_chart_of_days_is_in_their_order_and_one_of_many_names_keeps_the_largest():
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=20 - place) for place in range(20)]
    frame = pd.DataFrame({"day": days, "source": [f"s{place}" for place in range(20)], "touches": range(20)})
    report = Report("r", Text("T"), frame)
    line = picture(Chart("line", "day", ("touches",), Text("T")), report, ENGLISH)
    assert (line.categories, line.left_out) == (tuple(sorted(days)), 0)
    assert line.series[0].values == tuple(range(19, -1, -1))
    bar = picture(Chart("bar", "source", ("touches",), Text("T")), report, ENGLISH)
    assert bar.categories == tuple(f"s{place}" for place in range(20 - MOST, 20))
    assert bar.left_out == 20 - MOST


def test_a_figure_is_one_plotly_accepts_and_holds_the_report_s_numbers():
    report = attribution()
    drawn = picture(report.charts[0], report, FRENCH)
    figure = go.Figure(plotly_figure(drawn, Palette([drawn]), "EUR"))
    assert [(trace.name, tuple(trace.x), tuple(trace.y)) for trace in figure.data] == [
        ("Premier point de contact", (3.0, 4.0, 1.0), ("Recherche payante", "Recherche organique", "Sans point de contact")),
        ("Chaîne de Markov", (2.25, 4.75, 1.0), ("Recherche payante", "Recherche organique", "Sans point de contact")),
    ]
    for chart in imports().charts:
        drawn = picture(chart, imports(), FRENCH)
        assert list(go.Figure(plotly_figure(drawn, Palette([drawn]))).data[0].x) == ["2026-02-28", "2026-03-01"]


def test_a_channel_has_one_colour_on_every_figure_and_no_other_takes_it():
    frame = pd.DataFrame({"channel": ["Spring fair", "Direct", "Paid Search", "Booth"], "touches": [4, 3, 2, 1]})
    reports = [Report("r", Text("T"), part) for part in (frame, frame.iloc[::-1], frame.iloc[1:3])]
    pictures = [picture(Chart("bar", "channel", ("touches",), Text("T")), report, ENGLISH) for report in reports]
    palette = Palette(pictures)
    colors = [dict(zip(one.categories, plotly_figure(one, palette)["data"][0]["marker"]["color"], strict=True)) for one in pictures]
    assert colors[0] == colors[1]
    assert colors[2].items() <= colors[0].items()
    assert len(set(colors[0].values())) == 4
    assert colors[0]["Direct"] == Palette([]).color("channel", "Direct")


def test_more_names_than_colours_still_have_one_each():
    palette = Palette([])
    names = [f"s{place}" for place in range(2 * len(OKABE_ITO))]
    assert [palette.color("source", name) for name in names] == [palette.color("source", name) for name in names]
    assert [palette.color("source", name) for name in names[: len(OKABE_ITO)]] == list(OKABE_ITO)


# Intervals


def uncertain():
    """Two models, two channels, with intervals and words; one figure has none."""
    rows = [
        ("first", "Paid Search", 30.0, 20.0, 41.5, 0.75, "enough data"),
        ("first", "Email", 10.0, None, None, 0.25, "fewer than 30 converting journeys"),
        ("markov", "Paid Search", 25.5, 21.0, 30.25, 0.6375, "interval wider than the estimate"),
        ("markov", "Email", 14.5, 9.0, 19.0, 0.3625, "fewer than 30 converting journeys"),
    ]
    names = ["model", "channel", "conversions", "conversions_low", "conversions_high", "share_of_conversions", "reliability"]
    return Report(
        "attribution",
        Text("T"),
        pd.DataFrame(rows, columns=names),
        pivot=Pivot("channel", "model", "conversions", "conversions_low", "conversions_high", "reliability", "enough data"),
        charts=(Chart("bar", "channel", ("conversions",), Text("T"), "model", "conversions_low", "conversions_high"),),
    )


def test_an_interval_stands_behind_its_figure_and_words_at_the_end():
    assert shown(uncertain()) == [
        ["Channel", "First touch – Conversions (interval)", "First touch – Share", "Markov chain – Conversions (interval)",
         "Markov chain – Share", "How sure"],
        ["Paid Search", "30.0 (20.0 – 41.5)", "75.0%", "25.5 (21.0 – 30.2)", "63.8%", "interval wider than the estimate: Markov chain"],
        ["Email", "10.0", "25.0%", "14.5 (9.0 – 19.0)", "36.2%", "fewer than 30 converting journeys"],
    ]  # fmt: skip


def test_the_ends_of_an_interval_may_stand_apart():
    table = read_table(uncertain(), ENGLISH, apart=True)
    assert [heading.name for heading in table.headings] == [
        "Channel", "First touch – Conversions", "First touch – Conversions, from", "First touch – Conversions, to", "First touch – Share",
        "Markov chain – Conversions", "Markov chain – Conversions, from", "Markov chain – Conversions, to", "Markov chain – Share",
        "How sure",
    ]  # fmt: skip
    assert table.rows[1] == ("Email", 10.0, None, None, 0.25, 14.5, 9.0, 19.0, 0.3625, "fewer than 30 converting journeys")


def test_shares_are_left_out_and_intervals_stay():
    narrow = read_table(uncertain(), ENGLISH).without_shares()
    assert [heading.name for heading in narrow.headings] == [
        "Channel", "First touch – Conversions (interval)", "Markov chain – Conversions (interval)", "How sure",
    ]  # fmt: skip


def test_several_columns_may_make_a_row_and_numbers_across_stand_in_their_order():
    rows = [("first", "Email", 2, 0.75), ("first", "Email", 1, 0.25), ("markov", "Email", 1, 1.0)]
    frame = pd.DataFrame(rows, columns=["model", "channel", "rank", "probability"])
    report = Report("ranks", Text("T"), frame, pivot=Pivot(("model", "channel"), "rank", "probability"))
    assert shown(report) == [
        ["Model", "Channel", "1 – Probability", "2 – Probability"],
        ["First touch", "Email", "25.0%", "75.0%"],
        ["Markov chain", "Email", "100.0%", "–"],
    ]
    table = read_table(report, ENGLISH)
    assert table.without_shares() is table
    with pytest.raises(ValueError, match="ranks: two rows for 'first', 'Email' and 2"):
        read_table(dataclasses.replace(report, frame=pd.concat([frame] * 2)), ENGLISH)


def test_intervals_are_error_bars():
    drawn = picture(uncertain().charts[0], uncertain(), ENGLISH)
    assert [series.errors for series in drawn.series] == [((10.0, 11.5), (0.0, 0.0)), ((4.5, 4.75), (5.5, 4.5))]
    figure = go.Figure(plotly_figure(drawn, Palette([drawn])))
    assert [(tuple(trace.error_x.arrayminus), tuple(trace.error_x.array)) for trace in figure.data] == [
        ((10.0, 0.0), (11.5, 0.0)),
        ((4.5, 5.5), (4.75, 4.5)),
    ]
    upright = picture(dataclasses.replace(uncertain().charts[0], kind="stacked"), uncertain(), ENGLISH)
    assert [trace.error_y.symmetric for trace in go.Figure(plotly_figure(upright, Palette([upright]))).data] == [False, False]


def test_a_workbook_draws_the_error_bars_from_its_cells():
    book = openpyxl.load_workbook(io.BytesIO(written(uncertain(), "xlsx", ENGLISH)))
    figures = book["Figures of the charts"]
    assert [[cell.value for cell in row] for row in figures.iter_rows()] == [
        ["T", None, None, None, None, None, None],
        ["Channel", "First touch", "Markov chain", "First touch −", "First touch +", "Markov chain −", "Markov chain +"],
        ["Paid Search", 30, 25.5, 10, 11.5, 4.5, 4.75],
        ["Email", 10, 14.5, 0, 0, 5.5, 4.5],
    ]
    with zipfile.ZipFile(io.BytesIO(written(uncertain(), "xlsx", ENGLISH))) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    bars = re.findall(r"<c:plus><c:numRef><c:f>(.*?)</c:f>.*?<c:minus><c:numRef><c:f>(.*?)</c:f>", chart)
    assert bars == [
        ("'Figures of the charts'!$E$3:$E$4", "'Figures of the charts'!$D$3:$D$4"),
        ("'Figures of the charts'!$G$3:$G$4", "'Figures of the charts'!$F$3:$F$4"),
    ]


def test_a_table_of_figures_has_no_decimals_where_it_counts():
    rows = [("gross_audience", 36513.0, None), ("duplication_factor", 1.734, None), ("expected_reach", 15656.1, 14642.4)]
    frame = pd.DataFrame([*rows, ("impressions_per_post", 164.62, None)], columns=["figure", "value_of_figure", "low"])
    report = Report("figures", Text("Figures"), frame)

    assert shown(report)[1:] == [
        ["Gross audience", "36,513", "–"],
        ["Duplication factor", "1.73", "–"],
        ["Expected reach (different people)", "15,656", "14,642"],
        ["Impressions of a post", "164.6", "–"],
    ]
    assert written(report, "csv", ENGLISH).decode().splitlines()[1:3] == ["gross_audience,36513,", "duplication_factor,1.734,"]
    sheet = openpyxl.load_workbook(io.BytesIO(written(report, "xlsx", ENGLISH)))["Figures"]
    assert [cell.number_format for cell in sheet["B"][1:]] == ["#,##0", "#,##0.00", "#,##0", "#,##0.0"]
    # Without names of figures nothing says that they are counts.
    assert shown(Report("ends", Text("Ends"), pd.DataFrame({"low": [0.25, 12.5]})))[1:] == [["0.250"], ["12.5"]]
