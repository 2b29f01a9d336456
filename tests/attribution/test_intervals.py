"""From draws to columns: ends, ranks, words; every figure worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.credit_report import credits_frame
from attribution.intervals import (
    converting_journeys,
    ends,
    interval_columns,
    probability_of_ranks,
    ranks,
    reliability,
    shares,
)
from attribution.paths import Credits, Draws
from tests.attribution.oracles import Row, paths_of

NAN = float("nan")


def draws_of(conversions: list[list[float]], rest: float = 0.0) -> Draws:
    """Draws worth 10 a conversion."""
    amounts = np.array(conversions, dtype=float)
    unattributed = np.full(len(amounts), rest)
    return Draws(amounts, 10 * amounts, unattributed, 10 * unattributed)


def test_ends_are_percentiles() -> None:
    low, high = ends(np.stack([np.arange(1001.0), -np.arange(1001.0)], axis=1))
    assert [*low, *high] == pytest.approx([25, -975, 975, -25])
    low, high = ends(np.arange(101.0)[:, None], level=0.8)
    assert [*low, *high] == pytest.approx([10, 90])


def test_what_was_never_drawn_has_no_interval() -> None:
    low, high = ends(np.array([[0.0, 0, NAN], [0, 2, NAN]]))
    assert (np.isnan(low).tolist(), np.isnan(high).tolist()) == ([True, False, True], [True, False, True])
    assert np.isnan(ends(np.zeros((0, 2)))).all()


def test_shares_are_of_the_total_and_draws_of_nothing_are_left_out() -> None:
    assert shares(np.array([[1.0, 3], [0, 0], [2, 2]])).tolist() == [[0.25, 0.75], [0.5, 0.5]]
    assert shares(np.array([[2.0, 2], [3, 3]]), np.array([4.0, 0])).tolist() == [[0.5, 0.5]]


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=6))
def test_a_rank_is_one_more_than_how_many_have_more(rows: list[list[int]]) -> None:
    wanted = [[1 + sum(other > own for other in row) for own in row] for row in rows]
    assert ranks(np.array(rows, dtype=float)).tolist() == wanted


def test_the_probability_of_each_rank() -> None:
    drawn = draws_of([[5, 3, 0], [2, 3, 0], [3, 3, 0], [9, 1, 2]])
    assert probability_of_ranks(drawn).tolist() == [[0.75, 0.25, 0], [0.5, 0.25, 0.25], [0, 0.25, 0.75]]


def test_converting_journeys_are_counted_once_for_each_channel() -> None:
    paths = paths_of([Row((0, 1, 0), 4, 0, 9), Row((1,), 3), Row((2,), 0, 0, 5)], 4)
    assert converting_journeys(paths).tolist() == [4, 7, 0, 0]


@pytest.mark.parametrize(
    ("estimate", "low", "high", "journeys", "word"),
    [
        (40, 30, 50, 30, "enough data"),
        (40, 30, 50, 29, "fewer than 30 converting journeys"),
        (40, 20, 60, 300, "enough data"),
        (40, 20, 60.1, 300, "interval wider than the estimate"),
        (0, NAN, NAN, 300, "enough data"),
        (0, NAN, NAN, 0, "fewer than 30 converting journeys"),
        (3, 0, 9, 3, "fewer than 30 converting journeys"),
    ],
)
def test_the_words(estimate: float, low: float, high: float, journeys: float, word: str) -> None:
    assert reliability(*(np.array([figure]) for figure in (estimate, low, high, journeys))) == [word]


def test_the_columns_beside_the_credits() -> None:
    """Three samples of two channels, worth 10 a conversion: the middle 95 % of three lie a twentieth of a step from the ends."""
    drawn = draws_of([[40, 60], [60, 60], [80, 60]], rest=100)
    credits = Credits(("ads", "email"), np.array([60.0, 60]), np.array([600.0, 600]), 100, 1000)
    columns = interval_columns(credits, drawn, np.array([90.0, 12]))
    assert {name: [*part, rest] for name, (part, rest) in columns.items()} == {
        "conversions_low": [pytest.approx(41), 60, 100],
        "conversions_high": [pytest.approx(79), 60, 100],
        "value_low": [pytest.approx(410), 600, 1000],
        "value_high": [pytest.approx(790), 600, 1000],
        "share_low": pytest.approx([0.2 + (3 / 11 - 0.2) / 20, 0.25 + (3 / 11 - 0.25) / 20, 5 / 12 + (5 / 11 - 5 / 12) / 20]),
        "share_high": pytest.approx([1 / 3 - (1 / 3 - 3 / 11) / 20, 0.3 - (0.3 - 3 / 11) / 20, 0.5 - (0.5 - 5 / 11) / 20]),
        "share_of_value_low": [*columns["share_low"][0], columns["share_low"][1]],
        "share_of_value_high": [*columns["share_high"][0], columns["share_high"][1]],
        "probability_first": [pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(NAN, nan_ok=True)],
        "reliability": ["enough data", "fewer than 30 converting journeys", "enough data"],
    }  # fmt: skip


def test_shares_of_a_model_that_does_not_add_up_are_of_all_conversions() -> None:
    drawn = Draws(np.full((5, 2), 4.0), np.full((5, 2), 40.0), np.ones(5), np.full(5, 10.0), np.full(5, 8.0), np.full(5, 80.0))
    credits = Credits(("ads", "email"), np.full(2, 4.0), np.full(2, 40.0), 1, 10, diagnostics={"total_conversions": 8.0})
    columns = interval_columns(credits, drawn, np.full(2, 40.0))
    assert columns["share_low"][0].tolist() == [0.5, 0.5]
    assert columns["share_of_value_high"][1] == 0.125


def test_what_experiments_do_not_explain_is_in_no_journey() -> None:
    """It stands behind the channels, may be negative, and no count of journeys speaks for it or against it."""
    drawn = draws_of([[50, 40, -30], [50, 60, -29]])
    credits = Credits(("ads", "email", "(not explained)"), np.array([50.0, 50, -30]), np.array([500.0, 500, -300]))
    words, _ = interval_columns(credits, drawn, np.array([90.0, 12]))["reliability"]
    assert words.tolist() == ["enough data", "fewer than 30 converting journeys", "enough data"]
    assert reliability(np.array([-30.0]), np.array([-50.0]), np.array([-10.0]), np.array([NAN])) == ["interval wider than the estimate"]


def test_the_frame_with_intervals_keeps_its_figures_and_a_model_without_draws_has_none() -> None:
    first = Credits(("ads", "email"), np.array([1.0, 2.0]), np.full(2, NAN), 1, NAN)
    other = Credits(("ads", "email"), np.array([3.0, 0.0]), np.full(2, NAN), 1, NAN, {"removal_effect": np.array([1.0, 0.0])})
    drawn = draws_of([[1, 2], [1, 2]], rest=1)
    drawn = Draws(drawn.conversions, drawn.value * NAN, drawn.unattributed_conversions, drawn.unattributed_value * NAN)
    results = {"last": first, "markov": other}
    frame = credits_frame(results, {"last": drawn}, np.array([1.0, 2.0]))
    plain = credits_frame(results)
    pd.testing.assert_frame_equal(frame[plain.columns], plain)
    added = frame.drop(columns=plain.columns)
    few = "fewer than 30 converting journeys"
    expected = pd.DataFrame(
        [
            [1.0, 1.0, 0.25, 0.25, 0.0, few],
            [2.0, 2.0, 0.5, 0.5, 1.0, few],
            [1.0, 1.0, 0.25, 0.25, NAN, few],
            *[[NAN] * 6] * 3,
        ],
        columns=["conversions_low", "conversions_high", "share_low", "share_high", "probability_first", "reliability"],
    )
    unknown = ["value_low", "value_high", "share_of_value_low", "share_of_value_high"]
    pd.testing.assert_frame_equal(added.drop(columns=unknown), expected)
    assert added[unknown].isna().all(axis=None)
    assert list(frame.columns) == [
        "model", "channel", "conversions", "conversions_low", "conversions_high", "value", "value_low", "value_high",
        "share_of_conversions", "share_low", "share_high", "share_of_value", "share_of_value_low", "share_of_value_high",
        "removal_effect", "probability_first", "reliability",
    ]  # fmt: skip
