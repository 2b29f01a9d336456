"""Importing by a connector, and the reports on what came in and what was refused."""

from __future__ import annotations

import datetime as dt
import json
import zoneinfo
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.base import Connector, ImportContext
from connectors.registry import connectors
from reports.identifiers import WORDS
from reports.report import N_, Report, Text
from workspace import imports, reading
from workspace.errors import SmarketingError
from workspace.gate import REFUSALS, Gate, Withheld
from workspace.store import Workspace


def context_of(workspace: Workspace, progress: Callable[[int, int | None], None], source: str = "", cursor: Any = None) -> ImportContext:
    """Say what a connector may know of a workspace; all but the settings is looked up when it is asked for."""
    return ImportContext(
        workspace.settings,
        lambda: workspace.secret,
        progress,
        source,
        cursor,
        accounts=lambda: reading.key_accounts(workspace),
        referrers=lambda: reading.referrers(workspace),
    )


def source_of(connector: type[Any], called: str | None) -> str:
    """Name the source under which what was read by `import` is kept: the connector's name, and what the user calls it."""
    name: str = connector.name
    return f"{name} {called}" if called else name


def singer_state(workspace: Workspace, tap: str | None) -> str:
    """Write the state of a tap as JSON on one line; {} where there is none."""
    from connectors.singer import Singer

    kept = reading.cursor(workspace, source_of(Singer, tap))
    state = kept.get("state") if isinstance(kept, dict) else None
    return json.dumps(state if state is not None else {}, ensure_ascii=False)


def made(
    connector: type[Any],
    context: ImportContext,
    sources: Sequence[str],
    options: Mapping[str, Any],
    complain: Callable[[SmarketingError], None],
) -> Any:
    """Make a connector, before any secret is looked for: what is wrong with its options is told first, all that can be found.

    Parameters
    ----------
    connector : class
    context : ImportContext
    sources : sequence of str
    options : mapping
    complain : callable
        Takes each error but the last, which is raised.

    Raises
    ------
    UsageError, SourceError
        The address is none to send secrets to, or the connector refuses its options.
    """
    from connectors.addresses import checked_base

    wrong: list[SmarketingError] = []
    found = None
    try:
        found = connector(context, tuple(sources), **options)
    except SmarketingError as error:
        wrong.append(error)
    try:
        if options.get("base_url") is not None:
            checked_base(options["base_url"], connector.name)
    except SmarketingError as error:
        wrong.append(error)
    for earlier in wrong[:-1]:
        complain(earlier)
    if wrong:
        raise wrong[-1]
    return found


def run(
    workspace: Workspace, connector: Connector, strict: bool, *, source: str | None = None, keep_cursor: bool = False, dry: bool = False
) -> tuple[imports.Summary, list[Text]]:
    """Import all that a connector reads; return what was stored and what to tell the user.

    Parameters
    ----------
    workspace : Workspace
    connector : Connector
    strict : bool
        Stop at the first refused row.
    source : str or None
        The name the source has in the settings; the connector's by default.
    keep_cursor : bool
        Keep where an API was left off, for the next time.
    dry : bool
        Only count what would come.

    Notes
    -----
    A connector that has `preview` set is read and nothing is stored: what it would keep, it says itself.
    """
    if getattr(connector, "preview", False):
        return _previewed(workspace, connector)
    cursor = (lambda: getattr(connector, "cursor", None)) if keep_cursor else None
    summary = imports.run(workspace, connector.name, connector.read(), strict, source=source, cursor=cursor, dry=dry)
    lines = [line for count in summary.counts for line in _lines(count)]
    if not summary.counts:
        lines.append(Text("The source holds no rows."))
    if (summary.rejected or summary.incomplete) and not dry:
        told = reading.rejects(workspace, summary.import_id)
        lines += _why([row for row in told if not row["row_kept"]], *REFUSED)
        lines += _why([row for row in told if row["row_kept"]], *KEPT)
        sentence = (
            N_("See which rows were rejected, and why: smarketing rejects --import {id}")
            if not summary.incomplete
            else N_("See which rows were rejected or kept without a cell, and why: smarketing rejects --import {id}")
        )
        lines.append(Text(sentence, id=str(summary.import_id)))
    if summary.goals_joined:
        listed = ", ".join(f"{seen} → {goal}" for seen, goal in summary.goals_joined.items())
        lines.append(Text("Goals that are spelled in several ways were taken for one: {listed}.", listed=listed))
    if summary.ties_to_itself:
        lines.append(Text(EMPTY_TIES, count=summary.ties_to_itself))
    lines += _withheld(summary.withheld)
    if summary.fallen:
        lines.append(
            Text(
                "{count} {count:post has|posts have} figures that are lower than on an earlier day, as where a network takes back what was "
                "no person's: the latest day counts.",
                count=summary.fallen,
            )
        )
    return summary, [*connector.remarks, *lines]


def _withheld(withheld: Sequence[Withheld]) -> list[Text]:
    """Say what was stored otherwise than it came; what was refused is said with the refused rows."""
    titles, waiting = Counter[str](), 0
    for one in withheld:
        if one.reason == "company_and_title":
            titles[one.advocate] += one.rows
        waiting += one.rows * (one.reason == "approve")
    said = [
        Text(
            "{advocate}: company and title of {count} {count:connection|connections} were dropped; the employee has not agreed to "
            "company_and_title.",
            advocate=advocate,
            count=count,
        )
        for advocate, count in sorted(titles.items())
    ]
    said += [
        Text(
            "{advocate}: company and title of {count} {count:connection that was stored is|connections that were stored are} gone, since "
            "none came with this import; import it again with --titles where they are to stay.",
            advocate=one.advocate,
            count=one.rows,
        )
        for one in withheld
        if one.reason == "untitled"
    ]
    said += [
        Text(
            "{advocate} is on no list of advocates: {count} {count:post was stored and counts|posts were stored and count} for no team. "
            "Import the list (smarketing import csv FILE --as advocates), or correct the code.",
            advocate=one.advocate,
            count=one.rows,
        )
        for one in withheld
        if one.reason == "unknown"
    ]
    if kept := sum(one.rows for one in withheld if one.reason == "decided"):
        said.append(
            Text(
                "Posts whose approval the file gives otherwise than it was decided here: {count}. The decision stays; change it with "
                "smarketing social policy.",
                count=kept,
            )
        )
    if waiting:
        said.append(
            Text(
                "{count} {count:post is held back until it is|posts are held back until they are} approved: smarketing social policy "
                "--show posts",
                count=waiting,
            )
        )
    return said


def _previewed(workspace: Workspace, connector: Connector) -> tuple[imports.Summary, list[Text]]:
    """Read everything and let it go; say what would be refused at the door too, such as what an employee has not agreed to."""
    counts: dict[str, imports.Counts] = {}
    gate, told = Gate(workspace), list[dict[str, Any]]()
    for batch in connector.read():
        passed, kept_out = gate.admit(batch)
        count = counts.setdefault(batch.kind, imports.Counts(batch.kind))
        count.rows_rejected += sum(not reject.kept for reject in batch.rejects) + kept_out
        count.rows_incomplete += len({reject.row for reject in batch.rejects if reject.kept})
        told += [
            {"problem": one.problem, "remedy": one.remedy, "field": one.field, "column": one.column or None, "value_seen": one.value}
            for one in passed.rejects
            if one not in batch.rejects
        ]
    lines = [
        Text("A preview: nothing was stored."),
        *connector.remarks,
        *_why(told, *REFUSED),
        *_withheld([*gate.withheld, *gate.untitled()]),
    ]
    return imports.Summary(0, tuple(counts.values())), lines


REFUSED = (N_("Rejected: {problem} {remedy}"), N_("Rejected, {count} rows like this: {problem} {remedy}"))
KEPT = (
    N_("Kept without this cell: {problem} {remedy}"),
    N_("Kept without this cell, {count} rows like this: {problem} {remedy}"),
)
"""What is said of one row, and of several that have the same wrong with them."""
REASONS = 3
"""Reasons that are told at once, so that a file is not mended one reason at a time."""


EMPTY_TIES = N_("Ties of an identifier to itself: {count}. They say nothing and were passed over.")


def _why(rejects: list[dict[str, Any]], once: str, often: str) -> list[Text]:
    """Say why rows were refused, and what to do: the most frequent reasons, and each for which employees' rows were."""
    alike: dict[tuple[str, str, str, str | None], list[str]] = {}
    for row in rejects:
        alike.setdefault(_said(row), []).append(row["value_seen"])
    # One line of these is an employee's, with the number of rows in its value.
    of_employees = [(problem, values) for problem, values in alike.items() if problem[0] in _OF_EMPLOYEES]
    others = [(problem, values) for problem, values in alike.items() if problem[0] not in _OF_EMPLOYEES]
    others.sort(key=lambda found: len(found[1]), reverse=True)
    lines = [_line_why(once, problem, ", ".join(values), 1) for problem, values in of_employees]
    return lines + [_line_why(once if len(values) == 1 else often, problem, values[0], len(values)) for problem, values in others[:REASONS]]


_OF_EMPLOYEES = frozenset(refusal.problem for refusal in REFUSALS.values())


def _line_why(template: str, reason: tuple[str, str, str, str | None], value: str, count: int) -> Text:
    problem, remedy, field, column = reason
    said = {"field": imports.named(field, column), "value": value}
    return Text(template, count=count, problem=Text(problem, **said), remedy=Text(remedy, **said))


def _said(row: dict[str, Any]) -> tuple[str, str, str, str | None]:
    return row["problem"], row["remedy"], row["field"], row["column"]


def _lines(count: imports.Counts) -> list[Text]:
    """Say what became of the rows of one kind."""
    lines = [_line(count)]
    if count.rows_incomplete:
        lines.append(
            Text(
                "{kind}: {count} of these rows {count:was|were} kept without a cell that cannot be read.",
                kind=Text(WORDS[count.kind]),
                count=count.rows_incomplete,
            )
        )
    return lines


def _line(count: imports.Counts) -> Text:
    numbers = {
        "kind": Text(WORDS[count.kind]),
        "read": count.rows_read,
        "added": count.rows_added,
        "changed": count.rows_changed,
        "known": count.rows_known,
        "rejected": count.rows_rejected,
    }
    if not count.rows_removed:
        return Text(
            "{kind}: {read} {read:row|rows} read, {added} added, {changed} changed, {known} known already, {rejected} rejected.", **numbers
        )
    return Text(
        "{kind}: {read} {read:row|rows} read, {added} added, {changed} changed, {known} known already, {rejected} "
        "rejected, {removed} removed that the source no longer has.",
        **numbers,
        removed=count.rows_removed,
    )


def listing() -> Report:
    """List the connectors."""
    import pandas as pd

    rows = [
        {"connector": found.name, "summary": found.summary, "takes": found.takes, "kinds": ", ".join(found.kinds)} for found in connectors()
    ]
    return Report(
        "connectors",
        Text("What can be imported"),
        pd.DataFrame(rows),
        (Text("smarketing import CONNECTOR --help shows the options of one."),),
    )


def sources(workspace: Workspace) -> Report:
    """Report what came in, when, and how much."""
    import pandas as pd

    zone = zoneinfo.ZoneInfo(workspace.settings.time_zone)
    rows = reading.imports_done(workspace)
    for row in rows:
        row["finished_at"] = dt.datetime.fromtimestamp(row["finished_at"], zone)
    columns = [
        "import_id",
        "finished_at",
        "connector",
        "kind",
        "file",
        "rows_read",
        "rows_added",
        "rows_changed",
        "rows_known",
        "rows_rejected",
        "rows_incomplete",
        "rows_removed",
    ]
    there = reading.counts(workspace)
    meta: dict[str, Any] = {name: there[name] for name in ("touches", "people", "conversions", "rows_rejected")}
    for name in ("first_seen", "last_seen"):
        meta[name] = dt.datetime.fromtimestamp(there[name], zone).date() if there[name] is not None else None
    return Report("sources", Text("What came in"), pd.DataFrame(rows, columns=columns), (), meta)


def rejects(workspace: Workspace, import_id: int | None) -> Report:
    """Report the refused rows and cells with the remedy for each."""
    import pandas as pd

    columns = ["import_id", "kind", "file", "row", "field", "column", "value_seen", "row_kept", "problem", "remedy"]
    rows = reading.rejects(workspace, import_id)
    for row in rows:
        fields = {"field": row["field"], "value": row["value_seen"]}
        row["problem"], row["remedy"] = Text(row["problem"], **fields), Text(row["remedy"], **fields)
    notes = [Text("Fix these rows in the file and import it again: rows already imported are not added twice.")] if rows else []
    if any(row["row_kept"] for row in rows):
        notes.append(Text("Rows that were kept are in the workspace, without the one cell that cannot be read."))
    if len({row["import_id"] for row in rows}) > 1:
        notes.append(Text("Each import is listed with what it rejected, rows that were fixed since too; --import shows one alone."))
    return Report("rejects", Text("Rows that were rejected"), pd.DataFrame(rows, columns=columns), tuple(notes), {"import_id": import_id})
