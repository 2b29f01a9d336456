"""HubSpot's CRM as its OpenAPI documents describe it: three companies, five contacts, three deals, some activities, pages of two."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.connectors.api_server import Asked, Reply

OPTIONS: dict[str, Any] = {"stage": ("Demo done=sql",)}
ENV = {"SMARKETING_HUBSPOT_TOKEN": "hubspot-token-of-the-tests"}
RENEWS = False
AT_ONCE = 2


def row(number: str, modified: str = "2026-01-02T00:00:00Z", archived: str | None = None, **properties: Any) -> dict[str, Any]:
    histories = {name: properties.pop(name) for name in ("dealstage_history",) if name in properties}
    made = {
        "id": number,
        "properties": {"hs_object_id": number, "lastmodifieddate": modified, "hs_lastmodifieddate": modified, **properties},
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": modified,
        "archived": archived is not None,
    }
    if archived:
        made["archivedAt"] = archived
    if histories:
        made["histories"] = {"dealstage": histories["dealstage_history"]}
    return made


def moves(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    """A history as HubSpot gives it: the latest first."""
    return [{"value": stage, "timestamp": f"2026-{day}T10:00:00.000Z", "sourceType": "CRM_UI"} for day, stage in reversed(pairs)]


def stage(number: str, label: str, order: int, probability: str, closed: str | None = None) -> dict[str, Any]:
    metadata = {"probability": probability} | ({"isClosed": closed} if closed else {})
    times = {"createdAt": "1970-01-01T00:00:00Z", "updatedAt": "1970-01-01T00:00:00Z", "archived": False}
    return {"id": number, "label": label, "displayOrder": order, "metadata": metadata, **times}


PIPELINES = [
    {
        "id": "default",
        "label": "Sales",
        "displayOrder": 0,
        "stages": [
            stage("new", "New", 0, "0.2", "false"),
            stage("demo", "Demo done", 1, "0.5", "false"),
            stage("closedwon", "Closed won", 2, "1.0", "true"),
            stage("closedlost", "Closed lost", 3, "0.0", "true"),
        ],
    }
]
OWNERS = {
    "false": [{"id": "31", "email": "Olga@example.com"}, {"id": "32", "email": "otto@example.com"}, {"id": "33", "email": None}],
    "true": [{"id": "30", "email": "gone@example.com"}],
}
OBJECTS: dict[str, list[dict[str, Any]]] = {
    "companies": [
        row(
            "1",
            name="Lumenio",
            domain="lumenio.example",
            industry="RETAIL",
            country="France",
            numberofemployees="120",
            hubspot_owner_id="31",
        ),
        row("2", name="Norda", domain="norda.example", hs_parent_company_id="1", hs_ideal_customer_profile="tier_1", hubspot_owner_id="30"),
        row("3", name="No Site", domain=None),
        row("4", archived="2026-01-20T00:00:00Z", domain="old.example"),
    ],
    "contacts": [
        row(
            "11",
            email="Anna@Lumenio.example",
            hs_additional_emails="anna@old.example",
            associatedcompanyid="1",
            jobtitle="CFO",
            hs_buying_role="BUDGET_HOLDER;DECISION_MAKER",
            hs_analytics_source="PAID_SEARCH",
            hs_analytics_source_data_1="spring",
            hs_analytics_source_data_2="crm software",
            hs_analytics_first_timestamp="2026-01-02T08:00:00.123Z",
            hs_analytics_first_url="https://example.com/?utm_source=google&utm_medium=cpc&utm_campaign=Spring&gclid=abc",
            hs_analytics_first_referrer="https://www.google.com/",
            hs_latest_source="SOCIAL_MEDIA",
            hs_latest_source_data_1="LinkedIn",
            hs_latest_source_data_2="posts",
            hs_latest_source_timestamp="2026-01-05T08:00:00Z",
            first_conversion_date="2026-01-02T08:05:00Z",
            first_conversion_event_name="Demo: Ask for a demo",
            recent_conversion_date="2026-01-06T08:05:00Z",
            recent_conversion_event_name="Webinar",
            hs_lifecyclestage_lead_date="2026-01-02T08:05:00Z",
            hs_lifecyclestage_marketingqualifiedlead_date="2026-01-06T08:05:00Z",
        ),
        row(
            "12",
            email="bob@norda.example",
            associatedcompanyid="2",
            hs_merged_object_ids="8;9",
            hs_analytics_source="ORGANIC_SEARCH",
            hs_analytics_source_data_1="Unknown keywords (SSL)",
            hs_analytics_source_data_2="www.bing.com",
            hs_analytics_first_timestamp="2026-01-03T08:00:00Z",
            hs_latest_source="ORGANIC_SEARCH",
            hs_latest_source_timestamp="2026-01-03T08:00:00Z",
        ),
        row(
            "13",
            email=None,
            hs_analytics_source="OFFLINE",
            hs_analytics_source_data_1="IMPORT",
            hs_analytics_first_timestamp="2026-01-03T08:00:00Z",
        ),
        row(
            "14",
            email="eve@norda.example",
            hs_analytics_source="REFERRALS",
            hs_analytics_source_data_1="partner.example",
            hs_analytics_source_data_2="https://partner.example/list",
            hs_analytics_first_timestamp="2026-01-04T08:00:00Z",
            first_conversion_date="2026-01-04T09:00:00Z",
            first_conversion_event_name="Newsletter",
            recent_conversion_date="2026-01-04T09:00:00Z",
            recent_conversion_event_name="Newsletter",
            hs_lifecyclestage_salesqualifiedlead_date="2026-01-08T00:00:00Z",
        ),
        row("15", email="new@norda.example"),
        row("16", archived="2026-01-20T00:00:00Z", email="left@norda.example"),
        row("17", archived="2026-01-21T00:00:00Z", email="bob@norda.example"),
        row("18", archived="2026-01-21T00:00:00Z", email=None),
    ],
    "deals": [
        row(
            "21",
            dealname="Lumenio 2026",
            dealstage="closedwon",
            pipeline="default",
            amount="1200.5",
            deal_currency_code="USD",
            createdate="2026-01-10T10:00:00Z",
            closedate="2026-02-01T10:00:00Z",
            hubspot_owner_id="31",
            hs_deal_stage_probability="1",
            hs_analytics_source="PAID_SEARCH",
            dealstage_history=moves(("01-10", "new"), ("01-12", "demo"), ("02-01", "closedwon")),
        ),
        row(
            "22",
            dealname="Norda",
            dealstage="new",
            pipeline="default",
            amount=None,
            createdate="2026-01-11T10:00:00Z",
            hubspot_owner_id="99",
            dealstage_history=moves(("01-11", "new"), ("01-15", "demo"), ("01-20", "new")),
        ),
        row("23", dealname="Nobody's", dealstage="closedlost", pipeline="default", dealstage_history=moves(("01-12", "closedlost"))),
        row("24", archived="2026-01-20T00:00:00Z", dealstage="new"),
    ],
    "calls": [
        row(
            "31",
            hs_timestamp="2026-01-09T09:00:00Z",
            hubspot_owner_id="32",
            hs_call_direction="OUTBOUND",
            hs_call_disposition="f240bbac-87c9-4f6e-bf70-924b57d47db7",
            hs_call_duration="450000",
            hs_call_status="COMPLETED",
        ),
        row("32", hs_timestamp="2026-01-09T10:00:00Z", hs_call_direction="INBOUND", hs_call_status="NO_ANSWER"),
        row("33", archived="2026-01-20T00:00:00Z", hs_timestamp="2026-01-09T10:00:00Z"),
    ],
    "emails": [
        row("41", hs_timestamp="2026-01-09T11:00:00Z", hs_email_direction="EMAIL", hs_email_status="SENT", hubspot_owner_id="32"),
        row("42", hs_timestamp="2026-01-09T12:00:00Z", hs_email_direction="INCOMING_EMAIL"),
    ],
    "meetings": [
        row(
            "51",
            hs_timestamp="2026-01-13T09:00:00Z",
            hs_meeting_outcome="COMPLETED",
            hs_meeting_start_time="2026-01-13T09:00:00Z",
            hs_meeting_end_time="2026-01-13T09:45:00Z",
        ),
    ],
}
TIES: dict[tuple[str, str], dict[str, list[tuple[int, int, str | None]]]] = {
    ("deals", "contacts"): {"21": [(11, 3, None), (12, 40, "Champion"), (14, 3, None)], "22": [(12, 3, None)]},
    ("deals", "companies"): {"21": [(2, 341, None), (1, 5, "Primary")], "22": [(2, 5, "Primary")]},
    ("calls", "contacts"): {"31": [(11, 194, None)], "32": [(13, 194, None)]},
    ("calls", "companies"): {"31": [(1, 182, None)]},
    ("calls", "deals"): {"31": [(21, 206, None)]},
    ("emails", "contacts"): {"41": [(12, 198, None)], "42": [(12, 198, None)]},
    ("meetings", "contacts"): {"51": [(14, 200, None), (11, 200, None)]},
    ("meetings", "companies"): {"51": [(1, 188, None)]},
}


def moment(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)


def shown(thing: dict[str, Any], properties: list[str], history: list[str] | str = ()) -> dict[str, Any]:
    """An object as it is answered: with the properties asked for, and the histories."""
    found = {name: value for name, value in thing.items() if name != "histories"}
    found["properties"] = {name: thing["properties"].get(name) for name in properties}
    if history:
        found["propertiesWithHistory"] = thing.get("histories", {})
    return found


def paged(rows: list[Any], after: str, **more: Any) -> Reply:
    start = int(after or 0)
    further = {"paging": {"next": {"after": str(start + AT_ONCE), "link": "?after=x"}}} if start + AT_ONCE < len(rows) else {}
    return Reply({"results": rows[start : start + AT_ONCE], **further, **more})


class Portal:
    """A HubSpot with some content."""

    def __init__(self, objects: dict[str, list[dict[str, Any]]] = OBJECTS, ties: Any = TIES) -> None:
        self.objects, self.ties = objects, ties

    def answer(self, asked: Asked, base: str) -> Reply:
        if asked.headers.get("authorization") != "Bearer hubspot-token-of-the-tests":
            return Reply({"status": "error", "message": "The OAuth token used to make this call is unknown", "category": "X"}, 401)
        parts = asked.path.strip("/").split("/")
        if parts[2] == "owners":
            return paged(OWNERS[asked.query["archived"]], asked.query.get("after", ""))
        if parts[2] == "pipelines":
            return Reply({"results": PIPELINES})
        if parts[1] == "v4":
            return self.associated(parts[3], parts[4], asked.json["inputs"])
        rows = self.objects[parts[3]]
        if asked.method == "GET":
            return self.listed(parts[3], rows, asked.query)
        return {"search": self.found, "read": self.read}[parts[-1]](rows, asked.json)

    def listed(self, objects: str, rows: list[dict[str, Any]], query: dict[str, str]) -> Reply:
        archived = query.get("archived") == "true"
        found = []
        for thing in rows:
            if thing["archived"] is archived:
                made = shown(thing, query["properties"].split(","), query.get("propertiesWithHistory", ""))
                for to in query["associations"].split(",") if "associations" in query else ():
                    if ties := self.ties.get((objects, to), {}).get(thing["id"]):
                        kinds = [{"id": str(number), "type": f"{objects}_to_{to}"} for number, _, _ in ties]
                        made.setdefault("associations", {})[to] = {"results": kinds}
                found.append(made)
        return paged(found, query.get("after", ""))

    def found(self, rows: list[dict[str, Any]], body: dict[str, Any]) -> Reply:
        (condition,) = body["filterGroups"][0]["filters"]
        name, since = condition["propertyName"], int(condition["value"])
        assert condition["operator"] == "GTE"
        assert body["sorts"] == [name]
        fitting = [thing for thing in rows if not thing["archived"] and moment(thing["properties"][name]) >= since]
        fitting.sort(key=lambda thing: moment(thing["properties"][name]))
        return paged([shown(thing, body["properties"]) for thing in fitting], body["after"], total=len(fitting))

    def read(self, rows: list[dict[str, Any]], body: dict[str, Any]) -> Reply:
        by = body.get("idProperty", "hs_object_id")
        wanted = {each["id"] for each in body["inputs"]}
        there = [thing for thing in rows if not thing["archived"] and (thing["properties"].get(by) or "").lower() in wanted]
        found = [shown(thing, body["properties"], body["propertiesWithHistory"]) for thing in there]
        return Reply({"status": "COMPLETE", "results": found}, 200 if len(found) == len(wanted) else 207)

    def associated(self, objects: str, to: str, inputs: list[dict[str, str]]) -> Reply:
        results = []
        for each in inputs:
            ties = self.ties.get((objects, to), {}).get(each["id"], [])
            start = int(each.get("after", 0))
            made: dict[str, Any] = {
                "from": {"id": each["id"]},
                "to": [
                    {"toObjectId": number, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": kind, "label": label}]}
                    for number, kind, label in ties[start : start + AT_ONCE]
                ],
            }
            if start + AT_ONCE < len(ties):
                made["paging"] = {"next": {"after": str(start + AT_ONCE)}}
            if ties:
                results.append(made)
        return Reply({"status": "COMPLETE", "results": results}, 200 if len(results) == len(inputs) else 207)


answer = Portal().answer
