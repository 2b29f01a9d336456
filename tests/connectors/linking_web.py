"""Two hosts that link to us, and a connector that looks at them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

from connectors.base import ImportContext
from connectors.fetching import Fetcher, Manners
from connectors.public_addresses import Doors
from connectors.referrals import Referrals
from tests.connectors.api_server import Asked, Reply, Site, serving
from workspace.settings import Settings

ARTICLE = """<!doctype html><html><head><title>Ignored &lt;b&gt;</title>
<meta property="og:title" content="The best <script>alert(1)</script> CRM"><meta property="og:site_name" content="The Press">
<meta name="author" content="Ann Writer"><meta property="article:published_time" content="2026-01-31T09:00:00+01:00">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle"}]}</script></head><body>
<a href="https://www.example.com/?utm_source=press&amp;utm_medium=referral&amp;utm_campaign=q1#top"
rel="sponsored noopener NoFollow">Example
  CRM</a> <a href="https://elsewhere.example/">no</a> <a href="HTTPS://example.com/"><img src=x alt="Our logo"></a>
<a href="https://example.com/">twice</a> <a href="https://example.com/">twice</a> <a href="https://notexample.com/">no</a>
<a href="javascript:alert(1)">no</a></body></html>"""


class Web:
    """Two hosts on loopback, what they answer by path, and the time that only passes when somebody waits."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.now = 100.0
        self.slept: list[float] = []
        self.resolved: list[str] = []
        self.sites: dict[str, Site] = {}
        self.addresses: dict[str, list[str]] = {}

    def answer(self, asked: Asked, base: str) -> Reply:
        name = asked.headers["host"].partition(":")[0]
        return self.pages.get(f"{name}{asked.path}", html("Not found", 404) if asked.path != "/robots.txt" else html("", 404))

    def url(self, name: str, path: str = "/") -> str:
        return f"http://{name}:{self.sites[name].base.rpartition(':')[2]}{path}"

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds

    def resolve(self, host: str, port: int, *more: Any) -> Any:
        self.resolved.append(host)
        found = self.addresses.get(host, ["127.0.0.1"])
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    def manners(self, **changed: Any) -> Manners:
        doors = Doors(lambda address: address == "127.0.0.1", self.resolve)
        return Manners(doors=doors, sleep=self.sleep, clock=lambda: self.now, **changed)

    def asked(self) -> list[str]:
        every = [(site, asked) for site in dict.fromkeys(self.sites.values()) for asked in site.asked]
        return [f"{asked.headers['host'].partition(':')[0]}{asked.path}" for _, asked in every]


def html(text: str | bytes, status: int = 200, **headers: str) -> Reply:
    raw = text.encode() if isinstance(text, str) else text
    return Reply(
        raw=raw, status=status, headers={"Content-Type": "text/html"} | {name.replace("_", "-"): value for name, value in headers.items()}
    )


@contextlib.contextmanager
def two_hosts() -> Iterator[Web]:
    """Let both hosts answer."""
    made = Web()
    with contextlib.ExitStack() as stack:
        for name in ("press.test", "blog.test"):
            made.sites[name] = stack.enter_context(serving(made.answer))
        yield made


def connector(web: Web, *sources: str, cursor: Any = None, settings: Settings | None = None, **options: Any):
    context = ImportContext(
        settings or Settings(own_domains=("example.com",)), b"key", cursor=cursor, referrers=lambda: ["press.test", "blog.test"]
    )
    return Referrals(context, sources, manners=web.manners(), **options)


def read(found: Referrals) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """Links, refused pages with their reason, pages whose former links go."""
    links, rejects, removed = [], [], []
    for batch in found.read():
        if batch.kind == "removals":
            removed += batch.rows["value"].to_pylist()
        else:
            links += batch.rows.to_pylist()
            rejects += [f"{one.file}:{one.row} {one.problem.format(value=one.value)}" for one in batch.rejects]
    return links, rejects, removed


def problem(web: Web, url: str, **manners: Any) -> str | None:
    fetcher = Fetcher(web.manners(**manners), "smarketing", lambda address: "example.com" in address)
    try:
        return fetcher.page(url).problem
    finally:
        fetcher.close()
