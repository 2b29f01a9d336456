"""The options that the commands of attribution share, and the question they make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import click

from reports.ranges import RealRange
from reports.report import N_
from workspace.errors import UsageError
from workspace.settings import LONGEST_LOOKBACK

Command = TypeVar("Command", bound=Callable[..., Any])
COLLAPSES = ("none", "consecutive", "unique", "first")
DIRECTS = ("keep", "ignore_unless_only", "ignore_if_last")
MOST_TOUCHES = 1_000_000
"""More than any journey has."""
CUTS = ("channel", "family", "source", "medium", "campaign", "content")
CONVENTION_NAMES = ("marketo", "hubspot", "dreamdata", "adobe", "amplitude", "ga4")


class Positive(RealRange):
    """A number above 0, of days no more than the settings take."""

    def __init__(self, most: float = LONGEST_LOOKBACK) -> None:
        super().__init__(0, most, min_open=True)


def day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> dt.date | None:
    """Read a day."""
    if value is None:
        return None
    try:
        return dt.datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError as error:
        raise UsageError("{option} {value}: this is no day; write it as 2026-03-31", option=parameter.opts[0], value=value) from error


def window_options(command: Command) -> Command:
    """Add the period."""
    until = click.option("--until", callback=day, metavar="DAY", help=N_("The last day, such as 2026-03-31."))
    since = click.option("--since", callback=day, metavar="DAY", help=N_("The first day, such as 2026-01-01."))
    return since(until(command))


def touch_options(command: Command) -> Command:
    """Add what chooses the touches of a journey."""
    for option in (
        click.option(
            "--min-gap",
            type=Positive(LONGEST_LOOKBACK * 24 * 60),
            metavar="MINUTES",
            help=N_("A touch so soon after one of the same channel is the same contact and does not count."),
        ),
        click.option(
            "--max-touches", type=click.IntRange(1, MOST_TOUCHES), metavar="N", help=N_("Only the last N touches of a journey count.")
        ),
        click.option(
            "--direct",
            type=click.Choice(DIRECTS),
            default="keep",
            show_default=True,
            help=N_("Whether direct traffic counts: as any other, only in journeys of nothing else, or not at a journey's end."),
        ),
        click.option(
            "--collapse",
            type=click.Choice(COLLAPSES),
            default="none",
            show_default=True,
            help=N_("Repeats of a channel: all count; of several in a row one; each channel once, where last met; once, where first met."),
        ),
        click.option(
            "--level",
            type=click.Choice(["person", "account"]),
            default="person",
            show_default=True,
            help=N_("Whose journeys: of each person, or of all people of an account together."),
        ),
        click.option(
            "--lookback",
            type=Positive(),
            metavar="DAYS",
            help=N_("How many days before a conversion a touch counts; the settings' by default."),
        ),
    ):
        command = option(command)
    return command


def journey_options(command: Command) -> Command:
    """Add what chooses conversions and journeys."""
    maturity = click.option(
        "--maturity",
        type=Positive(),
        metavar="DAYS",
        help=N_("Leave out journeys without conversion whose last touch is so near the data's end that they may still convert."),
    )
    command = touch_options(maturity(command))
    for option in (
        click.option("--by", type=click.Choice(CUTS), default="channel", show_default=True, help=N_("What the credit is broken down by.")),
        click.option("--goal", metavar="GOAL", help=N_("Which conversions count; the last stage that the data holds by default.")),
    ):
        command = option(command)
    return window_options(command)


def model_options(command: Command) -> Command:
    """Add what chooses models."""
    for option in (
        click.option(
            "--game",
            type=click.Choice(["closed", "conversions", "rate"]),
            default="closed",
            show_default=True,
            help=N_(
                "What channels are worth together, for shapley: their journeys' conversions, in closed form or over all coalitions, or the "
                "best rate at which their journeys convert."
            ),
        ),
        click.option(
            "--convention",
            type=click.Choice(CONVENTION_NAMES),
            help=N_("Whose rules the models follow, milestones and two-touch cases above all; alone, it chooses that vendor's models."),
        ),
        click.option(
            "--weights",
            metavar="F,M,L",
            callback=_weights,
            help=N_("Weights of the model custom: first, middle and last touch, such as 50,20,30."),
        ),
        click.option(
            "--half-life",
            type=Positive(),
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


def order_option(command: Command) -> Command:
    """Add the memory of the Markov chain."""
    return click.option(
        "--order",
        type=click.Choice(["1", "2", "3", "4", "5", "auto"]),
        default="1",
        show_default=True,
        callback=lambda ctx, parameter, value: None if value == "auto" else int(value),
        help=N_("How many channels back the Markov chain remembers; auto lets the journeys choose."),
    )(command)


def interval_options(command: Command) -> Command:
    """Add what asks how sure the credits are."""
    for option in (
        click.option(
            "--against",
            metavar="A,B",
            help=N_("Compare two: how probably A is credited with more than B, by each model, with the difference."),
        ),
        click.option("--ranks", is_flag=True, help=N_("Show how probable each rank is for each channel, by each model.")),
        click.option("--intervals", is_flag=True, help=N_("Add 95 % intervals to the credits, from 1,000 samples of the people.")),
    ):
        command = option(command)
    return command


def elsewhere_options(command: Command) -> Command:
    """Add where touches and conversions lie, if not in the workspace."""
    for option in (
        click.option(
            "--map",
            "columns",
            multiple=True,
            metavar="FIELD=COLUMN",
            help=N_(
                "Which column of these tables fills a field, such as person=email or touches.at=visited; may be given several times. "
                "FIELD= leaves it out."
            ),
        ),
        click.option("--conversions", metavar="TABLE|PARQUET", help=N_("The conversions there: a table, or Parquet files.")),
        click.option("--touches", metavar="TABLE|PARQUET", help=N_("The touches there: a table, or Parquet files.")),
        click.option(
            "--on",
            metavar="URL",
            help=N_(
                "Compute where the data lie, not in the workspace: duckdb://FILE, postgres://USER@HOST/BASE, pyspark://, bigquery://, "
                "snowflake://, trino://, clickhouse:// or databricks://. Only aggregates come here."
            ),
        ),
    ):
        command = option(command)
    return command


def _weights(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[float, float, float] | None:
    if value is None:
        return None
    try:
        first, middle, last = (float(part) for part in value.split(","))
    except ValueError as error:
        raise UsageError("--weights {value}: give three numbers, such as 50,20,30", value=value) from error
    return first, middle, last


def _all_models(models: tuple[str, ...], weights: tuple[float, float, float] | None, convention: str | None = None) -> tuple[str, ...]:
    """Say which models 'all' means: under a convention those of which it tells, and those of which no vendor has a say."""
    if "all" not in models:
        return models
    from attribution.conventions import find_convention, knows
    from attribution.models import MODELS

    every = [model.name for model in MODELS if model.name != "custom" or weights]
    return tuple(name for name in every if convention is None or knows(find_convention(convention), name))


def make_question(**asked: Any) -> Any:
    """Make the `attribution.question.Question` of what was typed."""
    from attribution.question import Question
    from attribution.transforms import Transform

    return Question(
        models=_all_models(asked.get("models", ()), asked.get("weights"), asked.get("convention")),
        goal=asked.get("goal"),
        by=asked.get("by", "channel"),
        lookback_days=asked.get("lookback"),
        since=asked.get("since"),
        until=asked.get("until"),
        half_life_days=asked.get("half_life", 7.0),
        weights=asked.get("weights"),
        currency=asked.get("currency"),
        order=asked.get("order", 1),
        level=asked.get("level", "person"),
        transform=Transform(
            collapse=asked.get("collapse", "none"),
            direct=asked.get("direct", "keep"),
            max_touches=asked.get("max_touches"),
            min_gap=None if asked.get("min_gap") is None else round(asked["min_gap"] * 60),
        ),
        maturity_days=asked.get("maturity"),
        convention=asked.get("convention"),
        game=asked.get("game", "closed"),
        ordered=asked.get("ordered", False),
        # An order is chosen by how well some people's journeys foretell others'.
        by_key=bool(asked.get("intervals") or asked.get("ranks") or asked.get("against")) or asked.get("order", 1) is None,
    )
