"""What commands share: options, output, progress, messages, and help in the reader's language."""

import gettext
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner

from reports.command_line import Invocation, TranslatedRoot, report_options, say, say_error, show
from reports.language import choose_language
from reports.report import Text
from tests.reports.samples import ENGLISH, GOLDEN, attribution, imports
from workspace.errors import DataError


@click.group(cls=TranslatedRoot)
@click.option("--lang", type=click.Choice(["en", "fr"]), help="Company")
@click.option("--quiet", is_flag=True)
@click.pass_context
def root(ctx, lang, quiet):
    """Contents"""
    ctx.obj = Invocation(Path("smarketing.db"), choose_language(lang, None, os.environ), quiet)


@root.command(epilog="Notes")
@click.argument("number", type=int, default=1, help="Value")
@report_options
@click.pass_obj
def credit(obj, number, format, output):
    """Marketing report

    \b
    Example:
      smarketing credit
    """
    show(([attribution(), imports()])[:number], obj, format, output)


def run(*args, **environ):
    return CliRunner(env={"LANG": "C", "LC_ALL": "C", "SMARKETING_LANG": None, **environ}).invoke(root, args, prog_name="smarketing")


HELP_FR = """\
Utilisation\xa0: smarketing credit [OPTIONS] [NUMBER]

  Rapport marketing

  Example:
    smarketing credit

Arguments\xa0:
  [NUMBER]  Valeur

Options\xa0:
  --format [table|csv|json|xlsx|html|md]
                                  La forme du rapport\xa0; un tableau, sauf si
                                  FICHIER en décide autrement.
  -o, --output FICHIER            Écrire dans ce fichier\xa0; son extension choisit
                                  le format.
  --help                          Afficher ce message et quitter.

  Notes
"""


def test_help_is_in_the_language_asked_for_each_time_anew():
    english = run("credit", "--help").output
    assert run("--lang", "fr", "credit", "--help").output == HELP_FR
    assert run("credit", "--help").output == english
    assert english.splitlines()[0] == "Usage: smarketing credit [OPTIONS] [NUMBER]"
    assert english.splitlines()[-3:] == ["  --help                          Show this message and exit.", "", "  Notes"]


def test_the_group_s_help_names_its_commands_in_french():
    assert run("--help", SMARKETING_LANG="fr").output == (
        "Utilisation\xa0: smarketing [OPTIONS] COMMANDE [ARGUMENTS]...\n\n  Sommaire\n\n"
        "Options\xa0:\n  --lang [en|fr]  Entreprise\n  --quiet\n"
        "  --help          Afficher ce message et quitter.\n\nCommandes\xa0:\n  credit  Rapport marketing\n"
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--lang", "fr", "--langue"], "Erreur\xa0: L'option '--langue' n'existe pas. Vouliez-vous dire '--lang'\xa0?"),
        (["--lang", "fr", "credits"],
         "Erreur\xa0: La commande «\xa0credits\xa0» n'existe pas\xa0; vouliez-vous dire «\xa0credit\xa0»\xa0?"),
        (["--lang", "fr", "credit", "x"], "Erreur\xa0: Valeur incorrecte pour '[NUMBER]'\xa0: 'x' n'est pas un nombre valable."),
        (["--lang", "fr", "credit", "1", "2"], "Erreur\xa0: Argument en trop (2)"),
        (["--lang", "de"], "Error: Invalid value for '--lang': 'de' is not one of 'en', 'fr'."),
        (["--lang=fr", "credit", "-o", "x.pdf"], "Erreur\xa0: -o x.pdf\xa0: son extension n'est celle d'aucun format\xa0; celles-ci le "
         "sont\xa0: .txt, .csv, .json, .xlsx, .html, .md\xa0; ou ajoutez --format"),
        (["credit", "-o", "x.csv", "--format", "json"], "Error: -o x.csv asks for csv and --format for json; drop one of the two"),
        (["credit", "-o", "no/such/x.csv"], "Error: -o no/such/x.csv: there is no folder no/such; make it or choose another"),
        (["credit", "2", "--format", "csv"], "Error: csv holds one table and this gives 2; take xlsx, json or html"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_the_language_asked_for(args, message):
    result = run(*args)
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[-1]) == (2, "", message)


def test_gettext_is_put_back_after_the_command(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "it")
    domain = gettext.textdomain()
    run("--lang", "fr", "credit")
    assert (gettext.textdomain(), os.environ["LANGUAGE"]) == (domain, "it")


@pytest.mark.parametrize(("suffix", "name"), [("txt", "table"), ("csv", "csv"), ("json", "json"), ("md", "md")])
def test_stdout_and_a_file_get_the_same(suffix, name, tmp_path):
    golden = (GOLDEN / f"attribution.en.{suffix}").read_bytes()
    assert run("credit", "--format", name).stdout_bytes == golden
    assert run("credit", "--format", name, "-o", "-").stdout_bytes == golden
    result = run("credit", "-o", str(tmp_path / f"x.{suffix}"))
    assert (tmp_path / f"x.{suffix}").read_bytes() == golden
    assert (result.stdout, result.stderr) == ("", f"Written: {tmp_path}/x.{suffix}\n")


def test_quiet_says_nothing_but_errors(tmp_path, capsys):
    assert run("--quiet", "credit", "-o", str(tmp_path / "x.json")).output == ""
    say(Invocation(tmp_path, ENGLISH, quiet=True), Text("Notes"))
    say(Invocation(tmp_path, ENGLISH), Text("{file}\nNotes", file="a\x1b[31m"))
    say_error(ENGLISH, DataError("{n} rows", n=1200))
    assert capsys.readouterr() == ("", "a[31m\nNotes\nError: 1,200 rows\n")


def test_a_workbook_through_a_pipe_is_whole(tmp_path):
    content = run("credit", "2", "--format", "xlsx").stdout_bytes
    (tmp_path / "x.xlsx").write_bytes(content)
    names = openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames
    assert names == ["Contents", "Conversions, by Channel", "Conversions, by Channel, rows", "Import", "Figures of the charts"]


def test_a_file_that_is_there_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    (tmp_path / "real.csv").write_text("before")
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert run("credit", "-o", str(tmp_path / "link.csv")).exit_code == 0
    assert (tmp_path / "real.csv").read_bytes() == (GOLDEN / "attribution.en.csv").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "real.csv"]


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path):
    (tmp_path / "x.csv").write_text("before")
    (tmp_path / f".x.csv.{os.getpid()}.part").mkdir()
    result = run("credit", "-o", str(tmp_path / "x.csv"))
    assert result.exit_code == 1
    assert (tmp_path / "x.csv").read_text() == "before"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="missing part: /dev/full (Linux)")
def test_a_full_disk_is_told():
    result = run("--lang", "fr", "credit", "--format", "csv", "-o", "/dev/full")
    assert (result.exit_code, result.stderr) == (
        1, "Erreur\xa0: /dev/full\xa0: le disque est plein\xa0; faites de la place ou choisissez un autre dossier avec -o\n",
    )  # fmt: skip


def in_terminal(code, columns=80, **environ):
    """Run Python with a terminal for stdout and stderr; give what it shows and the exit code."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "COLUMNS": str(columns), "LINES": "40", "TERM": "xterm", "LC_ALL": "C.UTF-8", **environ}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=theirs, stderr=theirs, stdin=theirs, env=environ, cwd=Path.cwd())
    os.close(theirs)
    content = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the terminal is closed
            break
        if not part:
            break
        content += part
    os.close(ours)
    return content.decode().replace("\r\n", "\n"), process.wait()


SHOW = "from tests.reports.test_command_line import root; root({args!r}, prog_name='smarketing')"

NARROW = """\
Conversions, by Channel
Conversions, by model
                 First   Markov
Channel          touch    chain
───────────────────────────────
Paid Search       3.00     2.25
Organic Search    4.00     4.75
No touch          1.00     1.00
• The shares are left out: the window is
too narrow.
• 1,204 rows beyond the 1,048,576 a
sheet can hold were left out; --format
csv gives them all.
From: Jan 1, 2026 · Broken down by:
Channel · Models: First touch, Markov
chain · Lookback (days): 90 ·
Conversions: 8 · Currency: EUR ·
Probability of conversion: 3.1% · Data
fingerprint: 3f9ab2c1
"""


def test_a_narrow_terminal_loses_no_figure():
    shown, code = in_terminal(SHOW.format(args=["credit"]), 40, NO_COLOR="1")
    assert (shown, code) == (NARROW, 0)


WIDE = """\
T
          Impressions
Channel   of the year
─────────────────────
Direct      1,234,567
Email               2

          Conversions
                  per
             thousand
Channel     customers
─────────────────────
Direct           2.50
Email            0.50

Channel   Spend
───────────────
Direct    $0.10
Email     $0.20
• N
Currency: USD
"""


def test_a_table_too_wide_for_the_terminal_is_shown_in_parts():
    code = """
import pandas as pd, sys
from pathlib import Path
from reports.command_line import Invocation, show
from reports.language import language
from reports.report import Report, Text
rows = {"channel": ["Direct", "Email"], "impressions_of_the_year": [1234567, 2], "conversions_per_thousand_customers": [2.5, 0.5],
        "spend": [0.1, 0.2]}
report = Report("r", Text("T"), pd.DataFrame(rows), (Text("N"),), {"currency": "USD"})
show(report, Invocation(Path("x"), language("en")))
"""
    assert in_terminal(code, 30, NO_COLOR="1") == (WIDE, 0)


def test_a_terminal_has_colours_unless_it_asks_for_none():
    assert "\x1b[1m" in in_terminal(SHOW.format(args=["credit"]))[0]
    assert "\x1b" not in in_terminal(SHOW.format(args=["credit"]), NO_COLOR="1")[0]


def test_a_workbook_is_not_poured_into_a_terminal():
    shown, code = in_terminal(SHOW.format(args=["--lang", "fr", "credit", "--format", "xlsx"]))
    assert (shown.splitlines()[-1], code) == ("Erreur\xa0: xlsx n'est pas fait pour un terminal\xa0; ajoutez -o FICHIER.xlsx", 2)


def test_a_long_table_is_cut_on_a_terminal_and_says_so():
    code = """
import pandas as pd, sys
from pathlib import Path
from reports.command_line import Invocation, show
from reports.language import language
from reports.report import Report, Text
show(Report("r", Text("T"), pd.DataFrame({"source": ["s"] * 1500})), Invocation(Path("x"), language("en")))
"""
    lines = in_terminal(code, NO_COLOR="1")[0].splitlines()
    assert lines == ["T", "Source", "──────", *["s"] * 60, "• 60 of 1,500 rows are shown; --format csv gives them all."]


PROGRESS = """
from pathlib import Path
from reports.command_line import Invocation, progress
from reports.language import language
with progress(Invocation(Path("x"), language("fr"), quiet={quiet}), "Rows read") as told:
    told(1, None)
    told(50, 100)
    told(100, 100)
"""


def test_progress_is_shown_where_somebody_watches():
    assert "Lignes lues" in in_terminal(PROGRESS.format(quiet=False))[0]
    assert "100%" in in_terminal(PROGRESS.format(quiet=False))[0]
    assert in_terminal(PROGRESS.format(quiet=True)) == ("", 0)
    piped = subprocess.run([sys.executable, "-c", PROGRESS.format(quiet=False)], capture_output=True, check=True)
    assert (piped.stdout, piped.stderr) == (b"", b"")


def test_the_import_stays_light():
    heavy = ["pandas", "numpy", "rich", "babel", "jinja2", "plotly", "xlsxwriter", "pyarrow"]
    code = f"import sys, reports.command_line; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "[]\n"
