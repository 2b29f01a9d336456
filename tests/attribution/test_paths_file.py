"""Files of aggregated paths: what is read, what is said, what is refused."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.paths_file import PathsFile, read_paths
from workspace.errors import DataError, SourceError


@pytest.fixture
def write(tmp_path: Path):
    def write(content: str | bytes) -> Path:
        file = tmp_path / "paths.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def laid_out(file: PathsFile) -> dict[str, object]:
    """Everything a file held, channels by name."""
    paths = file.paths
    assert paths.recency is None
    assert len(paths.offsets) == len(paths.conversions) + 1 == len(paths.value) + 1 == len(paths.nulls) + 1
    names = [paths.channels[code] for code in paths.codes]
    return {
        "channels": paths.channels,
        "paths": [names[a:b] for a, b in zip(paths.offsets[:-1], paths.offsets[1:], strict=True)],
        "conversions": paths.conversions.tolist(),
        "value": None if np.isnan(paths.value).all() else paths.value.tolist(),
        "nulls": paths.nulls.tolist(),
        "direct": [paths.channels[code] for code in np.flatnonzero(paths.direct)],
        "unattributed": (paths.unattributed_conversions, paths.unattributed_value),
        "has": (file.has_value, file.has_nulls),
        "remarks": [str(remark) for remark in file.remarks],
    }


WHOLE = {
    "channels": ("(direct)", "Ads", "Email"),
    "paths": [["Ads", "Email", "Ads"], ["(direct)"]],
    "conversions": [3, 1],
    "value": [1250.5, 0],
    "nulls": [2, 7],
    "direct": ["(direct)"],
    "unattributed": (4, -20),
    "has": (True, True),
    "remarks": [],
}


@pytest.mark.parametrize(
    "content",
    [
        "path,conversions,value,nulls\nAds > Email > Ads,3,1250.5,2\n(direct),1,0,7\n,4,-20,0\n",
        "\ufeffpath,conversions,value,nulls\r\nAds>Email  >Ads,3,1250.50,2\r\n\r\n (direct) ,1.0,0,7\r\n , 4 ,-20,0\r\n,,,\r\n",
        "total_null;total_conversion_value;total_conversions;path\n2;1\u202f250,5;3;Ads > Email > Ads\n7;0,0;1;(direct)\n0;-20;+4;\n",
        'Path\tConversions\tTotal value\tNulls\n"Ads > Email > Ads"\t3\t1.2505e3\t2\n(direct)\t1\t0\t7\n\t4\t-20\t0',
        "path,conversions,value,nulls\rAds > Email > Ads,3,1250.5,2\r(direct),1,0,7\r,4,-20,0\r",
        '"path","conversions","value","nulls"\n"Ads >\nEmail > Ads",3,1250.5,2\n(direct),1,0,7\n"",4,-20,0\n',
    ],
    ids=["plain", "mark, CRLF, blanks", "semicolons, decimal commas", "tabs", "CR", "quoted"],
)
def test_the_same_paths_however_written(write, content: str) -> None:
    assert laid_out(read_paths(write(content))) == WHOLE


def test_utf_16_as_excel_saves_it(write) -> None:
    content = "path\tconversions\tvalue\tnulls\nAds > Email > Ads\t3\t1250.5\t2\n(direct)\t1\t0\t7\n\t4\t-20\t0\n"
    assert laid_out(read_paths(write(content.encode("utf-16")))) == WHOLE


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"path,conversions\na > b,1\n")))
    assert laid_out(read_paths("-"))["paths"] == [["a", "b"]]


def test_what_is_absent_is_not_known(write) -> None:
    assert laid_out(read_paths(write("path,conversions\nstart > (conversion) > (null),2\n"))) == {
        "channels": ("(conversion)", "(null)", "start"),
        "paths": [["start", "(conversion)", "(null)"]],
        "conversions": [2],
        "value": None,
        "nulls": [0],
        "direct": [],
        "unattributed": (0, pytest.approx(np.nan, nan_ok=True)),
        "has": (False, False),
        "remarks": [],
    }


def test_what_was_guessed_or_left_out_is_said(write) -> None:
    content = "path;conversions;value;nulls;note\nAccès direct > Email;2;;1;é\nEmail;1;10;0;\n;0;;3;\n"
    file = write(content.encode("cp1252"))
    assert laid_out(read_paths(file)) == {
        "channels": ("Accès direct", "Email"),
        "paths": [["Accès direct", "Email"], ["Email"]],
        "conversions": [2, 1],
        "value": [0, 10],
        "nulls": [1, 0],
        "direct": ["Accès direct"],
        "unattributed": (0, 0),
        "has": (True, True),
        "remarks": [
            f"{file} is not UTF-8; it was read as Windows-1252",
            f"{file}: columns not read: note",
            f"{file}: rows with conversions of no known value, which add nothing to it: 1",
            f"{file}: journeys left out, as they have neither a path nor a conversion: 3",
        ],
    }


def test_only_conversions_without_a_path(write) -> None:
    read = laid_out(read_paths(write("path,conversions,value\n,3,30\n")))
    assert (read["channels"], read["paths"], read["unattributed"]) == ((), [], (3, 30))


def test_a_path_of_ten_megabytes(write) -> None:
    read = read_paths(write("path,conversions\n" + " > ".join(["a", "b"] * 1_000_000) + ",1\n"))
    assert read.paths.offsets.tolist() == [0, 2_000_000]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty; it needs a header row with the columns path and conversions"),
        ("\ufeff\n \n", "the file is empty; it needs a header row with the columns path and conversions"),
        ("path,conversions\n", "there are no rows below the header; give at least one path"),
        ("path,conversions\n,\n\n", "there are no rows below the header; give at least one path"),
        (
            "channels,conversions\na,1\n",
            "row 1: there is no column 'path' among: channels, conversions; the first row must name the columns path, conversions "
            "and, where they are known, value and nulls",
        ),
        (
            "a > b,1\n",
            "row 1: there is no column 'path' among: a > b, 1; the first row must name the columns path, conversions "
            "and, where they are known, value and nulls",
        ),
        (
            "path;value\na;1\n",
            "row 1: there is no column 'conversions' among: path, value; the first row must name the columns path, conversions "
            "and, where they are known, value and nulls",
        ),
        ("path,Path,conversions\na,b,1\n", "row 1: the columns 'path' and 'Path' both mean path; keep one of them"),
        (
            "path,conversions,total_conversions\na,1,1\n",
            "row 1: the columns 'conversions' and 'total_conversions' both mean conversions; keep one of them",
        ),
        ("path,conversions\na,1\npath,conversions\nb,1\n", "row 3: the header comes a second time; remove this row"),
        (
            "path,conversions\na,1\n\nb, c,1\n",
            "row 4: 3 cells where the header has 2; put cells that hold the delimiter (,) in quotes, and close all quotes",
        ),
        (
            "path\tconversions\na\n",
            "row 2: 1 cells where the header has 2; put cells that hold the delimiter (tab) in quotes, and close all quotes",
        ),
        (
            'path,conversions\na,1\n"b,1\nc,1\n',
            "row 3: 1 cells where the header has 2; put cells that hold the delimiter (,) in quotes, and close all quotes",
        ),
        ("path,conversions\na,1\n\nb,-2\n", "row 4: conversions '-2' is negative; write how many there were, 0 or more"),
        ("path,conversions,nulls\na,1,-1\n", "row 2: nulls '-1' is negative; write how many there were, 0 or more"),
        ("path,conversions\na,many\n", "row 2: conversions 'many' is not a number; write it in digits, for example 1250.5"),
        ("path,conversions\na,NaN\n", "row 2: conversions 'NaN' is not a number; write it in digits, for example 1250.5"),
        ("path,conversions\na,1e999\n", "row 2: conversions '1e999' is not a number; write it in digits, for example 1250.5"),
        ('path,conversions\na,"1,234"\n', "row 2: conversions '1,234' is not a number; write it in digits, for example 1250.5"),
        ("path,conversions,value\na,1,€12\n", "row 2: value '€12' is not a number; write it in digits, for example 1250.5"),
        ("path,conversions\na,\n", "row 2: conversions is blank; write 0 where there were none"),
        ("path,conversions,nulls\na,1, \n", "row 2: nulls is blank; write 0 where there were none"),
        (
            "path,conversions,value\na,0,5\n",
            "row 2: value '5' stands beside 0 conversions; write how many conversions brought it, or a value of 0",
        ),
        (
            "path,conversions\n,2\na > > b,1\n",
            "row 3: path 'a > > b' lacks a channel before or after a '>'; write the channel, or take the '>' away",
        ),
        ("path,conversions\na >,1\n", "row 2: path 'a >' lacks a channel before or after a '>'; write the channel, or take the '>' away"),
        ("path,conversions\nb,1\n>,1\n", "row 3: path '>' lacks a channel before or after a '>'; write the channel, or take the '>' away"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "this is not a text file; save the table as CSV (UTF-8) and give that file"),
        (b"\xff\xfe\x00", "this is not a text file; save the table as CSV (UTF-8) and give that file"),
        (b"\x1f\x8b\x08\x81\x8d", "this is not a text file; save the table as CSV (UTF-8) and give that file"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(write, content: str | bytes, message: str) -> None:
    file = write(content)
    with pytest.raises(SourceError) as error:
        read_paths(file)
    assert str(error.value) == f"{file}: {message}"


def test_what_was_seen_is_cut_short(write) -> None:
    with pytest.raises(SourceError) as error:
        read_paths(write(f"path,conversions\na,{'x' * 1000}\n"))
    assert error.value.fields["seen"] == "x" * 79 + "…"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as error:
        read_paths(tmp_path / "leads.csv")
    assert str(error.value) == f"{tmp_path / 'leads.csv'}: there is no such file; check the spelling and the folder"


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as error:
        read_paths(tmp_path)
    assert (
        str(error.value) == f"{tmp_path}: the file cannot be opened ({error.value.fields['reason']}); check that it is a file you may read"
    )


def test_too_many_channels(write) -> None:
    file = write("path,conversions\n" + "".join(f"c{i},1\n" for i in range(4097)))
    with pytest.raises(DataError) as error:
        read_paths(file)
    assert str(error.value) == (
        f"{file}: the paths hold 4097 different channels, and at most 4096 can be analysed; group them before the paths are counted, "
        "for example campaigns by channel"
    )


def test_as_many_channels_as_allowed(write) -> None:
    assert len(read_paths(write("path,conversions\n" + "".join(f"c{i},1\n" for i in range(4096)))).paths.channels) == 4096


names = st.text(st.characters(exclude_characters=">", exclude_categories=("C", "Z")), min_size=1, max_size=5)
counts = st.integers(0, 10**6)
records = st.lists(st.tuples(st.lists(names, min_size=1, max_size=4), st.integers(1, 10**6), st.floats(-1e6, 1e6), counts), min_size=1)


@given(records, st.sampled_from(",;\t"))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list, delimiter: str) -> None:
    file = tmp_path_factory.getbasetemp() / "written.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow(["path", "conversions", "value", "nulls"])
        writer.writerows([" > ".join(path), conversions, f"{value:.17g}", nulls] for path, conversions, value, nulls in rows)
    read = laid_out(read_paths(file))
    assert read["channels"] == tuple(sorted({name for path, *_ in rows for name in path}))
    assert read["paths"] == [path for path, *_ in rows]
    assert (read["conversions"], read["value"], read["nulls"]) == tuple(list(column) for column in list(zip(*rows, strict=True))[1:])
