"""Google Search Console: what people searched, which of our pages they saw and clicked, by day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import urllib.parse
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors.ad_api import BASE_URL
from connectors.api import REPEATED, Api
from connectors.api_records import ApiRecords
from connectors.base import Batch, ImportContext, Option
from connectors.google_login import KEY_FILE, WHERE, authorizer, service_account
from connectors.since import SINCE, Window
from reports.report import N_, Text
from workspace.errors import SourceError, UsageError

SCOPE = "https://www.googleapis.com/auth/webmasters.readonly"
PERMISSION = N_("to be a user of the property in Search Console (Settings, Users and permissions), under the service account's address")
LIMIT = 25_000
"""Rows of a page: the most there may be (SearchAnalyticsQueryRequest.rowLimit)."""
KEPT = 486
"""Days that Search Console keeps: sixteen months."""
AGAIN = 5
"""Days that are read again: a day's figures are final after two or three."""
FIGURES = ("clicks", "impressions", "position")


@dataclasses.dataclass
class SearchConsole:
    """A connector for the search results of a property.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    site : str or None
        The property: "sc-domain:example.com" or "https://www.example.com/".
    by : tuple of str
        Further dimensions.
    key_file, since, base_url : str or None

    Notes
    -----
    Only final figures are asked for. Rare queries are withheld by Google to protect who typed them, so the sum over queries is lower than
    what Search Console shows for the whole site.

    References
    ----------
    https://developers.google.com/webmaster-tools/v1/searchanalytics/query
    """

    name: ClassVar[str] = "search-console"
    summary: ClassVar[str] = N_("Google Search Console: clicks and impressions of search queries and pages by day.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import search-console --site sc-domain:example.com --since 2026-01-01",
        "smarketing import search-console --site https://www.example.com/ --by country --key-file key.json",
    )
    takes: ClassVar[str] = "api"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (("service-account", WHERE),)
    kinds: ClassVar[tuple[str, ...]] = ("queries",)
    options: ClassVar[tuple[Option, ...]] = (
        Option("site", N_("The property: sc-domain:example.com, or an address."), required=True, metavar="SITE"),
        Option("by", N_("Tell rows apart by this too."), multiple=True, choices=("country", "device")),
        KEY_FILE,
        SINCE,
        BASE_URL,
    )

    context: ImportContext
    sources: tuple[str, ...] = ()
    site: str = ""
    by: tuple[str, ...] = ()
    key_file: str | None = None
    since: str | None = None
    base_url: str | None = None

    def __post_init__(self) -> None:
        if not self.site.startswith(("sc-domain:", "https://", "http://")):
            raise UsageError("--site {site}: write it as sc-domain:example.com, or as https://www.example.com/", site=self.site)
        self._window = Window(self.context, self.since, corrected=AGAIN)
        self._dimensions = ("date", "query", "page", *dict.fromkeys(self.by))
        self._records = ApiRecords("queries", f"search-console {self.site}", self.context)

    @property
    def remarks(self) -> list[Text]:
        """What the sum does not hold."""
        template = N_("Google withholds rare queries, so the sum of these rows is lower than the total in Search Console.")
        return [*self._records.remarks(), *([Text(template)] if self._records.count else [])]

    @property
    def cursor(self) -> Any:
        """From when to go on."""
        return self._window.cursor

    def read(self) -> Iterator[Batch]:
        """Yield the rows, a page at a time."""
        account = service_account(self.context, self.name, self.key_file)
        api = Api(
            "Search Console",
            self.base_url or "https://searchconsole.googleapis.com",
            secret=account.secret,
            authorize=authorizer(account, SCOPE, self.name, self.context.patience),
            permission=PERMISSION,
            patience=self.context.patience,
        )
        path = f"/webmasters/v3/sites/{urllib.parse.quote(self.site, safe='')}/searchAnalytics/query"
        last = self._window.today
        first = max(self._window.first_day or dt.date.min, last - dt.timedelta(days=KEPT))
        asked = {
            "startDate": min(first, last).isoformat(),
            "endDate": last.isoformat(),
            "dimensions": [name.upper() for name in self._dimensions],
            "dataState": "FINAL",
            "rowLimit": LIMIT,
        }
        start, before = 0, None
        while True:
            page = api.post(path, asked | {"startRow": start}).json
            # Where there is nothing to tell, Google leaves the rows out.
            rows = api.listed(page, path, "rows") if not isinstance(page, dict) or "rows" in page else []
            if rows and rows == before:
                raise SourceError(REPEATED, api=api.name, page=start // LIMIT + 1, path=path)
            yield self._records.batch([self._record(api, path, row) for row in rows])
            if len(rows) < LIMIT:
                return
            start, before = start + len(rows), rows

    def _record(self, api: Api, path: str, row: dict[str, Any]) -> dict[str, Any]:
        keys = api.need(row, path, "keys")
        if not isinstance(keys, list) or len(keys) != len(self._dimensions):
            api.need({}, path, "keys")
        named = dict(zip(self._dimensions, keys, strict=True))
        return {"day": named.pop("date"), **named, **{figure: row.get(figure) for figure in FIGURES}}
