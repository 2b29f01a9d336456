"""Calibration: credit scaled to what experiments found, its total kept."""

from __future__ import annotations

import dataclasses
import math
import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from attribution.paths import Credits, Draws, Floats

NOT_EXPLAINED = "(not explained)"
"""Stands among the channels for what experiments take from the tested ones where no other channel is there to take it."""

NOTHING = 1e-12
"""Amounts below this share of all are rounding errors."""

SEED = 20260131


@dataclasses.dataclass(frozen=True, slots=True)
class Factor:
    """How much of its credit an experiment confirms to a channel.

    Parameters
    ----------
    value : float
        Incremental conversions over credited ones, in the experiment's own period. Below 0 where the channel did harm.
    deviation : float or None
        The standard error of it; None where the experiment names no interval.
    """

    value: float
    deviation: float | None = None

    def interval(self, z: float = 1.959963984540054) -> tuple[float, float]:
        """Give the bounds, NaN where they are not known; at 95 % unless `z` is another level's.

        Examples
        --------
        >>> [round(bound, 3) for bound in Factor(0.7, 0.1).interval()]
        [0.504, 0.896]
        """
        reach = z * self.deviation if self.deviation is not None else math.nan
        return self.value - reach, self.value + reach


def combined(factors: Sequence[Factor]) -> tuple[Factor, float]:
    """Combine the factors of several experiments on one channel, each weighted by the inverse of its variance.

    Parameters
    ----------
    factors : sequence of Factor
        At least one; each with its deviation, above 0, unless it is the only one.

    Returns
    -------
    factor : Factor
    times : float
        By what its deviation was widened, for the experiments disagree by more than their intervals allow; 1 where they agree.

    Notes
    -----
    With weights w = 1 / deviation², the factor is Σ w f / Σ w with deviation (Σ w)^(-1/2), times max(1, √(Q / (n - 1))) with
    Q = Σ w (f - mean)². The order does not matter.

    References
    ----------
    Particle Data Group, *Review of Particle Physics*, introduction, section 5.2.2 (the scale factor S).

    Examples
    --------
    >>> combined([Factor(0.25, 0.125), Factor(0.75, 0.125)])
    (Factor(value=0.5, deviation=0.25), 2.82...)
    """
    if len(factors) == 1:
        return factors[0], 1.0
    weights = [1 / factor.deviation**2 for factor in factors if factor.deviation]
    if len(weights) < len(factors):
        raise ValueError("a factor without deviation has no weight")
    whole = math.fsum(weights)
    mean = math.fsum(weight * factor.value for weight, factor in zip(weights, factors, strict=True)) / whole
    spread = math.fsum(weight * (factor.value - mean) ** 2 for weight, factor in zip(weights, factors, strict=True))
    times = max(1.0, math.sqrt(spread / (len(factors) - 1)))
    return Factor(mean, times / math.sqrt(whole)), times


def calibrate(credits: Credits, factors: Mapping[str, Factor]) -> Credits:
    """Scale the credit of tested channels by their factors, and move the rest to the others in proportion to their credit.

    Parameters
    ----------
    credits : Credits
    factors : mapping of str to Factor
        By channel; a channel that stands nowhere in it has not been tested.

    Returns
    -------
    Credits
        With `factor` among its further columns, NaN for channels not tested. Where the others cannot take the rest, it ends with the
        channel `NOT_EXPLAINED`.

    Raises
    ------
    ValueError
        A factor is of no channel, or not a finite number.

    Notes
    -----
    With T the tested channels, a tested channel t gets f_t c_t, and M = Σ_T (1 - f_t) c_t moves: each other channel u gets
    c_u (1 + M / Σ_U c). Conversions and value are treated alike, each with its own sum.

    Kept: the total, with `NOT_EXPLAINED`; the proportions among the others; what is unattributed; the scale (twice the credit,
    twice the result); factors of 1 change nothing. The others give no more than they have: where experiments confirm more than there
    is (M < -Σ_U c), the others go down to 0 and `NOT_EXPLAINED` is negative. Where the others have no credit (every channel tested),
    all of M is `NOT_EXPLAINED`. Cost: linear in the channels.

    References
    ----------
    Dema, "Causal factor attribution: interpreting results" (docs.dema.ai): 10,000 scaled by 0.7, the 3,000 moved in proportion.

    Examples
    --------
    >>> names, amounts = ("Meta", "Direct", "Other"), np.array([10_000.0, 5_000.0, 2_000.0])
    >>> calibrate(Credits(names, amounts, amounts), {"Meta": Factor(0.7)}).conversions.round().tolist()
    [7000.0, 7143.0, 2857.0]
    """
    scale = _scale(credits.channels, factors)
    (conversions,), (rest,) = moved(credits.conversions[None], scale[None])
    (value,), (rest_value,) = moved(credits.value[None], scale[None])
    found = dataclasses.replace(credits, conversions=conversions, value=value, extra={**credits.extra, "factor": scale})
    small = NOTHING * np.array([np.abs(credits.conversions).sum(), np.abs(credits.value).sum()])
    return with_rest(found, rest, rest_value) if (np.abs([rest, rest_value]) > small).any() else found


def with_rest(credits: Credits, conversions: float = 0.0, value: float = 0.0) -> Credits:
    """Add the channel `NOT_EXPLAINED`; where no value is known, its value is unknown too."""
    if credits.channels[-1:] == (NOT_EXPLAINED,):
        return credits
    unknown = bool(len(credits.value) and np.isnan(credits.value).all())
    return dataclasses.replace(
        credits,
        channels=(*credits.channels, NOT_EXPLAINED),
        conversions=np.append(credits.conversions, conversions),
        value=np.append(credits.value, math.nan if unknown else value),
        extra={name: np.append(column, math.nan) for name, column in credits.extra.items()},
    )


def calibrated_draws(draws: Draws, channels: Sequence[str], factors: Mapping[str, Factor]) -> Draws:
    """Calibrate each replicate with factors drawn from their experiments' intervals.

    Parameters
    ----------
    draws : Draws
        The model's own replicates; equal ones where its own uncertainty is not known (`constant`).
    channels : sequence of str, length n_channels
    factors : mapping of str to Factor
        As in `calibrate`. Each is drawn from a normal distribution, anew for each replicate and independent of the others and of the
        model's replicates; one without a deviation is the same in all.

    Returns
    -------
    Draws
        With one channel more, `NOT_EXPLAINED`, 0 where the others take all.

    Notes
    -----
    The deviates of a channel depend on its name and on nothing else, so that models are compared under the same luck of the experiment,
    and the order of channels does not matter. Cost: one normal deviate for each replicate and tested channel.
    """
    n_draws = len(draws.conversions)
    scale = np.tile(_scale(channels, factors), (n_draws, 1))
    for place, channel in enumerate(channels):
        if channel in factors and (deviation := factors[channel].deviation):
            scale[:, place] += deviation * _deviates(channel, n_draws)
    conversions, rest = moved(draws.conversions, scale)
    value, rest_value = moved(draws.value, scale)
    return dataclasses.replace(draws, conversions=np.column_stack([conversions, rest]), value=np.column_stack([value, rest_value]))


def constant(credits: Credits, n_draws: int) -> Draws:
    """Make replicates of credits whose own uncertainty is not known: all of them alike."""
    return Draws(
        np.tile(credits.conversions, (n_draws, 1)),
        np.tile(credits.value, (n_draws, 1)),
        np.full(n_draws, credits.unattributed_conversions),
        np.full(n_draws, credits.unattributed_value),
    )


def moved(amounts: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Scale some amounts of each row and spread what that frees over the others of the row.

    Parameters
    ----------
    amounts : array of float, shape (n, n_channels)
    scale : array of float, shape (n, n_channels)
        NaN where an amount is one of the others.

    Returns
    -------
    amounts : array of float, shape (n, n_channels)
    rest : array of float, shape (n,)
        What the others could not take, or were not able to give.
    """
    others = np.isnan(scale)
    scaled = np.where(others, amounts, amounts * scale)
    freed = (amounts - scaled).sum(axis=1)
    before = np.where(others, amounts, 0.0).sum(axis=1)
    able = before > NOTHING * np.abs(amounts).sum(axis=1)
    after = np.where(able, np.maximum(before + freed, 0.0), before)
    times = np.divide(after, before, out=np.ones_like(before), where=able)
    return np.where(others, scaled * times[:, None], scaled), before + freed - after


def _scale(channels: Sequence[str], factors: Mapping[str, Factor]) -> Floats:
    """Give each channel's factor, NaN for those not tested."""
    if unknown := sorted(factors.keys() - set(channels)):
        raise ValueError(f"a factor is of no channel: {', '.join(unknown)}")
    if not all(math.isfinite(factor.value) for factor in factors.values()):
        raise ValueError("a factor is not a finite number")
    return np.array([factors[channel].value if channel in factors else math.nan for channel in channels], dtype=np.float64)


def _deviates(channel: str, count: int) -> Floats:
    return np.random.default_rng([SEED, zlib.crc32(channel.encode())]).standard_normal(count)
