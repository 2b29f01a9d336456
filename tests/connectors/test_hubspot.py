"""HubSpot: whole records, what changed late, searches that are too long, and requests as HubSpot's own documents want them."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors import hubspot_api, importing
from connectors.api import Patience
from connectors.base import ImportContext
from connectors.hubspot import HubSpot
from tests.connectors.api_server import serving
from tests.connectors.sites import hubspot as site
from workspace import reading, store
from workspace.errors import SourceError, UsageError
from workspace.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT.parent / "shared" / "data" / "hubspot_openapi" / "CRM"
LATE = {"read_until": "2026-03-01T00:00:00+00:00"}


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    for name, value in site.ENV.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def workspace(tmp_path):
    store.create(tmp_path / "smarketing.db")
    with store.open_workspace(tmp_path / "smarketing.db") as opened:
        yield opened


def made(base, cursor=None, **options):
    context = ImportContext(Settings(), b"s", patience=Patience(pause=0), cursor=cursor)
    return HubSpot(context, (), base_url=base, **site.OPTIONS | options)


def told(connector):
    """The records by kind, each a text of what is known; moments as in ISO 8601."""
    found: dict[str, list[str]] = {}
    for batch in connector.read():
        assert not batch.rejects
        for row in batch.rows.to_pylist():
            values = {name: value for name, value in row.items() if value is not None and name != "row"}
            shown = {name: f"{value:%Y-%m-%dT%H:%M:%S}" if name in ("at", "created_at") else value for name, value in values.items()}
            found.setdefault(batch.kind, []).append(" | ".join(f"{name}={value}" for name, value in shown.items()))
    return found


ANNA, BOB, EVE = "anna@lumenio.example", "bob@norda.example", "eve@norda.example"
URL = "https://example.com/?utm_source=google&utm_medium=cpc&utm_campaign=Spring&gclid=abc"
BOBS = {
    "people": f"person={BOB} | account=norda.example | lead_source=ORGANIC_SEARCH",
    "identities": [f"person={BOB} | same_as=hubspot {number} | basis=hubspot" for number in (12, 8, 9)],
    "touches": f"person={BOB} | at=2026-01-03T08:00:00 | source=www.bing.com | channel=Organic Search | kind=visit | "
    "id=hubspot contact 12 original",
}
DEAL = "person=hubspot 11 | account=lumenio.example | opportunity=hubspot deal 21"
WON = "value=1200.5 | currency=USD | id=hubspot deal 21"


def test_whole_records():
    with serving(site.answer) as running:
        connector = made(running.base)
        found = told(connector)
    assert found.pop("removals")
    assert found == {
        "accounts": [
            "account=lumenio.example | name=Lumenio | domain=lumenio.example | industry=RETAIL | country=France | employees=120 | "
            "owner=olga@example.com",
            "account=norda.example | name=Norda | domain=norda.example | tier=tier_1 | owner=gone@example.com | parent=lumenio.example",
            "account=hubspot company 3 | name=No Site",
        ],
        "people": [
            BOBS["people"],  # told again, since another contact with his address was deleted
            f"person={ANNA} | account=lumenio.example | lead_source=PAID_SEARCH | title=CFO | role=budget holder, decision maker",
            BOBS["people"],
            "person=hubspot 13 | lead_source=OFFLINE",
            f"person={EVE} | lead_source=REFERRALS",
        ],
        "identities": [
            *BOBS["identities"],
            f"person={ANNA} | same_as=hubspot 11 | basis=hubspot",
            f"person={ANNA} | same_as=anna@old.example | basis=hubspot",
            *BOBS["identities"],
            f"person={EVE} | same_as=hubspot 14 | basis=hubspot",
            "person=new@norda.example | same_as=hubspot 15 | basis=hubspot",
        ],
        "touches": [
            BOBS["touches"],
            f"person={ANNA} | at=2026-01-02T08:00:00 | source=google | medium=cpc | campaign=Spring | referrer=www.google.com | url={URL} "
            "| click_id=abc | click_id_kind=gclid | channel=Paid Search | kind=visit | id=hubspot contact 11 original",
            f"person={ANNA} | at=2026-01-05T08:00:00 | source=LinkedIn | campaign=posts | channel=Organic Social | kind=visit | "
            "id=hubspot contact 11 latest",
            f"person={ANNA} | at=2026-01-02T08:05:00 | medium=form | content=Demo: Ask for a demo | kind=form | "
            "id=hubspot contact 11 first form",
            f"person={ANNA} | at=2026-01-06T08:05:00 | medium=form | content=Webinar | kind=form | id=hubspot contact 11 recent form",
            BOBS["touches"],
            f"person={EVE} | at=2026-01-04T08:00:00 | source=partner.example | referrer=partner.example | channel=Referral | kind=visit | "
            "id=hubspot contact 14 original",
            f"person={EVE} | at=2026-01-04T09:00:00 | medium=form | content=Newsletter | kind=form | id=hubspot contact 14 first form",
        ],
        "conversions": [
            f"at=2026-01-02T08:05:00 | person={ANNA} | goal=lead | currency=EUR | id=hubspot contact 11 lead",
            f"at=2026-01-06T08:05:00 | person={ANNA} | goal=mql | currency=EUR | id=hubspot contact 11 mql",
            f"at=2026-01-08T00:00:00 | person={EVE} | goal=sql | currency=EUR | id=hubspot contact 14 sql",
            f"at=2026-01-10T10:00:00 | {DEAL} | goal=opportunity | {WON} opportunity",
            f"at=2026-01-12T10:00:00 | {DEAL} | goal=sql | {WON} sql",
            f"at=2026-02-01T10:00:00 | {DEAL} | goal=won | {WON} won",
            # moved back from the demo
            "at=2026-01-11T10:00:00 | person=hubspot 12 | account=norda.example | opportunity=hubspot deal 22 | goal=opportunity | "
            "currency=EUR | id=hubspot deal 22 opportunity",
        ],
        "opportunities": [
            "opportunity=hubspot deal 21 | account=lumenio.example | person=hubspot 11 | name=Lumenio 2026 | owner=olga@example.com | "
            "stage=Closed won | pipeline=Sales | amount=1200.5 | currency=USD | probability=1.0 | created_at=2026-01-10T10:00:00 | "
            "closes=2026-02-01 | lead_source=PAID_SEARCH",
            "opportunity=hubspot deal 22 | account=norda.example | person=hubspot 12 | name=Norda | owner=99 | stage=New | "
            "pipeline=Sales | currency=EUR | created_at=2026-01-11T10:00:00",
            "opportunity=hubspot deal 23 | name=Nobody's | stage=Closed lost | pipeline=Sales | currency=EUR",
        ],
        "buying_roles": [
            "opportunity=hubspot deal 21 | person=hubspot 11",
            "opportunity=hubspot deal 21 | person=hubspot 12 | role=Champion",
            "opportunity=hubspot deal 21 | person=hubspot 14",
            "opportunity=hubspot deal 22 | person=hubspot 12",
        ],
        "activities": [
            "at=2026-01-09T09:00:00 | kind=call | person=hubspot 11 | account=lumenio.example | opportunity=hubspot deal 21 | "
            "owner=otto@example.com | direction=out | outcome=connected | minutes=8 | id=hubspot call 31",
            "at=2026-01-09T10:00:00 | kind=call | person=hubspot 13 | direction=in | outcome=no answer | id=hubspot call 32",
            "at=2026-01-09T11:00:00 | kind=email_sent | person=hubspot 12 | owner=otto@example.com | direction=out | outcome=sent | "
            "id=hubspot email 41",
            "at=2026-01-09T12:00:00 | kind=email_replied | person=hubspot 12 | direction=in | id=hubspot email 42",
            "at=2026-01-13T09:00:00 | kind=meeting | person=hubspot 11 | account=lumenio.example | outcome=completed | minutes=45 | "
            "id=hubspot meeting 51",
        ],
    }
    assert [str(remark) for remark in connector.remarks] == [
        "1 deal is associated with no contact and no company; it is an opportunity, and no conversion."
    ]
    assert all(
        not {"hs_call_body", "hs_email_text", "hs_email_subject"} & set(one.query.get("properties", "").split(",")) for one in running.asked
    )


def imported(workspace, portal):
    with serving(portal.answer) as running:
        _, lines = importing.run(
            workspace, made(running.base, reading.cursor(workspace, "hubspot")), False, source="hubspot", keep_cursor=True
        )
    return [str(line) for line in lines], running.asked


def goals(workspace):
    rows = workspace.rows("SELECT key, goal FROM conversions ORDER BY key")
    return [row["key"] for row in rows]


def test_what_changed_late_is_followed(workspace):
    portal = site.Portal(copy.deepcopy(site.OBJECTS), copy.deepcopy(site.TIES))
    imported(workspace, portal)
    assert "hubspot deal 21 won" in goals(workspace)
    now = "2099-01-01T00:00:00Z"
    contacts, deals, calls = (portal.objects[name] for name in ("contacts", "deals", "calls"))
    # The won deal is lost again and loses a contact, another goes on, a third is deleted.
    deals[0]["histories"]["dealstage"][:0] = [{"value": "closedlost", "timestamp": "2026-02-05T10:00:00Z", "sourceType": "CRM_UI"}]
    deals[0]["properties"] |= {"hs_lastmodifieddate": now, "dealstage": "closedlost"}
    portal.ties["deals", "contacts"]["21"] = [(12, 40, "Champion")]
    deals[1]["histories"]["dealstage"][:0] = [{"value": "demo", "timestamp": "2026-02-06T10:00:00Z", "sourceType": "CRM_UI"}]
    deals[1]["properties"] |= {"hs_lastmodifieddate": now}
    deals[2] |= {"archived": True, "archivedAt": now}
    # Anna is no lead any more and is called otherwise; Eve is deleted; so is a call.
    contacts[0]["properties"] |= {"lastmodifieddate": now, "hs_lifecyclestage_marketingqualifiedlead_date": None, "jobtitle": "CEO"}
    contacts[3] |= {"archived": True, "archivedAt": now}
    calls[1] |= {"archived": True, "archivedAt": now}
    _, asked = imported(workspace, portal)
    assert goals(workspace) == [
        "hubspot contact 11 lead",
        "hubspot deal 21 lost",
        "hubspot deal 21 opportunity",
        "hubspot deal 21 sql",
        "hubspot deal 22 opportunity",
        "hubspot deal 22 sql",
    ]
    assert [row["opportunity"] for row in workspace.rows("SELECT opportunity FROM opportunities ORDER BY 1")] == [
        "hubspot deal 21",
        "hubspot deal 22",
    ]
    roles = workspace.rows("SELECT b.opportunity, p.key, b.role FROM buying_roles b JOIN persons p ON p.id = b.person_id ORDER BY 1, 2")
    assert [tuple(row.values()) for row in roles] == [
        ("hubspot deal 21", "hubspot 12", "Champion"),
        ("hubspot deal 22", "hubspot 12", None),
    ]
    people = workspace.rows("SELECT p.key, w.title FROM people w JOIN persons p ON p.id = w.id ORDER BY 1")
    assert [tuple(row.values()) for row in people] == [(ANNA, "CEO"), (BOB, None), ("hubspot 13", None)]
    assert not workspace.rows("SELECT * FROM persons WHERE key = :key", {"key": EVE})
    assert [row["key"] for row in workspace.rows("SELECT key FROM activities ORDER BY 1")] == [
        "hubspot call 31",
        "hubspot email 41",
        "hubspot email 42",
        "hubspot meeting 51",
    ]
    assert {one.path.rsplit("/", 1)[-1] for one in asked if one.query.get("archived") != "true"} == {"owners", "deals", "search", "read"}


def test_deals_that_another_system_keeps_are_not_read_and_what_was_read_of_them_goes(workspace):
    portal = site.Portal(copy.deepcopy(site.OBJECTS), copy.deepcopy(site.TIES))
    imported(workspace, portal)
    assert any(" deal " in name for name in goals(workspace))
    with serving(portal.answer) as running:
        importing.run(workspace, made(running.base, skip=("deals",)), False, source="hubspot")
    assert not [one for one in running.asked if "/deals" in one.path and "pipelines" not in one.path]
    assert [name for name in goals(workspace) if " deal " in name] == []
    for table in ("opportunities", "buying_roles"):
        assert workspace.rows(f"SELECT * FROM {table}") == []
    assert "hubspot contact 11 lead" in goals(workspace)


def test_a_change_is_found_however_it_is_asked_for():
    """Read from a cursor long ago, everything comes by searches; it is what the lists bring."""
    with serving(site.answer) as running:
        listed = told(made(running.base))
        searched = told(made(running.base, {"read_until": "2025-06-01T00:00:00+00:00"}))
    for kind in listed.keys() - {"removals"}:
        assert sorted(listed[kind]) == sorted(searched[kind])


def test_a_search_goes_on_after_the_results_that_it_may_give(monkeypatch):
    monkeypatch.setattr(hubspot_api, "FOUND_AT_MOST", 104)
    moments = [f"2026-01-{1 + number // 3:02}T00:00:00Z" for number in range(12)]
    portal = site.Portal(site.OBJECTS | {"companies": [site.row(str(number), moment) for number, moment in enumerate(moments)]}, {})
    with serving(portal.answer) as running:
        found = told(made(running.base, {"read_until": "2026-01-01T12:00:00+00:00"}))
        searches = [json.loads(one.raw) for one in running.asked if one.path.endswith("companies/search")]
    assert found["accounts"] == [f"account=hubspot company {number}" for number in range(12)]
    places = [(one["filterGroups"][0]["filters"][0]["value"], one["after"]) for one in searches]
    begun = [site.moment("2025-12-31T00:00:00Z"), site.moment("2026-01-02T00:00:00Z"), site.moment("2026-01-03T00:00:00Z")]
    assert places == [(str(since), after) for since in begun for after in ("0", "2", "4")][: len(places)]
    assert {since for since, _ in places} == {str(since) for since in begun}


def test_a_moment_with_more_changes_than_a_search_lists_is_said(monkeypatch):
    monkeypatch.setattr(hubspot_api, "FOUND_AT_MOST", 100)
    portal = site.Portal(site.OBJECTS | {"companies": [site.row(str(number)) for number in range(9)]}, {})
    with serving(portal.answer) as running, pytest.raises(SourceError) as caught:
        told(made(running.base, {"read_until": "2026-01-03T00:00:00+00:00"}))
    assert str(caught.value) == (
        "HubSpot: more than 100 companies were changed at the same moment (1767312000000), more than a search can list; read all of them "
        "with 'smarketing sync --all'"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"stage": ("won",)}, "--stage won: write the stage and its goal, as closedwon=won"),
        ({"since": "31/01/2026"}, "--since 31/01/2026: write a day of the calendar as 2026-01-31"),
    ],
)
def test_wrong_options(options, said):
    with pytest.raises(UsageError) as caught:
        made("http://127.0.0.1:1", **options)
    assert str(caught.value) == said


def test_a_stage_that_is_not_there_is_said():
    with serving(site.answer) as running:
        connector = made(running.base, stage=("Demo dome=sql", "closedwon=customer"))
        found = told(connector)
    assert str(connector.remarks[0]) == "--stage: there is no stage 'demo dome' in HubSpot; it was passed over."
    assert [line.rpartition("id=")[2] for line in found["conversions"] if "deal" in line] == [
        "hubspot deal 21 opportunity",
        "hubspot deal 21 customer",
        "hubspot deal 22 opportunity",
    ]


# HubSpot's own documents, by Prism ---------------------------------------------------------------------------------------------------

SERVED = {
    "companies": "Companies/Rollouts/424/v3/companies.json",
    "contacts": "Contacts/Rollouts/424/v3/contacts.json",
    "objects": "Objects/Rollouts/424/v3/objects.json",
    "calls": "Calls/Rollouts/424/v3/calls.json",
    "emails": "Emails/Rollouts/424/v3/emails.json",
    "meetings": "Meetings/Rollouts/424/v3/meetings.json",
    "pipelines": "Pipelines/Rollouts/145896/v3/pipelines.json",
    "associations": "Associations/Rollouts/130902/v4/associations.json",
}


def without_nulls(found: Any) -> Any:
    """Leave out examples that are null, which Prism would answer with."""
    if isinstance(found, dict):
        return {name: without_nulls(value) for name, value in found.items() if not (name == "example" and value is None)}
    return [without_nulls(value) for value in found] if isinstance(found, list) else found


def whole_document() -> dict[str, Any]:
    """Put the documents together, so that one Prism serves them; what they define keeps apart by their names."""
    whole: dict[str, Any] = {"openapi": "3.0.1", "info": {"title": "CRM", "version": "v3"}, "paths": {}, "components": {}}
    for name, document in SERVED.items():
        found = without_nulls(json.loads((DOCUMENTS / document).read_text(encoding="utf-8")))
        parts = found["components"]
        text = json.dumps({"paths": found["paths"], "components": {part: parts[part] for part in ("schemas", "responses")}})
        for part in ("schemas", "responses"):
            text = text.replace(f'"#/components/{part}/', f'"#/components/{part}/{name}')
        told = json.loads(text)
        whole["paths"] |= told["paths"]
        for part, definitions in told["components"].items():
            whole["components"].setdefault(part, {}).update({name + key: value for key, value in definitions.items()})
        whole["components"].setdefault("securitySchemes", {}).update(parts["securitySchemes"])
    return whole


@contextlib.contextmanager
def prism(folder: Path) -> Iterator[str]:
    """Let Prism serve HubSpot's documents; give its address."""
    program = ROOT / ".parts" / "prism" / "node_modules" / ".bin" / "prism"
    if shutil.which("node") is None or not program.exists():
        pytest.skip("missing part: @stoplight/prism-cli (tests/install_parts.sh)")
    if not DOCUMENTS.exists():
        pytest.skip("needs shared/data/hubspot_openapi beside the checkout")
    file = folder / "hubspot.json"
    file.write_text(json.dumps(whole_document()), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["node", program, "mock", "-h", "127.0.0.1", "-p", str(port), file]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        assert running.stdout is not None
        seen = []
        for line in running.stdout:
            seen.append(line)
            if "is listening" in line:
                break
        else:
            raise AssertionError("".join(seen))
        threading.Thread(target=running.stdout.read, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def refusal(base: str, asked: Any) -> str | None:
    """Let Prism see a request as it came; say what it finds wrong with it."""
    query = f"?{urllib.parse.urlencode(asked.query)}" if asked.query else ""
    headers = {name: asked.headers[name] for name in ("accept", "authorization", "content-type") if name in asked.headers}
    request = urllib.request.Request(base + asked.path + query, asked.raw or None, headers, method=asked.method)
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        with error:
            return f"{asked.method} {asked.path}{query}: {error.code} {error.read().decode()[:300]}"
    return None


def test_no_request_is_refused_by_the_documents(tmp_path):
    """Every request of a first reading and of a later one is put before Prism; owners are in none of the documents."""
    with serving(site.answer) as running:
        told(made(running.base))
        told(made(running.base, {"read_until": "2025-06-01T00:00:00+00:00"}))
    with prism(tmp_path) as base:
        documented = [asked for asked in running.asked if not asked.path.endswith("/owners")]
        refused = [said for asked in documented if (said := refusal(base, asked)) is not None]
        # The proof can fail: a limit that is no number, a search without its properties, a path that is not there.
        sample = next(asked for asked in documented if asked.path.endswith("contacts/search"))
        wrong = [
            dataclasses.replace(documented[0], query={}, path="/crm/v3/objects/contacts/x/y"),
            dataclasses.replace(sample, raw=b'{"filterGroups": [], "sorts": [], "limit": 100, "after": "0"}'),
            dataclasses.replace(sample, method="GET", path="/crm/v3/objects/contacts", raw=b"", query={"limit": "many"}),
        ]
        codes = [(refusal(base, asked) or "").split(": ")[1][:3] for asked in wrong]
    assert refused == []
    assert len({(asked.method, asked.path) for asked in documented}) == 26
    # The documents give errors a media type that Prism cannot write, so it says 500 where it means 422; refused they are.
    assert codes == ["404", "500", "500"]
