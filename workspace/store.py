"""The workspace file: made, opened, checked, read.

Two doors lead into the one SQLite file: sqlite-utils for rows and rules, ADBC for whole columns (ten million touches in three seconds).
Each brings a SQLite library of its own, and two libraries in one process do not see each other's locks: the one that closes last takes
the write-ahead log away from under the other, which then reads a damaged file. So only one door is open at a time: `Workspace.db` opens
on use, and `Workspace.bulk` closes it first.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workspace import keys, schema, settings, template
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
    busy_milliseconds : int
        How long to wait for another program that is using the workspace.

    Use `create` and `open_workspace`, which check what they open.
    """

    def __init__(self, path: Path, chosen: settings.Settings, busy_milliseconds: int = BUSY_MILLISECONDS) -> None:
        self.path = path
        self.settings = chosen
        self.busy_milliseconds = busy_milliseconds
        self._db: Database | None = None

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def db(self) -> Database:
        """The workspace through sqlite-utils; opened on use."""
        if self._db is None:
            self._db = _connect(self.path, self.busy_milliseconds)
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
        try:
            with explained(self.path), adbc_driver_sqlite.dbapi.connect(str(self.path)) as connection:
                with connection.cursor() as cursor:
                    cursor.execute(f"PRAGMA busy_timeout = {self.busy_milliseconds}")
                yield connection
        except adbc_driver_sqlite.dbapi.NotSupportedError as error:  # what the driver makes of Ctrl-C
            raise KeyboardInterrupt from error

    def check_writable(self) -> None:
        """Find out that the workspace is locked or read-only before an hour's reading, not after."""
        with explained(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            self.db.rollback()

    @property
    def secret(self) -> bytes:
        """The key of keyed hashes, kept in a file of its own beside the workspace, made on first use, readable by its owner alone.

        Raises
        ------
        WorkspaceError
            It is damaged, or it is gone or another one and there are people in the workspace that only it can recognise.
        """
        path = keys.key_path(self.path)
        with explained(path):
            renewed = keys.asks_for_a_new_one(path)
            found = keys.secret(path, self._names_by_key)
        self._recognise(found, path, renewed)
        return found

    def _names_by_key(self) -> bool:
        return bool(self.rows(NAMED_BY_KEY))

    def _recognise(self, secret: bytes, path: Path, renewed: bool) -> None:
        """Note which key this is, or find that it is another one than was noted."""
        value = keys.check_value(secret)
        noted = [row["value"] for row in self.rows("SELECT value FROM key_checks")]
        if noted == [value]:
            return
        if noted and not renewed and self._names_by_key():
            raise WorkspaceError(keys.CHANGED, path=path)
        # Where nothing may be written, nothing is imported either: the key is noted another time.
        excused = () if renewed else (sqlite3.OperationalError,)
        with explained(self.path), contextlib.suppress(*excused), self.db.atomic():
            self.db.execute("INSERT OR REPLACE INTO key_checks VALUES (1, ?)", (value,))
            if renewed:
                # Hashes that no key can make again would count every person twice from the next import on.
                self.db.execute("DELETE FROM audience")

    def rows(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> list[dict[str, Any]]:
        """Read a few rows as dictionaries."""
        with explained(self.path):
            return list(self.db.query(sql, parameters))

    def arrow(self, sql: str, parameters: tuple[Any, ...] = (), schema: pa.Schema | None = None) -> pa.Table:
        """Read whole columns as an Arrow table.

        Parameters
        ----------
        sql : str
        parameters : tuple
        schema : pyarrow.Schema or None
            The columns' types. Without it the driver takes them from the first 1,024 rows, which fails where a column begins with that
            many unknown values; with it all rows are read at once.
        """
        with self.bulk() as connection, connection.cursor() as cursor:
            if schema is not None:
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(2**30)})
            cursor.execute(sql, parameters or None)
            table = cursor.fetch_arrow_table()
        return table if schema is None else table.cast(schema)


NAMED_BY_KEY = """SELECT 1 WHERE EXISTS (SELECT 1 FROM persons WHERE length(key) = 32 AND key NOT GLOB '*[^0-9a-f]*')
    OR EXISTS (SELECT 1 FROM audience)"""
"""People whose names look like keyed hashes, and whoever is in an audience."""


def create(path: Path, busy_milliseconds: int = BUSY_MILLISECONDS, language: str = "en") -> bool:
    """Make a workspace with settings commented in a language; what is already there is left as it is.

    Returns
    -------
    bool
        Whether the workspace is new.

    Raises
    ------
    WorkspaceError
        There is no such folder, another program's file is in the way, or the disk is full; nothing is left behind then.
    """
    with explained(path):
        if not path.parent.is_dir():
            raise WorkspaceError("{path}: there is no folder {folder}; make it first", path=path, folder=path.parent)
        new, config = not path.exists(), path.with_name(settings.FILE_NAME)
        made = [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")] if new else []
        try:
            with _connect(path, busy_milliseconds) as db:
                _migrate(db, path, True)
            if not config.exists():
                made.append(config)
                config.write_text(template.TEMPLATES[language], encoding="utf-8")
        except BaseException:
            for file in made:
                file.unlink(missing_ok=True)
            raise
    return new


def open_workspace(path: Path, busy_milliseconds: int = BUSY_MILLISECONDS) -> Workspace:
    """Open a workspace that exists.

    Raises
    ------
    WorkspaceError
        It is missing, of a newer program, not a workspace, corrupt, locked or unreadable.
    SettingsError
        `smarketing.toml` beside it holds something unusable.
    """
    with explained(path):
        if not path.exists():
            raise WorkspaceError(
                "{path}: there is no workspace here; make one with 'smarketing init', or name yours with --workspace FILE", path=path
            )
        chosen = settings.load(path.with_name(settings.FILE_NAME))
        with _connect(path, busy_milliseconds) as db:
            _migrate(db, path, False)
    return Workspace(path, chosen, busy_milliseconds)


def _connect(path: Path, busy_milliseconds: int) -> Database:
    from sqlite_utils import Database

    if path.is_dir():
        raise WorkspaceError("{path}: this is a folder; name a file in it, such as {file}", path=path, file=path / "smarketing.db")
    db = Database(sqlite3.connect(path, timeout=busy_milliseconds / 1000))
    db.execute("PRAGMA foreign_keys = ON")
    return db


def _migrate(db: Database, path: Path, new: bool) -> None:
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
    if not applied and set(db.table_names()) - {steps.migrations_table}:
        raise WorkspaceError("{path}: this is a database of another program; name a new file with --workspace FILE", path=path)
    if not applied and not new:
        raise WorkspaceError("{path}: this file is empty; make a workspace of it with 'smarketing init'", path=path)
    if applied != known:
        db.enable_wal()
        steps.apply(db)


DAMAGED = (
    "{path}: this file is not a workspace or is damaged ({why}); restore a copy, or start anew with 'smarketing init' and import again"
)
REMEDIES = (
    (("is locked", "is busy"), "{path}: another program is using this workspace; close it or wait until it is done, then try again"),
    (
        ("readonly", "read-only"),
        "{path}: this workspace may not be written to, as smarketing has to; change the permissions of the file and its folder",
    ),
    (
        ("disk is full", "no space left", "file too large", "disk quota", "disk i/o error"),
        "{path}: the disk has no room for this; free some space and try again ({why})",
    ),
    (("not a database", "malformed", "corrupt", "could not decode", "unsupported file format", "no such", "has no column"), DAMAGED),
    (
        ("unable to open", "failed to open", "permission denied"),
        "{path}: this file cannot be opened; check its name and its folder's permissions",
    ),
)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says when the file itself is the trouble into a sentence for its owner; other errors are bugs and pass."""
    try:
        yield
    except SmarketingError:
        raise
    except UnicodeDecodeError as error:  # SQLite quotes a damaged schema in what it says
        raise WorkspaceError(DAMAGED, path=path, why=error.reason) from error
    except Exception as error:
        if not isinstance(error, OSError) and not type(error).__module__.startswith(("sqlite3", "adbc_driver_manager")):
            raise
        why = str(error).splitlines()[0]  # further lines repeat the query
        for signs, template in REMEDIES:
            if any(sign in why.lower() for sign in signs):
                raise WorkspaceError(template, path=path, why=why) from error
        raise
