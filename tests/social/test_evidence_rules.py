"""The rules of evidence and ledgers alone, without a workspace: windows to the second, answers, what decides."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from social.evidence import DAY, LEDGERS, LEVELS, LINK, Windows, ledger, links

BLANK = {"advocate": "A1", "content": None, "network": "linkedin", "post": "p", "posted_at": 0.0, "left_out": "", "rule": "r"}
WINDOWS = Windows()


def evidence(**levels):
    """Make the evidence of levels: rows of one person of one account, by what differs from the ordinary."""
    columns = ["person_id", "account_id", "opportunity", "at", *BLANK]
    found = {
        level: pd.DataFrame([{"person_id": 1, "opportunity": None} | BLANK | row for row in levels.get(level, [])], columns=columns)
        for level in LEVELS[:4]
    }
    seen = [{"account_id": 7, "advocate": "A1", "network": "linkedin", "post": "p", **row} for row in levels.get("exposure", [])]
    return found | {"exposure": pd.DataFrame(seen, columns=["account_id", "advocate", "network", "post", "posted_at"])}


def subject(kind, moment=200 * DAY, owner=None):
    subjects = pd.DataFrame(
        {"kind": [kind], "number": [0], "at": [moment], "account_id": pd.array([7], "Int64"), "name": [None], "owner": [owner]}
    )
    return subjects, pd.DataFrame({"kind": [kind], "number": [0], "person_id": [1], "eldest": [True]})


@pytest.mark.parametrize(
    ("kind", "level", "before", "after"),
    [
        ("lead", "click", 30, 0),
        ("opportunity", "click", 90, 0),
        ("lead", "engaged", 90, 0),
        ("opportunity", "engaged", 90, 0),
        ("lead", "code", 90, 90),
        ("opportunity", "declared", 90, 90),
        ("lead", "exposure", 7, 0),
        ("opportunity", "exposure", 7, 0),
    ],
)
def test_evidence_counts_up_to_the_very_second_of_its_window(kind, level, before, after):
    moment = 200 * DAY
    edges = [moment - before * DAY - 1, moment - before * DAY, moment + after * DAY, moment + after * DAY + 1]
    name = "posted_at" if level == "exposure" else "at"
    rows = [{name: float(edge), "post": f"p{edge}"} for edge in edges]

    found = links(*subject(kind), evidence(**{level: rows}), WINDOWS)

    assert list(found.columns) == list(LINK)
    assert sorted(found["at"]) == edges[1:3]


def leads(*moments):
    """Make leads of one person, without an account."""
    many = len(moments)
    kind, number, nothing = ["lead"] * many, list(range(many)), [None] * many
    subjects = pd.DataFrame(
        {"kind": kind, "number": number, "at": moments, "account_id": pd.array(nothing, "Int64"), "name": nothing, "owner": nothing}
    )
    return subjects, pd.DataFrame({"kind": kind, "number": number, "person_id": 1, "eldest": [not place for place in number]})


def test_an_answer_without_a_moment_tells_of_the_first_lead_alone():
    found = links(*leads(9 * DAY, 900 * DAY), evidence(declared=[{"at": np.nan}]), WINDOWS)

    assert found["number"].tolist() == [0]


@pytest.mark.parametrize(
    ("answered", "lead"),
    [(99, 0), (100, 0), (124, 0), (125, 0), (126, 1), (150, 1), (240, 1), (241, None), (10, 0), (9, None)],
)
def test_an_answer_tells_of_the_nearest_lead_and_of_no_other(answered, lead):
    """Leads on the days 100 and 150; of two as near it is the earlier. The windows are 90 days before and after."""
    found = links(*leads(100 * DAY, 150 * DAY), evidence(declared=[{"at": float(answered * DAY)}]), WINDOWS)

    assert found["number"].tolist() == ([] if lead is None else [lead])


def test_two_answers_tell_of_one_lead_each():
    told = [{"at": 99.0 * DAY}, {"at": 151.0 * DAY, "advocate": "A2"}]
    found = links(*leads(100 * DAY, 150 * DAY), evidence(declared=told), WINDOWS)

    assert found[["number", "advocate"]].values.tolist() == [[0, "A1"], [1, "A2"]]


LINKS = st.lists(
    st.tuples(
        st.sampled_from(LEVELS), st.integers(0, 9), st.sampled_from(["A1", "A2"]), st.sampled_from(["", "", "", "preview", "self_sourced"])
    ),
    max_size=6,
)


def placed(rows, weakest, first):
    frame = pd.DataFrame(
        [
            BLANK | {"kind": "lead", "number": 0, "level": level, "at": float(at), "advocate": who, "left_out": out}
            for level, at, who, out in rows
        ],
        columns=list(LINK),
    )
    subjects, _ = subject("lead")
    made = ledger(frame, subjects, pd.DataFrame({"kind": ["lead"], "number": [0], "first": [first]}), weakest)
    assert len(made) <= 1
    return made[["ledger", "level", "advocate"]].iloc[0].tolist() if len(made) else None


@given(LINKS, LINKS, st.sampled_from(["click", "code", "declared"]), st.floats(0, 9))
@settings(deadline=None)
def test_more_evidence_never_weakens_a_ledger_and_what_is_left_out_decides_nothing(rows, more, weakest, first):
    before, after = placed(rows, weakest, first), placed(rows + more, weakest, first)

    assert before is None or LEDGERS.index(after[0]) <= LEDGERS.index(before[0])
    assert before == placed([row for row in rows if not row[3]], weakest, first)
