"""Experiments on a hand-made workspace: which can be used, what they come to, and what a calibrated report says."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.attribute import attribute, make_models
from attribution.calibrating import calibrated, counted
from attribution.calibration import NOT_EXPLAINED
from attribution.experiment_fit import Names
from attribution.experiment_periods import Periods
from attribution.experiment_report import experiments
from attribution.experiments import Estimate, Finding, estimate, examine, read_experiments
from attribution.paths import Draws
from attribution.position_models import Last
from attribution.question import Question
from reports.report import Text
from tests.workspace.samples import batch
from workspace import imports, store
from workspace.errors import DataError, UsageError
from workspace.records import Experiment

JANUARY = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 1, 31)}
FEBRUARY = {"since": dt.date(2026, 2, 1), "until": dt.date(2026, 2, 28)}
SEARCH, EMAIL, DIRECT = {"source": "google", "medium": "cpc", "campaign": "brand"}, {"source": "brevo", "medium": "email"}, {}
Z = 1.959963984540054
LEADS = {1: ((SEARCH, 10), (EMAIL, 5), (DIRECT, 2), (None, 3)), 2: ((SEARCH, 8), (EMAIL, 4), (DIRECT, 4))}
"""Leads by month: so many people with one touch of this origin, or with none."""

SCALED = Text(
    "Credit of {names} is scaled by what experiments found: incremental conversions over those credited in the experiment's own period. "
    "What that takes away or adds is shared by the other channels in proportion to their credit, so that the total stays; no experiment "
    "says that it is theirs.",
    names=[Text("Paid Search")],
)
HOLDS = Text("An experiment holds for its period, its place and its level of spend.")
OUTSIDE = Text(
    "The experiments on {name} ({since} to {until}) lie outside the report's period: that the channel did as well then as now is taken for "
    "granted.",
    name=Text("Paid Search"),
    **JANUARY,
)
ALONE = Text("The intervals hold the chance in the experiments alone, not that in the journeys.")


def exact(name):
    return Text("No interval is known for the experiment on {name}; its factor is taken as exact.", name=name)


def left_out(name, why, period=JANUARY):
    return Text(
        "The experiment on {name} from {since} to {until} is left out. {why}",
        name=name if name == "brand" else Text(name),
        why=why,
        **period,
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A company of which everything can be counted by hand; each lead of January is worth 100, each of February 10."""
    folder = tmp_path_factory.mktemp("company")
    store.create(folder / "w.db")
    config = folder / "smarketing.toml"
    config.write_text(config.read_text().replace('time_zone = "Europe/Paris"', 'time_zone = "UTC"'))
    touches, leads = [], []
    for month, groups in LEADS.items():
        for number, (origin, count) in enumerate(groups):
            for place in range(count):
                person, at = f"{month}-{number}-{place}", dt.datetime(2026, month, 5 + place, 9, tzinfo=dt.UTC)
                if origin is not None:
                    touches.append({"person": person, "at": at, **origin})
                leads.append(
                    {"person": person, "at": at + dt.timedelta(hours=1), "goal": "lead", "value": 1000 / 10**month, "currency": "EUR"}
                )
    touches += [{"person": "x", "at": dt.datetime(2026, month, day, tzinfo=dt.UTC)} for month, day in ((1, 1), (2, 28))]
    won = [{"person": "1-0-0", "at": dt.datetime(2026, 1, 20, tzinfo=dt.UTC), "goal": "won"}]
    with store.open_workspace(folder / "w.db") as workspace:
        imports.run(workspace, "test", [batch("touches", *touches), batch("conversions", *leads, *won)])
    return folder / "w.db"


@pytest.fixture
def tested(path, tmp_path):
    """Open the company with some experiments of its own."""
    copies = itertools.count()
    opened = []

    def with_experiments(*found):
        folder = tmp_path / str(next(copies))
        folder.mkdir()
        for name in ("w.db", "smarketing.toml"):
            (folder / name).write_bytes(path.with_name(name).read_bytes())
        workspace = store.open_workspace(folder / "w.db")
        opened.append(workspace)
        if found:
            imports.run(workspace, "test", [batch("experiments", *({"goal": "lead"} | JANUARY | one for one in found))])
        return workspace

    yield with_experiments
    for workspace in opened:
        workspace.close()


def asked(**fields):
    return Question(**{"models": ("last",), "goal": "lead", **FEBRUARY, **fields})


def credit(report):
    return {(row["model"], row["channel"]): row["conversions"] for row in report.frame.to_dict("records")}


def factor_of(report, channel="Paid Search"):
    return report.frame.set_index("channel").loc[channel, "factor"]


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


# Calibrated reports


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


def test_an_experiment_without_a_goal_is_of_the_only_one(tested, path, tmp_path):
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
