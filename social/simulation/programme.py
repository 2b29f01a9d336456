"""The simulated company's advocacy programme: advocates, posts and their figures, links, consents, and which leads came of the posts.

It is laid over a company of `attribution.simulation` whose touches stay as they are: the clicks on its advocates' links are there, with
the links' codes. Here are the posts that the clicks came from.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from attribution.simulation.company import ADVOCATES, OWN_DOMAIN
from social.simulation import cast
from social.simulation.audience import connections, key_accounts
from social.simulation.causes import NOTHING, causes, codes_of

if TYPE_CHECKING:
    import pandas as pd

    from attribution.simulation.simulate import Simulation

SHARING, ENROLLED, INVITED = 28, 44, 52
"""Employees who share, are enrolled, were invited; the codes of the company's links are theirs, one or two each."""
NETWORK, PAGE = "linkedin", "lumenio"
DAY = 86400
GROWTH = ((1, 0.62), (7, 0.93), (30, 1.0))
"""Days after a post, and how much of its figures it then has."""


@dataclasses.dataclass(frozen=True, eq=False)
class Programme:
    """A simulated advocacy programme: one table for each kind of record, as `import csv --as KIND` takes them.

    Parameters
    ----------
    last_day : datetime.date
        Of the company's window.
    tables : dict of str to pandas.DataFrame
        `accounts, advocates, consents, link_codes, posts, post_metrics, profile_metrics, ssi, surveys`.
    connections : pandas.DataFrame
        Who is connected to which of the advocates who agreed to hand that in, as LinkedIn's archive names them: `advocate, First Name,
        Last Name, URL, Company, Position, Connected On`.
    truth : pandas.DataFrame
        One row for each lead that a click on an advocate's post truly caused: `person, lead_at, opportunity, advocate, post, content`.
    """

    last_day: dt.date
    tables: dict[str, pd.DataFrame]
    connections: pd.DataFrame
    truth: pd.DataFrame


def programme(company: Simulation, seed: int) -> Programme:
    """Lay an advocacy programme over a simulated company.

    Parameters
    ----------
    company : Simulation
        One of the scenario "demo", whose clicks carry the codes.
    seed : int
        The same seed gives the same programme.

    Returns
    -------
    Programme

    Notes
    -----
    Each click belongs to the latest post of its code's advocate and content before it. Figures of posts are known for those advocates
    alone who handed in LinkedIn's own; a member of the audience sees a post with a probability of the advocate's own.
    """
    people, sharing, known, asked, drawn = (Generator(PCG64(child)) for child in SeedSequence(seed).spawn(5))
    staff = _staff(company, people)
    codes = _codes(staff, company)
    clicks = _clicks(company, codes)
    posts = _posts(company, staff, codes, clicks, sharing)
    clicks["post"] = _post_of(clicks, posts)
    audience = connections(staff, company, known)
    sizes = audience.groupby("advocate").size()
    handed_in = audience[audience["advocate"].isin(staff["advocate"][["audience" in agreed for agreed in staff["consents"]]])]
    truth = _truth(company, clicks, drawn)
    tables = {
        "accounts": key_accounts(company),
        "advocates": staff.drop(columns="consents"),
        "consents": _consents(staff),
        "link_codes": codes,
        "posts": posts,
        "post_metrics": _figures(posts, sizes, clicks, company, asked),
        "profile_metrics": _page(company, asked),
        "ssi": _index(staff, company, asked),
        "surveys": _surveys(company, truth, staff, asked),
    }
    return Programme(company.last_day, {name: frame.reset_index(drop=True) for name, frame in tables.items()}, handed_in, truth)


def _staff(company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw the employees: those who share come first, so that every team has some."""
    import pandas as pd

    places = np.concatenate([np.full(size, team) for team, (_, _, size) in enumerate(cast.TEAMS)])
    rng.shuffle(places)
    rows = []
    for number, team in enumerate(places):
        first, last = cast.FIRST_NAMES[number % 30], cast.LAST_NAMES[(number * 7) % 25]
        later = int(rng.integers(-30, 0 if number < SHARING else 200))  # who shares was there from the start
        since = company.start + dt.timedelta(days=later) if number < ENROLLED else None
        agreed = ("own_posts", "audience", "company_and_title", "name", "introductions")[: 1 + int(rng.integers(0, 5))]
        rows.append(
            {
                "advocate": f"A{number + 1:02d}",
                "name": f"{first} {last}",
                "person": f"{_plain(first)}.{_plain(last)}@{OWN_DOMAIN}",
                "team": cast.TEAMS[team][0],
                "region": cast.TEAMS[team][1],
                "eligible_since": company.start - dt.timedelta(days=60),
                "invited_on": company.start - dt.timedelta(days=35) if number < INVITED else None,
                "since": since,
                "until": company.start + dt.timedelta(days=260) if number in (11, 35) else None,
                "consents": agreed if since else (),
            }
        )
    return pd.DataFrame(rows)


def _plain(name: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def _codes(staff: pd.DataFrame, company: Simulation) -> pd.DataFrame:
    """Give each code of the company's links to an advocate and a content; the first advocates have two."""
    import pandas as pd

    contents = list(cast.CONTENTS)
    rows = [
        {
            "code": code,
            "advocate": staff["advocate"][place % SHARING],
            "content": contents[(place + place // SHARING) % len(contents)],
            "network": NETWORK,
            "link": f"https://www.{OWN_DOMAIN}/guides/{contents[(place + place // SHARING) % len(contents)]}",
            "made_on": company.start - dt.timedelta(days=5),
        }
        for place, code in enumerate(ADVOCATES)
    ]
    return pd.DataFrame(rows)


def _clicks(company: Simulation, codes: pd.DataFrame) -> pd.DataFrame:
    """List the clicks on the advocates' links, by time: `touch` (place in the company's touches), `at, code, advocate, content`."""
    import pandas as pd

    named = np.array([code or "" for code in codes_of(company)])[company.origin]
    touch = np.flatnonzero(named != "")
    frame = pd.DataFrame({"touch": touch, "at": company.at[touch], "code": named[touch]})
    return frame.merge(codes[["code", "advocate", "content"]], on="code").sort_values(["at", "touch"], ignore_index=True)


def _posts(company: Simulation, staff: pd.DataFrame, codes: pd.DataFrame, clicks: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """Draw the posts: each code's before its first click and every few weeks after, reposts of the page's, and the page's own."""
    import pandas as pd

    first = clicks.groupby("code")["at"].min()
    rows: list[dict[str, Any]] = []

    def add(at: float, **said: Any) -> None:
        moment = min(max(int(at), company.clock.start), company.clock.end - 1)
        number = (moment * 1000 + len(rows) % 1000) << 22  # as the networks number posts: the moment, in milliseconds, comes first
        rows.append({"post": str(number), "network": NETWORK, "at": moment, **said})

    for code in codes.to_dict("records"):
        at = first.get(code["code"], company.clock.end) - float(rng.uniform(600, 40_000))
        link = f"{code['link']}?utm_source={NETWORK}&utm_medium=employee-advocacy&utm_content={code['code']}"
        while at < company.clock.end:
            copied = rng.random() < 0.45
            text = cast.CONTENTS[code["content"]] if copied else ". ".join(rng.choice(cast.OWN_WORDS, size=3, replace=False)) + "."
            add(at, advocate=code["advocate"], kind="original", link=link, content=code["content"], text=text)
            at += float(rng.uniform(12, 45)) * DAY
    contents = list(cast.CONTENTS)
    for week in range(round(company.clock.days) // 7):
        content = contents[week % len(contents)]
        at = company.clock.start + week * 7 * DAY + 10 * 3600
        add(at, page=PAGE, kind="original", content=content, text=cast.CONTENTS[content])
        for advocate in rng.choice(staff["advocate"][:SHARING], size=2, replace=False):
            add(at + float(rng.uniform(1800, 2 * DAY)), advocate=str(advocate), kind="repost", content=content)
    frame = pd.DataFrame(rows).sort_values(["at", "post"], ignore_index=True)
    leaves = {row["advocate"]: row["until"] or dt.date.max for row in staff.to_dict("records")}
    there = [
        leaves.get(advocate, dt.date.max) >= on
        for advocate, on in zip(frame["advocate"], pd.to_datetime(frame["at"], unit="s").dt.date, strict=True)
    ]
    return frame[there].reset_index(drop=True)


def _post_of(clicks: pd.DataFrame, posts: pd.DataFrame) -> list[str | None]:
    """Name the latest post of each click's advocate and content before it."""
    shared: dict[tuple[str, str], tuple[list[int], list[str]]] = {}
    for post in posts[(posts["kind"] == "original") & posts["advocate"].notna()].to_dict("records"):
        at, name = shared.setdefault((post["advocate"], post["content"]), ([], []))
        at.append(post["at"])
        name.append(post["post"])
    found: list[str | None] = []
    for click in clicks.to_dict("records"):
        at, name = shared.get((click["advocate"], click["content"]), ([], []))
        place = int(np.searchsorted(at, click["at"], side="right")) - 1
        found.append(name[place] if place >= 0 else None)
    return found


def _truth(company: Simulation, clicks: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """List the leads that a click on a post caused."""
    import pandas as pd

    lead, touch = causes(company, rng)
    stages = company.conversions().select(["person", "at", "goal", "opportunity"]).to_pandas()
    deals = stages.dropna(subset="opportunity").drop_duplicates("person").set_index("person")["opportunity"]
    came = pd.DataFrame({"lead": lead, "touch": touch})
    came = came[came["touch"] != NOTHING].merge(clicks, on="touch")
    rows = stages.iloc[came["lead"].to_numpy()].reset_index(drop=True)
    return pd.DataFrame(
        {
            "person": rows["person"],
            "lead_at": rows["at"],
            "opportunity": rows["person"].map(deals),
            "advocate": came["advocate"],
            "post": came["post"],
            "content": came["content"],
        }
    ).sort_values(["lead_at", "person"], ignore_index=True)


def _figures(posts: pd.DataFrame, sizes: pd.Series, clicks: pd.DataFrame, company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw the figures of the posts whose authors handed them in, as of a few days each, and of the page's."""
    import pandas as pd

    tracked = clicks.groupby("post").size()
    chance = {advocate: float(rng.beta(6, 44)) for advocate in sorted(sizes.index)}
    hands_in = {advocate: bool(rng.random() < 0.65) for advocate in sorted(sizes.index)}
    rows = []
    for post in posts.to_dict("records"):
        of_page = not isinstance(post["advocate"], str)
        if not of_page and not hands_in[post["advocate"]]:
            continue
        seen = 0.30 if post["kind"] == "repost" else 1.0
        reach = rng.binomial(9_400, 0.05) if of_page else rng.binomial(int(sizes[post["advocate"]]), chance[post["advocate"]] * seen)
        impressions = int(reach * rng.uniform(1.25, 1.6))
        clicked = int(tracked.get(post["post"], 0)) + int(rng.binomial(impressions, 0.004))
        final = {"impressions": impressions, "reach": int(reach), "clicks": clicked, "reactions": int(rng.binomial(impressions, 0.025)),
                 "comments": int(rng.binomial(impressions, 0.004)), "reposts": int(rng.binomial(impressions, 0.002))}  # fmt: skip
        for after, share in GROWTH:
            day = dt.datetime.fromtimestamp(post["at"] + after * DAY, dt.UTC).date()
            if day <= company.last_day:
                rows.append({"post": post["post"], "network": NETWORK, "day": day} | {name: int(n * share) for name, n in final.items()})
    return pd.DataFrame(rows)


def _page(company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw the figures of the company's page by month."""
    import pandas as pd

    rows, followers = [], 8_900
    for month in range(12):
        day = dt.date(company.start.year + month // 12, month % 12 + 1, 1)
        new = int(rng.integers(60, 140))
        followers += new
        rows.append({"network": NETWORK, "profile": PAGE, "day": day, "followers": followers, "new_followers": new})
    return pd.DataFrame(rows)


def _index(staff: pd.DataFrame, company: Simulation, rng: Generator) -> pd.DataFrame:
    """Draw LinkedIn's index of those who report it, every quarter: it grows a little."""
    import pandas as pd

    rows = []
    for advocate in staff["advocate"][:SHARING:2]:
        pillars = rng.uniform(8, 17, 4)
        for quarter in range(4):
            pillars = np.minimum(pillars + rng.uniform(-0.5, 2.0, 4), 25)
            day = dt.date(company.start.year, 3 * quarter + 3, 28)
            named = zip(("brand", "find", "insights", "relationships"), pillars, strict=True)
            rows.append({"advocate": advocate, "day": day} | {name: round(float(value), 2) for name, value in named})
    return pd.DataFrame(rows)


def _consents(staff: pd.DataFrame) -> pd.DataFrame:
    """List what each employee agreed to when they enrolled."""
    import pandas as pd

    return pd.DataFrame(
        {"advocate": row["advocate"], "datum": datum, "day": row["since"], "granted": "yes"}
        for row in staff.to_dict("records")
        for datum in row["consents"]
    )


def _surveys(company: Simulation, truth: pd.DataFrame, staff: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """Draw what some leads answer to "how did you hear about us": those that a post brought often say so."""
    import pandas as pd

    stages = company.conversions().select(["person", "at", "goal"]).to_pandas()
    leads = stages[stages["goal"] == "lead"]
    names = staff.set_index("advocate")["name"]
    by_post = truth.set_index("person")["advocate"]
    rows = []
    for lead in leads[rng.random(len(leads)) < 0.25].to_dict("records"):
        answer = str(rng.choice(cast.ANSWERS))
        if lead["person"] in by_post.index and rng.random() < 0.6:
            answer = f"Un post de {names[by_post[lead['person']]]} sur LinkedIn" if rng.random() < 0.5 else "Vu sur LinkedIn"
        rows.append({"at": lead["at"], "person": lead["person"], "answer": answer})
    return pd.DataFrame(rows)
