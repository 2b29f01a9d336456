"""What a URL says about where a visit came from: UTM parameters, click ids, hosts."""

from __future__ import annotations

import dataclasses
import re
from urllib.parse import parse_qsl, urlsplit

CLICK_IDS: dict[str, str] = {
    "gclid": "Google Ads",
    "gbraid": "Google Ads",
    "wbraid": "Google Ads",
    "dclid": "Google Display & Video 360",
    "msclkid": "Microsoft Ads",
    "li_fat_id": "LinkedIn Ads",
    "ttclid": "TikTok Ads",
    "twclid": "X Ads",
    "rdt_cid": "Reddit Ads",
    "epik": "Pinterest Ads",
    "sccid": "Snapchat Ads",
    "fbclid": "Facebook",
}
"""Click-id parameters and who adds them, the most telling first. `fbclid` is added to unpaid links too: it does not mean an ad."""

CONTROLS = dict.fromkeys([*range(32), 127], " ")
"""Control characters, which a URL may carry as %1F; ids count on their absence (`workspace.ids.SEPARATOR`)."""

UTM_FIELDS = ("source", "medium", "campaign", "content", "term")


@dataclasses.dataclass(frozen=True, slots=True)
class Tags:
    """The tags in a URL's query string; None where the URL does not say."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    term: str | None = None
    click_id: str | None = None
    click_id_kind: str | None = None


NO_TAGS = Tags()


def tags(url: str) -> Tags:
    """Read UTM parameters and click ids from a URL (or from its path and query alone).

    The first value of a repeated parameter counts; names are read upper and lower case alike; an empty value says nothing.

    Examples
    --------
    >>> tags("https://example.com/?utm_source=linkedin&utm_medium=social&li_fat_id=7")
    Tags(source='linkedin', medium='social', campaign=None, content=None, term=None, click_id='7', click_id_kind='li_fat_id')
    """
    query = url.partition("?")[2].partition("#")[0]
    if not query:
        return NO_TAGS
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, errors="replace"):
        found.setdefault(name.lower(), value.translate(CONTROLS).strip())
    kind = next((name for name in CLICK_IDS if found.get(name)), None)
    utm = {field: found.get(f"utm_{field}") or None for field in UTM_FIELDS}
    if kind is None and not any(utm.values()):
        return NO_TAGS
    return Tags(**utm, click_id=found[kind] if kind else None, click_id_kind=kind)


def host(url: str) -> str | None:
    """Read the host of a referrer, in lower case and without a port; None where there is none ("-", "", a bare word).

    Examples
    --------
    >>> host("https://www.Google.com/search?q=crm")
    'www.google.com'
    >>> host("android-app://com.slack/")
    'com.slack'
    >>> host("lnkd.in/abc")
    'lnkd.in'
    """
    text = url.strip()
    try:
        name = urlsplit(text if re.match("([a-z][a-z0-9+.-]*:)?//", text, re.IGNORECASE) else f"//{text}").hostname
    except ValueError:
        return None
    name = (name or "").rstrip(".")
    return name if "." in name and not any(character.isspace() for character in name) else None


def under(name: str, domain: str) -> bool:
    """Tell whether a host is a domain or lies below it.

    Examples
    --------
    >>> under("www.example.com", "example.com"), under("badexample.com", "example.com")
    (True, False)
    """
    return name == domain or name.endswith(f".{domain}")
