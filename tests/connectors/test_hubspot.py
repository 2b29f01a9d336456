"""HubSpot: whole records, late edits found by search, deleted objects; and every request validated against HubSpot's own documents."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from connectors import importing
from connectors.api import Patience
from connectors.base import ImportContext
from connectors.hubspot import HubSpot
from tests.connectors.api_server import Reply, serving
from tests.connectors.sites import hubspot as site
from workspace import reading, store
from workspace.errors import SourceError, UsageError
from workspace.settings import Settings

HOUSE = Path(__file__).resolve().parents[2]
DOCUMENTS = HOUSE.parent / "shared" / "data" / "hubspot_openapi" / "CRM"
PRISM = HOUSE / ".parts" / "prism" / "node_modules" / ".bin" / "prism"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for name, value in site.ENV.items():
        monkeypatch.setenv(name, value)
    store.create(tmp_path / "smarketing.db")
    with store.open_workspace(tmp_path / "smarketing.db") as opened:
        yield opened


def asked(workspace, answer=site.answer, **more):
    cursor = reading.cursor(workspace, "hubspot")
    with serving(answer) as running:
        made = HubSpot(ImportContext(Settings(), b"s", patience=Patience(pause=0), cursor=cursor), (), base_url=running.base, **more)
        _, lines = importing.run(workspace, made, False, source="hubspot", keep_cursor=True)
    return [str(line) for line in lines], running.asked


def told(workspace, sql):
    return [tuple(row.values()) for row in workspace.rows(sql)]


CONVERSIONS = """SELECT c.opportunity, c.goal, datetime(c.at, 'unixepoch') AS at, p.key AS person, a.key AS account, c.value
    FROM conversions c LEFT JOIN persons p ON p.id = c.person_id LEFT JOIN accounts a ON a.id = c.account_id ORDER BY 1, c.at, 2"""
ANNA, LUMENIO = "anna@lumenio.example", "lumenio.example"


def test_contacts_deals_and_what_brought_them(workspace):
    lines, _ = asked(workspace)
    assert lines == [
        "Accounts: 3 rows read, 3 added, 0 changed, 0 known already, 0 rejected.",
        "People: 4 rows read, 4 added, 0 changed, 0 known already, 0 rejected.",
        "Identifiers of one person: 3 rows read, 3 added, 0 changed, 0 known already, 0 rejected.",
        "Touches: 5 rows read, 5 added, 0 changed, 0 known already, 0 rejected.",
        # A deal without a contact and a company is nobody's: its two stages are refused.
        "Conversions: 7 rows read, 5 added, 0 changed, 0 known already, 2 rejected.",
        "Opportunities: 3 rows read, 3 added, 0 changed, 0 known already, 0 rejected.",
        "Buying roles: 3 rows read, 3 added, 0 changed, 0 known already, 0 rejected.",
        "Sales activities: 3 rows read, 3 added, 0 changed, 0 known already, 0 rejected.",
        "See which rows were rejected, and why: smarketing rejects --import 1",
    ]
    assert told(workspace, CONVERSIONS) == [
        (None, "lead", "2026-01-04 09:05:00", ANNA, LUMENIO, None),
        (None, "mql", "2026-01-05 09:00:00", ANNA, LUMENIO, None),
        ("hubspot deal 21", "opportunity", "2026-01-06 09:00:00", ANNA, LUMENIO, 12000.5),
        ("hubspot deal 21", "won", "2026-01-20 09:00:00", ANNA, LUMENIO, 12000.5),
        ("hubspot deal 22", "opportunity", "2026-01-07 09:00:00", "hubspot 3", None, None),
    ]


def test_touches_say_what_hubspot_knows_of_their_origin(workspace):
    asked(workspace)
    found = told(
        workspace,
        """SELECT p.key, datetime(t.at, 'unixepoch'), o.kind, o.source, o.medium, o.campaign, o.content, o.referrer FROM touches t
        JOIN persons p ON p.id = t.person_id JOIN origins o ON o.id = t.origin_id ORDER BY t.at""",
    )
    assert found == [
        (ANNA, "2026-01-02 09:00:00", "visit", "linkedin", "paid-social", "spring", None, "www.linkedin.com"),
        ("hubspot 3", "2026-01-03 09:00:00", "visit", None, None, None, None, "press.example"),
        ("eve@other.example", "2026-01-03 10:00:00", "visit", None, None, None, None, None),
        (ANNA, "2026-01-04 09:00:00", "visit", "google", "organic", None, None, None),
        (ANNA, "2026-01-04 09:05:00", "form", None, None, None, "White paper", None),
    ]


def test_activities_are_times_and_outcomes_and_no_texts(workspace):
    asked(workspace)
    rows = told(
        workspace,
        """SELECT a.key, a.kind, p.key AS person, a.opportunity, a.direction, a.outcome, a.minutes, a.owner FROM activities a
        LEFT JOIN persons p ON p.id = a.person_id ORDER BY a.key""",
    )
    assert rows == [
        ("hubspot calls 31", "call", ANNA, "hubspot deal 21", "out", "COMPLETED", 12, "77"),
        ("hubspot emails 41", "email_replied", "bob@lumenio.example", None, "in", "SENT", None, None),
        ("hubspot meetings 51", "meeting", ANNA, None, None, "COMPLETED", 45, None),
    ]


def test_stages_can_be_goals_of_their_own(workspace):
    asked(workspace, stage=("Contract sent=proposal",))
    assert [row[:3] for row in told(workspace, CONVERSIONS) if row[0] == "hubspot deal 22"] == [
        ("hubspot deal 22", "opportunity", "2026-01-07 09:00:00"),
        ("hubspot deal 22", "proposal", "2026-01-09 09:00:00"),
    ]
    with pytest.raises(UsageError, match="write the stage and its goal, as closedwon=won"):
        HubSpot(ImportContext(Settings(), b"s"), stage=("won",))


def test_what_is_skipped_is_not_asked_for(workspace):
    _, requests_made = asked(workspace, skip=("calls", "emails", "meetings"))
    assert not [request for request in requests_made if request.path.rsplit("/", 1)[-1] in ("calls", "emails", "meetings")]


def later():
    """The portal some days on: a deal that was won is open again, a contact has another address, one is deleted, a deal too."""
    world = copy.deepcopy(site.WORLD)
    recent = "2026-02-01T09:00:00.000Z"
    deal, contact = world["deals"][0], world["contacts"][1]
    deal["updatedAt"] = contact["updatedAt"] = recent
    deal["properties"]["dealstage"] = "qualified"
    deal["_history"].insert(0, {"value": "qualified", "timestamp": recent, "sourceType": "CRM_UI"})
    contact["properties"]["email"] = "robert@lumenio.example"
    gone = {"contacts": [world["contacts"].pop(3)], "deals": [world["deals"].pop(1)]}
    return world, gone


def test_late_edits_are_followed_by_what_changed_alone(workspace):
    asked(workspace)
    workspace.db.execute("UPDATE cursors SET cursor = json_set(cursor, '$.read_until', '2026-01-31T12:00:00+00:00')")
    workspace.db.conn.commit()
    world, gone = later()
    _, made = asked(workspace, lambda request, base: site.answer(request, base, world, gone))
    assert [row[:3] for row in told(workspace, CONVERSIONS) if row[0]] == [("hubspot deal 21", "opportunity", "2026-01-06 09:00:00")]
    assert told(workspace, "SELECT stage FROM opportunities ORDER BY opportunity") == [("Qualified",), ("Lost",)]
    with_bob = {row[0] for row in told(workspace, "SELECT p.key FROM people JOIN persons p ON p.id = people.id")}
    assert with_bob == {ANNA, "bob@lumenio.example", "robert@lumenio.example", "hubspot 3"}
    # One person still, by HubSpot's number.
    assert len(told(workspace, "SELECT DISTINCT person_id FROM merged")) == 2
    assert "eve@other.example" not in {row[0] for row in told(workspace, "SELECT key FROM persons")}
    assert [request.path for request in made if request.path.endswith("search")] == [
        f"/crm/v3/objects/{objects}/search" for objects in ("companies", "contacts", "0-3", "calls", "emails", "meetings")
    ]
    everything = store_of(world, workspace.path.parent / "anew")
    assert told(workspace, CONVERSIONS) == everything


def store_of(world, folder):
    """What a first reading of the later portal would hold."""
    folder.mkdir()
    store.create(folder / "smarketing.db")
    with store.open_workspace(folder / "smarketing.db") as fresh:
        asked(fresh, lambda request, base: site.answer(request, base, world))
        return told(fresh, CONVERSIONS)


def test_a_search_goes_on_beyond_what_hubspot_gives(workspace, monkeypatch):
    """After so many results the search begins anew from the moment of the last; nothing is lost, and nothing stands twice."""
    monkeypatch.setattr("connectors.hubspot_api.MOST_FOUND", 4)
    asked(workspace)
    workspace.db.execute("UPDATE cursors SET cursor = json_set(cursor, '$.read_until', '2026-01-31T12:00:00+00:00')")
    workspace.db.conn.commit()
    world = copy.deepcopy(site.WORLD)
    day = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    world["companies"] = [
        site.made(100 + n, name=f"C{n}", domain=f"c{n}.example", changed=(day + dt.timedelta(minutes=n // 2)).isoformat())
        for n in range(11)
    ]
    lines, made = asked(workspace, lambda request, base: site.answer(request, base, world))
    assert "Accounts: 11 rows read, 11 added, 0 changed, 0 known already, 0 rejected." in lines
    assert len([request for request in made if request.path.endswith("companies/search")]) == 10


# HubSpot's own documents


@contextlib.contextmanager
def prism(document: Path, folder: Path):
    """A server that answers from an OpenAPI document, and refuses with 422 what the document does not allow."""

    def without_nulls(found):
        if isinstance(found, dict):
            return {name: without_nulls(value) for name, value in found.items() if not (name == "example" and value is None)}
        return [without_nulls(value) for value in found] if isinstance(found, list) else found

    written = folder / f"{document.stem}.json"
    written.write_text(json.dumps(without_nulls(json.loads(document.read_text()))))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(PRISM), "mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(written)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            session = requests.Session()
            session.mount("http://", requests.adapters.HTTPAdapter(max_retries=requests.adapters.Retry(connect=80, backoff_factor=0.05)))
            session.get(f"http://127.0.0.1:{port}/", timeout=60)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


SENT = {"Authorization": "Bearer x", "Accept": "application/json", "Content-Type": "application/json"}
SERVED = {
    "contacts": "Contacts/Rollouts/424/v3/contacts.json",
    "companies": "Companies/Rollouts/424/v3/companies.json",
    "deals": "Deals/Rollouts/424/v3/deals.json",
    "calls": "Calls/Rollouts/424/v3/calls.json",
    "emails": "Emails/Rollouts/424/v3/emails.json",
    "meetings": "Meetings/Rollouts/424/v3/meetings.json",
    "associations": "Associations/Rollouts/130902/v4/associations.json",
    "pipelines": "Pipelines/Rollouts/145896/v3/pipelines.json",
}


@pytest.mark.skipif(not DOCUMENTS.exists(), reason="HubSpot's documents are not beside the repository (../shared/data/hubspot_openapi)")
@pytest.mark.skipif(not PRISM.exists(), reason="missing part: prism (tests/install_parts.sh makes .parts/prism, with npm)")
def test_every_request_is_one_that_hubspots_documents_allow(workspace, tmp_path):
    """Each request is given to the mock of its document too; what it refuses is a request that HubSpot would refuse."""
    _, first = asked(workspace)
    workspace.db.execute("UPDATE cursors SET cursor = json_set(cursor, '$.read_until', '2026-01-02T12:00:00+00:00')")
    workspace.db.conn.commit()
    _, again = asked(workspace)
    refused = []
    with contextlib.ExitStack() as stack:
        bases: dict[str, str] = {}
        for request in (*first, *again):
            parts = request.path.strip("/").split("/")
            name = parts[2] if parts[2] in SERVED else site.TYPES.get(parts[3], parts[3])
            if name not in bases:
                bases[name] = stack.enter_context(prism(DOCUMENTS / SERVED[name], tmp_path))
            found = requests.request(
                request.method,
                bases[name] + request.path,
                params=list(request.every),
                data=request.raw or None,
                headers=SENT,
                timeout=60,
            )
            if found.status_code >= 400:
                refused.append((request.method, request.path, found.status_code, found.text[:300]))
        wrong = requests.post(f"{bases['contacts']}/crm/v3/objects/contacts/search", json={"limit": "many"}, headers=SENT, timeout=60)
    # The documents give errors a media type that the mock cannot write, so it may say 500; it is refused in any case.
    assert wrong.status_code >= 400
    assert refused == []
    assert len(bases) == len(SERVED)


def test_a_portal_without_rights_says_which_it_needs(workspace):
    def no_deals(request, base):
        if request.path.endswith("0-3"):
            return Reply({"status": "error", "message": "This app hasn't been granted all required scopes"}, 403)
        return site.answer(request, base)

    with pytest.raises(SourceError, match=r"It needs: crm\.objects\.contacts\.read") as caught:
        asked(workspace, no_deals)
    assert "granted all required scopes" in str(caught.value)
