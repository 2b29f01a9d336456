"""What `explain` shows of single conversions: whole reports, and that they add up to what `attribution` credits."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from attribution.attribute import attribute
from attribution.explain import explain
from attribution.journey_shares import journey_shares
from attribution.levels import LEVELS
from attribution.models import MODELS, needs_milestones
from attribution.question import Question
from attribution.shapley import Shapley
from attribution.simulation.simulate import simulate, write
from attribution.transforms import COLLAPSES, DIRECTS, WHOLE, Transform
from connectors import importing
from connectors.base import ImportContext
from connectors.csv_files import CsvFiles
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, journeys
from tests.person import Person
from tests.workspace.samples import batch
from workspace import imports, reading, store
from workspace.errors import DataError

ADDITIVE = tuple(model.name for model in MODELS if model.name != "markov")
"""Models whose credit is a sum over journeys."""
OF_JOURNEYS = tuple(model.name for model in MODELS if model.name != "markov" and not needs_milestones(model))
"""Those of them that read no milestones."""
Credit = dict[tuple[str, str], tuple[float, float]]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    write(simulate(people=700, seed=11), folder)
    store.create(folder / "w.db")
    with store.open_workspace(folder / "w.db") as opened:
        for kind in ("touches", "conversions"):
            connector = CsvFiles(ImportContext(opened.settings, opened.secret), (str(folder / f"{kind}.csv"),), kind)
            importing.run(opened, connector, strict=True)
        yield opened


def credited(opened: store.Workspace, question: Question) -> Credit:
    """What `attribution` credits, by model and channel."""
    frame = attribute(opened, question).frame.fillna(0.0)
    return {(row.model, row.channel): (row.conversions, row.value) for row in frame.itertuples() if row.conversions or row.value}


def explained(opened: store.Workspace, question: Question) -> Credit:
    """The sum of what `explain` shows of every conversion of the goal, one by one."""
    summed: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in opened.rows("SELECT id, value FROM conversions WHERE goal = ?", (question.goal,)):
        (report,) = explain(opened, str(row["id"]), question, "weights")
        worth = row["value"] or 0.0
        for model in question.models:
            told = [("(unattributed)", 1.0)]
            if model in report.frame.columns:
                told = list(zip(report.frame["channel"], report.frame[model].fillna(0.0), strict=True))
            for channel, share in told:
                summed[model, channel][0] += share
                summed[model, channel][1] += share * worth
    return {key: (conversions, value) for key, (conversions, value) in summed.items() if conversions}


def assert_add_up(opened: store.Workspace, question: Question) -> None:
    """The engine's sums over all journeys are those of the single conversions."""
    whole, single = credited(opened, question), explained(opened, question)
    assert whole.keys() == single.keys()
    for key, amounts in whole.items():
        assert single[key] == pytest.approx(amounts, rel=1e-9, abs=1e-9), key


def test_the_shares_of_every_conversion_add_up_to_the_credit(workspace):
    assert len(workspace.rows("SELECT 1 FROM conversions WHERE goal = 'lead'")) > 20
    assert_add_up(workspace, Question(goal="lead", models=ADDITIVE, weights=(50, 20, 30), lookback_days=45))


@pytest.mark.parametrize("level", ["person", "account"])
def test_they_add_up_for_deals_of_the_company(workspace, level):
    assert_add_up(workspace, Question(goal="opportunity", models=ADDITIVE, weights=(50, 20, 30), level=level))


people = st.sampled_from(["anna", "bob", "carla"])
seconds = st.integers(0, 12 * 86_400).map(lambda second: second // 3_600 * 3_600)
"""Whole hours, so that touches and conversions fall on the same second now and then."""
touches = st.lists(
    st.fixed_dictionaries(
        {
            "person": people,
            "at": seconds,
            "channel": st.sampled_from(["Email", "Direct", "Paid Search", "(unattributed)"]),
            "consent": st.sampled_from([None, None, True, False]),
            "kind": st.sampled_from(["visit", "form"]),
        }
    ),
    min_size=1,
    max_size=14,
)
conversions = st.lists(
    st.fixed_dictionaries(
        {
            "person": st.one_of(people, st.none()),
            "account": st.sampled_from(["acme", "initech", None]),
            "opportunity": st.sampled_from(["O1", None]),
            "goal": st.sampled_from(["won", "won", "lead", "opportunity"]),
            "at": seconds,
            "value": st.sampled_from([None, 0, 100, -30]),
        }
    ).filter(lambda row: row["person"] or row["account"]),
    min_size=1,
    max_size=6,
)


def made(folder: Path, touches: list[dict[str, Any]], conversions: list[dict[str, Any]]) -> Path:
    """Make a workspace of records; times are seconds from some day on."""
    day = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    touched = [{**row, "at": day + dt.timedelta(seconds=row["at"]), "id": f"t{i}"} for i, row in enumerate(touches)]
    reached = [{"currency": "EUR", **row, "at": day + dt.timedelta(seconds=row["at"]), "id": f"c{i}"} for i, row in enumerate(conversions)]
    path = folder / "w.db"
    store.create(path)
    with store.open_workspace(path) as opened:
        imports.run(opened, "csv", [batch("touches", *touched), batch("conversions", *reached)])
    return path


transforms = st.builds(
    Transform,
    collapse=st.sampled_from(COLLAPSES),
    direct=st.sampled_from(DIRECTS),
    max_touches=st.sampled_from([None, 2]),
    min_gap=st.sampled_from([None, 7_200]),
)


@settings(max_examples=15)
@given(
    touches=touches,
    conversions=conversions,
    lookback=st.sampled_from([None, 0.5, 3.0]),
    level=st.sampled_from(LEVELS),
    transform=st.one_of(st.just(WHOLE), transforms),
)
def test_they_add_up_whatever_the_data(
    touches: list[dict[str, Any]], conversions: list[dict[str, Any]], lookback: float | None, level: str, transform: Transform
) -> None:
    """Touches of one second, several conversions, refunds, conversions of nobody, touches that may not be followed, deals and accounts."""
    assume(any(touch["consent"] is not False for touch in touches))
    names = ADDITIVE if transform == WHOLE else OF_JOURNEYS
    with tempfile.TemporaryDirectory() as folder, store.open_workspace(made(Path(folder), touches, conversions)) as opened:
        for goal in sorted({row["goal"] for row in conversions}):
            assert_add_up(
                opened,
                Question(
                    goal=goal,
                    models=names,
                    weights=(50, 20, 30),
                    lookback_days=lookback,
                    half_life_days=2.0,
                    level=level,
                    transform=transform,
                ),
            )


@given(journeys())
def test_shares_by_touch_add_up_to_the_shapley_value(rows: list[Row]) -> None:
    """The closed form is a sum over journeys, so is what each touch gets; the games of all coalitions have the same value."""
    credit = np.zeros(N_CHANNELS)
    for row in rows:
        share = journey_shares(Shapley(), paths_of([Row(row.path, 1)], N_CHANNELS))
        assert share is not None
        np.add.at(credit, np.array(row.path), share * row.conversions)
    for model in (Shapley(), Shapley("conversions"), Shapley(ordered=True)):
        assert model.credit(paths_of(rows, N_CHANNELS)).conversions == pytest.approx(credit, rel=1e-9, abs=1e-9)


# Whole reports

TOUCHES = """person,at,utm_source,utm_medium,utm_campaign,kind
anna@example.com,2026-01-05 09:00,google,sea,brand,visit
anna@example.com,2026-01-20 10:00,linkedin,social,,visit
anna@example.com,2026-01-21 10:00,google,sea,brand,form
"""
LATER = """person,at,utm_source,utm_medium,kind
anna@example.com,2026-02-01 08:00,brevo,newsletter,email_click
"""
REACHED = """person,account,at,goal,value,currency,opportunity,id
anna@example.com,acme,2026-01-21 10:00,lead,,,,L1
bob@example.com,acme,2026-01-10 09:00,lead,,,,L2
,acme,2026-01-25 09:00,opportunity,,,O7,P1
,acme,2026-01-02 09:00,opportunity,,,O6,P0
anna@example.com,acme,2026-02-01 09:00,won,1200,EUR,O7,D1
"""


@pytest.fixture
def person(tmp_path: Path) -> Person:
    made = Person(tmp_path)
    made.imports(TOUCHES, REACHED)
    made.types("import", "csv", made.writes("later.csv", LATER), "--as", "touches")
    return made


def told(person: Person, *words: str) -> Any:
    return json.loads(person.types("explain", *words, "--format", "json").stdout)


def test_touches_with_channel_rule_import_and_milestones(person: Person) -> None:
    """By GA4 a medium 'sea' is no ad and 'newsletter' is no e-mail. Bob's lead is another person's: Anna's journey is hers alone."""
    report = told(person, "D1", "--show", "touches")
    rules, others = report["notes"]
    assert rules.startswith("Rules are those of the set 'smarketing', version 2026-11+")
    assert others == "By the rules of the set 'ga4' 3 of 4 touches are of another channel."
    columns = (
        "step",
        "at",
        "age_days",
        "milestones",
        "kind",
        "channel",
        "rule",
        "channel_by_other_rules",
        "source",
        "medium",
        "campaign",
        "import_id",
        "place",
    )
    assert [tuple(row) for row in report["rows"]] == [columns] * 4
    first, later = person.folder / "touches.csv", person.folder / "later.csv"
    sea = ("Paid Search", "smarketing.french_sea", "Organic Search", "google", "sea", "brand", 1)
    social = ("Organic Social", "ga4.organic_social", None, "linkedin", "social", None, 1)
    email = ("Email", "smarketing.email_words", "Unassigned", "brevo", "newsletter", None, 3)
    hour = 1 / 24
    assert [tuple(row.values()) for row in report["rows"]] == [
        (1, "2026-01-05T09:00:00Z", 27.0, ["first_contact"], "visit", *sea, f"{first}:2"),
        (2, "2026-01-20T10:00:00Z", pytest.approx(12 - hour), None, "visit", *social, f"{first}:3"),
        (3, "2026-01-21T10:00:00Z", pytest.approx(11 - hour), ["lead_creation", "opportunity_creation"], "form", *sea, f"{first}:4"),
        (4, "2026-02-01T08:00:00Z", pytest.approx(hour), ["close"], "email_click", *email, f"{later}:2"),
    ]
    assert report["meta"] == {
        "conversion": "D1", "goal": "won", "level": "person", "at": "2026-02-01T09:00:00Z", "value": 1200.0, "currency": "EUR",
        "lookback_days": 90.0, "import_id": 2, "place": f"{person.folder / 'conversions.csv'}:6",
    }  # fmt: skip


def test_weights_of_every_model(person: Person) -> None:
    report = told(person, "D1", "--show", "weights", "--half-life", "10")
    ages = np.array([27, 12 - 1 / 24, 11 - 1 / 24, 1 / 24])
    decay = 2 ** (-ages / 10) / sum(2 ** (-ages / 10))
    assert {name: [row[name] for row in report["rows"]] for name in report["rows"][0]} == {
        "step": [1, 2, 3, 4],
        "channel": ["Paid Search", "Organic Social", "Paid Search", "Email"],
        "first": [1, 0, 0, 0],
        "last": [0, 0, 0, 1],
        "last_non_direct": [0, 0, 0, 1],
        "linear": [0.25] * 4,
        "time_decay": pytest.approx(decay),
        "u_shaped": pytest.approx([0.4, 0.1, 0.1, 0.4]),
        "j_shaped": pytest.approx([0.2, 0.1, 0.1, 0.6]),
        "inverse_j": pytest.approx([0.6, 0.1, 0.1, 0.2]),
        "participation": [0.5, 1, 0.5, 1],
        "u_shaped_milestones": [0.5, 0, 0.5, 0],
        "w_shaped": pytest.approx([1 / 3, 0, 2 / 3, 0]),
        "full_path": [0.25, 0, 0.5, 0.25],
        "shapley": pytest.approx([1 / 6, 1 / 3, 1 / 6, 1 / 3]),
    }
    assert report["notes"][0].startswith("Milestones weigh as in Marketo Measure (2026-11): ")
    assert report["notes"][1:] == [
        "shapley and participation credit channels: what a channel gets of the journey is shown in equal parts on its touches.",
        "participation gives each channel the whole conversion, so its shares add up to more than 100 %.",
        "markov has no share here: it credits channels by what all journeys together would lose without them.",
    ]


def test_the_credit_of_channels_under_both_sets_of_rules(person: Person) -> None:
    report = told(person, "D1", "--show", "rules", "--model", "first", "--model", "shapley")
    assert [tuple(row.values()) for row in report["rows"]] == [
        ("smarketing", "Paid Search", 1, pytest.approx(1 / 3)),
        ("smarketing", "Email", 0, pytest.approx(1 / 3)),
        ("smarketing", "Organic Social", 0, pytest.approx(1 / 3)),
        ("ga4", "Organic Search", 1, pytest.approx(1 / 3)),
        ("ga4", "Organic Social", 0, pytest.approx(1 / 3)),
        ("ga4", "Unassigned", 0, pytest.approx(1 / 3)),
    ]
    assert report["notes"] == []
    assert (report["meta"]["rules"], report["meta"]["other_rules"]) == ("smarketing", "ga4")


def test_rules_of_ones_own_are_part_of_the_set_in_force_alone(person: Person) -> None:
    config = person.folder / "smarketing.toml"
    own = '\n[[channels.rule]]\nname = "brevo"\nchannel = "CRM"\nfamily = "email"\nsource = "brevo"\n'
    config.write_text(config.read_text().replace('rules = "smarketing"', 'rules = "ga4"') + own)
    report = told(person, "D1", "--show", "rules", "--model", "last")
    assert [(row["rule_set"], row["channel"], row["last"]) for row in report["rows"]] == [
        ("ga4", "CRM", 1), ("ga4", "Organic Search", 0), ("ga4", "Organic Social", 0),
        ("smarketing", "Email", 1), ("smarketing", "Organic Social", 0), ("smarketing", "Paid Search", 0),
    ]  # fmt: skip
    assert report["notes"] == ["Rules of your own are part of the set 'ga4' alone."]


def test_where_the_rules_agree_that_is_said(person: Person) -> None:
    person.types("import", "csv", person.writes("t.csv", "person,at,channel\neve,2026-01-01,Email\n"), "--as", "touches")
    person.types("import", "csv", person.writes("c.csv", "person,at,goal,id\neve,2026-01-02,won,D5\n"), "--as", "conversions")
    assert told(person, "D5", "--show", "rules", "--model", "last")["notes"] == ["Both sets of rules name every touch alike."]


def test_all_reports_of_one_conversion(person: Person) -> None:
    assert [report["title"] for report in told(person, "D1")] == [
        "How anna@example.com reached 'won'",
        "What each model gives to each touch",
        "What each channel gets under the rules in force and under the others",
    ]
    done = person.types("explain", "D1", "--format", "csv", code=2)
    assert done.stderr.splitlines()[-1] == "Error: csv holds one table and this gives 3; choose one with --show, or take xlsx, json or html"
    table = person.types("explain", "D1", "--format", "csv", "--show", "weights", "--model", "linear").stdout
    assert table.splitlines() == [
        "step,channel,linear",
        "1,Paid Search,0.25",
        "2,Organic Social,0.25",
        "3,Paid Search,0.25",
        "4,Email,0.25",
    ]


NOT_OF_THE_JOURNEY = (
    "Touches without a step are not of the journey: older than the lookback, before the conversion before, or left out by an option."
)


def test_the_journey_of_an_account_and_the_milestones_before_it(tmp_path: Path) -> None:
    """The second deal's journey begins after the first deal; Bob's touch opened the account for both."""
    person = Person(tmp_path)
    person.imports(
        "person,at,channel\nbob,2025-12-01 09:00,Email\nanna,2026-01-05 09:00,Webinar\nanna,2026-01-20 09:00,Direct\n",
        "person,account,at,goal,id\nbob,acme,2025-12-02,lead,L1\nanna,acme,2026-01-10,won,D1\nanna,acme,2026-02-01,won,D2\n",
    )
    touches, weights, _ = told(person, "D2", "--level", "account", "--model", "linear")
    assert touches["title"] == "How acme reached 'won'"
    assert [(row["step"], row["person"], row["channel"], row["milestones"]) for row in touches["rows"]] == [
        (None, "bob", "Email", ["first_contact", "lead_creation"]),
        (1, "anna", "Direct", ["close"]),
    ]
    assert touches["notes"][0] == NOT_OF_THE_JOURNEY
    assert [(row["step"], row["linear"]) for row in weights["rows"]] == [(None, None), (1, 1)]
    assert [(row["step"], row["channel"]) for row in told(person, "D2", "--show", "touches")["rows"]] == [(None, "Webinar"), (1, "Direct")]
    _, deal, rules = told(person, "D2", "--level", "account", "--model", "full_path", "--convention", "hubspot")
    # First touch, lead and close have 22.5 each, the opportunity's part is not given, and what is between shares 10.
    assert [(row["step"], row["channel"], row["full_path"]) for row in deal["rows"]] == [
        (None, "Email", pytest.approx(45 / 77.5)),
        (None, "Webinar", pytest.approx(10 / 77.5)),
        (1, "Direct", pytest.approx(22.5 / 77.5)),
    ]
    assert [(row["rule_set"], row["channel"], row["full_path"]) for row in rules["rows"]] == [
        (rules, channel, pytest.approx(share / 77.5))
        for rules in ("smarketing", "ga4")
        for channel, share in (("Email", 45), ("Direct", 22.5), ("Webinar", 10))
    ]


def test_touches_that_an_option_leaves_out_are_shown_without_a_step(tmp_path: Path) -> None:
    person = Person(tmp_path)
    channels = ("Email", "Email", "Webinar", "Direct")
    person.imports(
        "person,at,channel\n" + "".join(f"eve,2026-01-0{day} 09:00,{channel}\n" for day, channel in enumerate(channels, 1)),
        "person,at,goal,id\neve,2026-01-09,won,D1\n",
    )
    left = ("--collapse", "consecutive", "--direct", "ignore_if_last", "--model", "linear")
    touches, weights, _ = told(person, "D1", *left)
    assert [(row["step"], row["channel"]) for row in touches["rows"]] == [(1, "Email"), (None, "Email"), (2, "Webinar"), (None, "Direct")]
    assert touches["notes"][0] == NOT_OF_THE_JOURNEY
    assert [row["linear"] for row in weights["rows"]] == [0.5, None, 0.5, None]
    assert person.refused("explain", "D1", *left, "--model", "w_shaped", code=2) == (
        "Milestones are held by the touches as they are; leave out --collapse, --direct, --max-touches and --min-gap, or the models that "
        "need milestones"
    )


def test_a_conversion_without_a_touch_says_so_in_one_report(person: Person) -> None:
    report = told(person, "L2")
    assert (report["title"], report["rows"]) == ("How bob@example.com reached 'lead'", [])
    assert report["notes"] == ["No touch within 90 days before it: this conversion is unattributed."]
    assert [told(person, "L2", "--show", shown)["rows"] for shown in ("weights", "rules")] == [[], []]
    assert told(person, "P1")["title"] == "How acme reached 'opportunity'"


def test_a_person_brings_up_all_their_conversions(person: Person) -> None:
    reports = told(person, "anna@example.com", "--show", "touches")
    assert [(report["meta"]["conversion"], len(report["rows"])) for report in reports] == [("L1", 3), ("D1", 4)]
    assert told(person, "anna@example.com", "--show", "touches", "--goal", "LEAD")["meta"]["conversion"] == "L1"


def test_names_and_goals_that_are_not_there(workspace, person: Person) -> None:
    with pytest.raises(DataError) as error:
        explain(workspace, "nobody", Question())
    assert str(error.value) == (
        "There is no conversion 'nobody'; give its id, or the person or account that converted, as they were imported"
    )
    assert person.refused("explain", "anna@example.com", "--goal", "mql") == (
        "'anna@example.com' has no conversion of the goal 'mql'; there are: lead, won"
    )


def test_every_touch_names_its_place(workspace):
    touch = reading.touches_of(workspace, workspace.rows("SELECT person_id FROM touches LIMIT 1")[0]["person_id"])[0]
    assert touch["file"].endswith("touches.csv")
    assert touch["row"] >= 2
