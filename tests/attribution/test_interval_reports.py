"""How sure the credits are, as reports and on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from attribution.interval_reports import Drawn, against_frame, draw_all, find_pair, rank_frame
from attribution.markov import Markov
from attribution.paths import Credits, Draws
from attribution.position_models import First, Last
from attribution.shapley import Shapley
from cli import main
from reports.language import Language
from reports.report import Text
from tests.attribution.oracles import Row, paths_of
from workspace.errors import UsageError

CHANNELS = ("ads", "email")


@pytest.fixture
def drawn() -> Drawn:
    """Five samples of two channels by one model: ads has more in three, as much in one."""
    credits = Credits(CHANNELS, np.array([60.0, 50]), np.array([600.0, 500]))
    amounts = np.array([[60.0, 50], [70, 50], [50, 50], [40, 50], [61, 50]])
    return Drawn({"last": credits}, {"last": Draws(amounts, amounts, np.zeros(5), np.zeros(5))}, (), 5)


def test_the_probabilities_of_ranks_in_rows(drawn: Drawn) -> None:
    expected = pd.DataFrame(
        [("last", "ads", 1, 0.8), ("last", "ads", 2, 0.2), ("last", "email", 1, 0.4), ("last", "email", 2, 0.6)],
        columns=["model", "family", "rank", "probability"],
    )
    pd.testing.assert_frame_equal(rank_frame(drawn, "family"), expected)


def test_one_channel_against_another(drawn: Drawn) -> None:
    """Differences 10, 20, 0, -10, 11: the middle 95 % lie a tenth of a step inside -10 and 20."""
    expected = pd.DataFrame(
        [("last", "ads", "email", 60.0, 50.0, 10.0, -9.0, 19.1, 0.6, 0.2, "cannot be told apart")],
        columns=[
            "model", "channel", "compared_with", "conversions", "conversions_of_other", "difference", "difference_low", "difference_high",
            "probability_more", "probability_less", "finding",
        ],
    )  # fmt: skip
    pd.testing.assert_frame_equal(against_frame(drawn, "ads", "email"), expected)


@pytest.mark.parametrize(("shift", "finding"), [(100, "more"), (-100, "less")])
def test_a_difference_that_chance_does_not_explain(drawn: Drawn, shift: float, finding: str) -> None:
    drawn.draws["last"].conversions[:, 0] += shift
    assert against_frame(drawn, "ads", "email")["finding"].tolist() == [finding]


def test_a_comparison_turned_round_is_the_same_turned_round(drawn: Drawn) -> None:
    one, other = (against_frame(drawn, *pair).iloc[0] for pair in (("ads", "email"), ("email", "ads")))
    assert (one["difference_low"], one["probability_more"]) == (-other["difference_high"], other["probability_less"])


def test_a_model_that_data_is_too_much_for_is_named_and_the_others_are_drawn() -> None:
    rows = [Row((0, 1), 50), Row((1,), 20)]
    paths = paths_of([*rows, Row((0,) * 40, 1)], 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("attribution.drawing.MOST_STEPS", 40)
        found = draw_all(paths, [First(), Shapley("rate")], count=5)
    assert list(found.draws) == ["first"]
    assert Language("en").text(found.notes[0]) == (
        "No intervals: shapley: the game 'rate' is credited anew for every sample, and 43 touches are too many for that; take the game "
        "'closed', or a shorter period."
    )


def test_all_models_are_credited_in_the_same_samples() -> None:
    """First and last touch of journeys of one touch are the same: so are their draws."""
    paths = paths_of([Row((0,), 50), Row((1,), 20)], 2, rest=5)
    found = draw_all(paths, [First(), Last(), Markov()], count=50)
    assert found.draws["first"].conversions.tolist() == found.draws["last"].conversions.tolist()
    assert found.draws["first"].unattributed_conversions.tolist() == found.draws["markov"].unattributed_conversions.tolist()


def test_what_is_said_of_aggregated_paths() -> None:
    notes = draw_all(paths_of([Row((0,), 50)], 1), [First()], count=5).notes
    assert notes == (
        Text(
            "Intervals hold the middle 95 % of samples in which each person (or account), with all their journeys, counts once, several "
            "times or not at all. They show chance in who came; not whether a model is right, nor what a channel caused."
        ),
        Text(
            "Aggregated paths tell neither whose journeys they are nor what each was worth: for the intervals, each is one person's "
            "only one, worth its path's mean. Where people return, or values differ, the true intervals are wider."
        ),
    )


# Two names


NAMES = ("Email", "Paid Search", "Fairs, events", "Direct")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Email,Direct", ("Email", "Direct")),
        (" paid  SEARCH ,email", ("Paid Search", "Email")),
        ("Email,Fairs, events", ("Email", "Fairs, events")),
        ("Fairs, events,Email", ("Fairs, events", "Email")),
        ("Recherche payante,E-mail", ("Paid Search", "Email")),
        ("Recherche payante,Email", ("Paid Search", "Email")),
    ],
)
def test_two_names_are_found_as_typed_or_as_shown(wanted: str, found: tuple[str, str]) -> None:
    assert find_pair(wanted, NAMES, shown=Language("fr").word) == found


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("Email", "--against Email: name two with a comma between them, such as --against 'Paid Search,Email'"),
        (
            "Email,Paid Serch",
            "--against Email,Paid Serch: there is no 'Paid Serch'; did you mean 'Paid Search'? There are: Email, Paid Search, "
            "Fairs, events, Direct",
        ),
        (
            "E-mails,Direct",
            "--against E-mails,Direct: there is no 'E-mails'; did you mean 'Email'? There are: Email, Paid Search, Fairs, events, Direct",
        ),
        ("Email,email", "--against Email,email: this is twice the same; name two"),
    ],
)  # fmt: skip
def test_names_that_are_not_there(wanted: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_pair(wanted, NAMES)
    assert str(caught.value) == message


# On the command line


def types(folder: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["--workspace", str(folder / "w.db"), *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 people saw an advertisement, 25 of them bought for 100; 10 bought after an e-mail, 2 of these again; 3 without a touch."""
    folder = tmp_path_factory.mktemp("sure")
    touches = ["person,at,source,medium"]
    sales = ["person,at,goal,value,currency,id"]
    for number in range(40):
        touches.append(f"a{number}@x.org,2026-01-05 09:00,google,cpc")
        if number < 25:
            sales.append(f"a{number}@x.org,2026-01-06 09:00,won,100,EUR,A{number}")
    for number in range(10):
        touches.append(f"e{number}@x.org,2026-01-05 09:00,brevo,email")
        sales.append(f"e{number}@x.org,2026-01-06 09:00,won,200,EUR,E{number}")
        if number < 2:
            touches.append(f"e{number}@x.org,2026-02-05 09:00,brevo,email")
            sales.append(f"e{number}@x.org,2026-02-06 09:00,won,200,EUR,F{number}")
    sales += [f"n{number}@x.org,2026-01-06 09:00,won,50,EUR,N{number}" for number in range(3)]
    for name, lines in (("touches", touches), ("conversions", sales)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    types(folder, "init")
    for name in ("touches", "conversions"):
        types(folder, "import", "csv", str(folder / f"{name}.csv"), "--as", name)
    return folder


def test_intervals_on_the_command_line(workspace: Path) -> None:
    told = json.loads(types(workspace, "attribution", "--model", "first", "--intervals", "--format", "json"))
    assert told["meta"]["samples_by_key"] == 1000
    rows = {row["channel"]: row for row in told["rows"]}
    assert list(rows) == ["Paid Search", "Email", "(unattributed)"]
    ads, email, rest = rows.values()
    assert (ads["conversions"], ads["value"], ads["reliability"]) == (25, 2500, "fewer than 30 converting journeys")
    # A Poisson number with mean 25 is 16 to 35 in 95 % of cases, one with mean 3 is 0 to 7.
    assert (ads["conversions_low"], ads["conversions_high"]) == (pytest.approx(16, abs=1.5), pytest.approx(35, abs=1.5))
    assert (ads["value_low"], ads["value_high"]) == (100 * ads["conversions_low"], 100 * ads["conversions_high"])
    assert (rest["conversions_low"], rest["conversions_high"]) == (pytest.approx(0, abs=1), pytest.approx(7, abs=1))
    # Two of ten people bought twice: the variance is 8 + 2 x 4 = 16, not the 12 of as many buyers.
    assert email["conversions_high"] - email["conversions_low"] == pytest.approx(2 * 1.96 * 4, rel=0.12)
    assert ads["share_low"] < ads["share_of_conversions"] < ads["share_high"]
    assert ads["probability_first"] == pytest.approx(0.985, abs=0.015)
    assert rest["probability_first"] is None


def test_the_terminal_shows_intervals_and_says_row_by_row_how_sure_they_are(workspace: Path) -> None:
    lines = types(workspace, "attribution", "--model", "first", "--model", "linear", "--intervals").splitlines()
    assert lines[:2] == ["Conversions credited to each channel", "Conversions and their share, by model"]
    assert [part.strip() for part in lines[2].split("   ") if part.strip()] == ["Channel", "First touch", "%", "Linear", "%", "How sure"]
    ads = next(line for line in lines if line.startswith("Paid Search"))
    assert ads.split()[:3] == ["Paid", "Search", "25"]
    assert ads.count(" – ") == 2
    assert ads.endswith("fewer than 30 converting journeys")


def test_csv_holds_one_report_and_all_of_it(workspace: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(types(workspace, "attribution", "--model", "last", "--ranks", "--format", "csv"))))
    assert (rows[0]["model"], rows[0]["channel"], rows[0]["rank"]) == ("last", "Paid Search", "1")
    assert sum(float(row["probability"]) for row in rows) == pytest.approx(2)
    several = types(workspace, "attribution", "--ranks", "--intervals", "--format", "csv", code=2)
    assert "csv holds one table and this gives 2; take xlsx, json or html" in several


def test_one_against_the_other_on_the_command_line(workspace: Path) -> None:
    told = json.loads(types(workspace, "attribution", "--against", "paid search,email", "--format", "json"))
    assert told["title"] == "Paid Search against Email"
    assert [row["model"] for row in told["rows"]] == ["first", "last", "linear", "markov", "shapley"]
    first = told["rows"][0]
    assert (first["conversions"], first["conversions_of_other"], first["difference"]) == (25, 12, 13)
    assert first["finding"] == ("more" if first["difference_low"] > 0 else "cannot be told apart")
    assert first["difference_high"] - first["difference_low"] == pytest.approx(2 * 1.96 * (25 + 16) ** 0.5, rel=0.12)


def test_french_names_are_taken_and_shown(workspace: Path) -> None:
    shown = types(workspace, "--lang", "fr", "attribution", "--against", "Recherche payante,E-mail")
    assert shown.splitlines()[0].startswith("Recherche payante")
    assert "Recherche payante" in shown.splitlines()[3]
    unknown = types(workspace, "--lang", "fr", "attribution", "--against", "Recherche payante,Facebook", code=2)
    assert "Facebook" in unknown
    assert "Recherche payante" in unknown


def test_a_file_of_paths_has_intervals_too(tmp_path: Path) -> None:
    (tmp_path / "paths.csv").write_text("path,conversions,value,nulls\nads > email,60,600,40\nemail,40,800,10\n")
    told = json.loads(
        types(tmp_path, "attribution", "--paths", str(tmp_path / "paths.csv"), "--model", "last", "--intervals", "--format", "json")
    )
    assert [row["reliability"] for row in told["rows"]] == ["enough data", "enough data"]
    email, ads = told["rows"]
    # All 100 conversions end with e-mail: Poisson with mean 100. Ads is never last, and that is no certainty.
    assert (email["conversions_low"], email["conversions_high"]) == (pytest.approx(81, abs=2.5), pytest.approx(120, abs=2.5))
    assert (ads["conversions"], ads["conversions_low"], ads["conversions_high"]) == (0, None, None)
    assert any(note.startswith("Aggregated paths tell neither whose journeys they are") for note in told["notes"])


@pytest.mark.parametrize("suffix", ["html", "xlsx", "md"])
def test_other_formats_take_all_three(workspace: Path, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"credits.{suffix}"
    types(workspace, "attribution", "--intervals", "--ranks", "--against", "Email,Paid Search", "-o", str(file))
    assert file.stat().st_size > 1000
