"""The workspace's secret and the keyed hashes made with it."""

from __future__ import annotations

import hashlib
import hmac


def keyed_hash(secret: bytes, text: str) -> str:
    """Hash a text so that only who holds the secret can tell which text it was (HMAC-SHA-256, the first 128 bits in hex).

    Examples
    --------
    >>> keyed_hash(b"k", "192.0.2.7 Firefox")
    '03a5243d82a1e52d53d6b8d7ee6bd87b'
    """
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]
