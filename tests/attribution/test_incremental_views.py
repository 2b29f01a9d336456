"""What lies behind incremental credit, laid out: worked by hand from made fits and made residuals."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from attribution.exposure_engine import by_guard, exposures
from attribution.hazard_fit import fit
from attribution.incremental import credit
from attribution.incremental_views import AGES, decay_report, falling, fit_report, guard_report, half_lives
from attribution.residuals import Classes, Goodness, Residuals
from tests.attribution.test_incremental import DAY, PLAIN, START, numbers

NAMES = {0: "Email", 1: "Video"}
TOO_FEW = (
    "Whether the model fits cannot be told: {} conversions came 3 days or more after a touch, and 30 are the least to tell anything from."
)


def mailed(days=40, people=60):
    """One touch of Email each, a conversion some days later, spread as exp(-age / 8) spreads them; Video brings nobody."""
    ages = 8.0 * -np.log(1 - (np.arange(people // 2) + 0.5) / (people // 2))
    touches = [(k, START + (k % 20) * DAY, 0) for k in range(people)]
    touches += [(k, START + (k % 20) * DAY, 1) for k in range(people, people + 40)]
    return numbers(touches, [(k, START + (k % 20) * DAY + int(age * DAY)) for k, age in enumerate(ages) if age < days])


@pytest.fixture(scope="module")
def result():
    return credit(fit(exposures(*mailed(), NAMES, PLAIN)))


def test_decay_is_the_kernels_that_were_fitted(result):
    """One kernel of 8 days: the curve is beta e^(-age / 8), in all 8 beta, half of it gone after 8 ln 2 = 5.5 days."""
    report = decay_report(result, "channel", {})
    frame = report.frame
    beta = 1000 * result.scale * result.fit.effects()[0, 0]
    assert beta > 0
    assert frame["channel"].tolist() == ["Email"] * len(AGES)
    assert frame["added_per_1000_touches"].to_numpy() == pytest.approx(beta * np.exp(-np.array(AGES) / 8))
    assert frame["effect_per_1000_touches"].to_numpy() == pytest.approx(8 * beta)
    assert frame["effect_half_life_days"].to_numpy() == pytest.approx(8 * np.log(2))
    assert str(report.notes[-1]) == "No effect that lasts was found of Video."


def test_half_life_of_two_decays_by_hand():
    """What begins with 3 is 2 * 0.29132 + 0.92107 = 1.504 after 3.7 days, and 2 * 0.28460 + 0.91964 = 1.489 after 3.77."""
    assert 3.7 < half_lives(np.array([2.0, 1.0]), np.array([3.0, 45.0])) < 3.77


def test_guard_report_has_a_row_for_each_guard_and_names_who_falls(result):
    before = dataclasses.replace(result, conversions=np.array([40.0, 100.0]))
    fallen = dataclasses.replace(result, conversions=np.array([41.0, 49.9]))
    report = guard_report({0.0: before, 0.5: before, 3.0: fallen}, "channel", {})
    assert report.frame.to_dict("list") == {
        "channel": ["Video", "Email"] * 3,
        "guard_hours": [0, 0, 12, 12, 72, 72],
        "conversions": [100.0, 40.0, 100.0, 40.0, 49.9, 41.0],
    }
    assert str(report.notes[-1]) == (
        "The credit of Video falls away as the guard grows: people come through it when they have decided already. That is harvest, not "
        "effect."
    )
    still = guard_report({0.0: before, 3.0: before}, "channel", {})
    assert str(still.notes[-1]) == "No channel's credit falls to less than half as the guard grows from 0 to 3 days."


def test_a_channel_of_few_conversions_is_not_named(result):
    few = dataclasses.replace(result, conversions=np.array([29.0, 30.0]))
    none = dataclasses.replace(result, conversions=np.array([0.0, 0.0]))
    assert falling({0.0: few, 3.0: none}) == ("Video",)


def test_too_little_data_stands_first():
    assert str(guard_report(by_guard(*mailed(people=20), NAMES), "channel", {}).notes[0]) == (
        "Too little data: 10 conversions, where 30 are the least to tell anything from. That a channel is credited with much, or with "
        "nothing, is chance."
    )


# Whether it fits, in words


def residuals(n, apart):
    """Residuals of n conversions of which, half way, so many more were observed than expected."""
    return Residuals(np.array([0.5, 1.0]), np.array([n / 2, n]), np.array([n / 2 + apart, n]))


def goodness(later, *, soon=(20.0, 20.0), weeks=((10.0, 10.0),), looked_at=1000):
    even = Classes((1,), np.array([20.0]), np.array([20.0]))
    days = tuple(dt.date(2026, 1, 5) + dt.timedelta(7 * week) for week in range(len(weeks)))
    expected, observed = (np.array(part) for part in zip(*weeks, strict=True))
    return Goodness(
        all_time=later,
        later=later,
        rate_later=even,
        rate_soon=Classes((1,), np.array([soon[0]]), np.array([soon[1]])),
        touches_later=Classes((0, 5), np.array([8.0, 0.0]), np.array([4.0, 0.0])),
        days=Classes((0, 7), np.array([4.0, 9.0]), np.array([2.0, 9.0])),
        weeks=Classes(days, expected, observed),
        people=1000,
        looked_at=looked_at,
    )


@pytest.mark.parametrize(
    ("later", "verdict"),
    [
        (
            residuals(400, 8),
            "The fit is good where credit is told, 3 days and more after the last touch: the residuals of 400 conversions part from what "
            "the model expects by 2.0% of them at most, as chance does with probability 100%.",
        ),
        (
            residuals(20_000, 300),
            "The fit is fair where credit is told, 3 days and more after the last touch: the residuals of 20000 conversions part from "
            "what the model expects by 1.5% of them at most. That is little, but more than chance (probability 0.0%).",
        ),
        (
            residuals(400, 40),
            "The fit is poor where credit is told, 3 days and more after the last touch: the residuals of 400 conversions part from what "
            "the model expects by 10.0% of them (probability by chance 0.1%). Do not rely on the credit; look below for where it fails.",
        ),
        (residuals(29, 0), TOO_FEW.format(29)),
        (Residuals(np.zeros(0), np.zeros(0), np.zeros(0)), TOO_FEW.format(0)),
    ],
)
def test_the_verdict(later, verdict):
    assert str(fit_report(goodness(later), {}).notes[0]) == verdict


def test_where_it_fits_badly_is_told():
    """80 where 40 were expected are 6.3 standard deviations, 41 where 16 were are 6.25; 4 are told."""
    told = goodness(residuals(400, 8), soon=(40.0, 80.0), weeks=((10, 11), (16, 41)), looked_at=500)
    notes = [str(note) for note in fit_report(told, {}).notes]
    assert notes[1] == (
        "Within 3 days of a touch it fits badly: in one tenth of the predicted rates 80 converted where 40 were expected. Most of these "
        "had decided already, and people who come twice in a day have decided more often than the model knows; no channel is credited "
        "with them."
    )
    assert notes[2] == (
        "Some weeks are far from what was expected, most that of 2026-01-12 (41 conversions, 16 expected): the model knows no seasons and "
        "no campaigns but by their touches."
    )
    assert notes[-1] == "Looked at were 500 of 1000 people."


def test_the_rows_of_the_fit():
    frame = fit_report(goodness(residuals(400, 8)), {}).frame
    assert frame.astype({"class_of_time": str}).round(3).to_numpy().tolist() == [
        ["rate_later", "1 / 10", 20.0, 20.0, 1.0, 0.0],
        ["rate_soon", "1 / 10", 20.0, 20.0, 1.0, 0.0],
        ["days_since_touch", "0–1", 4.0, 2.0, 0.5, -1.0],
        ["days_since_touch", "112+", 9.0, 9.0, 1.0, 0.0],
        ["touches_so_far", "0", 8.0, 4.0, 0.5, -1.414],
        ["week", "2026-01-05", 10.0, 10.0, 1.0, 0.0],
    ]
    assert list(frame.columns) == [
        "part", "class_of_time", "expected_conversions", "observed_conversions", "observed_to_expected", "standard_deviations",
    ]  # fmt: skip
