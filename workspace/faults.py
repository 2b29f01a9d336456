"""What is wrong with records of employees though each row reads well: of somebody who left, older than what is known, another person's."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workspace.batches import Batch, Reject
from workspace.errors import SourceError
from workspace.linkedin_ids import profile_of
from workspace.social_reading import EPOCH, POST_FIGURES
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from workspace.staging import Staging

SAID_ON = {"posts": "at", "profile_metrics": "day", "ssi": "day", "audience": "as_of", "introductions": "asked_on"}
"""The field that tells of which day a record of an employee is."""
LEFT = Reject(
    "",
    0,
    "advocate",
    "",
    "This is of a time after the employee left the programme: {value}.",
    "If they take part again, correct 'until' in the list of advocates, import that, then import this again.",
)
STALE = Reject(
    "",
    0,
    "as_of",
    "",
    "These connections are older than those stored of this employee: {value}.",
    "Leave this file out; the newer connections were kept.",
)
ONE_PROFILE = Reject(
    "",
    0,
    "profile",
    "",
    "This profile is another advocate's already: {value}.",
    "Give each advocate a profile of their own; of one person who came back under another code, fill in 'until' and 'since'.",
)
UNLISTED = Reject(
    "",
    0,
    "advocate",
    "",
    "This code is on no list of advocates, and nothing was agreed to under it: {value}.",
    "Import the list (smarketing import csv FILE --as advocates), or correct the code; note what they agree to (smarketing social consent "
    "CODE --grant …), then import this again.",
)
TAKEN = Reject(
    "",
    0,
    "advocate",
    "",
    "These posts are stored as another advocate's: {value}.",
    "Check the employee's code. If those stored are wrong, take them out first (smarketing social consent CODE --revoke own_posts, then "
    "--grant own_posts); of one person who came back under another code, give both the same profile. Then import this again.",
)
NO_POST = Reject(
    "",
    0,
    "post",
    "",
    "These figures are of posts that are not stored; rows like this: {value}.",
    "Import the posts (smarketing import csv FILE --as posts), then this again. Of posts that were refused, figures are not stored either.",
)
ENOUGH = 50
"""Connections from which on two audiences are compared: among few, chance decides."""
STRANGE, ALIKE = 0.2, 0.8
"""An audience that shares less than this with its own predecessor, or more than this with another employee's, is another person's."""
NOT_THEIRS = (
    "The {count} connections on {network} that are given as those of {advocate} are hardly those stored of them: {shared} of {before} are "
    "there. They look like another person's, so nothing was imported. Check the employee's code; if it is right, take the stored ones out "
    "first (smarketing social consent {advocate} --revoke audience, then --grant audience) and import again"
)
ANOTHERS = (
    "The {count} connections on {network} that are given as those of {advocate} are those of {other}: {shared} are the same. Nothing was "
    "imported. Check the employee's code; if those stored of {other} are wrong, take them out first (smarketing social consent {other} "
    "--revoke audience, then --grant audience) and import again"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Membership:
    """From when until when an advocate takes part; None is not told."""

    since: dt.date | None = None
    until: dt.date | None = None

    def meets(self, other: Membership) -> bool:
        """Tell whether two memberships share a day.

        Examples
        --------
        >>> first, second = Membership(until=dt.date(2026, 1, 31)), Membership(since=dt.date(2026, 2, 1))
        >>> first.meets(second), first.meets(Membership())
        (False, True)
        """
        starts = self.until is None or other.since is None or other.since <= self.until
        return starts and (other.until is None or self.since is None or self.since <= other.until)


class Roster:
    """Who takes part, from when until when, by which profile: as stored, and as the import goes on to tell."""

    def __init__(self, workspace: Workspace) -> None:
        self.teams: dict[str, str | None] = {}
        self._memberships: dict[str, Membership] = {}
        self._profiles: dict[str, set[str]] = {}
        self._workspace = workspace
        for row in workspace.rows("SELECT advocate, team, since, until, profile FROM advocates"):
            days = [None if row[name] is None else EPOCH + dt.timedelta(days=row[name]) for name in ("since", "until")]
            self._add(row["advocate"], row["team"], Membership(*days), row["profile"])

    def _add(self, advocate: str, team: str | None, membership: Membership, profile: str | None) -> None:
        for others in self._profiles.values():
            others.discard(advocate)
        self.teams[advocate], self._memberships[advocate] = team, membership
        if profile:
            self._profiles.setdefault(_one_form(profile), set()).add(advocate)

    def learn(self, batch: Batch, rejects: list[Reject]) -> pa.Table:
        """Take note of advocates that are being imported; refuse those whose profile is somebody else's at the same time."""
        import pyarrow as pa

        fine = []
        for row in batch.rows.to_pylist():
            own = Membership(row["since"], row["until"])
            bearers = self._profiles.get(_one_form(row["profile"]), set()) if row["profile"] else set()
            others = sorted(one for one in bearers if one != row["advocate"] and self._memberships[one].meets(own))
            fine.append(not others)
            if others:
                rejects.append(dataclasses.replace(ONE_PROFILE, file=batch.file, row=row["row"], value=f"{row['advocate']}, {others[0]}"))
            else:
                self._add(row["advocate"], row["team"], own, row["profile"])
        return batch.rows.filter(pa.array(fine, pa.bool_()))

    def anothers(self, stored: str | None, told: str | None) -> bool:
        """Tell whether what is stored of an advocate who is on the list is told of another, who is not the same person by their profile."""
        if stored is None or told is None or stored == told or stored not in self.teams:
            return False
        return not any({stored, told} <= bearers for bearers in self._profiles.values())

    def after_leaving(self, kind: str, rows: pa.Table) -> pa.Table:
        """Mark the rows that are of a day after their advocate left: a column of bool."""
        import pyarrow as pa
        import pyarrow.compute as pc

        left = {one: membership.until for one, membership in self._memberships.items() if membership.until is not None}
        named = pc.unique(rows["advocate"]).to_pylist()
        marks = pa.array([False] * len(rows), pa.bool_())
        days = rows[SAID_ON[kind]]
        if pa.types.is_timestamp(days.type):
            days = pc.local_timestamp(days.cast(pa.timestamp("s", self._workspace.settings.time_zone))).cast(pa.date32())
        for advocate in (one for one in named if one in left):
            until = pa.scalar(left[advocate], pa.date32())
            after = pc.greater(days, until)
            marks = pc.or_(marks, pc.fill_null(pc.and_(pc.equal(rows["advocate"], advocate), after), False))
        return marks

    @functools.cached_property
    def _known_on(self) -> dict[tuple[str, str], dt.date]:
        rows = self._workspace.rows("SELECT advocate, network, max(as_of) AS day FROM audience GROUP BY advocate, network")
        return {(row["advocate"], row["network"]): EPOCH + dt.timedelta(days=row["day"]) for row in rows}

    def stale(self, rows: pa.Table) -> pa.Table:
        """Mark the members of an audience who are as of a day before that of the audience stored: a column of bool."""
        import pyarrow as pa
        import pyarrow.compute as pc

        marks = pa.array([False] * len(rows), pa.bool_())
        there = rows.group_by(["advocate", "network"]).aggregate([("as_of", "min")]).to_pylist()
        for one in there:
            known = self._known_on.get((one["advocate"], one["network"]))
            if known is not None and one["as_of_min"] < known:
                of_them = pc.and_(pc.equal(rows["advocate"], one["advocate"]), pc.equal(rows["network"], one["network"]))
                marks = pc.or_(marks, pc.and_(of_them, pc.less(rows["as_of"], pa.scalar(known, pa.date32()))))
        return marks


def _one_form(profile: str) -> str:
    return profile_of(profile) or profile.strip().casefold()


def check_audiences(connection: Any, staging: Staging) -> None:
    """Refuse audiences that are another person's, before anything is stored.

    Parameters
    ----------
    connection : ADBC connection
        Within the import's transaction.
    staging : Staging

    Raises
    ------
    SourceError
        An audience that replaces a former one has next to nothing in common with it, or one is another advocate's.

    Notes
    -----
    Alike are two audiences whose common members are at least 80 % of all members of both (Jaccard), so that the few colleagues of somebody
    new are not taken for those of a colleague who knows everybody. Linear in the members: 2.7 s for two million against as many, of an
    import of 12 s.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT advocate, network, member FROM audience")
        stored = cursor.fetch_arrow_table()
    if not stored.num_rows:
        return
    replaced = staging.replaced_audiences()
    pairs = staging.compared_audiences(stored)
    own = {(pair["advocate"], pair["network"]): pair["shared"] for pair in pairs if pair["other"] == pair["advocate"]}
    for pair in pairs:
        count, before, shared = pair["count"], pair["before"], pair["shared"]
        if min(count, before) < ENOUGH:
            continue
        if pair["other"] == pair["advocate"]:
            if pair["advocate"] in replaced and shared < STRANGE * min(count, before):
                raise SourceError(NOT_THEIRS, **pair)
        elif shared >= ALIKE * (count + before - shared) and shared > own.get((pair["advocate"], pair["network"]), 0):
            raise SourceError(ANOTHERS, **pair)


def fallen(run: Callable[..., Any], import_id: int) -> int:
    """Count the posts that an import brought figures of and of which a figure is lower than on an earlier day."""
    lower = " OR ".join(f"{name} < max({name}) OVER before" for name in POST_FIGURES)
    count: int = run(
        f"""SELECT count(DISTINCT network || ' ' || post) FROM (SELECT network, post, coalesce({lower}, 0) AS fell FROM post_metrics
        WHERE (network, post) IN (SELECT network, post FROM post_metrics WHERE file_id IN (SELECT id FROM import_files WHERE import_id = ?))
        WINDOW before AS (PARTITION BY network, post ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) WHERE fell""",
        import_id,
    )
    return count
