"""What people write into a medium or a source, in English and French, and what they mean by it.

A word counts where it is the whole value, its first or last word, or its first or last two words; written with "=" before it, it has to
be the whole. Values are compared folded: without accents, in lower case, their words joined by "-" (`attribution.rules.sites.fold`).
"""

from __future__ import annotations

import functools
import re

NOTHING = frozenset({"", "(not set)", "not set", "(none)", "none", "null", "undefined", "nan", "n/a", "(not provided)", "-"})
"""What tools and broken templates write where there is no value."""

DIRECT = frozenset({"(direct)", "direct", "direct-traffic", "(direct)-/-(none)", "acces-direct", "trafic-direct", "typed", "bookmark"})

SEARCH_ADS_FR = frozenset({
    "sea", "liens-sponsorises", "lien-sponsorise", "liens-commerciaux", "lien-commercial", "recherche-payante", "referencement-payant",
    "search-payant", "achat-mots-cles",
})  # fmt: skip
SEARCH_ADS = frozenset({"sem", "adwords", "search-ads", "search-ad", "paid-search", "paidsearch", "google-ads", "googleads", "bing-ads"})
SOCIAL_ADS = frozenset({
    "paid-social", "paidsocial", "social-paid", "social-ads", "social-ad", "socialads", "social-payant", "sociaux-payants", "cpc-social",
    "linkedin-ads", "facebook-ads", "meta-ads", "sponsored-content", "sponsored-inmail", "conversation-ads", "message-ads",
})  # fmt: skip
VIDEO_ADS = frozenset({"paid-video", "video-ads", "video-ad", "youtube-ads", "pre-roll", "preroll", "instream", "trueview", "cpv"})
DISPLAY = frozenset({
    "display", "programmatique", "programmatic", "banniere", "bannieres", "banner", "banners", "bannering", "habillage", "rtb", "=native",
    "native-ads", "native-advertising", "gdn", "interstitiel",
})  # fmt: skip
ADS = frozenset({
    *SEARCH_ADS_FR, *SEARCH_ADS, *SOCIAL_ADS, *VIDEO_ADS, "ads", "=ad", "advertising", "advertorial", "sponsored", "sponsorise",
    "sponsorisee", "sponsorises", "sponsorisees", "sponso", "payant", "payante", "payants", "payantes", "retargeting", "remarketing",
    "reciblage", "=pub", "publicite", "publicites", "publicitaire", "promoted", "boost", "boosted", "=annonce", "=annonces",
    "publi-redactionnel", "publireportage", "publi-reportage",
})  # fmt: skip

ADVOCACY = frozenset({
    "employee-advocacy", "employeeadvocacy", "advocacy", "advocate", "advocates", "ambassadeur", "ambassadeurs", "ambassador",
    "ambassadors", "salarie", "salaries", "collaborateur", "collaborateurs", "social-selling", "socialselling", "employee", "employees",
})  # fmt: skip
ADVOCACY_CAMPAIGN = re.compile(r"employee[-_ ]?advocacy|ambassadeurs?|ambassadors?|social[-_ ]?selling")

WEBINAR = frozenset({"webinar", "webinars", "webinaire", "webinaires", "webcast", "=web-conference"})
EVENT = frozenset({
    "event", "events", "evenement", "evenements", "evenementiel", "salon", "salons", "conference", "conferences", "congres", "seminaire",
    "seminaires", "foire", "trade-show", "tradeshow", "meetup", "=stand", "=booth", "=fair", "petit-dejeuner", "petit-dej", "table-ronde",
    "=atelier", "=workshop", "roadshow", "afterwork", "sponsoring", "=sponsorship",
})  # fmt: skip
CALL = frozenset({
    "=call", "=calls", "cold-call", "cold-calls", "cold-calling", "=phone", "=telephone", "=tel", "appel", "appels", "phoning",
    "teleprospection", "prospection-telephonique", "=sdr", "=bdr",
})  # fmt: skip
MEETING = frozenset({"meeting", "meetings", "rendez-vous", "rdv", "reunion", "visio", "visioconference", "=appointment"})
OFFLINE = frozenset({
    "qr", "qrcode", "qr-code", "print", "flyer", "flyers", "brochure", "plaquette", "affiche", "affichage", "poster", "catalogue",
    "=catalog", "magazine", "=papier", "presse-papier", "carte-visite", "business-card", "courrier", "direct-mail", "direct-mailing",
    "mailing-papier", "mailing-postal", "=postal", "=tv", "television", "=radio", "=ooh", "=dooh", "=offline", "hors-ligne", "goodies",
    "packaging",
})  # fmt: skip

EMAIL = frozenset({
    "email", "emails", "e-mail", "e-mails", "emailing", "emailings", "e-mailing", "mailing", "mailings", "=mail", "courriel", "courriels",
    "newsletter", "newsletters", "=nl", "infolettre", "infolettres", "nurturing", "lead-nurturing", "marketing-automation", "=crm",
    "=drip", "=signature", "signature-mail",
})  # fmt: skip
EMAIL_SOURCE = frozenset({
    "newsletter", "newsletters", "=nl", "infolettre", "emailing", "emailings", "e-mailing", "mailing", "mailings", "=mail", "courriel",
    "=signature", "signature-mail",
})  # fmt: skip
SMS = frozenset({"sms", "texto", "textos", "mms", "=rcs"})
PUSH = frozenset({"push", "webpush", "web-push", "notification", "notifications"})
AFFILIATE = frozenset({"affiliation", "affiliate", "affiliates", "affilie", "affilies", "=affil", "=aff"})

SOCIAL = frozenset({
    "social", "socials", "organic-social", "organicsocial", "social-organic", "social-organique", "socialmedia", "social-media",
    "social-network", "reseaux-sociaux", "reseau-social", "sociaux-organiques", "=rs", "=rsx", "=smo", "=post", "=posts", "=story",
    "=stories", "community-management",
})  # fmt: skip
SEARCH = frozenset({
    "=organique", "=naturel", "seo", "organic-search", "organicsearch", "search-organic", "recherche-organique", "recherche-naturelle",
    "referencement", "referencement-naturel", "=recherche", "=search", "gmb", "gbp",
})  # fmt: skip
AUDIO = frozenset({"podcast", "podcasts", "balado"})
PARTNER = frozenset({
    "partenariat", "partenariats", "partenaire", "partenaires", "partner", "partners", "partnership", "partnerships", "parrainage",
    "parrain", "recommandation", "bouche-a-oreille", "referer", "referrer", "referrals", "referral", "=referent", "site-referent",
    "backlink", "backlinks", "=lien", "=liens", "=links", "=blog", "guest-post", "=site", "=siteweb", "site-web", "=website", "=web",
    "annuaire", "annuaires", "directory", "=article", "comparateur", "=presse", "=press", "=rp", "=pr", "relations-presse", "marketplace",
})  # fmt: skip
PARTNER_SOURCE = frozenset(
    {"partenaire", "partenaires", "partner", "partners", "annuaire", "comparateur", "=presse", "=blog", "=parrainage"}
)
PMAX = re.compile(r"(?:^|[^a-z])(?:pmax|performance[-_ ]?max)(?:[^a-z]|$)")


@functools.lru_cache(maxsize=65_536)
def parts(folded: str) -> frozenset[str]:
    """Give the pieces of a folded value that a list of words is compared with.

    Examples
    --------
    >>> sorted(parts("sea-marque-fr"))
    ['=sea-marque-fr', 'fr', 'marque-fr', 'sea', 'sea-marque', 'sea-marque-fr']
    """
    if not folded:
        return frozenset()
    words = folded.split("-")
    return frozenset({folded, f"={folded}", words[0], words[-1], "-".join(words[:2]), "-".join(words[-2:])})
