"""What becomes of a simulated lead: its stages, its deal, and the touches that sales and nurturing add."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.random import Generator

from attribution.paths import Floats, Ints
from attribution.simulation.company import Process
from attribution.simulation.hazard import Clock
from attribution.simulation.traffic import People, Touches, joined, stamped

GOALS = ("lead", "mql", "sql", "opportunity", "won", "lost")
LEAD, MQL, SQL, OPPORTUNITY, WON, LOST = range(6)

RATES = {MQL: 0.62, SQL: 0.58, OPPORTUNITY: 0.72}
"""Share of the stage before that goes on."""
WIN_RATE = 0.205
"""Of the opportunities; of the deals closed by the window's end it is more, as losing takes longer."""
DELAYS = {MQL: (1.5, 0.9), SQL: (4.0, 0.8), OPPORTUNITY: (7.0, 0.7), WON: (24.0, 0.6), LOST: (30.0, 0.7)}
"""Days since the stage before: median and sigma of a log-normal."""
COMES_BACK = 0.05
"""Share of the customers who buy once more within the following months."""
MEDIAN_DEAL, DEAL_SIGMA, ACCOUNT_SIGMA = 15_000.0, 0.55, 0.45
NURTURED_DAYS = 90.0


@dataclasses.dataclass(frozen=True, eq=False)
class Stages:
    """Stages reached, in the order of time.

    Parameters
    ----------
    person, goal, at : array of int, shape (n_stages,)
        `goal` is a place in `GOALS`, `at` epoch seconds.
    value : array of float, shape (n_stages,)
        The deal's amount for opportunities and won deals; NaN elsewhere.
    """

    person: Ints
    goal: Ints
    at: Ints
    value: Floats


def _later(day: Floats, stage: int, rng: Generator) -> Floats:
    median, sigma = DELAYS[stage]
    return np.asarray(day + median * np.exp(sigma * rng.standard_normal(len(day))))


def _one_deal_an_account(account: Ints, day: Floats) -> Ints:
    """Keep the first opportunity of each account; colleagues who come later join that deal."""
    order = np.argsort(day, kind="stable")
    return np.sort(order[np.unique(account[order], return_index=True)[1]])


def funnel(leads: tuple[Ints, Floats], people: People, clock: Clock, rng: Generator) -> tuple[Stages, dict[int, tuple[Ints, Floats]]]:
    """Take the leads through the stages, as far as the window reaches.

    Parameters
    ----------
    leads : tuple of person (array of int) and day (array of float, days of the clock)

    Returns
    -------
    stages : Stages
    reached : dict of goal to (person, day)
        The same by stage, stages after the window's end left out.
    """
    reached = {LEAD: leads}
    person, day = leads
    for stage, rate in RATES.items():
        goes_on = rng.random(len(person)) < rate
        person, day = person[goes_on], _later(day[goes_on], stage, rng)
        if stage == OPPORTUNITY:
            first = _one_deal_an_account(people.account[person], day)
            person, day = person[first], day[first]
        inside = day < clock.days
        person, day = person[inside], day[inside]
        reached[stage] = person, day
    wins = rng.random(len(person)) < WIN_RATE
    reached[WON] = person[wins], _later(day[wins], WON, rng)
    reached[LOST] = person[~wins], _later(day[~wins], LOST, rng)
    deal = _amounts(person, people, rng)
    value = {OPPORTUNITY: deal, WON: np.round(deal[wins] * (1 - 0.15 * rng.random(int(wins.sum()))), -1)}

    again = rng.random(int(wins.sum())) < COMES_BACK
    repeat_day = reached[WON][1][again] + 60 + 120 * rng.random(int(again.sum()))
    reached[WON] = np.concatenate([reached[WON][0], person[wins][again]]), np.concatenate([reached[WON][1], repeat_day])
    value[WON] = np.concatenate([value[WON], np.round(0.4 * value[WON][again], -1)])
    return _in_order(reached, value, clock), reached


def _amounts(person: Ints, people: People, rng: Generator) -> Floats:
    """Draw what the deals are worth: larger with large accounts, to the next 100 euros."""
    of_account = rng.standard_normal(int(people.account.max(initial=0)) + 1)[people.account[person]]
    return np.asarray(np.round(MEDIAN_DEAL * np.exp(DEAL_SIGMA * rng.standard_normal(len(person)) + ACCOUNT_SIGMA * of_account), -2))


def _in_order(reached: dict[int, tuple[Ints, Floats]], value: dict[int, Floats], clock: Clock) -> Stages:
    """Lay the stages out by time; a lead's second is rounded up, so that it is never before a touch that caused it."""
    person = np.concatenate([p for p, _ in reached.values()])
    day = np.concatenate([d for _, d in reached.values()])
    goal = np.repeat(list(reached), [len(p) for p, _ in reached.values()])
    amount = np.concatenate([value.get(stage, np.full(len(p), np.nan)) for stage, (p, _) in reached.items()])
    at = np.minimum(np.ceil(clock.seconds(day)).astype(np.int64), clock.end - 1)
    kept = np.flatnonzero(day < clock.days)
    kept = kept[np.lexsort((goal[kept], person[kept], at[kept]))]
    return Stages(person[kept], goal[kept], at[kept], amount[kept])


def after_lead(processes: tuple[Process, ...], reached: dict[int, tuple[Ints, Floats]], clock: Clock, rng: Generator) -> Touches:
    """Draw nurturing mails, sales calls and meetings: they follow the stages and cause no lead."""
    at_stage = {
        "nurturing": (LEAD, 0.5, 2.2, NURTURED_DAYS),
        "call": (MQL, 0.7, 1.0, 14.0),
        "meeting": (SQL, 0.9, 1.2, 35.0),
    }
    parts = [stamped(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0, clock)]
    for code, process in enumerate(processes):
        if not process.after_lead:
            continue
        stage, some, mean, within = at_stage[process.name]
        person, day = reached[stage]
        count = rng.poisson(mean, len(person)) * (rng.random(len(person)) < some)
        who = np.repeat(np.arange(len(person)), count)
        moment = day[who] + within * rng.random(len(who)) ** 1.5
        inside = moment < clock.days
        seconds = np.ceil(clock.seconds(moment[inside])).astype(np.int64) + 1
        parts.append(stamped(person[who[inside]], np.minimum(seconds, clock.end - 1), code, clock))
    return joined(parts)
