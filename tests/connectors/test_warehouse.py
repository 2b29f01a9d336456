"""Landed tables: what becomes of them, in several engines, and what is said of those that are not known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors import importing
from connectors.base import ImportContext
from connectors.landed.mapping import Landed, col, filled
from connectors.registry import connectors
from connectors.table_records import REQUIRED
from connectors.warehouse import FAMILIES, LandedTables
from tests.engines import postgres_server
from tests.workspace.samples import records
from workspace.errors import SourceError, UsageError
from workspace.records import fields_of
from workspace.settings import Settings
from workspace.store import create, open_workspace

SEEDS = Path(__file__).resolve().parents[2].parent / "shared/data/crm_and_ads_seeds"
HUBSPOT = {
    "contact": """SELECT * FROM (VALUES
        (1, false, 'Ann@Example.COM', 10, 'CTO', 'ORGANIC_SEARCH', TIMESTAMP '2026-01-02 08:00:00', NULL),
        (2, false, NULL, 10, NULL, NULL, NULL, TIMESTAMP '2026-02-01 00:00:00'),
        (3, true, 'gone@example.com', NULL, 'CEO', NULL, TIMESTAMP '2026-01-02 08:00:00', NULL))
        t(id, _fivetran_deleted, property_email, property_associatedcompanyid, property_jobtitle, property_hs_analytics_source,
          property_hs_lifecyclestage_lead_date, property_hs_lifecyclestage_marketingqualifiedlead_date)""",
    "company": """SELECT 10 AS id, false AS is_deleted, 'Example' AS property_name, 'https://www.example.com/' AS property_domain,
        'SOFTWARE' AS property_industry, 'France' AS property_country, 120 AS property_numberofemployees,
        'u1' AS property_hubspot_owner_id""",
    "deal": """SELECT 7 AS deal_id, false AS is_deleted, 'p' AS deal_pipeline_id, 's2' AS deal_pipeline_stage_id, 'u1' AS owner_id,
        'Big' AS property_dealname, 1234.5::DOUBLE AS property_amount, 'USD' AS property_deal_currency_code,
        TIMESTAMP '2026-03-31 23:00:00' AS property_closedate, TIMESTAMP '2026-02-01 09:00:00' AS property_createdate""",
    "deal_stage": """SELECT * FROM (VALUES (7, 's1', TIMESTAMP '2026-02-01 09:00:00'), (7, 's2', TIMESTAMP '2026-03-01 10:00:00'),
        (7, 's1', TIMESTAMP '2026-02-20 09:00:00')) t(deal_id, value, date_entered)""",
    "deal_pipeline_stage": """SELECT * FROM (VALUES ('s1', 'Demo', false, false, 0.2, 1), ('s2', 'Signed', true, true, 1.0, 2))
        t(stage_id, label, closed_won, is_closed, probability, display_order)""",
    "deal_pipeline": "SELECT 'p' AS pipeline_id, 'Sales' AS label",
    "deal_company": "SELECT 7 AS deal_id, 10 AS company_id",
    "deal_contact": "SELECT * FROM (VALUES (7, 2), (7, 1)) t(deal_id, contact_id)",
    "engagement_call": """SELECT 70 AS engagement_id, false AS _fivetran_deleted, TIMESTAMP '2026-02-02 10:00:00' AS property_hs_timestamp,
        'u1' AS property_hubspot_owner_id, 'INBOUND' AS property_hs_call_direction""",
    "engagement_contact": "SELECT 70 AS engagement_id, 1 AS contact_id",
    "engagement_deal": "SELECT 70 AS engagement_id, 7 AS deal_id",
    "contact_form_submission": """SELECT TIMESTAMP '2026-01-01 07:00:00' AS timestamp, 'f' AS form_id, 1 AS contact_id,
    'c9' AS conversion_id,
        'https://example.com/demo?utm_source=news&utm_medium=email' AS page_url""",
    "ticket": "SELECT 1 AS id",
    "company_data": "SELECT 1 AS number",
}  # fmt: skip


def at(day: str, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour, minute), dt.UTC)


def written(path: Path, schemas: dict[str, dict[str, str]]) -> str:
    with duckdb.connect(path) as engine:
        for schema, tables in schemas.items():
            engine.execute(f"CREATE SCHEMA {schema}")
            for name, query in tables.items():
                engine.execute(f"CREATE TABLE {schema}.{name} AS {query}")
    return str(path)


def read(on: str, *schema: str, **options: Any) -> tuple[dict[str, list[dict[str, Any]]], list[str], list[str]]:
    """What is read: of each kind the filled fields of its records; removals and rejects as texts; remarks."""
    made = LandedTables(ImportContext(Settings(), b"key"), (), on=on, schema=schema, **options)
    found: dict[str, list[dict[str, Any]]] = {}
    for batch in made.read():
        rows = batch.rows.to_pylist()
        found.setdefault(batch.kind, []).extend(
            {name: value for name, value in row.items() if value is not None and name != "row"} for row in rows
        )
        found.setdefault("rejects", []).extend({"field": one.field, "value": one.value} for one in batch.rejects)
    return found, [str(remark) for remark in made.remarks], made.remarks


def in_order(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Order the records of each kind: engines give them in any."""
    return {
        kind: sorted(rows, key=lambda row: [str(row.get(name)) for name in ("id", "person", "value", "kind")])
        for kind, rows in found.items()
    }


@pytest.fixture(scope="module")
def hubspot(tmp_path_factory) -> str:
    return written(tmp_path_factory.mktemp("landed") / "landed.duckdb", {"hubspot": HUBSPOT})


def test_hubspot(hubspot):
    found, remarks, _ = read(hubspot, "hubspot")
    deal = {"opportunity": "hubspot deal 7", "account": "example.com", "person": "ann@example.com", "value": 1234.5, "currency": "USD"}
    expected = {
        "people": [
            {"person": "ann@example.com", "account": "example.com", "lead_source": "ORGANIC_SEARCH", "title": "CTO"},
            {"person": "hubspot 2", "account": "example.com"},
        ],
        "identities": [{"person": "ann@example.com", "same_as": "hubspot 1", "basis": "crm"}],
        "accounts": [
            {"account": "example.com", "name": "Example", "domain": "example.com", "industry": "SOFTWARE", "country": "France",
             "employees": 120, "owner": "u1"}
        ],
        "opportunities": [
            {"opportunity": "hubspot deal 7", "account": "example.com", "person": "ann@example.com", "name": "Big", "owner": "u1",
             "stage": "Signed", "pipeline": "Sales", "amount": 1234.5, "currency": "USD", "probability": 1.0,
             "created_at": at("2026-02-01", 9), "closes": dt.date(2026, 3, 31)}
        ],
        "conversions": [
            {"at": at("2026-01-02", 8), "person": "ann@example.com", "account": "example.com", "goal": "lead", "currency": "EUR",
             "id": "hubspot contact 1 lead"},
            {"at": at("2026-02-01"), "person": "hubspot 2", "account": "example.com", "goal": "mql", "currency": "EUR",
             "id": "hubspot contact 2 mql"},
            {**deal, "at": at("2026-02-01", 9), "goal": "opportunity", "id": "hubspot deal 7 opportunity"},
            {**deal, "at": at("2026-03-01", 10), "goal": "won", "id": "hubspot deal 7 won"},
        ],
        "buying_roles": [
            {"opportunity": "hubspot deal 7", "person": "ann@example.com"},
            {"opportunity": "hubspot deal 7", "person": "hubspot 2"},
        ],
        "activities": [
            {"at": at("2026-02-02", 10), "kind": "call", "person": "ann@example.com", "opportunity": "hubspot deal 7", "owner": "u1",
             "direction": "in", "id": "hubspot calls 70"}
        ],
        "touches": [
            {"person": "ann@example.com", "at": at("2026-01-01", 7), "source": "news", "medium": "email", "kind": "form",
             "url": "https://example.com/demo?utm_source=news&utm_medium=email", "id": "hubspot form c9"}
        ],
        "removals": [
            {"kind": "people", "field": "person", "value": "gone@example.com"},
            {"kind": "identities", "field": "person", "value": "gone@example.com"},
            {"kind": "conversions", "field": "id", "value": "hubspot contact 3 lead"},
            {"kind": "conversions", "field": "opportunity", "value": "hubspot deal 7"},
        ],
        "rejects": [],
    }  # fmt: skip
    assert in_order(found) == in_order(expected)
    assert remarks == [
        "Tables read: hubspot.contact, hubspot.company, hubspot.deal, hubspot.deal_pipeline_stage, hubspot.deal_pipeline, "
        "hubspot.deal_company, hubspot.deal_contact, hubspot.deal_stage, hubspot.engagement_call, hubspot.engagement_contact, "
        "hubspot.engagement_deal, hubspot.contact_form_submission.",
        "Tables not used: hubspot.company_data, hubspot.ticket.",
    ]


def test_stages_are_named_by_the_user(hubspot):
    found, _, _ = read(hubspot, "hubspot", stage=("demo=sql", "Signed=customer"))
    assert sorted(row["goal"] for row in found["conversions"]) == ["customer", "lead", "mql", "opportunity", "sql"]
    with pytest.raises(UsageError, match=r'^--stage Demo: write it as LABEL=GOAL, for example --stage "Closed won=won"$'):
        read(hubspot, "hubspot", stage=("Demo",))


def test_airbyte_names_columns_otherwise(tmp_path):
    tables = {
        "contacts": "SELECT '1' AS id, false AS archived, 'ann@example.com' AS properties_email, 'Example' AS properties_company",
        "Opportunity": """SELECT '006A' AS "Id", '001A' AS "AccountId", 500 AS "Amount", 'Closed Won' AS "StageName", true AS "IsWon",
            true AS "IsClosed", DATE '2026-03-01' AS "CloseDate", '2026-01-05T08:00:00.000+00:00' AS "CreatedDate", 75 AS "Probability",
            false AS "IsDeleted" """,
        "Account": """SELECT '001A' AS "Id", 'Example' AS "Name", 'www.example.com' AS "Website", 'u' AS "OwnerId", NULL AS "ParentId" """,
    }  # fmt: skip
    found, _, _ = read(written(tmp_path / "airbyte.duckdb", {"raw": tables}), "raw")
    assert found["people"] == [{"person": "ann@example.com", "account": "Example"}]
    assert found["opportunities"] == [
        {"opportunity": "salesforce opportunity 006A", "account": "example.com", "stage": "Closed Won", "amount": 500.0, "currency": "EUR",
         "probability": 0.75, "created_at": at("2026-01-05", 8), "closes": dt.date(2026, 3, 1)}
    ]  # fmt: skip
    told = {"account": "example.com", "opportunity": "salesforce opportunity 006A", "value": 500.0, "currency": "EUR"}
    assert found["conversions"] == [
        {**told, "at": at("2026-01-05", 8), "goal": "opportunity", "id": "salesforce opportunity 006A opportunity"},
        {**told, "at": dt.datetime(2026, 3, 1, 23, 59, 59, tzinfo=dt.UTC), "goal": "won", "id": "salesforce opportunity 006A won"},
    ]


ADS = {
    "campaign_stats": """SELECT * FROM (VALUES (1, 5, DATE '2026-01-01', 'MOBILE', 1500000, 10, 100), (1, 5, DATE '2026-01-01', 'DESKTOP',
    250000, 1, 50),
        (1, 6, DATE '2026-01-01', 'MOBILE', 1, NULL, 7), (1, 6, DATE '2026-01-01', 'DESKTOP', 1, 3, 7))
        t(customer_id, id, date, device, cost_micros, clicks, impressions)""",
    "campaign_history": """SELECT * FROM (VALUES (5, 'Old', TIMESTAMP '2025-01-01'), (5, 'Brand', TIMESTAMP '2026-01-01'))
        t(id, name, updated_at)""",
    "account_history": "SELECT 1 AS id, 'CHF' AS currency_code, TIMESTAMP '2026-01-01' AS updated_at",
}


def test_costs_add_up_by_campaign_and_day(tmp_path):
    """A sum with an unknown part is unknown; the id is the one that the platform's own export gives the day."""
    found, _, _ = read(written(tmp_path / "ads.duckdb", {"google_ads": ADS}), "google_ads")
    common = {"day": dt.date(2026, 1, 1), "currency": "CHF", "source": "google", "medium": "cpc"}
    assert sorted(found["spend"], key=lambda row: row["id"]) == [
        {**common, "amount": 1.75, "campaign": "Brand", "impressions": 150, "clicks": 11, "id": "google-ads:5:2026-01-01"},
        {**common, "amount": 0.000002, "campaign": "6", "impressions": 14, "id": "google-ads:6:2026-01-01"},
    ]


def test_parquet_in_a_folder(hubspot, tmp_path):
    with duckdb.connect(hubspot, read_only=True) as engine:
        for name in HUBSPOT:
            engine.execute(f"COPY hubspot.{name} TO '{tmp_path / name}.parquet'")
    assert in_order(read("duckdb://", str(tmp_path))[0]) == in_order(read(hubspot, "hubspot")[0])


def test_what_is_wrong_is_said(hubspot, tmp_path):
    with pytest.raises(SourceError) as caught:
        read(hubspot, "salesforce")
    assert str(caught.value) == (
        f"--on {hubspot}: there are no tables in 'salesforce'; name the schema into which they were landed with --schema"
    )
    other = written(tmp_path / "other.duckdb", {"x": {"a": "SELECT 1 AS b", "deal": "SELECT 1 AS c"}})
    with pytest.raises(SourceError) as caught:
        read(other, "x")
    assert str(caught.value) == (f"--on {other}: none of the 2 tables is one that is known (x.a, x.deal); see docs/connectors/warehouse.md")
    with pytest.raises(UsageError, match=r"^--on mongo://x: 'mongo' names no engine"):
        read("mongo://x", "x")
    with pytest.raises(UsageError, match=r"^--on spark://x: landed tables are not read from Spark"):
        read("spark://x", "x")
    lacking = written(tmp_path / "lacking.duckdb", {"hubspot": {"company": HUBSPOT["company"], "deal": "SELECT 1 AS deal_id, 2 AS odd"}})
    assert read(lacking, "hubspot")[1][1:] == [
        "hubspot.deal has the name of a table of HubSpot, but no column property_dealname, property_createdate; it was not used.",
        "Tables not used: hubspot.deal.",
    ]


def test_a_deal_that_moved_back_and_a_contact_that_went(tmp_path):
    """Late changes are followed: the workspace ends as if it had only ever seen the later state."""
    later = HUBSPOT | {
        "contact": HUBSPOT["contact"].replace("(1, false", "(1, true"),
        "deal": HUBSPOT["deal"].replace("'s2'", "'s1'").replace("1234.5", "1000.0"),
    }
    first, second = written(tmp_path / "1.duckdb", {"hubspot": HUBSPOT}), written(tmp_path / "2.duckdb", {"hubspot": later})
    ends = []
    for name, steps in (("both", (first, second)), ("late", (second,))):
        path = tmp_path / f"{name}.db"
        create(path)
        with open_workspace(path) as workspace:
            for on in steps:
                made = LandedTables(ImportContext(workspace.settings, b"key"), (), on=on, schema=("hubspot",))
                importing.run(workspace, made, False)
        found = records(path)
        places = ("file_id", "row")
        ends.append(
            {table: [{name: value for name, value in row.items() if name not in places} for row in found[table]] for table in TABLES}
        )
    assert ends[0] == ends[1]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> tuple[str, tuple[str, ...]]:
    if not SEEDS.is_dir():
        pytest.skip("needs shared/data/crm_and_ads_seeds beside the checkout")
    path = tmp_path_factory.mktemp("seeds") / "seeds.duckdb"
    schemas = sorted(folder.name for folder in SEEDS.iterdir() if folder.is_dir())
    with duckdb.connect(path) as engine:
        for schema in schemas:
            engine.execute(f"CREATE SCHEMA {schema}")
            for file in sorted((SEEDS / schema).glob("*.csv")):
                engine.execute(f"CREATE TABLE {schema}.\"{file.stem}\" AS SELECT * FROM read_csv('{file}', sample_size=-1)")
    return str(path), tuple(schemas)


def test_the_seed_tables_give_the_same_records_in_duckdb_and_postgresql(seeds):
    ibis = pytest.importorskip("ibis")
    path, schemas = seeds
    with postgres_server() as url:
        with duckdb.connect(path, read_only=True) as engine:
            there = ibis.connect(url)
            count = 0
            for schema in schemas:
                there.create_database(schema)
                for (name,) in engine.sql(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}'").fetchall():
                    there.create_table(name, engine.sql(f'SELECT * FROM {schema}."{name}"').to_arrow_table(), database=schema)
                    count += 1
            there.disconnect()
        here, said, _ = read(path, *schemas)
        elsewhere, said_elsewhere, _ = read(url, *schemas)
    assert count == 311
    plain = lambda rows: sorted(str(sorted(row.items())) for row in rows)  # noqa: E731
    assert {kind: plain(rows) for kind, rows in here.items()} == {kind: plain(rows) for kind, rows in elsewhere.items()}
    assert said == said_elsewhere
    counts = {kind: len(rows) for kind, rows in here.items()}
    assert counts == COUNTS


TABLES = ("opportunities", "conversions", "people", "identities", "activities")
COUNTS = {
    "people": 5,
    "rejects": 9,
    "identities": 24,
    "accounts": 25,
    "opportunities": 0,
    "conversions": 1,
    "buying_roles": 11,
    "activities": 21,
    "touches": 5,
    "removals": 38,
    "spend": 990,
    "posts": 348,
    "post_metrics": 242,
    "profile_metrics": 12,
}
"""The seeds' deals have no account, person, amount or stage, or are marked as deleted: those of the tests above have."""


def test_every_mapping_is_sound():
    """Fields are those of their kind, what they are made of is read, and every record can be told from others."""
    for family in FAMILIES:
        for landed in family.tables:
            check(landed)


def check(landed: Landed) -> None:
    given = {*landed.columns, *(name for join in landed.joins for name in join.take), *landed.totals} | ({"goal"} if landed.goal else set())
    assert set(landed.fields) <= set(fields_of(landed.kind))
    for field, template in landed.fields.items():
        names = {part.split("}")[0] for part in template.split("{")[1:]}
        assert names <= given, (landed.tables, field)
    for group in REQUIRED[landed.kind]:
        assert set(group) & set(landed.fields)
    assert {*landed.once, *landed.sums, *landed.only, *landed.never, *landed.needs} <= given
    assert all(name in given or name in landed.fields for name in (*landed.skip_without, *landed.skip_blank))
    assert landed.gone is None or (landed.gone in landed.fields and "deleted" in landed.columns)


def test_templates():
    assert filled("{a}|b {c}", {"a": "1", "c": "2"}) == "1"
    assert filled("{a}|b {c}", {"a": None, "c": "2"}) == "b 2"
    assert filled("{a}|b {c}", {}) is None
    assert col("x", divided=1_000_000).read(1_500_000) == "1.5"
    assert col("x", site=True).read("https://www.Example.com/a") == "example.com"
    assert LandedTables in connectors()
