"""Sourced and influenced pipeline on a hand-made company, and the touches around opportunities one by one."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.attribute import attribute
from attribution.deal_touches import find
from attribution.explain import explain
from attribution.pipeline_report import report
from attribution.question import Question
from cli import main
from tests.workspace.samples import batch
from workspace import imports, store
from workspace.errors import DataError


def at(month, day, hour=9):
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


CPC = {"source": "google", "medium": "cpc"}
PEOPLE = [
    {"person": "anna", "account": "acme", "lead_source": "Trade Show"},
    {"person": "ben", "account": "acme", "lead_source": "Web"},
    {"person": "carl", "account": "globex"},
    {"person": "dora", "account": "initech", "lead_source": "Cold Call"},
    {"person": "erik", "lead_source": "Web"},
]
TOUCHES = [
    {"person": "anna", "at": at(1, 5), **CPC},
    {"person": "ben", "at": at(1, 10), "kind": "meeting"},
    {"person": "anna", "at": at(1, 20), "source": "brevo", "medium": "email", "kind": "email_click"},
    {"person": "ben", "at": at(2, 10), "source": "linkedin", "medium": "paid-social", "kind": "ad_click"},
    {"person": "ben", "at": at(3, 2), "source": "youtube", "medium": "cpc"},  # after the win
    {"person": "carl", "at": at(1, 2)},  # direct
    {"person": "carl", "at": at(1, 3), "kind": "call"},
    {"person": "carl", "at": at(1, 8), "source": "brevo", "medium": "email", "kind": "email_click"},
    {"person": "carl", "at": at(1, 1), **CPC, "consent": False},
    {"person": "erik", "at": at(2, 6), "referrer": "www.google.com"},
    {"person": "erik", "at": at(2, 8), "kind": "call"},  # after the opportunity
    {"person": "fred", "at": at(1, 1), **CPC},  # no opportunity
]
CONVERSIONS = [
    {"person": "anna", "account": "acme", "at": at(1, 6), "goal": "lead"},
    {"account": "acme", "at": at(2, 1), "goal": "opportunity", "opportunity": "O1", "value": 1000.0, "currency": "EUR"},
    {"account": "acme", "at": at(3, 1), "goal": "won", "opportunity": "O1", "value": 900.0, "currency": "EUR"},
    {"person": "carl", "account": "globex", "at": at(1, 15), "goal": "opportunity", "value": 500.0, "currency": "EUR"},
    {"person": "dora", "account": "initech", "at": at(2, 5), "goal": "opportunity", "opportunity": "O3"},
    {"person": "dora", "account": "initech", "at": at(2, 20), "goal": "lost", "opportunity": "O3"},
    {"person": "erik", "at": at(2, 7), "goal": "opportunity", "value": 200.0, "currency": "EUR"},
]


def made(folder, people=PEOPLE, touches=TOUCHES, conversions=CONVERSIONS):
    path = folder / "w.db"
    store.create(path)
    kinds = {"people": people, "touches": touches, "conversions": conversions}
    with store.open_workspace(path) as opened:
        imports.run(opened, "test", [batch(kind, *rows, file=f"{kind}.csv") for kind, rows in kinds.items() if rows])
    return path


@pytest.fixture
def workspace(tmp_path):
    with store.open_workspace(made(tmp_path)) as opened:
        yield opened


def table(shown):
    """Read a report's rows; what is missing is None."""
    return [[None if pd.isna(value) else value for value in row] for row in shown.frame.values.tolist()]


NOTES = [
    "Each row counts the same opportunities by another definition; never add them up.",
    "Marketing is every touch but direct visits and those of sales (call, meeting; the settings say which). An opportunity's touches are "
    "those of all people of its account.",
    "By first touch: the earliest touch on record, at or before the opportunity was created, is marketing's.",
    "Marketing before sales: a touch of marketing came before the first of sales, or before the opportunity was created where that came "
    "first.",
    "Lead source in the CRM: that of the opportunity's person; by the words in the settings these were taken as those of sales: Cold Call.",
    "Influenced: any touch of marketing, from 90.0 days before the opportunity was created until it closed.",
    "The value of 1 of 4 opportunities is not known; they add nothing to the pipeline.",
    "1 opportunity names no account; only the touches of its own person count.",
    "1 touch without consent counts nowhere.",
    "It shows what came before the opportunities, not what caused them.",
]


def test_the_definitions_side_by_side(workspace):
    shown = report(workspace, Question(), False)
    columns = ["definition", "opportunities", "share_of_opportunities", "pipeline_value", "share_of_pipeline_value"]
    assert list(shown.frame.columns) == [*columns, "won_opportunities", "won_value", "share_of_won_value", "opportunities_not_known"]
    assert table(shown) == [
        ["crm_source", 2, 1 / 2, 1200, 1200 / 1700, 1, 900, 1, 1],
        ["first_touch", 2, 1 / 2, 1200, 1200 / 1700, 1, 900, 1, 1],
        ["before_sales", 2, 1 / 2, 1200, 1200 / 1700, 1, 900, 1, 1],
        ["influenced", 3, 3 / 4, 1700, 1, 1, 900, 1, 1],
    ]
    assert [str(note) for note in shown.notes] == NOTES
    assert shown.meta == {
        "since": None,
        "until": None,
        "lookback_days": 90.0,
        "by": None,
        "currency": "EUR",
        "opportunities": 4,
        "won_opportunities": 1,
        "touches": 11,
        "rules": "smarketing",
    }


def test_each_definition_by_channel(workspace):
    shown = report(workspace, Question(), True)
    assert list(shown.frame.columns) == ["definition", "channel", "opportunities", "pipeline_value", "won_opportunities", "won_value"]
    assert table(shown) == [
        ["crm_source", "Trade Show", 1, 1000, 1, 900],  # no person of its own: the account's first to convert is Anna
        ["crm_source", "Web", 1, 200, 0, 0],
        ["crm_source", "(not marketing)", 1, None, 0, 0],  # Dora's cold call
        ["crm_source", "(not set)", 1, 500, 0, 0],  # Carl
        ["first_touch", "Organic Search", 1, 200, 0, 0],
        ["first_touch", "Paid Search", 1, 1000, 1, 900],
        ["first_touch", "(not marketing)", 1, 500, 0, 0],  # a direct visit; the advertisement before it had no consent
        ["first_touch", "(unattributed)", 1, None, 0, 0],
        ["before_sales", "Organic Search", 1, 200, 0, 0],  # the call came after the opportunity
        ["before_sales", "Paid Search", 1, 1000, 1, 900],  # Anna, before Ben's meeting
        ["before_sales", "(not marketing)", 1, 500, 0, 0],  # the call came before the mail
        ["before_sales", "(unattributed)", 1, None, 0, 0],
        ["influenced", "Email", 2, 1500, 1, 900],
        ["influenced", "Organic Search", 1, 200, 0, 0],
        ["influenced", "Paid Search", 1, 1000, 1, 900],
        ["influenced", "Paid Social", 1, 1000, 1, 900],
        ["influenced", "(unattributed)", 1, None, 0, 0],
    ]
    assert "An opportunity is influenced through several channels at once" in str(shown.notes[6])


def test_the_lookback_counts_back_from_the_creation(workspace):
    rows = table(report(workspace, Question(lookback_days=5), True))
    assert [row[1:3] for row in rows if row[0] == "influenced"] == [
        ["Organic Search", 1],
        ["Paid Social", 1],  # Ben's click on 10 February; the mail of 20 January is 12 days older than the opportunity
        ["(not marketing)", 1],  # Carl's mail came a week before the opportunity: nothing since is of marketing
        ["(unattributed)", 1],
    ]


def test_a_period_chooses_opportunities_by_their_creation(workspace):
    shown = report(workspace, Question(since=dt.date(2026, 2, 6), until=dt.date(2026, 2, 28)), False)
    assert [row[:2] for row in table(shown)] == [["crm_source", 1], ["first_touch", 1], ["before_sales", 1], ["influenced", 1]]
    assert shown.meta["opportunities"] == 1


def test_what_no_record_tells_is_missing_and_not_nothing(tmp_path):
    touches = [touch for touch in TOUCHES if touch.get("kind") not in ("call", "meeting")]
    with store.open_workspace(made(tmp_path, people=(), touches=touches)) as opened:
        shown = report(opened, Question(), False)
        rows = table(shown)
        assert rows[0] == ["crm_source", *[None] * 7, 4]
        assert rows[2] == ["before_sales", *[None] * 7, 4]
        assert [row[1] for row in rows] == [None, 2, None, 3]
        assert [str(note) for note in shown.notes[3:5]] == [
            "Marketing before sales: no touch of sales is on record, so nothing can be said.",
            "Lead source in the CRM: the people of these opportunities have none on record ('import csv --as people' brings it).",
        ]
        assert table(report(opened, Question(), True))[0] == ["crm_source", "(not set)", None, None, None, None]


def test_the_settings_say_what_is_sales(tmp_path):
    path = made(tmp_path)
    config = path.with_name("smarketing.toml")
    text = config.read_text().replace('["call", "meeting"]', '["email_click"]').replace('"sales", "outbound"', '"web", "outbound"')
    config.write_text(text)
    with store.open_workspace(path) as opened:
        rows = table(report(opened, Question(), True))
    assert [row[1:3] for row in rows if row[0] == "crm_source"] == [["Trade Show", 1], ["(not marketing)", 2], ["(not set)", 1]]
    before = [row[1:3] for row in rows if row[0] == "before_sales"]
    # Carl's call is marketing's now, of the channel that the rules give it, and came before the mail.
    assert before == [["Call", 1], ["Organic Search", 1], ["Paid Search", 1], ["(unattributed)", 1]]


def test_a_name_like_that_of_a_row_is_told_apart_in_every_report(tmp_path):
    """A channel named like a row of one report stands between quotes in all; so do lead sources of the CRM."""
    touches = [
        {"person": "carl", "at": at(1, 2), "channel": "(not marketing)", "kind": "visit"},
        {"person": "erik", "at": at(1, 2), "channel": "(total)", "kind": "event"},
    ]
    people = [
        {"person": "carl", "account": "globex", "lead_source": "(not marketing)"},
        {"person": "erik", "lead_source": "(unattributed)"},
    ]
    with store.open_workspace(made(tmp_path, people=people, touches=touches)) as opened:
        credited = attribute(opened, Question(models=("linear",), goal="opportunity")).frame
        explained = explain(opened, "carl", Question())[0].frame
        rows = table(report(opened, Question(), True))
    assert set(credited["channel"]) == {'"(not marketing)"', '"(total)"', "(unattributed)"}
    assert explained["channel"].tolist() == ['"(not marketing)"']
    assert [row[1] for row in rows if row[0] == "crm_source"] == ['"(not marketing)"', '"(unattributed)"', "(not set)"]
    assert [row[1] for row in rows if row[0] == "first_touch"] == ['"(not marketing)"', '"(total)"', "(unattributed)"]


def test_names_like_those_of_other_rows_are_told_apart(tmp_path):
    touches = [
        {"person": "carl", "at": at(1, 2), "channel": "(not marketing)", "kind": "visit"},
        {"person": "erik", "at": at(1, 2), "channel": "Webinar", "kind": "event"},
    ]
    with store.open_workspace(made(tmp_path, touches=touches)) as opened:
        rows = table(report(opened, Question(), True))
        assert [row[1:3] for row in rows if row[0] == "first_touch"] == [['"(not marketing)"', 1], ["Webinar", 1], ["(unattributed)", 2]]
        # A source that is not known is no lead source that is not set.
        assert table(report(opened, Question(by="source"), False))[1][1] == 2


def test_stages_may_have_names_of_their_own(tmp_path):
    conversions = [row | {"goal": {"opportunity": "deal", "won": "customer"}.get(row["goal"], row["goal"])} for row in CONVERSIONS]
    path = made(tmp_path, conversions=conversions)
    config = path.with_name("smarketing.toml")
    text = config.read_text().replace('opportunity_goal = "opportunity"', 'opportunity_goal = "deal"')
    config.write_text(text.replace('"opportunity", "won"]', '"deal", "customer"]'))
    with store.open_workspace(path) as opened:
        assert table(report(opened, Question(), False))[1] == ["first_touch", 2, 1 / 2, 1200, 1200 / 1700, 1, 900, 1, 1]


WON = {"person": "anna", "at": at(2, 1), "goal": "won", "value": 5.0, "currency": "EUR"}


@pytest.mark.parametrize(
    ("conversions", "touches", "question", "message"),
    [
        (
            [CONVERSIONS[0]],
            TOUCHES,
            Question(),
            "There are no opportunities yet: no conversion has the goal 'won' / 'opportunity'; import some with 'smarketing import csv "
            "FILE --as conversions', or name yours in smarketing.toml (opportunity_goal, and the last of stages)",
        ),
        ([WON], (), Question(), "There are no touches yet; import some with 'smarketing import csv FILE --as touches'"),
        (
            [WON],
            TOUCHES,
            Question(since=dt.date(2030, 1, 1)),
            "There are no opportunities in this period; choose another with --since and --until",
        ),
        (
            [WON, WON | {"person": "ben", "currency": "USD"}],
            TOUCHES,
            Question(),
            "Values are in several currencies: EUR, USD. Put what one USD is worth in EUR into smarketing.toml, under [rates], or count "
            "one currency alone with --currency EUR",
        ),
    ],
)
def test_what_cannot_be_told_is_said(tmp_path, conversions, touches, question, message):
    with store.open_workspace(made(tmp_path, touches=touches, conversions=conversions)) as opened, pytest.raises(DataError) as error:
        report(opened, question, False)
    assert str(error.value) == message


def test_wins_without_an_opportunity_and_other_currencies(tmp_path):
    conversions = [WON, WON | {"person": "ben", "currency": "USD"}, WON | {"person": "carl", "value": None, "currency": None}]
    with store.open_workspace(made(tmp_path, conversions=conversions)) as opened:
        shown = report(opened, Question(currency="EUR"), False)
        assert table(shown)[1] == ["first_touch", 1, 1 / 2, None, None, 1, 5, 1, 0]
        assert [str(note) for note in shown.notes[6:-1]] == [
            "The value of 2 of 2 opportunities is not known; they add nothing to the pipeline.",
            "The value of 1 of 2 wins is not known; they add nothing to what was won.",
            "2 opportunities closed without a conversion that tells of their creation; the day they closed stands for it.",
            "2 opportunities name no account; only the touches of their own person count.",
            "1 conversion valued in another currency than EUR was left out.",
            "1 touch without consent counts nowhere.",
        ]


def test_the_command(tmp_path):
    path = made(tmp_path)
    done = CliRunner().invoke(main, ["--workspace", str(path), "pipeline", "--by", "family", "--format", "json"])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["rows"]
    assert [(row["definition"], row["family"], row["opportunities"]) for row in rows if row["definition"] == "first_touch"] == [
        ("first_touch", "ads", 1),
        ("first_touch", "organic", 1),
        ("first_touch", "(not marketing)", 1),
        ("first_touch", "(unattributed)", 1),
    ]
    assert json.loads(done.stdout)["meta"]["by"] == "family"


SALES = 3
TOUCH = st.tuples(st.integers(0, 4), st.integers(0, 30), st.integers(0, 4), st.integers(0, 1))
DEAL = st.tuples(st.frozensets(st.integers(0, 4), max_size=3), st.integers(0, 30), st.integers(0, 20), st.integers(0, 30))


@settings(deadline=None, max_examples=60)
@given(touches=st.lists(TOUCH, min_size=1, max_size=14, unique=True), told=st.lists(DEAL, min_size=1, max_size=4))
def test_the_touches_around_opportunities_one_by_one(touches, told):
    """Codes 0 to 2 are marketing's, 3 is sales, 4 neither; of one second, the lower tie comes first, then the lower code."""
    start = 1_700_000_000
    members = [
        {"deal": number, "person": person, "born": start + born, "begins": start + born - lookback, "ends": start + born + open_for}
        for number, (people, born, lookback, open_for) in enumerate(told)
        for person in people
    ]
    numbers = ("deal", "person", "born", "begins", "ends")
    found = find(
        pa.Table.from_pylist([{"key": person, "at": start + t, "origin_id": 100 + code, "tie": tie} for person, t, code, tie in touches]),
        pa.table({"origin_id": [100 + code for code in range(5)], "code": list(range(5))}),
        pa.table({name: pa.array([row[name] for row in members], pa.int64()) for name in numbers}),
        len(told),
        SALES,
    )
    pairs = []
    for number, (people, born, lookback, open_for) in enumerate(told):
        own = sorted((second, tie, code) for person, second, code, tie in touches if person in people)
        before = [touch for touch in own if touch[0] <= born]
        marketing = [touch for touch in before if touch[2] < SALES]
        sales = [touch for touch in before if touch[2] == SALES]
        assert found.first[number] == (before[0][2] if before else -1)
        assert found.marketing[number] == (marketing[0][2] if marketing else -1)
        assert found.before_sales[number] == bool(marketing and (not sales or marketing[0] < sales[0]))
        assert found.touched[number] == any(second <= born + open_for for second, _, _ in own)
        inside = {code for second, _, code in own if born - lookback <= second <= born + open_for and code < SALES}
        pairs += [(number, code) for code in sorted(inside)]
    assert list(zip(found.deal.tolist(), found.code.tolist(), strict=True)) == pairs
    assert found.first.dtype == np.int64
