"""Posts on Mastodon: what is theirs is kept with its words, of what they passed on the number alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from connectors.api import Patience
from connectors.base import ImportContext
from connectors.mastodon import Mastodon
from tests.connectors.api_server import serving
from tests.connectors.sites import mastodon as site
from workspace.settings import Settings

LINK = "https://example.com/?utm_source=mastodon&utm_medium=social"
LEA = {"network": "mastodon", "advocate": "A7"}


def moment(day: int) -> dt.datetime:
    return dt.datetime(2026, 1, day, 3, 48, 33, tzinfo=dt.UTC)


def test_an_employees_posts(monkeypatch):
    monkeypatch.setenv(*next(iter(site.ENV.items())))
    context = ImportContext(Settings(own_domains=("example.com",)), b"a secret of the tests", patience=Patience(0, 5, 5, 1))
    found: list[dict[str, Any]] = []
    with serving(site.answer) as api:
        for batch in Mastodon(context, advocate=("A7=lea@here",), base_url=api.base).read():
            if batch.kind == "posts":
                found += [{name: value for name, value in row.items() if value is not None} for row in batch.rows.to_pylist()]

    assert found == [
        {"post": "https://here/users/lea/statuses/7", "url": "https://here/@lea/7", "at": moment(7), "kind": "comment",
         "text": "New: here #b2b", "link": LINK, "row": 1} | LEA,
        {"post": "https://here/users/lea/statuses/6", "url": "https://here/@lea/6", "at": moment(6), "kind": "repost",
         "repost_of": "here/3", "link": LINK, "row": 2} | LEA,
    ]  # fmt: skip
