"""From post to opportunity beside a literal reading of its rules: plain loops over the records of small companies, drawn at random."""

import collections
import dataclasses
import pathlib
import tempfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.question import Question
from social.evidence import DAY, LEDGERS, LEVELS, LINK, Windows, ledger, links
from social.opportunities import opportunities, social_credit
from social.scope import Scope
from tests.social.workspaces import MONDAY, agreed, at, day, make

SETTINGS = 'own_domains = ["lumenio.example"]\n[attribution]\nlookback_days = 45\n'
CODES = {
    "k1": ("A1", "paper", "linkedin"),
    "k2": ("A2", "paper", "linkedin"),
    "k3": ("A1", "paper", "bluesky"),
    "k4": ("A2", "video", "linkedin"),
}
POSTS = [
    ("p1", "A1", "linkedin", "paper", 0),
    ("p2", "A2", "linkedin", "paper", 24),
    ("p3", "A1", "linkedin", None, 200),
    ("p4", "A1", "bluesky", "paper", 300),
    ("p5", "A2", "linkedin", "paper", 500),
    ("p6", "A2", "linkedin", None, 800),
]
"""Number, author, network, content, and the hour after the first Monday."""
PEOPLE = (*(f"p{number}@{'xyz'[number % 3]}.example" for number in range(9)), "dora@lumenio.example")
ANSWERS = {
    "Léa Martin": ("declared", "A1"),
    "Hugo Petit, sur LinkedIn": ("declared", "A2"),
    "code k2": ("code", "A2"),
    "LinkedIn": None,
    "Google": None,
}
SOURCES = ("k1", "k2", "k3", "k4", "zz", "comment", "page", "google", "robot")
ADVOCATES = [
    {"advocate": "A1", "name": "Léa Martin", "team": "Sales", "since": day(-300)},
    {"advocate": "A2", "name": "Hugo Petit", "team": "Sales", "since": day(-300)},
]
HOUR = 3600


@dataclasses.dataclass(frozen=True)
class Company:
    """Touches `(person, hour, of what)`, leads `(person, hour, value)`, one a person, and answers `(person, hour, answer)`."""

    touches: tuple
    leads: tuple
    answers: tuple

    def touched(self):
        """Say of each touch: person, seconds, of what, and the code that it carries; a robot clicks one second after the second post."""
        return [
            (person, 24 * HOUR + 1, what, "k2") if what == "robot" else (person, hour * HOUR, what, what if what in CODES else None)
            for person, hour, what in self.touches
        ]

    def records(self):
        tags = {
            "zz": {"medium": "employee-advocacy", "content": "zz"},
            "comment": {"medium": "social", "content": "k1", "kind": "post_comment"},
            "page": {"medium": "social"},
            "google": {"source": "google", "medium": "organic"},
        }
        link = {"kind": "post_click", "medium": "employee-advocacy"}
        touches = [
            {"person": person, "at": at(0, seconds), "source": "linkedin"} | (link | {"content": code} if code else tags[what])
            for person, seconds, what, code in self.touched()
        ]
        leads = [
            {"person": person, "at": at(0, hour * HOUR), "goal": "lead", "id": person, "value": value, "currency": "EUR"}
            for person, hour, value in self.leads
        ]
        return {
            "consents": agreed("A1", "A2"),
            "advocates": ADVOCATES,
            "link_codes": [
                {"code": code, "advocate": who, "content": content, "network": on} for code, (who, content, on) in CODES.items()
            ],
            "posts": [
                {"post": post, "network": network, "at": at(0, hour * HOUR), "advocate": who, "content": content}
                for post, who, network, content, hour in POSTS
            ],
            "touches": touches,
            "conversions": leads,
            "surveys": [
                {"person": person, "at": at(0, hour * HOUR), "answer": answer} for person, hour, answer in self.answers
            ],
        }  # fmt: skip


def once(rows):
    """Keep one touch of a person in a second, and one robot's click, so that ties in time decide nothing."""
    return tuple({(person, "robot" if what == "robot" else hour): (person, hour, what) for person, hour, what in rows}.values())


HOURS = st.integers(25, 2400)
COMPANIES = st.builds(
    Company,
    st.lists(st.tuples(st.sampled_from(PEOPLE), HOURS, st.sampled_from(SOURCES)), min_size=10, max_size=60).map(once),
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), HOURS, st.sampled_from([None, 100.0, 33.33])),
        min_size=4,
        max_size=10,
        unique_by=(lambda lead: lead[0], lambda lead: lead[1]),
    ).map(tuple),
    st.lists(st.tuples(st.sampled_from(PEOPLE), HOURS, st.sampled_from(sorted(ANSWERS))), max_size=8, unique_by=lambda one: one[:2]).map(
        tuple
    ),
)


def post_of(code, seconds):
    """Name the latest post of the code's advocate on its network, of its content where there is any of it, and its hour."""
    who, content, network = CODES[code]
    theirs = [post for post in POSTS if post[1] == who and post[2] == network]
    chosen = [post for post in theirs if post[3] == content] or theirs
    before = [post for post in chosen if post[4] * HOUR <= seconds]
    return max(before, key=lambda post: post[4]) if before else None


def left_out(person, seconds, code):
    if person.endswith("@lumenio.example"):
        return "colleague"
    post = post_of(code, seconds) if code else None
    return "preview" if post and seconds - post[4] * HOUR < 2 else ""


def literal_evidence(company, person, moment):
    """List what is told of a person before a moment, `(level, seconds, advocate, post)`, and when they were touched."""
    found, touched = [], []
    for who, seconds, what, carried in company.touched():
        code = "k1" if what == "comment" else carried
        if who != person or left_out(who, seconds, code):
            continue
        touched.append(seconds)
        post = post_of(code, seconds) if code else None
        level, days = ("engaged", 90) if what == "comment" else ("click", 30)
        if (code or what == "zz") and 0 <= moment - seconds <= days * DAY:
            found.append((level, seconds, CODES[code][0] if code else None, post and post[0]))
    for who, answered, answer in company.answers:
        if who == person and ANSWERS[answer] and abs(moment - answered * HOUR) <= 90 * DAY:
            found.append((ANSWERS[answer][0], answered * HOUR, ANSWERS[answer][1], None))
    return found, touched


def literal_ledger(company, weakest):
    """Put each lead into its ledger: `(person, ledger, level, advocate, post)`."""
    strong = LEVELS[: LEVELS.index(weakest) + 1]
    entries = []
    for person, hour, _ in company.leads:
        found, touched = literal_evidence(company, person, hour * HOUR)
        best = []
        for level, seconds, advocate, post in found:
            if level in strong:
                kept = "sourced" if level != "click" or seconds <= min(touched) else "assisted"
            elif level == "engaged":
                kept = "influenced"
            else:
                continue
            best.append((LEDGERS.index(kept), LEVELS.index(level), -seconds, advocate or "~", kept, level, advocate, post))
        if best:
            entries.append((person, *min(best)[4:]))
    return sorted(entries, key=str)


def literal_credit(company):
    """Share each lead out among the touches of the 45 days before it, equally: `{(person, whose): share}` of the social ones."""
    shares = collections.Counter()
    for person, hour, _ in company.leads:
        journey = [touch for touch in company.touched() if touch[0] == person and 0 <= hour * HOUR - touch[1] <= 45 * DAY]
        for who, seconds, what, code in journey:
            out = left_out(who, seconds, "k1" if what == "comment" else code)
            whose = {"google": None, "page": "(page and network)", "zz": "(unassigned)", "comment": "A1"}.get(what) or (
                code and CODES[code][0]
            )
            if what != "google":
                shares[person, f"({out})" if out else whose] += 1 / len(journey)
    return shares


@given(COMPANIES, st.sampled_from(["click", "code", "declared"]))
@settings(max_examples=10, deadline=None)
def test_ledgers_and_credit_are_those_of_the_literal_reading(company, weakest):
    with tempfile.TemporaryDirectory() as folder, make(pathlib.Path(folder), SETTINGS, **company.records()) as workspace:
        found = opportunities(workspace, Scope(), weakest)
        credit, rows = social_credit(workspace, Question(goal="lead", models=("linear",)), found.clicks)

    person = {MONDAY.timestamp() + hour * HOUR: name for name, hour, _ in company.leads}
    columns = ["ledger", "level", "advocate", "post"]
    told = found.ledger[columns].astype(object).where(found.ledger[columns].notna(), None)
    made = [(person[moment], *row) for moment, row in zip(found.ledger["at"], told.itertuples(index=False), strict=True)]
    assert sorted(made, key=str) == literal_ledger(company, weakest)
    shares = rows.assign(person=rows["id"].map(credit.conversions.set_index("id")["at"]).map(person))
    assert shares.groupby(["person", "advocate"])["credit_conversions"].sum().to_dict() == pytest.approx(dict(literal_credit(company)))
    assert not found.ledger.duplicated(["kind", "number"]).any()


@given(
    COMPANIES,
    st.sampled_from(["linear", "first", "last", "time_decay", "u_shaped", "last_non_direct"]),
    st.sampled_from(["person", "account"]),
)
@settings(max_examples=8, deadline=None)
def test_advocates_page_unassigned_and_left_out_make_up_the_social_part_to_the_cent(company, model, level):
    records = company.records() | {"people": [{"person": person, "account": person.partition("@")[2]} for person in PEOPLE]}
    with tempfile.TemporaryDirectory() as folder, make(pathlib.Path(folder), SETTINGS, **records) as workspace:
        clicks = opportunities(workspace, Scope()).clicks
        credit, rows = social_credit(workspace, Question(goal="lead", models=(model,), level=level), clicks)

    social = credit.touches[credit.touches["origin_id"].isin(clicks["origin_id"])]
    parts = social.groupby("id")["share"].sum()
    assert rows.groupby("id")["credit_conversions"].sum().to_dict() == pytest.approx(parts.to_dict())
    value = credit.conversions.set_index("id")["value"]
    known = value[value.notna()].index.intersection(parts.index)
    assert rows.groupby("id")["credit_value"].sum()[known].round(2).tolist() == (parts * value)[known].round(2).tolist()
    assert set(rows["advocate"]) <= {"A1", "A2", "(page and network)", "(unassigned)", "(colleague)", "(preview)"}
    assert (rows["credit_conversions"] >= 0).all()


# The rules alone, without a workspace

BLANK = {"advocate": "A1", "content": None, "network": "linkedin", "post": "p", "posted_at": 0.0, "left_out": "", "rule": "r"}
WINDOWS = Windows()


def evidence(**levels):
    """Make the evidence of levels: rows of one person of one account, by what differs from the ordinary."""
    columns = ["person_id", "account_id", "opportunity_number", "at", *BLANK]
    found = {
        level: pd.DataFrame([{"person_id": 1} | BLANK | row for row in levels.get(level, [])], columns=columns) for level in LEVELS[:4]
    }
    seen = [{"account_id": 7, "advocate": "A1", "network": "linkedin", "post": "p", **row} for row in levels.get("exposure", [])]
    return found | {"exposure": pd.DataFrame(seen, columns=["account_id", "advocate", "network", "post", "posted_at"])}


def subject(kind, moment=200 * DAY, owner=None):
    subjects = pd.DataFrame({"kind": [kind], "number": [0], "at": [moment], "account_id": pd.array([7], "Int64"), "owner": [owner]})
    return subjects, pd.DataFrame({"kind": [kind], "number": [0], "person_id": [1], "eldest": [True]})


@pytest.mark.parametrize(
    ("kind", "level", "before", "after"),
    [
        ("lead", "click", 30, 0),
        ("opportunity", "click", 90, 0),
        ("lead", "engaged", 90, 0),
        ("opportunity", "engaged", 90, 0),
        ("lead", "code", 90, 90),
        ("opportunity", "declared", 90, 90),
        ("lead", "exposure", 7, 0),
        ("opportunity", "exposure", 7, 0),
    ],
)
def test_evidence_counts_up_to_the_very_second_of_its_window(kind, level, before, after):
    moment = 200 * DAY
    edges = [moment - before * DAY - 1, moment - before * DAY, moment + after * DAY, moment + after * DAY + 1]
    name = "posted_at" if level == "exposure" else "at"
    rows = [{name: float(edge), "post": f"p{edge}"} for edge in edges]

    found = links(*subject(kind), evidence(**{level: rows}), WINDOWS)

    assert list(found.columns) == list(LINK)
    assert sorted(found["at"]) == edges[1:3]


def test_an_answer_without_a_moment_tells_of_the_first_lead_alone():
    subjects = pd.DataFrame(
        {
            "kind": ["lead"] * 2,
            "number": [0, 1],
            "at": [9 * DAY, 900 * DAY],
            "account_id": pd.array([None] * 2, "Int64"),
            "owner": [None] * 2,
        }
    )
    people = pd.DataFrame({"kind": ["lead"] * 2, "number": [0, 1], "person_id": [1, 1], "eldest": [True, False]})

    found = links(subjects, people, evidence(declared=[{"at": np.nan}]), WINDOWS)

    assert found["number"].tolist() == [0]


LINKS = st.lists(
    st.tuples(
        st.sampled_from(LEVELS), st.integers(0, 9), st.sampled_from(["A1", "A2"]), st.sampled_from(["", "", "", "preview", "self_sourced"])
    ),
    max_size=6,
)


def placed(rows, weakest, first):
    frame = pd.DataFrame(
        [
            BLANK | {"kind": "lead", "number": 0, "level": level, "at": float(at), "advocate": who, "left_out": out}
            for level, at, who, out in rows
        ],
        columns=list(LINK),
    )
    subjects, _ = subject("lead")
    made = ledger(frame, subjects, pd.DataFrame({"kind": ["lead"], "number": [0], "first": [first]}), weakest)
    assert len(made) <= 1
    return made[["ledger", "level", "advocate"]].iloc[0].tolist() if len(made) else None


@given(LINKS, LINKS, st.sampled_from(["click", "code", "declared"]), st.floats(0, 9))
@settings(deadline=None)
def test_more_evidence_never_weakens_a_ledger_and_what_is_left_out_decides_nothing(rows, more, weakest, first):
    before, after = placed(rows, weakest, first), placed(rows + more, weakest, first)

    assert before is None or LEDGERS.index(after[0]) <= LEDGERS.index(before[0])
    assert before == placed([row for row in rows if not row[3]], weakest, first)
