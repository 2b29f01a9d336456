"""The command that lists experiments beside the models."""

from __future__ import annotations

from typing import Any

import click

from attribution.options import make_question, model_options, order_option
from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@model_options
@order_option
@click.option("--goal", metavar="GOAL", help=N_("Only the experiments that counted this goal."))
@click.option(
    "--level",
    type=click.Choice(["person", "account"]),
    default="person",
    show_default=True,
    help=N_("Whose journeys: of each person, or of all people of an account together."),
)
@click.option(
    "--lookback",
    type=click.FloatRange(0, min_open=True),
    metavar="DAYS",
    help=N_("How many days before a conversion a touch counts; the settings' by default."),
)
@report_options
@click.pass_obj
def experiments(invocation: Invocation, /, format: str | None, output: str | None, **asked: Any) -> None:
    """Show what experiments found beside what the models credit in the same period.

    Import them with: smarketing import csv FILE --as experiments

    \b
    Examples:
      smarketing experiments
      smarketing experiments --goal lead --model last --model markov
    """
    from attribution.experiment_report import experiments as report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, make_question(**asked)), invocation, format, output)
