"""The commands that bring records in and tell what came."""

from __future__ import annotations

import functools
import gettext
from typing import Any

import click

from reports.command_line import Invocation, TranslatedCommand, TranslatedGroup, progress, report_options, say, say_error, show
from reports.report import N_, Text
from workspace.store import open_workspace

FAILED = 1
"""Exit code: one of several sources could not be read."""
REJECTED = 3
"""Exit code: done, but rows were refused, or kept without a cell that cannot be read."""


class _Connectors(TranslatedGroup):
    """A group whose commands are the connectors, each with its own options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the connectors by name."""
        from connectors.registry import connectors

        return [connector.name for connector in connectors()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command of a connector from its options."""
        from connectors.registry import connectors

        found = next((connector for connector in connectors() if connector.name == cmd_name), None)
        return _command(found) if found else None


def _command(connector: Any) -> click.Command:
    """Turn a connector's options into those of a command."""
    parameters: list[click.Parameter] = []
    if connector.takes not in ("api", "tables"):
        files = connector.takes == "files"
        metavar = N_("[URL|FILE…]") if connector.takes == "pages" else N_("FILE…") if files else N_("[FILE…]")
        parameters.append(click.Argument(["sources"], nargs=-1, required=files, metavar=metavar))
    for option in connector.options:
        flag = option.flag_name or f"--{option.name.replace('_', '-')}"
        kind: Any = click.Choice(option.choices) if option.choices else option.type
        parameters.append(
            click.Option(
                [flag, option.name],
                type=None if option.type is bool else kind,
                is_flag=option.type is bool,
                multiple=option.multiple,
                # A default, even None, would count as the value of a required option.
                **({"required": True} if option.required else {"default": option.default}),
                metavar=option.metavar,
                help=option.help,
            )
        )
    parameters.append(click.Option(["--strict"], is_flag=True, help=N_("Stop at the first rejected row; nothing is imported then.")))

    @click.pass_obj
    def run(invocation: Invocation, /, strict: bool, sources: tuple[str, ...] = (), **options: Any) -> None:
        from connectors import importing
        from workspace import reading

        remembers = getattr(connector, "remembers", False)
        with open_workspace(invocation.workspace) as workspace, progress(invocation, Text("Reading")) as report:
            source = importing.source_of(connector, options.get(getattr(connector, "remembered_as", "")))
            context = importing.context_of(workspace, report, cursor=reading.cursor(workspace, source) if remembers else None)
            given = {name: value for name, value in options.items() if value is not None}
            made = importing.made(connector, context, sources, given, functools.partial(say_error, invocation.language))
            summary, lines = importing.run(workspace, made, strict, source=source, keep_cursor=remembers)
        for line in lines:
            say(invocation, line)
        if summary.rejected or summary.incomplete:
            raise click.exceptions.Exit(REJECTED)

    paragraphs = [connector.summary, *_secrets(connector)]
    paragraphs.append("\b\nExamples:\n" + "\n".join(f"  {example}" for example in connector.examples))
    meanings = {word: meant for option in connector.options for word, meant in option.meanings.items()}
    return TranslatedCommand(
        connector.name,
        params=parameters,
        callback=run,
        help="\n\n".join(paragraphs),
        meanings=meanings,
        meaning=N_("Kinds of record; their columns, and empty tables to fill in: smarketing kinds KIND"),
    )


def _secrets(connector: Any) -> list[str]:
    """Say where a connector's secrets come from: under which names, and where to get them."""
    from connectors.secrets import variable

    named = "\n".join(f"  {variable(connector.name, name)}: {gettext.gettext(where)}" for name, where in connector.secrets)
    return [N_("Secrets, from the environment or the system's keyring:"), f"\b\n{named}"] if named else []


@click.command(cls=_Connectors, name="import")
def import_() -> None:
    """Import records from files and from APIs.

    An import is all or nothing, and the same file again adds nothing. Rows that cannot be read are kept aside (smarketing rejects).

    \b
    Examples:
      smarketing import csv visits.csv --as touches
      smarketing import csv "leads-*.xlsx" --as conversions --map person=Email
      smarketing import weblog access.log.gz --goal "lead=/contact/thanks*"
    """


@click.command(cls=TranslatedCommand)
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--dry-run", is_flag=True, help=N_("Show what would come, and store nothing."))
@click.option("--all", "everything", is_flag=True, help=N_("Read everything again, not only what is new since the last time."))
@click.option("--strict", is_flag=True, help=N_("Stop at the first rejected row; nothing of that source is imported then."))
@click.pass_obj
def sync(invocation: Invocation, /, names: tuple[str, ...], dry_run: bool, everything: bool, strict: bool) -> None:
    """Read the APIs that the settings name, from where each was left off.

    Each has a table in smarketing.toml, such as [sync.hubspot], with the options of its connector. Secrets come from the environment or
    the system's keyring. Each source is all or nothing: where one fails, it stays as it was, and the others are read.

    \b
    Examples:
      smarketing sync
      smarketing sync hubspot --dry-run
      smarketing sync linkedin-ads --all
    """
    from connectors import syncing

    with open_workspace(invocation.workspace) as workspace, progress(invocation, Text("Reading")) as report:
        complain = functools.partial(say_error, invocation.language)
        outcome = syncing.run(
            workspace, syncing.chosen(workspace.settings, names, complain), report, lambda line: say(invocation, line), complain,
            everything=everything, strict=strict, dry=dry_run,
        )  # fmt: skip
    if outcome.failed:
        raise click.exceptions.Exit(FAILED)
    if outcome.rejected:
        raise click.exceptions.Exit(REJECTED)


@click.command(cls=TranslatedCommand, name="singer-state")
@click.argument("name", required=False, metavar="[NAME]")
@click.pass_obj
def singer_state(invocation: Invocation, /, name: str | None) -> None:
    """Write the state of a Singer tap, as the tap takes it with --state.

    NAME is what --tap said when its records were imported. A tap that was never read has the state {}, from which it reads everything.

    \b
    Examples:
      smarketing singer-state pipedrive > state.json
      tap-pipedrive --config pipedrive.json --state state.json | smarketing import singer --tap pipedrive
    """
    from connectors import importing

    with open_workspace(invocation.workspace) as workspace:
        click.echo(importing.singer_state(workspace, name))


@click.command(cls=TranslatedCommand)
@report_options
@click.pass_obj
def connectors(invocation: Invocation, /, format: str | None, output: str | None) -> None:
    """List what can be imported.

    \b
    Examples:
      smarketing connectors
    """
    from connectors import importing

    show(importing.listing(), invocation, format, output)


@click.command(cls=TranslatedCommand)
@report_options
@click.pass_obj
def sources(invocation: Invocation, /, format: str | None, output: str | None) -> None:
    """Show what came in, when, and how much.

    \b
    Examples:
      smarketing sources
    """
    from connectors import importing

    with open_workspace(invocation.workspace) as workspace:
        show(importing.sources(workspace), invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.option("--import", "import_id", type=click.IntRange(1), metavar="N", help=N_("Only the rows of this import."))
@report_options
@click.pass_obj
def rejects(invocation: Invocation, /, import_id: int | None, format: str | None, output: str | None) -> None:
    """Show which rows were rejected, why, and how to fix them.

    \b
    Examples:
      smarketing rejects
      smarketing rejects --import 3 -o to-mend.xlsx
    """
    from connectors import importing

    with open_workspace(invocation.workspace) as workspace:
        show(importing.rejects(workspace, import_id), invocation, format, output)
