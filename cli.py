"""The command `smarketing`: each room's commands under one root, loaded only when they are used."""

from __future__ import annotations

import gettext
import os
from pathlib import Path
from typing import Any

import click

from reports.command_line import Invocation, TranslatedCommand, TranslatedRoot, say, say_error, speak
from reports.language import choose_language, language
from reports.report import N_, Text
from workspace.errors import SmarketingError

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("init", "cli:init", N_("Make a workspace with commented settings.")),
    ("demo", "performance.commands:demo", N_("Simulate a company, import it and write its workbooks and pages.")),
    ("connectors", "connectors.commands:connectors", N_("List what can be imported.")),
    (
        "kinds",
        "connectors.kinds_commands:kinds",
        N_("Tell which kinds of record a table may bring, and their columns; make an empty table to fill in."),
    ),
    ("import", "connectors.commands:import_", N_("Import records from files and from APIs.")),
    ("sync", "connectors.commands:sync", N_("Read the APIs that the settings name, from where each was left off.")),
    ("singer-state", "connectors.commands:singer_state", N_("Write the state of a Singer tap, as the tap takes it with --state.")),
    ("sources", "connectors.commands:sources", N_("Show what came in, when, and how much.")),
    ("rejects", "connectors.commands:rejects", N_("Show which rows were rejected, why, and how to fix them.")),
    ("people", "connectors.people_commands:people", N_("Tell which identifiers are one person, and why.")),
    ("channels", "attribution.journey_commands:channels", N_("Count touches and people by channel, before any credit.")),
    (
        "check",
        "attribution.health_commands:check",
        N_("List what is wrong with the data, worst first: tags, referrers, spend and conversions that do not fit together."),
    ),
    ("links", "attribution.health_commands:links", N_("Build tagged links, and say which channel their visits will belong to.")),
    (
        "social",
        "social.commands:social",
        N_("Measure employee advocacy: whom its posts can reach and do reach, what that is worth, which opportunities it creates."),
    ),
    ("attribution", "attribution.commands:attribution", N_("Credit conversions to channels, by several models side by side.")),
    (
        "paths",
        "attribution.journey_commands:paths",
        N_("Show the journeys: the paths most taken, how many touches they had, how long they took."),
    ),
    (
        "chain",
        "attribution.journey_commands:chain",
        N_("Show the Markov chain behind the model markov: its transitions, removal effects, and the order to choose."),
    ),
    (
        "incremental",
        "attribution.estimate_commands:incremental",
        N_("Estimate what each channel added: the conversions that would be missing without it."),
    ),
    (
        "pipeline",
        "attribution.pipeline_commands:pipeline",
        N_("Show the pipeline that marketing sourced, by three definitions side by side, and what it influenced."),
    ),
    (
        "experiments",
        "attribution.experiment_commands:experiments",
        N_("Show what experiments found beside what the models credit in the same period."),
    ),
    ("roi", "attribution.return_commands:roi", N_("Set cost against credit: cost per lead and customer, return on spend, open pipeline.")),
    ("explain", "attribution.commands:explain", N_("Show one conversion touch by touch: channel and rule, age, weight by model.")),
    (
        "simulate",
        "attribution.estimate_commands:simulate",
        N_("Simulate a company whose causal effects are known: touches, conversions, spend and the true credit."),
    ),
)
"""Every command: its name, where it is, and its summary, so that `--help` loads none of them."""


class Root(TranslatedRoot):
    """The root command, which turns errors into messages."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what went wrong is said in a sentence, with the exit code of its kind."""
        try:
            return super().invoke(ctx)
        except SmarketingError as error:
            chosen = ctx.obj.language if isinstance(ctx.obj, Invocation) else language("en")
            say_error(chosen, error)
            raise click.exceptions.Exit(error.exit_code) from error
        except RuntimeError as error:
            if "interrupted" not in str(error).lower():
                raise
            # So DuckDB calls Ctrl-C.
            raise click.Abort from error


@click.group(cls=Root, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    envvar="SMARKETING_WORKSPACE",
    default=Path("smarketing.db"),
    show_default=True,
    metavar="FILE",
    help=N_("The workspace; smarketing.toml lies beside it."),
)
@click.option("--lang", type=click.Choice(["en", "fr"]), help=N_("The language of reports and messages."))
@click.option("--quiet", is_flag=True, help=N_("No progress and no messages; errors are still shown."))
@click.version_option(package_name="smarketing", prog_name="smarketing")
@click.pass_context
def main(ctx: click.Context, workspace: Path, lang: str | None, quiet: bool) -> None:
    """Tell which channels bring your customers, from your own data, on your own machine."""
    if not workspace.name or workspace.is_dir():
        template = N_("{path} is a folder; name a file in it, such as {example}")
        raise click.BadParameter(
            gettext.gettext(template).format(path=workspace, example=workspace / "smarketing.db"), param_hint="--workspace"
        )
    chosen = language(choose_language(lang, _settings_language(workspace), os.environ).code)
    speak(chosen)
    ctx.obj = Invocation(workspace, chosen, quiet)


def _settings_language(workspace: Path) -> str | None:
    """Read the settings' language; a file with an error in it is for the command to complain about."""
    from workspace import settings

    try:
        return settings.load(workspace.with_name(settings.FILE_NAME)).language
    except SmarketingError:
        return None


@click.command(cls=TranslatedCommand)
@click.pass_obj
def init(invocation: Invocation) -> None:
    """Make a workspace with commented settings.

    What is there already is left as it is.

    \b
    Examples:
      smarketing init
      smarketing --workspace acme/smarketing.db init
    """
    from workspace import settings, store

    config = invocation.workspace.with_name(settings.FILE_NAME)
    fresh = not config.exists()
    new = store.create(invocation.workspace, language=invocation.language.code)
    if fresh and invocation.language.code != "en":
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace('# language = "fr"', f'language = "{invocation.language.code}"'), encoding="utf-8")
    made = Text("A new workspace: {file}", file=str(invocation.workspace))
    known = Text("There is a workspace already: {file}", file=str(invocation.workspace))
    say(invocation, made if new else known)
    say(invocation, Text("Its settings: {file}", file=str(invocation.workspace.with_name(settings.FILE_NAME))))


if __name__ == "__main__":
    main()
