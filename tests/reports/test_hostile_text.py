"""Text from outside comes through every format as text: never a formula, a tag, a column break or an escape sequence."""

import csv
import io
import itertools
import json
import re
from html.parser import HTMLParser

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports.safety import csv_text, excel_text, line_text, script_json
from tests.reports.samples import ENGLISH, HOSTILE, hostile, written

TEXTS = st.lists(
    st.text(st.characters(categories=None) | st.sampled_from("=+-@\t\r\n\0＝|<>&\\\x1b'\"`"), max_size=20), min_size=1, max_size=6
)
FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")


def storable(text):
    """What UTF-8 can hold of it."""
    return text.encode("utf-8", "replace").decode()


@given(TEXTS)
@example(list(HOSTILE))
def test_csv_brings_every_text_back_and_none_as_a_formula(texts):
    content = written(hostile(texts), "csv", ENGLISH).decode()
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert rows == [["source", "touches"], *([storable(csv_text(text)), str(place)] for place, text in enumerate(texts))]
    for cell, text in zip((row[0] for row in rows[1:]), texts, strict=True):
        assert cell in (storable(text), storable(f"'{text}"))
        assert not cell.startswith(FORMULA) or re.fullmatch(r"[+-]?[\d.,]+([eE][+-]?\d+)?", cell)


def test_plain_numbers_stay_numbers_in_csv():
    assert [csv_text(text) for text in ("-12.5", "+33", "-1e5", "-,5", "-", "-1-2", "+33 6")] == [
        "-12.5", "+33", "-1e5", "-,5", "'-", "'-1-2", "'+33 6",
    ]  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(TEXTS)
@example(list(HOSTILE))
def test_a_workbook_holds_every_text_as_a_string(texts):
    book = openpyxl.load_workbook(io.BytesIO(written(hostile(texts), "xlsx", ENGLISH)))
    cells = [row[0] for row in book.worksheets[1].iter_rows(min_row=2, max_row=len(texts) + 1)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value or "" for cell in cells] == [excel_text(text)[0] for text in texts]
    assert all(excel_text(text)[0] == re.sub("\r\n?", "\n", text) for text in texts if text.isprintable() or not text.strip("\t\r\n"))
    assert not any(sheet._hyperlinks for sheet in book.worksheets[1:])


def test_a_workbook_says_what_it_replaced_and_cut():
    book = openpyxl.load_workbook(io.BytesIO(written(hostile(["bell\x07", "🙂" * 20_000]), "xlsx", ENGLISH)))
    cover, sheet = book.worksheets[0], book.worksheets[1]
    assert sheet["A2"].value == "bell\ufffd"
    assert sheet["A3"].value == "🙂" * 16_383
    assert [cover["A4"].value, cover["A5"].value] == [
        "1 characters that a workbook cannot hold were replaced by \ufffd.",
        "3,617 characters beyond the 32,767 a cell can hold were cut; --format csv gives them all.",
    ]


class Page(HTMLParser):
    """Reads a page's row headings and the tags it holds."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.cells, self.tags, self.inside = [], set(), False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "th" and ("scope", "row") in attrs:
            self.cells.append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "th"

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


@settings(deadline=None, max_examples=30)
@given(TEXTS)
@example(list(HOSTILE))
def test_a_page_holds_every_text_and_no_tag_of_it(texts):
    page, bare = Page(), Page()
    page.feed(written(hostile(texts), "html", ENGLISH).decode())
    bare.feed(written(hostile(["plain"]), "html", ENGLISH).decode())
    assert page.cells == [storable(text) for text in texts]
    assert page.tags == bare.tags


@given(st.text())
@example("</script><!--\u2028&")
def test_json_in_a_script_comes_back_and_closes_nothing(text):
    content = script_json({"name": text})
    assert json.loads(content) == {"name": text}
    assert not re.search("[<>&\u2028\u2029]", content)


@given(TEXTS)
@example(list(HOSTILE))
def test_json_brings_every_text_back(texts):
    rows = json.loads(written(hostile(texts), "json", ENGLISH))["rows"]
    assert [row["source"] for row in rows] == texts


@settings(deadline=None)
@given(TEXTS)
@example(list(HOSTILE))
def test_markdown_shows_every_text_in_its_cell_and_as_it_is(texts):
    tokens = (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(written(hostile(texts), "md", ENGLISH).decode())
    )
    cells = [after for before, after in itertools.pairwise(tokens) if before.type == "td_open"]
    shown = ["".join(part.content for part in cell.children) for cell in cells[::2]]
    assert shown == [storable(line_text(text)).strip() for text in texts]
    assert {part.type for cell in cells for part in cell.children} <= {"text", "text_special"}


@given(TEXTS)
@example(list(HOSTILE))
def test_a_terminal_gets_one_line_for_each_text_and_no_control_character(texts):
    content = written(hostile(texts), "table", ENGLISH).decode()
    lines = content.split("\n")
    assert len(lines) == len(texts) + 6
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", content)


@pytest.mark.parametrize("name", ["table", "md", "html", "json"])
def test_parameters_and_notes_are_made_safe_too(name):
    content = written(hostile(["x"]), name, ENGLISH).decode()
    assert {
        "table": "• </script><b>=1+1|\nCampaign: =1+1|<i>\n" in content,
        "md": "- \\</script\\>\\<b\\>=1+1\\|\n\n- Campaign: =1+1\\|\\<i\\>\n" in content,
        "html": "<li>&lt;/script&gt;&lt;b&gt;=1+1|</li>" in content and "<dd>=1+1|&lt;i&gt;</dd>" in content,
        "json": '"notes": [\n    "</script><b>=1+1|"\n  ]' in content,
    }[name]
