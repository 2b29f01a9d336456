"""The commands that show channels and journeys before any credit: channels, paths, chain."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from attribution.options import CUTS, journey_options, make_question, order_option, window_options
from reports.command_line import Invocation, TranslatedCommand, TranslatedGroup, report_options, say, show
from reports.report import N_, Text
from workspace.store import open_workspace


@click.group(cls=TranslatedGroup, invoke_without_command=True)
@click.option("--by", type=click.Choice(CUTS), default="channel", show_default=True, help=N_("What is counted."))
@click.option("--reclassify", is_flag=True, help=N_("Let the rules name every origin anew."))
@window_options
@report_options
@click.pass_context
def channels(
    ctx: click.Context, by: str, reclassify: bool, since: dt.date | None, until: dt.date | None, format: str | None, output: str | None
) -> None:
    """Count touches and people by channel, before any credit.

    \b
    Examples:
      smarketing channels
      smarketing channels --by source --since 2026-01-01
      smarketing channels explain --source google --medium sea
    """
    if ctx.invoked_subcommand is not None:
        return
    from attribution.naming import name_origins
    from attribution.volumes import volumes

    invocation: Invocation = ctx.obj
    with open_workspace(invocation.workspace) as workspace:
        if reclassify:
            say(invocation, Text("Origins named anew: {count}", count=name_origins(workspace, again=True)))
        show(volumes(workspace, by, since, until), invocation, format, output)


@channels.command(name="explain", cls=TranslatedCommand)
@click.option("--source", metavar="TEXT", help=N_("utm_source, such as linkedin."))
@click.option("--medium", metavar="TEXT", help=N_("utm_medium, such as cpc."))
@click.option("--campaign", metavar="TEXT", help=N_("utm_campaign."))
@click.option("--content", metavar="TEXT", help=N_("utm_content."))
@click.option("--term", metavar="TEXT", help=N_("utm_term."))
@click.option("--url", metavar="URL", help=N_("The landing page's address; its tags and click ids count."))
@click.option("--referrer", metavar="URL", help=N_("The page that linked here, or its host."))
@click.option("--rules", type=click.Choice(["smarketing", "ga4"]), help=N_("The rule set; the settings' by default."))
@report_options
@click.pass_obj
def explain_channel(invocation: Invocation, /, rules: str | None, format: str | None, output: str | None, **tags: str | None) -> None:
    """Say which channel a visit belongs to, which rule says so, and why.

    \b
    Examples:
      smarketing channels explain --source google --medium sea
      smarketing channels explain --url "https://example.com/?utm_source=lnkd.in&utm_medium=social"
      smarketing channels explain --referrer https://chatgpt.com/
    """
    from attribution.channels import explain, origin_from
    from workspace import settings

    chosen = settings.load(invocation.workspace.with_name(settings.FILE_NAME))
    show(explain(origin_from(**tags), chosen.channels, chosen.own_domains, rules), invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.option(
    "--show",
    "shown",
    type=click.Choice(["top", "length", "lag", "places"]),
    default="top",
    show_default=True,
    help=N_("Top paths, number of touches, days to convert, or the places at which channels earn their Shapley value."),
)
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, metavar="N", help=N_("How many paths are shown."))
@journey_options
@report_options
@click.pass_obj
def paths(invocation: Invocation, /, shown: str, most: int, format: str | None, output: str | None, **asked: Any) -> None:
    """Show the journeys: the paths most taken, how many touches they had, how long they took.

    \b
    Examples:
      smarketing paths
      smarketing paths --show lag --goal won
      smarketing paths --show places
    """
    from attribution.path_reports import paths as report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, make_question(**asked), shown, most), invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.option(
    "--show",
    "shown",
    type=click.Choice(["transitions", "removal", "orders"]),
    default="transitions",
    show_default=True,
    help=N_("The chain's transitions, what is lost without each channel, or how well each order foretells."),
)
@click.option("--graph", metavar="FILE", help=N_("Write the chain as a picture (.svg) or a graph (.graphml, .json) instead."))
@order_option
@journey_options
@report_options
@click.pass_obj
def chain(invocation: Invocation, /, shown: str, graph: str | None, format: str | None, output: str | None, **asked: Any) -> None:
    """Show the Markov chain behind the model markov: its transitions, removal effects, and the order to choose.

    \b
    Examples:
      smarketing chain --goal lead
      smarketing chain --show orders
      smarketing chain --order 2 --by family --graph chain.svg
    """
    from attribution import chain_command

    with open_workspace(invocation.workspace) as workspace:
        if graph is not None:
            say(invocation, chain_command.write_graph(workspace, make_question(**asked), graph, invocation.language))
        else:
            show(chain_command.report(workspace, make_question(**asked), shown), invocation, format, output)
