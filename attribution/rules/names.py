"""The channels: their names as GA4 writes them, the family each belongs to, and how other tools call them."""

from __future__ import annotations

import dataclasses
import functools

from attribution.rules.sites import fold

FAMILIES = ("organic", "referral", "ads", "social", "direct", "email", "offline", "other")
"""The kinds of lead source, in the order of reports."""


@dataclasses.dataclass(frozen=True, slots=True)
class Channel:
    """A channel.

    Parameters
    ----------
    name : str
        GA4's name where GA4 has the channel.
    family : str
        One of `FAMILIES`.
    sub_family : str or None
        What is worth telling apart within the family.
    spellings : tuple of str
        How a CRM or an advertising tool writes it, in any case, with any signs between the words.
    """

    name: str
    family: str
    sub_family: str | None = None
    spellings: tuple[str, ...] = ()


CHANNELS: tuple[Channel, ...] = (
    Channel("Organic Search", "organic", None, (
        "organic", "seo", "search", "natural search", "recherche organique", "recherche naturelle", "référencement naturel",
        "référencement", "moteurs de recherche", "trafic organique", "organique",
    )),
    Channel("Organic Shopping", "organic", None, ("shopping", "shopping organique", "shopping naturel")),
    Channel("Organic Video", "organic", None, ("video", "vidéo", "vidéo organique", "youtube")),
    Channel("AI Assistant", "organic", "ai", (
        "ai assistants", "ai", "ia", "ai referral", "ai referrals", "organic ai", "llm", "chatgpt", "assistant ia", "assistants ia",
    )),
    Channel("Referral", "referral", None, (
        "referrals", "referral traffic", "site référent", "sites référents", "référents", "recommandation", "parrainage", "partner",
        "partners", "partenaire", "partenaires", "partner referral", "web referral", "lien", "liens",
    )),
    Channel("Affiliates", "referral", "affiliates", ("affiliate", "affiliation", "affiliés", "affilié", "affiliate marketing")),
    Channel("Paid Search", "ads", None, (
        "sea", "sem", "recherche payante", "recherche payée", "google ads", "adwords", "liens sponsorisés", "search ads", "paid search ads",
        "bing ads", "microsoft ads", "référencement payant",
    )),
    Channel("Paid Social", "ads", None, (
        "social ads", "social payant", "réseaux sociaux payants", "réseaux sociaux payant", "linkedin ads", "facebook ads", "meta ads",
        "publicité sociale",
    )),
    Channel("Paid Shopping", "ads", None, ("shopping ads", "shopping payant", "google shopping")),
    Channel("Paid Video", "ads", None, ("video ads", "vidéo payante", "youtube ads")),
    Channel("Paid Audio", "ads", None, ("audio ads", "audio payant", "podcast ads")),
    Channel("Display", "ads", None, ("display ads", "banner", "banners", "bannière", "bannières", "programmatic", "programmatique")),
    Channel("Cross-network", "ads", None, ("performance max", "pmax", "multi réseaux", "multi réseau", "inter réseaux")),
    Channel("Paid Other", "ads", None, (
        "ads", "paid", "advertising", "other advertising", "advertisement", "other publicities", "publicité", "pub", "autre payant",
        "autres payants", "autre publicité", "autres publicités",
    )),
    Channel("Organic Social", "social", None, (
        "social", "social media", "social network", "social networks", "réseaux sociaux", "réseau social", "social organique",
        "réseaux sociaux organiques", "linkedin", "facebook", "instagram", "twitter",
    )),
    Channel("Employee Advocacy", "social", "employee_advocacy", (
        "advocacy", "social selling", "ambassadeurs", "ambassadors", "employee", "employees", "collaborateurs",
    )),
    Channel("Direct", "direct", None, (
        "direct traffic", "accès direct", "trafic direct", "accès directs", "(direct)", "(direct) / (none)", "typed or bookmarked",
    )),
    Channel("Email", "email", None, (
        "e-mail", "email marketing", "emails", "emailing", "e-mailing", "mailing", "newsletter", "newsletters", "courriel", "mail",
        "marketing email",
    )),
    Channel("SMS", "email", "sms", ("texto", "text message")),
    Channel("Mobile Push Notifications", "email", "push", (
        "push", "mobile push", "push notifications", "push notification", "notifications push", "notification push",
    )),
    Channel("Event", "offline", "event", (
        "events", "trade show", "trade shows", "tradeshow", "conference", "salon", "salons", "événement", "événements", "évènement",
        "évènements", "événementiel", "évènementiel",
    )),
    Channel("Webinar", "offline", "event", ("webinars", "webinaire", "webinaires")),
    Channel("Call", "offline", "call", (
        "calls", "phone", "phone inquiry", "phone call", "cold call", "cold calls", "téléphone", "appel", "appels", "appel téléphonique",
        "prospection téléphonique", "phoning",
    )),
    Channel("Meeting", "offline", "meeting", ("meetings", "appointment", "rendez-vous", "rdv", "réunion", "réunions")),
    Channel("Offline", "offline", None, (
        "offline sources", "offline source", "hors ligne", "print", "direct mail", "courrier", "qr code", "tv", "radio", "affichage",
        "presse papier",
    )),
    Channel("Audio", "other", None, ("podcast", "podcasts")),
    Channel("Other", "other", None, ("(other)", "autre", "autres", "others", "other campaigns", "other sources")),
    Channel("Unassigned", "other", None, (
        "unknown", "(unknown)", "(not set)", "not set", "(unavailable)", "unassigned channel", "non attribué", "non attribuée", "inconnu",
        "inconnue", "none", "(none)", "n/a", "na", "non défini",
    )),
)  # fmt: skip
"""Every channel a rule may name. Audio is paid and unpaid alike in GA4, so it stands in the family "other"."""

BY_NAME: dict[str, Channel] = {channel.name: channel for channel in CHANNELS}


@functools.cache
def spellings() -> dict[str, Channel]:
    """Map every folded spelling, and every name, to its channel."""
    return {fold(text): channel for channel in CHANNELS for text in (*channel.spellings, channel.name)}


def known(written: str) -> Channel | None:
    """Find the channel that a source named itself, or None.

    Examples
    --------
    >>> known("paid_search").name, known("Recherche payante").name, known("ORGANIC SOCIAL").name, known("Partner portal")
    ('Paid Search', 'Paid Search', 'Organic Social', None)
    """
    return spellings().get(fold(written))
