"""What sort of site links to us: a short table of rules, the first that fits counts.

===========  ==========================================================================================================
employee     the address lies under one of the settings' `referrals.employee_sites`
partner      … under one of `referrals.partners`
review_site  the site is one where customers judge software and suppliers
social       … a social network, where people's posts lie
community    … a known forum; or its host begins with "forum" or "community"; or a forum program made the page; or it says that it is a
             discussion or a question with answers (schema.org)
directory    … a known register of companies or of software; or its host begins with "directory" or "annuaire"
press        the page says that it is a news article (schema.org NewsArticle and its sorts); or the site is a known news agency
partner      the address speaks of partners ("/partners/", "/nos-partenaires")
other        everything else: blogs, customers, sites that quote us
===========  ==========================================================================================================

What a page says of itself is believed; it is a hint for reading a list, not a measure of quality.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from connectors.linking_pages import Page
from workspace.urls import host, under

SITES: dict[str, tuple[str, ...]] = {
    "review_site": (
        "appvizer.com", "appvizer.fr", "capterra.com", "capterra.fr", "clutch.co", "featuredcustomers.com", "g2.com", "getapp.com",
        "gartner.com", "omr.com", "peerspot.com", "softwareadvice.com", "sourceforge.net", "trustpilot.com", "trustradius.com",
    ),
    "social": (
        "bsky.app", "facebook.com", "instagram.com", "linkedin.com", "lnkd.in", "mastodon.social", "pinterest.com", "t.co", "threads.net",
        "tiktok.com", "twitter.com", "viadeo.com", "vk.com", "x.com", "xing.com", "youtube.com", "youtu.be",
    ),
    "community": (
        "developpez.net", "dev.to", "github.com", "indiehackers.com", "lobste.rs", "news.ycombinator.com", "producthunt.com", "quora.com",
        "reddit.com", "slashdot.org", "stackexchange.com", "stackoverflow.com",
    ),
    "directory": (
        "alternativeto.net", "crunchbase.com", "europages.com", "europages.fr", "kompass.com", "pagesjaunes.fr", "societe.com", "wlw.de",
        "yellowpages.com", "yelp.com",
    ),
    "press": ("afp.com", "apnews.com", "businesswire.com", "globenewswire.com", "prnewswire.com", "reuters.com"),
}  # fmt: skip
"""Sites known by their name, and everything below them."""
BEGINNINGS = {"forum": "community", "forums": "community", "community": "community", "directory": "directory", "annuaire": "directory"}
FORUM_PROGRAMS = re.compile(r"discourse|phpbb|vbulletin|xenforo|flarum|mybb|invision", re.IGNORECASE)
DISCUSSIONS = {"DiscussionForumPosting", "QAPage"}
NEWS = {"NewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle", "OpinionNewsArticle", "ReportageNewsArticle", "ReviewNewsArticle"}
"""Types of schema.org."""
PARTNERS = re.compile(r"(?:^|[/_-])(?:partners?|partenaires?)(?:[/._-]|$)", re.IGNORECASE)


def kind_of(url: str, page: Page | None, partners: Sequence[str] = (), employee_sites: Sequence[str] = ()) -> str:
    """Say what sort of site a page stands on.

    Parameters
    ----------
    url : str
    page : Page or None
        None where it could not be looked at.
    partners, employee_sites : sequence of str
        Hosts ("partner.example"), or addresses below which their pages lie ("medium.com/@lea").

    Examples
    --------
    >>> kind_of("https://fr.linkedin.com/posts/1", None), kind_of("https://acme.example/our-partners/", None)
    ('social', 'partner')
    >>> kind_of("https://medium.com/@lea/on-crm", None, employee_sites=["medium.com/@lea"])
    'employee'
    """
    name = host(url) or ""
    if any(_below(url, name, site) for site in employee_sites):
        return "employee"
    if any(_below(url, name, site) for site in partners):
        return "partner"
    known = next((kind for kind, sites in SITES.items() if kind != "press" and any(under(name, site) for site in sites)), None)
    known = known or BEGINNINGS.get(name.partition(".")[0])
    if known is None and page is not None and (FORUM_PROGRAMS.search(page.generator) or page.types & DISCUSSIONS):
        known = "community"
    if known is None and (any(under(name, site) for site in SITES["press"]) or (page is not None and page.types & NEWS)):
        known = "press"
    return known or ("partner" if PARTNERS.search(urlsplit(url).path) else "other")


def _below(url: str, name: str, site: str) -> bool:
    """Tell whether an address lies under a site that was named with or without a path."""
    domain, _, path = re.sub(r"^[a-z]+://", "", site.lower()).partition("/")
    if not under(name, domain.removeprefix("www.")):
        return False
    place = urlsplit(url).path.lower().strip("/")
    path = path.strip("/")
    return not path or place == path or place.startswith(f"{path}/")
