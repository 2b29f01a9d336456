"""What every command that gives a report shares: its options, where the report goes, progress and messages."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reports.formats import FORMATS, Format, format_named, format_of
from reports.language import Language
from reports.report import N_, Text
from reports.words import LoadingGroup, TranslatedCommand, TranslatedGroup, TranslatedRoot, speak

if TYPE_CHECKING:
    from reports.report import Report

__all__ = [
    "Invocation",
    "LoadingGroup",
    "TranslatedCommand",
    "TranslatedGroup",
    "TranslatedRoot",
    "progress",
    "report_options",
    "say",
    "say_error",
    "show",
    "speak",
]

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclasses.dataclass(frozen=True, slots=True)
class Invocation:
    """What the root command knows and every command gets as `ctx.obj` (`@click.pass_obj`).

    Parameters
    ----------
    workspace : Path
    language : Language
    quiet : bool
        No progress, no messages; errors are still shown.
    """

    workspace: Path
    language: Language
    quiet: bool = False


def report_options(command: Command) -> Command:
    """Add `--format` and `-o/--output`; the command gets them as `format` and `output`, checked against each other."""
    formats = click.Choice([form.name for form in FORMATS])
    output = click.option(
        "-o", "--output", metavar="FILE", callback=_check_output, help=N_("Write to this file; its suffix chooses the format."),
    )  # fmt: skip
    chosen = click.option("--format", type=formats, is_eager=True, help=N_("How the report is shown; a table unless FILE says otherwise."))
    return chosen(output(command))


def _language(ctx: click.Context) -> Language:
    return ctx.obj.language if isinstance(ctx.obj, Invocation) else Language("en")


def _check_output(ctx: click.Context, parameter: click.Parameter, output: str | None) -> str | None:
    """Refuse before the work begins what would fail after it."""
    language, asked = _language(ctx), ctx.params.get("format")
    if output is None or output == "-":
        if asked and format_named(asked).binary and sys.stdout.isatty():
            raise click.UsageError(language.text(_not_for_terminal(asked)), ctx)
        return output
    by_suffix, folder = format_of(output), Path(output).parent
    suffixes = ", ".join(form.suffixes[0] for form in FORMATS)
    problem = None
    if by_suffix is None and asked is None:
        problem = Text("-o {file}: its suffix names no format; these do: {suffixes}; or add --format", file=output, suffixes=suffixes)
    elif by_suffix is not None and asked not in (None, by_suffix.name):
        conflict = {"file": output, "suffix": by_suffix.name, "format": asked}
        problem = Text("-o {file} asks for {suffix} and --format for {format}; drop one of the two", **conflict)
    elif not folder.is_dir():
        problem = Text("-o {file}: there is no folder {folder}; make it or choose another", file=output, folder=str(folder))
    elif Path(output).is_dir():
        problem = Text("-o {file}: this is a folder; name a file in it", file=output)
    if problem is not None:
        raise click.UsageError(language.text(problem), ctx)
    return output


def _not_for_terminal(name: str) -> Text:
    return Text("{format} is not for a terminal; add -o FILE.{format}", format=name)


def show(reports: Report | Sequence[Report], invocation: Invocation, format: str | None = None, output: str | None = None) -> None:
    """Show reports where the user asked for them.

    Parameters
    ----------
    reports : Report or sequence of Report
    invocation : Invocation
    format : str or None
        As `--format` gave it.
    output : str or None
        As `-o` gave it; None or "-" is stdout. A file is written whole or left as it was.

    Raises
    ------
    click.ClickException
        Where the file cannot be written.
    """
    reports = list(reports) if isinstance(reports, Sequence) else [reports]
    to_file = output not in (None, "-")
    form = format_named(format) if format else (format_of(str(output)) if to_file else None) or format_named("table")
    if not form.many and len(reports) != 1:
        said = {"format": form.name, "n": len(reports)}
        option = _choosing()
        several = (
            Text("{format} holds one table and this gives {n}; choose one with {option}, or take xlsx, json or html", **said, option=option)
            if option
            else Text("{format} holds one table and this gives {n}; take xlsx, json or html", **said)
        )
        raise click.UsageError(invocation.language.text(several))
    if to_file:
        from reports.files import replacing

        with replacing(str(output), invocation.language) as file:
            remarks = form.writer()(reports, invocation.language, file)
        say(invocation, Text("Written: {file}", file=str(output)))
    else:
        remarks = _show_on_stdout(reports, invocation, form)
    for remark in remarks:
        say(invocation, remark)


def _show_on_stdout(reports: list[Report], invocation: Invocation, form: Format) -> list[Text]:
    import io

    buffer, stdout = io.BytesIO(), sys.stdout
    remarks: list[Text] = []
    if form.name == "table":
        from reports.as_table import encoded, write

        encoding = stdout.encoding or "utf-8"
        if stdout.isatty():
            from reports.screen import render

            color = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
            buffer.write(encoded(render(reports, invocation.language, _width(), color=color), encoding))
        else:
            write(reports, invocation.language, buffer, encoding=encoding)
    else:
        if form.binary and stdout.isatty():
            raise click.UsageError(invocation.language.text(_not_for_terminal(form.name)))
        remarks = form.writer()(reports, invocation.language, buffer)
    stdout.flush()
    stdout.buffer.write(buffer.getvalue())
    stdout.buffer.flush()
    return remarks


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 40)).columns


def say(invocation: Invocation, text: Any) -> None:
    """Tell the user something on stderr; nothing with --quiet."""
    if not invocation.quiet:
        click.echo(_line(invocation.language, text), err=True)


YES = ("y", "yes", "o", "oui")


def _choosing() -> str | None:
    """Name the option by which the command that is running shows one of its tables alone, if it has one."""
    context = click.get_current_context(silent=True)
    options = {name for parameter in context.command.params for name in parameter.opts} if context else set()
    return next((name for name in ("--show", "--measure") if name in options), None)


def confirm(invocation: Invocation, question: Text) -> None:
    """Ask before what cannot be undone, and go on only where the answer is yes, in either language.

    Raises
    ------
    click.Abort
        The answer is another one, or there is none.
    """
    asked = Text("{question} [y/N]", question=question)
    answer = click.prompt(_line(invocation.language, asked), default="", show_default=False, err=True)
    if answer.strip().casefold() not in YES:
        raise click.Abort


def say_error(language: Language, error: Any) -> None:
    """Tell the user on stderr what went wrong, --quiet or not."""
    click.echo(_line(language, Text("Error: {message}", message=language.text(error))), err=True)


def _line(language: Language, text: Any) -> str:
    from reports.safety import line_text

    return "\n".join(line_text(line) for line in language.text(text).splitlines())


@contextlib.contextmanager
def progress(invocation: Invocation, text: Any) -> Iterator[Callable[[int, int | None], None]]:
    """Show how far long work is, on stderr, where somebody watches.

    Parameters
    ----------
    invocation : Invocation
    text : str or Text
        What is being done.

    Yields
    ------
    callable
        Takes how much is done and the total (None where it is not known).
    """
    if invocation.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    words = TextColumn("{task.description}", markup=False)
    bar = Progress(words, BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    with bar:
        task = bar.add_task(_line(invocation.language, text), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
