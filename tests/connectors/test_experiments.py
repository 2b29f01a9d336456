"""Experiments from tables: their columns in two languages, shares and percentages, and rows that contradict themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from connectors.cells import Reading
from connectors.numerals import bare_numbers, fractions
from tests.connectors.csv_samples import PARIS, read, read_or_refusal, write
from workspace.records import schema

HEAD = "channel,since,until,goal,kind,incremental,incremental_low,incremental_high,confidence,coverage,lift,lift_low,lift_high,name,id\n"


def experiment(row: int = 2, **fields: Any) -> dict[str, Any]:
    """An experiment as the table shows it; what is not named is unknown."""
    known = {
        "channel": "Paid Search",
        "since": dt.date(2026, 3, 1),
        "until": dt.date(2026, 3, 31),
        "kind": "other",
        "confidence": 0.95,
        "coverage": 1.0,
        "row": row,
        **fields,
    }
    return {name: known.get(name) for name in schema("experiments").names}


def rows(*lines: str) -> str:
    return HEAD + "".join(f"{line}\n" for line in lines)


def bring(folder, content, **options):
    return read(write(folder, content), kind="experiments", **options)


def test_every_field_is_read(tmp_path):
    content = (
        "channel,campaign,since,until,goal,kind,incremental,incremental_low,incremental_high,lift,lift_low,lift_high,confidence,coverage,"
        "name,note,id\n"
        'Paid Search,brand,2026-03-01,2026-03-31,lead,Geo-Lift,"1,240.5",-10,2500,12 %,-2.5%,0.3,90 %,10%,T1,"a, b",E-1\n'
    )
    found = bring(tmp_path, content)
    assert found.rows == [
        experiment(
            campaign="brand",
            goal="lead",
            kind="geo",
            incremental=1240.5,
            incremental_low=-10.0,
            incremental_high=2500.0,
            lift=0.12,
            lift_low=-0.025,
            lift_high=0.3,
            confidence=0.9,
            coverage=0.1,
            name="T1",
            note="a, b",
            id="E-1",
        )
    ]
    assert (found.refused, found.remarks) == ([], [])


def test_a_french_export(tmp_path):
    content = (
        "Canal;Début;Fin;Objectif;Type de test;Conversions incrémentales;Incrémentales min;Incrémentales max;Hausse;Hausse min;Hausse max;"
        "Niveau de confiance;Couverture;Nom du test;Commentaires\n"
        "Paid Search;01/03/2026;31/03/2026;lead;Groupe témoin;1 240,5;-10;2 500;12,5\u202f%;2 %;23 %;90 %;33,3 %;Essai;ok\n"
    )
    found = bring(tmp_path, content, day_first=True)
    assert found.rows == [
        experiment(
            goal="lead",
            kind="holdout",
            incremental=1240.5,
            incremental_low=-10.0,
            incremental_high=2500.0,
            lift=0.125,
            lift_low=0.02,
            lift_high=0.23,
            confidence=0.9,
            coverage=pytest.approx(0.333),
            name="Essai",
            note="ok",
        )
    ]
    assert found.remarks == [
        f"{{file}}: the column '{column}' was taken as {field}."
        for column, field in (
            ("Début", "since"),
            ("Fin", "until"),
            ("Canal", "channel"),
            ("Objectif", "goal"),
            ("Type de test", "kind"),
            ("Conversions incrémentales", "incremental"),
            ("Incrémentales min", "incremental_low"),
            ("Incrémentales max", "incremental_high"),
            ("Hausse", "lift"),
            ("Hausse min", "lift_low"),
            ("Hausse max", "lift_high"),
            ("Niveau de confiance", "confidence"),
            ("Couverture", "coverage"),
            ("Nom du test", "name"),
            ("Commentaires", "note"),
        )
    ]


def test_what_is_left_open_is_said(tmp_path):
    content = "channel,since,until,incremental,incremental_low,incremental_high\nEmail,2026-03-01,2026-03-31,5,1,9\n"
    goal = (
        "{file}: no column is the goal that the experiments counted. If your conversions have several goals, import it again with "
        "--set goal=GOAL, or these experiments are not used."
    )
    level = "{file}: no column is the level of the intervals; they were taken as 95 % intervals."
    assert bring(tmp_path, content).remarks == [goal, level]
    assert bring(tmp_path, content, set=("goal=lead",)).remarks == [level]
    empty = bring(tmp_path, "channel,since,until,lift\n")
    assert (empty.rows, empty.remarks) == ([], [f"{tmp_path / 'visits.csv'}: there are no rows below the column names."])


def test_values_given_for_the_whole_file(tmp_path):
    content = "since,until,incremental\n2026-03-01,2026-03-31,5\n2026-04-01,2026-04-30,6\n"
    found = bring(tmp_path, content, set=("channel=Email", "goal=lead", "kind=Hold-out"))
    fields = {"channel": "Email", "goal": "lead", "kind": "holdout"}
    assert found.rows == [
        experiment(incremental=5.0, **fields),
        experiment(3, since=dt.date(2026, 4, 1), until=dt.date(2026, 4, 30), incremental=6.0, **fields),
    ]
    assert found.refused == []
    path = write(tmp_path, content)
    assert read_or_refusal(path, kind="experiments", set=("channel=Email", "kind=feeling")) == (
        "--set kind=feeling: choose one of geo, holdout, conversion_lift, other"
    )


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("geo", "geo"),
        ("Test géographique", "geo"),
        ("HOLDOUT", "holdout"),
        ("groupe de contrôle", "holdout"),
        ("Conversion Lift", "conversion_lift"),
        ("étude de conversion lift", "conversion_lift"),
        ("other", "other"),
        ("Autre", "other"),
        ("", "other"),
    ],
)
def test_kinds_by_their_names(tmp_path, written, kind):
    found = bring(tmp_path, f"channel,since,until,goal,kind,incremental\nPaid Search,2026-03-01,2026-03-31,lead,{written},5\n")
    assert found.rows == [experiment(goal="lead", kind=kind, incremental=5.0)]


START = "Paid Search,2026-03-01,2026-03-31,lead,geo"


@pytest.mark.parametrize(
    ("line", "field", "value", "problem", "remedy"),
    [
        (
            "Paid Search,2026-03-31,2026-03-01,lead,geo,5",
            "until",
            "2026-03-01",
            "{field} is before the experiment's first day: '{value}'.",
            "Swap the two days, or fix the one that is wrong.",
        ),
        (
            "Paid Search,2026-03-01,2026-03-31,lead,gut feeling,5",
            "kind",
            "gut feeling",
            "{field} is no way to run an experiment that is known here: '{value}'.",
            "Write geo, holdout, conversion_lift or other.",
        ),
        (
            f"{START},30,40,50",
            "incremental",
            "30",
            "{field} lies outside its own interval: '{value}'.",
            "Check the estimate and its two bounds.",
        ),
        (
            f"{START},60,40,50",
            "incremental",
            "60",
            "{field} lies outside its own interval: '{value}'.",
            "Check the estimate and its two bounds.",
        ),
        (
            f"{START},45,50,40",
            "incremental_low",
            "50",
            "{field} is not below the upper bound of its interval: '{value}'.",
            "Put the smaller bound into the column of lower bounds; leave both empty where the interval is not known.",
        ),
        (
            f"{START},45,45,45",
            "incremental_low",
            "45",
            "{field} is not below the upper bound of its interval: '{value}'.",
            "Put the smaller bound into the column of lower bounds; leave both empty where the interval is not known.",
        ),
        (
            f"{START},45,40",
            "incremental_low",
            "40",
            "{field} is one bound of an interval without the other, or without the estimate: '{value}'.",
            "Give the estimate and both bounds, or leave the bounds empty.",
        ),
        (
            f"{START},45,,50",
            "incremental_high",
            "50",
            "{field} is one bound of an interval without the other, or without the estimate: '{value}'.",
            "Give the estimate and both bounds, or leave the bounds empty.",
        ),
        (
            f"{START},,40,50,,,0.1",
            "incremental_low",
            "40",
            "{field} is one bound of an interval without the other, or without the estimate: '{value}'.",
            "Give the estimate and both bounds, or leave the bounds empty.",
        ),
        (
            f"{START},5,,,100 %",
            "confidence",
            "100 %",
            "{field} is no level that an interval can have: '{value}'.",
            "Write it between 0 and 100 %, such as 95 %.",
        ),
        (
            f"{START},5,,,-0.5",
            "confidence",
            "-0.5",
            "{field} is no level that an interval can have: '{value}'.",
            "Write it between 0 and 100 %, such as 95 %.",
        ),
        (
            f"{START},5,,,,120 %",
            "coverage",
            "120 %",
            "{field} is no part of a market: '{value}'.",
            "Write the part that the experiment saw, above 0 and up to 100 %, or leave it empty.",
        ),
        (
            f"{START},5,,,,0",
            "coverage",
            "0",
            "{field} is no part of a market: '{value}'.",
            "Write the part that the experiment saw, above 0 and up to 100 %, or leave it empty.",
        ),
        (
            f"{START},,,,,,-100 %",
            "lift",
            "-100 %",
            "{field} takes away all that there would be without the channel, or more: '{value}'.",
            "A lift is above -100 %: what came with the channel over what would have come without, minus one.",
        ),
        (
            f"{START},,,,,,5 %,-150 %,10 %",
            "lift_low",
            "-150 %",
            "{field} takes away all that there would be without the channel, or more: '{value}'.",
            "A lift is above -100 %: what came with the channel over what would have come without, minus one.",
        ),
        (
            f"{START},,,,,,12",
            "lift",
            "12",
            "{field} can be a fraction or a percentage: '{value}'.",
            "Write it with the sign, such as 12 %, or as a fraction below 1, such as 0.12.",
        ),
        (
            f"{START},12 €",
            "incremental",
            "12 €",
            "{field} is not a number that can be meant here: '{value}'.",
            "Write it with digits and one decimal sign, such as 1234.50.",
        ),
        (
            f"{START},%",
            "incremental",
            "%",
            "{field} is not a number that can be meant here: '{value}'.",
            "Write it with digits and one decimal sign, such as 1234.50.",
        ),
        (
            f"{START},,,,,,%",
            "lift",
            "%",
            "{field} is not a number that can be meant here: '{value}'.",
            "Write it with digits and one decimal sign, such as 1234.50.",
        ),
        (f"{START},,,,95 %", "incremental", "", "{field} is empty.", "Fill the cell in; a row without it cannot be used."),
        (",2026-03-01,2026-03-31,lead,geo,5", "channel", "", "{field} is empty.", "Fill the cell in; a row without it cannot be used."),
        ("Paid Search,2026-03-01,,lead,geo,5", "until", "", "{field} is empty.", "Fill the cell in; a row without it cannot be used."),
    ],
)
def test_rows_that_cannot_be(tmp_path, line, field, value, problem, remedy):
    width = HEAD.count(",")
    fill = "," * (width - line.count(","))
    good = "Email,2026-03-01,2026-03-31,lead,geo,5" + "," * (width - 5)
    found = bring(tmp_path, rows(line + fill, good))
    assert found.rows == [experiment(3, channel="Email", goal="lead", kind="geo", incremental=5.0)]
    (reject,) = found.rejects
    assert (reject.row, reject.field, reject.value, reject.problem, reject.remedy) == (2, field, value, problem, remedy)


def test_two_rows_that_say_different_things_of_one_experiment(tmp_path):
    lines = [
        f"{START},5,,,,,,,,,",
        f"{START},5,,,,,,,,,",  # the same again
        f"{START},6,,,,,,,,,",  # another figure
        f"{START},6,,,,,,,,T2,",  # another name
        f"{START},7,,,,,,,,,E-1",  # its own id
        f"{START},8,,,,,,,,,E-1",  # corrected below, as everywhere
        "Paid Search,2026-03-01,2026-03-31,won,geo,1,,,,,,,,,",  # another goal
        "Paid Search,2026-03-01,2026-03-31,lead,holdout,1,,,,,,,,,",  # another way
        "Paid Search,2026-03-01,2026-03-30,lead,geo,1,,,,,,,,,",  # another period
    ]
    found = bring(tmp_path, rows(*lines))
    assert [row["row"] for row in found.rows] == [2, 3, 5, 6, 7, 8, 9, 10]
    (reject,) = found.rejects
    assert (reject.row, reject.field, reject.value) == (4, "channel", "Paid Search")
    assert reject.problem == "Another row of this file says something else of the same experiment: '{value}'."
    assert reject.remedy == "Keep one, or give each its name or its id."


def test_an_experiment_is_known_by_what_is_given_too(tmp_path):
    content = "since,until,incremental,name\n2026-03-01,2026-03-31,5,\n2026-03-01,2026-03-31,6,\n"
    found = bring(tmp_path, content, set=("campaign=brand",))
    assert [row["row"] for row in found.rows] == [2]
    assert found.refused == [(3, "campaign", "")]


def test_days_in_either_order_are_settled_by_their_column_or_those_beside_it(tmp_path):
    head, march = "channel,since,until,incremental,goal\n", [(dt.date(2026, 3, 1), dt.date(2026, 3, 31))]
    found = bring(tmp_path, f"{head}Email,01/03/2026,31/03/2026,5,lead\n")
    assert ([(row["since"], row["until"]) for row in found.rows], found.rejects) == (march, [])
    open_ = f"{head}Email,01/03/2026,05/06/2026,5,lead\n"
    assert bring(tmp_path, open_).refused == [(2, "since", "01/03/2026")]
    assert [row["since"] for row in bring(tmp_path, open_, day_first=True).rows] == [dt.date(2026, 3, 1)]


def test_a_spreadsheet_of_experiments(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["channel", "since", "until", "goal", "lift"])
    sheet.append(["Email", dt.datetime(2026, 3, 1), dt.datetime(2026, 3, 31), "lead", 0.12])
    sheet["E2"].number_format = "0%"
    book.save(tmp_path / "tests.xlsx")
    found = read(tmp_path / "tests.xlsx", kind="experiments", settings=PARIS)
    assert found.rows == [experiment(channel="Email", goal="lead", lift=0.12)]


# Numbers


@pytest.mark.parametrize(
    ("text", "percent", "most", "value"),
    [
        ("12 %", False, None, 0.12),
        ("12%", True, None, 0.12),
        ("12,5 %", False, None, 0.125),
        ("1200 %", False, None, 12.0),
        ("-3 %", False, None, -0.03),
        ("0.5 %", True, None, 0.005),
        ("0.12", False, None, 0.12),
        ("-0.99", False, None, -0.99),
        ("0", False, None, 0.0),
        ("12", True, None, 0.12),
        ("-12.5", True, None, -0.125),
        ("0", True, None, 0.0),
        ("95", False, 1, 0.95),
        ("95", True, 1, 0.95),
        ("0.95", False, 1, 0.95),
        # what can be meant in two ways
        ("12", False, None, "part"),
        ("1", False, None, "part"),
        ("1", False, 1, "part"),
        ("0.5", True, None, "part"),
        ("0.95", True, 1, "part"),
        # what is no number
        ("twelve %", False, None, "unreadable"),
        ("% 12", False, None, "unreadable"),
        ("12 %%", False, None, "unreadable"),
        ("$12", False, None, "unreadable"),
        ("", False, None, None),
        ("  ", False, None, None),
    ],
)
def test_parts_of_a_whole(text, percent, most, value):
    column = pa.array([text or None, "7 %"], pa.string())
    reading = Reading(comma=None, percent=percent)
    values, troubles = fractions(column, reading) if most is None else fractions(column, reading, most)
    said = [trouble.problem for trouble in troubles if trouble.bad[0]]
    expected = {
        "part": ["{field} can be a fraction or a percentage: '{value}'."],
        "unreadable": ["{field} is not a number that can be meant here: '{value}'."],
    }
    if isinstance(value, str):
        assert (values[0].as_py(), said) == (None, expected[value])
    else:
        assert values[0].as_py() == (None if value is None else pytest.approx(value))
        assert said == []
    assert values[1].as_py() == pytest.approx(0.07)


def test_the_decimal_sign_is_settled_without_the_percent_sign():
    """1,234 % can be 1.234 or 1234 of a hundred; 12,5 % shows that the comma is the decimal sign."""
    whole = pa.array(["1,234 %", "12,5 %"], pa.string())
    values, troubles = fractions(whole, Reading(comma=None, whole=lambda: [whole]))
    assert values.to_pylist() == pytest.approx([0.01234, 0.125])
    assert not any(trouble.bad.any() for trouble in troubles)


def test_numbers_that_are_no_money():
    values, troubles = bare_numbers(pa.array(["12", "-3.5", None, "12 EUR", "x"], pa.string()), Reading())
    assert values.to_pylist() == [12.0, -3.5, None, None, None]
    assert [trouble.bad.tolist() for trouble in troubles] == [
        [False, False, False, False, True],
        [False] * 5,
        [False, False, False, True, False],
    ]
