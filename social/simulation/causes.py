"""What truly caused each lead of a simulated company: which touch, or nothing but time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import numpy as np
from numpy.random import Generator

from attribution.paths import Floats, Ints
from attribution.simulation.funnel import LEAD

if TYPE_CHECKING:
    from attribution.simulation.simulate import Simulation

NOTHING = -1
"""Stands where no touch caused the lead."""


def causes(company: Simulation, rng: Generator) -> tuple[Ints, Ints]:
    """Draw the cause of each lead: a touch, as likely as its share of the hazard at the lead's moment.

    Parameters
    ----------
    company : Simulation
    rng : Generator

    Returns
    -------
    lead : array of int, shape (n_leads,)
        Places in `company.stages`.
    touch : array of int, shape (n_leads,)
        Places in `company.at`; `NOTHING` where the person's own baseline caused it.

    Notes
    -----
    In a sum of independent Poisson streams an event belongs to each stream with the probability of that stream's share of the rate, so
    the draw is the company's own mechanism looked at afterwards, not a model of it. O(n_touches + n_leads).

    References
    ----------
    J. F. C. Kingman, Poisson Processes, 1993, section 2.2 (superposition).
    """
    lead = np.flatnonzero(company.stages.goal == LEAD)
    person, day = company.stages.person[lead], company.clock.read(company.stages.at[lead])
    place = np.full(company.people, NOTHING, dtype=np.int64)
    place[person] = np.arange(len(lead))
    touch, rate = _rates(company, place, day)
    of = place[company.person[touch]]
    there = (company.hazard.enter[person] <= day) & (day <= company.hazard.leave[person])
    baseline = np.where(there, company.hazard.baseline[person], 0.0)
    drawn = rng.random(len(lead)) * (baseline + np.bincount(of, rate, len(lead))) - baseline
    order = np.argsort(of, kind="stable")
    touch, rate, of = touch[order], rate[order], of[order]
    reached = np.cumsum(rate)
    before = np.concatenate(([0.0], reached))[np.searchsorted(of, np.arange(len(lead)))]
    chosen = np.searchsorted(reached, before + drawn, side="right")
    last = np.searchsorted(of, np.arange(len(lead)), side="right") - 1
    none = (drawn < 0) | (np.bincount(of, minlength=len(lead)) == 0)
    return lead, np.where(none, NOTHING, touch[np.minimum(chosen, last)])


def _rates(company: Simulation, place: Ints, day: Floats) -> tuple[Ints, Floats]:
    """List the touches that were acting on a lead when it came, and what each added to its hazard."""
    process = np.array([origin.process for origin in company.origins])[company.origin]
    beta, tau = company.hazard.beta[process], company.hazard.tau[process]
    of = place[company.person]
    age = np.where(of == NOTHING, -1.0, day[of]) - company.clock.read(company.at)
    acting = np.flatnonzero((of != NOTHING) & (age >= 0) & (beta > 0))
    return acting, beta[acting] * np.exp(-age[acting] / tau[acting])


def codes_of(company: Simulation) -> list[str | None]:
    """Name the code of a link (`utm_content`) in each origin of the channel Employee Advocacy, from its columns or its URL."""
    named: list[str | None] = []
    for origin in company.origins:
        if company.processes[origin.process].channel != "Employee Advocacy":
            named.append(None)
            continue
        in_url = parse_qs(urlsplit(origin.url or "").query).get("utm_content", [None])[0]
        named.append(origin.content or in_url)
    return named
