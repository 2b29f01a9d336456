"""The command that draws which team is offered which content, and shows what the offer did."""

from __future__ import annotations

import datetime as dt

import click

from attribution.options import window_options
from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from workspace.errors import UsageError
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--draw", "drawn", is_flag=True, help=N_("Draw it: which of the teams is offered which content, and record that."))
@click.option("--content", "contents", multiple=True, metavar="NAME", help=N_("A content to be drawn; once for each."))
@click.option(
    "--team", "teams", multiple=True, metavar="NAME", help=N_("A team to be drawn, once for each; by default all that are large enough.")
)
@window_options
@click.option("--seed", type=click.IntRange(0), metavar="N", help=N_("Draw again what this number drew; by chance by default."))
@click.option(
    "--measure",
    type=click.Choice(["all", "leads", "clicks"]),
    default="all",
    show_default=True,
    help=N_("What is compared."),
)
@report_options
@click.pass_obj
def experiment(
    invocation: Invocation,
    /,
    name: str | None,
    drawn: bool,
    contents: tuple[str, ...],
    teams: tuple[str, ...],
    since: dt.date | None,
    until: dt.date | None,
    seed: int | None,
    measure: str,
    format: str | None,
    output: str | None,
) -> None:
    """Draw which teams are offered which content, and show what the offer did, with its interval by the draw alone.

    Without a name, list what was drawn. A format that holds one table alone, such as csv, needs --measure.

    \b
    Examples:
      smarketing social experiment spring --draw --content white-paper --content guide --since 2026-03-02 --until 2026-03-29
      smarketing social experiment spring
      smarketing social experiment spring --measure leads --format csv
      smarketing social experiment
    """
    from social.experiment_report import reports
    from social.rotations import Plan

    if drawn and not (name or "").strip():
        raise UsageError("A draw needs a name: social experiment NAME --draw …")
    if not drawn and (contents or teams or since or until or seed is not None):
        raise UsageError("--content, --team, --since, --until and --seed belong to --draw; a rotation that was drawn has its own")
    plan = Plan(name, contents, teams, since, until, seed) if drawn and name else None
    with open_workspace(invocation.workspace) as workspace:
        show(reports(workspace, plan, name, measure), invocation, format, output)
