"""Tagged links: the address of a page with the campaign tags of one employee's posts, and the opaque code that stands in them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from attribution.links import written
from workspace import urls
from workspace.errors import UsageError

MEDIUM = "employee-advocacy"
"""`utm_medium` of every link: the channel rules know the word."""
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
"""What codes are made of: no signs that look alike, no vowels, so that no word comes about that somebody may write or mind."""
LENGTH = 8
"""27^8 = 2.8e11 codes: whoever has some finds no other by guessing."""


def new_code(taken: Collection[str], choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Draw a code that is not taken, with at least one digit and one letter, so that it is no word and no number.

    Parameters
    ----------
    taken : collection of str
        Every code there ever was: a retired one never returns, since links that carry it are still about.
    choose : callable
        Draws one sign; the system's source of secrets by default, so that nothing in a code tells whose it is or when it was made.
    """
    while True:
        code = "".join(choose(ALPHABET) for _ in range(LENGTH))
        if code not in taken and not code.isdigit() and not code.isalpha():
            return code


def page(url: str) -> str:
    """Give the address of the page that a link points to: without campaign tags and click ids, all else as it was.

    Raises
    ------
    UsageError
        It is no address of a page, or it holds a name and a password.

    Examples
    --------
    >>> page("https://Example.com/guide?utm_source=mail&lang=fr#prices")
    'https://example.com/guide?lang=fr#prices'
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        name = urls.host(text)
    except ValueError:
        parts, name = urlsplit(""), None
    if parts.scheme not in ("http", "https") or name is None or re.search(r"[\s\x00-\x1f\x7f]", text):
        raise UsageError("{url} is not the address of a page; write it as https://www.example.com/white-paper", url=url)
    if "@" in parts.netloc:
        raise UsageError("{url} holds a name before the @, and links are public; leave it out", url=url)
    kept = [pair for pair in parts.query.split("&") if pair and not _tag(pair)]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, "&".join(kept), parts.fragment))


def _tag(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name.startswith("utm_") or name in urls.CLICK_IDS


def tagged(link: str, network: str, code: str | None, campaign: str | None = None) -> str:
    """Put the tags of a post on a link.

    Parameters
    ----------
    link : str
        `page`.
    network, campaign : str or None
        `slug`.
    code : str or None
        None tags the link as an employee's without saying whose.

    Examples
    --------
    >>> tagged("https://example.com/guide?lang=fr#prices", "linkedin", "k7q2bcdf", "spring")
    'https://example.com/guide?lang=fr&utm_source=linkedin&utm_medium=employee-advocacy&utm_campaign=spring&utm_content=k7q2bcdf#prices'
    """
    named = {"utm_source": network, "utm_medium": MEDIUM, "utm_campaign": campaign, "utm_content": code}
    tags = [f"{name}={quote(value, safe='')}" for name, value in named.items() if value]
    parts = urlsplit(link)
    return urlunsplit(parts._replace(query="&".join([part for part in [parts.query] if part] + tags)))


def slug(text: str, option: str) -> str:
    """Write a word as it stands in tags: lower case, without accents, hyphens between words; analytics keep "Spring" and "spring" apart.

    Raises
    ------
    UsageError
        Nothing is left of it.

    Examples
    --------
    >>> slug("Été 2026 !", "campaign")
    'ete-2026'
    """
    spelled = written(text)
    if not spelled:
        raise UsageError("--{option} {seen}: nothing of it can stand in a link; use letters, digits and hyphens", option=option, seen=text)
    return spelled


def content_of(link: str) -> str:
    """Name a content after its page: the last part of the address that says something.

    Examples
    --------
    >>> content_of("https://example.com/resources/White-Paper.html?lang=fr"), content_of("https://www.example.com/")
    ('white-paper', 'example.com')
    """
    parts = urlsplit(link)
    for part in reversed(parts.path.split("/")):
        if named := written(re.sub(r"\.[a-z]{2,5}$", "", part)):
            return named
    return (urls.host(link) or parts.netloc).removeprefix("www.")
