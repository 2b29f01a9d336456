"""Salesforce: whole records, what changed late, both ways of logging in."""

from __future__ import annotations

import base64
import copy
import json

import pytest

from connectors import importing
from connectors.api import Patience
from connectors.base import ImportContext
from connectors.salesforce import Salesforce
from tests.connectors.api_server import Reply, serving
from tests.connectors.sites import salesforce as site
from workspace import reading, store
from workspace.errors import SourceError, UsageError
from workspace.settings import Settings


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
    return Salesforce(context, (), base, **site.OPTIONS | options)


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
DEAL = "person=salesforce 0031 | account=lumenio.example | opportunity=salesforce 0061"
WON = "value=1200.5 | currency=USD | id=salesforce 0061"


def test_whole_records():
    with serving(site.answer) as running:
        connector = made(running.base)
        found = told(connector)
    assert found.pop("removals")
    assert found == {
        "accounts": [
            "account=lumenio.example | name=Lumenio | domain=lumenio.example | industry=Retail | country=France | employees=120 | "
            "owner=olga@example.com",
            "account=salesforce 0012 | name=Norda | owner=0059 | parent=lumenio.example",
        ],
        "people": [
            f"person={ANNA} | lead_source=Web | title=CFO",
            f"person={ANNA} | account=lumenio.example | title=CEO",
            "person=salesforce 0032 | account=salesforce 0012",
            f"person={EVE} | lead_source=Partner",
        ],
        "identities": [
            f"person={ANNA} | same_as=salesforce 00Q1 | basis=salesforce",
            "person=salesforce 00Q1 | same_as=salesforce 0031 | basis=salesforce",  # the lead became this contact
            f"person={BOB} | same_as=salesforce 00Q2 | basis=salesforce",
            "person=salesforce 00Q4 | same_as=salesforce 00Q2 | basis=salesforce",  # merged into that lead
            f"person={ANNA} | same_as=salesforce 0031 | basis=salesforce",
            f"person={EVE} | same_as=salesforce 0033 | basis=salesforce",
        ],
        "touches": [
            "person=salesforce 0031 | at=2026-01-05T00:00:00 | medium=webinar | campaign=Spring webinar | kind=event | id=salesforce 00v1",
            "person=salesforce 00Q2 | at=2026-01-06T10:00:00 | medium=email | campaign=News | kind=email_click | id=salesforce 00v2",
        ],
        "conversions": [
            "at=2026-01-02T10:00:00 | person=salesforce 00Q1 | goal=lead | currency=EUR | id=salesforce 00Q1 lead",
            "at=2026-01-03T10:00:00 | person=salesforce 00Q2 | goal=lead | currency=EUR | id=salesforce 00Q2 lead",
            f"at=2026-01-10T10:00:00 | {DEAL} | goal=opportunity | {WON} opportunity",
            f"at=2026-01-12T10:00:00 | {DEAL} | goal=sql | {WON} sql",
            f"at=2026-02-01T10:00:00 | {DEAL} | goal=won | {WON} won",
            # moved back from the demo
            "at=2026-01-11T10:00:00 | account=salesforce 0012 | opportunity=salesforce 0062 | goal=opportunity | currency=EUR | "
            "id=salesforce 0062 opportunity",
        ],
        "opportunities": [
            "opportunity=salesforce 0061 | account=lumenio.example | person=salesforce 0031 | name=Lumenio 2026 | owner=olga@example.com | "
            "stage=Closed Won | amount=1200.5 | currency=USD | probability=1.0 | created_at=2026-01-10T10:00:00 | closes=2026-02-01 | "
            "lead_source=Web | campaign=Spring webinar",
            "opportunity=salesforce 0062 | account=salesforce 0012 | name=Norda | stage=New | currency=EUR | probability=0.1 | "
            "created_at=2026-01-11T10:00:00 | closes=2026-06-01",
        ],
        "buying_roles": [
            "opportunity=salesforce 0061 | person=salesforce 0033 | role=Evaluator | main=False",
            "opportunity=salesforce 0061 | person=salesforce 0031 | role=Decision Maker | main=True",
        ],
        "activities": [
            "at=2026-01-09T10:00:00 | kind=call | person=salesforce 0031 | account=lumenio.example | opportunity=salesforce 0061 | "
            "owner=otto@example.com | direction=out | outcome=Connected | minutes=8 | id=salesforce 00T1",
            "at=2026-01-09T11:00:00 | kind=email_sent | person=salesforce 00Q2 | owner=otto@example.com | outcome=Completed | "
            "id=salesforce 00T2",
            "at=2026-01-13T10:00:00 | kind=meeting | person=salesforce 0033 | owner=olga@example.com | minutes=45 | id=salesforce 00U1",
        ],
    }
    questions = [one.query["q"] for one in running.asked if "q" in one.query]
    assert not any(word in question for question in questions for word in ("Subject", "Description", "Phone", "FirstName", "LastName"))


def imported(workspace, org):
    with serving(org.answer) as running:
        cursor = reading.cursor(workspace, "salesforce")
        _, lines = importing.run(workspace, made(running.base, cursor), False, source="salesforce", keep_cursor=True)
    return [str(line) for line in lines], running.asked


def test_what_changed_late_is_followed(workspace):
    org = site.Salesforce(copy.deepcopy(site.RECORDS))
    imported(workspace, org)
    now = {"SystemModstamp": "2099-01-01T00:00:00.000+0000"}
    leads, contacts, deals, members, tasks = (org.records[name] for name in ("Lead", "Contact", "Opportunity", "CampaignMember", "Task"))
    # The won deal is lost after all; of the other a buying role alone changes; a lead, a contact, a response and a task are deleted.
    deals[0]["OpportunityHistories"]["records"].append({"IsDeleted": False, "StageName": "Closed Lost", "CreatedDate": site.at("02-05")})
    deals[0] |= now | {"StageName": "Closed Lost"}
    deals[1]["OpportunityContactRoles"] = site.within({"ContactId": "0032", "Role": "Evaluator", "IsPrimary": True})
    org.roles["0062"] = "2099-01-01"
    for gone in (leads[0], contacts[2], members[1], tasks[1]):
        gone.update(now, IsDeleted=True)
    _, asked = imported(workspace, org)
    assert [row["key"] for row in workspace.rows("SELECT key FROM conversions ORDER BY 1")] == [
        "salesforce 0061 lost",
        "salesforce 0061 opportunity",
        "salesforce 0061 sql",
        "salesforce 0062 opportunity",
        "salesforce 00Q2 lead",
    ]
    roles = workspace.rows("SELECT b.opportunity, p.key, b.role FROM buying_roles b JOIN persons p ON p.id = b.person_id ORDER BY 1, 2")
    assert ("salesforce 0062", "salesforce 0032", "Evaluator") in [tuple(row.values()) for row in roles]
    # Anna's lead is gone and she stays, as a contact; Eve is gone.
    people = [row["key"] for row in workspace.rows("SELECT p.key FROM people w JOIN persons p ON p.id = w.id ORDER BY 1")]
    assert people == [ANNA, "salesforce 0032"]
    assert not workspace.rows("SELECT * FROM persons WHERE key = :key", {"key": EVE})
    assert workspace.rows("SELECT count(*) AS n FROM touches")[0]["n"] == 1
    assert [row["key"] for row in workspace.rows("SELECT key FROM activities ORDER BY 1")] == ["salesforce 00T1", "salesforce 00U1"]
    questions = [one.query["q"] for one in asked if "q" in one.query]
    assert sum("SystemModstamp >= " in question for question in questions) == 8


def test_what_is_within_a_record_is_read_on():
    org = site.Salesforce(copy.deepcopy(site.RECORDS))
    roles = org.records["Opportunity"][0]["OpportunityContactRoles"]
    roles |= {"done": False, "nextRecordsUrl": f"{site.PATH}/query/roles-2"}

    def answer(asked, base):
        further = {"ContactId": "0032", "Role": "Champion", "IsPrimary": False, "IsDeleted": False}
        return Reply({"done": True, "records": [further]}) if asked.path.endswith("/roles-2") else org.answer(asked, base)

    with serving(answer) as running:
        found = told(made(running.base))
    assert "opportunity=salesforce 0061 | person=salesforce 0032 | role=Champion | main=False" in found["buying_roles"]


def test_logging_in_as_a_user_by_a_signed_assertion(monkeypatch):
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = rsa.generate_private_key(65537, 2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    monkeypatch.setenv("SMARKETING_SALESFORCE_PRIVATE_KEY", key.private_bytes(*form).decode().replace("\n", "\\n"))
    forms = []

    def answer(asked, base):
        if asked.path.endswith("/token"):
            forms.append(asked.form)
            return Reply({"access_token": site.TOKEN})
        return site.answer(asked, base)

    with serving(answer) as running:
        assert told(made(running.base, user="reports@example.com"))["accounts"]
    (sent,) = forms
    assert sent["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    head, claims, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in sent["assertion"].split("."))
    key.public_key().verify(signature, sent["assertion"].rpartition(".")[0].encode(), padding.PKCS1v15(), hashes.SHA256())
    assert json.loads(head) == {"alg": "RS256", "typ": "JWT"}
    told_claims = json.loads(claims)
    assert told_claims.pop("exp") > 1_700_000_000
    assert told_claims == {"iss": "key-of-the-app", "sub": "reports@example.com", "aud": "https://login.salesforce.com"}


def test_a_key_that_is_none_is_said(monkeypatch):
    monkeypatch.setenv("SMARKETING_SALESFORCE_PRIVATE_KEY", "no key")
    with pytest.raises(UsageError) as caught:
        told(made("http://127.0.0.1:1", user="reports@example.com"))
    assert str(caught.value) == (
        "SMARKETING_SALESFORCE_PRIVATE_KEY: the private key cannot be read; it begins with -----BEGIN PRIVATE KEY-----, has no passphrase "
        "and is an RSA key"
    )


def test_a_refused_login_says_what_to_check(monkeypatch):
    monkeypatch.setenv("SMARKETING_SALESFORCE_CLIENT_SECRET", "wrong")
    with serving(site.answer) as running, pytest.raises(SourceError) as caught:
        told(made(running.base))
    assert str(caught.value) == (
        "Salesforce: the login was refused (400: invalid client credentials); check --client-id, --user and the secret in "
        "SMARKETING_SALESFORCE_CLIENT_SECRET (keyring set smarketing SMARKETING_SALESFORCE_CLIENT_SECRET)"
    )


def test_a_stage_that_is_not_there_is_said():
    with serving(site.answer) as running:
        connector = made(running.base, stage=("Demos=sql",))
        told(connector)
    assert [str(remark) for remark in connector.remarks] == ["--stage: there is no stage 'demos' in Salesforce; it was passed over."]


HISTORY, CHANGES = {"OpportunityHistory": "OpportunityHistories"}, {"OpportunityFieldHistory": "Histories"}
LUMENIO_CHANGES = (
    {"OldValue": "Demo", "NewValue": "Closed Won", "CreatedDate": site.at("02-01")},
    {"OldValue": "New", "NewValue": "Demo", "CreatedDate": site.at("01-12")},
    {"OldValue": "New", "NewValue": "Closed Lost", "CreatedDate": site.at("01-11"), "IsDeleted": True},
)


def won_and_lost(children, changes, history):
    """The conversions of the first opportunity, the questions for opportunities and the remarks."""
    records = copy.deepcopy(site.RECORDS)
    deal = records["Opportunity"][0]
    deal["OpportunityHistories"] = deal["OpportunityHistories"] if history else None
    deal["Histories"] = site.within(*changes) if changes else None
    with serving(site.Salesforce(records, children=children).answer) as running:
        connector = made(running.base)
        rows = [row for batch in connector.read() if batch.kind == "conversions" for row in batch.rows.to_pylist()]
    found = {row["goal"]: f"{row['at']:%m-%d %H}" for row in rows if row["opportunity"] == "salesforce 0061"}
    asked = [one.query["q"] for one in running.asked if " FROM Opportunity" in one.query.get("q", "") and "(" in one.query["q"]]
    return found, asked[0], [str(remark) for remark in connector.remarks]


BOTH = HISTORY | CHANGES
WHOLE = {"opportunity": "01-10 10", "sql": "01-12 10", "won": "02-01 10"}
HISTORY_ASKED = "(SELECT StageName, CreatedDate, IsDeleted FROM OpportunityHistories)"
CHANGES_ASKED = "(SELECT OldValue, NewValue, CreatedDate, IsDeleted FROM Histories WHERE Field = 'StageName')"


@pytest.mark.parametrize(
    ("children", "changes", "history", "expected"),
    [
        (HISTORY, (), True, WHOLE),
        (BOTH, LUMENIO_CHANGES, False, WHOLE),
        (CHANGES, LUMENIO_CHANGES, False, WHOLE),
        # The history of stages counts before the changes of the field.
        (BOTH, ({"OldValue": "New", "NewValue": "Closed Won", "CreatedDate": site.at("03-01")},), True, WHOLE),
        # Tracked from late on: when Demo was reached, nothing tells.
        (BOTH, LUMENIO_CHANGES[:1], False, {"opportunity": "01-10 10", "won": "02-01 10"}),
        # Moved back: what was won is not won any more.
        (
            CHANGES,
            (*LUMENIO_CHANGES, {"OldValue": "Closed Won", "NewValue": "Demo", "CreatedDate": site.at("02-02")}),
            False,
            {"opportunity": "01-10 10", "sql": "01-12 10"},
        ),
        ({}, (), False, {"opportunity": "01-10 10"}),
    ],
)
def test_stages_by_their_history_else_by_changes_of_the_field(children, changes, history, expected):
    found, asked, _ = won_and_lost(children, changes, history)
    assert found == expected
    assert (HISTORY_ASKED in asked) == ("OpportunityHistory" in children)
    assert (CHANGES_ASKED in asked) == ("OpportunityFieldHistory" in children)


def test_what_dates_the_stages_is_said():
    assert won_and_lost(BOTH, LUMENIO_CHANGES, False)[2] == []
    assert won_and_lost(CHANGES, LUMENIO_CHANGES, False)[2] == [
        "OpportunityHistory may not be read: stages are dated by the tracked changes of the field Stage, which Salesforce keeps 24 months."
    ]
    assert won_and_lost({}, (), False)[2] == [
        "Neither OpportunityHistory nor tracked changes of the field Stage may be read: opportunities are dated by their beginning alone; "
        "let the user read them, or track the field (Setup, Object Manager, Opportunity, Fields, Set History Tracking)."
    ]


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
