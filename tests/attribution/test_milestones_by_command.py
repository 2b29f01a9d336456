"""Accounts and milestones from files to the report: Marketo Measure's persons A and B, and their account's second opportunity."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from attribution.attribute import attribute
from attribution.explain import explain
from attribution.question import Question
from cli import main
from tests.attribution.made_workspaces import conversion, touch, workspace_with

PEOPLE = """person,account
a@acme.example,acme
b@acme.example,acme
"""
# AdobeDocs/marketo-measure.en, "Explanation of Touchpoint Positions and Generation Across BTs and BATs"; each touch is a campaign here.
TOUCHES = """person,at,channel,source,kind,campaign
a@acme.example,2019-09-01,Paid Search,AdWords,visit,A first
a@acme.example,2019-11-20,Organic Search,Google,form,A lead
a@acme.example,2020-03-04,Webinar,,event,A webinar
b@acme.example,2019-08-26,Paid Social,Facebook,visit,B first
b@acme.example,2020-02-20,Organic Search,Yahoo,form,B lead
b@acme.example,2020-05-01,Email,,form,B email
"""
STAGES = """person,account,opportunity,at,goal,value,currency
a@acme.example,acme,,2019-11-20,lead,,
b@acme.example,acme,,2020-02-20,lead,,
,acme,O1,2020-03-07,opportunity,10000,EUR
,acme,O1,2020-05-06,won,10000,EUR
"""
# "Account Based Attribution": a later opportunity shares first touch and lead, and has an opportunity touch and a close of its own.
MORE_TOUCHES = """b@acme.example,2020-07-01,Event,,event,B event
a@acme.example,2020-09-01,Email,,email_click,A email
"""
MORE_STAGES = """,acme,O2,2020-07-10,opportunity,5000,EUR
,acme,O2,2020-09-10,won,5000,EUR
"""


@pytest.fixture
def run(tmp_path):
    """Import the files, with the second opportunity or without, and run commands."""

    def command(*arguments, more=False):
        workspace = tmp_path / f"{more}.db"
        if not workspace.exists():
            invoke(workspace, "init")
            texts = {"people": PEOPLE, "touches": TOUCHES + MORE_TOUCHES * more, "conversions": STAGES + MORE_STAGES * more}
            for kind, text in texts.items():
                file = tmp_path / f"{kind}.csv"
                file.write_text(text)
                assert invoke(workspace, "import", "csv", str(file), "--as", kind).exit_code == 0
        return invoke(workspace, *arguments)

    def invoke(workspace, *arguments):
        return CliRunner().invoke(main, ["--workspace", str(workspace), *arguments])

    return command


ACCOUNTS = ("attribution", "--level", "account", "--goal", "won", "--by", "campaign", "--format", "json")
BOTH = ("--model", "w_shaped", "--model", "full_path")


def credit(done, column="value"):
    """Read a report: model to campaign to credit, those without left out."""
    assert done.exit_code == 0, done.output
    credits = {}
    for row in json.loads(done.stdout)["rows"]:
        credits.setdefault(row["model"], {})
        if row[column]:
            credits[row["model"]][row["campaign"]] = round(row[column], 6)
    return credits


def test_persons_a_and_b_of_one_account(run):
    done = run(*ACCOUNTS, *BOTH)
    assert credit(done) == {
        "w_shaped": {"B first": 3000, "A lead": 3000, "A webinar": 3000, "B lead": 1000},
        "full_path": {"B first": 2250, "A lead": 2250, "A webinar": 2250, "B email": 2250, "B lead": 1000},
    }
    meta = json.loads(done.stdout)["meta"]
    assert (meta["convention"], meta["level"], meta["conversions"], meta["conversions_without_touch"]) == (
        "marketo (2026-11)",
        "account",
        1,
        0,
    )
    assert json.loads(done.stdout)["notes"] == [
        "The goal is 'won'; the data holds these too: lead, opportunity (choose with --goal).",
        "Milestones weigh as in Marketo Measure (2026-11): each position goes to the latest touch at or before its stage; touches between "
        "the positions that are more than a visit share the middle's part; what a missing position or middle would get goes to the others.",
        "Models by milestone look at all touches until the deal, however long ago: they have a lookback only with --lookback.",
        "Credit splits the conversions that were observed. It shows what went along with them, not what caused them.",
    ]


def test_each_vendor_s_models_on_the_same_account(run):
    marketo = credit(run(*ACCOUNTS, "--convention", "marketo", "--lookback", "365"))
    hubspot = credit(run(*ACCOUNTS, "--convention", "hubspot", "--lookback", "365"))
    dreamdata = credit(run(*ACCOUNTS, "--convention", "dreamdata", "--lookback", "365"))
    assert list(marketo) == ["first", "u_shaped_milestones", "w_shaped", "full_path"]
    assert list(hubspot) == ["first", "last", "linear", "u_shaped_milestones", "w_shaped", "full_path"]
    assert list(dreamdata) == ["first", "last", "linear", "u_shaped", "w_shaped"]
    assert marketo["u_shaped_milestones"] == {"B first": 5000, "A lead": 5000}
    rest = ("A first", "B lead", "A webinar", "B email")
    assert hubspot["u_shaped_milestones"] == {"B first": 4000, "A lead": 4000, **dict.fromkeys(rest, 500)}
    third = round(1000 / 3, 6)
    assert hubspot["w_shaped"] == {
        "B first": 3000,
        "A lead": 3000,
        "A webinar": 3000,
        **dict.fromkeys(("A first", "B lead", "B email"), third),
    }
    assert dreamdata["w_shaped"] == {"B first": 3000, "B email": 3000, "A lead": 1500, "A webinar": 1500, "A first": 500, "B lead": 500}


def test_opportunities_of_an_account_share_first_touch_and_lead(run):
    credits = credit(run(*ACCOUNTS, *BOTH, more=True), "conversions")
    third = 0.1 / 3
    # The second deal: 30 each to B's first touch, A's lead and B's event; 10 shared by B's lead, the webinar and the email between.
    assert credits["w_shaped"] == pytest.approx(
        {"B first": 0.6, "A lead": 0.6, "A webinar": 0.3 + third, "B event": 0.3, "B lead": 0.1 + third, "B email": third}, abs=1e-6
    )
    assert credits["full_path"] == pytest.approx(
        {
            "B first": 0.45,
            "A lead": 0.45,
            "A webinar": 0.225 + third,
            "B email": 0.225 + third,
            "B event": 0.225,
            "A email": 0.225,
            "B lead": 0.1 + third,
        },
        abs=1e-6,
    )


def test_a_lookback_that_cuts_milestones_off_is_said(run):
    done = run(*ACCOUNTS, "--model", "w_shaped", "--lookback", "100")
    # 100 days before the win lies February: first touch and middle are others, and of the lead nobody is left.
    assert credit(done) == {"w_shaped": {"B lead": 5000, "A webinar": 5000}}
    assert (
        json.loads(done.stdout)["notes"][2]
        == "In 1 of 1 journeys that converted no touch stands for the lead; its part goes to the others."
    )


def test_goals_before_the_close_have_the_milestones_until_then(run):
    by_goal = {goal: credit(run(*ACCOUNTS, *BOTH, "--goal", goal), "conversions") for goal in ("lead", "opportunity")}
    # A conversion that is a lead is its own: in B's, A's form lies between. There is no opportunity yet, so 30, 30 and 10 make the whole.
    assert by_goal["lead"]["w_shaped"] == pytest.approx({"B first": 1 / 2 + 3 / 7, "A lead": 1 / 2 + 1 / 7, "B lead": 3 / 7}, abs=1e-6)
    assert by_goal["opportunity"]["w_shaped"] == pytest.approx({"B first": 0.3, "A lead": 0.3, "A webinar": 0.3, "B lead": 0.1}, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("--convention", "ga4", "--model", "w_shaped"),
            2,
            "Error: the convention 'ga4' does not say how w_shaped weighs; marketo, hubspot, dreamdata do. Of ga4 are known: first, "
            "last_non_direct, linear, u_shaped, time_decay",
        ),
        (
            ("--convention", "ga4", "--direct", "ignore_if_last"),
            2,
            "Error: --direct ignore_if_last: the convention 'ga4' leaves direct visits out of every journey that holds another touch; "
            "leave one of the two out",
        ),
        (
            ("--convention", "adobe", "--half-life", "30", "--model", "time_decay"),
            2,
            "Error: --half-life 30: the convention 'adobe' has a half-life of 7 days; leave one of the two out",
        ),
        (
            ("--model", "full_path", "--collapse", "consecutive"),
            2,
            "Error: Milestones are held by the touches as they are; leave out --collapse, --direct, --max-touches and --min-gap, or the "
            "models that need milestones",
        ),
        (
            ("--convention", "marketo", "--weights", "1,2,1"),
            2,
            "Error: the convention 'marketo' does not say how custom weighs; adobe, amplitude do. Of marketo are known: first, "
            "u_shaped_milestones, w_shaped, full_path",
        ),
    ],
)
def test_what_cannot_be_combined_is_refused(run, arguments, code, message):
    done = run("attribution", *arguments)
    assert (done.exit_code, done.stderr.strip()) == (code, message), done.exception


def test_no_model_of_ga4_credits_direct_visits_that_are_not_alone(tmp_path):
    """Paid Search, Email, Direct: the weights are those of the first two alone, at one and at two half-lives before the last of them."""
    path = [touch("anna", day, channel=channel) for day, channel in ((1, "Paid Search"), (8, "Email"), (10, "Direct"))]
    reached = [conversion(name, 12, "lead", id=name) for name in ("anna", "bob")]
    with workspace_with(tmp_path, [*path, touch("bob", 3, channel="Direct")], reached) as opened:
        report = attribute(opened, Question(convention="ga4"))
        explained = explain(opened, "anna", Question(convention="ga4"))
    credited = report.frame.pivot(index="channel", columns="model", values="conversions").fillna(0.0)
    assert credited.to_dict("index") == {
        "Direct": {"first": 1, "last_non_direct": 1, "linear": 1, "time_decay": 1, "u_shaped": 1},  # Bob's, who did nothing else
        "Email": {"first": 0, "last_non_direct": 1, "linear": 0.5, "time_decay": pytest.approx(2 / 3), "u_shaped": 0.5},
        "Paid Search": {"first": 1, "last_non_direct": 0, "linear": 0.5, "time_decay": pytest.approx(1 / 3), "u_shaped": 0.5},
    }
    assert report.meta["direct"] == "ignore_unless_only"
    assert [str(note) for note in report.notes][:2] == [
        "1 direct touch was left out of journeys that held others (--direct ignore_unless_only).",
        "Models are those of Google Analytics 4 (2023-10, the last month in which it had them all): none of them credits direct visits, "
        "unless a journey holds nothing else, and last stands as last_non_direct.",
    ]
    assert explained[0].frame["step"].tolist() == [1, 2, None]
    assert explained[1].frame["linear"].tolist() == [0.5, 0.5, pytest.approx(float("nan"), nan_ok=True)]


def test_all_models_under_a_convention_are_those_it_tells_of_and_those_of_no_vendor(run):
    rows = json.loads(run(*ACCOUNTS, "--model", "all", "--convention", "marketo").stdout)["rows"]
    assert list(dict.fromkeys(row["model"] for row in rows)) == [
        *("first", "last", "last_non_direct", "linear", "participation", "u_shaped_milestones", "w_shaped", "full_path"),
        *("markov", "shapley"),
    ]


def test_the_convention_s_last_click_skips_direct_visits(run):
    done = run("attribution", "--goal", "lead", "--convention", "ga4", "--model", "last", "--model", "last_non_direct", "--format", "json")
    assert {row["model"] for row in json.loads(done.stdout)["rows"]} == {"last_non_direct"}
    assert json.loads(done.stdout)["meta"]["convention"] == "ga4 (2023-10)"


def test_the_pipeline_of_the_account(run):
    rows = json.loads(run("pipeline", "--by", "campaign", "--format", "json", more=True).stdout)["rows"]
    counted = [(row["definition"], row["campaign"], row["opportunities"], row["pipeline_value"], row["won_value"]) for row in rows]
    assert counted == [
        ("crm_source", "(not set)", None, None, None),
        ("first_touch", "B first", 2, 15000, 15000),
        ("before_sales", "(not set)", None, None, None),
        ("influenced", "B email", 2, 15000, 15000),
        ("influenced", "A email", 1, 5000, 5000),
        ("influenced", "A webinar", 1, 10000, 10000),
        ("influenced", "B event", 1, 5000, 5000),
        ("influenced", "B lead", 1, 10000, 10000),
    ]
