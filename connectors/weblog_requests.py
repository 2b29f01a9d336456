"""What log lines tell, in columns: requests, before anyone judges which of them count."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|([\"\\]))")
_CONTROL = dict.fromkeys([*range(32), *range(127, 160)], "\ufffd")


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column as distinct values (bytes; null where the log does not have the field) and, for each of n rows, which of them it has."""

    values: pa.Array
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, texts: pa.Array) -> Column:
        """Find the distinct values of an array."""
        encoded = texts.dictionary_encode(null_encoding="encode")
        return cls(encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False))

    def where(self, chosen: NDArray[np.bool_]) -> Column:
        """Give the chosen rows."""
        return Column(self.values, self.codes[chosen])


@dataclasses.dataclass(frozen=True, slots=True)
class Requests:
    """Some requests of one file.

    Parameters
    ----------
    line, at, status : arrays of shape (n,)
        Line number, second since 1970 (UTC), HTTP status.
    address, host, user, method, url, referrer, agent, cookie : Column
        As the log has them; "-" and "" mean there was none. `cookie` is the value of the one cookie asked for.
    """

    line: NDArray[np.int64]
    at: NDArray[np.int64]
    status: NDArray[np.int16]
    address: Column
    host: Column
    user: Column
    method: Column
    url: Column
    referrer: Column
    agent: Column
    cookie: Column

    def where(self, chosen: NDArray[np.bool_]) -> Requests:
        """Give the chosen requests."""
        columns = [getattr(self, field.name) for field in dataclasses.fields(self)]
        kept: list[Any] = [column.where(chosen) if isinstance(column, Column) else column[chosen] for column in columns]
        return Requests(*kept)


def decode(raw: bytes | None) -> str:
    r"""Read a field as text: the server's escapes undone, UTF-8 or else Latin-1, control characters replaced.

    Examples
    --------
    >>> decode(rb"/caf\xc3\xa9"), decode(b"/caf\xe9"), decode(rb"say \"yes\" \x22no\x22")
    ('/café', '/café', 'say "yes" "no"')
    """
    if raw is None:
        return ""
    if b"\\" in raw:
        raw = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]) if found[1] else found[2], raw)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text.translate(_CONTROL) if not text.isprintable() else text
