"""Rows that are kept without a cell that cannot be read, and how lengths of time and numbers of employees are read."""

from __future__ import annotations

import dataclasses
import json

import pyarrow as pa
import pytest
from click.testing import CliRunner

from cli import main
from connectors import durations
from connectors.cells import Reading
from connectors.durations import ABOUT, NO_TIME
from connectors.numerals import UNREADABLE
from connectors.refusals import FIGURES, dispensable
from connectors.table_records import MISSING, REQUIRED
from reports.language import language
from tests.connectors.csv_samples import read, write
from workspace import store
from workspace.batches import Reject
from workspace.records import KINDS

CALLS = """\
Date;Contact;Durée;Sens;Type
2026-01-05 10:00;a@example.com;0:15;out;call
2026-01-06 10:00;b@example.com;1 h 30;out;call
2026-01-07 10:00;c@example.com;longtemps;out;call
2026-01-08 10:00;;longtemps;out;call
;;longtemps;;
"""
COMPANIES = "Entreprise;Effectif\nA;env. 50\nB;50-99\nC;1 200 salariés\nD;12 mio\n"


def said(column, reader=durations.minutes, reading=None):
    """What a reader makes of texts: values, and the sentences of the cells that it cannot read by their place."""
    values, troubles = reader(pa.array(column, pa.string()), reading or Reading())
    told = {place: trouble.problem for trouble in troubles for place in trouble.bad.nonzero()[0].tolist()}
    assert all(values[place].as_py() is None for place in told)
    return values.to_pylist(), told


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15", 15), ("1 200", 1200), ("0:15", 15), ("1:30", 90), ("01:15:00", 75), ("0:00:29", 0), ("0:00:30", 1), ("1h", 60),
        ("1 h 30", 90), ("1h30", 90), ("1H05", 65), ("1 h 30 min", 90), ("1h30m", 90), ("2 hrs", 120), ("2 hours", 120),
        ("1 heure et 5 minutes", 65),
        ("1 hour and 5 minutes", 65), ("1,5 h", 90), ("1.5 hours", 90), ("15 min", 15), ("15min.", 15), ("15 mn", 15),
        ("15\u00a0minutes", 15), ("45 s", 1), ("90 secondes", 2), ("2 min 40 s", 3), ("PT1H15M", 75), (" 15 ", 15),
    ],
)  # fmt: skip
def test_lengths_of_time(text, minutes):
    assert said([text]) == ([minutes], {})


@pytest.mark.parametrize(
    "text", ["longtemps", "h", "1,30 h", "1:75", "-15", "15 EUR", "1.5", "15-30 min", "1 h 30 x", "12 mio", "PT", "0x10"]
)
def test_what_is_no_length_of_time(text):
    assert said([text, "7"]) == ([None, 7], {0: NO_TIME[0]})


def test_a_column_with_a_pair_that_no_hour_begins_holds_minutes_and_seconds():
    assert said(["1:30", "45:20", None, "2"]) == ([2, 45, None, 2], {})
    whole = [pa.array(["1:30"]), pa.array(["45:20"])]
    assert said(["1:30"], reading=Reading(whole=lambda: whole)) == ([2], {})
    assert said(["1:30", "23:59"]) == ([90, 1439], {})


@pytest.mark.parametrize(
    ("text", "people"),
    [("50", 50), ("1 200", 1200), ("1,200", 1200), ("120 salariés", 120), ("120 employees", 120), ("3 personnes", 3), ("40 ETP", 40)],
)
def test_numbers_of_employees(text, people):
    assert said([text], durations.headcounts) == ([people], {})


@pytest.mark.parametrize(
    "text",
    ["env. 50", "environ 50", "~50", "≈ 50", "approx. 50", "about 50", "ca. 50", "50-99", "50 – 99", "50 à 99", "from 50 to 99", "1 000+",
     "> 500", "plus de 500", "500 et plus", "50-99 salariés", "ENV. 50"],
)  # fmt: skip
def test_an_estimate_or_a_range_is_no_number_of_employees(text):
    assert said([text, "7"], durations.headcounts) == ([None, 7], {0: ABOUT[0]})


def test_a_count_with_a_word_beside_it_is_not_its_digits():
    """12 mio are not 12."""
    assert said(["12 mio", "12"], durations.headcounts) == ([None, 12], {0: UNREADABLE[0]})


def test_only_what_says_nothing_by_being_empty_can_be_left_out():
    assert {kind: dispensable(kind, REQUIRED[kind]) for kind in FIGURES} == dict.fromkeys(FIGURES, frozenset())
    for kind, groups in REQUIRED.items():
        fields = {field.name: field.default for field in dataclasses.fields(KINDS[kind])}
        found = dispensable(kind, groups)
        assert all(fields[name] is None for name in found)
        assert not found & {name for group in groups for name in group}
        assert not found & {*getattr(KINDS[kind], "OWN", ()), "id", "currency", "until"}
    assert dispensable("accounts", REQUIRED["accounts"]) == {"country", "employees", "industry", "owner", "parent", "tier"}


def test_a_row_keeps_what_can_be_read_of_it(tmp_path):
    found = read(write(tmp_path, CALLS, "calls.csv"), kind="activities")
    assert [(row["person"], row["minutes"], row["row"]) for row in found.rows] == [
        ("a@example.com", 15, 2), ("b@example.com", 90, 3), ("c@example.com", None, 4),
    ]  # fmt: skip
    file = found.files[0]
    assert found.rejects == [
        Reject(file, 4, "minutes", "longtemps", *NO_TIME, "Durée", kept=True),
        Reject(file, 5, "person", "", *MISSING, "Contact"),
        Reject(file, 6, "at", "", *MISSING, "Date"),
    ]
    assert "{file}: minutes with a colon were read as hours:minutes." in found.remarks


def test_figures_are_refused_with_their_row(tmp_path):
    content = "day,channel,amount,currency,impressions\n2026-01-31,Email,5,EUR,many\n2026-01-31,Email,6,EUR,7\n"
    found = read(write(tmp_path, content), kind="spend")
    assert [(row["amount"], row["impressions"]) for row in found.rows] == [(6, 7)]
    assert found.rejects == [Reject(found.files[0], 2, "impressions", "many", *UNREADABLE, "impressions")]


@pytest.fixture
def types(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store.create(tmp_path / "smarketing.db")
    write(tmp_path, CALLS, "calls.csv")
    write(tmp_path, COMPANIES, "companies.csv")

    def run(*words):
        found = CliRunner().invoke(main, words)
        return found.exit_code, found.stdout, found.stderr.splitlines()

    return run


def test_by_command(types):
    code, _, lines = types("import", "csv", "companies.csv", "--as", "accounts")
    assert (code, lines) == (3, [
        "companies.csv: the column 'Entreprise' was taken as name.",
        "companies.csv: the column 'Effectif' was taken as employees.",
        "Accounts: 4 rows read, 4 added, 0 changed, 0 known already, 0 rejected.",
        "Accounts: 3 of these rows were kept without a cell that cannot be read.",
        "Kept without this cell, 2 rows like this: employees (column 'Effectif') is not one number but an estimate or a range: 'env. 50'. "
        "Write one whole number, such as 120, if it is known; or leave the cell empty.",
        "Kept without this cell: employees (column 'Effectif') is not a number that can be meant here: '12 mio'. Write it with digits and "
        "one decimal sign, such as 1234.50.",
        "See which rows were rejected or kept without a cell, and why: smarketing rejects --import 1",
    ])  # fmt: skip
    code, _, lines = types("import", "csv", "calls.csv", "--as", "activities")
    assert (code, lines[-7:]) == (3, [
        "calls.csv: minutes with a colon were read as hours:minutes.",
        "Sales activities: 5 rows read, 3 added, 0 changed, 0 known already, 2 rejected.",
        "Sales activities: 1 of these rows was kept without a cell that cannot be read.",
        "Rejected: person (column 'Contact') is empty. Fill the cell in; a row without it cannot be used.",
        "Rejected: at (column 'Date') is empty. Fill the cell in; a row without it cannot be used.",
        "Kept without this cell: minutes (column 'Durée') is not a length of time that can be meant here: 'longtemps'. Write whole "
        "minutes, such as 75, or hours and minutes, such as 1 h 15; or leave the cell empty.",
        "See which rows were rejected or kept without a cell, and why: smarketing rejects --import 2",
    ])  # fmt: skip
    said = json.loads(types("rejects", "--import", "2", "--format", "json")[1])
    told = [{name: row[name] for name in ("row", "field", "column", "value_seen", "row_kept")} for row in said["rows"]]
    assert told == [
        {"row": 4, "field": "minutes", "column": "Durée", "value_seen": "longtemps", "row_kept": True},
        {"row": 5, "field": "person", "column": "Contact", "value_seen": "", "row_kept": False},
        {"row": 6, "field": "at", "column": "Date", "value_seen": "", "row_kept": False},
    ]
    assert said["notes"] == [
        "Fix these rows in the file and import it again: rows already imported are not added twice.",
        "Rows that were kept are in the workspace, without the one cell that cannot be read.",
    ]
    counted = json.loads(types("sources", "--format", "json")[1])
    assert [(row["rows_added"], row["rows_rejected"], row["rows_incomplete"]) for row in counted["rows"]] == [(3, 2, 1), (4, 0, 3)]
    assert counted["meta"]["rows_rejected"] == 2
    check = json.loads(types("check", "--show", "rejected_rows", "--format", "json")[1])
    assert [row["example"] for row in check["rows"]] == ["Sales activities: 2"]


def test_the_same_again_changes_nothing_and_a_cell_mended_fills_in(types, tmp_path):
    types("import", "csv", "calls.csv", "--as", "activities")
    again = types("import", "csv", "calls.csv", "--as", "activities")[2]
    assert "Sales activities: 5 rows read, 0 added, 0 changed, 3 known already, 2 rejected." in again
    write(tmp_path, CALLS.replace("c@example.com;longtemps", "c@example.com;20 min"), "calls.csv")
    assert (
        "Sales activities: 5 rows read, 0 added, 1 changed, 2 known already, 2 rejected."
        in types("import", "csv", "calls.csv", "--as", "activities")[2]
    )


def test_strict_stops_at_a_cell_too(types):
    code, _, lines = types("import", "csv", "companies.csv", "--as", "accounts", "--strict")
    assert (code, lines) == (1, [
        "Error: companies.csv, row 2: employees (column 'Effectif') is not one number but an estimate or a range: 'env. 50'. Write one "
        "whole number, such as 120, if it is known; or leave the cell empty. Nothing was imported, since --strict was given.",
    ])  # fmt: skip


def test_sentences_about_cells_are_in_french(types):
    lines = types("--lang", "fr", "import", "csv", "companies.csv", "--as", "accounts")[2]
    assert not any("Kept" in line or "column" in line for line in lines)
    assert language("fr").label("row_kept") != "Row kept"
