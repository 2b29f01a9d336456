"""Click's commands and groups in the reader's language: their help, their options, and click's own words and errors.

Click asks gettext's global domain for its words (`from gettext import gettext as _`), and gettext asks the variable LANGUAGE. Both are set
while the command runs and put back afterwards; the process's locale is never touched.
"""

from __future__ import annotations

import contextlib
import copy
import difflib
import gettext
import importlib
import inspect
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import click

from reports.language import CODES, DOMAIN, LOCALE, Language, choose_language
from reports.ranges import in_our_words
from reports.report import N_


def speak(language: Language) -> None:
    """Give click its words in this language from now on, until the root command ends."""
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language.code


@contextlib.contextmanager
def spoken(language: Language) -> Iterator[None]:
    """Give click its words in this language within the block."""
    domain, before = gettext.textdomain(), os.environ.get("LANGUAGE")
    speak(language)
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if before is None:
            os.environ.pop("LANGUAGE", None)
        else:
            os.environ["LANGUAGE"] = before


def language_typed(args: Sequence[str], environ: Mapping[str, str]) -> Language:
    """Find the language before anything is parsed, so that a mistake in typing is answered in it too.

    Examples
    --------
    >>> language_typed(["--lang", "fr", "--bogus"], {}), language_typed(["--lang=fr"], {"LANG": "C"})
    (Language(code='fr'), Language(code='fr'))
    """
    following = zip(args, [*args[1:], ""], strict=True)
    asked = next((after if arg == "--lang" else arg[7:] for arg, after in following if arg == "--lang" or arg.startswith("--lang=")), None)
    return choose_language(asked if asked in CODES else None, None, environ)


def paragraphs(text: str) -> list[str]:
    r"""Split a help text into what the catalogue holds: its paragraphs, each on one line; those marked not to wrap keep theirs.

    Examples
    --------
    >>> paragraphs("Show what came in.\n\nOne line for\neach import.")
    ['Show what came in.', 'One line for each import.']
    """
    blocks = re.split(r"\n\s*\n", inspect.cleandoc(text).partition("\f")[0].strip())
    return [block if block.startswith("\b") else " ".join(block.split()) for block in blocks if block.strip()]


def first_sentence(text: str | None) -> str:
    """Give the first sentence of a docstring, on one line and without marks of code: what the catalogue holds of a kind of record.

    Examples
    --------
    >>> first_sentence("A visit, with its\\n    `source`. More of it.\\n\\n    Further.")
    'A visit, with its source.'
    """
    first = next(iter(paragraphs(text or "")), "").replace("`", "")
    return re.split(r"(?<=[.!?]) ", first)[0]


_HEADING = N_("Examples:")
_OF_CLICK = (
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("[COMMAND] [ARGS]..."),
    N_("TEXT"),
    N_("INTEGER"),
    N_("INTEGER RANGE"),
    N_("FLOAT"),
    N_("FLOAT RANGE"),
    N_("required"),
)
"""Words that click shows in help and does not mark as words."""


def _said(text: str | None) -> str | None:
    return None if text is None else "\n\n".join(_said_paragraph(part) for part in paragraphs(text))


def _said_paragraph(part: str) -> str:
    """Translate a paragraph; of one that is not to be wrapped its heading alone, for commands are the same in every language."""
    if not part.startswith("\b"):
        return gettext.gettext(part)
    return "\n".join(gettext.gettext(line) if line == _HEADING else line for line in part.splitlines())


def _said_parameter(parameter: click.Parameter, ctx: click.Context) -> click.Parameter:
    said = copy.copy(parameter)
    if getattr(said, "help", None):
        said.help = _said(said.help)
    if isinstance(said, click.Option):
        said.metavar = gettext.gettext(said.make_metavar(ctx))
    return said


class TranslatedCommand(click.Command):
    """A command whose help is shown in the reader's language; `help=`, docstrings and options stay in English in the code.

    Parameters
    ----------
    meanings : mapping of str to str
        Words that may be typed, each with what it means; listed below the options under `meaning`.
    meaning : str
    """

    def __init__(self, *args: Any, meanings: Mapping[str, str] | None = None, meaning: str = "", **extra: Any) -> None:
        super().__init__(*args, **extra)
        self._meanings, self._meaning = meanings or {}, meaning
        for parameter in self.params:
            in_our_words(parameter)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of a copy of the command in which every text is translated."""
        said = copy.copy(self)
        said.help, said.epilog = _said(self.help), _said(self.epilog)
        said.params = [_said_parameter(parameter, ctx) for parameter in self.params]
        super(TranslatedCommand, said).format_help(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then what the words mean that one of them takes."""
        super().format_options(ctx, formatter)
        if self._meanings:
            with formatter.section(gettext.gettext(self._meaning)):
                formatter.write_dl([(word, gettext.gettext(meant)) for word, meant in self._meanings.items()])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Give what follows the command's name in its usage line."""
        return [gettext.gettext(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_short_help_str(self, limit: int = 45) -> str:
        """Give the first sentence of the translated help."""
        said = copy.copy(self)
        said.help, said.short_help = _said(self.help), _said(self.short_help)
        return super(TranslatedCommand, said).get_short_help_str(limit)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give the --help option; click keeps it with the words of the first language it was asked in."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = gettext.gettext("Show this message and exit.")
        return option


class TranslatedGroup(TranslatedCommand, click.Group):
    """A group of translated commands."""

    command_class = TranslatedCommand
    group_class = type

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help; lazily loaded commands are found through the group itself."""
        TranslatedCommand.format_help(self, ctx, formatter)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is typed; one that is not there brings up the nearest."""
        typed = args[0]
        if not ctx.resilient_parsing and not typed.startswith("-") and self.get_command(ctx, typed) is None:
            near = difflib.get_close_matches(typed, self.list_commands(ctx), n=1)
            nearest, none_near = (
                N_("There is no command '{typed}'; did you mean '{near}'?"),
                N_("There is no command '{typed}'; see --help."),
            )
            template = nearest if near else none_near
            ctx.fail(gettext.gettext(template).format(typed=typed, near="".join(near)))
        return super().resolve_command(ctx, args)


class LoadingGroup(TranslatedGroup):
    """A group that loads a command when it is asked for, so that its help loads none of them; commands added to it follow those.

    Parameters
    ----------
    commands : tuple of (str, str, str)
        Each command: its name, the module and the attribute in which it is ("room.module:attribute"), its summary. In the order in which
        they are used.
    """

    def __init__(self, *args: Any, commands: tuple[tuple[str, str, str], ...] = (), **extra: Any) -> None:
        super().__init__(*args, **extra)
        self._places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order in which they are used."""
        return [*(name for name, _, _ in self._places), *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        for name, place, _ in self._places:
            if name == cmd_name:
                module, _, attribute = place.partition(":")
                return cast(click.Command, getattr(importlib.import_module(module), attribute))
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their summaries without loading them."""
        loaded = [(name, gettext.gettext(summary)) for name, _, summary in self._places]
        added = [(name, command.get_short_help_str()) for name, command in sorted(self.commands.items())]
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl(loaded + added)


class TranslatedRoot(LoadingGroup):
    """The outermost group: click speaks the reader's language from the first argument to the last error."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the command line in the language of `--lang`, SMARKETING_LANG or the terminal."""
        import sys

        typed = sys.argv[1:] if args is None else list(args)
        with spoken(language_typed(typed, os.environ)):
            return cast(Any, super().main)(args, *rest, **extra)
