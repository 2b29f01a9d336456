"""One post under one name, whichever of its numbers, in whatever form, from whatever file; and whose figures are whose."""

import datetime as dt
import itertools
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import main
from tests.social.workspaces import agreed, batch, day, make
from workspace import imports, reading
from workspace.errors import SourceError
from workspace.faults import NO_POST
from workspace.linkedin_ids import made_at

START = 1_788_500_000_000
ADDRESS = "https://www.linkedin.com/feed/update/urn:li:{}:{}"


def number(milliseconds):
    """The number of a post made so long after the first."""
    return str((START + milliseconds) << 22)


def posted(milliseconds, advocate="A1", **fields):
    name = number(milliseconds)
    return {"network": "linkedin", "post": name, "at": made_at(name), "advocate": advocate, **fields}


def figure(milliseconds, on=9, **fields):
    return {"network": "linkedin", "post": number(milliseconds), "day": day(on), **fields}


def brought(workspace, kind, *rows):
    return imports.run(workspace, "csv", [batch(kind, *rows)])


def stored(workspace):
    """Posts with what is said of them, and figures by the name of their post."""
    posts = workspace.rows("SELECT post, coalesce(advocate, page) AS author, kind, text, link FROM posts ORDER BY post")
    figures = workspace.rows("SELECT post, impressions, clicks FROM post_metrics ORDER BY post, day")
    return [tuple(row.values()) for row in posts], [tuple(row.values()) for row in figures]


WORDS, ACTIVITY = posted(0, text="Our words", kind="repost"), posted(1_500, link="https://example.com/")
"""A post as an archive and as a table of figures have it: under the numbers of its share and of its activity."""


@pytest.mark.parametrize("words_first", [True, False])
@pytest.mark.parametrize("one_file", [True, False])
def test_a_post_under_both_of_its_numbers_is_one(tmp_path, words_first, one_file):
    rows = [WORDS, ACTIVITY] if words_first else [ACTIVITY, WORDS]
    with make(tmp_path, consents=agreed("A1")) as workspace:
        for part in [rows] if one_file else [[row] for row in rows]:
            brought(workspace, "posts", *part)
        brought(workspace, "post_metrics", figure(0, clicks=3), figure(1_500, impressions=90))
        one = rows[0]["post"]
        assert stored(workspace) == ([(one, "A1", "repost", "Our words", "https://example.com/")], [(one, 90, 3)])
        again = [count for row in rows for count in brought(workspace, "posts", row).counts]
        assert [(count.rows_added, count.rows_changed, count.rows_known) for count in again] == [(0, 0, 1)] * 2
        assert stored(workspace)[0] == [(one, "A1", "repost", "Our words", "https://example.com/")]


@pytest.mark.parametrize(
    ("second", "count"),
    [
        (posted(1_999), 1),
        (posted(2_000), 2),
        (posted(0, "A2"), 1),  # the same number is the same post: its author was corrected
        (posted(1, "A2"), 2),
        (posted(1, None, page="acme"), 2),
        (posted(1, None), 2),
    ],
)
def test_only_what_one_author_made_within_two_seconds_is_one(tmp_path, second, count):
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        brought(workspace, "posts", posted(0))
        brought(workspace, "posts", second)
        assert len(stored(workspace)[0]) == count


@pytest.mark.parametrize(("form", "other", "count"), [("share", "activity", 1), ("share", "ugcPost", 1), ("share", "share", 2)])
def test_two_numbers_of_one_form_are_two_posts_however_near(tmp_path, form, other, count):
    rows = [posted(0) | {"url": ADDRESS.format(form, number(0))}, posted(900) | {"post": f"urn:li:{other}:{number(900)}"}]
    with make(tmp_path, consents=agreed("A1")) as workspace:
        brought(workspace, "posts", rows[0])
        brought(workspace, "posts", rows[1])
        assert len(stored(workspace)[0]) == count
        brought(workspace, "post_metrics", figure(800, clicks=3) | {"post": f"urn:li:{form}:{number(800)}"})
        assert stored(workspace)[1] == []


def test_posts_without_an_author_are_never_taken_for_each_other(tmp_path):
    with make(tmp_path) as workspace:
        brought(workspace, "posts", posted(0, None), posted(1, None))
        brought(workspace, "post_metrics", figure(2, impressions=90))
        assert stored(workspace) == ([(number(0), None, "original", None, None), (number(1), None, "original", None, None)], [])


@pytest.mark.parametrize("network", ["linkedin", "x"])
def test_whose_a_post_is_stays_known_where_a_row_does_not_tell(tmp_path, network):
    """And so do their agreement and what follows from its end."""
    rows = [posted(0, None) | {"network": network, "text": "new"}, posted(50_000, None, page="acme") | {"network": network}]
    known = [posted(0) | {"network": network}, posted(50_000) | {"network": network}]
    with make(tmp_path, consents=agreed("A1"), posts=known) as workspace:
        brought(workspace, "posts", *rows)
        assert [row[1:4] for row in stored(workspace)[0]] == [("A1", "original", "new"), ("acme", "original", None)]
        assert workspace.rows("SELECT count(advocate) AS n FROM posts") == [{"n": 1}]
        taken_back = {"advocate": "A1", "datum": "own_posts", "day": day(2), "granted": False}
        imports.run(workspace, "social", [batch("posts", rows[0]), batch("consents", taken_back)])
        assert [row[1] for row in stored(workspace)[0]] == ["acme"]


def test_two_posts_two_seconds_apart_keep_their_figures(tmp_path):
    with make(tmp_path, consents=agreed("A1")) as workspace:
        brought(workspace, "posts", posted(0), posted(2_000))
        brought(workspace, "post_metrics", figure(900, impressions=1), figure(2_900, impressions=2))
        assert stored(workspace)[1] == [(number(0), 1, None), (number(2_000), 2, None)]


def test_figures_between_two_authors_are_nobodys(tmp_path):
    """Whose they are nothing tells: they are refused, unless a post bears their number."""
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        brought(workspace, "posts", posted(0), posted(1_000, "A2"))
        brought(workspace, "post_metrics", figure(400, impressions=1), figure(1_000, impressions=2))
        assert stored(workspace)[1] == [(number(1_000), 2, None)]


def test_an_export_with_both_tells_whose_its_figures_are(tmp_path):
    """A table of posts and one of their figures in one import: the number stands in both, so nothing is left to time."""
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        brought(workspace, "posts", posted(0), posted(1_000, "A2"))
        imports.run(workspace, "x", [batch("post_metrics", figure(400, impressions=1)), batch("posts", posted(400))])
        assert stored(workspace)[1] == [(number(0), 1, None)]


FORMS = [
    "{number}",
    "urn:li:share:{number}",
    "activity:{number}",
    "https://www.linkedin.com/posts/lea-d_b2b-activity-{number}-aB1c?rcm=x",
    "https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A{number}/",
]


@pytest.mark.parametrize(("form", "other"), [*itertools.permutations(FORMS, 2)])
def test_a_post_given_by_any_form_of_its_address_is_one(tmp_path, form, other):
    first, second = (text.format(number=number(0)) for text in (form, other))
    with make(tmp_path, consents=agreed("A1")) as workspace:
        brought(workspace, "posts", posted(0) | {"post": first, "text": "Our words"})
        brought(workspace, "posts", posted(0) | {"post": second})
        brought(workspace, "post_metrics", figure(0, impressions=90) | {"post": second})
        assert stored(workspace) == ([(number(0), "A1", "original", "Our words", None)], [(number(0), 90, None)])


def test_the_name_of_the_author_in_an_address_is_not_kept(tmp_path):
    address = f"https://fr.linkedin.com/posts/lea-d_b2b-activity-{number(0)}-aB1c?rcm=x"
    with make(tmp_path, consents=agreed("A1")) as workspace:
        brought(
            workspace, "posts", posted(0) | {"post": address, "url": address}, posted(50_000), posted(90_000) | {"url": "https://lnkd.in/e"}
        )
        rows = workspace.rows("SELECT url FROM posts ORDER BY post")
        assert [row["url"] for row in rows] == [ADDRESS.format("activity", number(0)), None, "https://lnkd.in/e"]


def test_a_tool_with_names_of_its_own_is_understood_by_the_address(tmp_path):
    with make(tmp_path, consents=agreed("A1")) as workspace:
        brought(workspace, "posts", posted(0) | {"post": "tool-17", "url": ADDRESS.format("share", number(0)), "text": "Our words"})
        brought(workspace, "posts", posted(700))
        brought(workspace, "post_metrics", figure(0, impressions=90), figure(0, clicks=3) | {"post": "tool-17"})
        assert stored(workspace) == ([("tool-17", "A1", "original", "Our words", None)], [("tool-17", 90, 3)])


HOUR = 3_600_000


def passed_on(advocate, hours, post=None):
    """A repost that is given by the post that it passes on."""
    return {"network": "linkedin", "post": post or number(0), "at": made_at(number(hours * HOUR)), "advocate": advocate, "kind": "repost"}


@pytest.mark.parametrize("page_first", [True, False])
def test_reposts_given_by_the_post_that_they_pass_on_are_told_apart(tmp_path, page_first):
    """And are those of the archive, which names them so."""
    by_address = ADDRESS.format("activity", number(0))
    reposts = [passed_on(None, 3), passed_on("A1", 1, by_address), passed_on("A2", 2), passed_on("A1", 1, f"repost {number(0)} A1")]
    rows = [posted(0, None, page="acme"), *reposts]
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        brought(workspace, "posts", *(rows if page_first else rows[::-1]))
        brought(workspace, "post_metrics", figure(0, impressions=90))
        assert [row[:3] for row in stored(workspace)[0]] == [
            (number(0), "acme", "original"),
            (f"repost {number(0)} ?", None, "repost"),
            (f"repost {number(0)} A1", "A1", "repost"),
            (f"repost {number(0)} A2", "A2", "repost"),
        ]
        assert stored(workspace)[1] == [(number(0), 90, None)]


def test_a_repost_on_a_day_without_a_time_is_its_own_unless_the_number_is_anothers(tmp_path):
    midnight = dt.datetime.combine(made_at(number(0)).date(), dt.time(), dt.UTC)
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        for advocate in ("A1", "A2"):
            brought(workspace, "posts", passed_on(advocate, 0) | {"at": midnight})
        assert [row[:2] for row in stored(workspace)[0]] == [(number(0), "A1"), (f"repost {number(0)} A2", "A2")]


@pytest.mark.parametrize(("passed", "name"), [(None, number(0)), (number(-HOUR), number(0)), (number(0), f"repost {number(0)} A1")])
def test_what_a_repost_passes_on_tells_whether_a_number_is_its_own(tmp_path, passed, name):
    with make(tmp_path, consents=agreed("A1")) as workspace:
        brought(workspace, "posts", passed_on("A1", 0) | {"repost_of": passed})
        assert workspace.rows("SELECT post, repost_of FROM posts") == [{"post": name, "repost_of": passed}]


def test_comments_and_reactions_are_named_as_the_archive_names_them(tmp_path):
    address = ADDRESS.format("activity", number(0))
    own = f"{address}?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A{number(0)}%2C{number(50)}%29"
    at = dt.datetime(2026, 9, 5, 8, 12, 14, tzinfo=dt.UTC)
    rows = [
        {"network": "linkedin", "post": post, "at": at, "advocate": advocate, "kind": kind}
        for kind, post, advocate in (
            ("reaction", address, "A1"),
            ("reaction", number(0), "A2"),
            ("comment", address, "A1"),
            ("comment", own, "A1"),
            ("comment", f"comment {number(50)}", "A1"),
        )
    ]
    with make(tmp_path, consents=agreed("A1", "A2")) as workspace:
        brought(workspace, "posts", posted(0), *rows)
        assert sorted(row[0] for row in stored(workspace)[0]) == sorted([
            number(0), f"reaction {number(0)} A1", f"reaction {number(0)} A2", f"comment {number(0)} A1 2026-09-05 08:12:14",
            f"comment {number(50)}",
        ])  # fmt: skip


ODD = st.integers(-190, 189).map(lambda tens: 10 * tens + 2)
"""Milliseconds between a post's two numbers, such that no two posts of two authors have one number."""


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A1", "A2"]), st.integers(0, 30), ODD), min_size=1, max_size=6, unique_by=lambda one: one[:2]
    ),
    st.randoms(use_true_random=False),
    st.integers(1, 4),
)  # fmt: skip
def test_whatever_the_order_and_the_files_posts_are_those_that_there_are(truth, random, files):
    """Posts of an author lie 10 s apart, each comes under both numbers; those of two authors may be of the same moment."""
    rows = []
    for advocate, place, apart in truth:
        shift = 4 * (advocate == "A2")
        rows.append(posted(10_000 * place + shift, advocate, text=f"{advocate} {place}"))
        rows.append(posted(10_000 * place + shift + apart, advocate, link=f"{advocate} {place}"))
    random.shuffle(rows)
    with tempfile.TemporaryDirectory() as folder, make(Path(folder), consents=agreed("A1", "A2")) as workspace:
        for place in range(files):
            brought(workspace, "posts", *rows[place::files])
        posts, _ = stored(workspace)
    assert sorted(row[1:] for row in posts) == sorted((a, "original", f"{a} {n}", f"{a} {n}") for a, n, _ in truth)


def test_figures_of_posts_that_are_not_stored_are_not_stored(tmp_path):
    """Refused at an earlier import, or not known to anybody: without the post nobody can tell whose they are."""
    with make(tmp_path, advocates=[{"advocate": "A1"}]) as workspace:
        brought(workspace, "posts", posted(0))
        summary = brought(
            workspace, "post_metrics", figure(0, impressions=90), figure(0, 10, impressions=95), figure(60_000, impressions=5)
        )
        assert stored(workspace) == ([], [])
        assert [(count.rows_read, count.rows_added, count.rows_rejected) for count in summary.counts] == [(3, 0, 3)]
        told = [(row["kind"], row["row"], row["field"], row["value_seen"], row["problem"]) for row in reading.rejects(workspace, 2 + 1)]
        assert told == [("post_metrics", 2, "post", "3", NO_POST.problem)]
        imports.run(workspace, "social", [batch("consents", *agreed("A1"))])
        brought(workspace, "posts", posted(0))
        brought(workspace, "post_metrics", figure(0, impressions=90), figure(60_000, impressions=5))
        assert stored(workspace)[1] == [(number(0), 90, None)]


def test_where_the_first_refused_row_stops_the_import_figures_without_a_post_do(tmp_path):
    with make(tmp_path, consents=agreed("A1"), posts=[posted(0)]) as workspace:
        with pytest.raises(SourceError) as refused:
            imports.run(workspace, "csv", [batch("post_metrics", figure(0), figure(60_000), figure(90_000))], strict=True)
        assert str(refused.value) == (
            "post_metrics.csv, row 3: These figures are of posts that are not stored; rows like this: 2. Import the posts "
            "(smarketing import csv FILE --as posts), then this again. Of posts that were refused, figures are not stored either. "
            "Nothing was imported, since --strict was given."
        )
        assert stored(workspace)[1] == []


def literal(posts, asked):
    """Whose figures under a number are, by a look at every post: its that bears it, else the nearest's if all so near are one author's."""
    if asked in [post["post"] for post in posts]:
        return asked
    apart = [(abs((int(post["post"]) >> 22) - (int(asked) >> 22)), post) for post in posts]
    near = [(distance, post) for distance, post in apart if distance < 2_000]
    return min(near, key=lambda one: one[0])[1]["post"] if len({post["advocate"] for _, post in near}) == 1 else None


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A1", "A2"]), st.integers(0, 12).map(lambda n: 1_300 * n)), max_size=6, unique_by=lambda one: one[1]
    ),
    st.lists(st.integers(-2_500, 18_000), min_size=1, max_size=8, unique=True),
)
def test_whose_figures_are_is_what_a_look_at_every_post_says(truth, asked):
    """The posts of an author are 2.6 s apart at least, or they would be one."""
    kept, latest = [], {}
    for advocate, place in sorted(truth, key=lambda one: one[1]):
        if place - latest.get(advocate, -9_999) >= 2_000:
            latest[advocate] = place
            kept.append(posted(place, advocate))
    asked = [one for one in asked if one % 1_300 not in (0, 650)]  # none as near to one post as to another
    with tempfile.TemporaryDirectory() as folder, make(Path(folder), consents=agreed("A1", "A2"), posts=kept) as workspace:
        brought(workspace, "post_metrics", *(figure(one, impressions=1 + place) for place, one in enumerate(asked)))
        found = {row["post"]: row["impressions"] for row in workspace.rows("SELECT impressions, post FROM post_metrics")}
    expected = {literal(kept, number(one)): 1 + place for place, one in enumerate(asked)}  # of two rows of one the last counts
    assert found == {name: value for name, value in expected.items() if name is not None}


def test_what_is_taken_back_takes_figures_under_the_other_number_too(tmp_path):
    with make(tmp_path, consents=agreed("A1"), posts=[posted(0)], post_metrics=[figure(700, impressions=90)]) as workspace:
        assert stored(workspace)[1] == [(number(0), 90, None)]
        imports.run(workspace, "social", [batch("consents", {"advocate": "A1", "datum": "own_posts", "day": day(2), "granted": False})])
        brought(workspace, "post_metrics", figure(700, impressions=90))
        assert stored(workspace) == ([], [])


def test_at_the_command_line(tmp_path):
    """Two exports of one post as tables, and figures of it and of another that nobody brought."""
    make(tmp_path, consents=agreed("A1"), advocates=[{"advocate": "A1"}]).close()
    address, on = ADDRESS.format("activity", number(700)), f"{made_at(number(0)):%Y-%m-%d %H:%M:%S}"
    files = {
        "words.csv": ("posts", f"post,network,published at,advocate,text\n{number(0)},LinkedIn,{on},A1,Words\n"),
        "activities.csv": ("posts", f"post url;network;published at;advocate\n{address};linkedin;{on};A1\n"),
        "figures.csv": (
            "post_metrics",
            f"post,network,day,impressions\n{address},linkedin,2026-09-09,90\n{number(90_000)},linkedin,2026-09-09,7\n",
        ),
    }
    said = []
    for name, (kind, content) in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        words = ["--workspace", str(tmp_path / "smarketing.db"), "import", "csv", str(tmp_path / name), "--as", kind]
        done = CliRunner().invoke(main, words)
        said.append((done.exit_code, done.stderr.splitlines()[-3:]))
    assert [code for code, _ in said] == [0, 0, 3]
    assert said[2][1] == [
        "Figures of posts: 2 rows read, 1 added, 0 changed, 0 known already, 1 rejected.",
        "Rejected: These figures are of posts that are not stored; rows like this: 1. Import the posts (smarketing import csv FILE --as "
        "posts), then this again. Of posts that were refused, figures are not stored either.",
        "See which rows were rejected, and why: smarketing rejects --import 4",
    ]
    with make(tmp_path) as workspace:
        assert stored(workspace) == ([(number(0), "A1", "original", "Words", None)], [(number(0), 90, None)])
