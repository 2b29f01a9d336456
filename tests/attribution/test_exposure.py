"""The exposures of the incremental model on DuckDB against those computed by hand."""

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.buyers_clock import CALENDAR, clock_of
from attribution.exposure import aggregates, first_conversions
from attribution.exposure_engine import exposures, span_of
from attribution.hazard_kernels import Kernels
from attribution.spells import Span, at_risk, events_by_hour, on_clock, recurrence, spells, with_presence
from tests.attribution.exposure_oracle import DAY, literal_exposures

START = 1_700_000_000
CHANNELS = ("Direct", "Email", "Paid Search")
PLAIN = Kernels(guard_days=0.0, arrival_days=(), effect_days=(2.0,), intent_days=None)


def tables(touches, conversions, people=None):
    """Make tables of tuples: (key, at, channel), (key, at, value), and key to segment."""
    made = [
        pa.table(
            {
                "key": pa.array([t[0] for t in touches], pa.int64()),
                "at": pa.array([t[1] for t in touches], pa.int64()),
                "origin_id": pa.array([70 + CHANNELS.index(t[2]) for t in touches], pa.int64()),
            }
        ),
        pa.table(
            {
                "key": pa.array([c[0] for c in conversions], pa.int64()),
                "at": pa.array([c[1] for c in conversions], pa.int64()),
                "value": pa.array([c[2] for c in conversions], pa.float64()),
            }
        ),
    ]
    if people is not None:
        made.append(pa.table({"key": pa.array(list(people), pa.int64()), "segment": pa.array(list(people.values()), pa.int64())}))
    return made


def computed(touches, conversions, start, end, kernels, people=None, clock=CALENDAR):
    made = tables(touches, conversions, people)
    labels = {70 + code: name for code, name in enumerate(CHANNELS)}
    told = made[2] if people is not None else None
    return exposures(made[0], made[1], labels, kernels, span=Span(start, end), people=told, clock=clock)


def told(e):
    """Read exposures back into the oracle's form."""
    claims = [{} for _ in e.segment]
    for conversion, code, values in zip(e.conversion.tolist(), e.code.tolist(), e.claim.tolist(), strict=True):
        assert e.channels[code] not in claims[conversion]
        claims[conversion][e.channels[code]] = values
    columns = (e.segment, e.age, e.remaining, e.value, e.base, e.base_later)
    rows = zip(*(column.tolist() for column in columns), claims, strict=True)
    return {
        "mass": {name: row for name, row in zip(e.channels, e.mass.tolist(), strict=True) if any(row)},
        "risk": {segment: days for segment, days in enumerate(e.risk.tolist()) if any(days)},
        "converted": list(rows),
        "outside": e.outside,
        "outside_value": e.outside_value,
        "repeats": e.repeats,
    }


def same(found, expected):
    """Compare; who converted stands in any order."""

    def flat(rows):
        return sorted([s, a, r, v, *b, *later, *(x for name in CHANNELS for x in c.get(name, ()))] for s, a, r, v, b, later, c in rows)

    def rounded(rows):
        return [[round(x, 9) + 0.0 for x in row] for row in flat(rows)]

    assert found["mass"] == {name: pytest.approx(row, abs=1e-9) for name, row in expected["mass"].items() if any(row)}
    assert found["risk"] == {segment: pytest.approx(days) for segment, days in expected["risk"].items()}
    assert sorted(rounded(found["converted"])) == [pytest.approx(row, abs=1e-8) for row in sorted(rounded(expected["converted"]))]
    for name in ("outside", "outside_value", "repeats"):
        assert found[name] == pytest.approx(expected[name]), name


def test_one_touch_by_hand():
    """A touch at day 0 and a conversion at day 3, tau 2: the mass is 2 (1 - e^-1.5) and the kernel at the conversion e^-1.5."""
    e = computed([(1, START, "Email")], [(1, START + 3 * DAY, 50.0)], START, START + 10 * DAY, PLAIN)
    assert e.mass.tolist() == [[0.0], [pytest.approx(1.553740)], [0.0]]
    assert e.claim.tolist() == [[pytest.approx(0.223130)]]
    assert (e.risk.tolist(), e.age.tolist(), e.remaining.tolist(), e.value.tolist()) == ([[3.0]], [3.0], [7.0], [50.0])
    assert (e.base.tolist(), e.base_later.tolist()) == ([[1.0]], [[7.0]])
    assert (e.outside, e.outside_value, e.repeats, e.valued) == (0.0, 0.0, 0, True)


def test_people_are_at_risk_from_the_guard_after_their_first_touch_or_if_known_from_the_start():
    touches = [(1, START + 2 * DAY, "Email")]
    guarded = Kernels(guard_days=1.0, intent_days=None)
    unknown = computed(touches, [], START, START + 10 * DAY, guarded)
    known = computed(touches, [], START, START + 10 * DAY, guarded, {1: 1, 2: 0})
    assert (unknown.risk.tolist(), known.risk.tolist()) == ([[7.0]], [[10.0], [10.0]])
    # The first of the guard is at risk only where the person is known.
    assert (unknown.mass[1, 0], known.mass[1, 0]) == (0.0, 1.0)


def test_only_the_first_conversion_counts_and_those_nobody_was_at_risk_of_are_told():
    touches = [(1, START, "Email"), (2, START, "Email"), (4, START, "Direct")]
    conversions = [
        (1, START + 5 * DAY, 10.0),
        (1, START + 6 * DAY, 99.0),  # a repeat
        (2, START + 3600, 20.0),  # within the guard after the first touch
        (3, START + 5 * DAY, 30.0),  # without a touch
        (None, START + 5 * DAY, 40.0),  # of nobody known
        (4, START - DAY, 50.0),  # before the span: not at risk in it
        (4, START + 5 * DAY, 60.0),  # and so a repeat
    ]
    e = computed(touches, conversions, START, START + 10 * DAY, Kernels())
    assert (len(e.segment), e.value.tolist(), e.outside, e.outside_value, e.repeats) == (1, [10.0], 3.0, 90.0, 2)
    assert e.risk[:, 0].tolist() == [4.5]


def test_a_touch_in_the_second_of_the_conversion_comes_too_late():
    e = computed([(1, START, "Email"), (1, START + DAY, "Direct")], [(1, START + DAY, None)], START, START + 9 * DAY, PLAIN)
    assert (e.code.tolist(), e.mass[0].tolist(), e.valued) == ([1], [0.0], False)


def test_nothing_at_all():
    e = computed([], [], 0, 1, Kernels())
    assert (e.mass.sum(), e.risk.tolist(), e.claim.shape, e.outside) == (0.0, [[0.0, 0.0]], (0, 8), 0.0)


def test_the_span_is_that_of_the_data_unless_asked_otherwise():
    touches, conversions = tables([(1, START, "Email")], [(1, START + 9, None)])
    assert span_of(touches, conversions) == Span(START, START + 10)
    assert span_of(touches, conversions, START + 2, START + 5) == Span(START + 2, START + 5)
    assert span_of(touches, conversions, START - 2, START + 99) == Span(START, START + 10)


@pytest.mark.parametrize("dialect", ["postgres", "bigquery", "snowflake", "trino", "clickhouse", "databricks"])
def test_the_expressions_compile_for_other_engines(dialect):
    number, real, kernels = "int64", "float64", Kernels()
    touches = ibis.table({"key": number, "at": number, "code": number}, name="touches")
    conversions = ibis.table({"key": number, "at": number, "value": real}, name="conversions")
    hours = ibis.table({"hour": number, "starts": real, "width": real}, name="hours")
    people = ibis.table({"key": number, "segment": number}, name="people")
    told = ibis.table({"code": number, "counted": number, **{f"g{place}": real for place in range(12)}}, name="told")
    timed, converted = on_clock(touches, hours), on_clock(conversions, hours)
    firsts = first_conversions(converted)
    laid = spells(timed, at_risk(timed, firsts, (0.0, 1.0), kernels, people))
    made = aggregates(with_presence(laid, told, 1.0), converted, firsts, Span(START, START + DAY), 1.0, kernels)
    tables = (made.mass, made.risk, made.converted, made.claims, made.totals, recurrence(laid), events_by_hour(touches, conversions))
    for table in tables:
        assert "SELECT" in ibis.to_sql(table, dialect=dialect)


MOMENTS = st.integers(-10, 60).map(lambda step: START + step * DAY // 4)
TOUCHES = st.lists(st.tuples(st.integers(1, 5), MOMENTS, st.sampled_from(CHANNELS)), max_size=25)
CONVERSIONS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 6)), MOMENTS, st.one_of(st.none(), st.integers(-5, 50).map(float))), max_size=8
)
KERNELS = st.builds(
    Kernels,
    guard_days=st.sampled_from([0.0, 0.5, 2.0]),
    arrival_days=st.sampled_from([(), (1.0,)]),
    effect_days=st.sampled_from([(8.0,), (3.0, 20.0)]),
    intent_days=st.sampled_from([None, 30.0]),
)


CLOCKS = st.sampled_from([CALENDAR, clock_of(np.arange(100), np.arange(100) * 10)])


@settings(max_examples=40, deadline=None)
@given(TOUCHES, CONVERSIONS, KERNELS, st.one_of(st.none(), st.dictionaries(st.integers(1, 7), st.integers(0, 2), min_size=1)), CLOCKS)
def test_the_engine_computes_what_the_oracle_computes(touches, conversions, kernels, people, clock):
    start, end = START, START + 12 * DAY
    found = computed(touches, conversions, start, end, kernels, people, clock)
    assert np.all(np.diff(found.conversion) >= 0)
    same(told(found), literal_exposures(touches, conversions, start, end, kernels, people, clock))


def test_presence_of_a_simulated_company_is_that_of_the_oracle():
    """Enough touches that the classes differ; a person with twelve touches, one with none, two seconds with two touches."""
    draws = np.random.default_rng(5)
    touches = [
        (int(key), START + int(at), CHANNELS[code])
        for key, at, code in zip(draws.integers(1, 60, 400), draws.integers(0, 300 * DAY, 400), draws.integers(0, 3, 400), strict=True)
    ]
    touches += [(99, START + day * DAY, "Email") for day in range(12)] + [(99, START, "Direct"), (7, START, "Direct"), (7, START, "Direct")]
    conversions = [(int(key), START + int(at), 1.0) for key, at in zip(range(1, 40, 3), draws.integers(0, 300 * DAY, 13), strict=True)]
    people = {1: 0, 7: 1, 200: 1}
    end = START + 300 * DAY
    found = computed(touches, conversions, START + 20 * DAY, end, Kernels(), people)
    same(told(found), literal_exposures(touches, conversions, START + 20 * DAY, end, Kernels(), people, CALENDAR))
