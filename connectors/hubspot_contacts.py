"""Contacts of HubSpot: who they are, what brought them first and last, which stages of the lifecycle they reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.hubspot_api import Thing
from workspace.urls import host, tags

PROPERTIES = (
    "email",
    "hs_additional_emails",
    "hs_merged_object_ids",
    "associatedcompanyid",
    "jobtitle",
    "hs_buying_role",
    "hs_analytics_source",
    "hs_analytics_source_data_1",
    "hs_analytics_source_data_2",
    "hs_analytics_first_timestamp",
    "hs_analytics_first_url",
    "hs_analytics_first_referrer",
    "hs_latest_source",
    "hs_latest_source_data_1",
    "hs_latest_source_data_2",
    "hs_latest_source_timestamp",
    "first_conversion_date",
    "first_conversion_event_name",
    "recent_conversion_date",
    "recent_conversion_event_name",
    "hs_lifecyclestage_lead_date",
    "hs_lifecyclestage_marketingqualifiedlead_date",
    "hs_lifecyclestage_salesqualifiedlead_date",
)
STAGES = {"lead": "lead", "mql": "marketingqualifiedlead", "sql": "salesqualifiedlead"}
TOUCHES = ("original", "latest", "first form", "recent form")
"""What the touches of a contact are called in their ids."""
CHANNELS = {
    "ORGANIC_SEARCH": "Organic Search",
    "PAID_SEARCH": "Paid Search",
    "PAID_SOCIAL": "Paid Social",
    "SOCIAL_MEDIA": "Organic Social",
    "EMAIL_MARKETING": "Email",
    "REFERRALS": "Referral",
    "DIRECT_TRAFFIC": "Direct",
    "AI_REFERRALS": "AI Assistant",
}
"""HubSpot's sources and the channels they are; OTHER_CAMPAIGNS is left to the rules, by its tags."""
OFFLINE = "OFFLINE"
"""Imported, entered by hand or by another program: what HubSpot knows of it is no contact between the person and us."""
DRILL_DOWNS = {
    "ORGANIC_SEARCH": ("term", "source"),
    "PAID_SEARCH": ("campaign", "term"),
    "PAID_SOCIAL": ("source", "campaign"),
    "SOCIAL_MEDIA": ("source", "campaign"),
    "EMAIL_MARKETING": ("campaign", "content"),
    "REFERRALS": ("source", "referrer"),
    "OTHER_CAMPAIGNS": ("campaign", None),
}
"""What the two drill-down properties hold for each source (knowledge.hubspot.com/properties/understand-source-properties)."""
FORM = {"medium": "form"}
"""HubSpot does not say where whoever filled in a form came from; without any medium it would count as a direct visit."""
UNKNOWN = ("unknown keywords", "unknown terms")
"""How HubSpot begins the name of a search term that it does not know."""


class Contact:
    """A contact and the records it makes.

    Parameters
    ----------
    source : str
        Its name in the settings.
    thing : Thing
    """

    def __init__(self, source: str, thing: Thing) -> None:
        self.source, self.thing = source, thing
        self.number = f"{source} {thing.id}"
        self.name = f"{source} contact {thing.id}"
        address = thing.said("email")
        self.address = address.lower() if address and "@" in address else None
        self.person = self.address or self.number

    def told(self, names: Mapping[str, str]) -> dict[str, Any] | None:
        """Tell what is known of the person; `names` are those of the companies, by their numbers."""
        thing = self.thing
        known = {
            "account": names.get(thing.said("associatedcompanyid") or ""),
            "lead_source": thing.properties.get("hs_analytics_source"),
            "title": thing.properties.get("jobtitle"),
            "role": ", ".join(role.replace("_", " ").lower() for role in thing.several("hs_buying_role")) or None,
        }
        return {"person": self.person} | known if any(known.values()) else None

    def identities(self) -> Iterator[dict[str, Any]]:
        """Tell which further identifiers are the same person: HubSpot's number, other addresses, contacts merged into this one."""
        others = [self.number, *(address.lower() for address in self.thing.several("hs_additional_emails") if "@" in address)]
        others += [f"{self.source} {number}" for number in self.merged]
        for other in dict.fromkeys(others):
            if other != self.person:
                yield {"person": self.person, "same_as": other, "basis": self.source}

    @property
    def merged(self) -> list[str]:
        """The numbers of contacts that were merged into this one."""
        return [number for number in self.thing.several("hs_merged_object_ids") if number != self.thing.id]

    def conversions(self) -> Iterator[dict[str, Any]]:
        """Tell when the stages of the lifecycle before any deal were reached."""
        for goal, stage in STAGES.items():
            if at := self.thing.properties.get(f"hs_lifecyclestage_{stage}_date"):
                yield {"id": f"{self.name} {goal}", "person": self.person, "at": at, "goal": goal}

    def touches(self) -> Iterator[dict[str, Any]]:
        """Tell of the first visit and of the latest, and of the first form and of the latest, where they are another."""
        said = self.thing.properties.get
        at, latest = said("hs_analytics_first_timestamp"), said("hs_latest_source_timestamp")
        url = self.thing.said("hs_analytics_first_url")
        if (origin := self._origin("hs_analytics_source", url)) is not None and at:
            referrer = self.thing.said("hs_analytics_first_referrer") or origin.get("referrer")
            yield self._touch("original", at, "visit", origin | {"url": url, "referrer": referrer})
        if (origin := self._origin("hs_latest_source", None)) is not None and latest and latest != at:
            yield self._touch("latest", latest, "visit", origin)
        first, recent = said("first_conversion_date"), said("recent_conversion_date")
        if first:
            yield self._touch("first form", first, "form", FORM | {"content": said("first_conversion_event_name")})
        if recent and recent != first:
            yield self._touch("recent form", recent, "form", FORM | {"content": said("recent_conversion_event_name")})

    def _touch(self, which: str, at: Any, kind: str, origin: dict[str, Any]) -> dict[str, Any]:
        return origin | {"id": f"{self.name} {which}", "person": self.person, "at": at, "kind": kind}

    def _origin(self, source: str, url: str | None) -> dict[str, Any] | None:
        """Read one of the two sources with its drill-downs; None where there is none."""
        called = self.thing.said(source)
        if called is None or called == OFFLINE:
            return None
        origin: dict[str, Any] = {"channel": CHANNELS.get(called)}
        found = tags(url) if url else None
        if found is not None and (found.source or found.medium or found.campaign):
            return origin  # what the address itself says is more, and is spelled as it was written
        for field, place in zip(DRILL_DOWNS.get(called, ()), ("1", "2"), strict=False):
            value = self.thing.said(f"{source}_data_{place}")
            if field and value and not value.lower().startswith(UNKNOWN):
                origin[field] = (host(value) or value) if field == "source" and called in ("ORGANIC_SEARCH", "REFERRALS") else value
        return origin

    def gone(self, *, numbers: tuple[str, ...] = ()) -> dict[str, list[str]]:
        """Name the touches and conversions it does not have, or no longer; of contacts with other `numbers` too, all of them."""
        there = {record["id"] for record in (*self.touches(), *self.conversions())}
        named = {"touches": TOUCHES, "conversions": tuple(STAGES)}
        names = (self.name, *(f"{self.source} contact {number}" for number in numbers))
        return {
            kind: [full for name in names for word in words if (full := f"{name} {word}") not in there] for kind, words in named.items()
        }


def all_names(source: str, number: str) -> dict[str, list[str]]:
    """Name all touches and conversions that a contact may have brought."""
    name = f"{source} contact {number}"
    return {"touches": [f"{name} {word}" for word in TOUCHES], "conversions": [f"{name} {word}" for word in STAGES]}
