"""Know sites: which name a host or a source goes by, and whether it is a search engine, a social network, a webmail and so on."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

LISTS = ("ga4_sources.json", "matomo_sites.json", "smarketing_sites.json", "ignored_referrers.json")

SECOND_LEVEL = ("com", "co", "org", "net", "it", "edu")
"""What may stand before a country where Matomo's lists write `{}` (README of matomo-org/searchengine-and-social-list)."""

ADS = {"adwords": "google", "gads": "google", "microsoft-ads": "bing", "microsoft-advertising": "bing"}
_ADS_SUFFIX = re.compile(r"(.{1,80}?)-?(?:ads?|adwords|sponsored|sponsorise|sponso|paid)")
_SEPARATORS = re.compile(r"[\s_-]+|\+(?=\w)")
_NO_ALIASES: Mapping[str, str] = MappingProxyType({})
_CACHE_LIMIT = 100_000


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """A site by the name reports show.

    Parameters
    ----------
    label : str
    category : str
        search, shopping, social, video, messaging, advocacy, ai, email, display, affiliate, audio, site (a site like any other, whatever
        another list says), or "" where only its name is known.
    sells_ads : bool
        The source as written says that it is an advertisement ("facebook-ads").
    """

    label: str
    category: str
    sells_ads: bool = False


@functools.lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Write a value so that accents, case and the signs between words no longer tell it apart.

    Examples
    --------
    >>> fold(" Réseaux_Sociaux "), fold("E Mail"), fold("lnkd.in")
    ('reseaux-sociaux', 'e-mail', 'lnkd.in')
    """
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _SEPARATORS.sub("-", text.strip().casefold()).strip("-")


def bare(host: str) -> str:
    """Drop what only says how a site is shown: www., and m., mobile., amp. where a registered domain is left.

    Examples
    --------
    >>> bare("www.lemonde.fr"), bare("m.lemonde.fr"), bare("m.co.uk")
    ('lemonde.fr', 'lemonde.fr', 'm.co.uk')
    """
    if host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    first, _, rest = host.partition(".")
    return rest if first in ("m", "mobile", "amp") and registrable(rest) else host


@functools.cache
def suffixes() -> Any:
    """Give the public suffix list, read at its first use."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)


def registrable(host: str) -> str | None:
    """Give the domain somebody registered; None where the host has none (a public suffix, a word, an unknown top-level domain).

    Examples
    --------
    >>> registrable("blog.partner.co.uk"), registrable("co.uk"), registrable("newsletter.mars")
    ('partner.co.uk', None, None)
    """
    domain: str | None = suffixes().privatesuffix(host)
    return domain


def parents(host: str) -> Iterator[str]:
    """Give a host and each domain above it, the nearest first.

    Examples
    --------
    >>> list(parents("fr.linkedin.com"))
    ['fr.linkedin.com', 'linkedin.com', 'com']
    """
    while host:
        yield host
        host = host.partition(".")[2]


@dataclasses.dataclass(frozen=True, slots=True)
class Lists:
    """The shipped lists, turned for looking up."""

    ga4: dict[str, str]
    own: dict[str, Site]
    own_domains: dict[str, Site]
    matomo: dict[str, Site]
    matomo_domains: dict[str, Site]
    ignored: frozenset[str]
    first_labels: frozenset[str]


def read_list(name: str) -> Any:
    """Read one of the shipped lists."""
    return json.loads(importlib.resources.files("attribution.rules").joinpath("data", name).read_text(encoding="utf-8"))


@functools.cache
def lists() -> Lists:
    """Read the shipped lists, once."""
    ga4, matomo, own, passages = (read_list(name) for name in LISTS)
    turned = Lists(
        ga4={source: category for category, sources in ga4.items() for source in sources},
        own={},
        own_domains={},
        matomo={},
        matomo_domains={},
        ignored=frozenset(host for kind, hosts in passages.items() if kind != "first_label" for host in hosts),
        first_labels=frozenset(passages["first_label"]),
    )
    for groups, names, domains in ((matomo, turned.matomo, turned.matomo_domains), (own, turned.own, turned.own_domains)):
        for category, sites in groups.items():
            for label, spellings in sites.items():
                site = Site(label, category)
                for spelling in (label, *spellings):
                    names.setdefault(fold(spelling), site)
                    if "." in spelling and category != "search":
                        domains.setdefault(spelling, site)
    return turned


class Sites:
    """Find sites by a source as written in a tag or by a referrer's host.

    This project's own list speaks first, then GA4's, then Matomo's.

    Parameters
    ----------
    aliases : mapping of str to str
        The user's own spellings: source as written to the source it means.

    Examples
    --------
    >>> sites = Sites({"li-page": "linkedin"})
    >>> sites.find("fr.linkedin.com"), sites.find("LI page").label, sites.find("www.google.co.uk").label
    (Site(label='linkedin', category='social', sells_ads=False), 'linkedin', 'google')
    """

    def __init__(self, aliases: Mapping[str, str] = _NO_ALIASES) -> None:
        self._lists = lists()
        self._aliases = {fold(written): meant.strip().lower() for written, meant in aliases.items()}
        self._found: dict[str, Site | None] = {}

    def ga4_category(self, source: str) -> str:
        """Give GA4's category of a source in lower case, compared letter by letter as GA4 does; "" where it lists none."""
        return self._lists.ga4.get(source, "")

    def find(self, source: str) -> Site | None:
        """Find the site of a source or a host, or None."""
        try:
            return self._found[source]
        except KeyError:
            if len(self._found) >= _CACHE_LIMIT:
                self._found.clear()
            site = self._found[source] = self._look_up(source)
            return site

    def _look_up(self, source: str) -> Site | None:
        written = source.strip().lower().removeprefix("www.")
        key = fold(written)
        if key in self._aliases:
            meant = self._aliases[key]
            return self._listed(meant, fold(meant)) or Site(meant, "")
        site = self._listed(written, key)
        if site is None and "." not in key and (match := _ADS_SUFFIX.fullmatch(key)):
            site = self._listed(match[1], match[1])
            return dataclasses.replace(site, sells_ads=True) if site else None
        return site

    def _listed(self, written: str, key: str) -> Site | None:
        known = self._lists
        if key in ADS:
            return Site(ADS[key], "search", sells_ads=True)
        if key in known.own:
            return known.own[key]
        is_host = "." in written
        if is_host and (site := _above(written, known.own_domains)):
            return site
        category = known.ga4.get(written)
        site = known.matomo.get(key) or (self._in_any_country(written) or _above(written, known.matomo_domains) if is_host else None)
        if category:
            name = written.partition(".")[0]
            label = site.label if site else name if known.ga4.get(name) == category else written
            return Site(known.own[label].label if label in known.own else label, category)
        return site

    def _in_any_country(self, host: str) -> Site | None:
        """Find a host that Matomo lists with `{}` for its country: `{}.bing.com`, `google.{}`."""
        labels = host.split(".")
        if len(labels[-1]) == 2 and len(labels) > 2 and labels[-2] in SECOND_LEVEL:
            site = self._lists.matomo.get(".".join([*labels[:-2], "{}"]))
            if site:
                return site
        for place, label in enumerate(labels):
            if len(label) == 2:
                site = self._lists.matomo.get(".".join([*labels[:place], "{}", *labels[place + 1 :]]))
                if site:
                    return site
        return None

    def label(self, source: str) -> str:
        """Give the name reports show for a source: a known site's own, otherwise the source in lower case, a host without its www."""
        site = self.find(source)
        if site:
            return site.label
        written = source.strip().lower()
        return bare(written) if "." in written else written


def _above(host: str, domains: Mapping[str, Site]) -> Site | None:
    return next((domains[parent] for parent in parents(host) if parent in domains), None)
