"""What holds of cost and return whatever is asked: nothing spent is lost, nothing credited differs from what `attribution` says."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import naming
from attribution.attribute import attribute, make_models
from attribution.models import MODELS, needs_milestones, touch_weights
from attribution.question import DAY, Question, bounds
from attribution.return_report import roi
from attribution.simulation.simulate import simulate, write
from connectors import importing
from connectors.base import ImportContext
from connectors.csv_files import CsvFiles
from tests.attribution.journey_oracle import own_touches, path_of
from workspace import reading, store

STAGES = {
    "lead": "credited_leads",
    "mql": "credited_mqls",
    "sql": "credited_sqls",
    "opportunity": "credited_opportunities",
    "won": "credited_customers",
}
CUTS = ("channel", "family", "source", "medium", "campaign")
BY_TOUCH = [model.name for model in MODELS if model.credits_touches and model.name != "custom" and not needs_milestones(model)]
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    write(simulate(people=900, seed=11), folder)
    store.create(folder / "w.db")
    with store.open_workspace(folder / "w.db") as opened:
        for kind in ("touches", "conversions", "spend"):
            connector = CsvFiles(ImportContext(opened.settings, opened.secret), (str(folder / f"{kind}.csv"),), kind)
            importing.run(opened, connector, strict=True)
        yield opened


@pytest.fixture(scope="module")
def spend(workspace):
    return reading.spend_rows(workspace)


days = st.dates(FIRST, LAST)
periods = st.one_of(st.just((None, None)), st.tuples(days, days).map(sorted).filter(lambda pair: (pair[1] - pair[0]).days > 60))


def happened(workspace, goal, window):
    first, end = window
    times = [row["at"] for row in workspace.rows("SELECT at FROM conversions WHERE goal = ?", (goal,))]
    return any((first is None or at >= first) and (end is None or at < end) for at in times)


@settings(max_examples=6)
@given(period=periods, by=st.sampled_from(CUTS), model=st.sampled_from(["linear", "u_shaped", "markov", "time_decay", "w_shaped"]))
def test_sums_of_spend_and_credit_are_those_of_the_records_and_of_attribution(workspace, spend, period, by, model):
    since, until = period
    question = Question(models=(model,), by=by, since=since, until=until)
    frame = roi(workspace, question).frame.set_index(by)
    inside = [row for row in spend if (since or FIRST) <= row["day"] <= (until or LAST)]
    rows = frame.drop(index="(total)").fillna(0.0)  # What bears no touch has a credit that is not known.
    assert rows["spend"].sum() == pytest.approx(sum(row["spend"] for row in inside))
    assert frame["spend"]["(total)"] == pytest.approx(rows["spend"].sum())
    for column in ("impressions", "clicks"):
        assert frame[column].get("(total)", 0) == sum(row[column] or 0 for row in inside)
    for goal, column in STAGES.items():
        if not happened(workspace, goal, bounds(question, workspace.settings.time_zone)):
            assert (frame[column] == 0).all()
            continue
        told = attribute(workspace, Question(models=(model,), goal=goal, by=by, since=since, until=until)).frame.set_index(by)
        credited = {name: number for name, number in rows[column].items() if number}
        assert credited == pytest.approx({name: number for name, number in told["conversions"].items() if number})
        assert frame[column]["(total)"] == pytest.approx(told["conversions"].sum())
        if goal == "won":
            value = {name: number for name, number in rows["credit_value"].items() if number}
            assert value == pytest.approx({name: number for name, number in told["value"].items() if number})


def literal_credit(workspace, question, goal):
    """Credit the touches of a period by hand, one conversion after the other."""
    (model,) = make_models(question)
    since, until = bounds(question, workspace.settings.time_zone)
    labels, _ = naming.labels(workspace, question.by)
    credit = defaultdict(float)
    for conversion in workspace.rows("SELECT * FROM conversions WHERE goal = ?", (goal,)):
        if conversion["at"] < since or conversion["person_id"] is None:
            continue
        times = [
            row["at"]
            for row in workspace.rows(
                "SELECT DISTINCT at FROM conversions WHERE person_id = ? AND goal = ? ORDER BY at", (conversion["person_id"], goal)
            )
        ]
        own = own_touches(reading.touches_of(workspace, conversion["person_id"]), times, conversion["at"], 90 * DAY)
        if own:
            weights = touch_weights(model, path_of(own, conversion["at"], question.half_life_days))
            for touch, weight in zip(own, weights, strict=True):
                if since <= touch["at"] < until:
                    credit[labels[touch["origin_id"]]] += weight
    return {name: weight for name, weight in credit.items() if weight}


@pytest.mark.parametrize("model", BY_TOUCH)
def test_credit_by_touch_date_is_what_the_touches_of_the_period_weigh(workspace, model):
    question = Question(models=(model,), since=dt.date(2025, 3, 10), until=dt.date(2025, 8, 20))
    frame = roi(workspace, question, "touch_date").frame.set_index("channel").drop(index="(total)")
    for goal in ("lead", "opportunity"):
        column = frame[STAGES[goal]]
        assert {name: number for name, number in column.items() if number > 1e-12} == pytest.approx(
            literal_credit(workspace, question, goal)
        )


@pytest.mark.parametrize("model", ["linear", "last_non_direct", "w_shaped", "full_path"])
def test_periods_that_follow_each_other_share_the_credit_by_touch_date(workspace, model):
    """Every touch has one date: the credit of the halves of a year adds up to that of the year."""

    def credited(since, until):
        frame = roi(workspace, Question(models=(model,), since=since, until=until), "touch_date").frame.set_index("channel")
        return frame.loc["(total)", ["spend", "credited_leads", "credited_customers", "credit_value", "unrealised_pipeline"]].to_numpy(
            float
        )

    halves = credited(FIRST, dt.date(2025, 6, 30)) + credited(dt.date(2025, 7, 1), LAST)
    np.testing.assert_allclose(halves, credited(FIRST, LAST), rtol=1e-9)


def test_without_a_period_both_dates_say_the_same(workspace):
    by_close, by_touch = (roi(workspace, Question(), dated).frame.set_index("channel") for dated in ("close_date", "touch_date"))
    rest = by_close.index.intersection(["(unattributed)", "(total)"])
    np.testing.assert_allclose(by_close.drop(index=rest).fillna(-1), by_touch.drop(index="(total)").fillna(-1), rtol=1e-9)
