"""Who can introduce us to an account: by role and tie, without naming anybody until they have said yes."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reports.identifiers import named
from reports.report import Chart, Report, Text
from social.activate_report import QUARTER, asked_often
from social.anonymity import withheld
from social.buying_roles import ROLES
from social.graph import account_coverage, build, introducers, people_at, single_thread, strength
from social.key_accounts import chosen_accounts, one_account
from social.policy import note
from social.scope import Advocate, Scope, roster
from workspace import consent, social_reading
from workspace.errors import UsageError
from workspace.social_reading import EPOCH
from workspace.store import Workspace

if TYPE_CHECKING:
    import networkx as nx

OLD = 180
"""Days after which what a connection's title and company were is old: people change jobs."""
SOMEBODY = "somebody"


def coverage_report(workspace: Workspace, scope: Scope, accounts: str | None) -> Report:
    """Report, account by account, whom employees know there: the buying committee, its gaps, and what hangs on one thread."""
    import pandas as pd

    wanted = chosen_accounts(workspace, accounts)
    graph = build(workspace, scope, list(wanted))
    rows = []
    for account, tier in wanted.items():
        pairs = introducers(graph, account, willing=False)
        willing = {advocate for advocate, _ in introducers(graph, account)}
        row: dict[str, Any] = {"account": account, "tier": tier, "people_known": len(people_at(graph, account))}
        row |= {f"known_{role}": count for role, count in account_coverage(graph, account).items()}
        row |= {"advocates_knowing": len({advocate for advocate, _ in pairs}), "advocates_willing": len(willing)}
        row["missing_roles"] = ", ".join(role for role in ROLES if not row[f"known_{role}"]) or None
        row["thread"] = "single_thread" if single_thread(graph, account) else "nobody" if not pairs else None
        row["as_of"] = _oldest(graph, pairs)
        rows.append(row)
    frame = pd.DataFrame(rows).sort_values(["tier", "people_known", "account"], ascending=[True, False, True], ignore_index=True)
    title = Text("Whom employees know at key accounts")
    notes = [
        Text(
            "People whom advocates know who agreed that company and title are kept; others may know more. A role is a guess from the title."
        ),
        Text("Single thread: everything hangs on one advocate or on one person there."),
        *_age(frame["as_of"].dropna().tolist()),
    ]
    chart = Chart("stacked", "account", tuple(f"known_{role}" for role in (*ROLES, "unknown")), title)
    meta = {
        "team": scope.team,
        "network": scope.network,
        "accounts": len(wanted),
        "accounts_covered": int((frame["people_known"] > 0).sum()),
        "basis": "potential",
        "cohort": "enrolled",
        "advocates": sum(named["kind"] == "advocate" for _, named in graph.nodes(data=True)),
        "as_of": min(frame["as_of"].dropna(), default=None),
    }
    return Report("social_coverage", title, frame, tuple(notes), meta, charts=(chart,))


def _oldest(graph: nx.DiGraph, pairs: Sequence[tuple[str, str]]) -> dt.date | None:
    days = [graph.edges[pair]["as_of"] for pair in pairs if "as_of" in graph.edges[pair]]
    return EPOCH + dt.timedelta(days=min(days)) if days else None


def _age(days: Sequence[dt.date]) -> list[Text]:
    """Say how old the data are, where they are old."""
    old = [day for day in days if (dt.date.today() - day).days > OLD]
    if not old:
        return []
    return [
        Text(
            "What is known of some is of {day} or older: people change jobs, so ask for fresh archives every {days} days.",
            day=min(old),
            days=OLD,
        )
    ]


def introductions_report(workspace: Workspace, scope: Scope, account: str) -> Report:
    """Report who can introduce us to one account."""
    import pandas as pd

    key = one_account(workspace, account)
    graph = build(workspace, scope, [key])
    pairs = introducers(graph, key)
    advocates = roster(workspace, Scope())
    today = dt.date.today()
    may_be_named = consent.granted(workspace, "name")
    names = {one.advocate: f"{one.name} ({one.advocate})" for one in advocates if one.name and one.advocate in may_be_named}
    asked = {
        row["advocate"]: row["answer"] or "asked" for row in reversed(social_reading.introductions(workspace)) if row["account"] == key
    }
    barred = asked_often(workspace, workspace.settings.social.asks_per_quarter)
    accepted = {advocate for advocate, _ in pairs if asked.get(advocate) == "accepted"}
    # Who is named is nobody any more among whom the others could hide.
    hiding = [one for one in advocates if one.enrolled(today, today) and one.advocate not in accepted]
    words = descriptions(hiding, workspace.settings.social.smallest_group)
    rows = []
    for advocate in sorted({advocate for advocate, _ in pairs}):
        mine = [(strength(graph, advocate, person, today), graph.nodes[person]) for one, person in pairs if one == advocate]
        for (rank, years), person in mine:
            told = advocate in accepted
            rows.append(
                {
                    "rank": rank,
                    "introducer": names.get(advocate, advocate) if told else words[advocate],
                    "knows_role": person.get("role"),
                    "knows_seniority": person.get("seniority"),
                    "years_known": years,
                    "ask_state": "left_in_peace" if advocate in barred and not told else asked.get(advocate, "not_asked"),
                }
            )
    rows.sort(key=lambda row: (row["rank"], -(row["years_known"] if not math.isnan(row["years_known"]) else 0.0), row["introducer"]))
    columns = ["introducer", "knows_role", "knows_seniority", "years_known", "ask_state"]
    frame = pd.DataFrame(rows, columns=["rank", *columns])[columns]
    silent = {advocate for advocate, _ in introducers(graph, key, willing=False)} - {advocate for advocate, _ in pairs}
    title = Text("Who can introduce us to {account}", account=key)
    coverage = account_coverage(graph, key)
    missing = [role for role in ROLES if not coverage[role]]
    notes = [
        Text(
            "An advocate is named once they have accepted; until then it is somebody of a team, or of the company where the team is small."
        ),
        Text(
            "Ask without knowing whom: smarketing social introductions {account} --ask ROLE. Their answer: --answer ADVOCATE accepted.",
            account=key,
        ),
        Text("Whom they know is never named here: that is theirs to tell. A role is a guess from the title."),
    ]
    if missing:
        notes.append(Text("Nobody is known there as: {roles}.", roles=named(missing)))
    if single_thread(graph, key):
        notes.append(Text("Single thread: everything hangs on one advocate or on one person there."))
    if silent:
        notes.append(Text("{count} more {count:knows|know} somebody there and {count:has|have} not agreed to be asked.", count=len(silent)))
    oldest = _oldest(graph, introducers(graph, key, willing=False))
    notes += _age([oldest] if oldest else [])
    meta = {
        "account": key,
        "team": scope.team,
        "network": scope.network,
        "people_known": len(people_at(graph, key)),
        "basis": "potential",
        "cohort": "enrolled",
        "as_of": oldest,
    }
    return Report("social_introductions", title, frame, tuple(notes), meta)


def descriptions(enrolled: Sequence[Advocate], smallest: float) -> dict[str, str]:
    """Say of each advocate as much as names nobody: their team and region, their team, their region, or that they work here.

    Parameters
    ----------
    enrolled : sequence of Advocate
    smallest : float

    Returns
    -------
    dict of str to str
        By code.

    Notes
    -----
    Law: whatever is said is said of at least `smallest` advocates, or of everybody where there are fewer. It does not suffice that a group
    is large: were five of a team's six in Lyon, "Sales" beside "Sales Lyon" would be the sixth. So each step hides complementary groups too
    (`social.anonymity.withheld`).

    Examples
    --------
    >>> team = [Advocate(code, team="Sales", region="Lyon") for code in "abcde"]
    >>> sorted(set(descriptions([*team, Advocate("f", team="Sales", region="Paris")], 5).values()))
    ['Sales']
    >>> sorted(set(descriptions([*team, Advocate("f", team="Legal", region="Paris")], 5).values()))
    ['somebody']
    """
    said: dict[str, str] = {}
    for team in sorted({one.team for one in enrolled if one.team}):
        there = [one for one in enrolled if one.team == team]
        finer = {one.advocate: f"{team} {one.region}" if one.region and one.region not in team else team for one in there}
        hidden = withheld(Counter(finer.values()), smallest)
        if len(there) >= smallest:
            said |= {code: team if label in hidden else label for code, label in finer.items()}
    regions = {one.advocate: one.region for one in enrolled if one.advocate not in said and one.region}
    hidden = withheld(Counter(regions.values()), smallest)
    said |= {code: region for code, region in regions.items() if region not in hidden}
    said = {one.advocate: said.get(one.advocate, SOMEBODY) for one in enrolled}
    hidden = withheld(Counter(said.values()), smallest)
    return {code: SOMEBODY if label in hidden else label for code, label in said.items()}


def ask(workspace: Workspace, scope: Scope, account: str, role: str | None) -> str:
    """Note that an advocate is asked to introduce us; give their code, so that whoever runs the programme can pass the question on.

    Raises
    ------
    UsageError
        Nobody who agreed to be asked knows anybody of that role there, or all of them were asked already or too often.
    """
    key = one_account(workspace, account)
    graph = build(workspace, scope, [key])
    today = dt.date.today()
    done = {row["advocate"] for row in social_reading.introductions(workspace) if row["account"] == key}
    barred = asked_often(workspace, workspace.settings.social.asks_per_quarter)
    pairs = [
        (strength(graph, advocate, person, today), advocate)
        for advocate, person in introducers(graph, key)
        if (role is None or graph.nodes[person].get("role") == role) and advocate not in done | barred
    ]
    if not pairs:
        raise UsageError(
            "Nobody is left to ask at {account}: who agreed to be asked knows nobody of that role there, was asked already, or was asked "
            "{most:g} {most:time|times} in {days} days",
            account=key,
            most=workspace.settings.social.asks_per_quarter,
            days=QUARTER,
        )
    best = min(pairs, key=lambda pair: (pair[0][0], -(pair[0][1] if not math.isnan(pair[0][1]) else 0.0), pair[1]))[1]
    note(workspace, "introductions", [{"advocate": best, "account": key, "asked_on": today, "role": role}])
    return best


def answer(workspace: Workspace, account: str, advocate: str, said: str) -> None:
    """Note what an advocate answered.

    Raises
    ------
    UsageError
        They were not asked about that account, or no longer agree to be asked.
    """
    key = one_account(workspace, account)
    found = next((row for row in social_reading.introductions(workspace) if row["account"] == key and row["advocate"] == advocate), None)
    if found is None or advocate not in consent.granted(workspace, "introductions"):
        raise UsageError("{advocate} was not asked about {account}; ask with --ask first", advocate=advocate, account=key)
    changed = {"answer": said, "answered_on": dt.date.today()}
    kept = {name: found[name] for name in ("advocate", "asked_on", "role")}
    note(workspace, "introductions", [{**kept, "account": key, **changed}])
