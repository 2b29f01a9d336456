"""The record kinds: frozen dataclasses, and one Arrow schema for each, derived from its fields.

Times are UTC in whole seconds. Money is an amount with an ISO 4217 currency. A field that may be unknown is `None`, never 0 or "".
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import typing
from typing import TYPE_CHECKING, Any, ClassVar

from workspace.crm_records import Account, Activity, BuyingRole, Identity, Opportunity, Survey
from workspace.site_records import Link, Query, Rating, Removal, Target, Volume
from workspace.social_records import (
    Advocate,
    Audience,
    Consent,
    Introduction,
    LinkCode,
    Post,
    PostMetrics,
    ProfileMetrics,
    Rotation,
    SellingIndex,
)

if TYPE_CHECKING:
    import pyarrow as pa


@dataclasses.dataclass(frozen=True, slots=True)
class Touch:
    """One contact between a person and us: a visit, a form, a call, a meeting, a click in an e-mail.

    `referrer` is a host name ("www.google.com"), `click_id_kind` the parameter that carried a click id ("gclid"), `channel` a
    channel the source already named, which no rule then changes. `id` is the source's own key for the row, where it has one.
    """

    person: str
    at: dt.datetime
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    term: str | None = None
    referrer: str | None = None
    url: str | None = None
    click_id: str | None = None
    click_id_kind: str | None = None
    channel: str | None = None
    kind: str = "visit"
    consent: bool | None = None
    id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Conversion:
    """A stage reached by a person or an account: lead, mql, sql, opportunity, won, lost, or any goal.

    `value` is None where it is not known.
    """

    at: dt.datetime
    person: str | None = None
    account: str | None = None
    opportunity: str | None = None
    goal: str = "conversion"
    value: float | None = None
    currency: str | None = None
    id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Spend:
    """What a channel or campaign cost on a day, with what the platform counted; `conversions` are those that it claims for itself."""

    day: dt.date
    amount: float
    currency: str
    channel: str | None = None
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    impressions: int | None = None
    clicks: int | None = None
    conversions: float | None = None
    id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person besides touches and conversions: account, segment, source, title, role.

    `segment` sorts people whose rate of converting differs without any touch ("customer", "industry"), `lead_source` is what the CRM says
    brought them, `role` their part in the buying ("decision maker"). No name: nothing here needs one.
    """

    person: str
    account: str | None = None
    segment: str | None = None
    lead_source: str | None = None
    title: str | None = None
    role: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Experiment:
    """What a test found a channel or a campaign to bring: a geo test, a holdout, a platform's conversion lift.

    `since` and `until` are its first and its last day. `incremental` is how many conversions of `goal` would have been missing; where
    the test saw only part of the market, `coverage` is that part (a fraction). `lift` is what came on top of what would have come
    anyway, as a fraction of that. One of the two is known at least. The bounds are those of an interval at the level `confidence`.
    """

    OWN: ClassVar[tuple[str, ...]] = ("since", "until", "channel", "campaign", "goal", "kind", "name")

    since: dt.date
    until: dt.date
    channel: str | None = None
    campaign: str | None = None
    goal: str | None = None
    kind: str = "other"
    incremental: float | None = None
    incremental_low: float | None = None
    incremental_high: float | None = None
    lift: float | None = None
    lift_low: float | None = None
    lift_high: float | None = None
    confidence: float = 0.95
    coverage: float = 1.0
    name: str | None = None
    note: str | None = None
    id: str | None = None


KINDS: dict[str, type[Any]] = {
    "touches": Touch,
    "conversions": Conversion,
    "spend": Spend,
    "people": Person,
    "experiments": Experiment,
    "accounts": Account,
    "opportunities": Opportunity,
    "buying_roles": BuyingRole,
    "activities": Activity,
    "surveys": Survey,
    "identities": Identity,
    "advocates": Advocate,
    "posts": Post,
    "post_metrics": PostMetrics,
    "profile_metrics": ProfileMetrics,
    "audience": Audience,
    "consents": Consent,
    "ssi": SellingIndex,
    "link_codes": LinkCode,
    "rotations": Rotation,
    "introductions": Introduction,
    "queries": Query,
    "volumes": Volume,
    "links": Link,
    "targets": Target,
    "ratings": Rating,
    "removals": Removal,
}
"""Record kinds by the name that `import csv --as` takes.

A record whose source has no id for it is told from others by its fields `OWN`; one with `PIECES` (all fields, or those that it names) keeps
what an earlier row said of it where a later one says nothing.
"""


@functools.cache
def fields_of(kind: str) -> dict[str, type[Any]]:
    """Name the fields of a kind of record, in order, each with its type (that of its values, where it may be unknown)."""
    hints = typing.get_type_hints(KINDS[kind])
    found = {}
    for field in dataclasses.fields(KINDS[kind]):
        options = [part for part in typing.get_args(hints[field.name]) if part is not type(None)]
        found[field.name] = options[0] if options else hints[field.name]
    return found


def schema(kind: str) -> pa.Schema:
    """Derive the Arrow schema of a batch of one kind of record.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.

    Returns
    -------
    pyarrow.Schema
        One field for each field of the dataclass, nullable where the field may be None, followed by `row` (int64, not null):
        the row's place in its file as a spreadsheet numbers it (the header is row 1), or its place in the API's answer.

    Examples
    --------
    >>> schema("spend").names[:3]
    ['day', 'amount', 'currency']
    """
    import pyarrow as pa

    arrow = {
        str: pa.string(),
        dt.datetime: pa.timestamp("s", tz="UTC"),
        dt.date: pa.date32(),
        float: pa.float64(),
        int: pa.int64(),
        bool: pa.bool_(),
    }
    hints = typing.get_type_hints(KINDS[kind])
    fields = [pa.field(name, arrow[of], nullable=type(None) in typing.get_args(hints[name])) for name, of in fields_of(kind).items()]
    return pa.schema([*fields, pa.field("row", pa.int64(), nullable=False)])
