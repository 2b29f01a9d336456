"""Contents offered by turns, as reports: the rotations there are, a draw, and what the offer did."""

from __future__ import annotations

import datetime as dt

import numpy as np

from reports.report import Report, Text
from social.experiment import measure
from social.lift_report import MEASURES, SEED, lift_report, power
from social.rotation import draws
from social.rotations import Plan, draw_rotation, sizes
from social.scope import Scope, roster
from workspace import social_reading
from workspace.store import Workspace


def reports(workspace: Workspace, plan: Plan | None, name: str | None, measured: str) -> list[Report]:
    """Report on rotations: draw one, show what one did, or list them all.

    Parameters
    ----------
    workspace : Workspace
    plan : Plan or None
        To be drawn.
    name : str or None
        The rotation to show; None lists them.
    measured : {"all", "leads", "clicks"}

    Raises
    ------
    UsageError
        The plan cannot be drawn.
    DataError
        There is no such rotation, or nothing to compare.
    """
    if plan is not None:
        return [drawn_report(workspace, plan)]
    if name is None:
        return [listing(workspace)]
    found = measure(workspace, name)
    return [lift_report(workspace, name, found, one) for one in MEASURES if measured in ("all", one)]


def listing(workspace: Workspace) -> Report:
    """List the rotations: `name, contents, teams, since, until`."""
    import pandas as pd

    rows = pd.DataFrame(social_reading.rotations(workspace), columns=["rotation", "content", "team", "since", "until", "offered"])
    grouped = rows.groupby("rotation", sort=True)
    frame = pd.DataFrame(
        {
            "contents": grouped["content"].nunique(),
            "teams": grouped["team"].nunique(),
            "since": grouped["since"].min(),
            "until": grouped["until"].max(),
        }
    )
    notes = (Text("What the offer did shows: smarketing social experiment NAME"),)
    frame = frame.reset_index(names="name")
    return Report("social_experiments", Text("Contents offered by turns"), frame, notes, {"rotations": len(frame)})


def drawn_report(workspace: Workspace, plan: Plan, today: dt.date | None = None) -> Report:
    """Draw a rotation, and say which team is offered which content.

    Returns
    -------
    Report
        One row for each content and team: `content, team, offered`.
    """
    import pandas as pd

    drawn, seed = draw_rotation(workspace, plan)
    rows = [{"content": one.name, "team": team, "offered": told} for one in drawn for team, told in one.offered.items()]
    frame = pd.DataFrame(rows, columns=["content", "team", "offered"])
    offered = np.array([list(one.offered.values()) for one in drawn], dtype=np.bool_)
    every, exact = draws(offered, np.random.default_rng(SEED))
    notes = [
        Text("Offer each content to the teams drawn for it and to no other until the period ends; what they then post is theirs to choose.")
    ]
    notes += power(len(every) if exact else None)
    there = sizes(roster(workspace, Scope()), drawn[0].since, drawn[0].until)
    if small := [team for team in there if team not in drawn[0].offered and not plan.teams]:
        notes.append(
            Text(
                "Too small to be drawn: {teams}. Figures of fewer than {smallest:g} advocates are withheld.",
                teams=", ".join(small),
                smallest=workspace.settings.social.smallest_group,
            )
        )
    known = {str(row["content"]).casefold() for row in social_reading.link_codes(workspace) if row["content"]}
    if without := [one.name for one in drawn if one.name.casefold() not in known]:
        notes.append(
            Text(
                "No link is known for {contents}: make links for all teams that were drawn, offered or not, with: smarketing social links "
                "URL --content NAME",
                contents=", ".join(without),
            )
        )
    if drawn[0].since <= (today or dt.date.today()):
        notes.append(
            Text("The period has begun: a draw after the first day cannot be told from one that was chosen. Draw before the next one.")
        )
    meta = {"name": plan.name, "since": drawn[0].since, "until": drawn[0].until, "seed": seed, "draws": len(every) if exact else None}
    return Report("social_draw", Text("Which team is offered which content"), frame, tuple(notes), meta)
