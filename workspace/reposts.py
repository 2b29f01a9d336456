"""What reposts pass on: a post's number out of any address of it, which names nobody; and the stored post that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workspace.linkedin_ids import NumbersInTime, number_in
from workspace.urls import host

if TYPE_CHECKING:
    import pyarrow as pa

ONE_FOR_ALL = ("bsky.app", "x.com", "twitter.com", "mobile.twitter.com")
"""Hosts whose posts have numbers that no other host of the network gives to another post."""
WRITTEN = ("original", "repost")
"""Kinds of post that can be passed on; those of comments and reactions bear the address of somebody else's."""
_NUMBER = re.compile(r"\d{15,20}")


def number_of(network: str, text: str | None) -> str | None:
    """Read a post's number out of its address, its URI or a number; None where the address names a person and no post.

    Addresses of posts bear their authors' names, and whose post an employee passed on is nobody's business unless it was a colleague's.

    Examples
    --------
    >>> number_of("linkedin", "https://www.linkedin.com/posts/lea-d_crm-activity-7123456789012345678-aB1c")
    '7123456789012345678'
    >>> number_of("bluesky", "at://did:plc:abc/app.bsky.feed.post/3k2a"), number_of("bluesky", "https://bsky.app/profile/lea.example/post/3k2a")
    ('3k2a', '3k2a')
    >>> number_of("mastodon", "https://mas.to/users/lea/statuses/77"), number_of("mastodon", "https://mas.to/@lea/77")
    ('mas.to/77', 'mas.to/77')
    >>> number_of("linkedin", "https://www.linkedin.com/pulse/crm-carl-cedar"), number_of("x", "P-17")
    (None, 'P-17')
    """
    text = (text or "").strip()
    if network == "linkedin" and (found := number_in(text)):
        return found
    if text.startswith("at://"):
        return text.rstrip("/").rpartition("/")[2]
    server, path = _parted(text)
    if server is None:
        return text or None
    if network == "linkedin":
        return None
    parts = [part for part in path.split("/") if part and part != "activity"]
    # An address such as /permalink.php?id=7 has its number elsewhere, and no author in its path.
    if not parts or "." in parts[-1]:
        return text
    return parts[-1] if server in ONE_FOR_ALL else f"{server}/{parts[-1]}"


def numbered(posts: pa.Table) -> pa.Table:
    """Keep of what posts pass on the number alone; a post that passes one on is a repost, where nothing else is said of it."""
    import pyarrow as pa

    place, kind = (posts.schema.get_field_index(name) for name in ("repost_of", "kind"))
    if posts["repost_of"].null_count == posts.num_rows:
        return posts
    named = [number_of(*pair) for pair in zip(posts["network"].to_pylist(), posts["repost_of"].to_pylist(), strict=True)]
    kinds = ["repost" if number and kind is None else kind for number, kind in zip(named, posts["kind"].to_pylist(), strict=True)]
    posts = posts.set_column(place, posts.schema.field(place), pa.array(named, pa.string()))
    return posts.set_column(kind, posts.schema.field(kind), pa.array(kinds, pa.string()))


def _parted(text: str) -> tuple[str | None, str]:
    """Part an address into its host and its path; what is no address has no host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None, ""
    server = parts.hostname if "://" in text else host(text) if "/" in text else None
    return (server.removeprefix("www.") if server else None), parts.path


class Originals:
    """Finds the posts that were passed on among those that are stored.

    Parameters
    ----------
    posts : iterable of mapping
        `network, post, kind, url, alias, repost_of` of every post.

    Notes
    -----
    A post is known by its number, that of its address and its other number. Where LinkedIn's other number is not known, it is made within
    two seconds of the first (`workspace.linkedin_ids`); where two posts could be meant, neither is: a wrong guess would hand somebody what
    is another's. O(log n) for each.

    Examples
    --------
    >>> written = {"network": "bluesky", "post": "at://did:plc:abc/app.bsky.feed.post/3k2a", "kind": "original", "url": None, "alias": None}
    >>> shared = written | {"post": "r1", "kind": "repost", "repost_of": "3k2a"}
    >>> originals = Originals([written | {"repost_of": None}, shared])
    >>> originals.of("bluesky", "3k2a", "r1"), originals.of("bluesky", "3k2b", "r1")
    ('at://did:plc:abc/app.bsky.feed.post/3k2a', None)
    """

    def __init__(self, posts: Iterable[Mapping[str, Any]]) -> None:
        self._known: dict[tuple[str, str], set[str]] = {}
        for row in posts:
            if row["kind"] not in WRITTEN:
                continue
            network, passed_on = row["network"], number_of(row["network"], row["repost_of"])
            for number in {number_of(network, row[name]) for name in ("post", "url", "alias")} - {None, passed_on}:
                assert number is not None
                self._known.setdefault((network, number), set()).add(row["post"])
        self._in_time = NumbersInTime()
        for network, number in sorted(self._known):
            if network == "linkedin" and _NUMBER.fullmatch(number):
                self._in_time.add(number)

    def of(self, network: str, repost_of: str | None, repost: str) -> str | None:
        """Name the stored post that a repost passes on; None where it is not stored, or not to be told from another."""
        number = number_of(network, repost_of)
        if number is None:
            return None
        found = self._known.get((network, number), set()) - {repost}
        if not found and network == "linkedin" and _NUMBER.fullmatch(number):
            found = {post for near in self._in_time.near(number) for post in self._known[network, near]} - {repost}
        return next(iter(found)) if len(found) == 1 else None
