"""Where an API is asked: its own address, or another one that users name."""

from __future__ import annotations

import ipaddress
import urllib.parse

from connectors.base import Option
from reports.report import N_
from workspace.errors import UsageError

BASE_URL = Option("base_url", N_("Another address of the API, such as that of a proxy."), metavar="URL")


def checked_base(url: str, api: str) -> str:
    """Check an address that secrets are going to be sent to; without its last slash.

    Raises
    ------
    UsageError
        It is not HTTPS (plain HTTP is fine on this machine), or holds a user or a query.
    """
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        # Without what it may hold that is secret.
        raise UsageError(
            "--base-url {url}: write it as https://api.example.com, without a name, a password or a question mark",
            url=f"{parts.scheme}://{host}" if parts.scheme and host else "…" if "@" in url else url,
        )
    if parts.scheme == "http" and not _is_here(host):
        raise UsageError("--base-url {url}: over http the secret of {api} could be read on the way; write https", url=url, api=api)
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
