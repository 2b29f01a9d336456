"""The rule set `ga4`: Google's table row by row, and what Google Analytics does before it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.channels import Classifier, Origin
from attribution.rules.ga4 import GA4, RULES, is_paid, sells
from attribution.rules.sites import read_list
from workspace.settings import ChannelSettings

classifier = Classifier(ChannelSettings(rules="ga4"), ["example.com"])


def said(**origin: str | None) -> tuple[str, str]:
    verdict = classifier.classify(Origin(**origin))
    assert (verdict.rule_set, verdict.version) == ("ga4", "2026-05")
    return verdict.channel, verdict.rule


def test_the_rules_stand_in_googles_order() -> None:
    assert [rule.channel for rule in RULES] == [
        "Direct", "Cross-network", "Paid Shopping", "Paid Search", "Paid Social", "Paid Video", "Display", "Paid Other", "Organic Shopping",
        "Organic Social", "Organic Video", "AI Assistant", "Organic Search", "Referral", "Email", "Affiliates", "Audio", "SMS",
        "Mobile Push Notifications",
    ]  # fmt: skip
    assert GA4.otherwise.channel == "Unassigned"


# Source, medium, campaign and channel as Velir/dbt-ga4 expects them (unit_tests/test_macro_default_channel_grouping.py), from Google's
# table (support.google.com/analytics/answer/9756891). Its row "alibaba" without a medium, there Paid Shopping, is Organic Shopping here, as
# Google's table asks for a paid medium.
@pytest.mark.parametrize(
    ("source", "medium", "campaign", "channel"),
    [
        ("(direct)", "(none)", "", "Direct"),
        ("(direct)", "(not set)", "", "Direct"),
        ("some-source", "some-medium", "some-cross-network-campaign", "Cross-network"),
        ("some-source", "some-medium", "cross-network", "Cross-network"),
        ("alibaba", "cpc", "", "Paid Shopping"),
        ("some-source", "retargeting", "shopping", "Paid Shopping"),
        ("google", "ppc", "", "Paid Search"),
        ("facebook", "retargeting", "", "Paid Social"),
        ("youtube.com", "paid-something", "", "Paid Video"),
        ("youtube.com", "display", "", "Display"),
        ("some-source", "banner", "", "Display"),
        ("some-source", "expandable", "", "Display"),
        ("some-source", "interstitial", "", "Display"),
        ("some-source", "cpm", "", "Display"),
        ("some-source", "cpc", "", "Paid Other"),
        ("alibaba", "", "", "Organic Shopping"),
        ("Google Shopping", "", "", "Organic Shopping"),
        ("some-source", "", "some-shopping-campaign", "Organic Shopping"),
        ("facebook", "", "", "Organic Social"),
        ("some-source", "social", "", "Organic Social"),
        ("some-source", "social-network", "", "Organic Social"),
        ("some-source", "social-media", "", "Organic Social"),
        ("some-source", "sm", "", "Organic Social"),
        ("some-source", "social network", "", "Organic Social"),
        ("some-source", "social media", "", "Organic Social"),
        ("youtube.com", "", "", "Organic Video"),
        ("some-source", "video", "", "Organic Video"),
        ("some-source", "my-videos", "", "Organic Video"),
        ("chatgpt.com", "ai-assistant", "(ai-assistant)", "AI Assistant"),
        ("bing", "", "", "Organic Search"),
        ("some-source", "organic", "", "Organic Search"),
        ("some-source", "referral", "", "Referral"),
        ("some-source", "app", "", "Referral"),
        ("some-source", "link", "", "Referral"),
        ("email", "", "", "Email"),
        ("", "e mail", "", "Email"),
        ("some-source", "e-mail", "", "Email"),
        ("e_mail", "some-medium", "", "Email"),
        ("some-source", "affiliate", "", "Affiliates"),
        ("some-source", "audio", "", "Audio"),
        ("sms", "", "", "SMS"),
        ("", "sms", "", "SMS"),
        ("some-source", "something-push", "", "Mobile Push Notifications"),
        ("some-source", "mobile-notification", "", "Mobile Push Notifications"),
        ("some-source", "mobile", "", "Mobile Push Notifications"),
        ("firebase", "", "", "Mobile Push Notifications"),
        ("some-source", "some-medium", "some-campaign", "Unassigned"),
    ],
)
def test_googles_table(source: str, medium: str, campaign: str, channel: str) -> None:
    assert said(source=source, medium=medium, campaign=campaign)[0] == channel
    assert said(source=source.upper(), medium=medium.upper(), campaign=campaign.upper())[0] == channel


@pytest.mark.parametrize(
    ("source", "medium", "campaign", "channel"),
    [
        # Why the rule set `smarketing` exists: GA4's rules, to the letter, on what people really tag.
        ("google", "sea", "", "Organic Search"),
        ("linkedin", "sponsored", "", "Organic Social"),
        ("linkedin", "cpm", "", "Paid Social"),
        ("unlisted", "cpm", "", "Display"),
        ("acme", "newsletter", "", "Unassigned"),
        ("linkedin", "employee-advocacy", "", "Organic Social"),
        ("acme", "x", "e-shop", "Organic Shopping"),
        ("acme", "x", "eshop", "Organic Shopping"),
        ("acme", "cpc", "soldes-shopping", "Paid Shopping"),
        ("acme", "x", "webshop", "Unassigned"),
        ("acme", "x", "workshop", "Unassigned"),
        ("viadeo.journaldunet.com", "referral", "", "Organic Video"),
        ("chatgpt.com", "", "", "Unassigned"),
        ("direct", "none", "", "Unassigned"),
    ],
)
def test_known_traps(source: str, medium: str, campaign: str, channel: str) -> None:
    assert said(source=source, medium=medium, campaign=campaign)[0] == channel


@pytest.mark.parametrize(
    ("origin", "channel", "rule"),
    [
        ({}, "Direct", "ga4.direct"),
        ({"referrer": "www.google.fr"}, "Organic Search", "ga4.organic_search"),
        ({"referrer": "www.ecosia.org"}, "Organic Search", "ga4.organic_search"),
        ({"referrer": "www.linkedin.com"}, "Organic Social", "ga4.organic_social"),
        ({"referrer": "https://www.linkedin.com/feed/"}, "Organic Social", "ga4.organic_social"),
        ({"referrer": "fr.linkedin.com"}, "Referral", "ga4.referral"),  # GA4's list is compared letter by letter
        ({"referrer": "bsky.app"}, "Referral", "ga4.referral"),
        ({"referrer": "blog.partner.fr"}, "Referral", "ga4.referral"),
        ({"referrer": "chatgpt.com"}, "AI Assistant", "ga4.ai_assistant"),
        ({"referrer": "www.perplexity.ai"}, "AI Assistant", "ga4.ai_assistant"),
        ({"referrer": "www.example.com"}, "Direct", "referrer.own_site"),
        ({"referrer": "www.paypal.com"}, "Direct", "referrer.ignored"),
        ({"source": "paypal.com", "medium": "referral"}, "Direct", "referrer.ignored"),
        ({"source": "linkedin", "medium": "social", "referrer": "www.google.fr"}, "Organic Social", "ga4.organic_social"),
        ({"campaign": "spring", "referrer": "www.google.fr"}, "Unassigned", "ga4.unassigned"),
        ({"click_id_kind": "gclid"}, "Paid Search", "ga4.paid_search"),
        ({"source": "linkedin", "medium": "social", "click_id_kind": "wbraid"}, "Paid Search", "ga4.paid_search"),
        ({"referrer": "www.bing.com", "click_id_kind": "msclkid"}, "Organic Search", "ga4.organic_search"),
        ({"click_id_kind": "fbclid"}, "Direct", "ga4.direct"),
        ({"kind": "meeting", "source": "crm"}, "Meeting", "touch.meeting"),
        ({"kind": "call"}, "Call", "touch.call"),
        ({"kind": "event", "source": "Salon Horizon"}, "Event", "touch.event"),
        ({"kind": "event", "source": "google"}, "Organic Search", "ga4.organic_search"),
        ({"kind": "email_click"}, "Email", "ga4.email"),
        ({"kind": "ad_click", "source": "linkedin"}, "Paid Social", "ga4.paid_social"),
        ({"kind": "post_click"}, "Organic Social", "ga4.organic_social"),
    ],
)
def test_what_google_analytics_does_before_its_rules(origin: dict[str, str], channel: str, rule: str) -> None:
    assert said(**origin) == (channel, rule)


EXPECTED = {"search": "Organic Search", "shopping": "Organic Shopping", "social": "Organic Social", "video": "Organic Video"}
PAID = {"search": "Paid Search", "shopping": "Paid Shopping", "social": "Paid Social", "video": "Paid Video"}


def test_every_source_that_google_lists() -> None:
    listed = read_list("ga4_sources.json")
    assert {category: len(sources) for category, sources in listed.items()} == {"search": 129, "shopping": 52, "social": 592, "video": 46}
    for category, sources in listed.items():
        for source in sources:
            assert said(source=source, medium="x")[0] == EXPECTED[category], source
            assert said(source=source.title(), medium="CPC")[0] == PAID[category], source


@given(st.text(alphabet="acdeghiopstvxz -_&é1", max_size=12))
def test_googles_regular_expressions(value: str) -> None:
    assert is_paid(value) == bool(re.search(r"^(.*cp.*|ppc|retargeting|paid.*)$", value))


@given(
    st.text(alphabet="seahopinz -_1é", max_size=6),
    st.sampled_from(["shop", "shopping", "sho", "hop"]),
    st.text(alphabet="seahop-", max_size=5),
)
def test_googles_shopping_campaigns(before: str, word: str, after: str) -> None:
    campaign = before + word + after
    assert sells(campaign) == bool(re.search(r"^(.*(([^a-df-z]|^)shop|shopping).*)$", campaign))
