"""The rule set `smarketing`: every deviation from GA4, by name and with its reason, and what reports call the source."""

import pytest

from attribution.channels import RULE_SETS, Classifier, Origin
from attribution.rules.names import BY_NAME, FAMILIES
from attribution.rules.rule import placeholders
from attribution.rules.sites import read_list
from attribution.rules.smarketing import SMARKETING
from workspace.settings import ChannelSettings

classifier = Classifier(ChannelSettings(), ["example.com"])
ga4 = Classifier(ChannelSettings(rules="ga4"), ["example.com"])

# Each row: origin, rule, channel, the whole reason.
DEVIATIONS = [
    ({"source": "direct"}, "direct_words", "Direct", "'direct' is how another tool writes direct traffic"),
    (
        {"source": "google", "medium": "cpc", "campaign": "2026-q1-PMax-fr"},
        "performance_max",
        "Cross-network",
        "The campaign '2026-q1-pmax-fr' is a Performance Max campaign, which Google Ads plays on all its networks",
    ),
    (
        {"source": "google", "medium": "sea", "campaign": "shopping-fr"},
        "paid_shopping",
        "Paid Shopping",
        "An ad (medium 'sea') on 'google', a shopping site or a search engine's shopping pages",
    ),
    (
        {"referrer": "duckduckgo.com", "click_id_kind": "msclkid"},
        "paid_search_click",
        "Paid Search",
        "The link carries msclkid, which Microsoft Ads adds to ads, though no tag says it is one",
    ),
    (
        {"source": "linkedin", "medium": "social", "click_id_kind": "li_fat_id"},
        "paid_social_click",
        "Paid Social",
        "The link carries li_fat_id, which LinkedIn Ads adds to ads, though no tag says it is one",
    ),
    (
        {"source": "youtube", "medium": "campaign", "click_id_kind": "gclid"},
        "paid_video_click",
        "Paid Video",
        "The link carries gclid, which Google Ads adds to ads, though no tag says it is one",
    ),
    (
        {"click_id_kind": "dclid"},
        "display_click",
        "Display",
        "The link carries dclid, which Google Display & Video 360 adds to ads, though no tag says it is one",
    ),
    (
        {"source": "google", "medium": "SEA"},
        "french_sea",
        "Paid Search",
        "The medium 'sea' is French for paid search; GA4 does not know the word and sees no ad",
    ),
    (
        {"source": "google", "medium": "Liens sponsorisés"},
        "french_sea",
        "Paid Search",
        "The medium 'liens sponsorisés' is French for paid search; GA4 does not know the word and sees no ad",
    ),
    (
        {"source": "agence", "medium": "paidsearch"},
        "search_ad_words",
        "Paid Search",
        "The medium 'paidsearch' means paid search, whatever the source is called",
    ),
    (
        {"source": "adwords"},
        "sponsored_search",
        "Paid Search",
        "'adwords' is a search engine and the medium '(not set)' or the source's own name speaks of an ad",
    ),
    (
        {"source": "lilo", "medium": "cpc"},
        "paid_search_site",
        "Paid Search",
        "'lilo' is lilo, a search engine that GA4's list lacks, and the medium 'cpc' marks an ad",
    ),
    (
        {"source": "linkedin", "medium": "sponsored"},
        "sponsored_social",
        "Paid Social",
        "'linkedin' is a social network and the medium 'sponsored' or the source's own name speaks of an ad",
    ),
    (
        {"source": "facebook_ads", "medium": "carrousel"},
        "sponsored_social",
        "Paid Social",
        "'facebook_ads' is a social network and the medium 'carrousel' or the source's own name speaks of an ad",
    ),
    (
        {"source": "bsky", "medium": "cpm"},
        "paid_social_site",
        "Paid Social",
        "'bsky' is bluesky, a social network that GA4's list lacks, and the medium 'cpm' marks an ad",
    ),
    (
        {"source": "agence", "medium": "paid_social"},
        "social_ad_words",
        "Paid Social",
        "The medium 'paid_social' means ads on social networks, whatever the source is called",
    ),
    (
        {"source": "youtube", "medium": "publicité"},
        "sponsored_video",
        "Paid Video",
        "'youtube' is a video site and the medium 'publicité' or the source's own name speaks of an ad",
    ),
    (
        {"source": "yt", "medium": "cpc"},
        "paid_video_site",
        "Paid Video",
        "'yt' is youtube, a video site that GA4's list lacks, and the medium 'cpc' marks an ad",
    ),
    (
        {"source": "agence", "medium": "pre-roll"},
        "video_ad_words",
        "Paid Video",
        "The medium 'pre-roll' means ads in videos, whatever the source is called",
    ),
    (
        {"source": "spotify", "medium": "cpm"},
        "paid_audio",
        "Paid Audio",
        "'spotify' plays podcasts or music and the medium 'cpm' marks an ad",
    ),
    (
        {"source": "awin", "medium": "cpa"},
        "affiliate_network",
        "Affiliates",
        "'awin' is awin, an affiliate network: its links are paid by result, not as an ad",
    ),
    (
        {"source": "lemonde", "medium": "Bannière"},
        "display_words",
        "Display",
        "The medium 'bannière' is a form of display advertising that GA4 does not know",
    ),
    ({"source": "criteo", "medium": "clic"}, "ad_network", "Display", "'criteo' is criteo, which places display ads"),
    (
        {"source": "lesechos", "medium": "publi-rédactionnel"},
        "ad_words",
        "Paid Other",
        "The medium 'publi-rédactionnel' speaks of an ad, and 'lesechos' is on no list of sites",
    ),
    (
        {"source": "linkedin", "medium": "employee-advocacy"},
        "advocacy_medium",
        "Employee Advocacy",
        "The medium 'employee-advocacy' says that an employee shared the link; "
        "GA4 would count it among the company's own posts, or nowhere",
    ),
    (
        {"source": "Sociabble", "medium": "linkedin"},
        "advocacy_tool",
        "Employee Advocacy",
        "'sociabble' is sociabble, a tool with which employees share posts",
    ),
    (
        {"source": "LinkedIn", "medium": "social", "campaign": "2026-ambassadeurs"},
        "advocacy_campaign",
        "Employee Advocacy",
        "The campaign '2026-ambassadeurs' on 'linkedin' is shared by employees",
    ),
    (
        {"source": "chatgpt.com"},
        "ai_site",
        "AI Assistant",
        "'chatgpt.com' is chatgpt, an AI assistant; GA4 knows it by the referrer alone, not by the tag it adds to links",
    ),
    ({"source": "livestorm", "medium": "webinar"}, "webinar", "Webinar", "The medium 'webinar' is a webinar; GA4 has no channel for it"),
    (
        {"source": "Produrable", "medium": "Évènement"},
        "event",
        "Event",
        "The medium 'évènement' is an event; GA4 has no channel for it",
    ),
    ({"source": "crm", "medium": "phoning"}, "call", "Call", "The medium 'phoning' is a call; GA4 has no channel for it"),
    ({"source": "reunion", "medium": "RDV"}, "meeting", "Meeting", "The medium 'rdv' is a meeting; GA4 has no channel for it"),
    (
        {"source": "plaquette", "medium": "QR code"},
        "offline",
        "Offline",
        "The medium 'qr code' is something printed, posted or broadcast, such as a code that was scanned; GA4 has no channel for it",
    ),
    (
        {"referrer": "messagerie.orange.fr"},
        "mail_site",
        "Email",
        "'messagerie.orange.fr' is orange mail: the link stood in an e-mail, though nothing tags it so",
    ),
    (
        {"source": "acme", "medium": "newsletter"},
        "email_words",
        "Email",
        "The medium 'newsletter' is an e-mail by another name; GA4 knows it only as 'email'",
    ),
    (
        {"source": "newsletter-mars", "medium": "lien"},
        "email_source",
        "Email",
        "The source 'newsletter-mars' is an e-mail, whatever its medium 'lien' says",
    ),
    (
        {"source": "relance", "medium": "texto"},
        "sms_words",
        "SMS",
        "The medium 'texto' is a text message by another name; GA4 knows it only as 'sms'",
    ),
    (
        {"source": "batch", "medium": "push-web"},
        "push_words",
        "Mobile Push Notifications",
        "The medium 'push-web' is a notification, though it does not end as GA4 expects",
    ),
    (
        {"source": "blogueur", "medium": "affiliation"},
        "affiliate_words",
        "Affiliates",
        "The medium 'affiliation' marks an affiliate's link; GA4 knows it only as 'affiliate'",
    ),
    (
        {"source": "idealo", "medium": "referral"},
        "organic_shopping",
        "Organic Shopping",
        "'idealo' is a shopping site or a search engine's shopping pages, and nothing marks an ad",
    ),
    (
        {"referrer": "com.slack"},
        "messaging",
        "Organic Social",
        "'com.slack' is slack: somebody passed the link on in a conversation",
    ),
    (
        {"click_id_kind": "fbclid"},
        "facebook_click",
        "Organic Social",
        "The link carries fbclid, which Facebook adds to every link, paid or not, and nothing else marks an ad",
    ),
    (
        {"referrer": "viadeo.journaldunet.com"},
        "social_site",
        "Organic Social",
        "'viadeo.journaldunet.com' is viadeo, a social network that GA4's list lacks or files elsewhere",
    ),
    (
        {"source": "page", "medium": "Réseaux_Sociaux"},
        "social_words",
        "Organic Social",
        "The medium 'réseaux_sociaux' means unpaid posts on social networks; GA4 does not know the word",
    ),
    ({"source": "yt", "medium": "lien"}, "video_site", "Organic Video", "'yt' is youtube, a video site that GA4's list lacks"),
    (
        {"source": "lilo", "medium": "recherche-web"},
        "search_site",
        "Organic Search",
        "'lilo' is lilo, a search engine that GA4's list lacks",
    ),
    (
        {"source": "site", "medium": "référencement naturel"},
        "search_words",
        "Organic Search",
        "The medium 'référencement naturel' means unpaid search results; GA4 knows it only as 'organic'",
    ),
    (
        {"source": "ausha", "medium": "podcast"},
        "audio",
        "Audio",
        "'ausha' with the medium 'podcast' is a podcast or another audio platform; GA4 knows it only as 'audio'",
    ),
    (
        {"source": "erp-partner", "medium": "partenariat"},
        "partner_words",
        "Referral",
        "The medium 'partenariat' is another site's or a partner's recommendation; GA4 knows it only as 'referral'",
    ),
    (
        {"source": "mailchimp", "medium": "bouton"},
        "mail_tool",
        "Email",
        "'mailchimp' is mailchimp, which sends e-mails, and the medium 'bouton' says nothing else",
    ),
    (
        {"source": "webinaire-rgpd"},
        "webinar_source",
        "Webinar",
        "The source 'webinaire-rgpd' is a webinar, and the medium '(not set)' says nothing else",
    ),
    (
        {"source": "salon-produrable", "medium": "bouton"},
        "event_source",
        "Event",
        "The source 'salon-produrable' is an event, and the medium 'bouton' says nothing else",
    ),
    (
        {"source": "flyer-lyon"},
        "offline_source",
        "Offline",
        "The source 'flyer-lyon' is something printed, posted or broadcast, and the medium '(not set)' says nothing else",
    ),
    (
        {"source": "partenaire-x", "medium": "bouton"},
        "partner_source",
        "Referral",
        "The source 'partenaire-x' is a partner or another site, and the medium 'bouton' says nothing else",
    ),
    *(
        (
            {"source": "jeanne", "medium": medium},
            f"medium_is_{category}",
            channel,
            f"The medium '{medium}' is a site's name, as if source and medium had changed places",
        )
        for medium, category, channel in (
            ("linkedin", "social", "Organic Social"),
            ("whatsapp", "messaging", "Organic Social"),
            ("bing", "search", "Organic Search"),
            ("youtube", "video", "Organic Video"),
            ("perplexity", "ai", "AI Assistant"),
            ("gmail", "email", "Email"),
        )
    ),
    *(
        (
            {"source": "jeanne", "medium": "clic", "referrer": referrer},
            f"came_from_{category}",
            channel,
            f"The tags 'jeanne' and 'clic' say nothing known, but the visitor came from '{referrer}' ({label})",
        )
        for referrer, label, category, channel in (
            ("lnkd.in", "linkedin", "social", "Organic Social"),
            ("web.telegram.org", "telegram", "messaging", "Organic Social"),
            ("www.google.fr", "google", "search", "Organic Search"),
            ("youtu.be", "youtube", "video", "Organic Video"),
            ("claude.ai", "claude", "ai", "AI Assistant"),
            ("mail.google.com", "gmail", "email", "Email"),
        )
    ),
    (
        {"source": "jeanne", "medium": "clic", "referrer": "www.partner.fr"},
        "came_from_site",
        "Referral",
        "The tags 'jeanne' and 'clic' say nothing known, but the visitor came from the site 'www.partner.fr'",
    ),
    (
        {"source": "blog.partner.fr", "medium": "bouton"},
        "source_is_site",
        "Referral",
        "The source 'blog.partner.fr' is a website, and the medium 'bouton' says nothing of an ad",
    ),
    (
        {"source": "jeanne", "medium": "clic"},
        "unassigned",
        "Unassigned",
        "No rule knows the source 'jeanne' with the medium 'clic'; a rule of your own in the settings can name it",
    ),
]


@pytest.mark.parametrize(("origin", "rule", "channel", "reason"), DEVIATIONS)
def test_a_deviation_and_its_reason(origin: dict[str, str], rule: str, channel: str, reason: str) -> None:
    verdict = classifier.classify(Origin(**origin))
    assert (verdict.rule, verdict.channel, str(verdict.reason)) == (f"smarketing.{rule}", channel, reason)
    assert verdict.family == BY_NAME[channel].family
    assert (verdict.rule_set, verdict.version) == (SMARKETING.name, SMARKETING.version)


def test_every_deviation_is_shown_above() -> None:
    own = [rule.id for rule in (*SMARKETING.rules, SMARKETING.otherwise) if rule.id.startswith("smarketing.")]
    assert sorted(own) == sorted({f"smarketing.{rule}" for _, rule, _, _ in DEVIATIONS})


# These say what GA4 says by other means: rules that replace GA4's, that GA4's own reading foresees, or that know more than the channel.
ALIKE = {"paid_shopping", "organic_shopping", "messaging", "unassigned", "paid_search_click"}


@pytest.mark.parametrize(("origin", "rule"), [(origin, rule) for origin, rule, _, _ in DEVIATIONS if rule not in ALIKE])
def test_a_deviation_disagrees_with_ga4(origin: dict[str, str], rule: str) -> None:
    assert ga4.classify(Origin(**origin)).channel != classifier.classify(Origin(**origin)).channel


# Each row: origin, channel; what is no deviation, and what a deviation must not take.
@pytest.mark.parametrize(
    ("origin", "channel"),
    [
        ({}, "Direct"),
        ({"source": "(direct)", "medium": "(none)"}, "Direct"),
        ({"source": "null", "medium": "undefined"}, "Direct"),
        ({"source": "(not set)", "medium": "(not set)", "referrer": "www.bing.com"}, "Organic Search"),
        ({"source": "google", "medium": "cpc"}, "Paid Search"),
        ({"source": "google", "medium": "organic"}, "Organic Search"),
        ({"source": "linkedin", "medium": "cpm"}, "Paid Social"),
        ({"source": "unlisted", "medium": "cpm"}, "Display"),
        ({"source": "linkedin", "medium": "newsletter"}, "Organic Social"),
        ({"source": "linkedin", "medium": "event"}, "Organic Social"),
        ({"source": "acme", "medium": "email", "campaign": "e-shop"}, "Email"),
        ({"source": "acme", "medium": "referral", "campaign": "shop-floor-2026"}, "Referral"),
        ({"source": "acme", "medium": "newsletter", "campaign": "workshop"}, "Email"),
        ({"source": "linkedin", "medium": "social", "campaign": "webshop"}, "Organic Social"),
        ({"source": "google", "medium": "organic", "campaign": "free-shopping-listings"}, "Organic Shopping"),
        ({"source": "acme", "medium": "call-to-action"}, "Unassigned"),
        ({"source": "poste", "medium": "direct-mail"}, "Offline"),
        ({"source": "acme", "medium": "sponsored-newsletter"}, "Paid Other"),
        ({"source": "crm", "medium": "crm"}, "Email"),
        ({"source": "hs_email", "medium": "cta"}, "Email"),
        ({"source": "hubspot", "medium": "webinar"}, "Webinar"),
        ({"source": "hubspot", "medium": "referral"}, "Referral"),
        ({"source": "brevo", "medium": "link"}, "Email"),
        ({"source": "teads", "medium": "display"}, "Display"),
        ({"source": "acme", "medium": "social_organique"}, "Organic Social"),
        ({"source": "acme", "medium": "parrainage"}, "Referral"),
        ({"source": "v2.1", "medium": "bouton"}, "Unassigned"),
        # A click id is believed where the link's own tags do not contradict it.
        ({"click_id_kind": "gclid"}, "Paid Search"),
        ({"referrer": "www.lemonde.fr", "click_id_kind": "gclid"}, "Paid Search"),
        ({"referrer": "www.example.com", "click_id_kind": "gclid"}, "Paid Search"),
        ({"referrer": "www.youtube.com", "click_id_kind": "gclid"}, "Paid Video"),
        ({"source": "newsletter", "medium": "email", "click_id_kind": "gclid"}, "Email"),
        ({"referrer": "com.slack", "click_id_kind": "gclid"}, "Organic Social"),
        ({"referrer": "mail.google.com", "click_id_kind": "li_fat_id"}, "Email"),
        ({"source": "dv360", "medium": "display", "click_id_kind": "dclid"}, "Display"),
        ({"click_id_kind": "ttclid"}, "Paid Social"),
        ({"click_id_kind": "twclid"}, "Paid Social"),
        # fbclid is on unpaid links too.
        ({"referrer": "l.facebook.com", "click_id_kind": "fbclid"}, "Organic Social"),
        ({"source": "facebook", "medium": "paid", "click_id_kind": "fbclid"}, "Paid Social"),
        ({"source": "newsletter", "medium": "email", "click_id_kind": "fbclid"}, "Email"),
        # A tag beats a referrer; a campaign's name alone says nothing about where the visitor came from.
        ({"source": "linkedin", "medium": "social", "referrer": "www.google.fr"}, "Organic Social"),
        ({"campaign": "spring", "referrer": "www.google.fr"}, "Organic Search"),
        ({"campaign": "spring"}, "Unassigned"),
        ({"medium": "social", "referrer": "www.linkedin.com"}, "Organic Social"),
        # Referrers
        ({"referrer": "www.google.fr"}, "Organic Search"),
        ({"referrer": "search.lilo.org"}, "Organic Search"),
        ({"referrer": "www.qwant.com"}, "Organic Search"),
        ({"referrer": "docs.google.com"}, "Referral"),
        ({"referrer": "mail.google.com"}, "Email"),
        ({"referrer": "com.google.android.gm"}, "Email"),
        ({"referrer": "eur03.safelinks.protection.outlook.com"}, "Email"),
        ({"referrer": "fr.linkedin.com"}, "Organic Social"),
        ({"referrer": "com.linkedin.android"}, "Organic Social"),
        ({"referrer": "statics.teams.cdn.office.net"}, "Organic Social"),
        ({"referrer": "web.telegram.org"}, "Organic Social"),
        ({"referrer": "discord.com"}, "Organic Social"),
        ({"referrer": "web.whatsapp.com"}, "Organic Social"),
        ({"referrer": "bsky.app"}, "Organic Social"),
        ({"referrer": "piaille.fr"}, "Organic Social"),
        ({"referrer": "www.threads.net"}, "Organic Social"),
        ({"referrer": "www.perplexity.ai"}, "AI Assistant"),
        ({"referrer": "s3.amazonaws.com"}, "Referral"),
        ({"referrer": "www.partner.fr"}, "Referral"),
        # Touches that are no visits
        ({"kind": "meeting", "source": "crm"}, "Meeting"),
        ({"kind": "call", "source": "crm"}, "Call"),
        ({"kind": "meeting", "source": "linkedin", "medium": "cpc"}, "Meeting"),
        ({"kind": "event", "source": "acme", "medium": "newsletter"}, "Email"),
        ({"kind": "event"}, "Event"),
        ({"kind": "event", "source": "Salon Horizon Data Lyon", "medium": "event"}, "Event"),
        ({"kind": "event", "source": "google"}, "Organic Search"),
        ({"kind": "email_click", "source": "brevo", "medium": "newsletter"}, "Email"),
        ({"kind": "email_click"}, "Email"),
        ({"kind": "ad_click", "source": "LinkedIn"}, "Paid Social"),
        ({"kind": "post_click", "source": "linkedin"}, "Organic Social"),
        ({"kind": "form", "referrer": "www.google.fr"}, "Organic Search"),
    ],
)
def test_what_it_names(origin: dict[str, str], channel: str) -> None:
    assert classifier.classify(Origin(**origin)).channel == channel


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("LinkedIn", "linkedin"), ("linkedin.com", "linkedin"), ("www.linkedin.com", "linkedin"), ("lnkd.in", "linkedin"),
        ("Linked In", "linkedin"), ("ig", "instagram"), ("l.instagram.com", "instagram"), ("instagram.com", "instagram"),
        ("fb", "facebook"), ("m.facebook.com", "facebook"), ("lm.facebook.com", "facebook"), ("facebook_ads", "facebook"), ("t.co", "x"),
        ("twitter", "x"), ("x.com", "x"), ("google.fr", "google"), ("adwords", "google"), ("google+", "google+"), ("gads", "google"),
        ("Google News", "google news"),
        ("Partenaire ERP", "partenaire erp"), ("www.partner.fr", "partner.fr"), ("m.lemonde.fr", "lemonde.fr"), ("(direct)", "(direct)"),
        ("null", "(direct)"),
    ],
)  # fmt: skip
def test_the_source_that_reports_show(source: str, label: str) -> None:
    assert classifier.source(Origin(source=source)) == label
    assert ga4.source(Origin(source=source)) == label


@pytest.mark.parametrize(
    ("origin", "source", "medium"),
    [
        ({}, "(direct)", "(none)"),
        ({"referrer": "www.google.co.uk"}, "google", "organic"),
        ({"referrer": "lm.facebook.com"}, "facebook", "referral"),
        ({"referrer": "blog.partner.fr"}, "blog.partner.fr", "referral"),
        ({"referrer": "checkout.stripe.com"}, "(direct)", "(none)"),
        ({"click_id_kind": "gclid"}, "google", "cpc"),
        ({"medium": " Paid-Social ", "referrer": "www.linkedin.com"}, "linkedin", "paid-social"),
        ({"source": "brevo"}, "brevo", "(not set)"),
        ({"campaign": "spring"}, "(not set)", "(not set)"),
        ({"kind": "call"}, "(not set)", "(not set)"),
        ({"kind": "meeting", "source": "LinkedIn"}, "linkedin", "(not set)"),
        ({"medium": "bannière", "referrer": "www.lemonde.fr"}, "lemonde.fr", "bannière"),
        ({"kind": "email_click", "source": "crm"}, "crm", "email"),
    ],
)
def test_the_medium_that_reports_show(origin: dict[str, str], source: str, medium: str) -> None:
    assert (classifier.source(Origin(**origin)), classifier.medium(Origin(**origin))) == (source, medium)


SITE_CHANNELS = {
    "search": "Organic Search",
    "shopping": "Organic Shopping",
    "social": "Organic Social",
    "video": "Organic Video",
    "messaging": "Organic Social",
    "advocacy": "Employee Advocacy",
    "ai": "AI Assistant",
    "email": "Email",
    "display": "Display",
    "affiliate": "Affiliates",
    "audio": "Audio",
    "site": "Referral",
}


NO_HOSTS = {"reunion", "cnn"}
"""Words of our own list that are no sites, so that Google's list does not take them for some."""


def test_every_site_on_our_own_list() -> None:
    for category, sites in read_list("smarketing_sites.json").items():
        for label, spellings in sites.items():
            for written in (label, *spellings):
                origin = Origin(referrer=written) if "." in written else Origin(source=written)
                assert classifier.classify(origin).channel == SITE_CHANNELS[category] or written in NO_HOSTS, written
                assert classifier.source(origin) == label, written


def test_every_host_on_matomos_lists() -> None:
    """A host keeps the kind Matomo gives it, but for those that two of its lists hold or that Google's or our own list knows better."""
    known = {"search": "Organic Search", "social": "Organic Social", "ai": "AI Assistant"}
    moved = {
        (category, host): channel
        for category, sites in read_list("matomo_sites.json").items()
        for hosts in sites.values()
        for host in hosts
        if (channel := classifier.classify(Origin(referrer=host.replace("{}", "fr"))).channel) != known[category]
    }
    assert moved == {
        ("search", "chat.openai.com"): "AI Assistant",
        ("search", "chatgpt.com"): "AI Assistant",
        ("search", "perplexity.ai"): "AI Assistant",
        ("search", "you.com"): "AI Assistant",
        ("search", "digg.com"): "Organic Social",
        ("search", "facebook.com"): "Organic Social",
        ("search", "friendfeed.com"): "Organic Social",
        ("search", "cnn.com"): "Referral",  # a newspaper, in Matomo's list for the search box it once had
        ("social", "vimeo.com"): "Organic Video",
        ("social", "youtu.be"): "Organic Video",
        ("social", "youtube.com"): "Organic Video",
        ("social", "login.live.com"): "Direct",  # single sign-on
    }


def test_every_source_that_google_lists_keeps_its_kind() -> None:
    """Where our list files a source elsewhere than Google's, it does so on purpose."""
    expected = {"search": "Organic Search", "shopping": "Organic Shopping", "social": "Organic Social", "video": "Organic Video"}
    moved = {}
    for category, sources in read_list("ga4_sources.json").items():
        for source in sources:
            channel = classifier.classify(Origin(source=source)).channel
            if channel != expected[category]:
                moved[source] = channel
    assert moved == {
        "cnn": "Unassigned",
        "email.seznam.cz": "Email",
        "mail.rambler.ru": "Email",
        "mail.yandex.ru": "Email",
        "reunion": "Unassigned",  # a dead social network, and French for a meeting
        "s3.amazonaws.com": "Unassigned",
        "viadeo.journaldunet.com": "Organic Social",
    }


def test_every_rule_names_a_channel_and_fields_that_exist() -> None:
    for rule_set in RULE_SETS:
        ids = [rule.id for rule in rule_set.rules]
        assert len(ids) == len(set(ids))
        for rule in (*rule_set.rules, rule_set.otherwise):
            assert rule.channel in BY_NAME
            assert BY_NAME[rule.channel].family in FAMILIES
            assert set(placeholders(rule.reason)) <= {
                "source", "medium", "campaign", "referrer", "host", "label", "click", "advertiser", "came_from_label",
            }  # fmt: skip
