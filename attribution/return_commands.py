"""The command that sets credit against cost: roi."""

from __future__ import annotations

from typing import Any

import click

from attribution.options import make_question, model_options, touch_options, window_options
from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from workspace.store import open_workspace

CUTS = ("channel", "family", "source", "medium", "campaign")


@click.command(cls=TranslatedCommand)
@click.option("--by", type=click.Choice(CUTS), default="channel", show_default=True, help=N_("What cost and credit are broken down by."))
@click.option("--goal", metavar="GOAL", help=N_("Whose value is the return; the last stage that the data holds by default."))
@model_options
@window_options
@click.option(
    "--date",
    "dated",
    type=click.Choice(["close", "touch"]),
    default="close",
    show_default=True,
    help=N_("Credit of the conversions that closed in the period, or of the touches that happened in it."),
)
@touch_options
@click.option("--currency", metavar="CODE", help=N_("Count only the spend and the conversions in this currency."))
@click.option(
    "--what-if",
    "what_if",
    multiple=True,
    metavar="NAME±N%",
    help=N_(
        "Reckon what would change in proportion if spend were otherwise, such as 'ads-20%'; may be given several times. It is arithmetic, "
        "not a forecast."
    ),
)
@report_options
@click.pass_obj
def roi(invocation: Invocation, /, dated: str, what_if: tuple[str, ...], format: str | None, output: str | None, **asked: Any) -> None:
    """Set cost against credit: cost per lead and customer, return on spend, open pipeline.

    One model credits (linear by default); --model names others.

    \b
    Examples:
      smarketing roi
      smarketing roi --by campaign --since 2026-01-01 --until 2026-03-31
      smarketing roi --date touch --model first --model last -o return.xlsx
      smarketing roi --what-if "ads-20%" --what-if "Email+10%"
    """
    from attribution.return_report import roi as report
    from attribution.what_if import what_if as changed

    question = make_question(**asked | {"currency": asked["currency"] and asked["currency"].upper()})
    with open_workspace(invocation.workspace) as workspace:
        if what_if:
            show(changed(workspace, question, f"{dated}_date", what_if, invocation.language.word), invocation, format, output)
        else:
            show(report(workspace, question, f"{dated}_date"), invocation, format, output)
