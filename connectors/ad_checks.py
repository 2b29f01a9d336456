"""What stands above an advertising platform's export: its currency and its period; and whether the export is by day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from connectors import cells
from connectors.ad_columns import AdColumns, Platform
from connectors.worded_days import in_digits
from reports.report import Text
from workspace.column_names import fold
from workspace.errors import SourceError

BY_DAY = (
    *("daily", "day", "hourly", "hour", "hour_of_day", "quotidien", "quotidienne", "jour", "par_jour", "horaire", "heure"),
    *("taglich", "tag", "diario", "dia"),
)
"""What an export calls rows that are not longer than days, in English, French, German and Spanish, as `fold` gives it."""
FEWEST_MONTHS, FEWEST_WEEKS = 3, 4
"""From how many different days on it is no chance that all are the first of a month, or one day of the week."""
_CURRENCY = re.compile(r"(?i)\b(?:currency|devise|währung|moneda|divisa)\b[^:=\n]*[:=]\s*\W*((?-i:[A-Z]{3}))\b")
_AGGREGATION = re.compile(r"(?i)\b(?:aggregation|agrégation|time breakdown|granularity)\b[^:]*:\s*([^\"\t;,]+)")
_MADE = re.compile(r"(?i)generated|created|downloaded|exported|completed|généré|créé|téléchargé|exporté|complet|erstellt|generado")
"""Words of a line that says when the export was made, not what it is of."""
_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_WORDED = re.compile(r"[^\W\d]+\.? \d{1,2},? \d{4}|\d{1,2}(?:\.|er)? [^\W\d]+\.? \d{4}")


def currency_above(preamble: Sequence[str]) -> str | None:
    """Read the currency that is named above the column names.

    Examples
    --------
    >>> currency_above(["Campaign report", "Currency code: USD"]), currency_above(["Currency: all of them"])
    ('USD', None)
    """
    found = (_CURRENCY.search(line) for line in preamble)
    return next((code for match in found if match and (code := cells.currency(match[1]))), None)


def day_first_above(preamble: Sequence[str]) -> bool | None:
    """Tell from the days above the column names whether the day stands before the month.

    Examples
    --------
    >>> day_first_above(["Report Start: 09/01/2026, Report End: 09/30/2026"]), day_first_above(["01/09/2026"])
    (False, None)
    """
    shown = {int(one) > 12 for line in preamble for one, other, _ in _NUMBERED.findall(line) if (int(one) > 12) != (int(other) > 12)}
    return shown.pop() if len(shown) == 1 else None


def days_above(preamble: Sequence[str]) -> list[dt.date]:
    """Read the days that are named above the column names; those that can be read in two ways are left out unless others show the order.

    Examples
    --------
    >>> days_above(["January 20, 2026 - January 21, 2026"])
    [datetime.date(2026, 1, 20), datetime.date(2026, 1, 21)]
    """
    day_first = day_first_above(preamble)
    found = []
    for line in preamble:
        if _MADE.search(line):
            continue
        parts = [(year, month, day) for year, month, day in _ISO.findall(line)]
        parts += [parts for text in _WORDED.findall(line) for parts in _ISO.findall(in_digits(text))]
        for one, other, year in _NUMBERED.findall(line):
            if day_first is not None or one == other:
                parts.append((year, other, one) if day_first else (year, one, other))
        for year, month, day in parts:
            try:
                found.append(dt.date(int(year), int(month), int(day)))
            except ValueError:
                continue
    return found


def check_preamble(preamble: Sequence[str], platform: Platform, file: str) -> None:
    """Refuse an export that says above its column names that its rows are longer than days."""
    for line in preamble:
        found = _AGGREGATION.search(line)
        if found and fold(found[1]) and fold(found[1]) not in BY_DAY:
            raise SourceError(
                "{file}: it says of itself that its rows are by '{period}', not by day. {remedy}",
                file=file,
                period=found[1].strip(),
                remedy=platform.by_day,
            )


def check_days(days: Sequence[dt.date], preamble: Sequence[str], columns: AdColumns, platform: Platform, file: str) -> list[Text]:
    """Refuse days that are the first ones of longer periods, where only such first days are told.

    Parameters
    ----------
    days : sequence of date
        Each once, sorted.
    preamble : sequence of str
    columns : AdColumns
        A column called "Day" is taken at its word, and so are first days with a last day beside each.
    platform : Platform
    file : str

    Returns
    -------
    list of Text
        What cannot be known, where nothing says of which period the export is.

    Raises
    ------
    SourceError
    """
    if not columns.starts or "until" in columns.fields or not days:
        return []
    period = days_above(preamble)
    seen: Text | None = None
    if len(days) == 1 and period and min(period) == days[0] < max(period):
        seen = Text("every row is of {day}, and the report runs until {end}", day=days[0], end=max(period))
    elif len(days) >= FEWEST_MONTHS and all(day.day == 1 for day in days):
        seen = Text("every row is of the first day of a month")
    elif len(days) >= FEWEST_WEEKS and len({day.weekday() for day in days}) == 1:
        seen = Text("all rows are of one day of the week")
    if seen is not None:
        raise SourceError(
            "{file}: the rows look like sums of longer times: {seen}. {remedy} If they are of single days after all, pass --daily",
            file=file,
            seen=seen,
            remedy=platform.by_day,
        )
    if len(days) == 1 and not period:
        return [
            Text(
                "{file}: every row is of {day}, and nothing shows that it is of that day alone; look whether the export was by day.",
                file=file,
                day=days[0],
            )
        ]
    return []
