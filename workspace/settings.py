"""`smarketing.toml`: the user's settings, read and checked.

The keys of the file are the fields of `Settings`; a nested dataclass is a table of the file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
import tomllib
import types
import typing
import zoneinfo
from pathlib import Path
from typing import Any

from workspace.errors import SettingsError

FILE_NAME = "smarketing.toml"


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


def load(path: Path) -> Settings:
    """Read and check a settings file; a missing file means every default.

    Raises
    ------
    SettingsError
        The file is not TOML, a key is unknown (the nearest one is suggested), or a value cannot be used.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError as error:
        raise SettingsError("{file}: the settings are not UTF-8 text; save the file as UTF-8", file=path.name) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            '{file}: {why}; text values stand in quotes and lists in square brackets, as in own_domains = ["example.com"]',
            file=path.name,
            why=str(error),
        ) from error
    settings = typing.cast(Settings, _build(Settings, table, path.name, ""))
    _check(settings, path.name)
    return settings


def _build(cls: type[Any], table: dict[str, Any], file: str, prefix: str) -> Any:
    hints = typing.get_type_hints(cls)
    for key in table:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1, cutoff=0.0)[0]
            raise SettingsError(
                "{file}: there is no setting '{key}'; did you mean '{near}'?", file=file, key=prefix + key, near=prefix + near
            )
    for field in dataclasses.fields(cls):
        if field.name not in table and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SettingsError(
                "{file}: '{key}' is missing; every [[{table}]] needs it", file=file, key=prefix + field.name, table=prefix[:-1]
            )
    return cls(**{key: _value(hints[key], value, file, prefix + key) for key, value in table.items()})


def _value(hint: Any, value: Any, file: str, key: str) -> Any:
    """Turn one TOML value into what its field wants."""
    if typing.get_origin(hint) is types.UnionType:
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    arguments = typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _build(typing.cast(type[Any], hint), value, file, f"{key}.")
    if typing.get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_value(arguments[0], entry, file, key) for entry in value)
    if typing.get_origin(hint) is dict and isinstance(value, dict):
        return {name: _value(arguments[1], entry, file, f"{key}.{name}") for name, entry in value.items()}
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint is str and isinstance(value, str):
        return value
    raise SettingsError("{file}: {key} = {seen} is not {wanted}", file=file, key=key, seen=_shown(value), wanted=_wanted(hint))


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else value.isoformat() if isinstance(value, dt.date) else str(value).lower()


def _wanted(hint: Any) -> str:
    kind = typing.get_origin(hint) or hint
    examples = {
        str: 'a text, such as "EUR"',
        float: "a number, such as 90",
        tuple: 'a list, such as ["example.com"]',
        dict: "a table, such as { USD = 0.92 }",
    }
    return examples.get(kind, "a table of settings")


def _check(settings: Settings, file: str) -> None:
    """Refuse values of the right type that cannot be used."""
    for code in (settings.currency, *settings.rates):
        if not re.fullmatch("[A-Z]{3}", code):
            raise SettingsError("{file}: '{code}' is not a currency; write its three-letter code, such as EUR", file=file, code=code)
    for code, rate in settings.rates.items():
        if not rate > 0:
            raise SettingsError(
                "{file}: rates.{code} = {rate} has to be above 0: what one {code} is worth in your currency",
                file=file,
                code=code,
                rate=rate,
            )
    try:
        zoneinfo.ZoneInfo(settings.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        near = difflib.get_close_matches(settings.time_zone, zoneinfo.available_timezones(), n=1, cutoff=0.0)[0]
        raise SettingsError(
            "{file}: there is no time zone '{zone}'; did you mean '{near}'?", file=file, zone=settings.time_zone, near=near
        ) from error
    if settings.language not in (None, "en", "fr"):
        raise SettingsError('{file}: language = "{language}" is not there; choose "en" or "fr"', file=file, language=settings.language)
    if settings.channels.rules not in ("smarketing", "ga4"):
        raise SettingsError(
            '{file}: channels.rules = "{rules}" is not there; choose "smarketing" or "ga4"', file=file, rules=settings.channels.rules
        )
    if not settings.attribution.lookback_days > 0:
        raise SettingsError("{file}: attribution.lookback_days has to be above 0", file=file)


TEMPLATE = """\
# The settings of this workspace. A line that starts with # is a comment: take the # away to use it.

# company = "Example SAS"

# Your own sites: a visit that comes from one of them brings nobody new.
# own_domains = ["example.com", "example.fr"]

# The currency (ISO 4217) and the time zone of figures and times that carry none.
currency = "EUR"
time_zone = "Europe/Paris"

# The language of reports: "en" or "fr".
# language = "fr"

# What one unit of another currency is worth in yours; without it, amounts in two currencies are never added.
# [rates]
# USD = 0.92

[attribution]
# How many days before a conversion a touch still counts.
lookback_days = 90
# The goal that is credited where the command names none; otherwise the last of the stages that the data holds.
# goal = "won"
stages = ["lead", "mql", "sql", "opportunity", "won"]

[channels]
# "smarketing" (the default) or "ga4" (Google Analytics' own rules, to the letter).
rules = "smarketing"
# Hosts that bring nobody new, such as a payment page or a single sign-on; these add to the built-in list.
# ignored_referrers = ["pay.example.net"]

# Spellings of a source that mean another.
# [channels.aliases]
# "li" = "linkedin"

# Rules of your own come before all others. A pattern is searched in the value; all patterns given have to match.
# [[channels.rule]]
# name = "partners"
# channel = "Partners"
# family = "referral"        # organic, referral, ads, social, direct, email, offline or other
# source = "partner|reseller"
"""
