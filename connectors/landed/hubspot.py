"""HubSpot's tables: Fivetran's (`property_…` columns), Airbyte's (`properties_…`), and tables whose columns bear HubSpot's own names.

References
----------
https://fivetran.com/docs/connectors/applications/hubspot (schema), https://docs.airbyte.com/integrations/sources/hubspot
"""

from __future__ import annotations

from typing import Any

from connectors.landed.mapping import DELETED, Col, Family, Join, Landed, Stage, col


def prop(*names: str, **more: Any) -> Col:
    """Write a property by the names that pipelines give it."""
    return Col(tuple(f"{prefix}{name}" for name in names for prefix in ("property_", "properties_", "")), **more)


PERSON = "{email}|hubspot {contact}"
ACCOUNT = "{domain}|hubspot company {company}"
DEAL = "hubspot deal {deal}"
_COMPANY = Join(("company", "companies"), "company", col("id", "company_id"), {"domain": prop("domain", "website", site=True)})
_CONTACT = Join(("contact", "contacts"), "contact", col("id", "contact_id", "vid"), {"email": prop("email")})
_STAGE = Join(
    ("deal_pipeline_stage", "deal_pipeline_stages"),
    "stage",
    col("stage_id", "id"),
    {
        "label": col("label"),
        "won": col("closed_won"),
        "closed": col("is_closed"),
        "probability": col("probability", divided=0.01),
        "place": col("display_order"),
    },
)
_NOW = Join(_STAGE.tables, "now", _STAGE.key, {"now_place": col("display_order")})
_OF_DEAL = (
    Join(("deal_company",), "deal", col("deal_id"), {"company": col("company_id")}),
    Join(("deal_contact",), "deal", col("deal_id"), {"contact": col("contact_id")}),
    _COMPANY,
    _CONTACT,
)
_CONTACTS = {
    "contact": col("id", "contact_id", "vid"),
    "email": prop("email"),
    "company": prop("associatedcompanyid"),
    "deleted": Col(DELETED),
}
_DEALS = {
    "deal": col("deal_id", "id"),
    "name": prop("dealname"),
    "created": prop("createdate"),
    "amount": prop("amount"),
    "currency": prop("deal_currency_code"),
    "stage": col("deal_pipeline_stage_id", "property_dealstage", "properties_dealstage", "dealstage"),
    "pipeline_id": col("deal_pipeline_id", "property_pipeline", "properties_pipeline", "pipeline"),
    "deleted": Col(DELETED),
}
LIFECYCLE = {"lead": "lead", "mql": "marketingqualifiedlead", "sql": "salesqualifiedlead"}
"""Goals, and the stages of HubSpot that they are; opportunities and customers come from the deals."""


def _reached(goal: str, stage: str) -> Landed:
    return Landed(
        "conversions",
        ("contact", "contacts"),
        {**_CONTACTS, "at": prop(f"hs_lifecyclestage_{stage}_date", f"hs_v2_date_entered_{stage}")},
        {"person": PERSON, "account": ACCOUNT, "goal": goal, "at": "{at}", "id": f"hubspot contact {{contact}} {goal}"},
        ("contact", "email", "at"),
        (_COMPANY,),
        skip_without=("at",),
        gone="id",
    )


def _engagement(kind: str) -> Landed:
    return Landed(
        "activities",
        (f"engagement_{kind}", f"engagements_{kind}s"),
        {
            "engagement": col("engagement_id", "id"),
            "at": col(
                *("property_hs_timestamp", "properties_hs_timestamp", "property_hs_meeting_start_time", "start_time"),
                *("timestamp", "property_hs_createdate", "properties_hs_createdate"),
            ),
            "owner": prop("hubspot_owner_id", "owner_id"),
            "outcome": prop("hs_meeting_outcome", "meeting_outcome", "hs_call_disposition", "hs_task_status"),
            "direction": prop("hs_call_direction", "hs_email_direction", values={"inbound": "in", "incoming_email": "in",
            "outbound": "out", "email": "out"}),
            "done": prop("hs_email_direction", values={"incoming_email": "email_replied", "email": "email_sent",
            "forwarded_email": "email_sent"}),
            "deleted": Col(DELETED),
        },
        {
            "at": "{at}", "kind": "{done}|email_sent" if kind == "email" else kind, "person": PERSON, "account": ACCOUNT,
            "opportunity": DEAL,
            "owner": "{owner}", "outcome": "{outcome}", "direction": "{direction}", "id": f"hubspot {kind}s {{engagement}}",
        },
        ("engagement", "at"),
        (
            Join(("engagement_contact",), "engagement", col("engagement_id"), {"contact": col("contact_id")}),
            Join(("engagement_deal",), "engagement", col("engagement_id"), {"deal": col("deal_id")}),
            Join(("engagement_company",), "engagement", col("engagement_id"), {"company": col("company_id")}),
            _CONTACT,
            _COMPANY,
        ),
        skip_blank=("person", "account", "opportunity"),
        gone="id",
    )  # fmt: skip


HUBSPOT = Family(
    "HubSpot",
    ("hubspot_",),
    (
        Landed(
            "people",
            ("contact", "contacts"),
            {
                **_CONTACTS,
                "employer": prop("company"),
                "title": prop("jobtitle"),
                "industry": prop("industry"),
                "first_source": prop("hs_analytics_source"),
                "role": prop("hs_buying_role"),
            },
            {
                "person": PERSON,
                "account": f"{ACCOUNT}|{{employer}}",
                "segment": "{industry}",
                "lead_source": "{first_source}",
                "title": "{title}",
                "role": "{role}",
            },
            ("contact", "email"),
            (_COMPANY,),
            skip_blank=("account", "segment", "lead_source", "title", "role"),
            gone="person",
        ),
        Landed(
            "identities",
            ("contact", "contacts"),
            _CONTACTS,
            {"person": "{email}", "same_as": "hubspot {contact}", "basis": "crm"},
            ("contact", "email"),
            skip_without=("email",),
            gone="person",
        ),
        *(_reached(goal, stage) for goal, stage in LIFECYCLE.items()),
        Landed(
            "accounts",
            ("company", "companies"),
            {
                "company": col("id", "company_id"),
                "name": prop("name"),
                "domain": prop("domain", "website", site=True),
                "industry": prop("industry"),
                "country": prop("country"),
                "employees": prop("numberofemployees"),
                "owner": prop("hubspot_owner_id"),
                "deleted": Col(DELETED),
            },
            {
                "account": ACCOUNT, "name": "{name}", "domain": "{domain}", "industry": "{industry}", "country": "{country}",
                "employees": "{employees}", "owner": "{owner}",
            },
            ("company", "name"),
            gone="account",
        ),
        Landed(
            "opportunities",
            ("deal", "deals"),
            {
                **_DEALS,
                "closes": prop("closedate", day=True),
                "owner": col("owner_id", "property_hubspot_owner_id", "properties_hubspot_owner_id", "hubspot_owner_id"),
                "first_source": prop("hs_analytics_source"),
            },
            {
                "opportunity": DEAL, "account": ACCOUNT, "person": PERSON, "name": "{name}", "owner": "{owner}", "stage": "{label}|{stage}",
                "pipeline": "{pipeline}|{pipeline_id}", "amount": "{amount}", "currency": "{currency}", "probability": "{probability} %",
                "created_at": "{created}", "closes": "{closes}", "lead_source": "{first_source}",
            },
            ("deal", "name"),
            (_STAGE, Join(("deal_pipeline", "deal_pipelines"), "pipeline_id", col("pipeline_id", "id"), {"pipeline": col("label")}),
            *_OF_DEAL),
            skip_blank=("account", "person", "amount", "stage"),
            gone="opportunity",
        ),
        Landed(
            "conversions",
            ("deal", "deals"),
            _DEALS,
            {
                "at": "{created}", "person": PERSON, "account": ACCOUNT, "opportunity": DEAL, "goal": "opportunity", "value": "{amount}",
                "currency": "{currency}", "id": f"{DEAL} opportunity",
            },
            ("deal", "name", "created"),
            _OF_DEAL,
            skip_blank=("person", "account"),
            gone="opportunity",
            renews="opportunity",
        ),
        Landed(
            "conversions",
            ("deal_stage",),
            {"deal": col("deal_id"), "stage": col("value", "stage_id"), "at": col("date_entered", "_fivetran_start")},
            {
                "at": "{at}", "person": PERSON, "account": ACCOUNT, "opportunity": DEAL, "goal": "{goal}", "value": "{amount}",
                "currency": "{currency}", "id": f"{DEAL} {{goal}}",
            },
            ("deal", "stage", "at"),
            (_STAGE, Join(("deal", "deals"), "deal", col("deal_id", "id"), {"amount": prop("amount"),
            "currency": prop("deal_currency_code"), "now": _DEALS["stage"]}), _NOW, *_OF_DEAL),
            skip_without=("goal",),
            skip_blank=("person", "account"),
            once=("deal", "stage"),
            first_by="at",
            goal=Stage(),
            in_order=("deal", "at"),
        ),
        Landed(
            "buying_roles",
            ("deal_contact",),
            {"deal": col("deal_id"), "contact": col("contact_id"), "label": col("label")},
            {"opportunity": DEAL, "person": PERSON, "role": "{role}|{label}"},
            ("deal", "contact"),
            (Join(("contact", "contacts"), "contact", col("id", "contact_id", "vid"), {"email": prop("email"),
            "role": prop("hs_buying_role")}),),
        ),
        *(_engagement(kind) for kind in ("call", "meeting", "email", "task")),
        Landed(
            "touches",
            ("contact_form_submission", "form_submissions"),
            {"at": col("timestamp", "submitted_at"), "contact": col("contact_id"), "url": col("page_url"), "key": col("conversion_id")},
            {"person": PERSON, "at": "{at}", "url": "{url}", "kind": "form", "id": "hubspot form {key}"},
            ("at", "contact", "key"),
            (_CONTACT,),
        ),
        Landed(
            "touches",
            ("email_event", "email_events"),
            {"event": col("id"), "at": col("created"), "email": col("recipient"), "type": col("type"), "filtered": col("filtered_event")},
            {"person": "{email}", "at": "{at}", "source": "hubspot", "medium": "email", "kind": "email_click",
            "id": "hubspot email {event}"},
            ("event", "at", "email", "type"),
            only={"type": ("click",)},
            never={"filtered": ("true", "t", "1")},
        ),
    ),
)  # fmt: skip
