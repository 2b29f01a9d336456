"""Whom and what a report of the social room speaks of: a team, a network, a period; and who took part in it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from attribution.options import window_options
from reports.report import N_
from workspace import social_reading, social_records
from workspace.errors import UsageError
from workspace.store import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclasses.dataclass(frozen=True, slots=True)
class Advocate(social_records.Advocate):
    """An employee of the programme, and who they are among the people, where that is known."""

    person_id: int | None = None

    @property
    def listed_only(self) -> bool:
        """Whether they are eligible or invited and have not enrolled."""
        return self.since is None and (self.eligible_since is not None or self.invited_on is not None)

    def enrolled(self, since: dt.date | None, until: dt.date | None) -> bool:
        """Tell whether they took part on any day of a period (both days included)."""
        if self.listed_only:
            return False
        return (until is None or self.since is None or self.since <= until) and (since is None or self.until is None or self.until >= since)


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for; None is everything.

    Parameters
    ----------
    team, network : str or None
    since, until : datetime.date or None
        The first and the last day, both included, in the settings' time zone.
    """

    team: str | None = None
    network: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def meta(self) -> Mapping[str, Any]:
        """What a report says of it."""
        return {"team": self.team, "network": self.network, "since": self.since, "until": self.until}


def roster(workspace: Workspace, scope: Scope) -> list[Advocate]:
    """List the employees of the scope's team, whether enrolled or not, by code; a team that is written in several ways is one.

    Raises
    ------
    UsageError
        There is no such team or network.
    """
    rows = social_reading.advocates(workspace)
    spelled = {row["team"].casefold(): row["team"] for row in reversed(rows) if row["team"]}
    everyone = [Advocate(**row | {"team": spelled[row["team"].casefold()] if row["team"] else None}) for row in rows]
    networks = _networks(workspace) if scope.network is not None else []
    if networks and scope.network not in networks:
        raise UsageError(
            "--network {network}: nothing of that network is here; there are {networks}",
            network=scope.network,
            networks=", ".join(networks),
        )
    if scope.team is None:
        return everyone
    teams = sorted({one.team for one in everyone if one.team})
    chosen = [one for one in everyone if (one.team or "").casefold() == scope.team.casefold()]
    if not chosen:
        raise UsageError(
            "--team {team}: there is no such team; there are {teams}", team=scope.team, teams=", ".join(teams) or "none (import advocates)"
        )
    return chosen


def _networks(workspace: Workspace) -> list[str]:
    """Name the networks of which something is here, or of which the policy speaks."""
    told = {policy.network.casefold() for policy in workspace.settings.social.policy if policy.network}
    return sorted({*social_reading.networks(workspace), *told})


def scope_of(team: str | None, network: str | None, since: dt.date | None, until: dt.date | None) -> Scope:
    """Build a scope from what the options give.

    Raises
    ------
    UsageError
        The period is turned round.
    """
    scope = Scope(team, network.casefold() if network else None, since, until)
    if scope.since and scope.until and scope.until < scope.since:
        raise UsageError("--until {until} lies before --since {since}; swap them", until=scope.until, since=scope.since)
    return scope


def scope_options(command: Command) -> Command:
    """Add `--team`, `--network`, `--since` and `--until`; the command gets them as one `scope`."""

    @functools.wraps(command)
    def scoped(*args: Any, team: str | None, network: str | None, since: dt.date | None, until: dt.date | None, **rest: Any) -> Any:
        return command(*args, scope=scope_of(team, network, since, until), **rest)

    return _team_and_network(window_options(typing.cast(Command, scoped)))


def place_options(command: Command) -> Command:
    """Add `--team` and `--network` alone, for what is said of today; the command gets them as one `scope`."""

    @functools.wraps(command)
    def scoped(*args: Any, team: str | None, network: str | None, **rest: Any) -> Any:
        return command(*args, scope=scope_of(team, network, None, None), **rest)

    return _team_and_network(typing.cast(Command, scoped))


def _team_and_network(command: Command) -> Command:
    network = click.option("--network", metavar="NAME", help=N_("Only this network, such as linkedin."))
    team = click.option("--team", metavar="NAME", help=N_("Only the advocates of this team."))
    return team(network(command))
