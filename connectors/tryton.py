"""Leads and opportunities of a Tryton server, with the campaign, medium and source that brought them, over JSON-RPC."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors import secrets
from connectors.api import Api
from connectors.api_records import ApiRecords, removals
from connectors.base import Batch, ImportContext, Option
from connectors.since import SINCE, Window
from connectors.tryton_deals import Deal, decoded, encoded
from reports.report import N_, Text
from workspace.errors import SourceError

MODEL = "sale.opportunity"
AT_ONCE = 500
"""Records read by one request."""
PLAIN = ("number", "state", "amount", "conversion_probability", "start_date", "end_date", "create_date", "write_date")
RELATED = {
    "party": ("name", "email", "website"),
    "contact": ("type", "value"),
    "currency": ("code",),
    "employee": ("rec_name",),
    "marketing_campaign": ("name",),
    "marketing_medium": ("name",),
    "marketing_source": ("name",),
}
"""Records that an opportunity points to, and what is read of them; those of modules that are not installed are left out."""
PERMISSION = "sale.opportunity, party.party (read)"
REFUSED = N_("{api}: {method} was answered with an error ({why}); check that the module is installed there and that the user may read it")
PASSWORD = N_("The password of the user, who needs to read opportunities and parties.")


@dataclasses.dataclass
class Tryton:
    """A connector for Tryton's module sale_opportunity, with marketing_campaign where it is installed.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    base_url, database, user : str
    history : bool
        Whether the moments of every stage are read from the server's history, by one request a change.
    since : str or None

    Notes
    -----
    Written for Tryton 7 and 8. A deal that moved back loses the stages it no longer has; one that was deleted goes.
    """

    name: ClassVar[str] = "tryton"
    summary: ClassVar[str] = N_("Leads and opportunities of a Tryton server, with campaign, medium and source.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import tryton --base-url https://erp.example.com --database crm --user reports",
        "smarketing import tryton --base-url https://erp.example.com --database crm --user reports --history --since 2026-01-01",
    )
    takes: ClassVar[str] = "api"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (("password", PASSWORD),)
    kinds: ClassVar[tuple[str, ...]] = ("opportunities", "conversions", "touches", "people", "accounts", "removals")
    options: ClassVar[tuple[Option, ...]] = (
        Option("base_url", N_("The server's address."), required=True, metavar="URL"),
        Option("database", N_("The name of its database."), required=True, metavar="NAME"),
        Option("user", N_("The user to log in with."), required=True, metavar="NAME"),
        Option(
            "history",
            N_("Read when each stage was reached, by one request a change; else only the first and the last are known."),
            type=bool,
            default=False,
        ),
        SINCE,
    )

    context: ImportContext
    sources: tuple[str, ...]
    base_url: str
    database: str
    user: str
    history: bool = False
    since: str | None = None

    def __post_init__(self) -> None:
        self._source = self.context.source or self.name
        self._window = Window(self.context, self.since, corrected=1)
        self._ids: list[int] = []
        self._undated = 0

    @property
    def remarks(self) -> list[Text]:
        """What is not known of the stages."""
        if not self._undated:
            return []
        return [
            Text(
                "{count} {count:opportunity is in the stage 'opportunity', whose moment only --history knows; it is not "
                "among its|opportunities are in the stage 'opportunity', whose moment only --history knows; it is not "
                "among their} conversions.",
                count=self._undated,
            )
        ]

    @property
    def cursor(self) -> Any:
        """From when to go on, and which opportunities there were, so that those deleted since are found out."""
        return self._window.cursor | {"ids": self._ids}

    def read(self) -> Iterator[Batch]:
        """Yield the opportunities that changed, some hundreds at a time, and those that are no longer there."""
        server = _Server(self)
        self._ids = server.call("search", [], 0, None, [["id", "ASC"]])
        known = self.context.cursor.get("ids", []) if isinstance(self.context.cursor, dict) else []
        gone = [self._name(number) for number in known if isinstance(number, int) and number not in set(self._ids)]
        for kind in ("conversions", "opportunities"):
            if batch := removals(self._source, kind, "opportunity", gone):
                yield batch
        if batch := removals(self._source, "touches", "id", gone):
            yield batch
        start = self._window.start
        changed = self._ids if start is None else server.call("search", _since(start), 0, None, [["id", "ASC"]])
        fields = server.fields()
        place = f"{self._source} {MODEL}"
        records = {kind: ApiRecords(kind, place, self.context) for kind in self.kinds if kind != "removals"}
        for first in range(0, len(changed), AT_ONCE):
            rows = [Deal(self._source, row) for row in server.read(changed[first : first + AT_ONCE], fields)]
            if self.history:
                server.dated(rows)
            if batch := removals(place, "conversions", "opportunity", [deal.name for deal in rows]):
                yield batch
            self._undated += sum(deal.undated for deal in rows)
            yield records["opportunities"].batch([deal.opportunity() for deal in rows])
            yield records["conversions"].batch([conversion for deal in rows for conversion in deal.conversions()])
            for kind, made in (("touches", Deal.touch), ("people", Deal.person_told), ("accounts", Deal.account_told)):
                yield records[kind].batch([record for deal in rows if (record := made(deal)) is not None])

    def _name(self, number: Any) -> str:
        return f"{self._source} {number}"


class _Server:
    """A session on the server."""

    def __init__(self, connector: Tryton) -> None:
        self.secret = secrets.found(connector._source, "password", N_("password"), PASSWORD)
        self.user, self.path = connector.user, f"/{connector.database}/rpc/"
        patience = connector.context.patience
        self._door = Api(
            "Tryton", connector.base_url, patience=patience, secret=self.secret, authorize=lambda fresh: {}, permission=PERMISSION
        )
        self._api = Api("Tryton", connector.base_url, patience=patience, secret=self.secret, authorize=self._session, permission=PERMISSION)
        self._headers: dict[str, str] | None = None

    def _session(self, fresh: bool) -> dict[str, str]:
        if self._headers is None or fresh:
            asked = {"id": 1, "method": "common.db.login", "params": [self.user, {"password": self.secret.value}, "en"]}
            found = self._result(self._door.post(self.path, asked).json, "common.db.login")
            if not isinstance(found, list) or len(found) < 2:
                raise SourceError(REFUSED, api="Tryton", method="common.db.login", why=type(found).__name__)
            token = base64.b64encode(f"{self.user}:{found[0]}:{found[1]}".encode()).decode()
            self._headers = {"Authorization": f"Session {token}"}
        return self._headers

    def _result(self, answer: Any, method: str) -> Any:
        """Take the result out of an answer; an error comes with the status of success."""
        if isinstance(answer, dict) and answer.get("error"):
            why = " ".join(str(answer["error"]).split())[:200]
            raise SourceError(REFUSED, api="Tryton", method=method, why=self.secret.hidden_in(why))
        return decoded(self._api.need(answer, self.path, "result"))

    def call(self, method: str, *parameters: Any, context: Any = None) -> Any:
        name = f"model.{MODEL}.{method}"
        asked = {"id": 1, "method": name, "params": [*parameters, context or {}]}
        found = self._result(self._api.post(self.path, asked).json, name)
        wanted = dict if method == "fields_get" else list
        if not isinstance(found, wanted) or (method == "search" and not all(isinstance(number, int) for number in found)):
            raise SourceError(REFUSED, api="Tryton", method=name, why=type(found).__name__)
        return found

    def fields(self) -> list[str]:
        """Name what can be read of an opportunity here."""
        there = self.call("fields_get", [*PLAIN, *RELATED])
        return [
            *(name for name in PLAIN if name in there),
            *(f"{name}.{field}" for name in RELATED if name in there for field in RELATED[name]),
        ]

    def read(self, ids: list[int], fields: list[str]) -> list[dict[str, Any]]:
        return [row for row in self.call("read", ids, fields) if isinstance(row, dict)]

    def dated(self, deals: list[Deal]) -> None:
        """Find out when each deal reached the stages it went through, from the server's history."""
        by_id = {deal.number: deal for deal in deals}
        told = [each[:2] for each in self.call("history_revisions", list(by_id)) if isinstance(each, list) and len(each) >= 2]
        # The server lists the latest first.
        for at, number in sorted((each for each in told if isinstance(each[0], dt.datetime)), key=lambda each: each[0]):
            deal = by_id.get(number) if isinstance(number, int) else None
            if deal is None:
                continue
            then = self.call("read", [deal.number], ["state"], context={"_datetime": encoded(at)})
            for row in then[:1]:
                deal.reached(row.get("state") if isinstance(row, dict) else None, at)


def _since(start: dt.datetime) -> list[Any]:
    return ["OR", ["write_date", ">=", encoded(start)], ["create_date", ">=", encoded(start)]]
