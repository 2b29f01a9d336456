"""Bluesky: its view of the network on loopback, and a real personal data server."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from connectors import importing
from connectors.api import Patience
from connectors.base import ImportContext
from connectors.bluesky import Bluesky
from tests.connectors.api_server import Asked, Reply, serving
from tests.connectors.bluesky_pds import bluesky_pds
from tests.connectors.sites import bluesky as site
from tests.workspace.samples import agreeing, tables
from workspace.errors import SourceError, UsageError
from workspace.keys import keyed_hash
from workspace.settings import Settings
from workspace.store import create, open_workspace

KEY = b"a secret of the tests"
SETTINGS = Settings(own_domains=("example.com",))
QUICK = Patience(pause=0, silence=5, longest=5, retries=1)


def read(base: str, cursor: Any = None, **options: Any) -> tuple[dict[str, list[dict[str, Any]]], Bluesky]:
    """Read an API: records by kind without what is unknown."""
    connector = Bluesky(ImportContext(SETTINGS, KEY, cursor=cursor, patience=QUICK), base_url=base, **options)
    found: dict[str, list[dict[str, Any]]] = {}
    for batch in connector.read():
        rows = [{name: value for name, value in row.items() if value is not None} for row in batch.rows.to_pylist()]
        found.setdefault(batch.kind, []).extend(rows)
        assert batch.rejects == ()
    return found, connector


def moment(day: int, *clock: int) -> dt.datetime:
    return dt.datetime(2026, 1, day, *clock, tzinfo=dt.UTC)


TODAY = dt.datetime.now(dt.UTC).date()
US, LEA = {"network": "bluesky", "page": "example.com"}, {"network": "bluesky", "advocate": "A7"}


def post(number: int, owner: str, row: int, kind: str = "original", **fields: Any) -> dict[str, Any]:
    return {
        "post": f"at://did:plc:{owner}/app.bsky.feed.post/3k{number}",
        "at": moment(number, 3, 48, 33),
        "kind": kind,
        "url": f"https://bsky.app/profile/did:plc:{owner}/post/3k{number}",
        "row": row,
        **fields,
    }


def figures(number: int, owner: str, row: int) -> dict[str, Any]:
    counted = {"reactions": 10 * number, "comments": number, "reposts": 2, "saves": 0}
    return {"post": f"at://did:plc:{owner}/app.bsky.feed.post/3k{number}", "network": "bluesky", "day": TODAY, "row": row, **counted}


EXPECTED = {
    "posts": [
        post(5, "us", 1, text="Post 5", link=site.TAGGED) | US,
        post(4, "us", 2, text="Post 4", link=site.TAGGED) | US,
        post(3, "us", 3, text="Post 3") | US,
        post(7, "lea", 1, "comment") | LEA,
        {"post": site.REASON["uri"], "at": moment(6, 10), "kind": "repost", "link": site.TAGGED, "repost_of": "3k2",
         "row": 2} | LEA,
        post(1, "lea", 3, text="Post 1", link="https://example.com/") | LEA,
    ],
    "post_metrics": [
        figures(5, "us", 1), figures(4, "us", 2), figures(3, "us", 3), figures(7, "lea", 1), figures(1, "lea", 2),
    ],
    "profile_metrics": [
        {"network": "bluesky", "profile": "example.com", "day": TODAY, "followers": 5, "row": 1},
        {"network": "bluesky", "profile": "lea.bsky.social", "advocate": "A7", "day": TODAY, "followers": 5, "row": 1},
    ],
    "removals": [
        {"kind": "posts", "field": "file", "value": "bluesky example.com", "row": 1},
        {"kind": "posts", "field": "file", "value": "bluesky lea.bsky.social", "row": 1},
        {"kind": "audience", "field": "file", "value": "bluesky lea.bsky.social followers", "row": 1},
    ],
    "audience": [
        {"advocate": "A7", "network": "bluesky", "member": keyed_hash(KEY, f"bluesky did:plc:f{n}"), "as_of": TODAY, "row": n + 1}
        for n in range(5)
    ],
}  # fmt: skip


def test_the_view_of_the_network():
    with serving(site.answer) as api:
        found, connector = read(api.base, **site.OPTIONS)
    assert found == EXPECTED
    assert connector.remarks == []
    assert [(asked.path.rpartition(".")[2], asked.query.get("cursor")) for asked in api.asked] == [
        ("getProfile", None), ("getAuthorFeed", None), ("getAuthorFeed", "2"),
        ("getProfile", None), ("getAuthorFeed", None), ("getAuthorFeed", "2"),
        ("getFollowers", None), ("getFollowers", "2"), ("getFollowers", "4"),
    ]  # fmt: skip


def test_followers_are_kept_only_where_asked_for():
    with serving(site.answer) as api:
        found, _ = read(api.base, advocate=("A7=lea.bsky.social",))
    assert "audience" not in found


def test_the_next_time_only_what_may_have_changed_is_read(tmp_path):
    """Reactions still come in for a month; a page whose last post is older is the last that is asked for."""
    path = tmp_path / "smarketing.db"
    create(path)
    counted: dict[str, int] = {}

    def answer(asked: Asked, base: str) -> Reply:
        reply = site.answer(asked, base)
        for entry in reply.json.get("feed", []) if isinstance(reply.json, dict) else []:
            entry["post"] = entry["post"] | {"likeCount": counted.get(entry["post"]["uri"], entry["post"]["likeCount"])}
        return reply

    def run(base: str, cursor: Any) -> None:
        with open_workspace(path) as workspace:
            connector = Bluesky(ImportContext(SETTINGS, KEY, cursor=cursor, patience=QUICK), base_url=base, page=("example.com",))
            importing.run(workspace, connector, False)

    with serving(answer) as api:
        run(api.base, None)
        first = len(api.asked)
        counted["at://did:plc:us/app.bsky.feed.post/3k5"] = 77
        counted["at://did:plc:us/app.bsky.feed.post/3k3"] = 99
        run(api.base, {"read_until": moment(4).replace(month=2).isoformat()})
    assert [asked.path.rpartition(".")[2] for asked in api.asked[first:]] == ["getProfile", "getAuthorFeed"]
    found = {row["post"].rpartition("/")[2]: row["reactions"] for row in tables(path)["post_metrics"]}
    assert found == {"3k5": 77, "3k4": 40, "3k3": 30}
    assert len(tables(path)["posts"]) == 3


RECORDS = {
    "app.bsky.feed.post": [
        {"uri": "at://did:plc:us/app.bsky.feed.post/3k3", "cid": "c3", "value": site.record(3, embed=site.external(site.TAGGED))},
        {"uri": "at://did:plc:us/app.bsky.feed.post/3k2", "cid": "c2", "value": site.record(2, reply={"parent": {}})},
        {"uri": "at://did:plc:us/app.bsky.feed.post/3k1", "cid": "c1", "value": site.record(1)},
    ],
    "app.bsky.feed.repost": [
        {
            "uri": "at://did:plc:us/app.bsky.feed.repost/3r4",
            "cid": "c4",
            "value": {"subject": {"uri": "at://did:plc:x/app.bsky.feed.post/3k9"}, "createdAt": "2026-01-04T03:48:33Z"},
        }
    ],
}


@pytest.mark.parametrize("status", [401, 404, 501])
def test_a_server_without_a_view_gives_the_posts_alone(status):
    def answer(asked: Asked, base: str) -> Reply:
        if not asked.path.endswith("listRecords"):
            return Reply({"error": "AuthMissing", "message": "Authentication Required"}, status)
        rows, start = RECORDS[asked.query["collection"]], int(asked.query.get("cursor", 0))
        further = {"cursor": str(start + 2)} if start + 2 < len(rows) else {}
        return Reply({"records": rows[start : start + 2]} | further)

    with serving(answer) as api:
        found, connector = read(api.base, page=("example.com",), advocate=())
    repost = {
        "post": "at://did:plc:us/app.bsky.feed.repost/3r4",
        "at": moment(4, 3, 48, 33),
        "kind": "repost",
        "repost_of": "3k9",
        "row": 4,
    }
    assert found == {
        "posts": [
            post(3, "us", 1, text="Post 3", link=site.TAGGED) | US,
            post(2, "us", 2, "comment") | US,
            post(1, "us", 3, text="Post 1") | US,
            repost | US,
        ],
        "removals": [{"kind": "posts", "field": "file", "value": "bluesky example.com", "row": 1}],
    }
    assert [str(remark) for remark in connector.remarks] == [
        f"example.com: {api.base} only holds what the account wrote: the figures of posts and the followers stay unknown."
    ]
    assert len(api.asked) == 4


def test_an_account_that_is_not_there():
    with serving(site.answer) as api, pytest.raises(SourceError) as caught:
        read(api.base, page=("nobody.example",))
    assert str(caught.value) == "Bluesky: /xrpc/app.bsky.actor.getProfile was answered with 400: Profile not found"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {},
            "Whose posts? Name our own account with --page name.bsky.social, an employee's with --advocate A7=name.bsky.social",
        ),
        (
            {"advocate": ("lea.bsky.social",)},
            "--advocate lea.bsky.social: write a code and the account, as A7=name.bsky.social",
        ),
        ({"page": ("a.example",), "since": "January"}, "--since January: write a day of the calendar as 2026-01-31"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(UsageError) as caught:
        Bluesky(ImportContext(SETTINGS, KEY), **options)
    assert str(caught.value) == message


def test_a_real_server(tmp_path):
    """Two accounts; posts with links in text and card, an answer, a repost; three pages of posts; a post that is deleted stays unread."""
    path = tmp_path / "smarketing.db"
    agreeing(path, "A7")
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)

    def at(seconds: int) -> str:
        return (now + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    with bluesky_pds() as pds:
        us, our_token = pds.account("ours.test")
        lea, her_token = pds.account("lea-d.test")
        kind = "app.bsky.feed.post"
        pds.write(us, our_token, kind, {"text": "old", "createdAt": "2026-01-01T00:00:00Z"})
        for number in range(204):
            pds.write(us, our_token, kind, {"text": f"Post {number}", "createdAt": at(number - 300)})
        card = pds.write(us, our_token, kind, {"text": "See", "createdAt": at(-60), "embed": site.external(site.TAGGED)})
        gone = pds.write(us, our_token, kind, {"text": "A slip", "createdAt": at(-50)})
        pds.delete(us, our_token, gone)
        facets = [{**site.facet(site.ELSEWHERE)}, {**site.facet(site.TAGGED)}]
        linked = pds.write(lea, her_token, kind, {"text": "Here and there", "createdAt": at(-40), "facets": facets})
        subject = {"uri": card, "cid": "bafyreigq4zsipbk5w3uqkbmh2w2633c7tcnlwpwbbsikkq3s3gcnl4cb6q"}
        answer = pds.write(lea, her_token, kind, {"text": "Private", "createdAt": at(-30), "reply": {"root": subject, "parent": subject}})
        repost = pds.write(lea, her_token, "app.bsky.feed.repost", {"subject": subject, "createdAt": at(-20)})

        options = {"page": ("ours.test",), "advocate": ("A7=lea-d.test",), "followers": True}
        found, connector = read(pds.base, **options)
        assert len(found["posts"]) == 204 + 2 + 3
        named = {row["post"]: row for row in found["posts"]}
        assert gone not in named

        def expected(uri: str, second: int, **fields: Any) -> dict[str, Any]:
            return {"post": uri, "network": "bluesky", "at": now + dt.timedelta(seconds=second), "row": named[uri]["row"], **fields}

        def shown(uri: str) -> str:
            return f"https://bsky.app/profile/{uri.split('/')[2]}/post/{uri.split('/')[4]}"

        assert named[card] == expected(card, -60, page="ours.test", kind="original", url=shown(card), text="See", link=site.TAGGED)
        assert named[linked] == expected(
            linked, -40, advocate="A7", kind="original", url=shown(linked), text="Here and there", link=site.TAGGED
        )
        assert named[answer] == expected(answer, -30, advocate="A7", kind="comment", url=shown(answer))
        assert named[repost] == expected(repost, -20, advocate="A7", kind="repost", repost_of=card.rpartition("/")[2])
        assert [str(remark) for remark in connector.remarks] == [
            f"{handle}: {pds.base} only holds what the account wrote: the figures of posts and the followers stay unknown."
            for handle in ("ours.test", "lea-d.test")
        ]

        with open_workspace(path) as workspace:
            for cursor in (None, connector.cursor):
                made = Bluesky(ImportContext(SETTINGS, KEY, cursor=cursor, patience=QUICK), base_url=pds.base, **options)
                importing.run(workspace, made, False)
        assert {row["post"] for row in tables(path)["posts"]} == named.keys()
        with pytest.raises(SourceError) as caught:
            read(pds.base, page=("nobody.test",))
        assert str(caught.value) == ("Bluesky: /xrpc/com.atproto.repo.listRecords was answered with 400: Could not find repo: nobody.test")
