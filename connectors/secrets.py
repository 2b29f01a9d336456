"""Secrets of APIs: from the environment, else from the system's keyring; never from a settings file, never into one."""

from __future__ import annotations

import dataclasses
import os

from reports.report import N_, Text
from workspace.column_names import fold
from workspace.errors import SourceError

SERVICE = "smarketing"
"""The name of our entries in the keyring."""
MISSING = N_(
    "{source}: its {what} is missing. Put it into the environment variable {variable}, or into the keyring with 'keyring set smarketing "
    "{variable}' (pip install 'smarketing[keyring]'). {where}"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Secret:
    """A secret and the name it was found under; its value is never shown."""

    variable: str
    value: str = dataclasses.field(repr=False)

    def __str__(self) -> str:
        return f"<{self.variable}>"

    @property
    def or_keyring(self) -> str:
        """What else to do where the secret is kept in the keyring, to be put after a sentence."""
        return f" (keyring set {SERVICE} {self.variable})"

    def bearer(self, fresh: bool = False) -> dict[str, str]:
        """Write the header that most APIs want."""
        return {"Authorization": f"Bearer {self.value}"}

    def hidden_in(self, text: str) -> str:
        """Take the secret out of a text that somebody else wrote."""
        return text.replace(self.value, str(self))


def variable(source: str, name: str) -> str:
    """Name the environment variable of a secret.

    Examples
    --------
    >>> variable("hubspot-fr", "token")
    'SMARKETING_HUBSPOT_FR_TOKEN'
    >>> variable("Méta France", "token")
    'SMARKETING_META_FRANCE_TOKEN'
    """
    return f"{SERVICE}_{fold(source)}_{fold(name)}".upper()


def found(source: str, name: str, what: str, where: str) -> Secret:
    """Find a secret.

    Parameters
    ----------
    source : str
        The source's name in the settings, or the connector's.
    name : str
        "token", "client-secret".
    what : str
        As users know it, for the message.
    where : str
        Where to get one, for the message.

    Raises
    ------
    SourceError
        It is nowhere; the message says where to put it.
    """
    if (secret := optional(source, name)) is None:
        about = {"what": Text(what), "variable": variable(source, name), "where": Text(where)}
        raise SourceError(MISSING, source=source, **about)
    return secret


def optional(source: str, name: str) -> Secret | None:
    """Find a secret that may be missing."""
    known = variable(source, name)
    value = os.environ.get(known, "").strip() or _in_keyring(known)
    return Secret(known, value) if value else None


def _in_keyring(name: str) -> str | None:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        value: str | None = keyring.get_password(SERVICE, name)
    except keyring.errors.KeyringError:  # locked, or no keyring on this machine: as if nothing were in it
        return None
    return value
