"""Journeys on DuckDB against journeys told by hand."""

import dataclasses
from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import engine
from attribution.journeys import CODES, TIES, Window
from attribution.transforms import COLLAPSES, DIRECTS, STEPS, Transform, together, transformed
from tests.attribution.journey_oracle import literal_journeys
from workspace.errors import DataError

DAY = 86_400
START = 1_700_000_000
CHANNELS = ("Direct", "Email", "Paid Search")


def run(touches, conversions, window, members=None, **options):
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
    if members is not None:
        accounts = pa.array([c[3] if len(c) > 3 else None for c in conversions], pa.int64())
        converted = converted.append_column("account", accounts)
        columns = zip(*members, strict=True) if members else ([], [], [])
        options["members"] = pa.table(
            {n: pa.array(list(c), pa.int64()) for n, c in zip(("person", "account", "main"), columns, strict=True)}
        )
    return engine.run(table, converted, {i: channel for channel, i in ids.items()}, frozenset({"Direct"}), window, **options)


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
                weights[path, step] += paths.recency.conversions[begin + step] if paths.recency else 0.0
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
    assert found.get("removed", {}) == expected["removed"]
    assert found.get("open", 0) == expected["open"]
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
    with pytest.raises(DataError) as error:
        engine.check_names(CODES + 1)
    assert str(error.value) == (
        "There are 4097 different names, and at most 4096 can be credited side by side; choose a coarser cut, such as --by family or "
        "--by channel, or give several channels one name by rules of your own in smarketing.toml, under [[channels.rule]]"
    )


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


@settings(max_examples=25, deadline=None)
@given(TOUCHES, CONVERSIONS, st.integers(1, 40), st.one_of(st.none(), MOMENTS), st.one_of(st.none(), MOMENTS))
def test_the_engine_tells_the_journeys_that_the_oracle_tells(touches, conversions, lookback_days, since, until):
    found = told(run(touches, conversions, Window(lookback_days * DAY, since, until)))
    same(found, literal_journeys(touches, conversions, lookback_days * DAY, since, until))


TRANSFORMS = st.builds(
    Transform,
    st.sampled_from(COLLAPSES),
    st.sampled_from(DIRECTS),
    st.one_of(st.none(), st.integers(1, 4)),
    st.one_of(st.none(), st.integers(1, 3).map(lambda days: days * DAY)),
)


@settings(max_examples=25, deadline=None)
@given(TOUCHES, CONVERSIONS, st.integers(1, 40), TRANSFORMS, st.one_of(st.none(), MOMENTS), st.one_of(st.none(), MOMENTS))
def test_journeys_are_shortened_as_the_oracle_shortens_them(touches, conversions, lookback_days, transform, since, open_since):
    result = run(touches, conversions, Window(lookback_days * DAY, since, open_since=open_since), transform=transform)
    found = told(result) | {"removed": result.removed, "open": result.still_open}
    expected = literal_journeys(touches, conversions, lookback_days * DAY, since, transform=transform, open_since=open_since)
    steps = {"direct": transform.direct != "keep", "collapse": transform.collapse != "none", "max_touches": transform.max_touches}
    expected["removed"] = {name: 0 for name, asked in steps.items() if asked} | expected["removed"]
    expected["removed"] = {name: expected["removed"][name] for name in STEPS if name in expected["removed"]}
    same(found, expected)


@settings(max_examples=25, deadline=None)
@given(TOUCHES, CONVERSIONS, st.integers(1, 40), TRANSFORMS)
def test_aggregated_paths_are_shortened_as_touches_are(touches, conversions, lookback_days, transform):
    """The same whether the engine shortens journeys or numpy the paths it counted (but for sessions, which need times).

    Conversions of one key at one moment share their touches, which the engine takes out once; paths that are counted do not tell of it.
    """
    transform = dataclasses.replace(transform, min_gap=None)
    conversions = list({conversion[:2]: conversion for conversion in conversions}.values())
    short = run(touches, conversions, Window(lookback_days * DAY), transform=transform)
    paths, removed = transformed(run(touches, conversions, Window(lookback_days * DAY)).paths, transform)
    found, expected = told(short), told(dataclasses.replace(short, paths=dataclasses.replace(paths, recency=short.paths.recency)))
    assert [found[name] for name in ("converting", "nulls")] == [expected[name] for name in ("converting", "nulls")]
    assert found["value"] == pytest.approx(expected["value"], nan_ok=True)
    assert short.removed == together(removed)


@settings(max_examples=25, deadline=None)
@given(TOUCHES, CONVERSIONS, st.integers(1, 40), TRANSFORMS, st.one_of(st.none(), MOMENTS), st.one_of(st.none(), MOMENTS))
def test_the_journeys_of_one_key_are_known(touches, conversions, lookback_days, transform, since, until):
    result = run(touches, conversions, Window(lookback_days * DAY, since, until), transform=transform, by_key=True)
    paths, keys = result.paths, result.paths.keys
    expected = literal_journeys(touches, conversions, lookback_days * DAY, since, until, transform=transform)
    same(told(result) | {"removed": expected["removed"]}, expected)

    def path(place):
        return tuple(paths.channels[code] for code in paths.codes[paths.offsets[place] : paths.offsets[place + 1]])

    several = defaultdict(list)
    rows = zip(keys.key, keys.path, keys.conversions, keys.value, keys.nulls, strict=True)
    for key, place, count, value, null in rows:
        assert (count > 0) != (null > 0)
        several[int(key)].append((path(place), int(count), None if null else float(value)))
    # Whoever has several journeys is there with all of them; who is there with one stands for itself as others do.
    found = sorted(sorted(journeys, key=str) for journeys in several.values() if len(journeys) > 1)
    assert found == sorted([journeys for journeys in expected["owned"].values() if len(journeys) > 1])
    # What is not there is of keys with one journey, path by path.
    alone = Counter()
    for place in range(len(paths.conversions)):
        alone[path(place), "converting"] += paths.conversions[place]
        alone[path(place), "nulls"] += paths.nulls[place]
    for place, count, null in zip(keys.path, keys.conversions, keys.nulls, strict=True):
        alone[path(place), "converting"] -= count
        alone[path(place), "nulls"] -= null
    assert min(alone.values(), default=0) >= 0
    squares = Counter()
    for journeys in expected["owned"].values():
        for steps, count, value in journeys:
            for name, amount in (("cc", count * count), ("cv", count * (value or 0)), ("vv", (value or 0) ** 2)):
                squares[steps, name] += amount
    summed = Counter()
    for place, (cc, cv, vv) in enumerate(keys.squares):
        for name, amount in (("cc", cc), ("cv", cv), ("vv", vv)):
            summed[path(place), name] += amount
    assert {k: v for k, v in summed.items() if v} == pytest.approx({k: v for k, v in squares.items() if v})


def test_an_accounts_journey_is_that_of_all_its_people():
    touches = [
        (1, START, "Email", 0),
        (2, START + DAY, "Paid Search", 0),  # a colleague of 1
        (3, START + 2 * DAY, "Direct", 0),  # of another account
        (4, START + 3 * DAY, "Email", 0),  # of none
    ]
    members = [(1, 100, 1), (2, 100, 1), (3, 200, 1), (3, 100, 0)]
    conversions = [
        (None, START + 5 * DAY, 10.0, 100),  # the account alone is named
        (3, START + 6 * DAY, 7.0, None),  # a person whose account is known
        (4, START + 7 * DAY, 1.0, None),  # a person of no account
        (9, START + 8 * DAY, 2.0, 300),  # an account without a touch
    ]
    result = run(touches, conversions, Window(30 * DAY), members=members)
    found = told(result)
    assert found["value"] == {("Email", "Paid Search", "Direct"): 10.0, ("Direct",): 7.0, ("Email",): 1.0}
    assert (found["unattributed"], result.paths.unattributed_value, found["nulls"]) == (1, 2.0, Counter())


@settings(max_examples=30, deadline=None)
@given(TOUCHES, CONVERSIONS, st.dictionaries(st.integers(1, 5), st.sampled_from([100, 200])))
def test_the_journeys_of_accounts_are_those_of_one_key_for_all_their_people(touches, conversions, accounts):
    members = [(person, account, 1) for person, account in accounts.items()]

    def key(person):
        return None if person is None else accounts.get(person, -1 - person)

    expected = literal_journeys([(key(p), *rest) for p, *rest in touches], [(key(p), *rest) for p, *rest in conversions], 20 * DAY)
    same(told(run(touches, conversions, Window(20 * DAY), members=members)), expected)
