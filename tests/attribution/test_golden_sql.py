"""SQL for engines that no test can start: as it was when somebody read it against their documentation, and run where it can be."""

import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot

from attribution.engine import duckdb_engine
from attribution.transforms import Transform
from tests.attribution import golden_sql
from tests.attribution.elsewhere_samples import DAY

each_dialect = pytest.mark.parametrize("dialect", golden_sql.DIALECTS)


@each_dialect
def test_the_sql_is_the_one_that_was_read(dialect):
    wanted = (golden_sql.FOLDER / f"{dialect}.sql").read_bytes().decode()
    assert golden_sql.written(dialect) == wanted, "read the difference, then run python -m tests.attribution.golden_sql"


@each_dialect
@pytest.mark.parametrize(
    "transform",
    [Transform("consecutive", "ignore_if_last", 5, 1800), Transform("unique", "ignore_unless_only"), Transform("first")],
    ids=lambda transform: transform.collapse,
)
def test_every_transform_and_samples_by_key_can_be_written_and_parsed(dialect, transform):
    tables = golden_sql.journey_tables(transform=transform, direct=(3,), by_key=True)
    assert len(tables) >= 10
    for table in tables.values():
        statements = sqlglot.parse(golden_sql.compiled(dialect, table), dialect=dialect)
        assert [type(statement) for statement in statements] == [sqlglot.exp.Select]


def rows():
    begin, whole = golden_sql.WINDOW.since - 20 * DAY, pa.int64()
    touches = [(f"k{n % 7}", begin + n * DAY // 3 + n % 5, n % 6, n * 977 % 2**20) for n in range(200)]
    deals = [(None if n == 3 else f"k{n % 9}", begin + n * 5 * DAY, n * 1.25 if n % 4 else None, int(n % 5 != 0)) for n in range(14)]

    def table(tuples, **kinds):
        columns = zip(*tuples, strict=True)
        return pa.table({name: pa.array(column, kind) for (name, kind), column in zip(kinds.items(), columns, strict=True)})

    return (
        table(touches, key=pa.string(), at=whole, code=whole, tie=whole),
        table(deals, key=pa.string(), at=whole, value=pa.float64(), counted=whole),
    )


def plain(rows):
    def value(cell):
        cell = cell.decode() if isinstance(cell, bytes) else cell
        return tuple(cell) if isinstance(cell, list) else round(cell, 9) if isinstance(cell, float) else cell

    return sorted((tuple(value(cell) for cell in row.values()) for row in rows), key=repr)


def test_clickhouse_gives_what_duckdb_gives(tmp_path):
    """ClickHouse runs inside Python where `pip install chdb` was done by hand: it is 534 MB, too much for every run of the tests."""
    chdb = pytest.importorskip("chdb.session", reason="optional: pip install chdb (534 MB) runs ClickHouse's SQL on ClickHouse")
    engine, session = duckdb_engine(), chdb.Session(str(tmp_path / "clickhouse"))
    for name, table in zip(("coded", "conversions"), rows(), strict=True):
        pq.write_table(table, tmp_path / f"{name}.parquet")
        engine.con.register(name, table)
        session.query(f"CREATE TABLE {name} ENGINE = Memory AS SELECT * FROM file('{tmp_path}/{name}.parquet')")
    for options in ({}, {"transform": Transform("unique", "ignore_if_last", 5, 1800), "direct": (3,), "by_key": True}):
        for name, table in golden_sql.journey_tables(**options).items():
            sql = f"{golden_sql.compiled('clickhouse', table)} SETTINGS join_use_nulls = 1"
            duck = engine.con.sql(golden_sql.compiled("duckdb", table))
            if name.startswith("aside"):
                session.query(f"DROP TABLE IF EXISTS {name}")
                session.query(f"CREATE TABLE {name} ENGINE = Memory AS {sql}")
                engine.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {golden_sql.compiled('duckdb', table)}")
            else:
                assert plain(session.query(sql, "ArrowTable").to_pylist()) == plain(duck.to_arrow_table().to_pylist()), name
    engine.disconnect()
    session.close()


@each_dialect
def test_no_name_in_it_is_made_by_chance(dialect):
    assert not re.search(r"_[a-z0-9]{26}\b", golden_sql.written(dialect))
