"""Write docs/commands.md: what every command says of itself. Run by `make docs`; a test holds the file against the commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from cli import main
from reports.command_line import Invocation
from reports.language import language

TARGET = Path(__file__).with_name("commands.md")


def helps(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, str]]:
    """Yield the path and the help of a command and of those below it."""
    yield ctx.command_path, command.get_help(ctx)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None
            yield from helps(below, click.Context(below, info_name=name, parent=ctx, obj=ctx.obj))


def reference() -> str:
    """Write the reference as Markdown."""
    obj = Invocation(Path("smarketing.db"), language("en"))
    root = click.Context(main, info_name="smarketing", obj=obj, terminal_width=100, **main.context_settings)
    parts = [
        "# Commands",
        "",
        "What `smarketing COMMAND --help` prints, for every command. `smarketing --lang fr COMMAND --help` prints it in French.",
        "",
    ]
    for path, text in helps(main, root):
        parts += [f"## {path}", "", "```text", *(line.rstrip() for line in text.strip().splitlines()), "```", ""]
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
