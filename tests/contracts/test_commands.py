"""What holds for every command: help, an example, documented options, a place in the reference, and a light start."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli import COMMANDS, main
from docs.make_command_reference import TARGET, reference
from reports.command_line import Invocation
from reports.language import language

ROOT = Path(__file__).resolve().parents[2]


def every_command():
    """Yield the path and the command of all commands."""

    def below(path, command, ctx):
        yield path, command
        if isinstance(command, click.Group):
            for name in command.list_commands(ctx):
                child = command.get_command(ctx, name)
                yield from below(f"{path} {name}", child, click.Context(child, info_name=name, parent=ctx))

    root = click.Context(main, info_name="smarketing", obj=Invocation(Path("x.db"), language("en")))
    for name, _, _ in COMMANDS:
        command = main.get_command(root, name)
        yield from below(name, command, click.Context(command, info_name=name, parent=root))


EVERY = list(every_command())


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[path for path, _ in EVERY])
def test_a_command_says_what_it_does_and_shows_an_example(path, command):
    assert command.help
    assert "Examples:" in command.help
    assert f"smarketing {path}" in command.help or any(f"smarketing {path}" in line for line in command.help.splitlines())


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[path for path, _ in EVERY])
def test_every_option_says_what_it_is_for(path, command):
    silent = [option.name for option in command.params if isinstance(option, click.Option) and not option.help]
    assert silent == []


@pytest.mark.parametrize(("name", "place", "summary"), COMMANDS)
def test_the_summary_in_the_list_is_the_first_sentence_of_the_help(name, place, summary):
    command = main.get_command(click.Context(main), name)
    assert command.help.split("\n\n")[0].strip() == summary


def test_the_reference_is_what_the_commands_print():
    assert TARGET.read_text(encoding="utf-8") == reference(), "run `make docs`"


def test_help_loads_nothing_heavy():
    heavy = [
        "pandas",
        "pyarrow",
        "numpy",
        "ibis",
        "duckdb",
        "plotly",
        "rich",
        "babel",
        "jinja2",
        "sqlite_utils",
        "networkx",
        "scipy",
        "requests",
    ]
    code = f"import sys, cli; cli.main(['--help'], standalone_mode=False); print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
