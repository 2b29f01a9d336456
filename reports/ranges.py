"""Numbers on the command line: one that does not fit is answered with what would, in the reader's language."""

from __future__ import annotations

import gettext
import math
from typing import Any, cast

import click

from reports.report import N_

WHOLE = {
    "from": N_("'{value}' does not fit; give a whole number of {low} or more"),
    "above": N_("'{value}' does not fit; give a whole number above {low}"),
    "between": N_("'{value}' does not fit; give a whole number from {low} to {high}"),
    "up to": N_("'{value}' does not fit; give a whole number above {low} and up to {high}"),
    "any": N_("'{value}' does not fit; give a whole number"),
}
"""What is said of whole numbers, by what bounds them."""
REAL = {
    "from": N_("'{value}' does not fit; give a number of {low} or more"),
    "above": N_("'{value}' does not fit; give a number above {low}"),
    "between": N_("'{value}' does not fit; give a number from {low} to {high}"),
    "up to": N_("'{value}' does not fit; give a number above {low} and up to {high}"),
    "any": N_("'{value}' does not fit; give a number"),
}
"""What is said of other numbers."""


class WholeRange(click.IntRange):
    """A whole number within bounds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(said(self, WHOLE, value), param, ctx)


class RealRange(click.FloatRange):
    """A number within bounds; click by itself lets "nan" through, which is in every range and in none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        try:
            number = float(super().convert(value, param, ctx))
        except click.BadParameter:
            number = math.nan
        if math.isnan(number):
            self.fail(said(self, REAL, value), param, ctx)
        return number


def said(bounded: click.IntRange | click.FloatRange, templates: dict[str, str], value: Any) -> str:
    """Say what would fit.

    Examples
    --------
    >>> said(click.IntRange(1), WHOLE, "0"), said(click.FloatRange(0, 90, min_open=True), REAL, "ten")
    ("'0' does not fit; give a whole number of 1 or more", "'ten' does not fit; give a number above 0 and up to 90")
    """
    low, high = bounded.min, bounded.max
    if low is None:
        kind = "any"
    elif high is None:
        kind = "above" if bounded.min_open else "from"
    else:
        kind = "up to" if bounded.min_open else "between"
    return gettext.gettext(templates[kind]).format(value=value, low=_plain(low), high=_plain(high))


def _plain(bound: float | None) -> str:
    return "" if bound is None else str(int(bound)) if float(bound).is_integer() else str(bound)


def in_our_words(parameter: click.Parameter) -> None:
    """Give a parameter whose type is one of click's own ranges the same range in our words."""
    kind: Any = {click.IntRange: WholeRange, click.FloatRange: RealRange}.get(cast(Any, type(parameter.type)))
    if kind is not None:
        bounds = {name: getattr(parameter.type, name) for name in ("min", "max", "min_open", "max_open", "clamp")}
        parameter.type = kind(**bounds)
