"""Small workspaces of known records, made through the import."""

from __future__ import annotations

import contextlib
import datetime as dt

from tests.workspace.samples import batch
from workspace import imports, store

JANUARY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def at(day, hour=9):
    """Give a time in January 2026 (or later, or earlier), by its day."""
    return JANUARY + dt.timedelta(days=day - 1, hours=hour)


def touch(person, day, hour=9, **origin):
    return {"person": person, "at": at(day, hour), "kind": "visit", **origin}


def conversion(person, day, goal, value=None, currency="EUR", **more):
    money = {"value": value, "currency": currency} if value is not None else {}
    return {"person": person, "at": at(day, 12), "goal": goal, **money, **more}


def cost(day, amount, currency="EUR", **more):
    return {"day": at(day).date(), "amount": float(amount), "currency": currency, **more}


@contextlib.contextmanager
def workspace_with(folder, touches=(), conversions=(), spend=(), settings=""):
    """Make and open a workspace that holds these records."""
    folder.mkdir(exist_ok=True)
    path = folder / "w.db"
    store.create(path)
    config = path.with_name("smarketing.toml")
    config.write_text(settings + config.read_text())
    with store.open_workspace(path) as opened:
        kinds = {"touches": touches, "conversions": conversions, "spend": spend}
        if any(kinds.values()):
            imports.run(opened, "test", [batch(kind, *rows, file=f"{kind}.csv") for kind, rows in kinds.items() if rows])
        yield opened
