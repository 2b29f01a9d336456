"""The graph as a file: GraphML for other programs, or a picture of advocates on one side and accounts on the other."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.files import replacing
from reports.language import Language
from reports.report import Text
from social.graph import build, by_account, write_graphml
from social.key_accounts import chosen_accounts
from social.scope import Scope
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import networkx as nx

MOST = 15
"""Advocates and accounts on a picture, those with most people behind their ties first: more cannot be told apart."""
BLUE, GREEN, GREY = "#0072B2", "#009E73", "#8F8F8F"


def write(workspace: Workspace, scope: Scope, accounts: str | None, people: bool, output: Path, language: Language) -> None:
    """Write the graph.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    accounts : str or None
        As `social.key_accounts.chosen_accounts` takes it.
    people : bool
        Every person as a node of their own; only as GraphML.
    output : Path
        Its suffix says what is written: .graphml or .html.
    language : Language

    Raises
    ------
    UsageError
        The suffix is another, the folder is missing, or people are asked for on a picture.
    """
    if output.suffix.casefold() not in (".graphml", ".html"):
        raise UsageError("-o {file}: write .graphml for other programs or .html for a picture", file=output)
    if people and output.suffix.casefold() == ".html":
        raise UsageError("--people is for GraphML: a picture folds people into the ties; name a .graphml file or leave --people out")
    if not output.parent.is_dir():
        raise UsageError("-o {file}: there is no folder {folder}; make it or choose another", file=output, folder=output.parent)
    found = build(workspace, scope, list(chosen_accounts(workspace, accounts)))
    with replacing(str(output), language) as file:
        if output.suffix.casefold() == ".graphml":
            write_graphml(found if people else by_account(found), file)
        else:
            file.write(picture(by_account(found), language).encode())


def picture(graph: nx.Graph, language: Language) -> str:
    """Draw advocates and accounts as a page that stands alone.

    Parameters
    ----------
    graph : networkx.Graph
        `social.graph.by_account`.
    language : Language
    """
    import plotly.graph_objects as go

    places = _places(graph)
    widest = max((named["people"] for *_, named in graph.edges(data=True)), default=1)
    traces: list[Any] = []
    for one, other, named in graph.edges(data=True):
        if one not in places or other not in places:
            continue
        (x, y), (u, v) = places[one], places[other]
        width = 0.5 + 5 * named["people"] / widest
        traces.append(go.Scatter(x=[x, u], y=[y, v], mode="lines", line={"width": width, "color": GREY}, opacity=0.5, hoverinfo="skip"))
    for kind, side, colour in (("advocate", "middle left", BLUE), ("account", "middle right", GREEN)):
        names = [node for node in places if graph.nodes[node]["kind"] == kind]
        known = [graph.degree(node, weight="people") for node in names]
        said = [language.text(Text("{name}: {people} people", name=str(name), people=n)) for name, n in zip(names, known, strict=True)]
        traces.append(
            go.Scatter(
                x=[places[name][0] for name in names],
                y=[places[name][1] for name in names],
                mode="markers+text",
                text=[escape(str(name)) for name in names],
                textposition=side,
                hovertext=[escape(text) for text in said],
                hoverinfo="text",
                marker={"size": 10, "color": colour},
            )
        )
    title = language.text(Text("Who knows whom at key accounts"))
    note = language.text(
        Text(
            "Lines are as wide as the people behind them. Shown are {shown} of {all} advocates and accounts.",
            shown=len(places),
            all=graph.number_of_nodes(),
        )
    )
    height = 120 + 22 * max((sum(graph.nodes[node]["kind"] == kind for node in places) for kind in ("advocate", "account")), default=1)
    figure = go.Figure(traces)
    figure.update_layout(
        title={"text": f"{escape(title)}<br><sup>{escape(note)}</sup>"},
        showlegend=False,
        height=max(height, 400),
        plot_bgcolor="white",
        xaxis={"visible": False, "range": [-0.4, 1.6]},
        yaxis={"visible": False},
    )
    page: str = figure.to_html(include_plotlyjs=True, config={"displaylogo": False})
    return page.replace("<head>", f'<head><title>{escape(title)}</title><meta name="viewport" content="width=device-width">', 1).replace(
        "<html>", f'<html lang="{language.code}">', 1
    )


def _places(graph: nx.Graph) -> dict[str, tuple[float, float]]:
    """Place advocates on the left and accounts on the right, those with most people behind their ties on top."""
    places = {}
    for x, kind in ((0.0, "advocate"), (1.0, "account")):
        nodes = [node for node, named in graph.nodes(data=True) if named["kind"] == kind and graph.degree(node)]
        nodes.sort(key=lambda node: (-graph.degree(node, weight="people"), node))
        places |= {node: (x, -float(number)) for number, node in enumerate(nodes[:MOST])}
    return places
