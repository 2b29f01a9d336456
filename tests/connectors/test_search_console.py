"""Search Console's API: whole records, where it goes on, wrong options."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from connectors.base import ImportContext
from connectors.search_console import SearchConsole
from tests.connectors.api_server import serving
from tests.connectors.sites import google_tokens
from tests.connectors.sites import search_console as site
from tests.contracts.test_api_connectors import QUICK, SECRET, SETTINGS
from workspace.errors import UsageError


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    for name, value in site.ENV.items():
        monkeypatch.setenv(name, value)


def read(**context):
    with serving(site.answer) as served:
        made = SearchConsole(ImportContext(SETTINGS, SECRET, patience=QUICK, **context), base_url=served.base, **site.OPTIONS)
        rows = [row for batch in made.read() if batch.kind == "queries" for row in batch.rows.to_pylist()]
    return rows, [json.loads(one.raw) for one in served.asked], [str(remark) for remark in made.remarks]


def test_every_row_arrives_page_by_page():
    rows, asked, said = read()
    assert rows == [
        {
            "day": dt.date.fromisoformat(row["keys"][0]),
            "query": row["keys"][1],
            "page": row["keys"][2],
            "country": None,
            "device": row["keys"][3],
            "clicks": row["clicks"],
            "impressions": row["impressions"],
            "position": row["position"],
            "row": place,
        }
        for place, row in enumerate(site.ROWS, 1)
    ]
    assert [one["startRow"] for one in asked] == [0, 2, 4]
    assert said == ["Google withholds rare queries, so the sum of these rows is lower than the total in Search Console."]
    assert google_tokens.CLAIMS[-1]["scope"] == "https://www.googleapis.com/auth/webmasters.readonly"


def test_it_goes_on_five_days_before_the_last_reading():
    today = dt.datetime.now(dt.UTC).replace(microsecond=0)
    _, asked, _ = read(cursor={"read_until": (today - dt.timedelta(days=10)).isoformat()})
    assert asked[0]["startDate"] == (today - dt.timedelta(days=15)).date().isoformat()


def test_the_first_reading_goes_back_as_far_as_google_keeps():
    _, asked, _ = read()
    days = dt.date.fromisoformat(asked[0]["endDate"]) - dt.date.fromisoformat(asked[0]["startDate"])
    assert days == dt.timedelta(days=486)


def test_a_site_is_written_as_search_console_writes_it():
    with pytest.raises(UsageError) as caught:
        SearchConsole(ImportContext(SETTINGS, SECRET), site="example.com")
    assert str(caught.value) == "--site example.com: write it as sc-domain:example.com, or as https://www.example.com/"
