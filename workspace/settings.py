"""`smarketing.toml`: the user's settings, read and checked.

The keys of the file are the fields of `Settings`; a nested dataclass is a table of the file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import math
import re
import tomllib
import types
import typing
import zoneinfo
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from workspace.column_names import CLOSE, fold
from workspace.errors import SettingsError
from workspace.social_settings import SocialSettings
from workspace.social_settings import check as check_social

FILE_NAME = "smarketing.toml"
LONGEST_LOOKBACK = 36500
"""Days."""


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
    """How conversions are credited where the command does not say otherwise.

    `lead_goal` and `opportunity_goal` are the stages that milestone models (w_shaped, full_path) take for the creation of the lead and of
    the opportunity.
    """

    lookback_days: float = 90.0
    goal: str | None = None
    stages: tuple[str, ...] = ("lead", "mql", "sql", "opportunity", "won")
    lead_goal: str = "lead"
    opportunity_goal: str = "opportunity"


@dataclasses.dataclass(frozen=True, slots=True)
class PipelineSettings:
    """What is the work of sales, so that it is not taken for marketing's.

    Parameters
    ----------
    sales_kinds : tuple of str
        Kinds of touch.
    sales_sources : tuple of str
        Words in the CRM's lead source; upper and lower case alike.
    """

    sales_kinds: tuple[str, ...] = ("call", "meeting")
    sales_sources: tuple[str, ...] = ("sales", "outbound", "cold call", "prospecting", "sdr", "bdr", "prospection", "appel sortant")


@dataclasses.dataclass(frozen=True, slots=True)
class LinkSettings:
    """The tags that were agreed on, for links that are built here; an empty list allows every one."""

    sources: tuple[str, ...] = ()
    mediums: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class IdentitySettings:
    """When identifiers that are tied together are not taken for one person: with more e-mail addresses than `most_emails`."""

    most_emails: float = 3.0


@dataclasses.dataclass(frozen=True, slots=True)
class ReferralSettings:
    """Whose sites link to us: those of `partners`, and those where our employees write; hosts, or addresses below which they lie."""

    partners: tuple[str, ...] = ()
    employee_sites: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class SingerStream:
    """What the records of a Singer tap's stream are.

    Parameters
    ----------
    kind : str
        A kind of record, such as "conversions".
    fields : dict of str to str
        Field to property of the stream; names with dots reach into objects: {"person": "contact.email"}.
    values : dict of str to str
        Fields with one value for every record: {"goal": "won"}; a field that is in `fields` too takes it where the property is missing.
    stream : str or None
        The stream's name, where it is not that of the table.
    """

    kind: str
    fields: dict[str, str]
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    stream: str | None = None


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
    sync : dict of str to dict
        APIs that are read regularly: for each name the options of its connector, and `connector` where that is another name. What the
        options may be, the connectors know.
    """

    company: str = ""
    own_domains: tuple[str, ...] = ()
    currency: str = "EUR"
    time_zone: str = "UTC"
    language: str | None = None
    rates: dict[str, float] = dataclasses.field(default_factory=dict)
    attribution: AttributionSettings = dataclasses.field(default_factory=AttributionSettings)
    channels: ChannelSettings = dataclasses.field(default_factory=ChannelSettings)
    pipeline: PipelineSettings = dataclasses.field(default_factory=PipelineSettings)
    identity: IdentitySettings = dataclasses.field(default_factory=IdentitySettings)
    referrals: ReferralSettings = dataclasses.field(default_factory=ReferralSettings)
    links: LinkSettings = dataclasses.field(default_factory=LinkSettings)
    social: SocialSettings = dataclasses.field(default_factory=SocialSettings)
    singer: dict[str, SingerStream] = dataclasses.field(default_factory=dict)
    sync: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)


NO_TOML = (
    "{file}:{line}: this line cannot be read; texts stand in straight quotes, lists in square brackets, decimals have a point and days "
    'stand bare, as in own_domains = ["example.com"], cpc = 5.5 and since = 2026-01-31'
)
TWICE = "{file}:{line}: what stands here is there a second time; put both under one heading, and each setting once"
_TWICE = re.compile(r"twice|overwrite|already|mutate")


def load(path: Path) -> Settings:
    """Read and check a settings file; a missing file means every default.

    Raises
    ------
    SettingsError
        The file cannot be read, is not TOML, a key is unknown (the nearest one is suggested), or a value cannot be used.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(
            "{file}: the settings cannot be read ({why}); check the file and its permissions", file=path, why=error.strerror
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError("{file}: the settings are not UTF-8 text; save the file as UTF-8", file=path.name) from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else len(path.read_text(encoding="utf-8-sig").splitlines())
        if _TWICE.search(str(error)):
            raise SettingsError(TWICE, file=path.name, line=line) from error
        raise SettingsError(NO_TOML, file=path.name, line=line) from error
    settings = typing.cast(Settings, _build(Settings, table, path.name, ""))
    _check(settings, path.name)
    return settings


def _build(cls: type[Any], table: dict[str, Any], file: str, prefix: str) -> Any:
    hints = typing.get_type_hints(cls)
    for key in table:
        if key not in hints:
            raise _unknown(key, hints, file, prefix)
    for field in dataclasses.fields(cls):
        if field.name not in table and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SettingsError(
                "{file}: '{key}' is missing; every [[{table}]] needs it", file=file, key=prefix + field.name, table=prefix[:-1]
            )
    return cls(**{key: _value(hints[key], value, file, prefix + key) for key, value in table.items()})


def _unknown(key: str, beside: Iterable[str], file: str, prefix: str) -> SettingsError:
    """Say that there is no such setting, with the one that may be meant, else with those of its table."""
    if near := _nearest(key, beside, prefix):
        return SettingsError("{file}: there is no setting '{key}'; did you mean '{near}'?", file=file, key=prefix + key, near=near)
    return SettingsError(
        "{file}: there is no setting '{key}'; here there are: {known}", file=file, key=prefix + key, known=", ".join(beside)
    )


def _nearest(key: str, beside: Iterable[str], prefix: str) -> str | None:
    """Suggest a setting of the same table; else, for one that stands in the wrong table, that of another; else one that it is a name of."""
    if near := difflib.get_close_matches(key, beside, n=1):
        return prefix + near[0]
    elsewhere = {name.rpartition(".")[2]: name for name in _names(Settings, "")}
    if near := difflib.get_close_matches(key, elsewhere, n=1):
        return elsewhere[near[0]]
    called = {name: fold(key) in CLOSE.get(name, ()) for name in (*beside, *elsewhere)}
    named = next((name for name, fits in called.items() if fits), None)
    return None if named is None else prefix + named if named in beside else elsewhere[named]


def _names(cls: type[Any], prefix: str) -> Iterator[str]:
    for name, hint in typing.get_type_hints(cls).items():
        if dataclasses.is_dataclass(hint):
            yield from _names(typing.cast(type[Any], hint), f"{prefix}{name}.")
        else:
            yield prefix + name


WANTED = (
    (str, '{file}: {key} = {seen} is not a text, such as "EUR"'),
    (float, "{file}: {key} = {seen} is not a number, such as 90"),
    (bool, "{file}: {key} = {seen} is not true or false"),
    (dt.date, "{file}: {key} = {seen} is not a day, such as 2026-01-31 (without quotes)"),
    (tuple, '{file}: {key} = {seen} is not a list, such as ["example.com"]'),
    (dict[str, str], '{file}: {key} = {seen} is not a table, such as {{ linkedin = "example" }}'),
    (dict, "{file}: {key} = {seen} is not a table, such as {{ USD = 0.92 }}"),
)
"""What is said of a value that is not of its field's type."""


def _value(hint: Any, value: Any, file: str, key: str) -> Any:
    """Turn one TOML value into what its field wants."""
    if typing.get_origin(hint) is types.UnionType:
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    arguments = typing.get_args(hint)
    if hint is Any:
        return value
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _build(typing.cast(type[Any], hint), value, file, f"{key}.")
    if typing.get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_value(arguments[0], entry, file, key) for entry in value)
    if typing.get_origin(hint) is dict and isinstance(value, dict):
        return {name: _value(arguments[1], entry, file, f"{key}.{name}") for name, entry in value.items()}
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint in (str, bool, dt.date) and type(value) is hint:  # not isinstance: a moment is a date too
        return value
    if typing.get_origin(hint) is tuple and dataclasses.is_dataclass(arguments[0]):
        raise SettingsError(
            "{file}: {key} = {seen} is no table of its own; write [[{key}]] above its settings", file=file, key=key, seen=shown(value)
        )
    kinds = (hint, typing.get_origin(hint))
    template = next((template for wanted, template in WANTED if wanted in kinds), "{file}: {key} = {seen} is not a table of settings")
    raise SettingsError(template, file=file, key=key, seen=shown(value))


def shown(value: Any) -> str:
    """Write a value as TOML does, as far as a message needs it."""
    if isinstance(value, list):
        return f"[{', '.join(shown(entry) for entry in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {shown(entry)}' for name, entry in value.items())} }}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _check(settings: Settings, file: str) -> None:
    """Refuse values of the right type that cannot be used."""
    for code in (settings.currency, *settings.rates):
        if not re.fullmatch("[A-Z]{3}", code):
            raise SettingsError("{file}: '{code}' is not a currency; write its three-letter code, such as EUR", file=file, code=code)
    for code, rate in settings.rates.items():
        if not 0 < rate < math.inf:
            raise SettingsError(
                "{file}: rates.{code} = {rate} has to be above 0: what one {code} is worth in your currency",
                file=file,
                code=code,
                rate=rate,
            )
    if settings.rates.get(settings.currency, 1) != 1:
        raise SettingsError(
            "{file}: rates.{code} is the rate of your own currency, which is 1; take it out", file=file, code=settings.currency
        )
    try:
        zoneinfo.ZoneInfo(settings.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones, such as Europe
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
    if settings.identity.most_emails < 1:
        raise SettingsError(
            "{file}: identity.most_emails = {most:g} has to be 1 or more: how many e-mail addresses one person may have",
            file=file,
            most=settings.identity.most_emails,
        )
    check_social(settings.social, file)
    if not 0 < settings.attribution.lookback_days <= LONGEST_LOOKBACK:
        raise SettingsError(
            "{file}: attribution.lookback_days = {days:g} has to be above 0 and at most {most}",
            file=file,
            days=settings.attribution.lookback_days,
            most=LONGEST_LOOKBACK,
        )
