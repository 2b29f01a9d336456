"""Input that no one should have: every command that reads journeys gives a right answer or a whole sentence, and drops nothing unsaid."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.person import Person

Make = Callable[[str, str], Person]

COMMANDS = {
    "attribution": ("attribution", "--model", "all"),
    "attribution as a page": ("attribution", "--format", "html"),
    "attribution as a workbook": ("attribution", "--format", "xlsx"),
    "top": ("paths",),
    "length": ("paths", "--show", "length"),
    "lag": ("paths", "--show", "lag"),
    "transitions": ("chain",),
    "removal": ("chain", "--show", "removal"),
    "chain of order 3": ("chain", "--order", "3"),
    "incremental": ("incremental", "--intervals"),
    "incremental as a page": ("incremental", "--format", "html"),
}
"""Commands that read journeys, each in a form that shows something else."""
every_command = pytest.mark.parametrize("words", [*COMMANDS.values(), ("explain", "D2")], ids=[*COMMANDS, "explain"])


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(touches: str, conversions: str) -> Person:
        person = Person(tmp_path)
        person.imports("person,at,channel\n" + touches, "person,at,goal,value,currency,id\n" + conversions)
        return person

    return make


# Channels named like the rows and states that reports add of themselves

NAMED = (
    "p1,2026-01-01 09:00,(unattributed)\np1,2026-01-02 09:00,Email\np2,2026-01-03 09:00,(baseline)\np3,2026-01-04 09:00,(null)\n"
    "p4,2026-01-05 09:00,(start)\np4,2026-01-06 09:00,(several)\n",
    "p1,2026-01-10 09:00,won,100,EUR,D1\np2,2026-01-10 09:00,won,50,EUR,D2\np4,2026-01-10 09:00,won,30,EUR,D4\n"
    "nobody,2026-01-10 09:00,won,20,EUR,D9\n",
)


def test_a_channel_named_like_a_row_of_the_report_is_put_between_quotes(make: Make) -> None:
    person = make(*NAMED)
    rows = person.reads("attribution", "--model", "linear")
    assert {row["channel"]: (row["conversions"], row["value"]) for row in rows} == {
        '"(baseline)"': (1, 50),
        '"(several)"': (0.5, 15),
        '"(unattributed)"': (0.5, 50),
        "(null)": (0, 0),
        "(start)": (0.5, 15),
        "Email": (0.5, 50),
        "(unattributed)": (1, 20),
    }
    assert len(rows) == 7
    shown = person.types("attribution", "--model", "linear").stdout
    assert [line.split("   ")[0] for line in shown.splitlines()[4:11]] == [
        '"(baseline)"', '"(several)"', '"(unattributed)"', "(start)", "Email", "(null)", "No touch",
    ]  # fmt: skip


def test_paths_and_chain_tell_such_channels_from_states(make: Make) -> None:
    person = make(*NAMED)
    assert {row["path"]: (row["conversions"], row["nulls"]) for row in person.reads("paths")} == {
        '"(baseline)"': (1, 0),
        '"(unattributed)" > Email': (1, 0),
        '(start) > "(several)"': (1, 0),
        "(null)": (0, 1),
    }
    assert sorted((row["from_state"], row["to_state"], row["transitions"]) for row in person.reads("chain")) == [
        ('"(baseline)"', "(conversion)", 1),
        ('"(null)"', "(null)", 1),
        ('"(several)"', "(conversion)", 1),
        ('"(start)"', '"(several)"', 1),
        ('"(unattributed)"', "Email", 1),
        ("(start)", '"(baseline)"', 1),
        ("(start)", '"(null)"', 1),
        ("(start)", '"(start)"', 1),
        ("(start)", '"(unattributed)"', 1),
        ("Email", "(conversion)", 1),
    ]
    assert {row["channel"] for row in person.reads("chain", "--show", "removal")} == {
        '"(baseline)"', '"(several)"', '"(unattributed)"', "(null)", "(start)", "Email",
    }  # fmt: skip


def test_incremental_channels_and_explain_tell_them_from_their_own_rows(make: Make) -> None:
    person = make(*NAMED)
    names = [row["channel"] for row in person.reads("incremental")]
    assert len(names) == len(set(names))
    assert {'"(baseline)"', "(baseline)", '"(unattributed)"', '"(several)"'} <= set(names)
    told = person.reads("explain", "D1", "--show", "touches")
    assert [(row["channel"], row["channel_by_other_rules"]) for row in told] == [('"(unattributed)"', None), ("Email", None)]
    assert {row["channel"] for row in person.reads("channels")} == {
        '"(baseline)"', '"(several)"', '"(unattributed)"', "(null)", "(start)", "Email",
    }  # fmt: skip


def test_cost_meets_the_credit_of_a_channel_of_such_a_name(make: Make) -> None:
    person = make(*NAMED)
    spend = "day,channel,amount,currency\n2026-01-02,(unattributed),40,EUR\n2026-01-02,(baseline),10,EUR\n"
    person.types("import", "csv", person.writes("spend.csv", spend), "--as", "spend")
    rows = person.reads("roi", "--model", "linear")
    assert {row["channel"]: row["spend"] for row in rows if row["spend"]} == {'"(unattributed)"': 40, '"(baseline)"': 10, "(total)": 50}
    assert "(unattributed)" in {row["channel"] for row in rows}


def test_touches_that_lie_elsewhere_may_be_named_so(tmp_path: Path) -> None:
    person = Person(tmp_path)
    rows = [(line.split(",")) for line in NAMED[0].splitlines()]
    day = [dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC) for _, at, _ in rows]
    table = pa.table({"person": [row[0] for row in rows], "at": pa.array(day), "channel": [row[2] for row in rows]})
    pq.write_table(table, tmp_path / "touches.parquet")
    won = [dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)] * 4
    deals = pa.table({"person": ["p1", "p2", "p4", "nobody"], "at": pa.array(won), "value": [100.0, 50.0, 30.0, 20.0]})
    pq.write_table(deals, tmp_path / "deals.parquet")
    words = ("attribution", "--touches", str(tmp_path / "touches.parquet"), "--conversions", str(tmp_path / "deals.parquet"))
    assert {row["channel"]: row["conversions"] for row in person.reads(*words, "--model", "linear")} == {
        '"(baseline)"': 1, '"(several)"': 0.5, '"(unattributed)"': 0.5, "(null)": 0, "(start)": 0.5, "Email": 0.5, "(unattributed)": 1,
    }  # fmt: skip


def test_a_paths_file_may_use_such_names(tmp_path: Path) -> None:
    person = Person(tmp_path)
    file = person.writes("paths.csv", 'path,conversions\n(unattributed),1\n(start) > (null),2\n"""(unattributed)""",4\n,3\n')
    rows = person.reads("attribution", "--paths", file, "--model", "linear")
    assert {row["channel"]: row["conversions"] for row in rows} == {
        '""(unattributed)""': 4,
        '"(unattributed)"': 1,
        "(start)": 1,
        "(null)": 1,
        "(unattributed)": 3,
    }


@every_command
def test_such_names_stop_no_command(make: Make, words: tuple[str, ...]) -> None:
    make(*NAMED).types(*words)


# Refunds and values of zero


def sales(*values: object) -> tuple[str, str]:
    """Everybody has one touch, on Email, Direct and Webinar in turn, and one conversion of the value given."""
    channels = ["Email", "Direct", "Webinar"]
    return (
        "".join(f"p{i},2026-01-02 09:00,{channels[i % 3]}\n" for i in range(len(values))),
        "".join(f"p{i},2026-01-09 09:00,won,{value},EUR,D{i}\n" for i, value in enumerate(values)),
    )


def of_channel(rows: list[dict[str, object]], column: str, model: str) -> dict[object, object]:
    return {row["channel"]: row[column] for row in rows if row["model"] == model}


MODELS = ("first", "last", "last_non_direct", "linear", "time_decay", "u_shaped", "j_shaped", "inverse_j", "markov", "shapley")


def test_refunds_are_credited_to_their_own_journeys(make: Make) -> None:
    rows = make(*sales(100, 40, -30, 20)).reads("attribution", "--model", "all")
    for model in (*MODELS, "participation"):
        assert of_channel(rows, "value", model) == pytest.approx({"Email": 120, "Direct": 40, "Webinar": -30})
        assert of_channel(rows, "share_of_value", model) == pytest.approx({"Email": 120 / 130, "Direct": 40 / 130, "Webinar": -30 / 130})
        assert of_channel(rows, "conversions", model) == pytest.approx({"Email": 2, "Direct": 1, "Webinar": 1})


@pytest.mark.parametrize(
    "values", [(100, -100) * 12, (0.1, 0.2, -0.3), (0,) * 24], ids=["outweighed", "outweighed but for rounding", "zero"]
)
def test_of_a_value_of_nothing_no_share_is_known(make: Make, values: tuple[float, ...]) -> None:
    """0.1 + 0.2 - 0.3 is 5.6e-17 to a computer: no number to divide by."""
    person = make(*sales(*values))
    rows = person.reads("attribution", "--model", "all")
    of_each = {channel: sum(values[i::3]) for i, channel in enumerate(["Email", "Direct", "Webinar"])}
    for model in MODELS:
        assert of_channel(rows, "value", model) == pytest.approx(of_each, abs=1e-9)
        assert of_channel(rows, "share_of_value", model) == {"Email": None, "Direct": None, "Webinar": None}
        assert of_channel(rows, "share_of_conversions", model) == pytest.approx({"Email": 1 / 3, "Direct": 1 / 3, "Webinar": 1 / 3})
    removal = person.reads("chain", "--show", "removal")
    assert {row["channel"]: row["removal_effect_value"] for row in removal} == {"Email": None, "Direct": None, "Webinar": None}
    assert {row["channel"]: row["removal_effect"] for row in removal} == pytest.approx({"Email": 1 / 3, "Direct": 1 / 3, "Webinar": 1 / 3})


def notes(person: Person, *words: str) -> list[str]:
    told: list[str] = json.loads(person.types(*words, "--format", "json").stdout)["notes"]
    return told


ASSOCIATION = "Credit splits the conversions that were observed. It shows what went along with them, not what caused them."
REFUNDS = (
    "12 conversions have a negative value (refunds); each is credited to its own journey, so shares of the value may lie outside 0 and "
    "100 %."
)


@pytest.mark.parametrize("refund", [-100, -300])
def test_where_refunds_outweigh_sales_no_conversion_is_said_to_make_the_value(make: Make, refund: int) -> None:
    assert notes(make(*sales(*(100, refund) * 12)), "attribution", "--model", "last") == [REFUNDS, ASSOCIATION]


def test_values_of_zero_are_said(make: Make) -> None:
    assert notes(make(*sales(*(0,) * 24)), "attribution", "--model", "last") == [
        "The value of 24 of 24 conversions is 0; where it is not known, leave the cell empty instead.",
        ASSOCIATION,
    ]


@every_command
@pytest.mark.parametrize("values", [(100, -100) * 12, (100, -300) * 12, (0,) * 24, ("",) * 24])
def test_no_value_stops_a_command(make: Make, words: tuple[str, ...], values: tuple[object, ...]) -> None:
    make(*sales(*values)).types(*words)


# Conversions before any touch, touches of one second


def test_conversions_before_any_touch_are_shown_and_not_spread(make: Make) -> None:
    person = make(
        "p1,2026-01-05 09:00,Email\np2,2026-01-05 09:00,Direct\n",
        "p1,2026-01-04 09:00,won,10,EUR,D1\np2,2026-01-05 08:59:59,won,30,EUR,D2\n",
    )
    rows = person.reads("attribution", "--model", "all")
    for model in (*MODELS, "participation"):
        assert of_channel(rows, "conversions", model) == {"Direct": 0, "Email": 0, "(unattributed)": 2}
        assert of_channel(rows, "value", model) == {"Direct": 0, "Email": 0, "(unattributed)": 40}
    assert {row["path"]: (row["conversions"], row["nulls"]) for row in person.reads("paths")} == {"Direct": (0, 1), "Email": (0, 1)}
    assert person.reads("paths", "--show", "length") == person.reads("paths", "--show", "lag") == []
    added = {row["channel"]: row["conversions"] for row in person.reads("incremental")}
    assert added == {"Direct": 0, "Email": 0, "(baseline)": 2}
    assert person.refused("chain", "--show", "orders") == (
        "markov: the order cannot be chosen, for it takes journeys that converted and journeys that did not; give the order, for example "
        "--order 1"
    )


def test_touches_and_conversions_of_one_second_are_all_counted(make: Make) -> None:
    """Touches of one second have no order in time; that of their ids decides, the same in every command and every run."""
    person = make(
        "p1,2026-01-05 09:00:00,Email\np1,2026-01-05 09:00:00,Direct\np1,2026-01-05 09:00:00,Webinar\n",
        "p1,2026-01-05 09:00:00,won,10,EUR,D1\np1,2026-01-05 09:00:00,won,30,EUR,D2\n",
    )
    (path,) = person.reads("paths")
    channels = path["path"].split(" > ")
    assert sorted(channels) == ["Direct", "Email", "Webinar"]
    assert (path["conversions"], path["value"], path["length"]) == (2, 40, 3)
    rows = person.reads("attribution", "--model", "linear", "--model", "first", "--model", "last", "--model", "time_decay")
    assert of_channel(rows, "conversions", "linear") == pytest.approx({"Direct": 2 / 3, "Email": 2 / 3, "Webinar": 2 / 3})
    assert of_channel(rows, "conversions", "time_decay") == pytest.approx({"Direct": 2 / 3, "Email": 2 / 3, "Webinar": 2 / 3})
    assert of_channel(rows, "conversions", "first") == {name: 2 * (name == channels[0]) for name in channels}
    assert of_channel(rows, "conversions", "last") == {name: 2 * (name == channels[2]) for name in channels}
    assert [row["transitions"] for row in person.reads("chain")] == [2, 2, 2, 2]


# One person with ten thousand touches, thousands of channels


def test_a_person_with_ten_thousand_touches(make: Make) -> None:
    """Email every other minute, Direct between, one conversion at the end."""
    start = dt.datetime(2026, 1, 1)
    touches = "".join(f"p1,{(start + dt.timedelta(minutes=i)).isoformat()},{('Email', 'Direct')[i % 2]}\n" for i in range(10_000))
    person = make(touches + "p2,2026-01-01 09:00,Email\n", "p1,2026-01-20 09:00,won,100,EUR,D1\n")
    rows = person.reads("attribution", "--model", "all")
    half = pytest.approx({"Email": 0.5, "Direct": 0.5})
    for model in ("linear", "shapley", "u_shaped"):
        assert of_channel(rows, "conversions", model) == half
    assert of_channel(rows, "conversions", "first") == {"Email": 1, "Direct": 0}
    assert of_channel(rows, "conversions", "last") == {"Email": 0, "Direct": 1}
    # Of 5,000 pairs the later half weighs one minute's decay more.
    later = 2 ** (1 / 1440 / 7)
    assert of_channel(rows, "conversions", "time_decay") == pytest.approx({"Email": 1 / (1 + later), "Direct": later / (1 + later)})
    assert [(row["length"], row["conversions"]) for row in person.reads("paths", "--show", "length")] == [(10_000, 1)]
    top = person.reads("paths")
    assert [(row["path"].count(" > ") + 1, row["length"], row["conversions"], row["nulls"]) for row in top] == [
        (10_000, 10_000, 1, 0),
        (1, 1, 0, 1),
    ]
    for words in COMMANDS.values():
        person.types(*words)
    assert len(person.reads("explain", "D1", "--show", "weights")) == 10_000
    assert person.reads("attribution", "--level", "account", "--model", "linear") == person.reads("attribution", "--model", "linear")


def test_more_channels_than_can_stand_side_by_side(make: Make) -> None:
    touches = "".join(f"p{i},2026-01-02 09:00,channel {i}\n" for i in range(5_000))
    person = make(touches, "p1,2026-01-09 09:00,won,10,EUR,D1\n")
    for words in COMMANDS.values():
        assert person.refused(*words) == (
            "There are 5,000 different names, and at most 4,096 can be credited side by side; choose a coarser cut, such as --by family or "
            "--by channel, or give several channels one name by rules of your own in smarketing.toml, under [[channels.rule]]"
        )
        person.types(*words, "--by", "family")
    assert len(person.reads("channels")) == 5_000
    assert [row["channel"] for row in person.reads("explain", "D1", "--show", "touches")] == ["channel 1"]


# Numbers that are none


DAYS = [
    ("attribution", "--lookback"),
    ("attribution", "--half-life"),
    ("paths", "--lookback"),
    ("chain", "--lookback"),
    ("attribution", "--maturity"),
    ("explain", "D0", "--lookback"),
    ("explain", "D0", "--half-life"),
]


@pytest.mark.parametrize("words", DAYS, ids=" ".join)
@pytest.mark.parametrize(
    "typed",
    ["nan", "inf", "1e300", "0", "-1", "40000", "a week"],
)
def test_days_that_are_none(make: Make, words: tuple[str, ...], typed: str) -> None:
    done = make(*sales(1)).types(*words, typed, code=2)
    assert done.stderr.splitlines()[-1] == (
        f"Error: Invalid value for '{words[-1]}': '{typed}' does not fit; give a number above 0 and up to 36500"
    )


@pytest.mark.parametrize("command", ["attribution", "paths", "chain"])
@pytest.mark.parametrize(
    ("option", "typed", "meant"),
    [
        ("--min-gap", "nan", "a number above 0 and up to 52560000"),
        ("--min-gap", "1e300", "a number above 0 and up to 52560000"),
        ("--max-touches", "0", "a whole number from 1 to 1000000"),
        ("--max-touches", "some", "a whole number from 1 to 1000000"),
        ("--max-touches", "9" * 30, "a whole number from 1 to 1000000"),
    ],
)
def test_counts_and_minutes_that_are_none(make: Make, command: str, option: str, typed: str, meant: str) -> None:
    done = make(*sales(1)).types(command, option, typed, code=2)
    assert done.stderr.splitlines()[-1] == f"Error: Invalid value for '{option}': '{typed}' does not fit; give {meant}"


@pytest.mark.parametrize("half_life", ["1e-12", "0.01", "0.3333333", "36500"])
def test_the_shortest_half_life_leaves_all_to_the_last_touch(make: Make, half_life: str) -> None:
    """At so short a half-life a touch of some days ago weighs 2^-1000 and less; what counts is how it compares with the others."""
    person = make(
        "p1,2026-01-02 09:00,Email\np1,2026-01-05 09:00,Direct\np2,2026-01-05 09:00,Email\n",
        "p1,2026-03-09 09:00,won,10,EUR,D1\np2,2026-03-09 09:00,won,20,EUR,D2\n",
    )
    rows = person.reads("attribution", "--model", "time_decay", "--half-life", half_life)
    earlier = 2 ** (-3 / float(half_life)) / (1 + 2 ** (-3 / float(half_life)))
    assert of_channel(rows, "conversions", "time_decay") == pytest.approx({"Email": 1 + earlier, "Direct": 1 - earlier})
    assert of_channel(rows, "value", "time_decay") == pytest.approx({"Email": 20 + 10 * earlier, "Direct": 10 - 10 * earlier})
    told = person.reads("explain", "D1", "--model", "time_decay", "--half-life", half_life, "--show", "weights")
    assert [row["time_decay"] for row in told] == pytest.approx([earlier, 1 - earlier])


@pytest.mark.parametrize("words", [*COMMANDS.values(), ("channels",)], ids=[*COMMANDS, "channels"])
def test_the_last_day_of_the_calendar_is_a_day(make: Make, words: tuple[str, ...]) -> None:
    person = make(*sales(1, 2, 3))
    assert person.types(*words, "--since", "0001-01-01", "--until", "9999-12-31").exit_code == 0


@pytest.mark.parametrize("command", ["attribution", "paths", "chain", "incremental"])
def test_a_period_before_any_touch_is_said_to_be_that(make: Make, command: str) -> None:
    assert make(*sales(1)).refused(command, "--until", "2025-12-31") == (
        "There are no touches up to 2025-12-31; choose a later day with --until"
    )


@pytest.mark.parametrize("command", ["attribution", "paths", "chain", "incremental"])
def test_touches_that_may_not_be_followed_are_no_missing_touches(tmp_path: Path, command: str) -> None:
    person = Person(tmp_path)
    person.imports("person,at,channel,consent\np1,2026-01-02,Email,no\n", "person,at,goal,id\np1,2026-01-09,won,D1\n")
    assert person.refused(command) == (
        "None of the 1 touches may be followed, for each was recorded without consent; credit needs touches with consent, or of which "
        "nothing is said"
    )


WEIGHTS = "--weights", "50,20,20"


def test_weights_that_do_not_add_up_count_by_their_proportions_and_that_is_said(make: Make) -> None:
    person = make(
        "p1,2026-01-02 09:00,Email\np1,2026-01-03 09:00,Direct\np1,2026-01-04 09:00,Webinar\n", "p1,2026-01-09 09:00,won,90,EUR,D1\n"
    )
    rows = person.reads("attribution", "--model", "custom", *WEIGHTS)
    assert of_channel(rows, "value", "custom") == pytest.approx({"Email": 50, "Direct": 20, "Webinar": 20})
    said = "The weights of custom add up to 90, and only their proportions count: 55.6%, 22.2% and 22.2%."
    assert said in notes(person, "attribution", "--model", "custom", *WEIGHTS)
    assert said in notes(person, "explain", "D1", "--model", "custom", *WEIGHTS, "--show", "weights")
    for weights in ("50,25,25", "0.5,0.25,0.25", "0.7,0.2,0.1"):
        assert not [note for note in notes(person, "attribution", "--model", "custom", "--weights", weights) if "add up" in note]


@pytest.mark.parametrize(
    ("weights", "seen"),
    [
        ("0,0,0", "0, 0 and 0"),
        ("-1,2,3", "-1, 2 and 3"),
        ("nan,1,1", "nan, 1 and 1"),
        ("inf,1,1", "inf, 1 and 1"),
        ("1e308,1e308,1", "1e+308, 1e+308 and 1"),
    ],
)
def test_weights_that_cannot_be_used(make: Make, weights: str, seen: str) -> None:
    assert make(*sales(1)).refused("attribution", "--model", "custom", "--weights", weights, code=2) == (
        f"custom: weights of {seen} cannot be used; give three numbers of 0 or more, at least one above 0, for the first touch, those "
        "between and the last, for example 40, 20 and 40"
    )


# Files of aggregated paths


@pytest.mark.parametrize("cell", ["nan", "NaN", "inf", "-inf", "Infinity"])
@pytest.mark.parametrize("field", ["conversions", "value", "nulls"])
def test_what_is_no_number_in_a_paths_file(tmp_path: Path, field: str, cell: str) -> None:
    person = Person(tmp_path)
    cells = {"path": "a > b", "conversions": "1", "value": "5", "nulls": "2", field: cell}
    file = person.writes("paths.csv", ",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    assert person.refused("attribution", "--paths", file) == (
        f"{file}: row 2: {field} '{cell}' is not a number; write it in digits, for example 1250.5"
    )


@pytest.mark.parametrize("cell", ["5e-324", "1e-310", "1e-10", "1e16", "1e99"])
@pytest.mark.parametrize("field", ["conversions", "nulls"])
def test_what_is_no_count_in_a_paths_file(tmp_path: Path, field: str, cell: str) -> None:
    person = Person(tmp_path)
    cells = {"path": "a > b", "conversions": "1", "nulls": "2", field: cell}
    file = person.writes("paths.csv", ",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    assert person.refused("attribution", "--paths", file) == (
        f"{file}: row 2: {field} '{cell}' is too small or too large for a count of journeys; write how many there were, for example 12"
    )


def test_a_value_no_deal_has_in_a_paths_file(tmp_path: Path) -> None:
    person = Person(tmp_path)
    file = person.writes("paths.csv", "path,conversions,value\na > b,1,-1e16\n")
    assert person.refused("attribution", "--paths", file) == (
        f"{file}: row 2: value '-1e16' is too large for an amount; write what the conversions of the row were worth, for example 1250.5"
    )


def test_a_paths_file_of_conversions_without_a_path(tmp_path: Path) -> None:
    person = Person(tmp_path)
    file = person.writes("paths.csv", "path,conversions,value\n,3,30\n  ,1,-5\n")
    rows = person.reads("attribution", "--paths", file)
    assert [(row["model"], row["channel"], row["conversions"], row["value"]) for row in rows] == [
        (model, "(unattributed)", 4, 25) for model in ("first", "last", "linear", "markov", "shapley")
    ]
    assert "No touch" in person.types("attribution", "--paths", file).stdout


@pytest.mark.parametrize("order", ["1", "2", "5"])
def test_a_paths_file_that_nobody_took(tmp_path: Path, order: str) -> None:
    person = Person(tmp_path)
    file = person.writes("paths.csv", "path,conversions,nulls\na > b,0,0\nb,0,0\n")
    rows = person.reads("attribution", "--paths", file, "--order", order)
    assert [(row["channel"], row["conversions"], row["share_of_conversions"]) for row in rows] == [("a", 0, None), ("b", 0, None)] * 5
