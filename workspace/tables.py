"""What an import's rows become: for each table of the workspace, how its columns and ids are made from what a connector delivers.

The ids are `workspace.ids.stable_id`, written in DuckDB's SQL so that millions are made at once.
"""

from __future__ import annotations

import dataclasses

from workspace.ids import SEPARATOR

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
# Figures of a day are corrected afterwards by those who report them, so the amount is no part of the key; where a file has several rows
# of a day alike (one for each ad), they are told apart by their order in it (`_nth`).
SPEND_ID = (
    f"""CASE WHEN id IS NOT NULL THEN {_id("'spend'", "id")} ELSE {_id("'spend'", "day::VARCHAR", "origin_id::VARCHAR", "currency")} END"""
)
# What a test found is corrected too; which test it was is told by what it was run on, when, how and under which name.
EXPERIMENT_KEY = ("since::VARCHAR", "until::VARCHAR", "channel", "campaign", "goal", "kind", "name")
EXPERIMENT_ID = f"""CASE WHEN id IS NOT NULL THEN {_id("'experiment'", "id")} ELSE {_id("'experiment'", *EXPERIMENT_KEY)} END"""
REJECT_ID = _id("kind", "name", "row::VARCHAR", "field", "value", "problem")


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """How one table of the workspace is gathered.

    Parameters
    ----------
    select : dict of str to str
        Columns of the workspace's table and what fills them from a batch; `file` is the number of its file.
    on_conflict : str
        What SQLite does with a row whose id it knows.
    beside : dict of str to str
        Further columns, which only tell rows apart.
    """

    select: dict[str, str]
    on_conflict: str = "NOTHING"
    beside: dict[str, str] = dataclasses.field(default_factory=dict)

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


FOUND = (
    *("channel", "campaign", "goal", "kind"),
    *("incremental", "incremental_low", "incremental_high", "lift", "lift_low", "lift_high", "confidence", "coverage", "name", "note"),
)
"""What is kept of an experiment as it comes."""


def _complete(table: str, *columns: str) -> str:
    """Update a known row with what is said anew; what is not said stays."""
    merged = {column: f"coalesce(excluded.{column}, {table}.{column})" for column in columns}
    assignments = [f"{column} = {value}" for column, value in merged.items()] + ["file_id = excluded.file_id", "row = excluded.row"]
    known = ", ".join(f"{table}.{column}" for column in columns)
    return f"UPDATE SET {', '.join(assignments)} WHERE ({known}) IS NOT ({', '.join(merged.values())})"


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
        {"keyed": "id IS NOT NULL"},
    ),
    "people": Table(
        {
            "id": PERSON_ID,
            "account_id": f"CASE WHEN account IS NOT NULL THEN {ACCOUNT_ID} END",
            "segment": "segment",
            "lead_source": "lead_source",
            "title": "title",
            "role": "role",
            "file": "file",
            "row": "row",
        },
        _complete("people", "account_id", "segment", "lead_source", "title", "role"),
    ),
    "experiments": Table(
        {"id": EXPERIMENT_ID}
        | {name: f"epoch_us({name}::TIMESTAMP) // 86400000000" for name in ("since", "until")}
        | {name: name for name in FOUND}
        | {"key": "id", "file": "file", "row": "row"},
        _change("experiments", "since", "until", *FOUND),
    ),
    # A row refused again is listed with the import that refused it last, which is the one its reader has just made.
    "rejects": Table(
        {"id": REJECT_ID, "file": "file"} | {name: name for name in ("kind", "row", "field", "value", "problem", "remedy")},
        "UPDATE SET file_id = excluded.file_id",
    ),
}
"""The tables an import fills, in the order in which they may refer to each other."""


def _select(table: str, source: str = "arriving") -> str:
    columns = TABLES[table].select | TABLES[table].beside
    return f"""SELECT {", ".join(f'{expression} AS "{name}"' for name, expression in columns.items())} FROM {source}"""


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
    "people": (
        ("persons", _select("persons", "(SELECT DISTINCT person FROM arriving)")),
        ("accounts", _select("accounts", "(SELECT DISTINCT account FROM arriving WHERE account IS NOT NULL)")),
        ("people", _select("people")),
    ),
    "experiments": (("experiments", _select("experiments")),),
    "rejects": (("rejects", _select("rejects")),),
}
"""For each kind of record, and for refused rows: the tables they fill, and with what."""


def in_order(table: str, numbers: list[int]) -> str:
    """Select a table's gathered rows in the order of their ids, rows with one id in the order of their files and places.

    Parameters
    ----------
    table : str
    numbers : list of int
        The workspace's number of each file, in the order in which the files came.
    """
    if "file" not in TABLES[table].select:
        return f"SELECT * FROM {table} ORDER BY id"
    columns = [f"({numbers})[file + 1]::BIGINT AS file_id" if name == "file" else f'"{name}"' for name in TABLES[table].select]
    rows = f"(SELECT * REPLACE (({_nth()}) AS id) FROM spend)" if table == "spend" else table
    if table == "people":
        rows = f"(SELECT * REPLACE ({', '.join(_latest_said(name) for name in PERSONAL)}) FROM people)"
    return f"SELECT {', '.join(columns)} FROM {rows} ORDER BY id, file, row"


PERSONAL = ("account_id", "segment", "lead_source", "title", "role")


def _latest_said(name: str) -> str:
    """Fill a column with what the latest row of the same id that says anything says: several files tell of a person piece by piece."""
    return f"last_value({name} IGNORE NULLS) OVER (PARTITION BY id ORDER BY file, row) AS {name}"


def _nth() -> str:
    """Tell rows of the same key apart by their order in their file (a file named twice has its rows twice, in the same places)."""
    place = "dense_rank() OVER (PARTITION BY id, file ORDER BY row)"
    return f"CASE WHEN keyed OR {place} = 1 THEN id ELSE {_id('id::VARCHAR', f'({place})::VARCHAR')} END"
