"""The command that says whom to activate."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from social.scope import Scope, place_options
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@click.option("-k", type=click.IntRange(1, 10_000), default=10, show_default=True, metavar="N", help=N_("How many advocates."))
@click.option(
    "--accounts", metavar="TIER|NAMES", help=N_("A tier, or names of accounts with commas between; every key account by default.")
)
@place_options
@report_options
@click.pass_obj
def activate(invocation: Invocation, /, k: int, accounts: str | None, scope: Scope, format: str | None, output: str | None) -> None:
    """Choose the advocates who together reach most people at target accounts.

    \b
    Examples:
      smarketing social activate
      smarketing social activate -k 5 --accounts A
      smarketing social activate -k 3 --accounts "Acme,Globex" -o whom-to-ask.xlsx
    """
    from social.activate_report import report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, scope, k, accounts), invocation, format, output)
