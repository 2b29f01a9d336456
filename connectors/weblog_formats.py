"""Read web-server log lines, in text or JSON, into columns of what each request was."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from connectors.base import Reject
from connectors.log_lines import LONGEST
from connectors.log_times import read_stamps
from connectors.weblog_json import JsonReader, LineProblem
from connectors.weblog_requests import Column, Requests, decode
from reports.report import N_

if TYPE_CHECKING:
    import pyarrow as pa

    from connectors.log_lines import Lines

_QUOTED = r'[^"\\]*(?:\\.[^"\\]*)*'
_LINE = rf'^(?P<client>[^\["]+) \[(?P<time>[^\]]*)\] "(?P<request>{_QUOTED})" (?P<status>\d{{3}}) \S+(?P<browser>.*)\s*$'
_CLIENT = (
    r"^\x00*(?:(?P<host>[^ ,]+) )?"  # NULs: what copying and truncating a log leaves before the first line written after
    r"(?P<address>[^ ,-][^ ,]*(?:, [^ ,]+)*) "  # more than one where the log holds X-Forwarded-For
    r"[^ ]+ (?P<user>.*)$"
)
_BROWSER = rf'^(?: "(?P<referrer>{_QUOTED})" (?P<opened>")(?P<agent>{_QUOTED})"(?P<more>.*))?\s*$'
"""Common log format, with a virtual host before it (vhost) and with referrer and user agent behind it (combined), and whatever a
server was told to add at the end. Read in two steps, since clients and browsers repeat from line to line: each is then taken apart
once. Sources: httpd.apache.org/docs/2.4/logs.html; nginx.org/en/docs/http/ngx_http_log_module.html."""
_REQUEST = r"^(?P<method>[A-Za-z]+) +(?P<url>.*?)(?: +HTTP/[0-9.]+)?\s*$"
TEXT_USER_FIELDS = ("user", "remote_user", "%u")
"""What the authenticated user of a text line may be called; there is one such field."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Parts:
    """What a pattern's groups found in a column; each distinct value is read once."""

    found: pa.StructArray
    codes: NDArray[np.int32]
    read: NDArray[np.bool_]

    @classmethod
    def of(cls, texts: pa.Array, pattern: str) -> _Parts:
        import pyarrow.compute as pc

        distinct = Column.of(texts)
        found = pc.extract_regex(distinct.values, pattern)
        return cls(found, distinct.codes, _numpy(found.is_valid())[distinct.codes])

    def column(self, name: str) -> Column:
        return self.spread(self.found.field(name))  # b"" where the group or the whole pattern found nothing

    def spread(self, texts: pa.Array) -> Column:
        distinct = Column.of(texts)
        return Column(distinct.values, distinct.codes[self.codes])


class LineReader:
    """Turn lines into requests and rejects.

    Every line becomes one of three: part of a `Requests`, a `Reject`, or one of `blank` (empty lines and `#` comments).

    Parameters
    ----------
    json : JsonReader
    user_field, cookie : str or None
        The field or cookie that names the person.

    Attributes
    ----------
    blank : int
        Empty lines and comments met so far.
    """

    def __init__(self, json: JsonReader, user_field: str | None = None, cookie: str | None = None) -> None:
        self.json = json
        self.blank = 0
        self._text_user = user_field in TEXT_USER_FIELDS
        self._cookie = None if cookie is None else rf'(?:^|[ ";]){re.escape(cookie)}=(?P<value>[^;" ]+)'

    def read(self, file: str, lines: Lines) -> tuple[list[Requests], list[Reject]]:
        """Read some lines of a file; the rejects come in line order."""
        import pyarrow as pa
        import pyarrow.compute as pc

        numbers = lines.first + np.arange(len(lines.texts))
        long = _numpy(pc.greater(pc.binary_length(lines.texts), LONGEST))
        blank = _numpy(pc.match_substring_regex(lines.texts, r"^[\s\x00]*(?:#.*)?\s*$")) & ~long
        json = _numpy(pc.match_substring_regex(lines.texts, r"^[\s\x00]*\{")) & ~long
        self.blank += int(blank.sum())
        texts = ~(long | blank | json)
        requests = []
        rejects = [
            _reject(file, lines.first + row, "line", lines.texts[row].as_py()[:400], _TOO_LONG) for row in np.flatnonzero(long).tolist()
        ]
        for chosen, parse in ((texts, self._read_texts), (json, self._read_json)):
            if chosen.any():
                some = lines.texts if chosen.all() else lines.texts.filter(pa.array(chosen))
                found, refused = parse(file, numbers[chosen], some)
                requests.append(found)
                rejects.extend(refused)
        return requests, sorted(rejects, key=lambda reject: reject.row)

    def _read_texts(self, file: str, numbers: NDArray[np.int64], texts: pa.Array) -> tuple[Requests, list[Reject]]:
        import pyarrow.compute as pc

        found = pc.extract_regex(texts, _LINE)
        readable = _numpy(found.is_valid())
        client, browser = _Parts.of(found.field("client"), _CLIENT), _Parts.of(found.field("browser"), _BROWSER)
        readable &= client.read & browser.read
        at, dated = read_stamps(found.field("time"))
        rejects = [_reject(file, int(numbers[row]), "line", texts[row].as_py(), _NO_LINE) for row in np.flatnonzero(~readable).tolist()]
        for row in np.flatnonzero(readable & ~dated).tolist():
            rejects += [_reject(file, int(numbers[row]), "time", found.field("time")[row].as_py(), _NO_TIME)]
        good = readable & dated
        requests = self._columns(numbers, at, found, client, browser)
        return (requests if good.all() else requests.where(good)), rejects

    def _columns(self, numbers: NDArray[np.int64], at: NDArray[np.int64], found: Any, client: _Parts, browser: _Parts) -> Requests:
        import pyarrow as pa
        import pyarrow.compute as pc

        request = _Parts.of(found.field("request"), _REQUEST)
        has_agent = pc.not_equal(browser.found.field("opened"), b"")
        more = browser.column("more")
        nothing = Column(pa.array([b""]), np.zeros(len(at), np.int32))
        return Requests(
            line=numbers,
            at=at,
            status=_numpy(pc.if_else(found.is_valid(), found.field("status"), b"0").cast(pa.string()).cast(pa.int16())),
            address=client.column("address"),
            host=client.column("host"),
            user=client.column("user") if self._text_user else nothing,
            method=request.column("method"),
            url=request.column("url"),
            referrer=browser.column("referrer"),
            agent=browser.spread(pc.if_else(has_agent, browser.found.field("agent"), None)),
            cookie=Column(pc.extract_regex(more.values, self._cookie).field("value"), more.codes) if self._cookie else nothing,
        )

    def _read_json(self, file: str, numbers: NDArray[np.int64], texts: pa.Array) -> tuple[Requests, list[Reject]]:
        import pyarrow as pa

        kept, rows, rejects = [], [], []
        for number, raw in zip(numbers.tolist(), texts.to_pylist(), strict=True):
            line = self.json.read(raw)
            if isinstance(line, LineProblem):
                rejects.append(_reject(file, number, line.field, line.value.encode(errors="replace"), (line.problem, line.remedy)))
            else:
                kept.append(number)
                rows.append(line)
        columns = zip(*rows, strict=True) if rows else [()] * 10
        at, status, *names = columns
        encoded = [Column.of(pa.array(name, pa.binary())) for name in names]
        return Requests(np.array(kept, np.int64), np.array(at, np.int64), np.array(status, np.int16), *encoded), rejects


_TOO_LONG = (N_("the line is longer than any a web server writes"), N_("look at the file there; it may hold something else than a log"))
_NO_LINE = (
    N_("the line is in none of the known formats"),
    N_("common, combined or vhost format of Apache and nginx, or one JSON object a line"),
)
_NO_TIME = (N_("{value} is not a time"), N_("day/month/year:hour:minute:second zone, as in 17/May/2015:10:05:03 +0000"))


def _reject(file: str, row: int, field: str, value: bytes, said: tuple[str, str]) -> Reject:
    text = decode(value.strip())
    return Reject(file, row, field, text if len(text) <= 200 else f"{text[:200]}…", *said)


def _numpy(array: Any) -> NDArray[Any]:
    values: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return values
