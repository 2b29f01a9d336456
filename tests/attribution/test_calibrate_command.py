"""Experiments as their user meets them: a file, its import, the list, and a calibrated report, in both languages."""

import json

import pytest
from click.testing import CliRunner

from cli import main

ORIGINS = {"search": "google,cpc", "mail": "brevo,email", "typed": ","}
PEOPLE = {"01": {"search": 10, "mail": 5, "typed": 2}, "02": {"search": 8, "mail": 4, "typed": 4}}
ENGLISH = """channel,since,until,kind,goal,incremental,incremental_low,incremental_high
Paid Search,2026-01-01,2026-01-31,geo,lead,7,3,11
Paid Serch,2026-01-01,2026-01-31,geo,lead,7,,
Email,2026-01-01,2026-01-31,geo,lead,70,80,90
"""
FRENCH = """Canal;Début;Fin;Type de test;Objectif;Conversions incrémentales;Incrémentales min;Incrémentales max
Recherche payante;01/01/2026;31/01/2026;Géo-lift;lead;7,0;3,0;11,0
"""


class Person:
    """Somebody at a terminal."""

    def __init__(self, folder):
        self.folder = folder

    def types(self, *words, code=0):
        done = CliRunner().invoke(main, ["--workspace", str(self.folder / "smarketing.db"), *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done

    def rows(self, *words):
        return json.loads(self.types(*words, "--format", "json").stdout)["rows"]

    def writes(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture
def person(tmp_path):
    """Leads of January and February, each with one touch."""
    someone = Person(tmp_path)
    people = [
        (f"{origin}{number}-{month}@example.com", f"2026-{month}-{number + 3:02} 09:00", ORIGINS[origin])
        for month, origins in PEOPLE.items()
        for origin, count in origins.items()
        for number in range(count)
    ]
    touches = "".join(f"{who},{at},{origin}\n" for who, at, origin in people)
    leads = "".join(f"{who},{at[:11]}10:00,lead\n" for who, at, _ in people)
    someone.types("init")
    touches += "x@example.com,2026-01-01 09:00,,\nx@example.com,2026-02-28 09:00,,\n"
    someone.types("import", "csv", someone.writes("visits.csv", "person,at,source,medium\n" + touches), "--as", "touches")
    someone.types("import", "csv", someone.writes("leads.csv", "person,at,goal\n" + leads), "--as", "conversions")
    return someone


def test_from_a_file_of_experiments_to_a_calibrated_report(person):
    path = person.writes("tests.csv", ENGLISH)
    done = person.types("import", "csv", path, "--as", "experiments", code=3)
    assert done.stderr.splitlines() == [
        f"{path}: no column is the level of the intervals; they were taken as 95 % intervals.",
        "Experiments: 3 rows read, 2 added, 0 changed, 0 known already, 1 rejected.",
        "Rejected: incremental lies outside its own interval: '70'. Check the estimate and its two bounds.",
        "See which rows were rejected, and why: smarketing rejects --import 3",
    ]
    (reject,) = person.rows("rejects")
    assert (reject["kind"], reject["row"], reject["field"], reject["value_seen"]) == ("experiments", 4, "incremental", "70")
    assert reject["problem"] == "incremental lies outside its own interval: '70'."
    assert person.rows("sources")[0]["kind"] == "experiments"
    february = ("attribution", "--model", "last", "--since", "2026-02-01", "--until", "2026-02-28")
    told = json.loads(person.types(*february, "--calibrate", "--format", "json").stdout)
    found = {row["channel"]: (row["conversions"], row["factor"]) for row in told["rows"]}
    assert found == {
        "Paid Search": (pytest.approx(5.6), pytest.approx(0.7)),
        "Email": (pytest.approx(5.2), None),
        "Direct": (pytest.approx(5.2), None),
    }
    assert told["meta"]["calibrated"] is True
    assert told["notes"][:4] == [
        "Credit of Paid Search is scaled by what experiments found: incremental conversions over those credited in the experiment's own "
        "period. What that takes away or adds is shared by the other channels in proportion to their credit, so that the total stays; no "
        "experiment says that it is theirs.",
        "An experiment holds for its period, its place and its level of spend.",
        "The intervals hold the chance in the experiments alone, not that in the journeys.",
        "The experiment on Paid Serch from Jan 1, 2026 to Jan 31, 2026 is left out. There is no touch of a channel of this name; did you "
        "mean 'Paid Search'?",
    ]
    plain = {row["channel"]: row["conversions"] for row in person.rows(*february)}
    assert plain == {"Paid Search": 8, "Email": 4, "Direct": 4}


def test_intervals_of_calibrated_credit_hold_the_chance_in_journeys_too(person):
    person.types("import", "csv", person.writes("tests.csv", ENGLISH), "--as", "experiments", code=3)
    february = ("attribution", "--model", "last", "--since", "2026-02-01", "--until", "2026-02-28", "--calibrate")
    alone, both = ({row["channel"]: row for row in person.rows(*february, *more)} for more in ((), ("--intervals",)))
    assert both.keys() == alone.keys()
    for channel, row in alone.items():
        assert both[channel]["conversions"] == pytest.approx(row["conversions"])
    widths = [found["Paid Search"]["conversions_high"] - found["Paid Search"]["conversions_low"] for found in (alone, both)]
    # Credit 8 x 0.7: the experiment's standard error of 0.2 makes 1.6 of it, 8 conversions vary by 2.8 x 0.7.
    assert widths[0] == pytest.approx(2 * 1.96 * 1.63, rel=0.1)
    assert widths[1] == pytest.approx(2 * 1.96 * (1.63**2 + (2.83 * 0.7) ** 2) ** 0.5, rel=0.15)
    assert both["Paid Search"]["reliability"] == "fewer than 30 converting journeys"


@pytest.mark.parametrize(
    ("head", "estimate"),
    [("lift,low,high", "lift"), ("incremental,CI lower,CI upper", "incremental"), ("Hausse,Borne basse,Borne haute", "lift")],
)
def test_bounds_that_do_not_say_of_what_are_those_of_the_one_estimate(person, head, estimate):
    rows = "Paid Search,2026-01-01,2026-01-31,geo,lead,0.5,0.4,0.6\nPaid Search,2026-02-01,2026-02-28,geo,lead,,,\n"
    rows += "Email,2026-01-01,2026-01-31,geo,lead,0.5,0.6,0.7\n"
    path = person.writes("tests.csv", f"channel,since,until,kind,goal,{head}\n{rows}")
    done = person.types("import", "csv", path, "--as", "experiments", code=3)
    columns = head.split(",")
    assert [line for line in done.stderr.splitlines() if "was taken as" in line][-2:] == [
        f"{path}: the column '{column}' was taken as {estimate}{end}." for column, end in zip(columns[1:], ("_low", "_high"), strict=True)
    ]
    problems = [(reject["row"], reject["field"], reject["problem"]) for reject in person.rows("rejects")]
    assert sorted(problems) == [
        (3, columns[0], f"{columns[0]} is empty."),
        (4, columns[0], f"{columns[0]} lies outside its own interval: '0.5'."),
    ]


def test_bounds_of_two_estimates_are_nobody_s(person):
    text = "channel,since,until,goal,lift,incremental,low,high\nEmail,2026-01-01,2026-01-31,lead,0.5,,0.4,0.6\n"
    path = person.writes("tests.csv", text)
    done = person.types("import", "csv", path, "--as", "experiments")
    assert f"{path}: columns that were not used: low, high." in done.stderr.splitlines()


def test_the_list_of_experiments(person):
    person.types("import", "csv", person.writes("tests.csv", ENGLISH), "--as", "experiments", code=3)
    rows = person.rows("experiments", "--model", "last", "--goal", "lead")
    assert rows[0] == {
        "channel": "Paid Search",
        "kind": "geo",
        "goal": "lead",
        "since": "2026-01-01",
        "until": "2026-01-31",
        "incremental": 7.0,
        "incremental_low": 3.0,
        "incremental_high": 11.0,
        "model": "last",
        "credit_conversions": 10.0,
        "factor": 0.7,
        "factor_low": 0.3,
        "factor_high": 1.1,
        "problem": None,
    }
    assert rows[1]["problem"] == "There is no touch of a channel of this name; did you mean 'Paid Search'?"
    shown = person.types("experiments", "--model", "last").stdout
    assert "70.0%" in shown
    assert "Test by region" in shown


def test_the_same_in_french(person):
    """A French export, the channel under its French name, figures as French readers write them."""
    path = person.writes("essais.csv", FRENCH)
    person.types("--lang", "fr", "import", "csv", path, "--as", "experiments", "--dayfirst")
    february = ("attribution", "--model", "last", "--since", "2026-02-01", "--until", "2026-02-28", "--calibrate")
    rows = person.rows("--lang", "fr", *february)
    assert rows == person.rows(*february)
    assert {row["channel"]: row["conversions"] for row in rows}["Paid Search"] == pytest.approx(5.6)
    shown = person.types("--lang", "fr", *february).stdout
    line = next(line for line in shown.splitlines() if line.startswith("Recherche payante"))
    assert line.split()[2:] == ["5,60", "(2,36", "–", "8,75)", "35,0", "%"]
    listed = person.types("--lang", "fr", "experiments", "--model", "last").stdout
    assert any(line.startswith("Recherche payante") for line in listed.splitlines())
    assert "Dernier point de contact" in listed


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--calibrate",), 1, "Error: There are no experiments yet; import some with 'smarketing import csv FILE --as experiments'"),
        (("--calibrate", "--paths", "paths.csv"), 2, "Error: --paths FILE credits the file as it is; leave --calibrate out"),
    ],
)
def test_what_cannot_be_calibrated(person, words, code, message):
    assert person.types("attribution", *words, code=code).stderr.strip() == message


def test_a_cut_without_experiments(person):
    person.types("import", "csv", person.writes("tests.csv", FRENCH), "--as", "experiments", "--dayfirst")
    assert person.types("attribution", "--calibrate", "--by", "source", code=2).stderr.strip() == (
        "Error: --calibrate works by channel or by campaign, which experiments are run on; leave out --by source"
    )


def test_nothing_that_fits(person):
    tests = "channel,since,until,goal,incremental\nRadio,2026-01-01,2026-01-31,lead,7\n"
    person.types("import", "csv", person.writes("tests.csv", tests), "--as", "experiments")
    assert person.types("attribution", "--calibrate", code=1).stderr.strip() == (
        "Error: --calibrate: no experiment fits this report. The experiment on Radio from Jan 1, 2026 to Jan 31, 2026 is left out. There "
        "is no touch of a channel of this name."
    )
