"""Fetching other people's web pages: politely, within limits, and from the public internet alone."""

from __future__ import annotations

import dataclasses
import threading
import time
import urllib.parse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connectors.public_addresses import Doors, Guard, RefusedAddressError, session
from reports.report import N_

if TYPE_CHECKING:
    import requests
    from protego import Protego

REDIRECTS = (301, 302, 303, 307, 308)
HTML = ("text/html", "application/xhtml+xml")
ROBOTS_BYTES = 500 << 10
"""As much of a robots.txt as has to be read (RFC 9309, 2.5)."""
LONGEST_CRAWL_DELAY = 30.0
"""Seconds that a robots.txt may make us wait between two requests; one that asks for more is not read at all."""

AGAIN = N_("It is asked again the next time.")
REACHABLE = N_("Open the page in a browser; if it is there, it is asked again the next time.")
NOTHING = N_("Nothing can be done from here; see it in a browser.")
PROBLEMS: dict[str, tuple[str, str]] = {
    "scheme": (N_("'{value}' is no address of a web page."), N_("Write it with http:// or https:// and the site's name.")),
    "private": (
        N_("'{value}' lies at an address that is not of the public internet."),
        N_("Pages of your own network are not fetched; leave it out."),
    ),
    "robots": (N_("The site's robots.txt forbids programs to read '{value}'."), NOTHING),
    "unknown_robots": (N_("The robots.txt of '{value}' could not be read, so the page was left alone."), AGAIN),
    "gone": (N_("There is no page at '{value}' any more (404 or 410)."), N_("Leave it out; its links have been taken out.")),
    "refused": (N_("The site refused to show '{value}' to a program."), NOTHING),
    "failing": (N_("The site failed to show '{value}'."), AGAIN),
    "unreached": (N_("'{value}' cannot be reached."), REACHABLE),
    "slow": (N_("'{value}' was not complete in time."), AGAIN),
    "large": (N_("'{value}' is larger than a web page should be."), NOTHING),
    "not_html": (N_("'{value}' is no web page in HTML."), NOTHING),
    "redirects": (N_("'{value}' leads on and on without end."), NOTHING),
}
"""Why a page was not read: the problem and the remedy, as a reject has them."""
FOR_NOW = ("unknown_robots", "failing", "unreached", "slow")
"""Reasons that may be gone the next time."""


@dataclasses.dataclass(frozen=True, slots=True)
class Manners:
    """How pages are asked for.

    Parameters
    ----------
    delay : float
        Seconds between two requests to one host.
    silence : float
        Seconds without a byte.
    longest : float
        Seconds for one whole answer.
    largest : int
        Bytes of one page, unpacked.
    redirects : int
    doors : Doors
    sleep, clock : callables
    """

    delay: float = 2.0
    silence: float = 10.0
    longest: float = 30.0
    largest: int = 5 << 20
    redirects: int = 5
    doors: Doors = dataclasses.field(default_factory=Doors)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


@dataclasses.dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking for a page.

    Parameters
    ----------
    url : str
        Where it lies in the end.
    body : bytes
    charset : str or None
        What its server says.
    problem : str or None
        A key of `PROBLEMS`; there is no body then.
    leads_to : str or None
        Where it sent us on to, when that is where we no longer follow.
    """

    url: str
    body: bytes = b""
    charset: str | None = None
    problem: str | None = None
    leads_to: str | None = None


class _ProblemError(Exception):
    """A page that is not read; `args[0]` is a key of `PROBLEMS`."""


class Fetcher:
    """Fetches pages one after the other.

    Parameters
    ----------
    manners : Manners
    agent : str
        How we introduce ourselves; its first word is our name in a robots.txt.
    ours : callable
        Tells whether an address is one of our own, which redirects are not followed to.
    """

    def __init__(self, manners: Manners, agent: str, ours: Callable[[str], bool]) -> None:
        self.manners, self.agent, self.ours = manners, agent, ours
        self._guard = Guard()
        self._open: requests.Session | None = None
        self._robots: dict[str, Protego | str] = {}
        self._asked: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self.requests = 0

    def close(self) -> None:
        """Close what is open."""
        self._guard.release()
        if self._open is not None:
            self._open.close()

    def waits(self, url: str) -> float:
        """Say until when (on the clock) the host of an address is to be left in peace."""
        try:
            host = urllib.parse.urlsplit(url).hostname or ""
        except ValueError:
            return 0.0
        return self._asked[host] + self._delays.get(host, self.manners.delay) if host in self._asked else 0.0

    def page(self, url: str) -> Fetched:
        """Fetch a page, following up to so many redirects; what goes wrong is in `problem`."""
        try:
            for _ in range(self.manners.redirects + 1):
                _check_scheme(url)
                self._check_robots(url)
                status, headers, body = self._ask(url, self.manners.largest, page=True)
                if status not in REDIRECTS or "Location" not in headers:
                    return self._outcome(url, status, headers, body)
                further = _joined(url, headers["Location"])
                if self.ours(further):
                    return Fetched(url, leads_to=further)
                url = further
        except _ProblemError as error:
            return Fetched(url, problem=error.args[0])
        return Fetched(url, problem="redirects")

    def _outcome(self, url: str, status: int, headers: requests.structures.CaseInsensitiveDict[str], body: bytes) -> Fetched:
        if status in (404, 410):
            raise _ProblemError("gone")
        if status != 200:
            raise _ProblemError("failing" if status >= 500 or status == 429 else "refused")
        from email.message import Message

        header = Message()
        header["Content-Type"] = headers.get("Content-Type", "")
        return Fetched(url.partition("#")[0], body, header.get_content_charset())

    def _check_robots(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._robots:
            self._robots[place] = self._read_robots(f"{place}/robots.txt")
        rules = self._robots[place]
        if isinstance(rules, str):
            raise _ProblemError(rules)
        if not rules.can_fetch(url, self.agent) or (rules.crawl_delay(self.agent) or 0) > LONGEST_CRAWL_DELAY:
            raise _ProblemError("robots")
        self._delays[parts.hostname or ""] = max(self.manners.delay, float(rules.crawl_delay(self.agent) or 0))

    def _read_robots(self, url: str) -> Protego | str:
        """Read a robots.txt as RFC 9309 says: none means that everything may be read, one that fails that nothing may."""
        from protego import Protego

        for _ in range(self.manners.redirects + 1):
            try:
                _check_scheme(url)
                status, headers, body = self._ask(url, ROBOTS_BYTES, page=False)
            except _ProblemError as error:
                return error.args[0] if error.args[0] in ("private", "scheme") else "unknown_robots"
            if status in REDIRECTS and "Location" in headers:
                url = _joined(url, headers["Location"])
                continue
            if status >= 500 or status == 429:
                return "unknown_robots"
            return Protego.parse(body.decode("utf-8-sig", errors="replace") if status == 200 else "")
        return Protego.parse("")

    def _ask(self, url: str, largest: int, *, page: bool) -> tuple[int, requests.structures.CaseInsensitiveDict[str], bytes]:
        """Ask once, after the host was left in peace for long enough."""
        import requests
        import urllib3.exceptions

        host = urllib.parse.urlsplit(url).hostname or ""
        if (pause := self.waits(url) - self.manners.clock()) > 0:
            self.manners.sleep(pause)
        self._open = self._open or session(self.manners.doors, self._guard, self.agent)
        self.requests += 1
        over = threading.Event()

        def end() -> None:
            over.set()
            self._guard.cut()

        timer = threading.Timer(self.manners.longest, end)
        timer.daemon = True
        timer.start()
        try:
            # Not by the session's own way, which reads the whole body of a redirection.
            asked = self._open.prepare_request(requests.Request("GET", url))
            with self._open.get_adapter(url).send(
                asked, stream=True, timeout=self.manners.silence, verify=self._open.verify or True
            ) as response:
                wanted = response.status_code == 200
                body = _body(response, largest, page) if wanted else b""
                if over.is_set():  # a body without a stated length seems whole then
                    raise _ProblemError("slow")
                return response.status_code, response.headers, body
        except RefusedAddressError as error:
            raise _ProblemError("private") from error
        except requests.Timeout as error:
            raise _ProblemError("slow") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if _inside(error, RefusedAddressError):
                raise _ProblemError("private") from error
            raise _ProblemError("slow" if over.is_set() or _inside(error, TimeoutError) else "unreached") from error
        finally:
            timer.cancel()
            self._guard.release()
            self._asked[host] = self.manners.clock()


def _body(response: requests.Response, largest: int, page: bool) -> bytes:
    """Read a body up to its limit; of a robots.txt more is not needed, a page that has more is refused."""
    import urllib3.exceptions

    if page:
        if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() not in HTML:
            raise _ProblemError("not_html")
        if int(response.headers.get("Content-Length") or 0) > largest:
            raise _ProblemError("large")
    parts, size = [], 0
    try:
        while part := response.raw.read1(1 << 16, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > largest:
                if page:
                    raise _ProblemError("large")
                break
    except urllib3.exceptions.HTTPError as error:
        raise OSError(str(error)) from error
    return b"".join(parts)[:largest]


def _joined(url: str, location: str) -> str:
    try:
        # A header's bytes are read as Latin-1; addresses in it are UTF-8.
        return urllib.parse.urljoin(url, location.encode("latin-1", errors="replace").decode(errors="replace").strip())
    except ValueError:
        return location


def _check_scheme(url: str) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        fine = False
    if not fine:
        raise _ProblemError("scheme")


def _inside(error: BaseException, kind: type[BaseException]) -> bool:
    """Tell whether an error came of another one of a kind."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:  # the reason of an error of TLS is a text
            continue
        seen.add(id(one))
        if isinstance(one, kind):
            return True
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return False
