"""What may be told of a team's reach by itself: the figures to which nobody or enough of its advocates contribute."""

from __future__ import annotations

import dataclasses
import functools

from social.groups import small_teams
from social.reach import Reach
from social.scope import Advocate, Scope, roster
from workspace.store import Workspace


@dataclasses.dataclass(frozen=True, eq=False)
class Team:
    """A team beside all the others.

    Parameters
    ----------
    name : str
    everyone : list of Advocate
    of_all : Reach
        Of all teams.
    smallest : float
    """

    name: str
    everyone: list[Advocate]
    of_all: Reach
    smallest: float

    @functools.cached_property
    def hidden(self) -> set[str]:
        """The kinds of figures (`Reach.contributing`) that are withheld of the team."""
        sets = self.of_all.contributing.items()
        return {kind for kind, some in sets if self.name in small_teams(self.everyone, self.smallest, some)}


def team_of_scope(workspace: Workspace, scope: Scope, of_all: Reach) -> Team | None:
    """Put the scope's team beside all; None where all are told of."""
    if scope.team is None:
        return None
    everyone = roster(workspace, Scope())
    name = next(one.team for one in roster(workspace, scope) if one.team)
    return Team(name, everyone, of_all, workspace.settings.social.smallest_group)
