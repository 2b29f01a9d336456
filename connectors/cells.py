"""Reading columns of text as words, yes or no, and currencies, whole columns at a time; what cannot be read is marked, never guessed."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from reports.report import N_

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

SHORT, PERSON, LONG = 1_000, 320, 8_192
"""Bytes a text may have: in general, a person's identifier (the longest e-mail address), a URL."""
TRUE = ("true", "yes", "y", "1", "oui", "o", "vrai", "granted", "accepted", "accordé", "accepté")
FALSE = ("false", "no", "n", "0", "non", "faux", "denied", "refused", "refusé")
SYMBOLS = {
    "€": ("EUR",),
    "£": ("GBP",),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"),
    "¥": ("JPY", "CNY"),
}
"""The currencies that write themselves with a symbol."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trouble:
    """Cells of a column that cannot be read: a mask of them, what is wrong, what would be right."""

    bad: NDArray[np.bool_]
    problem: str
    remedy: str


@dataclasses.dataclass(slots=True)
class Reading:
    """How the cells of one column of one file are written.

    Parameters
    ----------
    zone : str
        IANA name of the zone of times that carry none.
    day_first : bool or None
        Is 03/04/2026 in April? None where the user has not said it.
    comma : bool or None
        Is the comma the decimal sign, where the column does not show it? None where that is open.
    whole : callable or None
        Reads the whole column from the file's start. Whatever two readings a cell has, one is chosen for all of the column, by what
        the column shows somewhere; it is gone through for that when the first such cell comes.
    beside : callable or None
        Reads the file's other columns of days in the same way: what they show holds where the column itself shows nothing, for one program
        writes all days of a file alike.
    looked : bool
        Whether that has been done.
    from_beside : bool
        Whether what was chosen is what the other columns show.
    percent : bool
        Does the column's name say that its numbers are hundredths?
    usual : bool or None
        Does the day stand first where the column does not show it? None where that is open.
    assumed : bool
        Whether `day_first` is the usual order, which the column does not show.
    clock : str
        What 1:30 stands for where the column holds lengths of time: "hours:minutes" or "minutes:seconds"; "" where no cell is like it.
    """

    zone: str = "UTC"
    day_first: bool | None = None
    comma: bool | None = False
    whole: Callable[[], Iterable[pa.Array]] | None = None
    beside: Callable[[], Iterable[pa.Array]] | None = None
    looked: bool = False
    from_beside: bool = False
    percent: bool = False
    usual: bool | None = None
    assumed: bool = False
    clock: str = ""

    def shown(self, column: pa.Array, look: Callable[[pa.Array], set[bool]]) -> set[bool]:
        """Gather what a look at each part of the whole column shows."""
        self.looked = True
        return set().union(*(look(part) for part in (self.whole() if self.whole else [column])))


Read = tuple["pa.Array", tuple[Trouble, ...]]
"""What a reader gives: the values, null where a cell is empty or bad, and the bad cells."""


def mask(array: pa.Array) -> NDArray[np.bool_]:
    """Turn an Arrow array of bool into numpy's; null is False."""
    import numpy as np
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def on_distinct(column: pa.Array, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Apply a function to a column's distinct values only, and put the results where the values stood."""
    coded = column.dictionary_encode()
    return function(coded.dictionary).take(coded.indices)


def _bytes(column: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Give the bytes of a column of texts, one text after the other, and where each begins and ends."""
    import numpy as np

    _, offsets, data = column.buffers()
    edges = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1] if len(column) else np.zeros(1, np.int32)
    letters = np.frombuffer(data, np.uint8)[edges[0] : edges[-1]] if data is not None else np.zeros(0, np.uint8)
    return letters, edges


def cast_all(column: pa.Array, kind: pa.DataType) -> pa.Array | None:
    """Cast texts that are all of one plain form; None where one is not. A failing cast is slow, so the first text is tried before all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first = column.is_valid().index(True).as_py()
    try:
        if first >= 0:
            pc.cast(column.slice(first, 1), kind)
        return pc.cast(column, kind)
    except pa.ArrowInvalid:
        return None


def filled(column: pa.Array) -> pa.Array:
    """Take cells that hold blanks alone for empty ones."""
    import pyarrow.compute as pc

    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)


def words(column: pa.Array, longest: int = SHORT) -> Read:
    """Trim texts, take control characters out, and mark those that are too long to be meant."""
    import numpy as np
    import pyarrow.compute as pc

    def clean(distinct: pa.Array) -> pa.Array:
        bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(distinct, r"[\x00-\x1f\x7f\x{FEFF}]+", " "))
        return pc.if_else(pc.equal(bare, ""), None, bare)

    letters, edges = _bytes(column)
    # Most columns hold no blank, no control character and no letter beyond ASCII: there is nothing to clean, which two passes tell.
    lengths = np.diff(edges)
    plain = (not len(letters) or (letters.min() > 0x20 and letters.max() < 0x7F)) and int((lengths == 0).sum()) == column.null_count
    if not plain:
        column = on_distinct(column, clean)
        lengths = np.diff(_bytes(column)[1])
    bad = lengths > longest
    return (pc.if_else(bad, None, column) if bad.any() else column), (
        Trouble(bad, N_("{field} is longer than a text can be here."), N_("Shorten it, or leave the cell empty.")),
    )


NOBODY = ("-", "--", "---", "–", "—", "?")
"""What exports write where no person is known: taken for a name, it would be a visitor with the longest journey of all."""


def person(column: pa.Array) -> Read:
    """Read a person's identifier; e-mail addresses are the same person in upper and lower case, and a dash is nobody."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cleaned, troubles = words(column, PERSON)
    nobody = pc.is_in(cleaned, pa.array(NOBODY))
    cleaned = pc.if_else(nobody, None, cleaned) if pc.any(nobody).as_py() else cleaned
    lower = pc.utf8_lower(cleaned)
    return cleaned if lower.equals(cleaned) else pc.if_else(pc.match_substring(cleaned, "@"), lower, cleaned), troubles


def flags(column: pa.Array) -> Read:
    """Read yes or no."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = filled(column)
    lower = pc.utf8_lower(pc.utf8_trim_whitespace(column))
    yes = pc.is_in(lower, pa.array(TRUE))
    known = pc.or_(yes, pc.is_in(lower, pa.array(FALSE)))
    bad = mask(pc.and_(pc.is_valid(column), pc.invert(known)))
    return pc.if_else(known, yes, None), (
        Trouble(bad, N_("{field} is neither yes nor no: '{value}'."), N_("Write yes or no, or leave it empty.")),
    )


@functools.cache
def known_currencies() -> frozenset[str]:
    """List the ISO 4217 codes, past ones too."""
    from babel.core import get_global

    return frozenset(get_global("all_currencies"))


def currency(text: str) -> str | None:
    """Read a currency: its code, or a symbol that only one writes itself with.

    Examples
    --------
    >>> currency("eur"), currency("€"), currency("$"), currency("TTC")
    ('EUR', 'EUR', None, None)
    """
    bare = text.strip()
    meant = SYMBOLS.get(bare, (bare.upper(),))
    return meant[0] if len(meant) == 1 and meant[0] in known_currencies() else None


def currencies(column: pa.Array) -> Read:
    """Read ISO 4217 codes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = filled(column)
    codes = on_distinct(column, lambda distinct: pa.array([text and currency(text) for text in distinct.to_pylist()], pa.string()))
    bad = mask(pc.and_(pc.is_valid(column), pc.is_null(codes)))
    return codes, (Trouble(bad, N_("{field} is not a currency: '{value}'."), N_("Write its three-letter code, such as EUR.")),)


@functools.lru_cache(1 << 12)
def settled(mark: str | None, stated: str | None, default: str) -> tuple[str | None, bool]:
    """Tell an amount's currency from the mark beside it and from what its row states.

    Parameters
    ----------
    mark : str or None
        A symbol or a code that stands in the amount's cell.
    stated : str or None
        The code in the row's own column.
    default : str
        The currency of amounts that carry none; it also tells which dollar is meant.

    Returns
    -------
    code : str or None
    fits : bool
        False where mark and row contradict each other, or where the mark leaves several currencies open.

    Examples
    --------
    >>> settled("€", None, "USD"), settled("$", None, "CAD"), settled("$", None, "EUR"), settled("€", "USD", "USD")
    (('EUR', True), ('CAD', True), (None, False), ('USD', False))
    """
    if mark is None:
        return stated, True
    meant: Any = SYMBOLS.get(mark, (mark.upper(),))
    if stated is not None:
        return stated, stated in meant
    code = default if default in meant else meant[0] if len(meant) == 1 else None
    return code, code is not None
