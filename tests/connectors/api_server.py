"""An API on loopback that answers from a function, remembers what it was asked, and fails in the ways that APIs fail."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import struct
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclasses.dataclass(frozen=True)
class Asked:
    """A request: method, path without query, its parameters (the first of each name), its headers (names in lower case), its body."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes = b""
    every: tuple[tuple[str, str], ...] = ()

    def listed(self, name: str) -> list[str]:
        """All values of a parameter that stands several times."""
        return [value for key, value in self.every if key == name]

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def form(self) -> dict[str, str]:
        return dict(urllib.parse.parse_qsl(self.raw.decode()))


@dataclasses.dataclass
class Reply:
    """What is answered; `cut` breaks the connection off after so many bytes, `drip` sends one byte after the other without end."""

    json: Any = None
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    raw: bytes | None = None
    cut: int | None = None
    drip: bool = False

    @property
    def body(self) -> bytes:
        return self.raw if self.raw is not None else json.dumps(self.json).encode()


Answers = Callable[[Asked], Reply]


class Site:
    """A running API: `base` is its address, `asked` what it was asked."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.asked: list[Asked] = []


@contextlib.contextmanager
def serving(answer: Callable[[Asked, str], Reply], fault: Callable[[int, Asked, Reply], Reply] | None = None) -> Iterator[Site]:
    """Serve an API.

    Parameters
    ----------
    answer : callable
        Takes a request and the server's own address, and gives the reply.
    fault : callable or None
        Takes the request's number (from 1), the request and the reply that would be given, and gives the one to give.
    """
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            every = tuple(urllib.parse.parse_qsl(parts.query))
            asked = Asked(self.command, parts.path, dict(every), headers, raw, every)
            site.asked.append(asked)
            try:
                reply = answer(asked, site.base)
            except (LookupError, ValueError, TypeError) as error:
                reply = Reply({"message": f"no answer to this: {error}"}, 400)
            if fault is not None:
                reply = fault(len(site.asked), asked, reply)
            self.give(reply)

        do_GET = do_POST = do  # noqa: N815

        def give(self, reply: Reply) -> None:
            body = reply.body
            if reply.cut is not None and reply.cut < 0:
                self.reset()
                return
            self.send_response(reply.status)
            for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | reply.headers).items():
                self.send_header(name, value)
            self.end_headers()
            if reply.drip:
                with contextlib.suppress(OSError):
                    while not stopping.wait(0.001):
                        self.wfile.write(b" ")
                self.close_connection = True
            elif reply.cut is not None:
                self.wfile.write(body[: reply.cut])
                self.wfile.flush()
                self.reset()
            else:
                self.wfile.write(body)

        def reset(self) -> None:
            """Break off as a crashed server does, with a reset in place of an orderly end."""
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        site = Site(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            stopping.set()
            server.shutdown()
            thread.join()
