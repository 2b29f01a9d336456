"""Check the channel rules that users write into their settings."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attribution.rules.names import CHANNELS, FAMILIES, Channel
from attribution.rules.sites import fold
from workspace.errors import SettingsError

if TYPE_CHECKING:
    from workspace.settings import ChannelRule


_NAMES = {fold(channel.name): channel for channel in CHANNELS}


@dataclasses.dataclass(frozen=True, slots=True)
class UserRule:
    """A rule of the user's own, ready to be searched: every pattern has to be found in its field."""

    id: str
    name: str
    channel: Channel
    patterns: tuple[tuple[str, re.Pattern[str]], ...]


def compiled(rules: Sequence[ChannelRule]) -> tuple[UserRule, ...]:
    """Check and compile the user's rules."""
    made: list[UserRule] = []
    families: dict[str, ChannelRule] = {}
    for rule in rules:
        if any(rule.name == other.name for other in made):
            raise SettingsError("channels.rule: two rules are called '{name}'; give each a name of its own", name=rule.name)
        if rule.family not in FAMILIES:
            raise SettingsError(
                "channels.rule '{name}': there is no family '{family}'; choose one of: {families}",
                name=rule.name,
                family=rule.family,
                families=", ".join(FAMILIES),
            )
        known = _NAMES.get(fold(rule.channel))
        name = known.name if known else rule.channel.strip()
        if not name:
            raise SettingsError("channels.rule '{name}': the channel has no name; write one, such as \"Partners\"", name=rule.name)
        first = families.setdefault(fold(name), rule)
        if first.family != rule.family:
            raise SettingsError(
                "channels.rule '{name}': the channel '{channel}' is in the family '{family}' here and in '{other_family}' "
                "in the rule '{other}'; give it one family",
                name=rule.name,
                channel=name,
                family=rule.family,
                other_family=first.family,
                other=first.name,
            )
        sub_family = known.sub_family if known and known.family == rule.family else None
        made.append(UserRule(f"user.{rule.name}", rule.name, Channel(name, rule.family, sub_family), _patterns(rule)))
    return tuple(made)


def _patterns(rule: ChannelRule) -> tuple[tuple[str, re.Pattern[str]], ...]:
    patterns = []
    for field in ("source", "medium", "campaign", "referrer"):
        pattern: str | None = getattr(rule, field)
        if pattern is None:
            continue
        try:
            patterns.append((field, re.compile(pattern, re.IGNORECASE)))
        except re.error as error:
            raise SettingsError(
                "channels.rule '{name}': {field} = '{pattern}' is not a regular expression ({why}); "
                "put \\ before a sign that stands for itself",
                name=rule.name,
                field=field,
                pattern=pattern,
                why=str(error),
            ) from error
    if not patterns:
        raise SettingsError(
            "channels.rule '{name}': the rule has no pattern and would take every visit; give it a source, medium, campaign or referrer",
            name=rule.name,
        )
    return tuple(patterns)
