"""Who can introduce us: nobody is named before they have said yes, nobody is asked who did not agree to it."""

import datetime as dt
from collections import Counter

import numpy as np
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
    return [[None if value is None or value != value else value for value in row] for row in report.frame.round(1).values.tolist()]


def said(report):
    return [str(note) for note in report.notes]


RULES = [
    "An advocate is named once they have accepted; until then it is somebody of a team, or of the company where the team is small.",
    "Ask without knowing whom: smarketing social introductions acme.example --ask ROLE. Their answer: --answer ADVOCATE accepted.",
    "Whom they know is never named here: that is theirs to tell. A role is a guess from the title.",
]


def test_who_can_introduce_us(tmp_path):
    """A3 is alone in Legal: "somebody" would be A3 alone too, so that Sales and Product are not told either once it has to be hidden."""
    with programme(tmp_path) as workspace:
        made = introductions_report(workspace, Scope(), "acme")

    assert list(made.frame.columns) == ["introducer", "knows_role", "knows_seniority", "years_known", "ask_state"]
    assert told(made) == [
        ["somebody", "economic_buyer", "c_level", 4.0, "not_asked"],
        ["somebody", "economic_buyer", "c_level", 2.0, "not_asked"],
        ["somebody", "economic_buyer", "c_level", None, "not_asked"],
        ["somebody", "technical", "vp", 4.0, "not_asked"],
        ["somebody", "user", "staff", 2.0, "not_asked"],
        ["somebody", None, None, 2.0, "not_asked"],
    ]
    assert said(made) == [
        *RULES,
        "Nobody is known there as: procurement_legal, champion.",
        "1 more know somebody there and have not agreed to be asked.",
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
