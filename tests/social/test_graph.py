"""The graph of who knows whom: what is in it, what is not, and how it is written."""

import datetime as dt
import html
import re
import subprocess

import networkx as nx
import pytest

from reports.language import Language
from social import graph
from social.graph_picture import picture, write
from social.scope import Scope
from tests.parts import needs
from tests.social.test_activate_report import ACCOUNTS, SETTINGS, edges, programme
from tests.social.workspaces import agreed, day, make
from workspace.errors import DataError, UsageError

ENGLISH = Language("en")
NAMES = {"A1": "Léa Arvieux", "A2": "Hugo Bressolle"}


def small(tmp_path, **more):
    """Make a programme of two: A1 knows p and q of Acme and x elsewhere, A2 knows q; A1 may be asked, A2 not."""
    records = {
        "consents": [*agreed("A1"), *agreed("A2", data=("audience", "company_and_title", "name"))],
        "advocates": [{"advocate": code, "name": name, "team": "Sales", "region": "Lyon"} for code, name in NAMES.items()],
        "accounts": ACCOUNTS[:2],
        "audience": [row | {"connected_on": day(-400)} for row in edges({"A1": "pqx"})] + edges({"A2": "q"}),
    }
    return make(tmp_path, SETTINGS, **records | more)


def test_the_graph_of_two(tmp_path):
    with small(tmp_path) as workspace:
        found = graph.build(workspace, Scope())

    assert dict(found.nodes(data=True)) == {
        "A1": {"kind": "advocate", "introduces": True, "team": "Sales", "region": "Lyon"},
        "A2": {"kind": "advocate", "introduces": False, "team": "Sales", "region": "Lyon"},
        "acme.example": {"kind": "account"},
        "person 1": {"kind": "person", "title": "DSI", "seniority": "c_level", "role": "technical"},
        "person 2": {"kind": "person", "title": "PDG", "seniority": "c_level", "role": "economic_buyer"},
    }
    days = {"since": (day(-400) - dt.date(1970, 1, 1)).days, "as_of": (day(0) - dt.date(1970, 1, 1)).days}
    assert sorted(found.edges(data=True)) == [
        ("A1", "person 1", {"rel": "knows"} | days),
        ("A1", "person 2", {"rel": "knows"} | days),
        ("A2", "person 1", {"rel": "knows", "as_of": days["as_of"]}),
        ("person 1", "acme.example", {"rel": "works_at"}),
        ("person 2", "acme.example", {"rel": "works_at"}),
    ]


@pytest.mark.parametrize(("first", "second"), [(0, 9), (9, 0)])
def test_of_two_titles_of_somebody_the_latest_holds_whoever_handed_it_in(tmp_path, first, second):
    told = [{**row, "title": title, "seniority": None} for title in ("DSI", "Stagiaire") for row in edges({"A1": "q"})]
    audience = [told[0] | {"as_of": day(first)}, told[1] | {"advocate": "A2", "as_of": day(second)}]
    with small(tmp_path, audience=audience) as workspace:
        found = graph.build(workspace, Scope())

    titles = {"title": "DSI", "seniority": "c_level", "role": "technical"}, {"title": "Stagiaire", "seniority": "junior", "role": "user"}
    assert found.nodes["person 1"] == {"kind": "person"} | titles[second > first]
    assert [named["as_of"] for *_, named in found.in_edges("person 1", data=True)] == [
        (day(days) - dt.date(1970, 1, 1)).days for days in (first, second)
    ]


def test_pure_functions_read_it(tmp_path):
    with small(tmp_path) as workspace:
        found = graph.build(workspace, Scope())
    today = day(-400) + dt.timedelta(days=731)

    assert graph.people_at(found, "acme.example") == ["person 1", "person 2"]
    assert graph.people_at(found, "globex.example") == []
    assert graph.introducers(found, "acme.example") == [("A1", "person 1"), ("A1", "person 2")]
    assert graph.introducers(found, "acme.example", willing=False) == [("A1", "person 1"), ("A2", "person 1"), ("A1", "person 2")]
    roles = {"economic_buyer": 1, "technical": 1, "procurement_legal": 0, "champion": 0, "user": 0, "unknown": 0}
    assert graph.account_coverage(found, "acme.example") == roles
    assert graph.strength(found, "A1", "person 2", today) == (0, pytest.approx(731 / 365.25))
    assert graph.strength(found, "A2", "person 1", today) == (0, pytest.approx(float("nan"), nan_ok=True))
    folded = graph.by_account(found)
    assert sorted(folded.edges(data="people")) == [("A1", "acme.example", 2), ("A2", "acme.example", 1)]


@pytest.mark.parametrize(
    ("knows", "expected"),
    [({"A1": "pq", "A2": "q"}, False), ({"A1": "pq"}, True), ({"A1": "p", "A2": "p"}, True), ({"A1": "s"}, False)],
    ids=["two and two", "one advocate", "one person", "nobody there"],
)
def test_a_single_thread_is_one_advocate_or_one_person(tmp_path, knows, expected):
    with small(tmp_path, audience=edges(knows)) as workspace:
        assert graph.single_thread(graph.build(workspace, Scope()), "acme.example") is expected


def test_seniority_that_was_not_imported_is_read_off_the_title_and_titles_near_power_are_not_power(tmp_path):
    titles = ["Directeur adjoint", "Assistante du DSI", "ex-CEO", "VP Sales", None]
    known = [
        {"advocate": "A1", "network": "linkedin", "member": f"{n}" * 32, "as_of": day(0), "account": "acme.example", "title": title}
        for n, title in enumerate(titles)
    ]
    with small(tmp_path, audience=known) as workspace:
        nodes = graph.build(workspace, Scope()).nodes(data=True)

    people = [named for _, named in nodes if named["kind"] == "person"]
    told = {named.get("title"): (named.get("seniority"), named.get("role")) for named in people}
    assert told == {
        "Directeur adjoint": ("manager", "champion"),
        "Assistante du DSI": ("staff", "user"),
        "ex-CEO": (None, None),
        "VP Sales": ("vp", "economic_buyer"),
        None: (None, None),
    }


def test_who_left_and_who_took_it_back_are_not_in_it(tmp_path):
    with programme(tmp_path) as workspace:
        found = graph.build(workspace, Scope(), ["acme.example"])

    assert [node for node, named in found.nodes(data=True) if named["kind"] == "advocate"] == ["A1", "A2", "A3", "A4", "A6"]
    assert not list(found.successors("A6"))


def test_a_team_too_small_is_refused(tmp_path):
    with programme(tmp_path) as workspace, pytest.raises(UsageError, match="--team legal: it has 1 advocate, and figures of fewer than 2"):
        graph.build(workspace, Scope(team="legal"))


def test_an_account_that_bears_the_code_of_an_advocate_is_refused(tmp_path):
    known = [{"advocate": "A1", "network": "linkedin", "member": "p" * 32, "as_of": day(0), "account": "A2"}]
    with small(tmp_path, accounts=[{"account": "A2"}], audience=known) as workspace, pytest.raises(DataError) as error:
        graph.build(workspace, Scope())

    assert str(error.value) == (
        "A2 stands for an account and for an advocate or a person of the graph; import the accounts under other keys, such as their domains"
    )


def test_graphml_reads_back_without_a_hash_or_a_name(tmp_path):
    file = tmp_path / "programme.graphml"
    with small(tmp_path) as workspace:
        built = graph.build(workspace, Scope())
        write(workspace, Scope(), None, True, file, ENGLISH)

    read = nx.read_graphml(file)
    assert dict(read.nodes(data=True)) == dict(built.nodes(data=True))
    assert read.edges["A1", "person 1"] == {"rel": "knows", "since": "2024-12-01", "as_of": "2026-01-05"}
    assert sorted(read.edges) == sorted(built.edges)
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"p{32}|q{32}", text)
    assert not any(name.split()[1] in text for name in NAMES.values())


def test_graphml_folded_has_no_people(tmp_path):
    file = tmp_path / "programme.graphml"
    with small(tmp_path) as workspace:
        write(workspace, Scope(), "Acme", False, file, ENGLISH)

    read = nx.read_graphml(file)
    assert sorted(read.edges(data="people")) == [("A1", "acme.example", 2), ("A2", "acme.example", 1)]
    assert "person" not in file.read_text(encoding="utf-8")


def test_titles_that_xml_cannot_hold_are_written_without_what_it_cannot(tmp_path):
    told = nx.DiGraph()
    told.add_node("person 1", kind="person", title="VP\x00 <Sales> & \x0b\ufffe“Ops”")
    with (tmp_path / "x.graphml").open("wb") as file:
        graph.write_graphml(told, file)

    assert nx.read_graphml(tmp_path / "x.graphml").nodes["person 1"]["title"] == "VP  <Sales> &   “Ops”"


@pytest.mark.parametrize(
    ("name", "people", "message"),
    [
        ("x.png", False, "-o {folder}/x.png: write .graphml for other programs or .html for a picture"),
        (
            "x.html",
            True,
            "--people is for GraphML: a picture folds people into the ties; name a .graphml file or leave --people out",
        ),
        ("no/x.html", False, "-o {folder}/no/x.html: there is no folder {folder}/no; make it or choose another"),
    ],
)
def test_files_that_cannot_be(tmp_path, name, people, message):
    with small(tmp_path) as workspace, pytest.raises(UsageError) as error:
        write(workspace, Scope(), None, people, tmp_path / name, ENGLISH)

    assert str(error.value) == message.format(folder=tmp_path)
    assert not list(tmp_path.glob("*x.*"))


@needs("chromium", package="chromium")
def test_the_picture_is_drawn_in_a_browser(tmp_path):
    hostile = "<img src=x onerror=alert(1)>"
    known = [{"advocate": "A1", "network": "linkedin", "member": "z" * 32, "as_of": day(0), "account": hostile}]
    file = tmp_path / "programme.html"
    with small(
        tmp_path, accounts=[*ACCOUNTS[:2], {"account": hostile, "tier": "A"}], audience=edges({"A1": "pqs", "A2": "q"}) + known
    ) as workspace:
        write(workspace, Scope(), None, False, file, Language("fr"))

    command = [
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
        *("--enable-logging=stderr", "--virtual-time-budget=10000", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri()),
    ]
    drawn = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "CONSOLE" not in drawn.stderr
    assert '<html lang="fr">' in drawn.stdout
    texts = re.findall(r'<text[^>]*data-unformatted="([^"]*)"', drawn.stdout)
    plain = [re.sub(r"&lt;/?b&gt;", "", text) for text in texts]
    assert [text for text in plain if text.isdigit()] == ["2", "1", "1", "1"]
    assert [text for text in plain if text and not text.isdigit()] == [
        *("A1", "A2", "acme.example  2", f"{html.escape(html.escape(hostile))}  1", "globex.example  1", "Sales"),
    ]
    assert [text for text in texts if "A" in text and "b&gt;" in text] == ["&lt;b&gt;A1&lt;/b&gt;"]  # who may be asked is bold
    assert "<h1>Qui connaît qui chez les comptes clés</h1>" in drawn.stdout
    assert "<img" not in drawn.stdout


def test_a_picture_of_nobody(tmp_path):
    with small(tmp_path, audience=[]) as workspace:
        page = picture(graph.by_account(graph.build(workspace, Scope())), ENGLISH)

    assert "<li>2 advocates know nobody there, as far as they handed in their connections.</li>" in page


def crowd(advocates, accounts):
    """Fold a graph in which advocate n of team n modulo 3 knows n + 1 people at each account up to the n-th."""
    known = nx.DiGraph()
    for n in range(advocates):
        known.add_node(f"A{n:02d}", kind="advocate", introduces=False, **({"team": f"T{n % 3}"} if n % 3 else {}))
    for place in range(accounts):
        known.add_node(f"account {place:02d}", kind="account")
        for n in range(place, advocates):
            for one in range(n + 1):
                person = f"person {place} {n} {one}"
                known.add_node(person, kind="person")
                known.add_edge(f"A{n:02d}", person, rel="knows")
                known.add_edge(person, f"account {place:02d}", rel="works_at")
    return graph.by_account(known)


def test_what_does_not_fit_on_a_picture_is_told():
    folded = crowd(45, 50)
    page = picture(folded, ENGLISH)

    assert [named["people"] for _, named in folded.nodes(data=True)][:2] == [1, 4]  # one account, and two accounts of two people
    ties = sum(45 - place for place in range(45))
    shown = sum(1 for place in range(40) for n in range(place, 45) if n >= 5)
    told = "Left out, as fewest are known by them or there: 5 advocates, 10 accounts; {left} of {ties} ties."
    assert told.format(left=f"{ties - shown}", ties=f"{ties:,}") in page
    assert "account 39" in page
    assert "account 40" not in page
    assert '"A04"' not in page


def test_columns_stand_team_by_team_and_rows_by_the_people_known():
    page = picture(crowd(6, 3), ENGLISH)

    (columns, rows) = [re.findall(r'"([^"]*)"', found) for found in re.findall(r'"ticktext":\[([^]]*)\]', page)[:2]]
    assert columns == ["A05", "A02", "A04", "A01", "A03", "A00"]  # team T2 knows most; those of no team come last
    assert rows == [rf"account 0{place}  \u003cb\u003e{sum(range(place + 1, 7))}\u003c\u002fb\u003e" for place in range(3)]
    assert re.findall(r'"text":\[\[(.*?)\]\],', page)[0] == '"6","3","5","2","4","1"],["6","3","5","2","4",""],["6","3","5","","4",""'
