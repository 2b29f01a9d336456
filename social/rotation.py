"""Which team is offered which content: drawn at random and balanced, and what the draw allows to say of the effect."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

MOST = 20_000
"""Draws that are listed one by one; of more, so many are drawn at random."""
DRAWN = 9_999
USUAL, LEAST = 0.95, 0.8
"""The level of intervals, and the lowest that is still worth one where there are too few draws for it."""
SAME = 1e-9
"""Two statistics that lie closer than this share of the largest are the same."""


def draw(contents: int, teams: int, rng: Generator) -> Bools:
    """Draw which team is offered which content.

    Parameters
    ----------
    contents, teams : int
        At least 1, at least 2.
    rng : numpy.random.Generator

    Returns
    -------
    array of bool, shape (contents, teams)
        Contents two by two: one half of the teams is offered the first, the other half the second; one that is left over goes to one half.

    Notes
    -----
    Laws: each content is offered to half of the teams (to one more or less where their number is odd), each team is offered one content of
    each pair, and no team or content is likelier than another to be offered.

    Examples
    --------
    >>> draw(2, 4, np.random.default_rng(1)).sum(axis=0).tolist()
    [1, 1, 1, 1]
    """
    offered = np.zeros((contents, teams), dtype=np.bool_)
    for first in range(0, contents, 2):
        size = teams // 2 + int(teams % 2 and rng.integers(2))
        offered[first, rng.permutation(teams)[:size]] = True
        if first + 1 < contents:
            offered[first + 1] = ~offered[first]
    return offered


def in_pairs(offered: Bools) -> bool:
    """Tell whether a draw may be one of `draw`: contents two by two, each to those teams that the other is not offered to."""
    return all((offered[first] != offered[first + 1]).all() for first in range(0, len(offered) - 1, 2))


def draws(offered: Bools, rng: Generator, most: int = MOST, drawn: int = DRAWN) -> tuple[Bools, bool]:
    """List the draws that were as likely as the one that was made.

    Parameters
    ----------
    offered : array of bool, shape (n_contents, n_teams)
        The draw that was made.
    rng : numpy.random.Generator
        For where there are more than `most`.
    most, drawn : int

    Returns
    -------
    draws : array of bool, shape (n_draws, n_contents, n_teams)
        The draw that was made among them, first where they are drawn at random.
    exact : bool
        Whether these are all.

    Notes
    -----
    How many teams each content was offered to is held as it was: given that, every choice of the teams was as likely. Contents in pairs
    (`in_pairs`) are drawn pair by pair; of any other table the teams change places, whole columns at a time, which supposes no more than
    that the teams were treated alike.
    """
    contents, teams = offered.shape
    if not in_pairs(offered):
        if math.factorial(min(teams, 20)) <= most:
            orders = np.array(list(itertools.permutations(range(teams))))
            return np.moveaxis(offered[:, orders], 0, 1), True
        orders = np.vstack([np.arange(teams), rng.permuted(np.tile(np.arange(teams), (drawn, 1)), axis=1)])
        return np.moveaxis(offered[:, orders], 0, 1), False
    sizes = [int(offered[first].sum()) for first in range(0, contents, 2)]
    exact = math.prod(math.comb(teams, size) for size in sizes) <= most
    if exact:
        chosen = _every(teams, sizes)
    else:
        ranks = rng.random((drawn, len(sizes), teams)).argsort(axis=2).argsort(axis=2)
        chosen = np.concatenate([offered[None, ::2], ranks < np.array(sizes)[None, :, None]])
    made = np.empty((len(chosen), contents, teams), dtype=np.bool_)
    made[:, ::2] = chosen
    made[:, 1::2] = ~chosen[:, : contents // 2]
    return made, exact


def _every(teams: int, sizes: list[int]) -> Bools:
    """List every choice of so many teams for each pair, together with every one for the others; shape (n, n_pairs, n_teams)."""
    parts = []
    for size in sizes:
        part = np.zeros((math.comb(teams, size), teams), dtype=np.bool_)
        for row, chosen in enumerate(itertools.combinations(range(teams), size)):
            part[row, list(chosen)] = True
        parts.append(part)
    places = np.unravel_index(np.arange(math.prod(len(part) for part in parts)), [len(part) for part in parts])
    return np.stack([part[place] for part, place in zip(parts, places, strict=True)], axis=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Effect:
    """What the offer did, in outcomes for each advocate.

    Parameters
    ----------
    offered, not_offered : float
        Outcomes for each advocate of the teams that were and were not offered a content, the mean over the contents.
    difference : float
    low, high : float or None
        The interval of the difference; None where there are too few draws for one, or no outcome at all.
    level : float or None
        The interval's.
    p_value : float
        Two-sided: how often chance alone brings a difference as large in this direction, twice.
    """

    offered: float
    not_offered: float
    difference: float
    low: float | None
    high: float | None
    level: float | None
    p_value: float

    @property
    def lift(self) -> float | None:
        """By how much of itself the figure rose; None where there was nothing without the offer."""
        return self.offered / self.not_offered - 1 if self.not_offered > 0 else None


def effect(outcomes: Floats, advocates: Floats, offered: Bools, every: Bools) -> Effect:
    """Estimate what the offer did, and how sure that is by the draw alone.

    Parameters
    ----------
    outcomes : array of float, shape (n_contents, n_teams)
        What the advocates of each team brought by each content.
    advocates : array of float, shape (n_contents, n_teams)
        How many they are, above 0.
    offered : array of bool, shape (n_contents, n_teams)
        The draw that was made: each content to at least one team, and not to all.
    every : array of bool, shape (n_draws, n_contents, n_teams)
        `draws`.

    Returns
    -------
    Effect

    Notes
    -----
    The statistic D is the difference of outcomes for each advocate, offered less not offered, averaged over the contents. If each advocate
    brings t more where the content is offered, then without the offer there would have been y - t n z, and D over any draw of that is a
    line in t. The draw that was made is at the upper tail of a draw x where D(made) <= D(x), that is where t is at least
    (D(made) - D(x)) / (1 - B(x)), with B(x) the statistic of n z under x. So each draw has one t at which it changes sides, and the
    interval's ends are two of these, in their order: exact for every distribution of the outcomes, without a normal approximation, and
    as wide as few teams make it. Law: over all draws the interval holds the true t at least as often as its level says, where the effect
    is the same for each advocate and one team's offer changes nothing for another. O(n_draws n_contents n_teams).

    References
    ----------
    R. A. Fisher, The Design of Experiments, 1935, chapter 2. P. R. Rosenbaum, Observational Studies, 2nd ed. 2002, sections 2.4 and 5.5
    (tests of an additive effect, inverted).

    Examples
    --------
    >>> offered = np.array([[True, True, False, False]])
    >>> every, exact = draws(offered, np.random.default_rng(0))
    >>> found = effect(np.array([[9.0, 7.0, 2.0, 2.0]]), np.full((1, 4), 2.0), offered, every)
    >>> found.difference, round(found.p_value, 4), found.level
    (3.0, 0.3333, None)
    """
    observed = offered[None]
    made, statistic = _statistic(outcomes, advocates, observed)[0], _statistic(outcomes, advocates, every)
    overlap = _statistic(advocates * offered, advocates, every)
    same = overlap > 1 - SAME
    turns = np.sort((made - statistic[~same]) / (1 - overlap[~same]))
    number, alike = len(every), int(same.sum())
    near = SAME * float(np.abs(statistic).max(initial=0.0))
    above = alike + int((made - statistic[~same] <= near).sum())
    below = alike + int((made - statistic[~same] >= -near).sum())
    level = USUAL if number >= 40 * alike else 1 - 2 * alike / number
    low = high = None
    if level >= LEAST and outcomes.any():
        # So many draws may lie beyond an end: 2.5 % of them, or only those that are the same as the one that was made.
        beyond = max(number // 40, alike) - alike
        low, high = float(turns[beyond]), float(turns[len(turns) - 1 - beyond])
    rates = [float((outcomes * arm).sum(axis=1) @ (1 / (advocates * arm).sum(axis=1)) / len(offered)) for arm in (offered, ~offered)]
    p_value = min(1.0, 2 * min(above, below) / number)
    return Effect(rates[0], rates[1], float(made), low, high, level if low is not None else None, p_value)


def _statistic(outcomes: Floats, advocates: Floats, every: Bools) -> Floats:
    """Average over the contents the outcomes for each advocate of the teams offered, less those of the others; shape (n_draws,)."""
    arm = every.astype(np.float64)
    with_offer = np.einsum("dct,ct->dc", arm, outcomes)
    people = np.einsum("dct,ct->dc", arm, advocates)
    without, others = outcomes.sum(axis=1) - with_offer, advocates.sum(axis=1) - people
    difference: Floats = (with_offer / people - without / others).mean(axis=1)
    return difference
