"""Whom to activate, from a small workspace, worked out by hand."""

import datetime as dt

import pytest

from social.activate_report import report
from social.scope import Scope
from tests.social.workspaces import agreed, day, make
from workspace.errors import DataError, UsageError

SETTINGS = "[social]\nsmallest_group = 2\n"
ACCOUNTS = [
    {"account": "acme.example", "name": "Acme SAS", "tier": "A"},
    {"account": "globex.example", "name": "Globex", "tier": "C"},
    {"account": "citadel.example", "name": "Citadel LLC", "tier": "C"},
    {"account": "fort.example", "name": "Citadel GmbH", "tier": "C"},
]
PEOPLE = {
    "p": ("acme.example", "PDG"),  # 3 x 3
    "q": ("acme.example", "DSI"),  # 2 x 3
    "r": ("acme.example", None),  # 1 x 3
    "s": ("globex.example", "Directrice commerciale"),  # 2 x 1
    "t": ("globex.example", "Assistante du PDG"),  # 1 x 1
    "u": ("globex.example", "ex-CEO"),  # 1 x 1
}
"""At key accounts: where and as what; all other letters work elsewhere."""
KNOWS = {"A1": "pqr", "A2": "pqsxyz", "A3": "stu", "A4": "abcdefgh", "A5": "pqrstu", "A6": "p"}
TEAMS = {"A1": "Sales", "A2": "Sales", "A3": "Product", "A4": "Product", "A5": "Sales", "A6": "Legal"}
LEFT = {"A5": day(0)}


def edges(knows, as_of=None):
    return [
        {"advocate": advocate, "network": "linkedin", "member": letter * 32, "as_of": as_of or day(0)}
        | dict(zip(("account", "title"), PEOPLE.get(letter, (None, None)), strict=True))
        for advocate, letters in knows.items()
        for letter in letters
    ]


def programme(tmp_path, settings=SETTINGS, **more):
    records = {
        "consents": [*agreed("A1", "A2", "A3", "A4", "A5"), *agreed("A6", data=("audience",))],
        "advocates": [{"advocate": code, "team": team, "since": day(-30), "until": LEFT.get(code)} for code, team in TEAMS.items()],
        "accounts": ACCOUNTS,
        "audience": edges(KNOWS),
    }
    return make(tmp_path, settings, **records | more)


def asks(advocate, *days):
    return [{"advocate": advocate, "account": "globex.example", "asked_on": dt.date.today() - dt.timedelta(days=ago)} for ago in days]


def rows(made):
    return made.frame.values.tolist()


def test_the_whole_report(tmp_path):
    """A1 knows p, q, r of Acme: 9 + 6 + 3 = 18. A2 knows p, q and s: 17, of which 2 are new. A3 knows s, t, u: 2 + 1 + 1 = 4, all new.

    A5 knows everybody and has left; A6 has not agreed that it is kept where their connections work; the largest network, A4's, knows
    nobody there.
    """
    with programme(tmp_path) as workspace:
        made = report(workspace, Scope(), 3, None)

    assert list(made.frame.columns) == [
        *("step", "advocate", "team", "target_people", "gain", "covered_weight", "share_covered", "people_covered"),
        *("covered_by_largest_networks", "covered_by_most_targets"),
    ]
    # Of Product A3 alone knows anybody there, so that it is not named; nor is Sales, as the others' figures would be those of A3.
    assert made.frame.fillna({"team": ""}).values.tolist() == [
        [1, "A1", "", 3, 18.0, 18.0, 18 / 22, 3, 0.0, 18.0],
        [2, "A3", "", 3, 4.0, 22.0, 1.0, 6, 17.0, 20.0],
    ]
    assert made.meta == {
        "team": None,
        "network": None,
        "k": 3,
        "accounts": 4,
        "basis": "potential",
        "cohort": "enrolled",
        "advocates": 5,
        "as_of": day(0),
        "target_people": 6,
        "weight_within_reach": 22.0,
        "covered_weight": 22.0,
        "bound": 22.0,
        "gap_to_bound": 0.0,
        "gains_computed": made.meta["gains_computed"],
    }
    assert [str(note) for note in made.notes] == [
        "Each is the one who adds most to those before: people at target accounts whom none of them knows, by weight.",
        "These are people whom a post could reach, not people whom it did: of 5 enrolled advocates, as their connections were on "
        "2026-01-05 or later.",
        "No other choice of as many can cover more than 22: this one is within 0.0% of that. Choosing so is never worse than 63% of the "
        "best.",
        "Weight is that of the buying role (Economic buyer 3, Technical 2, Procurement or legal 1, Champion 2, User 1) times that of the "
        "tier (A 3, B 2, C 1); settings role_weight and tier_weight. A role is a guess from the title, 1 without one.",
        "Of 1 advocate nothing is known of where their connections work, since they did not agree to it; they may know people there.",
    ]
    assert [(chart.kind, chart.x) for chart in made.charts] == [("line", "step")]


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ("A", [["A1", 18.0]]),
        (" a ", [["A1", 18.0]]),
        ("C", [["A3", 4.0]]),
        ("globex", [["A3", 4.0]]),
        ("ACME, globex.example", [["A1", 18.0], ["A3", 4.0]]),
    ],
)
def test_accounts_by_tier_name_or_key(tmp_path, accounts, expected):
    with programme(tmp_path) as workspace:
        assert report(workspace, Scope(), 5, accounts).frame[["advocate", "gain"]].values.tolist() == expected


def test_weights_of_the_settings(tmp_path):
    settings = SETTINGS + "role_weight = { user = 50 }\ntier_weight = { C = 0.1 }\n"
    with programme(tmp_path, settings) as workspace:
        made = report(workspace, Scope(), 1, None)

    # s is no user and counts 0.1; t 5; u, whose title tells of the past alone, 0.1. A1's three count 1 each.
    assert made.frame[["advocate", "gain"]].values.tolist() == [["A3", 5.2]]


def test_who_was_asked_often_is_left_in_peace(tmp_path):
    with programme(tmp_path, introductions=asks("A1", 1, 30, 60) + asks("A2", 1, 30, 400) + asks("A4", 1, 2, 3)) as workspace:
        made = report(workspace, Scope(), 1, None)

    assert made.frame[["advocate", "covered_by_largest_networks", "covered_by_most_targets"]].values.tolist() == [["A2", 17.0, 17.0]]
    assert "1 advocate is left in peace, asked 3 times this quarter." in [str(note) for note in made.notes]


def test_nobody_is_left(tmp_path):
    with programme(tmp_path, introductions=[ask for code in ("A1", "A2", "A3") for ask in asks(code, 1, 2, 3)]) as workspace:
        made = report(workspace, Scope(), 5, None)

    assert rows(made) == []
    assert (made.meta["covered_weight"], made.meta["bound"], made.meta["gap_to_bound"]) == (0.0, 0.0, 0.0)


def test_of_a_team_of_whom_enough_know_somebody_there(tmp_path):
    with programme(tmp_path, audience=edges(KNOWS | {"A4": "abct"})) as workspace:
        sales = report(workspace, Scope(team="sales"), 5, None).frame
        everybody = report(workspace, Scope(), 5, None).frame

    assert sales[["advocate", "team"]].values.tolist() == [["A1", "Sales"], ["A2", "Sales"]]
    assert dict(zip(everybody["advocate"], everybody["team"], strict=True)) == {name: TEAMS[name] for name in everybody["advocate"]}


def test_a_team_and_a_network(tmp_path):
    with programme(tmp_path) as workspace:
        # Of Product A3 alone knows anybody there: what is told of all less what is told of Sales would be A3's.
        with pytest.raises(UsageError, match="--team sales: its figures are withheld, since those of all teams less these"):
            report(workspace, Scope(team="sales"), 5, None)
        with pytest.raises(UsageError, match="--team product: its figures are withheld, since those of all teams less these"):
            report(workspace, Scope(team="product"), 5, None)
        with pytest.raises(UsageError, match="--network bluesky: nothing of that network is here; there are linkedin"):
            report(workspace, Scope(network="bluesky"), 5, None)


@pytest.mark.parametrize(
    ("scope", "accounts", "message"),
    [
        (Scope(), "Globx", "--accounts Globx: there is no tier and no account of that name; did you mean 'Globex'?"),
        (
            Scope(),
            "Acme,D",
            "--accounts D: there is no tier and no account of that name; there are A, C, Acme SAS, Citadel GmbH, Citadel LLC, Globex",
        ),
        (Scope(), "citadel", "citadel: several accounts bear this name; say which: citadel.example, fort.example"),
        (Scope(), " , ", "--accounts is empty; name a tier or accounts, or leave it out for every key account"),
        (Scope(team="Sale"), None, "--team Sale: there is no such team; there are Legal, Product, Sales"),
        (
            Scope(team="Legal"),
            None,
            "--team Legal: it has 1 advocate, and figures of fewer than 2 are withheld, as they would be those of single people; ask for "
            "all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff allows it",
        ),
    ],
)
def test_wrong_names(tmp_path, scope, accounts, message):
    with programme(tmp_path) as workspace, pytest.raises(UsageError) as error:
        report(workspace, scope, 5, accounts)

    assert str(error.value) == message


def test_without_accounts_or_connections(tmp_path):
    with programme(tmp_path, accounts=[], audience=[]) as workspace, pytest.raises(DataError) as error:
        report(workspace, Scope(), 5, None)
    assert str(error.value) == "There are no accounts yet; import them with 'smarketing import csv FILE --as accounts'"

    (tmp_path / "two").mkdir()
    with programme(tmp_path / "two", audience=[]) as workspace, pytest.raises(DataError) as error:
        report(workspace, Scope(), 5, None)
    assert str(error.value) == (
        "Nobody is known at these accounts: import connections with 'smarketing import linkedin-member … --titles', where employees have "
        "agreed to company_and_title"
    )
