"""Problems of tags, one sample each; the whole list over a workspace; links that do not have them."""

import datetime as dt
import json
import math

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from attribution import health
from attribution.links import Tags, chosen, tagged, written
from attribution.tagging import TAGGING
from cli import main
from reports.identifiers import WORDS
from tests.workspace.samples import batch, day
from workspace import imports, store
from workspace.batches import Reject
from workspace.errors import DataError, UsageError
from workspace.settings import LinkSettings
from workspace.urls import tags as tags_in

OURS = 'own_domains = ["example.com"]\n'


@pytest.fixture
def workspace(tmp_path):
    store.create(tmp_path / "smarketing.db")
    (tmp_path / "smarketing.toml").write_text(OURS)
    with store.open_workspace(tmp_path / "smarketing.db") as opened:
        yield opened


def touch(person, number, **fields):
    return {"person": person, "at": day(number), **fields}


SAMPLES = {
    "unassigned": ([{"source": "foo", "medium": "bar"}], [{"source": "google", "medium": "cpc"}], "source=foo, medium=bar"),
    "spellings": (
        [{"source": "LinkedIn", "medium": "social"}],
        [{"source": "linkedin", "medium": "social"}, {"source": "linkedin", "medium": "social", "campaign": "x"}],
        "linkedin / LinkedIn",
    ),
    "two_mediums": (
        [{"source": "linkedin", "medium": "cpc", "campaign": "Spring"}],
        [{"source": "linkedin", "medium": "social", "campaign": "spring"}, {"source": "google", "medium": "cpc", "campaign": "spring"}] * 2,
        "spring: social (2), cpc (1)",
    ),
    "paid_as_unpaid": (
        [{"source": "google", "medium": "organic", "click_id_kind": "gclid", "click_id": "7"}],
        [
            {"source": "google", "medium": "cpc", "click_id_kind": "gclid"},
            {"source": "facebook", "medium": "social", "click_id_kind": "fbclid"},
        ],
        "gclid, source=google, medium=organic",
    ),
    "internal_tags": (
        [{"source": "home", "medium": "email", "campaign": "x", "referrer": "www.example.com"}],
        [{"source": "home", "medium": "email", "campaign": "x", "referrer": "other.example"}],
        "www.example.com → source=home, medium=email, campaign=x",
    ),
    "untagged_email": (
        [{"referrer": "mail.google.com"}],
        [{"referrer": "mail.google.com", "source": "newsletter", "medium": "email"}],
        "mail.google.com",
    ),
    "own_referrals": ([{"referrer": "checkout.stripe.com"}], [{"referrer": "www.google.com"}], "checkout.stripe.com"),
}


def test_every_problem_has_a_sample():
    assert [problem.name for problem in TAGGING] == list(SAMPLES)


@pytest.mark.parametrize("problem", SAMPLES)
def test_what_is_wrong_is_found_and_nothing_else(workspace, problem):
    """One touch that is wrong, one person of two whom it led to convert; touches that are right beside it."""
    wrong, right, example = SAMPLES[problem]
    # Nobody but people knows which of two mediums is right, so all their touches are concerned, here Bea's two as well.
    concerned, share = (3, 1.0) if problem == "two_mediums" else (1, 0.5)
    touches = [touch("bea", number, **fields) for number, fields in enumerate(right, 1)]
    touches += [touch("anna", 20 + number, **fields) for number, fields in enumerate(wrong)]
    won = [{"person": person, "at": day(28), "goal": "won"} for person in ("anna", "bea")]
    imports.run(workspace, "csv", [batch("touches", *touches), batch("conversions", *won)])
    report = health.check(workspace)
    (row,) = report.frame[report.frame["problem"] == problem].to_dict("records")
    assert (row["cases"], row["touches"], row["example"], row["name"]) == (1, concerned, example, problem)
    assert row["share_of_touches"] == concerned / len(touches)
    assert row["share_of_conversions"] == share
    assert list(report.frame["problem"]) == [problem]
    assert health.check(workspace, shown=problem).frame.to_dict("records") == [{"problem": problem, "example": example}]


def test_clean_data_is_said_to_be_clean(workspace):
    imports.run(workspace, "csv", [batch("touches", touch("anna", 1, source="google", medium="cpc"))])
    report = health.check(workspace)
    assert len(report.frame) == 0
    assert [str(note) for note in report.notes] == ["Nothing of what is looked for was found."]


def test_what_was_refused_is_listed_whatever_else_is_there(workspace):
    refused = Reject("c.csv", 3, "at", "x", "{field} is not a time: '{value}'.", "Write it as 2026-01-31.")
    imports.run(workspace, "csv", [batch("conversions", rejects=[refused, refused]), batch("spend", rejects=[refused])])
    report = health.check(workspace)
    (row,) = report.frame.to_dict("records")
    assert (row["problem"], row["cases"], str(row["example"])) == ("rejected_rows", 2, "Conversions: 1")
    assert [str(note) for note in report.notes] == [
        "There are no touches yet; tags can be checked once there are.",
        "Every case of one problem: smarketing check --show NAME, with its name in the list.",
    ]


def test_several_goals_keep_nothing_from_being_checked(workspace):
    odd = touch("anna", 1, source="foo", medium="bar")
    reached = [{"person": "anna", "at": day(3), "goal": goal} for goal in ("demo", "trial")]
    imports.run(workspace, "csv", [batch("touches", odd), batch("conversions", *reached)])
    report = health.check(workspace)
    (row,) = report.frame.to_dict("records")
    assert row["problem"] == "unassigned"
    assert math.isnan(row["share_of_conversions"])
    assert str(report.notes[0]).startswith("There are several goals; with --goal")
    with pytest.raises(DataError, match="There are no conversions of the goal 'won'"):
        health.check(workspace, goal="won")


def test_spend_conversions_and_claims_that_do_not_fit(workspace):
    touches = [touch("anna", 5, source="google", medium="cpc", campaign="Spring")]
    won = [{"person": person, "at": day(9), "goal": "won"} for person in ("anna", "zoe")]
    cost = {"day": dt.date(2026, 1, 9), "amount": 50.0, "currency": "EUR", "medium": "cpc"}
    spent = [
        cost | {"source": "google", "campaign": "spring", "conversions": 2.0},
        cost | {"source": "bing", "campaign": "autumn", "conversions": 1.0},
        cost | {"source": "google"},
        cost | {"source": "meta", "amount": 70.0},
    ]
    imports.run(workspace, "csv", [batch("touches", *touches), batch("conversions", *won), batch("spend", *spent)])
    report = health.check(workspace)
    told = {row["problem"]: (row["cases"], str(row["example"]), row["share_of_conversions"]) for row in report.frame.to_dict("records")}
    assert told["conversions_without_touches"] == (1, "1 / 2", 0.5)
    assert told["spend_without_visits"][:2] == (2, "facebook (70.00 EUR)")
    assert told["double_claims"][:2] == (1, "google 2 + bing 1 = 3 > 2 won")
    assert math.isnan(told["double_claims"][2])
    assert len(told) == 3


@pytest.mark.parametrize(("now", "found"), [(22, []), (45, ["20% → 45%"]), (5, [])])
def test_direct_traffic_that_rises_suddenly(workspace, now, found):
    rows = []
    for week in range(20):
        for n in range(100):
            at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC) + dt.timedelta(weeks=week, minutes=n)
            direct = n < (now if week >= 16 else 20)
            rows.append({"person": f"p{n}", "at": at, **({} if direct else {"source": "google", "medium": "cpc"})})
    imports.run(workspace, "csv", [batch("touches", *rows)])
    told = health.check(workspace).frame.to_dict("records")
    assert [(row["problem"], row["example"].split(" (")[0]) for row in told] == [("direct_up", example) for example in found]


def test_the_command_in_both_languages(tmp_path, workspace):
    imports.run(workspace, "csv", [batch("touches", touch("anna", 1, source="foo", medium="bar"))])
    workspace.close()
    path = ["--workspace", str(workspace.path)]
    found = CliRunner().invoke(main, [*path, "check", "--format", "json"])
    assert found.exit_code == 0
    (row,) = json.loads(found.stdout)["rows"]
    assert (row["problem"], row["touches"], row["share_of_conversions"]) == ("unassigned", 1, None)
    assert "Visits without a channel" in CliRunner().invoke(main, [*path, "check"]).stdout
    assert "Visites sans canal" in CliRunner().invoke(main, [*path, "--lang", "fr", "check"]).stdout
    for name, said in (
        ("spelling", "--show spelling: there is no problem of this name; what was found is unassigned"),
        ("spellings", "--show spellings: nothing is wrong there; what was found is unassigned"),
    ):
        wrong = CliRunner().invoke(main, [*path, "check", "--show", name])
        assert (wrong.exit_code, wrong.stderr) == (2, f"Error: {said}\n")


def test_each_problem_has_words_and_can_be_asked_for_where_nothing_is_wrong(workspace):
    assert set(health.PROBLEMS) <= set(WORDS)
    with pytest.raises(UsageError) as caught:
        health.check(workspace, shown="spellings")
    assert str(caught.value) == "--show spellings: nothing of what is looked for was found"


# Links

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


@given(words)
def test_tags_are_spelled_one_way(text):
    spelled = written(text)
    assert spelled == spelled.lower().strip("-.")
    assert written(spelled) == spelled
    assert written(text.upper()) == written(text.upper().lower())


@given(st.lists(st.tuples(st.sampled_from(["x", "lang", "UTM_Source", "utm_term"]), words), max_size=4), words)
def test_links_carry_the_tags_and_keep_the_rest(query, fragment):
    from urllib.parse import parse_qsl, quote, urlencode, urlsplit

    made = Tags("linkedin", "social", "spring", "a7")
    link = tagged(f"https://example.com/a%20b?{urlencode(query)}#{quote(fragment)}", made)
    found = tags_in(link)
    assert (found.source, found.medium, found.campaign, found.content, found.term) == ("linkedin", "social", "spring", "a7", None)
    kept = [(name, value) for name, value in parse_qsl(urlsplit(link).query, keep_blank_values=True) if not name.lower().startswith("utm_")]
    assert kept == [(name, value) for name, value in query if not name.lower().startswith("utm_")]
    assert urlsplit(link).fragment == quote(fragment)
    assert tagged(link, made) == link


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com/", "https://", "http://[x", ""])
def test_addresses_that_are_none(url):
    with pytest.raises(UsageError, match="write a whole address, such as"):
        tagged(url, Tags("a", "b", "c"))


def test_a_vocabulary_is_held_to():
    agreed = LinkSettings(sources=("LinkedIn", "newsletter"), campaigns=("Livre blanc ETI",))
    given_tags = {"source": "linkedin", "medium": "Paid Social", "campaign": "livre blanc eti"}
    assert chosen(given_tags, agreed) == Tags("linkedin", "paid-social", "livre-blanc-eti")
    with pytest.raises(UsageError) as caught:
        chosen(given_tags | {"source": "linked"}, agreed)
    assert str(caught.value) == (
        "--source linked is not among those agreed on; did you mean 'linkedin'? A new one is entered in smarketing.toml, [links] sources"
    )
    with pytest.raises(UsageError, match="--campaign !!: write it with letters or digits"):
        chosen(given_tags | {"campaign": "!!"}, LinkSettings())


def test_a_link_says_its_channel(tmp_path):
    command = ["--workspace", str(tmp_path / "smarketing.db"), "links", "https://example.com/", "--campaign", "Spring"]
    found = CliRunner().invoke(main, [*command, "--source", "LinkedIn", "--medium", "paid-social", "--format", "json"])
    assert json.loads(found.stdout)["rows"] == [
        {
            "channel": "Paid Social",
            "family": "ads",
            "link": "https://example.com/?utm_source=linkedin&utm_medium=paid-social&utm_campaign=spring",
        }
    ]
    odd = CliRunner().invoke(main, [*command, "--source", "foo", "--medium", "bar"])
    assert "No channel knows foo / bar" in odd.stdout
