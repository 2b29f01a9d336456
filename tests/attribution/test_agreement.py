"""How much the answer depends on the model: worked by hand, and against the definitions over all pairs."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution import agreement
from attribution.agreement import MOST_PAIRS, changed_places, pairs_of_models, ranges, shares_by_model
from attribution.agreement_report import agreement_reports
from attribution.attribute import make_models
from attribution.calibration import NOT_EXPLAINED
from attribution.paths import Credits
from attribution.question import Question
from tests.person import Person
from workspace.errors import UsageError

SHARES = {"first": [0.5, 0.3, 0.2, 0.0], "last": [0.2, 0.3, 0.4, 0.1], "linear": [0.35, 0.3, 0.3, 0.05]}


def table(shares: dict[str, list[float]]) -> pd.DataFrame:
    names = list("abcdefghij")[: len(next(iter(shares.values())))]
    return pd.DataFrame(shares, index=pd.Index(names, name="channel"))


def credited(*conversions: float, rest: float = 0.0, names: str = "abcd") -> Credits:
    return Credits(tuple(names), np.array(conversions), np.zeros(len(conversions)), rest)


def test_shares_are_of_all_conversions_and_of_channels_that_are_credited() -> None:
    shares = shares_by_model(
        {
            "first": credited(4, 0, 4, 0, rest=2),
            "participation": credited(8, 2, 8, 0, rest=2),
            "markov": Credits(("a", "b", NOT_EXPLAINED, "d"), np.array([5.0, 0, 3, 0]), np.zeros(4), 2.0),
            "last": credited(0, 8, 0, 0, rest=2),
        }
    )
    assert shares.to_dict("split") == {
        "index": ["a", "b", "c"],
        "columns": ["first", "markov", "last"],
        "data": [[0.4, 0.5, 0], [0, 0, 0.8], [0.4, 0.3, 0]],
    }
    rest = shares_by_model({name: Credits(("a", NOT_EXPLAINED), np.array([5.0, 1]), np.zeros(2)) for name in ("first", "last")})
    assert rest.index.tolist() == ["a"]


@pytest.mark.parametrize("models", [["last"], ["last", "participation"], []])
def test_one_model_alone_agrees_with_nobody(models: list[str]) -> None:
    with pytest.raises(UsageError) as error:
        shares_by_model({name: credited(1, 2, 3, 4) for name in models})
    assert str(error.value) == ("--agreement compares models that split conversions, and needs two of them; add --model first --model last")


def test_pairs_of_models_worked_by_hand() -> None:
    """First and last: a-d, b-d and c-d stand the same way, a-b, a-c and b-c the other. Linear ties b with c."""
    found = pairs_of_models(table(SHARES))
    assert found[["model", "compared_with"]].values.tolist() == [["first", "last"], ["last", "linear"], ["first", "linear"]]
    assert found["kendall_tau"].tolist() == pytest.approx([0, 1 / math.sqrt(30), 5 / math.sqrt(30)], abs=1e-12)
    assert found["spearman_rho"].tolist() == pytest.approx([0.2, 1.5 / math.sqrt(22.5), 4.5 / math.sqrt(22.5)], abs=1e-12)


def test_ranges_worked_by_hand() -> None:
    assert ranges(table(SHARES)).values.tolist() == [
        ["a", 0.2, ["last"], 0.5, ["first"], 1, 3, True],
        ["c", 0.2, ["first"], 0.4, ["last"], 1, 3, True],
        ["b", 0.3, ["first", "last", "linear"], 0.3, ["first", "last", "linear"], 2, 2, False],
        ["d", 0.0, ["first"], 0.1, ["last"], 4, 4, True],
    ]


@pytest.mark.parametrize(
    ("low", "high", "depends"),
    [(0.1, 0.199, False), (0.1, 0.2, True), (0.3, 0.399, False), (0.3, 0.4001, True), (0.0, 0.009, False), (0.0, 0.011, True)],
)
def test_what_depends_on_the_model(low: float, high: float, depends: bool) -> None:
    """Twice as much and a point more, or ten points more."""
    assert ranges(table({"first": [low, 0.5], "last": [high, 0.5]})).set_index("channel")["depends_on_model"]["a"] == depends


def test_places_that_change_worked_by_hand() -> None:
    frame, changed, pairs = changed_places(table(SHARES))
    assert (changed, pairs) == (3, 6)
    assert frame[["channel", "compared_with", "ahead_by", "behind_by"]].values.tolist() == [
        ["a", "c", ["first", "linear"], ["last"]],
        ["a", "b", ["first", "linear"], ["last"]],
        ["b", "c", ["first"], ["last"]],
    ]
    assert frame["ahead_most"].tolist() == pytest.approx([0.3, 0.2, 0.1])
    assert frame["behind_most"].tolist() == pytest.approx([0.2, 0.1, 0.1])


tables = st.integers(1, 6).flatmap(
    lambda n: st.fixed_dictionaries(
        {model: st.lists(st.integers(0, 4).map(lambda x: x / 16), min_size=n, max_size=n) for model in ("first", "last", "linear")}
    )
)


def tau_b(x: list[float], y: list[float]) -> float:
    """Over all pairs: concordant less discordant, by the geometric mean of the pairs not tied in either."""
    signs = [(np.sign(x[i] - x[j]), np.sign(y[i] - y[j])) for i, j in itertools.combinations(range(len(x)), 2)]
    known = math.sqrt(sum(a != 0 for a, _ in signs) * sum(b != 0 for _, b in signs))
    return float(sum(a * b for a, b in signs)) / known if known else math.nan


def rho(x: list[float], y: list[float]) -> float:
    """The correlation of the mean ranks."""

    def ranks(values: list[float]) -> list[float]:
        return [sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2 for value in values]

    a, b = (np.array(ranks(values)) - (len(values) + 1) / 2 for values in (x, y))
    size = math.sqrt((a @ a) * (b @ b))
    return float(a @ b) / size if size else math.nan


@given(tables)
def test_correlations_are_those_of_their_definitions(shares: dict[str, list[float]]) -> None:
    for row in pairs_of_models(table(shares)).itertuples():
        x, y = shares[str(row.model)], shares[str(row.compared_with)]
        assert row.kendall_tau == pytest.approx(tau_b(x, y), abs=1e-12, nan_ok=True)
        assert row.spearman_rho == pytest.approx(rho(x, y), abs=1e-12, nan_ok=True)


@given(tables)
def test_places_that_change_are_those_of_their_definition(shares: dict[str, list[float]]) -> None:
    made = table(shares)
    frame, changed, pairs = changed_places(made, None)
    expected: dict[frozenset[str], tuple[set[str], set[str]]] = {}
    for one, other in itertools.combinations(made.index, 2):
        ahead = {model for model in shares if made[model][one] > made[model][other]}
        behind = {model for model in shares if made[model][one] < made[model][other]}
        if ahead and behind:
            expected[frozenset((one, other))] = (ahead, behind)
    assert (changed, pairs) == (len(expected), math.comb(len(made), 2))
    assert len(frame) == changed
    for row in frame.itertuples():
        one, other = str(row.channel), str(row.compared_with)
        found = {"ahead": set(row.ahead_by), "behind": set(row.behind_by)}
        assert list(found.values()) in ([*expected[frozenset((one, other))]], [*reversed(expected[frozenset((one, other))])])
        lead = made.loc[one] - made.loc[other]
        assert (row.ahead_most, row.behind_most) == pytest.approx((lead.max(), -lead.min()))
        assert set(lead.index[lead > 0]) == found["ahead"]
        assert lead.mean() >= -1e-12


def test_channels_are_compared_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    shares = table({model: rng.random(10).tolist() for model in ("first", "last", "linear")})
    whole = changed_places(shares, 7)
    monkeypatch.setattr(agreement, "BLOCK", 3)
    parts = changed_places(shares, 7)
    pd.testing.assert_frame_equal(parts[0], whole[0])
    assert parts[1:] == whole[1:]
    assert len(whole[0]) == 7 < whole[1]


def test_of_many_pairs_the_largest_are_listed_and_the_rest_is_counted() -> None:
    n = 15
    names = [f"channel {place:02}" for place in range(n)]
    shares = pd.DataFrame({"first": np.arange(n) / 100, "last": np.arange(n)[::-1] / 100}, index=pd.Index(names, name="channel"))
    frame, changed, pairs = changed_places(shares)
    assert (len(frame), changed, pairs) == (MOST_PAIRS, 105, 105)
    assert frame.iloc[0][["channel", "compared_with"]].tolist() == ["channel 00", "channel 14"]


def said(reports: list[Any]) -> list[list[str]]:
    return [[str(note) for note in report.notes] for report in reports]


def test_reports_worked_by_hand() -> None:
    credits = {name: credited(*(100 * share for share in shares)) for name, shares in SHARES.items()}
    credits["participation"] = credited(60, 50, 70, 10)
    reports = agreement_reports(credits, "family", {"goal": "won"})
    assert [report.name for report in reports] == ["agreement", "models_alike", "changed_places"]
    assert reports[0].frame["family"].tolist() == ["a", "c", "b", "d"]
    assert reports[0].meta == {"goal": "won", "models": ["first", "last", "linear"]}
    assert reports[2].frame[["family", "compared_with"]].values.tolist() == [["a", "c"], ["a", "b"], ["b", "c"]]
    assert said(reports) == [
        [
            "a depends on the model: 20.0% by Last touch, 50.0% by First touch.",
            "c depends on the model: 20.0% by First touch, 40.0% by Last touch.",
            "On b all models agree: 30.0%.",
            "d depends on the model: 0.0% by First touch, 10.0% by Last touch.",
            "What depends on the model: where the highest share is at least twice the lowest and a point above it, or ten points above it.",
            "Agreement is no proof: all these models split the same observed journeys, and none says what a channel caused.",
            "Participation counts a conversion several times and is not compared.",
        ],
        [
            "Kendall's tau (b) and Spearman's rho compare two orders: 1 is the same, 0 has nothing in common, -1 is the reverse.",
            "3 of 6 pairs change places between models.",
            "Least alike are First touch and Last touch, with a tau of 0.00.",
        ],
        ["A lead is a difference of shares of all conversions. Pairs whose leads both ways are largest stand first."],
    ]


def test_models_that_say_the_same() -> None:
    reports = agreement_reports({name: credited(6, 3, 1, 0) for name in ("first", "last")}, "channel", {})
    assert reports[1].frame.values.tolist() == [["first", "last", 1, 1]]
    assert reports[2].frame.empty
    assert said(reports)[1:] == [
        [
            "Kendall's tau (b) and Spearman's rho compare two orders: 1 is the same, 0 has nothing in common, -1 is the reverse.",
            "0 of 3 pairs change places between models.",
        ],
        ["All models put them in the same order."],
    ]


@pytest.mark.parametrize("conversions", [(), (0, 0), (3,), (2, 2)])
def test_where_there_is_no_order_no_correlation_is_known(conversions: tuple[float, ...]) -> None:
    credits = {name: credited(*conversions, rest=1, names="ab"[: len(conversions)]) for name in ("first", "last")}
    reports = agreement_reports(credits, "channel", {})
    assert reports[1].frame[["kendall_tau", "spearman_rho"]].isna().all().all()
    assert reports[2].frame.empty


def test_of_no_conversions_nothing_is_compared() -> None:
    reports = agreement_reports({name: credited(0, 0, names="ab") for name in ("first", "last")}, "channel", {})
    assert [len(report.frame) for report in reports] == [0, 1, 0]


PATHS = "path,conversions,nulls\nAds > Email,6,2\nEmail,2,5\nAds,1,1\n{odd} > Direct,1,0\n"


def test_agreement_by_command(tmp_path: Path) -> None:
    """First: Ads 7, Email 2, {odd} 1. Last: Email 8, Ads 1, Direct 1."""
    person = Person(tmp_path)
    file = person.writes("paths.csv", PATHS)
    words = ("attribution", "--paths", file, "--model", "first", "--model", "last", "--agreement")
    channels, models, places = json.loads(person.types(*words, "--format", "json").stdout)
    assert [(row["channel"], row["lowest_share"], row["lowest_by"], row["highest_share"]) for row in channels["rows"]] == [
        ("Email", 0.2, ["first"], 0.8),
        ("Ads", 0.1, ["last"], 0.7),
        ("Direct", 0, ["first"], 0.1),
        ("{odd}", 0, ["last"], 0.1),
    ]
    assert channels["notes"][0] == "Email depends on the model: 20.0% by First touch, 80.0% by Last touch."
    assert channels["notes"][3] == "{odd} depends on the model: 0.0% by Last touch, 10.0% by First touch."
    assert [row["kendall_tau"] for row in models["rows"]] == [pytest.approx(tau_b([0.7, 0.2, 0.1, 0], [0.1, 0.8, 0, 0.1]))]
    assert places["rows"][0] == {
        "channel": "Email",
        "compared_with": "Ads",
        "ahead_by": ["last"],
        "ahead_most": pytest.approx(0.7),
        "behind_by": ["first"],
        "behind_most": pytest.approx(0.5),
    }
    french = person.types("--lang", "fr", *words).stdout
    assert "Premier point de contact" in french
    for form in ("html", "xlsx", "md"):
        person.types(*words, "-o", str(tmp_path / f"agreement.{form}"))
    done = person.types(*words, "--format", "csv", code=2)
    assert done.stderr.splitlines()[-1] == "Error: csv holds one table and this gives 3; take xlsx, json or html"


def test_agreement_of_calibrated_credit_stands_beside_intervals(tmp_path: Path) -> None:
    person = Person(tmp_path)
    file = person.writes("paths.csv", PATHS)
    words = ("attribution", "--paths", file, "--agreement", "--intervals", "--ordered")
    titles = [report["title"] for report in json.loads(person.types(*words, "--format", "json").stdout)]
    assert titles == [
        "Conversions credited to each channel",
        "How far the models lie apart",
        "How alike the models rank",
        "Which of two stands first depends on the model",
        "Where in the journey the Shapley value is earned",
    ]


# The Shapley value by game and by place, as commands show it


def test_games_by_command(tmp_path: Path) -> None:
    """
    Of the paths above, rates with one mean journey of a set (18 / 4) that did not convert: Ads and Email 6 / 12.5, Email 2 / 11.5, Ads
    1 / 6.5, {odd} and Direct 1 / 5.5. The Shapley values of the best rate within each coalition are brought to 10 conversions.
    """
    person = Person(tmp_path)
    file = person.writes("paths.csv", PATHS)
    credit = {}
    for game in ("closed", "conversions", "rate"):
        report = json.loads(person.types("attribution", "--paths", file, "--model", "shapley", "--game", game, "--format", "json").stdout)
        credit[game] = {row["channel"]: row["conversions"] for row in report["rows"]}
        assert report["meta"].get("game") == (None if game == "closed" else game)
        rates = "shapley credits by the game of rates: a channel counts for how well the journeys through it convert, not for how many are."
        assert (rates in report["notes"]) == (game == "rate")
    assert credit["closed"] == pytest.approx({"Ads": 4, "Email": 5, "{odd}": 0.5, "Direct": 0.5})
    assert credit["conversions"] == pytest.approx(credit["closed"])
    rate = {frozenset("AE"): 6 / 12.5, frozenset("E"): 2 / 11.5, frozenset("A"): 1 / 6.5, frozenset("OD"): 1 / 5.5}
    values = dict.fromkeys("AEOD", 0.0)
    for order in itertools.permutations("AEOD"):
        before, worth = frozenset[str](), 0.0
        for player in order:
            before = before | {player}
            now = max((each for members, each in rate.items() if members <= before), default=0.0)
            values[player] += (now - worth) / 24
            worth = now
    whole = sum(values.values())
    assert credit["rate"] == pytest.approx(
        {name: 10 * values[short] / whole for name, short in (("Ads", "A"), ("Email", "E"), ("{odd}", "O"), ("Direct", "D"))}
    )


def test_places_by_command(tmp_path: Path) -> None:
    """Ads: 1 alone, half of 6 first. Email: 2 alone, half of 6 last."""
    person = Person(tmp_path)
    file = person.writes("paths.csv", PATHS)
    rows = person.reads("attribution", "--paths", file, "--ordered")
    assert [tuple(row.values()) for row in rows] == [
        ("Email", 5, pytest.approx(0.4), 0, 0, pytest.approx(0.6)),
        ("Ads", 4, 0.25, 0.75, 0, 0),
        ("Direct", 0.5, 0, 0, 0, 1),
        ("{odd}", 0.5, 0, 1, 0, 0),
    ]
    assert list(rows[0]) == ["channel", "conversions", "share_alone", "share_opening", "share_between", "share_closing"]
    assert person.refused("attribution", "--paths", file, "--ordered", "--model", "last", code=2) == (
        "--ordered is for the model shapley, which is not among the models; add --model shapley, or leave --ordered out"
    )
    assert person.refused("attribution", "--paths", file, "--game", "rate", "--model", "last", code=2) == (
        "--game is for the model shapley, which is not among the models; add --model shapley, or leave --game out"
    )
    assert person.refused("attribution", "--paths", file, "--game", "rate", "--ordered", code=2) == (
        "shapley: a rate belongs to a whole journey, so the game 'rate' has no credit by place; leave out 'ordered' (--ordered), or take "
        "the game 'closed' (--game closed)"
    )


def test_steps_at_which_channels_earn_by_command(tmp_path: Path) -> None:
    """Email > Direct > Email is worth 4 in equal parts to both; Direct alone 1."""
    person = Person(tmp_path)
    person.imports(
        "person,at,channel\nanna,2026-01-01,Email\nanna,2026-01-02,Direct\nanna,2026-01-03,Email\nbob,2026-01-02,Direct\n",
        "person,at,goal,value,currency,id\nanna,2026-01-04,won,40,EUR,D1\nbob,2026-01-04,won,10,EUR,D2\n",
    )
    rows = person.reads("paths", "--show", "places")
    assert [tuple(row.values()) for row in rows] == [
        ("Direct", 1, 1, 10),
        ("Direct", 2, 0.5, 20),
        ("Email", 1, 0.25, 10),
        ("Email", 3, 0.25, 10),
    ]
    shown = person.types("paths", "--show", "places", "--by", "family").stdout.splitlines()
    assert shown[5].split() == ["Email", "0.25", "–", "0.25"]
    assert shown[2].split() == ["Family", "1", "2", "3"]


def test_too_many_channels_for_all_coalitions_by_command(tmp_path: Path) -> None:
    person = Person(tmp_path)
    file = person.writes("paths.csv", "path,conversions\n" + "".join(f"channel {place},1\n" for place in range(21)))
    assert person.refused("attribution", "--paths", file, "--game", "rate") == (
        "shapley: 21 channels took part in conversions, and a game over all coalitions is worked out for 20 at most; ask for the credit "
        "of families (--by family), or for the game 'closed', which takes any number of channels"
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"half_life_days": 14.0},
            "--half-life is for the model time_decay, which is not among the models; add --model time_decay, or leave --half-life out",
        ),
        (
            {"weights": (5.0, 2.0, 3.0), "models": ("linear",)},
            "--weights is for the model custom, which is not among the models; add --model custom, or leave --weights out",
        ),
        (
            {"order": None, "models": ("linear",)},
            "--order is for the model markov, which is not among the models; add --model markov, or leave --order out",
        ),
        (
            {"maturity_days": 30.0, "models": ("linear", "shapley")},
            "--maturity leaves out journeys without conversion, which none of the models looks at; add --model markov, or leave it out",
        ),
    ],
)
def test_an_option_that_acts_upon_none_of_the_models_is_refused(asked, message):
    with pytest.raises(UsageError) as caught:
        make_models(Question(**asked))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "asked",
    [
        {"half_life_days": 14.0, "models": ("time_decay",)},
        {"weights": (5.0, 2.0, 3.0)},
        {"order": 3, "maturity_days": 30.0},
        {"maturity_days": 30.0, "models": ("shapley",), "game": "rate"},
    ],
)
def test_options_act_upon_their_models(asked):
    assert make_models(Question(**asked))
