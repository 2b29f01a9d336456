"""Somebody at a terminal, for tests of whole commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli import main


class Person:
    """Somebody at a terminal, with a workspace in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, *words: str, code: int = 0, **extra: Any) -> Result:
        """Run a command; any exception but an exit is a crash and fails the test."""
        done = CliRunner().invoke(main, ["--workspace", str(self.folder / "smarketing.db"), *words], **extra)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done

    def writes(self, name: str, text: str) -> str:
        """Write a file and give its name."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def imports(self, touches: str, conversions: str) -> None:
        """Make a workspace of two tables."""
        self.types("init")
        self.types("import", "csv", self.writes("touches.csv", touches), "--as", "touches")
        self.types("import", "csv", self.writes("conversions.csv", conversions), "--as", "conversions")

    def reads(self, *words: str) -> list[dict[str, Any]]:
        """Run a command that gives one report and read its rows."""
        rows: list[dict[str, Any]] = json.loads(self.types(*words, "--format", "json").stdout)["rows"]
        return rows

    def refused(self, *words: str, code: int = 1) -> str:
        """Run a command that fails, and give the whole message."""
        done = self.types(*words, code=code)
        assert done.stdout == ""
        return done.stderr.removeprefix("Error: ").removesuffix("\n")
