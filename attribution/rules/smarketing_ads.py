"""The advertisements of the rule set `smarketing`."""

from __future__ import annotations

from attribution.rules import words
from attribution.rules.ga4 import RULES, is_paid, sells
from attribution.rules.rule import Condition, Rule, Visit

GA4 = {rule.id: rule for rule in RULES}
UNLISTED = frozenset({"", "site", "email"})
"""Categories of sources that are no platform: a website, a mailing tool, a name of one's own."""

SHARED = frozenset({"social", "advocacy", "messaging"})


def says(vocabulary: frozenset[str]) -> Condition:
    """Make the condition that the medium says one of some words."""
    return lambda v: not vocabulary.isdisjoint(v.parts)


def says_unlisted(vocabulary: frozenset[str]) -> Condition:
    """Make the condition that the medium says one of some words and the source is no platform, which would know better."""
    return lambda v: v.site in UNLISTED and not vocabulary.isdisjoint(v.parts)


def _ad_word(v: Visit) -> bool:
    return not words.ADS.isdisjoint(v.parts)


def _ad_click(v: Visit) -> bool:
    return bool(v.click) and v.click != "fbclid"


def _clicked_on(category: str) -> Condition:
    return lambda v: v.site == category and _ad_click(v)


def is_ad(v: Visit) -> bool:
    """Tell whether anything marks an ad: GA4's mediums, our words, a click id, the source's own name."""
    return is_paid(v.medium) or _ad_click(v) or v.sells_ads or _ad_word(v)


ADS: tuple[Rule, ...] = (
    Rule(
        "smarketing.paid_shopping",
        "Paid Shopping",
        "An ad (medium '{medium}') on '{source}', a shopping site or a search engine's shopping pages",
        lambda v: (v.site == "shopping" or (v.site == "search" and sells(v.campaign))) and is_ad(v),
    ),
    *(
        Rule(
            f"smarketing.{channel.lower().replace(' ', '_')}_click",
            channel,
            "The link carries {click}, which {advertiser} adds to ads, though no tag says it is one",
            _clicked_on(category),
        )
        for category, channel in (("search", "Paid Search"), ("social", "Paid Social"), ("video", "Paid Video"), ("display", "Display"))
    ),
    GA4["ga4.paid_search"],
    GA4["ga4.paid_social"],
    GA4["ga4.paid_video"],
    Rule(
        "smarketing.french_sea",
        "Paid Search",
        "The medium '{medium}' is French for paid search; GA4 does not know the word and sees no ad",
        lambda v: v.site in ("", "site", "search") and not words.SEARCH_ADS_FR.isdisjoint(v.parts),
    ),
    Rule(
        "smarketing.search_ad_words",
        "Paid Search",
        "The medium '{medium}' means paid search, whatever the source is called",
        lambda v: v.site in ("", "site", "search") and not words.SEARCH_ADS.isdisjoint(v.parts),
    ),
    Rule(
        "smarketing.sponsored_search",
        "Paid Search",
        "'{source}' is a search engine and the medium '{medium}' or the source's own name speaks of an ad",
        lambda v: v.site == "search" and (v.sells_ads or _ad_word(v)),
    ),
    Rule(
        "smarketing.paid_search_site",
        "Paid Search",
        "'{source}' is {label}, a search engine that GA4's list lacks, and the medium '{medium}' marks an ad",
        lambda v: v.site == "search" and is_paid(v.medium),
    ),
    Rule(
        "smarketing.sponsored_social",
        "Paid Social",
        "'{source}' is a social network and the medium '{medium}' or the source's own name speaks of an ad",
        lambda v: v.site in SHARED and (v.sells_ads or _ad_word(v)),
    ),
    Rule(
        "smarketing.paid_social_site",
        "Paid Social",
        "'{source}' is {label}, a social network that GA4's list lacks, and the medium '{medium}' marks an ad",
        lambda v: v.site in SHARED and is_paid(v.medium),
    ),
    Rule(
        "smarketing.social_ad_words",
        "Paid Social",
        "The medium '{medium}' means ads on social networks, whatever the source is called",
        says_unlisted(words.SOCIAL_ADS),
    ),
    Rule(
        "smarketing.sponsored_video",
        "Paid Video",
        "'{source}' is a video site and the medium '{medium}' or the source's own name speaks of an ad",
        lambda v: v.site == "video" and (v.sells_ads or _ad_word(v)),
    ),
    Rule(
        "smarketing.paid_video_site",
        "Paid Video",
        "'{source}' is {label}, a video site that GA4's list lacks, and the medium '{medium}' marks an ad",
        lambda v: v.site == "video" and is_paid(v.medium),
    ),
    Rule(
        "smarketing.video_ad_words",
        "Paid Video",
        "The medium '{medium}' means ads in videos, whatever the source is called",
        says_unlisted(words.VIDEO_ADS),
    ),
    Rule(
        "smarketing.paid_audio",
        "Paid Audio",
        "'{source}' plays podcasts or music and the medium '{medium}' marks an ad",
        lambda v: v.site == "audio" and is_ad(v),
    ),
    Rule(
        "smarketing.affiliate_network",
        "Affiliates",
        "'{source}' is {label}, an affiliate network: its links are paid by result, not as an ad",
        lambda v: v.site == "affiliate",
    ),
    GA4["ga4.display"],
    Rule(
        "smarketing.display_words",
        "Display",
        "The medium '{medium}' is a form of display advertising that GA4 does not know",
        says(words.DISPLAY),
    ),
    Rule(
        "smarketing.ad_network",
        "Display",
        "'{source}' is {label}, which places display ads",
        lambda v: v.site == "display",
    ),
    GA4["ga4.paid_other"],
    Rule(
        "smarketing.ad_words",
        "Paid Other",
        "The medium '{medium}' speaks of an ad, and '{source}' is on no list of sites",
        _ad_word,
    ),
)
