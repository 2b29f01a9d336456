"""What other rooms read, against workspaces made by hand."""

import datetime as dt

import pyarrow as pa
import pytest

from tests.workspace.samples import batch, day
from workspace import imports, reading, store
from workspace.batches import Reject
from workspace.errors import WorkspaceError
from workspace.ids import stable_id

ANNA, BOB, ACME = stable_id("anna"), stable_id("bob"), stable_id("ACME")


def seconds(number, hour=9):
    return int(day(number, hour).timestamp())


@pytest.fixture
def workspace(tmp_path):
    path = tmp_path / "smarketing.db"
    store.create(path)
    with store.open_workspace(path) as opened:
        yield opened


@pytest.fixture
def filled(workspace):
    """Two people, one account, and one refused row."""
    reject = Reject("deals.csv", 9, "value", "=1+1", "{field} '{value}' is no amount.", "Write a number.")
    touches = batch(
        "touches",
        {"person": "anna", "at": day(3), "source": "google", "medium": "cpc", "id": "T3"},
        {"person": "anna", "at": day(1), "source": "linkedin", "url": "/a", "click_id": "7", "id": "T1"},
        {"person": "bob", "at": day(2), "source": "google", "medium": "cpc", "consent": True, "id": "T2"},
        {"person": "anna", "at": day(2), "source": "brevo", "consent": False, "id": "T4"},
        file="visits.csv",
    )
    deals = batch(
        "conversions",
        {"person": "anna", "account": "ACME", "at": day(4), "goal": "won", "value": 900.0, "currency": "EUR", "id": "D1"},
        {"person": "anna", "at": day(2), "goal": "lead", "id": "D1"},
        {"account": "ACME", "at": day(5), "goal": "lead"},
        {"person": "bob", "at": day(1), "goal": "lead", "opportunity": "O1"},
        file="deals.csv",
        rejects=[reject],
    )
    costs = batch(
        "spend",
        {"day": dt.date(2026, 1, 2), "amount": 8.5, "currency": "EUR", "source": "google", "medium": "cpc", "campaign": "crm", "clicks": 3},
        {"day": dt.date(1969, 12, 31), "amount": 1.0, "currency": "USD", "channel": "Events", "impressions": 10},
        file="costs.csv",
    )
    imports.run(workspace, "csv", [touches, deals])
    imports.run(workspace, "csv", [costs])
    return workspace


def rows(table):
    return sorted(tuple(row.values()) for row in table.to_pylist())


def test_touch_columns_leave_out_whom_consent_forbids_to_follow(filled):
    def touch(person, number, name, *origin):
        tie = stable_id("touch", name) % 2**20
        return person, seconds(number), stable_id(*(*origin, None, None)[:2], None, None, None, None, None, None, "visit"), tie

    followed = [touch(ANNA, 3, "T3", "google", "cpc"), touch(ANNA, 1, "T1", "linkedin"), touch(BOB, 2, "T2", "google", "cpc")]
    refused = touch(ANNA, 2, "T4", "brevo")
    table = reading.touch_columns(filled)
    assert table.schema == pa.schema([(name, pa.int64()) for name in ("key", "at", "origin_id", "tie")])
    assert rows(table) == sorted(followed)
    assert rows(reading.touch_columns(filled, followed=False)) == sorted([*followed, refused])
    assert rows(reading.touch_columns(filled, until=seconds(3))) == sorted(followed[1:])
    assert rows(reading.touch_columns(filled, until=seconds(1))) == []


def test_people_belong_to_the_accounts_of_the_people_table_and_of_their_conversions(filled):
    assert rows(reading.memberships(filled)) == [(ANNA, ACME, 1)]
    people = batch(
        "people",
        {"person": "anna", "account": "Beta", "segment": "old"},
        {"person": "bob", "account": "ACME", "segment": None},
        file="p.csv",
    )
    imports.run(filled, "csv", [people])
    beta = stable_id("Beta")
    assert rows(reading.memberships(filled)) == sorted([(ANNA, ACME, 0), (ANNA, beta, 1), (BOB, ACME, 1)])
    assert sorted(reading.people_columns(filled).to_pylist(), key=str) == sorted(
        [{"key": ANNA, "segment": "old"}, {"key": BOB, "segment": None}], key=str
    )


def test_capitals_do_not_tell_accounts_apart(filled):
    """acme and Acme are ACME: one of the three ids stands for all, wherever accounts are read."""
    people = batch("people", {"person": "bob", "account": "acme"}, {"person": "carl", "account": "acme.fr"}, file="p.csv")
    deal = batch("conversions", {"person": "bob", "account": "Acme", "at": day(6), "goal": "won", "id": "D2"}, file="more.csv")
    imports.run(filled, "csv", [people, deal])
    same = min(ACME, stable_id("acme"), stable_id("Acme"))
    assert rows(reading.memberships(filled)) == sorted([(ANNA, same, 1), (BOB, same, 1), (stable_id("carl"), stable_id("acme.fr"), 1)])
    assert {row["account"] for row in reading.stage_columns(filled).to_pylist()} == {same, None}
    assert {row["account"] for row in reading.conversion_columns(filled, "won").to_pylist()} == {same}
    named = reading.conversions_named(filled, "aCME")
    assert [(row["key"], row["account"], row["account_id"]) for row in named] == [
        ("D1", "ACME", same),
        (None, "ACME", same),
        ("D2", "Acme", same),
    ]


def test_stage_columns_hold_every_goal(filled):
    found = sorted(
        ((row["goal"], row["key"] or 0, row["account"] or 0, row["opportunity"]) for row in reading.stage_columns(filled).to_pylist()),
        key=str,
    )
    assert found == sorted([("won", ANNA, ACME, None), ("lead", ANNA, 0, None), ("lead", 0, ACME, None), ("lead", BOB, 0, "O1")], key=str)


def test_conversion_columns_have_their_types_whatever_is_known(filled):
    schema = pa.schema(
        [
            ("id", pa.int64()),
            ("key", pa.int64()),
            ("account", pa.int64()),
            ("at", pa.int64()),
            ("value", pa.float64()),
            ("currency", pa.string()),
        ]
    )
    won, lead, nothing = (reading.conversion_columns(filled, goal) for goal in ("won", "lead", "won'; DROP TABLE touches; --"))
    assert (won.schema, lead.schema, nothing.schema) == (schema, schema, schema)
    assert won.to_pylist() == [
        {"id": stable_id("conversion", "D1", "won"), "key": ANNA, "account": ACME, "at": seconds(4), "value": 900.0, "currency": "EUR"}
    ]
    assert sorted((row["key"] or 0, row["account"] or 0, row["at"], row["value"], row["currency"]) for row in lead.to_pylist()) == sorted(
        [(ANNA, 0, seconds(2), None, None), (0, ACME, seconds(5), None, None), (BOB, 0, seconds(1), None, None)]
    )
    assert nothing.num_rows == 0


def test_goals_come_with_the_most_frequent_first(filled):
    assert list(reading.goals(filled).items()) == [("lead", 3), ("won", 1)]


def test_counts_of_an_empty_workspace_are_zero_and_its_span_unknown(workspace):
    zero = dict.fromkeys(("touches", "people", "conversions", "rows_rejected", "without_consent"), 0)
    assert reading.counts(workspace) == zero | {"first_seen": None, "last_seen": None}
    assert reading.touch_columns(workspace).num_rows == 0
    assert reading.goals(workspace) == {}
    assert reading.span(workspace) is None
    assert (
        reading.spend_rows(workspace)
        == reading.experiments(workspace)
        == reading.imports_done(workspace)
        == reading.rejects(workspace)
        == reading.origins(workspace)
        == []
    )


def test_counts(filled):
    assert reading.counts(filled) == {
        "touches": 4,
        "people": 2,
        "conversions": 4,
        "rows_rejected": 1,
        "first_seen": seconds(1),
        "last_seen": seconds(3),
        "without_consent": 1,
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("D1", [("D1", "lead"), ("D1", "won")]),
        ("anna", [("D1", "lead"), ("D1", "won")]),
        ("ACME", [("D1", "won"), (None, "lead")]),
        (str(stable_id("conversion", "D1", "won")), [("D1", "won")]),
        ("acme", [("D1", "won"), (None, "lead")]),
        ("", []),
        ("9" * 19, []),
        ("9" * 30, []),
        ("-1", []),
        ("²", []),
        ("' OR 1=1 --", []),
    ],
)
def test_conversions_are_found_by_any_of_their_names(filled, name, found):
    assert [(row["key"], row["goal"]) for row in reading.conversions_named(filled, name)] == found


def test_a_conversion_says_who_and_whence(filled):
    (won,) = (row for row in reading.conversions_named(filled, "D1") if row["goal"] == "won")
    assert won == {
        "id": stable_id("conversion", "D1", "won"),
        "person_id": ANNA,
        "account_id": ACME,
        "at": seconds(4),
        "goal": "won",
        "value": 900.0,
        "currency": "EUR",
        "opportunity": None,
        "key": "D1",
        "file_id": 2,
        "row": 2,
        "person": "anna",
        "account": "ACME",
        "file": "deals.csv",
        "import_id": 1,
        "connector": "csv",
    }


def test_a_touch_says_its_origin_and_whence(filled):
    origin = stable_id("linkedin", None, None, None, None, None, None, None, "visit")
    reading.keep_verdicts(filled, [("Social", "social", "LinkedIn", "(none)", "social", "smarketing", "7", origin)])
    assert [touch["at"] for touch in reading.touches_of(filled, ANNA)] == [seconds(1), seconds(3)]
    assert reading.touches_of(filled, ANNA)[0] == {
        "id": stable_id("touch", "T1"),
        "at": seconds(1),
        "row": 3,
        "url": "/a",
        "click_id": "7",
        "person": "anna",
        "file": "visits.csv",
        "import_id": 1,
        "origin_id": origin,
        "source": "linkedin",
        "medium": None,
        "campaign": None,
        "content": None,
        "term": None,
        "referrer": None,
        "click_id_kind": None,
        "given_channel": None,
        "kind": "visit",
        "channel": "Social",
        "family": "social",
        "source_label": "LinkedIn",
        "medium_label": "(none)",
        "rule": "social",
        "rule_set": "smarketing",
        "rule_version": "7",
    }
    assert reading.touches_of(filled, 7) == []


def test_touches_of_one_second_stand_in_the_order_of_their_ties(workspace):
    imports.run(workspace, "csv", [batch("touches", *({"person": "anna", "at": day(1), "id": f"T{i}"} for i in range(40)))])
    ids = [touch["id"] for touch in reading.touches_of(workspace, ANNA)]
    assert ids == sorted((stable_id("touch", f"T{i}") for i in range(40)), key=lambda number: number % reading.TIES)
    assert [number % reading.TIES for number in ids] == sorted(reading.touch_columns(workspace)["tie"].to_pylist())


def test_verdicts_are_kept_all_or_none_and_only_what_is_new_is_asked_for(filled):
    first, *others = (row["id"] for row in reading.origins_to_name(filled, "v1"))
    assert len(others) == 4
    verdict = ("Paid search", "ads", "Google", "cpc", "cpc", "ga4", "v1")
    reading.keep_verdicts(filled, [(*verdict, first)])
    assert [row["id"] for row in reading.origins_to_name(filled, "v1")] == others
    assert len(reading.origins_to_name(filled, "v2")) == 5
    kept = next(row for row in reading.origins(filled) if row["id"] == first)
    assert tuple(kept[field] for field in reading.VERDICT_FIELDS) == verdict

    def failing():
        yield (*verdict, others[0])
        raise WorkspaceError("stop")

    with pytest.raises(WorkspaceError):
        reading.keep_verdicts(filled, failing())
    assert [row["id"] for row in reading.origins_to_name(filled, "v1")] == others


def test_imports_done_come_latest_first_with_their_files_in_order(filled):
    imports.run(filled, "weblog", [batch("touches", file=name) for name in ("z.log", "a.log", "m.log")])
    done = reading.imports_done(filled)
    assert [(row["import_id"], row["connector"], row["kind"], row["file"]) for row in done] == [
        (3, "weblog", "touches", "z.log, a.log, m.log"),
        (2, "csv", "spend", "costs.csv"),
        (1, "csv", "conversions", "visits.csv, deals.csv"),
        (1, "csv", "touches", "visits.csv, deals.csv"),
    ]
    assert [(row["rows_read"], row["rows_added"], row["rows_rejected"]) for row in done] == [(0, 0, 0), (2, 2, 0), (5, 4, 1), (4, 4, 0)]


def test_rejects_say_where_what_and_how(filled):
    reject = {
        "import_id": 1,
        "kind": "conversions",
        "file": "deals.csv",
        "row": 9,
        "field": "value",
        "column": None,
        "value_seen": "=1+1",
        "row_kept": False,
        "problem": "{field} '{value}' is no amount.",
        "remedy": "Write a number.",
    }
    assert reading.rejects(filled) == reading.rejects(filled, 1) == [reject]
    assert reading.rejects(filled, 2) == []


def test_experiments_come_by_their_first_day_with_their_place(filled):
    found = {"until": day(9).date(), "incremental": 3.0}
    imports.run(
        filled,
        "csv",
        [
            batch(
                "experiments",
                found | {"since": day(5).date(), "channel": "Ads"},
                found | {"since": dt.date(1969, 12, 31), "campaign": "crm"},
            )
        ],
    )
    late, early = reversed(reading.experiments(filled))
    assert (early["since"], early["until"], early["channel"], early["campaign"]) == (
        dt.date(1969, 12, 31),
        dt.date(2026, 1, 9),
        None,
        "crm",
    )
    assert (late["since"], late["until"], late["channel"], late["campaign"]) == (dt.date(2026, 1, 5), dt.date(2026, 1, 9), "Ads", None)
    assert (late["file"], late["import_id"], late["row"], late["incremental"], late["goal"]) == ("a.csv", 3, 2, 3.0, None)


def test_the_span_of_the_data_goes_from_the_first_touch_to_the_last_touch_or_conversion(filled):
    assert reading.span(filled) == (seconds(1), seconds(5))


def test_spend_comes_by_day_with_its_channel(filled):
    origin = stable_id("google", "cpc", "crm", None, None, None, None, None, "spend")
    reading.keep_verdicts(filled, [("Paid search", "ads", "Google", "cpc", "cpc", "ga4", "v1", origin)])
    nothing = dict.fromkeys(("channel", "family", "source", "medium", "campaign", "impressions", "clicks"))
    assert reading.spend_rows(filled) == [
        nothing | {"day": dt.date(1969, 12, 31), "spend": 1.0, "currency": "USD", "impressions": 10},
        nothing
        | {"day": dt.date(2026, 1, 2), "spend": 8.5, "currency": "EUR", "channel": "Paid search", "family": "ads"}
        | {"source": "Google", "medium": "cpc", "campaign": "crm", "clicks": 3},
    ]
