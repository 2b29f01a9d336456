"""Where an import's rows gather before the workspace is touched: ids are given, doubles dropped, rows put in the order of their ids.

DuckDB does this under a memory limit, spilling to a temporary folder, so that an import of any size needs the same memory. In the order of
their ids, rows go into SQLite several times faster than as they come.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from workspace.ids import SEPARATOR

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY = "350MB"
CHUNK = 500_000
"""How many rows are given ids at once: enough for every processor to take part."""

ORIGIN = ("source", "medium", "campaign", "content", "term", "referrer", "click_id_kind", "channel", "kind")
"""What an origin is told by, in the order of its id."""


def _id(*parts: str) -> str:
    """Write `workspace.ids.stable_id` in DuckDB's SQL."""
    return f"(md5_number_lower({_joined(*parts)}) >> 1)::BIGINT"


def _joined(*parts: str) -> str:
    return f" || chr({ord(SEPARATOR)}) || ".join(f"coalesce({part}, '')" for part in parts)


AT = 'epoch_us("at") // 1000000'


ORIGIN_ID = _id(*ORIGIN)
PERSON_ID = _id("person")
ACCOUNT_ID = _id("account")

# A row with a key of its own is that key's row: imported again with other values, it changes. A row without one is all that it says.
TOUCH_ID = f"""CASE WHEN id IS NOT NULL THEN {_id("'touch'", "id")}
    ELSE {_id("'touch'", "person", f"({AT})::VARCHAR", "origin_id::VARCHAR", "url", "click_id")} END"""
CONVERSION_ID = f"""CASE WHEN id IS NOT NULL THEN {_id("'conversion'", "id", "goal")}
    ELSE {_id("'conversion'", "person", "account", "opportunity", f"({AT})::VARCHAR", "goal", "value::VARCHAR", "currency")} END"""
# Figures of a day are corrected afterwards by those who report them, so the amount is no part of the key; where a day has several rows
# alike (one for each ad), they are told apart by their order in the file.
SPEND_ID = (
    f"""CASE WHEN id IS NOT NULL THEN {_id("'spend'", "id")} ELSE {_id("'spend'", "day::VARCHAR", "origin_id::VARCHAR", "currency")} END"""
)


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """How one table of the workspace is gathered.

    Parameters
    ----------
    select : dict of str to str
        Columns of the workspace's table and what fills them from a batch; `file` is the number of its file.
    on_conflict : str
        What SQLite does with a row whose id it knows.
    """

    select: dict[str, str]
    on_conflict: str = "NOTHING"

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns in the workspace."""
        return tuple("file_id" if name == "file" else name for name in self.select)


def _change(table: str, *columns: str) -> str:
    """Update a known row, but only where it says something else, so that the same import twice changes nothing."""
    values = ", ".join(f"{column} = excluded.{column}" for column in (*columns, "file_id", "row"))
    return (
        f"UPDATE SET {values} WHERE ({', '.join(f'{table}.{c}' for c in columns)}) IS NOT ({', '.join(f'excluded.{c}' for c in columns)})"
    )


TABLES = {
    "persons": Table({"id": PERSON_ID, "key": "person"}),
    "accounts": Table({"id": ACCOUNT_ID, "key": "account"}),
    "origins": Table({"id": ORIGIN_ID} | {name: name for name in ORIGIN if name != "channel"} | {"given_channel": "channel"}),
    "touches": Table(
        {
            "id": TOUCH_ID,
            "person_id": PERSON_ID,
            "at": AT,
            "origin_id": "origin_id",
            "file": "file",
            "row": "row",
            "consent": "consent::BIGINT",
            "click_id": "click_id",
            "url": "url",
        },
        _change("touches", "person_id", "at", "origin_id", "consent", "click_id", "url"),
    ),
    "conversions": Table(
        {
            "id": CONVERSION_ID,
            "person_id": f"CASE WHEN person IS NOT NULL THEN {PERSON_ID} END",
            "account_id": f"CASE WHEN account IS NOT NULL THEN {ACCOUNT_ID} END",
            "at": AT,
            "goal": "goal",
            "value": "value",
            "currency": "currency",
            "opportunity": "opportunity",
            "key": "id",
            "file": "file",
            "row": "row",
        },
        _change("conversions", "person_id", "account_id", "at", "value", "currency", "opportunity"),
    ),
    "spend": Table(
        {
            "id": SPEND_ID,
            "day": "epoch_us(day::TIMESTAMP) // 86400000000",
            "origin_id": "origin_id",
            "amount": "amount",
            "currency": "currency",
            "impressions": "impressions",
            "clicks": "clicks",
            "file": "file",
            "row": "row",
        },
        _change("spend", "day", "origin_id", "amount", "currency", "impressions", "clicks"),
    ),
}
"""The tables an import fills, in the order in which they may refer to each other."""


def _select(table: str, source: str = "arriving") -> str:
    return f"""SELECT {", ".join(f'{expression} AS "{name}"' for name, expression in TABLES[table].select.items())} FROM {source}"""


def _with_origin(rows: str) -> str:
    """Join the rows that arrive to the ids of their origins: hashing the few distinct origins is far cheaper than hashing every row."""
    alike = " AND ".join(f'o."{name}" IS NOT DISTINCT FROM a."{name}"' for name in ORIGIN)
    origins = f"(SELECT *, {ORIGIN_ID} AS origin_id FROM (SELECT DISTINCT {ORIGINS} FROM {rows}))"
    return f"(SELECT a.*, o.origin_id FROM {rows} a JOIN {origins} o ON {alike})"


ORIGINS = ", ".join(ORIGIN)
UNSPENT = ", ".join(f"NULL::VARCHAR AS {name}" for name in ("content", "term", "referrer", "click_id_kind"))
SPENT = f"(SELECT *, {UNSPENT}, 'spend' AS kind FROM arriving)"
FILLS = {
    "touches": (
        ("persons", _select("persons", "(SELECT DISTINCT person FROM arriving)")),
        ("origins", _select("origins", f"(SELECT DISTINCT {ORIGINS} FROM arriving)")),
        ("touches", _select("touches", _with_origin("arriving"))),
    ),
    "conversions": (
        ("persons", _select("persons", "(SELECT DISTINCT person FROM arriving WHERE person IS NOT NULL)")),
        ("accounts", _select("accounts", "(SELECT DISTINCT account FROM arriving WHERE account IS NOT NULL)")),
        ("conversions", _select("conversions")),
    ),
    "spend": (
        ("origins", _select("origins", f"(SELECT DISTINCT {ORIGINS} FROM {SPENT})")),
        ("spend", _select("spend", _with_origin(SPENT))),
    ),
}
"""For each kind of record: the tables its batches fill, and with what."""


class Staging:
    """Rows on their way into a workspace, in a temporary DuckDB.

    Parameters
    ----------
    folder : Path
        An empty folder for what does not fit in memory.
    """

    def __init__(self, folder: Path) -> None:
        import duckdb

        self._con = duckdb.connect(str(folder / "stage.duckdb"))
        self._con.execute(f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false; SET temp_directory = '{folder / 'spill'}'")
        self._made: set[str] = set()
        self._waiting: dict[str, list[pa.Table]] = {}
        self.files: list[str] = []

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._con.close()

    def add(self, kind: str, file: str, rows: pa.Table) -> None:
        """Gather a batch."""
        import pyarrow as pa

        if not self.files or self.files[-1] != file:
            self.files.append(file)
        number = pa.repeat(pa.scalar(len(self.files) - 1, pa.int32()), rows.num_rows)
        self._waiting.setdefault(kind, []).append(rows.append_column("file", number))
        if sum(part.num_rows for part in self._waiting[kind]) >= CHUNK:
            self._take(kind)

    def _take(self, kind: str) -> None:
        """Give ids to the rows that wait and put them into their tables."""
        import pyarrow as pa

        self._con.register("arriving", pa.concat_tables(self._waiting.pop(kind)))
        for table, query in FILLS[kind]:
            self._con.execute(f"INSERT INTO {table} {query}" if table in self._made else f"CREATE TABLE {table} AS {query}")
            self._made.add(table)
        self._con.unregister("arriving")

    def tables(self) -> list[str]:
        """List the tables that have rows, in the order in which they may refer to each other."""
        for kind in list(self._waiting):
            self._take(kind)
        return [table for table in TABLES if table in self._made]

    def ordered(self, table: str, files: dict[str, int]) -> Any:
        """Read one table's rows in the order of their ids, each id once, with the workspace's number of each file.

        Parameters
        ----------
        table : str
        files : dict of str to int
            File name to its number in the workspace.

        Returns
        -------
        pyarrow.RecordBatchReader
        """
        columns = [f'"{name}"' for name in TABLES[table].select]
        if '"file"' not in columns:
            return self._con.sql(f"SELECT * FROM (SELECT DISTINCT ON (id) {', '.join(columns)} FROM {table}) ORDER BY id").to_arrow_reader(
                100_000
            )
        numbers = ", ".join(str(files[name]) for name in self.files)
        columns.remove('"file"')
        if table == "spend":
            nth = f"SELECT * REPLACE (({_nth()}) AS id) FROM spend"
        else:
            nth = f"SELECT * FROM {table} QUALIFY row_number() OVER (PARTITION BY id ORDER BY file, row) = 1"
        names = ", ".join(columns)
        return self._con.sql(f"SELECT {names}, ([{numbers}])[file + 1]::BIGINT AS file_id FROM ({nth}) ORDER BY id").to_arrow_reader(
            100_000
        )


def _nth() -> str:
    """Tell rows of the same key apart by their order in the source."""
    place = "row_number() OVER (PARTITION BY id ORDER BY file, row)"
    return f"CASE WHEN {place} = 1 THEN id ELSE {_id('id::VARCHAR', f'({place})::VARCHAR')} END"
