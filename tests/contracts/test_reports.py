"""What holds for every report: its columns and parameters stand in the catalogue, and every format takes it."""

import dataclasses
import io
from pathlib import Path

import pytest

from attribution import chain_command, incremental_command, pipeline_report
from attribution.asked_reports import asked_reports
from attribution.attribute import attribute, prepare
from attribution.experiment_report import experiments
from attribution.explain import explain
from attribution.interval_reports import Wanted, reports_of
from attribution.models import MODELS
from attribution.path_reports import SHOWN, paths
from attribution.question import Question
from attribution.simulation.simulate import simulate, write
from attribution.volumes import volumes
from connectors import importing
from connectors.base import ImportContext
from connectors.csv_files import CsvFiles
from reports.columns import COLUMNS, PARAMETERS
from reports.formats import FORMATS
from reports.language import language
from workspace import store

EXPERIMENTS = "Paid Search,2025-03-01,2025-06-30,lead,1,0,3\nRadio,2025-03-01,2025-06-30,lead,1,,\n"


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Every report there is, of one small company."""
    folder: Path = tmp_path_factory.mktemp("company")
    write(simulate(people=400, seed=3), folder)
    store.create(folder / "w.db")
    with store.open_workspace(folder / "w.db") as workspace:
        context = ImportContext(workspace.settings, workspace.secret)
        for kind in ("touches", "conversions", "spend"):
            importing.run(workspace, CsvFiles(context, (str(folder / f"{kind}.csv"),), kind), strict=True)
        sampled = Question(goal="lead", by_key=True)
        every = Question(goal="lead", models=tuple(model.name for model in MODELS), weights=(50, 20, 30))
        test = folder / "tests.csv"
        test.write_text("channel,since,until,goal,incremental,incremental_low,incremental_high\n" + EXPERIMENTS, encoding="utf-8")
        importing.run(workspace, CsvFiles(context, (str(test),), "experiments"), strict=True)
        return [
            attribute(workspace, every),
            attribute(workspace, every, calibrate=True),
            experiments(workspace, every),
            *reports_of(*prepare(workspace, sampled), wanted=Wanted(True, True, "Email,Direct")),
            *asked_reports(prepare(workspace, dataclasses.replace(every, ordered=True)), Wanted(), agreement=True),
            attribute(workspace, Question(goal="lead", game="rate")),
            *(paths(workspace, every, shown) for shown in SHOWN),
            volumes(workspace),
            *explain(workspace, "c00000001", every),
            *explain(workspace, "c00000001", dataclasses.replace(every, level="account")),
            incremental_command.report(workspace, every, samples=5),
            *(pipeline_report.report(workspace, every, broken_down) for broken_down in (False, True)),
            *(chain_command.report(workspace, every, shown) for shown in ("transitions", "removal", "orders")),
            importing.sources(workspace),
            importing.rejects(workspace, None),
            importing.listing(),
        ]


def test_every_column_and_parameter_has_its_words(reports):
    unknown = {(report.name, name) for report in reports for name in report.frame.columns if name not in COLUMNS}
    unknown |= {(report.name, name) for report in reports for name in report.meta if name not in PARAMETERS and name not in COLUMNS}
    assert unknown == set()


@pytest.mark.parametrize("code", ["en", "fr"])
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_takes_every_report(reports, form, code):
    for report in reports:
        out = io.BytesIO()
        form.writer()([report], language(code), out)
        assert out.getvalue()
