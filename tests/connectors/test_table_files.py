"""What a file holds, whatever it is called; how its letters are encoded."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import sys
import threading
import zipfile
import zlib

import pytest

from connectors.named_files import expand
from connectors.text_encodings import CHUNK
from tests.connectors.csv_samples import HEAD, ROW, read, touch, write
from workspace.errors import SourceError, UsageError

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\n"
TABLE = (HEAD + ROW).encode()
GOOGLE = touch(source="google")


def zipped(*names: str) -> bytes:
    with zipfile.ZipFile(stream := io.BytesIO(), "w") as archive:
        for name in names:
            archive.writestr(name, TABLE)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        (bytes, "visits.csv"),
        (gzip.compress, "visits.csv.gz"),
        (gzip.compress, "visits.csv"),
        (bz2.compress, "visits.csv.bz2"),
        (lzma.compress, "visits.csv.xz"),
        (lambda plain: gzip.compress(plain[:30]) + gzip.compress(plain[30:]), "visits.csv.gz"),
        (lambda plain: b"\xef\xbb\xbf" + plain, "visits.csv"),
        (lambda plain: plain.replace(b"\n", b"\r\n"), "visits.csv"),
        (lambda plain: plain.replace(b"\n", b"\r"), "visits.csv"),
        (lambda plain: plain.rstrip(b"\n"), "visits"),
        (lambda plain: plain.decode().encode("utf-16"), "visits.csv"),
        (lambda plain: plain.decode().encode("utf-16-le"), "visits.csv"),
        (lambda plain: plain.decode().encode("utf-16-be"), "visits.csv"),
        (lambda plain: gzip.compress(plain.replace(b",", b"\t")), "visits.tsv.gz"),
    ],
)
def test_wrappings(tmp_path, pack, name):
    found = read(write(tmp_path, pack(TABLE), name))
    assert (found.rows, found.rejects, found.remarks) == ([GOOGLE], [], [])


NO_WORKBOOK = (
    "{path}: this is no {kind}, whatever its name says, and no table of text either: the file is damaged or something else; export it "
    "again, or open it in the program that made it and save it as CSV"
)
BYTES = bytes(random.Random(7).choices(range(1, 256), k=5_000))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (BYTES, "f.xlsx", NO_WORKBOOK.replace("{kind}", "workbook")),
        (BYTES[:40], "f.xls", NO_WORKBOOK.replace("{kind}", "workbook")),
        (b"not found", "f.ods", NO_WORKBOOK.replace("{kind}", "workbook")),
        (gzip.compress(BYTES), "f.xlsx.gz", NO_WORKBOOK.replace("{kind}", "workbook")),
        (BYTES, "f.parquet", NO_WORKBOOK.replace("{kind}", "Parquet file")),
        (BYTES, "f.csv", "{path}: this is neither a table nor a spreadsheet; export it as CSV, TSV, Excel, JSON lines or Parquet"),
    ],
)
def test_bytes_that_are_no_table_are_not_shown(tmp_path, content, name, message):
    path = write(tmp_path, content, name)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == message.replace("{path}", str(path))


@pytest.mark.parametrize("content", [TABLE, TABLE.decode().encode("utf-16"), TABLE.replace(b"google", "été\x0b\x1a".encode("latin-1"))])
def test_a_text_table_called_a_workbook_is_read_as_what_it_is(tmp_path, content):
    found = read(write(tmp_path, content, "f.xlsx"))
    assert [row["person"] for row in found.rows] == ["anna@example.com"]
    assert found.remarks[0] == "{file} holds a text table, whatever its name says; it was read as that."


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_stdin(monkeypatch, pack):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pack(TABLE))))
    found = read("-")
    assert (found.rows, found.files, found.remarks) == ([GOOGLE], ["stdin"], [])


def test_a_named_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(TABLE,))
    writer.start()
    assert read(pipe).rows == [GOOGLE]
    writer.join()


def test_globs_and_repeated_names(tmp_path):
    for name in ("b.csv", "a.csv", "c[1].csv", "d.txt"):
        write(tmp_path, TABLE, name)
    (tmp_path / "e.csv").mkdir()
    found = read(tmp_path / "*.csv", tmp_path / "b.csv", tmp_path / "c[1].csv")
    assert found.rows == [GOOGLE] * 3
    assert found.files == [str(tmp_path / name) for name in ("a.csv", "b.csv", "c[1].csv")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.csv", "{path}: there is no such file; check the spelling and the folder"),
        ("none-*.csv", "{path}: no file has such a name; check the folder and the pattern"),
        (".", "{path}: this is a folder; name the files in it, for example '{path}/*'"),
    ],
)
def test_no_file(tmp_path, name, message):
    path = str(tmp_path / name) if name != "." else str(tmp_path)
    with pytest.raises(SourceError) as caught:
        expand((path,))
    assert str(caught.value) == message.format(path=path)


NOT_A_TABLE = "{path}: this is neither a table nor a spreadsheet; export it as CSV, TSV, Excel, JSON lines or Parquet"
EMPTY = "{path}: this file is empty; export it again"
CUT = "{path}: this compressed file is cut short or damaged ({why}); fetch it again"
END = "Compressed file ended before the end-of-stream marker was reached"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", EMPTY),
        (b" \r\n\t\n", EMPTY),
        (b"\xef\xbb\xbf", EMPTY),
        (b"\xff\xfe", EMPTY),
        ("\n \n".encode("utf-16"), EMPTY),
        (b"\n" * 10_000, EMPTY),
        (gzip.compress(b""), EMPTY),
        (PNG, NOT_A_TABLE),
        (gzip.compress(PNG), NOT_A_TABLE),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", NOT_A_TABLE),
        (b"person,at\nan\0na,2026-01-31\n", NOT_A_TABLE),
        (gzip.compress(TABLE * 1000)[:-20], CUT.replace("{why}", END)),
        (lzma.compress(TABLE * 1000)[:-20], CUT.replace("{why}", END)),
        (gzip.compress(b"a,b\n")[:-8] + b"ABCDEFGH",
         CUT.replace("{why}", f"CRC check failed 0x44434241 != {zlib.crc32(b'a,b' + bytes([10])):#x}")),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03what", CUT.replace("{why}", "Error -3 while decompressing data: invalid block type")),
        (zipped("visits.csv"), "{path}: this is a zip archive; unpack it and name the files in it"),
        (b"<!DOCTYPE html><table><tr><td>person</td></tr></table>",
         "{path}: this is a web page or XML, whatever its name says; open it in a spreadsheet and save it as CSV"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>',
         "{path}: this is a web page or XML, whatever its name says; open it in a spreadsheet and save it as CSV"),
        (b'[{"person": "anna"}]', "{path}: this is one JSON list; save it as JSON lines, one object a line without the brackets"),
        (b"[]", "{path}: this is one JSON list; save it as JSON lines, one object a line without the brackets"),
    ],
)  # fmt: skip
def test_nothing_to_read(tmp_path, content, message):
    path = write(tmp_path, content)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == message.format(path=path)


@pytest.mark.parametrize(("name", "kind"), [("a.xlsx", "a text table"), ("a.parquet", "a text table"), ("a.json.gz", "a text table")])
def test_a_file_that_is_not_what_its_suffix_says(tmp_path, name, kind):
    found = read(write(tmp_path, TABLE, name))
    assert (found.rows, found.remarks) == ([GOOGLE], [f"{{file}} holds {kind}, whatever its name says; it was read as that."])


def test_a_header_in_brackets_is_no_json(tmp_path):
    assert read(write(tmp_path, "[person],{at}\nanna@example.com,2026-01-31 14:05\n")).rows == [touch()]


FRENCH = "person,at,source\nanna@example.com,2026-01-31 14:05,café\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", []),
        ("cp1252", ["{file} is not UTF-8; it was read as cp1252. Pass --encoding if letters look wrong."]),
    ],
)
def test_encodings_found(tmp_path, encoding, said):
    found = read(write(tmp_path, FRENCH.encode(encoding)))
    assert (found.rows, found.remarks) == ([touch(source="café")], said)


def test_latin_1_where_windows_1252_means_nothing(tmp_path):
    found = read(write(tmp_path, b"person,at,source\nanna@example.com,2026-01-31 14:05,caf\xe9\x81\n"))
    assert found.rows == [touch(source="café\x81")]
    assert found.remarks == ["{file} is not UTF-8; it was read as iso8859-1. Pass --encoding if letters look wrong."]


@pytest.mark.parametrize("asked", ["mac-roman", "latin-1", "utf_8", "UTF8", "utf-8-sig", "utf-16-le", "utf-32", "cp850"])
def test_encodings_asked_for(tmp_path, asked):
    found = read(write(tmp_path, FRENCH.encode(asked)), encoding=asked)
    assert (found.rows, found.remarks) == ([touch(source="café")], [])


def test_a_letter_across_two_chunks(tmp_path):
    row = "anna@example.com,2026-01-31 14:05,{}\n"
    content = (HEAD + row.format("x" * (CHUNK - 1 - len(HEAD + row.format("")) - len(row.format("caf")) + 1)) + row.format("café")).encode()
    assert content[CHUNK - 1 : CHUNK + 1] == "é".encode()
    found = read(write(tmp_path, content))
    assert (found.rows, found.remarks) == ([touch(3, source="café")], [])


@pytest.mark.parametrize(
    ("content", "asked", "error", "message"),
    [
        (FRENCH.encode("cp1252"), "utf-8", SourceError,
         "{path}, line 2: this is not utf-8; name another with --encoding, or leave it out to let it be found"),
        (TABLE, "klingon", UsageError, "--encoding klingon: there is no such encoding; try utf-8, cp1252, latin-1 or utf-16"),
        (TABLE, "base64", UsageError, "--encoding base64: there is no such encoding; try utf-8, cp1252, latin-1 or utf-16"),
        (TABLE, "rot13", UsageError, "--encoding rot13: there is no such encoding; try utf-8, cp1252, latin-1 or utf-16"),
        (TABLE, "undefined", UsageError, "--encoding undefined: there is no such encoding; try utf-8, cp1252, latin-1 or utf-16"),
        (TABLE, "", UsageError, "--encoding : there is no such encoding; try utf-8, cp1252, latin-1 or utf-16"),
        ("é".encode("utf-16") + b"\x00\xd8", None, SourceError,
         "{path}, line 1: this is not utf-16; name another with --encoding, or leave it out to let it be found"),
    ],
)  # fmt: skip
def test_encodings_that_do_not_fit(tmp_path, content, asked, error, message):
    path = write(tmp_path, content)
    with pytest.raises(error) as caught:
        read(path, encoding=asked)
    assert str(caught.value) == message.format(path=path)
