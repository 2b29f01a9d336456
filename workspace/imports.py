"""An import: batches in, one transaction, a summary out.

The batches are first gathered outside the workspace (in DuckDB, which spills to disk), where rows get their ids and are put in order; only
then is the workspace written to, all kinds in one transaction. Whatever interrupts an import, the workspace stays as it was.
"""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from workspace.batches import Batch, Reject
from workspace.errors import SourceError
from workspace.ids import stable_id
from workspace.staging import TABLES, Staging
from workspace.store import Workspace, explained


@dataclasses.dataclass(slots=True)
class Counts:
    """What became of the rows of one kind.

    `rows_known` were in the workspace already, unchanged, or stood twice in the source.
    """

    kind: str
    rows_read: int = 0
    rows_added: int = 0
    rows_changed: int = 0
    rows_known: int = 0
    rows_rejected: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """What an import did; `import_id` is None where it was a dry run."""

    import_id: int | None
    counts: tuple[Counts, ...]

    @property
    def rejected(self) -> int:
        """Rows refused, over all kinds."""
        return sum(count.rows_rejected for count in self.counts)


def run(workspace: Workspace, connector: str, batches: Iterable[Batch], strict: bool = False) -> Summary:
    """Store everything that a connector reads, or nothing.

    Parameters
    ----------
    workspace : Workspace
    connector : str
        The connector's name, for the record.
    batches : iterable of batches
    strict : bool
        Stop at the first refused row.

    Returns
    -------
    Summary

    Raises
    ------
    SourceError
        With `strict`, a row was refused.
    WorkspaceError
        The workspace is locked, read-only or out of disk space.

    Notes
    -----
    The same rows again change nothing: a row's id is a hash of its own key (`id`) or of all it says, and what is known is left alone.
    """
    started = int(time.time())
    counts: dict[str, Counts] = {}
    refused: list[tuple[str, Reject]] = []
    with tempfile.TemporaryDirectory(prefix="smarketing-") as folder, explained(workspace.path), Staging(Path(folder)) as staging:
        for batch in batches:
            count = counts.setdefault(batch.kind, Counts(batch.kind))
            count.rows_read += batch.rows.num_rows + len(batch.rejects)
            count.rows_rejected += len(batch.rejects)
            if strict and batch.rejects:
                raise _stopped(batch.rejects[0])
            refused.extend((batch.kind, reject) for reject in batch.rejects)
            staging.add(batch.kind, batch.file, batch.rows)
        with _transaction(workspace) as cursor:
            import_id = _begin(cursor, connector, started)
            files = _files(cursor, import_id, [*staging.files, *(reject.file for _, reject in refused)])
            for table in staging.tables():
                _store(cursor, staging, table, files, counts)
            _keep_rejects(cursor, refused, files)
            _finish(cursor, import_id, counts.values())
    return Summary(import_id, tuple(counts.values()))


def _stopped(reject: Reject) -> SourceError:
    return SourceError(
        "{file}, row {row}: {problem} {remedy} Nothing was imported, since --strict was given.",
        file=reject.file,
        row=reject.row,
        problem=Phrase(reject.problem, reject),
        remedy=Phrase(reject.remedy, reject),
    )


class Phrase:
    """A reject's sentence inside another message: translated first, then filled."""

    def __init__(self, template: str, reject: Reject) -> None:
        self.template = template
        self.fields = {"field": reject.field, "value": reject.value}

    def __str__(self) -> str:
        return self.template.format(**self.fields)


@contextlib.contextmanager
def _transaction(workspace: Workspace) -> Iterator[Any]:
    """Open the one transaction of an import; nothing of it stays unless all of it does."""
    with workspace.bulk() as connection:
        with connection.cursor() as cursor:
            yield cursor
        connection.commit()


def _scalar(cursor: Any, sql: str, *parameters: Any) -> Any:
    cursor.execute(sql, parameters)
    return cursor.fetchone()[0]


def _begin(cursor: Any, connector: str, started: int) -> int:
    import_id: int = _scalar(cursor, "SELECT coalesce(max(id), 0) + 1 FROM imports")
    cursor.execute("INSERT INTO imports VALUES (?, ?, ?, ?)", (import_id, connector, started, started))
    return import_id


def _files(cursor: Any, import_id: int, names: list[str]) -> dict[str, int]:
    first = _scalar(cursor, "SELECT coalesce(max(id), 0) + 1 FROM import_files")
    files = {name: first + place for place, name in enumerate(dict.fromkeys(names))}
    for name, file_id in files.items():
        cursor.execute("INSERT INTO import_files VALUES (?, ?, ?)", (file_id, import_id, name))
    return files


def _store(cursor: Any, staging: Staging, table: str, files: dict[str, int], counts: dict[str, Counts]) -> None:
    """Bring one table's gathered rows into the workspace and count what was new, changed and known."""
    cursor.adbc_ingest(f"stage_{table}", staging.ordered(table, files), mode="create", temporary=True)
    before = _scalar(cursor, f"SELECT count(*) FROM {table}")
    changes = _scalar(cursor, "SELECT total_changes()")
    columns = TABLES[table].columns
    cursor.execute(
        f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM temp.stage_{table} WHERE true "
        f"ON CONFLICT(id) DO {TABLES[table].on_conflict}"
    )
    touched = _scalar(cursor, "SELECT total_changes()") - changes
    added = _scalar(cursor, f"SELECT count(*) FROM {table}") - before
    cursor.execute(f"DROP TABLE temp.stage_{table}")
    if table in counts:
        count = counts[table]
        count.rows_added = added
        count.rows_changed = touched - added
        count.rows_known = count.rows_read - count.rows_rejected - touched


def _keep_rejects(cursor: Any, refused: list[tuple[str, Reject]], files: dict[str, int]) -> None:
    """Keep each refused row once, however often its file is imported."""
    for kind, reject in refused:
        reject_id = stable_id(kind, Path(reject.file).name, str(reject.row), reject.field, reject.value, reject.problem)
        cursor.execute(
            "INSERT OR IGNORE INTO rejects VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (reject_id, files[reject.file], kind, reject.row, reject.field, reject.value, reject.problem, reject.remedy),
        )


def _finish(cursor: Any, import_id: int, counts: Iterable[Counts]) -> None:
    for count in counts:
        cursor.execute("INSERT INTO import_counts VALUES (?, ?, ?, ?, ?, ?, ?)", (import_id, *dataclasses.astuple(count)))
    cursor.execute("UPDATE imports SET finished_at = ? WHERE id = ?", (int(time.time()), import_id))
