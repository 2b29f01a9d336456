"""Simulate a B2B company whose causal effects are known: touches, conversions, spend, and what each channel truly added.

A model's credit can be held against this truth. It cannot be held against real data, where nobody knows what would have happened otherwise.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from attribution.paths import Floats, Ints
from attribution.simulation import files
from attribution.simulation.company import SCENARIOS, Process
from attribution.simulation.funnel import LEAD, Stages, after_lead, funnel
from attribution.simulation.hazard import Clock, Expected, Hazard, clock, expected, first_leads
from attribution.simulation.spend import spend
from attribution.simulation.traffic import Origin, People, Touches, arrivals, harvested, joined, origins, population
from workspace.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Size(TypedDict):
    """The arguments that say how large a company is, and which."""

    people: int
    seed: int


DEMO: Size = {"people": 68_000, "seed": 2025}
"""The arguments of the demo company: 12 months, about 200,000 touches."""

BASELINE = "(baseline)"
"""The truth's row of leads that need no touch; no channel bears this name."""

MOST_PEOPLE = 9_999_999
FEWEST_DAYS, MOST_DAYS = 90, 3660
FEES_ARE_FOR = 60_000


@dataclasses.dataclass(frozen=True, eq=False)
class Simulation:
    """A simulated company.

    Parameters
    ----------
    scenario : str
    people, seed : int
    start : datetime.date
    clock : Clock
    processes : tuple of Process
    origins : list of Origin
        Every way in which touches are written.
    person, at, origin : array of int, shape (n_touches,)
        Whose touch, its epoch seconds, its place in `origins`; by time.
    account : array of int, shape (n_people,)
    stages : Stages
    spend : pyarrow.Table
        `day, channel, source, medium, campaign, amount, currency, impressions, clicks`.
    truth : pandas.DataFrame
        `channel, family, touches, harvest_touches, true_incremental_conversions, true_share_of_caused_conversions, beta_per_day,
        tau_days`, one row a channel, and `BASELINE`. It speaks of the goal `lead`.
    hazard : Hazard
        The lead hazard of everyone, from the touches that may cause leads.
    expected_leads, baseline_leads : float
        Leads to be expected with all touches, and with none.
    """

    scenario: str
    people: int
    seed: int
    start: dt.date
    clock: Clock
    processes: tuple[Process, ...]
    origins: list[Origin]
    person: Ints
    at: Ints
    origin: Ints
    account: Ints
    stages: Stages
    spend: pa.Table
    truth: pd.DataFrame
    hazard: Hazard
    expected_leads: float
    baseline_leads: float

    @property
    def leads(self) -> int:
        """How many people became leads."""
        return int((self.stages.goal == LEAD).sum())

    @property
    def last_day(self) -> dt.date:
        """The window's last day."""
        return self.start + dt.timedelta(days=round(self.clock.days) - 1)

    @property
    def business_hours(self) -> bool:
        """Whether the buyers keep working hours, weekdays and seasons."""
        return SCENARIOS[self.scenario].business_hours

    def touches(self) -> pa.Table:
        """Write all touches as a table: `person, at, source, medium, campaign, content, term, referrer, url, kind, id`, by time."""
        return files.touches_table(self, 0, len(self.person))

    def conversions(self) -> pa.Table:
        """Write the stages reached as a table: `person, account, at, goal, value, currency, id`, by time."""
        return files.conversions_table(self)


def simulate(people: int, seed: int, scenario: str = "demo", days: int = 365, start: dt.date = dt.date(2025, 1, 1)) -> Simulation:
    """Simulate a company.

    Parameters
    ----------
    people : int
        People who could become leads; those who neither visit nor convert leave no record.
    seed : int
        The same seed gives the same company, row for row.
    scenario : {"demo", "independent", "harvest", "intent", "baseline"}
        How leads come about; see `attribution.simulation.company.SCENARIOS`.
    days, start : int, datetime.date
        The window's length and its first day.

    Returns
    -------
    Simulation

    Raises
    ------
    UsageError
        A parameter is out of bounds.

    Notes
    -----
    Touches that may cause leads are drawn first, whatever the person then does; leads are drawn from the hazard; harvest touches and the
    touches after the lead follow the leads and cause nothing. So the truth is an integral over the touches that happened, not an
    estimate. Time and memory grow with people: a million of them, with 3 million touches, take a few seconds and 0.6 GB.

    Examples
    --------
    >>> company = simulate(people=2000, seed=1)
    >>> company.touches().column_names[:3], company.truth["channel"].iloc[0]
    (['person', 'at', 'source'], 'Organic Search')
    """
    _check(people, seed, scenario, days)
    processes = SCENARIOS[scenario].processes
    # Each step draws from a stream of its own, so that scenarios which differ in one step share the others.
    on_market, by_chance, decided, harvests, follows, tags, bills = (Generator(PCG64(child)) for child in SeedSequence(seed).spawn(7))
    time = clock(start, days, SCENARIOS[scenario].business_hours)
    crowd = population(SCENARIOS[scenario], people, time.days, on_market)
    by_themselves = joined([arrivals(process, code, crowd, time, by_chance) for code, process in enumerate(processes)])
    hazard = _hazard(processes, crowd, by_themselves, time)
    leads = first_leads(hazard, time.days, decided)
    harvest = joined([harvested(process, code, crowd, leads, clock=time, rng=harvests) for code, process in enumerate(processes)])
    stages, reached = funnel(leads, crowd, time, follows)
    touches = joined([by_themselves, harvest, after_lead(processes, reached, time, follows)])
    written, place = origins(processes, touches, time, tags)
    order = np.lexsort((place, touches.person, touches.at))
    truth, sums = _truth(processes, hazard, time, touches.process, harvest.process)
    return Simulation(
        scenario=scenario,
        people=people,
        seed=seed,
        start=start,
        clock=time,
        processes=processes,
        origins=written,
        person=touches.person[order],
        at=touches.at[order],
        origin=place[order],
        account=crowd.account,
        stages=stages,
        spend=spend(processes, written, place, touches.at, clock=time, scale=people / FEES_ARE_FOR, rng=bills),
        truth=truth,
        hazard=hazard,
        expected_leads=sums.leads,
        baseline_leads=sums.baseline,
    )


def write(simulation: Simulation, out: Path, others: pa.Table | None = None) -> list[Path]:
    """Write `touches.csv`, `conversions.csv`, `spend.csv`, `truth.csv` and `README.txt` into a folder.

    Parameters
    ----------
    simulation : Simulation
    out : pathlib.Path
        Made where it is missing; files of these names in it are replaced.
    others : pyarrow.Table or None
        Touches of people who are not on the market, such as colleagues, with the columns of `Simulation.touches`: they stand after its own.

    Returns
    -------
    list of pathlib.Path
        The files, in the order above.

    Raises
    ------
    UsageError
        The folder cannot be written to.
    """
    return files.write_files(simulation, out, others)


def _check(people: int, seed: int, scenario: str, days: int) -> None:
    if not 1 <= people <= MOST_PEOPLE:
        raise UsageError("--people {people}: a simulation takes 1 to {most} people", people=people, most=MOST_PEOPLE)
    if seed < 0:
        raise UsageError("--seed {seed}: a seed is 0 or a positive whole number", seed=seed)
    if scenario not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise UsageError("--scenario {scenario}: there is no such scenario; choose one of {known}", scenario=scenario, known=known)
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        template = "--days {days}: a simulation takes {fewest} to {most} days"
        raise UsageError(template, days=days, fewest=FEWEST_DAYS, most=MOST_DAYS)


def _hazard(processes: tuple[Process, ...], people: People, touches: Touches, time: Clock) -> Hazard:
    """Lay out the hazard from the touches that cause something, at the whole seconds that the files show."""
    beta = np.array([process.beta_per_day for process in processes])
    tau = np.array([process.tau_days for process in processes])
    causes = beta[touches.process] > 0
    at: Floats = time.read(touches.at[causes])
    return Hazard(people.enter, people.leave, people.baseline, touches.person[causes], touches.process[causes], at, beta, tau)


def _truth(processes: tuple[Process, ...], hazard: Hazard, time: Clock, touched: Ints, harvested_by: Ints) -> tuple[pd.DataFrame, Expected]:
    """Lay out what each channel truly added; the streams of a channel that cause anything share beta and tau."""
    import pandas as pd

    channels = list(dict.fromkeys(process.channel for process in processes))
    group = np.array([channels.index(process.channel) for process in processes])
    sums = expected(hazard, time.days, group)
    n = len(channels)
    incremental = np.resize(np.append(sums.incremental, np.zeros(n)), n)
    causal = {process.channel: process for process in processes if process.effect > 0}
    family = {process.channel: process.family for process in processes}
    frame = pd.DataFrame(
        {
            "channel": channels,
            "family": [family[channel] for channel in channels],
            "touches": np.bincount(group[touched], minlength=n),
            "harvest_touches": np.bincount(group[harvested_by], minlength=n),
            "true_incremental_conversions": incremental,
            "true_share_of_caused_conversions": incremental / incremental.sum() if incremental.sum() > 0 else np.zeros(n),
            "beta_per_day": [causal[channel].beta_per_day if channel in causal else 0.0 for channel in channels],
            "tau_days": [causal[channel].tau_days if channel in causal else np.nan for channel in channels],
        }
    )
    baseline = pd.DataFrame({"channel": [BASELINE], "family": [BASELINE], "true_incremental_conversions": [sums.baseline]})
    rows = pd.concat([frame, baseline.assign(touches=0, harvest_touches=0)], ignore_index=True)
    return rows, sums
