"""Google's token endpoint on loopback, with a service account of its own; and the check that a request carries its token."""

from __future__ import annotations

import functools
import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.auth import jwt

from tests.connectors.api_server import Asked

EMAIL = "reader@project.iam.gserviceaccount.com"
TOKEN = "ya29.token-of-the-tests"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@functools.cache
def key_pair() -> tuple[str, str]:
    """A private key and its certificate-less public key, in PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return own.decode(), public.decode()


CLAIMS: list[dict[str, Any]] = []
"""What was signed in each request for a token."""


class _Tokens(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        try:
            assert form["grant_type"] == GRANT
            CLAIMS.append(dict(jwt.decode(form["assertion"], certs=[key_pair()[1]], audience=tokens_uri())))
            status, answer = 200, {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}
        except (ValueError, KeyError, AssertionError) as error:
            status, answer = 400, {"error": "invalid_grant", "error_description": str(error)}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@functools.cache
def tokens_uri() -> str:
    """Start the endpoint once; it ends with the tests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Tokens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/token"


def key_text(**fields: Any) -> str:
    """The JSON key of the service account."""
    key = {"type": "service_account", "client_email": EMAIL, "private_key": key_pair()[0], "private_key_id": "1", "token_uri": tokens_uri()}
    return json.dumps(key | fields)


def let_in(asked: Asked) -> bool:
    return asked.headers.get("authorization") == f"Bearer {TOKEN}"
