"""GA4's Data API as its discovery document describes runReport: one property, five rows, pages of two."""

from __future__ import annotations

from typing import Any

from connectors import ga4_report
from tests.connectors.api_server import Asked, Reply
from tests.connectors.sites.google_tokens import key_text, let_in

ga4_report.LIMIT = 2

OPTIONS: dict[str, Any] = {"property_id": "123", "since": "2026-01-01"}
ENV = {"SMARKETING_GA4_SERVICE_ACCOUNT": key_text()}
RENEWS = True
ROWS = [
    ("20260102", "(direct)", "(none)", "(direct)", "12", "10", "7", "1"),
    ("20260102", "google", "organic", "(organic)", "30", "28", "20", "2.5"),
    ("20260103", "(not set)", "(none)", "(not set)", "1", "1", "0", "0"),
    ("20260103", "linkedin", "paid-social", "spring", "5", "5", "5", "0"),
    ("20260104", "linkedin", "paid-social", "spring", "6", "6", "4", "1"),
]
DIMENSIONS = ["date", "sessionSource", "sessionMedium", "sessionCampaignName"]
METRICS = ["sessions", "totalUsers", "newUsers", "keyEvents"]
FIELDS = {"dateRanges", "dimensions", "metrics", "orderBys", "limit", "offset"}


def answer(asked: Asked, base: str) -> Reply:
    if not let_in(asked):
        return Reply(
            {"error": {"code": 401, "message": "Request had invalid authentication credentials.", "status": "UNAUTHENTICATED"}}, 401
        )
    said = asked.json
    assert (asked.method, asked.path, set(said)) == ("POST", "/v1beta/properties/123:runReport", FIELDS)
    assert [one["name"] for one in said["dimensions"]] == DIMENSIONS
    assert [one["name"] for one in said["metrics"]] == METRICS
    since, until = (said["dateRanges"][0][name].replace("-", "") for name in ("startDate", "endDate"))
    rows = [row for row in ROWS if since <= row[0] <= until]
    start = int(said["offset"])
    page: dict[str, Any] = {
        "dimensionHeaders": [{"name": name} for name in DIMENSIONS],
        "metricHeaders": [{"name": name, "type": "TYPE_INTEGER"} for name in METRICS],
        "metadata": {"currencyCode": "EUR", "timeZone": "Europe/Paris", "subjectToThresholding": True},
        "kind": "analyticsData#runReport",
    }
    if rows:
        page["rowCount"] = len(rows)
        page["rows"] = [
            {"dimensionValues": [{"value": cell} for cell in row[:4]], "metricValues": [{"value": cell} for cell in row[4:]]}
            for row in rows[start : start + int(said["limit"])]
        ]
    return Reply(page)
