"""Reading the events of a GA4 export to BigQuery, JSON lines or Parquet, as flat tables of what is needed of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from connectors.base import Reject
from connectors.cells import mask
from connectors.ga4_lines import Lines, blocks, by_line, shape
from connectors.table_files import Opened
from reports.report import N_
from workspace.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 50_000
"""Events of a Parquet file taken at once."""
USUAL_LINE, LONGEST_LINE = 1 << 20, 1 << 30
"""Bytes that are parsed as one piece: a line may not be longer. Small pieces are parsed beside each other."""
PARAMS = ("ga_session_id", "page_location", "page_referrer", "value", "currency", "transaction_id")
COLLECTED = {
    "source": "manual_source",
    "medium": "manual_medium",
    "campaign": "manual_campaign_name",
    "content": "manual_content",
    "term": "manual_term",
    "gclid": "gclid",
    "dclid": "dclid",
}
LAST_CLICK = {"source": "source", "medium": "medium", "campaign": "campaign_name", "content": "content", "term": "term"}
UNREADABLE = (
    N_("The line is not a GA4 event: '{value}'."),
    N_("Export the table events_YYYYMMDD again; each line holds event_name and event_timestamp."),
)
NOT_AN_EXPORT = N_(
    "{file}: this is not GA4's export to BigQuery; row {row} reads {value}. Export a table events_YYYYMMDD as JSON lines or Parquet"
)
NO_COLUMNS = N_("{file}: this is not GA4's export to BigQuery, for it has no column {column}. Export a table events_YYYYMMDD")
DAMAGED = N_("{file}: this Parquet file is damaged ({why}); export it again")


@dataclasses.dataclass(frozen=True, slots=True)
class Events:
    """Some events of a file.

    Parameters
    ----------
    table : pyarrow.Table
        row, at (microseconds), date, name, user, user_id, consent (0 not told, 1 yes, 2 no), session, page, referrer, value, revenue,
        currency, transaction; `source` to `dclid` as collected with the event, `click_source` to `click_term` of the last click.
    rejects : tuple of Reject
    done : int
        Bytes read so far.
    """

    table: pa.Table
    rejects: tuple[Reject, ...] = ()
    done: int = 0


def events_of(file: Opened) -> Iterator[Events]:
    """Read a file's events, some ten thousand at a time.

    Raises
    ------
    SourceError
        The file is something else, or damaged.
    """
    if file.kind not in ("jsonl", "parquet"):
        with file.path.open("rb") as raw:
            start = raw.read(60).decode("latin-1").split("\n")[0]
        raise SourceError(NOT_AN_EXPORT, file=file.name, row=1, value=repr(start.strip()))
    readable = False
    for found in _parquet(file) if file.kind == "parquet" else _json(file):
        readable = readable or bool(found.table.num_rows)
        if not readable and found.rejects:
            raise SourceError(NOT_AN_EXPORT, file=file.name, row=found.rejects[0].row, value=repr(found.rejects[0].value[:60]))
        yield found


def _parquet(file: Opened) -> Iterator[Events]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    done, size = 0, file.path.stat().st_size
    try:
        with pq.ParquetFile(file.path) as opened:
            there = opened.schema_arrow.names
            for column in ("event_name", "event_timestamp", "user_pseudo_id"):
                if column not in there:
                    raise SourceError(NO_COLUMNS, file=file.name, column=column)
            wanted = [name for name in shape(pa.int64()).names if name in there]
            for part in opened.iter_batches(AT_ONCE, columns=wanted):
                part.validate(full=True)  # a text that is no UTF-8 would only be found out later
                rows = np.arange(done + 1, done + 1 + part.num_rows)
                done += part.num_rows
                yield _flat(file.name, pa.Table.from_batches([part]), rows, None, size * done // max(opened.metadata.num_rows, 1))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise SourceError(DAMAGED, file=file.name, why=str(error).splitlines()[0][:200]) from error


def _json(file: Opened) -> Iterator[Events]:
    """Parse each block while the one before it is worked on."""
    from concurrent.futures import Future, ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        waiting: Future[Events] | None = None
        for lines in blocks(file):
            following = pool.submit(_parsed, file.name, lines)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()


def _parsed(name: str, lines: Lines) -> Events:
    """Parse a block: whole numbers as texts, as BigQuery writes them, or as numbers; line by line where it is neither."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.json as arrow_json

    for whole, size in ((pa.string(), USUAL_LINE), (pa.int64(), USUAL_LINE), (pa.string(), LONGEST_LINE), (pa.int64(), LONGEST_LINE)):
        if not lines.is_text:
            break
        try:
            table = arrow_json.read_json(
                pa.BufferReader(lines.block),
                read_options=arrow_json.ReadOptions(block_size=min(size, len(lines.block) + 1)),
                parse_options=arrow_json.ParseOptions(explicit_schema=shape(whole), unexpected_field_behavior="ignore"),
            )
        except pa.ArrowInvalid:
            continue
        if table.num_rows == lines.count:
            return _flat(name, table, np.arange(lines.first, lines.first + lines.count), lines, lines.done)
        break
    table, rows, broken = by_line(lines)
    found = _flat(name, table, rows, lines, lines.done)
    bad = [Reject(name, row, "", value, *UNREADABLE) for row, value in broken]
    return dataclasses.replace(found, rejects=tuple(sorted((*found.rejects, *bad), key=lambda reject: reject.row)))


def _flat(name: str, table: pa.Table, rows: Any, lines: Lines | None, done: int) -> Events:
    """Take the fields out of their nests; refuse what has no name or no moment."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = table.combine_chunks()
    params = _params(_column(table, "event_params"), table.num_rows)
    storage = _text(_column(table, "privacy_info", "analytics_storage"))
    consent = pc.if_else(pc.equal(storage, "No"), 2, pc.if_else(pc.equal(storage, "Yes"), 1, 0)).fill_null(0)
    columns = {
        "row": pa.array(rows, pa.int64()),
        "at": _whole(_column(table, "event_timestamp")),
        "date": _text(_column(table, "event_date")),
        "name": _text(_column(table, "event_name")),
        "user": _text(_column(table, "user_pseudo_id")),
        "user_id": _text(_column(table, "user_id")),
        "consent": consent.cast("int8"),
        "session": pc.coalesce(_whole(params["ga_session_id"]["int_value"]), _whole(params["ga_session_id"]["string_value"])),
        "page": _text(params["page_location"]["string_value"]),
        "referrer": _text(params["page_referrer"]["string_value"]),
        "value": pc.coalesce(*(_number(params["value"][kind]) for kind in ("double_value", "float_value", "int_value"))),
        "revenue": _number(_column(table, "ecommerce", "purchase_revenue")),
        "currency": _text(params["currency"]["string_value"]),
        "transaction": pc.coalesce(_text(_column(table, "ecommerce", "transaction_id")), _text(params["transaction_id"]["string_value"])),
        **{field: _text(_column(table, "collected_traffic_source", theirs)) for field, theirs in COLLECTED.items()},
        **{
            f"click_{field}": _text(_column(table, "session_traffic_source_last_click", "manual_campaign", theirs))
            for field, theirs in LAST_CLICK.items()
        },
    }
    flat = pa.table(columns)
    fine = pc.and_(pc.is_valid(columns["at"]), pc.is_valid(columns["name"]))
    if pc.all(fine).as_py():
        return Events(flat, (), done)
    bad = flat.filter(pc.invert(fine))
    rejects = [
        Reject(name, row, "event_timestamp" if event else "event_name", lines.line(row) if lines else event or "", *UNREADABLE)
        for row, event in zip(bad["row"].to_pylist(), bad["name"].to_pylist(), strict=True)
    ]
    return Events(flat.filter(fine), tuple(rejects), done)


def _column(table: pa.Table, name: str, *path: str) -> pa.Array:
    """Take a field out of its nest; nulls where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table[name] if name in table.column_names else pa.nulls(table.num_rows)
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0)
    for step in path:
        if not pa.types.is_struct(column.type) or column.type.get_field_index(step) < 0:
            return pa.nulls(table.num_rows)
        column = pc.struct_field(column, step)
    return column


def _params(column: pa.Array, count: int) -> dict[str, dict[str, pa.Array]]:
    """Look the parameters up: for each wanted one its values, by their sort; the first of a name counts."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    sorts = ("string_value", "int_value", "float_value", "double_value")
    nothing = {name: dict.fromkeys(sorts, pa.nulls(count)) for name in PARAMS}
    if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)) or not pa.types.is_struct(column.type.value_type):
        return nothing
    inner = pa.table({"param": column.flatten()})
    keys, parents = _text(_column(inner, "param", "key")), pc.list_parent_indices(column).to_numpy()
    values = {sort: _column(inner, "param", "value", sort) for sort in sorts}
    for name in PARAMS:
        places = np.flatnonzero(mask(pc.equal(keys, name)))[::-1]
        if not len(places):
            continue
        found = np.full(count, -1)
        found[parents[places]] = places
        indices = pa.array(found, mask=found < 0)
        nothing[name] = {sort: values[sort].take(indices) for sort in sorts}
    return nothing


def _text(column: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date(column.type):
        column = pc.strftime(column, "%Y%m%d")
    text = column if pa.types.is_string(column.type) else column.cast(pa.string()) if not pa.types.is_nested(column.type) else None
    if text is None:
        return pa.nulls(len(column), pa.string())
    return pc.if_else(pc.equal(text, ""), None, text) if text.null_count < len(text) else text


def _whole(column: pa.Array) -> pa.Array:
    """Read whole numbers, which may be written as texts; null where it is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
    if pa.types.is_integer(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.int64())
    if not pa.types.is_string(column.type):
        return pa.nulls(len(column), pa.int64())
    if column.null_count == len(column):
        return pa.nulls(len(column), pa.int64())
    plain = pc.match_substring_regex(column, r"^-?[0-9]{1,18}$")
    return (column if pc.all(plain).as_py() else pc.if_else(plain, column, None)).cast(pa.int64())


def _number(column: pa.Array) -> pa.Array:
    """Read amounts; null where one is none, is infinite, or below 0."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type):
        column = _whole(column)
    if pa.types.is_nested(column.type) or pa.types.is_boolean(column.type):
        return pa.nulls(len(column), pa.float64())
    number = column.cast(pa.float64())
    return pc.if_else(pc.and_(pc.is_finite(number), pc.greater_equal(number, 0)), number, None)
