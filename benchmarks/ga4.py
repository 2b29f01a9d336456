"""Reading a GA4 export, against pyarrow parsing the same file."""

from __future__ import annotations

import random
import statistics
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Findings, findings
from benchmarks.made_once import made_once
from benchmarks.measuring import Bench, Task, highest_peak, ratios, taking_turns
from benchmarks.task import Work, load

VERSION = 1
EVENTS_A_VISIT = 6
PEAK_GOAL = 10**9
GOAL = 100_000
"""Events a second."""
SOURCES = (
    '"manual_source":"google","manual_medium":"organic","manual_campaign_name":"(organic)"',
    '"manual_source":"linkedin","manual_medium":"paid-social","manual_campaign_name":"spring","manual_content":"video"',
    '"manual_source":"google","manual_medium":"cpc","manual_campaign_name":"brand","gclid":"EAIaIQobChMI{number}"',
)
EVENT = (
    '{{"event_date":"{day}","event_timestamp":"{at}","event_name":"{name}","event_params":[{{"key":"ga_session_id","value":'
    '{{"int_value":"{session}"}}}},{{"key":"ga_session_number","value":{{"int_value":"2"}}}},{{"key":"page_location","value":'
    '{{"string_value":"https://www.acme.example/page-{page}"}}}},{{"key":"page_title","value":{{"string_value":"Page {page}"}}}},'
    '{{"key":"page_referrer","value":{{"string_value":"https://www.google.com/"}}}},{{"key":"engagement_time_msec","value":'
    '{{"int_value":"1520"}}}},{{"key":"session_engaged","value":{{"string_value":"1"}}}},{{"key":"batch_ordering_id","value":'
    '{{"int_value":"1"}}}}],"event_bundle_sequence_id":"{number}","user_pseudo_id":"{user}.1760000000","privacy_info":'
    '{{"analytics_storage":"Yes","ads_storage":"Yes","uses_transient_token":"No"}},"user_properties":[],"device":{{"category":"desktop",'
    '"operating_system":"Windows","operating_system_version":"Windows 10","language":"en-us","web_info":{{"browser":"Chrome",'
    '"browser_version":"126.0.0.0","hostname":"www.acme.example"}}}},"geo":{{"continent":"Europe","country":"France","region":'
    '"Ile-de-France","city":"Paris"}},"traffic_source":{{"name":"(direct)","medium":"(none)","source":"(direct)"}},"stream_id":"3607414280",'
    '"platform":"WEB",{collected}"is_active_user":true,"items":[]}}\n'
)


def run(bench: Bench) -> Findings:
    """Read so many events; the ratio is pyarrow's time divided by ours, the rate's goal stands in the first figure's name."""
    path = file_of(bench.size, bench.cache)
    floor, ours = taking_turns([Task("benchmarks.ga4:floor", {"path": str(path)}), Task("benchmarks.ga4:ours", {"path": str(path)})], bench)
    rate = [bench.size / each.seconds for each in ours]
    bare = [bench.size / each.seconds for each in floor]
    aim = Figure(
        "GA4 events, JSON lines",
        bench.size,
        statistics.median(rate),
        "the goal",
        GOAL,
        "rows/s",
        tuple(each / GOAL for each in rate),
        1,
        True,
        highest_peak(ours),
        PEAK_GOAL,
    )
    against = Figure(
        "the same", bench.size, statistics.median(rate), "pyarrow, parsing alone", statistics.median(bare), "rows/s", ratios(floor, ours)
    )
    return findings("ga4", (aim, against))


def floor(path: str) -> Work:
    """Parse the same fields of the same file, and keep nothing."""
    import pyarrow as pa
    import pyarrow.json as arrow_json

    from connectors.ga4_lines import shape

    def work() -> dict[str, Any]:
        reader = arrow_json.open_json(
            path,
            read_options=arrow_json.ReadOptions(block_size=8 << 20),
            parse_options=arrow_json.ParseOptions(explicit_schema=shape(pa.string()), unexpected_field_behavior="ignore"),
        )
        return {"rows": sum(batch.num_rows for batch in reader)}

    return work


def ours(path: str) -> Work:
    """Read the file through the connector."""
    from connectors.base import ImportContext
    from connectors.ga4 import Ga4
    from workspace.settings import Settings

    load("pyarrow.json", "pyarrow.compute", "connectors.ga4_events", "connectors.ga4_sessions", "connectors.ga4_goals")

    def work() -> dict[str, Any]:
        connector = Ga4(ImportContext(Settings(), b""), (path,))
        rows: dict[str, int] = {}
        for batch in connector.read():
            rows[batch.kind] = rows.get(batch.kind, 0) + batch.rows.num_rows
        return rows

    return work


def file_of(size: int, cache: Path) -> Path:
    """Find the file of so many events, made if it is not there yet."""
    folder = made_once(cache / f"ga4-{size}-{VERSION}", f"{size:,} events", lambda folder: write(folder / "events.json", size))
    return folder / "events.json"


def write(path: Path, size: int) -> None:
    """Write visits of six events, as BigQuery exports them: what is null is left out."""
    draw = random.Random(20260101)
    begin = 1_768_089_600
    with path.open("w") as file:
        for number in range(size):
            visit, place = divmod(number, EVENTS_A_VISIT)
            if place == 0:
                user, session = draw.randrange(max(size // 12, 1)), begin + visit * 86_400 * EVENTS_A_VISIT // size
                source = SOURCES[visit % 4] if visit % 4 < 3 else ""
            name = (
                "session_start",
                "page_view",
                "scroll",
                "user_engagement",
                "page_view",
                "generate_lead" if visit % 30 == 0 else "click",
            )[place]
            collected = f'"collected_traffic_source":{{{source.format(number=number)}}},' if source and place < 2 else ""
            file.write(
                EVENT.format(
                    day="20260111",
                    at=session * 1_000_000 + place * 1_500_000 + 12,
                    name=name,
                    session=session,
                    page=draw.randrange(500),
                    number=number,
                    user=user,
                    collected=collected,
                )
            )
