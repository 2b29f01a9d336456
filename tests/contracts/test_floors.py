"""The law of the house: imports go strictly down, SQL is written in `workspace/` alone, Ibis in `attribution/` alone."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MAY_IMPORT = {
    "workspace": set(),
    "reports": set(),
    "connectors": {"workspace", "reports"},
    "attribution": {"workspace", "reports"},
    "social": {"workspace", "reports", "attribution"},
    "abm": {"workspace", "reports", "connectors", "attribution", "social"},
    "performance": {"workspace", "reports", "connectors", "attribution", "social", "abm"},
    "cli": {"workspace", "reports", "connectors", "attribution", "social", "abm", "performance"},
}
"""Each room with the rooms it may import besides itself."""

SPOKEN_IN = {
    "ibis": {"attribution"},
    "duckdb": {"workspace", "attribution"},
    "sqlite3": {"workspace"},
    "sqlite_utils": {"workspace"},
    "adbc_driver_sqlite": {"workspace"},
    "adbc_driver_manager": {"workspace"},
}
"""Libraries that only some rooms speak to."""

EXCEPTIONS = {"connectors/warehouse_tables.py": {"imports attribution", "speaks to ibis"}}
"""What single modules may do all the same, for a reason that stands in docs/decisions (010)."""

SQL = re.compile(
    r"\bSELECT\b.+\bFROM\b|\bINSERT\s+(OR\s+\w+\s+)?INTO\b|\bUPDATE\s+\w+\s+SET\b|\bDELETE\s+FROM\b|\b(CREATE|DROP|ALTER)\s+(TEMP\s+)?(TABLE|INDEX|VIEW)\b"
    r"|^\s*PRAGMA\b",
    re.DOTALL,
)


def modules():
    """Yield every module of the house, with its room."""
    for room in MAY_IMPORT:
        for path in sorted((ROOT / room).rglob("*.py")) if room != "cli" else [ROOT / "cli.py"]:
            yield room, path


MODULES = list(modules())
each_module = pytest.mark.parametrize(("room", "path"), MODULES, ids=[str(path.relative_to(ROOT)) for _, path in MODULES])


def imported(tree):
    """List the packages that a module imports anywhere in it: at its top, in a function, or for types alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the room"
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "import_module", "__import__"):
            yield from (part.value.partition(".")[0] for part in node.args[:1] if isinstance(part, ast.Constant))


def statements(tree):
    """List the texts of a module that are SQL; documentation and comments may quote it."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            text = node.value
        else:
            continue
        if SQL.search(text):
            yield text


def trespasses(room, source):
    """Say what in a module of a room breaks the law."""
    tree = ast.parse(source)
    names = set(imported(tree))
    found = {f"imports {name}" for name in names & MAY_IMPORT.keys() - MAY_IMPORT[room] - {room}}
    found |= {f"speaks to {name}" for name in names & SPOKEN_IN.keys() if room not in SPOKEN_IN[name]}
    if room != "workspace":
        found |= {f"holds SQL: {text}" for text in statements(tree)}
    return found


@each_module
def test_a_module_keeps_the_law(room, path):
    assert trespasses(room, path.read_text(encoding="utf-8")) == EXCEPTIONS.get(path.relative_to(ROOT).as_posix(), set())


def test_what_an_exceptional_module_takes_from_another_room_is_its_connection_alone():
    for name in EXCEPTIONS:
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        taken = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module.startswith("attribution")}
        assert taken == {"attribution.elsewhere.backends"}


def test_every_room_stands_in_the_law():
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    rooms = {name.partition(".")[0] for name in packaged["packages"]}
    assert rooms | set(packaged["py-modules"]) <= MAY_IMPORT.keys()
    assert {room for room, _ in MODULES} >= {"workspace", "reports", "connectors", "attribution", "performance", "cli"}


def test_the_rooms_form_floors():
    """Nobody can reach himself: there is an order in which every room imports only rooms before it."""
    order, left = [], dict(MAY_IMPORT)
    while left:
        lowest = [room for room, below in left.items() if below <= set(order)]
        assert lowest
        order += lowest
        for room in lowest:
            del left[room]
    assert order[-1] == "cli"


@pytest.mark.parametrize(
    ("room", "source", "found"),
    [
        ("workspace", "from reports.report import Text", {"imports reports"}),
        ("connectors", "def f():\n    import attribution.models", {"imports attribution"}),
        ("attribution", "if TYPE_CHECKING:\n    from connectors.base import Batch", {"imports connectors"}),
        ("social", "import importlib\nimportlib.import_module('abm.accounts')", {"imports abm"}),
        ("reports", "import cli", {"imports cli"}),
        ("connectors", "import ibis", {"speaks to ibis"}),
        ("workspace", "from ibis import _", {"speaks to ibis"}),
        ("attribution", "import sqlite3, duckdb", {"speaks to sqlite3"}),
        ("attribution", "q = f'SELECT {c} FROM t'", {"holds SQL: SELECT x FROM t"}),
        ("performance", "q = '''\nDELETE\nFROM t'''", {"holds SQL: \nDELETE\nFROM t"}),
        ("performance", "q = 'PRAGMA page_size'", {"holds SQL: PRAGMA page_size"}),
        ("performance", "def f():\n    'Like SELECT a FROM b.'\n    # DROP TABLE x\n    return 'Select a file from your disk'", set()),
        ("workspace", "import duckdb, sqlite3\nq = 'SELECT 1 FROM t'", set()),
        ("performance", "from abm import accounts\nfrom workspace import reading", set()),
    ],
)
def test_a_trespass_is_seen(room, source, found):
    assert trespasses(room, source) == found
