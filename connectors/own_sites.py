"""Guess which domains are the site's own, where the settings do not name them."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from connectors.weblog_hits import Hits
from workspace.urls import host

_LONGEST_NAME = 253  # RFC 1035
_SHARE_OF_HITS = 0.05
_SHARE_OF_REFERRED = 0.05
_SHARE_OF_BEST = 0.1


def from_hosts(hosts: Mapping[str, int]) -> list[str]:
    """Name the domains that requests were made to, the most visited first.

    Parameters
    ----------
    hosts : mapping of str to int
        Requests by the virtual host the log names. Those below 5 % are left out: scanners send any name.

    Examples
    --------
    >>> from_hosts({"www.example.com": 70, "shop.example.com": 20, "example.fr": 9, "203.0.113.9": 6, "evil.test": 1})
    ['example.com', 'example.fr']
    """
    total = sum(hosts.values())
    domains: Counter[str] = Counter()
    for name, count in hosts.items():
        if count >= _SHARE_OF_HITS * total and (domain := registrable(name)):
            domains[domain] += count
    return [domain for domain, _ in domains.most_common()]


def from_browsing(hits: Hits, urls: list[str], referrers: list[str]) -> list[str]:
    """Name the domains whose referrers are the pages that the same person saw just before.

    A link from one own page to the next leaves this trace; a link from another site does not. The domain with most such steps is
    taken, and any that has a tenth of its steps; in each, a twentieth of the page views it refers have to be such steps.

    Parameters
    ----------
    hits : Hits
        All hits in order.
    urls, referrers : list of str
        The dictionaries of the hits.
    """
    paths = {path: code for code, path in enumerate(dict.fromkeys([*map(_path, urls), *map(_path, referrers)]))}
    path_of_url = np.array([paths[_path(url)] for url in urls], np.int64)
    path_of_referrer = np.array([paths[_path(referrer)] for referrer in referrers], np.int64)
    stepped = (hits.person[1:] == hits.person[:-1]) & (path_of_url[hits.url[:-1]] == path_of_referrer[hits.referrer[1:]])
    steps = np.bincount(hits.referrer[1:][stepped], minlength=len(referrers)).tolist()
    counts = np.bincount(hits.referrer, minlength=len(referrers)).tolist()
    steps_of: Counter[str] = Counter()
    referred_by: Counter[str] = Counter()
    for referrer, step, count in zip(referrers, steps, counts, strict=True):
        name = host(referrer)
        if name and (domain := registrable(name)):
            steps_of[domain] += step
            referred_by[domain] += count
    likely = [(domain, step) for domain, step in steps_of.most_common() if step and step >= _SHARE_OF_REFERRED * referred_by[domain]]
    return [domain for domain, step in likely if step >= _SHARE_OF_BEST * likely[0][1]]


def registrable(name: str) -> str | None:
    """Give the domain that a host's owner registered, None for an address or a host that lies in no public domain.

    Examples
    --------
    >>> registrable("www.shop.example.co.uk"), registrable("203.0.113.9"), registrable("localhost")
    ('example.co.uk', None, None)
    """
    if len(name) > _LONGEST_NAME:
        return None
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return _suffixes().privatesuffix(name.rstrip(".")) or None
    return None


@functools.cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def _path(url: str) -> str:
    """Give the path of a URL without its query; "/" where it has none."""
    plain = re.split("[?#]", url, maxsplit=1)[0]
    if "://" not in plain:
        return plain or "/"
    try:
        return urlsplit(plain).path or "/"
    except ValueError:
        return plain
