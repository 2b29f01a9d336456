"""The credit of what came by reposts, worked out by hand: who passed it on, who wrote it, who is not known; and rows that add up."""

import json

import pytest
from click.testing import CliRunner

from attribution.question import Question
from cli import main
from social.credit import passed_on, social_credit
from social.opportunities import opportunities
from social.scope import Scope
from tests.social.workspaces import agreed, at, click, day, make
from workspace import erasure
from workspace.errors import SettingsError
from workspace.settings import load

SETTINGS = '[attribution]\nstages = ["lead", "won"]\n[social]\nsmallest_group = 2\n'
SHARE, ACTIVITY = (str(ms << 22) for ms in (1_767_603_600_000, 1_767_603_601_500))
"""Two numbers of one post of LinkedIn's, made 1.5 seconds apart."""
URL = f"https://www.linkedin.com/posts/lea-d_crm-activity-{ACTIVITY}-aB1c"
TEAMS = {"A1": "Product", "A2": "Sales", "A3": "Sales", "A4": "Finance"}
POST = {"network": "linkedin", "content": "paper"}
RECORDS = {
    "consents": agreed(*TEAMS),
    "advocates": [{"advocate": code, "team": team, "since": day(-300)} for code, team in TEAMS.items()],
    "link_codes": [{"code": f"k{code[1]}", "advocate": code, "content": "paper", "network": "linkedin"} for code in TEAMS],
    "posts": [
        {"post": SHARE, "at": at(0), "advocate": "A1", **POST},
        {"post": "page-7", "at": at(0), "page": "lumenio", **POST},
        {"post": "r2", "at": at(1), "advocate": "A2", "kind": "repost", "repost_of": URL, **POST},
        {"post": "r3", "at": at(1), "advocate": "A3", "kind": "repost", "repost_of": "page-7", **POST},
        {"post": "r4", "at": at(1), "advocate": "A4", "kind": "repost", "repost_of": "a stranger's", **POST},
    ],
    "touches": [
        click("anna@x.example", at(2), "k2"),
        {"person": "anna@x.example", "at": at(3), "source": "google", "medium": "organic"},
        click("ben@y.example", at(2), "k3"),
        click("carl@z.example", at(2), "k4"),
    ],
    "conversions": [
        {"person": person, "at": at(9), "goal": "won", "opportunity": name, "value": value, "currency": "EUR"}
        for person, name, value in (("anna@x.example", "D1", 1000.0), ("ben@y.example", "D2", 100.01), ("carl@z.example", "D3", 60.0))
    ],
}  # fmt: skip


def told(tmp_path, *words, settings=SETTINGS, **other):
    make(tmp_path, settings, **RECORDS | other).close()
    command = ["--workspace", str(tmp_path / "smarketing.db"), "social", "opportunities", "--show", "credit", "--format", "json", *words]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def rows(report):
    return [(first, round(credit, 9), round(value, 9)) for first, credit, value in (row.values() for row in report["rows"])]


def test_who_passed_on_has_seventy_hundredths_and_who_wrote_thirty(tmp_path):
    """Anna's deal: half of 1,000 is the click's, so 350 of A2 and 150 of A1, whose post A2 passed on under its other number. Ben's, 100.01:
    70.007 of A3, the rest the page's. Carl's stays whole with A4: whose post that was is not known.
    """
    report = told(tmp_path, "--by", "advocate")

    assert rows(report) == [
        ("A4", 1.0, 60.0),
        ("A3", 0.7, 70.007),
        ("A2", 0.35, 350.0),
        ("(page and network)", 0.3, 30.003),
        ("A1", 0.15, 150.0),
    ]
    assert report["meta"]["social_value"] == 660.01
    assert report["notes"][1:4] == [
        "All rows together are what attribution reports for these channels.",
        "2 credited touches came by a repost of a colleague's or the page's post: 30% of the credit goes to whoever wrote it, as "
        "author_share in smarketing.toml says. It is agreed on, not measured.",
        "1 credited touch came by a repost whose author is not known; nothing of it is split.",
    ]


def test_the_parts_stand_with_the_posts_they_came_of(tmp_path):
    assert sorted(rows(told(tmp_path, "--by", "post"))) == sorted(
        [("r2", 0.35, 350.0), (SHARE, 0.15, 150.0), ("r3", 0.7, 70.007), ("page-7", 0.3, 30.003), ("r4", 1.0, 60.0)]
    )


@pytest.mark.parametrize(("share", "a2", "a1"), [("0", [("A2", 0.5, 500.0)], []), ("1", [], [("A1", 0.5, 500.0)])])
def test_the_share_is_a_setting(tmp_path, share, a2, a1):
    found = rows(told(tmp_path, "--by", "advocate", settings=SETTINGS + f"author_share = {share}\n"))

    assert [row for row in found if row[0] == "A2" and row[1]] == a2
    assert [row for row in found if row[0] == "A1" and row[1]] == a1


def test_withheld_teams_are_one_row_so_that_the_rows_add_up(tmp_path):
    """Product and Finance have one employee each: 150 and 60."""
    report = told(tmp_path, "--by", "team")

    assert rows(report) == [("(withheld)", 1.15, 210.0), ("Sales", 1.05, 420.007), ("(page and network)", 0.3, 30.003)]
    assert sum(row["credit_value"] for row in report["rows"]) == pytest.approx(report["meta"]["social_value"])


def test_one_number_on_two_networks_is_two_posts(tmp_path):
    other = {"posts": [*RECORDS["posts"], {"post": "r2", "network": "bluesky", "at": at(1), "advocate": "A1", "content": "paper"}]}
    other["link_codes"] = [*RECORDS["link_codes"], {"code": "k9", "advocate": "A1", "content": "paper", "network": "bluesky"}]
    other["touches"] = [
        *RECORDS["touches"][2:],
        click("anna@x.example", at(2), "k2"),
        click("anna@x.example", at(2, 5), "k9", source="bluesky"),
    ]
    found = {name: value for name, _, value in rows(told(tmp_path, "--by", "post", **other))}

    assert found == {"r2 (linkedin)": 350.0, "r2 (bluesky)": 500.0, SHARE: 150.0, "r3": 70.007, "page-7": 30.003, "r4": 60.0}


def test_where_there_are_no_reposts_and_no_networks_nothing_is_split(tmp_path):
    other = {"posts": [], "link_codes": [{"code": "k2", "advocate": "A2"}]}
    other["touches"] = [{name: value for name, value in touch.items() if name != "source"} for touch in RECORDS["touches"][:1]]
    report = told(tmp_path, "--by", "advocate", **other)

    assert rows(report) == [("A2", 1.0, 1000.0)]


def test_who_passes_on_a_post_of_their_own_or_one_that_is_held_back(tmp_path):
    settings = SETTINGS + '[[social.policy]]\nrule = "approve"\nteam = "Product"\n'
    own = {"post": "r5", "at": at(2), "advocate": "A4", "kind": "repost", "repost_of": "r4", **POST}
    with make(tmp_path, settings, **RECORDS | {"posts": [*RECORDS["posts"], own]}) as workspace:
        found = passed_on(workspace)

    assert found.values.tolist() == [
        ["linkedin", "r2", None, None],
        ["linkedin", "r3", "page-7", "(page and network)"],
        ["linkedin", "r4", None, None],
    ]


def test_a_share_of_more_than_all_is_refused(tmp_path):
    (tmp_path / "smarketing.toml").write_text("[social]\nauthor_share = 30\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load(tmp_path / "smarketing.toml")
    assert str(refused.value) == (
        "smarketing.toml: social.author_share = 30 has to be from 0 to 1: the part of whoever wrote a post that a colleague passed on"
    )


@pytest.mark.parametrize("forgotten", ["A1", "A2"])
def test_what_is_split_stays_so_when_either_is_forgotten(tmp_path, forgotten):
    with make(tmp_path, SETTINGS, **RECORDS) as workspace:
        before = shares(workspace)
        gone = erasure.forget_advocate(workspace, forgotten).stands_for
        after = shares(workspace)

    assert after == sorted((gone if who == forgotten else who, part, value) for who, part, value in before)
    content = (tmp_path / "smarketing.db").read_bytes()
    assert [number.encode() in content for number in (SHARE, ACTIVITY)] == [forgotten != "A1"] * 2


def shares(workspace):
    _, found = social_credit(workspace, Question(goal="won", models=("linear",)), opportunities(workspace, Scope()).clicks)
    return sorted((who, part, round(value, 3)) for who, part, value in found[["advocate", "part", "credit_value"]].itertuples(index=False))
