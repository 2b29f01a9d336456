"""Salesforce: leads, contacts, accounts, responses to campaigns, opportunities with their stages and buying roles, activities."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from connectors import salesforce_records as records
from connectors.api_records import ApiRecords, removals
from connectors.base import Batch, ImportContext, Option
from connectors.salesforce_api import CLIENT_SECRET, PRIVATE_KEY, Org, Within, quoted, soql
from connectors.salesforce_records import Deal, Names, Stages, address
from connectors.since import SINCE, Window
from connectors.stages import goals_named
from reports.report import N_, Text

BY_CHANGES = N_(
    "OpportunityHistory may not be read: stages are dated by the tracked changes of the field Stage, which Salesforce keeps 24 months."
)
NO_HISTORY = N_(
    "Neither OpportunityHistory nor tracked changes of the field Stage may be read: opportunities are dated by their beginning alone; let "
    "the user read them, or track the field (Setup, Object Manager, Opportunity, Fields, Set History Tracking)."
)
AT_ONCE = 200
"""Addresses that one question names."""


@dataclasses.dataclass
class Salesforce:
    """A connector for Salesforce's Sales Cloud.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    base_url : str
        The org's own address ("https://example.my.salesforce.com").
    client_id : str
        The consumer key of a connected app.
    user : str or None
        Log in as this user by a signed assertion, in place of as the application.
    stage : tuple of str
        Which goal a stage is, by its name.
    since : str or None

    Notes
    -----
    Everything is asked for by `queryAll`, which tells of deleted records too; later, what changed since, by SystemModstamp. An opportunity
    that moved back loses the stages it no longer has.
    """

    name: ClassVar[str] = "salesforce"
    summary: ClassVar[str] = N_("Salesforce: leads, contacts, accounts, campaign responses, opportunities with their stages, activities.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import salesforce --base-url https://example.my.salesforce.com --client-id 3MVG9",
        'smarketing import salesforce --base-url https://example.my.salesforce.com --client-id 3MVG9 --stage "Proposal=proposal"',
    )
    takes: ClassVar[str] = "api"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (("client-secret", CLIENT_SECRET), ("private-key", PRIVATE_KEY))
    kinds: ClassVar[tuple[str, ...]] = (
        *("accounts", "people", "identities", "touches", "conversions", "opportunities", "buying_roles", "activities", "removals"),
    )
    options: ClassVar[tuple[Option, ...]] = (
        Option("base_url", N_("The org's own address, as https://example.my.salesforce.com."), required=True, metavar="URL"),
        Option("client_id", N_("The consumer key of the connected app."), required=True, metavar="KEY"),
        Option("user", N_("The user to log in as by the JWT bearer flow; else the application logs in by itself."), metavar="NAME"),
        Option(
            "stage", N_("Which goal a deal stage is; closed stages are won or lost by themselves."), multiple=True, metavar="STAGE=GOAL"
        ),
        SINCE,
    )

    context: ImportContext
    sources: tuple[str, ...]
    base_url: str
    client_id: str
    user: str | None = None
    stage: tuple[str, ...] = ()
    since: str | None = None

    def __post_init__(self) -> None:
        self._source = self.context.source or self.name
        self._window = Window(self.context, self.since, corrected=1)
        self._goals = goals_named(self.stage)
        self._remarks: list[Text] = []

    @property
    def remarks(self) -> list[Text]:
        """Which stages that were named are not there."""
        return self._remarks

    @property
    def cursor(self) -> Any:
        """From when to go on."""
        return self._window.cursor

    def read(self) -> Iterator[Batch]:
        """Yield accounts, leads and contacts, responses, opportunities, activities, a page at a time."""
        org = Org(self.context, self._source, self.base_url, self.client_id, self.user)
        users = (row for page in org.asked(soql("Id, Email", "User")) for row in page)
        names = Names(
            self._source, {row["Id"]: row["Email"].lower() for row in users if isinstance(row.get("Email"), str) and row.get("Id")}
        )
        stages = Stages([row for page in org.asked(soql(records.STAGE, "OpportunityStage")) for row in page], self._goals)
        for name in stages.unknown:
            self._remarks.append(Text("--stage: there is no stage '{stage}' in Salesforce; it was passed over.", stage=name))
        for there, gone in self._pages(org, "Account", records.ACCOUNT):
            yield self._batch("Account", "accounts", (records.account(row, names) for row in there))
            # Another account may have the same domain: what goes by its id alone goes.
            yield from self._removed("Account", "accounts", "account", (names.number(row["Id"]) for row in gone))
        yield from self._people(org, "Lead", records.LEAD, "", names)
        yield from self._people(org, "Contact", records.CONTACT, "Account", names)
        for there, gone in self._pages(org, "CampaignMember", records.MEMBER, "Campaign"):
            yield self._batch("CampaignMember", "touches", (records.response(row, names) for row in there))
            unanswered = [row for row in there if records.response(row, names) is None]
            yield from self._removed("CampaignMember", "touches", "id", (names.number(row["Id"]) for row in (*gone, *unanswered)))
        yield from self._opportunities(org, names, stages)
        for called, fields in (("Task", records.TASK), ("Event", records.EVENT)):
            for there, gone in self._pages(org, called, fields, "Account"):
                yield self._batch(called, "activities", (records.activity(row, names) for row in there))
                undone = [row for row in there if records.activity(row, names) is None]
                yield from self._removed(called, "activities", "id", (names.number(row["Id"]) for row in (*gone, *undone)))

    def _batch(self, called: str, kind: str, rows: Iterable[Mapping[str, Any] | None]) -> Batch:
        told = ApiRecords(kind, f"{self._source} {called}", self.context)
        return told.batch([row for row in rows if row is not None])

    def _removed(self, called: str, kind: str, field: str, values: Iterable[str | None]) -> Iterator[Batch]:
        if (batch := removals(f"{self._source} {called}", kind, field, (value for value in values if value))) is not None:
            yield batch

    def _pages(
        self, org: Org, called: str, fields: str, beside: str = "", further: str = ""
    ) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
        """Give pages of records that changed: those that are there, and those that were deleted.

        A record is told anew too where the record `beside`, of which it bears a name, has changed.
        """
        where = further
        if self._window.start is not None and not further:
            since = f"SystemModstamp >= {self._window.start:%Y-%m-%dT%H:%M:%SZ}"
            where = f"{since} OR {beside}.{since}" if beside else since
        for rows in org.asked(soql(fields, called, where)):
            for row in rows:
                org.api.need(row, called, "Id")
            deleted = [row.get("IsDeleted") is True for row in rows]
            yield (
                [row for row, is_gone in zip(rows, deleted, strict=True) if not is_gone],
                [row for row, is_gone in zip(rows, deleted, strict=True) if is_gone],
            )

    def _people(self, org: Org, called: str, fields: str, beside: str, names: Names) -> Iterator[Batch]:
        for there, gone in self._pages(org, called, fields, beside):
            yield self._batch(called, "people", (records.person(row, names) for row in there))
            merged = [row for row in gone if row.get("MasterRecordId")]
            told = [identity for row in (*there, *merged) for identity in records.identities(row, names)]
            yield self._batch(called, "identities", told)
            if called == "Lead":
                yield self._batch(called, "conversions", (records.lead(row, names) for row in there))
                yield from self._removed(called, "conversions", "id", (f"{names.number(row['Id'])} lead" for row in gone))
            numbers = [names.number(row["Id"]) for row in gone]
            yield from self._removed(called, "identities", "same_as", numbers)
            for kind in ("people", "identities", "touches", "buying_roles"):
                yield from self._removed(called, kind, "person", numbers)
            addresses = sorted({known for row in gone if (known := address(row))})
            alone = set(addresses) - self._still_there(org, addresses)
            for kind in ("people", "identities"):
                yield from self._removed(called, kind, "person", sorted(alone))

    def _still_there(self, org: Org, addresses: list[str]) -> set[str]:
        """Find those addresses that a lead or a contact still has."""
        found = set()
        for first in range(0, len(addresses), AT_ONCE):
            listed = ", ".join(quoted(each) for each in addresses[first : first + AT_ONCE])
            for called in ("Lead", "Contact"):
                for rows in org.asked(soql("Email", called, f"IsDeleted = false AND Email IN ({listed})")):
                    found |= {known for row in rows if (known := address(row))}
        return found

    def _opportunities(self, org: Org, names: Names, stages: Stages) -> Iterator[Batch]:
        known, children = org.described("Opportunity")
        within = Within(children)
        if within.histories is None:
            self._remarks.append(Text(BY_CHANGES if within.changes else NO_HISTORY))
        fields = f"{records.OPPORTUNITY}{', CurrencyIsoCode' if 'CurrencyIsoCode' in known else ''}, {within}"
        for there, gone in self._changed_opportunities(org, fields):
            deals = [
                Deal(row, org.within(row, within.histories), org.within(row, within.roles), names, org.within(row, within.changes))
                for row in there
            ]
            kinds: dict[str, Callable[[Deal], Iterable[Mapping[str, Any]]]] = {
                "opportunities": lambda deal: [deal.opportunity()],
                "conversions": lambda deal: deal.conversions(stages),
                "buying_roles": Deal.buying_roles,
            }
            removed = [names.number(row["Id"]) for row in gone]
            for kind, made in kinds.items():
                yield self._batch("Opportunity", kind, (record for deal in deals for record in made(deal)))
                again = [] if kind == "opportunities" else [deal.name for deal in deals]
                yield from self._removed("Opportunity", kind, "opportunity", (*again, *removed))

    def _changed_opportunities(self, org: Org, fields: str) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
        """Give the opportunities that changed, and those of which only the buying roles did."""
        yield from self._pages(org, "Opportunity", fields, "Account")
        if (start := self._window.start) is not None:
            since = f"{start:%Y-%m-%dT%H:%M:%SZ}"
            roles = soql("OpportunityId", "OpportunityContactRole", f"SystemModstamp >= {since}")
            yield from self._pages(org, "Opportunity", fields, further=f"SystemModstamp < {since} AND Id IN ({roles})")
