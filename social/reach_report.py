"""Reach as reports: the programme's figures, each with its basis; advocate by advocate; who shares whom with whom."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.report import Chart, Report, Text
from social.groups import check_individuals, check_team, teams_shown
from social.posts import later_note
from social.reach import Reach, reach
from social.reach_months import months_report
from social.scope import Scope, roster
from social.views import PRIOR_SOURCE
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    pass

MOST_PAIRS = 100
"""Overlaps listed, the largest first."""


def reports(workspace: Workspace, scope: Scope, shown: str) -> list[Report]:
    """Report a programme's reach.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    shown : {"all", "total", "advocates", "overlap", "months"}
        "all" is the total and the advocates.

    Raises
    ------
    UsageError
        There are no advocates, or the team is too small, or there is none of that name.
    """
    smallest = workspace.settings.social.smallest_group
    people = roster(workspace, scope)
    if not people:
        raise UsageError("There are no advocates yet; import them with 'smarketing import csv FILE --as advocates'")
    check_team(workspace, scope)
    if shown in ("advocates", "overlap"):
        check_individuals(workspace, f"--show {shown}")
    found = reach(workspace, scope)
    if shown == "months":
        return [months_report(found, scope, smallest)]
    if shown == "all" and not workspace.settings.social.individual_reporting:
        total = total_report(found, scope)
        told = Text("The figures of each advocate are not shown: individual_reporting is false under [social] in smarketing.toml.")
        return [dataclasses.replace(total, notes=(*total.notes, told))]
    wanted = ("total", "advocates") if shown == "all" else (shown,)
    of_advocates = functools.partial(advocates_report, teams=teams_shown(workspace, scope))
    making: dict[str, Callable[[Reach, Scope], Report]] = {"total": total_report, "advocates": of_advocates, "overlap": overlap_report}
    return [making[name](found, scope) for name in wanted]


def total_report(found: Reach, scope: Scope) -> Report:
    """Lay out the figures of the whole programme, each with its basis, its interval and what it is counted over."""
    import pandas as pd

    people, sharing = found.audiences, found.audiences.of(found.sharing)
    expected = found.expected(people)
    on_target = found.expected(found.targets)
    impressions = found.posts["impressions"]
    shares = found.originals + found.reposts
    gross, unique = int(people.gross.sum()), people.unique
    n, measured = found.known, int(impressions.notna().sum())
    rows: list[tuple[Any, ...]] = [
        ("gross_audience", gross, None, None, "potential", "enrolled", n),
        ("unique_audience", unique, None, None, "potential", "enrolled", n),
        ("duplication_factor", gross / unique if unique else None, None, None, "potential", "enrolled", n),
        ("unique_audience", sharing.unique, None, None, "potential", "sharing", int(np.count_nonzero(sharing.gross))),
        ("target_people", found.targets.unique, None, None, "potential", "enrolled", n),
        (
            "potential_impressions",
            float((people.gross * shares).sum()),
            None,
            None,
            "potential",
            "posts",
            int(shares[people.gross > 0].sum()),
        ),
        ("measured_impressions", float(impressions.sum()) if measured else None, None, None, "measured", "posts", measured),
        ("expected_reach", *expected, "estimated", "sharing", int(np.count_nonzero(sharing.gross))),
        ("expected_target_reach", *on_target, "estimated", "sharing", int(np.count_nonzero(sharing.gross))),
        ("page_followers", found.followers, None, None, "measured", "page", 1 if found.followers is not None else 0),
        ("impressions_per_post", impressions.mean(), None, None, "measured", "posts", measured),
        ("page_impressions_per_post", _per_post(found), None, None, "measured", "page", found.page_posts),
    ]
    columns = ["figure", "value_of_figure", "low", "high", "figure_basis", "cohort", "n"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("value_of_figure", "low", "high"), float))
    if not n:
        # Without an audience nothing is potential, and nothing can be expected: that is not 0.
        of_audience = frame["cohort"].isin(["enrolled", "sharing"]) | (frame["figure"] == "potential_impressions")
        frame.loc[of_audience, columns[1:4]] = np.nan
    if np.any(shares) and not np.any(sharing.gross):
        # Of those who posted no audience is known: what can be expected is not known either.
        frame.loc[frame["cohort"] == "sharing", columns[1:4]] = np.nan
    # What each figure is a share of, where that says something; the audience against the page's followers is amplification.
    against: dict[str, float | None] = {
        "target_people": unique,
        "expected_reach": sharing.unique,
        "expected_target_reach": found.targets.unique,
    }
    against |= {"unique_audience": found.followers, "impressions_per_post": _per_post(found)}
    whole = frame["figure"].map(against).astype(float)
    frame.insert(4, "share", (frame["value_of_figure"] / whole.where(whole > 0)))
    title = Text("Reach of employees' posts")
    return Report("social_reach", title, frame, tuple(_notes(found)), _meta(found, scope))


def _per_post(found: Reach) -> float:
    """Say how often a post of the page was seen, NaN where that was not measured."""
    return found.page_impressions / found.page_posts if found.page_posts else float("nan")


def _notes(found: Reach) -> list[Text]:
    notes = [
        Text("Potential: who could see a post. Estimated: who is to be expected to. Measured: what the networks counted."),
        Text(
            "Everybody is counted once, by keyed hash, whoever knows them; on two networks a person counts twice, as nobody can tell. "
            "The audiences of {known} of {enrolled} advocates are known.",
            known=found.known,
            enrolled=len(found.advocates),
        ),
        Text(
            "Share: of the unique audience, or for what is expected of those who could see it; the unique audience and the impressions of "
            "a post against the followers and the posts of the company's page."
        ),
        Text("Potential impressions are connections times posts, as advocacy tools count them: not people, and nobody saw them."),
        *_basis(found),
        Text("Members reached are never added over posts or days: the same people would be counted again."),
    ]
    notes += later_note(found.posts)
    if found.as_of:
        notes.append(Text("Audiences are as of {first} to {last}.", first=found.as_of[0], last=found.as_of[1]))
    if found.strangers:
        notes.append(
            Text(
                "{count} posts are left out: their advocates were not enrolled then, or are not on the list (import csv --as advocates).",
                count=found.strangers,
            )
        )
    if found.followers is None:
        notes.append(Text("The company's page is not known: name it in smarketing.toml, [social] own_page, and import its figures."))
    return notes


def _basis(found: Reach) -> list[Text]:
    """Say where the chance to see a post is from."""
    chances = found.chances
    if not len(found.advocates):
        return []
    if chances.basis == "measured":
        said = [
            Text(
                "Expected reach: 1 - (1 - p) to the power of the posts, over everybody. p is {chance:.1%} on average, from the members "
                "reached by {posts} posts of {advocates} advocates; each advocate's own is drawn towards it. The interval, 95 %, comes of "
                "how much these advocates differ. Members reached who are not connected make p too high.",
                chance=float(np.mean(chances.original)),
                posts=chances.posts,
                advocates=chances.advocates,
            )
        ]
        return said
    if chances.basis == "settings":
        return [Text("Expected reach is with the chance of {chance:.1%} that the settings name.", chance=float(chances.original[0]))]
    return [
        Text(
            "Expected reach is a guess: nothing was measured, so the chance is {chance:.1%} from {source}. Import the figures that "
            "employees can hand in (smarketing import linkedin-page).",
            chance=float(chances.original[0]),
            source=PRIOR_SOURCE,
        )
    ]


def _meta(found: Reach, scope: Scope) -> dict[str, Any]:
    return {
        **scope.meta,
        "advocates": len(found.advocates),
        "advocates_sharing": len(found.sharing),
        "audiences_known": found.known,
        "posts": len(found.posts),
        "chance_basis": found.chances.basis,
        "cohort_rule": "published in the period",
    }


def advocates_report(found: Reach, scope: Scope, teams: Mapping[str, str | None]) -> Report:
    """Lay out the audience of each advocate: what only they add, and what they share with others.

    Parameters
    ----------
    found : Reach
    scope : Scope
    teams : mapping of str to str or None
        The teams that may stand beside figures (`social.groups.teams_shown`).
    """
    import pandas as pd

    people = found.audiences
    known = people.gross > 0
    shares = found.originals + found.reposts
    measured = found.posts.groupby("advocate")["impressions"].agg(["sum", "count"])
    names = list(people.advocates)
    count = measured["count"].reindex(names, fill_value=0).to_numpy()

    def where(figures: Any) -> Any:
        return np.where(known, figures, np.nan)

    frame = pd.DataFrame(
        {
            "advocate": names,
            "team": [teams[name] for name in names],
            "posts": shares.astype(np.int64),
            "audience": where(people.gross),
            "incremental_audience": where(people.incremental),
            "shared_audience": where(people.gross - people.incremental),
            "target_people": where(found.targets.gross),
            "potential_impressions": where(people.gross * shares),
            "impressions": np.where(count > 0, measured["sum"].reindex(names, fill_value=0).to_numpy(), np.nan),
            "posts_measured": count,
        }
    ).sort_values(["incremental_audience", "advocate"], ascending=[False, True], ignore_index=True)
    title = Text("Audience of each advocate")
    notes = (
        Text(
            "Incremental audience: people whom no other advocate knows; they would be lost without this one. Shared: others know them too."
        ),
        Text("Who handed in no audience has none here, which is not 0."),
    )
    chart = Chart("stacked", "advocate", ("incremental_audience", "shared_audience"), title)
    return Report("social_reach_advocates", title, frame, notes, _meta(found, scope), charts=(chart,))


def overlap_report(found: Reach, scope: Scope) -> Report:
    """List the advocates who know the same people, the largest overlaps first."""
    import pandas as pd

    people = found.audiences
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
    title = Text("Advocates who know the same people")
    notes = (
        Text(
            "The {most} largest overlaps. A share of 1 of the smaller: that advocate adds nobody whom the other does not know.",
            most=MOST_PAIRS,
        ),
    )
    return Report("social_reach_overlap", title, frame, notes, _meta(found, scope))
