"""Whom to activate, as a report: who is asked, what each adds, how far that is from the best, and what naive choices would bring."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from attribution.paths import Floats
from reports.report import Chart, Report, Text
from social.activation import GUARANTEE, coverage, largest, select_advocates
from social.audiences import Audiences, audiences
from social.buying_roles import buying_role
from social.scope import Scope, roster
from workspace import social_reading
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

QUARTER = 91
"""Days."""


@dataclasses.dataclass(frozen=True, eq=False)
class Targets:
    """The people at target accounts whom advocates know.

    Parameters
    ----------
    people : Audiences
        Of people at target accounts alone, of the enrolled advocates.
    networks : array of float, shape (n_advocates,)
        The size of each advocate's whole audience.
    weights : array of float, shape (people.size,)
    accounts : dict of str to str or None
        The accounts asked for, with their tiers.
    account_of : list of str
        Of each person, where anybody knows it ("" elsewhere).
    untold : int
        Advocates whose connections are known and of whose companies nothing may be.
    """

    people: Audiences
    networks: Floats
    weights: Floats
    accounts: dict[str, str | None]
    account_of: list[str]
    untold: int


def report(workspace: Workspace, scope: Scope, k: int, accounts: str | None) -> Report:
    """Report whom to activate.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
        Its team and network; the period says nothing here.
    k : int
        How many advocates.
    accounts : str or None
        A tier, or names of accounts with commas between; every key account by default.

    Raises
    ------
    UsageError
        There is no such tier or account.
    DataError
        Nothing is known of who knows whom there.
    """
    import pandas as pd

    found = targets(workspace, scope, accounts)
    people, weights = found.people, found.weights
    barred = asked_often(workspace, workspace.settings.social.asks_per_quarter)
    chosen = select_advocates(people, k, weights=weights, barred=barred)
    possible = coverage(people, people.advocates, weights)
    names = [choice.advocate for choice in chosen.choices]
    known = people.gross
    by_network = largest(people, len(names), found.networks, barred)
    by_targets = largest(people, len(names), known.astype(np.float64), barred)
    place = {name: number for number, name in enumerate(people.advocates)}
    teams = {one.advocate: one.team for one in roster(workspace, scope)}
    covered = [len(np.unique(people.of(names[: step + 1]).people)) for step in range(len(names))]
    frame = pd.DataFrame(
        {
            "step": range(1, len(names) + 1),
            "advocate": names,
            "team": [teams.get(name) for name in names],
            "target_people": [int(known[place[name]]) for name in names],
            "gain": [choice.gain for choice in chosen.choices],
            "covered_weight": [choice.covered for choice in chosen.choices],
            "share_covered": [choice.covered / possible for choice in chosen.choices],
            "people_covered": covered,
            "covered_by_largest_networks": [coverage(people, by_network[: step + 1], weights) for step in range(len(names))],
            "covered_by_most_targets": [coverage(people, by_targets[: step + 1], weights) for step in range(len(names))],
        }
    )
    title = Text("Whom to activate")
    chart = Chart("line", "step", ("covered_weight", "covered_by_largest_networks", "covered_by_most_targets"), title)
    meta = {
        "team": scope.team,
        "network": scope.network,
        "k": k,
        "accounts": len(found.accounts),
        "target_people": int(np.count_nonzero(people.known_by)),
        "weight_within_reach": possible,
        "covered_weight": chosen.covered,
        "bound": chosen.bound,
        "gap_to_bound": 1 - chosen.covered / chosen.bound if chosen.bound else 0.0,
        "gains_computed": chosen.evaluations,
    }
    return Report(
        "social_activate", title, frame, tuple(_notes(found, chosen.covered, chosen.bound, len(barred), workspace)), meta, charts=(chart,)
    )


def _notes(found: Targets, covered: float, bound: float, barred: int, workspace: Workspace) -> list[Text]:
    chosen = workspace.settings.social
    notes = [
        Text("Each is the one who adds most to those before: people at target accounts whom none of them knows, by weight."),
        Text(
            "No other choice of as many can cover more than {bound:g}: this one is within {gap:.1%} of that. Choosing so is never worse "
            "than {guarantee:.0%} of the best.",
            bound=round(bound, 2),
            gap=1 - covered / bound if bound else 0.0,
            guarantee=GUARANTEE,
        ),
        Text(
            "Weight is that of the buying role ({roles}) times that of the tier ({tiers}); settings role_weight and tier_weight. A role is "
            "a guess from the title, 1 without one.",
            roles=", ".join(f"{name} {weight:g}" for name, weight in chosen.role_weight.items()),
            tiers=", ".join(f"{name} {weight:g}" for name, weight in chosen.tier_weight.items()),
        ),
    ]
    if barred:
        notes.append(
            Text(
                "{count} advocates are left in peace: they were asked {most:g} times this quarter.",
                count=barred,
                most=chosen.asks_per_quarter,
            )
        )
    if found.untold:
        notes.append(
            Text(
                "Of {count} advocates nothing is known of where their connections work, since they did not agree to it; they may know "
                "people there.",
                count=found.untold,
            )
        )
    return notes


def targets(workspace: Workspace, scope: Scope, accounts: str | None) -> Targets:
    """Find the people at target accounts whom enrolled advocates know."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = chosen_accounts(workspace, accounts)
    today = dt.date.today()
    enrolled = [
        one.advocate for one in roster(workspace, scope) if one.enrolled(today, None) or (one.enrolled(None, None) and one.until is None)
    ]
    edges = social_reading.audience_columns(workspace, "advocate", "network", "member", "title", "account")
    kept = pc.is_in(edges["advocate"], pa.array(enrolled, pa.string()))
    if scope.network:
        kept = pc.and_(kept, pc.equal(edges["network"], scope.network))
    edges = edges.filter(kept)
    told = edges.filter(pc.is_valid(edges["account"]))
    there = told.filter(pc.is_in(told["account"], pa.array(list(wanted), pa.string())))
    if not there.num_rows:
        raise DataError(
            "Nobody is known at these accounts: import connections with 'smarketing import linkedin-member … --titles', where employees "
            "have agreed to company_and_title"
        )
    people, person = audiences(there)
    sizes = edges.group_by("advocate").aggregate([("member", "count")]).to_pylist()
    size = {row["advocate"]: row["member_count"] for row in sizes}
    silent = set(size) - set(pc.unique(told["advocate"]).to_pylist())
    weights, account_of = _weights(there, person, people.size, wanted, workspace)
    networks = np.array([size[name] for name in people.advocates], dtype=np.float64)
    return Targets(people, networks, weights, wanted, account_of, len(silent))


def _weights(
    there: pa.Table, person: np.ndarray, size: int, wanted: dict[str, str | None], workspace: Workspace
) -> tuple[Floats, list[str]]:  # type: ignore[type-arg]
    """Weigh each person by the highest of what is told of them: advocates may have handed in different titles."""
    import pyarrow.compute as pc

    chosen = workspace.settings.social
    titles = pc.dictionary_encode(there["title"].combine_chunks())
    roles = [chosen.role_weight.get(buying_role(title) or "", 1.0) for title in titles.dictionary.to_pylist()]
    accounts = pc.dictionary_encode(there["account"].combine_chunks())
    named = accounts.dictionary.to_pylist()
    tiers = np.array([chosen.tier_weight.get(wanted[name] or "", 1.0) for name in named])
    place = pc.fill_null(titles.indices, len(roles)).to_numpy(zero_copy_only=False)
    at = accounts.indices.to_numpy(zero_copy_only=False)
    weights = np.zeros(size)
    np.maximum.at(weights, person, np.array([*roles, 1.0])[place] * tiers[at])
    account_of = [""] * size
    for number, account in zip(person.tolist(), at.tolist(), strict=True):
        account_of[number] = named[account]
    return weights, account_of


def chosen_accounts(workspace: Workspace, asked: str | None) -> dict[str, str | None]:
    """Find the target accounts by tier, or by name; with their tiers.

    Raises
    ------
    UsageError
        There is none of that tier or name; the nearest is named.
    """
    import difflib

    from workspace.company_names import CompanyNames

    known = social_reading.target_accounts(workspace)
    if not known:
        raise DataError("There are no accounts yet; import them with 'smarketing import csv FILE --as accounts'")
    if asked is None:
        return {account: row["tier"] for account, row in known.items()}
    of_tier = {account: row["tier"] for account, row in known.items() if (row["tier"] or "").casefold() == asked.strip().casefold()}
    if of_tier:
        return of_tier
    pairs = [(account, name) for account, row in known.items() for name in (account, row["name"]) if name]
    names = CompanyNames(pairs)
    found: dict[str, str | None] = {}
    for one in filter(None, (part.strip() for part in asked.split(","))):
        account = names.account_of(one) or (one if one in known else None)
        if account is None:
            near = difflib.get_close_matches(one, [name for _, name in pairs], n=1, cutoff=0.0)[0]
            raise UsageError("--accounts {name}: there is no tier and no account of that name; did you mean '{near}'?", name=one, near=near)
        found[account] = known[account]["tier"]
    return found


def asked_often(workspace: Workspace, most: float) -> set[str]:
    """Name the advocates who were asked as often in the last quarter as they may be."""
    since = dt.date.today() - dt.timedelta(days=QUARTER)
    count: dict[str, int] = {}
    for row in social_reading.introductions(workspace):
        if row["asked_on"] >= since:
            count[row["advocate"]] = count.get(row["advocate"], 0) + 1
    return {advocate for advocate, n in count.items() if n >= most}
