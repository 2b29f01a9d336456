"""Imports: what is added, changed and known, and what several files and kinds come to."""

import pytest

from tests.workspace.samples import batch, day, files, integrity, records, tables
from workspace import imports, reading, store
from workspace.batches import Reject
from workspace.errors import SmarketingError, SourceError
from workspace.ids import stable_id
from workspace.imports import Counts, Summary


@pytest.fixture
def workspace(tmp_path):
    path = tmp_path / "smarketing.db"
    store.create(path)
    with store.open_workspace(path) as opened:
        yield opened


def brought(workspace, *batches, strict=False):
    """Import batches; tell for each kind (read, added, changed, known, rejected)."""
    summary = imports.run(workspace, "csv", iter(batches), strict)
    return {
        count.kind: (count.rows_read, count.rows_added, count.rows_changed, count.rows_known, count.rows_rejected)
        for count in summary.counts
    }


def refusal(row, file="a.csv", value="31/02/2026"):
    return Reject(file, row, "at", value, "{field} '{value}' is not a time.", "Write it as 2026-01-31 09:00.")


ANNA = {"person": "anna@example.com", "at": day(5), "source": "google", "medium": "cpc", "campaign": "crm"}


def test_every_field_of_a_touch_reaches_the_workspace(workspace):
    touch = ANNA | {
        "content": "c",
        "term": "t",
        "referrer": "www.google.com",
        "url": "/x",
        "click_id": "7",
        "click_id_kind": "gclid",
        "channel": "Ads",
        "kind": "ad_click",
        "consent": True,
    }
    imports.run(workspace, "csv", [batch("touches", touch)])
    found = tables(workspace.path)
    at = int(day(5).timestamp())
    person = stable_id("anna@example.com")
    origin = stable_id("google", "cpc", "crm", "c", "t", "www.google.com", "gclid", "Ads", "ad_click")
    assert found["persons"] == [{"id": person, "key": "anna@example.com"}]
    assert found["origins"] == [
        {
            "id": origin,
            "source": "google",
            "medium": "cpc",
            "campaign": "crm",
            "content": "c",
            "term": "t",
            "referrer": "www.google.com",
            "click_id_kind": "gclid",
            "given_channel": "Ads",
            "kind": "ad_click",
        }
        | dict.fromkeys(("channel", "family", "source_label", "medium_label", "rule", "rule_set", "rule_version"))
    ]
    assert found["touches"] == [
        {
            "id": stable_id("touch", "anna@example.com", str(at), str(origin), "/x", "7"),
            "person_id": person,
            "at": at,
            "origin_id": origin,
            "file_id": 1,
            "row": 2,
            "consent": 1,
            "click_id": "7",
            "url": "/x",
        }
    ]


def test_every_field_of_a_conversion_and_of_spend_reaches_the_workspace(workspace):
    deal = {"person": "anna", "account": "ACME", "opportunity": "O1", "at": day(9), "goal": "won", "value": 1200.5, "currency": "EUR"}
    cost = {"day": day(9).date(), "amount": 80.25, "currency": "EUR", "source": "google", "impressions": 1000, "clicks": 40}
    cost["conversions"] = 3.5
    imports.run(workspace, "csv", [batch("conversions", deal, deal | {"id": "D1"}), batch("spend", cost, file="b.csv")])
    found = tables(workspace.path)
    at = int(day(9).timestamp())
    origin = stable_id("google", None, None, None, None, None, None, None, "spend")
    stored = {
        "person_id": stable_id("anna"),
        "account_id": stable_id("ACME"),
        "at": at,
        "goal": "won",
        "value": 1200.5,
        "currency": "EUR",
        "opportunity": "O1",
        "file_id": 1,
    }
    assert found["accounts"] == [{"id": stable_id("ACME"), "key": "ACME"}]
    assert sorted(found["conversions"], key=lambda row: row["row"]) == [
        {"id": stable_id("conversion", "anna", "ACME", "O1", str(at), "won", "1200.5", "EUR"), **stored, "key": None, "row": 2},
        {"id": stable_id("conversion", "D1", "won"), **stored, "key": "D1", "row": 3},
    ]
    assert found["spend"] == [
        {
            "id": stable_id("spend", "2026-01-09", str(origin), "EUR"),
            "day": 20462,
            "origin_id": origin,
            "amount": 80.25,
            "currency": "EUR",
            "impressions": 1000,
            "clicks": 40,
            "conversions": 3.5,
            "file_id": 2,
            "row": 2,
        }
    ]


FOUND = {"channel": "Ads", "since": day(1).date(), "until": day(31).date(), "goal": "lead", "kind": "geo", "incremental": 30.0}


def test_every_field_of_an_experiment_reaches_the_workspace(workspace):
    fields = {"incremental_low": 10.0, "incremental_high": 50.0, "lift": 0.2, "lift_low": -0.1, "lift_high": 0.5}
    fields |= {"confidence": 0.9, "coverage": 0.1, "campaign": "crm", "name": "T1", "note": "n"}
    imports.run(workspace, "csv", [batch("experiments", FOUND | fields, FOUND | {"id": "E1", "goal": None})])
    first = stable_id("experiment", "2026-01-01", "2026-01-31", "Ads", "crm", "lead", "geo", "T1")
    second = stable_id("experiment", "E1")
    days = {"since": 20454, "until": 20484}
    unknown = dict.fromkeys(("campaign", "incremental_low", "incremental_high", "lift", "lift_low", "lift_high", "name", "note"))
    assert {row["id"]: row for row in tables(workspace.path)["experiments"]} == {
        first: FOUND | fields | days | {"id": first, "key": None, "file_id": 1, "row": 2},
        second: FOUND
        | unknown
        | days
        | {"goal": None, "confidence": 0.95, "coverage": 1.0, "id": second, "key": "E1", "file_id": 1, "row": 3},
    }


def test_what_an_experiment_found_is_corrected_in_place(workspace):
    assert brought(workspace, batch("experiments", FOUND)) == {"experiments": (1, 1, 0, 0, 0)}
    mended = FOUND | {"incremental": 20.0, "incremental_low": 10.0, "incremental_high": 30.0, "confidence": 0.8}
    assert brought(workspace, batch("experiments", mended, file="b.csv")) == {"experiments": (1, 0, 1, 0, 0)}
    assert brought(workspace, batch("experiments", mended, file="c.csv")) == {"experiments": (1, 0, 0, 1, 0)}
    (row,) = tables(workspace.path)["experiments"]
    assert (row["incremental"], row["incremental_low"], row["confidence"], row["file_id"]) == (20.0, 10.0, 0.8, 2)
    assert brought(workspace, batch("experiments", FOUND | {"goal": "won"}, FOUND | {"kind": "holdout"})) == {
        "experiments": (2, 2, 0, 0, 0)
    }


def test_the_same_rows_again_change_nothing(workspace):
    def everything():
        yield batch("touches", ANNA, ANNA | {"id": "T1"}, ANNA | {"person": "bob"}, rejects=[refusal(9)])
        yield batch(
            "conversions", {"account": "ACME", "at": day(6)}, {"person": "bob", "at": day(7), "id": "D1", "value": 9.5, "currency": "EUR"}
        )
        yield batch("spend", *[{"day": day(5).date(), "amount": 7.0, "currency": "EUR", "source": "x"}] * 3, file="b.csv")

    assert brought(workspace, *everything()) == {"touches": (4, 3, 0, 0, 1), "conversions": (2, 2, 0, 0, 0), "spend": (3, 3, 0, 0, 0)}
    before = records(workspace.path)
    assert brought(workspace, *everything()) == {"touches": (4, 0, 0, 3, 1), "conversions": (2, 0, 0, 2, 0), "spend": (3, 0, 0, 3, 0)}
    assert records(workspace.path) == before
    assert integrity(workspace.path) == ("ok", [])


def test_the_summary_and_the_log_agree(workspace):
    summary = imports.run(workspace, "csv", [batch("touches", ANNA, ANNA, rejects=[refusal(4), refusal(5)])])
    assert summary == Summary(1, (Counts("touches", rows_read=4, rows_added=1, rows_changed=0, rows_known=1, rows_rejected=2),))
    assert summary.rejected == 2
    (logged,) = reading.imports_done(workspace)
    assert logged | {"finished_at": None} == {
        "import_id": 1,
        "connector": "csv",
        "kind": "touches",
        "file": "a.csv",
        "finished_at": None,
        "rows_read": 4,
        "rows_added": 1,
        "rows_changed": 0,
        "rows_known": 1,
        "rows_rejected": 2,
        "rows_incomplete": 0,
        "rows_removed": 0,
    }


def test_a_tie_to_oneself_says_nothing_and_is_told(workspace):
    ties = batch("identities", {"person": "a", "same_as": "a"}, {"person": "a", "same_as": "b"}, {"person": "b", "same_as": "b"})
    summary = imports.run(workspace, "csv", [ties])
    assert summary == Summary(1, (Counts("identities", rows_read=3, rows_added=1, rows_known=2),), ties_to_itself=2)
    assert [row["row"] for row in tables(workspace.path)["identities"]] == [3]


def test_a_row_with_an_id_changes_in_place(workspace):
    brought(workspace, batch("touches", ANNA | {"id": "T1"}, ANNA | {"id": "T2"}))
    assert brought(workspace, batch("touches", ANNA | {"id": "T1", "at": day(6), "person": "bob"}, ANNA | {"id": "T2"}, file="b.csv")) == {
        "touches": (2, 0, 1, 1, 0)
    }
    touches = {row["id"]: (row["person_id"], row["at"], row["file_id"], row["row"]) for row in tables(workspace.path)["touches"]}
    assert touches == {
        stable_id("touch", "T1"): (stable_id("bob"), int(day(6).timestamp()), 2, 2),
        stable_id("touch", "T2"): (stable_id("anna@example.com"), int(day(5).timestamp()), 1, 3),
    }


def test_of_two_rows_with_one_id_the_last_counts(workspace):
    first, last = ({"person": "anna", "at": day(5), "id": "D1", "value": value} for value in (1.0, 2.0))
    assert brought(workspace, batch("conversions", first, last)) == {"conversions": (2, 1, 0, 1, 0)}
    assert [(row["value"], row["row"]) for row in tables(workspace.path)["conversions"]] == [(2.0, 3)]
    assert brought(workspace, batch("conversions", first, last)) == {"conversions": (2, 0, 0, 2, 0)}


def test_a_deal_reaches_several_goals_under_one_id(workspace):
    stages = [{"person": "anna", "at": day(number), "goal": goal, "id": "D1"} for number, goal in ((1, "lead"), (5, "won"))]
    assert brought(workspace, batch("conversions", *stages)) == {"conversions": (2, 2, 0, 0, 0)}


def test_what_consent_says_last_holds(workspace):
    brought(workspace, batch("touches", ANNA | {"consent": True}))
    assert brought(workspace, batch("touches", ANNA | {"consent": False})) == {"touches": (1, 0, 1, 0, 0)}
    assert reading.counts(workspace)["without_consent"] == 1


def test_spend_rows_alike_are_kept_and_corrected_by_their_place_in_the_file(workspace):
    def costs(*amounts, file="a.csv", **extra):
        return batch("spend", *({"day": day(5).date(), "amount": amount, "currency": "EUR", **extra} for amount in amounts), file=file)

    def amounts():
        return sorted(row["amount"] for row in tables(workspace.path)["spend"])

    assert brought(workspace, costs(5.0, 5.0, 8.0)) == {"spend": (3, 3, 0, 0, 0)}
    assert amounts() == [5.0, 5.0, 8.0]
    assert brought(workspace, costs(5.0, 6.0, 8.0, file="revised.csv")) == {"spend": (3, 0, 1, 2, 0)}
    assert amounts() == [5.0, 6.0, 8.0]
    assert brought(workspace, costs(1.0, file="b.csv"), costs(2.0, file="c.csv")) == {"spend": (2, 0, 1, 1, 0)}
    assert amounts() == [2.0, 6.0, 8.0]
    assert brought(workspace, costs(4.0, 9.0, id="S1")) == {"spend": (2, 1, 0, 1, 0)}
    assert amounts() == [2.0, 6.0, 8.0, 9.0]


def test_a_file_named_twice_counts_once(workspace):
    spend = batch("spend", *[{"day": day(5).date(), "amount": 7.0, "currency": "EUR"}] * 2)
    assert brought(workspace, spend, batch("touches", ANNA, file="b.csv"), spend) == {"spend": (4, 2, 0, 2, 0), "touches": (1, 1, 0, 0, 0)}
    assert [row["name"] for row in tables(workspace.path)["import_files"]] == ["a.csv", "b.csv"]


def test_refused_rows_are_kept_once_and_listed_with_the_import_that_refused_them_last(workspace):
    brought(workspace, batch("touches", rejects=[refusal(2), refusal(3)]))
    assert brought(workspace, batch("touches", rejects=[refusal(3), refusal(3, "b.csv")], file="a.csv")) == {"touches": (2, 0, 0, 0, 2)}
    listed = [(row["import_id"], row["file"], row["row"]) for row in reading.rejects(workspace)]
    assert listed == [(2, "a.csv", 3), (2, "b.csv", 3), (1, "a.csv", 2)]
    assert reading.rejects(workspace, 1) == [
        {
            "import_id": 1,
            "kind": "touches",
            "file": "a.csv",
            "row": 2,
            "field": "at",
            "column": None,
            "value_seen": "31/02/2026",
            "row_kept": False,
            "problem": "{field} '{value}' is not a time.",
            "remedy": "Write it as 2026-01-31 09:00.",
        }
    ]
    assert reading.counts(workspace)["rows_rejected"] == 3


def test_strict_stops_at_the_first_refused_row(workspace):
    before = files(workspace.path.parent)
    with pytest.raises(SourceError) as error:
        brought(workspace, batch("touches", ANNA), batch("touches", ANNA, rejects=[refusal(7), refusal(8)]), strict=True)
    assert str(error.value) == (
        "a.csv, row 7: at '31/02/2026' is not a time. Write it as 2026-01-31 09:00. Nothing was imported, since --strict was given."
    )
    workspace.close()
    assert files(workspace.path.parent) == before


def test_an_empty_source_is_an_import_of_nothing(workspace):
    assert brought(workspace) == {}
    assert brought(workspace, batch("touches")) == {"touches": (0, 0, 0, 0, 0)}
    assert records(workspace.path)["touches"] == []


def test_what_the_rules_said_of_an_origin_outlives_the_next_import(workspace):
    brought(workspace, batch("touches", ANNA))
    origin = reading.origins(workspace)[0]["id"]
    reading.keep_verdicts(workspace, [("Paid search", "ads", "google", "cpc", "r1", "ga4", "1", origin)])
    brought(workspace, batch("touches", ANNA | {"person": "bob"}))
    assert [(row["channel"], row["rule_version"]) for row in reading.origins(workspace)] == [("Paid search", "1")]


class BrokenError(Exception):
    pass


@pytest.mark.parametrize(
    "failure", [BrokenError("half-way"), SourceError("{path}: gone", path="a.csv"), KeyboardInterrupt(), OSError(28, "No space left")]
)
def test_a_connector_that_fails_leaves_the_workspace_byte_for_byte_as_it_was(workspace, failure):
    brought(workspace, batch("touches", ANNA))
    workspace.close()
    before = files(workspace.path.parent)

    def batches():
        yield batch("touches", ANNA | {"person": "bob"})
        yield batch("conversions", {"person": "bob", "at": day(8)})
        raise failure

    with pytest.raises(type(failure)) as error:
        imports.run(workspace, "csv", batches())
    assert error.value is failure  # its own, not taken for trouble with the workspace
    workspace.close()
    assert files(workspace.path.parent) == before


def test_values_that_sql_could_trip_over_come_back_as_they_are(workspace):
    odd = ["O'Brien; DROP TABLE touches;--", "näïve 😀", '"quoted"', "%_?:@$1", "a" * 100_000, " "]
    imports.run(workspace, "csv", [batch("touches", *({"person": text, "at": day(1), "source": text, "url": text} for text in odd))])
    assert sorted(row["key"] for row in tables(workspace.path)["persons"]) == sorted(odd)
    assert sorted(row["source"] for row in reading.origins(workspace)) == sorted(odd)
    for text in odd:
        assert [touch["url"] for touch in reading.touches_of(workspace, stable_id(text))] == [text]


def test_a_damaged_temporary_folder_is_said(workspace, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(SmarketingError) as error:
        brought(workspace, batch("touches", ANNA))
    assert str(error.value).startswith(f"{tmp_path / 'gone'}: the temporary files of this import find no room (")
    assert str(error.value).endswith(
        "); free some space, or name a folder on another disk in the environment variable TMPDIR, then import again"
    )
