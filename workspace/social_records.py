"""Record kinds of social networks: who takes part, what they posted, its figures, who could see it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import ClassVar


@dataclasses.dataclass(frozen=True, slots=True)
class Advocate:
    """An employee who takes part in the advocacy programme, from one day to another.

    `advocate` is a code or an identifier that other records use; `person` their identifier as a person (so that their own clicks are
    known to be a colleague's).
    """

    OWN: ClassVar[tuple[str, ...]] = ("advocate",)

    advocate: str
    name: str | None = None
    person: str | None = None
    team: str | None = None
    region: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Post:
    """Something published on a network, by an advocate or by a page.

    `kind` is original, repost, comment or reaction; `url` is the post's own address, `link` the page it points to.
    """

    OWN: ClassVar[tuple[str, ...]] = ("network", "post")

    post: str
    network: str
    at: dt.datetime
    advocate: str | None = None
    page: str | None = None
    kind: str = "original"
    url: str | None = None
    link: str | None = None
    text: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PostMetrics:
    """A post's figures as of a day, counted since it was published; rows complete each other. `reach` is how many members saw it."""

    OWN: ClassVar[tuple[str, ...]] = ("network", "post", "day")
    PIECES: ClassVar[bool] = True

    post: str
    network: str
    day: dt.date
    impressions: int | None = None
    reach: int | None = None
    clicks: int | None = None
    reactions: int | None = None
    comments: int | None = None
    reposts: int | None = None
    saves: int | None = None
    engagements: int | None = None
    new_followers: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ProfileMetrics:
    """Figures of a page or of a member's profile, of a day or of a period that ends with `until`.

    `reach` and `visitors` count people once within their day or period: those of several days must never be added. Rows complete each
    other, since exports of visitors, followers and contents tell of the same days.
    """

    OWN: ClassVar[tuple[str, ...]] = ("network", "profile", "day", "until")
    PIECES: ClassVar[bool] = True

    network: str
    profile: str
    day: dt.date
    until: dt.date | None = None
    advocate: str | None = None
    impressions: int | None = None
    sponsored_impressions: int | None = None
    reach: int | None = None
    clicks: int | None = None
    reactions: int | None = None
    comments: int | None = None
    reposts: int | None = None
    engagements: int | None = None
    followers: int | None = None
    new_followers: int | None = None
    page_views: int | None = None
    visitors: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Audience:
    """One member of an advocate's audience, known by a keyed hash alone; account, title and seniority only where that was agreed to."""

    OWN: ClassVar[tuple[str, ...]] = ("advocate", "network", "member")

    advocate: str
    network: str
    member: str
    as_of: dt.date
    account: str | None = None
    title: str | None = None
    seniority: str | None = None
    connected_on: dt.date | None = None
