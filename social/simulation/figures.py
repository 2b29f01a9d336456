"""What the networks count of the simulated posts and of the company's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd
from numpy.random import Generator

from social.simulation.posts import DAY, ELSEWHERE, NETWORK, PAGE, out

if TYPE_CHECKING:
    from attribution.simulation.simulate import Simulation

GROWTH = ((1, 0.62), (7, 0.93), (30, 1.0))
"""Days after a post, and how much of its figures it then has."""


def of_posts(
    posts: pd.DataFrame, agreeing: Collection[str], sizes: pd.Series, clicks: pd.Series, company: Simulation, rng: Generator
) -> pd.DataFrame:
    """Draw the figures of the posts whose authors handed them in, as of a few days each, and of the page's.

    Parameters
    ----------
    posts : pandas.DataFrame
    agreeing : collection of str
        Advocates of whom they may be kept.
    sizes : pandas.Series
        Connections by advocate.
    clicks : pandas.Series
        Clicks that reached the site, by post: those of colleagues and programs too, which a network counts as well.
    company : Simulation
    rng : Generator
    """
    chance = {advocate: float(rng.beta(6, 44)) for advocate in sorted(sizes.index)}
    hands_in = {advocate: bool(rng.random() < 0.65) and advocate in agreeing for advocate in sorted(sizes.index)}
    rows = []
    shown = out(posts)
    for post in shown[shown["network"].isin([NETWORK, ELSEWHERE]) & (shown["kind"] != "comment")].to_dict("records"):
        of_page = not isinstance(post["advocate"], str)
        if not of_page and post["network"] == NETWORK and not hands_in[post["advocate"]]:
            continue
        seen = 0.30 if post["kind"] == "repost" else 1.0
        reach = rng.binomial(9_400, 0.05) if of_page else rng.binomial(int(sizes[post["advocate"]]), chance[post["advocate"]] * seen)
        impressions = int(reach * rng.uniform(1.25, 1.6))
        clicked = int(clicks.get(post["post"], 0)) + int(rng.binomial(impressions, 0.004))
        final = {"impressions": impressions, "reach": int(reach), "clicks": clicked, "reactions": int(rng.binomial(impressions, 0.025)),
                 "comments": int(rng.binomial(impressions, 0.004)), "reposts": int(rng.binomial(impressions, 0.002))}  # fmt: skip
        if post["network"] == ELSEWHERE:  # the public network counts no impressions
            final = {name: count for name, count in final.items() if name in ("reactions", "comments", "reposts")}
        for after, share in GROWTH:
            day = dt.datetime.fromtimestamp(post["at"] + after * DAY, dt.UTC).date()
            if day <= company.last_day:
                grown = {name: int(count * share) for name, count in final.items()}
                rows.append({"post": post["post"], "network": post["network"], "day": day} | grown)
    return pd.DataFrame(rows).astype(dict.fromkeys(("impressions", "reach", "clicks"), "Int64"))


def of_page(company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw the followers of the company's page by month."""
    rows, followers = [], 8_900
    for month in range(12):
        day = dt.date(company.start.year + month // 12, month % 12 + 1, 1)
        new = int(rng.integers(60, 140))
        followers += new
        rows.append({"network": NETWORK, "profile": PAGE, "day": day, "followers": followers, "new_followers": new})
    return pd.DataFrame(rows)
