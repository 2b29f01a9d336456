"""What a post says and where it points to."""

from __future__ import annotations

from collections.abc import Sequence

from workspace.urls import host, under


def link_in(html: str, own_domains: Sequence[str]) -> tuple[str | None, str | None]:
    """Read a post's text and the address it points to: one of ours before any other; mentions and hashtags are no links.

    Examples
    --------
    >>> link_in('<p>New: <a href="https://example.com/">here</a> <a class="mention hashtag" href="/tags/b2b">#b2b</a></p>', ())
    ('New: here #b2b', 'https://example.com/')
    """
    from bs4 import BeautifulSoup

    page = BeautifulSoup(html, "html.parser")
    elsewhere = {"mention", "hashtag"}
    links = [str(link["href"]) for link in page.find_all("a", href=True) if not elsewhere & set(link.get_attribute_list("class"))]
    return " ".join(page.get_text(" ").split()) or None, our_link(links, own_domains)


def our_link(links: Sequence[str], own_domains: Sequence[str]) -> str | None:
    """Choose among a post's links: the first to one of our sites, else the first."""
    ours = [link for link in links if any(under(host(link) or "", domain) for domain in own_domains)]
    return next(iter([*ours, *links]), None)
