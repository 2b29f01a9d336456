"""The workspace's secret and the keyed hashes made with it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from workspace.errors import WorkspaceError

GONE = (
    "{path}: the key of this workspace is gone. Without it, visitors known from web logs would be counted again as new people, and nobody "
    "in the audiences of employees would be recognised. Put the file back from a copy; if there is none, put an empty file in its place: a "
    "new key is made, and the audiences go, to be imported again"
)
DAMAGED = (
    "{path}: this is not a key of smarketing (64 digits from 0 to f). Put the file back from a copy; if there is none, empty it: a new key "
    "is made, visitors known from web logs then count as new people, and the audiences of employees go, to be imported again"
)
CHANGED = (
    "{path}: this is another key than the one that this workspace was made with, so that nobody in it would be recognised. Put the right "
    "file back from a copy; if there is none, empty it: a new key is made, visitors known from web logs then count as new people, and the "
    "audiences of employees go, to be imported again"
)


def keyed_hash(secret: bytes, text: str) -> str:
    """Hash a text so that only who holds the secret can tell which text it was (HMAC-SHA-256, the first 128 bits in hex).

    Examples
    --------
    >>> keyed_hash(b"k", "192.0.2.7 Firefox")
    '03a5243d82a1e52d53d6b8d7ee6bd87b'
    """
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def check_value(secret: bytes) -> str:
    """Say what tells a key from others and reveals nothing of it."""
    return keyed_hash(secret, "smarketing: which key is this?")


def key_path(workspace: Path) -> Path:
    """Say where the key of a workspace lies."""
    return workspace.with_suffix(".key")


def secret(path: Path, in_use: Callable[[], bool]) -> bytes:
    """Read the key, or make it: at first use, and where an empty file asks for a new one.

    Parameters
    ----------
    path : Path
        The key file (`key_path`).
    in_use : callable
        Tells whether anybody is named by the key; asked where the file is missing.

    Raises
    ------
    WorkspaceError
        The key is damaged, or gone while in use.
    """
    text = path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else None
    if text is None and in_use():
        raise WorkspaceError(GONE, path=path)
    if not text:
        text = _new_key(path)
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise WorkspaceError(DAMAGED, path=path)
    return bytes.fromhex(text)


def asks_for_a_new_one(path: Path) -> bool:
    """Tell whether there is an empty file in the key's place, as who lost the key is told to put there."""
    return path.exists() and not path.read_text(encoding="ascii", errors="replace").strip()


def _new_key(path: Path) -> str:
    """Make a key and be sure it is on disk before anybody is named by it."""
    text = secrets.token_hex(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)
    return text
