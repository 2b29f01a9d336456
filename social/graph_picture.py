"""The graph as a file: GraphML for other programs, or a picture of it as a matrix, accounts by advocates.

Of thirty advocates who each know somebody at half of sixty accounts, lines between two columns are a grey patch. A matrix has no crossings
and no labels on top of each other; readers find more in it from about twenty nodes on (Ghoniem, Fekete and Castagliola, A Comparison of
the Readability of Graphs Using Node-Link and Matrix-Based Representations, 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
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
    import plotly.graph_objects as go

MOST = 40
"""Advocates and accounts on a picture, those with most people behind them first: what fits on a screen."""
CELL, LETTER = 24, 7
"""Pixels of a cell, and of a letter."""
LONGEST = 34
"""Letters of an account's name that are written."""
LIGHT, DARK, GREY = "#D6E6F4", "#0072B2", "#5F5F5F"


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
    """Draw advocates and accounts as a page that stands alone: a matrix of the people known.

    Parameters
    ----------
    graph : networkx.Graph
        `social.graph.by_account`.
    language : Language
    """
    import plotly.graph_objects as go

    advocates, accounts = _columns(graph), _strongest(graph, "account")
    known = [[graph.edges[account, one]["people"] if graph.has_edge(account, one) else None for one in advocates] for account in accounts]
    said = [
        [_said(f"{one}, {account}", n, language) for one, n in zip(advocates, row, strict=True)]
        for account, row in zip(accounts, known, strict=True)
    ]
    shown = [["" if n is None else str(n) for n in row] for row in known]
    heat = go.Heatmap(
        z=known, text=shown, texttemplate="%{text}", textfont={"size": 11}, hovertext=said, hoverinfo="text",
        colorscale=[[0, LIGHT], [1, DARK]], showscale=False, xgap=1, ygap=1, zmin=1,
    )  # fmt: skip
    figure = go.Figure([heat] if accounts else [])
    _lay_out(figure, graph, advocates, accounts)
    title = language.text(Text("Who knows whom at key accounts"))
    notes = [language.text(note) for note in _notes(graph, advocates, accounts)]
    drawn: str = figure.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False, "displayModeBar": False})
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return PAGE.format(language=language.code, title=escape(title), notes=listed, drawn=drawn)


def _said(name: str, people: int | None, language: Language) -> str:
    return escape(language.text(Text("{name}: {people} {people:person|people}", name=name, people=people))) if people else ""


PAGE = """\
<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width">
<style>body {{ font-family: system-ui, sans-serif; margin: 2rem; color: #222 }} li {{ margin: .2rem 0 }}</style></head>
<body><h1>{title}</h1><ul>{notes}</ul>{drawn}</body></html>
"""


def _strongest(graph: nx.Graph, kind: str) -> list[str]:
    """List the accounts or the advocates with most people behind them."""
    nodes = [node for node, named in graph.nodes(data=True) if named["kind"] == kind and named["people"]]
    return sorted(nodes, key=lambda node: (-graph.nodes[node]["people"], node))[:MOST]


def _columns(graph: nx.Graph) -> list[str]:
    """List the advocates who are drawn, team by team: the team that knows most first, those of no team last."""
    chosen = _strongest(graph, "advocate")
    known: dict[str, int] = {}
    for one in chosen:
        team = graph.nodes[one].get("team", "")
        known[team] = known.get(team, 0) + graph.nodes[one]["people"]

    def order(one: str) -> tuple[bool, int, str]:
        team = graph.nodes[one].get("team", "")
        return not team, -known[team], team

    return sorted(chosen, key=order)


def _notes(graph: nx.Graph, advocates: Sequence[str], accounts: Sequence[str]) -> list[Text]:
    """Say how to read it, and what is left out."""
    every = [named for _, named in graph.nodes(data=True)]
    ties = graph.number_of_edges()
    drawn = sum(graph.has_edge(account, one) for account in accounts for one in advocates)
    notes = [
        Text(
            "A cell counts the people whom an advocate knows at an account; beside each account, how many different ones are known there."
        ),
        Text("Advocates in bold agreed to be asked for introductions."),
    ]
    nobody = sum(named["kind"] == "advocate" and not named["people"] for named in every)
    if nobody:
        notes.append(
            Text("{count} {count:advocate knows|advocates know} nobody there, as far as they handed in their connections.", count=nobody)
        )
    if drawn < ties:
        notes.append(
            Text(
                "Left out, as fewest are known by them or there: {advocates} {advocates:advocate|advocates}, {accounts} "
                "{accounts:account|accounts}; {left} of {ties} {ties:tie|ties}. Name accounts with --accounts, or write .graphml for all.",
                advocates=sum(named["kind"] == "advocate" for named in every) - nobody - len(advocates),
                accounts=sum(named["kind"] == "account" for named in every) - len(accounts),
                left=ties - drawn,
                ties=ties,
            )
        )
    return notes


def _lay_out(figure: go.Figure, graph: nx.Graph, advocates: Sequence[str], accounts: Sequence[str]) -> None:
    """Label rows and columns, and part the teams."""
    rows = [f"{_short(account)}  <b>{graph.nodes[account]['people']}</b>" for account in accounts]
    heads = [f"<b>{escape(one)}</b>" if graph.nodes[one].get("introduces") else escape(one) for one in advocates]
    teams = [graph.nodes[one].get("team", "") for one in advocates]
    first = [place for place, team in enumerate(teams) if not place or team != teams[place - 1]]
    left = 20 + LETTER * max((len(account[:LONGEST]) + 5 for account in accounts), default=10)
    slanted = round(0.71 * LETTER * max((len(team) for team in teams), default=0))  # at 45 degrees, as high as wide
    top, right = 60 + slanted, 40 + slanted
    figure.update_layout(
        width=left + CELL * len(advocates) + right,
        height=top + CELL * len(accounts) + 20,
        margin={"l": left, "r": right, "t": top, "b": 20},
        plot_bgcolor="white",
        font={"color": GREY, "size": 12},
        xaxis=_axis(heads) | {"side": "top", "tickangle": -90},
        yaxis=_axis(rows) | {"autorange": "reversed"},
        shapes=[
            {"type": "line", "x0": place - 0.5, "x1": place - 0.5, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": GREY, "width": 1}}
            for place in first[1:]
        ],
        annotations=[
            {"text": escape(teams[place]), "x": place - 0.5, "y": 1, "yref": "paper", "yshift": 40, "xanchor": "left", "yanchor": "bottom",
             "textangle": -45, "showarrow": False}
            for place in first
            if teams[place]
        ],
    )  # fmt: skip


def _axis(labels: Sequence[str]) -> dict[str, Any]:
    return {"tickvals": list(range(len(labels))), "ticktext": labels, "showgrid": False, "zeroline": False, "fixedrange": True}


def _short(name: str) -> str:
    """Write a name, cut where it is too long for a label."""
    return escape(name if len(name) <= LONGEST else name[: LONGEST - 1] + "…")
