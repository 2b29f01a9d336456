"""Log lines made by hand, and a way to read them through the whole connector."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.base import ImportContext, Reject
from connectors.weblog import WebLog
from reports.report import Text
from workspace.keys import keyed_hash
from workspace.records import schema
from workspace.settings import Settings

SECRET = b"a secret of the tests"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
ADDRESS = "192.0.2.1"
OURS = Settings(own_domains=("example.com",))


def combined(
    path: str = "/",
    clock: str = "10:05:03",
    *,
    address: str = ADDRESS,
    method: str = "GET",
    status: int = 200,
    referrer: str = "-",
    agent: str = CHROME,
    user: str = "-",
    day: str = "17/May/2015",
    zone: str = "+0000",
) -> str:
    return f'{address} - {user} [{day}:{clock} {zone}] "{method} {path} HTTP/1.1" {status} 512 "{referrer}" "{agent}"'


def person(address: str = ADDRESS, agent: str = CHROME) -> str:
    return keyed_hash(SECRET, f"{address} {agent}")


def at(clock: str, day: str = "2015-05-17") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock}+00:00")


def touch(row: int, clock: str = "10:05:03", url: str = "/", **fields: Any) -> dict[str, Any]:
    """A touch as the table shows it, but for its id; what is not named is unknown."""
    known = {"person": person(), "at": at(clock), "url": url, "kind": "visit", "row": row, **fields}
    return {name: known.get(name) for name in schema("touches").names if name != "id"}


def conversion(row: int, clock: str, goal: str, **fields: Any) -> dict[str, Any]:
    known = {"person": person(), "at": at(clock), "goal": goal, "row": row, **fields}
    return {name: known.get(name) for name in schema("conversions").names if name != "id"}


@dataclasses.dataclass
class Read:
    """What one import gave."""

    touches: list[dict[str, Any]]
    conversions: list[dict[str, Any]]
    rejects: list[Reject]
    remarks: list[Text]
    ids: list[str]
    files: list[str]

    @property
    def summary(self) -> dict[str, Any]:
        return dict(self.remarks[0].fields)


def read(*sources: Path | str, settings: Settings = OURS, **options: Any) -> Read:
    connector = WebLog(ImportContext(settings, SECRET), tuple(str(source) for source in sources), **options)
    batches = list(connector.read())
    rows: dict[str, list[dict[str, Any]]] = {"touches": [], "conversions": []}
    for batch in batches:
        assert batch.rows.schema == schema(batch.kind)
        batch.rows.validate(full=True)
        rows[batch.kind] += batch.rows.to_pylist()
    ids = [row.pop("id") for kind in rows.values() for row in kind]
    rejects = [reject for batch in batches for reject in batch.rejects]
    return Read(rows["touches"], rows["conversions"], rejects, connector.remarks, ids, [batch.file for batch in batches if len(batch.rows)])


def write(folder: Path, *lines: str | bytes, name: str = "access.log", end: bytes = b"\n") -> Path:
    path = folder / name
    path.write_bytes(b"".join((line if isinstance(line, bytes) else line.encode()) + end for line in lines))
    return path


def binary(*lines: bytes) -> pa.Array:
    return pa.array(lines, pa.binary())
