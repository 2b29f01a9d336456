"""Events as GA4 exports them to BigQuery, made by hand to the export's schema (support.google.com/analytics/answer/7029846)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from connectors.base import ImportContext
from connectors.ga4 import Ga4
from workspace.settings import Settings

SECRET = b"a secret of the tests"
SETTINGS = Settings(own_domains=("example.com",), currency="EUR")
MIDNIGHT = int(dt.datetime(2026, 1, 11, tzinfo=dt.UTC).timestamp())


def param(key: str, value: Any) -> dict[str, Any]:
    kind = {str: "string_value", int: "int_value", float: "double_value"}[type(value)]
    return {"key": key, "value": {kind: str(value) if kind == "int_value" else value}}


def event(at: float, user: str | None, name: str = "page_view", session: int | str | None = None, **fields: Any) -> dict[str, Any]:
    """An event at a second after the midnight of 11 January 2026 (UTC); `params` are its own, the rest are its fields."""
    moment = MIDNIGHT + at
    params = [param(key, value) for key, value in fields.pop("params", {}).items()]
    if session is not None:
        params.append(param("ga_session_id", MIDNIGHT + session if isinstance(session, int) else session))
    made = {
        "event_date": dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y%m%d"),
        "event_timestamp": str(round(moment * 1_000_000)),
        "event_name": name,
        "event_params": params,
        "privacy_info": {"analytics_storage": "Yes", "ads_storage": "Yes", "uses_transient_token": "No"},
        "traffic_source": {"name": "first", "medium": "first", "source": "first"},
        "device": {"category": "desktop", "web_info": {"browser": "Chrome"}},
        "items": [],
    }
    return made | ({"user_pseudo_id": user} if user is not None else {}) | fields


def collected(**fields: str) -> dict[str, str]:
    return {f"manual_{name}" if name not in ("gclid", "dclid") else name: value for name, value in fields.items()}


def written(path: Path, *events: dict[str, Any] | str) -> Path:
    path.write_text("".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in events), encoding="utf-8")
    return path


def plain(found: Any) -> Any:
    """The same event with whole numbers that are no texts, as other tools write them."""
    if isinstance(found, dict):
        return {
            key: int(value) if key in ("int_value", "event_timestamp") and isinstance(value, str) else plain(value)
            for key, value in found.items()
        }
    return [plain(each) for each in found] if isinstance(found, list) else found


def read(*paths: Path, settings: Settings = SETTINGS, **options: Any) -> tuple[dict[str, list[dict[str, Any]]], list[Any], list[str]]:
    """Read files: the records of each kind without what is unknown, the rejects, the remarks."""
    connector = Ga4(ImportContext(settings, SECRET), tuple(str(path) for path in paths), **options)
    kinds: dict[str, list[dict[str, Any]]] = {}
    rejects = []
    for batch in connector.read():
        rejects += batch.rejects
        rows = [{name: value for name, value in row.items() if value is not None} for row in batch.rows.to_pylist()]
        if rows:
            kinds.setdefault(batch.kind, []).extend(rows)
    return kinds, rejects, [str(remark) for remark in connector.remarks]
