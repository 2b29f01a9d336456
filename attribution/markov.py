"""Removal effects of a Markov chain of channels, exact."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from attribution.absorbing import absorbing_inverse
from attribution.chains import build_chain, check_order
from attribution.crediting import by_channel, credits_from, shares_of, value_is_known
from attribution.paths import Credits, Floats, Ints, Paths
from attribution.removal import TOLERANCE, lost_without


@dataclasses.dataclass(frozen=True)
class Markov:
    """Credit channels by their removal effects in a Markov chain.

    Parameters
    ----------
    order : int
        How many touches the chain remembers, from 1 to 5.

    Notes
    -----
    The states are START, the channels, CONVERSION and NULL; a transition weighs the journeys, converting or not, that make it. The
    removal effect of a channel c is the share of the probability of converting that is lost when every visit to c goes to NULL
    instead: RE_c = 1 - P(conversion without c) / P(conversion). Credit is RE_c / sum of RE x conversions.

    In a chain of order k a state is the last k touches (`attribution.chains.build_chain`), and without c every visit to a state that
    holds c goes to NULL. The higher the order, the less the chain joins the start of one journey to the end of another; from the
    length of the longest journey on, it knows each journey by itself, and a removal effect is the share of conversions whose journeys
    met the channel. `attribution.orders` helps to choose.

    For the value, a conversion from last state s is worth the mean value per conversion of the paths that end in s, and the
    expected value of a journey takes the place of the probability. Where that mean is negative for some s (refunds), gains and
    losses are credited apart and added, for the sum of removal effects of both signs may be anything, zero too.

    With order 1 all removals come from one inverse, N = (I - Q)^-1, the expected visits to each channel from each state. A journey
    is lost by removing c if it visits c, with probability N[START, c] / N[c, c], and would have converted from there, with
    probability h[c]: RE_c = N[START, c] / N[c, c] x h[c] / h[START].

    - Staying in a channel changes nothing: it divides by the same number the chance of reaching any other state next. So
      consecutive repeats are left out of the transitions.
    - No such chain is singular: every channel of the chain lies on a path of positive weight, every step of which is a transition
      of the chain, and the path ends in CONVERSION or NULL; so absorption can be reached from everywhere.
    - The expected visits to a channel are the observed ones per journey: both solve visits = starts + visits Q, which has one
      solution. So P(conversion) equals the observed rate, and the expected value the observed mean; a chain that strays from them
      by more than 1e-9 is a bug and raises AssertionError.

    With C channels the cost is O(n_steps + C^3) in time and O(C^2) in memory. Higher orders keep all of this; how they are solved
    and what it costs stands with `attribution.removal.lost_without`.

    Without any conversion there is nothing to credit: credit is 0, removal effects are not known. Where no journey is recorded that
    did not convert, every transition leads to a conversion in the end, P is 1, and removal effects say how many journeys a channel
    took part in rather than how well it converts.

    Keeps: conservation; credit is never negative where no amount is; a channel from which no conversion can be reached gets nothing.
    Breaks: additivity (credit of two sets of journeys together is not the sum of their credits); a channel in no converting journey
    can be credited, as the chain remembers `order` steps and joins the start of one journey to the end of another; reversal.

    References
    ----------
    E. Anderl, I. Becker, F. von Wangenheim, J. H. Schumann, Mapping the customer journey: Lessons learned from graph-based online
    attribution modeling, International Journal of Research in Marketing 33 (2016), doi:10.1016/j.ijresmar.2016.03.001.

    Examples
    --------
    >>> paths = Paths(("c1", "c2", "c3"), np.array([0, 1, 2, 0, 1, 2]), np.array([0, 3, 4, 6]), np.array([1.0, 0.0, 0.0]), np.zeros(3),
    ...     np.array([0.0, 1.0, 1.0]), np.zeros(3, bool))
    >>> credits = Markov().credit(paths)
    >>> credits.conversions.round(3).tolist(), credits.extra["removal_effect"].round(3).tolist()
    ([0.2, 0.4, 0.4], [0.5, 1.0, 1.0])
    """

    order: int = 1

    name: ClassVar[str] = "markov"
    summary: ClassVar[str] = "Channels share by how many conversions would be lost without them, in a Markov chain of the journeys."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_order(self.order)

    def credit(self, paths: Paths) -> Credits:
        """Credit channels by their removal effects.

        Returns
        -------
        Credits
            `extra` holds "removal_effect" and, where values are known, "removal_effect_value"; NaN where the total is 0.
            `diagnostics` holds "conversion_probability", of a journey with a touch, where there are any journeys.
        """
        lost, totals = _of_one_step(paths) if self.order == 1 else _of_many_steps(paths, self.order)
        # Credit is in proportion to what is lost; where a total is zero nothing was lost by anyone.
        scale = np.divide(totals, lost.sum(axis=0), out=np.zeros(3), where=lost.sum(axis=0) != 0)
        credit = lost * scale
        effects = {"removal_effect": shares_of(lost[:, 0], totals[0], totals[0])}
        if value_is_known(paths):
            effects["removal_effect_value"] = shares_of(lost[:, 1] + lost[:, 2], totals[1] + totals[2], totals[1] - totals[2])
        weight = float((paths.conversions + paths.nulls).sum())
        probability = {"conversion_probability": float(totals[0]) / weight} if weight > 0 else {}
        return credits_from(paths, credit[:, 0], credit[:, 1] + credit[:, 2], effects, probability)


def _of_one_step(paths: Paths) -> tuple[Floats, Floats]:
    """Say what is lost without each channel, shape (n_channels, 3), and the totals: conversions, gains and losses."""
    journeys = paths.conversions + paths.nulls
    active, between, ends = _transitions(paths, journeys)
    lost = np.zeros((len(paths.channels), 3))
    if len(active):
        starts = by_channel(paths, paths.codes[paths.offsets[:-1]], journeys)[active]
        lost[active] = _lost(between, starts, ends)
    return lost, ends[:, :3].sum(axis=0)


def _of_many_steps(paths: Paths, order: int) -> tuple[Floats, Floats]:
    """Say the same of a chain of a higher order."""
    chain = build_chain(paths, order)
    return lost_without(chain), chain.ends[:, :3].sum(axis=0)


def _transitions(paths: Paths, journeys: Floats) -> tuple[Ints, Floats, Floats]:
    """Count the transitions of the chain.

    Returns
    -------
    active : array of int, shape (n_active,)
        Codes of the channels that lie on a path of positive weight.
    between : array of float, shape (n_active, n_active)
        Weight of the transitions between them.
    ends : array of float, shape (n_active, 4)
        What ends in each of them: conversions, value where it is a gain, value where it is a loss, nulls.
    """
    length = np.diff(paths.offsets)
    weight = np.repeat(journeys, length)
    active = np.flatnonzero(by_channel(paths, paths.codes, weight) > 0)
    n = len(active)
    place: Ints = np.zeros(len(paths.channels), dtype=np.int64)
    place[active] = np.arange(n)
    codes = place[paths.codes]
    inside = codes[1:] != codes[:-1]
    inside[paths.offsets[1:-1] - 1] = False
    pairs = (codes[:-1] * n + codes[1:])[inside]
    between: Floats = np.bincount(pairs, weights=weight[:-1][inside], minlength=n * n).astype(np.float64, copy=False).reshape(n, n)

    last = paths.codes[paths.offsets[1:] - 1]
    value = by_channel(paths, last, paths.value if value_is_known(paths) else np.zeros(len(last)))
    ends = [by_channel(paths, last, paths.conversions), np.maximum(value, 0), np.minimum(value, 0), by_channel(paths, last, paths.nulls)]
    return active, between, np.column_stack(ends)[active]


def _lost(between: Floats, starts: Floats, ends: Floats) -> Floats:
    """Say how much of each total is lost without each channel.

    Parameters
    ----------
    between : array of float, shape (n, n)
    starts : array of float, shape (n,)
        Weight of the transitions from START.
    ends : array of float, shape (n, 4)
        As `_transitions` gives them; each unit of conversions or nulls is one journey's end.

    Returns
    -------
    array of float, shape (n, 3)
        Conversions, gains and losses.

    Notes
    -----
    With G = `absorbing_inverse`, N[START, c] is `leaving[c] / journeys` and N[c, c] is `G[c, c] * leaving[c]`, so `leaving` cancels.
    """
    inverse = absorbing_inverse(between, ends[:, 0] + ends[:, 3])
    worth = inverse @ ends[:, :3]
    expected, observed = starts @ worth, ends[:, :3].sum(axis=0)
    if not np.allclose(expected, observed, rtol=TOLERANCE, atol=0):
        raise AssertionError(f"the Markov chain expects {expected}, the journeys hold {observed} (conversions, gains, losses)")
    return np.asarray(worth / np.diagonal(inverse)[:, None])
