"""Read a file of aggregated paths: one row a path, with how often it converted and what that was worth."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.path_cells import COLUMNS, Cells, plain_name, read_cells
from attribution.paths import Floats, Ints, Paths
from attribution.reserved import told_apart
from reports.report import Text
from workspace.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

MAX_CHANNELS = 4096
"""As many as fit in the integer that packs a touch's time and channel; a Markov chain of them is still solved in seconds."""

LEAST, MOST = 1e-9, 1e15
"""Smaller counts, larger counts and larger amounts are slips of an export; between them no model runs out of digits."""

DIRECT_NAMES = frozenset(
    (
        "direct",
        "(direct)",
        "direct traffic",
        "(none)",
        "(direct) / (none)",
        "accès direct",
        "accès directs",
        "trafic direct",
        "entrées directes",
    )
)
"""Names of direct traffic in the exports of analytics tools, English and French, casefolded."""


@dataclasses.dataclass(frozen=True, eq=False)
class PathsFile:
    """What a file of aggregated paths holds.

    Parameters
    ----------
    paths : Paths
        `value` is all NaN where the file has no values, `nulls` 0 where it has no nulls.
    has_value, has_nulls : bool
        Whether the file says what conversions were worth, and how often a path did not convert. Without nulls every path converts,
        and a removal effect says how many journeys a channel took part in rather than how well it converts.
    remarks : tuple of Text
        What the reader should be told: an encoding guessed, columns and rows left out.
    """

    paths: Paths
    has_value: bool
    has_nulls: bool
    remarks: tuple[Text, ...] = ()


def read_paths(source: str | Path) -> PathsFile:
    """Read a CSV or TSV file of aggregated paths.

    Parameters
    ----------
    source : str or Path
        A file, or "-" for the standard input. It has a header row with `path` and `conversions`, and may have `value` and `nulls`;
        `total_conversions`, `total_conversion_value`, `total_value` and `total_null` are known too. A path is written with `>`
        between channels, blanks around it do not matter. Delimiter: comma, semicolon or tab. Encoding: UTF-8, else Windows-1252.

    Returns
    -------
    PathsFile
        Conversions of rows without a path are unattributed.

    Raises
    ------
    SourceError
        The file, or one of its rows, cannot be read; the message names file, row, what was seen and what would work.
    DataError
        The file has more channels than can be analysed.

    Notes
    -----
    Between semicolons, numbers may have a decimal comma. A blank value is not known and adds nothing; a blank count is refused. Rows
    of the same path stay apart, models count them together. Time and memory grow with the size of the file.
    """
    cells = read_cells(source)
    conversions = _counts(cells, "conversions")
    has_nulls = "nulls" in cells.columns
    nulls = _counts(cells, "nulls") if has_nulls else np.zeros(len(conversions))
    value = _values(cells, conversions)
    has_value = bool(np.isfinite(value).any())
    channels, codes, offsets = _steps(cells)
    walked = np.diff(offsets) > 0
    remarks = _remarks(cells, conversions, value, float(nulls[~walked].sum()))
    if has_value:
        value = np.nan_to_num(value, nan=0.0)
    paths = Paths(
        channels=tuple(told_apart(channel) for channel in channels),
        codes=codes,
        offsets=np.append(offsets[:1], offsets[1:][walked]),
        conversions=conversions[walked],
        value=value[walked],
        nulls=nulls[walked],
        direct=np.array([channel.casefold() in DIRECT_NAMES for channel in channels], dtype=np.bool_),
        unattributed_conversions=float(conversions[~walked].sum()),
        unattributed_value=float(value[~walked].sum()) if has_value else float("nan"),
    )
    return PathsFile(paths, has_value, has_nulls, remarks)


def _remarks(cells: Cells, conversions: Floats, value: Floats, idle: float) -> tuple[Text, ...]:
    """Say what the reader should know; `idle` counts the journeys that have neither a path nor a conversion."""
    remarks = []
    if cells.encoding == "cp1252":
        remarks.append(Text("{file} is not UTF-8; it was read as Windows-1252", file=cells.file))
    if cells.ignored:
        remarks.append(Text("{file}: columns not read: {columns}", file=cells.file, columns=", ".join(cells.ignored)))
    unknown = int((np.isnan(value) & (conversions > 0)).sum())
    if unknown and np.isfinite(value).any():
        template = "{file}: rows with conversions of no known value, which add nothing to it: {count}"
        remarks.append(Text(template, file=cells.file, count=unknown))
    if idle:
        template = "{file}: journeys left out, as they have neither a path nor a conversion: {count}"
        remarks.append(Text(template, file=cells.file, count=int(idle) if idle.is_integer() else idle))
    return tuple(remarks)


def _numbers(cells: Cells, field: str) -> Floats:
    """Read a column of numbers, NaN where a cell is blank."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # Blanks, no-break ones too, set thousands apart; a decimal comma goes with semicolons, elsewhere "1,234" could be either.
    plain = pc.replace_substring_regex(cells.columns[field], r"[\s\x{00a0}\x{202f}]", "")
    if cells.delimiter == ";":
        plain = pc.replace_substring_regex(plain, r"^([-+]?\d+),(\d+)$", r"\1.\2")
    blank = pc.equal(plain, "")
    written = pc.match_substring_regex(plain, r"^[-+]?(\d+\.?\d*|\.\d+)([eE](\+?\d{1,2}|-\d{1,3}))?$")
    bad = np.flatnonzero(~pc.or_(blank, written).to_numpy(zero_copy_only=False))
    if len(bad):
        template = "{file}: row {row}: {field} '{seen}' is not a number; write it in digits, for example 1250.5"
        if plain_name(cells.columns[field][int(bad[0])].as_py()) in COLUMNS[field]:
            template = "{file}: row {row}: the header comes a second time; remove this row"
        raise cells.refusal(template, field, int(bad[0]))
    unsigned = pc.replace_substring_regex(pc.if_else(blank, "nan", plain), r"^\+", "")
    numbers: Floats = unsigned.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _counts(cells: Cells, field: str) -> Floats:
    """Read a column of counts: none blank, none negative; 0 in a row that is blank altogether."""
    numbers = np.where(cells.blank, 0.0, _numbers(cells, field))
    if len(blank := np.flatnonzero(np.isnan(numbers))):
        template = "{file}: row {row}: {field} is blank; write 0 where there were none"
        raise cells.refusal(template, field, int(blank[0]))
    if len(negative := np.flatnonzero(numbers < 0)):
        template = "{file}: row {row}: {field} '{seen}' is negative; write how many there were, 0 or more"
        raise cells.refusal(template, field, int(negative[0]))
    if len(odd := np.flatnonzero((numbers > MOST) | ((numbers > 0) & (numbers < LEAST)))):
        template = (
            "{file}: row {row}: {field} '{seen}' is too small or too large for a count of journeys; write how many there were, for "
            "example 12"
        )
        raise cells.refusal(template, field, int(odd[0]))
    return numbers


def _values(cells: Cells, conversions: Floats) -> Floats:
    """Read the values, NaN where none is given; there is none without a conversion."""
    if "value" not in cells.columns:
        return np.full(len(conversions), np.nan)
    value = _numbers(cells, "value")
    if len(large := np.flatnonzero(np.abs(value) > MOST)):
        template = (
            "{file}: row {row}: {field} '{seen}' is too large for an amount; write what the conversions of the row were worth, for example "
            "1250.5"
        )
        raise cells.refusal(template, "value", int(large[0]))
    odd = np.flatnonzero((conversions == 0) & np.isfinite(value) & (value != 0))
    if len(odd):
        template = "{file}: row {row}: {field} '{seen}' stands beside 0 conversions; write how many conversions brought it, or a value of 0"
        raise cells.refusal(template, "value", int(odd[0]))
    return value


def _steps(cells: Cells) -> tuple[tuple[str, ...], Ints, Ints]:
    """Cut the paths into steps.

    Returns
    -------
    channels : tuple of str
        In alphabetical order.
    codes : array of int, shape (n_steps,)
    offsets : array of int, shape (n_rows + 1,)
        A row without a path has no step.
    """
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(cells.columns["path"])
    lists = pc.split_pattern(pc.if_else(pc.equal(trimmed, ""), None, trimmed), ">")
    length = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    offsets: Ints = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    channels, codes = _coded(pc.utf8_trim_whitespace(pc.list_flatten(lists)))
    if "" in channels[:1]:
        row = int(np.searchsorted(offsets, np.flatnonzero(codes == 0)[0], side="right")) - 1
        template = "{file}: row {row}: {field} '{seen}' lacks a channel before or after a '>'; write the channel, or take the '>' away"
        raise cells.refusal(template, "path", row)
    if len(channels) > MAX_CHANNELS:
        raise DataError(
            "{file}: the paths hold {count} different channels, and at most {limit} can be analysed; group them before the paths are "
            "counted, for example campaigns by channel",
            file=cells.file,
            count=len(channels),
            limit=MAX_CHANNELS,
        )
    return channels, codes, offsets


def _coded(steps: pa.Array) -> tuple[tuple[str, ...], Ints]:
    """Give each distinct name its place in alphabetical order."""
    encoded: Any = steps.dictionary_encode()
    names: list[str] = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    place: Ints = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return tuple(names[i] for i in order), place[encoded.indices.to_numpy(zero_copy_only=False)]
