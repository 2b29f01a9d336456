"""The words in which a family of landed tables is described: table to kind, column to field, joins."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.tables import cell_text
from workspace.urls import host

DELETED = ("_fivetran_deleted", "is_deleted", "archived", "_airbyte_deleted", "_ab_cdc_deleted_at")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclasses.dataclass(frozen=True, slots=True)
class Col:
    """A column by its usual names, the first that is there counting; case and underscores are one in all of them.

    Parameters
    ----------
    names : tuple of str
    divided : float
        What its numbers are divided by: 1,000,000 for micros, 0.01 to make a fraction a percentage.
    values : mapping or None
        What its values mean (in lower case); others are left as they are.
    site : bool
        An address of which the host alone is kept, without "www.".
    day : bool
        A moment of which the day alone is kept.
    """

    names: tuple[str, ...]
    divided: float = 1
    values: Mapping[str, str] | None = None
    site: bool = False
    day: bool = False

    def read(self, value: Any) -> str | None:
        """Read a value as a text; None where it says nothing."""
        if isinstance(value, Decimal):
            value = format(value.normalize(), "f")
        text = cell_text(value)
        if text is None or not text.strip():
            return None
        text = text.strip()
        if self.divided != 1:
            try:
                text = format((Decimal(text) / Decimal(str(self.divided))).normalize(), "f")
            except InvalidOperation:
                return text
        if self.site:
            name = host(text)
            return name.removeprefix("www.") if name else None
        return self.values.get(text.lower(), text) if self.values is not None else text


def col(*names: str, **more: Any) -> Col:
    """Write a column shortly."""
    return Col(names, **more)


@dataclasses.dataclass(frozen=True, slots=True)
class Join:
    """A table that says more of each row, and never multiplies rows: of several that fit, one is taken.

    Parameters
    ----------
    tables : tuple of str
        Its usual names.
    on : str
        A column of the rows, as it is called by then.
    key : Col
        What it meets in the joined table.
    take : dict of str to Col
    latest : Col or None
        The row where this is highest counts: tables of histories hold several.
    """

    tables: tuple[str, ...]
    on: str
    key: Col
    take: Mapping[str, Col]
    latest: Col | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """Columns that tell what a deal's stage counts as.

    A stage that the user names is the goal they say; else one that is won or lost counts as that, and any other as nothing. A deal that is
    now in another stage has left a closed one, and has not reached those that lie behind where it is now.
    """

    id: str = "stage"
    label: str = "label"
    won: str = "won"
    closed: str = "closed"
    place: str = "place"
    now: str = "now"
    now_place: str = "now_place"

    def read(self, cells: Mapping[str, str | None], stages: Mapping[str, str]) -> str | None:
        """Tell the goal; None where there is none."""
        stage, label, now = cells.get(self.id), cells.get(self.label), cells.get(self.now)
        closed, won = truth(cells.get(self.closed)), truth(cells.get(self.won))
        place, now_place = _number(cells.get(self.place)), _number(cells.get(self.now_place))
        if now is not None and now != stage and (closed or won or (place is not None and now_place is not None and place > now_place)):
            return None
        named = stages.get((stage or "").lower()) or stages.get((label or "").lower())
        return named or ("won" if won else "lost" if closed else None)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class Landed:
    """What becomes of one table.

    Parameters
    ----------
    kind : str
        A kind of record.
    tables : tuple of str
        The table's usual names, without the family's.
    columns : dict of str to Col
        What is read of it, under our own names.
    fields : dict of str to str
        The record's fields, each made of columns: "{email}|hubspot {id}" is the e-mail, else the id. A part counts where all its columns
        are filled.
    needs : tuple of str
        Columns without which it is another table.
    joins : tuple of Join
    skip_without : tuple of str
        Columns and fields; a row where one of them is empty says nothing of this kind.
    skip_blank : tuple of str
        Fields; a row where all of them are empty says nothing of this kind.
    only : dict of str to tuple of str
        Columns with the values (in lower case) that rows need.
    never : dict of str to tuple of str
        Columns with the values that rows must not have.
    once : tuple of str
        Columns of which each combination counts once: the row with the least `first_by`.
    first_by, last_by : str or None
    sums : tuple of str
        Columns to add up over all rows that are alike in the others.
    totals : dict of str to tuple of str
        Columns that are the sum of others in the same row.
    goal : Stage or None
        How the stage of a deal becomes the column `goal`.
    in_order : tuple of str
        Columns by which rows come in order; of records with one id among those alike in the first of them, the first counts.
    renews : str or None
        A field: what was known of this kind under its value goes, unless it is brought again. So a deal that moved back is followed.
    gone : str or None
        The field by which a deleted row's records are taken out.
    """

    kind: str
    tables: tuple[str, ...]
    columns: Mapping[str, Col]
    fields: Mapping[str, str]
    needs: tuple[str, ...]
    joins: tuple[Join, ...] = ()
    skip_without: tuple[str, ...] = ()
    skip_blank: tuple[str, ...] = ()
    only: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    never: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    once: tuple[str, ...] = ()
    first_by: str | None = None
    last_by: str | None = None
    sums: tuple[str, ...] = ()
    totals: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    goal: Stage | None = None
    in_order: tuple[str, ...] = ()
    renews: str | None = None
    gone: str | None = None

    def read(self, row: Mapping[str, Any], stages: Mapping[str, str]) -> dict[str, str | None] | None:
        """Make a record of a row; None where the row says nothing of this kind."""
        cells = {name: _column(self, name).read(value) for name, value in row.items()}
        for name, parts in self.totals.items():
            numbers = [int(float(cells[part] or 0)) for part in parts if cells.get(part) is not None]
            cells[name] = str(sum(numbers)) if numbers else None
        if any((cells.get(name) or "").lower() not in values for name, values in self.only.items()):
            return None
        if any((cells.get(name) or "").lower() in values for name, values in self.never.items()):
            return None
        if self.goal is not None:
            cells["goal"] = self.goal.read(cells, stages)
        record = {field: filled(template, cells) for field, template in self.fields.items()}
        if any((record[name] if name in record else cells.get(name)) is None for name in self.skip_without):
            return None
        return record

    def is_blank(self, record: Mapping[str, str | None]) -> bool:
        """Tell whether a record holds nothing but its own name."""
        return bool(self.skip_blank) and all(record.get(field) is None for field in self.skip_blank)


_PLAIN = Col(())


def _column(landed: Landed, name: str) -> Col:
    """Find how a column is read: the table's own or a joined one's."""
    return landed.columns.get(name) or next((join.take[name] for join in landed.joins if name in join.take), _PLAIN)


def truth(text: str | None) -> bool:
    """Read a flag as warehouses write it."""
    return text is not None and text.lower() in ("true", "t", "1", "yes")


def filled(template: str, cells: Mapping[str, str | None]) -> str | None:
    """Fill a template with the first of its parts whose columns are all filled.

    Examples
    --------
    >>> filled("{email}|hubspot {id}", {"email": None, "id": "7"})
    'hubspot 7'
    """
    for part in template.split("|"):
        names = PLACEHOLDER.findall(part)
        if all(cells.get(name) is not None for name in names):
            return PLACEHOLDER.sub(lambda found: str(cells[found[1]]), part)
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class Family:
    """A source whose tables are laid down together.

    Parameters
    ----------
    name : str
        As its users call it.
    prefixes : tuple of str
        What may stand before a table's usual name.
    tables : tuple of Landed
    """

    name: str
    prefixes: tuple[str, ...]
    tables: tuple[Landed, ...]

    def called(self, name: str, usual: tuple[str, ...]) -> bool:
        """Tell whether a table's name is one of the usual ones, with or without the family's.

        Examples
        --------
        >>> Family("HubSpot", ("hubspot_",), ()).called("HUBSPOT_DEAL_STAGE_DATA", ("deal_stage",))
        True
        """
        plain = name.lower().removesuffix("_data")
        known = {squeezed(one) for one in usual}
        return any(squeezed(plain.removeprefix(prefix)) in known for prefix in ("", *self.prefixes) if plain.startswith(prefix))


def squeezed(name: str) -> str:
    """Write a name so that "AccountId" and "account_id" are one.

    Examples
    --------
    >>> squeezed("AccountId") == squeezed("account_id")
    True
    """
    return name.lower().replace("_", "")
