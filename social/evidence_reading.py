"""What a workspace holds of evidence: clicks on posts, engagements, answers, and whose contacts work where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from attribution import naming
from social.clicks import ADVOCACY, ENGAGEMENTS, Code, Colleagues, of_posts
from social.declared import Reader
from social.evidence import DAY
from social.posts import posts
from social.scope import Advocate, Scope
from workspace import social_reading
from workspace.reposts import WRITTEN
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["person_id", "at", "advocate", "content", "network", "post", "posted_at", "left_out", "rule"]


def codes(workspace: Workspace) -> list[Code]:
    """List the codes of links there are, retired ones too."""
    return [Code(row["code"], row["advocate"], row["content"], row["network"]) for row in social_reading.link_codes(workspace)]


def clicks(workspace: Workspace, everyone: list[Advocate]) -> pd.DataFrame:
    """List the social touches of all time, each with the post that it came from (`social.clicks.of_posts`).

    Colleagues are the advocates, and whoever has an address of ours, under whichever identifier they come.
    """
    naming.name_origins(workspace)
    known, domains = codes(workspace), workspace.settings.own_domains
    touches = social_reading.social_touches(workspace, [code.code for code in known]).to_pandas()
    at_ours = social_reading.people_at(workspace, [domain.casefold().removeprefix("www.") for domain in domains])
    colleagues = Colleagues({*at_ours, *(one.person_id for one in everyone if one.person_id is not None)}, domains)
    return of_posts(touches, known, published(workspace), colleagues)


def published(workspace: Workspace) -> pd.DataFrame:
    """List the posts of advocates (`social.posts.posts`), `at` in epoch seconds."""
    frame = posts(workspace, Scope())
    frame["at"] = [int(at.timestamp()) for at in frame["at"]]
    return frame


def evidence(
    workspace: Workspace, social: pd.DataFrame, everyone: list[Advocate], inside: Callable[[int], bool]
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Gather the evidence of all time, by level.

    Parameters
    ----------
    workspace : Workspace
    social : pandas.DataFrame
        `clicks`.
    everyone : list of Advocate
    inside : callable
        Tells whether a moment lies in the period whose answers are counted.

    Returns
    -------
    found : dict of str to pandas.DataFrame
        As `social.evidence.links` takes it; answers name an opportunity as the CRM calls it (`opportunity`).
    told : dict of str to int
        How many answers of the period, and without a moment, say "code", "declared" or "network" (a network and nobody).
    """
    told, counted = _told(workspace, everyone, inside)
    found = {
        "click": _clicked(social),
        "engaged": social[social["kind"].isin(ENGAGEMENTS)].assign(rule="engaged.touch")[COLUMNS],
        "code": told[told["level"] == "code"],
        "declared": told[told["level"] == "declared"],
        "exposure": _exposed(workspace),
    }
    return found, counted


def _clicked(social: pd.DataFrame) -> pd.DataFrame:
    """Of the social touches, the clicks on links with a known code, and those of the channel whose code nobody knows."""
    rows = social[(social["code"].notna() | (social["channel"] == ADVOCACY)) & ~social["kind"].isin(ENGAGEMENTS)]
    return rows.assign(rule=np.where(rows["code"].notna(), "click.code", "click.channel"))[COLUMNS]


def _told(workspace: Workspace, everyone: list[Advocate], inside: Callable[[int], bool]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Read what people and the CRM say brought them; a code that is told has its own content and network."""
    import pandas as pd

    by_code: Mapping[str, Code] = {code.code: code for code in codes(workspace)}
    reader = Reader([(one.name, one.advocate) for one in everyone if one.name], {code.code: code.advocate for code in by_code.values()})
    counted = dict.fromkeys(("code", "declared", "network"), 0)
    rows = []
    for row in social_reading.told_of_source(workspace):
        said = reader.read(row["text"])
        if said is None:
            continue
        counted[said.level] += row["at"] is None or inside(row["at"])
        if said.level != "network":
            code = by_code[said.code] if said.code else Code("", None, None, said.network)
            named = {"level": said.level, "advocate": said.advocate, "network": code.network, "content": code.content}
            rows.append({name: row[name] for name in SAYING} | named | {"rule": f"{said.level}.{row['told']}"})
    names = [*SAYING, "level", "advocate", "network", "content", "rule"]
    frame = pd.DataFrame(rows, columns=names).astype({"at": "float64"})
    for name in ("person_id", "account_id"):
        frame[name] = pd.array([row[name] for row in rows], "Int64")
    return frame.assign(post=None, posted_at=np.nan, left_out=""), counted


SAYING = ("person_id", "account_id", "opportunity", "at")
"""Who or what an answer is of, and when it was given."""


def _exposed(workspace: Workspace) -> pd.DataFrame:
    """List every original and repost of an advocate beside each account where they knew somebody when it was published.

    A tie whose day is not known is taken to be older than every post.
    """
    import pyarrow.compute as pc

    audience = social_reading.audience_columns(workspace)
    known = audience.filter(pc.is_valid(audience["account"])).select(["advocate", "network", "account", "connected_on"])
    known = known.set_column(3, "connected_on", pc.fill_null(known["connected_on"], -1))
    pairs = known.group_by(["advocate", "network", "account"]).aggregate([("connected_on", "min")]).to_pandas()
    ids = social_reading.account_ids(workspace)
    pairs["account_id"] = pairs["account"].map(ids).astype("Int64")
    shared = published(workspace).rename(columns={"at": "posted_at"})
    seen: pd.DataFrame = pairs.merge(shared[shared["kind"].isin(WRITTEN)], on=["advocate", "network"])
    return seen.loc[seen["connected_on_min"] <= seen["posted_at"] // DAY, ["account_id", "advocate", "network", "post", "posted_at"]]


def first_touches(workspace: Workspace, people: pd.DataFrame, social: pd.DataFrame) -> pd.DataFrame:
    """Say when the people of each lead and opportunity were first touched: not by what is left out, which decides nothing.

    Returns
    -------
    pandas.DataFrame
        `kind, number, first` (epoch seconds, NaN without any).
    """
    import pandas as pd

    first = social_reading.first_touches(workspace).to_pandas()
    out = social.loc[social["left_out"] != "", ["person_id", "at", "origin_id"]].drop_duplicates()
    if len(out):
        touched = social_reading.moments_of(workspace, sorted(set(out["person_id"].tolist()))).to_pandas()
        kept = touched.merge(out, how="left", indicator=True)
        others = kept[kept["_merge"] == "left_only"].groupby("person_id", as_index=False)["at"].min().rename(columns={"at": "first"})
        first = pd.concat([first[~first["person_id"].isin(out["person_id"])], others], ignore_index=True)
    joined = people.merge(first, on="person_id", how="left")
    return joined.groupby(["kind", "number"])[["first"]].min().reset_index()
