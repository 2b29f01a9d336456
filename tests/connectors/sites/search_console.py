"""Search Console's searchAnalytics.query as its discovery document describes it: one property, five rows, pages of two."""

from __future__ import annotations

from typing import Any

from connectors import search_console
from tests.connectors.api_server import Asked, Reply
from tests.connectors.sites.google_tokens import key_text, let_in

search_console.LIMIT = 2

OPTIONS: dict[str, Any] = {"site": "sc-domain:example.com", "by": ("device",)}
ENV = {"SMARKETING_SEARCH_CONSOLE_SERVICE_ACCOUNT": key_text()}
RENEWS = True
ROWS = [
    {
        "keys": [day, query, f"https://example.com/{page}", device],
        "clicks": clicks,
        "impressions": shown,
        "ctr": clicks / shown,
        "position": at,
    }
    for day, query, page, device, clicks, shown, at in (
        ("2026-11-20", "crm", "", "DESKTOP", 3, 40, 1.5),
        ("2026-11-20", "crm", "", "MOBILE", 1, 20, 3.0),
        ("2026-11-21", "b2b attribution", "blog", "DESKTOP", 0, 7, 12.25),
        ("2026-11-22", "crm", "pricing", "DESKTOP", 2, 9, 2.0),
        ("2026-11-23", "crm", "pricing", "DESKTOP", 2, 9, 2.0),
    )
]
FIELDS = {"startDate", "endDate", "dimensions", "dataState", "rowLimit", "startRow"}


def answer(asked: Asked, base: str) -> Reply:
    if not let_in(asked):
        return Reply({"error": {"code": 401, "message": "Invalid Credentials"}}, 401)
    said = asked.json
    assert asked.method == "POST"
    assert asked.path == "/webmasters/v3/sites/sc-domain%3Aexample.com/searchAnalytics/query"
    assert set(said) == FIELDS
    assert said["dimensions"] == ["DATE", "QUERY", "PAGE", "DEVICE"]
    assert said["dataState"] == "FINAL"
    assert said["startDate"] <= said["endDate"]
    rows = ROWS[said["startRow"] : said["startRow"] + said["rowLimit"]]
    return Reply({"rows": rows, "responseAggregationType": "BY_PAGE"} if rows else {"responseAggregationType": "BY_PAGE"})
