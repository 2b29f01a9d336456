"""`smarketing incremental` as its user types it: each table of a small company whole, wrong options, too little data.

`python -m tests.attribution.test_incremental_command` writes the tables anew, to be read before they are kept.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from attribution.simulation.simulate import simulate, write
from cli import main
from connectors import importing
from connectors.base import ImportContext
from connectors.csv_files import CsvFiles
from tests.attribution.made_workspaces import conversion, touch, workspace_with
from workspace import store

GOLDEN = Path(__file__).parent / "golden_incremental"
TABLES = {
    "credit": ("--show", "credit"),
    "intervals": ("--intervals",),
    "guard": ("--show", "guard"),
    "decay": ("--show", "decay"),
    "decay_intervals": ("--show", "decay", "--intervals"),
    "fit": ("--show", "fit"),
    "population": ("--population",),
}
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def company(folder, people=6000, kinds=("touches", "conversions")):
    """Import a company one of whose channels, Direct, only catches people who have decided."""
    write(simulate(people, 3, "harvest"), folder)
    store.create(folder / "w.db")
    with store.open_workspace(folder / "w.db") as workspace:
        context = ImportContext(workspace.settings, workspace.secret)
        for kind in kinds:
            importing.run(workspace, CsvFiles(context, (str(folder / f"{kind}.csv"),), kind), strict=True)
    return folder / "w.db"


def types(path, *words, code=0):
    done = CliRunner().invoke(main, ["--workspace", str(path), "incremental", *words], env={"COLUMNS": "400"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def fails(path, *words, code=1):
    """Give what stands on stderr, on one line."""
    return " ".join(types(path, *words, code=code).stderr.split())


def told(path, *words):
    return json.loads(types(path, *words, "--format", "json").stdout)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return company(tmp_path_factory.mktemp("company"), kinds=("touches", "conversions", "people"))


# Whole tables


def alike(found, kept):
    """Whether two tables say the same: words exactly, numbers but for the last digit (sums on several threads differ in the last bits)."""
    numbers = [[float(n.replace(",", "")) for n in NUMBER.findall(text)] for text in (found, kept)]
    words = [" ".join(NUMBER.sub("#", text).replace("─", "").split()) for text in (found, kept)]
    assert words[0] == words[1]
    assert numbers[0] == pytest.approx(numbers[1], rel=0.01, abs=0.11)


@pytest.mark.parametrize("name", TABLES)
def test_the_whole_table(path, name):
    alike(types(path, "--goal", "lead", *TABLES[name]).stdout, (GOLDEN / f"{name}.txt").read_text(encoding="utf-8"))


def test_the_channel_that_harvests_is_named_and_hardly_credited(path):
    found = told(path, "--goal", "lead", "--show", "guard")
    direct = [row["conversions"] for row in found["rows"] if row["channel"] == "Direct"]
    assert direct == sorted(direct, reverse=True)
    assert direct[-1] < direct[0] / 2
    assert found["notes"][1] == (
        "The credit of Direct falls away as the guard grows: people come through it when they have decided already. That is harvest, not "
        "effect."
    )
    credit = {row["channel"]: row for row in told(path, "--goal", "lead")["rows"]}
    assert credit["Direct"]["conversions"] < 0.1 * credit["Direct"]["already_decided"]


def test_the_sum_is_all_first_conversions(path):
    rows = told(path, "--goal", "lead")["rows"]
    with (path.parent / "conversions.csv").open(encoding="utf-8") as file:
        people = {row["person"] for row in csv.DictReader(file) if row["goal"] == "lead"}
    assert sum(row["conversions"] for row in rows) == pytest.approx(len(people), abs=0.006)


# Outputs


@pytest.mark.parametrize("shown", ["credit", "guard", "decay", "fit"])
def test_csv_has_the_rows_that_json_has(path, shown):
    rows = list(csv.DictReader(io.StringIO(types(path, "--goal", "lead", "--show", shown, "--format", "csv").stdout)))
    again = told(path, "--goal", "lead", "--show", shown)["rows"]
    assert [list(row) for row in rows] == [list(row) for row in again]
    first = next(iter(again[0]))
    assert [row[first] for row in rows] == [str(row[first]) for row in again]


@pytest.mark.parametrize(
    ("shown", "charts", "title"),
    [
        ("credit", 1, "What each channel is estimated to have added"),
        ("guard", 1, "Conversions credited, by guard in hours"),
        ("decay", 1, "Conversions that 1,000 touches add a day, by days after the touch"),
        ("fit", 0, ""),
    ],
)
def test_pictures_in_excel_and_html(path, tmp_path, shown, charts, title):
    types(path, "--goal", "lead", "--show", shown, "-o", str(tmp_path / "r.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    drawn = [chart for sheet in book.worksheets for chart in sheet._charts]
    titles = ["".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r or ()) for chart in drawn]
    assert titles == [title] * charts
    types(path, "--goal", "lead", "--show", shown, "-o", str(tmp_path / "r.html"))
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count('class="chart"') == charts
    assert title in page


def test_the_heading_of_the_ages_stands_over_the_ages(path):
    """Three columns stand before them in the table of decay."""
    page = types(path, "--goal", "lead", "--show", "decay", "--format", "html").stdout
    head = re.search(r"<thead>(.*?)</thead>", page, re.S).group(1)
    assert re.findall(r"<td[^>]*></td>|<th[^>]*class=\"group\"[^>]*>[^<]*", head)[:2] == [
        '<td colspan="3"></td>', '<th scope="colgroup" colspan="1" class="group">0',
    ]  # fmt: skip


# Wrong options


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--show", "guard", "--guard", "6"),
            "--guard 6: --show guard tries guards from 0 to 3 days by itself; leave --guard out",
        ),
        (("--show", "guard", "--intervals"), "--intervals: they go with --show credit and --show decay, not with --show guard"),
        (("--show", "fit", "--intervals"), "--intervals: they go with --show credit and --show decay, not with --show fit"),
        (("--guard", "100"), "Invalid value for '--guard': '100' does not fit; give a number from 0 to 72"),
        (("--show", "all"), "Invalid value for '--show': 'all' is not one of 'credit', 'guard', 'decay', 'fit'."),
    ],
)
def test_what_does_not_go_is_said(path, words, message):
    assert message in fails(path, *words, code=2)


def test_a_goal_that_nobody_reached(path):
    assert fails(path, "--goal", "demo") == (
        "Error: There are no conversions of the goal 'demo'; there are: lead, mql, sql, opportunity, lost, won"
    )


# Too little data


def test_no_touches(tmp_path):
    with workspace_with(tmp_path / "w", (), [conversion("anna", 9, "lead")]) as opened:
        path = opened.path
    assert fails(path) == "Error: There are no touches yet; import some with 'smarketing import csv FILE --as touches'"


def test_touches_without_a_conversion(tmp_path):
    with workspace_with(tmp_path / "w", [touch("anna", 5, source="google", medium="cpc")]) as opened:
        path = opened.path
    assert fails(path) == "Error: There are no conversions yet; import some with 'smarketing import csv FILE --as conversions'"


@pytest.mark.parametrize("shown", ["credit", "guard", "decay", "fit"])
def test_three_people_are_too_few_and_are_told_so(tmp_path, shown):
    touches = [touch(who, day, source="google", medium="cpc") for who, day in (("anna", 2), ("bob", 4), ("carl", 6))]
    with workspace_with(tmp_path / "w", touches, [conversion("anna", 12, "lead")]) as opened:
        path = opened.path
    said = {
        "fit": "Whether the model fits cannot be told: 1 conversions came 3 days or more after a touch, and 30 are the least to tell "
        "anything from.",
    }.get(
        shown,
        "Too little data: 1 conversions, where 30 are the least to tell anything from. That a channel is credited with much, or with "
        "nothing, is chance.",
    )
    assert told(path, "--show", shown)["notes"][0] == said


def test_population_without_a_people_table(tmp_path):
    folder = tmp_path / "company"
    folder.mkdir()
    path = company(folder, 500)
    assert fails(path, "--population", code=2) == (
        "Error: --population: no people have been imported; import everybody who might have converted with 'smarketing import csv FILE "
        "--as people', or leave --population out"
    )


def test_population_counts_those_whom_nothing_touched(path):
    known, everybody = told(path, "--goal", "lead"), told(path, "--goal", "lead", "--population")
    with (path.parent / "people.csv").open(encoding="utf-8") as file:
        people = sum(1 for _ in csv.DictReader(file))
    assert (
        f"{people:,} people of the people table count as if they had been known all the time, whether they were touched or not."
        in (everybody["notes"])
    )
    total = [sum(row["conversions"] for row in found["rows"]) for found in (known, everybody)]
    assert total[0] == pytest.approx(total[1], abs=0.02)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        kept = company(Path(made), kinds=("touches", "conversions", "people"))
        for each, asked in TABLES.items():
            (GOLDEN / f"{each}.txt").write_text(types(kept, "--goal", "lead", *asked).stdout, encoding="utf-8")
