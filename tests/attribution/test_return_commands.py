"""`smarketing roi` as its user types it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from cli import main
from tests.attribution.made_workspaces import conversion, cost, touch, workspace_with

TOUCHES = [touch("anna", 5, source="google", medium="cpc"), touch("bob", 6, source="brevo", medium="email")]
CONVERSIONS = [conversion("anna", 12, "won", 120.0), conversion("bob", 12, "won", 30.0)]
SPEND = [cost(5, 40, source="google", medium="cpc"), cost(6, 10, channel="Email")]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    with workspace_with(tmp_path_factory.mktemp("roi"), TOUCHES, CONVERSIONS, SPEND) as opened:
        return opened.path


def types(path, *words, code=0):
    done = CliRunner().invoke(main, ["--workspace", str(path), *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def test_csv_is_one_table_with_every_row(path):
    rows = list(csv.DictReader(io.StringIO(types(path, "roi", "--format", "csv").stdout)))
    assert [
        (row["channel"], row["spend"], row["credited_customers"], row["cost_per_customer"], row["return_on_ad_spend"]) for row in rows
    ] == [
        ("Paid Search", "40.0", "1.0", "40.0", "3.0"),
        ("Email", "10.0", "1.0", "10.0", "3.0"),
        ("(total)", "50.0", "2.0", "25.0", "3.0"),
    ]


def test_what_if_is_a_table_of_its_own(path):
    told = json.loads(types(path, "roi", "--what-if", "ads-50%", "--what-if", "Email+100%", "--format", "json").stdout)
    assert told["title"] == "What would change in proportion to spend"
    assert [(row["channel"], row["spend_after"], row["credit_change"], row["value_change"]) for row in told["rows"]] == [
        ("Paid Search", 20, -0.5, -60),
        ("Email", 20, 1, 30),
        ("(total)", 40, 0.5, -30),
    ]


def test_a_currency_may_be_typed_small(path):
    told = json.loads(types(path, "roi", "--currency", "eur", "--format", "json").stdout)
    assert told["meta"]["currency"] == "EUR"


def test_by_touch_date_in_a_period(path):
    words = ("roi", "--date", "touch", "--since", "2026-01-06", "--until", "2026-01-07", "--format", "json")
    told = json.loads(types(path, *words).stdout)
    assert [(row["channel"], row["spend"], row["credited_customers"]) for row in told["rows"]] == [("Email", 10, 1), ("(total)", 10, 1)]
    assert told["meta"]["dated_by"] == "touch_date"


def test_a_french_reader_types_what_the_report_shows(path):
    told = json.loads(types(path, "--lang", "fr", "roi", "--what-if", "recherche payante -10 %", "--format", "json").stdout)
    assert [row["channel"] for row in told["rows"]] == ["Paid Search", "(total)"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--what-if", "ads"), 2, "Error: --what-if ads: write a name and a change in percent, such as 'ads-20%' or 'Paid Search+10%'\n"),
        (("--currency", "chf"), 1, "Error: No spend is in CHF; there is spend in: EUR\n"),
        (("--model", "linea"), 2, "Error: there is no model 'linea'; did you mean 'linear'? The models are: {models}\n"),
    ],
)
def test_what_is_typed_wrongly_is_answered_with_what_would_work(path, words, code, message):
    from attribution.models import MODELS

    wanted = message.replace("{models}", ", ".join(model.name for model in MODELS))
    assert types(path, "roi", *words, code=code).stderr == wanted
