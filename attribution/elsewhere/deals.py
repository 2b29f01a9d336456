"""Conversions that lie in an engine: one goal, one currency, and what a reader must know of their values."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from attribution.elsewhere.instants import outside
from attribution.goals import goal_among
from attribution.money import Money, choose_currency
from attribution.question import Question
from workspace.errors import DataError

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

    from workspace.settings import Settings


@dataclasses.dataclass(frozen=True)
class Deals:
    """The conversions of one goal.

    Parameters
    ----------
    table : Table
        `key, at, value, counted`, as `attribution.journeys.journeys` takes them.
    goal : str
    goals : tuple of str
        All that there are, the most frequent first.
    money : Money
    counts : dict of str to int
        Of the goal: `rows`, `without_time`; in the period: `keyless`, `zeros`, `refunds`; over all: `last`, `seconds`, `cents`.
    largest : float
        The highest value in the period; NaN where none is known.
    """

    table: Table
    goal: str
    goals: tuple[str, ...]
    money: Money
    counts: dict[str, int]
    largest: float


def choose(conversions: Table, question: Question, settings: Settings, since: int | None, until: int | None, place: str) -> Deals:
    """Choose the conversions that a question asks about.

    Parameters
    ----------
    conversions : Table
        `key, at, goal, value, currency` (`attribution.elsewhere.records.read_conversions`).
    question : Question
    settings : Settings
    since, until : int or None
        The period, in seconds since 1970.
    place : str
        The table, for errors.

    Raises
    ------
    DataError
        There are no conversions, none of that goal, or values in several currencies.
    """
    found_groups = groups(conversions, since, until).to_pyarrow().to_pylist()
    if not found_groups:
        raise DataError("{place} holds no conversions", place=place)
    there: Counter[str] = Counter()
    for group in found_groups:
        there[group["goal"]] += group["rows"]
    goals = dict(sorted(there.items(), key=lambda item: (-item[1], item[0])))
    goal = goal_among(goals, question.goal, settings)
    mine = [group for group in found_groups if group["goal"] == goal]
    found: Counter[str] = Counter()
    for group in mine:
        if group["valued"] and group["currency"]:
            found[group["currency"]] += group["valued"]
    money = choose_currency(found, settings, question.currency)
    counted = [group for group in mine if question.currency is None or group["currency"] in (None, question.currency)]
    highest = [group["largest"] * money.rates.get(group["currency"], 1.0) for group in counted if group["largest"] is not None]
    counts = {name: sum(int(group[name] or 0) for group in mine) for name in ("rows", "without_time", "keyless", "seconds", "cents")}
    counts |= {name: sum(int(group[name] or 0) for group in counted) for name in ("zeros", "refunds")}
    counts["last"] = max(int(group["last"] or 0) for group in mine)
    table = _counted(conversions.filter((conversions.goal == goal) & ~outside(conversions["at"])), money, question.currency)
    return Deals(table, goal, tuple(goals), money, counts, max(highest, default=math.nan))


def groups(conversions: Table, since: int | None, until: int | None) -> Table:
    """Aggregate the conversions of each goal and currency."""
    timely = ~outside(conversions["at"])
    told: BooleanValue = timely
    if since is not None:
        told = told & (conversions["at"] >= since)
    if until is not None:
        told = told & (conversions["at"] < until)
    value = conversions.value
    return conversions.group_by("goal", "currency").aggregate(
        rows=conversions.count(),
        without_time=conversions.count(where=~timely),
        valued=value.count(where=timely),
        keyless=conversions.count(where=told & conversions.key.isnull()),
        zeros=conversions.count(where=told & (value == 0)),
        refunds=conversions.count(where=told & (value < 0)),
        largest=value.max(where=told),
        last=conversions["at"].max(where=timely),
        seconds=conversions["at"].sum(where=timely),
        # Whole numbers add up alike in any order, and engines round halves differently.
        cents=(value * 100.0 + 0.5).floor().cast("int64").sum(where=timely),
    )


def _counted(conversions: Table, money: Money, only: str | None) -> Table:
    """Bring values into one currency; a conversion that `only` leaves out still claims its touches."""
    import ibis

    value: Any = conversions.value
    if only is None:
        cases = [(conversions.currency == code, value * rate) for code, rate in money.rates.items()]
        value = ibis.cases(*cases, else_=value) if cases else value
        return conversions.select("key", "at", value=value, counted=ibis.literal(1, "int64"))
    kept = value.isnull() | conversions.currency.isnull() | (conversions.currency == only)
    return conversions.select(
        "key", "at", value=ibis.ifelse(kept, value, ibis.null("float64")), counted=ibis.ifelse(kept, 1, 0).cast("int64")
    )
