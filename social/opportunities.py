"""From post to opportunity: which leads and opportunities posts brought, by evidence, and what a model credits to the social touches."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution import naming
from attribution.attribute import make_models
from attribution.deals import Deal, deals
from attribution.pipeline import deal_rows
from attribution.question import Question, bounds
from attribution.touch_credit import TouchCredit, check_model, touch_credit
from social.clicks import ADVOCACY, ENGAGEMENTS, Code, Colleagues, of_posts
from social.declared import Reader
from social.evidence import DAY, Windows, ledger, links
from social.posts import posts
from social.scope import Advocate, Scope, roster
from workspace import reading, social_reading
from workspace.errors import DataError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

EVIDENCE = ["person_id", "at", "advocate", "content", "network", "post", "posted_at", "left_out", "rule"]
UNASSIGNED, PAGE = "(unassigned)", "(page and network)"
"""Who is credited with a click on an employee's link that bears no known code; and with social traffic of no employee's link."""


@dataclasses.dataclass(frozen=True, eq=False)
class Found:
    """What posts brought in a period.

    Parameters
    ----------
    links : pandas.DataFrame
        Every link between a lead or an opportunity and a post, those that are left out too (`social.evidence.links`).
    ledger : pandas.DataFrame
        `social.evidence.ledger`, with `value` (of the opportunity, NaN where not known), `won`, `won_value`, `closed`.
    clicks : pandas.DataFrame
        `social.clicks.of_posts`: of all time.
    counted : pandas.DataFrame
        Those on employees' links in the period, of the scope's team and network.
    told : dict of str to int
        Answers of the period, and those without a moment, by what they say: "code", "declared", "network" (a network and nobody).
    subjects : pandas.DataFrame
        Every lead and opportunity of the period.
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
    naming.name_origins(workspace)
    everyone = roster(workspace, Scope())
    members = {one.advocate for one in roster(workspace, scope)}
    subjects, people, currency = _subjects(workspace, scope, everyone)
    published = _published(workspace)
    codes = [Code(row["code"], row["advocate"], row["content"], row["network"]) for row in social_reading.link_codes(workspace)]
    touches = social_reading.social_touches(workspace, [code.code for code in codes]).to_pandas()
    clicks = of_posts(touches, codes, published, _colleagues(workspace, everyone))
    inside = _period(workspace, scope)
    reader = Reader([(one.name, one.advocate) for one in everyone if one.name], {code.code: code.advocate for code in codes})
    told, counted = _told(workspace, inside, reader, {code.code: code for code in codes})
    deals_named = subjects[subjects["name"].notna()]
    told["opportunity_number"] = told["opportunity"].map(dict(zip(deals_named["name"], deals_named["number"], strict=True)))
    chosen = workspace.settings.social
    windows = Windows(chosen.click_days, chosen.lead_days, chosen.exposure_days)
    evidence = {
        "click": _clicked(clicks),
        "engaged": _engaged(clicks),
        "code": told[told["level"] == "code"],
        "declared": told[told["level"] == "declared"],
        "exposure": _exposed(workspace, published, scope),
    }
    found = links(subjects, people, {level: _of(rows, members, scope) for level, rows in evidence.items()}, windows)
    entries = ledger(found, subjects, _first(workspace, people, clicks), weakest)
    links_clicked = _of(evidence["click"], members, scope)
    seen = links_clicked[np.array([inside(at) for at in links_clicked["at"]], dtype=np.bool_)]
    return Found(found, entries, clicks, seen, counted, subjects, currency, windows, everyone)


def _of(rows: pd.DataFrame, members: set[str], scope: Scope) -> pd.DataFrame:
    """Keep the evidence of a team's posts, and of a network's."""
    if scope.team:
        rows = rows[rows["advocate"].isin(sorted(members))]
    if scope.network:
        rows = rows[rows["network"] == scope.network]
    return rows


def _colleagues(workspace: Workspace, everyone: list[Advocate]) -> Colleagues:
    """Say who works for us: advocates, and whoever has an address of ours, under whichever identifier they come."""
    domains = workspace.settings.own_domains
    at_ours = social_reading.people_at(workspace, [domain.casefold().removeprefix("www.") for domain in domains])
    return Colleagues({*at_ours, *(one.person_id for one in everyone if one.person_id is not None)}, domains)


def _period(workspace: Workspace, scope: Scope) -> Callable[[int], bool]:
    """Give what tells whether a moment lies in the scope's period."""
    since, until = bounds(Question(since=scope.since, until=scope.until), workspace.settings.time_zone)
    return lambda at: (since is None or at >= since) and (until is None or at < until)


def _subjects(workspace: Workspace, scope: Scope, everyone: list[Advocate]) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """List the leads and the opportunities of the period, and the people of each."""
    import pandas as pd

    inside = _period(workspace, scope)
    rows: list[dict[str, Any]] = []
    people: list[tuple[str, int, int]] = []
    for lead in reading.conversion_columns(workspace, workspace.settings.attribution.lead_goal).to_pylist():
        rows.append({"kind": "lead", "number": len(rows), "at": lead["at"], "account_id": lead["account"], "name": None, "deal": None})
        if lead["key"] is not None:
            people.append(("lead", len(rows) - 1, lead["key"]))
    told, currency = _deals(workspace)
    members: dict[int, list[int]] = {}
    for row in reading.memberships(workspace).to_pylist():
        members.setdefault(row["account"], []).append(row["person"])
    for deal in told:
        number, account = len(rows), deal.account
        rows.append({"kind": "opportunity", "number": number, "at": deal.born, "account_id": account, "name": deal.name, "deal": deal})
        people += [("opportunity", number, person) for person in {*deal.people, *(members.get(account, ()) if account is not None else ())}]
    kept = [place for place, row in enumerate(rows) if inside(row["at"])]
    if not kept:
        raise DataError("There are neither leads nor opportunities in this period; choose another with --since and --until")
    frame = pd.DataFrame(rows)
    # Not by way of floats, which do not hold ids of 63 bits.
    frame["account_id"] = pd.array([row["account_id"] for row in rows], "Int64")
    frame["owner"] = frame["name"].map(_owning(workspace, everyone))
    of_deals = frame.pop("deal")
    frame["value"] = np.array([deal.value if deal and deal.value is not None else np.nan for deal in of_deals], dtype=np.float64)
    frame["won"] = [bool(deal and deal.won) for deal in of_deals]
    frame["won_value"] = np.array(
        [deal.won_value if deal and deal.won_value is not None else np.nan for deal in of_deals], dtype=np.float64
    )
    frame["open"] = [bool(deal and deal.closed is None) for deal in of_deals]
    every = _eldest(pd.DataFrame(people, columns=["kind", "number", "person_id"]), frame)
    return frame.iloc[kept].reset_index(drop=True), every[every["number"].isin(kept)].reset_index(drop=True), currency


def _eldest(people: pd.DataFrame, subjects: pd.DataFrame) -> pd.DataFrame:
    """Mark each person's first lead and first opportunity of all time, as `eldest`."""
    rows = people.merge(subjects[["kind", "number", "at"]], on=["kind", "number"]).sort_values(["at", "number"], kind="stable")
    rows["eldest"] = ~rows.duplicated(["kind", "person_id"])
    return rows.drop(columns="at").sort_values(["number", "person_id"], ignore_index=True)


def _deals(workspace: Workspace) -> tuple[list[Deal], str]:
    """Put the opportunities together; none where no conversion tells of one."""
    there = reading.goals(workspace)
    chosen = workspace.settings.attribution
    if not {chosen.opportunity_goal, chosen.stages[-1] if chosen.stages else "won"} & there.keys():
        return [], workspace.settings.currency
    rows, currency, _ = deal_rows(workspace, None)
    return deals(rows), currency


def _owning(workspace: Workspace, everyone: list[Advocate]) -> dict[str, str]:
    """Say which opportunities are owned by an advocate: by their code, name or address."""
    known = {alias.casefold(): one.advocate for one in everyone for alias in (one.advocate, one.name, one.person) if alias}
    owners = social_reading.deal_owners(workspace)
    return {deal: known[owner.casefold()] for deal, owner in owners.items() if owner.casefold() in known}


def _published(workspace: Workspace) -> pd.DataFrame:
    """List the posts of advocates: `post, network, advocate, content, at` (epoch seconds)."""
    frame = posts(workspace, Scope())
    frame["at"] = [int(at.timestamp()) for at in frame["at"]]
    return frame[["post", "network", "advocate", "content", "at", "day"]]


def _clicked(clicks: pd.DataFrame) -> pd.DataFrame:
    """Of the social touches, the clicks on links with a known code, and those of the channel whose code nobody knows."""
    rows = clicks[(clicks["code"].notna() | (clicks["channel"] == ADVOCACY)) & ~clicks["kind"].isin(ENGAGEMENTS)]
    return rows.assign(rule=np.where(rows["code"].notna(), "click.code", "click.channel"))[EVIDENCE]


def _engaged(clicks: pd.DataFrame) -> pd.DataFrame:
    return clicks[clicks["kind"].isin(ENGAGEMENTS)].assign(rule="engaged.touch")[EVIDENCE]


def _told(
    workspace: Workspace, inside: Callable[[int], bool], reader: Reader, codes: Mapping[str, Code]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Read what people and the CRM say brought them; a code that is told has its own content and network.

    Counted is what they say in the period, or without a moment.
    """
    import pandas as pd

    counted = dict.fromkeys(("code", "declared", "network"), 0)
    rows = []
    for row in social_reading.told_of_source(workspace):
        said = reader.read(row["text"])
        if said is None:
            continue
        counted[said.level] += row["at"] is None or inside(row["at"])
        if said.level != "network":
            rule = f"{said.level}.{row['told']}"
            code = codes[said.code] if said.code else Code("", None, None, said.network)
            named = {"level": said.level, "advocate": said.advocate, "network": code.network, "content": code.content, "rule": rule}
            rows.append({name: row[name] for name in ("person_id", "account_id", "opportunity", "at")} | named)
    names = ["person_id", "account_id", "opportunity", "at", "level", "advocate", "network", "content", "rule"]
    frame = pd.DataFrame(rows, columns=names).astype({"at": "float64"})
    for name in ("person_id", "account_id"):
        frame[name] = pd.array([row[name] for row in rows], "Int64")
    return frame.assign(post=None, posted_at=np.nan, left_out=""), counted


def _exposed(workspace: Workspace, published: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """List every post of an advocate beside each account where they knew somebody when it was published.

    A tie whose day is not known is taken to be older than every post.
    """
    import pyarrow.compute as pc

    audience = social_reading.audience_columns(workspace)
    known = audience.filter(pc.is_valid(audience["account"])).select(["advocate", "network", "account", "connected_on"])
    known = known.set_column(3, "connected_on", pc.fill_null(known["connected_on"], -1))
    pairs = known.group_by(["advocate", "network", "account"]).aggregate([("connected_on", "min")]).to_pandas()
    ids = social_reading.account_ids(workspace)
    pairs["account_id"] = pairs["account"].map(ids).astype("Int64")
    seen: pd.DataFrame = pairs.merge(published.rename(columns={"at": "posted_at"}), on=["advocate", "network"])
    return seen.loc[seen["connected_on_min"] <= seen["posted_at"] // DAY, ["account_id", "advocate", "network", "post", "posted_at"]]


def _first(workspace: Workspace, people: pd.DataFrame, clicks: pd.DataFrame) -> pd.DataFrame:
    """Say when the people of each lead and opportunity were first touched: not by what is left out, which decides nothing."""
    import pandas as pd

    first = social_reading.first_touches(workspace).to_pandas()
    out = clicks.loc[clicks["left_out"] != "", ["person_id", "at", "origin_id"]].drop_duplicates()
    if len(out):
        touched = social_reading.moments_of(workspace, sorted(set(out["person_id"].tolist()))).to_pandas()
        kept = touched.merge(out, how="left", indicator=True)
        others = kept[kept["_merge"] == "left_only"].groupby("person_id", as_index=False)["at"].min().rename(columns={"at": "first"})
        first = pd.concat([first[~first["person_id"].isin(out["person_id"])], others], ignore_index=True)
    joined = people.merge(first, on="person_id", how="left")
    return joined.groupby(["kind", "number"])[["first"]].min().reset_index()


def social_credit(workspace: Workspace, question: Question, clicks: pd.DataFrame) -> tuple[TouchCredit, pd.DataFrame]:
    """Split the credit of the social touches among those whose posts they came from.

    Parameters
    ----------
    workspace : Workspace
        Its origins are named.
    question : Question
        Its goal, period, lookback and level; the model is its first, by touch (`attribution.touch_credit.check_model`).
    clicks : pandas.DataFrame
        `social.clicks.of_posts` of the workspace.

    Returns
    -------
    credit : TouchCredit
    shares : pandas.DataFrame
        One row for each conversion and social touch: `id` (of the conversion), `at, channel, advocate` (a code, `UNASSIGNED`, `PAGE`, or
        why it was left out, in parentheses), `content, network, post`, `credit_conversions`, `credit_value` (NaN where the conversion's
        value is not known).

    Notes
    -----
    Law: over all rows of a conversion the credit is the conversion's social part, and by channel over all conversions what `attribution`
    reports. Nothing of what is left out is handed to others.
    """
    (model,) = make_models(question)
    check_model(model)
    named = {row["id"]: row for row in reading.origins(workspace)}
    ours = np.unique(clicks["origin_id"].to_numpy(dtype=np.int64))
    credit = touch_credit(workspace, question, model, ours)
    person = "person" if "person" in credit.touches else "key"
    touched = credit.touches[credit.touches["origin_id"].isin(ours)].rename(columns={person: "person_id"})
    described = clicks.drop_duplicates(["person_id", "at", "origin_id"])
    columns = ["person_id", "at", "origin_id", "advocate", "content", "network", "post", "code", "left_out"]
    rows = touched[["id", "person_id", "at", "origin_id", "share"]].merge(
        described[columns], on=["person_id", "at", "origin_id"], how="left"
    )
    rows["channel"] = [named[origin]["channel"] for origin in rows["origin_id"]]
    own = np.where(
        rows["code"].notna() & rows["advocate"].notna(), rows["advocate"], np.where(rows["channel"] == ADVOCACY, UNASSIGNED, PAGE)
    )
    out = rows["left_out"].fillna("")
    rows["advocate"] = np.where(out != "", "(" + out + ")", own)
    rows["credit_conversions"] = rows["share"]
    rows["credit_value"] = rows["share"] * rows["id"].map(credit.conversions.set_index("id")["value"])
    return credit, rows[["id", "at", "channel", "advocate", "content", "network", "post", "credit_conversions", "credit_value"]]
