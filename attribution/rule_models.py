"""Rule models that look at more than the place of a touch: at its channel, at its age, at who took part.

Notes
-----
Every rule model, those of `attribution.position_models` too, keeps these laws: journeys that did not convert change nothing; a
channel in no converting journey gets nothing; journeys are credited one by one, so the credit of two sets of journeys together is
the sum of their credits; credit is never negative where no amount is. All but `Participation` also conserve: credit adds up to the
conversions and to the value.
"""

from __future__ import annotations

import dataclasses
import math
from typing import ClassVar

import numpy as np

from attribution.crediting import by_channel, credit_with, credits_from, distinct_channels, value_is_known
from attribution.paths import Credits, Paths
from workspace.errors import DataError, UsageError


@dataclasses.dataclass(frozen=True)
class LastNonDirect:
    """Credit the last touch that is not direct traffic; where all are direct, the last one.

    Notes
    -----
    GA4 and Matomo work so (GA4 Admin API, attribution models; Matomo FAQ 25500). Keeps every law of the rule models. Breaks
    reversal, and equal treatment of channels: direct traffic ranks behind all others.
    """

    name: ClassVar[str] = "last_non_direct"
    summary: ClassVar[str] = "The last touch that is not direct traffic gets the whole conversion."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def credit(self, paths: Paths) -> Credits:
        """Credit the last touch of each path, direct traffic left out."""
        starts, ends = paths.offsets[:-1], paths.offsets[1:] - 1
        place = np.where(paths.direct[paths.codes], -1, np.arange(len(paths.codes)))
        latest = np.maximum.reduceat(place, starts) if len(starts) else ends
        chosen = paths.codes[np.where(latest < 0, ends, latest)]
        return credit_with(paths, lambda amounts: by_channel(paths, chosen, amounts))


@dataclasses.dataclass(frozen=True)
class TimeDecay:
    """Credit later touches more: a touch weighs half as much for every half-life between it and the conversion.

    Parameters
    ----------
    half_life_days : float
        7 days, as Adobe and Google Ads have it.

    Notes
    -----
    A touch `t` days before the conversion weighs 2^(-t / half_life_days), divided by the sum over its journey, so that credit adds
    up. (HockeyStack counts touches in place of days and does not divide; PostHog takes a quarter of the lookback as half-life.)
    Keeps every law of the rule models. Breaks reversal. Adding the same delay to every touch of a journey changes nothing.
    """

    half_life_days: float = 7.0

    name: ClassVar[str] = "time_decay"
    summary: ClassVar[str] = "Later touches get more: a touch weighs half as much for every half-life before the conversion."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not (math.isfinite(self.half_life_days) and self.half_life_days > 0):
            raise UsageError(
                "time_decay: a half-life of {days} days cannot be used; give a number of days above 0, for example 7",
                days=self.half_life_days,
            )

    def credit(self, paths: Paths) -> Credits:
        """Credit each touch by its age.

        Raises
        ------
        DataError
            The times of the touches are not known.
        ValueError
            The paths were weighted with another half-life.
        """
        if paths.recency is None:
            raise DataError(
                "time_decay needs to know when each touch happened, and a file of aggregated paths carries no times; "
                "leave time_decay out, or import the touches into a workspace"
            )
        if not math.isclose(paths.recency.half_life_days, self.half_life_days, rel_tol=1e-9):
            raise ValueError(f"paths weighted with half-life {paths.recency.half_life_days}, model has {self.half_life_days}")
        conversions = by_channel(paths, paths.codes, paths.recency.conversions)
        return credits_from(paths, conversions, by_channel(paths, paths.codes, paths.recency.value))


@dataclasses.dataclass(frozen=True)
class Participation:
    """Credit every channel of a journey with the whole conversion, once.

    Notes
    -----
    The one model that does not conserve: a conversion counts once for each channel that took part, so credit adds up to more than
    the conversions. The true totals stand in the diagnostics; a channel's share of them is the share of conversions it took part
    in. Keeps the other laws of the rule models, and reversal; repeated touches change nothing. Adobe and Amplitude call it
    participation, others uniform.
    """

    name: ClassVar[str] = "participation"
    summary: ClassVar[str] = "Every channel of the journey gets the whole conversion; the sum exceeds the conversions."
    conserves: ClassVar[bool] = False
    credits_touches: ClassVar[bool] = False

    def credit(self, paths: Paths) -> Credits:
        """Credit each distinct channel of each path with all of it."""
        path, channel = distinct_channels(paths)
        totals = {"total_conversions": float(paths.conversions.sum()) + paths.unattributed_conversions}
        if value_is_known(paths):
            totals["total_value"] = float(paths.value.sum()) + paths.unattributed_value
        return credit_with(paths, lambda amounts: by_channel(paths, channel, amounts[path]), totals)
