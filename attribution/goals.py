"""Which conversions are meant: the goal asked for, or the one that the settings and the data point to."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from workspace import reading
from workspace.errors import DataError
from workspace.goals import same_goal
from workspace.settings import Settings
from workspace.store import Workspace


def choose_goal(workspace: Workspace, asked: str | None) -> str:
    """Choose the goal: the one asked for, else the settings', else the last stage that the data holds, else the only one.

    Raises
    ------
    DataError
        There is none, or several without a hint which is meant.
    """
    there = reading.goals(workspace)
    if not there:
        raise DataError("There are no conversions yet; import some with 'smarketing import csv FILE --as conversions'")
    return goal_among(there, asked, workspace.settings)


def goal_among(there: Mapping[str, int], asked: str | None, settings: Settings) -> str:
    """Choose one of the goals that there are, each with how many conversions it has, at least one."""
    listed = ", ".join(there)
    wanted = asked or settings.attribution.goal
    if wanted is not None:
        fit = same_goal(wanted, there)
        if fit is None:
            near = difflib.get_close_matches(wanted, there, n=1)
            if not near:
                raise DataError("There are no conversions of the goal '{goal}'; there are: {goals}", goal=wanted, goals=listed)
            raise DataError(
                "There are no conversions of the goal '{goal}'; did you mean '{near}'? There are: {goals}",
                goal=wanted,
                near=near[0],
                goals=listed,
            )
        return fit
    stages = [stage for stage in settings.attribution.stages if stage in there]
    if stages:
        return stages[-1]
    if len(there) > 1:
        raise DataError("There are several goals: {goals}; choose one with --goal", goals=listed)
    return next(iter(there))
