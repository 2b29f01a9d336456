"""Reading a web page for what it says of itself and for its links to us; nothing in it is ever run."""

from __future__ import annotations

import codecs
import dataclasses
import datetime as dt
import itertools
import json
import re
import urllib.parse
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from workspace.urls import CONTROLS

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

READ = ("a", "area", "meta", "title", "time", "script", "base", "img")
RELS = ("sponsored", "ugc", "nofollow")
"""What a link may say of itself (developers.google.com/search/docs/crawling-indexing/qualify-outbound-links)."""
LONGEST_TEXT, LONGEST_URL, MOST_LINKS, MOST_PARTS = 300, 8_192, 500, 100
_ENDS = ((b"<!--", rb"--\s*>"), (b"<![", rb"\]\s*\]\s*>"), (b"<", b">"))
_CHARSETS = re.compile(r"utf|iso8859|cp\d|koi8|shift|euc|gb|big5|mac|tis", re.IGNORECASE)
"""Names of encodings that text is written in; Python knows others, some of which take for ever."""


@dataclasses.dataclass(frozen=True, slots=True)
class FoundLink:
    """A link: its address without fragment, what is written on it, and what the page says of it ("sponsored nofollow")."""

    target: str
    text: str | None
    rel: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What a page says of itself. `types` are those of schema.org in its JSON-LD, `generator` is the program that made it."""

    title: str | None
    site: str | None
    author: str | None
    published: dt.date | None
    types: frozenset[str]
    generator: str
    links: tuple[FoundLink, ...]


def read(body: bytes, charset: str | None, url: str, wanted: Callable[[str], bool]) -> Page:
    """Read a page.

    Parameters
    ----------
    body : bytes
    charset : str or None
        What the server says its encoding is.
    url : str
        Where it lies; links are resolved against it.
    wanted : callable
        Tells which addresses to keep.

    Notes
    -----
    A part at the end that is never closed (a comment, a tag) is left out first: html.parser looks for its end again at every place where
    one could begin, which takes hours for a page of nothing else.

    Examples
    --------
    >>> body = b'<title>A &amp; B</title><a href="//example.com/?utm_source=b#x" rel="ugc me">us</a>'
    >>> page = read(body, None, "https://b.example/", bool)
    >>> page.title, page.links
    ('A & B', (FoundLink(target='https://example.com/?utm_source=b', text='us', rel='ugc'),))
    """
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup
    from bs4.filter import SoupStrainer

    text = _text(_closed(body), charset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that XHTML is read as HTML, that a page looks like a file's name
        try:
            soup = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer(list(READ)))
        except (ParserRejectedMarkup, AssertionError, RecursionError, ValueError):
            soup = BeautifulSoup("", "html.parser")
    meta, linked = _meta(soup), list(_json_ld(soup))
    title = soup.find("title")
    robots = meta.get("robots", "").lower()
    return Page(
        title=_clean(meta.get("og:title") or (_written(title) if title is not None else None)),
        site=_clean(meta.get("og:site_name") or meta.get("application-name")),
        author=_author(meta, linked),
        published=_published(soup, meta, linked),
        types=frozenset(name for thing in linked for name in _names(thing.get("@type"))),
        generator=meta.get("generator", "")[:LONGEST_TEXT],
        links=tuple(_links(soup, url, wanted, "nofollow" in robots)),
    )


def _closed(body: bytes) -> bytes:
    for start, end in _ENDS:
        last = max((found.end() for found in re.finditer(end, body)), default=0)
        if (cut := body.find(start, last)) >= 0:
            body = body[:cut]
    return body


def _text(body: bytes, charset: str | None) -> str:
    """Decode a page: by its byte-order mark, as its server says, as it says itself, as UTF-8, else as Western European."""
    from bs4.dammit import EncodingDetector

    stripped, marked = EncodingDetector.strip_byte_order_mark(body)
    for name in (marked, charset, EncodingDetector.find_declared_encoding(body[:4096], is_html=True), "utf-8"):
        try:
            found = codecs.lookup(name or "").name
        except (LookupError, ValueError):
            continue
        if not _CHARSETS.match(found) or (found == "utf-8" and name == "utf-8" and not _is_utf8(stripped)):
            continue
        # Browsers read these as what they are mostly used for (encoding.spec.whatwg.org).
        found = {"iso8859-1": "cp1252", "utf-7": "utf-8"}.get(found, found)
        return stripped.decode(found, errors="replace")
    return stripped.decode("cp1252", errors="replace")


def _is_utf8(body: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return False
    return True


def _clean(text: Any) -> str | None:
    """Put a text on one line without control characters; None where it says nothing."""
    if not isinstance(text, str):
        return None
    kept = text[: 4 * LONGEST_TEXT].translate(CONTROLS).encode(errors="replace").decode()
    return " ".join(kept.split())[:LONGEST_TEXT].strip() or None


def _written(tag: Tag) -> str:
    """Take the first words in a tag, else what its picture stands for; as browsers have it, the next link ends one that is not closed."""
    from bs4.element import NavigableString, Tag

    words, pictures = [], []
    part = tag.next_element
    # Not tag.descendants, which first looks for the last one: in a tag that is never closed that is the whole page.
    for _ in range(MOST_PARTS):
        if part is None or not any(above is tag for above in itertools.islice(part.parents, MOST_PARTS)):
            break
        if type(part) is NavigableString:
            words.append(part[:LONGEST_TEXT])
        elif isinstance(part, Tag) and part.name == "a":
            break
        elif isinstance(part, Tag) and part.name == "img":
            pictures.append(str(part.get("alt") or ""))
        part = part.next_element
    return " ".join(words) if any(word.strip() for word in words) else " ".join(pictures)


def _meta(soup: BeautifulSoup) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in soup.find_all("meta", limit=MOST_LINKS):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop")
        content = tag.get("content")
        if isinstance(name, str) and isinstance(content, str) and content.strip():
            found.setdefault(name.lower(), content)
    return found


def _json_ld(soup: BeautifulSoup) -> Iterator[dict[str, Any]]:
    """Give the things that JSON-LD describes at its top or in its graph."""
    for tag in soup.find_all("script", type="application/ld+json", limit=20):
        try:
            found = json.loads(tag.string or "")
        except (ValueError, RecursionError):
            continue
        things = found if isinstance(found, list) else [found]
        for thing in things[:100]:
            if isinstance(thing, dict):
                yield thing
                graph = thing.get("@graph")
                yield from (inner for inner in (graph if isinstance(graph, list) else [])[:100] if isinstance(inner, dict))


def _names(value: Any) -> list[str]:
    return [name for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]


def _author(meta: dict[str, str], linked: list[dict[str, Any]]) -> str | None:
    named: list[Any] = [meta.get(name) for name in ("author", "article:author", "dc.creator", "parsely-author")]
    for thing in linked:
        authors = thing.get("author")
        first = authors[0] if isinstance(authors, list) and authors else authors
        named.append(first.get("name") if isinstance(first, dict) else first)
    return next((name for name in map(_clean, named) if name and not name.startswith(("http://", "https://", "@"))), None)


def _published(soup: BeautifulSoup, meta: dict[str, str], linked: list[dict[str, Any]]) -> dt.date | None:
    """Read on which day the page was published, as it says itself: a whole ISO 8601 day, or nothing."""
    names = ("article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "parsely-pub-date", "pubdate")
    said: list[Any] = [meta.get(name) for name in names] + [thing.get("datePublished") for thing in linked]
    said += [tag.get("datetime") for tag in soup.find_all("time", limit=1)]
    for text in said:
        if isinstance(text, str) and (found := re.match(r"\s*(\d{4}-\d\d-\d\d)(?!\d)", text)):
            try:
                return dt.date.fromisoformat(found[1])
            except ValueError:
                continue
    return None


def _links(soup: BeautifulSoup, url: str, wanted: Callable[[str], bool], nofollow: bool) -> Iterator[FoundLink]:
    """Give the links to keep, each address with each text once."""
    base = soup.find("base", href=True)
    start = _joined(url, str(base["href"])) or url if base is not None else url
    known: dict[tuple[str, str | None], None] = {}
    for tag in soup.find_all(("a", "area"), href=True):
        target = _joined(start, str(tag["href"]))
        if target is None or not wanted(target):
            continue
        text = _clean(_written(tag)) or _clean(tag.get("alt"))
        if (target, text) in known:
            continue
        known[target, text] = None
        said = {word.lower() for word in (tag.get_attribute_list("rel") or []) if isinstance(word, str)} | (
            {"nofollow"} if nofollow else set()
        )
        yield FoundLink(target, text, " ".join(word for word in RELS if word in said) or None)
        if len(known) == MOST_LINKS:
            return


def _joined(base: str, reference: str) -> str | None:
    if len(reference) > LONGEST_URL:
        return None
    try:
        whole = urllib.parse.urljoin(base, reference.strip().translate(CONTROLS).replace(" ", "%20"))
        target = urllib.parse.urldefrag(whole).url
    except ValueError:
        return None
    scheme, colon, rest = target.partition("://")
    return f"{scheme.lower()}{colon}{rest}" if scheme.lower() in ("http", "https") and len(target) <= LONGEST_URL else None
