"""Which column fills which field."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.matching import match
from connectors.table_records import REQUIRED
from workspace.column_names import CLOSE, fold, parse_map
from workspace.errors import SmarketingError, SourceError, UsageError

FIELDS = ["person", "at", "source", "medium", "url", "id"]


def matched(*columns: str, fields: list[str] = FIELDS, required: str = "touches", **chosen: str) -> tuple[dict[str, str], list[str]]:
    mapping, remarks = match(columns, fields, REQUIRED[required], chosen, "f.csv")
    return mapping, [str(remark) for remark in remarks]


def test_exact_names_in_any_case():
    assert matched("Person", " AT ", "source") == ({"person": "Person", "at": " AT ", "source": "source"}, [])


def test_close_names_are_taken_and_said_and_unused_columns_named():
    assert matched("Adresse e-mail", "Créé", "Horodatage", "utm_source") == (
        {"person": "Adresse e-mail", "at": "Horodatage", "source": "utm_source"},
        [
            "f.csv: the column 'Adresse e-mail' was taken as person.",
            "f.csv: the column 'Horodatage' was taken as at.",
            "f.csv: the column 'utm_source' was taken as source.",
            "f.csv: columns that were not used: Créé.",
        ],
    )


def test_an_exact_name_comes_before_a_close_one():
    assert matched("email", "person", "at") == (
        {"person": "person", "at": "at"},
        ["f.csv: columns that were not used: email."],
    )


def test_what_the_user_says_comes_first():
    assert matched("person", "Kunde", "at", person="Kunde") == (
        {"person": "Kunde", "at": "at"},
        ["f.csv: columns that were not used: person."],
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (("email", "user_id", "at"), "f.csv: both 'email' and 'user_id' could be person; say which with --map person='email'"),
        (("Person", "person", "at"), "f.csv: both 'Person' and 'person' could be person; say which with --map person='Person'"),
        (("person", "date", "time"), "f.csv: both 'date' and 'time' could be at; say which with --map at='date'"),
        (
            ("anna@example.com", "at"),
            "f.csv: no column for person; its first row has anna@example.com, at. Say which one it is with --map person=COLUMN; "
            "if that row is not the column names, put them there",
        ),
        (
            [f"c{place}" for place in range(40)],
            "f.csv: no columns for person, at; its first row has c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, …. "
            "Say which ones they are with --map person=COLUMN --map at=COLUMN; if that row is not the column names, put them there",
        ),
    ],
)
def test_nothing_is_guessed(columns, message):
    with pytest.raises(SourceError) as caught:
        matched(*columns)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            ("Email", "Courriel"),
            "f.csv: both 'Email' and 'Courriel' could be person; if they are to be tied together, say so with --map person='Email' "
            "--map same_as='Courriel'",
        ),
        (
            ("a", "b"),
            "f.csv: no columns for person, same_as; its first row has a, b. Say which ones they are with --map person=COLUMN --map "
            "same_as=COLUMN; if that row is not the column names, put them there",
        ),
    ],
)
def test_identities_are_mended_in_one_round(columns, message):
    with pytest.raises(SourceError) as caught:
        matched(*columns, fields=["person", "same_as", "basis"], required="identities")
    assert str(caught.value) == message


def test_conversions_need_a_person_or_an_account():
    assert matched("account", "at", fields=["person", "account", "at"], required="conversions")[0] == {"account": "account", "at": "at"}
    with pytest.raises(SourceError, match="no column for person / account"):
        matched("at", required="conversions")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("person", "--map person: write it as FIELD=COLUMN, for example --map person=Email"),
        ("person=", "--map person=: write it as FIELD=COLUMN, for example --map person=Email"),
        ("persn=Email", "--map persn=Email: there is no field 'persn'; did you mean 'person'?"),
        ("{x}=Email", "--map {x}=Email: there is no field '{x}'; the fields are: person, at, source, medium, url, id"),
    ],
)
def test_a_map_that_cannot_be_read(entry, message):
    with pytest.raises(UsageError) as caught:
        parse_map([entry], FIELDS)
    assert str(caught.value) == message


def test_a_field_mapped_twice():
    with pytest.raises(UsageError, match="--map names the field 'person' twice; keep one"):
        parse_map(["person=a", "person=b"], FIELDS)


def test_a_column_may_hold_the_equals_sign():
    assert parse_map(["person=a=b"], FIELDS) == {"person": "a=b"}


@pytest.mark.parametrize(("asked", "near"), [("email", "Email "), ("Emial", "Email "), ("zzz", "at")])
def test_a_column_that_is_not_there(asked, near):
    with pytest.raises(UsageError) as caught:
        matched("at", "Email ", person=asked)
    assert str(caught.value) == f"f.csv has no column '{asked}'; did you mean '{near}'?"


def test_close_names_are_written_as_they_are_compared():
    assert {name for names in CLOSE.values() for name in names if fold(name) != name} == set()
    assert all(len(set(names)) == len(names) for names in CLOSE.values())


@settings(deadline=None)
@given(st.lists(st.text(max_size=12) | st.sampled_from(["email", "at", "Date", "person", "{x}"]), min_size=1, max_size=6, unique=True))
def test_each_column_fills_one_field_at_most_and_is_spoken_of_once(columns):
    try:
        mapping, remarks = match(columns, FIELDS, REQUIRED["touches"], {}, "f.csv")
    except SmarketingError as error:
        said = str(error)
        mapping = {}
    else:
        said = " ".join(str(remark) for remark in remarks)
        assert all(column in said for column in columns if column not in mapping.values())
    assert said or len(mapping) == len(columns)
    assert len(set(mapping.values())) == len(mapping)
    assert set(mapping.values()) <= set(columns)
