"""Keep the requests that a person made for a page; count the others by why they were left out."""

from __future__ import annotations

import dataclasses
import fnmatch
import ipaddress
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from connectors.robots import robot_name
from connectors.weblog_requests import Column, Requests, decode
from reports.report import N_, Text
from workspace.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

_EXTENSIONS = (
    "css|xslt?|js|mjs|cjs|map|json|webmanifest|wasm|png|jpe?g|jpe|gif|svgz?|webp|avif|heic|ico|cur|bmp|tiff?|woff2?|ttf|otf|eot"
    "|mp3|mp4|m4a|m4v|m3u8|ts|webm|og[agv]|wav|flac|aac|avi|mov|mpe?g|wmv|flv|swf|vtt"
)
_NO_PAGES = (
    r"robots\.txt|(?:app-)?ads\.txt|humans\.txt|security\.txt|llms\.txt|sitemap[^/]*\.xml(?:\.gz)?|crossdomain\.xml|browserconfig\.xml"
    r"|opensearch\.xml|favicon[^/]*|xmlrpc\.php|wp-cron\.php|admin-ajax\.php|wlwmanifest\.xml|server-status"
)
ASSET = (
    rf"(?i)^[^?#;]*\.(?:{_EXTENSIONS})(?:[?#;]|$)|^[^?#;]*/(?:{_NO_PAGES})(?:[?#;]|$)|^/(?:wp-json|cdn-cgi)/"
    r"|^[^?#;]*/\.well-known/"
)
"""What a page fetches for itself, and what browsers and robots ask of every site: no page that a person chose."""
FEED = (
    r"(?i)^[^?#;]*/(?:feed|rss|atom)/?(?:[?#;]|$)|^[^?#;]*\.(?:rss|atom|rdf)(?:[?#;]|$)"
    r"|^[^?#;]*/(?:index|feed|feeds|rss|rss2|atom|news)\.xml(?:[?#;]|$)|^[^?]*\?(?:.*&)?(?:feed|flav|format)=(?:rss|atom|rdf|feed)"
)
_REMEMBERED_AGENTS = 100_000

REASONS: dict[str, str] = {
    "host": N_("{count} requests for other hosts"),
    "address": N_("{count} requests from excluded addresses"),
    "path": N_("{count} requests for excluded paths"),
    "robot": N_("{count} requests by robots and other programs that are no browsers ({names})"),
    "feed": N_("{count} requests for feeds"),
    "asset": N_("{count} requests for images, scripts, styles, fonts, media and other files that belong to pages"),
    "failed": N_("{count} requests that failed (status 400 and above, or none)"),
    "redirect": N_("{count} redirects; the page that each led to counts"),
    "method": N_("{count} requests other than GET (POST counts only where it reaches a goal)"),
}
"""Why a request is left out, in the order the reasons are tried; a request counts under the first that fits."""


@dataclasses.dataclass(frozen=True, slots=True)
class Goal:
    """A conversion by address: reached when a request's path matches.

    Parameters
    ----------
    name : str
    glob : str
        As in file names, `*` for anything (slashes too), `?` for one character, matched with the path without its query, as the log
        has it and with its percent signs undone.
    """

    name: str
    glob: str

    @classmethod
    def parse(cls, text: str) -> Goal:
        """Read `NAME=URLGLOB`.

        Raises
        ------
        workspace.errors.UsageError
            Where it has another form.
        """
        name, equals, glob = (part.strip() for part in text.partition("="))
        if not (name and equals and glob.startswith(("/", "*"))):
            raise UsageError(
                "--goal {value}: a goal is NAME=URLGLOB with a path that begins with /, as in lead=/contact/thanks*", value=text
            )
        return cls(name, glob)


class PathGlobs:
    """Match URLs against globs of paths."""

    def __init__(self, globs: tuple[str, ...]) -> None:
        self._pattern = re.compile("|".join(fnmatch.translate(glob) for glob in globs)) if globs else None

    def match(self, url: str) -> bool:
        """Tell whether one of the globs matches the path of a URL."""
        if self._pattern is None:
            return False
        path = re.split("[?#]", url, maxsplit=1)[0]
        return bool(self._pattern.match(path) or self._pattern.match(unquote(path)))

    def flags(self, urls: Column) -> NDArray[np.bool_]:
        """Tell it for every row of a column."""
        if self._pattern is None:
            return np.zeros(len(urls.codes), np.bool_)
        return np.array([self.match(decode(url)) for url in urls.values.to_pylist()], np.bool_)[urls.codes]


def networks(texts: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Read addresses and CIDR networks.

    Raises
    ------
    workspace.errors.UsageError
        Where one is neither.
    """
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError as error:
            raise UsageError(
                "--exclude-address {value}: this is no address or network; give one as in 203.0.113.7 or 203.0.113.0/24", value=text
            ) from error
    return tuple(found)


class Sieve:
    """Choose the requests that count.

    Parameters
    ----------
    goals, exclude_path : tuple
        A request that reaches a goal counts even if it is a POST or asks for a file.
    exclude_address : tuple of str
        Addresses and CIDR networks.
    host : tuple of str
        The only hosts whose requests count, where the log tells the host; empty for all.

    Attributes
    ----------
    dropped : Counter
        Requests left out, by key of `REASONS`.
    robots : Counter
        Requests by robots, by the robot's name.
    """

    def __init__(
        self,
        goals: tuple[Goal, ...] = (),
        exclude_path: tuple[str, ...] = (),
        exclude_address: tuple[str, ...] = (),
        host: tuple[str, ...] = (),
    ) -> None:
        self.dropped: Counter[str] = Counter()
        self.robots: Counter[str] = Counter()
        self._goals = PathGlobs(tuple(goal.glob for goal in goals))
        self._excluded = PathGlobs(exclude_path)
        self._networks = networks(exclude_address)
        self._hosts = frozenset(name.lower() for name in host)
        self._robot_names: dict[bytes | None, str | None] = {}

    def keep(self, requests: Requests) -> NDArray[np.bool_]:
        """Say which requests count, shape (n,), and count the others."""
        url, status = requests.url, requests.status
        goal = self._goals.flags(url)
        method = _flags(requests.method, "^(?i:GET)$")
        post = goal & _flags(requests.method, "^(?i:POST)$")
        redirect = (status >= 300) & (status < 400) & (status != 304)
        reasons = {
            "host": self._other_host(requests.host),
            "address": self._excluded_address(requests.address),
            "path": self._excluded.flags(url),
            "robot": self._is_robot(requests.agent),
            "feed": _flags(url, FEED) & ~goal,
            "asset": _flags(url, ASSET) & ~goal,
            "failed": (status >= 400) | (status < 200),
            "redirect": redirect & ~post,  # a form sent by POST is often answered with a redirect to the thanks
            "method": ~(method | post),
        }
        kept = np.ones(len(status), np.bool_)
        for reason in REASONS:
            out = kept & reasons[reason]
            if out.any():
                self.dropped[reason] += int(out.sum())
                kept &= ~out
                if reason == "robot":
                    self._count_robots(requests.agent, out)
        return kept

    def remarks(self) -> list[Text]:
        """Say what was left out and why."""
        names = [name for name, _ in self.robots.most_common(6)]
        shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        return [
            Text(template, count=self.dropped[reason], names=shown) if reason == "robot" else Text(template, count=self.dropped[reason])
            for reason, template in REASONS.items()
            if self.dropped[reason]
        ]

    def _is_robot(self, agent: Column) -> NDArray[np.bool_]:
        return np.array([name is not None for name in self._names(agent.values)], np.bool_)[agent.codes]

    def _names(self, agents: pa.Array) -> list[str | None]:
        import pyarrow as pa

        known = self._robot_names
        if len(known) > _REMEMBERED_AGENTS:
            known.clear()
        values = agents.to_pylist()
        fresh = list({agent for agent in values if agent not in known})
        if fresh:
            known.update(zip(fresh, robot_name(pa.array(fresh, pa.binary())), strict=True))
        return [known[agent] for agent in values]

    def _count_robots(self, agent: Column, out: NDArray[np.bool_]) -> None:
        counts = np.bincount(agent.codes[out], minlength=len(agent.values)).tolist()
        for name, count in zip(self._names(agent.values), counts, strict=True):
            if count and name:
                self.robots[name] += count

    def _excluded_address(self, address: Column) -> NDArray[np.bool_]:
        if not self._networks:
            return np.zeros(len(address.codes), np.bool_)
        return np.array([self._in_networks(decode(value)) for value in address.values.to_pylist()], np.bool_)[address.codes]

    def _in_networks(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text.partition(",")[0].strip())
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)

    def _other_host(self, host: Column) -> NDArray[np.bool_]:
        if not self._hosts:
            return np.zeros(len(host.codes), np.bool_)
        names = [plain_host(value) for value in host.values.to_pylist()]
        return np.array([bool(name) and name not in self._hosts for name in names], np.bool_)[host.codes]


def plain_host(raw: bytes | None) -> str:
    """Read a virtual host without its port; "" where there is none.

    Examples
    --------
    >>> plain_host(b"WWW.Example.com:443"), plain_host(b"-")
    ('www.example.com', '')
    """
    name = re.sub(r":\d+$", "", decode(raw).strip().lower())
    return "" if name == "-" else name


def _flags(column: Column, pattern: str) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    values: NDArray[np.bool_] = pc.match_substring_regex(column.values, pattern).to_numpy(zero_copy_only=False)
    return values[column.codes]
