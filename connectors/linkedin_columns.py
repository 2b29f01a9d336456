"""What LinkedIn calls the columns of its exports, in English and French.

The English names are those of exports seen; the French ones are LinkedIn's words for the same figures, none of whose exports was seen: a
name that is not known is said, and can be given with --map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workspace.column_names import fold

ENGLISH: dict[str, str] = {
    "day": "date",
    "url": "post_url post_link",
    "at": "post_publish_date post_date post_publish_time created_date",
    "text": "post_title",
    "impressions": "impressions_total total_impressions impressions impressions_organic",
    "sponsored_impressions": "impressions_sponsored",
    "reach": "members_reached unique_impressions_total unique_impressions unique_impressions_organic",
    "clicks": "clicks_total clicks clicks_organic link_engagements",
    "reactions": "reactions_total reactions reactions_organic likes",
    "comments": "comments_total comments comments_organic",
    "reposts": "reposts_total shares_total reposts shares reposts_organic shares_organic",
    "engagements": "engagements social_engagements total_post_engagements",
    "saves": "saves",
    "new_followers": "new_followers follows followers_gained_from_this_post",
    "sponsored_followers": "sponsored_followers",
    "organic_followers": "organic_followers",
    "invited_followers": "auto_invited_followers",
    "followers": "total_followers",
    "page_views": "total_page_views_total total_page_views",
    "visitors": "total_unique_visitors_total total_unique_visitors",
    "competitor": "page",
    "performance": "overall_performance",
}
FRENCH: dict[str, str] = {
    "day": "date jour",
    "url": "url_de_la_publication url_du_post lien_de_la_publication lien_du_post lien_vers_la_publication lien_vers_le_post",
    "at": "date_de_publication date_de_publication_du_post date_de_creation date_de_la_publication date_du_post",
    "text": "titre_de_la_publication titre_du_post titre_du_contenu",
    "impressions": "impressions_total impressions_totales impressions_totale total_des_impressions impressions impressions_organiques "
    "impressions_organique",
    "sponsored_impressions": "impressions_sponsorisees impressions_sponsorise",
    "reach": "membres_touches membres_atteints impressions_uniques_total impressions_uniques impressions_uniques_organiques "
    "impressions_uniques_organique",
    "clicks": "clics_total clics_totaux total_des_clics clics clics_organiques clics_organique interactions_avec_le_lien",
    "reactions": "reactions_total reactions_totales total_des_reactions reactions reactions_organiques reactions_organique j_aime "
    "mentions_j_aime",
    "comments": "commentaires_total commentaires_totaux total_des_commentaires commentaires commentaires_organiques commentaires_organique",
    "reposts": "republications_total republications_totales partages_total total_des_republications republications reposts partages "
    "republications_organiques republications_organique partages_organiques",
    "engagements": "engagements interactions interactions_sociales total_des_interactions total_des_engagements "
    "total_des_interactions_avec_les_posts",
    "saves": "enregistrements",
    "new_followers": "nouveaux_abonnes nouveaux_followers abonnes_gagnes abonnes_gagnes_grace_a_ce_post "
    "abonnes_gagnes_grace_a_cette_publication",
    "sponsored_followers": "abonnes_sponsorises",
    "organic_followers": "abonnes_organiques",
    "invited_followers": "abonnes_invites_automatiquement",
    "followers": "total_des_abonnes nombre_total_d_abonnes total_abonnes abonnes",
    "page_views": "total_des_pages_vues_total total_des_vues_de_page_total pages_vues_total vues_de_page_total total_des_pages_vues "
    "total_des_vues_de_page",
    "visitors": "total_des_visiteurs_uniques_total visiteurs_uniques_total total_des_visiteurs_uniques",
    "competitor": "page",
    "performance": "performances_globales performance_globale performance_generale",
}
"""Folded names of each field's columns, the one that counts most first: the total before the organic part."""
DEMOGRAPHICS = frozenset(
    (
        "top_demographics",
        "location",
        "job_function",
        "seniority",
        "industry",
        "company_size",
        "company",
        "county",
        "country_region",
        "lieu",
        "localisation",
        "fonction",
        "niveau_d_experience",
        "anciennete",
        "secteur",
        "secteur_d_activite",
        "taille_de_l_entreprise",
        "taille_d_entreprise",
        "donnees_demographiques",
        "principales_donnees_demographiques",
    )
)
"""What the first column of a table of demographics is called; nothing of them is kept."""
_RANKED: dict[str, dict[str, int]] = {
    field: {name: place for place, name in enumerate([*ENGLISH[field].split(), *FRENCH[field].split()][::-1])} for field in ENGLISH
}
_ENGLISH = frozenset(name for names in ENGLISH.values() for name in names.split())
_FRENCH = frozenset(name for names in FRENCH.values() for name in names.split())


def fields_in(names: Sequence[Any], chosen: Mapping[str, str]) -> dict[str, int]:
    """Find the columns of a row of names.

    Parameters
    ----------
    names : sequence of cells
    chosen : mapping of str to str
        Field to column, as the user said.

    Returns
    -------
    dict of str to int
        Field to the place of its column; of several that would do, the one that counts most.

    Examples
    --------
    >>> fields_in(["Date", "Impressions (organic)", "Impressions (total)", "Clics"], {})
    {'day': 0, 'impressions': 2, 'clicks': 3}
    """
    folded = [fold(name) if isinstance(name, str) else "" for name in names]
    found: dict[str, int] = {}
    for field, ranks in _RANKED.items():
        if field in chosen:
            places = [place for place, name in enumerate(names) if name == chosen[field]]
        else:
            places = sorted((place for place, name in enumerate(folded) if name in ranks), key=lambda place: -ranks[folded[place]])
        if places:
            found[field] = places[0]
    return found


def in_english(names: Sequence[Any]) -> bool | None:
    """Tell whether names are English rather than French; None where they are both."""
    folded = {fold(name) for name in names if isinstance(name, str)}
    english, french = len(folded & (_ENGLISH - _FRENCH)), len(folded & (_FRENCH - _ENGLISH))
    return english > french if english != french else None


KNOWN = _ENGLISH | _FRENCH
_NOT_NEEDED = ("engagement_rate", "click_through_rate", "overview_", "life_", "jobs_", "total_page_views_", "total_unique_visitors_")
_NEITHER = frozenset(
    (
        "post_type",
        "campaign_name",
        "campaign_start_date",
        "campaign_end_date",
        "posted_by",
        "audience",
        "views",
        "offsite_views",
        "content_type",
        "total_posts",
        "profile_viewers_from_this_post",
        "sends_on_linkedin",
    )
)
_PARTS = ("_sponsored", "_organic", "_desktop", "_mobile")


def not_needed(name: str) -> bool:
    """Tell whether a column is known to hold nothing that is kept: rates, parts of a total, what names people.

    Examples
    --------
    >>> not_needed("Posted by"), not_needed("Clicks (sponsored)"), not_needed("Clics (sponsorisés)")
    (True, True, False)
    """
    folded = fold(name)
    return folded in _NEITHER or folded.startswith(_NOT_NEEDED) or folded.endswith(_PARTS)
