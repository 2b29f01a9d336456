"""What the social room reads from a workspace; all of its SQL is here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

EPOCH = dt.date(1970, 1, 1)
ADVOCATE_DAYS = ("eligible_since", "invited_on", "since", "until")


def dated(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Turn days since 1970 into dates."""
    return row | {name: None if row[name] is None else EPOCH + dt.timedelta(days=row[name]) for name in names}


def advocates(workspace: Workspace) -> list[dict[str, Any]]:
    """Read who takes part, by code: `advocate, name, person` (identifier), `person_id, team, region, profile` and the four days."""
    rows = workspace.rows(
        """SELECT a.advocate, a.name, p.key AS person, a.person_id, a.team, a.region, a.profile, a.eligible_since, a.invited_on, a.since,
        a.until FROM advocates a LEFT JOIN persons p ON p.id = a.person_id ORDER BY a.advocate"""
    )
    return [dated(row, *ADVOCATE_DAYS) for row in rows]


def post_columns(workspace: Workspace) -> pa.Table:
    """Read every post, by time: `post, network, advocate, page, kind, url, link, text, content, approval` (text), `at` (int64 seconds)."""
    import pyarrow as pa

    names = ("post", "network", "advocate", "page", "kind", "url", "link", "text", "content", "approval")
    types = {name: pa.string() for name in names} | {"at": pa.int64()}
    return workspace.arrow(f"SELECT {', '.join(types)} FROM posts ORDER BY at, network, post", (), pa.schema(types))


POST_FIGURES = ("impressions", "reach", "clicks", "reactions", "comments", "reposts", "saves", "engagements", "new_followers")
PROFILE_FIGURES = (
    "impressions", "sponsored_impressions", "reach", "clicks", "reactions", "comments", "reposts", "engagements", "followers",
    "new_followers", "page_views", "visitors",
)  # fmt: skip


def post_metric_columns(workspace: Workspace) -> pa.Table:
    """Read the figures of posts as of every day: `post, network` (text), `day` (days since 1970) and `POST_FIGURES` (int64, null where
    not known), by post and day.
    """
    import pyarrow as pa

    types = {"post": pa.string(), "network": pa.string()} | {name: pa.int64() for name in ("day", *POST_FIGURES)}
    return workspace.arrow(f"SELECT {', '.join(types)} FROM post_metrics ORDER BY network, post, day", (), pa.schema(types))


def profile_metric_columns(workspace: Workspace) -> pa.Table:
    """Read the figures of pages and profiles: `network, profile, advocate` (text), `day, until` (days since 1970), `PROFILE_FIGURES`."""
    import pyarrow as pa

    types = {name: pa.string() for name in ("network", "profile", "advocate")}
    types |= {name: pa.int64() for name in ("day", "until", *PROFILE_FIGURES)}
    return workspace.arrow(f"SELECT {', '.join(types)} FROM profile_metrics ORDER BY network, profile, day", (), pa.schema(types))


def audience_columns(workspace: Workspace) -> pa.Table:
    """Read who could see whose posts: `advocate, network, member, title, seniority, account` (text), `as_of, connected_on` (days)."""
    import pyarrow as pa

    types = {name: pa.string() for name in ("advocate", "network", "member", "title", "seniority", "account")}
    types |= {name: pa.int64() for name in ("as_of", "connected_on")}
    return workspace.arrow(
        """SELECT advocate, network, member, title, seniority, k.key AS account, as_of, connected_on
        FROM audience a LEFT JOIN accounts k ON k.id = a.account_id""",
        (),
        pa.schema(types),
    )


def target_accounts(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Read the key accounts by key: `name, tier, owner`; those with a tier, or all that are told of where none has one."""
    rows = workspace.rows(
        """SELECT a.key AS account, c.name, c.tier, c.owner FROM companies c JOIN accounts a ON a.id = c.id
        WHERE c.tier IS NOT NULL OR NOT EXISTS (SELECT 1 FROM companies WHERE tier IS NOT NULL) ORDER BY a.key"""
    )
    return {row["account"]: row for row in rows}


def link_codes(workspace: Workspace) -> list[dict[str, Any]]:
    """Read the codes of tagged links: `code, advocate, content, network, link, made_on, retired_on`."""
    rows = workspace.rows("SELECT code, advocate, content, network, link, made_on, retired_on FROM link_codes ORDER BY code")
    return [dated(row, "made_on", "retired_on") for row in rows]


def selling_index(workspace: Workspace) -> list[dict[str, Any]]:
    """Read LinkedIn's index: `advocate, day, brand, find, insights, relationships`, by advocate and day."""
    rows = workspace.rows("SELECT advocate, day, brand, find, insights, relationships FROM ssi ORDER BY advocate, day")
    return [dated(row, "day") for row in rows]


def rotations(workspace: Workspace) -> list[dict[str, Any]]:
    """Read which team was offered which content: `rotation, content, team, since, until, offered`."""
    rows = workspace.rows("SELECT rotation, content, team, since, until, offered FROM rotations ORDER BY rotation, content, team")
    return [dated(row, "since", "until") for row in rows]


def introductions(workspace: Workspace) -> list[dict[str, Any]]:
    """Read who was asked to introduce us where: `advocate, account, asked_on, role, answer, answered_on`, the latest first."""
    rows = workspace.rows(
        """SELECT i.advocate, a.key AS account, i.asked_on, i.role, i.answer, i.answered_on FROM introductions i
        JOIN accounts a ON a.id = i.account_id ORDER BY i.asked_on DESC, i.advocate, a.key"""
    )
    return [dated(row, "asked_on", "answered_on") for row in rows]
