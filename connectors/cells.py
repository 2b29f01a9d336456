"""Reading columns of text as times, days, numbers and words, whole columns at a time; what cannot be read is marked, never guessed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reports.report import N_

if TYPE_CHECKING:
    import pyarrow as pa

SHORT, LONG = 1_000, 8_192
EARLIEST, LATEST = 631_152_000, 3_092_601_600  # 1990 and 2068: outside, a date is a slip of the pen (or of an export).
LARGEST = 1e12

ISO = (
    r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]+(?P<h>\d{1,2}):(?P<i>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?)?"
    r" ?(?P<z>Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)
SLASHED = (
    r"^(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<y>\d{4})(?:[T ,]+(?:à )?(?P<h>\d{1,2})[:h](?P<i>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?"
    r" ?(?P<p>[AaPp]\.?[Mm]\.?)?)?$"
)
EPOCH = r"^(?P<e>\d{10})(?:\.\d+|\d{3})?$"


@dataclasses.dataclass(frozen=True, slots=True)
class Trouble:
    """Cells of a column that cannot be read: a mask of them, what is wrong, what would be right."""

    bad: pa.BooleanArray
    problem: str
    remedy: str


@dataclasses.dataclass(slots=True)
class Reading:
    """How the cells of a file are written.

    Parameters
    ----------
    zone : str
        IANA name of the zone of times that carry none.
    day_first : bool or None
        Is 03/04/2026 in April? None where the file has not shown it.
    comma : bool
        Is the comma the decimal sign?
    """

    zone: str = "UTC"
    day_first: bool | None = None
    comma: bool = False


def on_distinct(column: pa.Array, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Apply a function to a column's distinct values only, and put the results where the values stood."""
    coded = column.dictionary_encode()
    return function(coded.dictionary).take(coded.indices)


def words(column: pa.Array, longest: int = SHORT) -> tuple[pa.Array, Trouble]:
    """Trim texts, take control characters out, and mark those that are too long to be meant."""
    import pyarrow.compute as pc

    def clean(distinct: pa.Array) -> pa.Array:
        bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(distinct, r"[\x00-\x1f\x7f]+", " "))
        return pc.if_else(pc.equal(bare, ""), None, bare)

    cleaned = on_distinct(column, clean)
    bad = pc.fill_null(pc.greater(pc.binary_length(cleaned), longest), False)
    return cleaned, Trouble(bad, N_("{field} is longer than a text can be here."), N_("Shorten it, or leave the cell empty."))


def person(column: pa.Array) -> tuple[pa.Array, Trouble]:
    """Read a person's identifier; e-mail addresses are the same person in upper and lower case."""
    import pyarrow.compute as pc

    cleaned, trouble = words(column, 320)
    mail = pc.match_substring(cleaned, "@")
    return pc.if_else(mail, pc.utf8_lower(cleaned), cleaned), trouble


def numbers(column: pa.Array, reading: Reading, least: float = -LARGEST) -> tuple[pa.Array, Trouble]:
    """Read amounts and counts: 1234.5, 1,234.50, 1 234,50 €, (12.00)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trouble = (
        N_("{field} is not a number that can be meant here: '{value}'."),
        N_("Write it with digits and one decimal sign, such as 1234.50."),
    )
    try:
        values = pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        values = pa.array([_number(text, reading.comma) for text in column.to_pylist()], pa.float64())
    fine = pc.and_(pc.is_finite(values), pc.and_(pc.greater_equal(values, least), pc.less(pc.abs(values), LARGEST)))
    bad = pc.and_(pc.is_valid(column), pc.invert(pc.fill_null(fine, False)))
    return pc.if_else(bad, None, values), Trouble(bad, *trouble)


def _number(text: str | None, comma: bool) -> float | None:
    if text is None:
        return None
    bare = re.sub(r"[\s\u00a0\u202f'’]|[A-Z]{3}|[€$£¥%]", "", text)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    decimal, thousands = (",", ".") if _decimal_comma(bare, comma) else (".", ",")
    if re.fullmatch(rf"[+-]?(\d{{1,3}}({re.escape(thousands)}\d{{3}})+|\d+)?({re.escape(decimal)}\d+)?", bare) and re.search(r"\d", bare):
        return float(bare.replace(thousands, "").replace(decimal, "."))
    return None


def _decimal_comma(bare: str, comma: bool) -> bool:
    """Tell whether the comma is the decimal sign: by the last sign where both stand, by the digits after it where only it does."""
    if "," in bare and "." in bare:
        return bare.rindex(",") > bare.rindex(".")
    if re.fullmatch(r"[+-]?\d{1,3},\d{3}", bare):
        return comma
    return comma or bool(re.search(r",\d{1,2}$|,\d{4,}$", bare))


def counts(column: pa.Array, reading: Reading) -> tuple[pa.Array, Trouble]:
    """Read whole numbers from 0 up."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values, trouble = numbers(column, reading, 0)
    whole = pc.fill_null(pc.equal(values, pc.floor(values)), True)
    bad = pc.or_(trouble.bad, pc.invert(whole))
    return pc.cast(pc.if_else(bad, None, values), pa.int64()), dataclasses.replace(trouble, bad=bad)


TRUE, FALSE = ("true", "yes", "y", "1", "oui", "o", "vrai", "granted"), ("false", "no", "n", "0", "non", "faux", "denied")


def flags(column: pa.Array) -> tuple[pa.Array, Trouble]:
    """Read yes or no."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lower = pc.utf8_lower(pc.utf8_trim_whitespace(column))
    yes = pc.is_in(lower, pa.array(TRUE))
    known = pc.or_(yes, pc.is_in(lower, pa.array(FALSE)))
    bad = pc.and_(pc.is_valid(column), pc.invert(known))
    return pc.if_else(known, yes, None), Trouble(
        bad, N_("{field} is neither yes nor no: '{value}'."), N_("Write yes or no, or leave it empty.")
    )


def currencies(column: pa.Array) -> tuple[pa.Array, Trouble]:
    """Read ISO 4217 codes."""
    import pyarrow.compute as pc

    upper = pc.utf8_upper(pc.utf8_trim_whitespace(column))
    bad = pc.and_(pc.is_valid(column), pc.invert(pc.fill_null(pc.match_substring_regex(upper, "^[A-Z]{3}$"), False)))
    return upper, Trouble(bad, N_("{field} is not a currency: '{value}'."), N_("Write its three-letter code, such as EUR."))


TIME_TROUBLE = (
    N_("{field} is not a time that can be meant here: '{value}'."),
    N_("Write it as 2026-01-31 14:05; days written 31/01/2026 need --dayfirst, 01/31/2026 need --monthfirst."),
)


def times(column: pa.Array, reading: Reading) -> tuple[pa.Array, Trouble]:
    """Read moments as UTC seconds: ISO 8601, slashed days with a time, seconds or milliseconds since 1970."""
    import pyarrow as pa
    import pyarrow.compute as pc

    seconds = _plain_times(column, reading)
    if seconds is None:
        seconds = pa.array(pc.coalesce(*(parser(column, reading) for parser in (_iso, _slashed, _epoch))), pa.int64())
    fine = pc.and_(pc.greater_equal(seconds, EARLIEST), pc.less(seconds, LATEST))
    bad = pc.and_(pc.is_valid(column), pc.invert(pc.fill_null(fine, False)))
    return pc.cast(pc.if_else(bad, None, seconds), pa.timestamp("s", tz="UTC")), Trouble(bad, *TIME_TROUBLE)


def _plain_times(column: pa.Array, reading: Reading) -> pa.Array | None:
    """Read the commonest form, `2026-01-31 14:05:00` throughout, an order of magnitude faster than any pattern."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        local = pc.cast(column, pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    return pc.cast(_to_utc(pc.floor_temporal(local, unit="second"), reading.zone), pa.int64())


def _to_utc(local: pa.Array, zone: str) -> pa.Array:
    """Turn wall-clock times into UTC seconds; of an hour that comes twice the first is meant, one that never comes is moved on."""
    import pyarrow as pa
    import pyarrow.compute as pc

    seconds = pc.cast(local, pa.timestamp("s"))
    if zone == "UTC":
        return seconds
    known = pc.assume_timezone(seconds, zone, ambiguous="earliest", nonexistent="latest")
    return pc.cast(pc.cast(known, pa.int64()), pa.timestamp("s"))


def _parts(column: pa.Array, pattern: str) -> dict[str, pa.Array]:
    import pyarrow.compute as pc

    found = pc.extract_regex(pc.utf8_trim_whitespace(column), pattern)
    # A group that took no part is "" in a match and null without one.
    return {found.type[place].name: pc.struct_field(found, [place]) for place in range(found.type.num_fields)}


def _iso(column: pa.Array, reading: Reading) -> pa.Array:
    return _assembled(_parts(column, ISO), "y", "m", "d", reading)


def _slashed(column: pa.Array, reading: Reading) -> pa.Array:
    import pyarrow as pa

    parts = _parts(column, SLASHED)
    if reading.day_first is None:
        reading.day_first = _shows_day_first(parts)
    day, month = ("a", "b") if reading.day_first else ("b", "a")
    assembled = _assembled(parts, "y", month, day, reading)
    return assembled if reading.day_first is not None else pa.nulls(len(column), pa.int64())


def _shows_day_first(parts: dict[str, pa.Array]) -> bool | None:
    """Tell from days above 12 which number is the day; None where no day is above 12, or where both are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first, second = (bool(pc.any(pc.greater(pc.cast(parts[name], pa.int64()), 12)).as_py()) for name in ("a", "b"))
    return first if first != second else None


def _epoch(column: pa.Array, reading: Reading) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.cast(_parts(column, EPOCH)["e"], pa.int64())


def _assembled(parts: dict[str, pa.Array], year: str, month: str, day: str, reading: Reading) -> pa.Array:
    """Put numbers together to UTC seconds; null where they are no moment of the calendar."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def number(name: str) -> pa.Array:
        return pc.cast(pc.if_else(pc.equal(parts[name], ""), "0", parts[name]), pa.int64())

    hour = number("h")
    if "p" in parts:
        afternoon = pc.match_substring_regex(parts["p"], "^[Pp]")
        morning = pc.match_substring_regex(parts["p"], "^[Aa]")
        hour = pc.if_else(
            pc.and_(afternoon, pc.less(hour, 12)), pc.add(hour, 12), pc.if_else(pc.and_(morning, pc.equal(hour, 12)), 0, hour)
        )
    texts = [
        pc.utf8_lpad(pc.cast(part, pa.string()), width, "0") for part, width in ((number(year), 4), (number(month), 2), (number(day), 2))
    ]
    clock = [pc.utf8_lpad(pc.cast(part, pa.string()), 2, "0") for part in (hour, number("i"), number("s"))]
    whole = pc.binary_join_element_wise(pc.binary_join_element_wise(*texts, "-"), pc.binary_join_element_wise(*clock, ":"), " ")
    local = pc.strptime(whole, format="%Y-%m-%d %H:%M:%S", unit="s", error_is_null=True)
    # strptime lets 31 February pass into March: what comes back must be what was written.
    local = pc.if_else(pc.equal(pc.strftime(local, format="%Y-%m-%d %H:%M:%S"), whole), local, None)
    if "z" not in parts:
        return pc.cast(_to_utc(local, reading.zone), pa.int64())
    zoned = pc.subtract(pc.cast(local, pa.int64()), on_distinct(parts["z"], _offsets))
    return pc.if_else(pc.equal(parts["z"], ""), pc.cast(_to_utc(local, reading.zone), pa.int64()), zoned)


def _offsets(zones: pa.Array) -> pa.Array:
    import pyarrow as pa

    return pa.array([_offset(text) for text in zones.to_pylist()], pa.int64())


def _offset(text: Any) -> int | None:
    if not text:
        return None
    if text[0] not in "+-":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    return (1 if text[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)


def days(column: pa.Array, reading: Reading) -> tuple[pa.Array, Trouble]:
    """Read calendar days; a time of day beside them is left aside."""
    import pyarrow as pa
    import pyarrow.compute as pc

    moments, trouble = times(column, Reading("UTC", reading.day_first, reading.comma))
    return pc.cast(pc.cast(pc.cast(moments, pa.timestamp("s")), pa.date32(), safe=False), pa.date32()), trouble
