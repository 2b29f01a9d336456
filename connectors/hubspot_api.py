"""Asking HubSpot's CRM for objects: all of them page by page, or those that changed, with what they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.api import Api
from reports.report import N_
from workspace.errors import SourceError

LIMIT, WITH_HISTORY, SEARCHED = 100, 50, 100
"""Objects of a page: of a list, of one with the history of properties, of a search."""
MOST_FOUND = 10_000
"""HubSpot's searches give no more than this; the search then goes on from the moment of the last."""
STUCK = N_(
    "{api}: more than {most} {objects} changed in the same moment ({moment}), and HubSpot's search gives no more; read everything anew "
    "with 'smarketing sync --all'"
)
OBJECT_TYPES = {"deals": "0-3"}
"""The paths of objects that go by a number."""


class HubSpot:
    """HubSpot's objects.

    Parameters
    ----------
    api : Api
    """

    def __init__(self, api: Api) -> None:
        self.api = api

    def _path(self, objects: str) -> str:
        return f"/crm/v3/objects/{OBJECT_TYPES.get(objects, objects)}"

    def listed(
        self, objects: str, properties: Sequence[str], *, history: Sequence[str] = (), beside: Sequence[str] = (), archived: bool = False
    ) -> Iterator[list[dict[str, Any]]]:
        """Give every object, a page at a time.

        Parameters
        ----------
        objects : str
            "contacts", "companies", "deals", "calls", "emails", "meetings".
        properties, history : sequence of str
            What is read of each, and of what all former values.
        beside : sequence of str
            Kinds of objects that they may belong to.
        archived : bool
            Those that were deleted in the last 90 days, in place of the others.
        """
        path = self._path(objects)
        asked: dict[str, Any] = {"limit": WITH_HISTORY if history else LIMIT, "properties": list(properties)}
        asked |= {"propertiesWithHistory": list(history)} if history else {}
        asked |= {"associations": list(beside)} if beside else {}
        asked |= {"archived": "true"} if archived else {}
        for page in self.api.pages(path, lambda after: self.api.get(path, asked | ({"after": after} if after else {})).json, _following):
            yield self.api.listed(page, path, "results")

    def changed(self, objects: str, modified: str, since: dt.datetime, properties: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
        """Give the objects that changed since a moment, the longest ago first, a page at a time.

        Parameters
        ----------
        objects, modified : str
            The property that says when one changed.
        since : datetime
        properties : sequence of str
        """
        path, start, after, found = f"{self._path(objects)}/search", since, None, 0
        known: set[str] = set()
        while True:
            body = {
                "filterGroups": [
                    {"filters": [{"propertyName": modified, "operator": "GTE", "value": str(round(start.timestamp() * 1000))}]}
                ],
                "sorts": [modified],  # ascending
                "properties": [*properties, modified],
                "limit": SEARCHED,
                "after": str(after or 0),
            }
            page = self.api.post(path, body).json
            rows = self.api.listed(page, path, "results")
            fresh = [row for row in rows if str(row.get("id")) not in known]
            known |= {str(row.get("id")) for row in rows}
            if fresh:
                yield fresh
            found += len(rows)
            further = _following(page)
            if further is None:
                return
            if further == after:
                raise SourceError(STUCK, api=self.api.name, most=MOST_FOUND, objects=objects, moment=start.isoformat())
            after = further
            if found >= MOST_FOUND:
                last = moment(_properties(rows[-1]).get(modified)) if rows else None
                if last is None or last <= start:
                    raise SourceError(STUCK, api=self.api.name, most=MOST_FOUND, objects=objects, moment=start.isoformat())
                start, after, found = last, None, 0

    def read(self, objects: str, ids: Iterable[str], properties: Sequence[str], history: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        """Give objects by their numbers."""
        path, wanted = f"{self._path(objects)}/batch/read", list(dict.fromkeys(ids))
        size = WITH_HISTORY if history else LIMIT
        for start in range(0, len(wanted), size):
            inputs = [{"id": number} for number in wanted[start : start + size]]
            body = {"inputs": inputs, "properties": list(properties), "propertiesWithHistory": list(history)}
            yield from self.api.listed(self.api.post(path, body).json, path, "results")

    def belonging(self, objects: str, to: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """Say which objects of another kind some objects belong to, by their numbers."""
        path = f"/crm/v4/associations/{OBJECT_TYPES.get(objects, objects)}/{OBJECT_TYPES.get(to, to)}/batch/read"
        if not ids:
            return {}
        found: dict[str, list[str]] = {}
        for row in self.api.listed(self.api.post(path, {"inputs": [{"id": number} for number in ids]}).json, path, "results"):
            number = str(self.api.need(row, path, "from", "id"))
            found[number] = [str(other.get("toObjectId")) for other in self.api.listed(row, path, "to")]
        return found


def _following(page: Any) -> Any:
    paging = page.get("paging") if isinstance(page, dict) else None
    further = paging.get("next") if isinstance(paging, dict) else None
    after = further.get("after") if isinstance(further, dict) else None
    return after if isinstance(after, str) and after else None


def _properties(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found = row.get("properties")
    return found if isinstance(found, dict) else {}


def properties(row: Mapping[str, Any]) -> dict[str, Any]:
    """Take an object's properties, the empty ones (None or "") left out."""
    return {name: value for name, value in _properties(row).items() if value not in (None, "")}


def beside(row: Mapping[str, Any], objects: str) -> list[str]:
    """Name the objects of a kind that an object of a list belongs to."""
    found = row.get("associations")
    of_kind = found.get(objects) if isinstance(found, dict) else None
    results = of_kind.get("results") if isinstance(of_kind, dict) else None
    return (
        list(dict.fromkeys(str(each["id"]) for each in results if isinstance(each, dict) and "id" in each))
        if isinstance(results, list)
        else []
    )


def moment(text: Any) -> dt.datetime | None:
    """Read a moment as HubSpot writes it; None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        read = dt.datetime.fromisoformat(text) if "T" in text else dt.datetime.fromtimestamp(int(text) / 1000, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)
