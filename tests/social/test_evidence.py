"""From post to opportunity: the ladder of evidence, the three ledgers, what is left out."""

import pandas as pd
import pytest

from social.clicks import Code, Latest
from social.opportunities import opportunities
from social.scope import Scope
from tests.social.workspaces import agreed, at, batch, click, day, make
from workspace import imports
from workspace.errors import UsageError

SETTINGS = 'own_domains = ["lumenio.example"]\n'
ADVOCATES = [
    {"advocate": "A1", "name": "Léa Martin", "person": "lea@lumenio.example", "team": "Sales", "since": day(-300)},
    {"advocate": "A2", "name": "Hugo Petit", "team": "Sales", "since": day(-300)},
]
BASE = {
    "consents": agreed("A1", "A2"),
    "advocates": ADVOCATES,
    "link_codes": [
        {"code": "k1", "advocate": "A1", "content": "paper", "network": "linkedin"},
        {"code": "k2", "advocate": "A2", "content": "paper", "network": "linkedin"},
    ],
    "posts": [
        {"post": "p1", "network": "linkedin", "at": at(0), "advocate": "A1", "content": "paper"},
        {"post": "p2", "network": "linkedin", "at": at(1), "advocate": "A2", "content": "paper"},
    ],
}
VISIT = {"source": "google", "medium": "organic"}


def lead(person, days, **other):
    return {"person": person, "at": at(days), "goal": "lead", "id": f"lead {person}", **other}


def entries(tmp_path, weakest="declared", scope=None, **records):
    with make(tmp_path, SETTINGS, **BASE, **records) as workspace:
        found = opportunities(workspace, scope or Scope(), weakest)
    columns = ["kind", "ledger", "level", "rule", "advocate", "post"]
    return [tuple(row) for row in found.ledger[columns].itertuples(index=False)], found


def test_the_first_touch_of_all_sources_a_later_one_assists(tmp_path):
    made, found = entries(
        tmp_path,
        touches=[
            click("anna@x.example", at(2), "k1"),
            {"person": "anna@x.example", "at": at(3), **VISIT},
            {"person": "ben@x.example", "at": at(2), **VISIT},
            click("ben@x.example", at(3), "k2"),
            {"person": "carl@x.example", "at": at(2), **VISIT},
        ],
        conversions=[lead("anna@x.example", 4), lead("ben@x.example", 5), lead("carl@x.example", 6)],
    )

    assert made == [("lead", "sourced", "click", "click.code", "A1", "p1"), ("lead", "assisted", "click", "click.code", "A2", "p2")]
    assert ((found.ledger["at"] - found.ledger["posted_at"]) / 86400).tolist() == [4.0, 4.0]
    assert len(found.subjects) == 3


@pytest.mark.parametrize(("days", "expected"), [(31.9, "sourced"), (32.1, None)])
def test_a_click_counts_for_thirty_days_until_the_lead(tmp_path, days, expected):
    made, _ = entries(tmp_path, touches=[click("anna@x.example", at(2), "k1")], conversions=[lead("anna@x.example", days)])

    assert [row[1] for row in made] == ([expected] if expected else [])


def test_words_say_who_it_was_where_no_click_does(tmp_path):
    answers = {
        "anna@x.example": "un post de Léa MARTIN",
        "ben@x.example": "code K2 du webinaire",
        "carl@x.example": "vu sur LinkedIn",
        "dora@x.example": "Google",
    }
    made, found = entries(
        tmp_path,
        touches=[{"person": person, "at": at(2), **VISIT} for person in answers],
        conversions=[lead(person, 4) for person in answers],
        surveys=[{"person": person, "at": at(4), "answer": answer} for person, answer in answers.items()],
    )

    assert sorted(made) == [
        ("lead", "sourced", "code", "code.survey", "A2", None),
        ("lead", "sourced", "declared", "declared.survey", "A1", None),
    ]
    assert found.told == {"code": 1, "declared": 1, "network": 1}


def test_only_evidence_as_strong_as_is_asked_for_counts(tmp_path):
    made, _ = entries(
        tmp_path,
        weakest="click",
        touches=[{"person": "anna@x.example", "at": at(2), **VISIT}],
        conversions=[lead("anna@x.example", 4)],
        surveys=[{"person": "anna@x.example", "at": at(4), "answer": "Léa Martin"}],
    )

    assert made == []


def test_who_engaged_or_could_see_a_post_was_influenced_and_no_more(tmp_path):
    connection = {"advocate": "A2", "network": "linkedin", "member": "0" * 32, "as_of": day(0)}
    made, _ = entries(
        tmp_path,
        touches=[
            {"person": "anna@x.example", "at": at(2), "kind": "post_comment", "source": "linkedin", "medium": "social", "content": "k1"},
            {"person": "ben@y.example", "at": at(2), **VISIT},
            {"person": "carl@z.example", "at": at(2), **VISIT},
        ],
        audience=[connection | {"account": "y.example"}, connection | {"account": "z.example", "member": "1" * 32}],
        conversions=[
            lead("anna@x.example", 4),
            lead("ben@y.example", 7.9, account="y.example"),
            lead("carl@z.example", 8.1, account="z.example"),
        ],
    )

    assert made == [
        ("lead", "influenced", "engaged", "engaged.touch", "A1", "p1"),
        ("lead", "influenced", "exposure", "exposure.account", "A2", "p2"),
    ]


def test_opportunities_stand_for_the_people_of_their_account(tmp_path):
    made, found = entries(
        tmp_path,
        people=[{"person": "anna@x.example", "account": "x.example"}],
        touches=[click("anna@x.example", at(2), "k1"), {"person": "boss@x.example", "at": at(40), **VISIT}],
        conversions=[
            {"person": "boss@x.example", "account": "x.example", "at": at(80), "goal": "opportunity", "opportunity": "D1", "value": 900.0,
             "currency": "EUR"},
            {"person": "boss@x.example", "account": "x.example", "at": at(90), "goal": "won", "opportunity": "D1", "value": 800.0,
             "currency": "EUR"},
        ],
    )  # fmt: skip

    assert made == [("opportunity", "sourced", "click", "click.code", "A1", "p1")]
    assert found.ledger[["name", "value", "won", "won_value", "open"]].values.tolist() == [["D1", 900.0, True, 800.0, False]]


def test_what_is_left_out_decides_nothing_and_is_counted(tmp_path):
    deal = {"account": "x.example", "goal": "opportunity", "currency": "EUR"}
    made, found = entries(
        tmp_path,
        touches=[
            click("lea@lumenio.example", at(2), "k2"),
            click("new.colleague@lumenio.example", at(2), "k2"),
            click("robot", at(0, 1), "k1"),
            click("anna@x.example", at(2), "k1"),
        ],
        opportunities=[{"opportunity": "D1", "account": "x.example", "owner": "Léa Martin"}],
        conversions=[
            lead("lea@lumenio.example", 3),
            lead("new.colleague@lumenio.example", 3),
            lead("robot", 3),
            {"person": "anna@x.example", "at": at(9), "opportunity": "D1", "value": 900.0, **deal},
        ],
    )

    assert made == []
    assert sorted(found.links[["kind", "left_out", "advocate"]].values.tolist()) == [
        ["lead", "colleague", "A2"],
        ["lead", "colleague", "A2"],
        ["lead", "preview", "A1"],
        ["opportunity", "self_sourced", "A1"],
    ]


def test_a_team_and_a_network_see_their_own_posts_alone(tmp_path):
    records = {"touches": [click("anna@x.example", at(2), "k1")], "conversions": [lead("anna@x.example", 4)]}
    with pytest.raises(UsageError, match="--network bluesky: nothing of that network is here; there are linkedin"):
        entries(tmp_path, scope=Scope(network="bluesky"), **records)
    assert len(entries(tmp_path, scope=Scope(team="sales", network="linkedin"), **records)[0]) == 1


def test_each_lead_stands_in_one_ledger_whatever_there_is_of_evidence(tmp_path):
    clicks = [click("anna@x.example", at(2 + step), code) for step, code in enumerate(("k1", "k2", "k1"))]
    made, found = entries(
        tmp_path,
        touches=clicks,
        conversions=[lead("anna@x.example", 20)],
        surveys=[{"person": "anna@x.example", "at": at(20), "answer": "Hugo Petit"}],
    )

    assert made == [("lead", "sourced", "click", "click.code", "A1", "p1")]
    assert found.links["level"].tolist() == ["click"] * 3 + ["declared"]
    assert isinstance(found.links, pd.DataFrame)


CODES = {
    "k1": Code("k1", "A1", "guide", "linkedin"),
    "k3": Code("k3", "A1", "guide", "mastodon"),
    "k5": Code("k5", "A1", None, None),
    "k2": Code("k2", "A2", "guide", None),
}


def latest(*posts):
    """Find among Léa's posts: `(post, network, at)` and what differs from an original on the guide."""
    plain = {"advocate": "A1", "kind": "original", "link": None, "text": None, "content": "guide"}
    return Latest(
        pd.DataFrame([plain | dict(zip(("post", "network", "at"), post[:3], strict=True)) | dict(*post[3:]) for post in posts]), CODES
    )


def test_a_click_came_of_a_post_on_the_network_of_its_link_not_of_the_latest_elsewhere():
    found = latest(("P1", "linkedin", 100), ("P2", "mastodon", 200))

    assert found.before(CODES["k1"], 201, "linkedin") == (100, "P1", "linkedin")
    assert found.before(CODES["k1"], 201) == (200, "P2", "mastodon")
    assert found.before(CODES["k1"], 201, "bluesky") is None
    assert found.before(CODES["k1"], 99, "linkedin") is None


def test_the_post_whose_link_bears_the_code_goes_before_a_later_one():
    bearing = {"link": "https://lumenio.example/?utm_source=linkedin&utm_content=K1"}
    found = latest(("P1", "linkedin", 100, bearing), ("P2", "linkedin", 200), ("P3", "linkedin", 300, bearing | {"content": None}))

    assert [found.before(CODES["k1"], at, "linkedin").post for at in (150, 250, 350)] == ["P1", "P1", "P3"]
    # Another code of the same employee came of a post that does not bear this one.
    assert found.before(CODES["k5"], 150, "linkedin") is None
    assert found.before(CODES["k5"], 350, "linkedin").post == "P2"


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "reaction"},
        {"kind": "repost", "content": None},
        {"kind": "repost", "content": None, "link": "https://elsewhere.example/"},
        {"kind": "repost", "text": "Look", "link": "https://lumenio.example/?utm_content=k2"},
    ],
    ids=["reaction", "bare", "the author's link", "a colleague's link"],
)
def test_what_holds_no_link_of_ones_own_brought_no_click(other):
    found = latest(("P1", "linkedin", 100), ("P2", "linkedin", 200, other))

    assert found.before(CODES["k5"], 300, "linkedin").post == "P1"


def test_a_repost_with_a_word_of_ones_own_can_have_brought_it():
    found = latest(("P1", "linkedin", 100), ("P2", "linkedin", 200, {"kind": "repost", "content": None, "text": "Look"}))

    assert found.before(CODES["k5"], 300, "linkedin").post == "P2"


def test_a_code_that_is_told_has_its_network_and_content(tmp_path):
    with make(
        tmp_path,
        advocates=[{"advocate": "A1"}],
        consents=agreed("A1"),
        link_codes=[{"code": "k7q2", "advocate": "A1", "content": "guide", "network": "linkedin"}],
        conversions=[{"person": "p1", "at": at(3), "goal": "lead"}],
        surveys=[{"person": "p1", "at": at(3), "answer": "code K7Q2"}],
    ) as workspace:
        rows = opportunities(workspace, Scope(network="linkedin")).ledger

    assert rows[["ledger", "level", "advocate", "content", "network"]].values.tolist() == [["sourced", "code", "A1", "guide", "linkedin"]]


def test_a_link_of_one_network_is_never_taken_for_a_post_on_another(tmp_path):
    """Hugo's last post before the click is on Bluesky; the link that was clicked stands under the one on LinkedIn."""
    with make(tmp_path, SETTINGS, **BASE) as workspace:
        later = {"post": "p3", "network": "bluesky", "at": at(2), "advocate": "A2", "content": "paper"}
        imports.run(workspace, "csv", [batch("posts", later)])
        records = {"touches": [click("anna@x.example", at(3), "k2")], "conversions": [lead("anna@x.example", 4)]}
        imports.run(workspace, "csv", [batch(kind, *rows) for kind, rows in records.items()])
        found = opportunities(workspace, Scope())

    assert found.ledger[["network", "post"]].values.tolist() == [["linkedin", "p2"]]


def test_what_is_left_out_is_nobodys_first_touch(tmp_path):
    """A program drew the preview for a person who clicked a day later: the click is their first touch, and sources."""
    made, _ = entries(
        tmp_path,
        touches=[click("anna@x.example", at(0, 1), "k1"), click("anna@x.example", at(1), "k1")],
        conversions=[lead("anna@x.example", 4)],
    )

    assert made == [("lead", "sourced", "click", "click.code", "A1", "p1")]


def test_a_colleague_is_one_under_every_identifier(tmp_path):
    made, found = entries(
        tmp_path,
        identities=[
            {"person": "client-7", "same_as": "new.colleague@lumenio.example"},
            {"person": "client-8", "same_as": "lea@lumenio.example"},
        ],
        touches=[click("client-7", at(2), "k2"), click("client-8", at(2), "k2")],
        conversions=[lead("client-7", 3), lead("client-8", 3)],
    )

    assert made == []
    assert found.links["left_out"].tolist() == ["colleague"] * 2


@pytest.mark.parametrize(
    ("said", "level"),
    [("un post de Zoé Roux", "declared"), ("Léa Martin, puis Petit Hugo", "declared"), ("k1 et k2", "code")],
    ids=["two namesakes", "two names", "two codes"],
)
def test_an_answer_that_may_mean_several_employees_is_nobodys_in_particular(tmp_path, said, level):
    namesakes = [
        {"advocate": code, "name": name, "team": "Finance", "since": day(-300)} for code, name in (("A3", "Zoé Roux"), ("A4", "zoe roux"))
    ]
    with make(tmp_path, SETTINGS, **BASE) as workspace:
        records = {
            "advocates": namesakes,
            "conversions": [lead("anna@x.example", 4)],
            "surveys": [{"person": "anna@x.example", "at": at(4), "answer": said}],
        }
        imports.run(workspace, "csv", [batch(kind, *rows) for kind, rows in records.items()])
        found = opportunities(workspace, Scope())

    assert found.ledger[["ledger", "level", "advocate", "content"]].fillna("").values.tolist() == [["sourced", level, "", ""]]
    assert found.told[level] == 1


def test_a_tie_made_after_the_post_exposes_nobody_to_it(tmp_path):
    tie = {"advocate": "A2", "network": "linkedin", "as_of": day(9)}
    made, _ = entries(
        tmp_path,
        audience=[
            tie | {"account": "y.example", "member": "0" * 32, "connected_on": day(1)},
            tie | {"account": "z.example", "member": "1" * 32, "connected_on": day(2)},
        ],
        conversions=[lead("ben@y.example", 4, account="y.example"), lead("carl@z.example", 4, account="z.example")],
    )

    assert made == [("lead", "influenced", "exposure", "exposure.account", "A2", "p2")]


def test_a_lead_source_without_a_day_is_that_of_the_first_lead(tmp_path):
    made, found = entries(
        tmp_path,
        people=[{"person": "anna@x.example", "lead_source": "Hugo Petit"}],
        conversions=[lead("anna@x.example", 4), {**lead("anna@x.example", 400), "id": "again"}],
    )

    assert made == [("lead", "sourced", "declared", "declared.lead_source", "A2", None)]
    assert found.ledger["at"].tolist() == [at(4).timestamp()]
