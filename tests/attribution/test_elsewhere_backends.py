"""Reaching engines, and what is said where they cannot be reached or cannot do it."""

import sqlite3
import subprocess
import sys
import textwrap

import duckdb
import ibis
import pyarrow as pa
import pytest

from attribution.elsewhere import tables
from attribution.elsewhere.backends import ENGINES, connected, engine_of, explained, shown
from attribution.engine import keeper
from tests.attribution.elsewhere_samples import tables_there
from workspace.errors import DataError, MissingPartError, SourceError, UsageError

KNOWN = "duckdb://, pyspark://, postgres://, bigquery://, snowflake://, trino://, clickhouse://, databricks://"


def refused(url):
    with pytest.raises((UsageError, MissingPartError, DataError, SourceError)) as caught, connected(url):
        pass
    return type(caught.value), str(caught.value)


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("duckdb://", "DuckDB"),
        ("folder/file.duckdb", "DuckDB"),
        ("postgres://reader@db/base", "PostgreSQL"),
        ("PostgreSQL://reader@db/base", "PostgreSQL"),
        ("pyspark://?spark.master=yarn", "Spark"),
        ("spark://master:7077", "Spark"),
        ("databricks://", "Databricks"),
        ("mysql://db/base", "mysql"),
    ],
)
def test_a_url_names_its_engine(url, title):
    assert engine_of(url).title == title


@pytest.mark.parametrize(("url", "scheme", "near"), [("postgrse://db", "postgrse", "postgres"), ("sparkle://db", "sparkle", "spark")])
def test_an_unknown_engine_is_refused(url, scheme, near):
    message = f"--on {url}: '{scheme}' names no engine; did you mean '{near}://'? There are: {KNOWN}"
    assert refused(url) == (UsageError, message)
    message = f"--on warehouse: write the engine as a URL, such as postgres://USER@HOST/BASE; there are: {KNOWN}"
    assert refused("warehouse") == (UsageError, message)


def test_a_password_is_never_shown():
    assert shown("postgres://reader:s3cret@db:5432/base?password=s3cret") == "postgres://reader@db:5432/base"
    assert shown("snowflake://us:p@ss@word@account/base") == "snowflake://us@account/base"
    assert shown("duckdb:///data/file.duckdb") == "duckdb:///data/file.duckdb"
    assert "s3cret" not in refused("postgres://reader:s3cret@127.0.0.1:1/base")[1]


@pytest.mark.parametrize("scheme", ["sqlite", "mysql", "mssql", "oracle", "datafusion"])
def test_an_engine_that_lacks_a_feature_is_named_with_it_before_anybody_connects(scheme):
    kind, message = refused(f"{scheme}://nowhere/base")
    feature = "IntegerRange" if scheme == "datafusion" else "ArrayCollect"
    assert kind is DataError
    assert message == (
        f"{scheme} lacks what journeys need: {feature}. These have it: DuckDB, Spark, PostgreSQL, BigQuery, Snowflake, Trino, ClickHouse, "
        "Databricks. Or export both tables to Parquet and read them with --on duckdb://"
    )


def test_a_missing_driver_is_named_with_what_installs_it(monkeypatch):
    for engine in ENGINES[3:]:
        module = {"bigquery": "google.cloud.bigquery", "snowflake": "snowflake.connector", "databricks": "databricks.sql"}
        monkeypatch.setitem(sys.modules, module.get(engine.scheme, {"clickhouse": "clickhouse_connect"}.get(engine.scheme, "trino")), None)
        assert refused(f"{engine.scheme}://someone:secret@host/base") == (
            MissingPartError,
            f"--on {engine.scheme}://someone@host/base: the driver of {engine.title} is not installed; install it with "
            f"pip install 'smarketing[{engine.scheme}]'",
        )


def test_spark_says_that_pyspark_or_java_is_missing(monkeypatch):
    pytest.importorskip("pyspark", reason="missing part: pyspark (pip install 'smarketing[spark]')")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert refused("pyspark://") == (
        MissingPartError,
        "--on pyspark://: Spark needs Java 17 or 21, and there is none; install it (on Debian: apt-get install openjdk-17-jre-headless)",
    )
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert refused("pyspark://") == (
        MissingPartError,
        "--on pyspark://: the driver of Spark is not installed; install it with pip install 'smarketing[spark]'",
    )


def test_nobody_there(postgres_url):
    kind, message = refused("postgres://reader@127.0.0.1:1/base")
    assert kind is SourceError
    assert message.startswith("--on postgres://reader@127.0.0.1:1/base: PostgreSQL could not be reached: connection failed: ")
    assert message.endswith("; check the address, the user and the password")
    kind, message = refused(postgres_url.replace("/postgres", "/nobase"))
    assert kind is SourceError
    assert 'database "nobase" does not exist' in message


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    path = tmp_path / "nothing.duckdb"
    assert refused(f"duckdb://{path}") == (SourceError, f"--on duckdb://{path}: there is no file {path}; check the spelling")
    assert not path.exists()


def test_a_file_of_another_program(tmp_path):
    path = tmp_path / "text.duckdb"
    path.write_text("not a database" * 400)
    kind, message = refused(f"duckdb://{path}")
    assert kind is SourceError
    assert message.startswith(f"--on duckdb://{path}: DuckDB could not be reached: ")


def test_a_duckdb_file_is_only_read(tmp_path):
    path = tmp_path / "base.duckdb"
    with duckdb.connect(str(path)) as base:
        base.execute("CREATE TABLE touches AS SELECT 1 AS person")
    before = path.read_bytes()
    with connected(str(path)) as backend:
        kept = keeper(backend)(backend.table("touches"))
        assert kept.count().execute() == 1
    assert path.read_bytes() == before


def test_an_error_of_this_program_keeps_its_kind():
    with pytest.raises(ZeroDivisionError), explained("DuckDB"):
        1 / 0  # noqa: B018
    with pytest.raises(UsageError, match="typed"), explained("DuckDB"):
        raise UsageError("typed wrongly")
    with pytest.raises(SourceError) as caught, explained("DuckDB"):
        duckdb.sql("SELECT nothing")
    assert str(caught.value).startswith("DuckDB says: Binder Error: Referenced column")


TOUCHES = pa.table({"person": ["a"], "at": [1_700_000_000], "Utm_Source": ["x"]})


def found(backend, name, chosen=None, fields=tables.TOUCH_FIELDS, required=("person", "at")):
    return tables.find(backend, "The engine", name, fields, required, chosen or {})


def test_a_table_is_found_with_its_columns(engine_url, tmp_path):
    with tables_there(engine_url, tmp_path, touches=TOUCHES) as (backend, names):
        there = found(backend, names["touches"])
        assert there.columns == {"person": "person", "at": "at", "source": "Utm_Source"}
        assert there.guessed == {"source": "Utm_Source"}
        assert there.table.count().execute() == 1


def test_a_table_of_a_schema_and_one_that_is_not_there(postgres_url):
    with connected(postgres_url) as backend:
        backend.create_database("web")
        backend.create_table("touches", TOUCHES, database="web")
        assert found(backend, "web.touches").table.count().execute() == 1
        for name, message in (
            ("web.touchs", "The engine has no table 'web.touchs'; did you mean 'web.touches'? There are: touches"),
            ("wep.touches", "The engine has no table 'wep.touches', and none else there; check the schema"),
        ):
            with pytest.raises(SourceError) as caught:
                found(backend, name)
            assert str(caught.value) == message
        backend.drop_database("web", force=True, cascade=True)


def test_duckdb_lists_its_tables(tmp_path):
    path = tmp_path / "base.duckdb"
    with duckdb.connect(str(path)) as base:
        base.execute("CREATE TABLE touches (a int); CREATE SCHEMA web; CREATE TABLE web.visits (a int)")
    with connected(f"duckdb://{path}") as backend:
        for name, message in (
            ("touch", "The engine has no table 'touch'; did you mean 'touches'? There are: touches"),
            ("web.visit", "The engine has no table 'web.visit'; did you mean 'web.visits'? There are: visits"),
        ):
            with pytest.raises(SourceError) as caught:
                found(backend, name)
            assert str(caught.value) == message


def test_spark_has_no_such_table(spark_url):
    with connected(spark_url) as backend, pytest.raises(SourceError) as caught:
        found(backend, "touches")
    assert str(caught.value) == "The engine has no table 'touches', and none else there; check the schema"


def test_parquet_files_by_path_pattern_and_folder(tmp_path, engine_url):
    if engine_url.startswith("postgres"):
        with connected(engine_url) as backend, tables_there("duckdb://", tmp_path, touches=TOUCHES) as (_, names):
            with pytest.raises(SourceError) as caught:
                found(backend, names["touches"])
            assert str(caught.value) == (
                f"The engine reads no Parquet files; load {names['touches']} into a table and name that, or use --on duckdb://"
            )
        return
    with tables_there(engine_url, tmp_path, one=TOUCHES, two=TOUCHES) as (backend, _):
        assert found(backend, str(tmp_path / "*.parquet")).table.count().execute() == 2
        assert found(backend, str(tmp_path)).table.count().execute() == 2
        with pytest.raises(SourceError) as caught:
            found(backend, "nowhere/*.parquet")
        assert str(caught.value) == "nowhere/*.parquet: there is no such Parquet file; check the spelling"


@pytest.mark.parametrize(
    ("columns", "chosen", "error", "message"),
    [
        (
            ["who", "at"],
            {},
            SourceError,
            "touches has no column for person; it has who, at. Say which one it is with --map person=COLUMN",
        ),
        (["who", "at"], {"person": "woh"}, UsageError, "touches has no column 'woh'; did you mean 'who'?"),
        (
            ["email", "user_id", "at"],
            {},
            SourceError,
            "touches: both 'email' and 'user_id' could be person; say which with --map person='email'",
        ),
    ],
)
def test_columns_that_do_not_fit(columns, chosen, error, message):
    with connected("duckdb://") as backend:
        backend.con.register("touches", pa.table({name: ["x"] for name in columns}))
        with pytest.raises(error) as caught:
            found(backend, "touches", chosen)
    assert str(caught.value) == message


def test_a_name_of_too_many_parts():
    with connected("duckdb://") as backend:
        for name in ("a.b.c.d", "a..b"):
            with pytest.raises(UsageError) as caught:
                found(backend, name)
            assert str(caught.value) == (
                f"{name}: name a table as TABLE, SCHEMA.TABLE or CATALOG.SCHEMA.TABLE, or Parquet files by their path"
            )


def test_columns_are_chosen_for_one_table_or_both():
    assert tables.parse_map(["person=email", "touches.at=seen", "url="]) == {
        "touches": {"person": "email", "at": "seen", "url": ""},
        "conversions": {"person": "email"},
    }
    how = "write it as FIELD=COLUMN, touches.FIELD=COLUMN or conversions.FIELD=COLUMN, for example --map person=email"
    for entries, message in (
        (["person"], f"--map person: {how}"),
        (["deals.at=x"], f"--map deals.at=x: {how}"),
        (["persn=x"], "--map persn=x: there is no field 'persn'; did you mean 'person'?"),
        (
            ["conversions.url=x"],
            "--map conversions.url=x: there is no field 'url'; the fields are: person, account, at, goal, value, currency",
        ),
        (["at=x", "touches.at=y"], "--map names the field 'at' of touches twice; keep one"),
    ):
        with pytest.raises(UsageError) as caught:
            tables.parse_map(entries)
        assert str(caught.value) == message


def test_an_engine_without_temporary_tables_computes_anew():
    class Poor:
        name = "trino"

        def create_table(self, *_, **__):
            raise NotImplementedError

    table = ibis.table({"a": "int64"}, name="t")
    assert keeper(Poor())(table) is table


def test_a_session_of_spark_that_was_there_goes_on(spark_url):
    from pyspark.sql import SparkSession

    with connected(spark_url) as backend:
        assert backend.name == "pyspark"
    assert SparkSession.getActiveSession().range(3).count() == 3


def test_a_session_that_was_started_ends(tmp_path):
    pytest.importorskip("pyspark", reason="missing part: pyspark (pip install 'smarketing[spark]')")
    code = textwrap.dedent("""
        from attribution.elsewhere.backends import connected
        from pyspark.sql import SparkSession
        with connected("pyspark://?spark.master=local[1]&spark.ui.enabled=false") as backend:
            session = SparkSession.getActiveSession()
            print(session.conf.get("spark.master"), session.conf.get("spark.app.name"))
        print(SparkSession.getActiveSession())
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["local[1] smarketing", "None", ""]


def test_sqlite_is_not_touched(tmp_path):
    path = tmp_path / "base.db"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE touches (a int)")
    base.close()
    assert refused(f"sqlite://{path}")[0] is DataError
