"""Log lines of every format, to requests."""

from __future__ import annotations

import datetime as dt
import json
import re
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.log_lines import Lines
from connectors.log_times import read_stamps, read_time
from connectors.weblog_formats import LineReader
from connectors.weblog_json import NAMES, JsonReader
from connectors.weblog_requests import Column, Requests
from tests.connectors.weblog_samples import ADDRESS, CHROME, FIREFOX, at, binary, combined, person, read, touch, write
from workspace.settings import Settings

COMMON = '192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 512'
NGINX = {
    "time_iso8601": "2015-05-17T12:05:03+02:00",
    "remote_addr": ADDRESS,
    "request": "GET /a?utm_source=x HTTP/2.0",
    "status": "200",
    "http_referer": "https://example.org/b",
    "http_user_agent": CHROME,
    "request_time": "0.004",
    "http_cookie": "sid=1; visitor=v7",
    "remote_user": "anna",
}
CADDY = {
    "level": "info",
    "ts": 1431857103.9241024,
    "logger": "http.log.access",
    "msg": "handled request",
    "request": {
        "remote_ip": "203.0.113.250",
        "remote_port": "41342",
        "client_ip": ADDRESS,
        "proto": "HTTP/2.0",
        "method": "GET",
        "host": "www.example.com",
        "uri": "/a?utm_source=x",
        "headers": {"User-Agent": [CHROME], "Referer": ["https://example.org/b"], "Accept": ["*/*"]},
    },
    "user_id": "anna",
    "duration": 0.0009,
    "size": 10900,
    "status": 200,
}
TRAEFIK = {
    "ClientAddr": "192.0.2.1:34240",
    "ClientHost": ADDRESS,
    "ClientUsername": "anna",
    "DownstreamStatus": 200,
    "Duration": 1000,
    "RequestAddr": "www.example.com",
    "RequestHost": "www.example.com",
    "RequestMethod": "GET",
    "RequestPath": "/a?utm_source=x",
    "StartUTC": "2015-05-17T10:05:03.123456789Z",
    "level": "info",
    "msg": "",
    "request_Referer": "https://example.org/b",
    "request_User-Agent": CHROME,
    "time": "2015-05-17T12:05:04+02:00",
}
CLOUDFRONT = {
    "date": "2015-05-17",
    "time": "10:05:03",
    "c-ip": ADDRESS,
    "cs-method": "GET",
    "cs(Host)": "d111111abcdef8.cloudfront.net",
    "cs-uri-stem": "/a",
    "cs-uri-query": "utm_source=x",
    "sc-status": "200",
    "cs(Referer)": "https://example.org/b",
    "cs(User-Agent)": CHROME.replace(" ", "%2520"),
}
CLOUDFLARE = {
    "ClientIP": ADDRESS,
    "ClientRequestHost": "www.example.com",
    "ClientRequestMethod": "GET",
    "ClientRequestURI": "/a?utm_source=x",
    "ClientRequestReferer": "https://example.org/b",
    "ClientRequestUserAgent": CHROME,
    "EdgeResponseStatus": 200,
    "EdgeStartTimestamp": 1431857103000000000,
}
ELASTIC = {
    "@timestamp": "2015-05-17T10:05:03.000Z",
    "source": {"address": ADDRESS, "ip": ADDRESS},
    "http": {"request": {"method": "GET", "referrer": "https://example.org/b"}, "response": {"status_code": 200}},
    "url": {"original": "https://www.example.com/a?utm_source=x", "domain": "www.example.com"},
    "user_agent": {"original": CHROME},
}


def reader(**options: str) -> LineReader:
    return LineReader(JsonReader(ZoneInfo("Europe/Paris"), **options), **options)


def spread(column: Column) -> list[bytes | None]:
    return column.values.take(pa.array(column.codes)).to_pylist()


def fields(requests: Requests) -> list[tuple]:
    names = ("host", "address", "user", "method", "url", "referrer", "agent", "cookie")
    return list(
        zip(
            requests.line.tolist(),
            requests.at.tolist(),
            requests.status.tolist(),
            *(spread(getattr(requests, name)) for name in names),
            strict=True,
        )
    )


def one(line: str | bytes, **options: str) -> dict:
    found, rejects = reader(**options).read("x.log", Lines(1, binary(line if isinstance(line, bytes) else line.encode())))
    assert rejects == []
    names = ("line", "at", "status", "host", "address", "user", "method", "url", "referrer", "agent", "cookie")
    return dict(zip(names, fields(found[0])[0], strict=True))


PLAIN = {
    "line": 1, "at": 1431857103, "status": 200, "host": b"", "address": b"192.0.2.1", "user": b"", "method": b"GET", "url": b"/a",
    "referrer": b"", "agent": None, "cookie": b"",
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "differs"),
    [
        (COMMON, {}),
        (COMMON + "\r\n", {}),
        (COMMON.replace(" 512", " -"), {}),
        ("\0" * 500 + COMMON, {}),
        ("www.example.com " + COMMON, {"host": b"www.example.com"}),
        ("www.example.com:443 " + COMMON, {"host": b"www.example.com:443"}),
        ("203.0.113.5 " + COMMON, {"host": b"203.0.113.5"}),
        (COMMON.replace("- -", "- Anna Martin"), {}),
        (COMMON.replace("- -", "ident anna"), {}),
        (COMMON.replace("192.0.2.1", "2001:db8::7"), {"address": b"2001:db8::7"}),
        (COMMON.replace("192.0.2.1", "192.0.2.1, 10.0.0.1"), {"address": b"192.0.2.1, 10.0.0.1"}),
        (COMMON.replace("GET /a HTTP/1.1", "GET /a"), {}),
        (COMMON.replace("GET /a HTTP/1.1", "GET /a b HTTP/1.1"), {"url": b"/a b"}),
        (COMMON.replace("GET /a HTTP/1.1", "-"), {"method": b"", "url": b""}),
        (COMMON.replace("GET /a HTTP/1.1", r"\x16\x03\x01"), {"method": b"", "url": b""}),
        (COMMON.replace("/a", r"/a\"b\\"), {"url": rb"/a\"b\\"}),
        (COMMON.replace("+0000", "+0530").replace("10:05", "15:35"), {}),
        (COMMON.replace("+0000", "-0230").replace("10:05", "07:35"), {}),
        (COMMON + ' "-" "-"', {"referrer": b"-", "agent": b"-"}),
        (COMMON + ' "" ""', {"agent": b""}),
        (COMMON + r' "http://x/\"q\"" "A \"B\" C"', {"referrer": rb"http://x/\"q\"", "agent": rb"A \"B\" C"}),
        (COMMON + ' "r" "a" 0.123 "10.0.0.9"', {"referrer": b"r", "agent": b"a"}),
        ((COMMON + ' "r" "caf').encode() + b'\xe9"', {"referrer": b"r", "agent": b"caf\xe9"}),
    ],
)
def test_text_lines(line, differs):
    assert one(line) == PLAIN | differs


def test_user_and_cookie_of_text_lines():
    line = COMMON.replace("- -", "- Anna Martin") + ' "r" "a" "sid=1; id=v7"'
    assert one(line, user_field="user") == PLAIN | {"user": b"Anna Martin", "referrer": b"r", "agent": b"a"}
    assert one(line, cookie="id") == PLAIN | {"cookie": b"v7", "referrer": b"r", "agent": b"a"}


JSON = PLAIN | {"url": b"/a?utm_source=x", "referrer": b"https://example.org/b", "agent": CHROME.encode()}


@pytest.mark.parametrize(
    ("log", "options", "differs"),
    [
        (NGINX, {"user_field": "remote_user"}, {"user": b"anna"}),
        (NGINX, {"cookie": "visitor"}, {"cookie": b"v7"}),
        (CADDY, {"user_field": "user_id"}, {"user": b"anna", "host": b"www.example.com"}),
        (TRAEFIK, {"user_field": "ClientUsername"}, {"user": b"anna", "host": b"www.example.com"}),
        (CLOUDFRONT, {}, {"host": b"d111111abcdef8.cloudfront.net"}),
        (CLOUDFLARE, {}, {"host": b"www.example.com"}),
        (ELASTIC, {}, {"host": b"www.example.com"}),
        ({"time": "2015-05-17 12:05:03", "ip": "[2001:db8::7]:443", "path": "/a"}, {},
         {"address": b"2001:db8::7", "url": b"/a", "referrer": b"", "agent": None}),
        ({"ts": 1431857103, "client_ip": ADDRESS, "url": "http://x.example/", "cookies": {"Id": "v7"}}, {"cookie": "id"},
         {"url": b"/", "host": b"x.example", "referrer": b"", "agent": None, "cookie": b"v7"}),
        (CADDY | {"request": CADDY["request"] | {"headers": {"Accept": ["*/*"]}}}, {},
         {"host": b"www.example.com", "referrer": b"", "agent": b""}),
        (NGINX | {"status": "what"}, {}, {"status": 0}),
    ],
)  # fmt: skip
def test_json_lines(log, options, differs):
    assert one(json.dumps(log), **options) == JSON | differs


def test_a_file_that_mixes_formats(tmp_path):
    latin = combined("/caf", "10:20:00", address="198.51.100.1").encode().replace(b"/caf", b"/caf\xe9?utm_source=\xe9t\xe9")
    log = write(
        tmp_path,
        '192.0.2.1 - - [17/May/2015:10:00:00 +0000] "GET /common HTTP/1.1" 200 5',
        combined("/combined", "10:05:00"),
        "www.example.com:443 " + combined("/vhost", "10:10:00", agent=FIREFOX),
        json.dumps({"ts": 1431857700, "remote_addr": "2001:db8::7", "request": "GET /json HTTP/1.1", "status": 200, "user_agent": CHROME}),
        latin,
        end=b"\r\n",
    )
    found = read(log)
    assert found.touches == [
        touch(1, "10:00:00", "/common", person=person(agent="")),
        touch(2, "10:05:00", "/combined"),
        touch(3, "10:10:00", "/vhost", person=person(agent=FIREFOX)),
        touch(4, "10:15:00", "/json", person=person("2001:db8::7")),
        touch(5, "10:20:00", "/café?utm_source=été", person=person("198.51.100.1"), source="été"),
    ]
    assert found.rejects == []
    assert str(found.remarks[-1]) == "1 page view carries no user agent (common log format): robots among them cannot be told from people"


@pytest.mark.parametrize(
    ("line", "field", "value", "problem"),
    [
        (COMMON.replace(" 200 512", ""), "line", None, "the line is in none of the known formats"),
        (COMMON.replace("200", "2x0"), "line", None, "the line is in none of the known formats"),
        (COMMON + ' "http://cut.of', "line", None, "the line is in none of the known formats"),
        (COMMON + " and more", "line", None, "the line is in none of the known formats"),
        (COMMON.replace("17/May", "31/Feb"), "time", "31/Feb/2015:10:05:03 +0000", "{value} is not a time"),
        (COMMON.replace("May", "Mai"), "time", "17/Mai/2015:10:05:03 +0000", "{value} is not a time"),
        (COMMON.replace(":03 +", ":61 +"), "time", "17/May/2015:10:05:61 +0000", "{value} is not a time"),
        (COMMON.replace(" +0000", ""), "time", "17/May/2015:10:05:03", "{value} is not a time"),
        ('{"time":', "line", None, "the line begins like a JSON object but is none"),
        ("{" + '"a":[' * 100_000, "line", ("{" + '"a":[' * 100_000)[:200] + "…", "the line begins like a JSON object but is none"),
        ('{"ts": 1, "url": "/"}', "address", None, "this JSON line does not tell the {field} of a request"),
        ('{"ts": 1, "ip": "192.0.2.1"}', "url", None, "this JSON line does not tell the {field} of a request"),
        ('{"ip": "192.0.2.1", "url": "/"}', "time", None, "this JSON line does not tell the {field} of a request"),
        ('{"ts": "soon", "ip": "192.0.2.1", "url": "/"}', "time", "soon", "{value} is not a time"),
        ('{"ts": NaN, "ip": "192.0.2.1", "url": "/"}', "time", "nan", "{value} is not a time"),
    ],
)
def test_lines_that_cannot_be_read(line, field, value, problem):
    found, rejects = reader().read("x.log", Lines(7, binary(COMMON.encode(), line.encode())))
    assert [number for requests in found for number in requests.line.tolist()] == [7]
    assert [(reject.file, reject.row, reject.field, reject.value, reject.problem) for reject in rejects] == [
        ("x.log", 8, field, line if value is None else value, problem)
    ]


LITERAL = re.compile(
    rb'^\x00*(?:([^ ,\["]+) )?([^ ,\-\["][^ ,\["]*(?:, [^ ,\["]+)*) [^ \["]+ ([^\["]*) \[([^\]]*)\] "((?:[^"\\]|\\.)*)" (\d{3}) \S+'
    rb'(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"[^\n]*)?\s*$',
    re.DOTALL | re.ASCII,
)
words = st.sampled_from(
    [
        b"-",
        b"a",
        b"10.0.0.1",
        b"x.com:80",
        b'"',
        b"\\",
        b'\\"',
        b"[",
        b"]",
        b" ",
        b"  ",
        b"200",
        b"17/May/2015:10:05:03 +0000",
        b"\xe9",
        b"\0",
        b",",
    ]
)


@given(st.lists(st.tuples(st.integers(0, 21), words), max_size=3))
def test_two_steps_read_what_one_pattern_reads(changes):
    """The quick way to take a line apart, against one literal pattern, on lines that are a little wrong."""
    parts = [b"", b"192.0.2.1", b" ", b"-", b" ", b"-", b" [", b"17/May/2015:10:05:03 +0000", b"] ", b'"', b"GET /a HTTP/1.1", b'"', b" ",
             b"200", b" ", b"512", b' "', b"ref", b'" "', b"agent", b'"', b""]  # fmt: skip
    for place, word in changes:
        parts[place] += word
    line = b"".join(parts)
    expected = LITERAL.match(line)
    found, rejects = reader(user_field="user").read("x.log", Lines(1, binary(line)))
    assert len(rejects) == 1 - sum(len(requests.at) for requests in found)
    if rejects:
        assert expected is None or rejects[0].field == "time"
    else:
        assert expected is not None
        host, address, user, _, _, status, referrer, agent = expected.groups()
        [(_, _, code, *texts)] = fields(found[0])
        assert (code, texts[0], texts[1], texts[2], texts[5], texts[6]) == (int(status), host or b"", address, user, referrer or b"", agent)


@given(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2199, 12, 31)), st.integers(-14 * 60, 14 * 60))
def test_stamps_like_the_standard_library(moment, minutes):
    stamp = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes))).strftime("%d/%b/%Y:%H:%M:%S %z")
    expected = int(dt.datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z").timestamp())
    seconds, dated = read_stamps(pa.array([b"x", stamp.encode(), stamp.encode()]).slice(1))
    assert (seconds.tolist(), dated.tolist()) == ([expected] * 2, [True] * 2)


@given(st.lists(st.binary(max_size=30) | st.binary(min_size=26, max_size=26), max_size=5))
def test_no_stamp_is_ever_invented(stamps):
    def literal(stamp: bytes) -> bool:
        try:
            text = stamp.decode("ascii")
            return bool(re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}", text)) and bool(
                dt.datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z")
            )
        except ValueError:
            return False

    seconds, dated = read_stamps(pa.array(stamps, pa.binary()))
    assert dated.tolist() == [literal(stamp) for stamp in stamps]
    assert np.all(seconds[~dated] == 0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2015-05-17T10:05:03Z", 1431857103),
        ("2015-05-17T10:05:03.999999999+00:00", 1431857103),
        ("2015-05-17 12:05:03", 1431857103),  # Paris, in summer
        ("2015-10-25 02:30:00", 1445733000),  # the hour Paris' clocks show twice: the first
        ("2015-10-25T02:30:00+01:00", 1445736600),
        ("17/May/2015:10:05:03 +0000", 1431857103),
        ("[17/May/2015:10:05:03 +0000]", 1431857103),
        (1431857103, 1431857103),
        (1431857103.99, 1431857103),
        (1431857103123, 1431857103),
        (1431857103123456, 1431857103),
        (1431857103123456789, 1431857103),
        ("1431857103.5", 1431857103),
        ("2015-05-17", None),
        ("20150517", 20150517),
        ("", None),
        ("nan", None),
        (float("inf"), None),
        (10**400, None),
        (-5, None),
        (True, None),
        (None, None),
        ("0001-01-01T00:00:00", None),
    ],
)
def test_times_of_json_logs(value, seconds):
    assert read_time(value, ZoneInfo("Europe/Paris")) == seconds


def test_zone_of_the_settings(tmp_path):
    log = write(tmp_path, json.dumps({"time": "2015-05-17T12:05:03", "ip": ADDRESS, "url": "/", "agent": CHROME}))
    found = read(log, settings=Settings(own_domains=("example.com",), time_zone="Europe/Paris"))
    assert found.touches == [touch(1)]
    assert found.touches[0]["at"] == at("10:05:03")


def test_each_name_of_a_json_field_means_one_thing():
    names = [name for known in NAMES.values() for name in known]
    assert len(names) == len(set(names))


def test_backslashes_in_json_values_are_kept(tmp_path):
    line = {"ts": 1431857103, "ip": ADDRESS, "url": "/", "agent": CHROME, "login": r"CORP\x41nna"}
    found = read(write(tmp_path, json.dumps(line)), user_field="login")
    assert found.touches == [touch(1, person=r"CORP\x41nna")]


def test_request_lines_of_nothing_but_spaces_are_read_in_one_go():
    line = {"ts": 1431857103, "ip": ADDRESS, "request": "GET " + " " * 900_000 + "/a", "status": 200}
    assert one(json.dumps(line)) == PLAIN
