"""Cost and value in several currencies: one rate table for both, or one currency alone."""

from __future__ import annotations

import math

import pytest

from attribution.question import Question
from attribution.return_report import roi
from tests.attribution.made_workspaces import conversion, cost, touch, workspace_with
from workspace.errors import DataError

SEARCH = {"source": "google", "medium": "cpc"}
TOUCHES = [touch(name, 2, **SEARCH) for name in ("anna", "bob", "carla")]
RATES = "rates = { USD = 0.5 }\n"


def asked(folder, conversions, spend, only=None, settings=""):
    """Give the row of search, the currency, and the notes on what was left out."""
    with workspace_with(folder, TOUCHES, conversions, spend, settings) as opened:
        report = roi(opened, Question(currency=only))
    row = report.frame.set_index("channel").loc["Paid Search"].dropna().to_dict()
    kept = {
        name: row[name]
        for name in ("spend", "credited_customers", "credit_value", "return_on_ad_spend", "unrealised_pipeline")
        if name in row
    }
    return kept, report.meta["currency"], [str(note) for note in report.notes if "left out" in str(note)]


WON = [conversion("anna", 5, "won", 100.0), conversion("bob", 5, "won", 300.0, "USD")]
SPEND = [cost(2, 10, **SEARCH), cost(2, 80, "USD", **SEARCH)]


def test_rates_bring_cost_and_value_together(tmp_path):
    """10 EUR + 80 USD x 0.5, and 100 EUR + 300 USD x 0.5."""
    found, currency, left_out = asked(tmp_path, WON, SPEND, settings=RATES)
    assert found == {"spend": 50, "credited_customers": 2, "credit_value": 250, "return_on_ad_spend": 5}
    assert (currency, left_out) == ("EUR", [])


@pytest.mark.parametrize("settings", ["", RATES], ids=["no rates", "rates"])
@pytest.mark.parametrize(
    ("only", "figures", "left_out"),
    [
        (
            "EUR",
            {"spend": 10, "credited_customers": 1, "credit_value": 100, "return_on_ad_spend": 10},
            ["80.00 USD of spend were left out.", "1 conversion valued in USD was left out."],
        ),
        (
            "USD",
            {"spend": 80, "credited_customers": 1, "credit_value": 300, "return_on_ad_spend": 3.75},
            ["10.00 EUR of spend were left out.", "1 conversion valued in EUR was left out."],
        ),
    ],
)
def test_one_currency_alone(tmp_path, only, figures, left_out, settings):
    assert asked(tmp_path, WON, SPEND, only, settings) == (figures, only, left_out)


def test_one_foreign_currency_everywhere_is_kept(tmp_path):
    conversions, spend = [WON[1]], [SPEND[1]]
    found, currency, _ = asked(tmp_path, conversions, spend)
    assert (found["spend"], found["credit_value"], currency) == (80, 300, "USD")


def test_a_stage_that_has_nothing_in_the_only_currency_counts_what_has_no_value(tmp_path):
    """Nothing is won in dollars yet; the opportunity that has no value may be in any currency."""
    conversions = [WON[0], conversion("bob", 4, "opportunity", 40.0, "USD"), conversion("carla", 4, "opportunity")]
    found, currency, left_out = asked(tmp_path, conversions, SPEND, "USD")
    assert found == {"spend": 80, "credited_customers": 0, "unrealised_pipeline": 40}
    assert currency == "USD"
    assert left_out == [
        "10.00 EUR of spend were left out.",
        "1 conversion of 'opportunity' has no value and so no currency; it counts, though spend was left out.",
        "1 conversion valued in EUR was left out.",
    ]


def test_the_cost_of_what_has_no_currency_is_not_known_where_spend_is_left_out(tmp_path):
    """The leads may have come of the dollars; the customer of euros did not. One customer has no value, so may be of either."""
    leads = [conversion("anna", 4, "lead"), conversion("bob", 4, "lead")]
    with workspace_with(tmp_path, TOUCHES, [*leads, *WON, conversion("carla", 5, "won")], SPEND) as opened:
        report = roi(opened, Question(currency="EUR"))
        whole = roi(opened, Question(currency="EUR", goal="lead"))
    row = report.frame.set_index("channel").loc["Paid Search"]
    assert (row["credited_leads"], row["credited_customers"], row["cost_per_customer"]) == (2, 2, 5)
    assert math.isnan(row["cost_per_lead"])
    assert whole.frame[["cost_per_lead", "cost_per_lead_low", "cost_per_lead_high"]].isna().all(axis=None)
    assert [str(note) for note in report.notes if "currency" in str(note)] == [
        "No conversion of these stages has a value, so none has a currency, and they may come of the spend that was left out: lead. What "
        "one costs is therefore not shown.",
        "1 conversion of 'won' has no value and so no currency; it counts, though spend was left out.",
    ]


@pytest.mark.parametrize(
    ("conversions", "spend", "only", "settings", "message"),
    [
        (
            [WON[1]],
            [SPEND[0]],
            None,
            "",
            "Values are in several currencies: EUR, USD. Put what one USD is worth in EUR into smarketing.toml, under [rates], or count "
            "one currency alone with --currency EUR",
        ),
        (
            WON,
            [*SPEND, cost(3, 5, "SEK", **SEARCH)],
            None,
            RATES,
            "Values are in several currencies: EUR, SEK, USD. Put what one SEK is worth in EUR into smarketing.toml, under [rates], or "
            "count one currency alone with --currency EUR",
        ),
        (WON, SPEND, "CHF", "", "No spend is in CHF; there is spend in: EUR, USD"),
    ],
    ids=["each in one, and not the same", "spend without a rate", "an only currency of nothing"],
)
def test_currencies_that_do_not_meet_are_told(tmp_path, conversions, spend, only, settings, message):
    with pytest.raises(DataError) as raised:
        asked(tmp_path, conversions, spend, only, settings)
    assert str(raised.value) == message
