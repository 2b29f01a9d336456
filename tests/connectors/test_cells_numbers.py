"""Numbers in every dress."""

from __future__ import annotations

import math
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import cells, numerals
from tests.connectors.test_cells import column, read


def amounts(*texts: str | None, **ways: object) -> tuple[list[object], list[int]]:
    return read(numerals.amounts(column(*texts), cells.Reading(**{"comma": None, **ways})))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0), ("12.5", 12.5), ("12,5", 12.5), ("1 234,56 €", 1234.56), ("1\u202f234,56\u00a0€", 1234.56), ("1.234,56", 1234.56),
        ("1,234.56", 1234.56), ("1'234.50", 1234.5), ("1’234.50", 1234.5), ("1,234,567", 1234567.0), ("1.234.567", 1234567.0),
        ("(12.00)", -12.0), ("$(12.00)", -12.0), ("(12,00 €)", -12.0), ("-5", -5.0), ("−5", -5.0), ("+5", 5.0), ("-$5.50", -5.5),
        ("$-5.50", -5.5), ("€ 5", 5.0), ("EUR 5", 5.0), ("5 eur", 5.0), ("0.123", 0.123), ("0,123", 0.123), ("1234.567", 1234.567),
        (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("1,5E+02", 150.0), (" 7 ", 7.0), ("12 345,678", 12345.678), ("007", 7.0),
    ],
)  # fmt: skip
def test_a_number_is_read(text, value):
    assert amounts(text) == ([value], [])
    # Beside a cell that only the slow way reads, and beside one that the fast way reads, it is the same.
    assert amounts(text, "(1)") == ([value, -1.0], [])
    assert amounts(text, "1") == ([value, 1.0], [])


@pytest.mark.parametrize(
    "text",
    ["nan", "NaN", "inf", "-inf", "Infinity", "1e400", "12%", "12 kg", "x", "-", ".", "€", "1.2.3", "12,34,56", "1 23", "06 12 34 56 78",
     "1,234.5.6", "--5", "1e3e3", "0x10", "1_000", "٣", "5 EUR EUR", "=5", "1,2345,678", "1.234e3,5", "1 234 56", "(5", "5)", "1e13"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    assert amounts(text) == ([None], [0])
    assert amounts(text, "(1)", "2") == ([None, -1.0, 2.0], [0])


def test_two_readings_are_settled_by_the_column_or_refused():
    assert amounts("1,234") == ([None], [0])
    assert amounts("1.234", "7") == ([None, 7.0], [0])
    assert amounts("1,234", "12.50") == ([1234.0, 12.5], [])
    assert amounts("1,234", "12,5") == ([1.234, 12.5], [])
    assert amounts("1.234", "1,5") == ([1234.0, 1.5], [])
    assert amounts("1.234", "1.5") == ([1.234, 1.5], [])
    assert amounts("1.234", "1.5", "1,5") == ([None, 1.5, 1.5], [0])
    assert amounts("1,234", "1,234,567") == ([1234.0, 1234567.0], [])
    assert amounts("1.234", "0.123") == ([1.234, 0.123], [])


def test_the_kind_of_file_settles_what_the_column_does_not_show():
    assert amounts("1.234", "1,234", comma=False) == ([1.234, 1234.0], [])
    assert amounts("1.234", "1,234", comma=True) == ([1234.0, 1.234], [])


def test_the_whole_column_is_looked_at_once():
    gone_through = []

    def whole():
        gone_through.append(1)
        return iter([column("1,234"), column("7"), column("0,5")])

    reading = cells.Reading(comma=None, whole=whole)
    assert read(numerals.amounts(column("7"), reading)) == ([7.0], [])
    assert gone_through == []
    assert read(numerals.amounts(column("1,234"), reading)) == ([1.234], [])
    assert read(numerals.amounts(column("1.234"), reading)) == ([1234.0], [])
    assert gone_through == [1]


def test_counts_are_whole_and_not_below_zero():
    values, troubles = numerals.counts(column("25,881", "1.234", "1 000", "7", "7.0", None, "-1", "7.5", "0"), cells.Reading(comma=None))
    assert values.type == pa.int64()
    assert values.to_pylist() == [25881, 1234, 1000, 7, 7, None, None, None, 0]
    assert troubles[0].bad.nonzero()[0].tolist() == [6, 7]
    assert not troubles[1].bad.any()


@settings(deadline=None)
@given(st.decimals(min_value=-(10**11), max_value=10**11, allow_nan=False, places=2), st.sampled_from(["", " ", "\u202f", "'", ",", "."]))
def test_decimals_in_any_dress_are_decimals(number, thousands):
    decimal = "," if thousands in (".", " ", "\u202f") else "."
    text = f"{number:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)
    assert amounts(text) == ([float(number)], [])
    assert amounts(text + " €", "(1)") == ([float(number), -1.0], [])


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: abs(number) < numerals.LARGEST))
def test_machine_written_numbers_come_back(number):
    assert amounts(repr(number), comma=False) == ([number], [])


@settings(deadline=None)
@given(st.lists(st.text("0123456789.,-+eE ()€'\u00a0", max_size=9), min_size=1, max_size=6))
def test_the_fast_way_says_what_the_slow_way_says(texts):
    alone = [numerals.readings(text)[0] for text in texts]
    fast = numerals.plain(column(*texts))
    if fast is not None:
        assert [value if value is not None else math.nan for value in alone] == pytest.approx(fast.to_pylist(), rel=1e-15, nan_ok=True)


@settings(deadline=None)
@given(st.lists(st.text("0123456789.,", min_size=1, max_size=7), min_size=1, max_size=6))
def test_a_cell_reads_alike_in_every_part_of_a_file(texts):
    whole = column(*texts)
    together, bad = read(numerals.amounts(whole, cells.Reading(comma=None)))
    parts = cells.Reading(comma=None, whole=lambda: iter([whole]))
    apart = [read(numerals.amounts(column(text), parts)) for text in texts]
    assert ([values[0] for values, _ in apart], sorted(place for place, (_, marked) in enumerate(apart) if marked)) == (
        together,
        sorted(bad),
    )


@settings(deadline=None)
@given(st.text("0123456789", min_size=1, max_size=9), st.text("0123456789", max_size=6))
def test_a_decimal_number_is_what_decimal_says(whole, fraction):
    text = f"{whole}.{fraction}" if fraction else whole
    point, _, mark = numerals.readings(text)
    assert (point, mark) == (float(Decimal(text)), None)


def test_currencies_beside_amounts():
    assert numerals.marks(column("1", "2.5", None)) is None
    assert amounts("  ", "1") == ([None, 1.0], [])
    assert numerals.marks(column("1,5", "2")) is None
    assert numerals.marks(column("1 €", None, "usd 5", "(£5)", "x")).to_pylist() == ["€", None, "usd", "£", None]
