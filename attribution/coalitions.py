"""Games over all coalitions of channels: what each coalition is worth, and the Shapley values of the game."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from attribution.crediting import distinct_channels, value_is_known
from attribution.paths import Floats, Ints, Paths
from workspace.errors import DataError

MOST_PLAYERS = 20
"""2^20 coalitions are gone through in a fraction of a second; each player more doubles them."""


@dataclasses.dataclass(frozen=True, eq=False)
class ChannelSets:
    """Journeys by the set of channels that they went through; only sets of which a journey converted.

    Parameters
    ----------
    players : array of int, shape (n_players,)
        Codes of the channels in them.
    sets : array of int, shape (n_sets,)
        Bit b of a set tells whether `players[b]` belongs to it.
    conversions, value, journeys : array of float, shape (n_sets,)
        Value is 0 where none is known; `journeys` counts those without conversion too.
    """

    players: Ints
    sets: Ints
    conversions: Floats
    value: Floats
    journeys: Floats


def channel_sets(paths: Paths) -> ChannelSets:
    """Count journeys by the set of their channels.

    Raises
    ------
    DataError
        More channels took part in conversions than coalitions can be gone through for.

    Notes
    -----
    A channel in no converting journey adds nothing to any coalition, and leaving such a null player out changes no other's Shapley
    value; so it is no player here and does not count towards the limit.
    """
    path, channel = distinct_channels(paths)
    converts = paths.conversions > 0
    players = np.unique(channel[converts[path]])
    if len(players) > MOST_PLAYERS:
        raise DataError(
            "shapley: {players} channels took part in conversions, and a game over all coalitions is worked out for {most} at most; ask "
            "for the credit of families (--by family), or for the game 'closed', which takes any number of channels",
            players=len(players),
            most=MOST_PLAYERS,
        )
    # Bit n_players marks journeys that met another channel: of none of their sets did one convert.
    bit = np.full(len(paths.channels), 1 << len(players), dtype=np.int64)
    bit[players] = 1 << np.arange(len(players))
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    mask = np.bitwise_or.reduceat(bit[channel], starts) if len(path) else np.zeros(0, dtype=np.int64)
    sets, number = np.unique(mask, return_inverse=True)
    value = paths.value if value_is_known(paths) else np.zeros(len(paths.value))
    summed = [
        np.bincount(number, weights=amounts, minlength=len(sets)) for amounts in (paths.conversions, value, paths.conversions + paths.nulls)
    ]
    kept = summed[0] > 0
    return ChannelSets(players, sets[kept], *(amounts[kept].astype(np.float64) for amounts in summed))


def brought(found: ChannelSets, amounts: Floats) -> Floats:
    """Say what each coalition brings by itself: v(S) = the amounts of the journeys whose channels all belong to S.

    Parameters
    ----------
    found : ChannelSets
    amounts : array of float, shape (n_sets,)

    Returns
    -------
    array of float, shape (2^n_players,)

    Notes
    -----
    The sums over all subsets, one player after the other (zeta transform): n 2^(n-1) additions.

    Examples
    --------
    >>> two = ChannelSets(np.array([0, 1]), np.array([1, 3]), np.array([4.0, 2.0]), np.zeros(2), np.array([8.0, 4.0]))
    >>> brought(two, two.conversions).tolist()
    [0.0, 4.0, 0.0, 6.0]
    """
    worth = np.zeros(1 << len(found.players))
    worth[found.sets] = amounts
    for player in range(len(found.players)):
        halves = worth.reshape(-1, 2, 1 << player)
        halves[:, 1] += halves[:, 0]
    return worth


def best_rate(found: ChannelSets, amounts: Floats, shrinkage: float) -> Floats:
    """Say what a journey brings that each coalition serves: v(S) = the best shrunken rate of a channel set within S.

    Parameters
    ----------
    found : ChannelSets
    amounts : array of float, shape (n_sets,)
        Not negative.
    shrinkage : float
        In mean journeys of a channel set.

    Returns
    -------
    array of float, shape (2^n_players,)

    Notes
    -----
    The journeys of exactly the channel set T convert at the rate p(T) = conversions / (journeys + m), as if m more had been seen that
    did not convert: a rate of few journeys is shrunk to 0, to be believed only as far as journeys speak for it. m is `shrinkage`
    times the mean journeys of the sets that converted, so twice the data gives the same rates. A coalition S may leave members out,
    so v(S) = max p(T) over T within S (the monotone cover): a channel cannot make a coalition worse, and no credit is negative. The
    maxima over all subsets, one player after the other: n 2^(n-1) comparisons.

    Examples
    --------
    >>> two = ChannelSets(np.array([0, 1]), np.array([1, 3]), np.array([4.0, 2.0]), np.zeros(2), np.array([8.0, 4.0]))
    >>> best_rate(two, two.conversions, shrinkage=0).tolist(), best_rate(two, two.conversions, shrinkage=2).tolist()
    ([0.0, 0.5, 0.0, 0.5], [0.0, 0.2, 0.0, 0.2])
    """
    worth = np.zeros(1 << len(found.players))
    if len(found.sets):
        worth[found.sets] = amounts / (found.journeys + shrinkage * found.journeys.mean())
    for player in range(len(found.players)):
        halves = worth.reshape(-1, 2, 1 << player)
        np.maximum(halves[:, 1], halves[:, 0], out=halves[:, 1])
    return worth


def shapley_values(worth: Floats) -> Floats:
    """Work out the Shapley values of a game.

    Parameters
    ----------
    worth : array of float, shape (2^n_players,)
        v(S) of every coalition S, a player by its bit.

    Returns
    -------
    array of float, shape (n_players,)
        phi(i) = sum over S without i of |S|! (n - |S| - 1)! / n! x (v(S + i) - v(S)).

    Notes
    -----
    n 2^(n-1) differences; they are not negative where the game is monotone, so nothing cancels.

    References
    ----------
    L. S. Shapley, A value for n-person games, 1953.

    Examples
    --------
    >>> shapley_values(np.array([0.0, 7, 6, 15, 4, 7, 9, 19])).round(4).tolist()
    [7.6667, 8.1667, 3.1667]
    """
    n = len(worth).bit_length() - 1
    if not n:
        return np.zeros(0)
    chance = np.array([1 / (n * math.comb(n - 1, size)) for size in range(n)])
    weight = chance[np.bitwise_count(np.arange(1 << (n - 1)))]
    values = np.empty(n)
    for player in range(n):
        halves = worth.reshape(-1, 2, 1 << player)
        # Without the player's bit, the coalitions of the others are numbered from 0.
        values[player] = weight @ (halves[:, 1] - halves[:, 0]).ravel()
    return values
