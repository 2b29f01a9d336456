"""A HubSpot portal as its OpenAPI documents describe it: pages of two, searches, batches, associations, archived objects."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.connectors.api_server import Asked, Reply

OPTIONS: dict[str, Any] = {}
ENV = {"SMARKETING_HUBSPOT_TOKEN": "hubspot-token-of-the-tests"}
RENEWS = False
PAGE = 2


def made(number: int, beside: dict[str, list[int]] | None = None, history: list[tuple[str, str]] = (), **properties: Any) -> dict[str, Any]:  # type: ignore[assignment]
    changed = properties.pop("changed", "2026-01-10T00:00:00.000Z")
    return {
        "id": str(number),
        "properties": {"hs_object_id": str(number), **properties},
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": changed,
        "archived": False,
        "_beside": beside or {},
        "_history": [{"value": value, "timestamp": at, "sourceType": "CRM_UI"} for at, value in history][::-1],
    }


PIPELINES = [
    {
        "id": "default",
        "label": "Sales",
        "stages": [
            {"id": "qualified", "label": "Qualified", "displayOrder": 0, "metadata": {"isClosed": "false", "probability": "0.2"}},
            {"id": "contract", "label": "Contract sent", "displayOrder": 1, "metadata": {"isClosed": "false", "probability": "0.9"}},
            {"id": "closedwon", "label": "Won", "displayOrder": 2, "metadata": {"isClosed": "true", "probability": "1.0"}},
            {"id": "closedlost", "label": "Lost", "displayOrder": 3, "metadata": {"isClosed": "true", "probability": "0.0"}},
        ],
    }
]
WORLD: dict[str, list[dict[str, Any]]] = {
    "companies": [
        made(11, name="Lumenio", domain="www.lumenio.example", industry="COMPUTER_SOFTWARE", country="France", numberofemployees="250"),
        made(12, name="Sans Site", domain="", country=None),
        made(13, name="Other", domain="other.example"),
    ],
    "contacts": [
        made(
            1,
            email="Anna@Lumenio.example",
            associatedcompanyid="11",
            jobtitle="CMO",
            hs_buying_role="DECISION_MAKER",
            hs_analytics_source="PAID_SOCIAL",
            hs_analytics_source_data_1="LinkedIn",
            hs_analytics_source_data_2="spring",
            hs_analytics_first_timestamp="2026-01-02T09:00:00.000Z",
            hs_analytics_first_url="https://example.com/?utm_source=linkedin&utm_medium=paid-social&utm_campaign=spring",
            hs_analytics_first_referrer="https://www.linkedin.com/",
            hs_latest_source="ORGANIC_SEARCH",
            hs_latest_source_timestamp="2026-01-04T09:00:00.000Z",
            first_conversion_date="2026-01-04T09:05:00.000Z",
            first_conversion_event_name="White paper",
            recent_conversion_date="2026-01-04T09:05:00.000Z",
            recent_conversion_event_name="White paper",
            hs_lifecyclestage_lead_date="2026-01-04T09:05:00.000Z",
            hs_lifecyclestage_marketingqualifiedlead_date="2026-01-05T09:00:00.000Z",
        ),
        made(2, email="bob@lumenio.example", associatedcompanyid="11", hs_analytics_source="OFFLINE"),
        made(
            3,
            email=None,
            associatedcompanyid="12",
            hs_analytics_source="REFERRALS",
            hs_analytics_source_data_1="press.example",
            hs_analytics_first_timestamp="2026-01-03T09:00:00.000Z",
        ),
        made(4, email="eve@other.example", hs_analytics_source="DIRECT_TRAFFIC", hs_analytics_first_timestamp="2026-01-03T10:00:00.000Z"),
    ],
    "deals": [
        made(
            21,
            {"contacts": [1, 2], "companies": [11]},
            [("2026-01-06T09:00:00Z", "qualified"), ("2026-01-20T09:00:00Z", "closedwon")],
            dealname="Lumenio 2026", amount="12000.5", deal_currency_code="EUR", dealstage="closedwon", pipeline="default",
            createdate="2026-01-06T09:00:00Z", closedate="2026-01-20T09:00:00Z", hubspot_owner_id="77", hs_deal_stage_probability="1",
        ),
        made(
            22,
            {"contacts": [3]},
            [("2026-01-07T09:00:00Z", "qualified"), ("2026-01-08T09:00:00Z", "closedwon"), ("2026-01-09T09:00:00Z", "contract")],
            dealname="Sans Site", amount=None, dealstage="contract", pipeline="default", createdate="2026-01-07T08:00:00Z",
        ),
        made(
            23, {}, [("2026-01-07T09:00:00Z", "closedlost")],
            dealname="Lost", amount="1", dealstage="closedlost", createdate="2026-01-07T09:00:00Z",
        ),
    ],
    "calls": [
        made(31, {"contacts": [1], "deals": [21]}, hs_timestamp="2026-01-08T09:00:00Z", hs_call_direction="OUTBOUND",
             hs_call_duration="720000", hs_call_status="COMPLETED", hubspot_owner_id="77"),
        made(32, {}, hs_timestamp="2026-01-08T10:00:00Z", hs_call_direction="INBOUND"),
    ],
    "emails": [
        made(41, {"contacts": [2]}, hs_timestamp="2026-01-09T09:00:00Z", hs_email_direction="INCOMING_EMAIL", hs_email_status="SENT")
    ],
    "meetings": [
        made(51, {"contacts": [1]}, hs_timestamp="2026-01-10T09:00:00Z", hs_meeting_start_time="2026-01-10T09:30:00Z",
             hs_meeting_end_time="2026-01-10T10:15:00Z", hs_meeting_outcome="COMPLETED"),
    ],
}  # fmt: skip
TYPES = {"0-3": "deals"}


def shown(row: dict[str, Any], wanted: list[str], history: bool, beside: list[str]) -> dict[str, Any]:
    told = {name: value for name, value in row.items() if not name.startswith("_")}
    told["properties"] = {name: row["properties"].get(name) for name in wanted}
    if history:
        told["propertiesWithHistory"] = {"dealstage": row["_history"]}
    if beside:
        found = {name: row["_beside"][name] for name in beside if row["_beside"].get(name)}
        # HubSpot lists an object once for each label of its association.
        told["associations"] = {
            name: {"results": [{"id": str(n), "type": t} for n in ids for t in ("a", "b")]} for name, ids in found.items()
        }
    return told


def page(rows: list[Any], after: str, size: int = PAGE) -> dict[str, Any]:
    start = int(after or 0)
    found: dict[str, Any] = {"results": rows[start : start + size]}
    if start + size < len(rows):
        found["paging"] = {"next": {"after": str(start + size), "link": f"?after={start + size}"}}
    return found


def answer(asked: Asked, base: str, world: dict[str, Any] | None = None, archived: dict[str, Any] | None = None) -> Reply:
    held, gone = world or WORLD, archived or {}
    if asked.headers.get("authorization") != "Bearer hubspot-token-of-the-tests":
        return Reply({"status": "error", "message": "Authentication credentials not found.", "category": "INVALID_AUTHENTICATION"}, 401)
    if asked.path == "/crm/v3/pipelines/deals":
        return Reply({"results": PIPELINES})
    parts = asked.path.strip("/").split("/")
    objects = TYPES.get(parts[3], parts[3])
    if parts[1] == "v4":
        wanted = {each["id"] for each in asked.json["inputs"]}
        other = TYPES.get(parts[4], parts[4])
        rows = [
            {"from": {"id": row["id"]}, "to": [{"toObjectId": str(n), "associationTypes": []} for n in row["_beside"][other]]}
            for row in held[objects]
            if row["id"] in wanted and row["_beside"].get(other)
        ]
        return Reply({"status": "COMPLETE", "results": rows, "startedAt": "", "completedAt": ""})
    rows = held[objects]
    if parts[-1] == "read":
        wanted = {each["id"] for each in asked.json["inputs"]}
        body = asked.json
        found = [shown(row, body["properties"], bool(body["propertiesWithHistory"]), []) for row in rows if row["id"] in wanted]
        return Reply({"status": "COMPLETE", "results": found})
    if parts[-1] == "search":
        (only,) = asked.json["filterGroups"][0]["filters"]
        assert only["operator"] == "GTE"
        since = dt.datetime.fromtimestamp(int(only["value"]) / 1000, dt.UTC)
        found = [row for row in rows if dt.datetime.fromisoformat(row["updatedAt"]) >= since]
        told = [shown(row, asked.json["properties"], False, []) for row in sorted(found, key=lambda row: row["updatedAt"])]
        for row, whole in zip(told, sorted(found, key=lambda row: row["updatedAt"]), strict=True):
            row["properties"][only["propertyName"]] = whole["updatedAt"]
        return Reply({"total": len(told), **page(told, asked.json["after"])})
    query = asked.query
    if query.get("archived") == "true":
        rows = gone.get(objects, [])
    told = [shown(row, asked.listed("properties"), "propertiesWithHistory" in query, asked.listed("associations")) for row in rows]
    return Reply(page(told, query.get("after", "0")))
