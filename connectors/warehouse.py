"""Tables that a pipeline has already landed in a warehouse: HubSpot, Salesforce, advertising platforms, pages on social networks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.api_records import ApiRecords, removals
from connectors.base import Batch, ImportContext, Option
from connectors.landed.ads import PLATFORMS
from connectors.landed.hubspot import HUBSPOT
from connectors.landed.mapping import Family, truth
from connectors.landed.pages import PAGES
from connectors.landed.salesforce import SALESFORCE
from connectors.table_records import MONEY
from reports.identifiers import WORDS
from reports.report import N_, Text
from workspace.errors import SourceError, UsageError

if TYPE_CHECKING:
    from connectors.warehouse_tables import Lacking, Usable

FAMILIES: tuple[Family, ...] = (HUBSPOT, SALESFORCE, *PLATFORMS, *PAGES)
SHOWN = 40
"""Tables that are named when they are not used; of more only the number is told."""


@dataclasses.dataclass
class LandedTables:
    """A connector for tables in a warehouse, each known by its usual name and its columns.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    on : str
        The engine, as `ibis.connect` takes it.
    schema : tuple of str
        Where the tables lie; each source is landed in a schema of its own.
    stage : tuple of str
        "LABEL=GOAL": what a deal's stage is to be counted as.

    Notes
    -----
    Every table is read whole each time: what is known changes nothing, what was marked as deleted goes. Rows come some thousand at a time
    and joins are made in the engine, so memory stays flat.
    """

    name: ClassVar[str] = "warehouse"
    summary: ClassVar[str] = N_("Tables that a pipeline landed in a warehouse: HubSpot, Salesforce, advertising, pages on social networks.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import warehouse --on postgres://reader@db.example.com/warehouse --schema hubspot --schema google_ads",
        'smarketing import warehouse --on landed.duckdb --schema salesforce --stage "Discovery=sql"',
        "smarketing import warehouse --on duckdb:// --schema exports/hubspot",
    )
    takes: ClassVar[str] = "tables"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = tuple(dict.fromkeys(landed.kind for family in FAMILIES for landed in family.tables))
    options: ClassVar[tuple[Option, ...]] = (
        Option("on", N_("The engine, as a URL, such as postgres://USER@HOST/BASE or a DuckDB file."), required=True, metavar="URL"),
        Option(
            "schema",
            N_("The schema into which the tables were landed; with duckdb:// a folder of Parquet files."),
            multiple=True,
            metavar="NAME",
        ),
        Option("stage", N_("What a stage of deals counts as: won, lost, sql or any goal."), multiple=True, metavar="LABEL=GOAL"),
    )

    context: ImportContext
    sources: tuple[str, ...] = ()
    on: str = ""
    schema: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._stages: dict[str, str] = {}
        for entry in self.stage:
            label, equals, goal = entry.rpartition("=")
            if not equals or not label.strip() or not goal.strip():
                raise UsageError('--stage {entry}: write it as LABEL=GOAL, for example --stage "Closed won=won"', entry=entry)
            self._stages[label.strip().lower()] = goal.strip()
        self._remarks: list[Text] = []

    @property
    def remarks(self) -> list[Text]:
        """Which tables were used, which were not, and what is odd about the records."""
        return self._remarks

    def read(self) -> Iterator[Batch]:
        """Yield the records of each table that is known, family by family."""
        from connectors.warehouse_tables import Usable, warehouse

        with warehouse(self.on, self.schema) as engine:
            used: dict[str, str] = {}
            lacking: list[Lacking] = []
            for family in FAMILIES:
                for found in engine.usable(family):
                    if isinstance(found, Usable):
                        used |= dict.fromkeys((found.place, *found.joined), family.name)
                        yield from self._records(found, engine.rows(found), family.name)
                    else:
                        lacking.append(found)
            places = [engine.place(schema, name) for schema, names in engine.names.items() for name in names]
            if not used:
                raise SourceError(
                    "--on {url}: none of the {count} tables is one that is known ({shown}); see docs/connectors/warehouse.md",
                    url=engine.url,
                    count=len(places),
                    shown=_listed(places),
                )
            self._say_what_was_used(used, lacking, [place for place in places if place not in used])

    def _records(self, found: Usable, batches: Iterator[list[dict[str, Any]]], family: str) -> Iterator[Batch]:
        """Turn the rows of one table into records, and rows marked as deleted into removals."""
        landed = found.landed
        records = ApiRecords(landed.kind, found.place, self.context)
        blank, told = 0, _Told(landed.in_order[0] if landed.in_order else None)
        for rows in batches:
            fine, gone = [], []
            for row in rows:
                deleted = _is_deleted(row.get("deleted"))
                record = landed.read(row, self._stages)
                if record is None or (deleted and landed.gone is None) or told.already(row, record):
                    continue
                if deleted:
                    known = record.get(landed.gone or "") or ""
                    gone.append(known.lower() if "@" in known else known)
                elif landed.is_blank(record):
                    blank += 1
                else:
                    fine.append(record)
            yield records.batch(fine)
            renewed = [record.get(landed.renews) or "" for record in fine] if landed.renews else []
            for field, values in ((landed.gone, gone), (landed.renews, renewed)):
                if field is not None and (removed := removals(found.place, landed.kind, field, filter(None, values))) is not None:
                    yield removed
            self.context.progress(records.count, None)
        if blank:
            self._remarks.append(
                Text(
                    "{place}: {count} {count:row holds|rows hold} nothing for {kind} but {count:its own number and was|their "
                    "own number and were} passed over; fields looked for: {fields}.",
                    place=found.place,
                    count=blank,
                    kind=Text(WORDS[landed.kind]),
                    fields=", ".join(landed.skip_blank),
                )
            )
        if landed.kind in MONEY and records.count and not found.has_currency:
            self._remarks.append(
                Text(
                    "{place}: no column says in which currency {family} counts; amounts were taken for {currency}.",
                    place=found.place,
                    family=family,
                    currency=self.context.settings.currency,
                )
            )
        self._remarks += records.remarks()

    def _say_what_was_used(self, used: dict[str, str], lacking: list[Lacking], unknown: list[str]) -> None:
        self._remarks.insert(0, Text("Tables read: {tables}.", tables=_listed(list(used))))
        for one in {one.place: one for one in lacking if one.place not in used}.values():
            self._remarks.append(
                Text(
                    "{place} has the name of a table of {family}, but no column {columns}; it was not used.",
                    place=one.place,
                    family=one.family,
                    columns=", ".join(one.columns),
                )
            )
        if unknown:
            self._remarks.append(Text("Tables not used: {tables}.", tables=_listed(unknown)))


class _Told:
    """Which records were told of the thing at hand: of several with one id, the first counts."""

    def __init__(self, column: str | None) -> None:
        self.column, self.thing, self.ids = column, None, set[str | None]()

    def already(self, row: dict[str, Any], record: dict[str, str | None]) -> bool:
        """Tell whether a record was told, and remember it."""
        if self.column is None:
            return False
        if row[self.column] != self.thing:
            self.thing, self.ids = row[self.column], set()
        known = record.get("id") in self.ids
        self.ids.add(record.get("id"))
        return known


def _is_deleted(value: Any) -> bool:
    """Tell whether a row is marked as deleted: by a flag, or by the moment of its deletion."""
    return truth(str(value)) if isinstance(value, str | bool | int) else value is not None


def _listed(names: list[str]) -> Text | str:
    if len(names) <= SHOWN:
        return ", ".join(names)
    return Text("{some} and {more} more", some=", ".join(names[:SHOWN]), more=len(names) - SHOWN)
