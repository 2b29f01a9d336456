"""Reading columns of text as numbers, whichever sign they have for decimals and for thousands."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from connectors.cells import Read, Reading, Trouble, cast_all, filled, mask
from reports.report import N_

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST = 1e12
UNREADABLE = (
    N_("{field} is not a number that can be meant here: '{value}'."),
    N_("Write it with digits and one decimal sign, such as 1234.50."),
)
OPEN = (
    N_("{field} can be read as two numbers, and the column does not show which: '{value}'."),
    N_("Write it without a sign for thousands and with two decimals, such as 1234.00 or 1.23."),
)
RATING = (N_("{field} is no judgement from 1 to 5: '{value}'."), N_("Write a whole number from 1 (poor) to 5 (excellent)."))
PART = (
    N_("{field} can be a fraction or a percentage: '{value}'."),
    N_("Write it with the sign, such as 12 %, or as a fraction below 1, such as 0.12."),
)

_PERCENT = r"([^\s\x{A0}\x{202F}])[\s\x{A0}\x{202F}]*%[\s\x{A0}\x{202F}]*$"
_MARK = r"(?:[€$£¥]|[A-Za-z]{3})"
_CELL = re.compile(rf"(?P<before>{_MARK})? ?(?P<digits>[-+]?[\d.,' ]*\d[.,]?(?:[eE][-+]?\d+)?) ?(?P<after>{_MARK})?", re.ASCII)
_POINT = re.compile(r"[-+]?(?:\d*\.?\d*(?:[eE][-+]?\d+)?|[1-9]\d{0,2}([ ',])\d{3}(?:\1\d{3})*(?:\.\d*)?)", re.ASCII)
_COMMA = re.compile(r"[-+]?(?:\d*,?\d*(?:[eE][-+]?\d+)?|[1-9]\d{0,2}([ '.])\d{3}(?:\1\d{3})*(?:,\d*)?)", re.ASCII)
_TWOFOLD = r"^\D*[1-9]\d{0,2}[.,]\d{3}\D*$"


@functools.lru_cache(1 << 16)
def readings(text: str) -> tuple[float | None, float | None, str | None]:
    """Read a number with the point and with the comma as its decimal sign.

    Returns
    -------
    point, comma : float or None
        None where the text is no number with that sign.
    mark : str or None
        The currency that stands beside it.

    Examples
    --------
    >>> readings("1 234,56 €"), readings("1,234"), readings("(12.00)"), readings("12 kg")
    ((None, 1234.56, '€'), (1234.0, 1.234, None), (-12.0, None, None), (None, None, None))
    """
    bare = re.sub(r"\s", " ", text.strip()).replace("’", "'").replace("−", "-")
    sign = ""
    if found := re.fullmatch(r"([^(]*)\(([^()]*)\)([^)]*)|- ?([^\d ].*)", bare):  # accountants' negatives, and a sign before the mark
        sign, bare = "-", "".join(part or "" for part in found.groups()).strip()
    cell = _CELL.fullmatch(bare)
    if cell is None:
        return None, None, None
    digits = sign + cell["digits"]
    point = float(re.sub(r"[ ',]", "", digits)) if _POINT.fullmatch(digits) else None
    comma = float(re.sub(r"[ '.]", "", digits).replace(",", ".")) if _COMMA.fullmatch(digits) else None
    return point, comma, cell["before"] or cell["after"]


def amounts(column: pa.Array, reading: Reading) -> Read:
    """Read amounts: 1234.5, 1,234.50, 1 234,50 €, (12.00)."""
    return _numbers(column, reading, -LARGEST, whole=False)


def counts(column: pa.Array, reading: Reading) -> Read:
    """Read whole numbers from 0 up; 1,234 and 1.234 are the same, as a count has no decimals."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values, troubles = _numbers(column, reading, 0, whole=True)
    return pc.cast(values, pa.int64()), troubles


def ratings(column: pa.Array, reading: Reading) -> Read:
    """Read judgements: whole numbers from 1 to 5."""
    import numpy as np
    import pyarrow as pa

    values, (unreadable, unclear) = counts(column, reading)
    read = values.fill_null(1).to_numpy(zero_copy_only=False)
    outside = (read < 1) | (read > 5)
    outside |= unreadable.bad | unclear.bad
    known = ~outside & mask(values.is_valid())
    return pa.array(np.where(known, read, 0), pa.int64(), mask=~known), (Trouble(outside, *RATING),)


def bare_numbers(column: pa.Array, reading: Reading) -> Read:
    """Read numbers that are no money, below 0 too."""
    import pyarrow.compute as pc

    values, (unreadable, unclear) = _numbers(column, reading, -LARGEST, whole=False)
    found = marks(column)
    if found is None:
        return values, (unreadable, unclear)
    money = mask(pc.is_valid(found)) & ~unreadable.bad & ~unclear.bad
    return pc.if_else(money, None, values), (unreadable, unclear, Trouble(money, *UNREADABLE))


def fractions(column: pa.Array, reading: Reading, most: float = math.inf) -> Read:
    """Read parts of a whole: 12 %, 12,5 %, 0.12.

    Parameters
    ----------
    column : pyarrow.StringArray
    reading : Reading
        Its `percent` says whether numbers without a sign are hundredths.
    most : float
        The highest there can be; a higher number without a sign can only be in hundredths.

    Notes
    -----
    5 can be 5 % or 500 %, and 0.5 in a column called "lift (%)" can be 0.5 % or what a spreadsheet shows as 50 %. Neither is guessed.
    """
    import dataclasses

    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    def bare(texts: pa.Array) -> pa.Array:
        return pc.replace_substring_regex(texts, _PERCENT, r"\1")

    whole = reading.whole
    unsigned = dataclasses.replace(reading, whole=(lambda: (bare(part) for part in whole())) if whole else None)
    values, troubles = bare_numbers(bare(column), unsigned)
    read = pc.fill_null(values, math.nan).to_numpy(zero_copy_only=False)
    signed, large = mask(pc.match_substring_regex(column, _PERCENT)), np.abs(read) >= 1
    hundredths = signed | (large & ((np.abs(read) > most) | reading.percent))
    unclear = ~hundredths & (large if not reading.percent else (read != 0) & ~np.isnan(read))
    read = np.where(hundredths, read / 100, read)
    return pa.array(read, pa.float64(), mask=np.isnan(read) | unclear), (*troubles, Trouble(unclear, *PART))


def marks(column: pa.Array) -> pa.Array | None:
    """Read the currencies that stand beside amounts; None where there is none at all."""
    import pyarrow as pa

    if plain(column) is not None:
        return None
    found = pa.array([text and readings(text)[2] for text in column.to_pylist()], pa.string())
    return found if found.null_count < len(found) else None


def plain(column: pa.Array) -> pa.Array | None:
    """Read numbers that are digits and a point throughout, an order of magnitude faster than one by one."""
    import pyarrow as pa

    return cast_all(column, pa.float64())


def _numbers(column: pa.Array, reading: Reading, least: float, *, whole: bool) -> Read:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    twofold = bool(pc.any(pc.match_substring_regex(column, _TWOFOLD)).as_py())
    digits = None if twofold else plain(column)
    column = filled(column) if digits is None else column
    there = mask(pc.is_valid(column))
    if digits is not None:
        values = pc.fill_null(digits, math.nan).to_numpy(zero_copy_only=False)
        unclear = np.zeros(len(column), dtype=bool)
    else:
        comma = _comma(column, reading) if twofold and not whole else reading.comma
        read = [_chosen(text, comma, whole) for text in column.to_pylist()]
        values = np.array([value for value, _ in read], dtype=float)
        unclear = np.array([twice for _, twice in read], dtype=bool)
    fine = (values >= least) & (np.abs(values) < LARGEST)
    if whole:
        fine &= values == np.floor(values)
    bad = there & ~fine & ~unclear
    return pa.array(values, pa.float64(), mask=~there | bad | unclear), (Trouble(bad, *UNREADABLE), Trouble(unclear, *OPEN))


def _chosen(text: str | None, comma: bool | None, whole: bool) -> tuple[float, bool]:
    """Choose among a number's readings; NaN where it has none, and whether two are open.

    A count has no mark beside it: in "12 mio" or "2 hrs" that would be no currency but what the number is to be taken times.
    """
    point, other, mark = readings(text) if text is not None else (None, None, None)
    if whole and mark is not None:
        return math.nan, False
    if point is None or other is None or point == other:
        return next((value for value in (point, other) if value is not None), math.nan), False
    if whole:
        return max(point, other, key=abs), False
    if comma is None:
        return math.nan, True
    return (other if comma else point), False


def _comma(column: pa.Array, reading: Reading) -> bool | None:
    """Tell whether the comma is the decimal sign of a column, of which some cells can be read both ways."""
    if not reading.looked:
        shown = reading.shown(column, _shown)
        if shown:
            reading.comma = shown.pop() if len(shown) == 1 else None
    return reading.comma


def _shown(column: pa.Array) -> set[bool]:
    found: Sequence[Any] = [readings(text)[:2] for text in column.unique().to_pylist() if text is not None]
    return {point is None for point, comma in found if (point is None) != (comma is None)}
