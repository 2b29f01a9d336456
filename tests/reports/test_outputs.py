"""Whole outputs of a small report, in every format and both languages, against files that were read before they were kept."""

import csv
import dataclasses
import io
import json
import re
import zipfile

import pandas as pd
import pytest

from reports.formats import FORMATS
from reports.report import Report, Text
from tests.reports.golden import GOLDEN, outputs
from tests.reports.samples import ENGLISH, FRENCH, attribution, imports, written

OUTPUTS = dict(outputs())


@pytest.mark.parametrize("name", sorted(OUTPUTS))
def test_the_output_is_the_one_kept(name):
    assert OUTPUTS[name].decode() == (GOLDEN / name).read_bytes().decode()


def test_no_kept_output_is_left_over():
    assert {path.name for path in GOLDEN.iterdir()} == set(OUTPUTS)


def test_the_outputs_cover_every_format_in_both_languages():
    assert {(name.split(".")[1], name.split(".", 2)[2].removesuffix(".txt") or "txt") for name in OUTPUTS} == {
        (language, form.suffixes[0][1:]) for form in FORMATS for language in ("en", "fr")
    } | {(language, "txt") for language in ("en", "fr")}


def test_csv_is_the_frame_again_whatever_the_language():
    report = attribution()
    rows = list(csv.reader(io.StringIO(written(report, "csv", FRENCH).decode())))
    assert rows == [
        ["model", "channel", "conversions", "value", "share_of_conversions", "removal_effect"],
        ["first", "Paid Search", "3.0", "3100.0", "0.375", ""],
        ["first", "Organic Search", "4.0", "4000.5", "0.5", ""],
        ["first", "(unattributed)", "1.0", "", "0.125", ""],
        ["markov", "Paid Search", "2.25", "2600.25", "0.28125", "0.45"],
        ["markov", "Organic Search", "4.75", "4500.25", "0.59375", "0.95"],
        ["markov", "(unattributed)", "1.0", "", "0.125", ""],
    ]


def test_json_of_several_reports_is_a_list_of_them():
    out = io.BytesIO()
    form = next(form for form in FORMATS if form.name == "json")
    form.writer()([attribution(), imports()], ENGLISH, out)
    single = [json.loads(written(report, "json", ENGLISH)) for report in (attribution(), imports())]
    assert json.loads(out.getvalue()) == single


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_sums_of_floats_leave_behind_is_not_written_and_no_digit_is_lost(form):
    amounts = [4069.9999999999945, 0.1 + 0.2, 1 / 3, 123456789.125, 1e-7 / 3, 0.0, -12.30000000000001]
    report = Report("r", "Amounts", pd.DataFrame({"spend": amounts}), meta={"share": 0.1 + 0.2})
    text = written(report, form, ENGLISH).decode()
    found = text.split()[1:] if form == "csv" else [repr(row["spend"]) for row in json.loads(text)["rows"]]
    assert found == ["4070.0", "0.3", "0.3333333333333333", "123456789.125", repr(1e-7 / 3), "0.0", "-12.3"]
    assert form == "csv" or json.loads(text)["meta"] == {"share": 0.3}


def test_rows_of_the_cover_are_as_high_as_their_notes():
    """Two lines of a note have the height of two; without it LibreOffice prints the next note over the second."""
    long = "word " * 30
    report = dataclasses.replace(attribution(), notes=(Text("Short."), Text(long), Text("Last.")))
    with zipfile.ZipFile(io.BytesIO(written(report, "xlsx", ENGLISH))) as book:
        cover, strings = (book.read(name).decode() for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"))
    texts = re.findall(r"<si><t[^>]*>(.*?)</t></si>", strings)
    heights = {}
    for attributes, cells in re.findall(r"<row ([^>]*)>(.*?)</row>", cover):
        height = re.search(r'ht="([\d.]+)"', attributes)
        for number in re.findall(r'<c r="B\d+"[^>]*t="s"[^>]*><v>(\d+)</v>', cells):
            heights[texts[int(number)].strip()] = float(height[1]) if height else None
    assert [heights[text] for text in ("Short.", long.strip(), "Last.")] == [None, 30, None]
