"""GA4's export to BigQuery from file to records, and its Data API."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import ga4_sessions, importing
from connectors.base import ImportContext
from connectors.ga4 import Ga4
from connectors.ga4_lines import blocks, by_line, shape
from connectors.table_files import Opened
from tests.connectors.ga4_samples import MIDNIGHT, SECRET, SETTINGS, collected, event, param, plain, read, written
from tests.connectors.sites import ga4 as site
from tests.connectors.sites import google_tokens
from tests.contracts.test_api_connectors import QUICK, empty_workspace, synced
from tests.workspace.samples import records
from workspace.errors import SmarketingError, SourceError, UsageError
from workspace.store import open_workspace

PAGE = {"page_location": "https://www.example.com/?utm_source=x&li_fat_id=9", "page_referrer": "https://www.linkedin.com/feed?x=1"}
DAY = [
    event(5, "a.1", "generate_lead", 0, params={"value": 12.5, "currency": "usd"}, user_id="Anna@Example.com"),
    event(
        1, "a.1", "session_start", 0, params=PAGE, collected_traffic_source=collected(source="linkedin", medium="paid", campaign_name="s")
    ),
    event(2, "a.1", "page_view", 0, collected_traffic_source=collected(source="later", gclid="late")),
    event(9, "b.1", "session_start", 9, params={"page_location": "/x"}, collected_traffic_source=collected(gclid="G7")),
    event(12, "b.1", "purchase", 9, ecommerce={"purchase_revenue": 5, "transaction_id": "T1"}),
    event(
        20,
        "c.1",
        "page_view",
        15,
        privacy_info={"analytics_storage": "No"},
        user_id="never kept",
        session_traffic_source_last_click={"manual_campaign": {"source": "news", "medium": "email", "campaign_name": "(not set)"}},
    ),
    event(30, "d.1", "session_start", "17", params={"page_referrer": "https://example.com/a"}),
    event(40, None, "purchase"),
    event(41, "e.1", "scroll"),
    event(42, "f.1", "page_view", 42 - 3600),
]


def at(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(MIDNIGHT + seconds, dt.UTC)


def visit(user: str, session: int | str, seconds: int, row: int, **fields: object) -> dict[str, object]:
    number = MIDNIGHT + session if isinstance(session, int) else session
    return {"person": user, "at": at(seconds), "kind": "visit", "consent": True, "id": f"{user}.{number}", "row": row, **fields}


EXPECTED = {
    "conversions": [
        {"at": at(5), "person": "a.1", "goal": "lead", "value": 12.5, "currency": "USD", "id": f"lead a.1.{MIDNIGHT + 5}000000", "row": 1},
        {"at": at(12), "person": "b.1", "goal": "won", "value": 5.0, "currency": "EUR", "id": "won T1", "row": 5},
    ],
    "touches": [
        visit(
            *("a.1", 0, 0, 2),
            source="linkedin",
            medium="paid",
            campaign="s",
            referrer="www.linkedin.com",
            url=PAGE["page_location"],
        ),
        visit("b.1", 9, 9, 4, url="/x", click_id="G7", click_id_kind="gclid"),
        visit("c.1", 15, 15, 6, source="news", medium="email", consent=False),
        visit("d.1", "17", 30, 7),
    ],
    "identities": [{"person": "a.1", "same_as": "anna@example.com", "basis": "login", "row": 1}],
}
SAID = [
    "10 events in 1 file: 4 visits",
    "goal lead: 1 event generate_lead",
    "goal won: 1 event purchase",
    "1 value carries no currency; it was read as EUR, the settings' own",
    "1 session runs on from before these files and makes no visit: the day before's file holds it",
    "1 visit collected no origin; GA4's last click was taken, maybe of an earlier visit",
    "1 event carries no user_pseudo_id (no consent) and was left out",
    "1 of them is a key event: a conversion of people who cannot be followed",
    "1 event carries no ga_session_id and belongs to no visit",
]


def test_a_day_of_the_export(tmp_path):
    assert read(written(tmp_path / "day", *DAY)) == (EXPECTED, [], SAID)


def test_whole_numbers_may_be_numbers(tmp_path):
    assert read(written(tmp_path / "day", *map(plain, DAY))) == (EXPECTED, [], SAID)


def test_both_in_one_file_are_read_line_by_line(tmp_path):
    mixed = [plain(found) if place % 2 else found for place, found in enumerate(DAY)]
    assert read(written(tmp_path / "day", *mixed)) == (EXPECTED, [], SAID)


def test_parquet(tmp_path):
    lines = written(tmp_path / "day", *DAY)
    (whole,) = blocks(Opened("day", lines, "jsonl"))
    table, _, _ = by_line(whole)
    typed = table.cast(shape(pa.int64()))
    pq.write_table(typed, tmp_path / "day.parquet")
    assert read(tmp_path / "day.parquet") == (EXPECTED, [], SAID)


def test_an_event_without_a_param_list_or_source_is_one_all_the_same(tmp_path):
    bare = {"event_timestamp": str(MIDNIGHT * 1_000_000), "event_name": "purchase", "user_pseudo_id": "a"}
    assert read(written(tmp_path / "day", bare))[0] == {
        "conversions": [{"at": at(0), "person": "a", "goal": "won", "id": f"won a.{MIDNIGHT}000000", "row": 1}]
    }


def test_only_bad_lines_are_refused(tmp_path):
    hostile = [
        "\ufeff" + json.dumps(DAY[1]),
        '{"event_name": "cut',
        "",
        "[1, 2]",
        json.dumps(DAY[0]).replace("Anna", "\\ud800"),
        json.dumps(event(3, "=cmd|x", "session_start", 3)),
        json.dumps({**DAY[3], "event_timestamp": "yesterday"}),
        json.dumps({**DAY[3], "event_name": ["x"]}),
        json.dumps({**DAY[3], "user_pseudo_id": "x" * 5_000}),
    ]
    path = tmp_path / "day"
    path.write_bytes("\r\n".join(hostile).encode() + b'\r\n{"event_name": "caf\xe9", "event_timestamp": 7}\r\n')
    found, rejects, _ = read(path)
    assert [(touch["person"], touch["row"]) for touch in found["touches"]] == [("a.1", 1), ("=cmd|x", 6)]
    assert [(tie["same_as"], tie["row"]) for tie in found["identities"]] == [("?@example.com", 5)]
    assert [(reject.row, reject.field) for reject in rejects] == [
        (2, ""),
        (4, ""),
        (7, "event_timestamp"),
        (8, "event_name"),
        (9, "person"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a": 1}\n', """{path}: this is not GA4's export to BigQuery; row 1 reads '{"a": 1}'. """),
        ("person,at\nx,y\n", "{path}: this is not GA4's export to BigQuery; row 1 reads 'person,at'. "),
    ],
)
def test_another_file_is_refused_whole(tmp_path, content, said):
    path = tmp_path / "day"
    path.write_text(content)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == said.replace("{path}", str(path)) + "Export a table events_YYYYMMDD as JSON lines or Parquet"


def test_parquet_of_something_else_is_refused(tmp_path):
    pq.write_table(pa.table({"event_name": ["x"]}), tmp_path / "x")
    with pytest.raises(SourceError) as caught:
        read(tmp_path / "x")
    assert str(caught.value) == (
        f"{tmp_path / 'x'}: this is not GA4's export to BigQuery, for it has no column event_timestamp. Export a table events_YYYYMMDD"
    )


def test_goals_are_named_by_their_events(tmp_path):
    found, _, said = read(written(tmp_path / "day", *DAY), goal=("demo=scroll", "seen = page_view"))
    assert [(one["goal"], one["person"]) for one in found["conversions"]] == [
        ("seen", "a.1"),
        ("seen", "c.1"),
        ("demo", "e.1"),
        ("seen", "f.1"),
    ]
    assert said[1:3] == ["goal demo: 1 event scroll", "goal seen: 3 events page_view"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"goal": ("lead",)}, "--goal lead: a goal is NAME=EVENT with an event's name, as in lead=generate_lead"),
        ({"sources": ("x",), "since": "2026-01-01"}, "--since is for the API; of files, name those that are to be read"),
        ({"property_id": "GA4-1"}, "Which property? Give its number with --property-id 123456789, or name files of the BigQuery export"),
    ],
)
def test_wrong_options(options, said):
    with pytest.raises(UsageError) as caught:
        list(Ga4(ImportContext(SETTINGS, SECRET), **options).read())
    assert str(caught.value) == said


HOURS = st.integers(-20 * 3600, 20 * 3600)
VISITS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        HOURS,
        st.booleans(),
        st.lists(st.tuples(st.integers(0, 6 * 3600), st.sampled_from([None, None, "google", "news"])), min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda visit: (visit[0], visit[1]),
)


def made(visits: list) -> list[dict]:
    """Events of visits around a midnight, each moment once, all in order of their moments."""
    found = []
    for number, (user, start, announced, pages) in enumerate(visits):
        if announced:
            found.append(event(start + number / 1000, user, "session_start", start))
        for place, (later, source) in enumerate(pages):
            origin = {"collected_traffic_source": collected(source=source)} if source else {}
            moment = start + later + number / 1000 + (place + 1) / 100_000
            found.append(event(moment, user, "page_view", start, params={"page_location": f"/{moment}"}, **origin))
    return sorted(found, key=lambda each: int(each["event_timestamp"]))


def literal(events: list[dict]) -> dict[str, tuple[object, ...]]:
    """The rule as it is told: a session counts on the day on which it began, with what it first said there."""
    first_of_day: dict[str, int] = {}
    for each in events:
        first_of_day.setdefault(each["event_date"], int(each["event_timestamp"]) // 1_000_000)
    found: dict[str, tuple[object, ...]] = {}
    for each in events:
        number = next(int(one["value"]["int_value"]) for one in each["event_params"] if one["key"] == "ga_session_id")
        of_its_day = [
            one
            for one in events
            if one["user_pseudo_id"] == each["user_pseudo_id"]
            and one["event_date"] == each["event_date"]
            and param("ga_session_id", number) in one["event_params"]
        ]
        if number < first_of_day[each["event_date"]] and all(one["event_name"] != "session_start" for one in of_its_day):
            continue
        sources = [one["collected_traffic_source"]["manual_source"] for one in of_its_day if "collected_traffic_source" in one]
        urls = [one["value"]["string_value"] for each_ in of_its_day for one in each_["event_params"] if one["key"] == "page_location"]
        found.setdefault(f"{each['user_pseudo_id']}.{number}", (number, sources[0] if sources else None, urls[0] if urls else None))
    return found


def stored(touches: list[dict]) -> dict[str, tuple[object, ...]]:
    return {one["id"]: (int(one["at"].timestamp()), one.get("source"), one.get("url")) for one in touches}


@given(visits=VISITS)
def test_sessions_are_those_of_the_literal_rule_and_days_one_by_one_give_the_same(tmp_path_factory, visits):
    events = made(visits)
    folder = tmp_path_factory.mktemp("days")
    together, _, _ = read(written(folder / "all", *events[::-1]))
    assert stored(together.get("touches", [])) == literal(events)
    singly: dict[str, tuple[object, ...]] = {}
    for day in sorted({each["event_date"] for each in events}):
        found, _, _ = read(written(folder / day, *(each for each in events if each["event_date"] == day)))
        singly |= stored(found.get("touches", []))
    assert singly == stored(together.get("touches", []))


def test_reducing_in_parts_is_reducing_at_once(tmp_path, monkeypatch):
    whole = read(written(tmp_path / "day", *DAY))
    monkeypatch.setattr(ga4_sessions, "ROOM", 0)
    monkeypatch.setattr("connectors.ga4_lines.BLOCK", 700)
    assert read(written(tmp_path / "day", *DAY)) == whole


def test_the_same_file_again_changes_nothing(tmp_path):
    shutil.copy(empty_workspace(), tmp_path / "smarketing.db")
    path = written(tmp_path / "day", *DAY)
    with open_workspace(tmp_path / "smarketing.db") as workspace:
        for expected in (4, 0):
            summary, _ = importing.run(workspace, Ga4(ImportContext(SETTINGS, SECRET), (str(path),)), False)
            assert {count.kind: count.rows_added for count in summary.counts}["touches"] == expected


def test_volumes_of_the_api(tmp_path):
    found, asked, said = synced(Ga4, tmp_path)
    assert [json.loads(one.raw)["offset"] for one in asked] == ["0", "2", "4"]
    assert [
        (row["sessions"], row["users"], row["new_users"], row["conversions"])
        for row in sorted(found["volumes"], key=lambda row: row["sessions"])
    ] == [(1, 1, 0, 0.0), (5, 5, 5, 0.0), (6, 6, 4, 1.0), (12, 10, 7, 1.0), (30, 28, 20, 2.5)]
    assert said == [
        "GA4 withholds rows of few users (thresholds), so the sum is too low.",
        "Visits by day: 5 rows read, 5 added, 0 changed, 0 known already, 0 rejected.",
    ]
    assert google_tokens.CLAIMS[-1]["scope"] == "https://www.googleapis.com/auth/analytics.readonly"


def test_the_api_goes_on_where_it_was_left_off_and_reads_unsettled_days_again(tmp_path):
    _, asked, _ = synced(Ga4, tmp_path, cursor={"read_until": "2026-01-10T12:00:00+00:00"})
    assert json.loads(asked[0].raw)["dateRanges"][0]["startDate"] == "2026-01-03"


@pytest.fixture
def _secret(monkeypatch):
    for name, value in site.ENV.items():
        monkeypatch.setenv(name, value)


pytestmark = pytest.mark.usefixtures("_secret")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "{path}: this is no JSON key of a service account (no JSON); download one: Google Cloud console, IAM, Service accounts"),
        (
            "{}",
            "{path}: this is no JSON key of a service account (it has no client_email); download one: Google Cloud console, IAM, "
            "Service accounts",
        ),
        (
            '{"client_email": "x", "private_key": "y"}',
            "{path}: this is no JSON key of a service account (its private key cannot be read); download one: "
            "Google Cloud console, IAM, Service accounts",
        ),
        (
            '{"client_email": "x", "private_key": "y", "token_uri": "http://elsewhere.example/token"}',
            "{path}: token_uri is http://elsewhere.example/token; the key may be sent to an https address only",
        ),
        (None, "{path}: the key of the service account cannot be read (No such file or directory); check the path, or download a new key"),
    ],
)
def test_a_key_that_is_none(tmp_path, text, said):
    path = tmp_path / "key.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SmarketingError) as caught:
        list(Ga4(ImportContext(SETTINGS, SECRET, patience=QUICK), property_id="123", key_file=str(path)).read())
    assert str(caught.value) == said.replace("{path}", str(path))


def test_a_key_that_google_refuses(tmp_path, monkeypatch):
    monkeypatch.delenv("SMARKETING_GA4_SERVICE_ACCOUNT")
    path = tmp_path / "key.json"
    path.write_text(google_tokens.key_text(token_uri=google_tokens.tokens_uri().replace("127.0.0.1", "localhost")))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    with pytest.raises(SourceError) as caught:
        list(Ga4(ImportContext(SETTINGS, SECRET, patience=QUICK), property_id="123").read())
    assert str(caught.value).startswith("Google: /token was answered with 400: Token has wrong audience")


def test_nothing_of_the_key_reaches_the_workspace(tmp_path):
    synced(Ga4, tmp_path)
    kept = json.dumps(records(tmp_path / "smarketing.db"), default=str)
    assert all(part not in kept for part in (google_tokens.TOKEN, google_tokens.EMAIL, "PRIVATE KEY"))
