"""Tryton: whole records, stages from the history, late edits; and a real server, filled over its own RPC."""

from __future__ import annotations

import base64
import contextlib
import copy
import datetime as dt
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors import importing
from connectors.api import Patience
from connectors.base import ImportContext
from connectors.tryton import Tryton
from tests.connectors.api_server import Reply, serving
from tests.connectors.sites import tryton as site
from workspace import reading, store
from workspace.errors import SourceError
from workspace.settings import Settings

ROOM = Path(__file__).resolve().parents[2] / ".parts" / "tryton" / "bin"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for name, value in site.ENV.items():
        monkeypatch.setenv(name, value)
    store.create(tmp_path / "smarketing.db")
    with store.open_workspace(tmp_path / "smarketing.db") as opened:
        yield opened


def asked(workspace, answer=site.answer, **more):
    cursor = reading.cursor(workspace, "tryton")
    with serving(answer) as running:
        made = Tryton(ImportContext(Settings(), b"s", patience=Patience(pause=0), cursor=cursor), (), running.base, **site.OPTIONS | more)
        _, lines = importing.run(workspace, made, False, source="tryton", keep_cursor=True)
    return [str(line) for line in lines], running.asked


def conversions(workspace):
    rows = workspace.rows(
        """SELECT c.opportunity, c.goal, datetime(c.at, 'unixepoch') AS at, p.key AS person, a.key AS account, c.value, c.currency
        FROM conversions c LEFT JOIN persons p ON p.id = c.person_id LEFT JOIN accounts a ON a.id = c.account_id ORDER BY 1, c.at, 2"""
    )
    return [tuple(row.values()) for row in rows]


ANNA = ("anna@lumenio.example", "lumenio.example", 1200.5, "EUR")
BOB = ("bob@lumenio.example", "lumenio.example", 1200.5, "EUR")
NOBODY = (None, "Sans Site", None, "EUR")


def test_opportunities_with_what_brought_them(workspace):
    lines, requests_made = asked(workspace)
    assert lines == [
        "1 opportunity is in the stage 'opportunity', whose moment only --history knows; it is not among its conversions.",
        "Opportunities: 3 rows read, 3 added, 0 changed, 0 known already, 0 rejected.",
        "Conversions: 4 rows read, 4 added, 0 changed, 0 known already, 0 rejected.",
        "Touches: 2 rows read, 2 added, 0 changed, 0 known already, 0 rejected.",
        "People: 2 rows read, 2 added, 0 changed, 0 known already, 0 rejected.",
        "Accounts: 3 rows read, 2 added, 0 changed, 1 known already, 0 rejected.",
    ]
    assert len(requests_made) == 4
    assert conversions(workspace) == [
        ("tryton 1", "lead", "2026-01-02 09:00:00", *ANNA),
        ("tryton 1", "won", "2026-01-20 23:59:59", *ANNA),
        ("tryton 2", "lead", "2026-01-02 09:00:00", *BOB),
        ("tryton 3", "lead", "2026-01-02 09:00:00", *NOBODY),
    ]
    (first, *_) = workspace.rows("SELECT * FROM opportunities ORDER BY opportunity")
    told = {"opportunity": "tryton 1", "name": "1", "owner": "Lea", "stage": "won", "amount": 1200.5, "currency": "EUR", "probability": 0.5}
    told |= {"campaign": "spring", "lead_source": "linkedin", "closes": (dt.date(2026, 1, 20) - dt.date(1970, 1, 1)).days}
    assert {name: first[name] for name in told} == told
    touches = workspace.rows("SELECT o.source, o.medium, o.campaign, o.kind FROM touches t JOIN origins o ON o.id = t.origin_id")
    assert [tuple(row.values()) for row in touches] == [("linkedin", "social", "spring", "crm")] * 2
    assert [row["name"] for row in workspace.rows("SELECT name FROM companies ORDER BY name")] == ["Lumenio", "Sans Site"]


def test_the_history_dates_every_stage_and_forgets_those_that_were_taken_back(workspace):
    asked(workspace, history=True)
    assert conversions(workspace) == [
        ("tryton 1", "lead", "2026-01-02 09:00:00", *ANNA),
        ("tryton 1", "opportunity", "2026-01-08 09:00:00", *ANNA),
        ("tryton 1", "won", "2026-01-20 09:00:00", *ANNA),
        ("tryton 2", "lead", "2026-01-02 09:00:00", *BOB),
        ("tryton 2", "opportunity", "2026-01-09 09:00:00", *BOB),
        ("tryton 3", "lead", "2026-01-02 09:00:00", *NOBODY),
    ]


def test_late_edits_are_followed(workspace):
    """A deal that was won is open again, another was deleted; what did not change is not read again."""
    asked(workspace)
    workspace.db.execute("UPDATE cursors SET cursor = json_set(cursor, '$.read_until', '2026-01-21T12:00:00+00:00')")
    workspace.db.conn.commit()
    later = copy.deepcopy(site.DEALS)
    later[1] |= {"state": "opportunity", "end_date": None, "write_date": site.moment(22)}
    del later[3]
    lines, made = asked(workspace, lambda request, base: site.answer(request, base, later))
    assert [request.json["params"][0] for request in made if request.json["method"].endswith(".read")] == [[1]]
    assert conversions(workspace) == [
        ("tryton 1", "lead", "2026-01-02 09:00:00", *ANNA),
        ("tryton 2", "lead", "2026-01-02 09:00:00", *BOB),
    ]
    assert [row["stage"] for row in workspace.rows("SELECT stage FROM opportunities ORDER BY opportunity")] == [
        "opportunity",
        "opportunity",
    ]
    assert "Conversions: 1 row read, 0 added, 0 changed, 1 known already, 0 rejected, 2 removed that the source no longer has." in lines


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"database": "other"}, "Tryton: there is no /other/rpc/ (404); check the names and numbers in your options"),
        (
            {"user": "nobody"},
            "Tryton: the secret was refused (401). Make a new one and put it into the environment variable SMARKETING_TRYTON_PASSWORD",
        ),
    ],
)
def test_a_wrong_database_or_user(workspace, options, said):
    with pytest.raises(SourceError) as caught:
        asked(workspace, **options)
    assert str(caught.value).startswith(said)


def test_an_error_of_the_server_is_no_success(workspace):
    def broken(request, base):
        if request.json["method"].endswith(".search"):
            return Reply({"id": 1, "error": ["KeyError", "'sale.opportunity'"]})
        return site.answer(request, base)

    with pytest.raises(SourceError) as caught:
        asked(workspace, broken)
    assert str(caught.value) == (
        "Tryton: model.sale.opportunity.search was answered with an error (['KeyError', \"'sale.opportunity'\"]); check that the module is "
        "installed there and that the user may read it"
    )


# A real server

NEEDED = pytest.mark.skipif(not (ROOM / "trytond").exists(), reason="missing part: trytond (tests/install_parts.sh makes .parts/tryton)")


class Server:
    def __init__(self, base: str, password: str) -> None:
        self.base, self.password = base, password
        user, session = self.rpc("common.db.login", "admin", {"password": password}, "en", door=True)[:2]
        self.headers = {"Authorization": "Session " + base64.b64encode(f"admin:{user}:{session}".encode()).decode()}
        self.user = user

    def rpc(self, method: str, *parameters: Any, door: bool = False) -> Any:
        sent = {"id": 1, "method": method, "params": list(parameters) if door else [*parameters, {}]}
        found = requests.post(f"{self.base}/crm/rpc/", json=sent, headers=None if door else self.headers, timeout=60).json()
        assert "error" not in found, found
        return found["result"]


@contextlib.contextmanager
def running(folder: Path):
    """A Tryton server with a new database, on loopback; tried until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "db").mkdir()
    (folder / "db" / "crm.sqlite").touch()
    (folder / "pass").write_text("tryton-password")
    conf = folder / "trytond.conf"
    conf.write_text(f"[database]\nuri = sqlite://\npath = {folder / 'db'}\n[web]\nlisten = 127.0.0.1:{port}\n")
    admin = [str(ROOM / "trytond-admin"), "-c", str(conf), "-d", "crm"]
    env = {**os.environ, "TRYTONPASSFILE": str(folder / "pass"), "PYTHONPATH": ""}
    subprocess.run([*admin, "--all", "--email", "a@example.com"], env=env, check=True, capture_output=True)
    modules = ["sale_opportunity", "marketing_campaign"]
    subprocess.run([*admin, "-u", *modules, "--activate-dependencies"], env=env, check=True, capture_output=True)
    with subprocess.Popen(
        [str(ROOM / "trytond"), "-c", str(conf), "-d", "crm"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            session = requests.Session()
            session.mount("http://", requests.adapters.HTTPAdapter(max_retries=requests.adapters.Retry(connect=50, backoff_factor=0.05)))
            session.post(f"http://127.0.0.1:{port}/rpc/", json={"id": 1, "method": "common.server.version", "params": []}, timeout=60)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@NEEDED
def test_a_real_server(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("SMARKETING_TRYTON_PASSWORD", "tryton-password")
    with running(tmp_path) as base:
        server = Server(base, "tryton-password")
        (euro,) = server.rpc("model.currency.currency.create", [{"name": "Euro", "code": "EUR", "numeric_code": "978", "symbol": "E"}])
        ways = [{"type": "email", "value": "anna@lumenio.example"}, {"type": "website", "value": "https://www.lumenio.example"}]
        (party,) = server.rpc("model.party.party.create", [{"name": "Lumenio", "contact_mechanisms": [["create", ways]]}])
        (company,) = server.rpc("model.company.company.create", [{"party": party, "currency": euro}])
        (employee,) = server.rpc("model.company.employee.create", [{"party": party, "company": company}])
        server.rpc("model.res.user.write", [server.user], {"companies": [["add", [company]]], "company": company})
        brought = {f"marketing_{name}": server.rpc(f"model.marketing.{name}.create", [{"name": text}])[0] for name, text in
                   (("source", "linkedin"), ("medium", "social"), ("campaign", "spring"))}  # fmt: skip
        deal = {"party": party, "company": company, "currency": euro, "employee": employee, **brought}
        deal["amount"] = {"__class__": "Decimal", "decimal": "1200.50"}
        first, second = server.rpc("model.sale.opportunity.create", [deal, deal])
        server.rpc("model.sale.opportunity.opportunity", [first])

        def read():
            cursor = reading.cursor(workspace, "tryton")
            made = Tryton(ImportContext(Settings(), b"s", cursor=cursor), (), base, "crm", "admin", history=True)
            return importing.run(workspace, made, False, source="tryton", keep_cursor=True)

        read()
        # All within a second or two: in which order they stand is chance.
        assert {row[:2] + row[3:] for row in conversions(workspace)} == {
            (f"tryton {first}", "lead", *ANNA),
            (f"tryton {first}", "opportunity", *ANNA),
            (f"tryton {second}", "lead", *ANNA),
        }
        (origin,) = workspace.rows("SELECT source, medium, campaign FROM origins")
        assert tuple(origin.values()) == ("linkedin", "social", "spring")
        server.rpc("model.sale.opportunity.cancel", [second])
        server.rpc("model.sale.opportunity.delete", [second])
        server.rpc("model.sale.opportunity.lost", [first])
        read()
        assert {row[:2] for row in conversions(workspace)} == {(f"tryton {first}", goal) for goal in ("lead", "opportunity", "lost")}
        assert [row["stage"] for row in workspace.rows("SELECT stage FROM opportunities")] == ["lost"]
