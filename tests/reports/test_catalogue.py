"""The French catalogue: what is gathered from the code, what is kept, and that nothing of this room is missing."""

import subprocess
import sys

from babel.messages.catalog import Catalog

from reports import catalogue
from reports.catalogue import Message, gather, merged, missing

CODE = '''
REMEDIES = ((("a sign", "b sign"), "{n} remedies"),)
class BadRow(DataError): "no message"
class BadRow(Exception): "another program's"
class DataError(SmarketingError): "no message"
class Weblog:
    summary: ClassVar[str] = "summary"
    other = "nothing"
@main.command(help="option" if long else "opt")
@click.option("--x", help="first\\n\\nsecond")
def run():
    """Title.

    Body in
    two lines.

    \\b
    smarketing run
    """
def quiet():
    """No command."""
def work():
    Text("text " "joined", n=1); Text(f"no {literal}"); N_("marked"); report.Text(template="named")
    raise BadRow("bad {row}", row=2)
    raise errors.SmarketingError("root")
    raise ValueError("not ours")
    Reject("file", 1, "field", "value", "problem", remedy="remedy")
    click.option("--y", metavar="DAY")
    template = "in {file}" if found else "at {place}"
    raise BadRow(template, file=1)
    for signs, said in REMEDIES:
        raise DataError(said)
    other = "unused {n}"
    ngettext("one", "many", 2); Option("name", "option help"); Column("x", "Label", "text"); other(label="none")
'''


def test_everything_users_read_is_gathered_and_nothing_else():
    found = gather([("a.py", CODE), ("b.html", '<p>{{ _("in a page") }}</p>')])
    assert {message.id for message in found} == {
        "summary", "option", "opt", "first", "second", "Title.", "Body in two lines.", "text joined", "marked", "named", "bad {row}",
        "root", "problem", "remedy", ("one", "many"), "option help", "Label", "in a page",
        "DAY", "in {file}", "at {place}", "{n} remedies",
    }  # fmt: skip
    assert Message("bad {row}", "a.py", 1 + CODE[: CODE.index("bad {row}")].count("\n")) in found


def test_a_kind_of_record_is_told_by_the_first_sentence_of_its_docstring():
    code = 'class Visit:\n    """A visit, with its\n    `source`. More of it."""\n'
    assert gather([("workspace/web_records.py", code), ("workspace/web.py", code)]) == [
        Message("A visit, with its source.", "workspace/web_records.py", 1)
    ]


def test_translations_are_kept_and_what_is_gone_is_dropped():
    before = Catalog(locale="fr")
    before.add("kept", "gardé")
    before.add("gone", "parti")
    after = merged([Message("kept", "a.py", 1), Message("new", "b.py", 2), Message("kept", "b.py", 3)], before)
    assert {message.id: (message.string or "", message.locations) for message in after if message.id} == {
        "kept": ("gardé", [("a.py", 0), ("b.py", 0)]),
        "new": ("", [("b.py", 0)]),
    }


def test_a_translation_without_its_placeholders_is_missing():
    catalog = Catalog(locale="fr")
    for message, translation in {
        "{n} rows": "{n} lignes", "{m} rows": "des lignes", "{k} rows": "{j} lignes", "bare": "", "{n:d} of {m}": "{m}, {n}",
        "brace {": "accolade {",
    }.items():  # fmt: skip
        catalog.add(message, translation)
    catalog.add(("{n} is", "{n} are"), ("{n} est", ""))
    assert sorted(missing(catalog)) == ["bare", "{k} rows", "{m} rows", "{n} is"]


def test_every_word_of_this_room_and_of_click_has_its_french():
    sources = [(name, source) for name, source in catalogue.sources() if name.startswith(("reports/", "click/"))]
    known = catalogue._read(catalogue.PO)
    lacking = missing(merged(gather(sources), known))
    assert lacking == []


def test_the_check_fails_where_words_are_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(catalogue, "PO", tmp_path / "fr.po")
    monkeypatch.setattr(catalogue, "MO", tmp_path / "fr.mo")
    monkeypatch.setattr(catalogue, "sources", lambda: [("a.py", "Text('one {n}')")])
    assert catalogue.main(["--check"]) == 1
    assert capsys.readouterr().err == "no French for: one {n}\nthe compiled catalogue is behind; run python -m reports.catalogue\n"
    assert catalogue.main([]) == 0
    text = catalogue.PO.read_text()
    catalogue.PO.write_text(text.replace('msgstr ""\n', 'msgstr "un {n}"\n').replace('msgid ""\nmsgstr "un {n}"', 'msgid ""\nmsgstr ""'))
    capsys.readouterr()
    assert catalogue.main(["--check"]) == 1
    assert capsys.readouterr().err == "the compiled catalogue is behind; run python -m reports.catalogue\n"
    assert catalogue.main([]) == 0
    assert catalogue.main(["--check"]) == 0
    assert catalogue.main([]) == 0
    assert catalogue.PO.read_text().count("un {n}") == 1


def test_the_tool_runs_as_a_module():
    result = subprocess.run([sys.executable, "-m", "reports.catalogue", "--check"], capture_output=True, text=True, check=False)
    assert result.returncode in (0, 1)
    assert "Traceback" not in result.stderr
