"""The commands that estimate what would be missing, and that make companies for which it is known: incremental, simulate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from attribution.options import CUTS, make_question, window_options
from reports.command_line import Invocation, TranslatedCommand, report_options, say, show
from reports.report import N_, Text
from workspace.store import open_workspace

SHOWN = ("credit", "guard", "decay", "fit")


@click.command(cls=TranslatedCommand)
@click.option(
    "--show",
    "shown",
    type=click.Choice(SHOWN),
    default="credit",
    show_default=True,
    help=N_(
        "The credit; how it changes with the guard, which names channels that only catch the decided; how effects fade; how well the model "
        "fits."
    ),
)
@click.option(
    "--guard",
    type=click.FloatRange(0, 72),
    metavar="HOURS",
    help=N_(
        "Hours after a touch in which a conversion says nothing of its effect: who converts at once had decided before. 12 by default."
    ),
)
@click.option("--intervals", is_flag=True, help=N_("Add 95 % intervals from 200 resamplings by person."))
@click.option(
    "--population",
    is_flag=True,
    help=N_("The imported people are everybody who might have converted, touched or not, from the data's start; segments count apart."),
)
@click.option("--goal", metavar="GOAL", help=N_("Which conversions count; the last stage that the data holds by default."))
@click.option("--by", type=click.Choice(CUTS), default="channel", show_default=True, help=N_("What the credit is broken down by."))
@window_options
@click.option("--currency", metavar="CODE", help=N_("Count only the conversions valued in this currency."))
@report_options
@click.pass_obj
def incremental(
    invocation: Invocation,
    /,
    shown: str,
    guard: float | None,
    intervals: bool,
    population: bool,
    format: str | None,
    output: str | None,
    **asked: Any,
) -> None:
    """Estimate what each channel added: the conversions that would be missing without it.

    The other models split what was observed; this one estimates, and says so. It is no experiment.

    \b
    Examples:
      smarketing incremental --goal lead
      smarketing incremental --goal lead --intervals -o added.xlsx
      smarketing incremental --goal lead --show guard -o guard.html
      smarketing incremental --goal lead --show fit
    """
    from attribution.incremental_command import SAMPLES, report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, make_question(**asked), guard, SAMPLES if intervals else 0, shown, population), invocation, format, output)


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
