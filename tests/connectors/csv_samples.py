"""Tables made by hand, and a way to read them through the whole connector."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

from connectors.base import ImportContext, Reject
from connectors.csv_files import CsvFiles
from workspace.errors import SmarketingError
from workspace.records import schema
from workspace.settings import Settings

AT = dt.datetime(2026, 1, 31, 13, 5, tzinfo=dt.UTC)
"""What 14:05 on that day is in Paris."""
PARIS = Settings(time_zone="Europe/Paris", currency="EUR")
HEAD = "person,at,source\n"
ROW = "anna@example.com,2026-01-31 14:05,google\n"


def touch(row: int = 2, **fields: Any) -> dict[str, Any]:
    """A touch as the table shows it; what is not named is unknown."""
    known = {"person": "anna@example.com", "at": AT, "kind": "visit", "row": row, **fields}
    return {name: known.get(name) for name in schema("touches").names}


def conversion(row: int = 2, **fields: Any) -> dict[str, Any]:
    known = {"person": "anna@example.com", "at": AT, "goal": "conversion", "currency": "EUR", "row": row, **fields}
    return {name: known.get(name) for name in schema("conversions").names}


def spend(row: int = 2, **fields: Any) -> dict[str, Any]:
    known = {"day": dt.date(2026, 1, 31), "amount": 12.5, "currency": "EUR", "row": row, **fields}
    return {name: known.get(name) for name in schema("spend").names}


@dataclasses.dataclass
class Read:
    """What one import gave; rejects without their file, remarks as sentences with the file's name as {file}."""

    rows: list[dict[str, Any]]
    rejects: list[Reject]
    remarks: list[str]
    files: list[str]

    @property
    def refused(self) -> list[tuple[int, str, str]]:
        return [(reject.row, reject.field, reject.value) for reject in self.rejects]


def read(*sources: Path | str, kind: str = "touches", settings: Settings = PARIS, **options: Any) -> Read:
    connector = CsvFiles(ImportContext(settings, b"a secret of the tests"), tuple(str(source) for source in sources), kind, **options)
    batches = list(connector.read())
    rows: list[dict[str, Any]] = []
    for batch in batches:
        assert batch.rows.schema == schema(kind)
        batch.rows.validate(full=True)
        rows += batch.rows.to_pylist()
    files = list(dict.fromkeys(batch.file for batch in batches))
    remarks = [str(remark) for remark in connector.remarks]
    for file in files:
        remarks = [remark.replace(file, "{file}") for remark in remarks]
    return Read(rows, [reject for batch in batches for reject in batch.rejects], remarks, files)


def read_or_refusal(*sources: Path | str, **options: Any) -> Read | str:
    """What was read, or what our error says; any other error is not caught."""
    try:
        return read(*sources, **options)
    except SmarketingError as error:
        return str(error)


def write(folder: Path, content: str | bytes, name: str = "visits.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
