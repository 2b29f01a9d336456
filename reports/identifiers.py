"""What readers see for identifiers: families, models, kinds, and the words that stand in tables for what has no name of its own."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

from reports.report import N_, Text

WORDS: dict[str, str] = {
    # Families
    "organic": N_("Organic"),
    "referral": N_("Referral"),
    "ads": N_("Ads"),
    "social": N_("Social"),
    "direct": N_("Direct"),
    "email": N_("Email"),
    "offline": N_("Offline"),
    "other": N_("Other"),
    "ai": N_("AI assistants"),
    "employee_advocacy": N_("Employee advocacy"),
    "affiliates": N_("Affiliates"),
    "sms": N_("SMS"),
    "push": N_("Push notifications"),
    # Models
    "first": N_("First touch"),
    "last": N_("Last touch"),
    "last_non_direct": N_("Last non-direct touch"),
    "linear": N_("Linear"),
    "time_decay": N_("Time decay"),
    "u_shaped": N_("U-shaped"),
    "j_shaped": N_("J-shaped"),
    "inverse_j": N_("Inverse J"),
    "participation": N_("Participation"),
    "custom": N_("Custom"),
    "u_shaped_milestones": N_("U-shaped by milestones"),
    "w_shaped": N_("W-shaped"),
    "full_path": N_("Full path"),
    "markov": N_("Markov chain"),
    "shapley": N_("Shapley value"),
    "truth": N_("True effect"),
    # Which touches count
    "consecutive": N_("one of several in a row"),
    "unique": N_("once, where last met"),
    "first_met": N_("once, where first met"),
    "ignore_unless_only": N_("only where there is nothing else"),
    "ignore_if_last": N_("not at the end"),
    # Definitions of sourced
    "crm_source": N_("Sourced: lead source in the CRM"),
    "first_touch": N_("Sourced: first touch"),
    "before_sales": N_("Sourced: marketing before sales"),
    "influenced": N_("Influenced"),
    # How sure a figure is
    "enough data": N_("enough data"),
    "fewer than 30 converting journeys": N_("fewer than 30 converting journeys"),
    "interval wider than the estimate": N_("interval wider than the estimate"),
    "more": N_("more"),
    "less": N_("less"),
    "cannot be told apart": N_("cannot be told apart"),
    # Milestones of a journey
    "first_contact": N_("First touch"),
    "lead_creation": N_("Lead"),
    "opportunity_creation": N_("Opportunity"),
    "close": N_("Close"),
    # Incremental credit
    "rate_later": N_("Predicted rate, 3 days and more after the last touch"),
    "rate_soon": N_("Predicted rate, within 3 days of a touch"),
    "days_since_touch": N_("Days since the last touch"),
    "touches_so_far": N_("Touches so far, 3 days and more after the last"),
    "week": N_("Week of"),
    # Kinds of record and of touch
    "touches": N_("Touches"),
    "conversions": N_("Conversions"),
    "spend": N_("Spend"),
    "people": N_("People"),
    "experiments": N_("Experiments"),
    "accounts": N_("Accounts"),
    "opportunities": N_("Opportunities"),
    "buying_roles": N_("Buying roles"),
    "activities": N_("Sales activities"),
    "removals": N_("Removals"),
    "surveys": N_("Survey answers"),
    "identities": N_("Identifiers of one person"),
    "advocates": N_("Advocates"),
    "posts": N_("Posts"),
    "post_metrics": N_("Figures of posts"),
    "profile_metrics": N_("Figures of profiles"),
    "audience": N_("Audience members"),
    "consents": N_("Consents of employees"),
    "ssi": N_("Social Selling Index (LinkedIn)"),
    "link_codes": N_("Codes of links"),
    "rotations": N_("Contents offered by turns"),
    "introductions": N_("Introductions asked for"),
    "queries": N_("Search queries"),
    "volumes": N_("Visits by day"),
    "links": N_("Links to us"),
    "targets": N_("Targets"),
    "ratings": N_("Ratings"),
    # What is wrong with data
    "unassigned": N_("Visits without a channel"),
    "spellings": N_("One source in several spellings"),
    "two_mediums": N_("Campaigns with two mediums at one source"),
    "paid_as_unpaid": N_("Paid clicks tagged as unpaid"),
    "internal_tags": N_("Tags on links between your own pages"),
    "untagged_email": N_("E-mail clicks without tags"),
    "own_referrals": N_("Visits that begin on your own, payment or log-in pages"),
    "rejected_rows": N_("Rows that were refused"),
    "direct_up": N_("Direct traffic suddenly up"),
    "spend_without_visits": N_("Spend without visits"),
    "conversions_without_touches": N_("Conversions without touches"),
    "double_claims": N_("Platforms claim more conversions than there were"),
    "double_deals": N_("One deal from two sources"),
    # Employee advocacy
    "prior": N_("Guessed from what is published"),
    "published in the period": N_("published in the period"),
    "network": N_("Network"),
    "team": N_("Team"),
    "advocate": N_("Advocate"),
    "programme": N_("Programme"),
    "month": N_("Month"),
    "kind": N_("Kind"),
    "post": N_("Post"),
    "settings": N_("the settings"),
    "own_prices": N_("your own ad prices"),
    "original": N_("Originals"),
    "repost": N_("Reposts"),
    "economic_buyer": N_("Economic buyer"),
    "technical": N_("Technical"),
    "procurement_legal": N_("Procurement or legal"),
    "champion": N_("Champion"),
    "user": N_("User"),
    "single_thread": N_("Single thread"),
    "nobody": N_("Nobody known"),
    "somebody": N_("Somebody of the company"),
    "not_asked": N_("not yet"),
    "asked": N_("asked, no answer yet"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "left_in_peace": N_("asked too often of late"),
    "c_level": N_("Head of the company or of a function"),
    "vp": N_("Vice president"),
    "director": N_("Director"),
    "manager": N_("Manager"),
    "senior": N_("Senior"),
    "staff": N_("Staff"),
    "junior": N_("Junior"),
    "own_posts": N_("Own posts and their figures"),
    "name": N_("Name on the leaderboard"),
    "company_and_title": N_("Company and title of connections at key accounts"),
    "granted": N_("yes"),
    "not_granted": N_("no"),
    "revoked": N_("taken back"),
    "allow": N_("allowed"),
    "approve": N_("held back until approved"),
    "forbid": N_("forbidden"),
    "pending": N_("Held back"),
    "refused": N_("Refused"),
    "no_disclosure": N_("Without the required words"),
    "potential": N_("Potential"),
    "estimated": N_("Estimated"),
    "measured": N_("Measured"),
    "clicks": N_("Clicks"),
    "leads": N_("Leads"),
    "enrolled": N_("Enrolled advocates"),
    "sharing": N_("Advocates who posted"),
    "page": N_("The company's page"),
    "gross_audience": N_("Gross audience"),
    "unique_audience": N_("Unique audience"),
    "unique_audience_of_sharing": N_("Unique audience of those who posted"),
    "duplication_factor": N_("Duplication factor"),
    "target_people": N_("People at key accounts"),
    "potential_impressions": N_("Potential impressions (connections x posts)"),
    "measured_impressions": N_("Impressions"),
    "expected_reach": N_("Expected reach (different people)"),
    "expected_target_reach": N_("Expected reach at key accounts"),
    "page_followers": N_("Followers of the page"),
    "impressions_per_post": N_("Impressions of a post"),
    "page_impressions_per_post": N_("Impressions of a post of the page"),
    "sourced": N_("Sourced"),
    "assisted": N_("Assisted"),
    "click": N_("Click on an employee's link"),
    "code": N_("Code that was told"),
    "declared": N_("Employee who was named"),
    "engaged": N_("Engaged with a post"),
    "exposure": N_("An employee who posted knows somebody there"),
    "deal_won": N_("Won deal"),
    "deal_open": N_("Open deal"),
    "deal_lost": N_("Lost deal"),
    "colleague": N_("A colleague clicked"),
    "preview": N_("A program drew a preview"),
    "self_sourced": N_("The advocate owns the opportunity"),
    "(unassigned)": N_("(unassigned)"),
    "(page and network)": N_("(page and network)"),
    "(withheld)": N_("(withheld)"),
    "(colleague)": N_("(a colleague clicked)"),
    "(preview)": N_("(a program drew a preview)"),
    "(no team)": N_("(no team)"),
    "(all)": N_("(all)"),
    # What connectors read
    "files": N_("files"),
    "api": N_("an API"),
    "both": N_("files or an API"),
    "pages": N_("web pages"),
    "tables": N_("a warehouse"),
    "stream": N_("messages of a program"),
    "joined": N_("joined"),
    "apart": N_("apart"),
    # Where ties between identifiers are known from
    "given": N_("given in a file"),
    "crm": N_("the CRM"),
    "login": N_("a log-in"),
    "geo": N_("Test by region"),
    "holdout": N_("Audience held back"),
    "conversion_lift": N_("Conversion lift study"),
    "touch": N_("Touch"),
    "conversion": N_("Conversion"),
    "visit": N_("Visit"),
    "form": N_("Form"),
    "meeting": N_("Meeting"),
    "call": N_("Call"),
    "event": N_("Event"),
    "email_click": N_("Email click"),
    "ad_click": N_("Ad click"),
    "post_click": N_("Post click"),
    # What credit goes to, and whose journeys
    "channel": N_("Channel"),
    "family": N_("Family"),
    "source": N_("Source"),
    "medium": N_("Medium"),
    "campaign": N_("Campaign"),
    "content": N_("Content"),
    "person": N_("Person"),
    "account": N_("Account"),
    "close_date": N_("Close date"),
    "touch_date": N_("Touch date"),
    "unattributed": N_("No touch"),
    "(unattributed)": N_("No touch"),
    "(not explained)": N_("Not explained"),
    "(baseline)": N_("Would have come anyway"),
    "(total)": N_("Total"),
    "(several)": N_("One channel or another"),
    "(not marketing)": N_("(not marketing)"),
    "(not set)": N_("(not set)"),
    "(none)": N_("(none)"),
    "(direct)": N_("(direct)"),
}
"""What readers see for an identifier in a column whose values are translated."""

SPECIAL = frozenset(word for word in WORDS if word.startswith("("))
"""Identifiers that are nobody's own words, and so are translated in every column."""


def named(identifiers: Iterable[str]) -> Text:
    """List what readers see for identifiers.

    Examples
    --------
    >>> str(named(["economic_buyer", "A"]))
    'Economic buyer, A'
    """
    return joined([Text(WORDS.get(identifier, identifier).replace("{", "{{").replace("}", "}}")) for identifier in identifiers])


def weighted(weights: Mapping[str, float]) -> Text:
    """List what readers see for identifiers, with a number each.

    Examples
    --------
    >>> str(weighted({"economic_buyer": 3.0, "A": 0.5}))
    'Economic buyer 3, A 0.5'
    """
    return joined([Text("{name} {weight:g}", name=named([name]), weight=weight) for name, weight in weights.items()])


def joined(texts: Sequence[Text]) -> Text:
    """Put texts side by side, a comma between them, each to be said in the reader's language."""
    return functools.reduce(lambda listed, text: Text("{listed}, {text}", listed=listed, text=text), texts)
