"""Tables of our own pages on social networks as Fivetran lays them down: posts and their figures.

References
----------
github.com/fivetran/dbt_linkedin_pages, github.com/fivetran/dbt_facebook_pages (the columns of each table)
"""

from __future__ import annotations

from connectors.landed.mapping import Family, Join, Landed, col

REACTIONS = ("like", "love", "haha", "wow", "sorry", "anger")
LINKEDIN_PAGES = Family(
    "LinkedIn Pages",
    ("linkedin_pages_",),
    (
        Landed(
            "posts",
            ("ugc_post_history",),
            {"post": col("id"), "at": col("first_published_at", "created_time"), "page": col("author"), "text": col("commentary"),
             "changed": col("last_modified_time"), "state": col("lifecycle_state")},
            {"post": "{post}", "network": "linkedin", "at": "{at}", "page": "{page}", "text": "{text}"},
            ("post", "at", "page"),
            once=("post",),
            last_by="changed",
        ),
        Landed(
            "post_metrics",
            ("share_statistic",),
            {"key": col("_fivetran_id"), "share": col("_share_entity_urn"), "day": col("_fivetran_synced", day=True),
            "impressions": col("impression_count"),
             "reach": col("unique_impressions_count", "unique_impressions_counts"), "clicks": col("click_count"),
             "reactions": col("like_count"),
             "comments": col("comment_count"), "reposts": col("share_count")},
            {"post": "{post}|{share}", "network": "linkedin", "day": "{day}", "impressions": "{impressions}", "reach": "{reach}",
             "clicks": "{clicks}", "reactions": "{reactions}", "comments": "{comments}", "reposts": "{reposts}"},
            ("key", "day", "impressions"),
            (Join(("ugc_post_share_statistic",), "key", col("share_statistic_id"), {"ugc": col("ugc_post_id")}),
             Join(("ugc_post_history",), "ugc", col("id"), {"post": col("id")})),
            skip_without=("post",),
        ),
    ),
)  # fmt: skip
FACEBOOK_PAGES = Family(
    "Facebook Pages",
    ("facebook_pages_",),
    (
        Landed(
            "posts",
            ("post_history",),
            {"post": col("id"), "at": col("created_time"), "page": col("page_id"), "text": col("message"), "changed": col("updated_time"),
             "published": col("is_published")},
            {"post": "{post}", "network": "facebook", "at": "{at}", "page": "{page}", "text": "{text}"},
            ("post", "at", "page"),
            never={"published": ("false", "f", "0")},
            once=("post",),
            last_by="changed",
        ),
        Landed(
            "post_metrics",
            ("lifetime_post_metrics_total",),
            {"post": col("post_id"), "day": col("date", day=True), "impressions": col("post_impressions"),
            "reach": col("post_impressions_unique"),
             "clicks": col("post_clicks"), **{name: col(f"post_reactions_{name}_total") for name in REACTIONS}},
            {"post": "{post}", "network": "facebook", "day": "{day}", "impressions": "{impressions}", "reach": "{reach}",
            "clicks": "{clicks}",
             "reactions": "{reactions}"},
            ("post", "day", "impressions"),
            totals={"reactions": REACTIONS},
        ),
        Landed(
            "profile_metrics",
            ("daily_page_metrics_total",),
            {"page": col("page_id"), "day": col("date", day=True), "impressions": col("page_impressions"),
            "engagements": col("page_post_engagements"),
             "followers": col("page_fans"), "new_followers": col("page_fan_adds"), "page_views": col("page_views_total")},
            {"network": "facebook", "profile": "{page}", "day": "{day}", "impressions": "{impressions}", "engagements": "{engagements}",
             "followers": "{followers}", "new_followers": "{new_followers}", "page_views": "{page_views}"},
            ("page", "day", "impressions"),
        ),
    ),
)  # fmt: skip
PAGES = (LINKEDIN_PAGES, FACEBOOK_PAGES)
