"""The commands that compare advocates: off by default, and by team where that says enough."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from social.scope import Scope, scope_options
from workspace.store import open_workspace

by_option = click.option(
    "--by", type=click.Choice(["team", "advocate"]), default="team", show_default=True, help=N_("Teams by their mean, or each advocate.")
)


@click.command(cls=TranslatedCommand)
@scope_options
@by_option
@report_options
@click.pass_obj
def leaderboard(
    invocation: Invocation,
    /,
    scope: Scope,
    by: str,
    format: str | None,
    output: str | None,
) -> None:
    """Compare teams or advocates by points; off until the settings turn it on.

    \b
    Examples:
      smarketing social leaderboard
      smarketing social leaderboard --by advocate --since 2026-01-01
    """
    from social.leaderboard import report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, scope, by), invocation, format, output)


@click.command(cls=TranslatedCommand)
@scope_options
@by_option
@report_options
@click.pass_obj
def ssi(
    invocation: Invocation,
    /,
    scope: Scope,
    by: str,
    format: str | None,
    output: str | None,
) -> None:
    """Follow LinkedIn's Social Selling Index, as employees report it.

    \b
    Examples:
      smarketing social ssi
      smarketing social ssi --by advocate -o ssi.xlsx
    """
    from social.activity import ssi_report

    with open_workspace(invocation.workspace) as workspace:
        show(ssi_report(workspace, scope, by), invocation, format, output)


@click.command(cls=TranslatedCommand)
@scope_options
@report_options
@click.pass_obj
def activity(
    invocation: Invocation,
    /,
    scope: Scope,
    format: str | None,
    output: str | None,
) -> None:
    """Show how active each advocate is, part by part; an index of our own, which is not LinkedIn's.

    \b
    Examples:
      smarketing social activity
      smarketing social activity --since 2026-01-01 --until 2026-03-31 --format csv
    """
    from social.activity import activity_report

    with open_workspace(invocation.workspace) as workspace:
        show(activity_report(workspace, scope), invocation, format, output)
