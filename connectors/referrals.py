"""The pages that link to us: each is fetched once, politely, and read for its title, author and date and for its links to us."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from connectors import linking_pages
from connectors.api_records import ApiRecords, removals
from connectors.base import Batch, ImportContext, Option, Reject
from connectors.fetching import FOR_NOW, PROBLEMS, Fetched, Fetcher, Manners
from connectors.page_kinds import kind_of
from connectors.page_lists import ADDRESS, Listed, listed
from reports.report import N_, Text
from workspace.errors import SettingsError, UsageError
from workspace.records import schema
from workspace.settings import FILE_NAME
from workspace.urls import host, tags, under

TOGETHER = 50
"""Pages whose records make one batch."""


@dataclasses.dataclass
class Referrals:
    """A connector for other people's pages.

    Parameters
    ----------
    context : ImportContext
        Its cursor holds the day on which each page was last looked at: {"pages": {address: "2026-01-31"}}.
    sources : tuple of str
        Addresses, or files that list them; none for the pages that were looked at before.
    front_pages : bool
        Look at the front pages of the sites that visits came from, too.
    again_after : int
        Days for which a page is not fetched again.
    column : str or None
    manners : Manners
        How to ask; tests ask otherwise than users.

    Notes
    -----
    Pages of one host are asked for one after the other, with a pause between them; hosts take turns.
    """

    name: ClassVar[str] = "referrals"
    summary: ClassVar[str] = N_("Pages that link to us: title, site, author, date, and their links with text, tags and rel.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import referrals https://blog.example.org/best-crm-tools",
        'smarketing import referrals "external-links-*.csv" --again-after 90',
        "smarketing import referrals --front-pages",
    )
    takes: ClassVar[str] = "pages"
    remembers: ClassVar[bool] = True
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = ("links",)
    options: ClassVar[tuple[Option, ...]] = (
        Option("front_pages", N_("Also look at the front pages of the sites that visits came from."), type=bool),
        Option("again_after", N_("Days for which a page is not fetched again."), type=int, default=30, metavar="DAYS"),
        Option("column", N_("The column of a file that holds the addresses, where it is not found by its name."), metavar="NAME"),
    )

    context: ImportContext
    sources: tuple[str, ...] = ()
    front_pages: bool | None = None
    again_after: int = 30
    column: str | None = None
    manners: Manners = dataclasses.field(default_factory=Manners)

    def __post_init__(self) -> None:
        settings = self.context.settings
        if not settings.own_domains:
            raise SettingsError(
                '{file}: own_domains is needed to know which links lead to you; write it as own_domains = ["example.com"]', file=FILE_NAME
            )
        if self.again_after < 0:
            raise UsageError("--again-after {days}: give a number of days, 0 or more", days=self.again_after)
        cursor = self.context.cursor
        known = cursor.get("pages") if isinstance(cursor, dict) else None
        self._known: dict[str, str] = dict(known) if isinstance(known, dict) else {}
        if not (self.sources or self.front_pages or self._known):
            raise UsageError(
                "Which pages? Give their addresses, or files that list them (see docs/connectors/referrals.md for where to get one); "
                "--front-pages looks at the front pages of the sites that visits came from"
            )
        self._now = dt.datetime.fromtimestamp(int(time.time()), dt.UTC)
        self._links = ApiRecords("links", "links", self.context)
        self._counts = dict.fromkeys(("read", "silent", "fresh", "ours", "sites", "links"), 0)

    @property
    def remarks(self) -> list[Text]:
        """How many pages were read, and why others were not."""
        count = self._counts
        said = [
            Text(
                "{count} {count:page was|pages were} read; {links} {links:link leads|links lead} to us.",
                count=count["read"],
                links=count["links"],
            )
        ]
        if count["silent"]:
            said.append(Text("{count} of these pages have no link to us (any more).", count=count["silent"]))
        if count["fresh"]:
            said.append(
                Text(
                    "{count} {count:page was|pages were} read in the last {days} {days:day|days} and not fetched again.",
                    count=count["fresh"],
                    days=self.again_after,
                )
            )
        if count["ours"]:
            said.append(
                Text(
                    "{count} {count:address is your own page and was|addresses are your own pages and were} passed over.",
                    count=count["ours"],
                )
            )
        if count["sites"]:
            said.append(
                Text(
                    "{count} {count:address names|addresses name} a site and no page, as browsers mostly send it; "
                    "--front-pages looks at front pages.",
                    count=count["sites"],
                )
            )
        return said + self._links.remarks()

    @property
    def cursor(self) -> Any:
        """When each page was looked at."""
        return {"pages": self._known}

    def read(self) -> Iterator[Batch]:
        """Yield the links of each page, what is no longer there, and the pages that could not be read."""
        pages = self._pages()
        own = self.context.settings.own_domains
        fetcher = Fetcher(self.manners, f"smarketing (+https://{own[0]}/)", self._is_ours)
        done = 0
        try:
            for some in _by_turns(pages):
                records: list[dict[str, Any]] = []
                gone: list[str] = []
                rejects: list[Reject] = []
                for page in some:
                    self._take(page, fetcher.page(page.url), records, gone, rejects)
                    done += 1
                    self.context.progress(done, len(pages))
                yield from self._batches(records, gone, rejects)
        finally:
            fetcher.close()

    def _batches(self, records: list[dict[str, Any]], gone: list[str], rejects: list[Reject]) -> Iterator[Batch]:
        yield self._links.batch(records)
        for file in dict.fromkeys(reject.file for reject in rejects):
            yield Batch("links", file, schema("links").empty_table(), tuple(reject for reject in rejects if reject.file == file))
        if (removed := removals("links", "links", "page", gone)) is not None:
            yield removed

    def _pages(self) -> list[Listed]:
        """Choose the pages to fetch: each once, and none that was looked at a short time ago."""
        found: dict[str, Listed] = {}
        for page in itertools.chain(listed(self.sources, self.column), self._fronts(), self._before()):
            url = _whole(page.url, bool(self.front_pages))
            if url is None:
                self._counts["sites"] += 1
            elif self._is_ours(url):
                self._counts["ours"] += 1
            elif self._is_fresh(url):
                self._counts["fresh"] += url not in found
                found.setdefault(url, Listed("", page.file, page.row))
            else:
                found.setdefault(url, Listed(url, page.file, page.row))
        return [page for page in found.values() if page.url]

    def _fronts(self) -> Iterator[Listed]:
        if self.front_pages:
            for place, name in enumerate(self.context.referrers(), 1):
                yield Listed(f"https://{name}/", "workspace", place)

    def _before(self) -> Iterator[Listed]:
        if not self.sources:
            yield from (Listed(url, "pages read before", place) for place, url in enumerate(list(self._known), 1))

    def _is_fresh(self, url: str) -> bool:
        try:
            return (self._now.date() - dt.date.fromisoformat(self._known[url])).days < self.again_after
        except (KeyError, ValueError, TypeError):
            return False

    def _is_ours(self, url: str) -> bool:
        name = host(url) or ""
        return any(under(name, domain) for domain in self.context.settings.own_domains)

    def _take(self, page: Listed, fetched: Fetched, records: list[dict[str, Any]], gone: list[str], rejects: list[Reject]) -> None:
        """Keep what came of one page."""
        if fetched.problem is not None:
            problem, remedy = PROBLEMS[fetched.problem]
            rejects.append(Reject(page.file, page.row, "page", fetched.url[:200], problem, remedy))
        if fetched.problem == "gone":
            self._known.pop(page.url, None)
        elif fetched.problem not in FOR_NOW:
            self._known[page.url] = self._now.date().isoformat()
        if fetched.problem in (None, "gone"):
            gone += [page.url, fetched.url]
        if fetched.problem is None:
            found = list(self._links_of(fetched))
            records += found
            self._counts["read"] += 1
            self._counts["silent"] += not found
            self._counts["links"] += len(found)

    def _links_of(self, fetched: Fetched) -> Iterator[dict[str, Any]]:
        chosen = self.context.settings.referrals
        page = None
        if fetched.leads_to is not None:  # a shortened link: the page is a signpost, and says nothing of itself
            found = [linking_pages.FoundLink(fetched.leads_to, None, None)]
        else:
            page = linking_pages.read(fetched.body, fetched.charset, fetched.url, self._is_ours)
            found = list(page.links)
        for link in found:
            tagged = tags(link.target)
            yield {
                "page": fetched.url,
                "target": link.target,
                "seen_at": self._now,
                "text": link.text,
                "rel": link.rel,
                "kind": kind_of(fetched.url, page, chosen.partners, chosen.employee_sites),
                "site": (page.site if page is not None else None) or host(fetched.url),
                "title": page.title if page is not None else None,
                "author": page.author if page is not None else None,
                "published": page.published if page is not None else None,
                "source": tagged.source,
                "medium": tagged.medium,
                "campaign": tagged.campaign,
            }


def _whole(text: str, fronts: bool) -> str | None:
    """Complete an address; None for a site's name alone, unless front pages are asked for."""
    url = text.partition("#")[0].strip()
    if not ADDRESS.match(url):
        if ":" in url.partition("/")[0] or host(url) is None:
            return text  # refused with its reason when it is asked for
        if "/" not in url.rstrip("/") and not fronts:
            return None
        url = f"https://{url}"
    start, _, rest = url.partition("://")
    return f"{start.lower()}://{rest}" if "/" in rest else f"{start.lower()}://{rest}/"


def _by_turns(pages: Iterable[Listed]) -> Iterator[list[Listed]]:
    """Let hosts take turns, some pages at a time."""
    waiting: dict[str, deque[Listed]] = {}
    for page in pages:
        waiting.setdefault(host(page.url) or "", deque()).append(page)
    some: list[Listed] = []
    while waiting:
        for name in list(waiting):
            some.append(waiting[name].popleft())
            if not waiting[name]:
                del waiting[name]
            if len(some) == TOGETHER:
                yield some
                some = []
    if some:
        yield some
