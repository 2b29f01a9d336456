"""How the days of an export are written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.export_days import Days, order


@given(st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)), st.integers(2, 40), st.booleans(), st.booleans(), st.sampled_from("/-"))
def test_days_that_follow_each_other_show_their_order(first, length, day_first, latest_first, sign):
    """Whatever days, from whichever end: the order is found, and each is read as it was meant."""
    days = [first + dt.timedelta(days=place) for place in range(length)]
    if latest_first:
        days.reverse()
    parts = [(day.day, day.month) if day_first else (day.month, day.day) for day in days]
    written = [f"{one}{sign}{other}{sign}{day.year}" for day, (one, other) in zip(days, parts, strict=True)]
    found = order(written, [written])
    assert found == day_first
    assert [Days(found).day(text) for text in written] == days


@given(st.lists(st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)), max_size=6), st.booleans())
def test_no_order_is_found_that_a_number_above_12_refutes(days, day_first):
    written = [day.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y") for day in days]
    if any(day.day > 12 for day in days):
        assert order(written, []) == day_first
    else:
        assert order(written, []) is None


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (dt.datetime(2026, 9, 5, 10), dt.date(2026, 9, 5)),
        (dt.date(2026, 9, 5), dt.date(2026, 9, 5)),
        (46270, dt.date(2026, 9, 5)),
        (46270.75, dt.date(2026, 9, 5)),
        ("5.9.2026", dt.date(2026, 9, 5)),
        ("2026-09-05 10:00", dt.date(2026, 9, 5)),
        (" 05/09/2026 ", None),
        ("12/12/2026", dt.date(2026, 12, 12)),
        ("31/02/2026", None),
        ("8/6/2026 - 9/5/2026", None),
        (7, None),
        (True, None),
        (None, None),
        ("", None),
    ],
)
def test_cells_where_the_order_is_open(cell, day):
    assert Days(None).day(cell) == day


def test_contradicting_days_show_no_order():
    assert order(["13/9/2026", "9/13/2026"], []) is None
