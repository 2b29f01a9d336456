"""Where an import's rows gather before the workspace is touched: ids are given, doubles dropped, rows put in the order of their ids.

DuckDB does this under a memory limit, spilling to a temporary folder, so that an import of any size needs the same memory; it works while
the connector reads on. In the order of their ids, rows go into SQLite several times faster than as they come.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workspace.batches import Batch, Reject
from workspace.errors import WorkspaceError
from workspace.gathering import seconds
from workspace.tables import FILLS, TABLES, in_order

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY = "350MB"
CHUNK = 250_000
"""How many rows are given ids at once: enough for every processor to take part (DuckDB deals them out by 122,880)."""

READ_AT_ONCE = 100_000
COMPARED = """WITH arrived AS (SELECT DISTINCT advocate, network, hash(member) AS member FROM audience),
    stored AS (SELECT advocate, network, hash(member) AS member FROM stored_audience),
    sizes AS (SELECT advocate, network, count(*) AS count FROM arrived GROUP BY ALL),
    stored_sizes AS (SELECT advocate AS other, network, count(*) AS before FROM stored GROUP BY ALL),
    looked_at AS (SELECT a.*, z.count, CASE WHEN z.count < 800 THEN 1 ELSE 16 END AS each_of
        FROM arrived a JOIN sizes z USING (advocate, network) WHERE z.count < 800 OR a.member % 16 = 0),
    likely AS (SELECT l.advocate, l.network, s.advocate AS other
        FROM looked_at l JOIN stored s ON s.network = l.network AND s.member = l.member GROUP BY ALL
        HAVING count(*) * any_value(l.each_of) >= any_value(l.count) * 0.5
        UNION SELECT advocate, network, advocate FROM sizes),
    common AS (SELECT p.advocate, p.network, p.other, count(*) AS shared FROM likely p
        JOIN arrived a ON a.advocate = p.advocate AND a.network = p.network
        JOIN stored s ON s.advocate = p.other AND s.network = p.network AND s.member = a.member GROUP BY ALL)
    SELECT p.advocate, p.network, p.other, z.count, b.before, coalesce(c.shared, 0) AS shared FROM likely p
    JOIN sizes z USING (advocate, network) JOIN stored_sizes b ON b.other = p.other AND b.network = p.network
    LEFT JOIN common c ON c.advocate = p.advocate AND c.network = p.network AND c.other = p.other ORDER BY ALL"""
"""Audiences compared in DuckDB; members by numbers, which are made and forgotten here."""


class Staging:
    """Rows on their way into a workspace, in a DuckDB of their own.

    `files` names the files they came from, in the order in which they came.
    """

    def __init__(self) -> None:
        self.files: list[str] = []
        self._numbers: dict[str, int] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._made: set[str] = set()
        self._busy: Future[Any] | None = None

    def __enter__(self) -> Staging:
        import duckdb

        with _explained(Path(tempfile.gettempdir())):
            self._folder = tempfile.TemporaryDirectory(prefix="smarketing-")
        spill = {"temp_directory": self._folder.name, "memory_limit": MEMORY, "preserve_insertion_order": False}
        self._con = duckdb.connect(config=spill)
        self._worker = ThreadPoolExecutor(1)
        return self

    def __exit__(self, *_: object) -> None:
        while self._busy is not None and not wait([self._busy], timeout=0.1).done:
            self._con.interrupt()
        self._worker.shutdown()
        self._con.close()
        self._folder.cleanup()

    def add(self, batch: Batch) -> None:
        """Gather a batch."""
        import pyarrow as pa

        numbers = pa.repeat(pa.scalar(self._number(batch.file), pa.int32()), batch.rows.num_rows)
        self._queue(batch.kind, batch.rows.append_column("file", numbers))
        if batch.rejects:
            self._queue("rejects", self._refused(batch.kind, batch.rejects))

    def _number(self, file: str) -> int:
        if file not in self._numbers:
            self._numbers[file] = len(self.files)
            self.files.append(file)
        return self._numbers[file]

    def _refused(self, kind: str, rejects: tuple[Reject, ...]) -> pa.Table:
        import pyarrow as pa

        texts = {name: [getattr(reject, name) for reject in rejects] for name in ("field", "value", "problem", "remedy")}
        texts |= {"kind": [kind] * len(rejects), "name": [Path(reject.file).name for reject in rejects]}
        texts |= {"column_name": [reject.column for reject in rejects]}
        numbers = {"row": [reject.row for reject in rejects], "file": [self._number(reject.file) for reject in rejects]}
        numbers |= {"row_kept": [int(reject.kept) for reject in rejects]}
        fields = [(name, pa.string()) for name in texts] + [(name, pa.int64()) for name in numbers]
        return pa.table(texts | numbers, schema=pa.schema(fields))

    def _queue(self, kind: str, rows: pa.Table) -> None:
        """Let rows wait until there are enough of them."""
        waiting = self._waiting.setdefault(kind, [])
        waiting.append(rows)
        if sum(part.num_rows for part in waiting) >= CHUNK:
            self._hand_over(kind)

    def _hand_over(self, kind: str) -> None:
        """Have the rows that wait put into their tables, as soon as those before them are."""
        self._settle()
        self._begin(self._take, kind, self._waiting.pop(kind))

    def _begin(self, work: Callable[..., Any], *arguments: Any) -> None:
        """Let DuckDB work in a thread of its own: there it does not hold Ctrl-C back."""
        self._busy = self._worker.submit(work, *arguments)

    def _settle(self) -> Any:
        """Wait for the work that was begun last, and return what it found."""
        if self._busy is None:
            return None
        with _explained(Path(self._folder.name)):
            found = self._busy.result()
        self._busy = None
        return found

    def _take(self, kind: str, parts: list[pa.Table]) -> None:
        """Give ids to rows and put them into their tables."""
        import pyarrow as pa

        self._con.register("arriving", pa.concat_tables(parts))
        for table, query in FILLS[kind]:
            self._con.execute(f"INSERT INTO {table} {query}" if table in self._made else f"CREATE TABLE {table} AS {query}")
            self._made.add(table)
        self._con.unregister("arriving")

    def tables(self) -> list[str]:
        """List the tables that have rows, in the order in which they may refer to each other."""
        for kind in list(self._waiting):
            self._hand_over(kind)
        self._settle()
        return [table for table in TABLES if table in self._made]

    @contextlib.contextmanager
    def ordered(self, table: str, files: dict[str, int]) -> Iterator[pa.RecordBatchReader]:
        """Lend one table's rows in the order of their ids, each id once, with the workspace's number of each file.

        Of several rows with one id the last counts, as if they had been imported one after the other.

        Parameters
        ----------
        table : str
        files : dict of str to int
            File name to its number in the workspace.

        Notes
        -----
        Who reads the rows by Arrow's C interface hears of a failure by its text alone; what failed, Ctrl-C too, is raised in its place.
        """
        import pyarrow as pa

        failures: list[BaseException] = []
        query = in_order(table, [files[name] for name in self.files])
        self._begin(lambda: self._con.sql(query).to_arrow_reader(READ_AT_ONCE))
        reader = self._settle()

        def batches() -> Iterator[pa.RecordBatch]:
            try:
                yield from last_of_each(self._parts(reader))
            except BaseException as failure:
                failures.append(failure)
                raise

        try:
            yield pa.RecordBatchReader.from_batches(reader.schema, batches())
        except Exception:
            if failures:
                raise failures[0] from None
            raise

    def removals(self) -> list[tuple[str, str, int | None]]:
        """List the kinds of which something is to be removed, the fields by which it is found, and from when on (seconds since 1970)."""
        if "removals" not in self._made:
            return []
        query = f"SELECT DISTINCT kind, field, {seconds('since')} FROM removals ORDER BY ALL"
        self._begin(lambda: self._con.sql(query).fetchall())
        found: list[tuple[str, str, int | None]] = self._settle()
        return found

    def removed(self, kind: str, field: str, since: int | None, value: str) -> pa.Table:
        """Lend what is to be removed of a kind, as a column `value` made by an expression over the value that was given."""
        begun = f"{seconds('since')} IS NOT DISTINCT FROM {'NULL' if since is None else since}"
        return self._arrow(f"SELECT DISTINCT {value} AS value FROM removals WHERE kind = '{kind}' AND field = '{field}' AND {begun}")

    def brought(self, table: str) -> pa.Table:
        """Lend the ids of a table's gathered rows, as a column `id`."""
        return self._arrow(f"SELECT DISTINCT id FROM {table}" if table in self._made else "SELECT 0::BIGINT AS id WHERE false")

    def replaced_audiences(self) -> set[str]:
        """Name the advocates whose former audience goes with this import."""
        if "removals" not in self._made:
            return set()
        query = "SELECT DISTINCT value FROM removals WHERE kind = 'audience' AND field = 'advocate'"
        return set(self._arrow(query)["value"].to_pylist())

    def compared_audiences(self, stored: pa.Table) -> list[dict[str, Any]]:
        """Compare the gathered audiences with stored ones.

        Parameters
        ----------
        stored : pyarrow.Table
            `advocate, network, member`.

        Returns
        -------
        list of dict
            For each audience with its own predecessor and with every other of which it may share half: `advocate, network, other, count`
            (members now), `before` (members of the other's), `shared`.

        Notes
        -----
        Pairs of large audiences are first looked for among one in sixteen members; those found are then counted exactly.
        """
        self._con.register("stored_audience", stored)
        found: list[dict[str, Any]] = self._arrow(COMPARED).to_pylist()
        self._con.unregister("stored_audience")
        return found

    def _arrow(self, query: str) -> pa.Table:
        self._begin(lambda: self._con.sql(query).to_arrow_table())
        found: pa.Table = self._settle()
        return found

    def _parts(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """Read on while the part before is being written."""
        self._begin(next, reader, None)
        while (part := self._settle()) is not None:
            self._begin(next, reader, None)
            yield part


def last_of_each(parts: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Of rows that follow each other with one id, keep the last.

    Examples
    --------
    >>> import pyarrow as pa
    >>> parts = [pa.record_batch({"id": ids}) for ids in ([1, 2, 2], [2, 3], [3], [4])]
    >>> [part["id"].to_pylist() for part in last_of_each(parts)]
    [[1], [2], [3], [4]]
    """
    import pyarrow.compute as pc

    held = None
    for part in parts:
        ids, last = part["id"], part.num_rows - 1
        if held is not None and held["id"][0] != ids[0]:
            yield held
        if last and (kept := part.slice(0, last).filter(pc.not_equal(ids.slice(0, last), ids.slice(1)))).num_rows:
            yield kept
        held = part.slice(last)
    if held is not None:
        yield held


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Say what to do where the temporary files find no room."""
    import duckdb

    try:
        yield
    # Where a full disk stops DuckDB decides what it raises: in a statement, at the commit of one, or in the next after a fatal error.
    except (duckdb.OperationalError, duckdb.FatalException, OSError) as error:
        raise WorkspaceError(
            "{folder}: the temporary files of this import find no room ({why}); free some space, or name a folder on another disk in the "
            "environment variable TMPDIR, then import again",
            folder=folder,
            why=str(error).splitlines()[0],
        ) from error
