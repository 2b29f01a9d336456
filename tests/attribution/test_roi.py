"""Cost and return, worked out by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

import pandas as pd
import pytest
from scipy.stats import chi2

from attribution.models import MODELS
from attribution.question import Question
from attribution.return_report import roi
from attribution.transforms import Transform
from attribution.what_if import what_if
from reports.columns import COLUMNS
from tests.attribution.made_workspaces import conversion, cost, touch, workspace_with
from tests.reports.samples import ENGLISH, written
from workspace.errors import DataError, UsageError

SEARCH = {"source": "google", "medium": "cpc", "campaign": "brand"}
MAIL = {"source": "brevo", "medium": "email", "campaign": "spring"}

TOUCHES = [
    touch("anna", 5, **SEARCH),
    touch("anna", 12, **MAIL),
    touch("bob", 6, **SEARCH),
    touch("bob", 8),
    touch("carla", 15, **MAIL),
]
CONVERSIONS = [
    conversion("anna", 12, "lead"),
    conversion("anna", 14, "opportunity", 1000.0),
    conversion("anna", 20, "won", 1200.0),
    conversion("bob", 8, "lead"),
    conversion("bob", 10, "opportunity", 500.0),
    conversion("bob", 34, "lost"),
    conversion("carla", 15, "lead"),
    conversion("carla", 16, "opportunity", 400.0),
    conversion("dora", 28, "won", 300.0),
]
SPEND = [
    cost(5, 100, **SEARCH, impressions=1000, clicks=40),
    cost(20, 50, **SEARCH, impressions=500, clicks=10),
    cost(25, -10, **SEARCH, id="credit note"),
    cost(10, 30, channel="Email"),
    cost(11, 200, channel="Event"),
    cost(40, 80, **SEARCH),
]
JANUARY = Question(since=dt.date(2026, 1, 1), until=dt.date(2026, 1, 31))

NAN = math.nan


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    with workspace_with(tmp_path_factory.mktemp("roi"), TOUCHES, CONVERSIONS, SPEND) as opened:
        yield opened


def low_and_high(count):
    """The interval of a Poisson count as textbooks have it, by chi-squared quantiles."""
    return chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, chi2.ppf(0.975, 2 * count + 2) / 2


def test_every_figure_by_close_date(workspace):
    """Linear: anna gives half of everything to search and half to e-mail, bob half to search and half to direct, carla all to e-mail.

    Search cost 100 + 50 - 10 in January. Of the opportunities, bob's is lost in February and so is open at the end of January, carla's is
    open, anna's is won.
    """
    half, two = low_and_high(0.5), low_and_high(2)
    names = [
        "channel",
        "spend",
        "impressions",
        "clicks",
        "credited_leads",
        "cost_per_lead",
        "credited_opportunities",
        "cost_per_opportunity",
        "credited_customers",
    ]
    names += ["cost_per_customer", "cost_per_customer_low", "cost_per_customer_high", "credit_value", "return_on_ad_spend"]
    names += ["return_on_investment", "unrealised_pipeline"]
    rows = [
        ("Event", 200, *[NAN] * 14),  # No touch bears it, so nothing of it is known but its cost.
        ("Paid Search", 140, 1500, 50, 1, 140, 1, 140, 0.5, 280, 140 / half[1], NAN, 600, 600 / 140, 460 / 140, 250),
        ("Email", 30, NAN, NAN, 1.5, 20, 1.5, 20, 0.5, 60, 30 / half[1], NAN, 600, 20, 19, 400),
        ("Direct", NAN, NAN, NAN, 0.5, NAN, 0.5, NAN, 0, NAN, NAN, NAN, 0, NAN, NAN, 250),
        ("(unattributed)", NAN, NAN, NAN, 0, NAN, 0, NAN, 1, NAN, NAN, NAN, 300, NAN, NAN, 0),
        ("(total)", 370, 1500, 50, 3, 370 / 3, 3, 370 / 3, 2, 185, 370 / two[1], 370 / two[0], 1500, 1500 / 370, 1130 / 370, 900),
    ]
    report = roi(workspace, JANUARY)
    pd.testing.assert_frame_equal(report.frame, pd.DataFrame(rows, columns=names), check_dtype=False, rtol=1e-12)
    assert report.meta == {
        "goal": "won",
        "by": "channel",
        "models": ["linear"],
        "dated_by": "close_date",
        "since": dt.date(2026, 1, 1),
        "until": dt.date(2026, 1, 31),
        "lookback_days": 90,
        "level": "person",
        "currency": "EUR",
        "spend": 370,
        "conversions": 2,
        "fingerprint": report.meta["fingerprint"],
    }
    assert [str(note) for note in report.notes] == [
        "By close date: what is credited with the conversions of the period, over what was spent in it. Deals may owe to earlier spend, "
        "and late spend to deals that have not closed; --date touch looks at it from the other side.",
        "Credit splits the conversions that were observed. It shows what went along with them, not what caused them.",
        "The cost is what was imported as spend and nothing else: no salaries, no cost of sales.",
        "The interval of the cost of one 'won' is what chance alone would explain (95 %, Poisson, on the credited conversions); "
        "less than one credited conversion sets no upper limit.",
        "Spend and not one touch: what it brought cannot be known, so it has no credit and no return here; check spelling and tagging (1): "
        "Event",
        "Credit and no spend; what they cost is not known here, which is not a cost of 0 (1): Direct",
        "1 of 5 rows of spend are below 0 (credit notes): -10.00 EUR. They are subtracted.",
        "The data hold no conversions of: mql, sql; they have no columns.",
        "The goal is 'won'; the data holds these too: lead, opportunity, lost (choose with --goal).",
        "Unrealised pipeline is the credited value of those 2 opportunities of the period that were neither won nor lost at its end.",
        "A later 'won' or 'lost' of the same name closes an opportunity. Of those without a name, a closing belongs to the latest that is "
        "open of its person, else of its account. The pipeline is not weighted by the odds of winning.",
    ]
    assert [(chart.kind, chart.x, chart.y, str(chart.title), chart.series) for chart in report.charts] == [
        ("bar", "channel", ("cost_per_customer",), "Cost per customer", None),
        ("bar", "channel", ("return_on_ad_spend",), "Credited value for each unit of spend", None),
    ]


def test_every_figure_by_touch_date(workspace):
    """From 1 to 10 January there were three touches: search for anna and bob, direct for bob; only the first spend had been made.

    Of anna's conversions, which all came later, search gets half. Bob's opportunity has been lost since.
    """
    question = Question(since=dt.date(2026, 1, 1), until=dt.date(2026, 1, 10))
    half = low_and_high(0.5)
    names = [
        "channel",
        "spend",
        "impressions",
        "clicks",
        "credited_leads",
        "cost_per_lead",
        "credited_opportunities",
        "cost_per_opportunity",
        "credited_customers",
    ]
    names += ["cost_per_customer", "cost_per_customer_low", "cost_per_customer_high", "credit_value", "return_on_ad_spend"]
    names += ["return_on_investment", "unrealised_pipeline"]
    rows = [
        ("Paid Search", 100, 1000, 40, 1, 100, 1, 100, 0.5, 200, 100 / half[1], NAN, 600, 6, 5, 0),
        ("Email", 30, NAN, NAN, 0, NAN, 0, NAN, 0, NAN, 30 / low_and_high(0)[1], NAN, 0, 0, -1, 0),
        ("Direct", NAN, NAN, NAN, 0.5, NAN, 0.5, NAN, 0, NAN, NAN, NAN, 0, NAN, NAN, 0),
        ("(total)", 130, 1000, 40, 1.5, 130 / 1.5, 1.5, 130 / 1.5, 0.5, 260, 130 / half[1], NAN, 600, 6 / 1.3, 4.7 / 1.3, 0),
    ]
    report = roi(workspace, question, "touch_date")
    pd.testing.assert_frame_equal(report.frame, pd.DataFrame(rows, columns=names), check_dtype=False, rtol=1e-12)
    assert report.meta["conversions"] is None
    assert [str(note) for note in report.notes] == [
        "By touch date: what the touches of the period are credited with, whenever their conversions closed, over what was spent in it. "
        "Conversions are known until 2026-01-28; later ones may still bring credit to touches after 2025-10-30.",
        "Credit splits the conversions that were observed. It shows what went along with them, not what caused them.",
        "The cost is what was imported as spend and nothing else: no salaries, no cost of sales.",
        "The interval of the cost of one 'won' is what chance alone would explain (95 %, Poisson, on the credited conversions); "
        "less than one credited conversion sets no upper limit.",
        "Spend and touches, and no credit (1): Email",
        "Credit and no spend; what they cost is not known here, which is not a cost of 0 (1): Direct",
        "The data hold no conversions of: mql, sql; they have no columns.",
        "The goal is 'won'; the data holds these too: lead, opportunity, lost (choose with --goal).",
        "Unrealised pipeline is what the touches of the period are credited with of opportunities that are neither won nor lost to this "
        "day.",
        "A later 'won' or 'lost' of the same name closes an opportunity. Of those without a name, a closing belongs to the latest that is "
        "open of its person, else of its account. The pipeline is not weighted by the odds of winning.",
    ]


def test_a_fee_without_a_campaign_has_a_row_and_no_ratio(workspace):
    report = roi(workspace, Question(by="campaign", since=JANUARY.since, until=JANUARY.until))
    kept = report.frame[["campaign", "spend", "credited_leads", "cost_per_lead", "return_on_ad_spend"]]
    rows = [
        ("(none)", 230, 0.5, NAN, NAN),
        ("brand", 140, 1, 140, 600 / 140),
        ("spring", NAN, 1.5, NAN, NAN),
        ("(unattributed)", NAN, 0, NAN, NAN),
        ("(total)", 370, 3, 370 / 3, 1500 / 370),
    ]
    pd.testing.assert_frame_equal(kept, pd.DataFrame(rows, columns=list(kept)), check_dtype=False)
    assert [str(note) for note in report.notes[4:6]] == [
        "Credit and no spend; what they cost is not known here, which is not a cost of 0 (1): spring",
        "230.00 EUR of spend bear no name in this table. They stand in the row '(none)', without a ratio: what is credited there is not "
        "what they paid for. Their channels: Email, Event",
    ]


@pytest.mark.parametrize(("by", "rest"), [("source", "(not set)"), ("medium", "(not set)")])
def test_spend_without_a_source_is_not_laid_to_direct_traffic(workspace, by, rest):
    frame = roi(workspace, Question(by=by, since=JANUARY.since, until=JANUARY.until)).frame.set_index(by)
    assert frame["spend"].dropna().to_dict() == {rest: 230, {"source": "google", "medium": "cpc"}[by]: 140, "(total)": 370}
    assert pd.isna(frame["cost_per_lead"][rest])
    assert frame["credited_leads"].loc[{"source": "(direct)", "medium": "(none)"}[by]] == 0.5


def test_several_models_stand_below_each_other(workspace):
    report = roi(workspace, Question(models=("first", "last"), since=JANUARY.since, until=JANUARY.until))
    found = report.frame[["model", "channel", "spend", "credited_customers", "cost_per_customer"]]
    rows = [
        ("first", "Event", 200, NAN, NAN),
        ("first", "Paid Search", 140, 1, 140),
        ("first", "Email", 30, 0, NAN),
        ("first", "(unattributed)", NAN, 1, NAN),
        ("first", "(total)", 370, 2, 185),
        ("last", "Event", 200, NAN, NAN),
        ("last", "Paid Search", 140, 0, NAN),
        ("last", "Email", 30, 1, 30),
        ("last", "Direct", NAN, 0, NAN),
        ("last", "(unattributed)", NAN, 1, NAN),
        ("last", "(total)", 370, 2, 185),
    ]
    pd.testing.assert_frame_equal(found, pd.DataFrame(rows, columns=list(found)), check_dtype=False)
    assert [chart.series for chart in report.charts] == ["model", "model"]


def test_a_model_that_counts_twice_has_no_total(workspace):
    frame = roi(workspace, Question(models=("participation",), since=JANUARY.since, until=JANUARY.until)).frame.set_index("channel")
    assert frame["credited_leads"].to_dict() == {
        "Event": pytest.approx(NAN, nan_ok=True),
        "Paid Search": 2,
        "Email": 2,
        "Direct": 1,
        "(unattributed)": 0,
        "(total)": pytest.approx(NAN, nan_ok=True),
    }
    assert frame.loc["(total)"].dropna().to_dict() == {"spend": 370, "impressions": 1500, "clicks": 50}


def test_another_goal_is_the_return(workspace):
    report = roi(workspace, Question(goal="opportunity", since=JANUARY.since, until=JANUARY.until))
    kept = report.frame[["channel", "credit_value", "return_on_ad_spend", "cost_per_opportunity_low"]]
    rows = [
        ("Event", NAN, NAN, NAN),
        ("Paid Search", 750, 750 / 140, 140 / low_and_high(1)[1]),
        ("Email", 900, 30, 30 / low_and_high(1.5)[1]),
        ("Direct", 250, NAN, NAN),
        ("(unattributed)", 0, NAN, NAN),
        ("(total)", 1900, 1900 / 370, 370 / low_and_high(3)[1]),
    ]
    pd.testing.assert_frame_equal(kept, pd.DataFrame(rows, columns=list(kept)), check_dtype=False)


def test_lost_deals_have_columns_of_their_own(workspace):
    frame = roi(workspace, Question(goal="lost", models=("first",))).frame
    theirs = [name for name in frame if "lost" in name]
    assert theirs == ["credited_lost", "cost_per_lost", "cost_per_lost_low", "cost_per_lost_high"]
    assert all(name in COLUMNS for name in frame)


def test_a_goal_that_is_no_stage(tmp_path):
    conversions = [conversion("anna", 13, "Demo booked", 80.0)]
    with workspace_with(tmp_path, TOUCHES, conversions, SPEND) as opened:
        frame = roi(opened, JANUARY).frame.set_index("channel")
    assert frame.loc["Paid Search", ["credited_demo_booked", "cost_per_demo_booked", "credit_value"]].tolist() == [0.5, 280, 40]
    assert "unrealised_pipeline" not in frame


def test_without_values_there_is_no_return_in_money(tmp_path):
    conversions = [conversion("anna", 13, "lead"), conversion("anna", 14, "won"), conversion("bob", 14, "opportunity")]
    with workspace_with(tmp_path, TOUCHES, conversions, SPEND) as opened:
        report = roi(opened, JANUARY)
    money = {"credit_value", "return_on_ad_spend", "return_on_investment", "unrealised_pipeline"}
    assert not money & set(report.frame)
    assert len(report.charts) == 1
    notes = [str(note) for note in report.notes]
    assert "No value is known of any 'won' in the period, so there is no return in money." in notes
    assert "No value is known of any open opportunity, so no pipeline is shown." in notes


def test_a_value_that_is_not_known_is_told(tmp_path):
    conversions = [conversion("anna", 13, "won", 100.0), conversion("bob", 13, "won")]
    with workspace_with(tmp_path, TOUCHES, conversions, SPEND) as opened:
        notes = [str(note) for note in roi(opened, JANUARY).notes]
    assert "The value of 1 of 2 conversions is not known; it adds nothing to the value." in notes


def test_a_stage_without_conversions_in_the_period_is_0_and_said_so(tmp_path):
    conversions = [conversion("anna", 13, "lead"), conversion("bob", 50, "won", 5.0)]
    with workspace_with(tmp_path, TOUCHES, conversions, SPEND) as opened:
        report = roi(opened, JANUARY)
    assert report.frame["credited_customers"].tolist() == [0] * len(report.frame)
    assert "In this period there were no conversions of: won" in [str(note) for note in report.notes]
    assert "credit_value" not in report.frame


def test_nothing_spent_in_all(tmp_path):
    spend = [cost(5, 0, **SEARCH, impressions=7), cost(6, 20, **MAIL), cost(7, -20, channel="Event")]
    with workspace_with(tmp_path, TOUCHES, CONVERSIONS, spend) as opened:
        report = roi(opened, JANUARY)
    frame = report.frame.set_index("channel")
    assert frame["cost_per_lead"].dropna().to_dict() == {"Email": 20 / 1.5, "Paid Search": 0, "(total)": 0}
    assert frame["return_on_ad_spend"].dropna().to_dict() == {"Email": 30}
    assert frame["spend"].dropna().to_dict() == {"Email": 20, "Paid Search": 0, "Event": -20, "(total)": 0}
    assert "In all, nothing was spent in the period, so there is no return on it." in [str(note) for note in report.notes]


def test_periods_that_do_not_meet_are_told(tmp_path):
    with workspace_with(tmp_path, TOUCHES, CONVERSIONS, [cost(-10, 5, **SEARCH)]) as opened:
        notes = [str(note) for note in roi(opened, Question()).notes]
    assert [note for note in notes if note.startswith("Spend is known")] == [
        "Spend is known from 2025-12-21 to 2025-12-21, conversions from 2026-01-08 to 2026-01-28: where one of them is missing the ratios "
        "are wrong. Choose a period that both cover with --since and --until."
    ]


def test_campaigns_written_otherwise_are_brought_together_by_the_reader(tmp_path):
    spend = [cost(5, 100, **SEARCH | {"campaign": "Brand "}), cost(5, 10, **SEARCH | {"campaign": "SPRING!"})]
    spend += [cost(5, 1, **SEARCH | {"campaign": name}) for name in ("u1", "u2", "u3", "u4")]
    with workspace_with(tmp_path, TOUCHES, CONVERSIONS, spend) as opened:
        report = roi(opened, Question(by="campaign"))
    assert str(report.notes[4]) == (
        "Spend and not one touch: what it brought cannot be known, so it has no credit and no return here; check spelling and tagging (6): "
        "Brand  (≈ brand), SPRING! (≈ spring), u1, u2, u3 + 1"
    )


def test_campaigns_that_differ_in_capitals_alone_are_the_same_where_that_is_clear(tmp_path):
    """BRAND is the touches' brand; of Spring, touches have two spellings, one of which spend has, too."""
    touches = [*TOUCHES, touch("erik", 3, **MAIL | {"campaign": "SPRING"})]
    spend = [cost(5, 100, **SEARCH | {"campaign": "BRAND"}), cost(6, 40, **SEARCH | {"campaign": "brand"})]
    spend += [cost(5, 10, **MAIL | {"campaign": "Spring"}), cost(5, 5, **MAIL)]
    with workspace_with(tmp_path, touches, CONVERSIONS, spend) as opened:
        report = roi(opened, Question(by="campaign"))
    frame = report.frame.set_index("campaign")
    assert frame["spend"].dropna().to_dict() == {"brand": 140, "Spring": 10, "spring": 5, "(total)": 155}
    assert frame["credited_leads"][["brand", "spring", "Spring"]].tolist() == [1, 1.5, pytest.approx(NAN, nan_ok=True)]
    assert [str(note) for note in report.notes if "capitals" in str(note)] == [
        "Names of spend that differ from those of touches in capitals alone were taken for the same (1): BRAND = brand"
    ]


def test_a_change_of_what_nothing_is_known_of_is_not_known(tmp_path):
    """No touch bears the event; the e-mail has touches and no customer: less of it changes nothing, and not minus nothing."""
    with workspace_with(tmp_path, TOUCHES, [conversion("bob", 9, "won", 10.0)], SPEND) as opened:
        event, mail = (what_if(opened, JANUARY, "close_date", [text]).frame.iloc[0] for text in ("Event-20%", "Email-20%"))
    assert event[["credit_change", "credit_change_low", "credit_change_high", "value_change"]].isna().all()
    assert (str(mail["credit_change"]), str(mail["value_change"]), str(mail["credit_change_high"])) == ("0.0", "0.0", "0.0")


def test_spend_that_names_a_source_alone_is_told(tmp_path):
    with workspace_with(tmp_path, TOUCHES, CONVERSIONS, [cost(5, 100, source="linkedin"), cost(6, 5)]) as opened:
        report = roi(opened, JANUARY)
    assert report.frame["spend"].dropna().tolist() == [100, 5, 105]
    assert report.frame["channel"].tolist()[:2] == ["Organic Social", "(not set)"]
    notes = [str(note) for note in report.notes]
    assert (
        "Spend on linkedin names no medium and no channel, so the rules took it for Organic Social; if it paid for ads, import it with a "
        "medium (cpc) or a channel."
    ) in notes
    assert (
        "5.00 EUR of spend bear no name in this table. They stand in the row '(not set)', without a ratio: what is credited there is not "
        "what they paid for. Their channels: ?"
    ) in notes


@pytest.mark.parametrize(
    ("records", "question", "message"),
    [
        (
            (TOUCHES, CONVERSIONS, []),
            Question(),
            "There is no spend yet; import some with 'smarketing import csv FILE --as spend'",
        ),
        (
            (TOUCHES, CONVERSIONS, SPEND),
            Question(since=dt.date(2027, 1, 1)),
            "There is no spend in this period; it is known from 2026-01-05 to 2026-02-09: choose another period with --since and --until",
        ),
        (
            (TOUCHES, CONVERSIONS, SPEND),
            Question(since=dt.date(2026, 2, 6)),
            "There are no conversions in this period; they are known from 2026-01-08 to 2026-01-28: choose another with --since and "
            "--until",
        ),
        (
            (TOUCHES, [], SPEND),
            Question(),
            "There are no conversions yet; import some with 'smarketing import csv FILE --as conversions'",
        ),
        (([], CONVERSIONS, SPEND), Question(), "There are no touches yet; import some with 'smarketing import csv FILE --as touches'"),
    ],
)
def test_what_is_missing_is_said(tmp_path, records, question, message):
    with workspace_with(tmp_path, *records) as opened, pytest.raises(DataError) as raised:
        roi(opened, question)
    assert str(raised.value) == message


@pytest.mark.parametrize("model", ["markov", "shapley", "participation"])
def test_models_without_touch_weights_have_no_touch_date(workspace, model):
    with pytest.raises(UsageError) as raised:
        roi(workspace, Question(models=(model,)), "touch_date")
    assert str(raised.value) == (
        f"{model} credits channels over whole journeys, so its credit has no touch date; leave --date touch out, or take a model that "
        f"weighs each touch: {', '.join(other.name for other in MODELS if other.credits_touches)}"
    )


def test_more_spend_is_another_fingerprint(workspace, tmp_path):
    with workspace_with(tmp_path, TOUCHES, CONVERSIONS, [*SPEND, cost(6, 1, channel="Event")]) as opened:
        assert roi(opened, JANUARY).meta["fingerprint"] != roi(workspace, JANUARY).meta["fingerprint"]
    assert roi(workspace, JANUARY).meta["fingerprint"] == roi(workspace, JANUARY).meta["fingerprint"]


def test_channels_that_bear_the_names_of_rows(tmp_path):
    """What sources call (total) or (unattributed) stands in quotes beside the rows of these names."""
    names = ["(total)", "(unattributed)", "=1+1"]
    touches = [touch(name, 5, channel=name) for name in names]
    conversions = [conversion(name, 6, "won", 10.0) for name in [*names, "nobody"]]
    with workspace_with(tmp_path, touches, conversions, [cost(5, 5, channel=name) for name in names]) as opened:
        report = roi(opened, Question())
        changed = what_if(opened, Question(), "close_date", ["(total)-20%"])
    assert report.frame[["channel", "spend", "credited_customers"]].fillna(0).values.tolist() == [
        ['"(total)"', 5, 1],
        ['"(unattributed)"', 5, 1],
        ["=1+1", 5, 1],
        ["(unattributed)", 0, 1],
        ["(total)", 15, 4],
    ]
    assert changed.frame[["channel", "spend_change"]].values.tolist() == [['"(total)"', -1], ["(total)", -1]]
    for name in ("table", "csv", "json", "xlsx", "html", "md"):
        assert written(report, name, ENGLISH)


def test_a_vendor_s_convention_chooses_the_models_and_is_stated(workspace):
    report = roi(workspace, dataclasses.replace(JANUARY, convention="marketo"))
    assert list(dict.fromkeys(report.frame["model"])) == ["first", "u_shaped_milestones", "w_shaped", "full_path"]
    assert report.meta["convention"].startswith("marketo")
    assert any("--lookback" in str(note) for note in report.notes)


@pytest.mark.parametrize(
    ("dated", "message"),
    [
        (
            "close_date",
            "Milestones are held by the touches as they are; leave out --collapse, --direct, --max-touches and --min-gap, or the models "
            "that need milestones",
        ),
        ("touch_date", "Models by milestone look at the touches as they are: leave --direct and --max-touches out"),
    ],
)
def test_models_by_milestone_look_at_the_touches_as_they_are(workspace, dated, message):
    with pytest.raises(UsageError) as raised:
        roi(workspace, dataclasses.replace(JANUARY, models=("w_shaped",), transform=Transform(max_touches=1)), dated)
    assert str(raised.value) == message
