"""Plain text: an aligned table with its notes and parameters below, whole, as files and pipes want it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from reports.language import Language
from reports.layout import Heading, Table, parameter_lines, read_table
from reports.report import N_, Report, Text
from reports.safety import line_text

NO_ROWS = N_("No rows.")


def write(reports: Sequence[Report], language: Language, out: BinaryIO, *, encoding: str = "utf-8") -> list[Text]:
    """Write the reports one below the other, every row and every word.

    Parameters
    ----------
    reports : sequence of Report
    language : Language
    out : binary file
    encoding : str
        What the reader's terminal takes; what it cannot show is replaced.
    """
    text = "\n".join("".join(f"{line.rstrip()}\n" for line in _lines(report, language)) for report in reports)
    out.write(encoded(text, encoding))
    return []


def encoded(text: str, encoding: str) -> bytes:
    """Encode text for a terminal that may know nothing but ASCII.

    Examples
    --------
    >>> encoded("1\u202f204 – é", "ascii")
    b'1 204 - ?'
    """
    if not encoding.lower().replace("-", "").startswith("utf"):
        text = text.translate({ord("─"): "-", ord("–"): "-", ord("•"): "*", ord("·"): "|", 0x202F: " ", 0xA0: " "})
    return text.encode(encoding, "replace")


def heading_name(heading: Heading) -> str:
    """Give a heading the words a narrow column has room for."""
    return line_text("%" if heading.share else heading.group or heading.label)


def below(report: Report, language: Language, remarks: Sequence[Text] = ()) -> tuple[list[str], str]:
    """Give the notes and the parameters that stand below a table."""
    notes = [f"• {line_text(language.text(note))}" for note in (*remarks, *report.notes)]
    return notes, line_text(" · ".join(parameter_lines(report, language)))


def _lines(report: Report, language: Language) -> Iterator[str]:
    table = read_table(report, language)
    yield line_text(language.text(report.title))
    if table.subject:
        yield line_text(table.subject)
    yield from _aligned(table, language) if table.rows else (language.translate(NO_ROWS),)
    notes, facts = below(report, language)
    yield from notes
    if facts:
        yield facts


def _aligned(table: Table, language: Language) -> Iterator[str]:
    from rich.cells import cell_len

    lines = [[heading_name(heading) for heading in table.headings]]
    lines.extend([line_text(cell) for cell in row] for row in table.texts(language))
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for place, line in enumerate(lines):
        spaces = [" " * (width - cell_len(cell)) for width, cell in zip(widths, line, strict=True)]
        sides = zip(table.headings, spaces, line, strict=True)
        yield "   ".join(space + cell if heading.numeric else cell + space for heading, space, cell in sides)
        if place == 0:
            yield "─" * (sum(widths) + 3 * (len(widths) - 1))
