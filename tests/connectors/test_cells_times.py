"""Moments and days in every spelling, against the standard library."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import cells, moments, zones
from tests.connectors.test_cells import column

UTC = dt.UTC
ZONES = ("UTC", "Europe/Paris", "America/St_Johns", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca")


def times(*texts: str | None, zone: str = "UTC", day_first: bool | None = None) -> tuple[list[dt.datetime | None], list[int], list[int]]:
    """The moments, the places of those that are open, and of those that are none."""
    values, (unclear, turned, bad) = moments.times(column(*texts), cells.Reading(zone, day_first))
    assert values.type == pa.timestamp("s", tz="UTC")
    assert (unclear.problem, turned.problem, bad.problem) == (moments.OPEN[0], moments.TURNED[0], moments.UNREADABLE[0])
    assert not turned.bad.any() or day_first is not None
    return values.to_pylist(), unclear.bad.nonzero()[0].tolist(), (bad.bad | turned.bad).nonzero()[0].tolist()


def days(*texts: str | None, zone: str = "UTC", day_first: bool | None = None) -> list[dt.date | None]:
    values, _ = moments.days(column(*texts), cells.Reading(zone, day_first))
    assert values.type == pa.date32()
    return values.to_pylist()


NOON = dt.datetime(2026, 1, 31, 14, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31 14:05:00", NOON), ("2026-01-31T14:05:00", NOON), ("2026-01-31 14:05", NOON), ("2026-01-31T14:05:00.999", NOON),
        ("2026-01-31T14:05:00.123Z", NOON), ("2026-01-31T14:05Z", NOON), ("2026-01-31 14:05:00 UTC", NOON),
        ("2026-01-31 14:05:00.5 GMT", NOON),
        ("2026-01-31T16:05:00+02:00", NOON), ("2026-01-31T16:05:00+0200", NOON), ("2026-01-31T16:05+02", NOON),
        ("2026-01-31T08:35:00 -05:30", NOON), ("2026-01-31 14:05:00,123456789", NOON), ("2026/01/31 14:05", NOON),
        ("2026-1-31 14:05", NOON),
        ("31/01/2026 14:05", NOON), ("31/01/2026 à 14h05", NOON), ("31.01.2026, 14:05:00", NOON), ("01/31/2026 2:05 PM", NOON),
        ("1/31/2026 02:05:00 p.m.", NOON), ("31-01-2026T14:05", NOON), ("  2026-01-31 14:05 ", NOON), ("1769868300", NOON),
        ("1769868300123", NOON), ("1769868300123456", NOON), ("1769868300.75", NOON), ("1/31/2026, 2:05:00\u202fPM", NOON),
        ("2026-01-31", NOON.replace(hour=0, minute=0)), ("20260131", NOON.replace(hour=0, minute=0)),
        ("31/01/2026 12:00 AM", NOON.replace(hour=0, minute=0)), ("31/01/2026 12:05 pm", NOON.replace(hour=12)),
        ("2026-01-31 14", NOON.replace(minute=0)), ("05/05/2026", dt.datetime(2026, 5, 5, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_time_is_read(text, moment):
    assert times(text) == ([moment], [], [])
    # Beside a cell that only the slow way reads it is the same.
    assert times(text, "1769868300") == ([moment, NOON], [], [])


@pytest.mark.parametrize(
    "text",
    ["31/02/2025", "2025-02-31", "2025-02-29", "30/02/2024 10:00", "00/01/2026", "13/13/2026", "2026-13-01", "2026-00-10", "tomorrow",
     "2026-01-31 24:00", "2026-01-31 14:60", "2026-01-31 14:05:60", "31/01/2026 14:05 PM", "31/01/2026 0:05 AM", "2026-01-31T14:05+25:00",
     "1989-12-31", "2068-01-01", "0026-01-31", "99999-01-01", "31/01/26", "45958.58", "45958", "2026013114", "202601311405",
     "1769868300 14:05", "14:05", "2026-01", "2026", "-1769868300", "0", "=NOW()", "2026-01-31 14:05 CET", "31/01-2026", "٣١/٠١/٢٠٢٦"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    assert times(text) == ([None], [], [0])
    assert times(text, "1769868300", None, "  ") == ([None, NOON, None, None], [], [0])


def test_day_and_month_are_never_guessed():
    third, fourth = dt.datetime(2026, 4, 3, tzinfo=UTC), dt.datetime(2026, 3, 4, tzinfo=UTC)
    assert times("03/04/2026") == ([None], [0], [])
    assert times("03/04/2026", day_first=True) == ([third], [], [])
    assert times("03/04/2026", day_first=False) == ([fourth], [], [])
    assert times("03/04/2026", "31/12/2025") == ([third, dt.datetime(2025, 12, 31, tzinfo=UTC)], [], [])
    assert times("03/04/2026", "12/31/2025") == ([fourth, dt.datetime(2025, 12, 31, tzinfo=UTC)], [], [])
    # Both orders are shown, or neither: what can be read in one way only still is.
    both = [dt.datetime(2025, 12, 31, tzinfo=UTC)] * 2
    assert times("03/04/2026", "31/12/2025", "12/31/2025", "04/04/2026") == ([None, *both, dt.datetime(2026, 4, 4, tzinfo=UTC)], [0], [])
    # What the user says holds.
    assert times("12/31/2025", day_first=True) == ([None], [], [0])
    # A day that does not exist shows nothing.
    assert times("03/04/2026", "31/02/2025") == ([None, None], [0], [1])


def test_the_order_is_that_of_the_whole_column_wherever_it_shows():
    gone_through = []

    def whole():
        gone_through.append(1)
        return iter([column("03/04/2026"), column(None), column("31/12/2025 10:00")])

    reading = cells.Reading(whole=whole)
    moments.times(column("2026-04-03"), reading)
    assert gone_through == []
    for _ in range(2):
        assert moments.times(column("03/04/2026"), reading)[0].to_pylist() == [dt.datetime(2026, 4, 3, tzinfo=UTC)]
    assert gone_through == [1]


def test_the_hour_that_comes_twice_and_the_hour_that_never_comes():
    assert times("2025-10-26 02:30", "2025-03-30 02:30", zone="Europe/Paris")[0] == [
        dt.datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
        dt.datetime(2025, 3, 30, 1, 30, tzinfo=UTC),
    ]
    # An offset leaves nothing open.
    assert times("2025-10-26 02:30+01:00", zone="Europe/Paris")[0] == [dt.datetime(2025, 10, 26, 1, 30, tzinfo=UTC)]


MOMENTS = st.datetimes(dt.datetime(1990, 1, 3), dt.datetime(2067, 12, 29))


@settings(deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=5), st.sampled_from(ZONES), st.sampled_from(["T", " "]), st.booleans())
def test_wall_clocks_are_what_the_standard_library_says(walls, zone, between, slowly):
    texts = [wall.isoformat(between) for wall in walls] + ["1769868300"] * slowly
    expected = [wall.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(UTC).replace(microsecond=0) for wall in walls]
    assert times(*texts, zone=zone)[0][: len(walls)] == expected


@settings(deadline=None)
@given(MOMENTS, st.integers(-23 * 60, 23 * 60), st.booleans())
def test_offsets_are_what_the_standard_library_says(wall, minutes, slowly):
    moment = wall.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    found = times(moment.isoformat(), *["31/12/2025"] * slowly, zone="Europe/Paris")[0][0]
    assert found == moment.astimezone(UTC).replace(microsecond=0)


@settings(deadline=None)
@given(
    MOMENTS, st.sampled_from([("%d/%m/%Y %H:%M:%S", True), ("%m/%d/%Y %I:%M:%S %p", False), ("%d.%m.%Y %H:%M", True), ("%m-%d-%Y", False)])
)
def test_slashed_days_are_what_strptime_says(wall, written):
    form, day_first = written
    text = wall.strftime(form)
    assert times(text, day_first=day_first) == ([dt.datetime.strptime(text, form).replace(tzinfo=UTC)], [], [])


@settings(deadline=None)
@given(st.lists(st.text("0123456789/-:T .ZPAMh+", max_size=12) | MOMENTS.map(str) | st.dates().map(str), min_size=1, max_size=5))
def test_the_fast_way_says_what_the_slow_way_says(texts):
    fast = moments._plain(column(*texts), "Europe/Paris")
    slow, _, _ = moments._by_parts(column(*texts), cells.Reading("Europe/Paris"))
    sane = (slow >= moments.EARLIEST) & (slow < moments.LATEST)
    if fast is not None:
        assert np.array_equal(fast[sane], slow[sane])
        assert not ((fast >= moments.EARLIEST) & (fast < moments.LATEST) & ~sane).any()


@settings(deadline=None)
@given(st.lists(st.integers(moments.EARLIEST, moments.LATEST - 1), max_size=6), st.sampled_from(ZONES))
def test_walls_are_what_the_standard_library_says(seconds, zone):
    place = zoneinfo.ZoneInfo(zone)
    expected = [int(dt.datetime.fromtimestamp(second, place).replace(tzinfo=UTC, fold=0).timestamp()) for second in seconds]
    assert zones.to_walls(np.array(seconds, np.int64), zone).tolist() == expected


def test_days():
    assert days("2026-01-31", "31/01/2026", "20260131", "2026-01-31 23:59") == [dt.date(2026, 1, 31)] * 4
    assert days("2026-01-31 23:59", zone="Pacific/Auckland") == [dt.date(2026, 1, 31)]
    # A moment falls on the day it was in the zone of the figures.
    assert days("2025-12-31T23:00:00.000Z", zone="Europe/Paris") == [dt.date(2026, 1, 1)]
    assert days("2025-12-31T23:00:00-05:00", "1767225600", zone="Europe/Paris") == [dt.date(2026, 1, 1)] * 2
    assert days("31/02/2025", "2070-01-01", None, "x") == [None] * 4
    # Midnight that the clocks skipped is still on that day.
    assert days("2018-11-04", zone="America/Sao_Paulo") == [dt.date(2018, 11, 4)]


def test_what_the_column_does_not_show_its_neighbours_do():
    """One program writes all days of a file alike; a column that shows an order itself keeps to that."""
    for neighbours, order in (
        (["24/08/2026"], True),
        (["08/24/2026"], False),
        (["24/08/2026", "08/24/2026"], None),
        (["05/06/2026"], None),
    ):
        reading = cells.Reading(beside=lambda neighbours=neighbours: [column(*neighbours)])
        values, (unclear, _, _) = moments.days(column("02/09/2026", "2026-01-31"), reading)
        assert values.to_pylist()[0] == {True: dt.date(2026, 9, 2), False: dt.date(2026, 2, 9), None: None}[order]
        assert unclear.bad.tolist() == [order is None, False]
        assert reading.from_beside == (order is not None)
    own = cells.Reading(beside=lambda: [column("24/08/2026")])
    assert moments.days(column("02/09/2026", "09/30/2026"), own)[0].to_pylist() == [dt.date(2026, 2, 9), dt.date(2026, 9, 30)]
    assert not own.from_beside
