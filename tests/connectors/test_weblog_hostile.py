"""Files that are broken, foreign or huge."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.log_lines import LONGEST
from connectors.weblog_sieve import REASONS
from tests.connectors.weblog_samples import combined, read, touch, write
from workspace.errors import SourceError

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\n"
LINE = combined().encode() + b"\n"


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda plain: gzip.compress(plain[:60]) + gzip.compress(plain[60:]),
        bz2.compress,
        lzma.compress,
        lambda plain: b"\xef\xbb\xbf" + plain,
        lambda plain: plain.replace(b"\n", b"\r\n"),
        lambda plain: plain.rstrip(b"\n"),
        lambda plain: gzip.compress(b"\xef\xbb\xbf" + plain),
    ],
)
def test_wrappings(tmp_path, pack):
    path = tmp_path / "access.log"  # the suffix says nothing of it
    path.write_bytes(pack(LINE + combined("/b", "12:00:00").encode() + b"\n"))
    assert read(path).touches == [touch(1), touch(2, "12:00:00", "/b")]


def test_stdin(tmp_path, monkeypatch):
    path = write(tmp_path, combined())
    with path.open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        found = read("-")
    assert (found.touches, found.files) == ([touch(1)], ["-"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(LINE))))
    assert read("-").touches == [touch(1)]


def test_an_empty_file(tmp_path):
    found = read(write(tmp_path))
    assert (found.touches, found.rejects) == ([], [])
    assert found.summary == {"lines": 0, "files": 1, "visits": 0, "people": 0, "views": 0}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(LINE * 1000)[:-20], "{path}: the compressed file is cut short; copy it again and import it whole"),
        (lzma.compress(LINE * 1000)[:-20], "{path}: the compressed file is cut short; copy it again and import it whole"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03what",
         "{path}: the compressed file is damaged (Error -3 while decompressing data: invalid block type); copy it again"),
        (b"BZh9what", "{path}: cannot be read (Invalid data stream)"),
        (b"PK\x03\x04zip", "{path}: this is a zip archive, not a log; unpack it and give the files in it"),
        (combined().encode("utf-16"),
         "{path}: this is UTF-16 text; give it as iconv -f UTF-16 -t UTF-8 {path} | smarketing import weblog -"),
        (b"\x28\xb5\x2f\xfdzstd",
         "{path}: this is compressed by zstd, which is not read; give it as zstd -dc {path} | smarketing import weblog -"),
        (PNG, "{path}: this is not a web server's log; line 1 reads \ufffdPNG: the line is in none of the known formats. "
              "Give common, combined or vhost format of Apache and nginx, or one JSON object a line"),
        (b"id,name\n1,Anna\n", "{path}: this is not a web server's log; line 1 reads id,name: the line is in none of the known formats. "
                               "Give common, combined or vhost format of Apache and nginx, or one JSON object a line"),
        (b'{"id": 7}\n', '{path}: this is not a web server\'s log; line 1 reads {{"id": 7}}: '
                         "this JSON line does not tell the time of a request. "
                         "Give log it under the name that nginx, Caddy, Traefik, CloudFront, Cloudflare or Elastic gives it"),
    ],
)  # fmt: skip
def test_files_refused_whole(tmp_path, content, message):
    path = tmp_path / "access.log"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == message.format(path=path)


def test_sources_that_are_not_there(tmp_path):
    for source, message in (
        (tmp_path / "no.log", "{path}: there is no such file; check the spelling and the folder"),
        (tmp_path / "*.log", "{path}: no file has such a name; check the folder and the pattern"),
        (tmp_path, "{path}: this is a folder; name the files in it, for example '{path}/*'"),
    ):
        with pytest.raises(SourceError) as caught:
            read(source)
        assert str(caught.value) == message.format(path=source)


@pytest.mark.parametrize("size", [LONGEST + 1, 5 << 20, 10 << 20])
def test_a_huge_line(tmp_path, size):
    found = read(write(tmp_path, combined("/a"), b"x" * size, combined("/b", "12:00:00")))
    assert found.touches == [touch(1, url="/a"), touch(3, "12:00:00", "/b")]
    assert [(reject.row, reject.value, reject.problem) for reject in found.rejects] == [
        (2, "x" * 200 + "…", "the line is longer than any a web server writes")
    ]


def test_a_long_line_that_is_a_request(tmp_path):
    path = "/?q=" + "x" * 100_000
    assert read(write(tmp_path, combined(path))).touches == [touch(1, url=path)]


def test_a_hole_of_nulls_and_nulls_within(tmp_path):
    log = write(tmp_path, b"\0" * 5000 + LINE.strip(), b"\0\0\0", b"a\0b", combined("/b", "12:00:00"), combined("/c\0d", "14:00:00"))
    found = read(log)
    assert found.touches == [touch(1), touch(4, "12:00:00", "/b"), touch(5, "14:00:00", "/c\ufffdd")]
    assert [(reject.row, reject.value) for reject in found.rejects] == [(3, "a\ufffdb")]


def test_lines_out_of_order_and_a_clock_set_back(tmp_path):
    log = write(
        tmp_path, combined("/b", "10:10:00"), combined("/a", "10:00:00", referrer="https://example.org/"), combined("/c", "10:20:00")
    )
    assert read(log).touches == [touch(2, "10:00:00", "/a", referrer="example.org")]


def test_the_hour_that_comes_twice_is_no_gap(tmp_path):
    night = "25/Oct/2015"
    log = write(
        tmp_path,
        combined("/a", "02:50:00", day=night, zone="+0200"),
        combined("/b", "02:10:00", day=night, zone="+0100"),  # twenty minutes later
        combined("/c", "02:50:00", day=night, zone="+0100"),
    )
    assert [(row["url"], row["at"].isoformat()) for row in read(log).touches] == [
        ("/a", "2015-10-25T00:50:00+00:00"),
        ("/c", "2015-10-25T01:50:00+00:00"),
    ]


def test_the_same_request_twice(tmp_path):
    assert read(write(tmp_path, combined(), combined())).touches == [touch(1)]


def test_what_looks_like_a_formula_is_kept_as_it_is(tmp_path):
    log = write(tmp_path, combined("/?utm_source==HYPERLINK(1)&utm_campaign=@x"))
    assert read(log).touches == [touch(1, url="/?utm_source==HYPERLINK(1)&utm_campaign=@x", source="=HYPERLINK(1)", campaign="@x")]


pieces = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [LINE.strip(), b"", b"# a comment", b'{"ts": 1e400}', b'{"ts":1431857103,"ip":"\xe9","url":"//[","user_agent":"Mozilla/5.0"}']
    ),
    st.builds(
        lambda place, piece: LINE.strip()[:place] + piece + LINE.strip()[place:],
        st.integers(0, len(LINE) - 1),
        st.binary(min_size=1, max_size=3),
    ),
    st.dictionaries(
        st.sampled_from(["ts", "time", "date", "ip", "url", "uri", "status", "request", "agent", "referer"]),
        st.integers() | st.text(max_size=9),
    ).map(lambda line: repr(line).replace("'", '"').encode(errors="replace")),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=st.lists(pieces, max_size=12), end=st.sampled_from([b"\n", b"\r\n"]), whole=st.booleans())
def test_any_bytes_are_accounted_for(tmp_path, lines, end, whole):
    """Accepted, rejected and left out make up the lines of the file; nothing but a refusal of the whole file stops an import."""
    content = end.join([LINE.strip(), *lines] if whole else lines)
    path = tmp_path / "any.log"
    path.write_bytes(content)
    try:
        found = read(path, goal=("lead=/*x",), exclude_address=("10.0.0.0/8",))
    except SourceError:
        assert not (whole and content.startswith(LINE.strip() + end))
        return
    count = content.removeprefix(b"\xef\xbb\xbf").count(b"\n") + (
        not content.endswith(b"\n") and bool(content.removeprefix(b"\xef\xbb\xbf"))
    )
    left_out = [
        remark.fields["count"] for remark in found.remarks if remark.template in {*REASONS.values(), "{count} empty lines and comments"}
    ]
    assert found.summary["lines"] == count == found.summary["views"] + sum(left_out) + len(found.rejects)
    assert len(found.touches) == found.summary["visits"]


def test_among_several_files_a_few_odd_lines_alone_refuse_none(tmp_path):
    quiet = write(tmp_path, "May 17 00:00:00 www newsyslog[7]: logfile turned over", name="quiet.log")
    busy = write(tmp_path, combined(), name="busy.log")
    found = read(quiet, busy)
    assert found.touches == [touch(1)]
    assert [(reject.file, reject.row) for reject in found.rejects] == [(str(quiet), 1)]
    foreign = write(tmp_path, *["no log"] * 10, name="foreign.log")
    with pytest.raises(SourceError, match=r"foreign\.log: this is not a web server's log"):
        read(busy, foreign)
