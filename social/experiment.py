"""What the teams brought by the contents that some of them were offered."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from attribution.question import Question, bounds
from social import evidence_reading
from social.clicks import ENGAGEMENTS
from social.groups import members, small_teams
from social.rotation import Bools, Floats
from social.rotations import Content, rotation
from social.scope import Advocate, Scope, roster
from workspace import reading, social_reading
from workspace.errors import DataError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

DAY = 86400


@dataclasses.dataclass(frozen=True, eq=False)
class Measured:
    """What the teams brought while contents were offered to some of them.

    Parameters
    ----------
    contents : list of Content
    teams : list of str
        Those that had an advocate.
    offered : array of bool, shape (n_contents, n_teams)
    advocates, clicks, leads : array of float, shape (n_contents, n_teams)
        Advocates enrolled in the content's period; clicks on their links to it, and leads that followed one.
    left_out : dict of str to int
        Clicks on the contents' links in their periods that count for nobody, by why: "colleague", "preview", "nobody" (the code is no
        advocate's any more, or one of no team that takes part).
    hidden : array of bool, shape (n_teams,)
        Those whose figures no report shows by themselves.
    without_link : int
        Advocates of the teams who have no link to one of the contents: what they bring is not seen.
    empty : int
        Teams without an advocate.
    complete : bool
        Whether the data reach to the day until which a click may still bring a lead.
    as_of : datetime.date or None
        The last day of the data.
    """

    contents: list[Content]
    teams: list[str]
    offered: Bools
    advocates: Floats
    clicks: Floats
    leads: Floats
    left_out: dict[str, int]
    hidden: Bools
    without_link: int
    empty: int
    complete: bool
    as_of: dt.date | None


def measure(workspace: Workspace, name: str) -> Measured:
    """Count what each team brought by each content of a rotation.

    Raises
    ------
    DataError
        There is no such rotation; or none of its contents was offered to some teams and not to others.

    Notes
    -----
    What a team was offered counts, not what it posted: who posts a content that they were not offered, or none at all, stays where the
    draw put them. A lead counts once, for the latest click before it within `social.click_days`.
    """
    contents = rotation(workspace, name)
    everyone = roster(workspace, Scope())
    counted = np.array([[_enrolled(everyone, team, one) for team in contents[0].offered] for one in contents], dtype=np.float64)
    there: Bools = np.all(counted > 0, axis=0)
    teams = [team for team, kept in zip(contents[0].offered, there, strict=True) if kept]
    offered = np.array([[one.offered[team] for team in teams] for one in contents], dtype=np.bool_).reshape(len(contents), len(teams))
    both = offered.any(axis=1) & ~offered.all(axis=1)
    if not both.all():
        raise DataError(
            "{name}: '{content}' was offered to all teams or to none that have an advocate, so there is nothing to hold it against",
            name=name,
            content=contents[int(np.flatnonzero(~both)[0])].name,
        )
    clicks, left_out = _clicks(workspace, contents, everyone, teams)
    small = small_teams(everyone, workspace.settings.social.smallest_group, members(everyone))
    last = reading.span(workspace)
    ends = max(_bounds(workspace, one)[1] for one in contents) + round(workspace.settings.social.click_days * DAY)
    shape = (len(contents), len(teams))
    leads = _leads(workspace, clicks)
    return Measured(
        contents,
        teams,
        offered,
        counted[:, there],
        _table(clicks, shape),
        _table(leads, shape),
        left_out,
        np.array([team in small for team in teams], dtype=np.bool_),
        _without_link(workspace, contents, everyone, teams),
        int((~there).sum()),
        last is not None and last[1] >= ends,
        dt.datetime.fromtimestamp(last[1], dt.UTC).date() if last else None,
    )


def _enrolled(everyone: list[Advocate], team: str, content: Content) -> int:
    return sum(one.team == team and one.enrolled(content.since, content.until) for one in everyone)


def _without_link(workspace: Workspace, contents: list[Content], everyone: list[Advocate], teams: list[str]) -> int:
    """Count the advocates of the teams who lack a code for a content in whose period they are enrolled."""
    linked = {(row["advocate"], str(row["content"]).casefold()) for row in social_reading.link_codes(workspace)}
    return sum(
        any(person.enrolled(one.since, one.until) and (person.advocate, one.name.casefold()) not in linked for one in contents)
        for person in everyone
        if person.team in teams
    )


def _bounds(workspace: Workspace, content: Content) -> tuple[int, int]:
    since, until = bounds(Question(since=content.since, until=content.until), workspace.settings.time_zone)
    return since or 0, until or 2**62


def _clicks(
    workspace: Workspace, contents: list[Content], everyone: list[Advocate], teams: list[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """List the clicks that count: `person_id, at, content, team` (places of these), by time; and count those that do not."""
    found = evidence_reading.clicks(workspace, everyone)
    found = found[found["code"].notna() & ~found["kind"].isin(ENGAGEMENTS)]
    place = {one.name.casefold(): number for number, one in enumerate(contents)}
    found["content"] = [place.get(str(content).casefold(), -1) for content in found["content"]]
    found = found[found["content"] >= 0]
    ends = np.array([_bounds(workspace, one) for one in contents], dtype=np.int64).reshape(-1, 2)[found["content"].to_numpy(np.int64)]
    found = found[(found["at"].to_numpy() >= ends[:, 0]) & (found["at"].to_numpy() < ends[:, 1])]
    member = {one.advocate: teams.index(one.team) for one in everyone if one.team in teams}
    found["team"] = [member.get(advocate, -1) for advocate in found["advocate"]]
    nobody = (found["left_out"] == "") & (found["team"] < 0)
    reasons = found["left_out"].mask(nobody, "nobody")
    left_out = {reason: int((reasons == reason).sum()) for reason in ("colleague", "preview", "nobody")}
    columns = ["person_id", "at", "content", "team"]
    return found.loc[reasons == "", columns].astype("int64").sort_values("at", kind="stable", ignore_index=True), left_out


def _leads(workspace: Workspace, clicks: pd.DataFrame) -> pd.DataFrame:
    """Find the leads that followed a click: `content, team`."""
    import pyarrow.compute as pc

    told = reading.conversion_columns(workspace, workspace.settings.attribution.lead_goal)
    # Nulls are dropped before pandas sees the ids: a column with nulls would be of floats, which do not hold ids of 63 bits.
    leads = told.filter(pc.is_valid(told["key"])).select(["key", "at"]).rename_columns(["person_id", "at"]).to_pandas()
    return followed(leads, clicks, round(workspace.settings.social.click_days * DAY))


def followed(leads: pd.DataFrame, clicks: pd.DataFrame, seconds: int) -> pd.DataFrame:
    """Give each lead to the latest click of its person at or before it, no longer ago than so many seconds.

    Parameters
    ----------
    leads : pandas.DataFrame
        `person_id, at` (int64).
    clicks : pandas.DataFrame
        `person_id, at, content, team` (int64), by time.
    seconds : int

    Returns
    -------
    pandas.DataFrame
        Of the leads that followed one: `person_id, at, content, team`.

    Notes
    -----
    O(n log n) in the leads and the clicks.
    """
    import pandas as pd

    found = pd.merge_asof(leads.sort_values("at", kind="stable"), clicks, on="at", by="person_id", tolerance=seconds)
    return found.dropna(subset="team").astype({"content": "int64", "team": "int64"})


def _table(rows: pd.DataFrame, shape: tuple[int, int]) -> Floats:
    """Count rows by content and team."""
    counts = np.zeros(shape, dtype=np.float64)
    np.add.at(counts, (rows["content"].to_numpy(np.int64), rows["team"].to_numpy(np.int64)), 1.0)
    return counts
