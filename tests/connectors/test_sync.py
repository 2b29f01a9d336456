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
from connectors.addresses import checked_base
from connectors.api import Api, Patience
from connectors.registry import connectors
from connectors.syncing import SYNCED
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


NO_ADDRESS = "write it as https://api.example.com, without a name, a password or a question mark"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            "",
            "smarketing.toml names no API to read. Add a table for each, such as [sync.hubspot], with its connector's options; see "
            "'smarketing connectors'",
        ),
        (
            '[sync.mastodon]\ntoken = "x"\n',
            "smarketing.toml: sync.mastodon.token looks like a secret, which has no place in a settings file; take it out and put it into "
            "the environment or the keyring ('smarketing import mastodon --help' says under which name)",
        ),
        (
            '[sync.mastodon]\npages = ["a@b.c"]\n',
            "smarketing.toml: there is no setting 'sync.mastodon.pages'; did you mean 'sync.mastodon.page'?",
        ),
        ('[sync.mastodon]\npage = "a@b.c"\n', 'smarketing.toml: sync.mastodon.page = "a@b.c" is not a list, such as ["example.com"]'),
        (
            "[sync.meta-ads]\nad_account = 798085168510957\n",
            'smarketing.toml: sync.meta-ads.ad_account = 798085168510957 cannot be used; write it as "798085168510957"',
        ),
        (
            '[sync.mastodon]\npage = ["a@b.c"]\nbase_url = "http://me:geheim42@127.0.0.1"\n',
            f"smarketing.toml: [sync.mastodon]: --base-url http://127.0.0.1: {NO_ADDRESS}",
        ),
        (
            '[sync.mastodon]\npage = ["a@b.c"]\nsince = "hier"\n',
            'smarketing.toml: sync.mastodon.since = "hier" is not a day, such as 2026-01-31 (without quotes)',
        ),
        (
            '[sync.mastodon]\npage = ["a@b.c"]\ndevise = "EUR"\n',
            "smarketing.toml: there is no setting 'sync.mastodon.devise'; here there are: page, advocate, followers, since, base_url",
        ),
        (
            '[sync.mastodon]\npage = ["a@b.c"]\ndebut = 2026-01-31\n',
            "smarketing.toml: there is no setting 'sync.mastodon.debut'; did you mean 'sync.mastodon.since'?",
        ),
        ("[sync.mastodon]\nfollowers = 1\n", "smarketing.toml: sync.mastodon.followers = 1 cannot be used; write it as true"),
        (
            '[sync.ours]\nconnector = "mastodon"\npage = ["us"]\n',
            "smarketing.toml: [sync.ours]: us: write a Mastodon account with its server, as name@mastodon.social",
        ),
        (
            "[sync.mastodon]\n",
            "smarketing.toml: [sync.mastodon]: Whose posts? Name our own account with --page name@server, an employee's with --advocate "
            "A7=name@server",
        ),
        (
            '[sync.mastodon]\npage = ["a@b.c"]\nsince = 2026-02-30\n',
            "smarketing.toml:3: this line cannot be read; texts stand in straight quotes, lists in square brackets, decimals have a point "
            'and days stand bare, as in own_domains = ["example.com"], cpc = 5.5 and since = 2026-01-31',
        ),
    ],
)
def test_settings_that_cannot_be(path, table, said):
    configured(path, table)
    found = run(path, "sync")
    assert (found.exit_code, found.stderr) == (1, f"Error: {said}\n")


def test_a_table_that_is_no_connectors(path):
    configured(path, "[sync.crm]\n")
    readable = ", ".join(found.name for found in connectors() if found.takes in SYNCED)
    assert run(path, "sync").stderr == (
        f'Error: smarketing.toml: [sync.crm] is no connector that reads an API; add connector = "…" with one of {readable}\n'
    )


def test_everything_that_is_wrong_in_the_settings_is_told_at_once(path):
    """Nothing is read as long as they are wrong, of the sources that are right neither."""
    with serving(mastodon.answer) as site:
        configured(
            path,
            TABLE.format(name="ours", base=site.base),
            '[sync.meta-ads]\nad_account = 7\nsincee = "2026-01-01"\n[sync.salesforce]\nbase_url = 5\nkey = "x"\n',
        )
        found = run(path, "sync")
    assert (found.exit_code, site.asked) == (1, [])
    assert found.stderr.splitlines() == [
        'Error: smarketing.toml: sync.meta-ads.ad_account = 7 cannot be used; write it as "7"',
        "Error: smarketing.toml: there is no setting 'sync.meta-ads.sincee'; did you mean 'sync.meta-ads.since'?",
        'Error: smarketing.toml: sync.salesforce.base_url = 5 cannot be used; write it as "5"',
        "Error: smarketing.toml: sync.salesforce.key looks like a secret, which has no place in a settings file; take it out and put it "
        "into the environment or the keyring ('smarketing import salesforce --help' says under which name)",
        "Error: smarketing.toml: [sync.salesforce] needs 'client_id': The consumer key of the connected app.",
    ]


WHICH_PROPERTY = "Which property? Give its number with --property-id 123456789, or name files of the BigQuery export"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[sync.hubspot]\n", ()),
        ("[sync.salesforce]\nclient_id = 'x'\n", ()),
        ("[sync.tryton]\ndatabase = 'x'\nuser = 'y'\n", ()),
        (
            "[sync.meta-ads]\nad_account = 'act_12x'\n",
            ("--ad-account act_12x: write the account's number, its digits alone, as 798085168510957",),
        ),
        (
            "[sync.linkedin-ads]\n",
            ("Which account? Give its number with --ad-account, or name a file that was exported",),
        ),
        ("[sync.ga4]\nproperty_id = 'x'\n", (WHICH_PROPERTY,)),
        ("[sync.search-console]\nsite = 'example.com'\n", ("--site example.com: write it as sc-domain:example.com, or as https://www.example.com/",)),
    ],
)  # fmt: skip
def test_wrong_addresses_and_numbers_are_told_before_a_secret_is_asked_for(path, table, said):
    """There is no secret of any of them here."""
    configured(path, table + 'base_url = "nowhere"\n')
    found = run(path, "sync")
    section = table.partition("]")[0] + "]"
    assert found.exit_code == 1
    assert found.stderr.splitlines() == [
        f"Error: smarketing.toml: {section}: {message}" for message in (*said, f"--base-url nowhere: {NO_ADDRESS}")
    ]


def test_import_tells_them_at_once_too(path):
    found = run(path, "import", "ga4", "--property-id", "x", "--base-url", "nowhere")
    assert (found.exit_code, found.stderr) == (2, f"Error: {WHICH_PROPERTY}\nError: --base-url nowhere: {NO_ADDRESS}\n")


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
