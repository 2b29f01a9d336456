"""Imports that are interrupted, killed or run out of disk: the workspace stays as it was, and the same import again succeeds.

Each import runs in a process of its own. It stops at an agreed point and says so; then it is interrupted or killed there.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.parts import hear_interrupts
from tests.workspace.importer import batches
from tests.workspace.samples import files, integrity, many_touches, records
from workspace import imports, store
from workspace.imports import Counts

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "work" / "smarketing.db"
    found.parent.mkdir()
    store.create(found)
    with store.open_workspace(found) as workspace:
        imports.run(workspace, "csv", [many_touches(100, width=3000)])
    return found


@pytest.fixture
def scratch(tmp_path):
    found = tmp_path / "scratch"
    found.mkdir()
    return found


def importer(path, point, scratch, *limit):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.workspace.importer", str(path), point, *map(str, limit)],
        cwd=HOUSE,
        preexec_fn=hear_interrupts,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def succeeds(path):
    """Run the import undisturbed; tell what the workspace then holds, but for when its schema was made."""
    with store.open_workspace(path) as workspace:
        assert imports.run(workspace, "csv", batches(halt=False)).counts == (
            Counts("touches", rows_read=2000, rows_added=1950, rows_known=50),
            Counts("conversions", rows_read=50, rows_added=50),
        )
    assert integrity(path) == ("ok", [])
    return {name: rows for name, rows in records(path).items() if name != "_sqlite_migrations"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a workspace holds after the import to which nothing happened."""
    folder = tmp_path_factory.mktemp("undisturbed")
    store.create(folder / "smarketing.db")
    with store.open_workspace(folder / "smarketing.db") as workspace:
        imports.run(workspace, "csv", [many_touches(100, width=3000)])
    return succeeds(folder / "smarketing.db")


@pytest.mark.parametrize("point", ["reading", "staging", "sorting", "writing", "committing"])
def test_an_interrupted_import_leaves_nothing(path, scratch, point, undisturbed):
    before = files(path.parent)
    with importer(path, point, scratch) as process:
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (out, err) == ("interrupted\n", "")
    assert files(path.parent) == before
    assert list(scratch.iterdir()) == []
    assert succeeds(path) == undisturbed


@pytest.mark.parametrize("point", ["reading", "staging", "sorting", "writing", "committing"])
def test_a_killed_import_leaves_nothing_in_the_workspace(path, scratch, point, undisturbed):
    before = records(path)
    with importer(path, point, scratch) as process:
        assert process.stdout.readline() == "here\n"
        log = Path(f"{path}-wal")
        written = log.stat().st_size if log.exists() else 0
        process.kill()
        process.communicate()
    assert (written > 500_000) == (point in ("writing", "committing"))  # that much of the unfinished import was on disk already
    assert integrity(path) == ("ok", [])
    assert records(path) == before
    assert succeeds(path) == undisturbed


NO_ROOM = "{path}: the disk has no room for this; free some space and try again ("


def test_a_full_disk_under_the_workspace_is_said(path, scratch):
    before = files(path.parent)
    with importer(path, "nowhere", scratch, path.stat().st_size + 300_000) as process:
        out, err = process.communicate()
    assert err == ""
    assert out.startswith(NO_ROOM.format(path=path))
    assert out.endswith("disk I/O error)\n")
    assert files(path.parent) == before
    succeeds(path)


def test_a_full_disk_under_the_temporary_files_is_said(path, scratch):
    before = files(path.parent)
    with importer(path, "much", scratch, path.stat().st_size) as process:
        out, err = process.communicate()
    assert err == ""
    folder, said = out.split(": ", 1)
    assert Path(folder).parent == scratch
    assert said.startswith("the temporary files of this import find no room (")
    assert said.endswith("); free some space, or name a folder on another disk in the environment variable TMPDIR, then import again\n")
    assert files(path.parent) == before
    assert list(scratch.iterdir()) == []


@pytest.fixture
def small_disk():
    """A real file system of 2 MB."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False)
        if mounted.returncode:
            pytest.skip("only root may mount a small file system")
        yield Path(folder)
        subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_full_indeed_is_said(small_disk, scratch):
    path = small_disk / "smarketing.db"
    store.create(path)
    with store.open_workspace(path) as workspace:
        imports.run(workspace, "csv", [many_touches(100, width=3000)])
    before = files(small_disk)
    with importer(path, "nowhere", scratch) as process:
        out, err = process.communicate()
    assert err == ""
    assert out.startswith(NO_ROOM.format(path=path))
    assert files(small_disk) == before


def test_a_workspace_that_finds_no_room_is_not_left_half_made(small_disk):
    (small_disk / "ballast").write_bytes(b"x" * (2 * 1024 * 1024 - 20 * 1024))
    script = "import sys; from pathlib import Path; from workspace import store; store.create(Path(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(small_disk / "smarketing.db")], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1].startswith(f"workspace.errors.WorkspaceError: {small_disk}/smarketing.db: the disk has no room")
    assert [file.name for file in small_disk.iterdir()] == ["ballast"]
