"""Whom advocates can reach, counted exactly: each person once, however many advocates know them.

People are keyed hashes, here numbered; an audience is a set of numbers. Everything is one sort of the edges and a few sums.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from attribution.paths import Floats, Ints

if TYPE_CHECKING:
    import pyarrow as pa
    from scipy.sparse import csr_array


@dataclasses.dataclass(frozen=True, eq=False)
class Audiences:
    """Who is in the audience of whom: row a of a sparse table of advocates by people.

    Parameters
    ----------
    advocates : tuple of str
    people : array of int, shape (n_edges,)
        Numbers of people from 0, those of advocate a at `offsets[a]:offsets[a + 1]`, each once.
    offsets : array of int, shape (n_advocates + 1,)
    size : int
        How many people there are.

    Notes
    -----
    Laws, held by tests: `unique` grows with every advocate (monotone), by ever less (submodular); `unique <= gross`; the incremental
    audiences together are at most the unique one.
    """

    advocates: tuple[str, ...]
    people: Ints
    offsets: Ints
    size: int

    @property
    def gross(self) -> Ints:
        """Size of each advocate's audience, shape (n_advocates,)."""
        return np.diff(self.offsets)

    @property
    def known_by(self) -> Ints:
        """How many advocates know each person, shape (size,)."""
        return np.bincount(self.people, minlength=self.size)

    @property
    def unique(self) -> int:
        """How many people somebody knows, each counted once."""
        return int(np.count_nonzero(self.known_by))

    @property
    def incremental(self) -> Ints:
        """How many people nobody else knows, for each advocate, shape (n_advocates,)."""
        alone = (self.known_by == 1)[self.people]
        return np.add.reduceat(np.append(alone, False), self.offsets[:-1].clip(max=len(alone))) * (self.gross > 0)

    def of(self, chosen: Sequence[str]) -> Audiences:
        """Keep some advocates; people keep their numbers."""
        wanted = set(chosen)
        places = [place for place, advocate in enumerate(self.advocates) if advocate in wanted]
        parts = [self.people[self.offsets[place] : self.offsets[place + 1]] for place in places]
        offsets = np.concatenate(([0], np.cumsum([len(part) for part in parts]))).astype(np.int64)
        people = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        return Audiences(tuple(self.advocates[place] for place in places), people, offsets, self.size)

    def within(self, people: Ints) -> Audiences:
        """Keep some people; they keep their numbers."""
        wanted = np.zeros(self.size, dtype=np.bool_)
        wanted[people] = True
        kept = wanted[self.people]
        offsets = np.concatenate(([0], np.cumsum(kept)))[self.offsets]
        return Audiences(self.advocates, self.people[kept], offsets, self.size)

    def together(self, groups: Sequence[str]) -> Audiences:
        """Put the advocates of a group together: each person once in each group, groups in the order of their names.

        Parameters
        ----------
        groups : sequence of str, shape (n_advocates,)

        Examples
        --------
        >>> three = Audiences(("a", "b", "c"), np.array([0, 1, 1, 2, 2]), np.array([0, 2, 4, 5]), 3)
        >>> both = three.together(["Sales", "Sales", "Care"])
        >>> both.advocates, both.gross.tolist(), both.overlap().tolist()
        (('Care', 'Sales'), [1, 3], [[1, 1], [1, 3]])
        """
        names = sorted(set(groups))
        number = {name: place for place, name in enumerate(names)}
        of = np.array([number[group] for group in groups], dtype=np.int64)
        edge = distinct(np.repeat(of, self.gross) * self.size + self.people)
        offsets = np.searchsorted(edge, np.arange(len(names) + 1) * self.size)
        return Audiences(tuple(names), edge % max(self.size, 1), offsets, self.size)

    def table(self) -> csr_array:
        """Lay the audiences out as a sparse table of 1s, advocates by people."""
        from scipy.sparse import csr_array

        return csr_array((np.ones(len(self.people), dtype=np.int64), self.people, self.offsets), shape=(len(self.advocates), self.size))

    def overlap(self) -> Ints:
        """Count the people whom each two advocates both know, shape (n_advocates, n_advocates); the diagonal is `gross`.

        Notes
        -----
        O(sum over people of the square of how many know them), in memory the square of the advocates.
        """
        table = self.table()
        return np.asarray((table @ table.T).todense())

    def expected(self, unseen: Floats) -> float:
        """Say how many different people are to be expected to see a post.

        Parameters
        ----------
        unseen : array of float, shape (n_advocates,)
            The logarithm of the chance that a member of the audience sees none of the advocate's posts: of n posts that each is seen with
            the chance p, `n * log1p(-p)`.

        Notes
        -----
        The sum over people of 1 - prod over the advocates who know them of that chance: views are taken to be independent.
        """
        together = np.bincount(self.people, np.repeat(unseen, self.gross), self.size)
        return float(-np.expm1(together).sum()) + 0.0


def distinct(numbers: Ints) -> Ints:
    """Sort numbers and keep each once.

    Notes
    -----
    numpy.unique gives the same; of some millions it puts them into a hash table first, which takes several times as long as to sort them.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist(), distinct(np.array([], dtype=np.int64)).tolist()
    ([1, 3], [])
    """
    ordered = np.sort(numbers)
    fresh = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    kept: Ints = ordered[fresh]
    return kept


def audiences(edges: pa.Table) -> tuple[Audiences, Ints]:
    """Number the people and sort the edges.

    Parameters
    ----------
    edges : pyarrow.Table
        `advocate, network, member` (`workspace.social_reading.audience_columns`), in any order; an edge may stand twice.

    Returns
    -------
    audiences : Audiences
    person : array of int, shape (n_edges,)
        The number of each edge's person.

    Notes
    -----
    A person is a member of one network: nobody is recognised across networks, since each hash is of one network's address. O(n) for the
    numbering and one sort of n integers.

    Examples
    --------
    >>> import pyarrow as pa
    >>> found, _ = audiences(pa.table({"advocate": ["a", "a", "b", "b"], "network": ["x"] * 4, "member": ["1", "2", "2", "3"]}))
    >>> found.gross.tolist(), found.unique, found.incremental.tolist(), found.overlap().tolist()
    ([2, 2], 3, [1, 1], [[2, 1], [1, 2]])
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not edges.num_rows:
        return Audiences((), np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64), 0), np.zeros(0, dtype=np.int64)
    # People bear the network's name, for two networks might number theirs alike.
    named = pc.binary_join_element_wise(edges["network"], edges["member"], " ") if len(pc.unique(edges["network"])) > 1 else edges["member"]
    coded = named.combine_chunks() if isinstance(named, pa.ChunkedArray) else named
    people = pc.dictionary_encode(coded)
    person = people.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    advocate = pc.dictionary_encode(edges["advocate"].combine_chunks())
    names = advocate.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda place: names[place])
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    size = len(people.dictionary)
    edge = distinct(rank[advocate.indices.to_numpy(zero_copy_only=False)] * size + person)
    offsets = np.searchsorted(edge, np.arange(len(names) + 1) * size)
    return Audiences(tuple(names[place] for place in order), edge % size, offsets, size), person
