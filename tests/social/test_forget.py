# ruff: noqa: E501
"""Forgetting an employee: no byte that names them stays in the file, and the sums stay."""

import dataclasses
import re
import secrets
import sqlite3

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.question import Question
from cli import main
from social.credit import social_credit
from social.engagement import report as engagement
from social.opportunities import opportunities
from social.participation import report as participation
from social.scope import Scope
from tests.social.workspaces import agreed, at, batch, click, day, make
from workspace import erasure, imports, store
from workspace.batches import Batch, Reject
from workspace.errors import WorkspaceError

SETTINGS = 'own_domains = ["lumenio.example"]\n[social]\nsmallest_group = 2\n'
WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzéèïç"), min_size=4, max_size=10).map("zq{}".format)
"""Words that are no part of any word of the tables ("probability" holds "robabi")."""


def records(code, name, mail, words, link):
    post = {"network": "linkedin", "at": at(0), "advocate": code, "content": "paper"}
    mine = {
        "post": "7280009832436858880",
        "alias": "7280009835372871680",
        "url": f"https://www.linkedin.example/posts/{words}",
        "text": f"{words} by {name}",
        "link": f"https://l.example/?utm_content={link}",
    }
    return {
        "consents": agreed(code, "OTHER-2"),
        "advocates": [
            {"advocate": code, "name": name, "person": mail, "team": "Sales", "since": day(-30), "profile": f"https://www.linkedin.example/in/{words}"},
            {"advocate": "OTHER-2", "team": "Sales", "since": day(-30)},
        ],
        "link_codes": [{"code": link, "advocate": code, "content": "paper", "network": "linkedin"}, {"code": "k-other", "advocate": "OTHER-2"}],
        "posts": [{**post, **mine}, {**post, "post": "p2", "advocate": "OTHER-2"}],
        "post_metrics": [{"post": mine["post"], "network": "linkedin", "day": day(3), "impressions": 70, "clicks": 3, "reactions": 2, "comments": 1, "reposts": 0}],
        "profile_metrics": [{"network": "linkedin", "profile": words, "advocate": code, "day": day(3), "followers": 9}],
        "audience": [{"advocate": code, "network": "linkedin", "member": "5" * 32, "as_of": day(1), "account": "x.example", "title": "DAF"}],
        "ssi": [{"advocate": code, "day": day(1), "brand": 1.0, "find": 1.0, "insights": 1.0, "relationships": 1.0}],
        "introductions": [{"advocate": code, "account": "x.example", "asked_on": day(2)}],
        "surveys": [{"at": at(4), "person": "anna@x.example", "answer": f"j'ai lu {name.upper()}, code {link}"}],
        "identities": [{"person": f"client {words}", "same_as": mail}],
        "people": [{"person": mail, "title": "Chief of zqtitles", "account": "lumenio.example"}],
        "touches": [
            {"person": mail, "at": at(1), "source": "google", "click_id": "zqclickid", "click_id_kind": "gclid"},
            click("anna@x.example", at(2), link, url=f"https://lumenio.example/?utm_content={link}&x=1"),
            click(mail, at(2), "k-other"),
            {"person": f"client {words}", "at": at(3), "source": "google", "medium": "organic"},
        ],
        "conversions": [
            {"person": "anna@x.example", "at": at(5), "goal": "lead"},
            {"person": "anna@x.example", "at": at(9), "goal": "won", "value": 90.0, "currency": "EUR", "opportunity": "D1"},
        ],
    }  # fmt: skip


def sums(workspace):
    """Say what reports add up to, whoever is named in them."""
    everything = opportunities(workspace, Scope())
    _, rows = social_credit(workspace, Question(models=("linear",), goal="won"), everything.clicks)
    figures = engagement(workspace, Scope(), "programme").frame.drop(columns=["rate_per_audience", "amplification_per_100_audience"])
    return (
        participation(workspace, Scope(until=day(20)), "programme").frame[["enrolled", "sharing", "posts", "originals"]].values.tolist(),
        figures.fillna(-1).values.tolist(),
        everything.ledger[["kind", "ledger", "level", "content"]].fillna("").values.tolist(),
        sorted(rows[["content", "credit_conversions", "credit_value"]].values.tolist()),
    )


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(WORDS, WORDS, WORDS)
def test_no_byte_of_a_person_stays_and_the_sums_do(tmp_path, first, last, words):
    folder = tmp_path / secrets.token_hex(4)
    folder.mkdir()
    code, name, mail, link = f"ADV-{words.upper()}-7", f"{first} {last}", f"{first}.{last}@lumenio.example", f"ea-{words}-9f"
    workspace = make(folder, SETTINGS, **records(code, name, mail, words, link))
    with workspace:
        refused = Batch(
            "posts", "posts.csv", batch("posts").rows, (Reject("posts.csv", 9, "advocate", f"{code} (3), {name}", "no", "yes"),)
        )
        archive = batch("audience", {"advocate": code, "network": "linkedin", "member": "6" * 32, "as_of": day(1)})
        archive = Batch(archive.kind, f"Connections of {name}.csv", archive.rows)
        imports.run(workspace, "linkedin-member", [refused, archive], source=f"bluesky {code}", cursor=lambda: {"actor": words})
        before = sums(workspace)
        done = erasure.forget_advocate(workspace, code)
        after = sums(workspace)

    content = b"".join(file.read_bytes() for file in folder.glob("smarketing.db*"))
    for text in (
        code,
        name,
        name.upper(),
        mail,
        words,
        first,
        last,
        link,
        "zqtitles",
        "zqclickid",
        "7280009832436858880",
        "7280009835372871680",
        "5" * 32,
        "6" * 32,
    ):
        assert text.encode() not in content, text
    assert after == before
    assert (done.posts, done.audience, done.codes) == (1, 2, 1)
    assert done.stands_for.encode() in content


def test_others_stay_as_they_are(tmp_path):
    with make(tmp_path, SETTINGS, **records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")) as workspace:
        erasure.forget_advocate(workspace, "ADV-1")
        others = (
            workspace.rows("SELECT post FROM posts WHERE advocate = 'OTHER-2'"),
            workspace.rows("SELECT code FROM link_codes WHERE advocate = 'OTHER-2'"),
        )
        assert others == ([{"post": "p2"}], [{"code": "k-other"}])
        assert workspace.rows("PRAGMA foreign_key_check") == []
        assert workspace.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        assert not erasure.is_known(workspace, "ADV-1")


def test_what_is_imported_of_them_again_is_refused(tmp_path):
    made = records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")
    with make(tmp_path, SETTINGS, **made) as workspace:
        erasure.forget_advocate(workspace, "ADV-1")
        summary = imports.run(workspace, "csv", [batch("posts", *made["posts"])])

    assert [(count.rows_added, count.rows_rejected) for count in summary.counts] == [(0, 1)]


def run(path, *words, given=None):
    return CliRunner().invoke(main, ["--workspace", str(path / "smarketing.db"), "social", "forget", *words], input=given)


def test_by_command(tmp_path):
    make(tmp_path, SETTINGS, **records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")).close()

    assert run(tmp_path).stderr == "Error: Name an advocate, or pass --left for everybody who has left: smarketing social forget A7\n"
    assert run(tmp_path, "ADV-9").stderr == "Error: Nothing is stored of ADV-9; codes are listed by 'smarketing social consent'\n"
    assert run(tmp_path, "--left").stderr == "Nobody has left.\n"
    for other in ("\n", "perhaps\n", ""):
        assert (run(tmp_path, "ADV-1", given=other).exit_code, "Forget ADV-1?" in run(tmp_path, "ADV-1", given=other).stderr) == (1, True)
    kept = run(tmp_path, "ADV-1", given="n\n")
    assert (kept.exit_code, kept.stderr) == (1, "Forget ADV-1? This cannot be undone. [y/N]: n\nAborted!\n")
    done = run(tmp_path, "ADV-1", given="Oui\n")
    assert done.exit_code == 0
    assert "ADV-1: 1 connection was deleted, 1 post and 1 code of links kept without a name, as those of left-" in done.stderr


def test_those_who_left(tmp_path):
    made = records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")
    made["advocates"][0]["until"] = day(3)
    with make(tmp_path, SETTINGS, **made) as workspace:
        assert erasure.leavers(workspace, day(3)) == []
        assert erasure.leavers(workspace, day(4)) == ["ADV-1"]
        erasure.forget_advocate(workspace, "ADV-1")
        assert erasure.leavers(workspace, day(4)) == []


def test_a_name_that_is_a_word_is_taken_out_as_a_name_alone(tmp_path):
    made = records("ADV-1", "Rose", "rose@lumenio.example", "abcdefgh", "ea-1")
    made["surveys"] = [{"at": at(4), "person": "ben@x.example", "answer": "roses and Rose, 李"}]
    made["advocates"].append({"advocate": "ADV-3", "name": "李", "team": "Sales", "since": day(-30)})
    with make(tmp_path, SETTINGS, **made) as workspace:
        done = erasure.forget_advocate(workspace, "ADV-1")
        erasure.forget_advocate(workspace, "ADV-3")
        (answer,) = workspace.rows("SELECT answer FROM surveys")

    assert answer == {"answer": f"roses and {done.stands_for}, 李"}


@pytest.mark.parametrize(
    ("name", "mail", "written"),
    [
        ("Léa Durand", "lea@lumenio.example", "vu par Le\u0301a Durand"),  # as names of files are written on a Mac
        ("Le\u0301a Durand", "lea@lumenio.example", "vu par Léa Durand"),
        ("Léa Durand", "lea@lumenio.example", "?said=Merci%20L%C3%A9a+Durand&x"),
        ("Léa Durand", "lea@lumenio.example", "?next=%2Fform%3Fmail%3Dlea%40lumenio.example"),
        ("Łukasz Nowak", "l@lumenio.example", "linkedin.example/in/lukasz-nowak"),
        ("Søren Bjørn", "s@lumenio.example", "SOREN BJOERN"),
        ("Groß Müller", "g@lumenio.example", "Mueller, Gross"),
        ("Anne Lebœuf", "a@lumenio.example", "Leboeuf Anne"),
        ("İpek Yılmaz", "i@lumenio.example", "IPEK YILMAZ"),
        ("Pat O'Brien", "p@lumenio.example", "obrien, pat / Pat O’Brien"),
        ("李雷", "li@lumenio.example", "李雷!"),
    ],
)  # fmt: skip
def test_a_name_goes_however_it_is_written(tmp_path, name, mail, written):
    made = records("ADV-1", name, mail, "abcdefgh", "ea-1")
    made["surveys"] = [{"at": at(4), "person": "anna@x.example", "answer": written}]
    made["touches"].append({"person": "anna@x.example", "at": at(3), "url": f"https://x.example/{written}"})
    with make(tmp_path, SETTINGS, **made) as workspace:
        done = erasure.forget_advocate(workspace, "ADV-1")
        said = [
            workspace.rows(f"SELECT {column} AS said FROM {table} WHERE said LIKE '%left-%'")
            for table, column in (("surveys", "answer"), ("touches", "url"))
        ]

    found = [text["said"] for rows in said for text in rows]
    words = {word for text in found for word in re.findall(r"[^\W_]{3,}", text.replace(done.stands_for, ""))}
    assert (len(found), words - {"par", "said", "Merci", "https", "example", "linkedin", "20", "next", "2Fform", "3Fmail", "20Merci"}) == (
        2,
        set(),
    )


def test_what_only_looks_like_theirs_stays(tmp_path):
    """A short number of a post or of a code is a part of many others; names in two alphabets are not those in one."""
    made = records("ADV-1", "Ann Иванова", "ann@lumenio.example", "abcdefgh", "ea-1")
    made["posts"][0]["post"] = "2026"
    made["link_codes"].append({"code": "ea-10", "advocate": "OTHER-2"})
    made["surveys"] = [{"at": at(4), "person": "anna@x.example", "answer": "in 2026, Ann, ea-10"}]
    with make(tmp_path, SETTINGS, **made) as workspace:
        erasure.forget_advocate(workspace, "ADV-1")
        assert workspace.rows("SELECT answer FROM surveys") == [{"answer": "in 2026, Ann, ea-10"}]
        assert {"code": "ea-10"} in workspace.rows("SELECT code FROM link_codes")


def test_each_code_is_drawn_anew_on_its_own_and_all_in_one_look(tmp_path):
    made = records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")
    names = [f"code-{number}" for number in range(12)]
    made["link_codes"] = [{"code": name, "advocate": "ADV-1", "content": name} for name in names]
    made["surveys"] = [{"at": at(4), "person": "anna@x.example", "answer": "CODE-11, then code-1"}]
    looks = []
    with make(tmp_path, SETTINGS, **made) as workspace:
        workspace.db.conn.set_trace_callback(lambda sql: looks.append(sql) if "fits(url)" in sql and "touches" in sql else None)
        done = erasure.forget_advocate(workspace, "ADV-1")
        anew = {row["content"]: row["code"] for row in workspace.rows("SELECT code, content FROM link_codes")}
        (answer,) = workspace.rows("SELECT answer FROM surveys")

    assert answer == {"answer": f"{anew['code-11']}, then {anew['code-1']}"}
    assert (len(set(anew.values())), done.codes, len(looks)) == (12, 12, 3)  # codes, posts, names


def test_the_posts_of_an_employee_are_found_in_every_text_by_number_or_address(tmp_path):
    made = records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")
    post = {"network": "mastodon", "advocate": "ADV-1"}
    made["posts"] = [
        {**post, "post": "7280009832436858880", "at": at(0), "url": "https://social.example/users/l/7280009832436858880/"},
        {**post, "post": "3lbx2k7qpzs2a", "at": at(1)},
        {**post, "post": "-------", "at": at(2)},
    ]
    texts = [
        "see https%3A%2F%2Fsocial.example%2Fusers%2Fl%2F7280009832436858880%2F!",
        "at://did:plc:x/app.bsky.feed.post/3LBX2K7QPZS2A",
        "activity 72800098324368588801",
    ]
    made["surveys"] = [{"at": at(4 + place), "person": "anna@x.example", "answer": text} for place, text in enumerate(texts)]
    with make(tmp_path, SETTINGS, **made) as workspace:
        left = erasure.forget_advocate(workspace, "ADV-1").stands_for
        answers = [row["answer"] for row in workspace.rows("SELECT answer FROM surveys ORDER BY at")]

    assert answers == [f"see {left}!", f"at://did:plc:x/app.bsky.feed.post/{left}", texts[2]]


def test_a_code_that_begins_like_that_of_the_forgotten_leaves_too(tmp_path):
    people = [{"advocate": "left-handed", "until": day(1)}, {"advocate": "LEFT-7", "until": day(1)}]
    with make(tmp_path, SETTINGS, advocates=people) as workspace:
        assert erasure.leavers(workspace, day(2)) == ["LEFT-7", "left-handed"]
        erasure.forget_advocate(workspace, "LEFT-7")
        assert erasure.leavers(workspace, day(2)) == ["left-handed"]


def test_names_of_files_and_other_spellings_go_too(tmp_path):
    made = records("lea-d-2024", "Léa Durand-Moreau", "lea@lumenio.example", "abcdefgh", "ea-1")
    made["opportunities"] = [{"opportunity": "D1", "name": "Globex by Durand-Moreau, Léa", "owner": "LEA DURAND MOREAU"}]
    shares = batch("posts", {"post": "7133456789012345678", "network": "linkedin", "at": at(6), "advocate": "lea-d-2024"})
    refused = Reject("Connections_lea-d-2024.csv", 9, "name", "Durand", "no", "yes")
    with make(tmp_path, SETTINGS, **made) as workspace:
        files = [Batch("posts", "Durand.zip/Shares.csv", shares.rows, (refused,))]
        imports.run(workspace, "linkedin-member", files, cursor=lambda: {"page": 3})
        done = erasure.forget_advocate(workspace, "lea-d-2024")
        assert workspace.rows("SELECT * FROM cursors") == []
        assert [row["name"] for row in workspace.rows("SELECT name FROM import_files WHERE name LIKE '%.zip%'")] == []
        deal = workspace.rows("SELECT name, owner FROM opportunities")
    assert deal == [{"name": f"Globex by {done.stands_for}", "owner": done.stands_for}]
    content = b"".join(file.read_bytes() for file in tmp_path.glob("smarketing.db*"))
    assert [text for text in ("lea-d-2024", "Durand.zip", "Moreau", "MOREAU") if text.encode() in content] == []


def test_what_could_not_be_read_of_their_rows_goes_and_that_of_others_stays(tmp_path):
    """Whose the cell of a row was that was kept without it, the row says."""
    made = records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")
    cells = tuple(Reject("posts.csv", row, "text", f"zqcell of row {row}", "too long", "shorten", kept=True) for row in (2, 3))
    with make(tmp_path, SETTINGS, **made) as workspace:
        for _ in range(2):  # the second time they are listed with another import
            imports.run(workspace, "csv", [dataclasses.replace(batch("posts", *made["posts"]), rejects=cells)])
        erasure.forget_advocate(workspace, "ADV-1")
        assert workspace.rows("SELECT value FROM rejects") == [{"value": "zqcell of row 3"}]
    assert b"zqcell of row 2" not in b"".join(file.read_bytes() for file in tmp_path.glob("smarketing.db*"))


def test_the_file_of_many_keeps_its_name(tmp_path):
    made = records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")
    made["audience"].append({**made["audience"][0], "advocate": "OTHER-2"})
    with make(tmp_path, SETTINGS, **made) as workspace:
        erasure.forget_advocate(workspace, "ADV-1")
        assert {"audience.csv", "posts.csv"} <= {row["name"] for row in workspace.rows("SELECT name FROM import_files")}


def test_while_another_program_reads_the_old_pages_it_is_said(tmp_path):
    make(tmp_path, SETTINGS, **records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")).close()
    with store.open_workspace(tmp_path / "smarketing.db", busy_milliseconds=10) as workspace:
        reader = sqlite3.connect(tmp_path / "smarketing.db")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM posts").fetchone()
        done = erasure.forget_advocate(workspace, "ADV-1")
        reader.close()
    assert not done.overwritten


def test_what_could_not_be_overwritten_is_said_and_is_another_time(tmp_path):
    made = records("ADV-1", "Léa Martin", "lea@lumenio.example", "abcdefgh", "ea-1")
    made["audience"] = [{**made["audience"][0], "member": f"{number:032}"} for number in range(300)]
    make(tmp_path, SETTINGS, **made).close()
    path = tmp_path / "smarketing.db"
    other = sqlite3.connect(path)
    with store.open_workspace(path, busy_milliseconds=10) as workspace:
        workspace.db.conn.set_trace_callback(lambda sql: other.execute("BEGIN IMMEDIATE") if sql == "VACUUM" else None)
        with pytest.raises(WorkspaceError) as failed:
            erasure.forget_advocate(workspace, "ADV-1")
    assert str(failed.value) == (
        "ADV-1 is forgotten, but the old bytes are not overwritten yet; for that, run 'smarketing social forget --left' once this is mended: "
        f"{path}: another program is using this workspace; close it or wait until it is done, then try again"
    )
    assert other.execute("PRAGMA freelist_count").fetchone() != (0,)
    other.close()

    assert run(tmp_path, "ADV-1").stderr == "Error: Nothing is stored of ADV-1; codes are listed by 'smarketing social consent'\n"
    assert run(tmp_path, "--left").stderr == "Nobody has left.\n"
    with store.open_workspace(path) as workspace:
        assert workspace.rows("PRAGMA freelist_count") == [{"freelist_count": 0}]
