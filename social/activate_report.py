"""Whom to activate, as a report: who is asked, what each adds, how far that is from the best, and what naive choices would bring."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from attribution.paths import Floats, Ints
from reports.identifiers import weighted
from reports.report import Chart, Report, Text
from social.activation import GUARANTEE, Selection, coverage, coverages, largest, select_advocates
from social.audiences import Audiences, audiences
from social.buying_roles import buying_role
from social.groups import check_team, teams_shown
from social.key_accounts import chosen_accounts
from social.scope import Scope, roster
from workspace import consent, social_reading
from workspace.errors import DataError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

QUARTER = 91
"""Days."""


@dataclasses.dataclass(frozen=True, eq=False)
class Targets:
    """The people at target accounts whom advocates know.

    Parameters
    ----------
    people : Audiences
        Of people at target accounts alone, of the enrolled advocates who know any.
    networks : dict of str to int
        The size of the whole audience of each enrolled advocate who has one.
    weights : array of float, shape (people.size,)
    accounts : dict of str to str or None
        The accounts asked for, with their tiers.
    enrolled : int
    untold : int
        Advocates with an audience who have not agreed that it is kept where their connections work.
    as_of : datetime.date
        The oldest day that what is known of these people is of.
    """

    people: Audiences
    networks: dict[str, int]
    weights: Floats
    accounts: dict[str, str | None]
    enrolled: int
    untold: int
    as_of: dt.date


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
        There is no such tier, account or team, or the team is too small.
    DataError
        Nothing is known of who knows whom there.
    """
    check_team(workspace, scope)
    found = targets(workspace, scope, accounts)
    of_all = found if scope.team is None else targets(workspace, dataclasses.replace(scope, team=None), accounts)
    check_team(workspace, scope, of_all.people.advocates)
    barred = asked_often(workspace, workspace.settings.social.asks_per_quarter)
    chosen = select_advocates(found.people, k, weights=found.weights, barred=barred)
    possible = coverage(found.people, found.people.advocates, found.weights)
    title = Text("Whom to activate")
    chart = Chart("line", "step", ("covered_weight", "covered_by_largest_networks", "covered_by_most_targets"), title)
    meta = {
        "team": scope.team,
        "network": scope.network,
        "k": k,
        "accounts": len(found.accounts),
        "basis": "potential",
        "cohort": "enrolled",
        "advocates": found.enrolled,
        "as_of": found.as_of,
        "target_people": found.people.unique,
        "weight_within_reach": possible,
        "covered_weight": chosen.covered,
        "bound": chosen.bound,
        "gap_to_bound": _gap(chosen),
        "gains_computed": chosen.evaluations,
    }
    frame = _steps(found, chosen, possible, teams_shown(workspace, of_all.people.advocates), barred)
    left_alone = len(barred & set(found.people.advocates))
    return Report("social_activate", title, frame, tuple(_notes(found, chosen, left_alone, workspace)), meta, charts=(chart,))


def _gap(chosen: Selection) -> float:
    return 1 - chosen.covered / chosen.bound if chosen.bound else 0.0


def _steps(found: Targets, chosen: Selection, possible: float, teams: Mapping[str, str | None], barred: Collection[str]) -> pd.DataFrame:
    """Lay out the choice, one row for each advocate, beside what as many would cover who were chosen naively."""
    import pandas as pd

    people, weights = found.people, found.weights
    names = [choice.advocate for choice in chosen.choices]
    known = dict(zip(people.advocates, people.gross.tolist(), strict=True))

    def naive(sizes: Mapping[str, float]) -> list[float]:
        covered = coverages(people, largest(sizes, len(names), barred), weights)
        return covered + covered[-1:] * (len(names) - len(covered))

    return pd.DataFrame(
        {
            "step": range(1, len(names) + 1),
            "advocate": names,
            "team": [teams.get(name) for name in names],
            "target_people": [known[name] for name in names],
            "gain": [choice.gain for choice in chosen.choices],
            "covered_weight": [choice.covered for choice in chosen.choices],
            "share_covered": [choice.covered / possible for choice in chosen.choices],
            "people_covered": [round(count) for count in coverages(people, names, np.ones(people.size))],
            "covered_by_largest_networks": naive(found.networks),
            "covered_by_most_targets": naive(known),
        }
    )


def _notes(found: Targets, chosen: Selection, barred: int, workspace: Workspace) -> list[Text]:
    settings = workspace.settings.social
    notes = [
        Text("Each is the one who adds most to those before: people at target accounts whom none of them knows, by weight."),
        Text(
            "These are people whom a post could reach, not people whom it did: of {count} enrolled {count:advocate|advocates}, as their "
            "connections were on {day} or later.",
            count=found.enrolled,
            day=found.as_of,
        ),
        Text(
            "No other choice of as many can cover more than {bound:g}: this one is within {gap:.1%} of that. Choosing so is never worse "
            "than {guarantee:.0%} of the best.",
            bound=round(chosen.bound, 2),
            gap=_gap(chosen),
            guarantee=GUARANTEE,
        ),
        Text(
            "Weight is that of the buying role ({roles}) times that of the tier ({tiers}); settings role_weight and tier_weight. A role is "
            "a guess from the title, 1 without one.",
            roles=weighted(settings.role_weight),
            tiers=weighted(settings.tier_weight),
        ),
    ]
    if barred:
        notes.append(
            Text(
                "{count} {count:advocate is|advocates are} left in peace, asked {most:g} {most:time|times} this quarter.",
                count=barred,
                most=settings.asks_per_quarter,
            )
        )
    if found.untold:
        notes.append(
            Text(
                "Of {count} {count:advocate|advocates} nothing is known of where their connections work, since they did not agree to it; "
                "they may know people there.",
                count=found.untold,
            )
        )
    return notes


def targets(workspace: Workspace, scope: Scope, accounts: str | None) -> Targets:
    """Find the people at target accounts whom enrolled advocates know.

    Raises
    ------
    UsageError
        There is no such tier or account.
    DataError
        Nothing is known of who knows whom there.
    """
    import pyarrow.compute as pc

    wanted = chosen_accounts(workspace, accounts)
    today = dt.date.today()
    enrolled = {one.advocate for one in roster(workspace, scope) if one.enrolled(today, today)}
    columns = ("advocate", "network", "member", "title", "account", "as_of")
    there = social_reading.known_at(workspace, list(wanted), scope.network, *columns)
    there = there.filter(pc.is_in(there["advocate"], _strings(enrolled)))
    if not there.num_rows:
        raise DataError(
            "Nobody is known at these accounts: import connections with 'smarketing import linkedin-member … --titles', where employees "
            "have agreed to company_and_title"
        )
    people, person = audiences(there)
    networks = {name: size for name, size in social_reading.audience_sizes(workspace, scope.network).items() if name in enrolled}
    untold = len(set(networks) - consent.granted(workspace, "company_and_title"))
    weights = _weights(there, person, people.size, wanted, workspace)
    as_of = social_reading.EPOCH + dt.timedelta(days=pc.min(there["as_of"]).as_py())
    return Targets(people, networks, weights, wanted, len(enrolled), untold, as_of)


def _strings(names: Collection[str]) -> pa.Array:
    """Put names into an array, in order."""
    import pyarrow as pa

    return pa.array(sorted(names), pa.string())


def _weights(there: pa.Table, person: Ints, size: int, wanted: Mapping[str, str | None], workspace: Workspace) -> Floats:
    """Weigh each person by the highest of what is told of them: advocates may have handed in different titles."""
    import pyarrow.compute as pc

    chosen = workspace.settings.social
    titles = pc.dictionary_encode(there["title"].combine_chunks())
    roles = [chosen.role_weight.get(buying_role(title) or "", 1.0) for title in titles.dictionary.to_pylist()]
    accounts = pc.dictionary_encode(there["account"].combine_chunks())
    tiers = np.array([chosen.tier_weight.get(wanted[name] or "", 1.0) for name in accounts.dictionary.to_pylist()])
    place = pc.fill_null(titles.indices, len(roles)).to_numpy(zero_copy_only=False)
    weights = np.zeros(size)
    np.maximum.at(weights, person, np.array([*roles, 1.0])[place] * tiers[accounts.indices.to_numpy(zero_copy_only=False)])
    return weights


def asked_often(workspace: Workspace, most: float) -> set[str]:
    """Name the advocates who were asked as often in the last quarter as they may be."""
    since = dt.date.today() - dt.timedelta(days=QUARTER)
    count: dict[str, int] = {}
    for row in social_reading.introductions(workspace):
        if row["asked_on"] >= since:
            count[row["advocate"]] = count.get(row["advocate"], 0) + 1
    return {advocate for advocate, n in count.items() if n >= most}
