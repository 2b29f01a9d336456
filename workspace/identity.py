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
    A person goes by the first of their e-mail addresses in the alphabet, else by the first of their identifiers. Linear in the ties.

    Examples
    --------
    >>> resolve([("GA1.7", "anna@example.com"), ("hubspot 3", "anna@example.com")], most_emails=3).person
    {'GA1.7': 'anna@example.com', 'hubspot 3': 'anna@example.com'}
    """
    import networkx as nx

    graph = nx.Graph()
    graph.add_edges_from((one, other) for one, other in ties if one != other)
    shared: dict[str, tuple[str, ...]] = {}
    for name in sorted(graph):
        if len(known := emails(graph.neighbors(name))) > most_emails:
            shared[name] = known
    joined = graph.subgraph(set(graph) - set(shared))
    person: dict[str, str] = {}
    chains = []
    for component in nx.connected_components(joined):
        known = emails(component)
        if len(known) > most_emails:
            chains.append(tuple(sorted(component)))
            continue
        main = min(known or component)
        person |= {name: main for name in sorted(component) if name != main}
    return Resolved(person, shared, tuple(sorted(chains)))


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
    import pyarrow as pa

    from workspace.ids import stable_id

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.key AS person, s.key AS same_as FROM identities i JOIN persons p ON p.id = i.person_id
            JOIN persons s ON s.id = i.same_as_id"""
        )
        ties = cursor.fetch_arrow_table()
        resolved = resolve(zip(ties["person"].to_pylist(), ties["same_as"].to_pylist(), strict=True), most_emails)
        cursor.execute("DELETE FROM merged")
        rows = sorted((stable_id(name), stable_id(main)) for name, main in resolved.person.items())
        if rows:
            table = pa.table({"id": [one for one, _ in rows], "person_id": [main for _, main in rows]})
            cursor.adbc_ingest("merged", table, mode="append")
