"""Reach month by month: who was enrolled then, whom they could reach, and whom their posts are to be expected to have reached."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np

from reports.report import Chart, Report, Text
from social.participation import months
from social.reach import Reach
from social.scope import Scope

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def months_report(found: Reach, scope: Scope, smallest: float) -> Report:
    """Lay out the reach of each month.

    Parameters
    ----------
    found : Reach
        Of the whole period; the chance to see a post is that of the whole period in each of its months.
    scope : Scope
    smallest : float
        Months in which a team had fewer advocates are withheld.

    Notes
    -----
    People reached in several months are counted in each of them: the months of expected reach add up to more than that of the period.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    withheld = 0
    for first, last in months(found.posts["day"], scope):
        there = np.array([one.enrolled(first, last) for one in found.advocates], dtype=bool)
        if scope.team is not None and np.count_nonzero(there) < smallest:
            withheld += 1
        else:
            rows.append(_month(found, there, first, last))
    columns = ["month", "advocates", "active_advocates", "posts", "unique_audience", "expected_reach"]
    columns += ["expected_reach_low", "expected_reach_high", "impressions", "posts_measured"]
    title = Text("Reach month by month")
    notes = [
        Text(
            "Audience: of the advocates enrolled in the month, each person once, as their audiences were last handed in: who joined it "
            "later is in the earlier months too."
        ),
        Text("Expected reach must not be added over months: whoever is reached in several is counted in each."),
        Text("Posts of advocates whose audiences are not known add nothing to it; a month that has no others has none, which is not 0."),
    ]
    if withheld:
        notes.append(
            Text(
                "{count} months are withheld, in which the team had fewer than {smallest:g} advocates.",
                count=withheld,
                smallest=smallest,
            )
        )
    chart = Chart("line", "month", ("unique_audience", "expected_reach"), title)
    meta = {
        **scope.meta,
        "chance_basis": found.chances.basis,
        "cohort_rule": "published in the period",
        "audiences_known": found.known,
    }
    frame = pd.DataFrame(rows, columns=columns)
    return Report("social_reach_months", title, frame, tuple(notes), meta, charts=(chart,))


def _month(found: Reach, there: Mask, first: dt.date, last: dt.date) -> dict[str, Any]:
    names = [one.advocate for one in found.advocates]
    enrolled = [name for name, present in zip(names, there, strict=True) if present]
    posts = found.posts[found.posts["day"].map(lambda day: first <= day <= last).astype(bool) & found.posts["advocate"].isin(enrolled)]
    counts = {
        kind: np.asarray(posts[posts["kind"] == kind].groupby("advocate").size().reindex(names, fill_value=0), dtype=np.float64)
        for kind in ("original", "repost")
    }
    then = dataclasses.replace(found, originals=counts["original"], reposts=counts["repost"], posts=posts)
    audience = found.audiences.of(enrolled)
    known = bool(np.any(audience.gross))
    shared = counts["original"] + counts["repost"]
    # Posts of advocates whose audiences are not known tell nothing; where there are no others, the reach is unknown.
    told = known and (not np.any(shared) or bool(np.any(found.audiences.gross[shared > 0])))
    expected = then.expected(found.audiences) if told else (np.nan,) * 3
    return {
        "month": first.replace(day=1),
        "advocates": len(enrolled),
        "active_advocates": int(np.count_nonzero(shared)),
        "posts": int(shared.sum()),
        "unique_audience": float(audience.unique) if known else np.nan,
        "expected_reach": expected[0],
        "expected_reach_low": expected[1],
        "expected_reach_high": expected[2],
        "impressions": posts["impressions"].sum(min_count=1),
        "posts_measured": int(posts["impressions"].notna().sum()),
    }
