"""Whole outputs kept as files; `python -m tests.reports.golden` writes them anew, to be read before they are kept."""

import dataclasses
import io
from collections.abc import Iterator

from tests.reports.samples import ENGLISH, FRENCH, GOLDEN, MADE_ON, attribution, imports, written


def outputs() -> Iterator[tuple[str, bytes]]:
    """Give every output by the name of its file. Pages have no charts here: Plotly itself is 4.8 MB."""
    for language in (ENGLISH, FRENCH):
        for report in (attribution(), imports()):
            place = f"{report.name}.{language.code}"
            for name, suffix in (("table", "txt"), ("csv", "csv"), ("json", "json"), ("md", "md")):
                yield f"{place}.{suffix}", written(report, name, language)
            yield f"{place}.html", written(dataclasses.replace(report, charts=()), "html", language, made_on=MADE_ON)
            yield f"{place}.xlsx.txt", workbook_text(written(report, "xlsx", language, made_on=MADE_ON)).encode()


def workbook_text(content: bytes) -> str:
    """Give every cell of a workbook on a line: sheet, place, type, value, number format, link; and what frames it."""
    import openpyxl

    lines = []
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        lines.append(f"[{sheet.title}] frozen {sheet.freeze_panes} filter {sheet.auto_filter.ref} charts {len(sheet._charts)}")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    link = f" -> {cell.hyperlink.location}" if cell.hyperlink else ""
                    lines.append(f"{cell.coordinate} {cell.data_type} {cell.value!r} {cell.number_format}{link}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, content in outputs():
        (GOLDEN / name).write_bytes(content)
