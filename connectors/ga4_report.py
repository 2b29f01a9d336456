"""GA4's Data API: visits by day, source, medium and campaign, as Google Analytics counts them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from connectors.api import REPEATED, Api
from connectors.api_records import ApiRecords
from connectors.base import Batch, ImportContext
from connectors.since import Window
from reports.report import N_, Text
from workspace.errors import SourceError

SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
PERMISSION = N_("the role Viewer of the property, given to the service account's address, and the Google Analytics Data API switched on")
DIMENSIONS = ("date", "sessionSource", "sessionMedium", "sessionCampaignName")
METRICS = ("sessions", "totalUsers", "newUsers", "keyEvents")
FIELDS = ("day", "source", "medium", "campaign", "sessions", "users", "new_users", "conversions")
LIMIT = 50_000
"""Rows of a page; Google gives 250,000 at most."""
SETTLING = 3
"""Days whose figures still move between origins (support.google.com/analytics/answer/11198161: up to 48 hours, and more)."""
AGAIN = 4
"""Days before those that are read again."""
FIRST_DAY = dt.date(2020, 10, 14)
"""When GA4 began."""


class Report:
    """The report on one property.

    Parameters
    ----------
    context : ImportContext
    api : Api
    number : str
        Of the property.
    window : Window
        Made with `corrected` = `SETTLING + AGAIN`.
    """

    def __init__(self, context: ImportContext, api: Api, number: str, window: Window) -> None:
        self._api, self._window = api, window
        self._path = f"/v1beta/properties/{number}:runReport"
        self._records = ApiRecords("volumes", f"ga4 {number}", context)
        self._remarks: dict[str, Text] = {}

    def remarks(self) -> list[Text]:
        """Say what GA4 itself says of the figures."""
        return [*self._remarks.values(), *self._records.remarks()]

    def read(self) -> Iterator[Batch]:
        """Yield the rows, a page at a time."""
        last = self._window.today - dt.timedelta(days=SETTLING)
        first = min(self._window.first_day or FIRST_DAY, last)
        if self._window.first_day is not None and self._window.first_day > last:
            template = N_("Nothing to read: the figures of the last {days} days are not settled yet.")
            self._remarks["none"] = Text(template, days=SETTLING)
            return
        asked = {
            "dateRanges": [{"startDate": first.isoformat(), "endDate": last.isoformat()}],
            "dimensions": [{"name": name} for name in DIMENSIONS],
            "metrics": [{"name": name} for name in METRICS],
            "orderBys": [{"dimension": {"dimensionName": name}} for name in DIMENSIONS],
            "limit": str(LIMIT),
        }
        offset, before = 0, None
        while True:
            page = self._api.post(self._path, asked | {"offset": str(offset)}).json
            rows = self._rows(page)
            if rows and rows == before:
                raise SourceError(REPEATED, api=self._api.name, page=offset // LIMIT + 1, path=self._path)
            self._note(page)
            yield self._records.batch([self._record(row) for row in rows])
            offset, before = offset + len(rows), rows
            if offset >= self._count(page):
                yield from self._records.replaced(first)
                return
            if not rows:
                self._api.need({}, self._path, "rows")

    def _count(self, page: Any) -> int:
        """Read how many rows there are; where there are none, Google leaves the number out."""
        count = page.get("rowCount", 0)
        return count if isinstance(count, int) else int(self._api.need({}, self._path, "rowCount"))

    def _rows(self, page: Any) -> list[dict[str, Any]]:
        for kind, names in (("dimensionHeaders", DIMENSIONS), ("metricHeaders", METRICS)):
            told = tuple(header.get("name") for header in self._api.listed(page, self._path, kind))
            if told != names:
                self._api.need({}, self._path, kind)
        return self._api.listed(page, self._path, "rows") if "rows" in page or page.get("rowCount") else []

    def _record(self, row: dict[str, Any]) -> dict[str, Any]:
        cells = [*self._api.listed(row, self._path, "dimensionValues"), *self._api.listed(row, self._path, "metricValues")]
        if len(cells) != len(FIELDS):
            self._api.need({}, self._path, "dimensionValues")
        record = {field: cell.get("value") for field, cell in zip(FIELDS, cells, strict=True)}
        day = record["day"]
        if isinstance(day, str) and len(day) == 8 and day.isdecimal():
            record["day"] = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        return record

    def _note(self, page: Any) -> None:
        """Keep what GA4 says is missing from its figures."""
        told = page.get("metadata")
        if not isinstance(told, dict):
            return
        if told.get("subjectToThresholding") is True:
            self._remarks["thresholds"] = Text("GA4 withholds rows of few users (thresholds), so the sum is too low.")
        if told.get("dataLossFromOtherRow") is True:
            self._remarks["other"] = Text("GA4 has put rare origins together as (other); ask for a shorter time with --since.")
        if told.get("samplingMetadatas"):
            self._remarks["sampled"] = Text("GA4 has estimated these figures from a sample of the events.")
