"""The codes in advocates' links: stored, retired, listed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reports.report import Report, Text
from social.scope import Scope, roster
from workspace import imports, social_reading
from workspace.batches import Batch
from workspace.errors import UsageError
from workspace.records import schema
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

SOURCE = "social links"
"""What the codes come from, in the record of imports."""


def keep(workspace: Workspace, codes: list[dict[str, Any]]) -> None:
    """Store codes as an import does; none, none."""
    import pyarrow as pa

    if codes:
        shape = schema("link_codes")
        blank = dict.fromkeys(shape.names)
        table = pa.Table.from_pylist([blank | code | {"row": place} for place, code in enumerate(codes, 1)], schema=shape)
        imports.run(workspace, "social", [Batch("link_codes", SOURCE, table)], source=SOURCE)


def retire(workspace: Workspace, codes: Sequence[str], day: dt.date | None = None) -> Report:
    """Retire codes: they are not handed out again, and what comes by links that are still about is theirs as before.

    Raises
    ------
    UsageError
        There is no such code.
    """
    today = day or dt.date.today()
    known = {row["code"].casefold(): row for row in social_reading.link_codes(workspace)}
    if unknown := [code for code in codes if code.casefold() not in known]:
        raise UsageError("--retire {code}: there is no such code; see them with: smarketing social links --list", code=unknown[0])
    asked = {code.casefold() for code in codes}
    keep(workspace, [row | {"retired_on": today} for name, row in known.items() if name in asked and row["retired_on"] is None])
    report = code_table(workspace)
    return dataclasses.replace(report, frame=report.frame[report.frame["code"].str.casefold().isin(asked)].reset_index(drop=True))


def code_table(workspace: Workspace, scope: Scope | None = None, advocates: Sequence[str] = (), content: str | None = None) -> Report:
    """List the codes there are, by advocate, content and network.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope, optional
        Of a team, of a network.
    advocates : sequence of str
        Only theirs; everybody's where there are none.
    content : str or None
        Only those of links to it.

    Returns
    -------
    Report
        `code, advocate, team, content, network, link, made_on, retired_on`; the advocate of a code that outlived its employee is missing.

    Raises
    ------
    UsageError
        There is no such team.
    """
    scope = scope or Scope()
    frame = _codes(workspace, scope)
    if advocates:
        frame = frame[frame["advocate"].str.casefold().isin([name.casefold() for name in advocates])].reset_index(drop=True)
    if content is not None:
        frame = frame[frame["content"].str.casefold() == content.casefold()].reset_index(drop=True)
    retired = int(frame["retired_on"].notna().sum())
    notes = [
        Text(
            "{codes} {codes:code|codes}, {retired} of them retired: these are not handed out again, and clicks on them still count for "
            "whose they were.",
            codes=len(frame),
            retired=retired,
        )
    ]
    if nobody := int(frame["advocate"].isna().sum()):
        notes.append(
            Text(
                "{count} {count:code is nobody's any more: its employee was|codes are nobody's any more: their employees were} forgotten, "
                "and clicks on {count:it|them} stay unassigned.",
                count=nobody,
            )
        )
    meta = {"team": scope.team, "network": scope.network, "codes": len(frame), "retired": retired}
    return Report("social_link_codes", Text("Codes of employees' links"), frame, tuple(notes), meta)


def _codes(workspace: Workspace, scope: Scope) -> pd.DataFrame:
    import pandas as pd

    teams = {one.advocate: one.team for one in roster(workspace, scope)}
    names = ["code", "advocate", "content", "network", "link", "made_on", "retired_on"]
    frame = pd.DataFrame(social_reading.link_codes(workspace), columns=names)
    if scope.team:
        frame = frame[frame["advocate"].isin(list(teams))]
    if scope.network:
        frame = frame[frame["network"].str.casefold() == scope.network]
    frame.insert(2, "team", frame["advocate"].map(teams))
    return frame.sort_values(["advocate", "content", "network", "code"], ignore_index=True)
