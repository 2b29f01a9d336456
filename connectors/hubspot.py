"""HubSpot: contacts with what brought them, companies, deals with their stages, and what sales did."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from connectors import hubspot_deals as deals
from connectors import hubspot_people as people
from connectors import secrets
from connectors.ad_api import BASE_URL
from connectors.api import Api
from connectors.api_records import ApiRecords, removals
from connectors.base import Batch, ImportContext, Option
from connectors.hubspot_api import HubSpot as Portal
from connectors.hubspot_api import beside, properties
from connectors.since import SINCE, Window
from connectors.stages import goals_named
from reports.report import N_, Text

TOKEN = N_("The access token of a private app: Settings, Integrations, Private apps, with the scopes to read named in the documentation.")
SCOPES = "crm.objects.contacts.read, crm.objects.companies.read, crm.objects.deals.read, sales-email-read"
CHANGED = {"contacts": "lastmodifieddate"}
"""The property that says when an object changed, where it is not `hs_lastmodifieddate`."""


@dataclasses.dataclass
class HubSpot:
    """A connector for HubSpot's CRM.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    stage : tuple of str
        Which goal a deal stage is, by its id or its label.
    skip : tuple of str
        Objects that are not read.
    since : str or None
    base_url : str or None

    Notes
    -----
    The first time, and with `--all`, every object is read, page by page; later those that changed, found by HubSpot's search. A deal that
    moved back loses the stages it no longer has; deleted contacts and deals go. Contacts are people by their e-mail address; their number
    in HubSpot is tied to it, so that who changes the address stays one person.

    References
    ----------
    https://developers.hubspot.com/docs/api/crm/contacts, .../crm/deals, .../crm/search
    """

    name: ClassVar[str] = "hubspot"
    summary: ClassVar[str] = N_("HubSpot: contacts with what brought them, companies, deals with their stages, and what sales did.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import hubspot",
        'smarketing import hubspot --stage "Proposal sent=proposal" --skip emails',
    )
    takes: ClassVar[str] = "api"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (("token", TOKEN),)
    kinds: ClassVar[tuple[str, ...]] = (
        *("people", "accounts", "touches", "conversions", "opportunities", "buying_roles", "activities", "identities", "removals"),
    )
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "stage", N_("Which goal a deal stage is; closed stages are won or lost by themselves."), multiple=True, metavar="STAGE=GOAL"
        ),
        Option("skip", N_("Objects that are not to be read."), multiple=True, choices=tuple(deals.ACTIVITIES)),
        SINCE,
        BASE_URL,
    )

    context: ImportContext
    sources: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    since: str | None = None
    base_url: str | None = None

    def __post_init__(self) -> None:
        self._source = self.context.source or self.name
        self._goals = goals_named(self.stage)
        self._window = Window(self.context, self.since, corrected=1)
        self._people: dict[str, str] = {}
        self._accounts: dict[str, str] = {}
        self._records = {kind: ApiRecords(kind, f"{self._source} {kind}", self.context) for kind in self.kinds if kind != "removals"}

    @property
    def remarks(self) -> list[Text]:
        """What is odd about the records."""
        return [remark for records in self._records.values() for remark in records.remarks()]

    @property
    def cursor(self) -> Any:
        """From when to go on."""
        return self._window.cursor

    def read(self) -> Iterator[Batch]:
        """Yield companies, contacts, deals, what sales did, and what is no longer there."""
        secret = secrets.found(self._source, "token", N_("access token"), TOKEN)
        base = self.base_url or "https://api.hubapi.com"
        api = Api("HubSpot", base, secret=secret, permission=SCOPES, patience=self.context.patience)
        portal = Portal(api)
        path = "/crm/v3/pipelines/deals"
        known = deals.stages(api.listed(api.get(path).json, path, "results"), self._goals)
        for rows in self._pages(portal, "companies", people.COMPANY):
            yield from self._companies(rows)
        for rows in self._pages(portal, "contacts", people.CONTACT):
            yield from self._contacts(portal, rows)
        for page in self._with_others(portal, "deals", deals.DEAL, ("contacts", "companies"), ("dealstage",)):
            yield from self._deals(portal, page, known)
        for objects, wanted in deals.ACTIVITIES.items():
            if objects not in self.skip:
                for page in self._with_others(portal, objects, wanted, ("contacts", "deals")):
                    yield from self._activities(portal, objects, page)
        if self._window.start is not None:
            yield from self._gone(portal)

    def _pages(self, portal: Portal, objects: str, wanted: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
        if self._window.start is None:
            return portal.listed(objects, wanted)
        return portal.changed(objects, CHANGED.get(objects, "hs_lastmodifieddate"), self._window.start, wanted)

    def _with_others(
        self, portal: Portal, objects: str, wanted: Sequence[str], others: Sequence[str], history: Sequence[str] = ()
    ) -> Iterator[list[tuple[dict[str, Any], dict[str, list[str]]]]]:
        """Give pages of objects, each with the numbers of the other objects that it belongs to."""
        if self._window.start is None:
            for rows in portal.listed(objects, wanted, history=history, beside=others):
                yield [(row, {other: beside(row, other) for other in others}) for row in rows]
            return
        for rows in self._pages(portal, objects, wanted):
            ids = [str(row.get("id")) for row in rows]
            found = {other: portal.belonging(objects, other, ids) for other in others}
            whole = list(portal.read(objects, ids, wanted, history)) if history else rows
            yield [(row, {other: found[other].get(str(row.get("id")), []) for other in others}) for row in whole]

    def _companies(self, rows: list[dict[str, Any]]) -> Iterator[Batch]:
        told = [(str(row.get("id")), properties(row)) for row in rows]
        self._accounts |= {number: people.account(number, said, self._source) for number, said in told}
        yield self._records["accounts"].batch([people.company_record(number, said, self._source) for number, said in told])

    def _contacts(self, portal: Portal, rows: list[dict[str, Any]]) -> Iterator[Batch]:
        told = [(str(row.get("id")), properties(row)) for row in rows]
        self._learn(portal, "companies", (str(said["associatedcompanyid"]) for _, said in told if "associatedcompanyid" in said))
        source = self._source
        everybody = [
            (number, people.person(number, said, source), said, self._accounts.get(str(said.get("associatedcompanyid"))))
            for number, said in told
        ]
        self._people |= {number: who for number, who, _, _ in everybody}
        yield self._records["people"].batch([people.person_record(who, said, of) for _, who, said, of in everybody])
        own = [(f"{source} {number}", who) for number, who, _, _ in everybody]
        ties = [{"person": who, "same_as": name, "basis": "crm"} for name, who in own if who != name]
        yield self._records["identities"].batch(ties)
        yield self._records["touches"].batch(
            [each for number, who, said, _ in everybody for each in people.touches(number, who, said, source)]
        )
        stages = [each for number, who, said, of in everybody for each in people.conversions(number, who, said, of, source)]
        yield self._records["conversions"].batch(stages)

    def _learn(self, portal: Portal, objects: str, ids: Iterable[str]) -> None:
        """Find out the names of objects that others belong to and that have not been read: they did not change."""
        known, wanted, named = self._lookup(objects)
        missing = [number for number in dict.fromkeys(ids) if number not in known]
        for row in portal.read(objects, missing, wanted):
            known[str(row.get("id"))] = named(row.get("id"), properties(row), self._source)

    def _lookup(self, objects: str) -> tuple[dict[str, str], Sequence[str], Callable[[Any, Mapping[str, Any], str], str]]:
        if objects == "companies":
            return self._accounts, ("name", "domain"), people.account
        return self._people, ("email",), people.person

    def _deals(self, portal: Portal, page: list[tuple[dict[str, Any], dict[str, list[str]]]], known: deals.Stages) -> Iterator[Batch]:
        for objects in ("contacts", "companies"):
            self._learn(portal, objects, (number for _, others in page for number in others[objects]))
        made = [
            deals.Deal(
                self._source,
                str(row.get("id")),
                properties(row),
                _history(row),
                [self._people[number] for number in others["contacts"] if number in self._people],
                [self._accounts[number] for number in others["companies"] if number in self._accounts],
            )
            for row, others in page
        ]
        names = [deal.name for deal in made]
        for kind in ("conversions", "buying_roles"):
            if batch := removals(f"{self._source} deals", kind, "opportunity", names):
                yield batch
        yield self._records["opportunities"].batch([deal.record(known) for deal in made])
        yield self._records["conversions"].batch([each for deal in made for each in deal.conversions(known)])
        yield self._records["buying_roles"].batch([each for deal in made for each in deal.roles()])

    def _activities(self, portal: Portal, objects: str, page: list[tuple[dict[str, Any], dict[str, list[str]]]]) -> Iterator[Batch]:
        self._learn(portal, "contacts", (number for _, others in page for number in others["contacts"][:1]))
        rows = []
        for row, others in page:
            who = self._people.get(others["contacts"][0]) if others["contacts"] else None
            deal = f"{self._source} deal {others['deals'][0]}" if others["deals"] else None
            # What belongs to nobody tells nothing about anybody.
            if who or deal:
                rows.append(deals.activity(self._source, objects, str(row.get("id")), properties(row), who, deal))
        yield self._records["activities"].batch(rows)

    def _gone(self, portal: Portal) -> Iterator[Batch]:
        """Yield what was deleted: HubSpot lists it for 90 days."""
        for rows in portal.listed("contacts", ("email",), archived=True):
            told = [(str(row.get("id")), properties(row)) for row in rows]
            names = [name for number, said in told for name in (people.person(number, said, self._source), f"{self._source} {number}")]
            for kind in ("people", "identities", "touches", "conversions", "buying_roles", "activities"):
                if batch := removals(f"{self._source} contacts", kind, "person", names):
                    yield batch
        for rows in portal.listed("deals", ("dealname",), archived=True):
            names = [f"{self._source} deal {row.get('id')}" for row in rows]
            for kind in ("opportunities", "conversions", "buying_roles"):
                if batch := removals(f"{self._source} deals", kind, "opportunity", names):
                    yield batch


def _history(row: Mapping[str, Any]) -> list[Any]:
    found = row.get("propertiesWithHistory")
    changes = found.get("dealstage") if isinstance(found, dict) else None
    return changes if isinstance(changes, list) else []
