"""Checks of requests and answers made from vendors' own documents: Google's discovery, atproto's lexicons, Mastodon's pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.connectors.api_server import Asked

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def is_a(value: Any, kind: str) -> bool:
    """Tell whether a value of JSON has a type; true and false are no numbers."""
    return kind not in JSON_TYPES or (isinstance(value, JSON_TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool)))


class Discovery:
    """What Google's discovery document says of an API (https://developers.google.com/discovery/v1/reference/apis)."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.methods = list(self._methods(document))

    def _methods(self, part: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from part.get("methods", {}).values()
        for inside in part.get("resources", {}).values():
            yield from self._methods(inside)

    def method(self, asked: Asked) -> dict[str, Any] | None:
        """Find the method that a request calls, by its verb and its path."""
        fitting = (one for one in self.methods if one["httpMethod"] == asked.method and self._path(one).fullmatch(asked.path))
        return next(fitting, None)

    def _path(self, method: dict[str, Any]) -> re.Pattern[str]:
        def piece(found: re.Match[str]) -> str:
            if not found[1]:
                return "[^/]+"
            pattern: str = method["parameters"][found[2]].get("pattern", "^.+$")
            return f"(?:{pattern.removeprefix('^').removesuffix('$')})"

        plain = "/" + self.document.get("servicePath", "") + method["path"]
        return re.compile(re.sub(r"\{(\+?)(\w+)\}", piece, plain))

    def wrong(self, asked: Asked) -> list[str]:
        """List what a request has that the document does not allow."""
        method = self.method(asked)
        if method is None:
            return [f"no method is {asked.method} {asked.path}"]
        own = {name: one for name, one in method.get("parameters", {}).items() if one["location"] == "query"}
        allowed = own | self.document.get("parameters", {})
        problems = [f"{name} is no parameter" for name in asked.query if name not in allowed]
        problems += [f"{name} is required" for name, one in own.items() if one.get("required") and name not in asked.query]
        if "request" in method:
            problems += self.misfits(asked.json, method["request"], "")
        elif asked.raw:
            problems.append("it has a body")
        return problems

    def wrong_answer(self, asked: Asked, answer: Any) -> list[str]:
        """List what an answer to a request has that the document does not give."""
        method = self.method(asked)
        return self.misfits(answer, method["response"], "") if method else []

    def misfits(self, value: Any, schema: dict[str, Any], place: str) -> list[str]:
        """List where a value does not fit a schema: unknown fields, other types, other words than those listed."""
        if "$ref" in schema:
            schema = self.document["schemas"][schema["$ref"]]
        kind = schema.get("type", "any")
        if not is_a(value, kind):
            return [f"{place}: {value!r} is no {kind}"]
        if schema.get("format") == "int64" and not re.fullmatch(r"-?\d+", str(value)):
            return [f"{place}: {value!r} is no int64"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{place}: {value!r} is none of {', '.join(schema['enum'])}"]
        if kind == "array":
            return [wrong for number, one in enumerate(value) for wrong in self.misfits(one, schema["items"], f"{place}[{number}]")]
        if kind != "object":
            return []
        fields, rest = schema.get("properties", {}), schema.get("additionalProperties")
        found = []
        for name, one in value.items():
            inner = fields.get(name, rest)
            found += [f"{place}.{name} is no field"] if inner is None else self.misfits(one, inner, f"{place}.{name}")
        return found


class Lexicons:
    """What atproto's lexicons say of methods and answers (https://atproto.com/specs/lexicon)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def definition(self, reference: str) -> dict[str, Any] | None:
        """Find a definition such as "app.bsky.feed.defs#postView"; None where its lexicon is not there."""
        document, _, name = reference.partition("#")
        path = self.folder.joinpath(*document.split(".")).with_suffix(".json")
        found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8"))["defs"][name or "main"] if path.exists() else None
        return found

    def wrong(self, asked: Asked) -> list[str]:
        """List what a request has that its lexicon does not allow."""
        name = asked.path.removeprefix("/xrpc/")
        method = self.definition(name)
        if method is None or {"query": "GET", "procedure": "POST"}.get(method["type"]) != asked.method:
            return [f"no method is {asked.method} {asked.path}"]
        schema = method.get("parameters", {"properties": {}})
        problems = [f"{one} is required" for one in schema.get("required", ()) if one not in asked.query]
        for field, text in asked.every:
            kind = schema["properties"].get(field)
            if kind is None:
                problems.append(f"{field} is no parameter")
            elif kind["type"] == "integer":
                number = int(text) if re.fullmatch(r"-?\d+", text) else None
                if number is None or not kind.get("minimum", number) <= number <= kind.get("maximum", number):
                    problems.append(f"{field}: {text} is no integer from {kind.get('minimum')} to {kind.get('maximum')}")
            elif kind["type"] == "boolean" and text not in ("true", "false"):
                problems.append(f"{field}: {text} is no boolean")
        return problems

    def wrong_answer(self, asked: Asked, answer: Any) -> list[str]:
        """List where an answer lacks what its lexicon requires, or has other types."""
        name = asked.path.removeprefix("/xrpc/")
        method = self.definition(name)
        return self.misfits(answer, method["output"]["schema"], name, "") if method else []

    def misfits(self, value: Any, schema: dict[str, Any], document: str, place: str) -> list[str]:
        """List where a value does not fit; objects are open, and a union's word `$type` says which of them a value is."""
        if schema["type"] == "union":
            named = [document + one if one.startswith("#") else one for one in schema["refs"]]
            kind = value.get("$type") if isinstance(value, dict) else None
            if kind is None or (kind not in named and schema.get("closed")):
                return [f"{place}: $type {kind} is none of {', '.join(named)}"]
            schema = {"type": "ref", "ref": kind if kind in named else ""}
        if schema["type"] == "ref":
            reference = document + schema["ref"] if schema["ref"].startswith("#") else schema["ref"]
            document, schema = reference.partition("#")[0], self.definition(reference) or {"type": "unknown"}
        if not is_a(value, schema["type"]):
            return [f"{place}: {value!r} is no {schema['type']}"]
        if schema["type"] == "array":
            return [wrong for n, one in enumerate(value) for wrong in self.misfits(one, schema["items"], document, f"{place}[{n}]")]
        return self._fields(value, schema, document, place) if schema["type"] == "object" else []

    def _fields(self, value: dict[str, Any], schema: dict[str, Any], document: str, place: str) -> list[str]:
        found = [f"{place}.{name} is required" for name in schema.get("required", ()) if name not in value]
        for name, one in value.items():
            if name in schema.get("properties", {}) and not (one is None and name in schema.get("nullable", ())):
                found += self.misfits(one, schema["properties"][name], document, f"{place}.{name}")
        return found


class MastodonMethods:
    """What Mastodon's pages of methods say: the paths, and the query parameters of each."""

    def __init__(self, pages: Sequence[str]) -> None:
        self.methods: dict[str, tuple[set[str], set[str]]] = {}
        for page in pages:
            for part in re.split(r"^## ", page, flags=re.MULTILINE):
                if found := re.search(r"^(GET|POST) (/\S+) HTTP", part, re.MULTILINE):
                    request = part.partition("#### Request")[2].partition("#### Response")[0]
                    listed = request.partition("##### Query parameters")[2].partition("#####")[0]
                    named = re.findall(r"^([\w\[\]]+)\n: (.*)$", listed, re.MULTILINE)
                    required = {name for name, text in named if "required" in text}
                    self.methods[f"{found[1]} {found[2]}"] = {name for name, _ in named}, required

    def wrong(self, asked: Asked) -> list[str]:
        """List what a request has that the pages do not name."""
        called = f"{asked.method} {asked.path}"
        for method in sorted(self.methods, key=lambda method: method.count(":")):
            if re.fullmatch(re.sub(r":\w+", "[^/]+", method), called):
                named, required = self.methods[method]
                unknown = [f"{name} is no parameter" for name in asked.query if name not in named]
                return unknown + [f"{name} is required" for name in sorted(required - asked.query.keys())]
        return [f"no method is {called}"]
