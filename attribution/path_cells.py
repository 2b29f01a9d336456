"""The cells of a file of aggregated paths: decode it, guess its delimiter, find its columns, refuse rows that do not fit."""

from __future__ import annotations

import codecs
import csv
import dataclasses
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workspace.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: dict[str, tuple[str, ...]] = {
    "path": ("path",),
    "conversions": ("conversions", "total_conversions"),
    "value": ("value", "total_conversion_value", "total_value"),
    "nulls": ("nulls", "total_null"),
}
"""Fields and the column names they are known by; the first is the one the messages name."""

NEEDED = ("path", "conversions")


@dataclasses.dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a file, by field.

    Parameters
    ----------
    file : str
        As the user named it; "stdin" for the standard input.
    encoding : str
    delimiter : str
    columns : dict of str to pyarrow.Array of string
        The cells of each field of `COLUMNS` that the file has, one for each row below the header.
    blank : array of bool, shape (n_rows,)
        Which rows are blank in all of these; they hold nothing, and are counted as the rows of the file.
    ignored : list of str
        Names of the columns that were not read.
    """

    file: str
    encoding: str
    delimiter: str
    columns: dict[str, pa.Array]
    blank: NDArray[np.bool_]
    ignored: list[str]

    def refusal(self, template: str, field: str, place: int) -> SourceError:
        """Make the error for a cell; the template may hold {file}, {row} as a spreadsheet shows it, {field} and {seen}."""
        seen = shorten(self.columns[field][place].as_py().strip())
        return SourceError(template, file=self.file, row=place + 2, field=field, seen=seen)


def read_cells(source: str | Path) -> Cells:
    """Read a file of aggregated paths into cells.

    Parameters
    ----------
    source : str or Path
        A file, or "-" for the standard input.

    Raises
    ------
    SourceError
        The file cannot be read, has no row, lacks a column it needs, or has a row that does not fit its header.
    """
    file = "stdin" if str(source) == "-" else str(source)
    text, encoding = _decode(file, _content(file, source))
    if not text.strip():
        raise SourceError("{file}: the file is empty; it needs a header row with the columns path and conversions", file=file)
    delimiter, header = _header(text)
    places = _columns(file, header)
    body = _body(file, text, delimiter, len(header))
    columns = {field: body[place] for field, place in places.items()}
    blank = _blank(list(columns.values()))
    if blank.all():
        raise SourceError("{file}: there are no rows below the header; give at least one path", file=file)
    return Cells(
        file=file,
        encoding=encoding,
        delimiter=delimiter,
        columns=columns,
        blank=blank,
        ignored=[name.strip() for place, name in enumerate(header) if place not in places.values() and name.strip()],
    )


def shorten(seen: str) -> str:
    """Cut what was seen to a length that fits a message."""
    return seen if len(seen) <= 80 else seen[:79] + "…"


def _content(file: str, source: str | Path) -> bytes:
    if str(source) == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except FileNotFoundError:
        raise SourceError("{file}: there is no such file; check the spelling and the folder", file=file) from None
    except OSError as error:
        raise SourceError(
            "{file}: the file cannot be opened ({reason}); check that it is a file you may read", file=file, reason=error.strerror
        ) from None


def _decode(file: str, content: bytes) -> tuple[str, str]:
    """Decode a file's content, and name the encoding it turned out to have."""
    # UTF-16 with a mark is what Excel saves as "Unicode text".
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise SourceError("{file}: this is not a text file; save the table as CSV (UTF-8) and give that file", file=file)


def _header(text: str) -> tuple[str, list[str]]:
    """Guess the delimiter, the one that sets a `path` column apart, else the one that makes most cells; cut the header by it."""
    line = re.split(r"[\r\n]", text, maxsplit=1)[0]

    def rank(delimiter: str) -> tuple[bool, int]:
        names = [plain_name(name) for name in line.split(delimiter)]
        return "path" in names, len(names)

    delimiter = max((",", ";", "\t"), key=rank)
    return delimiter, next(csv.reader([line], delimiter=delimiter), [])


def _body(file: str, text: str, delimiter: str, width: int) -> list[pa.Array]:
    """Cut the rows below the header into columns of strings."""
    import pyarrow as pa
    import pyarrow.csv

    misfits: list[Any] = []

    def misfit(row: Any) -> str:
        misfits.append(row)
        return "skip"

    content = text.encode()
    names = [str(place) for place in range(width)]
    # One block, as a row may not lie across two; one thread, as only then rows are numbered.
    table = pa.csv.read_csv(
        pa.BufferReader(content),
        read_options=pa.csv.ReadOptions(use_threads=False, block_size=min(len(content) + 1, 2**31 - 1), column_names=names),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=misfit
        ),
        convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    if misfits:
        raise SourceError(
            "{file}: row {row}: {seen} cells where the header has {wanted}; put cells that hold the delimiter ({delimiter}) in quotes, "
            "and close all quotes",
            file=file,
            row=misfits[0].number,
            seen=misfits[0].actual_columns,
            wanted=width,
            delimiter="tab" if delimiter == "\t" else delimiter,
        )
    return [column.combine_chunks() for column in table.slice(1).columns]


def _blank(columns: list[pa.Array]) -> NDArray[np.bool_]:
    """Tell which rows are blank in all columns."""
    import pyarrow.compute as pc

    blank = np.ones(len(columns[0]), dtype=np.bool_)
    for column in columns:
        blank &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy(zero_copy_only=False)
    return blank


def plain_name(name: str) -> str:
    """Write a column's name as `COLUMNS` has it: without capitals, quotes, outer blanks; inner blanks and hyphens as `_`."""
    return name.strip().strip('"').strip().casefold().replace(" ", "_").replace("-", "_")


def _columns(file: str, header: list[str]) -> dict[str, int]:
    """Find the place of each field's column."""
    places: dict[str, int] = {}
    for field, known in COLUMNS.items():
        found = [place for place, name in enumerate(header) if plain_name(name) in known]
        if len(found) > 1:
            raise SourceError(
                "{file}: row 1: the columns '{first}' and '{second}' both mean {field}; keep one of them",
                file=file,
                first=header[found[0]].strip(),
                second=header[found[1]].strip(),
                field=field,
            )
        if found:
            places[field] = found[0]
        elif field in NEEDED:
            raise SourceError(
                "{file}: row 1: there is no column '{field}' among: {seen}; the first row must name the columns path, conversions "
                "and, where they are known, value and nulls",
                file=file,
                field=field,
                seen=shorten(", ".join(name.strip() for name in header)),
            )
    return places
