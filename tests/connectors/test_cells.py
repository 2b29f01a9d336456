"""Words, people, yes and no, currencies."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import cells

TEXTS = st.lists(st.none() | st.text(max_size=40) | st.text("abcABC@. \t\n\0\x7f\ufeffé\u00a0", max_size=8), max_size=30)


def column(*texts: str | None) -> pa.Array:
    return pa.array(texts, pa.string())


def read(result: cells.Read) -> tuple[list[object], list[int]]:
    values, troubles = result
    assert all(len(trouble.bad) == len(values) for trouble in troubles)
    return values.to_pylist(), [place for trouble in troubles for place in trouble.bad.nonzero()[0].tolist()]


def literal_word(text: str | None) -> str | None:
    """`words`, one cell at a time."""
    return (re.sub("[\x00-\x1f\x7f\ufeff]+", " ", text).strip() or None) if text is not None else None


@settings(deadline=None)
@given(TEXTS)
def test_words_are_those_of_the_literal_way(texts):
    assert read(cells.words(column(*texts))) == ([literal_word(text) for text in texts], [])


@settings(deadline=None)
@given(TEXTS)
def test_a_slice_of_a_column_reads_as_itself(texts):
    assert read(cells.words(column("x", "é ", *texts, "y").slice(2, len(texts)))) == read(cells.words(column(*texts)))


@settings(deadline=None)
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20), max_size=20))
def test_clean_texts_come_back_as_they_were(texts):
    assert read(cells.words(column(*texts))) == (texts, [])


def test_words_that_are_too_long_are_marked():
    texts = column("a" * cells.SHORT, "a" * (cells.SHORT + 1), None, "é" * 501)
    assert read(cells.words(texts)) == (["a" * cells.SHORT, None, None, None], [1, 3])


def test_formula_like_cells_stay_as_they_are():
    texts = ("=1+1", "+33 1 23", "-cpc", "@anna", "=HYPERLINK(1)")
    assert read(cells.words(column(*texts))) == (list(texts), [])


def test_only_addresses_are_the_same_in_upper_and_lower_case():
    found = read(cells.person(column(" Anna@Example.COM ", "CRM-7a", "anna@example.com", None, "ÉVA@example.com", "x" * 321)))
    assert found == (["anna@example.com", "CRM-7a", "anna@example.com", None, "éva@example.com", None], [5])


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("yes", "YES", " y ", "oui", "O", "true", "1", "vrai", "granted", "Accordé"), True),
        (("no", "N", "non", "False", "0", "faux", "denied", "refusé"), False),
    ],
)
def test_yes_and_no(texts, value):
    assert read(cells.flags(column(*texts))) == ([value] * len(texts), [])


def test_neither_yes_nor_no():
    assert read(cells.flags(column("maybe", None, "2", "  "))) == ([None, None, None, None], [0, 2])


def test_currencies():
    found = read(cells.currencies(column("EUR", " usd", "€", "£", None, "$", "TTC", "EURO", "")))
    assert found == (["EUR", "USD", "EUR", "GBP", None, None, None, None, None], [5, 6, 7])
