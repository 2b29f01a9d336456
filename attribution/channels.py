"""Name the channel of every origin, and say why."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attribution.rules.ga4 import GA4
from attribution.rules.names import BY_NAME, FAMILIES, Channel, spellings
from attribution.rules.passages import Passages
from attribution.rules.reading import read
from attribution.rules.rule import LONGEST, Origin, RuleSet, Visit, host, shown
from attribution.rules.sites import LISTS, Sites, fold, read_list
from attribution.rules.smarketing import SMARKETING
from attribution.rules.user import compiled
from reports.report import Text
from workspace import urls
from workspace.errors import UsageError

if TYPE_CHECKING:
    from reports.report import Report
    from workspace.settings import ChannelSettings

__all__ = ["FAMILIES", "RULE_SETS", "Classifier", "Origin", "Verdict", "explain", "origin_from", "other_classifiers"]

RULE_SETS: tuple[RuleSet, ...] = (SMARKETING, GA4)
"""Every rule set, the default first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """The channel of an origin and why.

    Parameters
    ----------
    channel, family : str
    rule : str
        The rule that decided: "ga4.paid_search", "smarketing.french_sea", "user.partners", "given".
    rule_set, version : str
        The set in force and its version.
    reason : Text
        Why, naming the value that matched.
    sub_family : str or None
        "ai", "affiliates", "employee_advocacy", "messaging", "sms", "push", "event", "call", "meeting".
    """

    channel: str
    family: str
    rule: str
    rule_set: str
    version: str
    reason: Text
    sub_family: str | None = None


class Classifier:
    """Name channels by the rules in force.

    Rules of the user's own come first, then the channel that the source itself named, then the rule set.

    Parameters
    ----------
    channels : workspace.settings.ChannelSettings
    own_domains : sequence of str
        Our own sites; a referrer among them or below them brings nobody new.
    rules : str or None
        A rule set's name; the settings' one where None.

    Raises
    ------
    UsageError
        There is no such rule set.
    SettingsError
        A rule of the user's own, an own domain or an ignored referrer cannot be used.

    Notes
    -----
    A source's own channel keeps its name: GA4's where any spelling of it is known ("paid_search", "Recherche payante"), otherwise as
    written, in the family "other" unless a rule of the user's own gives that channel another. A family that such a rule gives to a
    channel holds for this channel everywhere, so that no channel ever stands in two families.

    Examples
    --------
    >>> from workspace.settings import ChannelSettings
    >>> classifier = Classifier(ChannelSettings(), ["example.com"])
    >>> verdict = classifier.classify(Origin(source="google", medium="sea"))
    >>> verdict.channel, verdict.family, verdict.rule
    ('Paid Search', 'ads', 'smarketing.french_sea')
    >>> str(verdict.reason)
    "The medium 'sea' is French for paid search; GA4 does not know the word and sees no ad"
    >>> classifier.source(Origin(referrer="www.google.fr")), classifier.medium(Origin(referrer="www.google.fr"))
    ('google', 'organic')
    """

    def __init__(self, channels: ChannelSettings, own_domains: Sequence[str], rules: str | None = None) -> None:
        self.rule_set = _rule_set(rules or channels.rules)
        self._sites = Sites(channels.aliases)
        self._passages = Passages(own_domains, channels.ignored_referrers)
        self._user_rules = compiled(channels.rule)
        self._channels = BY_NAME | {rule.channel.name: rule.channel for rule in self._user_rules}
        self._spellings = spellings() | {fold(rule.channel.name): rule.channel for rule in self._user_rules}
        self.fingerprint = _fingerprint(self.rule_set, channels, own_domains)

    @property
    def has_rules_of_the_user(self) -> bool:
        """Whether rules of the user's own come first."""
        return bool(self._user_rules)

    @property
    def version(self) -> str:
        """The rules in force, with the user's settings: a stored verdict that carries another is out of date."""
        return f"{self.rule_set.version}+{self.fingerprint}"

    def classify(self, origin: Origin) -> Verdict:
        """Name the channel of one origin."""
        if self._user_rules and (verdict := self._by_user_rule(origin)):
            return verdict
        if origin.channel and (written := origin.channel.strip()):
            return self._given(written)
        visit = self.rule_set.read(origin, self._sites, self._passages)
        rule = self.rule_set.judge(visit)
        channel = self._channels[rule.channel]
        return Verdict(
            channel.name,
            channel.family,
            rule.id,
            self.rule_set.name,
            self.rule_set.version,
            rule.why(visit),
            rule.sub_family or channel.sub_family,
        )

    def _by_user_rule(self, origin: Origin) -> Verdict | None:
        visit = read(origin, self._sites, self._passages)
        values = {
            "source": _searched(origin.source, visit.source, visit.label),
            "medium": _searched(origin.medium, visit.medium),
            "campaign": _searched(origin.campaign),
            "referrer": _searched(host(origin.referrer)),
        }
        for rule in self._user_rules:
            matched = [next((value for value in values[field] if pattern.search(value)), None) for field, pattern in rule.patterns]
            if None not in matched:
                reason = Text("Your rule '{name}' matches '{value}'", name=rule.name, value=shown(matched[0] or ""))
                return self._verdict(rule.channel, rule.id, reason)
        return None

    def _given(self, written: str) -> Verdict:
        channel = self._spellings.get(fold(written[:LONGEST]))
        if channel:
            return self._verdict(
                self._channels.get(channel.name, channel),
                "given",
                Text("The source names the channel itself: '{written}'", written=shown(written)),
            )
        reason = Text(
            "The source names the channel itself: '{written}'; its family is unknown, a rule of your own in the settings can give it one",
            written=shown(written),
        )
        return self._verdict(Channel(written, "other"), "given", reason)

    def _verdict(self, channel: Channel, rule: str, reason: Text) -> Verdict:
        return Verdict(channel.name, channel.family, rule, self.rule_set.name, self.rule_set.version, reason, channel.sub_family)

    def source(self, origin: Origin) -> str:
        """Give the source under the name that merges its spellings: "linkedin" for LinkedIn, lnkd.in and www.linkedin.com."""
        return self._read(origin).label

    def medium(self, origin: Origin) -> str:
        """Give the medium in lower case, or what stands for it: "organic", "referral", "(none)", "(not set)"."""
        return self._read(origin).medium

    def _read(self, origin: Origin) -> Visit:
        return read(origin, self._sites, self._passages)


def _rule_set(name: str) -> RuleSet:
    for rule_set in RULE_SETS:
        if rule_set.name == name:
            return rule_set
    raise UsageError(
        "There is no rule set '{name}'; choose one of: {names}", name=name, names=", ".join(rule_set.name for rule_set in RULE_SETS)
    )


def _searched(written: str | None, *read_as: str) -> list[str]:
    """The values a pattern is searched in: as written, and as reports show them."""
    return [value for value in (written, *read_as) if value]


def _fingerprint(rule_set: RuleSet, channels: ChannelSettings, own_domains: Sequence[str]) -> str:
    told = (
        rule_set.name,
        rule_set.version,
        [(rule.id, rule.channel) for rule in rule_set.rules],
        [read_list(name) for name in LISTS],
        sorted(channels.ignored_referrers),
        sorted(channels.aliases.items()),
        channels.rule,
        sorted(own_domains),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def origin_from(
    source: str | None = None,
    medium: str | None = None,
    campaign: str | None = None,
    content: str | None = None,
    term: str | None = None,
    url: str | None = None,
    referrer: str | None = None,
    kind: str | None = None,
) -> Origin:
    """Make an origin from what a person types: tags, the page's address with its own tags, the referrer's address.

    What is given by itself goes before what the address says.

    Examples
    --------
    >>> origin_from(medium="sponsored", url="https://example.com/?utm_source=linkedin&utm_medium=x", referrer="https://lnkd.in/a").medium
    'sponsored'
    """
    tags = urls.tags(url) if url else urls.NO_TAGS
    return Origin(
        source=source or tags.source,
        medium=medium or tags.medium,
        campaign=campaign or tags.campaign,
        content=content or tags.content,
        term=term or tags.term,
        referrer=urls.host(referrer) if referrer else None,
        click_id_kind=tags.click_id_kind,
        kind=kind,
    )


def other_classifiers(chosen: Classifier, channels: ChannelSettings, own_domains: Sequence[str]) -> list[Classifier]:
    """Make the classifiers of the rule sets that are not in force.

    The user's own rules are part of the set in force alone: Google Analytics knows nothing of them.
    """
    plain = dataclasses.replace(channels, rule=())
    return [Classifier(plain, own_domains, rule_set.name) for rule_set in RULE_SETS if rule_set is not chosen.rule_set]


def explain(origin: Origin, channels: ChannelSettings, own_domains: Sequence[str], rules: str | None = None) -> Report:
    """Say which rule names an origin's channel in the set in force, and what the other sets would say.

    Returns
    -------
    Report
        One row a rule set, the one in force first: rule_set, rule_version, channel, family, sub_family, rule, reason (a Text).
    """
    import pandas as pd

    from reports.report import Report

    chosen = Classifier(channels, own_domains, rules)
    verdicts = [classifier.classify(origin) for classifier in (chosen, *other_classifiers(chosen, channels, own_domains))]
    columns = ("rule_set", "version", "channel", "family", "sub_family", "rule", "reason")
    rows = [tuple(getattr(verdict, column) for column in columns) for verdict in verdicts]
    frame = pd.DataFrame(rows, columns=[column if column != "version" else "rule_version" for column in columns], dtype=object)
    seen = {field.name: getattr(origin, field.name) for field in dataclasses.fields(origin) if getattr(origin, field.name)}
    return Report(
        name="channel",
        title=Text("The channel of one visit"),
        frame=frame,
        notes=(
            Text(
                "In reports, the source is '{source}' and the medium '{medium}'.",
                source=shown(chosen.source(origin)),
                medium=shown(chosen.medium(origin)),
            ),
        ),
        meta={**seen, "rules": chosen.rule_set.name, "rule_version": chosen.version},
    )
