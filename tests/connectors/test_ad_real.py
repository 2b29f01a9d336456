"""Real exports of Google Ads, and the tables that pipelines land for each platform."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.connectors.ad_samples import read, read_or_refusal, spent, write
from tests.connectors.test_ad_refusals import IN_GOOGLE, IN_LINKEDIN

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
EXPORTS = SHARED / "google_ads_ui_exports"
SEEDS = SHARED / "crm_and_ads_seeds"
needs_exports = pytest.mark.skipif(not EXPORTS.exists(), reason="needs shared/data/google_ads_ui_exports beside the checkout")
needs_seeds = pytest.mark.skipif(not SEEDS.exists(), reason="needs shared/data/crm_and_ads_seeds beside the checkout")


@needs_exports
@pytest.mark.parametrize("name", ["Ad report- 22nd Jan.csv", "Campaign report.csv", "campaigns_clean.csv"])
def test_exports_of_whole_periods_are_refused(name):
    """Their column names are found below the title, among up to 87 columns; none is a day."""
    assert (
        read_or_refusal("google-ads", EXPORTS / name)
        == "{file}: no column holds the day, so each row is the sum of a longer time. " + IN_GOOGLE
    )


def by_day(folder: Path, name: str, day: str) -> Path:
    """Give a real export the column of days that it lacks, as its segment would; the rows of totals have none."""
    lines = list(csv.reader((EXPORTS / name).read_text(encoding="utf-8").splitlines(keepends=True)))
    rows = [[*row, day if not row[0].startswith("Total") else " --"] for row in lines[3:]]
    path = folder / "export.csv"
    with path.open("w", encoding="utf-16", newline="") as file:
        csv.writer(file, delimiter="\t").writerows([*lines[:2], [*lines[2], "Day"], *rows])
    return path


@needs_exports
def test_the_report_of_campaigns(tmp_path):
    found = read("google-ads", by_day(tmp_path, "Campaign report.csv", "2025-07-31"))
    assert [(row["campaign"], row["amount"], row["currency"], row["impressions"]) for row in found.rows] == [
        ("Video views - 2025-07-19", 1661.67, "INR", 25881),
        ("MH-m-sand", 904.26, "INR", 20287),
    ]
    assert found.rejects == []
    assert found.remarks[-2:] == [
        "{file}: rows of totals, passed over: 4.",
        # The export rounds: 1661.67 + 904.26 = 2565.93, and Google says 2565.92.
        "{file}: the rows add up to 2,565.93 INR, 'Total: Campaigns' is 2,565.92; the difference of 0.01 is no more than rounding.",
    ]


@needs_exports
def test_the_report_of_ads(tmp_path):
    """The ads that are not removed cost 117.06; the account 133.89. Interactions (views of a video too) are no clicks."""
    found = read("google-ads", by_day(tmp_path, "Ad report- 22nd Jan.csv", "2026-01-21"))
    assert round(sum(row["amount"] for row in found.rows), 2) == 117.06
    assert {row["clicks"] for row in found.rows} == {None}
    assert sum(row["impressions"] for row in found.rows) == 305
    assert found.rejects == []
    assert found.remarks[-2:] == [
        "{file}: rows of totals, passed over: 5.",
        "{file}: the rows add up to 'Total: All but removed ads': 117.06 USD.",
    ]


LANDED = [
    ("google-ads", "google_ads/ad_group_stats_data.csv", "date", "campaign_id", "cost_micros", "clicks", 6),
    ("google-ads", "google_ads/keyword_stats_data.csv", "date", "campaign_id", "cost_micros", "clicks", 6),
    ("meta-ads", "facebook_ads/facebook_ads_basic_ad_data.csv", "date", None, "spend", "inline_link_clicks", 0),
    ("linkedin-ads", "linkedin/linkedin_ad_analytics_by_campaign_data.csv", "day", "campaign_id", "cost_in_local_currency", "clicks", 0),
    (
        "microsoft-ads",
        "microsoft_ads/microsoft_ads_campaign_performance_daily_report_data.csv",
        "date",
        "campaign_id",
        "spend",
        "clicks",
        0,
    ),
    ("microsoft-ads", "microsoft_ads/microsoft_ads_ad_performance_daily_report_data.csv", "date", "campaign_id", "spend", "clicks", 0),
]


@needs_seeds
@pytest.mark.parametrize(("connector", "name", "day", "campaign", "amount", "clicks", "shift"), LANDED)
def test_landed_tables_add_up(connector, name, day, campaign, amount, clicks, shift):
    """Against the literal way: a dictionary of decimals."""
    sums: dict[tuple[str, str | None], list[Decimal]] = defaultdict(lambda: [Decimal(), Decimal()])
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = sums[row[day][:10], row[campaign] if campaign else None]
            found[0] += Decimal(row[amount]).scaleb(-shift)
            found[1] += int(row[clicks])
    rows = read(connector, SEEDS / name).rows
    assert {(str(row["day"]), row["campaign"]): (Decimal(str(row["amount"])), row["clicks"]) for row in rows} == {
        key: (cost, count) for key, (cost, count) in sums.items()
    }


@pytest.mark.skipif(not (SHARED / "api_samples").exists(), reason="needs shared/data/api_samples beside the checkout")
def test_what_the_reporting_api_answers_as_json_lines(tmp_path):
    """Meta's answer, one element a line: the two products of one ad on one day are one day of its campaign."""
    answer = json.loads((SHARED / "api_samples" / "meta_ads_insights_response.json").read_text(encoding="utf-8"))
    found = read("meta-ads", write(tmp_path, "".join(json.dumps(element) + "\n" for element in answer["data"]), "insights.jsonl"))
    assert found.rows == [
        spent(
            *("meta-ads", 1, "2023-06-01", "New - AIA - Advertised Offers", 22.88, "USD"),
            impressions=356,
            clicks=13,
            key="23854404676180548",
        )
    ]


@needs_seeds
def test_landed_months_are_refused():
    path = SEEDS / "linkedin" / "linkedin_monthly_ad_analytics_by_member_country_data.csv"
    assert read_or_refusal("linkedin-ads", path) == "{file}: the rows are parted by 'month', not by day. " + IN_LINKEDIN


@needs_exports
def test_a_clean_copy_of_a_real_export_read_as_any_table(tmp_path):
    """`import csv` finds the column names below the title too."""
    from tests.connectors.csv_samples import read as read_csv

    content = (
        (EXPORTS / "Campaign report.csv").read_text(encoding="utf-8").replace("Campaign status,", "Day,").replace("Enabled,", "2025-07-31,")
    )
    found = read_csv(write(tmp_path, content), kind="spend")
    assert [(row["campaign"], row["amount"], row["row"]) for row in found.rows] == [
        ("Video views - 2025-07-19", 1661.67, 4),
        ("MH-m-sand", 904.26, 5),
    ]
    assert [row for row, _, _ in found.refused] == [6, 7, 8, 9]
