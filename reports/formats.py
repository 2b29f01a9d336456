"""The forms a report can take: one module each, listed in one tuple."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from reports.language import Language
    from reports.report import Report, Text

Writer = Callable[["Sequence[Report]", "Language", BinaryIO], "list[Text]"]
"""Writes reports to a binary file; returns what the reader should be told of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Format:
    """A form reports can take.

    Parameters
    ----------
    name : str
        As `--format` takes it.
    module : str
        Where its `write` is; imported on use.
    suffixes : tuple of str
        File names that ask for it; the first is the usual one.
    binary : bool
        Not to be written to a terminal.
    many : bool
        Holds several reports in one file.
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    binary: bool = False
    many: bool = True

    def writer(self) -> Writer:
        """Load the module and give its `write`."""
        return cast(Writer, importlib.import_module(self.module).write)


FORMATS = (
    Format("table", "reports.as_table", (".txt",)),
    Format("csv", "reports.as_csv", (".csv",), many=False),
    Format("json", "reports.as_json", (".json",)),
    Format("xlsx", "reports.as_xlsx", (".xlsx",), binary=True),
    Format("html", "reports.as_html", (".html", ".htm")),
    Format("md", "reports.as_markdown", (".md", ".markdown")),
)


def format_named(name: str) -> Format:
    """Give the format of that name.

    Examples
    --------
    >>> format_named("html").suffixes
    ('.html', '.htm')
    """
    return next(form for form in FORMATS if form.name == name)


def format_of(path: str) -> Format | None:
    """Give the format a file name asks for, None where it asks for none we know.

    Examples
    --------
    >>> format_of("Results.XLSX").name, format_of("results.pdf")
    ('xlsx', None)
    """
    return next((form for form in FORMATS if path.lower().endswith(form.suffixes)), None)
