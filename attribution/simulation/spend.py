"""What the simulated company's marketing costs, day by day and campaign by campaign."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator

from attribution.paths import Ints
from attribution.simulation.company import CURRENCY, Price, Process
from attribution.simulation.hazard import Clock
from attribution.simulation.traffic import Origin, occasions

if TYPE_CHECKING:
    import pyarrow as pa

DAY = 86400
UNTRACKED = 0.22
"""Clicks that left no touch (consent refused, page left early), as a share of those that did."""
DAY_NOISE = 0.18


@dataclasses.dataclass(frozen=True, slots=True)
class Fee:
    """A cost that no click brings: paid on the first of each month, or on the day of each occasion of a process.

    `amount` is what a market of 60,000 people takes; it goes with the number of people.
    """

    process: str
    campaign: str
    amount: float


MONTHLY = (
    Fee("organic_search", "agence-contenu", 6800.0),
    Fee("employee_advocacy", "plateforme-ambassadeurs", 900.0),
    Fee("newsletter", "outil-emailing", 650.0),
    Fee("referral", "annuaires-et-partenaires", 1200.0),
)
PER_OCCASION = (Fee("event", "stand", 17_000.0), Fee("webinar", "webinaire", 1900.0))


def spend(
    processes: tuple[Process, ...], origins: list[Origin], origin: Ints, at: Ints, *, clock: Clock, scale: float, rng: Generator
) -> pa.Table:
    """Bill the clicks and the fees.

    Parameters
    ----------
    processes : tuple of Process
    origins : list of Origin
    origin, at : array of int, shape (n_touches,)
        Each touch's place in `origins`, and its epoch seconds.
    clock : Clock
    scale : float
        The size of the market that fees go with.
    rng : numpy.random.Generator

    Returns
    -------
    pyarrow.Table
        `day, channel, source, medium, campaign, amount, currency, impressions, clicks`, by day. Advertising platforms name source and
        medium, as their exports do; fees name the channel, which a source does not tell.
    """
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    day = (at - clock.start) // DAY
    for code, process in enumerate(processes):
        if process.price is not None:
            rows += _clicks(process.price, code, origins, origin, day, clock=clock, rng=rng)
    rows += _fees(processes, clock, scale)
    rows.sort(key=lambda row: row["day"])
    columns = ("channel", "source", "medium", "campaign", "currency")
    fields = [("day", pa.date32()), *((name, pa.string()) for name in columns[:4]), ("amount", pa.float64()), ("currency", pa.string())]
    return pa.Table.from_pylist(rows, pa.schema([*fields, ("impressions", pa.int64()), ("clicks", pa.int64())]))


def _clicks(
    price: Price, code: int, origins: list[Origin], origin: Ints, day: Ints, *, clock: Clock, rng: Generator
) -> list[dict[str, Any]]:
    """Bill the campaigns of one process: at least as many clicks as touches, whose days are those of its touches."""
    names = sorted({o.billed for o in origins if o.process == code and o.billed is not None})
    campaign_of = np.array([names.index(o.billed) if o.process == code and o.billed else -1 for o in origins], dtype=np.int64)
    campaign = campaign_of[origin]
    mine = campaign >= 0
    days = round(clock.days)
    touches = np.bincount(day[mine] * len(names) + campaign[mine], minlength=days * len(names))
    busy = np.flatnonzero(touches)
    clicks = touches[busy] + rng.poisson(UNTRACKED * touches[busy])
    amount = np.round(clicks * price.per_click * np.exp(DAY_NOISE * rng.standard_normal(len(busy))), 2)
    impressions = np.maximum(clicks, np.round(clicks / price.clicks_per_impression * np.exp(0.12 * rng.standard_normal(len(busy)))))
    first = dt.datetime.fromtimestamp(clock.start, dt.UTC).date()
    return [
        {
            "day": first + dt.timedelta(days=cell // len(names)),
            "source": price.source,
            "medium": price.medium,
            "campaign": names[cell % len(names)],
            "amount": paid,
            "currency": CURRENCY,
            "impressions": shown,
            "clicks": clicked,
        }
        for cell, paid, shown, clicked in zip(
            busy.tolist(), amount.tolist(), impressions.astype(np.int64).tolist(), clicks.tolist(), strict=True
        )
    ]


def _fees(processes: tuple[Process, ...], clock: Clock, scale: float) -> list[dict[str, Any]]:
    """List the fees of the processes that take part."""
    by_name = {process.name: process for process in processes}
    first = dt.datetime.fromtimestamp(clock.start, dt.UTC).date()
    days = [first + dt.timedelta(days=day) for day in range(round(clock.days))]
    due = [(fee, day) for fee in MONTHLY for day in days if fee.process in by_name and day.day == 1]
    for fee in PER_OCCASION:
        if fee.process in by_name:
            happens = occasions(by_name[fee.process], clock).tolist()
            due += [(fee, dt.datetime.fromtimestamp(at, dt.UTC).date()) for at in happens]
    return [
        {
            "day": day,
            "channel": by_name[fee.process].channel,
            "campaign": fee.campaign,
            "amount": round(fee.amount * scale, 2),
            "currency": CURRENCY,
        }
        for fee, day in due
    ]
