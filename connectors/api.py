"""Asking web APIs: one session with time-outs, retries and limits, pages one after the other, and what to say when it fails."""

from __future__ import annotations

import dataclasses
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from connectors.addresses import checked_base
from connectors.answers import Answer, BrokenOffError, json_of, reason
from connectors.secrets import Secret
from reports.report import N_, Text
from workspace.errors import SourceError

if TYPE_CHECKING:
    import requests

AGAIN = (429, 500, 502, 503, 504)
"""Answers after which it is worth asking again."""
LONGEST_WAIT = 300
"""Seconds that an API may make us wait by Retry-After."""


@dataclasses.dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an API, and how much to take from it.

    Parameters
    ----------
    pause : float
        Seconds before the first retry; each further one waits twice as long.
    retries : int
    silence : float
        Seconds without a byte.
    longest : float
        Seconds for one whole answer.
    largest : int
        Bytes of one answer, unpacked.
    """

    pause: float = 1.0
    retries: int = 4
    silence: float = 60.0
    longest: float = 300.0
    largest: int = 64 << 20


UNREACHED = N_("{api}: {host} cannot be reached ({why}); check the connection, or --base-url if you gave it, then try again")
REFUSED = N_("{api}: the secret was refused (401). Make a new one and put it into the environment variable {variable}{or_keyring}")
NO_SECRET_REFUSED = N_("{api}: {path} may not be read without a secret (401)")
FORBIDDEN = N_("{api}: {path} may not be read with this secret (403{why}). It needs: {permission}")
CLOSED = N_("{api}: {path} may not be read (403{why}); check the names in your options, and --base-url if you gave it")
NOT_THERE = N_("{api}: there is no {path} (404{why}); check the names and numbers in your options, and --base-url if you gave it")
TOO_OFTEN = N_("{api}: the limit of requests is used up (429); try again later: nothing was stored, so nothing is missing")
FAILING = N_("{api}: {path} fails on their side ({status}{why}); try again later: nothing was stored, so nothing is missing")
ODD = N_("{api}: {path} was answered with {status}{why}")
MOVED = N_("{api}: {path} has moved to {where}; if that is theirs, give it with --base-url")
CUT = N_("{api}: the answer of {path} broke off {times} times ({why}); try again later: nothing was stored, so nothing is missing")
REPEATED = N_("{api}: page {page} of {path} names a page that was read already; tell them, and try again later: nothing was stored")
CHANGED = N_("{api}: the answer of {path} has no {field} where one is documented; the API has changed, or --base-url is not theirs")


class Api:
    """A web API.

    Parameters
    ----------
    name : str
        As its users call it, for messages.
    base : str
        Its address; paths are put after it.
    secret : Secret or None
        What it is asked with, for messages.
    authorize : callable or None
        Gives the headers that let us in; called with True after a 401, to get new ones.
    headers : mapping
        Sent with every request.
    permission : str
        What the secret needs to be allowed, for messages.
    patience : Patience
    """

    def __init__(
        self,
        name: str,
        base: str,
        *,
        secret: Secret | None = None,
        authorize: Callable[[bool], Mapping[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        permission: str = "",
        patience: Patience | None = None,
    ) -> None:
        self.name, self.secret, self.permission = name, secret, permission
        self.base = checked_base(base, name)
        self.patience = patience or Patience()
        self._renews = authorize is not None
        self._authorize = authorize or (secret.bearer if secret is not None else None)
        self._headers = dict(headers or {})
        self._open: requests.Session | None = None
        self.requests = 0

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask by GET; see `ask`."""
        return self.ask("GET", path, parameters=parameters, headers=headers)

    def post(self, path: str, body: Any, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask by POST with a JSON body; only for questions, since one may be asked twice; see `ask`."""
        return self.ask("POST", path, body=body, headers=headers)

    def ask(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask once, and again where that is worth it.

        Parameters
        ----------
        method, path : str
            The path begins with a slash, or is a whole address at the API's own host (as links to the next page are).
        parameters : mapping or None
            The query.
        body : JSON or None
        form : mapping or None
            Sent as a form in place of JSON.
        headers : mapping or None

        Returns
        -------
        Answer

        Raises
        ------
        SourceError
            The API cannot be reached, refuses, fails, or answers something else than JSON; the message says what to do.
        """
        url = self._address(path)
        place = urllib.parse.urlsplit(url).path
        fresh, broken = False, 0
        while True:
            sent = self._headers | dict(headers or {}) | dict(self._authorize(fresh) if self._authorize else {})
            response = self._send(method, url, sent, params=parameters, json=body, data=form)
            if response.status_code == 401 and self._renews and not fresh:
                response.close()
                fresh = True
                continue
            self._check(response, place)
            try:
                return Answer(json_of(response, self.name, place, self.patience), response.headers)
            except BrokenOffError as error:
                broken += 1
                if broken > self.patience.retries:
                    raise SourceError(CUT, api=self.name, path=place, times=broken, why=error) from error
                time.sleep(self.patience.pause * 2 ** (broken - 1))
            finally:
                response.close()

    def _address(self, path: str) -> str:
        if path.startswith("/"):
            return self.base + path
        ours, theirs = urllib.parse.urlsplit(self.base), urllib.parse.urlsplit(path)
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            # Secrets go to the API's own host alone, whatever a page names as the next.
            return urllib.parse.urlunsplit(theirs._replace(scheme=ours.scheme, netloc=ours.netloc))
        return path

    def _session(self) -> requests.Session:
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util.retry import Retry

        if self._open is None:
            again = Retry(
                total=self.patience.retries,
                status_forcelist=AGAIN,
                allowed_methods=None,
                backoff_factor=self.patience.pause,
                raise_on_status=False,
                retry_after_max=LONGEST_WAIT,
                redirect=0,
            )
            self._open = requests.Session()
            for scheme in ("https://", "http://"):
                self._open.mount(scheme, HTTPAdapter(max_retries=again))
            self._open.headers["User-Agent"] = "smarketing"
        return self._open

    def _send(self, method: str, url: str, headers: dict[str, str], **sent: Any) -> requests.Response:
        import requests

        self.requests += 1
        limits = (self.patience.silence, self.patience.silence)
        session = self._session()
        try:
            asked = session.prepare_request(requests.Request(method, url, headers=headers, auth=_as_is, **sent))
            # Not by session.request, which reads the whole body of a redirection, however large it is.
            around: dict[str, Any] = {**session.merge_environment_settings(asked.url, {}, True, None, None)}
            return session.get_adapter(url).send(asked, timeout=limits, **around)
        except requests.RequestException as error:
            host = urllib.parse.urlsplit(url).netloc
            raise SourceError(UNREACHED, api=self.name, host=host, why=reason(error)) from error

    def _check(self, response: requests.Response, path: str) -> None:
        """Refuse an answer that is none, saying what to do."""
        status = response.status_code
        if status < 300:
            return
        said = {"api": self.name, "path": path, "status": status}
        try:
            why = self._why(response)
        finally:
            response.close()
        if 300 <= status < 400:
            raise SourceError(MOVED, **said, where=response.headers.get("Location", "?").split("?")[0])
        if status == 401 and self.secret is not None:
            raise SourceError(REFUSED, **said, variable=self.secret.variable, or_keyring=self.secret.or_keyring)
        if status == 403 and self.permission:
            raise SourceError(FORBIDDEN, **said, why=why, permission=self.permission)
        template = {401: NO_SECRET_REFUSED, 403: CLOSED, 404: NOT_THERE, 429: TOO_OFTEN}.get(status, FAILING if status >= 500 else ODD)
        raise SourceError(template, **said, why=why)

    def _why(self, response: requests.Response) -> str:
        """What the API itself says of a refusal, on one line and without the secret."""
        try:
            found = json_of(response, self.name, "", self.patience)
        except (SourceError, BrokenOffError):
            return ""
        texts = [found.get(name) for name in ("message", "error_description", "error")] if isinstance(found, dict) else []
        if isinstance(found, list) and found and isinstance(found[0], dict):
            texts = [found[0].get("message")]
        texts = [text.get("message") if isinstance(text, dict) else text for text in texts]
        text = next((" ".join(text.split())[:200] for text in texts if isinstance(text, str) and text.strip()), "")
        if self.secret is not None:
            text = self.secret.hidden_in(text)
        return f": {text}" if text else ""

    def need(self, found: Any, path: str, *fields: str) -> Any:
        """Take a documented field out of an answer.

        Parameters
        ----------
        found : JSON
        path : str
            Where it was asked for, for the message.
        *fields : str
            Names, from the outermost object inwards.

        Raises
        ------
        SourceError
            It is not there.
        """
        for place, field in enumerate(fields, 1):
            if not isinstance(found, dict) or field not in found:
                raise SourceError(CHANGED, api=self.name, path=path, field=".".join(fields[:place]))
            found = found[field]
        return found

    def listed(self, found: Any, path: str, *fields: str) -> list[Any]:
        """Take a documented list of objects out of an answer, as `need` does."""
        rows = self.need(found, path, *fields)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise SourceError(CHANGED, api=self.name, path=path, field=".".join(fields) or Text("list of objects"))
        return rows

    def pages(self, path: str, ask: Callable[[Any], Any], following: Callable[[Any], Any], first: Any = None) -> Iterator[Any]:
        """Read pages one after the other, holding one at a time.

        Parameters
        ----------
        path : str
            For messages.
        ask : callable
            Takes a page's name (`first` for the first) and gives the page.
        following : callable
            Takes a page and gives the name of the next, or None after the last.
        first : object

        Raises
        ------
        SourceError
            A page names one that was read already.
        """
        name, known = first, set()
        while True:
            known.add(name)
            page = ask(name)
            name = following(page)
            yield page
            if name is None or name == "":
                return
            if name in known:
                raise SourceError(REPEATED, api=self.name, page=len(known), path=path)


def _as_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from sending what a .netrc file holds in place of our own header."""
    return request
