"""Reach and participation of a small programme, worked out by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from social.participation import copied, months
from social.participation import report as participation
from social.reach import reach
from social.reach_report import reports
from social.scope import Advocate, Scope
from social.views import MOST, PRIOR, REPOST, calibrated
from tests.social.workspaces import agreed, at, batch, day, make
from workspace import imports
from workspace.errors import UsageError
from workspace.store import open_workspace

SETTINGS = '[social]\nsmallest_group = 2\nown_page = { linkedin = "acme" }\n'


def programme(tmp_path, others=(), **more):
    names = ["A1", "A2", "A3", "A4"]
    people = [
        {"advocate": "A1", "team": "Sales", "eligible_since": day(-90), "invited_on": day(-60), "since": day(-30)},
        {"advocate": "A2", "team": "Sales", "eligible_since": day(-90), "invited_on": day(-60), "since": day(-30), "until": day(10)},
        {"advocate": "A3", "team": "Product", "eligible_since": day(-90), "invited_on": day(-60), "since": day(20)},
        {"advocate": "A4", "team": "Product", "eligible_since": day(-90)},
    ]
    knows = {"A1": "abcdefgh", "A2": "ghij"}
    works_at = dict.fromkeys("ag", "acme.example")
    edges = [
        {"advocate": advocate, "network": "linkedin", "member": letter * 32, "as_of": day(0), "account": works_at.get(letter)}
        for advocate, letters in knows.items()
        for letter in letters
    ]
    records = {
        "consents": agreed(*names, "A9"),
        "advocates": [*people, *others],
        "accounts": [{"account": "acme.example", "tier": "A"}],
        "audience": edges,
        "posts": [
            {"post": "p1", "network": "linkedin", "at": at(0), "advocate": "A1", "text": "The paper is out"},
            {"post": "p2", "network": "linkedin", "at": at(1), "advocate": "A1", "kind": "repost"},
            {"post": "p3", "network": "linkedin", "at": at(2), "advocate": "A2", "text": "the PAPER is out!"},
            {"post": "p4", "network": "linkedin", "at": at(3), "page": "acme", "text": "Something else altogether"},
            {"post": "p5", "network": "linkedin", "at": at(3), "advocate": "A9"},
        ],
        "post_metrics": [{"post": "p4", "network": "linkedin", "day": day(9), "impressions": 100}],
        "profile_metrics": [{"network": "linkedin", "profile": "acme", "day": day(1), "followers": 20}],
    }
    return make(tmp_path, SETTINGS, **records | more)


def figures(report):
    frame = report.frame
    return {(row["figure"], row["cohort"]): row["value_of_figure"] for row in frame.to_dict("records")}


def test_an_audience_sees_no_post_on_another_network(tmp_path):
    with programme(tmp_path) as workspace:
        before = reports(workspace, Scope(until=day(15)), "total")[0]
        elsewhere = [{"post": f"b{n}", "network": "bluesky", "at": at(4), "advocate": "A1", "text": f"Elsewhere {n}"} for n in range(3)]
        imports.run(workspace, "csv", [batch("posts", *elsewhere)])
        after, advocates = reports(workspace, Scope(until=day(15)), "all")[:2]

    assert figures(after) == pytest.approx(figures(before), nan_ok=True)
    assert advocates.frame.set_index("advocate")[["posts", "potential_impressions"]].loc["A1"].tolist() == [5, 8 * 2]


def test_the_figures_of_a_programme(tmp_path):
    with programme(tmp_path) as workspace:
        total, advocates, matrix, teams = reports(workspace, Scope(until=day(15)), "all")

    found = figures(total)
    unseen = (1 - PRIOR) * (1 - PRIOR * REPOST)
    expected = 6 * (1 - unseen) + 2 * (1 - unseen * (1 - PRIOR)) + 2 * PRIOR
    assert found == pytest.approx(
        {
            ("gross_audience", "enrolled"): 12,
            ("unique_audience", "enrolled"): 10,
            ("duplication_factor", "enrolled"): 1.2,
            ("unique_audience_of_sharing", "sharing"): 10,
            ("target_people", "enrolled"): 2,
            ("potential_impressions", "posts"): 8 * 2 + 4,
            ("measured_impressions", "posts"): np.nan,
            ("expected_reach", "sharing"): expected,
            ("expected_target_reach", "sharing"): (1 - unseen) + (1 - unseen * (1 - PRIOR)),
            ("page_followers", "page"): 20,
            ("impressions_per_post", "posts"): np.nan,
            ("page_impressions_per_post", "page"): 100,
        },
        nan_ok=True,
    )
    assert total.frame.set_index(["figure", "cohort"])["share"]["unique_audience", "enrolled"] == 0.5
    assert total.meta["advocates"] == 2
    assert total.meta["chance_basis"] == "prior"
    rows = advocates.frame[["advocate", "posts", "audience", "incremental_audience", "shared_audience", "target_people"]]
    assert rows.values.tolist() == [["A1", 2, 8, 6, 2, 2], ["A2", 1, 4, 2, 2, 1]]
    assert matrix.frame.values.tolist() == [
        ["A1", "A1", 8, 8, 1], ["A1", "A2", 8, 2, 0.25], ["A2", "A1", 4, 2, 0.5], ["A2", "A2", 4, 4, 1],
    ]  # fmt: skip
    assert teams.frame.values.tolist() == [["Sales", "Sales", 10, 10, 1]]
    said = [str(note) for note in total.notes]
    assert (
        "1 post is left out, whose advocate was not enrolled then, or is not on the list (smarketing import csv FILE --as advocates)."
        in said
    )


def test_without_an_audience_nothing_is_potential_rather_than_none(tmp_path):
    with programme(tmp_path, audience=[]) as workspace:
        (total,) = reports(workspace, Scope(), "total")
        (overlap,) = reports(workspace, Scope(), "overlap")
        (matrix,) = reports(workspace, Scope(), "matrix")
        (teams,) = reports(workspace, Scope(), "teams")

    found = figures(total)
    assert [name for (name, _), value in found.items() if not np.isnan(value)] == ["page_followers", "page_impressions_per_post"]
    assert (len(overlap.frame), len(matrix.frame), len(teams.frame)) == (0, 0, 0)


def test_overlap(tmp_path):
    with programme(tmp_path) as workspace:
        (overlap,) = reports(workspace, Scope(), "overlap")

    assert overlap.frame.values.tolist() == [["A1", "A2", 2, 0.5, 0.2]]


def test_participation_counts_with_the_denominators_of_the_period(tmp_path):
    with programme(tmp_path) as workspace:
        early = participation(workspace, Scope(until=day(15)), "programme").frame
        late = participation(workspace, Scope(since=day(15)), "programme").frame
        teams = participation(workspace, Scope(), "team")

    columns = ["eligible", "invited", "enrolled", "sharing", "adoption", "activation", "posts", "originals", "reposts", "near_copies"]
    assert early[columns].values.tolist() == [[4, 3, 2, 2, 0.5, 1.0, 3, 2, 1, 0.5]]
    assert late[columns].values.tolist() == [[3, 2, 2, 0, pytest.approx(2 / 3), 0.0, 0, 0, 0, pytest.approx(np.nan, nan_ok=True)]]
    # Product has one enrolled advocate: it is withheld, and with it Sales, since the total less Sales would be Product.
    assert teams.frame.empty
    assert "2 teams are withheld: those of fewer than 2 advocates, and those whose figures would give these away." in map(str, teams.notes)


@pytest.mark.parametrize(
    ("since", "until", "enrolled", "eligible", "invited"),
    [
        (None, day(-31), 0, 4, 3),
        (None, day(-30), 2, 4, 3),  # A1 and A2 enrol
        (day(10), day(19), 2, 4, 3),  # A2's last day
        (day(11), day(19), 1, 3, 2),
        (day(11), day(20), 2, 3, 2),  # A3's first day
        (None, day(-90), 0, 4, 0),
        (None, day(-91), 0, 0, 0),
    ],
)
def test_the_first_and_the_last_day_of_a_membership_count(tmp_path, since, until, enrolled, eligible, invited):
    with programme(tmp_path) as workspace:
        found = participation(workspace, Scope(since=since, until=until), "programme").frame

    assert found[["enrolled", "eligible", "invited"]].values.tolist() == [[enrolled, eligible, invited]]


DAYS = st.none() | st.integers(0, 20).map(day)


@given(DAYS, DAYS, DAYS, DAYS, DAYS)
def test_somebody_is_enrolled_who_is_on_one_of_the_days(eligible_since, since, until, first, last):
    one = Advocate("A1", eligible_since=eligible_since, since=since, until=until)
    days = [day(number) for number in range(-1, 22)]
    there = [
        one_day
        for one_day in days
        if (first is None or first <= one_day) and (last is None or one_day <= last)
        if (since is None or since <= one_day) and (until is None or one_day <= until)
    ]
    turned = (since is not None and until is not None and until < since) or (first is not None and last is not None and last < first)

    assert turned or one.enrolled(first, last) == (bool(there) and not (since is None and eligible_since is not None))


def test_a_team_that_is_written_in_two_ways_is_one(tmp_path):
    """Policies and --team never told capitals apart; a table by team did, and withheld both halves."""
    people = [{"advocate": advocate, "team": team, "since": day(-30)} for advocate, team in (("B1", "Sales"), ("B2", "SALES"))]
    with make(tmp_path, SETTINGS, advocates=people) as workspace:
        found = participation(workspace, Scope(team="sales"), "team").frame

    assert found[["team", "enrolled"]].values.tolist() == [["Sales", 2]]


def test_a_team_of_too_few_is_refused(tmp_path):
    with programme(tmp_path) as workspace, pytest.raises(UsageError) as refused:
        reports(workspace, Scope(team="product"), "total")

    assert str(refused.value) == (
        "--team product: it has 1 advocate, and figures of fewer than 2 are withheld, as they would be those of single people; ask for "
        "all teams, or lower social.smallest_group in smarketing.toml if your agreement with the staff allows it"
    )


def test_a_team_that_is_not_there(tmp_path):
    with programme(tmp_path) as workspace, pytest.raises(UsageError, match="--team Legal: there is no such team; there are Product, Sales"):
        reports(workspace, Scope(team="Legal"), "total")


def test_figures_of_a_later_import_replace_nothing_that_is_newer(tmp_path):
    with programme(tmp_path) as workspace:
        newer = {"post": "p1", "network": "linkedin", "day": day(9), "impressions": 90}
        older = {"post": "p1", "network": "linkedin", "day": day(4), "impressions": 40, "reactions": 3}
        imports.run(workspace, "csv", [batch("post_metrics", newer)])
        imports.run(workspace, "csv", [batch("post_metrics", older)])
        (total,) = reports(workspace, Scope(), "total")
        (then,) = reports(workspace, Scope(until=day(5)), "total")

    assert figures(total)["measured_impressions", "posts"] == 90
    assert figures(then)["measured_impressions", "posts"] == 40


def posts_of(*rows):
    return pd.DataFrame(rows, columns=["advocate", "kind", "reach"])


def test_the_chance_is_reach_over_audience_and_each_advocates_own_is_drawn_towards_it():
    measured = posts_of(("a", "original", 10), ("a", "original", 14), ("b", "original", 50), ("b", "original", 46), ("c", "repost", 6))
    found = calibrated(("a", "b", "c", "d"), np.array([100.0, 100.0, 200.0, 50.0]), measured, None)

    average = (10 + 14 + 50 + 46) / 400
    assert found.basis == "measured"
    assert (found.posts, found.advocates) == (5, 3)
    assert found.original[3] == pytest.approx(average)
    assert 24 / 200 < found.original[0] < average < found.original[1] < 96 / 200
    assert found.repost[3] == pytest.approx(6 / 200)
    assert all(0 < low < 1 < high for low, high in [found.range(*np.ones((3, 4)))])


@pytest.mark.parametrize(("given", "basis", "chance"), [(None, "prior", PRIOR), (0.2, "settings", 0.2)])
def test_where_nothing_was_measured_the_basis_says_so(given, basis, chance):
    found = calibrated(("a",), np.array([100.0]), posts_of(), given)

    assert (found.basis, found.original.tolist(), found.posts) == (basis, [chance], 0)
    assert np.isnan(found.range(*np.ones((3, 1)))).all()


def test_the_chance_is_found_again_in_a_simulated_programme():
    rng = np.random.default_rng(4)
    names = tuple(f"a{place}" for place in range(60))
    sizes = rng.integers(100, 1000, 60)
    own = rng.beta(6, 44, 60)
    rows = [(name, "original", rng.binomial(size, chance)) for name, size, chance in zip(names, sizes, own, strict=True) for _ in range(8)]
    found = calibrated(names, sizes.astype(float), posts_of(*rows), None)

    assert np.abs(found.original - own).mean() < 0.01
    weighted = np.average(own, weights=sizes)
    low, high = found.range(np.ones(60), np.zeros(60), sizes.astype(float))
    assert low < weighted / found.averages[0] < high


def test_who_keeps_sharing_is_counted_of_those_who_could(tmp_path):
    people = [
        {"advocate": "A1", "since": day(-200)},
        {"advocate": "A2", "since": day(-200)},
        {"advocate": "A3", "since": day(70)},  # not long enough to have posted in two spans
        {"advocate": "A4", "since": day(-200), "until": day(20)},  # left, having been there in one of them
        {"advocate": "A5"},  # enrolled since an unknown day
    ]
    posted = [("A1", 1), ("A1", 60), ("A2", 61), ("A2", 89), ("A3", 80), ("A4", 1), ("A5", 35), ("A5", 60), ("A5", 200)]
    rows = [
        {"post": f"q{place}", "network": "linkedin", "at": at(days), "advocate": who, "kind": "repost"}
        for place, (who, days) in enumerate(posted)
    ]
    consents = agreed("A1", "A2", "A3", "A4", "A5")
    with programme(tmp_path, advocates=people, posts=rows, consents=consents, post_metrics=[], audience=[]) as workspace:
        # The spans are days 0 to 29, 30 to 59 and 60 to 89: A1 posted in the first and third, A2 twice in the third, A5 in two.
        whole = participation(workspace, Scope(until=day(89)), "programme").frame
        # What was posted before a period counts for it too.
        late = participation(workspace, Scope(since=day(80), until=day(89)), "programme").frame
        # Nobody posted in two of the spans that end a year later, in which A1, A2, A3 and A5 could have.
        after = participation(workspace, Scope(until=day(454)), "programme").frame

    assert whole["stickiness"].tolist() == [2 / 3]
    assert late["stickiness"].tolist() == [2 / 3]
    assert late[["enrolled", "sharing", "posts"]].values.tolist() == [[4, 2, 2]]
    assert after["stickiness"].tolist() == [0.0]


def test_participation_by_network_and_month(tmp_path):
    with programme(tmp_path) as workspace:
        networks = participation(workspace, Scope(), "network").frame
        months = participation(workspace, Scope(since=day(-10), until=day(15)), "month").frame

    assert networks[["network", "enrolled", "sharing", "posts"]].values.tolist() == [["linkedin", 3, 2, 3]]
    assert months["month"].astype(str).tolist() == ["2025-12-01", "2026-01-01"]
    assert months[["enrolled", "sharing", "posts"]].values.tolist() == [[2, 0, 0], [2, 2, 3]]


def test_the_last_month_that_there_is_has_an_end():
    assert months([], Scope(since=dt.date(9999, 11, 30), until=dt.date.max)) == [
        (dt.date(9999, 11, 30), dt.date(9999, 11, 30)),
        (dt.date(9999, 12, 1), dt.date(9999, 12, 31)),
    ]
    assert months([], Scope(since=dt.date(2026, 2, 3), until=dt.date(2026, 1, 31))) == []


def test_reach_month_by_month(tmp_path):
    with programme(tmp_path) as workspace:
        (months,) = reports(workspace, Scope(since=day(-10), until=day(40)), "months")

    frame = months.frame
    assert frame["month"].astype(str).tolist() == ["2025-12-01", "2026-01-01", "2026-02-01"]
    # A2 left on the 15th of January: in February A1 alone has an audience.
    assert frame[["advocates", "active_advocates", "posts", "unique_audience"]].values.tolist() == [
        [2, 0, 0, 10],
        [3, 2, 3, 10],
        [2, 0, 0, 8],
    ]
    unseen = (1 - PRIOR) * (1 - PRIOR * REPOST)
    assert frame["expected_reach"].tolist() == pytest.approx([0, 6 * (1 - unseen) + 2 * (1 - unseen * (1 - PRIOR)) + 2 * PRIOR, 0])
    assert frame[["expected_reach_low", "expected_reach_high", "impressions"]].isna().all(axis=None)
    assert frame["posts_measured"].tolist() == [0, 0, 0]
    assert months.meta["chance_basis"] == "prior"


def test_months_in_which_a_team_was_too_small_are_withheld(tmp_path):
    others = [{"advocate": name, "team": "Care", "since": day(-30)} for name in ("B1", "B2")]
    with programme(tmp_path, others) as workspace:
        (months,) = reports(workspace, Scope(team="Sales", since=day(-10), until=day(40)), "months")

    assert months.frame["month"].astype(str).tolist() == ["2025-12-01", "2026-01-01"]
    assert "1 month is withheld, in which the team had fewer than 2 advocates." in map(str, months.notes)


def test_months_without_posts_or_a_period_are_none(tmp_path):
    with programme(tmp_path, posts=[], post_metrics=[], audience=[]) as workspace:
        (months,) = reports(workspace, Scope(), "months")

    assert months.frame.empty


def test_where_nobody_who_posted_has_a_known_audience_reach_is_unknown_rather_than_none(tmp_path):
    edges = [{"advocate": "A3", "network": "linkedin", "member": "z" * 32, "as_of": day(0)}]
    with programme(tmp_path, audience=edges) as workspace:
        (total,) = reports(workspace, Scope(), "total")
        (months,) = reports(workspace, Scope(since=day(0), until=day(60)), "months")

    found = figures(total)
    assert found["unique_audience", "enrolled"] == 1
    assert np.isnan(
        [found["unique_audience_of_sharing", "sharing"], found["expected_reach", "sharing"], found["expected_target_reach", "sharing"]]
    ).all()
    # In January they posted, in February and March nobody did.
    assert months.frame["expected_reach"].tolist() == pytest.approx([np.nan, 0, 0], nan_ok=True)


@pytest.mark.parametrize(
    ("kind", "reached", "original", "repost"),
    [
        ("original", (20, 40), 0.3, 0.3 * REPOST),
        ("repost", (2, 4), 0.03 / REPOST, 0.03),
        ("original", (200, 400), MOST, 3 * REPOST),  # who sees it is not all in the audience
        ("repost", (40, 50), MOST, 0.45),
    ],
)
def test_what_one_kind_of_post_tells_of_the_other(kind, reached, original, repost):
    posts = pd.DataFrame({"advocate": ["a", "b"], "kind": [kind] * 2, "reach": np.array(reached, dtype=float)})
    found = calibrated(("a", "b"), np.array([100.0, 100.0]), posts, None)

    assert found.original.tolist() == pytest.approx([original] * 2)
    assert found.repost.tolist() == pytest.approx([repost] * 2)
    assert found.unseen(np.ones(2), np.zeros(2), 100.0).tolist() == pytest.approx([np.log1p(-MOST)] * 2)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ([("A1", "https://x.example/a"), ("A2", "https://x.example/a"), ("A3", " ")], [False] * 3),  # no text of their own
        ([("A1", "The paper is out"), ("A1", "The paper is out!")], [False] * 2),  # their own again
        ([("A1", "The paper is out"), ("A2", "THE PAPER is out https://x.example/b"), ("A3", "the paper is out?")], [False, True, True]),
        ([("A1", "Our guide, at last")], [True]),
        ([("A1", None)], [False]),
    ],
)
def test_a_near_copy_is_like_the_companys_text_or_another_advocates(written, found):
    assert copied(written, ["our guide at last", "https://x.example"]) == found


def test_of_participation_people_are_counted_and_posts_of_too_few_are_withheld(tmp_path):
    people = [{"advocate": code, "team": team, "since": day(-30)} for code, team in zip(("A1", "A2", "A3", "A4"), "SSPP", strict=True)]
    posted = [("p1", "A1", 0), ("p2", "A2", 1), ("p3", "A3", 2), ("p4", "A3", 40), ("p5", "A4", 3), ("p6", "A1", 41), ("p7", "A2", 42)]
    rows = [{"post": name, "network": "linkedin", "at": at(days), "advocate": who} for name, who, days in posted]
    with programme(tmp_path, advocates=people, posts=rows, post_metrics=[]) as workspace:
        whole = participation(workspace, Scope(), "team")
        late = participation(workspace, Scope(since=day(30)), "team")
        months = participation(workspace, Scope(team="P"), "month")

    columns = ["team", "enrolled", "sharing", "posts", "originals"]
    assert whole.frame[columns].values.tolist() == [["P", 2, 2, 3, 3], ["S", 2, 2, 4, 4]]
    # Later one of P posted: that one posted is a count of people, how often is theirs; the posts of all less those of S would be too.
    assert late.frame[columns[:3]].values.tolist() == [["P", 2, 1], ["S", 2, 2]]
    assert late.frame[["posts", "originals", "reposts", "near_copies"]].isna().all(axis=None)
    assert "6 figures are withheld" in str(late.notes[-1])
    # In February A3 alone posted, and all of P's less January's would be theirs.
    assert months.frame[["sharing"]].values.tolist() == [[2], [1]]
    assert months.frame["posts"].isna().all()


def test_months_of_a_team_are_withheld_beside_those_of_the_others(tmp_path):
    """In February one of P posted and both of S: S's February is withheld too, as all of February less it would be P's one."""
    people = [{"advocate": code, "team": team, "since": day(-30)} for code, team in zip(("A1", "A2", "A3", "A4"), "SSPP", strict=True)]
    posted = [("A1", 0), ("A2", 1), ("A3", 2), ("A4", 3), ("A1", 30), ("A2", 31), ("A3", 32)]
    posted += [(who, 60) for who in ("A1", "A2", "A3", "A4")]
    rows = [{"post": f"q{place}", "network": "linkedin", "at": at(days), "advocate": who} for place, (who, days) in enumerate(posted)]
    with programme(tmp_path, advocates=people, posts=rows, post_metrics=[], audience=[]) as workspace:
        shared = participation(workspace, Scope(team="S"), "month").frame
        (months,) = reports(workspace, Scope(team="S"), "months")
        (others,) = reports(workspace, Scope(team="P"), "months")

    # One month alone would be a team's total less the others: January goes with February.
    assert shared["month"].astype(str).tolist() == ["2026-01-01", "2026-02-01", "2026-03-01"]
    for posts in (shared["posts"], months.frame["posts"], others.frame["posts"]):
        assert posts.fillna(-1).tolist() == [-1, -1, 2]
    assert shared["sharing"].tolist() == [2, 2, 2]


def test_the_chance_that_the_settings_name_holds_however_the_network_is_spelled(tmp_path):
    with programme(tmp_path) as workspace:
        (tmp_path / "smarketing.toml").write_text(SETTINGS + "view_probability = { LinkedIn = 0.2 }\n", encoding="utf-8")
    with open_workspace(workspace.path) as workspace:
        found = reach(workspace, Scope())

    assert (found.chances.basis, found.chances.original.tolist()) == ("settings", [0.2] * len(found.advocates))


@pytest.mark.parametrize(("reached", "chance"), [(None, PRIOR), (4, 0.5)])
def test_a_post_is_seen_on_its_own_network_alone(tmp_path, reached, chance):
    """A1 knows eight people on LinkedIn and four on Bluesky; A2 posts on Bluesky, where nobody is known to follow them."""
    knows = {("A1", "linkedin"): "abcdefgh", ("A1", "bluesky"): "wxyz", ("A2", "linkedin"): "ghij"}
    edges = [
        {"advocate": advocate, "network": network, "member": letter * 32, "as_of": day(0), "account": "acme.example"}
        for (advocate, network), letters in knows.items()
        for letter in letters
    ]
    posts = [
        {"post": "p1", "network": "linkedin", "at": at(0), "advocate": "A1"},
        {"post": "p3", "network": "bluesky", "at": at(2), "advocate": "A2"},
    ]
    measured = [{"post": "p1", "network": "linkedin", "day": day(3), "reach": reached}]
    with programme(tmp_path, audience=edges, posts=posts, post_metrics=measured) as workspace:
        total, advocates, *_ = reports(workspace, Scope(), "all")
        (months,) = reports(workspace, Scope(until=day(26)), "months")
        (bluesky,) = reports(workspace, Scope(network="bluesky"), "total")

    found = figures(total)
    assert found["gross_audience", "enrolled"] == 16
    assert found["potential_impressions", "posts"] == 8
    assert total.frame.set_index("figure")["n"]["potential_impressions"] == 1
    assert found["expected_reach", "sharing"] == pytest.approx(8 * chance)
    assert found["expected_target_reach", "sharing"] == pytest.approx(8 * chance)
    assert months.frame["expected_reach"].tolist() == pytest.approx([8 * chance])
    each = advocates.frame.set_index("advocate")["potential_impressions"]
    assert each[["A1", "A2"]].tolist() == [8, pytest.approx(np.nan, nan_ok=True)]
    # Nobody is known there whom A2 could have reached: that is not nobody.
    assert np.isnan(figures(bluesky)["expected_reach", "sharing"])


NETWORKS = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), st.sets(st.integers(0, 7), min_size=1), min_size=1)


@settings(max_examples=25, deadline=None)
@given(NETWORKS, st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from(["original", "repost"])), max_size=6))
def test_expected_reach_on_several_networks_is_the_formula_person_by_person(tmp_path_factory, knows, posted):
    edges = [
        {"advocate": advocate, "network": network, "member": f"{person}" * 32, "as_of": day(0)}
        for (advocate, network), people in knows.items()
        for person in people
    ]
    posts = [{"post": f"p{n}", "network": where, "at": at(n), "advocate": who, "kind": kind} for n, (who, where, kind) in enumerate(posted)]
    records = {"consents": agreed(*"abc"), "advocates": [{"advocate": name} for name in "abc"], "audience": edges, "posts": posts}
    with make(tmp_path_factory.mktemp("reach"), SETTINGS, **records) as workspace:
        found = reach(workspace, Scope())

    literal = 0.0
    for where, person in {(where, person) for (_, where), people in knows.items() for person in people}:
        unseen = 1.0
        for who, there, kind in posted:
            if there == where and person in knows.get((who, where), ()):
                unseen *= 1 - PRIOR * (REPOST if kind == "repost" else 1)
        literal += 1 - unseen
    assert found.expected(found.audiences)[0] == pytest.approx(literal)
    potential = [sum(len(knows.get((who, where), ())) for who, where, _ in posted if who == name) for name in "abc"]
    assert found.potential(found.audiences).tolist() == potential
