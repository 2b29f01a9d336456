"""What Salesforce's leads, contacts, accounts, campaign members, opportunities and activities are as records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.api_records import share
from connectors.stages import reached
from workspace.urls import host

LEAD = "Id, Email, Title, LeadSource, CreatedDate, IsConverted, ConvertedContactId, ConvertedAccountId, MasterRecordId, IsDeleted"
CONTACT = "Id, Email, Title, LeadSource, AccountId, Account.Website, MasterRecordId, IsDeleted"
ACCOUNT = "Id, Name, Website, Industry, BillingCountry, NumberOfEmployees, OwnerId, ParentId, Parent.Website, IsDeleted"
MEMBER = "Id, LeadId, ContactId, Campaign.Name, Campaign.Type, HasResponded, FirstRespondedDate, CreatedDate, IsDeleted"
OPPORTUNITY = (
    "Id, Name, AccountId, Account.Website, OwnerId, StageName, Amount, Probability, CreatedDate, CloseDate, LeadSource, "
    "Campaign.Name, IsDeleted"
)
STAGE = "MasterLabel, ApiName, IsClosed, IsWon, SortOrder"
ABOUT = "Id, WhoId, WhatId, AccountId, Account.Website, OwnerId, IsDeleted"
TASK = f"{ABOUT}, ActivityDate, CompletedDateTime, IsClosed, Status, TaskSubtype, CallType, CallDisposition, CallDurationInSeconds"
EVENT = f"{ABOUT}, StartDateTime, DurationInMinutes, IsChild"
LEADS, CONTACTS, OPPORTUNITIES = "00Q", "003", "006"
"""How the ids of an object begin."""
TOUCHES = {
    "webinar": "event",
    "conference": "event",
    "trade show": "event",
    "event": "event",
    "seminar / conference": "event",
    "email": "email_click",
    "advertisement": "ad_click",
    "banner ads": "ad_click",
    "telemarketing": "call",
}
"""What sort of touch a response to a campaign is, by the campaign's type in lower case."""
SUBTYPES = {"call": "call", "email": "email_sent"}
DIRECTIONS = {"Inbound": "in", "Outbound": "out"}
LAST = 1_000_000
"""The place of every closed stage."""


class Names:
    """What ids stand for in the records.

    Parameters
    ----------
    source : str
        Its name in the settings.
    owners : mapping
        User's id to e-mail address.
    """

    def __init__(self, source: str, owners: Mapping[str, str]) -> None:
        self.source, self.owners = source, owners

    def owner(self, row: Mapping[str, Any]) -> Any:
        """Name the owner by e-mail address, else by id."""
        number = row.get("OwnerId")
        return self.owners.get(number, number) if isinstance(number, str) else number

    def number(self, value: Any, *beginnings: str) -> str | None:
        """Name a record by its id, where there is one that begins so."""
        return f"{self.source} {value}" if isinstance(value, str) and value and (not beginnings or value.startswith(beginnings)) else None

    def account(self, number: Any, website: Any) -> str | None:
        """Name an account: by the domain of its site, by which other sources know it too, else by its id."""
        domain = host(website) if isinstance(website, str) else None
        return domain.removeprefix("www.") if domain else self.number(number)


def of(row: Mapping[str, Any], name: str, field: str) -> Any:
    """Take a field of a record that another points to."""
    inside = row.get(name)
    return inside.get(field) if isinstance(inside, dict) else None


def address(row: Mapping[str, Any]) -> str | None:
    """Read the e-mail address of a lead or a contact."""
    text = row.get("Email")
    return text.strip().lower() if isinstance(text, str) and "@" in text else None


def person(row: Mapping[str, Any], names: Names) -> dict[str, Any] | None:
    """Tell what is known of a lead or a contact."""
    account = names.account(row.get("AccountId"), of(row, "Account", "Website"))
    known = {"account": account, "lead_source": row.get("LeadSource"), "title": row.get("Title")}
    return {"person": address(row) or names.number(row.get("Id"))} | known if any(known.values()) else None


def identities(row: Mapping[str, Any], names: Names) -> Iterator[dict[str, Any]]:
    """Tell which identifiers are one person: the address, the id, the contact that a lead became, the record it was merged into."""
    own = names.number(row.get("Id"))
    if row.get("IsDeleted") is not True and (known := address(row)):
        yield {"person": known, "same_as": own, "basis": names.source}
    for other in ("ConvertedContactId", "MasterRecordId"):
        if (same := names.number(row.get(other))) is not None:
            yield {"person": own, "same_as": same, "basis": names.source}


def lead(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Tell that a lead came."""
    own = names.number(row.get("Id"))
    return {"id": f"{own} lead", "person": own, "at": row.get("CreatedDate"), "goal": "lead"}


def account(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Tell what is known of a company."""
    return {
        "account": names.account(row.get("Id"), row.get("Website")),
        "name": row.get("Name"),
        "domain": host(row["Website"]) if isinstance(row.get("Website"), str) else row.get("Website"),
        "industry": row.get("Industry"),
        "country": row.get("BillingCountry"),
        "employees": row.get("NumberOfEmployees"),
        "owner": names.owner(row),
        "parent": names.account(row.get("ParentId"), of(row, "Parent", "Website")),
    }


def response(row: Mapping[str, Any], names: Names) -> dict[str, Any] | None:
    """Tell that a member of a campaign responded; that one was only written to is no touch."""
    who = names.number(row.get("ContactId")) or names.number(row.get("LeadId"))
    if row.get("HasResponded") is not True or who is None:
        return None
    day, created, kind = row.get("FirstRespondedDate"), row.get("CreatedDate"), of(row, "Campaign", "Type")
    # The response has a day alone; whoever was added by it has the moment too.
    at = created if day is None or (isinstance(day, str) and isinstance(created, str) and created.startswith(day)) else day
    return {
        "id": names.number(row.get("Id")),
        "person": who,
        "at": at,
        "campaign": of(row, "Campaign", "Name"),
        "medium": kind.lower() if isinstance(kind, str) else kind,
        "kind": TOUCHES.get(kind.lower(), "crm") if isinstance(kind, str) else "crm",
    }


class Stages:
    """The stages of opportunities, by their names: their places and the goals they are.

    Parameters
    ----------
    rows : list of dict
        Of OpportunityStage.
    goals : mapping of str to str
        What the option `--stage` says.
    """

    def __init__(self, rows: list[dict[str, Any]], goals: Mapping[str, str]) -> None:
        self.places: dict[str, int] = {}
        self.goals: dict[str, str] = {}
        for row in rows:
            usual = "opportunity" if row.get("IsClosed") is not True else "won" if row.get("IsWon") is True else "lost"
            order = row.get("SortOrder")
            for name in (row.get("MasterLabel"), row.get("ApiName")):
                if isinstance(name, str):
                    self.places[name] = LAST if row.get("IsClosed") is True else order if isinstance(order, int) else 0
                    self.goals[name] = goals.get(name.casefold(), usual)
        self.unknown = [name for name in goals if name not in {known.casefold() for known in self.places}]


class Deal:
    """An opportunity, the history of its stages (else the changes of the field) and the contacts that take part."""

    def __init__(
        self,
        row: dict[str, Any],
        history: list[dict[str, Any]],
        roles: list[dict[str, Any]],
        names: Names,
        changes: Sequence[dict[str, Any]] = (),
    ) -> None:
        self.row, self.history, self.roles, self.names, self.changes = row, history, roles, names, changes
        self.name = names.number(row.get("Id"))
        self.account = names.account(row.get("AccountId"), of(row, "Account", "Website"))
        main = sorted(roles, key=lambda role: (role.get("IsPrimary") is not True, str(role.get("ContactId"))))
        self.person = next((who for role in main if (who := names.number(role.get("ContactId")))), None)

    def opportunity(self) -> dict[str, Any]:
        """Tell it as it is now."""
        row = self.row
        return self._common() | {
            "name": row.get("Name"),
            "owner": self.names.owner(row),
            "stage": row.get("StageName"),
            "amount": row.get("Amount"),
            "probability": share(row["Probability"] / 100) if isinstance(row.get("Probability"), int | float) else row.get("Probability"),
            "created_at": row.get("CreatedDate"),
            "closes": row.get("CloseDate"),
            "lead_source": row.get("LeadSource"),
            "campaign": of(row, "Campaign", "Name"),
        }

    def _common(self) -> dict[str, Any]:
        return {
            "opportunity": self.name,
            "account": self.account,
            "person": self.person,
            "currency": self.row.get("CurrencyIsoCode"),
        }

    def conversions(self, stages: Stages) -> Iterator[dict[str, Any]]:
        """Tell the goals that were reached and not left again, each at the first of its stages."""
        if self.person is None and self.account is None:
            return
        moments: dict[str, dt.datetime] = {}
        known = ((stage, at) for stage, at in self._moves(stages) if isinstance(stage, str) and at is not None)
        for stage, at in reached(known, stages.places).items():
            moments[stages.goals[stage]] = min(at, moments.get(stages.goals[stage], at))
        if "opportunity" not in moments and (created := moment(self.row.get("CreatedDate"))) is not None:
            moments["opportunity"] = created
        for goal, at in sorted(moments.items(), key=lambda each: each[1]):
            yield self._common() | {"id": f"{self.name} {goal}", "goal": goal, "at": at, "value": self.row.get("Amount")}

    def _moves(self, stages: Stages) -> Iterator[tuple[Any, dt.datetime | None]]:
        """Tell which stage it moved to and when: by its history, else by the changes of the field."""
        if self.history or not self.changes:
            yield from ((move.get("StageName"), moment(move.get("CreatedDate"))) for move in self.history)
            return
        changes = sorted(self.changes, key=lambda change: str(change.get("CreatedDate")))
        before = changes[0].get("OldValue")
        # When the first stage that is told of was reached, no change says. It has been an opportunity since it was created, though.
        if isinstance(before, str) and stages.goals.get(before) == "opportunity":
            yield before, moment(self.row.get("CreatedDate"))
        yield from ((change.get("NewValue"), moment(change.get("CreatedDate"))) for change in changes)

    def buying_roles(self) -> Iterator[dict[str, Any]]:
        """Tell who takes part, and in which role."""
        for role in self.roles:
            if (who := self.names.number(role.get("ContactId"))) is not None:
                yield {"opportunity": self.name, "person": who, "role": role.get("Role"), "main": role.get("IsPrimary")}


def activity(row: Mapping[str, Any], names: Names) -> dict[str, Any] | None:
    """Tell of a task that was done or a meeting; None where it was not, or where it is about nobody."""
    about = {
        "person": names.number(row.get("WhoId"), LEADS, CONTACTS),
        "account": names.account(row.get("AccountId"), of(row, "Account", "Website")),
        "opportunity": names.number(row.get("WhatId"), OPPORTUNITIES),
    }
    if not any(about.values()) or row.get("IsChild") is True:
        return None
    told = about | {"id": names.number(row.get("Id")), "owner": names.owner(row)}
    if "StartDateTime" in row:
        return told | {"kind": "meeting", "at": row.get("StartDateTime"), "minutes": row.get("DurationInMinutes")}
    if row.get("IsClosed") is not True:
        return None
    subtype, seconds, direction = row.get("TaskSubtype"), row.get("CallDurationInSeconds"), row.get("CallType")
    return told | {
        "kind": SUBTYPES.get(subtype.lower(), "task") if isinstance(subtype, str) else "task",
        "at": row.get("CompletedDateTime") or row.get("ActivityDate"),
        "direction": DIRECTIONS.get(direction) if isinstance(direction, str) else None,
        "outcome": row.get("CallDisposition") or row.get("Status"),
        "minutes": round(seconds / 60) if isinstance(seconds, int | float) else None,
    }


def moment(text: Any) -> dt.datetime | None:
    """Read a moment as Salesforce writes it ("2026-01-31T09:30:00.000+0000"); None where it is none."""
    try:
        read = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)
