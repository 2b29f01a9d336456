"""HubSpot's API: objects listed or searched, what they are associated with, those deleted, and who owns them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from connectors import secrets
from connectors.api import CHANGED, Api
from connectors.base import ImportContext
from reports.report import N_
from workspace.errors import SourceError
from workspace.urls import host

NAME = "HubSpot"
BASE = "https://api.hubapi.com"
TOKEN = N_("The access token of a private app: Settings, Integrations, Private apps, with the scopes to read named in the documentation.")
SCOPES = ("contacts", "companies", "deals", "owners")
PERMISSION = ", ".join(f"crm.objects.{name}.read" for name in SCOPES)
PAGE, PAGE_WITH_HISTORY = 100, 50
"""Objects of a page; fewer where the history of a property comes with them (HubSpot refuses more)."""
FOUND_AT_MOST = 10_000
"""Results of one search, however many pages are asked for."""
OWNERS = 500
ENDLESS = N_(
    "HubSpot: more than {most} {objects} were changed at the same moment ({moment}), more than a search can list; read all of them with "
    "'smarketing sync --all'"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Thing:
    """An object of the CRM: its number, its properties, the histories of some, and the numbers of what it is associated with."""

    id: str
    properties: dict[str, Any]
    row: dict[str, Any]

    def said(self, name: str) -> str | None:
        """Give a property's text; None where there is none."""
        value = self.properties.get(name)
        return value.strip() or None if isinstance(value, str) else None

    def several(self, name: str) -> list[str]:
        """Give the values of a property that holds several."""
        return [part for value in (self.said(name) or "").split(";") if (part := value.strip())]


@dataclasses.dataclass(frozen=True, slots=True)
class Tie:
    """That an object is associated with another: its number, and what the tie is labelled with."""

    to: str
    labels: tuple[str, ...] = ()
    types: tuple[int, ...] = ()


Ties = dict[str, list[Tie]]


@dataclasses.dataclass(slots=True)
class Names:
    """What numbers stand for: owners' e-mail addresses, and the accounts that companies are."""

    owners: dict[str, str]
    accounts: dict[str, str] = dataclasses.field(default_factory=dict)


def account_of(source: str, company: Thing) -> str:
    """Name a company: by its domain, by which other sources know it too, else by HubSpot's number."""
    domain = host(company.said("domain") or "")
    return domain.removeprefix("www.") if domain else f"{source} company {company.id}"


class Portal:
    """What is asked of HubSpot.

    Parameters
    ----------
    context : ImportContext
    source : str
        Its name in the settings.
    base_url : str or None

    References
    ----------
    The OpenAPI documents in github.com/HubSpot/HubSpot-public-api-spec-collection; for the limits
    https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm
    """

    def __init__(self, context: ImportContext, source: str, base_url: str | None) -> None:
        secret = secrets.found(source, "token", N_("access token"), TOKEN)
        self.context, self.done = context, 0
        self.api = Api(
            NAME,
            base_url or BASE,
            secret=secret,
            permission=PERMISSION,
            patience=context.patience,
            headers={"Accept": "application/json"},
        )

    def listed(
        self, objects: str, properties: Iterable[str], *, history: str = "", ties: Iterable[str] = (), archived: bool = False
    ) -> Iterator[list[Thing]]:
        """List all objects of a type, a page at a time."""
        path = f"/crm/v3/objects/{objects}"
        asked: dict[str, Any] = {"limit": PAGE_WITH_HISTORY if history else PAGE, "properties": ",".join(properties)}
        if history:
            asked["propertiesWithHistory"] = history
        if ties:
            asked["associations"] = ",".join(ties)
        if archived:
            asked["archived"] = "true"
        for page in self._following(path, asked):
            yield self._things(page, path)

    def changed(
        self, objects: str, properties: Iterable[str], modified: str, start: dt.datetime, limit: int = PAGE
    ) -> Iterator[list[Thing]]:
        """Search the objects changed since a moment, the earliest change first, a page at a time.

        Notes
        -----
        A search ends after 10,000 results; it is begun anew from the last change it listed, leaving out what was listed already.
        """
        path = f"/crm/v3/objects/{objects}/search"
        wanted = [*dict.fromkeys([*properties, modified])]
        seen: set[str] = set()

        def ask(place: tuple[str, str]) -> Any:
            since, after = place
            filters = [{"propertyName": modified, "operator": "GTE", "value": since}]
            return since, self.api.post(
                path,
                {"filterGroups": [{"filters": filters}], "sorts": [modified], "properties": wanted, "limit": limit, "after": after},
            ).json

        def following(page: tuple[str, Any]) -> tuple[str, str] | None:
            since, found = page
            after = self._after(found, path)
            if after is None or not after.isdecimal() or int(after) + limit <= FOUND_AT_MOST:
                return None if after is None else (since, after)
            last = self._things(found, path)[-1:]
            again = _milliseconds(last[0].said(modified)) if last else None
            if again is None or again == since:
                raise SourceError(ENDLESS, most=FOUND_AT_MOST, objects=objects, moment=since)
            return again, "0"

        first = (str(int(start.timestamp() * 1000)), "0")
        for _, found in self.api.pages(path, ask, following, first):
            # Of what begins the next search, only those of its first moment can be known; keeping all numbers is simpler and small.
            fresh = [thing for thing in self._things(found, path) if thing.id not in seen]
            seen.update(thing.id for thing in fresh)
            yield fresh

    def read(self, objects: str, numbers: list[str], properties: Iterable[str], *, history: str = "", by: str = "") -> list[Thing]:
        """Read some objects, by their numbers or by another property."""
        path = f"/crm/v3/objects/{objects}/batch/read"
        body: dict[str, Any] = {
            "inputs": [{"id": number} for number in numbers],
            "properties": list(properties),
            "propertiesWithHistory": [history] if history else [],
        }
        return self._things(self.api.post(path, body | ({"idProperty": by} if by else {})).json, path) if numbers else []

    def ties(self, objects: str, to: str, numbers: list[str]) -> Ties:
        """Read what some objects are associated with, by their numbers."""
        path = f"/crm/v4/associations/{objects}/{to}/batch/read"
        found: Ties = {}
        asked: list[dict[str, str]] = [{"id": number} for number in numbers]
        known: set[str] = set()
        while asked:
            rows = self.api.listed(self.api.post(path, {"inputs": asked}).json, path, "results")
            asked = []
            for row in rows:
                number = self._number(self.api.need(row, path, "from"), path)
                found.setdefault(number, []).extend(self._tie(tie, path) for tie in self.api.listed(row, path, "to"))
                after = self._after(row, path)
                if after is not None and (place := f"{number} {after}") not in known:
                    known.add(place)
                    asked.append({"id": number, "after": after})
        return found

    def ties_within(self, things: Iterable[Thing], to: str) -> Ties:
        """Take what listed objects are associated with out of the objects themselves."""
        found: Ties = {}
        for thing in things:
            inside = thing.row.get("associations") or {}
            inside = inside.get(to) if isinstance(inside, dict) else None
            if inside is not None:
                found[thing.id] = [Tie(self._number(tie, to)) for tie in self.api.listed(inside, to, "results")]
        return found

    def deleted(self, objects: str, properties: Iterable[str], start: dt.datetime | None) -> Iterator[list[Thing]]:
        """List the objects that were deleted since a moment; HubSpot keeps them for 90 days."""
        for things in self.listed(objects, properties, archived=True):
            yield [thing for thing in things if start is None or _moment(thing.row.get("archivedAt")) >= start]

    def owners(self) -> dict[str, str]:
        """Name the owners, those who have left too: their number and their e-mail address."""
        path, found = "/crm/v3/owners", {}
        for archived in ("false", "true"):
            for page in self._following(path, {"limit": OWNERS, "archived": archived}):
                for row in self.api.listed(page, path, "results"):
                    if isinstance(address := row.get("email"), str):
                        found[self._number(row, path)] = address.lower()
        return found

    def pipelines(self) -> list[dict[str, Any]]:
        """Read the pipelines of deals with their stages."""
        path = "/crm/v3/pipelines/deals"
        found = self.api.listed(self.api.get(path).json, path, "results")
        for pipeline in found:
            for stage in self.api.listed(pipeline, path, "stages"):
                self._number(stage, path)
        return found

    def _following(self, path: str, asked: dict[str, Any]) -> Iterator[Any]:
        return self.api.pages(
            path,
            lambda after: self.api.get(path, asked | ({"after": after} if after else {})).json,
            lambda page: self._after(page, path),
        )

    def _after(self, page: Any, path: str) -> str | None:
        """Find where the next page begins."""
        found = page.get("paging") if isinstance(page, dict) else None
        if found is None:
            return None
        if isinstance(found, dict) and found.get("next") is None:
            return None
        after = self.api.need(found, path, "next", "after")
        if not isinstance(after, str) or not after:
            raise SourceError(CHANGED, api=NAME, path=path, field="paging.next.after")
        return after

    def _things(self, page: Any, path: str) -> list[Thing]:
        rows = self.api.listed(page, path, "results")
        self.done += len(rows)
        self.context.progress(self.done, None)
        found = []
        for row in rows:
            properties = self.api.need(row, path, "properties")
            if not isinstance(properties, dict):
                raise SourceError(CHANGED, api=NAME, path=path, field="properties")
            found.append(Thing(self._number(row, path), properties, row))
        return found

    def _number(self, row: Any, path: str, field: str = "id") -> str:
        number = self.api.need(row, path, field)
        if isinstance(number, bool) or not isinstance(number, str | int) or not str(number).strip():
            raise SourceError(CHANGED, api=NAME, path=path, field=field)
        return str(number)

    def _tie(self, tie: dict[str, Any], path: str) -> Tie:
        kinds = [kind for kind in tie.get("associationTypes") or () if isinstance(kind, dict)]
        labels = [label for kind in kinds if isinstance(label := kind.get("label"), str) and label]
        types = [number for kind in kinds if isinstance(number := kind.get("typeId"), int)]
        return Tie(self._number(tie, path, "toObjectId"), tuple(labels), tuple(types))


def _milliseconds(text: str | None) -> str | None:
    try:
        return str(int(dt.datetime.fromisoformat(text).timestamp() * 1000)) if text else None
    except ValueError:
        return None


def _moment(text: Any) -> dt.datetime:
    """Read when something was deleted; what cannot be read counts as now, so that nothing deleted stays."""
    try:
        read = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return dt.datetime.max.replace(tzinfo=dt.UTC)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)
