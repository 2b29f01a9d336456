"""Credit in data that might have been: many samples by key, drawn the fastest way that holds for the model and the data.

A model's credit hardly bends where a few journeys come or go, so its samples are those of a sum over keys: normal, with a covariance that
is worked out once (`attribution.influence`), however many samples are drawn. Small data is resampled literally.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.random import PCG64, Generator

from attribution.chain_influence import ChainInfluence
from attribution.crediting import value_is_known
from attribution.influence import AdditiveInfluence, Influence, WithTotal, changes, converting, covariance
from attribution.key_sums import draw_rest
from attribution.markov import Markov
from attribution.paths import Credits, Draws, Floats, Paths
from attribution.products import times
from attribution.resampling import DRAWS, Sampler, resample
from attribution.shapley import Shapley
from workspace.errors import DataError

if TYPE_CHECKING:
    from attribution.models import Model

FEW_PATHS = 500
"""Up to so many converting paths and journeys, models that credit journeys one by one are resampled literally."""
FEW_STEPS = 1_000
"""Up to so many touches and journeys, models of another kind are."""
MOST_STEPS = 300_000
"""Beyond so many touches, `DRAWS` literal samples take minutes."""
CONVERSIONS_POWER, VALUE_POWER = 1.5, 3.0
"""Powers of a normal variable that are as skewed as a Poisson number (Anscombe's 2/3) and a gamma one (Wilson and Hilferty's 1/3) are."""


def draw(
    paths: Paths, model: Model, credits: Credits | None = None, *, sold: Paths | None = None, count: int = DRAWS, seed: int = 0
) -> Draws:
    """Draw what a model may credit in samples of the journeys by key.

    Parameters
    ----------
    paths : Paths
        With `keys`; without, every journey is a key of its own, worth the mean of its path.
    model : Model
    credits : Credits or None
        The model's credit of the paths, where it is known already.
    sold : Paths or None
        `converting(paths)`, where it is made already.
    count, seed : int
        Equal seeds draw alike.

    Raises
    ------
    DataError
        The model cannot be sampled in data of this size.

    Notes
    -----
    Rule models, and the Shapley value over conversions, credit journeys one by one: a sample's credit is a sum. A Markov chain is taken to
    the first order around its credit, its parameters kept. Shapley values over rates have corners (the best rate of a coalition), so each
    sample is credited anew.
    """
    if isinstance(model, Shapley) and model.game == "rate":
        if len(paths.codes) > MOST_STEPS:
            raise DataError(
                "shapley: the game 'rate' is credited anew for every sample, and {steps} touches are too many for that; take the game "
                "'closed', or a shorter period",
                steps=len(paths.codes),
            )
        return resample(paths, model, count, seed)
    if isinstance(model, Markov):
        if len(paths.codes) + _journeys_of_keys(paths) <= FEW_STEPS:
            return resample(paths, model, count, seed)
        influence: Influence = ChainInfluence(paths, model.order)
        return draw_normal(paths, credits or model.credit(paths), influence, count=count, seed=seed)
    # The game over all coalitions has the same values as the closed form, which takes any number of channels.
    model = Shapley() if isinstance(model, Shapley) else model
    credits = credits or model.credit(paths)
    sold = sold or converting(paths)
    influence = AdditiveInfluence(sold, model)
    if not influence.adds_up_to(credits):
        return resample(paths, model, count, seed)
    if len(sold.conversions) + _journeys_of_keys(sold) <= FEW_PATHS:
        return draw_sums(sold, influence, conserves=model.conserves, count=count, seed=seed)
    return draw_normal(sold, credits, influence, conserves=model.conserves, count=count, seed=seed)


def _journeys_of_keys(paths: Paths) -> int:
    return 0 if paths.keys is None else len(paths.keys.key)


def draw_sums(paths: Paths, influence: AdditiveInfluence, *, conserves: bool = True, count: int = DRAWS, seed: int = 0) -> Draws:
    """Draw credits that are sums over journeys, literally: as `attribution.resampling.resample` does, all samples together.

    Parameters
    ----------
    paths : Paths
        The converting ones.
    influence : AdditiveInfluence
        Of these paths.
    conserves : bool
        Whether the model's credit adds up to the conversions.
    count, seed : int

    Notes
    -----
    O(count x n_paths x n_channels).
    """
    _, conversion, value = influence.of(np.arange(len(paths.conversions)))
    n = influence.size
    parts = []
    for sample in Sampler(paths).samples(count, seed):
        rest, rest_value = sample.unattributed_conversions, sample.unattributed_value
        totals = (sample.conversions.sum(axis=1) + rest, sample.value.sum(axis=1) + rest_value)
        parts.append((times(sample.conversions, conversion[:, :n]), times(sample.value, value[:, n:]), rest, rest_value, *totals))
    drawn = [np.concatenate(part) for part in zip(*parts, strict=True)]
    return Draws(*drawn[: 4 if conserves else 6])


def draw_normal(
    paths: Paths, credits: Credits, influence: Influence, *, conserves: bool = True, count: int = DRAWS, seed: int = 0
) -> Draws:
    """Draw credits from what the journeys change.

    Parameters
    ----------
    paths : Paths
    credits : Credits
        The model's credit of them.
    influence : Influence
    conserves : bool
        Whether the model's credit adds up to the conversions.
    count, seed : int

    Notes
    -----
    A sum of many small parts is normal. Credits of few journeys are not, and none is below zero: each credit's draws are a power of the
    normal ones that has the same mean and spread and is as skewed as a Poisson number (conversions) or a gamma variable (value) is.
    Where values are of both signs (refunds), that of all channels stays normal.

    Beyond `count` credits, `count` vectors of chance numbers cost less than the covariance, and are the same.
    """
    rng = Generator(PCG64(seed))
    known = value_is_known(paths)
    amounts = [credits.conversions, credits.value if known else np.zeros(len(credits.value))]
    if not conserves:
        influence = WithTotal(influence)
        totals = (paths.conversions.sum(), paths.value.sum() if known else 0.0)
        amounts = [np.append(amount, total) for amount, total in zip(amounts, totals, strict=True)]
    n = influence.size
    normal, spread = _deviations(paths, influence, rng, count)
    conversions = _positive(normal[:, :n], spread[:n], amounts[0], CONVERSIONS_POWER)
    if known and _never_negative(paths):
        value = _positive(normal[:, n:], spread[n:], amounts[1], VALUE_POWER)
    else:
        value = amounts[1] + normal[:, n:] * spread[n:] if known else np.full((count, n), np.nan)
    rest, rest_value = draw_rest(paths, count, seed)
    if conserves:
        return Draws(conversions, value, rest, rest_value)
    return Draws(conversions[:, :-1], value[:, :-1], rest, rest_value, conversions[:, -1] + rest, value[:, -1] + rest_value)


def _never_negative(paths: Paths) -> bool:
    """Tell whether no value is below zero, as far as the sums tell: values of one sign add up to the root of their squares at least."""
    if (paths.value < 0).any():
        return False
    keys = paths.keys
    return keys is None or bool((keys.value >= 0).all() and (paths.value**2 >= keys.squares[:, 2] * (1 - 1e-9)).all())


def _deviations(paths: Paths, influence: Influence, rng: Generator, count: int) -> tuple[Floats, Floats]:
    """Draw what the credits are off by, shape (count, 2 size), in units of their standard deviations, shape (2 size,)."""
    size = 2 * influence.size
    if size <= count:
        whole = covariance(paths, influence)
        spread = np.sqrt(np.diagonal(whole))
        divisor = np.where(spread > 0, spread, 1.0)
        # Credits that add up hang together, so the matrix has no inverse; a hair on its diagonal gives it a root all the same.
        root = np.linalg.cholesky(whole / divisor / divisor[:, None] + np.diag(np.where(spread > 0, 1e-10, 1.0)))
        return times(rng.standard_normal((count, size)), root.T), spread
    normal, variance = np.zeros((count, size)), np.zeros(size)
    for rows in changes(paths, influence):
        normal += rng.standard_normal((count, len(rows))) @ rows
        variance += (rows**2).sum(axis=0)
    spread = np.sqrt(variance)
    return normal / np.where(spread > 0, spread, 1.0), spread


def _positive(normal: Floats, spread: Floats, mean: Floats, power: float) -> Floats:
    """Turn normal draws, shape (count, n), into draws of this mean and spread, shape (n,), that are not negative."""
    some = np.flatnonzero((mean > 0) & (spread > 0))
    drawn = np.tile(mean, (len(normal), 1))
    standard, wanted = normal[:, some], spread[some] / mean[some]
    slope = wanted / power
    for _ in range(4):
        raised = np.maximum(1 + slope * standard, 0.0) ** power
        centre = raised.mean(axis=0)
        slope = slope * wanted / (raised.std(axis=0) / centre)
    drawn[:, some] = raised * (mean[some] / centre)
    return drawn
