"""Tables of any kind of record: CSV, TSV, Excel, JSON lines, Parquet."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import ClassVar

from connectors.base import Batch, ImportContext, Option
from connectors.chosen import currency_named, delimiter_named, zone_named
from connectors.headers import Header
from connectors.kinds import fields_in_tables, summaries
from connectors.matching import match, names_columns
from connectors.named_files import expand
from connectors.table_files import opened
from connectors.table_identities import Ties
from connectors.table_records import IN_TABLES, SETTABLE, TableRecords, Ways, needed
from reports.report import N_, Text
from workspace.column_names import parse_map, parse_set
from workspace.errors import UsageError


@dataclasses.dataclass
class CsvFiles:
    """A connector for tables whose columns are the fields of a record, under their own or close names.

    Parameters
    ----------
    context : ImportContext
    sources : tuple of str
        File names, globs, "-".
    kind : str
        What the rows are: a key of `workspace.records.KINDS`.

    Notes
    -----
    Rows where every cell is empty are passed over; every other row is either in a batch or among its rejects. How a file writes days and
    decimals is one answer for the whole file, found in it or given by the user, never a guess (`cells.Reading`). Tags in URLs
    complete a touch's origin and never mix two (`origin_tags.with_origin`).
    """

    name: ClassVar[str] = "csv"
    summary: ClassVar[str] = N_(
        "Any kind of record, such as touches, conversions, spend or accounts, from CSV, TSV, Excel, JSON lines or Parquet files."
    )
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import csv visits.csv --as touches",
        "smarketing import csv deals.xlsx --as conversions --sheet 2026 --map person=Email --map value=Montant",
        "smarketing import csv won-deals.csv --as conversions --set goal=won --map at=close_date",
        "smarketing import csv contacts.csv --as people --map account=Company",
        "smarketing import csv key-accounts.xlsx --as accounts --map name=Company --map domain=Website",
        "smarketing import csv calls.csv --as activities --set owner=lea --map at=Date",
        "smarketing import csv forms.csv --as touches --set kind=form --map person=Email --same-as client_id",
        "gunzip -c spend.csv.gz | smarketing import csv - --as spend --currency USD",
        "smarketing import csv tests.xlsx --as experiments --set goal=lead",
    )
    takes: ClassVar[str] = "files"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = IN_TABLES
    options: ClassVar[tuple[Option, ...]] = (
        Option("kind", N_("What the rows are."), choices=IN_TABLES, required=True, flag_name="--as", meanings=summaries()),
        Option("map", N_("Which column to use for a field whose name is not recognised."), multiple=True, metavar="FIELD=COLUMN"),
        Option("set", N_("A value for the rows where the field has no column or an empty cell."), multiple=True, metavar="FIELD=VALUE"),
        Option(
            "same_as",
            N_("A column with another identifier of the row's person, such as a client id: both are one person from then on."),
            multiple=True,
            metavar="COLUMN",
        ),
        Option("sheet", N_("The sheet of an Excel workbook."), metavar="NAME"),
        Option("encoding", N_("The encoding of a text file, where it is not found by itself."), metavar="NAME"),
        Option("delimiter", N_("What stands between the columns of a text file, where it is not found by itself."), metavar="CHARACTER"),
        Option(
            "day_first",
            N_("Read 03/04/2026 as 3 April (--dayfirst) or as 4 March (--monthfirst)."),
            type=bool,
            flag_name="--dayfirst/--monthfirst",
        ),
        Option("timezone", N_("The time zone of times that carry none; the settings' by default."), metavar="ZONE"),
        Option("currency", N_("The currency of amounts that carry none; the settings' by default."), metavar="CODE"),
    )

    context: ImportContext
    sources: tuple[str, ...]
    kind: str
    map: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    day_first: bool | None = None
    timezone: str | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in IN_TABLES:
            raise UsageError("--as {kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(IN_TABLES))
        self._remarks: dict[str, Text] = {}
        self._fields = fields_in_tables(self.kind)
        self._chosen = parse_map(self.map, self._fields)
        self._ways = Ways(
            zone_named(self.timezone) if self.timezone is not None else self.context.settings.time_zone,
            currency_named(self.currency) if self.currency is not None else self.context.settings.currency,
            self.day_first,
            parse_set(self.set, [field for field in SETTABLE if field in self._fields]),
        )
        self.delimiter = delimiter_named(self.delimiter) if self.delimiter is not None else None

    @property
    def remarks(self) -> list[Text]:
        """Columns recognised and not used, encodings guessed, how days are written, what is odd about the rows."""
        return list(self._remarks.values())

    def read(self) -> Iterator[Batch]:
        """Yield the rows of each file in turn."""
        from connectors.table_formats import table_of

        required = needed(self.kind, self._ways.given)
        header = Header(lambda names: names_columns(names, required, self._chosen))
        for source in expand(self.sources):
            with opened(source) as file:
                self._say(*file.remarks)
                table = table_of(file, self.encoding, self.delimiter, self.sheet, header)
                self._say(*table.remarks)
                mapping, remarks = match(table.columns, self._fields, required, self._chosen, file.name, self.same_as)
                self._say(*remarks)
                records = TableRecords(self.kind, file.name, table, mapping, self._ways)
                total = file.path.stat().st_size
                ties = [Ties(file.name, table.columns, column, mapping) for column in self.same_as]
                for rows in table.rows():
                    batch = records.batch(rows)
                    yield batch
                    yield from (tie.batch(batch, rows) for tie in ties)
                    self.context.progress(min(rows.done, total), total)
                self._say(*records.remarks())

    def _say(self, *remarks: Text) -> None:
        for remark in remarks:
            self._remarks.setdefault(str(remark), remark)
