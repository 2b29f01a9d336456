"""Record kinds of the CRM: accounts, deals and their people, what sales did, what buyers said, which identifiers are one person."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import ClassVar


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """What is known of a company besides what its people did. Rows complete each other.

    `account` is the key that other records use (a domain, a CRM's number), `name` what people call it, `tier` its rank among the key
    accounts ("A", "1"), `parent` the account of its group.
    """

    OWN: ClassVar[tuple[str, ...]] = ("account",)
    PIECES: ClassVar[bool] = True

    account: str
    name: str | None = None
    domain: str | None = None
    industry: str | None = None
    country: str | None = None
    employees: int | None = None
    tier: str | None = None
    owner: str | None = None
    parent: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Opportunity:
    """A deal as the CRM has it now; its stages, with their moments, are conversions that bear its id.

    `person` is the main contact, `closes` the day on which it was or is expected to be closed, `cost` what delivering it costs,
    `list_price` what it would be without discount; all amounts are in `currency`.
    """

    OWN: ClassVar[tuple[str, ...]] = ("opportunity",)

    opportunity: str
    account: str | None = None
    person: str | None = None
    name: str | None = None
    owner: str | None = None
    stage: str | None = None
    pipeline: str | None = None
    amount: float | None = None
    cost: float | None = None
    list_price: float | None = None
    currency: str | None = None
    probability: float | None = None
    created_at: dt.datetime | None = None
    closes: dt.date | None = None
    lead_source: str | None = None
    campaign: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class BuyingRole:
    """A person's part in a deal: "decision maker", "champion", "user"."""

    OWN: ClassVar[tuple[str, ...]] = ("opportunity", "person")

    opportunity: str
    person: str
    role: str | None = None
    main: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Activity:
    """A sales action: call, email_sent, email_opened, email_replied, meeting, task, complaint. Never what was said or written.

    `owner` is who did it, `direction` "in" or "out", `outcome` as the CRM calls it.
    """

    OWN: ClassVar[tuple[str, ...]] = ("at", "kind", "person", "account", "opportunity", "owner")

    at: dt.datetime
    kind: str = "task"
    person: str | None = None
    account: str | None = None
    opportunity: str | None = None
    owner: str | None = None
    direction: str | None = None
    outcome: str | None = None
    minutes: int | None = None
    id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Survey:
    """What a buyer answered to "how did you hear about us"."""

    OWN: ClassVar[tuple[str, ...]] = ("at", "person", "account", "question", "answer")

    at: dt.datetime
    answer: str
    person: str | None = None
    account: str | None = None
    question: str | None = None
    id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Identity:
    """Two identifiers of one person, and where that is known from: a form, the CRM, a log-in."""

    OWN: ClassVar[tuple[str, ...]] = ("person", "same_as")

    person: str
    same_as: str
    basis: str = "given"
