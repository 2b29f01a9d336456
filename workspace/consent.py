"""What each advocate agreed to, and until when: the ledger that decides what may be stored of them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from typing import Any

from workspace.store import Workspace, explained

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


def ledger(workspace: Workspace, advocate: str | None = None) -> list[dict[str, Any]]:
    """Read what was agreed to and taken back, by advocate, datum and day: `advocate, datum, day, granted, note`."""
    rows = workspace.rows(
        """SELECT advocate, datum, day, granted, note FROM consents WHERE :advocate IS NULL OR advocate = :advocate
        ORDER BY advocate, datum, day, row""",
        {"advocate": advocate},
    )
    return [row | {"day": dt.date(1970, 1, 1) + dt.timedelta(days=row["day"]), "granted": bool(row["granted"])} for row in rows]


def teams(workspace: Workspace) -> dict[str, str | None]:
    """Say in which team each advocate on the list is."""
    return {row["advocate"]: row["team"] for row in workspace.rows("SELECT advocate, team FROM advocates")}


def approvals(workspace: Workspace) -> dict[tuple[str, str], str]:
    """Read what was decided of posts: by network and post."""
    rows = workspace.rows("SELECT network, post, approval FROM posts WHERE approval IS NOT NULL")
    return {(row["network"], row["post"]): row["approval"] for row in rows}


def decided(workspace: Workspace) -> set[tuple[str, str]]:
    """Name the posts that were approved or refused here (`decide`), and not by what a file said: by network and post."""
    rows = workspace.rows("SELECT network, post FROM posts WHERE decided_at IS NOT NULL")
    return {(row["network"], row["post"]) for row in rows}


def decide(workspace: Workspace, posts: Iterable[str], state: str) -> int:
    """Approve or refuse posts that are held back; say how many there were. No file changes that any more."""
    changed, now = 0, int(time.time())
    with explained(workspace.path), workspace.db.atomic():
        for post in posts:
            sql = "UPDATE posts SET approval = ?, decided_at = ? WHERE (post = ? OR url = ?) AND approval IS NOT NULL"
            changed += workspace.db.execute(sql, (state, now, post, post)).rowcount
    return changed


REVOKED = """SELECT advocate FROM (SELECT advocate, granted, row_number() OVER (PARTITION BY advocate ORDER BY day DESC, row DESC) AS place
    FROM consents WHERE datum = '{datum}' AND day <= {today}) WHERE place = 1 AND granted = 0"""
TAKEN_BACK = (
    (
        "own_posts",
        "post_metrics",
        "DELETE FROM post_metrics WHERE (network, post) IN (SELECT network, post FROM posts WHERE advocate IN ({who}))",
    ),
    ("own_posts", "posts", "DELETE FROM posts WHERE advocate IN ({who})"),
    ("own_posts", "profile_metrics", "DELETE FROM profile_metrics WHERE advocate IN ({who})"),
    ("own_posts", "ssi", "DELETE FROM ssi WHERE advocate IN ({who})"),
    ("audience", "audience", "DELETE FROM audience WHERE advocate IN ({who})"),
    ("introductions", "introductions", "DELETE FROM introductions WHERE advocate IN ({who})"),
    (
        "company_and_title",
        None,
        "UPDATE audience SET account_id = NULL, title = NULL, seniority = NULL WHERE advocate IN ({who}) "
        "AND (account_id IS NOT NULL OR title IS NOT NULL OR seniority IS NOT NULL)",
    ),
)
"""Of each datum: what goes when the agreement to it is taken back, in which kind of record."""


def enforce(run: Callable[[str], Any]) -> dict[str, int]:
    """Take out what is no longer agreed to; say how many records of each kind went.

    Parameters
    ----------
    run : callable
        Runs a statement of SQL in the transaction of the import and gives the first value that it finds.
    """
    today = (dt.date.today() - dt.date(1970, 1, 1)).days
    removed: dict[str, int] = {}
    if not run(f"SELECT count(*) FROM consents WHERE granted = 0 AND day <= {today}"):
        return removed
    for datum, kind, sql in TAKEN_BACK:
        before = run("SELECT total_changes()")
        run(sql.format(who=REVOKED.format(datum=datum, today=today)))
        if kind is not None and (gone := run("SELECT total_changes()") - before):
            removed[kind] = removed.get(kind, 0) + gone
    return removed
