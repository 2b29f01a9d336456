"""LinkedIn's Social Selling Index as employees report it, and an activity index of our own, whose parts are all on the table.

Ours is no SSI: LinkedIn keeps the formula of that to itself.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.columns import column
from reports.identifiers import joined
from reports.report import Chart, Report, Text
from social.anonymity import withheld
from social.cuts import check_cut
from social.groups import check_individuals, check_team, members, small_teams, team_of, teams_note, teams_shown
from social.posts import none_yet, posts
from social.scope import Advocate, Scope, roster
from workspace import social_reading
from workspace.errors import DataError, UsageError
from workspace.social_reading import EPOCH
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

PILLARS = ("brand", "find", "insights", "relationships")
MONTH = 30.4375
"""Days."""
PARTS = {"posts": 4.0, "reposts": 4.0, "comments": 12.0, "reactions": 20.0, "new_at_targets": 5.0}
"""How many a month of each part make it full: about one post a week, three comments and five reactions a week. Our choice, not a
measurement; the index is the mean of the parts, each at most 100."""
KIND_OF_PART = {"posts": "original", "reposts": "repost", "comments": "comment", "reactions": "reaction"}


def ssi_report(workspace: Workspace, scope: Scope, by: str) -> Report:
    """Follow LinkedIn's index of each advocate, or its mean by team and month.

    Raises
    ------
    DataError
        None was imported.
    UsageError
        The team is too small, a network is asked for that has no such index, or reports on single employees are off.
    """
    import pandas as pd

    if scope.network not in (None, "linkedin"):
        raise UsageError(
            "--network {network}: the Social Selling Index is LinkedIn's, no other network has one; leave --network out",
            network=scope.network,
        )
    people, everyone = roster(workspace, scope), roster(workspace, Scope())
    smallest = workspace.settings.social.smallest_group
    check_team(workspace, scope)
    check_cut(workspace, by)
    teams = team_of(everyone)
    told = [
        row
        for row in social_reading.selling_index(workspace)
        if row["advocate"] in teams
        and (scope.since is None or row["day"] >= scope.since)
        and (scope.until is None or row["day"] <= scope.until)
    ]
    telling = {row["advocate"] for row in told}
    check_team(workspace, scope, telling)
    asked = {one.advocate for one in people}
    if not telling & asked:
        raise DataError(
            "There is no Social Selling Index in this period; employees read theirs at linkedin.com/sales/ssi, and it is imported with "
            "'smarketing import csv FILE --as ssi' (advocate, day, brand, find, insights, relationships)"
        )
    everything = pd.DataFrame(told)
    everything["ssi"] = everything[list(PILLARS)].sum(axis=1)
    everything["team"] = everything["advocate"].map(teams)
    table = everything[everything["advocate"].isin(sorted(asked))]
    hidden: set[str] = set()
    few = 0
    if by == "team":
        hidden = small_teams(everyone, smallest, members(everyone, (scope.since, scope.until)))
        frame, few = _by_month(everything, hidden, smallest, set(table["team"]))
        chart = Chart("line", "month", ("ssi",), Text("Social Selling Index (LinkedIn)"), series="team")
    else:
        frame = _by_advocate(table.assign(team=table["advocate"].map(teams_shown(workspace, telling))))
        chart = Chart("bar", "advocate", ("ssi",), Text("Social Selling Index (LinkedIn)"))
    notes = [
        Text(
            "LinkedIn's own index, 0 to 100, of four pillars of 25 each, as employees read it off its page; its formula is not published."
        ),
        *teams_note(len(hidden), smallest),
    ]
    if few:
        notes.append(
            Text(
                "{count} {count:month|months} of teams {count:is|are} withheld: fewer than {smallest:g} of the team told theirs, or the "
                "mean would give away that of so few elsewhere; --by advocate shows each by code.",
                count=few,
                smallest=smallest,
            )
        )
    meta = {**scope.meta, "by": by, "advocates": table["advocate"].nunique()}
    return Report("social_ssi", Text("Social Selling Index (LinkedIn)"), frame, tuple(notes), meta, charts=(chart,))


def _by_advocate(table: pd.DataFrame) -> pd.DataFrame:
    """Take the latest of each advocate, and how it changed since the first; one day says nothing of a change."""
    ordered = table.sort_values(["advocate", "day"])
    first, last = ordered.groupby("advocate").first(), ordered.groupby("advocate").last()
    frame = last[["team", "day", "ssi", *PILLARS]].copy()
    frame["ssi_change"] = (last["ssi"] - first["ssi"]).where(last["day"] != first["day"])
    frame["ssi_since"] = first["day"].where(last["day"] != first["day"])
    return frame.reset_index().sort_values(["ssi", "advocate"], ascending=[False, True], ignore_index=True)


def _by_month(table: pd.DataFrame, hidden: set[str], smallest: float, asked: set[str]) -> tuple[pd.DataFrame, int]:
    """Take the mean of each team asked for and month, of the last that each advocate told in it; the table is that of all teams.

    Returns
    -------
    frame : pandas.DataFrame
        `team, month, advocates, ssi` and the pillars, of the months in which enough of a team told theirs.
    withheld : int
        How many months of teams that are not hidden anyway were left out.
    """
    dated = table.assign(month=[day.replace(day=1) for day in table["day"]])
    latest = dated.sort_values("day").groupby(["advocate", "month"]).tail(1)
    grouped = latest.groupby(["team", "month"])
    frame = grouped[["ssi", *PILLARS]].mean()
    frame.insert(0, "advocates", grouped["advocate"].nunique())
    frame = frame.reset_index()
    kept = []
    for _, of_month in frame.groupby("month"):
        # A mean over too few of a team is theirs, not the team's.
        small = withheld(dict(zip(of_month["team"], of_month["advocates"].tolist(), strict=True)), smallest, hidden)
        kept += of_month.index[~of_month["team"].isin(list(small))].tolist()
    ours = frame["team"].isin(sorted(asked - hidden))
    shown = frame.loc[sorted(kept)]
    shown = shown[shown["team"].isin(sorted(asked))].reset_index(drop=True)
    return shown, int(ours.sum()) - len(shown)


def activity_report(workspace: Workspace, scope: Scope, today: dt.date | None = None) -> Report:
    """Report our own activity index of each advocate, part by part.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
        Without a period: the 91 days up to the latest post; from a day on that lies after it: up to today.
    today : date or None
        For tests.

    Raises
    ------
    DataError
        There are no posts.
    UsageError
        The team is too small, or reports on single employees are off.
    """
    import pandas as pd

    people = roster(workspace, scope)
    check_team(workspace, scope)
    check_individuals(workspace, "smarketing social activity")
    of_all = posts(workspace, Scope(None, scope.network, None, scope.until))
    everything = of_all[of_all["advocate"].isin([one.advocate for one in people])]
    if not len(everything):
        raise none_yet()
    until = scope.until or everything["day"].max()
    if scope.until is None and scope.since is not None and scope.since > until:
        until = max(scope.since, today or dt.date.today())  # nothing was posted since
    since = scope.since or until - dt.timedelta(days=90)
    ties, senior = _ties(workspace, scope.network)
    there = members(roster(workspace, Scope()), (since, until))
    known = [there & some for some in (set(of_all["advocate"]), ties.keys(), senior.keys())]
    for some in known:
        check_team(workspace, scope, some)
    own, shown = dict(iter(everything.groupby("advocate"))), teams_shown(workspace, there, *known)
    rows = [
        _of_advocate(one, own.get(one.advocate, everything.iloc[:0]), (since, until), ties.get(one.advocate))
        | {"share_senior": senior.get(one.advocate, np.nan), "team": shown[one.advocate]}
        for one in people
        if one.enrolled(since, until)
    ]
    columns = ["advocate", "team", "activity_index", "parts_known", *(f"{name}_a_month" for name in PARTS), "share_senior"]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["activity_index", "advocate"], ascending=[False, True], ignore_index=True)
    title = Text("Activity of each advocate")
    full = joined([Text("{name} {weight:g}", name=Text(column(f"{name}_a_month").label), weight=count) for name, count in PARTS.items()])
    notes = (
        Text(
            "The index is the mean of its parts, each 100 at so many a month: {full}. A part that is not known is left out of the mean, so "
            "compare those alone of whom the same parts are known. It says how much was done, not how well, and is not LinkedIn's Social "
            "Selling Index.",
            full=full,
        ),
        Text(
            "Nothing is known of advocates of whom no post was imported; comments and reactions are known of those alone whose archives "
            "hold them."
        ),
        Text("A month is counted over the days on which the advocate took part."),
        Text("Share of directors and above is over the connections whose title is known, at key accounts."),
        Text("From {since} to {until}.", since=since, until=until),
    )
    meta = {"team": scope.team, "network": scope.network, "since": since, "until": until, "advocates": len(frame)}
    return Report("social_activity", title, frame, notes, meta, charts=(Chart("bar", "advocate", ("activity_index",), title),))


def _of_advocate(one: Advocate, own: pd.DataFrame, period: tuple[dt.date, dt.date], ties: list[dt.date] | None) -> dict[str, Any]:
    """Count what an advocate did in a month of the days on which they took part, and take the mean of the parts that are known.

    Parameters
    ----------
    one : Advocate
    own : pandas.DataFrame
        All that was ever imported of their posts: what somebody never handed in is not known, who handed in comments made none in the
        months without.
    period : (date, date)
        Both days included.
    ties : list of date or None
        Days of the connections at key accounts; None where their companies are not known.
    """
    since, until = period
    first, last = max(since, one.since or since), min(until, one.until or until)
    months = ((last - first).days + 1) / MONTH
    kinds = own["kind"][(own["day"] >= first) & (own["day"] <= last)]
    handed_in = {*own["kind"], "original", "repost"} if len(own) else set()
    counts = {name: float((kinds == kind).sum()) / months if kind in handed_in else np.nan for name, kind in KIND_OF_PART.items()}
    counts["new_at_targets"] = np.nan if ties is None else sum(first <= day <= last for day in ties) / months
    known = [100 * min(count / PARTS[name], 1.0) for name, count in counts.items() if not np.isnan(count)]
    index = float(np.mean(known)) if known else np.nan
    row = {"advocate": one.advocate, "activity_index": index, "parts_known": len(known)}
    return row | {f"{name}_a_month": count for name, count in counts.items()}


def _ties(workspace: Workspace, network: str | None) -> tuple[dict[str, list[dt.date]], dict[str, float]]:
    """List, of advocates whose connections' companies are known, the days of the ties at key accounts, and the share of senior people."""
    edges = social_reading.known_at(workspace, None, network, "advocate", "connected_on", "seniority").to_pylist()
    made: dict[str, list[dt.date]] = {}
    ranks: dict[str, list[bool]] = {}
    for row in edges:
        days = made.setdefault(row["advocate"], [])
        if row["connected_on"] is not None:
            days.append(EPOCH + dt.timedelta(days=row["connected_on"]))
        if row["seniority"] is not None:
            ranks.setdefault(row["advocate"], []).append(row["seniority"] in ("c_level", "vp", "director"))
    return made, {advocate: float(np.mean(known)) for advocate, known in ranks.items()}
