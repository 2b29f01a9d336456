"""The SQLite schema, one migration after another; each runs in a transaction of its own.

A migration that has been released is never edited: a change is a new one. Ids are `workspace.ids.stable_id`, so that rows need no look-up
to refer to each other and an import can write them in one pass.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations


FIRST = """
-- Keys have no index: an id is its key's hash, and an index of millions of keys costs more than the rest of an import's writing.
CREATE TABLE persons (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE accounts (id INTEGER PRIMARY KEY, key TEXT NOT NULL);

CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    connector TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL
);
CREATE TABLE import_files (id INTEGER PRIMARY KEY, import_id INTEGER NOT NULL REFERENCES imports(id), name TEXT NOT NULL);
CREATE TABLE import_counts (
    import_id INTEGER NOT NULL REFERENCES imports(id),
    kind TEXT NOT NULL,
    rows_read INTEGER NOT NULL,
    rows_added INTEGER NOT NULL,
    rows_changed INTEGER NOT NULL,
    rows_known INTEGER NOT NULL,
    rows_rejected INTEGER NOT NULL,
    PRIMARY KEY (import_id, kind)
);
CREATE TABLE rejects (
    id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES import_files(id),
    kind TEXT NOT NULL,
    row INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    problem TEXT NOT NULL,
    remedy TEXT NOT NULL
);

-- Where visits came from: rules name the channel of these thousands, not of the millions of touches.
CREATE TABLE origins (
    id INTEGER PRIMARY KEY,
    source TEXT, medium TEXT, campaign TEXT, content TEXT, term TEXT, referrer TEXT, click_id_kind TEXT,
    given_channel TEXT, kind TEXT NOT NULL,
    channel TEXT, family TEXT, source_label TEXT, medium_label TEXT, rule TEXT, rule_set TEXT, rule_version TEXT
);

CREATE TABLE touches (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES persons(id),
    at INTEGER NOT NULL,
    origin_id INTEGER NOT NULL REFERENCES origins(id),
    file_id INTEGER NOT NULL REFERENCES import_files(id),
    row INTEGER NOT NULL,
    consent INTEGER,
    click_id TEXT,
    url TEXT
);
-- Touches that may not be followed are few; reports say how many without looking at all the others.
CREATE INDEX touches_not_followed ON touches(id) WHERE consent = 0;
CREATE TABLE conversions (
    id INTEGER PRIMARY KEY,
    person_id INTEGER REFERENCES persons(id),
    account_id INTEGER REFERENCES accounts(id),
    at INTEGER NOT NULL,
    goal TEXT NOT NULL,
    value REAL,
    currency TEXT,
    opportunity TEXT,
    key TEXT,
    file_id INTEGER NOT NULL REFERENCES import_files(id),
    row INTEGER NOT NULL,
    CHECK (person_id IS NOT NULL OR account_id IS NOT NULL)
);
CREATE INDEX conversions_key ON conversions(key);
CREATE TABLE spend (
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    origin_id INTEGER NOT NULL REFERENCES origins(id),
    amount REAL NOT NULL,
    currency TEXT NOT NULL,
    impressions INTEGER,
    clicks INTEGER,
    file_id INTEGER NOT NULL REFERENCES import_files(id),
    row INTEGER NOT NULL
);
"""

PEOPLE = """
-- What is known of people besides what they did; the id is the person's.
CREATE TABLE people (
    id INTEGER PRIMARY KEY REFERENCES persons(id),
    account_id INTEGER REFERENCES accounts(id),
    segment TEXT, lead_source TEXT, title TEXT, role TEXT,
    file_id INTEGER NOT NULL REFERENCES import_files(id),
    row INTEGER NOT NULL
);
"""

EXPERIMENTS = """
-- What tests found. Names of channels are the reports' own, not the rules' verdict on an origin, so there is no origin here.
CREATE TABLE experiments (
    id INTEGER PRIMARY KEY,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    channel TEXT,
    campaign TEXT,
    goal TEXT,
    kind TEXT NOT NULL,
    incremental REAL, incremental_low REAL, incremental_high REAL,
    lift REAL, lift_low REAL, lift_high REAL,
    confidence REAL NOT NULL,
    coverage REAL NOT NULL,
    name TEXT,
    note TEXT,
    key TEXT,
    file_id INTEGER NOT NULL REFERENCES import_files(id),
    row INTEGER NOT NULL,
    CHECK (channel IS NOT NULL OR campaign IS NOT NULL),
    CHECK (incremental IS NOT NULL OR lift IS NOT NULL)
);
"""

SOURCES = """
-- Several sources of one kind, such as two CRMs, are told apart by the names they have in the settings; what one source no longer has
-- is taken out of what that source brought.
ALTER TABLE imports ADD COLUMN source TEXT;
UPDATE imports SET source = connector;
ALTER TABLE import_counts ADD COLUMN rows_removed INTEGER NOT NULL DEFAULT 0;
-- How far each source has been read; written in the transaction that stores what was read.
CREATE TABLE cursors (source TEXT PRIMARY KEY, cursor TEXT NOT NULL, import_id INTEGER NOT NULL REFERENCES imports(id));
-- Of each person who is known to be another: who they are.
CREATE TABLE merged (id INTEGER PRIMARY KEY REFERENCES persons(id), person_id INTEGER NOT NULL REFERENCES persons(id));
"""

OTHER_KINDS = """
CREATE TABLE companies (
    id INTEGER PRIMARY KEY REFERENCES accounts(id), name TEXT, domain TEXT, industry TEXT, country TEXT, employees INTEGER,
    tier TEXT, owner TEXT, parent TEXT, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE opportunities (
    id INTEGER PRIMARY KEY, opportunity TEXT NOT NULL, account_id INTEGER REFERENCES accounts(id),
    person_id INTEGER REFERENCES persons(id), name TEXT, owner TEXT, stage TEXT, pipeline TEXT, amount REAL, cost REAL,
    list_price REAL, currency TEXT, probability REAL, created_at INTEGER, closes INTEGER, lead_source TEXT, campaign TEXT,
    file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE buying_roles (
    id INTEGER PRIMARY KEY, opportunity TEXT NOT NULL, person_id INTEGER NOT NULL REFERENCES persons(id), role TEXT,
    main INTEGER, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE activities (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, person_id INTEGER REFERENCES persons(id),
    account_id INTEGER REFERENCES accounts(id), opportunity TEXT, owner TEXT, direction TEXT, outcome TEXT, minutes INTEGER,
    key TEXT, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE surveys (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, answer TEXT NOT NULL, person_id INTEGER REFERENCES persons(id),
    account_id INTEGER REFERENCES accounts(id), question TEXT, key TEXT, file_id INTEGER NOT NULL REFERENCES import_files(id),
    row INTEGER NOT NULL
);
CREATE TABLE identities (
    id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES persons(id),
    same_as_id INTEGER NOT NULL REFERENCES persons(id), basis TEXT NOT NULL,
    file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE advocates (
    id INTEGER PRIMARY KEY, advocate TEXT NOT NULL, name TEXT, person_id INTEGER REFERENCES persons(id), team TEXT,
    region TEXT, since INTEGER, until INTEGER, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY, post TEXT NOT NULL, network TEXT NOT NULL, at INTEGER NOT NULL, advocate TEXT, page TEXT,
    kind TEXT NOT NULL, url TEXT, link TEXT, text TEXT, file_id INTEGER NOT NULL REFERENCES import_files(id),
    row INTEGER NOT NULL
);
CREATE TABLE post_metrics (
    id INTEGER PRIMARY KEY, post TEXT NOT NULL, network TEXT NOT NULL, day INTEGER NOT NULL, impressions INTEGER,
    reach INTEGER, clicks INTEGER, reactions INTEGER, comments INTEGER, reposts INTEGER, saves INTEGER, engagements INTEGER,
    new_followers INTEGER, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE profile_metrics (
    id INTEGER PRIMARY KEY, network TEXT NOT NULL, profile TEXT NOT NULL, day INTEGER NOT NULL, until INTEGER, advocate TEXT,
    impressions INTEGER, sponsored_impressions INTEGER, reach INTEGER, clicks INTEGER, reactions INTEGER, comments INTEGER,
    reposts INTEGER, engagements INTEGER, followers INTEGER, new_followers INTEGER, page_views INTEGER, visitors INTEGER,
    file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE audience (
    id INTEGER PRIMARY KEY, advocate TEXT NOT NULL, network TEXT NOT NULL, member TEXT NOT NULL, as_of INTEGER NOT NULL,
    account_id INTEGER REFERENCES accounts(id), title TEXT, seniority TEXT, connected_on INTEGER,
    file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE queries (
    id INTEGER PRIMARY KEY, day INTEGER NOT NULL, query TEXT, page TEXT, country TEXT, device TEXT, clicks INTEGER,
    impressions INTEGER, position REAL, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE volumes (
    id INTEGER PRIMARY KEY, day INTEGER NOT NULL, source TEXT, medium TEXT, campaign TEXT, channel TEXT, sessions INTEGER,
    users INTEGER, new_users INTEGER, conversions REAL, value REAL, currency TEXT,
    file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE links (
    id INTEGER PRIMARY KEY, page TEXT NOT NULL, target TEXT NOT NULL, seen_at INTEGER NOT NULL, text TEXT, rel TEXT,
    kind TEXT NOT NULL, site TEXT, title TEXT, author TEXT, published INTEGER, source TEXT, medium TEXT, campaign TEXT,
    file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE targets (
    id INTEGER PRIMARY KEY, metric TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, value REAL NOT NULL,
    start REAL, kind TEXT NOT NULL, owner TEXT, team TEXT, account_id INTEGER REFERENCES accounts(id), channel TEXT,
    currency TEXT, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE ratings (
    id INTEGER PRIMARY KEY, day INTEGER NOT NULL, subject TEXT NOT NULL, criterion TEXT NOT NULL, rating INTEGER NOT NULL,
    assessor TEXT, team TEXT, note TEXT, key TEXT, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
"""

CLAIMED = """
-- What advertising platforms claim; the sum of what several claim is more than there were.
ALTER TABLE spend ADD COLUMN conversions REAL;
"""

ADVOCACY = """
ALTER TABLE advocates ADD COLUMN profile TEXT;
ALTER TABLE advocates ADD COLUMN eligible_since INTEGER;
ALTER TABLE advocates ADD COLUMN invited_on INTEGER;
ALTER TABLE posts ADD COLUMN content TEXT;
ALTER TABLE posts ADD COLUMN approval TEXT;
CREATE TABLE consents (
    id INTEGER PRIMARY KEY, advocate TEXT NOT NULL, datum TEXT NOT NULL, day INTEGER NOT NULL, granted INTEGER NOT NULL, note TEXT,
    file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE ssi (
    id INTEGER PRIMARY KEY, advocate TEXT NOT NULL, day INTEGER NOT NULL, brand REAL NOT NULL, find REAL NOT NULL,
    insights REAL NOT NULL, relationships REAL NOT NULL, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE link_codes (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, advocate TEXT, content TEXT, network TEXT, link TEXT, made_on INTEGER,
    retired_on INTEGER, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE rotations (
    id INTEGER PRIMARY KEY, rotation TEXT NOT NULL, content TEXT NOT NULL, team TEXT NOT NULL, since INTEGER NOT NULL,
    until INTEGER NOT NULL, offered INTEGER NOT NULL, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
CREATE TABLE introductions (
    id INTEGER PRIMARY KEY, advocate TEXT NOT NULL, account_id INTEGER NOT NULL REFERENCES accounts(id), asked_on INTEGER NOT NULL,
    role TEXT, answer TEXT, answered_on INTEGER, file_id INTEGER NOT NULL REFERENCES import_files(id), row INTEGER NOT NULL
);
"""

KEY_CHECKS = """
-- What the key makes of a constant: tells another key from the one that the hashes in here were made with, and says nothing of either.
CREATE TABLE key_checks (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL);
"""

KEPT_ROWS = """
-- A row can be kept without a cell that cannot be read; what the file itself calls the cell's column is told beside our own name.
ALTER TABLE rejects ADD COLUMN column_name TEXT NOT NULL DEFAULT '';
ALTER TABLE rejects ADD COLUMN row_kept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_counts ADD COLUMN rows_incomplete INTEGER NOT NULL DEFAULT 0;
"""

DECISIONS = """
-- When a post was approved or refused in here: what files say of it does not undo that. And the other number of a post.
ALTER TABLE posts ADD COLUMN decided_at INTEGER;
ALTER TABLE posts ADD COLUMN alias TEXT;
"""

REPOSTS = """
-- What a repost passes on. Reposts of LinkedIn's archives have held the number all along, between two words of their own.
ALTER TABLE posts ADD COLUMN repost_of TEXT;
UPDATE posts SET repost_of = substr(post, 8, instr(substr(post, 8), ' ') - 1)
WHERE network = 'linkedin' AND kind = 'repost' AND post GLOB 'repost [0-9]* *' AND substr(post, 8, 15) NOT GLOB '*[^0-9]*';
"""

MIGRATIONS = (
    ("001_first", FIRST),
    ("002_people", PEOPLE),
    ("003_experiments", EXPERIMENTS),
    ("004_sources", SOURCES),
    ("005_other_kinds", OTHER_KINDS),
    ("006_claimed", CLAIMED),
    ("007_advocacy", ADVOCACY),
    ("008_key_checks", KEY_CHECKS),
    ("009_kept_rows", KEPT_ROWS),
    ("010_decisions", DECISIONS),
    ("011_reposts", REPOSTS),
)
"""Every migration by name, in order."""


@functools.cache
def migrations() -> Migrations:
    """Make the migrations ready to be applied."""
    from sqlite_utils import Migrations

    ordered = Migrations("smarketing")
    for name, script in MIGRATIONS:
        ordered(name=name)(functools.partial(_run, script=script))
    return ordered


def _run(db: Database, script: str) -> None:
    # Not executescript: that would commit first, and a migration is one transaction.
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)
