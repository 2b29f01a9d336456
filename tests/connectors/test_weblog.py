"""The web log connector from file to tables."""

from __future__ import annotations

import pytest

from connectors.base import ImportContext
from connectors.weblog import WebLog
from reports.report import Text
from tests.connectors.weblog_samples import ADDRESS, CHROME, FIREFOX, OURS, SECRET, combined, conversion, person, read, touch, write
from workspace.errors import UsageError
from workspace.keys import keyed_hash
from workspace.settings import ChannelSettings, Settings


def test_a_day_at_the_site(tmp_path):
    log = write(
        tmp_path,
        combined("/?utm_source=linkedin&utm_medium=social&utm_campaign=launch&utm_content=anna&li_fat_id=7", "09:00:00"),
        combined("/style.css?v=3", "09:00:01", referrer="https://example.com/"),
        combined("/pricing", "09:01:00", referrer="https://example.com/?utm_source=linkedin"),
        combined("/contact/thanks", "09:05:00", referrer="https://www.example.com/contact"),
        combined("/contact/thanks", "09:05:30"),
        combined("/blog/feed/", "09:06:00"),
        combined("/", "09:07:00", address="198.51.100.4", agent=FIREFOX, referrer="https://www.google.com/"),
        combined("/missing", "09:08:00", status=404),
        combined("/old", "09:08:30", status=301),
        combined("/", "09:09:00", agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
        combined("/", "09:09:10", agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
        combined("/", "09:10:00", agent="-"),
        combined("/api", "09:11:00", method="POST"),
        "what is this?",
        combined("/blog", "11:00:00", status=304),
        "",
    )
    found = read(log, goal=("lead=/contact/thanks*",))
    tags = {
        "source": "linkedin",
        "medium": "social",
        "campaign": "launch",
        "content": "anna",
        "click_id": "7",
        "click_id_kind": "li_fat_id",
    }
    landing = "/?utm_source=linkedin&utm_medium=social&utm_campaign=launch&utm_content=anna&li_fat_id=7"
    assert found.touches == [
        touch(1, "09:00:00", landing, **tags),
        touch(7, "09:07:00", "/", person=person("198.51.100.4", FIREFOX), referrer="www.google.com"),
        touch(15, "11:00:00", "/blog"),
    ]
    assert found.conversions == [conversion(4, "09:05:00", "lead")]
    assert [(reject.file, reject.row, reject.field, reject.value) for reject in found.rejects] == [(str(log), 14, "line", "what is this?")]
    assert found.remarks == [
        Text(
            "{lines} {lines:line|lines} in {files} {files:file|files}: {visits} {visits:visit|visits} by {people} {people:person|people}, "
            "{views} page {views:view|views}",
            lines=16,
            files=1,
            visits=3,
            people=2,
            views=6,
        ),
        Text("{count} empty lines and comments", count=1),
        Text("{count} requests by robots and other programs that are no browsers ({names})", count=3, names="Googlebot, (no user agent)"),
        Text("{count} requests for feeds", count=1),
        Text("{count} requests for images, scripts, styles, fonts, media and other files that belong to pages", count=1),
        Text("{count} requests that failed (status 400 and above, or none)", count=1),
        Text("{count} redirects; the page that each led to counts", count=1),
        Text("{count} requests other than GET (POST counts only where it reaches a goal)", count=1),
        Text("goal {goal}: {count} {count:conversion|conversions}", goal="lead", count=1),
    ]


def test_the_address_is_in_no_row(tmp_path):
    found = read(write(tmp_path, combined("/thanks")), goal=("lead=/thanks",))
    assert ADDRESS not in repr(found.touches + found.conversions)
    assert found.touches[0]["person"] == found.conversions[0]["person"] == keyed_hash(SECRET, f"{ADDRESS} {CHROME}")


def test_ids_are_the_same_in_every_import_whatever_is_known_of_our_domains(tmp_path):
    log = write(tmp_path, combined("/thanks", referrer="https://example.org/a"), combined("/", "12:00:00"))
    first, again, other = (
        read(log, goal=("lead=/thanks",), settings=settings) for settings in (OURS, OURS, Settings(own_domains=("example.org",)))
    )
    assert first.ids == again.ids == other.ids
    assert len(set(first.ids)) == 3
    assert all(len(key) == 32 for key in first.ids)


def test_several_files_make_one_history_and_rows_keep_their_file(tmp_path):
    new = write(tmp_path, combined("/b", "10:10:00"), combined("/c", "12:00:00"), name="access.log")
    old = write(tmp_path, combined("/a", "10:00:00", referrer="https://news.example.org/x"), name="access.log.1")
    found = read(new, old)
    assert found.touches == [touch(2, "12:00:00", "/c"), touch(1, "10:00:00", "/a", referrer="news.example.org")]
    assert found.files == [str(new), str(old)]
    assert read(tmp_path / "access*", new).touches == found.touches


def test_a_visit_across_two_imports_becomes_two(tmp_path):
    old, new = write(tmp_path, combined("/a", "10:00:00"), name="1.log"), write(tmp_path, combined("/b", "10:05:00"), name="2.log")
    assert len(read(old, new).ids) == 1
    apart = [*read(old).ids, *read(new).ids]
    assert len(apart) == 2
    assert read(old, new).ids == apart[:1]


def test_goals_count_the_first_hit_of_each_visit_by_get_and_post(tmp_path):
    log = write(
        tmp_path,
        combined("/contact", "10:00:00"),
        combined("/contact", "10:01:00", method="POST", status=500),
        combined("/contact", "10:02:00", method="POST", status=303),
        combined("/merci-d%C3%A9j%C3%A0", "10:02:01"),
        combined("/contact", "10:03:00", method="POST"),
        combined("/guide.mp4", "10:04:00"),
        combined("/go", "10:05:00", status=302),
        combined("/contact", "15:00:00", method="POST"),
    )
    found = read(log, goal=("sent=/contact", "thanks=/merci-déjà*", "video=*.mp4", "gone=/go", "never=/never"))
    assert found.touches == [touch(1, "10:00:00", "/contact"), touch(8, "15:00:00", "/contact")]
    assert found.conversions == [
        conversion(1, "10:00:00", "sent"),
        conversion(4, "10:02:01", "thanks"),
        conversion(6, "10:04:00", "video"),
        conversion(8, "15:00:00", "sent"),
    ]
    assert [dict(remark.fields) for remark in found.remarks[-5:]] == [
        {"goal": "sent", "count": 2},
        {"goal": "thanks", "count": 1},
        {"goal": "video", "count": 1},
        {"goal": "gone", "count": 0},
        {"goal": "never", "count": 0},
    ]


def test_excluded_addresses_paths_and_hosts(tmp_path):
    log = write(
        tmp_path,
        combined("/a", address="203.0.113.77"),
        combined("/b", address="2001:db8::5"),
        combined("/c", address="::ffff:203.0.113.9"),
        combined("/d", address="host.example.net"),
        combined("/admin/x"),
        "other.example.com:443 " + combined("/e"),
        "Example.com:443 " + combined("/f", "12:00:00"),
    )
    options = {"exclude_address": ("203.0.113.0/24", "2001:db8::/64"), "exclude_path": ("/admin/*",), "host": ("example.com",)}
    found = read(log, **options)
    assert found.touches == [touch(4, url="/d", person=person("host.example.net")), touch(7, "12:00:00", "/f")]
    assert [str(remark) for remark in found.remarks[1:]] == [
        "1 requests for other hosts",
        "3 requests from excluded addresses",
        "1 requests for excluded paths",
    ]


def test_people_by_authenticated_user(tmp_path):
    log = write(
        tmp_path,
        combined("/a", user="anna@example.com"),
        combined("/b", "10:06:00", address="198.51.100.1", user="anna@example.com"),
        combined("/c"),
    )
    found = read(log, user_field="user")
    assert found.touches == [touch(1, url="/a", person="anna@example.com"), touch(3, url="/c")]
    assert str(found.remarks[-1]) == "2 of 3 page views name a person by user; the others are told apart by address and user agent"


def test_people_by_cookie(tmp_path):
    log = write(
        tmp_path,
        combined("/a") + ' "sid=1; visitor=v7; x=2"',
        combined("/b", "10:06:00", address="198.51.100.1") + ' "visitor=v7"',
        combined("/c") + ' "notvisitor=v8"',
        combined("/d", address="198.51.100.2") + ' "-"',
    )
    found = read(log, cookie="visitor")
    assert found.touches == [
        touch(1, url="/a", person=keyed_hash(SECRET, "v7")),
        touch(3, url="/c"),
        touch(4, url="/d", person=person("198.51.100.2")),
    ]


def test_own_site_is_guessed_from_browsing(tmp_path):
    log = write(
        tmp_path,
        combined("/a", "10:00:00", referrer="https://www.google.com/search"),
        combined("/b", "10:01:00", referrer="https://www.shop.example.co.uk/a?x=1"),
        combined("/c", "10:02:00", referrer="https://shop.example.co.uk/b"),
        combined("/search", "10:03:00", referrer="https://www.google.com/"),
    )
    found = read(log, settings=Settings())
    assert [row["referrer"] for row in found.touches] == ["www.google.com"]
    assert str(found.remarks[-1]) == "own site guessed: example.co.uk; set own_domains in smarketing.toml if that is wrong"


def test_own_site_is_guessed_from_virtual_hosts(tmp_path):
    log = write(
        tmp_path,
        "www.example.org:80 " + combined("/a", referrer="https://shop.example.org/"),
        "203.0.113.5:80 " + combined("/b", "10:06:00"),
    )
    found = read(log, settings=Settings())
    assert found.touches == [touch(1, url="/a")]
    assert [str(remark) for remark in found.remarks[1:]] == [
        "own site guessed: example.org; set own_domains in smarketing.toml if that is wrong",
        "1 visit begins with a page of our own as referrer: people back after a pause, and robots that fake one",
    ]


def test_own_site_that_cannot_be_guessed(tmp_path):
    found = read(write(tmp_path, combined(referrer="https://example.org/")), settings=Settings())
    assert found.touches == [touch(1, referrer="example.org")]
    assert (
        str(found.remarks[-1])
        == "no own site could be guessed, so every referrer counts as another site; set own_domains in smarketing.toml"
    )


def test_an_ignored_referrer_begins_no_visit(tmp_path):
    log = write(
        tmp_path,
        combined("/cart", "10:00:00"),
        combined("/paid", "10:05:00", referrer="https://pay.example.net/"),
        combined("/x", "10:06:00"),
    )
    settings = Settings(own_domains=("example.com",), channels=ChannelSettings(ignored_referrers=("example.net",)))
    assert read(log, settings=settings).touches == [touch(1, "10:00:00", "/cart")]
    assert len(read(log).touches) == 2


def test_visit_gap_is_minutes(tmp_path):
    log = write(tmp_path, combined("/a", "10:00:00"), combined("/b", "10:10:00"), combined("/c", "10:20:01"))
    assert [row["url"] for row in read(log, visit_gap=10).touches] == ["/a", "/c"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"goal": ("lead",)}, "--goal lead: a goal is NAME=URLGLOB with a path that begins with /, as in lead=/contact/thanks*"),
        ({"goal": ("=/x",)}, "--goal =/x: a goal is NAME=URLGLOB with a path that begins with /, as in lead=/contact/thanks*"),
        (
            {"goal": ("lead=thanks",)},
            "--goal lead=thanks: a goal is NAME=URLGLOB with a path that begins with /, as in lead=/contact/thanks*",
        ),
        ({"visit_gap": 0}, "--visit-gap 0: give a number of minutes above 0, as in 30"),
        ({"visit_gap": float("nan")}, "--visit-gap nan: give a number of minutes above 0, as in 30"),
        (
            {"exclude_address": ("10.0.0.0/99",)},
            "--exclude-address 10.0.0.0/99: this is no address or network; give one as in 203.0.113.7 or 203.0.113.0/24",
        ),
        ({"user_field": "user", "cookie": "id"}, "--user-field and --cookie both name the person; give one of them"),
    ],
)
def test_wrong_options(tmp_path, options, message):
    with pytest.raises(UsageError) as caught:
        read(write(tmp_path, combined()), **options)
    assert str(caught.value) == message


def test_progress_reaches_the_whole(tmp_path):
    logs = [write(tmp_path, combined(), name="1.log"), write(tmp_path, combined(), combined(), name="2.log")]
    seen = []
    list(WebLog(ImportContext(OURS, SECRET, lambda done, total: seen.append((done, total))), tuple(map(str, logs))).read())
    sizes = [log.stat().st_size for log in logs]
    assert seen == [(sizes[0], sum(sizes)), (sum(sizes), sum(sizes))]


def test_every_option_is_a_field():
    connector = WebLog(ImportContext(OURS, SECRET), ())
    for option in WebLog.options:
        assert getattr(connector, option.name) == (() if option.multiple else option.default)
