"""Which files the user's words name."""

from __future__ import annotations

import glob
from pathlib import Path

from workspace.errors import SourceError


def expand(sources: tuple[str, ...]) -> list[str]:
    """Name the files that sources stand for: globs in alphabetical order, no file twice, "-" as it is.

    Raises
    ------
    SourceError
        Where a source names no file.
    """
    found: dict[str, str] = {}
    for source in sources:
        if source == "-":
            found.setdefault("-", "-")
            continue
        paths = [source] if Path(source).exists() else sorted(glob.glob(source, recursive=True))  # noqa: PTH207 (absolute globs too)
        if not paths:
            if any(sign in source for sign in "*?["):
                raise SourceError("{path}: no file has such a name; check the folder and the pattern", path=source)
            raise SourceError("{path}: there is no such file; check the spelling and the folder", path=source)
        for path in paths:
            if not Path(path).is_dir():
                found.setdefault(str(Path(path).resolve()), path)
            elif path == source:
                raise SourceError("{path}: this is a folder; name the files in it, for example '{path}/*'", path=path.rstrip("/"))
    return list(found.values())
