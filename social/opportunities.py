"""From post to opportunity: which leads and opportunities posts brought, by evidence."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from social import evidence_reading
from social.evidence import Windows, ledger, links
from social.scope import Advocate, Scope, roster
from social.subjects import period, subjects
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd


@dataclasses.dataclass(frozen=True, eq=False)
class Found:
    """What posts brought in a period.

    Parameters
    ----------
    links : pandas.DataFrame
        Every link between a lead or an opportunity and a post, those that are left out too (`social.evidence.links`).
    ledger : pandas.DataFrame
        `social.evidence.ledger`, with `value` (of the opportunity, NaN where not known), `won`, `won_value`, `open`.
    clicks : pandas.DataFrame
        `social.evidence_reading.clicks`: of all time.
    counted : pandas.DataFrame
        Those on employees' links in the period, of the scope's team and network.
    told : dict of str to int
        Answers of the period, and those without a moment, by what they say: "code", "declared", "network" (a network and nobody).
    subjects : pandas.DataFrame
        Every lead and opportunity of the period (`social.subjects.Subjects.rows`).
    currency : str
    windows : Windows
    advocates : list of Advocate
    """

    links: pd.DataFrame
    ledger: pd.DataFrame
    clicks: pd.DataFrame
    counted: pd.DataFrame
    told: dict[str, int]
    subjects: pd.DataFrame
    currency: str
    windows: Windows
    advocates: list[Advocate]


def opportunities(workspace: Workspace, scope: Scope, weakest: str = "declared") -> Found:
    """Find the leads and opportunities of a period that posts brought.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
        `since` and `until` choose leads by their moment and opportunities by their creation; `team` and `network` choose whose posts
        count, before a ledger is chosen.
    weakest : str
        The weakest level of evidence that sources or assists.

    Raises
    ------
    DataError
        There is neither a lead nor an opportunity, or values are in several currencies.
    """
    everyone = roster(workspace, Scope())
    members = {one.advocate for one in roster(workspace, scope)}
    every = subjects(workspace, scope, everyone)
    clicks = evidence_reading.clicks(workspace, everyone)
    inside = period(workspace, scope)
    evidence, told = evidence_reading.evidence(workspace, clicks, everyone, inside)
    evidence = {level: _of(rows, members, scope) for level, rows in evidence.items()}
    chosen = workspace.settings.social
    windows = Windows(chosen.click_days, chosen.lead_days, chosen.exposure_days)
    # Of all time first: an answer tells of the nearest lead, whether that is of the period or not.
    found = links(every.rows, every.people, evidence, windows)
    of_period = every.rows[every.rows["inside"]].drop(columns="inside").reset_index(drop=True)
    found = found[found["number"].isin(of_period["number"])].reset_index(drop=True)
    entries = ledger(found, of_period, evidence_reading.first_touches(workspace, every.people, clicks), weakest)
    counted = evidence["click"][np.array([inside(at) for at in evidence["click"]["at"]], dtype=np.bool_)]
    return Found(found, entries, clicks, counted, told, of_period, every.currency, windows, everyone)


def _of(rows: pd.DataFrame, members: set[str], scope: Scope) -> pd.DataFrame:
    """Keep the evidence of a team's posts, and of a network's."""
    if scope.team:
        rows = rows[rows["advocate"].isin(sorted(members))]
    if scope.network:
        rows = rows[rows["network"] == scope.network]
    return rows
