"""Earned media value: what the impressions or clicks of posts would have cost as advertising. Never part of revenue."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.report import Chart, Report, Text
from social.cuts import check_cut
from social.engagement import cut_posts, measured_posts
from social.groups import withheld_note
from social.posts import later_note
from social.scope import Scope, roster
from workspace import reading
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

CUTS = ("programme", "team", "advocate", "network", "month", "kind", "content", "post")
VALUED_BY = {"cpm": ("value_of_impressions",), "cpc": ("value_of_clicks",), "both": ("value_of_impressions", "value_of_clicks")}
PAID_SOCIAL = "Paid Social"
"""The channel, as the rules name it, whose prices stand for what a post would have cost."""
CONTRIBUTE = {
    "impressions": ("impressions",),
    "clicks": ("clicks",),
    "value_of_impressions": ("impressions", "value_of_impressions"),
    "value_of_clicks": ("clicks", "value_of_clicks"),
}
"""What has to be known of a post for it to contribute to a figure; earned media value is made of both or of one of the two values."""


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    """What advertising on a network costs from a day on, and where that is known from.

    Parameters
    ----------
    network : str
    since : date
    cpm, cpc : float or None
        For a thousand impressions, for a click.
    known_from : {"settings", "own_prices"}
    clicks, impressions : float or None
        On which own prices were measured.
    """

    network: str
    since: dt.date
    cpm: float | None
    cpc: float | None
    known_from: str
    clicks: float | None = None
    impressions: float | None = None


def prices(workspace: Workspace) -> list[Price]:
    """List the rate card: that of the settings, and for networks that it does not name the company's own prices, by calendar year.

    Notes
    -----
    Own prices are spend / clicks and spend / impressions * 1,000 of the channel Paid Social by source, over days that know the figure, of
    amounts in the settings' currency or with a rate (`without_rate` names the others). Those of a year hold for the posts of that year; a
    year without any takes those of the year before, and years before the first take the first.
    """
    from attribution import naming

    naming.name_origins(workspace)
    chosen = workspace.settings
    card = [Price(rate.network.casefold(), rate.since, rate.cpm, rate.cpc, "settings") for rate in chosen.social.rate]
    named = {price.network for price in card}
    sums: dict[tuple[str, int], dict[str, float]] = {}
    for row in reading.spend_rows(workspace):
        network = (row["source"] or "").casefold()
        rate = 1.0 if row["currency"] == chosen.currency else chosen.rates.get(row["currency"])
        if row["channel"] != PAID_SOCIAL or network in named or rate is None:
            continue
        of_year = sums.setdefault(
            (network, row["day"].year), dict.fromkeys(("clicks", "impressions", "for_clicks", "for_impressions"), 0.0)
        )
        for figure in ("clicks", "impressions"):
            if row[figure] is not None:
                of_year[figure] += row[figure]
                of_year[f"for_{figure}"] += row["spend"] * rate
    for (network, year), of_year in sorted(sums.items()):
        cpm = 1000 * of_year["for_impressions"] / of_year["impressions"] if of_year["impressions"] else None
        cpc = of_year["for_clicks"] / of_year["clicks"] if of_year["clicks"] else None
        card.append(Price(network, dt.date(year, 1, 1), cpm, cpc, "own_prices", of_year["clicks"] or None, of_year["impressions"] or None))
    return sorted(card, key=lambda price: (price.network, price.since))


def without_rate(workspace: Workspace) -> list[str]:
    """Name the currencies of ad spend on Paid Social that no own price can count, as the settings give no rate for them."""
    chosen = workspace.settings
    spent = {row["currency"] for row in reading.spend_rows(workspace) if row["channel"] == PAID_SOCIAL}
    return sorted(spent - {chosen.currency, *chosen.rates})


def _rates_missing(workspace: Workspace) -> list[Text]:
    if not (currencies := without_rate(workspace)):
        return []
    return [
        Text(
            "Ad spend in {currencies} is left out of your own prices, since no rate is set; write what one unit is worth under [rates] in "
            "smarketing.toml.",
            currencies=", ".join(currencies),
        )
    ]


def price_on(card: Sequence[Price], network: str, day: dt.date) -> Price | None:
    """Find the price that held on a network on a day: the latest that began by then, else, of own prices, the first; None without one.

    Examples
    --------
    >>> card = [Price("x", dt.date(2025, 1, 1), 10.0, 2.0, "settings"), Price("x", dt.date(2026, 1, 1), 20.0, 3.0, "settings")]
    >>> days = dt.date(2024, 5, 1), dt.date(2025, 5, 1), dt.date(2026, 5, 1)
    >>> [getattr(price_on(card, "x", day), "cpc", None) for day in days]
    [None, 2.0, 3.0]
    """
    ours = [price for price in card if price.network == network.casefold()]
    begun = [price for price in ours if price.since <= day]
    if begun:
        return begun[-1]
    return ours[0] if ours and ours[0].known_from == "own_prices" else None


def reports(workspace: Workspace, scope: Scope, by: str, basis: str, shown: str) -> list[Report]:
    """Report the earned media value of posts.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    by : str
        One of `CUTS`.
    basis : {"cpm", "cpc", "both"}
    shown : {"all", "value", "rates"}

    Raises
    ------
    UsageError
        The team is too small, there is none of that name, or reports on single employees are off.
    """
    roster(workspace, scope)
    check_cut(workspace, by)
    card = prices(workspace)
    making = {"value": lambda: _value(workspace, scope, by, basis, card), "rates": lambda: _rates(workspace, card)}
    return [making[name]() for name in (("value", "rates") if shown == "all" else (shown,))]


def _value(workspace: Workspace, scope: Scope, by: str, basis: str, card: Sequence[Price]) -> Report:
    everything = valued(measured_posts(workspace, dataclasses.replace(scope, team=None)), card, basis)
    smallest = workspace.settings.social.smallest_group
    parts, table = cut_posts(workspace, scope, by, everything)
    grouped = parts.shown.groupby(by, sort=True)
    frame = grouped.size().rename("posts").to_frame()
    for name in ("impressions", "clicks", "value_of_impressions", "value_of_clicks", "earned_media_value"):
        frame[name] = grouped[name].sum(min_count=1)
    frame["posts_valued"] = grouped["earned_media_value"].count()
    frame = frame.reset_index()
    of_both = tuple(dict.fromkeys(part for value in VALUED_BY[basis] for part in CONTRIBUTE[value]))
    figures = parts.mask(frame, {**CONTRIBUTE, "earned_media_value": of_both, "posts_valued": of_both})
    title = Text("Earned media value of employees' posts")
    unpriced = table["network"][_unpriced(table, basis)]
    notes = [
        Text("What the posts' impressions or clicks would have cost as advertising. It is no revenue and is never added to any."),
        *_of_basis(basis),
        Text("Clicks alone are the conservative figure: people who came. Only posts with the figure are valued; the others are unknown."),
        *withheld_note(parts.withheld, smallest, figures),
    ]
    if len(unpriced):
        notes.append(
            Text(
                "{count} {count:post|posts} on {networks} {count:has figures and no price, and is|have figures and no price, and are} not "
                "valued: import what you spend on ads there, or let a [[social.rate]] in smarketing.toml begin by the day of the first.",
                count=len(unpriced),
                networks=", ".join(sorted(set(unpriced))),
            )
        )
    notes += [*later_note(table), *_rates_missing(workspace)]
    meta = {
        **scope.meta,
        "by": by,
        "value_basis": basis,
        "currency": workspace.settings.currency,
        "posts": len(table),
        "cohort_rule": "published in the period",
    }
    drawn = ("earned_media_value",) if basis == "cpc" else ("earned_media_value", "value_of_clicks")
    chart = Chart("line" if by == "month" else "bar", by, drawn, title)
    order = ["posts", "posts_valued", "impressions", "clicks", "value_of_impressions", "value_of_clicks", "earned_media_value"]
    return Report("social_value", title, frame[[by, *order]], tuple(notes), meta, charts=(chart,))


def _unpriced(table: pd.DataFrame, basis: str) -> pd.Series:
    """Tell which posts have figures that no price values."""
    no_impressions = table["impressions"].notna() & table["value_of_impressions"].isna()
    no_clicks = table["clicks"].notna() & table["value_of_clicks"].isna()
    return {"cpm": no_impressions, "cpc": no_clicks, "both": no_impressions | no_clicks}[basis]


def _of_basis(basis: str) -> list[Text]:
    if basis == "both":
        return [
            Text(
                "Warning: impressions and clicks are both paid for here. An advertiser pays for one or the other, so this counts the same "
                "post twice; take --basis cpm or --basis cpc for a figure that you can defend."
            )
        ]
    if basis == "cpm":
        return [Text("Valued by impressions: the price of a thousand impressions times the posts' impressions / 1,000.")]
    return [Text("Valued by clicks: the price of a click times the posts' clicks.")]


def valued(table: pd.DataFrame, card: Sequence[Price], basis: str) -> pd.DataFrame:
    """Value each post at the price of its day: `value_of_impressions, value_of_clicks, earned_media_value`, NaN where not known."""
    found = [price_on(card, network, day) for network, day in zip(table["network"], table["day"], strict=True)]
    cpm, cpc = (
        np.array([getattr(price, name) if price and getattr(price, name) is not None else np.nan for price in found], dtype=np.float64)
        for name in ("cpm", "cpc")
    )
    by_impressions = table["impressions"] / 1000 * cpm
    by_clicks = table["clicks"] * cpc
    total = {"cpm": by_impressions, "cpc": by_clicks, "both": by_impressions + by_clicks}[basis]
    return table.assign(value_of_impressions=by_impressions, value_of_clicks=by_clicks, earned_media_value=total)


def _rates(workspace: Workspace, card: Sequence[Price]) -> Report:
    import pandas as pd

    rows: list[dict[str, Any]] = [
        {
            "network": price.network,
            "since": price.since,
            "cpm": price.cpm,
            "cpc": price.cpc,
            "known_from": price.known_from,
            "impressions": price.impressions,
            "clicks": price.clicks,
        }
        for price in card
    ]
    frame = pd.DataFrame(rows, columns=["network", "since", "cpm", "cpc", "known_from", "impressions", "clicks"])
    notes = (
        Text(
            "A price holds for posts from its day on, until the next. Own prices are what Paid Social cost here, year by year; years "
            "before the first take the first."
        ),
        Text("Prices of your own choice stand in smarketing.toml, [[social.rate]], and come before own prices of the same network."),
        *_rates_missing(workspace),
    )
    meta = {"currency": workspace.settings.currency}
    return Report("social_rates", Text("What advertising costs, for earned media value"), frame, notes, meta)
