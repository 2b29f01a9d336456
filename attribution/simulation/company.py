"""The simulated company: its channels, what a touch of each causes, how the touches are tagged and what they cost.

Nothing here is a measurement: the figures were chosen so that the funnel looks like that of a French B2B software vendor. Companies,
people, partners and trade fairs are invented and live under the reserved domain .example; search engines, networks and assistants bear
their real names, since the channel rules know them by these.
"""

from __future__ import annotations

import dataclasses

OWN_DOMAIN = "lumenio.example"
"""The simulated company's site; name it in `own_domains`, as some direct visits carry it as their referrer."""

CURRENCY = "EUR"


@dataclasses.dataclass(frozen=True, slots=True)
class Tag:
    """One way in which the touches of a process are written down; None where nothing is written.

    Parameters
    ----------
    weight : float
        How often the process uses it, relative to its other tags.
    source, medium, referrer : str or None
    click_id : str or None
        The click-id parameter that the landing page's URL carries.
    in_url : bool
        Source, medium, campaign, content and term stand in the URL alone, not in columns.
    """

    weight: float
    source: str | None = None
    medium: str | None = None
    referrer: str | None = None
    click_id: str | None = None
    in_url: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    """What an advertising platform bills, named as its export names it."""

    source: str
    medium: str
    per_click: float
    clicks_per_impression: float


@dataclasses.dataclass(frozen=True, slots=True)
class Process:
    """A stream of touches of one channel.

    Parameters
    ----------
    name, channel, family : str
        The channel and family as the rule set `smarketing` names them.
    touches : float
        Touches that an average person gets in an average stay on the market.
    effect : float
        Leads one touch causes if nothing else happens, over all time: beta * tau.
    tau_days : float
        The days in which the effect of a touch fades to 1/e.
    intent : float
        The rate goes with the person's baseline hazard to this power: above 0, the advertiser finds those who come anyway.
    harvest : float
        Share of the leads whose person, already decided, comes by such a touch shortly before.
    every_days : int or None
        The touches happen at occasions so many days apart (a mailing, a trade fair), not at any time.
    hours_after : float or None
        Mean delay of the touch after the hour of the occasion, exponential; None for a touch within that working day.
    after_lead : bool
        Only leads get such touches (sales calls); they come from the funnel.
    kind : str
    tags : tuple of Tag
    campaigns, contents, terms : tuple of str
        Written along with the tags; `{quarter}` becomes "2025q1". Empty where the process has none.
    pages : tuple of str
        Landing pages; empty where the touch is no visit.
    occasions : tuple of str
        Names that stand as the source, one an occasion, in turn.
    price : Price or None
    """

    name: str
    channel: str
    family: str
    touches: float = 0.0
    effect: float = 0.0
    tau_days: float = 15.0
    intent: float = 0.0
    harvest: float = 0.0
    every_days: int | None = None
    hours_after: float | None = None
    after_lead: bool = False
    kind: str = "visit"
    tags: tuple[Tag, ...] = (Tag(1.0),)
    campaigns: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    pages: tuple[str, ...] = ("/",)
    occasions: tuple[str, ...] = ()
    price: Price | None = None

    @property
    def beta_per_day(self) -> float:
        """The hazard a touch adds at its own moment."""
        return round(self.effect / self.tau_days, 9)


ARTICLES = ("/blog/tableau-de-bord-commercial", "/blog/prevision-des-ventes", "/blog/crm-eti-industrielle", "/guides/rfp-crm", "/")
ADVOCATES = tuple(f"ea-{(7919 * (k + 3)) % 65536:04x}" for k in range(40))
LINKEDIN, GOOGLE = "https://www.linkedin.com/", "https://www.google.com/"

CAUSAL: tuple[Process, ...] = (
    Process(
        "organic_search", "Organic Search", "organic", 0.62, 0.022, 20.0, pages=ARTICLES,
        tags=(
            Tag(0.40, referrer="https://www.google.fr/"), Tag(0.24, referrer=GOOGLE), Tag(0.12, "google", "organic"),
            Tag(0.10, referrer="https://www.bing.com/"), Tag(0.06, referrer="https://www.qwant.com/"),
            Tag(0.04, referrer="https://duckduckgo.com/"), Tag(0.04, referrer="https://www.ecosia.org/"),
        ),
    ),
    Process(
        "ai_assistant", "AI Assistant", "organic", 0.09, 0.040, 15.0, pages=ARTICLES,
        tags=(
            Tag(0.45, referrer="https://chatgpt.com/"), Tag(0.25, "chatgpt.com", referrer="https://chatgpt.com/", in_url=True),
            Tag(0.20, referrer="https://www.perplexity.ai/"), Tag(0.10, referrer="https://claude.ai/"),
        ),
    ),
    Process(
        "referral", "Referral", "referral", 0.19, 0.035, 20.0, pages=("/integrations", "/"),
        tags=(
            Tag(0.35, referrer="https://www.comparateur-saas.example/crm/"), Tag(0.25, referrer="https://annuaire-logiciels.example/"),
            Tag(0.25, "partenaire-erp", "referral", "https://www.partenaire-erp.example/partenaires"),
            Tag(0.15, referrer="https://blog.cabinet-conseil.example/"),
        ),
    ),
    Process(
        "paid_search", "Paid Search", "ads", 0.35, 0.020, 8.0, pages=("/lp/crm-eti", "/lp/demo"),
        tags=(
            Tag(0.45, "google", "cpc", GOOGLE, "gclid"), Tag(0.20, "google", "cpc", GOOGLE, "gclid", in_url=True),
            Tag(0.18, "google", "sea", GOOGLE), Tag(0.17, "Google", "CPC", in_url=True),
        ),
        campaigns=("{quarter}-sea-generique-fr", "{quarter}-sea-concurrents"),
        terms=("logiciel crm b2b", "crm industrie", "prévision des ventes"),
        price=Price("google", "cpc", 4.20, 0.034),
    ),
    Process(
        "paid_search_bing", "Paid Search", "ads", 0.05, 0.020, 8.0, pages=("/lp/crm-eti",),
        tags=(Tag(0.8, "bing", "cpc", "https://www.bing.com/", "msclkid"), Tag(0.2, "bing", "cpc", None, "msclkid", in_url=True)),
        campaigns=("{quarter}-bing-generique-fr",), terms=("logiciel crm b2b", "crm industrie"),
        price=Price("bing", "cpc", 3.30, 0.028),
    ),
    Process(
        "paid_social", "Paid Social", "ads", 0.36, 0.009, 20.0, pages=("/lp/livre-blanc", "/lp/demo"),
        tags=(
            Tag(0.50, "linkedin", "paid-social", LINKEDIN, "li_fat_id"),
            Tag(0.20, "linkedin", "paid-social", None, "li_fat_id", in_url=True),
            Tag(0.15, "LinkedIn", "cpc", LINKEDIN), Tag(0.15, "linkedin", "sponsored", in_url=True),
        ),
        campaigns=("{quarter}-livre-blanc-eti", "{quarter}-demo-daf", "{quarter}-conversation-ads"), contents=("carrousel", "video-15s"),
        price=Price("linkedin", "paid-social", 6.50, 0.0062),
    ),
    Process(
        "display", "Display", "ads", 0.30, 0.003, 15.0, intent=1.0, pages=("/lp/demo", "/tarifs"),
        tags=(
            Tag(0.60, "dv360", "display"), Tag(0.25, "dv360", "display", None, "dclid", in_url=True), Tag(0.15, "dv360", "banner"),
        ),
        campaigns=("{quarter}-retargeting", "{quarter}-notoriete"), contents=("300x250", "970x250"),
        price=Price("dv360", "display", 1.40, 0.0015),
    ),
    Process(
        "organic_social", "Organic Social", "social", 0.29, 0.008, 15.0, pages=ARTICLES,
        tags=(
            Tag(0.40, referrer=LINKEDIN), Tag(0.15, referrer="https://lnkd.in/"), Tag(0.14, "LinkedIn", "social"),
            Tag(0.10, "linkedin.com", "social", in_url=True), Tag(0.06, "lnkd.in", "social"), Tag(0.08, referrer="https://t.co/"),
            Tag(0.07, "linkedin", "organic-social", in_url=True),
        ),
    ),
    Process(
        "employee_advocacy", "Employee Advocacy", "social", 0.19, 0.030, 25.0, kind="post_click", pages=ARTICLES,
        tags=(
            Tag(0.55, "linkedin", "employee-advocacy", LINKEDIN, in_url=True), Tag(0.35, "linkedin", "employee-advocacy"),
            Tag(0.10, "LinkedIn", "employee-advocacy", "https://lnkd.in/"),
        ),
        campaigns=("{quarter}-ambassadeurs",), contents=ADVOCATES,
    ),
    Process(
        "newsletter", "Email", "email", 0.62, 0.006, 12.0, every_days=14, hours_after=5.0, kind="email_click", pages=ARTICLES,
        tags=(
            Tag(0.45, "newsletter", "email", in_url=True), Tag(0.35, "brevo", "newsletter"),
            Tag(0.20, "lumenio", "newsletter", in_url=True),
        ),
        campaigns=("{quarter}-lettre-commerciale",), contents=("haut", "article-1", "article-2", "pied"),
    ),
)  # fmt: skip
"""Streams that cause leads, none of which follows a lead or a decision; those of one channel share beta and tau."""

OFFLINE: tuple[Process, ...] = (
    Process(
        "event", "Event", "offline", 0.06, 0.070, 40.0, every_days=59, kind="event", pages=(), tags=(Tag(0.8), Tag(0.2, None, "event")),
        occasions=(
            "Salon Horizon Data Lyon", "Forum Industrie Connectée", "Rencontres ETI & Numérique", "Sales Summit Lille",
            "B2B Growth Days Bruxelles", "Journées du Commerce Interentreprises",
        ),
    ),
    Process(
        "webinar", "Webinar", "offline", 0.08, 0.060, 30.0, every_days=31, kind="event", pages=(),
        tags=(Tag(0.7, "livestorm", "webinar"), Tag(0.3, "zoom", "webinar")), campaigns=("{quarter}-webinaire-previsions",),
    ),
)  # fmt: skip

HARVEST: tuple[Process, ...] = (
    Process(
        "brand_search", "Organic Search", "organic", 0.06, intent=0.5, harvest=0.20, pages=("/", "/tarifs"),
        tags=(Tag(0.7, referrer="https://www.google.fr/"), Tag(0.3, referrer=GOOGLE)),
    ),
    Process(
        "paid_brand_search", "Paid Search", "ads", 0.06, intent=0.5, harvest=0.20, pages=("/",),
        tags=(Tag(0.7, "google", "cpc", GOOGLE, "gclid"), Tag(0.3, "google", "cpc", GOOGLE, "gclid", in_url=True)),
        campaigns=("marque-fr",), terms=("lumenio", "lumenio crm"), price=Price("google", "cpc", 0.95, 0.14),
    ),
    Process(
        "direct", "Direct", "direct", 0.22, intent=0.5, harvest=0.35, pages=("/", "/tarifs", "/contact"),
        tags=(Tag(0.80), Tag(0.15, "(direct)", "(none)"), Tag(0.05, referrer=f"https://www.{OWN_DOMAIN}/")),
    ),
)  # fmt: skip
"""Streams that reap what others sowed: they cause nothing."""

AFTER_LEAD: tuple[Process, ...] = (
    Process(
        "nurturing",
        "Email",
        "email",
        after_lead=True,
        kind="email_click",
        pages=("/demo", "/cas-clients"),
        tags=(Tag(0.6, "brevo", "email", in_url=True), Tag(0.4, "crm", "email")),
        campaigns=("nurturing-decouverte", "nurturing-roi"),
    ),
    Process("call", "Call", "offline", after_lead=True, kind="call", pages=(), tags=(Tag(1.0, "crm"),)),
    Process("meeting", "Meeting", "offline", after_lead=True, kind="meeting", pages=(), tags=(Tag(1.0, "crm"),)),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Scenario:
    """A way in which leads come about.

    Parameters
    ----------
    processes : tuple of Process
    baseline : float
        Leads that an average person's stay brings without any touch (for small probabilities).
    baseline_shape : float or None
        Shape of the gamma that spreads the baseline over people, mean kept; None when all are equal.
    activity_shape : float or None
        Likewise for the number of touches.
    stay_days : float or None
        Mean days a person is on the market, entering at any time; None when all are there throughout.
    business_hours : bool
        Whether buyers live by working hours, weekdays and seasons; otherwise every second is like any other.
    """

    processes: tuple[Process, ...]
    baseline: float
    baseline_shape: float | None = None
    activity_shape: float | None = None
    stay_days: float | None = None
    business_hours: bool = False


def _steady(*processes: Process, effect: float = 1.0) -> tuple[Process, ...]:
    """Take streams at any time, without calendar or targeting, their effects scaled."""
    return tuple(dataclasses.replace(p, every_days=None, hours_after=None, intent=0.0, effect=p.effect * effect) for p in processes)


def _targeted(process: Process) -> Process:
    powers = {"Display": 1.0, "Paid Social": 1.0, "Paid Search": 0.5}
    return dataclasses.replace(process, intent=powers.get(process.channel, 0.0))


SCENARIOS: dict[str, Scenario] = {
    "demo": Scenario((*CAUSAL, *OFFLINE, *HARVEST, *AFTER_LEAD), 0.030, 0.7, 1.2, 70.0, business_hours=True),
    "independent": Scenario(_steady(*CAUSAL), 0.030),
    "harvest": Scenario(_steady(*CAUSAL, *HARVEST), 0.030),
    "intent": Scenario(tuple(_targeted(p) for p in _steady(*CAUSAL)), 0.040, 0.6),
    "baseline": Scenario(_steady(*CAUSAL, effect=0.4), 0.120, 0.6),
}
"""`demo` has it all; each other isolates one difficulty that attribution models meet, beside `independent`, which has none."""
