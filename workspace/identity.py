"""Who is who: identifiers that are tied together are one person, unless too many are.

A person has many identifiers: a cookie's client id, an e-mail address, a number in the CRM. Records that carry two of them tie them
together (`records.Identity`), and people are the connected components of those ties. Nothing is rewritten for it: every record keeps the
identifier it came with, and the table `merged` says which person each one stands for. It is made anew whenever ties come or go, so a tie
that was wrong can be taken back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workspace.batches import Batch

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    import pyarrow as pa

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Booleans = np.ndarray[Any, np.dtype[np.bool_]]


@dataclasses.dataclass(frozen=True, slots=True)
class Resolved:
    """What the ties say.

    Parameters
    ----------
    person : dict of str to str
        Identifier to the identifier its person goes by, for those that go by another.
    shared : dict of str to tuple of str
        Identifier that was not joined to anybody, and the e-mail addresses that are tied to it.
    chains : tuple of tuples of str
        Identifiers that are tied together one after the other, and of which none is joined, since there are too many e-mail addresses
        among them.
    """

    person: dict[str, str]
    shared: dict[str, tuple[str, ...]]
    chains: tuple[tuple[str, ...], ...] = ()


def resolve(ties: Iterable[tuple[str, str]], most_emails: float) -> Resolved:
    """Find out who is who.

    Parameters
    ----------
    ties : iterable of pairs of str
        Two identifiers of one person each; the order says nothing.
    most_emails : float
        An identifier tied to more e-mail addresses than this joins nobody; and where a chain of ties still joins more, none of the chain is
        joined.

    Notes
    -----
    A person goes by the first of their e-mail addresses in the alphabet, else by the first of their identifiers. n log n in the ties.

    Examples
    --------
    >>> resolve([("GA1.7", "anna@example.com"), ("hubspot 3", "anna@example.com")], most_emails=3).person
    {'GA1.7': 'anna@example.com', 'hubspot 3': 'anna@example.com'}
    """
    import numpy as np

    pairs = list(ties)
    names = sorted({name for pair in pairs for name in pair})
    number = {name: place for place, name in enumerate(names)}
    one, other = (np.array([number[pair[end]] for pair in pairs], dtype=np.int64) for end in (0, 1))
    joined = join(one, other, np.array(["@" in name for name in names], dtype=bool), most_emails)
    neighbours: dict[int, set[str]] = {int(place): set() for place in np.flatnonzero(joined.shared)}
    for pair in pairs:
        for name, tied in (pair, pair[::-1]):
            if name != tied and number[name] in neighbours:
                neighbours[number[name]].add(tied)
    chains: dict[int, list[str]] = {}
    for place in np.flatnonzero(joined.chained):
        chains.setdefault(int(joined.component[place]), []).append(names[place])
    return Resolved(
        {names[place]: names[joined.main[place]] for place in np.flatnonzero(joined.main != np.arange(len(names)))},
        {names[place]: emails(known) for place, known in neighbours.items()},
        tuple(sorted(tuple(chain) for chain in chains.values())),
    )


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Who is joined with whom, identifiers being numbers in the order of their names.

    Parameters
    ----------
    main : int64 array of shape `(n,)`
        The identifier that stands for each one; itself, where it stands for itself or is not joined.
    shared, chained : bool arrays of shape `(n,)`
        Whether it joins nobody since it is tied to too many e-mail addresses itself, or since a chain of ties joins too many.
    component : int array of shape `(n,)`
        A number of what is tied together without those that are shared.
    """

    main: Integers
    shared: Booleans
    chained: Booleans
    component: Integers


def join(one: Integers, other: Integers, is_email: Booleans, most_emails: float) -> Joined:
    """Find out who is who among identifiers that are numbered in the order of their names.

    Parameters
    ----------
    one, other : int64 arrays of shape `(ties,)`
        The ends of the ties.
    is_email : bool array of shape `(n,)`
    most_emails : float
        As in `resolve`.

    Notes
    -----
    A million ties take about a second; as a networkx graph of names they take more than ten.

    References
    ----------
    D. J. Pearce, "An improved algorithm for finding the strongly connected components of a directed graph" (2005), by which
    `scipy.sparse.csgraph.connected_components` works.
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(is_email)
    low, high = np.minimum(one, other), np.maximum(one, other)
    # Each pair counts once, however often and in whatever order it is told; nobody is tied to themselves.
    low, high = np.divmod(np.unique((low * n + high)[low != high]), max(n, 1))
    known = np.bincount(low[is_email[high]], minlength=n) + np.bincount(high[is_email[low]], minlength=n)
    shared = known > most_emails
    free = ~(shared[low] | shared[high])
    ones = np.ones(int(free.sum()), dtype=np.int8)
    count, component = connected_components(coo_array((ones, (low[free], high[free])), shape=(n, n)), directed=False)
    too_many = np.bincount(component[is_email], minlength=count) > most_emails
    chained = too_many[component] & ~shared
    first = np.full(count, n, dtype=np.int64)
    for chosen in (np.arange(n), np.flatnonzero(is_email)):
        # Backwards, so that the first in the alphabet is what stays; an e-mail address goes before all else.
        first[component[chosen[::-1]]] = chosen[::-1]
    main = np.where(chained, np.arange(n), first[component])
    return Joined(main, shared, chained, component.astype(np.int64))


def between_two(batch: Batch) -> Batch:
    """Take out the ties of an identifier to itself, which say nothing."""
    import pyarrow.compute as pc

    two = pc.not_equal(batch.rows["person"], batch.rows["same_as"])
    return batch if pc.all(two).as_py() is not False else dataclasses.replace(batch, rows=batch.rows.filter(two))


def emails(names: Iterable[str]) -> tuple[str, ...]:
    """Pick the e-mail addresses out of identifiers, in the order of the alphabet."""
    return tuple(sorted(name for name in names if "@" in name))


def ties_of(rows: Iterable[dict[str, Any]]) -> nx.Graph:
    """Draw ties as a graph whose edges keep where they are known from."""
    import networkx as nx

    graph = nx.Graph()
    for row in rows:
        if row["person"] != row["same_as"]:
            graph.add_edge(
                row["person"], row["same_as"], **{name: row[name] for name in ("basis", "connector", "file", "row", "import_id")}
            )
    return graph


def store(connection: Any, most_emails: float) -> None:
    """Make the table of who is who anew, within a transaction that has changed the ties.

    Parameters
    ----------
    connection : ADBC connection
    most_emails : float
        As in `resolve`.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, same_as_id FROM identities")
        ties = _numbers(cursor.fetch_arrow_table())
        cursor.execute("SELECT id, key FROM persons WHERE id IN (SELECT person_id FROM identities UNION SELECT same_as_id FROM identities)")
        tied = cursor.fetch_arrow_table()
        tied = tied.cast(pa.schema({"id": pa.int64(), "key": pa.string()})).sort_by("key")
        ids = tied["id"].to_numpy()
        one, other = (_places(ids, end) for end in ties)
        is_email = pc.match_substring(tied["key"], "@").to_numpy(zero_copy_only=False)
        main = ids[join(one, other, is_email, most_emails).main]
        moved = np.flatnonzero(main != ids)
        _replace(cursor, ids[moved], main[moved])


def _numbers(table: pa.Table) -> tuple[Integers, Integers]:
    """Take two columns of whole numbers out of what SQLite gave; of no rows it does not know the type."""
    one, other = (column.cast("int64").to_numpy() for column in table.columns)
    return one, other


def _places(ids: Integers, wanted: Integers) -> Integers:
    """Say where ids stand that are all there; those wanted are sorted first, since a search from one end to the other is far quicker."""
    import numpy as np

    by_id, order = np.argsort(ids), np.argsort(wanted)
    places = np.empty(len(wanted), dtype=np.int64)
    places[order] = by_id[np.searchsorted(ids[by_id], wanted[order])]
    return places


def _replace(cursor: Any, ids: Integers, people: Integers) -> None:
    """Write who is who where it has changed: most ties that come say nothing of most people."""
    import numpy as np
    import pyarrow as pa

    cursor.execute("SELECT id, person_id FROM merged ORDER BY id")
    known, meant = _numbers(cursor.fetch_arrow_table())
    order = np.argsort(ids)
    ids, people = ids[order], people[order]
    _, here, there = np.intersect1d(known, ids, assume_unique=True, return_indices=True)
    same = meant[here] == people[there]
    gone, new = np.ones(len(known), dtype=bool), np.ones(len(ids), dtype=bool)
    gone[here[same]] = new[there[same]] = False
    if gone.all():
        cursor.execute("DELETE FROM merged")
    elif gone.any():
        cursor.execute("DROP TABLE IF EXISTS unmerged")
        cursor.adbc_ingest("unmerged", pa.table({"id": known[gone]}), mode="create", temporary=True)
        cursor.execute("DELETE FROM merged WHERE id IN (SELECT id FROM unmerged)")
    if new.any():
        cursor.adbc_ingest("merged", pa.table({"id": ids[new], "person_id": people[new]}), mode="append")
