"""What a Markov chain of any order loses without each channel, all channels together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attribution.absorbing import absorbing_inverse
from attribution.chains import Chain
from attribution.paths import Floats
from workspace.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

TOLERANCE = 1e-9
"""How far the chain may stray from the observed totals, relative to them, before it is a bug."""

PRECISION = 1e-13
"""How much of a channel's loss may be left out, relative to it."""

SWEEPS = 240
"""After so many steps back in the chain a channel is solved for by itself."""

DENSE = 1_000
"""Chains of up to so many states are then solved exactly."""

BLOCK = 4_000_000
"""States times channels worked on at once, in four arrays of 32 MB."""

MOST = 500_000_000
"""States times channels beyond which an answer would take minutes and more."""


def lost_without(chain: Chain) -> Floats:
    """Say how much of each total is lost without each channel.

    Parameters
    ----------
    chain : Chain

    Returns
    -------
    array of float, shape (n_channels, 3)
        Conversions, gains and losses of which the chain says that they would be lost if every visit to a state that holds the channel
        went to NULL instead.

    Raises
    ------
    DataError
        The chain has more states than can be solved.

    Notes
    -----
    Let Q be the probabilities of going from state to state, and v the visits to each state, which are the observed ones (`check`).
    Without channel c the visits y solve y = free * (starts + y Q), where `free` is 0 in states that hold c, else 1. What is lost of
    the visits, as a share m = 1 - y / v, is 1 in states that hold c and elsewhere solves

        m = B m,  B[s, t] = weight of the transition t -> s / v[s]:

    m[s] is the probability that a journey now in s has met c, looking back. The loss is then the sum of m[s] x what ends in s.

    All channels are solved for together by m <- held + free * (B m), one sparse product for each step back. Only numbers that are not
    negative are added, so the smallest loss keeps its digits. A share of visits that is new in a step, times v, is journeys still
    under way; each of them ends once at most, so what remains to be lost is at most that many conversions: the loop stops when they
    are fewer than `PRECISION` times the loss. A channel that takes too many steps (a visitor handed to and fro a thousand times) is
    solved for by itself, exactly in a small chain, by GMRES in a large one, with the same bound on its error.

    No such system is singular: every state lies on a path that a journey took, so START is reached from it going back.

    O(n_channels * n_transitions) for each step back; memory of O(n_states * n_channels), in blocks of some 130 MB.
    """
    check(chain)
    n, channels = len(chain.starts), np.unique(chain.steps[chain.steps >= 0])
    if n * len(channels) > MOST:
        raise DataError(
            "markov: {channels} channels make {states} states of order {order}, too many to solve; ask for a lower order, or for the "
            "credit of families (--by family)",
            channels=len(channels),
            states=n,
            order=chain.order,
        )
    lost = np.zeros((len(chain.channels), 3))
    if n:
        back = looking_back(chain)
        width = max(BLOCK // n, 1)
        for begin in range(0, len(channels), width):
            block = channels[begin : begin + width]
            lost[block] = met_before(chain, back, chain.holds(block)).T @ chain.ends[:, :3]
    return lost


def check(chain: Chain) -> None:
    """Hold the chain to the journeys it was counted from.

    Raises
    ------
    AssertionError
        What enters a state does not leave it, or P(conversion) or an expected value is not the observed one; a bug.

    Notes
    -----
    If as much enters each state as leaves it, the observed visits solve visits = starts + visits Q; that has one solution, so they
    are the chain's own, and the chain expects what ends after them: the observed totals.
    """
    visits, leaving = chain.visits, chain.leaving
    expected, observed = (visits / leaving) @ chain.ends[:, :3], chain.ends[:, :3].sum(axis=0)
    if not np.allclose(visits, leaving, rtol=TOLERANCE, atol=0):
        raise AssertionError("journeys get lost in the states of the Markov chain")
    if not np.allclose(expected, observed, rtol=TOLERANCE, atol=0):
        raise AssertionError(f"the Markov chain expects {expected}, the journeys hold {observed} (conversions, gains, losses)")


def looking_back(chain: Chain) -> csr_array[np.float64]:
    """Make B: from which state a visit to each state came."""
    from scipy.sparse import csr_array

    n = len(chain.starts)
    return csr_array((chain.weight / chain.visits[chain.there], (chain.there, chain.here)), shape=(n, n))


def met_before(chain: Chain, back: csr_array[np.float64], held: NDArray[np.bool_]) -> Floats:
    """Say with which probability a visit to each state has met each channel before, or meets it there; shape (n_states, n_channels)."""
    visits, limit = chain.visits, _limit(chain)
    met = held.astype(np.float64)
    free = 1.0 - met
    new = met
    for sweep in range(1, SWEEPS + 1):
        new = np.asarray(back @ new)
        new *= free
        met += new
        if sweep % 4 == 0:
            remaining = _exceeds(visits @ new, met, chain, limit)
            if not remaining.any():
                return met
    for column in np.flatnonzero(remaining):
        few = np.count_nonzero(~held[:, column]) <= DENSE
        met[:, column] = _met_exactly(chain, held[:, column]) if few else _met_by_gmres(chain, back, held[:, column], met[:, column])
    return met


def _limit(chain: Chain) -> Floats:
    """Bound what a journey under way may still bring, shape (3,): one conversion, the largest mean gain, the largest mean loss."""
    ending = chain.ends[:, 0] + chain.ends[:, 3]
    each = np.divide(np.abs(chain.ends[:, :3]), ending[:, None], out=np.zeros((len(ending), 3)), where=ending[:, None] > 0)
    return np.asarray(each.max(axis=0))


def _exceeds(under_way: Floats, met: Floats, chain: Chain, limit: Floats, floor: float = 1e-3 * PRECISION) -> NDArray[np.bool_]:
    """Tell for which channels the journeys under way may still bring more than is to be left out, shape (n_channels,)."""
    ends = np.abs(chain.ends[:, :3])
    allowed = np.maximum(PRECISION * (met.T @ ends), floor * ends.sum(axis=0))
    return np.asarray((under_way[:, None] * limit > allowed).any(axis=1))


def _met_exactly(chain: Chain, held: NDArray[np.bool_]) -> Floats:
    """Solve for one channel without one subtraction, by the inverse over the states that do not hold it."""
    free = np.flatnonzero(~held)
    place = np.full(len(held), -1)
    place[free] = np.arange(len(free))
    target = ~held[chain.there]
    inner = target & ~held[chain.here]
    came = np.zeros((len(free), len(free)))
    came[place[chain.there[inner]], place[chain.here[inner]]] = chain.weight[inner]
    outer = target & held[chain.here]
    from_held = np.bincount(place[chain.there[outer]], weights=chain.weight[outer], minlength=len(free))
    met = np.ones(len(held))
    met[free] = absorbing_inverse(came, chain.starts[free] + from_held) @ from_held
    return met


def _met_by_gmres(chain: Chain, back: csr_array[np.float64], held: NDArray[np.bool_], met: Floats) -> Floats:
    """Solve for one channel by GMRES, refined until the bound on the error holds."""
    from scipy.sparse.linalg import LinearOperator, gmres

    free, visits, limit = 1.0 - held, chain.visits, _limit(chain)
    system = LinearOperator(back.shape, matvec=lambda x: x - free * (back @ x.ravel()), dtype=np.float64)
    # Rounding alone keeps a few journeys under way.
    totals = np.abs(chain.ends[:, :3]).sum(axis=0)
    floor = 1e-15 * float(visits.sum()) * float(np.divide(limit, totals, out=np.zeros(3), where=totals > 0).max())
    for _ in range(30):
        residual = held - (met - free * (back @ met))
        if not _exceeds(np.array([visits @ np.abs(residual)]), met[:, None], chain, limit, floor).any():
            return met
        met = np.clip(met + gmres(system, residual, rtol=1e-5, atol=0.0, restart=60, maxiter=5)[0], 0.0, 1.0)
    raise DataError(
        "markov: the chain of order {order} over {states} states does not settle, for some journeys go to and fro too often; ask for a "
        "lower order",
        order=chain.order,
        states=len(held),
    )
