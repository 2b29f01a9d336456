"""Sheets of a workbook: cells with their formats, native charts, and what a workbook cannot hold."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from typing import Any, BinaryIO

from reports.language import Language
from reports.layout import Heading
from reports.numbers import money_pattern
from reports.report import N_, Text
from reports.safety import excel_text

ROWS = 1_048_576
"""What a sheet holds: https://support.microsoft.com/office/excel-specifications-and-limits."""

_FORMATS = {
    "percent": "0.0%",
    "count": "#,##0",
    "date": "yyyy-mm-dd",
    "month": "mmm yyyy",
    "datetime": "yyyy-mm-dd hh:mm",
    "identifier": "0",
}
_ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def sheet_name(wish: str, taken: set[str]) -> str:
    """Make a legal name that no other sheet has: at most 31 characters, no bracket, colon, star, question mark, slash.

    Examples
    --------
    >>> taken = set()
    >>> sheet_name("Paid / organic: results", taken), sheet_name("paid   organic  results", taken), sheet_name("History", taken)
    ('Paid organic results', 'paid organic results 2', 'History 2')
    """
    bare = " ".join(_ILLEGAL.sub(" ", wish).split()).strip("' ") or "Report"
    for number in range(1, 10_000):
        suffix = f" {number}" if number > 1 else ""
        name = bare[: 31 - len(suffix)].rstrip("' ") + suffix
        if name.lower() not in taken | {"history"}:  # Excel keeps "History" for itself
            taken.add(name.lower())
            return name
    raise ValueError(f"too many sheets called {wish!r}")


class Book:
    """A workbook being written.

    Parameters
    ----------
    out : binary file
    language : Language
    made_on : datetime
        Kept among the file's properties.
    """

    def __init__(self, out: BinaryIO, language: Language, made_on: dt.datetime) -> None:
        import xlsxwriter

        self.workbook = xlsxwriter.Workbook(
            out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self.workbook.set_properties({"created": made_on.replace(tzinfo=None), "author": "smarketing"})
        self.language = language
        self.replaced = self.cut = self.rows_left_out = 0
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """Give the cell format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"valign": "top", **properties})
        return self._formats[key]

    def sheet(self, name: str) -> Sheet:
        """Add a sheet."""
        return Sheet(self, name)

    def remarks(self) -> list[Text]:
        """Say what the workbook could not hold."""
        found = (
            (self.replaced, N_("{n} characters that a workbook cannot hold were replaced by \ufffd.")),
            (self.cut, N_("{n} characters beyond the 32,767 a cell can hold were cut; --format csv gives them all.")),
            (self.rows_left_out, N_("{n} rows beyond the 1,048,576 a sheet can hold were left out; --format csv gives them all.")),
        )
        return [Text(template, n=n) for n, template in found if n]

    def close(self) -> None:
        """Write everything to the file."""
        self.workbook.close()


class Sheet:
    """A sheet being written: cells, headings, links."""

    def __init__(self, book: Book, name: str) -> None:
        self.book = book
        self.name = name
        self.sheet = book.workbook.add_worksheet(name)
        self._widths: dict[int, int] = {}
        self._heights: dict[int, int] = {}
        self._headings: dict[int, str] = {}
        self._set: dict[int, int] = {}

    def _string(self, row: int, column: int, text: str, form: Any) -> None:
        text, replaced, cut = excel_text(text)
        self.book.replaced += replaced
        self.book.cut += cut
        self.sheet.write_string(row, column, text, form)
        self._widths[column] = max(self._widths.get(column, 0), min(len(text), 60))

    def heading(self, row: int, column: int, text: str, *, flush_right: bool) -> None:
        """Write a column's heading."""
        form = self.book.format(bold=True, text_wrap=True, bg_color="#EEF2F7", bottom=1, align="right" if flush_right else "left")
        self.sheet.write_string(row, column, excel_text(text)[0], form)
        self._headings[column] = text
        self._widths[column] = max(self._widths.get(column, 0), *(len(word) + 3 for word in text.split()), min(len(text), 14))

    def cell(self, row: int, column: int, value: Any, heading: Heading, currency: str | None) -> None:
        """Write a plain value with the number format of its column; what is unknown leaves the cell empty."""
        if value is None:
            return
        unit, language = heading.column.unit, self.book.language
        shown = language.cell(value, heading.column, currency, heading.digits)
        if isinstance(value, bool) or not isinstance(value, (int, float, dt.date)) or value in (float("inf"), float("-inf")):
            self._string(row, column, shown, self.book.format(text_wrap=len(shown) > 60))
            if len(shown) > 60:
                self._grow(row, shown, 60)
            return
        self._widths[column] = max(self._widths.get(column, 0), len(shown) + 2)
        if isinstance(value, dt.date):
            kind = unit if unit == "month" else "datetime" if isinstance(value, dt.datetime) else "date"
            form = self.book.format(num_format=_FORMATS[kind], align="left")
            self.sheet.write_datetime(row, column, value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value, form)
        elif abs(value) >= 1e15 and isinstance(value, int):
            self._string(row, column, str(value), self.book.format())  # Excel keeps 15 digits of a number
        else:
            self.sheet.write_number(row, column, value, self.book.format(num_format=_number_format(heading, currency, value, language)))

    def shade(self, first: tuple[int, int], last: tuple[int, int], colors: tuple[str, str, str], most: float) -> None:
        """Colour a block of cells by their figures, from nothing to the most."""
        scale = {"type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num"}
        scale |= dict(zip(("min_color", "mid_color", "max_color"), colors, strict=True))
        self.sheet.conditional_format(*first, *last, {**scale, "min_value": 0, "mid_value": most / 2, "max_value": most or 1})

    def finish(self, rows: int, columns: int) -> None:
        """Freeze the heading, set its height, the filter, the widths and the print layout."""
        self.sheet.set_row(
            0, 15 * max((len(textwrap.wrap(text, self._widths[place])) for place, text in self._headings.items()), default=1) + 4
        )
        self.book.rows_left_out += max(0, rows - (ROWS - 1))
        self.sheet.freeze_panes(1, 1 if columns > 1 else 0)
        if columns:
            self.sheet.autofilter(0, 0, min(rows, ROWS - 1), columns - 1)
        self.fit()
        self.sheet.repeat_rows(0)
        self.page()

    def page(self) -> None:
        """Print in landscape, as wide as a page."""
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def fit(self) -> None:
        """Make each column as wide as what was written to it, within reason."""
        for column, width in self._widths.items():
            self.sheet.set_column(column, column, min(max(width + 1, 8), 60))

    def width(self, column: int, width: int) -> None:
        """Set a column's width in characters."""
        self._set[column] = width
        self.sheet.set_column(column, column, width)

    def title(self, row: int, text: str) -> None:
        """Write the sheet's title."""
        self.sheet.hide_gridlines(2)
        self.sheet.set_row(row, 30)
        self._string(row, 0, text, self.book.format(bold=True, font_size=18, font_color="#1F3A5F"))

    def text(self, row: int, column: int, text: str, style: str) -> None:
        """Write text in one of the styles "plain" and "faint"."""
        form = self.book.format(font_color="#5B6673") if style == "faint" else self.book.format(text_wrap=column > 0)
        self._string(row, column, text, form)
        if style != "faint" and column > 0:
            self._grow(row, text, self._set.get(column, 60))

    def _grow(self, row: int, text: str, width: int) -> None:
        """Make a row as high as wrapped text needs: LibreOffice gives it one line and prints the next row over the rest."""
        lines = sum(max(len(textwrap.wrap(line, max(width - 4, 1))), 1) for line in text.splitlines() or [""])
        if lines > self._heights.get(row, 1):
            self._heights[row] = lines
            self.sheet.set_row(row, min(15 * lines, 409))  # the most that Excel has

    def link(self, row: int, column: int, target: str, text: str, *, main: bool) -> None:
        """Write a link to another sheet of the workbook."""
        form = self.book.format(bold=main, font_size=13 if main else 11, font_color="#0B57A4", underline=1)
        quoted = target.replace("'", "''")
        self.sheet.write_url(row, column, f"internal:'{quoted}'!A1", form, string=excel_text(text)[0][:255])


def _number_format(heading: Heading, currency: str | None, value: float, language: Language) -> str:
    unit = heading.column.unit
    if unit in _FORMATS:
        return _FORMATS[unit]
    digits = (0 if isinstance(value, int) else 1) if heading.digits is None else heading.digits
    number = "#,##0" + ("." + "0" * digits if digits else "")
    return money_pattern(language.code, currency, digits) if unit == "money" and currency else number
