"""The simulated company's advocacy programme: advocates, posts and their figures, links, consents, and which leads came of the posts.

It is laid over a company of `attribution.simulation`: who came when, and what it caused, stays; the clicks on its advocates' links get the
posts that they came from. Colleagues and programs click besides, which causes nothing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from social.simulation import answers, audience, clicks, figures, offers, posts, staff
from social.simulation.causes import NOTHING, causes, codes_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from attribution.simulation.simulate import Simulation


@dataclasses.dataclass(frozen=True, eq=False)
class Programme:
    """A simulated advocacy programme: one table for each kind of record, as `import csv --as KIND` takes them.

    Parameters
    ----------
    company : Simulation
        The company that it is laid over, its clicks with the codes of the programme's links.
    touches : pyarrow.Table
        Clicks of colleagues and programs, as `Simulation.touches` writes the others.
    tables : dict of str to pandas.DataFrame
        `accounts, advocates, consents, link_codes, rotations, posts, post_metrics, profile_metrics, ssi, surveys, opportunities,
        introductions`.
    connections : pandas.DataFrame
        Who is connected to which of the advocates who agreed to hand that in, as LinkedIn's archive names them: `advocate, First Name,
        Last Name, URL, Company, Position, Connected On`.
    taken : dict of str to datetime.date
        The day of each advocate's archive: the company's last, or theirs.
    truth : dict of str to pandas.DataFrame
        What only a simulation knows. `advocacy_truth`, one row for each lead that a click on an advocate's post truly caused: `person,
        lead_at, opportunity, advocate, post, content`. `clicks_truth`, the clicks that are no reader's, and readers' on offered contents:
        `touch` (its id in touches.csv), `person, at, code, post, clicked_by` (reader, colleague, program), `because_of_offer`.
        `offers_truth`: `offers.truth`. `answers_truth`: `answers.surveys`.
    """

    company: Simulation
    touches: pa.Table
    tables: dict[str, pd.DataFrame]
    connections: pd.DataFrame
    taken: dict[str, dt.date]
    truth: dict[str, pd.DataFrame]


def programme(company: Simulation, seed: int) -> Programme:
    """Lay an advocacy programme over a simulated company.

    Parameters
    ----------
    company : Simulation
        One of the scenario "demo", whose clicks carry codes.
    seed : int
        The same seed gives the same programme.

    Returns
    -------
    Programme

    Notes
    -----
    Each reader's click belongs to the latest post of its code's advocate and content before it, those on offered contents to the post they
    were drawn for. Figures of posts are known for those advocates alone who handed in LinkedIn's own; a member of the audience sees a post
    with a probability of the advocate's own.
    """
    import pandas as pd

    draw = [Generator(PCG64(child)) for child in SeedSequence(seed).spawn(8)]
    people_of, sharing, known, asked, drawn, offering, clicking, answering = draw
    people = staff.staff(company, people_of)
    yearly = staff.codes(people, company)
    rotation = offers.drawn(people, company, offering)
    links = pd.concat([yearly, offers.codes(people, rotation, set(yearly["code"]), offering)], ignore_index=True)
    wall = posts.published(
        company, people, yearly, _first(company), offers.shared(people, rotation, links[len(yearly) :], offering), sharing
    )
    shared = posts.out(wall[wall["code"].notna()])
    company, readers = clicks.coded(company, links, shared[shared["code"].isin(links["code"][len(yearly) :])], clicking)
    readers["post"] = readers["post"].where(readers["post"].notna(), _post_of(readers, posts.out(wall)))
    readers["who"] = company.person[readers["touch"]]
    colleagues = clicks.of_colleagues(shared, people, company.clock.end, clicking).assign(clicked_by="colleague")
    programs = clicks.of_programs(shared, company.clock.end, clicking).assign(clicked_by="program")
    extra = pd.concat([colleagues, programs], ignore_index=True).sort_values(["at", "person", "code"], ignore_index=True)
    touches = clicks.written(extra, links)
    caused = _caused(company, readers, drawn)
    circle = audience.connections(people, company, known)
    handed_in = circle[circle["advocate"].isin(staff.agreeing(people, "audience"))]
    arrived = pd.concat([readers["post"], extra["post"]]).value_counts()
    told, told_truth = answers.surveys(company, caused, people, answering)
    tables = {
        "accounts": audience.key_accounts(company),
        "advocates": people.drop(columns="agreed"),
        "consents": staff.consents(people, company.start),
        "link_codes": links,
        "rotations": rotation.rows(),
        "posts": wall.drop(columns=["code", "because_of_offer"]),
        "post_metrics": figures.of_posts(
            wall, staff.agreeing(people, "own_posts"), circle.groupby("advocate").size(), arrived, company, asked
        ),
        "profile_metrics": figures.of_page(company, asked),
        "ssi": staff.index(people, company, asked),
        "surveys": told,
        "opportunities": answers.deals(company, readers, people, answering),
        "introductions": audience.asked(
            people, staff.agreeing(people, "introductions"), audience.key_accounts(company), company, answering
        ),
    }
    left = {row["advocate"]: row["until"] for row in people.to_dict("records") if row["until"]}
    return Programme(
        company,
        clicks.table(touches),
        {name: frame.reset_index(drop=True) for name, frame in tables.items()},
        handed_in,
        {advocate: left.get(advocate, company.last_day) for advocate in handed_in["advocate"].unique()},
        {
            "advocacy_truth": caused[["person", "lead_at", "opportunity", "advocate", "post", "content"]],
            "clicks_truth": _clicks_truth(company, readers, extra, touches, set(links["code"][len(yearly) :])),
            "offers_truth": offers.truth(rotation, people, readers, caused),
            "answers_truth": told_truth,
        },
    )


def _first(company: Simulation) -> pd.Series:
    """Find the first click of each of the company's codes."""
    import pandas as pd

    named = pd.Series(np.array([code or "" for code in codes_of(company)])[company.origin])
    first: pd.Series = pd.Series(company.at).groupby(named).min()
    return first


def _post_of(readers: pd.DataFrame, wall: pd.DataFrame) -> list[str | None]:
    """Name the latest post of each click's advocate and content before it."""
    shared: dict[tuple[str, str], tuple[list[int], list[str]]] = {}
    for post in wall[wall["code"].notna()].to_dict("records"):
        at, name = shared.setdefault((post["advocate"], post["content"]), ([], []))
        at.append(post["at"])
        name.append(post["post"])
    found: list[str | None] = []
    for click in readers.to_dict("records"):
        at, name = shared.get((click["advocate"], click["content"]), ([], []))
        place = int(np.searchsorted(at, click["at"], side="right")) - 1
        found.append(name[place] if place >= 0 else None)
    return found


def _caused(company: Simulation, readers: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """List the leads that a click on a post caused, by time, with that click: `person, lead_at, opportunity`, and columns of the click."""
    import pandas as pd

    lead, touch = causes(company, rng)
    stages = company.conversions().select(["person", "at", "goal", "opportunity"]).to_pandas()
    deals = stages.dropna(subset="opportunity").drop_duplicates("person").set_index("person")["opportunity"]
    came = pd.DataFrame({"lead": lead, "touch": touch})
    came = came[came["touch"] != NOTHING].merge(readers, on="touch")
    rows = stages.iloc[came["lead"].to_numpy()].reset_index(drop=True)
    frame = came.assign(person=rows["person"], lead_at=rows["at"], opportunity=rows["person"].map(deals))
    return frame.sort_values(["lead_at", "person"], ignore_index=True)


def _clicks_truth(
    company: Simulation, readers: pd.DataFrame, extra: pd.DataFrame, touches: pd.DataFrame, offered: set[str]
) -> pd.DataFrame:
    """Lay out which clicks are no reader's, and which are readers' on the posts of the offered contents."""
    import pandas as pd

    from attribution.simulation.files import numbered, persons

    some = readers[readers["code"].isin(offered)]
    ours = some.assign(
        touch=numbered("t", some["touch"].to_numpy() + 1).to_pylist(),
        person=persons(some["who"].to_numpy(), company.account).to_pylist(),
        clicked_by="reader",
    )
    not_ours = extra.assign(touch=touches["id"], because_of_offer=False)
    columns = ["touch", "person", "at", "code", "post", "clicked_by", "because_of_offer"]
    return pd.concat([ours[columns], not_ours[columns]]).sort_values(["at", "touch"], ignore_index=True)
