"""The programme's rules: what each employee agreed to, and what each team may post; as reports, and changes to them."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reports.columns import column
from reports.identifiers import joined
from reports.report import Report, Text
from social.scope import Scope, roster
from workspace import consent, imports, social_reading
from workspace.batches import Batch
from workspace.column_names import listed
from workspace.errors import UsageError
from workspace.gate import policy_of
from workspace.linkedin_ids import number_in
from workspace.records import schema
from workspace.social_settings import SocialPolicy
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

SOURCE = "social"
"""The name under which what these commands note stands among the imports."""


def note(workspace: Workspace, kind: str, rows: Sequence[dict[str, Any]]) -> imports.Summary:
    """Store records that a command makes, as an import of its own.

    Parameters
    ----------
    workspace : Workspace
    kind : str
        A key of `workspace.records.KINDS`.
    rows : sequence of dict
        Their fields; one that is left out is unknown.
    """
    import pyarrow as pa

    wanted = schema(kind)
    full = [{name: row.get(name) for name in wanted.names} | {"row": place} for place, row in enumerate(rows, 1)]
    return imports.run(workspace, SOURCE, [Batch(kind, f"social {kind}", pa.Table.from_pylist(full, schema=wanted))])


def agree(workspace: Workspace, advocate: str, grant: Sequence[str], revoke: Sequence[str], on: dt.date | None) -> imports.Summary:
    """Note what an employee agrees to, and what no longer; what is taken back is removed from the workspace at once.

    Raises
    ------
    UsageError
        The same datum is granted and revoked, or there is none of that name, or the day lies ahead, or no advocate has this code.
    """
    today = dt.date.today()
    both = set(grant) & set(revoke)
    if both:
        raise UsageError(
            "--grant {datum} and --revoke {datum}: an employee either agrees or does not; leave one out", datum=sorted(both)[0]
        )
    for datum in (*grant, *revoke):
        if datum not in consent.DATA:
            raise UsageError(
                "{datum}: there is nothing of that name to agree to; there are {data}", datum=datum, data=", ".join(consent.DATA)
            )
    if on is not None and on > today:
        raise UsageError("--on {day} lies ahead; note an agreement on the day that it is given", day=on)
    if consent.teams(workspace):
        check_code(workspace, advocate)
    chosen = [(datum, True) for datum in grant] + [(datum, False) for datum in revoke]
    return note(
        workspace,
        "consents",
        [{"advocate": advocate, "datum": datum, "day": on or today, "granted": granted} for datum, granted in chosen],
    )


def check_code(workspace: Workspace, advocate: str) -> None:
    """Refuse a code that is none of the advocates': what is noted under a mistyped one would hold for nobody.

    Raises
    ------
    UsageError
        No advocate has this code and nothing is stored under it; the message names those that look like it.
    """
    known = sorted(consent.teams(workspace))
    if advocate in known or consent.ledger(workspace, advocate) or any(social_reading.stored_of(workspace, advocate).values()):
        return
    folded = {code.casefold(): code for code in known}
    near = [folded[code] for code in difflib.get_close_matches(advocate.casefold(), folded, n=3)]
    raise UsageError(
        "{advocate}: no advocate has this code; there are {codes}; 'smarketing social consent' lists them all, and new ones are imported "
        "with 'smarketing import csv FILE --as advocates'",
        advocate=advocate,
        codes=listed(near or known) or Text("none yet"),
    )


def consent_report(workspace: Workspace, advocate: str | None) -> Report:
    """Show the ledger of one employee, or who agrees to what.

    Raises
    ------
    UsageError
        Nothing is known of an employee of this code.
    """
    import pandas as pd

    rows = consent.ledger(workspace, advocate)
    if advocate is not None:
        check_code(workspace, advocate)
    held = {datum: consent.granted(workspace, datum) for datum in consent.DATA}
    if advocate is not None:
        frame = pd.DataFrame(
            [{name: row[name] for name in ("datum", "day", "granted", "note")} for row in rows], columns=["datum", "day", "granted", "note"]
        )
        frame["granted"] = ["granted" if granted else "revoked" for granted in frame["granted"]]
        title = Text("What {advocate} agreed to", advocate=advocate)
        stored = social_reading.stored_of(workspace, advocate)
        agrees = [Text(column(f"agrees_{datum}").label) for datum in consent.DATA if advocate in held[datum]]
        notes = [
            Text(
                "Holds today: {held}.",
                held=joined(agrees or [Text("nothing")]),
            ),
            Text(
                "Stored of this employee: {posts} {posts:post|posts}, {figures} {figures:figure|figures} of posts, {audience} "
                "{audience:connection|connections} as keyed hashes, of which {titles} with company and title, {codes} {codes:code|codes} "
                "of links.",
                **stored,
            ),
            Text("Everything can be taken back (--revoke) or forgotten (smarketing social forget {advocate}).", advocate=advocate),
        ]
        if advocate not in {one.advocate for one in roster(workspace, Scope())}:
            notes.append(
                Text("No advocate has the code {advocate}: is it mistyped, or is the list still to be imported?", advocate=advocate)
            )
        return Report("social_consent", title, frame, tuple(notes), {"advocate": advocate})
    names = sorted({one.advocate for one in roster(workspace, Scope())} | {row["advocate"] for row in rows})
    said = {True: "granted", False: "not_granted"}
    frame = pd.DataFrame({"advocate": names} | {f"agrees_{datum}": [said[one in held[datum]] for one in names] for datum in consent.DATA})
    notes = [Text("What is not granted is not stored: import refuses it, and what is revoked is removed.")]
    return Report("social_consent", Text("What employees agreed to"), frame, tuple(notes), {"advocates": len(names)})


def policy_report(workspace: Workspace, scope: Scope, shown: str) -> Report:
    """Show the rules as they hold for each team and network, or the posts that break or await them."""
    return _rules(workspace, scope) if shown == "rules" else _posts(workspace, scope)


def _rules(workspace: Workspace, scope: Scope) -> Report:
    import pandas as pd

    policies = workspace.settings.social.policy
    teams = sorted({one.team for one in roster(workspace, scope) if one.team})
    posted_on = social_reading.networks(workspace)
    known = {name.casefold() for name in (*(policy.network for policy in policies if policy.network), *posted_on)}
    networks = sorted(name for name in known if scope.network in (None, name))
    rows = []
    for team in teams:
        for network in networks:
            policy = policy_of(policies, team, network, SocialPolicy("allow"))
            rows.append({"team": team, "network": network, "policy_rule": policy.rule, "disclosure": policy.disclosure})
    frame = pd.DataFrame(rows, columns=["team", "network", "policy_rule", "disclosure"])
    notes = [
        Text("The rule that names team and network comes before one that names the team, the network, or neither."),
        Text("allow: posts are stored. approve: they are held back until approved. forbid: import refuses them."),
    ]
    if not policies:
        notes.append(Text("No policy is set: everything is allowed. Write [[social.policy]] into smarketing.toml."))
    there = {one.team.casefold() for one in roster(workspace, Scope()) if one.team}
    absent = sorted({policy.team for policy in policies if policy.team and policy.team.casefold() not in there})
    if absent:
        notes.append(
            Text(
                "Policies of teams in which nobody is, so that they hold for nobody: {teams}. Is a name mistyped?", teams=", ".join(absent)
            )
        )
    return Report("social_policy", Text("What each team may post"), frame, tuple(notes), {**scope.meta, "policies": len(policies)})


def _posts(workspace: Workspace, scope: Scope) -> Report:
    """List the posts that lack the words their policy asks for, and those that wait or were refused."""
    import pandas as pd

    policies = workspace.settings.social.policy
    teams = {one.advocate: one.team for one in roster(workspace, scope)}
    table = social_reading.post_columns(workspace).to_pylist()
    rows = []
    for post in table:
        # A post that waits is shown whoever wrote it: nobody could decide on it otherwise.
        unlisted = post["advocate"] not in teams and (scope.team or not post["advocate"] or not post["approval"])
        if unlisted or (scope.network and post["network"] != scope.network):
            continue
        policy = policy_of(policies, teams.get(post["advocate"]), post["network"], SocialPolicy("allow"))
        problem = {"pending": "pending", "refused": "refused"}.get(post["approval"] or "")
        if problem is None and policy.disclosure and post["kind"] in ("original", "repost"):
            lacking = post["text"] is not None and policy.disclosure.casefold() not in post["text"].casefold()
            problem = "no_disclosure" if lacking else None
        if problem:
            at = pd.Timestamp(post["at"], unit="s", tz="UTC")
            named = {name: post[name] for name in ("network", "post", "advocate", "url")}
            rows.append({**named, "team": teams.get(post["advocate"]), "posted_at": at, "finding": problem})
    columns = ["finding", "network", "post", "advocate", "team", "posted_at", "url"]
    frame = _dated(pd.DataFrame(rows, columns=columns), scope, workspace.settings.time_zone)
    notes = (
        Text("Posts whose text is not known, such as reposts, cannot be looked at for their disclosure."),
        Text("Approve or refuse posts: smarketing social policy --approve POST, --refuse POST."),
    )
    return Report("social_policy_posts", Text("Posts to look at"), frame, notes, {**scope.meta, "posts": len(frame)})


def _dated(frame: pd.DataFrame, scope: Scope, zone: str) -> pd.DataFrame:
    """Keep the posts of a period; its days, and the moments shown, are those of a time zone."""
    import pandas as pd

    frame["posted_at"] = pd.to_datetime(frame["posted_at"], utc=True).dt.tz_convert(zone)
    day = frame["posted_at"].dt.date
    kept = pd.Series(True, index=frame.index)
    if scope.since:
        kept &= day >= scope.since
    if scope.until:
        kept &= day <= scope.until
    return frame[kept].reset_index(drop=True)


def decide(workspace: Workspace, approve: Sequence[str], refuse: Sequence[str]) -> int:
    """Approve and refuse posts that are held back; say how many. Either all that are named are decided on, or none.

    Raises
    ------
    UsageError
        A post is not held back, or not there, or is both approved and refused.
    """
    for name in approve:
        if name in refuse:
            raise UsageError("--approve {post} and --refuse {post}: a post is either approved or refused; leave one out", post=name)
    held = {name for post in social_reading.post_columns(workspace).to_pylist() if post["approval"] for name in (post["post"], post["url"])}
    # A post on LinkedIn may be given by any of its addresses.
    approve, refuse = ([name if name in held else number_in(name) or name for name in names] for names in (approve, refuse))
    for name in (*approve, *refuse):
        if name not in held:
            raise UsageError(
                "There is no post '{post}' that was held back; see which there are with 'smarketing social policy --show posts'", post=name
            )
    return consent.decide(workspace, approve, "approved") + consent.decide(workspace, refuse, "refused")
