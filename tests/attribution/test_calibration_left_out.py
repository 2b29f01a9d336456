"""Experiments that a report cannot be calibrated by: which, and what is said of them."""

from __future__ import annotations

import datetime as dt

import pytest

from attribution.attribute import attribute
from attribution.calibration import NOT_EXPLAINED
from attribution.experiments import read_experiments
from attribution.question import Question
from reports.report import Text
from tests.attribution.experiment_samples import (
    JANUARY,
    asked,
    credit,
    left_out,
)
from tests.workspace.samples import batch
from workspace import imports, store
from workspace.errors import DataError, UsageError


@pytest.mark.parametrize(
    ("experiment", "name", "why"),
    [
        (
            {"channel": "Paid Serch"},
            "Paid Serch",
            Text("There is no touch of a channel of this name; did you mean '{near}'?", near=Text("Paid Search")),
        ),
        ({"channel": "Paid Search", "campaign": "brand"}, "brand", Text("It was run on a campaign; --by campaign uses it.")),
        ({"channel": "Email", "goal": "won"}, "Email", Text("It counted the goal '{goal}'; --goal {goal} uses it.", goal="won")),
        (
            {"channel": "Email", "goal": "sale"},
            "Email",
            Text("There are no conversions of its goal '{goal}', but of: {goals}.", goal="sale", goals="lead, won"),
        ),
        (
            {"channel": "Email", "goal": None},
            "Email",
            Text("It does not say which goal it counted, and there are several: {goals}.", goals="lead, won"),
        ),
        (
            {"channel": "Email", "since": dt.date(2025, 12, 1)},
            "Email",
            Text("The data hold {covered} of its {days} days, too few to compare it with.", covered=31, days=62),
        ),
        (
            {"channel": "Email", "since": dt.date(2024, 1, 1), "until": dt.date(2024, 1, 31)},
            "Email",
            Text("The data hold {covered} of its {days} days, too few to compare it with.", covered=0, days=31),
        ),
        (
            {"channel": "Email", "since": dt.date(2026, 1, 1), "until": dt.date(2026, 1, 4)},
            "Email",
            Text("There are no conversions in its period."),
        ),
    ],
)
def test_experiments_that_do_not_fit_are_left_out_and_said_why(tested, experiment, name, why):
    period = {day: experiment.get(day, JANUARY[day]) for day in JANUARY}
    other = {"channel": "Paid Search", "incremental": 7.0}
    report = attribute(tested(other, {"incremental": 1.0} | experiment), asked(), calibrate=True)
    assert report.frame["factor"].notna().sum() == 1
    assert left_out(name, why, period) in report.notes
    with pytest.raises(DataError) as caught:
        attribute(tested({"incremental": 1.0} | experiment), asked(), calibrate=True)
    assert caught.value.template == "--calibrate: no experiment fits this report. {why}"
    assert caught.value.fields == {"why": left_out(name, why, period)}


def test_an_error_of_several_reasons_names_them(tested):
    with pytest.raises(DataError) as caught:
        attribute(
            tested({"channel": "Radio", "incremental": 1.0}, {"channel": "Email", "goal": "won", "incremental": 1.0}),
            asked(),
            calibrate=True,
        )
    assert str(caught.value) == (
        "--calibrate: no experiment fits this report. The experiment on Email from 2026-01-01 to 2026-01-31 is left out. It counted the "
        "goal 'won'; --goal won uses it. The experiment on Radio from 2026-01-01 to 2026-01-31 is left out. There is no touch of a channel "
        "of this name."
    )


def test_of_many_experiments_left_out_five_are_named(tested):
    many = [{"channel": "Email", "goal": "won", "incremental": 1.0, "name": str(number)} for number in range(7)]
    report = attribute(tested({"channel": "Paid Search", "incremental": 7.0}, *many), asked(), calibrate=True)
    why = Text("It counted the goal '{goal}'; --goal {goal} uses it.", goal="won")
    assert report.notes.count(left_out("Email", why)) == 5
    assert Text("{count} more experiments are left out; 'smarketing experiments' shows them.", count=2) in report.notes


def test_a_channel_credited_with_nothing_cannot_be_scaled(tested):
    """The only goal won was reached after search; e-mail has nothing there that could be scaled."""
    workspace = tested(
        {"channel": "Email", "goal": "won", "incremental": 1.0}, {"channel": "Paid Search", "goal": "won", "incremental": 0.5}
    )
    report = attribute(workspace, asked(goal="won", models=("last", "linear"), **JANUARY), calibrate=True)
    assert (
        Text(
            "{name} is not calibrated for {models}: credited with nothing in the period of its experiment, it has nothing to be scaled.",
            name=Text("Email"),
            models="last, linear",
        )
        in report.notes
    )
    assert credit(report)["last", "Paid Search"] == 0.5
    with pytest.raises(DataError, match=r"--calibrate: no experiment fits this report\. Email is not calibrated for last: credited with"):
        attribute(tested({"channel": "Email", "goal": "won", "incremental": 1.0}), asked(goal="won", **JANUARY), calibrate=True)


def test_an_experiment_without_a_goal_is_of_the_only_one(tested, tested_company, tmp_path):
    folder = tmp_path / "one-goal"
    folder.mkdir()
    store.create(folder / "w.db")
    with store.open_workspace(folder / "w.db") as workspace:
        at = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)
        touches = [{"person": person, "at": at + dt.timedelta(days=days)} for person, days in (("a", 0), ("a", 20), ("b", 0))]
        leads = [{"person": person, "at": at + dt.timedelta(hours=1), "goal": "lead"} for person in "ab"]
        test = {"channel": "Direct", "since": at.date(), "until": at.date(), "incremental": 1.0}
        imports.run(workspace, "test", [batch("touches", *touches), batch("conversions", *leads), batch("experiments", test)])
        report = attribute(workspace, Question(models=("last",)), calibrate=True)
    assert report.frame[["channel", "conversions"]].to_dict("records") == [
        {"channel": "Direct", "conversions": 1.0},
        {"channel": NOT_EXPLAINED, "conversions": 1.0},
    ]


def test_an_experiment_imported_again_with_its_goal_replaces_the_one_without(tested):
    first = {"channel": "Paid Search", "kind": "geo", "goal": None, "incremental": 5.0}
    again = {"channel": "Paid Search", "kind": "geo", "incremental": 7.0, "note": "mended"}
    other = {"channel": "Paid Search", "kind": "holdout", "goal": None, "incremental": 5.0}
    found = read_experiments(tested(first, again, other))
    assert {(one.kind, one.goal, one.incremental) for one in found} == {("geo", "lead", 7.0), ("holdout", None, 5.0)}


def test_campaigns_are_calibrated_by_campaign(tested):
    workspace = tested({"campaign": "Brand", "incremental": 5.0}, {"channel": "Email", "incremental": 1.0})
    report = attribute(workspace, asked(by="campaign"), calibrate=True)
    assert report.frame[["campaign", "conversions"]].to_dict("records") == [
        {"campaign": "(none)", "conversions": 12.0},
        {"campaign": "brand", "conversions": 4.0},
    ]
    assert left_out("Email", Text("It was run on a whole channel; --by channel uses it.")) in report.notes


def test_participation_is_left_as_it_is(tested):
    workspace = tested({"channel": "Paid Search", "incremental": 5.0})
    report = attribute(workspace, asked(models=("participation", "last")), calibrate=True)
    found = credit(report)
    assert (found["participation", "Paid Search"], found["last", "Paid Search"]) == (8, 4)
    assert (
        Text("{models} is not calibrated: its figures do not add up to the conversions there were.", models="participation") in report.notes
    )
    with pytest.raises(UsageError) as caught:
        attribute(workspace, asked(models=("participation",)), calibrate=True)
    assert str(caught.value) == "--calibrate needs a model whose figures add up to the conversions; those of participation do not"


def test_cuts_that_no_experiment_is_run_on(tested):
    with pytest.raises(UsageError) as caught:
        attribute(tested({"channel": "Paid Search", "incremental": 5.0}), asked(by="family"), calibrate=True)
    assert str(caught.value) == "--calibrate works by channel or by campaign, which experiments are run on; leave out --by family"


def test_no_experiments(tested):
    with pytest.raises(DataError) as caught:
        attribute(tested(), asked(), calibrate=True)
    assert str(caught.value) == "There are no experiments yet; import some with 'smarketing import csv FILE --as experiments'"


def test_one_currency_alone_is_said_to_count(tested):
    workspace = tested({"channel": "Paid Search", "incremental": 5.0})
    report = attribute(workspace, asked(currency="EUR"), calibrate=True)
    assert (
        Text(
            "Only conversions valued in {currency} are counted, in the experiments' periods too; the experiments have to count the same.",
            currency="EUR",
        )
        in report.notes
    )
