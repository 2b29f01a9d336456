"""Forgetting a person: what names them goes, from every table and from the file's free pages; sums stay under a name that nobody bears."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from typing import Any

from workspace.errors import WorkspaceError
from workspace.gathering import kind_of
from workspace.people_reading import ALL_OF
from workspace.person_words import bounded, spelled
from workspace.removals import NAMING_PEOPLE
from workspace.reposts import Originals
from workspace.store import Workspace, explained

OF_ADVOCATES = ("audience", "consents", "ssi", "introductions", "profile_metrics")
"""Tables from which an advocate's rows are taken out whole."""
WITH_CODES = (
    ("origins", "content"), ("touches", "url"), ("posts", "link"), ("posts", "text"), ("surveys", "answer"), ("people", "lead_source"),
    ("opportunities", "lead_source"), ("opportunities", "campaign"),
)  # fmt: skip
"""Columns in which codes of links stand."""
LONG = 6
"""Signs from which on a handle or a post's number is looked for in texts: shorter ones stand in too many of them."""
_RUN = re.compile(r"%[0-9a-f]{2}|([^\W_]+)")
LARGE = ("touches", "persons", "audience", "origins")
"""Tables that are looked through by SQLite alone."""


@dataclasses.dataclass(frozen=True, slots=True)
class Forgotten:
    """What was taken out, and the name under which the sums stay; `overwritten` is false while another program reads the old pages."""

    stands_for: str
    posts: int
    audience: int
    codes: int
    overwritten: bool = True


def leavers(workspace: Workspace, today: dt.date | None = None) -> list[str]:
    """Name the advocates who have left: whose time in the programme has ended."""
    day = ((today or dt.date.today()) - dt.date(1970, 1, 1)).days
    rows = workspace.rows(
        "SELECT advocate FROM advocates WHERE until < ? AND advocate NOT GLOB 'left-????????????' ORDER BY advocate", (day,)
    )
    return [row["advocate"] for row in rows]


def is_known(workspace: Workspace, advocate: str) -> bool:
    """Tell whether anything is stored of an advocate."""
    tables = ("advocates", "posts", "link_codes", *OF_ADVOCATES)
    return any(workspace.rows(f"SELECT 1 FROM {table} WHERE advocate = ? LIMIT 1", (advocate,)) for table in tables)


def forget_advocate(workspace: Workspace, advocate: str, today: dt.date | None = None) -> Forgotten:
    """Forget an employee who took part in the advocacy programme.

    Parameters
    ----------
    workspace : Workspace
    advocate : str
        Their code.
    today : date or None
        For tests.

    Returns
    -------
    Forgotten

    Raises
    ------
    WorkspaceError
        The workspace is locked, read-only or out of disk space, and nothing has changed; or they are forgotten, and what was deleted could
        not be overwritten for such a reason: the message says which.

    Notes
    -----
    Their audience, agreements, indexes and introductions go. Their posts and the figures of these stay under new names, without text,
    address and link, as those of somebody who left, and colleagues' reposts of them name them so; so do the codes of their links, which are
    drawn anew wherever they stand, so that what the codes lead to is credited as before. Their name, addresses and profile are taken out
    of every text of every table, and their own touches are those of a person whom nobody knows. One transaction; then `overwrite`.
    """
    with explained(workspace.path):
        workspace.db.execute("PRAGMA secure_delete = ON")
        with workspace.db.atomic():
            found = _forget(workspace, advocate, (today or dt.date.today()) - dt.date(1970, 1, 1))
    try:
        return dataclasses.replace(found, overwritten=overwrite(workspace))
    except WorkspaceError as error:
        raise WorkspaceError(
            "{advocate} is forgotten, but the old bytes are not overwritten yet; for that, run 'smarketing social forget --left' once this "
            "is mended: {why}",
            advocate=advocate,
            why=error,
        ) from error


def overwrite(workspace: Workspace) -> bool:
    """Write the file anew, since SQLite leaves what was deleted on its free pages; tell whether no program reads the old ones any more.

    Raises
    ------
    WorkspaceError
        The workspace is locked, read-only or out of disk space.
    """
    with explained(workspace.path):
        workspace.db.execute("VACUUM")
        busy = workspace.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        workspace.close()
    return not busy


def _forget(workspace: Workspace, advocate: str, since_epoch: dt.timedelta) -> Forgotten:
    db, nobody = workspace.db, f"left-{secrets.token_hex(6)}"
    of_list = "SELECT a.*, p.key AS person FROM advocates a LEFT JOIN persons p ON p.id = a.person_id WHERE advocate = ?"
    rows = list(db.query(of_list, (advocate,)))
    person_ids = _people(workspace, rows)
    keys = [row["key"] for row in db.query(f"SELECT key FROM persons WHERE id IN ({', '.join(map(str, person_ids)) or 'NULL'})")]
    names = {text for row in rows for text in (row["name"], row["profile"], _handle(row["profile"]), row["person"]) if text} | set(keys)
    audience = db.execute("SELECT count(*) FROM audience WHERE advocate = ?", (advocate,)).fetchone()[0]
    _own_files(db, advocate)
    posts, posted = _posts(db, advocate, nobody)
    codes = _codes(db, advocate, nobody)
    for table in OF_ADVOCATES:
        db.execute(f"DELETE FROM {table} WHERE advocate = ?", (advocate,))
    days = since_epoch.days
    for row in rows:
        db.execute(
            """UPDATE advocates SET id = ?, advocate = ?, name = NULL, person_id = NULL, profile = NULL,
            until = CASE WHEN until IS NULL OR until > ? THEN ? ELSE until END WHERE advocate = ?""",
            (_number(), nobody, days, days, row["advocate"]),
        )
    _people_anew(db, person_ids)
    _sweep(db, posted, names, advocate, nobody)
    return Forgotten(nobody, posts, audience, codes)


def _own_files(db: Any, advocate: str) -> None:
    """Take out what could not be read of an advocate's rows; of files that brought nobody else's also the names, and where they were left.

    Archives hold one employee's data, and their names often bear the employee's own.
    """
    for table in ("posts", "advocates", *OF_ADVOCATES):
        # By the file's name: a file that was read again has another number.
        db.execute(
            f"""DELETE FROM rejects WHERE kind = ? AND EXISTS (SELECT 1 FROM {table} r JOIN import_files f ON f.id = r.file_id
            JOIN import_files g ON g.name = f.name WHERE r.advocate = ? AND r.row = rejects.row AND g.id = rejects.file_id)""",
            (kind_of(table), advocate),
        )
    brought = " UNION ".join(
        f"SELECT file_id, coalesce(advocate, '') AS who FROM {table}" for table in ("posts", "advocates", *OF_ADVOCATES)
    )
    sql = f"SELECT file_id FROM ({brought}) GROUP BY file_id HAVING min(who) = :who AND max(who) = :who"
    for file in [row["file_id"] for row in db.query(sql, {"who": advocate})]:
        db.execute("UPDATE import_files SET name = ? WHERE id = ?", (f"forgotten {secrets.token_hex(4)}", file))
        db.execute("DELETE FROM rejects WHERE file_id = ?", (file,))
        db.execute("DELETE FROM cursors WHERE import_id = (SELECT import_id FROM import_files WHERE id = ?)", (file,))


def _handle(profile: str | None) -> str | None:
    """Give the last part of a profile's address, as long as it names somebody.

    Examples
    --------
    >>> _handle("https://www.linkedin.com/in/lea-martin-42/"), _handle("@lea@mastodon.example"), _handle("https://x.com/al")
    ('lea-martin-42', '@lea@mastodon.example', None)
    """
    last = (profile or "").rstrip("/").rpartition("/")[2]
    return last if len(last) >= LONG else None


def _number() -> int:
    """Draw an id: those of the records are hashes, which whoever knows what was hashed could recognise."""
    return secrets.randbelow(2**63 - 1) + 1


def _people(workspace: Workspace, rows: Sequence[dict[str, Any]]) -> list[int]:
    """List the ids of all identifiers of an advocate as a person."""
    found: list[int] = []
    for row in rows:
        if row["person_id"] is not None:
            stands_for = "SELECT coalesce((SELECT person_id FROM merged WHERE id = :id), :id) AS person"
            (stands,) = workspace.rows(stands_for, {"id": row["person_id"]})
            found += [
                int(one["id"]) for one in workspace.rows(f"SELECT id FROM persons WHERE id IN {ALL_OF}", {"person": stands["person"]})
            ]
    return sorted(set(found))


def _posts(db: Any, advocate: str, nobody: str) -> tuple[int, set[str]]:
    """Give an advocate's posts, and their figures, names that lead nowhere; say how many, and what they were known by."""
    posts = list(db.query("SELECT id, network, post, url, alias FROM posts WHERE advocate = ?", (advocate,)))
    known: set[str] = set()
    names = {(post["network"], post["post"]): f"gone-{secrets.token_hex(8)}" for post in posts}
    _reposts(db, advocate, names)
    for post in posts:
        fresh = names[post["network"], post["post"]]
        known |= {text for text in (post["post"], post["url"], post["alias"]) if text and len(text) >= LONG and any(_runs(text))}
        db.execute(
            "UPDATE posts SET id = ?, post = ?, url = NULL, alias = NULL, link = NULL, text = NULL, advocate = ? WHERE id = ?",
            (_number(), fresh, nobody, post["id"]),
        )
        for figure in list(db.query("SELECT id FROM post_metrics WHERE network = ? AND post = ?", (post["network"], post["post"]))):
            db.execute("UPDATE post_metrics SET id = ?, post = ? WHERE id = ?", (_number(), fresh, figure["id"]))
    return len(posts), known


def _reposts(db: Any, advocate: str, names: Mapping[tuple[str, str], str]) -> None:
    """Let reposts name an advocate's posts by the new names, so that credit is split as before; what theirs pass on of strangers goes."""
    rows = list(db.query("SELECT id, network, post, advocate, kind, url, alias, repost_of FROM posts"))
    originals = Originals(rows)
    for row in rows:
        original = originals.of(row["network"], row["repost_of"], row["post"])
        if (row["network"], original) in names or (original is None and row["advocate"] == advocate):
            db.execute("UPDATE posts SET repost_of = ? WHERE id = ?", (names.get((row["network"], original or "")), row["id"]))


def _codes(db: Any, advocate: str, nobody: str) -> int:
    """Draw an advocate's codes anew, wherever they stand; all of them in one look at each column."""
    codes = list(db.query("SELECT id, code FROM link_codes WHERE advocate = ?", (advocate,)))
    fresh = {code["code"].casefold(): secrets.token_hex(5) for code in codes}
    for code in codes:
        sql = "UPDATE link_codes SET id = ?, code = ?, advocate = ?, link = NULL WHERE id = ?"
        db.execute(sql, (_number(), fresh[code["code"].casefold()], nobody, code["id"]))
    if codes:
        longest = sorted((code["code"] for code in codes), key=lambda code: (-len(code), code))
        pattern = re.compile(bounded("|".join(map(re.escape, longest))), re.IGNORECASE)
        for table, column in WITH_CODES:
            _replace(db, table, column, pattern, lambda found: fresh.get(found[0].casefold(), nobody))
    return len(codes)


def _replace(
    db: Any, table: str, column: str, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str], likely: Set[str] = frozenset()
) -> None:
    """Replace what fits a pattern wherever it stands in a column; only in texts that hold one of the runs that are likely, if any are.

    Python looks, since SQLite takes "É" and "é" for two letters.
    """

    def fits(text: str | None) -> bool:
        if text is None or (likely and likely.isdisjoint(_runs(text))):
            return False
        return pattern.search(text) is not None

    db.conn.create_function("fits", 1, fits)
    rows = list(db.query(f"SELECT rowid AS number, {column} AS text FROM {table} WHERE fits({column})"))
    for row in rows:
        db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (pattern.sub(new, row["text"]), row["number"]))


def _runs(text: str) -> list[str]:
    """Split a text into runs of letters and digits, in lower case; what an address writes as %3A is none.

    Examples
    --------
    >>> _runs("Urn%3Ali:7280")
    ['urn', '', 'li', '7280']
    """
    return _RUN.findall(text.casefold())


def _people_anew(db: Any, person_ids: Iterable[int]) -> None:
    """Give each identifier of a person an id and a name that lead nowhere, wherever it is named."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    for old in person_ids:
        new = _number()
        db.execute("DELETE FROM people WHERE id = ?", (old,))  # a title alone can tell who somebody is
        db.execute("UPDATE touches SET click_id = NULL WHERE person_id = ?", (old,))
        for table, column in {*NAMING_PEOPLE, ("merged", "id"), ("merged", "person_id")}:
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (new, old))
        db.execute("UPDATE persons SET id = ?, key = ? WHERE id = ?", (new, f"gone-{secrets.token_hex(8)}", old))


def _sweep(db: Any, posted: Collection[str], names: Collection[str], advocate: str, nobody: str) -> None:
    """Take names out of every text of every table, with and without their accents; posts' numbers; the code where it stands by itself."""
    # Of two signs are names in Chinese, and words in alphabets. Whole words only: "Rose" is not meant by "roses".
    words = _patterns(name for name in names if len(name) > 2 or (len(name) == 2 and not name.isascii()))
    named = re.compile("|".join([*words, rf"(?<!-){bounded(re.escape(advocate))}(?!-)"]), re.IGNORECASE)
    alone = re.compile("|".join(words) or r"(?!)", re.IGNORECASE)
    # Of many posts: texts are looked through for all of them only where one of their longest runs of signs stands.
    numbers = re.compile("|".join(_patterns(posted)) or r"(?!)", re.IGNORECASE)
    likely = {max(_runs(post), key=len) for post in posted}
    for table in db.table_names():
        if table.startswith("_sqlite"):
            continue
        # In the many touches of people a code as short as "A7" would be found where nobody is meant.
        pattern = alone if table in LARGE else named
        for column in (column.name for column in db[table].columns if column.type.upper() == "TEXT"):
            if posted:
                _replace(db, table, column, numbers, nobody, likely)
            _replace(db, table, column, pattern, nobody)


def _patterns(texts: Iterable[str]) -> list[str]:
    """Write one pattern for some texts, none for none; the longest first, since an address may begin with a name."""
    longest = sorted(texts, key=lambda text: (-len(text), text))
    patterns = [one for text in longest for one in sorted(spelled(text), key=lambda one: (-len(one), one))]
    return [bounded("|".join(patterns))] if patterns else []
