"""What an API answers: its body read within limits of time and size, its JSON, and whether all of it came."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reports.report import N_
from workspace.errors import SourceError

if TYPE_CHECKING:
    import requests

    from connectors.api import Patience

NO_JSON = N_("{api}: the answer of {path} is no JSON ({why}); if a proxy stands between, give its address with --base-url")
TOO_LARGE = N_("{api}: the answer of {path} is larger than {most} MB; ask for less, for example with a later --since")
TOO_SLOW = N_("{api}: the answer of {path} was not complete after {seconds:g} seconds; try again later: nothing was stored")


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What an API answered: its JSON and its headers."""

    json: Any
    headers: Mapping[str, str]

    @property
    def links(self) -> dict[str, str]:
        """The addresses in the header Link, by what they are: "next", "prev"."""
        from requests.utils import parse_header_links

        return {link["rel"]: link["url"] for link in parse_header_links(self.headers.get("Link", "")) if "rel" in link and "url" in link}


class BrokenOffError(Exception):
    """The answer did not come whole."""


def json_of(response: requests.Response, api: str, path: str, patience: Patience) -> Any:
    """Read an answer's JSON.

    Parameters
    ----------
    response : requests.Response
        Its body not yet read.
    api, path : str
        Who answered what, for messages.
    patience : Patience

    Raises
    ------
    BrokenOffError
        It ends in the middle: worth asking again.
    SourceError
        It is no JSON, too large or too slow.
    """
    raw = _body(response, api, path, patience)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        if raw[:1] in (b"{", b"[") and _at_the_end(error, len(raw.rstrip())):
            raise BrokenOffError("JSON without its end") from error
        raise SourceError(NO_JSON, api=api, path=path, why=str(error)[:100]) from error


def _body(response: requests.Response, api: str, path: str, patience: Patience) -> bytes:
    import urllib3.exceptions

    end, parts, size = time.monotonic() + patience.longest, [], 0
    try:
        # Not requests' iter_content: it waits for a whole chunk, however slowly the bytes drip.
        while part := response.raw.read1(1 << 16, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > patience.largest:
                raise SourceError(TOO_LARGE, api=api, path=path, most=patience.largest >> 20)
            if time.monotonic() > end:
                raise SourceError(TOO_SLOW, api=api, path=path, seconds=patience.longest)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise BrokenOffError(reason(error)) from error
    return b"".join(parts)


def _at_the_end(error: Exception, length: int) -> bool:
    """Tell whether JSON was fine as far as it goes."""
    if isinstance(error, json.JSONDecodeError):
        return len(error.doc[: error.pos].encode()) >= length - 1 or error.msg.startswith("Unterminated")
    return isinstance(error, UnicodeDecodeError) and error.end >= length


def reason(error: BaseException) -> str:
    """Say in a few words what went wrong below; never the address, which can hold what is secret."""
    inner: Any = error
    while True:
        further = getattr(inner, "reason", None) or next((part for part in getattr(inner, "args", ()) if isinstance(part, Exception)), None)
        further = further or inner.__cause__
        if not isinstance(further, Exception):
            break
        inner = further
    words = getattr(inner, "strerror", None) or type(inner).__name__.removesuffix("Error")
    return str(words)
