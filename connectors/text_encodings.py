"""Finding out how the letters of a text file are encoded."""

from __future__ import annotations

import codecs
import io
from pathlib import Path

from reports.report import Text
from workspace.errors import SourceError, UsageError

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CHUNK = 1 << 20


def utf16_of(head: bytes) -> str | None:
    """Tell from a file's first bytes whether it is UTF-16: by its mark, or by every other byte being NUL.

    Examples
    --------
    >>> utf16_of("person".encode("utf-16")), utf16_of("person".encode("utf-16-le")), utf16_of(b"person")
    ('utf-16', 'utf-16-le', None)
    """
    if head.startswith(UTF16_MARKS):
        return "utf-16"
    half = len(head) // 2
    even, odd = head[: 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def encoding_of(path: Path, name: str, asked: str | None) -> tuple[str, tuple[Text, ...]]:
    """Find a text file's encoding by reading all of it: UTF-8 or UTF-16 where that fits, else Windows-1252, which is said.

    Parameters
    ----------
    path : Path
    name : str
        The file as the user named it.
    asked : str or None
        The encoding the user gave; it is then checked, not guessed.

    Returns
    -------
    encoding : str
        As `codecs.lookup` spells it.
    remarks : tuple of Text

    Raises
    ------
    UsageError
        There is no such encoding.
    SourceError
        The file is not in the encoding that was asked for, or that its first bytes announce.
    """
    with path.open("rb") as file:
        announced = utf16_of(file.read(4096))
    if asked is not None or announced is not None:
        encoding = _known(asked) if asked is not None else str(announced)
        line = _first_bad_line(path, encoding)
        if line is not None:
            template = "{name}, line {line}: this is not {encoding}; name another with --encoding, or leave it out to let it be found"
            raise SourceError(template, name=name, line=line, encoding=asked or encoding)
        return encoding, ()
    if _decodes(path, "utf-8"):
        return "utf-8", ()
    # Five bytes mean nothing in Windows-1252; Latin-1 reads every byte.
    fits = "cp1252" if _decodes(path, "cp1252") else "iso8859-1"
    return fits, (Text("{name} is not UTF-8; it was read as {encoding}. Pass --encoding if letters look wrong.", name=name, encoding=fits),)


def _known(asked: str) -> str:
    template = "--encoding {asked}: there is no such encoding; try utf-8, cp1252, latin-1 or utf-16"
    try:
        "a".encode(asked).decode(asked)  # turns away what codecs also holds and is no encoding of letters, such as base64
        return codecs.lookup(asked).name.removesuffix("-sig")
    except (LookupError, ValueError) as error:
        raise UsageError(template, asked=asked) from error


def _decodes(path: Path, encoding: str) -> bool:
    """Tell whether all of a file is in an encoding that holds ASCII."""
    decoder = codecs.getincrementaldecoder(encoding)()
    pending = False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if chunk.isascii() and not pending:
                continue
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            pending = bool(decoder.getstate()[0])
    return not pending


def _first_bad_line(path: Path, encoding: str) -> int | None:
    """Say on which line the first byte stands that the encoding does not know."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                seen = chunk[: error.start] if isinstance(error, UnicodeDecodeError) else b""
                return line + seen.count(b"\n")
            if not chunk:
                return None
            line += text.count("\n")


def text_of(path: Path, encoding: str) -> io.TextIOWrapper:
    """Open a text file without its byte-order mark, line ends as they are."""
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")
