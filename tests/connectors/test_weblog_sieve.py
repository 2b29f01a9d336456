"""Which requests count: pages by people, not files, feeds and robots."""

from __future__ import annotations

import pyarrow as pa
import pytest

from connectors.robots import robot_name
from tests.connectors.weblog_samples import CHROME, FIREFOX, combined, read, write


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, None),
        (FIREFOX, None),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1",
            None,
        ),
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)", None),
        ("Mozilla/5.0 (Linux; Android 10; CUBOT X20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36", None),
        ("Opera/9.80 (X11; Linux x86_64) Presto/2.12.388 Version/12.16", None),
        ("Links (2.7; CYGWIN_NT-5.1 1.7.15(0.260/5/3) i686; GNU C 4.5.3; text)", None),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bingbot"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "GPTBot"),
        ("Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)", "Ezooms"),
        ("UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/", "UniversalFeedParser"),
        ("Chef Client/10.18.2 (ruby-1.9.3-p327; ohai-6.16.0; x86_64-linux; +http://opscode.com)", "Chef Client"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36", "HeadlessChrome"),
        ("Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0; +http://go.mail.ru/help/robots)", "Mail.RU_Bot"),
        ("portscout/0.8.1", "portscout"),
        ("python-requests/2.32", "python-requests"),
        ("-", "(no user agent)"),
        ("", "(no user agent)"),
        ("!!", "!!"),
    ],
)
def test_robots(agent, name):
    assert robot_name(pa.array([agent.encode()])) == [name]


def test_many_agents_keep_their_order():
    assert robot_name(pa.array([b"curl/8", None, CHROME.encode(), b"-"])) == ["curl", None, None, "(no user agent)"]
    assert robot_name(pa.array([], pa.binary())) == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/", None),
        ("/page.html", None),
        ("/files/guide.pdf", None),
        ("/node.js/intro", None),
        ("/search?file=a.png", None),
        ("/blog/rss-explained", None),
        ("/resume.xml", None),
        ("/style.CSS?v=3", "asset"),
        ("/a.png;jsessionid=1", "asset"),
        ("/fonts/x.woff2", "asset"),
        ("/robots.txt", "asset"),
        ("/sitemap_index.xml", "asset"),
        ("/sitemap-posts.xml.gz", "asset"),
        ("/favicon.ico", "asset"),
        ("/.well-known/security.txt", "asset"),
        ("/wp-json/wp/v2/posts", "asset"),
        ("/wp-admin/admin-ajax.php", "asset"),
        ("/feed/", "feed"),
        ("/comments/feed", "feed"),
        ("/blog.rss", "feed"),
        ("/index.xml", "feed"),
        ("/blog/tags/puppet?flav=rss20", "feed"),
        ("/?feed=rss2", "feed"),
    ],
)
def test_pages_files_and_feeds(tmp_path, path, reason):
    found = read(write(tmp_path, combined(path)))
    words = {"asset": "images", "feed": "feeds"}
    assert (len(found.touches), [words[reason] in str(remark) for remark in found.remarks[1:]]) == (
        (1, []) if reason is None else (0, [True])
    )


@pytest.mark.parametrize(
    ("status", "counts"),
    [(200, True), (206, True), (304, True), (301, False), (302, False), (404, False), (500, False), (499, False), (100, False), (0, False)],
)
def test_status(tmp_path, status, counts):
    line = combined().replace('" 200 ', f'" {status:03d} ')
    assert len(read(write(tmp_path, line)).touches) == counts


@pytest.mark.parametrize(
    ("method", "counts"), [("GET", True), ("get", True), ("HEAD", False), ("POST", False), ("OPTIONS", False), ("PROPFIND", False)]
)
def test_method(tmp_path, method, counts):
    assert len(read(write(tmp_path, combined(method=method))).touches) == counts


def test_robots_are_counted_by_name_and_the_most_frequent_are_said(tmp_path):
    lines = [combined("/a.png", agent=f"tool{name}/1.0") for name in "abcdef" for _ in range(ord("g") - ord(name))]
    assert str(read(write(tmp_path, *lines)).remarks[1]) == (
        "21 requests by robots and other programs that are no browsers (toola, toolb, toolc, toold, toole, …)"
    )
