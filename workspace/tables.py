"""What an import's rows become: for each table of the workspace, how its columns and ids are made from what a connector delivers.

Most kinds follow from their fields (`gathering.plain_table`); touches, conversions, spend and people are told here.
"""

from __future__ import annotations

from workspace.gathering import Table, change, days, made_id, plain_fills, plain_table, seconds, table_name
from workspace.records import KINDS

ORIGIN = ("source", "medium", "campaign", "content", "term", "referrer", "click_id_kind", "channel", "kind")
"""What an origin is told by, in the order of its id."""

AT = seconds("at")

ORIGIN_ID = made_id(*ORIGIN)
PERSON_ID = made_id("person")
ACCOUNT_ID = made_id("account")

# A row with a key of its own is that key's row: imported again with other values, it changes. A row without one is all that it says.
TOUCH_ID = f"""CASE WHEN id IS NOT NULL THEN {made_id("'touch'", "id")}
    ELSE {made_id("'touch'", "person", f"({AT})::VARCHAR", "origin_id::VARCHAR", "url", "click_id")} END"""
CONVERSION_ID = f"""CASE WHEN id IS NOT NULL THEN {made_id("'conversion'", "id", "goal")}
    ELSE {made_id("'conversion'", "person", "account", "opportunity", f"({AT})::VARCHAR", "goal", "value::VARCHAR", "currency")} END"""
# Figures of a day are corrected afterwards by those who report them, so the amount is no part of the key; where a file has several rows
# of a day alike (one for each ad), they are told apart by their order in it (`_nth`).
SPEND_KEY = ("'spend'", "day::VARCHAR", "origin_id::VARCHAR", "currency")
SPEND_ID = f"""CASE WHEN id IS NOT NULL THEN {made_id("'spend'", "id")} ELSE {made_id(*SPEND_KEY)} END"""
PERSONAL = ("account_id", "segment", "lead_source", "title", "role")
PLAIN = tuple(kind for kind, record in KINDS.items() if hasattr(record, "OWN"))
"""Kinds of record whose table follows from their fields."""
REFUSED = ("kind", "row", "field", "value", "problem", "remedy", "column_name", "row_kept")
REJECT_ID = made_id("kind", "name", "row::VARCHAR", "field", "value", "problem")


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
        change("touches", "person_id", "at", "origin_id", "consent", "click_id", "url"),
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
        change("conversions", "person_id", "account_id", "at", "value", "currency", "opportunity"),
    ),
    "spend": Table(
        {
            "id": SPEND_ID,
            "day": days("day"),
            "origin_id": "origin_id",
            "amount": "amount",
            "currency": "currency",
            "impressions": "impressions",
            "clicks": "clicks",
            "conversions": "conversions",
            "file": "file",
            "row": "row",
        },
        change("spend", "day", "origin_id", "amount", "currency", "impressions", "clicks", "conversions"),
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
        change("people", *PERSONAL, pieces=PERSONAL),
        pieces=PERSONAL,
    ),
    **{table_name(kind): plain_table(kind) for kind in PLAIN},
    # A row refused again is listed with the import that refused it last, which is the one its reader has just made.
    "rejects": Table(
        {"id": REJECT_ID, "file": "file"} | {name: name for name in REFUSED},
        "UPDATE SET file_id = excluded.file_id, column_name = excluded.column_name, row_kept = excluded.row_kept",
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
        *plain_fills("touches"),
        ("origins", _select("origins", f"(SELECT DISTINCT {ORIGINS} FROM arriving)")),
        ("touches", _select("touches", _with_origin("arriving"))),
    ),
    "conversions": (*plain_fills("conversions"), ("conversions", _select("conversions"))),
    "spend": (
        ("origins", _select("origins", f"(SELECT DISTINCT {ORIGINS} FROM {SPENT})")),
        ("spend", _select("spend", _with_origin(SPENT))),
    ),
    "people": (*plain_fills("people"), ("people", _select("people"))),
    **{kind: (*plain_fills(kind), (table_name(kind), _select(table_name(kind)))) for kind in PLAIN},
    "removals": (("removals", "SELECT * FROM arriving"),),
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
    if pieces := TABLES[table].pieces:
        rows = f"(SELECT * REPLACE ({', '.join(_latest_said(name) for name in pieces)}) FROM {table})"
    return f"SELECT {', '.join(columns)} FROM {rows} ORDER BY id, file, row"


def _latest_said(name: str) -> str:
    """Fill a column with what the latest row of the same id that says anything says: several files tell of a person piece by piece."""
    return f"last_value({name} IGNORE NULLS) OVER (PARTITION BY id ORDER BY file, row) AS {name}"


def _nth() -> str:
    """Tell rows of the same key apart by their order in their file (a file named twice has its rows twice, in the same places)."""
    place = "dense_rank() OVER (PARTITION BY id, file ORDER BY row)"
    return f"CASE WHEN keyed OR {place} = 1 THEN id ELSE {made_id('id::VARCHAR', f'({place})::VARCHAR')} END"
