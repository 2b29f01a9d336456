"""Days whose month is a word, in English, French, German and Spanish."""

from __future__ import annotations

import functools
import re

from workspace.column_names import fold

_DAY_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,? )?(?P<day>\d{1,2})(?:\.|er|st|nd|rd|th)? (?:de )?(?P<month>[^\W\d]+)\.?,? (?:de )?(?P<year>\d{4})"
)
_MONTH_FIRST = re.compile(r"(?:[^\W\d]+\.?,? )?(?P<month>[^\W\d]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})")
_MONTHS = {
    start: number
    for number, starts in enumerate(
        (
            *("jan ene", "feb fev", "mar", "apr avr abr", "may mai", "jun juin", "jul juil", "aug aou ago", "sep", "oct okt", "nov"),
            "dec dez dic",
        ),
        1,
    )
    for start in starts.split()
}


@functools.lru_cache(1 << 14)
def in_digits(text: str) -> str:
    """Write a day whose month is a word in digits; any other text stays.

    Examples
    --------
    >>> in_digits("Tue, Sep 1, 2026"), in_digits("1 sept. 2026"), in_digits("mar. 1er août 2026"), in_digits("9/1/2026")
    ('2026-09-01', '2026-09-01', '2026-08-01', '9/1/2026')
    """
    plain = re.sub(r"\s+", " ", text).strip()
    found = _DAY_FIRST.fullmatch(plain) or _MONTH_FIRST.fullmatch(plain)
    if not found:
        return text
    word = fold(found["month"])
    month = _MONTHS.get(word[:4], _MONTHS.get(word[:3]))
    return text if month is None else f"{found['year']}-{month:02}-{int(found['day']):02}"
