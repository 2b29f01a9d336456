"""HubSpot's contacts and companies as records: who they are, what brought them, which stages of the funnel they reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workspace.urls import host

COMPANY = ("name", "domain", "industry", "country", "numberofemployees", "hubspot_owner_id")
STAGES = {
    "hs_lifecyclestage_lead_date": "lead",
    "hs_lifecyclestage_marketingqualifiedlead_date": "mql",
    "hs_lifecyclestage_salesqualifiedlead_date": "sql",
}
"""Properties that say when a contact reached a stage of the funnel. Opportunities and customers are told by the deals."""
CONTACT = (
    *("email", "associatedcompanyid", "jobtitle", "hs_buying_role", "hs_analytics_source"),
    *("hs_analytics_source_data_1", "hs_analytics_source_data_2", "hs_analytics_first_timestamp", "hs_analytics_first_url"),
    *(
        "hs_analytics_first_referrer",
        "hs_latest_source",
        "hs_latest_source_data_1",
        "hs_latest_source_data_2",
        "hs_latest_source_timestamp",
    ),
    *("first_conversion_date", "first_conversion_event_name", "recent_conversion_date", "recent_conversion_event_name"),
    *STAGES,
)
MEDIUMS = {
    "ORGANIC_SEARCH": "organic",
    "PAID_SEARCH": "cpc",
    "PAID_SOCIAL": "paid-social",
    "SOCIAL_MEDIA": "social",
    "EMAIL_MARKETING": "email",
    "REFERRALS": "referral",
    "AI_REFERRALS": "referral",
    "OTHER_CAMPAIGNS": None,
    "DIRECT_TRAFFIC": None,
}
"""HubSpot's sources, and the medium each stands for. OFFLINE is not among them: imports and connected apps are no visit."""
SEARCH_ENGINE = "google"
"""HubSpot keeps the words that were searched for, not the engine; nearly all searches are at this one."""


def person(number: Any, told: Mapping[str, Any], source: str) -> str:
    """Name a contact: by e-mail address, else by HubSpot's number."""
    address = told.get("email")
    return address.strip().lower() if isinstance(address, str) and address.strip() else f"{source} {number}"


def account(number: Any, told: Mapping[str, Any], source: str) -> str:
    """Name a company: by its domain, by which other sources know it too, else by HubSpot's number."""
    domain = host(told["domain"]) if isinstance(told.get("domain"), str) else None
    return domain.removeprefix("www.") if domain else f"{source} company {number}"


def company_record(number: Any, told: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Tell what is known of a company."""
    return {
        "account": account(number, told, source),
        "name": told.get("name"),
        "domain": told.get("domain"),
        "industry": told.get("industry"),
        "country": told.get("country"),
        "employees": told.get("numberofemployees"),
        "owner": told.get("hubspot_owner_id"),
    }


def person_record(who: str, told: Mapping[str, Any], belongs_to: str | None) -> dict[str, Any]:
    """Tell what is known of a contact; no name, no telephone number."""
    return {
        "person": who,
        "account": belongs_to,
        "lead_source": told.get("hs_analytics_source"),
        "title": told.get("jobtitle"),
        "role": told.get("hs_buying_role"),
    }


def touches(number: Any, who: str, told: Mapping[str, Any], source: str) -> Iterator[dict[str, Any]]:
    """Tell what brought a contact at first and lately, and the forms they filled in at first and lately."""
    first = _origin(told, "hs_analytics_source", told.get("hs_analytics_first_url"), told.get("hs_analytics_first_referrer"))
    visits = [(told.get("hs_analytics_first_timestamp"), first)]
    visits.append((told.get("hs_latest_source_timestamp"), _origin(told, "hs_latest_source", None, None)))
    known = set()
    for at, origin in visits:
        if at is not None and origin is not None and at not in known:
            known.add(at)
            yield origin | {"id": f"{source} {number} visit {at}", "person": who, "at": at, "kind": "visit"}
    for which in ("first", "recent"):
        at, form = told.get(f"{which}_conversion_date"), told.get(f"{which}_conversion_event_name")
        if at is not None and (which, at) != ("recent", told.get("first_conversion_date")):
            yield {"id": f"{source} {number} form {at}", "person": who, "at": at, "kind": "form", "content": form}


def _origin(told: Mapping[str, Any], name: str, url: Any, referrer: Any) -> dict[str, Any] | None:
    """Read where a visit came from: the tags of its address, else what HubSpot made of it; None where it was no visit."""
    kind = told.get(name)
    if kind not in MEDIUMS:
        return None
    if isinstance(url, str) and "utm_" in url:
        return {"url": url, "referrer": _host(referrer)}
    one, two = told.get(f"{name}_data_1"), told.get(f"{name}_data_2")
    origin: dict[str, Any] = {"medium": MEDIUMS[kind], "referrer": _host(referrer), "url": url}
    network = one.lower() if isinstance(one, str) else one
    made: dict[str, dict[str, Any]] = {
        "ORGANIC_SEARCH": {"source": SEARCH_ENGINE},
        "PAID_SEARCH": {"source": SEARCH_ENGINE, "campaign": one, "term": two},
        "PAID_SOCIAL": {"source": network, "campaign": two},
        "SOCIAL_MEDIA": {"source": network, "campaign": two},
        "EMAIL_MARKETING": {"source": "hubspot", "campaign": one},
        "OTHER_CAMPAIGNS": {"campaign": one},
        "DIRECT_TRAFFIC": {"referrer": None},
    }
    # Whoever came from a page came from that page: no medium stands for it.
    from_page = {"medium": None, "referrer": _host(one) or origin["referrer"]}
    return origin | made.get(kind, from_page)


def _host(text: Any) -> str | None:
    return host(text) if isinstance(text, str) else None


def conversions(number: Any, who: str, told: Mapping[str, Any], belongs_to: str | None, source: str) -> Iterator[dict[str, Any]]:
    """Tell the stages of the funnel that a contact reached."""
    for name, goal in STAGES.items():
        if (at := told.get(name)) is not None:
            yield {"id": f"{source} contact {number} {goal}", "at": at, "person": who, "account": belongs_to, "goal": goal}
