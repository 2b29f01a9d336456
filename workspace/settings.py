"""`smarketing.toml`: the user's settings, read and checked."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class ChannelRule:
    """A rule of the user's own, tried before every other.

    A pattern is a regular expression searched in the value, upper and lower case alike; every pattern given has to match.
    """

    name: str
    channel: str
    family: str
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    referrer: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How visits are named.

    Parameters
    ----------
    rules : {"smarketing", "ga4"}
        The rule set in force.
    ignored_referrers : tuple of str
        Hosts that bring nobody new (payment pages, single sign-on); their subdomains too. They add to the built-in list.
    aliases : dict of str to str
        Source as written to the source it means: {"ig": "instagram"}. They add to the built-in list.
    rule : tuple of ChannelRule
    """

    rules: str = "smarketing"
    ignored_referrers: tuple[str, ...] = ()
    aliases: dict[str, str] = dataclasses.field(default_factory=dict)
    rule: tuple[ChannelRule, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class AttributionSettings:
    """How conversions are credited where the command does not say otherwise."""

    lookback_days: float = 90.0
    goal: str | None = None
    stages: tuple[str, ...] = ("lead", "mql", "sql", "opportunity", "won")


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Everything in `smarketing.toml`.

    Parameters
    ----------
    company : str
    own_domains : tuple of str
        Our own sites; a referrer among them brings nobody new.
    currency : str
        ISO 4217; the currency of amounts that carry none, and of reports.
    time_zone : str
        IANA name; the zone of times that carry none.
    language : {"en", "fr"} or None
    rates : dict of str to float
        What one unit of another currency is worth in ours: {"USD": 0.92}.
    """

    company: str = ""
    own_domains: tuple[str, ...] = ()
    currency: str = "EUR"
    time_zone: str = "UTC"
    language: str | None = None
    rates: dict[str, float] = dataclasses.field(default_factory=dict)
    attribution: AttributionSettings = dataclasses.field(default_factory=AttributionSettings)
    channels: ChannelSettings = dataclasses.field(default_factory=ChannelSettings)
