"""What each advocate agreed to, and until when: the ledger that decides what may be stored of them."""

from __future__ import annotations

import datetime as dt

from workspace.store import Workspace

DATA = ("own_posts", "audience", "company_and_title", "name", "introductions")
"""What may be agreed to, each on its own: own posts and their figures; connections and followers as keyed hashes; company and title of
connections at key accounts; the name on the leaderboard; being asked for introductions."""


def granted(workspace: Workspace, datum: str, day: dt.date | None = None) -> set[str]:
    """Name the advocates whose agreement to a datum holds on a day, today by default: the latest that they said until then counts."""
    on = ((day or dt.date.today()) - dt.date(1970, 1, 1)).days
    rows = workspace.rows(
        """SELECT advocate FROM (SELECT advocate, granted, row_number() OVER (PARTITION BY advocate ORDER BY day DESC, row DESC) AS place
        FROM consents WHERE datum = ? AND day <= ?) WHERE place = 1 AND granted = 1""",
        (datum, on),
    )
    return {row["advocate"] for row in rows}
