"""Markdown: headings, notes and tables, for wikis and tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from reports.language import Language
from reports.layout import Table, parameter_lines, read_table
from reports.report import N_, Report, Text
from reports.safety import markdown_text


def write(reports: Sequence[Report], language: Language, out: BinaryIO) -> list[Text]:
    """Write the reports one below the other, tables as GitHub's Markdown has them."""
    text = "\n".join(_report(report, language) for report in reports)
    out.write(text.encode("utf-8", "replace"))
    return []


def _report(report: Report, language: Language) -> str:
    table = read_table(report, language)
    blocks = [f"## {markdown_text(language.text(report.title))}"]
    if table.subject:
        blocks.append(f"*{markdown_text(table.subject)}*")
    blocks.append(_table(table, language) if table.rows else markdown_text(language.translate(N_("No rows."))))
    lists = [
        [markdown_text(language.text(note)) for note in report.notes],
        [markdown_text(line) for line in parameter_lines(report, language)],
    ]
    blocks.extend("\n".join(f"- {line}" for line in lines) for lines in lists if lines)
    return "\n\n".join(blocks) + "\n"


def _table(table: Table, language: Language) -> str:
    rows = [[heading.name for heading in table.headings], *table.texts(language)]
    lines = [f"| {' | '.join(markdown_text(cell) for cell in row)} |" for row in rows]
    lines.insert(1, f"|{'|'.join('---:' if heading.numeric else '---' for heading in table.headings)}|")
    return "\n".join(lines)
