"""What a connector is: a small class that reads one lead source and yields batches of records."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from workspace.batches import Batch, Reject

if TYPE_CHECKING:
    from connectors.api import Patience
    from reports.report import Text
    from workspace.settings import Settings


__all__ = ["Batch", "Connector", "ImportContext", "Option", "Reject"]


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """An option of a connector; the command line shows it as `--name`.

    Parameters
    ----------
    name : str
        Field name on the connector, in snake case ("own_domain" becomes `--own-domain`).
    help : str
        One sentence in English, the key of its translation.
    type : type
        str, int, float or bool (a flag).
    multiple : bool
        May be given several times; the connector then gets a tuple.
    choices : tuple of str
        The values allowed, where they are few.
    metavar : str or None
        What the help shows in place of the value.
    meanings : mapping of str to str
        What the values mean, where the words do not say it: one sentence in English for each, the key of its translation.
    """

    name: str
    help: str
    type: type = str
    multiple: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None
    required: bool = False
    metavar: str | None = None
    flag_name: str | None = None
    meanings: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class ImportContext:
    """What a connector may know of the workspace it reads for.

    Parameters
    ----------
    settings : workspace.settings.Settings
    key : bytes or callable
        The workspace's key for keyed hashes (`workspace.keys.keyed_hash`), or what fetches it: it is made on first use, and a connector
        that hashes nothing needs none.
    progress : callable
        Called now and then with the bytes (of files) or the records (of an API) read so far and their total (None where it is not known).
    source : str
        The name that the source has in the settings, where there may be several of one connector; "" for the connector's own name.
    cursor : JSON or None
        Where an API was left off the last time, as the connector's own `cursor` said then; None to read from the beginning.
    patience : Patience or None
        How long to wait for an API; None for the usual.
    accounts : callable
        Names the key accounts, as (account, name), one pair for each name.
    referrers : callable
        Gives the hosts that visits came from and that may be other people's sites, the most frequent first.
    """

    settings: Settings
    key: bytes | Callable[[], bytes]
    progress: Callable[[int, int | None], None] = lambda done, total: None
    source: str = ""
    cursor: Any = None
    patience: Patience | None = None
    accounts: Callable[[], Sequence[tuple[str, str]]] = tuple
    referrers: Callable[[], Iterable[str]] = tuple

    @property
    def secret(self) -> bytes:
        """The key itself."""
        return self.key if isinstance(self.key, bytes) else self.key()


class Connector(Protocol):
    """A lead source.

    A connector is a dataclass whose fields are `context` (ImportContext), `sources` (what the user named: files, globs, "-" for
    stdin) and its options' values. `read` may be called once; after it has been exhausted, `remarks` holds what the user should be
    told: columns recognised, rows dropped and why, an encoding guessed.

    `secrets` names what an API is asked with, each with where to get it (`connectors.secrets` finds them); `takes` says what it reads:
    "files", "api" (it then takes no sources, and `sync` runs it), "both" (files where sources are named, the API where there are
    none), "pages" (web pages, named or listed in files; `sync` looks at those it knows again), "tables" (those of a data warehouse; `sync`
    runs it) or "stream" (what a program writes, from stdin or a file). After `read`, the attribute `cursor` says where to go on the next
    time. `sync` keeps it; of a connector whose `remembers` is true, `import` does so too, under the connector's name and the value of the
    option that its `remembered_as` names.

    Where one has an option `preview` that is set, what it reads is not stored; its `remarks` say what would be kept.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    examples: ClassVar[tuple[str, ...]]
    kinds: ClassVar[tuple[str, ...]]
    options: ClassVar[tuple[Option, ...]]
    takes: ClassVar[str]
    secrets: ClassVar[tuple[tuple[str, str], ...]]

    @property
    def remarks(self) -> list[Text]:
        """Say what the reader of the import should know; complete once `read` is exhausted."""

    def read(self) -> Iterator[Batch]:
        """Yield batches of records; raise `workspace.errors.SourceError` where the whole source is unreadable."""
