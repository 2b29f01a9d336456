"""Opportunities put together from conversions."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.deals import Deal, deals

ANNA, BEN, CARL = 1, 2, 3
ACME, GLOBEX = 10, 20


def row(number, goal, at, *, person=None, account=None, opportunity=None, value=None):
    return {"id": number, "key": person, "account": account, "at": at, "goal": goal, "opportunity": opportunity, "value": value}


def test_conversions_of_one_name_tell_of_one_opportunity():
    rows = [
        row(1, "opportunity", 100, person=ANNA, account=ACME, opportunity="A", value=50.0),
        row(2, "opportunity", 110, person=BEN, account=ACME, opportunity="B", value=70.0),
        row(3, "won", 200, person=BEN, account=ACME, opportunity="A", value=45.0),
        row(4, "lost", 210, account=ACME, opportunity="B"),
    ]
    assert deals(rows) == [
        Deal(ACME, [ANNA, BEN], created=100, closed=200, won=True, value=50.0, won_value=45.0),
        Deal(ACME, [BEN], created=110, closed=210, won=False, value=70.0),
    ]


def test_the_amount_that_was_last_known_counts_and_the_first_creation():
    rows = [
        row(1, "opportunity", 100, account=ACME, opportunity="A", value=50.0),
        row(2, "opportunity", 150, account=ACME, opportunity="A", value=80.0),
        row(3, "opportunity", 160, account=ACME, opportunity="A"),
    ]
    assert deals(rows) == [Deal(ACME, created=100, value=80.0)]


@pytest.mark.parametrize(
    ("closings", "won", "won_value"), [([("lost", 150), ("won", 200)], True, 9.0), ([("won", 150), ("lost", 200)], False, 9.0)]
)
def test_the_last_closing_counts(closings, won, won_value):
    rows = [row(1, "opportunity", 100, account=ACME, opportunity="A", value=50.0)]
    rows += [row(2 + i, goal, at, account=ACME, opportunity="A", value=9.0) for i, (goal, at) in enumerate(closings)]
    assert deals(rows) == [Deal(ACME, created=100, closed=200, won=won, value=50.0, won_value=won_value)]


def test_a_closing_without_a_name_goes_to_its_person_before_its_account():
    rows = [
        row(1, "opportunity", 100, person=ANNA, account=ACME, value=1.0),
        row(2, "opportunity", 110, person=BEN, account=ACME, value=2.0),
        row(3, "won", 200, person=ANNA, account=ACME, value=1.0),
        row(4, "won", 210, person=CARL, account=ACME, value=2.0),  # signed by another of the account
        row(5, "won", 220, person=ANNA, account=ACME, value=3.0),  # a second purchase: nothing was open any more
    ]
    assert deals(rows) == [
        Deal(ACME, [ANNA], created=100, closed=200, won=True, value=1.0, won_value=1.0),
        Deal(ACME, [BEN, CARL], created=110, closed=210, won=True, value=2.0, won_value=2.0),
        Deal(ACME, [ANNA], created=None, closed=220, won=True, won_value=3.0),
    ]


def test_a_closing_of_another_account_is_another_opportunity():
    rows = [
        row(1, "opportunity", 100, person=ANNA, account=ACME),
        row(2, "lost", 200, person=ANNA, account=GLOBEX),
        row(3, "lost", 210, person=ANNA),
    ]
    assert deals(rows) == [Deal(ACME, [ANNA], created=100, closed=210), Deal(GLOBEX, [ANNA], closed=200)]


def test_what_opens_and_closes_in_one_second_is_one_opportunity():
    rows = [row(1, "won", 100, person=ANNA, value=5.0), row(2, "opportunity", 100, person=ANNA, value=5.0)]
    assert deals(rows) == [Deal(None, [ANNA], created=100, closed=100, won=True, value=5.0, won_value=5.0)]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["opportunity", "won", "lost"]),
        st.integers(0, 9),
        st.sampled_from([None, ANNA, BEN]),
        st.sampled_from([None, ACME, GLOBEX]),
        st.sampled_from([None, None, "A", "B"]),
    ),
    max_size=9,
)


@given(drawn=ROWS, seed=st.integers())
def test_every_conversion_tells_of_one_opportunity_whatever_the_order(drawn, seed):
    rows = [
        row(i, goal, at, person=person, account=account, opportunity=name, value=1.0)
        for i, (goal, at, person, account, name) in enumerate(drawn)
    ]
    found = deals(rows)
    assert found == deals(random.Random(seed).sample(rows, len(rows)))
    nameless = [entry for entry in rows if entry["opportunity"] is None]
    created = sum(entry["goal"] == "opportunity" for entry in nameless)
    closings = len(nameless) - created
    named = len({entry["opportunity"] for entry in rows} - {None})
    assert named + created <= len(found) <= named + created + closings
    for deal in found:
        assert deal.born == (deal.closed if deal.created is None else deal.created)
        assert deal.won <= (deal.won_value is not None)
