"""Volumes, paths and naming on a hand-made workspace."""

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest

from attribution import naming
from attribution.chain_command import report
from attribution.goals import choose_goal
from attribution.money import in_one_currency
from attribution.path_reports import paths
from attribution.question import Question, bounds
from attribution.transforms import Transform
from attribution.volumes import volumes
from reports.columns import parameter
from reports.language import language
from workspace import imports, reading, store
from workspace.batches import Batch
from workspace.errors import DataError, UsageError
from workspace.records import schema

START = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)


def table(kind, rows):
    wanted = schema(kind)
    filled = [{name: row.get(name) for name in wanted.names} | {"row": place} for place, row in enumerate(rows, 2)]
    return Batch(kind, f"{kind}.csv", pa.Table.from_pylist(filled, schema=wanted))


def touch(person, day, **origin):
    return {"person": person, "at": START + dt.timedelta(days=day), "kind": "visit", **origin}


def conversion(person, day, goal, **more):
    return {"person": person, "at": START + dt.timedelta(days=day, hours=1), "goal": goal, **more}


@pytest.fixture
def workspace(tmp_path):
    store.create(tmp_path / "w.db")
    config = tmp_path / "smarketing.toml"
    config.write_text(config.read_text().replace('time_zone = "Europe/Paris"', 'time_zone = "UTC"'))
    google, mail, direct = {"source": "google", "medium": "cpc"}, {"source": "brevo", "medium": "email", "campaign": "spring"}, {}
    touches = [
        touch("anna", 0, **google),
        touch("anna", 10, **mail),
        touch("bob", 1, **google),
        touch("bob", 2, **direct),
        touch("carla", 3, **mail),
        touch("dora", 4, **google),
        touch("dora", 5, **mail, consent=False),
    ]
    conversions = [
        conversion("anna", 10, "lead"),
        conversion("anna", 12, "won", value=500.0, currency="EUR"),
        conversion("dora", 5, "lead"),
        conversion("erik", 5, "lead"),
    ]
    with store.open_workspace(tmp_path / "w.db") as opened:
        imports.run(opened, "test", [table("touches", touches), table("conversions", conversions)])
        yield opened


@pytest.mark.parametrize(("level", "whose"), [("person", "one person"), ("account", "all people of one account")])
def test_a_path_is_said_to_be_of_whom_it_is(workspace, level, whose):
    (note,) = paths(workspace, Question(goal="lead", level=level)).notes
    assert str(note) == f"A path is the channels {'that ' if level == 'account' else ''}{whose} went through before a conversion, or " + (
        "without converting."
    )


def test_the_orders_of_the_chain_say_of_which_journeys(workspace):
    question = Question(goal="lead", transform=Transform("first"))
    meta = report(workspace, question, "orders").meta
    assert {name: meta[name] for name in ("goal", "by", "level", "collapse", "seed")} == {
        "goal": "lead",
        "by": "channel",
        "level": "person",
        "collapse": "first_met",
        "seed": 0,
    }
    assert parameter("collapse").translate_values
    assert (language("en").word("first_met"), language("en").word("first")) == ("once, where first met", "First touch")


def test_volumes_count_touches_and_people_consent_or_not(workspace):
    report = volumes(workspace)
    expected = pd.DataFrame(
        {
            "channel": ["Email", "Paid Search", "Direct"],
            "family": ["email", "ads", "direct"],
            "touches": [3, 3, 1],
            "share_of_touches": [3 / 7, 3 / 7, 1 / 7],
            "people": [3, 3, 1],
            "share_of_people": [3 / 4, 3 / 4, 1 / 4],
            "first_seen": [dt.date(2026, 1, 8), dt.date(2026, 1, 5), dt.date(2026, 1, 7)],
            "last_seen": [dt.date(2026, 1, 15), dt.date(2026, 1, 9), dt.date(2026, 1, 7)],
        }
    )
    pd.testing.assert_frame_equal(report.frame, expected)
    assert (report.meta["touches"], report.meta["people"]) == (7, 4)


def test_volumes_of_a_period_by_another_cut(workspace):
    frame = volumes(workspace, "campaign", dt.date(2026, 1, 8), dt.date(2026, 1, 9)).frame
    assert frame[["campaign", "touches", "people"]].values.tolist() == [["(none)", 1, 1], ["spring", 1, 1]]


def test_no_touch_in_the_period_is_an_error_not_an_empty_table(workspace):
    with pytest.raises(DataError, match="There are no touches in this period"):
        volumes(workspace, since=dt.date(2030, 1, 1))


def test_top_paths_leave_touches_without_consent_out(workspace):
    frame = paths(workspace, Question(goal="lead")).frame
    assert frame.fillna(-1).values.tolist() == [
        ["Paid Search", 1, -1, 0, 1.0, 1],
        ["Paid Search > Email", 1, -1, 0, 1.0, 2],
        ["Email", 0, -1, 1, 0.0, 1],
        ["Paid Search > Direct", 0, -1, 1, 0.0, 2],
    ]


def test_length_and_lag(workspace):
    length = paths(workspace, Question(goal="lead"), "length")
    assert length.frame.values.tolist() == [[1, 1, 0.5, 0.5], [2, 1, 0.5, 1.0]]
    lag = paths(workspace, Question(goal="lead"), "lag")
    assert lag.frame.values.tolist() == [[1, 1, 0.5, 0.5], [10, 1, 0.5, 1.0]]
    assert [str(note) for note in lag.notes] == ["Half of them needed 1 or less."]
    assert length.meta["conversions_without_touch"] == 1


def test_origins_are_named_once_and_again_when_a_setting_changes(workspace):
    assert naming.name_origins(workspace) == 3
    assert naming.name_origins(workspace) == 0
    config = workspace.path.with_name("smarketing.toml")
    config.write_text(config.read_text() + '\n[[channels.rule]]\nname = "brevo"\nchannel = "CRM"\nfamily = "email"\nsource = "brevo"\n')
    with store.open_workspace(workspace.path) as again:
        assert naming.name_origins(again) == 3
        assert {row["channel"] for row in reading.origins(again)} == {"Paid Search", "CRM", "Direct"}
        assert naming.name_origins(again, again=True) == 3


def test_the_goal_is_the_last_stage_there_is(workspace):
    assert choose_goal(workspace, None) == "won"
    assert choose_goal(workspace, "LEAD") == "lead"


def test_the_period_is_whole_days_of_the_settings_zone():
    question = Question(since=dt.date(2026, 3, 29), until=dt.date(2026, 3, 29))
    since, until = bounds(question, "Europe/Paris")
    assert until - since == 23 * 3600  # the day on which summer time begins
    with pytest.raises(UsageError, match=r"--since 2026-03-30 is after --until 2026-03-29; swap the two"):
        bounds(Question(since=dt.date(2026, 3, 30), until=dt.date(2026, 3, 29)), "Europe/Paris")


def test_a_single_foreign_currency_is_kept_as_it_is(workspace):
    conversions = pa.table({"value": [1.0, None], "currency": ["USD", None]})
    table, currency, left_out = in_one_currency(conversions, workspace, None)
    assert (table["value"].to_pylist(), currency, left_out) == ([1.0, None], "USD", {})


def test_a_fee_without_a_source_does_not_take_the_name_of_direct_traffic(workspace):
    """By source both are called (direct), and last_non_direct passes over direct traffic all the same."""
    imports.run(workspace, "test", [table("spend", [{"day": dt.date(2026, 1, 1), "amount": 1.0, "currency": "EUR", "channel": "Event"}])])
    naming.name_origins(workspace)
    assert naming.labels(workspace, "source")[1] == {"(direct)"}
