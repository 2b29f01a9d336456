"""A Salesforce org that answers the questions of the connector in pages of two: people, companies, responses, deals, activities."""

from __future__ import annotations

import base64
import re
from typing import Any

from tests.connectors.api_server import Asked, Reply

OPTIONS: dict[str, Any] = {"client_id": "key-of-the-app", "stage": ("Demo=sql",)}
ENV = {"SMARKETING_SALESFORCE_CLIENT_SECRET": "salesforce-secret-of-the-tests"}
RENEWS = True
AT_ONCE = 2
PATH = "/services/data/v62.0"
TOKEN = "00Dx-session"


def row(number: str, modified: str = "2026-01-02", **fields: Any) -> dict[str, Any]:
    return {"Id": number, "IsDeleted": False, "SystemModstamp": f"{modified}T00:00:00.000+0000", **fields}


def at(day: str, hour: int = 10) -> str:
    return f"2026-{day}T{hour:02}:00:00.000+0000"


def within(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"totalSize": len(rows), "done": True, "records": [{"IsDeleted": False, **each} for each in rows]}


LUMENIO, NORDA = {"Website": "https://www.lumenio.example/"}, {"Website": None}
SPRING = {"Name": "Spring webinar", "Type": "Webinar"}
NEWS = {"Name": "News", "Type": "Email"}
STAGES = [
    {"MasterLabel": label, "ApiName": label, "IsClosed": closed, "IsWon": won, "SortOrder": order}
    for order, (label, closed, won) in enumerate(
        [("New", False, False), ("Demo", False, False), ("Closed Won", True, True), ("Closed Lost", True, False)], 1
    )
]
RECORDS: dict[str, list[dict[str, Any]]] = {
    "User": [{"Id": "0051", "Email": "Olga@example.com"}, {"Id": "0052", "Email": "otto@example.com"}, {"Id": "0053", "Email": None}],
    "OpportunityStage": STAGES,
    "Account": [
        row(
            "0011",
            Name="Lumenio",
            Industry="Retail",
            BillingCountry="France",
            NumberOfEmployees=120,
            OwnerId="0051",
            ParentId=None,
            **LUMENIO,
        ),
        row("0012", Name="Norda", OwnerId="0059", ParentId="0011", Parent=LUMENIO, **NORDA),
        row("0013", Name="Gone", IsDeleted=True, Website=None),
    ],
    "Lead": [
        row(
            "00Q1",
            Email="Anna@Lumenio.example",
            Title="CFO",
            LeadSource="Web",
            CreatedDate=at("01-02"),
            IsConverted=True,
            ConvertedContactId="0031",
            ConvertedAccountId="0011",
        ),
        row("00Q2", Email="bob@norda.example", CreatedDate=at("01-03")),
        row("00Q3", Email="left@norda.example", CreatedDate=at("01-03"), IsDeleted=True),
        row("00Q4", Email="bob@norda.example", CreatedDate=at("01-03"), IsDeleted=True, MasterRecordId="00Q2"),
    ],
    "Contact": [
        row("0031", Email="anna@lumenio.example", Title="CEO", AccountId="0011", Account=LUMENIO),
        row("0032", Email=None, Title=None, AccountId="0012", Account=NORDA),
        row("0033", Email="eve@norda.example", LeadSource="Partner", AccountId=None, Account=None),
    ],
    "CampaignMember": [
        row(
            "00v1",
            LeadId="00Q1",
            ContactId="0031",
            Campaign=SPRING,
            HasResponded=True,
            FirstRespondedDate="2026-01-05",
            CreatedDate=at("01-04"),
        ),
        row(
            "00v2",
            LeadId="00Q2",
            ContactId=None,
            Campaign=NEWS,
            HasResponded=True,
            FirstRespondedDate="2026-01-06",
            CreatedDate=at("01-06"),
        ),
        row("00v3", LeadId="00Q2", ContactId=None, Campaign=SPRING, HasResponded=False, FirstRespondedDate=None, CreatedDate=at("01-04")),
        row("00v4", LeadId="00Q2", ContactId=None, Campaign=SPRING, HasResponded=True, CreatedDate=at("01-04"), IsDeleted=True),
    ],
    "Opportunity": [
        row(
            "0061",
            Name="Lumenio 2026",
            AccountId="0011",
            Account=LUMENIO,
            OwnerId="0051",
            StageName="Closed Won",
            Amount=1200.5,
            Probability=100,
            CreatedDate=at("01-10"),
            CloseDate="2026-02-01",
            LeadSource="Web",
            Campaign=SPRING,
            CurrencyIsoCode="USD",
            OpportunityHistories=within(
                {"StageName": "New", "CreatedDate": at("01-10")},
                {"StageName": "Demo", "CreatedDate": at("01-12")},
                {"StageName": "Closed Won", "CreatedDate": at("02-01")},
            ),
            OpportunityContactRoles=within(
                {"ContactId": "0033", "Role": "Evaluator", "IsPrimary": False},
                {"ContactId": "0031", "Role": "Decision Maker", "IsPrimary": True},
                {"ContactId": "0032", "Role": None, "IsPrimary": False, "IsDeleted": True},
            ),
        ),
        row(
            "0062",
            Name="Norda",
            AccountId="0012",
            Account=NORDA,
            StageName="New",
            Amount=None,
            Probability=10,
            CreatedDate=at("01-11"),
            CloseDate="2026-06-01",
            Campaign=None,
            CurrencyIsoCode="EUR",
            OpportunityHistories=within(
                {"StageName": "New", "CreatedDate": at("01-11")},
                {"StageName": "Demo", "CreatedDate": at("01-15")},
                {"StageName": "New", "CreatedDate": at("01-20")},
            ),
            OpportunityContactRoles=None,
        ),
        row("0063", Name="Deleted", IsDeleted=True, StageName="New", CreatedDate=at("01-11"), CloseDate="2026-06-01"),
    ],
    "Task": [
        row(
            "00T1",
            WhoId="0031",
            WhatId="0061",
            AccountId="0011",
            Account=LUMENIO,
            OwnerId="0052",
            IsClosed=True,
            CompletedDateTime=at("01-09"),
            ActivityDate="2026-01-09",
            Status="Completed",
            TaskSubtype="Call",
            CallType="Outbound",
            CallDisposition="Connected",
            CallDurationInSeconds=450,
        ),
        row(
            "00T2", WhoId="00Q2", OwnerId="0052", IsClosed=True, CompletedDateTime=at("01-09", 11), Status="Completed", TaskSubtype="Email"
        ),
        row("00T3", WhoId="00Q2", OwnerId="0052", IsClosed=False, Status="Open", TaskSubtype="Task"),
        row("00T4", WhoId="00Q2", IsClosed=True, CompletedDateTime=at("01-09"), TaskSubtype="Task", IsDeleted=True),
    ],
    "Event": [
        row("00U1", WhoId="0033", WhatId=None, OwnerId="0051", StartDateTime=at("01-13"), DurationInMinutes=45, IsChild=False),
        row("00U2", WhoId="0033", WhatId=None, OwnerId="0052", StartDateTime=at("01-13"), DurationInMinutes=45, IsChild=True),
    ],
}


class Salesforce:
    """An org with some content; `roles` are the opportunities of which a contact role changed, each with its day."""

    def __init__(
        self,
        records: dict[str, list[dict[str, Any]]] = RECORDS,
        roles: dict[str, str] | None = None,
        children: dict[str, str] | None = None,
    ) -> None:
        self.records, self.roles, self.children = records, roles or {}, children

    def answer(self, asked: Asked, base: str) -> Reply:
        if asked.path == "/services/oauth2/token":
            return self.token(asked.form, base)
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}], 401)
        if asked.path == f"{PATH}/sobjects/Opportunity/describe":
            found: dict[str, Any] = {"name": "Opportunity", "fields": [{"name": name} for name in ("Id", "Name", "CurrencyIsoCode")]}
            if self.children is not None:
                # Some of an object's relationships have no name.
                named = [{"childSObject": called, "relationshipName": by} for called, by in self.children.items()]
                found["childRelationships"] = [*named, {"childSObject": "Note", "relationshipName": None}]
            return Reply(found)
        if asked.path == f"{PATH}/queryAll":
            return self.page(asked.query["q"], 0)
        locator = base64.urlsafe_b64decode(asked.path.removeprefix(f"{PATH}/query/")).decode()
        start, _, question = locator.partition(" ")
        return self.page(question, int(start))

    def token(self, form: dict[str, str], base: str) -> Reply:
        if form.get("grant_type") == "client_credentials" and form.get("client_secret") == "salesforce-secret-of-the-tests":
            return Reply({"access_token": TOKEN, "instance_url": base, "token_type": "Bearer"})
        return Reply({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)

    def page(self, question: str, start: int) -> Reply:
        plain = re.sub(r"\(SELECT [^()]*\)", "()", question)
        parts = re.fullmatch(r"SELECT .* FROM (\w+)(?: WHERE (.*))?", plain)
        assert parts is not None
        found = [each for each in self.records[parts[1]] if self.fits(parts[1], each, parts[2] or "", question)]
        more = {}
        if start + AT_ONCE < len(found):
            locator = base64.urlsafe_b64encode(f"{start + AT_ONCE} {question}".encode()).decode()
            more = {"nextRecordsUrl": f"{PATH}/query/{locator}"}
        return Reply({"totalSize": len(found), "done": not more, **more, "records": found[start : start + AT_ONCE]})

    def fits(self, called: str, each: dict[str, Any], where: str, question: str) -> bool:
        if "Email IN" in where:
            named = re.findall(r"'([^']*)'", question)
            return not each["IsDeleted"] and (each["Email"] or "").lower() in named
        since = re.search(r"SystemModstamp [<>]=? (\S+)Z", where)
        if since is None:
            return True
        changed = each["SystemModstamp"] >= since[1]
        if "Id IN ()" in where:
            return not changed and self.roles.get(each["Id"], "") >= since[1]
        return changed


answer = Salesforce().answer
