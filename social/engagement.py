"""What posts brought about: reactions, comments, reposts, clicks, and rates of these, each over the posts that have the figures for it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.columns import column
from reports.identifiers import joined
from reports.report import Chart, Report, Text
from social.cuts import Cut, check_cut, cut
from social.groups import check_team, withheld_note
from social.posts import later_note, none_yet, posts
from social.scope import Scope, roster
from workspace import social_reading
from workspace.social_reading import POST_FIGURES
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

CUTS = ("programme", "team", "advocate", "network", "month", "kind", "content", "post")
ALL = "(all)"
COUNTED = ("clicks", "reactions", "comments", "reposts")
"""What an engagement is, where a network gives no sum of its own: LinkedIn counts the same (clicks, reactions, comments, reposts)."""
RATES = (
    ("rate_per_impression", "engaged", "impressions", 1.0),
    ("click_through_rate", "clicks", "impressions", 1.0),
    ("rate_per_reach", "engaged", "reach", 1.0),
    ("rate_per_audience", "engaged", "audience", 1.0),
    ("amplification_per_100_audience", "reposts", "audience", 100.0),
)
"""Each rate with what is divided by what, and times what."""
MEANS = (("applause_per_post", "reactions"), ("conversation_per_post", "comments"), ("amplification_per_post", "reposts"))
"""Each mean with what it is of."""
CONTRIBUTE = {
    "posts_measured": ("impressions",),
    **{name: (name,) for name in ("impressions", *COUNTED, "engaged")},
    **{name: (part, whole) for name, part, whole, _ in RATES},
    **{name: (part,) for name, part in MEANS},
}
"""What has to be known of a post for it to contribute to a figure."""


def measured_posts(workspace: Workspace, scope: Scope) -> pd.DataFrame:
    """List the advocates' originals and reposts of a period with their figures, and what is counted of them.

    Returns
    -------
    pandas.DataFrame
        `social.posts.posts`, with `engaged` (the network's own sum, else that of `COUNTED` where all are known; NaN otherwise),
        `audience` (of the advocate on the network, NaN where not known), `month` (its first day), `programme`.
    """
    table = posts(workspace, scope)
    table = table[table["kind"].isin(["original", "repost"])].reset_index(drop=True)
    parts = table[list(COUNTED)]
    table["engaged"] = table["engagements"].where(table["engagements"].notna(), parts.sum(axis=1).where(parts.notna().all(axis=1)))
    edges = social_reading.audience_columns(workspace, "advocate", "network")
    sizes = {(row["advocate"], row["network"]): row["n"] for row in _counted(edges)}
    table["audience"] = [float(sizes.get(key, np.nan)) for key in zip(table["advocate"], table["network"], strict=True)]
    table["month"] = [day.replace(day=1) for day in table["day"]]
    table["programme"] = ALL
    return table


def _counted(edges: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        edges.group_by(["advocate", "network"]).aggregate([([], "count_all")]).rename_columns(["advocate", "network", "n"]).to_pylist()
    )
    return rows


def report(workspace: Workspace, scope: Scope, by: str) -> Report:
    """Report the engagement with posts.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    by : str
        One of `CUTS`.

    Raises
    ------
    DataError
        There are no posts at all.
    UsageError
        The team is too small, there is none of that name, or reports on single employees are off.
    """
    if not social_reading.post_columns(workspace).num_rows:
        raise none_yet()
    smallest = workspace.settings.social.smallest_group
    parts, table = cut_posts(workspace, scope, by, measured_posts(workspace, dataclasses.replace(scope, team=None)))
    frame = rates(parts.shown, by)
    figures = parts.mask(frame, CONTRIBUTE)
    title = Text("Engagement with employees' posts")
    fell = table[table["fell"].map(lambda names: isinstance(names, tuple) and len(names) > 0)]
    notes = [
        Text(
            "Each figure is over the posts that have it; {measured} of {posts} {posts:post|posts} {measured:has|have} impressions. A post "
            "without figures is not one without engagement.",
            measured=int(table["impressions"].notna().sum()),
            posts=len(table),
        ),
        Text("An engagement is a click, a reaction, a comment or a repost, or what the network adds up itself."),
        Text(
            "Rates: engagements for each impression (LinkedIn's), for each member reached, for each member of the audience (Oktopost's). "
            "Amplification is reposts for each post (Kaushik's), or for each 100 of the audience (HSMAI's)."
        ),
        *withheld_note(parts.withheld, smallest, figures),
        *later_note(table),
    ]
    if len(fell):
        named = sorted({name for names in fell["fell"] for name in names}, key=POST_FIGURES.index)
        notes.append(
            Text(
                "{count} {count:post has|posts have} figures that fell since an earlier day ({names}): the latest count, and the network "
                "may have corrected them.",
                count=len(fell),
                names=joined([Text(column(name).label) for name in named]),
            )
        )
    if len(table) and table["as_of"].notna().any():
        known = table["as_of"].dropna()
        first, last = known.min(), known.max()
        alone = first == last
        notes.append(
            Text("Figures are as of {day}.", day=last) if alone else Text("Figures are as of {first} to {last}.", first=first, last=last)
        )
    chart = Chart("line" if by == "month" else "bar", by, ("rate_per_impression",), title)
    meta = {**scope.meta, "by": by, "posts": len(table), "cohort_rule": "published in the period"}
    return Report("social_engagement", title, frame, tuple(notes), meta, charts=(chart,))


def cut_posts(workspace: Workspace, scope: Scope, by: str, everything: pd.DataFrame) -> tuple[Cut, pd.DataFrame]:
    """Cut the posts of all teams for a report of the scope's, and give those of its team.

    Raises
    ------
    UsageError
        Too few of the team posted, there is no such team, or reports on single employees are off.
    """
    check_cut(workspace, by)
    asked = {one.advocate for one in roster(workspace, scope)}
    check_team(workspace, scope, everything["advocate"].dropna())
    found = cut(everything, by, roster(workspace, Scope()), workspace.settings.social.smallest_group, scope.team)
    return found, everything if scope.team is None else everything[everything["advocate"].isin(sorted(asked))]


def rates(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sum figures and divide them, each over the posts that have both parts.

    Parameters
    ----------
    rows : pandas.DataFrame
        `measured_posts`, with the column `by`.
    by : str
    """
    import pandas as pd

    grouped = rows.groupby(by, sort=True)
    frame = pd.DataFrame({"posts": grouped.size(), "posts_measured": grouped["impressions"].count()})
    for name in ("impressions", *COUNTED, "engaged"):
        frame[name] = grouped[name].sum(min_count=1)
    for name, part, whole, scale in RATES:
        both = rows[part].notna() & rows[whole].notna()
        sums = rows[both].groupby(by)[[part, whole]].sum()
        frame[name] = (sums[part] / sums[whole].where(sums[whole] > 0) * scale).reindex(frame.index)
    for name, part in MEANS:
        frame[name] = grouped[part].mean()
    return frame.reset_index()
