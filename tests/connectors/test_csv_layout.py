"""How text tables are laid out: delimiters, headers, blank lines, quotes, row numbers."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors import csv_tables
from connectors.base import Reject
from connectors.csv_tables import BLOCKS, csv_table
from connectors.table_files import Opened
from connectors.tables import MISSING, ROWS
from tests.connectors.csv_samples import HEAD, ROW, Read, read, read_or_refusal, touch, write
from workspace.errors import SourceError, UsageError

GOOGLE = touch(source="google")
UNEVEN = ("The row has more or fewer columns than the header.", "Put a text that holds the delimiter into double quotes.")
RUNS_ON = (
    "The row runs over several lines and has more or fewer columns than the header.",
    "Close the quotation mark that opens in it, and double those inside a text.",
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    assert read(write(tmp_path, (HEAD + ROW).replace(",", delimiter))).rows == [GOOGLE]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ('person;at;"source, or: a,b,c,d,e"\nanna@example.com;2026-01-31 14:05;google\n', [touch()]),
        ("person;at;source, or not, or\nanna@example.com;2026-01-31 14:05;google\n", [touch()]),
        ("person\tat\tsource;medium;x\nanna@example.com\t2026-01-31 14:05\tgoogle;\n", [touch()]),
    ],
)
def test_the_delimiter_is_the_one_most_rows_agree_on(tmp_path, content, rows):
    assert read(write(tmp_path, content)).rows == rows


@pytest.mark.parametrize(("asked", "delimiter"), [("tab", "\t"), ("\\t", "\t"), ("\t", "\t"), ("~", "~"), (" ", " ")])
def test_the_delimiter_asked_for(tmp_path, asked, delimiter):
    content = (HEAD + ROW).replace(" ", "T").replace(",", delimiter)
    assert read(write(tmp_path, content), delimiter=asked).rows == [GOOGLE]


@pytest.mark.parametrize("asked", ["", ";;", "é", '"', "\n", "\0"])
def test_a_delimiter_that_cannot_be(tmp_path, asked):
    with pytest.raises(UsageError) as caught:
        read(write(tmp_path, HEAD + ROW), delimiter=asked)
    assert str(caught.value) == f"--delimiter {asked}: give one character, such as ';', or 'tab'"


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    content = (
        "\n \n"  # 1, 2
        'person,at,"source\nof it"\n'  # 3
        "\n"  # 4
        + ROW  # 5
        + "\r\n,,\n"  # 6, 7
        + ROW.replace("google", '"a\nb"')  # 8
        + "x,y\n"  # 9
        + ROW  # 10
        + "\n"  # 11
        + "anna@example.com,soon,\n"  # 12
        + "1,2,3,4\n"  # 13
        + ROW  # 14
    )
    found = read(write(tmp_path, content), map=("source=source\nof it",))
    assert found.rows == [touch(5, source="google"), touch(8, source="a b"), touch(10, source="google"), touch(14, source="google")]
    file = found.files[0]
    assert found.rejects == [
        Reject(file, 9, "", "x,y", *UNEVEN),
        Reject(
            file,
            12,
            "at",
            "soon",
            "{field} is not a time that can be meant here: '{value}'.",
            "Write a day of the calendar between 1990 and 2067 as 2026-01-31, or a time as 2026-01-31 14:05.",
            "at",
        ),
        Reject(file, 13, "", "1,2,3,4", *UNEVEN),
    ]


def test_a_file_of_ragged_rows_alone(tmp_path):
    found = read(write(tmp_path, HEAD + "1\n2\n1,2,3,4\n"))
    assert (found.rows, found.refused) == ([], [(2, "", "1"), (3, "", "2"), (4, "", "1,2,3,4")])


def test_numbers_go_on_across_blocks(tmp_path):
    """Some 3 blocks, with a ragged row at every thousandth place."""
    long = ROW.replace("google", "g" * 400)
    rows = 3 * BLOCKS[0] // len(long)
    lines = [ROW if place % 1000 == 1 else "ragged\n" if place % 1000 == 2 else long for place in range(2, rows + 2)]
    file = Opened("f", write(tmp_path, HEAD + "".join(lines)), "csv")
    numbers, broken, sizes = [], [], []
    for part in csv_table(file, None, None).rows():
        numbers += part.numbers.tolist()
        broken += [row.row for row in part.broken]
        sizes.append(len(part.numbers))
        assert all(len(column) == len(part.numbers) for column in part.columns.values())
    assert broken == [place for place in range(2, rows + 2) if place % 1000 == 2]
    assert numbers == sorted(set(range(2, rows + 2)) - set(broken))
    assert max(sizes) <= ROWS


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n\n", "\n,,\n"])
def test_no_rows(tmp_path, end):
    found = read(write(tmp_path, HEAD.rstrip() + end))
    assert (found.rows, found.rejects) == ([], [])
    assert [remark.replace(f"{tmp_path}/visits.csv", "{file}") for remark in found.remarks] == [
        "{file}: there are no rows below the column names."
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("person,at,at\n" + ROW, "{path}: two columns are called 'at' (number 2 and number 3); rename one of them"),
        ("person,at, at \n" + ROW, "{path}: two columns are called 'at' (number 2 and number 3); rename one of them"),
        (ROW, "{path}: no columns for person, at; its first row has anna@example.com, 2026-01-31 14:05, google. "
              "Say which ones they are with --map person=COLUMN --map at=COLUMN; if that row is not the column names, put them there"),
        ('"person,at\n' + "x" * 200_000, "{path}: the first row is no list of column names (field larger than field limit (131072)); "
                                         "put them there"),
        (HEAD + ROW + 'bea,2026-01-31,"never\n' + ROW * 3, "{path}, row 3: a quotation mark opens there and is never closed; "
                                                           "close it, or double those inside a text"),
        (HEAD + ROW + 'bea,"2026-01-31,never\n' + ROW * 3, "{path}, row 3: a quotation mark opens there and is never closed; "
                                                           "close it, or double those inside a text"),
        (HEAD + ROW + 'bea,2026-01-31,"never\na,b,""', "{path}, row 3: a quotation mark opens there and is never closed; "
                                                      "close it, or double those inside a text"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_taken_apart(tmp_path, content, message):
    path = write(tmp_path, content)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == message.format(path=path)


def test_columns_without_a_name(tmp_path):
    found = read(write(tmp_path, "person,,at,\nanna@example.com,x,2026-01-31 14:05,y\n"), map=("source=(column 2)",))
    assert (found.rows, found.remarks) == ([touch(source="x")], ["{file}: columns that were not used: (column 4)."])


def test_a_row_that_runs_on(tmp_path):
    found = read(write(tmp_path, HEAD + 'bea,"2026-01-31,x\n' + ROW + 'cleo,2026-01-31,"y"\n'))
    file = found.files[0]
    assert found.rejects == [Reject(file, 2, "", 'bea,"2026-01-31,x\n' + ROW + 'cleo,2026-01-31,"y"', *RUNS_ON)]


@pytest.mark.parametrize("last", ['"a\nb"', '"a\n""b"""', "plain"])
def test_a_quoted_cell_at_the_end_is_closed(tmp_path, last):
    assert read(write(tmp_path, HEAD + ROW.replace("google", last))).refused == []
    assert read(write(tmp_path, HEAD + ROW.replace("google", last).rstrip("\n"))).refused == []


def test_a_huge_cell_is_refused_and_memory_stays_flat(tmp_path):
    path = write(tmp_path, HEAD + ROW + ROW.replace("google", "g" * 10_000_000) + ROW)
    tracemalloc.start()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.rows == [GOOGLE, touch(4, source="google")]
    assert found.refused == [(3, "source", "g" * 200)]
    assert peak < 50_000_000


@pytest.mark.parametrize("rest", ["g" * 300_000 + "\n", '"never\n' + ROW * 5_000])
def test_a_cell_longer_than_a_block(tmp_path, monkeypatch, rest):
    monkeypatch.setattr(csv_tables, "BLOCKS", (1 << 15, 1 << 16))
    path = write(tmp_path, HEAD + ROW * 4_000 + "bea,2026-01-31," + rest)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}, row 4002: the row is longer than 16 MB, as where a quotation mark opens and is never closed; close it, or double those "
        "inside a text"
    )


def test_a_long_cell_is_met_again_with_larger_blocks(tmp_path, monkeypatch):
    """Rows before it come once, refused ones too."""
    monkeypatch.setattr(csv_tables, "BLOCKS", (1 << 12, 1 << 16))
    lines = [ROW, "ragged\n", "\n"] * 500
    lines[700] = ROW.replace("google", "g" * 20_000)
    found = read(write(tmp_path, HEAD + "".join(lines) + "ragged\n"))
    places = {line: [place for place, other in enumerate([*lines, "ragged\n"], 2) if other == line] for line in (ROW, "ragged\n")}
    assert [row["row"] for row in found.rows] == places[ROW]
    assert found.refused == sorted([*((place, "", "ragged") for place in places["ragged\n"]), (702, "source", "g" * 200)])


def test_what_means_nothing_is_missing(tmp_path):
    found = read(write(tmp_path, HEAD + "".join(ROW.replace("google", text) for text in ("NULL", "N/A", '""', "--", " ", "nan", "\\N"))))
    assert found.rows == [touch(row) for row in range(2, 9)]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(",;\"\n\r '="), max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8), st.sampled_from(",;\t|"), st.booleans())
def test_a_table_written_by_python_reads_as_it_was(tmp_path, rows, delimiter, quote_all):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerows([["person", "at", "source"], *rows])
    found, numbers = [], []
    for part in csv_table(Opened("f", write(tmp_path, stream.getvalue()), "csv"), None, delimiter).rows():
        assert part.broken == ()
        found += zip(*(column.to_pylist() for column in part.columns.values()), strict=True)
        numbers += part.numbers.tolist()
    expected = list(csv.reader(io.StringIO(stream.getvalue(), newline=""), delimiter=delimiter))[1:]
    assert found == [tuple(cell if cell not in MISSING else None for cell in row) for row in expected]
    assert numbers == list(range(2, len(rows) + 2))


LINES = st.sampled_from(
    [
        ROW,
        ROW,
        "\n",
        ",,\n",
        "ragged\n",
        "a,b,c,d\n",
        "bea,31/02/2025,x\n",
        'cleo,2026-01-31,"x\ny"\n',
        ",2026-01-31,x\n",
        "dan,,x\n",
        ROW.upper(),
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=12))
def test_every_row_is_accepted_or_refused_or_blank(tmp_path, lines):
    found = read(write(tmp_path, HEAD + "".join(lines)))
    blank = sum(line in ("\n", ",,\n") for line in lines)
    assert len(found.rows) + len(found.rejects) + blank == len(lines)
    numbers = [row["row"] for row in found.rows] + [reject.row for reject in found.rejects]
    assert sorted(numbers) == [place for place, line in enumerate(lines, 2) if line not in ("\n", ",,\n")]
    assert [row["row"] for row in found.rows] == [
        place for place, line in enumerate(lines, 2) if line in (ROW, ROW.upper(), 'cleo,2026-01-31,"x\ny"\n')
    ]


PIECES = [HEAD, ROW, '"', "\0", "\n", "{", '{"person": "a", "at": 1}', "[", "\ufeff", ",", "é", "=", "PK\x03\x04", "PAR1"]
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-16-le"])
BYTES = (
    st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.tuples(st.lists(st.sampled_from(PIECES), max_size=8), ENCODINGS).map(lambda drawn: "".join(drawn[0]).encode(drawn[1]))
    | st.binary(max_size=60).map(lambda more: (HEAD + ROW).encode() + more)
    | st.binary(max_size=60).map(lambda more: b"\x1f\x8b\x08" + more)
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(b'person,at\n"')
@example(b'{"person": "\\ud800", "at": "2026-01-31"}')
@example(b'{"person": ' + b"[" * 5000)
@example(b'{"a":' * 900 + b"1" + b"}" * 900)
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
@example(b"person,at\r\r\n\n\ra,2026-01-31")
@given(BYTES)
def test_whatever_the_bytes_only_our_errors_come(tmp_path, content):
    for kind in ("touches", "conversions", "spend", "people"):
        found = read_or_refusal(write(tmp_path, content), kind=kind)
        assert found
        if isinstance(found, Read):
            assert all(reject.problem.format(field=reject.field, value=reject.value) for reject in found.rejects)
