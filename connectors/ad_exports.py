"""Connectors for what advertising platforms export: spend, impressions and clicks by day and campaign."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import ClassVar

from connectors import cells
from connectors.ad_checks import check_days, check_preamble, currency_above, day_first_above
from connectors.ad_columns import FIELDS, AdColumns, Platform, columns_of, header_of
from connectors.ad_rows import KEY, AdRows
from connectors.ad_spend import CampaignDays
from connectors.ad_totals import Alike, totals_compared
from connectors.base import Batch, ImportContext, Option
from connectors.chosen import currency_named, delimiter_named
from connectors.named_files import expand
from connectors.table_files import Opened, opened
from connectors.table_records import TableRecords, Ways
from connectors.tables import Table
from reports.report import N_, Text
from workspace.column_names import parse_map, parse_set
from workspace.records import schema

SETTABLE = ("source", "medium", "channel")


@dataclasses.dataclass
class AdExports:
    """What the connectors for advertising platforms have in common.

    Parameters
    ----------
    context : ImportContext
    sources : tuple of str
        File names, globs, "-".

    Notes
    -----
    The column names are looked for in the first rows, under the names that the platform gives them. Rows of several ads of a campaign
    add up; a later export of a day replaces what was known of it (`ad_spend.CampaignDays`). Rows that are sums of others are passed
    over and compared with what was read. An export that is not by day is refused: no figure is spread over days.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    examples: ClassVar[tuple[str, ...]]
    platform: ClassVar[Platform]
    takes: ClassVar[str] = "files"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = ("spend",)
    options: ClassVar[tuple[Option, ...]] = (
        Option("map", N_("Which column to use for a field whose name is not recognised."), multiple=True, metavar="FIELD=COLUMN"),
        Option(
            "set",
            N_("The source, the medium or the channel of the spend, where it is not the usual one."),
            multiple=True,
            metavar="FIELD=VALUE",
        ),
        Option("account", N_("A name for the account, where files of several accounts do not tell them apart."), metavar="NAME"),
        Option("currency", N_("The currency of an export that names none; the settings' by default."), metavar="CODE"),
        Option(
            "day_first",
            N_("Read 03/04/2026 as 3 April (--dayfirst) or as 4 March (--monthfirst)."),
            type=bool,
            flag_name="--dayfirst/--monthfirst",
        ),
        Option("daily", N_("Take the rows as days although their dates look like weeks, months or a whole period."), type=bool),
        Option("sheet", N_("The sheet of an Excel workbook."), metavar="NAME"),
        Option("encoding", N_("The encoding of a text file, where it is not found by itself."), metavar="NAME"),
        Option("delimiter", N_("What stands between the columns of a text file, where it is not found by itself."), metavar="CHARACTER"),
    )

    context: ImportContext
    sources: tuple[str, ...]
    map: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    account: str | None = None
    currency: str | None = None
    day_first: bool | None = None
    daily: bool | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None

    def __post_init__(self) -> None:
        self._remarks: dict[str, Text] = {}
        self._chosen = parse_map(self.map, FIELDS)
        self._given = {"source": self.platform.source, "medium": self.platform.medium} | parse_set(self.set, SETTABLE)
        self._currency = currency_named(self.currency) if self.currency is not None else None
        self.delimiter = delimiter_named(self.delimiter) if self.delimiter is not None else None

    @property
    def remarks(self) -> list[Text]:
        """What was taken for what, what was passed over, whether it adds up."""
        return list(self._remarks.values())

    def read(self) -> Iterator[Batch]:
        """Yield the days of each file's campaigns, the rejected rows first; of the platform's API where no file is named."""
        if not self.sources and self.takes == "both":
            yield from self.ask()
        for source in expand(self.sources):
            with opened(source) as file:
                yield from self._file(file)

    def ask(self) -> Iterator[Batch]:
        """Yield the days of the campaigns as the platform's API has them; for those that read one."""
        raise NotImplementedError

    def _file(self, file: Opened) -> Iterator[Batch]:
        from connectors.table_formats import table_of

        self._say(*file.remarks)
        table = table_of(file, self.encoding, self.delimiter, self.sheet, header_of(self.platform, self._chosen))
        self._say(*table.remarks)
        columns = columns_of(table.columns, self.platform, self._chosen, file.name)
        if not self.daily:
            check_preamble(table.preamble, self.platform, file.name)
        rows = AdRows(self._as_written(table, columns), columns, self.platform, file.name, self.account or "")
        records = TableRecords("spend", file.name, rows.table(), _mapping(columns), self._ways(table, columns, file.name))
        days, alike = CampaignDays(self.name), Alike(columns.fields["amount"])
        rejected, total = 0, file.path.stat().st_size
        for part in rows.table().rows():
            alike.add(part)
            batch = records.batch(part)
            days.add(batch.rows)
            if batch.rejects:
                rejected += len(batch.rejects)
                yield Batch("spend", file.name, schema("spend").empty_table(), batch.rejects)
            self.context.progress(min(part.done, total), total)
        if not self.daily:
            self._say(*check_days(days.distinct_days().to_pylist(), table.preamble, columns, self.platform, file.name))
        for found in days.tables():
            yield Batch("spend", file.name, found)
        self._say(*records.remarks(), *_told(columns, rows, days, alike, file.name), *totals_compared(rows, records, days, rejected))

    def _as_written(self, table: Table, columns: AdColumns) -> Table:
        """Say how days and decimals are usually written in such a file."""
        order = day_first_above(table.preamble)
        if order is None and columns.english and self.platform.month_first:
            order = False
        # Whoever reads the platform in another language than English may have commas in numbers although commas part the columns.
        return dataclasses.replace(table, day_first=order, comma=table.comma if columns.english else None)

    def _ways(self, table: Table, columns: AdColumns, file: str) -> Ways:
        settings = self.context.settings
        default = self._currency or settings.currency
        stated = cells.settled(columns.currency, None, default)[0] if columns.currency else currency_above(table.preamble)
        if stated is None and "currency" not in columns.fields and self._currency is None:
            self._say(
                Text(
                    "{file}: nothing says in which currency the amounts are; {currency} was taken, as in the settings. "
                    "Pass --currency if it is another.",
                    file=file,
                    currency=default,
                )
            )
        return Ways(settings.time_zone, stated or default, self.day_first, self._given)

    def _say(self, *remarks: Text) -> None:
        for remark in remarks:
            self._remarks.setdefault(str(remark), remark)


def _mapping(columns: AdColumns) -> dict[str, str]:
    named = {"campaign": columns.fields["campaign_id"]} | columns.fields if "campaign_id" in columns.fields else columns.fields
    read = ("day", "amount", "currency", "campaign", "impressions", "clicks", "conversions")
    return {field: named[field] for field in read if field in named} | {"id": KEY}


def _told(columns: AdColumns, rows: AdRows, days: CampaignDays, alike: Alike, file: str) -> list[Text]:
    """Say what was taken for what, and what was passed over."""
    used = ", ".join(f"{field} = '{column}'" for field, column in columns.fields.items())
    said = [Text("{file}: columns used: {columns}.", file=file, columns=used)]
    if days.rows > days.days:
        said.append(Text("{file}: {rows} rows were added up to {days} campaign days.", file=file, rows=days.rows, days=days.days))
    if idle := sum(rows.idle.values()):
        said.append(Text("{file}: rows without a cost, impressions and clicks, passed over: {count}.", file=file, count=idle))
    if hidden := sum(rows.hidden.values()):
        said.append(Text("{file}: cells such as '< 10', whose figure is unknown: {count}.", file=file, count=hidden))
    if alike.count:
        said.append(
            Text(
                "{file}: rows like an earlier one in every column: {count}. They count; if the file holds its rows twice, export it again.",
                file=file,
                count=alike.count,
            )
        )
    if days.rows and "campaign" not in columns.fields and "campaign_id" not in columns.fields:
        said.append(Text("{file}: no column is the campaign; the spend can be told by day and channel only.", file=file))
    elif days.rows and "campaign_id" not in columns.fields:
        said.append(
            Text(
                "{file}: no column is the campaign's id. A campaign that was given another name counts twice where its days are imported "
                "again; add the id to the export.",
                file=file,
            )
        )
    return said
