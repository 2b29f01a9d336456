"""What a source that was read whole no longer has goes, and what was not read again stays."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from connectors import importing
from connectors.base import ImportContext
from connectors.bluesky import Bluesky
from connectors.ga4 import Ga4
from connectors.mastodon import Mastodon
from connectors.meta_ads import MetaAds
from connectors.search_console import SearchConsole
from tests.connectors.api_server import Asked, Reply, serving
from tests.connectors.sites import bluesky, ga4, mastodon, meta_ads, search_console
from tests.contracts.test_api_connectors import QUICK, SECRET, SETTINGS
from tests.workspace.samples import agreeing, batch
from workspace import imports
from workspace.keys import keyed_hash
from workspace.store import Workspace, open_workspace

SITES = {
    Bluesky: bluesky,
    Ga4: ga4,
    Mastodon: mastodon,
    MetaAds: meta_ads,
    SearchConsole: search_console,
}


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for site in SITES.values():
        for name, value in site.ENV.items():
            monkeypatch.setenv(name, value)
    agreeing(tmp_path / "smarketing.db", "A7", "B2")
    with open_workspace(tmp_path / "smarketing.db") as opened:
        yield opened


def synced(workspace: Workspace, connector: type[Any], answer: Any = None, cursor: Any = None, **more: Any) -> dict[str, int]:
    """Read an API; rows removed by kind."""
    site = SITES[connector]
    with serving(answer or site.answer) as api:
        context = ImportContext(SETTINGS, SECRET, patience=QUICK, cursor=cursor)
        made = connector(context, (), base_url=api.base, **site.OPTIONS | more)
        summary, _ = importing.run(workspace, made, False)
    return {count.kind: count.rows_removed for count in summary.counts if count.rows_removed}


def column(workspace: Workspace, sql: str) -> list[Any]:
    return [next(iter(row.values())) for row in workspace.rows(sql)]


def members(workspace: Workspace) -> set[str]:
    return set(column(workspace, "SELECT member FROM audience"))


def test_who_no_longer_follows_on_mastodon_is_no_longer_kept(workspace, monkeypatch):
    synced(workspace, Mastodon)
    everybody = {keyed_hash(SECRET, f"mastodon https://elsewhere/@f{n}") for n in range(5)}
    assert members(workspace) == everybody
    left = mastodon.FOLLOWERS["2"][3]
    monkeypatch.setitem(mastodon.FOLLOWERS, "2", [one for one in mastodon.FOLLOWERS["2"] if one is not left])
    assert synced(workspace, Mastodon) == {"audience": 1}
    assert members(workspace) == everybody - {keyed_hash(SECRET, f"mastodon {left['url']}")}


def test_who_no_longer_follows_on_bluesky_is_no_longer_kept(workspace, monkeypatch):
    synced(workspace, Bluesky)
    monkeypatch.setitem(bluesky.FOLLOWERS, "did:plc:lea", bluesky.FOLLOWERS["did:plc:lea"][1:])
    assert synced(workspace, Bluesky) == {"audience": 1}
    assert members(workspace) == {keyed_hash(SECRET, f"bluesky did:plc:f{n}") for n in range(1, 5)}


def test_an_advocates_other_account_keeps_its_followers(workspace, monkeypatch):
    """Read in an import of its own, it says nothing of the first account's followers."""
    synced(workspace, Mastodon)
    monkeypatch.setitem(mastodon.ACCOUNTS, "lea@there", ("3", 1))
    monkeypatch.setitem(mastodon.STATUSES, "3", [])
    monkeypatch.setitem(mastodon.FOLLOWERS, "3", [{"id": "9", "acct": "f9", "url": "https://elsewhere/@f9"}])
    assert synced(workspace, Mastodon, page=(), advocate=("A7=lea@there",)) == {}
    assert len(members(workspace)) == 6


def test_followers_stay_where_the_reading_fails_half_way(workspace):
    synced(workspace, Mastodon)

    def broken(asked: Asked, base: str) -> Reply:
        return Reply({"error": "gone"}, 410) if "/followers" in asked.path and "max_id" in asked.query else mastodon.answer(asked, base)

    with pytest.raises(Exception, match="410"):
        synced(workspace, Mastodon, broken)
    assert len(members(workspace)) == 5


@pytest.mark.parametrize(
    ("connector", "held", "account", "gone", "left"),
    [
        (Mastodon, "STATUSES", "1", 1, "https://here/users/us/statuses/4"),
        (Bluesky, "FEEDS", "did:plc:us", 1, "at://did:plc:us/app.bsky.feed.post/3k4"),
    ],
)
def test_a_post_that_was_deleted_goes_where_its_days_were_read_again(workspace, monkeypatch, connector, held, account, gone, left):
    synced(workspace, connector)
    before = set(column(workspace, "SELECT post FROM posts"))
    rows = getattr(SITES[connector], held)[account]
    # The oldest goes too, but of a day that is not read again: nobody knows that it has gone.
    monkeypatch.setitem(getattr(SITES[connector], held), account, [row for place, row in enumerate(rows[:-1]) if place != gone])
    assert synced(workspace, connector, cursor={"read_until": "2026-02-03T12:00:00+00:00"}) == {"posts": 1, "post_metrics": 1}
    assert set(column(workspace, "SELECT post FROM posts")) == before - {left}
    assert left not in column(workspace, "SELECT post FROM post_metrics")


def test_a_day_of_ga4_is_what_ga4_now_says_of_it(workspace, monkeypatch):
    synced(workspace, Ga4)
    monkeypatch.setattr(ga4, "ROWS", [("20260103", "google", "cpc", "brand", "6", "6", "5", "0"), *ga4.ROWS[4:]])
    assert synced(workspace, Ga4, cursor={"read_until": "2026-01-10T12:00:00+00:00"}) == {"volumes": 2}
    found = workspace.rows("SELECT date(day * 86400, 'unixepoch') AS day, source, sessions FROM volumes ORDER BY day, source")
    assert [tuple(row.values()) for row in found] == [
        # Read before the third of January, which is the first day that is read again.
        ("2026-01-02", "(direct)", 12),
        ("2026-01-02", "google", 30),
        ("2026-01-03", "google", 6),
        ("2026-01-04", "linkedin", 6),
    ]


def test_another_property_of_ga4_keeps_its_days(workspace):
    synced(workspace, Ga4)

    def other(asked: Asked, base: str) -> Reply:
        reply = ga4.answer(dataclasses.replace(asked, path=asked.path.replace("456", "123")), base)
        reply.json = {name: part for name, part in (reply.json or {}).items() if name not in ("rows", "rowCount")} or None
        return reply

    assert synced(workspace, Ga4, other, property_id="456") == {}
    assert len(column(workspace, "SELECT id FROM volumes")) == 5


def test_queries_that_google_no_longer_tells_go(workspace, monkeypatch):
    synced(workspace, SearchConsole)
    monkeypatch.setattr(search_console, "ROWS", [row for row in search_console.ROWS if row["keys"][0] not in ("2026-11-20", "2026-11-22")])
    ends = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
    assert synced(workspace, SearchConsole, cursor={"read_until": ends.isoformat()}) == {"queries": 1}
    assert column(workspace, "SELECT date(day * 86400, 'unixepoch') FROM queries ORDER BY day, query") == [
        "2026-11-20", "2026-11-20", "2026-11-21", "2026-11-23",
    ]  # fmt: skip


def test_what_a_deleted_campaign_cost_stays(workspace, monkeypatch):
    """Platforms leave campaigns that were deleted or archived out of their lists; the money is spent all the same."""
    synced(workspace, MetaAds)
    monkeypatch.setattr(meta_ads, "ROWS", meta_ads.ROWS[:2])
    assert synced(workspace, MetaAds) == {}
    assert len(column(workspace, "SELECT id FROM spend")) == 5


def test_nothing_goes_where_a_row_could_not_be_read(workspace):
    """A row that is refused may be one that is known: what was not understood is not gone."""
    synced(workspace, Ga4)

    def odd(asked: Asked, base: str) -> Reply:
        reply = ga4.answer(asked, base)
        for row in (reply.json or {}).get("rows", [])[:1]:
            row["metricValues"][0]["value"] = "many"
        return reply

    assert synced(workspace, Ga4, odd) == {}
    assert len(column(workspace, "SELECT id FROM volumes")) == 5


def test_what_another_source_brought_stays(workspace):
    """The same origins on the same days, from a file: read again by the API they are its own no more than before."""
    row = {"day": dt.date(2026, 1, 2), "source": "fair", "sessions": 7}
    imports.run(workspace, "csv", [batch("volumes", row, file="ga4 123")])
    synced(workspace, Ga4)
    assert synced(workspace, Ga4) == {}
    assert len(column(workspace, "SELECT id FROM volumes")) == 6
