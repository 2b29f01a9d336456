"""Small workspaces for the social room: records in, through the real import."""

import datetime as dt

import pyarrow as pa

from workspace import imports, store
from workspace.batches import Batch
from workspace.records import KINDS, schema

MONDAY = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)


def at(days, seconds=0):
    """Say when it is so many days after the first Monday of 2026, 9:00 UTC."""
    return MONDAY + dt.timedelta(days=days, seconds=seconds)


def day(days):
    return at(days).date()


def batch(kind, *rows):
    """Make a batch of records from their fields; a field that is left out has its default."""
    blank = {field.name: None for field in schema(kind)}
    defaults = {name: field.default for name, field in KINDS[kind].__dataclass_fields__.items() if not _missing(field.default)}
    full = [blank | defaults | row | {"row": place} for place, row in enumerate(rows, 2)]
    return Batch(kind, f"{kind}.csv", pa.Table.from_pylist(full, schema=schema(kind)), ())


def _missing(default):
    return type(default).__name__ == "_MISSING_TYPE"


def make(folder, settings="", **records):
    """Make a workspace that holds records: lists of fields by kind."""
    path = folder / "smarketing.db"
    if not path.exists():
        (folder / "smarketing.toml").write_text(settings, encoding="utf-8")
        store.create(path)
    workspace = store.open_workspace(path)
    imports.run(workspace, "csv", [batch(kind, *rows) for kind, rows in records.items()])
    return workspace


def agreed(*advocates, data=("own_posts", "audience", "company_and_title", "name", "introductions")):
    """List the consents of advocates, from long ago."""
    return [{"advocate": advocate, "datum": datum, "day": dt.date(2025, 1, 1), "granted": True} for advocate in advocates for datum in data]


def click(person, when, code, **other):
    """Make a touch by a link with a code."""
    tags = {"source": "linkedin", "medium": "employee-advocacy", "content": code}
    return {"person": person, "at": when, "kind": "post_click", **tags, **other}
