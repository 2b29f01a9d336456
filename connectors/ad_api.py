"""What campaigns cost by day, asked of a platform's API: the same records, with the same ids, as from the files it exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.api_records import ApiRecords
from connectors.base import Batch, ImportContext, Option
from connectors.since import Window
from reports.report import N_, Text

USUAL_DAYS = 365
"""How far back the first reading goes where nobody says how far."""
AD_ACCOUNT = Option("ad_account", N_("The number of the advertising account, where its API is read."), metavar="NUMBER")
BASE_URL = Option("base_url", N_("Another address of the API, such as that of a proxy."), metavar="URL")


class CampaignDaysAsked:
    """Days of campaigns from an API.

    Parameters
    ----------
    name : str
        The connector's.
    place : str
        For messages: "Meta Ads 123".
    context : ImportContext
    window : Window
    given : mapping
        Source, medium, channel.
    """

    def __init__(self, name: str, place: str, context: ImportContext, window: Window, given: Mapping[str, str]) -> None:
        self.name, self.window, self.given = name, window, given
        self.records = ApiRecords("spend", place, context)
        self.said: list[Text] = []

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """The first day to ask for, and the last: today, so far."""
        first = self.window.first_day or self.window.today - dt.timedelta(days=USUAL_DAYS)
        return first, self.window.today

    def batch(self, rows: Iterable[Mapping[str, Any]]) -> Batch:
        """Read some rows: `day, campaign_id, campaign, amount, currency, impressions, clicks, conversions`."""
        known = ((row, self._id(row)) for row in rows)
        # A row without a campaign or a day is refused, not stored under no name.
        return self.records.batch(
            [dict(self.given) | dict(row) | {"id": found, "day": row.get("day") if found else None} for row, found in known]
        )

    def ended(self) -> Iterator[Batch]:
        """Say that every day of the period was read: a campaign's day that the platform has taken back goes."""
        return self.records.replaced(self.period[0])

    def _id(self, row: Mapping[str, Any]) -> str | None:
        day, campaign = row.get("day"), row.get("campaign_id")
        return f"{self.name}:{campaign}:{day}" if isinstance(day, str | dt.date) and isinstance(campaign, str | int) else None

    def remarks(self) -> list[Text]:
        """Say how far back it was asked, where nobody said it."""
        said = [] if self.window.first_day else [Text("The last {days} days were read; --since goes further back.", days=USUAL_DAYS)]
        return [*self.said, *said, *self.records.remarks()]
