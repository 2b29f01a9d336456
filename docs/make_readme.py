"""Run the commands of README.md and put what they print beneath them. Run by `make docs`; a test holds the file against the commands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
BLOCK = re.compile(r"(```console\n)(.*?)(```)", re.DOTALL)


def rerun(text: str, folder: Path) -> str:
    """Give the text with every console block as its commands print it now.

    Parameters
    ----------
    text : str
        Markdown; a line of a console block that begins with "$ " is a command.
    folder : Path
        Where they run; it holds the demo in `demo/`.
    """

    def again(match: re.Match[str]) -> str:
        lines = []
        for line in match[2].splitlines():
            if line.startswith("$ "):
                lines += [line, *_printed(line[2:], folder)]
        return f"{match[1]}{chr(10).join(lines)}\n{match[3]}"

    return BLOCK.sub(again, text)


def _printed(command: str, folder: Path) -> list[str]:
    words = shlex.split(command)
    assert words[0] == "smarketing"
    environment = {**os.environ, "SMARKETING_WORKSPACE": "demo/smarketing.db", "PYTHONPATH": str(README.parent), "LANG": "C.UTF-8"}
    run = [sys.executable, "-c", "import cli; cli.main(prog_name='smarketing')", *words[1:]]
    done = subprocess.run(run, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    return [line.rstrip() for line in done.stdout.splitlines()]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        _printed("smarketing --quiet demo", Path(name))
        README.write_text(rerun(README.read_text(encoding="utf-8"), Path(name)), encoding="utf-8")
