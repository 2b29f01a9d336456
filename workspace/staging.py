"""Where an import's rows gather before the workspace is touched: ids are given, doubles dropped, rows put in the order of their ids.

DuckDB does this under a memory limit, spilling to a temporary folder, so that an import of any size needs the same memory; it works while
the connector reads on. In the order of their ids, rows go into SQLite several times faster than as they come.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.batches import Batch, Reject
from workspace.errors import WorkspaceError
from workspace.tables import FILLS, TABLES, in_order

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY = "350MB"
CHUNK = 500_000
"""How many rows are given ids at once: enough for every processor to take part."""

READ_AT_ONCE = 100_000


class Staging:
    """Rows on their way into a workspace, in a DuckDB of their own.

    `files` names the files they came from, in the order in which they came.
    """

    def __init__(self) -> None:
        self.files: list[str] = []
        self._numbers: dict[str, int] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._made: set[str] = set()
        self._busy: Future[None] | None = None

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
        self._wait(batch.kind, batch.rows.append_column("file", numbers))
        if batch.rejects:
            self._wait("rejects", self._refused(batch.kind, batch.rejects))

    def _number(self, file: str) -> int:
        if file not in self._numbers:
            self._numbers[file] = len(self.files)
            self.files.append(file)
        return self._numbers[file]

    def _refused(self, kind: str, rejects: tuple[Reject, ...]) -> pa.Table:
        import pyarrow as pa

        texts = {name: [getattr(reject, name) for reject in rejects] for name in ("field", "value", "problem", "remedy")}
        texts |= {"kind": [kind] * len(rejects), "name": [Path(reject.file).name for reject in rejects]}
        numbers = {"row": [reject.row for reject in rejects], "file": [self._number(reject.file) for reject in rejects]}
        fields = [(name, pa.string()) for name in texts] + [(name, pa.int64()) for name in numbers]
        return pa.table(texts | numbers, schema=pa.schema(fields))

    def _wait(self, kind: str, rows: pa.Table) -> None:
        """Let rows wait until there are enough of them."""
        waiting = self._waiting.setdefault(kind, [])
        waiting.append(rows)
        if sum(part.num_rows for part in waiting) >= CHUNK:
            self._hand_over(kind)

    def _hand_over(self, kind: str) -> None:
        """Have the rows that wait put into their tables, as soon as those before them are."""
        self._settle()
        self._busy = self._worker.submit(self._take, kind, self._waiting.pop(kind))

    def _settle(self) -> None:
        if self._busy is not None:
            with _explained(Path(self._folder.name)):
                self._busy.result()
            self._busy = None

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
        with _explained(Path(self._folder.name)):
            reader = self._con.sql(in_order(table, [files[name] for name in self.files])).to_arrow_reader(READ_AT_ONCE)

        def batches() -> Iterator[pa.RecordBatch]:
            try:
                with _explained(Path(self._folder.name)):
                    yield from reader
            except BaseException as failure:
                failures.append(failure)
                raise

        try:
            yield pa.RecordBatchReader.from_batches(reader.schema, batches())
        except Exception:
            if failures:
                raise failures[0] from None
            raise


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Say what to do where the temporary files find no room, and let Ctrl-C be Ctrl-C."""
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        raise WorkspaceError(
            "{folder}: the temporary files of this import find no room ({why}); free some space, or name a folder on another disk in the "
            "environment variable TMPDIR, then import again",
            folder=folder,
            why=str(error).splitlines()[0],
        ) from error
    except RuntimeError as error:
        if str(error) != "Query interrupted":  # what DuckDB makes of Ctrl-C
            raise
        raise KeyboardInterrupt from error
