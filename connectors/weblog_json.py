"""Read log lines that are JSON objects, under the names that nginx, Caddy, Traefik, CloudFront, Cloudflare and Elastic give the fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from connectors.log_times import read_time
from reports.report import N_

# Names in the order they are tried, in lower case, "-" as "_", a dot before what lies deeper. Sources: nginx.org/en/docs/http/
# ngx_http_core_module.html#variables; caddyserver.com/docs/logging; doc.traefik.io/traefik/observability/access-logs;
# docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html; developers.cloudflare.com/logs/
# reference/log-fields/zone/http_requests; elastic.co/guide/en/ecs (client, source, http, url, user_agent).
NAMES: dict[str, tuple[str, ...]] = {
    "time": (
        "time_iso8601", "@timestamp", "timestamp", "ts", "time_local", "startutc", "start_time", "edgestarttimestamp", "msec",
        "datetime", "timestamp(ms)", "time", "date",
    ),
    "address": (
        "remote_addr", "request.client_ip", "client_ip", "request.remote_ip", "remote_ip", "request.remote_addr", "clienthost",
        "clientaddr", "clientip", "c_ip", "client.ip", "source.ip", "client.address", "source.address", "remote_host", "ip",
        "client",
    ),
    "request": ("request", "request_line", "message.request"),
    "method": (
        "request_method", "method", "request.method", "requestmethod", "cs_method", "clientrequestmethod", "http.request.method",
        "verb",
    ),
    "url": (
        "request_uri", "request.uri", "uri", "url", "requestpath", "request_path", "path", "cs_uri_stem", "clientrequesturi",
        "url.original", "url.path", "request.path", "request.url",
    ),
    "query": ("query_string", "args", "query", "cs_uri_query", "url.query", "request.query"),
    "status": (
        "status", "status_code", "downstreamstatus", "originstatus", "sc_status", "edgeresponsestatus",
        "http.response.status_code", "response.status", "response_code", "response", "code",
    ),
    "referrer": (
        "http_referer", "http_referrer", "referer", "referrer", "request.headers.referer", "request_referer", "cs(referer)",
        "cs_referer", "clientrequestreferer", "http.request.referrer", "headers.referer",
    ),
    "agent": (
        "http_user_agent", "user_agent", "useragent", "request.headers.user_agent", "request_user_agent", "cs(user_agent)",
        "cs_user_agent", "clientrequestuseragent", "user_agent.original", "headers.user_agent", "agent",
    ),
    "host": (
        "http_host", "host", "vhost", "virtual_host", "request.host", "requesthost", "requestaddr", "x_host_header", "cs(host)",
        "clientrequesthost", "url.domain", "server_name",
    ),
    "cookie": ("http_cookie", "cookie", "request.headers.cookie", "request_cookie", "cs(cookie)", "cookies", "headers.cookie"),
}  # fmt: skip
_PLACES = {name: (field, rank) for field, names in NAMES.items() for rank, name in enumerate(names)}
_REQUIRED = ("time", "address", "url")
_ENCODED = ("cs(user_agent)", "cs_user_agent")  # CloudFront percent-encodes spaces in a user agent, in some logs twice
_DEEPEST = 4
_PORT = re.compile(r"^(?:\[(?P<six>[^\]]+)\]|(?P<four>[\d.]+)):\d+$")
_DAY_AND_CLOCK = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


class JsonLine(NamedTuple):
    """What one JSON line says of a request: the fields of `weblog_requests.Requests` after the line number, in their order."""

    at: int
    status: int
    address: bytes
    host: bytes
    user: bytes
    method: bytes
    url: bytes
    referrer: bytes
    agent: bytes | None
    cookie: bytes


class LineProblem(NamedTuple):
    """Why a JSON line could not be read; the sentences are keys of their translation."""

    field: str
    value: str
    problem: str
    remedy: str


class JsonReader:
    """Read JSON lines.

    Parameters
    ----------
    zone : datetime.tzinfo
        The zone of times that carry none.
    user_field : str or None
        The key of the field that names the person, dots before what lies deeper.
    cookie : str or None
        The cookie that names the person.
    """

    def __init__(self, zone: tzinfo, user_field: str | None = None, cookie: str | None = None) -> None:
        self._zone = zone
        self._user = None if user_field is None else _plain(user_field)
        self._cookie = cookie

    def read(self, raw: bytes) -> JsonLine | LineProblem:
        """Read one line."""
        raw = raw.strip().lstrip(b"\0")
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        try:
            fields = dict(_flat(json.loads(text)))
        except (ValueError, RecursionError):
            return LineProblem("line", text[:400], N_("the line begins like a JSON object but is none"), N_("one whole JSON object a line"))
        said = _by_field(fields)
        said["time"] = _time_value(fields, said["time"])
        if isinstance(said["request"], str):
            method, url = _split_request(said["request"])
            said["method"], said["url"] = said["method"] or method, said["url"] or url
        missing = next((field for field in _REQUIRED if said[field] in {None, ""}), None)
        if missing:
            return LineProblem(
                missing,
                text[:400],
                N_("this JSON line does not tell the {field} of a request"),
                N_("log it under the name that nginx, Caddy, Traefik, CloudFront, Cloudflare or Elastic gives it"),
            )
        at = read_time(said["time"], self._zone)
        if at is None:
            return LineProblem(
                "time", str(said["time"]), N_("{value} is not a time"), N_("ISO 8601, as in 2026-03-01T09:30:00Z, or seconds since 1970")
            )
        return self._line(at, fields, said)

    def _line(self, at: int, fields: dict[str, Any], said: dict[str, Any]) -> JsonLine:
        url, host = _split_url(str(said["url"]))
        if "?" not in url and said["query"] not in {None, "", "-"}:
            url = f"{url}?{str(said['query']).removeprefix('?')}"
        agent = said["agent"]
        if agent is None and any(name.startswith("request.headers.") for name in fields):
            agent = ""  # the headers were logged and this one was not among them
        if agent and any(name in fields for name in _ENCODED):
            agent = unquote(unquote(agent))
        return JsonLine(
            at=at,
            status=_status(said["status"]),
            address=_bytes(_address(str(said["address"]))),
            host=_bytes(said["host"] or host),
            user=_bytes(fields.get(self._user) if self._user else None),
            method=_bytes(said["method"] or "GET"),
            url=_bytes(url),
            referrer=_bytes(said["referrer"]),
            agent=None if agent is None else _bytes(agent),
            cookie=_bytes(self._cookie_value(fields, said["cookie"])),
        )

    def _cookie_value(self, fields: dict[str, Any], header: Any) -> Any:
        if self._cookie is None:
            return None
        if isinstance(header, str) and (found := re.search(rf"(?:^|[; ]){re.escape(self._cookie)}=([^; ]+)", header)):
            return found[1]
        return _first(fields, tuple(f"{place}.{_plain(self._cookie)}" for place in ("cookies", "cookie")))


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _flat(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Name every value of an object, those of objects within it with a dot; a list stands for its first entry."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{_plain(key)}" if name else _plain(key), depth + 1)
    elif name and isinstance(value, str | int | float):
        yield name, value


def _by_field(fields: dict[str, Any]) -> dict[str, Any]:
    """Give each field the value of the first of its names that there is."""
    best: dict[str, tuple[int, Any]] = {}
    for name, value in fields.items():
        if name in _PLACES:
            field, rank = _PLACES[name]
            if field not in best or rank < best[field][0]:
                best[field] = rank, value
    return {field: best[field][1] if field in best else None for field in NAMES}


def _first(fields: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if name in fields), None)


def _time_value(fields: dict[str, Any], value: Any) -> Any:
    """Put day and time of day together where they stand apart, as in CloudFront's logs (in UTC)."""
    parts = f"{fields.get('date')}T{fields.get('time')}Z"
    return parts if value in {fields.get("date"), fields.get("time")} and _DAY_AND_CLOCK.match(parts) else value


def _split_request(request: str) -> tuple[str, str]:
    """Take a request line ("GET /path HTTP/1.1") apart into its method and its URL."""
    method, _, rest = request.strip().partition(" ")
    url, _, protocol = rest.rpartition(" ")
    return method, (url if protocol.startswith("HTTP/") else rest).strip()


def _split_url(url: str) -> tuple[str, str]:
    """Take a whole URL apart into its path with the query, and its host."""
    if url.startswith("/") or "://" not in url.partition("?")[0]:
        return url, ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", parts.netloc


def _status(value: Any) -> int:
    """Read the status; 200 where the log holds none, 0 (which counts as failed) where it is no number."""
    if value is None:
        return 200
    try:
        status = int(value)
    except (ValueError, OverflowError):
        return 0
    return status if 0 <= status < 1000 else 0


def _address(text: str) -> str:
    found = _PORT.match(text.strip())
    return (found["six"] or found["four"]) if found else text


def _bytes(value: Any) -> bytes:
    """Give a value the form it has in text formats, whose backslashes are escaped."""
    return b"" if value is None else str(value).replace("\\", r"\\").encode(errors="replace")
