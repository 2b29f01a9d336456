"""Engines shared by the tests of a run: each is started once, when the first test asks for it."""

import gc

import pytest

from tests.attribution.experiment_samples import made_company, opened_with_experiments
from tests.engines import postgres_server, spark_session

SPARK = {"spark_started", "engine_url", "other_url"}


def pytest_collection_modifyitems(items):
    """Let tests that may meet Spark pass over the sockets that pyspark leaves for the garbage collector to close."""
    for item in items:
        if SPARK & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


@pytest.fixture(scope="session")
def postgres_url():
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def spark_started():
    with spark_session() as url:
        yield url


@pytest.fixture
def spark_url(spark_started):
    yield spark_started
    gc.collect()  # here, where those sockets are expected, and not in somebody else's test


@pytest.fixture(params=["duckdb", "postgres", "spark"])
def engine_url(request):
    """The URL of each engine in turn."""
    return "duckdb://" if request.param == "duckdb" else request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["postgres", "spark"])
def other_url(request):
    """The URL of each engine but DuckDB in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="module")
def tested_company(tmp_path_factory):
    """The workspace of a company that can be counted by hand."""
    return made_company(tmp_path_factory.mktemp("company"))


@pytest.fixture
def tested(tested_company, tmp_path):
    """Open that company with some experiments of its own."""
    with opened_with_experiments(tested_company, tmp_path) as opened:
        yield opened
