"""The clicks on links of posts: whose link it was, which post it came from, and which clicks count for nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from workspace.urls import tags

if TYPE_CHECKING:
    import pandas as pd

ADVOCACY = "Employee Advocacy"
"""The channel of links with an employee's code, as the channel rules name it."""
UNFURL_SECONDS = 2
"""A click so soon after its post is a program's that draws the preview of the link."""
LEFT_OUT = ("colleague", "preview")
"""Why a click counts for nobody: a colleague clicked, or a program."""
CLICKABLE = ("original", "repost", "comment")
"""Kinds of post that can hold a link."""
ENGAGEMENTS = ("post_reaction", "post_comment", "post_repost", "post_engagement")
"""Kinds of touch that say somebody engaged with a post without a click."""


@dataclasses.dataclass(frozen=True, slots=True)
class Code:
    """A code of a link; see `workspace.social_records.LinkCode`."""

    code: str
    advocate: str | None
    content: str | None
    network: str | None


def of_posts(touches: pd.DataFrame, codes: Sequence[Code], posts: pd.DataFrame, colleagues: Colleagues) -> pd.DataFrame:
    """Say of each social touch whose post it came from.

    Parameters
    ----------
    touches : pandas.DataFrame
        `workspace.social_reading.SOCIAL_TOUCH`.
    codes : sequence of Code
    posts : pandas.DataFrame
        `post, network, advocate, kind, link, text, content, at` (epoch seconds); those that are held back left out.
    colleagues : Colleagues

    Returns
    -------
    pandas.DataFrame
        The touches, and `code, advocate, network, post` (None where not known), `posted_at` (NaN), `content` (of the code, where it is
        one) and `left_out` (one of `LEFT_OUT`, or "").

    Notes
    -----
    The post of a click is the latest before it that may hold the link (`Latest`): on the code's network, else on the network that the touch
    names where there are posts there, else on any. O(n log n).
    """
    frame = touches.reset_index(drop=True).copy()
    known = {code.code.casefold(): code for code in codes}
    found = [known.get(content.casefold()) if isinstance(content, str) else None for content in frame["content"]]
    frame["code"] = [code.code if code else None for code in found]
    frame["advocate"] = [code.advocate if code else None for code in found]
    sources, there = [_network(source) for source in frame["source"]], set(posts["network"])
    latest = Latest(posts, known)
    came = [
        latest.before(code, moment, code.network or (source if source in there else None)) if code else None
        for code, moment, source in zip(found, frame["at"].tolist(), sources, strict=True)
    ]
    frame["network"] = [
        (code.network if code else None) or (one.network if one else source) for code, one, source in zip(found, came, sources, strict=True)
    ]
    frame["content"] = [code.content if code else None for code in found]
    frame["post"] = [one.post if one else None for one in came]
    frame["posted_at"] = np.array([one.at if one else np.nan for one in came], dtype=np.float64)
    own = colleagues.among(frame)
    soon = (frame["at"] - frame["posted_at"]) < UNFURL_SECONDS
    frame["left_out"] = np.where(own, "colleague", np.where(soon & frame["code"].notna(), "preview", ""))
    return frame


def _network(source: Any) -> str | None:
    return str(source).casefold() if isinstance(source, str) and source else None


@dataclasses.dataclass(frozen=True, slots=True)
class Colleagues:
    """Who works for us: the advocates themselves, and whoever has an address at one of our domains."""

    person_ids: Collection[int]
    domains: Collection[str]

    def among(self, touches: pd.DataFrame) -> Any:
        """Tell which touches are those of colleagues, shape (n_touches,)."""
        domains = {domain.casefold().removeprefix("www.") for domain in self.domains}
        at_ours = [str(person).rpartition("@")[2].casefold() in domains if "@" in str(person) else False for person in touches["person"]]
        return touches["person_id"].isin(list(self.person_ids)).to_numpy() | np.array(at_ours, dtype=np.bool_)


class Posted(NamedTuple):
    """A post and when it was made, in epoch seconds."""

    at: int
    post: str
    network: str


class Latest:
    """Finds the latest post before a moment that may hold a link with a code.

    Parameters
    ----------
    posts : pandas.DataFrame
        As `of_posts` takes them.
    codes : mapping of str to Code
        Every code, in lower case.

    Notes
    -----
    It is the latest of the code's advocate whose own link bears the code. Where that is not known, since many networks shorten links, it is
    the latest of those whose link bears no code: of the code's content where there is any of it. Reactions hold no link, and a repost
    without a word or a content of its own holds its author's, not that of the one who passed it on.
    """

    def __init__(self, posts: pd.DataFrame, codes: Mapping[str, Code]) -> None:
        self._posts: dict[tuple[str, str | None, str | None, str | None], list[Posted]] = {}
        rows = posts[posts["advocate"].notna() & posts["kind"].isin(CLICKABLE)].sort_values(["at", "network", "post"])
        columns = ["post", "network", "advocate", "kind", "link", "text", "content", "at"]
        for post, network, advocate, kind, link, text, content, at in rows[columns].itertuples(index=False):
            borne = codes.get((tags(link).content or "").casefold()) if isinstance(link, str) else None
            bare = kind == "repost" and not any(isinstance(said, str) for said in (text, content))
            if bare if borne is None else borne.advocate != advocate:
                continue
            sorts: set[tuple[str | None, str | None]] = {(content if isinstance(content, str) else None, None), (None, None)}
            for of_content, of_code in {(None, borne.code)} if borne else sorts:
                for where in (network, None):
                    self._posts.setdefault((advocate, where, of_content, of_code), []).append(Posted(int(at), post, network))

    def before(self, code: Code, at: int, network: str | None = None) -> Posted | None:
        """Name the latest post on a network (any, where None) at or before a moment; None without one."""
        import bisect

        if code.advocate is None:
            return None
        for of_content, of_code in ((None, code.code), (code.content, None), (None, None)):
            made = self._posts.get((code.advocate, network, of_content, of_code), [])
            place = bisect.bisect_right(made, at, key=lambda one: one.at)
            if place:
                return made[place - 1]
            if made and of_code is None:  # its content was posted, and later
                return None
        return None
