"""The simulated company's staff: who is eligible, invited, enrolled and shares; what they agreed to, and what some of them took back."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from attribution.simulation.company import ADVOCATES, OWN_DOMAIN
from social.simulation import cast

if TYPE_CHECKING:
    import pandas as pd

    from attribution.simulation.simulate import Simulation

SHARING = sum(sharing for *_, sharing in cast.TEAMS)
ENROLLED = sum(enrolled for *_, enrolled, _ in cast.TEAMS)
INVITED = sum(invited for *_, invited, _, _ in cast.TEAMS)
"""Employees who share, are enrolled, were invited: the first of the list share, the next are enrolled, the next were invited."""
LEFT = {11: 260, 35: 260}
"""Who left, by their place in the list, and after how many days."""
TOOK_BACK = {20: ("audience", 250), 23: ("own_posts", 320), 40: ("introductions", 180)}
"""Who agreed to everything and took one datum back, by their place in the list: which, and after how many days."""
DATA = ("own_posts", "audience", "company_and_title", "name", "introductions")
REPORTS_INDEX = 0.8
"""Share of the enrolled who tell their Social Selling Index."""


def staff(company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw the employees of the programme.

    Returns
    -------
    pandas.DataFrame
        `advocate, name, person, team, region, eligible_since, invited_on, since, until` and `agreed`, a tuple of data.
    """
    import pandas as pd

    rows = []
    for number, team in enumerate(_teams(rng)):
        first, last = name_of(number)
        later = int(rng.integers(-30, 0 if number < SHARING else 200))  # who shares was there from the start
        since = company.start + dt.timedelta(days=later) if number < ENROLLED else None
        agreed = DATA if number in TOOK_BACK else DATA[: 1 + int(rng.integers(0, len(DATA)))]
        rows.append(
            {
                "advocate": f"A{number + 1:02d}",
                "name": f"{first} {last}",
                "person": address(first, last),
                "team": team[0],
                "region": team[1],
                "eligible_since": company.start - dt.timedelta(days=60),
                "invited_on": company.start - dt.timedelta(days=35) if number < INVITED else None,
                "since": since,
                "until": company.start + dt.timedelta(days=LEFT[number]) if number in LEFT else None,
                "agreed": agreed if since else (),
            }
        )
    return pd.DataFrame(rows)


def _teams(rng: Generator) -> list[tuple[str, str]]:
    """Say of each employee in which team they are: shuffled among those who share, those who are only enrolled, and so on."""
    found: list[tuple[str, str]] = []
    counts = [(0, *team[:1:-1]) for team in cast.TEAMS]
    for step in range(1, len(counts[0])):
        group = [team[:2] for team, known in zip(cast.TEAMS, counts, strict=True) for _ in range(known[step] - known[step - 1])]
        found += [group[place] for place in rng.permutation(len(group))]
    return found


def name_of(number: int) -> tuple[str, str]:
    """Name an employee, by their place in the list."""
    return cast.FIRST_NAMES[number % 30], cast.LAST_NAMES[(number * 7) % 25]


def address(first: str, last: str) -> str:
    """Write an employee's address.

    Examples
    --------
    >>> address("Léa", "Sauvageot-Lys")
    'lea.sauvageot-lys@lumenio.example'
    """
    plain = (unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower() for name in (first, last))
    return f"{'.'.join(plain)}@{OWN_DOMAIN}"


def consents(people: pd.DataFrame, start: dt.date) -> pd.DataFrame:
    """List what each employee agreed to when they enrolled, and what some took back later."""
    import pandas as pd

    rows = [
        {"advocate": row["advocate"], "datum": datum, "day": row["since"], "granted": "yes"}
        for row in people.to_dict("records")
        for datum in row["agreed"]
    ]
    back = [
        {"advocate": people["advocate"][number], "datum": datum, "day": start + dt.timedelta(days=day), "granted": "no"}
        for number, (datum, day) in TOOK_BACK.items()
    ]
    return pd.DataFrame([*rows, *back])


def agreeing(people: pd.DataFrame, datum: str) -> list[str]:
    """Name those who agreed to a datum and did not take it back."""
    back = {people["advocate"][number] for number, (taken, _) in TOOK_BACK.items() if taken == datum}
    return [row["advocate"] for row in people.to_dict("records") if datum in row["agreed"] and row["advocate"] not in back]


def codes(people: pd.DataFrame, company: Simulation) -> pd.DataFrame:
    """Give each code of the company's links to an advocate and a content; the first advocates have two. Who left has theirs retired."""
    import pandas as pd

    contents = list(cast.CONTENTS)
    rows = []
    for place, code in enumerate(ADVOCATES):
        content = contents[(place + place // SHARING) % len(contents)]
        rows.append(link(code, people["advocate"][place % SHARING], content, company.start - dt.timedelta(days=5)))
    return retired(pd.DataFrame(rows), people)


def link(code: str, advocate: str, content: str, made_on: dt.date) -> dict[str, object]:
    """Write a code with the page that its link points to."""
    page = f"https://www.{OWN_DOMAIN}/guides/{content}"
    return {"code": code, "advocate": advocate, "content": content, "network": "linkedin", "link": page, "made_on": made_on}


def retired(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Retire the codes of those who left on the day they did."""
    return rows.assign(retired_on=rows["advocate"].map(people.set_index("advocate")["until"]))


def index(people: pd.DataFrame, company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw LinkedIn's index of those who tell it, every quarter: it grows a little."""
    import pandas as pd

    rows = []
    agreed = set(agreeing(people, "own_posts"))
    for row in people.to_dict("records"):
        if row["advocate"] not in agreed or rng.random() > REPORTS_INDEX:
            continue
        pillars = rng.uniform(8, 17, 4)
        for quarter in range(4):
            pillars = np.minimum(pillars + rng.uniform(-0.5, 2.0, 4), 25)
            day = dt.date(company.start.year, 3 * quarter + 3, 28)
            if row["since"] > day or (row["until"] or day) < day:
                continue
            named = zip(("brand", "find", "insights", "relationships"), pillars, strict=True)
            rows.append({"advocate": row["advocate"], "day": day} | {name: round(float(value), 2) for name, value in named})
    return pd.DataFrame(rows)


def others(numbers: Sequence[int]) -> list[str]:
    """Write the addresses of employees outside the programme."""
    return [address(cast.FIRST_NAMES[(n * 11 + 4) % 30], f"{cast.LAST_NAMES[(n * 3 + 1) % 25]}-{n:02d}") for n in numbers]
