"""JSON: title, parameters, notes and the long rows, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from reports.columns import column
from reports.language import Language
from reports.report import Report, Text
from reports.values import machine, plain, rows


def write(reports: Sequence[Report], language: Language, out: BinaryIO) -> list[Text]:
    """Write one object for one report, a list of objects for several; what is unknown is null."""
    import json

    objects = [_report(report, language) for report in reports]
    content = json.dumps(objects[0] if len(objects) == 1 else objects, indent=2, ensure_ascii=False, allow_nan=False)
    out.write(content.encode("utf-8", "backslashreplace") + b"\n")
    return []


def _report(report: Report, language: Language) -> dict[str, Any]:
    names = [str(name) for name in report.frame.columns]
    units = [column(name, dtype).unit for name, dtype in zip(names, report.frame.dtypes, strict=True)]
    return {
        "title": language.text(report.title),
        "meta": {name: _value(plain(value), language) for name, value in report.meta.items()},
        "notes": [language.text(note) for note in report.notes],
        "rows": [
            {name: _value(value, language, unit) for name, value, unit in zip(names, row, units, strict=True)} for row in rows(report.frame)
        ],
    }


def _value(value: Any, language: Language, unit: str = "text") -> Any:
    if isinstance(value, list):
        return [_value(part, language, unit) for part in value]
    if isinstance(value, dict):
        return {key: _value(part, language, unit) for key, part in value.items()}
    return language.text(value) if hasattr(value, "template") else machine(value, unit)
