"""Record kinds of social networks: who takes part, what they posted, its figures, who could see it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import ClassVar


@dataclasses.dataclass(frozen=True, slots=True)
class Advocate:
    """An employee who takes part in the advocacy programme, from one day to another.

    `advocate` is a code or an identifier that other records use; `person` their identifier as a person (so that their own clicks are
    known to be a colleague's); `profile` the address of their profile on a network. `since` is the day they enrolled: a row without it
    whose `eligible_since` or `invited_on` is told has not enrolled, one with none of the three takes part since an unknown day.
    """

    OWN: ClassVar[tuple[str, ...]] = ("advocate",)

    advocate: str
    name: str | None = None
    person: str | None = None
    team: str | None = None
    region: str | None = None
    profile: str | None = None
    eligible_since: dt.date | None = None
    invited_on: dt.date | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Post:
    """Something published on a network by an advocate or by a page: a post, a repost, a comment, a reaction. Rows complete each other.

    `kind` is original, repost, comment or reaction; where it is not told it is what is known of the post, else original. `url` is the
    post's own address, `link` the page it points to, `content` the company's piece of content that it passes on. `approval` is pending,
    approved or refused, where the policy asks for it; `alias` the other number that LinkedIn gives the same post. Under which name a post
    is stored, `workspace.post_names` says. `repost_of` is what a repost passes on, by its number on that network (`workspace.reposts`):
    never by its author.
    """

    OWN: ClassVar[tuple[str, ...]] = ("network", "post")
    PIECES: ClassVar[tuple[str, ...]] = ("url", "link", "text", "content", "approval", "alias", "repost_of")

    post: str
    network: str
    at: dt.datetime
    advocate: str | None = None
    page: str | None = None
    kind: str | None = None
    url: str | None = None
    link: str | None = None
    text: str | None = None
    content: str | None = None
    approval: str | None = None
    alias: str | None = None
    repost_of: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PostMetrics:
    """A post's figures as of a day, counted since it was published. Rows complete each other; `reach` is how many members saw it.

    The post itself has to be stored, or to come with the same import.
    """

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


@dataclasses.dataclass(frozen=True, slots=True)
class Consent:
    """That an advocate agreed, or agrees no longer, to one use of their data, from a day on; the latest day counts.

    `datum` is one of `workspace.consent.DATA`.
    """

    OWN: ClassVar[tuple[str, ...]] = ("advocate", "datum", "day")

    advocate: str
    datum: str
    day: dt.date
    granted: bool
    note: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SellingIndex:
    """LinkedIn's Social Selling Index of an advocate on a day, as they read it off its page: four pillars from 0 to 25 each."""

    OWN: ClassVar[tuple[str, ...]] = ("advocate", "day")

    advocate: str
    day: dt.date
    brand: float
    find: float
    insights: float
    relationships: float


@dataclasses.dataclass(frozen=True, slots=True)
class LinkCode:
    """An opaque code in a tagged link (`utm_content`), and whose link to which content it is; without an advocate, one who left."""

    OWN: ClassVar[tuple[str, ...]] = ("code",)

    code: str
    advocate: str | None = None
    content: str | None = None
    network: str | None = None
    link: str | None = None
    made_on: dt.date | None = None
    retired_on: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Rotation:
    """Whether a team was offered a content in a period, as it was drawn at random."""

    OWN: ClassVar[tuple[str, ...]] = ("rotation", "content", "team")

    rotation: str
    content: str
    team: str
    since: dt.date
    until: dt.date
    offered: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Introduction:
    """That an advocate was asked to introduce us to an account, and what they answered: accepted or declined; nothing yet by default."""

    OWN: ClassVar[tuple[str, ...]] = ("advocate", "account", "asked_on")

    advocate: str
    account: str
    asked_on: dt.date
    role: str | None = None
    answer: str | None = None
    answered_on: dt.date | None = None
