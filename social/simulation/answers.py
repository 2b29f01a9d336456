"""What leads of the simulated company answer when they are asked how they heard of it, and who owns their deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from attribution.simulation.funnel import GOALS, LOST, OPPORTUNITY, WON
from social.simulation import cast

if TYPE_CHECKING:
    import pandas as pd

    from attribution.simulation.simulate import Simulation

ANSWERS, MET = 0.25, 0.006
"""Share of the leads who answer; of these, share who name somebody of ours whom they met and whose posts brought nothing."""
SAYS = (("name", 0.30), ("code", 0.15), ("misspelt", 0.05), ("network", 0.20))
"""What those answer whom a post brought, and how often: who wrote it, the link's code, the code with a slip, the network alone; else
anything."""
OWN_CONTACT = 0.35
"""Chance that a deal whose person clicked on the link of somebody of sales is that colleague's own."""


def surveys(company: Simulation, caused: pd.DataFrame, people: pd.DataFrame, rng: Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw what leads answer.

    Parameters
    ----------
    company : Simulation
    caused : pandas.DataFrame
        Leads that a post caused: `person, advocate, code`.
    people : pandas.DataFrame
        The staff.
    rng : Generator

    Returns
    -------
    answers : pandas.DataFrame
        `at, person, answer`.
    truth : pandas.DataFrame
        Of the answers that a post or an employee is behind: `person, at, says` (name, code, misspelt, network, met), `advocate` whom the
        answer means, `by_post` (whether a post of theirs caused the lead).
    """
    import pandas as pd

    stages = company.conversions().select(["person", "at", "goal"]).to_pandas()
    leads = stages[stages["goal"] == "lead"]
    names = people.set_index("advocate")["name"]
    brought = caused.set_index("person")[["advocate", "code"]].to_dict("index")
    salespeople = people["advocate"][people["team"].isin(cast.SALES) & people["since"].notna()].tolist()
    rows, truth = [], []
    for lead in leads[rng.random(len(leads)) < ANSWERS].to_dict("records"):
        answer, says, advocate = str(rng.choice(cast.ANSWERS)), None, None
        drawn, spelled = rng.random(), rng.random()
        if lead["person"] in brought:
            says = next((name for name, upto in zip(*_steps(), strict=True) if drawn < upto), None)
            advocate, code = brought[lead["person"]]["advocate"], brought[lead["person"]]["code"]
            answer = _answer(says, names[advocate], code, spelled) or answer
        elif drawn < MET:
            says, advocate = "met", str(rng.choice(salespeople))
            answer = f"J'ai croisé {names[advocate]} sur un salon"
        rows.append({"at": lead["at"], "person": lead["person"], "answer": answer})
        if says:
            truth.append({"person": lead["person"], "at": lead["at"], "says": says, "advocate": advocate, "by_post": says != "met"})
    return pd.DataFrame(rows), pd.DataFrame(truth, columns=["person", "at", "says", "advocate", "by_post"])


def _steps() -> tuple[list[str], list[float]]:
    return [name for name, _ in SAYS], np.cumsum([share for _, share in SAYS]).tolist()


def _answer(says: str | None, name: str, code: str, drawn: float) -> str | None:
    """Put an answer into words; some write the name or the code in another way."""
    if says == "name":
        written = name if drawn < 0.6 else name.upper() if drawn < 0.8 else " ".join(reversed(name.split(" ")))
        return f"Un post de {written} sur LinkedIn"
    if says == "code":
        return f"code {code.upper() if drawn < 0.5 else code}"
    if says == "misspelt":
        return f"code {code[:-1]}{'0' if code[-1] != '0' else '1'}{'' if drawn < 0.5 else '0'}"
    return "Vu sur LinkedIn" if says == "network" else None


def deals(company: Simulation, clicks: pd.DataFrame, people: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """List the deals as the CRM has them: `opportunity, account, owner, amount, currency, created_at, closes`.

    Parameters
    ----------
    company : Simulation
    clicks : pandas.DataFrame
        Readers' clicks: `person` (place in the company), `advocate`.
    people : pandas.DataFrame
    rng : Generator
    """
    stages = company.conversions().to_pandas()
    stages["who"] = company.stages.person
    found = stages[company.stages.goal == OPPORTUNITY].reset_index(drop=True)
    ended = stages[np.isin(company.stages.goal, (WON, LOST))].drop_duplicates("opportunity").set_index("opportunity")["at"]
    assert (GOALS[WON], GOALS[LOST]) == ("won", "lost")
    selling = people[people["team"].isin(cast.SALES)]
    theirs = clicks[clicks["advocate"].isin(selling["advocate"])].drop_duplicates("who").set_index("who")["advocate"]
    own = found["who"].map(theirs).where(rng.random(len(found)) < OWN_CONTACT)
    drawn = selling["advocate"].to_numpy()[rng.integers(len(selling), size=len(found))]
    owner = own.fillna(dict(enumerate(drawn)))
    frame: pd.DataFrame = found[["opportunity", "account"]].assign(
        owner=owner.map(people.set_index("advocate")["name"]),
        amount=found["value"],
        currency=found["currency"],
        created_at=found["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        closes=found["opportunity"].map(ended).dt.date,
    )
    return frame
