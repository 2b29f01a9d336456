"""LinkedIn's reports of one account: its currency, the names of its campaigns in two pages, and their days by month."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from tests.connectors.api_server import Asked, Reply

SINCE = (dt.datetime.now(dt.UTC).date().replace(day=1) - dt.timedelta(days=40)).isoformat()
OPTIONS: dict[str, Any] = {"ad_account": "5041", "since": SINCE}
ENV = {"SMARKETING_LINKEDIN_ADS_TOKEN": "linkedin-token-of-the-tests"}
RENEWS = False
CAMPAIGNS = [{"id": 1111, "name": "Leads, directors"}, {"id": 2222, "name": "Brand"}]


def element(campaign: int, day: dt.date, **figures: Any) -> dict[str, Any]:
    date = {"year": day.year, "month": day.month, "day": day.day}
    return {
        "clicks": 100,
        "impressions": 19090,
        "pivotValues": [f"urn:li:sponsoredCampaign:{campaign}"],
        "costInLocalCurrency": "209.449",
        "externalWebsiteConversions": 2,
        "dateRange": {"start": date, "end": date},
        **figures,
    }


def first_day(text: str) -> dt.date:
    found = re.search(r"start:\(year:(\d+),month:(\d+),day:(\d+)\)", text)
    assert found
    return dt.date(*map(int, found.groups()))


def answer(asked: Asked, base: str) -> Reply:
    if asked.headers.get("authorization") != "Bearer linkedin-token-of-the-tests":
        return Reply({"message": "Invalid access token", "status": 401}, 401)
    assert re.fullmatch(r"20\d{4}", asked.headers["linkedin-version"])
    assert asked.headers["x-restli-protocol-version"] == "2.0.0"
    if asked.path == "/rest/adAccounts/5041":
        return Reply({"id": 5041, "currency": "EUR", "name": "An account"})
    if asked.path == "/rest/adAccounts/5041/adCampaigns":
        later = "pageToken" in asked.query
        return Reply({"elements": CAMPAIGNS[1:] if later else CAMPAIGNS[:1], "metadata": {} if later else {"nextPageToken": "DgH"}})
    assert asked.query["accounts"] == "List(urn:li:sponsoredAccount:5041)"
    day = first_day(asked.query["dateRange"])
    return Reply(
        {
            "paging": {"start": 0, "count": 10, "links": []},
            "elements": [element(1111, day), element(2222, day, clicks=0), element(3333, day)],
        }
    )
