"""Bluesky's view of the network as the lexicons describe it: two accounts, six posts, five followers, pages of two."""

from __future__ import annotations

from typing import Any

from tests.connectors.api_server import Asked, Reply

OPTIONS: dict[str, Any] = {"page": ("example.com",), "advocate": ("A7=lea.bsky.social",), "followers": True}
ENV: dict[str, str] = {}
RENEWS = False
DIDS = {"example.com": "did:plc:us", "lea.bsky.social": "did:plc:lea"}
HANDLES = {did: handle for handle, did in DIDS.items()}
TAGGED = "https://example.com/?utm_source=bluesky&utm_medium=social&utm_content=a7"
ELSEWHERE = "https://elsewhere.example/"


def facet(uri: str) -> dict[str, Any]:
    return {"index": {"byteStart": 0, "byteEnd": 4}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}]}


def external(uri: str) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.external", "external": {"uri": uri, "title": "A page", "description": ""}}


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": f"Post {number}", "createdAt": f"2026-01-{number:02}T03:48:33.901Z", **fields}


def view(number: int, owner: str, **fields: Any) -> dict[str, Any]:
    return {
        "uri": f"at://did:plc:{owner}/app.bsky.feed.post/3k{number}",
        "cid": f"bafy{number}",
        "author": {"did": f"did:plc:{owner}", "handle": "name.example"},
        "record": record(number, **fields),
        "replyCount": number,
        "repostCount": 2,
        "likeCount": 10 * number,
        "quoteCount": 1,
        "bookmarkCount": 0,
        "indexedAt": f"2026-01-{number:02}T03:48:35.000Z",
    }


REASON = {
    "$type": "app.bsky.feed.defs#reasonRepost",
    "by": {"did": "did:plc:lea", "handle": "lea.bsky.social"},
    "uri": "at://did:plc:lea/app.bsky.feed.repost/3r6",
    "indexedAt": "2026-01-06T10:00:00.000Z",
}
FEEDS = {
    "did:plc:us": [
        {"post": view(5, "us", facets=[facet(ELSEWHERE), facet(TAGGED)])},
        {"post": view(4, "us", embed=external(TAGGED))},
        {"post": view(3, "us")},
    ],
    "did:plc:lea": [
        {"post": view(7, "lea", reply={"parent": {"uri": "at://did:plc:x/app.bsky.feed.post/3x"}})},
        {
            "post": view(2, "someone", embed={"$type": "app.bsky.embed.recordWithMedia", "media": external(TAGGED)}),
            "reason": REASON,
        },
        {"post": view(1, "lea", facets=[facet("https://example.com/")])},
    ],
}
FOLLOWERS = {"did:plc:lea": [{"did": f"did:plc:f{n}", "handle": f"f{n}.example"} for n in range(5)]}


def answer(asked: Asked, base: str) -> Reply:
    method, actor = asked.path.rpartition("/")[2], asked.query["actor"]
    if method == "app.bsky.actor.getProfile":
        if actor not in DIDS:
            return Reply({"error": "InvalidRequest", "message": "Profile not found"}, 400)
        return Reply({"did": DIDS[actor], "handle": actor, "followersCount": 5, "followsCount": 1, "postsCount": 3})
    field, held = {"app.bsky.feed.getAuthorFeed": ("feed", FEEDS), "app.bsky.graph.getFollowers": ("followers", FOLLOWERS)}[method]
    rows = held[actor]
    start = int(asked.query.get("cursor", 0))
    page = {field: rows[start : start + 2]} | ({"cursor": str(start + 2)} if start + 2 < len(rows) else {})
    return Reply(page | ({"subject": {"did": actor, "handle": HANDLES[actor]}} if field == "followers" else {}))
