"""The commands that tell who is who."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, TranslatedGroup, report_options, show
from workspace.store import open_workspace


@click.group(cls=TranslatedGroup)
def people() -> None:
    """Tell which identifiers are one person, and why.

    A client id, an e-mail address and a number in the CRM are one person where records tie them together.

    \b
    Examples:
      smarketing people explain anna@example.com
      smarketing people shared
    """


@people.command(cls=TranslatedCommand)
@click.argument("identifier", metavar="ID")
@report_options
@click.pass_obj
def explain(invocation: Invocation, /, identifier: str, format: str | None, output: str | None) -> None:
    """Show every identifier of a person, and the records that tie them together.

    \b
    Examples:
      smarketing people explain anna@example.com
      smarketing people explain GA1.2.33.44 --format json
    """
    from connectors import people as reports

    with open_workspace(invocation.workspace) as workspace:
        show(reports.explain(workspace, identifier), invocation, format, output)


@people.command(cls=TranslatedCommand)
@report_options
@click.pass_obj
def shared(invocation: Invocation, /, format: str | None, output: str | None) -> None:
    """List the identifiers that join nobody, since too many e-mail addresses are tied to them.

    \b
    Examples:
      smarketing people shared
      smarketing people shared -o to-check.xlsx
    """
    from connectors import people as reports

    with open_workspace(invocation.workspace) as workspace:
        show(reports.shared(workspace), invocation, format, output)
