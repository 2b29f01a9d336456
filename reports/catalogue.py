"""The French catalogue: gather what users read from the code, keep its translations, say what is missing.

`python -m reports.catalogue` brings the `.po` file up to date and compiles it; `--check` changes nothing, lists what has no translation and
fails where there is any, or where the compiled file is behind. Gathered are, from the program and from click:

- the first argument of `Text`, `N_`, `_`, `gettext`, `ngettext` and of every error class (one that descends from `SmarketingError`);
- a template that `Text` or an error gets by its name, where the module assigns it;
- `help=`, `epilog=` and `metavar=` of every call, and of `Option` its second argument; labels of `Column`;
- `problem` and `remedy` of `Reject`;
- `summary` of a class; the docstring of a function that is a command, paragraph by paragraph;
- the first sentence of the docstring of a kind of record (a class in a module of the workspace whose name ends in `records`).
"""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reports.language import DOMAIN, LOCALE
from reports.words import first_sentence, paragraphs

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent
PO = LOCALE / "fr" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")

_DATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""Stands in the header, so that nothing changes where no message does."""

_ROOMS = ("abm", "attribution", "connectors", "performance", "reports", "social", "workspace")
_PLACES = {
    "Text": (0,),
    "N_": (0,),
    "_": (0,),
    "gettext": (0,),
    "Option": (1,),
    "Column": (1,),
    "Reject": (4, 5),
    "Phrase": (0,),
    "Channel": (0,),
    "Rule": (2,),
}
"""Which arguments of a call users read."""
_IN_PAGE = re.compile(r"""_\("([^"]+)"\)""")
"""What a page template says."""

_KEYWORDS = {
    "help": None,
    "short_help": None,
    "epilog": None,
    "metavar": None,
    "label": "Column",
    "problem": "Reject",
    "remedy": "Reject",
    "template": "Text",
}
"""Which keyword arguments users read, of every call or of one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """A text of the program and where it stands; a tuple of singular and plural where click has both."""

    id: str | tuple[str, str]
    file: str
    line: int


def gather(files: Iterable[tuple[str, str]]) -> list[Message]:
    """Gather what users read.

    Parameters
    ----------
    files : iterable of (name, source)
        Python modules and page templates.

    Examples
    --------
    >>> gather([("a.py", "raise DataError('{n} rows', n=1)"), ("b.py", "class DataError(SmarketingError): pass")])
    [Message(id='{n} rows', file='a.py', line=1)]
    """
    files = list(files)
    trees = [(name, ast.parse(source)) for name, source in files if name.endswith(".py")]
    errors = _error_classes(tree for _, tree in trees)
    code = [found for name, tree in trees for node in ast.walk(tree) for found in _messages(node, name, errors)]
    code += [Message(text, name, line) for name, tree in trees for text, line in _followed(tree, errors)]
    pages = [Message(found[1], name, 0) for name, source in files if name.endswith(".html") for found in _IN_PAGE.finditer(source)]
    return code + pages


def _error_classes(trees: Iterable[ast.Module]) -> set[str]:
    bases: dict[str, set[str]] = {}  # click has classes of the same names
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        bases.setdefault(node.name, set()).update(_name(base) for base in node.bases)
    errors = {"SmarketingError"}
    while more := {name for name, parents in bases.items() if parents & errors} - errors:
        errors |= more
    return errors


def _messages(node: ast.AST, file: str, errors: set[str]) -> Iterator[Message]:
    if isinstance(node, ast.Call):
        yield from (Message(text, file, line) for text, line in _of_call(node, _name(node.func), errors))
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(_is_command(one) for one in node.decorator_list):
        yield from (Message(part, file, node.lineno) for part in paragraphs(ast.get_docstring(node) or "") if not part.startswith("\b"))
    elif isinstance(node, ast.ClassDef):
        if re.fullmatch(r"workspace/\w*records\.py", file):
            yield Message(first_sentence(ast.get_docstring(node)), file, node.lineno)
        for line in node.body:
            targets = line.targets if isinstance(line, ast.Assign) else [line.target] if isinstance(line, ast.AnnAssign) else []
            if [_name(target) for target in targets] == ["summary"]:
                yield from (Message(text, file, place) for text, place in _texts(getattr(line, "value", None)))


def _followed(tree: ast.Module, errors: set[str]) -> Iterator[tuple[str, int]]:
    """Give the templates of texts and errors that are named first and used by their name, in a loop over them too."""
    nodes = list(ast.walk(tree))
    calls = (node for node in nodes if isinstance(node, ast.Call) and _name(node.func) in errors | {"Text"} and node.args)
    wanted = {_name(node.args[0]) for node in calls} - {""}
    loops = (node for node in nodes if isinstance(node, (ast.For, ast.comprehension)))
    wanted |= {_name(loop.iter) for loop in loops if wanted & {_name(target) for target in ast.walk(loop.target)}}
    for node in nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        if wanted & {_name(part) for target in targets for part in ast.walk(target)}:
            parts = ast.walk(getattr(node, "value", None) or ast.Module([], []))
            yield from (found for part in parts if isinstance(part, ast.Constant) for found in _texts(part) if _fields(found[0]))


def _of_call(call: ast.Call, name: str, errors: set[str]) -> Iterator[tuple[str | tuple[str, str], int]]:
    if name == "ngettext":
        for (one, line), (many, _) in zip(_texts(call.args[0]), _texts(call.args[1]), strict=True):
            yield (one, many), line
        return
    for place in (0,) if name in errors else _PLACES.get(name, ()):
        yield from _texts(call.args[place] if place < len(call.args) else None)
    for keyword in call.keywords:
        if keyword.arg in _KEYWORDS and _KEYWORDS[keyword.arg] in (None, name):
            for text, line in _texts(keyword.value):
                yield from ((part, line) for part in (paragraphs(text) if keyword.arg in ("help", "epilog") else [text]))


def _texts(node: ast.AST | None) -> Iterator[tuple[str, int]]:
    """Give the literal, or both sides of a choice between literals, each with its line."""
    if isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value, node.lineno


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_command(decorator: ast.AST) -> bool:
    return _name(decorator.func if isinstance(decorator, ast.Call) else decorator) in ("command", "group")


def sources() -> list[tuple[str, str]]:
    """Read the program's own modules, and click's, whose words users see too."""
    import click

    suffixes = (".py", ".html")
    ours = [*ROOT.glob("*.py"), *(path for room in _ROOMS for path in (ROOT / room).rglob("*") if path.suffix in suffixes)]
    theirs = sorted(Path(click.__file__).parent.glob("*.py"))
    named = [(path.relative_to(ROOT).as_posix(), path) for path in sorted(ours)] + [(f"click/{path.name}", path) for path in theirs]
    return [(name, path.read_text(encoding="utf-8")) for name, path in named]


def merged(messages: Iterable[Message], before: Catalog) -> Catalog:
    """Make the catalogue of these messages with the translations there were; those no longer used are dropped."""
    from babel.messages.catalog import Catalog

    ours = dict.fromkeys(("project", "last_translator", "language_team", "msgid_bugs_address"), "smarketing")
    dates = {"creation_date": _DATED, "revision_date": _DATED}
    catalogue = Catalog(locale="fr", version="", header_comment="# French words of smarketing.", fuzzy=False, **ours, **dates)
    places: dict[str | tuple[str, str], list[tuple[str, int]]] = {}
    for message in messages:
        places.setdefault(message.id, []).append((message.file, message.line))
    for wanted, where in places.items():
        known = before.get(wanted)
        catalogue.add(wanted, known.string if known else None, locations=[(file, 0) for file in sorted({file for file, _ in where})])
    return catalogue


def missing(catalogue: Catalog) -> list[str]:
    """List the messages without a translation, or whose translation lacks a placeholder."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        ids, strings = _forms(message.id), _forms(message.string)
        fields = {field for one in ids for field in _fields(one)}
        if not all(strings) or {field for one in strings for field in _fields(one)} != fields:
            found.append(ids[0])
    return found


def _fields(template: str) -> list[str]:
    import string

    try:
        return [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    except ValueError:  # a text with braces that is no template
        return []


def _read(path: Path) -> Catalog:
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog(locale="fr")
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def behind(catalogue: Catalog) -> bool:
    """Say whether the compiled file differs from the catalogue."""
    from babel.messages.mofile import read_mo

    if not MO.exists():
        return True
    with MO.open("rb") as file:
        compiled = _words(read_mo(file))
    return compiled != _words(catalogue)


def _words(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Give the translations there are, singular and plural."""
    pairs = ((_forms(message.id), _forms(message.string)) for message in catalogue if message.id)
    return {ids: strings for ids, strings in pairs if all(strings)}


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def main(arguments: list[str]) -> int:
    """Bring the catalogue up to date, or check it; give the exit code."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import write_po

    catalogue = merged(gather(sources()), _read(PO))
    untranslated = missing(catalogue)
    for line in untranslated:
        print(f"no French for: {line}", file=sys.stderr)
    if "--check" in arguments:
        if behind(catalogue):
            print("the compiled catalogue is behind; run python -m reports.catalogue", file=sys.stderr)
        return int(bool(untranslated) or behind(catalogue))
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as text:
        write_po(text, catalogue, width=140, sort_by_file=True, include_lineno=False)
    with MO.open("wb") as compiled:
        write_mo(compiled, catalogue)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
