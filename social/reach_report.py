"""Reach as reports: the programme's figures, each with its basis; advocate by advocate; who shares whom with whom."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from reports.report import Chart, Report, Text
from social.groups import check_individuals, check_team, members, teams_shown, withheld_note
from social.overlap import matrix_report, pairs_report, teams_report
from social.posts import later_note
from social.reach import Reach, of_team, reach
from social.reach_months import months_report
from social.reach_team import Team, team_of_scope
from social.scope import Scope, roster
from social.views import PRIOR_SOURCE
from workspace.errors import DataError
from workspace.store import Workspace

OF_SINGLE = ("advocates", "overlap", "matrix")
"""What is about single employees."""
SHOWN = ("total", "advocates", "overlap", "matrix", "teams", "months")
OF = {
    "gross_audience": "audience",
    "unique_audience": "audience",
    "duplication_factor": "audience",
    "unique_audience_of_sharing": "expected",
    "target_people": "targets",
    "potential_impressions": "expected",
    "measured_impressions": "measured",
    "expected_reach": "expected",
    "expected_target_reach": "expected_targets",
    "impressions_per_post": "measured",
}
"""Which advocates contribute to a figure (`social.reach.Reach.contributing`); those of the page are nobody's."""
OF_ADVOCATES = {
    "posts": "posts",
    "audience": "audience",
    "incremental_audience": "audience",
    "shared_audience": "audience",
    "target_people": "targets",
    "potential_impressions": "expected",
    "impressions": "measured",
    "posts_measured": "measured",
}


def reports(workspace: Workspace, scope: Scope, shown: str) -> list[Report]:
    """Report a programme's reach.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    shown : str
        One of `SHOWN`, or "all": the total, the advocates and both matrices.

    Raises
    ------
    DataError
        There are no advocates.
    UsageError
        The team is too small, there is none of that name, or reports on single employees are off.
    """
    people = roster(workspace, scope)
    if not people:
        raise DataError("There are no advocates yet; import them with 'smarketing import csv FILE --as advocates'")
    check_team(workspace, scope)
    if shown in OF_SINGLE:
        check_individuals(workspace, f"--show {shown}")
    of_all = reach(workspace, dataclasses.replace(scope, team=None))
    found, team = of_team(workspace, of_all, scope), team_of_scope(workspace, scope, of_all)
    wanted = ("total", "advocates", "matrix", "teams") if shown == "all" else (shown,)
    if shown != "all" or workspace.settings.social.individual_reporting:
        return [_report(workspace, scope, found, team, name) for name in wanted]
    total, *others = (_report(workspace, scope, found, team, name) for name in wanted if name not in OF_SINGLE)
    told = Text("The figures of each advocate are not shown: individual_reporting is false under [social] in smarketing.toml.")
    return [dataclasses.replace(total, notes=(*total.notes, told)), *others]


def _report(workspace: Workspace, scope: Scope, found: Reach, team: Team | None, name: str) -> Report:
    meta = _meta(found, scope, team)
    if name == "months":
        return months_report(found, scope, team)
    if name == "total":
        return total_report(found, scope, team)
    everyone = roster(workspace, Scope())
    if name == "advocates":
        there = members(everyone, (scope.since, scope.until))
        return advocates_report(found, scope, teams_shown(workspace, there, *found.contributing.values()), team)
    if name == "teams":
        people = found.audiences if team is None else team.of_all.audiences
        return teams_report(people, everyone, workspace.settings.social.smallest_group, team.name if team else None, meta)
    people = found.audiences.of([]) if team is not None and "audience" in team.hidden else found.audiences
    return pairs_report(people, meta) if name == "overlap" else matrix_report(people, meta)


def total_report(found: Reach, scope: Scope, team: Team | None = None) -> Report:
    """Lay out the figures of the whole programme, each with its basis, its interval and what it is counted over."""
    import pandas as pd

    people, sharing = found.audiences, found.audiences.of(found.sharing)
    expected = found.expected(people)
    on_target = found.expected(found.targets)
    impressions = found.posts["impressions"]
    shares = found.originals + found.reposts
    gross, unique = int(people.gross.sum()), people.unique
    n, measured = found.known, int(impressions.notna().sum())
    could_be_seen = sum(int((originals + reposts)[here.gross > 0].sum()) for here, originals, reposts in found.by_network(people))
    rows: list[tuple[Any, ...]] = [
        ("gross_audience", gross, None, None, "potential", "enrolled", n),
        ("unique_audience", unique, None, None, "potential", "enrolled", n),
        ("duplication_factor", gross / unique if unique else None, None, None, "potential", "enrolled", n),
        ("unique_audience_of_sharing", sharing.unique, None, None, "potential", "sharing", int(np.count_nonzero(sharing.gross))),
        ("target_people", found.targets.unique, None, None, "potential", "enrolled", n),
        ("potential_impressions", float(found.potential(people).sum()), None, None, "potential", "posts", could_be_seen),
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
    if np.any(shares) and not found.contributing["expected"]:
        # Of those who posted no audience is known: what can be expected is not known either.
        frame.loc[frame["cohort"] == "sharing", columns[1:4]] = np.nan
    # What each figure is a share of, where that says something; the audience against the page's followers is amplification.
    against: dict[str, float | None] = {
        "target_people": unique,
        "expected_reach": sharing.unique,
        "expected_target_reach": found.targets.unique,
    }
    against |= {"impressions_per_post": _per_post(found)}
    against |= dict.fromkeys(("unique_audience", "unique_audience_of_sharing"), found.followers)
    whole = frame["figure"].map(against).astype(float)
    frame.insert(4, "share", (frame["value_of_figure"] / whole.where(whole > 0)))
    gone = 0
    if team is not None:
        few = frame["figure"].map(OF).isin(sorted(team.hidden))
        gone = int(frame.loc[few, "value_of_figure"].notna().sum())
        frame.loc[few, ["value_of_figure", "low", "high", "share"]] = np.nan
        frame["n"] = frame["n"].astype(float).mask(few & frame["cohort"].eq("posts"))
    title = Text("Reach of employees' posts")
    notes = (*_notes(found), *withheld_note(0, team.smallest if team else 0, gone))
    return Report("social_reach", title, frame, notes, _meta(found, scope, team))


def _per_post(found: Reach) -> float:
    """Say how often a post of the page was seen, NaN where that was not measured."""
    return found.page_impressions / found.page_posts if found.page_posts else float("nan")


def _notes(found: Reach) -> list[Text]:
    notes = [
        Text("Potential: who could see a post. Estimated: who is to be expected to. Measured: what the networks counted."),
        Text(
            "Everybody is counted once, by keyed hash, whoever knows them; on two networks a person counts twice, as nobody can tell. The "
            "audiences of {known} of {enrolled} {enrolled:advocate|advocates} are known.",
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
    if found.left_out:
        notes.append(
            Text(
                "{count} {count:post is left out, whose advocate was|posts are left out, whose advocates were} not enrolled then, or "
                "{count:is|are} not on the list (smarketing import csv FILE --as advocates).",
                count=len(found.left_out),
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
                "reached by {posts} {posts:post|posts} of {advocates} {advocates:advocate|advocates} of all teams; each advocate's own is "
                "drawn towards that of their team, and that towards all. The interval, 95 %, comes of how much advocates and teams differ. "
                "Members reached who are not connected make p too high.",
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


def _meta(found: Reach, scope: Scope, team: Team | None = None) -> dict[str, Any]:
    return {
        **scope.meta,
        "advocates": len(found.advocates),
        "advocates_sharing": len(found.sharing),
        "audiences_known": found.known,
        "posts": None if team is not None and "posts" in team.hidden else len(found.posts),
        "chance_basis": found.chances.basis,
        "cohort_rule": "published in the period",
    }


def advocates_report(found: Reach, scope: Scope, teams: Mapping[str, str | None], team: Team | None = None) -> Report:
    """Lay out the audience of each advocate: what only they add, and what they share with others.

    Parameters
    ----------
    found : Reach
    scope : Scope
    teams : mapping of str to str or None
        The teams that may stand beside figures (`social.groups.teams_shown`).
    team : Team or None
        What may be told of a team by itself.
    """
    import pandas as pd

    people = found.audiences
    known = people.gross > 0
    shares, potential = found.originals + found.reposts, found.potential(people)
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
            # Where they posted and nobody is known, they handed in the audience of another network.
            "potential_impressions": np.where(known & ((potential > 0) | (shares == 0)), potential, np.nan),
            "impressions": np.where(count > 0, measured["sum"].reindex(names, fill_value=0).to_numpy(), np.nan),
            "posts_measured": count,
        }
    ).sort_values(["incremental_audience", "advocate"], ascending=[False, True], ignore_index=True)
    gone = 0
    for figure in [figure for figure, of in OF_ADVOCATES.items() if team is not None and of in team.hidden]:
        gone += int(frame[figure].notna().sum())
        frame[figure] = np.nan
    title = Text("Audience of each advocate")
    notes = (
        Text(
            "Incremental audience: people whom no other advocate knows; they would be lost without this one. Shared: others know them too."
        ),
        Text("Who handed in no audience has none here, which is not 0."),
        *withheld_note(0, team.smallest if team else 0, gone),
    )
    chart = Chart("stacked", "advocate", ("incremental_audience", "shared_audience"), title)
    return Report("social_reach_advocates", title, frame, notes, _meta(found, scope, team), charts=(chart,))
