"""CSV: the long table with machine names, RFC 4180 in UTF-8, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, BinaryIO

from reports.columns import column
from reports.language import Language
from reports.report import Report, Text
from reports.safety import csv_text
from reports.values import machine, rows


def write(reports: Sequence[Report], language: Language, out: BinaryIO) -> list[Text]:
    """Write one report's rows.

    Parameters
    ----------
    reports : sequence of one Report
    language : Language
        For sentences within cells; numbers and times are the same in every language.
    out : binary file
    """
    (report,) = reports
    names = [str(name) for name in report.frame.columns]
    units = [column(name, dtype).unit for name, dtype in zip(names, report.frame.dtypes, strict=True)]
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow([csv_text(name) for name in names])
    for row in rows(report.frame):
        writer.writerow([_cell(value, unit, language) for value, unit in zip(row, units, strict=True)])
    text.detach()
    return []


def _cell(value: Any, unit: str, language: Language) -> Any:
    if isinstance(value, list):
        value = ", ".join(str(_cell(part, unit, language)) for part in value)
    if hasattr(value, "template"):
        value = language.text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    value = machine(value, unit)
    return csv_text(value) if isinstance(value, str) else value
