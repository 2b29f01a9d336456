"""Salesforce's tables: Fivetran's (`account_id`), Airbyte's (`AccountId`); both name the columns as Salesforce does.

References
----------
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_list.htm
"""

from __future__ import annotations

from connectors.landed.mapping import DELETED, Col, Family, Join, Landed, Stage, col

PERSON = "{email}|salesforce {contact}"
ACCOUNT = "{domain}|salesforce account {account}"
DEAL = "salesforce opportunity {deal}"
_DELETED = Col(DELETED)
_ACCOUNT = Join(("account",), "account", col("id"), {"domain": col("website", site=True)})
_CONTACT = Join(("contact",), "contact", col("id"), {"email": col("email")})
_ROLE = Join(("opportunity_contact_role",), "deal", col("opportunity_id"), {"contact": col("contact_id")}, col("is_primary"))
_DEAL = {
    "deal": col("id"),
    "account": col("account_id"),
    "amount": col("amount"),
    "currency": col("currency_iso_code"),
    "created": col("created_date"),
    "stage": col("stage_name"),
    "won": col("is_won"),
    "closed": col("is_closed"),
    "closes": col("close_date", day=True),
    "deleted": _DELETED,
}
_REACHED = {
    "person": PERSON, "account": ACCOUNT, "opportunity": DEAL, "value": "{amount}", "currency": "{currency}",
}  # fmt: skip
CLOSED = ("closed won", "closed lost")
"""Stages of the history that the deal itself tells, with the day on which it was closed."""


def _stages(deal: Col, at: Col) -> Landed:
    return Landed(
        "conversions",
        ("opportunity_history",),
        {"deal": deal, "account": col("account_id"), "amount": col("amount"), "currency": col("currency_iso_code"),
        "stage": col("stage_name"),
         "at": at, "closed": col("is_closed"), "deleted": _DELETED},
        {**_REACHED, "at": "{at}", "goal": "{goal}", "id": f"{DEAL} {{goal}}"},
        ("deal", "stage", "at"),
        (
            Join(("opportunity",), "deal", col("id"), {"owned_by": col("account_id")}),
            Join(("account",), "owned_by", col("id"), {"domain": col("website", site=True)}),
            _ROLE,
            _CONTACT,
        ),
        skip_without=("goal",),
        skip_blank=("person", "account"),
        never={"closed": ("true", "t", "1"), "stage": CLOSED},
        once=("deal", "stage"),
        first_by="at",
        goal=Stage(label="stage", won="_", closed="_"),
        in_order=("deal", "at"),
        gone="opportunity",
    )  # fmt: skip


def _work(table: str, kind: str, more: dict[str, Col], fields: dict[str, str]) -> Landed:
    return Landed(
        "activities",
        (table,),
        {"key": col("id"), "contact": col("who_id"), "what": col("what_id"), "account": col("account_id"), "owner": col("owner_id"),
         "deleted": _DELETED, **more},
        {"at": "{at}", "kind": kind, "person": "{email}|{lead_email}|salesforce {contact}", "account": ACCOUNT, "opportunity": DEAL,
         "owner": "{owner}", "id": f"salesforce {table} {{key}}", **fields},
        ("key", "contact", "what", "at"),
        (
            _CONTACT,
            Join(("lead",), "contact", col("id"), {"lead_email": col("email")}),
            _ACCOUNT,
            Join(("opportunity",), "what", col("id"), {"deal": col("id")}),
        ),
        skip_blank=("person", "account", "opportunity"),
        gone="id",
    )  # fmt: skip


SALESFORCE = Family(
    "Salesforce",
    ("sf_", "salesforce_"),
    (
        Landed(
            "accounts",
            ("account",),
            {"account": col("id"), "name": col("name"), "domain": col("website", site=True), "industry": col("industry"),
             "country": col("billing_country", "billing_country_code"), "employees": col("number_of_employees"), "owner": col("owner_id"),
             "parent": col("parent_id"), "deleted": _DELETED},
            {"account": ACCOUNT, "name": "{name}", "domain": "{domain}", "industry": "{industry}", "country": "{country}",
             "employees": "{employees}", "owner": "{owner}", "parent": "{above}|salesforce account {parent}"},
            ("account", "name", "owner", "parent"),
            (Join(("account",), "parent", col("id"), {"above": col("website", site=True)}),),
            gone="account",
        ),
        Landed(
            "people",
            ("contact",),
            {"contact": col("id"), "email": col("email"), "account": col("account_id"), "title": col("title"), "origin": col("lead_source"),
             "deleted": _DELETED},
            {"person": PERSON, "account": ACCOUNT, "title": "{title}", "lead_source": "{origin}"},
            ("contact", "email", "account"),
            (_ACCOUNT,),
            skip_blank=("account", "title", "lead_source"),
            gone="person",
        ),
        Landed(
            "identities",
            ("contact",),
            {"contact": col("id"), "email": col("email"), "account": col("account_id"), "deleted": _DELETED},
            {"person": "{email}", "same_as": "salesforce {contact}", "basis": "crm"},
            ("contact", "email", "account"),
            skip_without=("email",),
            gone="person",
        ),
        Landed(
            "people",
            ("lead",),
            {"contact": col("id"), "email": col("email"), "domain": col("website", site=True), "company": col("company"),
             "title": col("title"), "industry": col("industry"), "origin": col("lead_source"), "deleted": _DELETED},
            {"person": PERSON, "account": "{domain}|{company}", "segment": "{industry}", "title": "{title}", "lead_source": "{origin}"},
            ("contact", "email", "company"),
            skip_blank=("account", "segment", "title", "lead_source"),
            gone="person",
        ),
        Landed(
            "identities",
            ("lead",),
            {"lead": col("id"), "email": col("email"), "company": col("company"), "contact": col("converted_contact_id"),
             "deleted": _DELETED},
            {"person": "{email}|salesforce {contact}", "same_as": "salesforce {lead}", "basis": "crm"},
            ("lead", "email", "company"),
            skip_without=("person",),
            gone="person",
        ),
        Landed(
            "conversions",
            ("lead",),
            {"contact": col("id"), "email": col("email"), "domain": col("website", site=True), "company": col("company"),
             "at": col("created_date"), "deleted": _DELETED},
            {"person": PERSON, "account": "{domain}|{company}", "goal": "lead", "at": "{at}", "id": "salesforce lead {contact}"},
            ("contact", "email", "company", "at"),
            gone="id",
        ),
        Landed(
            "opportunities",
            ("opportunity",),
            {**_DEAL, "name": col("name"), "owner": col("owner_id"), "origin": col("lead_source"), "pipeline": col("type"),
             "probability": col("probability"), "campaign_id": col("campaign_id")},
            {"opportunity": DEAL, "account": ACCOUNT, "person": PERSON, "name": "{name}", "owner": "{owner}", "stage": "{stage}",
             "pipeline": "{pipeline}", "amount": "{amount}", "currency": "{currency}", "probability": "{probability} %",
             "created_at": "{created}", "closes": "{closes}", "lead_source": "{origin}", "campaign": "{campaign}"},
            ("deal", "account", "stage", "closes"),
            (_ACCOUNT, _ROLE, _CONTACT, Join(("campaign",), "campaign_id", col("id"), {"campaign": col("name")})),
            skip_blank=("account", "person", "amount", "stage"),
            gone="opportunity",
        ),
        Landed(
            "conversions",
            ("opportunity",),
            _DEAL,
            {**_REACHED, "at": "{created}", "goal": "opportunity", "id": f"{DEAL} opportunity"},
            ("deal", "account", "stage", "created"),
            (_ACCOUNT, _ROLE, _CONTACT),
            skip_blank=("person", "account"),
            gone="opportunity",
            renews="opportunity",
        ),
        Landed(
            "conversions",
            ("opportunity",),
            {**_DEAL, "at": col("close_date", day=True)},
            {**_REACHED, "at": "{at}", "goal": "{goal}", "id": f"{DEAL} {{goal}}"},
            ("deal", "account", "stage", "at", "won", "closed"),
            (_ACCOUNT, _ROLE, _CONTACT),
            skip_without=("goal",),
            skip_blank=("person", "account"),
            only={"closed": ("true", "t", "1")},
            goal=Stage(label="stage"),
            gone="opportunity",
        ),
        _stages(col("opportunity_id"), col("created_date")),
        _stages(col("id"), col("_fivetran_start")),
        Landed(
            "buying_roles",
            ("opportunity_contact_role",),
            {"deal": col("opportunity_id"), "contact": col("contact_id"), "role": col("role"), "main": col("is_primary"),
             "deleted": _DELETED},
            {"opportunity": DEAL, "person": PERSON, "role": "{role}", "main": "{main}"},
            ("deal", "contact"),
            (_CONTACT,),
        ),
        _work(
            "task",
            "{kind}",
            {"at": col("completed_date_time", "activity_date", "created_date"),
             "kind": col("task_subtype", "type", values={"call": "call", "email": "email_sent", "listemail": "email_sent", "task": "task"}),
             "outcome": col("call_disposition"), "direction": col("call_type", values={"inbound": "in", "outbound": "out"})},
            {"outcome": "{outcome}", "direction": "{direction}"},
        ),
        _work(
            "event",
            "meeting",
            {"at": col("start_date_time", "activity_date_time"), "minutes": col("duration_in_minutes")},
            {"minutes": "{minutes}"},
        ),
        Landed(
            "touches",
            ("campaign_member",),
            {"key": col("id"), "contact": col("lead_or_contact_id", "contact_id"), "at": col("first_responded_date", "created_date"),
             "campaign_id": col("campaign_id"), "responded": col("has_responded"), "deleted": _DELETED},
            {"person": "{email}|{lead_email}|salesforce {contact}", "at": "{at}", "campaign": "{campaign}", "medium": "{medium}",
            "kind": "event",
             "id": "salesforce campaign member {key}"},
            ("key", "contact", "at", "campaign_id", "responded"),
            (_CONTACT, Join(("lead",), "contact", col("id"), {"lead_email": col("email")}),
             Join(("campaign",), "campaign_id", col("id"), {"campaign": col("name"), "medium": col("type")})),
            only={"responded": ("true", "t", "1")},
            gone="id",
        ),
    ),
)  # fmt: skip
