"""The command pipeline: what marketing sourced and influenced."""

from __future__ import annotations

from typing import Any

import click

from attribution.options import CUTS, make_question, window_options
from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@click.option("--by", type=click.Choice(CUTS), help=N_("Break each definition down; without it each has one row."))
@click.option(
    "--lookback",
    type=click.FloatRange(0, min_open=True),
    metavar="DAYS",
    help=N_("How many days before an opportunity a touch may have influenced it; the settings' by default."),
)
@window_options
@click.option("--currency", metavar="CODE", help=N_("Count only the conversions valued in this currency."))
@report_options
@click.pass_obj
def pipeline(invocation: Invocation, /, by: str | None, format: str | None, output: str | None, **asked: Any) -> None:
    """Show the pipeline that marketing sourced, by three definitions side by side, and what it influenced.

    Opportunities are those created in the period. The figures of the definitions are never added up.

    \b
    Examples:
      smarketing pipeline
      smarketing pipeline --by channel --since 2026-01-01
      smarketing pipeline --by family -o pipeline.xlsx
    """
    from attribution.pipeline_report import report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, make_question(by=by or "channel", **asked), by is not None), invocation, format, output)
