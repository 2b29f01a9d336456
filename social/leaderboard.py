"""The leaderboard: points for actions, by the card of the day of the action; teams by the mean of their active advocates."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.columns import column
from reports.identifiers import joined
from reports.report import Report, Text
from social.anonymity import withheld
from social.cuts import check_cut
from social.groups import NO_TEAM, check_team, members, sizes, small_teams, teams_note, teams_shown, withheld_note
from social.opportunities import opportunities
from social.posts import posts
from social.scope import Scope, roster
from workspace import consent, reading
from workspace.errors import UsageError
from workspace.social_settings import Points
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

ACTIONS = ("original", "repost", "comment", "reaction")
"""Kinds of post that earn points; clicks and leads do too."""


def card_on(cards: Sequence[Points], day: dt.date) -> Points | None:
    """Find the points that held on a day: the latest card that began by then; None before the first.

    Examples
    --------
    >>> cards = [Points(dt.date(2026, 1, 1), original=10), Points(dt.date(2026, 3, 1), original=5)]
    >>> [getattr(card_on(cards, dt.date(2026, month, 9)), "original", None) for month in (2, 3)]
    [10, 5]
    """
    begun = [card for card in sorted(cards, key=lambda card: card.since) if card.since <= day]
    return begun[-1] if begun else None


def report(workspace: Workspace, scope: Scope, by: str) -> Report:
    """Report points by advocate, or the mean of active advocates by team.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    by : {"team", "advocate"}

    Raises
    ------
    UsageError
        The leaderboard is off, no points are set, the team is too small, or reports on single employees are off.
    """
    import pandas as pd

    chosen = workspace.settings.social
    if not chosen.leaderboard:
        raise UsageError(
            "The leaderboard is off: it evaluates employees one by one. Where a works council (CSE in France) has been informed and "
            "consulted and the staff told beforehand (articles L.2312-38 and L.1222-4 of the French labour code), write leaderboard = true "
            "under [social] in smarketing.toml"
        )
    if not chosen.points:
        raise UsageError("No points are set; write [[social.points]] into smarketing.toml, as its comments show")
    check_team(workspace, scope)
    check_cut(workspace, by)
    earned = _earned(workspace, dataclasses.replace(scope, team=None), chosen.points)
    everyone = roster(workspace, Scope())
    there = members(everyone, (scope.since, scope.until))
    check_team(workspace, scope, there & earned.keys())
    enrolled = [one for one in roster(workspace, scope) if one.advocate in there]
    agreed = consent.granted(workspace, "name")
    rows = [
        {
            "advocate": one.name if one.advocate in agreed and one.name else one.advocate,
            "team": one.team or NO_TEAM,
            "points": earned.get(one.advocate, 0.0),
            "active": one.advocate in earned,
        }
        for one in enrolled
    ]
    frame = pd.DataFrame(rows, columns=["advocate", "team", "points", "active"])
    hidden: set[str] = set()
    few_shown = 0
    if by == "team":
        hidden = small_teams(everyone, chosen.smallest_group, there)
        few = withheld(sizes(everyone, there & earned.keys()), chosen.smallest_group, hidden)
        frame = _teams(frame[~frame["team"].isin(list(hidden))], few)
        few_shown = len(few & set(frame["team"]))
    else:
        shown = teams_shown(workspace, there & earned.keys())
        active = frame.assign(team=[shown[one.advocate] for one in enrolled])[frame["active"]].drop(columns="active")
        frame = active.sort_values(["points", "advocate"], ascending=[False, True], ignore_index=True)
        frame.insert(0, "rank", frame["points"].rank(method="min", ascending=False).astype(int))
    notes = [
        Text("Points are those of the card that held on the day of the action; a new card changes nothing of the past."),
        Text("Teams are compared by the mean of their active advocates, so that size does not win.")
        if by == "team"
        else Text("Names stand here of those alone who agreed to it; the others are codes."),
        *(_card_note(card) for card in sorted(chosen.points, key=lambda card: card.since)),
        *teams_note(len(hidden), chosen.smallest_group),
        *withheld_note(0, chosen.smallest_group, few_shown),
    ]
    meta = {**scope.meta, "by": by}
    return Report("social_leaderboard", Text("Leaderboard of employee advocacy"), frame, tuple(notes), meta)


def _card_note(card: Points) -> Text:
    """Say what each action earns from a day on."""
    earning = [(Text(column(f"{name}s").label), getattr(card, name)) for name in (*ACTIONS, "click", "lead")]
    said = [Text("{name} {weight:g}", name=name, weight=points) for name, points in earning if points]
    return Text("Points for each from {day} on: {points}.", day=card.since, points=joined(said or [Text("nothing")]))


def _teams(frame: pd.DataFrame, few: set[str]) -> pd.DataFrame:
    """Take the mean over active advocates; of teams with too few of them it is withheld (left unknown)."""
    grouped = frame.groupby("team")
    teams = grouped.size().rename("enrolled").to_frame()
    active = frame[frame["active"]].groupby("team")["points"]
    told = ~teams.index.isin(sorted(few))
    teams["active_advocates"] = active.size().reindex(teams.index, fill_value=0).astype(float).where(told)
    teams["mean_points"] = active.mean().reindex(teams.index).where(told)
    return teams.sort_values(["mean_points", "enrolled"], ascending=[False, False]).reset_index()


def _earned(workspace: Workspace, scope: Scope, cards: Sequence[Points]) -> dict[str, float]:
    """Add up the points of each advocate who did anything that earns some, in the period."""
    earned: dict[str, float] = {}

    def add(advocate: str | None, day: dt.date, action: str, times: float = 1.0) -> None:
        card = card_on(cards, day)
        if advocate is not None and card is not None and (points := times * getattr(card, action)):
            earned[advocate] = earned.get(advocate, 0.0) + points

    for row in posts(workspace, scope).to_dict("records"):
        if row["kind"] in ACTIONS:
            add(row["advocate"], row["day"], row["kind"])
        # Figures of a post belong to its day: of most networks only the sum is known.
        if row["clicks"] == row["clicks"] and row["kind"] in ("original", "repost"):
            add(row["advocate"], row["day"], "click", row["clicks"])
    if any(card.lead for card in cards) and workspace.settings.attribution.lead_goal in reading.goals(workspace):
        zone = zoneinfo.ZoneInfo(workspace.settings.time_zone)
        found = opportunities(workspace, Scope(scope.team, scope.network)).ledger
        sourced = found[(found["kind"] == "lead") & (found["ledger"] == "sourced") & found["advocate"].notna()]
        for advocate, at in zip(sourced["advocate"], sourced["at"], strict=True):
            day = dt.datetime.fromtimestamp(int(at), zone).date()
            if (scope.since is None or day >= scope.since) and (scope.until is None or day <= scope.until):
                add(advocate, day, "lead")
    return earned
