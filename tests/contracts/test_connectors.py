"""What every connector keeps, whoever wrote it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from connectors.base import ImportContext, Option
from connectors.registry import connectors
from workspace.batches import Batch
from workspace.errors import SmarketingError, SourceError
from workspace.records import KINDS, schema
from workspace.settings import Settings

LARGEST_BATCH = 110_000
SECRET = b"a secret of the tests"
EVERY = pytest.mark.parametrize("connector", connectors(), ids=lambda connector: connector.name)

JUNK = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff" * 300, b"\0" * 300, b"\x1f\x8b\x08\0broken", b"PK\x03\x04zip", b"\n\n\n"]
LOG = (
    '192.0.2.{n} - - [17/May/2015:10:05:{n:02} +0000] "GET /page{n}?utm_source=news HTTP/1.1" 200 512 "https://www.google.com/" '
    '"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"\n'
)
SAMPLES: dict[str, list[tuple[dict[str, Any], str]]] = {
    "csv": [
        (
            {"kind": "touches"},
            "person,at,url,consent,referrer\nanna@example.com,2026-01-31 14:05,/?gclid=7,yes,https://t.co/\nbea,31/02/2025,,,\nx,y\n",
        ),
        ({"kind": "conversions"}, "account;at;goal;value;currency\nexample.com;2026-01-31;won;1 234,50;eur\n;2026-01-31;;;\n"),
        ({"kind": "people"}, "email,company,industry\nanna@example.com,Example,retail\n,Nobody,\nbea@example.com,,\n"),
        ({"kind": "spend", "day_first": True}, "day\tamount\tclicks\n03/04/2026\t5\t7\n03/04/2026\tfive\t7\n"),
        (
            {"kind": "experiments"},
            "channel,since,until,goal,kind,lift,lift_low,lift_high\n"
            "Email,2026-01-01,2026-01-31,lead,geo,12 %,1 %,23 %\nEmail,2026-02-31,2026-03-31,lead,geo,12 %,1 %,23 %\n"
            "Email,2026-02-01,2026-02-28,lead,geo,12 %,23 %,1 %\n",
        ),
    ],
    "google-ads": [
        (
            {},
            'Campaign report\n"1 - 2 Sept 2026"\nDay,Campaign,Cost (EUR)\n2026-09-01,A,"1,234.50"\n2026-02-31,A,5\nTotal: Account,,9\n',
        ),
        ({"map": ("day=Tag", "amount=Kosten")}, "Tag;Kampagne;Kosten\n2026-09-01;A;1,50\n2026-09-01;A;viel\n"),
    ],
    "meta-ads": [({}, "Jour;Nom de la campagne;Montant dépensé (EUR)\n2026-09-01;A;1 234,50\n;;5\n2026-09-02;A;cinq\n")],
    "linkedin-ads": [({"daily": True}, "Report\n\nStart Date (in UTC)\tCampaign Name\tTotal Spent\n09/01/2026\tA\t5.00\n\tB\t5.00\n")],
    "microsoft-ads": [
        ({}, '"Report Aggregation: Daily"\n\n"Gregorian date","Spend"\n"9/1/2026","5.00"\n"9/1/2026","x"\n"©2026 Microsoft"\n')
    ],
    "linkedin-member": [
        (
            {"advocate": "A7"},
            'Notes:\n"About these, and more"\n\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\n'
            "Anna,A,https://www.linkedin.com/in/anna,,Acme,CEO,05 Sep 2026\nBea,B,Sales Manager,,Acme,CEO,05 Sep 2026\n",
        ),
        (
            {"advocate": "A7"},
            "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
            "2026-09-05 08:12:14,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7123456789012345678,Hello,,,PUBLIC\n"
            "31/02/2026,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7123456789012345679,Hello,,,PUBLIC\n",
        ),
    ],
    "linkedin-page": [
        (
            {"page": "Example"},
            "Aggregated data for content posted to your Page.\nDate,Impressions (total),Clicks (total)\n"
            '09/14/2026,"1,204",7\n09/15/2026,12.5,7\nTotal,1216,14\n',
        ),
        (
            {"advocate": "A7"},
            "Post URL;Post publish date;Engagements\n"
            "https://www.linkedin.com/feed/update/urn:li:activity:7501512704000000000;9/4/2026;12\n"
            "https://www.linkedin.com/feed/update/urn:li:activity:7501512704000000001;9/4/2026;a dozen\n",
        ),
    ],
    "ga4": [
        (
            {},
            '{"event_date":"20260111","event_timestamp":"1768089601000000","event_name":"session_start","user_pseudo_id":"a.1","event_params":'
            '[{"key":"ga_session_id","value":{"int_value":"1768089600"}}],"collected_traffic_source":{"manual_source":"news"}}\n'
            '{"event_date":"20260111","event_timestamp":1768089605000000,"event_name":"generate_lead","user_pseudo_id":"a.1","user_id":"7"}\n'
            '{"event_date":"20260111","event_name":"page_view","user_pseudo_id":"a.1"}\n{"event_date":"2026\n',
        )
    ],
    "search-console": [({}, "Date,Clicks,Impressions,CTR,Position\n2026-11-20,3,40,7.5%,1.5\n2026-02-31,1,20,5%,3\n")],
    "weblog": [({"goal": ("lead=/page7",)}, "".join(LOG.format(n=n) for n in range(1, 20)) + "this is no line of a log\n")],
}
"""Of each connector: options, and a file that has rows which are read and rows which are refused."""


def made(connector: type[Any], source: Path, **options: Any) -> Any:
    return connector(ImportContext(Settings(own_domains=("example.com",)), SECRET), (str(source),), **options)


def written(folder: Path, content: str) -> Path:
    path = folder / "source"
    path.write_text(content, encoding="utf-8")
    return path


def batches_or_refusal(connector: Any) -> list[Batch] | SmarketingError:
    """What is read, or our error; any other error is not caught."""
    try:
        return list(connector.read())
    except SmarketingError as error:
        return error


def cases() -> list[Any]:
    return [
        pytest.param(connector, options, content, id=f"{connector.name}-{place}")
        for connector in connectors()
        for place, (options, content) in enumerate(SAMPLES.get(connector.name, []))
    ]


CASES = pytest.mark.parametrize(("connector", "options", "content"), cases())


def test_names_are_unique_and_every_connector_has_a_sample():
    names = [connector.name for connector in connectors()]
    assert len(set(names)) == len(names)
    assert {found.name for found in connectors() if found.takes in ("files", "both")} == set(SAMPLES)


@EVERY
def test_it_introduces_itself(connector):
    assert re.fullmatch(r"[a-z][a-z0-9-]*", connector.name)
    assert connector.summary[0].isupper()
    assert connector.kinds
    assert connector.takes in ("files", "api", "both", "pages", "tables", "stream")
    assert all(name and where[0].isupper() for name, where in connector.secrets)
    assert set(connector.kinds) <= set(KINDS)
    assert connector.examples
    assert all(f"smarketing import {connector.name} " in f"{example} " for example in connector.examples)


@EVERY
def test_options_are_typed_documented_and_told_apart(connector):
    fields = {field.name: field for field in dataclasses.fields(connector)}
    flags = []
    for option in connector.options:
        assert isinstance(option, Option)
        assert option.type in (str, int, float, bool)
        assert option.help[0].isupper()
        assert option.help[-1] in ".?"
        assert "\n" not in option.help
        assert option.name in fields
        assert option.choices == () or option.default in (None, *option.choices)
        flags += (option.flag_name or f"--{option.name.replace('_', '-')}").split("/")
        if not option.required:
            default = fields[option.name].default
            assert default == (() if option.multiple else option.default)
    assert len(set(flags)) == len(flags)
    assert all(re.fullmatch(r"--[a-z][a-z-]*", flag) for flag in flags)
    assert not {"--strict", "--help"} & set(flags)


@EVERY
def test_the_options_in_the_examples_are_there(connector):
    flags = {flag for option in connector.options for flag in (option.flag_name or f"--{option.name.replace('_', '-')}").split("/")}
    assert set(re.findall(r"--[a-z-]+", " ".join(connector.examples))) <= flags


@CASES
def test_batches_keep_the_schema_and_rejects_say_what_to_do(tmp_path, connector, options, content):
    path = written(tmp_path, content)
    rows = rejects = 0
    for batch in made(connector, path, **options).read():
        assert isinstance(batch, Batch)
        assert batch.kind in (*connector.kinds, "removals")
        assert batch.rows.schema == schema(batch.kind)
        batch.rows.validate(full=True)
        assert batch.rows.num_rows <= LARGEST_BATCH
        for field in schema(batch.kind):
            assert field.nullable or batch.rows[field.name].null_count == 0
        assert batch.file == str(path)
        rows += batch.rows.num_rows
        for reject in batch.rejects:
            rejects += 1
            assert reject.file == str(path)
            assert reject.row >= 1
            assert len(reject.value) <= 1_000
            for sentence in (reject.problem, reject.remedy):
                assert sentence.format(field=reject.field, value=reject.value)
    assert rows
    assert rejects


@CASES
def test_reading_twice_gives_the_same(tmp_path, connector, options, content):
    path = written(tmp_path, content)

    def everything() -> tuple[list[Any], list[Any], list[str]]:
        found = made(connector, path, **options)
        batches = list(found.read())
        return (
            [(batch.kind, batch.file, batch.rows.to_pylist()) for batch in batches],
            [batch.rejects for batch in batches],
            [str(remark) for remark in found.remarks],
        )

    assert everything() == everything()


@CASES
def test_a_file_that_is_not_there(tmp_path, connector, options, content):
    with pytest.raises(SourceError) as caught:
        list(made(connector, tmp_path / "none", **options).read())
    assert str(tmp_path / "none") in str(caught.value)


@CASES
def test_an_empty_file_is_refused_or_said_to_hold_nothing(tmp_path, connector, options, content):
    """A table without even column names is a mistake; a web server's log of a quiet day is empty, and says so."""
    found = made(connector, written(tmp_path, ""), **options)
    batches = batches_or_refusal(found)
    if isinstance(batches, SmarketingError):
        assert isinstance(batches, SourceError)
        assert str(tmp_path / "source") in str(batches)
        return
    assert connector.name == "weblog"
    assert sum(batch.rows.num_rows + len(batch.rejects) for batch in batches) == 0
    assert found.remarks


@CASES
@pytest.mark.parametrize("junk", JUNK)
def test_junk_raises_our_errors_alone(tmp_path, connector, options, content, junk):
    path = tmp_path / "source"
    path.write_bytes(junk)
    batches = batches_or_refusal(made(connector, path, **options))
    if isinstance(batches, SmarketingError):
        assert str(batches)
    else:
        assert sum(batch.rows.num_rows for batch in batches) == 0
