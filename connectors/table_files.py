"""Opening a file of rows whatever it is called: what it holds decides, its compression and its encoding are found out."""

from __future__ import annotations

import codecs
import contextlib
import dataclasses
import glob
import gzip
import io
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reports.report import Text
from workspace.errors import SourceError, UsageError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

KINDS = {
    "xlsx": Text("an Excel workbook"),
    "xls": Text("an old Excel workbook"),
    "parquet": Text("a Parquet file"),
    "jsonl": Text("JSON lines"),
    "csv": Text("a text table"),
}
"""What a file can hold, in words."""

SUFFIXES = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".tab": "csv",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Broken:
    """A row that has no columns to read: its number, what was seen, what would be right."""

    row: int
    value: str
    problem: str
    remedy: str


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a file, as texts.

    Parameters
    ----------
    columns : dict of str to pyarrow.StringArray
        By the file's own column names; a blank cell is null.
    numbers : array of int
        Each row's number as a spreadsheet shows it (the header is row 1).
    broken : tuple of Broken
        Rows among them that could not be taken apart.
    done : int
        Bytes read so far.
    """

    columns: dict[str, pa.Array]
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
    broken: tuple[Broken, ...] = ()
    done: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """A file found out about.

    Parameters
    ----------
    name : str
        As the user named it.
    path : Path
        Where its plain bytes lie (a temporary copy where it was compressed or came from stdin).
    kind : str
        A key of `KINDS`.
    remarks : tuple of Text
        What was found out and is worth saying.
    """

    name: str
    path: Path
    kind: str
    remarks: tuple[Text, ...] = ()


def expand(sources: tuple[str, ...]) -> list[str]:
    """Turn globs into file names, in order, each file once; "-" stands for stdin.

    Raises
    ------
    SourceError
        A file is missing, or a glob fits none.
    """
    names: list[str] = []
    for source in sources:
        if source == "-" or Path(source).is_file():
            names.append(source)
        elif Path(source).is_dir():
            raise SourceError("{name}: this is a folder; name its files, for example {name}/*.csv", name=source.rstrip("/"))
        elif found := sorted(filter(os.path.isfile, glob.glob(source, recursive=True))):  # noqa: PTH207 (absolute globs too)
            names.extend(found)
        else:
            raise SourceError("{name}: there is no such file; check the name and the folder you are in", name=source)
    return list(dict.fromkeys(names))


@contextlib.contextmanager
def opened(name: str) -> Iterator[Opened]:
    """Find out what a file holds; a temporary copy lives as long as the context.

    Raises
    ------
    SourceError
        It is empty, not readable, a truncated gzip, or nothing that holds rows.
    """
    with tempfile.TemporaryDirectory(prefix="smarketing-") as folder:
        path = Path(name)
        shown = "stdin" if name == "-" else name
        try:
            if name == "-":
                path = Path(folder) / "stdin"
                with path.open("wb") as copy:
                    shutil.copyfileobj(sys.stdin.buffer, copy)
            head = _head(path)
            if head.startswith(b"\x1f\x8b"):
                path = _unzipped(path, Path(folder) / "unzipped")
                head = _head(path)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError("{name}: this gzip file is cut short or damaged ({why}); fetch it again", name=shown, why=error) from error
        except PermissionError as error:
            raise SourceError("{name}: you may not read this file; change its permissions", name=shown) from error
        kind = _kind(shown, head)
        yield Opened(shown, path, kind, _surprise(shown, kind))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _unzipped(path: Path, target: Path) -> Path:
    with gzip.open(path, "rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    return target


def _kind(name: str, head: bytes) -> str:
    """Tell what a file holds from its first bytes."""
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise SourceError("{name}: this file is empty; export it again", name=name)
    for sign, kind in ((b"PK\x03\x04", "xlsx"), (b"\xd0\xcf\x11\xe0", "xls"), (b"PAR1", "parquet")):
        if head.startswith(sign):
            return kind
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in head and not wide:
        raise SourceError(
            "{name}: this is neither a table nor a spreadsheet; export it as CSV, TSV, Excel, JSON lines or Parquet", name=name
        )
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if first == b"[":
        raise SourceError("{name}: this is one JSON list; save it as JSON lines, one object a line without the brackets", name=name)
    return "jsonl" if first == b"{" else "csv"


def _surprise(name: str, kind: str) -> tuple[Text, ...]:
    """Say so where a file is not what its suffix says."""
    suffix = "".join(part for part in Path(name).suffixes[-2:] if part != ".gz").lower()
    expected = SUFFIXES.get(suffix[suffix.rfind(".") :] if suffix else "", kind)
    if expected == kind:
        return ()
    return (Text("{name} holds {kind}, whatever its name says; it was read as that.", name=name, kind=KINDS[kind]),)


def encoding_of(path: Path, name: str, asked: str | None) -> tuple[str, tuple[Text, ...]]:
    """Find a text file's encoding by reading all of it: UTF-8 or UTF-16 where that fits, else Windows-1252, which is said.

    Parameters
    ----------
    path : Path
    name : str
        The file as the user named it.
    asked : str or None
        The encoding the user gave; it is then checked, not guessed.
    """
    if asked is not None:
        try:
            codecs.lookup(asked)
        except LookupError as error:
            raise UsageError("--encoding {asked}: there is no such encoding; try utf-8, cp1252, latin-1 or utf-16", asked=asked) from error
        place = _first_bad_line(path, asked)
        if place is not None:
            raise SourceError(
                "{name}, line {line}: this is not {asked}; leave --encoding out to let it be found", name=name, line=place, asked=asked
            )
        return asked, ()
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", ()
    if _first_bad_line(path, "utf-8") is None:
        return "utf-8", ()
    # Five bytes mean nothing in Windows-1252; Latin-1 reads every byte.
    fits = "cp1252" if _first_bad_line(path, "cp1252") is None else "latin-1"
    return fits, (Text("{name} is not UTF-8; it was read as {encoding}. Pass --encoding if letters look wrong.", name=name, encoding=fits),)


def _first_bad_line(path: Path, encoding: str) -> int | None:
    """Say on which line the first byte stands that the encoding does not know."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(1 << 20)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            if not chunk:
                return None
            line += text.count("\n")


def text_of(path: Path, encoding: str) -> io.TextIOWrapper:
    """Open a text file without its byte-order mark, line ends as they are."""
    return path.open(encoding="utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding, newline="")
