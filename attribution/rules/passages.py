"""Know the hosts that people only pass through: our own sites, payment pages, single sign-on."""

from __future__ import annotations

from collections.abc import Iterable

from attribution.rules.sites import lists, parents, registrable, suffixes
from workspace.errors import SettingsError
from workspace.urls import host as host_of


class Passages:
    """Hosts that people come back from without having been sent by anybody: our own sites, payment pages, single sign-on.

    Parameters
    ----------
    own_domains : iterable of str
    ignored : iterable of str
        The user's own additions to the built-in list.

    Raises
    ------
    SettingsError
        An entry is no domain, or so short that it would swallow the visits of strangers ("com", "co.uk").

    Examples
    --------
    >>> passages = Passages(["example.com"], [])
    >>> passages.kind("shop.example.com"), passages.kind("checkout.stripe.com"), passages.kind("blog.example.fr")
    ('own', 'ignored', '')
    >>> passages.kind("acs.bank.fr"), passages.kind("www.3ds.com")
    ('ignored', '')
    """

    def __init__(self, own_domains: Iterable[str], ignored: Iterable[str]) -> None:
        self._own = frozenset(_domain(text, "own_domains") for text in own_domains)
        self._ignored = lists().ignored | {_domain(text, "channels.ignored_referrers") for text in ignored}
        self._first_labels = lists().first_labels

    def kind(self, host: str) -> str:
        """Tell "own", "ignored" or "" of a host in lower case."""
        for parent in parents(host):
            if parent in self._own:
                return "own"
            if parent in self._ignored:
                return "ignored"
        first = host.partition(".")[0]
        if first in self._first_labels and (domain := registrable(host)) and domain != host:
            return "ignored"
        return ""


def _domain(text: str, key: str) -> str:
    name = (host_of(text) or "").removeprefix("www.")
    if not name or (registrable(name) is None and suffixes().is_public(name)):
        raise SettingsError("{key}: '{seen}' is not the domain of one site; write it as in \"example.com\"", key=key, seen=text)
    return name
