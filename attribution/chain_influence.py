"""What one journey more would change in the credit of a Markov chain, exactly to the first order."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from attribution.absorbing import absorbing_inverse
from attribution.chains import Chain, number_distinct, walk
from attribution.crediting import value_is_known
from attribution.paths import Floats, Ints, Paths
from attribution.removal import BLOCK, DENSE, SWEEPS, looking_back, met_before
from workspace.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

MOST = 60_000_000
"""Transitions times credits kept at once: 480 MB."""
SETTLED = 1e-9


@dataclasses.dataclass(frozen=True, eq=False)
class Steps:
    """What each step of a journey adds to the credits of all channels; conversions stand in the first n_channels columns, then value.

    Parameters
    ----------
    start : array of float, shape (n_states, 2 n_channels)
        By the state in which it begins.
    move : array of float, shape (n_transitions, 2 n_channels)
    conversion, value : array of float, shape (n_states, 2 n_channels)
        By the state in which it ends: for a conversion there, and for what it is worth.
    """

    start: Floats
    move: Floats
    conversion: Floats
    value: Floats


class ChainInfluence:
    """What one journey more along each path would change in the credits of `Markov`.

    Parameters
    ----------
    paths : Paths
    order : int

    Raises
    ------
    DataError
        There are too many channels and transitions.

    Notes
    -----
    See `steps_of` for the formula. O(n_transitions x n_channels) memory; the cost is that of the removal effects, up to four times.
    """

    def __init__(self, paths: Paths, order: int) -> None:
        from scipy.sparse import csr_array

        self.size, self.reads_failures = len(paths.channels), True
        self._walks = walk(paths, order)
        chain = self._walks.chain
        if 2 * len(chain.weight) * len(chain.channels) > MOST:
            raise DataError(
                "markov: {channels} channels make {transitions} transitions of order {order}, too many for intervals; ask for a coarser "
                "cut, such as --by family",
                channels=len(chain.channels),
                transitions=len(chain.weight),
                order=order,
            )
        self._steps = steps_of(chain, value_known=value_is_known(paths))
        self._place = np.cumsum(self._walks.taken) - 1
        moves = self._walks.transitions
        shape = (len(self._walks.first), len(chain.weight))
        self._moves = csr_array((np.ones(len(moves)), moves, self._walks.offsets), shape=shape)

    def of(self, paths: Ints) -> tuple[Floats, Floats, Floats]:
        """Say what a journey along some paths changes, shape (len(paths), 2 n_channels) each: by itself, as a conversion, as a value."""
        # Many journeys go along few paths.
        distinct, back = number_distinct(self._place[paths], len(self._walks.first))
        steps, last = self._steps, self._walks.last[distinct]
        passing = np.asarray(self._moves[distinct] @ steps.move) + steps.start[self._walks.first[distinct]]
        return passing[back], (passing + steps.conversion[last])[back], steps.value[last][back]


def steps_of(chain: Chain, *, value_known: bool = True) -> Steps:
    """Work out what each step of a journey adds to the credits.

    Parameters
    ----------
    chain : Chain
    value_known : bool
        Else the value's half is 0.

    Notes
    -----
    With S what starts in each state, W the weights of the transitions, v the visits, E what ends (conversions, gains or losses), free
    the states that do not hold channel c, m the probability of having met c looking back (`attribution.removal.lost_without`), what is
    lost without c is sum of m E. Its derivative follows from m by the adjoint g, what a visit brings that never meets c from there on,

        g[t] = E[t] / v[t] + sum over t' of W[t, t'] / v[t] x free[t'] x g[t'],

        d lost = sum over s of m[s] dE[s] + sum over free t of g[t] x (sum over s of dW[s, t] (m[s] - m[t]) - dS[t] m[t]).

    Credit is lost / sum of lost x total, so d credit = (d lost - share x sum of d lost) x total / sum of lost + share x d total; the
    credit of value is that of gains and that of losses. A state's value changes sides where it passes 0; there is no derivative there,
    and the side it is on is taken.

    Credit being in proportion to the journeys, the changes by all journeys add up to the credit.
    """
    n, channels = len(chain.starts), np.unique(chain.steps[chain.steps >= 0])
    size = 2 * len(chain.channels)
    start, move, conversion, value = (np.zeros((rows, size)) for rows in (n, len(chain.weight), n, n))
    if not n:
        return Steps(start, move, conversion, value)
    kinds = [0, *(kind for kind in (1, 2) if value_known and chain.ends[:, kind].any())]
    met, brings = _met_and_brings(chain, channels, kinds)
    totals, lost = chain.ends[:, :3].sum(axis=0), met.T @ chain.ends[:, :3]
    loses = chain.ends[:, 2] < 0
    for place, kind in enumerate(kinds):
        whole = lost[:, kind].sum()
        if whole == 0:
            continue
        share, scale = lost[:, kind] / whole, totals[kind] / whole
        columns = channels + (kind > 0) * len(chain.channels)

        def credited(changes: Floats, share: Floats = share, scale: float = scale) -> Floats:
            return np.asarray((changes - share * changes.sum(axis=1, keepdims=True)) * scale)

        worth = brings[place]
        start[:, columns] -= credited(worth * met)
        move[:, columns] += credited(worth[chain.there] * (met[chain.here] - met[chain.there]))
        ending = credited(met) + share
        if kind == 0:
            conversion[:, columns] = ending
        else:
            value[:, columns] = np.where((loses == (kind == 2))[:, None], ending, value[:, columns])
    return Steps(start, move, conversion, value)


def _met_and_brings(chain: Chain, channels: Ints, kinds: list[int]) -> tuple[Floats, list[Floats]]:
    """Give m, shape (n_states, n_channels), and free x g for each kind of end, shape (n_states, n_channels) each.

    Notes
    -----
    With order 1 both come from one inverse G, as in `attribution.markov`: m = G[c, s] / G[c, c], and g is what a visit brings less what
    it brings by way of c, G[s, c] / G[c, c] of the times.
    """
    n = len(chain.starts)
    if chain.order == 1:
        between = np.zeros((n, n))
        between[chain.here, chain.there] = chain.weight
        inverse = absorbing_inverse(between, chain.ends[:, 0] + chain.ends[:, 3])
        at, worth = np.diagonal(inverse), inverse @ chain.ends[:, :3]
        reach = inverse / at
        brings = [worth[:, kind, None] - reach * worth[:, kind] for kind in kinds]
        for part in brings:
            np.fill_diagonal(part, 0.0)
        return np.asarray((inverse / at[:, None]).T), brings
    back, ahead = looking_back(chain), _looking_ahead(chain)
    met = np.empty((n, len(channels)))
    brings = [np.empty((n, len(channels))) for _ in kinds]
    width = max(BLOCK // n, 1)
    for begin in range(0, len(channels), width):
        block = slice(begin, begin + width)
        held = chain.holds(channels[block])
        met[:, block] = met_before(chain, back, held)
        for kind, part in zip(kinds, brings, strict=True):
            part[:, block] = _brings(chain, ahead, held, chain.ends[:, kind])
    return met, brings


def _looking_ahead(chain: Chain) -> csr_array[np.float64]:
    """Make the probabilities of going from each state to each."""
    from scipy.sparse import csr_array

    n = len(chain.starts)
    return csr_array((chain.weight / chain.visits[chain.here], (chain.here, chain.there)), shape=(n, n))


def _brings(chain: Chain, ahead: csr_array[np.float64], held: NDArray[np.bool_], ends: Floats) -> Floats:
    """Say what a visit to each free state brings that never meets the channels from there on, shape (n_states, n_channels)."""
    free = 1.0 - held.astype(np.float64)
    new = free * (ends / chain.visits)[:, None]
    brings = new.copy()
    size = np.abs(new).max(axis=0)
    remaining = size > 0
    for _ in range(SWEEPS):
        new = free * np.asarray(ahead @ new)
        brings += new
        before, size = size, np.abs(new).max(axis=0)
        # What is still to come shrinks as the last step has.
        shrinks = np.divide(size, before, out=np.zeros_like(size), where=before > 0)
        remaining = size * shrinks > SETTLED * (1 - shrinks) * np.abs(brings).max(axis=0)
        if not remaining.any():
            return brings
    for column in np.flatnonzero(remaining):
        brings[:, column] = _brings_exactly(chain, ahead, free[:, column], ends)
    return brings


def _brings_exactly(chain: Chain, ahead: csr_array[np.float64], free: Floats, ends: Floats) -> Floats:
    """Solve for one channel: in a small chain at once, in a large one by GMRES."""
    first = free * ends / chain.visits
    some = np.flatnonzero(free)
    brings = np.zeros(len(first))
    inner = ahead[some][:, some]
    if len(some) <= DENSE:
        brings[some] = np.linalg.solve(np.eye(len(some)) - inner.toarray(), first[some])
        return brings
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import gmres

    brings[some], failed = gmres(eye_array(len(some)) - inner, first[some], rtol=SETTLED, atol=0.0, restart=60, maxiter=50)
    if failed:
        raise DataError(
            "markov: the chain of order {order} over {states} states does not settle, for some journeys go to and fro too often; ask for a "
            "lower order",
            order=chain.order,
            states=len(chain.starts),
        )
    return brings
