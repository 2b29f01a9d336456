"""The commands that credit conversions: attribution, and explain for one of them."""

from __future__ import annotations

from typing import Any

import click

from attribution.options import (
    elsewhere_options,
    interval_options,
    journey_options,
    make_question,
    model_options,
    order_option,
    touch_options,
)
from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from workspace.errors import UsageError
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@model_options
@order_option
@journey_options
@click.option("--currency", metavar="CODE", help=N_("Count only the conversions valued in this currency."))
@click.option(
    "--paths", "paths_file", metavar="FILE", help=N_("Credit a file of aggregated paths instead of the workspace ('-' is stdin).")
)
@interval_options
@click.option("--agreement", is_flag=True, help=N_("Show how much the answer depends on the model instead of the credit."))
@click.option("--ordered", is_flag=True, help=N_("Show at which place of the journeys channels earn their Shapley value instead."))
@click.option("--calibrate", is_flag=True, help=N_("Scale credit to the experiments that were imported; the total is kept."))
@elsewhere_options
@report_options
@click.pass_obj
def attribution(
    invocation: Invocation,
    /,
    paths_file: str | None,
    calibrate: bool,
    agreement: bool,
    format: str | None,
    output: str | None,
    **asked: Any,
) -> None:
    """Credit conversions to channels, by several models side by side.

    Credit splits the conversions that were observed; it does not say what caused them.

    \b
    Examples:
      smarketing attribution
      smarketing attribution --model linear --model markov --by campaign
      smarketing attribution --goal lead --since 2026-01-01 -o leads.xlsx
      smarketing attribution --goal lead --calibrate
      smarketing attribution --intervals -o credits.html
      smarketing attribution --model markov --against "Paid Search,Email"
      smarketing attribution --model all --agreement
      smarketing attribution --game rate --by family
      smarketing attribution --paths paths.csv
      smarketing attribution --on postgres://reader@db/warehouse --touches web.touches --conversions crm.deals
      smarketing attribution --touches "touches/*.parquet" --conversions deals.parquet --map person=email
    """
    from attribution.aggregated import prepare_file
    from attribution.asked_reports import asked_reports
    from attribution.attribute import prepare
    from attribution.elsewhere.place import place_asked
    from attribution.interval_reports import Wanted

    place = place_asked(*(asked.pop(name) for name in ("on", "touches", "conversions", "columns")))
    question, wanted = make_question(**asked), Wanted(asked["intervals"], asked["ranks"], asked["against"])
    word = invocation.language.word
    if place is not None:
        given = ["--paths"] * (paths_file is not None) + ["--calibrate"] * calibrate
        if given:
            raise UsageError("--touches TABLE credits what lies elsewhere than in the workspace; leave {given} out", given=given[0])
        from attribution.elsewhere.report import prepare_elsewhere
        from workspace import settings

        chosen = settings.load(invocation.workspace.with_name(settings.FILE_NAME))
        shown = asked_reports(prepare_elsewhere(place, question, chosen), wanted, agreement, word)
    elif paths_file is not None:
        named = ("goal", "since", "until", "lookback", "currency", "min_gap", "maturity")
        given = [f"--{name.replace('_', '-')}" for name in named if asked[name]]
        given += ["--by"] * (asked["by"] != "channel") + ["--calibrate"] * calibrate
        if given:
            raise UsageError("--paths FILE credits the file as it is; leave {given} out", given=given[0])
        shown = asked_reports(prepare_file(paths_file, question), wanted, agreement, word)
    else:
        # Calibration reads the workspace while credit is made.
        with open_workspace(invocation.workspace) as workspace:
            shown = asked_reports(prepare(workspace, question, calibrate), wanted, agreement, word)
    show(shown, invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.argument("name", metavar="ID")
@click.option("--goal", metavar="GOAL", help=N_("Only the conversions of this goal."))
@click.option(
    "--show",
    "shown",
    type=click.Choice(["all", "touches", "weights", "rules"]),
    default="all",
    show_default=True,
    help=N_("Its touches, what each model gives to each of them, or to each channel under the rules in force and the others."),
)
@model_options
@touch_options
@report_options
@click.pass_obj
def explain(invocation: Invocation, /, name: str, shown: str, format: str | None, output: str | None, **asked: Any) -> None:
    """Show one conversion touch by touch: channel and rule, age, weight by model.

    ID is the conversion's own id, or the person or account that converted. A format that holds one table alone, such as csv, needs --show.

    \b
    Examples:
      smarketing explain D000042
      smarketing explain anna@example.com --goal won
      smarketing explain D000042 --show weights --format csv
    """
    from attribution.explain import explain as report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, name, make_question(**asked), shown), invocation, format, output)
