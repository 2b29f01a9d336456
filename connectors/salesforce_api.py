"""Salesforce's REST API: logging in as an application, and questions in SOQL, page by page."""

from __future__ import annotations

import base64
import json
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from connectors import secrets
from connectors.api import CHANGED, Api
from connectors.base import ImportContext
from reports.report import N_
from workspace.errors import MissingPartError, SourceError, UsageError

NAME = "Salesforce"
VERSION = "v62.0"
TOKEN_PATH = "/services/oauth2/token"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LASTS = 180
"""Seconds for which an assertion holds; Salesforce takes 3 minutes at most."""
CLIENT_SECRET = N_("The consumer secret of a connected app with the client credentials flow: Setup, App Manager, Manage Consumer Details.")
PRIVATE_KEY = N_("In place of it, with --user: the private key (PEM) whose certificate the connected app holds, for the JWT bearer flow.")
PERMISSION = "API Enabled; read Leads, Contacts, Accounts, Campaigns, Opportunities, Activities"
NO_LOGIN = N_("{api}: the login was refused ({why}); check --client-id, --user and the secret in {variable}{or_keyring}")
NO_KEY = N_("{variable}: the private key cannot be read; it begins with -----BEGIN PRIVATE KEY-----, has no passphrase and is an RSA key")


class Org:
    """What is asked of a Salesforce org.

    Parameters
    ----------
    context : ImportContext
    source : str
        Its name in the settings.
    base_url, client_id : str
    user : str or None
        The user to log in as by a signed assertion; None to log in as the application.

    References
    ----------
    https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_queryall.htm,
    https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm,
    https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
    """

    def __init__(self, context: ImportContext, source: str, base_url: str, client_id: str, user: str | None) -> None:
        if user is None:
            self.secret = secrets.found(source, "client-secret", N_("consumer secret"), CLIENT_SECRET)
        else:
            self.secret = secrets.found(source, "private-key", N_("private key"), PRIVATE_KEY)
        self.context, self.client_id, self.user, self.done = context, client_id, user, 0
        self._door = Api(NAME, base_url, secret=self.secret, authorize=lambda fresh: {}, permission=PERMISSION, patience=context.patience)
        self.api = Api(NAME, base_url, secret=self.secret, authorize=self._session, permission=PERMISSION, patience=context.patience)
        self._headers: dict[str, str] | None = None

    def _session(self, fresh: bool) -> dict[str, str]:
        if self._headers is None or fresh:
            if self.user is None:
                form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret.value}
            else:
                host = urllib.parse.urlsplit(self._door.base).hostname or ""
                audience = f"https://{'test' if '.sandbox.' in host else 'login'}.salesforce.com"
                form = {"grant_type": JWT_GRANT, "assertion": assertion(self.client_id, self.user, audience, self.secret)}
            try:
                found = self._door.ask("POST", TOKEN_PATH, form=form).json
            except SourceError as error:
                if error.fields.get("status") != 400:
                    raise
                why = f"400{error.fields['why']}"
                raise SourceError(NO_LOGIN, api=NAME, why=why, variable=self.secret.variable, or_keyring=self.secret.or_keyring) from error
            token = self._door.need(found, TOKEN_PATH, "access_token")
            if not isinstance(token, str):
                raise SourceError(CHANGED, api=NAME, path=TOKEN_PATH, field="access_token")
            self._headers = {"Authorization": f"Bearer {token}"}
        return self._headers

    def described(self, name: str) -> tuple[set[str], dict[str, str] | None]:
        """Name the fields of an object that may be read here, and by their objects the relationships to what points at it.

        The relationships are None where the org does not tell them.
        """
        path = f"/services/data/{VERSION}/sobjects/{name}/describe"
        found = self.api.get(path).json
        fields = {str(field.get("name")) for field in self.api.listed(found, path, "fields")}
        if not isinstance(found, dict) or found.get("childRelationships") is None:
            return fields, None
        children = self.api.listed(found, path, "childRelationships")
        named = ((child.get("childSObject"), child.get("relationshipName")) for child in children)
        return fields, {called: by for called, by in named if isinstance(called, str) and isinstance(by, str)}

    def asked(self, question: str) -> Iterator[list[dict[str, Any]]]:
        """Ask in SOQL, deleted records included; yield the records page by page."""
        path = f"/services/data/{VERSION}/queryAll"
        pages = self.api.pages(
            path,
            lambda further: self.api.get(further).json if further else self.api.get(path, {"q": question}).json,
            lambda page: self._further(page, path),
        )
        for page in pages:
            rows = self.api.listed(page, path, "records")
            self.done += len(rows)
            self.context.progress(self.done, None)
            for row in rows:
                if not isinstance(row.get("Id", ""), str) or not row.get("Id", "-"):
                    raise SourceError(CHANGED, api=NAME, path=path, field="Id")
            yield rows

    def within(self, row: dict[str, Any], name: str | None) -> list[dict[str, Any]]:
        """Take the records of a question within the question out of a record, and read on where there are more."""
        found = row.get(name) if name is not None else None
        if name is None or found is None:
            return []
        rows = list(self.api.listed(found, name, "records"))
        first = self._further(found, name)
        if first is not None:
            for page in self.api.pages(name, lambda further: self.api.get(further).json, lambda page: self._further(page, name), first):
                rows += self.api.listed(page, name, "records")
        return [each for each in rows if each.get("IsDeleted") is not True]

    def _further(self, page: Any, path: str) -> str | None:
        """Find the address of the next page."""
        done = self.api.need(page, path, "done")
        if done is True:
            return None
        further = self.api.need(page, path, "nextRecordsUrl")
        if not isinstance(further, str) or not further.startswith("/"):
            raise SourceError(CHANGED, api=NAME, path=path, field="nextRecordsUrl")
        return further


class Within:
    """What is asked within the question for opportunities: the history of stages, the changes of the field, the contact roles.

    Parameters
    ----------
    children : mapping of str to str or None
        The relationships of an opportunity by their objects, as the org tells them; None where it does not.

    Notes
    -----
    OpportunityFieldHistory is there where the org tracks the field Stage (Setup, Object Manager, Opportunity, Set History Tracking).

    References
    ----------
    https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunityfieldhistory.htm,
    https://docs.releasenotes.salesforce.com/en-us/spring19/release-notes/rn_pds_field_history_tracking_deletion.htm (kept 24 months)
    """

    def __init__(self, children: Mapping[str, str] | None) -> None:
        self.histories = "OpportunityHistories" if children is None else children.get("OpportunityHistory")
        self.changes = (children or {}).get("OpportunityFieldHistory")
        self.roles = "OpportunityContactRoles"

    def __str__(self) -> str:
        asked = [
            soql("StageName, CreatedDate, IsDeleted", self.histories) if self.histories else "",
            soql("OldValue, NewValue, CreatedDate, IsDeleted", self.changes, "Field = 'StageName'") if self.changes else "",
            soql("ContactId, Role, IsPrimary, IsDeleted", self.roles),
        ]
        return ", ".join(f"({question})" for question in asked if question)


def soql(fields: str, called: str, where: str = "") -> str:
    """Write a question in Salesforce's own language; it goes over HTTP and has nothing to do with the workspace's SQL.

    Examples
    --------
    >>> soql("Id, Email", "User")
    'SELECT Id, Email FROM User'
    """
    return " ".join(("SELECT", fields, "FROM", called, *(("WHERE", where) if where else ())))


def quoted(text: str) -> str:
    """Write a text in SOQL.

    Examples
    --------
    >>> print(quoted("o'hara@example.com"))
    'o\\'hara@example.com'
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def assertion(client_id: str, user: str, audience: str, secret: secrets.Secret) -> str:
    """Write and sign what lets an application log in as a user (RFC 7523, with RS256).

    Raises
    ------
    MissingPartError
        The library that signs is not installed.
    UsageError
        The key is none.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise MissingPartError("--user needs cryptography to sign with; pip install 'smarketing[salesforce]'") from error
    try:
        # Environment variables often hold a key on one line.
        key = load_pem_private_key(secret.value.replace("\\n", "\n").encode(), None)
    except (ValueError, TypeError) as error:
        raise UsageError(NO_KEY, variable=secret.variable) from error
    if not isinstance(key, RSAPrivateKey):
        raise UsageError(NO_KEY, variable=secret.variable)
    claims = {"iss": client_id, "sub": user, "aud": audience, "exp": int(time.time()) + LASTS}
    signed = b".".join(_part(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    return b".".join((signed, _part(key.sign(signed, PKCS1v15(), SHA256())))).decode()


def _part(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
