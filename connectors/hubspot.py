"""HubSpot: contacts with what brought them, companies, deals with the history of their stages, calls, e-mails and meetings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from connectors.addresses import BASE_URL
from connectors.api_records import ApiRecords, removals
from connectors.base import Batch, ImportContext, Option
from connectors.hubspot_activities import PROPERTIES as ACTIVITY_PROPERTIES
from connectors.hubspot_activities import WITH, activity, activity_name
from connectors.hubspot_api import PAGE, PAGE_WITH_HISTORY, TOKEN, Names, Portal, Thing, account_of
from connectors.hubspot_contacts import PROPERTIES as CONTACT_PROPERTIES
from connectors.hubspot_contacts import Contact, all_names
from connectors.hubspot_deals import HISTORY, Deal, Stages, owner_of
from connectors.hubspot_deals import PROPERTIES as DEAL_PROPERTIES
from connectors.since import SINCE, Window
from connectors.stages import goals_named
from reports.report import N_, Text

COMPANY_PROPERTIES = (
    "name",
    "domain",
    "industry",
    "country",
    "numberofemployees",
    "hs_ideal_customer_profile",
    "hubspot_owner_id",
    "hs_parent_company_id",
    "hs_merged_object_ids",
)
MODIFIED, CONTACT_MODIFIED = "hs_lastmodifieddate", "lastmodifieddate"


@dataclasses.dataclass
class HubSpot:
    """A connector for HubSpot's CRM.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    stage : tuple of str
        "STAGE=GOAL".
    skip : tuple of str
        Deals, where another system keeps them, or activities that are not read.
    since : str or None
        Only what was changed from this day on.
    base_url : str or None

    Notes
    -----
    Everything is listed the first time, and later what was changed since is searched, with what was deleted since. A deal that moved back
    loses the stages it no longer has.

    References
    ----------
    https://developers.hubspot.com/docs/api-reference/latest/crm/understanding-the-crm
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
        "accounts",
        "people",
        "identities",
        "touches",
        "conversions",
        "opportunities",
        "buying_roles",
        "activities",
        "removals",
    )
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "stage", N_("Which goal a deal stage is; closed stages are won or lost by themselves."), multiple=True, metavar="STAGE=GOAL"
        ),
        Option("skip", N_("Objects that are not to be read."), multiple=True, choices=("deals", *ACTIVITY_PROPERTIES)),
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
        self._window = Window(self.context, self.since, corrected=1)
        self._goals = goals_named(self.stage)
        self._remarks: list[Text] = []
        self._lonely_deals, self._lonely_activities = 0, 0

    @property
    def remarks(self) -> list[Text]:
        """Which stages that were named are not there, and which deals and activities nobody is associated with."""
        said = list(self._remarks)
        if self._lonely_deals:
            said.append(
                Text(
                    "{count} {count:deal is associated with no contact and no company; it is an opportunity, and no "
                    "conversion|deals are associated with no contact and no company; they are opportunities, and no "
                    "conversions}.",
                    count=self._lonely_deals,
                )
            )
        if self._lonely_activities:
            said.append(
                Text(
                    "{count} {count:call, e-mail or meeting is associated with no contact, company or deal and was|calls, "
                    "e-mails and meetings are associated with no contact, company or deal and were} left out.",
                    count=self._lonely_activities,
                )
            )
        return said

    @property
    def cursor(self) -> Any:
        """From when to go on."""
        return self._window.cursor

    def read(self) -> Iterator[Batch]:
        """Yield companies, contacts, deals and activities, a page at a time, each with those that were deleted."""
        hubspot = Portal(self.context, self._source, self.base_url)
        names = Names(hubspot.owners())
        stages = Stages(hubspot.pipelines(), self._goals)
        for name in stages.unknown:
            self._remarks.append(Text("--stage: there is no stage '{stage}' in HubSpot; it was passed over.", stage=name))
        yield from self._companies(hubspot, names)
        yield from self._contacts(hubspot, names)
        if "deals" in self.skip:
            # What was read of them before another system kept them would count twice.
            for records in self._records("deals", "conversions", "opportunities", "buying_roles").values():
                yield from records.replaced()
        else:
            yield from self._deals(hubspot, names, stages)
        for objects in ACTIVITY_PROPERTIES:
            if objects not in self.skip:
                yield from self._activities(hubspot, names, objects)

    def _learn(self, hubspot: Portal, names: Names, numbers: Iterable[str | None]) -> None:
        """Find out which accounts companies are that have not been read: they did not change, or come later."""
        missing = [number for number in dict.fromkeys(numbers) if number and number not in names.accounts]
        for first in range(0, len(missing), PAGE):
            found = hubspot.read("companies", missing[first : first + PAGE], ("domain",))
            names.accounts |= {company.id: account_of(self._source, company) for company in found}

    def _records(self, objects: str, *kinds: str) -> dict[str, ApiRecords]:
        return {kind: ApiRecords(kind, f"{self._source} {objects}", self.context) for kind in kinds}

    def _removed(self, objects: str, kind: str, field: str, values: Iterable[str]) -> Iterator[Batch]:
        if (batch := removals(f"{self._source} {objects}", kind, field, values)) is not None:
            yield batch

    def _companies(self, hubspot: Portal, names: Names) -> Iterator[Batch]:
        records = self._records("companies", "accounts")
        start = self._window.start
        pages = hubspot.listed("companies", COMPANY_PROPERTIES)
        if start is not None:
            pages = hubspot.changed("companies", COMPANY_PROPERTIES, MODIFIED, start)
        for things in pages:
            names.accounts |= {thing.id: account_of(self._source, thing) for thing in things}
            self._learn(hubspot, names, (thing.said("hs_parent_company_id") for thing in things))
            yield records["accounts"].batch([self._company(thing, names) for thing in things])
            merged = [number for thing in things for number in thing.several("hs_merged_object_ids") if number != thing.id]
            yield from self._removed("companies", "accounts", "account", (f"{self._source} company {number}" for number in merged))
        for things in hubspot.deleted("companies", ("domain",), start):
            gone = [f"{self._source} company {thing.id}" for thing in things]
            # Another company may have the same domain; that shows where all of them are read.
            gone += [account_of(self._source, thing) for thing in things if start is None]
            yield from self._removed("companies", "accounts", "account", gone)

    def _company(self, thing: Thing, names: Names) -> dict[str, Any]:
        said, parent = thing.properties.get, thing.said("hs_parent_company_id")
        return {
            "account": names.accounts[thing.id],
            "name": said("name"),
            "domain": said("domain"),
            "industry": said("industry"),
            "country": said("country"),
            "employees": said("numberofemployees"),
            "tier": said("hs_ideal_customer_profile"),
            "owner": owner_of(thing, names.owners),
            "parent": names.accounts.get(parent or ""),
        }

    def _contacts(self, hubspot: Portal, names: Names) -> Iterator[Batch]:
        records = self._records("contacts", "people", "identities", "touches", "conversions")
        start = self._window.start
        for things in hubspot.deleted("contacts", ("email",), start):
            yield from self._forgotten(hubspot, names, [Contact(self._source, thing) for thing in things], records)
        pages = hubspot.listed("contacts", CONTACT_PROPERTIES)
        if start is not None:
            pages = hubspot.changed("contacts", CONTACT_PROPERTIES, CONTACT_MODIFIED, start)
        for things in pages:
            yield from self._told(hubspot, names, [Contact(self._source, thing) for thing in things], records)

    def _told(self, hubspot: Portal, names: Names, contacts: list[Contact], records: dict[str, ApiRecords]) -> Iterator[Batch]:
        self._learn(hubspot, names, (contact.thing.said("associatedcompanyid") for contact in contacts))
        yield records["people"].batch([told for contact in contacts if (told := contact.told(names.accounts)) is not None])
        yield records["identities"].batch([identity for contact in contacts for identity in contact.identities()])
        yield records["touches"].batch([touch for contact in contacts for touch in contact.touches()])
        yield records["conversions"].batch([conversion for contact in contacts for conversion in contact.conversions()])
        gone = [contact.gone(numbers=tuple(contact.merged)) for contact in contacts]
        for kind in ("touches", "conversions"):
            yield from self._removed("contacts", kind, "id", (name for words in gone for name in words[kind]))

    def _forgotten(self, hubspot: Portal, names: Names, deleted: list[Contact], records: dict[str, ApiRecords]) -> Iterator[Batch]:
        """Take out contacts that were deleted; an address that a contact has again stays, and that contact is told anew."""
        addresses = [contact.address for contact in deleted if contact.address]
        again = [Contact(self._source, thing) for thing in hubspot.read("contacts", addresses, CONTACT_PROPERTIES, by="email")]
        yield from self._told(hubspot, names, again, records) if again else ()
        there = {address for contact in again for address in (contact.address, contact.thing.said("email")) if address}
        for contact in deleted:
            for kind, words in all_names(self._source, contact.thing.id).items():
                yield from self._removed("contacts", kind, "id", words)
        numbers = [contact.number for contact in deleted]
        yield from self._removed("contacts", "identities", "same_as", numbers)
        for kind in ("people", "identities", "buying_roles"):
            yield from self._removed("contacts", kind, "person", numbers)
        for kind in ("people", "identities", "touches"):
            yield from self._removed("contacts", kind, "person", (address for address in addresses if address not in there))

    def _deals(self, hubspot: Portal, names: Names, stages: Stages) -> Iterator[Batch]:
        records = self._records("deals", "opportunities", "conversions", "buying_roles")
        start = self._window.start
        for things in self._deal_pages(hubspot):
            numbers = [thing.id for thing in things]
            contacts = hubspot.ties("deals", "contacts", numbers) if numbers else {}
            companies = hubspot.ties("deals", "companies", numbers) if numbers else {}
            self._learn(hubspot, names, (tie.to for ties in companies.values() for tie in ties))
            deals = [Deal(self._source, thing, stages, names, contacts.get(thing.id, []), companies.get(thing.id, [])) for thing in things]
            self._lonely_deals += sum(deal.person is None and deal.account is None for deal in deals)
            yield records["opportunities"].batch([deal.opportunity() for deal in deals])
            yield records["conversions"].batch([conversion for deal in deals for conversion in deal.conversions()])
            yield records["buying_roles"].batch([role for deal in deals for role in deal.buying_roles()])
            merged = [name for deal in deals for name in deal.merged]
            for kind in ("conversions", "buying_roles"):
                yield from self._removed("deals", kind, "opportunity", [*(deal.name for deal in deals), *merged])
            yield from self._removed("deals", "opportunities", "opportunity", merged)
        for things in hubspot.deleted("deals", ("dealstage",), start):
            for kind in ("opportunities", "conversions", "buying_roles"):
                yield from self._removed("deals", kind, "opportunity", (f"{self._source} deal {thing.id}" for thing in things))

    def _deal_pages(self, hubspot: Portal) -> Iterator[list[Thing]]:
        """Read deals with the history of their stages, which a search does not give."""
        if self._window.start is None:
            yield from hubspot.listed("deals", DEAL_PROPERTIES, history=HISTORY)
            return
        for found in hubspot.changed("deals", (HISTORY,), MODIFIED, self._window.start, PAGE_WITH_HISTORY):
            yield hubspot.read("deals", [thing.id for thing in found], DEAL_PROPERTIES, history=HISTORY)

    def _activities(self, hubspot: Portal, names: Names, objects: str) -> Iterator[Batch]:
        records = self._records(objects, "activities")
        start, properties = self._window.start, ACTIVITY_PROPERTIES[objects]
        pages = hubspot.listed(objects, properties, ties=WITH)
        if start is not None:
            pages = hubspot.changed(objects, properties, MODIFIED, start)
        for things in pages:
            if start is None:
                ties = {to: hubspot.ties_within(things, to) for to in WITH}
            else:
                ties = {to: hubspot.ties(objects, to, [thing.id for thing in things]) if things else {} for to in WITH}
            self._learn(hubspot, names, (tie.to for found in ties["companies"].values() for tie in found))
            made = [activity(self._source, objects, thing, names, {to: ties[to].get(thing.id, []) for to in WITH}) for thing in things]
            with_somebody = [record for record in made if record["person"] or record["account"] or record["opportunity"]]
            self._lonely_activities += len(made) - len(with_somebody)
            yield records["activities"].batch(with_somebody)
        for things in hubspot.deleted(objects, ("hs_timestamp",), start):
            yield from self._removed(objects, "activities", "id", (activity_name(self._source, objects, thing.id) for thing in things))
