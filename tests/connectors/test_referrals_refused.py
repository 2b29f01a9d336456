"""Pages that link to us: addresses that are not asked, and pages that are too large, too slow, odd or none."""

from __future__ import annotations

import gzip
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

from connectors import linking_pages
from connectors.fetching import Fetcher, Manners
from connectors.public_addresses import Doors, is_public
from tests.connectors.api_server import Reply
from tests.connectors.linking_web import ARTICLE, connector, html, problem, read
from tests.parts import needs


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
