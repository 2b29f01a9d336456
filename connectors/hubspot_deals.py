"""Deals of HubSpot: as they are now, when they reached their stages, and who takes part in the buying."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.api_records import share
from connectors.hubspot_api import Names, Thing, Tie
from connectors.stages import reached

PROPERTIES = (
    "dealname",
    "dealstage",
    "pipeline",
    "amount",
    "deal_currency_code",
    "createdate",
    "closedate",
    "hubspot_owner_id",
    "hs_deal_stage_probability",
    "hs_analytics_source",
    "hs_merged_object_ids",
)
HISTORY = "dealstage"
CLOSED = 1_000_000
"""The place of every closed stage, after all that are open."""
PRIMARY = 5
"""The type of the association of a deal with its primary company (developers.hubspot.com, association type ids)."""


class Stages:
    """The stages of all pipelines: what they are called, and what reaching them is.

    Parameters
    ----------
    pipelines : list of dict
        As HubSpot gives them.
    goals : mapping
        What the option `--stage` says, see `connectors.stages.goals_named`.
    """

    def __init__(self, pipelines: list[dict[str, Any]], goals: Mapping[str, str]) -> None:
        self.labels: dict[str, Any] = {}
        self.pipelines = {str(pipeline.get("id")): pipeline.get("label") for pipeline in pipelines}
        self.places: dict[str, int] = {}
        self.goals: dict[str, str] = {}
        named: set[str] = set()
        for pipeline in pipelines:
            for row in pipeline["stages"]:
                number, label, order = str(row["id"]), row.get("label"), row.get("displayOrder")
                metadata = row.get("metadata") if isinstance(row.get("metadata"), dict) else {}
                probability = _number(metadata.get("probability"))
                closed = _closed(metadata.get("isClosed"), probability)
                names = {number.casefold(), label.strip().casefold()} if isinstance(label, str) else {number.casefold()}
                said = [name for name in names if name in goals]
                named.update(said)
                usual = "opportunity" if not closed else "won" if probability is not None and probability >= 0.5 else "lost"
                self.labels[number] = label
                self.goals[number] = goals[said[0]] if said else usual
                # A deal is closed in one way alone: whoever is lost after all is won no more.
                self.places[number] = CLOSED if closed else order if isinstance(order, int) else 0
        self.unknown = [name for name in goals if name not in named]


class Deal:
    """A deal and the records it makes.

    Parameters
    ----------
    source : str
    thing : Thing
        With the history of its stage.
    stages : Stages
    names : Names
    contacts, companies : list of Tie
    """

    def __init__(self, source: str, thing: Thing, stages: Stages, names: Names, contacts: list[Tie], companies: list[Tie]) -> None:
        self.source, self.thing, self.stages, self.names = source, thing, stages, names
        self.name = f"{source} deal {thing.id}"
        self.contacts = sorted(contacts, key=lambda tie: (len(tie.to), tie.to))
        self.companies = sorted(companies, key=lambda tie: (PRIMARY not in tie.types, len(tie.to), tie.to))

    @property
    def account(self) -> str | None:
        """The primary company."""
        return self.names.accounts.get(self.companies[0].to) if self.companies else None

    @property
    def person(self) -> str | None:
        """The contact that HubSpot has known for longest; it names none as the main one."""
        return f"{self.source} {self.contacts[0].to}" if self.contacts else None

    @property
    def merged(self) -> list[str]:
        """The names of deals that were merged into this one."""
        numbers = self.thing.several("hs_merged_object_ids")
        return [f"{self.source} deal {number}" for number in numbers if number != self.thing.id]

    def opportunity(self) -> dict[str, Any]:
        """Tell the deal as it is now."""
        said = self.thing.properties.get
        stage, pipeline = self.thing.said("dealstage"), self.thing.said("pipeline")
        return self._common() | {
            "name": said("dealname"),
            "owner": owner_of(self.thing, self.names.owners),
            "stage": self.stages.labels.get(stage or "") or said("dealstage"),
            "pipeline": self.stages.pipelines.get(pipeline or "") or said("pipeline"),
            "amount": said("amount"),
            "probability": share(said("hs_deal_stage_probability")),
            "created_at": said("createdate"),
            "closes": _day(said("closedate")),
            "lead_source": said("hs_analytics_source"),
        }

    def _common(self) -> dict[str, Any]:
        currency = self.thing.properties.get("deal_currency_code")
        return {"opportunity": self.name, "account": self.account, "person": self.person, "currency": currency}

    def conversions(self) -> Iterator[dict[str, Any]]:
        """Tell which goals were reached and when, apart from those that it moved back from."""
        if self.person is None and self.account is None:
            return
        moments: dict[str, dt.datetime] = {}
        for stage, at in reached(self._moves(), self.stages.places).items():
            goal = self.stages.goals[stage]
            moments[goal] = min(at, moments.get(goal, at))
        # A deal is an opportunity from its creation on, whatever stage it began in.
        if "opportunity" not in moments and (created := moment(self.thing.properties.get("createdate"))) is not None:
            moments["opportunity"] = created
        for goal, at in sorted(moments.items(), key=lambda each: each[1]):
            yield self._common() | {"id": f"{self.name} {goal}", "goal": goal, "at": at, "value": self.thing.properties.get("amount")}

    def _moves(self) -> Iterator[tuple[str, dt.datetime]]:
        histories = self.thing.row.get("propertiesWithHistory")
        history = histories.get(HISTORY) if isinstance(histories, dict) else None
        for move in history if isinstance(history, list) else ():
            if isinstance(move, dict) and isinstance(stage := move.get("value"), str) and (at := moment(move.get("timestamp"))) is not None:
                yield stage, at

    def buying_roles(self) -> Iterator[dict[str, Any]]:
        """Tell who takes part, each with the label that the association bears."""
        for tie in self.contacts:
            role = ", ".join(tie.labels) or None
            yield {"opportunity": self.name, "person": f"{self.source} {tie.to}", "role": role}


def owner_of(thing: Thing, owners: Mapping[str, str]) -> str | None:
    """Name the owner by e-mail address, else by number."""
    number = thing.said("hubspot_owner_id")
    return owners.get(number, number) if number else None


def moment(text: Any) -> dt.datetime | None:
    """Read a moment as HubSpot writes it; None where it is none."""
    try:
        read = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def _day(value: Any) -> Any:
    read = moment(value)
    return read.date() if read is not None else value


def _closed(said: Any, probability: float | None) -> bool:
    """Tell whether a stage is closed; where HubSpot does not say so, one that is certain is."""
    return str(said).lower() == "true" if said is not None else probability in (0.0, 1.0)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
