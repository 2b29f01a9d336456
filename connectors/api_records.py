"""Turning the objects that an API gives into batches of records, by the same reading of cells as tables have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from connectors.base import Batch, ImportContext
from connectors.table_records import TableRecords, Ways
from connectors.tables import Broken, Table, cell_text, rows_of
from reports.report import N_, Text
from workspace.records import fields_of

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = 20_000
"""Records of a batch at most."""
CHANGED = (
    N_("{field} is a list or an object where one value was expected: '{value}'."),
    N_("The API has changed what it sends; look for a newer version of smarketing, or report it."),
)


class ApiRecords:
    """Records of one kind from one place of an API.

    Parameters
    ----------
    kind : str
        A key of `workspace.records.KINDS`.
    place : str
        Where they come from, as users know it: "hubspot deals".
    context : ImportContext
    currency : str or None
        Of amounts that carry none; the settings' by default.
    """

    def __init__(self, kind: str, place: str, context: ImportContext, currency: str | None = None) -> None:
        self.kind, self.place, self.context = kind, place, context
        self.fields = tuple(field for field in fields_of(kind) if field not in ("click_id", "click_id_kind"))
        table = Table(self.fields, lambda: iter(()), False)
        ways = Ways("UTC", currency or context.settings.currency, False)
        self._records = TableRecords(kind, place, table, {field: field for field in self.fields}, ways, named=False)
        self.count = 0
        self._refused = False

    def batch(self, records: Sequence[Mapping[str, Any]], rows: Sequence[int] | None = None) -> Batch:
        """Read some records: each names its fields, and what it does not name is unknown.

        Parameters
        ----------
        records : sequence of mappings
            Texts, numbers, moments (aware) and days; a list or an object makes its record one that is refused.
        rows : sequence of int or None
            Their places, where they come from a file; in an API's answers they are counted.
        """
        fine, numbers, broken = [], [], []
        for place, record in enumerate(records):
            self.count += 1
            row = rows[place] if rows is not None else self.count
            wrong = next((name for name, value in record.items() if isinstance(value, list | dict)), None)
            if wrong is not None:
                broken.append(Broken(row, str(record[wrong])[:200], *CHANGED, field=wrong))
                continue
            fine.append({name: _text(value) for name, value in record.items() if name in self.fields})
            numbers.append(row)
        read = self._records.batch(rows_of(self.fields, fine, numbers, tuple(broken)))
        self._refused = self._refused or bool(read.rejects)
        return read

    def batches(self, records: Iterable[Mapping[str, Any]]) -> Iterator[Batch]:
        """Read records as they come, some thousands at a time."""
        waiting: list[Mapping[str, Any]] = []
        for record in records:
            waiting.append(record)
            if len(waiting) == AT_ONCE:
                yield self.batch(waiting)
                waiting = []
        if waiting or not self.count:
            yield self.batch(waiting)

    def replaced(self, since: dt.date | None = None) -> Iterator[Batch]:
        """Say, after the last record, that the place was read whole: what it once brought of the kind, and no longer has, goes.

        Parameters
        ----------
        since : datetime.date, datetime.datetime or None
            The first day (of kinds that are by day) or moment (of those that have one) that was read, where older records were not.

        Notes
        -----
        Where a record was refused, nothing goes: it may be one that is known, and what could not be read is not gone.
        """
        import pyarrow as pa

        from workspace.records import schema

        if self._refused:
            return
        if since is not None and not isinstance(since, dt.datetime):
            since = dt.datetime.combine(since, dt.time(), dt.UTC)
        row = {"kind": self.kind, "field": "file", "value": self.place, "since": since, "row": 1}
        yield Batch("removals", self.place, pa.Table.from_pylist([row], schema=schema("removals")))

    def remarks(self) -> list[Text]:
        """Say what is odd about the records, once they are read."""
        return [remark for remark in self._records.remarks() if self._records.rows]


def share(value: Any) -> Any:
    """Write a part of a whole so that it can be meant in one way: a bare 1 could be 1 % or all of it.

    Examples
    --------
    >>> share(1), share("0.25"), share("likely")
    ('100 %', '25 %', 'likely')
    """
    try:
        return f"{float(value) * 100:g} %" if not isinstance(value, bool) else value
    except (TypeError, ValueError):
        return value


def removals(place: str, kind: str, field: str, values: Iterable[str]) -> Batch | None:
    """Say that a source no longer has records of a kind (see `workspace.records.Removal`); None where there are none."""
    import pyarrow as pa

    from workspace.records import schema

    rows = [{"kind": kind, "field": field, "value": value, "row": place_} for place_, value in enumerate(dict.fromkeys(values), 1)]
    return Batch("removals", place, pa.Table.from_pylist(rows, schema=schema("removals"))) if rows else None


def _text(value: Any) -> str | None:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return cell_text(value)
