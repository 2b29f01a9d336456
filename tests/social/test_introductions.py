"""Who can introduce us: nobody is named before they have said yes, nobody is asked who did not agree to it."""

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from social.introductions import answer, ask, coverage_report, descriptions, introductions_report
from social.policy import agree
from social.scope import Advocate, Scope
from tests.social.workspaces import agreed, make
from workspace import social_reading
from workspace.errors import UsageError

TODAY = dt.date.today()
SETTINGS = "[social]\nsmallest_group = 2\n"
ACCOUNTS = [
    {"account": "acme.example", "name": "Acme SAS", "tier": "A"},
    {"account": "globex.example", "name": "Globex", "tier": "B"},
    {"account": "void.example", "name": "Void", "tier": "B"},
]
TITLES = {
    **{"p": ("acme.example", "Directrice générale"), "q": ("acme.example", "DSI adjoint"), "r": ("acme.example", "Assistante du PDG")},
    **{"s": ("acme.example", "ex-CEO"), "t": ("globex.example", "Acheteur")},
}
TEAMS = {"A1": ("Sales", "Lyon"), "A2": ("Sales", "Lyon"), "A3": ("Legal", "Paris"), "A4": ("Product", "Paris"), "A5": ("Product", "Paris")}
YEARS = {"A1": 4, "A2": 2}
"""How long ago they met whom they know; unknown of the others."""
KNOWS = {"A1": "pq", "A2": "prs", "A3": "p", "A4": "pt"}


def ago(days):
    return TODAY - dt.timedelta(days=days)


def known(knows, as_of=None):
    rows = []
    for advocate, letters in knows.items():
        met = ago(round(365.25 * YEARS[advocate])) if advocate in YEARS else None
        for letter in letters:
            account, title = TITLES[letter]
            told = {"member": letter * 32, "account": account, "title": title, "connected_on": met, "as_of": as_of or ago(10)}
            rows.append({"advocate": advocate, "network": "linkedin"} | told)
    return rows


def programme(tmp_path, settings=SETTINGS, **more):
    """Make a programme of five, of whom A1, A2, A3 agreed to be asked and A1 alone that their name is told."""
    records = {
        "consents": [
            *agreed("A1"),
            *agreed("A2", "A3", data=("audience", "company_and_title", "introductions")),
            *agreed("A4", "A5", data=("audience", "company_and_title")),
        ],
        "advocates": [
            {"advocate": code, "name": f"Name of {code}", "team": team, "region": region} for code, (team, region) in TEAMS.items()
        ],
        "accounts": ACCOUNTS,
        "audience": known(KNOWS),
    }
    return make(tmp_path, settings, **records | more)


def told(report):
    return [[None if pd.isna(value) else value for value in row] for row in report.frame.round(1).values.tolist()]


def said(report):
    return [str(note) for note in report.notes]


RULES = [
    "An advocate is named once they have accepted; until then it is somebody of a team, or of the company where the team is small.",
    "Ask without knowing whom: smarketing social introductions acme.example --ask ROLE. Their answer: --answer ADVOCATE accepted.",
    "Whom they know is never named here: that is theirs to tell. A role is a guess from the title.",
]


def test_who_can_introduce_us(tmp_path):
    """A3 is alone in Legal: as "somebody" they would be named, were not Product, the smallest of the others, somebody too."""
    with programme(tmp_path) as workspace:
        made = introductions_report(workspace, Scope(), "acme")

    assert list(made.frame.columns) == ["introducer", "knows_role", "knows_seniority", "years_known", "ask_state"]
    assert told(made) == [
        ["Sales Lyon", "economic_buyer", "c_level", 4.0, "not_asked"],
        ["Sales Lyon", "economic_buyer", "c_level", 2.0, "not_asked"],
        ["somebody", "economic_buyer", "c_level", None, "not_asked"],
        ["Sales Lyon", "technical", "vp", 4.0, "not_asked"],
        ["Sales Lyon", "user", "staff", 2.0, "not_asked"],
        ["Sales Lyon", None, None, 2.0, "not_asked"],
    ]
    assert said(made) == [
        *RULES,
        "Nobody is known there as: Procurement or legal, Champion.",
        "1 more knows somebody there and has not agreed to be asked.",
    ]
    assert made.meta == {
        "account": "acme.example",
        "team": None,
        "network": None,
        "people_known": 4,
        "basis": "potential",
        "cohort": "enrolled",
        "as_of": ago(10),
    }


def test_account_by_account(tmp_path):
    with programme(tmp_path) as workspace:
        made = coverage_report(workspace, Scope(), None)

    assert list(made.frame.columns) == [
        *("account", "tier", "people_known", "known_economic_buyer", "known_technical", "known_procurement_legal", "known_champion"),
        *("known_user", "known_unknown", "advocates_knowing", "advocates_willing", "missing_roles", "thread", "as_of"),
    ]
    assert told(made) == [
        ["acme.example", "A", 4, 1, 1, 0, 0, 1, 1, 4, 3, "procurement_legal, champion", None, ago(10)],
        ["globex.example", "B", 1, 0, 0, 1, 0, 0, 0, 1, 0, "economic_buyer, technical, champion, user", "single_thread", ago(10)],
        ["void.example", "B", 0, 0, 0, 0, 0, 0, 0, 0, 0, "economic_buyer, technical, procurement_legal, champion, user", "nobody", None],
    ]
    assert said(made) == [
        "People whom advocates know who agreed that company and title are kept; others may know more. A role is a guess from the title.",
        "Single thread: everything hangs on one advocate or on one person there.",
    ]
    assert made.meta == {
        "team": None,
        "network": None,
        "accounts": 3,
        "accounts_covered": 2,
        "basis": "potential",
        "cohort": "enrolled",
        "advocates": 5,
        "as_of": ago(10),
    }
    assert [(chart.kind, chart.x) for chart in made.charts] == [("stacked", "account")]


def test_asked_and_accepted_they_are_named_and_the_others_hide_without_them(tmp_path):
    """A1 is asked first: of equal rank, they have known the director longest. Named, they leave A2 alone in Sales."""
    with programme(tmp_path) as workspace:
        assert ask(workspace, Scope(), "Acme", "economic_buyer") == "A1"
        asked = introductions_report(workspace, Scope(), "acme")
        answer(workspace, "Acme", "A1", "accepted")
        accepted = introductions_report(workspace, Scope(), "acme")
        kept = social_reading.introductions(workspace)

    assert asked.frame[["introducer", "ask_state"]].values.tolist()[:2] == [["Sales Lyon", "asked"], ["Sales Lyon", "not_asked"]]
    assert told(accepted) == [
        ["Name of A1 (A1)", "economic_buyer", "c_level", 4.0, "accepted"],
        ["somebody", "economic_buyer", "c_level", 2.0, "not_asked"],
        ["somebody", "economic_buyer", "c_level", None, "not_asked"],
        ["Name of A1 (A1)", "technical", "vp", 4.0, "accepted"],
        ["somebody", "user", "staff", 2.0, "not_asked"],
        ["somebody", None, None, 2.0, "not_asked"],
    ]
    noted = {"advocate": "A1", "account": "acme.example", "asked_on": TODAY, "role": "economic_buyer"}
    assert kept == [noted | {"answer": "accepted", "answered_on": TODAY}]


def test_who_accepted_and_did_not_agree_to_their_name_is_known_by_their_code(tmp_path):
    with programme(tmp_path, audience=known({"A2": "p"})) as workspace:
        ask(workspace, Scope(), "acme", None)
        answer(workspace, "acme", "A2", "accepted")
        assert introductions_report(workspace, Scope(), "acme").frame["introducer"].tolist() == ["A2"]


def test_who_declined_is_not_named_and_not_asked_again(tmp_path):
    with programme(tmp_path, audience=known({"A1": "p"})) as workspace:
        ask(workspace, Scope(), "acme", None)
        answer(workspace, "acme", "A1", "declined")
        made = introductions_report(workspace, Scope(), "acme")
        with pytest.raises(UsageError, match="Nobody is left to ask"):
            ask(workspace, Scope(), "acme", None)

    assert told(made) == [["Sales Lyon", "economic_buyer", "c_level", 4.0, "declined"]]
    assert "Single thread: everything hangs on one advocate or on one person there." in said(made)


def test_who_takes_their_agreement_back_is_gone_even_after_they_accepted(tmp_path):
    with programme(tmp_path) as workspace:
        ask(workspace, Scope(), "acme", None)
        answer(workspace, "acme", "A1", "accepted")
        agree(workspace, "A1", (), ("introductions",), None)
        made = introductions_report(workspace, Scope(), "acme")
        with pytest.raises(UsageError) as error:
            answer(workspace, "acme", "A1", "accepted")

    assert sorted(set(made.frame["introducer"])) == ["Sales Lyon", "somebody"]
    assert str(error.value) == "A1 was not asked about acme.example; ask with --ask first"
    assert "2 more know somebody there and have not agreed to be asked." in said(made)


def test_who_was_asked_often_is_left_in_peace(tmp_path):
    often = [{"advocate": "A1", "account": "globex.example", "asked_on": ago(days)} for days in (1, 30, 91)]
    seldom = [{"advocate": "A2", "account": "globex.example", "asked_on": ago(days)} for days in (1, 30, 92)]
    with programme(tmp_path, introductions=[*often, *seldom]) as workspace:
        made = introductions_report(workspace, Scope(), "acme")
        assert ask(workspace, Scope(), "acme", "economic_buyer") == "A2"

    assert Counter(made.frame["ask_state"]) == {"left_in_peace": 2, "not_asked": 4}


def test_asking_within_a_team_asks_nobody_else(tmp_path):
    with programme(tmp_path) as workspace:
        asked = {ask(workspace, Scope(team="Sales"), "acme", None) for _ in range(2)}
        with pytest.raises(UsageError) as error:
            ask(workspace, Scope(team="Sales"), "acme", None)

    assert asked == {"A1", "A2"}
    assert str(error.value) == (
        "Nobody is left to ask at acme.example: who agreed to be asked knows nobody of that role there, was asked already, or was asked 3 "
        "times in 91 days"
    )


def test_old_archives_are_said_to_be_old(tmp_path):
    with programme(tmp_path, audience=known({"A1": "p"}, ago(300)) + known({"A2": "q"})) as workspace:
        one, all_of_them = introductions_report(workspace, Scope(), "acme"), coverage_report(workspace, Scope(), "A")

    warning = f"What is known of some is of {ago(300)} or older: people change jobs, so ask for fresh archives every 180 days."
    assert said(one)[-1] == warning
    assert said(all_of_them)[-1] == warning


def test_nobody_there(tmp_path):
    with programme(tmp_path) as workspace:
        made = introductions_report(workspace, Scope(), "Void")

    assert made.frame.empty
    assert made.meta["as_of"] is None
    assert said(made)[-1] == "Nobody is known there as: Economic buyer, Technical, Procurement or legal, Champion, User."


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Acmee"], "Acmee: there is no key account of that name; did you mean 'Acme SAS'?"),
        (["A"], "A: there is no key account of that name; there are Acme SAS, Globex, Void"),
        (["--ask", "champion"], "--ask and --answer need an account: smarketing social introductions ACCOUNT --ask champion"),
        (["acme", "--accounts", "A"], "--accounts is for the list of all; leave it out, or leave acme out"),
        (["acme", "--answer", "A1", "perhaps"], "--answer A1 perhaps: an answer is 'accepted' or 'declined'"),
        (["acme", "--answer", "A1", "accepted"], "A1 was not asked about acme.example; ask with --ask first"),
        (
            ["acme", "--team", "legal"],
            "--team legal: it has 1 advocate, and figures of fewer than 2 are withheld, as they would be those of single people; ask for "
            "all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff allows it",
        ),
    ],
)
def test_wrong_requests(tmp_path, arguments, message):
    programme(tmp_path).close()

    found = CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), "social", "introductions", *arguments])

    assert (found.exit_code, found.stderr.strip()) == (2, f"Error: {message}")
    assert found.stdout == ""


def test_at_the_command_line(tmp_path):
    programme(tmp_path).close()

    def run(*arguments):
        found = CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), "social", *arguments])
        assert found.exit_code == 0, found.output
        return found

    asked = run("introductions", "Acme", "--ask", "anybody", "--format", "csv")
    assert asked.stderr.startswith("Noted: A1 is to be asked. Pass the question on to them alone.")
    assert "A1" not in asked.stdout
    assert "Name of" not in run("introductions", "--format", "json").stdout
    assert "Name of A1 (A1)" in run("introductions", "Acme", "--answer", "A1", "accepted", "--format", "csv").stdout


TEAM = st.sampled_from([None, "Sales", "Sales Lyon", "Legal", "Lyon"])
PLACE = st.sampled_from([None, "Lyon", "Paris"])


@given(st.lists(st.tuples(TEAM, PLACE), max_size=25), st.integers(1, 6))
def test_whatever_is_said_of_somebody_is_said_of_enough(places, smallest):
    enrolled = [Advocate(f"A{number}", team=team, region=region) for number, (team, region) in enumerate(places)]

    found = descriptions(enrolled, smallest)

    assert set(found) == {one.advocate for one in enrolled}
    sizes = Counter(found.values())
    assert len(enrolled) < smallest or min(sizes.values(), default=smallest) >= smallest
    assert len(enrolled) >= smallest or set(sizes) <= {"somebody"}
    for one in enrolled:
        assert found[one.advocate] in {"somebody", one.team, one.region, f"{one.team} {one.region}"}


def test_years_not_known_are_missing(tmp_path):
    with programme(tmp_path, audience=known({"A3": "p"})) as workspace:
        assert np.isnan(introductions_report(workspace, Scope(), "acme").frame["years_known"][0])
