"""When a simulated person becomes a lead, and what each channel truly adds: an additive hazard, integrated in closed form.

The hazard of person i at time t is b_i while the person is on the market, plus beta * exp(-(t - s) / tau) for each touch at s <= t. Nobody
samples here what an integral gives exactly.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from attribution.paths import Floats, Ints

HOURS = (2, 2, 2, 2, 2, 4, 20, 70, 110, 120, 110, 80, 90, 110, 110, 100, 80, 40, 20, 15, 12, 8, 5, 3)
WEEKDAYS = (95, 110, 105, 110, 85, 9, 7)
MONTHS = (95, 100, 110, 100, 88, 108, 78, 42, 115, 120, 112, 80)
"""How busy buyers are by hour (UTC), weekday (from Monday) and month (from January), each relative to its own kind."""
HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})
"""Month and day of the French holidays that do not move: no busier than Sundays."""


@dataclasses.dataclass(frozen=True, eq=False)
class Clock:
    """The buyers' clock: it runs fast in working hours and slowly at night, on weekends and in August.

    All rates are per day of this clock, which counts as many days over the whole window as the calendar does.

    Parameters
    ----------
    start : int
        Epoch seconds of the window's first moment.
    elapsed : array of float, shape (n_hours + 1,)
        Days of the clock at each full hour of the window, strictly increasing from 0.
    """

    start: int
    elapsed: Floats

    @property
    def days(self) -> float:
        """The length of the window, in days of either clock."""
        return float(self.elapsed[-1])

    @property
    def end(self) -> int:
        """Epoch seconds of the window's end."""
        return self.start + 3600 * (len(self.elapsed) - 1)

    def seconds(self, days: Floats) -> Floats:
        """Turn days of the clock into epoch seconds."""
        return self.start + 3600.0 * np.interp(days, self.elapsed, np.arange(len(self.elapsed), dtype=np.float64))

    def read(self, seconds: Ints) -> Floats:
        """Read the clock at epoch seconds."""
        return np.interp((seconds - self.start) / 3600.0, np.arange(len(self.elapsed), dtype=np.float64), self.elapsed)


def clock(start: dt.date, days: int, business_hours: bool) -> Clock:
    """Make the clock of a window; without `business_hours` it is the calendar itself.

    Examples
    --------
    >>> monday = clock(dt.date(2025, 3, 3), 7, business_hours=True)
    >>> [round(float(day), 1) for day in np.diff(monday.elapsed[::24])]
    [1.3, 1.5, 1.4, 1.5, 1.1, 0.1, 0.1]
    """
    weights = np.ones(24 * days)
    if business_hours:
        dates = [start + dt.timedelta(days=day) for day in range(days)]
        weekday = [6 if (day.month, day.day) in HOLIDAYS else day.weekday() for day in dates]
        busy = np.array([WEEKDAYS[day] * MONTHS[date.month - 1] for day, date in zip(weekday, dates, strict=True)], dtype=np.float64)
        weights = np.outer(busy, np.array(HOURS, dtype=np.float64)).ravel()
    elapsed = np.concatenate(([0.0], np.cumsum(weights)))
    midnight = dt.datetime(start.year, start.month, start.day, tzinfo=dt.UTC)
    return Clock(int(midnight.timestamp()), elapsed * (days / elapsed[-1]))


@dataclasses.dataclass(frozen=True, eq=False)
class Hazard:
    """Everyone's lead hazard.

    Parameters
    ----------
    enter, leave : array of float, shape (n_people,)
        Days of the clock between which a person is on the market.
    baseline : array of float, shape (n_people,)
        Hazard per day on the market, without any touch.
    person, code : array of int, shape (n_touches,)
        Whose touch, and its stream (a place in `beta` and `tau`).
    at : array of float, shape (n_touches,)
        Days of the clock.
    beta, tau : array of float, shape (n_streams,)
        Hazard per day at the moment of the touch, and the days in which it fades to 1/e.
    """

    enter: Floats
    leave: Floats
    baseline: Floats
    person: Ints
    code: Ints
    at: Floats
    beta: Floats
    tau: Floats

    def without_touches(self, until: Floats | float) -> Floats:
        """Integrate the baseline, for each person."""
        on_market = np.clip(np.minimum(self.leave, until) - self.enter, 0.0, None)
        return np.asarray(self.baseline * on_market)

    def per_touch(self, until: Floats | float) -> Floats:
        """Integrate what each touch adds, up to one moment or to a moment for each touch."""
        tau = self.tau[self.code]
        age = np.clip(until - self.at, 0.0, None)
        return np.asarray(self.beta[self.code] * tau * -np.expm1(-age / tau))

    def integral(self, until: Floats) -> Floats:
        """Integrate the whole hazard up to a moment for each person."""
        added = np.bincount(self.person, self.per_touch(until[self.person]), len(self.enter))
        return np.asarray(self.without_touches(until) + added)

    def of(self, people: Ints) -> Hazard:
        """Keep some people, numbered anew in the order given."""
        place = np.full(len(self.enter), -1, dtype=np.int64)
        place[people] = np.arange(len(people))
        theirs = place[self.person]
        kept = theirs >= 0
        return dataclasses.replace(
            self,
            enter=self.enter[people],
            leave=self.leave[people],
            baseline=self.baseline[people],
            person=theirs[kept],
            code=self.code[kept],
            at=self.at[kept],
        )


@dataclasses.dataclass(frozen=True, eq=False)
class Expected:
    """Leads to be expected by the window's end, given the touches that happened.

    Parameters
    ----------
    leads : float
        With all touches.
    baseline : float
        With none.
    incremental : array of float, shape (n_groups,)
        How many fewer there would be without the touches of a group; who would still become a lead through the rest is not lost.
    """

    leads: float
    baseline: float
    incremental: Floats


def expected(hazard: Hazard, end: float, group: NDArray[np.intp]) -> Expected:
    """Compute the true effect of each group of streams, exactly.

    Parameters
    ----------
    hazard : Hazard
    end : float
        The window's end, in days of the clock.
    group : array of int, shape (n_streams,)
        The group (channel) of each stream.

    Notes
    -----
    P(lead by the end) = 1 - exp(-H) with H the integral of the hazard, so removing a group that holds H_c of it costs
    exp(-(H - H_c)) - exp(-H). As 1 - exp(-x) is concave, baseline + sum(incremental) <= leads: what two channels could each have
    achieved alone is lost with neither. The cost is linear in touches, times the number of groups.
    """
    n_people = len(hazard.enter)
    without = hazard.without_touches(end)
    per_touch = hazard.per_touch(end)
    groups = group[hazard.code]
    total = without + np.bincount(hazard.person, per_touch, n_people)
    stays_cold = np.exp(-total)
    incremental = np.zeros(int(group.max(initial=-1)) + 1)
    for c in range(len(incremental)):
        mine = groups == c
        part = np.bincount(hazard.person[mine], per_touch[mine], n_people)
        incremental[c] = np.dot(stays_cold, np.expm1(part))
    return Expected(float(-np.expm1(-total).sum()), float(-np.expm1(-without).sum()), incremental)


def first_leads(hazard: Hazard, end: float, rng: Generator) -> tuple[Ints, Floats]:
    """Draw who becomes a lead by the end of the window, and when first, by inversion of the integrated hazard.

    Returns
    -------
    person : array of int, shape (n_leads,)
    day : array of float, shape (n_leads,)
        Days of the clock.
    """
    n_people = len(hazard.enter)
    threshold = rng.standard_exponential(n_people)
    people = np.flatnonzero(hazard.integral(np.full(n_people, end)) >= threshold)
    theirs, goal = hazard.of(people), threshold[people]
    low, high = np.zeros(len(people)), np.full(len(people), end)
    for _ in range(44):  # halves a year down to microseconds
        middle = (low + high) / 2
        reached = theirs.integral(middle) >= goal
        high = np.where(reached, middle, high)
        low = np.where(reached, low, middle)
    return people, high
