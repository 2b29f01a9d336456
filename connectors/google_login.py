"""Letting us in at Google's APIs as a service account: a signed request, exchanged for a token that lasts an hour."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from connectors import secrets
from connectors.addresses import checked_base
from connectors.api import Api, Patience
from connectors.base import ImportContext, Option
from reports.report import N_, Text
from workspace.errors import MissingPartError, SourceError, UsageError

KEY_FILE = Option("key_file", N_("The JSON key of a service account, as downloaded from Google Cloud."), metavar="FILE")
WHERE = N_(
    "The JSON key of a service account, or the path of its file: Google Cloud console, IAM, Service accounts, Keys. --key-file FILE and "
    "GOOGLE_APPLICATION_CREDENTIALS name the file too."
)
STANDARD = "GOOGLE_APPLICATION_CREDENTIALS"
TOKENS = "https://oauth2.googleapis.com/token"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LASTING = 3600
"""Seconds that Google lets a signed request and its token last."""
NO_FILE = N_("{path}: the key of the service account cannot be read ({why}); check the path, or download a new key")
NO_KEY = N_("{place}: this is no JSON key of a service account ({why}); download one: Google Cloud console, IAM, Service accounts")
NO_LIBRARY = N_("{source}: signing in at Google needs google-auth; pip install 'smarketing[google]'")
ODD_TOKENS = N_("{place}: token_uri is {url}; the key may be sent to an https address only")


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account: who it is, where it gets tokens, its private key, the secret it was found as, and where that lies."""

    email: str
    tokens: str
    key: Mapping[str, Any] = dataclasses.field(repr=False)
    secret: secrets.Secret = dataclasses.field(repr=False)
    place: str


class _FileSecret(secrets.Secret):
    """A key in a file: to replace it, the file is named, and no keyring."""

    @property
    def or_keyring(self) -> str:
        return ""


def service_account(context: ImportContext, name: str, key_file: str | None) -> ServiceAccount:
    """Find the service account: the option's file, else the secret of the source, else the file that Google's own tools use.

    Raises
    ------
    SourceError
        There is none, or it is no key.
    """
    source = context.source or name
    secret = secrets.optional(source, "service-account") if key_file is None else None
    path = key_file or (os.environ.get(STANDARD, "").strip() if secret is None else "")
    if not path:
        secret = secret or secrets.found(source, "service-account", "service account", WHERE)
        path = "" if secret.value.lstrip().startswith("{") else secret.value
    place, text = (path, _read(path)) if path else (secret.variable, secret.value) if secret else ("", "")
    key = _parsed(text, place)
    tokens = key.get("token_uri") or TOKENS
    try:
        checked_base(str(tokens), name)
    except UsageError as error:
        raise SourceError(ODD_TOKENS, place=place, url=tokens) from error
    hidden = secret or _FileSecret(STANDARD, text)
    return ServiceAccount(str(key["client_email"]), str(tokens), key, dataclasses.replace(hidden, value=text), place)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(NO_FILE, path=path, why=getattr(error, "strerror", None) or type(error).__name__) from error


def _parsed(text: str, place: str) -> dict[str, Any]:
    try:
        key = json.loads(text)
    except ValueError as error:
        raise SourceError(NO_KEY, place=place, why=Text("no JSON")) from error
    for field in ("client_email", "private_key"):
        if not isinstance(key, dict) or not isinstance(key.get(field), str):
            raise SourceError(NO_KEY, place=place, why=Text("it has no {field}", field=field))
    return dict(key)


def authorizer(account: ServiceAccount, scope: str, source: str, patience: Patience | None) -> Callable[[bool], Mapping[str, str]]:
    """Make what gives the headers that let us in: one token, a new one when it has run out or was refused.

    Raises
    ------
    MissingPartError
        google-auth is not installed.
    SourceError
        The key cannot sign.
    """
    sign = _signer(account, source)
    tokens = Api("Google", account.tokens, secret=account.secret, authorize=lambda fresh: {}, patience=patience)
    held: dict[str, Any] = {}

    def headers(fresh: bool) -> Mapping[str, str]:
        now = int(time.time())
        if fresh or held.get("until", 0) <= now + 60:
            claims = {"iss": account.email, "scope": scope, "aud": account.tokens, "iat": now - 10, "exp": now - 10 + LASTING}
            found = tokens.ask("POST", tokens.base, form={"grant_type": GRANT, "assertion": sign(claims)}).json
            token, lasting = tokens.need(found, "/token", "access_token"), found.get("expires_in")
            held.update(token=str(token), until=now + (lasting if isinstance(lasting, int) else LASTING))
        return {"Authorization": f"Bearer {held['token']}"}

    return headers


def _signer(account: ServiceAccount, source: str) -> Callable[[dict[str, Any]], str]:
    try:
        from google.auth import crypt, jwt
    except ImportError as error:
        raise MissingPartError(NO_LIBRARY, source=source) from error
    try:
        signer = crypt.RSASigner.from_service_account_info(account.key)
    except ValueError as error:
        raise SourceError(NO_KEY, place=account.place, why=Text("its private key cannot be read")) from error

    def sign(claims: dict[str, Any]) -> str:
        signed: bytes = jwt.encode(signer, claims)
        return signed.decode()

    return sign
