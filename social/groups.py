"""Cutting a table by advocate, team, content, network or post, and withholding teams that are too small."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from reports.report import Text
from social.anonymity import withheld
from social.scope import Advocate, Scope, roster
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

CUTS = ("advocate", "team", "content", "network", "post")
NO_TEAM = "(no team)"
"""Stands for advocates whose team is not known."""
NOT_SET = "(not set)"
WITHHELD = "(withheld)"
"""Stands for the teams that are withheld, taken together."""
Period = tuple["dt.date | None", "dt.date | None"]
ALWAYS: Period = (None, None)
"""The first and the last day of a period; None is unbounded."""


def team_of(advocates: Sequence[Advocate]) -> dict[str, str]:
    """Say in which team each advocate is."""
    return {one.advocate: one.team or NO_TEAM for one in advocates}


def small_teams(advocates: Sequence[Advocate], smallest: float, others: Iterable[str] = (), period: Period = ALWAYS) -> set[str]:
    """Name the teams whose figures are withheld (`social.anonymity.withheld`): by how many enrolled advocates they have.

    Parameters
    ----------
    advocates : sequence of Advocate
    smallest : float
    others : iterable of str
        Advocates with figures: they count whenever they enrolled, in `NO_TEAM` where they are not on that list.
    period : (date or None, date or None)
        Those count who were enrolled on one of its days.
    """
    sizes: dict[str, int] = {}
    others = set(others)
    strangers = others - {one.advocate for one in advocates}
    if strangers:
        sizes[NO_TEAM] = len(strangers)
    for one in advocates:
        if one.enrolled(*period) or one.advocate in others:
            sizes[one.team or NO_TEAM] = sizes.get(one.team or NO_TEAM, 0) + 1
    return withheld(sizes, smallest)


def cut(
    rows: pd.DataFrame, by: str, advocates: Sequence[Advocate], smallest: float, period: Period = ALWAYS, *, together: bool = False
) -> tuple[pd.DataFrame, int]:
    """Give rows that have an `advocate` the column they are cut by, and withhold the teams that are too small.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `network` where they are cut by `post`.
    by : str
    advocates : sequence of Advocate
    smallest : float
    period : (date or None, date or None)
    together : bool
        Keep what the withheld teams have as that of one, `WITHHELD`, so that the rows add up: it is what the total less the others is.

    Returns
    -------
    rows : pandas.DataFrame
        With the column `by`, `NOT_SET` where it is not known; a post whose number another network gave to another post bears its network.
    withheld : int
        Teams withheld.
    """
    hidden: Collection[str] = ()
    if by == "team":
        teams = team_of(advocates)
        # What stands in parentheses is no advocate ("(unassigned)") and stays as it is.
        rows = rows.assign(team=[teams.get(one, one if str(one).startswith("(") else NO_TEAM) for one in rows["advocate"]])
        hidden = small_teams(advocates, smallest, {one for one in rows["advocate"].dropna() if not one.startswith("(")}, period)
        unseen = rows["team"].isin(list(hidden))
        rows = rows.assign(team=rows["team"].mask(unseen, WITHHELD)) if together else rows[~unseen]
    if by == "post":
        pairs = rows[["network", "post"]].drop_duplicates()
        twice = rows["post"].isin(pairs["post"][pairs["post"].duplicated() & pairs["post"].notna()])
        rows = rows.assign(post=rows["post"].mask(twice, rows["post"] + " (" + rows["network"] + ")"))
    return rows.assign(**{by: rows[by].where(rows[by].notna(), NOT_SET)}), len(hidden)


def check_team(workspace: Workspace, scope: Scope) -> None:
    """Refuse a report of a team that no report by team shows: its figures would be those of single people, or give these away.

    Raises
    ------
    UsageError
        The team has too few enrolled advocates in the period, or what remains of all without it is about too few; there is no such team.
    """
    if scope.team is None:
        return
    smallest, period = workspace.settings.social.smallest_group, (scope.since, scope.until)
    members = [one for one in roster(workspace, scope) if one.enrolled(*period)]
    if len(members) < smallest:
        raise UsageError(
            "--team {team}: it has {size} advocates, and figures of fewer than {smallest:g} are withheld, as they would be those of single "
            "people; ask for all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff allows it",
            team=scope.team,
            size=len(members),
            smallest=smallest,
        )
    if {one.team for one in members} & small_teams(roster(workspace, Scope()), smallest, period=period):
        raise UsageError(
            "--team {team}: its figures are withheld, since those of all teams less these would be those of a team of fewer than "
            "{smallest:g}; ask for all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff allows it",
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


INDIVIDUAL = frozenset({"advocate", "post"})
"""Cuts whose rows are about one employee each."""


def check_cut(workspace: Workspace, by: str) -> None:
    """Refuse a cut whose rows are about one employee each where the settings switch these off (`check_individuals`)."""
    if by in INDIVIDUAL:
        check_individuals(workspace, f"--by {by}")


def teams_shown(workspace: Workspace, scope: Scope) -> dict[str, str | None]:
    """Say the team of each advocate where it may stand beside their figures: not those whose sums are withheld, which could be added up."""
    everyone = roster(workspace, Scope())
    hidden = small_teams(everyone, workspace.settings.social.smallest_group, period=(scope.since, scope.until))
    return {one.advocate: one.team if one.team not in hidden else None for one in everyone}


def withheld_note(count: int, smallest: float) -> list[Text]:
    """Say how many teams were withheld."""
    if not count:
        return []
    return [
        Text(
            "{count} teams are withheld: those of fewer than {smallest:g} advocates, and those whose figures would give these away.",
            count=count,
            smallest=smallest,
        )
    ]
