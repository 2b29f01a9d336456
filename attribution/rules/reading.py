"""How the rule set `smarketing` reads an origin, and the source and medium that reports show.

As GA4 reads it, except that any advertiser's click id counts, that a missing source is taken from the referrer, that "null", "undefined"
and their like are no values, and that sites are known by their subdomains, apps and short names (`attribution.rules.sites`). Click ids stay
behind in copied links: one that contradicts the link's own tags is not believed. `fbclid` is on unpaid links too and proves no ad.
"""

from __future__ import annotations

from attribution.rules import words
from attribution.rules.ga4 import DISPLAY, is_paid
from attribution.rules.passages import Passages
from attribution.rules.rule import KIND_MEDIUM, NOT_SET, Origin, Visit, host, is_offline, passing, text
from attribution.rules.sites import Site, Sites, bare, fold
from workspace.urls import CLICK_IDS

ADVERTISERS: dict[str, tuple[str, str]] = {
    "gclid": ("google", "search"),
    "gbraid": ("google", "search"),
    "wbraid": ("google", "search"),
    "dclid": ("dv360", "display"),
    "msclkid": ("bing", "search"),
    "li_fat_id": ("linkedin", "social"),
    "ttclid": ("tiktok", "social"),
    "twclid": ("x", "social"),
    "rdt_cid": ("reddit", "social"),
    "epik": ("pinterest", "social"),
    "sccid": ("snapchat", "social"),
}
"""Click ids that only advertisements leave, whose they are, and what kind of site that is."""

PLATFORMS = frozenset({"search", "social", "video", "shopping", "display"})
"""Sites that sell clicks: a click id is believed beside a source among them."""

PASTED = frozenset({"messaging", "email", "ai"})
"""Sites where people paste links: a click id in a link from there is an earlier visitor's."""

NO_SITE = Site("", "")


def read(origin: Origin, sites: Sites, passages: Passages) -> Visit:
    """Name source and medium, and look up everything the rules ask about."""
    source, medium, campaign, referrer = _told(origin.source), _told(origin.medium), _told(origin.campaign), host(origin.referrer)
    click, touch = text(origin.click_id_kind), text(origin.kind)
    if is_offline(touch, source, medium, sites):
        return Visit(source or NOT_SET, medium or NOT_SET, campaign, kind=touch, label=sites.label(source) if source else NOT_SET)
    if not medium and fold(source) in words.DIRECT:
        if click not in ADVERTISERS:
            return Visit("(direct)" if source == "(direct)" else source, "(none)", campaign, label="(direct)")
        source = ""
    passage, name = passing(source, medium, referrer, passages)
    if passage and click not in CLICK_IDS:
        return Visit("(direct)", "(none)", campaign, label="(direct)", passage=passage, host=name)
    if referrer and (passage or passages.kind(referrer)):
        referrer = ""
    came_from = (sites.find(referrer) if referrer else None) or NO_SITE
    if source or medium:
        return _tagged(source, medium or KIND_MEDIUM.get(touch, ""), campaign, referrer, came_from, click, sites)
    return _untagged(KIND_MEDIUM.get(touch, ""), campaign, referrer, came_from, click, sites)


def _told(value: str | None) -> str:
    written = text(value)
    return "" if written in words.NOTHING else written


def _tagged(source: str, medium: str, campaign: str, referrer: str, came_from: Site, click: str, sites: Sites) -> Visit:
    site = (sites.find(source) if source else came_from) or NO_SITE
    visit = _visit(source or site.label or bare(referrer) or NOT_SET, medium or NOT_SET, campaign, site, sites)
    visit.referrer, visit.came_from, visit.came_from_label = referrer, came_from.category, came_from.label
    if click in ADVERTISERS and not is_paid(medium) and medium not in DISPLAY and (not source or site.category in PLATFORMS):
        visit.click, visit.advertiser = click, CLICK_IDS[click]
        if not site.category:
            visit.site = ADVERTISERS[click][1]
    return visit


def _untagged(medium: str, campaign: str, referrer: str, came_from: Site, click: str, sites: Sites) -> Visit:
    if click in ADVERTISERS and came_from.category not in PASTED:
        label, category = ADVERTISERS[click]
        # A page that carries Google's ads is not the advertiser; a search engine or social network that Microsoft or Google serve is.
        site = came_from if came_from.category in PLATFORMS else Site(label, category)
        visit = _visit(site.label, "cpc", campaign, site, sites)
        visit.click, visit.advertiser = click, CLICK_IDS[click]
    elif referrer:
        is_engine = came_from.category == "search"
        visit = _visit(
            came_from.label if is_engine else bare(referrer), medium or ("organic" if is_engine else "referral"), campaign, came_from, sites
        )
    elif click == "fbclid":
        visit = _visit("facebook", medium or "referral", campaign, Site("facebook", "social"), sites)
        visit.click, visit.advertiser = click, CLICK_IDS[click]
    elif campaign or medium:
        return _visit(NOT_SET, medium or NOT_SET, campaign, NO_SITE, sites)
    else:
        return Visit("(direct)", "(none)", label="(direct)")
    visit.referrer, visit.came_from, visit.came_from_label = referrer, came_from.category, came_from.label
    return visit


def _visit(source: str, medium: str, campaign: str, site: Site, sites: Sites) -> Visit:
    category = sites.ga4_category(source.removeprefix("www."))
    return Visit(
        source,
        medium,
        campaign,
        # Where our list knows better what the site is, GA4's category no longer holds.
        category=category if site.category in ("", category) else "",
        label=site.label or sites.label(source),
        site=site.category,
        sells_ads=site.sells_ads,
        parts=words.parts(fold(medium)) if medium != NOT_SET else frozenset(),
        names=words.parts(fold(source)) if not site.category and source != NOT_SET else frozenset(),
        medium_site=_named(medium, sites),
    )


def _named(medium: str, sites: Sites) -> str:
    """Give the category of the site that a medium names, where somebody wrote the site into the medium."""
    if len(medium) < 2 or medium in (NOT_SET, "organic", "referral", "email", "social", "cpc"):  # "x" is rather nothing than the network
        return ""
    site = sites.find(medium)
    return site.category if site else ""
