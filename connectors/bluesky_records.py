"""What stands in the records of Bluesky posts and in the entries of feeds, as the lexicons have them."""

from __future__ import annotations

import datetime as dt
from typing import Any

POSTS, REPOSTS = "app.bsky.feed.post", "app.bsky.feed.repost"


def shared(entry: dict[str, Any]) -> bool:
    """Tell whether an entry of a feed is somebody's post that was shared."""
    reason = entry.get("reason")
    return isinstance(reason, dict) and str(reason.get("$type", "")).endswith("#reasonRepost")


def entered(found: Any, repost: bool) -> dt.datetime | None:
    """Read when an entry of a feed came into it."""
    if not isinstance(found, dict):
        return None
    return _read(found.get("indexedAt")) if repost else written(found.get("record"))


def written(record: Any) -> dt.datetime | None:
    """Read when a post or a repost was written."""
    return _read(record.get("createdAt")) if isinstance(record, dict) else None


def _read(text: Any) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None  # the record itself will be refused
    return found if found.tzinfo is not None else None


def address(uri: Any) -> str | None:
    """Write the address at which people see a post.

    Examples
    --------
    >>> address("at://did:plc:abc/app.bsky.feed.post/3k2a")
    'https://bsky.app/profile/did:plc:abc/post/3k2a'
    """
    parts = uri.split("/") if isinstance(uri, str) else []
    return f"https://bsky.app/profile/{parts[2]}/post/{parts[4]}" if len(parts) == 5 and parts[3] == POSTS else None


def links(record: dict[str, Any]) -> list[str]:
    """List where a post points to: the links in its text (its facets), then the page that it shows (its embed)."""
    facets = record.get("facets")
    features = [feature for facet in _dicts(facets) for feature in _dicts(facet.get("features"))]
    found = [feature.get("uri") for feature in features if str(feature.get("$type", "")).endswith("#link")]
    embeds = _dicts([record.get("embed")])
    media = _dicts([embed.get("media") for embed in embeds])
    found += [shown.get("uri") for shown in _dicts([embed.get("external") for embed in (*embeds, *media)])]
    return [link for link in found if isinstance(link, str) and link]


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
