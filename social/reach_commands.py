"""The commands on who takes part and whom they reach."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from social.scope import Scope, scope_options
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@scope_options
@click.option(
    "--show",
    "shown",
    type=click.Choice(["all", "total", "advocates", "overlap", "matrix", "teams", "months"]),
    default="all",
    show_default=True,
    help=N_(
        "The programme's figures, those of each advocate, the two who know most of the same people, how the largest audiences or the teams "
        "overlap, or month by month."
    ),
)
@report_options
@click.pass_obj
def reach(
    invocation: Invocation,
    /,
    scope: Scope,
    shown: str,
    format: str | None,
    output: str | None,
) -> None:
    """Count whom employees' posts can reach, each person once, and estimate whom they do reach.

    A format that holds one table alone, such as csv, needs --show.

    \b
    Examples:
      smarketing social reach
      smarketing social reach --since 2026-01-01 --network linkedin -o reach.html
      smarketing social reach --show overlap --format csv
      smarketing social reach --show matrix -o overlap.xlsx
      smarketing social reach --show months -o months.xlsx
    """
    from social.reach_report import reports

    with open_workspace(invocation.workspace) as workspace:
        show(reports(workspace, scope, shown), invocation, format, output)


@click.command(cls=TranslatedCommand)
@scope_options
@click.option(
    "--by",
    type=click.Choice(["programme", "team", "network", "month"]),
    default="team",
    show_default=True,
    help=N_("What is counted apart."),
)
@report_options
@click.pass_obj
def participation(
    invocation: Invocation,
    /,
    scope: Scope,
    by: str,
    format: str | None,
    output: str | None,
) -> None:
    """Count who is eligible, invited, enrolled and sharing, and how alike their posts are.

    \b
    Examples:
      smarketing social participation
      smarketing social participation --by month --since 2026-01-01 -o participation.xlsx
    """
    from social.participation import report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, scope, by), invocation, format, output)
