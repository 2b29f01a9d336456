"""Rows for the tests of other engines, and how they get there."""

import contextlib
import itertools

import ibis
import pyarrow.parquet as pq

from attribution.elsewhere.backends import connected

NUMBERS = itertools.count()


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
