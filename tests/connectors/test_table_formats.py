"""Excel, JSON lines and Parquet."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.tables import ROWS
from tests.connectors.csv_samples import AT, HEAD, ROW, conversion, read, read_or_refusal, spend, touch, write
from workspace.errors import SourceError, UsageError

FILES = Path(__file__).parent / "files"
WALL = dt.datetime(2026, 1, 31, 14, 5)
ANNA = "anna@example.com"


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


VISITS = [["person", "at", "source"], [ANNA, WALL, "google"]]


def test_excel_with_typed_cells(tmp_path):
    rows = [
        ["Day", "Amount", "Clicks", "Currency", "Campaign"],
        [dt.date(2026, 1, 31), 12.5, 17, "EUR", 2026],
        [dt.datetime(2026, 1, 31, 23, 59, 59), Decimal("12.5"), 17.0, None, True],
        ["31/01/2026", "12,50 €", "17", "eur", "=x"],
    ]
    found = read(workbook(tmp_path / "f.xlsx", Sheet=rows), kind="spend")
    assert found.rows == [
        spend(2, clicks=17, campaign="2026"),
        spend(3, clicks=17, campaign="true"),
        spend(4, clicks=17),
    ]
    assert (found.rejects, found.remarks) == ([], [])


def test_every_second_of_a_day_in_excel(tmp_path):
    walls = [dt.datetime(2026, 1, 31) + dt.timedelta(seconds=second) for second in range(0, 86_400, 61)]
    found = read(workbook(tmp_path / "f.xlsx", Sheet=[["person", "at"], *([ANNA, wall] for wall in walls)]), timezone="UTC")
    assert [row["at"] for row in found.rows] == [wall.replace(tzinfo=dt.UTC) for wall in walls]


def test_rows_of_a_sheet_are_numbered_as_it_shows_them(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for place, row in {
        3: ("person", "at"),
        4: (ANNA, WALL),
        6: (ANNA, "soon"),
        7: (None, WALL),
        9: (ANNA, WALL),
        10: (ANNA, 45958.58),
    }.items():
        sheet.cell(place, 2, row[0])
        sheet.cell(place, 3, row[1])
    book.save(tmp_path / "f.xlsx")
    found = read(tmp_path / "f.xlsx")
    assert found.rows == [touch(4), touch(9)]
    assert found.refused == [(6, "at", "soon"), (7, "person", ""), (10, "at", "45958.58")]


def test_cells_of_other_types(tmp_path):
    rows = [["person", "at", "source", "medium"], [ANNA, WALL, dt.timedelta(hours=30), dt.time(12, 3)], [12, WALL, "#N/A", "#DIV/0!"]]
    assert read(workbook(tmp_path / "f.xlsx", Sheet=rows)).rows == [
        touch(2, source="1 day, 6:00:00", medium="12:03:00"),
        touch(3, person="12"),
    ]


def test_the_sheet(tmp_path):
    path = workbook(tmp_path / "f.xlsx", Visits=VISITS, Other=[["x"]])
    assert read(path, sheet="Visits").rows == [touch(source="google")]
    with pytest.raises(UsageError) as several:
        read(path)
    assert str(several.value) == f"{path} has several sheets: Visits, Other; name one with --sheet"
    with pytest.raises(UsageError) as unknown:
        read(path, sheet="visits")
    assert str(unknown.value) == f"{path} has no sheet 'visits'; it has Visits, Other"


def test_a_hidden_sheet_and_a_chart_are_not_in_the_way(tmp_path):
    path = workbook(tmp_path / "f.xlsx", Visits=VISITS, Lists=[["x"]])
    book = openpyxl.load_workbook(path)
    book["Lists"].sheet_state = "hidden"
    book.create_chartsheet("Chart")
    book.save(path)
    assert read(path).rows == [touch(source="google")]


def test_an_old_workbook():
    """`old.xls` was written by xlwt 1.3: person, at, source; one row; a second, hidden sheet."""
    assert read(FILES / "old.xls").rows == [touch(source="café")]


@pytest.mark.parametrize("rows", [[], [[None, " "]]])
def test_an_empty_sheet(tmp_path, rows):
    path = workbook(tmp_path / "f.xlsx", Sheet=rows)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: the sheet is empty; name another with --sheet"


def test_a_sheet_without_rows(tmp_path):
    found = read(workbook(tmp_path / "f.xlsx", Sheet=VISITS[:1]))
    path = f"{tmp_path}/f.xlsx"
    assert (found.rows, [remark.replace(path, "{file}") for remark in found.remarks]) == (
        [],
        ["{file}: there are no rows below the column names."],
    )


def test_doubled_columns_in_a_sheet(tmp_path):
    path = workbook(tmp_path / "f.xlsx", Sheet=[["person", "at", "at"], [ANNA, WALL, WALL]])
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: two columns are called 'at' (number 2 and number 3); rename one of them"


def test_a_workbook_called_csv_is_read_and_said(tmp_path):
    path = workbook(tmp_path / "f.xlsx", Sheet=VISITS).rename(tmp_path / "f.csv")
    found = read(path)
    assert (found.rows, found.remarks) == (
        [touch(source="google")],
        ["{file} holds an Excel workbook, whatever its name says; it was read as that."],
    )


def test_a_workbook_cut_short(tmp_path):
    whole = workbook(tmp_path / "f.xlsx", Sheet=VISITS).read_bytes()
    for size in (4, 30, len(whole) // 2, len(whole) - 30):
        path = write(tmp_path, whole[:size], "cut.xlsx")
        with pytest.raises(SourceError) as caught:
            read(path)
        assert str(caught.value) == (
            f"{path}: this workbook is damaged or locked (invalid Zip archive: Could not find EOCD); save it again"
        )


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["f.xlsx", "f.parquet", "old.xls"]), st.data())
def test_damaged_files_raise_our_errors_alone(tmp_path, name, data):
    if name == "f.xlsx":
        whole = workbook(tmp_path / name, Sheet=VISITS).read_bytes()
    elif name == "f.parquet":
        pq.write_table(pa.table({"person": [ANNA], "at": [WALL]}), tmp_path / name)
        whole = (tmp_path / name).read_bytes()
    else:
        whole = (FILES / name).read_bytes()
    place = data.draw(st.integers(0, 999)) * len(whole) // 1000
    broken = whole[:place] + data.draw(st.binary(min_size=1, max_size=8)) + whole[place + data.draw(st.integers(0, 8)) :]
    assert read_or_refusal(write(tmp_path, broken, f"broken-{name}"))


def jsonl(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_json_lines_nested_and_with_late_columns(tmp_path):
    content = jsonl(
        {"at": "2026-01-31T13:05:00.123Z", "user": {"email": ANNA, "tags": ["a", 1]}},
        {"user": {"email": ANNA}, "at": 1769864700, "source": "google", "consent": True},
        {"user": {"email": ANNA}, "at": 1769864700123, "source": None, "kind": "form"},
    )
    found = read(write(tmp_path, content, "f.jsonl"), map=("person=user.email", "content=user.tags"))
    assert found.rows == [touch(1, content='["a", 1]'), touch(2, source="google", consent=True), touch(3, kind="form")]
    assert (found.rejects, found.remarks) == ([], [])


def test_a_column_that_comes_after_the_first_batch_counts_for_all(tmp_path):
    """What a column is taken for does not depend on the rows before it."""
    content = jsonl({"email": ANNA, "at": "2026-01-31 14:05"}) * (ROWS + 1) + jsonl({"person": "bea", "at": "2026-01-31 14:05"})
    found = read(write(tmp_path, content, "f.jsonl"))
    assert found.rows == [touch(ROWS + 2, person="bea")]
    assert len(found.rejects) == ROWS + 1
    assert found.remarks == ["{file}: columns that were not used: email."]


def test_broken_lines_of_json(tmp_path):
    content = jsonl({"person": ANNA, "at": "2026-01-31 14:05"}) + '{"person": \n\n[1]\n7\n{"person": NaN, "at": 1}\n' + '{"a":' * 5000
    found = read(write(tmp_path, content, "f.jsonl"))
    assert found.rows == [touch(1)]
    assert found.refused == [(2, "", '{"person":'), (4, "", "[1]"), (5, "", "7"), (6, "at", "1"), (7, "", ('{"a":' * 5000)[:200])]
    assert {(reject.problem, reject.remedy) for reject in found.rejects if not reject.field} == {
        ("The line is not one JSON object.", "Write one object a line, its names and texts in double quotes.")
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_lines_in_other_encodings(tmp_path, encoding):
    content = json.dumps({"person": ANNA, "at": "2026-01-31 14:05", "source": "café"}, ensure_ascii=False)
    assert read(write(tmp_path, content.encode(encoding), "f.jsonl")).rows == [touch(1, source="café")]


def test_half_a_letter_in_json(tmp_path):
    content = '{"person": "anna@example.com", "at": "2026-01-31 14:05", "source": "a\\ud800b", "\\udfff": 1}'
    found = read(write(tmp_path, content, "f.jsonl"))
    assert (found.rows, found.remarks) == ([touch(1, source="a?b")], ["{file}: columns that were not used: ?."])


def test_no_line_is_an_object(tmp_path):
    path = write(tmp_path, "{\n" + '"person": 1\n}\n', "f.json")
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: no line is a JSON object; write one object a line"


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NAMES = st.text(max_size=3).filter(lambda name: sum(map(str.isalpha, name)) < 2)
"""Names of columns that are no field's: a second column "AT" would be asked about."""
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, max_size=5))
def test_any_json_lines_are_accepted_refused_or_blank(tmp_path, values):
    content = jsonl({"person": ANNA, "at": "2026-01-31 14:05"}, *values)
    found = read(write(tmp_path, content, "f.jsonl"))
    seen = [row["row"] for row in found.rows] + [reject.row for reject in found.rejects]
    assert len(set(seen)) == len(seen)
    assert {place for place, value in enumerate(values, 2) if not isinstance(value, dict)} <= set(seen) <= set(range(1, len(values) + 2))


def parquet(path: Path, **columns: pa.Array) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize(
    "at",
    [
        pa.array([WALL], pa.timestamp("us")),
        pa.array([WALL], pa.timestamp("ns")),
        pa.array([WALL.replace(microsecond=999_999)], pa.timestamp("us")),
        pa.array([AT], pa.timestamp("ms", tz="UTC")),
        pa.array([AT], pa.timestamp("us", tz="America/New_York")),
        pa.array([1769864700], pa.int64()),
        pa.array([1769864700.5], pa.float64()),
        pa.array(["2026-01-31 14:05"], pa.large_string()),
        pa.array(["2026-01-31 14:05"]).dictionary_encode(),
    ],
)
def test_times_in_parquet(tmp_path, at):
    assert read(parquet(tmp_path / "f.parquet", person=pa.array([ANNA]), at=at)).rows == [touch(1)]


def test_other_types_in_parquet(tmp_path):
    path = parquet(
        tmp_path / "f.parquet",
        day=pa.array([dt.date(2026, 1, 31)] * 3),
        amount=pa.array([Decimal("12.500"), None, Decimal("1.234")], pa.decimal128(10, 3)),
        impressions=pa.array([1e3, None, None], pa.float64()),
        campaign=pa.array([{"id": 7, "name": {"fr": "été"}}, None, None]),
        labels=pa.array([["a"], [], None]),
        source=pa.array([b"google", None, b"\xff"]),
    )
    found = read(path, kind="spend", map=("campaign=campaign.name.fr",))
    assert found.rows == [
        spend(1, impressions=1000, campaign="été", source="google"),
        spend(3, amount=1.234, source="\ufffd"),
    ]
    assert found.refused == [(2, "amount", "")]
    assert found.remarks == ["{file}: columns that were not used: campaign.id, labels."]


def test_missing_texts_and_blank_rows_in_parquet(tmp_path):
    path = parquet(tmp_path / "f.parquet", person=pa.array([ANNA, "", None, "N/A"]), at=pa.array([WALL, None, None, WALL]))
    found = read(path)
    assert (found.rows, found.refused) == ([touch(1)], [(4, "person", "")])


def test_many_rows_of_parquet_come_in_parts(tmp_path):
    rows = 2 * ROWS + 1
    path = parquet(tmp_path / "f.parquet", person=pa.array([ANNA] * rows), at=pa.array([WALL] * rows))
    assert [row["row"] for row in read(path).rows] == list(range(1, rows + 1))


def test_parquet_cut_short(tmp_path):
    path = parquet(tmp_path / "f.parquet", person=pa.array([ANNA]), at=pa.array([WALL]))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: this Parquet file is damaged (")
    assert str(caught.value).endswith("); write it again")


def test_options_without_meaning_are_said(tmp_path):
    path = workbook(tmp_path / "f.xlsx", Sheet=VISITS)
    assert read(path, encoding="utf-8", delimiter=";").remarks == [
        "{file}: --delimiter has no meaning for such a file and was not used.",
        "{file}: --encoding has no meaning for such a file and was not used.",
    ]
    assert read(write(tmp_path, HEAD + ROW), sheet="x").remarks == ["{file}: --sheet has no meaning for such a file and was not used."]


def test_account_only_conversions_from_excel(tmp_path):
    rows = [["Company", "Close Date", "Amount", "Stage"], ["example.com", WALL, "1 234,50 €", "won"]]
    found = read(workbook(tmp_path / "f.xlsx", Deals=rows), kind="conversions", map=("value=Amount",))
    assert found.rows == [conversion(person=None, account="example.com", goal="won", value=1234.5)]
