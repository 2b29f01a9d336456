"""Rows for the tests of other engines, and how they get there."""

import contextlib
import itertools

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from attribution.elsewhere.backends import connected
from attribution.elsewhere.place import Place
from attribution.elsewhere.report import attribute_elsewhere
from workspace.settings import Settings

NUMBERS = itertools.count()
DAY = 86_400
START = 1_750_000_000


@contextlib.contextmanager
def tables_there(url, folder, **tables):
    """Put Arrow tables where an engine finds them; give the engine and the name of each.

    PostgreSQL gets tables, which are dropped afterwards; DuckDB and Spark read Parquet files.
    """
    with connected(url) as backend:
        names = {}
        number = next(NUMBERS)
        for name, table in tables.items():
            if backend.name == "postgres":
                names[name] = f"{name}_{number}"
                backend.create_table(names[name], ibis.memtable(table) if table.num_rows < 1000 else table)
            else:
                names[name] = str(folder / f"{name}_{number}.parquet")
                pq.write_table(table, names[name])
        try:
            yield backend, names
        finally:
            if backend.name == "postgres":
                for name in names.values():
                    backend.drop_table(name)


def column(values, kind=None):
    return pa.array(list(values), kind or pa.string())


def company(people=60, touches=900, seed=1, unique=True):
    """Make a company's touches and conversions with all that a table may hold, and times that stand once."""
    random = np.random.default_rng(seed)
    origins = [
        ("google", "cpc", "brand"),
        ("linkedin", "paid_social", "q3"),
        ("newsletter", "email", None),
        (None, None, None),
        ("Bing", "organic", ""),
    ]
    referrers = [None, "https://www.google.com/search?q=a", "https://chatgpt.com/", "android-app://com.slack/"]
    urls = [None, "https://ex.com/?email=someone@x.io", "/?utm_source=lnkd.in&utm_medium=social&li_fat_id=9&session=4@x.io", "/?gclid=7"]
    picked = random.integers(0, len(origins), touches)
    seconds = START + (np.sort(random.choice(120 * DAY, touches, replace=False)) if unique else random.integers(0, 40, touches) * DAY)
    person = random.integers(0, people, touches)
    visits = {
        "person": column(f"person-{n}@x.io" for n in person),
        "account": column(f"account-{n // 3}" if n % 7 else None for n in person),
        "at": pa.array(seconds, pa.int64()).cast(pa.timestamp("s", "UTC")),
        **{name: column(origins[n][place] for n in picked) for place, name in enumerate(("source", "medium", "campaign"))},
        "referrer": column(referrers[n] for n in random.integers(0, len(referrers), touches)),
        "url": column(urls[n] for n in random.integers(0, len(urls), touches)),
        "consent": column((None if n else False for n in random.integers(0, 30, touches)), pa.bool_()),
    }
    deals = people
    buyer = random.integers(0, people + 3, deals)
    won = START + random.integers(0, 120 * DAY, deals)
    conversions = {
        "person": column(f"person-{n}@x.io" for n in buyer),
        "account": column(f"account-{n // 3}" if n % 7 else None for n in buyer),
        "at": pa.array(won, pa.int64()).cast(pa.timestamp("s", "UTC")),
        "goal": column(np.array(["lead", "won"])[random.integers(0, 2, deals)]),
        "value": column((None if n < 0.1 else round(n * 1000, 2) for n in random.random(deals)), pa.float64()),
        "currency": column(np.array(["EUR", None])[random.integers(0, 2, deals)]),
    }
    return pa.table(visits), pa.table(conversions)


def report(url, folder, touches, conversions, question, chosen=None, columns=()):
    with tables_there(url, folder, touches=touches, conversions=conversions) as (_, names):
        place = Place(url, names["touches"], names["conversions"], tuple(columns))
        return attribute_elsewhere(place, question, chosen or Settings())
