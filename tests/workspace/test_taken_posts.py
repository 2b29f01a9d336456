"""A post stored as one advocate's is not given to another by a wrong code; a person who came back under another code keeps theirs."""

import pytest

from tests.social.workspaces import agreed, at, batch, day, make
from workspace import imports, reading

PROFILE = "https://www.linkedin.com/in/lea-marchand"
PROBLEM = "These posts are stored as another advocate's: {value}."


def post(name, advocate, page=None):
    return {"post": name, "network": "linkedin", "advocate": advocate, "page": page, "kind": "original", "at": at(1)}


def authors(workspace):
    return {row["post"]: row["advocate"] for row in workspace.rows("SELECT post, advocate FROM posts ORDER BY post")}


def programme(folder, **fields):
    return make(
        folder,
        advocates=[{"advocate": code, "since": day(-30), **fields.get(code, {})} for code in ("A1", "A2", "A3")],
        consents=agreed("A1", "A2", "A3", "OLD"),
        posts=[post("p1", "A1"), post("p2", "A2"), post("p3", "A3"), post("p4", "OLD"), post("p5", None, page="us")],
    )


def test_posts_of_others_are_refused_and_stay_theirs(tmp_path):
    """A table of three people's posts, read as if all were A1's."""
    with programme(tmp_path) as workspace:
        before = authors(workspace)
        summary = imports.run(workspace, "csv", [batch("posts", *(post(name, "A1") for name in ("p1", "p2", "p3", "p6")))])
        assert authors(workspace) == before | {"p6": "A1"}
        assert [(one.advocate, one.reason, one.rows) for one in summary.withheld if one.reason == "taken"] == [("A1", "taken", 2)]
        (told,) = reading.rejects(workspace, summary.import_id)
        assert (told["row"], told["field"], told["value_seen"], told["problem"]) == (3, "advocate", "A1 (2; A2, A3)", PROBLEM)
        assert summary.rejected == 2


def test_two_rows_of_one_import_do_not_share_a_post(tmp_path):
    with programme(tmp_path) as workspace:
        imports.run(workspace, "csv", [batch("posts", post("p7", "A1")), batch("posts", post("p7", "A2"))])
        assert authors(workspace)["p7"] == "A1"


@pytest.mark.parametrize(
    ("taken", "fields"),
    [
        ("p4", {}),  # OLD is on no list any more.
        ("p5", {}),  # The page's, until an advocate is told.
        ("p2", {"A1": {"profile": PROFILE, "since": day(10)}, "A2": {"profile": PROFILE + "/", "until": day(5)}}),  # One person, two codes.
    ],
)
def test_posts_that_nobody_else_claims_change_hands(tmp_path, taken, fields):
    with programme(tmp_path, **fields) as workspace:
        assert not [one for one in imports.run(workspace, "csv", [batch("posts", post(taken, "A1"))]).withheld if one.reason == "taken"]
        assert authors(workspace)[taken] == "A1"


def test_taken_out_first_they_can_be_given_to_whoever_wrote_them(tmp_path):
    """As the remedy says."""
    with programme(tmp_path) as workspace:
        revoked, granted = ({"advocate": "A2", "datum": "own_posts", "day": day(20), "granted": yes} for yes in (False, True))
        imports.run(workspace, "social", [batch("consents", revoked)])
        imports.run(workspace, "social", [batch("consents", granted)])
        imports.run(workspace, "csv", [batch("posts", post("p2", "A1"))])
        assert authors(workspace)["p2"] == "A1"


def test_followers_elsewhere_take_no_titles_with_them(tmp_path):
    def known(network, **fields):
        return {"advocate": "A1", "network": network, "member": "m1", "as_of": day(3), **fields}

    with programme(tmp_path) as workspace:
        titled = [known("linkedin", account="acme.example", title="CEO"), known("linkedin", member="m2")]
        imports.run(workspace, "csv", [batch("audience", *titled)])
        others = imports.run(workspace, "csv", [batch("audience", known("bluesky"))])
        same = imports.run(workspace, "csv", [batch("audience", *titled)])
        without = imports.run(workspace, "csv", [batch("audience", known("linkedin"), known("linkedin", member="m2"))])
    assert [[(one.advocate, one.rows) for one in done.withheld if one.reason == "untitled"] for done in (others, same, without)] == [
        [], [], [("A1", 1)],
    ]  # fmt: skip
