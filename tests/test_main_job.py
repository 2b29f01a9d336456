"""The main job as its user does it: make a workspace, import, ask, in both languages, with the exit codes that scripts rely on."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from tests.parts import hear_interrupts
from tests.person import Person

TOUCHES = """email,timestamp,utm_source,utm_medium,url
anna@example.com,2026-01-05 09:00,google,sea,
anna@example.com,2026-01-20 10:00,linkedin,social,
anna@example.com,2026-02-01 08:00,,,https://www.example.org/?utm_source=brevo&utm_medium=newsletter
bob@example.com,2026-01-07 12:00,,,
carla@example.com,2026-01-09 12:00,google,organic,
"""
CONVERSIONS = """person,at,goal,value,currency,id
anna@example.com,2026-02-01 09:00,won,1200,EUR,D1
dora@example.com,2026-02-03 09:00,won,800,EUR,D2
bob@example.com,2026-01-08 09:00,lead,,,D3
"""


@pytest.fixture
def person(tmp_path):
    return Person(tmp_path)


@pytest.fixture
def ready(person):
    person.types("init")
    person.types("import", "csv", person.writes("visits.csv", TOUCHES), "--as", "touches")
    person.types("import", "csv", person.writes("deals.csv", CONVERSIONS), "--as", "conversions")
    return person


def test_from_two_files_to_a_credited_report(ready):
    rows = json.loads(ready.types("attribution", "--model", "linear", "--model", "last", "--format", "json").stdout)["rows"]
    credit = {(row["model"], row["channel"]): (row["conversions"], row["value"], row["share_of_conversions"]) for row in rows}
    third = (pytest.approx(1 / 3), pytest.approx(400.0), pytest.approx(1 / 6))
    assert credit == {
        ("linear", "Email"): third,
        ("linear", "Organic Social"): third,
        ("linear", "Paid Search"): third,
        ("linear", "(unattributed)"): (1, 800.0, 0.5),
        ("linear", "Direct"): (0, 0, 0),
        ("linear", "Organic Search"): (0, 0, 0),
        ("last", "Email"): (1, 1200.0, 0.5),
        ("last", "Organic Social"): (0, 0, 0),
        ("last", "Paid Search"): (0, 0, 0),
        ("last", "(unattributed)"): (1, 800.0, 0.5),
        ("last", "Direct"): (0, 0, 0),
        ("last", "Organic Search"): (0, 0, 0),
    }


def test_the_report_states_what_it_counted(ready):
    told = json.loads(
        ready.types(
            "attribution", "--goal", "won", "--lookback", "60", "--since", "2026-01-01", "--until", "2026-02-28", "--format", "json"
        ).stdout
    )
    meta = told["meta"]
    assert re.fullmatch("[0-9a-f]{12}", meta.pop("fingerprint"))
    assert meta.pop("version")
    assert meta == {
        "goal": "won", "since": "2026-01-01", "until": "2026-02-28", "lookback_days": 60.0, "by": "channel", "level": "person",
        "rules": "smarketing", "currency": "EUR", "touches": 5, "conversions": 2, "conversions_without_touch": 1, "null_journeys": 2,
        "order": 1, "conversion_probability": pytest.approx(1 / 3),
    }  # fmt: skip


def test_the_same_import_again_changes_nothing(ready):
    before = ready.types("attribution", "--format", "csv").stdout
    again = ready.types("import", "csv", str(ready.folder / "visits.csv"), "--as", "touches")
    assert "Touches: 5 rows read, 0 added, 0 changed, 5 known already, 0 rejected." in again.stderr
    assert ready.types("attribution", "--format", "csv").stdout == before


def test_close_column_names_are_taken_and_said(person):
    person.types("init")
    path = person.writes("visits.csv", TOUCHES)
    said = person.types("import", "csv", path, "--as", "touches").stderr.splitlines()
    assert said == [
        f"{path}: the column 'email' was taken as person.",
        f"{path}: the column 'timestamp' was taken as at.",
        f"{path}: the column 'utm_source' was taken as source.",
        f"{path}: the column 'utm_medium' was taken as medium.",
        "Touches: 5 rows read, 5 added, 0 changed, 0 known already, 0 rejected.",
    ]


def test_refused_rows_are_kept_with_their_remedy_and_the_exit_code_is_3(person):
    person.types("init")
    path = person.writes("visits.csv", TOUCHES + "erik@example.com,31/02/2026,,,\n,2026-01-01,,,\n")
    done = person.types("import", "csv", path, "--as", "touches", code=3)
    assert done.stderr.splitlines()[-4:] == [
        "Touches: 7 rows read, 5 added, 0 changed, 0 known already, 2 rejected.",
        "Rejected: at (column 'timestamp') is not a time that can be meant here: '31/02/2026'. Write a day of the calendar between 1990 "
        "and 2067 as 2026-01-31, or a time as 2026-01-31 14:05.",
        "Rejected: person (column 'email') is empty. Fill the cell in; a row without it cannot be used.",
        "See which rows were rejected, and why: smarketing rejects --import 1",
    ]
    rows = json.loads(person.types("rejects", "--format", "json").stdout)["rows"]
    assert [(row["row"], row["field"], row["value_seen"]) for row in rows] == [(7, "at", "31/02/2026"), (8, "person", "")]
    assert rows[1]["problem"] == "person is empty."


def test_strict_stops_and_stores_nothing(person):
    person.types("init")
    path = person.writes("visits.csv", TOUCHES + "erik@example.com,nonsense,,,\n")
    done = person.types("import", "csv", path, "--as", "touches", "--strict", code=1)
    assert done.stderr.startswith(f"Error: {path}, row 7: at (column 'timestamp') is not a time that can be meant here: 'nonsense'.")
    assert json.loads(person.types("sources", "--format", "json").stdout)["rows"] == []


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("attribution",), 1, "there is no workspace here; make one with 'smarketing init', or name yours with --workspace FILE"),
        (("atribution",), 2, "There is no command 'atribution'; did you mean 'attribution'?"),
        (("attribution", "--lookbakc", "30"), 2, "No such option '--lookbakc'. Did you mean '--lookback'?"),
    ],
)
def test_what_cannot_work_says_what_would(person, words, code, message):
    assert message in person.types(*words, code=code).stderr


def test_an_import_says_that_it_needs_to_know_what_the_rows_are(person):
    person.types("init")
    assert "Missing option '--as'. Choose from:" in person.types("import", "csv", person.writes("v.csv", TOUCHES), code=2).stderr


def test_a_model_that_is_not_there(ready):
    done = ready.types("attribution", "--model", "sharpley", code=2)
    assert "did you mean 'shapley'?" in done.stderr


def test_a_goal_that_is_not_there(ready):
    done = ready.types("attribution", "--goal", "wonn", code=1)
    assert done.stderr == "Error: There are no conversions of the goal 'wonn'; did you mean 'won'? There are: won, lead\n"


def test_values_in_two_currencies_are_never_added(ready):
    more = ready.writes("more.csv", "person,at,goal,value,currency\nzoe@example.com,2026-02-05,won,100,USD\n")
    ready.types("import", "csv", more, "--as", "conversions")
    assert "Values are in several currencies: EUR, USD." in ready.types("attribution", code=1).stderr
    euros = json.loads(ready.types("attribution", "--currency", "EUR", "--model", "last", "--format", "json").stdout)
    assert sum(row["value"] for row in euros["rows"]) == 2000
    assert "1 conversion valued in USD was left out." in euros["notes"]
    config = ready.folder / "smarketing.toml"
    config.write_text(config.read_text() + "\n[rates]\nUSD = 0.5\n")
    converted = json.loads(ready.types("attribution", "--model", "last", "--format", "json").stdout)
    assert sum(row["value"] for row in converted["rows"]) == 2050


def test_an_aggregated_file_needs_no_workspace(person):
    path = person.writes("paths.csv", "path,conversions,nulls\nc1 > c2 > c3,1,0\nc1,0,1\nc2 > c3,0,1\n")
    rows = json.loads(person.types("attribution", "--paths", path, "--model", "markov", "--format", "json").stdout)["rows"]
    assert {row["channel"]: (row["conversions"], row["removal_effect"]) for row in rows} == {
        "c1": (pytest.approx(0.2), pytest.approx(0.5)),
        "c2": (pytest.approx(0.4), pytest.approx(1.0)),
        "c3": (pytest.approx(0.4), pytest.approx(1.0)),
    }


def test_explain_shows_a_conversion_touch_by_touch(ready):
    words = ("explain", "D1", "--model", "linear", "--model", "first", "--format", "json")
    touches, weights, rules = json.loads(ready.types(*words).stdout)
    assert touches["title"] == "How anna@example.com reached 'won'"
    assert [
        (row["step"], row["channel"], row["rule"], row["channel_by_other_rules"], round(row["age_days"], 2)) for row in touches["rows"]
    ] == [
        (1, "Paid Search", "smarketing.french_sea", "Organic Search", 27.0),
        (2, "Organic Social", "ga4.organic_social", None, 11.96),
        (3, "Email", "smarketing.email_words", "Unassigned", 0.04),
    ]
    assert touches["rows"][0]["place"] == f"{ready.folder / 'visits.csv'}:2"
    assert [(row["linear"], row["first"]) for row in weights["rows"]] == [(pytest.approx(1 / 3), first) for first in (1, 0, 0)]
    assert {row["rule_set"] for row in rules["rows"]} == {"smarketing", "ga4"}


def test_french_is_french(ready):
    config = ready.folder / "smarketing.toml"
    config.write_text('language = "fr"\n' + config.read_text())
    text = ready.types("attribution", "--model", "linear").stdout
    assert "Réseaux sociaux" in text or "Recherche payante" in text
    assert "Credit splits" not in text
    assert "Erreur" in ready.types("attribution", "--goal", "x", code=1).stderr
    assert "Utilisation" in ready.types("--lang", "fr", "attribution", "--help").stdout


def test_a_simulated_company_comes_back_the_same_from_the_same_seed(person):
    for name in ("one", "two"):
        person.types("simulate", "--people", "300", "--seed", "7", "--out", str(person.folder / name))
    files = sorted(path.name for path in (person.folder / "one").iterdir())
    assert [name for name in files if name.endswith(".csv")] == ["conversions.csv", "people.csv", "spend.csv", "touches.csv", "truth.csv"]
    for name in files:
        assert (person.folder / "one" / name).read_bytes() == (person.folder / "two" / name).read_bytes()


def test_an_interrupt_is_no_traceback(tmp_path):
    """Ctrl-C while stdin is awaited: the exit is click's, and the workspace is as it was."""
    import signal

    root = Path(__file__).resolve().parents[1]
    workspace = tmp_path / "smarketing.db"
    CliRunner().invoke(main, ["--workspace", str(workspace), "init"])
    before = workspace.read_bytes()
    command = "import cli; cli.main(prog_name='smarketing')"
    started = subprocess.Popen(
        [sys.executable, "-c", command, "--workspace", str(workspace), "import", "csv", "-", "--as", "touches"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
        cwd=root,
    )
    started.stdin.write(b"person,at\n" + b"a@example.com,2026-01-01\n" * 200_000)  # more than a pipe holds, so it is being read
    started.stdin.flush()
    started.send_signal(signal.SIGINT)
    _, stderr = started.communicate()
    assert started.returncode == 1
    assert b"Traceback" not in stderr
    assert workspace.read_bytes() == before


def test_a_conversion_with_a_day_alone_comes_after_the_touches_of_that_day(person):
    person.types("init")
    person.types(
        "import",
        "csv",
        person.writes("t.csv", "person,at,source\nanna,2025-03-10 09:00,google\nanna,2025-03-10 23:30,bing\n"),
        "--as",
        "touches",
    )
    path = person.writes("c.csv", "person,at,id\nanna,2025-03-10,1\n")
    said = person.types("import", "csv", path, "--as", "conversions").stderr
    assert f"{path}: 1 conversion has a day and no time; it counts at the end of that day, after its touches." in said
    rows = json.loads(person.types("paths", "--by", "source", "--format", "json").stdout)["rows"]
    assert [(row["path"], row["conversions"]) for row in rows] == [("google > bing", 1)]


def test_a_purchase_in_another_currency_keeps_its_touches(person):
    """Cut by currency, EUR and USD add up to the whole: no touch is lent to the other currency's deal."""
    person.types("init")
    person.types(
        "import", "csv", person.writes("t.csv", "person,at,source\nanna,2026-01-01,google\nanna,2026-01-20,bing\n"), "--as", "touches"
    )
    deals = "person,at,value,currency,id\nanna,2026-01-10 10:00,5,EUR,1\nanna,2026-01-25 10:00,7,USD,2\n"
    person.types("import", "csv", person.writes("c.csv", deals), "--as", "conversions")
    for currency, source, value in (("EUR", "google", 5.0), ("USD", "bing", 7.0)):
        told = json.loads(
            person.types("attribution", "--currency", currency, "--model", "linear", "--by", "source", "--format", "json").stdout
        )
        assert {row["source"]: row["value"] for row in told["rows"] if row["conversions"]} == {source: value}
        assert (told["meta"]["conversions"], told["meta"]["null_journeys"]) == (1, 0)


def test_a_period_without_conversions_is_said(ready):
    done = ready.types("attribution", "--since", "2030-01-01", code=1)
    assert done.stderr == "Error: There are no conversions of the goal 'won' in this period; choose another with --since and --until\n"


def test_a_folder_is_no_workspace(tmp_path):
    done = CliRunner().invoke(main, ["--workspace", str(tmp_path), "channels"])
    assert (done.exit_code, f"{tmp_path} is a folder; name a file in it, such as {tmp_path / 'smarketing.db'}" in done.stderr) == (2, True)


def test_init_in_french_makes_a_french_workspace(person):
    person.types("--lang", "fr", "init")
    assert 'language = "fr"' in (person.folder / "smarketing.toml").read_text().splitlines()
    assert "Erreur" in person.types("attribution", code=1).stderr


def test_deals_of_accounts_alone_are_said(ready):
    ready.types("import", "csv", ready.writes("a.csv", "account,at,goal,id\nacme,2026-02-02 10:00,won,9\n"), "--as", "conversions")
    notes = json.loads(ready.types("attribution", "--format", "json").stdout)["notes"]
    said = "1 conversion names an account and no person; journeys are those of persons, so no touch can be its own. "
    assert said + "With --level account it has the touches of all its people." in notes


def test_rows_that_were_fixed_since_stand_with_the_import_that_rejected_them(person):
    person.types("init")
    for content in ("code,enrolled\nA1,31/02/2026\n", "code,enrolled\nA1,2026-02-28\nA2,soon\n"):
        person.types("import", "csv", person.writes("advocates.csv", content), "--as", "advocates", code=3)
    told = json.loads(person.types("rejects", "--format", "json").stdout)
    fix = "Fix these rows in the file and import it again: rows already imported are not added twice."
    assert [(row["import_id"], row["value_seen"]) for row in told["rows"]] == [(2, "soon"), (1, "31/02/2026")]
    assert told["notes"] == [fix, "Each import is listed with what it rejected, rows that were fixed since too; --import shows one alone."]
    assert json.loads(person.types("rejects", "--import", "2", "--format", "json").stdout)["notes"] == [fix]
