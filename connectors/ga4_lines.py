"""The lines of a GA4 export in JSON: blocks of whole ones, the fields to take of them, and reading them one by one."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from connectors.table_files import Opened
from connectors.tables import whole_letters
from reports.report import N_
from workspace.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 8 << 20
"""Bytes read at a time."""
LONGEST = 64 << 20
"""Bytes of a line at most; BigQuery's rows end at 100 MB, those of events at some tens of kB."""
TOO_LONG = N_("{file}: line {row} is longer than {most} MB; export the table as JSON lines, one event a line")
_BOM = b"\xef\xbb\xbf"


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of a file: the number of the first (from 1), how many, their bytes, and how much of the file has been read with them."""

    first: int
    count: int
    block: bytes
    done: int

    @property
    def is_text(self) -> bool:
        """Whether they are UTF-8."""
        try:
            self.block.isascii() or self.block.decode()
        except UnicodeDecodeError:
            return False
        return True

    def line(self, row: int) -> str:
        """Show the beginning of a line."""
        return _decoded(self.block.split(b"\n")[row - self.first])[:200]


def blocks(file: Opened) -> Iterator[Lines]:
    """Cut a file after line ends.

    Raises
    ------
    SourceError
        A line is too long to be one.
    """
    first, done, carry = 1, 0, b""
    with file.path.open("rb") as raw:
        while chunk := raw.read(BLOCK):
            done += len(chunk)
            chunk = carry + (chunk.removeprefix(_BOM) if done == len(chunk) else chunk)
            end = chunk.rfind(b"\n") + 1
            carry = chunk[end:]
            if end:
                block = chunk[:end]
                count = block.count(b"\n")
                yield Lines(first, count, block, done)
                first += count
            elif len(carry) > LONGEST:
                raise SourceError(TOO_LONG, file=file.name, row=first, most=LONGEST >> 20)
    if carry.strip():
        yield Lines(first, 1, carry, done)


def shape(whole: pa.DataType) -> pa.Schema:
    """Name the fields that are taken of an event; `whole` is how whole numbers are written: BigQuery writes them as texts."""
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    value = pa.struct([("string_value", text), ("int_value", whole), ("float_value", number), ("double_value", number)])
    collected = ("manual_source", "manual_medium", "manual_campaign_name", "manual_content", "manual_term", "gclid", "dclid")
    manual = pa.struct([(name, text) for name in ("source", "medium", "campaign_name", "content", "term")])
    return pa.schema(
        [
            ("event_date", text),
            ("event_timestamp", whole),
            ("event_name", text),
            ("event_params", pa.list_(pa.struct([("key", text), ("value", value)]))),
            ("user_id", text),
            ("user_pseudo_id", text),
            ("privacy_info", pa.struct([("analytics_storage", text)])),
            ("collected_traffic_source", pa.struct([(name, text) for name in collected])),
            ("session_traffic_source_last_click", pa.struct([("manual_campaign", manual)])),
            ("ecommerce", pa.struct([("purchase_revenue", number), ("transaction_id", text)])),
        ]
    )


def by_line(lines: Lines) -> tuple[pa.Table, list[int], list[tuple[int, str]]]:
    """Read lines one by one.

    Returns
    -------
    table : pyarrow.Table
    rows : list of int
        Their numbers.
    broken : list of (int, str)
        Number and beginning of those that are no JSON objects.
    """
    import pyarrow as pa

    wanted = shape(pa.string())
    found, rows, broken = [], [], []
    for row, raw in enumerate(lines.block.split(b"\n"), lines.first):
        text = _decoded(raw).strip()
        if not text:
            continue
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            event = None
        if isinstance(event, dict):
            found.append({field.name: _fitted(event.get(field.name), field.type) for field in wanted})
            rows.append(row)
        else:
            broken.append((row, whole_letters(text[:200])))
    return pa.Table.from_pylist(found, schema=wanted), rows, broken


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _fitted(value: Any, kind: pa.DataType) -> Any:
    """Bring a value into the sort that is wanted; None where it is of another."""
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return {field.name: _fitted(value.get(field.name), field.type) for field in kind} if isinstance(value, dict) else None
    if pa.types.is_list(kind):
        return [_fitted(each, kind.value_type) for each in value] if isinstance(value, list) else None
    if isinstance(value, bool):
        return None
    if pa.types.is_string(kind):
        return whole_letters(value) if isinstance(value, str) else str(value) if isinstance(value, int | float) else None
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", value):
        return float(value)
    return float(value) if isinstance(value, int | float) and abs(value) < 1e300 else None
