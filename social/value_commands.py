"""The commands on what posts bring about and what that is worth."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from social.scope import Scope, scope_options
from workspace.store import open_workspace

CUTS = ("programme", "team", "advocate", "network", "month", "kind", "content", "post")
by_option = click.option("--by", type=click.Choice(CUTS), default="network", show_default=True, help=N_("What is counted apart."))


@click.command(cls=TranslatedCommand)
@scope_options
@by_option
@report_options
@click.pass_obj
def engagement(
    invocation: Invocation,
    /,
    scope: Scope,
    by: str,
    format: str | None,
    output: str | None,
) -> None:
    """Show the engagement with employees' posts, and its rates, each over the posts that have the figures.

    \b
    Examples:
      smarketing social engagement
      smarketing social engagement --by kind --since 2026-01-01
      smarketing social engagement --by month -o engagement.html
    """
    from social.engagement import report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, scope, by), invocation, format, output)


@click.command(cls=TranslatedCommand)
@scope_options
@by_option
@click.option(
    "--basis",
    type=click.Choice(["cpm", "cpc", "both"]),
    default="cpc",
    show_default=True,
    help=N_("What is valued: impressions (cpm), clicks (cpc), or both, which counts twice what an advertiser would pay once."),
)
@click.option(
    "--show",
    "shown",
    type=click.Choice(["all", "value", "rates"]),
    default="all",
    show_default=True,
    help=N_("The value of the posts, or the prices behind it."),
)
@report_options
@click.pass_obj
def value(
    invocation: Invocation,
    /,
    scope: Scope,
    by: str,
    basis: str,
    shown: str,
    format: str | None,
    output: str | None,
) -> None:
    """Say what employees' posts would have cost as advertising (earned media value), by your own prices.

    A format that holds one table alone, such as csv, needs --show.

    \b
    Examples:
      smarketing social value
      smarketing social value --by team --basis cpm
      smarketing social value --show rates
    """
    from social.media_value import reports

    with open_workspace(invocation.workspace) as workspace:
        show(reports(workspace, scope, by, basis, shown), invocation, format, output)
