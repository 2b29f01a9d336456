"""Spend under the names that credit goes by: a channel, a family, a source, a medium or a campaign."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attribution.money import in_one_currency
from attribution.naming import NONE
from attribution.reserved import told_apart
from workspace import reading, spending
from workspace.errors import DataError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CUTS = ("channel", "family", "source", "medium", "campaign")
"""What spend can be told by; it carries no content."""

NOT_SET = "(not set)"
"""Stands where spend does not say what it was for: (direct) or (none) would lay it to people who typed the address."""


PARTS = ["name", "channel", "family", "source", "named", "guessed"]


@dataclasses.dataclass(frozen=True, eq=False)
class Spending:
    """What was spent in a period.

    Parameters
    ----------
    parts : pandas.DataFrame
        One row for each origin of spend (and currency, as it was): `name` in the cut, `channel`, `family`, `source`, `named` (whether
        spend says what it was for, as far as the cut goes), `guessed` (a source without medium and channel, which the rules take for
        unpaid), `spend` in one currency, `impressions`, `clicks` (missing where they are not known).
    first, last : date
        The first and the last day of the period on which something was spent.
    left_out : dict of str to float
        Amounts in other currencies that are not counted.
    negative : float
        The sum of the amounts below 0 (credit notes), which are subtracted.
    negative_rows, rows : int
    respelt : dict of str to str
        Names as spend has them, and as touches do, where they differ in capitals alone (`as_touched`).
    """

    parts: pd.DataFrame
    first: dt.date
    last: dt.date
    left_out: dict[str, float]
    negative: float
    negative_rows: int
    rows: int
    respelt: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def total(self) -> float:
        """Give all that was spent."""
        return float(self.parts["spend"].sum())

    def by_name(self) -> pd.DataFrame:
        """Add the parts up: `spend, impressions, clicks` by name; figures that no part knows are missing."""
        return self.parts.groupby("name", sort=False)[["spend", "impressions", "clicks"]].sum(min_count=1)


def spent(workspace: Workspace, since: dt.date | None, until: dt.date | None) -> tuple[pa.Table, dt.date, dt.date]:
    """Read the spend of a period as it is, with its first and its last day.

    Raises
    ------
    DataError
        There is none.
    """
    days = spending.spend_days(workspace, since, until)
    if days is not None:
        return spending.spend_of(workspace, since, until), *days
    known = spending.spend_days(workspace)
    if known is None:
        raise DataError("There is no spend yet; import some with 'smarketing import csv FILE --as spend'")
    raise DataError(
        "There is no spend in this period; it is known from {first} to {last}: choose another period with --since and --until",
        first=known[0].isoformat(),
        last=known[1].isoformat(),
    )


def name_spend(workspace: Workspace, table: pa.Table, days: tuple[dt.date, dt.date], by: str, only: str | None) -> Spending:
    """Bring spend under the names of a cut, in one currency.

    Parameters
    ----------
    workspace : Workspace
        Its origins are named (`attribution.naming.name_origins`).
    table : pyarrow.Table
        As `spent` reads it; every currency has a rate, or `only` chooses one.
    days : tuple of date
    by : str
        One of `CUTS`.
    only : str or None
        Count this currency alone.
    """
    import pandas as pd
    import pyarrow.compute as pc

    left_out: dict[str, float] = {}
    if only is not None:
        others = table.filter(pc.not_equal(table["currency"], only)).group_by("currency").aggregate([("amount", "sum")])
        left_out = {row["currency"]: row["amount_sum"] for row in others.sort_by("currency").to_pylist()}
        table = table.filter(pc.equal(table["currency"], only))

    def amounts(column: str) -> Any:
        """Give a column of amounts in the one currency."""
        values = table.select([column, "currency"]).rename_columns(["value", "currency"])
        return (values if only is not None else in_one_currency(values, workspace, None)[0])["value"].to_numpy()

    origins = {row["id"]: row for row in reading.origins(workspace)}
    parts = pd.DataFrame([_told(origins[origin], by) for origin in table["origin_id"].to_pylist()], columns=PARTS)
    parts["spend"] = amounts("amount")
    for column in ("impressions", "clicks"):
        parts[column] = table[column].cast("float64").to_numpy()
    return Spending(
        parts,
        *days,
        left_out=left_out,
        negative=float(amounts("negative").sum()),
        negative_rows=int(pc.sum(table["negative_rows"]).as_py() or 0),
        rows=int(pc.sum(table["rows"]).as_py() or 0),
    )


def as_touched(told: Spending, touched: Iterable[str]) -> Spending:
    """Lay spend to the touches whose name differs from its own in capitals alone, where there is only one such name.

    Parameters
    ----------
    told : Spending
    touched : iterable of str
        The names of the cut that any touch bears.

    Notes
    -----
    A name that touches bear as it is stays. Where touches themselves are written in several ways, nobody can say to which of them other
    spend belongs, so it stays, too.
    """
    exact = frozenset(touched)
    spelt: dict[str, list[str]] = {}
    for name in exact:
        spelt.setdefault(name.casefold(), []).append(name)
    meant = {
        name: spelt[name.casefold()][0]
        for name in set(told.parts["name"])
        if name not in exact and len(spelt.get(name.casefold(), ())) == 1
    }
    if not meant:
        return told
    renamed = told.parts["name"].map(lambda name: meant.get(name, name))
    return dataclasses.replace(told, parts=told.parts.assign(name=renamed), respelt=meant)


def _told(origin: Mapping[str, Any], by: str) -> dict[str, Any]:
    """Say what the spend of an origin was for, as far as it says so itself."""
    silent = not any(origin[field] for field in ("given_channel", "source", "medium", "campaign"))
    name = {
        "channel": NOT_SET if silent else origin["channel"],
        "family": NOT_SET if silent else origin["family"],
        "source": origin["source_label"] if origin["source"] else NOT_SET,
        "medium": origin["medium_label"] if origin["medium"] else NOT_SET,
        "campaign": origin["campaign"] or NONE,
    }
    return {
        "name": told_apart(name[by]),
        "channel": told_apart(name["channel"]),
        "family": name["family"],
        "named": name[by] not in (NOT_SET, NONE),
        "guessed": bool(origin["source"]) and not origin["medium"] and not origin["given_channel"],
        "source": told_apart(name["source"]),
    }
