"""Numbers, percentages, money and days as a language writes them, by CLDR (Babel)."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

HUGE = 1e24
"""From here on nobody reads the digits, and Babel's arithmetic has no room for them."""
_SPEC = re.compile(r",?(?:\.(?P<digits>\d+))?(?P<kind>[f%d]?)")


@functools.cache
def _locale(code: str) -> Locale:
    from babel import Locale

    return Locale.parse(code)


def _decimals(pattern: str, digits: int) -> str:
    """Give a CLDR number pattern so many decimals.

    Examples
    --------
    >>> _decimals("#,##0.00 ¤", 0), _decimals("#,##0%", 1)
    ('#,##0 ¤', '#,##0.0%')
    """
    return re.sub(r"0(\.0+)?(?=[^0#]*$)", "0." + "0" * digits if digits else "0", pattern, count=1)


def number(code: str, value: float, spec: str = "") -> str:
    r"""Show a number as a format specification asks: "" (as many decimals as it has, three at most), ".1f", ",.2f", ".1%", "d" (ungrouped).

    Any other specification is Python's.

    Examples
    --------
    >>> number("en", 12345.5), number("fr", 0.125, ".1%"), number("en", 12345, "d")
    ('12,345.5', '12,5\xa0%', '12345')
    """
    from babel.numbers import format_decimal

    known = _SPEC.fullmatch(spec)
    if known is None or math.isinf(value):
        return format(value, spec)
    digits, kind = known["digits"], known["kind"]
    if kind == "%":
        return percent(code, value, 1 if digits is None else int(digits))
    if kind == "d":
        return str(int(value)) if float(value).is_integer() else str(value)
    if abs(value) >= HUGE:
        return f"{value:.3g}"
    pattern = "#,##0." + "0" * int(digits) if digits else "#,##0" if kind == "f" or isinstance(value, int) else "#,##0.###"
    return str(format_decimal(value, format=pattern.rstrip("."), locale=_locale(code)))


def percent(code: str, share: float, digits: int = 1) -> str:
    """Show a fraction of 1 as a percentage."""
    from babel.numbers import format_percent

    if abs(share) >= HUGE:
        return f"{100 * share:.3g} %"

    pattern = _decimals(_locale(code).percent_formats[None].pattern, digits)
    return str(format_percent(share, format=pattern, locale=_locale(code)))


def money(code: str, amount: float, currency: str | None, digits: int = 2) -> str:
    """Show an amount with its currency; a bare number where the currency is not known."""
    from babel.numbers import format_currency

    if not currency or abs(amount) >= HUGE:
        return " ".join(filter(None, (number(code, amount, f".{digits}f"), currency)))
    pattern = _decimals(_locale(code).currency_formats["standard"].pattern, digits)
    return str(format_currency(amount, currency, format=pattern, locale=_locale(code), currency_digits=False))


def money_pattern(code: str, currency: str, digits: int) -> str:
    """Give the number format of a spreadsheet for money, the currency where the language puts it.

    Examples
    --------
    >>> money_pattern("en", "EUR", 2), money_pattern("fr", "EUR", 0)
    ('"€"#,##0.00', '#,##0" €"')
    """
    from babel.numbers import get_currency_symbol

    before, figure, after = re.split(r"([#,0.]+)", _decimals(_locale(code).currency_formats["standard"].pattern, digits))
    symbol = str(get_currency_symbol(currency, locale=_locale(code))).replace('"', "")
    around = (part.replace("¤", symbol).replace("\xa0", " ") for part in (before, after))
    first, last = (f'"{part}"' if part else "" for part in around)
    return f"{first}{figure}{last}"


def day(code: str, value: dt.date, unit: str = "date") -> str:
    """Show a day, a month ("month"), or a time with its day and, where it has one, its zone.

    Examples
    --------
    >>> day("en", dt.date(2026, 3, 1)), day("fr", dt.date(2026, 3, 1), "month")
    ('Mar 1, 2026', 'mars 2026')
    """
    from babel.dates import format_date, format_skeleton, format_time

    if unit == "month":
        return str(format_skeleton("yMMM", value, locale=_locale(code)))
    date = str(format_date(value, format="medium", locale=_locale(code)))
    if not isinstance(value, dt.datetime):
        return date
    hour = str(format_time(value, format="HH:mm", locale=_locale(code)))
    return f"{date} {hour} {value.tzname()}" if value.tzinfo else f"{date} {hour}"


def plotly_locale(code: str) -> dict[str, Any]:
    """Give Plotly the language's days, months and number signs; nothing for English, which it has built in."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    if code == "en":
        return {"name": "en", "format": None}
    locale = _locale(code)
    months = {width: [locale.months["format"][width][month] for month in range(1, 13)] for width in ("wide", "abbreviated")}
    days = {width: [locale.days["format"][width][place] for place in (6, 0, 1, 2, 3, 4, 5)] for width in ("wide", "abbreviated")}
    signs = {
        "decimal": get_decimal_symbol(locale),
        "thousands": get_group_symbol(locale),
        "months": months["wide"],
        "shortMonths": months["abbreviated"],
        "days": days["wide"],
        "shortDays": days["abbreviated"],
        "date": "%d/%m/%Y",
    }
    return {"name": code, "format": signs}
