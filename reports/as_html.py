"""HTML: one page that holds everything, to be opened offline, printed, or read without scripts."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from reports.charts import Palette, Picture, pictures, plotly_figure
from reports.language import Language
from reports.layout import Table, long_table, parameters, read_table
from reports.numbers import plotly_locale
from reports.report import Report, Text
from reports.safety import script_json

MAX_ROWS = 1000
"""More than this is not read on a page."""

_TEMPLATES = Path(__file__).parent / "templates"


def write(reports: Sequence[Report], language: Language, out: BinaryIO, *, made_on: dt.datetime | None = None) -> list[Text]:
    """Write a page.

    Parameters
    ----------
    reports : sequence of Report
    language : Language
    out : binary file
    made_on : datetime, optional
        The date on the page; now, where it is not given.
    """
    import jinja2

    made_on = made_on or dt.datetime.now(dt.UTC).replace(microsecond=0)
    drawings = [pictures(report, language) for report in reports]
    palette = Palette([drawn for several in drawings for drawn in several])
    figures: dict[str, Any] = {}
    sections = []
    for anchor, report, several in zip(_anchors(reports), reports, drawings, strict=True):
        drawn = {f"{anchor}-figure-{place}": (one, plotly_figure(one, palette, _currency(report))) for place, one in enumerate(several, 1)}
        figures |= {name: figure for name, (_, figure) in drawn.items()}
        shown = [_figure(name, one, figure["layout"]["height"], language) for name, (one, figure) in drawn.items()]
        sections.append(_section(anchor, report, shown, language))
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals["_"] = language.translate
    content = environment.get_template("page.html").render(
        lang=language.code,
        title=language.text(reports[0].title if len(reports) == 1 else Text("Marketing report")),
        made=language.text(Text("Made with smarketing on {date}", date=made_on)),
        reports=sections,
        style=_inline("page.css"),
        plotly=_plotly() if figures else "",
        figures=_safe(script_json({"locale": plotly_locale(language.code), "figures": figures})),
        script=_inline("page.js"),
    )
    out.write(content.encode("utf-8", "replace"))
    return []


def _anchors(reports: Sequence[Report]) -> list[str]:
    """Name each section after its report, numbered where two have the same name."""
    names = [report.name for report in reports]
    return [name if name not in names[:place] else f"{name}-{place + 1}" for place, name in enumerate(names)]


def _section(anchor: str, report: Report, figures: list[dict[str, Any]], language: Language) -> dict[str, Any]:
    title = language.text(report.title)
    table = read_table(report, language)
    return {
        "anchor": anchor,
        "title": title,
        "notes": [language.text(note) for note in report.notes],
        "parameters": parameters(report, language),
        "figures": figures,
        "table": _shown(table, table.subject or title, language),
        "rows": _shown(long_table(report, language), title, language) if report.pivot else None,
    }


def _figure(name: str, drawn: Picture, height: int, language: Language) -> dict[str, Any]:
    remark = Text("(the largest only; {n} more are in the table)", n=drawn.left_out) if drawn.left_out else None
    return {
        "id": name,
        "title": drawn.title,
        "label": language.text(Text("{title}: a picture of the figures in the table below", title=drawn.title)),
        "remark": language.text(remark) if remark else "",
        "height": height,
    }


def _shown(table: Table, caption: str, language: Language) -> dict[str, Any]:
    """Give what the template needs to know of a table."""
    groups = [(name, len(list(same))) for name, same in itertools.groupby(table.headings, key=lambda heading: heading.group)]
    cut = Text("{shown} of {n} rows are shown; --format csv gives them all.", shown=MAX_ROWS, n=len(table.rows))
    return {
        "caption": caption,
        "groups": [{"name": name, "span": span} for name, span in groups] if any(name for name, _ in groups) else [],
        "headings": table.headings,
        "rows": list(table.texts(language, MAX_ROWS)),
        "cut": language.text(cut) if len(table.rows) > MAX_ROWS else "",
    }


def _currency(report: Report) -> str | None:
    currency = report.meta.get("currency")
    return currency if isinstance(currency, str) else None


def _inline(name: str) -> Any:
    return _safe((_TEMPLATES / name).read_text(encoding="utf-8"))


def _plotly() -> Any:
    from plotly.offline import get_plotlyjs

    return _safe(get_plotlyjs())


def _safe(text: str) -> Any:
    """Mark as already safe what is ours or has been made safe for where it stands."""
    from markupsafe import Markup

    return Markup(text)
