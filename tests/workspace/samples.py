"""Batches made by hand, and the whole content of a workspace."""

import dataclasses
import datetime as dt
import sqlite3

import pyarrow as pa

from workspace.batches import Batch
from workspace.records import KINDS, schema

LOG = ("imports", "import_files", "import_counts")
"""What an import writes even where it brings nothing new."""


def day(number, hour=9):
    return dt.datetime(2026, 1, number, hour, tzinfo=dt.UTC)


def batch(kind, *rows, file="a.csv", first=2, rejects=()):
    """Make a batch of records; each is a dict of the fields that matter, and may name its own `row`."""
    fields = [field.name for field in dataclasses.fields(KINDS[kind])]
    records = [dataclasses.asdict(KINDS[kind](**{name: row[name] for name in fields if name in row})) for row in rows]
    for place, (record, row) in enumerate(zip(records, rows, strict=True)):
        record["row"] = row.get("row", first + place)
    return Batch(kind, file, pa.Table.from_pylist(records, schema=schema(kind)), tuple(rejects))


def many_touches(number, start=0, width=200):
    """Make touches whose rows fill several pages of the workspace."""
    return batch(
        "touches",
        *(
            {"person": f"person{i}", "at": day(1 + i % 28), "url": f"https://example.com/{i}/{'x' * width}"}
            for i in range(start, start + number)
        ),
        first=start + 2,
    )


def tables(path):
    """Read every table of a workspace: its rows in the order of their ids, each a dict."""
    with sqlite3.connect(path) as db:
        db.row_factory = sqlite3.Row
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        found = {name: [dict(row) for row in db.execute(f'SELECT * FROM "{name}" ORDER BY rowid')] for name in names}
    db.close()
    return found


def records(path):
    """Read what a workspace holds apart from the log of its imports."""
    found = tables(path)
    for row in found["rejects"]:
        del row["file_id"]
    return {name: rows for name, rows in found.items() if name not in LOG}


def integrity(path):
    """Let SQLite check a workspace; sound is ("ok", [])."""
    with sqlite3.connect(path) as db:
        found = db.execute("PRAGMA integrity_check").fetchone()[0], db.execute("PRAGMA foreign_key_check").fetchall()
    db.close()
    return found


def files(folder):
    """Read every file of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def agreeing(path, *advocates, data=("own_posts", "audience", "company_and_title")):
    """Make a workspace in which some employees have agreed to what is to be stored of them."""
    from workspace import imports, store

    store.create(path)
    rows = [{"advocate": one, "datum": datum, "day": dt.date(2020, 1, 1), "granted": True} for one in advocates for datum in data]
    with store.open_workspace(path) as workspace:
        imports.run(workspace, "social", [batch("consents", *rows), batch("advocates", *({"advocate": one} for one in advocates))])
