"""Record kinds about our site and our aims: search queries, visits by day, pages that link to us, targets, ratings."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import ClassVar


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """A day's clicks and impressions of our pages in a search engine's results. `position` is the mean place, 1 being the first."""

    OWN: ClassVar[tuple[str, ...]] = ("day", "query", "page", "country", "device")

    day: dt.date
    query: str | None = None
    page: str | None = None
    country: str | None = None
    device: str | None = None
    clicks: int | None = None
    impressions: int | None = None
    position: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Volume:
    """A day's visits from one origin, counted by the source and not told apart by person."""

    OWN: ClassVar[tuple[str, ...]] = ("day", "source", "medium", "campaign", "channel")

    day: dt.date
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    channel: str | None = None
    sessions: int | None = None
    users: int | None = None
    new_users: int | None = None
    conversions: float | None = None
    value: float | None = None
    currency: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A link to us on somebody's page: `page` is the address it stands on, `target` ours, `text` what is written on it.

    `kind` is what sort of site it is: press, partner, review_site, community, directory, social, employee or other; `rel` what the page
    says of the link (sponsored, ugc, nofollow).
    """

    OWN: ClassVar[tuple[str, ...]] = ("page", "target", "text")

    page: str
    target: str
    seen_at: dt.datetime
    text: str | None = None
    rel: str | None = None
    kind: str = "other"
    site: str | None = None
    title: str | None = None
    author: str | None = None
    published: dt.date | None = None
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """An objective: what a figure should be by the end of a period, for everybody or for an owner, a team, an account or a channel.

    `kind` is "reach" (the value itself), "raise" or "lower" (by a fraction of `start`).
    """

    OWN: ClassVar[tuple[str, ...]] = ("metric", "since", "until", "owner", "team", "account", "channel")

    metric: str
    since: dt.date
    until: dt.date
    value: float
    start: float | None = None
    kind: str = "reach"
    owner: str | None = None
    team: str | None = None
    account: str | None = None
    channel: str | None = None
    currency: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Rating:
    """A judgement from 1 to 5 on a rep, a team or an account, by one criterion: motivation, training, customer relation."""

    OWN: ClassVar[tuple[str, ...]] = ("day", "subject", "criterion", "assessor")

    day: dt.date
    subject: str
    criterion: str
    rating: int
    assessor: str | None = None
    team: str | None = None
    note: str | None = None
    id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Removal:
    """Something that its source no longer has: records of `kind` whose `field` is `value` go, unless the same import brings them again.

    `field` is "id" (the record's own key), "person", "account" or "opportunity", or "file" for everything that one place brought, which is
    how a place is told that was read whole. With `since` only the records from that day or moment on go: what was read anew, where older
    records were not. Only what the same source once brought is removed.
    """

    kind: str
    field: str
    value: str
    since: dt.datetime | None = None
