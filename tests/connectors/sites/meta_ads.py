"""Meta's insights of one account, as its Marketing API answers: two campaigns on three days, pages of two rows."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from tests.connectors.api_server import Asked, Reply

OPTIONS: dict[str, Any] = {"ad_account": "act_798", "since": "2026-01-01"}
ENV = {"SMARKETING_META_ADS_TOKEN": "meta-token-of-the-tests"}
RENEWS = False


def row(campaign: str, name: str, day: str, **figures: Any) -> dict[str, Any]:
    return {
        "campaign_id": campaign,
        "campaign_name": name,
        "account_currency": "USD",
        "date_start": day,
        "date_stop": day,
        "spend": "14.35",
        "impressions": "185",
        "inline_link_clicks": "9",
        **figures,
    }


ROWS = [
    row("23854404676180548", "Spring", "2026-01-02"),
    row("23854404676180548", "Spring", "2026-01-03", spend="0", impressions="12"),
    row("23854404676180549", "Autumn", "2026-01-02", spend="1020.50", inline_link_clicks=None),
    row("23854404676180549", "Autumn", "2026-01-03"),
    row("23854404676180549", "Autumn", "2026-01-04"),
]


def answer(asked: Asked, base: str) -> Reply:
    if asked.headers.get("authorization") != "Bearer meta-token-of-the-tests" or "access_token" in asked.query:
        return Reply({"error": {"message": "Invalid OAuth access token.", "type": "OAuthException", "code": 190}}, 401)
    assert asked.path == "/v24.0/act_798/insights"
    period = json.loads(asked.query["time_range"])
    assert dt.date.fromisoformat(period["since"]) <= dt.date.fromisoformat(period["until"])
    assert (asked.query["level"], asked.query["time_increment"]) == ("campaign", "1")
    rows = [row for row in ROWS if row["date_start"] >= period["since"]]
    start = int(asked.query.get("after", "0"))
    paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + 2)}}
    if start + 2 < len(rows):
        paging["next"] = f"{base}{asked.path}?access_token=meta-token-of-the-tests&after={start + 2}"
    return Reply({"data": rows[start : start + 2], "paging": paging})
