"""Pages that link to us, on real servers of this machine: what is read of them, how politely, and what is refused."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors import importing, linking_pages
from connectors.base import ImportContext
from connectors.fetching import Fetcher, Manners
from connectors.page_lists import Listed
from connectors.public_addresses import Doors, is_public
from connectors.referrals import Referrals, _by_turns
from reports import as_html
from reports.language import Language
from tests.connectors.api_server import Asked, Reply, Site, serving
from tests.parts import needs
from tests.workspace.samples import records
from workspace.errors import SettingsError, SourceError, UsageError
from workspace.settings import ReferralSettings, Settings
from workspace.store import create, open_workspace

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


@pytest.fixture
def web() -> Iterator[Web]:
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


def test_an_article_is_read_whole(web):
    web.pages["press.test/a"] = html(ARTICLE)
    url = web.url("press.test", "/a")

    found = connector(web, f"{url}#part")
    links, rejects, removed = read(found)

    now = found._now
    said = {
        "page": url, "seen_at": now, "kind": "press", "site": "The Press", "title": "The best <script>alert(1)</script> CRM",
        "author": "Ann Writer", "published": dt.date(2026, 1, 31),
    }  # fmt: skip
    none = {"source": None, "medium": None, "campaign": None}
    tagged = "https://www.example.com/?utm_source=press&utm_medium=referral&utm_campaign=q1"
    assert links == [
        {
            "target": tagged,
            "text": "Example CRM",
            "rel": "sponsored nofollow",
            "source": "press",
            "medium": "referral",
            "campaign": "q1",
            "row": 1,
        }
        | said,
        {"target": "https://example.com/", "text": "Our logo", "rel": None, "row": 2} | said | none,
        {"target": "https://example.com/", "text": "twice", "rel": None, "row": 3} | said | none,
    ]
    assert (rejects, removed) == ([], [url])
    assert [str(remark) for remark in found.remarks] == ["1 page was read; 3 links lead to us."]
    assert found.cursor == {"pages": {url: now.date().isoformat()}}
    assert web.asked() == ["press.test/robots.txt", "press.test/a"]
    sent = web.sites["press.test"].asked[1].headers
    assert sent["user-agent"] == "smarketing (+https://example.com/)"
    assert not {"cookie", "authorization", "referer"} & sent.keys()


def test_hosts_take_turns_and_each_is_left_in_peace(web):
    """A pause between two requests to one host; another host's pages are asked meanwhile."""
    pages = [web.url("press.test", f"/{n}") for n in range(3)] + [web.url("blog.test", "/9")]
    assert [page.url for some in _by_turns(Listed(url, "", 1) for url in pages) for page in some] == [
        pages[0],
        pages[3],
        pages[1],
        pages[2],
    ]
    for n in range(3):
        web.pages[f"press.test/{n}"] = html("")
    web.pages["blog.test/9"] = html("")
    web.pages["blog.test/robots.txt"] = Reply(raw=b"User-agent: smarketing\nCrawl-delay: 7\n")

    read(connector(web, *pages))

    # press: robots, 2 s, page; blog: robots, 7 s, page, in which press has waited long enough; 2 s before the last.
    assert web.slept == [2.0, 7.0, 2.0]


def test_robots_txt_is_kept_to(web):
    """The longest rule counts, wildcards are understood (RFC 9309), and ours comes before everybody's."""
    web.pages["press.test/robots.txt"] = Reply(
        raw=b"User-agent: *\nDisallow: /\n\nUser-agent: smarketing\nDisallow: /private\nAllow: /private/open\nDisallow: /*.pdf$\n"
    )
    for path in ("/private/a", "/private/open", "/x.pdf", "/x.pdf2"):
        web.pages[f"press.test{path}"] = html("")
    assert problem(web, web.url("press.test", "/private/a")) == "robots"
    assert problem(web, web.url("press.test", "/private/open")) is None
    assert problem(web, web.url("press.test", "/x.pdf")) == "robots"
    assert problem(web, web.url("press.test", "/x.pdf2")) is None
    assert "press.test/private/a" not in web.asked()


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        (Reply(raw=b"", status=500), "unknown_robots"),
        (Reply(raw=b"", status=429), "unknown_robots"),
        (Reply(cut=-1), "unknown_robots"),
        (Reply(raw=b"", status=403), None),
        (Reply(raw=b"User-agent: *\nCrawl-delay: 3600\n"), "robots"),
        (Reply(raw=b"", status=302, headers={"Location": "http://private.test/"}), "private"),
        (Reply(raw=b"User-agent: *\nAllow: /\n" + b"#" * (1 << 20)), None),
    ],
)
def test_what_a_failing_robots_txt_means(web, robots, expected):
    web.addresses["private.test"] = ["10.0.0.1"]
    web.pages["press.test/robots.txt"] = robots
    web.pages["press.test/a"] = html("")
    assert problem(web, web.url("press.test", "/a")) == expected


def test_redirects_are_followed_to_another_host_with_its_robots(web):
    web.pages["press.test/a"] = html("", 301, Location=web.url("blog.test", "/b"))
    web.pages["blog.test/b"] = html('<base href="/c/"><a href="d">x</a><a href="https://example.com">us</a>')
    links, _, removed = read(connector(web, web.url("press.test", "/a")))
    assert [(link["page"], link["target"], link["kind"], link["site"]) for link in links] == [
        (web.url("blog.test", "/b"), "https://example.com", "other", "blog.test")
    ]
    assert removed == [web.url("press.test", "/a"), web.url("blog.test", "/b")]
    assert web.asked() == ["press.test/robots.txt", "press.test/a", "blog.test/robots.txt", "blog.test/b"]


def test_a_shortened_link_is_a_link_and_our_own_site_is_not_asked(web):
    web.pages["press.test/s"] = html("", 302, Location="https://example.com/?utm_source=x")
    links, rejects, _ = read(connector(web, web.url("press.test", "/s"), "https://www.example.com/own"))
    assert [(link["target"], link["source"], link["text"], link["title"]) for link in links] == [
        ("https://example.com/?utm_source=x", "x", None, None)
    ]
    assert rejects == []
    assert web.resolved == ["press.test", "press.test"]


@pytest.mark.parametrize(("count", "expected"), [(5, None), (6, "redirects")])
def test_five_redirects_and_no_more(web, count, expected):
    for n in range(count):
        web.pages[f"press.test/{n}"] = html("", 302, Location=f"/{n + 1}")
    web.pages[f"press.test/{count}"] = html("")
    assert problem(web, web.url("press.test", "/0")) == expected


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
     "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "2001:db8::1", "192.0.2.1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_are(address):
    assert is_public(address)


def test_nothing_of_this_machine_is_asked_by_default(web):
    """The real resolver and the real rule: names and literals of every notation end before a connection."""
    fetcher = Fetcher(Manners(sleep=web.sleep), "smarketing", lambda address: False)
    port = web.sites["press.test"].base.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):
        assert fetcher.page(f"http://{name}:{port}/").problem == "private"
    assert web.asked() == []


def test_a_redirect_to_a_private_address_is_refused(web):
    web.addresses["inside.test"] = ["192.168.0.1"]
    web.pages["press.test/a"] = html("", 302, Location="http://inside.test/admin")
    assert problem(web, web.url("press.test", "/a")) == "private"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate of its own authority for press.test and nobody else."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    name = ["-subj", "/CN=press.test", "-addext", "subjectAltName=DNS:press.test"]
    words = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        *name,
        "-keyout",
        path.with_name("key"),
        "-out",
        path,
    ]
    subprocess.run(words, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + path.with_name("key").read_bytes())
    return path


@pytest.fixture
def secure(web, certificate, monkeypatch) -> Iterator[str]:
    """A server that speaks TLS, whose authority is trusted; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = self.path == "/a"
            body = ARTICLE.encode() if there else b"slow" if self.path == "/slow" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
            if self.path == "/slow":
                self.rfile.read()  # until the other side is gone

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield str(server.server_port)
        server.shutdown()
        thread.join()


@needs("openssl", "openssl")
def test_tls_is_checked_by_the_name_though_the_address_was_chosen_here(web, secure):
    links, rejects, _ = read(connector(web, f"https://press.test:{secure}/a"))
    assert (len(links), rejects) == (3, [])
    assert problem(web, f"https://other.test:{secure}/a") == "unknown_robots"  # the certificate is not for that name
    assert problem(web, f"https://press.test:{secure}/slow", longest=0.3) == "slow"


def test_one_private_address_among_public_ones_is_enough(web):
    web.addresses["press.test"] = ["127.0.0.1", "10.0.0.1"]
    assert problem(web, web.url("press.test", "/a")) == "private"
    assert web.asked() == []


def test_a_name_that_changes_between_look_and_connection_does_not_work(web):
    """DNS rebinding: each connection resolves once, and goes to what was looked at."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    web.pages["press.test/a"] = html("secret")
    resolve = web.resolve

    def rebinding(host: str, port: int, *more: Any) -> Any:
        web.addresses[host] = next(answers)
        return resolve(host, port, *more)

    doors = Doors(lambda address: address == "127.0.0.1", rebinding)
    fetcher = Fetcher(Manners(doors=doors, sleep=web.sleep, clock=lambda: web.now), "smarketing", lambda address: False)
    assert fetcher.page(web.url("press.test", "/a")).problem == "private"
    assert web.asked() == ["press.test/robots.txt"]
    assert web.resolved == ["press.test", "press.test"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://press.test/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user:pass@press.test/",
        "http:///x",
        "http://[::1",
        "nonsense",
    ],
)
def test_other_schemes_are_refused(web, url):
    assert problem(web, url) == "scheme"
    web.pages["press.test/a"] = html("", 302, Location=url)
    assert problem(web, web.url("press.test", "/a")) in ("scheme", "gone")


def nowhere(*_: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


@given(
    st.one_of(st.text(), st.text(alphabet="[]%:@/\\.?#-aé\0 \t\n1")),
    st.sampled_from(["http://", "https://", "", "http://a.test/", "HTTP:"]),
)
@example("[::1%25eth0]/", "http://")
@example("a..b/", "http://")
@example("xn--/", "http://")
@example("a" * 70 + ".test:99999/", "http://")
def test_no_address_is_a_crash(text, start):
    fetcher = Fetcher(Manners(doors=Doors(resolve=nowhere), sleep=lambda seconds: None), "smarketing", lambda address: False)
    assert fetcher.page(start + text).problem in ("scheme", "unknown_robots", "unreached", "private")


@given(st.binary(), st.sampled_from([None, "utf-8", "utf-16", "latin-1", "utf-7", "idna", "hex", "x" * 99]))
@example(b"<!--x--><![" * 9 + b"]]>", None)
@example(b'<a href="http://[::1">x</a><base href="http://[">', None)
@example(b'<script type="application/ld+json">[[[[{"author": [[]], "@type": [1]}]]]]</script>', None)
@example(b'<script type="application/ld+json">{"author": [], "@type": {}, "@graph": 3, "datePublished": 7}</script>', None)
@example(b"<meta name=date content=2026-99-99><meta property content=x><time datetime=2026-01-01>", None)
def test_no_page_is_a_crash(body, charset):
    for wrapped in (body, b'<a href="' + body + b'">' + body + b"</a><title>" + body, b"<meta name=author content='" + body + b"'>"):
        linking_pages.read(wrapped, charset, "https://a.test/", lambda address: True)


def test_large_pages_and_bombs_are_refused(web):
    web.pages["press.test/large"] = html(b"<p>" * (2 << 20))
    web.pages["press.test/bomb"] = html(gzip.compress(b"\0" * (64 << 20)), Content_Encoding="gzip")
    web.pages["press.test/twice"] = html(gzip.compress(gzip.compress(b"\0" * (64 << 20))), Content_Encoding="gzip, gzip")
    web.pages["press.test/packed"] = html(gzip.compress(b'<a href="https://example.com">x</a>'), Content_Encoding="gzip")
    web.pages["press.test/broken"] = html(b"no gzip", Content_Encoding="gzip")
    found = {path: problem(web, web.url("press.test", f"/{path}")) for path in ("large", "bomb", "twice", "packed", "broken")}
    assert found == {"large": "large", "bomb": "large", "twice": "large", "packed": None, "broken": "unreached"}


def test_slow_pages_are_given_up(web):
    web.pages["press.test/drip"] = Reply(drip=True, headers={"Content-Type": "text/html", "Content-Length": "1000000"})
    web.pages["press.test/endless"] = Reply(drip=True, headers={"Content-Type": "text/html", "Content-Length": "", "Connection": "close"})
    assert problem(web, web.url("press.test", "/drip"), longest=0.2) == "slow"
    assert problem(web, web.url("press.test", "/endless"), longest=0.2) == "slow"


def test_a_server_that_says_nothing_is_given_up(web):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"http://mute.test:{mute.getsockname()[1]}/"
        assert problem(web, url, silence=0.1) == "unknown_robots"
        assert problem(web, url, longest=0.1) == "unknown_robots"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(raw=b"%PDF-", headers={"Content-Type": "application/pdf"}), "not_html"),
        (Reply(raw=b"<a>"), "not_html"),
        (html("", 404), "gone"),
        (html("", 410), "gone"),
        (html("", 403), "refused"),
        (html("", 503), "failing"),
        (html("", 429), "failing"),
        (Reply(cut=-1), "unreached"),
        (Reply(raw=b"x" * 100, headers={"Content-Type": "text/html"}, cut=50), "unreached"),
    ],
)
def test_pages_that_are_none(web, reply, expected):
    web.pages["press.test/a"] = reply
    assert problem(web, web.url("press.test", "/a")) == expected


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ("<title>Été à Łódź</title>".encode(), "text/html; charset=utf-8"),
        ("<title>Été à Łódź</title>".encode("utf-8-sig"), "text/html; charset=iso-8859-1"),
        ("<title>Été à Łódź</title>".encode("utf-16"), "text/html"),
        ('<meta charset="iso-8859-2"><title>Łódź</title>'.encode("iso-8859-2"), "text/html"),
        ("<title>Łódź</title>".encode("iso-8859-2"), "text/html; charset=iso-8859-2"),
        ("<title>Été – à</title>".encode("cp1252"), "text/html"),
        ("<title>日本</title>".encode("shift_jis"), "text/html; charset=Shift_JIS"),
        (b"<title>caf\xc3\xa9</title>", "text/html; charset=punycode"),
        (b"<title>caf\xc3\xa9</title>", "text/html; charset=no-such-thing"),
    ],
)
def test_odd_encodings(web, body, header):
    web.pages["press.test/a"] = Reply(
        raw=body + b'<a href="https://example.com/">x</a>'
        if b"\xff\xfe" not in body[:2]
        else body + '<a href="https://example.com/">x</a>'.encode("utf-16-le"),
        headers={"Content-Type": header},
    )
    links, _, _ = read(connector(web, web.url("press.test", "/a")))
    expected = {"Łódź", "Été à Łódź", "Été – à", "日本", "café"}
    assert [link["title"] in expected for link in links] == [True]


@pytest.mark.parametrize(
    "unit", ["<", "<a ", "<!--", "<![CDATA[", "</a", "<a href='", "<a b='\">", "<title>", '<a href="https://example.com">', "<script>"]
)
def test_a_page_of_beginnings_without_ends_is_read_at_once(web, unit):
    """html.parser looks for the end again from every beginning: unguarded this would take hours."""
    web.pages["press.test/a"] = html(unit * (400_000 // len(unit)))
    _, rejects, _ = read(connector(web, web.url("press.test", "/a")))
    assert rejects == []


def test_what_is_read_is_escaped_on_a_page(web, tmp_path):
    web.pages["press.test/a"] = html(ARTICLE)
    create(tmp_path / "smarketing.db")
    with open_workspace(tmp_path / "smarketing.db") as workspace:
        importing.run(
            workspace, connector(web, web.url("press.test", "/a"), "https://a.test:0/<script>alert(2)</script>"), False, keep_cursor=True
        )
        out = io.BytesIO()
        as_html.write([importing.rejects(workspace, None)], Language("en"), out)
    shown = out.getvalue().decode()
    assert "&lt;script&gt;alert(2)" in shown
    assert "<script>alert" not in shown


def test_pages_are_read_again_after_some_days_and_their_links_follow(web, tmp_path):
    """From the workspace's point of view: the page changed, then went away."""
    path = tmp_path / "smarketing.db"
    create(path)
    url = web.url("press.test", "/a")

    def run(cursor: Any, *sources: str, **options: Any) -> tuple[list[str], Any]:
        with open_workspace(path) as workspace:
            made = connector(web, *sources, cursor=cursor, **options)
            importing.run(workspace, made, False, keep_cursor=True)
            return [row["target"] for row in records(path)["links"]], made.cursor

    web.pages["press.test/a"] = html('<a href="https://example.com/1">x</a><a href="https://example.com/2">x</a>')
    targets, cursor = run(None, url)
    assert sorted(targets) == ["https://example.com/1", "https://example.com/2"]
    asked = len(web.asked())
    web.pages["press.test/a"] = html('<a href="https://example.com/2">x</a>')
    targets, cursor = run(cursor, url)
    assert len(web.asked()) == asked
    assert len(targets) == 2
    targets, cursor = run(cursor, again_after=0)
    assert targets == ["https://example.com/2"]
    web.pages["press.test/a"] = html("", 404)
    targets, cursor = run(cursor, again_after=0)
    assert (targets, cursor) == ([], {"pages": {}})


def test_what_failed_for_now_is_asked_again_and_what_is_forbidden_is_not(web):
    web.pages["press.test/a"] = html("", 503)
    web.pages["blog.test/robots.txt"] = Reply(raw=b"User-agent: *\nDisallow: /\n")
    found = connector(web, web.url("press.test", "/a"), web.url("blog.test", "/b"))
    assert read(found)[1] == [
        f"command line:1 The site failed to show '{web.url('press.test', '/a')}'.",
        f"command line:2 The site's robots.txt forbids programs to read '{web.url('blog.test', '/b')}'.",
    ]
    assert list(found.cursor["pages"]) == [web.url("blog.test", "/b")]


def test_lists_of_pages(web, tmp_path):
    web.pages["press.test/a"] = html('<a href="https://example.com/">x</a>')
    url = web.url("press.test", "/a")
    plain = tmp_path / "pages.txt"
    plain.write_text(f"\ufeff# from the log\n{url}\n\nnews.example\nhttps://example.com/own\n{url}#again\n", encoding="utf-8")
    table = tmp_path / "links.csv"
    table.write_text(f"Linking page,Last crawled\n{url},2026-01-31\n,2026-01-31\nftp://x.example/,2026-01-31\n", encoding="utf-8")

    found = connector(web, str(plain), str(table))
    links, rejects, _ = read(found)

    assert [link["page"] for link in links] == [url]
    assert rejects == [f"{table}:4 'ftp://x.example/' is no address of a web page."]
    assert [str(remark) for remark in found.remarks] == [
        "1 page was read; 1 link leads to us.",
        "1 addresses are your own pages and were passed over.",
        "1 addresses name a site and no page, as browsers mostly send it; --front-pages looks at their front pages.",
    ]
    with pytest.raises(SourceError) as caught:
        read(connector(web, str(table), column="Page"))
    assert str(caught.value) == f"{table}: no column holds addresses of pages; there is Linking page, Last crawled. Name one with --column"


def test_front_pages_are_looked_at_only_where_asked_for(web):
    with pytest.raises(UsageError) as caught:
        connector(web)
    assert str(caught.value) == (
        "Which pages? Give their addresses, or files that list them (see docs/connectors/referrals.md for where to get one); "
        "--front-pages looks at the front pages of the sites that visits came from"
    )
    _, rejects, _ = read(connector(web, front_pages=True))
    # No server of the tests speaks TLS on port 443; that they are asked for is what matters.
    assert rejects == [
        "workspace:1 The robots.txt of 'https://press.test/' could not be read, so the page was left alone.",
        "workspace:2 The robots.txt of 'https://blog.test/' could not be read, so the page was left alone.",
    ]


def test_wrong_options(web):
    with pytest.raises(UsageError, match=r"^--again-after -1: give a number of days, 0 or more$"):
        connector(web, "https://x.example/", again_after=-1)
    with pytest.raises(SettingsError) as caught:
        connector(web, "https://x.example/", settings=Settings())
    assert str(caught.value) == (
        'smarketing.toml: own_domains is needed to know which links lead to you; write it as own_domains = ["example.com"]'
    )


def test_the_settings_name_partners_and_employees(web):
    for name in ("press.test/lea/post", "blog.test/x", "press.test/other"):
        web.pages[name] = html('<a href="https://example.com/">x</a>')
    settings = Settings(own_domains=("example.com",), referrals=ReferralSettings(("blog.test",), ("https://press.test/lea",)))
    links, _, _ = read(
        connector(web, web.url("press.test", "/lea/post"), web.url("blog.test", "/x"), web.url("press.test", "/other"), settings=settings)
    )
    assert {link["page"].rpartition(":")[2].partition("/")[2]: link["kind"] for link in links} == {
        "lea/post": "employee",
        "x": "partner",
        "other": "other",
    }
