"""The clicks on links in the simulated posts: readers', colleagues', and those of programs that draw previews."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
from numpy.random import Generator

from attribution.paths import Ints
from attribution.simulation.traffic import Origin
from social.simulation import cast
from social.simulation.causes import codes_of
from social.simulation.staff import others
from social.tagged_links import MEDIUM, tagged

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from attribution.simulation.simulate import Simulation

SEEN, FADES = 0.04, 4.0 * 86400
"""The chance that a click on an employee's link is on a given new post of an offered content; the seconds in which that fades to 1/e."""
MOST = 0.9
"""All of these posts together get no more than so much of the clicks at any time."""
OF_COLLEAGUES = 0.7
"""Colleagues' clicks on a post with a link; mean."""
OWN_DEVICE = 0.25
"""Share of them that come from a private device, of which nobody knows whose it is."""
AT_ONCE, LATER = 0.35, 0.15
"""Chance that the network's own program fetches the page as the post appears and runs what counts visits; mean of such fetches later, when
somebody passes the link on in a chat."""


def coded(company: Simulation, links: pd.DataFrame, offered: pd.DataFrame, rng: Generator) -> tuple[Simulation, pd.DataFrame]:
    """Let some of the clicks on employees' links be clicks on the posts of the offered contents, and all lead to the page of their link.

    Parameters
    ----------
    company : Simulation
    links : pandas.DataFrame
        Codes of links: `code, advocate, content, link`.
    offered : pandas.DataFrame
        The posts of the offered contents: `code, post, at` (epoch seconds), `because_of_offer`.
    rng : Generator

    Returns
    -------
    company : Simulation
        The same touches, some with another code: who came and what it caused stays.
    clicks : pandas.DataFrame
        Readers' clicks by time: `touch` (place in the company's touches), `at, code, advocate, content`, `post` (of offered contents alone)
        and `because_of_offer`.

    Notes
    -----
    A post made because of the offer takes no click from another of them: the chances add up to less than `MOST` but for moments.
    """
    import pandas as pd

    named = np.array([code or "" for code in codes_of(company)])[company.origin]
    touch = np.flatnonzero(named != "")
    at = company.at[touch]
    place = _chosen(at, offered["at"].to_numpy(dtype=np.float64), rng)
    mine = place >= 0
    code = np.where(mine, offered["code"].to_numpy()[place], named[touch])
    pages = links.set_index("code")["link"]
    origins, origin = list(company.origins), company.origin.copy()
    known: dict[tuple[int, str], int] = {}
    for number, old, new in zip(touch.tolist(), company.origin[touch].tolist(), code.tolist(), strict=True):
        if (old, new) not in known:
            known[old, new] = len(origins)
            origins.append(_leading(company.origins[old], new, pages[new]))
        origin[number] = known[old, new]
    frame = pd.DataFrame(
        {
            "touch": touch,
            "at": at,
            "code": code,
            "post": offered["post"].take(place).where(mine).to_numpy(),
            "because_of_offer": mine & offered["because_of_offer"].to_numpy(dtype=np.bool_)[place],
        }
    ).merge(links[["code", "advocate", "content"]], on="code")
    clicks = frame.sort_values(["at", "touch"], ignore_index=True)
    return dataclasses.replace(company, origins=origins, origin=origin), clicks


def _chosen(at: Ints, posted: np.ndarray[tuple[int], np.dtype[np.float64]], rng: Generator) -> Ints:
    """Draw which of some posts each click is on; -1 where it is on none of them."""
    age = at[:, None] - posted[None, :]
    chance = np.where(age > 0, SEEN * np.exp(-np.maximum(age, 0.0) / FADES), 0.0)
    chance *= np.minimum(1.0, MOST / np.maximum(chance.sum(axis=1, keepdims=True), 1e-12))
    reached = np.cumsum(chance, axis=1)
    place = (reached <= rng.random(len(at))[:, None]).sum(axis=1)
    return np.where(place < len(posted), place, -1)


def _leading(origin: Origin, code: str, page: str) -> Origin:
    """Write an origin with another code, and the page of its link."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(origin.url or "").query).items()}
    if not query:
        return dataclasses.replace(origin, content=code, url=page)
    return dataclasses.replace(origin, url=f"{page}?{urlencode({**query, 'utm_content': code})}")


def of_colleagues(posts: pd.DataFrame, people: pd.DataFrame, end: int, rng: Generator) -> pd.DataFrame:
    """Draw the clicks of colleagues: `person, at, code, post`.

    Some are known by their address, some come from a device of their own and look like anybody.
    """
    import pandas as pd

    everybody = [*people["person"], *others(range(cast.COLLEAGUES))]
    rows = []
    for post in posts.to_dict("records"):
        for _ in range(rng.poisson(OF_COLLEAGUES)):
            who = int(rng.integers(len(everybody)))
            at = post["at"] + 60 + int(rng.exponential(6 * 3600))
            person = _visitor(who) if rng.random() < OWN_DEVICE else everybody[who]
            rows.append({"person": person, "at": at, "code": post["code"], "post": post["post"]})
    frame = pd.DataFrame(rows, columns=["person", "at", "code", "post"])
    return frame[frame["at"] < end].reset_index(drop=True)


def of_programs(posts: pd.DataFrame, end: int, rng: Generator) -> pd.DataFrame:
    """Draw the fetches of programs that draw previews, which the site takes for visitors: as `of_colleagues`."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for post in posts.to_dict("records"):
        moments = [post["at"] + int(rng.integers(2))] if rng.random() < AT_ONCE else []
        moments += [post["at"] + 300 + int(rng.exponential(2 * 86400)) for _ in range(rng.poisson(LATER))]
        for at in moments:
            rows.append({"person": _visitor(10_000 + len(rows)), "at": at, "code": post["code"], "post": post["post"]})
    frame = pd.DataFrame(rows, columns=["person", "at", "code", "post"])
    return frame[frame["at"] < end].reset_index(drop=True)


def _visitor(number: int) -> str:
    """Name a visitor of whom only a cookie is known.

    Examples
    --------
    >>> _visitor(3), _visitor(3) == _visitor(4)
    ('visitor-da79f1ab', False)
    """
    return f"visitor-{(number + 1) * 0x9E3779B9 * 7 % 2**32:08x}"


def written(rows: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Write clicks as touches: `person, at` (epoch seconds), `source, medium, content, url, kind, id`."""
    import pandas as pd

    pages = rows["code"].map(links.set_index("code")["link"])
    return pd.DataFrame(
        {
            "person": rows["person"],
            "at": rows["at"],
            "source": "linkedin",
            "medium": MEDIUM,
            "content": rows["code"],
            "referrer": "https://www.linkedin.com/",
            "url": [tagged(page, "linkedin", code) for page, code in zip(pages, rows["code"], strict=True)],
            "kind": "post_click",
            "id": [f"x{number:07d}" for number in range(1, len(rows) + 1)],
        }
    )


def table(touches: pd.DataFrame) -> pa.Table:
    """Give touches the columns that the company's have."""
    import pyarrow as pa

    from attribution.simulation.files import TOUCH

    at = pa.array(touches["at"], pa.int64()).cast(pa.timestamp("s", "UTC"))
    told = {name: pa.array(touches[name], pa.string()) for name in touches if name != "at"} | {"at": at}
    return pa.table({name: told.get(name, pa.nulls(len(touches), pa.string())) for name in TOUCH})
