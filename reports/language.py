"""Say texts, labels, numbers, money and times in the reader's language, leaving the process's locale as it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import math
import re
import string
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.columns import Column, column, parameter
from reports.identifiers import SPECIAL, WORDS
from reports.numbers import day, money, number, percent
from reports.report import N_, one_or_many
from reports.values import plain

if TYPE_CHECKING:
    import gettext

CODES = ("en", "fr")
DOMAIN = "smarketing"
LOCALE = Path(__file__).parent / "locale"
UNKNOWN = "–"

_UNGROUPED = frozenset({"code", "id", "line", "number", "port", "row", "status", "year"})
"""Placeholders that name a place rather than an amount: 'leads.csv:1204' must stay findable."""


@functools.cache
def _catalogue(code: str) -> gettext.NullTranslations:
    import gettext

    return gettext.translation(DOMAIN, LOCALE, languages=[code], fallback=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Language:
    """A language reports are read in.

    Parameters
    ----------
    code : {"en", "fr"}

    Examples
    --------
    >>> from reports.report import Text
    >>> Language("en").text(Text("{share:.1%} of {n} conversions", share=0.125, n=12000))
    '12.5% of 12,000 conversions'
    """

    code: str

    def translate(self, message: str) -> str:
        """Give the words for an English message; itself where the catalogue has none."""
        return _catalogue(self.code).gettext(message) if message else ""

    def text(self, text: Any) -> str:
        """Say a text with its figures.

        Parameters
        ----------
        text : str, or anything with `template` and `fields`
            `reports.report.Text` or an error. Fields may be texts in turn. A plain str is translated as it stands. A field's
            specification (`{share:.1%}`, `{n:,.2f}`) is honoured in the language's way; `{row}`, `{line}`, `{year}` and the like, and
            `{n:d}`, are not grouped by thousands; `{n:row|rows}` is the word for so many.
        """
        if isinstance(text, str):
            return self.translate(text)
        formatter, parts = string.Formatter(), []
        for literal, name, spec, conversion in formatter.parse(self.translate(text.template)):
            parts.append(literal)
            if name is not None:
                value, _ = formatter.get_field(name, (), text.fields)
                value = formatter.convert_field(value, conversion) if conversion else value
                parts.append(self._field(value, spec or ("d" if name in _UNGROUPED else "")))
        return "".join(parts)

    def _field(self, value: Any, spec: str) -> str:
        value = plain(value)
        if value is None:
            return UNKNOWN
        if hasattr(value, "template") or "|" in spec:
            return one_or_many(value, spec, self.code) if "|" in spec else self.text(value)
        if isinstance(value, (list, dict)):
            return self.parameter(value, Column("", ""))
        if isinstance(value, dt.date):
            return format(value, spec) if spec else self.cell(value, Column("", "", "datetime"))
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return format(value, spec) if spec not in ("", "d") else self.cell(value, Column("", ""))
        return number(self.code, value, spec)

    def label(self, name: str | Column) -> str:
        """Give the heading of a column."""
        kind = name if isinstance(name, Column) else column(name)
        label = self.translate(kind.label)
        return label.format(goal=kind.goal) if kind.goal else label

    def word(self, value: str) -> str:
        """Give what readers see for an identifier (a channel, a model), for a path of them joined by " > ", or for several by ", ".

        Examples
        --------
        >>> Language("en").word("Paid Search > u_shaped")
        'Paid Search > U-shaped'
        """
        parts = value.split(", ")
        if len(parts) > 1 and all(part in WORDS for part in parts):
            return ", ".join(self.translate(WORDS[part]) for part in parts)
        return " > ".join(self.translate(WORDS.get(part, part)) for part in value.split(" > "))

    def cell(  # noqa: PLR0911 - one line for each kind of value
        self, value: Any, name: str | Column, currency: str | None = None, digits: int | None = None
    ) -> str:
        """Show one value of a column to a person.

        Parameters
        ----------
        value : object
            Whatever a frame holds; unknown values show as a dash.
        name : str or Column
        currency : str, optional
            ISO 4217, for money.
        digits : int, optional
            Decimals of numbers and money, where the whole column is to have as many (`reports.layout` decides them).

        Examples
        --------
        >>> Language("en").cell(1234.5, "value", "EUR"), Language("en").cell(0.256, "share_of_touches")
        ('€1,234.50', '25.6%')
        """
        value = plain(value)
        kind = name if isinstance(name, Column) else column(name)
        if value is None:
            return UNKNOWN
        if hasattr(value, "template"):
            return self.text(value)
        if isinstance(value, str) and value in SPECIAL:
            return self.translate(WORDS[value])
        if isinstance(value, bool):
            return self.translate(N_("yes") if value else N_("no"))
        if isinstance(value, (int, float)):
            return self._amount(value, kind.unit, currency, digits)
        if isinstance(value, dt.date):
            return day(self.code, value, kind.unit)
        if isinstance(value, (list, dict)):
            return self.parameter(value, kind)
        return self.word(value) if kind.translate_values else value

    def _amount(self, value: float, unit: str, currency: str | None, digits: int | None) -> str:
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        if unit == "percent":
            return percent(self.code, value, 1 if digits is None else digits)
        if unit == "money":
            return money(self.code, value, currency, 2 if digits is None else digits)
        if unit == "identifier" or (unit == "text" and isinstance(value, int)):
            return number(self.code, value, "d")
        if unit == "count":
            return number(self.code, round(value))
        if digits is None:
            digits = 0 if isinstance(value, int) else 1
            while value and digits < 4 and round(value, digits) == 0:
                digits += 1
        return number(self.code, value, f".{digits}f" if digits else "f")

    def parameter(self, value: Any, name: str | Column, currency: str | None = None) -> str:
        """Show one value of a report's meta: a value, a list or a mapping of them.

        Examples
        --------
        >>> Language("en").parameter(["first", "last"], "models")
        'First touch, Last touch'
        """
        value = plain(value)
        kind = name if isinstance(name, Column) else parameter(name)
        if isinstance(value, list):
            return ", ".join(self.parameter(part, kind, currency) for part in value) or UNKNOWN
        if isinstance(value, dict):
            pairs = ((parameter(key), part) for key, part in value.items())
            return ", ".join(f"{self.label(key)} {self.parameter(part, key, currency)}" for key, part in pairs) or UNKNOWN
        if isinstance(value, (int, float)) and not isinstance(value, bool) and kind.unit in ("number", "days", "text"):
            return number(self.code, value)
        return self.cell(value, kind, currency)


def language(code: str) -> Language:
    """Make the language of a code.

    Raises
    ------
    ValueError
        Where the code is neither "en" nor "fr".
    """
    if code not in CODES:
        raise ValueError(f"no catalogue for language {code!r}; there are {', '.join(CODES)}")
    return Language(code)


def choose_language(asked: str | None, settings: str | None, environ: Mapping[str, str]) -> Language:
    """Choose the language: the one asked for, SMARKETING_LANG, the settings', the terminal's, else English.

    Parameters
    ----------
    asked : str or None
        The value of `--lang`.
    settings : str or None
        `language` of smarketing.toml.
    environ : mapping
        The environment; LC_ALL counts before LC_MESSAGES, and that before LANG.

    Examples
    --------
    >>> choose_language(None, None, {"LANG": "fr_CA.UTF-8"})
    Language(code='fr')
    >>> choose_language(None, "en", {"LANG": "fr_CA.UTF-8"})
    Language(code='en')
    """
    terminal = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    for wish in (asked, environ.get("SMARKETING_LANG"), settings, terminal):
        code = re.split(r"[_.@-]", wish or "")[0].lower()
        if code in CODES:
            return Language(code)
    return Language("en")
