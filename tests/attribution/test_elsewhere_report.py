"""The report of tables in an engine: the same as that of a workspace, and the same on every engine."""

import dataclasses
import datetime as dt
import json
import math

import pandas as pd
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.attribute import attribute
from attribution.elsewhere.place import Place, place_asked
from attribution.elsewhere.report import attribute_elsewhere
from attribution.models import MODELS, needs_milestones
from attribution.question import Question
from attribution.transforms import Transform
from cli import main
from tests.attribution.elsewhere_samples import DAY, START, column, company, report, tables_there
from workspace.errors import DataError, SourceError, UsageError
from workspace.settings import AttributionSettings, Settings
from workspace.store import open_workspace

EVERY = tuple(model.name for model in MODELS if model.name != "custom" and not needs_milestones(model))
HERE = {"engine", "touches_table", "conversions_table"}


def same(one, other, but=HERE):
    """Compare two reports, figures to 1e-9."""
    pd.testing.assert_frame_equal(one.frame, other.frame, rtol=1e-9, atol=1e-9)
    numbers = {"conversion_probability", "value"}
    left, right = ({k: v for k, v in each.meta.items() if k not in but | numbers} for each in (one, other))
    assert left == right
    for name in numbers & set(one.meta):
        assert one.meta[name] == pytest.approx(other.meta[name], rel=1e-9)


@pytest.fixture
def imported(tmp_path):
    """Import a company into a workspace, as files."""
    touches, conversions = company()
    folder = tmp_path / "import"
    folder.mkdir()
    words = ["--workspace", str(folder / "smarketing.db")]
    assert CliRunner().invoke(main, [*words, "init"]).exit_code == 0
    for name, table in (("touches", touches.drop(["account"])), ("conversions", conversions.drop(["account"]))):
        frame = table.to_pandas()
        frame["at"] = frame["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        if name == "conversions":
            frame["id"] = [f"D{place}" for place in range(len(frame))]
        frame.to_csv(folder / f"{name}.csv", index=False)
        done = CliRunner().invoke(main, [*words, "import", "csv", str(folder / f"{name}.csv"), "--as", name])
        assert done.exit_code == 0, done.output
    return folder / "smarketing.db", touches, conversions


@pytest.mark.parametrize(
    "question",
    [
        Question(models=EVERY, goal="won"),
        Question(goal="lead", by="campaign", lookback_days=10, since=dt.date(2025, 7, 1), until=dt.date(2025, 8, 31)),
        Question(goal="won", by="source", transform=Transform("consecutive", "ignore_unless_only", 3, 3600), maturity_days=20),
        Question(models=("markov",), goal="won", by="content", order=2, currency="EUR"),
    ],
    ids=["models", "period", "transform", "order"],
)
def test_tables_and_the_workspace_give_one_report(imported, tmp_path, question):
    path, touches, conversions = imported
    with open_workspace(path) as workspace:
        here = attribute(workspace, question)
    there = report("duckdb://", tmp_path, touches, conversions, question)
    same(here, there, HERE | {"fingerprint"})
    assert [str(note) for note in there.notes] == [str(note) for note in here.notes]
    assert {name: there.meta[name] for name in HERE} == {
        "engine": "DuckDB",
        "touches_table": next(str(p) for p in tmp_path.glob("touches_*")),
        "conversions_table": next(str(p) for p in tmp_path.glob("conversions_*")),
    }


QUESTIONS = [
    Question(models=EVERY, goal="won"),
    Question(models=("last", "markov"), goal="won", by="campaign", level="account", since=dt.date(2025, 7, 1), until=dt.date(2025, 9, 15)),
    Question(
        models=("linear", "markov"),
        goal="lead",
        transform=Transform("unique", "ignore_if_last", 4, 86_400),
        maturity_days=10,
        currency="EUR",
    ),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=["models", "accounts", "transform"])
@pytest.mark.parametrize("unique", [True, False], ids=["once", "ties"])
def test_every_engine_gives_one_report(other_url, tmp_path, question, unique):
    touches, conversions = company(unique=unique)
    one = report("duckdb://", tmp_path, touches, conversions, question)
    other = report(other_url, tmp_path, touches, conversions, question)
    same(one, other)
    assert other.notes == one.notes


MOMENTS = st.integers(0, 60).map(lambda step: START + step * DAY // 2)
ROWS = st.fixed_dictionaries(
    {
        "person": st.sampled_from([None, "", "a", "b", "c", "ä"]),
        "at": st.one_of(MOMENTS, st.sampled_from([-5, 9_999_999_999])),
        "source": st.sampled_from([None, "google", "Google ", "news'letter"]),
        "medium": st.sampled_from([None, "cpc", "email"]),
        "consent": st.sampled_from([None, "yes", "No", "0"]),
        "id": st.integers(-(2**40), 2**40),
    }
)
DEALS = st.fixed_dictionaries(
    {
        "person": st.sampled_from([None, "a", "b", "d"]),
        "at": st.one_of(MOMENTS, st.just(-5)),
        "goal": st.sampled_from([None, "won"]),
        "value": st.one_of(st.none(), st.just(float("nan")), st.integers(-500, 5000).map(lambda cents: cents / 100)),
        "currency": st.sampled_from([None, "eur", "USD"]),
    }
)
TOUCH_SCHEMA = pa.schema(
    {"person": pa.string(), "at": pa.int64(), "source": pa.string(), "medium": pa.string(), "consent": pa.string(), "id": pa.int64()}
)
DEAL_SCHEMA = pa.schema({"person": pa.string(), "at": pa.int64(), "goal": pa.string(), "value": pa.float64(), "currency": pa.string()})


def outcome(url, folder, rows, deals):
    """Give a report, or what is said in its place."""
    chosen = dataclasses.replace(Settings(), rates={"USD": 0.92}, time_zone="Europe/Paris")
    tables = pa.Table.from_pylist(rows, TOUCH_SCHEMA), pa.Table.from_pylist(deals, DEAL_SCHEMA)
    try:
        return report(url, folder, *tables, Question(models=("first", "time_decay", "markov"), goal="won", lookback_days=20), chosen)
    except (DataError, SourceError) as error:
        return error.template


def agree(url, folder, rows, deals):
    one, other = (outcome(each, folder, rows, deals) for each in ("duckdb://", url))
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
    else:
        same(one, other)
        assert one.notes == other.notes


@settings(max_examples=30)
@given(st.lists(ROWS, min_size=1, max_size=60), st.lists(DEALS, min_size=1, max_size=12))
def test_any_rows_give_one_report_on_postgresql(postgres_url, tmp_path_factory, rows, deals):
    agree(postgres_url, tmp_path_factory.mktemp("rows"), rows, deals)


@settings(max_examples=3)
@given(st.lists(ROWS, min_size=40, max_size=120), st.lists(DEALS, min_size=10, max_size=20))
def test_any_rows_give_one_report_on_spark(spark_started, tmp_path_factory, rows, deals):
    agree(spark_started, tmp_path_factory.mktemp("rows"), rows, deals)


def test_accounts_are_those_that_the_tables_name(tmp_path):
    touches, conversions = company()
    by_account = report("duckdb://", tmp_path, touches, conversions, Question(goal="won", level="account"))

    def renamed(table):
        names = [account or person for account, person in zip(table["account"].to_pylist(), table["person"].to_pylist(), strict=True)]
        return table.drop(["account"]).set_column(0, "person", column(names))

    one_level_up = report("duckdb://", tmp_path, renamed(touches), renamed(conversions), Question(goal="won"))
    same(by_account, one_level_up, HERE | {"level"})


def test_keys_of_any_type(engine_url, tmp_path):
    touches, conversions = company(people=20, touches=200)
    expected = report("duckdb://", tmp_path, touches, conversions, Question(models=("linear",), goal="won"))

    def numbered(table, kind):
        numbers = [int(person.removeprefix("person-").removesuffix("@x.io")) for person in table["person"].to_pylist()]
        return table.set_column(0, "person", pa.array(numbers, pa.int64()).cast(kind))

    for kinds in ((pa.int64(), pa.int32()), (pa.int64(), pa.string())):
        found = report(
            engine_url, tmp_path, numbered(touches, kinds[0]), numbered(conversions, kinds[1]), Question(models=("linear",), goal="won")
        )
        same(expected, found)


def test_touches_of_one_second_stand_in_the_order_of_thousandths_then_of_rows_then_of_none(tmp_path):
    def last(**columns):
        touches = pa.table({"person": ["a", "a"], "channel": ["X", "Y"], **columns})
        conversions = pa.table({"person": ["a"], "at": [START + 5]})
        frame = report("duckdb://", tmp_path, touches, conversions, Question(models=("last",))).frame
        return dict(zip(frame["channel"], frame["conversions"], strict=True))

    for first, second in ((1, 2), (2, 1)):
        winner = {"X": 1.0, "Y": 0.0} if first > second else {"X": 0.0, "Y": 1.0}
        assert last(at=[START + first / 1000, START + second / 1000]) == winner
        assert last(at=[START, START], id=[first, second]) == winner
        assert last(at=[START + first / 1000, START + second / 1000], id=[second, first]) == winner
    assert last(at=[START, START]) == last(at=[START, START], id=["b", "a"])


def test_notes_say_what_was_left_out_and_taken(tmp_path):
    touches = pa.table(
        {
            "email": ["a", "a", None, "", "b", "b", "c"],
            "at": [START, START + 1, START, START, None, 9_999_999_999, START],
            "consent": [1, 1, 1, 1, 1, 1, 0],
        }
    )
    conversions = pa.table({"email": ["a", None, "b"], "at": [START + 9, START + 9, None]})
    found = report("duckdb://", tmp_path, touches, conversions, Question(models=("last",)))
    place = {name: found.meta[f"{name}_table"] for name in ("touches", "conversions")}
    assert [str(note) for note in found.notes] == [
        f"{place['touches']}: by names that are close, person = email.",
        f"{place['conversions']}: by names that are close, person = email.",
        "2 touches of nobody known were left out.",
        "3 rows without a time between 2001 and 2069 were left out.",
        "1 conversion names nobody, so no touch can be its own.",
        "1 touch without consent is in no journey.",
        "1 of 2 conversions had no touch in the lookback before it; it has a row of its own and is not spread.",
        "Credit splits the conversions that were observed. It shows what went along with them, not what caused them.",
    ]
    assert (found.meta["touches"], found.meta["conversions"], found.meta["goal"]) == (2, 2, "conversion")


def test_not_a_number_is_a_value_that_is_not_known(engine_url, tmp_path):
    """Parquet states the least and the greatest value of a column without its NaN, and one alone where all others are the same."""
    touches = pa.table({"person": ["a"], "at": [START]})
    for values in ([19.5, float("nan")], [float("nan"), 19.5, 40.0], [float("nan"), float("nan")]):
        known = [value for value in values if not math.isnan(value)]
        deals = pa.table({"person": ["a"] * len(values), "at": [START + 5] * len(values), "value": values})
        row = report(engine_url, tmp_path, touches, deals, Question(models=("last",))).frame.iloc[0]
        assert row["conversions"] == len(values)
        assert row["value"] == pytest.approx(sum(known) if known else float("nan"), nan_ok=True)


def test_the_fingerprint_is_of_the_data_and_not_of_the_engine(engine_url, tmp_path):
    touches, conversions = company(people=10, touches=50)
    question = Question(models=("last",), goal="won")
    one = report("duckdb://", tmp_path, touches, conversions, question).meta["fingerprint"]
    assert report(engine_url, tmp_path, touches.take(list(range(50))[::-1]), conversions, question).meta["fingerprint"] == one
    assert report(engine_url, tmp_path, touches.slice(1), conversions, question).meta["fingerprint"] != one


@pytest.mark.parametrize(
    ("touches", "conversions", "question", "message"),
    [
        ({}, {"person": [], "at": []}, Question(), "conversions holds no conversions"),
        ({"person": [None], "at": [START]}, {}, Question(), "touches holds no touches that can be used (1 rows)"),
        ({}, {"goal": ["won"]}, Question(goal="wno"), "There are no conversions of the goal 'wno'; did you mean 'won'? There are: won"),
        (
            {},
            {},
            Question(since=dt.date(2030, 1, 1)),
            "There are no conversions of the goal 'conversion' in this period; choose another with --since and --until",
        ),
        (
            {},
            {"person": ["a", "b"], "at": [START, START], "value": [1.0, 2.0], "currency": ["USD", "CHF"]},
            Question(),
            "Values are in several currencies: CHF, USD. Put what one CHF is worth in EUR into smarketing.toml, under [rates], or count "
            "one currency alone with --currency EUR",
        ),
        (
            {"person": [1.5]},
            {},
            Question(),
            "touches: the column 'person' holds numbers with a point, which name nobody; make them whole numbers or texts in a view",
        ),
        (
            {},
            {},
            Question(level="account"),
            "touches has no column for account; it has person, at. Say which one it is with --map account=COLUMN",
        ),
        (
            {},
            {},
            Question(models=("w_shaped", "last")),
            "Milestones are looked for in a workspace, and not where the data lie (--on); leave out w_shaped",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_answered(tmp_path, touches, conversions, question, message):
    rows = pa.table({"person": ["a"], "at": [START], **touches})
    kinds = {"person": pa.string(), "at": pa.int64()}
    deals = {"person": ["a"], "at": [START + 5], **conversions}
    deals = pa.table({name: pa.array(values, kinds.get(name)) for name, values in deals.items()})
    with (
        pytest.raises((DataError, SourceError, UsageError)) as caught,
        tables_there("duckdb://", tmp_path, touches=rows, conversions=deals) as (_, names),
    ):
        attribute_elsewhere(Place("duckdb://", names["touches"], names["conversions"]), question, Settings())
    said = str(caught.value)
    for name in ("touches", "conversions"):
        said = said.replace(names[name], name)
    assert said == message


def test_the_command_asks_the_tables(tmp_path):
    touches = pa.table(
        {
            "email": ["a", "a", "b"],
            "at": [START, START + 60, START],
            "utm_source": ["google", None, "news"],
            "utm_medium": ["cpc", None, "email"],
        }
    )
    conversions = pa.table({"email": ["a", "b"], "at": [START + 90, START + 90], "value": [100.0, 50.0]})
    (tmp_path / "smarketing.toml").write_text('currency = "CHF"\n')
    with tables_there("duckdb://", tmp_path, touches=touches, conversions=conversions) as (_, names):
        words = [
            "--workspace",
            str(tmp_path / "smarketing.db"),
            "attribution",
            "--touches",
            names["touches"],
            "--conversions",
            names["conversions"],
        ]
        done = CliRunner().invoke(main, [*words, "--on", "duckdb://", "--model", "linear", "--format", "json", "--map", "person=email"])
        assert done.exit_code == 0, done.output
        told = json.loads(done.output)
        del told["meta"]["version"], told["meta"]["fingerprint"]
        shares = {"share_of_conversions": 0.25, "share_of_value": 1 / 3}
        half = {"model": "linear", "conversions": 0.5, "value": 50.0, **shares}
        assert told == {
            "title": "Conversions credited to each channel",
            "meta": {
                **{"goal": "conversion", "since": None, "until": None, "lookback_days": 90.0, "by": "channel", "level": "person"},
                **{"currency": "CHF", "touches": 3, "rules": "smarketing", "engine": "DuckDB"},
                **{"touches_table": names["touches"], "conversions_table": names["conversions"]},
                **{"conversions": 2, "conversions_without_touch": 0, "null_journeys": 0},
            },
            "notes": [
                f"{names['touches']}: by names that are close, source = utm_source, medium = utm_medium.",
                "Credit splits the conversions that were observed. It shows what went along with them, not what caused them.",
            ],
            "rows": [
                half | {"channel": "Email", "conversions": 1.0, "share_of_conversions": 0.5},
                half | {"channel": "Direct"},
                half | {"channel": "Paid Search"},
            ],
        }
    assert not (tmp_path / "smarketing.db").exists()
    for extra in (["--calibrate"], ["--paths", "x.csv"]):
        done = CliRunner().invoke(main, [*words, *extra])
        assert (done.exit_code, done.output) == (
            2,
            f"Error: --touches TABLE credits what lies elsewhere than in the workspace; leave {extra[0]} out\n",
        )


def test_a_place_is_typed_whole():
    assert place_asked(None, None, None, ()) is None
    assert place_asked("duckdb://x", "t", "c", ("a=b",)) == Place("duckdb://x", "t", "c", ("a=b",))
    for typed, given_, missing in (
        (("duckdb://", None, None, ()), "--on", "--touches"),
        (("duckdb://", "t", None, ()), "--on", "--conversions"),
        ((None, None, "c", ()), "--conversions", "--touches"),
        ((None, None, None, ("a=b",)), "--map", "--touches"),
    ):
        with pytest.raises(UsageError) as caught:
            place_asked(*typed)
        assert str(caught.value) == (
            f"{given_} says where the data lie, and {missing} is missing; say both, as in --on URL --touches TABLE --conversions TABLE"
        )


def test_the_settings_choose_goal_lookback_and_zone(tmp_path):
    touches = pa.table({"person": ["a"], "at": pa.array([dt.datetime(2026, 7, 1, 1, 0)], pa.timestamp("s"))})
    deals = pa.table(
        {
            "person": ["a", "a"],
            "at": pa.array([dt.datetime(2026, 7, 9), dt.datetime(2026, 7, 2)], pa.timestamp("s")),
            "goal": ["won", "seen"],
        }
    )
    chosen = dataclasses.replace(Settings(), time_zone="Europe/Paris", attribution=AttributionSettings(lookback_days=5, goal="seen"))
    found = report("duckdb://", tmp_path, touches, deals, Question(models=("last",)), chosen)
    assert (found.meta["goal"], found.meta["lookback_days"], found.meta["conversions_without_touch"]) == ("seen", 5, 0)
    # One o'clock in Paris is the day before in UTC.
    with pytest.raises(DataError, match="no touches that can be used"):
        report("duckdb://", tmp_path, touches, deals, Question(until=dt.date(2026, 6, 30)), chosen)
    at_utc = dataclasses.replace(chosen, time_zone="UTC", attribution=AttributionSettings(goal="won"))
    assert report("duckdb://", tmp_path, touches, deals, Question(models=("last",)), at_utc).meta["touches"] == 1
