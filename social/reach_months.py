"""Reach month by month: who was enrolled then, whom they could reach, and whom their posts are to be expected to have reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from reports.report import Chart, Report, Text
from social.cuts import hidden_cells
from social.groups import sizes, withheld_note
from social.participation import months
from social.reach import Reach
from social.reach_team import Team
from social.scope import Scope

OF = {
    "posts": "posts",
    "unique_audience": "audience",
    "expected_reach": "expected",
    "expected_reach_low": "expected",
    "expected_reach_high": "expected",
    "impressions": "measured",
    "posts_measured": "measured",
}
"""Which advocates contribute to a figure (`social.reach.Reach.contributing`)."""


def months_report(found: Reach, scope: Scope, team: Team | None) -> Report:
    """Lay out the reach of each month.

    Parameters
    ----------
    found : Reach
        Of the whole period; the chance to see a post is that of the whole period in each of its months.
    scope : Scope
    team : Team or None
        What may be told of a team by itself.

    Notes
    -----
    People reached in several months are counted in each of them: the months of expected reach add up to more than that of the period.
    """
    import pandas as pd

    every = [(span, found.during(*span)) for span in months(found.posts["day"], scope)]
    kept = [(span, part) for span, part in every if team is None or len(part.advocates) >= team.smallest]
    rows = [_month(part, first) for (first, _), part in kept]
    columns = ["month", "advocates", "active_advocates", *OF]
    frame = pd.DataFrame(rows, columns=columns)
    gone = 0
    if team is not None:
        there = [team.of_all.during(*span).contributing for span, _ in kept]
        few = {kind: _few([some[kind] for some in there], team) for kind in set(OF.values())}
        for figure, kind in OF.items():
            gone += int(frame.loc[few[kind], figure].notna().sum())
            frame[figure] = frame[figure].astype(float).mask(few[kind])
    title = Text("Reach month by month")
    notes = [
        Text(
            "Audience: of the advocates enrolled in the month, each person once, as their audiences were last handed in: who joined it "
            "later is in the earlier months too."
        ),
        Text("Expected reach must not be added over months: whoever is reached in several is counted in each."),
        Text("Posts of advocates whose audiences are not known add nothing to it; a month that has no others has none, which is not 0."),
        *withheld_note(0, team.smallest if team else 0, gone),
    ]
    if team is not None and len(kept) < len(every):
        notes.append(
            Text(
                "{count} {count:month is|months are} withheld, in which the team had fewer than {smallest:g} advocates.",
                count=len(every) - len(kept),
                smallest=team.smallest,
            )
        )
    chart = Chart("line", "month", ("unique_audience", "expected_reach"), title)
    meta = {
        **scope.meta,
        "chance_basis": found.chances.basis,
        "cohort_rule": "published in the period",
        "audiences_known": found.known,
    }
    return Report("social_reach_months", title, frame, tuple(notes), meta, charts=(chart,))


def _few(there: list[set[str]], team: Team) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell in which months too few of the team contribute to a figure, or what is told of all teams would give such a month away.

    Parameters
    ----------
    there : list of set of str
        Of each month who contributes to it, of all teams.
    team : Team
    """
    counted: dict[tuple[str, object], int] = {}
    for place, some in enumerate(there):
        counted |= {(name, place): count for name, count in sizes(team.everyone, some).items()}
    hidden = hidden_cells(counted, team.smallest)
    return np.array([(team.name, place) in hidden for place in range(len(there))], dtype=np.bool_)


def _month(then: Reach, first: dt.date) -> Mapping[str, Any]:
    shared = then.originals + then.reposts
    known = then.known > 0
    # Posts of advocates whose audiences are not known tell nothing; where there are no others, the reach is unknown.
    told = known and (not np.any(shared) or bool(then.contributing["expected"]))
    expected = then.expected(then.audiences) if told else (np.nan,) * 3
    return {
        "month": first.replace(day=1),
        "advocates": len(then.advocates),
        "active_advocates": int(np.count_nonzero(shared)),
        "posts": int(shared.sum()),
        "unique_audience": float(then.audiences.unique) if known else np.nan,
        "expected_reach": expected[0],
        "expected_reach_low": expected[1],
        "expected_reach_high": expected[2],
        "impressions": then.posts["impressions"].sum(min_count=1),
        "posts_measured": int(then.posts["impressions"].notna().sum()),
    }
