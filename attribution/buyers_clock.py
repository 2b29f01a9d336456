"""The buyers' clock: it runs fast in the hours of the week in which much happens, and slowly at night and on weekends.

A touch on Friday evening has hardly aged by Monday morning. On this clock touches and conversions come as often at any time, so that what
follows a touch of a mailing that always leaves on Tuesdays is not taken for an effect of it.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from attribution.paths import Floats, Ints

HOUR, WEEK = 3600, 168 * 3600
PRIOR = 30.0
"""An hour of the week begins as if it had seen so many events: with few events the clock is the calendar."""


@dataclasses.dataclass(frozen=True, eq=False)
class Clock:
    """A clock that runs through the same 7 days each week.

    Parameters
    ----------
    starts : array of float, shape (169,)
        What it shows, in days, at the beginning of each hour of the week, from 0, and at the week's end, 7. The first hour is that in which
        1970 began (UTC): weeks of the clock begin on Thursdays.

    Examples
    --------
    >>> CALENDAR.read(np.array([0, 36 * 3600, 8 * 86400])).tolist()
    [0.0, 1.5, 8.0]
    """

    starts: Floats

    @property
    def widths(self) -> Floats:
        """Give the days of the clock that each hour of the week takes, shape (168,)."""
        return np.diff(self.starts)

    def read(self, seconds: Ints) -> Floats:
        """Read the clock at epoch seconds, in days since 1970."""
        hour = seconds % WEEK // HOUR
        return np.asarray(7.0 * (seconds // WEEK) + self.starts[hour] + self.widths[hour] * ((seconds % HOUR) / HOUR))


CALENDAR = Clock(np.arange(169) / 24)
"""The clock on which every hour counts as much."""


def clock_of(hours: Ints, events: Ints) -> Clock:
    """Make the clock of counted events.

    Parameters
    ----------
    hours, events : array of int, shape (n,)
        How many touches and conversions fell into an hour of the week, those without any may be left out.

    Examples
    --------
    >>> busy = clock_of(np.array([9, 10]), np.array([3000, 1500]))
    >>> (busy.widths[[9, 10, 11]] * 24).round(1).tolist(), round(float(busy.widths.sum()), 9)
    ([53.4, 26.9, 0.5], 7.0)
    """
    counted = np.bincount(hours, events, 168) + PRIOR
    return Clock(7.0 * np.concatenate([[0.0], np.cumsum(counted)]) / counted.sum())
