"""The settings of the advocacy programme: the table `[social]` of `smarketing.toml`."""

from __future__ import annotations

import dataclasses
import datetime as dt


@dataclasses.dataclass(frozen=True, slots=True)
class SocialPolicy:
    """What a team may post on a network; without a team or a network, any.

    Parameters
    ----------
    rule : {"allow", "approve", "forbid"}
        "approve" holds posts back until they are approved; "forbid" refuses them.
    disclosure : str or None
        Words that each post has to carry, such as "#teamacme".
    """

    rule: str
    team: str | None = None
    network: str | None = None
    disclosure: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """What a network's advertising costs from a day on: `cpm` for a thousand impressions, `cpc` for a click, in the settings' currency."""

    network: str
    since: dt.date
    cpm: float | None = None
    cpc: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Points:
    """What actions earn on the leaderboard from a day on; those that are not named earn nothing."""

    since: dt.date
    original: float = 0.0
    repost: float = 0.0
    comment: float = 0.0
    reaction: float = 0.0
    click: float = 0.0
    lead: float = 0.0


ROLE_WEIGHT = {"economic_buyer": 3.0, "technical": 2.0, "procurement_legal": 1.0, "champion": 2.0, "user": 1.0}
TIER_WEIGHT = {"A": 3.0, "B": 2.0, "C": 1.0}


@dataclasses.dataclass(frozen=True, slots=True)
class SocialSettings:
    """How employee advocacy is measured.

    Parameters
    ----------
    click_days, lead_days, exposure_days : float
        How long after a click of a post's link, a post engaged with, a post seen, a lead may still come of it.
    smallest_group : float
        Figures of fewer advocates than this are withheld.
    asks_per_quarter : float
        How often an advocate may be asked for something in three months.
    individual_reporting : bool
        Whether reports may show what single employees brought about, by their codes.
    leaderboard : bool
        Whether the programme has a leaderboard.
    own_page : dict of str to str
        The company's own page on each network, as `profile_metrics` and `posts` name it.
    company_texts : tuple of str
        Texts that the company offered for sharing.
    role_weight, tier_weight : dict of str to float
        What somebody at a target account is worth by buying role (`social.buying_roles.ROLES`) and by the account's tier; 1 where not
        named.
    view_probability : dict of str to float
        By network, the chance that a member of the audience sees a post, where no measured figures tell.
    """

    click_days: float = 30.0
    lead_days: float = 90.0
    exposure_days: float = 7.0
    smallest_group: float = 5.0
    asks_per_quarter: float = 3.0
    individual_reporting: bool = True
    leaderboard: bool = False
    own_page: dict[str, str] = dataclasses.field(default_factory=dict)
    company_texts: tuple[str, ...] = ()
    view_probability: dict[str, float] = dataclasses.field(default_factory=dict)
    role_weight: dict[str, float] = dataclasses.field(default_factory=lambda: dict(ROLE_WEIGHT))
    tier_weight: dict[str, float] = dataclasses.field(default_factory=lambda: dict(TIER_WEIGHT))
    policy: tuple[SocialPolicy, ...] = ()
    rate: tuple[Rate, ...] = ()
    points: tuple[Points, ...] = ()
