"""Lay a report out for people: long or side by side, with headings, decimals and currencies decided."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reports.columns import UNITS_OF_FIGURES, Column, column
from reports.language import Language
from reports.report import N_, Pivot, Report, Text
from reports.values import plain, rows

NUMERIC = frozenset({"count", "number", "money", "percent", "days", "hours", "score", "figure"})


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """A column as it is laid out.

    Parameters
    ----------
    column : Column
    label : str
        In the reader's language.
    group : str
        The value of the pivot's columns it stands under ("Last touch"), in the reader's language; "" elsewhere.
    digits : int or None
        Decimals of its figures.
    share : bool
        Its figures are the shares of those before it.
    """

    column: Column
    label: str
    group: str = ""
    digits: int | None = None
    share: bool = False

    @property
    def numeric(self) -> bool:
        """Its cells are figures, set flush right."""
        return self.column.unit in NUMERIC

    @property
    def dated(self) -> bool:
        """Its cells are days or moments, which are read in one line."""
        return self.column.unit in ("date", "month", "datetime")

    @property
    def name(self) -> str:
        """Group and label in one line."""
        return f"{self.group} – {self.label}" if self.group else self.label


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain values under their headings.

    Parameters
    ----------
    headings : tuple of Heading
    rows : list of tuple
        Plain values (`reports.values.plain`), one for each heading.
    currencies : list of (str or None)
        The currency of each row's money.
    subject, bare_subject : str
        What the figures of a pivoted table are ("Conversions and their share, by model"), and without the shares ("Conversions, by
        model"); "" for a long one.
    """

    headings: tuple[Heading, ...]
    rows: list[tuple[Any, ...]]
    currencies: list[str | None]
    subject: str = ""
    bare_subject: str = ""

    def texts(self, language: Language, limit: int | None = None) -> Iterator[list[str]]:
        """Give each row's cells as people read them, the first `limit` rows only."""
        for row, currency in zip(self.rows[:limit], self.currencies, strict=False):
            yield [
                language.cell(value, heading.column, currency, heading.digits) for value, heading in zip(row, self.units(row), strict=True)
            ]

    def units(self, row: tuple[Any, ...]) -> tuple[Heading, ...]:
        """Give the headings as they are for a row: of a column whose unit differs by row ("figure"), with that of this one."""
        if not any(heading.column.unit == "figure" for heading in self.headings):
            return self.headings
        told = list(zip(row, self.headings, strict=True))
        named = [value for value, heading in told if heading.column.name == "figure"]
        unit = UNITS_OF_FIGURES.get(str(named[0]), "count") if named else "number"
        return tuple(_as(heading, unit, value) if heading.column.unit == "figure" else heading for value, heading in told)

    def without_shares(self) -> Table:
        """Leave out the percentages that stand beside figures of a pivoted table."""
        kept = [place for place, heading in enumerate(self.headings) if not heading.share]
        if len(kept) == len(self.headings) or len(kept) < 2:
            return self
        return dataclasses.replace(self.with_columns(kept), subject=self.bare_subject)

    def with_columns(self, places: Sequence[int]) -> Table:
        """Keep some columns, in this order."""
        picked = [tuple(row[place] for place in places) for row in self.rows]
        return dataclasses.replace(self, headings=tuple(self.headings[place] for place in places), rows=picked)


def _as(heading: Heading, unit: str, value: Any) -> Heading:
    kind = dataclasses.replace(heading.column, unit=unit)
    return dataclasses.replace(heading, column=kind, digits=_digits(kind, (value,)))


def long_table(report: Report, language: Language) -> Table:
    """Lay the frame out as it is, one row a fact."""
    columns = [column(str(name), dtype) for name, dtype in zip(report.frame.columns, report.frame.dtypes, strict=True)]
    facts = rows(report.frame)
    headings = [
        Heading(kind, language.label(kind), digits=_digits(kind, (fact[place] for fact in facts))) for place, kind in enumerate(columns)
    ]
    return Table(tuple(headings), facts, _currencies(report, facts))


def read_table(report: Report, language: Language, *, apart: bool = False) -> Table:
    """Lay the frame out for reading: side by side where the report asks for it, with shares beside counts.

    Parameters
    ----------
    report : Report
    language : Language
    apart : bool
        The ends of intervals stand in columns of their own, as figures; else in words behind what they are of.

    Raises
    ------
    ValueError
        Where two rows claim the same place of the side-by-side table.
    """
    pivot = report.pivot
    if pivot is None:
        return long_table(report, language)
    names = [str(name) for name in report.frame.columns]
    index, across = [names.index(name) for name in _index(pivot)], names.index(pivot.columns)
    shown = [names.index(name) for name in (pivot.values, pivot.low, pivot.high, f"share_of_{pivot.values}") if name in names]
    facts = rows(report.frame)
    currencies: dict[Any, str | None] = {}
    places: dict[tuple[Any, Any], tuple[Any, ...]] = {}
    for fact, currency in zip(facts, _currencies(report, facts), strict=True):
        key = tuple(fact[place] for place in index)
        currencies.setdefault(key, currency)
        if places.setdefault((key, fact[across]), fact) is not fact:
            raise ValueError(f"{report.name}: two rows for {', '.join(map(repr, key))} and {fact[across]!r}")
    groups = list(dict.fromkeys(fact[across] for fact in facts))
    if all(isinstance(group, int) for group in groups):
        groups.sort()
    empty = (None,) * len(names)
    table = [(*key, *(places.get((key, group), empty)[place] for group in groups for place in shown)) for key in currencies]
    headings = _pivot_headings(report, pivot, language, groups, facts)
    if pivot.remark in names:
        words = [{group: places[key, group][names.index(pivot.remark)] for group in groups if (key, group) in places} for key in currencies]
        kind = column(pivot.remark)
        table = [(*row, _remark(said, kind, pivot, language)) for row, said in zip(table, words, strict=True)]
        headings = (*headings, Heading(dataclasses.replace(kind, translate_values=False), language.label(kind)))
    labels = {"values": language.label(pivot.values), "columns": language.label(pivot.columns).lower()}
    bare = language.text(Text("{values}, by {columns}", **labels))
    shared = f"share_of_{pivot.values}" in names
    subject = language.text(Text("{values} and their share, by {columns}", **labels)) if shared else bare
    laid = Table(headings, table, list(currencies.values()), subject, bare)
    return laid if apart or pivot.low not in names else _with_intervals(laid, pivot, language)


def _index(pivot: Pivot) -> tuple[str, ...]:
    return (pivot.index,) if isinstance(pivot.index, str) else pivot.index


def _pivot_headings(
    report: Report, pivot: Pivot, language: Language, groups: list[Any], facts: list[tuple[Any, ...]]
) -> tuple[Heading, ...]:
    names = [str(name) for name in report.frame.columns]
    kinds = {name: column(name, report.frame.dtypes.iloc[place]) for place, name in enumerate(names)}
    values = kinds[pivot.values]
    digits = _digits(values, (fact[names.index(values.name)] for fact in facts))
    headings = [Heading(kinds[name], language.label(kinds[name]), digits=_digits(kinds[name], ())) for name in _index(pivot)]
    for group in groups:
        word = language.cell(group, kinds[pivot.columns])
        headings += [
            Heading(kinds[name], language.label(kinds[name]), word, digits)
            for name in (pivot.values, pivot.low, pivot.high)
            if name in kinds
        ]
        if f"share_of_{values.name}" in kinds:
            headings.append(Heading(kinds[f"share_of_{values.name}"], language.translate(N_("Share")), word, share=True))
    return tuple(headings)


def _remark(said: dict[Any, Any], kind: Column, pivot: Pivot, language: Language) -> str | None:
    """Say what is said of a row: once where it is the same in all its columns, else with their names."""
    words: dict[Any, list[str]] = {}
    for group, word in said.items():
        if word is not None:
            words.setdefault(word, []).append(language.cell(group, column(pivot.columns)))
    if len(words) <= 1:
        return language.cell(next(iter(words)), kind) if words else None
    told = ((language.cell(word, kind), ", ".join(groups)) for word, groups in words.items() if word != pivot.usual)
    return "; ".join(language.text(Text("{label}: {value}", label=word, value=groups)) for word, groups in told)


def _with_intervals(table: Table, pivot: Pivot, language: Language) -> Table:
    """Put the ends of each interval behind the figure that it is of."""
    low = [place for place, heading in enumerate(table.headings) if heading.group and heading.column.name == pivot.low]
    dropped = {*low, *(place + 1 for place in low)}
    cells = []
    for row, currency in zip(table.rows, table.currencies, strict=True):
        told = list(row)
        for place in low:
            figure, *ends = (
                language.cell(row[at], table.headings[at].column, currency, table.headings[at].digits)
                for at in (place - 1, place, place + 1)
            )
            if row[place] is not None and row[place + 1] is not None:
                told[place - 1] = language.text(Text("{value} ({low} – {high})", value=figure, low=ends[0], high=ends[1]))
        cells.append(tuple(cell for place, cell in enumerate(told) if place not in dropped))
    headings = [
        dataclasses.replace(heading, label=language.text(Text("{values} (interval)", values=heading.label)))
        if place + 1 in low
        else heading
        for place, heading in enumerate(table.headings)
    ]
    kept = tuple(heading for place, heading in enumerate(headings) if place not in dropped)
    return Table(kept, cells, table.currencies, table.subject, table.bare_subject)


def _currencies(report: Report, facts: list[tuple[Any, ...]]) -> list[str | None]:
    names = [str(name) for name in report.frame.columns]
    usual = plain(report.meta.get("currency"))
    if "currency" not in names:
        return [usual if isinstance(usual, str) else None] * len(facts)
    return [fact[names.index("currency")] or usual for fact in facts]


def _digits(kind: Column, values: Iterable[Any]) -> int | None:
    """Decide the decimals of a column: as many as its largest figure needs to be read, no more."""
    if kind.unit not in ("number", "money", "days", "hours", "score"):
        return None
    figures = [abs(value) for value in values if isinstance(value, (int, float)) and math.isfinite(value)]
    largest = max(figures, default=0)
    if kind.unit == "money":
        return 0 if largest >= 1000 else 2
    if all(float(figure).is_integer() for figure in figures):
        return 0
    return 1 if largest >= 10 else 2 if largest >= 1 else 3


def parameters(report: Report, language: Language) -> list[tuple[str, str]]:
    """Give the report's meta as labelled values; what is not set is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> parameters(Report("r", Text("T"), pd.DataFrame(), meta={"lookback_days": 90.0, "since": None}), Language("en"))
    [('Lookback (days)', '90')]
    """
    from reports.columns import parameter

    currency = plain(report.meta.get("currency"))
    return [
        (language.label(parameter(name)), language.parameter(value, name, currency))
        for name, value in report.meta.items()
        if plain(value) is not None
    ]


def parameter_lines(report: Report, language: Language) -> list[str]:
    """Give the report's meta as lines "Label: value", punctuated as the language does."""
    return [language.text(Text("{label}: {value}", label=label, value=value)) for label, value in parameters(report, language)]
