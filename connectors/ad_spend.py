"""What a campaign cost on a day, whoever told it row by row; and whether it adds up to what the platform says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workspace.records import schema

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 50_000
"""Rows handed out at once."""


class CampaignDays:
    """Adds the rows of ads up to one row for each campaign and day.

    Parameters
    ----------
    name : str
        The connector; what a campaign's key is the key of.

    Notes
    -----
    The row of a campaign's day has an id of its own, made of the connector, the campaign's key and the day. So a later import of the same
    day replaces what was known of it, whether it then has more rows or fewer. A sum with an unknown part is unknown. O(n) in the rows.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[pa.Table] = []
        self.rows = 0
        self.days = 0

    def add(self, spend: pa.Table) -> None:
        """Take rows of the schema of spend whose `id` is the campaign's key."""
        if spend.num_rows:
            self.rows += spend.num_rows
            self.parts.append(_summed(spend))

    def sums(self) -> dict[str, float]:
        """Add up what was spent, by currency."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not self.parts:
            return {}
        parts = pa.concat_tables(self.parts)
        return {
            code: math.fsum(parts.filter(pc.equal(parts["currency"], code))["amount"].to_pylist())
            for code in sorted(set(parts["currency"].to_pylist()))
        }

    def distinct_days(self) -> pa.Array:
        """List the days, sorted."""
        import pyarrow as pa

        return pa.concat_tables(self.parts)["day"].unique().sort() if self.parts else pa.array([], pa.date32())

    def tables(self) -> Iterator[pa.Table]:
        """Give out the sums, in the order of their first rows."""
        import pyarrow as pa

        if not self.parts:
            return
        whole = _summed(pa.concat_tables(self.parts)).sort_by([("row", "ascending"), ("currency", "ascending")])
        whole = whole.set_column(whole.schema.get_field_index("id"), "id", pa.array(self._ids(whole), pa.string())).cast(schema("spend"))
        self.days = whole.num_rows
        for start in range(0, whole.num_rows, ROWS):
            yield whole.slice(start, ROWS)

    def _ids(self, whole: pa.Table) -> list[str]:
        """Make the id of each row; the currency tells apart what one campaign cost in several on one day, and is no part of it else."""
        seen: set[str] = set()
        ids = []
        for key, day, currency in zip(whole["id"].to_pylist(), whole["day"].to_pylist(), whole["currency"].to_pylist(), strict=True):
            found = f"{self.name}:{key or ''}:{day.isoformat()}"
            ids.append(f"{found}:{currency}" if found in seen else found)
            seen.add(found)
        return ids


def _summed(spend: pa.Table) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pc.ScalarAggregateOptions(skip_nulls=False, min_count=0)
    first = pc.ScalarAggregateOptions(skip_nulls=True)
    same = ["channel", "source", "medium", "campaign"]
    grouped = spend.group_by(["id", "day", "currency"], use_threads=False).aggregate(
        [
            ("amount", "sum"),
            ("impressions", "sum", known),
            ("clicks", "sum", known),
            ("conversions", "sum", known),
            ("row", "min"),
            *((name, "first", first) for name in same),
        ]
    )
    columns = {name: grouped[name] for name in ("id", "day", "currency")}
    columns |= {name: grouped[f"{name}_sum"] for name in ("impressions", "clicks", "conversions")}
    # Sums of binary fractions differ with their order; the sixth decimal is a millionth, the smallest part that platforms know. Arrow
    # rounds to numbers that are not the nearest to their decimals.
    columns["amount"] = pa.array([round(amount, 6) for amount in grouped["amount_sum"].to_pylist()], pa.float64())
    columns["row"] = grouped["row_min"]
    columns |= {name: grouped[f"{name}_first"] for name in same}
    wanted = schema("spend")
    return pa.table([columns[field.name] for field in wanted], names=wanted.names).cast(wanted)
