"""Reports the tests of this room show: a small one with everything in it, and one of hostile text."""

import datetime as dt
import io
from pathlib import Path

import pandas as pd

from reports.formats import format_named
from reports.language import Language
from reports.report import Chart, Pivot, Report, Text

GOLDEN = Path(__file__).parent / "golden"
MADE_ON = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
ENGLISH, FRENCH = Language("en"), Language("fr")

HOSTILE = (
    "=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3", "@SUM(A1)", "\tTAB", "\rCR", "\nLF", "\0NUL", "＝1", "＋1", "－1", "＠A1",
    "-12.5", "+33", "plain", "", " ", "a|b", "a\\|b", "<script>alert(1)</script>", "</script><b>", "&amp;", "`code`", "*bold*",
    "[x](javascript:1)", "https://x.y", "\x1b[31mred", "\x07bell", "\u202egnp.exe", "\u2028", "\ufffe", "\ud800", "a\r\nb", 'quo"te',
    "a,b;c", "é 中文 🙂", "'apostrophe", "_x0041_", "x" * 200, "1e5", "0012", "TRUE", "{=1}", "#REF!", "%%", "~~no~~", "1. a", "---", "| |",
)  # fmt: skip


def attribution() -> Report:
    """Two models, three channels, one conversion without a touch."""
    rows = [
        ("first", "Paid Search", 3.0, 3100.0, 0.375, None),
        ("first", "Organic Search", 4.0, 4000.5, 0.5, None),
        ("first", "(unattributed)", 1.0, None, 0.125, None),
        ("markov", "Paid Search", 2.25, 2600.25, 0.28125, 0.45),
        ("markov", "Organic Search", 4.75, 4500.25, 0.59375, 0.95),
        ("markov", "(unattributed)", 1.0, None, 0.125, None),
    ]
    names = ["model", "channel", "conversions", "value", "share_of_conversions", "removal_effect"]
    return Report(
        "attribution",
        Text("{values}, by {columns}", values=Text("Conversions"), columns=Text("Channel")),
        pd.DataFrame(rows, columns=names),
        notes=(Text("{n} rows beyond the 1,048,576 a sheet can hold were left out; --format csv gives them all.", n=1204),),
        meta={
            "since": dt.date(2026, 1, 1), "until": None, "by": "channel", "models": ["first", "markov"], "lookback_days": 90.0,
            "conversions": 8, "currency": "EUR", "conversion_probability": 0.0314, "data_fingerprint": "3f9ab2c1",
        },
        pivot=Pivot("channel", "model", "conversions"),
        charts=(Chart("bar", "channel", ("conversions",), Text("Conversions"), series="model"),),
    )  # fmt: skip


def imports() -> Report:
    """Times, counts, texts and unknown values; no pivot, one line of days."""
    rows = [
        (1, "csv", "leads, été.csv", dt.datetime(2026, 3, 1, 8, 5, tzinfo=dt.UTC), dt.date(2026, 2, 28), 12000, 0.1234, 12.5, float("nan")),
        (2, "weblog", "=access.log", pd.NaT, dt.date(2026, 3, 1), 7, float("nan"), 0.25, 1234.5),
    ]
    names = ["import", "connector", "file", "started_at", "day", "rows_added", "conversion_rate", "median_days_to_convert", "spend"]
    charts = (
        Chart("line", "day", ("rows_added",), Text("Rows added")),
        Chart("stacked", "day", ("rows_added",), Text("Rows"), series="connector"),
    )
    return Report("imports", Text("Import"), pd.DataFrame(rows, columns=names), charts=charts, meta={"currency": "USD"})


def hostile(texts=HOSTILE) -> Report:
    """Text from outside in rows, headings, parameters and notes."""
    frame = pd.DataFrame({"source": pd.Series(list(texts), dtype=object), "touches": range(len(texts))})
    return Report("hostile", Text("Source"), frame, notes=(Text("{problem}", problem="</script><b>=1+1|"),), meta={"campaign": "=1+1|<i>"})


def written(report: Report, name: str, language: Language, **more: object) -> bytes:
    """Give what a format writes."""
    out = io.BytesIO()
    format_named(name).writer()([report], language, out, **more)
    return out.getvalue()
