"""What employees agreed to and what teams may post: the door at import, the reports, and decisions."""

import datetime as dt

import pytest
from click.testing import CliRunner

from cli import main
from social.policy import agree, consent_report, decide, policy_report
from social.scope import Scope
from tests.social.workspaces import agreed, at, batch, make
from workspace import imports, social_reading
from workspace.errors import UsageError

TODAY = dt.date.today()
RULES = '[[social.policy]]\nrule = "approve"\nnetwork = "linkedin"\n'


def said(day, granted, advocate="A1"):
    return {"advocate": advocate, "datum": "own_posts", "day": day, "granted": granted}


def post(name, advocate="A1", **other):
    return {"network": "linkedin", "post": name, "advocate": advocate, "at": at(1), "kind": "original", **other}


def stored(workspace):
    return sorted(row["post"] for row in social_reading.post_columns(workspace).to_pylist())


@pytest.mark.parametrize(
    ("known", "arrives", "expected"),
    [
        ([], [said(TODAY, True)], ["P1"]),
        ([], [said(TODAY + dt.timedelta(days=1), True)], []),
        ([said(dt.date(2026, 2, 1), False)], [said(dt.date(2025, 1, 1), True)], []),
        ([said(dt.date(2026, 2, 1), True)], [said(dt.date(2025, 1, 1), False)], ["P1"]),
        ([said(dt.date(2025, 1, 1), True)], [said(dt.date(2026, 2, 1), False)], []),
    ],
    ids=["today", "ahead", "older than the revocation", "older than the grant", "taken back"],
)
def test_of_agreements_that_arrive_with_posts_the_latest_that_holds_counts(tmp_path, known, arrives, expected):
    with make(tmp_path, advocates=[{"advocate": "A1"}], **({"consents": known} if known else {})) as workspace:
        done = imports.run(workspace, "csv", [batch("consents", *arrives), batch("posts", post("P1"))])

        assert stored(workspace) == expected
        assert [(one.advocate, one.reason, one.rows) for one in done.withheld] == ([] if expected else [("A1", "own_posts", 1)])


def test_consent_shows_who_agrees_to_what_and_takes_back_what_is_stored(tmp_path):
    with make(
        tmp_path, advocates=[{"advocate": "A1"}, {"advocate": "A2"}], consents=agreed("A1", data=("own_posts",)), posts=[post("P1")]
    ) as workspace:
        assert consent_report(workspace, None).frame.to_dict("records") == [
            {"advocate": "A1", "agrees_own_posts": "granted"} | dict.fromkeys(NEVER, "not_granted"),
            {"advocate": "A2", "agrees_own_posts": "not_granted"} | dict.fromkeys(NEVER, "not_granted"),
        ]

        done = agree(workspace, "A1", [], ["own_posts"], dt.date(2026, 2, 1))

        assert sum(count.rows_removed for count in done.counts) == 1
        assert stored(workspace) == []
        assert consent_report(workspace, "A1").frame.drop(columns="note").to_dict("records") == [
            {"datum": "own_posts", "day": dt.date(2025, 1, 1), "granted": "granted"},
            {"datum": "own_posts", "day": dt.date(2026, 2, 1), "granted": "revoked"},
        ]


NEVER = ("agrees_audience", "agrees_company_and_title", "agrees_name", "agrees_introductions")


def test_posts_that_wait_are_listed_whoever_wrote_them_and_decided_on_all_or_none(tmp_path):
    with make(
        tmp_path, RULES, advocates=[{"advocate": "A1", "team": "Sales"}], consents=agreed("A1", "A9"), posts=[post("P1"), post("P2", "A9")]
    ) as workspace:
        rows = policy_report(workspace, Scope(), "posts").frame
        assert rows[["finding", "post", "advocate"]].to_dict("records") == [
            {"finding": "pending", "post": "P1", "advocate": "A1"},
            {"finding": "pending", "post": "P2", "advocate": "A9"},
        ]
        assert policy_report(workspace, Scope(team="Sales"), "posts").frame["post"].tolist() == ["P1"]
        assert policy_report(workspace, Scope(), "rules").frame.to_dict("records") == [
            {"team": "Sales", "network": "linkedin", "policy_rule": "approve", "disclosure": None}
        ]

        with pytest.raises(UsageError) as none:
            decide(workspace, ["P1"], ["P3"])
        assert str(none.value) == (
            "There is no post 'P3' that was held back; see which there are with 'smarketing social policy --show posts'"
        )
        with pytest.raises(UsageError) as both:
            decide(workspace, ["P1"], ["P1"])
        assert str(both.value) == "--approve P1 and --refuse P1: a post is either approved or refused; leave one out"
        assert policy_report(workspace, Scope(), "posts").frame["finding"].tolist() == ["pending", "pending"]

        assert decide(workspace, ["P1"], ["P2"]) == 2
        assert policy_report(workspace, Scope(), "posts").frame["finding"].tolist() == ["refused"]


def test_each_reason_for_which_employees_posts_are_refused_is_told_with_every_employee(tmp_path):
    rules = '[[social.policy]]\nrule = "forbid"\nnetwork = "x"\n'
    rows = [("A1", "linkedin"), ("A2", "linkedin"), ("A2", "linkedin"), ("A1", "x"), ("A3", "x"), ("A3", "x"), ("A4", "linkedin")]
    text = "".join(f"{place},{network},2026-01-06T09:00:00Z,{advocate}\n" for place, (advocate, network) in enumerate(rows))
    (tmp_path / "posts.csv").write_text(f"post,network,at,advocate\n{text}9,linkedin,soon,A1\n", encoding="utf-8")
    people = [{"advocate": advocate} for advocate in ("A1", "A2", "A3", "A4")]
    make(tmp_path, rules, consents=agreed("A1", "A3"), advocates=people).close()

    done = CliRunner().invoke(
        main, ["--workspace", str(tmp_path / "smarketing.db"), *["import", "csv", "--as", "posts"], f"{tmp_path}/posts.csv"]
    )

    assert done.exit_code == 3
    assert done.stderr.splitlines()[-5:] == [
        "Posts: 8 rows read, 1 added, 0 changed, 0 known already, 7 rejected.",
        "Rejected: This employee has not agreed that their posts and the figures of these are stored: A2 (2), A4 (1). If they agree, note "
        "it (smarketing social consent CODE --grant own_posts), then import again.",
        "Rejected: The policy forbids this employee's team to post on this network: A1 (1), A3 (2). Change [[social.policy]] in "
        "smarketing.toml if that is wrong, then import again.",
        "Rejected: at is not a time that can be meant here: 'soon'. Write a day of the calendar between 1990 and 2067 as 2026-01-31, or a "
        "time as 2026-01-31 14:05.",
        "See which rows were rejected, and why: smarketing rejects --import 2",
    ]
