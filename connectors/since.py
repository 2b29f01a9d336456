"""From when on an API is read: what the user says, what was read before, and how far figures are still corrected."""

from __future__ import annotations

import datetime as dt
import time
import zoneinfo
from typing import Any

from connectors.base import ImportContext, Option
from reports.report import N_
from workspace.errors import UsageError

SINCE = Option("since", N_("Only what is from this day on."), metavar="YYYY-MM-DD")
CORRECTED = 30
"""Days for which figures still change: reactions come in, platforms take clicks back."""


class Window:
    """The time that a source is asked for.

    Parameters
    ----------
    context : ImportContext
        Its cursor, where there is one, is what `cursor` was the last time.
    since : str or None
        The first day, as the user gave it.
    corrected : int
        Days before the last reading that are read again, since their figures may have changed.
    """

    def __init__(self, context: ImportContext, since: str | None, corrected: int = CORRECTED) -> None:
        self.zone = zoneinfo.ZoneInfo(context.settings.time_zone)
        self.now = dt.datetime.fromtimestamp(int(time.time()), dt.UTC)
        self.today = self.now.astimezone(self.zone).date()
        start = _day(since) if since is not None else None
        read = (context.cursor or {}).get("read_until") if isinstance(context.cursor, dict) else None
        if read is not None:
            again = (dt.datetime.fromisoformat(read) - dt.timedelta(days=corrected)).astimezone(self.zone).date()
            start = max(start, again) if start is not None else again
        self.first_day = start
        self.start = dt.datetime.combine(start, dt.time(), self.zone).astimezone(dt.UTC) if start is not None else None

    def holds(self, moment: dt.datetime | None) -> bool:
        """Tell whether a moment is to be read; one that is not known is."""
        return self.start is None or moment is None or moment >= self.start

    @property
    def cursor(self) -> dict[str, Any]:
        """What to keep for the next time: the moment before which everything has been read."""
        return {"read_until": self.now.isoformat()}


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("--since {day}: write a day of the calendar as 2026-01-31", day=text) from error
