"""Engines where touches may lie: reached by a URL, each made to say in a sentence what it lacks."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import os
import shutil
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workspace.errors import DataError, MissingPartError, SmarketingError, SourceError, UsageError

if TYPE_CHECKING:
    from ibis.backends import BaseBackend


@dataclasses.dataclass(frozen=True, slots=True)
class Engine:
    """An engine that journeys are known to run on, or to compile for.

    Parameters
    ----------
    scheme : str
        Of its URL; Ibis' name for it.
    title : str
    install : str or None
        What pip has to install for it; None where it comes with smarketing.
    """

    scheme: str
    title: str
    install: str | None


ENGINES: tuple[Engine, ...] = (
    Engine("duckdb", "DuckDB", None),
    Engine("pyspark", "Spark", "smarketing[spark]"),
    Engine("postgres", "PostgreSQL", "smarketing[postgres]"),
    Engine("bigquery", "BigQuery", "smarketing[bigquery]"),
    Engine("snowflake", "Snowflake", "smarketing[snowflake]"),
    Engine("trino", "Trino", "smarketing[trino]"),
    Engine("clickhouse", "ClickHouse", "smarketing[clickhouse]"),
    Engine("databricks", "Databricks", "smarketing[databricks]"),
)
SCHEMES = {"postgresql": "postgres", "spark": "pyspark"}
"""Other names for them in a URL."""

DRIVERS = (
    "clickhouse_connect",
    "databricks",
    "duckdb",
    "_duckdb",
    "google",
    "psycopg",
    "py4j",
    "pyspark",
    "requests",
    "snowflake",
    "sqlite3",
    "trino",
    "urllib3",
)
"""Libraries whose errors say that an engine cannot do what is asked, not that this program is wrong."""


@contextlib.contextmanager
def connected(url: str) -> Iterator[BaseBackend]:
    """Connect to an engine, for as long as the block lasts.

    Parameters
    ----------
    url : str
        As `ibis.connect` takes it; "spark://HOST:PORT" is a Spark cluster's master.

    Raises
    ------
    UsageError
        No engine is known by the URL's scheme.
    MissingPartError
        Its driver is not installed.
    DataError
        Journeys need something that the engine does not have.
    SourceError
        It cannot be reached, or refuses.
    """
    engine = engine_of(url)
    _check_features(engine)
    ours = not _runs_already(engine)
    with explained(engine.title, url):
        backend = _connect(engine, url)
    try:
        yield _prepared(backend)
    finally:
        if ours:
            backend.disconnect()


def engine_of(url: str) -> Engine:
    """Tell which engine a URL means.

    Examples
    --------
    >>> engine_of("postgresql://reader@db.example.com/warehouse").title
    'PostgreSQL'
    """
    scheme = url.partition(":")[0].lower() if ":" in url else ""
    if not scheme and url.endswith(".duckdb"):
        scheme = "duckdb"
    scheme = SCHEMES.get(scheme, scheme)
    known = {engine.scheme: engine for engine in ENGINES}
    if scheme in known:
        return known[scheme]
    from ibis.backends.sql import compilers

    if scheme and isinstance(getattr(getattr(compilers, scheme, None), "compiler", None), compilers.base.SQLGlotCompiler):
        return Engine(scheme, scheme, f"ibis-framework[{scheme}]")
    if not scheme:
        raise UsageError(
            "--on {url}: write the engine as a URL, such as postgres://USER@HOST/BASE; there are: {schemes}",
            url=url,
            schemes=", ".join(f"{name}://" for name in known),
        )
    near = difflib.get_close_matches(scheme, [*known, *SCHEMES], n=1)
    if not near:
        raise UsageError(
            "--on {url}: '{scheme}' names no engine; there are: {schemes}",
            url=shown(url),
            scheme=scheme,
            schemes=", ".join(f"{name}://" for name in known),
        )
    raise UsageError(
        "--on {url}: '{scheme}' names no engine; did you mean '{near}://'? There are: {schemes}",
        url=shown(url),
        scheme=scheme,
        near=near[0],
        schemes=", ".join(f"{name}://" for name in known),
    )


def shown(url: str) -> str:
    """Write a URL without what opens the door: no password, no parameters.

    Examples
    --------
    >>> shown("postgres://reader:secret@db.example.com:5432/warehouse?sslmode=require")
    'postgres://reader@db.example.com:5432/warehouse'
    """
    scheme, mark, rest = url.partition("://")
    place = rest.partition("?")[0]
    user, at, host = place.rpartition("@")
    return f"{scheme}{mark}{user.partition(':')[0]}{at}{host}"


def _check_features(engine: Engine) -> None:
    """Write the journeys in an engine's SQL, before anybody connects to it."""
    import ibis
    from ibis.backends.sql import compilers

    from attribution.journeys import Window, journeys

    if engine in ENGINES:
        return
    touches = ibis.table({"key": "int64", "at": "int64", "code": "int64", "tie": "int64"}, name="touches")
    conversions = ibis.table({"key": "int64", "at": "int64", "value": "float64", "counted": "int64"}, name="conversions")
    found = journeys(touches, conversions, Window(1))
    with explained(engine.title):
        for table in (found.nulls, found.converting, found.steps):
            getattr(compilers, engine.scheme).compiler.to_sqlglot(table)


def _connect(engine: Engine, url: str) -> BaseBackend:
    import ibis

    try:
        if engine.scheme == "duckdb":
            return _duckdb(url)
        if engine.scheme == "pyspark":
            return _spark(url)
        # Ibis would put functions of its own into the base; journeys need none of them.
        return ibis.connect(url, **({"create_object_udfs": False} if engine.scheme == "snowflake" else {}))
    except ImportError as error:
        raise MissingPartError(
            "--on {url}: the driver of {engine} is not installed; install it with pip install '{install}'",
            url=shown(url),
            engine=engine.title,
            install=engine.install,
        ) from error


def _duckdb(url: str) -> BaseBackend:
    """Open a DuckDB file to read it alone, or DuckDB without a file."""
    import ibis

    from attribution.engine import duckdb_engine

    path = urllib.parse.unquote(url.partition("://")[2].partition("?")[0]) if "://" in url else url
    if not path:
        return duckdb_engine()
    if path.startswith("md:"):
        return ibis.connect(url)
    if not Path(path).is_file():
        raise SourceError("--on {url}: there is no file {path}; check the spelling", url=shown(url), path=path)
    return ibis.duckdb.connect(path, read_only=True)


def _runs_already(engine: Engine) -> bool:
    """Tell whether a Spark session was there before us, which then is not ours to stop."""
    if engine.scheme != "pyspark":
        return False
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        return False
    return SparkSession.getActiveSession() is not None


def _spark(url: str) -> BaseBackend:
    """Start Spark, or join a session that runs: Ibis' own way through a URL stumbles over settings that only hold from the start."""
    import ibis
    from pyspark.sql import SparkSession

    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise MissingPartError(
            "--on {url}: Spark needs Java 17 or 21, and there is none; install it (on Debian: apt-get install openjdk-17-jre-headless)",
            url=shown(url),
        )
    place, _, query = url.partition("?")
    asked = dict(urllib.parse.parse_qsl(query))
    if place.lower().startswith("spark://"):
        asked["spark.master"] = place
    elif warehouse := place.partition("://")[2].lstrip("/"):
        asked["spark.sql.warehouse.dir"] = str(Path("/", warehouse))
    quiet = {
        "spark.app.name": "smarketing",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties').as_uri()}",
    }
    builder = SparkSession.builder
    for name, value in {**quiet, **asked}.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


def _prepared(backend: BaseBackend) -> BaseBackend:
    """Set what journeys count on."""
    if backend.name == "duckdb":
        backend.raw_sql("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")
        # DuckDB 2.0 takes the least and the greatest value that a Parquet file states for all that it holds, and then finds no NaN in it.
        backend.raw_sql("SET disabled_optimizers = 'statistics_propagation'")
    if backend.name == "pyspark":
        backend._session.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")  # else rows come one by one
    if backend.name in ("clickhouse", "snowflake"):
        from attribution.elsewhere.mended import COMPILERS

        backend.compiler = COMPILERS[backend.name]()
    if backend.name == "clickhouse":
        backend.con.set_client_setting("join_use_nulls", 1)
    return backend


@contextlib.contextmanager
def explained(title: str, url: str | None = None) -> Iterator[None]:
    """Turn what an engine or its driver cannot do into a sentence; errors of this program pass.

    Parameters
    ----------
    title : str
        The engine.
    url : str or None
        Where it was to be reached, while connecting.
    """
    import ibis.common.exceptions as lacking

    try:
        yield
    except SmarketingError:
        raise
    except (lacking.OperationNotDefinedError, lacking.UnsupportedOperationError, lacking.UnsupportedBackendType) as error:
        raise DataError(
            "{engine} lacks what journeys need: {feature}. These have it: {engines}. Or export both tables to Parquet and read them with "
            "--on duckdb://",
            engine=title,
            feature=_feature(error),
            engines=", ".join(engine.title for engine in ENGINES),
        ) from error
    except Exception as error:
        if not isinstance(error, ConnectionError) and type(error).__module__.partition(".")[0] not in DRIVERS:
            raise
        if url is not None:
            raise SourceError(
                "--on {url}: {engine} could not be reached: {why}; check the address, the user and the password",
                url=shown(url),
                engine=title,
                why=_first_line(error),
            ) from error
        raise SourceError("{engine} says: {why}", engine=title, why=_first_line(error)) from error


def _feature(error: Exception) -> str:
    """Name what is missing: the operation where Ibis names one, else its own words."""
    quoted = str(error).split("'")
    return quoted[1] if len(quoted) == 3 else _first_line(error)


def _first_line(error: Exception) -> str:
    """Keep the reason; further lines repeat the query or a trace."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300]
