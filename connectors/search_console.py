"""Google Search Console: what people searched, which of our pages they saw and clicked, by day; from its API or its exports."""

from __future__ import annotations

import dataclasses
import datetime as dt
import urllib.parse
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors.addresses import BASE_URL
from connectors.api import REPEATED, Api
from connectors.api_records import ApiRecords
from connectors.base import Batch, ImportContext, Option
from connectors.google_login import KEY_FILE, WHERE, authorizer, service_account
from connectors.named_files import expand
from connectors.search_exports import TABLES, Export, Part, export_of
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
DEVICES = {"desktop": "DESKTOP", "ordinateur": "DESKTOP", "mobile": "MOBILE", "tablet": "TABLET", "tablette": "TABLET"}
"""Devices of exports, as the API calls them."""
NO_TABLE = N_("{file}: the table '{table}' is not in this export, which has {tables}; name one of those with --table")
WHOLE_PERIOD = N_(
    "{file}: these rows are totals of {first} to {last}, and cannot be put on a day; export a single day (Date, Custom), read the days' "
    "totals with --table dates, or read the API, which has them by day"
)
NO_PERIOD = N_(
    "{file}: these rows are totals of a period that the file does not tell; if it is a single day, give it with --day, and name the ZIP or "
    "the workbook in place of a file out of it where it is not"
)
OTHER_DAY = N_("{file}: this export is of {first}, not of {day} as --day says; leave --day away")
UNUSED = N_("{file}: tables not read: {tables}. They count the same clicks, and reading two of them for a day would count twice.")


@dataclasses.dataclass
class SearchConsole:
    """A connector for the search results of a property: exports where files are named, else the API.

    Parameters
    ----------
    context : ImportContext
    sources : tuple of str
        Exports of the performance report: ZIP, workbook, or one table of them.
    site : str or None
        The property: "sc-domain:example.com" or "https://www.example.com/".
    table : str or None
        The table to read of an export: the days by default, where it has them.
    day : str or None
        The day of a table that does not tell it.
    by : tuple of str
        Further dimensions.
    key_file, since, base_url : str or None

    Notes
    -----
    Only final figures are asked for. Rare queries are withheld by Google to protect who typed them, so the sum over queries is lower than
    what Search Console shows for the whole site. A table of an export that is not by day is read where the export is of a single day; no
    figure is spread over days.

    References
    ----------
    https://developers.google.com/webmaster-tools/v1/searchanalytics/query
    """

    name: ClassVar[str] = "search-console"
    summary: ClassVar[str] = N_(
        "Google Search Console: clicks and impressions of search queries and pages by day, from its API or its exports."
    )
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import search-console --site sc-domain:example.com --since 2026-01-01",
        "smarketing import search-console --site https://www.example.com/ --by country --key-file key.json",
        "smarketing import search-console example.com-Performance-on-Search-2026-11-24.zip",
    )
    takes: ClassVar[str] = "both"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (("service-account", WHERE),)
    kinds: ClassVar[tuple[str, ...]] = ("queries",)
    options: ClassVar[tuple[Option, ...]] = (
        Option("site", N_("The property: sc-domain:example.com, or an address."), metavar="SITE"),
        Option("by", N_("Tell rows apart by this too."), multiple=True, choices=("country", "device")),
        Option("table", N_("The table of an export to read; the days where it has them."), choices=TABLES),
        Option("day", N_("The day of an exported table that does not tell it."), metavar="YYYY-MM-DD"),
        KEY_FILE,
        SINCE,
        BASE_URL,
    )

    context: ImportContext
    sources: tuple[str, ...] = ()
    site: str | None = None
    by: tuple[str, ...] = ()
    table: str | None = None
    day: str | None = None
    key_file: str | None = None
    since: str | None = None
    base_url: str | None = None

    def __post_init__(self) -> None:
        if not self.site and not self.sources:
            raise UsageError("Which property? Name it with --site, as sc-domain:example.com, or name a file that was exported")
        if self.site and not self.site.startswith(("sc-domain:", "https://", "http://")):
            raise UsageError("--site {site}: write it as sc-domain:example.com, or as https://www.example.com/", site=self.site)
        self._day = _day(self.day) if self.day is not None else None
        self._window = Window(self.context, self.since, corrected=AGAIN)
        self._dimensions = ("date", "query", "page", *dict.fromkeys(self.by))
        self._records = ApiRecords("queries", f"search-console {self.site}", self.context)
        self._said: list[Text] = []

    @property
    def remarks(self) -> list[Text]:
        """What the sum does not hold, and what of an export was not read."""
        template = N_("Google withholds rare queries, so the sum of these rows is lower than the total in Search Console.")
        return [*self._said, *self._records.remarks(), *([Text(template)] if self._records.count else [])]

    @property
    def cursor(self) -> Any:
        """From when to go on."""
        return self._window.cursor

    def read(self) -> Iterator[Batch]:
        """Yield the rows of each export, or where none is named those of the API, a page at a time."""
        if not self.sources:
            yield from self._ask()
            return
        for source in expand(self.sources):
            yield self._exported(export_of(source))

    def _exported(self, export: Export) -> Batch:
        """Read one table of an export; the others count the same clicks in another way."""
        name = self.table or ("dates" if "dates" in export.parts else next(iter(export.parts)))
        if name not in export.parts:
            raise SourceError(NO_TABLE, file=export.file, table=name, tables=", ".join(export.parts))
        part = export.parts[name]
        day = {} if name == "dates" else {"day": self._single_day(export, part)}
        others = [other for other in export.parts if other != name]
        if others:
            self._said.append(Text(UNUSED, file=export.file, tables=", ".join(others)))
        if name == "queries":
            self._records.count += len(part.rows)
        records = ApiRecords("queries", part.file, self.context)
        batch = records.batch([_named(row) | day for _, row in part.rows], [number for number, _ in part.rows])
        self._said += records.remarks()
        return batch

    def _single_day(self, export: Export, part: Part) -> dt.date:
        first, last = export.period or (self._day, self._day)
        if first is None or last is None:
            raise SourceError(NO_PERIOD, file=part.file)
        if first != last:
            raise SourceError(WHOLE_PERIOD, file=part.file, first=first, last=last)
        if self._day not in (None, first):
            raise SourceError(OTHER_DAY, file=part.file, first=first, day=self._day)
        return first

    def _ask(self) -> Iterator[Batch]:
        account = service_account(self.context, self.name, self.key_file)
        api = Api(
            "Search Console",
            self.base_url or "https://searchconsole.googleapis.com",
            secret=account.secret,
            authorize=authorizer(account, SCOPE, self.name, self.context.patience),
            permission=PERMISSION,
            patience=self.context.patience,
        )
        path = f"/webmasters/v3/sites/{urllib.parse.quote(str(self.site), safe='')}/searchAnalytics/query"
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
                yield from self._records.replaced(min(first, last))
                return
            start, before = start + len(rows), rows

    def _record(self, api: Api, path: str, row: dict[str, Any]) -> dict[str, Any]:
        keys = api.need(row, path, "keys")
        if not isinstance(keys, list) or len(keys) != len(self._dimensions):
            api.need({}, path, "keys")
        named = dict(zip(self._dimensions, keys, strict=True))
        return {"day": named.pop("date"), **named, **{figure: row.get(figure) for figure in FIGURES}}


def _named(row: dict[str, Any]) -> dict[str, Any]:
    device = row.get("device")
    return row | {"device": DEVICES.get(device.strip().lower(), device)} if isinstance(device, str) else row


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("--day {day}: write a day of the calendar as 2026-01-31", day=text) from error
