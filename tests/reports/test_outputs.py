"""Whole outputs of a small report, in every format and both languages, against files that were read before they were kept."""

import csv
import io
import json

import pytest

from reports.formats import FORMATS
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
