"""The commands of attribution."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from reports.command_line import Invocation, TranslatedCommand, TranslatedGroup, report_options, say, show
from reports.report import N_, Text
from workspace.errors import UsageError
from workspace.store import open_workspace

Command = TypeVar("Command", bound=Callable[..., Any])
CUTS = ("channel", "family", "source", "medium", "campaign", "content")


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError as error:
        raise UsageError("{option} {value}: this is no day; write it as 2026-03-31", option=parameter.opts[0], value=value) from error


def _window_options(command: Command) -> Command:
    """Add the period."""
    until = click.option("--until", callback=_day, metavar="DAY", help=N_("The last day, such as 2026-03-31."))
    since = click.option("--since", callback=_day, metavar="DAY", help=N_("The first day, such as 2026-01-01."))
    return since(until(command))


def _journey_options(command: Command) -> Command:
    """Add what chooses conversions and journeys."""
    positive = click.FloatRange(0, min_open=True)
    for option in (
        click.option(
            "--lookback",
            type=positive,
            metavar="DAYS",
            help=N_("How many days before a conversion a touch counts; the settings' by default."),
        ),
        click.option("--by", type=click.Choice(CUTS), default="channel", show_default=True, help=N_("What the credit is broken down by.")),
        click.option("--goal", metavar="GOAL", help=N_("Which conversions count; the last stage that the data holds by default.")),
    ):
        command = option(command)
    return _window_options(command)


def _model_options(command: Command) -> Command:
    """Add what chooses models."""
    positive = click.FloatRange(0, min_open=True)
    for option in (
        click.option(
            "--weights",
            metavar="F,M,L",
            callback=_weights,
            help=N_("Weights of the model custom: first, middle and last touch, such as 50,20,30."),
        ),
        click.option(
            "--half-life",
            type=positive,
            default=7.0,
            show_default=True,
            metavar="DAYS",
            help=N_("Days in which a touch's weight halves, for time_decay."),
        ),
        click.option(
            "--model", "models", multiple=True, metavar="MODEL", help=N_("A model; may be given several times. 'all' takes every one.")
        ),
    ):
        command = option(command)
    return command


def _order_option(command: Command) -> Command:
    """Add the memory of the Markov chain."""
    return click.option(
        "--order",
        type=click.Choice(["1", "2", "3", "4", "5", "auto"]),
        default="1",
        show_default=True,
        callback=lambda ctx, parameter, value: None if value == "auto" else int(value),
        help=N_("How many channels back the Markov chain remembers; auto lets the journeys choose."),
    )(command)


def _weights(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[float, float, float] | None:
    if value is None:
        return None
    try:
        first, middle, last = (float(part) for part in value.split(","))
    except ValueError as error:
        raise UsageError("--weights {value}: give three numbers, such as 50,20,30", value=value) from error
    return first, middle, last


def _all_models(models: tuple[str, ...], weights: tuple[float, float, float] | None) -> tuple[str, ...]:
    if "all" not in models:
        return models
    from attribution.models import MODELS

    return tuple(model.name for model in MODELS if model.name != "custom" or weights)


@click.command(cls=TranslatedCommand)
@_model_options
@_order_option
@_journey_options
@click.option("--currency", metavar="CODE", help=N_("Count only the conversions valued in this currency."))
@click.option(
    "--paths", "paths_file", metavar="FILE", help=N_("Credit a file of aggregated paths instead of the workspace ('-' is stdin).")
)
@report_options
@click.pass_obj
def attribution(invocation: Invocation, /, paths_file: str | None, format: str | None, output: str | None, **asked: Any) -> None:
    """Credit conversions to channels, by several models side by side.

    Credit splits the conversions that were observed; it does not say what caused them.

    \b
    Examples:
      smarketing attribution
      smarketing attribution --model linear --model markov --by campaign
      smarketing attribution --goal lead --since 2026-01-01 -o leads.xlsx
      smarketing attribution --paths paths.csv
    """
    from attribution.aggregated import attribute_file
    from attribution.attribute import attribute

    question = _question(**asked)
    if paths_file is not None:
        given = [f"--{name}" for name in ("goal", "since", "until", "lookback", "currency") if asked[name] is not None]
        if given or asked["by"] != "channel":
            raise UsageError("--paths FILE credits the file as it is; leave {given} out", given=given[0] if given else "--by")
        show(attribute_file(paths_file, question), invocation, format, output)
        return
    with open_workspace(invocation.workspace) as workspace:
        show(attribute(workspace, question), invocation, format, output)


def _question(**asked: Any) -> Any:
    from attribution.question import Question

    return Question(
        models=_all_models(asked.get("models", ()), asked.get("weights")),
        goal=asked.get("goal"),
        by=asked.get("by", "channel"),
        lookback_days=asked.get("lookback"),
        since=asked.get("since"),
        until=asked.get("until"),
        half_life_days=asked.get("half_life", 7.0),
        weights=asked.get("weights"),
        currency=asked.get("currency"),
        order=asked.get("order", 1),
    )


@click.group(cls=TranslatedGroup, invoke_without_command=True)
@click.option("--by", type=click.Choice(CUTS), default="channel", show_default=True, help=N_("What is counted."))
@click.option("--reclassify", is_flag=True, help=N_("Let the rules name every origin anew."))
@_window_options
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
    type=click.Choice(["top", "length", "lag"]),
    default="top",
    show_default=True,
    help=N_("Top paths, number of touches, or days to convert."),
)
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, metavar="N", help=N_("How many paths are shown."))
@_journey_options
@report_options
@click.pass_obj
def paths(invocation: Invocation, /, shown: str, most: int, format: str | None, output: str | None, **asked: Any) -> None:
    """Show the journeys: the paths most taken, how many touches they had, how long they took.

    \b
    Examples:
      smarketing paths
      smarketing paths --show lag --goal won
    """
    from attribution.path_reports import paths as report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, _question(**asked), shown, most), invocation, format, output)


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
@_order_option
@_journey_options
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
            say(invocation, chain_command.write_graph(workspace, _question(**asked), graph, invocation.language))
        else:
            show(chain_command.report(workspace, _question(**asked), shown), invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.option(
    "--guard",
    type=click.FloatRange(0, 72),
    default=12.0,
    show_default=True,
    metavar="HOURS",
    help=N_("Hours after a touch in which a conversion says nothing of its effect: who converts at once had decided before."),
)
@click.option("--intervals", is_flag=True, help=N_("Add 95 % intervals from 200 resamplings by person."))
@click.option("--goal", metavar="GOAL", help=N_("Which conversions count; the last stage that the data holds by default."))
@click.option("--by", type=click.Choice(CUTS), default="channel", show_default=True, help=N_("What the credit is broken down by."))
@_window_options
@click.option("--currency", metavar="CODE", help=N_("Count only the conversions valued in this currency."))
@report_options
@click.pass_obj
def incremental(invocation: Invocation, /, guard: float, intervals: bool, format: str | None, output: str | None, **asked: Any) -> None:
    """Estimate what each channel added: the conversions that would be missing without it.

    The other models split what was observed; this one estimates, and says so. It is no experiment.

    \b
    Examples:
      smarketing incremental --goal lead
      smarketing incremental --goal lead --intervals -o added.xlsx
    """
    from attribution.incremental_command import report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, _question(**asked), guard, 200 if intervals else 0), invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.argument("name", metavar="ID")
@click.option("--goal", metavar="GOAL", help=N_("Only the conversions of this goal."))
@click.option(
    "--lookback",
    type=click.FloatRange(0, min_open=True),
    metavar="DAYS",
    help=N_("How many days before a conversion a touch counts; the settings' by default."),
)
@_model_options
@report_options
@click.pass_obj
def explain(invocation: Invocation, /, name: str, format: str | None, output: str | None, **asked: Any) -> None:
    """Show one conversion touch by touch: channel and rule, age, weight by model.

    ID is the conversion's own id, or the person or account that converted.

    \b
    Examples:
      smarketing explain D000042
      smarketing explain anna@example.com --goal won
    """
    from attribution.explain import explain as report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, name, _question(**asked)), invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.option("--people", type=click.IntRange(1), default=68_000, show_default=True, metavar="N", help=N_("How many people."))
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="N", help=N_("The same seed gives the same company."))
@click.option("--scenario", default="demo", show_default=True, metavar="NAME", help=N_("demo, independent, harvest, intent or baseline."))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help=N_("The folder to write to."))
@click.pass_obj
def simulate(invocation: Invocation, /, people: int, seed: int, scenario: str, out: Path) -> None:
    """Simulate a company whose causal effects are known: touches, conversions, spend and the true credit.

    \b
    Examples:
      smarketing simulate --people 20000 --seed 7 --out company
    """
    from attribution.simulation.simulate import simulate as make
    from attribution.simulation.simulate import write

    write(make(people, seed, scenario=scenario), out)
    say(invocation, Text("Written: {file}", file=str(out)))
