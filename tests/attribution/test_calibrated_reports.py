"""What a report says that experiments have calibrated, with intervals and without."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import numpy as np
import pandas as pd
import pytest

from attribution.attribute import attribute, make_models
from attribution.calibrating import calibrated
from attribution.calibration import NOT_EXPLAINED
from attribution.paths import Draws
from reports.report import Text
from tests.attribution.experiment_samples import (
    ALONE,
    HOLDS,
    JANUARY,
    OUTSIDE,
    SCALED,
    Z,
    asked,
    credit,
    exact,
    factor_of,
)


def test_a_factor_of_january_scales_february(tested):
    """7 incremental of 10 credited: 8 becomes 5.6; the 2.4 go to Email and Direct, 4 each."""
    report = attribute(tested({"channel": "Paid Search", "kind": "geo", "incremental": 7.0}), asked(), calibrate=True)
    expected = pd.DataFrame(
        {
            "model": "last",
            "channel": ["Paid Search", "Direct", "Email"],
            "conversions": [5.6, 5.2, 5.2],
            "value": [56.0, 52.0, 52.0],
            "share_of_conversions": [0.35, 0.325, 0.325],
            "share_of_value": [0.35, 0.325, 0.325],
            "factor": [0.7, math.nan, math.nan],
        }
    )
    pd.testing.assert_frame_equal(report.frame, expected, check_dtype=False)
    assert report.meta["calibrated"] is True
    assert report.notes[:4] == (
        Text("The goal is '{goal}'; the data holds these too: {others} (choose with --goal).", goal="lead", others="won"),
        SCALED,
        HOLDS,
        exact(Text("Paid Search")),
    )
    assert OUTSIDE in report.notes


def test_an_experiment_in_the_report_s_period_is_not_said_to_lie_outside(tested):
    workspace = tested({"channel": "Paid Search", "kind": "geo", "incremental": 7.0})
    reports = [attribute(workspace, asked(since=since, until=None), calibrate=True) for since in (None, dt.date(2026, 1, 31))]
    assert not any(OUTSIDE in report.notes for report in reports)


def test_the_report_without_calibration_is_as_before(tested):
    with_some, without = (attribute(tested(*some), asked()) for some in ([{"channel": "Paid Search", "incremental": 7.0}], []))
    pd.testing.assert_frame_equal(with_some.frame, without.frame)
    assert (with_some.meta, with_some.notes) == (without.meta, without.notes)


def test_what_is_unattributed_is_never_touched(tested):
    report = attribute(tested({"channel": "Paid Search", "incremental": 7.0}), asked(**JANUARY), calibrate=True)
    assert credit(report) == pytest.approx(
        {("last", "Paid Search"): 7, ("last", "Email"): 5 + 3 * 5 / 7, ("last", "Direct"): 2 + 3 * 2 / 7, ("last", "(unattributed)"): 3}
    )


def test_a_lift_is_of_all_conversions(tested):
    """20 leads in January, 3 without a touch: a lift of a quarter is 4 of them, 0.4 of the 10 that search is credited with."""
    workspace = tested({"channel": "Paid Search", "lift": 0.25, "lift_low": 0.0, "lift_high": 1.0})
    report = attribute(workspace, asked(), calibrate=True)
    found = report.frame.set_index("channel")
    assert found.loc["Paid Search", ["conversions", "factor"]].tolist() == pytest.approx([3.2, 0.4])
    low, high = found.loc["Paid Search", ["conversions_low", "conversions_high"]]
    reach = 8 * (20 * 0.5) / 10 / 2  # half the width: incremental 0 to 10, of 10 credited, on 8
    assert (low, high) == pytest.approx((3.2 - reach, 3.2 + reach), abs=0.35)
    assert found.loc["Email", "conversions_low"] < found.loc["Email", "conversions"] < found.loc["Email", "conversions_high"]
    assert report.notes[1:5] == (
        SCALED,
        HOLDS,
        ALONE,
        Text("A lift is taken as that of all conversions of its goal in its period, whichever part of the market the test saw."),
    )


def test_experiments_with_intervals_count_together(tested):
    """Factors 0.6 ± 0.1 and 0.9 ± 0.2 (by intervals of width 2 x 1.96 x 1 and 2): (100 x 0.6 + 25 x 0.9) / 125 = 0.66."""
    first = {"channel": "Paid Search", "name": "1", "incremental": 6.0, "incremental_low": 6 - Z, "incremental_high": 6 + Z}
    second = {"channel": "Paid Search", "name": "2", "incremental": 9.0, "incremental_low": 9 - 2 * Z, "incremental_high": 9 + 2 * Z}
    alone = {"channel": "Paid Search", "name": "3", "incremental": 1.0}
    for several in itertools.permutations((first, second, alone)):
        report = attribute(tested(*several), asked(), calibrate=True)
        assert factor_of(report) == pytest.approx(0.66)
        assert report.notes[4:6] == (
            Text("{count} experiments on {name} count together, the surer the more.", count=2, name=Text("Paid Search")),
            Text("{left} experiments on {name} have no interval; those that have one count instead.", left=1, name=Text("Paid Search")),
        )


def test_experiments_that_disagree_are_said_to(tested):
    several = [
        {"channel": "Paid Search", "name": str(point), "incremental": point, "incremental_low": point - Z, "incremental_high": point + Z}
        for point in (2.0, 10.0)
    ]
    report = attribute(tested(*several), asked(), calibrate=True)
    assert factor_of(report) == pytest.approx(0.6)
    assert report.notes[5] == Text(
        "The experiments on {name} disagree by more than their intervals allow; the interval of their factor was made up to {times:.1f} "
        "times as wide.",
        name=Text("Paid Search"),
        times=pytest.approx(math.sqrt(32)),
    )


def test_without_intervals_the_latest_counts(tested):
    early = {"channel": "Paid Search", "incremental": 1.0, "until": dt.date(2026, 1, 20)}
    late = {"channel": "Paid Search", "incremental": 7.0}
    for several in ((early, late), (late, early)):
        report = attribute(tested(*several), asked(), calibrate=True)
        assert factor_of(report) == pytest.approx(0.7)
        assert report.notes[3:5] == (
            Text(
                "The experiments on {name} have no intervals; the latest counts, that until {until}.",
                name=Text("Paid Search"),
                until=JANUARY["until"],
            ),
            exact(Text("Paid Search")),
        )


def test_every_channel_tested_leaves_a_row_of_its_own(tested):
    workspace = tested(
        *({"channel": name, "incremental": found} for name, found in (("Paid Search", 5.0), ("Email", 5.0), ("Direct", 1.0)))
    )
    report = attribute(workspace, asked(models=("last", "linear")), calibrate=True)
    rows = report.frame[["model", "channel", "conversions", "value", "factor"]]
    for model in ("last", "linear"):
        assert rows[rows["model"] == model].iloc[:, 1:].to_dict("records") == [
            {"channel": "Email", "conversions": 4, "value": 40, "factor": 1.0},
            {"channel": "Paid Search", "conversions": 4, "value": 40, "factor": 0.5},
            {"channel": "Direct", "conversions": 2, "value": 20, "factor": 0.5},
            {"channel": NOT_EXPLAINED, "conversions": 6, "value": 60, "factor": pytest.approx(math.nan, nan_ok=True)},
        ]
        assert (
            Text(
                "With {model} no channel without an experiment has any credit, so {count:.1f} conversions that the experiments do not "
                "confirm are left as not explained.",
                model=model,
                count=pytest.approx(6),
            )
            in report.notes
        )


def test_more_claimed_than_there_is(tested):
    report = attribute(tested({"channel": "Paid Search", "incremental": 30.0}), asked(), calibrate=True)
    assert credit(report) == pytest.approx(
        {("last", "Paid Search"): 24, ("last", "Direct"): 0, ("last", "Email"): 0, ("last", NOT_EXPLAINED): -8}
    )
    assert report.notes[4] == Text(
        "With {model} the experiments claim {count:.1f} conversions more than there are to give; the row of what is not explained takes "
        "them off again.",
        model="last",
        count=pytest.approx(8),
    )


def test_others_that_swell_are_said_to(tested):
    tests = [{"channel": "Paid Search", "incremental": 1.0}, {"channel": "Email", "incremental": 5.0}]
    report = attribute(tested(*tests), asked(), calibrate=True)
    assert credit(report)["last", "Direct"] == pytest.approx(4 + 0.9 * 8)
    assert report.notes[5] == Text(
        "With {model} the channels without an experiment get {times:.1f} times their credit: there is little of them to carry what was "
        "moved. Test the largest of them.",
        model="last",
        times=pytest.approx(2.8),
    )


@pytest.mark.parametrize(
    ("bounds", "note"),
    [
        ({}, "The experiment on {name} found fewer conversions with it than without, so its credit is below 0."),
        (
            {"incremental_low": -3.0, "incremental_high": -1.0},
            "The experiment on {name} found fewer conversions with it than without, so its credit is below 0.",
        ),
        (
            {"incremental_low": -5.0, "incremental_high": 1.0},
            "The experiment on {name} found fewer conversions with it than without, so its credit is below 0; the interval reaches "
            "above 0, so it may well have had no effect.",
        ),
    ],
)
def test_a_channel_that_did_harm_gets_credit_below_nothing(tested, bounds, note):
    report = attribute(tested({"channel": "Paid Search", "incremental": -2.0, **bounds}), asked(), calibrate=True)
    assert credit(report) == pytest.approx({("last", "Paid Search"): -1.6, ("last", "Direct"): 8.8, ("last", "Email"): 8.8})
    assert Text(note, name=Text("Paid Search")) in report.notes


# Replicates of the models' own


@pytest.fixture
def drawn(tested):
    """Credits of February with replicates of their own, and an experiment with an interval."""
    workspace = tested({"channel": "Paid Search", "incremental": 7.0, "incremental_low": 7 - Z, "incremental_high": 7 + Z})
    question = asked(models=("last", "participation"))
    models = make_models(question)
    paths = attribution_paths(workspace, question)
    results = {model.name: model.credit(paths) for model in models}
    noise = np.random.default_rng(3).normal(0, 1, (2000, 1))
    draws = {
        name: Draws(result.conversions + noise, result.value + 10 * noise, np.zeros(2000), np.zeros(2000))
        for name, result in results.items()
    }
    return workspace, question, models, results, draws


def attribution_paths(workspace, question):
    from attribution.question import find_journeys

    return find_journeys(workspace, question).result.paths


def test_the_models_own_replicates_are_calibrated(drawn):
    workspace, question, models, results, draws = drawn
    after, found, notes = calibrated(workspace, question, results, draws, models)
    search = results["last"].channels.index("Paid Search")
    assert after["last"].conversions[search] == pytest.approx(5.6)
    assert after["last"].extra.keys() == {"factor"}
    replicates = found["last"].conversions[:, search]
    # 0.7 ± 0.1 times 8 ± 1
    assert replicates.std() == pytest.approx(math.sqrt(0.49 + 0.64 + 0.01), rel=0.05)
    np.testing.assert_allclose(found["last"].conversions.sum(axis=1), draws["last"].conversions.sum(axis=1))
    np.testing.assert_array_equal(found["participation"].conversions, draws["participation"].conversions)
    assert notes[2] == Text("The intervals hold the chance in the journeys and in the experiments, taken as independent.")


def test_models_are_made_of_the_question_where_they_are_not_given(drawn):
    workspace, question, models, results, _ = drawn
    given, left = (calibrated(workspace, question, results, None, some) for some in (models, None))
    for name in results:
        np.testing.assert_array_equal(given[0][name].conversions, left[0][name].conversions)
    assert given[1:] == left[1:] == (None, given[2])


def test_a_row_that_only_replicates_need_is_in_all_of_them(tested):
    """0.9 ± 1 of 8 of 12: some replicates claim more than there is."""
    workspace = tested({"channel": "Paid Search", "incremental": 9.0, "incremental_low": -10.6, "incremental_high": 28.6})
    report = attribute(workspace, asked(models=("last", "participation")), calibrate=True)
    rows = report.frame[report.frame["channel"] == NOT_EXPLAINED].set_index("model")
    assert rows.loc["last", "conversions"] == rows.loc["participation", "conversions"] == 0
    assert rows.loc["last", "conversions_low"] < 0 == rows.loc["last", "conversions_high"]
    assert rows.loc["participation", ["conversions_low", "conversions_high"]].isna().all()
