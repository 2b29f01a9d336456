"""Markov chains of any order: journeys as walks over the last k channels, counted."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from attribution.crediting import value_is_known
from attribution.paths import Floats, Ints, Paths
from workspace.errors import DataError, UsageError

HIGHEST_ORDER = 5


@dataclasses.dataclass(frozen=True, eq=False)
class Chain:
    """A Markov chain counted from journeys.

    Parameters
    ----------
    channels : tuple of str
    steps : array of int, shape (n_states, order)
        The channels of each state by their codes, the latest in the last column; -1 stands before the first touch of a journey with
        fewer touches than `order`.
    starts : array of float, shape (n_states,)
        Journeys that begin in each state.
    here, there : array of int, shape (n_transitions,)
        The states that follow each other, never a state on itself.
    weight : array of float, shape (n_transitions,)
        Journeys, converting or not, that make each transition, each as often as it makes it.
    ends : array of float, shape (n_states, 4)
        What ends in each state: conversions, value where it is a gain, value where it is a loss, nulls.
    """

    channels: tuple[str, ...]
    steps: Ints
    starts: Floats
    here: Ints
    there: Ints
    weight: Floats
    ends: Floats

    @property
    def order(self) -> int:
        """How many touches a state holds."""
        return int(self.steps.shape[1])

    @property
    def visits(self) -> Floats:
        """How often each state is entered, shape (n_states,)."""
        return np.asarray(self.starts + np.bincount(self.there, weights=self.weight, minlength=len(self.starts)))

    @property
    def leaving(self) -> Floats:
        """How often each state is left, to another state, a conversion or a null, shape (n_states,)."""
        onward = np.bincount(self.here, weights=self.weight, minlength=len(self.starts))
        return np.asarray(self.ends[:, 0] + self.ends[:, 3] + onward)

    def holds(self, channels: Ints) -> NDArray[np.bool_]:
        """Tell which states hold which channels, shape (n_states, len(channels))."""
        place = np.full(len(self.channels) + 1, len(channels))
        place[channels] = np.arange(len(channels))
        held = np.zeros((len(self.starts), len(channels) + 1), dtype=np.bool_)
        for step in self.steps.T:  # code -1 is the last place
            held[np.arange(len(step)), place[step]] = True
        return held[:, :-1]


@dataclasses.dataclass(frozen=True, eq=False)
class Walks:
    """A chain, and how the paths it was counted from go through it.

    Parameters
    ----------
    chain : Chain
    taken : array of bool, shape (n_paths,)
        Which paths a journey took at all; what follows is of these, in their order.
    first, last : array of int, shape (n_taken,)
        The states in which they begin and end.
    transitions : array of int, shape (n_moves,)
        The transitions they make, by their places in the chain, path after path.
    offsets : array of int, shape (n_taken + 1,)
        Those of path p are `transitions[offsets[p]:offsets[p + 1]]`.
    """

    chain: Chain
    taken: NDArray[np.bool_]
    first: Ints
    last: Ints
    transitions: Ints
    offsets: Ints


def check_order(order: int) -> int:
    """Refuse an order that no chain can have.

    Examples
    --------
    >>> check_order(7)
    Traceback (most recent call last):
    workspace.errors.UsageError: markov: a chain of order 7 cannot be made; give a whole number from 1 to 5
    """
    if isinstance(order, bool) or order not in range(1, HIGHEST_ORDER + 1):
        raise UsageError(
            "markov: a chain of order {order} cannot be made; give a whole number from 1 to {highest}", order=order, highest=HIGHEST_ORDER
        )
    return int(order)


def build_chain(paths: Paths, order: int) -> Chain:
    """Count the chain of some order.

    Parameters
    ----------
    paths : Paths
    order : int
        From 1 to 5.

    Raises
    ------
    UsageError
        There is no such order.
    DataError
        There are too many channels for it.

    Notes
    -----
    A state is `order` touches in a row; the next state drops the earliest and takes the next touch in. A journey with fewer touches
    is one state of its own. Equal states in a row, which only the same channel over and over makes, are then counted as one: staying
    changes no removal effect (see `Markov`). Paths that no journey took are left out.

    A state is packed into one integer to base n_channels + 1, so the cost is O(order * n_steps), and one sort of the integers where
    there are more conceivable states than steps.

    Examples
    --------
    >>> paths = Paths(("ads", "email"), np.array([0, 1, 0, 1]), np.array([0, 3, 4]), np.array([2.0, 1.0]), np.zeros(2), np.zeros(2),
    ...     np.zeros(2, bool))
    >>> chain = build_chain(paths, 2)
    >>> chain.steps.tolist(), chain.starts.tolist(), chain.ends[:, 0].tolist()
    ([[-1, 1], [0, 1], [1, 0]], [1.0, 2.0, 0.0], [1.0, 0.0, 2.0])
    >>> chain.here.tolist(), chain.there.tolist(), chain.weight.tolist()
    ([1], [2], [2.0])
    """
    return walk(paths, order).chain


def walk(paths: Paths, order: int) -> Walks:
    """Count the chain of some order, and keep how each path goes through it; see `build_chain`."""
    order = check_order(order)
    taken = paths.conversions + paths.nulls > 0
    paths = _taken(paths, taken)
    journeys = paths.conversions + paths.nulls
    base = len(paths.channels) + 1
    length = np.diff(paths.offsets)
    grams, offsets = _grams(paths, length, order)
    distinct, state = number_distinct(grams, base**order)
    n = len(distinct)

    inside = state[1:] != state[:-1]
    inside[offsets[1:-1] - 1] = False
    begin = state[:-1][inside]
    # The next state is the present one and the channel that comes next.
    pairs, pair = number_distinct(begin * base + grams[1:][inside] % base, n * base)
    there = np.empty(len(pairs), dtype=np.int64)
    there[pair] = state[1:][inside]
    weight = np.bincount(pair, weights=np.repeat(journeys, np.diff(offsets))[:-1][inside], minlength=len(pairs))

    first, last = state[offsets[:-1]], state[offsets[1:] - 1]
    value = np.bincount(last, weights=paths.value, minlength=n) if value_is_known(paths) else np.zeros(n)
    conversions, nulls = (np.bincount(last, weights=amounts, minlength=n) for amounts in (paths.conversions, paths.nulls))
    chain = Chain(
        channels=paths.channels,
        steps=np.stack([distinct // base**power % base - 1 for power in reversed(range(order))], axis=1),
        starts=np.bincount(first, weights=journeys, minlength=n).astype(np.float64, copy=False),
        here=pairs // base,
        there=there,
        weight=weight.astype(np.float64, copy=False),
        ends=np.column_stack([conversions, np.maximum(value, 0), np.minimum(value, 0), nulls]),
    )
    moves = np.concatenate([[0], np.cumsum(inside)])  # before each touch
    return Walks(chain, taken, first, last, pair, moves[np.append(offsets[:-1], len(state) - 1 if len(state) else 0)])


def final_states(paths: Paths, order: int) -> Ints:
    """Number the state in which each path ends, shape (n_paths,); equal numbers are equal states."""
    grams, offsets = _grams(paths, np.diff(paths.offsets), check_order(order))
    return number_distinct(grams[offsets[1:] - 1], (len(paths.channels) + 1) ** order)[1]


def number_distinct(keys: Ints, size: int) -> tuple[Ints, Ints]:
    """Number the distinct keys in ascending order.

    Parameters
    ----------
    keys : array of int, shape (n,)
        From 0 to `size` - 1.
    size : int

    Returns
    -------
    distinct : array of int, shape (n_distinct,)
    number : array of int, shape (n,)
        `distinct[number]` are the keys.

    Notes
    -----
    O(n) by a table where that is not much longer than the keys, else one sort.
    """
    if size <= 4 * len(keys) + 65_536:
        met = np.zeros(size, dtype=np.bool_)
        met[keys] = True
        return np.flatnonzero(met), (np.cumsum(met) - 1)[keys]
    distinct, number = np.unique(keys, return_inverse=True)
    return distinct, number


def _taken(paths: Paths, taken: NDArray[np.bool_]) -> Paths:
    """Leave the paths out that no journey took: a state that no journey visits has no way out."""
    if taken.all():
        return paths
    length = np.diff(paths.offsets)
    return dataclasses.replace(
        paths,
        codes=paths.codes[np.repeat(taken, length)],
        offsets=np.concatenate([[0], np.cumsum(length[taken])]),
        conversions=paths.conversions[taken],
        value=paths.value[taken],
        nulls=paths.nulls[taken],
        recency=None,
    )


def _grams(paths: Paths, length: Ints, order: int) -> tuple[Ints, Ints]:
    """Pack every `order` touches in a row into an integer, the latest in its lowest digit; a shorter path into one.

    Returns
    -------
    grams : array of int, shape (n_grams,)
    offsets : array of int, shape (n_paths + 1,)
        Those of path p are `grams[offsets[p]:offsets[p + 1]]`.
    """
    base = len(paths.channels) + 1
    if base**order >= 2**63:
        raise DataError(
            "markov: {channels} channels are too many for a chain of order {order}; ask for a lower order, or for the credit of families "
            "(--by family)",
            channels=len(paths.channels),
            order=order,
        )
    digits = paths.codes + 1
    if order == 1:
        return digits, paths.offsets
    place = np.arange(len(digits)) - np.repeat(paths.offsets[:-1], length)
    grams = digits.copy()
    for back in range(1, order):
        grams[back:] += np.where(place[back:] >= back, digits[:-back], 0) * base**back
    whole = place >= order - 1
    whole[paths.offsets[1:][length < order] - 1] = True
    return grams[whole], np.concatenate([[0], np.cumsum(np.maximum(length - order + 1, 1))])
