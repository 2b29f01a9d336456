# ruff: noqa: E501
"""Every kind of record from a table, under the names that exports give its fields in English and in French."""

import datetime as dt

import pytest

from connectors.table_records import IN_TABLES
from tests.connectors.csv_samples import read, write
from workspace.errors import SourceError
from workspace.records import KINDS, schema
from workspace.settings import Settings

AT = dt.datetime(2026, 1, 31, 14, 5, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 31)
SAMPLES = {
    "accounts": [
        ("Account,Company size,Tier\nACME,250,A\n", {"account": "ACME", "employees": 250, "tier": "A"}),
        ("Nom;Site web;Secteur;Effectif\nExemple;exemple.fr;Conseil;1 200\n",
         {"account": "exemple.fr", "name": "Exemple", "domain": "exemple.fr", "industry": "Conseil", "employees": 1200}),
        ("Société;Site web\nExemple SA;https://www.Exemple.fr/accueil\n",
         {"account": "exemple.fr", "name": "Exemple SA", "domain": "exemple.fr"}),
        ("name\nExample\n", {"account": "Example", "name": "Example"}),
    ],
    "opportunities": [
        ("Deal ID,Company,Deal stage,Amount,Close date,Probability,Create date\nD1,ACME,Won,\"1,200.50\",2026-01-31,80 %,2026-01-31 14:05\n",
         {"opportunity": "D1", "account": "ACME", "stage": "Won", "amount": 1200.5, "currency": "EUR", "closes": DAY, "probability": 0.8,
          "created_at": AT}),
    ],
    "buying_roles": [("deal,email,buying role,primary\nD1,Anna@example.com,Champion,yes\n",
                      {"opportunity": "D1", "person": "anna@example.com", "role": "Champion", "main": True})],
    "activities": [
        ("Date,Type,Email,Commercial,Durée,Résultat\n2026-01-31 14:05,call,anna@example.com,Léa,12,joint\n",
         {"at": AT, "kind": "call", "person": "anna@example.com", "owner": "Léa", "minutes": 12, "outcome": "joint"}),
    ],
    "surveys": [("date,email,How did you hear about us?\n2026-01-31 14:05,anna@example.com,a podcast\n",
                 {"at": AT, "person": "anna@example.com", "answer": "a podcast"})],
    "identities": [("client_id,same_as,reason\nGA1.2.3,Anna@Example.com,form\n",
                    {"person": "GA1.2.3", "same_as": "anna@example.com", "basis": "form"})],
    "advocates": [("Collaborateur,Équipe,Depuis\nA7,Ventes,2026-01-31\n", {"advocate": "A7", "team": "Ventes", "since": DAY})],
    "posts": [("url,réseau,date,sharedurl\nhttps://x.example/1,linkedin,2026-01-31 14:05,https://example.com/?utm_source=li\n",
               {"post": "https://x.example/1", "url": "https://x.example/1", "network": "linkedin", "at": AT,
                "link": "https://example.com/?utm_source=li"}),
              ("id du post,réseau,date,type,publication d'origine\n8,linkedin,2026-01-31 14:05,republication,7\n",
               {"post": "8", "network": "linkedin", "at": AT, "kind": "repost", "repost_of": "7"}),
              ("post_id,network,date,kind,original_post_url\n8,x,2026-01-31 14:05,repost,https://x.com/lea/status/7\n",
               {"post": "8", "network": "x", "at": AT, "kind": "repost", "repost_of": "https://x.com/lea/status/7"})],
    "post_metrics": [("post,platform,date,Impressions,Members reached,Likes,Comments,Shares\n7,linkedin,2026-01-31,\"1,204\",800,12,3,1\n",
                      {"post": "7", "network": "linkedin", "day": DAY, "impressions": 1204, "reach": 800, "reactions": 12, "comments": 3,
                       "reposts": 1})],
    "profile_metrics": [("network,page name,date,total followers,new followers\nlinkedin,Example,2026-01-31,3000,12\n",
                         {"network": "linkedin", "profile": "Example", "day": DAY, "followers": 3000, "new_followers": 12})],
    "queries": [("date,Requêtes les plus fréquentes,Clics,Impressions,Position\n2026-01-31,attribution,3,40,2.5\n",
                 {"day": DAY, "query": "attribution", "clicks": 3, "impressions": 40, "position": 2.5})],
    "volumes": [("date,source,medium,sessions,total users,key events\n2026-01-31,google,organic,40,30,2\n",
                 {"day": DAY, "source": "google", "medium": "organic", "sessions": 40, "users": 30, "conversions": 2.0, "currency": "EUR"})],
    "links": [("page,target,seen_at,rel\nhttps://press.example/a,https://example.com/,2026-01-31 14:05,nofollow\n",
               {"page": "https://press.example/a", "target": "https://example.com/", "seen_at": AT, "rel": "nofollow", "kind": "other"})],
    "targets": [("Indicateur,Du,Au,Valeur,Responsable\nleads,2026-01-01,2026-01-31,120,Léa\n",
                 {"metric": "leads", "since": dt.date(2026, 1, 1), "until": DAY, "value": 120.0, "kind": "reach", "owner": "Léa"})],
    "ratings": [("date,évalué,critère,note sur 5\n2026-01-31,Léa,motivation,4\n",
                 {"day": DAY, "subject": "Léa", "criterion": "motivation", "rating": 4})],
    "consents": [("Salarié;Usage;Date;Accord\nA7;audience;31/01/2026;oui\n",
                  {"advocate": "A7", "datum": "audience", "day": DAY, "granted": True})],
    "ssi": [("employee_id,date,brand,find,insights,relationships\nA7,2026-01-31,24.5,15.83,17.62,25\n",
             {"advocate": "A7", "day": DAY, "brand": 24.5, "find": 15.83, "insights": 17.62, "relationships": 25.0})],
    "link_codes": [("code,employee,content,network\nk7q2,A7,white-paper,linkedin\n",
                    {"code": "k7q2", "advocate": "A7", "content": "white-paper", "network": "linkedin"})],
    "rotations": [("rotation,content,team,since,until,offered\nr1,white-paper,Sales,2026-01-31,2026-01-31,no\n",
                   {"rotation": "r1", "content": "white-paper", "team": "Sales", "since": DAY, "until": DAY, "offered": False})],
    "introductions": [("advocate,company,asked on,answer\nA7,ACME,2026-01-31,accepted\n",
                       {"advocate": "A7", "account": "ACME", "asked_on": DAY, "answer": "accepted"})],
}  # fmt: skip


def test_every_kind_has_a_sample_here_or_in_a_test_of_its_own():
    own = {"touches", "conversions", "spend", "people", "experiments"}
    made_by_connectors_alone = {"audience", "removals"}
    assert set(SAMPLES) | own == set(IN_TABLES) == set(KINDS) - made_by_connectors_alone


@pytest.mark.parametrize(("kind", "content", "fields"), [(kind, *sample) for kind, samples in SAMPLES.items() for sample in samples])
def test_rows(tmp_path, kind, content, fields):
    found = read(write(tmp_path, content), kind=kind, settings=Settings())
    assert found.rows == [{name: {"row": 2, **fields}.get(name) for name in schema(kind).names}]
    assert found.rejects == []


@pytest.mark.parametrize(
    ("kind", "content", "problem"),
    [
        ("ratings", "day,subject,criterion,rating\n2026-01-31,Lea,motivation,6\n", "rating is no judgement from 1 to 5: '6'."),
        ("ratings", "day,subject,criterion,rating\n2026-01-31,Lea,motivation,2.5\n", "rating is no judgement from 1 to 5: '2.5'."),
        *[
            ("ssi", f"advocate,day,brand,find,insights,relationships\nA7,2026-01-31,25,0,{pillar},25\n", problem)
            for pillar, problem in (
                ("25.01", "insights is not between 0 and 25: '25.01'."),
                ("-0.5", "insights is not between 0 and 25: '-0.5'."),
                ("", "insights is empty."),
                ("25.0", None),
                ("0", None),
            )
        ],
        *[
            (kind, f"post,network,{at},impressions\n{post},linkedin,2026-01-31,1\n", problem)
            for kind, at in (("posts", "at"), ("post_metrics", "day"))
            for post, problem in (
                ("7.12346E+18", "post was rounded by a spreadsheet, so that posts cannot be told apart by it: '7.12346E+18'."),
                ("7123456789012345678", None),
                ("a7.1e+18", None),
            )
        ],
        ("post_metrics", "post,network,day,impressions\n7,linkedin,2026-01-31,-1\n", "impressions is not a number that can be meant here: '-1'."),
        ("profile_metrics", "network,profile,day,followers\nlinkedin,x,2026-01-31,-1\n", "followers is not a number that can be meant here: '-1'."),
        ("activities", "date,kind,owner\n2026-01-31,call,Lea\n", None),
        ("opportunities", "deal,amount,currency\nD1,12 $,EUR\n",
         "amount names another currency than its row, or a sign that several currencies share: '12 $'."),
        ("accounts", "name,domain\n ,\nx,\n", None),
    ],
)  # fmt: skip
def test_rows_that_cannot_be(tmp_path, kind, content, problem):
    if kind == "activities":
        with pytest.raises(SourceError, match="no column for person / account / opportunity"):
            read(write(tmp_path, content), kind=kind)
        return
    found = read(write(tmp_path, content), kind=kind)
    assert [reject.problem.format(field=reject.field, value=reject.value) for reject in found.rejects] == ([problem] if problem else [])
    assert len(found.rows) == (0 if problem else 1)


def test_stages_go_by_their_names_here_and_rows_without_a_goal_are_counted(tmp_path):
    content = "email,date,étape\na@x.fr,2026-01-31,Gagnée\nb@x.fr,2026-01-31,GAGNÉ\nc@x.fr,2026-01-31,Démo\nd@x.fr,2026-01-31,\n"
    found = read(write(tmp_path, content), kind="conversions")
    assert [row["goal"] for row in found.rows] == ["won", "won", "Démo", "conversion"]
    assert "{file}: goals that are stages were read as such: Gagnée → won, GAGNÉ → won." in found.remarks
    assert "{file}: 1 row has no goal; its goal is 'conversion'." in found.remarks


@pytest.mark.parametrize(
    ("head", "rating", "note"),
    [("Note", 4, None), ("Note sur 5;Note", 4, "bien"), ("Note;Commentaire", 4, "bien"), ("rating;note", 4, "bien")],
)
def test_a_french_note_is_the_mark_unless_another_column_is(tmp_path, head, rating, note):
    content = f"date;évalué;critère;{head}\n2026-01-31;Léa;motivation;4{';bien' if ';' in head else ''}\n"
    (row,) = read(write(tmp_path, content), kind="ratings").rows
    assert (row["rating"], row["note"]) == (rating, note)


def test_a_dash_is_nobody(tmp_path):
    found = read(write(tmp_path, "email,date\n-,2026-01-31\n–,2026-01-31\nanna@x.fr,2026-01-31\n"), kind="touches")
    assert [row["person"] for row in found.rows] == ["anna@x.fr"]
    assert [reject.problem for reject in found.rejects] == ["{field} is empty."] * 2


def test_a_target_ends_after_it_begins(tmp_path):
    found = read(write(tmp_path, "metric,since,until,value\nlead,2026-02-28,2026-01-31,50\n"), kind="targets")
    assert [reject.problem for reject in found.rejects] == ["{field} is before the first day: '{value}'."]


def test_the_link_of_a_post_is_not_its_address(tmp_path):
    content = "URL;Publié le;Réseau;Lien\nhttps://li.example/1;2026-01-31 14:05;linkedin;https://x.fr/?utm_source=li\n"
    (row,) = read(write(tmp_path, content), kind="posts").rows
    assert (row["post"], row["url"], row["link"]) == ("https://li.example/1", "https://li.example/1", "https://x.fr/?utm_source=li")


def test_days_that_one_column_does_not_show_are_read_as_the_others_of_the_file(tmp_path):
    """A list of advocates, as Excel in France saves it: everybody enrolled in the first days of a month."""
    path = write(
        tmp_path,
        "Code;Invité le;Inscrit le;Parti le\nA1;25/08/2026;01/09/2026;\nA2;25/08/2026;02/09/2026;03/10/2026\n".encode("cp1252"),
    )
    found = read(path, kind="advocates")
    assert [(row["advocate"], row["invited_on"], row["since"], row["until"]) for row in found.rows] == [
        ("A1", dt.date(2026, 8, 25), dt.date(2026, 9, 1), None),
        ("A2", dt.date(2026, 8, 25), dt.date(2026, 9, 2), dt.date(2026, 10, 3)),
    ]
    assert [remark for remark in found.remarks if "other days" in remark] == [
        "{file}: " + f"{field} was read as day/month/year, as the file's other days are; if that is wrong, pass --dayfirst or --monthfirst."
        for field in ("since", "until")
    ]


def test_the_figures_of_posts_are_read_from_the_table_that_lists_them(tmp_path):
    """One table for both, as a tool for advocacy exports it in French."""
    path = write(
        tmp_path,
        "Code ambassadeur;Réseau;Publié le;Texte;Lien du post;Impressions;Clics;Mentions J’aime;Relevé le\n"
        "A1;LinkedIn;15/09/2026 10:00;Œuvre;https://www.linkedin.com/feed/update/urn:li:share:75/;1 204;17;30;27/11/2026\n",
    )
    address = "https://www.linkedin.com/feed/update/urn:li:share:75/"
    (post,) = read(path, kind="posts").rows
    assert (post["advocate"], post["post"], post["url"]) == ("A1", address, address)
    (figures,) = read(path, kind="post_metrics").rows
    assert {name: value for name, value in figures.items() if value is not None} == {
        "post": address,
        "network": "linkedin",
        "day": dt.date(2026, 11, 27),
        "impressions": 1204,
        "clicks": 17,
        "reactions": 30,
        "row": 2,
    }


@pytest.mark.parametrize(
    ("kind", "head", "cells"),
    [
        ("ssi", "Code,Date,Marque,Bonnes personnes,Informations,Relations", "A1,2026-01-31,20,20,20,20"),
        ("introductions", "Code salarié,Compte,Demandé le", "A1,Acme,2026-01-31"),
        ("consents", "Matricule,Objet,Date,Accord", "A1,audience,2026-01-31,oui"),
        ("advocates", "Code,Équipe", "A1,Ventes"),
    ],
)
def test_the_code_of_an_advocate_is_found_in_every_table_of_theirs(tmp_path, kind, head, cells):
    (row,) = read(write(tmp_path, f"{head}\n{cells}\n"), kind=kind).rows
    assert row["advocate"] == "A1"


def test_the_code_of_a_link_is_no_advocate(tmp_path):
    (row,) = read(write(tmp_path, "Code,Ambassadeur\nk7q2bcdf,A1\n"), kind="link_codes").rows
    assert (row["code"], row["advocate"]) == ("k7q2bcdf", "A1")
