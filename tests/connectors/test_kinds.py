"""What a marketer is told of the kinds of record: all of them, in both languages; and the empty tables they fill in."""

import datetime as dt

import openpyxl
import pytest
from click.testing import CliRunner

from cli import main
from connectors import kinds
from connectors.table_records import IN_TABLES, REQUIRED
from reports.language import language
from tests.connectors.csv_samples import read
from workspace.column_names import fill
from workspace.errors import UsageError
from workspace.settings import Settings


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_every_kind_is_told_by_one_sentence_of_its_own():
    told = kinds.summaries()
    assert list(told) == list(IN_TABLES)
    assert len(set(told.values())) == len(told)
    assert all(sentence[0].isupper() and sentence.endswith((".", '".')) and "`" not in sentence for sentence in told.values())
    assert told["posts"] == "Something published on a network by an advocate or by a page: a post, a repost, a comment, a reaction."


def test_the_list_of_kinds():
    frame = kinds.listing().frame.set_index("record_kind")
    assert frame.loc["posts"].to_dict() == {
        "summary": "Something published on a network by an advocate or by a page: a post, a repost, a comment, a reaction.",
        "needed_columns": "post / url, network, at",
        "further_columns": "advocate, page, kind, link, text, content, approval, alias, repost_of",
    }
    assert "click_id" not in frame.loc["touches"]["further_columns"]


def test_the_columns_of_a_kind():
    report = kinds.columns("consents")
    rows = [tuple(str(cell) for cell in row) for row in report.frame.drop(columns="also_called").to_numpy()]
    assert rows == [
        ("advocate", "yes", "code of the employee"),
        ("datum", "yes", "one of: own_posts, audience, company_and_title, name, introductions"),
        ("day", "yes", "day on which they said so"),
        ("granted", "yes", "yes, or no where they take it back"),
        ("note", "no", "text"),
    ]
    named = dict(zip(report.frame["field"], report.frame["also_called"], strict=True))
    assert named["note"] == "notes, comment, comments, commentaire, commentaires, remarque"
    assert named["day"].count(", ") == 12  # a dozen are told, then that there are more
    assert named["day"].endswith(", …")
    assert [str(note) for note in report.notes] == [
        "That an advocate agreed, or agrees no longer, to one use of their data, from a day on; the latest day counts.",
        "An empty table to fill in: smarketing kinds consents --template consents.xlsx",
        "Then: smarketing import csv consents.xlsx --as consents",
    ]


def test_an_empty_workbook_offers_the_words_that_a_column_may_hold(tmp_path):
    file = tmp_path / "consents.xlsx"
    kinds.write_template("consents", str(file), language("en"))
    offered = openpyxl.load_workbook(file).active.data_validations.dataValidation
    assert {str(one.sqref): one.formula1 for one in offered} == {
        "B2:B10001": '"own_posts,audience,company_and_title,name,introductions"',
        "D2:D10001": '"yes,no"',
    }


def test_what_may_stand_in_place_of_another_and_what_is_there_by_default():
    rows = {row["field"]: str(row["needed"]) for row in kinds.columns("conversions").frame.to_dict("records")}
    assert (rows["person"], rows["account"], rows["at"]) == ("one of person, account", "one of person, account", "yes")
    assert (rows["goal"], rows["value"]) == ("no; conversion by default", "no")


@pytest.mark.parametrize("kind", IN_TABLES)
def test_the_names_that_are_told_are_those_that_are_recognised(kind):
    """Each by itself: as a column of that name it fills its field, where no other column could."""
    fields = kinds.fields_in_tables(kind)
    for row in kinds.columns(kind).frame.to_dict("records"):
        for name in (row["field"], *row["also_called"].split(", ")[:1]):
            if name:
                mapping, _ = fill([name], fields, {}, "x.csv")
                assert name in mapping.values()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", IN_TABLES)
def test_an_empty_table_is_read_as_its_kind(tmp_path, kind, suffix):
    file = tmp_path / f"{kind}.{suffix}"
    kinds.write_template(kind, str(file), language("en"))
    found = read(file, kind=kind, settings=Settings())
    assert (found.rows, found.rejects) == ([], [])
    assert [remark.replace(str(file), "FILE") for remark in map(str, found.remarks)] == ["FILE: there are no rows below the column names."]


def test_an_empty_workbook_that_is_filled_in_is_imported(tmp_path):
    workspace, file = tmp_path / "smarketing.db", tmp_path / "advocates.xlsx"
    assert run("--workspace", workspace, "init").exit_code == 0
    done = run("kinds", "advocates", "--template", file)
    assert (done.exit_code, done.stderr) == (0, f"Written: {file}\n")
    book = openpyxl.load_workbook(file)
    names = [cell.value for cell in book.active[1]]
    assert names == ["advocate", "name", "person", "team", "region", "profile", "eligible_since", "invited_on", "since", "until"]
    assert [cell.font.bold for cell in book.active[1]] == [True] + [False] * 9
    assert book.active["I1"].comment.text == "Holds: day on which they enrolled. Needed: no."
    book.active.append(["A7", None, "lea@example.com", "Sales", None, None, None, None, dt.date(2026, 1, 31), None])
    book.save(file)
    done = run("--workspace", workspace, "import", "csv", file, "--as", "advocates")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (0, "Advocates: 1 row read, 1 added, 0 changed, 0 known already, 0 rejected.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("kinds", "post"), "There is no kind of record 'post' for tables; did you mean posts?"),
        (
            ("kinds", "--template", "x.xlsx"),
            "--template needs a kind: smarketing kinds KIND --template FILE; 'smarketing kinds' lists them",
        ),
        (("kinds", "posts", "--template", "x.txt"), "--template x.txt: the name of an empty table ends in .xlsx or .csv"),
        (("kinds", "audience"), "There is no kind of record 'audience' for tables; there are " + ", ".join(IN_TABLES)),
    ],
)
def test_wrong_words(words, message):
    done = run(*words)
    assert done.exit_code != 0
    assert done.stderr.strip().endswith(message)


def test_what_is_filled_in_is_never_overwritten(tmp_path):
    file = tmp_path / "posts.csv"
    file.write_text("post\n", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        kinds.write_template("posts", str(file), language("en"))
    assert str(refused.value) == f"--template {file}: there is such a file already; name another, so that nothing filled in is lost"
    assert file.read_text(encoding="utf-8") == "post\n"


def test_all_kinds_stand_in_the_help_with_what_they_are():
    help_ = " ".join(run("import", "csv", "--help").stdout.split())
    assert all(f"{kind} {sentence}" in help_ for kind, sentence in kinds.summaries().items())


def test_needed_columns_are_fields():
    assert all(field in kinds.fields_in_tables(kind) for kind, groups in REQUIRED.items() for group in groups for field in group)
