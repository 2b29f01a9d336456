"""The rule set `smarketing`: GA4's rules, with what they misfile in real traffic mended by named rules.

The rules stand in the order they are tried. Those whose id starts with "ga4." are GA4's own, unchanged; every other is a deviation and
says why. GA4's two shopping rules are left out: they take any campaign with "shop" in its name ("shop-floor", "e-shop-audit") for shopping,
which `smarketing.paid_shopping` and `smarketing.organic_shopping` do only where the source is a shop or a search engine.
"""

from __future__ import annotations

from attribution.rules import words
from attribution.rules.ga4 import sells
from attribution.rules.reading import read
from attribution.rules.rule import BEFORE, NOT_SET, Condition, Rule, RuleSet, Visit
from attribution.rules.sites import registrable
from attribution.rules.smarketing_ads import ADS, GA4, SHARED, UNLISTED, is_ad, says, says_unlisted

UNPAID = (
    ("social", "Organic Social"),
    ("messaging", "Organic Social"),
    ("search", "Organic Search"),
    ("video", "Organic Video"),
    ("ai", "AI Assistant"),
    ("email", "Email"),
)
"""The channel of each kind of site where nothing marks an ad."""

PASSED_ON = frozenset({"referral", "link", "app", NOT_SET})
"""Mediums that say nothing about an e-mail or a conversation a link stood in."""


def _source(vocabulary: frozenset[str]) -> Condition:
    return lambda v: not v.site and not vocabulary.isdisjoint(v.names)


def _names_in_medium(category: str) -> Condition:
    return lambda v: v.medium_site == category


def _came_from(category: str) -> Condition:
    return lambda v: v.came_from == category


def _is_site(v: Visit) -> bool:
    return "." in v.source and registrable(v.source) is not None


START: tuple[Rule, ...] = (
    *BEFORE,
    GA4["ga4.direct"],
    Rule(
        "smarketing.direct_words",
        "Direct",
        "'{source}' is how another tool writes direct traffic",
        lambda v: v.medium == "(none)",
    ),
    GA4["ga4.cross_network"],
    Rule(
        "smarketing.performance_max",
        "Cross-network",
        "The campaign '{campaign}' is a Performance Max campaign, which Google Ads plays on all its networks",
        lambda v: v.label == "google" and is_ad(v) and words.PMAX.search(v.campaign) is not None,
    ),
)

PEOPLE: tuple[Rule, ...] = (
    Rule(
        "smarketing.advocacy_medium",
        "Employee Advocacy",
        "The medium '{medium}' says that an employee shared the link; GA4 would count it among the company's own posts, or nowhere",
        says(words.ADVOCACY),
    ),
    Rule(
        "smarketing.advocacy_tool",
        "Employee Advocacy",
        "'{source}' is {label}, a tool with which employees share posts",
        lambda v: v.site == "advocacy",
    ),
    Rule(
        "smarketing.advocacy_campaign",
        "Employee Advocacy",
        "The campaign '{campaign}' on '{source}' is shared by employees",
        lambda v: v.site in SHARED and words.ADVOCACY_CAMPAIGN.search(v.campaign) is not None,
    ),
    Rule(
        "smarketing.ai_site",
        "AI Assistant",
        "'{source}' is {label}, an AI assistant; GA4 knows it by the referrer alone, not by the tag it adds to links",
        lambda v: v.site == "ai",
    ),
    GA4["ga4.ai_assistant"],
    Rule(
        "smarketing.webinar",
        "Webinar",
        "The medium '{medium}' is a webinar; GA4 has no channel for it",
        says_unlisted(words.WEBINAR),
    ),
    Rule("smarketing.event", "Event", "The medium '{medium}' is an event; GA4 has no channel for it", says_unlisted(words.EVENT)),
    Rule("smarketing.call", "Call", "The medium '{medium}' is a call; GA4 has no channel for it", says_unlisted(words.CALL)),
    Rule("smarketing.meeting", "Meeting", "The medium '{medium}' is a meeting; GA4 has no channel for it", says_unlisted(words.MEETING)),
    Rule(
        "smarketing.offline",
        "Offline",
        "The medium '{medium}' is something printed, posted or broadcast, such as a code that was scanned; GA4 has no channel for it",
        says_unlisted(words.OFFLINE),
    ),
    Rule(
        "smarketing.mail_site",
        "Email",
        "'{source}' is {label}: the link stood in an e-mail, though nothing tags it so",
        # A mailing tool's name with the medium "referral" may be a link on the tool's own site; its host, or a webmail's, is a referrer.
        lambda v: v.site == "email" and v.medium in PASSED_ON and (v.medium != "referral" or "." in v.source),
    ),
    Rule(
        "smarketing.email_words",
        "Email",
        "The medium '{medium}' is an e-mail by another name; GA4 knows it only as 'email'",
        lambda v: v.site in UNLISTED and not words.EMAIL.isdisjoint(v.parts) and not GA4["ga4.email"].when(v),
    ),
    Rule(
        "smarketing.email_source",
        "Email",
        "The source '{source}' is an e-mail, whatever its medium '{medium}' says",
        lambda v: not v.site and not words.EMAIL_SOURCE.isdisjoint(v.names) and not GA4["ga4.email"].when(v),
    ),
    Rule(
        "smarketing.sms_words",
        "SMS",
        "The medium '{medium}' is a text message by another name; GA4 knows it only as 'sms'",
        lambda v: v.medium != "sms" and v.site in UNLISTED and not words.SMS.isdisjoint(v.parts),
    ),
    Rule(
        "smarketing.push_words",
        "Mobile Push Notifications",
        "The medium '{medium}' is a notification, though it does not end as GA4 expects",
        lambda v: v.site in UNLISTED and not words.PUSH.isdisjoint(v.parts) and not GA4["ga4.mobile_push"].when(v),
    ),
    Rule(
        "smarketing.affiliate_words",
        "Affiliates",
        "The medium '{medium}' marks an affiliate's link; GA4 knows it only as 'affiliate'",
        lambda v: v.medium != "affiliate" and v.site in UNLISTED and not words.AFFILIATE.isdisjoint(v.parts),
    ),
)

SITES: tuple[Rule, ...] = (
    Rule(
        "smarketing.organic_shopping",
        "Organic Shopping",
        "'{source}' is a shopping site or a search engine's shopping pages, and nothing marks an ad",
        lambda v: v.site == "shopping" or (v.site == "search" and sells(v.campaign)),
    ),
    Rule(
        "smarketing.messaging",
        "Organic Social",
        "'{source}' is {label}: somebody passed the link on in a conversation",
        lambda v: v.site == "messaging",
        sub_family="messaging",
    ),
    Rule(
        "smarketing.facebook_click",
        "Organic Social",
        "The link carries {click}, which {advertiser} adds to every link, paid or not, and nothing else marks an ad",
        lambda v: v.click == "fbclid",
    ),
    GA4["ga4.organic_social"],
    Rule(
        "smarketing.social_site",
        "Organic Social",
        "'{source}' is {label}, a social network that GA4's list lacks or files elsewhere",
        lambda v: v.site == "social",
    ),
    Rule(
        "smarketing.social_words",
        "Organic Social",
        "The medium '{medium}' means unpaid posts on social networks; GA4 does not know the word",
        says(words.SOCIAL),
    ),
    GA4["ga4.organic_video"],
    Rule(
        "smarketing.video_site",
        "Organic Video",
        "'{source}' is {label}, a video site that GA4's list lacks",
        lambda v: v.site == "video",
    ),
    GA4["ga4.organic_search"],
    Rule(
        "smarketing.search_site",
        "Organic Search",
        "'{source}' is {label}, a search engine that GA4's list lacks",
        lambda v: v.site == "search",
    ),
    Rule(
        "smarketing.search_words",
        "Organic Search",
        "The medium '{medium}' means unpaid search results; GA4 knows it only as 'organic'",
        says(words.SEARCH),
    ),
    Rule(
        "smarketing.audio",
        "Audio",
        "'{source}' with the medium '{medium}' is a podcast or another audio platform; GA4 knows it only as 'audio'",
        lambda v: v.site == "audio" or not words.AUDIO.isdisjoint(v.parts) or not words.AUDIO.isdisjoint(v.names),
    ),
    GA4["ga4.referral"],
    Rule(
        "smarketing.partner_words",
        "Referral",
        "The medium '{medium}' is another site's or a partner's recommendation; GA4 knows it only as 'referral'",
        says(words.PARTNER),
    ),
    GA4["ga4.email"],
    GA4["ga4.affiliates"],
    GA4["ga4.audio"],
    GA4["ga4.sms"],
    GA4["ga4.mobile_push"],
)

LAST: tuple[Rule, ...] = (
    Rule(
        "smarketing.mail_tool",
        "Email",
        "'{source}' is {label}, which sends e-mails, and the medium '{medium}' says nothing else",
        lambda v: v.site == "email",
    ),
    Rule(
        "smarketing.webinar_source",
        "Webinar",
        "The source '{source}' is a webinar, and the medium '{medium}' says nothing else",
        _source(words.WEBINAR),
    ),
    Rule(
        "smarketing.event_source",
        "Event",
        "The source '{source}' is an event, and the medium '{medium}' says nothing else",
        _source(words.EVENT),
    ),
    Rule(
        "smarketing.offline_source",
        "Offline",
        "The source '{source}' is something printed, posted or broadcast, and the medium '{medium}' says nothing else",
        _source(words.OFFLINE),
    ),
    Rule(
        "smarketing.partner_source",
        "Referral",
        "The source '{source}' is a partner or another site, and the medium '{medium}' says nothing else",
        _source(words.PARTNER_SOURCE),
    ),
    *(
        Rule(
            f"smarketing.medium_is_{category}",
            channel,
            "The medium '{medium}' is a site's name, as if source and medium had changed places",
            _names_in_medium(category),
        )
        for category, channel in UNPAID
    ),
    *(
        Rule(
            f"smarketing.came_from_{category}",
            channel,
            "The tags '{source}' and '{medium}' say nothing known, but the visitor came from '{referrer}' ({came_from_label})",
            _came_from(category),
        )
        for category, channel in UNPAID
    ),
    Rule(
        "smarketing.came_from_site",
        "Referral",
        "The tags '{source}' and '{medium}' say nothing known, but the visitor came from the site '{referrer}'",
        lambda v: bool(v.referrer),
    ),
    Rule(
        "smarketing.source_is_site",
        "Referral",
        "The source '{source}' is a website, and the medium '{medium}' says nothing of an ad",
        _is_site,
    ),
)

SMARKETING = RuleSet(
    name="smarketing",
    version="2026-11",
    read=read,
    rules=(*START, *ADS, *PEOPLE, *SITES, *LAST),
    otherwise=Rule(
        "smarketing.unassigned",
        "Unassigned",
        "No rule knows the source '{source}' with the medium '{medium}'; a rule of your own in the settings can name it",
        lambda v: True,
    ),
)
