"""Touches and conversions of an engine's tables as journeys take them: a key, whole seconds, and what a row was left out for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from attribution.elsewhere.instants import outside, seconds_and_millis
from attribution.elsewhere.origins import origin_columns, with_query
from workspace.errors import SourceError
from workspace.reading import TIES

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, StringValue, Table, Value

    from attribution.elsewhere.tables import Found

NO = ("false", "f", "no", "n", "non", "0", "faux", "denied", "refused", "refusé")
"""What says in a text that consent was not given."""


@dataclasses.dataclass(frozen=True)
class Touches:
    """Touches ready to be coded.

    Parameters
    ----------
    table : Table
        `key, at, millis`, `serial` (where rows have a number), and the columns of the origin; the rows that can be used.
    origin : tuple of str
    counts : dict of str to int
        `rows`, `without_key`, `without_time`, `without_consent`, `used`, and of the used ones `first`, `last`, `seconds` (the sum of `at`),
        `latest_milli`, `serials` (the sum of their low bits; 0 without numbers).
    """

    table: Table
    origin: tuple[str, ...]
    counts: dict[str, int]


def keys(touches: Found, conversions: Found, level: str) -> tuple[Value, Value]:
    """Define whose each row is, alike in both tables.

    Parameters
    ----------
    touches, conversions : Found
    level : {"person", "account"}
        At the level of accounts, a row of no account is its person's own; capitals do not tell accounts apart.

    Returns
    -------
    touch_key, conversion_key : columns of one type
        Null where nobody is named.

    Raises
    ------
    SourceError
        A key is a number with a point.
    """
    import ibis

    if level == "account":

        def key(found: Found) -> Value:
            named = [
                ibis.literal(mark) + (text.lower() if field == "account" else text)
                for field, mark in (("account", "a "), ("person", "p "))
                if field in found.columns and (text := _text(found.table[found.columns[field]])) is not None
            ]
            return ibis.coalesce(*named)

        return key(touches), key(conversions)
    own = [found.table[found.columns[level]] for found in (touches, conversions)]
    for found, column in zip((touches, conversions), own, strict=True):
        if column.type().is_floating():
            raise SourceError(
                "{place}: the column '{column}' holds numbers with a point, which name nobody; make them whole numbers or texts in a view",
                place=found.place,
                column=found.columns[level],
            )
    if all(column.type().is_integer() for column in own):
        return own[0].cast("int64"), own[1].cast("int64")
    return _text(own[0]), _text(own[1])


def _text(column: Value) -> StringValue:
    return column.cast("string").nullif("")


def read_touches(found: Found, key: Value, zone: str, until: int | None, content: bool) -> Touches:
    """Count the touches that can be used and those that cannot.

    Parameters
    ----------
    found : Found
    key : column
        Whose each touch is.
    zone : str
        Of times that carry none.
    until : int or None
        Only touches before this second.
    content : bool
        Whether credit is broken down by content.
    """
    rows, origin, counts = touch_rows(found, key, zone, until, content)
    return Touches(rows, origin, _numbers(counts))


def touch_rows(found: Found, key: Value, zone: str, until: int | None, content: bool) -> tuple[Table, tuple[str, ...], Table]:
    """Define the rows that can be used, what their origins are made of, and the counts, as `Touches` has them."""
    import ibis

    found = with_query(found)
    seconds, millis = _times(found, zone)
    origin = origin_columns(found, content)
    serial = {}
    if "id" in found.columns and found.table[found.columns["id"]].type().is_integer():
        serial = {"serial": found.table[found.columns["id"]].cast("int64") & (TIES - 1)}
    allowed = ~_refused(found.table[found.columns["consent"]]) if "consent" in found.columns else ibis.literal(True)
    base = {"key": key, "at": seconds, "millis": millis, "allowed": allowed, **serial}

    def usable(rows: Table) -> BooleanValue:
        sooner = ibis.literal(True) if until is None else rows["at"] < until
        return rows.key.notnull() & ~outside(rows["at"]) & rows.allowed & sooner

    whole, rows = found.table.select(**base, **origin), found.table.select(**base)
    timely, used = ~outside(rows["at"]), usable(rows)
    counts = rows.aggregate(
        rows=rows.count(),
        without_key=rows.count(where=rows.key.isnull()),
        without_time=rows.count(where=rows.key.notnull() & ~timely),
        without_consent=rows.count(where=rows.key.notnull() & timely & ~rows.allowed),
        used=rows.count(where=used),
        first=rows["at"].min(where=used),
        last=rows["at"].max(where=used),
        seconds=rows["at"].sum(where=used),
        latest_milli=rows.millis.max(where=used),
        serials=rows.serial.sum(where=used) if serial else ibis.literal(0, "int64"),
    )
    return whole.filter(usable(whole)).drop("allowed"), tuple(origin), counts


def read_conversions(found: Found, key: Value, zone: str) -> Table:
    """Define conversions as `key, at, goal, value, currency`; what is not known is null, the goal then "conversion"."""
    import ibis

    seconds, _ = _times(found, zone)

    def text(field: str) -> Value:
        return found.table[found.columns[field]].cast("string").nullif("") if field in found.columns else ibis.null("string")

    value = ibis.null("float64")
    if "value" in found.columns:
        written = found.table[found.columns["value"]]
        value = written.cast("float64")
        if written.type().is_floating():  # "not a number" is how some programs write that they do not know it
            value = ibis.ifelse(written.isnan(), ibis.null("float64"), value)
    goal = text("goal").fill_null("conversion")
    return found.table.select(key=key, at=seconds, goal=goal, value=value, currency=text("currency").upper())


def _times(found: Found, zone: str) -> tuple[Any, Any]:
    column = found.columns["at"]
    place = f"{found.place}: {column}"
    return seconds_and_millis(found.table, column, None if column in found.moments else zone, place)


def _refused(consent: Value) -> BooleanValue:
    """Mark the rows whose consent says no; what is not known forbids nothing."""
    kind = consent.type()
    if kind.is_boolean():
        return (~consent).fill_null(False)
    if kind.is_numeric():
        return (consent == 0).fill_null(False)
    return consent.cast("string").strip().lower().isin(NO).fill_null(False)


def _numbers(table: Table) -> dict[str, int]:
    """Fetch one row of whole numbers; 0 where there is nothing to count."""
    return {name: int(number or 0) for name, number in table.to_pyarrow().to_pylist()[0].items()}
