"""Read log files as blocks of whole lines: plain or compressed, named, globbed or on stdin."""

from __future__ import annotations

import bz2
import contextlib
import dataclasses
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np

from reports.report import N_
from workspace.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 4 << 20
"""Bytes read at a time."""

LONGEST = 1 << 20
"""The longest line kept whole. Web servers refuse a request line or header beyond some 8 to 64 kB, so no real line comes near."""

_OPENERS: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": lambda raw: cast("IO[bytes]", gzip.GzipFile(fileobj=raw)),
    b"BZh": lambda raw: cast("IO[bytes]", bz2.BZ2File(raw)),
    b"\xfd7zXZ": lambda raw: cast("IO[bytes]", lzma.LZMAFile(raw)),  # noqa: SIM115 (closed with the file below it)
}
_UTF16 = N_("{path}: this is UTF-16 text; give it as iconv -f UTF-16 -t UTF-8 {path} | smarketing import weblog -")
_UNREADABLE = {
    b"PK\x03\x04": N_("{path}: this is a zip archive, not a log; unpack it and give the files in it"),
    b"\x28\xb5\x2f\xfd": N_(
        "{path}: this is compressed by zstd, which is not read; give it as zstd -dc {path} | smarketing import weblog -"
    ),
    b"\xff\xfe": _UTF16,
    b"\xfe\xff": _UTF16,
}
_BOM = b"\xef\xbb\xbf"


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """Some whole lines of one file.

    Parameters
    ----------
    first : int
        The number of the first of them in the file; the file's first line is 1.
    texts : pyarrow.BinaryArray
        The lines with their line ends. A line above `LONGEST` bytes may be cut, but stays longer than `LONGEST`.
    done : int
        Bytes of the file, as it lies on the disk, read so far.
    """

    first: int
    texts: pa.Array
    done: int = 0


def total_bytes(files: list[str]) -> int | None:
    """Add up the sizes of the files; None where one is stdin."""
    return None if "-" in files else sum(Path(file).stat().st_size for file in files)


def read_lines(file: str) -> Iterator[Lines]:
    """Read a file block by block.

    Parameters
    ----------
    file : str
        A path, or "-" for stdin. What it is, plain or compressed, is told from its first bytes, never from its suffix.

    Raises
    ------
    SourceError
        Where the file cannot be opened or unpacked, or ends before its compression does.
    """
    try:
        with contextlib.nullcontext(_peekable(sys.stdin.buffer)) if file == "-" else Path(file).open("rb") as raw:
            number, read = 1, 0
            for block in _whole_lines(_unpacked(file, raw)):
                lines = _split(block)
                read += len(block)
                yield Lines(number, lines, raw.tell() if raw.seekable() else read)
                number += len(lines)
    except EOFError as error:
        raise SourceError("{path}: the compressed file is cut short; copy it again and import it whole", path=file) from error
    except (gzip.BadGzipFile, zlib.error, lzma.LZMAError) as error:
        raise SourceError("{path}: the compressed file is damaged ({reason}); copy it again", path=file, reason=str(error)) from error
    except OSError as error:
        raise SourceError("{path}: cannot be read ({reason})", path=file, reason=error.strerror or str(error)) from error


def _peekable(stream: Any) -> io.BufferedReader:
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)


def _unpacked(file: str, raw: io.BufferedReader) -> IO[bytes]:
    start = raw.peek(6)
    for magic, message in _UNREADABLE.items():
        if start.startswith(magic):
            raise SourceError(message, path=file)
    return next((opener(raw) for magic, opener in _OPENERS.items() if start.startswith(magic)), raw)


def _whole_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Cut a stream after line ends, without a byte-order mark at its start, holding no more than a block and the longest line."""
    carry = b""
    chunk = stream.read(BLOCK).removeprefix(_BOM)
    while chunk:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield carry + chunk[:end]
            carry = chunk[end:]
        else:
            carry = (carry + chunk)[: LONGEST + 1]  # a line that outgrew LONGEST stays too long: the rest of it need not be kept
        chunk = stream.read(BLOCK)
    if carry:
        yield carry


def _split(block: bytes) -> pa.Array:
    """Lay a block out as an Arrow array of lines, without copying it."""
    import pyarrow as pa

    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    if not block.endswith(b"\n"):
        ends = np.append(ends, len(block))
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    return pa.Array.from_buffers(pa.binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(block)])
