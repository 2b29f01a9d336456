"""Experiments on a hand-made workspace: what they come to, which count, and how they are listed beside the models."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import ClassVar

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.attribute import attribute, make_models
from attribution.calibrating import counted
from attribution.experiment_fit import Names
from attribution.experiment_periods import Periods
from attribution.experiment_report import experiments
from attribution.experiments import Estimate, Finding, estimate, examine, read_experiments
from attribution.position_models import Last
from attribution.question import Question
from reports.report import Text
from tests.attribution.experiment_samples import (
    JANUARY,
    Z,
    credit,
)
from tests.workspace.samples import batch
from workspace import imports
from workspace.errors import DataError, UsageError
from workspace.records import Experiment

# What an experiment comes to


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"incremental": 30.0}, Estimate(30.0)),
        ({"incremental": 30.0, "coverage": 0.1}, Estimate(300.0)),
        ({"incremental": -5.0, "incremental_low": -24.6, "incremental_high": 14.6}, Estimate(-5.0, 39.2 / (2 * Z), -24.6, 14.6)),
        (
            {"incremental": 3.0, "incremental_low": 1.0, "incremental_high": 5.0, "coverage": 0.1, "confidence": 0.9},
            Estimate(30.0, 12.159136638235382, 10.0, 50.0),
        ),
        # Of 120 conversions with a lift of a fifth, 100 would have come anyway.
        ({"lift": 0.2}, Estimate(20.0)),
        ({"lift": 0.2, "lift_low": 0.0, "lift_high": 0.5}, Estimate(20.0, 40 / (2 * Z), 0.0, 40.0)),
        ({"lift": -0.25}, Estimate(-40.0)),
        ({"lift": 0.2, "incremental": 7.0}, Estimate(7.0)),
    ],
)
def test_what_an_experiment_found(fields, expected):
    found = estimate(Experiment(**JANUARY, channel="a", **fields), 120)
    for own, wanted in zip(dataclasses.astuple(found), dataclasses.astuple(expected), strict=True):
        assert own == (None if wanted is None else pytest.approx(wanted))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Paid Search", "Paid Search"),
        ("paid-search", "Paid Search"),
        (" PAID_SEARCH ", "Paid Search"),
        ("Recherche payante", "Paid Search"),
        ("RESEAUX SOCIAUX ORGANIQUES", "Organic Social"),
        ("Été", "Ete"),
        ("Paid", None),
    ],
)
def test_names_are_found_as_people_write_them(written, name):
    assert Names(["Paid Search", "Organic Social", "Direct", "Ete"], translated=True).find(written) == name


def test_names_of_campaigns_are_nobodys_words():
    names = Names(["Direct", "brand"], translated=False)
    assert (names.find("brand"), names.find("Brand"), names.find("Accès direct"), names.nearest("brnd")) == (
        "brand",
        "brand",
        None,
        "brand",
    )
    assert Names([], translated=False).nearest("brand") == ""


# The list of experiments


def test_each_experiment_beside_each_model(tested):
    workspace = tested(
        {"channel": "recherche payante", "kind": "geo", "name": "T1", "incremental": 7.0, "incremental_low": 4.0, "incremental_high": 10.0},
        {"channel": "Radio", "incremental": 1.0, "goal": None},
        {"campaign": "brand", "kind": "holdout", "lift": 0.25},
        {"channel": "Email", "goal": "won", "incremental": 2.0},
    )
    report = experiments(workspace, Question(models=("last", "participation", "linear")))
    nan, none = math.nan, None
    why = Text("There is no touch of a channel of this name.")
    nothing = Text("The model credits it with nothing in that period.")
    jan = (JANUARY["since"], JANUARY["until"])
    expected = [
        ("Email", none, none, "other", "won", *jan, 2, nan, nan, "last", 0, nan, nan, nan, nothing),
        ("Email", none, none, "other", "won", *jan, 2, nan, nan, "linear", 0, nan, nan, nan, nothing),
        ("Paid Search", none, "T1", "geo", "lead", *jan, 7, 4, 10, "last", 10, 0.7, 0.4, 1.0, nan),
        ("Paid Search", none, "T1", "geo", "lead", *jan, 7, 4, 10, "linear", 10, 0.7, 0.4, 1.0, nan),
        ("Radio", none, none, "other", none, *jan, 1, nan, nan, nan, nan, nan, nan, nan, why),
        (none, "brand", none, "holdout", "lead", *jan, 4, nan, nan, "last", 10, 0.4, nan, nan, nan),
        (none, "brand", none, "holdout", "lead", *jan, 4, nan, nan, "linear", 10, 0.4, nan, nan, nan),
    ]
    columns = [
        *("channel", "campaign", "name", "kind", "goal", "since", "until", "incremental", "incremental_low", "incremental_high"),
        *("model", "credit_conversions", "factor", "factor_low", "factor_high", "problem"),
    ]
    pd.testing.assert_frame_equal(report.frame, pd.DataFrame(expected, columns=columns), check_dtype=False)


def test_columns_that_no_experiment_fills_are_left_out(tested):
    report = experiments(tested({"channel": "Email", "incremental": 2.0}), Question(models=("last",), goal="lead"))
    assert list(report.frame) == ["channel", "kind", "goal", "since", "until", "incremental", "model", "credit_conversions", "factor"]
    assert report.frame["factor"].tolist() == [0.4]


def test_only_the_experiments_on_a_goal(tested):
    workspace = tested({"channel": "Email", "incremental": 2.0}, {"channel": "Email", "goal": "won", "incremental": 2.0})
    report = experiments(workspace, Question(models=("last",), goal="WON"))
    assert report.meta["goal"] == "won"
    assert report.frame[["goal", "problem"]].values.tolist() == [["won", Text("The model credits it with nothing in that period.")]]


def test_no_experiment_on_a_goal(tested):
    with pytest.raises(DataError) as caught:
        experiments(tested({"channel": "Email", "incremental": 2.0}), Question(models=("last",), goal="won"))
    assert str(caught.value) == "There are no experiments that counted the goal 'won'; leave out --goal to see all"


def test_models_that_do_not_add_up_are_not_compared_and_that_is_said(tested):
    workspace = tested({"channel": "Email", "incremental": 2.0})
    report = experiments(workspace, Question(models=("last", "participation")))
    assert report.frame["model"].tolist() == ["last"]
    assert report.notes[-1] == Text(
        "{models} is not compared: its figures do not add up to the conversions there were.", models="participation"
    )
    with pytest.raises(UsageError) as caught:
        experiments(workspace, Question(models=("participation",)))
    assert str(caught.value) == (
        "experiments are held against models whose figures add up to the conversions; those of participation do not"
    )


def test_a_goal_that_is_not_there(tested):
    with pytest.raises(DataError) as caught:
        experiments(tested({"channel": "Email", "incremental": 2.0}), Question(models=("last",), goal="leed"))
    assert str(caught.value) == "There are no conversions of the goal 'leed'; did you mean 'lead'? There are: lead, won"


def test_an_error_of_one_period_is_its_experiments_problem(tested):
    """Values in several currencies: said beside the experiment, as the report itself would say it."""
    workspace = tested({"channel": "Email", "goal": "won", "incremental": 2.0}, {"channel": "Email", "incremental": 2.0})
    sales = [
        {"person": person, "at": dt.datetime(2026, 1, 12, tzinfo=dt.UTC), "goal": "won", "value": 1.0, "currency": code}
        for person, code in (("1-0-1", "USD"), ("1-0-2", "GBP"))
    ]
    imports.run(workspace, "test", [batch("conversions", *sales)])
    (won,) = examine(
        workspace, Question(models=("last",)), make_models(Question(models=("last",))), read_experiments(workspace)[1:], "channel"
    )
    assert won.problem is not None
    assert won.problem.template.startswith("Values are in several currencies: {found}.")


# Periods


@pytest.mark.parametrize(("since", "until"), [((1, 1), (1, 31)), ((1, 8), (2, 6)), ((2, 6), (2, 6)), ((1, 1), (2, 28))])
@pytest.mark.parametrize("level", ["person", "account"])
def test_a_period_is_credited_as_the_report_of_it_is(tested, since, until, level):
    """Touches are read once and cut at the period's end; the literal way is a report of that period."""
    days = {"since": dt.date(2026, *since), "until": dt.date(2026, *until)}
    question = Question(models=("first", "linear", "markov"), level=level)
    workspace = tested()
    periods = Periods(workspace, question, make_models(question))
    periods.credited(dt.date(2026, 1, 9), dt.date(2026, 1, 9), "lead")  # read for another period before
    found = periods.credited(days["since"], days["until"], "lead")
    report = attribute(workspace, dataclasses.replace(question, goal="lead", **days))
    expected = {pair: amount for pair, amount in credit(report).items() if pair[1] != "(unattributed)"}
    assert {(model, name): amount for model, by_name in found.by_model.items() for name, amount in by_name.items()} == pytest.approx(
        expected
    )
    assert found.conversions == report.meta["conversions"]


class OfDeals(Last):
    """Credits journeys with milestones."""

    name: ClassVar[str] = "of_deals"
    milestones: ClassVar[bool] = True

    def credit(self, paths):
        assert paths.positions is not None
        return super().credit(paths)


def test_models_of_milestones_are_credited_on_the_journeys_of_deals(tested):
    workspace = tested({"channel": "Paid Search", "incremental": 7.0})
    (found,) = examine(workspace, Question(), [OfDeals(), Last()], read_experiments(workspace), "channel", "lead")
    assert found.credited == {"of_deals": 10.0, "last": 10.0}


# Which experiments count


@given(
    st.lists(st.tuples(st.integers(1, 28), st.sampled_from([None, 0.0, 0.5]), st.sampled_from("ab")), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_experiments_came_does_not_matter(several, random):
    findings = [
        Finding(Experiment(dt.date(2026, 1, 1), dt.date(2026, 1, day), name=name), "x", "lead", Estimate(1.0, deviation))
        for day, deviation, name in several
    ]
    chosen = counted(findings)
    random.shuffle(findings)
    assert counted(findings) == chosen
    sure = [finding for finding in findings if finding.estimate.deviation]
    assert len(chosen) == (len(sure) or 1)
    if not sure:
        assert chosen[0].experiment.until == max(finding.experiment.until for finding in findings)
