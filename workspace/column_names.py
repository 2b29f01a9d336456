"""Which column fills which field of a record: by its name, by a close name, or as the user says with `--map`."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from workspace.errors import SourceError, UsageError

CLOSE: dict[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        "person": "email e_mail mail email_address adresse_e_mail adresse_email courriel user user_id userid visitor visitor_id client_id "
        "user_pseudo_id contact contact_id contact_email lead lead_id customer_id personne utilisateur visiteur id_contact id_client",
        "account": "company company_domain domain organisation organization account_id account_name compte entreprise societe domaine",
        "at": "timestamp time datetime date jour day date_time created_at occurred_at event_time visited_at converted_at created "
        "created_date create_date createdate creation_date close_date closedate closed_date closed_at horodatage date_heure date_et_heure "
        "date_de_creation date_de_cloture date_de_reponse answered_at",
        "day": "date jour report_date date_start",
        "source": "utm_source traffic_source lead_source original_source origin origine source_du_lead",
        "medium": "utm_medium support moyen",
        "campaign": "utm_campaign campaign_name campagne nom_de_la_campagne",
        "content": "utm_content ad_content contenu",
        "term": "utm_term keyword mot_cle",
        "referrer": "referer http_referer referrer_url page_referrer referent site_referent",
        "url": "page landing_page page_location page_url link lien page_de_destination",
        "channel": "canal channel_grouping default_channel_group",
        "kind": "touch_type type event event_name interaction activity_type test_type experiment_type type_de_test type_d_experience",
        "goal": "stage conversion conversion_name objectif etape statut",
        "value": "revenue deal_value montant valeur chiffre_d_affaires",
        "amount": "cost spend spent amount_spent total_spent montant cout depense depenses",
        "currency": "currency_code devise",
        "impressions": "impr",
        "clicks": "link_clicks clics",
        "consent": "consentement opt_in",
        "opportunity": "deal deal_id opportunity_id opportunite id_opportunite id_de_l_opportunite identifiant_de_l_opportunite "
        "transaction id_de_la_transaction record_id",
        "segment": "customer_segment industry secteur segment_client",
        "lead_source": "original_source original_traffic_source hs_analytics_source source_d_origine source_du_lead",
        "title": "job_title jobtitle poste fonction intitule_de_poste",
        "role": "buying_role contact_role role_d_achat",
        "id": "event_id row_id order_id transaction_id test_id experiment_id identifiant",
        "since": "start start_date date_start begin begin_date first_day from debut date_de_debut date_debut premier_jour depuis du",
        "until": "end end_date date_end last_day to fin date_de_fin date_fin dernier_jour jusqu_au au",
        "incremental": "incremental_conversions additional_conversions conversions_incrementales incrementales conversions_additionnelles",
        "incremental_low": "incremental_lower incremental_min incremental_conversions_low incremental_conversions_lower incrementales_min "
        "conversions_incrementales_min incrementales_borne_basse conversions_incrementales_borne_basse",
        "incremental_high": "incremental_upper incremental_max incremental_conversions_high incremental_conversions_upper "
        "incrementales_max conversions_incrementales_max incrementales_borne_haute conversions_incrementales_borne_haute",
        "lift": "uplift relative_lift conversion_lift lift_percent lift_pct hausse hausse_relative effet_relatif",
        "lift_low": "lift_lower lift_min uplift_low uplift_lower hausse_min hausse_borne_basse lift_borne_basse",
        "lift_high": "lift_upper lift_max uplift_high uplift_upper hausse_max hausse_borne_haute lift_borne_haute",
        "confidence": "confidence_level confidence_interval_level conf_level niveau_de_confiance confiance",
        "coverage": "market_share_tested share_of_market couverture part_du_marche part_testee",
        "name": "experiment experiment_name test test_name titre nom nom_du_test experience",
        "note": "notes comment comments commentaire commentaires remarque",
        "domain": "website company_domain company_domain_name site_web site site_internet nom_de_domaine domaine",
        "industry": "sector secteur secteur_d_activite activite branche",
        "country": "pays country_region billing_country",
        "employees": "number_of_employees employee_count headcount company_size size effectif effectifs nombre_d_employes taille",
        "tier": "account_tier abm_tier target_tier rang niveau priorite",
        "owner": "account_owner deal_owner opportunity_owner hubspot_owner sales_rep rep commercial responsable proprietaire "
        "proprietaire_du_compte",
        "parent": "parent_account parent_company maison_mere groupe",
        "stage": "deal_stage dealstage stage_name phase etape etape_de_la_transaction phase_de_l_opportunite",
        "pipeline": "deal_pipeline pipeline_de_vente",
        "cost": "cost_of_sale cogs cout_de_revient cout",
        "list_price": "list_amount catalogue_price prix_catalogue prix_de_liste prix_public",
        "probability": "win_probability probabilite",
        "created_at": "created create_date createdate created_date creation_date date_de_creation cree_le",
        "closes": "close_date closedate expected_close_date date_de_cloture date_de_cloture_prevue date_de_fermeture",
        "main": "primary is_primary principal contact_principal",
        "direction": "call_direction sens",
        "outcome": "result call_outcome status disposition resultat issue statut",
        "minutes": "duration duration_minutes duree duree_minutes",
        "answer": "how_did_you_hear_about_us how_did_you_hear response reponse comment_nous_avez_vous_connus "
        "comment_avez_vous_entendu_parler_de_nous comment_nous_avez_vous_trouves",
        "same_as": "other_id alias also_known_as linked_id meme_personne autre_identifiant",
        "basis": "reason match_rule raison",
        "advocate": "employee employee_id member ambassador ambassadeur collaborateur salarie",
        "team": "department group equipe service departement",
        "region": "area zone pays_region",
        "post": "post_id share_id urn publication publication_id",
        "network": "platform social_network channel_name reseau reseau_social plateforme",
        "link": "shared_url sharedurl target_url lien_partage",
        "text": "post_text message commentary sharecommentary post_title texte contenu_de_la_publication",
        "reach": "members_reached unique_impressions portee membres_touches impressions_uniques",
        "reactions": "likes favourites mentions_j_aime",
        "comments": "replies commentaires",
        "reposts": "shares retweets reshares reblogs partages republications",
        "saves": "bookmarks enregistrements",
        "engagements": "total_engagements interactions",
        "new_followers": "follows followers_gained nouveaux_abonnes",
        "followers": "total_followers follower_count abonnes total_abonnes",
        "page_views": "pageviews views vues_de_page vues",
        "visitors": "unique_visitors visiteurs visiteurs_uniques",
        "profile": "page_name organization_name account_name profil",
        "query": "search_query top_queries keyword requete requetes_les_plus_frequentes mot_cle",
        "device": "device_category appareil",
        "position": "average_position avg_position position_moyenne",
        "sessions": "visits session_count visites",
        "users": "total_users active_users utilisateurs",
        "new_users": "first_time_users nouveaux_utilisateurs",
        "conversions": "key_events key_event_count evenements_cles",
        "target": "target_page our_page page_cible",
        "seen_at": "seen fetched_at first_seen vu_le",
        "metric": "kpi indicateur mesure objectif",
        "start": "start_value baseline valeur_de_depart valeur_initiale",
        "subject": "rated rep evaluated personne_evaluee evalue",
        "criterion": "skill dimension critere competence",
        "rating": "score grade note_sur_5 evaluation",
        "datum": "use consent_to purpose donnee usage finalite objet_du_consentement",
        "granted": "agreed consent accord consentement accorde oui_non",
        "eligible_since": "eligible eligible_from eligible_depuis",
        "invited_on": "invited invited_at invitation_date invite_le date_d_invitation",
        "approval": "approval_state approval_status validation statut_de_validation",
        "brand": "professional_brand establish_your_professional_brand marque marque_professionnelle",
        "find": "find_the_right_people right_people bonnes_personnes trouver_les_bonnes_personnes",
        "insights": "engage_with_insights insight echanger_des_informations informations",
        "relationships": "build_relationships relations etablir_des_relations",
        "code": "link_code ref reference utm_content code_du_lien",
        "made_on": "created_on cree_le date_de_creation",
        "retired_on": "retired retire_le",
        "rotation": "experiment experience test",
        "offered": "treated shown propose proposee",
        "asked_on": "asked asked_at demande_le date_de_la_demande",
        "answered_on": "answered answered_at repondu_le",
        "assessor": "rated_by evaluator evaluateur evalue_par",
    }.items()
}
"""Names under which exports carry a field, English and French, folded as `fold` does."""
OF_COMPANIES: dict[str, tuple[str, ...]] = {
    "account": ("account_id", "company_id", "id_compte", "id_entreprise", "numero_de_compte"),
    "name": (
        *[
            "company",
            "company_name",
            "account_name",
            "organisation",
            "organization",
            "compte",
            "entreprise",
            "societe",
            "nom",
            "nom_de_l_entreprise",
        ],
    ),
    "domain": (*CLOSE["domain"], "domain_name"),
}
"""Names of the fields of companies, where they mean something else than in other tables."""
PASSED_ON = (
    "reposted_post original_post original_post_id original_post_url reshared_post reshare_of shared_post parent_post parent_share "
    "root_share reblog reblog_of retweeted_status_id post_original post_reposte post_partage post_d_origine publication_d_origine "
    "publication_partagee repost_de republication_de partage_de"
)
OF_POSTS: dict[str, tuple[str, ...]] = {
    "url": ("post_url", "permalink", "url_du_post", "url_de_la_publication", "lien_du_post", "adresse_du_post"),
    "link": (*CLOSE["link"], "lien", "lien_partage", "url_partagee"),
    "at": (*CLOSE["at"], "published_at", "published", "publie_le", "date_de_publication"),
    "post": (*CLOSE["post"], "id_du_post", "id_de_la_publication"),
    "alias": ("other_id", "activity_id", "activity_urn", "autre_identifiant", "id_d_activite"),
    "repost_of": tuple(PASSED_ON.split()),
}
"""Names of the fields of posts: their own address, that of the page they point to, and that of the post they pass on."""
OF_ADVOCATES: dict[str, tuple[str, ...]] = {
    field: (*CLOSE[field], *names.split())
    for field, names in {
        "advocate": "code id identifiant matricule code_ambassadeur code_de_l_ambassadeur code_salarie code_du_salarie employee_code "
        "advocate_code advocate_id",
        "name": "full_name nom_complet nom_et_prenom prenom_et_nom nom_prenom prenom_nom",
        "region": "site ville city office agence lieu location bureau",
        "profile": "linkedin profil_linkedin linkedin_profile linkedin_url url_linkedin profile_url url_du_profil adresse_du_profil",
        "eligible_since": "eligible_on eligible_le eligible_a_partir_du",
        "invited_on": "invited_since invitee_le date_invitation",
        "since": "enrolled enrolled_on enrolled_since enrolment_date enrollment_date joined joined_on inscrit inscrit_le inscrite_le "
        "inscrit_depuis inscription date_d_inscription date_inscription",
        "until": "left left_on leaving_date departure parti_le partie_le sorti_le depart date_de_depart date_depart date_de_sortie",
    }.items()
}
"""Names of the fields of advocates: a code is theirs, and days are those of their membership."""
OF_CONSENTS: dict[str, tuple[str, ...]] = {
    field: (*CLOSE[field], *names.split())
    for field, names in {
        "datum": "objet",
        "day": "on since depuis le date_du_consentement date_de_consentement consent_date said_on given_on agreed_on",
        "granted": "consenti reponse oui",
    }.items()
}
"""Names of the fields of consents."""
CODES = [
    "code_ambassadeur",
    "code_de_l_ambassadeur",
    "code_salarie",
    "code_du_salarie",
    "code_employe",
    "employee_code",
    "advocate_code",
    "advocate_id",
    "matricule",
]
"""Names of an advocate's code; plain "code" too, where it can be none of a link."""
OF_FIGURES: dict[str, tuple[str, ...]] = {
    "post": (*CLOSE["post"], "url", *OF_POSTS["url"], "id_du_post", "id_de_la_publication"),
    "day": (
        *CLOSE["day"],
        *[
            "as_of",
            "figures_as_of",
            "measured_on",
            "read_on",
            "exported_on",
            "releve_le",
            "releves_le",
            "date_du_releve",
            "chiffres_du",
            "exporte_le",
            "date_d_export",
        ],
    ),
}
"""Names of the fields of posts' figures: a post goes by its address too, and the day is that on which they were read."""


BOUNDS = {
    end: tuple(names.split())
    for end, names in {
        "_low": "low lower ci_low ci_lower lower_bound lower_ci conf_low borne_basse borne_inferieure ic_bas ic_inf",
        "_high": "high upper ci_high ci_upper upper_bound upper_ci conf_high borne_haute borne_superieure ic_haut ic_sup",
    }.items()
}
"""Names of the bounds of an interval that do not say of what: of the one estimate that the file has."""
ESTIMATES = ("incremental", "lift")


def fold(name: str) -> str:
    """Fold a column name: no accents, lower case, words joined by underscores.

    Examples
    --------
    >>> fold(" Adresse e-mail ")
    'adresse_e_mail'
    """
    bare = unicodedata.normalize("NFKD", name.replace("’", "'")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", bare.lower()).strip("_")


def says_percent(name: str) -> bool:
    """Tell whether a column's name says that its numbers are hundredths.

    Examples
    --------
    >>> says_percent("Lift (%)"), says_percent("lift_pct"), says_percent("lift")
    (True, True, False)
    """
    return "%" in name or fold(name).rpartition("_")[2] in ("pct", "percent", "percentage", "pourcent", "pourcentage")


def parse_map(entries: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """Read `--map FIELD=COLUMN` options."""
    return _pairs("--map", "FIELD=COLUMN", "person=Email", entries, fields)


def parse_set(entries: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """Read `--set FIELD=VALUE` options."""
    return _pairs("--set", "FIELD=VALUE", f"{fields[-1]}=…", entries, fields)


def _pairs(option: str, form: str, example: str, entries: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for entry in entries:
        field, equals, value = entry.partition("=")
        if not equals or not value:
            raise UsageError(
                "{option} {entry}: write it as {form}, for example {option} {example}",
                option=option,
                entry=entry,
                form=form,
                example=example,
            )
        if field not in fields:
            near = difflib.get_close_matches(field, fields, n=1)
            if not near:
                raise UsageError(
                    "{option} {entry}: there is no field '{field}'; the fields are: {fields}",
                    option=option,
                    entry=entry,
                    field=field,
                    fields=", ".join(fields),
                )
            raise UsageError(
                "{option} {entry}: there is no field '{field}'; did you mean '{near}'?",
                option=option,
                entry=entry,
                field=field,
                near=near[0],
            )
        if field in chosen:
            raise UsageError("{option} names the field '{field}' twice; keep one", option=option, field=field)
        chosen[field] = value
    return chosen


def close_names(fields: set[str]) -> Mapping[str, tuple[str, ...]]:
    """Choose the names under which exports carry the fields of this kind of record."""
    # Where a row is a company, its name is not the key that other records know it by, if its site's domain is there too.
    close = CLOSE | OF_COMPANIES if {"account", "name", "domain"} <= fields else CLOSE
    close = close | OF_POSTS if {"post", "url", "link"} <= fields else close
    if "advocate" in fields:
        close = close | {"advocate": (*CLOSE["advocate"], *CODES, *(() if fields & {"code", "post"} else ("code",)))}
    close = close | OF_FIGURES if {"post", "day", "impressions"} <= fields else close
    close = close | OF_ADVOCATES if {"advocate", "eligible_since"} <= fields else close
    return close | OF_CONSENTS if {"datum", "granted"} <= fields else close


def fill(columns: Sequence[str], fields: Sequence[str], chosen: Mapping[str, str], place: str) -> tuple[dict[str, str], list[str]]:
    """Find the column of each field.

    Parameters
    ----------
    columns : sequence of str
        The table's column names.
    fields : sequence of str
        The record's fields.
    chosen : mapping of str to str
        Field to column, as the user said.
    place : str
        The file or table, for errors.

    Returns
    -------
    mapping : dict of str to str
        Field to column; a field that no column fits is not there.
    guessed : list of str
        The fields whose column only bears a close name.

    Raises
    ------
    SourceError
        Two columns fit a field.
    UsageError
        A column that the user named is not there.
    """
    mapping: dict[str, str] = {}
    for field, column in chosen.items():
        if column not in columns:
            near = nearest(column, columns)
            raise UsageError("{file} has no column '{column}'; did you mean '{near}'?", file=place, column=column, near=near)
        mapping[field] = column
    free = [column for column in columns if column not in mapping.values()]
    close = close_names(set(fields))
    guessed = []
    if {"rating", "criterion"} <= set(fields) and "rating" not in mapping:
        # French calls the mark itself "note"; where a column says rating, "note" is a remark.
        marks = [column for column in free if fold(column) in ("rating", *CLOSE["rating"])] or [
            name for name in free if fold(name) == "note"
        ]
        if marks and fold(marks[0]) == "note":
            mapping["rating"] = _only(marks, "rating", place)
            free = [column for column in free if column not in marks]
            guessed.append("rating")
    for field in fields:
        if field not in mapping and (exact := [column for column in free if fold(column) == field]):
            mapping[field] = _only(exact, field, place)
    for field in fields:
        fits = [column for column in free if column not in mapping.values() and fold(column) in close.get(field, ())]
        if field == "person" and "same_as" in fields and len(fits) > 1 and not mapping.keys() & {"person", "same_as"}:
            # Both may be meant, the one for the other; a name that two people share would make one of them, so neither is guessed.
            raise SourceError(
                "{file}: both '{first}' and '{second}' could be person; if they are to be tied together, say so with "
                "--map person='{first}' --map same_as='{second}'",
                file=place,
                first=fits[0],
                second=fits[1],
            )
        if field not in mapping and fits:
            mapping[field] = _only(fits, field, place)
            guessed.append(field)
    told = [field for field in ESTIMATES if field in mapping and f"{field}_low" in fields]
    for end, names in BOUNDS.items() if len(told) == 1 else ():
        field = told[0] + end
        fits = [column for column in free if column not in mapping.values() and fold(column) in names]
        if field not in mapping and fits:
            mapping[field] = _only(fits, field, place)
            guessed.append(field)
    return mapping, guessed


def listed(names: Sequence[str]) -> str:
    """List names, at most a dozen of them.

    Examples
    --------
    >>> listed(["a", "b"])
    'a, b'
    """
    return ", ".join([*(name[:60] for name in names[:12]), *(["…"] if len(names) > 12 else [])])


def nearest(column: str, columns: Sequence[str]) -> str:
    """Name the column that somebody may have meant.

    Examples
    --------
    >>> nearest("Client Id", ["client_id", "Client Age"])
    'client_id'
    """
    return min(columns, key=lambda name: (fold(name) != fold(column), -_likeness(name, column)))


def _likeness(name: str, other: str) -> float:
    return difflib.SequenceMatcher(None, name.lower(), other.lower()).ratio()


def _only(fits: list[str], field: str, file: str) -> str:
    if len(fits) > 1:
        raise SourceError(
            "{file}: both '{first}' and '{second}' could be {field}; say which with --map {field}='{first}'",
            file=file,
            first=fits[0],
            second=fits[1],
            field=field,
        )
    return fits[0]
