"""Who knows the same people: the largest overlaps of two advocates, the matrix of the largest audiences, the matrix of teams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.paths import Ints
from reports.report import Chart, Pivot, Report, Text
from social.anonymity import withheld
from social.audiences import Audiences
from social.groups import small_teams, team_of, withheld_note
from social.scope import Advocate

if TYPE_CHECKING:
    import pandas as pd

MOST_PAIRS = 100
"""Overlaps listed, the largest first."""
LARGEST = 15
"""Audiences in the matrix of advocates: as many as a picture tells apart."""
HEAT = ("share_of_own_audience",)


def pairs_report(people: Audiences, meta: Mapping[str, Any]) -> Report:
    """List the advocates who know the same people, the largest overlaps first."""
    import pandas as pd

    shared = people.overlap() if len(people.advocates) else np.zeros((0, 0), dtype=np.int64)
    one, other = np.nonzero(np.triu(shared, 1))
    size = shared[one, other]
    order = np.lexsort((other, one, -size))[:MOST_PAIRS]
    one, other, size = one[order], other[order], size[order]
    names = np.array(people.advocates, dtype=object)
    smaller = np.minimum(people.gross[one], people.gross[other])
    frame = pd.DataFrame(
        {
            "advocate": names[one],
            "other_advocate": names[other],
            "people_shared": size,
            "share_of_smaller": size / np.maximum(smaller, 1),
            "share_of_both": size / np.maximum(people.gross[one] + people.gross[other] - size, 1),
        }
    )
    notes = (
        Text(
            "The {most} largest overlaps. A share of 1 of the smaller: that advocate adds nobody whom the other does not know.",
            most=MOST_PAIRS,
        ),
    )
    return Report("social_reach_overlap", Text("Advocates who know the same people"), frame, notes, meta)


def matrix_report(people: Audiences, meta: Mapping[str, Any]) -> Report:
    """Lay out how many people each two of the largest audiences share, and which share of the row's audience that is."""
    order = np.lexsort((np.arange(len(people.advocates)), -people.gross))
    chosen = [people.advocates[place] for place in order if people.gross[place]][:LARGEST]
    few = people.of(chosen)
    rank = [few.advocates.index(name) for name in chosen]
    shared = few.overlap()[np.ix_(rank, rank)] if chosen else np.zeros((0, 0), dtype=np.int64)
    frame = _long(chosen, shared, np.zeros_like(shared, dtype=np.bool_), ("advocate", "other_advocate", "audience"))
    title = Text("Overlap of the audiences of advocates")
    notes = (
        Text(
            "The {count} largest {count:audience|audiences} of {known}. A cell: of the people whom the advocate of the row knows, the "
            "share whom the advocate of the column knows too; it is not the same the other way round. The rows behind the table hold the "
            "people as well (--format csv).",
            count=len(chosen),
            known=int(np.count_nonzero(people.gross)),
        ),
        Text(
            "In the picture a dark column is one who knows those whom others know, a pale row an audience that few of these others reach."
        ),
    )
    return Report(
        "social_reach_matrix",
        title,
        frame,
        notes,
        meta,
        Pivot(("advocate", "audience"), "other_advocate", HEAT[0]),
        (Chart("heat", "other_advocate", HEAT, title, series="advocate"),),
    )


def teams_report(people: Audiences, advocates: list[Advocate], smallest: float, team: str | None, meta: Mapping[str, Any]) -> Report:
    """Lay out how many people each two teams both know, and which share of the audience of the row's team that is.

    Parameters
    ----------
    people : Audiences
        Of the advocates of all teams.
    advocates : list of Advocate
        Everybody on the list.
    smallest : float
    team : str or None
        The team whose row alone is shown.
    meta : mapping

    Notes
    -----
    A team is withheld where too few of its advocates have a known audience, or where its audience would give such a team away. Of the
    others a cell is withheld where, on either side, fewer than `smallest` advocates know anybody whom the other team knows, unless nobody
    does; and with it the next smallest, as the size of the union of all teams could give a single one away.
    """
    known = people.of([name for name, size in zip(people.advocates, people.gross, strict=True) if size])
    of = team_of(advocates)
    hidden = small_teams(advocates, smallest, known.advocates)
    groups = [of[name] for name in known.advocates]
    names = sorted(set(groups) - hidden)
    shown = known.of([name for name, group in zip(known.advocates, groups, strict=True) if group not in hidden])
    teams = shown.together([of[name] for name in shown.advocates])
    shared = teams.overlap() if names else np.zeros((0, 0), dtype=np.int64)
    few = _few(shown, teams, [names.index(of[name]) for name in shown.advocates], smallest)
    frame = _long(names, shared, few, ("team", "other_team", "unique_audience"))
    told = frame if team is None else frame[frame["team"] == team].reset_index(drop=True)
    gone = int(told["people_shared"].isna().sum())
    title = Text("Overlap of the audiences of teams")
    notes = [
        Text(
            "A cell: of the people whom somebody of the team of the row knows, each counted once, the share whom somebody of the team of "
            "the column knows too. The rows behind the table hold the people as well (--format csv)."
        ),
        *withheld_note(len(hidden), smallest),
    ]
    if gone:
        notes.append(
            Text(
                "{count} {count:cell is|cells are} withheld: fewer than {smallest:g} advocates of one of the two teams know anybody whom "
                "the other team knows, or the cell would give such a one away.",
                count=gone,
                smallest=smallest,
            )
        )
    return Report(
        "social_reach_teams",
        title,
        told,
        tuple(notes),
        meta,
        Pivot(("team", "unique_audience"), "other_team", HEAT[0]),
        (Chart("heat", "other_team", HEAT, title, series="team"),) if len(names) > 1 else (),
    )


def _few(shown: Audiences, teams: Audiences, of: list[int], smallest: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which cells of the matrix of teams too few advocates contribute to, shape (n_teams, n_teams)."""
    n = len(teams.advocates)
    few = np.zeros((n, n), dtype=np.bool_)
    if n < 2:
        return few
    meets = np.asarray((shown.table() @ teams.table().T).todense()) > 0  # whether an advocate knows anybody whom a team knows
    count = np.zeros((n, n), dtype=np.int64)
    np.add.at(count, np.array(of), meets)  # of how many of the row's advocates that is so
    sizes = {(a, b): int(min(count[a, b], count[b, a])) for a in range(n) for b in range(a + 1, n)}
    for a, b in withheld(sizes, smallest):
        few[a, b] = few[b, a] = True
    return few


def _long(names: list[str], shared: Ints, few: np.ndarray[Any, np.dtype[np.bool_]], columns: tuple[str, str, str]) -> pd.DataFrame:
    """Lay a matrix out as one row for each two, in its order, with the size of the first of them."""
    import pandas as pd

    n = len(names)
    one, other = (place.ravel() for place in np.indices((n, n)))
    size = shared[one, one] if n else np.zeros(0, dtype=np.int64)
    told = np.where(few[one, other], np.nan, shared[one, other]) if n else np.zeros(0)
    label = np.array(names, dtype=object)
    row, column, of_row = columns
    return pd.DataFrame(
        {row: label[one], column: label[other], of_row: size, "people_shared": told, "share_of_own_audience": told / np.maximum(size, 1)}
    )
