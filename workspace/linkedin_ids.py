"""What LinkedIn's addresses name: the number of a post, out of any of its forms, and when it was made; a profile, in one form."""

from __future__ import annotations

import bisect
import datetime as dt
import re
import unicodedata
from urllib.parse import unquote, urlsplit

_URN = re.compile(r"urn:li:(?P<kind>activity|share|ugcpost|grouppost):(?:\d{1,14}-)?(?P<number>\d{15,20})(?!\d)", re.IGNORECASE)
_SLUG = re.compile(r"[-_](?P<kind>activity|share|ugcpost)[-:](?P<number>\d{15,20})(?!\d)", re.IGNORECASE)
_COMMENT = re.compile(r"urn:li:(?:fsd_)?comment:\([^)]*\)", re.IGNORECASE)
_BARE = re.compile(r"(?:(?P<kind>activity|share|ugcpost)[:-])?(?P<number>\d{15,20})", re.IGNORECASE)
_NAMES = {"activity": "activity", "share": "share", "ugcpost": "ugcPost"}
SAME_POST = 2_000
"""Milliseconds between the numbers that one post bears as a share and as an activity, at most."""


def _found(url: str | None) -> re.Match[str] | None:
    text = unquote(unquote((url or "").strip()))
    place = re.split(r"[?#]", text)[0]
    return _URN.search(place) or _SLUG.search(place) or _URN.search(text)


def post_number(url: str | None) -> str | None:
    """Read a post's number from its address or URN; None where there is none.

    Examples
    --------
    >>> post_number("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7123456789012345678")
    '7123456789012345678'
    >>> post_number("https://fr.linkedin.com/posts/lea-d_b2b-crm-ugcPost-7123456789012345678-aB1c?utm_source=share")
    '7123456789012345678'
    >>> post_number("https://www.linkedin.com/in/lea") is None
    True
    """
    found = _found(url)
    return found["number"] if found else None


def post_url(url: str | None) -> str | None:
    """Write a post's address in its one form that names nobody: those people share bear the author's name.

    None for a post in a group too, whose address needs more than its number.

    Examples
    --------
    >>> post_url("https://www.linkedin.com/posts/lea-d_crm-activity-7123456789012345678-aB1c")
    'https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678'
    """
    found = _found(url)
    kind = _NAMES.get(found["kind"].lower()) if found else None
    return f"https://www.linkedin.com/feed/update/urn:li:{kind}:{found['number']}" if found and kind else None


def comment_number(url: str | None) -> str | None:
    """Read a comment's own number from the address of a comment; None where it has none.

    Examples
    --------
    >>> comment_number("https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678"
    ...                "?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7123456789012345678%2C7123456799999999999%29")
    '7123456799999999999'
    """
    urns = _COMMENT.findall(unquote(unquote(url or "")))
    # The number of the post that was commented on stands behind its kind; the comment's own stands alone.
    numbers = [number for urn in urns for number in re.findall(r"(?<=[(,])\d{15,20}(?=[,)])", urn)]
    return numbers[-1] if numbers else None


def made_at(number: str) -> dt.datetime:
    """Say when a post was made: its number holds the milliseconds since 1970 in all but its last 22 bits.

    Examples
    --------
    >>> made_at("7123456789012345678")
    datetime.datetime(2023, 10, 26, 23, 54, 5, tzinfo=datetime.timezone.utc)
    """
    return dt.datetime.fromtimestamp((int(number) >> 22) // 1000, dt.UTC)


def profile_of(url: str) -> str | None:
    """Write the address of a profile in one form, whatever its country's host, its case and its coding; None where it is no address.

    Examples
    --------
    >>> profile_of("https://fr.linkedin.com/in/L%C3%A9a-D/?trk=x"), profile_of("www.linkedin.com/in/léa-d")
    ('linkedin.com/in/léa-d', 'linkedin.com/in/léa-d')
    >>> profile_of("lea@example.com"), profile_of("Sales Manager")
    (None, None)
    """
    text = unicodedata.normalize("NFC", unquote(url.strip())).lower()
    if not text or re.search(r"[\s@]", text):
        return None
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host = parts.hostname or ""
    except ValueError:
        return None
    if "." not in host or len(parts.path) < 2:
        return None
    host = "linkedin.com" if re.fullmatch(r"(?:[a-z]{2,3}\.)?linkedin\.com", host) else host.removeprefix("www.")
    return host + parts.path.rstrip("/")


def number_in(text: str | None) -> str | None:
    """Read a post's number however it is given: bare, as a URN, as an address; None where it is none.

    Examples
    --------
    >>> [number_in(text) for text in ("7123456789012345678", "urn:li:share:7123456789012345678", "activity:7123456789012345678")]
    ['7123456789012345678', '7123456789012345678', '7123456789012345678']
    >>> number_in("repost 7123456789012345678 A7") is None, number_in("42") is None
    (True, True)
    """
    if not text:
        return None
    bare = _BARE.fullmatch(text.strip())
    return bare["number"] if bare else post_number(text)


def form_in(text: str | None) -> str | None:
    """Say which of its forms a post is given in, activity, share or ugcPost; None for a bare number.

    Examples
    --------
    >>> [form_in(text) for text in ("urn:li:ugcPost:7123456789012345678", "share:7123456789012345678", "7123456789012345678")]
    ['ugcPost', 'share', None]
    """
    found = _BARE.fullmatch((text or "").strip()) or _found(text)
    return _NAMES.get((found["kind"] or "").lower()) if found else None


class NumbersInTime:
    """Numbers of posts in the order in which they were made.

    A post bears one number as a share and another, made with it, as an activity: exports disagree on which they show.

    Examples
    --------
    >>> share, activity, other = (str(ms << 22) for ms in (1_700_000_000_000, 1_700_000_001_500, 1_700_000_009_000))
    >>> numbers = NumbersInTime()
    >>> numbers.add(share)
    >>> [numbers.near(number) == [share] for number in (share, activity)], numbers.near(other)
    ([True, True], [])
    """

    def __init__(self) -> None:
        self._made: list[int] = []

    def add(self, number: str) -> None:
        """Take note of a number."""
        bisect.insort(self._made, int(number))

    def near(self, number: str) -> list[str]:
        """List the numbers made less than `SAME_POST` before or after one, the nearest first."""
        made = int(number) >> 22
        first, last = (bisect.bisect_left(self._made, bound << 22) for bound in (made - SAME_POST + 1, made + SAME_POST))
        return [str(near) for near in sorted(self._made[first:last], key=lambda one: abs((one >> 22) - made))]
