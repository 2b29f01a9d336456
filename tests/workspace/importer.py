"""An import in a process of its own that stops at a point agreed on, and says so: `importer.py WORKSPACE POINT`."""

import resource
import sys
from pathlib import Path

from tests.workspace.samples import batch, day, many_touches
from workspace import imports, staging, store
from workspace.errors import SmarketingError

ENDLESS = "SELECT max(a.range + b.range) AS id FROM range(1000000000) a, range(1000) b"
NUMBER, SIZE = 10, 200


def stop():
    print("here", flush=True)
    sys.stdin.read()


def batches(halt):
    for number in range(NUMBER):
        if halt and number == NUMBER // 2:
            stop()
        yield many_touches(SIZE, start=50 + SIZE * number, width=3000)
    yield batch("conversions", *({"person": f"person{i}", "at": day(9)} for i in range(50)))


def much():
    for number in range(12):
        yield many_touches(1000, start=1000 * number, width=10_000)


def stop_while_staging():
    """Stop in the worker thread, in the middle of a query."""
    take = staging.Staging._take

    def slow(self, kind, parts):
        take(self, kind, parts)
        if parts[0]["row"][0].as_py() > NUMBER // 2 * SIZE:
            print("here", flush=True)
            self._con.execute(ENDLESS)

    staging.Staging._take = slow
    staging.CHUNK = SIZE


def stop_while_sorting():
    """Stop before the first touch is written, in the middle of a query."""
    order = staging.in_order

    def endless(table, numbers):
        if table != "touches":
            return order(table, numbers)
        print("here", flush=True)
        return ENDLESS

    staging.in_order = endless


class Halting:
    """A DuckDB that stops when most of the touches are written."""

    def __init__(self, con):
        self.con = con

    def __getattr__(self, name):
        return getattr(self.con, name)

    def sql(self, query):
        self.query = query
        return self

    def to_arrow_reader(self, size):
        self.reader = self.con.sql(self.query).to_arrow_reader(size)
        self.schema = self.reader.schema
        self.place = 0
        return self

    def __iter__(self):
        return self

    def __next__(self):
        self.place += 1
        if "url" in self.schema.names and self.place == NUMBER:
            stop()
        return next(self.reader)


def stop_while_writing():
    tables = staging.Staging.tables

    def halting(self):
        found = tables(self)
        self._con = Halting(self._con)
        return found

    staging.Staging.tables = halting
    staging.READ_AT_ONCE = SIZE


def stop_before_the_commit():
    finish = imports._finish

    def last(*arguments):
        finish(*arguments)
        stop()

    imports._finish = last


def main(path, point, limit=0):
    rows = batches(point == "reading")
    if point == "staging":
        stop_while_staging()
    elif point == "sorting":
        stop_while_sorting()
    elif point == "writing":
        stop_while_writing()
    elif point == "committing":
        stop_before_the_commit()
    elif point == "much":
        staging.MEMORY, staging.CHUNK = "30MB", 1000
        rows = much()
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with store.open_workspace(path) as workspace:
            print(imports.run(workspace, "csv", rows).counts)
    except KeyboardInterrupt:
        print("interrupted")
    except SmarketingError as error:
        print(error)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
