"""Column names below a title, a period or notes."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.headers import DEPTH, Header, header_among, header_line
from tests.connectors.csv_samples import HEAD, ROW, conversion, read, spend, touch, write
from workspace.errors import SourceError

GOOGLE = touch(4, source="google")
SAID = "{file}: the column names stand in row 3; what is above them was passed over."
ABOVE = "Visits of our site\n2026-01-01 - 2026-01-31\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_title_and_a_period_stand_above(tmp_path, delimiter):
    found = read(write(tmp_path, ABOVE + (HEAD + ROW).replace(",", delimiter)))
    assert (found.rows, found.rejects, found.remarks) == ([GOOGLE], [], [SAID])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_in_any_encoding(tmp_path, encoding):
    content = (ABOVE + HEAD + ROW).replace("Visits", "Visités — 5 €").replace(",", "\t").replace("\n", "\r\n")
    assert read(write(tmp_path, content.encode(encoding))).rows == [GOOGLE]


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ("\n\nTitle\n\n", 5),
        ('Notes:\n"One, two\nthree; four"\n\n', 4),  # a text of two lines is one row
        ("a,b,\n1,2\n", 3),
        ("Title, with, more, commas, than, the, table\n", 2),
        ('A stray " sign\n', 2),
        (";;\n;;\n", 3),
        ("x\n" * (DEPTH - 1), DEPTH),
    ],
)
def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path, above, row):
    found = read(write(tmp_path, above + HEAD + ROW + "1,2,3,4\n" + ROW + "bea,soon,\n"))
    assert found.rows == [touch(row + 1, source="google"), touch(row + 3, source="google")]
    assert found.refused == [(row + 2, "", "1,2,3,4"), (row + 4, "at", "soon")]
    assert found.remarks == [SAID.replace("row 3", f"row {row}")]


def test_column_names_too_far_below_are_not_found(tmp_path):
    path = write(tmp_path, "x\n" * DEPTH + HEAD + ROW)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: no columns for person, at; its first row has x. Say which ones they are with --map person=COLUMN --map at=COLUMN; if "
        "that row is not the column names, put them there"
    )


@pytest.mark.parametrize("workbook", [False, True])
def test_rows_of_the_table_above_its_column_names_are_not_lost(tmp_path, workbook):
    """A part without column names, and one with them, put together: no row is passed over."""
    path = write(tmp_path, ROW + HEAD + ROW)
    if workbook:
        book = openpyxl.Workbook()
        for line in (ROW + HEAD + ROW).splitlines():
            book.active.append(line.split(","))
        path = tmp_path / "f.xlsx"
        book.save(path)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: no columns for person, at; its first row has anna@example.com, 2026-01-31 14:05, google. Say which ones they are with "
        "--map person=COLUMN --map at=COLUMN; if that row is not the column names, put them there"
    )


def test_column_names_that_the_user_gives_are_looked_for(tmp_path):
    content = "Report\n" + "Wer,Wann\nanna@example.com,2026-01-31 14:05\n"
    assert read(write(tmp_path, content), map=("person=Wer", "at=Wann")).rows == [touch(3)]


def test_names_for_what_is_set_are_not_needed(tmp_path):
    content = "Deals of 2026\nperson,close date\nanna@example.com,2026-01-31 14:05\n"
    assert read(write(tmp_path, content), kind="conversions", set=("goal=won",)).rows == [conversion(3, goal="won")]


def test_the_first_row_stays_where_it_holds_column_names(tmp_path):
    """A row below that holds such names too is a row."""
    found = read(write(tmp_path, HEAD + "person,at,source\n" + ROW))
    assert (found.rows, found.refused, found.remarks) == ([touch(3, source="google")], [(2, "at", "at")], [])


def test_a_column_name_of_several_lines(tmp_path):
    content = ABOVE + '"person",at,"source\nof it"\n' + ROW
    assert read(write(tmp_path, content), map=("source=source\nof it",)).rows == [GOOGLE]


def test_nothing_below(tmp_path):
    path = write(tmp_path, ABOVE + HEAD)
    found = read(path)
    said = [SAID, "{file}: there are no rows below the column names."]
    assert (found.rows, found.remarks) == ([], [sentence.format(file=path) for sentence in said])


def test_a_workbook_with_a_title(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Dépenses", None], [], ["Jour", "Montant"], ["2026-01-31", 12.5]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    found = read(tmp_path / "f.xlsx", kind="spend")
    assert (found.rows, found.remarks) == (
        [spend(4)],
        [SAID, "{file}: the column 'Jour' was taken as day.", "{file}: the column 'Montant' was taken as amount."],
    )


def test_a_workbook_whose_column_names_are_not_known(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Wer", "Wann"], ["anna@example.com", "2026-01-31 14:05"]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    with pytest.raises(SourceError) as caught:
        read(tmp_path / "f.xlsx")
    assert "no columns for person, at; its first row has Wer, Wann." in str(caught.value)


def test_a_header_that_has_to_be_there():
    header = Header(lambda names: "cost" in names, lambda file: SourceError("{file}: no cost", file=file))
    assert header_line(["cost\n"], None, header, "f") == (0, ",")
    assert header_among([[""], ["a"], ["cost"]], header, "f") == 2
    for refused in (
        lambda: header_line(["a,b\n"], None, header, "f"),
        lambda: header_among([["a"]], header, "f"),
        lambda: header.checked(["a"], "f"),
    ):
        with pytest.raises(SourceError, match=r"^f: no cost$"):
            refused()


CELLS = st.text(st.sampled_from("ab1 é\"'\n;,\t|"), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(above=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=5), delimiter=st.sampled_from(",;\t|"))
@example(above=[["a\nb"]], delimiter=",")
def test_whatever_stands_above_the_same_is_read(tmp_path, above, delimiter):
    """Rows that are written properly may stand above, hold any sign and be of any width but the table's; csv's reader counts them."""
    above = [row for row in above if len(row) != 3]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(above)
    content = text.getvalue() + (HEAD + ROW).replace(",", delimiter)
    count = len(list(csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter)))
    found = read(write(tmp_path, content))
    assert (found.rows, found.rejects) == ([touch(count + 2, source="google")], [])
