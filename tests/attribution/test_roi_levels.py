"""Cost and return of accounts' journeys, and of the touches that count, with what `attribution` says of the same."""

from __future__ import annotations

import datetime as dt

import pytest

from attribution.attribute import attribute
from attribution.question import Question
from attribution.return_report import roi
from attribution.transforms import Transform
from tests.attribution.made_workspaces import conversion, cost, touch, workspace_with
from workspace.errors import UsageError

SEARCH, MAIL = {"source": "google", "medium": "cpc"}, {"source": "brevo", "medium": "email"}
TOUCHES = [
    touch("anna@acme", 2, **SEARCH),
    touch("anna@acme", 3, **SEARCH),
    touch("bob@acme", 4, **MAIL),
    touch("bob@acme", 6),
    touch("carla@beta", 4, **MAIL),
    touch("dora", 5, **MAIL),
    touch("emil@gone", 5, **SEARCH),
]
CONVERSIONS = [
    conversion("anna@acme", 5, "lead", account="acme"),
    conversion("bob@acme", 5, "lead", account="acme"),
    conversion("carla@beta", 6, "lead", account="beta"),
    conversion("dora", 6, "lead"),
    {"account": "acme", "at": dt.datetime(2026, 1, 9, 12, tzinfo=dt.UTC), "goal": "won", "value": 90.0, "currency": "EUR"},
]
SPEND = [cost(2, 30, **SEARCH), cost(3, 10, **MAIL)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    with workspace_with(tmp_path_factory.mktemp("levels"), TOUCHES, CONVERSIONS, SPEND) as opened:
        yield opened


def figures(workspace, question, dated="close_date"):
    frame = roi(workspace, question, dated).frame.set_index("channel")
    return {name: tuple(row) for name, row in frame[["credited_leads", "credited_customers", "credit_value"]].astype(float).iterrows()}


def test_a_deal_of_an_account_alone_is_its_people_s(workspace):
    """Both of anna's searches, bob's mail and his direct visit lead to the account's deal; without accounts it is nobody's."""
    by_account = figures(workspace, Question(level="account"))
    assert by_account == {
        "Paid Search": (2 * 2 / 3, 0.5, 45),
        "Email": (2 / 3 + 2, 0.25, 22.5),
        "Direct": (0, 0.25, 22.5),
        "(total)": (4, 1, 90),
    }
    by_person = figures(workspace, Question())
    assert by_person == {"Paid Search": (1, 0, 0), "Email": (3, 0, 0), "(unattributed)": (0, 1, 90), "(total)": (4, 1, 90)}
    notes = [str(note) for note in roi(workspace, Question()).notes]
    assert [note for note in notes if "--level account" in note] == [
        "1 conversion names an account and no person; journeys are those of persons, so no touch can be its own. With --level account it "
        "has the touches of all its people."
    ]
    assert roi(workspace, Question(level="account")).meta["level"] == "account"


def test_by_touch_date_accounts_have_their_people_s_touches_of_the_period(workspace):
    question = Question(level="account", since=dt.date(2026, 1, 3), until=dt.date(2026, 1, 4))
    assert figures(workspace, question, "touch_date") == {
        "Paid Search": (2 / 3, 0.25, 22.5),
        "Email": (2 / 3 + 1, 0.25, 22.5),
        "(total)": (2 / 3 + 2 / 3 + 1, 0.5, 45),
    }


TRANSFORMS = [
    Transform(collapse="consecutive"),
    Transform(collapse="unique"),
    Transform(direct="ignore_unless_only"),
    Transform(direct="ignore_if_last"),
    Transform(max_touches=1),
    Transform(min_gap=3 * 86_400),
]


@pytest.mark.parametrize("level", ["person", "account"])
@pytest.mark.parametrize("transform", TRANSFORMS, ids=str)
@pytest.mark.parametrize("models", [("linear",), ("linear", "markov")], ids=["linear", "with markov"])
def test_the_touches_that_count_are_those_of_attribution(workspace, transform, level, models):
    question = Question(level=level, transform=transform, models=models)
    frame = roi(workspace, question).frame
    told = attribute(workspace, question).frame
    for model in models:
        rows = frame[frame["model"] == model] if len(models) > 1 else frame
        found = rows.set_index("channel")["credited_customers"].drop("(total)")
        wanted = told[told["model"] == model].set_index("channel")["conversions"]
        credited = {name: number for name, number in found.items() if number}
        assert credited == pytest.approx({name: number for name, number in wanted.items() if number})


@pytest.mark.parametrize(
    ("transform", "customers"),
    [
        (Transform(), {"Paid Search": 1 / 4, "Email": 1 / 4}),
        (Transform(direct="ignore_if_last"), {"Paid Search": 1 / 3, "Email": 1 / 3}),
        (Transform(direct="ignore_unless_only"), {"Paid Search": 1 / 3, "Email": 1 / 3}),
        (Transform(max_touches=2), {"Email": 1 / 2}),
        (Transform(max_touches=1), {}),
    ],
    ids=str,
)
def test_by_touch_date_only_touches_that_count_are_credited(workspace, transform, customers):
    """Acme's deal: search on the 2nd and the 3rd, mail on the 4th, direct on the 6th; asked is the 3rd and the 4th."""
    question = Question(level="account", transform=transform, since=dt.date(2026, 1, 3), until=dt.date(2026, 1, 4))
    frame = roi(workspace, question, "touch_date").frame.set_index("channel")
    found = {name: number for name, number in frame["credited_customers"].drop("(total)").items() if number}
    assert found == pytest.approx(customers)


@pytest.mark.parametrize("transform", [Transform(collapse="unique"), Transform(min_gap=60)])
def test_several_touches_taken_for_one_have_no_date(workspace, transform):
    with pytest.raises(UsageError) as raised:
        roi(workspace, Question(transform=transform), "touch_date")
    assert str(raised.value) == (
        "--collapse and --min-gap take several touches for one, which then has no date of its own; leave them out, or leave --date "
        "touch out"
    )
