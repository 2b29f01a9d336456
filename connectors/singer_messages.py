"""The messages of a Singer tap, one a line: what each says, and what is wrong with one that says nothing.

References
----------
https://github.com/singer-io/getting-started/blob/master/docs/SPEC.md; ACTIVATE_VERSION as in https://sdk.meltano.com/en/latest/
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import IO, Any

from reports.report import N_, Text
from workspace.errors import SourceError

LONGEST = 64 << 20
"""Bytes of a line."""
NO_MESSAGE = N_(
    "{file}, line {line}: this is no Singer message ({why}): '{seen}'. Nothing was stored; see what the tap said, and run it again"
)
BEFORE_SCHEMA = N_(
    "{file}, line {line}: a record of {stream} comes before its SCHEMA. Nothing was stored; the tap is faulty, or the beginning of what it "
    "wrote is missing"
)
BATCH = N_("{file}, line {line}: the tap writes BATCH messages, which name files in place of records; switch batches off in its settings")


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """A message: its type, its stream (where it has one), all that it says, and its line."""

    type: str
    stream: str
    said: dict[str, Any]
    line: int


def messages(lines: IO[bytes], file: str) -> Iterator[Message]:
    """Read messages as they come; empty lines are passed over.

    Raises
    ------
    SourceError
        A line is no message (cut off, something else than JSON, without its parts), or a record comes before its schema.
    """
    known: set[str] = set()
    number = 0
    while line := lines.readline(LONGEST + 1):
        number += 1
        if not line.strip():
            continue
        message = _message(line, file, number)
        if message.type == "SCHEMA":
            known.add(message.stream)
        elif message.type == "RECORD" and message.stream not in known:
            raise SourceError(BEFORE_SCHEMA, file=file, line=number, stream=message.stream)
        elif message.type == "BATCH":
            raise SourceError(BATCH, file=file, line=number)
        yield message


PARTS: dict[str, tuple[str, Any]] = {
    "RECORD": ("record", dict),
    "SCHEMA": ("schema", dict),
    "ACTIVATE_VERSION": ("version", (int, float)),
    "STATE": ("value", object),
}
"""What a message of each type has to hold."""


def _message(line: bytes, file: str, number: int) -> Message:
    def wrong(why: Text | str) -> SourceError:
        seen = line[:80].decode("utf-8", errors="replace").strip()
        return SourceError(NO_MESSAGE, file=file, line=number, why=why, seen=seen)

    if len(line) > LONGEST:
        raise wrong(Text("longer than 64 MB"))
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise wrong(str(error)) from error
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise wrong(Text("no object with a type"))
    kind, stream = said["type"], said.get("stream", "")
    if kind in PARTS:
        part, wanted = PARTS[kind]
        if part not in said or not isinstance(said[part], wanted) or (kind != "STATE" and (not isinstance(stream, str) or not stream)):
            raise wrong(Text("a {type} without its {part}", type=kind, part=part if stream or kind == "STATE" else "stream"))
    return Message(kind, stream if isinstance(stream, str) else "", said, number)
