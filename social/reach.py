"""Reach: whom the programme can reach, each person once, whom it is to be expected to reach, and what was measured."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from attribution.paths import Floats
from social.audiences import Audiences, audiences
from social.posts import posts
from social.scope import Advocate, Scope, roster
from social.views import Chances, calibrated
from workspace import social_reading
from workspace.social_reading import EPOCH
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

LATER = 1.959964
"""Standard errors to either side of a 95 % interval."""


@dataclasses.dataclass(frozen=True, eq=False)
class Reach:
    """What is known of a programme's reach in a period.

    Parameters
    ----------
    advocates : list of Advocate
        Those enrolled in the period, by code.
    audiences : Audiences
        Of all of them, those without a known audience too (with nobody in it).
    targets : Audiences
        The same, of people at key accounts alone; what is known of these stands under the advocates who agreed to it.
    originals, reposts : array of float, shape (n_advocates,)
        Their posts in the period.
    posts : pandas.DataFrame
        Originals and reposts of these advocates (`social.posts.posts`).
    strangers : int
        The same, of advocates who are not on the list, or were not enrolled.
    chances : Chances
    as_of : tuple of (date, date), or None
        The oldest and the latest day on which an audience was handed in.
    followers : int or None
        Of the company's page, the latest known until the period's end.
    page_impressions, page_posts : float, int
        What was measured of the page's posts in the period; NaN without any.
    """

    advocates: list[Advocate]
    audiences: Audiences
    targets: Audiences
    originals: Floats
    reposts: Floats
    posts: pd.DataFrame
    strangers: int
    chances: Chances
    as_of: tuple[dt.date, dt.date] | None
    followers: int | None
    page_impressions: float
    page_posts: int

    @property
    def sharing(self) -> list[str]:
        """The advocates who posted."""
        return [one.advocate for one, n in zip(self.advocates, self.originals + self.reposts, strict=True) if n]

    @property
    def known(self) -> int:
        """How many advocates' audiences are known."""
        return int(np.count_nonzero(self.audiences.gross))

    def expected(self, people: Audiences) -> tuple[float, float, float]:
        """Say how many of some people are to be expected to see a post, and the ends of the interval (NaN where not known)."""
        error = self.chances.relative_error
        ends = (max(1 - LATER * error, 0.0), 1 + LATER * error) if np.isfinite(error) else (np.nan, np.nan)
        low, high = (
            people.expected(self.chances.unseen(self.originals, self.reposts, end)) if np.isfinite(end) else np.nan for end in ends
        )
        return people.expected(self.chances.unseen(self.originals, self.reposts)), low, high


def reach(workspace: Workspace, scope: Scope) -> Reach:
    """Find what is known of a programme's reach.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    """
    enrolled = [one for one in roster(workspace, scope) if one.enrolled(scope.since, scope.until)]
    names = tuple(one.advocate for one in enrolled)
    found, targets, as_of = _audiences(workspace, scope, names)
    published = posts(workspace, scope)
    # Comments and reactions are no posts of an advocate's own, though archives list them with these.
    published = published[published["kind"].isin(["original", "repost"])]
    ours = published[published["advocate"].isin(names)]
    originals, reposts = (_posted(ours[ours["kind"] == kind], names) for kind in ("original", "repost"))
    given = workspace.settings.social.view_probability.get(scope.network or _only(ours["network"]) or "")
    measured = ours[ours["reach"].notna()]
    page = posts(workspace, Scope(network=scope.network, since=scope.since, until=scope.until), pages=True)
    page = page[page["advocate"].isna()]
    return Reach(
        enrolled,
        found,
        targets,
        originals,
        reposts,
        ours,
        len(published) - len(ours),
        calibrated(names, found.gross.astype(np.float64), measured, given),
        as_of,
        _followers(workspace, scope),
        float(page["impressions"].sum(min_count=1)),
        int(page["impressions"].notna().sum()),
    )


def _posted(rows: pd.DataFrame, names: tuple[str, ...]) -> Floats:
    """Count the posts of each advocate."""
    count = rows["advocate"].value_counts()
    return np.array([float(count.get(name, 0)) for name in names])


def _only(names: pd.Series) -> str | None:
    distinct = names.unique()
    return str(distinct[0]) if len(distinct) == 1 else None


def _audiences(workspace: Workspace, scope: Scope, names: tuple[str, ...]) -> tuple[Audiences, Audiences, tuple[dt.date, dt.date] | None]:
    import pyarrow as pa
    import pyarrow.compute as pc

    edges = social_reading.audience_columns(workspace, "advocate", "network", "member", "as_of", "account")
    kept = pc.is_in(edges["advocate"], pa.array(names, pa.string()))
    if scope.network:
        kept = pc.and_(kept, pc.equal(edges["network"], scope.network))
    edges = edges.filter(kept)
    found, person = audiences(edges)
    keys = pa.array(sorted(social_reading.target_accounts(workspace)), pa.string())
    at_targets = (
        pc.fill_null(pc.is_in(edges["account"], keys), False).to_numpy(zero_copy_only=False) if edges.num_rows else np.zeros(0, bool)
    )
    targets = found.within(np.unique(person[at_targets]))
    if not edges.num_rows:
        return _all(found, names), _all(targets, names), None
    first, last = (EPOCH + dt.timedelta(days=end(edges["as_of"]).as_py()) for end in (pc.min, pc.max))
    return _all(found, names), _all(targets, names), (first, last)


def _all(found: Audiences, names: tuple[str, ...]) -> Audiences:
    """Give those without an audience an empty one."""
    place = {name: number for number, name in enumerate(found.advocates)}
    sizes = [int(found.gross[place[name]]) if name in place else 0 for name in names]
    return Audiences(names, found.people, np.concatenate(([0], np.cumsum(sizes))).astype(np.int64), found.size)


def _followers(workspace: Workspace, scope: Scope) -> int | None:
    """Say how many follow the company's own pages, as far as the settings name them."""
    import pyarrow.compute as pc

    rows = social_reading.profile_metric_columns(workspace)
    rows = rows.filter(pc.is_valid(rows["followers"])).select(["network", "profile", "day", "followers"]).to_pylist()
    pages = {network.casefold(): page for network, page in workspace.settings.social.own_page.items()}
    last = (scope.until - EPOCH).days if scope.until else None
    latest: dict[str, int] = {}
    for row in rows:  # in the order of their days
        wanted = scope.network is None or row["network"] == scope.network
        if wanted and pages.get(row["network"]) == row["profile"] and (last is None or row["day"] <= last):
            latest[row["network"]] = row["followers"]
    return sum(latest.values()) if latest else None
