"""The clicks on links of posts: whose link it was, which post it came from, and which clicks count for nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ADVOCACY = "Employee Advocacy"
"""The channel of links with an employee's code, as the channel rules name it."""
UNFURL_SECONDS = 2
"""A click so soon after its post is a program's that draws the preview of the link."""
LEFT_OUT = ("colleague", "preview")
"""Why a click counts for nobody: a colleague clicked, or a program."""
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
        `post, network, advocate, content, at` (epoch seconds); those that are held back left out.
    colleagues : Colleagues

    Returns
    -------
    pandas.DataFrame
        The touches, and `code, advocate, network, post` (None where not known), `posted_at` (NaN), `content` (of the code, where it is
        one) and `left_out` (one of `LEFT_OUT`, or "").

    Notes
    -----
    The post of a click is the latest of the code's advocate before it, of the code's network where the code has
    one, and of the code's content where there is any of it. O(n log n).
    """
    frame = touches.reset_index(drop=True).copy()
    known = {code.code.casefold(): code for code in codes}
    found = [known.get(content.casefold()) if isinstance(content, str) else None for content in frame["content"]]
    frame["code"] = [code.code if code else None for code in found]
    frame["advocate"] = [code.advocate if code else None for code in found]
    frame["network"] = [(code.network if code else None) or _network(source) for code, source in zip(found, frame["source"], strict=True)]
    frame["content"] = [code.content if code else None for code in found]
    latest = Latest(posts)
    at = frame["at"].tolist()
    came = [
        latest.before(code.advocate, code.content, moment, code.network) if code else None for code, moment in zip(found, at, strict=True)
    ]
    frame["post"] = [one[0] if one else None for one in came]
    frame["posted_at"] = np.array([one[1] if one else np.nan for one in came], dtype=np.float64)
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


class Latest:
    """Finds the latest post of an advocate before a moment.

    Parameters
    ----------
    posts : pandas.DataFrame
        `post, advocate, content, at`, as `of_posts` takes them.
    """

    def __init__(self, posts: pd.DataFrame) -> None:
        found: dict[tuple[str, str | None, str | None], tuple[list[int], list[str]]] = {}
        rows = posts[posts["advocate"].notna()].sort_values(["at", "post"])
        for advocate, network, content, at, post in rows[["advocate", "network", "content", "at", "post"]].itertuples(index=False):
            of_content = content if isinstance(content, str) else None
            for key in {(advocate, one, other) for one in (of_content, None) for other in (network, None)}:
                moments, names = found.setdefault(key, ([], []))
                moments.append(int(at))
                names.append(post)
        self._posts: Mapping[tuple[str, str | None, str | None], tuple[list[int], list[str]]] = found

    def before(self, advocate: str | None, content: str | None, at: int, network: str | None = None) -> tuple[str, int] | None:
        """Name the latest post on a network (any, where None) at or before a moment and when it was made: of the content where there is any
        of it; None without one.
        """
        import bisect

        if advocate is None:
            return None
        for key in ((advocate, content, network), (advocate, None, network)):
            moments, names = self._posts.get(key, ([], []))
            if moments:
                place = bisect.bisect_right(moments, at) - 1
                return (names[place], moments[place]) if place >= 0 else None
        return None
