"""The rule set `ga4`: Google Analytics 4's default channel group for traffic tagged by hand.

Before the rules GA4 names a source and a medium itself. A Google Ads click id (gclid, gbraid, wbraid) makes google / cpc and wins over
tags. Tags win over the referrer; a missing one is "(not set)". Without tags, a referrer that is a search engine gives engine / organic, an
AI assistant host / ai-assistant, another site host / referral; a site of one's own, or one listed as unwanted, and no referrer at all give
(direct) / (none).

What GA4 does and tags cannot reproduce: for Google Ads, Display & Video 360 and Search Ads 360 it uses the campaign's type and network, so
a display or YouTube click with a gclid is "Paid Search" here; `Cross-network` is found by the campaign's name alone; dclid is not read.
GA4 publishes neither its list of AI assistants nor its list of search engines: the lists of `attribution/rules/data` stand in for them. It
gives a visit without a source of its own the person's last one; here each touch stands for itself, and that is the models' business.

References
----------
support.google.com/analytics/answer/9756891 (the table), answer/9164320 (AI Assistant, 13 May 2026); the same table with its regular
expressions in Velir/dbt-ga4, `macros/default_channel_grouping.sql`, and its expectations in
`unit_tests/test_macro_default_channel_grouping.py`.
"""

from __future__ import annotations

from attribution.rules.passages import Passages
from attribution.rules.rule import BEFORE, KIND_MEDIUM, NOT_SET, Origin, Rule, RuleSet, Visit, host, is_offline, passing, text
from attribution.rules.sites import Sites

AUTO_TAGS = frozenset({"gclid", "gbraid", "wbraid"})
DISPLAY = frozenset({"display", "banner", "expandable", "interstitial", "cpm"})
SOCIAL = frozenset({"social", "social-network", "social-media", "sm", "social network", "social media"})
EMAIL = ("email", "e-mail", "e_mail", "e mail")
LINKS = frozenset({"referral", "app", "link"})


def read(origin: Origin, sites: Sites, passages: Passages) -> Visit:
    """Name source and medium as GA4 does."""
    source, medium, campaign, referrer = text(origin.source), text(origin.medium), text(origin.campaign), host(origin.referrer)
    touch = text(origin.kind)
    if is_offline(touch, source, medium, sites):
        return Visit(source or NOT_SET, medium or NOT_SET, campaign, kind=touch)
    if text(origin.click_id_kind) in AUTO_TAGS:
        return Visit("google", "cpc", campaign, category="search")
    kind, name = passing(source or (campaign and NOT_SET), medium, referrer, passages)
    if kind:
        return Visit("(direct)", "(none)", campaign, passage=kind, host=name)
    if touch in KIND_MEDIUM and not medium:
        medium = KIND_MEDIUM[touch]
    if source or medium or campaign:
        return Visit(source or NOT_SET, medium or NOT_SET, campaign, category=sites.ga4_category(source))
    return _by_referrer(referrer, sites)


def _by_referrer(referrer: str, sites: Sites) -> Visit:
    if not referrer:
        return Visit("(direct)", "(none)")
    site = sites.find(referrer)
    if site and site.category == "ai":
        return Visit(referrer.removeprefix("www."), "ai-assistant", "(ai-assistant)")
    if site and site.category == "search":
        return Visit(site.label, "organic", category="search")
    name = referrer.removeprefix("www.")
    return Visit(name, "referral", category=sites.ga4_category(name))


def is_paid(medium: str) -> bool:
    """Tell whether a medium matches GA4's ^(.*cp.*|ppc|retargeting|paid.*)$.

    Examples
    --------
    >>> [is_paid(medium) for medium in ("cpc", "paid-social", "retargeting", "ppc-brand", "sea")]
    [True, True, True, False, False]
    """
    return "cp" in medium or medium in ("ppc", "retargeting") or medium.startswith("paid")


def sells(campaign: str) -> bool:
    """Tell whether a campaign's name matches GA4's ^(.*(([^a-df-z]|^)shop|shopping).*)$.

    Examples
    --------
    >>> [sells(name) for name in ("e-shop", "eshop", "shop", "soldes-shopping", "workshop", "webshop")]
    [True, True, True, True, False, False]
    """
    place = campaign.find("shop")
    while place >= 0:
        before = campaign[place - 1] if place else "-"
        if before == "e" or not "a" <= before <= "z" or campaign.startswith("shopping", place):
            return True
        place = campaign.find("shop", place + 1)
    return False


RULES: tuple[Rule, ...] = (
    Rule(
        "ga4.direct",
        "Direct",
        "No link, site or campaign is known to have brought the visitor",
        lambda v: v.source == "(direct)" and v.medium in ("(none)", NOT_SET),
    ),
    Rule(
        "ga4.cross_network",
        "Cross-network",
        "The campaign '{campaign}' names itself cross-network",
        lambda v: "cross-network" in v.campaign,
    ),
    Rule(
        "ga4.paid_shopping",
        "Paid Shopping",
        "The medium '{medium}' marks an ad, and the source '{source}' or the campaign '{campaign}' is about shopping",
        lambda v: is_paid(v.medium) and (v.category == "shopping" or sells(v.campaign)),
    ),
    Rule(
        "ga4.paid_search",
        "Paid Search",
        "'{source}' is a search engine and the medium '{medium}' marks an ad",
        lambda v: v.category == "search" and is_paid(v.medium),
    ),
    Rule(
        "ga4.paid_social",
        "Paid Social",
        "'{source}' is a social network and the medium '{medium}' marks an ad",
        lambda v: v.category == "social" and is_paid(v.medium),
    ),
    Rule(
        "ga4.paid_video",
        "Paid Video",
        "'{source}' is a video site and the medium '{medium}' marks an ad",
        lambda v: v.category == "video" and is_paid(v.medium),
    ),
    Rule("ga4.display", "Display", "The medium '{medium}' is a form of display advertising", lambda v: v.medium in DISPLAY),
    Rule(
        "ga4.paid_other",
        "Paid Other",
        "The medium '{medium}' marks an ad, and '{source}' is on none of GA4's lists of sites",
        lambda v: is_paid(v.medium),
    ),
    Rule(
        "ga4.organic_shopping",
        "Organic Shopping",
        "The source '{source}' or the campaign '{campaign}' is about shopping, and nothing marks an ad",
        lambda v: v.category == "shopping" or sells(v.campaign),
    ),
    Rule(
        "ga4.organic_social",
        "Organic Social",
        "The source '{source}' is a social network or the medium '{medium}' says so, and nothing marks an ad",
        lambda v: v.category == "social" or v.medium in SOCIAL,
    ),
    Rule(
        "ga4.organic_video",
        "Organic Video",
        "The source '{source}' is a video site or the medium '{medium}' says so, and nothing marks an ad",
        lambda v: v.category == "video" or "video" in v.medium,
    ),
    # Google has not said where this rule stands; its medium satisfies none of those above it.
    Rule(
        "ga4.ai_assistant",
        "AI Assistant",
        "The visitor came from an AI assistant, '{source}'",
        lambda v: v.medium == "ai-assistant",
    ),
    Rule(
        "ga4.organic_search",
        "Organic Search",
        "The source '{source}' is a search engine or the medium '{medium}' says so, and nothing marks an ad",
        lambda v: v.category == "search" or v.medium == "organic",
    ),
    Rule("ga4.referral", "Referral", "The visitor followed a link on '{source}' (medium '{medium}')", lambda v: v.medium in LINKS),
    Rule(
        "ga4.email",
        "Email",
        "The source '{source}' or the medium '{medium}' speaks of e-mail",
        lambda v: any(word in v.medium or word in v.source for word in EMAIL),
    ),
    Rule("ga4.affiliates", "Affiliates", "The medium '{medium}' marks an affiliate's link", lambda v: v.medium == "affiliate"),
    Rule("ga4.audio", "Audio", "The medium '{medium}' marks an audio platform", lambda v: v.medium == "audio"),
    Rule(
        "ga4.sms",
        "SMS",
        "The source '{source}' or the medium '{medium}' is a text message",
        lambda v: "sms" in (v.source, v.medium),
    ),
    Rule(
        "ga4.mobile_push",
        "Mobile Push Notifications",
        "The source '{source}' or the medium '{medium}' marks a notification on a mobile device",
        lambda v: v.medium.endswith("push") or "mobile" in v.medium or "notification" in v.medium or v.source == "firebase",
    ),
)

GA4 = RuleSet(
    name="ga4",
    version="2026-05",
    read=read,
    rules=(*BEFORE, *RULES),
    otherwise=Rule(
        "ga4.unassigned",
        "Unassigned",
        "No rule of GA4's knows the source '{source}' with the medium '{medium}'",
        lambda v: True,
    ),
)
