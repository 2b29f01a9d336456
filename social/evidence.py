"""The evidence that a lead or an opportunity came of a post, from the strongest to the weakest, and the ledger each belongs to.

Three ledgers are kept apart and are never added: sourced, assisted, influenced. A lead or an opportunity stands in one of them, or in none.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("click", "code", "declared", "engaged", "exposure")
"""From the strongest: somebody clicked an employee's link; told a code; named an employee; engaged with a post; works where an employee
who posted knows somebody."""
LEDGERS = ("sourced", "assisted", "influenced")
DAY = 86400
LINK = ("kind", "number", "level", "rule", "at", "advocate", "content", "network", "post", "posted_at", "left_out")
"""Columns of a link between a lead or an opportunity (`kind`, `number`) and a post."""


@dataclasses.dataclass(frozen=True, slots=True)
class Windows:
    """How many days before a lead or an opportunity evidence counts.

    A click counts for a lead within `click_days`; everything but exposure counts for an opportunity within `lead_days`; exposure counts
    within `exposure_days`.
    """

    click_days: float = 30.0
    lead_days: float = 90.0
    exposure_days: float = 7.0

    def of(self, kind: str, level: str) -> int:
        """Give the seconds before the moment of a lead or an opportunity in which evidence counts."""
        if level == "exposure":
            return round(self.exposure_days * DAY)
        return round((self.click_days if kind == "lead" and level == "click" else self.lead_days) * DAY)


def links(subjects: pd.DataFrame, people: pd.DataFrame, found: dict[str, pd.DataFrame], windows: Windows) -> pd.DataFrame:
    """Link leads and opportunities to the posts that the evidence names.

    Parameters
    ----------
    subjects : pandas.DataFrame
        `kind` ("lead" or "opportunity"), `number`, `at` (epoch seconds: of the lead, of the opportunity's creation), `account_id` (NaN
        where not known), `name` (of an opportunity, or None), `owner` (the advocate who owns the opportunity, or None).
    people : pandas.DataFrame
        `kind, number, person_id`: the people of each; several of an opportunity. `eldest`: whether it is the person's first of its kind.
    found : dict of str to pandas.DataFrame
        Evidence by level. "click" and "engaged": `person_id, at, advocate, content, network, post, posted_at, left_out, rule`. "code" and
        "declared": the same with `account_id` and `opportunity` (as `subjects` name it), `at` NaN where the moment is not known.
        "exposure": `account_id, advocate, network, post, posted_at` of every post that an account's people could see.
    windows : Windows

    Returns
    -------
    pandas.DataFrame
        `LINK`, the strongest and latest first within each lead or opportunity. `left_out` says why a link counts for nobody: "colleague",
        "preview", or "self_sourced" where the advocate owns the opportunity.

    Notes
    -----
    O(n log n) in the evidence and the subjects.
    """
    import pandas as pd

    by_person = people.merge(subjects, on=["kind", "number"])
    joined = {level: by_person.merge(found[level], on="person_id", suffixes=("_subject", "")) for level in ("click", "engaged")}
    parts = [_within(rows, level, windows) for level, rows in joined.items()]
    for level in ("code", "declared"):
        parts += [_within(part, level, windows) for part in _answered(subjects, by_person, found[level])]
    exposed = _seen(subjects, found["exposure"], windows)
    exposed = exposed.rename(columns={"at": "at_subject"}).assign(at=lambda rows: rows["posted_at"], rule="exposure.account", left_out="")
    parts.append(_within(exposed.assign(content=None), "exposure", windows))
    every = pd.concat([part for part in parts if len(part)] or [parts[0]], ignore_index=True)
    own = every["owner"].notna() & (every["owner"] == every["advocate"])
    every["left_out"] = np.where(own & (every["left_out"] == ""), "self_sourced", every["left_out"])
    every["rank"] = every["level"].map({level: place for place, level in enumerate(LEVELS)})
    # Of one evidence that stands twice (a person under two identifiers, an answer found by person and by account) one link is kept.
    every = every.sort_values(["kind", "number", "rank", "at", "post"], ascending=[True, True, True, False, True], ignore_index=True)
    return every.drop_duplicates(["kind", "number", "level", "at", "advocate", "post"], ignore_index=True)[list(LINK)]


def _answered(subjects: pd.DataFrame, by_person: pd.DataFrame, told: pd.DataFrame) -> list[pd.DataFrame]:
    """Join answers to what they may tell of: the leads and opportunities of a person, of an account, or one opportunity."""
    told = told.assign(answer=range(len(told)))
    of_people = by_person.merge(told[told["person_id"].notna()], on="person_id", suffixes=("_subject", ""))
    # What is told of a person without a moment is how they came at first.
    of_people = of_people[of_people["at"].notna() | of_people["eldest"]]
    others = told[told["person_id"].isna()]
    of_accounts = subjects.merge(others[others["account_id"].notna()], on="account_id", suffixes=("_subject", ""))
    named = subjects[subjects["name"].notna()]
    of_deals = named.merge(others.dropna(subset="opportunity"), left_on="name", right_on="opportunity", suffixes=("_subject", ""))
    return [_nearest(of_people), _nearest(of_accounts), of_deals]


def _seen(subjects: pd.DataFrame, exposure: pd.DataFrame, windows: Windows) -> pd.DataFrame:
    """Join posts to the leads and opportunities of the accounts that could see them, by spans as long as the window.

    What lies within the window lies in the same span or in the one before; by account alone all posts of all time would meet all leads.
    """
    import pandas as pd

    span = max(windows.of("lead", "exposure"), 1)
    known = subjects[subjects["account_id"].notna()]
    seen = exposure.assign(span=exposure["posted_at"].astype("int64") // span)
    return pd.concat([known.assign(span=known["at"] // span - back).merge(seen, on=["account_id", "span"]) for back in (0, 1)])


def _nearest(rows: pd.DataFrame) -> pd.DataFrame:
    """Of what an answer may tell of, keep one lead and one opportunity: the nearest in time, the earlier of two as near.

    Somebody says how they came with the form that makes the lead, or afterwards; the next lead came of something else.
    """
    gap = (rows["at_subject"] - rows["at"]).abs()
    ordered = rows.assign(gap=gap).sort_values(["gap", "at_subject", "number"], kind="stable")
    return ordered[ordered["at"].isna() | ~ordered.duplicated(["answer", "kind"])]


def _within(rows: pd.DataFrame, level: str, windows: Windows) -> pd.DataFrame:
    """Keep evidence in its window before the lead or the opportunity, answers in as much time after it too; and all of unknown time."""
    rows = rows.assign(level=level)
    width = rows["kind"].map({kind: windows.of(kind, level) for kind in ("lead", "opportunity")}).astype(float)
    age = rows["at_subject"] - rows["at"]
    # Answers are given with the form that makes the lead, or later, and tell of what was before.
    grace = width if level in ("code", "declared") else 0.0
    kept = rows[rows["at"].isna() | ((age >= -grace) & (age <= width))]
    return kept.assign(account_id=None)[[*LINK, "owner"]]


def ledger(found: pd.DataFrame, subjects: pd.DataFrame, first: pd.DataFrame, weakest: str = "declared") -> pd.DataFrame:
    """Put each lead and each opportunity into its ledger.

    Parameters
    ----------
    found : pandas.DataFrame
        `links`.
    subjects : pandas.DataFrame
    first : pandas.DataFrame
        `kind, number, first`: the moment of the first touch of its people, NaN without any.
    weakest : str
        The weakest level (of `LEVELS`) that may source or assist: "click", "code" or "declared".

    Returns
    -------
    pandas.DataFrame
        Of those that stand in a ledger: the columns of `subjects`, and `ledger, level, rule, advocate, content, network, post, posted_at`
        of the link that decides.

    Notes
    -----
    Sourced: an employee's link was the first touch of all, or somebody told a code or named an employee. Assisted: there is such evidence,
    and something else came first. Influenced: somebody engaged with a post or could see one, and nothing more. The strongest evidence
    decides; among equals the first touch where it sources, else the latest. What is left out decides nothing.
    """
    rows = found[found["left_out"] == ""].merge(first, on=["kind", "number"], how="left")
    strong = rows["level"].isin(LEVELS[: LEVELS.index(weakest) + 1])
    opens = strong & ((rows["level"] != "click") | (rows["at"] <= rows["first"]))
    rows["ledger"] = np.where(opens, "sourced", np.where(strong, "assisted", "influenced"))
    # A stronger level than those that count as strong has no place among the weak.
    rows = rows[strong | ~rows["level"].isin(("click", "code", "declared"))]
    rows["rank"] = rows["ledger"].map({name: place for place, name in enumerate(LEDGERS)})
    rows["strength"] = rows["level"].map({level: place for place, level in enumerate(LEVELS)})
    rows = rows.sort_values(["kind", "number", "rank", "strength", "at", "advocate"], ascending=[True, True, True, True, False, True])
    deciding = rows.drop_duplicates(["kind", "number"])
    columns = ["kind", "number", "ledger", "level", "rule", "advocate", "content", "network", "post", "posted_at"]
    return subjects.merge(deciding[columns], on=["kind", "number"]).reset_index(drop=True)
