"""What a return is made of, added up in the workspace: the spend of a period, the conversions of a period."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

EPOCH = dt.date(1970, 1, 1)


def spend_of(workspace: Workspace, since: dt.date | None = None, until: dt.date | None = None) -> pa.Table:
    """Add up what was spent from one day to another, both included.

    Parameters
    ----------
    workspace : Workspace
    since, until : date or None
        None is as early, or as late, as it goes.

    Returns
    -------
    pyarrow.Table
        One row for each origin and currency: `origin_id` (int64), `currency`, `amount` (float64), `impressions`, `clicks` (int64, null
        where no row knows them), `rows`, `negative_rows` (int64: those below 0, credit notes), `negative` (float64: their sum).
    """
    import pyarrow as pa

    whole, real = pa.int64(), pa.float64()
    columns = {"origin_id": whole, "currency": pa.string(), "amount": real, "impressions": whole, "clicks": whole}
    columns |= {"rows": whole, "negative_rows": whole, "negative": real}
    return workspace.arrow(
        """SELECT origin_id, currency, sum(amount) AS amount, sum(impressions) AS impressions, sum(clicks) AS clicks, count(*) AS "rows",
        sum(amount < 0) AS negative_rows, sum(min(amount, 0.0)) AS negative
        FROM spend WHERE day >= ? AND day <= ? GROUP BY origin_id, currency ORDER BY origin_id, currency""",
        (_number(since, -(2**62)), _number(until, 2**62)),
        pa.schema(columns),
    )


def spend_days(workspace: Workspace, since: dt.date | None = None, until: dt.date | None = None) -> tuple[dt.date, dt.date] | None:
    """Say on which day of a period something was first spent, and on which last; None where nothing was."""
    row = workspace.rows(
        "SELECT min(day) AS first, max(day) AS last FROM spend WHERE day >= ? AND day <= ?",
        (_number(since, -(2**62)), _number(until, 2**62)),
    )[0]
    return None if row["first"] is None else (_day(row["first"]), _day(row["last"]))


def conversions_of(workspace: Workspace, since: int | None = None, until: int | None = None) -> list[dict[str, Any]]:
    """Count conversions at `since` or later and before `until` (seconds since 1970).

    Returns
    -------
    list of dict
        One for each goal and currency: `goal`, `currency` (None for those without a value), `conversions`, `first`, `last` (seconds).
    """
    return workspace.rows(
        """SELECT goal, CASE WHEN value IS NOT NULL THEN currency END AS currency, count(*) AS conversions,
        min(at) AS first, max(at) AS last FROM conversions WHERE at >= ? AND at < ? GROUP BY 1, 2 ORDER BY 1, 2""",
        (-(2**62) if since is None else since, 2**62 if until is None else until),
    )


def _number(day: dt.date | None, otherwise: int) -> int:
    return otherwise if day is None else (day - EPOCH).days


def _day(number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=number)
