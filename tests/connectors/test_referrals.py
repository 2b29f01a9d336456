"""Pages that link to us, on real servers of this machine: what is read of them, how politely, and again."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest

from connectors import importing
from connectors.page_lists import Listed
from connectors.referrals import _by_turns
from reports import as_html
from reports.language import Language
from tests.connectors.api_server import Reply
from tests.connectors.linking_web import ARTICLE, connector, html, problem, read
from tests.workspace.samples import records
from workspace.errors import SettingsError, SourceError, UsageError
from workspace.settings import ReferralSettings, Settings
from workspace.store import create, open_workspace


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
        "1 address is your own page and was passed over.",
        "1 address names a site and no page, as browsers mostly send it; --front-pages looks at front pages.",
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
