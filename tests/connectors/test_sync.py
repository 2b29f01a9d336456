"""Reading the APIs that the settings name: from where each was left off, all or nothing, whatever happens to the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner
from keyring.backend import KeyringBackend

from cli import main
from connectors import secrets
from connectors.api import Api, Patience, checked_base
from tests.connectors.api_server import Reply, serving
from tests.connectors.sites import mastodon
from tests.workspace.samples import agreeing, records
from workspace import reading, store
from workspace.errors import SourceError, UsageError

HOUSE = Path(__file__).resolve().parents[2]
TABLE = '[sync.{name}]\nconnector = "mastodon"\npage = ["us@here"]\nadvocate = ["A7=lea@here"]\nbase_url = "{base}"\n'


@pytest.fixture
def path(tmp_path, monkeypatch):
    for name in mastodon.ENV:
        monkeypatch.setenv(name.replace("MASTODON", "OURS"), mastodon.ENV[name])
    found = tmp_path / "smarketing.db"
    agreeing(found, "A7")
    return found


def configured(path, *tables):
    path.with_name("smarketing.toml").write_text("\n".join(tables))


def run(path, *words):
    return CliRunner().invoke(main, ["--workspace", str(path), *words])


def held(path):
    return {name: rows for name, rows in records(path).items() if name not in ("cursors", "_sqlite_migrations")}


def test_a_dry_run_shows_what_would_come_and_stores_nothing(path):
    before = records(path)
    with serving(mastodon.answer) as site:
        configured(path, TABLE.format(name="ours", base=site.base))
        found = run(path, "sync", "--dry-run")
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr.splitlines() == [
        "ours: what would come; nothing was stored.",
        "Posts: 7 rows read, 7 added, 0 changed, 0 known already, 0 rejected.",
        "Figures of posts: 6 rows read, 6 added, 0 changed, 0 known already, 0 rejected.",
        "Figures of profiles: 2 rows read, 2 added, 0 changed, 0 known already, 0 rejected.",
    ]
    assert records(path) == before


def test_the_next_time_goes_on_from_where_it_was_left_off(path):
    with serving(mastodon.answer) as site:
        configured(path, TABLE.format(name="ours", base=site.base))
        assert run(path, "sync").exit_code == 0
        first = len(site.asked)
        with store.open_workspace(path) as workspace:
            assert set(reading.cursor(workspace, "ours")) == {"read_until"}
        again = run(path, "sync", "ours")
        # The statuses are all older than the days that are read again: of each account one page tells so.
        assert len(site.asked) - first < first
        assert "Posts: 0 rows read, 0 added, 0 changed, 0 known already, 0 rejected." in again.stderr
        everything = run(path, "sync", "--all")
        assert "Posts: 7 rows read, 0 added, 0 changed, 7 known already, 0 rejected." in everything.stderr


def test_one_that_fails_stays_as_it_was_and_the_others_are_read(path):
    with serving(mastodon.answer) as site, serving(lambda asked, base: Reply({"error": "gone"}, 404)) as broken:
        configured(path, TABLE.format(name="broken", base=broken.base), TABLE.format(name="ours", base=site.base))
        found = run(path, "sync")
    assert found.exit_code == 1
    assert found.stderr.splitlines()[0] == (
        "Error: Mastodon: there is no /api/v1/accounts/lookup (404: gone); check the names and numbers in your options, and --base-url if "
        "you gave it"
    )
    assert "ours:" in found.stderr
    with store.open_workspace(path) as workspace:
        assert reading.cursor(workspace, "broken") is None
        assert {row["connector"] for row in reading.imports_done(workspace)} == {"mastodon", "social"}
        assert len(workspace.rows("SELECT * FROM posts")) == 7


@pytest.mark.parametrize("number", [1, 3, 6])
def test_killed_at_any_request_the_next_sync_ends_as_an_unbroken_one(path, tmp_path, number):
    arrived, go_on = threading.Event(), threading.Event()

    def hold(place, asked, reply):
        if place == number:
            arrived.set()
            go_on.wait(30)
        return reply

    empty = held(path)
    with serving(mastodon.answer, hold) as site:
        configured(path, TABLE.format(name="ours", base=site.base))
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "--workspace", str(path), "sync"], cwd=HOUSE, env=dict(os.environ), stderr=subprocess.PIPE
        )
        assert arrived.wait(60)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        go_on.set()
    assert held(path) == empty
    unbroken = tmp_path / "unbroken"
    unbroken.mkdir()
    agreeing(unbroken / "smarketing.db", "A7")
    with serving(mastodon.answer) as site:
        for workspace in (path, unbroken / "smarketing.db"):
            configured(workspace, TABLE.format(name="ours", base=site.base))
            assert run(workspace, "sync").exit_code == 0
    assert held(path) == held(unbroken / "smarketing.db")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "names no API to read. Add a table for each, such as [sync.hubspot]"),
        ("[sync.crm]\n", "[sync.crm] is no connector that reads an API; add connector = "),
        ('[sync.mastodon]\ntoken = "x"\n', "sync.mastodon.token looks like a secret, which has no place in a settings file"),
        ('[sync.mastodon]\npages = ["a@b.c"]\n', "there is no setting 'sync.mastodon.pages'; did you mean 'sync.mastodon.page'?"),
        ('[sync.mastodon]\npage = "a@b.c"\n', 'sync.mastodon.page = "a@b.c" is not a list'),
        (
            "[sync.meta-ads]\nad_account = 798085168510957\n",
            'sync.meta-ads.ad_account = 798085168510957 cannot be used; write it as "798085168510957"',
        ),
        ('[sync.mastodon]\npage = ["a@b.c"]\nbase_url = "http://me:geheim42@127.0.0.1"\n', "--base-url http://127.0.0.1: write it as"),
        ("[sync.mastodon]\nfollowers = 1\n", "sync.mastodon.followers = 1 cannot be used; write it as true"),
        ('[sync.mastodon]\npage = ["us"]\n', "us: write a Mastodon account with its server, as name@mastodon.social"),
        ("[sync.mastodon]\n", "Whose posts? Name our own account with --page name@server"),
        ('[sync.mastodon]\npage = ["a@b.c"]\nsince = 2026-02-30\n', ""),
    ],
)
def test_settings_that_cannot_be(path, table, said):
    configured(path, table)
    found = run(path, "sync")
    assert found.exit_code == 1
    assert said in found.stderr
    assert "geheim42" not in found.stderr
    assert "Traceback" not in found.stderr


def test_a_name_that_is_not_there(path):
    configured(path, TABLE.format(name="ours", base="http://127.0.0.1:9"))
    found = run(path, "sync", "theirs")
    assert found.exit_code == 2
    assert found.stderr == "Error: smarketing.toml has no [sync.theirs]; there is ours. Did you mean 'ours'?\n"


# Secrets


class Kept(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        return {("smarketing", "SMARKETING_CRM_TOKEN"): "from the keyring"}.get((service, username))

    def set_password(self, service, username, password):
        raise NotImplementedError

    def delete_password(self, service, username):
        raise NotImplementedError


@pytest.fixture
def in_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    yield
    keyring.set_keyring(before)


def test_secrets_come_from_the_environment_else_from_the_keyring(monkeypatch, in_keyring):
    assert secrets.found("crm", "token", "access token", "here").value == "from the keyring"
    monkeypatch.setenv("SMARKETING_CRM_TOKEN", " from the environment\n")
    found = secrets.found("crm", "token", "access token", "here")
    assert found.value == "from the environment"
    assert "environment" not in repr(found) + str(found)
    with pytest.raises(SourceError) as caught:
        secrets.found("other", "token", "access token", "it is made in the settings")
    assert str(caught.value) == (
        "other: its access token is missing. Put it into the environment variable SMARKETING_OTHER_TOKEN, or into the keyring with "
        "'keyring set smarketing SMARKETING_OTHER_TOKEN' (pip install 'smarketing[keyring]'). it is made in the settings"
    )


@pytest.mark.parametrize("url", ["ftp://x", "example.com", "https://", "https://user:word@example.com", "https://example.com/?token=1"])
def test_addresses_that_are_none(url):
    with pytest.raises(UsageError, match=r"write it as https://api\.example\.com"):
        checked_base(url, "X")


def test_secrets_are_not_sent_in_the_clear():
    with pytest.raises(UsageError, match="over http the secret of X could be read on the way; write https"):
        checked_base("http://example.com", "X")
    assert checked_base("http://127.0.0.1:8080/", "X") == "http://127.0.0.1:8080"


def test_a_page_cannot_send_the_secret_elsewhere(monkeypatch):
    """A link to the next page that names another host is asked for at the API's own."""
    monkeypatch.setenv("SMARKETING_X_TOKEN", "secret")
    with serving(lambda asked, base: Reply([])) as ours, serving(lambda asked, base: Reply([])) as theirs:
        api = Api("X", ours.base, secret=secrets.optional("x", "token"), patience=Patience(pause=0))
        api.get(f"{theirs.base}/next?page=2")
    assert theirs.asked == []
    assert [(asked.path, asked.query, asked.headers["authorization"]) for asked in ours.asked] == [
        ("/next", {"page": "2"}, "Bearer secret")
    ]


def test_the_body_of_a_redirection_is_not_read():
    endless = Reply(status=302, headers={"Location": "https://elsewhere.example/", "Content-Length": str(10**12)}, drip=True)
    with serving(lambda asked, base: endless) as site, pytest.raises(SourceError, match=r"has moved to https://elsewhere\.example/;"):
        Api("X", site.base, patience=Patience(pause=0, silence=5, longest=0.3)).get("/x")


def test_a_bomb_is_not_unpacked():
    import gzip

    packed = gzip.compress(b"[" + b" " * 5_000_000 + b"]")
    with serving(lambda asked, base: Reply(raw=packed, headers={"Content-Encoding": "gzip"})) as site:
        api = Api("X", site.base, patience=Patience(pause=0, largest=1 << 20))
        with pytest.raises(SourceError, match="the answer of /x is larger than 1 MB"):
            api.get("/x")
