"""What other rooms read from a workspace: whole columns by ADBC, a few rows by sqlite-utils. All SQL of reading is here."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from workspace.people_reading import ALL_OF, as_people, person_of, who
from workspace.store import Workspace, explained

if TYPE_CHECKING:
    import pyarrow as pa

ORIGIN_FIELDS = ("source", "medium", "campaign", "content", "term", "referrer", "click_id_kind", "given_channel", "kind")
VERDICT_FIELDS = ("channel", "family", "source_label", "medium_label", "rule", "rule_set", "rule_version")

TIES = 1 << 20
"""Touches of one second stand in the order of their ids modulo this, which leaves room for time and channel in one integer."""


def touch_columns(workspace: Workspace, until: int | None = None, followed: bool = True) -> pa.Table:
    """Read touches as `key` (person), `at, origin_id, tie` (all int64).

    Parameters
    ----------
    workspace : Workspace
    until : int or None
        Seconds since 1970; only touches before.
    followed : bool
        Only the touches that consent does not forbid to follow.
    """
    conditions = ["true"]
    if followed:
        conditions.append("(consent IS NULL OR consent <> 0)")
    if until is not None:
        conditions.append(f"at < {int(until)}")
    table = workspace.arrow(f"SELECT person_id AS key, at, origin_id, id & {TIES - 1} AS tie FROM touches WHERE {' AND '.join(conditions)}")
    return as_people(workspace, table, "key")


ACCOUNTS = "(SELECT id, min(id) OVER (PARTITION BY lower(key)) AS same FROM accounts)"
"""Each account beside the one that stands for all whose keys differ from its own in the capitals of A to Z alone: keys are domains, or
names that two systems write as they please."""


def conversion_columns(workspace: Workspace, goal: str) -> pa.Table:
    """Read the conversions of a goal as `id, key (person), account, at, value, currency`; what is not known is null."""
    import pyarrow as pa

    number, text = pa.int64(), pa.string()
    columns = {"id": number, "key": number, "account": number, "at": number, "value": pa.float64(), "currency": text}
    sql = f"""SELECT c.id, person_id AS key, a.same AS account, at, value, currency
        FROM conversions c LEFT JOIN {ACCOUNTS} a ON a.id = c.account_id WHERE goal = ?"""
    return as_people(workspace, workspace.arrow(sql, (goal,), pa.schema(columns)), "key")


def memberships(workspace: Workspace) -> pa.Table:
    """Read which people belong to which accounts, as `person, account, main` (int64).

    A person belongs to the account that the people table names and to those of their own conversions, each pair once; `main` is 1 for
    one of them: that of the people table, else that of the latest conversion.
    """
    import pyarrow as pa

    number = pa.int64()
    return workspace.arrow(
        f"""SELECT person, account, row_number() OVER (PARTITION BY person ORDER BY told DESC, account) = 1 AS main FROM (
        SELECT person, a.same AS account, max(told) AS told FROM (
            SELECT {who("people.id")} AS person, account_id AS named, 9223372036854775807 AS told FROM people WHERE account_id IS NOT NULL
            UNION ALL SELECT {who("conversions.person_id")}, account_id, at FROM conversions
            WHERE person_id IS NOT NULL AND account_id IS NOT NULL
        ) JOIN {ACCOUNTS} a ON a.id = named GROUP BY person, a.same)""",
        (),
        pa.schema({"person": number, "account": number, "main": number}),
    )


def people_columns(workspace: Workspace) -> pa.Table:
    """Read the people of the people table as `key` (int64) and `segment` (text, null where it is not known).

    Of several rows of one person, the segment that was told last counts.
    """
    import pyarrow as pa

    sql = f"""SELECT key, segment FROM (SELECT key, segment, row_number() OVER (
        PARTITION BY key ORDER BY segment IS NULL, file_id DESC, row DESC) AS place
        FROM (SELECT {who("people.id")} AS key, segment, file_id, row FROM people)) WHERE place = 1"""
    return workspace.arrow(sql, (), pa.schema({"key": pa.int64(), "segment": pa.string()}))


def lead_sources(workspace: Workspace) -> dict[int, str]:
    """Read what the CRM says brought people, by person; those of whom it says nothing are left out."""
    rows = workspace.rows(f"SELECT {who('people.id')} AS id, lead_source FROM people WHERE lead_source IS NOT NULL ORDER BY file_id, row")
    return {row["id"]: row["lead_source"] for row in rows}


def stage_columns(workspace: Workspace) -> pa.Table:
    """Read every conversion as `id, key (person), account, at` (int64), `goal, opportunity` (text); what is not known is null."""
    import pyarrow as pa

    number, text = pa.int64(), pa.string()
    columns = {"id": number, "key": number, "account": number, "at": number, "goal": text, "opportunity": text}
    sql = f"""SELECT c.id, person_id AS key, a.same AS account, at, goal, opportunity
        FROM conversions c LEFT JOIN {ACCOUNTS} a ON a.id = c.account_id"""
    return as_people(workspace, workspace.arrow(sql, (), pa.schema(columns)), "key")


def goals(workspace: Workspace) -> dict[str, int]:
    """Count the conversions of each goal, the most frequent first."""
    rows = workspace.rows("SELECT goal, count(*) AS n FROM conversions GROUP BY goal ORDER BY n DESC, goal")
    return {row["goal"]: row["n"] for row in rows}


def counts(workspace: Workspace) -> dict[str, Any]:
    """Count touches, people, conversions and refused rows, and say what time the touches span (None where there are none)."""
    return workspace.rows(
        """SELECT (SELECT count(*) FROM touches) AS touches, (SELECT count(*) FROM persons) - (SELECT count(*) FROM merged) AS people,
        (SELECT count(*) FROM conversions) AS conversions, (SELECT count(*) FROM rejects WHERE NOT row_kept) AS rows_rejected,
        (SELECT min(at) FROM touches) AS first_seen, (SELECT max(at) FROM touches) AS last_seen,
        (SELECT count(*) FROM touches WHERE consent = 0) AS without_consent"""
    )[0]


def touches_without_consent(workspace: Workspace) -> int:
    """Count the touches that may not be followed."""
    return int(workspace.rows("SELECT count(*) AS n FROM touches WHERE consent = 0")[0]["n"])


def origins(workspace: Workspace) -> list[dict[str, Any]]:
    """Read every origin with what the rules said of it."""
    return workspace.rows("SELECT * FROM origins ORDER BY id")


def origins_to_name(workspace: Workspace, rule_version: str) -> list[dict[str, Any]]:
    """Read the origins that the rules in force have not seen."""
    return workspace.rows("SELECT * FROM origins WHERE rule_version IS NOT ? ORDER BY id", (rule_version,))


def keep_verdicts(workspace: Workspace, verdicts: Iterable[Sequence[Any]]) -> None:
    """Keep what the rules said: for each origin its `VERDICT_FIELDS`, then its id; all or none are kept."""
    assignments = ", ".join(f"{field} = ?" for field in VERDICT_FIELDS)
    with explained(workspace.path), workspace.db.atomic():
        workspace.db.conn.executemany(f"UPDATE origins SET {assignments} WHERE id = ?", verdicts)


def conversions_named(workspace: Workspace, name: str) -> list[dict[str, Any]]:
    """Find conversions by their own id, by the number smarketing gave them, or by their person or account.

    The account's id is that which stands for all of its spellings (`ACCOUNTS`).
    """
    number = int(name) if name.isdecimal() and len(name) < 20 and int(name) < 2**63 else -1
    return workspace.rows(
        f"""SELECT c.id, {who("c.person_id")} AS person_id, s.same AS account_id, c.at, c.goal, c.value, c.currency, c.opportunity, c.key,
        c.file_id, c.row, p.key AS person, a.key AS account, f.name AS file, i.id AS import_id, i.connector
        FROM conversions c LEFT JOIN persons p ON p.id = c.person_id LEFT JOIN accounts a ON a.id = c.account_id
        LEFT JOIN {ACCOUNTS} s ON s.id = c.account_id JOIN import_files f ON f.id = c.file_id JOIN imports i ON i.id = f.import_id
        WHERE c.key = :name OR c.id = :number OR c.person_id IN {ALL_OF} OR lower(a.key) = lower(:name) ORDER BY c.at, c.id""",
        {"name": name, "number": number, "person": person_of(workspace, name)},
    )


def touches_of(workspace: Workspace, person_id: int) -> list[dict[str, Any]]:
    """Read a person's touches in order (as `touch_columns` has it), each with its origin and its place in its import.

    They are those of all identifiers that stand for the same person; each keeps its own in `person`.
    """
    origin = ", ".join(f"o.{field}" for field in (*ORIGIN_FIELDS, *VERDICT_FIELDS))
    return workspace.rows(
        f"""SELECT t.id, t.at, t.row, t.url, t.click_id, p.key AS person, f.name AS file, f.import_id, t.origin_id, {origin}
        FROM touches t JOIN persons p ON p.id = t.person_id JOIN origins o ON o.id = t.origin_id JOIN import_files f ON f.id = t.file_id
        WHERE t.person_id IN {ALL_OF} AND (t.consent IS NULL OR t.consent <> 0) ORDER BY t.at, t.id & {TIES - 1}, t.id""",
        {"person": workspace.rows(f"SELECT {who(':id')} AS person", {"id": person_id})[0]["person"]},
    )


def imports_done(workspace: Workspace) -> list[dict[str, Any]]:
    """Read what came in, the latest first: one row for each import and kind."""
    return workspace.rows(
        """SELECT i.id AS import_id, i.connector, c.kind,
        (SELECT group_concat(name, ', ') FROM (SELECT name FROM import_files WHERE import_id = i.id ORDER BY id)) AS file,
        i.finished_at, c.rows_read, c.rows_added, c.rows_changed, c.rows_known, c.rows_rejected, c.rows_incomplete, c.rows_removed
        FROM imports i JOIN import_counts c ON c.import_id = i.id ORDER BY i.id DESC, c.kind"""
    )


def cursor(workspace: Workspace, source: str) -> Any:
    """Say where a source was left off the last time, as its connector said it; None where it was never read."""
    rows = workspace.rows("SELECT cursor FROM cursors WHERE source = ?", (source,))
    return json.loads(rows[0]["cursor"]) if rows else None


def referrers(workspace: Workspace) -> list[str]:
    """List the hosts that visits came from, the most frequent first; not those that the rules know for something else than a referral."""
    rows = workspace.rows(
        """SELECT o.referrer FROM origins o JOIN touches t ON t.origin_id = o.id
        WHERE o.referrer IS NOT NULL AND coalesce(o.family, 'referral') = 'referral'
        GROUP BY o.referrer ORDER BY count(*) DESC, o.referrer"""
    )
    return [row["referrer"] for row in rows]


def rejects(workspace: Workspace, import_id: int | None = None) -> list[dict[str, Any]]:
    """Read the refused rows and cells, of one import or of all, the latest import first.

    `column` is None where the source has no names of its own; `row_kept` is whether the row was kept without the cell.
    """
    rows = workspace.rows(
        """SELECT f.import_id, r.kind, f.name AS file, r.row, r.field, nullif(r.column_name, '') AS "column", r.value AS value_seen,
        r.row_kept, r.problem, r.remedy
        FROM rejects r JOIN import_files f ON f.id = r.file_id WHERE :id IS NULL OR f.import_id = :id
        ORDER BY f.import_id DESC, f.id, r.row, r.field""",
        {"id": import_id},
    )
    return [row | {"row_kept": bool(row["row_kept"])} for row in rows]


def spend_rows(workspace: Workspace) -> list[dict[str, Any]]:
    """Read what was spent, by day, with the channel the rules gave it."""
    rows = workspace.rows(
        """SELECT s.day, o.channel, o.family, o.source_label AS source, o.medium_label AS medium, o.campaign, s.amount AS spend, s.currency,
        s.impressions, s.clicks FROM spend s JOIN origins o ON o.id = s.origin_id ORDER BY s.day, s.id"""
    )
    for row in rows:
        row["day"] = dt.date(1970, 1, 1) + dt.timedelta(days=row["day"])
    return rows


def touches_by_origin(workspace: Workspace) -> dict[int, int]:
    """Count the touches of each origin, those that may not be followed too."""
    rows = workspace.rows("SELECT origin_id, count(*) AS n FROM touches GROUP BY origin_id")
    return {row["origin_id"]: row["n"] for row in rows}


def claimed_conversions(workspace: Workspace) -> list[dict[str, Any]]:
    """Read what each platform claims, the most first, and the first and last day that it claims it for (days since 1970)."""
    return workspace.rows(
        """SELECT coalesce(o.source, o.given_channel, o.channel) AS source, sum(s.conversions) AS conversions, min(s.day) AS first_day,
        max(s.day) AS last_day FROM spend s JOIN origins o ON o.id = s.origin_id WHERE s.conversions IS NOT NULL
        GROUP BY 1 HAVING sum(s.conversions) > 0 ORDER BY conversions DESC, source"""
    )


def deals_told(workspace: Workspace) -> list[dict[str, Any]]:
    """Read the deals that have an amount and a day of closing, each as the source that brought it last tells of it.

    Deals that conversions alone tell of are taken from where they were won. `source` is the file of those that came from tables, else what
    `imports` calls it; `company` the name of the account, or its key; `closes` days since 1970.
    """
    source = "CASE WHEN i.connector = 'csv' THEN f.name ELSE i.source END AS source"
    company = "a.same AS account, coalesce(x.name, k.key) AS company"
    return workspace.rows(
        f"""WITH told AS (
            SELECT opportunity AS deal, account_id, name, amount, currency, closes, file_id FROM opportunities
            UNION ALL SELECT opportunity, account_id, NULL, value, currency, at / 86400, file_id FROM conversions
            WHERE goal = 'won' AND opportunity IS NOT NULL AND opportunity NOT IN (SELECT opportunity FROM opportunities)
        )
        SELECT deal, {source}, {company}, told.name, amount, currency, closes FROM told
        JOIN import_files f ON f.id = told.file_id JOIN imports i ON i.id = f.import_id
        LEFT JOIN {ACCOUNTS} a ON a.id = told.account_id LEFT JOIN accounts k ON k.id = a.same LEFT JOIN companies x ON x.id = a.same
        WHERE amount > 0 AND closes IS NOT NULL"""
    )


def conversions_by_deal(workspace: Workspace, goal: str) -> dict[str, int]:
    """Count the conversions of a goal that belong to each deal."""
    rows = workspace.rows(
        "SELECT opportunity, count(*) AS n FROM conversions WHERE goal = ? AND opportunity IS NOT NULL GROUP BY 1", (goal,)
    )
    return {row["opportunity"]: row["n"] for row in rows}


def experiments(workspace: Workspace) -> list[dict[str, Any]]:
    """Read what tests found, the earliest first, each with its place in its import."""
    rows = workspace.rows(
        """SELECT e.*, f.name AS file, f.import_id FROM experiments e JOIN import_files f ON f.id = e.file_id
        ORDER BY e.since, e.until, e.channel, e.campaign, e.id"""
    )
    for row in rows:
        row |= {name: dt.date(1970, 1, 1) + dt.timedelta(days=row[name]) for name in ("since", "until")}
    return rows


def span(workspace: Workspace) -> tuple[int, int] | None:
    """Say from which touch to which touch or conversion the data reach, in seconds since 1970; None without touches."""
    (found,) = workspace.rows(
        """SELECT (SELECT min(at) FROM touches) AS first,
        (SELECT max(at) FROM (SELECT max(at) AS at FROM touches UNION ALL SELECT max(at) FROM conversions)) AS last"""
    )
    return None if found["first"] is None else (found["first"], found["last"])


def key_accounts(workspace: Workspace) -> list[tuple[str, str]]:
    """Name the key accounts as (account, name), one pair for each name: those that have a tier; where none has, all that are told of."""
    rows = workspace.rows(
        """SELECT a.key, c.name FROM companies c JOIN accounts a ON a.id = c.id
        WHERE c.tier IS NOT NULL OR NOT EXISTS (SELECT 1 FROM companies WHERE tier IS NOT NULL) ORDER BY a.key"""
    )
    return [(row["key"], name) for row in rows for name in dict.fromkeys((row["key"], row["name"])) if name]
