# ruff: noqa: E501
"""What is wrong with records of employees though each row reads well: told, refused, or kept from replacing what is right."""

import datetime as dt

import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import main
from social.policy import agree
from social.posts import posts
from social.scope import Scope
from tests.social.workspaces import agreed, at, batch, day, make
from workspace import imports, reading
from workspace.errors import SourceError
from workspace.faults import NO_POST
from workspace.gate import Withheld
from workspace.removals import KIND
from workspace.staging import Staging


def refused(workspace):
    """Say what was refused, as the user reads it."""
    return [
        (row["kind"], row["row"], row["problem"].format(value=row["value_seen"]), row["remedy"].format(value=row["value_seen"]))
        for row in reading.rejects(workspace)
    ]


def members(numbers, advocate="A1", as_of=1):
    return [{"advocate": advocate, "network": "linkedin", "member": f"{number:032x}", "as_of": day(as_of)} for number in numbers]


def archive(workspace, numbers, advocate="A1", as_of=1):
    """Import an archive, which replaces the connections that it brought before."""
    gone = batch(KIND, {"kind": "audience", "field": "advocate", "value": advocate})
    return imports.run(workspace, "linkedin-member", [batch("audience", *members(numbers, advocate, as_of)), gone])


def audience(workspace, advocate="A1"):
    rows = workspace.rows("SELECT member, as_of FROM audience WHERE advocate = ? ORDER BY member", (advocate,))
    return [(int(row["member"], 16), dt.date(1970, 1, 1) + dt.timedelta(row["as_of"])) for row in rows]


def test_posts_of_somebody_on_no_list_are_stored_and_told(tmp_path):
    with make(tmp_path, consents=agreed("A1", "A9"), advocates=[{"advocate": "A1"}]) as workspace:
        rows = [{"post": f"p{n}", "network": "x", "at": at(n), "advocate": "A9" if n else "A1"} for n in range(3)]
        summary = imports.run(workspace, "csv", [batch("posts", *rows)])
        assert summary.withheld == (Withheld("posts", "A9", "unknown", 2),)
        later = imports.run(workspace, "csv", [batch("posts", *rows), batch("advocates", {"advocate": "A9"})])
        assert later.withheld == ()
        assert len(workspace.rows("SELECT 1 FROM posts")) == 3


def test_that_somebody_is_on_no_list_is_said_at_the_command_line(tmp_path):
    make(tmp_path, consents=agreed("A9")).close()
    file = tmp_path / "posts.csv"
    file.write_text("post,network,at,advocate\np1,x,2026-01-05 09:00,A9\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), "import", "csv", str(file), "--as", "posts"])
    assert done.exit_code == 0, done.output
    assert (
        "A9 is on no list of advocates: 1 post was stored and counts for no team. Import the list (smarketing import csv FILE --as "
        "advocates), or correct the code." in done.stderr.splitlines()
    )


def test_what_is_of_a_time_after_somebody_left_is_refused(tmp_path):
    people = [{"advocate": "A1", "until": day(1)}, {"advocate": "A2"}]
    with make(tmp_path, consents=agreed("A1", "A2"), advocates=people) as workspace:
        rows = [{"post": f"p{n}", "network": "x", "at": at(n), "advocate": "A1"} for n in range(4)]
        rows.append({"post": "q", "network": "x", "at": at(9), "advocate": "A2"})
        figures = [{"post": f"p{n}", "network": "x", "day": day(9), "impressions": 5} for n in range(4)]
        index = {"advocate": "A1", "brand": 1.0, "find": 1.0, "insights": 1.0, "relationships": 1.0}
        late = [
            batch("posts", *rows),
            batch("post_metrics", *figures),
            batch("audience", *members([1], as_of=5)),
            batch("ssi", index | {"day": day(1)}, index | {"day": day(2)}),
        ]
        summary = imports.run(workspace, "csv", late)
        assert [row["post"] for row in workspace.rows("SELECT post FROM posts ORDER BY post")] == ["p0", "p1", "q"]
        assert [row["post"] for row in workspace.rows("SELECT post FROM post_metrics ORDER BY post")] == ["p0", "p1"]
        assert audience(workspace) == []
        said = "This is of a time after the employee left the programme: A1 ({}).".format
        remedy = "If they take part again, correct 'until' in the list of advocates, import that, then import this again."
        assert sorted(refused(workspace)) == [
            ("audience", 2, said(1), remedy),
            ("post_metrics", 4, *(part.format(value=2) for part in (NO_POST.problem, NO_POST.remedy))),
            ("posts", 4, said(2), remedy),
            ("ssi", 3, said(1), remedy),
        ]
        assert set(summary.withheld) == {
            Withheld("posts", "A1", "left", 2), Withheld("audience", "A1", "left", 1), Withheld("ssi", "A1", "left", 1)
        }  # fmt: skip


def test_a_list_that_comes_with_them_says_who_left(tmp_path):
    with make(tmp_path, consents=agreed("A1")) as workspace:
        rows = [{"post": "p", "network": "x", "at": at(3), "advocate": "A1"}]
        imports.run(workspace, "csv", [batch("advocates", {"advocate": "A1", "until": day(1)}), batch("posts", *rows)])
        assert workspace.rows("SELECT post FROM posts") == []


@pytest.mark.parametrize(
    ("zone", "stored"),
    [
        ("America/Los_Angeles", ["at 20:00 of the last day"]),
        ("UTC", []),
        ("Europe/Paris", []),
    ],
)
def test_the_last_day_is_one_of_the_time_zone(tmp_path, zone, stored):
    """A post of the last evening in California is of the next day in UTC."""
    posts = [
        {"post": "at 20:00 of the last day", "network": "x", "at": dt.datetime(2026, 7, 1, 3, tzinfo=dt.UTC), "advocate": "A1"},
        {"post": "at 1:00 of the day after", "network": "x", "at": dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC), "advocate": "A1"},
    ]
    left = {"advocate": "A1", "until": dt.date(2026, 6, 30)}
    with make(tmp_path, f'time_zone = "{zone}"\n', consents=agreed("A1"), advocates=[left], posts=posts) as workspace:
        assert [row["post"] for row in workspace.rows("SELECT post FROM posts")] == stored


def test_after_midnight_in_the_time_zone_they_have_left(tmp_path):
    post = {"post": "p", "network": "x", "at": dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC), "advocate": "A1"}
    left = {"advocate": "A1", "until": dt.date(2026, 6, 30)}
    with make(tmp_path, 'time_zone = "Europe/Paris"\n', consents=agreed("A1"), advocates=[left], posts=[post]) as workspace:
        assert workspace.rows("SELECT post FROM posts") == []


def test_older_connections_replace_nothing(tmp_path):
    with make(tmp_path, consents=agreed("A1"), audience=members(range(60), as_of=9)) as workspace:
        before = audience(workspace)
        summary = archive(workspace, range(30, 90), as_of=2)
        assert audience(workspace) == before
        assert refused(workspace) == [
            ("audience", 2, "These connections are older than those stored of this employee: A1 (60).",
             "Leave this file out; the newer connections were kept.")
        ]  # fmt: skip
        assert summary.withheld == (Withheld("audience", "A1", "stale", 60),)
        archive(workspace, range(30, 90), as_of=9)
        assert [number for number, _ in audience(workspace)] == [*range(90)]  # the first came by another source


def test_of_connections_of_two_days_the_older_ones_alone_are_stale(tmp_path):
    with make(tmp_path, consents=agreed("A1"), audience=members(range(9), as_of=9)) as workspace:
        summary = imports.run(workspace, "csv", [batch("audience", *members(range(20, 23), as_of=8), *members(range(30, 32), as_of=9))])
        assert [number for number, _ in audience(workspace)] == [*range(9), 30, 31]
        assert summary.withheld == (Withheld("audience", "A1", "stale", 3),)


@pytest.mark.parametrize(("figures", "fallen"), [((20, None, 15), 1), ((20, None, 20), 0), ((None, 5, 3), 1), ((15, 20, 20), 0)])
def test_a_figure_that_was_not_told_in_between_may_have_fallen(tmp_path, figures, fallen):
    told = [{"post": "p", "network": "x", "day": day(n), "clicks": count} for n, count in enumerate(figures)]
    with make(tmp_path, consents=agreed("A1"), posts=[{"post": "p", "network": "x", "at": at(0), "advocate": "A1"}]) as workspace:
        assert imports.run(workspace, "csv", [batch("post_metrics", *told)]).fallen == fallen


def test_figures_of_an_earlier_day_do_not_hide_later_ones(tmp_path):
    post = {"post": "p", "network": "x", "at": at(0), "advocate": "A1"}
    later, earlier = ({"post": "p", "network": "x", "day": day(n), "impressions": value} for n, value in ((9, 90), (2, 20)))
    with make(tmp_path, consents=agreed("A1"), posts=[post], post_metrics=[later]) as workspace:
        summary = imports.run(workspace, "csv", [batch("post_metrics", earlier)])
        assert (summary.fallen, posts(workspace, Scope())["impressions"].tolist()) == (0, [90])


def test_figures_that_fall_are_told(tmp_path):
    make(tmp_path, consents=agreed("A1"), posts=[{"post": "p", "network": "x", "at": at(0), "advocate": "A1"}]).close()
    file = tmp_path / "figures.csv"
    file.write_text("post,network,day,impressions,reactions\np,x,2026-01-06,90,3\np,x,2026-01-07,80,4\n", encoding="utf-8")
    words = ["--workspace", str(tmp_path / "smarketing.db"), "import", "csv", str(file), "--as", "post_metrics"]
    said = (
        "1 post has figures that are lower than on an earlier day, as where a network takes back what was no person's: the latest day "
        "counts."
    )
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert said in done.stderr.splitlines()
    assert said not in CliRunner().invoke(main, words).stderr.splitlines()  # nothing new the second time


def test_figures_that_fall_against_what_is_stored_whatever_came_first(tmp_path):
    figures = [{"post": "p", "network": "x", "day": day(n), "impressions": value} for n, value in ((1, 10), (2, 7), (3, 12))]
    with make(tmp_path, posts=[{"post": "p", "network": "x", "at": at(0), "page": "acme"}]) as workspace:
        found = [imports.run(workspace, "csv", [batch("post_metrics", one)]).fallen for one in (figures[1], figures[2], figures[0])]
        assert found == [0, 0, 1]


def test_an_archive_of_somebody_else_is_refused_whole(tmp_path):
    with make(tmp_path, consents=agreed("A1"), advocates=[{"advocate": "A1"}]) as workspace:
        archive(workspace, range(100))
        before = audience(workspace)
        with pytest.raises(SourceError) as error:
            archive(workspace, range(90, 200), as_of=5)
        assert str(error.value) == (
            "The 110 connections on linkedin that are given as those of A1 are hardly those stored of them: 10 of 100 are there. They look "
            "like another person's, so nothing was imported. Check the employee's code; if it is right, take the stored ones out first "
            "(smarketing social consent A1 --revoke audience, then --grant audience) and import again"
        )
        assert audience(workspace) == before
        archive(workspace, range(80, 200), as_of=5)  # a fifth is enough
        assert len(audience(workspace)) == 120


def test_an_addition_need_not_look_like_what_is_stored(tmp_path):
    with make(tmp_path, consents=agreed("A1"), audience=members(range(100))) as workspace:
        imports.run(workspace, "csv", [batch("audience", *members(range(100, 200)))])
        assert len(audience(workspace)) == 200


def test_the_archive_of_a_colleague_is_refused_whole(tmp_path):
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        archive(workspace, range(100))
        with pytest.raises(SourceError) as error:
            archive(workspace, range(10, 110), "A2")
        assert str(error.value) == (
            "The 100 connections on linkedin that are given as those of A2 are those of A1: 90 are the same. Nothing was imported. Check the "
            "employee's code; if those stored of A1 are wrong, take them out first (smarketing social consent A1 --revoke audience, then "
            "--grant audience) and import again"
        )
        assert audience(workspace, "A2") == []
        archive(workspace, range(10, 110), as_of=2)  # their own, again
        archive(workspace, range(60, 160), "A2")  # two who know half of each other's


def test_the_few_whom_somebody_new_knows_may_all_be_known_to_another(tmp_path):
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        archive(workspace, range(500))
        archive(workspace, range(60), "A2")
        assert len(audience(workspace, "A2")) == 60


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(("A1", "A2", "A3")), st.integers(0, 40), st.integers(1, 60)), min_size=2, max_size=5),
    st.integers(1, 4),
)
def test_audiences_are_compared_as_sets_are(spans, cut):
    """Against sets in Python: every pair that shares half of the arriving audience, and every audience with its predecessor."""
    arriving, stored = (_sets(part) for part in (spans[:cut], spans[cut:]))
    rows = [row for advocate, numbers in arriving.items() for row in members(sorted(numbers), advocate)]
    table = pa.Table.from_pylist(
        [{"advocate": a, "network": "linkedin", "member": f"{n:032x}"} for a, numbers in stored.items() for n in numbers],
        schema=pa.schema({name: pa.string() for name in ("advocate", "network", "member")}),
    )
    with Staging() as staging:
        staging.add(batch("audience", *rows))
        staging.tables()
        found = staging.compared_audiences(table)
    expected = {
        (a, b): (len(numbers), len(others), len(numbers & others))
        for a, numbers in arriving.items()
        for b, others in stored.items()
        if a == b or len(numbers & others) >= max(1, 0.5 * len(numbers))
    }
    assert {(one["advocate"], one["other"]): (one["count"], one["before"], one["shared"]) for one in found} == expected


def _sets(spans):
    found = {}
    for advocate, first, count in spans:
        found.setdefault(advocate, set()).update(range(first, first + count))
    return found


def test_large_audiences_are_counted_exactly_though_first_sampled(tmp_path):
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        archive(workspace, range(3000))
        with pytest.raises(SourceError, match=r"The 2900 connections on linkedin .* of A2 are those of A1: 2700 are the same"):
            archive(workspace, range(300, 3200), "A2")
        archive(workspace, range(1000, 4000), "A2")
        assert len(audience(workspace, "A2")) == 3000


def test_one_profile_is_one_advocate_at_a_time(tmp_path):
    people = [
        {"advocate": "A1", "profile": "https://www.linkedin.com/in/lea/", "until": day(9)},
        {"advocate": "A2", "profile": "linkedin.com/in/LEA", "since": day(5)},
        {"advocate": "A3", "profile": "https://fr.linkedin.com/in/lea?x=1", "since": day(10)},
    ]
    with make(tmp_path) as workspace:
        summary = imports.run(workspace, "csv", [batch("advocates", *people)])
        again = imports.run(workspace, "csv", [batch("advocates", *people)])
        assert [row["advocate"] for row in workspace.rows("SELECT advocate FROM advocates ORDER BY advocate")] == ["A1", "A3"]
        assert refused(workspace) == [
            (
                "advocates",
                3,
                "This profile is another advocate's already: A2, A1.",
                "Give each advocate a profile of their own; of one person who came back under another code, fill in 'until' and 'since'.",
            )
        ]
    assert [(count.rows_added, count.rows_known, count.rows_rejected) for count in (*summary.counts, *again.counts)] == [
        (2, 0, 1),
        (0, 2, 1),
    ]


def test_a_profile_that_was_corrected_is_free_again(tmp_path):
    with make(tmp_path, advocates=[{"advocate": "A1", "profile": "linkedin.com/in/lea"}]) as workspace:
        people = [{"advocate": "A1", "profile": "linkedin.com/in/marc"}, {"advocate": "A2", "profile": "linkedin.com/in/lea"}]
        imports.run(workspace, "csv", [batch("advocates", *people)])
        assert refused(workspace) == []


def test_what_the_message_advises_works(tmp_path):
    with make(tmp_path, consents=agreed("A1")) as workspace:
        archive(workspace, range(100))
        agree(workspace, "A1", (), ("audience",), None)
        assert audience(workspace) == []
        agree(workspace, "A1", ("audience",), (), None)
        archive(workspace, range(90, 200), as_of=5)
        assert len(audience(workspace)) == 110
