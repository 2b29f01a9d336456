"""Who knows the same people: matrices against sets, and what of the teams' may be told."""

import itertools
import json

import numpy as np
import pyarrow as pa
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from social.audiences import audiences
from social.overlap import LARGEST, matrix_report, teams_report
from social.reach_report import reports
from social.scope import Advocate, Scope
from tests.social.workspaces import agreed, at, day, make

PEOPLE = st.dictionaries(
    st.integers(0, 15), st.tuples(st.sampled_from(["Care", "Legal", "Sales", None]), st.sets(st.integers(0, 9), max_size=6)), max_size=16
)


def known(sets):
    rows = [(advocate, "x", f"m{person}") for advocate, people in sets.items() for person in people]
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    table = pa.table(
        {name: pa.array(list(column), pa.string()) for name, column in zip(("advocate", "network", "member"), columns, strict=True)}
    )
    return audiences(table)[0]


@given(PEOPLE)
def test_the_matrix_of_advocates_is_that_of_sets(people):
    sets = {f"A{number:02}": found for number, (_, found) in people.items() if found}
    report = matrix_report(known(sets), {})

    order = sorted(sets, key=lambda name: (-len(sets[name]), name))[:LARGEST]
    literal = [
        [one, two, len(sets[one]), len(sets[one] & sets[two]), len(sets[one] & sets[two]) / len(sets[one])]
        for one in order
        for two in order
    ]
    assert report.frame.values.tolist() == literal


@given(PEOPLE, st.integers(2, 4))
def test_what_is_told_of_two_teams_is_that_of_sets_and_of_enough_advocates(people, smallest):
    advocates = [Advocate(f"A{number:02}", team=team) for number, (team, _) in people.items()]
    sets = {f"A{number:02}": found for number, (_, found) in people.items() if found}
    team = {f"A{number:02}": team or "(no team)" for number, (team, _) in people.items()}
    report = teams_report(known(sets), advocates, smallest, None, {})

    union = {name: set().union(*(sets[one] for one in sets if team[one] == name)) for name in set(team.values())}
    frame = report.frame
    for row in frame.to_dict("records"):
        one, two = row["team"], row["other_team"]
        assert row["unique_audience"] == len(union[one])
        assert sum(team[advocate] == one for advocate in sets) >= smallest
        sides = [sum(bool(sets[a] & union[there]) for a in sets if team[a] == here) for here, there in ((one, two), (two, one))]
        if np.isnan(row["people_shared"]):
            assert np.isnan(row["share_of_own_audience"])
        else:
            assert row["people_shared"] == len(union[one] & union[two])
            assert row["share_of_own_audience"] == len(union[one] & union[two]) / len(union[one])
            assert one == two or all(count == 0 or count >= smallest for count in sides) or min(sides) == 0
    # The teams that are not shown have nobody or enough with an audience, or none is shown.
    missing = [advocate for advocate in sets if team[advocate] not in set(frame["team"])]
    assert not missing or len(missing) >= smallest or frame.empty
    told = frame.pivot(index="team", columns="other_team", values="people_shared").to_numpy() if len(frame) else np.zeros((0, 0))
    assert np.array_equal(told, told.T, equal_nan=True)


NETWORKS = {
    "A1": "abcdef", "A2": "efgh", "A3": "hi",  # Sales
    "B1": "aefjk", "B2": "fkl", "B3": "mn",  # Care
    "C1": "ax", "C2": "xy", "C3": "yz",  # Legal: only C1 knows somebody whom Sales or Care know
    "D1": "z",  # Product: one with an audience, of two
}  # fmt: skip
TEAMS = {"A": "Sales", "B": "Care", "C": "Legal", "D": "Product"}


def programme(tmp_path, **more):
    codes = [*NETWORKS, "D2"]
    records = {
        "consents": agreed(*codes),
        "advocates": [{"advocate": code, "team": TEAMS[code[0]], "since": day(-30)} for code in codes],
        "audience": [
            {"advocate": code, "network": "linkedin", "member": letter * 32, "as_of": day(0)}
            for code, letters in NETWORKS.items()
            for letter in letters
        ],
        "posts": [{"post": f"p{code}", "network": "linkedin", "at": at(1), "advocate": code} for code in ("A1", "A2", "B1", "C1", "C2")],
    }
    return make(tmp_path, "[social]\nsmallest_group = 2\n", **records | more)


def test_the_teams_of_a_programme(tmp_path):
    with programme(tmp_path) as workspace:
        (teams,) = reports(workspace, Scope(), "teams")
        (sales,) = reports(workspace, Scope(team="sales"), "teams")

    # Product is one advocate's audience; Care, the smallest other by name, would give it away. Of Sales know A1 and nobody else anybody
    # whom Legal knows.
    nan = np.nan
    expected = [["Legal", "Legal", 4, 4, 1], ["Legal", "Sales", 4, nan, nan], ["Sales", "Legal", 9, nan, nan], ["Sales", "Sales", 9, 9, 1]]
    np.testing.assert_array_equal(teams.frame.to_numpy()[:, 2:].astype(float), np.array(expected, dtype=object)[:, 2:].astype(float))
    assert teams.frame[["team", "other_team"]].values.tolist() == [row[:2] for row in expected]
    assert [str(note) for note in teams.notes] == [
        "A cell: of the people whom somebody of the team of the row knows, each counted once, the share whom somebody of the team of the "
        "column knows too. The rows behind the table hold the people as well (--format csv).",
        "2 rows are withheld: those to which fewer than 2 advocates of a team contribute, and those that would give these away.",
        "2 cells are withheld: fewer than 2 advocates of one of the two teams know anybody whom the other team knows, or the cell would "
        "give such a one away.",
    ]
    assert sales.frame["team"].tolist() == ["Sales", "Sales"]


def test_teams_by_hand(tmp_path):
    people = [{"advocate": code, "team": TEAMS[code[0]], "since": day(-30)} for code in NETWORKS if code[0] in "AB"]
    with programme(tmp_path, advocates=people) as workspace:
        (teams,) = reports(workspace, Scope(), "teams")

    # Sales knows a to i, Care a, e, f, j to n: both a, e, f. Of Sales A1 and A2 know one of these, of Care B1 and B2.
    assert teams.frame.values.tolist() == [
        ["Care", "Care", 8, 8, 1], ["Care", "Sales", 8, 3, 3 / 8], ["Sales", "Care", 9, 3, 3 / 9], ["Sales", "Sales", 9, 9, 1],
    ]  # fmt: skip


def test_figures_of_a_team_to_which_too_few_contribute_are_withheld(tmp_path):
    posts = [{"post": f"p{code}", "network": "linkedin", "at": at(1), "advocate": code} for code in ("A1", "A2", "B1", "B2", "C1")]
    with programme(tmp_path, posts=posts) as workspace:
        total, advocates, matrix, _ = reports(workspace, Scope(team="Legal"), "all")
        (months,) = reports(workspace, Scope(team="Legal"), "months")
        (product,) = reports(workspace, Scope(team="Product"), "overlap")
        (everybody,) = reports(workspace, Scope(), "advocates")

    value = total.frame.set_index("figure")["value_of_figure"]
    assert value[["gross_audience", "unique_audience"]].tolist() == [6, 4]
    # One of Legal posted.
    assert value[["potential_impressions", "expected_reach", "unique_audience_of_sharing"]].isna().all()
    assert total.frame.set_index("figure")["n"]["potential_impressions"] != 1
    assert total.meta["posts"] is None
    assert advocates.frame[["posts", "potential_impressions"]].isna().all(axis=None)
    assert sorted(advocates.frame["audience"]) == [2, 2, 2]
    assert len(matrix.frame) == 9
    assert months.frame[["posts", "expected_reach"]].isna().all(axis=None)
    assert months.frame["unique_audience"].tolist() == [4]
    # Of Product one has an audience.
    assert product.frame.empty
    shown = dict(zip(everybody.frame["advocate"], everybody.frame["team"].fillna(""), strict=True))
    assert {code: shown[code] for code in ("A1", "B1", "C1", "D1")} == {"A1": "Sales", "B1": "", "C1": "", "D1": ""}


def test_the_commands(tmp_path):
    programme(tmp_path).close()

    def run(*words):
        result = CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), "--lang", "en", "social", "reach", *words])
        assert result.exit_code == 0, result.stderr
        return result.stdout

    rows = json.loads(run("--show", "matrix", "--format", "json"))["rows"]
    assert rows[:2] == [
        {"advocate": "A1", "other_advocate": "A1", "audience": 6, "people_shared": 6, "share_of_own_audience": 1},
        {"advocate": "A1", "other_advocate": "B1", "audience": 6, "people_shared": 3, "share_of_own_audience": 0.5},
    ]
    assert len(rows) == len(list(itertools.product(NETWORKS, NETWORKS)))
    assert run("--show", "teams").splitlines()[:6] == [
        "Overlap of the audiences of teams",
        "Also known to, by other team",
        "Team    Unique audience    Legal    Sales",
        "─" * 41,
        "Legal                 4   100.0%        –",
        "Sales                 9        –   100.0%",
    ]
