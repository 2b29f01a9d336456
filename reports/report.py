"""What a room gives back: a table that explains itself, with its notes and its parameters."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def one_or_many(count: float, spec: str, code: str = "en") -> str:
    """Choose between the words for one and for several: what stands before and after the bar.

    Notes
    -----
    English takes the word for one at 1 alone, French below 2 (CLDR's plural rules for whole numbers).

    Examples
    --------
    >>> [f"{count} {one_or_many(count, 'row|rows')}" for count in (0, 1, 2)], one_or_many(0, "ligne|lignes", "fr")
    (['0 rows', '1 row', '2 rows'], 'ligne')
    """
    one, many = spec.split("|")
    return one if (abs(count) < 2 if code == "fr" else count == 1) else many


class _Filled(string.Formatter):
    """As `str.format`, with words that depend on a number."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        return one_or_many(value, format_spec) if "|" in format_spec else super().format_field(value, format_spec)


class Text:
    """A sentence to be shown in the reader's language.

    Parameters
    ----------
    template : str
        English, with `{placeholders}`; the key of its translation.
    **fields
        What fills the placeholders: str, int, float, date, datetime, or another Text. Numbers and dates are formatted for the reader's
        language. A fraction is given as "{share:.1%}" and shown as the language writes percentages. Words that depend on a number stand in
        braces after its name, those for one before the bar.

    Examples
    --------
    >>> Text("{n} paths", n=3)
    Text('{n} paths', n=3)
    >>> str(Text("{count} {count:row was|rows were} left out", count=1))
    '1 row was left out'
    """

    __slots__ = ("fields", "template")

    def __init__(self, template: str, **fields: Any) -> None:
        self.template = template
        self.fields: Mapping[str, Any] = fields

    def __str__(self) -> str:
        return _Filled().format(self.template, **self.fields)

    def __repr__(self) -> str:
        return f"Text({', '.join([repr(self.template), *(f'{k}={v!r}' for k, v in self.fields.items())])})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.template, self.fields) == (other.template, other.fields)

    def __hash__(self) -> int:
        return hash(self.template)


def N_(sentence: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Mark a sentence for translation where it is written; it is translated where it is shown."""
    return sentence


@dataclasses.dataclass(frozen=True, slots=True)
class Pivot:
    """How a long table is laid side by side for reading: one row for each `index`, one column for each value of `columns`.

    Parameters
    ----------
    index : str, or tuple of str
        A column, or several whose values together make a row.
    columns, values : str
    low, high : str or None
        Columns of the ends of an interval, which stands behind each figure.
    remark : str or None
        A column of words, which stand once at the end of the row, with the name of their `columns` where they differ among these.
    usual : str or None
        The word that goes without saying where they differ.
    """

    index: str | tuple[str, ...]
    columns: str
    values: str
    low: str | None = None
    high: str | None = None
    remark: str | None = None
    usual: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Chart:
    """A picture of the table: native in Excel, Plotly on a page.

    Parameters
    ----------
    kind : {"bar", "line", "stacked", "flow", "heat"}
        "bar" is horizontal, one group for each `x`, one bar for each `y` (or for each value of `series`); "line" has time on `x`; "flow" is
        a Sankey diagram whose bands lead from each value of `x` to those of `series`, and on from there where these stand in `x` too
        (a workbook, which has no such charts, stacks them); "heat" has a row for each value of `series`, a column for each of `x`, and the
        figures as the depth of a colour (in a workbook that of the cells of the table itself).
    x : str
        Column of the categories or days.
    y : tuple of str
        Columns of the values.
    series : str or None
        Column whose values make one series each (then `y` is a single column).
    title : Text
    low, high : str or None
        Columns of the ends of an interval around each value, drawn as error bars; then `y` is a single column.
    """

    kind: str
    x: str
    y: tuple[str, ...]
    title: Text
    series: str | None = None
    low: str | None = None
    high: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A table with what its reader must know.

    Parameters
    ----------
    name : str
        Short machine name in snake case; names the sheet and the anchor ("attribution").
    title : Text
    frame : pandas.DataFrame
        One row a fact. Column names are those of `reports.columns`; unknown values are missing (None/NaN), never 0.
    notes : tuple of Text
        What a reader must know to use the figures.
    meta : mapping
        Parameters, window, counts, data fingerprint, version: name in snake case to str, number, date, list of those, or None.
    pivot : Pivot or None
        How the table is shown to people (terminal, Excel, HTML, Markdown). CSV and JSON stay long.
    charts : tuple of Chart
    """

    name: str
    title: Text
    frame: pd.DataFrame
    notes: tuple[Text, ...] = ()
    meta: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    pivot: Pivot | None = None
    charts: tuple[Chart, ...] = ()
