"""The Markov chain of a workspace's journeys, as a report or as a graph in a file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from attribution.question import Question, find_journeys
from reports.files import replacing
from reports.language import Language
from reports.report import Report, Text
from workspace.errors import UsageError
from workspace.store import Workspace

GRAPHS = ("svg", "graphml", "json")


def report(workspace: Workspace, question: Question, shown: str) -> Report:
    """Report on the chain.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        Its goal, cut, lookback, window and order.
    shown : {"transitions", "removal", "orders"}
    """
    from attribution.chain_reports import removal_report, transition_report
    from attribution.orders import choose_order, order_report, order_table

    answer = find_journeys(workspace, dataclasses.replace(question, by_key=shown == "orders" or question.order is None))
    paths = answer.result.paths
    if shown == "orders":
        return order_report(order_table(paths), meta=answer.stated(question))
    order = question.order or choose_order(paths)
    make = transition_report if shown == "transitions" else removal_report
    return make(paths, order, answer.stated(question))


def write_graph(workspace: Workspace, question: Question, name: str, language: Language) -> Text:
    """Write the chain as a graph; its suffix chooses the form.

    Raises
    ------
    UsageError
        The suffix names no form.
    """
    from attribution.chain_graph import graph_file
    from attribution.chains import build_chain
    from attribution.orders import choose_order

    form = Path(name).suffix.lower().removeprefix(".")
    if form not in GRAPHS:
        raise UsageError("--graph {file}: end its name in .svg (a picture), .graphml or .json", file=name)
    paths = find_journeys(workspace, question).result.paths
    made = graph_file(build_chain(paths, question.order or choose_order(paths)), form, language)
    with replacing(name, language) as file:
        file.write(made)
    return Text("Written: {file}", file=name)
