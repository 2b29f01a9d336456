"""The SQL of journeys in the dialects of engines that no test can start; `python -m tests.attribution.golden_sql` writes it anew.

A table that is put aside is written once and then named, as an engine with temporary tables has it.
"""

import re
from pathlib import Path

import ibis
from ibis.backends.sql import compilers

from attribution.elsewhere import deals, records
from attribution.elsewhere.mended import COMPILERS
from attribution.elsewhere.tables import CONVERSION_FIELDS, TOUCH_FIELDS, Found
from attribution.journeys import Window, journeys
from workspace.column_names import fill

FOLDER = Path(__file__).parent / "golden_sql"
DIALECTS = ("bigquery", "snowflake", "trino", "clickhouse", "databricks")
WINDOW = Window(7_776_000, 1_767_222_000, 1_774_994_400, open_since=1_774_000_000)
TOUCHES = ibis.table(
    {
        "person": "string",
        "at": "timestamp('UTC', 6)",
        "utm_source": "string",
        "referrer": "string",
        "page_url": "string",
        "consent": "boolean",
    },
    name="touches",
)
DEALS = ibis.table(
    {"person": "string", "at": "timestamp('UTC', 6)", "goal": "string", "value": "float64", "currency": "string"}, name="deals"
)


def journey_tables(**options):
    """List the tables of journeys by name, those that are put aside first."""
    aside = {}

    def keep(table):
        name = f"aside_{len(aside) + 1}"
        aside[name] = table
        return ibis.table(table.schema(), name=name)

    coded = ibis.table({"key": "string", "at": "int64", "code": "int64", "tie": "int64"}, name="coded")
    conversions = ibis.table({"key": "string", "at": "int64", "value": "float64", "counted": "int64"}, name="conversions")
    found = journeys(coded, conversions, WINDOW, keep, **options)
    told = {name: getattr(found, name) for name in ("nulls", "converting", "steps", "lags", "totals")}
    if found.by_key is not None:
        told |= {f"by_key_{name}": getattr(found.by_key, name) for name in ("converting", "nulls", "totals")}
    return aside | told


def row_tables():
    """List what is asked of raw tables: counts, distinct origins, and the conversions of each goal."""
    visits = Found(TOUCHES, fill(TOUCHES.columns, TOUCH_FIELDS, {}, "touches")[0], "touches", {}, frozenset({"at"}))
    sold = Found(DEALS, fill(DEALS.columns, CONVERSION_FIELDS, {}, "deals")[0], "deals", {}, frozenset({"at"}))
    touch_key, deal_key = records.keys(visits, sold, "person")
    rows, origin, counts = records.touch_rows(visits, touch_key, "UTC", None, content=False)
    groups = deals.groups(records.read_conversions(sold, deal_key, "UTC"), WINDOW.since, WINDOW.until)
    return {"counts": counts, "origins": rows.select(*origin).distinct(), "deals": groups}


def compiled(dialect, table):
    """Write one table in a dialect."""
    compiler = COMPILERS[dialect]() if dialect in COMPILERS else getattr(compilers, dialect).compiler
    return compiler.to_sqlglot(table).sql(dialect=compiler.dialect, pretty=True)


def written(dialect):
    """Write the tables that every report asks for in a dialect."""
    text = "\n".join(f"-- {name}\n{compiled(dialect, table)};\n" for name, table in (row_tables() | journey_tables()).items())
    names = {}
    return re.sub(r"\b(ibis_bq_\w+?)_[a-z0-9]{26}\b", lambda found: names.setdefault(found[0], f"{found[1]}_{len(names) + 1}"), text)


def regenerate():
    """Write the files anew."""
    for dialect in DIALECTS:
        (FOLDER / f"{dialect}.sql").write_text(written(dialect), encoding="utf-8", newline="")


if __name__ == "__main__":
    regenerate()
