"""What came in by each channel, before any credit: touches and people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attribution import naming
from attribution.question import Question, bounds
from reports.report import Chart, Report, Text
from workspace import reading
from workspace.errors import DataError
from workspace.store import Workspace


def volumes(workspace: Workspace, by: str = "channel", since: dt.date | None = None, until: dt.date | None = None) -> Report:
    """Count touches and people by channel, or by another cut.

    Returns
    -------
    Report
        One row for each name: `channel` (or the cut's name), `family`, `touches`, `share_of_touches`, `people`, `share_of_people`,
        `first_seen`, `last_seen`. A person counts once for each row, so people add up to more than there are.
    """
    import pandas as pd

    naming.name_origins(workspace)
    labels, _ = naming.labels(workspace, by)
    families = _families(workspace, labels)
    start, end = bounds(Question(since=since, until=until), workspace.settings.time_zone)
    rows, people = _counted(workspace, labels, start, end)
    if not rows:
        raise DataError("There are no touches in this period; import some with 'smarketing import csv FILE --as touches'")
    frame = pd.DataFrame(rows).sort_values(["touches", by if by in rows[0] else "name"], ascending=[False, True], ignore_index=True)
    frame = frame.rename(columns={"name": by})
    touches = int(frame["touches"].sum())
    frame["share_of_touches"] = frame["touches"] / touches
    frame["share_of_people"] = frame["people"] / people
    for column in ("first_seen", "last_seen"):
        frame[column] = pd.to_datetime(frame[column], unit="s", utc=True).dt.tz_convert(workspace.settings.time_zone).dt.date
    order = [by, "touches", "share_of_touches", "people", "share_of_people", "first_seen", "last_seen"]
    if by == "channel":
        frame["family"] = frame["channel"].map(families)
        order.insert(1, "family")
    title = Text("What came in, before any credit")
    meta = {"by": by, "since": since, "until": until, "touches": touches, "people": people, "rules": workspace.settings.channels.rules}
    notes = (Text("A person counts once in each row, so the shares of people add up to more than 100 %."),)
    chart = Chart("bar", by, ("touches",), title)
    return Report("channels", title, frame[order], notes, meta, charts=(chart,))


def _families(workspace: Workspace, labels: dict[int, str]) -> dict[str, str]:
    return {labels[row["id"]]: row["family"] for row in reading.origins(workspace)}


def _counted(workspace: Workspace, labels: dict[int, str], since: int | None, until: int | None) -> tuple[list[dict[str, Any]], int]:
    """Count on the engine; also how many people there are in all."""
    import pyarrow as pa

    from attribution.engine import duckdb_engine

    names = pa.table({"origin_id": pa.array(list(labels), pa.int64()), "name": pa.array(list(labels.values()), pa.string())})
    engine = duckdb_engine()
    try:
        engine.con.register("touches", reading.touch_columns(workspace, until, followed=False))
        engine.con.register("names", names)
        touches = engine.table("touches")
        if since is not None:
            touches = touches.filter(touches.at >= since)
        named = touches.join(engine.table("names"), "origin_id")
        counted = named.group_by("name").aggregate(
            touches=named.count(), people=named.key.nunique(), first_seen=named.at.min(), last_seen=named.at.max()
        )
        rows: list[dict[str, Any]] = counted.to_pyarrow().to_pylist()
        return rows, int(touches.key.nunique().to_pyarrow().as_py())
    finally:
        engine.disconnect()
