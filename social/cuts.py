"""Cutting a table by advocate, team, content, network or post, and withholding what too few of a team contribute to."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from social.anonymity import withheld
from social.groups import NO_TEAM, check_individuals, team_of
from social.scope import Advocate
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

CUTS = ("advocate", "team", "content", "network", "post")
ONE_BY_ONE = ("advocate", "post")
"""Cuts whose rows are of one advocate each, by code: of a team they stand where the team's sum may."""
NOT_SET = "(not set)"
WITHHELD = "(withheld)"
"""Stands for the teams that are withheld, taken together."""


@dataclasses.dataclass(frozen=True, eq=False)
class Cut:
    """Rows cut by a column, and what of it may be shown.

    Parameters
    ----------
    by : str
    team : str or None
        The one team that is told of.
    smallest : float
    everything : pandas.DataFrame
        The rows of all teams, with the columns `advocate`, `team` and `by`.
    shown : pandas.DataFrame
        Those of the groups that are shown.
    hidden : set of (str, object)
        The team and the value of each group that is not; where rows are of one advocate each, the value is "".

    Notes
    -----
    A cell is what a team has to do with a value: of a cut by team there is one value. Cells of fewer than `smallest` advocates, nobody
    aside, are withheld, and with them others: a value's total is told elsewhere, and so is a team's, so that of the cells of each value,
    and of each team, none or at least two are withheld, which are together of enough. Whether some of these could still be worked out from
    all others together, which takes a linear program to tell, is not looked into.
    """

    by: str
    team: str | None
    smallest: float
    everything: pd.DataFrame
    shown: pd.DataFrame
    hidden: set[tuple[str, object]]

    @property
    def withheld(self) -> int:
        """How many groups are not shown."""
        return len([cell for cell in self.hidden if self.team in (None, cell[0])])

    def mask(self, frame: pd.DataFrame, figures: Mapping[str, Sequence[str]], within: str | None = None) -> int:
        """Leave the figures of a table unknown that too few advocates contribute to.

        Parameters
        ----------
        frame : pandas.DataFrame
            Changed in place: one row for each `by` (and `within`), a column for each of the figures.
        figures : mapping of str to sequence of str
            Of each figure the columns of the rows that have to be known for a row to contribute to it. Where one of these may not be told
            by itself, the figure may not either.
        within : str or None
            A further column of the cut, whose values are told apart.

        Returns
        -------
        int
            How many were known and are not told.
        """
        if self.by != "team" and self.team is None:
            return 0
        count = 0
        for value in [None] if within is None else frame[within].unique():
            rows = self.everything if within is None else self.everything[self.everything[within] == value]
            mine = frame.index if within is None else frame.index[frame[within] == value]
            alone = {part: _cells(rows[rows[part].notna()], self, self.hidden) for parts in figures.values() for part in parts}
            cells = [_cell(row, self) for row in frame.loc[mine, self.by]]
            for figure, parts in figures.items():
                already = set().union(*(alone[part] for part in parts))
                hidden = already if len(parts) == 1 else _cells(rows[rows[list(parts)].notna().all(axis=1)], self, already)
                gone = [place for place, cell in zip(mine, cells, strict=True) if cell in hidden]
                count += int(frame.loc[gone, figure].notna().sum())
                frame[figure] = frame[figure].astype(float)
                frame.loc[gone, figure] = float("nan")
        return count


def _cell(value: object, cut: Cut) -> tuple[str, object]:
    """Name the cell that a row of a table is."""
    if cut.by == "team":
        return str(value), ""
    return str(cut.team), "" if cut.by in ONE_BY_ONE else value


def _cells(rows: pd.DataFrame, cut: Cut, already: Collection[tuple[str, object]] = ()) -> set[tuple[str, object]]:
    """Name the cells of fewer advocates than is allowed among some rows, and those that would give them away."""
    single = cut.by in ("team", *ONE_BY_ONE)
    ours = [isinstance(one, str) and not one.startswith("(") for one in rows["advocate"]]
    rows = rows.loc[np.array(ours, dtype=np.bool_)]
    grouped = rows.assign(value="" if single else rows[cut.by]).groupby(["team", "value"])["advocate"]
    counted: dict[Any, int] = grouped.nunique().to_dict()
    if single:
        of_teams = {team: size for (team, _), size in counted.items()}
        return {(team, "") for team in withheld(of_teams, cut.smallest, [team for team, _ in already])} | set(already)
    return hidden_cells(counted, cut.smallest, already)


def hidden_cells(
    counted: Mapping[tuple[str, object], int], smallest: float, already: Collection[tuple[str, object]] = ()
) -> set[tuple[str, object]]:
    """Name the cells of teams and values that are withheld, where the totals of both are known and any team may be told of by itself.

    Parameters
    ----------
    counted : mapping of (str, object) to int
        How many advocates contribute to each cell.
    smallest : float
    already : collection of (str, object)
        Cells that are not shown anyway.

    Notes
    -----
    In each line and column none or at least two cells are withheld, which are together of enough.

    Examples
    --------
    >>> cells = {("Sales", "May"): 6, ("Sales", "June"): 7, ("Care", "May"): 1, ("Care", "June"): 5}
    >>> sorted(hidden_cells(cells | {("Care", "July"): 9, ("Sales", "July"): 8}, 5))
    [('Care', 'June'), ('Care', 'May'), ('Sales', 'June'), ('Sales', 'May')]
    """
    hidden, before = set(already), None
    while hidden != before:
        before = set(hidden)
        for side in (1, 0):  # the teams of each value, then the values of each team
            for line in {cell[side] for cell in [*counted, *hidden]}:
                of_line = {cell: size for cell, size in counted.items() if cell[side] == line}
                hidden |= withheld(of_line, smallest, [cell for cell in hidden if cell[side] == line], least=2)
    return hidden


def cut(
    rows: pd.DataFrame, by: str, advocates: Sequence[Advocate], smallest: float, team: str | None = None, *, together: bool = False
) -> Cut:
    """Cut rows that have an `advocate` by a column, without the groups to which too few of a team contribute.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of all teams, so that it is seen what could be worked out; with `network` where they are cut by `post`. What is not known is
        `NOT_SET`; a post whose number another network gave to another post bears its network.
    by : str
    advocates : sequence of Advocate
    smallest : float
    team : str or None
        The only team to be shown.
    together : bool
        Keep what the withheld teams have as that of one, `WITHHELD`, so that the rows add up: it is what the total less the others is.
    """
    teams = team_of(advocates)
    # What stands in parentheses is no advocate ("(unassigned)") and stays as it is.
    rows = rows.assign(team=[teams.get(one, one if str(one).startswith("(") else NO_TEAM) for one in rows["advocate"]])
    if by == "post":
        pairs = rows[["network", "post"]].drop_duplicates()
        twice = rows["post"].isin(pairs["post"][pairs["post"].duplicated() & pairs["post"].notna()])
        rows = rows.assign(post=rows["post"].mask(twice, rows["post"] + " (" + rows["network"] + ")"))
    rows = rows.assign(**{by: rows[by].where(rows[by].notna(), NOT_SET)})
    spelled = None if team is None else next((name for name in teams.values() if name.casefold() == team.casefold()), team)
    found = Cut(by, spelled, smallest, rows, rows, set())
    if by != "team" and team is None:
        return found
    hidden = _cells(rows, found)
    if together and team is None:
        parted = rows.assign(team=rows["team"].mask(rows["team"].isin([name for name, _ in hidden]), WITHHELD))
        return dataclasses.replace(found, everything=parted, shown=parted, hidden=hidden)
    shown = rows if team is None else rows[rows["team"] == spelled]
    values = [""] * len(shown) if by in ("team", *ONE_BY_ONE) else shown[by]
    kept = np.array([cell not in hidden for cell in zip(shown["team"], values, strict=True)], dtype=np.bool_)
    return dataclasses.replace(found, shown=shown[kept], hidden=hidden)


def check_cut(workspace: Workspace, by: str) -> None:
    """Refuse a cut whose rows are about one employee each where the settings switch these off (`check_individuals`)."""
    if by in ONE_BY_ONE:
        check_individuals(workspace, f"--by {by}")
