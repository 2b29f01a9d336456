"""The Markov chain as a graph: for graph programs (GraphML, JSON) and as a picture (SVG)."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np

from attribution.chain_picture import draw_chain, printable
from attribution.chain_reports import all_transitions, state_names
from attribution.chains import Chain
from reports.language import Language
from workspace.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

FORMS = ("graphml", "json", "svg")


def chain_graph(chain: Chain) -> nx.DiGraph[str]:
    """Make a directed graph of a chain.

    Returns
    -------
    networkx.DiGraph
        Nodes "start", "conversion", "null" and "s0", "s1", …; each has `label`, `kind` ("start", "conversion", "null", "state") and
        `visits`, journeys that come through. Edges have `transitions` (journeys) and `probability`.
    """
    import networkx as nx

    n, names, found = len(chain.starts), state_names(chain), all_transitions(chain)
    kinds = [*["state"] * n, "start", "conversion", "null"]
    nodes = [*(f"s{state}" for state in range(n)), *kinds[n:]]
    started = float(chain.starts.sum())
    visits = np.concatenate([chain.visits, [started, chain.ends[:, 0].sum(), chain.ends[:, 3].sum()]])
    graph: nx.DiGraph[str] = nx.DiGraph(order=chain.order)
    for node, kind, name, count in zip(nodes, kinds, names, visits.tolist(), strict=True):
        graph.add_node(node, label=printable(name), kind=kind, visits=count)
    for here, there, journeys, probability in zip(
        found.here.tolist(), found.there.tolist(), found.journeys.tolist(), found.probability.tolist(), strict=True
    ):
        graph.add_edge(nodes[here], nodes[there], transitions=journeys, probability=probability)
    return graph


def graph_file(chain: Chain, form: str, language: Language) -> bytes:
    """Write the graph of a chain.

    Parameters
    ----------
    chain : Chain
    form : {"graphml", "json", "svg"}
        GraphML (Gephi, yEd, Cytoscape), JSON (node-link, as D3 and networkx read it) or a picture.
    language : Language
        Of the words in the picture.

    Returns
    -------
    bytes
        The whole file; UTF-8.

    Raises
    ------
    UsageError
        There is no such form.
    """
    import networkx as nx

    if form == "svg":
        return draw_chain(chain, language).encode()
    if form == "json":
        graph = nx.node_link_data(chain_graph(chain), edges="links")
        return json.dumps(graph, ensure_ascii=False, indent=1).encode()
    if form == "graphml":
        file = io.BytesIO()
        nx.write_graphml_xml(chain_graph(chain), file)
        return file.getvalue()
    raise UsageError(
        "a graph cannot be written as '{form}'; name the file with one of the endings {endings}",
        form=form,
        endings=", ".join(f".{known}" for known in FORMS),
    )
