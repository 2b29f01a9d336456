"""Tables of advertising platforms as Fivetran lays them down: what each campaign cost on each day.

References
----------
github.com/fivetran/dbt_ad_reporting (the columns of each platform's reports)
"""

from __future__ import annotations

from connectors.landed.mapping import Col, Family, Join, Landed, col

MICROS = 1_000_000


USUAL = {"campaign_id": col("campaign_id"), "day": col("date", day=True), "impressions": col("impressions"), "clicks": col("clicks")}
"""Columns as most platforms' reports name them."""


def _platform(
    title: str,
    prefixes: tuple[str, ...],
    name: str,
    table: str,
    joins: tuple[Join, ...],
    cost: Col,
    *,
    source: str,
    medium: str,
    **own: Col,
) -> Family:
    """Say what a platform's report becomes: a row for each campaign and day, under the id that the platform's exports give it too.

    Parameters
    ----------
    title : str
    prefixes : tuple of str
        How its tables' names may begin.
    name : str
        The connector's that reads its exports, where there is one.
    table : str
        The report's.
    joins : tuple of Join
        Where the campaign's name and the currency stand.
    cost : Col
    source, medium : str
    **own : Col
        Columns that are named otherwise than `USUAL`, and those by which it is joined.
    """
    columns = USUAL | {"cost": cost} | own
    if "ad" in columns:
        # The campaign is the ad's.
        del columns["campaign_id"]
    report = Landed(
        "spend",
        (table,),
        columns,
        {
            "day": "{day}", "amount": "{cost}", "currency": "{currency}", "source": source, "medium": medium,
            "campaign": "{campaign}|{campaign_id}", "impressions": "{impressions}", "clicks": "{clicks}",
            "id": f"{name}:{{campaign_id}}:{{day}}",
        },
        tuple(column for column in ("campaign_id", "day", "cost", "impressions", "clicks") if column in columns),
        joins,
        sums=("cost", "impressions", "clicks"),
    )  # fmt: skip
    return Family(title, prefixes, (report,))


def _campaigns(prefix: str, latest: str, **more: Col) -> Join:
    return Join((f"{prefix}campaign_history", f"{prefix}campaign"), "campaign_id", col("id", "campaign_id"), {"campaign": col("name",
    "campaign_name"), **more}, col(latest))  # fmt: skip


def _accounts(table: str, key: str, currency: str, latest: str) -> Join:
    return Join((table,), "account", col(key), {"currency": col(currency)}, col(latest))


SOCIAL, SEARCH = "paid-social", "cpc"
PLATFORMS = (
    _platform(
        "Google Ads", ("google_ads_",), "google-ads", "campaign_stats",
        (_campaigns("", "updated_at"), _accounts("account_history", "id", "currency_code", "updated_at")),
        col("cost_micros", divided=MICROS), source="google", medium=SEARCH,
        campaign_id=col("id", "campaign_id"), account=col("customer_id"),
    ),
    _platform(
        "Meta Ads", ("facebook_ads_", "facebook_"), "meta-ads", "basic_ad",
        (
            Join(("ad_history",), "ad", col("id"), {"campaign_id": col("campaign_id")}, col("updated_time")),
            _campaigns("", "updated_time"),
            _accounts("account_history", "id", "currency", "_fivetran_synced"),
        ),
        col("spend"), source="facebook", medium=SOCIAL,
        ad=col("ad_id"), account=col("account_id"), clicks=col("inline_link_clicks", "clicks"),
    ),
    _platform(
        "LinkedIn Ads", ("linkedin_ads_", "linkedin_"), "linkedin-ads", "ad_analytics_by_campaign",
        (
            Join(
                ("campaign_history", "ad_campaign_history"), "campaign_id", col("id"),
                {"campaign": col("name"), "account": col("account_id")}, col("last_modified_time"),
            ),
            Join(
                ("account_history", "ad_account_history"), "account", col("id"), {"currency": col("currency")}, col("last_modified_time")
            ),
        ),
        col("cost_in_local_currency"), source="linkedin", medium=SOCIAL, day=col("day", "date", day=True),
    ),
    _platform(
        "Microsoft Advertising", ("microsoft_ads_", "bingads_"), "microsoft-ads", "campaign_performance_daily_report",
        (_campaigns("", "modified_time"),),
        col("spend"), source="bing", medium=SEARCH, day=col("date", "time_period", day=True), currency=col("currency_code"),
    ),
    _platform(
        "X Ads", ("twitter_ads_", "twitter_"), "x-ads", "campaign_report",
        (_campaigns("", "updated_at"),),
        col("billed_charge_local_micro", divided=MICROS), source="twitter", medium=SOCIAL,
        currency=col("currency"), clicks=col("url_clicks", "clicks"),
    ),
    _platform(
        "Pinterest Ads", ("pinterest_ads_", "pinterest_"), "pinterest-ads", "campaign_report",
        (_campaigns("", "_fivetran_synced"), _accounts("advertiser_history", "id", "currency", "updated_time")),
        col("spend_in_micro_dollar", divided=MICROS), source="pinterest", medium=SOCIAL,
        account=col("advertiser_id"), impressions=col("impression_1"), clicks=col("clickthrough_1"),
    ),
    _platform(
        "Reddit Ads", ("reddit_ads_",), "reddit-ads", "campaign_report",
        (_campaigns("", "_fivetran_synced"), Join(("account",), "account", col("id"), {"currency": col("currency")})),
        col("spend", divided=MICROS), source="reddit", medium=SOCIAL, account=col("account_id"),
    ),
    _platform(
        "TikTok Ads", ("tiktok_ads_", "tiktok_"), "tiktok-ads", "campaign_report_hourly",
        (
            Join(
                ("campaign_history",), "campaign_id", col("campaign_id"),
                {"campaign": col("campaign_name"), "account": col("advertiser_id")}, col("updated_at"),
            ),
            Join(("advertiser",), "account", col("id"), {"currency": col("currency")}),
        ),
        col("spend"), source="tiktok", medium=SOCIAL, day=col("stat_time_hour", day=True),
    ),
    _platform(
        "Snapchat Ads", ("snapchat_ads_", "snapchat_"), "snapchat-ads", "campaign_hourly_report",
        (
            Join(
                ("campaign_history",), "campaign_id", col("id"),
                {"campaign": col("name"), "account": col("ad_account_id")}, col("updated_at"),
            ),
            _accounts("ad_account_history", "id", "currency", "updated_at"),
        ),
        col("spend", divided=MICROS), source="snapchat", medium=SOCIAL, clicks=col("swipes"),
    ),
)  # fmt: skip
"""The platforms whose landed tables are known."""
