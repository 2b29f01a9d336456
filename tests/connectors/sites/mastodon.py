"""A Mastodon server as docs.joinmastodon.org describes it: two accounts, seven statuses, five followers, pages of two."""

from __future__ import annotations

from typing import Any

from tests.connectors.api_server import Asked, Reply

OPTIONS: dict[str, Any] = {"page": ("us@here",), "advocate": ("A7=lea@here",), "followers": True}
ENV = {"SMARKETING_MASTODON_TOKEN": "mastodon-token-of-the-tests"}
RENEWS = False
ACCOUNTS = {"us@here": ("1", 322_930), "lea@here": ("2", 5)}
LINK = (
    '<p>New: <a href="https://example.com/?utm_source=mastodon&amp;utm_medium=social" rel="nofollow">here</a> '
    '<a class="mention hashtag" href="#">#b2b</a></p>'
)


def status(number: int, owner: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "created_at": f"2026-01-{number:02}T03:48:33.901Z",
        "in_reply_to_id": None,
        "uri": f"https://here/users/{owner}/statuses/{number}",
        "url": f"https://here/@{owner}/{number}",
        "replies_count": number,
        "reblogs_count": 2,
        "favourites_count": 10 * number,
        "content": LINK if number % 2 else "<p>No link</p>",
        "reblog": None,
        **fields,
    }


STATUSES = {
    "1": [status(number, "us") for number in (5, 4, 3, 2, 1)],
    "2": [
        status(7, "lea", in_reply_to_id="3"),
        status(6, "lea", content="", reblog=status(3, "us")),
    ],
}
FOLLOWERS = {"1": [], "2": [{"id": str(n), "acct": f"f{n}", "url": f"https://elsewhere/@f{n}"} for n in range(5)]}


def answer(asked: Asked, base: str) -> Reply:
    if asked.headers.get("authorization") != "Bearer mastodon-token-of-the-tests":
        return Reply({"error": "The access token is invalid"}, 401)
    parts = asked.path.strip("/").split("/")
    if parts[3:] == ["lookup"]:
        if asked.query["acct"] not in ACCOUNTS:
            return Reply({"error": "Record not found"}, 404)
        number, followers = ACCOUNTS[asked.query["acct"]]
        return Reply({"id": number, "acct": asked.query["acct"], "followers_count": followers, "url": f"https://here/@{number}"})
    rows = {"statuses": STATUSES, "followers": FOLLOWERS}[parts[4]][parts[3]]
    start = int(asked.query.get("max_id", 0))
    further = start + 2 < len(rows)
    link = f'<{base}{asked.path}?max_id={start + 2}>; rel="next", <{base}{asked.path}?min_id=9>; rel="prev"'
    return Reply(rows[start : start + 2], headers={"Link": link} if further else {})
