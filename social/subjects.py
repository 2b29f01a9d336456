"""The leads and the opportunities, and the people of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.deals import Deal, deals
from attribution.pipeline import deal_rows
from attribution.question import Question, bounds
from social.scope import Advocate, Scope
from workspace import reading, social_reading
from workspace.errors import DataError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd


@dataclasses.dataclass(frozen=True, eq=False)
class Subjects:
    """What may have come of posts.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row for each lead and opportunity: `kind` ("lead" or "opportunity"), `number`, `at` (epoch seconds: of the lead, of the
        opportunity's creation), `account_id` (missing where not known), `name` and `owner` (of an opportunity: what the CRM calls it, and
        the advocate who owns it, or None), `value` (NaN where not known), `won`, `won_value`, `open`; `inside`, whether it is of the
        period.
    people : pandas.DataFrame
        `kind, number, person_id`: who is of each, and `eldest`: whether it is the person's first of its kind.
    currency : str
    """

    rows: pd.DataFrame
    people: pd.DataFrame
    currency: str


def period(workspace: Workspace, scope: Scope) -> Callable[[int], bool]:
    """Give what tells whether a moment (epoch seconds) lies in the scope's period."""
    since, until = bounds(Question(since=scope.since, until=scope.until), workspace.settings.time_zone)
    return lambda at: (since is None or at >= since) and (until is None or at < until)


def subjects(workspace: Workspace, scope: Scope, everyone: list[Advocate]) -> Subjects:
    """List the leads and the opportunities of all time, and say which are of a period.

    An opportunity's people are those that its conversions name and those of its account.

    Raises
    ------
    DataError
        There are none, or none in the period, or values are in several currencies.
    """
    import pandas as pd

    found, people, currency = _every(workspace)
    if not found:
        raise DataError(
            "There are neither leads nor opportunities yet; import them (smarketing import csv FILE --as conversions, or a CRM). A lead is "
            "a conversion of the goal {goal} (lead_goal under [attribution] in smarketing.toml)",
            goal=workspace.settings.attribution.lead_goal,
        )
    within = period(workspace, scope)
    inside = [within(row["at"]) for row in found]
    if not any(inside):
        raise DataError("There are neither leads nor opportunities in this period; choose another with --since and --until")
    rows = pd.DataFrame(found).assign(inside=inside)
    # Not by way of floats, which do not hold ids of 63 bits.
    rows["account_id"] = pd.array([row["account_id"] for row in found], "Int64")
    rows["owner"] = rows["name"].map(_owners(workspace, everyone))
    return Subjects(rows, _eldest(pd.DataFrame(people, columns=["kind", "number", "person_id"]), rows), currency)


def _every(workspace: Workspace) -> tuple[list[dict[str, Any]], list[tuple[str, int, int]], str]:
    """Read all leads and opportunities there are, the people of each, and the currency of what opportunities are worth."""
    rows: list[dict[str, Any]] = []
    people: list[tuple[str, int, int]] = []
    for lead in reading.conversion_columns(workspace, workspace.settings.attribution.lead_goal).to_pylist():
        if lead["key"] is not None:
            people.append(("lead", len(rows), lead["key"]))
        rows.append(_subject("lead", len(rows), lead["at"], lead["account"], Deal()))
    told, currency = _deals(workspace)
    members: dict[int, list[int]] = {}
    for row in reading.memberships(workspace).to_pylist():
        members.setdefault(row["account"], []).append(row["person"])
    for deal in told:
        everybody = {*deal.people, *(members.get(deal.account, ()) if deal.account is not None else ())}
        people += [("opportunity", len(rows), person) for person in everybody]
        rows.append(_subject("opportunity", len(rows), deal.born, deal.account, deal))
    return rows, people, currency


def _subject(kind: str, number: int, at: int, account: int | None, deal: Deal) -> dict[str, Any]:
    values = {name: np.nan if value is None else value for name, value in (("value", deal.value), ("won_value", deal.won_value))}
    still_open = kind == "opportunity" and deal.closed is None
    return {
        "kind": kind,
        "number": number,
        "at": at,
        "account_id": account,
        "name": deal.name,
        "won": deal.won,
        "open": still_open,
    } | values


def _eldest(people: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Mark each person's first lead and first opportunity of all time, as `eldest`."""
    dated = people.merge(rows[["kind", "number", "at"]], on=["kind", "number"]).sort_values(["at", "number"], kind="stable")
    dated["eldest"] = ~dated.duplicated(["kind", "person_id"])
    return dated.drop(columns="at").sort_values(["number", "person_id"], ignore_index=True)


def _deals(workspace: Workspace) -> tuple[list[Deal], str]:
    """Put the opportunities together; none where no conversion tells of one."""
    there = reading.goals(workspace)
    chosen = workspace.settings.attribution
    if not {chosen.opportunity_goal, chosen.stages[-1] if chosen.stages else "won"} & there.keys():
        return [], workspace.settings.currency
    rows, currency, _ = deal_rows(workspace, None)
    return deals(rows), currency


def _owners(workspace: Workspace, everyone: list[Advocate]) -> dict[str, str]:
    """Say which opportunities are owned by an advocate: by their code, name or address."""
    known = {alias.casefold(): one.advocate for one in everyone for alias in (one.advocate, one.name, one.person) if alias}
    owners = social_reading.deal_owners(workspace)
    return {deal: known[owner.casefold()] for deal, owner in owners.items() if owner.casefold() in known}
