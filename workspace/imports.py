"""An import: batches in, one transaction, a summary out.

The batches are first gathered outside the workspace (in DuckDB, which spills to disk), where rows get their ids and are put in order; only
then is the workspace written to, all kinds in one transaction. Whatever interrupts an import, the workspace stays as it was.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workspace import consent, faults, identity, removals
from workspace.batches import Batch, Reject
from workspace.column_names import fold
from workspace.errors import SourceError
from workspace.gate import Gate, Withheld
from workspace.gathering import kind_of
from workspace.goals import Spellings
from workspace.staging import Staging
from workspace.store import Workspace
from workspace.tables import TABLES


@dataclasses.dataclass(slots=True)
class Counts:
    """What became of the rows of one kind.

    `rows_known` were in the workspace already, unchanged, or stood twice in the source; `rows_removed` are those that it no longer has;
    `rows_incomplete` are among the rows that were accepted, each without a cell that could not be read.
    """

    kind: str
    rows_read: int = 0
    rows_added: int = 0
    rows_changed: int = 0
    rows_known: int = 0
    rows_rejected: int = 0
    rows_removed: int = 0
    rows_incomplete: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """What an import did.

    `fallen` posts have figures that are lower than on an earlier day.
    `ties_to_itself` are rows that tie an identifier to itself: they say nothing, and count among those that were known. `goals_joined` are
    spellings of goals, each with the one under which its conversions are stored (`goals.Spellings`).
    """

    import_id: int
    counts: tuple[Counts, ...]
    withheld: tuple[Withheld, ...] = ()
    fallen: int = 0
    ties_to_itself: int = 0
    goals_joined: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def rejected(self) -> int:
        """Rows refused, over all kinds."""
        return sum(count.rows_rejected for count in self.counts)

    @property
    def incomplete(self) -> int:
        """Rows kept without a cell that could not be read, over all kinds."""
        return sum(count.rows_incomplete for count in self.counts)


def run(
    workspace: Workspace,
    connector: str,
    batches: Iterable[Batch],
    strict: bool = False,
    *,
    source: str | None = None,
    cursor: Callable[[], Any] | None = None,
    dry: bool = False,
    fresh: bool = False,
) -> Summary:
    """Store everything that a connector reads, or nothing.

    Parameters
    ----------
    workspace : Workspace
    connector : str
        The connector's name, for the record.
    batches : iterable of batches
    strict : bool
        Stop at the first refused row.
    source : str or None
        Which of several sources of the connector this is; its own name by default. Records that are removed (`records.Removal`) go from
        among those that this source brought.
    cursor : callable or None
        Tells, once all batches are read, where the source is to be read on from (anything that JSON can hold; None leaves it as it is).
        It is kept in the same transaction as the records.
    dry : bool
        Count what would be added, changed and removed, and store nothing.
    fresh : bool
        Store nothing unless every row is new.

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
    Several files in one import leave the same records as one after the other.
    """
    workspace.check_writable()
    started = int(time.time())
    counts: dict[str, Counts] = {}
    gate, spellings, empty_ties = Gate(workspace), Spellings(workspace), 0
    with Staging() as staging:
        for arrived in batches:
            batch, kept_out = gate.admit(arrived)
            if strict and batch.rejects:
                raise _stopped(batch.rejects[0])
            if batch.kind == removals.KIND:
                staging.add(batch)
                continue
            count = counts.setdefault(batch.kind, Counts(batch.kind))
            refused = sum(not reject.kept for reject in arrived.rejects)
            count.rows_read += arrived.rows.num_rows + refused
            count.rows_rejected += refused + kept_out
            count.rows_incomplete += len({reject.row for reject in batch.rejects if reject.kept})
            stored = identity.between_two(batch) if batch.kind == "identities" else spellings.unified(batch)
            empty_ties += batch.rows.num_rows - stored.rows.num_rows
            staging.add(stored)
        for batch, kept_out in gate.rest():
            if strict and batch.rejects:
                raise _stopped(batch.rejects[0])
            counts[batch.kind].rows_rejected += kept_out
            staging.add(batch)
        kept = cursor() if cursor is not None else None
        import_id, fallen = _write(workspace, staging, _Import(connector, source or connector, started, kept, dry, fresh), counts)
    withheld = (*gate.withheld, *gate.untitled(), *gate.strangers())
    return Summary(import_id, tuple(counts.values()), withheld, fallen, empty_ties, spellings.joined)


@dataclasses.dataclass(frozen=True, slots=True)
class _Import:
    """What is noted of an import."""

    connector: str
    source: str
    started: int
    cursor: Any
    dry: bool
    fresh: bool


def _write(workspace: Workspace, staging: Staging, this: _Import, counts: dict[str, Counts]) -> tuple[int, int]:
    """Bring everything that was gathered into the workspace in one transaction; return the import's number and how many posts fell."""
    tables, stored, import_id, fallen = staging.tables(), False, 0, 0
    try:
        with workspace.bulk() as connection:
            import_id = _begin(connection, this)
            if "audience" in tables:
                faults.check_audiences(connection, staging)
            files = _files(connection, import_id, staging.files)
            for table in tables:
                _store(connection, staging, table, files, counts)
            for kind, removed in removals.remove(connection, staging, this.source).items():
                counts.setdefault(kind, Counts(kind)).rows_removed += removed
            # Whatever is imported: what is taken back on a day ahead goes when that day has come.
            for kind, removed in consent.enforce(functools.partial(_run, connection)).items():
                counts.setdefault(kind, Counts(kind)).rows_removed += removed
            if "post_metrics" in tables:
                fallen = faults.fallen(functools.partial(_run, connection), import_id)
            ties = counts.get("identities", Counts("identities"))
            if ties.rows_added or ties.rows_changed or ties.rows_removed:
                identity.store(connection, workspace.settings.identity.most_emails)
            _finish(connection, import_id, this, counts.values())
            known = this.fresh and any(count.rows_added < count.rows_read for count in counts.values())
            if not this.dry and not known:
                connection.commit()
            stored = True
    except KeyboardInterrupt:
        # What is stored is stored: to say "aborted" now would be wrong.
        if not stored:
            raise
    return import_id, fallen


def _stopped(reject: Reject) -> SourceError:
    fields = {"field": named(reject.field, reject.column), "value": reject.value}
    return SourceError(
        "{file}, row {row}: {problem} {remedy} Nothing was imported, since --strict was given.",
        file=reject.file,
        row=reject.row,
        problem=Phrase(reject.problem, **fields),
        remedy=Phrase(reject.remedy, **fields),
    )


class Phrase:
    """A sentence or a part of one inside another message: translated first, then filled."""

    def __init__(self, template: str, **fields: Any) -> None:
        self.template = template
        self.fields = fields

    def __str__(self) -> str:
        return self.template.format(**self.fields)


def named(field: str, column: str | None) -> Phrase | str:
    """Name a field by the file's own column too, where that is called otherwise.

    Examples
    --------
    >>> str(named("employees", "Effectif")), str(named("minutes", "Minutes"))
    ("employees (column 'Effectif')", 'minutes')
    """
    if not column or column == field or fold(column) == field:
        return field
    return Phrase("{field} (column '{column}')", field=field, column=column)


def _run(connection: Any, sql: str, *parameters: Any) -> Any:
    """Run one statement and read its first value, where it has one."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def _begin(connection: Any, this: _Import) -> int:
    # A write first: the transaction then has the workspace to itself before it reads what it builds on.
    import_id: int = _run(
        connection,
        """INSERT INTO imports (id, connector, started_at, finished_at, source)
        SELECT coalesce(max(id), 0) + 1, ?, ?, ?, ? FROM imports RETURNING id""",
        this.connector,
        this.started,
        this.started,
        this.source,
    )
    return import_id


def _files(connection: Any, import_id: int, names: list[str]) -> dict[str, int]:
    first = _run(connection, "SELECT coalesce(max(id), 0) + 1 FROM import_files")
    files = {name: first + place for place, name in enumerate(names)}
    for name, file_id in files.items():
        _run(connection, "INSERT INTO import_files VALUES (?, ?, ?)", file_id, import_id, name)
    return files


def _store(connection: Any, staging: Staging, table: str, files: dict[str, int], counts: dict[str, Counts]) -> None:
    """Bring one table's gathered rows into the workspace and count what was new, changed and known."""
    columns = TABLES[table].columns
    places = ", ".join("?" * len(columns))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) ON CONFLICT(id) DO {TABLES[table].on_conflict}"
    before = _run(connection, f"SELECT count(*) FROM {table}")
    changes = _run(connection, "SELECT total_changes()")
    with staging.ordered(table, files) as rows, connection.cursor() as cursor:
        # Not cursor.executemany: it holds Ctrl-C back until the last row is in.
        cursor.adbc_statement.set_sql_query(sql)
        cursor.adbc_statement.prepare()
        cursor.adbc_statement.bind_stream(rows)
        cursor.adbc_statement.execute_update()
    kind = kind_of(table)
    if kind in counts:
        count = counts[kind]
        touched = _run(connection, "SELECT total_changes()") - changes
        count.rows_added = _run(connection, f"SELECT count(*) FROM {table}") - before
        count.rows_changed = touched - count.rows_added
        count.rows_known = count.rows_read - count.rows_rejected - touched


def _finish(connection: Any, import_id: int, this: _Import, counts: Iterable[Counts]) -> None:
    for count in counts:
        _run(connection, "INSERT INTO import_counts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", import_id, *dataclasses.astuple(count))
    _run(connection, "UPDATE imports SET finished_at = ? WHERE id = ?", int(time.time()), import_id)
    if this.cursor is not None:
        # Letters as they are, so that who is forgotten is found in it too.
        kept = json.dumps(this.cursor, sort_keys=True, ensure_ascii=False)
        _run(connection, "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)", this.source, kept, import_id)
