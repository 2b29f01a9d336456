"""What any Singer tap writes, mapped to our kinds of record in the settings; its STATE is kept with the records."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, ClassVar

from connectors.api_records import ApiRecords, removals
from connectors.base import Batch, ImportContext, Option
from connectors.named_files import expand
from connectors.singer_messages import Message, messages
from connectors.table_records import IN_TABLES, needed
from reports.report import N_, Text
from workspace.errors import SettingsError, SourceError, UsageError
from workspace.records import fields_of
from workspace.settings import FILE_NAME, SingerStream

AT_ONCE = 5_000
"""Records of a stream that make one batch."""
OWN_NAMES = {"people": "person", "accounts": "account", "opportunities": "opportunity"}
"""Kinds whose records bear a name of their own in place of an id."""
DELETED = "_sdc_deleted_at"
"""Where taps that read a database's log say that a row was deleted."""


@dataclasses.dataclass
class Singer:
    """A connector for the stream of messages of a Singer tap.

    Parameters
    ----------
    context : ImportContext
        Its settings hold the mapping, its cursor the last STATE and the version of each stream:
        {"state": …, "versions": {"contacts": 1}}.
    sources : tuple of str
        Files of messages; none for stdin.
    name : str
        Under which the STATE is kept; one for each tap.

    Notes
    -----
    The import is one transaction, so the STATE that is kept is never ahead of the records. A stream whose version changed was read whole:
    what an earlier version brought and this one does not is taken out.
    """

    name: ClassVar[str] = "singer"
    summary: ClassVar[str] = N_("What any Singer tap writes, mapped to records in the settings; its state is kept.")
    examples: ClassVar[tuple[str, ...]] = (
        "tap-pipedrive -c pipedrive.json -s state.json | smarketing import singer --tap pipedrive",
        "smarketing import singer messages.jsonl",
    )
    takes: ClassVar[str] = "stream"
    remembers: ClassVar[bool] = True
    remembered_as: ClassVar[str] = "tap"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = IN_TABLES
    options: ClassVar[tuple[Option, ...]] = (
        Option("tap", N_("The tap's name: its state is kept under it ('smarketing singer-state NAME' writes it)."), metavar="NAME"),
    )

    context: ImportContext
    sources: tuple[str, ...] = ()
    tap: str | None = None

    def __post_init__(self) -> None:
        mapped = self.context.settings.singer
        if not mapped:
            raise SettingsError(
                "{file} does not say what the tap's streams are. Add a table for each, such as [singer.deals], with kind and fields; "
                "see docs/connectors/singer.md",
                file=FILE_NAME,
            )
        self._streams: dict[str, list[_Stream]] = {}
        for name, chosen in mapped.items():
            self._streams.setdefault(chosen.stream or name, []).append(_Stream(name, chosen, self.context, self.tap or self.name))
        cursor = self.context.cursor if isinstance(self.context.cursor, dict) else {}
        known = cursor.get("versions")
        self._state: Any = cursor.get("state")
        self._known: dict[str, Any] = dict(known) if isinstance(known, dict) else {}
        self._versions = dict(self._known)
        self._unmapped: Counter[str] = Counter()
        self._remarks: list[Text] = []

    @property
    def remarks(self) -> list[Text]:
        """Streams that are not mapped, and what is odd about the records."""
        return self._remarks

    @property
    def cursor(self) -> Any:
        """The tap's last STATE, and which version of each stream was read."""
        return {"state": self._state, "versions": self._versions}

    def read(self) -> Iterator[Batch]:
        """Yield the records of the mapped streams as they come."""
        count = 0
        for file in expand(self.sources or ("-",)):
            with _opened(file) as lines:
                for message in messages(lines, "stdin" if file == "-" else file):
                    count += 1
                    yield from self._take(message)
        if not count:
            raise SourceError(N_("The tap wrote no messages; see what it said, and run it again"))
        for stream in self._every():
            yield from stream.rest(self._replaced(stream))
        self._tell()

    def _every(self) -> Iterator[_Stream]:
        return (stream for streams in self._streams.values() for stream in streams)

    def _replaced(self, stream: _Stream) -> bool:
        """Tell whether a stream was read whole: it then has another version than the one that was read before."""
        known = self._known.get(stream.stream)
        return known is not None and known != self._versions.get(stream.stream)

    def _take(self, message: Message) -> Iterator[Batch]:
        if message.type == "STATE":
            self._state = message.said["value"] if message.said["value"] is not None else self._state
            return
        mapped = self._streams.get(message.stream, [])
        if message.type == "ACTIVATE_VERSION":
            self._versions[message.stream] = message.said["version"]
        elif message.type == "SCHEMA":
            for stream in mapped:
                stream.check(message.said["schema"], message.said.get("key_properties"))
        elif message.type == "RECORD":
            if not mapped:
                self._unmapped[message.stream] += 1
            for stream in mapped:
                yield from stream.take(message.said["record"])
                self.context.progress(stream.records.count, None)

    def _tell(self) -> None:
        for stream in self._every():
            if not stream.seen:
                self._remarks.append(
                    Text("[singer.{name}]: the tap has written no stream {stream}.", name=stream.name, stream=stream.stream)
                )
            if stream.kept:
                self._remarks.append(
                    Text(
                        "[singer.{name}]: {count} {count:row that was deleted there stays here: nothing tells its record|rows that "
                        "were deleted there stay here: nothing tells their records} apart for certain.",
                        name=stream.name,
                        count=stream.kept,
                    )
                )
            self._remarks += stream.records.remarks()
        if self._unmapped:
            listed = ", ".join(f"{name} ({count})" for name, count in sorted(self._unmapped.items()))
            self._remarks.append(
                Text(
                    "Streams without a table in {file}, and their records, which were passed over: {streams}.",
                    file=FILE_NAME,
                    streams=listed,
                )
            )


class _Stream:
    """One table of the settings: a stream, the kind of its records, where their fields are."""

    def __init__(self, name: str, chosen: SingerStream, context: ImportContext, tap: str) -> None:
        self.name, self.stream, self.kind, self.fields, self.values = name, chosen.stream or name, chosen.kind, chosen.fields, chosen.values
        if self.kind not in IN_TABLES:
            near = difflib.get_close_matches(self.kind, IN_TABLES, n=1, cutoff=0.0)[0]
            raise SettingsError(
                '{file}: singer.{name}.kind = "{kind}" is no kind of record; did you mean "{near}"?',
                file=FILE_NAME, name=name, kind=self.kind, near=near,
            )  # fmt: skip
        there = fields_of(self.kind)
        for table, given in (("fields", self.fields), ("values", self.values)):
            for field in given:
                if field not in there:
                    near = difflib.get_close_matches(field, there, n=1, cutoff=0.0)[0]
                    raise SettingsError(
                        "{file}: singer.{name}.{table} names '{field}', which {kind} have not; did you mean '{near}'?",
                        file=FILE_NAME, name=name, table=table, field=field, kind=self.kind, near=near,
                    )  # fmt: skip
        for group in needed(self.kind, {**self.values, **self.fields}):
            raise SettingsError(
                "{file}: singer.{name} has to say where {fields} is: fields = {{ {field} = \"PROPERTY\" }}",
                file=FILE_NAME, name=name, fields=" / ".join(group), field=group[0],
            )  # fmt: skip
        self.records = ApiRecords(self.kind, f"{tap} {name}", context)
        self.keys: list[str] = []
        self.seen = False
        self.kept = 0
        self._waiting: list[dict[str, Any]] = []
        self._gone: list[str] = []

    def check(self, schema: dict[str, Any], keys: Any) -> None:
        """Compare the mapping with what the tap says its records hold."""
        self.seen = True
        self.keys = [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
        properties = schema.get("properties")
        if not isinstance(properties, dict) or not properties:
            return
        for field, path in self.fields.items():
            if path not in properties and path.partition(".")[0] not in properties:
                near = difflib.get_close_matches(path, properties, n=1, cutoff=0.0)[0]
                raise SettingsError(
                    "{file}: singer.{name}.fields.{field}: the stream {stream} has no property '{path}'; did you mean '{near}'?",
                    file=FILE_NAME, name=self.name, field=field, stream=self.stream, path=path, near=near,
                )  # fmt: skip

    def take(self, said: dict[str, Any]) -> Iterator[Batch]:
        """Take a record; yield a batch when there are enough."""
        record = dict(self.values) | {field: value for field, path in self.fields.items() if (value := found(said, path)) is not None}
        if "id" in fields_of(self.kind) and "id" not in record and (key := self._key(said)):
            record["id"] = key
        if said.get(DELETED) is not None:
            self._forget(record)
        else:
            self._waiting.append(record)
        if len(self._waiting) + len(self._gone) >= AT_ONCE:
            yield from self._batches()

    def rest(self, replaced: bool) -> Iterator[Batch]:
        """Yield what is left, and take out what an earlier version brought where this one replaces it."""
        yield from self._batches()
        if self.seen and replaced and (removed := removals(self.records.place, self.kind, "file", [self.records.place])) is not None:
            yield removed

    def _batches(self) -> Iterator[Batch]:
        yield self.records.batch(self._waiting)
        if self._gone and (removed := removals(self.records.place, self.kind, self._gone_by, self._gone)) is not None:
            yield removed
        self._waiting, self._gone = [], []

    def _forget(self, record: dict[str, Any]) -> None:
        known = str(record.get(self._gone_by) or "")
        if known:
            self._gone.append(known.lower() if "@" in known else known)
        else:
            self.kept += 1

    @property
    def _gone_by(self) -> str:
        """Name the field that finds the record of a deleted row; "" where nothing tells one record of the kind from all others."""
        return OWN_NAMES.get(self.kind) or ("id" if "id" in fields_of(self.kind) else "")

    def _key(self, said: dict[str, Any]) -> str | None:
        """Make an id of the keys that the tap names."""
        parts = [said.get(key) for key in self.keys]
        if not parts or any(part is None or isinstance(part, dict | list) for part in parts):
            return None
        return " ".join([self.stream, *map(str, parts)])


def found(said: dict[str, Any], path: str) -> Any:
    """Find a property: by its whole name, else by a path of names with dots.

    Examples
    --------
    >>> found({"properties": {"email": "a@b.example"}, "a.b": 1}, "properties.email"), found({"a.b": 1}, "a.b"), found({"x": 1}, "y.z")
    ('a@b.example', 1, None)
    """
    if path in said:
        return said[path]
    inner: Any = said
    for name in path.split("."):
        if not isinstance(inner, dict) or name not in inner:
            return None
        inner = inner[name]
    return inner


@contextlib.contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        if sys.stdin.isatty():
            raise UsageError("Pipe a tap into this: tap-NAME --config FILE | smarketing import singer --tap NAME")
        yield sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as lines:
            yield lines
    except OSError as error:
        raise SourceError("{name}: this file cannot be read ({why})", name=file, why=error.strerror or error) from error
