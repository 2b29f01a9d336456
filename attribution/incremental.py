"""Incremental credit: what each channel added, by a continuous-time additive hazard fitted to aggregates.

At time t a person converts at the rate

    b + b' * who(t) + sum over the person's touches at s <= t of sum_k beta[channel, k] * kernel_k(t - s) + w[channel] * who(t)

with several sorts of kernels (`attribution.hazard_kernels.Kernels`). *Effects*, exp(-age / tau) for a few tau, are what a touch does: these
alone are credited. A step over the first hours (the *guard*) and a kernel that is gone within days (*arrival*) catch people who had decided
already and came through the channel: brand search before a form, direct visits. *Intent* catches who the people are: those whom a channel
finds and who convert more, long after the touch as much as soon after it. who(t) = presence(t) * T / (T + days present so far): people
convert while they are on the market, and those who have not for long convert less. What is left, b, is those who would come at any time.
b, b' and the intent of the touches are the baseline.

The log-likelihood, sum over conversions of log rate minus the integral of everyone's rate while at risk, is concave. It needs of the data
the kernels of the converters' touches at the conversion, and for each channel and kernel one number, its *mass*: the kernel integrated over
the time at risk, summed over all touches. Both come from an engine (`attribution.exposure`).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from attribution.hazard_kernels import Kernels
from attribution.paths import Floats, Ints

BASELINE = "(baseline)"
"""Stands in the channel column for conversions to be expected without any touch."""
SHARED = "(several)"
"""Stands there for conversions that no single channel was needed for: without any one of them the others would have brought them."""
NEWCOMER = 3.0
"""Somebody who is known for less than so many times the arrival's longest time constant may have been known only for having decided."""


@dataclasses.dataclass(frozen=True, eq=False)
class Exposures:
    """All that the fit needs of the data; days of the buyers' clock are the unit of time.

    Parameters
    ----------
    channels : tuple of str
    kernels : Kernels
    mass : array of float, shape (n_channels, n_kernels)
        Each kernel integrated over the time at risk, summed over touches.
    risk : array of float, shape (n_segments, n_bases)
        Each part of the baseline (`Kernels.bases`) integrated over the time at risk, summed over people.
    segment : array of int, shape (n_conversions,)
        Of each person who converted while at risk.
    base : array of float, shape (n_conversions, n_bases)
        Each part of the baseline at the conversion.
    base_later : array of float, shape (n_conversions, n_bases)
        Each part integrated from the conversion to the end of the data, if no touch came.
    age : array of float, shape (n_conversions,)
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
    risk: Floats
    segment: Ints
    base: Floats
    base_later: Floats
    age: Floats
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
class Fit:
    """Rates that make the conversions most likely.

    Parameters
    ----------
    exposures : Exposures
        What was fitted.
    baseline : array of float, shape (n_segments, n_bases)
        Conversions per day and person, without touches, for each part of the baseline.
    beta : array of float, shape (n_channels, n_kernels)
        What a touch adds to the rate, per unit of the kernel.
    pull : array of float, shape (n_segments * n_bases + n_channels * n_kernels,)
        What was added to the mass of each part, the baseline's first: it pulls rates towards 0.
    iterations : int
        Steps of the climb.
    gap : float
        The log-likelihood, less the pull, is at most so much below the highest there is.
    height : float
        The log-likelihood, less the pull.
    """

    exposures: Exposures
    baseline: Floats
    beta: Floats
    pull: Floats
    iterations: int
    gap: float
    height: float

    @property
    def theta(self) -> Floats:
        """All rates, the baseline's first."""
        return np.concatenate([self.baseline.ravel(), self.beta.ravel()])

    def at(self, theta: Floats) -> Fit:
        """Take other rates for the same exposures."""
        split = self.baseline.size
        return dataclasses.replace(self, baseline=theta[:split].reshape(self.baseline.shape), beta=theta[split:].reshape(self.beta.shape))

    def effects(self) -> Floats:
        """Give what a touch adds to the daily rate for each time constant of effects, shape (n_channels, n_effects)."""
        return np.asarray(self.beta[:, self.exposures.kernels.where("effect")])


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
    scale : float
        How many conversions one that was not decided before stands for: what a touch adds to the rate is that many times what was fitted.
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
    scale: float = 1.0


def credit(fitted: Fit, weights: Floats | None = None) -> Incremental:
    """Credit the conversions that happened.

    Parameters
    ----------
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

    The value is each conversion's own, divided as the conversion is; a conversion that comes later is worth the same. How conversions of
    people already decided are spread, `_decided` says.
    """
    e = fitted.exposures
    weight = np.ones(len(e.segment)) if weights is None else weights
    n, rates = float(weight.sum()), _rates(fitted)
    told = float(rates.undecided @ weight)
    scale, strangers = _decided(e, rates.undecided, weight, told) if told > 1e-9 * n else (0.0, 0.0)
    lost, comes = _lost_and_coming(fitted, rates, weight, scale)
    # What is told by the undecided part of each conversion, the decided part is spread by; of their value the strangers have their share.
    known_value, decided_value = float(weight @ e.value), float((weight * (1.0 - rates.undecided)) @ e.value)
    spread_value = decided_value * (1.0 - strangers / (n - told)) if n > told else 0.0
    each, came = (_by_channel(e, lost) / told, float(comes.sum()) / told) if scale else (np.zeros(len(e.channels)), 1.0)
    conversions, value = each * told * scale, _by_channel(e, lost * e.value[e.conversion]) + each * spread_value
    baseline = (came * told * scale + strangers if scale else n) + e.outside
    baseline_value = float(comes @ e.value) + came * spread_value + (decided_value - spread_value) + e.outside_value
    unknown = 1.0 if e.valued else np.nan
    return Incremental(
        channels=e.channels,
        conversions=conversions,
        value=value * unknown,
        decided=_by_channel(e, weight[e.conversion] * rates.arrived / rates.rate[e.conversion]),
        baseline=baseline,
        baseline_value=baseline_value * unknown,
        shared=max(n + e.outside - baseline - float(conversions.sum()), 0.0),
        shared_value=(known_value + e.outside_value - baseline_value - float(value.sum())) * unknown,
        observed=n + e.outside,
        fit=fitted,
        scale=scale,
    )


@dataclasses.dataclass(frozen=True, eq=False)
class _Rates:
    """The rate of each conversion at its moment, and its parts.

    Parameters
    ----------
    effects : array of float, shape (n_claims, n_effects)
        What the touches of each claim do.
    arrived : array of float, shape (n_claims,)
        Of people who had decided already.
    who, base : array of float, shape (n_conversions,)
        The intent of the touches, and all of the baseline with it.
    rate : array of float, shape (n_conversions,)
        All of it; 1 where it is 0.
    undecided : array of float, shape (n_conversions,)
        The part of the rate that is not of people who had decided already.
    """

    effects: Floats
    arrived: Floats
    who: Floats
    base: Floats
    rate: Floats
    undecided: Floats


def _rates(fitted: Fit) -> _Rates:
    e = fitted.exposures
    parts, roles = e.claim * fitted.beta[e.code], e.kernels.where
    effects, arrived = parts[:, roles("effect")], parts[:, roles("guard", "arrival")].sum(axis=1)
    who = _by_conversion(e, parts[:, roles("intent")].sum(axis=1))
    base = (fitted.baseline[e.segment] * e.base).sum(axis=1) + who
    calm = base + _by_conversion(e, effects.sum(axis=1))
    rate = calm + _by_conversion(e, arrived)
    rate = np.where(rate > 0, rate, 1.0)
    return _Rates(effects, arrived, who, base, rate, calm / rate)


def _lost_and_coming(fitted: Fit, rates: _Rates, weight: Floats, scale: float) -> tuple[Floats, Floats]:
    """Say what each claim's conversion loses without its channel, and what of each conversion comes without any touch."""
    e = fitted.exposures
    decays = np.array(e.kernels.effect_days)
    later = scale * (rates.effects * decays * -np.expm1(-e.remaining[e.conversion][:, None] / decays)).sum(axis=1)
    later_base = scale * ((fitted.baseline[e.segment] * e.base_later).sum(axis=1) + rates.who * _intent_later(e))
    rest = (later_base + _by_conversion(e, later))[e.conversion] - later
    lost = weight[e.conversion] * rates.effects.sum(axis=1) / rates.rate[e.conversion] * np.exp(-rest)
    comes = weight * (rates.base / rates.rate + (rates.undecided - rates.base / rates.rate) * -np.expm1(-later_base))
    return lost, comes


def _by_conversion(e: Exposures, amounts: Floats) -> Floats:
    return np.bincount(e.conversion, amounts, len(e.segment)).astype(np.float64)


def _by_channel(e: Exposures, amounts: Floats) -> Floats:
    return np.bincount(e.code, amounts, len(e.channels)).astype(np.float64)


def _decided(e: Exposures, undecided: Floats, weight: Floats, told: float) -> tuple[float, float]:
    """Say how many conversions one that was not decided stands for, and how many were decided by people nothing had touched.

    Notes
    -----
    The parts of arrival and guard are conversions of people already decided. What brought these is told by the conversions that did not
    come so: as these are divided on average, so are those. That holds for people who were known before they decided. Of those who became
    known within days (`NEWCOMER`) more came decided than of the others; what is too much belongs to people whom nothing had touched: to the
    baseline.
    """
    n = float(weight.sum())
    older: NDArray[np.bool_] = e.age >= NEWCOMER * max(e.kernels.arrival_days, default=0.0)
    old, old_told = float(weight @ older), float((undecided * older) @ weight)
    scale = old / old_told if old_told > 1e-9 * n else n / told
    strangers = n - scale * told
    return (scale, strangers) if strangers > 0 else (n / told, 0.0)


def _intent_later(e: Exposures) -> Floats:
    """Integrate the intent kernel from the conversion to the end, per unit of it at the conversion; it follows presence."""
    if e.kernels.intent_days is None:
        return np.zeros(len(e.segment))
    now = e.base[:, 1]
    return np.asarray(np.where(now > 0, e.base_later[:, 1] / np.where(now > 0, now, 1.0), 0.0))
