"""An opportunity as Tryton gives it, and the records it makes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from connectors.api_records import share
from connectors.stages import reached
from workspace.urls import host

GOALS = {"lead": "lead", "opportunity": "opportunity", "converted": "quotation", "won": "won", "lost": "lost", "cancelled": "lost"}
"""Which goal a state is, in the order in which they are reached."""
PLACE = {state: place for place, state in enumerate(GOALS)}
CLOSED = ("converted", "won", "lost", "cancelled")
"""States whose day is the opportunity's end date."""


class Deal:
    """An opportunity: what it says, and when it reached its states.

    Parameters
    ----------
    source : str
        Its name in the settings; names are made of it and of Tryton's numbers.
    row : dict
        As Tryton's `read` gives it; records it points to are under their field's name with a dot.
    """

    def __init__(self, source: str, row: dict[str, Any]) -> None:
        self.row, self.source = row, source
        self.number: Any = row.get("id")
        self.name = f"{source} {self.number}"
        self._reached: dict[str, dt.datetime] = {}

    def _of(self, field: str, name: str) -> Any:
        related = self.row.get(f"{field}.")
        return related.get(name) if isinstance(related, dict) else None

    @property
    def person(self) -> Any:
        """The contact's e-mail address, else the party's."""
        contact = self._of("contact", "value") if self._of("contact", "type") == "email" else None
        return contact or self._of("party", "email")

    @property
    def account(self) -> Any:
        """The domain of the party's site, by which other sources know it too, else its name."""
        site = self._of("party", "website")
        domain = host(site) if isinstance(site, str) else None
        return domain.removeprefix("www.") if domain else self._of("party", "name")

    @property
    def undated(self) -> bool:
        """Whether it is in a state whose moment is not known."""
        return self.row.get("state") == "opportunity" and "opportunity" not in self._reached

    def reached(self, state: Any, at: dt.datetime) -> None:
        """Note that it was in a state at a moment of its history. One that moved back has left the later states."""
        self._reached = reached([*self._reached.items(), (state, at)], PLACE)

    def opportunity(self) -> dict[str, Any]:
        """Tell the deal as it is now."""
        return {
            "opportunity": self.name,
            "account": self.account,
            "person": self.person,
            "name": self.row.get("number"),
            "owner": self._of("employee", "rec_name"),
            "stage": self.row.get("state"),
            "amount": self.row.get("amount"),
            "currency": self._of("currency", "code"),
            "probability": share(self.row.get("conversion_probability")),
            "created_at": self.row.get("create_date"),
            "closes": self.row.get("end_date"),
            "campaign": self._of("marketing_campaign", "name"),
            "lead_source": self._of("marketing_source", "name"),
        }

    def conversions(self) -> list[dict[str, Any]]:
        """Tell the stages that it has reached: those of its history, else the lead's creation and the last one."""
        moments: dict[str, Any] = dict(self._reached)
        if not moments:
            moments["lead"] = self.row.get("create_date")
            state = self.row.get("state")
            if state in CLOSED and self.row.get("end_date"):
                moments[state] = self.row["end_date"]
        told = {}
        for state, at in moments.items():
            told[GOALS[state]] = {
                "id": f"{self.name} {GOALS[state]}",
                "at": at,
                "person": self.person,
                "account": self.account,
                "opportunity": self.name,
                "goal": GOALS[state],
                "value": self.row.get("amount"),
                "currency": self._of("currency", "code"),
            }
        return list(told.values())

    def touch(self) -> dict[str, Any] | None:
        """Tell what the server says brought the lead, where it says anything and somebody is known."""
        said = {name: self._of(f"marketing_{name}", "name") for name in ("source", "medium", "campaign")}
        if not self.person or not any(said.values()):
            return None
        return said | {"id": self.name, "person": self.person, "at": self.row.get("create_date"), "kind": "crm"}

    def person_told(self) -> dict[str, Any] | None:
        """Tell to which account the contact belongs."""
        if not self.person:
            return None
        return {"person": self.person, "account": self.account, "lead_source": self._of("marketing_source", "name")}

    def account_told(self) -> dict[str, Any] | None:
        """Tell what the account is called."""
        return {"account": self.account, "name": self._of("party", "name")} if self.account else None


def decoded(value: Any) -> Any:
    """Read what JSON has no words for: moments, days, decimals."""
    if isinstance(value, list):
        return [decoded(part) for part in value]
    if not isinstance(value, dict):
        return value
    try:
        read = {"datetime": _moment, "date": _day, "Decimal": _decimal}.get(value.get("__class__", ""))
        return read(value) if read else {name: decoded(part) for name, part in value.items()}
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return value


def _moment(value: dict[str, Any]) -> dt.datetime:
    day = _day(value)
    clock = dt.time(value["hour"], value["minute"], value["second"], value["microsecond"])
    return dt.datetime.combine(day, clock, dt.UTC)


def _day(value: dict[str, Any]) -> dt.date:
    return dt.date(value["year"], value["month"], value["day"])


def _decimal(value: dict[str, Any]) -> float:
    return float(Decimal(value["decimal"]))


def encoded(at: dt.datetime) -> dict[str, Any]:
    """Write a moment as Tryton reads it."""
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime"} | {name: getattr(at, name) for name in names}
