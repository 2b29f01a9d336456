"""The programme as a graph: who knows whom, and where these work; built here, read by pure functions.

Nodes are advocates ("A7"), people ("person 12", numbered anew in each graph: hashes stay in the workspace) and accounts; edges say that an
advocate knows a person, and that a person works at an account. Only what employees agreed to is in it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

from social.buying_roles import ROLES, buying_role
from social.groups import check_team, members, teams_shown
from social.scope import Scope, roster
from workspace import consent, social_reading
from workspace.errors import DataError
from workspace.job_titles import LEVELS, seniority
from workspace.social_reading import EPOCH
from workspace.store import Workspace

if TYPE_CHECKING:
    import networkx as nx

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
RANK = {level: place for place, level in enumerate(LEVELS)}
"""Of a level of seniority, from the top."""


def build(workspace: Workspace, scope: Scope, accounts: Sequence[str] | None = None) -> nx.DiGraph:
    """Build the graph of the enrolled advocates and the people whom they know at some accounts.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
        Its team and network.
    accounts : sequence of str or None
        Keys of accounts; all that connections are known at by default.

    Returns
    -------
    networkx.DiGraph
        Nodes with `kind` ("advocate", "person", "account"); advocates with `team` (none whose figures are withheld), `region` and
        `introduces` (whether they agreed to be asked); people with `title`, `seniority`, `role` (any may be None: then the attribute is
        missing); edges with `rel` ("knows" with `since` and `as_of` as days, "works_at").

    Raises
    ------
    UsageError
        There is no such team, or it is too small.
    DataError
        An account bears the code of an advocate.
    """
    import networkx as nx
    import pyarrow as pa
    import pyarrow.compute as pc

    today = dt.date.today()
    advocates = roster(workspace, scope)
    check_team(workspace, scope)
    enrolled = [one for one in advocates if one.enrolled(today, today)]
    edges = social_reading.known_at(workspace, accounts, scope.network)
    there = members(roster(workspace, Scope()), (today, today))
    willing = consent.granted(workspace, "introductions")
    teams = teams_shown(workspace, there, there & set(edges["advocate"].to_pylist()))
    graph = nx.DiGraph()
    for one in enrolled:
        named = {name: value for name, value in (("team", teams.get(one.advocate)), ("region", one.region)) if value}
        graph.add_node(one.advocate, kind="advocate", introduces=one.advocate in willing, **named)
    kept = pc.is_in(edges["advocate"], pa.array(list(graph), pa.string()))
    numbers: dict[tuple[str, str], str] = {}
    # By advocate and time of the tie: the order of the hashes would tell them apart across exports.
    rows = edges.filter(kept).sort_by([("advocate", "ascending"), ("connected_on", "ascending"), ("title", "ascending")]).to_pylist()
    # People change jobs: of what several archives say of somebody, the latest holds.
    latest = {(row["network"], row["member"]): row for row in sorted(rows, key=lambda row: (row["title"] is not None, row["as_of"]))}
    for row in rows:
        person = numbers.setdefault((row["network"], row["member"]), f"person {len(numbers) + 1}")
        title, rank = (latest[row["network"], row["member"]][name] for name in ("title", "seniority"))
        told = {"title": title, "seniority": rank or seniority(title), "role": buying_role(title)}
        graph.add_node(person, kind="person", **{name: value for name, value in told.items() if value})
        if graph.nodes.get(row["account"], {"kind": "account"})["kind"] != "account":
            raise DataError(
                "{name} stands for an account and for an advocate or a person of the graph; import the accounts under other keys, such as "
                "their domains",
                name=row["account"],
            )
        graph.add_node(row["account"], kind="account")
        days = {"since": row["connected_on"], "as_of": row["as_of"]}
        graph.add_edge(row["advocate"], person, rel="knows", **{name: day for name, day in days.items() if day is not None})
        graph.add_edge(person, row["account"], rel="works_at")
    return graph


def people_at(graph: nx.DiGraph, account: str) -> list[str]:
    """List the people of an account whom somebody knows, by number.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph([("A7", "person 1"), ("person 1", "acme")])
    >>> people_at(graph, "acme"), people_at(graph, "globex")
    (['person 1'], [])
    """
    return sorted(graph.predecessors(account), key=lambda node: (len(node), node)) if account in graph else []


def introducers(graph: nx.DiGraph, account: str, *, willing: bool = True) -> list[tuple[str, str]]:
    """List who knows whom at an account, as pairs of advocate and person: of the advocates who agreed to be asked, or of all."""
    return [
        (advocate, person)
        for person in people_at(graph, account)
        for advocate in sorted(graph.predecessors(person))
        if not willing or graph.nodes[advocate].get("introduces")
    ]


def account_coverage(graph: nx.DiGraph, account: str) -> dict[str, int]:
    """Count the people known at an account by buying role; those of unknown role under "unknown"."""
    roles = [graph.nodes[person].get("role", "unknown") for person in people_at(graph, account)]
    return {role: roles.count(role) for role in (*ROLES, "unknown")}


def single_thread(graph: nx.DiGraph, account: str) -> bool:
    """Tell whether everything hangs on one advocate, or on one person, at an account where somebody is known."""
    pairs = introducers(graph, account, willing=False)
    return bool(pairs) and (len({advocate for advocate, _ in pairs}) == 1 or len({person for _, person in pairs}) == 1)


def strength(graph: nx.DiGraph, advocate: str, person: str, today: dt.date) -> tuple[int, float]:
    """Order ties for who is to be asked: by the seniority of the person (from the top), then by how long they have known each other.

    Returns
    -------
    rank : int
    years : float
        NaN where it is not known since when.
    """
    since = graph.edges[advocate, person].get("since")
    years = float("nan") if since is None else ((today - EPOCH).days - since) / 365.25
    return RANK.get(graph.nodes[person].get("seniority", ""), len(RANK)), years


def by_account(graph: nx.DiGraph) -> nx.Graph:
    """Fold the people away: advocates and accounts, each with the number of people it knows or where they work, each tie likewise."""
    import networkx as nx

    folded = nx.Graph()
    degree = {"advocate": graph.out_degree, "account": graph.in_degree}
    folded.add_nodes_from(
        (node, named | {"people": degree[named["kind"]](node)}) for node, named in graph.nodes(data=True) if named["kind"] in degree
    )
    for advocate, person, named in graph.edges(data=True):
        if named["rel"] != "knows":
            continue
        for account in graph.successors(person):
            known = folded.edges[advocate, account]["people"] if folded.has_edge(advocate, account) else 0
            folded.add_edge(advocate, account, people=known + 1)
    return folded


def write_graphml(graph: Any, file: IO[bytes]) -> None:
    """Write a graph as GraphML, as Gephi, yEd and networkx read it; days as dates."""
    import networkx as nx

    told = graph.copy()
    for *_, named in told.edges(data=True):
        named |= {name: (EPOCH + dt.timedelta(days=named[name])).isoformat() for name in ("since", "as_of") if name in named}
    for _, named in told.nodes(data=True):
        # XML knows no control characters, not even escaped.
        named |= {name: _CONTROL.sub(" ", value) for name, value in named.items() if isinstance(value, str)}
    nx.write_graphml(told, file)
