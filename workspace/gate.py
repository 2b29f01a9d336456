"""The door that records of employees pass at import: what they have not agreed to is not stored, what policy forbids is refused.

Figures are stored where their post is: without it nobody could tell whose they are, or take them out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import functools
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from workspace import consent, faults
from workspace.batches import Batch, Reject
from workspace.post_names import PostNames
from workspace.reposts import numbered
from workspace.social_settings import SocialPolicy
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

NEEDED = {
    "posts": "own_posts",
    "profile_metrics": "own_posts",
    "ssi": "own_posts",
    "audience": "audience",
    "introductions": "introductions",
}
"""What an advocate has to have agreed to before records of theirs of a kind are stored; a page's records need nobody's agreement."""
PRIVATE = ("account", "title", "seniority")
"""Fields of an audience that are emptied unless `company_and_title` was agreed to."""
KINDS = frozenset({*NEEDED, "post_metrics", "consents", "advocates", "removals"})
REFUSALS = {
    "own_posts": Reject(
        "",
        0,
        "advocate",
        "",
        "This employee has not agreed that their posts and the figures of these are stored: {value}.",
        "If they agree, note it (smarketing social consent CODE --grant own_posts), then import again.",
    ),
    "audience": Reject(
        "",
        0,
        "advocate",
        "",
        "This employee has not agreed that their connections are stored, not even as keyed hashes: {value}.",
        "If they agree, note it (smarketing social consent CODE --grant audience), then import again.",
    ),
    "introductions": Reject(
        "",
        0,
        "advocate",
        "",
        "This employee has not agreed to be asked for introductions: {value}.",
        "If they agree, note it (smarketing social consent CODE --grant introductions), then import again.",
    ),
    "forbid": Reject(
        "",
        0,
        "advocate",
        "",
        "The policy forbids this employee's team to post on this network: {value}.",
        "Change [[social.policy]] in smarketing.toml if that is wrong, then import again.",
    ),
    "unlisted": faults.UNLISTED,
    "left": faults.LEFT,
    "taken": faults.TAKEN,
    "stale": faults.STALE,
}
"""What is said of what is refused; the value is the employee's code with the number of rows, never what stands in them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Withheld:
    """Rows of one advocate that were not stored as they came: `reason` is a datum they did not agree to, "forbid" or "approve", "left" (of
    a time after they left), "taken" (stored as another advocate's), "stale" (older than what is stored) or "unlisted" (no advocate has
    this code, nor was anything agreed to under it); "decided" were stored with what was decided of them here, "unknown" as they came,
    though no advocate has this code; "untitled" are connections whose company and title go, since none came any more.
    """

    kind: str
    advocate: str
    reason: str
    rows: int


class Gate:
    """Holds what employees agreed to and what policy says, and lets batches pass accordingly.

    Parameters
    ----------
    workspace : Workspace
        Read on the first batch that concerns an employee.

    Attributes
    ----------
    withheld : list of Withheld
        What was not stored as it came, batch by batch.

    Notes
    -----
    Agreements that stand earlier in the same import count. What is refused is told by the employee's code and a count, never by the rows.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._agreed: dict[str, set[str]] | None = None
        self._said: dict[tuple[str, str], dt.date] = {}
        self._roster: faults.Roster | None = None
        self._posted: dict[str, int] = {}
        self._outdated: set[str] = set()
        self._waiting: list[Batch] = []
        self._untitled: dict[tuple[str, str], int] = {}
        self.withheld: list[Withheld] = []

    def admit(self, batch: Batch) -> tuple[Batch, int]:
        """Let a batch pass; give what of it may be stored now, and how many of its rows may not. What may be later, `rest` gives."""
        if batch.kind not in KINDS or not batch.rows.num_rows:
            return batch, 0
        if self._agreed is None:
            self._agreed = {datum: consent.granted(self._workspace, datum) for datum in consent.DATA}
            self._said = {
                (row["advocate"], row["datum"]): row["day"] for row in consent.ledger(self._workspace) if row["day"] <= dt.date.today()
            }
            self._roster = faults.Roster(self._workspace)
        if batch.kind in ("consents", "removals", "post_metrics"):
            return self._of_nobody(batch), 0
        rows, rejects = batch.rows, list(batch.rejects)
        before = rows.num_rows
        if batch.kind == "advocates":
            assert self._roster is not None
            rows = self._roster.learn(batch, rejects)
        if batch.kind == "posts":
            rows = self._posts.of_posts(numbered(rows))
        if batch.kind in NEEDED:
            rows = self._agreed_to(batch, rows, rejects)
            rows = self._in_time(batch, rows, rejects)
        if batch.kind == "audience":
            rows = self._without_titles(rows)
        if batch.kind == "posts":
            rows = self._of_their_own(batch, rows, rejects)
            rows = self._by_policy(batch, rows, rejects)
            self._posts.store(rows)
            for advocate in rows["advocate"].drop_null().to_pylist():
                self._posted[advocate] = self._posted.get(advocate, 0) + 1
        if rows.num_rows < before and any(reject.kept for reject in rejects):
            # What stands in a cell of a row that may not be kept is not kept either.
            there = set(rows["row"].to_pylist())
            rejects = [reject for reject in rejects if not reject.kept or reject.row in there]
        return Batch(batch.kind, batch.file, rows, tuple(rejects)), before - rows.num_rows

    def _of_nobody(self, batch: Batch) -> Batch:
        """Let pass what needs nobody's agreement; figures of posts that are not known yet wait."""
        if batch.kind == "consents":
            self._learn(batch.rows)
        if batch.kind == "removals":
            return self._still_removed(batch)
        if batch.kind == "post_metrics":
            rows, unknown = self._posts.of_figures(batch.rows, near=False)
            if unknown.num_rows:
                self._waiting.append(Batch(batch.kind, batch.file, unknown))
            return dataclasses.replace(batch, rows=rows)
        return batch

    def rest(self) -> Iterator[tuple[Batch, int]]:
        """Give, once everything has passed, the figures whose posts came after them or under another number; and how many have none."""
        import pyarrow as pa

        for file in dict.fromkeys(batch.file for batch in self._waiting):
            held = pa.concat_tables(batch.rows for batch in self._waiting if batch.file == file)
            rows, unknown = self._posts.of_figures(held, near=True)
            count = unknown.num_rows
            first = min(unknown["row"].to_pylist(), default=0)
            rejects = (dataclasses.replace(faults.NO_POST, file=file, row=first, value=str(count)),) if count else ()
            yield Batch("post_metrics", file, rows, rejects), count

    @functools.cached_property
    def _posts(self) -> PostNames:
        return PostNames(self._workspace)

    def strangers(self) -> list[Withheld]:
        """List the authors of posts who are on no list of advocates, once everything has passed."""
        known = self._roster.teams if self._roster is not None else {}
        return [Withheld("posts", advocate, "unknown", count) for advocate, count in sorted(self._posted.items()) if advocate not in known]

    def untitled(self) -> list[Withheld]:
        """List the employees of whom titles were stored and came no more, once everything has passed."""
        return [Withheld("audience", advocate, "untitled", count) for (advocate, _), count in sorted(self._untitled.items()) if count]

    def _in_time(self, batch: Batch, rows: pa.Table, rejects: list[Reject]) -> pa.Table:
        """Keep out what is of a time after the employee left, and connections that are older than those stored."""
        import pyarrow as pa
        import pyarrow.compute as pc

        assert self._roster is not None
        if not rows.num_rows:
            return rows
        late = self._roster.after_leaving(batch.kind, rows)
        stale = self._roster.stale(rows) if batch.kind == "audience" else pa.array([False] * len(rows), pa.bool_())
        for reason, marks in (("left", late), ("stale", pc.and_not(stale, late))):
            if pc.any(marks).as_py():
                refused = rows.filter(marks)
                self._tell(batch, refused, reason, rejects)
                if batch.kind == "audience":
                    self._outdated |= set(refused["advocate"].to_pylist())
        return rows.filter(pc.invert(pc.or_(late, stale)))

    def _still_removed(self, batch: Batch) -> Batch:
        """Let the stored audience of an advocate be where the one that came was not to replace it."""
        import pyarrow as pa

        if not self._outdated:
            return batch
        rows = batch.rows.to_pylist()
        kept = [row["kind"] != "audience" or row["field"] != "advocate" or row["value"] not in self._outdated for row in rows]
        return dataclasses.replace(batch, rows=batch.rows.filter(pa.array(kept, pa.bool_())))

    def _learn(self, rows: pa.Table) -> None:
        """Take note of agreements that are being imported: those that hold already and are no older than what is known."""
        assert self._agreed is not None
        today = dt.date.today()
        for row in sorted(rows.select(["advocate", "datum", "day", "granted"]).to_pylist(), key=lambda row: row["day"]):
            said = row["advocate"], row["datum"]
            if row["day"] > today or row["day"] < self._said.get(said, row["day"]):
                continue
            self._said[said] = row["day"]
            known = self._agreed.setdefault(row["datum"], set())
            (known.add if row["granted"] else known.discard)(row["advocate"])

    def _agreed_to(self, batch: Batch, rows: pa.Table, rejects: list[Reject]) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        assert self._agreed is not None
        datum = NEEDED[batch.kind]
        named = rows["advocate"]
        allowed = pc.or_(pc.is_null(named), pc.is_in(named, pa.array(sorted(self._agreed[datum]), pa.string())))
        refused = rows.filter(pc.invert(allowed))
        assert self._roster is not None
        known = pa.array(sorted({*self._roster.teams, *(advocate for advocate, _ in self._said)}), pa.string())
        listed = pc.is_in(refused["advocate"], known)
        for reason, of_them in (("unlisted", refused.filter(pc.invert(listed))), (datum, refused.filter(listed))):
            if of_them.num_rows:
                self._tell(batch, of_them, reason, rejects)
        return rows.filter(allowed)

    def _tell(
        self, batch: Batch, refused: pa.Table, reason: str, rejects: list[Reject], owners: Mapping[str, Collection[str]] | None = None
    ) -> None:
        """Tell how many rows of each advocate were refused; and whose they are, where that is why."""
        found = refused.group_by("advocate").aggregate([("row", "min"), ("row", "count")]).sort_by("advocate").to_pylist()
        for one in found:
            more = self._meant(one["advocate"]) if reason == "unlisted" else ""
            if owners is not None:
                more = f"; {', '.join(sorted(owners[one['advocate']]))}"
            value = f"{one['advocate']} ({one['row_count']}{more})"
            rejects.append(dataclasses.replace(REFUSALS[reason], file=batch.file, row=one["row_min"], value=value))
            self.withheld.append(Withheld(batch.kind, one["advocate"], reason, one["row_count"]))

    def _meant(self, code: str) -> str:
        """Name the code on the list that a mistyped one looks like, to stand behind a count; nothing where there is none."""
        assert self._roster is not None
        folded = {known.casefold(): known for known in self._roster.teams}
        near = difflib.get_close_matches(code.casefold(), folded, n=1)
        return f"; {folded[near[0]]}?" if near else ""

    def _without_titles(self, rows: pa.Table) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        assert self._agreed is not None
        may = pc.is_in(rows["advocate"], pa.array(sorted(self._agreed["company_and_title"]), pa.string()))
        told = pc.is_valid(rows["account"])
        theirs = ["advocate", "network"]
        for one in rows.group_by(theirs).aggregate([]).to_pylist():
            self._untitled.setdefault((one["advocate"], one["network"]), self._titles_stored.get((one["advocate"], one["network"]), 0))
        for one in rows.filter(told).group_by(theirs).aggregate([]).to_pylist():
            self._untitled[one["advocate"], one["network"]] = 0
        for one in rows.filter(pc.and_(pc.invert(may), told)).group_by("advocate").aggregate([("row", "count")]).to_pylist():
            self.withheld.append(Withheld("audience", one["advocate"], "company_and_title", one["row_count"]))
        for name in PRIVATE:
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(place, rows.schema.field(place), pc.if_else(may, rows[name], pa.scalar(None, pa.string())))
        return rows

    def _of_their_own(self, batch: Batch, rows: pa.Table, rejects: list[Reject]) -> pa.Table:
        """Keep out posts that are stored as another advocate's: a wrong code would give them to somebody else without a word."""
        import pyarrow as pa

        assert self._roster is not None
        fine, owners = [], dict[str, set[str]]()
        for network, post, advocate in zip(*(rows[name].to_pylist() for name in ("network", "post", "advocate")), strict=True):
            owner = self._authors.get((network, post))
            fine.append(not self._roster.anothers(owner, advocate))
            if not fine[-1]:
                owners.setdefault(advocate, set()).add(str(owner))
            elif advocate is not None:
                self._authors[network, post] = advocate
        if owners:
            self._tell(batch, rows.filter(pa.array([not one for one in fine])), "taken", rejects, owners)
        return rows.filter(pa.array(fine, pa.bool_()))

    def _by_policy(self, batch: Batch, rows: pa.Table, rejects: list[Reject]) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        if not rows.num_rows:
            return rows
        policies = self._workspace.settings.social.policy
        pairs = list(zip(rows["advocate"].to_pylist(), rows["network"].to_pylist(), strict=True))
        assert self._roster is not None
        teams = self._roster.teams
        rules = [rule_of(policies, teams.get(advocate), network) if policies and advocate else "allow" for advocate, network in pairs]
        forbidden = pa.array([rule == "forbid" for rule in rules])
        if pc.any(forbidden).as_py():
            self._tell(batch, rows.filter(forbidden), "forbid", rejects)
        rows, rules = rows.filter(pc.invert(forbidden)), [rule for rule in rules if rule != "forbid"]
        # Comments and reactions answer what is out already: nobody waits with them until they are approved.
        rules = [rule if kind in ("original", "repost") else "allow" for rule, kind in zip(rules, rows["kind"].to_pylist(), strict=True)]
        return self._held_back(rows, rules)

    def _held_back(self, rows: pa.Table, rules: list[str]) -> pa.Table:
        """Mark posts that wait for approval; what was decided here stays whatever is said anew."""
        import pyarrow as pa

        keys = zip(rows["network"].to_pylist(), rows["post"].to_pylist(), rows["advocate"].to_pylist(), strict=True)
        states: list[str | None] = []
        for (network, post, advocate), rule, given in zip(keys, rules, rows["approval"].to_pylist(), strict=True):
            known = self._approvals.get((network, post))
            state = known if (network, post) in self._decided else given
            if state is None and known is None and rule == "approve":
                state = "pending"
                self.withheld.append(Withheld("posts", advocate, "approve", 1))
            if given not in (None, state):
                self.withheld.append(Withheld("posts", advocate or "", "decided", 1))
            if state is not None:
                self._approvals[network, post] = state
            states.append(state)
        place = rows.schema.get_field_index("approval")
        return rows.set_column(place, rows.schema.field(place), pa.array(states, pa.string()))

    @functools.cached_property
    def _titles_stored(self) -> dict[tuple[str, str], int]:
        rows = self._workspace.rows(
            "SELECT advocate, network, count(*) AS n FROM audience WHERE account_id IS NOT NULL GROUP BY advocate, network"
        )
        return {(row["advocate"], row["network"]): row["n"] for row in rows}

    @functools.cached_property
    def _authors(self) -> dict[tuple[str, str], str]:
        rows = self._workspace.rows("SELECT network, post, advocate FROM posts WHERE advocate IS NOT NULL")
        return {(row["network"], row["post"]): row["advocate"] for row in rows}

    @functools.cached_property
    def _approvals(self) -> dict[tuple[str, str], str]:
        return consent.approvals(self._workspace)

    @functools.cached_property
    def _decided(self) -> set[tuple[str, str]]:
        return consent.decided(self._workspace)


def rule_of(policies: tuple[SocialPolicy, ...], team: str | None, network: str) -> str:
    """Say what a team may do on a network: the rule that names most of the two counts, of equal ones the last; else "allow".

    Examples
    --------
    >>> policies = (SocialPolicy("forbid", team="Finance"), SocialPolicy("approve", team="Finance", network="linkedin"))
    >>> [rule_of(policies, team, network) for team, network in (("finance", "linkedin"), ("Finance", "x"), ("Sales", "x"))]
    ['approve', 'forbid', 'allow']
    """
    return policy_of(policies, team, network, SocialPolicy("allow")).rule


def policy_of(policies: tuple[SocialPolicy, ...], team: str | None, network: str, otherwise: SocialPolicy) -> SocialPolicy:
    """Find the policy that holds for a team on a network; see `rule_of`."""

    def fits(policy: SocialPolicy) -> bool:
        of_team = policy.team is None or (team is not None and policy.team.casefold() == team.casefold())
        return of_team and (policy.network is None or policy.network.casefold() == network.casefold())

    fitting: list[tuple[Any, SocialPolicy]] = [
        ((policy.team is not None, policy.network is not None), policy) for policy in policies if fits(policy)
    ]
    best = max((named for named, _ in fitting), default=None)
    return next((policy for named, policy in reversed(fitting) if named == best), otherwise)
