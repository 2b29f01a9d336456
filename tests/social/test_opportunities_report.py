"""`social opportunities` of a small programme, worked out by hand: whole tables, notes, what is refused."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from attribution.question import Question
from cli import main
from social.opportunities_report import reports
from social.scope import Scope
from tests.social.workspaces import agreed, at, click, day, make

SETTINGS = """own_domains = ["lumenio.example"]
[attribution]
stages = ["lead", "opportunity", "won"]
[social]
smallest_group = 2
"""
VISIT = {"source": "google", "medium": "organic"}
EUR = {"currency": "EUR"}
RECORDS = {
    "consents": agreed("A1", "A2", "A3", "A4", "A5"),
    "advocates": [
        {"advocate": code, "name": name, "team": team, "since": day(-300)}
        for code, name, team in (
            ("A1", "Léa Martin", "Sales"), ("A2", "Hugo Petit", "Sales"), ("A3", "Zoé Roux", "Product"), ("A4", "Tom Blanc", "Product"),
            ("A5", "Inès Noir", "Finance"), ("A6", "Max Gris", "Support"), ("A7", "Eva Vert", "Support"), ("A8", "Ana Bleu", "Support"),
        )
    ],
    "link_codes": [
        {"code": "k1", "advocate": "A1", "content": "paper", "network": "linkedin"},
        {"code": "k3", "advocate": "A3", "content": "paper", "network": "bluesky"},
    ],
    "posts": [
        {"post": "p1", "network": "linkedin", "at": at(0), "advocate": "A1", "content": "paper"},
        {"post": "p3", "network": "bluesky", "at": at(1), "advocate": "A3", "content": "paper"},
    ],
    "opportunities": [{"opportunity": "D2", "account": "y.example", "owner": "Léa Martin"}],
    "touches": [
        click("anna@x.example", at(2), "k1"),
        {"person": "anna@x.example", "at": at(3), **VISIT},
        {"person": "ben@y.example", "at": at(2), **VISIT},
        click("ben@y.example", at(4), "k3", source="bluesky"),
        click("ben@y.example", at(5), "k1"),
        click("tom@lumenio.example", at(5), "k1"),
    ],
    "surveys": [{"person": "carl@z.example", "at": at(6), "answer": "LinkedIn"}],
    "conversions": [
        {"person": "anna@x.example", "account": "x.example", "at": at(6), "goal": "lead", "id": "l1"},
        {"person": "ben@y.example", "account": "y.example", "at": at(7), "goal": "lead", "id": "l2"},
        {"person": "tom@lumenio.example", "at": at(8), "goal": "lead", "id": "l3"},
        {"person": "carl@z.example", "at": at(6), "goal": "lead", "id": "l4"},
        {"person": "anna@x.example", "account": "x.example", "at": at(9), "goal": "opportunity", "opportunity": "D1", "value": 9e2, **EUR},
        {"person": "anna@x.example", "account": "x.example", "at": at(20), "goal": "won", "opportunity": "D1", "value": 800.0, **EUR},
        {"person": "ben@y.example", "account": "y.example", "at": at(9), "goal": "opportunity", "opportunity": "D2", "value": 300.0, **EUR},
    ],
}  # fmt: skip


@pytest.fixture
def run(tmp_path):
    make(tmp_path, SETTINGS, **RECORDS).close()
    return lambda *words: CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), "social", "opportunities", *words])


def answer(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def rows(result):
    return [tuple(row.values()) for row in answer(result)["rows"]]


def test_the_ledgers_whole(run):
    told = answer(run("--show", "ledgers", "--by", "advocate", "--format", "json"))

    assert [tuple(row.values()) for row in told["rows"]] == [
        ("A1", "sourced", 1, 1, 0.0, 1, 800.0, 6.0),
        ("A1", "assisted", 1, 0, 0.0, 0, 0.0, 7.0),
        ("A3", "assisted", 0, 1, 300.0, 0, 0.0, None),
    ]
    assert told["notes"] == [
        "Sourced, assisted and influenced are three ledgers: never add them up. Each lead and opportunity stands in one of them.",
        "Sourced: the first touch of all was a click on an employee's link, or the person named a link's code or an employee. Assisted: "
        "such evidence came, after something else. Influenced: they engaged with a post, or an employee who posted knows somebody there.",
        "A click counts for 30 days until the lead, other evidence for 90 days until the lead or the opportunity (an answer for as "
        "long after it too, for the nearest of them), a post that an account could see for 7 days.",
        "Left out: 1 click of colleagues, 0 within two seconds of the post (programs that draw previews), and 1 opportunity that the "
        "advocate owns.",
        "1 answer names a network and nobody; it is not counted, since the post may have been the company's own.",
        "What is listed came after a post, by the evidence that is named; that the post caused it is not shown.",
    ]
    assert told["meta"] == {
        "team": None, "network": None, "since": None, "until": None, "by": "advocate", "weakest_evidence": "declared", "currency": "EUR",
        "leads": 4, "opportunities": 2,
    }  # fmt: skip


def test_small_teams_are_withheld_and_with_them_one_that_would_give_them_away(run):
    told = answer(run("--show", "ledgers", "--format", "json"))

    # Of Sales, which has two advocates, one brought all of it, and of Product one too.
    assert told["rows"] == []
    assert (
        "2 rows are withheld: those to which fewer than 2 advocates of a team contribute, and those that would give these away."
        in told["notes"]
    )
    refused = run("--team", "sales")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "Error: --team sales: 1 of its advocates contributes to these figures, and those of fewer than 2 are withheld, as they would be "
        "those of single people; ask for all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff "
        "allows it\n",
    )


def test_the_credit_whole_and_of_one_network(run):
    """Anna's lead: one of two touches, each a half. Ben's: Google, Zoé's link, Léa's: each a third. Tom's: his own click, all of it."""
    words = ("--show", "credit", "--goal", "lead", "--by", "advocate", "--format", "json")
    told = answer(run(*words))

    assert [(row["advocate"], round(row["credit_conversions"], 9), row["credit_value"]) for row in told["rows"]] == [
        ("(colleague)", 1.0, None),
        ("A1", round(1 / 2 + 1 / 3, 9), None),
        ("A3", round(1 / 3, 9), None),
    ]
    assert round(told["meta"]["social_conversions"], 9) == round(2 + 1 / 6, 9)
    assert "All rows together are what attribution reports for these channels." in told["notes"]
    alone = answer(run(*words, "--network", "Bluesky"))
    assert [row["advocate"] for row in alone["rows"]] == ["A3"]
    assert "Only the touches on bluesky are told of; those of other networks are left out." in alone["notes"]


def test_the_way_from_evidence_to_outcome(run):
    assert rows(run("--show", "flow", "--format", "json")) == [
        ("click", "sourced", 1),
        ("click", "assisted", 1),
        ("sourced", "deal_won", 1),
        ("assisted", "deal_open", 1),
    ]


def test_every_link_with_its_rule(run):
    told = rows(run("--show", "links", "--format", "json"))

    kept = [(row[0], row[2], *row[4:7], row[8], row[11], row[13]) for row in told]
    assert kept == [
        ("lead", None, "sourced", "click", "click.code", "A1", "p1", None),
        ("lead", None, "assisted", "click", "click.code", "A1", "p1", None),
        ("lead", None, "assisted", "click", "click.code", "A3", "p3", None),
        ("lead", None, None, "click", "click.code", "A1", "p1", "colleague"),
        ("opportunity", "D1", "sourced", "click", "click.code", "A1", "p1", None),
        ("opportunity", "D2", "assisted", "click", "click.code", "A1", "p1", "self_sourced"),
        ("opportunity", "D2", "assisted", "click", "click.code", "A3", "p3", None),
    ]


def test_what_the_period_tells_is_of_the_period(run):
    told = answer(run("--show", "ledgers", "--since", str(day(9)), "--format", "json"))

    assert (told["meta"]["leads"], told["meta"]["opportunities"]) == (0, 2)
    assert told["notes"][3].startswith("Left out: 0 clicks of colleagues")
    assert not any("name a network" in note for note in told["notes"])
    empty = run("--until", str(day(1)))
    assert empty.stderr == "Error: There are neither leads nor opportunities in this period; choose another with --since and --until\n"


def test_a_network_of_which_nothing_is_here_is_refused(run):
    refused = run("--show", "ledgers", "--network", "mastodon")

    said = "--network mastodon: nothing of that network is here; there are bluesky, linkedin"
    assert (refused.exit_code, refused.stderr) == (2, f"Error: {said}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--team", "sales", "--show", "credit"),
            "The credit of the social touches is that of all teams; leave --team out, or take --by team",
        ),
        (("--since", "2026-02-01", "--until", "2026-01-01"), "--until Jan 1, 2026 lies before --since Feb 1, 2026; swap them"),
        (("--team", "nobody"), "--team nobody: there is no such team; there are Finance, Product, Sales, Support"),
    ],
)
def test_options_that_contradict_each_other_are_refused(run, words, said):
    refused = run(*words)
    assert (refused.exit_code, refused.stderr) == (2, f"Error: {said}\n")


def test_a_model_without_touches_of_its_own_is_refused(run):
    refused = run("--show", "credit", "--model", "shapley")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(
        "Error: --model shapley gives no touch a share of its own, so nothing of it can be told of single touches;"
    )


def test_of_a_team_each_figure_is_told_that_two_of_it_contribute_to(tmp_path):
    """Sales: Léa's two leads, one assisted, and deal; Hugo's lead. Product: Tom's two leads and Zoé's, and an assisted deal of Zoé's."""
    more = {
        "link_codes": [
            *RECORDS["link_codes"],
            {"code": "k2", "advocate": "A2", "content": "paper", "network": "linkedin"},
            {"code": "k4", "advocate": "A4", "content": "paper", "network": "linkedin"},
        ],
        "touches": [
            *RECORDS["touches"],
            click("dan@d.example", at(2), "k2"), click("eve@e.example", at(2), "k4"), click("fay@f.example", at(2), "k4"),
            click("gus@g.example", at(2), "k3", source="bluesky"),
        ],
        "conversions": [
            *RECORDS["conversions"],
            *({"person": who, "at": at(6), "goal": "lead", "id": who} for who in ("dan@d.example", "eve@e.example", "fay@f.example",
                                                                                  "gus@g.example")),
        ],
    }  # fmt: skip
    with make(tmp_path, SETTINGS, **RECORDS | more) as workspace:
        question = Question(goal="lead", models=("linear",))
        (ledgers,) = reports(workspace, Scope(), question, "team", "declared", "ledgers")
        sales, flow = (reports(workspace, Scope(team="sales"), question, "team", "declared", shown)[0] for shown in ("ledgers", "flow"))
        (everything,) = reports(workspace, Scope(), question, "team", "declared", "flow")

    columns = ["team", "ledger", "leads", "opportunities", "won_opportunities", "won_value", "median_days_from_post_to_lead"]
    # The post that Hugo's link stood in is not known, so that the median of Sales would be of Léa's lead alone.
    unknown = np.nan
    expected = [
        ["Product", "sourced", 3, 0, 0, 0, unknown],
        ["Product", "assisted", 0, unknown, 0, 0, unknown],
        ["Sales", "sourced", 2, unknown, unknown, unknown, unknown],
        ["Sales", "assisted", unknown, 0, 0, 0, unknown],
    ]
    assert ledgers.frame[columns].fillna(-1).values.tolist() == pd.DataFrame(expected).fillna(-1).values.tolist()
    assert [str(note) for note in ledgers.notes if "figure" in str(note)] == [
        "9 figures are withheld (a dash stands for it, as for what is not known): fewer than 2 advocates of the team contribute to it, or "
        "it would give such a figure away."
    ]
    assert sales.frame["team"].unique().tolist() == ["Sales"]
    # A band would be one deal of one advocate.
    assert flow.frame.empty
    assert str(flow.notes[0]).startswith("The picture of a team is withheld where a part of it is of fewer than 2 advocates")
    assert len(everything.frame) > 0
