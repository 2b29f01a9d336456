"""What Singer taps write: the records of it, the state that is kept and handed back, and what is wrong with a broken one."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import cli
from connectors.base import ImportContext
from connectors.singer import Singer
from tests.workspace.samples import records
from workspace.errors import SettingsError, SmarketingError, SourceError
from workspace.settings import Settings, SingerStream
from workspace.store import create

DEALS = SingerStream(
    "conversions",
    {"person": "contact.email", "at": "won_time", "value": "value", "currency": "currency"},
    {"goal": "won", "currency": "CHF"},
)
SCHEMA = {
    "type": "SCHEMA",
    "stream": "deals",
    "key_properties": ["id"],
    "schema": {"type": "object", "properties": {name: {} for name in ("id", "contact", "won_time", "value", "currency")}},
}


def deal(number: int, **more: Any) -> dict[str, Any]:
    record = {"id": number, "contact": {"email": "Ann@example.com"}, "won_time": "2026-01-31T09:00:00.5Z", "value": 10.5, "currency": "EUR"}
    return {"type": "RECORD", "stream": "deals", "record": record | more, "time_extracted": "2026-02-01T00:00:00Z"}


def state(value: Any) -> dict[str, Any]:
    return {"type": "STATE", "value": value}


def version(number: int) -> dict[str, Any]:
    return {"type": "ACTIVATE_VERSION", "stream": "deals", "version": number}


def text(*messages: Any) -> str:
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in messages)


def connector(tmp_path: Path, content: str, cursor: Any = None, **streams: SingerStream) -> Singer:
    path = tmp_path / "messages"
    path.write_text(content, encoding="utf-8")
    return Singer(ImportContext(Settings(singer=streams or {"deals": DEALS}), b"key", cursor=cursor), (str(path),), tap="pipe")


def read(made: Singer) -> list[dict[str, Any]]:
    """The filled fields of all records and the rejects."""
    found: list[dict[str, Any]] = []
    for batch in made.read():
        found += [
            {"kind_of": batch.kind} | {name: value for name, value in row.items() if value is not None} for row in batch.rows.to_pylist()
        ]
        found += [{"rejected": one.file, "row": one.row, "field": one.field, "value": one.value} for one in batch.rejects]
    return found


def test_records_are_mapped_and_the_last_state_is_kept(tmp_path):
    made = connector(
        tmp_path,
        text(SCHEMA, "", deal(1), state({"a": 1}), deal(2, currency=None, value=None), {"type": "SCHEMA", "stream": "users", "schema": {}},
             {"type": "RECORD", "stream": "users", "record": {}}, deal(3, won_time="31/02/2026"), deal(4, contact=[1]), state({"a": 2})),
    )  # fmt: skip
    common = {"kind_of": "conversions", "person": "ann@example.com", "at": dt.datetime(2026, 1, 31, 9, tzinfo=dt.UTC), "goal": "won"}
    assert read(made) == [
        {**common, "value": 10.5, "currency": "EUR", "id": "deals 1", "row": 1},
        {**common, "currency": "CHF", "id": "deals 2", "row": 2},
        {"rejected": "pipe deals", "row": 3, "field": "at", "value": "31/02/2026"},
        {"rejected": "pipe deals", "row": 4, "field": "person", "value": ""},
    ]
    assert made.cursor == {"state": {"a": 2}, "versions": {}}
    assert [str(remark) for remark in made.remarks] == [
        "Streams without a table in smarketing.toml, and their records, which were passed over: users (1)."
    ]


def test_one_stream_may_be_two_kinds_of_record(tmp_path):
    streams = {
        "contacts": SingerStream("people", {"person": "email", "title": "job"}),
        "ties": SingerStream("identities", {"person": "email", "same_as": "id"}, {"basis": "crm"}, "contacts"),
        "absent": SingerStream("people", {"person": "email", "title": "job"}),
    }
    made = connector(
        tmp_path,
        text({"type": "SCHEMA", "stream": "contacts", "schema": {}}, {"type": "RECORD", "stream": "contacts",
        "record": {"email": "a@b.example", "id": 7, "job": "CEO"}}),
        **streams,
    )  # fmt: skip
    assert read(made) == [
        {"kind_of": "people", "person": "a@b.example", "title": "CEO", "row": 1},
        {"kind_of": "identities", "person": "a@b.example", "same_as": "7", "basis": "crm", "row": 1},
    ]
    assert next(str(remark) for remark in made.remarks) == "[singer.absent]: the tap has written no stream absent."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (text(SCHEMA) + '{"type": "REC',
        "line 2: this is no Singer message (Unterminated string starting at: line 1 column 10 (char 9)): '{\"type\": \"REC'."),
        (text(SCHEMA, "[1]"), "line 2: this is no Singer message (no object with a type): '[1]'."),
        (text({"type": "RECORD", "stream": "deals"}), "line 1: this is no Singer message (a RECORD without its record): "),
        (text({"type": "SCHEMA", "schema": {}}), "line 1: this is no Singer message (a SCHEMA without its stream): "),
        (text({"type": "STATE"}), "line 1: this is no Singer message (a STATE without its value): "),
        (text(deal(1)), "line 1: a record of deals comes before its SCHEMA. Nothing was stored; the tap is faulty"),
        (text(SCHEMA, {"type": "BATCH", "stream": "deals"}), "line 2: the tap writes BATCH messages"),
        (text(SCHEMA, "[" * 100_000), "line 2: this is no Singer message ("),
        ("", "The tap wrote no messages; see what it said, and run it again"),
        ("INFO starting\n", "line 1: this is no Singer message (Expecting value: line 1 column 1 (char 0)): 'INFO starting'."),
    ],
)  # fmt: skip
def test_broken_messages_end_the_import(tmp_path, content, message):
    with pytest.raises(SourceError) as caught:
        read(connector(tmp_path, content))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("streams", "message"),
    [
        ({"x": SingerStream("conversion", {})},
        'smarketing.toml: singer.x.kind = "conversion" is no kind of record; did you mean "conversions"?'),
        ({"x": SingerStream("people", {"persom": "a"})},
         "smarketing.toml: singer.x.fields names 'persom', which people have not; did you mean 'person'?"),
        ({"x": SingerStream("people", {"person": "a"})},
         'smarketing.toml: singer.x has to say where account / segment / lead_source / title / role is: fields = { account = "PROPERTY" }'),
        ({"deals": SingerStream("people", {"person": "contatc.email", "title": "value"})},
         "smarketing.toml: singer.deals.fields.person: the stream deals has no property 'contatc.email'; did you mean 'contact'?"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_right_is_refused(tmp_path, streams, message):
    with pytest.raises(SettingsError) as caught:
        read(connector(tmp_path, text(SCHEMA), **streams))
    assert str(caught.value) == message


def test_without_a_mapping():
    with pytest.raises(SettingsError) as caught:
        Singer(ImportContext(Settings(), b"key"))
    assert str(caught.value) == (
        "smarketing.toml does not say what the tap's streams are. Add a table for each, such as [singer.deals], with kind and fields; "
        "see docs/connectors/singer.md"
    )


class Workspace:
    """A workspace and the command line on it."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.path = folder / "smarketing.db"
        create(self.path)
        (folder / "smarketing.toml").write_text(settings, encoding="utf-8")

    def run(self, *words: str, given: str | None = None) -> Any:
        outcome = CliRunner().invoke(cli.main, ["--workspace", str(self.path), "--lang", "en", *words], input=given)
        assert outcome.exception is None or isinstance(outcome.exception, SystemExit | SmarketingError), outcome.exception
        return outcome

    def goals(self) -> list[str]:
        return sorted(row["key"] for row in records(self.path)["conversions"])


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(
        tmp_path,
        '[singer.deals]\nkind = "conversions"\nvalues = { goal = "won" }\n'
        'fields = { person = "contact.email", at = "won_time", value = "value" }\n',
    )


def test_the_state_is_kept_with_the_records_and_handed_back(workspace):
    assert workspace.run("singer-state", "pipe").stdout == "{}\n"
    workspace.run("import", "singer", "--tap", "pipe", given=text(SCHEMA, deal(1), state({"bookmarks": {"deals": "é"}})))
    assert workspace.run("singer-state", "pipe").stdout == '{"bookmarks": {"deals": "é"}}\n'
    assert workspace.run("singer-state").stdout == "{}\n"
    assert workspace.run("import", "singer", "--tap", "pipe", given=text(SCHEMA, deal(2), state({"bookmarks": 9}), '{"type')).exit_code == 1
    assert workspace.goals() == ["deals 1"]
    assert workspace.run("singer-state", "pipe").stdout == '{"bookmarks": {"deals": "é"}}\n'
    workspace.run("import", "singer", "--tap", "pipe", given=text(SCHEMA, deal(2)))
    assert workspace.goals() == ["deals 1", "deals 2"]
    assert workspace.run("singer-state", "pipe").stdout == '{"bookmarks": {"deals": "é"}}\n'


def test_a_new_version_replaces_what_the_one_before_brought(workspace):
    def run(*messages: Any) -> list[str]:
        workspace.run("import", "singer", "--tap", "pipe", given=text(SCHEMA, *messages))
        return workspace.goals()

    assert run(version(1), deal(1), deal(2), version(1)) == ["deals 1", "deals 2"]
    assert run(version(1), deal(3)) == ["deals 1", "deals 2", "deals 3"]
    assert run(deal(2), deal(4), version(2)) == ["deals 2", "deals 4"]
    assert run(deal(4, _sdc_deleted_at="2026-02-01T00:00:00Z")) == ["deals 2"]
    workspace.run("import", "singer", "--tap", "other", given=text(SCHEMA, version(7), deal(9)))
    assert workspace.goals() == ["deals 2", "deals 9"]


def test_deleted_rows_go_or_it_is_said_that_they_stay(tmp_path):
    gone = {"email": "Ann@Example.com", "job": "CEO", "id": 7, "_sdc_deleted_at": "2026-02-01T00:00:00Z"}
    made = connector(
        tmp_path,
        text({"type": "SCHEMA", "stream": "contacts", "schema": {}}, {"type": "RECORD", "stream": "contacts", "record": gone}),
        contacts=SingerStream("people", {"person": "email", "title": "job"}),
        ties=SingerStream("identities", {"person": "email", "same_as": "id"}, stream="contacts"),
    )
    assert [batch.rows.to_pylist() for batch in made.read() if batch.kind == "removals"] == [
        [{"kind": "people", "field": "person", "value": "ann@example.com", "since": None, "row": 1}]
    ]
    assert [str(remark) for remark in made.remarks] == [
        "[singer.ties]: 1 row that was deleted there stays here: nothing tells its record apart for certain."
    ]


def test_a_real_tap_is_piped_in(workspace, tmp_path):
    """It reads the state that it is given back, and goes on from there."""
    tap = Path(__file__).resolve().parents[2] / ".parts/singer/bin/tap-jsonl"
    if not tap.exists():
        pytest.skip("missing part: tap-jsonl (make parts)")
    config, kept = tmp_path / "config.json", tmp_path / "state.json"
    config.write_text(json.dumps({"path": f"{tmp_path}/*.jsonl", "stream_name": "deals", "primary_keys": ["id"]}), encoding="utf-8")

    def landed(name: str, day: str, *numbers: int) -> None:
        path = tmp_path / name
        path.write_text(text(*(deal(number)["record"] for number in numbers)), encoding="utf-8")
        moment = dt.datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()
        os.utime(path, (moment, moment))

    def sync() -> list[int]:
        kept.write_text(workspace.run("singer-state", "pipe").stdout, encoding="utf-8")
        wrote = subprocess.run(
            [tap, "--config", config, "--state", kept], check=True, capture_output=True, text=True, encoding="utf-8"
        ).stdout
        assert workspace.run("import", "singer", "--tap", "pipe", given=wrote).exit_code == 0
        return [one["record"]["id"] for one in map(json.loads, wrote.splitlines()) if one["type"] == "RECORD"]

    landed("1.jsonl", "2026-01-01", 1, 2)
    assert sync() == [1, 2]
    landed("2.jsonl", "2026-02-01", 3)
    assert 3 in sync()
    assert workspace.goals() == ["deals 1", "deals 2", "deals 3"]
    assert "2026-02-01" in workspace.run("singer-state", "pipe").stdout
