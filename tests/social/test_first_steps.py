"""The pages that say where to start are true: their files and commands, one after the other, lead to the reports."""

import json
import re
import shlex
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from tests.person import Person

DOCS = Path(__file__).parents[2] / "docs" / "social"
CONNECTIONS = """\
First Name,Last Name,URL,Email Address,Company,Position,Connected On
Anna,Roche,https://www.linkedin.com/in/anna-roche,,Aerolys SA,Directrice des achats,05 Sep 2020
Luc,Girard,https://www.linkedin.com/in/luc-girard,,Ailleurs,CEO,05 Sep 2021
"""
SHARES = """\
Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility
2026-10-08 07:30:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7381553013760000003,Guide,https://www.example.com/guide,,PUBLIC
"""


def steps(page):
    """Give what a page says to do, in order: files to write (name, content) and commands to type."""
    waiting, found = [], []
    for text, kind, block in re.findall(r"(.*?)```(csv|sh)\n(.*?)```", page, re.DOTALL):
        waiting += [name for name in re.findall(r"`([a-z]+\.csv)`", text) if name not in waiting]
        if kind == "csv":
            found.append((waiting.pop(0), block))
        else:
            found += [shlex.split(line, comments=True)[1:] for line in block.splitlines()]
            waiting.clear()
    return found


@pytest.mark.parametrize(("name", "language", "encoding"), [("README.md", "en", "utf-8"), ("demarrer.md", "fr", "cp1252")])
def test_a_page_on_where_to_start_works_as_it_stands(tmp_path, monkeypatch, name, language, encoding):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SMARKETING_LANG", language)
    with zipfile.ZipFile("Basic_LinkedInDataExport_11-20-2026.zip", "w") as archive:
        archive.writestr("Connections.csv", CONNECTIONS)
        archive.writestr("Shares.csv", SHARES)
    person, done = Person(tmp_path), []
    for step in steps((DOCS / name).read_text(encoding="utf-8")):
        if isinstance(step, tuple):
            Path(step[0]).write_text(step[1], encoding=encoding)
        else:
            person.types(*step)
            done.append(" ".join(step))
    assert len(done) == 25
    assert {path.suffix for path in tmp_path.iterdir()} >= {".xlsx", ".html"}

    def reads(*words):
        return json.loads(person.types("social", *words, "--format", "json").stdout)["rows"]

    (taking,) = reads("participation", "--by", "programme")
    assert (taking["eligible"], taking["enrolled"], taking["sharing"], taking["posts"]) == (5, 4, 3, 3)
    (network,) = reads("engagement")
    assert (network["impressions"], network["clicks"]) == (1844, 26)
    ledgers = reads("opportunities", "--by", "network", "--show", "ledgers")
    assert [(row["ledger"], row["leads"], row["opportunities"], row["won_value"]) for row in ledgers if row["leads"]] == [
        ("sourced", 1, 1, 12_000)
    ]
    assert [(row["account"], row["people_known"]) for row in reads("introductions")] == [("aerolys.example", 1), ("creditalpin.example", 0)]
    assert reads("activate", "-k", "3")[0]["advocate"] == "A01"


def test_both_pages_say_the_same():
    english, french = (steps((DOCS / name).read_text(encoding="utf-8")) for name in ("README.md", "demarrer.md"))
    words = [[step for step in found if isinstance(step, list)] for found in (english, french)]
    options = [[[word for word in step if word.startswith("-")] for step in found] for found in words]
    assert options[0] == options[1]
    assert [step[:2] for step in words[0]] == [step[:2] for step in words[1]]
    assert [block.count("\n") for _, block in (s for s in english if isinstance(s, tuple))] == [
        block.count("\n") for _, block in (s for s in french if isinstance(s, tuple))
    ]


@pytest.mark.parametrize(("command", "tables"), [("reach", 4), ("value", 2)])
def test_a_format_of_one_table_says_how_to_choose_one(tmp_path, command, tables):
    person = Person(tmp_path)
    person.types("init")
    person.types("import", "csv", person.writes("advocates.csv", "code\nA1\n"), "--as", "advocates")
    refused = person.types("social", command, "--format", "csv", code=2).stderr.splitlines()[-1]
    assert refused == f"Error: csv holds one table and this gives {tables}; choose one with --show, or take xlsx, json or html"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("participation", "There are no advocates yet; import them with 'smarketing import csv FILE --as advocates'"),
        ("reach", "There are no advocates yet; import them with 'smarketing import csv FILE --as advocates'"),
        ("engagement", "There are no posts yet; import what employees hand in (smarketing import linkedin-member, bluesky, mastodon)"),
        ("activity", "There are no posts yet; import what employees hand in (smarketing import linkedin-member, bluesky, mastodon)"),
        (
            "opportunities",
            "There are neither leads nor opportunities yet; import them (smarketing import csv FILE --as conversions, or a CRM). A lead is "
            "a conversion of the goal lead (lead_goal under [attribution] in smarketing.toml)",
        ),
        ("activate", "There are no accounts yet; import them with 'smarketing import csv FILE --as accounts'"),
        ("introductions", "There are no accounts yet; import them with 'smarketing import csv FILE --as accounts'"),
    ],
)
def test_an_empty_workspace_says_what_to_import(tmp_path, command, said):
    database = str(tmp_path / "smarketing.db")
    assert CliRunner().invoke(main, ["--workspace", database, "init"]).exit_code == 0
    result = CliRunner().invoke(main, ["--workspace", database, "social", command])

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"Error: {said}\n")
