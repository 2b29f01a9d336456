"""Contents that half of the simulated teams were offered, drawn by chance, and the posts that were made because of the offer.

What would have been posted without the offer and what was posted because of it are drawn apart, so that its true effect is known: the
clicks on posts of the second sort.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from social.rotation import draw
from social.simulation import cast
from social.simulation.staff import SHARING, agreeing, link, retired
from social.tagged_links import new_code

if TYPE_CHECKING:
    import pandas as pd

    from attribution.simulation.simulate import Simulation

NAME = "autumn"
BEGINS, DAYS = 243, 42
"""The first day, counted from the company's first, and how many days."""
ANYWAY, BECAUSE = 0.7, 1.1
"""Posts of a content that an advocate who shares makes without an offer, and more with one; means."""
SMALLEST = 5
ZONE = zoneinfo.ZoneInfo("Europe/Paris")
"""Of the days of the period."""


@dataclasses.dataclass(frozen=True, slots=True)
class Offers:
    """A rotation as it was drawn.

    Parameters
    ----------
    since, until : datetime.date
        The first day and the last.
    contents, teams : tuple of str
    offered : array of bool, shape (n_contents, n_teams)
    """

    since: dt.date
    until: dt.date
    contents: tuple[str, ...]
    teams: tuple[str, ...]
    offered: NDArray[np.bool_]

    def rows(self) -> pd.DataFrame:
        """List what was drawn: `rotation, content, team, since, until, offered`."""
        import pandas as pd

        return pd.DataFrame(
            {
                "rotation": NAME,
                "content": content,
                "team": team,
                "since": self.since,
                "until": self.until,
                "offered": "yes" if self.offered[row, column] else "no",
            }
            for row, content in enumerate(self.contents)
            for column, team in enumerate(self.teams)
        )


def drawn(people: pd.DataFrame, company: Simulation, rng: Generator) -> Offers:
    """Draw which team is offered which content, as `social experiment --draw` does: teams that are large enough, contents in pairs."""
    since = company.start + dt.timedelta(days=BEGINS)
    until = since + dt.timedelta(days=DAYS - 1)
    size = enrolled(people, since, until).groupby("team").size()
    teams = tuple(sorted(size[size >= SMALLEST].index))
    contents = tuple(sorted(cast.OFFERED))
    return Offers(since, until, contents, teams, draw(len(contents), len(teams), rng))


def enrolled(people: pd.DataFrame, since: dt.date, until: dt.date) -> pd.DataFrame:
    """List the employees who were enrolled on any day of a period."""
    there = [row["since"] is not None and row["since"] <= until and (row["until"] or since) >= since for row in people.to_dict("records")]
    return people[there]


def codes(people: pd.DataFrame, offers: Offers, taken: set[str], rng: Generator) -> pd.DataFrame:
    """Make everybody who may have one a link to each content, whether their team was offered it or not."""
    import pandas as pd

    rows = []
    agreed = set(agreeing(people, "own_posts"))
    for row in enrolled(people, offers.since, offers.until).to_dict("records"):
        if row["advocate"] not in agreed or row["team"] not in offers.teams:
            continue
        for content in offers.contents:
            code = new_code(taken, lambda alphabet: alphabet[int(rng.integers(len(alphabet)))])
            taken.add(code)
            rows.append(link(code, row["advocate"], content, offers.since - dt.timedelta(days=4)))
    return retired(pd.DataFrame(rows), people)


def shared(people: pd.DataFrame, offers: Offers, links: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """Draw the posts of the contents: `code, advocate, content, link, at` (epoch seconds), `because_of_offer`."""
    import pandas as pd

    sharers = set(people["advocate"][:SHARING])
    team = people.set_index("advocate")["team"]
    begins = dt.datetime.combine(offers.since, dt.time(7), dt.UTC).timestamp()
    rows = []
    for one in links[links["advocate"].isin(sharers)].to_dict("records"):
        offered = offers.offered[offers.contents.index(one["content"]), offers.teams.index(team[one["advocate"]])]
        for mean, because in ((ANYWAY, False), (BECAUSE * offered, True)):
            for _ in range(rng.poisson(mean)):
                at = begins + int(rng.integers(DAYS)) * 86400 + int(rng.integers(11 * 3600))
                rows.append({name: one[name] for name in ("code", "advocate", "content", "link")} | {"at": at, "because_of_offer": because})
    return pd.DataFrame(rows)


def truth(offers: Offers, people: pd.DataFrame, clicks: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Say what the offer truly brought.

    Parameters
    ----------
    offers : Offers
    people : pandas.DataFrame
    clicks : pandas.DataFrame
        Readers' clicks: `at, advocate, content, because_of_offer`.
    leads : pandas.DataFrame
        Leads that a click caused: `content, because_of_offer`, and `at` of the click.

    Returns
    -------
    pandas.DataFrame
        One row for each content: `rotation, content, advocates_offered, advocates_not_offered, clicks_because_of_offer,
        leads_because_of_offer, true_difference_clicks, true_difference_leads` (for each advocate who was offered it), `true_lift_clicks`.
    """
    import pandas as pd

    first, last = (dt.datetime.combine(day, dt.time(), ZONE).timestamp() for day in (offers.since, offers.until + dt.timedelta(days=1)))
    size = enrolled(people, offers.since, offers.until).groupby("team").size()
    team = people.set_index("advocate")["team"]
    rows = []
    for row, content in enumerate(offers.contents):
        with_offer = [name for name, told in zip(offers.teams, offers.offered[row], strict=True) if told]
        heads = int(size[with_offer].sum())
        inside = clicks[(clicks["content"] == content) & (clicks["at"] >= first) & (clicks["at"] < last)]
        caused = leads[(leads["content"] == content) & (leads["at"] >= first) & (leads["at"] < last)]
        because, more = int(inside["because_of_offer"].sum()), int(caused["because_of_offer"].sum())
        theirs = int(inside["advocate"].map(team).isin(with_offer).sum())
        rows.append(
            {
                "rotation": NAME,
                "content": content,
                "advocates_offered": heads,
                "advocates_not_offered": int(size[list(offers.teams)].sum()) - heads,
                "clicks_because_of_offer": because,
                "leads_because_of_offer": more,
                "true_difference_clicks": because / heads,
                "true_difference_leads": more / heads,
                "true_lift_clicks": because / (theirs - because) if theirs > because else np.nan,
            }
        )
    return pd.DataFrame(rows)
