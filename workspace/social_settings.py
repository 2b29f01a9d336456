"""The settings of the advocacy programme: the table `[social]` of `smarketing.toml`."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import math
from collections.abc import Iterable
from typing import Any

from workspace.errors import SettingsError


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
HEAVIEST = 1000
"""The largest weight: sums of weights are counted in whole millionths, which have to hold those of everybody."""


@dataclasses.dataclass(frozen=True, slots=True)
class SocialSettings:
    """How employee advocacy is measured.

    Parameters
    ----------
    click_days, lead_days, exposure_days : float
        How long after a click of a post's link, a post engaged with, a post seen, a lead may still come of it.
    author_share : float
        Of the credit of a touch that came by a repost of a colleague's or the page's post, the part of whoever wrote it, from 0 to 1. It is
        agreed on, not measured.
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
    author_share: float = 0.3
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


def check(social: SocialSettings, file: str) -> None:
    """Refuse values of the right type that cannot be used.

    Raises
    ------
    SettingsError
    """
    for name in ("click_days", "lead_days", "exposure_days", "asks_per_quarter"):
        if not 0 < (value := getattr(social, name)) < math.inf:
            raise SettingsError("{file}: social.{name} = {value:g} has to be above 0", file=file, name=name, value=value)
    if not 0 <= social.author_share <= 1:
        raise SettingsError(
            "{file}: social.author_share = {value:g} has to be from 0 to 1: the part of whoever wrote a post that a colleague passed on",
            file=file,
            value=social.author_share,
        )
    if not 2 <= social.smallest_group < math.inf:
        raise SettingsError(
            "{file}: social.smallest_group = {value:g} has to be 2 or more: figures of one person are no figures of a group",
            file=file,
            value=social.smallest_group,
        )
    for network, chance in social.view_probability.items():
        if not 0 < chance < 1:
            raise SettingsError(
                "{file}: social.view_probability.{network} = {chance:g} has to lie between 0 and 1",
                file=file,
                network=network,
                chance=chance,
            )
    _check_weights(social, file)
    _check_policies(social, file)
    _check_amounts(social, file)


def _check_weights(social: SocialSettings, file: str) -> None:
    weights = {f"{of}.{name}": weight for of in ("role_weight", "tier_weight") for name, weight in getattr(social, of).items()}
    for name, weight in weights.items():
        if not 0 <= weight <= HEAVIEST:
            raise SettingsError(
                "{file}: social.{name} = {value:g} has to lie between 0 and {most}", file=file, name=name, value=weight, most=HEAVIEST
            )
    for role in social.role_weight:
        if role not in ROLE_WEIGHT:
            raise SettingsError(
                "{file}: social.role_weight.{role}: there is no such buying role; there are {roles}",
                file=file,
                role=role,
                roles=", ".join(ROLE_WEIGHT),
            )


def _check_policies(social: SocialSettings, file: str) -> None:
    for policy in social.policy:
        if policy.rule not in ("allow", "approve", "forbid"):
            raise SettingsError(
                '{file}: social.policy.rule = "{rule}" is not there; choose "allow", "approve" or "forbid"', file=file, rule=policy.rule
            )


def _check_amounts(social: SocialSettings, file: str) -> None:
    """Refuse prices and points below 0, and two cards of one day, of which nobody could say which holds."""
    for table, cards in (("rate", social.rate), ("points", social.points)):
        for card in cards:
            for field in dataclasses.fields(card):
                value = getattr(card, field.name)
                if isinstance(value, float) and not 0 <= value < math.inf:
                    raise SettingsError(
                        "{file}: social.{table}.{name} = {value:g} has to be 0 or more",
                        file=file,
                        table=table,
                        name=field.name,
                        value=value,
                    )
    for rate in social.rate:
        if rate.cpm is None and rate.cpc is None:
            raise SettingsError(
                "{file}: [[social.rate]] of {network} since {day} names no price; write cpm, cpc or both",
                file=file,
                network=rate.network,
                day=rate.since,
            )
    if twice := _twice((rate.network.casefold(), rate.since) for rate in social.rate):
        raise SettingsError(
            "{file}: there are two [[social.rate]] of {network} since {day}; leave one out", file=file, network=twice[0], day=twice[1]
        )
    if twice := _twice((points.since,) for points in social.points):
        raise SettingsError("{file}: there are two [[social.points]] since {day}; leave one out", file=file, day=twice[0])


def _twice(keys: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Give the first key that stands twice; nothing where none does."""
    return next((key for key, count in collections.Counter(keys).items() if count > 1), ())
