"""Ids, keyed hashes, records, errors and what URLs say."""

import dataclasses
import hashlib
import pickle

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workspace import errors, gathering
from workspace.errors import SmarketingError, SourceError, UsageError, WorkspaceError
from workspace.ids import SEPARATOR, stable_id
from workspace.keys import keyed_hash
from workspace.records import KINDS, schema
from workspace.urls import NO_TAGS, Tags, host, tags, under

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=SEPARATOR))


@settings(deadline=None)
@given(st.lists(st.none() | text, min_size=1, max_size=4), st.floats(allow_nan=False, allow_infinity=False))
def test_ids_in_sql_are_those_of_python(parts, value):
    parts = [*parts, repr(value)]
    columns = [f"c{place}" for place in range(len(parts))]
    query = gathering.made_id(*columns[:-1], f"{columns[-1]}::DOUBLE::VARCHAR")
    arriving = pa.table({name: pa.array([part], pa.string()) for name, part in zip(columns, parts, strict=True)})
    with duckdb.connect() as con:
        con.register("arriving", arriving)
        assert con.execute(f"SELECT {query} FROM arriving").fetchall() == [(stable_id(*parts),)]


@given(st.lists(st.none() | text, max_size=4), st.lists(st.none() | text, max_size=4))
def test_ids_differ_where_parts_do(parts, others):
    same = [part or "" for part in parts or [""]] == [part or "" for part in others or [""]]
    assert (stable_id(*parts) == stable_id(*others)) == same


@given(st.lists(st.none() | text))
def test_ids_fit_sqlites_integers(parts):
    assert 0 <= stable_id(*parts) < 2**63


@given(st.binary(min_size=1), text, text)
def test_keyed_hashes_tell_texts_and_secrets_apart(secret, one, other):
    assert (keyed_hash(secret, one) == keyed_hash(secret, other)) == (one == other)
    assert keyed_hash(secret, one) != keyed_hash(secret + b"x", one)
    assert keyed_hash(secret, one) != hashlib.sha256(one.encode()).hexdigest()[:32]


def test_schemas_follow_the_records():
    utc = pa.timestamp("s", tz="UTC")
    optional = pa.string()
    assert schema("conversions") == pa.schema(
        [
            pa.field("at", utc, nullable=False),
            pa.field("person", optional),
            pa.field("account", optional),
            pa.field("opportunity", optional),
            pa.field("goal", pa.string(), nullable=False),
            pa.field("value", pa.float64()),
            pa.field("currency", optional),
            pa.field("id", optional),
            pa.field("row", pa.int64(), nullable=False),
        ]
    )
    for kind, record in KINDS.items():
        assert schema(kind).names == [*(field.name for field in dataclasses.fields(record)), "row"]
    assert schema("spend").field("day").type == pa.date32()
    assert schema("touches").field("consent").type == pa.bool_()


def test_errors_are_one_tree_with_exit_codes():
    classes = [found for found in vars(errors).values() if isinstance(found, type) and issubclass(found, SmarketingError)]
    assert {found.__name__: found.exit_code for found in classes} == {
        "SmarketingError": 1,
        "UsageError": 2,
        "SettingsError": 1,
        "WorkspaceError": 1,
        "SourceError": 1,
        "DataError": 1,
        "MissingPartError": 1,
    }
    assert all(found.__name__ in errors.__doc__ for found in classes)


def test_errors_keep_their_numbers_and_survive_pickling():
    error = SourceError("{file}, row {row}: {seen!r} is not a time", file="a.csv", row=14, seen="{x}")
    assert (str(error), error.fields["row"]) == ("a.csv, row 14: '{x}' is not a time", 14)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.fields) == (SourceError, str(error), error.fields)
    assert str(UsageError("100 %")) == "100 %"
    assert not isinstance(error, WorkspaceError)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("", NO_TAGS),
        ("https://example.com/?page=2", NO_TAGS),
        ("/landing?utm_source=a&utm_medium=b&utm_campaign=c&utm_content=d&utm_term=e", Tags("a", "b", "c", "d", "e")),
        ("?UTM_Source=LinkedIn&utm_source=other", Tags("LinkedIn")),
        ("?utm_source=&utm_medium=+&gclid=", NO_TAGS),
        ("?utm_source=caf%C3%A9+bar&utm_term=%E9t%E9", Tags("café bar", term="\ufffdt\ufffd")),
        ("?utm_source=a%1Fb%00c", Tags("a b c")),
        ("?fbclid=1&gclid=2", Tags(click_id="2", click_id_kind="gclid")),
        ("?utm_source=a#utm_medium=b", Tags("a")),
    ],
)
def test_tags(url, found):
    assert tags(url) == found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://WWW.Example.com:8080/x?y#z", "www.example.com"),
        ("https://user:secret@example.com/", "example.com"),
        ("https://example.com./", "example.com"),
        ("//example.com/x", "example.com"),
        ("example.com", "example.com"),
        ("example.com/to?url=https://example.org", "example.com"),
        ("https://exämple.de", "exämple.de"),
        ("https://192.0.2.7/", "192.0.2.7"),
        ("-", None),
        ("", None),
        ("(direct)", None),
        ("localhost", None),
        ("https://[bad", None),
        ("https://a b.com/", None),
        ("about:blank", None),
    ],
)
def test_host(url, found):
    assert host(url) == found


@given(st.text())
def test_no_url_is_too_odd_to_be_read(url):
    found = tags(url)
    assert all(value is None or (value and SEPARATOR not in value) for value in dataclasses.astuple(found))
    name = host(url)
    assert name is None or ("." in name and not any(character.isspace() for character in name))


def test_a_host_is_under_its_domain_alone():
    assert under("example.com", "example.com")
    assert under("a.b.example.com", "example.com")
    assert not under("example.com", "www.example.com")
    assert not under("badexample.com", "example.com")
