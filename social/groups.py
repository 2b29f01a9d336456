"""Teams: who is in them, which are withheld, whether what is asked for may be told, and how that is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reports.report import Text
from social.anonymity import withheld
from social.scope import Advocate, Scope, roster
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import datetime as dt

NO_TEAM = "(no team)"
"""Stands for advocates whose team is not known."""
Period = tuple["dt.date | None", "dt.date | None"]
ALWAYS: Period = (None, None)
"""The first and the last day of a period; None is unbounded."""


def team_of(advocates: Sequence[Advocate]) -> dict[str, str]:
    """Say in which team each advocate is."""
    return {one.advocate: one.team or NO_TEAM for one in advocates}


def sizes(advocates: Sequence[Advocate], some: Iterable[str]) -> dict[str, int]:
    """Count some advocates by team, those who are on no list in `NO_TEAM`; what stands in parentheses is no advocate ("(unassigned)")."""
    teams = team_of(advocates)
    counted: dict[str, int] = {}
    for one in {one for one in some if not one.startswith("(")}:
        team = teams.get(one, NO_TEAM)
        counted[team] = counted.get(team, 0) + 1
    return counted


def members(advocates: Sequence[Advocate], period: Period = ALWAYS) -> set[str]:
    """Name those who were enrolled on a day of a period."""
    return {one.advocate for one in advocates if one.enrolled(*period)}


def small_teams(advocates: Sequence[Advocate], smallest: float, some: Iterable[str]) -> set[str]:
    """Name the teams whose figures are withheld (`social.anonymity.withheld`).

    Parameters
    ----------
    advocates : sequence of Advocate
    smallest : float
    some : iterable of str
        The advocates whom the figures are about: those who contribute to them, or, of counts of people, those who are counted.
    """
    return withheld(sizes(advocates, some), smallest)


def check_team(workspace: Workspace, scope: Scope, contributing: Iterable[str] | None = None) -> None:
    """Refuse a report of a team that no report by team shows: its figures would be those of single people, or give these away.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    contributing : iterable of str or None
        The advocates, of all teams, who contribute to what is reported; those enrolled in the period by default, for counts of people.

    Raises
    ------
    UsageError
        Too few of the team contribute, though somebody does, or what remains of all without it is of too few; there is no such team; or,
        where people are counted, nobody of the team is enrolled.
    """
    if scope.team is None:
        return
    smallest, everyone, asked = workspace.settings.social.smallest_group, roster(workspace, Scope()), roster(workspace, scope)
    some = members(everyone, (scope.since, scope.until)) if contributing is None else set(contributing)
    ours = len(some & {one.advocate for one in asked})
    if contributing is None and ours < smallest:
        raise UsageError(
            "--team {team}: it has {size} {size:advocate|advocates}, and figures of fewer than {smallest:g} are withheld, as they would be "
            "those of single people; ask for all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff "
            "allows it",
            team=scope.team,
            size=ours,
            smallest=smallest,
        )
    if 0 < ours < smallest:
        raise UsageError(
            "--team {team}: {size} of its advocates {size:contributes|contribute} to these figures, and those of fewer than {smallest:g} "
            "are withheld, as they would be those of single people; ask for all teams, or lower social.smallest_group in smarketing.toml "
            "if your agreement with the staff allows it",
            team=scope.team,
            size=ours,
            smallest=smallest,
        )
    if {one.team for one in asked} & small_teams(everyone, smallest, some):
        raise UsageError(
            "--team {team}: its figures are withheld, since those of all teams less these would be those of fewer than {smallest:g} "
            "advocates; ask for all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff allows it",
            team=scope.team,
            smallest=smallest,
        )


def check_individuals(workspace: Workspace, asked: str) -> None:
    """Refuse a report on what single employees brought about where the settings switch these off.

    Parameters
    ----------
    workspace : Workspace
    asked : str
        What was asked for, as it is typed, such as "--by advocate".

    Raises
    ------
    UsageError
        They are off.
    """
    if not workspace.settings.social.individual_reporting:
        raise UsageError(
            "{asked}: reports on single employees are off (individual_reporting = false under [social] in smarketing.toml); ask for teams "
            "or for the whole programme, or write true there once the staff has been told and the works council (CSE in France) consulted",
            asked=asked,
        )


def teams_shown(workspace: Workspace, *contributing: Iterable[str]) -> dict[str, str | None]:
    """Say the team of each advocate where it may stand beside their figures: not those whose sums are withheld, which could be added up.

    Parameters
    ----------
    workspace : Workspace
    *contributing : iterable of str
        Of each figure those who contribute to it; a team is named where of each figure nobody or enough of it do.
    """
    everyone = roster(workspace, Scope())
    smallest = workspace.settings.social.smallest_group
    hidden = set().union(*(small_teams(everyone, smallest, some) for some in contributing))
    return {one.advocate: one.team if one.team not in hidden else None for one in everyone}


def teams_note(count: int, smallest: float) -> list[Text]:
    """Say how many teams were withheld for how many advocates they have."""
    if not count:
        return []
    return [
        Text(
            "{count} {count:team is|teams are} withheld: those of fewer than {smallest:g} advocates, and those whose figures would give "
            "these away.",
            count=count,
            smallest=smallest,
        )
    ]


def withheld_note(count: int, smallest: float, figures: int = 0) -> list[Text]:
    """Say how many rows were withheld for how many contribute to them, and how many figures of those that are shown."""
    said = []
    if count:
        said.append(
            Text(
                "{count} {count:row is|rows are} withheld: those to which fewer than {smallest:g} advocates of a team contribute, and "
                "those that would give these away.",
                count=count,
                smallest=smallest,
            )
        )
    if figures:
        said.append(
            Text(
                "{count} {count:figure is|figures are} withheld (a dash stands for it, as for what is not known): fewer than {smallest:g} "
                "advocates of the team contribute to it, or it would give such a figure away.",
                count=figures,
                smallest=smallest,
            )
        )
    return said
