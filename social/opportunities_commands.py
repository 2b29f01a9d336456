"""The command that follows posts to opportunities."""

from __future__ import annotations

from typing import Any

import click

from attribution.options import Positive
from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from social.scope import Scope, scope_options
from workspace.store import open_workspace

CUTS = ("advocate", "team", "content", "network", "post")


@click.command(cls=TranslatedCommand)
@scope_options
@click.option("--by", type=click.Choice(CUTS), default="team", show_default=True, help=N_("What is counted apart."))
@click.option(
    "--evidence",
    type=click.Choice(["click", "code", "declared"]),
    default="declared",
    show_default=True,
    help=N_("The weakest evidence that sources or assists: a click, a code that was told, an employee who was named."),
)
@click.option("--goal", metavar="GOAL", help=N_("Whose credit is split; the settings' goal or the last stage by default."))
@click.option("--model", default="linear", show_default=True, metavar="NAME", help=N_("The model that gives each touch its share."))
@click.option("--lookback", type=Positive(), metavar="DAYS", help=N_("How many days before a conversion a touch counts."))
@click.option(
    "--level",
    type=click.Choice(["person", "account"]),
    default="person",
    show_default=True,
    help=N_("Whose journeys are credited: of each person, or of all people of an account together."),
)
@click.option(
    "--show",
    "shown",
    type=click.Choice(["all", "ledgers", "credit", "flow", "links"]),
    default="all",
    show_default=True,
    help=N_("The ledgers, the credit of the social touches, the way from evidence to ledger to outcome, or every link with its rule."),
)
@report_options
@click.pass_obj
def opportunities(
    invocation: Invocation,
    /,
    scope: Scope,
    format: str | None,
    output: str | None,
    **asked: Any,
) -> None:
    """Follow posts to leads and opportunities, by evidence, and split the credit of the social touches.

    A format that holds one table alone, such as csv, needs --show.

    \b
    Examples:
      smarketing social opportunities
      smarketing social opportunities --by advocate --since 2026-01-01 -o opportunities.xlsx
      smarketing social opportunities --evidence click --show ledgers --format csv
      smarketing social opportunities --show credit --goal lead --model u_shaped --by content
    """
    from attribution.question import Question
    from social.opportunities_report import reports

    question = Question(models=(asked["model"],), goal=asked["goal"], lookback_days=asked["lookback"], level=asked["level"])
    with open_workspace(invocation.workspace) as workspace:
        show(reports(workspace, scope, question, asked["by"], asked["evidence"], asked["shown"]), invocation, format, output)
