"""The kinds of record that a table may bring: what each is for, its columns, and an empty table to fill in."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.coded_words import CODED
from connectors.table_records import IN_TABLES, MONEY, PILLARS, REQUIRED
from reports.report import N_, Report, Text
from reports.words import first_sentence
from workspace.column_names import close_names, listed
from workspace.errors import UsageError
from workspace.records import KINDS, fields_of

if TYPE_CHECKING:
    from reports.language import Language

FILLED_IN = 10_000
"""Rows of an empty workbook that offer the words a column may hold."""
NOT_IN_TABLES = ("click_id", "click_id_kind")
"""Fields that are read out of an address."""
BY_TYPE = {
    dt.datetime: N_("day and time, such as 2026-01-31 14:05"),
    dt.date: N_("day, such as 2026-01-31"),
    int: N_("whole number"),
    float: N_("number"),
    bool: N_("yes or no"),
    str: N_("text"),
}
BY_FIELD = {
    "person": N_("e-mail address, client id or another identifier of the person"),
    "same_as": N_("another identifier of the same person"),
    "advocate": N_("code of the employee"),
    "currency": N_("currency, such as EUR"),
    "network": N_("network, such as linkedin"),
    "url": N_("address"),
    "link": N_("address"),
    "referrer": N_("host name, such as www.google.com"),
    "rating": N_("whole number from 1 to 5"),
    **dict.fromkeys({*MONEY.values(), "cost", "list_price"}, N_("amount")),
    **dict.fromkeys(("lift", "lift_low", "lift_high", "confidence", "coverage", "probability"), N_("percent, or a part of 1")),
    **dict.fromkeys(PILLARS, N_("number from 0 to 25")),
}
OF_KIND: dict[tuple[str, str], str] = {
    ("advocates", "advocate"): N_("code that stands for the employee"),
    ("advocates", "person"): N_("the employee's own e-mail address, so that their clicks are not counted"),
    ("advocates", "profile"): N_("address of their profile on a network"),
    ("advocates", "eligible_since"): N_("day from which on they may take part"),
    ("advocates", "invited_on"): N_("day on which they were invited"),
    ("advocates", "since"): N_("day on which they enrolled"),
    ("advocates", "until"): N_("last day on which they take part"),
    ("posts", "post"): N_("number or address of the post"),
    ("posts", "page"): N_("name of our page, where no employee posted it"),
    ("posts", "link"): N_("address that the post points to"),
    ("posts", "content"): N_("name of the company's content that it passes on"),
    ("posts", "alias"): N_("other number of the same post"),
    ("posts", "repost_of"): N_("number or address of the post that is passed on"),
    ("post_metrics", "post"): N_("number or address of the post"),
    ("post_metrics", "day"): N_("day until which was counted"),
    ("consents", "day"): N_("day on which they said so"),
    ("consents", "granted"): N_("yes, or no where they take it back"),
}
"""What a column holds, in words: by its type, by its name, by its name in a kind."""


def summaries() -> dict[str, str]:
    """Say what each kind is: the first sentence of its record's docstring, in English, the key of its translation."""
    return {kind: first_sentence(KINDS[kind].__doc__) for kind in IN_TABLES}


def fields_in_tables(kind: str) -> list[str]:
    """Name the fields of a kind that a column may fill."""
    return [field for field in fields_of(kind) if field not in NOT_IN_TABLES]


def checked_kind(kind: str) -> str:
    """Check that a table may bring a kind.

    Raises
    ------
    UsageError
        There is none of this name; the message has the nearest.
    """
    if kind in IN_TABLES:
        return kind
    near = difflib.get_close_matches(kind, IN_TABLES, n=3)
    raise UsageError(
        "There is no kind of record '{kind}' for tables; did you mean {kinds}?"
        if near
        else "There is no kind of record '{kind}' for tables; there are {kinds}",
        kind=kind,
        kinds=", ".join(near or IN_TABLES),
    )


def listing() -> Report:
    """List the kinds of record that a table may bring."""
    import pandas as pd

    rows = []
    for kind, summary in summaries().items():
        needed = {field for group in REQUIRED[kind] for field in group}
        rows.append(
            {
                "record_kind": kind,
                "summary": summary,
                "needed_columns": ", ".join(" / ".join(group) for group in REQUIRED[kind]),
                "further_columns": ", ".join(field for field in fields_in_tables(kind) if field not in needed),
            }
        )
    notes = (
        Text("Of columns parted by / one is needed. Files with other names are understood too; --map tells what is not recognised."),
        Text("Its columns in detail: smarketing kinds KIND. An empty table to fill in: smarketing kinds KIND --template FILE.xlsx"),
    )
    return Report("kinds", Text("Kinds of record that a table may bring"), pd.DataFrame(rows), notes)


def columns(kind: str) -> Report:
    """List the columns of a kind: which are needed, what they hold, under which other names they are recognised."""
    import pandas as pd

    rows = [
        {"field": field, "needed": _needed(kind, field), "holds": holds(kind, field), "also_called": _also_called(kind, field)}
        for field in fields_in_tables(kind)
    ]
    notes = (
        Text(summaries()[kind]),
        Text("An empty table to fill in: smarketing kinds {kind} --template {kind}.xlsx", kind=kind),
        Text("Then: smarketing import csv {kind}.xlsx --as {kind}", kind=kind),
    )
    return Report("kind_columns", Text("Columns of {kind}", kind=kind), pd.DataFrame(rows), notes)


def holds(kind: str, field: str) -> Text:
    """Say what a column holds: one of a few words, or what its field or type says."""
    if (kind, field) in CODED:
        return Text("one of: {words}", words=", ".join(CODED[kind, field][0]))
    return Text(OF_KIND.get((kind, field)) or BY_FIELD.get(field) or BY_TYPE[fields_of(kind)[field]])


def _needed(kind: str, field: str) -> Text:
    for group in REQUIRED[kind]:
        if field in group:
            return Text("yes") if len(group) == 1 else Text("one of {columns}", columns=", ".join(group))
    default = next(one.default for one in dataclasses.fields(KINDS[kind]) if one.name == field)
    return Text("no; {value} by default", value=str(default)) if isinstance(default, str | float) else Text("no")


def _also_called(kind: str, field: str) -> str:
    return listed([*dict.fromkeys(close_names(set(fields_in_tables(kind))).get(field, ()))])


def write_template(kind: str, file: str, language: Language) -> None:
    """Write an empty table of a kind: its column names, in a workbook each with a note of what it holds.

    Raises
    ------
    UsageError
        The file is there already, or its name ends otherwise than in .xlsx or .csv.
    """
    from reports.files import replacing

    path = Path(file)
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError("--template {file}: the name of an empty table ends in .xlsx or .csv", file=file)
    if path.exists():
        raise UsageError("--template {file}: there is such a file already; name another, so that nothing filled in is lost", file=file)
    with replacing(file, language) as opened:
        if path.suffix.lower() == ".csv":
            opened.write((",".join(fields_in_tables(kind)) + "\n").encode())
        else:
            _write_workbook(kind, opened, language)


def _write_workbook(kind: str, opened: Any, language: Language) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(opened, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(kind)
        needed = workbook.add_format({"bold": True, "bottom": 1})
        further = workbook.add_format({"bottom": 1})
        formats = {
            dt.date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
            dt.datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for place, field in enumerate(fields_in_tables(kind)):
            of = fields_of(kind)[field]
            sheet.set_column(place, place, max(12, len(field) + 3), formats.get(of))
            sheet.write_string(0, place, field, needed if any(field in group for group in REQUIRED[kind]) else further)
            said = Text("Holds: {holds}. Needed: {needed}.", holds=holds(kind, field), needed=_needed(kind, field))
            sheet.write_comment(0, place, language.text(said))
            words = [*CODED[kind, field][0]] if (kind, field) in CODED else ["yes", "no"] if of is bool else []
            if words:
                # Another spelling is read too, so it is pointed out and not refused.
                sheet.data_validation(1, place, FILLED_IN, place, {"validate": "list", "source": words, "error_type": "warning"})
        sheet.freeze_panes(1, 0)
