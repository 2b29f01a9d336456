"""What leaves an engine and what is written there: aggregates, and nothing; and a million touches, on each engine the same."""

import hashlib

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attribution.attribute import make_models
from attribution.channels import Classifier
from attribution.elsewhere import tables
from attribution.elsewhere.backends import connected
from attribution.elsewhere.place import Place
from attribution.elsewhere.report import attribute_elsewhere, find_journeys
from attribution.question import Question
from tests.attribution.elsewhere_samples import DAY, START, company, tables_there
from workspace.settings import Settings

LEAVING = {
    # Counts, sums and the first and the last time.
    ("goal", "currency", "rows", "without_time", "valued", "keyless", "zeros", "refunds", "largest", "last", "seconds", "cents"),
    ("rows", "without_key", "without_time", "without_consent", "used", "first", "last", "seconds", "latest_milli", "serials"),
    # The distinct origins.
    ("source", "medium", "campaign", "referrer", "url_source", "url_medium", "url_campaign", "url_click_id_kind"),
    # Paths and what is summed over their journeys.
    ("conversions", "value", "valued"),
    ("path", "journeys"),
    ("path", "conversions", "value", "valued", "conversions_squared", "cross", "value_squared", "number"),
    ("number", "step", "weight", "value_weight"),
    ("days", "length", "conversions"),
}
BY_KEY = {
    # Which journeys are of one key, under numbers that name nobody.
    ("owner", "path"),
    ("owner", "number", "conversions", "value"),
    ("conversions_squared", "cross", "value_squared"),
}


@pytest.fixture
def fetched(monkeypatch):
    """Everything that any engine hands over."""
    seen = []
    for name in ("duckdb", "postgres", "pyspark"):
        backend = pytest.importorskip(f"ibis.backends.{name}").Backend
        for way in ("to_pyarrow", "execute", "to_pyarrow_batches"):
            fetch = getattr(backend, way)

            def spied(self, expr, *args, fetch=fetch, **options):
                result = fetch(self, expr, *args, **options)
                if isinstance(result, pa.RecordBatchReader):
                    whole = result.read_all()
                    seen.append((expr, whole))
                    return whole.to_reader()
                seen.append((expr, result))
                return result

            monkeypatch.setattr(backend, way, spied)
    return seen


def values_of(result):
    frame = result.to_pandas() if hasattr(result, "to_pandas") else result
    if not hasattr(frame, "columns"):
        return [frame]
    flat = []
    for column in frame.columns:
        for value in frame[column]:
            flat += list(value) if isinstance(value, list | tuple | np.ndarray) else [value]
    return flat


@pytest.mark.parametrize("by_key", [False, True])
def test_aggregates_alone_leave_an_engine(engine_url, tmp_path, fetched, by_key):
    touches, conversions = company(people=40, touches=400)
    with tables_there(engine_url, tmp_path, touches=touches, conversions=conversions) as (_, names):
        fetched.clear()
        question = Question(models=("markov",), goal="won", by_key=by_key)
        attribute_elsewhere(Place(engine_url, names["touches"], names["conversions"]), question, Settings())
    shapes = {tuple(expr.columns) for expr, _ in fetched if hasattr(expr, "columns")}
    # Spark is asked for no rows of what it is to put aside.
    asked = {tuple(expr.columns) for expr, result in fetched if hasattr(expr, "columns") and len(result)}
    assert asked == LEAVING | (BY_KEY if by_key else set())
    assert engine_url.startswith("pyspark") or shapes == asked
    told = {value for _, result in fetched for value in values_of(result) if isinstance(value, str)}
    assert told
    assert not [value for value in told if "x.io" in value or "person-" in value or "account-" in value or "session" in value]
    moments = set(touches["at"].cast(pa.int64()).to_pylist()) | set(conversions["at"].cast(pa.int64()).to_pylist())
    numbers = {value for _, result in fetched for value in values_of(result) if isinstance(value, int | np.integer)}
    by_goal = 2 * 2  # goals and currencies
    assert len(moments & numbers) <= 2 + by_goal  # the first and the last of each


def test_a_reader_s_rights_are_enough_and_nothing_stays(postgres_url, tmp_path):
    touches, conversions = company(people=10, touches=60)
    with tables_there(postgres_url, tmp_path, touches=touches, conversions=conversions) as (backend, names):
        before = backend.list_tables()
        backend.raw_sql("CREATE ROLE reader LOGIN")
        for name in names.values():
            backend.raw_sql(f"GRANT SELECT ON {name} TO reader")
        try:
            url = postgres_url.replace("tester@", "reader@")
            report = attribute_elsewhere(
                Place(url, names["touches"], names["conversions"]), Question(models=("last",), goal="won"), Settings()
            )
            assert report.meta["touches"] > 0
            assert backend.list_tables() == before
        finally:
            backend.raw_sql("DROP OWNED BY reader; DROP ROLE reader")


def test_a_duckdb_file_stays_as_it_is(tmp_path):
    touches, conversions = company(people=10, touches=60)
    path = tmp_path / "base.duckdb"
    with duckdb.connect(str(path)) as base:
        base.register("t", touches)
        base.register("c", conversions)
        base.execute("CREATE SCHEMA web; CREATE TABLE web.touches AS SELECT * FROM t; CREATE TABLE conversions AS SELECT * FROM c")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    report = attribute_elsewhere(
        Place(f"duckdb://{path}", "web.touches", "conversions"), Question(models=("last",), goal="won"), Settings()
    )
    assert report.meta["touches"] > 0
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert list(tmp_path.iterdir()) == [path]


MILLION = 1_000_000


@pytest.fixture(scope="module")
def million(tmp_path_factory):
    """A million touches of 125,000 people and 20,000 conversions as Parquet files."""
    random = np.random.default_rng(7)
    folder, people, deals = tmp_path_factory.mktemp("million"), MILLION // 8, MILLION // 50
    origins = [
        ("google", "cpc"),
        ("google", "organic"),
        ("linkedin", "paid_social"),
        ("newsletter", "email"),
        ("", ""),
        ("lnkd.in", "social"),
        ("partner.example", "referral"),
    ]
    picked = random.integers(0, len(origins), MILLION)
    parts = [pa.array([origin[place] for origin in origins]) for place in (0, 1)]
    touches = {
        "person": random.integers(0, people, MILLION),
        "at": START + random.integers(0, 180 * DAY, MILLION),
        "source": parts[0].take(pa.array(picked)),
        "medium": parts[1].take(pa.array(picked)),
    }
    conversions = {
        "person": random.integers(0, people + 1000, deals),
        "at": START + random.integers(0, 180 * DAY, deals),
        "value": random.random(deals) * 1000,
    }
    for name, columns in (("touches", touches), ("conversions", conversions)):
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


def credits_there(url, touches, conversions, question):
    chosen = tables.parse_map(())
    with connected(url) as backend:
        answer, *_ = find_journeys(
            backend, "engine", Place(url, touches, conversions), chosen, question, Settings(), Classifier(Settings().channels, [])
        )
    paths = answer.result.paths
    return {model.name: (paths.channels, model.credit(paths)) for model in make_models(question)}


def test_a_million_touches_give_the_credits_of_duckdb(other_url, million):
    """The promise: to 1e-9, by models that weigh places, times, transitions and sets of channels."""
    question = Question(models=("first", "last", "linear", "time_decay", "u_shaped", "markov", "shapley"), lookback_days=60)
    files = [str(million / f"{name}.parquet") for name in ("touches", "conversions")]
    expected = credits_there("duckdb://", *files, question)
    names = files
    if other_url.startswith("postgres"):
        names = ["million_touches", "million_conversions"]
        with connected(other_url) as backend:
            for name, file in zip(names, files, strict=True):
                copied(backend, name, pq.read_table(file))
    found = credits_there(other_url, *names, question)
    assert found.keys() == expected.keys()
    for name, (channels, credit) in expected.items():
        assert found[name][0] == channels
        for figures in ("conversions", "value"):
            np.testing.assert_allclose(getattr(found[name][1], figures), getattr(credit, figures), rtol=1e-9, err_msg=f"{name} {figures}")
        assert found[name][1].unattributed_conversions == credit.unattributed_conversions
        assert found[name][1].unattributed_value == pytest.approx(credit.unattributed_value, rel=1e-9)


def copied(backend, name, table):
    """Put a large table into PostgreSQL the fast way."""
    import io

    import pyarrow.csv

    backend.create_table(name, schema=ibis.schema(table.schema))
    text = io.BytesIO()
    pyarrow.csv.write_csv(table, text, pyarrow.csv.WriteOptions(include_header=False))
    with backend.con.cursor() as cursor, backend.con.transaction(), cursor.copy(f"COPY {name} FROM STDIN CSV") as copy:
        copy.write(text.getvalue())


def test_the_spy_sees(tmp_path, fetched):
    with tables_there("duckdb://", tmp_path, one=pa.table({"a": ["person-1@x.io"]})) as (backend, names):
        backend.read_parquet(names["one"]).to_pyarrow()
    assert [value for _, result in fetched for value in values_of(result)] == ["person-1@x.io"]
