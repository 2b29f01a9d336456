"""What `explain` shows of single conversions adds up to what `attribution` credits."""

from collections import defaultdict

import pytest

from attribution.attribute import attribute
from attribution.explain import explain
from attribution.question import Question
from attribution.simulation.simulate import simulate, write
from connectors import importing
from connectors.base import ImportContext
from connectors.csv_files import CsvFiles
from workspace import reading, store
from workspace.errors import DataError

MODELS = ("first", "last", "last_non_direct", "linear", "time_decay", "u_shaped", "j_shaped", "inverse_j")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    write(simulate(people=700, seed=11), folder)
    store.create(folder / "w.db")
    with store.open_workspace(folder / "w.db") as opened:
        for kind in ("touches", "conversions"):
            connector = CsvFiles(ImportContext(opened.settings, opened.secret), (str(folder / f"{kind}.csv"),), kind)
            importing.run(opened, connector, strict=True)
        yield opened


def test_the_weights_of_every_conversion_add_up_to_the_credit(workspace):
    question = Question(goal="lead", models=MODELS, lookback_days=45)
    credit = {(row.model, row.channel): row.conversions for row in attribute(workspace, question).frame.itertuples()}
    leads = [row["key"] for row in workspace.rows("SELECT key FROM conversions WHERE goal = 'lead'")]
    assert len(leads) > 20
    summed = defaultdict(float)
    for lead in leads:
        (report,) = explain(workspace, lead, question)
        for model in MODELS:
            if report.frame.empty:
                summed[model, "(unattributed)"] += 1
            else:
                for channel, weight in zip(report.frame["channel"], report.frame[model], strict=True):
                    summed[model, channel] += weight
    assert {key: value for key, value in credit.items() if value} == pytest.approx({key: value for key, value in summed.items() if value})


def test_a_person_brings_up_all_their_conversions(workspace):
    person = workspace.rows("SELECT p.key FROM conversions c JOIN persons p ON p.id = c.person_id GROUP BY 1 HAVING count(*) > 2 LIMIT 1")[
        0
    ]["key"]
    reports = explain(workspace, person, Question())
    goals = [report.meta["goal"] for report in reports]
    assert len(goals) > 2
    assert [report.meta["at"] for report in reports] == sorted(report.meta["at"] for report in reports)
    assert [report.meta["goal"] for report in explain(workspace, person, Question(goal="lead"))] == ["lead"]


def test_a_name_that_is_not_there(workspace):
    with pytest.raises(DataError, match="There is no conversion 'nobody'"):
        explain(workspace, "nobody", Question())


def test_models_that_credit_channels_say_that_a_touch_has_no_weight(workspace):
    lead = next(
        row["key"]
        for row in workspace.rows("SELECT key FROM conversions WHERE goal = 'lead'")
        if not explain(workspace, row["key"], Question())[0].frame.empty
    )
    (report,) = explain(workspace, lead, Question(models=("markov", "linear")))
    assert "markov" not in report.frame.columns
    assert "markov credits channels over all journeys; a single touch has no weight of its own." in [str(note) for note in report.notes]


def test_every_touch_names_its_place(workspace):
    touch = reading.touches_of(workspace, workspace.rows("SELECT person_id FROM touches LIMIT 1")[0]["person_id"])[0]
    assert touch["file"].endswith("touches.csv")
    assert touch["row"] >= 2
