"""Who is who: connected components, the guard against joining too much, and journeys that go across a person's identifiers."""

import datetime as dt
import tempfile
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import people
from tests.workspace.samples import batch, day
from workspace import imports, people_reading, reading, store
from workspace.identity import emails, resolve
from workspace.ids import stable_id

names = st.sampled_from([f"c{n}" for n in range(6)] + [f"{letter}@example.com" for letter in "abcdef"])
ties = st.lists(st.tuples(names, names), max_size=14)


def literal(pairs, most):
    """The same by asking over and over who is tied to whom."""
    pairs = [(one, other) for one, other in pairs if one != other]
    neighbours = {name: {b for a, b in (*pairs, *((b, a) for a, b in pairs)) if a == name} for pair in pairs for name in pair}
    shared = {name: emails(known) for name, known in neighbours.items() if len(emails(known)) > most}
    person, cut, chains = {}, set(shared), set()
    for name in set(neighbours) - cut:
        group, before = {name}, set()
        while group != before:
            before = set(group)
            group |= {other for member in before for other in neighbours[member] if other not in cut}
        if len(emails(group)) > most:
            chains.add(tuple(sorted(group)))
        elif (main := min(emails(group) or group)) != name:
            person[name] = main
    return person, shared, tuple(sorted(chains))


@given(ties, st.integers(1, 4))
def test_people_are_the_connected_components(pairs, most):
    found = resolve(pairs, most)
    assert (found.person, found.shared, found.chains) == literal(pairs, most)


def as_graph(pairs, most):
    """The same by networkx, over the names themselves."""
    graph = nx.Graph()
    graph.add_edges_from((one, other) for one, other in pairs if one != other)
    shared = {name: known for name in graph if len(known := emails(graph.neighbors(name))) > most}
    person, chains = {}, []
    for group in nx.connected_components(graph.subgraph(set(graph) - set(shared))):
        if len(emails(group)) > most:
            chains.append(tuple(sorted(group)))
        else:
            person |= {name: main for main in [min(emails(group) or group)] for name in group if name != main}
    return person, shared, tuple(sorted(chains))


@given(st.lists(st.tuples(*[st.integers(0, 300).map(lambda n: f"p{n}@x" if n % 3 else f"c{n}")] * 2), max_size=400), st.integers(1, 6))
def test_people_are_those_of_a_graph_of_names(pairs, most):
    found = resolve(pairs, most)
    assert (found.person, found.shared, found.chains) == as_graph(pairs, most)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["form", "crm"]), ties), min_size=1, max_size=4), st.integers(1, 4))
def test_who_is_who_is_kept_as_it_changes(steps, most):
    """Imports bring ties and take some back; what is stored is what all that are left say."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "smarketing.db"
        store.create(path)
        path.with_name("smarketing.toml").write_text(f"[identity]\nmost_emails = {most}\n")
        left = {}
        with store.open_workspace(path) as workspace:
            for source, pairs in steps:
                # Each import of a source replaces what it brought before.
                rows = [{"person": one, "same_as": other} for one, other in pairs]
                gone = {"kind": "identities", "field": "file", "value": source}
                imports.run(workspace, source, [batch("identities", *rows, file=source), batch("removals", gone, file=source)])
                # What several sources say stays with the one that said it first.
                kept = {pair for other, known in left.items() if other != source for pair in known}
                left[source] = set(pairs) - kept
                merged = {row["id"]: row["person_id"] for row in workspace.rows("SELECT id, person_id FROM merged")}
                known = {pair for told in left.values() for pair in told}
                assert merged == {stable_id(name): stable_id(main) for name, main in resolve(known, most).person.items()}


@given(ties, st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_order_of_ties_says_nothing(pairs, most, random):
    turned = [pair[::-1] if random.random() < 0.5 else pair for pair in pairs]
    random.shuffle(turned)
    assert resolve(turned, most) == resolve(pairs, most)


@given(ties, st.integers(1, 4))
def test_nobody_has_more_addresses_than_allowed(pairs, most):
    found = resolve(pairs, most).person
    for main in set(found.values()):
        assert len(emails([main, *(name for name, person in found.items() if person == main)])) <= most


@pytest.fixture
def workspace(tmp_path):
    store.create(tmp_path / "smarketing.db")
    with store.open_workspace(tmp_path / "smarketing.db") as opened:
        yield opened


def test_anonymous_touches_join_the_journey_when_the_form_ties_them(workspace):
    touches = [
        {"person": "GA1.7", "at": day(1), "source": "google"},
        {"person": "GA1.8", "at": day(2), "source": "linkedin"},
        {"person": "anna@example.com", "at": day(3), "source": "newsletter"},
        {"person": "bob@example.com", "at": day(4)},
    ]
    won = {"person": "hubspot 3", "at": day(9), "goal": "won", "account": "acme"}
    imports.run(workspace, "csv", [batch("touches", *touches), batch("conversions", won)])
    before = reading.touch_columns(workspace)["key"].to_pylist()
    assert len(set(before)) == 4
    tied = [{"person": "anna@example.com", "same_as": other, "basis": "crm"} for other in ("GA1.7", "GA1.8", "hubspot 3")]
    imports.run(workspace, "hubspot", [batch("identities", *tied)])
    anna, bob = stable_id("anna@example.com"), stable_id("bob@example.com")
    assert sorted(reading.touch_columns(workspace)["key"].to_pylist()) == sorted([anna, anna, anna, bob])
    assert reading.conversion_columns(workspace, "won")["key"].to_pylist() == [anna]
    assert reading.stage_columns(workspace)["key"].to_pylist() == [anna]
    assert reading.memberships(workspace).to_pylist() == [{"person": anna, "account": stable_id("acme"), "main": 1}]
    assert [touch["person"] for touch in reading.touches_of(workspace, stable_id("GA1.7"))] == ["GA1.7", "GA1.8", "anna@example.com"]
    (found,) = reading.conversions_named(workspace, "GA1.8")
    assert (found["person_id"], found["person"]) == (anna, "hubspot 3")
    assert reading.counts(workspace)["people"] == 2
    assert people_reading.person_of(workspace, "hubspot 3") == anna
    assert people_reading.person_of(workspace, "nobody") == stable_id("nobody")


def test_what_is_told_of_a_person_under_several_names_is_told_of_one(workspace):
    told = [
        {"person": "anna@example.com", "segment": "retail", "lead_source": "Web"},
        {"person": "hubspot 3", "account": "acme", "segment": "banking"},
        {"person": "GA1.7"},
    ]
    imports.run(workspace, "csv", [batch("people", *told)])
    imports.run(workspace, "crm", [batch("identities", {"person": "anna@example.com", "same_as": "hubspot 3"})])
    anna, device = stable_id("anna@example.com"), stable_id("GA1.7")
    assert sorted(map(tuple, (row.values() for row in reading.people_columns(workspace).to_pylist())), key=str) == sorted(
        [(anna, "banking"), (device, None)], key=str
    )
    assert reading.lead_sources(workspace) == {anna: "Web"}
    assert [row["person"] for row in reading.memberships(workspace).to_pylist()] == [anna]


def test_a_tie_that_is_taken_back_parts_them_again(workspace):
    imports.run(workspace, "csv", [batch("touches", {"person": "GA1.7", "at": day(1)})])
    imports.run(workspace, "crm", [batch("identities", {"person": "anna@example.com", "same_as": "GA1.7"})])
    assert len(workspace.rows("SELECT * FROM merged")) == 1
    imports.run(workspace, "crm", [batch("removals", {"kind": "identities", "field": "person", "value": "anna@example.com"})])
    assert workspace.rows("SELECT * FROM merged") == []
    assert [row["key"] for row in workspace.rows("SELECT key FROM persons")] == ["GA1.7"]


def test_a_kiosk_joins_nobody(workspace):
    tied = [{"person": f"{letter}@example.com", "same_as": "kiosk"} for letter in "abcd"]
    imports.run(workspace, "crm", [batch("identities", *tied)])
    assert workspace.rows("SELECT * FROM merged") == []
    imports.run(workspace, "crm", [batch("removals", {"kind": "identities", "field": "person", "value": "d@example.com"})])
    assert len(workspace.rows("SELECT * FROM merged")) == 3


@settings(max_examples=15, deadline=None)
@given(ties, st.data())
def test_whole_columns_and_single_rows_agree(tmp_path_factory, pairs, data):
    path = tmp_path_factory.mktemp("w") / "smarketing.db"
    store.create(path)
    people = data.draw(st.lists(names, min_size=1, max_size=5))
    with store.open_workspace(path) as workspace:
        touches = [{"person": name, "at": dt.datetime(2026, 1, 1, n, tzinfo=dt.UTC)} for n, name in enumerate(people)]
        imports.run(workspace, "csv", [batch("touches", *touches), batch("identities", *({"person": a, "same_as": b} for a, b in pairs))])
        main = resolve(pairs, 3).person
        expected = sorted(stable_id(main.get(name, name)) for name in people)
        assert sorted(reading.touch_columns(workspace)["key"].to_pylist()) == expected
        for name in people:
            same = sorted(other for other in people if main.get(other, other) == main.get(name, name))
            assert sorted(touch["person"] for touch in reading.touches_of(workspace, stable_id(name))) == same


def test_a_chain_that_is_not_joined_says_so(workspace):
    """Two addresses on each number, four along the chain: no number is a shared computer, and none of the chain is joined."""
    tied = [("a@x.fr", "crm1"), ("b@x.fr", "crm1"), ("b@x.fr", "crm2"), ("c@x.fr", "crm2"), ("c@x.fr", "crm3"), ("d@x.fr", "crm3")]
    imports.run(workspace, "crm", [batch("identities", *({"person": one, "same_as": other} for one, other in tied))])
    listed = people.shared(workspace).frame.to_dict("records")
    assert [(row["identifier"], row["count"]) for row in listed] == [("a@x.fr, b@x.fr, c@x.fr, crm1, crm2, …", 4)]
    found = people.explain(workspace, "b@x.fr")
    assert found.frame[["identifier", "tied_to", "joined", "row"]].astype(object).where(found.frame.notna(), None).values.tolist() == [
        ["b@x.fr", None, "joined", None],
        ["crm1", "b@x.fr", "apart", 3],
        ["crm2", "b@x.fr", "apart", 4],
    ]
    assert [str(note) for note in found.notes] == [
        "b@x.fr is one of 7 identifiers that are tied together one after the other; 4 of them are e-mail addresses (a@x.fr, b@x.fr, "
        "c@x.fr, d@x.fr), more than identity.most_emails = 3 in the settings, so none of them is joined. Take a wrong tie back where it "
        "comes from, or raise the number."
    ]
