"""Connecting to the public internet alone: the address that is connected to is the one that was looked at."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones (RFC 6052)."""


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public internet, and not of this machine, its network, or reserved.

    An IPv6 address that leads to an IPv4 one is looked at as that one.

    Examples
    --------
    >>> is_public("93.184.216.34"), is_public("10.0.0.7"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


class RefusedAddressError(Exception):
    """A host lies at an address that must not be asked; `args[0]` is that address."""


@dataclasses.dataclass(frozen=True, slots=True)
class Doors:
    """Which addresses may be connected to, and how names are resolved.

    Parameters
    ----------
    allows : callable
        Takes an address and tells whether it may be asked.
    resolve : callable
        As `socket.getaddrinfo`.
    """

    allows: Callable[[str], bool] = is_public
    resolve: Callable[..., Sequence[Any]] = socket.getaddrinfo

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Resolve a host once, look at all its addresses, and connect to one of those.

        Raises
        ------
        RefusedAddressError
            One of the addresses may not be asked: a host that has a public and a private one is refused too.
        OSError
            None of them answers.
        """
        found = self.resolve(host.strip("[]"), port, 0, socket.SOCK_STREAM)
        for *_, place in found:
            if not self.allows(place[0]):
                raise RefusedAddressError(place[0])
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, place in found:
            plug = socket.socket(family, kind, protocol)
            try:
                plug.settimeout(timeout)
                plug.connect(place)
            except OSError as error:
                plug.close()
                failure = error
                continue
            return plug
        raise failure


class Guard:
    """The connection that is open, to be cut off when its time is over."""

    def __init__(self) -> None:
        self._plug: socket.socket | None = None

    def hold(self, plug: socket.socket) -> None:
        """Keep a second handle on a connection: TLS takes the first one over."""
        self.release()
        self._plug = plug.dup()

    def cut(self) -> None:
        """Break the connection off; whoever waits for its next byte gets an error."""
        try:
            if self._plug is not None:
                self._plug.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            return

    def release(self) -> None:
        """Let the connection go."""
        if self._plug is not None:
            self._plug.close()
            self._plug = None


def session(doors: Doors, guard: Guard, agent: str) -> requests.Session:
    """Make a session that connects through doors alone: no proxy, no cookie kept, no password file, no retries."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
    from urllib3.connection import HTTPConnection, HTTPSConnection

    def plugged(self: Any) -> socket.socket:
        plug = doors.connect(self.host, self.port, self.timeout)
        guard.hold(plug)
        return plug

    pools: dict[str, Any] = {}
    for scheme, connection, pool in (("http", HTTPConnection, HTTPConnectionPool), ("https", HTTPSConnection, HTTPSConnectionPool)):
        checked = type(f"Checked{connection.__name__}", (connection,), {"_new_conn": plugged})
        pools[scheme] = type(f"Checked{pool.__name__}", (pool,), {"ConnectionCls": checked})

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **more: Any) -> None:
            self.poolmanager = PoolManager(num_pools=1, maxsize=1)
            self.poolmanager.pool_classes_by_scheme = pools

    made = requests.Session()
    made.trust_env = False
    made.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True  # a company's own authority; the rest of the environment is not asked
    made.adapters.clear()
    for scheme in ("https://", "http://"):
        made.mount(scheme, Adapter())
    made.cookies.set_policy(_NoCookies())
    made.headers.update(
        {"User-Agent": agent, "Accept": "text/html, application/xhtml+xml", "Accept-Encoding": "gzip", "Connection": "close"}
    )
    return made


def _NoCookies() -> Any:  # noqa: N802
    from http.cookiejar import DefaultCookiePolicy

    return DefaultCookiePolicy(allowed_domains=[])
