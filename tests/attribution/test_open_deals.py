"""Open opportunities, against the rule read word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.open_deals import open_opportunities


def closes(closing, deal):
    if closing["at"] < deal["at"]:
        return False
    for told_by in ("opportunity", "account"):
        if closing[told_by] is not None and deal[told_by] is not None:
            return closing[told_by] == deal[told_by]
    return closing["person"] is not None and closing["person"] == deal["person"]


def literal_open(deals, end):
    closings = [deal for deal in deals if deal["goal"] != "opportunity" and (end is None or deal["at"] < end)]
    return {deal["id"] for deal in deals if deal["goal"] == "opportunity" and not any(closes(closing, deal) for closing in closings)}


some = st.one_of(st.none(), st.integers(0, 2))
deal = st.fixed_dictionaries(
    {"goal": st.sampled_from(["opportunity", "won", "lost"]), "at": st.integers(0, 5), "opportunity": some, "account": some, "person": some}
)


@given(st.lists(deal, max_size=12), st.one_of(st.none(), st.integers(0, 6)))
def test_the_rule(deals, end):
    numbered = [{"id": number, **each} for number, each in enumerate(deals)]
    assert open_opportunities(numbered, end) == literal_open(numbered, end)


def told(goal, at, opportunity=None, account=None, person=None, number=1):
    return {"id": number, "goal": goal, "at": at, "opportunity": opportunity, "account": account, "person": person}


@pytest.mark.parametrize(
    ("opened", "closing", "still"),
    [
        (told("opportunity", 5, "D1", 7), told("won", 9, "D1", 7), set()),
        (told("opportunity", 5, "D1", 7), told("won", 9, "D2", 7), {1}),
        (told("opportunity", 5, "D1", 7), told("lost", 9, None, 7), set()),
        (told("opportunity", 5, None, 7, 1), told("won", 9, "D2", 7, 2), set()),
        (told("opportunity", 5, None, 7, 1), told("won", 9, None, 8, 1), {1}),
        (told("opportunity", 5, None, None, 1), told("won", 9, None, 8, 1), set()),
        (told("opportunity", 5, "D1"), told("won", 4, "D1"), {1}),
        (told("opportunity", 5, "D1"), told("won", 5, "D1"), set()),
        (told("opportunity", 5, "D1"), told("won", 20, "D1"), {1}),
    ],
    ids=[
        "the same name",
        "another name",
        "no name: the account",
        "no name on the other side",
        "another account of the person",
        "no account: the person",
        "a closing before",
        "in the same second",
        "after the end",
    ],
)
def test_cases(opened, closing, still):
    assert open_opportunities([opened, {**closing, "id": 2}], end=20) == still
