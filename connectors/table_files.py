"""Opening a file of rows whatever it is called: what it holds decides, and its compression is found out."""

from __future__ import annotations

import bz2
import contextlib
import dataclasses
import gzip
import lzma
import re
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from connectors.text_encodings import utf16_of
from reports.report import N_, Text
from workspace.errors import SourceError

KINDS = {
    "excel": Text("an Excel workbook"),
    "parquet": Text("a Parquet file"),
    "jsonl": Text("JSON lines"),
    "csv": Text("a text table"),
}
"""What a file can hold, in words."""

SUFFIXES = {
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".tab": "csv",
}
PACKED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
PACKED_SUFFIXES = (".gz", ".bz2", ".xz")
HEAD = 4096
_CONTROLS = bytes(sorted({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1a\x1b"}))
"""Bytes that no text table is full of (the end-of-file mark of old systems is none of them)."""
NEITHER = N_("{name}: this is neither a table nor a spreadsheet; export it as CSV, TSV, Excel, JSON lines or Parquet")


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """A file found out about.

    Parameters
    ----------
    name : str
        As the user named it.
    path : Path
        Where its plain bytes lie (a temporary copy where it was compressed or came from a pipe).
    kind : str
        A key of `KINDS`.
    remarks : tuple of Text
        What was found out and is worth saying.
    """

    name: str
    path: Path
    kind: str
    remarks: tuple[Text, ...] = ()


@contextlib.contextmanager
def opened(name: str) -> Iterator[Opened]:
    """Find out what a file holds; a temporary copy lives as long as the context.

    Raises
    ------
    SourceError
        It is empty, not readable, a damaged archive, or nothing that holds rows.
    """
    shown = "stdin" if name == "-" else name
    with tempfile.TemporaryDirectory(prefix="smarketing-") as folder:
        path = _plain_file(name, shown, Path(folder))
        kind = _kind(shown, path)
        yield Opened(shown, path, kind, _surprise(shown, kind))


def _plain_file(name: str, shown: str, folder: Path) -> Path:
    """Give a file whose bytes can be read more than once: a copy of what comes through a pipe or is compressed."""
    path = Path(name)
    try:
        if name == "-":
            path = _copy(sys.stdin.buffer, folder / "piped")
        elif not path.is_file():
            with path.open("rb") as pipe:
                path = _copy(pipe, folder / "piped")
        with path.open("rb") as file:
            head = file.read(8)
        unpack = next((opener for sign, opener in PACKED.items() if head.startswith(sign)), None)
        if unpack:
            with unpack(path, "rb") as packed:
                path = _copy(packed, folder / "unpacked")
    except (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError) as error:
        raise SourceError("{name}: this compressed file is cut short or damaged ({why}); fetch it again", name=shown, why=error) from error
    except PermissionError as error:
        raise SourceError("{name}: you may not read this file; change its permissions", name=shown) from error
    except OSError as error:
        raise SourceError("{name}: this file cannot be read ({why})", name=shown, why=error.strerror or error) from error
    return path


def _copy(source: IO[bytes], target: Path) -> Path:
    with target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    return target


def _kind(name: str, path: Path) -> str:
    """Tell what a file holds from its first bytes."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf \t\r\n") and path.stat().st_size <= HEAD:
        raise SourceError("{name}: this file is empty; export it again", name=name)
    if head.startswith(b"PK\x03\x04"):
        return _zipped(name, path)
    for sign, kind in ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"), (b"PAR1", "parquet")):
        if head.startswith(sign):
            return kind
    wide = utf16_of(head)
    if head.startswith(b"%PDF") or (b"\0" in head and not wide):
        raise SourceError(NEITHER, name=name)
    if not wide and SUFFIXES.get(_suffix(name)) in ("excel", "parquet") and _no_text(head):
        raise SourceError(
            "{name}: this is no {kind}, whatever its name says, and no table of text either: the file is damaged or something else; "
            "export it again, or open it in the program that made it and save it as CSV",
            name=name,
            kind=Text("workbook") if SUFFIXES[_suffix(name)] == "excel" else Text("Parquet file"),
        )
    if not wide and len(head.translate(None, _CONTROLS)) < 0.95 * len(head):
        raise SourceError(NEITHER, name=name)
    start = head.decode(wide or "latin-1", errors="ignore").removeprefix("ï»¿").lstrip("\ufeff \t\r\n")
    if re.match(r"<(!doctype|html|head|body|table|\?xml)", start, re.IGNORECASE):
        raise SourceError(
            "{name}: this is a web page or XML, whatever its name says; open it in a spreadsheet and save it as CSV", name=name
        )
    if re.match(r"\[\s*[\[{\]]", start):
        raise SourceError("{name}: this is one JSON list; save it as JSON lines, one object a line without the brackets", name=name)
    return "jsonl" if re.match(r'\{\s*["}]', start) else "csv"


def _no_text(head: bytes) -> bool:
    """Tell bytes that are no table of text from one that only bears another's name: by control characters, or no line and no delimiter."""
    return len(head.translate(None, _CONTROLS)) < len(head) or not re.search(rb"[\r\n,;\t|]", head)


def _suffix(name: str) -> str:
    """Give a file's suffix apart from that of its compression."""
    suffixes = [part.lower() for part in Path(name).suffixes if part.lower() not in PACKED_SUFFIXES]
    return suffixes[-1] if suffixes else ""


def _zipped(name: str, path: Path) -> str:
    """Tell a workbook, which is a zip archive inside, from an archive of other files."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "excel"  # its reader says what is wrong
    if any(part.startswith("xl/") or part == "content.xml" for part in inside):
        return "excel"
    raise SourceError("{name}: this is a zip archive; unpack it and name the files in it", name=name)


def _surprise(name: str, kind: str) -> tuple[Text, ...]:
    """Say so where a file is not what its suffix says."""
    if SUFFIXES.get(_suffix(name), kind) == kind:
        return ()
    return (Text("{name} holds {kind}, whatever its name says; it was read as that.", name=name, kind=KINDS[kind]),)
