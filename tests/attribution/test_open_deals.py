"""Open opportunities, and what they are worth in the report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.open_deals import open_opportunities
from attribution.question import Question
from attribution.return_report import roi
from tests.attribution.made_workspaces import conversion, cost, touch, workspace_with


def told(number, goal, at, opportunity=None, account=None, key=None, value=None):
    return {"id": number, "goal": goal, "at": at, "opportunity": opportunity, "account": account, "key": key, "value": value}


@pytest.mark.parametrize(
    ("rows", "still"),
    [
        ([told(1, "opportunity", 5, "A", 7), told(2, "won", 9, "A", 7)], {}),
        ([told(1, "opportunity", 5, "A", 7, value=3.0), told(2, "won", 9, "B", 7)], {1: 3.0}),
        ([told(1, "opportunity", 5, None, 7), told(2, "lost", 9, None, 7)], {}),
        ([told(1, "opportunity", 5, None, 7, 1), told(2, "opportunity", 6, None, 7, 2), told(3, "won", 9, None, 7, 1)], {2: None}),
        ([told(1, "opportunity", 5, None, 7, 1), told(2, "won", 9, None, 8, 1)], {1: None}),
        ([told(1, "opportunity", 5, "A"), told(2, "won", 20, "A")], {1: None}),
        ([told(n, "opportunity", at, "A", value=worth) for n, at, worth in ((1, 5, 4.0), (2, 6, 6.0), (3, 30, 9.0))], {1: 6.0}),
        ([told(1, "opportunity", 25, "A")], {}),
        ([told(1, "won", 5, "A"), told(2, "won", 6)], {}),
    ],
    ids=[
        "the same name",
        "another name",
        "no name: the account",
        "no name: the person before the account",
        "another account of the person",
        "closed after the end",
        "what it was last known to be worth",
        "opened after the end",
        "closed without a creation",
    ],
)  # fmt: skip
def test_cases(rows, still):
    assert open_opportunities(rows, end=20) == still


rows = st.lists(
    st.fixed_dictionaries(
        {
            "goal": st.sampled_from(["opportunity", "won", "lost"]),
            "at": st.integers(0, 5),
            "opportunity": st.sampled_from([None, "A", "B"]),
            "account": st.sampled_from([None, 1, 2]),
            "key": st.sampled_from([None, 7, 8]),
            "value": st.sampled_from([None, 1.0, 2.0]),
        }
    ),
    max_size=10,
)


@given(rows, st.integers(0, 6))
def test_no_more_is_open_than_was_opened_and_not_closed(drawn, end):
    numbered = [{"id": number, **each} for number, each in enumerate(drawn)]
    before = [row for row in numbered if row["at"] < end]
    still = open_opportunities(numbered, end)
    assert still == open_opportunities(before)
    assert set(still) <= {row["id"] for row in before if row["goal"] == "opportunity"}
    names = {row["opportunity"] for row in before if row["id"] in still and row["opportunity"]}
    assert not names & {row["opportunity"] for row in before if row["goal"] != "opportunity"}
    nameless = [row for row in before if row["opportunity"] is None]
    opened = sum(row["goal"] == "opportunity" for row in nameless)
    assert opened - sum(row["goal"] != "opportunity" for row in nameless) <= sum(1 for row in nameless if row["id"] in still) <= opened


def test_a_deal_told_twice_stands_once_with_its_last_worth(tmp_path):
    """Created on the 10th after search and mail at 100, told again on the 20th after another mail at 150; still open on the 31st."""
    search, mail = {"source": "google", "medium": "cpc"}, {"source": "brevo", "medium": "email"}
    touches = [touch("anna", 2, **search), touch("anna", 3, **mail), touch("anna", 15, **mail)]
    conversions = [
        conversion("anna", 10, "opportunity", 100.0, opportunity="A"),
        conversion("anna", 20, "opportunity", 150.0, opportunity="A"),
        conversion("anna", 12, "opportunity", 999.0, opportunity="B"),
        conversion("anna", 13, "lost", opportunity="B"),
    ]
    with workspace_with(tmp_path, touches, conversions, [cost(2, 5, **search)]) as opened:
        frame = roi(opened, Question()).frame.set_index("channel")
    assert frame["unrealised_pipeline"].to_dict() == {"Paid Search": 75, "Email": 75, "(unattributed)": 0, "(total)": 150}
