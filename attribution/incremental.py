"""Incremental credit: what each channel added, by a continuous-time additive hazard fitted to aggregates.

At time t a person converts at the rate

    b + sum over the person's touches at s <= t of sum_k beta[channel, k] * kernel_k(t - s),

with four sorts of kernels (`Kernels`). *Effects*, exp(-age / tau) for a few tau, are what a touch does: these alone are credited. A
step over the first hours (the *guard*) and a kernel that is gone within days (*arrival*) catch people who had decided already and came
through the channel: brand search before a form, direct visits. A kernel that hardly fades (*intent*) catches who the people are: those
whom a channel finds and who convert more, long after the touch as much as soon after it. b and intent are the baseline.

The log-likelihood, sum over conversions of log rate minus the integral of everyone's rate while at risk, is concave. Its EM needs of the
data the kernels of the converters' touches at the conversion, and for each channel and kernel one number, its *mass*: the kernel
integrated over the time at risk, summed over all touches. Both come from an engine (`attribution.exposure`).
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from attribution.hazard_fit import Fit
from attribution.paths import Floats, Ints
from workspace.errors import UsageError

BASELINE = "(baseline)"
"""Stands in the channel column for conversions to be expected without any touch."""
SHARED = "(several)"
"""Stands there for conversions that no single channel was needed for: without any one of them the others would have brought them."""

Role = Literal["guard", "arrival", "effect", "intent"]


@dataclasses.dataclass(frozen=True)
class Kernels:
    """How the rate of converting may follow a touch.

    Parameters
    ----------
    guard_days : float
        What happens within so long after a touch, beyond what its later effect lets expect, is not credited; 0 for no guard.
    arrival_days : float or None
        Time constant of people who had decided already and come through the channel; None to credit short effects like others.
    effect_days : tuple of float
        Time constants of what touches do.
    intent_days : float or None
        The intent kernel of a person known for u days is intent_days / (u + intent_days): so the mean of a gamma-distributed rate moves
        with the touches counted. None to credit what hardly fades.

    Examples
    --------
    >>> Kernels().roles
    ('guard', 'arrival', 'effect', 'effect', 'effect', 'intent')
    """

    guard_days: float = 0.5
    arrival_days: float | None = 1.0
    effect_days: tuple[float, ...] = (3.0, 8.0, 20.0)
    intent_days: float | None = 365.0

    def __post_init__(self) -> None:
        if not 0 <= self.guard_days <= 30:
            raise UsageError("--guard {days}: give a number of days from 0 to 30, for example 0.5 for 12 hours", days=self.guard_days)
        constants = [*self.effect_days, *(days for days in (self.arrival_days, self.intent_days) if days is not None)]
        if not self.effect_days or not all(0 < days < float("inf") for days in constants):
            raise UsageError(
                "incremental needs at least one time constant, and each above 0 days; these were given: {days}", days=constants
            )

    @property
    def roles(self) -> tuple[Role, ...]:
        """What each kernel stands for, in the order of every array of kernels."""
        return (
            *(("guard",) if self.guard_days else ()),
            *(("arrival",) if self.arrival_days is not None else ()),
            *(["effect"] * len(self.effect_days)),
            *(("intent",) if self.intent_days is not None else ()),
        )

    def where(self, *roles: Role) -> NDArray[np.bool_]:
        """Mark the kernels of some roles, shape (n_kernels,)."""
        return np.array([role in roles for role in self.roles])


@dataclasses.dataclass(frozen=True, eq=False)
class Exposures:
    """All that the fit needs of the data; days are the unit of time.

    Parameters
    ----------
    channels : tuple of str
    kernels : Kernels
    mass : array of float, shape (n_channels, n_kernels)
        Each kernel integrated over the time at risk, summed over touches.
    days_at_risk : array of float, shape (n_segments,)
    segment : array of int, shape (n_conversions,)
        Of each person who converted while at risk.
    known : array of float, shape (n_conversions,)
        Days from when the person was first known to the conversion.
    remaining : array of float, shape (n_conversions,)
        Days from the conversion to the end of the data.
    value : array of float, shape (n_conversions,)
        What each conversion is worth; 0 where that is not known.
    conversion, code : array of int, shape (n_claims,)
        Each claim's conversion, in ascending order, and channel; a pair stands once.
    claim : array of float, shape (n_claims, n_kernels)
        Each kernel at the conversion, summed over the person's touches of the channel.
    outside, outside_value : float
        First conversions of people not at risk: without a touch, or within the guard after their first. They go to the baseline.
    repeats : int
        Conversions that were not a person's first; they are not credited.
    valued : bool
        Whether any value is known.
    """

    channels: tuple[str, ...]
    kernels: Kernels
    mass: Floats
    days_at_risk: Floats
    segment: Ints
    known: Floats
    remaining: Floats
    value: Floats
    conversion: Ints
    code: Ints
    claim: Floats
    outside: float = 0.0
    outside_value: float = 0.0
    repeats: int = 0
    valued: bool = True


@dataclasses.dataclass(frozen=True, eq=False)
class Incremental:
    """What each channel added, and what would have come without.

    Parameters
    ----------
    channels : tuple of str
    conversions, value : array of float, shape (n_channels,)
        Conversions fewer by the end of the data had there been none of the channel's touches.
    decided : array of float, shape (n_channels,)
        Conversions of people who had decided already and came through the channel; not credited to it.
    baseline, baseline_value : float
        Conversions to be expected without any touch.
    shared, shared_value : float
        What is left: conversions that each of several channels would have brought by itself. Never below 0.
    observed : float
        First conversions: the sum of all the above but `decided`.
    fit : Fit
    """

    channels: tuple[str, ...]
    conversions: Floats
    value: Floats
    decided: Floats
    baseline: float
    baseline_value: float
    shared: float
    shared_value: float
    observed: float
    fit: Fit


def credit(exposures: Exposures, fitted: Fit, weights: Floats | None = None) -> Incremental:
    """Credit the conversions that happened.

    Parameters
    ----------
    exposures : Exposures
    fitted : Fit
    weights : array of float, shape (n_conversions,), or None
        How often each conversion counts; None for once.

    Notes
    -----
    Each conversion is divided over the parts of its rate at its moment: over the baseline and the effects of each channel. Without
    channel c, the share of c in it would not have happened then; it is lost unless the rest of the person's rate brings it later, with
    probability 1 - exp(-H), H the integral of the rest to the end of the data. In expectation, the sum of share_c * exp(-H) over
    conversions is exactly the sum over people of P(conversion with all) - P(conversion without c): only converters are looked at, and it
    stays an aggregate. One thing is approximate: H holds the touches up to the conversion, as those after it happened to somebody who had
    converted.

    The parts of arrival and guard are conversions of people already decided. What brought these is told by the conversions that did
    not come so: as these are divided on average, so are those.

    The value is each conversion's own, divided as the conversion is; a conversion that comes later is worth the same.
    """
    e, kernels = exposures, exposures.kernels
    n_channels, weight = len(e.channels), np.ones(len(e.segment)) if weights is None else weights
    n = float(weight.sum())
    effects, caught, intent = kernels.where("effect"), kernels.where("guard", "arrival"), kernels.where("intent")
    parts = e.claim * fitted.beta[e.code]
    effect, arrived, who = parts[:, effects].sum(axis=1), parts[:, caught].sum(axis=1), parts[:, intent].sum(axis=1)

    def per_conversion(amounts: Floats) -> Floats:
        return np.bincount(e.conversion, amounts, len(weight)).astype(np.float64)

    base = fitted.baseline[e.segment]
    calm = base + per_conversion(effect + who)
    rate = calm + per_conversion(arrived)
    rate = np.where(rate > 0, rate, 1.0)
    undecided = calm / rate
    told = float(undecided @ weight)
    scale = n / told if told > 1e-9 * n else 0.0
    decays = np.array(kernels.effect_days)
    later = scale * (parts[:, effects] * decays * -np.expm1(-e.remaining[e.conversion][:, None] / decays)).sum(axis=1)
    later_base = scale * (base * e.remaining + _intent_later(e, per_conversion(who)))
    rest = (later_base + per_conversion(later))[e.conversion] - later
    lost = weight[e.conversion] * effect / rate[e.conversion] * np.exp(-rest)
    share = (base + per_conversion(who)) / rate
    comes = weight * (share + (undecided - share) * -np.expm1(-later_base))

    def by_channel(amounts: Floats) -> Floats:
        return np.bincount(e.code, amounts, n_channels).astype(np.float64)

    # What is told by the undecided part of each conversion, the decided part is spread by.
    known_value, decided_value = float(weight @ e.value), float((weight * (1.0 - undecided)) @ e.value)
    each = by_channel(lost) * (scale / n if n else 0.0)
    conversions, value = each * n, by_channel(lost * e.value[e.conversion]) + each * decided_value
    came = float(comes.sum()) * scale / n if scale else 1.0
    baseline, baseline_value = came * n + e.outside, float(comes @ e.value) + came * decided_value + e.outside_value
    unknown = 1.0 if e.valued else np.nan
    return Incremental(
        channels=e.channels,
        conversions=conversions,
        value=value * unknown,
        decided=by_channel(weight[e.conversion] * arrived / rate[e.conversion]),
        baseline=baseline,
        baseline_value=baseline_value * unknown,
        shared=max(n + e.outside - baseline - float(conversions.sum()), 0.0),
        shared_value=(known_value + e.outside_value - baseline_value - float(value.sum())) * unknown,
        observed=n + e.outside,
        fit=fitted,
    )


def _intent_later(e: Exposures, rate: Floats) -> Floats:
    """Integrate the intent kernel from the conversion to the end; of all touches it has the same argument, the time known."""
    if e.kernels.intent_days is None:
        return np.zeros(len(rate))
    age = e.known + e.kernels.intent_days
    return np.asarray(rate * age * np.log1p(e.remaining / age))
