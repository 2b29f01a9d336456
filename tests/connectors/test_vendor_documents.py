"""Every request that connectors make, held against what the vendors themselves say of their APIs; and our stand-ins' answers likewise."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import json
import sys
from typing import Any

import pytest

from connectors import ga4_report, search_console
from connectors.bluesky import MOST, Bluesky
from connectors.ga4 import Ga4
from connectors.mastodon import Mastodon
from connectors.search_console import SearchConsole
from tests.connectors.api_server import Asked
from tests.connectors.vendor_documents import SHARED, Discovery, Lexicons, MastodonMethods
from tests.contracts.test_api_connectors import sample, synced

DOCUMENTS = {Ga4: "ga4/analyticsdata.v1beta.json", SearchConsole: "search_console/searchconsole.v1.json"}
SCOPES = {Ga4: ga4_report.SCOPE, SearchConsole: search_console.SCOPE}
EARLIER = {"read_until": (dt.datetime.now(dt.UTC) - dt.timedelta(days=30)).replace(microsecond=0).isoformat()}
VARIANTS: dict[Any, list[dict[str, Any]]] = {
    Ga4: [{}, {"cursor": EARLIER}],
    SearchConsole: [{}, {"cursor": EARLIER}, {"since": "2026-01-01"}],
    Bluesky: [{}, {"cursor": EARLIER}, {"since": "2026-01-04"}],
    Mastodon: [{}, {"cursor": EARLIER}, {"since": "2026-01-04"}],
}


def needs(path: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not (SHARED / path).exists(), reason=f"needs shared/data/{path} beside the checkout")


@functools.cache
def discovery(connector: Any) -> Discovery:
    return Discovery(json.loads((SHARED / DOCUMENTS[connector]).read_text(encoding="utf-8")))


def everything(connector: Any, folder: Any) -> list[tuple[Asked, Any]]:
    """All requests that a connector makes in its ways of reading, each with its answer."""
    said: list[tuple[Asked, Any]] = []

    def heard(number: int, asked: Asked, reply: Any) -> Any:
        if reply.status == 200:
            said.append((asked, reply.json))
        return reply

    for place, options in enumerate(VARIANTS[connector]):
        (folder / str(place)).mkdir()
        synced(connector, folder / str(place), heard, **options)
    return said


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for connector in VARIANTS:
        for name, value in sample(connector).ENV.items():
            monkeypatch.setenv(name, value)


GOOGLE = [pytest.param(connector, marks=needs(path), id=connector.name) for connector, path in DOCUMENTS.items()]


@pytest.mark.parametrize("connector", GOOGLE)
def test_google_knows_all_that_is_asked(connector, tmp_path):
    document = discovery(connector)
    said = everything(connector, tmp_path)
    assert len(said) > len(VARIANTS[connector])
    assert [wrong for asked, _ in said for wrong in document.wrong(asked)] == []
    assert [wrong for asked, answer in said for wrong in document.wrong_answer(asked, answer)] == []
    assert f'"{document.document["rootUrl"].rstrip("/")}"' in inspect.getsource(sys.modules[connector.__module__])
    assert all(SCOPES[connector] in (document.method(asked) or {})["scopes"] for asked, _ in said)


@pytest.mark.parametrize("connector", GOOGLE)
def test_no_request_of_googles_that_is_spoilt_passes(connector, tmp_path):
    """One field renamed, one type changed, another verb, another path: the check sees each."""
    document = discovery(connector)
    asked, _ = everything(connector, tmp_path)[0]

    def spoilt(**changes: Any) -> Asked:
        fields = {name: getattr(asked, name) for name in ("method", "path", "query", "headers", "raw", "every")}
        return Asked(**fields | changes)

    for field, value in asked.json.items():
        rest = {name: one for name, one in asked.json.items() if name != field}
        assert document.wrong(spoilt(raw=json.dumps(rest | {field + "s": value}).encode())) == [f".{field}s is no field"]
        for other in ({}, True):
            assert document.wrong(spoilt(raw=json.dumps(rest | {field: other}).encode())) != []
    assert document.wrong(spoilt(method="GET")) == [f"no method is GET {asked.path}"]
    assert document.wrong(spoilt(path=f"{asked.path}s")) == [f"no method is POST {asked.path}s"]
    assert document.wrong(spoilt(query={"page": "2"})) == ["page is no parameter"]


@needs(DOCUMENTS[SearchConsole])
def test_words_that_search_console_does_not_list(tmp_path):
    document = discovery(SearchConsole)
    schema = {"$ref": "SearchAnalyticsQueryRequest"}
    listed = "DATE, QUERY, PAGE, COUNTRY, DEVICE, SEARCH_APPEARANCE, HOUR"
    assert document.misfits({"dimensions": ["DATE", "date"]}, schema, "") == [f".dimensions[1]: 'date' is none of {listed}"]
    assert document.misfits({"dataState": "final"}, schema, "") != []


@needs("bluesky_lexicons")
def test_the_lexicons_know_all_that_is_asked_of_bluesky(tmp_path):
    lexicons = Lexicons(SHARED / "bluesky_lexicons")
    said = everything(Bluesky, tmp_path)
    assert {asked.path.rpartition(".")[2] for asked, _ in said} == {"getProfile", "getAuthorFeed", "getFollowers"}
    assert [wrong for asked, _ in said for wrong in lexicons.wrong(asked)] == []
    assert [wrong for asked, answer in said for wrong in lexicons.wrong_answer(asked, answer)] == []


@needs("bluesky_lexicons")
def test_what_a_server_of_bluesky_that_only_holds_accounts_is_asked():
    lexicons = Lexicons(SHARED / "bluesky_lexicons")
    path = "/xrpc/com.atproto.repo.listRecords"
    every = (("repo", "lea.bsky.social"), ("collection", "app.bsky.feed.post"), ("limit", str(MOST)), ("cursor", "3k2"))
    assert lexicons.wrong(Asked("GET", path, dict(every), {}, every=every)) == []
    worse = (("repo", "lea.bsky.social"), ("limit", str(MOST + 1)), ("after", "3k2"))
    assert lexicons.wrong(Asked("GET", path, dict(worse), {}, every=worse)) == [
        "collection is required",
        f"limit: {MOST + 1} is no integer from 1 to 100",
        "after is no parameter",
    ]
    assert lexicons.wrong(Asked("POST", path, {}, {})) == [f"no method is POST {path}"]
    profile = Asked("GET", "/xrpc/app.bsky.actor.getProfile", {}, {})
    assert lexicons.wrong_answer(profile, {"did": 7, "followersCount": "5"}) == [
        ".handle is required",
        ".did: 7 is no string",
        ".followersCount: '5' is no integer",
    ]


@needs("mastodon_docs")
def test_mastodons_pages_know_all_that_is_asked(tmp_path):
    pages = [page.read_text(encoding="utf-8") for page in sorted((SHARED / "mastodon_docs" / "methods").glob("*.md"))]
    methods = MastodonMethods(pages)
    said = everything(Mastodon, tmp_path)
    assert [wrong for asked, _ in said for wrong in methods.wrong(asked)] == []
    assert {name for asked, _ in said for name in asked.query} >= {"acct", "limit", "max_id"}
    assert methods.wrong(Asked("GET", "/api/v1/accounts/7/statuses", {"page": "2"}, {})) == ["page is no parameter"]
    assert methods.wrong(Asked("GET", "/api/v1/accounts/lookup", {}, {})) == ["acct is required"]
    assert methods.wrong(Asked("GET", "/api/v9/accounts/lookup", {}, {})) == ["no method is GET /api/v9/accounts/lookup"]
