"""Whom to activate: the advocates who together reach most people at target accounts, chosen one after the other.

The people covered are worth their weight once, whoever reaches them: a weighted maximum coverage. Choosing the best advocate at each step
gives at least 1 - 1/e of the best choice there is (Nemhauser, Wolsey and Fisher 1978), and gains never grow, so that most need not be
computed again (Minoux 1978; Leskovec and others 2007, "CELF").
"""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from attribution.paths import Floats, Ints
from social.audiences import Audiences

GUARANTEE = 1 - 1 / np.e
UNITS = 10**6
"""Weights count in millionths, as whole numbers: sums are exact in whatever order, so that equal gains are equal."""


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """An advocate who was chosen, the weight that they added, and the weight covered with them."""

    advocate: str
    gain: float
    covered: float


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """Advocates chosen, in order.

    Parameters
    ----------
    choices : tuple of Choice
    evaluations : int
        How many gains were computed.
    bound : float
        No choice of as many advocates covers more: the smallest of what everybody covers together and, over all steps, of what is covered
        by then and the largest gains that many advocates could add.
    """

    choices: tuple[Choice, ...]
    evaluations: int
    bound: float

    @property
    def covered(self) -> float:
        """The weight covered by all of them."""
        return self.choices[-1].covered if self.choices else 0.0


def select_advocates(people: Audiences, k: int, *, weights: Floats, barred: Collection[str] = ()) -> Selection:
    """Choose up to k advocates who together cover most, lazily.

    Parameters
    ----------
    people : Audiences
        Of the advocates who may be chosen; only people worth anything need be in it.
    k : int
    weights : array of float, shape (people.size,)
        What each person is worth, not below 0; to the millionth.
    barred : collection of str
        Advocates who may not be chosen.

    Returns
    -------
    Selection
        Fewer than k where nobody is left who adds anything. Of equal gains the first by code is taken.

    Notes
    -----
    The same as choosing greedily with every gain computed at every step (`plain_greedy`, the oracle in the tests), but a gain is computed
    again only while its last value is the largest left: it has not grown since. O(edges) to begin with, then the edges of those looked at
    again.

    Examples
    --------
    >>> from social.audiences import Audiences
    >>> people = Audiences(("a", "b", "c"), np.array([0, 1, 2, 0, 1, 3]), np.array([0, 3, 5, 6]), 4)
    >>> [(choice.advocate, choice.gain) for choice in select_advocates(people, 3, weights=np.ones(4)).choices]
    [('a', 3.0), ('c', 1.0)]
    """
    left = in_units(weights)
    members = [people.people[people.offsets[a] : people.offsets[a + 1]] for a in range(len(people.advocates))]
    open_to = [place for place, name in enumerate(people.advocates) if name not in barred]
    heap = [(-int(left[members[place]].sum()), people.advocates[place], place, 0) for place in open_to]
    heapq.heapify(heap)
    evaluations, total, choices = len(heap), 0, list[Choice]()
    within_reach = np.zeros(people.size, dtype=np.bool_)
    for place in open_to:
        within_reach[members[place]] = True
    bound = min(_largest_together(heap, k), int(left[within_reach].sum()))
    while heap and len(choices) < k:
        negative, name, place, seen = heap[0]
        if negative == 0:
            break
        if seen < len(choices):
            heapq.heapreplace(heap, (-int(left[members[place]].sum()), name, place, len(choices)))
            evaluations += 1
            continue
        heapq.heappop(heap)
        left[members[place]] = 0  # whoever is covered adds nothing any more
        total -= negative
        choices.append(Choice(name, -negative / UNITS, total / UNITS))
        # Gains of the past are at least those of now, so this is a bound too, and often a closer one.
        bound = min(bound, total + _largest_together(heap, k))
    return Selection(tuple(choices), evaluations, max(bound, total) / UNITS)


def in_units(weights: Floats) -> Ints:
    """Express weights in millionths."""
    return np.rint(np.asarray(weights) * UNITS).astype(np.int64)


def _largest_together(heap: list[tuple[int, str, int, int]], k: int) -> int:
    """Add up the k largest gains on a heap of negative ones."""
    return -sum(heapq.nsmallest(k, (entry[0] for entry in heap)))


def plain_greedy(people: Audiences, k: int, *, weights: Floats, barred: Collection[str] = ()) -> tuple[Choice, ...]:
    """Choose as `select_advocates` does, computing every gain at every step: slow, and plain to read."""
    covered = np.zeros(people.size, dtype=np.bool_)
    chosen: list[Choice] = []
    total = 0
    units = in_units(weights)
    members = {name: people.people[people.offsets[a] : people.offsets[a + 1]] for a, name in enumerate(people.advocates)}
    left = [name for name in people.advocates if name not in barred]
    while left and len(chosen) < k:
        gains = {name: int(units[members[name][~covered[members[name]]]].sum()) for name in left}
        best = min(left, key=lambda name: (-gains[name], name))
        if gains[best] <= 0:
            break
        covered[members[best]] = True
        total += gains[best]
        chosen.append(Choice(best, gains[best] / UNITS, total / UNITS))
        left.remove(best)
    return tuple(chosen)


def coverage(people: Audiences, chosen: Collection[str], weights: Floats) -> float:
    """Say what some advocates cover together."""
    covered = np.zeros(people.size, dtype=np.bool_)
    covered[people.of(list(chosen)).people] = True
    return float(in_units(weights)[covered].sum()) / UNITS


def coverages(people: Audiences, chosen: Sequence[str], weights: Floats) -> list[float]:
    """Say what the first of some advocates cover, the first two, and so on; one who is not in `people` adds nothing.

    Examples
    --------
    >>> people = Audiences(("a", "b"), np.array([0, 1, 1, 2]), np.array([0, 2, 4]), 3)
    >>> coverages(people, ["b", "z", "a"], np.array([1.0, 1.0, 3.0]))
    [4.0, 4.0, 5.0]
    """
    place = {name: number for number, name in enumerate(people.advocates)}
    left, total, found = in_units(weights), 0, []
    for name in chosen:
        if name in place:
            members = people.people[people.offsets[place[name]] : people.offsets[place[name] + 1]]
            total += int(left[members].sum())
            left[members] = 0
        found.append(total / UNITS)
    return found


def largest(sizes: Mapping[str, float], k: int, barred: Collection[str] = ()) -> list[str]:
    """Choose the k advocates with the largest of some figure, as one would without looking at overlaps; ties by code."""
    return sorted((name for name in sizes if name not in barred), key=lambda name: (-sizes[name], name))[:k]
