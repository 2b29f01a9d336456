"""Workbooks in the shape that LinkedIn's analytics export, written for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter


def post(kind: str, milliseconds: int) -> str:
    return f"https://www.linkedin.com/feed/update/urn:li:{kind}:{milliseconds << 22}"


FIRST, SECOND, OLD = 1_788_500_000_000, 1_788_600_000_000, 1_700_000_000_000
"""Milliseconds: 4 September 2026 04:53:20, 5 September 2026 08:40, 14 November 2023."""
CONTENT = {
    "Metrics": [
        ["Aggregated data for content posted to your Page. Unique impressions are counted once a day."],
        ["Date", "Impressions (organic)", "Impressions (sponsored)", "Impressions (total)", "Unique impressions (organic)",
         "Clicks (organic)", "Clicks (sponsored)", "Clicks (total)", "Reactions (total)", "Comments (total)", "Reposts (total)",
         "Engagement rate (total)"],
        ["09/04/2026", 100, 20, 120, 80, 3, 1, 4, 5, 1, 0, 0.08],
        ["09/05/2026", 110, 0, 110, 90, 2, 0, 2, 6, 0, 2, 0.09],
    ],
    "All posts": [
        ["Posts created in the period"],
        ["Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date", "Campaign start date", "Audience",
         "Impressions", "Views", "Offsite Views", "Clicks", "Click through rate (CTR)", "Likes", "Comments", "Reposts", "Follows",
         "Engagement rate", "Content Type"],
        ["Our new paper", post("activity", FIRST), "Organic", "", "Lea Private", "09/04/2026", "", "All", 1204, "", "", 37, 0.03, 25, 4,
         2, 1, 0.06, "Article"],
        ["We are hiring", post("ugcPost", SECOND), "Organic", "", "Lea Private", "09/05/2026", "", "All", "2,050", 12, 0, 8, 0.01, 40, 0,
         0, "-", 0.03, "Video"],
    ],
}  # fmt: skip
VISITORS = {
    "Visitor metrics": [
        ["Date", "Overview page views (desktop)", "Overview page views (mobile)", "Overview page views (total)",
         "Overview unique visitors (total)", "Jobs page views (total)", "Total page views (desktop)", "Total page views (mobile)",
         "Total page views (total)", "Total unique visitors (desktop)", "Total unique visitors (mobile)", "Total unique visitors (total)"],
        ["09/04/2026", 5, 2, 7, 4, 3, 7, 3, 10, 4, 2, 6],
        ["09/05/2026", 6, 2, 8, 5, 0, 6, 2, 8, 4, 1, 5],
    ],
    "Location": [["Location", "Total views"], ["Greater Paris", 12]],
    "Seniority": [["Seniority", "Total views"], ["Director", 7]],
}  # fmt: skip
FOLLOWERS = {
    "New followers": [
        ["Date", "Sponsored followers", "Organic followers", "Auto-invited followers", "Total followers"],
        ["09/04/2026", 0, 3, 1, 4],
        ["09/05/2026", 2, 1, 0, 3],
    ],
    "Industry": [["Industry", "Total followers"], ["Software", 300]],
}
COMPETITORS = {
    "COMPETITORS": [
        ["Competitor analytics from 08/06/2026 to 09/05/2026"],
        ["Page", "Total Followers", "New Followers", "Total Post Engagements", "Total Posts"],
        ["Rival", "12,345", 120, 900, 14],
        ["Example", 5000, 61, 350, 9],
    ]
}
MEMBER = {
    "DISCOVERY": [["Overall Performance", "8/6/2026 - 9/5/2026"], ["Impressions", 15_000], ["Members reached", 6_100]],
    "ENGAGEMENT": [["Date", "Impressions", "Engagements"], ["9/4/2026", 700, 12], ["9/5/2026", "1,100", 20]],
    "TOP POSTS": [
        ["Maximum of 50 posts available to include in this list"],
        [],
        ["Post URL", "Post publish date", "Engagements", "", "Post URL", "Post Publish Date", "Impressions"],
        [post("activity", SECOND), "9/5/2026", 41, "", post("activity", FIRST), "9/4/2026", 9000],
        [post("activity", FIRST), "9/4/2026", 30, "", post("activity", SECOND), "9/5/2026", 4000],
        ["", "", "", "", post("activity", OLD), "11/14/2023", 90],
    ],
    "FOLLOWERS": [
        ["Total followers on 9/5/2026:", 2_345],
        [],
        ["Date", "New followers"],
        ["9/4/2026", 4],
        ["9/5/2026", 0],
    ],
    "DEMOGRAPHICS": [["Top Demographics", "Value", "Percentage"], ["Job titles", "Founder", 0.08], ["Company", "Secret Ltd", "< 1%"]],
}
SINGLE = {
    "PERFORMANCE": [
        ["Post URL", f"https://www.linkedin.com/posts/lea-private_b2b-activity-{FIRST << 22}-aB1c"],
        ["Post Date", "Sep 4, 2026"],
        ["Impressions", 9000],
        ["Members reached", 5200],
        [],
        ["Profile viewers from this post", 31],
        ["Followers gained from this post", 3],
        ["Social engagements", 44],
        ["Reactions", 30],
        ["Comments", 8],
        ["Reposts", 2],
        ["Saves", 4],
        ["Sends on LinkedIn", 5],
        ["Link engagements", 61],
    ],
    "TOP DEMOGRAPHICS": [["Company size", "10,001+ employees", "12%"]],
}


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path
