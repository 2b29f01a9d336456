"""Ids that depend on nothing but what they name: the same row gets the same id in every import and every workspace.

An id is 63 bits of MD5: it fits SQLite's integer key, any library can compute it again, and among ten million rows the odds that two
share one are about 5 in a million. (DuckDB's own `hash()` is faster but may change with its version.)
"""

from __future__ import annotations

import hashlib

SEPARATOR = "\x1f"
"""Stands between the parts of an id; connectors never deliver it (it is a control character)."""


def stable_id(*parts: str | None) -> int:
    """Name a thing by its parts; None and "" are the same part.

    Examples
    --------
    >>> stable_id("anna@example.com")
    239245474899727048
    """
    digest = hashlib.md5(SEPARATOR.join(part or "" for part in parts).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") >> 1
