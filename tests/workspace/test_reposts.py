"""Whose post was passed on: by its number alone, in one form, whatever the source; and the stored post that is meant."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.social.workspaces import agreed, at, batch, make
from workspace import erasure, imports, schema, social_reading, store
from workspace.reposts import Originals, number_of

SHARE = str(1_700_000_000_000 << 22)
ACTIVITY = str(1_700_000_001_500 << 22)
"""The numbers of one post, as a share and as an activity."""


@pytest.mark.parametrize(
    ("network", "text", "number"),
    [
        ("linkedin", f"https://www.linkedin.com/posts/lea-d_crm-activity-{ACTIVITY}-aB1c?utm_source=share", ACTIVITY),
        ("linkedin", f"urn:li:share:{SHARE}", SHARE),
        ("linkedin", SHARE, SHARE),
        ("linkedin", "https://www.linkedin.com/pulse/crm-lea-martin", None),
        ("bluesky", "at://did:plc:abc/app.bsky.feed.post/3k2a", "3k2a"),
        ("bluesky", "https://bsky.app/profile/lea.example/post/3k2a", "3k2a"),
        ("mastodon", "https://mas.to/users/lea/statuses/77", "mas.to/77"),
        ("mastodon", "https://mas.to/users/lea/statuses/77/activity", "mas.to/77"),
        ("mastodon", "https://mas.to/@lea/77", "mas.to/77"),
        ("mastodon", "https://other.example/objects/1f-2e", "other.example/1f-2e"),
        ("mastodon", "https://intranet:8443/@lea/77", "intranet/77"),
        ("x", "twitter.com/lea/status/77", "77"),
        ("x", "https://twitter.com/lea/status/77", "77"),
        ("x", "https://x.com/lea/status/77/", "77"),
        ("facebook", "https://www.facebook.com/lea.martin/posts/pfbid02", "facebook.com/pfbid02"),
        ("facebook", "https://www.facebook.com/permalink.php?story_fbid=7", "https://www.facebook.com/permalink.php?story_fbid=7"),
        ("linkedin", " P-17 ", "P-17"),
        ("linkedin", " ", None),
        ("linkedin", None, None),
        ("x", "https://[broken/7", "https://[broken/7"),
    ],
)
def test_a_number_out_of_any_form(network, text, number):
    assert number_of(network, text) == number


@given(st.sampled_from(["linkedin", "bluesky", "mastodon", "x", "other"]), st.text(max_size=60))
def test_a_number_is_its_own_number(network, text):
    found = number_of(network, f"https://host.example/{text}")
    assert found is None or number_of(network, found) in (found, None)


def post(name, **other):
    return {"network": "linkedin", "post": name, "kind": "original", "url": None, "alias": None, "repost_of": None} | other


def test_the_original_is_found_by_its_number_its_address_and_its_other_number():
    originals = Originals(
        [
            post("P-1", url=f"https://www.linkedin.com/feed/update/urn:li:share:{SHARE}"),
            post("P-2", network="x", url="https://x.com/a/status/7"),
        ]
    )

    assert [originals.of("linkedin", named, "r") for named in (SHARE, ACTIVITY, "P-1", "7")] == ["P-1", "P-1", "P-1", None]
    assert originals.of("x", "https://twitter.com/b/status/7", "r") == "P-2"


def test_where_two_could_be_meant_none_is():
    two = Originals([post(SHARE), post(str(1_700_000_002_000 << 22))])
    assert (two.of("linkedin", ACTIVITY, "r"), two.of("linkedin", SHARE, "r")) == (None, SHARE)
    alike = Originals([post("a", network="x", url="https://x.com/a/status/7"), post("b", network="x", url="https://x.com/b/status/7")])
    assert alike.of("x", "7", "r") is None


def test_what_bears_the_address_of_another_is_not_it():
    """The archive's reposts, comments and reactions stand under the address of what they were about."""
    about = f"https://www.linkedin.com/feed/update/urn:li:activity:{SHARE}"
    rows = [
        post(f"repost {SHARE} A7", kind="repost", url=about, repost_of=SHARE),
        post(f"reaction {SHARE} A7", kind="reaction", url=about),
        post("comment 7", kind="comment", url=about),
    ]
    assert Originals(rows).of("linkedin", SHARE, "r") is None


BASE = {"consents": agreed("A1", "A2"), "advocates": [{"advocate": "A1"}, {"advocate": "A2"}]}
WROTE = {"network": "bluesky", "at": at(0), "advocate": "A1", "post": "at://did:plc:lea/app.bsky.feed.post/3k2a"}
SHARED = {"network": "bluesky", "at": at(1), "advocate": "A2", "post": "r1"}


def kept(workspace):
    return [(row["post"], row["kind"], row["repost_of"]) for row in social_reading.post_columns(workspace).to_pylist()]


def test_at_the_door_the_authors_name_is_cut_off_and_a_repost_is_one(tmp_path):
    named = "https://bsky.app/profile/carl.cedar.example/post/3k9z"
    rows = [
        SHARED | {"repost_of": named},
        SHARED | {"post": "r2", "at": at(2), "kind": "comment", "repost_of": "at://did:plc:x/app.bsky.feed.post/3k8"},
        SHARED | {"post": "r3", "at": at(3)},
    ]
    with make(tmp_path, **BASE, posts=rows) as workspace:
        assert kept(workspace) == [("r1", "repost", "3k9z"), ("r2", "comment", "3k8"), ("r3", "original", None)]
    assert b"carl.cedar" not in (tmp_path / "smarketing.db").read_bytes()


def test_a_repost_that_is_told_by_the_number_of_what_it_passes_on_says_so(tmp_path):
    """LinkedIn gives a repost without words no number of its own; here it was made two years after what it passes on."""
    row = {"network": "linkedin", "at": at(1), "advocate": "A2", "kind": "repost", "post": f"urn:li:activity:{ACTIVITY}"}
    with make(tmp_path, **BASE, posts=[row]) as workspace:
        assert kept(workspace) == [(f"repost {ACTIVITY} A2", "repost", ACTIVITY)]


def test_where_it_is_told_what_was_passed_on_the_other_number_is_the_reposts_own(tmp_path):
    row = {"network": "linkedin", "at": at(1), "advocate": "A2", "post": "7123456789012345678", "repost_of": f"urn:li:activity:{ACTIVITY}"}
    with make(tmp_path, **BASE, posts=[row]) as workspace:
        imports.run(workspace, "csv", [batch("posts", row | {"text": "Look"})])
        assert kept(workspace) == [("7123456789012345678", "repost", ACTIVITY)]


def test_what_is_passed_on_is_not_forgotten_by_an_export_that_does_not_say_it(tmp_path):
    with make(tmp_path, **BASE, posts=[SHARED | {"repost_of": "3k2a"}]) as workspace:
        imports.run(workspace, "csv", [batch("posts", SHARED | {"text": "Look"})])
        assert kept(workspace) == [("r1", "repost", "3k2a")]


def test_forgetting_the_author_keeps_the_tie_and_forgetting_the_other_drops_strangers(tmp_path):
    stranger = SHARED | {"post": "r2", "at": at(2), "repost_of": "3kzzzz"}
    with make(tmp_path, **BASE, posts=[WROTE, SHARED | {"repost_of": "3k2a"}, stranger]) as workspace:
        erasure.forget_advocate(workspace, "A1")
        (author, *_), (_, _, tie), (_, _, other) = kept(workspace)
        assert (author == tie, other) == (True, "3kzzzz")
        erasure.forget_advocate(workspace, "A2")
        (author, *_), (_, _, tie), (_, _, other) = kept(workspace)
        assert (author == tie, other) == (True, None)


def test_a_workspace_of_before_learns_what_archives_held_all_along(tmp_path):
    make(tmp_path, **BASE, posts=[WROTE]).close()
    path = tmp_path / "smarketing.db"
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE posts DROP COLUMN repost_of")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (schema.MIGRATIONS[-1][0],))
        names = (f"repost {SHARE} A2", "repost 2026-08-31 10:00:00 A2", "gone-7")
        for number, name in enumerate(names, 1):
            sql = (
                "INSERT INTO posts (id, post, network, at, advocate, kind, file_id, row) VALUES (?, ?, 'linkedin', 9, 'A2', 'repost', 1, 1)"
            )
            db.execute(sql, (number, name))
    with store.open_workspace(path) as workspace:
        imports.run(workspace, "csv", [batch("posts", SHARED)])  # what an old workspace lacks is made when something is written
        found = {name: passed_on for name, _, passed_on in kept(workspace)}

    assert [found[name] for name in names] == [SHARE, None, None]
