"""The commands `social consent` and `social policy`: whole answers, and what they refuse."""

import json

import pytest
from click.testing import CliRunner

from cli import main
from social.policy import consent_report, decide, policy_report
from social.scope import Scope
from tests.social.workspaces import agreed, at, day, make
from workspace import consent
from workspace.errors import UsageError

SETTINGS = """time_zone = "Europe/Paris"
[[social.policy]]
rule = "approve"
team = "Finance"
[[social.policy]]
rule = "forbid"
team = "Finance"
network = "x"
[[social.policy]]
rule = "allow"
disclosure = "#teamlumenio"
[[social.policy]]
rule = "forbid"
team = "Finanace"
"""
RECORDS = {
    "consents": agreed("A1", "A2", data=("own_posts",)),
    "advocates": [
        {"advocate": "A1", "team": "Sales", "since": day(-300)},
        {"advocate": "A2", "team": "Finance", "since": day(-300)},
    ],
    "posts": [
        {"post": "p1", "network": "linkedin", "at": at(0), "advocate": "A1", "text": "Our paper #TeamLumenio"},
        {"post": "p2", "network": "linkedin", "at": at(0, 14.9 * 3600), "advocate": "A1", "text": "Our paper"},
        {"post": "p3", "network": "linkedin", "at": at(2), "advocate": "A2", "text": "Figures", "url": "https://example.com/p3"},
        {"post": "p4", "network": "x", "at": at(2), "advocate": "A2", "text": "Figures"},
        {"post": "p5", "network": "linkedin", "at": at(3), "advocate": "A1", "kind": "repost"},
    ],
}


def run(path, *words):
    return CliRunner().invoke(main, ["--workspace", str(path / "smarketing.db"), "social", *words])


def made(tmp_path):
    make(tmp_path, SETTINGS, **RECORDS).close()
    return tmp_path


def rows(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["rows"]


def test_the_rules_as_they_hold(tmp_path):
    answer = json.loads(run(made(tmp_path), "policy", "--format", "json").stdout)

    assert [tuple(row.values()) for row in answer["rows"]] == [
        ("Finance", "linkedin", "approve", None),
        ("Finance", "x", "forbid", None),
        ("Sales", "linkedin", "allow", "#teamlumenio"),
        ("Sales", "x", "allow", "#teamlumenio"),
    ]
    assert answer["notes"] == [
        "The rule that names team and network comes before one that names the team, the network, or neither.",
        "allow: posts are stored. approve: they are held back until approved. forbid: import refuses them.",
        "Policies of teams in which nobody is, so that they hold for nobody: Finanace. Is a name mistyped?",
    ]
    assert [row["network"] for row in rows(run(tmp_path, "policy", "--network", "X", "--team", "sales", "--format", "json"))] == ["x"]


def test_posts_to_look_at_and_what_is_decided_of_them(tmp_path):
    path = made(tmp_path)

    found = rows(run(path, "policy", "--show", "posts", "--format", "json"))
    assert [(row["finding"], row["post"], row["advocate"], row["team"]) for row in found] == [
        ("no_disclosure", "p2", "A1", "Sales"),
        ("pending", "p3", "A2", "Finance"),
    ]
    done = run(path, "policy", "--approve", "https://example.com/p3", "--format", "json")
    assert done.stderr == "1 post was decided on.\n"
    assert [row["post"] for row in json.loads(done.stdout)["rows"]] == ["p2"]
    assert [row["finding"] for row in rows(run(path, "policy", "--refuse", "p3", "--format", "json"))] == ["no_disclosure", "refused"]


def test_a_post_on_linkedin_is_decided_on_by_any_of_its_addresses(tmp_path):
    name = "7280009832436858880"
    post = {"post": name, "network": "linkedin", "at": at(0), "advocate": "A1", "approval": "pending"}
    with make(tmp_path, consents=agreed("A1"), posts=[post]) as workspace:
        assert decide(workspace, [f"https://www.linkedin.com/posts/lea-d_crm-activity-{name}-aB1c"], []) == 1
        assert decide(workspace, [], [f"urn:li:share:{name}"]) == 1
        assert consent.approvals(workspace) == {("linkedin", name): "refused"}


def test_days_are_those_of_the_time_zone(tmp_path):
    """The second post is of 23:54 UTC on Monday: Tuesday in Paris."""
    with make(tmp_path, SETTINGS, **RECORDS) as workspace:
        frame = policy_report(workspace, Scope(since=day(1), until=day(1)), "posts").frame

    assert frame["post"].tolist() == ["p2"]


def test_what_contradicts_itself_is_refused_and_decides_nothing(tmp_path):
    path = made(tmp_path)

    assert run(path, "policy", "--approve", "p3", "--refuse", "p3").stderr == (
        "Error: --approve p3 and --refuse p3: a post is either approved or refused; leave one out\n"
    )
    assert run(path, "policy", "--approve", "p3", "--approve", "p1").stderr == (
        "Error: There is no post 'p1' that was held back; see which there are with 'smarketing social policy --show posts'\n"
    )
    with make(path) as workspace:
        assert consent.approvals(workspace) == {("linkedin", "p3"): "pending"}
    refused = run(path, "consent", "A1", "--on", "2026-01-05")
    assert (refused.exit_code, refused.stderr) == (
        2, "Error: --on says since when; say what was agreed to as well, with --grant or --revoke\n",
    )  # fmt: skip
    assert run(path, "consent", "A1", "--grant", "name", "--revoke", "name").stderr == (
        "Error: --grant name and --revoke name: an employee either agrees or does not; leave one out\n"
    )
    assert run(path, "consent", "--grant", "name").stderr == (
        "Error: --grant and --revoke need the employee's code: smarketing social consent CODE --grant own_posts\n"
    )
    assert run(path, "consent", "A1", "--grant", "name", "--on", "2999-01-01").stderr == (
        "Error: --on Jan 1, 2999 lies ahead; note an agreement on the day that it is given\n"
    )


def test_the_ledger_of_agreements(tmp_path):
    path = made(tmp_path)

    not_granted = {f"agrees_{datum}": "not_granted" for datum in ("audience", "company_and_title", "name", "introductions")}
    assert rows(run(path, "consent", "--format", "json")) == [
        {"advocate": advocate, "agrees_own_posts": "granted", **not_granted} for advocate in ("A1", "A2")
    ]
    done = run(path, "consent", "A1", "--revoke", "own_posts", "--on", "2026-02-01", "--format", "json")
    assert done.stderr == "3 records were removed: they are no longer agreed to.\n"
    answer = json.loads(done.stdout)
    assert [(row["datum"], row["day"], row["granted"]) for row in answer["rows"]] == [
        ("own_posts", "2025-01-01", "granted"),
        ("own_posts", "2026-02-01", "revoked"),
    ]
    assert answer["notes"] == [
        "Holds today: nothing.",
        "Stored of this employee: 0 posts, 0 figures of posts, 0 connections as keyed hashes, of which 0 with company and title, 0 codes "
        "of links.",
        "Everything can be taken back (--revoke) or forgotten (smarketing social forget A1).",
    ]


def test_a_code_that_nobody_has_is_refused(tmp_path):
    with make(tmp_path, SETTINGS, **RECORDS) as workspace, pytest.raises(UsageError, match="A11: no advocate has this code; there are A1"):
        consent_report(workspace, "A11")
