"""What a channel rule is, and what it looks at."""

from __future__ import annotations

import dataclasses
import functools
import string
from collections.abc import Callable

from attribution.rules.passages import Passages
from attribution.rules.sites import Sites
from reports.report import Text
from workspace import urls

NOT_SET = "(not set)"
"""What GA4 writes for a tag that a link lacks."""

SHOWN = 80
"""How many characters of a value a reason quotes: anybody can write anything into a link."""


LONGEST = 500
"""How many characters of a value are read: GA4 keeps 100, and nobody means more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Where a touch came from, as its source recorded it.

    Parameters
    ----------
    source, medium, campaign, content, term : str or None
        The tags of the link.
    referrer : str or None
        The host of the page that linked here.
    click_id_kind : str or None
        A key of `workspace.urls.CLICK_IDS`.
    channel : str or None
        A channel the source already named.
    kind : str or None
        visit, form, meeting, call, event, email_click, ad_click, post_click.
    """

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    term: str | None = None
    referrer: str | None = None
    click_id_kind: str | None = None
    channel: str | None = None
    kind: str | None = None


@dataclasses.dataclass(slots=True)
class Visit:
    """An origin as a rule set reads it: every value in lower case, "" where there is none.

    Parameters
    ----------
    source, medium : str
        The tags, or what stands for them: a referrer's name with "organic" or "referral", "(direct)" with "(none)".
    campaign : str
    referrer : str
        The referrer's host.
    kind : str
        The touch's kind where it was no visit to a page (meeting, call, event), else "".
    category : str
        GA4's category of the source: search, shopping, social, video or "".
    passage : str
        "own" or "ignored" where the visitor only came back from such a site.
    host : str
        That site.
    label : str
        The name reports show for the source.
    site : str
        Category of the source in all lists (`attribution.rules.sites.Site.category`).
    came_from, came_from_label : str
        Category and name of the referrer's site.
    sells_ads : bool
        The source's own name says advertisement.
    click, advertiser : str
        The click id that an advertisement left, and whose it is.
    parts : frozenset of str
        The medium's words, folded: the whole, its first and last one and two words, and "=" with the whole.
    names : frozenset of str
        The same of the source, where no list knows its site.
    medium_site : str
        Category of the site that somebody named in the medium.
    """

    source: str
    medium: str
    campaign: str = ""
    referrer: str = ""
    kind: str = ""
    category: str = ""
    passage: str = ""
    host: str = ""
    label: str = ""
    site: str = ""
    came_from: str = ""
    came_from_label: str = ""
    sells_ads: bool = False
    click: str = ""
    advertiser: str = ""
    parts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    medium_site: str = ""


Condition = Callable[[Visit], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the channel of every visit that satisfies it.

    Parameters
    ----------
    id : str
        Stable name, stored beside each verdict ("ga4.paid_search").
    channel : str
        A name of `attribution.rules.names`.
    reason : str
        Why, in English for a marketer; the key of its translation. Its placeholders are fields of `Visit`.
    when : callable
        The condition.
    sub_family : str or None
        Where the rule knows more than the channel says.
    """

    id: str
    channel: str
    reason: str
    when: Condition
    sub_family: str | None = None

    def why(self, visit: Visit) -> Text:
        """Give the reason with the values that matched."""
        return Text(self.reason, **{field: shown(getattr(visit, field)) for field in placeholders(self.reason)})


@functools.cache
def placeholders(template: str) -> tuple[str, ...]:
    """List the fields a template names.

    Examples
    --------
    >>> placeholders("'{source}' is a search engine")
    ('source',)
    """
    return tuple(field for _, field, _, _ in string.Formatter().parse(template) if field)


def shown(value: str) -> str:
    """Cut a value short for a sentence."""
    return value if len(value) <= SHOWN else f"{value[: SHOWN - 1]}…"


@dataclasses.dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in order; the first that matches names the channel.

    Parameters
    ----------
    name : str
    version : str
        The month the rules were written in; a change of any verdict changes it.
    read : callable
        How an origin is read before the rules look at it.
    rules : tuple of Rule
    otherwise : Rule
        What holds where no rule matches.
    """

    name: str
    version: str
    read: Callable[[Origin, Sites, Passages], Visit]
    rules: tuple[Rule, ...]
    otherwise: Rule

    def judge(self, visit: Visit) -> Rule:
        """Find the first rule that matches."""
        for rule in self.rules:
            if rule.when(visit):
                return rule
        return self.otherwise


def text(value: str | None) -> str:
    """Read a value as the rules compare it.

    Examples
    --------
    >>> text(" CPC "), text(None)
    ('cpc', '')
    """
    return value.strip()[:LONGEST].lower() if value else ""


def host(value: str | None) -> str:
    """Read a referrer: a host in lower case, also where a whole address was kept."""
    name = text(value)
    if "/" in name or ":" in name:
        return urls.host(name) or ""
    return name.strip(".")


def passing(source: str, medium: str, referrer: str, passages: Passages) -> tuple[str, str]:
    """Tell whether a visitor only came back from a passage: ("own" or "ignored", its host), or ("", "").

    A source counts as a referrer where another tool wrote it down as one: its medium is "referral".
    """
    name = source if medium == "referral" and "." in source else "" if source or medium else referrer
    return (kind, name) if name and (kind := passages.kind(name)) else ("", "")


def is_offline(kind: str, source: str, medium: str, sites: Sites) -> bool:
    """Tell whether a touch's kind makes it no web traffic, whatever tags it carries.

    A web analytics tool calls anything an event: there, a medium or a known site as source says that it was a visit after all.
    """
    return kind in ("meeting", "call") or (kind == "event" and not medium and (not source or sites.find(source) is None))


BEFORE: tuple[Rule, ...] = (
    Rule(
        "referrer.own_site",
        "Direct",
        "The visitor came from '{host}', one of your own sites: nobody new sent them",
        lambda v: v.passage == "own",
    ),
    Rule(
        "referrer.ignored",
        "Direct",
        "The visitor came back from '{host}', a payment or sign-on page or another site you ignore: it sent nobody",
        lambda v: v.passage == "ignored",
    ),
    Rule("touch.meeting", "Meeting", "The touch is recorded as a meeting", lambda v: v.kind == "meeting"),
    Rule("touch.call", "Call", "The touch is recorded as a call", lambda v: v.kind == "call"),
    Rule(
        "touch.event",
        "Event",
        "The touch is recorded as an event, and nothing says that it was a visit to a page",
        lambda v: v.kind == "event",
    ),
)
"""What holds in every rule set before its own rules: passages, and touches that are no web traffic, of which GA4 has no notion."""

KIND_MEDIUM = {"email_click": "email", "ad_click": "paid", "post_click": "social"}
"""The medium that a touch's kind stands for where none is tagged."""
