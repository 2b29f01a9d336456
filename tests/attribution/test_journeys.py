"""Journeys on DuckDB against journeys told by hand."""

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import engine
from attribution.journeys import CODES, TIES, Window
from tests.attribution.journey_oracle import literal_journeys
from workspace.errors import DataError

DAY = 86_400
START = 1_700_000_000
CHANNELS = ("Direct", "Email", "Paid Search")


def run(touches, conversions, window):
    """Run the engine on tuples of (key, at, channel, tie) and (key, at, value)."""
    ids = {channel: 7_000_000_000 + place for place, channel in enumerate(CHANNELS)}
    table = pa.table(
        {
            "key": pa.array([t[0] for t in touches], pa.int64()),
            "at": pa.array([t[1] for t in touches], pa.int64()),
            "origin_id": pa.array([ids[t[2]] for t in touches], pa.int64()),
            "tie": pa.array([t[3] for t in touches], pa.int64()),
        }
    )
    converted = pa.table(
        {
            "key": pa.array([c[0] for c in conversions], pa.int64()),
            "at": pa.array([c[1] for c in conversions], pa.int64()),
            "value": pa.array([c[2] for c in conversions], pa.float64()),
        }
    )
    return engine.run(table, converted, {i: channel for channel, i in ids.items()}, frozenset({"Direct"}), window)


def told(result):
    """Read the engine's paths back into the oracle's form."""
    paths = result.paths
    converting, value, nulls, weights = Counter(), defaultdict(float), Counter(), defaultdict(float)
    for place, (begin, end) in enumerate(zip(paths.offsets[:-1], paths.offsets[1:], strict=True)):
        path = tuple(paths.channels[code] for code in paths.codes[begin:end])
        if paths.conversions[place]:
            converting[path] += int(paths.conversions[place])
            value[path] += paths.value[place]
            for step in range(end - begin):
                weights[path, step] += paths.recency.conversions[begin + step]
        if paths.nulls[place]:
            nulls[path] += int(paths.nulls[place])
    lags = Counter({(row["days"], row["length"]): row["conversions"] for row in result.lags.to_pylist()})
    return {
        "converting": converting, "value": dict(value), "nulls": nulls, "weights": dict(weights), "lags": lags,
        "unattributed": paths.unattributed_conversions,
    }  # fmt: skip


def same(found, expected):
    assert found["converting"] == expected["converting"]
    assert found["nulls"] == expected["nulls"]
    assert found["lags"] == expected["lags"]
    assert found["unattributed"] == expected["unattributed"]
    assert found["weights"] == pytest.approx(expected["weights"])
    assert {path: v for path, v in found["value"].items() if not np.isnan(v)} == pytest.approx(
        {} if all(np.isnan(v) for v in found["value"].values()) else expected["value"]
    )


def test_a_journey_is_what_came_after_the_conversion_before_up_to_the_conversion_within_the_lookback():
    touches = [
        (1, START, "Email", 0),  # older than the lookback: a null journey
        (1, START + 40 * DAY, "Paid Search", 0),
        (1, START + 50 * DAY, "Direct", 0),  # the second of the conversion belongs to it
        (1, START + 55 * DAY, "Email", 0),  # after it: a null journey
        (2, START, "Email", 0),
        (2, START + 31 * DAY, "Email", 0),  # a gap longer than the lookback begins a new null journey
    ]
    result = run(touches, [(1, START + 50 * DAY, 100.0), (3, START, None)], Window(30 * DAY))
    assert told(result) == {
        "converting": Counter({("Paid Search", "Direct"): 1}),
        "value": {("Paid Search", "Direct"): 100.0},
        "nulls": Counter({("Email",): 4}),
        "weights": {
            (("Paid Search", "Direct"), 0): pytest.approx(1 / (1 + 2 ** (10 / 7))),
            (("Paid Search", "Direct"), 1): pytest.approx(1 / (1 + 2 ** (-10 / 7))),
        },
        "lags": Counter({(10, 2): 1}),
        "unattributed": 1,
    }
    assert (result.conversions, result.valued, result.value, result.touches) == (2, 1, 100.0, 6)


def test_touches_of_one_second_stand_in_the_order_of_their_tie():
    touches = [(1, START, "Email", 5), (1, START, "Direct", 9), (1, START, "Paid Search", 2)]
    assert told(run(touches, [(1, START, None)], Window(DAY)))["converting"] == Counter({("Paid Search", "Email", "Direct"): 1})


def test_two_conversions_of_one_second_share_a_journey():
    found = told(run([(1, START, "Email", 0)], [(1, START + 5, 10.0), (1, START + 5, None)], Window(DAY)))
    assert (found["converting"], found["value"]) == (Counter({("Email",): 2}), {("Email",): 10.0})


def test_no_touches_at_all():
    result = run([], [(1, START, 5.0)], Window(DAY))
    assert (result.paths.unattributed_conversions, result.paths.unattributed_value, len(result.paths.codes)) == (1, 5.0, 0)


def test_no_value_known_is_not_zero():
    result = run([(1, START, "Email", 0)], [(1, START, None)], Window(DAY))
    assert np.isnan(result.value)
    assert np.isnan(result.paths.value).all()
    assert np.isnan(result.paths.unattributed_value)


def test_one_person_with_ten_thousand_touches():
    touches = [(1, START + second, CHANNELS[second % 3], second % TIES) for second in range(10_000)]
    found = told(run(touches, [(1, START + 9_999, 1.0)], Window(DAY)))
    assert found["converting"] == Counter({tuple(CHANNELS[second % 3] for second in range(10_000)): 1})


def test_more_names_than_fit_are_refused_with_the_way_out():
    with pytest.raises(DataError, match=r"There are 4,?097 different names.*--by source"):
        engine.check_names(CODES + 1)


def test_the_fingerprint_changes_with_the_data_and_not_with_its_order():
    touches = [(1, START, "Email", 0), (2, START + 7, "Direct", 3)]
    window = Window(DAY)
    one = run(touches, [(1, START, 1.0)], window).fingerprint
    assert run(touches[::-1], [(1, START, 1.0)], window).fingerprint == one
    assert run(touches[:1], [(1, START, 1.0)], window).fingerprint != one
    assert run(touches, [(1, START, 2.0)], window).fingerprint != one
    assert run(touches, [(1, START + 1, 1.0)], window).fingerprint != one


MOMENTS = st.integers(0, 60).map(lambda step: START + step * DAY // 2)
TOUCHES = st.lists(
    st.tuples(st.integers(1, 4), MOMENTS, st.sampled_from(CHANNELS), st.integers(0, TIES - 1)), max_size=40, unique_by=lambda t: t[3]
)
CONVERSIONS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 5)), MOMENTS, st.one_of(st.none(), st.integers(-5, 50).map(float))), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(TOUCHES, CONVERSIONS, st.integers(1, 40), st.one_of(st.none(), MOMENTS), st.one_of(st.none(), MOMENTS))
def test_the_engine_tells_the_journeys_that_the_oracle_tells(touches, conversions, lookback_days, since, until):
    found = told(run(touches, conversions, Window(lookback_days * DAY, since, until)))
    same(found, literal_journeys(touches, conversions, lookback_days * DAY, since, until))
