"""Rotations: which team is offered which content, drawn and recorded, and read back."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

import numpy as np

from social.rotation import draw
from social.scope import Advocate, Scope, roster
from workspace import imports, social_reading
from workspace.batches import Batch
from workspace.errors import DataError, UsageError
from workspace.records import schema
from workspace.store import Workspace

SOURCE = "social experiment"
"""What the draws come from, in the record of imports."""


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What is to be drawn: which of the contents each of the teams is offered, from one day to another, both included."""

    name: str
    contents: tuple[str, ...]
    teams: tuple[str, ...]
    since: dt.date | None
    until: dt.date | None
    seed: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """A content's part of a rotation: its period, and the teams it was and was not offered to."""

    name: str
    since: dt.date
    until: dt.date
    offered: dict[str, bool]


def draw_rotation(workspace: Workspace, plan: Plan) -> tuple[list[Content], int]:
    """Draw which team is offered which content, and record it.

    Parameters
    ----------
    workspace : Workspace
    plan : Plan
        Where it names no team, all that are large enough for figures of their own in its period; a seed of chance where it has none.

    Returns
    -------
    contents : list of Content
        In the order of their names: each with its neighbour in turn is a pair.
    seed : int

    Raises
    ------
    UsageError
        There is such a rotation already, or the plan cannot be drawn.
    """
    if plan.since is not None and plan.until is not None and plan.until < plan.since:
        raise UsageError("--until {until} lies before --since {since}; swap them", until=plan.until, since=plan.since)
    if plan.since is None or plan.until is None:
        raise UsageError("A draw needs its period: --since DAY --until DAY, the first day and the last")
    # Links and clicks are told apart by their contents in small letters.
    contents = sorted({content.casefold(): content for part in reversed(plan.contents) if (content := part.strip())}.values())
    if not contents:
        raise UsageError("A draw needs what is offered: --content NAME, once for each content, as the links name it")
    if any(row["rotation"].casefold() == plan.name.casefold() for row in social_reading.rotations(workspace)):
        raise _drawn_already(plan.name)
    teams = _teams(sizes(roster(workspace, Scope()), plan.since, plan.until), plan, workspace.settings.social.smallest_group)
    seed = plan.seed if plan.seed is not None else secrets.randbelow(2**31)
    offered = draw(len(contents), len(teams), np.random.default_rng(seed))
    drawn = [
        Content(content, plan.since, plan.until, dict(zip(teams, map(bool, row), strict=True)))
        for content, row in zip(contents, offered, strict=True)
    ]
    _keep(workspace, plan.name, drawn)
    return drawn, seed


def sizes(everyone: Sequence[Advocate], since: dt.date | None, until: dt.date | None) -> dict[str, int]:
    """Count the advocates of each team who take part in a period, by the teams' names."""
    counted = collections.Counter(one.team for one in everyone if one.team and one.enrolled(since, until))
    return {team: counted[team] for team in sorted(counted)}


def _teams(there: dict[str, int], plan: Plan, smallest: float) -> list[str]:
    """Name the teams that take part, in the order of their names."""
    spelled = {team.casefold(): team for team in there}
    for team in plan.teams:
        if team.casefold() not in spelled:
            raise UsageError(
                "--team {team}: there is no such team with an advocate in that period; there are {teams}",
                team=team,
                teams=", ".join(there) or "none",
            )
    chosen = sorted({spelled[team.casefold()] for team in plan.teams}) or [team for team, size in there.items() if size >= smallest]
    if len(chosen) < 2:
        raise UsageError(
            "A draw needs two teams or more, of {smallest:g} advocates or more unless --team names them; here {count:is|are} {count}",
            smallest=smallest,
            count=len(chosen),
        )
    return chosen


def _drawn_already(name: str) -> UsageError:
    return UsageError(
        "{name} was drawn already; drawn again until it pleases, it would be no chance any more: see it with "
        "smarketing social experiment {name}, or draw another under another name",
        name=name,
    )


def _keep(workspace: Workspace, name: str, drawn: Sequence[Content]) -> None:
    """Record a draw; refuse where somebody else drew it in the meantime."""
    import pyarrow as pa

    shape = schema("rotations")
    cells = [
        {"rotation": name, "content": one.name, "team": team, "since": one.since, "until": one.until, "offered": is_offered}
        for one in drawn
        for team, is_offered in one.offered.items()
    ]
    table = pa.Table.from_pylist([cell | {"row": place} for place, cell in enumerate(cells, 1)], schema=shape)
    done = imports.run(workspace, "social", [Batch("rotations", SOURCE, table)], source=SOURCE, fresh=True)
    if sum(count.rows_added for count in done.counts if count.kind == "rotations") < len(cells):
        raise _drawn_already(name)


def rotation(workspace: Workspace, name: str) -> list[Content]:
    """Read a rotation's contents, by name; contents and teams that are written in several ways are one.

    Raises
    ------
    DataError
        There is no such rotation, or its rows do not make one.
    """
    rows = social_reading.rotations(workspace)
    own = [row for row in rows if row["rotation"].casefold() == name.casefold()]
    if not own:
        known = ", ".join(sorted({row["rotation"] for row in rows}))
        if known:
            raise DataError("There is no rotation '{name}'; there are {known}", name=name, known=known)
        raise DataError(
            "There is no rotation yet; draw one with: smarketing social experiment NAME --draw --content NAME --since DAY --until DAY"
        )
    contents: dict[str, list[dict[str, Any]]] = {}
    for row in own:
        contents.setdefault(row["content"].casefold(), []).append(row)
    teams = {one.team.casefold(): one.team for one in roster(workspace, Scope()) if one.team}
    made = []
    for content, cells in sorted((cells[0]["content"], cells) for cells in contents.values()):
        if len({(cell["since"], cell["until"]) for cell in cells}) > 1:
            raise DataError("{name}: '{content}' has several periods; each content needs one", name=name, content=content)
        offered = {teams.get(cell["team"].casefold(), cell["team"]): bool(cell["offered"]) for cell in cells}
        made.append(Content(content, cells[0]["since"], cells[0]["until"], dict(sorted(offered.items()))))
    for one in made[1:]:
        if missing := made[0].offered.keys() ^ one.offered.keys():
            raise DataError(
                "{name}: '{content}' and '{other}' were not drawn over the same teams ({teams}); a rotation needs a row for each content "
                "and team",
                name=name,
                content=made[0].name,
                other=one.name,
                teams=", ".join(sorted(missing)),
            )
    return made
