"""The reporting APIs of Meta and LinkedIn: the records they give, the same ids as from files, days that are corrected."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors import importing
from connectors.api import Patience
from connectors.base import ImportContext
from connectors.linkedin_ads import LinkedInAds, _months
from connectors.meta_ads import MetaAds
from tests.connectors.api_server import Reply, serving
from tests.connectors.sites import linkedin_ads, meta_ads
from workspace import store
from workspace.errors import SourceError, UsageError
from workspace.settings import Settings


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for site in (meta_ads, linkedin_ads):
        for name, value in site.ENV.items():
            monkeypatch.setenv(name, value)
    store.create(tmp_path / "smarketing.db")
    with store.open_workspace(tmp_path / "smarketing.db") as opened:
        yield opened


def asked(workspace, connector, site, answer=None, **more):
    with serving(answer or site.answer) as running:
        context = ImportContext(Settings(), b"secret", patience=Patience(pause=0), cursor=more.pop("cursor", None))
        made = connector(context, (), base_url=running.base, **site.OPTIONS | more)
        _, lines = importing.run(workspace, made, False)
    return [str(line) for line in lines], running.asked


def stored(workspace):
    rows = workspace.rows(
        """SELECT date(s.day * 86400, 'unixepoch') AS day, o.source, o.medium, o.campaign, s.amount, s.currency, s.impressions, s.clicks,
        s.conversions FROM spend s JOIN origins o ON o.id = s.origin_id ORDER BY o.campaign, s.day"""
    )
    return [tuple(row.values()) for row in rows]


def test_metas_days(workspace):
    lines, requests = asked(workspace, MetaAds, meta_ads)
    assert lines == ["Spend: 5 rows read, 5 added, 0 changed, 0 known already, 0 rejected."]
    assert len(requests) == 3
    assert stored(workspace) == [
        ("2026-01-02", "facebook", "paid-social", "Autumn", 1020.5, "USD", 185, None, None),
        ("2026-01-03", "facebook", "paid-social", "Autumn", 14.35, "USD", 185, 9, None),
        ("2026-01-04", "facebook", "paid-social", "Autumn", 14.35, "USD", 185, 9, None),
        ("2026-01-02", "facebook", "paid-social", "Spring", 14.35, "USD", 185, 9, None),
        ("2026-01-03", "facebook", "paid-social", "Spring", 0.0, "USD", 12, 9, None),
    ]


def test_a_day_from_a_file_and_from_the_api_counts_once(workspace, tmp_path):
    asked(workspace, MetaAds, meta_ads)
    file = tmp_path / "export.csv"
    file.write_text(
        "Reporting starts,Reporting ends,Campaign name,Campaign ID,Amount spent (USD),Impressions,Link clicks\n"
        "2026-01-02,2026-01-02,Spring,23854404676180548,15.00,190,10\n"
        "2026-01-03,2026-01-03,Spring,23854404676180548,1.00,13,9\n"
    )
    made = MetaAds(ImportContext(Settings(), b"secret"), (str(file),))
    _, lines = importing.run(workspace, made, False)
    assert str(lines[-1]) == "Spend: 2 rows read, 0 added, 2 changed, 0 known already, 0 rejected."
    assert len(stored(workspace)) == 5


def test_the_last_days_are_read_again(workspace):
    read_until = {"read_until": "2026-02-02T00:00:00+00:00"}
    lines, _ = asked(workspace, MetaAds, meta_ads, cursor=read_until)
    # 30 days before: 3 January on.
    assert lines == ["Spend: 3 rows read, 3 added, 0 changed, 0 known already, 0 rejected."]


def test_rows_of_several_days_are_refused(workspace):
    def monthly(request, base):
        reply = meta_ads.answer(request, base)
        reply.json["data"] = [row | {"date_stop": "2026-01-31"} for row in reply.json["data"]]
        return reply

    lines, _ = asked(workspace, MetaAds, meta_ads, monthly)
    assert lines[0] == "Spend: 5 rows read, 0 added, 0 changed, 0 known already, 5 rejected."
    assert stored(workspace) == []


def test_linkedins_days(workspace):
    lines, requests = asked(workspace, LinkedInAds, linkedin_ads)
    months = [request for request in requests if request.path == "/rest/adAnalytics"]
    assert len(months) in (2, 3)
    first = linkedin_ads.SINCE
    assert [row for row in stored(workspace) if row[0] == first] == [
        (first, "linkedin", "paid-social", "3333", 209.449, "EUR", 19090, 100, 2.0),
        (first, "linkedin", "paid-social", "Brand", 209.449, "EUR", 19090, 0, 2.0),
        (first, "linkedin", "paid-social", "Leads, directors", 209.449, "EUR", 19090, 100, 2.0),
    ]
    assert lines == [f"Spend: {3 * len(months)} rows read, {3 * len(months)} added, 0 changed, 0 known already, 0 rejected."]


def test_months_follow_each_other_without_a_gap():
    found = list(_months(dt.date(2025, 12, 15), dt.date(2026, 3, 1)))
    assert found == [
        (dt.date(2025, 12, 15), dt.date(2025, 12, 31)),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 31)),
        (dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 1)),
    ]


@pytest.mark.parametrize(("connector", "site"), [(MetaAds, meta_ads), (LinkedInAds, linkedin_ads)])
def test_what_is_missing_is_asked_for(workspace, connector, site, monkeypatch):
    context = ImportContext(Settings(), b"secret")
    with pytest.raises(UsageError, match="Give its number with --ad-account, or name a file that was exported"):
        list(connector(context, ()).read())
    for name in site.ENV:
        monkeypatch.delenv(name)
    with pytest.raises(SourceError, match=next(iter(site.ENV))):
        list(connector(context, (), **site.OPTIONS).read())


def test_without_a_first_day_a_year_is_read_and_said(workspace):
    lines, _ = asked(workspace, MetaAds, meta_ads, lambda request, base: Reply({"data": []}), since=None)
    assert lines[0] == "The last 365 days were read; --since goes further back."
