"""Tables of advertising platforms as Fivetran lays them down: what each campaign cost on each day.

References
----------
github.com/fivetran/dbt_ad_reporting (the columns of each platform's reports)
"""

from __future__ import annotations

from connectors.landed.mapping import Col, Family, Join, Landed, col

MICROS = 1_000_000


def _spend(platform: str, source: str, medium: str, table: str, columns: dict[str, Col], joins: tuple[Join, ...] = ()) -> Landed:
    """Say what a platform's report becomes: a row for each campaign and day, under the id that the platform's exports give it too."""
    return Landed(
        "spend",
        (table,),
        columns,
        {
            "day": "{day}", "amount": "{cost}", "currency": "{currency}", "source": source, "medium": medium,
            "campaign": "{campaign}|{campaign_id}", "impressions": "{impressions}", "clicks": "{clicks}",
            "id": f"{platform}:{{campaign_id}}:{{day}}",
        },
        tuple(name for name in ("campaign_id", "day", "cost", "impressions", "clicks") if name in columns),
        joins,
        sums=("cost", "impressions", "clicks"),
    )  # fmt: skip


def _campaigns(prefix: str, latest: str, **more: Col) -> Join:
    return Join((f"{prefix}campaign_history", f"{prefix}campaign"), "campaign_id", col("id", "campaign_id"), {"campaign": col("name",
    "campaign_name"), **more}, col(latest))  # fmt: skip


def _accounts(table: str, key: str, currency: str, latest: str) -> Join:
    return Join((table,), "account", col(key), {"currency": col(currency)}, col(latest))


GOOGLE = Family(
    "Google Ads",
    ("google_ads_",),
    (
        _spend(
            "google-ads", "google", "cpc", "campaign_stats",
            {"campaign_id": col("id", "campaign_id"), "account": col("customer_id"), "day": col("date", day=True),
             "cost": col("cost_micros", divided=MICROS), "impressions": col("impressions"), "clicks": col("clicks")},
            (_campaigns("", "updated_at"), _accounts("account_history", "id", "currency_code", "updated_at")),
        ),
    ),
)  # fmt: skip
FACEBOOK = Family(
    "Meta Ads",
    ("facebook_ads_", "facebook_"),
    (
        _spend(
            "meta-ads", "facebook", "paid-social", "basic_ad",
            {"ad": col("ad_id"), "account": col("account_id"), "day": col("date", day=True), "cost": col("spend"),
             "impressions": col("impressions"), "clicks": col("inline_link_clicks", "clicks")},
            (Join(("ad_history",), "ad", col("id"), {"campaign_id": col("campaign_id")}, col("updated_time")),
             _campaigns("", "updated_time"), _accounts("account_history", "id", "currency", "_fivetran_synced")),
        ),
    ),
)  # fmt: skip
LINKEDIN = Family(
    "LinkedIn Ads",
    ("linkedin_ads_", "linkedin_"),
    (
        _spend(
            "linkedin-ads", "linkedin", "paid-social", "ad_analytics_by_campaign",
            {"campaign_id": col("campaign_id"), "day": col("day", "date", day=True), "cost": col("cost_in_local_currency"),
             "impressions": col("impressions"), "clicks": col("clicks")},
            (Join(("campaign_history", "ad_campaign_history"), "campaign_id", col("id"), {"campaign": col("name"),
            "account": col("account_id")},
                  col("last_modified_time")),
             Join(("account_history", "ad_account_history"), "account", col("id"), {"currency": col("currency")},
             col("last_modified_time"))),
        ),
    ),
)  # fmt: skip
MICROSOFT = Family(
    "Microsoft Advertising",
    ("microsoft_ads_", "bingads_"),
    (
        _spend(
            "microsoft-ads", "bing", "cpc", "campaign_performance_daily_report",
            {"campaign_id": col("campaign_id"), "day": col("date", "time_period", day=True), "cost": col("spend"),
            "currency": col("currency_code"),
             "impressions": col("impressions"), "clicks": col("clicks")},
            (_campaigns("", "modified_time"),),
        ),
    ),
)  # fmt: skip
TWITTER = Family(
    "X Ads",
    ("twitter_ads_", "twitter_"),
    (
        _spend(
            "x-ads", "twitter", "paid-social", "campaign_report",
            {"campaign_id": col("campaign_id"), "day": col("date", day=True), "currency": col("currency"),
            "cost": col("billed_charge_local_micro", divided=MICROS),
             "impressions": col("impressions"), "clicks": col("url_clicks", "clicks")},
            (_campaigns("", "updated_at"),),
        ),
    ),
)  # fmt: skip
PINTEREST = Family(
    "Pinterest Ads",
    ("pinterest_ads_", "pinterest_"),
    (
        _spend(
            "pinterest-ads", "pinterest", "paid-social", "campaign_report",
            {"campaign_id": col("campaign_id"), "account": col("advertiser_id"), "day": col("date", day=True),
             "cost": col("spend_in_micro_dollar", divided=MICROS), "impressions": col("impression_1"), "clicks": col("clickthrough_1")},
            (_campaigns("", "_fivetran_synced"), Join(("advertiser_history",), "account", col("id"), {"currency": col("currency")},
            col("updated_time"))),
        ),
    ),
)  # fmt: skip
REDDIT = Family(
    "Reddit Ads",
    ("reddit_ads_",),
    (
        _spend(
            "reddit-ads", "reddit", "paid-social", "campaign_report",
            {"campaign_id": col("campaign_id"), "account": col("account_id"), "day": col("date", day=True),
             "cost": col("spend", divided=MICROS), "impressions": col("impressions"), "clicks": col("clicks")},
            (_campaigns("", "_fivetran_synced"), Join(("account",), "account", col("id"), {"currency": col("currency")})),
        ),
    ),
)  # fmt: skip
TIKTOK = Family(
    "TikTok Ads",
    ("tiktok_ads_", "tiktok_"),
    (
        _spend(
            "tiktok-ads", "tiktok", "paid-social", "campaign_report_hourly",
            {"campaign_id": col("campaign_id"), "day": col("stat_time_hour", day=True), "cost": col("spend"),
            "impressions": col("impressions"),
             "clicks": col("clicks")},
            (Join(("campaign_history",), "campaign_id", col("campaign_id"), {"campaign": col("campaign_name"),
            "account": col("advertiser_id")}, col("updated_at")),
             Join(("advertiser",), "account", col("id"), {"currency": col("currency")})),
        ),
    ),
)  # fmt: skip
SNAPCHAT = Family(
    "Snapchat Ads",
    ("snapchat_ads_", "snapchat_"),
    (
        _spend(
            "snapchat-ads", "snapchat", "paid-social", "campaign_hourly_report",
            {"campaign_id": col("campaign_id"), "day": col("date", day=True), "cost": col("spend", divided=MICROS),
            "impressions": col("impressions"),
             "clicks": col("swipes")},
            (Join(("campaign_history",), "campaign_id", col("id"), {"campaign": col("name"), "account": col("ad_account_id")},
            col("updated_at")),
             Join(("ad_account_history",), "account", col("id"), {"currency": col("currency")}, col("updated_at"))),
        ),
    ),
)  # fmt: skip
PLATFORMS = (GOOGLE, FACEBOOK, LINKEDIN, MICROSOFT, TWITTER, PINTEREST, REDDIT, TIKTOK, SNAPCHAT)
