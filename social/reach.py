"""Reach: whom the programme can reach, each person once, whom it is to be expected to reach, and what was measured."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from attribution.paths import Floats, Ints
from social.audiences import Audiences, audiences, distinct
from social.posts import posts
from social.scope import Advocate, Scope, roster
from social.views import Chances, calibrated
from workspace import social_reading
from workspace.social_reading import EPOCH
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd


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
    members : dict of str to array of int
        The people of each network, by their numbers: a post is seen on its own network alone.
    originals, reposts : array of float, shape (n_advocates,)
        Their posts in the period.
    posts : pandas.DataFrame
        Originals and reposts of these advocates (`social.posts.posts`).
    left_out : tuple of str
        The advocates of the posts that are left out, since they are not on the list, or were not enrolled.
    chances : Chances
    handed_in : dict of str to (date, date)
        The oldest and the latest day of what is known of each audience.
    followers : int or None
        Of the company's page, the latest known until the period's end.
    page_impressions, page_posts : float, int
        What was measured of the page's posts in the period; NaN without any.
    """

    advocates: list[Advocate]
    audiences: Audiences
    targets: Audiences
    members: dict[str, Ints]
    originals: Floats
    reposts: Floats
    posts: pd.DataFrame
    left_out: tuple[str, ...]
    chances: Chances
    handed_in: dict[str, tuple[dt.date, dt.date]]
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

    @property
    def as_of(self) -> tuple[dt.date, dt.date] | None:
        """The oldest and the latest day on which an audience was handed in; None without any."""
        days = [self.handed_in[one.advocate] for one in self.advocates if one.advocate in self.handed_in]
        return (min(first for first, _ in days), max(last for _, last in days)) if days else None

    @property
    def contributing(self) -> dict[str, set[str]]:
        """Name the advocates who contribute to each kind of figure: "audience", "targets", "posts", "measured"; and of those who posted
        the ones whose audience there ("expected"), and whose people at key accounts ("expected_targets"), are known.
        """
        names = [one.advocate for one in self.advocates]
        told = {"audience": self.audiences.gross, "targets": self.targets.gross, "posts": self.originals + self.reposts}
        told |= {"expected": self.potential(self.audiences), "expected_targets": self.potential(self.targets)}
        sets = {kind: {name for name, count in zip(names, counts, strict=True) if count} for kind, counts in told.items()}
        sets["measured"] = set(self.posts.loc[self.posts["impressions"].notna(), "advocate"])
        return sets

    def of(self, names: Collection[str]) -> Reach:
        """Keep some advocates; the chances stay those that all of them were measured by."""
        there = np.array([one.advocate in names for one in self.advocates], dtype=np.bool_)
        return dataclasses.replace(
            self,
            advocates=[one for one in self.advocates if one.advocate in names],
            audiences=self.audiences.of(list(names)),
            targets=self.targets.of(list(names)),
            originals=self.originals[there],
            reposts=self.reposts[there],
            posts=self.posts[self.posts["advocate"].isin(sorted(names))],
            chances=self.chances.of(there),
        )

    def during(self, first: dt.date, last: dt.date) -> Reach:
        """Keep those who were enrolled in a part of the period, and what they posted then; the chances stay those of the whole period."""
        kept = self.of({one.advocate for one in self.advocates if one.enrolled(first, last)})
        posts = kept.posts[kept.posts["day"].map(lambda day: first <= day <= last).astype(bool)]
        originals, reposts = _counts(posts, kept.audiences.advocates)
        return dataclasses.replace(kept, posts=posts, originals=originals, reposts=reposts)

    def by_network(self, people: Audiences) -> list[tuple[Audiences, Floats, Floats]]:
        """Give of each network its part of some people, and the originals and reposts of each advocate there."""
        parts = []
        for network, members in self.members.items():
            here = people.within(members) if len(self.members) > 1 else people
            parts.append((here, *_counts(self.posts[self.posts["network"] == network], people.advocates)))
        return parts

    def potential(self, people: Audiences) -> Floats:
        """Multiply each advocate's part of some people by their posts, network by network; shape (n_advocates,)."""
        products = [here.gross * (originals + reposts) for here, originals, reposts in self.by_network(people)]
        return np.sum(products, axis=0) if products else np.zeros(len(people.advocates))

    def expected(self, people: Audiences) -> tuple[float, float, float]:
        """Say how many of some people are to be expected to see a post, and the ends of the interval (NaN where not known)."""
        parts = self.by_network(people)

        def seen(factor: float = 1.0) -> float:
            return sum(here.expected(self.chances.unseen(originals, reposts, factor)) for here, originals, reposts in parts)

        if not parts:
            return 0.0, np.nan, np.nan
        posted, reposted = (np.array(counts) for counts in ([part[1] for part in parts], [part[2] for part in parts]))
        ends = self.chances.range(posted, reposted, np.array([here.gross for here, _, _ in parts], dtype=np.float64))
        low, high = (seen(end) if np.isfinite(end) else np.nan for end in ends)
        return seen(), low, high


def reach(workspace: Workspace, scope: Scope) -> Reach:
    """Find what is known of a programme's reach.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
        The chances of a team's advocates are measured by those of all teams.
    """
    everyone = [one for one in roster(workspace, dataclasses.replace(scope, team=None)) if one.enrolled(scope.since, scope.until)]
    return of_team(workspace, _of_all(workspace, dataclasses.replace(scope, team=None), everyone), scope)


def of_team(workspace: Workspace, found: Reach, scope: Scope) -> Reach:
    """Keep the scope's team of what is known of all."""
    if scope.team is None:
        return found
    asked = {one.advocate for one in roster(workspace, scope)}
    left_out = tuple(advocate for advocate in found.left_out if advocate in asked)
    return dataclasses.replace(found.of(asked), left_out=left_out)


def _of_all(workspace: Workspace, scope: Scope, enrolled: list[Advocate]) -> Reach:
    names = tuple(one.advocate for one in enrolled)
    found, targets, members, handed_in = _audiences(workspace, scope, names)
    published = posts(workspace, scope)
    # Comments and reactions are no posts of an advocate's own, though archives list them with these.
    published = published[published["kind"].isin(["original", "repost"])]
    ours = published[published["advocate"].isin(names)]
    originals, reposts = _counts(ours, names)
    chances = {network.casefold(): chance for network, chance in workspace.settings.social.view_probability.items()}
    given = chances.get(scope.network or _only(ours["network"]) or "")
    page = posts(workspace, scope, pages=True)
    page = page[page["advocate"].isna()]
    sizes = {network: dict(zip(names, found.within(people).gross.tolist(), strict=True)) for network, people in members.items()}
    measured = ours[ours["reach"].notna()]
    could_see = [sizes.get(network, {}).get(one, 0) for one, network in zip(measured["advocate"], measured["network"], strict=True)]
    return Reach(
        enrolled,
        found,
        targets,
        members,
        originals,
        reposts,
        ours,
        tuple(published["advocate"][~published["advocate"].isin(names)]),
        calibrated(names, found.gross.astype(np.float64), measured.assign(size=could_see), given, [one.team or "" for one in enrolled]),
        handed_in,
        _followers(workspace, scope),
        float(page["impressions"].sum(min_count=1)),
        int(page["impressions"].notna().sum()),
    )


def _counts(rows: pd.DataFrame, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Count the originals and the reposts of each advocate."""
    kinds = (rows["advocate"][rows["kind"] == kind].value_counts() for kind in ("original", "repost"))
    originals, reposts = (np.array([float(count.get(name, 0)) for name in names]) for count in kinds)
    return originals, reposts


def _only(names: pd.Series) -> str | None:
    distinct = names.unique()
    return str(distinct[0]) if len(distinct) == 1 else None


def _audiences(
    workspace: Workspace, scope: Scope, names: tuple[str, ...]
) -> tuple[Audiences, Audiences, dict[str, Ints], dict[str, tuple[dt.date, dt.date]]]:
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
    networks = pc.unique(edges["network"]).to_pylist()
    on = edges["network"].to_numpy(zero_copy_only=False) if len(networks) > 1 else None
    members = {network: np.arange(found.size) if on is None else distinct(person[on == network]) for network in networks}
    days = edges.group_by("advocate").aggregate([("as_of", "min"), ("as_of", "max")]).to_pylist()
    ends = ("as_of_min", "as_of_max")
    handed_in = {row["advocate"]: tuple(EPOCH + dt.timedelta(days=row[end]) for end in ends) for row in days}
    return _all(found, names), _all(targets, names), members, cast("dict[str, tuple[dt.date, dt.date]]", handed_in)


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
