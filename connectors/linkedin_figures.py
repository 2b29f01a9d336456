"""The records in an export of LinkedIn's analytics."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Any

from connectors.linkedin_exports import Export, Row
from connectors.numerals import readings
from reports.report import Text
from workspace.linkedin_ids import made_at, post_number, post_url

NETWORK = "linkedin"
OF_POSTS = ("impressions", "reach", "clicks", "reactions", "comments", "reposts", "saves", "engagements", "new_followers")
OF_PROFILES = (
    "impressions", "sponsored_impressions", "reach", "clicks", "reactions", "comments", "reposts", "engagements", "page_views", "visitors",
)  # fmt: skip
NEW = ("sponsored_followers", "organic_followers", "invited_followers")


class Figures:
    """What an export holds, as records.

    Parameters
    ----------
    export : Export
    as_of : datetime.date
        The day of the export.
    page, advocate : str or None
        Whose it is.
    """

    def __init__(self, export: Export, as_of: dt.date, page: str | None, advocate: str | None) -> None:
        self._export, self._as_of, self._page, self._advocate = export, as_of, page, advocate
        self._profile = str(page or advocate)
        self._partial = 0

    def posts(self) -> Iterator[Row]:
        """Name the posts, each once."""
        seen = set()
        for number, row in self._export.posts:
            post = self._post(row)
            if post in seen:
                continue
            seen.add(post)
            record = {"post": post, "network": NETWORK, "at": self._published(row), "advocate": self._advocate, "page": self._page}
            yield number, record | {"url": self._address(row), "text": row.get("text")}

    def of_posts(self) -> Iterator[Row]:
        """Give the figures of posts as of the day of the export."""
        start = self._start()
        for number, row in self._export.posts:
            published = self._published(row)
            if start is not None and isinstance(published, dt.datetime) and published.date() < start - dt.timedelta(days=1):
                # The figures are those of the period, not those since the post was published.
                self._partial += 1
                continue
            figures = {name: row[name] for name in OF_POSTS if row.get(name) is not None}
            if figures:
                yield number, {"post": self._post(row), "network": NETWORK, "day": self._as_of} | figures

    def of_profile(self) -> Iterator[Row]:
        """Give the figures of the page or the member: of each day, of the period, the followers."""
        for table in self._export.daily:
            total_is_new = _total_is_new(table)
            for number, row in table:
                figures = {name: row[name] for name in OF_PROFILES if row.get(name) is not None} | _followers(row, total_is_new)
                if figures:
                    yield number, self._of(self._export.days.day(row["day"]) or row["day"]) | figures
        if self._export.period is not None:
            number, row = self._export.period
            days = self._export.days.days_in(row["performance"])
            figures = {name: row[name] for name in OF_PROFILES if row.get(name) is not None}
            period = {"day": min(days), "until": max(days)} if days else {"day": row["performance"]}
            yield number, self._of(None) | period | figures
        if self._export.followers is not None:
            number, label, value = self._export.followers
            days = self._export.days.days_in(label)
            yield number, self._of(days[-1] if days else self._as_of) | {"followers": value}
        yield from self._competitors()

    def _competitors(self) -> Iterator[Row]:
        """Give the figures of other pages: of the period that stands above them; without one, the followers alone."""
        days = [day for text in self._export.preamble for day in self._export.days.days_in(text)]
        for number, row in self._export.competitors:
            whose = {"network": NETWORK, "profile": row.get("competitor"), "followers": row.get("followers")}
            if len(days) >= 2:
                period = {"day": min(days), "until": max(days)}
                yield number, whose | period | {name: row.get(name) for name in ("new_followers", "engagements")}
            else:
                yield number, whose | {"day": self._as_of}

    def _of(self, day: Any) -> dict[str, Any]:
        return {"network": NETWORK, "profile": self._profile, "advocate": self._advocate, "day": day}

    def _start(self) -> dt.date | None:
        """Say from which day on the figures of a member's posts count; those of a page's posts count from the beginning."""
        if not self._advocate or self._export.period is None:
            return None
        return min(self._export.days.days_in(self._export.period[1]["performance"]), default=None)

    def _post(self, row: dict[str, Any]) -> str | None:
        url = row.get("url")
        return post_number(url) or url if isinstance(url, str) else None

    def _address(self, row: dict[str, Any]) -> Any:
        return post_url(row["url"]) or row["url"] if isinstance(row.get("url"), str) else None

    def _published(self, row: dict[str, Any]) -> Any:
        """Say when a post was published: by its number, unless the export names another day."""
        stated = self._export.days.day(row.get("at"))
        post = self._post(row)
        made = made_at(post) if post and post.isdecimal() else None
        if made is not None and (stated is None or abs((made.date() - stated).days) <= 1):
            return made
        return stated or row.get("at")

    def remarks(self, file: str) -> Iterator[Text]:
        """Say what was left out."""
        if self._partial:
            yield Text(
                "{file}: the figures of {count} {count:post are left out: it was|posts are left out: they were} published "
                "before the period of the export, which counts only what came in it.",
                file=file,
                count=self._partial,
            )


def _number(cell: Any) -> float:
    if isinstance(cell, int | float):
        return float(cell)
    found = [value for value in readings(cell)[:2] if value is not None] if isinstance(cell, str) else []
    return max(found, default=math.nan)


def _parts(row: dict[str, Any]) -> list[float]:
    return [_number(row[name]) for name in NEW if row.get(name) is not None]


def _total_is_new(table: Sequence[Row]) -> bool:
    """Tell whether a table's total is that of the day's new followers: where it is the sum of its parts on every day."""
    return all(_number(row["followers"]) == sum(_parts(row)) for _, row in table if row.get("followers") is not None and _parts(row))


def _followers(row: dict[str, Any], total_is_new: bool) -> dict[str, Any]:
    parts, total = _parts(row), row.get("followers")
    found = {} if row.get("new_followers") is None else {"new_followers": row["new_followers"]}
    if not parts:
        return found if total is None else found | {"followers": total}
    if total is not None and total_is_new:
        return found | {"new_followers": total}
    return found | {"new_followers": sum(parts)} | ({} if total is None else {"followers": total})
