"""HubSpot's deals, with their stages, and what sales did, as records."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.api_records import share
from connectors.hubspot_api import moment
from connectors.stages import reached

DEAL = (
    *("dealname", "amount", "deal_currency_code", "dealstage", "pipeline", "closedate", "createdate", "hubspot_owner_id"),
    *("hs_deal_stage_probability", "hs_analytics_source"),
)
ACTIVITIES = {
    "calls": ("hs_timestamp", "hs_call_direction", "hs_call_duration", "hs_call_status", "hubspot_owner_id"),
    "emails": ("hs_timestamp", "hs_email_direction", "hs_email_status", "hubspot_owner_id"),
    "meetings": ("hs_timestamp", "hs_meeting_start_time", "hs_meeting_end_time", "hs_meeting_outcome", "hubspot_owner_id"),
}
"""What is read of what sales did: when, by whom, how it ended. Never a subject, a text or a recording."""
INCOMING = ("INBOUND", "INCOMING_EMAIL")


@dataclasses.dataclass(frozen=True)
class Stages:
    """What the portal's deal stages mean: their labels and places, and the goals they are.

    Parameters
    ----------
    label : dict of str to str
        By the stage's id.
    place : dict of str to int
    goal : dict of str to str
        "won" for a closed stage whose probability is 1, "lost" where it is 0, "opportunity" for the others, unless an option says it.
    """

    label: dict[str, str]
    place: dict[str, int]
    goal: dict[str, str]


def stages(pipelines: list[dict[str, Any]], named: Mapping[str, str]) -> Stages:
    """Read the stages of pipelines.

    Parameters
    ----------
    pipelines : list of dict
        As `/crm/v3/pipelines/deals` gives them.
    named : mapping of str to str
        What the user says: stages (by id or label, in lower case) to goals.
    """
    label, place, goal = {}, {}, {}
    for pipeline in pipelines:
        found = pipeline.get("stages")
        known = [stage for stage in found if isinstance(stage, dict) and "id" in stage] if isinstance(found, list) else []
        for number, stage in enumerate(sorted(known, key=lambda stage: (str(stage.get("displayOrder")).zfill(6), str(stage["id"])))):
            stage_id, written = str(stage["id"]), str(stage.get("label") or stage["id"])
            label[stage_id], place[stage_id] = written, number
            metadata = stage.get("metadata")
            says = metadata if isinstance(metadata, dict) else {}
            closed = str(says.get("isClosed")).lower() == "true"
            usual = "opportunity" if not closed else "won" if str(says.get("probability")) in ("1.0", "1") else "lost"
            goal[stage_id] = named.get(stage_id.casefold()) or named.get(written.casefold()) or usual
    return Stages(label, place, goal)


@dataclasses.dataclass
class Deal:
    """A deal: its properties, the history of its stage, its contacts and companies by their names in the records."""

    source: str
    number: str
    told: Mapping[str, Any]
    history: list[Any]
    people: list[str]
    accounts: list[str]

    @property
    def name(self) -> str:
        """Its id in the records."""
        return f"{self.source} deal {self.number}"

    def record(self, known: Stages) -> dict[str, Any]:
        """Tell the deal as it is now."""
        told = self.told
        stage = told.get("dealstage")
        return {
            "opportunity": self.name,
            "account": next(iter(self.accounts), None),
            "person": next(iter(self.people), None),
            "name": told.get("dealname"),
            "owner": told.get("hubspot_owner_id"),
            "stage": known.label.get(stage, stage) if isinstance(stage, str) else stage,
            "pipeline": told.get("pipeline"),
            "amount": told.get("amount"),
            "currency": told.get("deal_currency_code"),
            "probability": share(told.get("hs_deal_stage_probability")),
            "created_at": told.get("createdate"),
            "closes": told.get("closedate"),
            "lead_source": told.get("hs_analytics_source"),
        }

    def conversions(self, known: Stages) -> Iterator[dict[str, Any]]:
        """Tell the goals that the deal has reached and not moved back from, each at the first of its stages."""
        changes = [(each.get("value"), moment(each.get("timestamp"))) for each in self.history if isinstance(each, dict)]
        there = reached(((stage, at) for stage, at in changes if isinstance(stage, str) and at is not None), known.place)
        moments: dict[str, dt.datetime | Any] = {}
        for stage, at in there.items():
            goal = known.goal[stage]
            moments[goal] = min(moments.get(goal, at), at)
        # A deal is an opportunity from its creation on, whatever stage it began in.
        if "opportunity" not in moments and (created := moment(self.told.get("createdate"))) is not None:
            moments["opportunity"] = created
        for goal, at in moments.items():
            yield {
                "id": f"{self.name} {goal}",
                "at": at,
                "person": next(iter(self.people), None),
                "account": next(iter(self.accounts), None),
                "opportunity": self.name,
                "goal": goal,
                "value": self.told.get("amount"),
                "currency": self.told.get("deal_currency_code"),
            }

    def roles(self) -> Iterator[dict[str, Any]]:
        """Tell who takes part; the part itself is told with the person."""
        for place, who in enumerate(self.people):
            yield {"opportunity": self.name, "person": who, "main": place == 0}


def activity(source: str, objects: str, number: str, told: Mapping[str, Any], who: str | None, deal: str | None) -> dict[str, Any]:
    """Tell what sales did."""
    direction = told.get("hs_call_direction") or told.get("hs_email_direction")
    incoming = direction in INCOMING
    kind = {"calls": "call", "meetings": "meeting", "emails": "email_replied" if incoming else "email_sent"}[objects]
    return {
        "id": f"{source} {objects} {number}",
        "at": told.get("hs_meeting_start_time") or told.get("hs_timestamp"),
        "kind": kind,
        "person": who,
        "opportunity": deal,
        "owner": told.get("hubspot_owner_id"),
        "direction": None if direction is None else "in" if incoming else "out",
        "outcome": told.get("hs_call_status") or told.get("hs_email_status") or told.get("hs_meeting_outcome"),
        "minutes": _minutes(told),
    }


def _minutes(told: Mapping[str, Any]) -> int | None:
    milliseconds = told.get("hs_call_duration")
    if isinstance(milliseconds, str) and milliseconds.isdecimal():
        return round(int(milliseconds) / 60_000)
    begin, end = moment(told.get("hs_meeting_start_time")), moment(told.get("hs_meeting_end_time"))
    return round((end - begin).total_seconds() / 60) if begin and end and end >= begin else None
