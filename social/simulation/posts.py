"""What the simulated employees and their company's page publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator

from social.simulation import cast
from social.simulation.staff import SHARING
from social.tagged_links import tagged

if TYPE_CHECKING:
    import pandas as pd

    from attribution.simulation.simulate import Simulation

NETWORK, PAGE = "linkedin", "lumenio"
ELSEWHERE, FORBIDDEN = "bluesky", "x"
"""A network where some are besides, and one where the policy lets nobody speak of work."""
DAY = 86400
COPIED, DISCLOSED = 0.45, 0.94
"""Share of the posts that take the company's text as it is; of all, share that carry what the policy asks for."""
REPOSTED, COMMENTED = 0.06, 0.5
"""Chance that a colleague reposts a post; mean of colleagues' comments on one."""
REFUSED, WAITS = 0.1, 25 * 86400
"""Share of the posts that must be approved and were not; seconds before the window's end in which nobody has decided yet."""
OUT = ("pending", "refused")


class Wall:
    """Gathers posts, and numbers them as the networks do: the moment, in milliseconds, comes first."""

    def __init__(self, company: Simulation) -> None:
        self._clock = company.clock
        self.rows: list[dict[str, Any]] = []

    def add(self, at: float, network: str = NETWORK, **said: Any) -> str:
        """Put a post up, within the company's window; give its number."""
        moment = min(max(int(at), self._clock.start), self._clock.end - 1)
        number = (moment * 1000 + len(self.rows) % 1000) << 22
        self.rows.append({"post": str(number), "network": network, "at": moment, **said})
        return str(number)


def published(
    company: Simulation, people: pd.DataFrame, links: pd.DataFrame, first: pd.Series, offered: pd.DataFrame, rng: Generator
) -> pd.DataFrame:
    """Draw all posts of the year.

    Parameters
    ----------
    company : Simulation
    people : pandas.DataFrame
        The staff; the first share.
    links : pandas.DataFrame
        Codes that are shared all year.
    first : pandas.Series
        The moment of the first click by code: the link was out before.
    offered : pandas.DataFrame
        `offers.shared`.
    rng : Generator

    Returns
    -------
    pandas.DataFrame
        By time: `post, network, at, advocate, page, kind, link, content, text, repost_of, approval`, and what only the truth knows: `code`,
        `because_of_offer`.
    """
    import pandas as pd

    wall = Wall(company)
    for code in links.to_dict("records"):
        at = first.get(code["code"], company.clock.end) - float(rng.uniform(600, 40_000))
        while at < company.clock.end:
            _original(wall, code, at, rng)
            at = _by_day(at + float(rng.uniform(12, 45)) * DAY, rng)
    for one in offered.to_dict("records"):
        _original(wall, one, one["at"], rng, because_of_offer=one["because_of_offer"])
    _of_the_page(wall, company, people, rng)
    _elsewhere(wall, company, people, rng)
    _among_colleagues(wall, people, rng)
    frame = pd.DataFrame(wall.rows).sort_values(["at", "post"], ignore_index=True)
    frame["because_of_offer"] = frame["because_of_offer"].eq(True)
    return _approved(_there(frame, people), people, company.clock.end - WAITS, rng)


def _original(wall: Wall, code: Mapping[Any, Any], at: float, rng: Generator, **more: Any) -> None:
    """Share a link: with the company's text or with words of their own, mostly with the words that the policy asks for."""
    company_text = cast.CONTENTS.get(code["content"]) or cast.OFFERED[code["content"]]
    text = company_text if rng.random() < COPIED else _own_words(rng)
    shown = f"{text} {cast.HASHTAG}" if rng.random() < DISCLOSED else text
    link = tagged(code["link"], NETWORK, code["code"])
    wall.add(at, advocate=code["advocate"], kind="original", link=link, content=code["content"], text=shown, code=code["code"], **more)


def _by_day(at: float, rng: Generator) -> float:
    """Move a moment into the hours in which people are up."""
    return at // DAY * DAY + float(rng.uniform(6.5, 19)) * 3600


def _own_words(rng: Generator) -> str:
    return " ".join(f"{words}{'' if words.endswith('?') else '.'}" for words in rng.choice(cast.OWN_WORDS, size=3, replace=False))


def _of_the_page(wall: Wall, company: Simulation, people: pd.DataFrame, rng: Generator) -> None:
    """Let the page post a content every week, and two employees repost it."""
    contents = list(cast.CONTENTS)
    for week in range(round(company.clock.days) // 7):
        content = contents[week % len(contents)]
        at = company.clock.start + week * 7 * DAY + 10 * 3600
        passed_on = wall.add(at, page=PAGE, kind="original", content=content, text=f"{cast.CONTENTS[content]} {cast.HASHTAG}")
        for advocate in rng.choice(people["advocate"][:SHARING], size=2, replace=False):
            later = at + float(rng.uniform(1800, 2 * DAY))
            wall.add(later, advocate=str(advocate), kind="repost", content=content, repost_of=passed_on)


def _elsewhere(wall: Wall, company: Simulation, people: pd.DataFrame, rng: Generator) -> None:
    """Let three employees post on a second network, and two on the one that is forbidden."""
    for place, network, count in ((2, ELSEWHERE, 21), (9, ELSEWHERE, 13), (16, ELSEWHERE, 8), (5, FORBIDDEN, 4), (13, FORBIDDEN, 2)):
        for at in company.clock.start + np.sort(rng.random(count)) * company.clock.days * DAY:
            text = f"{_own_words(rng)} {cast.HASHTAG}"
            wall.add(_by_day(at, rng), network, advocate=people["advocate"][place], kind="original", text=text)


def _among_colleagues(wall: Wall, people: pd.DataFrame, rng: Generator) -> None:
    """Let colleagues comment on posts, and repost some."""
    sharing = people["advocate"][:SHARING].tolist()
    for post in [row for row in wall.rows if row["kind"] == "original" and row.get("advocate") and row["network"] == NETWORK]:
        others = [one for one in sharing if one != post["advocate"]]
        for _ in range(rng.poisson(COMMENTED)):
            at, text = post["at"] + float(rng.exponential(DAY)), str(rng.choice(cast.COMMENTS))
            wall.add(at, advocate=str(rng.choice(others)), kind="comment", text=text)
        if rng.random() < REPOSTED:
            passed_on = {"content": post["content"], "repost_of": post["post"]}
            wall.add(post["at"] + float(rng.exponential(DAY)), advocate=str(rng.choice(others)), kind="repost", **passed_on)


def _there(frame: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Leave out what nobody published: posts of a time after their author left."""
    leaves = {row["advocate"]: row["until"] for row in people.to_dict("records") if row["until"]}
    days = [dt.datetime.fromtimestamp(at, dt.UTC).date() for at in frame["at"]]
    kept = [leaves.get(advocate, day) >= day for advocate, day in zip(frame["advocate"], days, strict=True)]
    out_there = frame[kept]
    return out_there[out_there["repost_of"].isna() | out_there["repost_of"].isin(out_there["post"])].reset_index(drop=True)


def _approved(frame: pd.DataFrame, people: pd.DataFrame, until: int, rng: Generator) -> pd.DataFrame:
    """Have the posts of one team approved or refused, but for the latest."""
    theirs = people["advocate"][people["team"] == cast.NEEDS_APPROVAL]
    held = np.flatnonzero(frame["advocate"].isin(theirs) & (frame["kind"] != "comment") & (frame["network"] == NETWORK))
    state = np.full(len(frame), None, dtype=object)
    state[held] = np.where(
        frame["at"].to_numpy()[held] >= until, "pending", np.where(rng.random(len(held)) < REFUSED, "refused", "approved")
    )
    state[held[:1]] = "approved"  # the first link was clicked, so that it was out
    return frame.assign(approval=state)


def out(posts: pd.DataFrame) -> pd.DataFrame:
    """Take the posts that readers could see."""
    return posts[~posts["approval"].isin(OUT)]
