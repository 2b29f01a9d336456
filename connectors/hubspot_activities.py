"""Calls, e-mails and meetings of HubSpot: when, with whom, which way, with what outcome; never what was said or written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.hubspot_api import Names, Thing, Tie
from connectors.hubspot_deals import moment, owner_of

COMMON = ("hs_timestamp", "hubspot_owner_id")
PROPERTIES = {
    "calls": (*COMMON, "hs_call_direction", "hs_call_disposition", "hs_call_status", "hs_call_duration"),
    "emails": (*COMMON, "hs_email_direction", "hs_email_status"),
    "meetings": (*COMMON, "hs_meeting_outcome", "hs_meeting_start_time", "hs_meeting_end_time"),
}
WITH = ("contacts", "companies", "deals")
DIRECTIONS = {"INBOUND": "in", "OUTBOUND": "out", "INCOMING_EMAIL": "in", "EMAIL": "out"}
DISPOSITIONS = {
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "busy",
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "connected",
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "left live message",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "left voicemail",
    "73a0d17f-1163-4015-bdd5-ec830791da20": "no answer",
    "17b47fee-58de-441e-a44c-c6300d46f273": "wrong number",
}
"""Outcomes of calls that every account has (developers.hubspot.com, calls guide)."""


def activity(source: str, objects: str, thing: Thing, who: Names, ties: Mapping[str, list[Tie]]) -> dict[str, Any]:
    """Make the record of a call, an e-mail or a meeting.

    Parameters
    ----------
    source : str
    objects : str
        "calls", "emails" or "meetings".
    thing : Thing
    who : Names
    ties : mapping
        What it is associated with, by `WITH`. Of several contacts the first counts, so that a meeting is one meeting.
    """
    said = thing.properties.get
    first = {name: min((tie.to for tie in found), key=lambda to: (len(to), to)) for name, found in ties.items() if found}
    return {
        "id": activity_name(source, objects, thing.id),
        "at": said("hs_timestamp"),
        "kind": _kind(objects, thing),
        "person": f"{source} {first['contacts']}" if "contacts" in first else None,
        "account": who.accounts.get(first["companies"]) if "companies" in first else None,
        "opportunity": f"{source} deal {first['deals']}" if "deals" in first else None,
        "owner": owner_of(thing, who.owners),
        "direction": DIRECTIONS.get(thing.said("hs_call_direction") or thing.said("hs_email_direction") or ""),
        "outcome": _outcome(objects, thing),
        "minutes": _minutes(objects, thing),
    }


def activity_name(source: str, objects: str, number: str) -> str:
    """Name an activity.

    Examples
    --------
    >>> activity_name("hubspot", "calls", "7")
    'hubspot call 7'
    """
    return f"{source} {objects.removesuffix('s')} {number}"


def _kind(objects: str, thing: Thing) -> str:
    if objects == "emails":
        return "email_replied" if thing.said("hs_email_direction") == "INCOMING_EMAIL" else "email_sent"
    return objects.removesuffix("s")


def _outcome(objects: str, thing: Thing) -> str | None:
    if objects == "calls":
        disposition = thing.said("hs_call_disposition")
        outcome = DISPOSITIONS.get(disposition, disposition) if disposition else thing.said("hs_call_status")
    else:
        outcome = thing.said("hs_email_status" if objects == "emails" else "hs_meeting_outcome")
    return outcome.replace("_", " ").lower() if outcome else None


def _minutes(objects: str, thing: Thing) -> int | None:
    if objects == "calls":
        duration = thing.said("hs_call_duration")
        return round(int(duration) / 60_000) if duration and duration.isascii() and duration.isdecimal() else None
    start, end = moment(thing.properties.get("hs_meeting_start_time")), moment(thing.properties.get("hs_meeting_end_time"))
    return round((end - start).total_seconds() / 60) if start is not None and end is not None and end >= start else None
