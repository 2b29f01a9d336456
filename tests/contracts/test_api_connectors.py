"""What every connector that reads an API keeps when the API fails: the same end as without the fault, or nothing and a clear word."""

from __future__ import annotations

import atexit
import copy
import functools
import importlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors import importing
from connectors.api import Patience
from connectors.base import ImportContext
from connectors.registry import connectors
from tests.connectors.api_server import Asked, Reply, serving
from tests.workspace.samples import agreeing, records
from workspace.errors import SmarketingError, SourceError
from workspace.settings import Settings
from workspace.store import open_workspace

SECRET = b"a secret of the tests"
QUICK = Patience(pause=0, silence=5, longest=0.3, retries=3)
APIS = [found for found in connectors() if found.takes in ("api", "both")]
EVERY = pytest.mark.parametrize("connector", APIS, ids=lambda connector: connector.name)
SETTINGS = Settings(own_domains=("example.com",), company="Example")

Fault = Callable[[int, Asked, Reply], Reply]


def sample(connector: type[Any]) -> Any:
    """The API that a connector is tested against: `OPTIONS`, `ENV` with its secrets, `answer(asked, base)`, `RENEWS` after a 401."""
    return importlib.import_module(f"tests.connectors.sites.{connector.name.replace('-', '_')}")


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for connector in APIS:
        for name, value in sample(connector).ENV.items():
            monkeypatch.setenv(name, value)


@functools.cache
def empty_workspace() -> Path:
    """A workspace to copy; making one takes longer than most of these tests."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "smarketing.db"
    agreeing(path, "A7")
    return path


def synced(connector: type[Any], folder: Path, fault: Fault | None = None, **more: Any) -> tuple[Any, list[Asked], list[str]]:
    """Read an API into a fresh workspace: what it then holds, what was asked, what was said."""
    path = folder / "smarketing.db"
    if not path.exists():
        shutil.copy(empty_workspace(), path)
    with serving(sample(connector).answer, fault) as site, open_workspace(path) as workspace:
        context = ImportContext(SETTINGS, SECRET, patience=QUICK, cursor=more.pop("cursor", None))
        made = connector(context, (), base_url=site.base, **sample(connector).OPTIONS, **more)
        try:
            _, lines = importing.run(workspace, made, False, keep_cursor=True)
        finally:
            assert all(value not in json.dumps(records(path), default=str) for value in sample(connector).ENV.values())
    return records(path), site.asked, [str(line) for line in lines]


def attempted(connector: type[Any], folder: Path, fault: Fault) -> Any:
    """What is read, or our error; any other error is not caught."""
    try:
        return synced(connector, folder, fault)
    except SmarketingError as error:
        return error


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Callable[[type[Any]], tuple[Any, int]]:
    """What a connector brings without any fault, and by how many requests."""
    known: dict[str, tuple[Any, int]] = {}

    def of(connector: type[Any]) -> tuple[Any, int]:
        if connector.name not in known:
            found, asked, _ = synced(connector, tmp_path_factory.mktemp(connector.name))
            known[connector.name] = found, len(asked)
        return known[connector.name]

    return of


def on(number: int, change: Callable[[Reply], Reply], times: int = 1) -> Fault:
    """A fault of one request, and of as many after it."""
    return lambda place, asked, reply: change(reply) if number <= place < number + times else reply


def cut(reply: Reply) -> Reply:
    return Reply(raw=reply.body, headers=reply.headers, cut=len(reply.body) // 2)


PASSING: dict[str, tuple[Callable[[Reply], Reply], int]] = {
    "429 with Retry-After": (lambda reply: Reply({}, 429, {"Retry-After": "0"}), 1),
    "429 without": (lambda reply: Reply({}, 429), 1),
    "a burst of 500": (lambda reply: Reply({"message": "oops"}, 500), 3),
    "502 with a page of HTML": (lambda reply: Reply(None, 502, raw=b"<html>Bad gateway</html>"), 1),
    "reset before the answer": (lambda reply: Reply(cut=-1), 1),
    "reset within the answer": (cut, 2),
    "truncated JSON": (lambda reply: Reply(raw=reply.body[: len(reply.body) // 2], headers=reply.headers), 1),
}
FATAL: dict[str, tuple[Callable[[Reply], Reply], str]] = {
    "403": (lambda reply: Reply({"message": "no scope"}, 403), "(403"),
    "404": (lambda reply: Reply({"message": "gone"}, 404), "(404"),
    "429 for good": (lambda reply: Reply({}, 429), "(429)"),
    "500 for good": (lambda reply: Reply({"message": "oops"}, 500), "fails on their side (500: oops)"),
    "a page of HTML": (lambda reply: Reply(raw=b"<html>Log in</html>"), "is no JSON"),
    "a slow drip": (lambda reply: Reply(drip=True, headers={"Content-Length": "1000000"}), "was not complete after 0.3 seconds"),
    "no end of resets": (lambda reply: Reply(cut=-1), "cannot be reached"),
    "JSON that never ends": (lambda reply: Reply(raw=reply.body[: len(reply.body) // 2], headers=reply.headers), "broke off 4 times"),
    "a redirection": (
        lambda reply: Reply({}, 302, {"Location": "https://elsewhere.example/x?token=1"}),
        "has moved to https://elsewhere.example/x;",
    ),
}


def test_every_api_connector_can_be_pointed_elsewhere_and_has_a_site():
    for connector in APIS:
        assert "base_url" in {option.name for option in connector.options}
        assert sample(connector).ENV is not None


@EVERY
def test_it_brings_something_and_says_where_to_go_on(connector, whole):
    found, requests = whole(connector)
    assert requests
    assert any(found[table] for table in found if table not in ("origins", "persons", "accounts", "_sqlite_migrations", "cursors"))
    assert len(found["cursors"]) == 1


@EVERY
def test_it_asks_each_page_once(connector, tmp_path, whole):
    _, asked, _ = synced(connector, tmp_path)
    seen = [(one.method, one.path, tuple(one.query.items()), one.raw) for one in asked]
    assert len(seen) == len(set(seen)) == whole(connector)[1]


@EVERY
def test_the_same_again_changes_nothing(connector, tmp_path, whole):
    synced(connector, tmp_path)
    again, _, _ = synced(connector, tmp_path)
    first = whole(connector)[0]
    assert {name: rows for name, rows in again.items() if name != "cursors"} == {
        name: rows for name, rows in first.items() if name != "cursors"
    }


@EVERY
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_leaves_no_trace(connector, tmp_path, whole, fault):
    change, times = PASSING[fault]
    expected, requests = whole(connector)
    for number in sorted({1, 2, (1 + requests) // 2, requests} & set(range(1, requests + 1))):
        folder = tmp_path / str(number)
        folder.mkdir()
        found, asked, _ = synced(connector, folder, on(number, change, times))
        assert without_moments(found) == without_moments(expected)
        assert len(asked) == requests + times


@EVERY
@pytest.mark.parametrize("fault", FATAL)
def test_a_fault_that_stays_stores_nothing_and_says_what_to_do(connector, tmp_path, whole, fault):
    change, said = FATAL[fault]
    _, requests = whole(connector)
    empty = records(empty_workspace())
    for number in sorted({1, requests}):
        with pytest.raises(SourceError) as caught:
            synced(connector, tmp_path, on(number, change, 1_000))
        assert said in str(caught.value)
        assert all(value not in str(caught.value) for value in sample(connector).ENV.values())
        assert records(tmp_path / "smarketing.db") == empty


@EVERY
def test_a_401_names_the_secret(connector, tmp_path, whole):
    env, renews = sample(connector).ENV, sample(connector).RENEWS
    with pytest.raises(SourceError) as caught:
        synced(connector, tmp_path, on(1, lambda reply: Reply({"message": " ".join(env.values())}, 401), 1_000))
    assert "(401)" in str(caught.value)
    if env:
        assert any(name in str(caught.value) for name in env)
    assert all(value not in str(caught.value) for value in env.values())
    if renews:
        found, _, _ = synced(connector, tmp_path, on(whole(connector)[1], lambda reply: Reply({}, 401)))
        assert without_moments(found) == without_moments(whole(connector)[0])


@EVERY
def test_a_missing_secret_is_asked_for_by_its_name(connector, tmp_path, monkeypatch):
    env = sample(connector).ENV
    for name in env:
        monkeypatch.delenv(name)
    if not env:
        pytest.skip("this API needs no secret")
    with pytest.raises(SourceError) as caught:
        synced(connector, tmp_path)
    assert any(name in str(caught.value) for name in env) or "(401)" in str(caught.value)


@EVERY
def test_pages_that_repeat_end(connector, tmp_path, whole):
    """Each answer is given for the next question too: a page is repeated, and so is what names the next one."""
    _, requests = whole(connector)
    held: list[Reply] = []

    def stale(number: int, asked: Asked, reply: Reply) -> Reply:
        held.append(reply)
        return held[max(0, number - 2)] if number < 3 * requests else Reply(None, 500, raw=b"asked for ever")

    outcome = attempted(connector, tmp_path, stale)
    if isinstance(outcome, SmarketingError):
        assert "fails on their side" not in str(outcome)
    else:
        assert len(outcome[1]) < 3 * requests


VALUES = [None, [], {"x": [1]}, "text", -1, True]


def leaves(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON document."""
    if path:
        yield path
    inside = found.items() if isinstance(found, dict) else enumerate(found[:2]) if isinstance(found, list) else ()
    for name, value in inside:
        yield from leaves(value, (*path, name))


def changed(found: Any, path: tuple[Any, ...], value: Any) -> Any:
    made = copy.deepcopy(found)
    inner = made
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return made


@EVERY
@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_field_that_changed_its_type_never_crashes(connector, tmp_path, value):
    """At every place of every answer, one after the other: rows are refused, or all of it; nothing is stored half."""
    answers: list[Any] = []

    def remember(number: int, asked: Asked, reply: Reply) -> Reply:
        answers.append((number, reply.json))
        return reply

    first = tmp_path / "first"
    first.mkdir()
    synced(connector, first, remember)
    # Answers of one sort differ little, and so do the values: each value is tried at another part of the places.
    places = [(number, path) for number, found in answers[:12] for path in leaves(found)]
    offset = VALUES.index(value)
    for number, path in places[offset :: max(len(VALUES), len(places) // 12)]:
        folder = tmp_path / "one"
        folder.mkdir()

        def broken(place: int, asked: Asked, reply: Reply, number: int = number, path: Any = path) -> Reply:
            return Reply(changed(reply.json, path, value), headers=reply.headers) if place == number else reply

        outcome = attempted(connector, folder, broken)
        if isinstance(outcome, SmarketingError):
            assert str(outcome)
            assert not any(records(folder / "smarketing.db")[table] for table in ("cursors", "origins", "persons"))
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def without_moments(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out when it was read."""
    return {name: rows for name, rows in found.items() if name != "cursors"}
