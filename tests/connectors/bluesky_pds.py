"""A real Bluesky personal data server, started from its npm package on loopback."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_suffix(".mjs")
PACKAGES = Path(__file__).parents[2] / ".parts" / "bluesky"
"""Where tests/install_parts.sh puts the packages."""


class Pds:
    """A running server: `base` is its address."""

    def __init__(self, base: str) -> None:
        self.base = base

    def call(self, method: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(f"{self.base}/xrpc/{method}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read() or b"{}")
        return found

    def account(self, handle: str) -> tuple[str, str]:
        """Create an account; return its DID and the token to write with."""
        body = {"handle": handle, "email": f"{handle}@example.com", "password": "of the tests"}
        made = self.call("com.atproto.server.createAccount", body)
        return made["did"], made["accessJwt"]

    def write(self, did: str, token: str, collection: str, record: dict[str, Any]) -> str:
        """Write a record; return its address."""
        body = {"repo": did, "collection": collection, "record": {"$type": collection, **record}}
        return str(self.call("com.atproto.repo.createRecord", body, token)["uri"])

    def delete(self, did: str, token: str, uri: str) -> None:
        collection, key = uri.split("/")[-2:]
        self.call("com.atproto.repo.deleteRecord", {"repo": did, "collection": collection, "rkey": key}, token)


@contextlib.contextmanager
def bluesky_pds() -> Iterator[Pds]:
    """Start a server; the test is skipped where Node.js or the packages are absent."""
    if shutil.which("node") is None:
        pytest.skip("missing part: nodejs (the program node)")
    if not (PACKAGES / "node_modules" / "@atproto" / "pds").exists():
        pytest.skip("missing part: the npm packages @atproto/pds and @did-plc/server (sh tests/install_parts.sh)")
    with tempfile.TemporaryDirectory(prefix="smarketing-pds-") as folder, (Path(folder) / "log").open("w+") as log:
        command = ["node", str(SCRIPT), str(Path(folder) / "data")]
        with subprocess.Popen(command, cwd=PACKAGES, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            try:
                started = next((line for line in server.stdout if line.startswith('{"base"')), None)
                log.seek(0)
                assert started is not None, log.read()
                yield Pds(json.loads(started)["base"])
            finally:
                server.stdin.close()
                try:
                    server.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    server.kill()
