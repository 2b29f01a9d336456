"""How senior a title is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.job_titles import LEVELS, seniority

TITLES = {
    "c_level": (
        "CEO", "Chief Executive Officer", "C.E.O.", "PDG", "P.D.G.", "Président", "Présidente", "Directeur général", "Directrice Générale",
        "DAF", "DSI", "DRH chez Acme", "Directeur administratif et financier", "Directrice des ressources humaines",
        "Directeur des Systèmes d’Information", "Founder", "Co-founder", "CEO & Founder", "Cofondatrice", "Gérante", "Associé", "CISO",
        "Managing Director", "Managing Partner", "Chief Information Security Officer", "CTO | ex-Google", "Owner", "Fondateur & Président",
        "CEO at CTO Club",
    ),
    "vp": ("VP Sales", "SVP, Marketing", "Vice President", "Vice-présidente", "Directeur général adjoint", "Deputy CEO"),
    "director": (
        "Directeur marketing", "Directrice commerciale", "Head of Growth", "Director of IT", "Chief of Staff", "RSSI", "Deputy VP",
        "Chief of Staff to the CEO", "Directeur de la stratégie et du développement",
    ),
    "manager": (
        "Responsable marketing", "Chef de projet", "Cheffe de produit", "Marketing Manager", "Team Lead", "Directeur adjoint",
        "Directrice adjointe des achats", "Assistant Director", "Deputy Director", "Senior Manager", "Sales Manager @ Acme",
    ),
    "senior": ("Senior Engineer", "Sr. Consultant", "Principal Consultant", "Assistant Manager", "Responsable adjointe"),
    "staff": (
        "Chargée de communication", "Assistante du PDG", "Assistant to the CEO", "Executive Assistant to the CEO",
        "Assistante de direction",
        "Conseiller du président",
        "Software Engineer", "Commercial", "Secretary to the Managing Director", "Ingénieure", "Attaché de direction",
    ),
    "junior": ("Stagiaire", "Alternant marketing", "Junior Developer", "Marketing Intern", "Apprentie", "Assistant marketing (stage)"),
    None: (
        "ex-CEO", "Former VP Sales", "Ancien directeur", "Product Owner", "HR Business Partner",
        "Lead generation", "", "Paris", "Ambassador",
        "Headhunting", "Retired CEO", "Geschäftsführer",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("level", "title"), [(level, title) for level, titles in TITLES.items() for title in titles])
def test_titles(level, title):
    assert seniority(title) == level
    assert seniority(title.upper()) == level


def test_no_title():
    assert seniority(None) is None


@given(st.text(max_size=60))
def test_any_text_has_a_level_or_none(title):
    assert seniority(title) in (*LEVELS, None)
