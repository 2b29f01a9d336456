"""Origins that touch every list and every word the channel rules know: a change of any verdict among them is a change of the rules."""

from collections.abc import Iterator

from attribution.rules import words as rules_words
from attribution.rules.rule import Origin
from attribution.rules.sites import read_list
from workspace.urls import CLICK_IDS

KINDS = ("visit", "form", "meeting", "call", "event", "email_click", "ad_click", "post_click")


def origins() -> Iterator[Origin]:
    for sources in read_list("ga4_sources.json").values():
        for source in sources:
            yield from (Origin(source=source, medium=medium) for medium in (None, "cpc", "referral", "display"))
    for name in ("matomo_sites.json", "smarketing_sites.json"):
        for sites in read_list(name).values():
            for label, spellings in sites.items():
                for written in (label, *spellings):
                    yield Origin(referrer=written.replace("{}", "fr"))
                    yield Origin(source=written, medium="cpm")
    for hosts in read_list("ignored_referrers.json").values():
        yield from (Origin(referrer=host) for host in hosts)
    words = sorted({word.strip("=") for known in vars(rules_words).values() if isinstance(known, frozenset) for word in known})
    for word in words:
        yield from (Origin(source=source, medium=word) for source in ("acme", "google", "linkedin", "youtube", "brevo"))
        yield from (Origin(source=word), Origin(source="acme", medium=f"{word}-2026"), Origin(source="acme", medium="x", campaign=word))
    for host in (
        "lnkd.in",
        "web.telegram.org",
        "www.google.fr",
        "youtu.be",
        "claude.ai",
        "mail.google.com",
        "blog.partner.fr",
        "com.slack",
    ):
        yield from (
            Origin(source="acme", medium="x", referrer=host),
            Origin(medium="social", referrer=host),
            Origin(campaign="x", referrer=host),
        )
    for campaign in ("2026-pmax", "cross-network", "e-shop", "ambassadeurs"):
        yield from (Origin(source=source, medium="cpc", campaign=campaign) for source in ("acme", "google", "linkedin"))
    for kind in KINDS:
        yield from (Origin(kind=kind, source=source) for source in (None, "crm", "linkedin"))
    for click in CLICK_IDS:
        yield from (
            Origin(click_id_kind=click, source=source, medium=medium) for source in (None, "acme", "google", "x") for medium in (None, "x")
        )
