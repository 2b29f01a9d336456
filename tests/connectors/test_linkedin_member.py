"""A member's data archive: what is kept of it, and above all what is not."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from connectors import importing
from connectors.base import ImportContext, Reject
from connectors.linkedin_archive import Archive
from connectors.linkedin_connections import UNDATED
from connectors.linkedin_member import LinkedInMember
from connectors.linkedin_rows import whole_text
from tests.connectors import linkedin_samples as samples
from tests.workspace.samples import agreeing, tables
from workspace import reading
from workspace.errors import SourceError, UsageError
from workspace.keys import keyed_hash
from workspace.settings import Settings
from workspace.store import create, open_workspace

KEY = b"a secret of the tests"
POST = "https://www.linkedin.com/feed/update/urn:li"
SYNTHETIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "linkedin_export_synthetic"


def read(*sources: Any, accounts: Any = (), **options: Any) -> tuple[dict[str, list[dict[str, Any]]], list[Any], list[str]]:
    """Read sources: records by kind without what is unknown, refused rows, remarks without the folder."""
    context = ImportContext(Settings(own_domains=("example.com",)), KEY, accounts=lambda: accounts)
    connector = LinkedInMember(context, tuple(map(str, sources)), advocate="A7", **options)
    found: dict[str, list[dict[str, Any]]] = {}
    rejects = []
    for batch in connector.read():
        rows = [{name: value for name, value in row.items() if value is not None} for row in batch.rows.to_pylist()]
        if batch.kind == "removals":
            assert rows == [{"kind": "audience", "field": "advocate", "value": "A7", "row": 1}]
            continue
        found.setdefault(batch.kind, []).extend(rows)
        rejects += batch.rejects
    return found, rejects, [str(remark).replace(f"{Path(str(sources[0])).parent}/", "") for remark in connector.remarks]


def member(text: str) -> str:
    return keyed_hash(KEY, f"linkedin {text}")


def post(kind: str, row: int, at: dt.datetime, **fields: Any) -> dict[str, Any]:
    return {"network": "linkedin", "advocate": "A7", "kind": kind, "at": at, "row": row, **fields}


def moment(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


BARE = {"advocate": "A7", "network": "linkedin", "as_of": dt.date(2026, 9, 6)}
AUDIENCE = [
    BARE | {"member": member("linkedin.com/in/anna-almond"), "row": 5},
    BARE | {"member": member("linkedin.com/in/béa"), "row": 6},
    BARE | {"member": member("linkedin.com/in/carl"), "row": 8},
    BARE | {"member": member("A7 dan dogwood 04 Mar 2021"), "row": 10},
]
POSTS = [
    post(
        "original", 2, moment(2026, 9, 5, 8, 12, 14), post=samples.SHARE, url=f"{POST}:share:{samples.SHARE}",
        link="https://example.com/paper?utm_source=linkedin&utm_medium=employee-advocacy&utm_content=a7",
        text='New paper. It says "yes", see https://example.com/paper?utm_source=linkedin&utm_medium=employee-advocacy&utm_content=a7.',
    ),
    post(
        "original", 3, moment(2026, 9, 4, 8), post="7123456789012345000", url=f"{POST}:ugcPost:7123456789012345000",
        link="https://elsewhere.example/", text='First line Second, line Third "line"',
    ),
    post(
        "repost", 6, moment(2026, 9, 3, 8), post="7123456789012344000", url=f"{POST}:share:7123456789012344000", text="Worth reading",
        repost_of="7123456789012340000",
    ),
    post(
        "repost", 2, moment(2026, 9, 2, 10), post=f"repost {samples.ACTIVITY} A7", url=f"{POST}:activity:{samples.ACTIVITY}",
        repost_of=samples.ACTIVITY,
    ),
    post("comment", 2, moment(2026, 9, 1, 10), post=f"comment {samples.COMMENT}", url=f"{POST}:activity:{samples.ACTIVITY}"),
    post(
        "comment", 4, moment(2026, 9, 1, 11), post=f"comment {samples.ACTIVITY} A7 2026-09-01 11:00:00",
        url=f"{POST}:activity:{samples.ACTIVITY}",
    ),
    post("reaction", 2, moment(2026, 8, 31, 10), post=f"reaction {samples.ACTIVITY} A7", url=f"{POST}:activity:{samples.ACTIVITY}"),
]  # fmt: skip


def test_an_archive(tmp_path):
    found, rejects, remarks = read(samples.archive(tmp_path))
    assert found == {"audience": AUDIENCE, "posts": POSTS}
    name = "Basic_LinkedInDataExport_09-06-2026.zip"
    assert [(Path(reject.file).name, reject.row, reject.field, reject.value) for reject in rejects] == [
        ("Connections.csv", 11, "", ""),
        ("Connections.csv", 12, "", ""),
        ("Shares.csv", 7, "", ""),
    ]
    kept = "kept with their moment and the post's number; texts only of the member's own posts."
    assert remarks == [
        f"{name}/Connections.csv: 6 connections as of 2026-09-06: names dropped, e-mails dropped, titles and companies dropped; "
        "4 people kept as keyed hashes.",
        f"{name}/Connections.csv: 1 connection stands there more than once and was kept once.",
        f"{name}/Connections.csv: 1 row names neither a person nor a profile, as where a member has left, and was dropped.",
        f"{name}/Connections.csv: 1 connection has no profile address, so that nobody can tell whether other employees know this "
        "person too, who counts for this employee alone. A new archive has the addresses.",
        f"{name}/Shares.csv: 3 {kept}",
        f"{name}/InstantReposts_123.csv: 1 {kept}",
        f"{name}/Comments_123.csv: 2 {kept}",
        f"{name}/Reactions_123.csv: 1 {kept}",
        f"{name}: 4 other files were left unread and never opened, messages among them if there are any.",
    ]


def test_what_is_done_to_articles_counts_too(tmp_path):
    """Their addresses hold no number, and can hold the author's name."""
    article = "https://www.linkedin.com/pulse/crm-carl-cedar"
    rows = f"Date,Type,Link\n2026-08-31 10:00:00,LIKE,{article}\n2026-08-31 10:05:00,LIKE,{article}-2\n2026-08-31 10:05:00,LIKE,\n"
    found, rejects, _ = read(samples.archive(tmp_path, files={"Reactions.csv": rows}))
    assert found["posts"] == [
        post("reaction", 2, moment(2026, 8, 31, 10), post="reaction 2026-08-31 10:00:00 A7"),
        post("reaction", 3, moment(2026, 8, 31, 10, 5), post="reaction 2026-08-31 10:05:00 A7"),
    ]
    assert [reject.row for reject in rejects] == [4]


def test_titles_are_kept_at_target_accounts_alone(tmp_path):
    path = samples.archive(tmp_path, files={"Connections.csv": samples.CONNECTIONS})
    found, _, remarks = read(path, titles=True, accounts=[("acme.com", "acme.com"), ("acme.com", "Acme"), ("9", "Globex Inc.")])
    anna = {"account": "acme.com", "title": "Directrice financière", "seniority": "c_level", "connected_on": dt.date(2026, 9, 5)}
    carl = {"account": "9", "title": "Assistant to the CEO, Globex", "seniority": "staff", "connected_on": dt.date(2020, 1, 1)}
    assert found == {"audience": [AUDIENCE[0] | anna, AUDIENCE[1], AUDIENCE[2] | carl, AUDIENCE[3]]}
    assert remarks[0].endswith(
        "6 connections as of 2026-09-06: names dropped, e-mails dropped, 2 at target accounts kept with title and company, 2 others kept "
        "as keyed hashes alone."
    )


def test_a_day_that_is_none_is_told_without_what_stands_there(tmp_path):
    """Only where the day would have been kept: at key accounts, of those who agreed."""
    path = tmp_path / "Connections.csv"
    path.write_text(samples.OLD_CONNECTIONS.replace('"05 Sep 2026"', "31 Feb 2026") + "Carl,Cedar,,Acme,CEO,\n")
    found, rejects, _ = read(path, titles=True, account=("Acme",))
    assert [(row.get("title"), row.get("connected_on"), row["row"]) for row in found["audience"]] == [
        ("CEO", None, 2), (None, None, 3), ("CEO", None, 4),
    ]  # fmt: skip
    assert rejects == [Reject(str(path), 2, "connected_on", "", *UNDATED, "Connected On", kept=True)]
    assert read(path)[1] == []


def test_accounts_named_take_the_place_of_those_known(tmp_path):
    path = samples.archive(tmp_path, files={"Connections.csv": samples.CONNECTIONS})
    found, _, _ = read(path, titles=True, account=("ACME", "Plan B"), accounts=[("acme.com", "Acme"), ("9", "Globex")])
    assert [row.get("account") for row in found["audience"]] == ["acme.com", "Plan B", None, None]


def test_a_title_to_reach_somebody_by_is_not_kept(tmp_path):
    path = tmp_path / "Connections.csv"
    head, first, _ = samples.OLD_CONNECTIONS.splitlines()
    titles = ("CEO, 06 12 34 56 78", "VP Sales - anna@acme.example", "Sales Manager @ Acme", "")
    path.write_text(
        "\n".join([head, *(first.replace("CEO", f'"{title}"').replace("Anna", f"A{place}") for place, title in enumerate(titles))])
    )
    found, _, _ = read(path, titles=True, account=("Acme",))
    assert [(row.get("title"), row.get("seniority")) for row in found["audience"]] == [
        (None, "c_level"), (None, "vp"), ("Sales Manager @ Acme", "manager"), (None, None),
    ]  # fmt: skip


def test_the_older_header_has_no_addresses(tmp_path):
    path = tmp_path / "Connections.csv"
    path.write_text(samples.OLD_CONNECTIONS, encoding="utf-8")
    os.utime(path, (1_788_000_000, 1_788_000_000))
    found, rejects, remarks = read(path)
    assert [row["member"] for row in found["audience"]] == [
        member("A7 anna almond 05 Sep 2026"),
        member("A7 bea birch 05 Sep 2026"),
    ]
    assert not rejects
    assert "2 connections have no profile address" in remarks[1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(("delimiter", "end"), [(",", "\r\n"), (";", "\n")])
def test_a_file_saved_by_a_spreadsheet(tmp_path, encoding, delimiter, end):
    path = tmp_path / "lea-Connections (1).csv"
    lines = [
        ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"],
        ["Béa", "B", "https://www.linkedin.com/in/bea", "", "Acme", "Gérante", "05 sept. 2026"],
        [""] * 7,
    ]
    path.write_bytes(end.join(delimiter.join(line) for line in lines).encode(encoding))
    found, rejects, _ = read(path, titles=True, account=("Acme",))
    (row,) = found["audience"]
    assert not rejects
    assert row["member"] == member("linkedin.com/in/bea")
    assert (row["title"], row["seniority"], row["connected_on"]) == ("Gérante", "c_level", dt.date(2026, 9, 5))


@pytest.mark.skipif(not SYNTHETIC.exists(), reason="needs shared/data/linkedin_export_synthetic beside the checkout")
@pytest.mark.parametrize(("name", "people"), [("Connections.csv", 10), ("NetworkTestData.csv", 3), ("NetworkDuplicateTestData.csv", 3)])
def test_exports_that_others_made_up(tmp_path, name, people):
    """Both orders of the columns, with and without the lines before the header, with a byte-order mark."""
    path = tmp_path / "Connections.csv"
    path.write_bytes((SYNTHETIC / name).read_bytes())
    found, rejects, _ = read(path)
    assert len(found["audience"]) == people
    assert not rejects


def test_nothing_private_reaches_the_workspace(tmp_path):
    """Not the tables, the list of refused rows, the log of imports, nor the file's free pages."""
    path = tmp_path / "smarketing.db"
    agreeing(path, "A7", "B2")
    with open_workspace(path) as workspace:
        source = samples.archive(tmp_path)
        for options in ({}, {"titles": True, "account": ("Acme",)}):
            connector = LinkedInMember(
                ImportContext(workspace.settings, lambda: workspace.secret), (str(source),), advocate="A7", **options
            )
            importing.run(workspace, connector, False)
    content = b"".join(file.read_bytes() for file in tmp_path.glob("smarketing.db*"))
    for text in samples.PRIVATE:
        assert text.encode() not in content, text
    assert len(tables(path)["audience"]) == 4
    assert [row["title"] for row in tables(path)["audience"] if row["title"]] == ["Directrice financière"]


def test_consent_withdrawn_takes_titles_out_again(tmp_path):
    path = tmp_path / "smarketing.db"
    agreeing(path, "A7", "B2")
    source = samples.archive(tmp_path, files={"Connections.csv": samples.CONNECTIONS})
    with open_workspace(path) as workspace:
        context = ImportContext(workspace.settings, lambda: workspace.secret)
        importing.run(workspace, LinkedInMember(context, (str(source),), advocate="A7", titles=True, account=("Acme",)), False)
        importing.run(workspace, LinkedInMember(context, (str(source),), advocate="A7"), False)
    assert {(row["title"], row["seniority"], row["account_id"], row["connected_on"]) for row in tables(path)["audience"]} == {(None,) * 4}


def test_whom_an_employee_no_longer_knows_is_no_longer_kept(tmp_path):
    """The audience is that of the latest archive; those of other employees stay."""
    path = tmp_path / "smarketing.db"
    agreeing(path, "A7", "B2")
    header, anna, bea = (line + "\n" for line in samples.OLD_CONNECTIONS.splitlines())
    with open_workspace(path) as workspace:
        for advocate, name, rows in (("A7", "1", anna + bea), ("B2", "2", anna + bea), ("A7", "3", bea)):
            source = samples.archive(tmp_path, f"{name}.zip", {"Connections.csv": header + rows})
            context = ImportContext(workspace.settings, lambda: KEY)
            summary, _ = importing.run(workspace, LinkedInMember(context, (str(source),), advocate=advocate), False)
    assert [(count.kind, count.rows_known + count.rows_changed, count.rows_removed) for count in summary.counts] == [("audience", 1, 1)]
    assert sorted((row["advocate"], row["member"]) for row in tables(path)["audience"]) == sorted(
        (advocate, member(f"{advocate} {name} 05 Sep 2026"))
        for advocate, name in (("A7", "bea birch"), ("B2", "anna almond"), ("B2", "bea birch"))
    )


def test_a_list_without_anybody_takes_nobody_out(tmp_path):
    path = tmp_path / "smarketing.db"
    agreeing(path, "A7", "B2")
    head = samples.OLD_CONNECTIONS.splitlines()[0]
    with open_workspace(path) as workspace:
        for content in (samples.OLD_CONNECTIONS, head + "\n,,,,,\n"):
            source = samples.archive(tmp_path, files={"Connections.csv": content})
            importing.run(workspace, LinkedInMember(ImportContext(workspace.settings, lambda: KEY), (str(source),), advocate="A7"), False)
    assert len(tables(path)["audience"]) == 2


def test_a_preview_says_what_would_be_kept_and_stores_nothing(tmp_path):
    path = tmp_path / "smarketing.db"
    create(path)
    before = tables(path)
    with open_workspace(path) as workspace:
        context = ImportContext(workspace.settings, lambda: pytest.fail("no key is needed"))
        source = samples.archive(tmp_path, files={"Connections.csv": samples.CONNECTIONS})
        summary, lines = importing.run(workspace, LinkedInMember(context, (str(source),), advocate="A7", preview=True), False)
    assert tables(path) == before
    assert not path.with_suffix(".key").exists()
    # Two rows cannot be read, and the employee has not agreed to the other four.
    assert summary.rejected == 6
    assert str(lines[0]) == "A preview: nothing was stored."
    assert "6 connections as of 2026-09-06: names dropped, e-mails dropped" in str(lines[1])


def test_key_accounts_are_those_with_a_tier(tmp_path):
    from tests.workspace.samples import batch
    from workspace import imports

    path = tmp_path / "smarketing.db"
    create(path)
    with open_workspace(path) as workspace:
        assert reading.key_accounts(workspace) == []
        imports.run(workspace, "csv", [batch("accounts", {"account": "a.com", "name": "A"}, {"account": "B"})])
        assert reading.key_accounts(workspace) == [("B", "B"), ("a.com", "a.com"), ("a.com", "A")]
        imports.run(workspace, "csv", [batch("accounts", {"account": "c.com", "name": "C", "tier": "1"})])
        assert reading.key_accounts(workspace) == [("c.com", "c.com"), ("c.com", "C")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"advocate": " "}, "--advocate : write a code such as A7, not a name or an address"),
        ({"advocate": "lea@example.com"}, "--advocate lea@example.com: write a code such as A7, not a name or an address"),
        (
            {"advocate": "A7", "account": ("Acme",)},
            "--account has no meaning without --titles: nothing is kept of companies then",
        ),
        (
            {"advocate": "A7", "titles": True},
            "--titles keeps titles at key accounts alone, and the workspace knows none; import them (smarketing import csv FILE --as "
            "accounts) or name them with --account",
        ),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(UsageError) as caught:
        LinkedInMember(ImportContext(Settings(), KEY), ("x",), **options)
    assert str(caught.value) == message


TITLES = "Connections.csv, Shares.csv, Comments.csv, Reactions.csv, InstantReposts.csv"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "Connections.csv",
            "Prénom,Nom,URL\nAnna,A,https://www.linkedin.com/in/anna\n",
            "{path}: none of its first 10 lines is the header of LinkedIn's Connections.csv (first name, last name, company, position, "
            "connected on); nothing was imported. Was it saved by another program, or is the export in another language? Ask LinkedIn for "
            "a new archive",
        ),
        (
            "messages.csv",
            "FROM,TO,CONTENT\n",
            "{path}: none of the files that may be read is there (" + TITLES + "); name the archive as LinkedIn gives it, or these files "
            "under their names",
        ),
        (
            "Connections.csv",
            'First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAnna,A,https://www.linkedin.com/in/anna,,"Acme,\nb\nc\n',
            "{path}, row 2: a quotation mark opens there and is never closed; close it, or double those inside a text",
        ),
    ],
)
def test_files_that_are_refused(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == message.format(path=path)


def test_archives_that_are_refused(tmp_path):
    empty = samples.archive(tmp_path, "empty.zip", {"messages.csv": "FROM\n"})
    with pytest.raises(SourceError, match="none of the files that may be read is there"):
        read(empty)
    damaged = samples.archive(tmp_path, "damaged.zip")
    with zipfile.ZipFile(damaged) as whole:
        start = whole.infolist()[0].header_offset
    content = bytearray(damaged.read_bytes())
    content[start + 60 : start + 80] = bytes(20)
    damaged.write_bytes(content)
    with pytest.raises(SourceError, match="this archive is damaged or locked"):
        read(damaged)


def test_what_may_not_be_read_is_never_opened(tmp_path, monkeypatch):
    seen, path = [], samples.archive(tmp_path)
    real = zipfile.ZipFile.open
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda self, name, *more, **options: seen.append(name.filename) or real(self, name))
    read(path)
    assert seen == ["Connections.csv", "Shares.csv", "InstantReposts_123.csv", "Comments_123.csv", "Reactions_123.csv"]


def test_files_beside_those_that_may_be_read(tmp_path):
    for name, content in samples.FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    found, _, remarks = read(tmp_path / "*.csv")
    assert [row["member"] for row in found["audience"]] == [row["member"] for row in AUDIENCE]
    assert remarks[-1] == "4 files of other names were left unread and never opened."


def unpacked(folder: Path, files: dict[str, str] = samples.FILES) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize("inside", [".", "Basic_LinkedInDataExport_09-06-2026"])
def test_a_folder_that_an_archive_was_unpacked_into(tmp_path, inside):
    """The day is that of the folder's name, as with an archive's; other files are left alone, and so is what the system puts there."""
    folder = unpacked(tmp_path / "Basic_LinkedInDataExport_09-06-2026" / inside)
    for name in (".DS_Store", "__MACOSX"):
        (folder / name).write_text("x", encoding="utf-8")
    found, _, remarks = read(tmp_path / "Basic_LinkedInDataExport_09-06-2026")
    assert found["audience"] == AUDIENCE
    assert sorted(row["post"] for row in found["posts"]) == sorted(row["post"] for row in POSTS)
    assert remarks[-1] == "4 files of other names were left unread and never opened."


SHARES = "Date,ShareLink,ShareCommentary\n" + "".join(f"2026-09-04 05:33:2{n},{POST}:share:74684660480000000{n}0,Words\n" for n in range(3))


def several(folder: Path) -> Path:
    """The archives of three employees, in folders called by their codes: unpacked, in a folder of its own, as LinkedIn gives it."""
    unpacked(folder / "A7")
    unpacked(folder / "A8" / "Basic_LinkedInDataExport_09-07-2026", {"Connections.csv": samples.OLD_CONNECTIONS})
    (folder / "A9").mkdir()
    samples.archive(folder / "A9", files={"Shares.csv": SHARES})
    (folder / "read me.txt").write_text("as they handed it in", encoding="utf-8")
    return folder


def test_a_folder_with_the_archives_of_several_employees(tmp_path):
    """Each under the code that their folder is called by, and none in another's stead."""
    path, folder = tmp_path / "smarketing.db", several(tmp_path / "archives")
    agreeing(path, "A7", "A8", "A9")
    done = CliRunner().invoke(main, ["--workspace", str(path), "import", "linkedin-member", str(folder)])
    assert done.exit_code == 3, done.output  # samples have rows that cannot be read
    found = tables(path)
    counts = {code: [sum(row["advocate"] == code for row in found[kind]) for kind in ("audience", "posts")] for code in ("A7", "A8", "A9")}
    assert counts == {"A7": [4, 6], "A8": [2, 0], "A9": [0, 3]}
    days = {row["as_of"] for row in found["audience"] if row["advocate"] == "A8"}
    assert days == {(dt.date(2026, 9, 7) - dt.date(1970, 1, 1)).days}


def test_a_folder_of_somebody_on_no_list_is_told_as_such(tmp_path):
    path, folder = tmp_path / "smarketing.db", several(tmp_path / "archives")
    agreeing(path, "A7", "A8")
    done = CliRunner().invoke(main, ["--workspace", str(path), "import", "linkedin-member", str(folder)])
    assert done.exit_code == 3
    with open_workspace(path) as workspace:
        told = [
            row["value_seen"] for row in reading.rejects(workspace) if row["problem"].startswith("This code is on no list of advocates")
        ]
    assert told == ["A9 (3)"]
    assert {row["advocate"] for row in tables(path)["posts"]} == {"A7"}


def test_whose_it_is_has_to_be_told(tmp_path):
    said = (
        "{path}: whose archive is this? Name the employee with --advocate CODE; of several employees, name a folder that holds one folder "
        "for each of them, called by their code, with their archive in it"
    )
    archive, folder = samples.archive(tmp_path), several(tmp_path / "archives")
    astray = folder / "Connections.csv"
    (tmp_path / "empty").mkdir()
    for source, path in ((archive, archive), (folder / "A7", folder / "A7"), (tmp_path / "empty",) * 2, (folder, astray)):
        if path == astray:
            astray.write_text(samples.CONNECTIONS, encoding="utf-8")
        with pytest.raises(SourceError) as refused:
            list(LinkedInMember(ImportContext(Settings(), KEY), (str(source),)).read())
        assert str(refused.value) == said.format(path=path)


def test_a_folder_that_holds_nothing_to_read_is_told(tmp_path):
    folder = several(tmp_path / "archives")
    (folder / "A6").mkdir()
    with pytest.raises(SourceError) as refused:
        list(LinkedInMember(ImportContext(Settings(), KEY), (str(folder),)).read())
    assert str(refused.value) == (
        f"{folder / 'A6'}: none of the files that may be read is there ({TITLES}); name the archive as LinkedIn gives it, or these files "
        "under their names"
    )


def test_the_connections_of_two_employees_are_not_taken_for_those_of_one(tmp_path):
    folder = several(tmp_path / "archives")
    lists = [str(folder / "A7" / "Connections.csv"), str(folder / "A8" / "Basic_LinkedInDataExport_09-07-2026" / "Connections.csv")]
    with pytest.raises(SourceError) as refused:
        read(*lists)
    assert str(refused.value) == (
        f"{lists[1]} and {lists[0]} are both lists of connections of A7; nothing was imported. Import one archive of an employee at a "
        "time, the latest last; of several employees, each archive lies in a folder called by their code, and --advocate is left out"
    )


LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20), min_size=1, max_size=4)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@given(st.lists(LINES, min_size=1, max_size=4), st.sampled_from(["plain", "doubled", "by line"]))
def test_texts_of_several_lines_come_back_however_they_are_quoted(texts, style):
    """As spreadsheets quote them; as LinkedIn does, with each line in quotation marks within the text; and with those alone."""
    write = {
        "plain": lambda lines: quoted("\n".join(lines)),
        "doubled": lambda lines: quoted('"\n"'.join(lines)),
        "by line": lambda lines: "\n".join(quoted(line) for line in lines),
    }[style]
    texts = [[line.strip() or "x" for line in lines] for lines in texts]
    # Where lines stand in quotation marks of their own, nobody can tell these from LinkedIn's.
    texts = [[line.strip('"') or "x" for line in lines] for lines in texts]
    rows = "".join(
        f"2026-09-0{place} 08:00:00,{POST}:share:{int(samples.SHARE) + place},{write(lines)},,,PUBLIC\n"
        for place, lines in enumerate(texts, 1)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Shares.csv"
        path.write_text("Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n" + rows, encoding="utf-8", newline="")
        (part,) = Archive((str(path),)).parts()
    assert part.broken == []
    assert [whole_text(cells[2]).split("\n") for _, cells in part.rows] == [[line.strip() for line in lines] for lines in texts]
    assert [cells[3:] for _, cells in part.rows] == [["", "", "PUBLIC"]] * len(texts)


HEADER = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"


@pytest.mark.parametrize(
    ("content", "kept", "refused"),
    [
        (HEADER, 0, []),
        (HEADER + "\n\n,,,,,\n", 0, []),
        (HEADER + f"2026-09-05 08:12:14,{POST}:share:{samples.SHARE},{'x' * 200_000},,,PUBLIC\n", 0, [2]),
        (HEADER + f"2026-09-05 08:12:14,{POST}:share:{samples.SHARE},only three\n", 0, [2]),
        (HEADER + f'2026-09-05 08:12:14,{POST}:share:{samples.SHARE},"never closed,,,PUBLIC\n' * 2, 2, []),
        (HEADER + f"2026-09-05 08:12:14,https://www.linkedin.com/in/lea,Words,,,PUBLIC\n2026-09-05,{POST}:share:1,x,,,\n", 0, [2, 3]),
        (HEADER + f"2026-09-05 08:12:14,{POST}:share:{samples.SHARE},=cmd|' /C calc'!A0,,,PUBLIC\n", 1, []),
    ],
)
def test_hostile_rows(tmp_path, content, kept, refused):
    path = tmp_path / "Shares.csv"
    path.write_text(content, encoding="utf-8")
    found, rejects, _ = read(path)
    assert len(found.get("posts", [])) == kept
    assert [(reject.row, reject.value) for reject in rejects] == [(row, "") for row in refused]


def test_by_command(tmp_path):
    """Key accounts come from the workspace; a preview before it stores nothing."""
    path = tmp_path / "smarketing.db"
    agreeing(path, "A7", "B2")
    source = samples.archive(tmp_path, files={"Connections.csv": samples.CONNECTIONS, "messages.csv": "FROM,TO\n"})

    def run(*words: str) -> Any:
        return CliRunner().invoke(main, ["--workspace", str(path), "import", *words], catch_exceptions=False)

    refused = run("linkedin-member", str(source), "--advocate", "A7", "--titles", "--preview")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "the workspace knows none" in refused.stderr
    (tmp_path / "accounts.csv").write_text("account,name,tier\nacme.com,Acme,1\nglobex.com,Globex,\n")
    run("csv", str(tmp_path / "accounts.csv"), "--as", "accounts")
    before = tables(path)
    found = run("linkedin-member", str(source), "--advocate", "A7", "--titles", "--preview")
    shown = [
        f"{source}/Connections.csv: 6 connections as of Sep 6, 2026: names dropped, e-mails dropped, 1 at target accounts kept with title "
        "and company, 3 others kept as keyed hashes alone.",
        f"{source}/Connections.csv: 1 connection stands there more than once and was kept once.",
        f"{source}/Connections.csv: 1 row names neither a person nor a profile, as where a member has left, and was dropped.",
        f"{source}/Connections.csv: 1 connection has no profile address, so that nobody can tell whether other employees know this "
        "person too, who counts for this employee alone. A new archive has the addresses.",
        f"{source}: 1 other files were left unread and never opened, messages among them if there are any.",
    ]
    assert (found.exit_code, found.stdout) == (3, "")
    assert found.stderr.splitlines() == ["A preview: nothing was stored.", *shown]
    assert tables(path) == before
    found = run("linkedin-member", str(source), "--advocate", "A7", "--titles")
    assert (found.exit_code, found.stdout) == (3, "")
    assert found.stderr.splitlines() == [
        *shown,
        "Audience members: 6 rows read, 4 added, 0 changed, 0 known already, 2 rejected.",
        "Rejected, 2 rows like this: The row cannot be read; what stands in it is not shown, since it may be private. Look at this row in "
        "your own copy of the file and mend it, or ask LinkedIn for a new archive.",
        "See which rows were rejected, and why: smarketing rejects --import 3",
    ]
    assert [row["title"] for row in tables(path)["audience"] if row["account_id"]] == ["Directrice financière"]


def test_a_preview_says_what_the_employee_has_not_agreed_to(tmp_path):
    """Nothing is promised to be kept that would be refused; what they would have to agree to is told at once."""
    files = {"Connections.csv": samples.CONNECTIONS, "Shares.csv": "Date,ShareLink,ShareCommentary\n"}
    files["Shares.csv"] += "2026-08-01 09:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7356926400000000001,Hello\n"
    source = samples.archive(tmp_path, files=files)

    def preview(path: Path) -> list[str]:
        command = ["--workspace", str(path), "import", "linkedin-member", str(source), "--advocate", "A7", "--preview"]
        return CliRunner().invoke(main, command, catch_exceptions=False).stderr.splitlines()

    refused = [
        "Rejected: This employee has not agreed that their connections are stored, not even as keyed hashes: A7 (4). If they agree, note "
        "it (smarketing social consent CODE --grant audience), then import again.",
        "Rejected: This employee has not agreed that their posts and the figures of these are stored: A7 (1). If they agree, note it "
        "(smarketing social consent CODE --grant own_posts), then import again.",
    ]
    path, agreed = tmp_path / "smarketing.db", tmp_path / "agreed.db"
    agreeing(path, "A7", data=("name",))
    before = tables(path)
    assert [line for line in preview(path) if line.startswith("Rejected")] == refused
    assert tables(path) == before
    agreeing(agreed, "A7")
    assert [line for line in preview(agreed) if line.startswith("Rejected")] == []


def test_titles_that_are_forgotten_are_told(tmp_path):
    """The next archive, imported without --titles, takes out what the last one brought: that is said, beforehand too."""
    path = tmp_path / "smarketing.db"
    agreeing(path, "A7")
    source = samples.archive(tmp_path, files={"Connections.csv": samples.CONNECTIONS})
    command = ["--workspace", str(path), "import", "linkedin-member", str(source), "--advocate", "A7"]

    def lines(*more: str) -> list[str]:
        run = CliRunner().invoke(main, [*command, *more], catch_exceptions=False)
        return [line for line in run.stderr.splitlines() if "gone, since" in line]

    gone = "A7: company and title of 1 connection that was stored is gone, since none came with this import; import it again with --titles "
    gone += "where they are to stay."
    assert lines("--titles", "--account", "Acme") == []
    assert [row["title"] for row in tables(path)["audience"] if row["account_id"]] != []
    assert lines("--titles", "--account", "Acme") == []
    assert lines("--preview") == [gone]
    assert lines() == [gone]
    assert [row["title"] for row in tables(path)["audience"] if row["account_id"]] == []
    assert lines() == []
