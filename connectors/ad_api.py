"""What campaigns cost by day, asked of a platform's API: the same records, with the same ids, as from the files it exports."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from connectors import secrets
from connectors.ad_exports import AdExports
from connectors.addresses import BASE_URL
from connectors.api_records import ApiRecords
from connectors.base import Batch, ImportContext, Option
from connectors.secrets import Secret
from connectors.since import SINCE, Window
from reports.report import N_, Text
from workspace.errors import UsageError

USUAL_DAYS = 365
"""How far back the first reading goes where nobody says how far."""
AD_ACCOUNT = Option("ad_account", N_("The number of the advertising account, where its API is read."), metavar="NUMBER")
ACCESS_TOKEN = N_("access token")
WHICH = N_("Which account? Give its number with --ad-account, or name a file that was exported")
NO_NUMBER = N_("--ad-account {number}: write the account's number, its digits alone, as 798085168510957")


@dataclasses.dataclass
class AdApi(AdExports):
    """What the connectors of platforms have in common whose reporting API is asked where no file is named.

    Parameters
    ----------
    ad_account : str or None
        The account's number, with or without what the platform writes before it (`before_number`).
    since, base_url : str or None
    """

    before_number: ClassVar[str]
    takes: ClassVar[str] = "both"
    options: ClassVar[tuple[Option, ...]] = (*AdExports.options, AD_ACCOUNT, SINCE, BASE_URL)

    ad_account: str | None = None
    since: str | None = None
    base_url: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._window = Window(self.context, self.since)
        self._number = (self.ad_account or "").strip().removeprefix(self.before_number)
        if not self._number and not self.sources:
            raise UsageError(WHICH)
        if self._number and not (self._number.isascii() and self._number.isdecimal()):
            raise UsageError(NO_NUMBER, number=self.ad_account)

    @property
    def cursor(self) -> Any:
        """From when to go on."""
        return self._window.cursor

    def ask(self) -> Iterator[Batch]:
        """Yield the days of the account's campaigns, a page at a time."""
        secret = secrets.found(self.context.source or self.name, "token", ACCESS_TOKEN, self.secrets[0][1])
        days = CampaignDaysAsked(self.name, f"{self.name} {self._number}", self.context, self._window, self._given)
        yield from self.days(days, self._number, secret)
        self._say(*days.remarks())

    def days(self, days: CampaignDaysAsked, number: str, secret: Secret) -> Iterator[Batch]:
        """Yield the days of an account's campaigns as the platform's API has them."""
        raise NotImplementedError


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

    def _id(self, row: Mapping[str, Any]) -> str | None:
        day, campaign = row.get("day"), row.get("campaign_id")
        return f"{self.name}:{campaign}:{day}" if isinstance(day, str | dt.date) and isinstance(campaign, str | int) else None

    def remarks(self) -> list[Text]:
        """Say how far back it was asked, where nobody said it."""
        said = [] if self.window.first_day else [Text("The last {days} days were read; --since goes further back.", days=USUAL_DAYS)]
        return [*self.said, *said, *self.records.remarks()]
