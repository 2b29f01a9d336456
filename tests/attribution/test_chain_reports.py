"""The chain as tables, as a graph and as a picture, on the hand-worked journeys of `test_chains`."""

from __future__ import annotations

import dataclasses
import io
import json
import xml.etree.ElementTree as ET

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.chain_graph import chain_graph, graph_file
from attribution.chain_reports import removal_report, state_names, transition_report
from attribution.chains import build_chain
from attribution.paths import Paths
from reports.language import language
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, journeys
from tests.attribution.test_chains import FIVE
from workspace.errors import UsageError

ENGLISH, FRENCH = language("en"), language("fr")


def named(*names: str) -> Paths:
    return dataclasses.replace(paths_of(FIVE, len(names)), channels=names)


def test_transitions_worked_by_hand() -> None:
    """A > B > A converts; A > B converts once and once not; B > A does not; B converts."""
    report = transition_report(named("ads", "email"), 2, {"goal": "won"})
    assert report.frame.values.tolist() == [
        ["(start)", "ads > email", 3, 3 / 5],
        ["email", "(conversion)", 1, 1],
        ["ads > email", "email > ads", 1, 1 / 3],
        ["ads > email", "(conversion)", 1, 1 / 3],
        ["ads > email", "(null)", 1, 1 / 3],
        ["email > ads", "(conversion)", 1, 1 / 2],
        ["email > ads", "(null)", 1, 1 / 2],
        ["(start)", "email", 1, 1 / 5],
        ["(start)", "email > ads", 1, 1 / 5],
    ]
    assert list(report.frame.columns) == ["from_state", "to_state", "transitions", "probability"]
    assert report.meta == {"goal": "won", "order": 2, "states": 3}
    assert [str(note) for note in report.notes] == [
        "The probabilities of the ways out of one state add up to 1. Staying in a state is not counted.",
        "(start) is the beginning of a journey, (null) the end of one that did not convert.",
        "A state is the last 2 touches, the latest on the right; a shorter journey is one state.",
    ]


def test_transitions_of_order_1() -> None:
    report = transition_report(named("ads", "email"))
    assert report.frame.head(3).values.tolist() == [
        ["ads", "email", 3, 3 / 5],
        ["(start)", "ads", 3, 3 / 5],
        ["email", "ads", 2, 2 / 5],
    ]
    assert len(report.notes) == 2


@settings(deadline=None)
@given(journeys(), st.integers(1, 5))
def test_probabilities_from_a_state_add_up_to_1(rows: list[Row], order: int) -> None:
    frame = transition_report(paths_of(rows, N_CHANNELS), order).frame
    assert frame.groupby("from_state")["probability"].sum().tolist() == pytest.approx([1] * frame["from_state"].nunique())
    total = sum(row.conversions + row.nulls for row in rows)
    assert frame.loc[frame["from_state"] == "(start)", "transitions"].sum() == total
    assert frame.loc[frame["to_state"].isin(["(conversion)", "(null)"]), "transitions"].sum() == total


def test_removal_effects_worked_by_hand() -> None:
    report = removal_report(named("ads", "email"), 2)
    assert report.frame.columns.tolist() == [
        "channel",
        "removal_effect",
        "conversions_without",
        "conversions",
        "removal_effect_value",
        "value",
    ]
    assert report.frame["channel"].tolist() == ["email", "ads"]
    numbers = report.frame.drop(columns="channel").to_numpy().ravel()
    assert numbers == pytest.approx([1, 0, 1.8, 1, 36, 2 / 3, 1, 1.2, 2 / 3, 24], abs=1e-12)
    assert report.meta == {"order": 2, "conversion_probability": 0.6}
    without = removal_report(paths_of(FIVE, 2, known=False), 1).frame
    assert without.columns.tolist() == ["channel", "removal_effect", "conversions_without", "conversions"]


@given(
    st.lists(st.sampled_from(["ads", "email", "(start)", "(null)", "ads > email", '"(start)"', '"ads', ">", ""]), min_size=2, max_size=2)
)
def test_no_two_states_have_one_name(names: list[str]) -> None:
    if names[0] != names[1]:
        for order in (1, 2, 3):
            found = state_names(build_chain(named(*names), order))
            assert len(set(found)) == len(found)


def test_graph_worked_by_hand() -> None:
    graph = chain_graph(build_chain(named("(start)", "email"), 2))
    assert dict(graph.nodes(data=True)) == {
        "s0": {"label": "email", "kind": "state", "visits": 1},
        "s1": {"label": '"(start)" > email', "kind": "state", "visits": 3},
        "s2": {"label": 'email > "(start)"', "kind": "state", "visits": 2},
        "start": {"label": "(start)", "kind": "start", "visits": 5},
        "conversion": {"label": "(conversion)", "kind": "conversion", "visits": 3},
        "null": {"label": "(null)", "kind": "null", "visits": 2},
    }
    assert {(here, there): edge["transitions"] for here, there, edge in graph.edges(data=True)} == {
        ("start", "s0"): 1,
        ("start", "s1"): 3,
        ("start", "s2"): 1,
        ("s1", "s2"): 1,
        ("s0", "conversion"): 1,
        ("s1", "conversion"): 1,
        ("s2", "conversion"): 1,
        ("s1", "null"): 1,
        ("s2", "null"): 1,
    }
    assert graph.edges["start", "s1"]["probability"] == 3 / 5


def test_graph_files_are_read_back() -> None:
    chain = build_chain(named("Émile & <co\x00\x1b", "电子邮件"), 2)
    graph = chain_graph(chain)
    assert graph.nodes["s1"]["label"] == "Émile & <co > 电子邮件"
    for read in (
        nx.read_graphml(io.BytesIO(graph_file(chain, "graphml", ENGLISH))),
        nx.node_link_graph(json.loads(graph_file(chain, "json", ENGLISH)), edges="links"),
    ):
        assert dict(read.nodes(data=True)) == dict(graph.nodes(data=True))
        assert {(here, there): edge for here, there, edge in read.edges(data=True)} == {
            (here, there): edge for here, there, edge in graph.edges(data=True)
        }
        assert read.graph["order"] == 2


def texts(svg: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter() if element.tag.endswith("text")]


def test_picture_of_order_1() -> None:
    svg = graph_file(build_chain(named("Direct", "<script>&\x00"), 1), "svg", FRENCH)
    written = texts(svg)
    assert written[1:5] == ["Direct", "5", "<script>&", "5"]
    told = [element.text for element in ET.fromstring(svg).iter() if element.tag.endswith("title")]
    assert any(text and text.startswith("Direct → <script>&: 3 (60,0") for text in told)
    assert b"<script" not in svg


def test_picture_of_a_higher_order_numbers_its_states() -> None:
    svg = graph_file(build_chain(named("ads", "email"), 2), "svg", ENGLISH)
    assert texts(svg) == [
        "Markov chain of the journeys, order 2",
        *("1", "3", "2", "1", "3", "2"),
        *("Start", "5", "Conversion", "3", "No conversion", "2"),
        *("1. Ads > Email", "2. Email", "3. Email > Ads"),
        "Arrows are as wide as the journeys they stand for, those into Conversion on a scale of their own. Shown are 3 of 3 states "
        "and 9 of 9 transitions.",
    ]


def test_picture_leaves_out_what_would_crowd_it() -> None:
    rng = np.random.default_rng(2)
    rows = [Row(tuple(rng.integers(0, 40, 5).tolist()), 1.5, 0, 1) for _ in range(300)]
    svg = graph_file(build_chain(paths_of(rows, 40), 1), "svg", ENGLISH)
    assert "Shown are 14 of 40 states and 48 of " in texts(svg)[-1]
    assert sum(element.tag.endswith("circle") for element in ET.fromstring(svg).iter()) == 14 + 3


@pytest.mark.parametrize("form", ["svg", "json", "graphml"])
def test_without_journeys_the_graph_is_empty(form: str) -> None:
    assert b"start" in graph_file(build_chain(paths_of([], 2), 2), form, ENGLISH).lower()


def test_other_forms_are_refused() -> None:
    with pytest.raises(UsageError) as error:
        graph_file(build_chain(paths_of(FIVE, 2), 1), "png", ENGLISH)
    assert str(error.value) == "a graph cannot be written as 'png'; name the file with one of the endings .graphml, .json, .svg"
