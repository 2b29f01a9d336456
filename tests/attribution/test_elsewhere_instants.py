"""Times of any column, read alike by every engine."""

import datetime as dt
import zoneinfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.elsewhere.instants import LAST, changes, seconds_and_millis
from attribution.elsewhere.tables import find
from tests.attribution.elsewhere_samples import tables_there
from workspace.errors import SourceError

WALL = [
    dt.datetime(2026, 3, 29, 1, 59, 59, 999_999),
    dt.datetime(2026, 3, 29, 2, 30),  # an hour that clocks in Paris leave out
    dt.datetime(2026, 3, 29, 3, 0, 0, 1_000),
    dt.datetime(2026, 10, 25, 2, 30, 15, 123_456),  # one that they show twice
    dt.datetime(2026, 10, 25, 3, 0),
    dt.datetime(1999, 12, 31, 23, 59, 59),
    None,
]
KINDS = {
    "wall": pa.timestamp("us"),
    "moment": pa.timestamp("us", "UTC"),
    "day": pa.date32(),
    "seconds": pa.int64(),
    "thousandths": pa.int64(),
    "millionths": pa.int64(),
    "billionths": pa.int64(),
    "fraction": pa.float64(),
    "text": pa.string(),
}


def parts(since_1970, of):
    return None if since_1970 is None else since_1970 // dt.timedelta(seconds=1) * of + since_1970.microseconds * of // 1_000_000


@pytest.fixture
def table(engine_url, tmp_path):
    since = [moment and moment - dt.datetime(1970, 1, 1) for moment in WALL]
    columns = {
        "id": range(len(WALL)),
        "wall": WALL,
        "moment": [moment and moment.replace(tzinfo=dt.UTC) for moment in WALL],
        "day": [moment and moment.date() for moment in WALL],
        "seconds": [parts(moment, 1) for moment in since],
        "thousandths": [parts(moment, 10**3) for moment in since],
        "millionths": [parts(moment, 10**6) for moment in since],
        "billionths": [parts(moment, 10**9) for moment in since],
        "fraction": [None if moment is None else moment.total_seconds() for moment in since],
        "text": [str(moment) for moment in WALL],
    }
    rows = pa.table({name: pa.array(values, KINDS.get(name, pa.int64())) for name, values in columns.items()})
    with tables_there(engine_url, tmp_path, times=rows) as (backend, names):
        yield find(backend, "the engine", names["times"], (), (), {})


def read(table, column, zone="UTC"):
    meant = None if column in table.moments else zone
    seconds, millis = seconds_and_millis(table.table, column, meant, f"times: {column}")
    found = table.table.select("id", seconds=seconds, millis=millis).to_pyarrow().sort_by("id")
    return list(zip(found["seconds"].to_pylist(), found["millis"].to_pylist(), strict=True))


def expected(zone, millis=True):
    place = zoneinfo.ZoneInfo(zone)

    def one(moment):
        if moment is None:
            return None, None
        return int(moment.replace(microsecond=0, tzinfo=place).timestamp()), moment.microsecond // 1000 if millis else 0

    return [one(moment) for moment in WALL]


def test_times_are_whole_seconds_and_thousandths(table):
    assert table.moments == frozenset({"moment"})
    for column in ("wall", "moment", "thousandths", "millionths", "billionths", "fraction"):
        assert read(table, column) == expected("UTC"), column
    whole = [(None, 0) if second is None else (second, 0) for second, _ in expected("UTC")]
    assert read(table, "seconds") == whole
    midnights = [moment and dt.datetime.combine(moment.date(), dt.time(), dt.UTC) for moment in WALL]
    assert read(table, "day") == [(moment and int(moment.timestamp()), 0) for moment in midnights]


def test_times_without_a_zone_are_those_of_clocks_in_the_settings_zone(table):
    assert read(table, "wall", "Europe/Paris") == expected("Europe/Paris")
    assert read(table, "wall", "America/Sao_Paulo") == expected("America/Sao_Paulo")
    assert read(table, "moment", "Europe/Paris") == expected("UTC")
    assert read(table, "thousandths", "Europe/Paris") == expected("UTC")


def test_what_is_no_time_is_refused(table):
    with pytest.raises(SourceError) as caught:
        read(table, "text")
    assert str(caught.value) == (
        "times: text holds string, which are no times; make it a timestamp, or a number of seconds since 1970, in a view of the table"
    )
    with pytest.raises(SourceError) as caught:
        read(table, "id")
    assert str(caught.value) == (
        "times: id holds numbers up to 6, which are no seconds since 1970, nor thousandths, millionths or billionths of them; make it a "
        "timestamp in a view of the table"
    )


@given(
    st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "Africa/Casablanca"]),
    st.integers(0, LAST - 1),
    st.integers(0, 3 * 366 * 86400),
    st.lists(st.floats(0, 1), max_size=20),
)
def test_the_offset_of_a_clock_is_python_s(zone, first, length, places):
    last = min(first + length, LAST)
    found = changes(zone, first, last)
    assert [since for since, _ in found] == sorted(since for since, _ in found)
    for wall in [first, last, *(first + int(place * (last - first)) for place in places)]:
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=wall)
        ahead = next(ahead for since, ahead in reversed(found) if wall >= since)
        assert ahead == moment.replace(tzinfo=zoneinfo.ZoneInfo(zone)).utcoffset().total_seconds()
