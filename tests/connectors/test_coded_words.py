"""Cells that hold one of a few words: read in both languages, refused where they are none of them."""

import pytest

from connectors.base import ImportContext
from connectors.coded_words import APPROVALS, DATA, POSTS
from connectors.csv_files import CsvFiles
from reports.columns import column
from reports.language import Language
from tests.connectors.csv_samples import write
from workspace import consent
from workspace.column_names import fold
from workspace.errors import UsageError
from workspace.settings import Settings

LANGUAGES = (Language("en"), Language("fr"))


def first(path, kind, **options):
    """Read a file's one batch."""
    connector = CsvFiles(ImportContext(Settings(), b"a secret of the tests"), (str(path),), kind, **options)
    (batch,) = connector.read()
    return batch


def rejected(batch):
    return [(reject.row, reject.field, reject.value, reject.problem, reject.remedy) for reject in batch.rejects]


def test_what_may_be_agreed_to_is_read_as_the_tool_shows_it():
    assert tuple(DATA) == consent.DATA
    for datum, names in DATA.items():
        for language in LANGUAGES:
            assert fold(language.label(column(f"agrees_{datum}"))) in names.split(), (datum, language.code)


def test_a_consent_to_nothing_known_is_refused(tmp_path):
    rows = "Salarié;Objet;Date;Accord\nA7;Relations, hachées;2026-01-31;oui\nA7;audiance;2026-01-31;non\nA7;AUDIENCE;2026-02-01;non\n"
    batch = first(write(tmp_path, rows), "consents")
    assert batch.rows.select(["datum", "granted"]).to_pylist() == [
        {"datum": "audience", "granted": True},
        {"datum": "audience", "granted": False},
    ]
    assert rejected(batch) == [
        (
            3,
            "datum",
            "audiance",
            "{field} is none of the words it can be: '{value}'.",
            "Write own_posts, audience, company_and_title, name or introductions.",
        )
    ]


def test_posts_are_of_a_network_and_of_a_kind(tmp_path):
    rows = (
        "Publication;Réseau;Date;Type;Validation\n1;LinkedIn;2026-01-31;Republication;En attente\n2; linkedin ;2026-01-31;;\n"
        "3;linkedin;2026-01-31;story;\n4;linkedin;2026-01-31;Commentaire;perhaps\n"
    )
    batch = first(write(tmp_path, rows), "posts")
    assert batch.rows.select(["post", "network", "kind", "approval"]).to_pylist() == [
        {"post": "1", "network": "linkedin", "kind": "repost", "approval": "pending"},
        {"post": "2", "network": "linkedin", "kind": None, "approval": None},
    ]
    assert [(row, field, value) for row, field, value, *_ in rejected(batch)] == [(4, "kind", "story"), (5, "approval", "perhaps")]


@pytest.mark.parametrize("words", [DATA, POSTS, APPROVALS])
def test_no_name_means_two_words(words):
    names = [name for some in words.values() for name in some.split()]
    assert len(names) == len(set(names))
    assert [fold(name) for name in names] == names


def test_a_value_given_for_every_row_is_read_and_refused_alike(tmp_path):
    table = write(tmp_path, "Publication;Date\n1;2026-01-31\n")
    batch = first(table, "posts", set=("network=LinkedIn", "kind=partage"))
    assert batch.rows.select(["network", "kind"]).to_pylist() == [{"network": "linkedin", "kind": "repost"}]
    with pytest.raises(UsageError) as error:
        first(table, "posts", set=("network=LinkedIn", "kind=story"))
    assert (
        str(error.value)
        == "--set kind=story: kind cannot be that. Write original, repost, comment or reaction, or leave it empty for an original."
    )


def test_advocates_come_under_the_names_that_a_french_list_gives(tmp_path):
    rows = (
        "Code;Nom;Équipe;Site;Éligible depuis;Invité le;Inscrit le;Parti le;Profil LinkedIn\n"
        "AL;Amélie Lefèvre;Ventes;Paris;2026-01-01;2026-01-15;2026-02-03;2026-06-30;https://www.linkedin.com/in/al/\n"
    )
    batch = first(write(tmp_path, rows), "advocates")
    (row,) = batch.rows.to_pylist()
    assert {name: str(value) for name, value in row.items() if value is not None and name != "row"} == {
        "advocate": "AL",
        "name": "Amélie Lefèvre",
        "team": "Ventes",
        "region": "Paris",
        "profile": "https://www.linkedin.com/in/al/",
        "eligible_since": "2026-01-01",
        "invited_on": "2026-01-15",
        "since": "2026-02-03",
        "until": "2026-06-30",
    }
