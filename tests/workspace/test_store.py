# ruff: noqa: E501
"""The workspace file: made, opened, and what is said of one that cannot be used."""

import ast
import datetime as dt
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from tests.workspace.samples import agreeing, batch, day, files, integrity, many_touches, records, tables
from workspace import imports, reading, schema, store
from workspace.errors import SmarketingError, WorkspaceError
from workspace.keys import key_path, keyed_hash
from workspace.settings import Settings
from workspace.template import TEMPLATE

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "smarketing.db"


@pytest.fixture
def filled(path):
    store.create(path)
    with store.open_workspace(path) as workspace:
        imports.run(workspace, "csv", [many_touches(2000)])
    return path


def said(call, *arguments):
    with pytest.raises(WorkspaceError) as error:
        call(*arguments)
    return str(error.value)


def test_a_new_workspace_is_empty_in_wal_mode_with_its_settings(path):
    assert store.create(path) is True
    assert sorted(file.name for file in path.parent.iterdir()) == ["smarketing.db", "smarketing.toml"]
    assert path.with_name("smarketing.toml").read_text(encoding="utf-8") == TEMPLATE
    assert {name: rows for name, rows in tables(path).items() if rows} == {
        "_sqlite_migrations": [
            {
                "id": number,
                "migration_set": "smarketing",
                "name": name,
                "applied_at": tables(path)["_sqlite_migrations"][number - 1]["applied_at"],
            }
            for number, (name, _) in enumerate(schema.MIGRATIONS, 1)
        ]
    }
    with store.open_workspace(path) as workspace:
        assert workspace.settings == Settings()
        assert workspace.rows("PRAGMA journal_mode") == [{"journal_mode": "wal"}]
        assert workspace.rows("PRAGMA foreign_keys") == [{"foreign_keys": 1}]


def test_what_is_there_stays_as_it_is(filled):
    config = filled.with_name("smarketing.toml")
    config.write_text('company = "Mine"\n', encoding="utf-8")
    before = files(filled.parent)
    assert store.create(filled) is False
    assert files(filled.parent) == before


def test_a_reference_to_nothing_is_refused(path):
    store.create(path)
    with store.open_workspace(path) as workspace, pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        workspace.db.execute("INSERT INTO import_files VALUES (1, 7, 'a.csv')")


def test_migrations_are_applied_in_order_to_an_older_workspace(path, monkeypatch):
    store.create(path)
    before = [name for name, _ in schema.MIGRATIONS]
    further = (*schema.MIGRATIONS, ("999_further", "CREATE TABLE further (id INTEGER PRIMARY KEY);\nINSERT INTO further VALUES (7);\n"))
    monkeypatch.setattr(schema, "MIGRATIONS", further)
    schema.migrations.cache_clear()
    try:
        with store.open_workspace(path) as workspace:
            assert workspace.rows("SELECT * FROM further") == [{"id": 7}]
        assert [row["name"] for row in tables(path)["_sqlite_migrations"]] == [*before, "999_further"]
    finally:
        monkeypatch.undo()
        schema.migrations.cache_clear()
    assert said(store.open_workspace, path) == (
        f"{path}: a newer smarketing made this workspace (it knows 999_further); upgrade with 'pipx upgrade smarketing'"
    )
    assert said(store.create, path).startswith(f"{path}: a newer smarketing made this workspace")


def test_a_workspace_made_before_there_were_experiments_gets_their_table(path, monkeypatch):
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
    schema.migrations.cache_clear()
    try:
        store.create(path)
        assert "experiments" not in tables(path)
    finally:
        monkeypatch.undo()
        schema.migrations.cache_clear()
    with store.open_workspace(path) as workspace:
        assert workspace.rows("SELECT * FROM experiments") == []
    assert [row["name"] for row in tables(path)["_sqlite_migrations"]] == [name for name, _ in schema.MIGRATIONS]


def test_a_migration_that_fails_leaves_nothing(path, monkeypatch):
    store.create(path)
    before = path.read_bytes()
    broken = (*schema.MIGRATIONS, ("002_broken", "CREATE TABLE further (id INTEGER PRIMARY KEY);\nINSERT INTO further VALUES ('seven');\n"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    schema.migrations.cache_clear()
    try:
        with pytest.raises(sqlite3.IntegrityError, match="datatype mismatch"):
            store.open_workspace(path)
    finally:
        monkeypatch.undo()
        schema.migrations.cache_clear()
    assert path.read_bytes() == before


def test_a_creation_that_broke_off_before_its_first_table_is_taken_up(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT)")
    db.commit()
    db.close()
    assert store.create(path) is False
    assert "touches" in tables(path)


def test_what_is_missing_or_empty_or_a_folder_is_said(path):
    assert said(store.open_workspace, path) == (
        f"{path}: there is no workspace here; make one with 'smarketing init', or name yours with --workspace FILE"
    )
    far = path.parent / "far" / "smarketing.db"
    assert said(store.create, far) == f"{far}: there is no folder {far.parent}; make it first"
    assert said(store.open_workspace, path.parent) == f"{path.parent}: this is a folder; name a file in it, such as {path}"
    assert said(store.create, path.parent) == f"{path.parent}: this is a folder; name a file in it, such as {path}"
    path.touch()
    assert said(store.open_workspace, path) == f"{path}: this file is empty; make a workspace of it with 'smarketing init'"


def test_another_programs_database_is_left_alone(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE photos (id INTEGER PRIMARY KEY)")
    db.commit()
    db.close()
    before = files(path.parent)
    for call in (store.open_workspace, store.create):
        assert said(call, path) == f"{path}: this is a database of another program; name a new file with --workspace FILE"
    assert files(path.parent) == before


def test_a_file_that_is_no_database_is_left_alone(path):
    path.write_text("Dear Sir or Madam, " * 1000, encoding="utf-8")
    before = files(path.parent)
    for call in (store.open_workspace, store.create):
        assert said(call, path) == (
            f"{path}: this file is not a workspace or is damaged (file is not a database); "
            "restore a copy, or start anew with 'smarketing init' and import again"
        )
    assert files(path.parent) == before


def damaged(path, use):
    with pytest.raises(WorkspaceError) as error, store.open_workspace(path) as workspace:
        use(workspace)
    assert re.fullmatch(
        re.escape(f"{path}: this file is not a workspace or is damaged (")
        + r".*malformed.*"
        + re.escape("); restore a copy, or start anew with 'smarketing init' and import again"),
        str(error.value),
    )


USES = (
    reading.touch_columns,
    reading.counts,
    lambda workspace: imports.run(workspace, "csv", [many_touches(2000)]),
)


@pytest.mark.parametrize("use", USES)
def test_a_workspace_cut_short_is_said_to_be_damaged(filled, use):
    filled.write_bytes(filled.read_bytes()[: filled.stat().st_size * 6 // 10])
    damaged(filled, use)


@pytest.mark.parametrize("use", USES)
def test_a_workspace_overwritten_in_the_middle_is_said_to_be_damaged(filled, use):
    content = bytearray(filled.read_bytes())
    for page in range(4096 * 8, len(content), 4096):
        content[page : page + 8] = b"\xff" * 8
    filled.write_bytes(content)
    damaged(filled, use)


@pytest.mark.parametrize("at", range(0, 4096, 97))
def test_a_flipped_header_is_an_error_or_no_trouble_but_never_a_crash(path, at):
    store.create(path)
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    try:
        with store.open_workspace(path) as workspace:
            assert reading.goals(workspace) == {}
    except SmarketingError as error:
        assert str(path) in str(error)  # noqa: PT017


@pytest.fixture
def holder(filled):
    """Another program that is in the middle of writing to the workspace."""
    script = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('BEGIN IMMEDIATE'); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script, str(filled)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.stdin.close()


def test_a_workspace_that_is_being_written_to_can_be_read_but_not_written_to(filled, holder):
    before = records(filled)
    locked = f"{filled}: another program is using this workspace; close it or wait until it is done, then try again"
    with store.open_workspace(filled, busy_milliseconds=0) as workspace:
        assert reading.counts(workspace)["touches"] == 2000
        assert reading.touch_columns(workspace).num_rows == 2000
        asked = []
        assert said(imports.run, workspace, "csv", (asked.append(1) for _ in range(1))) == locked
        assert asked == []  # found out before the source was read
        origin = reading.origins(workspace)[0]["id"]
        assert said(reading.keep_verdicts, workspace, [(*"abcdefg", origin)]) == locked
    holder.communicate("\n")
    assert records(filled) == before
    with store.open_workspace(filled, busy_milliseconds=0) as workspace:
        assert imports.run(workspace, "csv", [many_touches(1, start=5000)]).counts[0].rows_added == 1


def test_a_lock_that_comes_while_the_source_is_read_is_said(filled):
    script = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('BEGIN IMMEDIATE'); print('held', flush=True); input()"
    started = []

    def batches():
        yield many_touches(10, start=5000)
        process = subprocess.Popen([sys.executable, "-c", script, str(filled)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"

    before = records(filled)
    with store.open_workspace(filled, busy_milliseconds=0) as workspace:
        assert said(imports.run, workspace, "csv", batches()) == (
            f"{filled}: another program is using this workspace; close it or wait until it is done, then try again"
        )
    started[0].communicate("\n")
    assert records(filled) == before


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from tests.workspace.samples import many_touches
from workspace import imports, reading, store
from workspace.errors import SmarketingError

scratch, path = Path(sys.argv[1]), Path(sys.argv[2])
store.create(scratch)
with store.open_workspace(scratch) as workspace:  # loads every library while they can still be read
    imports.run(workspace, "csv", [many_touches(1)])
    reading.touch_columns(workspace)
    workspace.secret
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
os.environ["TMPDIR"] = "/tmp"
def read():
    with store.open_workspace(path) as workspace:
        return reading.counts(workspace)["touches"], reading.touch_columns(workspace).num_rows
def write():
    with store.open_workspace(path) as workspace:
        return imports.run(workspace, "csv", [many_touches(10, start=9000)]).counts
def key():
    with store.open_workspace(path) as workspace:
        return workspace.secret
for call in (read, write, key, lambda: store.create(path.parent / "new.db")):
    try:
        print(call())
    except SmarketingError as error:
        print(error)
"""


def without_privileges(path):
    """Read, import, make the key and make another workspace as somebody who may do only what permissions allow."""
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(UNPRIVILEGED), f"{scratch}/scratch.db", str(path)],
            cwd=HOUSE,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture
def shared():
    """A folder that everybody can enter (pytest's own belong to their user alone), with a workspace."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "smarketing.db"
        store.create(path)
        with store.open_workspace(path) as workspace:
            imports.run(workspace, "csv", [many_touches(100)])
        yield path
        Path(folder).chmod(0o755)


def test_a_read_only_file_can_be_read_and_says_that_it_may_not_be_written_to(shared):
    shared.chmod(0o444)
    shared.parent.chmod(0o777)
    before = records(shared)
    read, write, key, new = without_privileges(shared)
    assert read == "(100, 100)"
    assert (
        write == f"{shared}: this workspace may not be written to, as smarketing has to; change the permissions of the file and its folder"
    )
    assert isinstance(ast.literal_eval(key), bytes)  # written as Python writes bytes
    assert new == "True"
    assert records(shared) == before


def test_a_read_only_folder_is_said(shared):
    shared.chmod(0o444)
    shared.parent.chmod(0o555)
    before = files(shared.parent)
    read, write, key, new = without_privileges(shared)
    closed = f"{shared}: this workspace may not be written to, as smarketing has to; change the permissions of the file and its folder"
    assert (read, write, key) == (closed, closed, closed)
    assert new == f"{shared.parent / 'new.db'}: this file cannot be opened; check its name and its folder's permissions"
    assert files(shared.parent) == before


def test_a_folder_that_may_not_be_entered_is_said(shared):
    shared.parent.chmod(0o000)
    closed = f"{shared}: this file cannot be opened; check its name and its folder's permissions"
    assert without_privileges(shared) == [closed, closed, closed, closed.replace("smarketing.db", "new.db")]


def test_the_key_is_made_once_and_is_its_owners_alone(path):
    store.create(path)
    with store.open_workspace(path) as workspace:
        first = workspace.secret
        assert len(first) == 32
        assert workspace.secret == first
    key = key_path(path)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text() == first.hex()


def named_by_key(path):
    store.create(path)
    with store.open_workspace(path) as workspace:
        imports.run(workspace, "weblog", [batch("touches", {"person": "0123456789abcdef0123456789abcdef", "at": day(1)})])


def test_a_key_that_is_gone_while_people_are_named_by_it_is_not_made_anew_unasked(path):
    named_by_key(path)
    key = key_path(path)
    with store.open_workspace(path) as workspace:
        with pytest.raises(WorkspaceError) as error:
            _ = workspace.secret
        assert str(error.value) == (
            f"{key}: the key of this workspace is gone. Without it, visitors known from web logs would be counted again as new people, and "
            "nobody in the audiences of employees would be recognised. Put the file back from a copy; if there is none, put an empty file in "
            "its place: a new key is made, and the audiences go, to be imported again"
        )
        assert not key.exists()
        key.touch()
        made = workspace.secret
        assert key.read_text() == made.hex()
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_key_that_is_gone_is_made_anew_where_nobody_is_named_by_it(filled):
    with store.open_workspace(filled) as workspace:
        first = workspace.secret
        key_path(filled).unlink()
        assert workspace.secret != first


def audience_by_key(path):
    """Make a workspace with an audience whose hashes the key made."""
    agreeing(path, "A7")
    with store.open_workspace(path) as workspace:
        member = keyed_hash(workspace.secret, "linkedin linkedin.com/in/anna")
        rows = batch("audience", {"advocate": "A7", "network": "linkedin", "member": member, "as_of": dt.date(2026, 1, 1)})
        imports.run(workspace, "linkedin-member", [rows])


@pytest.mark.parametrize("named", [named_by_key, audience_by_key])
def test_another_key_is_recognised_while_people_are_named_by_the_first(path, named):
    named(path)
    key = key_path(path)
    key.touch()
    with store.open_workspace(path) as workspace:
        first = workspace.secret.hex()
        key.write_text("0" * 64)
        before = tables(path)
        with pytest.raises(WorkspaceError) as error:
            _ = workspace.secret
        assert str(error.value) == (
            f"{key}: this is another key than the one that this workspace was made with, so that nobody in it would be recognised. Put the "
            "right file back from a copy; if there is none, empty it: a new key is made, visitors known from web logs then count as new "
            "people, and the audiences of employees go, to be imported again"
        )
        assert tables(path) == before
        key.write_text(first)
        assert workspace.secret.hex() == first


def test_an_audience_keeps_the_key_from_being_made_anew_and_goes_with_it_when_asked(path):
    audience_by_key(path)
    key = key_path(path)
    key.unlink()
    with store.open_workspace(path) as workspace:
        with pytest.raises(WorkspaceError, match="the key of this workspace is gone"):
            _ = workspace.secret
        key.touch()
        made = workspace.secret
        assert workspace.rows("SELECT count(*) AS n FROM audience") == [{"n": 0}]
        assert workspace.secret == made


def test_another_key_is_taken_where_nobody_is_named_by_the_first(filled):
    with store.open_workspace(filled) as workspace:
        _ = workspace.secret
        key_path(filled).write_text("0" * 64)
        assert workspace.secret == bytes(32)


@pytest.mark.parametrize("content", [b"secret", b"\xff\xfe\x00", b"0" * 63, b"0" * 65, b"g" * 64])
def test_a_damaged_key_is_said_and_left_alone(path, content):
    store.create(path)
    key = key_path(path)
    key.write_bytes(content)
    with store.open_workspace(path) as workspace, pytest.raises(WorkspaceError) as error:
        _ = workspace.secret
    assert str(error.value) == (
        f"{key}: this is not a key of smarketing (64 digits from 0 to f). Put the file back from a copy; if there is none, empty it: a new "
        "key is made, visitors known from web logs then count as new people, and the audiences of employees go, to be imported again"
    )
    assert key.read_bytes() == content


def test_what_one_library_writes_the_other_reads(filled):
    with store.open_workspace(filled) as workspace:
        origin = reading.origins(workspace)[0]["id"]
        reading.keep_verdicts(workspace, [("Direct", "direct", "x", "y", "r", "s", "1", origin)])
        assert workspace.arrow("SELECT channel FROM origins").to_pylist() == [{"channel": "Direct"}]
        imports.run(workspace, "csv", [many_touches(500, start=9000)])
        assert workspace.rows("SELECT count(*) AS n FROM touches") == [{"n": 2500}]
        assert reading.touch_columns(workspace).num_rows == 2500
    assert integrity(filled) == ("ok", [])


def test_a_column_that_begins_with_unknown_values_is_read(path):
    store.create(path)
    with store.open_workspace(path) as workspace:
        rows = [{"person": f"p{i}", "at": day(1)} for i in range(3000)]
        imports.run(workspace, "csv", [batch("conversions", *rows)])
        last = max(row["id"] for row in workspace.rows("SELECT id FROM conversions"))
        workspace.db.execute("UPDATE conversions SET value = 1.5, currency = 'EUR' WHERE id = ?", [last])
        workspace.db.conn.commit()
        found = reading.conversion_columns(workspace, "conversion").to_pylist()
        assert [(row["value"], row["currency"]) for row in found] == [(None, None)] * 2999 + [(1.5, "EUR")]


def test_a_folder_whose_name_needs_care_is_no_trouble(tmp_path):
    folder = tmp_path / "o'brien & söhne #1 100%"
    folder.mkdir()
    path = folder / "smarketing.db"
    store.create(path)
    previous = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        with store.open_workspace(path) as workspace:
            assert imports.run(workspace, "csv", [many_touches(10)]).counts[0].rows_added == 10
            assert reading.touch_columns(workspace).num_rows == 10
    finally:
        tempfile.tempdir = previous
    assert sorted(file.name for file in folder.iterdir()) == ["smarketing.db", "smarketing.toml"]
