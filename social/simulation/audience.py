"""Whom the simulated advocates are connected to, and the company's key accounts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator

from attribution.simulation.files import domains
from attribution.simulation.funnel import OPPORTUNITY
from social.simulation import cast

if TYPE_CHECKING:
    import pandas as pd

    from attribution.simulation.simulate import Simulation

KEY_ACCOUNTS = 60
AT_KEY_ACCOUNTS = 0.05
"""Share of the connections that work at one of them."""
STRANGERS = 30_000
"""People whom somebody of the company may know and who work elsewhere."""
COLLEAGUES = 14
"""People of each key account who are on the network."""


def key_accounts(company: Simulation) -> pd.DataFrame:
    """List the key accounts: those with the first deals; a third each of tier A, B and C."""
    import pandas as pd

    deals = company.account[company.stages.person[company.stages.goal == OPPORTUNITY]]
    some = deals[np.sort(np.unique(deals, return_index=True)[1])][:KEY_ACCOUNTS]
    keys = domains(some).to_pylist()
    tiers = ["ABC"[3 * place // max(len(keys), 1)] for place in range(len(keys))]
    names = [_name(key) for key in keys]
    return pd.DataFrame({"account": keys, "name": names, "domain": keys, "tier": tiers})


def _name(domain: str) -> str:
    """Name the company of a domain.

    Examples
    --------
    >>> _name("zephyr-log-17.example")
    'Zephyr Log 17'
    """
    return domain.removesuffix(".example").replace("-", " ").title()


def connections(staff: pd.DataFrame, company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw the connections of everybody who enrolled.

    Returns
    -------
    pandas.DataFrame
        `advocate, First Name, Last Name, URL, Company, Position, Connected On`; some people are known to several advocates, colleagues of
        one team know the same ones more often.
    """
    import pandas as pd

    known = _people(key_accounts(company)["name"].tolist())
    teams = {team: place for place, (team, *_) in enumerate(cast.TEAMS)}
    rows: list[dict[str, Any]] = []
    for one in staff.to_dict("records"):
        if not one["since"]:
            continue
        size = int(np.clip(rng.lognormal(7.0, 0.5), 150, 5_000))
        at_target = rng.random(size) < AT_KEY_ACCOUNTS
        # Each team moves in circles of its own: its people are drawn from around a place of their own.
        strangers = (teams[one["team"]] * STRANGERS // len(teams) + np.abs(rng.normal(0, STRANGERS / 5, size)).astype(int)) % STRANGERS
        targets = STRANGERS + (len(known) - STRANGERS) * rng.random(size) ** 1.6
        for number in np.unique(np.where(at_target, targets.astype(int), strangers)):
            met = company.start - dt.timedelta(days=int(rng.integers(-300, 2400)))
            if one["until"] and met > one["until"]:
                continue
            rows.append({"advocate": one["advocate"], **known[int(number)], "Connected On": met.strftime("%d %b %Y")})
    return pd.DataFrame(rows)


def asked(people: pd.DataFrame, willing: list[str], accounts: pd.DataFrame, company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw which of the willing were asked for an introduction to a key account, and what they answered."""
    import pandas as pd

    left = set(people["advocate"][people["until"].notna()])
    rows = []
    for advocate in [one for one in willing if one not in left]:
        for _ in range(int(rng.integers(0, 4))):
            day = company.start + dt.timedelta(days=int(rng.integers(200, 345)))
            answer = str(rng.choice(("accepted", "accepted", "declined", "")))
            answered = day + dt.timedelta(days=int(rng.integers(1, 15))) if answer else None
            rows.append(
                {
                    "advocate": advocate,
                    "account": str(rng.choice(accounts["account"])),
                    "asked_on": day,
                    "answer": answer,
                    "answered_on": answered,
                }
            )
    return pd.DataFrame(rows).drop_duplicates(["advocate", "account", "asked_on"])


def _people(accounts: list[str]) -> list[dict[str, str]]:
    """Invent everybody whom somebody of the company may know: strangers first, then the people of the key accounts."""
    found = []
    for number in range(STRANGERS + COLLEAGUES * len(accounts)):
        first, last = cast.FIRST_NAMES[number % 30], cast.LAST_NAMES[(number // 30) % 25]
        place = number - STRANGERS
        at = accounts[place // COLLEAGUES] if place >= 0 else cast.ELSEWHERE[number % len(cast.ELSEWHERE)]
        title = cast.TITLES[(place if place >= 0 else number) * 5 % len(cast.TITLES)]
        url = f"https://www.linkedin.com/in/simulated-{number:06d}"
        found.append({"First Name": first, "Last Name": last, "URL": url, "Company": at, "Position": title})
    return found
