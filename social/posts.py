"""The posts a report speaks of, each with its latest figures."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

from reports.report import Text
from social.scope import Scope, roster
from workspace import social_reading
from workspace.errors import DataError
from workspace.social_reading import EPOCH, POST_FIGURES
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

HELD_BACK = ("pending", "refused")
"""States of approval in which a post counts for nothing."""


def none_yet() -> DataError:
    """Say that there are no posts, and where they come from."""
    return DataError("There are no posts yet; import what employees hand in (smarketing import linkedin-member, bluesky, mastodon)")


def posts(workspace: Workspace, scope: Scope, *, pages: bool = False) -> pd.DataFrame:
    """List the posts that were published in a period, each with the latest figures known by its end, else the first after it.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    pages : bool
        The posts of pages, which no advocate wrote, too; a team has none.

    Returns
    -------
    pandas.DataFrame
        One row for each post, by time: `post, network, advocate, team, page, kind, url, alias, link, text, content, repost_of`, `at` (UTC),
        `day` (date in the settings' time zone), `as_of` (the day of the latest figures, None without any), and
        `workspace.social_reading.POST_FIGURES` as float, NaN where not known. Figures that several days tell piece by piece each are the
        latest that was told. `fell` names the figures that were higher on an earlier day; `later` is whether they are of after the
        period.

    Notes
    -----
    The cohort rule is "published in the period": what a post earned later, up to `scope.until`, is counted with it. Networks tell figures
    as of the day on which they are asked, and who looks back on a week asks after it: a post of which nothing is known by the end has the
    figures of the first day after it, which later imports do not change. Posts that are held back (`HELD_BACK`) are left out.
    """
    import pandas as pd

    zone = zoneinfo.ZoneInfo(workspace.settings.time_zone)
    table = social_reading.post_columns(workspace).to_pandas()
    table["at"] = pd.to_datetime(table["at"], unit="s", utc=True)
    table["day"] = table["at"].dt.tz_convert(zone).dt.date
    kept = ~table["approval"].isin(HELD_BACK)
    if not pages:
        kept &= table["advocate"].notna()
    if scope.network:
        kept &= table["network"].str.casefold() == scope.network
    if scope.since:
        kept &= table["day"] >= scope.since
    if scope.until:
        kept &= table["day"] <= scope.until
    teams = {one.advocate: one.team for one in roster(workspace, scope)}
    if scope.team:
        kept &= table["advocate"].isin(list(teams))
    table = table[kept].drop(columns="approval")
    table["team"] = table["advocate"].map(teams)
    told: pd.DataFrame = table.merge(_figures(workspace, scope.until), on=["network", "post"], how="left").reset_index(drop=True)
    told["later"] = told["later"].eq(True)
    return told


def later_note(table: pd.DataFrame) -> list[Text]:
    """Say of how many posts the figures are of after the period."""
    count = int(table["later"].sum())
    if not count:
        return []
    return [
        Text(
            "Of {count} {count:post|posts} no figures are known by the period's end; those of the first day after it are taken.",
            count=count,
        )
    ]


def _figures(workspace: Workspace, until: dt.date | None) -> pd.DataFrame:
    """Take the latest that is known of each figure of each post, and note which of them fell; else those of the first day after the end."""
    table = social_reading.post_metric_columns(workspace).to_pandas().astype(dict.fromkeys(POST_FIGURES, float))
    table["later"] = False if until is None else table["day"] > (until - EPOCH).days
    # Of a post that is known by the end what came later counts for nothing; of another, what came after the first day.
    posts_of = table.groupby(["network", "post"], sort=False)
    first, known = posts_of["day"].transform("min"), ~posts_of["later"].transform("min")
    table = table[(known & ~table["later"]) | (~known & (table["day"] == first))]
    by_post = table.groupby(["network", "post"], sort=False)
    latest = by_post.last()  # of each column the last that is known: the rows come in the order of their days
    highest = by_post[list(POST_FIGURES)].max()
    fell = latest[list(POST_FIGURES)] < highest
    latest["as_of"] = [EPOCH + dt.timedelta(days=int(day)) for day in latest.pop("day")]
    latest["fell"] = [tuple(name for name, lower in zip(POST_FIGURES, row, strict=True) if lower) for row in fell.to_numpy()]
    told: pd.DataFrame = latest.reset_index()
    return told
