"""What the social room reads from a workspace; all of its SQL is here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workspace.people_reading import who
from workspace.reading import ACCOUNTS
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

EPOCH = dt.date(1970, 1, 1)
ADVOCATE_DAYS = ("eligible_since", "invited_on", "since", "until")


def dated(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Turn days since 1970 into dates."""
    return row | {name: None if row[name] is None else EPOCH + dt.timedelta(days=row[name]) for name in names}


def advocates(workspace: Workspace) -> list[dict[str, Any]]:
    """Read who takes part, by code: `advocate, name, person` (identifier), `person_id` (whom it stands for), `team, region,
    profile` and the four days.
    """
    rows = workspace.rows(
        f"""SELECT a.advocate, a.name, p.key AS person, {who("a.person_id")} AS person_id, a.team, a.region, a.profile, a.eligible_since,
        a.invited_on, a.since, a.until FROM advocates a LEFT JOIN persons p ON p.id = a.person_id ORDER BY a.advocate"""
    )
    return [dated(row, *ADVOCATE_DAYS) for row in rows]


def post_columns(workspace: Workspace) -> pa.Table:
    """Read every post, by time: `post, network, advocate, page, kind, url, link, text, content, approval, alias, repost_of` (text), `at`
    (int64 seconds).
    """
    import pyarrow as pa

    names = ("post", "network", "advocate", "page", "kind", "url", "link", "text", "content", "approval", "alias", "repost_of")
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


AUDIENCE = {"advocate": "text", "network": "text", "member": "text", "title": "text", "seniority": "text", "account": "text",
            "as_of": "int64", "connected_on": "int64"}  # fmt: skip


def audience_columns(workspace: Workspace, *names: str) -> pa.Table:
    """Read who could see whose posts: `advocate, network, member, title, seniority, account` (text), `as_of, connected_on` (days).

    Parameters
    ----------
    workspace : Workspace
    *names : str
        The columns to read; all by default.
    """
    import pyarrow as pa

    wanted = names or tuple(AUDIENCE)
    types = pa.schema({name: pa.string() if AUDIENCE[name] == "text" else pa.int64() for name in wanted})
    columns = ", ".join("k.key AS account" if name == "account" else f"a.{name}" for name in wanted)
    joined = " LEFT JOIN accounts k ON k.id = a.account_id" if "account" in wanted else ""
    return workspace.arrow(f"SELECT {columns} FROM audience a{joined}", (), types)


def known_at(workspace: Workspace, accounts: Sequence[str] | None, network: str | None = None, *names: str) -> pa.Table:
    """Read who is known at some accounts: the columns of `audience_columns`, in no order, of these accounts and that network alone.

    Without accounts those of all; whoever works at none, or of whom it may not be kept, is left out.
    """
    import json

    import pyarrow as pa

    wanted = names or tuple(AUDIENCE)
    types = pa.schema({name: pa.string() if AUDIENCE[name] == "text" else pa.int64() for name in wanted})
    columns = ", ".join("k.key AS account" if name == "account" else f"a.{name}" for name in wanted)
    return workspace.arrow(
        f"""SELECT {columns} FROM audience a JOIN accounts k ON k.id = a.account_id
        WHERE (?1 IS NULL OR a.account_id IN (SELECT id FROM accounts WHERE key IN (SELECT value FROM json_each(?1))))
        AND (?2 IS NULL OR a.network = ?2)""",
        (None if accounts is None else json.dumps(list(accounts)), network),
        types,
    )


def audience_sizes(workspace: Workspace, network: str | None = None) -> dict[str, int]:
    """Count whom each advocate reaches, on all networks or on one; those who are known to reach nobody are left out."""
    sql = "SELECT advocate, count(*) AS size FROM audience WHERE ?1 IS NULL OR network = ?1 GROUP BY advocate"
    return {row["advocate"]: row["size"] for row in workspace.rows(sql, (network,))}


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


SOCIAL_TOUCH = ("person", "person_id", "at", "origin_id", "content", "channel", "source", "kind")


def social_touches(workspace: Workspace, codes: list[str]) -> pa.Table:
    """Read the touches of the social family and those that carry a code: `SOCIAL_TOUCH`, by person and time.

    `person_id` is whom the identifier `person` stands for; `channel` what the rules said (they have to have named the origins).
    """
    import json

    import pyarrow as pa

    types = {name: pa.int64() if name in ("person_id", "at", "origin_id") else pa.string() for name in SOCIAL_TOUCH}
    return workspace.arrow(
        f"""SELECT p.key AS person, {who("t.person_id")} AS person_id, t.at, t.origin_id, o.content, o.channel,
        coalesce(o.source_label, o.source) AS source, o.kind
        FROM touches t JOIN origins o ON o.id = t.origin_id JOIN persons p ON p.id = t.person_id
        WHERE (t.consent IS NULL OR t.consent <> 0)
        AND (o.family = 'social' OR lower(o.content) IN (SELECT value FROM json_each(?))) ORDER BY 2, t.at, t.id""",
        (json.dumps([code.lower() for code in codes]),),
        pa.schema(types),
    )


def first_touches(workspace: Workspace) -> pa.Table:
    """Read when each person was first touched, as `person_id, first` (int64)."""
    import pyarrow as pa

    return workspace.arrow(
        f"""SELECT person_id, min(first) AS first FROM (SELECT {who("t.person_id")} AS person_id, t.first FROM (
        SELECT person_id, min(at) AS first FROM touches WHERE consent IS NULL OR consent <> 0 GROUP BY person_id) t) GROUP BY person_id""",
        (),
        pa.schema({"person_id": pa.int64(), "first": pa.int64()}),
    )


def moments_of(workspace: Workspace, people: list[int]) -> pa.Table:
    """Read every touch of a few people, as `person_id, at, origin_id` (int64)."""
    import json

    import pyarrow as pa

    return workspace.arrow(
        f"""SELECT person_id, at, origin_id FROM (SELECT {who("t.person_id")} AS person_id, t.at, t.origin_id FROM touches t
        WHERE t.consent IS NULL OR t.consent <> 0) WHERE person_id IN (SELECT value FROM json_each(?))""",
        (json.dumps(people),),
        pa.schema({"person_id": pa.int64(), "at": pa.int64(), "origin_id": pa.int64()}),
    )


def people_at(workspace: Workspace, domains: list[str]) -> set[int]:
    """Name the people one of whose identifiers is an address at some domains (in lower case), by id."""
    import json

    rows = workspace.rows(
        f"""SELECT DISTINCT {who("persons.id")} AS person FROM persons
        WHERE instr(key, '@') > 0 AND lower(substr(key, instr(key, '@') + 1)) IN (SELECT value FROM json_each(?))""",
        (json.dumps(domains),),
    )
    return {row["person"] for row in rows}


def told_of_source(workspace: Workspace) -> list[dict[str, Any]]:
    """Read what people, and the CRM, say brought them: `person_id, account_id, opportunity, at, text, told` (survey, lead_source or deal).

    `at` is unknown but for survey answers.
    """
    return workspace.rows(
        f"""SELECT {who("s.person_id")} AS person_id, a.same AS account_id, NULL AS opportunity, s.at, s.answer AS text, 'survey' AS told
        FROM surveys s LEFT JOIN {ACCOUNTS} a ON a.id = s.account_id
        UNION ALL SELECT {who("people.id")}, NULL, NULL, NULL, lead_source, 'lead_source' FROM people WHERE lead_source IS NOT NULL
        UNION ALL SELECT NULL, NULL, opportunity, NULL, coalesce(lead_source, '') || ' ' || coalesce(campaign, ''), 'deal'
        FROM opportunities WHERE lead_source IS NOT NULL OR campaign IS NOT NULL"""
    )


def deal_owners(workspace: Workspace) -> dict[str, str]:
    """Read who owns each opportunity, by its id."""
    rows = workspace.rows("SELECT opportunity, owner FROM opportunities WHERE owner IS NOT NULL ORDER BY file_id, row")
    return {row["opportunity"]: row["owner"] for row in rows}


def account_ids(workspace: Workspace) -> dict[str, int]:
    """Read the ids of all accounts by their keys; that which stands for all of its spellings (`workspace.reading.ACCOUNTS`)."""
    return {row["key"]: row["same"] for row in workspace.rows(f"SELECT key, same FROM accounts JOIN {ACCOUNTS} USING (id)")}


def account_names(workspace: Workspace) -> dict[int, str]:
    """Read the keys of all accounts by their ids."""
    return {row["id"]: row["key"] for row in workspace.rows("SELECT id, key FROM accounts")}


def stored_of(workspace: Workspace, advocate: str) -> dict[str, int]:
    """Count what is stored of an advocate: `posts, figures, audience, titles, codes`."""
    return workspace.rows(
        """SELECT (SELECT count(*) FROM posts WHERE advocate = :a) AS posts,
        (SELECT count(*) FROM post_metrics m JOIN posts p ON p.post = m.post AND p.network = m.network WHERE p.advocate = :a) AS figures,
        (SELECT count(*) FROM audience WHERE advocate = :a) AS audience,
        (SELECT count(*) FROM audience WHERE advocate = :a AND (account_id IS NOT NULL OR title IS NOT NULL)) AS titles,
        (SELECT count(*) FROM link_codes WHERE advocate = :a) AS codes""",
        {"a": advocate},
    )[0]


def networks(workspace: Workspace) -> list[str]:
    """Name the networks of which there are posts, audiences or codes of links."""
    sql = "SELECT network FROM posts UNION SELECT network FROM audience UNION SELECT network FROM link_codes WHERE network IS NOT NULL"
    return [row["network"] for row in workspace.rows(f"{sql} ORDER BY network")]
