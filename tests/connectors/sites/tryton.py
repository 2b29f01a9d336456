"""A Tryton server as its dispatcher answers: log-in, session, three opportunities in two states of the world."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.connectors.api_server import Asked, Reply

OPTIONS: dict[str, Any] = {"database": "crm", "user": "reports"}
ENV = {"SMARKETING_TRYTON_PASSWORD": "tryton-password-of-the-tests"}
RENEWS = True
SESSION = "Session " + base64.b64encode(b"reports:7:session-of-the-tests").decode()


def moment(day: int, hour: int = 9) -> dict[str, Any]:
    return {
        "__class__": "datetime", "year": 2026, "month": 1, "day": day, "hour": hour, "minute": 0, "second": 0, "microsecond": 493299,
    }  # fmt: skip


def date(day: int) -> dict[str, Any]:
    return {"__class__": "date", "year": 2026, "month": 1, "day": day}


def named(text: str | None) -> Any:
    return {"id": 1, "name": text} if text else None


def opportunity(number: int, state: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "number": str(number),
        "state": state,
        "amount": {"__class__": "Decimal", "decimal": "1200.50"},
        "conversion_probability": 0.5,
        "start_date": date(2),
        "end_date": None,
        "create_date": moment(2),
        "write_date": moment(5),
        "party.": {"id": 1, "name": "Lumenio", "email": "Anna@lumenio.example", "website": "https://www.lumenio.example/fr"},
        "contact.": None,
        "currency.": {"id": 1, "code": "EUR"},
        "employee.": {"id": 1, "rec_name": "Lea"},
        "marketing_campaign.": named("spring"),
        "marketing_medium.": named("social"),
        "marketing_source.": named("linkedin"),
        **fields,
    }


DEALS = {
    1: opportunity(1, "won", end_date=date(20)),
    2: opportunity(2, "opportunity", **{"contact.": {"type": "email", "value": "bob@lumenio.example"}}),
    3: opportunity(
        3, "lead", amount=None, **{"party.": {"id": 2, "name": "Sans Site", "email": None, "website": None}, "marketing_source.": None}
    ),
}
REVISIONS = [
    (moment(2), 1, "lead"), (moment(5), 1, "opportunity"), (moment(6), 1, "lead"), (moment(8), 1, "opportunity"), (moment(20), 1, "won"),
    (moment(2), 2, "lead"), (moment(9), 2, "opportunity"), (moment(2), 3, "lead"),
]  # fmt: skip


def answer(asked: Asked, base: str, deals: dict[int, Any] | None = None) -> Reply:  # noqa: PLR0911
    held = DEALS if deals is None else deals
    if asked.path != "/crm/rpc/":
        return Reply(raw=b"<h1>Not Found</h1>", status=404)
    method, parameters = asked.json["method"], asked.json["params"]
    if method == "common.db.login":
        right = parameters[:2] == ["reports", {"password": ENV["SMARKETING_TRYTON_PASSWORD"]}]
        return Reply({"id": 1, "result": [7, "session-of-the-tests", None]}) if right else Reply(raw=b"<h1>Unauthorized</h1>", status=401)
    if asked.headers.get("authorization") != SESSION:
        return Reply(raw=b"", status=401)
    verb, context = method.removeprefix("model.sale.opportunity."), parameters[-1]
    if verb == "search":
        found = sorted(held)
        if parameters[0]:
            start = parameters[0][1][2]
            found = [number for number in found if held[number]["write_date"]["day"] >= start["day"]]
        return Reply({"id": 1, "result": found})
    if verb == "fields_get":
        return Reply({"id": 1, "result": {name: {} for name in parameters[0]}})
    if verb == "read":
        rows = [held[number] for number in parameters[0]]
        if "_datetime" in context:
            states = {(json.dumps(at), number): state for at, number, state in REVISIONS}
            rows = [{"id": row["id"], "state": states[json.dumps(context["_datetime"]), row["id"]]} for row in rows]
        return Reply({"id": 1, "result": rows})
    if verb == "history_revisions":
        return Reply({"id": 1, "result": [[at, number, "Lea"] for at, number, _ in REVISIONS if number in parameters[0]]})
    return Reply({"id": 1, "error": ["KeyError", verb]})
