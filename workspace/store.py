"""The workspace file: made, opened, checked, read.

Two doors lead into the one SQLite file: sqlite-utils for rows and rules, ADBC for whole columns (ten million touches in three seconds).
Each brings a SQLite library of its own, and two libraries in one process do not see each other's locks: the one that closes last takes
the write-ahead log away from under the other, which then reads a damaged file. So only one door is open at a time: `Workspace.db` opens
on use, and `Workspace.bulk` closes it first.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workspace import schema, settings
from workspace.errors import SmarketingError, WorkspaceError

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlite_utils import Database

BUSY_MILLISECONDS = 5000


class Workspace:
    """An open workspace.

    Parameters
    ----------
    path : Path
        The SQLite file; `smarketing.toml` and the key file lie beside it.
    chosen : Settings

    Use `create` and `open_workspace`, which check what they open.
    """

    def __init__(self, path: Path, chosen: settings.Settings) -> None:
        self.path = path
        self.settings = chosen
        self._db: Database | None = None

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def db(self) -> Database:
        """The workspace through sqlite-utils; opened on use."""
        if self._db is None:
            self._db = _connect(self.path)
        return self._db

    def close(self) -> None:
        """Close the workspace; it opens again on use."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @contextlib.contextmanager
    def bulk(self) -> Iterator[Any]:
        """Connect by ADBC; what is done inside is one transaction, undone unless it is committed."""
        import adbc_driver_sqlite.dbapi

        self.close()
        with explained(self.path), adbc_driver_sqlite.dbapi.connect(str(self.path)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            yield connection

    @property
    def secret(self) -> bytes:
        """The key of keyed hashes, kept in a file of its own beside the workspace, made on first use, readable by its owner alone."""
        path = key_path(self.path)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return bytes.fromhex(path.read_text().strip())
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())

    def rows(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> list[dict[str, Any]]:
        """Read a few rows as dictionaries."""
        with explained(self.path):
            return list(self.db.query(sql, parameters))

    def arrow(self, sql: str) -> pa.Table:
        """Read whole columns as an Arrow table."""
        with self.bulk() as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetch_arrow_table()


def key_path(path: Path) -> Path:
    """Say where the key of a workspace lies."""
    return path.with_suffix(".key")


def create(path: Path) -> bool:
    """Make a workspace with commented settings; what is already there is left as it is.

    Returns
    -------
    bool
        Whether the workspace is new.
    """
    new = not path.exists()
    if not path.parent.is_dir():
        raise WorkspaceError("{path}: there is no folder {folder}; make it first", path=path, folder=path.parent)
    with explained(path), _connect(path) as db:
        db.enable_wal()
        _migrate(db, path)
    config = path.with_name(settings.FILE_NAME)
    if not config.exists():
        config.write_text(settings.TEMPLATE, encoding="utf-8")
    return new


def open_workspace(path: Path) -> Workspace:
    """Open a workspace that exists.

    Raises
    ------
    WorkspaceError
        It is missing, of a newer program, not a workspace, corrupt, locked or unreadable.
    SettingsError
        `smarketing.toml` beside it holds something unusable.
    """
    if not path.exists():
        raise WorkspaceError(
            "{path}: there is no workspace here; make one with 'smarketing init', or name yours with --workspace FILE", path=path
        )
    chosen = settings.load(path.with_name(settings.FILE_NAME))
    with explained(path), _connect(path) as db:
        _migrate(db, path)
    return Workspace(path, chosen)


def _connect(path: Path) -> Database:
    from sqlite_utils import Database

    db = Database(sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000))
    db.execute("PRAGMA foreign_keys = ON")
    return db


def _migrate(db: Database, path: Path) -> None:
    """Bring the schema up to date, or say that it is of a newer program or none of ours."""
    steps = schema.migrations()
    known = {name for name, _ in schema.MIGRATIONS}
    applied = {step.name for step in steps.applied(db)}
    if applied - known:
        raise WorkspaceError(
            "{path}: a newer smarketing made this workspace (it knows {steps}); upgrade with 'pipx upgrade smarketing'",
            path=path,
            steps=", ".join(sorted(applied - known)),
        )
    if not applied and db.table_names():
        raise WorkspaceError("{path}: this is a database of another program; name a new file with --workspace FILE", path=path)
    if applied != known:
        steps.apply(db)


REMEDIES = (
    (("locked", "busy"), "{path}: another program is using this workspace; close it or wait until it is done, then try again"),
    (
        ("readonly", "read-only", "attempt to write"),
        "{path}: this workspace may not be written to; change the file's and its folder's permissions",
    ),
    (("full", "no space", "file too large", "disk i/o"), "{path}: the disk has no room for this; free some space and try again ({why})"),
    (
        ("not a database", "malformed", "corrupt"),
        "{path}: this file is not a workspace or is damaged ({why}); restore a copy, or start anew with 'smarketing init' and import again",
    ),
    (("unable to open",), "{path}: this file cannot be opened; check its name and its folder's permissions"),
)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says when the file itself is the trouble into a sentence for its owner; other errors are bugs and pass."""
    try:
        yield
    except SmarketingError:
        raise
    except Exception as error:
        if not type(error).__module__.startswith(("sqlite3", "adbc_driver_manager", "duckdb", "_duckdb")) and not isinstance(
            error, OSError
        ):
            raise
        said = str(error).lower()
        for signs, template in REMEDIES:
            if any(sign in said for sign in signs):
                raise WorkspaceError(template, path=path, why=str(error).splitlines()[0]) from error
        raise
