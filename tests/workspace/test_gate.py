# ruff: noqa: E501
"""What employees did not agree to is not stored, what policy forbids is refused, what is taken back goes."""

import dataclasses
import datetime as dt

import pytest
from click.testing import CliRunner

from cli import main
from tests.social.workspaces import agreed, at, batch, day, make
from workspace import consent, imports, reading
from workspace.batches import Reject
from workspace.gate import NEEDED, REFUSALS, Withheld, rule_of
from workspace.settings import SettingsError, load
from workspace.social_settings import SocialPolicy

POSTS = [
    {"post": "p1", "network": "linkedin", "at": at(0), "advocate": "A1"},
    {"post": "p2", "network": "linkedin", "at": at(1), "advocate": "A1"},
    {"post": "p3", "network": "linkedin", "at": at(1), "advocate": "A2"},
    {"post": "p4", "network": "linkedin", "at": at(1), "page": "acme"},
]
FIGURES = [{"post": post["post"], "network": "linkedin", "day": day(9), "impressions": 5} for post in POSTS]
MEMBER = {"network": "linkedin", "as_of": day(0), "account": "acme.example", "title": "DAF", "seniority": "c_level"}
AUDIENCE = [{"advocate": advocate, "member": letter * 32, **MEMBER} for advocate, letter in (("A1", "a"), ("A1", "b"), ("A2", "c"))]
EVERYTHING = {
    "posts": POSTS,
    "post_metrics": FIGURES,
    "profile_metrics": [{"network": "linkedin", "profile": "lea", "day": day(1), "followers": 3, "advocate": "A1"}],
    "ssi": [{"advocate": "A1", "day": day(1), "brand": 1.0, "find": 2.0, "insights": 3.0, "relationships": 4.0}],
    "audience": AUDIENCE,
    "introductions": [{"advocate": "A1", "account": "acme.example", "asked_on": day(1)}],
}


def held(workspace):
    """Say what is stored, table by table."""
    return {
        "posts": [row["post"] for row in workspace.rows("SELECT post FROM posts ORDER BY post")],
        "figures": [row["post"] for row in workspace.rows("SELECT post FROM post_metrics ORDER BY post")],
        "profiles": workspace.rows("SELECT count(*) AS n FROM profile_metrics")[0]["n"],
        "ssi": workspace.rows("SELECT count(*) AS n FROM ssi")[0]["n"],
        "audience": [(row["advocate"], row["title"]) for row in workspace.rows("SELECT advocate, title FROM audience ORDER BY member")],
        "introductions": workspace.rows("SELECT count(*) AS n FROM introductions")[0]["n"],
    }


NOTHING = {"posts": ["p4"], "figures": ["p4"], "profiles": 0, "ssi": 0, "audience": [], "introductions": 0}


def test_without_an_agreement_nothing_of_an_employee_is_stored_and_the_pages_own_is(tmp_path):
    people = [{"advocate": "A1"}, {"advocate": "A2"}]
    with make(tmp_path, advocates=people, **EVERYTHING) as workspace:
        assert held(workspace) == NOTHING
        rejects = reading.rejects(workspace)

    assert {(row["kind"], row["row"], row["value_seen"]) for row in rejects} == {
        ("posts", 2, "A1 (2)"),
        ("posts", 4, "A2 (1)"),
        ("post_metrics", 2, "3"),
        ("profile_metrics", 2, "A1 (1)"),
        ("ssi", 2, "A1 (1)"),
        ("audience", 2, "A1 (2)"),
        ("audience", 4, "A2 (1)"),
        ("introductions", 2, "A1 (1)"),
    }
    assert {row["problem"].format(value=row["value_seen"]) for row in rejects if row["kind"] == "audience"} == {
        "This employee has not agreed that their connections are stored, not even as keyed hashes: A1 (2).",
        "This employee has not agreed that their connections are stored, not even as keyed hashes: A2 (1).",
    }


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (("own_posts",), {"posts": ["p1", "p2", "p4"], "figures": ["p1", "p2", "p4"], "profiles": 1, "ssi": 1}),
        (("audience",), {"audience": [("A1", None), ("A1", None)]}),
        (("audience", "company_and_title"), {"audience": [("A1", "DAF"), ("A1", "DAF")]}),
        (("company_and_title",), {}),
        (("introductions",), {"introductions": 1}),
        (("name",), {}),
    ],
)
def test_each_datum_is_agreed_to_on_its_own(tmp_path, data, expected):
    with make(tmp_path, consents=agreed("A1", data=data), **EVERYTHING) as workspace:
        assert held(workspace) == NOTHING | expected


def test_what_is_taken_back_goes_in_the_same_import(tmp_path):
    everything = {"consents": agreed("A1", "A2"), **EVERYTHING}
    with make(tmp_path, **everything) as workspace:
        revoked = [{"advocate": "A1", "datum": datum, "day": day(2), "granted": False} for datum in ("own_posts", "company_and_title")]
        summary = imports.run(workspace, "social", [batch("consents", *revoked)])
        after = held(workspace)
        imports.run(workspace, "csv", [batch("posts", *POSTS)])
        still = held(workspace)["posts"]

    assert {count.kind: count.rows_removed for count in summary.counts} == {
        "consents": 0,
        "posts": 2,
        "post_metrics": 2,
        "profile_metrics": 1,
        "ssi": 1,
    }
    assert after["posts"] == ["p3", "p4"]
    assert after["audience"] == [("A1", None), ("A1", None), ("A2", "DAF")]
    assert still == ["p3", "p4"]


def test_the_latest_word_counts_and_one_of_tomorrow_does_not_yet(tmp_path):
    ledger = [
        {"advocate": "A1", "datum": "own_posts", "day": day(0), "granted": False},
        {"advocate": "A1", "datum": "own_posts", "day": day(-9), "granted": True},
        {"advocate": "A2", "datum": "own_posts", "day": day(-9), "granted": False},
        {"advocate": "A2", "datum": "own_posts", "day": day(0), "granted": True},
        {"advocate": "A2", "datum": "own_posts", "day": dt.date.today() + dt.timedelta(days=3), "granted": False},
    ]
    with make(tmp_path, consents=ledger) as workspace:
        imports.run(workspace, "csv", [batch("posts", *POSTS)])
        assert held(workspace)["posts"] == ["p3", "p4"]


def test_an_older_word_that_comes_later_opens_nothing(tmp_path):
    revoked = {"advocate": "A1", "datum": "own_posts", "day": day(5), "granted": False}
    with make(tmp_path, consents=[revoked]) as workspace:
        summary = imports.run(
            workspace, "csv", [batch("consents", {**revoked, "day": day(4), "granted": True}), batch("posts", *POSTS[:2])]
        )
        assert (held(workspace)["posts"], summary.withheld) == ([], (Withheld("posts", "A1", "own_posts", 2),))


def test_of_two_policies_that_name_as_much_the_last_holds():
    policies = (SocialPolicy("forbid", team="Finance"), SocialPolicy("approve", team="FINANCE"), SocialPolicy("forbid", network="x"))

    assert [rule_of(policies, "finance", network) for network in ("linkedin", "x")] == ["approve", "approve"]
    assert rule_of(policies[::-1], "Finance", "x") == "forbid"


def test_what_is_taken_back_on_a_day_ahead_goes_with_the_first_import_from_that_day_on(tmp_path):
    ahead = {"advocate": "A1", "datum": "own_posts", "day": dt.date.today() + dt.timedelta(days=3), "granted": False}
    with make(tmp_path, consents=[*agreed("A1", "A2"), ahead], **EVERYTHING) as workspace:
        before = held(workspace)["posts"]
        with workspace.db.atomic():
            workspace.db.execute("UPDATE consents SET day = day - 3 WHERE granted = 0")  # three days later
        summary = imports.run(workspace, "csv", [batch("touches", {"person": "anna@x.example", "at": at(1)})])
        after = held(workspace)["posts"]

    assert (before, after) == (["p1", "p2", "p3", "p4"], ["p3", "p4"])
    assert {count.kind: count.rows_removed for count in summary.counts if count.rows_removed} == {
        "posts": 2, "post_metrics": 2, "profile_metrics": 1, "ssi": 1
    }  # fmt: skip


def test_titles_that_are_dropped_are_told(tmp_path):
    with make(tmp_path, consents=agreed("A1", data=("audience",))) as workspace:
        summary = imports.run(workspace, "csv", [batch("audience", *AUDIENCE[:2])])

    assert summary.withheld == (Withheld("audience", "A1", "company_and_title", 2),)
    assert summary.rejected == 0


POLICY = """
[[social.policy]]
rule = "approve"
team = "Sales"
[[social.policy]]
rule = "forbid"
network = "x"
[[social.policy]]
rule = "allow"
team = "sales"
network = "X"
"""


def test_what_is_forbidden_is_refused_and_what_needs_approval_is_held_back(tmp_path):
    people = [{"advocate": "A1", "team": "Sales"}, {"advocate": "A2", "team": "Product"}]
    on_x = [post | {"network": "x"} for post in POSTS]
    records = {"consents": agreed("A1", "A2"), "advocates": people}
    with make(tmp_path, POLICY, **records) as workspace:
        summary = imports.run(workspace, "csv", [batch("posts", *POSTS, *on_x)])
        rows = workspace.rows("SELECT network, post, approval FROM posts ORDER BY network, post")
        again = imports.run(workspace, "csv", [batch("posts", *POSTS, *on_x)])

    assert [tuple(row.values()) for row in rows] == [
        ("linkedin", "p1", "pending"),
        ("linkedin", "p2", "pending"),
        ("linkedin", "p3", None),
        ("linkedin", "p4", None),
        ("x", "p1", None),
        ("x", "p2", None),
        ("x", "p4", None),
    ]
    assert summary.withheld == (Withheld("posts", "A2", "forbid", 1), *(Withheld("posts", "A1", "approve", 1),) * 2)
    assert [(count.rows_added, count.rows_changed, count.rows_known, count.rows_rejected) for count in again.counts] == [(0, 0, 7, 1)]


def test_comments_and_reactions_wait_for_nobodys_approval(tmp_path):
    kinds = ["original", "comment", "repost", "reaction"]
    said = [POSTS[0] | {"post": f"p{place}", "kind": kind} for place, kind in enumerate(kinds)]
    with make(tmp_path, POLICY, consents=agreed("A1"), advocates=[{"advocate": "A1", "team": "Sales"}]) as workspace:
        imports.run(workspace, "csv", [batch("posts", *said)])
        rows = workspace.rows("SELECT kind, approval FROM posts ORDER BY post")

    assert [tuple(row.values()) for row in rows] == [("original", "pending"), ("comment", None), ("repost", "pending"), ("reaction", None)]


def test_what_was_decided_of_a_post_stays_when_it_is_imported_again(tmp_path):
    with make(tmp_path, POLICY, consents=agreed("A1"), advocates=[{"advocate": "A1", "team": "Sales"}]) as workspace:
        imports.run(workspace, "csv", [batch("posts", *POSTS[:2])])
        assert (consent.decide(workspace, ["p1"], "approved"), consent.decide(workspace, ["p2"], "refused")) == (1, 1)
        assert consent.decide(workspace, ["nothing"], "approved") == 0
        imports.run(workspace, "csv", [batch("posts", *POSTS[:2])])
        assert consent.approvals(workspace) == {("linkedin", "p1"): "approved", ("linkedin", "p2"): "refused"}


@pytest.mark.parametrize("kind", ["posts", "profile_metrics", "ssi", "audience", "introductions"])
def test_a_code_on_no_list_is_told_as_such(tmp_path, kind):
    """Nobody was asked whether they agree: the code is mistyped, or the list is still to come."""
    people = {"advocates": [{"advocate": "A7"}], "consents": agreed("A2", data=("name",))}
    with make(tmp_path, **people) as workspace:
        rows = EVERYTHING[kind][:1]
        summary = imports.run(workspace, "csv", [batch(kind, *(row | {"advocate": code} for code in ("A7", "A2", "A-7") for row in rows))])
        told = {row["value_seen"]: (row["problem"], row["remedy"]) for row in reading.rejects(workspace)}

    datum = NEEDED[kind]
    assert [(one.advocate, one.reason, one.rows) for one in summary.withheld] == [
        ("A-7", "unlisted", 1),
        ("A2", datum, 1),
        ("A7", datum, 1),
    ]
    assert told.pop("A-7 (1; A7?)") == (
        "This code is on no list of advocates, and nothing was agreed to under it: {value}.",
        "Import the list (smarketing import csv FILE --as advocates), or correct the code; note what they agree to (smarketing social consent "
        "CODE --grant …), then import this again.",
    )
    assert told == {f"{code} (1)": (REFUSALS[datum].problem, REFUSALS[datum].remedy) for code in ("A2", "A7")}


def test_a_list_that_comes_first_in_the_import_knows_the_code(tmp_path):
    with make(tmp_path) as workspace:
        summary = imports.run(workspace, "csv", [batch("advocates", {"advocate": "A1"}), batch("posts", POSTS[0])])
    assert summary.withheld == (Withheld("posts", "A1", "own_posts", 1),)


GIVEN = [None, "pending", "approved", "refused"]


@pytest.mark.parametrize("policy", [POLICY, ""])
@pytest.mark.parametrize("said", GIVEN)
@pytest.mark.parametrize("decision", ["approved", "refused"])
def test_what_was_decided_here_no_file_undoes(tmp_path, policy, said, decision):
    """Not even one that says the opposite: a file has no day on which it was decided, and may be older."""
    post = POSTS[0] | {"approval": "pending"}
    with make(tmp_path, policy, consents=agreed("A1"), advocates=[{"advocate": "A1", "team": "Sales"}], posts=[post]) as workspace:
        consent.decide(workspace, ["p1"], decision)
        summary = imports.run(workspace, "csv", [batch("posts", post | {"approval": said, "text": "new"})])
        assert workspace.rows("SELECT approval, text FROM posts") == [{"approval": decision, "text": "new"}]
        other = said not in (None, decision)
        assert summary.withheld == ((Withheld("posts", "A1", "decided", 1),) if other else ())
        consent.decide(workspace, ["p1"], "refused")  # who decides here may decide anew
        assert consent.approvals(workspace) == {("linkedin", "p1"): "refused"}


@pytest.mark.parametrize(("first", "then"), [(first, then) for first in GIVEN for then in GIVEN])
def test_of_what_files_say_the_latest_counts(tmp_path, first, then):
    post = POSTS[0]
    with make(tmp_path, consents=agreed("A1"), posts=[post | {"approval": first}]) as workspace:
        imports.run(workspace, "csv", [batch("posts", post | {"approval": then})])
        assert workspace.rows("SELECT approval FROM posts") == [{"approval": then or first}]


def test_that_a_decision_stays_is_said(tmp_path):
    make(tmp_path, POLICY, consents=agreed("A1"), advocates=[{"advocate": "A1", "team": "Sales"}], posts=POSTS[:1]).close()
    file = tmp_path / "posts.csv"
    file.write_text("post,network,at,advocate,approval\np1,linkedin,2026-01-05 09:00,A1,en attente\n", encoding="utf-8")
    words = ["--workspace", str(tmp_path / "smarketing.db")]
    assert CliRunner().invoke(main, [*words, "social", "policy", "--approve", "p1"]).exit_code == 0
    done = CliRunner().invoke(main, [*words, "import", "csv", str(file), "--as", "posts"])
    assert (done.exit_code, done.stderr.splitlines()[-2:]) == (
        0,
        [
            "Posts: 1 row read, 0 added, 0 changed, 1 known already, 0 rejected.",
            "Posts whose approval the file gives otherwise than it was decided here: 1. The decision stays; change it with smarketing social "
            "policy.",
        ],
    )


RATE = '[[social.rate]]\nnetwork = "x"\nsince = 2026-01-01\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[social.policy]]\nrule = "ask"', 'x.toml: social.policy.rule = "ask" is not there; choose "allow", "approve" or "forbid"'),
        ("[social]\nsmallest_group = 1", "x.toml: social.smallest_group = 1 has to be 2 or more: figures of one person are no figures of a group"),
        ("[social]\nclick_days = 0", "x.toml: social.click_days = 0 has to be above 0"),
        ("[social]\nview_probability = { x = 1.5 }", "x.toml: social.view_probability.x = 1.5 has to lie between 0 and 1"),
        ("[social]\nleaderboard = 1", "x.toml: social.leaderboard = 1 is not true or false"),
        ('[[social.rate]]\nnetwork = "x"\nsince = "soon"', 'x.toml: social.rate.since = "soon" is not a day, such as 2026-01-31 (without quotes)'),
        ("[[social.rate]]\nnetwork = 'x'", "x.toml: 'social.rate.since' is missing; every [[social.rate]] needs it"),
        ("[social]\nsmallest_group = nan", "x.toml: social.smallest_group = nan has to be 2 or more: figures of one person are no figures of a group"),
        ("[social]\nsmallest_group = inf", "x.toml: social.smallest_group = inf has to be 2 or more: figures of one person are no figures of a group"),
        ("[social]\nview_probability = { x = nan }", "x.toml: social.view_probability.x = nan has to lie between 0 and 1"),
        ("[social]\nown_page = 'x'", 'x.toml: social.own_page = "x" is not a table, such as { linkedin = "example" }'),
        ("[social]\nrate = 'x'", 'x.toml: social.rate = "x" is no table of its own; write [[social.rate]] above its settings'),
        ("[social]\nrole_weight = { user = nan }", "x.toml: social.role_weight.user = nan has to lie between 0 and 1000"),
        ("[social]\ntier_weight = { A = 1e13 }", "x.toml: social.tier_weight.A = 1e+13 has to lie between 0 and 1000"),
        ("[social]\nrole_weight = { usr = 1 }",
         "x.toml: social.role_weight.usr: there is no such buying role; there are economic_buyer, technical, procurement_legal, champion, user"),
        (RATE + "cpm = -1", "x.toml: social.rate.cpm = -1 has to be 0 or more"),
        (RATE + "cpc = nan", "x.toml: social.rate.cpc = nan has to be 0 or more"),
        (RATE, "x.toml: [[social.rate]] of x since 2026-01-01 names no price; write cpm, cpc or both"),
        (RATE + "cpc = 1\n" + RATE.replace('"x"', '"X"') + "cpm = 2", "x.toml: there are two [[social.rate]] of x since 2026-01-01; leave one out"),
        ("[[social.points]]\nsince = 2026-01-01\nlead = inf", "x.toml: social.points.lead = inf has to be 0 or more"),
        ("[[social.points]]\nsince = 2026-01-01\nlead = 1\n" * 2, "x.toml: there are two [[social.points]] since 2026-01-01; leave one out"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used(tmp_path, text, said):
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError) as refused:
        load(tmp_path / "x.toml")

    assert str(refused.value) == said


def test_a_cell_of_a_row_that_is_refused_is_not_kept_either(tmp_path):
    """What stands in a cell that cannot be read is told, but not of employees who have not agreed."""
    with make(tmp_path, consents=agreed("A2")) as workspace:
        rejects = tuple(Reject("posts.csv", row, "text", "secret words", "too long", "shorten", kept=True) for row in (2, 4, 5))
        imports.run(workspace, "csv", [dataclasses.replace(batch("posts", *POSTS), rejects=rejects)])
        told = [(row["row"], row["value_seen"], row["row_kept"]) for row in reading.rejects(workspace) if row["kind"] == "posts"]
    assert told == [(2, "A1 (2)", False), (4, "secret words", True), (5, "secret words", True)]
