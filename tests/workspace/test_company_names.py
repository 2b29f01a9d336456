"""Names of companies: which are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.company_names import ENDINGS, CompanyNames, bare_name, folded


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Acme SAS", "acme"),
        ("Acme S.A.S.", "acme"),
        ("ACME, Inc.", "acme"),
        ("Acme Co., Ltd.", "acme"),
        ("Crédit Agricole S.A.", "credit agricole"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Grupo México, S.A.B. de C.V.", "grupo mexico"),
        ("Novo Nordisk A/S", "novo nordisk"),
        ("Orlen Sp. z o.o.", "orlen"),
        ("SARL Dupont", "dupont"),
        ("EURL", "eurl"),
        ("SAS Institute Inc.", "sas institute"),
        ("SAS", "sas"),
        ("Plan A", "plan a"),
        ("Plan A.", "plan a"),
        ("Plan B SARL", "plan b"),
        ("Agence A. S.A.", "agence a"),
        ("Amazon Web Services (AWS)", "amazon web services"),
        ("(AWS)", "aws"),
        ("Citadel Securities LLC", "citadel securities"),
        ("Procter & Gamble", "procter and gamble"),
        ("L’Oréal", "l oreal"),
        ("Société Générale", "societe generale"),
        ("日本電気株式会社", "日本電気株式会社"),
        ("  ", ""),
        ("3M Company", "3m"),
    ],
)
def test_legal_forms_go_and_words_stay(name, bare):
    assert bare_name(name) == bare


def test_no_legal_form_is_a_single_letter():
    assert all(len("".join(form)) > 1 for form in ENDINGS)


@given(st.text(max_size=30), st.sampled_from([" ".join(form) for form in ENDINGS]))
def test_a_legal_form_more_makes_no_difference(name, form):
    """Once a name has a word of its own."""
    assert bare_name(f"Acme {name} {form}") == bare_name(f"Acme {name} {form} {form}")
    assert bool(bare_name(name)) == bool(folded(name))


def test_a_name_that_two_accounts_have_is_nobodys():
    names = CompanyNames([("1", "Citadel LLC"), ("2", "Citadel GmbH"), ("3", "Acme"), ("3", "acme.com"), ("4", "Globex")])
    assert [names.account_of(name) for name in ("Citadel", "Citadel Ltd", "citadel gmbh", "ACME Inc", "acme.com", "Acme Paris")] == [
        None, None, "2", "3", "3", None,
    ]  # fmt: skip
    assert len(names) == 4
